//! What a scan leaves behind: the same bytes from the same input, nothing that is secret, nothing that
//! could be taken for real when it is not.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Range, files, stigprobe};
use secrecy::ExposeSecret as _;

/// The directory of the only run below `output`.
fn run_dir(output: &Path) -> PathBuf {
    files(output)[0].parent().unwrap().to_owned()
}

/// Name and bytes of every file.
fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |p: &PathBuf| p.file_name().unwrap().to_str().unwrap().to_owned();
    files(dir).iter().map(|p| (name(p), std::fs::read(p).unwrap())).collect()
}

#[test]
fn evaluating_the_evidence_of_a_scan_gives_the_same_bytes() {
    for scenario in ["hardened", "unsigned-many", "repository-500"] {
        let range = Range::new(scenario);
        range.scan();
        let scanned = run_dir(&range.path().join("results"));
        let evaluate = |output: &str| {
            let mut command = stigprobe(range.path());
            command.args(["evaluate", "--policy", "policy.toml", "--quiet", "--output", output, "--evidence"]);
            command.arg(&scanned).output().unwrap();
            run_dir(&range.path().join(output))
        };
        let (first, second) = (evaluate("first"), evaluate("second"));
        assert_eq!(contents(&scanned), contents(&first), "{scenario}");
        assert_eq!(contents(&first), contents(&second), "{scenario}");
        assert_eq!(scanned.file_name(), first.file_name(), "{scenario}");
        range.stop();
    }
}

#[test]
fn a_collected_bundle_is_judged_offline_and_names_are_never_used_twice() {
    let range = Range::new("hardened");
    range.command("collect").args(["--output", "bundle-1"]).assert().code(0);
    let dir = range.path().to_owned();
    let bundle: Vec<String> = contents(&dir.join("bundle-1")).into_keys().collect();
    assert_eq!(bundle, ["MANIFEST.sha256", "evidence.json"]);
    range.command("collect").args(["--output", "bundle-1"]).assert().code(1);
    let requests = range.lab.requests().len();
    for _ in 0..3 {
        let mut command = stigprobe(&dir);
        command.args(["evaluate", "--evidence", "bundle-1", "--policy", "policy.toml", "--quiet"]).assert().code(2);
    }
    assert_eq!(range.lab.requests().len(), requests, "no target is asked anything");
    let runs = dir.join("results/SIMULATED-127.0.0.1").read_dir().unwrap().count();
    assert_eq!(runs, 4, "three runs, and the link to the latest");
    range.stop();
}

#[test]
fn a_bundle_in_which_something_was_changed_is_refused() {
    let range = Range::new("unsigned-last-tag");
    range.command("collect").args(["--output", "bundle-1"]).output().unwrap();
    let dir = range.path().join("bundle-1");
    let evaluate = || {
        let mut command = stigprobe(range.path());
        command.args(["evaluate", "--evidence", "bundle-1", "--quiet"]).output().unwrap()
    };
    assert_eq!(evaluate().status.code(), Some(2));
    let evidence = std::fs::read_to_string(dir.join("evidence.json")).unwrap();
    for (from, to) in [
        ("\"unsigned\": 1", "\"unsigned\": 0"),
        ("\"boolean\": true", "\"boolean\": false"),
        ("stigprobe-evidence/3", "stigprobe-evidence/9"),
        ("\"simulated\"", "\"not-simulated\""),
        ("\"simulated\": \"hardened,unsigned-last-tag\"", "\"simulated\": null"),
        ("\"name\": \"SIMULATED-127.0.0.1\"", "\"name\": \"ucp01\""),
        ("\"finished\": \"20", "\"finished\": \"19"),
    ] {
        assert!(evidence.contains(from), "{from}");
        std::fs::write(dir.join("evidence.json"), evidence.replacen(from, to, 1)).unwrap();
        assert_eq!(evaluate().status.code(), Some(1), "{from}");
    }
    std::fs::write(dir.join("evidence.json"), &evidence).unwrap();
    std::fs::write(dir.join("dtr-unsigned-tags.jsonl"), "{}\n").unwrap();
    let output = evaluate();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("dtr-unsigned-tags.jsonl"));
    range.stop();
}

#[test]
fn no_secret_is_in_any_output() {
    for scenario in
        ["hardened", "default", "echo-credentials", "wrong-password", "config-html", "session-ends", "invalid-toml"]
    {
        let range = Range::new(scenario);
        let output = range.command("scan").args(["--policy", "policy.toml"]).output().unwrap();
        let password = range.lab.password().expose_secret();
        let mut secrets: Vec<String> = range.lab.canaries().iter().map(ToString::to_string).collect();
        secrets.push(password.to_owned());
        // As it stands in JSON, in a URL and in basic authentication.
        secrets.push(serde_json::to_string(password).unwrap().trim_matches('"').to_owned());
        secrets.push(url_encoded(password));
        secrets.push(base64(&format!("{}:{password}", range.lab.username())));
        let mut places = vec![("stdout".to_owned(), output.stdout), ("stderr".to_owned(), output.stderr)];
        places.extend(contents(&range.path().join("results")));
        for (place, bytes) in places {
            let text = String::from_utf8_lossy(&bytes);
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "{scenario}: a secret is in {place}");
            }
        }
        range.stop();
    }
}

fn url_encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn base64(text: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let n = chunk.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        let digits = (0..=chunk.len()).map(|i| char::from(ALPHABET[(n >> (18 - 6 * i) & 63) as usize]));
        out.extend(digits);
    }
    out
}

#[test]
fn what_is_not_real_says_so_everywhere() {
    let range = Range::new("hardened");
    range.scan();
    let dir = run_dir(&range.path().join("results"));
    for (name, bytes) in contents(&dir) {
        let text = String::from_utf8_lossy(&bytes);
        match name.as_str() {
            "evidence.json" => assert!(text.contains("\"simulated\": \"hardened\"")),
            "MANIFEST.sha256" => {}
            name => {
                // The name that scripts know beforehand is the same for every run.
                assert!(name.starts_with("SIMULATED-") || name == "results.json", "{name}");
                assert!(text.contains("SIMULATED-127.0.0.1"), "{name}: the target");
                assert!(text.contains("SIMULATED: these results come from"), "{name}: the notice");
            }
        }
    }
    let xccdf = contents(&dir).into_iter().find(|(name, _)| name.ends_with(".xccdf.xml")).unwrap().1;
    assert!(String::from_utf8_lossy(&xccdf).contains("test-system=\"cpe:/a:stigprobe:stigprobe_simulated:"));
    range.stop();
}

#[test]
fn files_are_private_and_the_manifest_covers_them() {
    let range = Range::new("unsigned-many");
    range.scan();
    let asset = range.path().join("results/SIMULATED-127.0.0.1");
    let dir = asset.join("latest").canonicalize().unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    for dir in [&range.path().join("results"), &asset, &dir] {
        assert_eq!(mode(dir), 0o700, "{}", dir.display());
    }
    for file in files(&dir) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    let listed = std::fs::read_to_string(dir.join("MANIFEST.sha256")).unwrap();
    assert_eq!(listed.lines().count(), files(&dir).len() - 1);
    let checked = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "MANIFEST.sha256"])
        .current_dir(&dir)
        .status();
    assert!(checked.unwrap().success());
    range.stop();
}
