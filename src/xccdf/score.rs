//! Scoring: the four models of NIST IR 7275 r4, section 7.3.2.

use super::Verdict;
use super::model::{Benchmark, Item};

/// One score of a test result.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// URN of the model (`urn:xccdf:scoring:default`).
    pub system: &'static str,
    /// What was reached.
    pub score: f64,
    /// What could have been reached.
    pub maximum: f64,
}

/// Whether a result counts, and if so whether it counts as met. `error` and `unknown` count as not
/// met; what was not looked at does not count.
fn counts(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Pass | Verdict::Fixed => Some(true),
        Verdict::Fail | Verdict::Error | Verdict::Unknown => Some(false),
        Verdict::NotApplicable
        | Verdict::NotChecked
        | Verdict::NotSelected
        | Verdict::Informational => None,
    }
}

/// The scores of a run: `results` holds one result for each rule, in document order.
#[must_use]
pub fn scores(benchmark: &Benchmark, results: &[Verdict]) -> Vec<Score> {
    let mut next = results.iter().copied();
    let default = node(&benchmark.items, &mut next).map_or(0.0, |(score, _)| score);

    let counted: Vec<(f64, bool)> = benchmark
        .rules()
        .zip(results)
        .filter_map(|((_, rule), &result)| Some((rule.weight.value, counts(result)?)))
        .collect();
    let sum = |weight: fn(f64) -> f64, met_only: bool| -> f64 {
        counted
            .iter()
            .filter(|(_, met)| *met || !met_only)
            .map(|(w, _)| weight(*w))
            .sum()
    };
    let flat = (sum(|w| w, true), sum(|w| w, false));
    let one = |w: f64| if w == 0.0 { 0.0 } else { 1.0 };
    let unweighted = (sum(one, true), sum(one, false));
    let absolute = if flat.0 >= flat.1 { 1.0 } else { 0.0 };

    vec![
        Score {
            system: "urn:xccdf:scoring:default",
            score: default,
            maximum: 100.0,
        },
        Score {
            system: "urn:xccdf:scoring:flat",
            score: flat.0,
            maximum: flat.1,
        },
        Score {
            system: "urn:xccdf:scoring:flat-unweighted",
            score: unweighted.0,
            maximum: unweighted.1,
        },
        Score {
            system: "urn:xccdf:scoring:absolute",
            score: absolute,
            maximum: 1.0,
        },
    ]
}

/// Score of the children of one node and how many of them counted; none when none did. Depth is
/// bounded by the reader.
fn node(items: &[Item], results: &mut impl Iterator<Item = Verdict>) -> Option<(f64, u32)> {
    let (mut weighted, mut weights, mut count) = (0.0, 0.0, 0);
    for item in items {
        let (weight, score) = match item {
            Item::Rule(rule) => {
                let met = results.next().and_then(counts);
                (
                    rule.weight.value,
                    met.map(|met| if met { 100.0 } else { 0.0 }),
                )
            }
            Item::Group(group) => (
                group.weight.value,
                node(&group.items, results).map(|(score, _)| score),
            ),
        };
        if let Some(score) = score {
            weighted += score * weight;
            weights += weight;
            count += 1;
        }
    }
    // A sum of weights of zero is not defined by the standard; zero is what other tools make of it.
    (count > 0).then(|| {
        (
            if weights > 0.0 {
                weighted / weights
            } else {
                0.0
            },
            count,
        )
    })
}
