//! Every list that a source gives, and what becomes of the rules that read it when it is empty, lacks what cannot be
//! missing in it, or is counted otherwise than it is listed.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use common::collecting::collected;
use stigprobe::collect::{DtrTarget, EngineTarget, EngineTls, KubernetesTarget, Targets, UcpTarget, base_url};
use stigprobe::facts::tls::certificates_from_pem;
use stigprobe::facts::{Facts, Need};
use stigprobe::finding::Finding;
use stigprobe::lab::{Counted, LISTS, Lab, ListInfo, Options, Seen, Server, Twist};
use stigprobe::policy::Policy;
use stigprobe::registry;
use stigprobe::target::credentials::UcpIdentity;
use stigprobe::target::{ClientBundle, Login};
use stigprobe::xccdf::Verdict;

/// The facts that each list is a part of.
const PART_OF: &[(&str, &[Need])] = &[
    ("ucp-accounts", &[Need::UcpAccounts, Need::UcpKeys, Need::UcpGrants]),
    ("ucp-teams", &[Need::UcpAccounts, Need::UcpGrants]),
    ("ucp-members", &[Need::UcpAccounts]),
    ("ucp-keys", &[Need::UcpKeys]),
    ("ucp-grants", &[Need::UcpGrants]),
    ("ucp-roles", &[Need::UcpGrants]),
    ("ucp-collections", &[Need::UcpGrants]),
    ("dtr-repositories", &[Need::DtrTags, Need::DtrRepositories, Need::DtrAccess]),
    ("dtr-tags", &[Need::DtrTags]),
    ("dtr-accounts", &[Need::DtrAccess]),
    ("dtr-members", &[Need::DtrAccess]),
    ("dtr-teams", &[Need::DtrAccess]),
    ("dtr-team-members", &[Need::DtrAccess]),
    ("dtr-team-access", &[Need::DtrAccess]),
    ("dtr-namespace-access", &[Need::DtrAccess]),
    ("kube-pods", &[Need::KubePods]),
    ("kube-services", &[Need::KubeServices]),
    ("kube-namespaces", &[Need::KubeNamespaces]),
    ("kube-quotas", &[Need::KubeQuotas]),
    ("kube-bindings", &[Need::KubeBindings]),
    ("kube-cluster-bindings", &[Need::KubeBindings]),
    ("containers", &[Need::EngineContainers, Need::EngineProcesses]),
    ("images", &[Need::EngineImages]),
    ("networks", &[Need::EngineNetworks]),
    ("volumes", &[Need::EngineVolumes]),
    ("nodes", &[Need::EngineNodes]),
    ("services", &[Need::EngineServices]),
    ("secrets", &[Need::EngineSecrets]),
];

/// What is asked and is no list.
const DOCUMENTS: &[&str] = &[
    "/version",
    "/info",
    "/swarm",
    "/ca",
    "/id/",
    "/id/logout",
    "/auth/login",
    "/auth/token",
    "/api/ucp/config-toml",
    "/enzi/v0/config/auth/ldap",
    "/api/v0/meta/settings",
    "/api/v0/imagescan/status",
    "/api/v0/admin/version",
];

/// Who is asked about engines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Ucp,
    Engines,
}

struct Scanned {
    verdicts: BTreeMap<&'static str, (Verdict, String)>,
    requests: Vec<Seen>,
}

/// What every probe says of the lab in this scenario, by STIG-ID.
fn scan(scenario: &str, asked: Asked, needs: &BTreeSet<Need>) -> Scanned {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = Options { scenario: scenario.parse().unwrap(), repositories: 30, tags: 3, ..Options::default() };
        let lab = Lab::start(options).await.unwrap();
        let mut collected = collected(&targets(&lab, asked), needs).await;
        collected.facts.place();
        let requests = lab.requests();
        let verdicts = decide(&collected.facts, &policy(&lab));
        lab.stop().await;
        Scanned { verdicts, requests }
    })
}

