//! The cases that every probe is held against: it passes, it fails, the fact is not in a good answer,
//! the source is broken. Each family brings its own; the tests here see that none is missing.

use std::collections::BTreeSet;

use chrono::DateTime;
use serde::Serialize;

use super::Probe;
use crate::facts::config::Config;
use crate::facts::{Absent, Engine, Fact, Facts, Host, Need, Read};
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

/// The facts on which a finding rests that is open.
fn rests_on(case: &Case) -> BTreeSet<Need> {
    let finding = case.probe.decide(&case.facts, &case.policy).unwrap_or_else(Finding::from);
    let open = finding.observations().iter().filter(|o| o.verdict() == Verdict::Fail);
    open.map(|o| o.origin().fact).collect()
}

/// Violations that two facts show together: the first is where it is seen, and without the second nobody knows
/// that it is one.
const TOGETHER: &[(&str, Need, Need, &str)] = &[
    ("container-apparmor", Need::EngineContainers, Need::EngineInfo, "the rule is about nodes of one system"),
    ("container-selinux", Need::EngineContainers, Need::EngineInfo, "the rule is about nodes of one system"),
    ("container-seccomp", Need::EngineContainers, Need::EngineInfo, "which profile a container has by default"),
    ("container-ssh", Need::EngineContainers, Need::EngineProcesses, "what a container runs"),
    ("resource-quotas", Need::KubeQuotas, Need::KubeNamespaces, "which namespaces there are"),
    ("resource-quotas", Need::KubeQuotas, Need::KubePods, "whether a namespace of Kubernetes' own has users' pods"),
    ("stored-secrets", Need::EngineSecrets, Need::KubePods, "a secret is in one list or in the other"),
    ("mke-identity-provider", Need::UcpLdap, Need::UcpConfig, "whether the directory is in use"),
    ("mke-approved-access", Need::KubeBindings, Need::UcpAccounts, "whose id it is that is bound"),
    ("engine-old-product-images", Need::EngineImages, Need::UcpVersion, "which version is old"),
    ("engine-signed-images", Need::DtrTags, Need::EngineImages, "which images lie on the nodes"),
    ("host-service", Need::HostFiles, Need::HostDaemon, "which file is the unit's"),
    ("host-socket-unit", Need::HostFiles, Need::HostDaemon, "which file is the unit's"),
    ("host-tls", Need::HostFiles, Need::HostDaemon, "which files the engine reads"),
    ("host-socket-owner", Need::HostFiles, Need::HostGroups, "which number the group docker has"),
    ("host-docker-group", Need::HostFiles, Need::HostGroups, "which number the group docker has"),
    ("host-defaults", Need::HostFiles, Need::HostOs, "the rule is about Ubuntu"),
    ("host-audit-watches", Need::HostAuditRules, Need::HostFiles, "which files there are to watch"),
    ("ucp-session-limit", Need::UcpConfig, Need::UcpVersion, "what stands where nothing is written"),
    ("dtr-trusted-ca", Need::DtrSettings, Need::DtrChain, "which certificates stand between"),
];

