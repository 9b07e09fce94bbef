//! Schemas that formats have: CKLB's, SARIF's; and `JUnit`, which has none that is agreed upon, in the
//! hands of a reader.

use serde_json::Value;

use super::common::shared;
use super::{Scan, python, scans};
use crate::common::tools::installed;

/// What a schema says of each scan's file.
fn complaints(schema: &str, extension: &str, scans: &[Scan]) -> Option<Vec<Value>> {
    let files: Vec<String> = scans.iter().map(|s| s.file(extension)).collect();
    let mut args = vec!["schema", schema];
    args.extend(files.iter().map(String::as_str));
    Some(python("schemas.py", &args)?.as_array().unwrap().clone())
}

/// STIG Viewer's schema knows neither the version of a STIG nor a marking of the asset. Every writer adds
/// both, and STIG Manager needs the first.
#[test]
fn the_cklb_is_as_stig_viewer_s_schema_wants_it_but_for_two_keys() {
    let Some(schema) = shared("schemas/SV3_CKLB_1_0_JSON_SCHEMA.json") else {
        return;
    };
    let Some(complaints) = complaints(schema.to_str().unwrap(), ".cklb", &scans()) else {
        return;
    };
    for said in complaints {
        let said = said.as_array().unwrap();
        let about = |s: &Value, at: &str, key: &str| s["at"] == at && s["message"].to_string().contains(key);
        let version = |s: &Value| about(s, "stigs/0", "'version'");
        let marking = |s: &Value| about(s, "target_data", "'classification'");
        assert_eq!(said.iter().filter(|s| version(s)).count(), 1, "{said:?}");
        assert!(said.iter().all(|s| version(s) || marking(s)), "{said:?}");
    }
}

#[test]
fn the_sarif_is_as_its_schema_wants_it() {
    let schema = "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
    let Some(folder) = installed(schema) else {
        return;
    };
    let schema = folder.join(schema);
    let Some(complaints) = complaints(schema.to_str().unwrap(), ".sarif", &scans()) else {
        return;
    };
    for said in complaints {
        assert_eq!(said, Value::Array(Vec::new()));
    }
}

#[test]
fn junitparser_counts_what_the_scan_found() {
    let scans = scans();
    let files: Vec<String> = scans.iter().map(|s| s.file(".junit.xml")).collect();
    let mut args = vec!["junit"];
    args.extend(files.iter().map(String::as_str));
    let Some(read) = python("schemas.py", &args) else {
        return;
    };
    for (scan, read) in scans.iter().zip(read.as_array().unwrap()) {
        // What nobody asked for is no test.
        let rules: Vec<&Value> = scan.rules().filter(|r| r["result"] != "notselected").collect();
        let cases = read["cases"].as_array().unwrap();
        assert_eq!(cases.len(), rules.len());
        assert_eq!(read["tests"], rules.len());
        let open = rules.iter().filter(|r| r["result"] == "fail").count();
        assert_eq!(read["failures"], open);
        for (rule, case) in rules.into_iter().zip(cases) {
            let id = rule["group_id"].as_str().unwrap();
            let name = case["name"].as_str().unwrap();
            assert!(name.contains(rule["stig_id"].as_str().unwrap()), "{name}");
            if rule["result"] == "fail" {
                assert_eq!(case["kinds"], serde_json::json!(["Failure"]), "{id}");
                assert_eq!(case["texts"][0], scan.texts(id).0, "{id}");
            } else if rule["result"] == "pass" {
                assert_eq!(case["kinds"], serde_json::json!([]), "{id}");
            }
        }
    }
}
