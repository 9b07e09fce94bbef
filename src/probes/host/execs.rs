//! Nobody uses `docker exec` with `--privileged` or `--user`.
//!
//! How this could pass without evidence: a log that is not there, was not read whole or holds nothing; a
//! node that does not record the docker client at all; a record under another key than docker, since which rule takes an
//! event depends on the kernel's order; a command whose words could not be read. An empty answer counts only where
//! the rules show that the client is recorded, under whatever key.
//! What is executed through the API or UCP leaves no arguments on a node: the rule is about the client.

use super::{Tally, Words, lacking, on_linux};
use crate::facts::host::{AuditLog, AuditRules, ExecUse, Files, RuleSource};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe, counted};

#[cfg(test)]
pub(super) use tests::cases;

/// A rule about the options of `docker exec`.
#[derive(Debug)]
pub struct ExecRule {
    card: &'static Card,
    options: Options,
    letter: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Options {
    Privileged,
    User,
    Either,
}

const NEEDS: &[Need] = &[Need::HostAuditLog, Need::HostAuditRules, Need::HostFiles, Need::EngineNodes];
const BY_HAND: &str = "On each node, as root:\n  auditctl -l | grep docker\n  ausearch -i -k docker -x docker\n\
    and read the lines that say exec, up to the name of the container.";

/// DKER-EE-002080.
pub static EXEC_PRIVILEGED: ExecRule = ExecRule {
    card: &Card {
        name: "host-exec-privileged",
        asks: "Nobody has used docker exec with the option --privileged",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: BY_HAND,
        met: Met::LabOnly,
    },
    options: Options::Privileged,
    letter: "grep finds the two words anywhere in a record, also in what the command did, and not in arguments that are recorded in hexadecimal",
};

/// DKER-EE-002090.
pub static EXEC_USER: ExecRule = ExecRule {
    card: &Card {
        name: "host-exec-user",
        asks: "Nobody has used docker exec with the option --user",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: BY_HAND,
        met: Met::LabOnly,
    },
    options: Options::User,
    letter: "grep finds the word user anywhere in a record, and misses -u",
};

/// CNTR-MK-001180.
pub static EXEC_EITHER: ExecRule = ExecRule {
    card: &Card {
        name: "host-exec-either",
        asks: "Nobody has used docker exec with the option --privileged or --user",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: BY_HAND,
        met: Met::LabOnly,
    },
    options: Options::Either,
    letter: "one grep after the other wants both words in one record, where the text says or",
};

impl Probe for ExecRule {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let mut hosts = facts
            .hosts_with(|host| Ok((host.audit_log.read()?, host.audit_rules.read(), host.files.read())), on_linux)?;
        hosts.lack(|(_, rules, _)| lacking(rules));
        hosts.lack(|(.., files)| lacking(files));
        let mut tally = Tally::default();
        for (host, (log, rules, files)) in &hosts.seen {
            let rules = rules.as_ref().ok().zip(files.as_ref().ok());
            self.judge(&host.name, log, rules.map(|(rules, files)| (&rules.value, &files.value)), &mut tally);
        }
        let words = Words {
            pass: "No record on any node shows docker exec with such an option. What was executed through the API or UCP leaves no arguments on a node.",
            fail: "docker exec was used with such an option.",
            undecided: "The audit records do not show whether docker exec was used with such an option: a person has to answer.",
            outside: "",
            letter: self.letter,
        };
        Ok(tally.conclude(&hosts, &words))
    }
}

