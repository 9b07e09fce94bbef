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
        Verdict::NotApplicable | Verdict::NotChecked | Verdict::NotSelected | Verdict::Informational => None,
    }
}

/// The weights that count: a profile may have changed those of the benchmark.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    /// Of each rule, in document order.
    pub rules: Vec<f64>,
    /// Of each group, in document order.
    pub groups: Vec<f64>,
}

impl Weights {
    /// The weights as the benchmark has them.
    #[must_use]
    pub fn of(benchmark: &Benchmark) -> Self {
        let mut weights =
            Weights { rules: benchmark.rules().map(|(_, r)| r.weight.value).collect(), groups: Vec::new() };
        let mut open: Vec<&Item> = benchmark.items.iter().rev().collect();
        while let Some(item) = open.pop() {
            if let Item::Group(group) = item {
                weights.groups.push(group.weight.value);
                open.extend(group.items.iter().rev());
            }
        }
        weights
    }
}

/// The scores of a run in which every rule has one result, with the benchmark's own weights:
/// `results` holds them in document order.
#[must_use]
pub fn scores(benchmark: &Benchmark, results: &[Verdict]) -> Vec<Score> {
    let results: Vec<Vec<Verdict>> = results.iter().map(|r| vec![*r]).collect();
    weighted(benchmark, &Weights::of(benchmark), &results)
}

/// The share of a rule's results that are met; none when none of them counts (section 7.3.2.1).
fn share(results: &[Verdict]) -> Option<f64> {
    let (mut counted, mut met) = (0_u32, 0_u32);
    for is_met in results.iter().filter_map(|r| counts(*r)) {
        counted += 1;
        met += u32::from(is_met);
    }
    (counted > 0).then(|| f64::from(met) / f64::from(counted))
}

/// The scores by all four models: `results` holds the results of each rule, in document order.
#[must_use]
pub fn weighted(benchmark: &Benchmark, weights: &Weights, results: &[Vec<Verdict>]) -> Vec<Score> {
    let shares: Vec<Option<f64>> = results.iter().map(|r| share(r)).collect();
    let mut walk = Walk {
        shares: shares.iter().copied(),
        rules: weights.rules.iter().copied(),
        groups: weights.groups.iter().copied(),
    };
    let default = walk.node(&benchmark.items).unwrap_or(0.0);

    let flat = |weigh: fn(f64) -> f64| {
        let counted = shares.iter().zip(&weights.rules);
        counted.fold((0.0, 0.0), |(score, maximum), (share, weight)| {
            let weight = weigh(*weight);
            match share {
                Some(share) => (score + weight * share, maximum + weight),
                None => (score, maximum),
            }
        })
    };
    let by_weight = flat(|w| w);
    let unweighted = flat(|w| if w == 0.0 { 0.0 } else { 1.0 });
    let absolute = if by_weight.0 >= by_weight.1 { 1.0 } else { 0.0 };
    let score = |system, (score, maximum)| Score { system, score, maximum };
    vec![
        score("urn:xccdf:scoring:default", (default, 100.0)),
        score("urn:xccdf:scoring:flat", by_weight),
        score("urn:xccdf:scoring:flat-unweighted", unweighted),
        score("urn:xccdf:scoring:absolute", (absolute, 1.0)),
    ]
}

/// Goes through items with their shares and weights, all in document order.
struct Walk<S, R, G> {
    shares: S,
    rules: R,
    groups: G,
}

impl<S, R, G> Walk<S, R, G>
where
    S: Iterator<Item = Option<f64>>,
    R: Iterator<Item = f64>,
    G: Iterator<Item = f64>,
{
    /// The score of the children of one node; none when none of them counts. Depth is bounded by the
    /// reader.
    fn node(&mut self, items: &[Item]) -> Option<f64> {
        let (mut sum, mut weights, mut any) = (0.0, 0.0, false);
        for item in items {
            let (weight, score) = match item {
                Item::Rule(_) => {
                    let share = self.shares.next().flatten();
                    (self.rules.next(), share.map(|share| share * 100.0))
                }
                Item::Group(group) => (self.groups.next(), self.node(&group.items)),
            };
            if let (Some(score), Some(weight)) = (score, weight) {
                sum += score * weight;
                weights += weight;
                any = true;
            }
        }
        // A sum of weights of zero is not defined by the standard; zero is what other tools make of it.
        any.then(|| if weights > 0.0 { sum / weights } else { 0.0 })
    }
}
