//! The command line as a contract: exit codes, errors that help, and no panic for anybody.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::io::Write as _;
use std::path::Path;

use assert_cmd::Command;
use common::{Range, official, stigprobe};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;
use tempfile::TempDir;

fn empty() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn fails(dir: &Path, args: &[&str], message: &str) {
    let error = stigprobe(dir).args(args).assert().code(1).stdout("").get_output().stderr.clone();
    let error = String::from_utf8(error).unwrap();
    assert!(error.contains(message), "{args:?}: {error}");
    assert!(!error.contains("panicked"), "{error}");
}

#[test]
fn exit_codes_say_what_came_out() {
    let open = Range::new("default");
    let code = |command: &mut Command| command.output().unwrap().status.code().unwrap();
    let scan = |range: &Range, args: &[&str]| {
        code(range.command("scan").args(["--policy", "policy.toml", "--quiet"]).args(args))
    };
    assert_eq!(scan(&open, &[]), 2);
    assert_eq!(scan(&open, &["--fail-on", "undecided"]), 3);
    assert_eq!(scan(&open, &["--rule", "SV-235847", "--fail-on", "cat1"]), 0, "what is open is CAT II");
    assert_eq!(scan(&open, &["--fail-on", "cat2,undecided"]), 2);
    assert_eq!(scan(&open, &["--fail-on", "none"]), 0);
    open.stop();
    let clean = Range::new("hardened");
    assert_eq!(scan(&clean, &[]), 2, "the release itself is open");
    assert_eq!(scan(&clean, &["--fail-on", "undecided"]), 3, "nobody has answered");
    assert_eq!(scan(&clean, &["--fail-on", "cat3"]), 0);
    assert_eq!(scan(&clean, &["--fail-on", "cat2"]), 2, "SAML, which UCP does not take beside LDAP");
    assert_eq!(scan(&clean, &["--rule", "SV-235847", "--rule", "V-235846", "--rule", "DKER-EE-006190"]), 0);
    clean.stop();
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let dir = empty();
    fails(dir.path(), &["scan"], "nothing to scan: give --ucp URL");
    fails(dir.path(), &["scan", "--ucp", "http://ucp.example.mil"], "is not https");
    fails(dir.path(), &["scan", "--ucp", "https://a:hunter2@ucp"], "holds a user name or password");
    fails(
        dir.path(),
        &["scan", "--lab", "--rule", "SV-1"],
        "no rule of Docker_Enterprise_2-x_Linux-UNIX_STIG is called \"SV-1\"",
    );
    fails(dir.path(), &["scan", "--lab", "--profile", "MAC-9"], "its profiles are: MAC-1_Classified");
    fails(dir.path(), &["scan", "--lab", "--benchmark", "docker"], "there is no such file, and no shipped benchmark");
    fails(dir.path(), &["scan", "--lab", "--format", "cklx"], "ckl");
    fails(dir.path(), &["scan", "--lab", "--policy", "none.toml"], "none.toml");
    fails(dir.path(), &["scan", "--lab", "--lab-scenario", "hardend"], "hardened");
    fails(dir.path(), &["scan", "--lab", "--outptu", "x"], "--output");
    fails(dir.path(), &["evaluate", "--evidence", "nowhere"], "nowhere: No such file");
    fails(dir.path(), &["explain", "SV-1"], "'stigprobe probes' lists them");
    fails(dir.path(), &["scan", "--lab", "--output", "/proc/results"], "/proc/results");
    assert!(dir.path().read_dir().unwrap().next().is_none(), "nothing is left behind");
}

