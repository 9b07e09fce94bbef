//! What people wrote on an earlier checklist, carried to this run.
//!
//! How a rule could pass here without evidence: a word of a person on another asset, on another check, or in
//! the place of a probe that saw nothing this time. So the asset must be the same and simulated stays with
//! simulated; a rule is found by its STIG-ID and never by its number alone; what was said of another text of
//! the check is shown and does not count; and a status counts only where a person is asked: where a probe
//! decides alone, its result stands, even if that is that it could not see. What stigprobe itself wrote on
//! the checklist is not taken for a person's word.

use std::collections::HashMap;

use super::nessus;
use crate::import::{Kind, Names};
use crate::outcome::{Beside, Outcome, RuleOutcome, SIMULATED, Standing, TOOL};
use crate::registry::{self, By};
use crate::xccdf::ids::{bare, check_id, sha256_hex};
use crate::xccdf::score::scores;
use crate::xccdf::{Benchmark, Rule, Verdict};

/// An earlier checklist or run.
#[derive(Debug)]
pub struct Previous {
    /// Its name, for people.
    pub name: String,
    /// What is in it: one outcome for each asset and benchmark.
    pub outcomes: Vec<Outcome>,
    /// Take it although it is filed under another asset.
    pub any_asset: bool,
}

/// Why nothing can be carried from a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PreviousError {
    /// It has no results of this benchmark.
    #[error("{name} has no results of {wanted}: it has {found}")]
    OtherBenchmark {
        /// The file.
        name: String,
        /// The benchmark of this run.
        wanted: String,
        /// Those in the file.
        found: String,
    },
    /// It is about something else.
    #[error(
        "{name} is filed under {found}, and this run under {wanted}; if they are the same, add --previous-any-asset"
    )]
    OtherAsset {
        /// The file.
        name: String,
        /// The asset of this run.
        wanted: String,
        /// Those in the file.
        found: String,
    },
    /// One of the two is simulated.
    #[error(
        "{name} and this run are not both from the lab: what people said of a simulated system is not carried to a real one, nor back"
    )]
    Simulated {
        /// The file.
        name: String,
    },
}

/// What people wrote on a rule.
struct Word<'a> {
    /// The result there.
    result: Verdict,
    /// The result is a person's, and not what stigprobe found.
    by_person: bool,
    details: &'a str,
    comments: String,
    rule: &'a Rule,
    outcome: &'a RuleOutcome,
}

/// The outcome with what people wrote before, and what of it has no rule here any more.
pub fn carry(outcome: Outcome, previous: &Previous) -> Result<(Outcome, Vec<String>), PreviousError> {
    let earlier = chosen(&outcome, previous)?;
    let source =
        format!("{}, {} of {}", previous.name, earlier.benchmark.revision(), earlier.finished.format("%Y-%m-%d"));
    let mut words: HashMap<String, Word<'_>> = HashMap::new();
    for (_, rule, result) in earlier.results().filter(|(_, rule, _)| !rule.version.is_empty()) {
        let Some(word) = word(earlier, rule, result) else {
            continue;
        };
        words.insert(rule.version.to_ascii_uppercase(), word);
    }
    let mut outcome = outcome;
    let rules: Vec<(Names, Rule)> =
        outcome.benchmark.rules().map(|(group, rule)| (Names::of(group, rule), rule.clone())).collect();
    let by_name = previous.any_asset || shares_name(&outcome, earlier);
    for ((names, rule), result) in rules.iter().zip(&mut outcome.rules) {
        if let Some(word) = words.remove(&names.stig_id.to_ascii_uppercase()) {
            if !same_check(result, &word) {
                let because = "the text of the check is another one now, so that it does not count any more";
                result.beside.push(beside(&word, &source, Standing::SetAside, because.into()));
            } else if by_name || decides_less(word.result) || nessus::is_of_cluster(rule) {
                apply(result, rule, &word, &source);
            } else {
                // Nodes share addresses with the cluster that they are of: one of them does not speak for all.
                let because = format!(
                    "it is filed under {}, which has an address of this asset and another name: it may speak of one node alone (--previous-any-asset takes it for this asset)",
                    earlier.asset.name
                );
                result.beside.push(beside(&word, &source, Standing::SetAside, because));
            }
        }
    }
    let results: Vec<Verdict> = outcome.rules.iter().map(RuleOutcome::after_waiver).collect();
    outcome.scores = scores(&outcome.benchmark, &results);
    let mut left: Vec<String> = words
        .into_values()
        .map(|w| format!("{}: what people wrote on {} is of no rule of this benchmark", previous.name, w.rule.version))
        .collect();
    left.sort();
    Ok((outcome, left))
}

