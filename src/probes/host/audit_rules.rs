//! auditd watches the engine's programs, data, configuration and units.
//!
//! How this could pass without evidence: rules in files that the kernel never loaded, a node without
//! auditd, auditing switched off, a rule that keeps records from being written, a watch on a directory's
//! entry alone, a watch on reading alone, a watch that is narrowed to one user, a path that could not be
//! looked at. Where the rules were read is said; all others are a finding or undecided.

use super::{Tally, Words, lacking, on_linux};
use crate::facts::host::{AuditRules, CONFIG, Daemon, Files, Looked, RuleSource, UnitState, Watch};
use crate::facts::{Absent, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe};

#[cfg(test)]
pub(super) use tests::cases;

/// DKER-EE-001090.
pub struct AuditWatches;

static CARD: Card = Card {
    name: "host-audit-watches",
    asks: "auditd on every node watches the engine's programs, data, configuration and units",
    needs: &[Need::HostAuditRules, Need::HostFiles, Need::HostDaemon, Need::EngineNodes],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: "On each node, as root:\n  auditctl -s\n  auditctl -l | grep docker\n  \
        systemctl show -p FragmentPath docker.service docker.socket",
    met: Met::LabOnly,
};

/// Where programs are installed, and which of them are the engine's.
const DIRECTORIES: &[&str] = &["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];
const PROGRAMS: &[&str] = &["docker", "containerd", "docker-containerd", "runc", "docker-runc"];
/// What the check's commands grep for, one after the other.
const LETTER: &[&str] = &[
    "/usr/bin/docker",
    "/var/lib/docker",
    "/etc/docker",
    "/etc/default/docker",
    "/etc/docker/daemon.json",
    "/usr/bin/docker-containerd",
    "/usr/bin/docker-runc",
    "docker.service",
    "docker.sock",
];

impl Probe for AuditWatches {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let mut hosts =
            facts.hosts_with(|host| Ok((host.audit_rules.read()?, host.files.read(), host.daemon.read())), on_linux)?;
        hosts.lack(|(_, files, _)| lacking(files));
        hosts.lack(|(.., daemon)| lacking(daemon));
        let mut tally = Tally::default();
        for (host, (rules, files, daemon)) in &hosts.seen {
            let files = files.as_ref().ok().map(|read| &read.value);
            let daemon = daemon.as_ref().ok().map(|read| &read.value);
            judge(&host.name, rules, files, daemon, &mut tally);
        }
        let words = Words {
            pass: "Every path of the engine's is watched.",
            fail: "Not every path of the engine's is watched.",
            undecided: "Whether every path of the engine's is watched could not be seen.",
            outside: "",
            letter: "the check's grep wants all paths of its list in auditctl -l, also those of programs that engines since 18.09 do not have, and does not know that a watch on a directory covers its files; nor does it ask what a rule that names a path reports",
        };
        Ok(tally.conclude(&hosts, &words))
    }
}

/// What keeps records from being written, whatever is watched.
fn obstacles(host: &str, rules: &AuditRules, origin: &Origin) -> Vec<Observation> {
    let about = |what: &str| format!("{host}: {what}");
    let mut found = Vec::new();
    if rules.auditd.is_missing() {
        let actual = "not installed";
        found.push(Observation::seen(origin, about("auditd"), "installed", actual, false));
    }
    if rules.off {
        let actual = "switched off (enabled 0)";
        found.push(Observation::seen(origin, about("auditing"), "switched on", actual, false));
    }
    for rule in &rules.silencing {
        let wanted = "no rule that keeps records from being written";
        found.push(if rule.contains("task") {
            Observation::seen(origin, about("audit rules"), wanted, rule, false)
        } else {
            Observation::undecided(origin, about("audit rules"), wanted, rule)
        });
    }
    let unclear = rules.unclear.iter();
    found.extend(
        unclear.map(|why| Observation::undecided(origin, about("audit rules"), "rules that are understood", why)),
    );
    found
}

