//! What stands behind the results of rules in an ARF: probes as questionnaires of OCIL 2.0, one
//! question a rule, and how they were answered.
//!
//! SP 800-126 r3 (4.5, RES-370) has every checked rule refer to a report with the results of its
//! check, and takes OVAL and OCIL only. What a probe does is what an OCIL questionnaire asks for:
//! read what a system says of itself and answer yes or no. The evidence of an answer stands in the
//! message of the rule's result; it is not told twice.

use super::identity::{addresses, expanded, marked, name};
use super::items::questionnaire;
use super::test_result::is_checked;
use super::text::{line, maker, time};
use crate::finding;
use crate::outcome::{Outcome, RuleOutcome, TOOL, TOOL_VERSION};
use crate::xccdf::{Rule, Verdict};
use crate::xml::write::Writer;

/// Namespace of OCIL 2.0.
const NAMESPACE: &str = "http://scap.nist.gov/schema/ocil/2.0";

/// A rule with its place in the benchmark, and how its question was answered.
type Asked<'a> = (usize, &'a Rule, &'a RuleOutcome);

/// The questions of all rules, as the data stream holds them, without answers.
pub(super) fn questions(w: &mut Writer, outcome: &Outcome, made: &str) {
    begin(w, made);
    let title = format!("What {TOOL} asks for {}", line(&outcome.benchmark.title));
    w.start("ocil:document").leaf("ocil:title", &title).end();
    body(w, &asked(outcome, |_| true), None);
    w.end();
}

/// Whether any rule of the run was checked: without one there are no answers to report.
pub(super) fn has_answers(outcome: &Outcome) -> bool {
    outcome.rules.iter().any(|rule| is_checked(rule.after_waiver()))
}

/// The questions that were asked in a run, with their answers.
pub(super) fn answers(w: &mut Writer, outcome: &Outcome) {
    begin(w, &time(outcome.finished));
    let title = format!("{} scan of {}", maker(outcome), name(&outcome.asset));
    w.start("ocil:document").leaf("ocil:title", &marked(outcome, &title));
    if let Some(notice) = outcome.simulated_notice() {
        w.leaf("ocil:notice", &line(&notice));
    }
    w.end();
    let asked = asked(outcome, is_checked);
    body(w, &asked, Some(&maker(outcome)));
    w.start("ocil:results").attr("start_time", &time(outcome.started)).attr("end_time", &time(outcome.finished));
    w.start("ocil:questionnaire_results");
    for (number, _, rule) in &asked {
        w.start("ocil:questionnaire_result")
            .attr("questionnaire_ref", &questionnaire(*number))
            .attr("result", answer(rule).result())
            .end();
    }
    w.end().start("ocil:test_action_results");
    for (number, _, rule) in &asked {
        w.start("ocil:test_action_result")
            .attr("test_action_ref", &test_action(*number))
            .attr("result", answer(rule).result())
            .end();
    }
    w.end().start("ocil:question_results");
    for (number, _, rule) in &asked {
        question_result(w, *number, &answer(rule));
    }
    w.end().start("ocil:targets").start("ocil:system");
    w.leaf("ocil:name", &name(&outcome.asset));
    for ip in addresses(outcome) {
        w.leaf("ocil:ipaddress", &expanded(ip));
    }
    w.end().end().end().end();
}

fn asked(outcome: &Outcome, wanted: fn(Verdict) -> bool) -> Vec<Asked<'_>> {
    let all = outcome.results().enumerate();
    all.map(|(at, (_, rule, result))| (at + 1, rule, result))
        .filter(|(_, _, result)| wanted(result.after_waiver()))
        .collect()
}

fn begin(w: &mut Writer, made: &str) {
    w.start("ocil:ocil").attr("xmlns:ocil", NAMESPACE);
    w.start("ocil:generator")
        .leaf("ocil:product_name", TOOL)
        .leaf("ocil:product_version", TOOL_VERSION)
        .leaf("ocil:schema_version", "2.0")
        .leaf("ocil:timestamp", made)
        .end();
}