impl Previous {
    /// Whether it is of this benchmark at all: known before anything is asked of a target.
    pub fn check(&self, benchmark: &Benchmark) -> Result<(), PreviousError> {
        self.of(benchmark).map(drop)
    }

    /// What is in it of this benchmark, at least one.
    fn of(&self, benchmark: &Benchmark) -> Result<Vec<&Outcome>, PreviousError> {
        let folded = |id: &str| bare(id, "_benchmark_").to_ascii_lowercase();
        let wanted = folded(&benchmark.id);
        let all = self.outcomes.iter();
        let same: Vec<&Outcome> = all.filter(|o| folded(&o.benchmark.id) == wanted).collect();
        if same.is_empty() {
            let found: Vec<&str> = self.outcomes.iter().map(|o| o.benchmark.id.as_str()).collect();
            return Err(PreviousError::OtherBenchmark {
                name: self.name.clone(),
                wanted: benchmark.id.clone(),
                found: found.join(", "),
            });
        }
        Ok(same)
    }
}

/// The outcome in the file that is of the same benchmark and asset.
fn chosen<'a>(outcome: &Outcome, previous: &'a Previous) -> Result<&'a Outcome, PreviousError> {
    let name = || previous.name.clone();
    let same = previous.of(&outcome.benchmark)?;
    let one = same.iter().find(|o| same_asset(outcome, o));
    let one = one.or_else(|| same.first().filter(|_| previous.any_asset));
    let Some(one) = one else {
        let found: Vec<&str> = same.iter().map(|o| o.asset.name.as_str()).collect();
        return Err(PreviousError::OtherAsset {
            name: name(),
            wanted: outcome.asset.name.clone(),
            found: found.join(", "),
        });
    };
    if one.simulated.is_some() != outcome.simulated.is_some() {
        return Err(PreviousError::Simulated { name: name() });
    }
    Ok(one)
}

/// By the name, with or without its domain, or by an address.
fn same_asset(one: &Outcome, other: &Outcome) -> bool {
    // A service is another asset than its host's other services.
    if let (Some(one), Some(other)) = (one.asset.service(), other.asset.service())
        && one != other
    {
        return false;
    }
    shares_name(one, other) || one.asset.ip.iter().any(|ip| other.asset.ip.contains(ip))
}

fn shares_name(one: &Outcome, other: &Outcome) -> bool {
    let simulated = format!("{SIMULATED}-");
    let names = |o: &Outcome| -> Vec<String> {
        let name = o.asset.name.strip_prefix(&simulated).unwrap_or(&o.asset.name);
        let all = [name, o.asset.fqdn.as_str()];
        all.into_iter().filter(|n| !n.is_empty()).map(str::to_ascii_lowercase).collect()
    };
    let first = |name: &String| match name.parse::<std::net::IpAddr>() {
        Ok(_) => name.clone(),
        Err(_) => name.split('.').next().unwrap_or_default().to_owned(),
    };
    let (mine, theirs) = (names(one), names(other));
    let equal = |a: &String, b: &String| {
        // A short name stands for the long one of the same host; two long ones have to be equal.
        a == b || ((!a.contains('.') || !b.contains('.')) && first(a) == first(b))
    };
    mine.iter().any(|a| theirs.iter().any(|b| equal(a, b)))
}

/// What people wrote on the rule, if anything.
fn word<'a>(earlier: &Outcome, rule: &'a Rule, outcome: &'a RuleOutcome) -> Option<Word<'a>> {
    let comments = outcome.comments.as_deref().map(without_ours).unwrap_or_default();
    let details = outcome.details.as_deref().unwrap_or("");
    let word = Word {
        result: outcome.result,
        by_person: by_person(earlier, outcome),
        details: if ours(details).is_some() { "" } else { details },
        comments,
        rule,
        outcome,
    };
    let says =
        word.by_person || !word.comments.is_empty() || outcome.severity_override.is_some() || outcome.waiver.is_some();
    says.then_some(word)
}

