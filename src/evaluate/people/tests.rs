use super::*;
use crate::facts::{Need, Origin};
use crate::finding::Observation;
use crate::policy::About;
use crate::probes::ContentTrust;
use crate::xccdf::Rule;
use Verdict::{Error, Fail, NotApplicable, NotChecked, Pass};

static QUESTION: Question = Question { asks: "Is it written down?", because: "It stands on paper." };

fn subject(by: By) -> Subject<'static> {
    Subject {
        stig_id: "X-1",
        asked: Asked {
            today: "2026-06-01".parse().expect("a date"),
            control_id: "c",
            check_digest: Some("d"),
            known: Some("d"),
        },
        by: Some(by),
    }
}

fn said(on: &str) -> Said {
    Said {
        by: "Jane Doe".into(),
        on: on.parse().expect("a date"),
        text: "See SSP 4.2.".into(),
        evidence: None,
        expires: None,
        about: About::Known,
    }
}

fn attest(status: Verdict, on: &str) -> Attestation {
    Attestation { rule: "X-1".into(), status, said: said(on) }
}

fn found(result: Verdict, offenders: usize) -> RuleOutcome {
    let origin = Origin {
        fact: Need::UcpConfig,
        request: "GET x".into(),
        at: chrono::DateTime::default(),
        node: None,
        sha256: String::new(),
    };
    RuleOutcome {
        result,
        summary: "What was seen.".into(),
        observations: vec![Observation::seen(&origin, "a", "b", "c", false); offenders],
        ..RuleOutcome::of("x", &Rule::default())
    }
}

fn with(answers: &[Attestation], found: RuleOutcome, by: By) -> RuleOutcome {
    let policy = Policy { attestations: answers.to_vec(), ..Policy::default() };
    answered(found, &policy, &subject(by))
}

#[test]
fn what_only_a_person_can_know_is_what_the_person_says() {
    let by = By::Person(&QUESTION);
    for status in [Pass, Fail, NotApplicable] {
        let outcome = with(&[attest(status, "2026-02-01")], found(NotChecked, 0), by);
        assert_eq!(outcome.result, status);
        assert_eq!(outcome.answer.map(|a| a.result), Some(status));
        assert!(outcome.summary.contains("Jane Doe on 2026-02-01: See SSP 4.2."));
    }
    let nobody = with(&[], found(NotChecked, 0), by);
    assert_eq!((nobody.result, &nobody.answer), (NotChecked, &None));
    assert!(nobody.summary.contains("Is it written down?"), "{}", nobody.summary);
    assert_eq!(nobody.question.as_deref(), Some("Is it written down?"));
}

#[test]
fn an_answer_that_does_not_count_says_why() {
    let by = By::Person(&QUESTION);
    let mut expired = attest(Pass, "2026-02-01");
    expired.said.expires = "2026-05-31".parse().ok();
    let mut other = attest(Pass, "2026-02-01");
    other.said.about = About::Digest("e".into());
    for (answer, why) in [
        (expired, "it has expired on 2026-05-31"),
        (attest(Pass, "2026-06-02"), "after the evidence was collected"),
        (other, "another text of the check"),
    ] {
        let outcome = with(&[answer], found(NotChecked, 0), by);
        assert_eq!(outcome.result, NotChecked);
        assert!(outcome.notes[0].contains(why), "{:?}", outcome.notes);
    }
}

#[test]
fn the_newest_answer_counts_and_of_one_day_the_worst() {
    let by = By::Person(&QUESTION);
    let answers = [attest(Fail, "2026-02-01"), attest(Pass, "2026-03-01")];
    assert_eq!(with(&answers, found(NotChecked, 0), by).result, Pass);
    let answers = [attest(Fail, "2026-03-01"), attest(Pass, "2026-03-01")];
    assert_eq!(with(&answers, found(NotChecked, 0), by).result, Fail);
}

