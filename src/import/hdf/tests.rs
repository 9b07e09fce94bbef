//! What controls come to, and what of them comes back.

use serde_json::{Value, json};

use super::super::{ImportError, Names, Source, read as read_any};
use super::*;
use crate::report::{self, Format, fixture};
use crate::xccdf::Verdict;

fn read_value(value: &Value) -> Result<Vec<Outcome>, ImportError> {
    read_any(&Source {
        name: "node7.json",
        bytes: value.to_string().as_bytes(),
        modified: DateTime::UNIX_EPOCH,
        benchmark: None,
        asset: None,
    })
}

fn one_of(value: &Value) -> Outcome {
    let mut all = read_value(value).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn inspec(controls: &Value) -> Value {
    json!({"platform": {"name": "ubuntu", "release": "20.04"}, "version": "5.22.3", "statistics": {"duration": 4.5},
        "profiles": [{"name": "docker-stig", "version": "2.1.0", "title": "Docker", "controls": controls}]})
}

fn control(id: &str, impact: f64, statuses: &[&str]) -> Value {
    let results: Vec<Value> = statuses
        .iter()
        .enumerate()
        .map(|(n, s)| json!({"status": s, "code_desc": format!("look {n}"), "start_time": "2026-11-20T10:00:00+00:00"}))
        .collect();
    json!({"id": id, "title": "T", "desc": "D", "impact": impact, "results": results,
        "tags": {"gid": "V-235775", "rid": "SV-235775r960735_rule", "stig_id": "DKER-EE-001000", "cci": ["CCI-000054"],
            "legacy": ["SV-104693", "V-94863"], "severity": "low", "fix_id": "F-1_fix", "gtitle": "SRG-APP-000001"},
        "descriptions": [{"label": "check", "data": "Look."}, {"label": "fix", "data": "Mend."}]})
}

#[test]
fn a_status_is_made_as_heimdall_makes_it_and_never_a_pass_of_nothing() {
    for (impact, statuses, result) in [
        (0.5, &["passed"][..], Verdict::Pass),
        (0.5, &["passed", "passed"], Verdict::Pass),
        (0.5, &["passed", "skipped"], Verdict::NotChecked),
        (0.5, &["passed", "failed"], Verdict::Fail),
        (0.5, &["failed", "error"], Verdict::Fail),
        (0.5, &["passed", "error"], Verdict::Error),
        (0.5, &["skipped", "skipped"], Verdict::NotChecked),
        (0.5, &[], Verdict::NotChecked),
        (0.0, &[], Verdict::NotChecked),
        (0.0, &["skipped"], Verdict::NotApplicable),
        (0.0, &["error"], Verdict::Error),
        (0.0, &["failed"], Verdict::Fail),
        (0.0, &["passed", "failed"], Verdict::Fail),
        (0.0, &["error", "failed"], Verdict::Fail),
        (0.5, &["passed", "PASSED"], Verdict::Unknown),
        (0.5, &["no_status"], Verdict::Unknown),
        (0.5, &["failed", "what"], Verdict::Fail),
    ] {
        let outcome = one_of(&inspec(&json!([control("V-235775", impact, statuses)])));
        assert_eq!(outcome.rules[0].result, result, "{impact} {statuses:?}");
        let is_named = outcome.rules[0].contradicted_by().any(|beside| beside.source == "impact of the control");
        assert_eq!(is_named, impact == 0.0 && result == Verdict::Fail, "{impact} {statuses:?}");
    }
    // Without an impact nothing says that it does not apply.
    let mut bare = control("V-235775", 0.5, &["passed"]);
    bare.as_object_mut().expect("an object").remove("impact");
    assert_eq!(one_of(&inspec(&json!([bare]))).rules[0].result, Verdict::Pass);
    let mut broken = control("V-235775", 0.5, &["passed"]);
    broken["results"][0]["backtrace"] = json!(["line 1"]);
    assert_eq!(one_of(&inspec(&json!([broken]))).rules[0].result, Verdict::Error);
    let mut failed = control("V-235775", 0.5, &["failed"]);
    failed["waiver_data"] = json!({"skipped_due_to_waiver": true, "justification": "later"});
    assert_eq!(one_of(&inspec(&json!([failed]))).rules[0].result, Verdict::Fail);
    let mut waived = control("V-235775", 0.5, &["passed"]);
    waived["waiver_data"] = json!({"skipped_due_to_waiver": true, "justification": "later"});
    let outcome = one_of(&inspec(&json!([waived])));
    assert_eq!(outcome.rules[0].result, Verdict::NotChecked);
    assert_eq!(outcome.rules[0].waiver, None, "nobody says who and when");
    assert!(outcome.imported.expect("a file").lost.iter().any(|l| l.contains("waiver of SV-235775")));
}

#[test]
fn a_control_is_a_rule_with_its_texts_ids_and_words() {
    let mut asked = control("SV-235775", 0.5, &["passed", "failed"]);
    asked["results"][1]["message"] = json!("expected: 10\n     got: 0");
    asked["attestation_data"] =
        json!({"status": "passed", "updated": "2026-01-01", "updated_by": "Jane", "explanation": "seen"});
    let outcome = one_of(&inspec(&json!([asked])));
    let (group, rule, result) = outcome.results().next().expect("a rule");
    assert_eq!(
        Names::of(group, rule),
        Names {
            vuln: "V-235775".into(),
            rule: "SV-235775r960735_rule".into(),
            stig_id: "DKER-EE-001000".into(),
            legacy: vec!["SV-104693".into(), "V-94863".into()],
        }
    );
    assert_eq!(rule.ccis().collect::<Vec<_>>(), ["CCI-000054"]);
    assert_eq!((rule.described("VulnDiscussion"), rule.fix_text()), ("D", "Mend."));
    assert_eq!(rule.check_content(), Some("Look."));
    assert_eq!(rule.severity, "low");
    let details = result.details.as_deref().expect("details");
    assert!(details.contains("[failed]\nlook 1\nexpected: 10\n     got: 0"), "{details}");
    assert!(details.contains("attestation in the file says passed (Jane on 2026-01-01): seen"), "{details}");
    assert_eq!(result.result, Verdict::Fail, "an attestation closes nothing");
    assert_eq!(outcome.made_by(), "InSpec 5.22.3");
    assert_eq!(outcome.asset.name, "node7");
    assert_eq!(outcome.finished.to_rfc3339(), "2026-11-20T10:00:00+00:00");
    assert_eq!(outcome.benchmark.revision(), "V2R1");
}

#[test]
fn a_wrapped_profile_brings_what_its_wrapper_leaves_out() {
    let mut over = control("V-1", 0.0, &[]);
    over["title"] = json!("");
    over["tags"] = json!({});
    over["descriptions"] = json!([]);
    let value = json!({"platform": {"name": "x", "target_id": "ucp01"}, "version": "5", "profiles": [
        {"name": "overlay", "version": "1.0.0", "controls": [over, control("V-2", 0.5, &["passed"])], "depends": [{"name": "base"}]},
        {"name": "base", "parent_profile": "overlay", "controls": [
            control("V-1", 0.7, &["skipped"]), control("V-2", 0.5, &["failed"]), control("V-3", 0.5, &["passed"])]}]});
    let outcome = one_of(&value);
    assert_eq!(outcome.benchmark.id, "overlay");
    let results: Vec<Verdict> = outcome.rules.iter().map(|r| r.result).collect();
    assert_eq!(results, [Verdict::NotApplicable, Verdict::Fail]);
    let (_, rule, _) = outcome.results().next().expect("a rule");
    assert_eq!((rule.title.as_str(), rule.version.as_str()), ("T", "DKER-EE-001000"));
    let lost = outcome.imported.expect("a file").lost;
    assert!(lost.iter().any(|l| l.contains("1 controls of wrapped profiles")), "{lost:?}");
    // A wrapper that lists nothing runs all of it; two that are apart are two; a ring is nobody's.
    let mut bare = value.clone();
    bare["profiles"][0]["controls"] = json!([]);
    assert_eq!(one_of(&bare).rules.len(), 3);
    let mut apart = value.clone();
    apart["profiles"][1].as_object_mut().expect("an object").remove("parent_profile");
    assert_eq!(read_value(&apart).map(|all| all.len()), Ok(2));
    let mut ring = value;
    ring["profiles"][0]["parent_profile"] = json!("base");
    assert!(read_value(&ring).is_err());
}

#[test]
fn what_we_write_comes_back() {
    let mut fixed = fixture::outcome();
    for (rule, result) in fixed.rules.iter_mut().zip([
        Verdict::Fixed,
        Verdict::Unknown,
        Verdict::NotSelected,
        Verdict::Informational,
        Verdict::NotChecked,
    ]) {
        rule.result = result;
    }
    for outcome in [fixture::outcome(), fixture::spoken(), fixture::nasty(), fixed] {
        let bytes = report::write(Format::Hdf, &outcome);
        let value = serde_json::from_slice(&bytes).expect("JSON");
        let read = one_of(&value);
        assert_eq!(read.made_by(), outcome.made_by());
        assert_eq!(read.simulated, outcome.simulated);
        assert_eq!(read.asset.name, outcome.asset.name);
        assert_eq!(read.asset.marking, outcome.asset.marking);
        assert_eq!((read.started, read.finished), (outcome.started, outcome.finished));
        assert_eq!(read.benchmark.revision(), outcome.benchmark.revision());
        for ((group, rule, was), (new_group, new_rule, is)) in outcome.results().zip(read.results()) {
            assert_eq!(is.result, was.result, "{}", rule.id);
            assert_eq!(Names::of(new_group, new_rule), Names::of(group, rule));
            assert_eq!(report::text::details(&read, new_rule, is), report::text::details(&outcome, rule, was));
            assert_eq!(report::text::comment(&read, new_rule, is), report::text::comment(&outcome, rule, was));
            assert_eq!((&is.control_id, &is.check_id), (&was.control_id, &was.check_id));
            assert_eq!(is.tenable_control_id, was.tenable_control_id);
            assert_eq!(new_rule.check_content().map(str::trim), rule.check_content().map(str::trim));
            assert_eq!(new_rule.fix_text(), rule.fix_text());
            let waived =
                |r: &RuleOutcome| r.waiver.as_ref().map(|w| (w.result, w.statement.by.clone(), w.statement.on));
            assert_eq!(waived(is), waived(was), "{}", rule.id);
        }
        let second = report::write(Format::Hdf, &read);
        let again = one_of(&serde_json::from_slice(&second).expect("JSON"));
        let third = report::write(Format::Hdf, &again);
        assert_eq!(second.len(), third.len(), "nothing changes on the second way");
    }
}

#[test]
fn what_is_no_hdf_is_refused_with_the_reason() {
    for (value, said) in [
        (json!({"profiles": {}}), "profiles is no list"),
        (json!({"profiles": []}), "every profile"),
        (json!({"profiles": [{"name": "a", "controls": []}]}), "no controls"),
        (json!({"profiles": [{"name": "a", "controls": [{"title": "x"}]}]}), "has no id"),
    ] {
        let error = read_value(&value).expect_err(said).to_string();
        assert!(error.starts_with("as HDF: ") && error.contains(said), "{error}");
    }
}

#[test]
fn profiles_that_wrap_each_other_in_circles_end() {
    // Each is its own parent and that of all others, and none of them is inside.
    let own =
        |n: usize| json!({"name": "a", "parent_profile": "a", "controls": [control(&format!("V-{n}"), 0.5, &[])]});
    let all = |count: usize| json!({"profiles": (0..count).map(own).collect::<Vec<_>>()});
    let outcomes = read_value(&all(3)).expect("read");
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes.iter().all(|o| o.rules.len() == 1));
    let Value::Array(profiles) = &all(1_000)["profiles"] else { panic!() };
    assert_eq!(below(&profiles[0], profiles).len(), 999);
    let error = read_value(&all(1_000)).expect_err("a million controls");
    assert!(error.to_string().contains("more than 500000 results"), "{error}");
    let error = read_value(&all(1_001)).expect_err("too many");
    assert!(error.to_string().contains("more than 1000 profiles"), "{error}");
}
