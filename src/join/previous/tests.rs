//! What is carried from an earlier checklist, and what is not.

use std::sync::Arc;

use super::*;
use crate::import::{self, Source};
use crate::outcome::SeverityOverride;
use crate::report::{self, Format, fixture};
use crate::xccdf::Item;

/// A run whose rules are a probe's, a probe's that is open, one that could not be decided, a person's, and one
/// that does not apply. The STIG-IDs are those of real rules that are decided so.
fn run() -> Outcome {
    let mut outcome = fixture::outcome();
    let ids = ["DKER-EE-001000", "DKER-EE-001050", "DKER-EE-001070", PERSON, "DKER-EE-001240"];
    for (item, id) in Arc::make_mut(&mut outcome.benchmark).items.iter_mut().zip(ids) {
        if let Item::Group(group) = item
            && let Some(Item::Rule(rule)) = group.items.first_mut()
        {
            rule.version = id.into();
            rule.checks[0].content = Some(format!("Look at {id}."));
            // Found by its STIG-ID alone.
            rule.id = format!("SV-9{}r1_rule", &id[id.len() - 5..]);
        }
    }
    let blanks: Vec<RuleOutcome> =
        outcome.benchmark.rules().map(|(_, rule)| RuleOutcome::of(&outcome.benchmark.id, rule)).collect();
    for (rule, blank) in outcome.rules.iter_mut().zip(blanks) {
        rule.control_id = blank.control_id;
        rule.check_id = blank.check_id;
    }
    outcome
}

/// A rule that only a person can answer.
const PERSON: &str = "DKER-EE-001770";

/// The checklist of that run as people have edited it.
fn edited(outcome: &Outcome, edits: &[(&str, &str)]) -> Previous {
    let mut text = String::from_utf8(report::write(Format::Ckl, outcome)).expect("text");
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    previous(&text)
}

fn previous(text: &str) -> Previous {
    let source = Source {
        name: "earlier.ckl",
        bytes: text.as_bytes(),
        modified: "2026-10-01T00:00:00Z".parse().expect("a time"),
        benchmark: None,
        asset: None,
    };
    Previous { name: "earlier.ckl".into(), outcomes: import::read(&source).expect("a checklist"), any_asset: false }
}

fn carried(outcome: Outcome, previous: &Previous) -> Outcome {
    let (outcome, left) = carry(outcome, previous).expect("the same asset and benchmark");
    assert!(left.is_empty(), "{left:?}");
    outcome
}

/// The checklist with another status for the rule at this place, counted from 0.
fn with_status(outcome: &Outcome, at: usize, status: &str) -> Previous {
    let text = String::from_utf8(report::write(Format::Ckl, outcome)).expect("text");
    let mut parts: Vec<String> = text.split("<STATUS>").map(String::from).collect();
    let rest = parts[at + 1].split_once("</STATUS>").expect("a status").1.to_owned();
    parts[at + 1] = format!("{status}</STATUS>{rest}");
    previous(&parts.join("<STATUS>"))
}

#[test]
fn the_registry_has_the_kinds_of_rules_that_these_tests_speak_of() {
    let by = |id: &str| registry::bindings().find(|b| b.stig_id == id).map(|b| b.by);
    assert!(matches!(by(PERSON), Some(By::Person(_))));
    for id in ["DKER-EE-001000", "DKER-EE-001050"] {
        assert!(matches!(by(id), Some(By::Probe(_))), "{id}");
    }
}

#[test]
fn a_checklist_that_nobody_touched_changes_nothing() {
    for outcome in [run(), fixture::outcome()] {
        let mut expected = outcome.clone();
        let after = carried(outcome.clone(), &edited(&outcome, &[]));
        expected.scores.clone_from(&after.scores);
        assert_eq!(after.rules, expected.rules);
    }
}

