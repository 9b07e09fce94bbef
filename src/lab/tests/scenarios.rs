//! Scenarios in words.

use crate::lab::{Base, FAULTS, Fault, Scenario, ScenarioError};

fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    text.parse()
}

#[test]
fn a_scenario_reads_back_as_it_is_written() {
    for (text, written) in [
        ("hardened", "hardened"),
        ("default", "default"),
        ("hardened,repeated-marker", "hardened,repeated-marker"),
        ("unsigned-last-tag", "hardened,unsigned-last-tag"),
        (" flaky , default ", "default,flaky"),
        ("no-count,count-short,no-count", "hardened,count-short,no-count"),
    ] {
        let scenario = parse(text).expect(text);
        assert_eq!(scenario.to_string(), written);
        assert_eq!(parse(written), Ok(scenario));
    }
    assert_eq!(Scenario::default().base(), Base::Default);
}

#[test]
fn every_fault_is_a_scenario() {
    for info in FAULTS {
        let scenario = parse(info.name).expect(info.name);
        assert!(scenario.has(info.fault) && scenario.is_hardened());
        assert_eq!(info.fault.name(), info.name);
        assert!(!info.what.is_empty() && !info.what.contains('\n'));
    }
}

#[test]
fn unknown_names_bring_near_ones() {
    let error = parse("hardened,repeatedmarker").expect_err("no such name");
    assert!(error.to_string().contains("repeated-marker"), "{error}");
    let error = parse("chain").expect_err("no such name");
    assert!(error.to_string().contains("chain-"), "{error}");
    let error = parse("").expect_err("no name");
    assert!(error.to_string().contains("`hardened`"), "{error}");
    assert!(matches!(parse("zzz,flaky"), Err(ScenarioError::Unknown { name, .. }) if name == "zzz"));
}

#[test]
fn opposites_are_refused() {
    assert_eq!(
        parse("chain-expired,chain-with-root"),
        Err(ScenarioError::Conflict("chain-expired", "chain-with-root"))
    );
    assert_eq!(parse("default,hardened"), Err(ScenarioError::Conflict("default", "hardened")));
    let two = parse("chain-expired,ca-missing").expect("two that go together");
    assert!(two.has(Fault::ChainExpired) && two.has(Fault::CaMissing));
}
