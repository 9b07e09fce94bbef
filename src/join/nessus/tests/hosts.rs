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
        let result = join(outcome.clone(), &scans, &Population::Asset, false);
        assert_eq!(result.is_ok(), is_it, "{name} {tag} {value}");
        if let Err(error) = result {
            assert!(matches!(error, JoinError::OtherHosts { .. }), "{error}");
            let text = error.to_string();
            assert!(text.contains("ucp01") && text.contains("--nessus-force"), "{text}");
            let (forced, remarks) = join(outcome, &scans, &Population::Asset, true).expect("forced");
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
        let (outcome, _) = join(ours(Verdict::NotChecked), &scans, &Population::Asset, false).expect("joined");
        assert_eq!(outcome.rules[0].result, Verdict::NotChecked);
    }
    // The cluster is known by its nodes as well, where somebody knows them.
    let scans = [scanned(vec![host("Worker-1", vec![item(Heard::Failed)])])];
    let nodes = Population::Nodes(vec![vec!["worker-1".to_owned()]]);
    let by_node = join(ours(Verdict::Pass), &scans, &nodes, false);
    assert_eq!(by_node.expect("joined").0.rules[0].result, Verdict::Fail);
    assert!(join(ours(Verdict::Pass), &scans, &Population::Asset, false).is_err());
    // A file of another host stays out, and is named.
    let scans = [scanned(vec![files[1].clone()]), scanned(vec![host("other", vec![item(Heard::Failed)])])];
    let (outcome, remarks) = join(ours(Verdict::NotChecked), &scans, &Population::Asset, false).expect("joined");
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
    // What is undecided and holds something open is no hole to be filled.
    let mut open = fixture::outcome();
    open.rules[1].result = Verdict::Error;
    let joined = joined(open, vec![host("ucp01", vec![about(item(Heard::Passed), 1)])]);
    assert_eq!(joined.rules[1].result, Verdict::Error);
    assert_eq!(joined.rules[1].beside[0].standing, Standing::Conflict);
}

/// The roster decides, for every rule, every result that decides nothing and every way in which nodes are known.
#[test]
fn a_scan_of_some_of_the_nodes_closes_no_rule_about_all_of_them() {
    let node = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let three = vec![node(&["ucp01"]), node(&["worker-1", "10.0.0.7"]), node(&["worker-2"])];
    let unlisted = Population::Unlisted { known: vec![node(&["ucp01"])], reason: "GET /nodes: 403".into() };
    let own = |missed: &[&str]| {
        let missed = missed.iter().map(|place| Missed { place: (*place).into(), reason: "down".into() });
        Some(Nodes { seen: vec!["ucp01".into()], missed: missed.collect() })
    };
    let visits: [(&[&str], bool); 4] = [
        (&["ucp01"], false),
        (&["ucp01", "worker-1"], false),
        (&["ucp01", "10.0.0.7", "WORKER-2"], true),
        (&["ucp01", "worker-1", "worker-2"], true),
    ];
    for binding in registry::bindings() {
        let mut benchmark = fixture::outcome();
        let rule = Rule { version: binding.stig_id.into(), id: "SV-1r1_rule".into(), ..Rule::default() };
        let of_cluster = is_of_cluster(&rule);
        for verdict in [Verdict::NotChecked, Verdict::Error, Verdict::Unknown] {
            for nodes in [None, own(&[]), own(&["worker-1"])] {
                for (visited, whole) in visits {
                    let hosts = visited.iter().map(|name| host(name, vec![item(Heard::Passed)])).collect();
                    let scan = scanned(hosts);
                    let speaking: Vec<Speaker<'_>> =
                        scan.scan.hosts.iter().map(|host| Speaker { scanned: &scan, host, is_asset: true }).collect();
                    let said: Vec<HostWord<'_>> = (0..speaking.len())
                        .map(|speaker| HostWord {
                            speaker,
                            heard: Heard::Passed,
                            items: Vec::new(),
                            other_revision: None,
                        })
                        .collect();
                    for (population, closes) in [
                        (Population::Nodes(three.clone()), whole),
                        (unlisted.clone(), false),
                        (Population::Asset, true),
                    ] {
                        let ours = &mut benchmark.rules[0];
                        *ours = RuleOutcome { result: verdict, nodes: nodes.clone(), ..RuleOutcome::of("x", &rule) };
                        one(&rule, ours, &said, &speaking, &population);
                        let wanted = if closes || of_cluster { Verdict::Pass } else { verdict };
                        assert_eq!(ours.result, wanted, "{}: {visited:?} of {population:?}", binding.stig_id);
                    }
                }
            }
        }
    }
}
