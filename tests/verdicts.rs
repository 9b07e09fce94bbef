//! Every way in which the lab can be wrong, and what a scan makes of it. Above all: what must never
//! come out of a broken source is `pass`.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use common::{Range, result, rule};
use secrecy::ExposeSecret as _;
use stigprobe::facts::tls::certificates_from_pem;
use stigprobe::lab::FAULTS;
use stigprobe::target::Pin;

/// A fault, and the results of content trust (004370), signed tags (004260) and the trusted CA (006190).
const EXPECTED: &[(&str, &str, &str, &str)] = &[
    // DTR: what is there.
    ("unsigned-last-tag", "pass", "fail", "pass"),
    ("hash-mismatch", "pass", "fail", "pass"),
    ("unsigned-many", "pass", "fail", "pass"),
    ("no-tags", "pass", "pass", "pass"),
    ("no-repositories", "pass", "pass", "pass"),
    // DTR: what is not seen.
    ("repository-500", "pass", "error", "pass"),
    ("page-500", "pass", "error", "pass"),
    ("repeated-marker", "pass", "error", "pass"),
    ("repositories-repeated-marker", "pass", "error", "pass"),
    ("count-short", "pass", "error", "pass"),
    ("repositories-count-short", "pass", "error", "pass"),
    ("no-count", "pass", "error", "pass"),
    ("truncated-json", "pass", "error", "pass"),
    ("html-instead-of-json", "pass", "error", "pass"),
    ("tag-without-notary", "pass", "error", "pass"),
    ("empty-page", "pass", "error", "pass"),
    ("drops", "pass", "error", "pass"),
    // UCP's configuration.
    ("config-html", "error", "pass", "pass"),
    ("invalid-toml", "error", "pass", "pass"),
    ("empty-toml", "error", "pass", "pass"),
    ("config-403", "error", "pass", "pass"),
    ("config-404", "error", "pass", "pass"),
    ("ucp-3.0", "pass", "pass", "pass"),
    ("ucp-3.0-no-service", "pass", "pass", "pass"),
    ("trust-string", "fail", "pass", "pass"),
    ("trust-absent", "fail", "pass", "pass"),
    ("other-signers", "fail", "pass", "pass"),
    // Sessions and rights.
    ("session-ends", "pass", "pass", "pass"),
    ("session-short", "pass", "pass", "pass"),
    ("session-never", "error", "error", "pass"),
    ("wrong-password", "error", "error", "pass"),
    ("echo-credentials", "error", "error", "pass"),
    ("not-admin", "error", "error", "pass"),
    // The road.
    ("flaky", "error", "error", "pass"),
    ("rate-limited", "pass", "pass", "pass"),
    ("always-503", "error", "error", "error"),
    ("stalled", "error", "error", "error"),
    ("stalled-tls", "error", "error", "error"),
    ("oversized", "error", "error", "pass"),
    ("redirect", "error", "error", "error"),
    // UCP's certificates.
    ("chain-self-signed", "pass", "pass", "fail"),
    ("chain-missing-intermediate", "pass", "pass", "fail"),
    ("chain-expired", "error", "pass", "fail"),
    ("chain-expired-intermediate", "pass", "pass", "fail"),
    ("chain-wrong-host", "error", "pass", "fail"),
    ("chain-common-name", "error", "pass", "fail"),
    ("chain-out-of-order", "pass", "pass", "fail"),
    ("chain-other-root", "pass", "pass", "fail"),
    ("chain-with-root", "pass", "pass", "pass"),
    ("ca-missing", "pass", "pass", "error"),
    ("ca-other", "pass", "pass", "fail"),
    ("ca-garbage", "pass", "pass", "error"),
    // DTR's own state, and Kubernetes: see verdicts_dtr.rs.
    ("msr-4", "pass", "error", "pass"),
    ("settings-404", "pass", "error", "pass"),
    ("settings-405", "pass", "error", "pass"),
    ("settings-empty", "pass", "error", "pass"),
    ("duplicate-keys", "pass", "error", "pass"),
    ("create-on-push-absent", "pass", "pass", "pass"),
    ("analytics-text", "pass", "pass", "pass"),
    ("scanning-off", "pass", "pass", "pass"),
    ("scanning-never-synced", "pass", "pass", "pass"),
    ("scanning-update-failed", "pass", "pass", "pass"),
    ("scanning-as-2.4", "pass", "pass", "pass"),
    ("scanning-500", "pass", "pass", "pass"),
    ("unscanned-last", "pass", "pass", "pass"),
    ("team-member", "pass", "pass", "pass"),
    ("team-level", "pass", "pass", "pass"),
    ("team-namespace", "pass", "pass", "pass"),
    ("org-owner", "pass", "pass", "pass"),
    ("enzi-no-end", "pass", "pass", "pass"),
    ("enzi-repeated-marker", "pass", "pass", "pass"),
    ("enzi-count-short", "pass", "pass", "pass"),
    ("team-500", "pass", "pass", "pass"),
    ("dtr-chain-self-signed", "pass", "pass", "pass"),
    ("dtr-ca-other", "pass", "pass", "pass"),
    ("dtr-web-ca-other", "pass", "pass", "pass"),
    ("swarm-only", "pass", "pass", "pass"),
    ("kube-403", "pass", "pass", "pass"),
    ("kube-503", "pass", "pass", "pass"),
    ("kube-html", "pass", "pass", "pass"),
    ("kube-expires", "pass", "pass", "pass"),
    ("kube-expired", "pass", "pass", "pass"),
    ("kube-repeated-marker", "pass", "pass", "pass"),
    ("kube-cut-off", "pass", "pass", "pass"),
    ("kube-other-version", "pass", "pass", "pass"),
    ("kube-host-network", "pass", "pass", "pass"),
    ("kube-odd-flag", "pass", "pass", "pass"),
    ("kube-env-secret", "pass", "pass", "pass"),
    ("kube-no-quota", "pass", "pass", "pass"),
    ("kube-other-quota", "pass", "pass", "pass"),
    ("kube-default-service", "pass", "pass", "pass"),
    ("kube-system-service", "pass", "pass", "pass"),
];

