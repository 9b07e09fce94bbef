//! One outcome a node, from that of the cluster.
//!
//! A rule that was decided over all nodes is decided for each of them from what was seen there. How a
//! node could pass without evidence: the rule was not read to the end of its population, a finding cannot
//! be told to be another node's, or it rests on something that is not in the observations. So a node
//! passes where the rule passes as a whole; and where the rule is a `fail` only if the node was seen, no
//! observation that does not hold is its own or of no known node, all that was not seen is another node by
//! name, some observation shows why the rule fails, nothing was cut off into a file beside the evidence, and
//! neither a person's word nor the letter of the check made the result. In every other case the node has the
//! rule's own result; one that was not seen is an `error`, unless what is open is certainly its own. Rules that are decided once for the whole cluster are no node's: `notselected`,
//! with the asset that has their result.

use std::collections::BTreeMap;

use crate::facts::fleet::Missed;
use crate::finding::Observation;
use crate::outcome::{Interpretation, Outcome, RuleOutcome, Standing};
use crate::target::Asset;
use crate::xccdf::Verdict;
use crate::xccdf::score::{Weights, weighted};

/// A node, and what its results are filed under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeAsset {
    /// The name by which observations know it.
    pub node: String,
    /// What its results are filed under.
    pub asset: Asset,
}

/// The outcome of each node, in the order given. That of the cluster stands beside them as it is.
#[must_use]
pub fn per_node(outcome: &Outcome, nodes: &[NodeAsset], weights: &Weights) -> Vec<Outcome> {
    let names: Vec<&str> = nodes.iter().map(|node| node.node.as_str()).collect();
    let of_node = |node: &NodeAsset| {
        let of_rule = |rule| of_rule(rule, &node.node, &names, outcome);
        let rules: Vec<RuleOutcome> = outcome.rules.iter().map(of_rule).collect();
        let results: Vec<Vec<Verdict>> = rules.iter().map(|r| vec![r.after_waiver()]).collect();
        Outcome {
            asset: node.asset.clone(),
            scores: weighted(&outcome.benchmark, weights, &results),
            rules,
            ..outcome.clone()
        }
    };
    nodes.iter().map(of_node).collect()
}

/// How many observations of each node do not hold, for the results of the cluster; none where the rule
/// is not decided node by node, or nothing is amiss.
#[must_use]
pub fn by_node(rule: &RuleOutcome) -> Option<String> {
    const NAMED: usize = 50;
    let nodes = rule.nodes.as_ref()?;
    let mut amiss: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for observation in rule.observations.iter().filter(|o| !holds(o)) {
        let (open, undecided) = amiss.entry(observation.node()?).or_default();
        match observation.verdict() {
            Verdict::Fail => *open += 1,
            _ => *undecided += 1,
        }
    }
    if amiss.is_empty() || nodes.seen.len() < 2 {
        return None;
    }
    let said = amiss.iter().take(NAMED).map(|(node, counts)| {
        let parts = [(counts.0, "open"), (counts.1, "undecided")];
        let parts = parts.iter().filter(|(n, _)| *n > 0);
        let parts: Vec<String> = parts.map(|(n, what)| format!("{n} {what}")).collect();
        format!("{node}: {}", parts.join(", "))
    });
    let mut said: Vec<String> = said.collect();
    if amiss.len() > NAMED {
        said.push(format!("and {} more nodes", amiss.len() - NAMED));
    }
    let fine = nodes.seen.iter().filter(|node| !amiss.keys().any(|known| same(known, node)));
    let fine = match fine.count() {
        0 => String::new(),
        n => format!("; nothing on {n} of the {} nodes seen", nodes.seen.len()),
    };
    Some(format!("By node: {}{fine}.", said.join("; ")))
}