impl ExecRule {
    /// What the log holds is a finding whatever the rules were; that it holds nothing shows something only with
    /// them.
    fn judge(&self, host: &str, read: &Read<AuditLog>, rules: Option<(&AuditRules, &Files)>, tally: &mut Tally) {
        let (log, origin) = (&read.value, &read.origin);
        let wanted = match self.options {
            Options::Privileged => "no docker exec with --privileged",
            Options::User => "no docker exec with --user",
            Options::Either => "no docker exec with --privileged or --user",
        };
        let (is_one, count): (fn(&ExecUse) -> bool, u64) = match self.options {
            Options::Privileged => (|u| u.privileged, log.privileged),
            Options::User => (|u| u.user, log.user),
            Options::Either => (|u| u.privileged || u.user, log.privileged.max(log.user)),
        };
        let lines = match self.options {
            Options::Privileged => log.lines_privileged,
            Options::User => log.lines_user,
            Options::Either => log.lines_both,
        };
        tally.letter.push(log.unread.is_empty().then_some(lines == 0));

        let mut undecided = |why: String| {
            tally.observations.push(Observation::undecided(origin, host, wanted, why));
        };
        for unread in &log.unread {
            undecided(format!("not all of the log was read: {unread}"));
        }
        if log.unclear > 0 {
            undecided(format!("{} could not be understood", counted(log.unclear, "event", "events")));
        }
        if log.span.is_none() {
            undecided("the log holds no record".into());
        }
        let recorded = |(rules, files): (&AuditRules, &Files)| {
            rules.all().and_then(|sets| sets.iter().try_for_each(|rules| recorded(rules, files)))
        };
        if let Some(Err(why)) = rules.map(recorded) {
            undecided(format!("docker exec is not recorded for certain: {why}"));
        }
        if let Err(absent) = log.other_keys.read("audit records under other keys than docker") {
            undecided(absent.to_string());
        }
        if count > 0 {
            let first = log.uses.iter().find(|one| is_one(one));
            let first = first.map_or(String::new(), |one| {
                format!(
                    "; the first is event {} of login {} on container {}",
                    one.event,
                    if one.auid.is_empty() { "unknown" } else { &one.auid },
                    one.container
                )
            });
            let actual = format!("at least {}{first}", counted(count, "use", "uses"));
            tally.observations.push(Observation::seen(origin, host, wanted, actual, false));
        } else {
            let days = log.span.map_or(0, |(first, last)| (last - first) / 86_400);
            let source = match rules.map(|(rules, _)| &rules.source) {
                Some(RuleSource::Loaded) => "loaded rules",
                Some(RuleSource::Files(_)) => "rules in files, which the kernel may not have loaded",
                Some(RuleSource::Nowhere) => "no rules",
                None => "which rules there are is not known",
            };
            let actual = format!(
                "none among {} of docker exec, in records of {} ({source})",
                counted(log.execs, "record", "records"),
                counted(days + 1, "day", "days"),
            );
            tally.observations.push(Observation::seen(origin, host, wanted, actual, true));
        }
    }
}

