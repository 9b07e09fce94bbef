//! Nodes, services and markings, from the command line to the tools that take results in.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stderr, reason = "skipping is said aloud")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::tools::{accepted, find, missing, tool};
use common::{Range, stigprobe};
use serde_json::Value;

/// Scans the lab and gives the directory of each asset's newest run.
fn scan(range: &Range, args: &[&str]) -> BTreeMap<String, PathBuf> {
    let output = range
        .command("scan")
        .args(["--policy", "policy.toml", "--quiet"])
        .args(args)
        .output()
        .unwrap();
    let code = output.status.code();
    assert!(
        matches!(code, Some(0 | 2 | 3)),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    latest(&range.path().join("results"))
}

fn latest(results: &Path) -> BTreeMap<String, PathBuf> {
    let entries = results.read_dir().unwrap().map(Result::unwrap);
    let assets = entries.filter(|entry| entry.path().join("latest").exists());
    assets
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, entry.path().join("latest").canonicalize().unwrap())
        })
        .collect()
}

fn results(run: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(run.join("results.json")).unwrap()).unwrap()
}

/// The result of each rule by its STIG-ID.
fn verdicts(run: &Path) -> BTreeMap<String, String> {
    let results = results(run);
    let rules = results["rules"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rules
        .iter()
        .map(|rule| (text(&rule["stig_id"]), text(&rule["result"])))
        .collect()
}

#[test]
fn each_node_has_results_of_its_own_beside_those_of_the_cluster() {
    let range = Range::new("default");
    let whole = scan(&range, &["--format", "json"]);
    assert_eq!(whole.len(), 1);
    let of_cluster = verdicts(whole.values().next().unwrap());
    let runs = scan(
        &range,
        &[
            "--format", "json,ckl", "--assets", "per-node", "--output", "nodes",
        ],
    );
    assert_eq!(runs.len(), 1, "the first results are still there");
    let runs = latest(&range.path().join("nodes"));
    assert!(runs.len() > 2, "{runs:?}");
    let (cluster, nodes): (Vec<_>, Vec<_>) = runs
        .iter()
        .partition(|(name, _)| name.ends_with("-UCP-lab"));
    let [(_, cluster)] = cluster.as_slice() else {
        panic!("one cluster");
    };
    assert_eq!(
        verdicts(cluster),
        of_cluster,
        "the cluster is judged as before"
    );
    let mut passes = 0;
    for (name, run) in nodes {
        assert!(name.starts_with("SIMULATED-"), "{name}");
        let verified = stigprobe(range.path())
            .arg("verify")
            .arg(run)
            .output()
            .unwrap();
        accepted("verify", &verified);
        for (rule, verdict) in verdicts(run) {
            let whole = of_cluster[&rule].as_str();
            match verdict.as_str() {
                "pass" => {
                    passes += usize::from(whole == "fail");
                    assert!(matches!(whole, "pass" | "fail"), "{name} {rule}: {whole}");
                }
                "fail" | "notapplicable" => assert_eq!(whole, verdict, "{name} {rule}"),
                "error" | "unknown" | "notchecked" => {
                    assert!(matches!(whole, "fail" | "error" | "unknown" | "notchecked"));
                }
                other => assert_eq!(other, "notselected", "{name} {rule}"),
            }
        }
    }
    assert!(passes > 0, "some node is in order where another is not");
    range.stop();
}

#[test]
fn a_node_that_was_not_asked_passes_nothing() {
    let range = Range::new("default,node-down");
    scan(
        &range,
        &[
            "--format", "json", "--assets", "per-node", "--output", "nodes",
        ],
    );
    for (name, run) in latest(&range.path().join("nodes")) {
        let results = results(&run);
        for rule in results["rules"].as_array().unwrap() {
            let observed = rule["observations"].as_array().unwrap();
            let reason = rule["summary"].as_str().unwrap();
            if reason.starts_with("This node was not seen") {
                assert_eq!(rule["result"], "error", "{name}");
            }
            if rule["result"] == "pass" {
                assert!(!observed.is_empty(), "{name} {}", rule["stig_id"]);
            }
        }
    }
    range.stop();
}

#[test]
fn stig_manager_tells_a_service_from_its_host() {
    let Some(folder) = std::env::var_os("STIGPROBE_NODE_MODULES") else {
        return missing("STIG Manager's parser (STIGPROBE_NODE_MODULES)");
    };
    let range = Range::new("hardened");
    std::fs::write(
        range.path().join("own.toml"),
        "[asset]\nname = \"ucp01\"\nasset-type = \"Non-Computing\"\nweb-db-site = \"UCP\"\nweb-db-instance = \"443\"\n",
    )
    .unwrap();
    let runs = scan(
        &range,
        &["--config", "own.toml", "--format", "ckl,cklb,xccdf"],
    );
    let run = &runs["SIMULATED-ucp01-UCP-443"];
    let files = [
        find(run, ".ckl"),
        find(run, ".cklb"),
        find(run, ".xccdf.xml"),
    ];
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/importers/stig-manager.mjs");
    let mut args = vec![script.to_str().unwrap(), folder.to_str().unwrap()];
    args.extend(files.iter().map(String::as_str));
    let Some(output) = tool("node", &args) else {
        return;
    };
    accepted("STIG Manager's parser", &output);
    let parsed: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    for (file, parsed) in files.iter().zip(&parsed) {
        let target = &parsed["target"];
        assert_eq!(target["name"], "SIMULATED-ucp01", "{file}");
        let metadata = &target["metadata"];
        for (key, value) in [
            ("cklWebOrDatabase", "true"),
            ("cklHostName", "SIMULATED-ucp01"),
            ("cklWebDbSite", "UCP"),
            ("cklWebDbInstance", "443"),
        ] {
            assert_eq!(metadata[key], value, "{file}");
        }
        assert_eq!(target["noncomputing"], true, "{file}");
    }
    range.stop();
}

#[test]
fn the_marking_is_in_file_names_and_never_lowered() {
    let range = Range::new("hardened");
    let runs = scan(
        &range,
        &["--format", "json,ckl", "--marking", "CUI//SP-CTI"],
    );
    let run = runs.values().next().unwrap();
    assert!(find(run, ".ckl").contains("/CUI--SP-CTI_SIMULATED-"));
    assert_eq!(results(run)["target"]["marking"], "CUI//SP-CTI");
    let evaluate = |marking: &str, to: &str| {
        stigprobe(range.path())
            .args(["evaluate", "--format", "json", "--quiet", "--output", to])
            .args(["--marking", marking])
            .arg("--evidence")
            .arg(run)
            .output()
            .unwrap()
    };
    let lower = evaluate("UNCLASSIFIED", "lower");
    assert_eq!(lower.status.code(), Some(1));
    let text = String::from_utf8_lossy(&lower.stderr).into_owned();
    assert!(text.contains("is lower than \"CUI//SP-CTI\""), "{text}");
    assert!(latest_or_none(&range.path().join("lower")).is_empty());
    assert_ne!(evaluate("SECRET", "higher").status.code(), Some(1));
    let higher = latest(&range.path().join("higher"));
    let higher = results(higher.values().next().unwrap());
    assert_eq!(higher["target"]["marking"], "SECRET");
    range.stop();
}

fn latest_or_none(results: &Path) -> BTreeMap<String, PathBuf> {
    if results.exists() {
        latest(results)
    } else {
        BTreeMap::new()
    }
}

#[test]
fn what_is_simulated_is_not_packed() {
    let range = Range::new("hardened");
    let runs = scan(&range, &["--format", "emass"]);
    let run = runs.values().next().unwrap();
    let packed = stigprobe(range.path())
        .args(["package", "--output", "package"])
        .arg(run)
        .output()
        .unwrap();
    assert_eq!(packed.status.code(), Some(1));
    let text = String::from_utf8_lossy(&packed.stderr).into_owned();
    assert!(text.contains("SIMULATED"), "{text}");
    assert!(!range.path().join("package").exists());
    range.stop();
}
