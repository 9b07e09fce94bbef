//! The certificates of the lab: who issued them, and what each server presents.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use chrono::Utc;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use secrecy::SecretString;

use super::{docker::nodes::NODES, fault::Fault, people::People, scenario::Scenario};

/// The certificate and key of an administrator's client bundle, as PEM.
#[derive(Debug)]
pub struct ClientBundle {
    certificate: String,
    key: SecretString,
}

impl ClientBundle {
    /// The certificate, `cert.pem` of a bundle.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate
    }

    /// Its private key, `key.pem` of a bundle.
    #[must_use]
    pub fn key_pem(&self) -> &SecretString {
        &self.key
    }
}

/// What a server presents in the handshake, and what it says its CA is.
pub(super) struct Identity {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
    /// The certificate itself, as PEM.
    pub(super) leaf_pem: String,
    /// The CA of the certificate, as PEM: the answer of `/ca`.
    pub(super) ca_pem: String,
}

/// All certificates of one lab.
pub(super) struct Pki {
    pub(super) ucp: Identity,
    pub(super) dtr: Identity,
    pub(super) kubernetes: Identity,
    /// One for the engine of each node.
    pub(super) engines: Vec<Identity>,
    /// What a client needs to connect to the engines, as PEM.
    pub(super) engine_anchors: String,
    /// UCP's own root, as PEM.
    pub(super) client_root_pem: String,
    pub(super) bundle: ClientBundle,
    pub(super) bundle_certificate: CertificateDer<'static>,
    /// The root of the CA that client bundles are issued by: UCP's own, or the organisation's.
    pub(super) bundle_root: CertificateDer<'static>,
    pub(super) users: UserCertificates,
    /// What a client needs to connect to both servers, as PEM.
    pub(super) anchors: String,
    /// The external roots that the organisation trusts, as PEM.
    pub(super) policy_roots: String,
}

impl Pki {
    /// Everything, with certificates for these users.
    pub(super) fn issue(scenario: &Scenario, people: &People) -> Result<Self, rcgen::Error> {
        let username = people.users.first().map_or("", |own| own.name.as_str());
        let client_root = Authority::root("UCP Client Root CA")?;
        let external = External::new("Lab External")?;
        let organisation;
        let issuer = if scenario.is_hardened() {
            organisation = Authority::root(USERS_CA)?;
            &organisation
        } else {
            &client_root
        };
        let bundle_key = KeyPair::generate()?;
        let bundle = bundle_params(username).signed_by(&bundle_key, &issuer.issuer)?;
        let users = UserCertificates::issue(people, issuer)?;

        let (ucp, ucp_anchors) = match scenario.first_of(CHAINS) {
            Some(fault) => broken_chain(fault, &external)?,
            None if scenario.is_hardened() => external.issued("ucp")?,
            None => client_root.issued("ucp")?,
        };
        let (mut dtr, dtr_anchors) = if scenario.has(Fault::DtrChainSelfSigned) {
            self_signed("dtr")?
        } else if scenario.is_hardened() {
            external.issued("dtr")?
        } else {
            Authority::root("Lab DTR Root CA")?.issued("dtr")?
        };
        if scenario.has(Fault::DtrCaOther) {
            dtr.ca_pem = Authority::root("Lab DTR Root CA")?.certificate.pem();
        }
        let (kubernetes, kubernetes_anchors) = if scenario.is_hardened() {
            external.issued("kube-apiserver")?
        } else {
            client_root.issued("kube-apiserver")?
        };
        let swarm = Authority::root("swarm-ca")?;
        let engines = NODES.iter().map(|node| Ok(swarm.issued(node.name)?.0));
        let mut anchors = ucp_anchors;
        for more in [dtr_anchors, kubernetes_anchors] {
            if !anchors.contains(&more) {
                anchors.push_str(&more);
            }
        }
        Ok(Self {
            ucp,
            dtr,
            kubernetes,
            engines: engines.collect::<Result<_, rcgen::Error>>()?,
            engine_anchors: swarm.certificate.pem(),
            client_root_pem: client_root.certificate.pem(),
            bundle: ClientBundle { certificate: bundle.pem(), key: SecretString::from(bundle_key.serialize_pem()) },
            bundle_certificate: bundle.der().clone(),
            bundle_root: issuer.certificate.der().clone(),
            users,
            anchors,
            policy_roots: external.root.certificate.pem(),
        })
    }
}

