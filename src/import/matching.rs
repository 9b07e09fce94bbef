//! Results put onto the rules of another edition of their benchmark.

use std::sync::Arc;

use super::Kind;
use super::fold::{Part, together};
use crate::outcome::{BenchmarkSource, Outcome, RuleOutcome};
use crate::xccdf::naming::{Index, Names};
use crate::xccdf::score::scores;
use crate::xccdf::{Benchmark, Rule, Severity, Verdict};

/// The results on the rules of another edition of the benchmark, whose texts and order are taken. A result
/// whose rule is not there is named as lost; a rule without a result is not checked.
#[must_use]
pub fn onto(mut outcome: Outcome, benchmark: &Arc<Benchmark>, source: &BenchmarkSource) -> Outcome {
    let index = Index::new(benchmark);
    let mut rules: Vec<Vec<Part>> = benchmark.rules().map(|_| Vec::new()).collect();
    let mut lost = Vec::new();
    // Our own results state the severity that applied, others that of the rule.
    let applied = outcome.imported.as_ref().is_some_and(|from| from.format == Kind::Results.name());
    let theirs = std::mem::take(&mut outcome.rules);
    for ((group, rule), result) in outcome.benchmark.rules().zip(theirs) {
        let names = Names::of(group, rule);
        match index.find(&names) {
            Some(place) => {
                let own = index.rule(place.at);
                let own_severity = applied || result.severity != Severity::read(&rule.severity);
                let mut result = moved(result, own_severity, &benchmark.id, own);
                if !place.same_revision {
                    result
                        .notes
                        .push(format!("The result was made for {}, another revision of this rule.", names.rule));
                }
                rules[place.at].push(Part { of: names.rule, outcome: result });
            }
            None => lost.push(format!(
                "the result {} of {} ({}), which benchmark {} has no rule for",
                result.result, names.rule, names.stig_id, benchmark.id
            )),
        }
    }
    outcome.rules = benchmark
        .rules()
        .zip(rules)
        .map(|((_, rule), parts)| match together(parts) {
            Some((result, remark)) => {
                lost.extend(remark.map(|remark| format!("{} each for itself: {remark}", rule.id)));
                result
            }
            None => unmentioned(&benchmark.id, rule),
        })
        .collect();
    outcome.benchmark = Arc::clone(benchmark);
    outcome.source = source.clone();
    let results: Vec<Verdict> = outcome.rules.iter().map(RuleOutcome::after_waiver).collect();
    outcome.scores = scores(&outcome.benchmark, &results);
    if let Some(imported) = &mut outcome.imported {
        imported.lost.extend(lost);
    }
    outcome
}

/// A result with the ids of the rule that it now stands at, and with the rule's severity unless the result
/// has one of its own.
fn moved(result: RuleOutcome, own_severity: bool, benchmark_id: &str, rule: &Rule) -> RuleOutcome {
    let blank = RuleOutcome::of(benchmark_id, rule);
    let tenable = result.tenable_control_id.or(blank.tenable_control_id);
    RuleOutcome {
        control_id: blank.control_id,
        check_id: blank.check_id,
        tenable_control_id: tenable,
        severity: if own_severity { result.severity } else { blank.severity },
        ..result
    }
}

/// A rule that a file does not speak of.
pub(super) fn unmentioned(benchmark_id: &str, rule: &Rule) -> RuleOutcome {
    RuleOutcome {
        summary: "The file has no result for this rule.".into(),
        details: Some(String::new()),
        ..RuleOutcome::of(benchmark_id, rule)
    }
}
