//! MITRE's SAF CLI, which is Heimdall's converters, and the parser of Heimdall itself.

use serde_json::Value;

use super::{Scan, by, node, python, scans};

/// What the converters wrote for one scan.
struct Converted {
    ckl: Value,
    xccdf: Value,
    nessus: Value,
    /// The checklist that they made of our HDF.
    checklist: Value,
    /// Our HDF as Heimdall shows it.
    shown: Value,
}

/// SAF puts the extension there that it wants.
fn name(scan: usize, command: &str) -> String {
    let extension = if command == "hdf2ckl" { "ckl" } else { "json" };
    format!("{scan}-{command}.{extension}")
}

/// Every scan with what SAF made of it.
fn convert(scans: &[Scan]) -> Option<Vec<Converted>> {
    let out = tempfile::tempdir().unwrap();
    let mut jobs = Vec::new();
    for (i, scan) in scans.iter().enumerate() {
        for (command, from) in [
            ("ckl2hdf", ".ckl"),
            ("xccdf_results2hdf", ".xccdf.xml"),
            ("nessus2hdf", ".nessus"),
            ("hdf2ckl", ".hdf.json"),
            ("parse", ".hdf.json"),
        ] {
            let to = out.path().join(name(i, command));
            jobs.extend([command.to_owned(), scan.file(from), to.to_str().unwrap().to_owned()]);
        }
    }
    let jobs: Vec<&str> = jobs.iter().map(String::as_str).collect();
    let shown = node("heimdall.cjs", "@mitre/saf", &jobs)?;
    let made = |i: usize, command: &str| out.path().join(name(i, command));
    let json = |i, command| {
        let text = std::fs::read_to_string(made(i, command)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let checklists: Vec<_> = (0..scans.len()).map(|i| made(i, "hdf2ckl")).collect();
    let checklists: Vec<&str> = checklists.iter().map(|p| p.to_str().unwrap()).collect();
    let checklists = python("checklist.py", &checklists)?;
    let all = (0..scans.len()).map(|i| Converted {
        ckl: json(i, "ckl2hdf"),
        xccdf: json(i, "xccdf_results2hdf"),
        nessus: json(i, "nessus2hdf"),
        checklist: checklists[i].clone(),
        shown: shown[i].clone(),
    });
    Some(all.collect())
}

/// What Heimdall makes of our results, by where it reads them. A checklist has no word for an error, and
/// a .nessus none for what does not apply.
fn status(result: &Value, from: &str) -> &'static str {
    match (result.as_str().unwrap(), from) {
        ("pass" | "fixed", _) | ("notapplicable", "nessus") => "passed",
        ("fail", _) => "failed",
        ("error" | "unknown", "xccdf" | "nessus") => "error",
        _ => "skipped",
    }
}

#[test]
fn every_control_has_the_scan_s_status_and_the_evidence_byte_for_byte() {
    let scans = scans();
    let Some(converted) = convert(&scans) else {
        return;
    };
    for (scan, converted) in scans.iter().zip(&converted) {
        from_ckl(scan, &converted.ckl);
        from_xccdf(scan, &converted.xccdf);
        from_nessus(scan, &converted.nessus);
        to_checklist(scan, &converted.checklist);
        in_heimdall(scan, &converted.shown);
    }
}

fn controls(hdf: &Value) -> &Value {
    assert_eq!(hdf["profiles"].as_array().unwrap().len(), 1);
    &hdf["profiles"][0]["controls"]
}

fn from_ckl(scan: &Scan, hdf: &Value) {
    let controls = by(controls(hdf), "id");
    assert_eq!(controls.len(), scan.rules().count());
    for rule in scan.rules() {
        let id = rule["group_id"].as_str().unwrap();
        let (details, comment) = scan.texts(id);
        let control = controls[id];
        let results = control["results"].as_array().unwrap();
        assert_eq!(results.len(), 1, "{id}: no text may be taken for results");
        assert_eq!(results[0]["status"], status(&rule["result"], "ckl"), "{id}");
        assert_eq!(results[0]["code_desc"], details, "{id}");
        let comments = by(&control["descriptions"], "label");
        assert_eq!(comments["comments"]["data"], comment, "{id}");
    }
}

/// The converter drops the texts of XCCDF results.
fn from_xccdf(scan: &Scan, hdf: &Value) {
    let controls = controls(hdf).as_array().unwrap();
    assert_eq!(controls.len(), scan.rules().count());
    for rule in scan.rules() {
        let id = rule["rule_id"].as_str().unwrap();
        let control = controls.iter().find(|c| c["id"].as_str().unwrap().ends_with(id)).unwrap();
        let seen = &control["results"][0]["status"];
        assert_eq!(seen, status(&rule["result"], "xccdf"), "{id}");
    }
}

fn from_nessus(scan: &Scan, hdf: &Value) {
    let controls = by(controls(hdf), "id");
    assert_eq!(controls.len(), scan.rules().count());
    for rule in scan.rules() {
        let id = rule["group_id"].as_str().unwrap();
        let (details, _) = scan.texts(id);
        let results = controls[id]["results"].as_array().unwrap();
        assert_eq!(results.len(), 1, "{id}");
        let seen = &results[0]["status"];
        assert_eq!(seen, status(&rule["result"], "nessus"), "{id}");
        let message = results[0]["message"].as_str().unwrap();
        if rule["result"] == "notapplicable" {
            assert!(message.ends_with(details), "{id}: {message}");
        } else {
            assert_eq!(message, details, "{id}");
        }
        let nist = controls[id]["tags"]["nist"].to_string();
        assert!(!nist.contains("unmapped"), "{id}: {nist}");
    }
}

fn to_checklist(scan: &Scan, seen: &Value) {
    assert_eq!(seen.as_object().unwrap().len(), scan.rules().count());
    for rule in scan.rules() {
        let id = rule["group_id"].as_str().unwrap();
        let state = &seen[id]["status"];
        let expected = match rule["result"].as_str().unwrap() {
            "pass" | "fixed" => "NotAFinding",
            "fail" => "Open",
            // What nobody asked for has no impact, which is how Heimdall knows what does not apply.
            "notapplicable" | "notselected" | "informational" => "Not_Applicable",
            _ => "Not_Reviewed",
        };
        assert_eq!(state, expected, "{id}");
        let (ours, _) = scan.texts(id);
        let details = seen[id]["details"].as_str().unwrap();
        let (_, theirs) = details.split_once(" :: TEST ").unwrap();
        assert!(theirs.starts_with(ours), "{id}: {theirs}");
    }
}

fn in_heimdall(scan: &Scan, shown: &Value) {
    let shown = by(shown, "id");
    assert_eq!(shown.len(), scan.rules().count());
    for rule in scan.rules() {
        let id = rule["group_id"].as_str().unwrap();
        let expected = match rule["result"].as_str().unwrap() {
            "pass" | "fixed" => "Passed",
            "fail" => "Failed",
            "error" | "unknown" => "Profile Error",
            "notchecked" => "Not Reviewed",
            _ => "Not Applicable",
        };
        assert_eq!(shown[id]["status"], expected, "{id}");
    }
}