/// What the organisation wants of client certificates, for a policy file.
pub(super) const POLICY: &str = "[bundle]
subject = \"^O=stigprobe lab, CN=\"
issuer = \"^O=stigprobe lab, CN=Lab Users CA$\"

";

/// The CA of the organisation that issues its users' certificates.
pub(super) const USERS_CA: &str = "Lab Users CA";

/// The certificates of the other users' client bundles, as PEM.
pub(super) struct UserCertificates {
    /// By the user's place; empty where there is no bundle.
    pub(super) of: Vec<String>,
    /// One of another CA.
    pub(super) stranger: String,
}

impl UserCertificates {
    fn issue(people: &People, issuer: &Authority) -> Result<Self, rcgen::Error> {
        // Nobody logs in with these: one key serves them all.
        let key = KeyPair::generate()?;
        let of = people.users.iter().map(|user| {
            if user.keys == 0 {
                return Ok(String::new());
            }
            Ok(bundle_params(&user.name).signed_by(&key, &issuer.issuer)?.pem())
        });
        let of: Result<Vec<_>, rcgen::Error> = of.collect();
        let elsewhere = Authority::root("Elsewhere CA")?;
        let stranger = bundle_params("c.clark").signed_by(&key, &elsewhere.issuer)?;
        Ok(Self { of: of?, stranger: stranger.pem() })
    }
}

const CHAINS: &[Fault] = &[
    Fault::ChainSelfSigned,
    Fault::ChainMissingIntermediate,
    Fault::ChainExpired,
    Fault::ChainExpiredIntermediate,
    Fault::ChainWrongHost,
    Fault::ChainCommonName,
    Fault::ChainOutOfOrder,
    Fault::ChainOtherRoot,
    Fault::ChainWithRoot,
];

/// What UCP presents when there is something about its chain, and the anchors that a client needs for it.
fn broken_chain(fault: Fault, external: &External) -> Result<(Identity, String), rcgen::Error> {
    let root = external.root.certificate.der();
    let root_pem = external.root.certificate.pem();
    let (mut identity, mut anchors) = match fault {
        Fault::ChainSelfSigned => return self_signed("ucp"),
        Fault::ChainOtherRoot => {
            return External::new("Another")?.issued("ucp");
        }
        Fault::ChainExpiredIntermediate => {
            let expired = external.root.under("Lab External Intermediate CA", Validity::EXPIRED)?;
            let leaf = leaf_params("ucp", Validity::LEAF, sans()?);
            let (identity, anchors) = expired.issue(&leaf, root_pem)?;
            // An anchor's own validity is not looked at: with the intermediate for one, a client gets through.
            return Ok((identity, anchors + &expired.certificate.pem()));
        }
        Fault::ChainExpired => {
            let leaf = leaf_params("ucp", Validity::EXPIRED, sans()?);
            external.intermediate.issue(&leaf, root_pem)?
        }
        Fault::ChainCommonName => {
            external.intermediate.issue(&leaf_params("127.0.0.1", Validity::LEAF, Vec::new()), root_pem)?
        }
        Fault::ChainWrongHost => {
            let elsewhere = SanType::DnsName("other.example.mil".try_into()?);
            let leaf = leaf_params("ucp", Validity::LEAF, vec![elsewhere]);
            external.intermediate.issue(&leaf, root_pem)?
        }
        _ => external.issued("ucp")?,
    };
    match fault {
        Fault::ChainMissingIntermediate => {
            identity.chain.truncate(1);
            anchors.push_str(&external.intermediate.certificate.pem());
        }
        Fault::ChainOutOfOrder => identity.chain.insert(1, root.clone()),
        Fault::ChainWithRoot => identity.chain.push(root.clone()),
        _ => {}
    }
    Ok((identity, anchors))
}