/// What is certainly wrong stays open whatever else could not be read, and the finding says what.
#[test]
fn what_is_certainly_wrong_is_open_whatever_else_is_broken() {
    let (mut lost, mut silent, mut used) = (Vec::new(), Vec::new(), BTreeSet::new());
    for case in all().iter().filter(|c| c.kind == Kind::Fails) {
        let card = case.probe.card();
        let rests_on = rests_on(case);
        for &need in card.needs {
            let left: Vec<Need> = rests_on.iter().copied().filter(|other| *other != need).collect();
            let mut facts = case.facts.clone();
            facts.lose(need, &failed());
            if left.is_empty() || facts == case.facts {
                continue;
            }
            let (verdict, summary) = verdict(case.probe, &facts, &case.policy);
            let seen = format!("{}, {}: without {need} it is {verdict}: {summary}", card.name, case.what);
            if verdict == Verdict::Fail {
                // Where users come from elsewhere, nobody needs the directory's settings; a user by number, or none,
                // needs no look at what runs.
                let not_needed = (need == Need::UcpLdap && left.contains(&Need::UcpConfig))
                    || (need == Need::EngineProcesses && card.name == "container-user");
                if !not_needed && !summary.contains("connection refused") && !summary.contains("not seen: ") {
                    silent.push(seen);
                }
                continue;
            }
            let is_this =
                |t: &&(&str, Need, Need, &str)| card.name.starts_with(t.0) && left.contains(&t.1) && t.2 == need;
            match TOGETHER.iter().find(is_this) {
                Some(known) => used.extend([(known.0, known.1, known.2)]),
                None => lost.push(seen),
            }
        }
    }
    assert!(lost.is_empty(), "findings that got lost:\n{}", lost.join("\n"));
    assert!(silent.is_empty(), "findings that do not say what was not seen:\n{}", silent.join("\n"));
    assert_eq!(used.len(), TOGETHER.len(), "only these exceptions are needed: {used:?}");
}

/// Whether a list breaks off, so that a part of it is seen. A new fact has to say.
fn breaks_off(need: Need) -> bool {
    match need {
        // It comes in pages, is put together from many lists, or may lack what has to be in it.
        Need::UcpGrants
        | Need::UcpAccounts
        | Need::UcpKeys
        | Need::DtrRepositories
        | Need::DtrAccess
        | Need::KubePods
        | Need::KubeServices
        | Need::KubeNamespaces
        | Need::KubeQuotas
        | Need::KubeBindings
        | Need::EngineImages
        | Need::EngineNetworks
        | Need::EngineServices => true,
        // These say of each member whether it was seen.
        Need::DtrTags
        | Need::EngineContainers
        | Need::EngineProcesses
        // One answer is all of these.
        | Need::EngineNodes
        | Need::EngineSecrets
        | Need::EngineVolumes
        // Documents, and what is read of a host piece by piece.
        | Need::UcpConfig
        | Need::UcpChain
        | Need::UcpCa
        | Need::UcpTlsVersions
        | Need::UcpVersion
        | Need::UcpLdap
        | Need::DtrSettings
        | Need::DtrScanning
        | Need::DtrVersion
        | Need::DtrChain
        | Need::DtrCa
        | Need::EngineInfo
        | Need::EngineVersion
        | Need::EngineSwarm
        | Need::HostOs
        | Need::HostDaemon
        | Need::HostFiles
        | Need::HostAuditRules
        | Need::HostAuditLog
        | Need::HostSecurity
        | Need::HostListeners
        | Need::HostGroups
        | Need::HostMounts => false,
    }
}

/// Violations that only the whole of a list shows: the probe, the case, the list, and why.
const BY_THE_WHOLE: &[(&str, &str, Need, &str)] = &[
    ("resource-quotas", "none", Need::KubeQuotas, "it may be among those that were not seen"),
    ("resource-quotas", "for some pods only", Need::KubeQuotas, "another may be for all"),
    ("resource-quotas", "no memory", Need::KubeQuotas, "another may limit it"),
    ("resource-quotas", "other than the plan", Need::KubeQuotas, "another may limit it further: the lowest counts"),
    ("stored-secrets", "one is not", Need::KubePods, "another pod may mount it"),
    ("mke-approved-access", "a binding to nobody's id", Need::UcpAccounts, "it may be of one that was not seen"),
    ("swarm-secrets", "not attached", Need::EngineServices, "another service may have it"),
];

/// The list broke off behind what the case shows.
fn broken_off() -> Absent {
    Absent::Failed { request: "GET page 2".into(), reason: "502".into() }
}

