//! From what checks say to what rules come out as (NIST IR 7275 r4, sections 7.2.3.2 and 7.2.3.5).

mod check;
mod cpe;
mod outcomes;
mod platform;
#[cfg(test)]
mod tests;

use super::Verdict;
use super::apply::{Applied, AppliedRule, Basis, basis};
use super::model::{Benchmark, Rule};
use super::score::{Score, Weights, weighted};
pub use outcomes::Outcomes;
pub use platform::Target;

/// One result of one rule. A rule has several when its check gives several (table 11, multi-check).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleResult {
    /// The rule's place among the benchmark's rules.
    pub rule: usize,
    /// The result.
    pub result: Verdict,
    /// The check it comes from, where a rule has several results: document and name.
    pub check: Option<(String, String)>,
    /// Why it is that, where no check says so.
    pub reason: Option<String>,
}

/// A benchmark's results and scores.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Processed {
    /// The results in document order.
    pub results: Vec<RuleResult>,
    /// Scores by each model.
    pub scores: Vec<Score>,
}

/// Works out every rule's results from what its checks said.
#[must_use]
pub fn process(benchmark: &Benchmark, applied: &Applied, outcomes: &Outcomes, target: &Target) -> Processed {
    let runner = check::Runner::new(benchmark, outcomes);
    let applicable = platform::applicable(benchmark, target, outcomes);
    let mut results = Vec::new();
    let mut by_rule: Vec<Vec<Verdict>> = Vec::new();
    let rules = benchmark.rules().zip(&applied.rules).zip(applicable);
    for (at, (((_, rule), as_applied), applies)) in rules.enumerate() {
        let found = rule_results(rule, as_applied, applies, &runner);
        by_rule.push(found.iter().map(|f| f.0).collect());
        results.extend(found.into_iter().map(|(result, check, reason)| RuleResult {
            rule: at,
            result,
            check,
            reason: reason.map(str::to_owned),
        }));
    }
    let weights = Weights {
        rules: applied.rules.iter().map(|r| r.weight.value).collect(),
        groups: applied.group_weights.iter().map(|w| w.value).collect(),
    };
    let scores = weighted(benchmark, &weights, &by_rule);
    Processed { results, scores }
}

type Found = (Verdict, Option<(String, String)>, Option<&'static str>);

/// The results of one rule, in the order of tables 35 and 39: selection, role, platform, check.
fn rule_results(rule: &Rule, applied: &AppliedRule, applies: bool, runner: &check::Runner<'_>) -> Vec<Found> {
    let one = |result, reason| vec![(result, None, Some(reason))];
    if !applied.selected {
        return one(Verdict::NotSelected, "not selected");
    }
    if applied.role == "unchecked" {
        return one(Verdict::NotChecked, "its role is unchecked");
    }
    if !applies {
        return one(Verdict::NotApplicable, "the target is none of its platforms");
    }
    let mut found: Vec<Found> = match basis(rule, applied.selector.as_deref()) {
        Basis::Complex(complex) => vec![(runner.complex(complex), None, None)],
        Basis::Checks(checks) => match runner.first(&checks) {
            None => one(Verdict::NotChecked, "no check of a system that is supported"),
            Some(check) => match runner.check(check) {
                None => one(Verdict::NotChecked, "nothing that its check refers to is there"),
                Some(several) => several.into_iter().map(|(verdict, from)| (verdict, from, None)).collect(),
            },
        },
    };
    // Whatever came of it, the check that is missing too (SP 800-126 r3, section 4.5.2).
    if applied.role == "unscored" {
        for (result, ..) in &mut found {
            *result = Verdict::Informational;
        }
    }
    found
}
