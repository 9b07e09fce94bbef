//! STIG Manager's parser, and the schemas that XCCDF and CKL have.

use std::path::Path;

use serde_json::Value;

use super::common::shared;
use super::common::tools::{accepted, tool};
use super::{Scan, node, scans};

const PARSER: &str = "@nuwcdivnpt/stig-manager-client-modules";

#[test]
fn oscap_takes_the_xccdf_results() {
    for scan in scans().iter() {
        let file = scan.file(".xccdf.xml");
        let args = ["xccdf", "validate", "--skip-schematron", &file];
        let Some(output) = tool("oscap", &args) else {
            return;
        };
        accepted("oscap xccdf validate", &output);
    }
}

#[test]
fn the_ckl_is_as_disa_s_schema_wants_it() {
    let Some(schema) = shared("schemas/U_Checklist_Schema_V2-5.xsd") else {
        return;
    };
    for scan in scans().iter() {
        let file = scan.file(".ckl");
        let args = ["--noout", "--schema", schema.to_str().unwrap(), &file];
        let Some(output) = tool("xmllint", &args) else {
            return;
        };
        accepted("xmllint", &output);
    }
}

#[test]
fn stig_manager_takes_every_review_with_its_text() {
    for scan in scans().iter() {
        let names = [".ckl", ".cklb", ".xccdf.xml"].map(|e| scan.file(e));
        let args: Vec<&str> = names.iter().map(String::as_str).collect();
        let Some(parsed) = node("stig-manager.mjs", PARSER, &args) else {
            return;
        };
        for (name, parsed) in names.iter().zip(parsed.as_array().unwrap()) {
            imported(scan, name, parsed);
        }
    }
}

#[test]
fn xccdf_1_1_has_disa_s_own_ids_and_is_taken_like_1_2() {
    let scan = Scan::new("unsigned-many,config-403", &["--xccdf-version", "1.1"]);
    let file = scan.file(".xccdf.xml");
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
    if let Some(parsed) = node("stig-manager.mjs", PARSER, &[&file]) {
        imported(&scan, &file, &parsed[0]);
    }
}

/// What STIG Manager made of one file is what the results say.
fn imported(scan: &Scan, name: &str, parsed: &Value) {
    let (results, cklb) = (&scan.results, &scan.cklb);
    let checklist = &parsed["checklists"][0];
    let is_xccdf = Path::new(name).extension().is_some_and(|e| e == "xml");
    // A reader that finds nothing wrong says so with an empty list, or with none.
    assert!(parsed["errors"].as_array().is_none_or(Vec::is_empty), "{name}: {}", parsed["errors"]);
    assert_eq!(parsed["target"]["name"], results["target"]["name"], "{name}");
    assert_eq!(checklist["benchmarkId"], "Docker_Enterprise_2-x_Linux-UNIX_STIG", "{name}");
    if !is_xccdf {
        assert_eq!(checklist["revisionStr"], "V2R2", "{name}");
    }
    let count = |words: &[&str]| words.iter().map(|w| results["counts"][*w].as_u64().unwrap()).sum::<u64>();
    assert_eq!(checklist["stats"]["pass"], count(&["pass"]), "{name}");
    assert_eq!(checklist["stats"]["fail"], count(&["fail"]), "{name}");
    // From XCCDF, STIG Manager drops what is neither pass, fail nor notapplicable.
    let expected = if is_xccdf { count(&["pass", "fail", "notapplicable"]) } else { 101 };
    let reviews = checklist["reviews"].as_array().unwrap();
    assert_eq!(reviews.len() as u64, expected, "{name}");
    for review in reviews {
        let rule = cklb["stigs"][0]["rules"].as_array().unwrap().iter();
        let rule = rule.clone().find(|r| r["rule_id_src"] == review["ruleId"]).unwrap();
        for (seen, ours) in [("detail", "finding_details"), ("comment", "comments")] {
            let ours = rule[ours].as_str().unwrap();
            let ours =
                if Path::new(name).extension().is_some_and(|e| e == "cklb") { ours.to_owned() } else { decoded(ours) };
            assert_eq!(review[seen], ours, "{name}: {}", review["ruleId"]);
        }
        if review["result"] == "fail" || review["result"] == "pass" {
            assert_eq!(review["status"]["label"].as_str().or(review["status"].as_str()), Some("submitted"), "{name}");
        }
    }
}

/// The text as STIG Manager takes it from XML: it decodes entities once more than XML does.
fn decoded(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")] {
        text = text.replace(entity, character);
    }
    text
}