#[test]
fn every_fault_of_the_lab_has_its_verdict() {
    let mut named: Vec<&str> = EXPECTED.iter().map(|(fault, ..)| *fault).collect();
    named.extend(common::ucp::EXPECTED.iter().map(|(fault, _)| *fault));
    named.extend(common::engines::EXPECTED.iter().map(|(fault, _)| *fault));
    let missing: Vec<&str> = FAULTS.iter().map(|f| f.name).filter(|name| !named.contains(name)).collect();
    assert!(missing.is_empty(), "no verdict is expected for {missing:?}");
    let mut wrong = Vec::new();
    for (fault, trust, tags, ca) in EXPECTED {
        // Sixty repositories make more than two pages of them.
        let range = Range::sized(fault, 60, 40);
        std::fs::write(range.path().join("stigprobe.toml"), "[limits]\nrequest-seconds = 2\n").unwrap();
        let results = range.scan();
        let seen = [
            result(&results, "DKER-EE-004370"),
            result(&results, "DKER-EE-004260"),
            result(&results, "DKER-EE-006190"),
        ];
        if seen != [*trust, *tags, *ca] {
            let why =
                ["DKER-EE-004370", "DKER-EE-004260", "DKER-EE-006190"].map(|r| rule(&results, r)["summary"].clone());
            wrong.push(format!("{fault}: {seen:?} instead of {:?}: {why:?}", [trust, tags, ca]));
        }
        for (one, twins) in
            [("DKER-EE-004370", &["DKER-EE-003590"][..]), ("DKER-EE-006190", &["DKER-EE-001870", "DKER-EE-003920"])]
        {
            for twin in twins {
                assert_eq!(result(&results, one), result(&results, twin), "{fault}: {one} and {twin}");
            }
        }
        assert_eq!(range.writes(), [""; 0], "{fault}: only reads, a login and a logout");
        range.stop();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_hardened_system_passes_and_a_fresh_one_does_not() {
    for (scenario, expected) in [("hardened", "pass"), ("default", "fail")] {
        let range = Range::new(scenario);
        let results = range.scan();
        for rule in ["DKER-EE-004370", "DKER-EE-004260", "DKER-EE-006190"] {
            assert_eq!(result(&results, rule), expected, "{scenario} {rule}");
        }
        range.stop();
    }
}

#[test]
fn an_incomplete_walk_names_the_place() {
    for (fault, place) in [("repository-500", None), ("repositories-count-short", Some("the list of repositories"))] {
        let range = Range::new(fault);
        let victim = range.lab.victim(fault_of(fault));
        let results = range.scan();
        let summary = rule(&results, "DKER-EE-004260")["summary"].as_str().unwrap().to_owned();
        let place = place.map_or_else(|| victim.unwrap(), str::to_owned);
        assert!(summary.contains(&place), "{summary}");
        range.stop();
    }
}

fn fault_of(name: &str) -> stigprobe::lab::Fault {
    FAULTS.iter().find(|f| f.name == name).unwrap().fault
}

#[test]
fn the_finding_counts_and_names_offenders_and_the_side_file_holds_them_all() {
    let range = Range::sized("unsigned-many", 60, 40);
    let results = range.scan();
    let finding = rule(&results, "DKER-EE-004260");
    assert!(finding["summary"].as_str().unwrap().contains("120 unsigned"), "{}", finding["summary"]);
    let named = finding["observations"].as_array().unwrap().iter().filter(|o| o["actual"] == "not in Notary");
    assert_eq!(named.count(), 50);
    assert_eq!(finding["attachments"][0], "dtr-unsigned-tags.jsonl");
    let side_file = common::files(&range.path().join("results"));
    let side_file = side_file.iter().find(|p| p.ends_with("dtr-unsigned-tags.jsonl")).unwrap();
    assert_eq!(std::fs::read_to_string(side_file).unwrap().lines().count(), 120);
    range.stop();
}

#[test]
fn the_letter_of_the_check_decides_when_asked_to() {
    let range = Range::new("hash-mismatch");
    let intent = range.scan();
    assert_eq!(result(&intent, "DKER-EE-004260"), "fail");
    assert_eq!(rule(&intent, "DKER-EE-004260")["other_reading"]["verdict"], "pass");
    let args = ["--policy", "policy.toml", "--interpretation", "literal", "--json"];
    let literal = range.command("scan").args(args).output().unwrap();
    let literal: serde_json::Value = serde_json::from_slice(&literal.stdout).unwrap();
    assert_eq!(result(&literal, "DKER-EE-004260"), "pass");
    assert_eq!(rule(&literal, "DKER-EE-004260")["other_reading"]["verdict"], "fail");
    range.stop();
}

#[test]
fn one_session_is_opened_and_closed_also_after_errors() {
    for scenario in ["hardened", "config-403", "repository-500"] {
        let range = Range::new(scenario);
        range.scan();
        let count = |path: &str| range.lab.requests().iter().filter(|r| r.path == path).count();
        assert_eq!((count("/auth/login"), count("/id/logout")), (1, 1), "{scenario}");
        assert_eq!(range.lab.open_sessions(), 0, "{scenario}");
        range.stop();
    }
}

#[test]
fn a_refused_login_is_not_tried_again() {
    let range = Range::new("wrong-password");
    range.scan();
    let logins = |path: &str| range.lab.requests().iter().filter(|r| r.path.starts_with(path)).count();
    assert_eq!((logins("/auth/login"), logins("/auth/token")), (1, 1));
    range.stop();
}

#[test]
fn a_client_bundle_serves_instead_of_a_password() {
    let range = Range::new("hardened");
    let mut command = common::stigprobe(range.path());
    let output = command
        .args(["scan", "--ucp", range.lab.ucp_url(), "--ca-file", "ca.pem", "--ucp-client-bundle", "bundle"])
        .args(["--policy", "policy.toml", "--rule", "SV-235847", "--json"])
        .output()
        .unwrap();
    let results: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result(&results, "DKER-EE-004370"), "pass");
    assert_eq!(output.status.code(), Some(0));
    assert!(range.lab.requests().iter().all(|r| r.path != "/auth/login"));
    range.stop();
}

fn pin_of(pem: &str) -> String {
    Pin::of(&certificates_from_pem(pem.as_bytes()).unwrap()[0].0).to_string()
}

/// Scans UCP with this pin, and gives the results with the reason for what is undecided.
fn scan_pinned(range: &Range, pin: &str, more: &[&str]) -> serde_json::Value {
    let mut command = common::stigprobe(range.path());
    command
        .args(["scan", "--ucp", range.lab.ucp_url(), "--ucp-pin", pin, "--policy", "policy.toml", "--json"])
        .args(["--rule", "DKER-EE-004370", "--rule", "DKER-EE-001870"])
        .args(more)
        .env("STIGPROBE_UCP_USERNAME", range.lab.username())
        .env("STIGPROBE_UCP_PASSWORD", range.lab.password().expose_secret());
    let output = command.output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// What the chain does not show, the pin does; rules about the chain judge it as before.
#[test]
fn a_pinned_certificate_is_connected_to_and_its_chain_still_judged() {
    for (scenario, reason) in [
        ("hardened,chain-expired", "it has expired; to connect to this very certificate"),
        ("hardened,chain-common-name", "in the CN of its subject only"),
        ("hardened,chain-wrong-host", "for another host than the one in the URL"),
    ] {
        let range = Range::new(scenario);
        let plain = range.scan_ucp("docker-enterprise", &["DKER-EE-004370"]);
        assert_eq!(result(&plain, "DKER-EE-004370"), "error", "{scenario}");
        let text = plain.to_string();
        assert!(text.contains(reason) && text.contains("--ucp-pin"), "{scenario}: {text}");
        assert!(plain["target"]["endpoints"][0].get("pin").is_none());

        let pin = pin_of(range.lab.ucp_certificate());
        let colons: Vec<String> =
            pin.to_uppercase().as_bytes().chunks(2).map(|b| String::from_utf8_lossy(b).into_owned()).collect();
        for (pin, more) in [(pin.clone(), &[][..]), (colons.join(":"), &["--ucp-client-bundle", "bundle"][..])] {
            let pinned = scan_pinned(&range, &pin, more);
            assert_eq!(result(&pinned, "DKER-EE-004370"), "pass", "{scenario} {more:?}: {pinned}");
            assert_eq!(result(&pinned, "DKER-EE-001870"), "fail", "{scenario}");
            assert_eq!(pinned["target"]["endpoints"][0]["pin"], pin_of(range.lab.ucp_certificate()), "{scenario}");
        }
        let other = format!("{}0", &pin[1..]);
        let refused = scan_pinned(&range, &other, &[]);
        assert_eq!(result(&refused, "DKER-EE-004370"), "error", "{scenario}");
        assert_eq!(result(&refused, "DKER-EE-001870"), "fail", "the chain is seen whoever is trusted");
        assert!(refused.to_string().contains("it is not the one that is pinned"), "{scenario}: {refused}");
        range.stop();
    }
}

/// A pin is for its own server alone, and holds in the configuration as well.
#[test]
fn a_pin_of_one_server_lets_no_other_in() {
    let range = Range::new("hardened");
    let write = |text: &str| std::fs::write(range.path().join("stigprobe.toml"), text).unwrap();
    let scan = || {
        let mut command = common::stigprobe(range.path());
        command
            .args(["scan", "--ucp", range.lab.ucp_url(), "--dtr", range.lab.dtr_url(), "--policy", "policy.toml"])
            .args(["--json", "--rule", "DKER-EE-004370", "--rule", "DKER-EE-001900", "--rule", "DKER-EE-001880"])
            .env("STIGPROBE_UCP_USERNAME", range.lab.username())
            .env("STIGPROBE_UCP_PASSWORD", range.lab.password().expose_secret());
        let output = command.output().unwrap();
        let parsed: Result<serde_json::Value, _> = serde_json::from_slice(&output.stdout);
        parsed.map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())
    };
    write(&format!("[ucp]\npin = '{}'\n", pin_of(range.lab.ucp_certificate())));
    let ucp = scan().unwrap();
    assert_eq!((result(&ucp, "DKER-EE-004370"), result(&ucp, "DKER-EE-001900")), ("pass", "error"));
    write(&format!(
        "[ucp]\npin = '{}'\n[dtr]\npin = '{}'\n",
        pin_of(range.lab.ucp_certificate()),
        pin_of(range.lab.dtr_certificate())
    ));
    let both = scan().unwrap();
    assert_eq!((result(&both, "DKER-EE-004370"), result(&both, "DKER-EE-001900")), ("pass", "pass"));
    assert_eq!(result(&both, "DKER-EE-001880"), "pass");
    write("[ucp]\n\npin = 'abc'\n");
    let error = scan().unwrap_err();
    assert!(error.contains("stigprobe.toml:3:") && error.contains("is no pin"), "{error}");
    range.stop();
}

#[test]
fn only_what_the_rules_need_is_asked_for() {
    let range = Range::new("hardened");
    let output = range.command("scan").args(["--rule", "DKER-EE-004370", "--json"]).output().unwrap();
    let results: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result(&results, "DKER-EE-004370"), "pass");
    assert_eq!(result(&results, "DKER-EE-004260"), "notselected");
    let paths: Vec<String> = range.lab.requests().into_iter().map(|r| r.path).collect();
    assert_eq!(paths, ["/auth/login", "/api/ucp/config-toml", "/id/logout"]);
    range.stop();
}

