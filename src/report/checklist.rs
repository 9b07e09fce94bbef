//! What both kinds of checklist say of a rule, whatever the file looks like.

use super::identity::bare;
use super::text::{clean, line};
use crate::disa::TECH_AREAS;
use crate::outcome::{Outcome, RuleOutcome};
use crate::xccdf::{Benchmark, Category, Group, Rule, Severity};

/// The technology area if DISA's schema knows it: any other word makes Heimdall refuse the file.
pub(super) fn tech_area(area: &str) -> &'static str {
    TECH_AREAS.into_iter().find(|known| *known == area).unwrap_or("")
}

/// A benchmark as checklists quote it.
pub(super) fn stig_ref(benchmark: &Benchmark) -> String {
    let version = format!("{} :: Version {}", benchmark.title, benchmark.version.trim());
    match release_info(benchmark).as_str() {
        "" => version,
        release => format!("{version}, {release}"),
    }
}

/// The release line. STIG Manager reads no revision of one that ends in its number, as files say that state no day.
pub(super) fn release_info(benchmark: &Benchmark) -> String {
    let line = benchmark.release_info().trim();
    match line.strip_prefix("Release:") {
        Some(number) if !number.trim().contains(char::is_whitespace) && !number.trim().is_empty() => {
            format!("{line} Benchmark Date: not stated")
        }
        _ => line.to_owned(),
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
        let reason = clean(&by_person.reason);
        // A word that is not known must not make the finding smaller.
        return Some(match by_person.severity.category() {
            Some(category) => (category.severity(), reason),
            None => ("", format!("Severity {:?}, which checklists do not know: {reason}", by_person.severity.as_str())),
        });
    }
    let (own, applied) = (word(&Severity::read(&rule.severity)), word(&rule_outcome.severity));
    let by = outcome.profile.as_ref().map_or("tailoring", |profile| profile.id.as_str());
    let is_changed = own != applied && rule_outcome.severity.category().is_some();
    is_changed.then(|| (applied, format!("Severity {applied} instead of {own}, set by {}.", line(by))))
}

/// The severity in the words of checklists, which know three. Heimdall refuses a file with any other, so that
/// `medium` stands where there is none; the details say so ([`no_category`]).
pub(super) fn word(severity: &Severity) -> &'static str {
    severity.category().unwrap_or(Category::II).severity()
}

/// The severity in one of three words, or the word that stands in its place.
pub(super) fn severity(severity: &Severity) -> &str {
    severity.called(Category::severity)
}

/// The categories that tables of a run have, the worst first; one for what has none where there is such a rule.
pub(super) fn categories(outcome: &Outcome) -> Vec<Option<Category>> {
    let any = outcome.rules.iter().any(|r| r.severity.category().is_none());
    Category::ALL.into_iter().map(Some).chain(any.then_some(None)).collect()
}

/// What a table calls a category.
pub(super) fn category_name(category: Option<Category>) -> &'static str {
    category.map_or("No category", Category::name)
}

/// The place of a category where the worst comes first. What has none may be of any: it comes before all.
pub(super) fn category_rank(category: Option<Category>) -> usize {
    category.map_or(0, |category| category as usize + 1)
}

/// What there is to say of a severity that has no category.
pub(super) fn no_category(severity: &Severity) -> Option<String> {
    match severity {
        Severity::Unknown => Some("No severity is stated for this rule: it has no category.".into()),
        Severity::Other(word) => {
            Some(format!("The severity of this rule is {word:?}, which no tool is known to write: it has no category."))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn severities_are_the_three_of_checklists() {
        let words = ["CAT I", "info", "HIGH", "low", "unknown", "urgent"].map(|text| word(&text.into()));
        assert_eq!(words, ["high", "low", "high", "low", "medium", "medium"]);
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
