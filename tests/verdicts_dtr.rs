//! What a scan makes of everything that can be wrong with the lab's DTR and Kubernetes, rule by rule.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use common::{Range, result, rule};
use serde_json::Value;

/// A fault, and results by STIG-ID without its product.
type Row = (&'static str, &'static [(&'static str, &'static str)]);

/// The rules about DTR, and how each is called for MSR.
const TWINS: [(&str, &str); 5] =
    [("001180", "000430"), ("001880", "000480"), ("001900", "000620"), ("001920", "000510"), ("003840", "001490")];

const ALL_ERROR: &[(&str, &str)] =
    &[("001180", "error"), ("001880", "error"), ("001900", "error"), ("001920", "error"), ("003840", "error")];

/// Rules that are not named pass.
const DTR: &[Row] = &[
    ("hardened", &[]),
    ("msr-4", ALL_ERROR),
    ("create-on-push-absent", &[("001900", "error")]),
    ("analytics-text", &[("001920", "error")]),
    ("scanning-off", &[("003840", "fail")]),
    ("scanning-never-synced", &[("003840", "fail")]),
    ("scanning-update-failed", &[("003840", "fail")]),
    ("scanning-as-2.4", &[]),
    ("scanning-500", &[("003840", "error")]),
    ("unscanned-last", &[("003840", "fail")]),
    ("no-repositories", &[]),
    ("team-member", &[("001180", "fail")]),
    ("team-level", &[("001180", "fail")]),
    ("team-namespace", &[("001180", "fail")]),
    ("org-owner", &[("001180", "fail")]),
    ("enzi-no-end", &[("001180", "error")]),
    ("enzi-repeated-marker", &[("001180", "error")]),
    ("enzi-count-short", &[("001180", "error")]),
    ("team-500", &[("001180", "error")]),
    ("dtr-chain-self-signed", &[("001880", "fail")]),
    ("dtr-ca-other", &[("001880", "fail")]),
    ("dtr-web-ca-other", &[("001880", "fail")]),
    // Lists of accounts as DTR 2.5 has them.
    ("lists-unmarked", &[]),
    ("lists-start-again", &[("001180", "error")]),
    // Without the settings nothing shows that the account sees all.
    ("settings-404", ALL_ERROR),
    ("settings-405", ALL_ERROR),
    ("settings-empty", ALL_ERROR),
    ("duplicate-keys", ALL_ERROR),
    // What keeps whole lists or all of DTR from being seen.
    ("repositories-count-short", &[("001180", "error"), ("003840", "error")]),
    ("repositories-repeated-marker", &[("001180", "error"), ("003840", "error")]),
    ("no-count", &[("001180", "error"), ("003840", "error")]),
    ("session-ends", &[]),
    ("session-short", &[]),
    ("session-never", ALL_ERROR),
    ("wrong-password", ALL_ERROR),
    ("echo-credentials", ALL_ERROR),
    ("not-admin", ALL_ERROR),
    ("always-503", ALL_ERROR),
    ("redirect", ALL_ERROR),
    ("default", &[("001880", "fail"), ("001900", "fail"), ("001920", "fail"), ("003840", "fail")]),
];

const KUBE_ERROR: &[(&str, &str)] =
    &[("000130", "error"), ("000150", "error"), ("000580", "error"), ("000590", "error")];

/// Of 000580 and 000130 the half that only a person can know is left where nothing is open.
const KUBERNETES: &[Row] = &[
    ("hardened", &[]),
    ("swarm-only", &[("000580", "notapplicable")]),
    ("kube-403", KUBE_ERROR),
    ("kube-503", KUBE_ERROR),
    ("kube-html", KUBE_ERROR),
    ("kube-expires", &[]),
    ("kube-expired", KUBE_ERROR),
    ("kube-repeated-marker", KUBE_ERROR),
    ("kube-cut-off", KUBE_ERROR),
    ("kube-other-version", KUBE_ERROR),
    ("kube-host-network", &[("000150", "fail")]),
    ("kube-odd-flag", &[("000150", "error")]),
    ("kube-env-secret", &[("000130", "fail")]),
    ("kube-no-quota", &[("000590", "fail")]),
    ("kube-other-quota", &[("000590", "fail")]),
    ("kube-default-service", &[("000580", "fail")]),
    ("kube-system-service", &[("000580", "fail")]),
    ("default", &[("000130", "fail"), ("000150", "fail"), ("000580", "fail"), ("000590", "fail")]),
];