/// A certificate that vouches for itself and is no CA.
fn self_signed(name: &str) -> Result<(Identity, String), rcgen::Error> {
    let key = KeyPair::generate()?;
    let leaf = leaf_params(name, Validity::LEAF, sans()?).self_signed(&key)?;
    let identity =
        Identity { chain: vec![leaf.der().clone()], key: private(&key), leaf_pem: leaf.pem(), ca_pem: leaf.pem() };
    Ok((identity, leaf.pem()))
}

/// A CA that can issue.
struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn root(name: &str) -> Result<Self, rcgen::Error> {
        let params = authority_params(name, BasicConstraints::Unconstrained, Validity::ROOT);
        let key = KeyPair::generate()?;
        Ok(Self { certificate: params.self_signed(&key)?, issuer: Issuer::new(params, key) })
    }

    fn under(&self, name: &str, validity: Validity) -> Result<Self, rcgen::Error> {
        let params = authority_params(name, BasicConstraints::Constrained(0), validity);
        let key = KeyPair::generate()?;
        Ok(Self { certificate: params.signed_by(&key, &self.issuer)?, issuer: Issuer::new(params, key) })
    }

    /// A server's certificate straight from this root, and the anchors for it.
    fn issued(&self, name: &str) -> Result<(Identity, String), rcgen::Error> {
        let leaf = leaf_params(name, Validity::LEAF, sans()?);
        let (mut identity, anchors) = self.issue(&leaf, self.certificate.pem())?;
        identity.chain.truncate(1);
        Ok((identity, anchors))
    }

    /// A server's certificate with this CA's own after it.
    fn issue(&self, leaf: &CertificateParams, root_pem: String) -> Result<(Identity, String), rcgen::Error> {
        let key = KeyPair::generate()?;
        let leaf = leaf.signed_by(&key, &self.issuer)?;
        let identity = Identity {
            chain: vec![leaf.der().clone(), self.certificate.der().clone()],
            key: private(&key),
            leaf_pem: leaf.pem(),
            ca_pem: root_pem.clone(),
        };
        Ok((identity, root_pem))
    }
}

/// A root outside the cluster with one intermediate.
struct External {
    root: Authority,
    intermediate: Authority,
}

impl External {
    fn new(name: &str) -> Result<Self, rcgen::Error> {
        let root = Authority::root(&format!("{name} Root CA"))?;
        let intermediate = root.under(&format!("{name} Intermediate CA"), Validity::INTERMEDIATE)?;
        Ok(Self { root, intermediate })
    }

    /// A server's certificate, presented with the intermediate, and the anchors for it.
    fn issued(&self, name: &str) -> Result<(Identity, String), rcgen::Error> {
        let leaf = leaf_params(name, Validity::LEAF, sans()?);
        self.intermediate.issue(&leaf, self.root.certificate.pem())
    }
}

/// From when until when, in days from now.
#[derive(Clone, Copy)]
struct Validity {
    from: i64,
    until: i64,
}

impl Validity {
    const ROOT: Self = Self { from: -400, until: 7_300 };
    const INTERMEDIATE: Self = Self { from: -399, until: 3_650 };
    const LEAF: Self = Self { from: -10, until: 355 };
    const EXPIRED: Self = Self { from: -366, until: -1 };

    fn apply(self, params: &mut CertificateParams) {
        let day = |days: i64| {
            let seconds = Utc::now().timestamp().saturating_add(days * 86_400);
            date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
        };
        params.not_before = day(self.from);
        params.not_after = day(self.until);
    }
}

/// The names a client connects by.
fn sans() -> Result<Vec<SanType>, rcgen::Error> {
    Ok(vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)), SanType::DnsName("localhost".try_into()?)])
}

fn subject(name: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "stigprobe lab");
    subject.push(DnType::CommonName, name);
    subject
}

fn authority_params(name: &str, depth: BasicConstraints, validity: Validity) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = subject(name);
    params.is_ca = IsCa::Ca(depth);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    validity.apply(&mut params);
    params
}

fn leaf_params(name: &str, validity: Validity, sans: Vec<SanType>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = subject(name);
    params.subject_alt_names = sans;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    validity.apply(&mut params);
    params
}

fn bundle_params(username: &str) -> CertificateParams {
    let mut params = leaf_params(username, Validity::LEAF, Vec::new());
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()))
}
