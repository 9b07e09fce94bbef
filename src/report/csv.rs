//! A table for spreadsheets, one row a rule: the columns of Tenable's own CSV of compliance results
//! first, in its order, so that the two can be laid side by side; then the ids to join them by, and what people said.

use std::collections::BTreeSet;

use super::checklist::{severity_override, vuln_num};
use super::identity::{bare, marked, name};
use super::text::{LIMIT, comment, cut, details, line, maker};
use crate::outcome::{Outcome, RuleOutcome};
use crate::xccdf::{Category, Group, Rule, Severity, Verdict};

/// The columns.
const COLUMNS: [&str; 32] = [
    "target",
    "result",
    "check_name",
    "info",
    "solution",
    "see_also",
    "reference",
    "policy_value",
    "actual_value",
    "error",
    "stig_id",
    "vuln_id",
    "rule_id",
    "legacy_ids",
    "cci",
    "nist_800_53",
    "cat",
    "xccdf_result",
    "control_id",
    "check_id",
    "tenable_control_id",
    "benchmark",
    "revision",
    "tool",
    "finished",
    "evidence_sha256",
    "marking",
    "nist_800_53_rev4",
    "nist_800_53_rev5",
    "raw_cat",
    "severity_override_reason",
    "comments",
];

/// The document: RFC 4180 in UTF-8, with line feeds only.
pub(super) fn write(outcome: &Outcome) -> String {
    let mut out = String::new();
    row(&mut out, COLUMNS.iter().map(|c| (*c).to_owned()));
    for (group, rule, rule_outcome) in outcome.results() {
        row(&mut out, cells(outcome, group, rule, rule_outcome).into_iter());
    }
    out
}

fn cells(outcome: &Outcome, group: Option<&Group>, rule: &Rule, rule_outcome: &RuleOutcome) -> [String; COLUMNS.len()] {
    let join = |items: &mut dyn Iterator<Item = &str>| items.collect::<Vec<_>>().join(" ");
    let each = |controls: BTreeSet<&str>| controls.into_iter().collect::<Vec<_>>().join("; ");
    let controls = crate::cci::controls(rule.ccis());
    let undecided = rule_outcome.result.is_undecided();
    [
        marked(outcome, &name(&outcome.asset)),
        word(rule_outcome.result).into(),
        format!("{} - {}", line(&rule.version), line(&rule.title)),
        rule.described("VulnDiscussion").to_owned(),
        rule.fix_text().to_owned(),
        String::new(),
        String::new(),
        expected(rule_outcome),
        cut(&details(outcome, rule, rule_outcome), LIMIT),
        if undecided { line(&rule_outcome.summary) } else { String::new() },
        rule.version.clone(),
        vuln_num(group, rule).to_owned(),
        bare(&rule.id, "_rule_").to_owned(),
        join(&mut rule.legacy_ids()),
        join(&mut rule.ccis()),
        each(crate::cci::newest(rule.ccis())),
        rule_outcome.severity.called(Category::numeral).into(),
        rule_outcome.result.to_string(),
        rule_outcome.control_id.clone(),
        rule_outcome.check_id.clone().unwrap_or_default(),
        rule_outcome.tenable_control_id.clone().unwrap_or_default(),
        bare(&outcome.benchmark.id, "_benchmark_").to_owned(),
        outcome.benchmark.revision(),
        maker(outcome),
        super::text::time(outcome.finished),
        outcome.evidence_sha256.clone(),
        line(&outcome.asset.marking),
        each(controls.rev4),
        each(controls.rev5),
        Severity::read(&rule.severity).called(Category::numeral).into(),
        severity_override(outcome, rule, rule_outcome).map(|(_, reason)| reason).unwrap_or_default(),
        comment(outcome, rule, rule_outcome),
    ]
}

/// Tenable's word for a result; one that does not apply has a word of its own here.
fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass | Verdict::Fixed => "PASSED",
        Verdict::Fail => "FAILED",
        Verdict::NotApplicable => "NOT APPLICABLE",
        Verdict::Error | Verdict::Unknown => "ERROR",
        Verdict::NotChecked | Verdict::NotSelected | Verdict::Informational => "WARNING",
    }
}

fn expected(rule_outcome: &RuleOutcome) -> String {
    let mut texts: Vec<String> = rule_outcome.observations.iter().map(|o| line(o.expected())).collect();
    texts.dedup();
    cut(&texts.join("\n"), LIMIT / 4)
}

fn row(out: &mut String, cells: impl Iterator<Item = String>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push(',');
        }
        field(out, &cell);
    }
    out.push('\n');
}

/// One field. A text that begins like a formula gets an apostrophe in front: spreadsheets would
/// compute it, and evidence is written by whoever names a container.
fn field(out: &mut String, text: &str) {
    let text = super::text::clean(text);
    let formula = text.starts_with(['=', '+', '-', '@', '\t']);
    out.push('"');
    if formula {
        out.push('\'');
    }
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_rule_is_a_row_and_a_quote_is_two() {
        let text = write(&fixture::outcome());
        assert!(text.starts_with("\"target\",\"result\","));
        assert!(text.matches("\n\"ucp01\",").count() == 5);
        assert!(text.contains("\"DKER-EE-001050\",\"V-235776\",\"SV-235776r960759_rule\""));
    }

    #[test]
    fn nothing_is_a_formula() {
        let mut out = String::new();
        field(&mut out, "=HYPERLINK(\"x\")");
        assert_eq!(out, "\"'=HYPERLINK(\"\"x\"\")\"");
    }
}
