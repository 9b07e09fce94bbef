//! What both kinds of checklist say of a rule, whatever the file looks like.

use super::identity::bare;
use super::text::{clean, line};
use super::words::severity;
use crate::outcome::{Outcome, RuleOutcome};
use crate::target::asset::TECH_AREAS;
use crate::xccdf::{Benchmark, Group, Rule};

/// The technology area if DISA's schema knows it: any other word makes Heimdall refuse the file.
pub(super) fn tech_area(area: &str) -> &'static str {
    TECH_AREAS.into_iter().find(|known| *known == area).unwrap_or("")
}

/// A benchmark as checklists quote it.
pub(super) fn stig_ref(benchmark: &Benchmark) -> String {
    let version = format!("{} :: Version {}", benchmark.title, benchmark.version.trim());
    match benchmark.release_info().trim() {
        "" => version,
        release => format!("{version}, {release}"),
    }
}

/// The number a rule goes by in checklists: that of its group, or else its own id.
pub(super) fn vuln_num<'a>(group: Option<&'a Group>, rule: &'a Rule) -> &'a str {
    group.map_or_else(|| bare(&rule.id, "_rule_"), |group| bare(&group.id, "_group_"))
}

/// The severity that was applied, where it is not the rule's own, with the reason: importers want
/// one with every override.
pub(super) fn severity_override(
    outcome: &Outcome,
    rule: &Rule,
    rule_outcome: &RuleOutcome,
) -> Option<(&'static str, String)> {
    if let Some(by_person) = &rule_outcome.severity_override {
        return Some((category(&by_person.severity), clean(&by_person.reason)));
    }
    let (own, applied) = (category(&rule.severity), category(&rule_outcome.severity));
    let by = outcome.profile.as_ref().map_or("tailoring", |profile| profile.id.as_str());
    (own != applied).then(|| (applied, format!("Severity {applied} instead of {own}, set by {}.", line(by))))
}

/// The severity in the words of checklists, which know three. What has none counts as medium, as in
/// Heimdall: it would refuse the file otherwise.
pub(super) fn category(written: &str) -> &'static str {
    match severity(written) {
        "info" => "low",
        "unknown" => "medium",
        word => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn severities_are_the_three_of_checklists() {
        let words = ["CAT I", "info", "HIGH", "low"].map(category);
        assert_eq!(words, ["medium", "low", "high", "low"]);
    }

    #[test]
    fn a_changed_severity_names_what_changed_it() {
        let mut outcome = fixture::outcome();
        outcome.rules[0].severity = "high".into();
        let mut all = outcome.results().map(|(_, rule, ro)| severity_override(&outcome, rule, ro));
        let reason = "Severity high instead of low, set by MAC-1_Classified.";
        assert_eq!(all.next(), Some(Some(("high", reason.to_owned()))));
        assert!(all.all(|none| none.is_none()));
    }

    #[test]
    fn only_areas_of_the_schema() {
        assert_eq!(["UNIX OS", "None", ""].map(tech_area), ["UNIX OS", "", ""]);
    }
}
