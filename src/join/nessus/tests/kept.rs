//! What stands beside each other after the join: evidence of both sides, words of people, and no word of our own.

use super::*;
use crate::outcome::{Answer, Statement, Waived};

#[test]
fn both_sides_keep_their_evidence() {
    let mut failed = item(Heard::Failed);
    failed.actual_value = Some("mode 0777 <x>\nowner bob".into());
    failed.control_id = "ab".repeat(32).into();
    failed.full_id = "cd".repeat(32).into();
    failed.benchmark_version = "2.2.0".into();
    let mut second = item(Heard::Passed);
    second.full_id = "ef".repeat(32).into();
    let before = fixture::outcome();
    let outcome = joined(before.clone(), vec![host("UCP01", vec![failed, second])]);
    let rule = &outcome.rules[0];
    assert_eq!((before.rules[0].result, rule.result), (Verdict::Pass, Verdict::Fail));
    assert_eq!(rule.observations, before.rules[0].observations);
    let beside = &rule.beside[0];
    assert!(beside.details.contains("actual: mode 0777 <x>\nowner bob"), "{}", beside.details);
    let fact = |name: &str| {
        let all = beside.facts.iter().filter(|(n, _)| n == name);
        all.map(|(_, v)| v.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(fact("file sha256"), ["9".repeat(64)]);
    assert_eq!(fact("plugin revision"), ["1.843"]);
    assert_eq!(fact("audit-file"), ["docker.audit"]);
    assert_eq!(fact("benchmark-version"), ["2.2.0"]);
    assert_eq!(fact("HOST_START"), ["Fri Nov 20 10:00:00 2026"]);
    assert_eq!(fact("control-id"), ["ab".repeat(32)]);
    assert_eq!(fact("full-id"), ["cd".repeat(32), "ef".repeat(32)]);
    let score = |o: &Outcome| o.scores[0].score;
    assert!(score(&outcome) < score(&before));
    assert_ne!(outcome.digest(), before.digest());
    for format in Format::ALL {
        let Ok(text) = String::from_utf8(report::write(format, &outcome)) else {
            continue;
        };
        let short = [Format::Sarif, Format::Junit, Format::Csv, Format::Markdown];
        let wanted = if short.contains(&format) { "fail" } else { "owner bob" };
        assert!(text.contains(wanted), "{format}");
    }
    let details = report::text::details(&outcome, outcome.benchmark.rules().next().expect("a rule").1, rule);
    assert!(details.contains("Decided by: Nessus on UCP01 (scan.nessus), as joined by stigprobe"), "{details}");
}

#[test]
fn what_stigprobe_wrote_itself_is_no_second_opinion() {
    let written = |outcome: &Outcome| {
        let bytes = report::write(Format::Nessus, outcome);
        let mut own = scanned(Vec::new());
        own.scan = read_scan(bytes.as_slice()).expect("a file");
        own
    };
    let real = fixture::outcome();
    let own = written(&real);
    let refused = join(real.clone(), std::slice::from_ref(&own), &Population::Asset, false);
    assert!(matches!(refused, Err(JoinError::Ours { .. })));
    assert!(matches!(check(&own, &real.benchmark, false), Err(JoinError::Ours { .. })));
    assert!(join(real.clone(), &[own], &Population::Asset, true).is_ok());
    let simulated = written(&fixture::nasty());
    let refused = join(real, std::slice::from_ref(&simulated), &Population::Asset, true);
    assert!(matches!(refused, Err(JoinError::Simulated { .. })), "not by force either");
    let (lab, _) = join(fixture::nasty(), &[simulated], &Population::Asset, true).expect("both are from the lab");
    assert!(lab.simulated.is_some());
}

#[test]
fn what_people_decided_stays_with_the_rule() {
    let said = Statement {
        by: "Jane".into(),
        on: "2026-11-01".parse().expect("a day"),
        at: None,
        text: "SSP 4".into(),
        expires: None,
        evidence: None,
    };
    let mut outcome = ours(Verdict::Pass);
    outcome.rules[0].answer = Some(Answer { result: Verdict::Pass, statement: said.clone() });
    outcome.rules[0].beside.push(Beside {
        source: "old.ckl".into(),
        result: Verdict::Pass,
        details: String::new(),
        comments: String::new(),
        facts: Vec::new(),
        standing: Standing::Counts,
        because: "a person said so".into(),
    });
    outcome.rules[1].waiver = Some(Waived { result: Verdict::Pass, statement: said });
    let (answer, waiver) = (outcome.rules[0].answer.clone(), outcome.rules[1].waiver.clone());
    let hosts = vec![host("ucp01", vec![item(Heard::Failed), about(item(Heard::Failed), 1)])];
    let joined = joined(outcome, hosts);
    assert_eq!(joined.rules[0].result, Verdict::Fail);
    assert_eq!((&joined.rules[0].answer, &joined.rules[1].waiver), (&answer, &waiver));
    assert_eq!(joined.rules[1].after_waiver(), Verdict::Pass);
    let standings: Vec<Standing> = joined.rules[0].beside.iter().map(|b| b.standing).collect();
    assert_eq!(standings, [Standing::Conflict, Standing::Conflict], "the person's word does not count any more");
    let mut unchecked = ours(Verdict::NotChecked);
    unchecked.rules[0].role = "unchecked".into();
    let kept = join(unchecked, &[scanned(vec![host("ucp01", vec![item(Heard::Passed)])])], &Population::Asset, false);
    assert_eq!(kept.expect("joined").0.rules[0].result, Verdict::NotChecked);
}
