//! Markdown, for merge requests and tickets: the counts, what is open, what is undecided, and a table.

use std::fmt::Write as _;

use super::checklist::{categories, category_name, category_rank, severity, vuln_num};
use super::identity::name;
use super::text::{clean, contradictions, line, maker, time, waived};
use crate::outcome::{Outcome, RuleOutcome};
use crate::xccdf::{Category, Group, Rule, Verdict};

/// The document.
pub(super) fn write(outcome: &Outcome) -> String {
    let benchmark = &outcome.benchmark;
    let mut out = String::new();
    let marking = line(&outcome.asset.marking);
    if !marking.is_empty() {
        let _ = writeln!(out, "**{}**\n", escape(&marking));
    }
    let _ = writeln!(out, "# {}: {}\n", escape(&name(&outcome.asset)), escape(&line(&benchmark.title)));
    if let Some(notice) = outcome.simulated_notice() {
        let _ = writeln!(out, "> **{}**\n", escape(&line(&notice)));
    }
    let _ = writeln!(
        out,
        "{} {}, scanned {} by {}.\n",
        escape(&line(&benchmark.id)),
        escape(&benchmark.revision()),
        time(outcome.finished),
        escape(&maker(outcome))
    );
    let categories = categories(outcome);
    let heads: String = categories.iter().map(|category| format!(" {} |", category_name(*category))).collect();
    let _ = writeln!(out, "| result |{heads} all |\n|---|{}---:|", "---:|".repeat(categories.len()));
    for verdict in Verdict::ALL {
        let of = |category: &Option<Category>| {
            let all = outcome.rules.iter().filter(|r| r.result == verdict);
            all.filter(|r| r.severity.category() == *category).count()
        };
        let all = outcome.count(verdict);
        if all > 0 {
            let cells: String = categories.iter().map(|category| format!(" {} |", of(category))).collect();
            let _ = writeln!(out, "| {verdict} |{cells} {all} |");
        }
    }
    let mut section = |title: &str, wanted: &dyn Fn(Verdict) -> bool| {
        let mut rules: Vec<_> = outcome.results().filter(|(_, _, ro)| wanted(ro.result)).collect();
        if rules.is_empty() {
            return;
        }
        rules.sort_by_key(|(_, _, ro)| category_rank(ro.severity.category()));
        let _ = writeln!(out, "\n## {title}\n");
        for (group, rule, rule_outcome) in rules {
            entry(&mut out, group, rule, rule_outcome);
        }
    };
    section("Open", &|v| v == Verdict::Fail);
    section("Undecided", &Verdict::is_undecided);
    let conflicts: Vec<_> = outcome.conflicts().collect();
    if !conflicts.is_empty() {
        out.push_str("\n## Others say otherwise\n\n");
    }
    for (rule, rule_outcome) in conflicts {
        for said in contradictions(rule_outcome) {
            let _ = writeln!(out, "- **{}**: {}", escape(&line(&rule.version)), escape(&said));
        }
    }
    out.push_str("\n## All rules\n\n| rule | STIG-ID | severity | result |\n|---|---|---|---|\n");
    for (group, rule, rule_outcome) in outcome.results() {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            escape(&line(vuln_num(group, rule))),
            escape(&line(&rule.version)),
            escape(severity(&rule_outcome.severity)),
            rule_outcome.result
        );
    }
    if !marking.is_empty() {
        let _ = writeln!(out, "\n**{}**", escape(&marking));
    }
    out
}

/// A rule with what does not hold, the first of it.
fn entry(out: &mut String, group: Option<&Group>, rule: &Rule, rule_outcome: &RuleOutcome) {
    const SHOWN: usize = 10;
    let _ = writeln!(
        out,
        "- **{}** ({}, {}): {}  \n  {}",
        escape(&line(&rule.version)),
        escape(vuln_num(group, rule)),
        escape(severity(&rule_outcome.severity)),
        escape(&line(&rule.title)),
        escape(&line(&clean(&rule_outcome.summary)))
    );
    if let Some(words) = waived(rule_outcome) {
        let _ = writeln!(out, "  - {}", escape(&words));
    }
    let bad: Vec<_> = rule_outcome.observations.iter().filter(|o| o.verdict() != Verdict::Pass).collect();
    for o in bad.iter().take(SHOWN) {
        let _ = writeln!(
            out,
            "  - {}: {} (expected: {})",
            escape(&line(o.subject())),
            escape(&line(o.actual())),
            escape(&line(o.expected()))
        );
    }
    if bad.len() > SHOWN {
        let _ = writeln!(out, "  - and {} more", bad.len() - SHOWN);
    }
}

/// The text with everything escaped that Markdown or the HTML in it would take for a sign of its own.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn what_is_open_stands_before_what_is_undecided() {
        let text = write(&fixture::outcome());
        let places = ["## Open", "## Undecided", "## All rules"].map(|t| text.find(t));
        assert!(places[0].is_some() && places.is_sorted(), "{text}");
        assert!(text.contains("dev/app:1.0: no trust data (expected: signed)"), "{text}");
        assert_eq!(text.matches("**CUI**").count(), 2);
    }

    #[test]
    fn evidence_is_no_markup() {
        assert_eq!(escape("<b>[x](y)|`"), "&lt;b&gt;\\[x\\](y)\\|\\`");
    }
}