/// By a part of a list nothing passes, and nothing is not applicable.
#[test]
fn by_a_part_of_a_list_nothing_passes() {
    let mut tried = BTreeSet::new();
    for case in all().iter().filter(|c| c.kind == Kind::Passes) {
        let card = case.probe.card();
        for &need in card.needs.iter().filter(|need| breaks_off(**need)) {
            let mut facts = case.facts.clone();
            facts.break_off(need, &broken_off());
            if facts == case.facts {
                continue;
            }
            tried.insert(need);
            let (verdict, summary) = verdict(case.probe, &facts, &case.policy);
            assert_eq!(verdict, Verdict::Error, "{}, {}: by a part of {need}: {summary}", card.name, case.what);
        }
    }
    let lists: BTreeSet<Need> = Need::ALL.iter().copied().filter(|need| breaks_off(*need)).collect();
    assert_eq!(tried, lists);
}

/// What a member of a list shows is open though the list broke off behind it, and the finding says so; what only the
/// whole list shows is undecided.
#[test]
fn what_a_part_of_a_list_shows_is_open_and_nothing_else() {
    let (mut wrong, mut used, mut open) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for case in all().iter().filter(|c| c.kind == Kind::Fails) {
        let card = case.probe.card();
        for &need in card.needs.iter().filter(|need| breaks_off(**need)) {
            let mut facts = case.facts.clone();
            facts.break_off(need, &broken_off());
            if facts == case.facts {
                continue;
            }
            let (verdict, summary) = verdict(case.probe, &facts, &case.policy);
            let is_this = |t: &&(&str, &str, Need, &str)| (t.0, t.1, t.2) == (card.name, case.what.as_str(), need);
            let by_whole = BY_THE_WHOLE.iter().find(is_this);
            used.extend(by_whole.map(|t| (t.0, t.1, t.2)));
            let wanted = if by_whole.is_some() { Verdict::Error } else { Verdict::Fail };
            if verdict != wanted || !summary.contains("GET page 2: 502") {
                wrong.push(format!("{}, {}: by a part of {need} {verdict}: {summary}", card.name, case.what));
            }
            if verdict == Verdict::Fail {
                open.insert(need);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(used.len(), BY_THE_WHOLE.len(), "only these are needed: {used:?}");
    let lists: BTreeSet<Need> = Need::ALL.iter().copied().filter(|need| breaks_off(*need)).collect();
    assert_eq!(open, lists);
}

/// A node more, which nobody could reach.
fn with_a_silent_node(facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    if !facts.engines.is_empty() {
        let mut engine = Engine { address: "tcp://worker-7:2376".into(), ..Engine::default() };
        engine.each_mut().for_each(|(_, fact)| fact.lose(failed()));
        facts.engines.push(engine);
    }
    if !facts.hosts.is_empty() {
        let mut host = Host { name: "worker-7".into(), ..Host::default() };
        host.each_mut().for_each(|(_, fact)| fact.lose(failed()));
        facts.hosts.push(host);
    }
    facts
}

/// A rule about nodes is open by one of them, and passes by none, while another was not reached.
#[test]
fn a_node_that_was_not_reached_closes_nothing_and_hides_nothing() {
    let mut probes = BTreeSet::new();
    for case in all().iter().filter(|c| matches!(c.kind, Kind::Passes | Kind::Fails)) {
        let finding = case.probe.decide(&case.facts, &case.policy).expect("a finding");
        if finding.nodes().is_none() {
            continue;
        }
        let name = case.probe.card().name;
        probes.insert(name);
        let (verdict, summary) = verdict(case.probe, &with_a_silent_node(&case.facts), &case.policy);
        let wanted = if case.kind == Kind::Fails { Verdict::Fail } else { Verdict::Error };
        assert_eq!(verdict, wanted, "{name}, {}: {summary}", case.what);
        assert!(summary.contains("worker-7"), "{name}, {}: {summary}", case.what);
    }
    assert!(probes.len() > 60, "{probes:?}");
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
