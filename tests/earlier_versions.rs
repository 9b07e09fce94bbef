//! Evidence, policies and configurations of earlier versions stay readable, and decide what they decided: a rule may
//! only become undecided, with the reason that the earlier version did not collect what it reads now, or change for a
//! reason that [`CHANGED`] states.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::stigprobe;
use serde_json::Value;

/// Rules that this version decides otherwise than 0.1.0 did from the same evidence: bundle, STIG-ID, result now, why.
const CHANGED: &[(&str, &str, &str, &str)] = &[];

/// What version 0.1.0 wrote: two bundles of the lab, a policy and a configuration with every key it knew, and the
/// results that it gave.
fn stored() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/earlier_versions/0.1.0")
}

/// A copy that may be written to.
fn copy(name: &str, to: &Path) {
    let to = to.join(name);
    std::fs::create_dir(&to).unwrap();
    for entry in stored().join(name).read_dir().unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Result of each rule by STIG-ID, and what it rests on in words.
fn evaluate(bundle: &str) -> BTreeMap<String, (String, String)> {
    let dir = tempfile::tempdir().unwrap();
    copy(bundle, dir.path());
    for file in ["stigprobe.toml", "policy.toml", "roots.pem"] {
        std::fs::copy(stored().join(file), dir.path().join(file)).unwrap();
    }
    let output = stigprobe(dir.path()).args(["evaluate", "--evidence", bundle, "--json"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{bundle}: {errors}");
    let results: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = results["rules"].as_array().unwrap().iter();
    let text = |rule: &Value, key: &str| rule[key].as_str().unwrap_or_default().to_owned();
    let reasons = |rule: &Value| {
        let observations = rule["observations"].as_array().unwrap().iter();
        let undecided = observations.filter(|o| o["verdict"] != "pass").map(|o| text(o, "actual"));
        std::iter::once(text(rule, "summary")).chain(undecided).collect::<Vec<_>>().join(" | ")
    };
    rules.map(|rule| (text(rule, "stig_id"), (text(rule, "result"), reasons(rule)))).collect()
}

#[test]
fn evidence_of_0_1_0_decides_what_it_decided_or_says_what_it_lacks() {
    let before: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_slice(&std::fs::read(stored().join("verdicts.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for (bundle, before) in &before {
        let now = evaluate(bundle);
        assert_eq!(now.len(), before.len(), "{bundle}");
        for (rule, before) in before {
            let (result, summary) = &now[rule];
            let stated = CHANGED.iter().find(|(b, r, ..)| (b, r) == (&bundle.as_str(), &rule.as_str()));
            let fine = match stated {
                Some((_, _, stated, _)) => result == stated,
                None if result == before => true,
                // Only what is undecided for want of evidence may be undecided now.
                None => {
                    let undecided = ["notchecked", "unknown", "error"].contains(&result.as_str());
                    undecided && summary.contains("stigprobe 0.1.0 collected this evidence")
                }
            };
            if !fine {
                wrong.push(format!("{bundle} {rule}: {before} became {result}: {summary}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_stated_change_still_is_one() {
    for (bundle, rule, _, why) in CHANGED {
        assert!(evaluate(bundle).contains_key(*rule), "{bundle} {rule}");
        assert!(why.ends_with('.'), "{bundle} {rule}: say why, in a sentence");
    }
}

#[test]
fn evidence_of_0_1_0_that_was_changed_by_hand_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    copy("hardened", dir.path());
    let path = dir.path().join("hardened/evidence.json");
    let evidence = std::fs::read_to_string(&path).unwrap();
    let changed = evidence.replacen("\"isAdmin\": false", "\"isAdmin\": true", 1);
    let changed = if changed == evidence { evidence.replacen("true", "false", 1) } else { changed };
    std::fs::write(&path, changed).unwrap();
    let output = stigprobe(dir.path()).args(["evaluate", "--evidence", "hardened", "--quiet"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
