//! The parts of the documentation that come from the code are those that the code makes now.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{files, stigprobe};

fn texts(dir: &Path) -> BTreeMap<String, String> {
    let name = |path: &Path| path.strip_prefix(dir).unwrap().display().to_string();
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    files(dir).iter().map(|path| (name(path), read(path))).collect()
}

#[test]
fn the_pages_of_the_rules_are_current() {
    let dir = tempfile::tempdir().unwrap();
    stigprobe(dir.path()).args(["docs", "."]).assert().success();
    let made = texts(dir.path());
    let stand = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs"));
    let is_made =
        |name: &str| name.starts_with("rules/") || ["differences.md", "lint-codes.md", "policy.md"].contains(&name);
    let stand: BTreeMap<_, _> = stand.into_iter().filter(|(n, _)| is_made(n)).collect();
    assert_eq!(made.len(), 145 + 4);
    let stale: Vec<&String> = made
        .iter()
        .filter(|(name, text)| stand.get(*name) != Some(text))
        .map(|(name, _)| name)
        .chain(stand.keys().filter(|name| !made.contains_key(*name)))
        .collect();
    assert!(stale.is_empty(), "run `cargo run -- docs docs`: {stale:?}");
}