fn targets(lab: &Lab, asked: Asked) -> Targets {
    let login = || Login { username: lab.username().to_owned(), password: lab.password().clone() };
    let bundle = || ClientBundle {
        certificate: lab.client_bundle().certificate_pem().as_bytes().to_vec(),
        key: lab.client_bundle().key_pem().clone(),
    };
    let pem = |text: &str| certificates_from_pem(text.as_bytes()).unwrap();
    let tls = || EngineTls { roots: pem(lab.engine_ca_pem()), identity: bundle() };
    let engines = lab.engines().iter().filter(|_| asked == Asked::Engines);
    Targets {
        ucp: Some(UcpTarget {
            url: base_url(lab.ucp_url()).unwrap(),
            identity: Some(UcpIdentity::Login(login())),
            pin: None,
        }),
        dtr: Some(DtrTarget { url: base_url(lab.dtr_url()).unwrap(), login: Some(login()), pin: None }),
        kubernetes: Some(KubernetesTarget { url: base_url(lab.kubernetes_url()).unwrap(), bundle: bundle() }),
        engines: engines.map(|e| EngineTarget { uri: e.uri().parse().unwrap(), tls: Some(tls()) }).collect(),
        roots: pem(lab.ca_pem()),
        ..Targets::default()
    }
}

fn policy(lab: &Lab) -> Policy {
    let text = [lab.ucp_policy(), lab.dtr_policy(), lab.kubernetes_policy(), lab.engine_policy()].join("\n");
    Policy::parse(Path::new("policy.toml"), &text, |_| Ok(Vec::new())).unwrap()
}

fn decide(facts: &Facts, policy: &Policy) -> BTreeMap<&'static str, (Verdict, String)> {
    let probes = registry::bindings().filter_map(|binding| Some((binding.stig_id, binding.probe()?)));
    let said = probes.map(|(id, probe)| {
        let finding = probe.decide(facts, policy).unwrap_or_else(Finding::from);
        let observed = finding.observations().iter().map(|o| o.actual().to_owned()).collect::<Vec<_>>().join("; ");
        (id, (finding.verdict(), format!("{} [{observed}]", finding.summary())))
    });
    said.collect()
}

/// All facts but those of hosts and handshakes, which no list is a part of.
fn needs() -> BTreeSet<Need> {
    let aside = [Need::UcpChain, Need::UcpTlsVersions, Need::DtrChain];
    Need::ALL.iter().copied().filter(|need| need.source() != "host" && !aside.contains(need)).collect()
}

/// The facts that this list is a part of, and all that the rules about it read besides.
fn about(list: &ListInfo) -> (BTreeSet<&'static str>, BTreeSet<Need>) {
    let (_, parts) = PART_OF.iter().find(|(name, _)| *name == list.name).unwrap();
    let rules = registry::bindings().filter(|b| b.probe().is_some() && b.needs().iter().any(|n| parts.contains(n)));
    let rules: Vec<_> = rules.collect();
    let all = needs();
    let read = rules.iter().flat_map(|b| b.needs()).flat_map(|need| need.along().iter().chain([need]));
    let read = read.filter(|need| all.contains(need)).copied();
    (rules.iter().map(|b| b.stig_id).collect(), read.collect())
}

