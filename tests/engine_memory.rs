//! What is kept of a container is a view of it, and what is read of it is let go.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::process::Command;

use common::collecting::{gather, target};
use common::fake_engine::FakeEngine;

const ENGINE: &str = "STIGPROBE_TEST_ENGINE";

/// The most memory that collecting from so many containers ever held, in KiB, and the length of what it
/// gave as evidence: in a process of its own, which is this program with one test of it.
fn collecting(containers: usize) -> (u64, u64) {
    let fake = FakeEngine::start(containers, |_| None);
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "collects_what_the_environment_names",
            "--nocapture",
        ])
        .env(ENGINE, fake.uri())
        .output()
        .unwrap();
    assert_eq!(fake.asked()["GET /containers/json?all=1"], 1);
    assert_eq!(
        fake.asked()["GET /containers/{id}/json"] as usize,
        containers
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers = text
        .lines()
        .find_map(|l| Some(l.split_once("PEAK ")?.1))
        .unwrap_or_else(|| panic!("{text}"));
    let (peak, length) = numbers.split_once(' ').unwrap();
    (peak.parse().unwrap(), length.trim().parse().unwrap())
}

#[test]
#[allow(clippy::print_stdout, reason = "that is how it tells")]
fn collects_what_the_environment_names() {
    let Ok(uri) = std::env::var(ENGINE) else {
        return;
    };
    let engine = gather(&target(&uri));
    let length = serde_json::to_string(&engine).unwrap().len();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .unwrap();
    let peak = peak.trim().trim_end_matches(" kB");
    println!("PEAK {peak} {length}");
}

#[test]
fn a_container_more_takes_its_view_and_no_more() {
    let (few, many) = (collecting(500), collecting(5_000));
    let each = (many.0.saturating_sub(few.0)) * 1024 / 4_500;
    // An inspection of these is some 4 KB of text, and ten times that once it is parsed. What is allowed
    // is the view, its list entry, and the share of the list and of the evidence as text.
    assert!(
        each < 8 * 1024,
        "{each} bytes for each container more ({few:?}, {many:?})"
    );
    let text = (many.1 - few.1) / 4_500;
    assert!(text < 2_000, "{text} bytes of evidence for each container");
}
