use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::facts::fleet::{Missed, Nodes};
use crate::facts::{Need, Origin};
use crate::finding::{Literal, strictest};
use crate::outcome::{Answer, BenchmarkSource, Maker, Statement, Waived};
use crate::xccdf::model::{Group, Item, Rule};
use crate::xccdf::{Benchmark, score};

const NODES: [&str; 3] = ["m1", "w1", "w2"];

fn origin(node: Option<&str>) -> Origin {
    Origin {
        fact: Need::EngineInfo,
        request: "GET /info".into(),
        at: chrono::DateTime::UNIX_EPOCH,
        sha256: String::new(),
        node: node.map(str::to_owned),
    }
}

fn seen(node: Option<&str>, verdict: Verdict) -> Observation {
    let at = &origin(node);
    match verdict {
        Verdict::Pass => Observation::seen(at, "x", "y", "y", true),
        Verdict::Fail => Observation::seen(at, "x", "y", "z", false),
        _ => Observation::undecided(at, "x", "y", "?"),
    }
}

/// A rule over these nodes; its result is what the observations fold to together with what was missed, as
/// `Finding::over` has it.
fn over(observations: Vec<Observation>, missed: &[&str]) -> RuleOutcome {
    let unseen = missed.iter().map(|_| Error);
    let folded = strictest(observations.iter().map(Observation::verdict).chain(unseen));
    RuleOutcome {
        result: folded.unwrap_or(Error),
        summary: "What was seen.".into(),
        observations,
        nodes: Some(Nodes {
            seen: NODES.iter().filter(|n| !missed.contains(n)).map(|n| (*n).to_owned()).collect(),
            missed: missed.iter().map(|n| Missed { place: (*n).to_owned(), reason: "down".into() }).collect(),
        }),
        ..RuleOutcome::of("x", &Rule::default())
    }
}

pub(super) fn cluster(rules: Vec<RuleOutcome>) -> Outcome {
    let items =
        rules.iter().map(|_| Item::Group(Group { items: vec![Item::Rule(Box::default())], ..Group::default() }));
    let benchmark = Benchmark { items: items.collect(), ..Benchmark::default() };
    Outcome {
        source: BenchmarkSource { name: "x".into(), sha256: String::new(), shipped: true },
        benchmark: Arc::new(benchmark),
        profile: None,
        asset: Asset {
            name: "ucp".into(),
            web_db_site: "UCP".into(),
            web_db_instance: "443".into(),
            ..Asset::default()
        },
        endpoints: Vec::new(),
        simulated: None,
        interpretation: Interpretation::Intent,
        started: chrono::DateTime::UNIX_EPOCH,
        finished: chrono::DateTime::UNIX_EPOCH,
        maker: Maker::this(),
        imported: None,
        evidence_sha256: String::new(),
        policy_sha256: None,
        rules,
        scores: Vec::new(),
        history: Vec::new(),
    }
}

fn split(outcome: &Outcome) -> Vec<Outcome> {
    let nodes = NODES.map(|node| NodeAsset {
        node: node.to_ascii_uppercase(),
        asset: Asset { name: node.into(), ..Asset::default() },
    });
    let weights = score::Weights::of(&outcome.benchmark);
    per_node(outcome, &nodes, &weights)
}

/// The results of the three nodes for one rule.
fn results(rule: RuleOutcome) -> [Verdict; 3] {
    let all = split(&cluster(vec![rule]));
    [0, 1, 2].map(|at: usize| all[at].rules[0].result)
}

use Verdict::{Error, Fail, NotApplicable, NotChecked, NotSelected, Pass};

#[test]
fn an_offender_opens_its_own_node_and_no_other() {
    let rule = over(vec![seen(Some("w1"), Fail), seen(Some("m1"), Pass), seen(None, Pass)], &[]);
    assert_eq!(results(rule.clone()), [Pass, Fail, Pass]);
    let outcome = cluster(vec![rule]);
    let nodes = split(&outcome);
    let of = |at: usize| &nodes[at].rules[0];
    assert_eq!(of(1).observations.len(), 2, "its own, and what is of none");
    assert_eq!(of(2).observations.len(), 1);
    assert!(of(0).summary.contains("Nothing on this node"));
    assert_eq!(nodes[1].asset.name, "w1");
    assert_ne!(nodes[0].digest(), nodes[1].digest());
    assert_eq!(nodes[0].scores.len(), nodes[1].scores.len());
}