/// What was seen, what was said, and what comes out where both have to agree.
#[test]
fn a_person_never_closes_what_is_open_nor_stands_in_for_what_was_not_seen() {
    let by = By::Both(&ContentTrust, &QUESTION);
    for (seen, said, result) in [
        (Pass, None, NotChecked),
        (Pass, Some(Pass), Pass),
        (Pass, Some(NotApplicable), Pass),
        (Pass, Some(Fail), Fail),
        (Fail, None, Fail),
        (Fail, Some(Pass), Fail),
        (Fail, Some(NotApplicable), Fail),
        (Error, None, Error),
        (Error, Some(Pass), Error),
        (Error, Some(Fail), Fail),
        (NotChecked, Some(Pass), NotChecked),
        (NotChecked, Some(NotApplicable), NotChecked),
        (NotApplicable, None, NotApplicable),
        (NotApplicable, Some(Pass), NotApplicable),
        (NotApplicable, Some(Fail), Fail),
    ] {
        let answers: Vec<Attestation> = said.iter().map(|s| attest(*s, "2026-02-01")).collect();
        let outcome = with(&answers, found(seen, 0), by);
        assert_eq!(outcome.result, result, "{seen} and {said:?}");
        let told = outcome.answer.is_some() || !outcome.notes.is_empty();
        assert_eq!(told, said.is_some(), "{seen} and {said:?}: an answer is never lost");
    }
}

#[test]
fn both_readings_need_the_person() {
    let by = By::Both(&ContentTrust, &QUESTION);
    let with_other = |result, other| RuleOutcome {
        other_reading: Some(Literal { verdict: other, reason: "r".into() }),
        ..found(result, 0)
    };
    let outcome = with(&[], with_other(Fail, Pass), by);
    assert_eq!(outcome.other_reading.map(|o| o.verdict), Some(NotChecked));
    let outcome = with(&[attest(Fail, "2026-02-01")], with_other(Pass, Fail), by);
    assert_eq!((outcome.result, outcome.other_reading), (Fail, None));
}

#[test]
fn a_person_speaks_where_nothing_could_be_seen() {
    let by = By::Either(&ContentTrust, &QUESTION);
    for (seen, said, result) in [
        (Pass, Some(Fail), Pass),
        (Fail, Some(Pass), Fail),
        (Error, Some(Pass), Pass),
        (NotChecked, Some(NotApplicable), NotApplicable),
        (Error, None, Error),
    ] {
        let answers: Vec<Attestation> = said.iter().map(|s| attest(*s, "2026-02-01")).collect();
        let outcome = with(&answers, found(seen, 0), by);
        assert_eq!(outcome.result, result, "{seen} and {said:?}");
    }
    let offends = with(&[attest(Pass, "2026-02-01")], found(Error, 1), by);
    assert_eq!((offends.result, offends.answer), (Error, None));
}

#[test]
fn an_answer_to_what_a_probe_decides_alone_does_not_count() {
    let by = By::Probe(&ContentTrust);
    let outcome = with(&[attest(Pass, "2026-02-01")], found(Error, 0), by);
    assert_eq!((outcome.result, outcome.answer), (Error, None));
    assert!(outcome.notes[0].contains("[[waiver]]"), "{:?}", outcome.notes);
}

#[test]
fn an_exception_stands_beside_the_result() {
    let waiver = |covers: &[Verdict], expires: &str| Waiver {
        rule: "X-1".into(),
        result: Pass,
        covers: covers.to_vec(),
        said: Said { expires: expires.parse().ok(), ..said("2026-02-01") },
    };
    let by = By::Probe(&ContentTrust);
    for (seen, covers, expires, counts) in [
        (Fail, &[Fail][..], "2026-12-31", true),
        (Fail, &[Fail], "2026-05-31", false),
        (Error, &[Fail], "2026-12-31", false),
        (Error, &[Fail, Error], "2026-12-31", true),
        (Pass, &[Fail], "2026-12-31", false),
    ] {
        let policy = Policy { waivers: vec![waiver(covers, expires)], ..Policy::default() };
        let outcome = waived(found(seen, 0), &policy, &subject(by));
        assert_eq!(outcome.result, seen, "what was found stays");
        let after = if counts { Pass } else { seen };
        assert_eq!(outcome.after_waiver(), after, "{seen} {covers:?} {expires}");
        assert_eq!(outcome.notes.is_empty(), counts);
    }
}