/// The result that stigprobe's own details state, if they are stigprobe's.
fn ours(details: &str) -> Option<Verdict> {
    let is_ours = details.lines().any(|l| l.starts_with("Control id: "));
    let first = details.lines().find(|l| !l.starts_with(SIMULATED))?;
    let (word, _) = first.split_once(": ")?;
    Verdict::ALL.into_iter().find(|v| is_ours && v.word() == word)
}

/// Whether the status is a person's: one that says otherwise than stigprobe's details beneath it, or one on a
/// checklist that is not stigprobe's. A status that decides nothing is nobody's word.
fn by_person(earlier: &Outcome, outcome: &RuleOutcome) -> bool {
    // What a scanner decided is no person's word.
    let counted = |b: &Beside| b.standing == Standing::Counts && !b.is_of_scan();
    if outcome.beside.iter().any(counted) {
        return true;
    }
    if !decides(outcome.result) {
        return false;
    }
    match outcome.details.as_deref() {
        // A run of ours: what people said there is in the policy.
        None => false,
        // Details that carry a word of an earlier checklist already.
        Some(details) if details.lines().any(counts_beside) => true,
        Some(details) => match ours(details) {
            Some(stated) => !same_status(stated, outcome.result),
            None => !is_of_scanner(earlier, details),
        },
    }
}

/// The line in which our details name a word of a person that counts.
fn counts_beside(line: &str) -> bool {
    let said = line.strip_prefix("Beside this: ");
    said.is_some_and(|said| !said.starts_with("Nessus on ") && said.contains(" (counts). "))
}

/// Whether a result that is not ours is that of a scanner: XCCDF results are, unless STIG Manager wrote them, whose
/// reviews are people's; and so is what STIG Viewer makes of a scanner's result that is imported into it.
fn is_of_scanner(earlier: &Outcome, details: &str) -> bool {
    let from = earlier.imported.as_ref().map_or("", |from| from.format.as_str());
    let maker = earlier.maker.name.to_ascii_lowercase();
    let by_people = ["stig-manager", "stig manager", "stig_manager"];
    let is_results = [Kind::Xccdf, Kind::Arf].iter().any(|kind| kind.name() == from);
    let imported = details.starts_with("Tool: ") && details.lines().any(|l| l.starts_with("Result: "));
    imported || (is_results && !by_people.iter().any(|name| maker.contains(name)))
}

/// A word that closes nothing.
fn decides_less(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::Pass | Verdict::Fixed | Verdict::NotApplicable)
}

fn decides(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Pass | Verdict::Fixed | Verdict::Fail | Verdict::NotApplicable)
}

fn same_status(one: Verdict, other: Verdict) -> bool {
    let status = |v: Verdict| match v {
        Verdict::Pass | Verdict::Fixed => 0,
        Verdict::Fail => 1,
        Verdict::NotApplicable => 2,
        _ => 3,
    };
    status(one) == status(other)
}

/// Comments without the lines that stigprobe put there: they are made anew.
fn without_ours(comments: &str) -> String {
    let simulated = format!("{SIMULATED}, not a real system; ");
    let own = |line: &&str| {
        let line = line.strip_prefix(&simulated).unwrap_or(line);
        let rest = line.strip_prefix(TOOL).and_then(|r| r.strip_prefix(' '));
        rest.is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()) && r.contains(": "))
    };
    let kept: Vec<&str> = comments.lines().filter(|l| !own(l)).collect();
    kept.join("\n").trim().to_owned()
}

/// Whether the check has the same text. Editors of checklists may cut or add white space around it.
fn same_check(result: &RuleOutcome, word: &Word<'_>) -> bool {
    let Some(wanted) = &result.check_id else {
        return false;
    };
    if word.outcome.check_id.as_ref() == Some(wanted) || stated(word.outcome, "Check id: ") == Some(wanted) {
        return true;
    }
    let text = word.rule.check_content().unwrap_or("");
    let trimmed = text.trim();
    let variants = [
        text.to_owned(),
        trimmed.to_owned(),
        format!("{trimmed}\n"),
        format!("{trimmed}\n\n"),
        format!("\n{trimmed}\n"),
        text.trim_end().to_owned(),
    ];
    let id = |text: &String| check_id(&result.control_id, &sha256_hex(text.as_bytes()));
    !trimmed.is_empty() && variants.iter().any(|v| id(v) == *wanted)
}

