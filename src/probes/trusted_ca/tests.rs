use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use super::*;
use crate::facts::Fact;
use crate::probes::cases::{Case, Kind, broken};

const HOST: &str = "ucp.example.mil";

fn now() -> DateTime<Utc> {
    "2026-06-01T00:00:00Z".parse().expect("a time")
}

struct Ca {
    der: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

fn params(name: &str, is_ca: bool, sans: &[&str], days: (i64, i64)) -> CertificateParams {
    let mut params = CertificateParams::new(sans.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()).expect("names");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = if is_ca { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::NoCa };
    let day = |offset| {
        let date = now() + TimeDelta::days(offset);
        rcgen::date_time_ymd(
            date.year(),
            u8::try_from(date.month()).expect("month"),
            u8::try_from(date.day()).expect("day"),
        )
    };
    (params.not_before, params.not_after) = (day(days.0), day(days.1));
    params
}

fn root(name: &str) -> Ca {
    let key = KeyPair::generate().expect("key");
    let params = params(name, true, &[], (-100, 1000));
    let der = Certificate(params.self_signed(&key).expect("root").der().to_vec());
    Ca { der, issuer: Issuer::new(params, key) }
}

impl Ca {
    fn ca(&self, name: &str, days: (i64, i64)) -> Ca {
        let key = KeyPair::generate().expect("key");
        let params = params(name, true, &[], days);
        let der = Certificate(params.signed_by(&key, &self.issuer).expect("intermediate").der().to_vec());
        Ca { der, issuer: Issuer::new(params, key) }
    }

