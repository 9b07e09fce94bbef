//! Applying a profile to a resolved benchmark: what is selected, with which role, severity and weight,
//! by which check, and what the Values are (NIST IR 7275 r4, sections 6.5.3, 7.2.3.3 and 7.2.3.4).

mod fit;
mod only;
mod select;
#[cfg(test)]
mod tests;
mod text;
mod values;

pub use only::Only;
pub use text::{Texts, Unfilled};
pub use values::{AppliedValue, applied as applied_values};

use super::model::{Benchmark, Check, ComplexCheck, Profile, Rule, Weight};

/// A benchmark as a profile makes it. Rules are in document order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applied {
    /// The profile's id, if one was applied.
    pub profile: Option<String>,
    /// One for each rule.
    pub rules: Vec<AppliedRule>,
    /// The weight of each group, in document order.
    pub group_weights: Vec<Weight>,
    /// One for each Value, in document order.
    pub values: Vec<AppliedValue>,
}

/// A rule as a profile makes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AppliedRule {
    /// It is to be evaluated.
    pub selected: bool,
    /// Why it is, or is not.
    pub reason: String,
    /// `full`, `unscored` or `unchecked`.
    pub role: String,
    /// The severity.
    pub severity: String,
    /// The weight.
    pub weight: Weight,
    /// The selector of the check that the profile asks for.
    pub selector: Option<String>,
}

/// What decides a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Basis<'a> {
    /// Checks combined.
    Complex(&'a ComplexCheck),
    /// The checks that the selector leaves: the first of a system that is supported is the one.
    Checks(Vec<&'a Check>),
}

impl Basis<'_> {
    /// Every check in it.
    #[must_use]
    pub fn checks(&self) -> Vec<&Check> {
        match self {
            Basis::Complex(complex) => complex.checks(),
            Basis::Checks(checks) => checks.clone(),
        }
    }
}

/// Applies a profile; without one, the benchmark's own defaults stand.
#[must_use]
pub fn apply(benchmark: &Benchmark, profile: Option<&Profile>, only: &Only) -> Applied {
    let mut items = select::Items::of(benchmark);
    if let Some(profile) = profile {
        items.refine(profile);
    }
    items.settle_requirements();
    items.narrow(benchmark, only);
    let (rules, group_weights) = items.finish();
    Applied { profile: profile.map(|p| p.id.clone()), rules, group_weights, values: applied_values(benchmark, profile) }
}

/// What decides the rule (table 39): its complex check; else the checks with the selector that is
/// asked for; else, as when none is asked for, those without a selector.
#[must_use]
pub fn basis<'a>(rule: &'a Rule, selector: Option<&str>) -> Basis<'a> {
    if let Some(complex) = &rule.complex_check {
        return Basis::Complex(complex);
    }
    let with = |wanted: &str| -> Vec<&'a Check> {
        let checks = rule.checks.iter();
        checks.filter(|c| c.selector.as_deref().unwrap_or("") == wanted).collect()
    };
    let asked = selector.filter(|s| !s.is_empty()).map(with);
    Basis::Checks(match asked {
        Some(found) if !found.is_empty() => found,
        _ => with(""),
    })
}

/// The Values that the rule's checks are given, as `(name for the check, value)`.
#[must_use]
pub fn exports<'a>(basis: &Basis<'_>, values: &'a [AppliedValue]) -> Vec<(String, &'a AppliedValue)> {
    let mut found = Vec::new();
    for check in basis.checks() {
        for export in &check.exports {
            if let Some(value) = values.iter().find(|v| v.id == export.value_id) {
                found.push((export.name.clone(), value));
            }
        }
    }
    found
}