/// The rule for one of the nodes of these names.
fn of_rule(rule: &RuleOutcome, node: &str, names: &[&str], outcome: &Outcome) -> RuleOutcome {
    let elsewhere = |why: String| RuleOutcome {
        result: Verdict::NotSelected,
        summary: why,
        observations: Vec::new(),
        nodes: None,
        other_reading: None,
        attachments: Vec::new(),
        question: None,
        answer: None,
        waiver: None,
        details: None,
        comments: None,
        beside: Vec::new(),
        ..rule.clone()
    };
    let cluster = outcome.asset.key();
    let Some(nodes) = &rule.nodes else {
        return elsewhere(format!("Decided for the cluster as a whole ({}): see asset {cluster}.", rule.result));
    };
    let own = |result, summary| own(rule, node, result, summary);
    let is_of = |o: &&Observation| o.node().is_some_and(|of| same(of, node));
    let told = rule.result == Verdict::Fail && is_told_by_observations(rule, outcome.interpretation);
    let is_open = told && rule.observations.iter().any(|o| is_of(&o) && o.verdict() == Verdict::Fail);
    if !is_open && let Some(missed) = nodes.missed.iter().find(|m| same(&m.place, node)) {
        return own(Verdict::Error, format!("This node was not seen: {}", missed.reason));
    }
    // What was missed and is no other node by name may be this one's.
    let unplaced = nodes.missed.iter().find(|m| !names.iter().any(|name| same(name, &m.place)));
    let was_seen = nodes.seen.iter().any(|seen| same(seen, node));
    if !was_seen && !rule.observations.iter().any(|o| is_of(&o) && !holds(o)) {
        if rule.result.is_undecided() {
            return own(rule.result, as_cluster(rule));
        }
        if let Some(missed) = unplaced {
            return own(Verdict::Error, not_all_seen(missed, rule));
        }
        return elsewhere(format!(
            "The rule is not about this node; for the cluster it came out as {}: see asset {cluster}.",
            rule.result
        ));
    }
    if rule.result.is_undecided() {
        return own(rule.result, as_cluster(rule));
    }
    if !told {
        return own(rule.result, rule.summary.clone());
    }
    // What is of no node that is known may be this one's.
    let known = || nodes.seen.iter().chain(nodes.missed.iter().map(|m| &m.place));
    let strays = |o: &&Observation| !o.node().is_some_and(|of| known().any(|known| same(known, of)));
    let amiss = rule.observations.iter().filter(|o| !holds(o));
    let amiss: Vec<&Observation> = amiss.filter(|o| is_of(o) || strays(o)).collect();
    let open = amiss.iter().filter(|o| o.verdict() == Verdict::Fail);
    match (amiss.len(), open.count()) {
        (_, 0) if let Some(missed) = unplaced => own(Verdict::Error, not_all_seen(missed, rule)),
        (0, _) => own(Verdict::Pass, format!("Nothing on this node is amiss. For the cluster: {}", rule.summary)),
        (n, 0) => own(
            Verdict::Error,
            format!("{n} of what was seen on this node cannot be decided. For the cluster: {}", rule.summary),
        ),
        (_, n) => own(
            Verdict::Fail,
            format!(
                "{n} of what was seen on this node, or is not told apart by node, is open. For the \
                 cluster: {}",
                rule.summary
            ),
        ),
    }
}

/// The rule for one node: what was seen there, and what is of no node.
fn own(rule: &RuleOutcome, node: &str, result: Verdict, summary: String) -> RuleOutcome {
    let concerns = |o: &&Observation| o.node().is_none_or(|of| same(of, node));
    let as_found = result == rule.result;
    RuleOutcome {
        result,
        summary,
        observations: rule.observations.iter().filter(concerns).cloned().collect(),
        // What was excepted, or read otherwise, is the result of the rule.
        other_reading: rule.other_reading.clone().filter(|_| as_found),
        waiver: rule.waiver.clone().filter(|_| as_found),
        nodes: None,
        ..rule.clone()
    }
}

fn not_all_seen(missed: &Missed, rule: &RuleOutcome) -> String {
    format!(
        "Not all was seen that may be of this node ({}: {}). For the cluster: {}",
        missed.place, missed.reason, rule.summary
    )
}

fn as_cluster(rule: &RuleOutcome) -> String {
    format!("Undecided for the cluster, and so for this node: {}", rule.summary)
}

/// Whether the observations alone made the result, and are all there.
fn is_told_by_observations(rule: &RuleOutcome, interpretation: Interpretation) -> bool {
    let by_letter = interpretation == Interpretation::Literal && rule.other_reading.is_some();
    let by_others = rule.beside.iter().any(|b| b.standing == Standing::Counts);
    let shown = rule.observations.iter().any(|o| o.verdict() == Verdict::Fail);
    shown && rule.attachments.is_empty() && rule.answer.is_none() && !by_letter && !by_others
}

fn holds(observation: &Observation) -> bool {
    observation.verdict() == Verdict::Pass
}

/// Host names have no case.
fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

#[cfg(test)]
mod probes;
#[cfg(test)]
mod tests;
