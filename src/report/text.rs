//! What a person reads of a rule's result: finding details and comment, the same in every format.
//!
//! STIG Manager cuts both at 32,767 characters, eMASS lists show the first few hundred, and an open
//! finding without a comment stays a draft in STIG Manager. The words propose and leave the
//! decision to the assessor.

use chrono::{DateTime, SecondsFormat, Utc};

pub use super::clean::{clean, cut, line};
use super::clean::{cut_entities, entities, units};
pub use super::details::details;
use super::details::sentence;
use super::identity::bare;
use crate::outcome::{Beside, Outcome, RuleOutcome, SIMULATED, TOOL, TOOL_VERSION};
use crate::xccdf::{Rule, Verdict};

/// The most that details and comments take, in UTF-16 code units: what STIG Manager keeps of them.
pub const LIMIT: usize = 32_767;
/// How many entities evidence may take in one XML document.
const ENTITIES: usize = 150_000;

/// The program with its version.
#[must_use]
pub fn tool() -> String {
    format!("{TOOL} {TOOL_VERSION}")
}

/// The program that made the results: this one, or the one whose file was read.
#[must_use]
pub fn maker(outcome: &Outcome) -> String {
    line(&outcome.made_by())
}

/// A point in time as XML Schema and JSON readers take it: `2026-11-21T18:05:00Z`.
#[must_use]
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The details of every rule, for an XML document that holds each of them `copies` times.
///
/// STIG Manager's reader gives up on a document with more than 200,000 entities. Where evidence is
/// so full of `<` and `&`, every rule gets the same share of what a benchmark leaves of them.
pub(super) fn details_for_xml(outcome: &Outcome, copies: usize) -> Vec<String> {
    let mut all: Vec<String> =
        outcome.results().map(|(_, rule, rule_outcome)| details(outcome, rule, rule_outcome)).collect();
    let most = ENTITIES / copies.max(1);
    if all.iter().map(|text| entities(text)).sum::<usize>() > most {
        let share = most / all.len();
        all = all.iter().map(|text| cut_entities(text, share)).collect();
    }
    all
}

/// The comment on a rule. Ours says in a line who says what, and is never empty; words of a person stand
/// before it. Where the details are somebody else's, the comments are too, as they were written.
#[must_use]
pub fn comment(outcome: &Outcome, rule: &Rule, rule_outcome: &RuleOutcome) -> String {
    let written = rule_outcome.comments.as_deref().map(clean).unwrap_or_default();
    if rule_outcome.details.is_some() {
        return cut(&written, LIMIT);
    }
    let ours = own_comment(outcome, rule, rule_outcome);
    if written.trim().is_empty() {
        return ours;
    }
    let room = LIMIT.saturating_sub(units(&ours) + 2);
    format!("{}\n\n{ours}", cut(written.trim_end(), room))
}

fn own_comment(outcome: &Outcome, rule: &Rule, rule_outcome: &RuleOutcome) -> String {
    let per = source(rule_outcome);
    let said = match rule_outcome.result {
        Verdict::Fail => format!("open per {per}"),
        Verdict::Pass => format!("not a finding per {per}"),
        Verdict::Fixed => format!("not a finding per {per}, after it was put right"),
        Verdict::NotApplicable => format!("not applicable per {per}"),
        Verdict::Error | Verdict::Unknown | Verdict::NotChecked | Verdict::NotSelected | Verdict::Informational => {
            format!("not decided: {}", line(&sentence(&rule_outcome.summary)))
        }
    };
    let id = [line(&rule.version), line(bare(&rule.id, "_rule_"))].into_iter().find(|id| !id.is_empty());
    let simulated =
        if outcome.simulated.is_some() { format!("{SIMULATED}, not a real system; ") } else { String::new() };
    let waived = waived(rule_outcome).map_or(String::new(), |words| format!("; {words}"));
    unlabelled(&format!("{simulated}{}: {said} ({}){waived}", maker(outcome), id.unwrap_or_default()))
}

/// The exception that was made, in a line: who made it, when, and why.
pub(super) fn waived(rule_outcome: &RuleOutcome) -> Option<String> {
    let waiver = rule_outcome.waiver.as_ref()?;
    let said = &waiver.statement;
    let until = said.expires.map_or(String::new(), |day| format!(" until {day}"));
    Some(format!(
        "waived as {} by {} on {}{until}: {}",
        waiver.result,
        line(&sentence(&said.by)),
        line(&said.when()),
        line(&sentence(&said.text))
    ))
}

/// Who says otherwise of a rule, a line each.
pub(super) fn contradictions(rule_outcome: &RuleOutcome) -> Vec<String> {
    let said = |beside| contradiction(rule_outcome, beside);
    rule_outcome.contradicted_by().map(said).collect()
}

/// Who says otherwise, and what: `pass here, fail by Nessus on ucp01 (scan.nessus)`. A scan that found open what nobody
/// else did has made the result.
pub(super) fn contradiction(rule_outcome: &RuleOutcome, beside: &Beside) -> String {
    let source = line(&beside.source);
    if beside.result == rule_outcome.result {
        return format!("{} by {source}, which stands; found otherwise here", beside.result);
    }
    format!("{} here, {} by {source}", rule_outcome.result, beside.result)
}

/// Whose word a result is: that of a probe, of a person, or of both.
fn source(rule_outcome: &RuleOutcome) -> String {
    if let Some(other) = rule_outcome.rests_on() {
        return line(&sentence(&other.source));
    }
    let automated = "automated check";
    let Some(answer) = &rule_outcome.answer else {
        return automated.to_owned();
    };
    let said = &answer.statement;
    let person = format!("answer of {} on {}", line(&sentence(&said.by)), said.on);
    if rule_outcome.observations.is_empty() { person } else { format!("{automated} and {person}") }
}

