//! What becomes of a rule when Nessus has a word on it too.
//!
//! | Nessus, worst of the hosts | ours | joined |
//! |---|---|---|
//! | passed | pass, notapplicable | ours |
//! | passed | notchecked, error, unknown | pass, by Nessus |
//! | passed | fail, or undecided with something open in it | ours; a conflict |
//! | failed | fail | fail |
//! | failed | notchecked, error, unknown | fail, by Nessus |
//! | failed | pass, notapplicable | fail; a conflict |
//! | not performed, to be reviewed, error, unknown | any | ours |
//!
//! What profile or role leave out stays left out. A pass by Nessus alone needs more than its word: every host
//! that speaks of a rule about nodes has to say it, and they have to be every node of the evidence's roster,
//! whatever of them stigprobe has seen. Where the evidence has no roster, nobody knows whether they are.

use super::Scanned;
use super::rules::{Heard, HostWord};
use crate::import::nessus::NessusHost;
use crate::outcome::{RuleOutcome, Standing};
use crate::xccdf::Verdict;

/// A host of a scan that is the asset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speaker<'a> {
    pub(super) scanned: &'a Scanned,
    pub(super) host: &'a NessusHost,
    /// Names or addresses show it; else somebody has said so.
    pub(super) is_asset: bool,
}

/// How far the words that were heard reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// The rule is about the cluster as a whole: one host sees what all see.
    pub(super) of_cluster: bool,
    /// Every host that speaks of this benchmark speaks of this rule.
    pub(super) all_speak: bool,
    /// The hosts that speak are not every node that the rule is about, or nobody knows whether they are.
    pub(super) uncovered: bool,
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    /// The worst of the hosts.
    pub(super) worst: Heard,
    /// The new result, if it is Nessus's word that makes it.
    pub(super) result: Option<Verdict>,
    /// The two sides contradict each other.
    pub(super) conflict: bool,
    /// Why a rule that passed does not count as that.
    pub(super) held: Option<Held>,
}

/// What keeps Nessus's word from deciding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Profile or role leave the rule out.
    LeftOut,
    /// Other hosts of the scan say nothing of the rule.
    Silent,
    /// The scan is not known to have visited every node that the rule is about.
    Uncovered,
}

