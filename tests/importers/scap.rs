//! XCCDF, ARF and OSCAL: compliance-trestle, openscap-report, and the package oscal, which judges OSCAL
//! by NIST's own models.

use serde_json::Value;

use super::{Scan, python, scans};

#[test]
fn trestle_openscap_report_and_oscal_read_what_the_scan_found() {
    let scans = scans();
    let workspace = tempfile::tempdir().unwrap();
    let mut args = vec![workspace.path().to_str().unwrap().to_owned()];
    for scan in scans.iter() {
        let kinds = [".xccdf.xml", ".arf.xml", ".oscal-ar.json", ".oscal-poam.json"];
        args.extend(kinds.map(|kind| scan.file(kind)));
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let Some(read) = python("scap.py", &args) else {
        return;
    };
    assert_eq!(read.as_array().unwrap().len(), scans.len());
    for (scan, read) in scans.iter().zip(read.as_array().unwrap()) {
        for results in ["transformed", "reports"] {
            for (kind, seen) in ["XCCDF", "ARF"].iter().zip(read[results].as_array().unwrap()) {
                same_results(scan, seen, &format!("{results} from {kind}"));
            }
        }
        same_evidence(scan, &read["results"]);
        for document in ["results", "poam"] {
            let (trestle, oscal) = (&read[document]["trestle"], &read[document]["oscal"]);
            assert_eq!(trestle["code"], 0, "{document}: {}", trestle["said"]);
            assert_eq!(oscal["valid"], true, "{document}: {}", oscal["errors"]);
        }
        let mut open: Vec<String> = scan.rules().filter(|r| r["result"] == "fail").map(title).collect();
        // One for each control that a rule belongs to.
        let mut findings = texts(&read["results"]["findings"]);
        findings.dedup();
        assert_eq!(findings, open);
        if open.is_empty() {
            // A plan has at least one item.
            open.push("Nothing is open".into());
        }
        assert_eq!(texts(&read["poam"]["items"]), open);
    }
}

fn title(rule: &Value) -> String {
    let text = |key: &str| rule[key].as_str().unwrap();
    format!("{}: {}", text("stig_id"), text("title"))
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap()).collect()
}

fn same_results(scan: &Scan, seen: &Value, from: &str) {
    let seen = seen.as_object().unwrap();
    assert_eq!(seen.len(), scan.rules().count(), "{from}");
    for rule in scan.rules() {
        let id = rule["rule_id"].as_str().unwrap();
        let (_, result) = seen.iter().find(|(name, _)| name.ends_with(id)).unwrap();
        assert_eq!(result, &rule["result"], "{from}: {id}");
    }
}

fn same_evidence(scan: &Scan, results: &Value) {
    let evidence = texts(&results["evidence"]);
    assert_eq!(evidence.len(), scan.rules().count());
    for (rule, seen) in scan.rules().zip(evidence) {
        let id = rule["group_id"].as_str().unwrap();
        assert_eq!(seen, scan.texts(id).0, "{id}");
    }
}
