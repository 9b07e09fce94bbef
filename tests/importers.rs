//! Results in the hands of the tools that take them in: oscap, xmllint, STIG Manager's parser, and for ARF
//! in tests/arf.rs. A tool that is not here is skipped aloud; `scripts/test` installs them all and sets
//! `STIGPROBE_REQUIRE_TOOLS`, under which a missing one is a failure.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stderr, reason = "skipping is said aloud")]

mod common;

use std::path::Path;

use common::shared;
use common::tools::{Run, accepted, find, missing, runs, tool};
use serde_json::Value;

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

#[test]
fn xccdf_1_1_has_disa_s_own_ids_and_is_taken_like_1_2() {
    let run = Run::new("unsigned-many,config-403", &[]);
    let args = ["--format", "xccdf,cklb", "--xccdf-version", "1.1"];
    let (results, dir) = run.judge(&[&run.dir], "again", &args);
    let file = find(&dir, ".xccdf.xml");
    let text = std::fs::read_to_string(&file).unwrap();
    for id in [
        "<cdf:Benchmark xmlns:cdf=\"http://checklists.nist.gov/xccdf/1.1\"",
        " id=\"Docker_Enterprise_2-x_Linux-UNIX_STIG\" ",
        "<cdf:Group id=\"V-235775\"",
        "<cdf:rule-result idref=\"SV-235846r961740_rule\"",
    ] {
        assert!(text.contains(id), "{id}");
    }
    assert!(!text.contains("xccdf_mil.disa.stig"));
    let args = ["xccdf", "validate", "--skip-schematron", &file];
    let Some(output) = tool("oscap", &args) else {
        return;
    };
    accepted("oscap xccdf validate", &output);
    let Some(folder) = std::env::var_os("STIGPROBE_NODE_MODULES") else {
        return missing("STIG Manager's parser (STIGPROBE_NODE_MODULES)");
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/importers/stig-manager.mjs");
    let args = [script.to_str().unwrap(), folder.to_str().unwrap(), &file];
    let Some(output) = tool("node", &args) else {
        return;
    };
    accepted("STIG Manager's parser", &output);
    let parsed: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let cklb = std::fs::read_to_string(find(&dir, ".cklb")).unwrap();
    imported(
        &results,
        &file,
        &parsed[0],
        &serde_json::from_str(&cklb).unwrap(),
    );
    run.range.stop();
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
