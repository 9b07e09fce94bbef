//! The report for people in the browser that people have: Chromium, driven by tests/importers/page.mjs.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::tools::{accepted, find, missing, tool};
use common::{Range, stigprobe};
use serde_json::Value;

const MARKING: &str = "CUI // SP-CTI";

/// A report of the lab, in a directory of its own.
fn report(scenario: &str) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let file = report_in(dir.path(), scenario);
    (dir, file)
}

/// The same in a directory where others may lie.
fn report_in(dir: &Path, scenario: &str) -> String {
    let mut command = stigprobe(dir);
    command.args(["scan", "--lab", "--lab-scenario", scenario]);
    command.args(["--format", "html,json"]).output().unwrap();
    let runs = dir.join("results/SIMULATED-lab");
    let latest = runs.join("latest").read_link().unwrap();
    find(&runs.join(latest), ".html")
}

fn installed() -> Option<PathBuf> {
    let folder = std::env::var_os("STIGPROBE_NODE_MODULES").map(PathBuf::from);
    let folder = folder.filter(|f| f.join("node_modules/puppeteer-core").exists());
    let chromium = Path::new("/usr/bin/chromium").exists();
    if folder.is_none() || !chromium {
        missing("Chromium with puppeteer-core (STIGPROBE_NODE_MODULES)");
        return None;
    }
    folder
}

/// What a part of page.mjs says of a page.
fn page(part: &str, file: &str) -> Option<Value> {
    let folder = installed()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/importers/page.mjs");
    let output = Command::new("node").args([&script, &folder, Path::new(part), Path::new(file)]).output().unwrap();
    accepted(&format!("page.mjs {part}"), &output);
    let text = String::from_utf8(output.stdout).unwrap();
    Some(serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap())
}

#[test]
fn filters_links_and_keys_do_what_they_say() {
    let (_dir, file) = report("default");
    page("use", &file);
}

#[test]
fn anybody_can_read_it_in_light_and_dark_on_a_screen_of_any_width() {
    // The second run has a history.
    let (dir, _) = report("hardened");
    page("read", &report_in(dir.path(), "default"));
    let (_dir, file) = report("nasty-text");
    page("narrow", &file);
}

#[test]
fn it_is_whole_without_its_script_and_evidence_does_nothing() {
    let (_dir, file) = report("nasty-text");
    page("plain", &file);
}

#[test]
fn on_paper_every_rule_is_open_and_every_page_is_marked() {
    let range = Range::new("default");
    let dir = range.path();
    let config = format!("[asset]\nmarking = {MARKING:?}\n");
    std::fs::write(dir.join("stigprobe.toml"), config).unwrap();
    range.command("scan").args(["--policy", "policy.toml", "--format", "html,json"]).output().unwrap();
    let file = find(&dir.join("results"), ".html");
    let Some(printed) = page("print", &file) else {
        return;
    };
    for kind in ["with", "without"] {
        let pdf = printed[kind].as_str().unwrap();
        let text = dir.join("page.txt");
        let Some(output) = tool("pdftotext", &["-layout", pdf, text.to_str().unwrap()]) else {
            return;
        };
        accepted("pdftotext", &output);
        let text = std::fs::read_to_string(&text).unwrap();
        let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
        assert!(pages.len() > 10, "{} pages {kind} the script", pages.len());
        for (i, page) in pages.iter().enumerate() {
            let at = format!("page {} {kind} the script: {page}", i + 1);
            assert!(page.matches(MARKING).count() >= 2, "{at}");
            assert!(page.contains("SIMULATED"), "{at}");
            assert!(page.contains(&format!("{} / {}", i + 1, pages.len())), "{at}");
        }
        let results = std::fs::read_to_string(find(&dir.join("results"), "Z.json")).unwrap();
        let results: Value = serde_json::from_str(&results).unwrap();
        for rule in results["rules"].as_array().unwrap() {
            let id = rule["control_id"].as_str().unwrap();
            // It stands inside of the rule and is long enough to be broken.
            let joined: String = text.split_whitespace().collect();
            assert!(joined.contains(&id[..20]), "{} {kind} the script", rule["stig_id"]);
        }
    }
    range.stop();
}

#[test]
fn tens_of_thousands_of_offenders_do_not_make_it_wait() {
    let (dir, _) = report("default");
    let results = std::fs::read_to_string(find(dir.path(), "Z.json")).unwrap();
    let mut results: Value = serde_json::from_str(&results).unwrap();
    // Milliseconds that nobody calls waiting, on a machine that does much else.
    for (offenders, load, step) in [(5_000, 5_000, 1_000), (50_000, 20_000, 3_000)] {
        let rules = results["rules"].as_array_mut().unwrap();
        let rule = rules.iter_mut().find(|r| r["stig_id"] == "DKER-EE-002030").unwrap();
        let one = rule["observations"][0].clone();
        let many = (0..offenders).map(|n| {
            let mut one = one.clone();
            one["subject"] = format!("ns/repository-{}:offender-{n}", n % 97).into();
            one["node"] = format!("worker-{}", n % 40).into();
            one
        });
        rule["observations"] = many.collect();
        let file = dir.path().join("many.json");
        std::fs::write(&file, results.to_string()).unwrap();
        let output = format!("many-{offenders}");
        stigprobe(dir.path())
            .args(["convert", "many.json", "--format", "html", "--output", &output])
            .assert()
            .success();
        let file = find(&dir.path().join(output), ".html");
        let Some(took) = page("quick", &file) else {
            return;
        };
        assert!(took["rows"].as_u64().unwrap() > offenders, "{took}");
        assert!(took["load"].as_u64().unwrap() < load, "{took}");
        for what in ["filter", "search", "again", "open", "end"] {
            let milliseconds = took[what].as_u64().unwrap();
            assert!(milliseconds < step, "{offenders} offenders: {took}");
        }
    }
}