#[test]
fn mistakes_in_files_have_a_line_and_the_nearest_right_name() {
    let dir = empty();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("policy.toml", "[trust]\nsigner = ['a']\n");
    fails(dir.path(), &["scan", "--lab", "--policy", "policy.toml"], "policy.toml:2:1: unknown field `signer`");
    fails(dir.path(), &["scan", "--lab", "--policy", "policy.toml"], "did you mean `signers`?");
    write("policy.toml", "[trust]\nsigners = true\n");
    fails(dir.path(), &["scan", "--lab", "--policy", "policy.toml"], "policy.toml:2:");
    write("policy.toml", "[ca]\nucp = 'missing.pem'\n");
    fails(dir.path(), &["scan", "--lab", "--policy", "policy.toml"], "[ca] ucp names missing.pem");
    write("stigprobe.toml", "[ucp]\nurll = 'x'\n");
    fails(dir.path(), &["scan"], "stigprobe.toml:2:1");
    fails(dir.path(), &["scan"], "did you mean `url`?");
}

#[test]
fn hostile_benchmarks_are_refused_with_their_place() {
    let dir = empty();
    let refused = |bytes: &[u8], message: &str| {
        std::fs::write(dir.path().join("bad.xml"), bytes).unwrap();
        let output = stigprobe(dir.path()).args(["benchmark", "info", "bad.xml"]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains(message), "{message}: {error}");
    };
    refused(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "line 1, column 1");
    let xccdf = "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.1' id='x'>\n";
    refused(format!("{xccdf}<title>&a;</title>").as_bytes(), "line 2, column 8");
    refused(b"not xml at all", "line 1, column 1");
    refused(b"<Benchmark xmlns='http://example.mil/'/>", "http://example.mil/");
    refused(b"<html><body/></html>", "html");
    refused(b"<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.1' id='x'>\n<title>", "line 2");
    refused(b"PK\x03\x04 and no zip", "zip");
    refused(format!("{xccdf}{}", "<Group id='a'>".repeat(10_000)).as_bytes(), "256");
    refused(&[0xff, 0xfe, b'<', 0], "UTF-16");
    let mut huge = format!("{xccdf}<Group id='").into_bytes();
    huge.resize(20 << 20, b'x');
    refused(&huge, "line 2");
}