#[test]
fn comments_and_severities_are_carried_and_ours_are_not_doubled() {
    let outcome = run();
    let edits = [
        ("<COMMENTS>stigprobe", "<COMMENTS>Seen by Jane &amp; Joe.\nTwice.\nstigprobe"),
        ("<SEVERITY_OVERRIDE></SEVERITY_OVERRIDE>", "<SEVERITY_OVERRIDE>high</SEVERITY_OVERRIDE>"),
        (
            "<SEVERITY_JUSTIFICATION></SEVERITY_JUSTIFICATION>",
            "<SEVERITY_JUSTIFICATION>Exposed.</SEVERITY_JUSTIFICATION>",
        ),
    ];
    let mut after = carried(outcome.clone(), &edited(&outcome, &edits));
    for _ in 0..3 {
        let rule = &after.rules[0];
        assert_eq!(rule.comments.as_deref(), Some("Seen by Jane & Joe.\nTwice."));
        let by_person = SeverityOverride { severity: "high".into(), reason: "Exposed.".into() };
        assert_eq!(rule.severity_override, Some(by_person));
        assert_eq!((rule.severity.as_str(), rule.result), ("high", Verdict::Pass));
        let text = String::from_utf8(report::write(Format::Ckl, &after)).expect("text");
        assert_eq!(text.matches("Seen by Jane").count(), 1);
        assert_eq!(text.matches("not a finding per automated check (DKER-EE-001000)").count(), 1);
        after = carried(outcome.clone(), &previous(&text));
    }
}

#[test]
fn a_status_counts_where_a_person_is_asked() {
    for (status, result) in
        [("NotAFinding", Verdict::Pass), ("Open", Verdict::Fail), ("Not_Applicable", Verdict::NotApplicable)]
    {
        let outcome = run();
        let mut after = carried(outcome.clone(), &with_status(&outcome, 3, status));
        // And stays, from run to run.
        for _ in 0..2 {
            assert_eq!(after.rules[3].result, result, "{status}");
            assert_eq!(after.rules[3].beside[0].standing, Standing::Counts);
            assert!(after.rules[3].summary.starts_with("Taken over from earlier.ckl, V2R2 of 2026-"));
            let text = String::from_utf8(report::write(Format::Ckl, &after)).expect("text");
            after = carried(outcome.clone(), &previous(&text));
        }
    }
    let outcome = run();
    let after = carried(outcome.clone(), &with_status(&outcome, 3, "Not_Reviewed"));
    assert_eq!(after.rules[3], outcome.rules[3]);
}

#[test]
fn neither_overwrites_the_other_silently() {
    let outcome = run();
    for (at, status) in [(0, "Open"), (1, "NotAFinding"), (1, "Not_Applicable"), (4, "Open")] {
        let after = carried(outcome.clone(), &with_status(&outcome, at, status));
        assert_eq!(after.rules[at].result, outcome.rules[at].result);
        assert_eq!(after.rules[at].beside[0].standing, Standing::Conflict, "{status}");
        assert_eq!(after.conflicts().count(), 1);
        let carries = |f: &Format| {
            // These tell of what is open only.
            !matches!(f, Format::Xlsx | Format::OscalPoam | Format::Sarif | Format::Junit)
        };
        for format in Format::ALL.into_iter().filter(carries) {
            let text = String::from_utf8(report::write(format, &after)).expect("text");
            assert!(text.contains("earlier.ckl"), "{format}");
        }
    }
}

#[test]
fn an_earlier_status_never_stands_in_for_a_probe_that_could_not_see() {
    let outcome = run();
    let after = carried(outcome.clone(), &with_status(&outcome, 2, "NotAFinding"));
    assert_eq!(after.rules[2].result, Verdict::Error);
    assert_eq!(after.rules[2].beside[0].standing, Standing::SetAside);
}

