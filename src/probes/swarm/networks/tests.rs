use super::*;
use crate::facts::Fact;
use crate::probes::cases::{Case, Kind, broken, read};
use crate::probes::swarm::tests::{alone, member, of, ucp};

fn overlay(name: &str, options: &[(&str, &str)]) -> Network {
    let options = options.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    Network {
        id: format!("id-{name}"),
        name: name.into(),
        driver: "overlay".into(),
        scope: "swarm".into(),
        options: options.collect(),
        ..Network::default()
    }
}

/// The engine with these networks, and the one that every engine has.
fn listing(mut engine: Engine, mut list: Vec<Network>) -> Engine {
    list.push(Network { driver: "bridge".into(), scope: "local".into(), ..overlay("bridge", &[]) });
    engine.networks = read(Need::EngineNetworks, Networks { list });
    engine
}

fn configured(engines: Vec<Engine>, toml: &str) -> Facts {
    let mut facts = of(engines);
    let config = Config::from_toml(&toml.parse().expect("TOML"));
    facts.ucp.config = read(Need::UcpConfig, config);
    facts
}

const SECURE: &str = "[cluster_config]\nsecure_overlay = true\n";
const ENCRYPTED: &[(&str, &str)] = &[("encrypted", "")];

fn with(list: Vec<Network>) -> Facts {
    configured(vec![listing(member("m1", true), list)], SECURE)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for probe in [&ENCRYPTED_NETWORKS, &IPSEC] {
        let case = |kind, what, facts, verdict| Case::new(probe, kind, what, facts, verdict);
        let mut down = with(vec![]);
        down.engines[0].networks = broken();
        let worker = configured(vec![listing(member("w1", false), vec![])], SECURE);
        cases.extend([
            case(Kind::Passes, "encrypted", with(vec![overlay("shop", ENCRYPTED)]), Verdict::Pass),
            case(Kind::Passes, "no overlay networks", with(vec![]), Verdict::Pass),
            case(Kind::Fails, "not encrypted", with(vec![overlay("shop", &[])]), Verdict::Fail),
            case(Kind::Broken, "no answer", down, Verdict::Error),
        ]);
        let case = Case::new(probe, Kind::Absent, "a worker's list", worker, Verdict::NotChecked);
        cases.push(Case { verdict: Verdict::Error, ..case });
    }
    cases
}

fn decide(probe: &EncryptedNetworks, facts: &Facts, policy: &Policy) -> (Verdict, Option<Verdict>) {
    let finding = probe.decide(facts, policy).expect("a finding");
    (finding.verdict(), finding.literal().map(|l| l.verdict))
}

#[test]
fn the_key_counts_and_names_count_whole() {
    use Verdict::{Fail, Pass};
    let ingress = Network { ingress: true, ..overlay("ingress", &[]) };
    for (network, verdict, literal) in [
        (overlay("shop", &[("encrypted", "false")]), Pass, None),
        (overlay("shop", &[("encrypted", "true")]), Pass, None),
        (overlay("shop", &[("other", "encrypted")]), Fail, None),
        (overlay("dtr-ol", &[]), Pass, None),
        (overlay("ucp-interlock", &[]), Pass, None),
        (ingress, Pass, None),
        (overlay("my-dtr-net", &[]), Fail, Some(Pass)),
        (overlay("my-ingress", &[]), Fail, Some(Pass)),
        (overlay("ingress-2", &[]), Fail, None),
    ] {
        let name = network.name.clone();
        let decided = decide(&ENCRYPTED_NETWORKS, &with(vec![network]), &Policy::default());
        assert_eq!(decided, (verdict, literal), "{name}");
    }
    let local = Network { driver: "bridge".into(), scope: "local".into(), ..overlay("plain", &[]) };
    assert_eq!(decide(&ENCRYPTED_NETWORKS, &with(vec![local]), &Policy::default()), (Pass, None));
}