/// An id that stigprobe's details state.
fn stated<'a>(outcome: &'a RuleOutcome, what: &str) -> Option<&'a str> {
    let details = outcome.details.as_deref()?;
    ours(details)?;
    details.lines().find_map(|l| l.strip_prefix(what))
}

/// Takes over what counts, and puts the rest beside.
fn apply(result: &mut RuleOutcome, rule: &Rule, word: &Word<'_>, source: &str) {
    if !word.comments.is_empty() {
        result.comments = Some(word.comments.clone());
    }
    if let Some(by_person) = &word.outcome.severity_override {
        result.severity.clone_from(&by_person.severity);
        result.severity_override = Some(by_person.clone());
    }
    if let Some(waiver) = word.outcome.waiver.as_ref().filter(|_| result.waiver.is_none()) {
        let because = format!(
            "it has an override to {} by {}: an exception is made with [[waiver]] in the policy",
            waiver.result,
            waiver.statement.by.trim()
        );
        result.beside.push(beside(word, source, Standing::SetAside, because));
    }
    if word.by_person {
        status(result, rule, word, source);
    }
}

/// A person's status beside the result of this run.
fn status(result: &mut RuleOutcome, rule: &Rule, word: &Word<'_>, source: &str) {
    if result.result == Verdict::NotSelected || result.role != "full" {
        return;
    }
    let (standing, because) = match counts(result, rule, word.result) {
        Ok(taken) => {
            result.result = taken;
            result.summary = format!("Taken over from {source}: {}. {}", words(word.result), result.summary);
            (Standing::Counts, "a person is asked here, and this is the answer on the earlier checklist".to_owned())
        }
        Err(_) if same_status(result.result, word.result) => (Standing::Agrees, "this run found the same".to_owned()),
        Err(_) if decides(result.result) => (
            Standing::Conflict,
            format!(
                "the earlier checklist says {}, this run {}; this run's result stands until somebody has looked",
                words(word.result),
                words(result.result)
            ),
        ),
        Err(reason) => (Standing::SetAside, reason),
    };
    // What says the same and nothing more needs no place.
    if standing != Standing::Agrees || !word.details.trim().is_empty() {
        result.beside.push(beside(word, source, standing, because));
    }
}

/// The result if the person's word counts, or why it does not.
fn counts(result: &RuleOutcome, rule: &Rule, said: Verdict) -> Result<Verdict, String> {
    if result.answer.is_some() {
        return Err("the policy has an answer to this rule".into());
    }
    let by = registry::find(rule).map(|binding| binding.by);
    let holds = !result.unseen
        && !result.observations.is_empty()
        && result.observations.iter().all(|o| o.verdict() == Verdict::Pass);
    match by {
        None | Some(By::Person(_)) if result.result == Verdict::NotChecked => Ok(said),
        // What a probe found in order, and a person has to complete.
        Some(By::Both(..)) if result.result == Verdict::NotChecked && holds && said != Verdict::NotApplicable => {
            Ok(said)
        }
        // A probe may see it: a good word of before, perhaps against what a probe saw then, does not stand in for
        // it. What a person wants answered so stands in the policy.
        Some(By::Either(..)) if result.result.is_undecided() && said == Verdict::Fail => Ok(said),
        Some(By::Probe(_) | By::Both(..) | By::Either(..)) if result.result.is_undecided() => {
            Err("a probe decides this rule, and could not this time: an earlier status does not stand in for it".into())
        }
        _ => Err("what was seen decides".into()),
    }
}

/// A result in the words of checklists.
fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass | Verdict::Fixed => "Not a Finding",
        Verdict::Fail => "Open",
        Verdict::NotApplicable => "Not Applicable",
        _ => "Not Reviewed",
    }
}

fn beside(word: &Word<'_>, source: &str, standing: Standing, because: String) -> Beside {
    let severity = word.outcome.severity_override.as_ref().map(|o| {
        let text = format!("{} ({})", o.severity, o.reason);
        ("severity override".to_owned(), text)
    });
    Beside {
        source: source.to_owned(),
        result: word.result,
        details: word.details.to_owned(),
        comments: word.comments.clone(),
        facts: severity.into_iter().collect(),
        standing,
        because,
    }
}

#[cfg(test)]
mod tests;