#[test]
fn what_was_said_of_another_check_is_shown_and_does_not_count() {
    let outcome = run();
    let text = String::from_utf8(report::write(Format::Ckl, &outcome)).expect("text");
    // Another text of the check, and no id of ours that would say which it was.
    let text = text.replace(&format!("Look at {PERSON}."), "Look elsewhere.");
    let text = text.replace("Check id: ", "Id of the check: ");
    let mut parts: Vec<String> = text.split("<STATUS>").map(String::from).collect();
    parts[4] = parts[4].replacen("Not_Reviewed", "NotAFinding", 1);
    let after = carried(outcome.clone(), &previous(&parts.join("<STATUS>")));
    assert_eq!(after.rules[3].result, Verdict::NotChecked);
    assert_eq!(after.rules[3].beside[0].standing, Standing::SetAside);
    assert!(after.rules[3].beside[0].because.contains("another one now"));
}

#[test]
fn white_space_around_the_check_is_no_other_check() {
    let mut outcome = run();
    let text = String::from_utf8(report::write(Format::Ckl, &outcome)).expect("text");
    let text = text.replace("Check id: ", "Id of the check: ");
    let text = text.replace(&format!("Look at {PERSON}."), &format!("  Look at {PERSON}.\n\n"));
    let mut parts: Vec<String> = text.split("<STATUS>").map(String::from).collect();
    parts[4] = parts[4].replacen("Not_Reviewed", "NotAFinding", 1);
    outcome = carried(outcome, &previous(&parts.join("<STATUS>")));
    assert_eq!(outcome.rules[3].result, Verdict::Pass);
}

#[test]
fn a_rule_is_found_by_its_stig_id_and_never_by_its_number_alone() {
    let outcome = run();
    let earlier = with_status(&outcome, 3, "NotAFinding");
    let mut now = outcome.clone();
    let Item::Group(group) = &mut Arc::make_mut(&mut now.benchmark).items[3] else { panic!("a group") };
    let Some(Item::Rule(rule)) = group.items.first_mut() else { panic!("a rule") };
    rule.version = "DKER-EE-009999".into();
    let (after, left) = carry(now, &earlier).expect("the same asset");
    assert_eq!(after.rules[3].result, Verdict::NotChecked);
    assert_eq!(left, [format!("earlier.ckl: what people wrote on {PERSON} is of no rule of this benchmark")]);
}

#[test]
fn another_release_is_the_same_control_while_the_check_is() {
    let outcome = run();
    let text = String::from_utf8(report::write(Format::Ckl, &outcome)).expect("text");
    let mut parts: Vec<String> = text.split("<STATUS>").map(String::from).collect();
    parts[4] = parts[4].replacen("Not_Reviewed", "NotAFinding", 1);
    let text = parts.join("<STATUS>").replace("r1_rule", "r0_rule").replace("Release: 2 ", "Release: 1 ");
    let after = carried(outcome, &previous(&text));
    assert_eq!(after.rules[3].result, Verdict::Pass);
    assert!(after.rules[3].summary.contains("V2R1"));
}

#[test]
fn another_asset_another_benchmark_or_the_lab_are_refused() {
    let outcome = run();
    let mut other = with_status(&outcome, 3, "NotAFinding");
    other.outcomes[0].asset.name = "dtr01".into();
    other.outcomes[0].asset.fqdn.clear();
    other.outcomes[0].asset.ip.clear();
    assert!(matches!(carry(outcome.clone(), &other), Err(PreviousError::OtherAsset { .. })));
    other.any_asset = true;
    assert!(carry(outcome.clone(), &other).is_ok());
    other.outcomes[0].asset.name = "ucp01.other.mil".into();
    other.any_asset = false;
    let mut long = outcome.clone();
    long.asset.name = "ucp01.example.mil".into();
    long.asset.ip.clear();
    assert!(carry(long, &other).is_err(), "two long names that differ");
    other.outcomes[0].asset.name = "UCP01".into();
    assert!(carry(outcome.clone(), &other).is_ok());
    other.outcomes[0].simulated = Some("default".into());
    assert!(matches!(carry(outcome.clone(), &other), Err(PreviousError::Simulated { .. })));
    Arc::make_mut(&mut other.outcomes[0].benchmark).id = "Another_STIG".into();
    let error = carry(outcome, &other).expect_err("another benchmark").to_string();
    assert!(error.contains("Another_STIG"), "{error}");
}

