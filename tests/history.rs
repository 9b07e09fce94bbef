//! Earlier runs: in the report, and by `stigprobe results`.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Output;

use common::stigprobe;
use common::tools::find;
use serde_json::Value;
use stigprobe::evidence::manifest::{Digests, seal};

fn scan(dir: &Path, scenario: &str) -> Output {
    let rules = ["DKER-EE-001000", "DKER-EE-004370", "DKER-EE-001070", "DKER-EE-002410"];
    let mut command = stigprobe(dir);
    command.args(["scan", "--lab", "--lab-scenario", scenario, "--format", "json,html"]);
    for rule in rules {
        command.args(["--rule", rule]);
    }
    command.output().unwrap()
}

fn latest(dir: &Path) -> PathBuf {
    let link = dir.join("results/SIMULATED-lab/latest");
    link.parent().unwrap().join(link.read_link().unwrap())
}

/// The run as if it had been made on that day, by its results and its name.
fn made_on(run: &Path, day: u32) -> PathBuf {
    let results = find(run, "Z.json");
    let text = std::fs::read_to_string(&results).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    document["finished"] = format!("2025-11-{day:02}T06:00:00Z").into();
    for file in [Path::new(&results), &run.join("results.json")] {
        std::fs::write(file, document.to_string()).unwrap();
    }
    std::fs::remove_file(run.join("MANIFEST.sha256")).unwrap();
    seal(run, &Digests::new(), None).unwrap();
    let to = run.with_file_name(format!("202511{day:02}T060000Z-aaaaaaaa"));
    std::fs::rename(run, &to).unwrap();
    to
}

fn results(dir: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = stigprobe(dir).arg("results").args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_second_run_knows_the_first_and_all_of_them_can_be_compared_and_removed() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    scan(dir, "default");
    let page = std::fs::read_to_string(find(&latest(dir), ".html")).unwrap();
    assert!(!page.contains("Over time"));
    let old = made_on(&latest(dir), 1);
    scan(dir, "hardened,config-403");
    let page = std::fs::read_to_string(find(&latest(dir), ".html")).unwrap();
    assert!(page.contains("Over time") && page.contains("Since 1 November 2025, 06:00 UTC"));
    let middle = made_on(&latest(dir), 2);
    // A run that cannot be read is named and stops nothing.
    std::fs::write(find(&middle, "Z.json"), "{").unwrap();
    let said = scan(dir, "hardened");
    assert!(String::from_utf8_lossy(&said.stderr).contains("20251102T060000Z-aaaaaaaa"));
    let new = latest(dir);

    let (code, text, warned) = results(dir, &["list"]);
    assert_eq!(code, Some(0));
    assert_eq!(text.matches("SIMULATED-lab  Docker").count(), 2, "{text}");
    assert!(warned.contains("20251102T060000Z-aaaaaaaa"), "{warned}");
    let (_, text, _) = results(dir, &["list", "--json"]);
    let listed: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(listed[1]["finished"], "2025-11-01T06:00:00Z");
    let (_, text, _) = results(dir, &["show", "results/SIMULATED-lab/latest"]);
    assert!(text.contains("undecided:\n") && text.contains("DKER-EE-002410"), "{text}");

    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let (code, text, _) = results(dir, &["diff", old, new]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("no longer open:\n  DKER-EE-001000"), "{text}");
    let (code, text, _) = results(dir, &["diff", new, old, "--json"]);
    assert_eq!(code, Some(2));
    let changes: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(changes[0]["kind"], "opened");
    assert_eq!((&changes[0]["before"], &changes[0]["after"]), (&"pass".into(), &"fail".into()));
    let (code, text, _) = results(dir, &["diff", new, new]);
    assert!(code == Some(0) && text.contains("Nothing is otherwise"), "{text}");
    let (code, _, error) = results(dir, &["diff", old, middle.to_str().unwrap()]);
    assert!(code == Some(1) && error.contains("aaaaaaaa"), "{error}");

    let (_, text, _) = results(dir, &["prune", "--keep", "1"]);
    assert!(text.contains("1 of 2 runs would be removed"), "{text}");
    assert!(Path::new(old).exists());
    let (_, text, _) = results(dir, &["prune", "--keep", "1", "--yes"]);
    assert!(text.contains("1 of 2 runs removed"), "{text}");
    assert!(!Path::new(old).exists() && middle.exists() && Path::new(new).exists());
    let (code, _, error) = results(dir, &["prune", "--keep", "0"]);
    assert!(code == Some(1) && error.contains("--keep"), "{error}");
}
