//! nessus-file-reader and pyTenable, which read Nessus's exports.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Scan, python, scans};

#[test]
fn readers_of_nessus_files_count_and_name_what_the_scan_found() {
    let scans = scans();
    let files: Vec<String> = scans.iter().map(|s| s.file(".nessus")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let Some(read) = python("nessus.py", &files) else {
        return;
    };
    for (scan, read) in scans.iter().zip(read.as_array().unwrap()) {
        assert_eq!(read["reader"]["all"], scan.rules().count());
        for reader in ["reader", "tenable"] {
            let mut counts = counts(scan);
            if reader == "reader" {
                for word in ["PASSED", "FAILED", "WARNING", "ERROR"] {
                    counts.entry(word).or_insert(0);
                }
            }
            let expected = serde_json::to_value(counts).unwrap();
            assert_eq!(read[reader]["counts"], expected, "{reader}");
            same_items(scan, &read[reader]["items"], reader);
        }
        let items = read["reader"]["items"].as_array().unwrap();
        assert!(items.iter().all(|item| item["compliance"] == true));
    }
}

/// Nessus's word for a result; what does not apply is passed with a sentence that says so.
fn word(result: &Value) -> &'static str {
    match result.as_str().unwrap() {
        "pass" | "fixed" | "notapplicable" => "PASSED",
        "fail" => "FAILED",
        "error" | "unknown" => "ERROR",
        _ => "WARNING",
    }
}

fn counts(scan: &Scan) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for rule in scan.rules() {
        *counts.entry(word(&rule["result"])).or_insert(0) += 1;
    }
    counts
}

fn same_items(scan: &Scan, items: &Value, reader: &str) {
    let items = items.as_array().unwrap();
    assert_eq!(items.len(), scan.rules().count(), "{reader}");
    for (rule, item) in scan.rules().zip(items) {
        let id = rule["group_id"].as_str().unwrap();
        let stig_id = rule["stig_id"].as_str().unwrap();
        let name = item["name"].as_str().unwrap();
        assert!(name.starts_with(stig_id), "{reader}: {name}");
        assert_eq!(item["result"], word(&rule["result"]), "{reader}: {id}");
        let tenable = &rule["tenable_control_id"];
        let control = if tenable.is_null() { &rule["control_id"] } else { tenable };
        assert_eq!(&item["control_id"], control, "{reader}: {id}");
        let (details, _) = scan.texts(id);
        let actual = item["actual"].as_str().unwrap();
        if rule["result"] == "notapplicable" {
            assert!(actual.ends_with(details), "{reader}: {id}: {actual}");
        } else {
            assert_eq!(actual, details, "{reader}: {id}");
        }
    }
}
