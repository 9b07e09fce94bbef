//! What people add to what was seen: answers, and exceptions.
//!
//! How a rule could pass here without evidence: an answer taken for what a probe should have seen. So a
//! person never closes what is open, never stands in for a fact that is missing unless the registry says
//! that a person may ([`By::Either`]), and never for one that shows an offender already. An exception
//! replaces no result: both stand side by side.

use chrono::NaiveDate;

use crate::finding::Literal;
use crate::outcome::{Answer, EvidenceFile, RuleOutcome, Statement, Waived};
use crate::policy::{Asked, Attestation, NamedFile, Policy, Said, Waiver};
use crate::registry::{By, Question};
use crate::xccdf::Verdict;

/// A rule as people speak of it.
pub(super) struct Subject<'a> {
    /// Its STIG-ID.
    pub(super) stig_id: &'a str,
    /// What answers are held against.
    pub(super) asked: Asked<'a>,
    /// What may answer it; nobody knows where it is not in the registry.
    pub(super) by: Option<By>,
}

/// The outcome with the answers of people to it.
pub(super) fn answered(mut outcome: RuleOutcome, policy: &Policy, subject: &Subject<'_>) -> RuleOutcome {
    let given = policy.attestations.iter();
    let given: Vec<&Attestation> = given.filter(|a| a.rule == subject.stig_id).collect();
    outcome.question = match subject.by {
        Some(By::Person(q) | By::Both(_, q) | By::Either(_, q)) => Some(q.asks.to_owned()),
        _ => None,
    };
    let mut counting = Vec::new();
    for attestation in given {
        match standing(attestation, subject) {
            Ok(()) => counting.push(attestation),
            Err(reason) => outcome.notes.push(format!(
                "The answer {} of {} does not count: {reason}.",
                attestation.status,
                signed(&attestation.said)
            )),
        }
    }
    let Some(answer) = newest(&counting) else {
        return unanswered(outcome, subject);
    };
    match subject.by {
        None | Some(By::Person(_)) => alone(outcome, answer),
        Some(By::Probe(_)) => outcome,
        Some(By::Both(..)) => both(outcome, answer),
        Some(By::Either(..)) => either(outcome, answer),
    }
}

fn standing(attestation: &Attestation, subject: &Subject<'_>) -> Result<(), String> {
    if matches!(subject.by, Some(By::Probe(_))) {
        return Err("a probe alone decides this rule, and an exception is made with [[waiver]]".into());
    }
    attestation.said.standing(&subject.asked)
}

/// The answer of the latest day; of one day, that which speaks against the rule.
fn newest<'a>(counting: &[&'a Attestation]) -> Option<&'a Attestation> {
    let rank = |a: &&&Attestation| (a.said.on, a.status == Verdict::Fail);
    counting.iter().max_by_key(rank).copied()
}

/// Nobody has answered, or nobody whose answer counts.
fn unanswered(mut outcome: RuleOutcome, subject: &Subject<'_>) -> RuleOutcome {
    let how = |question: &Question| {
        format!(
            "{} Answer with [[attest]] in the policy; 'stigprobe explain {}' shows how.",
            question.asks, subject.stig_id
        )
    };
    match subject.by {
        Some(By::Person(question)) => {
            outcome.result = Verdict::NotChecked;
            outcome.summary = format!("Only a person can know this. {}", how(question));
        }
        Some(By::Both(_, question)) => {
            settle(&mut outcome, |verdict| match verdict {
                Verdict::Pass | Verdict::Fixed => Verdict::NotChecked,
                other => other,
            });
            if outcome.result == Verdict::NotChecked {
                outcome.summary = format!("{} The rest only a person can know. {}", outcome.summary, how(question));
            }
        }
        Some(By::Either(_, question)) if outcome.result.is_undecided() => {
            outcome.summary = format!("{} A person can answer instead. {}", outcome.summary, how(question));
        }
        _ => {}
    }
    outcome
}

/// Only the person speaks.
fn alone(mut outcome: RuleOutcome, answer: &Attestation) -> RuleOutcome {
    outcome.result = answer.status;
    outcome.summary = format!("Answered by {}: {}", signed(&answer.said), answer.said.text.trim());
    outcome.answer = Some(recorded(answer));
    outcome
}