fn scan(range: &Range, benchmark: &str, rules: &[String]) -> Value {
    let mut command = range.command("scan");
    command.args(["--policy", "policy.toml", "--json", "--benchmark", benchmark]);
    command.args(["--ucp-client-bundle", "bundle"]);
    for rule in rules {
        command.args(["--rule", rule]);
    }
    let output = command.output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn expected(row: &Row, rule: &str, otherwise: &'static str) -> &'static str {
    let named = row.1.iter().find(|(name, _)| *name == rule);
    named.map_or(otherwise, |(_, result)| result)
}

fn note(wrong: &mut Vec<String>, scenario: &str, results: &Value, id: &str, expected: &str) {
    let is = result(results, id);
    if is != expected {
        let why = &rule(results, id)["summary"];
        wrong.push(format!("{scenario} {id}: {is} instead of {expected}: {why}"));
    }
}

#[test]
fn dtr_and_msr_come_out_as_they_should_and_alike() {
    let mut wrong = Vec::new();
    for row in DTR {
        let range = Range::sized(row.0, 60, 2);
        std::fs::write(range.path().join("stigprobe.toml"), "[limits]\nrequest-seconds = 2\n").unwrap();
        let mut benchmarks = vec![("DKER-EE-", "docker-enterprise")];
        // The rules of both share their probes: that the second is bound to the same needs few looks.
        if ["hardened", "default", "msr-4"].contains(&row.0) {
            benchmarks.push(("CNTR-MK-", "mirantis-mke"));
        }
        for (prefix, benchmark) in benchmarks {
            let ids = TWINS.map(|(docker, mirantis)| {
                let number = if prefix == "DKER-EE-" { docker } else { mirantis };
                (docker, format!("{prefix}{number}"))
            });
            let rules: Vec<String> = ids.iter().map(|(_, id)| id.clone()).collect();
            let results = scan(&range, benchmark, &rules);
            for (docker, id) in &ids {
                let expected = expected(row, docker, "pass");
                note(&mut wrong, row.0, &results, id, expected);
            }
        }
        assert_eq!(range.writes(), [""; 0], "{}: only reads", row.0);
        range.stop();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn kubernetes_comes_out_as_it_should() {
    let mut wrong = Vec::new();
    for row in KUBERNETES {
        let range = Range::sized(row.0, 3, 2);
        let rules = [("000130", "notchecked"), ("000150", "pass"), ("000580", "notchecked"), ("000590", "pass")];
        let ids = rules.map(|(number, _)| format!("CNTR-MK-{number}"));
        let results = scan(&range, "mirantis-mke", &ids);
        for ((number, otherwise), id) in rules.iter().zip(&ids) {
            let expected = expected(row, number, otherwise);
            note(&mut wrong, row.0, &results, id, expected);
        }
        assert_eq!(range.writes(), [""; 0], "{}: only reads", row.0);
        range.stop();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn without_a_client_bundle_kubernetes_is_not_configured() {
    let range = Range::sized("hardened", 3, 2);
    let output = range
        .command("scan")
        .args(["--policy", "policy.toml", "--json", "--benchmark", "mirantis-mke"])
        .args(["--rule", "CNTR-MK-000580"])
        .output()
        .unwrap();
    let results: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result(&results, "CNTR-MK-000580"), "notchecked");
    let summary = rule(&results, "CNTR-MK-000580")["summary"].as_str().unwrap();
    assert!(summary.contains("--ucp-client-bundle"), "{summary}");

    let refused = range.command("scan").args(["--kubernetes", range.lab.kubernetes_url()]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    range.stop();
}

#[test]
fn no_dtr_is_not_applicable_by_the_policy_s_word_only() {
    let range = Range::sized("hardened", 3, 2);
    let scan = |in_use: &str, with_dtr: bool| {
        std::fs::write(range.path().join("other.toml"), in_use).unwrap();
        let mut command = common::stigprobe(range.path());
        command
            .args(["scan", "--ucp", range.lab.ucp_url(), "--ca-file", "ca.pem"])
            .args(["--ucp-client-bundle", "bundle", "--policy", "other.toml"])
            .args(["--rule", "DKER-EE-001900", "--rule", "DKER-EE-004260", "--json"]);
        if with_dtr {
            command.args(["--dtr", range.lab.dtr_url()]);
        }
        let output = command.output().unwrap();
        let results: Value = serde_json::from_slice(&output.stdout).unwrap();
        ["DKER-EE-001900", "DKER-EE-004260"].map(|id| result(&results, id).to_owned())
    };
    let (no, yes) = ("[dtr]\nin_use = false\n", "[dtr]\nin_use = true\n");
    assert_eq!(scan(no, false), ["notapplicable"; 2]);
    assert_eq!(scan(yes, false), ["notchecked"; 2]);
    assert_eq!(scan("", false), ["notchecked"; 2]);
    // One that is configured, and that there is no account for, is not one that is not there.
    assert_eq!(scan(no, true), ["notchecked"; 2]);
    range.stop();
}

#[test]
fn what_is_asked_once_is_read_by_all_rules() {
    let range = Range::sized("hardened", 60, 2);
    let rules = ["DKER-EE-001180", "DKER-EE-003840"].map(str::to_owned);
    scan(&range, "docker-enterprise", &rules);
    let lists = range.lab.requests().into_iter().filter(|r| r.path.starts_with("/api/v0/repositories?"));
    // Sixty repositories are three pages of the lab's largest, and the list is read once.
    assert_eq!(lists.count(), 3);
    range.stop();
}

/// What was seen before a list broke off is open, and the finding says what was not seen. Each without its offender is
/// undecided.
#[test]
fn what_is_certainly_wrong_in_a_part_of_a_list_is_open() {
    const ROWS: [(&str, &str, &str, &str, &str); 4] = [
        ("grant-last", "grants-count-short", "docker-enterprise", "DKER-EE-001170", "/collectionGrants"),
        ("scheduler-authenticated", "grants-count-short", "docker-enterprise", "DKER-EE-001890", "/collectionGrants"),
        ("unscanned-last", "repositories-count-short", "docker-enterprise", "DKER-EE-003840", "/api/v0/repositories"),
        ("team-level", "repositories-count-short", "docker-enterprise", "DKER-EE-001180", "/api/v0/repositories"),
    ];
    for (offence, fault, benchmark, id, unseen) in ROWS {
        for (scenario, expected) in [(format!("{offence},{fault}"), "fail"), (fault.to_owned(), "error")] {
            let range = Range::sized(&scenario, 60, 2);
            let results = scan(&range, benchmark, &[id.to_owned()]);
            let summary = rule(&results, id)["summary"].as_str().unwrap();
            assert_eq!(result(&results, id), expected, "{scenario}: {summary}");
            assert!(summary.contains(unseen), "{scenario}: {summary}");
            assert_eq!(summary.contains("open so far; not seen: "), expected == "fail", "{scenario}: {summary}");
            range.stop();
        }
    }
}

/// An offender on the first page, by a policy that allows nothing, and a page behind it does not come.
#[test]
fn what_is_wrong_on_the_first_page_is_open_though_a_later_page_is_broken() {
    const ROWS: [(&str, &str, &str, &str, &str, &str); 2] = [
        (
            "grants-truncated",
            "docker-enterprise",
            "DKER-EE-001170",
            "[ucp]\ngrants = []\n",
            "grant to ",
            "/collectionGrants",
        ),
        ("kube-cut-off", "mirantis-mke", "CNTR-MK-000150", "", "pod monitoring/node-exporter", "/api/v1/pods"),
    ];
    for (scenario, benchmark, id, policy, offender, unseen) in ROWS {
        let range = Range::sized(scenario, 3, 2);
        std::fs::write(range.path().join("policy.toml"), policy).unwrap();
        let results = scan(&range, benchmark, &[id.to_owned()]);
        let rule = rule(&results, id);
        let summary = rule["summary"].as_str().unwrap();
        assert_eq!(result(&results, id), "fail", "{summary}");
        assert!(summary.contains("not seen: ") && summary.contains(unseen), "{summary}");
        assert!(rule.to_string().contains(offender), "{rule}");
        range.stop();
    }
}
