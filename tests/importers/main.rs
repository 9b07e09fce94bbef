//! Results in the hands of the programs that take them in, as they are published: each is given what a
//! scan wrote and has to make of it what the scan found, number for number and text for text. A program
//! that is not here is skipped aloud; `scripts/test` installs them all (package.json and
//! requirements.txt name them with their versions) and sets `STIGPROBE_REQUIRE_TOOLS`, under which a
//! missing one is a failure.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "../common/mod.rs"]
mod common;

mod heimdall;
mod nessus;
mod scap;
mod schemas;
mod stig_manager;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use common::tools::{accepted, find, installed, missing};
use common::{files, official, stigprobe};
use serde_json::Value;
use tempfile::TempDir;

/// What a scan of the whole lab left behind, in every format.
struct Scan {
    /// Kept as long as its files are.
    _home: TempDir,
    dir: PathBuf,
    results: Value,
    /// The same as a CKLB: the one format whose texts nobody decodes or wraps.
    cklb: Value,
}

impl Scan {
    fn new(scenario: &str, args: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = stigprobe(home.path());
        command.args(["scan", "--lab", "--lab-scenario", scenario, "--json"]);
        command.args(["--format", "all"]).args(args);
        if let Some(benchmark) = official() {
            command.arg("--benchmark").arg(benchmark);
        }
        let output = command.output().unwrap();
        let results = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
        let dir = files(&home.path().join("results"))[0].parent().unwrap().to_owned();
        let cklb = std::fs::read_to_string(find(&dir, ".cklb")).unwrap();
        Scan { dir, results, cklb: serde_json::from_str(&cklb).unwrap(), _home: home }
    }

    fn file(&self, extension: &str) -> String {
        find(&self.dir, extension)
    }

    fn rules(&self) -> impl Iterator<Item = &Value> {
        self.results["rules"].as_array().unwrap().iter()
    }

    /// Finding details and comment of a rule.
    fn texts(&self, group_id: &str) -> (&str, &str) {
        let rules = self.cklb["stigs"][0]["rules"].as_array().unwrap();
        let rule = rules.iter().find(|r| r["group_id"] == group_id).unwrap();
        let text = |key: &str| rule[key].as_str().unwrap();
        (text("finding_details"), text("comments"))
    }
}

/// Scans with every kind of result: passes, opens, errors, rules that nobody checked, a profile, rules that
/// were not selected, and texts that break readers. Made once for all tests that run at a time.
fn scans() -> Arc<Vec<Scan>> {
    static MADE: Mutex<Weak<Vec<Scan>>> = Mutex::new(Weak::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(scans) = made.upgrade() {
        return scans;
    }
    let scans = Arc::new(vec![
        Scan::new("default", &["--profile", "MAC-1_Classified"]),
        Scan::new("unsigned-many,config-403,node-down", &[]),
        Scan::new("repository-500", &["--rule", "SV-235846", "--rule", "V-235847"]),
        Scan::new("nasty-text", &[]),
    ]);
    *made = Arc::downgrade(&scans);
    scans
}

/// One of the scripts beside this file.
fn script(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/importers");
    folder.join(name).to_str().unwrap().to_owned()
}

/// What a Node script beside this file prints, as JSON; `needs` is the package that it cannot do without.
fn node(name: &str, needs: &str, args: &[&str]) -> Option<Value> {
    let folder = installed(&format!("node_modules/{needs}"))?;
    let script = script(name);
    let mut all = vec![script.as_str(), folder.to_str().unwrap()];
    all.extend(args);
    run(name, "node", &all)
}

/// What a Python script beside this file prints, as JSON.
fn python(name: &str, args: &[&str]) -> Option<Value> {
    let python = installed("venv/bin/python")?.join("venv/bin/python");
    let script = script(name);
    let mut all = vec![script.as_str()];
    all.extend(args);
    run(name, python.to_str().unwrap(), &all)
}

/// Programs of others leave logs and caches where they are started, and say this and that before they come
/// to the point.
fn run(name: &str, program: &str, args: &[&str]) -> Option<Value> {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = Command::new(program);
    command.current_dir(&elsewhere).env("HOME", elsewhere.path());
    let output = match command.args(args).output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            missing(program);
            return None;
        }
        Err(error) => panic!("{program}: {error}"),
    };
    accepted(name, &output);
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().last().unwrap_or_default();
    Some(serde_json::from_str(line).unwrap_or_else(|e| panic!("{name}: {e}: {text}")))
}

/// The entries by a key of theirs.
fn by<'a>(list: &'a Value, key: &str) -> BTreeMap<&'a str, &'a Value> {
    let entries = list.as_array().unwrap().iter();
    entries.map(|e| (e[key].as_str().unwrap(), e)).collect()
}

#[test]
fn the_nasty_texts_reach_the_evidence() {
    let scan = Scan::new("nasty-text", &[]);
    let text = serde_json::to_string(&scan.results).unwrap();
    // What is taken out or spelled out is shown in src/report/clean.rs; what stays is here to be read.
    for part in [
        "]]> &amp;lt; &lt;b&gt; </script><script>alert(1)</script>",
        "passed :: TEST forged :: MESSAGE nothing is wrong",
        "[U+202E]gpj.exe[U+202C]",
        "CAP_7999 of many",
        "=HYPERLINK(",
    ] {
        let part = serde_json::to_string(part).unwrap();
        assert!(text.contains(part.trim_matches('"')), "{part}");
    }
    let longest = scan
        .rules()
        .flat_map(|r| r["observations"].as_array().unwrap())
        .map(|o| o["actual"].as_str().unwrap().chars().count());
    assert!(longest.max().unwrap() >= 40_000);
    let long =
        scan.rules().map(|r| scan.texts(r["group_id"].as_str().unwrap()).0).filter(|text| text.contains("[cut here: "));
    assert!(long.count() >= 2);
}
