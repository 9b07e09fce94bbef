//! Certificates looked at one by one and as a chain. Pure: the time is given.

use chrono::{DateTime, Utc};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use x509_parser::prelude::{FromDer as _, GeneralName, ParsedExtension, X509Certificate};

use crate::facts::tls::Certificate;
use crate::policy::Roots;

/// How many issuers may stand between a certificate and a root.
const DEPTH: usize = 8;

/// A certificate that could be read.
pub(super) struct Parsed<'a> {
    der: &'a Certificate,
    x509: X509Certificate<'a>,
}

impl<'a> Parsed<'a> {
    pub(super) fn new(certificate: &'a Certificate) -> Result<Self, String> {
        let (rest, x509) = X509Certificate::from_der(&certificate.0)
            .map_err(|_| "a certificate cannot be read as X.509".to_owned())?;
        if rest.is_empty() {
            Ok(Parsed { der: certificate, x509 })
        } else {
            Err("a certificate has trailing bytes".into())
        }
    }

    /// The common name of the issuer, or its whole name.
    pub(super) fn issuer_name(&self) -> String {
        name(self.x509.issuer())
    }

    /// The common name of the subject, or its whole name.
    pub(super) fn subject_name(&self) -> String {
        name(self.x509.subject())
    }

    /// The subject's whole name and the serial number: enough to find the certificate again.
    pub(super) fn shown(&self) -> String {
        format!("{} (serial {})", self.x509.subject(), self.x509.raw_serial_as_string())
    }

    pub(super) fn is_self_signed(&self) -> bool {
        self.is_signed_by(self)
    }

    fn is_signed_by(&self, issuer: &Parsed<'_>) -> bool {
        self.x509.issuer().as_raw() == issuer.x509.subject().as_raw()
            && self.x509.verify_signature(Some(issuer.x509.public_key())).is_ok()
    }

    /// From when to when, and whether `at` lies between.
    pub(super) fn validity_at(&self, at: DateTime<Utc>) -> (String, bool) {
        let validity = self.x509.validity();
        let (from, until) = (validity.not_before.timestamp(), validity.not_after.timestamp());
        let day = |seconds| {
            DateTime::<Utc>::from_timestamp(seconds, 0).map_or("?".to_owned(), |d| d.format("%Y-%m-%d").to_string())
        };
        let state = match at.timestamp() {
            now if now < from => ", not yet valid",
            now if now > until => ", expired",
            _ => "",
        };
        (format!("{} to {}{state}", day(from), day(until)), state.is_empty())
    }

    /// The certificate is for this host; otherwise the names that it is for.
    pub(super) fn is_for(&self, host: &str) -> Result<(), String> {
        let der = CertificateDer::from(self.der.0.as_slice());
        let fits = ServerName::try_from(host.to_owned()).ok().is_some_and(|host| {
            ParsedCertificate::try_from(&der).is_ok_and(|c| rustls::client::verify_server_name(&c, &host).is_ok())
        });
        if fits { Ok(()) } else { Err(self.alternative_names()) }
    }

    fn alternative_names(&self) -> String {
        let mut names = Vec::new();
        for extension in self.x509.extensions() {
            if let ParsedExtension::SubjectAlternativeName(san) = extension.parsed_extension() {
                names.extend(san.general_names.iter().filter_map(|n| match n {
                    GeneralName::DNSName(name) => Some((*name).to_owned()),
                    GeneralName::IPAddress(bytes) => Some(address(bytes)),
                    _ => None,
                }));
            }
        }
        if names.is_empty() { "no names (subjectAltName)".into() } else { names.join(", ") }
    }

    /// The certificate is one of `anchors`, or is signed by one, perhaps through certificates in `known`.
    pub(super) fn descends_from(&self, anchors: &[Certificate], known: &[&Certificate]) -> bool {
        let anchors: Vec<Parsed<'_>> = anchors.iter().filter_map(|c| Parsed::new(c).ok()).collect();
        let known: Vec<Parsed<'_>> = known.iter().filter_map(|c| Parsed::new(c).ok()).collect();
        let mut current = vec![self];
        for _ in 0..DEPTH {
            if current.iter().any(|c| anchors.iter().any(|a| a.der == c.der || c.is_signed_by(a))) {
                return true;
            }
            current = known.iter().filter(|k| current.iter().any(|c| k.der != c.der && c.is_signed_by(k))).collect();
        }
        false
    }
}

/// The first place where the chain is not in order, in words (RFC 5246, 7.4.2: each certificate must
/// directly certify the one before it).
pub(super) fn out_of_order(chain: &[Parsed<'_>]) -> Option<String> {
    let broken = chain.windows(2).find(|pair| !pair[0].is_signed_by(&pair[1]))?;
    Some(format!("{} is followed by {}, which did not sign it", broken[0].shown(), broken[1].shown()))
}

/// Whether a client that has the policy's roots and nothing else, and gets these certificates, would
/// find a path at this time.
pub(super) fn leads_to(chain: &[Certificate], roots: &Roots, at: DateTime<Utc>) -> Result<(), String> {
    let mut store = RootCertStore::empty();
    for Certificate(der) in &roots.anchors {
        store.add(der.clone().into()).map_err(|e| format!("a root of the policy cannot be used: {e}"))?;
    }
    let ders: Vec<CertificateDer<'_>> = chain.iter().map(|c| c.0.as_slice().into()).collect();
    let (leaf, intermediates) = ders.split_first().ok_or("no certificate")?;
    let leaf = ParsedCertificate::try_from(leaf).map_err(|e| reason(&e))?;
    let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let algorithms = aws_lc_rs::default_provider().signature_verification_algorithms.all;
    rustls::client::verify_server_cert_signed_by_trust_anchor(&leaf, &store, intermediates, now, algorithms).map_err(
        |error| match error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => no_path(chain, roots),
            error => reason(&error),
        },
    )
}

/// Why there is no path: a certificate that the server should have sent, or another authority.
fn no_path(chain: &[Certificate], roots: &Roots) -> String {
    let Some(last) = chain.last().and_then(|c| Parsed::new(c).ok()) else {
        return "leads to no root of the policy".into();
    };
    let known: Vec<&Certificate> = roots.intermediates.iter().collect();
    if !known.is_empty() && last.descends_from(&roots.anchors, &known) {
        return format!("an intermediate certificate is missing: {} was not sent", last.issuer_name());
    }
    if last.is_self_signed() {
        return format!("leads to {}, which is no root of the policy", last.subject_name());
    }
    format!(
        "ends with a certificate issued by {}, which was not sent and is no root of the policy: a missing intermediate or another authority",
        last.issuer_name()
    )
}

fn reason(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            "a certificate on the path has expired".into()
        }
        Error::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
            "a certificate on the path is not valid yet".into()
        }
        Error::InvalidCertificate(CertificateError::BadSignature) => "a signature on the path is wrong".into(),
        error => format!("no sound path: {error}"),
    }
}

fn name(name: &x509_parser::x509::X509Name<'_>) -> String {
    let common = name.iter_common_name().next().and_then(|cn| cn.as_str().ok());
    common.map_or_else(|| name.to_string(), str::to_owned)
}

fn address(bytes: &[u8]) -> String {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).map_or_else(|_| "?".into(), |b| std::net::Ipv4Addr::from(b).to_string()),
        16 => <[u8; 16]>::try_from(bytes).map_or_else(|_| "?".into(), |b| std::net::Ipv6Addr::from(b).to_string()),
        _ => "?".into(),
    }
}