/// Whether every docker client on the node is recorded when it is run, under whatever key.
fn recorded(rules: &AuditRules, files: &Files) -> Result<(), String> {
    if rules.off {
        return Err("auditing is switched off".into());
    }
    if rules.auditd.is_missing() {
        return Err("auditd is not installed".into());
    }
    if let Some(rule) = rules.silencing.iter().chain(&rules.unclear).next() {
        return Err(format!("there is the rule {rule}"));
    }
    let clients: Vec<&str> = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"]
        .iter()
        .filter_map(|directory| {
            let path = format!("{directory}/docker");
            let index = files.list.binary_search_by(|file| file.path.cmp(&path)).ok()?;
            let file = &files.list[index];
            (!file.at.is_missing()).then_some(file.path.as_str())
        })
        .collect();
    if clients.is_empty() {
        return Err("no docker client was found whose records could be looked for".into());
    }
    for client in clients {
        if rules.exempt.iter().any(|watch| watch.covers(client)) {
            return Err(format!("a rule with never is about {client}"));
        }
        let watched = rules.watches.iter().any(|watch| watch.executes && watch.is_whole() && watch.covers(client));
        if !watched {
            return Err(format!("no rule reports that {client} is run (DKER-EE-001090)"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Later;
    use crate::facts::host::LogFile;
    use crate::probes::cases::{Case, Kind, broken, read};
    use crate::probes::host::model::{change_fact, host};
    use crate::xccdf::Verdict;

    fn log() -> AuditLog {
        AuditLog {
            files: vec![LogFile { path: "/var/log/audit/audit.log".into(), records: 9 }],
            events: 3,
            execs: 1,
            span: Some((1_500_000_000, 1_500_100_000)),
            other_keys: 0.into(),
            ..AuditLog::default()
        }
    }

    fn with(change: impl FnOnce(&mut AuditLog)) -> Facts {
        let mut facts = host();
        let mut log = log();
        change(&mut log);
        facts.hosts[0].audit_log = read(Need::HostAuditLog, log);
        facts
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let mut all = Vec::new();
        for probe in [&EXEC_PRIVILEGED, &EXEC_USER, &EXEC_EITHER] {
            let mut add = |kind, what: &str, facts, verdict| {
                all.push(Case::new(probe, kind, what, facts, verdict));
            };
            add(Kind::Passes, "none", with(|_| ()), Verdict::Pass);
            let both = with(|log| (log.privileged, log.user) = (1, 1));
            add(Kind::Fails, "both", both, Verdict::Fail);
            add(Kind::Absent, "an empty log", with(|log| log.span = None), Verdict::Error);
            add(Kind::Absent, "unclear", with(|log| log.unclear = 1), Verdict::Error);
            let cut = with(|log| log.unread.push("audit.log.2.gz".into()));
            add(Kind::Absent, "not all read", cut, Verdict::Error);
            let never = "-a never,exit -F exe=/usr/bin/docker\n-w /usr/bin/docker -k docker";
            for line in ["-w /usr/bin/docker -p wa -k docker", "-w /usr/bin/x -k docker", never] {
                let mut facts = with(|_| ());
                change_fact(Need::HostAuditRules, &mut facts.hosts[0].audit_rules, |rules| {
                    rules.watches.clear();
                    rules.add(line);
                });
                add(Kind::Absent, line, facts, Verdict::Error);
            }
            let mut other = with(|_| ());
            change_fact(Need::HostAuditRules, &mut other.hosts[0].audit_rules, |rules| {
                rules.watches.clear();
                rules.add("-w /usr/bin/docker -px -kexec");
            });
            add(Kind::Passes, "recorded under another key", other, Verdict::Pass);
            let earlier = with(|log| log.other_keys = Later::Unknown);
            add(Kind::Absent, "version 0.1.0 collected the evidence", earlier, Verdict::Error);
            let mut lost = host();
            lost.hosts[0].audit_log = broken();
            add(Kind::Broken, "no answer", lost, Verdict::Error);
        }
        let user = with(|log| log.user = 1);
        all.push(Case::new(&EXEC_PRIVILEGED, Kind::Passes, "only --user", user.clone(), Verdict::Pass));
        all.push(Case::new(&EXEC_EITHER, Kind::Fails, "only --user", user, Verdict::Fail));
        all
    }

    #[test]
    fn the_letter_is_what_grep_finds() {
        let finding = |rule: &ExecRule, change: fn(&mut AuditLog)| {
            rule.decide(&with(change), &Policy::default()).expect("a finding")
        };
        let literal = |finding: Finding| finding.literal().map(|l| l.verdict);
        assert_eq!(literal(finding(&EXEC_USER, |log| log.lines_user = 2)), Some(Verdict::Fail));
        assert_eq!(literal(finding(&EXEC_USER, |log| log.user = 1)), Some(Verdict::Pass));
        let one = |log: &mut AuditLog| (log.privileged, log.lines_privileged) = (1, 1);
        assert_eq!(literal(finding(&EXEC_PRIVILEGED, one)), None);
        assert_eq!(literal(finding(&EXEC_EITHER, one)), Some(Verdict::Pass));
    }
}
