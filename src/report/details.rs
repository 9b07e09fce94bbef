//! Finding details: what was seen, in an order in which what matters survives any cut.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::checklist::no_category;
use super::clean::{clean, cut, line, units};
use super::identity::bare;
use super::text::{LIMIT, maker, time};
use crate::facts::Origin;
use crate::finding::Observation;
use crate::outcome::{Beside, Interpretation, Outcome, RuleOutcome, Statement};
use crate::xccdf::{Rule, Verdict};

/// The most that one sentence may take of it, so that what follows still fits.
const SENTENCE: usize = 2_000;

/// The finding details of a rule: the result in a sentence, what was seen, and where it was seen.
///
/// What does not hold comes first, and when there is too much to list, observations give way before
/// the sources and ids after them do.
#[must_use]
pub fn details(outcome: &Outcome, rule: &Rule, rule_outcome: &RuleOutcome) -> String {
    let mut head = String::new();
    if let Some(notice) = outcome.simulated_notice() {
        head = format!("{}\n", line(&notice));
    }
    if let Some(written) = &rule_outcome.details {
        return as_written(head, written, rule_outcome);
    }
    let _ = write!(head, "{}: {}", rule_outcome.result, indented(&sentence(&rule_outcome.summary)));

    let mut tail = people(rule_outcome);
    tail.extend(beside(rule_outcome, ""));
    let origins = origins(rule_outcome);
    if !origins.is_empty() {
        tail.push(format!("\nEvidence:\n{}", origins.into_iter().map(source).collect::<Vec<_>>().join("\n")));
    }
    tail.extend(remarks(outcome, rule_outcome));
    tail.push(format!("\nRule: {} ({})", line(bare(&rule.id, "_rule_")), line(&rule.version)));
    tail.push(format!("Control id: {}", rule_outcome.control_id));
    tail.extend(rule_outcome.check_id.iter().map(|id| format!("Check id: {id}")));
    tail.extend(rule_outcome.tenable_control_id.iter().map(|id| match &rule_outcome.tenable_learned_from {
        Some(from) => format!("Tenable control id: {id} (learned from {})", line(from)),
        None => format!("Tenable control id: {id}"),
    }));
    tail.extend(decided_by(outcome, rule_outcome));
    let tail = cut(&tail.join("\n"), LIMIT / 2);

    let room = LIMIT.saturating_sub(units(&head) + units(&tail) + 2);
    let seen = cut(&observations(&rule_outcome.observations), room);
    let parts = [head, seen, tail];
    cut(&parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n"), LIMIT)
}

/// What the result rests on: somebody else's word where it counts, else the probe.
fn decided_by(outcome: &Outcome, rule_outcome: &RuleOutcome) -> Option<String> {
    let tool = maker(outcome);
    if let Some(other) = rule_outcome.rests_on() {
        let source = line(&sentence(&other.source));
        return Some(format!("Decided by: {source}, as joined by {tool}"));
    }
    let probe = rule_outcome.probe.as_ref()?;
    Some(format!("Decided by: {tool}, probe {probe}"))
}

/// The details of somebody else, as they were written; only what others say stands after them.
fn as_written(notice: String, written: &str, rule_outcome: &RuleOutcome) -> String {
    let written = clean(written);
    let notice = if written.starts_with(&notice) { String::new() } else { notice };
    // What stigprobe wrote tells of people already.
    let told = written.contains(" by a person: ");
    let mut tail = if told { Vec::new() } else { people(rule_outcome) };
    tail.extend(beside(rule_outcome, &written));
    tail.extend(notes(rule_outcome).filter(|note| !written.contains(note)));
    let tail = cut(&tail.join("\n"), LIMIT / 2);
    let separator = usize::from(!tail.is_empty());
    let room = LIMIT.saturating_sub(units(&notice) + units(&tail) + separator);
    let written = cut(&written, room);
    let parts = [format!("{notice}{written}"), tail];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// What others said of the rule, beside the result that stands, but for what is told already.
fn beside(rule_outcome: &RuleOutcome, told: &str) -> Vec<String> {
    let said = |b: &Beside| {
        let source = line(&sentence(&b.source));
        let head = format!("\nBeside this: {source} says {} ({}). ", b.result, b.standing.word());
        if told.contains(head.trim()) {
            return None;
        }
        let mut text = format!("{head}{}", line(&sentence(&b.because)));
        for (name, value) in &b.facts {
            let _ = write!(text, "\n  {}: {}", line(name), indented(&sentence(value)));
        }
        for (what, words) in [("details", &b.details), ("comments", &b.comments)] {
            let words = indented(words);
            if !words.is_empty() {
                let _ = write!(text, "\n  {what}: {}", cut(&words, SENTENCE * 2));
            }
        }
        Some(text)
    };
    rule_outcome.beside.iter().filter_map(said).collect()
}

/// Each source that the result rests on, once, in the order of the observations.
pub(super) fn origins(rule_outcome: &RuleOutcome) -> Vec<&Origin> {
    let mut seen = HashSet::new();
    let origins = rule_outcome.observations.iter().map(Observation::origin);
    origins.filter(|origin| seen.insert(*origin)).collect()
}

fn source(origin: &Origin) -> String {
    let request = line(&sentence(&origin.request));
    format!("{}: {request}, at {}, sha256 {}", origin.fact, time(origin.at), line(&origin.sha256))
}

/// What was seen, with what does not hold first.
fn observations(observations: &[Observation]) -> String {
    if observations.is_empty() {
        return String::new();
    }
    let mut sorted: Vec<&Observation> = observations.iter().collect();
    sorted.sort_by_key(|o| match o.verdict() {
        Verdict::Fail => 0,
        verdict if verdict.is_undecided() => 1,
        _ => 2,
    });
    let counts: Vec<String> = Verdict::ALL
        .iter()
        .map(|&verdict| (verdict, observations.iter().filter(|o| o.verdict() == verdict).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    let mut text = format!("\nObservations ({}):", counts.join(", "));
    for o in sorted {
        let _ = write!(
            text,
            "\n[{}] {} ({})\n  expected: {}\n  actual: {}",
            o.verdict(),
            indented(o.subject()),
            o.origin().fact,
            indented(o.expected()),
            indented(o.actual())
        );
    }
    text
}

/// What people said of the rule.
fn people(rule_outcome: &RuleOutcome) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(answer) = &rule_outcome.answer {
        let question =
            rule_outcome.question.as_deref().map_or(String::new(), |asks| format!("\n  asked: {}", indented(asks)));
        said.push(format!("\nAnswered by a person: {}{question}{}", answer.result, statement(&answer.statement)));
    }
    if let Some(waiver) = &rule_outcome.waiver {
        said.push(format!(
            "\nWaived by a person: {} in the place of {}, which is what was found{}",
            waiver.result,
            rule_outcome.result,
            statement(&waiver.statement)
        ));
    }
    said
}

fn statement(said: &Statement) -> String {
    let until = said.expires.map_or(String::new(), |day| format!(", counts until {day}"));
    let mut text = format!(
        "\n  by: {} on {}{until}\n  words: {}",
        line(&sentence(&said.by)),
        line(&said.when()),
        indented(&sentence(&said.text))
    );
    if let Some(file) = &said.evidence {
        let _ = write!(text, "\n  evidence: {}, sha256 {}", line(&sentence(&file.name)), file.sha256);
    }
    text
}

/// What else there is to know, a line each.
fn remarks(outcome: &Outcome, rule_outcome: &RuleOutcome) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(other) = &rule_outcome.other_reading {
        let by = match outcome.interpretation {
            Interpretation::Intent => "By the letter of the check text",
            Interpretation::Literal => "By the requirement behind the check text",
        };
        remarks.push(format!("{by}: {}. {}", other.verdict, indented(&sentence(&other.reason))));
    }
    remarks.extend(notes(rule_outcome));
    let files = rule_outcome.attachments.iter();
    remarks.extend(files.map(|file| format!("All offenders: {} in the evidence", line(file))));
    if !remarks.is_empty() {
        remarks[0].insert(0, '\n');
    }
    remarks
}

/// Remarks on the rule itself, a line each.
fn notes(rule_outcome: &RuleOutcome) -> impl Iterator<Item = String> {
    let matters = rule_outcome.result == Verdict::Fail || rule_outcome.result.is_undecided();
    let severity = no_category(&rule_outcome.severity).filter(|_| matters);
    let all = rule_outcome.notes.iter().cloned().chain(severity);
    all.map(|note| format!("Note: {}", indented(&sentence(&note))))
}

/// A sentence from somewhere else, clean and of bearable length.
pub(super) fn sentence(text: &str) -> String {
    cut(clean(text).trim(), SENTENCE)
}

/// A value from a target. Its further lines are indented, so that none can pass for a line of ours.
fn indented(text: &str) -> String {
    clean(text).trim().replace('\n', "\n    ")
}