/// The table.
pub(super) fn decide(ours: &RuleOutcome, said: &[HostWord<'_>], reach: Reach) -> Decision {
    let heard = said.iter().map(|word| word.heard).max();
    let worst = heard.unwrap_or(Heard::NotPerformed);
    let keep = Decision { worst, result: None, conflict: false, held: None };
    let conflict = Decision { conflict: true, ..keep };
    let left_out = matches!(ours.result, Verdict::NotSelected | Verdict::Informational);
    if left_out || ours.role == "unchecked" || ours.role == "unscored" {
        return Decision { held: Some(Held::LeftOut), ..keep };
    }
    let undecided = ours.result.is_undecided();
    match worst {
        Heard::Failed if ours.result == Verdict::Fail => keep,
        Heard::Failed => Decision { result: Some(Verdict::Fail), conflict: !undecided, ..keep },
        Heard::Passed if ours.result == Verdict::Fail => conflict,
        // Not all was seen, and what was seen is open already.
        Heard::Passed if undecided && has_open(ours) => conflict,
        Heard::Passed if undecided && !reach.all_speak && !reach.of_cluster => {
            Decision { held: Some(Held::Silent), ..keep }
        }
        Heard::Passed if undecided && reach.uncovered => Decision { held: Some(Held::Uncovered), ..keep },
        Heard::Passed if undecided => Decision { result: Some(Verdict::Pass), ..keep },
        _ => keep,
    }
}

fn has_open(ours: &RuleOutcome) -> bool {
    let seen = ours.observations.iter();
    let answered = ours.answer.as_ref().map(|answer| answer.result);
    seen.map(crate::finding::Observation::verdict).chain(answered).any(|verdict| verdict == Verdict::Fail)
}

/// What one host's word counts for, and why.
pub(super) fn standing(
    decision: Decision,
    ours: &RuleOutcome,
    word: &HostWord<'_>,
    said: &[HostWord<'_>],
    speaking: &[Speaker<'_>],
) -> (Standing, String) {
    let (standing, because) = judged(decision, ours, word, said, speaking);
    let because = if speaking[word.speaker].is_asset {
        because
    } else {
        format!("{because} Nothing shows that this host is the asset: it was joined by force.")
    };
    (standing, because)
}

fn judged(
    decision: Decision,
    ours: &RuleOutcome,
    word: &HostWord<'_>,
    said: &[HostWord<'_>],
    speaking: &[Speaker<'_>],
) -> (Standing, String) {
    let found = ours.result;
    let set_aside = |because: &str| (Standing::SetAside, because.to_owned());
    if decision.held == Some(Held::LeftOut) {
        return set_aside("Profile or role leave this rule out of the results.");
    }
    match word.heard {
        Heard::Failed => match (decision.result, decision.conflict) {
            (Some(_), true) => {
                (Standing::Conflict, format!("It failed here, and stigprobe found {found}: a contradiction is open."))
            }
            (Some(_), false) => {
                (Standing::Counts, format!("It failed here, and stigprobe found {found}, which decides nothing."))
            }
            (None, _) => (Standing::Agrees, "It failed here too.".into()),
        },
        Heard::Passed if decision.worst > Heard::Passed => {
            let worst = said.iter().find(|other| other.heard == decision.worst);
            let host = worst.map_or("", |other| speaking[other.speaker].host.name.as_str());
            (Standing::SetAside, format!("It passed here, but not on {host}: the worst of the hosts counts."))
        }
        Heard::Passed if decision.conflict => (
            Standing::Conflict,
            format!("It passed here, and stigprobe found something open ({found}): a contradiction is not closed."),
        ),
        Heard::Passed if decision.held == Some(Held::Silent) => set_aside(
            "It passed here, but other hosts of the scan say nothing of this rule, which is about every node.",
        ),
        Heard::Passed if decision.held == Some(Held::Uncovered) => {
            set_aside("It passed here, but this rule is about every node, and the scan is not known to have seen all")
        }
        Heard::Passed if decision.result.is_some() => {
            (Standing::Counts, format!("It passed here, and stigprobe found {found}, which decides nothing."))
        }
        Heard::Passed => (Standing::Agrees, "It passed here too.".into()),
        Heard::Review => (
            Standing::Agrees,
            "Nessus shows what it saw and leaves the judgement to a person: it decides nothing.".into(),
        ),
        Heard::NotPerformed => {
            set_aside("Nessus has not performed this check: the item reports its word whatever the host is like.")
        }
        Heard::Unclear => set_aside(
            "It passed here, but its ids name different rules: a pass of which nobody knows the rule does not count.",
        ),
        Heard::Unknown => set_aside("Its word is none of Nessus's four: it decides nothing."),
        Heard::Error => {
            let mut errors = word.items.iter().map(|item| item.error.trim());
            let error = errors.find(|error| !error.is_empty()).unwrap_or("no reason given");
            let error = crate::xml::read::excerpt_of(error, 300);
            (Standing::SetAside, format!("Nessus could not make its check: {error}."))
        }
    }
}

/// The summary of a rule on which Nessus's word changes something.
pub(super) fn tell(
    decision: Decision,
    ours: &RuleOutcome,
    said: &[HostWord<'_>],
    speaking: &[Speaker<'_>],
) -> Option<String> {
    let mut hosts: Vec<&str> = said
        .iter()
        .filter(|word| word.heard == decision.worst)
        .map(|word| speaking[word.speaker].host.name.as_str())
        .collect();
    hosts.dedup();
    let hosts = hosts.join(", ");
    let own = format!("stigprobe itself: {}: {}", ours.result, ours.summary);
    match (decision.result, decision.conflict) {
        (Some(Verdict::Pass), _) => {
            Some(format!("Nessus alone saw this: PASSED on {hosts}; what it did not visit is not in it. {own}"))
        }
        (Some(_), true) => Some(format!(
            "Conflict: Nessus says FAILED on {hosts}, stigprobe found {}; it is open until somebody has looked. {own}",
            ours.result
        )),
        (Some(_), false) => Some(format!("Nessus says FAILED on {hosts}. {own}")),
        (None, true) => Some(format!(
            "{} Conflict: Nessus says PASSED on {hosts}; what stigprobe found stands until somebody has looked.",
            ours.summary
        )),
        (None, false) => None,
    }
}

/// Who speaks, and in which file.
pub(super) fn source(speaker: &Speaker<'_>) -> String {
    format!("Nessus on {} ({})", speaker.host.name, speaker.scanned.file)
}
