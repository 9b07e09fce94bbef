//! What is kept of a container is a view of it, and what is read of it is let go.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::process::{Command, Stdio};
use std::time::Duration;

use common::fake_engine::FakeEngine;

/// The most memory that a scan of so many containers ever held, in KiB.
fn peak(containers: usize) -> u64 {
    let fake = FakeEngine::start(containers, |_| None);
    let dir = tempfile::tempdir().unwrap();
    let mut scan = Command::new(env!("CARGO_BIN_EXE_stigprobe"))
        .args(["scan", "--quiet", "--format", "xccdf,json", "--engine", &fake.uri()])
        .current_dir(dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", scan.id());
    let mut peak = 0;
    let code = loop {
        // The high-water mark of the system, so that no moment is missed between two looks.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let mark = text.lines().find_map(|l| {
            let mark = l.strip_prefix("VmHWM:")?;
            mark.split_whitespace().next()?.parse().ok()
        });
        peak = peak.max(mark.unwrap_or(0));
        if let Some(code) = scan.try_wait().unwrap() {
            break code.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(matches!(code, Some(2 | 3)), "{code:?}");
    assert_eq!(fake.asked()["GET /containers/json?all=1"], 1);
    assert_eq!(fake.asked()["GET /containers/{id}/json"] as usize, containers);
    peak
}

#[test]
fn a_container_more_takes_its_view_and_no_more() {
    let (few, many) = (peak(500), peak(5_000));
    let each = many.saturating_sub(few) * 1024 / 4_500;
    // An inspection of these is some 4 KB of text, and ten times that once it is parsed. What is allowed
    // is the view, its list entry, and the share of the list.
    assert!(each < 3 * 1024, "{each} bytes for each container more ({few} and {many} KiB)");
}