/// What keeps records from being written is a finding by itself; which files are watched takes those that are
/// there, and those of an engine whose settings are not known are at least the usual ones.
fn judge(host: &str, read: &Read<AuditRules>, files: Option<&Files>, daemon: Option<&Daemon>, tally: &mut Tally) {
    let (rules, origin) = (&read.value, &read.origin);
    let wanted_of_all = "watches on the engine's paths";
    let sets = rules.all().unwrap_or_else(|why| {
        tally.observations.push(Observation::undecided(origin, host, wanted_of_all, why));
        vec![rules]
    });
    let about = |what: &str| format!("{host}: {what}");
    for set in &sets {
        tally.observations.extend(obstacles(host, set, origin));
    }
    let Some(files) = files else { return };
    let mut push = |observation| tally.observations.push(observation);
    let mut covered = 0;
    let mut present = 0;
    for (path, is_program) in wanted(files, daemon) {
        let wanted = if is_program { "a watch on execution or writing" } else { "a watch on writing" };
        match files.at(&path) {
            // A path that the node does not have needs no watch.
            Looked::Missing => {}
            Looked::Unseen(reason) => {
                push(Observation::undecided(origin, about(&path), wanted, reason));
            }
            Looked::Is(_) => {
                present += 1;
                match watched(&sets, &path, is_program) {
                    Watched::Yes => covered += 1,
                    Watched::No(actual) => push(Observation::seen(origin, about(&path), wanted, actual, false)),
                    Watched::Unknown(why) => push(Observation::undecided(origin, about(&path), wanted, why)),
                }
            }
        }
    }
    let source = match &rules.source {
        RuleSource::Loaded => "the rules that the kernel has loaded".to_owned(),
        RuleSource::Files(files) => format!("rules in {}, which the kernel may not have loaded", files.join(", ")),
        RuleSource::Nowhere => "no rules at all".into(),
    };
    if present == 0 {
        let why = "nothing of an engine was found in this root";
        push(Observation::undecided(origin, host, "watches on what the engine has", why));
    } else if covered > 0 {
        let subject = format!("{host}: {covered} of {present} paths");
        push(Observation::seen(origin, subject, "watched", format!("watched by {source}"), true));
    }
    let letter = LETTER.iter().all(|text| rules.watches.iter().any(|watch| watch.path.contains(text)));
    tally.letter.push(Some(letter));
}

/// Whether a path is watched, and what is there in the place of a watch.
enum Watched {
    Yes,
    No(String),
    Unknown(String),
}

/// Whether each of the sets of rules that may be loaded watches a path.
fn watched(sets: &[&AuditRules], path: &str, is_program: bool) -> Watched {
    let each: Vec<Watched> = sets.iter().map(|set| watched_by(set, path, is_program)).collect();
    let (mut yes, mut no) = (0, None);
    for one in each {
        match one {
            Watched::Yes => yes += 1,
            Watched::No(actual) => no = Some(actual),
            Watched::Unknown(why) => return Watched::Unknown(why),
        }
    }
    match no {
        None => Watched::Yes,
        Some(actual) if yes == 0 => Watched::No(actual),
        Some(_) => Watched::Unknown(
            "rules.d and audit.rules differ on it, and which of them is loaded is not known: run augenrules --load"
                .into(),
        ),
    }
}

fn watched_by(rules: &AuditRules, path: &str, is_program: bool) -> Watched {
    if let Some(never) = rules.exempt.iter().find(|watch| watch.covers(path)) {
        return Watched::Unknown(format!("a rule with never is about {}", never.path));
    }
    if rules.watches.iter().any(|w| reports(w, is_program) && w.covers(path)) {
        return Watched::Yes;
    }
    if let Some(unclear) = rules.unclear.first() {
        return Watched::Unknown(format!("no rule that is understood watches it, and this one is not: {unclear}"));
    }
    let narrow = rules.watches.iter().find(|watch| watch.covers(path));
    Watched::No(narrow.map_or("none".into(), |watch| format!("only one that leaves too much out, on {}", watch.path)))
}

fn reports(watch: &Watch, is_program: bool) -> bool {
    watch.is_whole() && (watch.writes || (is_program && watch.executes))
}

