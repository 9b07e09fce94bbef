//! The lab's engines, each way in which they can be wrong, and what a scan makes of it.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use common::engines::{DOCKER, EXPECTED, MIRANTIS};
use common::{result, rule, stigprobe};
use serde_json::Value;

/// A scan of the lab, with its own policy, for these rules.
fn scan(scenario: &str, benchmark: &str, rules: &[(&str, &str)]) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let mut program = stigprobe(dir.path());
    program.args(["scan", "--lab", "--lab-scenario", scenario, "--json"]);
    program.args(["--format", "json", "--benchmark", benchmark]);
    for (rule, _) in rules {
        program.args(["--rule", rule]);
    }
    let output = program.output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The rules that came out otherwise than on the hardened lab, and than is said here.
fn otherwise(scenario: &str, differing: &[(&str, &str)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (benchmark, rules) in [("docker-enterprise", DOCKER), ("mirantis-mke", MIRANTIS)] {
        let results = scan(scenario, benchmark, rules);
        for (name, usual) in rules {
            let expected = differing.iter().find(|(other, _)| other == name);
            let expected = expected.map_or(*usual, |(_, result)| *result);
            let seen = result(&results, name);
            if seen != expected {
                let why = &rule(&results, name)["summary"];
                wrong.push(format!("{scenario}: {name} is {seen}, not {expected}: {why}"));
            }
        }
    }
    wrong
}

#[test]
fn every_fault_of_engines_has_its_verdict() {
    let mut wrong = otherwise("hardened", &[]);
    for (fault, differing) in EXPECTED {
        wrong.extend(otherwise(fault, differing));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fresh_cluster_opens_what_a_fresh_cluster_opens() {
    let fails = [
        "DKER-EE-001070",
        "DKER-EE-002010",
        "DKER-EE-002400",
        "DKER-EE-002660",
        "DKER-EE-005080",
        "DKER-EE-005330",
        "DKER-EE-006240",
        "CNTR-MK-000530",
        "CNTR-MK-000770",
        "CNTR-MK-000870",
    ];
    let open: Vec<(&str, &str)> = fails.iter().map(|rule| (*rule, "fail")).collect();
    let wrong = otherwise("default", &open);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_image_that_dtr_calls_unsigned_is_open_and_others_are_for_a_person() {
    let rules = [("DKER-EE-003610", "")];
    for (scenario, verdict) in [("default", "fail"), ("hardened", "error")] {
        let results = scan(scenario, "docker-enterprise", &rules);
        let found = rule(&results, "DKER-EE-003610");
        assert_eq!(found["result"], verdict, "{}", found["summary"]);
    }
}

#[test]
fn where_the_letter_differs_both_are_told() {
    for (fault, name, benchmark, verdict) in [
        ("engine-aufs", "DKER-EE-001810", "docker-enterprise", "pass"),
        ("plain-network", "DKER-EE-006240", "docker-enterprise", "pass"),
        ("plain-network", "CNTR-MK-000770", "mirantis-mke", "pass"),
        ("engine-without-fips", "CNTR-MK-000870", "mirantis-mke", "pass"),
    ] {
        let results = scan(fault, benchmark, &[(name, "")]);
        let found = rule(&results, name);
        assert_eq!(found["result"], "fail", "{fault} {name}");
        assert_eq!(found["other_reading"]["verdict"], verdict, "{fault} {name}");
    }
}

/// What is open on the hardened lab, and what is undecided though no person is asked.
fn left_over(benchmark: &str) -> (Vec<String>, Vec<String>) {
    let results = scan("hardened", benchmark, &[]);
    let (mut open, mut undecided) = (Vec::new(), Vec::new());
    for rule in results["rules"].as_array().unwrap() {
        let name = rule["stig_id"].as_str().unwrap().to_owned();
        let by = stigprobe::registry::bindings().find(|b| b.stig_id == name);
        match rule["result"].as_str().unwrap() {
            "pass" | "notapplicable" => {}
            "fail" => open.push(name),
            _ if by.is_some_and(|b| b.question().is_some()) => {}
            _ => undecided.push(format!("{name}: {}", rule["summary"])),
        }
    }
    (open, undecided)
}

#[test]
fn hardened_leaves_open_what_must_be_and_asks_persons_for_the_rest() {
    let nothing: Vec<String> = Vec::new();
    let (open, undecided) = left_over("docker-enterprise");
    // This release takes LDAP (001100) or SAML (002180), not both, and is not supported any more.
    let must_be = ["DKER-EE-002180", "DKER-EE-999999"].map(str::to_owned).to_vec();
    assert_eq!((open, undecided), (must_be, nothing.clone()));
    assert_eq!(left_over("mirantis-mke"), (nothing.clone(), nothing));
}