    fn leaf(&self, host: &str, days: (i64, i64)) -> Certificate {
        let key = KeyPair::generate().expect("key");
        Certificate(params(host, false, &[host], days).signed_by(&key, &self.issuer).expect("leaf").der().to_vec())
    }
}

const FINE: (i64, i64) = (-10, 300);

fn policy(bundle: &[&Certificate]) -> Policy {
    let (mut anchors, mut intermediates) = (Vec::new(), Vec::new());
    for certificate in bundle {
        let parsed = Parsed::new(certificate).expect("certificate");
        if parsed.is_self_signed() {
            anchors.push((*certificate).clone());
        } else {
            intermediates.push((*certificate).clone());
        }
    }
    Policy { ca_ucp: Some(Roots { anchors, intermediates }), ..Policy::default() }
}

fn facts(chain: Vec<Certificate>, ca: Option<Vec<Certificate>>) -> Facts {
    let chain = Chain { host: HOST.into(), certificates: chain };
    let ca = ca.map(|certificates| Read::new(Need::UcpCa, "GET /ca".into(), now(), Bundle { certificates }));
    let mut facts = Facts::default();
    facts.ucp.chain = Fact::Read(Read::new(Need::UcpChain, "handshake".into(), now(), chain));
    facts.ucp.ca =
        ca.map_or(Fact::Absent(Absent::Failed { request: "GET /ca".into(), reason: "404".into() }), Fact::Read);
    facts
}

/// The finding's observations that do not hold, as one text.
fn open(chain: Vec<Certificate>, ca: Vec<Certificate>, policy: &Policy) -> String {
    let finding = UCP_TRUSTED_CA.decide(&facts(chain, Some(ca)), policy).expect("a finding");
    let open: Vec<String> = finding
        .observations()
        .iter()
        .filter(|o| o.verdict() != Verdict::Pass)
        .map(|o| format!("{}: {}", o.subject(), o.actual()))
        .collect();
    assert_eq!(open.is_empty(), finding.verdict() == Verdict::Pass);
    open.join("\n")
}

/// The same for DTR, with what its settings hold.
fn facts_of_dtr(chain: Vec<Certificate>, ca: Option<Vec<Certificate>>, in_settings: Field<Vec<Certificate>>) -> Facts {
    let ucp = facts(chain, ca).ucp;
    let mut facts = Facts::default();
    facts.dtr.chain = ucp.chain;
    facts.dtr.ca = ucp.ca;
    let settings = Settings { web_tls_ca: in_settings, ..Settings::default() };
    facts.dtr.settings = Fact::Read(Read::new(Need::DtrSettings, "GET settings".into(), now(), settings));
    facts
}

/// See [`crate::probes::cases`].
pub(crate) fn cases() -> Vec<Case> {
    let (root, other) = (root("DoD Root"), root("Other Root"));
    let sound = || vec![root.leaf(HOST, FINE)];
    let ca = || Some(vec![root.der.clone()]);
    let ucp =
        |kind, what, facts, verdict| Case::new(&UCP_TRUSTED_CA, kind, what, facts, verdict).with(policy(&[&root.der]));
    let mut down = Facts::default();
    down.ucp.chain = broken();
    let mut all = vec![
        ucp(Kind::Passes, "sound", facts(sound(), ca()), Verdict::Pass),
        ucp(Kind::Fails, "another root", facts(vec![other.leaf(HOST, FINE)], ca()), Verdict::Fail),
        ucp(Kind::Absent, "no certificate", facts(vec![], ca()), Verdict::Error),
        ucp(Kind::Broken, "no handshake", down, Verdict::Error),
    ];

    let in_settings = |certificate: &Certificate| Field::Is(vec![certificate.clone()]);
    let mut dtr = |kind, what: &str, facts: Facts, verdict| {
        let policy = Policy { ca_dtr: policy(&[&root.der]).ca_ucp, ..Policy::default() };
        all.push(Case::new(&DTR_TRUSTED_CA, kind, what, facts, verdict).with(policy));
    };
    let same = in_settings(&root.der);
    let made_by_itself = root_of_dtr();
    let its_own = vec![made_by_itself.leaf(HOST, FINE)];
    dtr(Kind::Passes, "sound", facts_of_dtr(sound(), ca(), same.clone()), Verdict::Pass);
    dtr(Kind::Passes, "no CA in the settings", facts_of_dtr(sound(), ca(), Field::Is(Vec::new())), Verdict::Pass);
    dtr(
        Kind::Fails,
        "as installed",
        facts_of_dtr(its_own, Some(vec![made_by_itself.der.clone()]), in_settings(&made_by_itself.der)),
        Verdict::Fail,
    );
    dtr(Kind::Fails, "another CA in the settings", facts_of_dtr(sound(), ca(), in_settings(&other.der)), Verdict::Fail);
    dtr(Kind::Absent, "no certificate", facts_of_dtr(vec![], ca(), same.clone()), Verdict::Error);
    dtr(
        Kind::Absent,
        "a CA that cannot be read in the settings",
        facts_of_dtr(sound(), ca(), Field::Odd("text".into())),
        Verdict::Error,
    );
    let mut down = facts_of_dtr(sound(), ca(), same);
    down.dtr.chain = broken();
    dtr(Kind::Broken, "no handshake", down, Verdict::Error);
    all
}

fn root_of_dtr() -> Ca {
    root("dtr.example.mil")
}

#[test]
fn a_sound_chain_passes_with_or_without_its_root() {
    let (root, policy) = {
        let root = root("DoD Root");
        let p = policy(&[&root.der]);
        (root, p)
    };
    let middle = root.ca("DoD CA-1", FINE);
    let leaf = middle.leaf(HOST, FINE);
    assert_eq!(open(vec![leaf.clone(), middle.der.clone()], vec![root.der.clone()], &policy), "");
    let with_root = vec![leaf.clone(), middle.der.clone(), root.der.clone()];
    assert_eq!(open(with_root, vec![middle.der.clone(), root.der.clone()], &policy), "");
    assert_eq!(open(vec![root.leaf(HOST, FINE)], vec![root.der.clone()], &policy), "");
}

#[test]
fn a_missing_intermediate_fails_also_when_the_policy_knows_it() {
    let root = root("DoD Root");
    let middle = root.ca("DoD CA-1", FINE);
    let leaf = middle.leaf(HOST, FINE);
    let open_with = |bundle: &[&Certificate]| open(vec![leaf.clone()], vec![root.der.clone()], &policy(bundle));
    assert!(open_with(&[&root.der]).contains("DoD CA-1, which was not sent"));
    assert!(open_with(&[&root.der, &middle.der]).contains("an intermediate certificate is missing: DoD CA-1"));
}

#[test]
fn another_authority_fails() {
    let (root, other) = (root("DoD Root"), root("Other Root"));
    let open = open(vec![other.leaf(HOST, FINE), other.der.clone()], vec![other.der.clone()], &policy(&[&root.der]));
    assert!(open.contains("leads to Other Root, which is no root of the policy"), "{open}");
    assert!(open.contains("CA offered by UCP"), "{open}");
}

#[test]
fn an_authority_of_the_same_name_with_another_key_fails() {
    let (root, imposter) = (root("DoD Root"), root("DoD Root"));
    let open = open(vec![imposter.leaf(HOST, FINE)], vec![root.der.clone()], &policy(&[&root.der]));
    assert!(open.contains("path of the chain"), "{open}");
}

#[test]
fn the_built_in_ca_fails_even_when_the_policy_names_it() {
    let built_in = root(BUILT_IN);
    let open = open(vec![built_in.leaf(HOST, FINE)], vec![built_in.der.clone()], &policy(&[&built_in.der]));
    assert!(open.contains("UCP's built-in CA"), "{open}");
}

#[test]
fn self_signed_fails() {
    let root = root("DoD Root");
    let key = KeyPair::generate().expect("key");
    let leaf = Certificate(params(HOST, false, &[HOST], FINE).self_signed(&key).expect("leaf").der().to_vec());
    let open = open(vec![leaf.clone()], vec![leaf], &policy(&[&root.der]));
    assert!(open.contains("self-signed"), "{open}");
}

#[test]
fn expired_or_not_yet_valid_fails_at_the_time_of_the_handshake() {
    let root = root("DoD Root");
    let open_with = |days| open(vec![root.leaf(HOST, days)], vec![root.der.clone()], &policy(&[&root.der]));
    assert!(open_with((-20, -1)).contains("expired"));
    assert!(open_with((5, 20)).contains("not yet valid"));
    let stale = root.ca("DoD CA-1", (-50, -1));
    let open = open(vec![stale.leaf(HOST, FINE), stale.der.clone()], vec![root.der.clone()], &policy(&[&root.der]));
    assert!(open.contains("DoD CA-1"), "{open}");
}

#[test]
fn another_host_fails() {
    let root = root("DoD Root");
    let open = open(vec![root.leaf("other.example.mil", FINE)], vec![root.der.clone()], &policy(&[&root.der]));
    assert!(open.contains("other.example.mil"), "{open}");
}

#[test]
fn a_chain_out_of_order_fails() {
    let root = root("DoD Root");
    let middle = root.ca("DoD CA-1", FINE);
    let chain = vec![middle.leaf(HOST, FINE), root.der.clone(), middle.der.clone()];
    let open = open(chain, vec![root.der.clone()], &policy(&[&root.der]));
    assert!(open.starts_with("order of the chain"), "{open}");
}

#[test]
fn without_a_policy_nobody_decides() {
    let root = root("DoD Root");
    let facts = facts(vec![root.leaf(HOST, FINE)], Some(vec![root.der.clone()]));
    let absent = UCP_TRUSTED_CA.decide(&facts, &Policy::default()).expect_err("no policy");
    assert_eq!(absent.verdict(), Verdict::NotChecked);
    assert!(absent.to_string().contains("[ca] ucp"));
}

#[test]
fn a_half_that_is_missing_never_passes_and_never_hides_what_is_open() {
    let (root, other) = (root("DoD Root"), root("Other Root"));
    let policy = policy(&[&root.der]);
    let sound = UCP_TRUSTED_CA.decide(&facts(vec![root.leaf(HOST, FINE)], None), &policy);
    assert_eq!(sound.expect("a finding").verdict(), Verdict::Error, "no /ca");
    let open = UCP_TRUSTED_CA.decide(&facts(vec![other.leaf(HOST, FINE)], None), &policy);
    assert_eq!(open.expect("a finding").verdict(), Verdict::Fail);
    let nothing = UCP_TRUSTED_CA.decide(&Facts::default(), &policy);
    assert_eq!(nothing.expect("a finding").verdict(), Verdict::NotChecked);
}

#[test]
fn what_is_no_certificate_is_an_error() {
    let root = root("DoD Root");
    for chain in [vec![], vec![Certificate(vec![1, 2, 3])]] {
        let finding = UCP_TRUSTED_CA.decide(&facts(chain, Some(vec![root.der.clone()])), &policy(&[&root.der]));
        assert_eq!(finding.expect("a finding").verdict(), Verdict::Error);
    }
}

#[test]
fn an_intermediate_as_the_policy_s_root_takes_what_stands_above_it() {
    let (root, other) = (root("DoD Root"), root("Other Root"));
    let middle = root.ca("DoD CA-1", FINE);
    let policy = Policy {
        ca_ucp: Some(Roots { anchors: vec![middle.der.clone()], intermediates: Vec::new() }),
        ..Policy::default()
    };
    let chain = vec![middle.leaf(HOST, FINE), middle.der.clone()];
    assert_eq!(open(chain.clone(), vec![root.der.clone()], &policy), "");
    assert!(open(chain, vec![other.der], &policy).contains("Other Root"));
}