/// Questionnaires, test actions and questions; with the maker of the results also which probe answers.
fn body(w: &mut Writer, asked: &[Asked<'_>], maker: Option<&str>) {
    w.start("ocil:questionnaires");
    for (number, rule, outcome) in asked {
        w.start("ocil:questionnaire").attr("id", &questionnaire(*number));
        w.leaf("ocil:notes", &format!("Control id: {}", outcome.control_id));
        let title = format!("{} {}", line(&rule.version), line(&rule.title));
        w.leaf("ocil:title", title.trim()).start("ocil:actions");
        w.leaf("ocil:test_action_ref", &test_action(*number));
        w.end().end();
    }
    w.end().start("ocil:test_actions");
    for (number, _, outcome) in asked {
        w.start("ocil:boolean_question_test_action")
            .attr("id", &test_action(*number))
            .attr("question_ref", &question(*number));
        if let (Some(probe), Some(maker)) = (&outcome.probe, maker) {
            w.leaf("ocil:notes", &format!("{maker}, probe {probe}"));
        }
        for (when, result) in [
            ("ocil:when_unknown", "UNKNOWN"),
            ("ocil:when_not_tested", "NOT_TESTED"),
            ("ocil:when_not_applicable", "NOT_APPLICABLE"),
            ("ocil:when_error", "ERROR"),
            ("ocil:when_true", "PASS"),
            ("ocil:when_false", "FAIL"),
        ] {
            w.start(when).leaf("ocil:result", result).end();
        }
        w.end();
    }
    w.end().start("ocil:questions");
    for (number, rule, _) in asked {
        w.start("ocil:boolean_question").attr("id", &question(*number));
        let text = format!("Is this met: {}", line(&rule.title));
        w.leaf("ocil:question_text", &text).end();
    }
    w.end();
}

fn question_result(w: &mut Writer, number: usize, answer: &Answer) {
    w.start("ocil:boolean_question_result").attr("question_ref", &question(number)).attr("response", answer.response());
    w.start("ocil:answer");
    if let Some(word) = answer.word() {
        w.text(word);
    } else {
        // OCIL's own Schematron: whatever is not answered has a nil answer.
        w.attr("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance").attr("xsi:nil", "true");
    }
    w.end().end();
}

fn test_action(number: usize) -> String {
    format!("ocil:io.stigprobe:testaction:{number}")
}

fn question(number: usize) -> String {
    format!("ocil:io.stigprobe:question:{number}")
}

/// How a question can be answered.
enum Answer {
    Yes,
    No,
    Unknown,
    Error,
    NotTested,
    NotApplicable,
}

impl Answer {
    /// As the result of a questionnaire.
    fn result(&self) -> &'static str {
        match self {
            Answer::Yes => "PASS",
            Answer::No => "FAIL",
            other => other.response(),
        }
    }

    /// As the response to a question.
    fn response(&self) -> &'static str {
        match self {
            Answer::Yes | Answer::No => "ANSWERED",
            Answer::Unknown => "UNKNOWN",
            Answer::Error => "ERROR",
            Answer::NotTested => "NOT_TESTED",
            Answer::NotApplicable => "NOT_APPLICABLE",
        }
    }

    /// As the answer itself, where there is one.
    fn word(&self) -> Option<&'static str> {
        match self {
            Answer::Yes => Some("true"),
            Answer::No => Some("false"),
            _ => None,
        }
    }
}

/// The answer behind a rule's result. A rule that is only for information does not say in its result
/// what its check found: its observations do.
fn answer(rule: &RuleOutcome) -> Answer {
    let seen = || {
        let verdicts = rule.observations.iter().map(finding::Observation::verdict);
        finding::strictest(verdicts).unwrap_or(Verdict::Unknown)
    };
    let verdict = match rule.result {
        Verdict::Informational => seen(),
        verdict => verdict,
    };
    match verdict {
        Verdict::Pass | Verdict::Fixed => Answer::Yes,
        Verdict::Fail => Answer::No,
        Verdict::Error => Answer::Error,
        Verdict::NotApplicable => Answer::NotApplicable,
        Verdict::NotChecked | Verdict::NotSelected => Answer::NotTested,
        Verdict::Unknown | Verdict::Informational => Answer::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn written(write: impl Fn(&mut Writer)) -> String {
        let mut w = Writer::new(" ");
        write(&mut w);
        w.finish()
    }

    #[test]
    fn only_what_was_checked_is_answered() {
        let outcome = fixture::outcome();
        let text = written(|w| answers(w, &outcome));
        for (number, result, response) in [
            (1, "PASS", "response=\"ANSWERED\">\n    <ocil:answer>true<"),
            (2, "FAIL", "response=\"ANSWERED\">\n    <ocil:answer>false<"),
            (3, "ERROR", "response=\"ERROR\">\n    <ocil:answer xmlns:xsi="),
        ] {
            let id = format!("questionnaire_ref=\"{}\" result=\"{result}\"", questionnaire(number));
            assert!(text.contains(&id), "{id}: {text}");
            let id = format!("question_ref=\"{}\" {response}", question(number));
            assert!(text.contains(&id), "{id}: {text}");
        }
        assert_eq!(text.matches("<ocil:questionnaire id=").count(), 3);
        assert!(text.contains("<ocil:ipaddress>10.0.0.5</ocil:ipaddress>"));
    }

    #[test]
    fn every_rule_has_a_question_whatever_came_out() {
        let outcome = fixture::outcome();
        let text = written(|w| questions(w, &outcome, "2026-11-21T18:05:00Z"));
        assert_eq!(text.matches("<ocil:boolean_question id=").count(), 5);
        assert!(!text.contains("<ocil:results") && !text.contains("probe sessions"));
        assert!(has_answers(&outcome));
        let mut nobody = outcome;
        for rule in &mut nobody.rules {
            rule.result = Verdict::NotChecked;
        }
        assert!(!has_answers(&nobody));
    }

    #[test]
    fn what_is_for_information_is_answered_as_it_was_seen() {
        let mut outcome = fixture::outcome();
        for rule in &mut outcome.rules {
            rule.result = Verdict::Informational;
        }
        let results: Vec<_> = outcome.rules.iter().map(|r| answer(r).result()).collect();
        assert_eq!(results, ["PASS", "FAIL", "UNKNOWN", "UNKNOWN", "PASS"]);
    }
}