/// The text without ` :: `: Heimdall takes what stands before it for a label, splits the text there,
/// and drops what it cannot place.
pub(super) fn unlabelled(text: &str) -> String {
    let mut text = text.to_owned();
    while text.contains(" :: ") {
        text = text.replace(" :: ", ": ");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Need;
    use crate::finding::Observation;
    use crate::report::fixture;

    fn of(outcome: &Outcome, index: usize) -> (String, String) {
        let (_, rule, rule_outcome) = outcome.results().nth(index).expect("a rule");
        (details(outcome, rule, rule_outcome), comment(outcome, rule, rule_outcome))
    }

    #[test]
    fn the_first_line_says_it_all_and_what_fails_comes_first() {
        let outcome = fixture::outcome();
        let (text, said) = of(&outcome, 1);
        assert!(text.starts_with("fail: 1 of 2 tags is not signed.\n"), "{text}");
        let order = ["[fail] dev/app:1.0 (dtr.tags)", "[pass] dev/app:0.9"].map(|o| text.find(o));
        assert!(order[0].is_some() && order.is_sorted(), "{text}");
        assert!(text.contains("\n  expected: signed\n  actual: no trust data\n"), "{text}");
        assert!(text.contains("Observations (1 fail, 1 pass):"), "{text}");
        let evidence = "dtr.tags: GET https://dtr.example.mil/api/v0/repositories, at 2026-11-21T18:04:00Z, sha256 ";
        assert_eq!(text.matches(evidence).count(), 1, "{text}");
        assert!(text.contains("By the letter of the check text: pass. The command prints nothing."), "{text}");
        assert!(text.contains("All offenders: dtr-unsigned-tags.jsonl in the evidence"), "{text}");
        assert!(text.contains(&format!("Control id: {}", outcome.rules[1].control_id)), "{text}");
        assert_eq!(said, format!("stigprobe {TOOL_VERSION}: open per automated check (DKER-EE-001050)"));
    }

    #[test]
    fn every_result_has_a_comment_that_proposes() {
        let mut outcome = fixture::outcome();
        for verdict in Verdict::ALL {
            outcome.rules[0].result = verdict;
            let (text, said) = of(&outcome, 0);
            assert!(text.starts_with(verdict.word()));
            assert_eq!(
                said.contains("not decided: "),
                verdict.is_undecided() || matches!(verdict, Verdict::NotSelected | Verdict::Informational)
            );
            for claim in ["compliant", "certified", "approved", "SCAP-validated"] {
                assert!(!text.contains(claim) && !said.contains(claim));
            }
        }
    }

    #[test]
    fn what_people_said_is_told_with_who_when_and_why() {
        let outcome = fixture::spoken();
        let (text, said) = of(&outcome, 3);
        for part in [
            "\nAnswered by a person: pass\n  asked: Does the plan say how?\n",
            "  by: Jane Doe on 2026-11-02, counts until 2027-11-02\n  words: SSP 4.2 says so.\n",
            "  evidence: plan.pdf, sha256 3333",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(said.contains("not a finding per answer of Jane Doe on 2026-11-02"), "{said}");
        let (text, said) = of(&outcome, 1);
        assert!(text.starts_with("fail: "), "what was found stays: {text}");
        assert!(text.contains("Waived by a person: pass in the place of fail"), "{text}");
        assert!(
            said.ends_with(
                "; waived as pass by The AO on 2026-11-02 until 2027-11-02: Accepted until the registry is replaced."
            ),
            "{said}"
        );
    }

    #[test]
    fn simulated_comes_before_everything() {
        let outcome = fixture::nasty();
        let (text, said) = of(&outcome, 0);
        assert!(text.starts_with("SIMULATED: these results come from"), "{text}");
        assert!(said.starts_with("SIMULATED, not a real system; stigprobe"), "{said}");
    }

    #[test]
    fn long_evidence_gives_way_to_what_makes_it_checkable() {
        let outcome = fixture::nasty();
        let (text, _) = of(&outcome, 1);
        assert!(units(&text) <= LIMIT, "{}", units(&text));
        assert!(text.contains("characters left out; the rest is in the results JSON"));
        assert!(text.contains("Control id: ") && text.contains("Evidence:\n"));
    }

    #[test]
    fn xml_gets_no_more_entities_than_its_readers_take() {
        let mut outcome = fixture::nasty();
        assert_eq!(details_for_xml(&outcome, 2).len(), outcome.rules.len());
        let lines = "<&>".repeat(10_000);
        for rule in &mut outcome.rules {
            rule.observations = vec![Observation::seen(&fixture::origin(Need::UcpConfig), "x", "", &lines, false)];
        }
        let all = details_for_xml(&outcome, 2);
        assert!(all.iter().map(|text| entities(text)).sum::<usize>() <= ENTITIES / 2);
        assert!(all.iter().all(|text| text.contains("[cut here: ")));
    }

    #[test]
    fn a_value_cannot_pass_for_an_observation_or_a_label() {
        let outcome = fixture::nasty();
        let (text, said) = of(&outcome, 0);
        assert!(!text.contains("\n[pass] forged"), "{text}");
        assert!(text.contains("\n    [pass] forged"), "{text}");
        let (_, said_of_error) = of(&outcome, 2);
        assert!(!said.contains(" :: ") && !said_of_error.contains(" :: "), "{said_of_error}");
    }
}
