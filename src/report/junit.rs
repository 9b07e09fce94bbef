//! `JUnit`'s XML, for build servers: a test case for each rule that was selected.
//!
//! An open rule is a failure, an undecided one an error, so that a pipeline stops at both; what does not
//! apply is skipped. A waived rule counts as what it is waived to, and says so. Where others say otherwise of a rule, its
//! case has a property for each of them, and the details stand there even where the rule is skipped.

use super::checklist::{severity, vuln_num};
use super::identity::{marked, name};
use super::text::{clean, contradictions, details_for_xml, line, maker, time};
use crate::outcome::Outcome;
use crate::xccdf::Verdict;
use crate::xml::write::Writer;

/// The document.
pub(super) fn write(outcome: &Outcome) -> String {
    let details = details_for_xml(outcome, 1);
    let cases: Vec<_> =
        outcome.results().zip(&details).filter(|((_, _, ro), _)| ro.result != Verdict::NotSelected).collect();
    let count = |kind: Kind| {
        let of_kind = cases.iter().filter(|((_, _, ro), _)| Kind::of(ro.after_waiver()) == kind);
        of_kind.count().to_string()
    };
    let seconds = (outcome.finished - outcome.started).num_seconds().to_string();
    let title = marked(outcome, &line(&outcome.benchmark.title));
    let mut w = Writer::new("  ");
    w.start("testsuites").start("testsuite");
    w.attr("name", &title)
        .attr("hostname", &name(&outcome.asset))
        .attr("timestamp", time(outcome.finished).trim_end_matches('Z'))
        .attr("time", &seconds)
        .attr("tests", &cases.len().to_string())
        .attr("failures", &count(Kind::Failure))
        .attr("errors", &count(Kind::Error))
        .attr("skipped", &count(Kind::Skipped));
    let notice = outcome.simulated_notice().unwrap_or_default();
    let properties = [
        ("marking", line(&outcome.asset.marking)),
        ("simulated", notice),
        ("made_by", maker(outcome)),
        ("evidence_sha256", outcome.evidence_sha256.clone()),
    ];
    w.start("properties");
    for (name, value) in properties.iter().filter(|(_, value)| !value.is_empty()) {
        w.start("property").attr("name", name).attr("value", value).end();
    }
    w.end();
    for ((group, rule, rule_outcome), details) in cases {
        w.start("testcase")
            .attr("classname", &format!("{}.{}", line(&outcome.benchmark.id), severity(&rule_outcome.severity)))
            .attr("name", &format!("{} {} {}", line(&rule.version), vuln_num(group, rule), line(&rule.title)))
            .attr("time", "0");
        let contradictions = contradictions(rule_outcome);
        if !contradictions.is_empty() {
            w.start("properties");
            for said in &contradictions {
                w.start("property").attr("name", "conflict").attr("value", said).end();
            }
            w.end();
        }
        let summary = line(&clean(&rule_outcome.summary));
        match Kind::of(rule_outcome.after_waiver()) {
            Kind::Passed => {
                w.leaf("system-out", details);
            }
            kind => {
                w.start(kind.element()).attr("message", &summary);
                if kind != Kind::Skipped {
                    w.attr("type", rule_outcome.result.word()).text(details);
                }
                w.end();
                let is_spoken_of = !contradictions.is_empty() || rule_outcome.waiver.is_some();
                if kind == Kind::Skipped && is_spoken_of {
                    w.leaf("system-out", details);
                }
            }
        }
        w.end();
    }
    w.finish()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Passed,
    Failure,
    Error,
    Skipped,
}

impl Kind {
    fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass | Verdict::Fixed => Kind::Passed,
            Verdict::Fail => Kind::Failure,
            Verdict::Error | Verdict::Unknown | Verdict::NotChecked => Kind::Error,
            Verdict::NotApplicable | Verdict::NotSelected | Verdict::Informational => Kind::Skipped,
        }
    }

    fn element(self) -> &'static str {
        match self {
            Kind::Failure => "failure",
            Kind::Error => "error",
            Kind::Passed | Kind::Skipped => "skipped",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Beside, Standing};
    use crate::report::fixture;

    #[test]
    fn counts_are_those_of_the_cases() {
        let text = write(&fixture::outcome());
        for part in ["tests=\"5\"", "failures=\"1\"", "errors=\"2\"", "skipped=\"1\""] {
            assert!(text.contains(part), "{part}");
        }
        assert_eq!(text.matches("<testcase").count(), 5);
        assert_eq!(text.matches("<error").count(), 2);
        assert_eq!(text.matches("<failure").count(), 1);
    }

    #[test]
    fn what_others_say_otherwise_is_told_of_cases_that_stop_nothing() {
        let mut outcome = fixture::outcome();
        assert!(!write(&outcome).contains("conflict"));
        for (index, verdict) in Verdict::ALL.into_iter().enumerate() {
            let mut outcome = outcome.clone();
            outcome.rules[0].result = verdict;
            outcome.rules[0].beside = vec![fixture::contradiction(); 1 + index % 2];
            let text = write(&outcome);
            let value = fixture::contradicted(verdict);
            let told = format!("<property name=\"conflict\" value=\"{value}\">");
            let selected = verdict != Verdict::NotSelected;
            let wanted = usize::from(selected) * outcome.rules[0].beside.len();
            assert_eq!(text.matches(&told).count(), wanted, "{text}");
            let why = "Beside this: Nessus on ucp01 (scan.nessus) says fail (conflict).";
            assert_eq!(text.matches(why).count(), wanted, "{verdict}: {text}");
        }
        // What agrees, or is set aside, is no conflict.
        for standing in [Standing::Agrees, Standing::SetAside, Standing::Counts] {
            outcome.rules[0].beside = vec![Beside { standing, ..fixture::contradiction() }];
            assert!(!write(&outcome).contains("\"conflict\""));
        }
    }
}
