//! Several results of one rule as one, and what is said of it.
//!
//! How a rule could pass here: where one of its results passed and of another nobody knows anything. So the worst
//! counts, and of several results of which one was not looked at the rule was not. Exceptions are made for the result
//! that they stand at, before any are put together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::outcome::{Beside, Overriding, RuleOutcome, Standing, Statement, Waived};
use crate::xccdf::{Item, Verdict};

/// How many of each: `1 fail, 2 pass`.
pub(super) fn counted(results: impl Iterator<Item = Verdict>) -> String {
    let results: Vec<Verdict> = results.collect();
    let count = |verdict: Verdict| results.iter().filter(|result| **result == verdict).count();
    let counts = Verdict::ALL.into_iter().map(|verdict| (verdict, count(verdict))).filter(|(_, n)| *n > 0);
    counts.map(|(verdict, n)| format!("{n} {verdict}")).collect::<Vec<_>>().join(", ")
}

/// The remark on a result that several were put together for.
pub(super) fn remark(of: usize, words: &str) -> String {
    format!("{of} results of this rule are folded into one, the worst of them: {words}.")
}

/// One result of a rule, with what tells it from the others.
pub(super) struct Part {
    /// What it is of, empty where it does not say.
    pub(super) of: String,
    /// The result.
    pub(super) outcome: RuleOutcome,
}

