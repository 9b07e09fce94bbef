//! Memory stays flat as the population grows.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::process::{Command, Stdio};
use std::time::Duration;

use common::Range;
use secrecy::ExposeSecret as _;

/// The most memory, in KiB, that a scan of this many repositories and tags ever held.
fn peak(repositories: u32, tags: u32) -> u64 {
    let range = Range::sized("default", repositories, tags);
    let mut scan = Command::new(env!("CARGO_BIN_EXE_stigprobe"))
        .args(["scan", "--dtr", range.lab.dtr_url(), "--ca-file", "ca.pem", "--quiet", "--rule", "DKER-EE-004260"])
        .env("STIGPROBE_DTR_USERNAME", range.lab.username())
        .env("STIGPROBE_DTR_PASSWORD", range.lab.password().expose_secret())
        .current_dir(range.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", scan.id());
    let mut peak = 0;
    let code = loop {
        // The high-water mark of the system, so that no moment is missed between two looks.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let mark = text.lines().find_map(|l| l.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        peak = peak.max(mark.unwrap_or(0));
        if let Some(code) = scan.try_wait().unwrap() {
            break code.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(code, Some(2), "a fresh install has unsigned tags");
    range.stop();
    peak
}

#[test]
fn a_hundred_times_as_many_tags_take_no_more_memory() {
    let (few, many) = (peak(20, 50), peak(250, 400));
    assert!(few > 0 && many < few * 3 / 2, "{few} KiB for 1,000 tags, {many} KiB for 100,000");
}
