//! The cases that every probe is held against: it passes, it fails, the fact is not in a good answer,
//! the source is broken. Each family brings its own; the tests here see that none is missing.

use std::collections::BTreeSet;

use chrono::DateTime;
use serde::Serialize;

use super::Probe;
use crate::facts::config::Config;
use crate::facts::{Absent, Fact, Facts, Need, Read};
use crate::finding::Finding;
use crate::policy::Policy;
use crate::registry;
use crate::xccdf::Verdict;

/// What a case shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The rule passes.
    Passes,
    /// The rule fails.
    Fails,
    /// The source answered, and what the rule asks for is not in the answer.
    Absent,
    /// The source did not answer.
    Broken,
}

/// One case of one probe.
pub(crate) struct Case {
    pub(crate) probe: &'static dyn Probe,
    pub(crate) kind: Kind,
    /// What is special about it, for the message.
    pub(crate) what: String,
    pub(crate) facts: Facts,
    pub(crate) policy: Policy,
    pub(crate) verdict: Verdict,
}

impl Case {
    pub(crate) fn new(
        probe: &'static dyn Probe,
        kind: Kind,
        what: impl Into<String>,
        facts: Facts,
        verdict: Verdict,
    ) -> Self {
        Case { probe, kind, what: what.into(), facts, policy: Policy::default(), verdict }
    }

    pub(crate) fn with(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }
}

/// A fact that was read.
pub(crate) fn read<T: Serialize>(need: Need, value: T) -> Fact<T> {
    let request = format!("GET {need}");
    Fact::Read(Read::new(need, request, DateTime::default(), value))
}

/// A fact whose source did not answer.
pub(crate) fn broken<T>() -> Fact<T> {
    Fact::Absent(failed())
}

/// Facts with this configuration of UCP.
pub(crate) fn configured(toml: &str) -> Facts {
    let mut facts = Facts::default();
    let config = Config::from_toml(&toml.parse().expect("TOML"));
    facts.ucp.config = read(Need::UcpConfig, config);
    facts
}

fn failed() -> Absent {
    Absent::Failed { request: "GET x".into(), reason: "connection refused".into() }
}

fn verdict(probe: &dyn Probe, facts: &Facts, policy: &Policy) -> (Verdict, String) {
    let finding = probe.decide(facts, policy).unwrap_or_else(Finding::from);
    (finding.verdict(), finding.summary().to_owned())
}

/// The cases of every family.
pub(crate) fn all() -> Vec<Case> {
    let families: &[fn() -> Vec<Case>] = &[
        super::banner::cases,
        super::client_certificates::cases,
        super::containers::cases,
        super::content_trust::cases,
        super::dtr::cases,
        super::kubernetes::cases,
        super::directory::cases,
        super::grants::cases,
        super::host_ipc::cases,
        super::newest_version::cases,
        super::scheduling::cases,
        super::session_limit::cases,
        super::settings::cases,
        super::tls_versions::cases,
        super::engine::cases,
        super::host::cases,
        super::signed_tags::cases,
        super::swarm::cases,
        super::trusted_ca::cases,
    ];
    families.iter().flat_map(|cases| cases()).collect()
}

#[test]
fn every_case_comes_out_as_it_should() {
    for case in all() {
        let (verdict, summary) = verdict(case.probe, &case.facts, &case.policy);
        let name = case.probe.card().name;
        assert_eq!(verdict, case.verdict, "{name}, {}: {summary}", case.what);
    }
}

#[test]
fn every_rule_with_a_probe_has_a_case_of_each_kind() {
    let cases = all();
    for binding in registry::bindings() {
        let Some(card) = binding.card() else { continue };
        let kinds: BTreeSet<Kind> = cases.iter().filter(|c| c.probe.card().name == card.name).map(|c| c.kind).collect();
        let wanted = BTreeSet::from([Kind::Passes, Kind::Fails, Kind::Absent, Kind::Broken]);
        assert_eq!(kinds, wanted, "{} ({})", binding.stig_id, card.name);
    }
}

#[test]
fn kinds_say_what_they_are() {
    for case in all() {
        let name = case.probe.card().name;
        let undecided = matches!(case.verdict, Verdict::Error | Verdict::NotChecked | Verdict::Unknown);
        match case.kind {
            Kind::Passes => assert_eq!(case.verdict, Verdict::Pass, "{name}, {}", case.what),
            Kind::Fails => assert_eq!(case.verdict, Verdict::Fail, "{name}, {}", case.what),
            Kind::Absent => {}
            Kind::Broken => assert!(undecided, "{name}, {}", case.what),
        }
    }
}

/// Whatever a probe says that it reads, it does not pass without.
#[test]
fn with_any_source_broken_nothing_passes() {
    for case in all().iter().filter(|c| c.kind == Kind::Passes) {
        let card = case.probe.card();
        for &need in card.needs {
            let mut facts = case.facts.clone();
            facts.lose(need, &failed());
            let (verdict, _) = verdict(case.probe, &facts, &case.policy);
            let bad = matches!(verdict, Verdict::Pass | Verdict::NotApplicable);
            assert!(!bad, "{} without {need}: {verdict}", card.name);
        }
    }
}

/// A probe that decides with the policy does not pass without it.
#[test]
fn without_its_policy_nothing_passes() {
    for case in all().iter().filter(|c| c.kind == Kind::Passes) {
        let card = case.probe.card();
        if card.decides_with == super::Deciding::Policy {
            let (verdict, _) = verdict(case.probe, &case.facts, &Policy::default());
            assert_eq!(verdict, Verdict::NotChecked, "{}", card.name);
        }
    }
}