#[test]
fn what_passes_or_does_not_apply_as_a_whole_does_on_every_node() {
    assert_eq!(results(over(vec![seen(None, Pass)], &[])), [Pass; 3]);
    let mut apart = over(vec![seen(Some("m1"), Pass)], &[]);
    apart.result = NotApplicable;
    assert_eq!(results(apart), [NotApplicable; 3]);
}

#[test]
fn what_is_undecided_as_a_whole_is_undecided_on_every_node() {
    let rule = over(vec![seen(Some("m1"), Pass), seen(Some("w1"), Error)], &["w2"]);
    assert_eq!(results(rule.clone()), [Error; 3]);
    let nodes = split(&cluster(vec![rule]));
    assert_eq!(nodes[2].rules[0].summary, "This node was not seen: down");
    assert!(nodes[0].rules[0].summary.starts_with("Undecided for the cluster"));
    assert_eq!(results(over(vec![], &[])), [Error; 3]);
    assert_eq!(results(over(vec![seen(Some("w1"), Error)], &[])), [Error; 3]);
}

#[test]
fn an_offender_is_open_while_another_node_was_not_seen() {
    let rule = || over(vec![seen(Some("m1"), Pass), seen(Some("w1"), Fail)], &["w2"]);
    assert_eq!(results(rule()), [Pass, Fail, Error]);
    let with = |place: &str| {
        let mut rule = rule();
        let missed = rule.nodes.as_mut().map(|nodes| &mut nodes.missed);
        missed.expect("nodes").push(Missed { place: place.into(), reason: "down".into() });
        results(rule)
    };
    for place in ["container web on m1", "the other nodes", "GET https://ucp/x"] {
        assert_eq!(with(place), [Error, Fail, Error], "{place} may be of m1");
    }
    assert_eq!(with("W1"), [Pass, Fail, Error], "what is open there is open, by whomever it was seen");
    let mut not_about_w2 = over(vec![seen(Some("w1"), Fail)], &[]);
    let nodes = not_about_w2.nodes.as_mut().expect("nodes");
    nodes.seen.retain(|node| node != "w2");
    nodes.missed.push(Missed { place: "the other nodes".into(), reason: "down".into() });
    assert_eq!(results(not_about_w2), [Error, Fail, Error]);
}

#[test]
fn a_node_with_something_undecided_does_not_pass_beside_one_that_is_open() {
    let rule = over(vec![seen(Some("m1"), Fail), seen(Some("w1"), Error)], &[]);
    assert_eq!(results(rule), [Fail, Error, Pass]);
}

#[test]
fn a_finding_of_no_known_node_is_every_nodes() {
    let services = over(vec![seen(None, Fail), seen(Some("m1"), Pass)], &[]);
    assert_eq!(results(services), [Fail; 3]);
    let stranger = over(vec![seen(Some("m1.example.mil"), Fail)], &[]);
    assert_eq!(results(stranger), [Fail; 3]);
    let undecided = over(vec![seen(Some("m1"), Fail), seen(None, Error)], &[]);
    assert_eq!(results(undecided), [Fail, Error, Error]);
}

#[test]
fn what_observations_do_not_tell_is_the_same_on_every_node() {
    let told = || over(vec![seen(Some("m1"), Fail), seen(Some("w1"), Pass)], &[]);
    assert_eq!(results(told()), [Fail, Pass, Pass]);
    let mut cut = told();
    cut.attachments = vec!["offenders.jsonl".into()];
    let mut unexplained = told();
    unexplained.observations.remove(0);
    let mut spoken = told();
    spoken.answer = Some(Answer { result: Fail, statement: statement() });
    for rule in [cut, unexplained, spoken] {
        assert_eq!(results(rule), [Fail; 3]);
    }
    let mut by_letter = told();
    by_letter.other_reading = Some(Literal { verdict: Fail, reason: String::new() });
    assert_eq!(results(by_letter.clone()), [Fail, Pass, Pass]);
    let mut outcome = cluster(vec![by_letter]);
    outcome.interpretation = Interpretation::Literal;
    let all = split(&outcome);
    assert!(all.iter().all(|node| node.rules[0].result == Fail));
}

