//! From OVAL's results to a rule's (SP 800-126 r3, table 23), as NIST's tool holds one against the
//! other: a combined check is followed one step deep.

use super::envelope::{Body, Envelope};
use super::oval::{Classes, Definition, Oval};
use super::requirements;
use super::rule_results::{Check, Complex, RuleResult};
use crate::xccdf::validate::problem::Report;
use crate::xml::read::{excerpt, excerpt_of};

/// OVAL as a checking system.
const OVAL: &str = "http://oval.mitre.org/XMLSchema/oval-definitions-5";

/// What OVAL's results and classes come to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Pass,
    Fail,
}

/// A check with what is known of its definition.
struct Seen<'a> {
    check: &'a Check,
    definition: Definition,
    classes: Classes,
}

impl<'a> Seen<'a> {
    fn of(check: &'a Check, oval: &Oval) -> Self {
        let target = check.target();
        let found = target.and_then(|(report, name)| oval.found(report, name));
        let definition = found.unwrap_or_default();
        let requested = check.name().map(|name| oval.requested(name));
        Seen { check, definition, classes: definition.classes.and(requested.unwrap_or_default()) }
    }

    fn says(&self, result: &str) -> bool {
        self.definition.result() == Some(result)
    }

    fn has_class(&self, classes: [&str; 2]) -> bool {
        self.classes.known().any(|class| classes.contains(&class))
    }

    /// Definition result and class make that outcome.
    fn is(&self, outcome: Outcome, is_negated: bool) -> bool {
        let is_wanted = (outcome == Outcome::Pass) != is_negated;
        let (good, bad) = if is_wanted { ("true", "false") } else { ("false", "true") };
        (self.says(good) && self.has_class(["compliance", "inventory"]))
            || (self.says(bad) && self.has_class(["vulnerability", "patch"]))
    }

    /// The same in a combined check, where a negated one is taken either way.
    fn is_combined(&self, outcome: Outcome) -> bool {
        self.is(outcome, false) || (self.check.is_negated && self.is(outcome, true))
    }
}

/// Holds a rule's result against those of its OVAL checks.
pub(super) fn check(rule_result: &RuleResult, envelope: &Envelope, oval: &Oval, report: &mut Report) {
    let is_oval = |check: &&Check| check.system == OVAL;
    let is_remote = |check: &&Check| {
        let target = check.target().and_then(|(id, _)| envelope.body(id));
        matches!(target, Some(Body::Remote))
    };
    if rule_result.checks.iter().any(|check| is_remote(&check)) {
        return;
    }
    let is_foreign = rule_result.checks.iter().any(|check| !is_oval(&check));
    let seen: Vec<Seen<'_>> = rule_result
        .checks
        .iter()
        .filter(|check| is_oval(check) && check.name().is_some())
        .map(|check| Seen::of(check, oval))
        .collect();
    let at = rule_result.position;
    let quoted = |seen: &Seen<'_>| excerpt_of(seen.check.name().unwrap_or_default(), 120);
    if rule_result.result == "notapplicable" {
        for one in &seen {
            let is_so = one.says("not applicable") || one.says("not evaluated");
            if one.definition.count < 2 && !is_so {
                let text = format!(
                    "rule-result: it is 'notapplicable', and the OVAL definition '{}' is neither \
                     'not applicable' nor 'not evaluated'",
                    quoted(one)
                );
                requirements::NOT_APPLICABLE.unmet(at, &text, report);
            }
        }
    }
    // Where other systems have their say, OVAL's results alone tell nothing.
    if is_foreign {
        return;
    }
    for one in &seen {
        if one.definition.count > 1 {
            let text = format!(
                "rule-result: the OVAL definition '{}' has several results in that report; which \
                 of them counts cannot be told",
                quoted(one)
            );
            requirements::ONE_DEFINITION.unmet(at, &text, report);
        }
        if one.classes.is_empty() {
            let text = format!(
                "rule-result: the class of the OVAL definition '{}' is nowhere to be found, so \
                 what its result means cannot be told",
                quoted(one)
            );
            requirements::CLASS.unmet(at, &text, report);
        }
    }
    if !is_mapped(rule_result, &seen) {
        let said: Vec<String> = seen.iter().map(|one| said(one)).collect();
        let text = format!(
            "rule-result: its result '{}' is not what {} make of it",
            excerpt(&rule_result.result),
            said.join(" and ")
        );
        requirements::MAPPING.unmet(at, &text, report);
    }
}

/// A definition's id, class and result, for people.
fn said(seen: &Seen<'_>) -> String {
    let class = seen.classes.known().next().unwrap_or("unknown class");
    let result = match (seen.definition.count, seen.definition.result()) {
        (0, _) => "no result",
        (_, result) => result.unwrap_or("no result that OVAL knows"),
    };
    format!("'{}' ({}: {})", excerpt_of(seen.check.name().unwrap_or_default(), 120), class, result)
}

fn is_mapped(rule_result: &RuleResult, seen: &[Seen<'_>]) -> bool {
    // What was not selected was not evaluated, whatever its role.
    if rule_result.result == "notselected" {
        return true;
    }
    if seen.is_empty() || seen.iter().any(|one| one.definition.count > 1) {
        return true;
    }
    match &rule_result.complex {
        None => seen.iter().all(|one| is_single(rule_result, one)),
        Some(complex) if complex.is_nested => true,
        Some(complex) => is_combined(rule_result, complex, seen),
    }
}

/// OVAL's word for what is neither pass nor fail.
fn undecided(result: &str) -> Option<&'static str> {
    match result {
        "error" => Some("error"),
        "unknown" => Some("unknown"),
        "notchecked" => Some("not evaluated"),
        _ => None,
    }
}

fn outcome(result: &str) -> Option<Outcome> {
    match result {
        "pass" | "fixed" => Some(Outcome::Pass),
        "fail" => Some(Outcome::Fail),
        _ => None,
    }
}

/// What is decided elsewhere: by selection, platform or role.
fn is_elsewhere(result: &str) -> bool {
    matches!(result, "notselected" | "informational" | "notapplicable")
}

fn is_single(rule_result: &RuleResult, seen: &Seen<'_>) -> bool {
    let result = rule_result.result.as_str();
    let is_unchecked = rule_result.role.as_deref() == Some("unchecked");
    match (undecided(result), outcome(result)) {
        (Some(word), _) if !(is_unchecked && result == "notchecked") => seen.says(word),
        _ if is_unchecked => result == "notchecked",
        (_, Some(outcome)) => seen.is(outcome, seen.check.is_negated),
        _ => is_elsewhere(result),
    }
}

fn is_combined(rule_result: &RuleResult, complex: &Complex, seen: &[Seen<'_>]) -> bool {
    let result = rule_result.result.as_str();
    let is_unchecked = rule_result.role.as_deref() == Some("unchecked");
    match (undecided(result), outcome(result)) {
        (Some(word), _) if !(is_unchecked && result == "notchecked") => seen.iter().any(|one| one.says(word)),
        _ if is_unchecked => result == "notchecked",
        (_, Some(outcome)) => {
            let outcome = match (outcome, complex.is_negated) {
                (Outcome::Pass, true) | (Outcome::Fail, false) => Outcome::Fail,
                (Outcome::Fail, true) | (Outcome::Pass, false) => Outcome::Pass,
            };
            // All have to pass for AND, and to fail for OR; one is enough for the other.
            if complex.is_and == (outcome == Outcome::Pass) {
                seen.iter().all(|one| one.is_combined(outcome))
            } else {
                seen.iter().any(|one| one.is_combined(outcome))
            }
        }
        _ => is_elsewhere(result),
    }
}