#[test]
fn disa_s_zip_is_read_as_it_comes() {
    let Some(official) = official() else { return };
    let dir = empty();
    let mut zip = zip::ZipWriter::new(std::fs::File::create(dir.path().join("stig.zip")).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("U_Docker_Manual_STIG/readme.txt", options).unwrap();
    zip.start_file("U_Docker_Manual_STIG/U_Docker_Manual-xccdf.xml", options).unwrap();
    zip.write_all(&std::fs::read(&official).unwrap()).unwrap();
    zip.finish().unwrap();
    let info =
        |file: &Path| stigprobe(dir.path()).args(["benchmark", "info", "--json"]).arg(file).output().unwrap().stdout;
    assert_eq!(info(&dir.path().join("stig.zip")), info(&official));
}

#[test]
fn probes_lists_every_rule() {
    let dir = empty();
    let output = stigprobe(dir.path()).args(["probes", "--json"]).output().unwrap();
    let probes: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(probes.as_array().unwrap().len(), 101 + 44);
    assert_eq!(probes[101]["benchmark"], "Mirantis_Kubernetes_Engine_STIG");
    let rule = |id: &str| probes.as_array().unwrap().iter().find(|r| r["stig_id"] == id).unwrap().clone();
    let trust = rule("DKER-EE-004370");
    assert_eq!((&trust["rule"], &trust["disposition"]), (&"SV-235847".into(), &"automatic".into()));
    assert_eq!(trust["parameters"], serde_json::json!(["[trust] signers"]));
    assert_eq!(trust["sources"], serde_json::json!(["ucp.config-toml"]));
    assert_eq!(trust["aliases"], serde_json::json!(["DKER-EE-003590"]));
    assert_eq!(trust["met"], "lab");
    assert_eq!(rule("DKER-EE-006190")["disposition"], "parameter");
    let plan = rule("DKER-EE-002410");
    assert_eq!(
        (&plan["disposition"], &plan["sources"], &plan["met"]),
        (&"attested".into(), &serde_json::json!([]), &Value::Null)
    );
    let keys: Vec<&String> = trust.as_object().unwrap().keys().collect();
    let contract = "aliases benchmark disposition met parameters rule sources stig_id title";
    assert_eq!(keys.len(), contract.split(' ').count());
    assert!(contract.split(' ').all(|key| trust.get(key).is_some()));
    stigprobe(dir.path())
        .arg("probes")
        .assert()
        .code(0)
        .stdout(contains(": 101 rules: ").and(contains(": 44 rules: ")));
}

#[test]
fn explain_tells_a_rule_by_any_of_its_names() {
    let dir = empty();
    for name in ["SV-235847", "V-235847", "DKER-EE-004370", "SV-235847r961770_rule", "SV-104867"] {
        stigprobe(dir.path())
            .args(["explain", name])
            .assert()
            .code(0)
            .stdout(contains("require_content_trust").and(contains("974062c80d1ab1b5")));
    }
    // A rule of the other benchmark, which a person answers.
    stigprobe(dir.path())
        .args(["explain", "V-260932"])
        .assert()
        .code(0)
        .stdout(contains("[[attest]]\n    rule = \"CNTR-MK-000980\""));
}

#[test]
fn explain_has_our_words_and_the_ids_of_the_benchmark_that_is_given() {
    let Some(official) = common::shared("stigs/U_Docker_Enterprise_2-x_Linux-UNIX_STIG_V2R1_Manual-xccdf.xml") else {
        return;
    };
    let dir = empty();
    stigprobe(dir.path())
        .args(["explain", "V-235847", "--benchmark"])
        .arg(official)
        .assert()
        .code(0)
        .stdout(contains("SV-235847r6").and(contains("Content trust is enforced in UCP")));
}

#[test]
fn explain_tells_the_last_result() {
    let range = Range::new("default");
    range.command("scan").arg("--quiet").assert().code(2);
    stigprobe(range.path()).args(["explain", "DKER-EE-004370"]).assert().code(0).stdout(
        contains("Last result\n  fail on SIMULATED-127.0.0.1 at 20").and(contains("1 of 1 observations do not hold")),
    );
    range.stop();
}

#[test]
fn init_writes_once_and_what_it_writes_is_read() {
    let dir = empty();
    stigprobe(dir.path()).arg("init").assert().code(0).stdout(contains("policy.toml"));
    fails(dir.path(), &["init"], "exists already; nothing was written");
    let policy = std::fs::read_to_string(dir.path().join("policy.toml")).unwrap();
    for part in ["# per_user_limit = 5\n", "# [[attest]]\n# rule = \"DKER-EE-002410\"\n", "# [[waiver]]\n"] {
        assert!(policy.contains(part), "{part}");
    }
    stigprobe(dir.path()).args(["scan", "--lab", "--quiet"]).assert().code(2);
}

#[test]
fn output_is_plain_where_nobody_looks_and_nothing_is_said_when_quiet() {
    let range = Range::new("default");
    let scan = |args: &[&str]| range.command("scan").args(args).output().unwrap();
    let plain = scan(&[]);
    assert!(!plain.stdout.contains(&0x1b) && !plain.stderr.contains(&0x1b));
    assert!(String::from_utf8(plain.stdout).unwrap().contains("Results: results/SIMULATED-127.0.0.1/"));
    let quiet = scan(&["--quiet"]);
    assert_eq!((quiet.stdout.len(), quiet.stderr.len()), (0, 0));
    range.stop();
}

#[test]
fn without_an_account_nothing_passes() {
    let range = Range::new("hardened");
    let output = stigprobe(range.path())
        .args(["scan", "--ucp", range.lab.ucp_url(), "--dtr", range.lab.dtr_url(), "--ca-file", "ca.pem", "--json"])
        .output()
        .unwrap();
    let results: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(results["counts"]["pass"], 0);
    let summary = common::rule(&results, "DKER-EE-004370")["summary"].as_str().unwrap();
    assert!(summary.contains("STIGPROBE_UCP_USERNAME"), "{summary}");
    range.stop();
}

#[test]
fn a_server_that_is_not_trusted_is_told_nothing() {
    let range = Range::new("hardened");
    std::fs::write(range.path().join("other.pem"), other_root()).unwrap();
    let output = stigprobe(range.path())
        .args(["scan", "--ucp", range.lab.ucp_url(), "--dtr", range.lab.dtr_url(), "--ca-file", "other.pem", "--json"])
        .env("STIGPROBE_UCP_USERNAME", "admin")
        .env("STIGPROBE_UCP_PASSWORD", "hunter2")
        .output()
        .unwrap();
    let results: Value = serde_json::from_slice(&output.stdout).unwrap();
    for rule in ["DKER-EE-004370", "DKER-EE-004260"] {
        assert_eq!(common::result(&results, rule), "error");
        let summary = common::rule(&results, rule)["summary"].as_str().unwrap();
        assert!(summary.contains("--ca-file"), "{summary}");
    }
    assert_eq!(range.lab.requests().len(), 0, "not even a request is sent");
    range.stop();
}

#[test]
fn shells_readers_and_cron_are_told_what_they_want_to_know() {
    let dir = tempfile::tempdir().unwrap();
    let said = |args: &[&str]| {
        let output = stigprobe(dir.path()).args(args).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    for shell in ["bash", "zsh", "fish"] {
        let (code, text) = said(&["completions", shell]);
        assert_eq!(code, Some(0));
        assert!(text.contains("host-root"), "{shell}");
    }
    let (code, page) = said(&["man"]);
    assert_eq!(code, Some(0));
    assert!(page.contains(".TH stigprobe 1") && page.contains("Exit code"), "{page}");
    let (code, page) = said(&["man", "scan"]);
    assert_eq!(code, Some(0));
    assert!(page.contains("stigprobe\\-scan") && page.contains("lab\\-scenario"), "{page}");
    let (code, text) = said(&["man", "scna"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("there are: scan, collect"), "{text}");

    let (code, line) = said(&["schedule", "--every", "day", "--at", "04:05"]);
    assert_eq!(code, Some(0));
    assert!(line.contains("\n5 4 * * * stigprobe /"), "{line}");
    assert!(line.ends_with(" scan --config /etc/stigprobe/stigprobe.toml --quiet\n"), "{line}");
    let (code, unit) = said(&["schedule", "--systemd", "--every", "month", "--user", "audit"]);
    assert_eq!(code, Some(0));
    for part in ["SuccessExitStatus=2 3", "User=audit", "OnCalendar=*-*-01 02:30:00"] {
        assert!(unit.contains(part), "{unit}");
    }
    for wrong in [["--at", "24:00"], ["--user", "a b"], ["--config", "relative.toml"], ["--config", "/etc/a b"]] {
        let (code, text) = said(&[&["schedule"][..], &wrong].concat());
        assert_eq!(code, Some(1), "{wrong:?}: {text}");
    }
}

fn other_root() -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.self_signed(&key).unwrap().pem()
}

/// What the program says of a command is what the command says of itself.
#[test]
fn each_command_introduces_itself_as_it_is_listed() {
    let dir = empty();
    let help = |words: &[&str]| {
        let help = stigprobe(dir.path()).args(words).arg("-h").assert();
        String::from_utf8(help.success().get_output().stdout.clone()).unwrap()
    };
    let listed = |command: &[&str]| {
        let text = help(command);
        let lines = text.lines().skip_while(|l| *l != "Commands:").skip(1);
        let lines = lines.take_while(|line| !line.is_empty());
        let rows = lines.filter_map(|line| line.trim().split_once("  "));
        let rows = rows.map(|(name, about)| (name.to_owned(), about.trim().to_owned()));
        rows.filter(|(name, _)| name != "help").collect::<Vec<_>>()
    };
    let mut commands = Vec::new();
    for above in [&[][..], &["benchmark"], &["results"]] {
        for (name, about) in listed(above) {
            commands.push(([above, &[&name]].concat().join(" "), about));
        }
    }
    assert!(commands.len() > 20, "{commands:?}");
    for (command, about) in commands {
        let text = help(&command.split(' ').collect::<Vec<_>>());
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with(&about), "{command}: {first:?}, not {about:?}");
    }
}
