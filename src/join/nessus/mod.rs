//! A scan by Nessus beside our results.
//!
//! How a rule could pass here that nobody checked: an item that reports a word and looks at nothing, one
//! sub-item of several, another host's result, another rule's, or our own file read back as a second
//! opinion, or a scan of some of the nodes that the rule is about. So a rule passes by Nessus's word alone only
//! if every item of it on every host that is this asset passed and looked at something, and if those hosts are
//! every node of the evidence's roster; hosts are found by name and address, rules by numbers that stay
//! from release to release, and never by a hash or a title.

mod hosts;
mod learn;
mod rules;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use self::rules::{HostWord, Words};
use self::table::{Decision, Held, Reach, Speaker};
use crate::import::nessus::NessusScan;
use crate::join::Population;
use crate::outcome::{Beside, Outcome, RuleOutcome, Standing};
use crate::registry;
use crate::xccdf::score::scores;
use crate::xccdf::{Benchmark, Rule};

pub use learn::{learn, with_ids};

/// A scan, and the file that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// The file's name, without directories.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// What it holds.
    pub scan: NessusScan,
}

/// Why scans are not joined. The texts are complete.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// stigprobe wrote the file.
    #[error(
        "{file}: stigprobe wrote this file, it is no scan by Nessus: its results would count twice. \
         --nessus-force joins it all the same"
    )]
    Ours {
        /// The file.
        file: String,
    },
    /// The file comes from the lab, the run does not.
    #[error("{file}: these results come from stigprobe's lab, and this run does not: they are not joined")]
    Simulated {
        /// The file.
        file: String,
    },
    /// No host of the files is the asset.
    #[error(
        "no host of {files} is the asset {asset} (known as {known}); hosts there: {hosts}. \
         --nessus-force joins them all the same"
    )]
    OtherHosts {
        /// The files.
        files: String,
        /// The asset.
        asset: String,
        /// Names and addresses of the asset.
        known: String,
        /// Names of the hosts.
        hosts: String,
    },
    /// Nothing in the file speaks of the benchmark.
    #[error("{file}: no compliance result in it speaks of a rule of {benchmark}; it has {has}")]
    OtherBenchmark {
        /// The file.
        file: String,
        /// The benchmark's id.
        benchmark: String,
        /// What there is instead.
        has: String,
    },
}

/// What can be told of a scan before anything is collected: that it is one, and of this benchmark.
pub fn check(scanned: &Scanned, benchmark: &Benchmark, force: bool) -> Result<(), JoinError> {
    if scanned.scan.is_ours() && !force {
        return Err(JoinError::Ours { file: scanned.file.clone() });
    }
    let words = Words::new(benchmark);
    let any = scanned.scan.hosts.iter().any(|host| words.speaks(host));
    if any {
        return Ok(());
    }
    let items = || scanned.scan.hosts.iter().flat_map(|host| &host.items);
    let audits: BTreeSet<&str> = items().map(|item| item.audit_file.trim()).collect();
    let audits: Vec<&str> = audits.into_iter().filter(|name| !name.is_empty()).collect();
    let has = match (items().count(), audits.as_slice()) {
        (0, _) => "no compliance results at all: was an audit part of the scan?".to_owned(),
        (n, []) => format!("{n} results of audits without a name"),
        (n, audits) => format!("{n} results of {}", audits.join(", ")),
    };
    Err(JoinError::OtherBenchmark { file: scanned.file.clone(), benchmark: benchmark.id.clone(), has })
}

