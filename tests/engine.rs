//! Engines: what is collected is what they say, on every way to reach one.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use common::docker::{Docker, MADE, by_api};

#[test]
fn the_engine_of_the_tests_has_what_they_count_on() {
    let Some(docker) = Docker::furnished() else {
        return;
    };
    let all = docker.inspections();
    assert!(all.len() > MADE.len() + by_api().len(), "{}", all.len());
    assert!(docker.cli(&["info"]).contains("Swarm: active"));
}