#[test]
fn a_checklist_that_is_not_ours_is_a_person_s() {
    let outcome = run();
    let text = String::from_utf8(report::write(Format::Ckl, &outcome)).expect("text");
    let mut start = 0;
    let mut plain = String::new();
    while let Some(at) = text[start..].find("<FINDING_DETAILS>") {
        let end = text[start + at..].find("</FINDING_DETAILS>").expect("an end");
        plain += &text[start..start + at];
        plain += "<FINDING_DETAILS>Interviewed the SA.";
        start += at + end;
    }
    plain += &text[start..];
    let plain = plain.replacen("<!--stigprobe", "<!--DISA STIG Viewer :: 2.17 ", 1);
    let mut parts: Vec<String> = plain.split("<STATUS>").map(String::from).collect();
    parts[4] = parts[4].replacen("Not_Reviewed", "NotAFinding", 1);
    let after = carried(outcome.clone(), &previous(&parts.join("<STATUS>")));
    assert_eq!(after.rules[3].result, Verdict::Pass);
    assert_eq!(after.rules[3].beside[0].details, "Interviewed the SA.");
    // What agrees is kept where it has words of its own.
    assert_eq!(after.rules[0].beside[0].standing, Standing::Agrees);
}

#[test]
fn what_a_scanner_says_is_no_person_s_word() {
    let outcome = run();
    let text = String::from_utf8(report::write(Format::Xccdf, &outcome)).expect("text");
    let ours = "test-system=\"cpe:/a:stigprobe:stigprobe:";
    assert!(text.contains(ours));
    for (maker, counts) in [("cpe:/a:niwc:scc:5", false), ("stig-manager:1", true)] {
        let mut text = text.replace(ours, &format!("test-system=\"{maker}."));
        let mut parts: Vec<String> = text.split("<cdf:rule-result ").map(String::from).collect();
        let from = parts[4].find("<cdf:message").expect("a message");
        let to = parts[4].find("</cdf:rule-result>").expect("an end");
        parts[4].replace_range(from..to, "<cdf:message severity=\"info\">Looked.</cdf:message>");
        parts[4] = parts[4].replace("<cdf:result>notchecked<", "<cdf:result>pass<");
        text = parts.join("<cdf:rule-result ");
        let after = carried(outcome.clone(), &previous(&text));
        assert_eq!(after.rules[3].result == Verdict::Pass, counts, "{maker}");
    }
    // A scanner's result that was imported into STIG Viewer.
    let text = String::from_utf8(report::write(Format::Ckl, &outcome)).expect("text");
    let mut parts: Vec<String> = text.split("<STATUS>").map(String::from).collect();
    let end = parts[4].find("</FINDING_DETAILS>").expect("details");
    parts[4].replace_range(
        ..end,
        "NotAFinding</STATUS><FINDING_DETAILS>Tool: cpe:/a:niwc:scc:5.7\nTime: 2026-10-01T00:00:00\nResult: pass",
    );
    let after = carried(outcome, &previous(&parts.join("<STATUS>")));
    assert_eq!(after.rules[3].result, Verdict::NotChecked);
}

#[test]
fn a_good_word_of_before_does_not_stand_in_for_what_a_probe_may_see() {
    let rule = |id: &str| Rule { version: id.into(), ..Rule::default() };
    let either = registry::bindings().find(|b| matches!(b.by, By::Either(..)));
    let id = either.expect("a rule of that kind").stig_id;
    let result = RuleOutcome { result: Verdict::Error, ..RuleOutcome::of("x", &rule(id)) };
    assert!(counts(&result, &rule(id), Verdict::Pass).is_err());
    assert!(counts(&result, &rule(id), Verdict::NotApplicable).is_err());
    assert_eq!(counts(&result, &rule(id), Verdict::Fail), Ok(Verdict::Fail));
}