/// Joins scans to an outcome, all at once: hosts of several files are nodes of one asset, which is known also by
/// the names and addresses of its nodes. Gives also what somebody should know of it, a sentence each.
pub fn join(
    mut outcome: Outcome,
    scans: &[Scanned],
    population: &Population,
    force: bool,
) -> Result<(Outcome, Vec<String>), JoinError> {
    for scanned in scans {
        check(scanned, &outcome.benchmark, force)?;
        if scanned.scan.is_simulated() && outcome.simulated.is_none() {
            return Err(JoinError::Simulated { file: scanned.file.clone() });
        }
    }
    let (speakers, mut remarks) = hosts::speakers(&outcome, scans, population, force)?;
    let benchmark = outcome.benchmark.clone();
    let words = Words::new(&benchmark);
    let mut said: Vec<Vec<HostWord<'_>>> = benchmark.rules().map(|_| Vec::new()).collect();
    let mut speaking: Vec<Speaker<'_>> = Vec::new();
    for speaker in &speakers {
        let (of_rules, foreign) = words.of(speaker.host);
        if foreign > 0 {
            remarks.push(format!(
                "{}: {foreign} results on {} speak of no rule of {}",
                speaker.scanned.file, speaker.host.name, benchmark.id
            ));
        }
        if of_rules.is_empty() {
            continue;
        }
        for (at, word) in of_rules {
            said[at].push(HostWord { speaker: speaking.len(), ..word });
        }
        speaking.push(*speaker);
    }
    if speaking.is_empty() {
        let file = scans.iter().map(|s| s.file.as_str()).collect::<Vec<_>>();
        return Err(JoinError::OtherBenchmark {
            file: file.join(", "),
            benchmark: benchmark.id.clone(),
            has: "results of other hosts only".into(),
        });
    }
    for scanned in scans {
        let named = scanned.scan.remarks.iter();
        remarks.extend(named.map(|remark| format!("{}: {remark}", scanned.file)));
    }
    let rules = benchmark.rules().zip(&said).zip(&mut outcome.rules);
    let mut other_revisions = 0;
    for (((_, rule), said), ours) in rules.filter(|((_, said), _)| !said.is_empty()) {
        other_revisions += usize::from(said.iter().any(|word| word.other_revision.is_some()));
        one(rule, ours, said, &speaking, population);
    }
    if other_revisions > 0 {
        remarks.push(format!(
            "Nessus's audit speaks of other revisions of {other_revisions} rules of {}: their notes say which",
            benchmark.id
        ));
    }
    let results: Vec<_> = outcome.rules.iter().map(RuleOutcome::after_waiver).collect();
    outcome.scores = scores(&outcome.benchmark, &results);
    Ok((outcome, remarks))
}

/// Joins what hosts say of one rule.
fn one(rule: &Rule, ours: &mut RuleOutcome, said: &[HostWord<'_>], speaking: &[Speaker<'_>], population: &Population) {
    let of_cluster = is_of_cluster(rule);
    let uncovered = hosts::uncovered(population, said, speaking).filter(|_| !of_cluster);
    let reach = Reach { of_cluster, all_speak: said.len() == speaking.len(), uncovered: uncovered.is_some() };
    let decision = table::decide(ours, said, reach);
    let told = table::tell(decision, ours, said, speaking);
    if decision.result.is_some_and(|result| result != ours.result) {
        // What the result rested on till now says otherwise.
        for earlier in &mut ours.beside {
            if earlier.standing == Standing::Counts {
                earlier.standing = Standing::Conflict;
            }
        }
    }
    for word in said {
        if let Some(other) = word.other_revision {
            let note = format!(
                "Nessus checked {other}, another revision of this rule: read both checks before relying on it."
            );
            if !ours.notes.contains(&note) {
                ours.notes.push(note);
            }
        }
        let (standing, mut because) = table::standing(decision, ours, word, said, speaking);
        if let Some(why) = uncovered.as_ref().filter(|_| decision.held == Some(Held::Uncovered)) {
            because = format!("{because}: {why}.");
        }
        ours.beside.push(beside(word, &speaking[word.speaker], standing, because));
    }
    if let Decision { result: Some(result), .. } = decision {
        ours.result = result;
    }
    if let Some(summary) = told {
        ours.summary = summary;
    }
}

/// The rule is about UCP, DTR or Kubernetes, whose state is one for all nodes.
pub(super) fn is_of_cluster(rule: &Rule) -> bool {
    let needs = registry::find(rule).map_or(&[][..], |binding| binding.needs());
    let of_cluster = |source: &str| matches!(source, "ucp" | "dtr" | "kubernetes");
    !needs.is_empty() && needs.iter().all(|need| of_cluster(need.source()))
}

fn beside(word: &HostWord<'_>, speaker: &Speaker<'_>, standing: Standing, because: String) -> Beside {
    let host = speaker.host;
    let mut facts: Vec<(String, String)> = vec![
        ("file".into(), speaker.scanned.file.clone()),
        ("file sha256".into(), speaker.scanned.sha256.clone()),
        ("host".into(), host.name.clone()),
    ];
    for tag in ["HOST_START", "HOST_START_TIMESTAMP", "host-ip", "host-fqdn"] {
        let value = host.property(tag);
        if !value.is_empty() {
            facts.push((tag.into(), value.to_owned()));
        }
    }
    for fact in word.items.iter().flat_map(|item| item.facts()) {
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    let accounts: Vec<String> = word.items.iter().map(|item| item.account()).collect();
    Beside {
        source: table::source(speaker),
        result: word.heard.verdict(),
        details: accounts.join("\n\n"),
        comments: String::new(),
        facts,
        standing,
        because,
    }
}
