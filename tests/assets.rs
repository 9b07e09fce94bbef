//! Nodes, services and markings, from the command line to the tools that take results in.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stderr, reason = "skipping is said aloud")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::stigprobe;
use common::tools::{accepted, find, missing, tool};
use serde_json::Value;
use tempfile::tempdir;

/// Scans the lab into a directory and gives the directory of each asset's newest run.
fn scan(dir: &Path, scenario: &str, args: &[&str]) -> BTreeMap<String, PathBuf> {
    let output =
        stigprobe(dir).args(["scan", "--lab", "--lab-scenario", scenario, "--quiet"]).args(args).output().unwrap();
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 2 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
    latest_or_none(&dir.join("results"))
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
    rules.iter().map(|rule| (text(&rule["stig_id"]), text(&rule["result"]))).collect()
}

#[test]
fn each_node_has_results_of_its_own_beside_those_of_the_cluster() {
    let dir = tempdir().unwrap();
    let scenario = "default";
    let whole = scan(dir.path(), scenario, &["--format", "json"]);
    assert_eq!(whole.len(), 1);
    let of_cluster = verdicts(whole.values().next().unwrap());
    let runs = scan(dir.path(), scenario, &["--format", "json,ckl", "--assets", "per-node", "--output", "nodes"]);
    assert_eq!(runs.len(), 1, "the first results are still there");
    let runs = latest(&dir.path().join("nodes"));
    assert!(runs.len() > 2, "{runs:?}");
    let (cluster, nodes): (Vec<_>, Vec<_>) = runs.iter().partition(|(name, _)| name.ends_with("-UCP-lab"));
    let [(_, cluster)] = cluster.as_slice() else {
        panic!("one cluster");
    };
    assert_eq!(verdicts(cluster), of_cluster, "the cluster is judged as before");
    let mut passes = 0;
    for (name, run) in nodes {
        assert!(name.starts_with("SIMULATED-"), "{name}");
        let verified = stigprobe(dir.path()).arg("verify").arg(run).output().unwrap();
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
}

#[test]
fn a_node_that_was_not_asked_passes_nothing_but_what_its_host_shows() {
    let dir = tempdir().unwrap();
    let args = ["--format", "json", "--assets", "per-node", "--output", "nodes"];
    scan(dir.path(), "default,node-down", &args);
    let runs = latest(&dir.path().join("nodes"));
    let results = results(&runs["SIMULATED-worker-2"]);
    let mut missed = 0;
    for rule in results["rules"].as_array().unwrap() {
        let summary = rule["summary"].as_str().unwrap();
        if summary.starts_with("This node was not seen") {
            assert_eq!(rule["result"], "error", "{}", rule["stig_id"]);
            missed += 1;
        }
        if rule["result"] == "pass" {
            for observation in rule["observations"].as_array().unwrap() {
                let fact = observation["fact"].as_str().unwrap();
                assert!(fact.starts_with("host."), "{} {fact}", rule["stig_id"]);
            }
        }
    }
    assert!(missed > 20, "{missed}");
}

#[test]
fn stig_manager_tells_a_service_from_its_host() {
    let Some(folder) = std::env::var_os("STIGPROBE_NODE_MODULES") else {
        return missing("STIG Manager's parser (STIGPROBE_NODE_MODULES)");
    };
    let dir = tempdir().unwrap();
    let args = ["--format", "ckl,cklb,xccdf", "--assets", "per-node"];
    let runs = scan(dir.path(), "hardened", &args);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/importers/stig-manager.mjs");
    let mut keys = Vec::new();
    for (asset, run) in &runs {
        let files = [find(run, ".ckl"), find(run, ".cklb"), find(run, ".xccdf.xml")];
        let mut args = vec![script.to_str().unwrap(), folder.to_str().unwrap()];
        args.extend(files.iter().map(String::as_str));
        let Some(output) = tool("node", &args) else {
            return;
        };
        accepted("STIG Manager's parser", &output);
        let parsed: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        for (file, parsed) in files.iter().zip(&parsed) {
            let target = &parsed["target"];
            let metadata = |key: &str| target["metadata"][key].as_str();
            // The name that STIG Manager makes of a service, as it looks assets up.
            let key = match metadata("cklWebOrDatabase") {
                Some(is) => {
                    assert_eq!(is, "true", "{file}");
                    let [host, site, instance] = ["cklHostName", "cklWebDbSite", "cklWebDbInstance"].map(metadata);
                    let part = |text: Option<&str>| text.unwrap_or("NA").to_owned();
                    format!("{}-{}-{}", part(host), part(site), part(instance))
                }
                None => target["name"].as_str().unwrap().to_owned(),
            };
            assert_eq!(&key, asset, "{file}");
        }
        keys.push(asset.as_str());
    }
    assert!(keys.contains(&"SIMULATED-lab-UCP-lab"), "{keys:?}");
    assert!(keys.contains(&"SIMULATED-worker-1"), "{keys:?}");
}

#[test]
fn the_marking_is_in_file_names_and_never_lowered() {
    let dir = tempdir().unwrap();
    let scenario = "hardened";
    let runs = scan(dir.path(), scenario, &["--format", "json,ckl", "--marking", "CUI//SP-CTI"]);
    let run = runs.values().next().unwrap();
    assert!(find(run, ".ckl").contains("/CUI--SP-CTI_SIMULATED-"));
    assert_eq!(results(run)["target"]["marking"], "CUI//SP-CTI");
    let evaluate = |marking: &str, to: &str| {
        stigprobe(dir.path())
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
    assert!(latest_or_none(&dir.path().join("lower")).is_empty());
    assert_ne!(evaluate("SECRET", "higher").status.code(), Some(1));
    let higher = latest(&dir.path().join("higher"));
    let higher = results(higher.values().next().unwrap());
    assert_eq!(higher["target"]["marking"], "SECRET");
}

fn latest_or_none(results: &Path) -> BTreeMap<String, PathBuf> {
    if results.exists() { latest(results) } else { BTreeMap::new() }
}

#[test]
fn what_is_simulated_is_not_packed() {
    let dir = tempdir().unwrap();
    let scenario = "hardened";
    let runs = scan(dir.path(), scenario, &["--format", "emass"]);
    let run = runs.values().next().unwrap();
    let packed = stigprobe(dir.path()).args(["package", "--output", "package"]).arg(run).output().unwrap();
    assert_eq!(packed.status.code(), Some(1));
    let text = String::from_utf8_lossy(&packed.stderr).into_owned();
    assert!(text.contains("SIMULATED"), "{text}");
    assert!(!dir.path().join("package").exists());
}
