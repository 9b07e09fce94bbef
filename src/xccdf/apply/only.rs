//! Naming rules on the command line, beside what a profile says.

use crate::xccdf::ids::stem;
use crate::xccdf::model::{Benchmark, Group, Rule};

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
        for wanted in self.rules.iter().chain(&self.skipped) {
            if !benchmark.rules().any(|(g, r)| is_named(g, r, wanted)) {
                return Err(format!(
                    "no rule of {} is called {wanted:?}; give a Rule, Group or STIG-ID (SV-235847, V-235847, DKER-EE-004370)",
                    benchmark.id
                ));
            }
        }
        Ok(())
    }
}

/// The rule goes by that name: its id, the number in it, its `version` (DISA's STIG-ID), or the id of
/// the group it stands in.
pub(super) fn is_named(group: Option<&Group>, rule: &Rule, wanted: &str) -> bool {
    rule.id == wanted
        || (!rule.version.is_empty() && rule.version == wanted)
        || stem(&rule.id) == Some(wanted)
        || group.is_some_and(|g| g.id == wanted)
}
