//! Every probe on two nodes, one in order and one not: who has the finding?

use std::collections::BTreeSet;

use super::*;
use crate::facts::swarm::{Node, Roster};
use crate::facts::{Fact, Facts, Reach};
use crate::probes::cases::{Case, Kind, all};
use crate::xccdf::model::Rule;

/// The same nodes under other names, with other containers.
fn renamed(facts: &Facts) -> Facts {
    let mut text = serde_json::to_string(facts).expect("JSON");
    for node in facts.known_nodes() {
        let (old, new) = (node.name, format!("{}-b", node.name));
        text = text.replace(&format!("\"{old}\""), &format!("\"{new}\""));
        text = text.replace(&format!("\"id-{old}\""), &format!("\"id-{new}\""));
    }
    let containers = facts.engines.iter().filter_map(|e| e.containers.read().ok());
    for container in containers.flat_map(|read| read.value.read()) {
        // As long, and still of hexadecimal digits.
        let new = format!("bb{}", container.id.get(2..).unwrap_or_default());
        text = text.replace(&container.id, &new);
    }
    serde_json::from_str(&text).expect("facts")
}

/// Both, in one swarm where they are in any.
fn together(good: &Facts, bad: &Facts) -> Facts {
    let mut facts = good.clone();
    facts.engines.extend(bad.engines.iter().cloned());
    facts.hosts.extend(bad.hosts.iter().cloned());
    let mut roster: Vec<Node> = Vec::new();
    for engine in &facts.engines {
        if let Ok(read) = engine.nodes.read()
            && let Roster::Nodes(nodes) = &read.value
        {
            let new = nodes.iter().filter(|n| !roster.iter().any(|k| k.id == n.id));
            let new: Vec<Node> = new.cloned().collect();
            roster.extend(new);
        }
    }
    for engine in &mut facts.engines {
        if let Fact::Read(read) = &mut engine.nodes
            && let Roster::Nodes(nodes) = &mut read.value
        {
            nodes.clone_from(&roster);
        }
    }
    facts.place();
    facts
}

fn outcome(case: &Case, facts: &Facts) -> Option<RuleOutcome> {
    let finding = case.probe.decide(facts, &case.policy).ok()?;
    Some(RuleOutcome {
        result: finding.verdict(),
        observations: finding.observations().to_vec(),
        attachments: finding.attachments().to_vec(),
        nodes: finding.nodes().cloned(),
        ..RuleOutcome::of("x", &Rule::default())
    })
}

#[test]
fn a_node_with_a_finding_never_passes_beside_one_without() {
    let cases = all();
    let of_kind = |kind| cases.iter().filter(move |c: &&Case| c.kind == kind);
    let (mut told, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for bad in of_kind(Kind::Fails) {
        let name = bad.probe.card().name;
        let policy = format!("{:?}", bad.policy);
        let other = renamed(&bad.facts);
        let fine = of_kind(Kind::Passes).filter(|c| c.probe.card().name == name && format!("{:?}", c.policy) == policy);
        for good in fine {
            let facts = together(&good.facts, &other);
            let Some(rule) = outcome(bad, &facts) else {
                continue;
            };
            if rule.nodes.is_none() || rule.result != Verdict::Fail {
                continue;
            }
            let run = super::tests::cluster(vec![rule.clone()]);
            let names: Vec<&str> = facts.known_nodes().iter().map(|node| node.name).collect();
            let result = |node: &str| of_rule(&rule, node, &names, &run).result;
            // Only what is seen on the node itself can be told apart.
            let alone = |facts: &Facts| facts.engines.iter().all(|e| e.reach == Reach::Node);
            for node in other.known_nodes() {
                assert_eq!(result(node.name), Verdict::Fail, "{name}, {} beside {}", bad.what, good.what);
            }
            let passes = good.facts.known_nodes().iter().all(|node| result(node.name) == Verdict::Pass);
            if passes && alone(&facts) {
                told.insert(name);
            } else {
                shared.insert(name);
            }
        }
    }
    let never: Vec<_> = shared.difference(&told).collect();
    assert!(told.len() > 40, "only {told:?}");
    assert!(never.is_empty(), "findings that no node has alone: {never:?}");
}