fn statement() -> Statement {
    Statement {
        by: "The AO".into(),
        on: chrono::NaiveDate::default(),
        at: None,
        text: "accepted".into(),
        expires: None,
        evidence: None,
    }
}

#[test]
fn a_waiver_is_for_the_result_that_it_was_made_for() {
    let mut rule = over(vec![seen(Some("m1"), Fail)], &[]);
    rule.waiver = Some(Waived { result: NotApplicable, statement: statement() });
    let nodes = split(&cluster(vec![rule]));
    let waived: Vec<bool> = nodes.iter().map(|n| n.rules[0].waiver.is_some()).collect();
    assert_eq!(waived, [true, false, false]);
    assert_eq!(nodes[0].rules[0].after_waiver(), NotApplicable);
}

#[test]
fn what_is_decided_for_the_cluster_is_said_to_be() {
    let mut rule = over(vec![seen(Some("m1"), Pass)], &[]);
    rule.nodes = None;
    let nodes = split(&cluster(vec![rule.clone()]));
    for node in &nodes {
        assert_eq!(node.rules[0].result, NotSelected);
        assert_eq!(node.rules[0].summary, "Decided for the cluster as a whole (pass): see asset ucp-UCP-443.");
        assert!(node.rules[0].observations.is_empty());
    }
    rule.result = NotChecked;
    assert_eq!(results(rule), [NotSelected; 3]);
}

#[test]
fn a_node_that_the_rule_is_not_about_is_told_so() {
    let mut rule = over(vec![seen(Some("m1"), Fail)], &[]);
    if let Some(nodes) = &mut rule.nodes {
        nodes.seen.retain(|node| node != "w2");
    }
    assert_eq!(results(rule.clone()), [Fail, Pass, NotSelected]);
    rule.result = Error;
    assert_eq!(results(rule), [Error; 3]);
}

#[test]
fn the_cluster_counts_by_node() {
    let of = |observations, missed| by_node(&over(observations, missed));
    let amiss = vec![seen(Some("w1"), Fail), seen(Some("w1"), Error), seen(Some("m1"), Fail), seen(Some("m1"), Fail)];
    assert_eq!(
        of(amiss, &[]).as_deref(),
        Some("By node: m1: 2 open; w1: 1 open, 1 undecided; nothing on 1 of the 3 nodes seen.")
    );
    assert_eq!(of(vec![seen(Some("m1"), Pass)], &[]), None);
    assert_eq!(of(vec![seen(Some("m1"), Fail), seen(None, Fail)], &[]), None, "not all of it is told apart");
    assert_eq!(of(vec![seen(Some("m1"), Fail)], &["w1", "w2"]), None);
}

fn observations() -> impl Strategy<Value = Vec<Observation>> {
    let node = prop::option::of(prop::sample::select(vec!["m1", "w1", "w2", "W1", "other"]));
    let verdict = prop::sample::select(vec![Pass, Fail, Error]);
    prop::collection::vec((node, verdict).prop_map(|(n, v)| seen(n, v)), 0..8)
}

proptest! {
    #[test]
    fn nodes_and_cluster_together_are_as_bad_as_the_cluster(
        observations in observations(),
        missed in prop::sample::subsequence(NODES.to_vec(), 0..=2),
        cut in any::<bool>(),
        whole in any::<bool>(),
    ) {
        let mut rule = over(observations, &missed);
        if cut {
            rule.attachments.push("more.jsonl".into());
        }
        if whole {
            rule.nodes = None;
        }
        let of_cluster = rule.result;
        let nodes = results(rule);
        let worst = strictest(nodes.into_iter().chain([of_cluster]));
        prop_assert!(of_cluster == Fail || worst == Some(of_cluster));
        for node in nodes {
            prop_assert!(node != Pass || !of_cluster.is_undecided());
            prop_assert!(node != Fail || of_cluster == Fail);
        }
        if of_cluster == Fail && !whole {
            prop_assert!(nodes.contains(&Fail), "somebody has the finding: {nodes:?}");
        }
    }
}