/// The rules of both STIGs that UCP's facts decide, on this lab; those that came out otherwise.
fn otherwise(scenario: &str, differing: &[(&str, &str)]) -> Vec<String> {
    let range = Range::sized(scenario, 1, 1);
    std::fs::write(range.path().join("stigprobe.toml"), "[limits]\nrequest-seconds = 2\n").unwrap();
    let mut wrong = Vec::new();
    for (benchmark, rules) in [("docker-enterprise", common::ucp::DOCKER), ("mirantis-mke", common::ucp::MIRANTIS)] {
        let names: Vec<&str> = rules.iter().map(|(name, _)| *name).collect();
        let results = range.scan_ucp(benchmark, &names);
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
    assert_eq!(range.writes(), [""; 0], "{scenario}: only reads, a login and a logout");
    range.stop();
    wrong
}

#[test]
fn every_fault_of_ucp_has_its_verdict() {
    let mut wrong = otherwise("hardened", &[]);
    // Most of the time is waiting: for what answers late, and between tries.
    let faults = common::ucp::EXPECTED;
    wrong.extend(std::thread::scope(|scope| {
        let some = faults.chunks(faults.len().div_ceil(4));
        let some: Vec<_> = some
            .map(|some| {
                scope.spawn(move || {
                    let wrong = some.iter().map(|(fault, other)| otherwise(fault, other));
                    wrong.flatten().collect::<Vec<_>>()
                })
            })
            .collect();
        some.into_iter().flat_map(|s| s.join().unwrap()).collect::<Vec<_>>()
    }));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fresh_ucp_opens_what_a_fresh_ucp_opens() {
    let open: Vec<(&str, &str)> = common::ucp::FRESH.iter().map(|r| (*r, "fail")).collect();
    let wrong = otherwise("default", &open);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
