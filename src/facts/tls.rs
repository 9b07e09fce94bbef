//! Certificates as they were seen on the wire or served for download.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// One X.509 certificate, DER. Certificates are public: they are kept whole.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate(pub Vec<u8>);

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({} bytes)", self.0.len())
    }
}

impl Serialize for Certificate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Certificate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let der = STANDARD.decode(text).map_err(|_| D::Error::custom("a certificate is not base64"))?;
        Ok(Certificate(der))
    }
}

/// What an endpoint presented in a handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// The host name or address that was connected to.
    pub host: String,
    /// The certificates in the order in which they were sent, the server's own first.
    pub certificates: Vec<Certificate>,
}

/// Certificates served for download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// In the order of the file.
    pub certificates: Vec<Certificate>,
}

/// Reads all certificates of a PEM text. The error says what is wrong with it.
pub fn certificates_from_pem(pem: &[u8]) -> Result<Vec<Certificate>, String> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    let mut certificates = Vec::new();
    for item in CertificateDer::pem_slice_iter(pem) {
        let der = item.map_err(|_| "it is not well-formed PEM".to_owned())?;
        x509_parser::parse_x509_certificate(&der)
            .map_err(|_| format!("its certificate number {} cannot be read as X.509", certificates.len() + 1))?;
        certificates.push(Certificate(der.to_vec()));
    }
    if certificates.is_empty() {
        return Err("it holds no certificate".into());
    }
    Ok(certificates)
}

/// Which versions of TLS an endpoint takes, each tried in a handshake of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// TLS 1.0.
    pub tls10: Answer,
    /// TLS 1.1.
    pub tls11: Answer,
    /// TLS 1.2.
    pub tls12: Answer,
    /// TLS 1.3.
    pub tls13: Answer,
}

/// What an endpoint made of a client that offers one version of TLS and no newer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It went on in this version: it sent its part of the handshake.
    Accepted,
    /// It refused with an alert of TLS that says so, by the alert's number (RFC 8446, 6.2).
    Refused(u8),
    /// It hung up, twice, without a word.
    Closed,
    /// Neither: why nothing can be said.
    Unclear(String),
}

impl Default for Answer {
    fn default() -> Self {
        Answer::Unclear("not tried".into())
    }
}
