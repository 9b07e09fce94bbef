//! Naming rules on the command line, beside what a profile says.

use crate::xccdf::model::Benchmark;
use crate::xccdf::naming::{is_called, unknown};

/// Rules that are asked for, or left out, by name. Not of the standard: every tool has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Only {
    /// When not empty: these rules, whatever the profile selects, and no others.
    pub rules: Vec<String>,
    /// Not these rules.
    pub skipped: Vec<String>,
}

impl Only {
    /// Checks that every name is one of the benchmark's.
    pub fn check(&self, benchmark: &Benchmark) -> Result<(), String> {
        let mut wanted = self.rules.iter().chain(&self.skipped);
        match wanted.find(|name| !benchmark.rules().any(|(g, r)| is_called(g, r, name))) {
            Some(name) => Err(unknown(benchmark, name)),
            None => Ok(()),
        }
    }
}
