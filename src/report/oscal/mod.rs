//! OSCAL 1.1 (NIST), as JSON: assessment results, and a plan of action and milestones.
//!
//! Every rule is an observation. A rule that is open also makes a finding, `not-satisfied`, on each of
//! the controls that its CCIs are part of. Nothing here is ever `satisfied`: that no rule of one STIG is
//! open does not say that a control is met, and that is not for a program to say.

mod parts;
mod poam;
mod results;

use super::to_json;
use crate::outcome::Outcome;

/// Assessment results.
pub(super) fn assessment_results(outcome: &Outcome) -> String {
    to_json(&results::document(&outcome.identified()))
}

/// Plan of action and milestones: one item for each open rule.
pub(super) fn plan(outcome: &Outcome) -> String {
    to_json(&poam::document(&outcome.identified()))
}