/// The paths that need a watch where they are, and whether they are programs.
fn wanted(files: &Files, daemon: Option<&Daemon>) -> Vec<(String, bool)> {
    let mut paths: Vec<(String, bool)> = Vec::new();
    let mut add = |path: String, is_program| {
        if !paths.iter().any(|(known, _)| *known == path) {
            paths.push((path, is_program));
        }
    };
    for directory in DIRECTORIES {
        for program in PROGRAMS {
            add(format!("{directory}/{program}"), true);
        }
    }
    for path in ["/var/lib/docker", "/etc/docker", CONFIG, "/etc/default/docker"] {
        add(path.into(), false);
    }
    for path in daemon.iter().flat_map(|daemon| daemon.data_roots()) {
        // One that was set and is not there any more is no reason to be undecided.
        add(path, false);
    }
    for config in daemon.iter().flat_map(|daemon| &daemon.configs) {
        add(config.path.clone(), false);
    }
    let socket = daemon.and_then(|daemon| daemon.sockets.first()).map(|socket| &socket.unit);
    for unit in socket.into_iter().chain(daemon.map(|daemon| &daemon.service.unit)) {
        match &unit.state {
            UnitState::Loaded(path) => add(path.clone(), false),
            // Its path is not known, and nothing is found at this one: undecided.
            UnitState::Unseen(_) => add(unit.name.clone(), false),
            UnitState::Missing | UnitState::Masked(_) => {}
        }
    }
    paths.retain(|(path, _)| path.starts_with('/') || files.at(path).unseen().is_some());
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Case, Kind, broken};
    use crate::probes::host::model::{change_fact, change_files, file, host};
    use crate::xccdf::Verdict;

    fn with(change: impl FnOnce(&mut AuditRules)) -> Facts {
        let mut facts = host();
        change_fact(Need::HostAuditRules, &mut facts.hosts[0].audit_rules, change);
        facts
    }

    fn rules(text: &str) -> Facts {
        with(|rules| {
            rules.watches.clear();
            rules.add(text);
        })
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let mut all = Vec::new();
        let mut add = |kind, what: &str, facts, verdict| {
            all.push(Case::new(&AuditWatches, kind, what, facts, verdict));
        };
        add(Kind::Passes, "all watched", host(), Verdict::Pass);
        let wide = "-a always,exit -F dir=/usr -F perm=wa -F key=x\n-w /etc -p wa -k x\n-w /var/lib -k x\n";
        add(Kind::Passes, "directories above", rules(wide), Verdict::Pass);
        add(Kind::Fails, "no rules", rules("No rules\n"), Verdict::Fail);
        let reading = wide.replace("perm=wa", "perm=r");
        add(Kind::Fails, "reading alone", rules(&reading), Verdict::Fail);
        let entry = wide.replace("dir=/usr", "path=/usr");
        add(Kind::Fails, "the directory's entry alone", rules(&entry), Verdict::Fail);
        let one = wide.replace("-F perm=wa", "-F perm=wa -F uid=7");
        add(Kind::Fails, "one user alone", rules(&one), Verdict::Fail);
        add(Kind::Fails, "off", with(|r| r.off = true), Verdict::Fail);
        add(Kind::Fails, "never,task", with(|r| r.add("-a never,task\n")), Verdict::Fail);
        add(Kind::Fails, "no auditd", with(|r| r.auditd = Looked::Missing), Verdict::Fail);
        let never = with(|r| r.add("-a never,exit -F path=/usr/bin/docker\n"));
        add(Kind::Absent, "never for one of them", never, Verdict::Error);
        let client = with(|r| r.add("-a never,exit -F exe=/usr/bin/docker\n"));
        add(Kind::Absent, "never for what the client does", client, Verdict::Error);
        let beside = |own: &str, on_disk: &str| {
            let mut others = AuditRules { auditd: Looked::Is("/usr/sbin/auditd".into()), ..AuditRules::default() };
            others.add(on_disk);
            let mut facts = rules(own);
            let source = RuleSource::Files(vec!["/etc/audit/rules.d/a.rules".into()]);
            change_fact(Need::HostAuditRules, &mut facts.hosts[0].audit_rules, |rules| {
                rules.source = source;
                rules.on_disk = Some(Box::new(others)).into();
            });
            facts
        };
        add(Kind::Absent, "audit.rules without the watches", beside(wide, "-b 8192\n"), Verdict::Error);
        add(Kind::Absent, "rules.d without the watches", beside("-b 8192\n", wide), Verdict::Error);
        add(Kind::Fails, "both without the watches", beside("-b 8192\n", "-f 1\n"), Verdict::Fail);
        add(Kind::Passes, "both with the watches", beside(wide, &format!("-b 8192\n{wide}")), Verdict::Pass);
        let unknown = rules(&format!("{}-x /usr/bin\n", wide.replace("dir=/usr", "dir=/opt")));
        add(Kind::Absent, "a rule that is not understood", unknown, Verdict::Error);
        let attached = "-w/usr -pwa -kdocker\n-w/etc -pwa -kx\n-w/var/lib -kx\n";
        add(Kind::Passes, "values behind their options", rules(attached), Verdict::Pass);
        let mut more = host();
        change_files(&mut more, |files| {
            files.list.retain(|file| file.path != "/usr/bin/runc");
            let kind = crate::facts::host::Kind::File;
            files.list.push(file("/usr/bin/runc", kind, 0o755, (0, 0)));
            files.list.sort_by(|a, b| a.path.cmp(&b.path));
        });
        add(Kind::Fails, "one path more", more, Verdict::Fail);
        let mut lost = host();
        lost.hosts[0].audit_rules = broken();
        add(Kind::Broken, "no answer", lost, Verdict::Error);
        all
    }

    #[test]
    fn the_letter_wants_programs_that_are_gone() {
        let finding = AuditWatches.decide(&host(), &Policy::default()).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Pass);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Fail));
        let all: String = LETTER.iter().map(|path| format!("-w {path} -k docker\n")).collect();
        let finding = AuditWatches.decide(&with(|rules| rules.add(&all)), &Policy::default()).expect("a finding");
        assert_eq!(finding.literal(), None);
    }
}
