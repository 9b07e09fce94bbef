//! Results in the hands of the tools that take them in: oscap, xmllint, STIG Manager's parser, the ARF
//! validator. A tool that is not here is skipped aloud; `scripts/test` installs them all and sets
//! `STIGPROBE_REQUIRE_TOOLS`, under which a missing one is a failure.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stderr, reason = "skipping is said aloud")]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{Range, files, official, shared};
use serde_json::Value;

/// Runs a tool; none when it is not installed.
fn tool(name: &str, args: &[&str]) -> Option<Output> {
    match Command::new(name).args(args).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            missing(name);
            None
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

fn missing(what: &str) {
    let required = std::env::var_os("STIGPROBE_REQUIRE_TOOLS").is_some();
    assert!(
        !required,
        "{what} is not installed, and scripts/test should have installed it"
    );
    eprintln!("SKIPPED: {what} is not installed; scripts/test installs it");
}

fn accepted(what: &str, output: &Output) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    assert!(
        output.status.success(),
        "{what}: {}",
        String::from_utf8_lossy(&text)
    );
}

/// One run of a scan, by format.
struct Run {
    range: Range,
    dir: PathBuf,
    results: Value,
}

impl Run {
    fn new(scenario: &str, args: &[&str]) -> Self {
        let range = Range::new(scenario);
        let benchmark = official();
        let mut command = range.command("scan");
        if let Some(benchmark) = &benchmark {
            command.arg("--benchmark").arg(benchmark);
        }
        let output = command
            .args(["--policy", "policy.toml", "--json"])
            .args(args)
            .output()
            .unwrap();
        let results = serde_json::from_slice(&output.stdout).unwrap();
        let dir = files(&range.path().join("results"))[0]
            .parent()
            .unwrap()
            .to_owned();
        Run {
            range,
            dir,
            results,
        }
    }

    fn file(&self, extension: &str) -> String {
        let all = files(&self.dir);
        let file = all
            .iter()
            .find(|p| p.to_str().unwrap().ends_with(extension))
            .unwrap();
        file.to_str().unwrap().to_owned()
    }
}

/// Runs with every kind of result: passes, opens, errors, rules that nobody checked, and a profile.
fn runs() -> Vec<Run> {
    vec![
        Run::new("hardened", &[]),
        Run::new("default", &["--profile", "MAC-1_Classified"]),
        Run::new("unsigned-many,config-403", &[]),
        Run::new(
            "repository-500",
            &["--rule", "SV-235846", "--rule", "V-235847"],
        ),
    ]
}

#[test]
fn oscap_takes_the_xccdf_results() {
    for run in runs() {
        let Some(output) = tool(
            "oscap",
            &[
                "xccdf",
                "validate",
                "--skip-schematron",
                &run.file(".xccdf.xml"),
            ],
        ) else {
            return;
        };
        accepted("oscap xccdf validate", &output);
        run.range.stop();
    }
}

#[test]
fn the_arf_is_valid_inside_and_out() {
    for run in runs() {
        let arf = run.file(".arf.xml");
        let Some(output) = tool("oscap", &["ds", "rds-validate", &arf]) else {
            return;
        };
        accepted("oscap ds rds-validate", &output);
        if let Some(validator) = shared("tools/arf/validate-arf") {
            accepted(
                "validate-arf",
                &tool("bash", &[validator.to_str().unwrap(), &arf]).unwrap(),
            );
        }
        run.range.stop();
    }
}

#[test]
fn the_ckl_is_as_disa_s_schema_wants_it() {
    let Some(schema) = shared("schemas/U_Checklist_Schema_V2-5.xsd") else {
        return;
    };
    for run in runs() {
        let Some(output) = tool(
            "xmllint",
            &[
                "--noout",
                "--schema",
                schema.to_str().unwrap(),
                &run.file(".ckl"),
            ],
        ) else {
            return;
        };
        accepted("xmllint", &output);
        run.range.stop();
    }
}

#[test]
fn stig_manager_takes_every_review_with_its_text() {
    let Some(folder) = std::env::var_os("STIGPROBE_NODE_MODULES") else {
        return missing("STIG Manager's parser (STIGPROBE_NODE_MODULES)");
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/importers/stig-manager.mjs");
    for run in runs() {
        let names = [run.file(".ckl"), run.file(".cklb"), run.file(".xccdf.xml")];
        let mut args = vec![script.to_str().unwrap(), folder.to_str().unwrap()];
        args.extend(names.iter().map(String::as_str));
        let Some(output) = tool("node", &args) else {
            return;
        };
        accepted("STIG Manager's parser", &output);
        let parsed: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let cklb: Value =
            serde_json::from_str(&std::fs::read_to_string(&names[1]).unwrap()).unwrap();
        for (name, parsed) in names.iter().zip(&parsed) {
            imported(&run.results, name, parsed, &cklb);
        }
        run.range.stop();
    }
}

/// What STIG Manager made of one file is what the results say.
fn imported(results: &Value, name: &str, parsed: &Value, cklb: &Value) {
    let checklist = &parsed["checklists"][0];
    let is_xccdf = Path::new(name).extension().is_some_and(|e| e == "xml");
    // A reader that finds nothing wrong says so with an empty list, or with none.
    assert!(
        parsed["errors"].as_array().is_none_or(Vec::is_empty),
        "{name}: {}",
        parsed["errors"]
    );
    assert_eq!(
        parsed["target"]["name"], results["target"]["name"],
        "{name}"
    );
    assert_eq!(
        checklist["benchmarkId"], "Docker_Enterprise_2-x_Linux-UNIX_STIG",
        "{name}"
    );
    if !is_xccdf {
        assert_eq!(checklist["revisionStr"], "V2R2", "{name}");
    }
    let count = |words: &[&str]| {
        words
            .iter()
            .map(|w| results["counts"][*w].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(checklist["stats"]["pass"], count(&["pass"]), "{name}");
    assert_eq!(checklist["stats"]["fail"], count(&["fail"]), "{name}");
    // From XCCDF, STIG Manager drops what is neither pass, fail nor notapplicable.
    let expected = if is_xccdf {
        count(&["pass", "fail", "notapplicable"])
    } else {
        101
    };
    let reviews = checklist["reviews"].as_array().unwrap();
    assert_eq!(reviews.len() as u64, expected, "{name}");
    for review in reviews {
        let rule = cklb["stigs"][0]["rules"].as_array().unwrap().iter();
        let rule = rule
            .clone()
            .find(|r| r["rule_id_src"] == review["ruleId"])
            .unwrap();
        assert_eq!(
            review["detail"], rule["finding_details"],
            "{name}: {}",
            review["ruleId"]
        );
        assert_eq!(
            review["comment"], rule["comments"],
            "{name}: {}",
            review["ruleId"]
        );
        if review["result"] == "fail" || review["result"] == "pass" {
            assert_eq!(
                review["status"]["label"]
                    .as_str()
                    .or(review["status"].as_str()),
                Some("submitted"),
                "{name}"
            );
        }
    }
}
