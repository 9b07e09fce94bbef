//! A detached signature over the list of digests: ECDSA on P-256 or RSA-PSS, with SHA-256, in the forms
//! that `openssl dgst -sha256 -verify` takes. The salt of RSA-PSS is as long as the digest.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;
use rustls::{SignatureAlgorithm, SignatureScheme};

use crate::printable::line;

/// The name of the signature beside the list.
pub const SIGNATURE: &str = "MANIFEST.sha256.sig";

/// A private key that signs.
#[derive(Clone, Debug)]
pub struct Signer {
    key: Arc<dyn SigningKey>,
    scheme: SignatureScheme,
}

impl Signer {
    /// Reads a PEM key (PKCS#8, SEC 1 or PKCS#1), not encrypted. Errors never show any of it.
    pub fn from_pem(pem: &[u8]) -> Result<Self, String> {
        let der = PrivateKeyDer::from_pem_slice(pem).map_err(|_| {
            "it holds no PEM private key that can be read (an encrypted one is not: openssl pkey -in KEY -out PLAIN)"
                .to_owned()
        })?;
        let key = provider().key_provider.load_private_key(der).map_err(|_| unfit())?;
        let scheme = match key.algorithm() {
            SignatureAlgorithm::ECDSA => SignatureScheme::ECDSA_NISTP256_SHA256,
            SignatureAlgorithm::RSA => SignatureScheme::RSA_PSS_SHA256,
            _ => return Err(unfit()),
        };
        key.choose_scheme(&[scheme]).ok_or_else(unfit)?;
        Ok(Signer { key, scheme })
    }

    /// The signature over these bytes.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let signer = self.key.choose_scheme(&[self.scheme]).ok_or_else(unfit)?;
        signer.sign(bytes).map_err(|e| format!("signing failed: {e}"))
    }
}

fn unfit() -> String {
    "it is no key that signs here: ECDSA on P-256, or RSA".into()
}

/// Whether the signature over these bytes was made by the key of the certificate (PEM). What the
/// certificate itself is worth is for who trusts it to say.
pub fn verify(certificate: &[u8], bytes: &[u8], signature: &[u8]) -> Result<bool, String> {
    let der = CertificateDer::from_pem_slice(certificate).map_err(|_| "it holds no PEM certificate".to_owned())?;
    let (_, parsed) =
        x509_parser::parse_x509_certificate(&der).map_err(|_| "its certificate cannot be read as X.509".to_owned())?;
    let key = &parsed.public_key().subject_public_key.data;
    let algorithms = provider().signature_verification_algorithms;
    let fits = |scheme: SignatureScheme| {
        let mapped = algorithms.mapping.iter().find(|(s, _)| *s == scheme);
        mapped
            .iter()
            .flat_map(|(_, algorithms)| algorithms.iter())
            .any(|a| a.verify_signature(key, bytes, signature).is_ok())
    };
    Ok(fits(SignatureScheme::ECDSA_NISTP256_SHA256) || fits(SignatureScheme::RSA_PSS_SHA256))
}

/// Whose signature is asked for: that of the key of a certificate, where one is known.
#[derive(Clone, Debug, Default)]
pub struct Trust(Option<Certificate>);

#[derive(Clone, Debug)]
struct Certificate {
    name: String,
    pem: Vec<u8>,
}

impl Trust {
    /// The key of this certificate (PEM); `name` is what it is called in messages.
    pub fn in_certificate(name: String, pem: Vec<u8>) -> Result<Self, String> {
        // What cannot be used is said at once, and not taken for a signature that does not fit.
        verify(&pem, b"", b"")?;
        Ok(Trust(Some(Certificate { name, pem })))
    }

    /// A certificate is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.0.is_some()
    }

    /// Whether these bytes are signed as asked for; if not, why not.
    pub fn check(&self, bytes: &[u8], signature: Option<&[u8]>) -> Result<(), String> {
        let Some(Certificate { name, pem }) = &self.0 else {
            return Ok(());
        };
        let name = line(name);
        let Some(signature) = signature else {
            return Err(format!("it is not signed, and {name} says by whom it must be"));
        };
        if verify(pem, bytes, signature)? {
            return Ok(());
        }
        Err(format!("its signature is NOT by the key of {name}"))
    }
}

fn provider() -> CryptoProvider {
    aws_lc_rs::default_provider()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_over_these_bytes_by_this_key() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = rcgen::CertificateParams::new(vec!["signer".into()])
            .expect("parameters")
            .self_signed(&key)
            .expect("a certificate");
        let other = rcgen::KeyPair::generate().expect("a key");
        let other = Signer::from_pem(other.serialize_pem().as_bytes()).expect("a signer");
        let signer = Signer::from_pem(key.serialize_pem().as_bytes()).expect("a signer");
        let signature = signer.sign(b"list").expect("a signature");
        let pem = certificate.pem();
        assert_eq!(verify(pem.as_bytes(), b"list", &signature), Ok(true));
        assert_eq!(verify(pem.as_bytes(), b"lost", &signature), Ok(false));
        let foreign = other.sign(b"list").expect("a signature");
        assert_eq!(verify(pem.as_bytes(), b"list", &foreign), Ok(false));
        let trust = Trust::in_certificate("signer.pem".into(), pem.into_bytes()).expect("a certificate");
        assert_eq!(trust.check(b"list", Some(&signature)), Ok(()));
        for (list, signature) in [(&b"lost"[..], Some(&signature[..])), (b"list", Some(&foreign)), (b"list", None)] {
            assert!(trust.check(list, signature).expect_err("refused").contains("signer.pem"));
        }
        assert_eq!(Trust::default().check(b"list", None), Ok(()));
        assert!(Trust::in_certificate("x".into(), b"hunter2".to_vec()).is_err());
    }

    #[test]
    fn what_is_no_key_is_refused_without_showing_it() {
        let error = Signer::from_pem(b"hunter2").expect_err("no key");
        assert!(!error.contains("hunter2"));
    }
}
