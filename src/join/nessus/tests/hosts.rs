//! Which hosts of a scan are the asset, and what several of them say together.

use super::*;
use crate::facts::fleet::{Missed, Nodes};

#[test]
fn a_host_is_known_by_names_and_addresses_and_by_nothing_that_others_share() {
    let with = |name: &str, tag: &str, value: &str| {
        let mut host = host(name, vec![item(Heard::Passed)]);
        host.properties.push((tag.into(), value.into()));
        host
    };
    for (name, tag, value, is_it) in [
        ("10.0.0.5", "x", "", true),
        ("::ffff:10.0.0.5", "x", "", true),
        ("UCP01.example.MIL.", "x", "", true),
        ("ucp.example.mil", "x", "", true),
        ("x", "host-ip", "10.0.0.5", true),
        ("x", "host-fqdn", "dtr.example.mil", true),
        ("x", "hostname", "ucp01", true),
        ("x", "netbios-name", "MIL\\UCP01", true),
        ("x", "operating-system", "ucp01", false),
        ("ucp01.example.com", "x", "", false),
        ("ucp02", "host-ip", "10.0.0.50", false),
        ("127.0.0.1", "hostname", "localhost", false),
        ("", "host-ip", "", false),
    ] {
        let mut outcome = ours(Verdict::NotChecked);
        outcome.asset.ip.push("127.0.0.1".into());
        let scans = [scanned(vec![with(name, tag, value)])];
        let result = join(outcome.clone(), &scans, &[], false);
        assert_eq!(result.is_ok(), is_it, "{name} {tag} {value}");
        if let Err(error) = result {
            assert!(matches!(error, JoinError::OtherHosts { .. }), "{error}");
            let text = error.to_string();
            assert!(text.contains("ucp01") && text.contains("--nessus-force"), "{text}");
            let (forced, remarks) = join(outcome, &scans, &[], true).expect("forced");
            assert_eq!(forced.rules[0].result, Verdict::Pass);
            assert!(forced.rules[0].beside[0].because.contains("by force"));
            assert!(remarks.iter().any(|r| r.contains("joined by force")), "{remarks:?}");
        }
    }
}

#[test]
fn of_several_hosts_the_worst_counts_and_each_is_named() {
    let nodes = |a: Heard, b: Heard| {
        vec![host("10.0.0.5", vec![item(a)]), host("ucp01", vec![item(b)]), host("other", vec![item(Heard::Failed)])]
    };
    let outcome = joined(ours(Verdict::Error), nodes(Heard::Passed, Heard::Failed));
    let rule = &outcome.rules[0];
    assert_eq!(rule.result, Verdict::Fail);
    let standings: Vec<Standing> = rule.beside.iter().map(|b| b.standing).collect();
    assert_eq!(standings, [Standing::SetAside, Standing::Counts]);
    assert!(rule.beside[0].because.contains("not on ucp01"), "{}", rule.beside[0].because);
    assert!(rule.summary.contains("FAILED on ucp01."), "{}", rule.summary);
    let both = joined(ours(Verdict::Error), nodes(Heard::Passed, Heard::Passed));
    assert_eq!(both.rules[0].result, Verdict::Pass);
    assert!(both.rules[0].summary.contains("PASSED on 10.0.0.5, ucp01"), "{}", both.rules[0].summary);
    // Hosts of several files are nodes of one asset too, whatever the order.
    let files = [host("ucp01", vec![item(Heard::Review)]), host("10.0.0.5", vec![item(Heard::Passed)])];
    for order in [[0, 1], [1, 0]] {
        let scans = order.map(|n| scanned(vec![files[n].clone()]));
        let (outcome, _) = join(ours(Verdict::NotChecked), &scans, &[], false).expect("joined");
        assert_eq!(outcome.rules[0].result, Verdict::NotChecked);
    }
    // The cluster is known by its nodes as well, where somebody knows them.
    let scans = [scanned(vec![host("Worker-1", vec![item(Heard::Failed)])])];
    let also = ["worker-1".to_owned()];
    let by_node = join(ours(Verdict::Pass), &scans, &also, false);
    assert_eq!(by_node.expect("joined").0.rules[0].result, Verdict::Fail);
    assert!(join(ours(Verdict::Pass), &scans, &[], false).is_err());
    // A file of another host stays out, and is named.
    let scans = [scanned(vec![files[1].clone()]), scanned(vec![host("other", vec![item(Heard::Failed)])])];
    let (outcome, remarks) = join(ours(Verdict::NotChecked), &scans, &[], false).expect("joined");
    assert_eq!(outcome.rules[0].result, Verdict::Pass);
    assert!(remarks.iter().any(|r| r.contains("it is not joined")), "{remarks:?}");
}

#[test]
fn a_pass_needs_every_node_of_a_rule_about_nodes() {
    let outcome = fixture::outcome();
    let of_cluster: Vec<bool> = outcome.benchmark.rules().map(|(_, r)| is_of_cluster(r)).collect();
    assert!(of_cluster[0], "a setting of UCP");
    assert!(!of_cluster[1], "the daemon of each node");
    for (number, result) in [(0, Verdict::Pass), (1, Verdict::Error)] {
        let mut outcome = outcome.clone();
        outcome.rules[number].result = Verdict::Error;
        outcome.rules[number].observations.clear();
        let elsewhere = about(item(Heard::Review), 4);
        let hosts = vec![host("10.0.0.5", vec![about(item(Heard::Passed), number)]), host("ucp01", vec![elsewhere])];
        let joined = joined(outcome, hosts);
        assert_eq!(joined.rules[number].result, result);
        let silent = joined.rules[number].beside[0].because.contains("say nothing of this rule");
        assert_eq!(silent, result == Verdict::Error);
    }
    // Of nodes that we know of and could not see, the scan must have seen every one.
    for (missed, result) in [("ucp01", Verdict::Pass), ("worker-9", Verdict::Error)] {
        let mut outcome = ours(Verdict::Error);
        outcome.rules[0].nodes = Some(Nodes {
            seen: vec!["a".into()],
            missed: vec![Missed { place: missed.into(), reason: "no answer".into() }],
        });
        let joined = joined(outcome, vec![host("ucp01", vec![item(Heard::Passed)])]);
        assert_eq!(joined.rules[0].result, result, "{missed}");
    }
    // What is undecided and holds something open is no hole to be filled.
    let mut open = fixture::outcome();
    open.rules[1].result = Verdict::Error;
    let joined = joined(open, vec![host("ucp01", vec![about(item(Heard::Passed), 1)])]);
    assert_eq!(joined.rules[1].result, Verdict::Error);
    assert_eq!(joined.rules[1].beside[0].standing, Standing::Conflict);
}