#[test]
fn applications_that_encrypt_are_those_of_the_policy() {
    let by = EncryptedByApplication { network: "shop".into(), evidence: "mutual TLS".into() };
    let policy = Policy { overlay_app_layer_encrypted: Some(vec![by]), ..Policy::default() };
    let shop = || with(vec![overlay("shop", &[])]);
    assert_eq!(decide(&ENCRYPTED_NETWORKS, &shop(), &policy), (Verdict::Pass, None));
    let both = with(vec![overlay("shop", &[]), overlay("shop-2", &[])]);
    assert_eq!(decide(&ENCRYPTED_NETWORKS, &both, &policy), (Verdict::Fail, None));
    assert_eq!(decide(&IPSEC, &shop(), &policy), (Verdict::Fail, Some(Verdict::Pass)));
}

#[test]
fn the_list_is_that_of_a_manager_or_ucp() {
    let plain = || vec![overlay("shop", &[])];
    let worker_first = of(vec![listing(member("w1", false), vec![]), listing(member("m1", true), plain())]);
    assert_eq!(decide(&ENCRYPTED_NETWORKS, &worker_first, &Policy::default()).0, Verdict::Fail);
    let through_ucp = of(vec![listing(ucp(), plain())]);
    assert_eq!(decide(&ENCRYPTED_NETWORKS, &through_ucp, &Policy::default()).0, Verdict::Fail);
    let outside = of(vec![listing(alone("a"), vec![])]);
    assert_eq!(decide(&ENCRYPTED_NETWORKS, &outside, &Policy::default()).0, Verdict::Pass);
    let mut manager_failed = of(vec![listing(member("w1", false), vec![]), member("m1", true)]);
    manager_failed.engines[1].networks = broken();
    assert_eq!(decide(&ENCRYPTED_NETWORKS, &manager_failed, &Policy::default()).0, Verdict::Error);
    let workers_word = listing(member("w1", false), plain());
    assert_eq!(decide(&ENCRYPTED_NETWORKS, &of(vec![workers_word]), &Policy::default()).0, Verdict::Fail);
}

#[test]
fn kubernetes_encrypts_as_well() {
    let networks = || vec![listing(member("m1", true), vec![overlay("shop", ENCRYPTED)])];
    let verdict = |toml: &str| decide(&IPSEC, &configured(networks(), toml), &Policy::default());
    assert_eq!(verdict(SECURE), (Verdict::Pass, None));
    assert_eq!(verdict("[cluster_config]\nsecure_overlay = false\n"), (Verdict::Fail, None));
    assert_eq!(verdict("[cluster_config]\nsecure_overlay = 'true'\n"), (Verdict::Fail, None));
    assert_eq!(verdict("[cluster_config]\n"), (Verdict::Fail, None));
    assert_eq!(verdict("[cluster_config]\nswarm_only = true\n"), (Verdict::Pass, None));
    let macvlan = Network { driver: "macvlan".into(), ..overlay("wan", &[]) };
    let facts = with(vec![macvlan]);
    assert_eq!(decide(&IPSEC, &facts, &Policy::default()), (Verdict::Pass, Some(Verdict::Fail)));
}

#[test]
fn an_engine_that_may_leak_is_undecided() {
    let facts = |version: &str, port| {
        let mut manager = listing(member("m1", true), vec![overlay("shop", ENCRYPTED)]);
        if let Fact::Read(info) = &manager.info {
            let mut info = info.value.clone();
            info.server_version = version.into();
            info.swarm.data_path_port = Field::Is(port);
            manager.info = read(Need::EngineInfo, info);
        }
        of(vec![manager])
    };
    for (version, port, verdict, literal) in [
        ("19.03.5", 4789, Verdict::Pass, None),
        ("19.03.5", 7789, Verdict::Error, Some(Verdict::Pass)),
        ("20.10.24+dfsg1", 7789, Verdict::Pass, None),
        ("23.0.1", 7789, Verdict::Error, Some(Verdict::Pass)),
        ("24.0.7", 7789, Verdict::Pass, None),
    ] {
        let decided = decide(&ENCRYPTED_NETWORKS, &facts(version, port), &Policy::default());
        assert_eq!(decided, (verdict, literal), "{version} {port}");
    }
}
