//! Results of earlier runs and other programs, converted; and what people wrote, carried over.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stderr, reason = "skipping is said aloud")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Output;

use common::tools::{accepted, find, tool};
use common::{Range, files, shared, stigprobe};
use serde_json::Value;

fn run(dir: &Path, args: &[&str]) -> Output {
    stigprobe(dir).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What `convert --json` says.
fn converted(dir: &Path, args: &[&str]) -> Vec<Value> {
    let all = [&["convert", "--json"], args].concat();
    let output = run(dir, &all);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn results(dir: &Path) -> Value {
    // Of the JSON files of a run, the results are the one with a single ending.
    let is_ours = |p: &&PathBuf| {
        let is_json = |p: &Path| p.extension().is_some_and(|e| e == "json");
        let stem = p.file_stem().map(Path::new).unwrap();
        let other = [".hdf", ".oscal-ar", ".oscal-poam", ".emass-containers"];
        let stem = stem.to_str().unwrap();
        is_json(p) && stem != "evidence" && !other.iter().any(|o| stem.ends_with(o))
    };
    let all = files(dir);
    let file = all.iter().find(is_ours).unwrap();
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// A run of the lab with all formats. Gives its directory.
fn lab_run(range: &Range, args: &[&str]) -> PathBuf {
    let mut command = range.command("scan");
    command.args(["--policy", "policy.toml", "--format", "all", "--quiet"]);
    command.args(args);
    let output = command.output().unwrap();
    assert!([0, 2, 3].contains(&output.status.code().unwrap()), "{}", text(&output.stderr));
    let latest = files(&range.path().join("results"));
    latest[0].parent().unwrap().to_owned()
}

#[test]
fn a_run_becomes_the_same_files_again() {
    let range = Range::new("default");
    let dir = lab_run(&range, &[]);
    let old = results(&dir);
    let said = converted(range.path(), &[dir.to_str().unwrap(), "--format", "all", "--output", "again"]);
    assert_eq!(said.len(), 1);
    assert_eq!(said[0]["lost"], serde_json::json!([]), "{said:?}");
    let again = PathBuf::from(said[0]["directory"].as_str().unwrap());
    let again = range.path().join(again);
    let new = results(&again);
    for key in ["counts", "scores", "facts", "target", "simulated", "started", "finished", "evidence_sha256", "rules"] {
        assert_eq!(old[key], new[key], "{key}");
    }
    // Checklists hold no traces of the way they came.
    for extension in [".ckl", ".cklb"] {
        let count = |dir: &Path| {
            let text = std::fs::read_to_string(find(dir, extension)).unwrap();
            text.matches("SIMULATED").count()
        };
        assert_eq!(count(&dir), count(&again), "{extension}");
    }
    range.stop();
}

#[test]
fn a_run_that_was_changed_is_not_taken_for_one() {
    let range = Range::new("hardened");
    let dir = lab_run(&range, &[]);
    let file = std::fs::canonicalize(dir.join("results.json")).unwrap();
    let changed = std::fs::read_to_string(&file).unwrap().replacen("\"result\": \"pass\"", "\"result\": \"fail\"", 1);
    std::fs::write(&file, changed).unwrap();
    let output = run(range.path(), &["convert", dir.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is not as it was"), "{}", text(&output.stderr));
    // Nor is a file of it, which somewhere else is nobody's but the user's.
    let output = run(range.path(), &["convert", file.to_str().unwrap(), "--output", "all-the-same"]);
    assert_eq!(output.status.code(), Some(1));
    std::fs::copy(&file, range.path().join("copy.json")).unwrap();
    let output = run(range.path(), &["convert", "copy.json", "--output", "all-the-same"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    range.stop();
}

#[test]
fn every_format_that_is_read_keeps_every_result() {
    let range = Range::new("default");
    let dir = lab_run(&range, &[]);
    let old = results(&dir);
    for extension in [".ckl", ".cklb", ".xccdf.xml", ".arf.xml"] {
        let file = find(&dir, extension);
        let output = format!("from{extension}");
        let said = converted(range.path(), &[&file, "--format", "all", "--output", &output]);
        let new = results(&range.path().join(said[0]["directory"].as_str().unwrap()));
        assert_eq!(new["simulated"], old["simulated"], "{extension}");
        assert_eq!(new["made_by"], Value::Null, "{extension}: it was this version of stigprobe");
        for (a, b) in old["rules"].as_array().unwrap().iter().zip(new["rules"].as_array().unwrap()) {
            let id = &a["stig_id"];
            assert_eq!(a["stig_id"], b["stig_id"], "{extension}");
            assert_eq!(a["result"], b["result"], "{extension} {id}");
            assert_eq!(a["control_id"], b["control_id"], "{extension} {id}");
            assert_eq!(a["severity"], b["severity"], "{extension} {id}");
            assert_eq!(a["ccis"], b["ccis"], "{extension} {id}");
        }
    }
    range.stop();
}

#[test]
fn other_programs_files_become_files_that_importers_take() {
    let Some(examples) = shared("examples") else {
        return;
    };
    let range = Range::new("default");
    for name in [
        "golden.ckl",
        "golden.cklb",
        "golden-xccdf.xml",
        "tiny-sm.ckl",
        "tiny-sm.cklb",
        "tiny-sm.xml",
        "multi.arf.xml",
        "ocil.arf.xml",
    ] {
        let file = examples.join(name);
        let said = converted(range.path(), &[file.to_str().unwrap(), "--format", "all", "--output", name]);
        for one in &said {
            let dir = range.path().join(one["directory"].as_str().unwrap());
            let claims = std::fs::read_to_string(find(&dir, ".xccdf.xml")).unwrap();
            assert!(!claims.contains("test-system=\"cpe:/a:stigprobe"), "{name}");
            let args = ["xccdf", "validate", "--skip-schematron", &find(&dir, ".xccdf.xml")];
            if let Some(output) = tool("oscap", &args) {
                accepted(name, &output);
            }
            let schema = shared("schemas/U_Checklist_Schema_V2-5.xsd").unwrap();
            let args = ["--noout", "--schema", schema.to_str().unwrap(), &find(&dir, ".ckl")];
            if let Some(output) = tool("xmllint", &args) {
                accepted(name, &output);
            }
        }
        // Every writer of checklists makes these anew.
        let is_anew = |text: &str| ["uuid ", "STIG_UUID ", "filename "].iter().any(|name| text.contains(name));
        let lost = said.iter().flat_map(|o| o["lost"].as_array().unwrap());
        let lost = lost.filter(|text| !name.contains(".ckl") || !is_anew(text.as_str().unwrap())).count();
        assert_eq!(lost > 0, !name.contains(".ckl"), "{name}: {said:?}");
    }
    range.stop();
}

#[test]
fn what_cannot_be_converted_is_said_with_the_reason() {
    let range = Range::new("default");
    let dir = range.path();
    std::fs::write(dir.join("page.html"), "<html/>").unwrap();
    std::fs::write(dir.join("cut.ckl"), "<CHECKLIST><ASSET>").unwrap();
    std::fs::create_dir(dir.join("empty")).unwrap();
    for (name, reason) in [
        ("page.html", "no kind of results"),
        ("cut.ckl", "cut.ckl: as CKL: line 1"),
        ("empty", "MANIFEST.sha256"),
        ("nowhere.ckl", "nowhere.ckl"),
    ] {
        let output = run(dir, &["convert", name]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        let said = text(&output.stderr);
        assert!(said.contains(reason), "{name}: {said}");
    }
    // A marking is not lowered.
    let secret = "<CHECKLIST><ASSET><MARKING>SECRET</MARKING><HOST_NAME>a</HOST_NAME></ASSET><STIGS><iSTIG><VULN>\
                  <STATUS>Open</STATUS></VULN></iSTIG></STIGS></CHECKLIST>";
    std::fs::write(dir.join("secret.ckl"), secret).unwrap();
    let output = run(dir, &["convert", "secret.ckl", "--marking", "CUI", "--output", "none"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!dir.join("none").exists());
    let said = converted(dir, &["secret.ckl", "--marking", "SECRET//NOFORN", "--format", "ckl"]);
    let written = files(&dir.join(said[0]["directory"].as_str().unwrap()));
    assert!(written.iter().any(|p| p.to_str().unwrap().contains("/SECRET--NOFORN_a_")), "{written:?}");
    // One bad file, and none is written.
    let output = run(dir, &["convert", "page.html", "cut.ckl", "--output", "none"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!dir.join("none").exists());
    range.stop();
}

/// Sets the status of a rule in a checklist, and writes a comment before ours.
fn edit(checklist: &str, stig_id: &str, status: &str, comment: &str) -> String {
    let at = checklist.find(&format!("<ATTRIBUTE_DATA>{stig_id}</ATTRIBUTE_DATA>")).unwrap();
    let (before, after) = checklist.split_at(at);
    let (head, rest) = after.split_once("<STATUS>").unwrap();
    let (_, rest) = rest.split_once("</STATUS>").unwrap();
    let rest = rest.replacen("<COMMENTS>", &format!("<COMMENTS>{comment}\n"), 1);
    format!("{before}{head}<STATUS>{status}</STATUS>{rest}")
}

#[test]
fn what_people_wrote_is_carried_and_conflicts_are_listed() {
    let range = Range::new("default");
    let dir = lab_run(&range, &[]);
    let checklist = std::fs::read_to_string(find(&dir, ".ckl")).unwrap();
    let old = results(&dir);
    let of = |results: &Value, id: &str| {
        let rules = results["rules"].as_array().unwrap();
        rules.iter().find(|r| r["stig_id"] == id).unwrap().clone()
    };
    assert_eq!(of(&old, "DKER-EE-004260")["result"], "fail");
    // Nobody has answered it: only a person can.
    let asked = old["rules"].as_array().unwrap().iter().find(|r| r["result"] == "notchecked" && r["probe"].is_null());
    let checklist = edit(&checklist, "DKER-EE-004260", "NotAFinding", "Seen by Jane.");
    let checklist = match asked {
        Some(asked) => edit(&checklist, asked["stig_id"].as_str().unwrap(), "NotAFinding", "Plan 4.2."),
        None => checklist,
    };
    std::fs::write(range.path().join("earlier.ckl"), checklist).unwrap();
    let output = run(
        range.path(),
        &[
            "evaluate",
            "--evidence",
            dir.to_str().unwrap(),
            "--policy",
            "policy.toml",
            "--previous",
            "earlier.ckl",
            "--output",
            "next",
            "--format",
            "all",
        ],
    );
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let next = range.path().join("next");
    let new = results(&next);
    let conflict = of(&new, "DKER-EE-004260");
    assert_eq!(conflict["result"], "fail");
    assert_eq!(conflict["comments"], "Seen by Jane.");
    assert_eq!(conflict["beside"][0]["standing"], "conflict");
    for extension in [".ckl", ".html", ".md"] {
        let said = std::fs::read_to_string(find(&next, extension)).unwrap();
        assert!(said.contains("earlier.ckl"), "{extension}");
    }
    if let Some(asked) = asked {
        let answered = of(&new, asked["stig_id"].as_str().unwrap());
        assert_eq!((&answered["result"], &answered["beside"][0]["standing"]), (&"pass".into(), &"counts".into()));
    }
    // Another asset's is refused before anything is written.
    let other = std::fs::read_to_string(range.path().join("earlier.ckl")).unwrap();
    let name = old["target"]["name"].as_str().unwrap();
    let other = other.replace(&format!("<HOST_NAME>{name}<"), "<HOST_NAME>SIMULATED-other<");
    let other =
        other.replace("<HOST_FQDN>simulated.example<", "<HOST_FQDN><").replace("<HOST_IP>192.0.2.1<", "<HOST_IP><");
    let other = other.replace("<HOST_IP>127.0.0.1<", "<HOST_IP><");
    std::fs::write(range.path().join("other.ckl"), other).unwrap();
    let args = ["evaluate", "--evidence", dir.to_str().unwrap(), "--previous", "other.ckl", "--output", "refused"];
    let output = run(range.path(), &args);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("--previous-any-asset"), "{}", text(&output.stderr));
    range.stop();
}