/// The parts as one result, and the remark on it; none where there is but one part.
pub(super) fn together(mut parts: Vec<Part>) -> Option<(RuleOutcome, Option<String>)> {
    if parts.len() <= 1 {
        return parts.pop().map(|part| (part.outcome, None));
    }
    let all = || parts.iter().map(|part| &part.outcome);
    let found = all().map(|o| o.result).reduce(Verdict::worse)?;
    let after = all().map(RuleOutcome::after_waiver).reduce(Verdict::worse)?;
    let remark = remark(parts.len(), &counted(all().map(|o| o.result)));
    let worst = all().find(|o| o.result == found)?;
    let severest = all().min_by(|a, b| a.severity.cmp(&b.severity))?;
    let joined = |texts: Vec<String>, between: &str| {
        let texts: Vec<String> = texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
        texts.join(between)
    };
    let details = parts.iter().map(|part| {
        let of = if part.of.is_empty() { String::new() } else { format!(" {}:", part.of) };
        let text = part.outcome.details.as_deref().unwrap_or("");
        format!("[{}]{of} {text}", part.outcome.result).trim_end().to_owned()
    });
    let mut comments: Vec<String> = Vec::new();
    for comment in all().filter_map(|o| o.comments.clone()) {
        if !comments.contains(&comment) {
            comments.push(comment);
        }
    }
    let mut beside: Vec<Beside> = all().flat_map(|o| o.beside.clone()).collect();
    let mut waiver = None;
    if after == found {
        beside.extend(parts.iter().filter_map(set_aside));
    } else {
        waiver = exception(&parts, after);
        // Those of several results are no row that leads to the exception.
        beside.iter_mut().for_each(Beside::keep_in_words);
    }
    let mut notes: Vec<String> = Vec::new();
    for note in all().flat_map(|o| &o.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    notes.push(remark.clone());
    let outcome = RuleOutcome {
        result: found,
        summary: format!("{} ({})", worst.summary.trim(), remark.trim_end_matches('.')),
        observations: all().flat_map(|o| o.observations.clone()).collect(),
        notes,
        waiver,
        details: Some(joined(details.collect(), "\n\n")),
        comments: Some(joined(comments, "\n")),
        severity: severest.severity.clone(),
        severity_override: severest.severity_override.clone(),
        beside,
        time: all().filter_map(|o| o.time).max(),
        answer: all().find_map(|o| o.answer.clone()),
        question: all().find_map(|o| o.question.clone()),
        ..worst.clone()
    };
    Some((outcome, Some(remark)))
}

/// An exception that leaves the rule as it is: another of its results is as bad.
fn set_aside(part: &Part) -> Option<Beside> {
    let waiver = part.outcome.waiver.as_ref()?;
    let said = &waiver.statement;
    let of = if part.of.is_empty() { String::new() } else { format!(" for {}", part.of) };
    Some(Beside {
        source: format!("override by {} of {}{of}", said.by, said.when()),
        result: waiver.result,
        details: String::new(),
        comments: said.text.clone(),
        facts: vec![(Overriding::OLD.into(), part.outcome.result.to_string())],
        standing: Standing::SetAside,
        because: "It is of one of several results of this rule, and another one stands.".into(),
    })
}

/// The exceptions of all parts as one.
fn exception(parts: &[Part], after: Verdict) -> Option<Waived> {
    let all: Vec<(&str, &Statement)> =
        parts.iter().filter_map(|part| Some((part.of.as_str(), &part.outcome.waiver.as_ref()?.statement))).collect();
    let newest = all.iter().map(|(_, said)| *said).max_by_key(|said| said.on)?;
    let by: BTreeSet<&str> = all.iter().map(|(_, said)| said.by.as_str()).collect();
    let text = |(of, said): &(&str, &Statement)| match (*of, all.len()) {
        ("", 1) => said.text.clone(),
        (of, 1) => format!("{of}: {}", said.text),
        (of, _) => format!("{of}{}{} ({}, {})", if of.is_empty() { "" } else { ": " }, said.text, said.by, said.when()),
    };
    Some(Waived {
        result: after,
        statement: Statement {
            by: by.into_iter().collect::<Vec<_>>().join(", "),
            text: all.iter().map(text).collect::<Vec<_>>().join("; "),
            // The first that ends, ends them all.
            expires: all.iter().filter_map(|(_, said)| said.expires).min(),
            ..newest.clone()
        },
    })
}

/// Puts together what a checklist says of one rule in several places. Each rule is an item of its own, in the order of
/// the results.
pub(super) fn same_rules(items: &mut Vec<Item>, results: Vec<RuleOutcome>, lost: &mut Vec<String>) -> Vec<RuleOutcome> {
    let name = |item: &Item| match item {
        Item::Rule(rule) => rule.id.clone(),
        Item::Group(group) => match group.items.first() {
            Some(Item::Rule(rule)) => rule.id.clone(),
            _ => group.id.clone(),
        },
    };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<(Item, Vec<Part>)> = Vec::new();
    for (item, outcome) in std::mem::take(items).into_iter().zip(results) {
        let part = Part { of: String::new(), outcome };
        match places.get(&name(&item)) {
            Some(at) => kept[*at].1.push(part),
            None => {
                places.insert(name(&item), kept.len());
                kept.push((item, vec![part]));
            }
        }
    }
    let mut results = Vec::new();
    for (item, parts) in kept {
        if let Some((outcome, remark)) = together(parts) {
            lost.extend(remark.map(|remark| format!("{} each for itself: {remark}", name(&item))));
            results.push(outcome);
            items.push(item);
        }
    }
    results
}

/// What is lost again and again, told once with how often and where first.
#[derive(Default)]
pub(super) struct Tally(BTreeMap<String, (usize, String)>);

impl Tally {
    /// Something of a rule is lost.
    pub(super) fn add(&mut self, what: impl Into<String>, rule: &str) {
        self.0.entry(what.into()).or_insert_with(|| (0, rule.to_owned())).0 += 1;
    }

    /// A sentence for each thing.
    pub(super) fn told(self) -> impl Iterator<Item = String> {
        self.0.into_iter().map(|(what, (count, rule))| match count {
            1 => format!("{what} of {rule}"),
            _ => format!("{what} of {rule} and {} more", count - 1),
        })
    }
}

#[cfg(test)]
mod tests {
    use Verdict::{Error, Fail, NotApplicable, NotChecked, Pass, Unknown};

    use super::*;
    use crate::xccdf::Rule;

    fn part(of: &str, result: Verdict, waived: Option<Verdict>) -> Part {
        let statement = Statement {
            by: "isso".into(),
            on: "2026-01-01".parse().expect("a day"),
            at: None,
            text: "isolated".into(),
            expires: None,
            evidence: None,
        };
        let waiver = waived.map(|result| Waived { result, statement });
        let blank = RuleOutcome::of("b", &Rule::default());
        Part { of: of.into(), outcome: RuleOutcome { result, waiver, summary: "Seen.".into(), ..blank } }
    }

    #[test]
    fn the_worst_of_several_counts_and_what_nobody_looked_at_is_worse_than_a_pass() {
        for (results, folded, told) in [
            (&[Pass, NotChecked][..], NotChecked, "1 notchecked, 1 pass"),
            (&[Pass, Pass], Pass, "2 pass"),
            (&[Pass, NotApplicable], Pass, "1 pass, 1 notapplicable"),
            (&[NotApplicable, NotChecked], NotChecked, "1 notchecked, 1 notapplicable"),
            (&[Error, Fail, Pass], Fail, "1 fail, 1 error, 1 pass"),
            (&[Error, Unknown, NotChecked], Unknown, "1 error, 1 unknown, 1 notchecked"),
        ] {
            let (outcome, remark) =
                together(results.iter().map(|result| part("", *result, None)).collect()).expect("some");
            assert_eq!(outcome.result, folded, "{results:?}");
            let remark = remark.expect("more than one");
            assert!(remark.starts_with(&results.len().to_string()) && remark.contains(told), "{remark}");
            assert!(outcome.notes.contains(&remark) && outcome.summary.contains(told));
        }
    }

    #[test]
    fn an_exception_is_of_its_own_result() {
        let fold = |parts| together(parts).expect("some").0;
        let one = fold(vec![part("web01", Fail, None), part("web02", Fail, Some(Pass))]);
        assert_eq!((one.result, one.after_waiver(), one.waiver.is_some()), (Fail, Fail, false));
        assert!(one.beside[0].source.contains("for web02") && one.beside[0].standing == Standing::SetAside);
        let all = fold(vec![part("web01", Fail, Some(Pass)), part("web02", Fail, Some(Pass))]);
        assert_eq!((all.result, all.after_waiver()), (Fail, Pass));
        let some = fold(vec![part("web01", NotChecked, None), part("web02", Fail, Some(Pass))]);
        assert_eq!((some.result, some.after_waiver()), (Fail, NotChecked));
        assert_eq!(some.waiver.expect("one").statement.text, "web02: isolated");
    }
}