/// The probe and the person both have to find it in order.
fn both(mut outcome: RuleOutcome, answer: &Attestation) -> RuleOutcome {
    let (seen, said) = (outcome.result, answer.status);
    settle(&mut outcome, |verdict| match (verdict, said) {
        // XCCDF's AND would make a pass of `notchecked` and `pass`: what was not seen stays unseen.
        (_, Verdict::Fail) => Verdict::Fail,
        (Verdict::Pass | Verdict::Fixed, _) => verdict.and(said),
        (verdict, _) => verdict,
    });
    let person = signed(&answer.said);
    match (seen, said) {
        (Verdict::Fail, Verdict::Fail) => outcome.answer = Some(recorded(answer)),
        (Verdict::Fail, _) => {
            outcome.notes.push(format!("{person} answered {said}; what was seen is open all the same."));
        }
        (_, Verdict::Fail) => {
            outcome.summary = format!("{} Open by the answer of {person}.", outcome.summary);
            outcome.answer = Some(recorded(answer));
        }
        (Verdict::Pass | Verdict::Fixed, _) => {
            outcome.summary = format!("{} The rest was answered by {person}.", outcome.summary);
            outcome.answer = Some(recorded(answer));
        }
        _ => {
            outcome.notes.push(format!("{person} answered {said}; an answer does not stand in for what was not seen."));
        }
    }
    outcome
}

/// The person speaks where nothing could be seen.
fn either(mut outcome: RuleOutcome, answer: &Attestation) -> RuleOutcome {
    let (seen, said) = (outcome.result, answer.status);
    let person = signed(&answer.said);
    if !seen.is_undecided() {
        if seen != said {
            outcome.notes.push(format!("{person} answered {said}; what was seen decides, and that is {seen}."));
        }
        return outcome;
    }
    let offends = outcome.observations.iter().any(|o| o.verdict() == Verdict::Fail);
    if offends && said != Verdict::Fail {
        outcome.notes.push(format!(
            "{person} answered {said}; it does not count, because of what was seen some is open already."
        ));
        return outcome;
    }
    outcome.result = said;
    outcome.summary = format!(
        "Answered by {person}, as it could not be seen ({}): {}",
        outcome.summary.trim_end_matches('.'),
        answer.said.text.trim()
    );
    outcome.other_reading = None;
    outcome.answer = Some(recorded(answer));
    outcome
}

/// Takes the result through `with`, and what the other reading says too: where both then say the same,
/// there is no other reading any more.
fn settle(outcome: &mut RuleOutcome, with: impl Fn(Verdict) -> Verdict) {
    outcome.result = with(outcome.result);
    let result = outcome.result;
    outcome.other_reading = outcome
        .other_reading
        .take()
        .map(|other| Literal { verdict: with(other.verdict), ..other })
        .filter(|other| other.verdict != result);
}

/// The outcome with the exception that counts, if there is one.
pub(super) fn waived(mut outcome: RuleOutcome, policy: &Policy, subject: &Subject<'_>) -> RuleOutcome {
    let mut counting: Option<&Waiver> = None;
    for waiver in policy.waivers.iter().filter(|w| w.rule == subject.stig_id) {
        match covering(waiver, outcome.result, subject) {
            Ok(()) if counting.is_some_and(|c| c.said.on > waiver.said.on) => {}
            Ok(()) => counting = Some(waiver),
            Err(reason) => {
                outcome.notes.push(format!("The waiver of {} does not count: {reason}.", signed(&waiver.said)));
            }
        }
    }
    outcome.waiver = counting.map(|waiver| Waived { result: waiver.result, statement: statement(&waiver.said) });
    outcome
}

fn covering(waiver: &Waiver, result: Verdict, subject: &Subject<'_>) -> Result<(), String> {
    waiver.said.standing(&subject.asked)?;
    if waiver.covers.contains(&result) {
        return Ok(());
    }
    let covers: Vec<&str> = waiver.covers.iter().map(|v| v.word()).collect();
    Err(format!("it is for {}, and the result is {result}", covers.join(" or ")))
}

/// Who said it, on which day.
fn signed(said: &Said) -> String {
    format!("{} on {}", said.by.trim(), said.on)
}

fn recorded(answer: &Attestation) -> Answer {
    Answer { result: answer.status, statement: statement(&answer.said) }
}

fn statement(said: &Said) -> Statement {
    let file = |file: &NamedFile| EvidenceFile { name: file.name.clone(), sha256: file.sha256.clone() };
    Statement {
        by: said.by.trim().to_owned(),
        on: said.on,
        at: None,
        text: said.text.trim().to_owned(),
        expires: said.expires,
        evidence: said.evidence.as_ref().map(file),
    }
}

/// The day on which answers and exceptions have to count: that on which the evidence was complete, so
/// that the same evidence always gives the same results.
pub(super) fn today(finished: chrono::DateTime<chrono::Utc>) -> NaiveDate {
    finished.date_naive()
}

#[cfg(test)]
mod tests;