/// What is wrong with the verdicts of the rules that read a list, if it is so twisted.
fn wrong(list: &ListInfo, twist: Twist, asked: Asked, healthy: &Scanned) -> Vec<String> {
    let (rules, needs) = about(list);
    let scenario = format!("{}-{}", list.name, twist.name());
    let scanned = scan(&scenario, asked, &needs);
    let guarded = list.has_witness() || matches!(list.counted, Some(Counted::Info(_)));
    let mut wrong = Vec::new();
    for rule in rules {
        let (was, _) = &healthy.verdicts[rule];
        let (is, why) = &scanned.verdicts[rule];
        let fine = match twist {
            Twist::MovesOn | Twist::Unwitnessed => !is_decided(*is) || *is == Verdict::Fail,
            Twist::Empty | Twist::Null if guarded => !is_decided(*is) || *is == Verdict::Fail,
            // It may be empty: what was decided is decided, one way or the other.
            Twist::Empty | Twist::Null => !is_decided(*was) || is_decided(*is),
            Twist::Moves => is == was,
        };
        // The reason names what is missing: the member, or how many there are to be.
        let named = twist != Twist::Unwitnessed
            || *is == Verdict::Fail
            || !is_decided(*was)
            || ["lacks", "there are", "no container of its own", "Not all was seen"]
                .iter()
                .any(|words| why.contains(words));
        if !fine || !named {
            wrong.push(format!("{scenario}: {rule} was {was} and is {is}: {why}"));
        }
    }
    wrong
}

fn is_decided(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Pass | Verdict::NotApplicable | Verdict::Fail)
}

fn each_list_with_each_twist(asked: Asked, lists: impl Fn(&ListInfo) -> bool + Sync) {
    let healthy = scan("hardened", asked, &needs());
    let cases: Vec<(&ListInfo, Twist)> = LISTS
        .iter()
        .filter(|list| lists(list))
        .flat_map(|list| Twist::ALL.into_iter().filter(|twist| twist.befits(list)).map(move |twist| (list, twist)))
        .collect();
    assert!(cases.len() > 10, "{}", cases.len());
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let healthy = &healthy;
        let some = cases.chunks(cases.len().div_ceil(4)).map(|some| {
            scope.spawn(move || some.iter().flat_map(|(list, twist)| wrong(list, *twist, asked, healthy)).collect())
        });
        let some: Vec<_> = some.collect();
        some.into_iter().flat_map(|s| -> Vec<String> { s.join().unwrap() }).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_list_without_its_proof_passes_no_rule() {
    each_list_with_each_twist(Asked::Ucp, |_| true);
}

#[test]
fn a_list_of_an_engine_without_its_proof_passes_no_rule() {
    // A manager may have no services, and nobody else is asked for them.
    let of_engines = |list: &ListInfo| list.server == Server::Engine && list.name != "services";
    each_list_with_each_twist(Asked::Engines, of_engines);
}

#[test]
fn every_list_that_is_asked_for_is_one_of_these() {
    let is_document = |path: &str| {
        DOCUMENTS.contains(&path)
            || (path.starts_with("/containers/") && !path.ends_with("/containers/json"))
            || ["/collections/", "/roles/"].iter().any(|of_one| path.starts_with(of_one))
    };
    for asked in [Asked::Ucp, Asked::Engines] {
        for request in scan("hardened", asked, &needs()).requests {
            let path = request.path.split('?').next().unwrap_or_default().to_owned();
            let plain = path.strip_prefix("/v1.40").unwrap_or(&path);
            let lists = LISTS.iter().filter(|list| list.is_at(request.server, &path)).count();
            assert!(lists == 1 || (lists == 0 && is_document(plain)), "{} {path}: {lists} lists", request.server);
        }
    }
    let named: Vec<&str> = PART_OF.iter().map(|(name, _)| *name).collect();
    assert!(LISTS.iter().all(|list| named.contains(&list.name)), "every list is a part of some fact");
}

#[test]
fn nothing_is_asked_twice() {
    for (asked, scenario) in [(Asked::Ucp, "hardened"), (Asked::Ucp, "ucp-3.0"), (Asked::Engines, "hardened")] {
        let mut counts: BTreeMap<(Server, String), usize> = BTreeMap::new();
        for request in scan(scenario, asked, &needs()).requests {
            *counts.entry((request.server, request.path)).or_default() += 1;
        }
        // Three engines are asked the same, each once.
        let most = |server: Server| if server == Server::Engine { 3 } else { 1 };
        let twice: Vec<_> = counts.iter().filter(|((server, _), count)| **count > most(*server)).collect();
        assert!(twice.is_empty(), "{scenario}: {twice:?}");
    }
}
