//! The certificates that the organisation trusts, for judging what a server presents.

use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::facts::tls::{Certificate, certificates_from_pem};

/// A bundle of trusted certificates: what a chain must end in, and what it may pass on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// What a chain must lead to.
    pub anchors: Vec<Certificate>,
    /// The other certificates of the bundle. They are known, but a server must still send them: a
    /// client that has only the roots would not know them.
    pub intermediates: Vec<Certificate>,
}

impl Roots {
    /// Reads a PEM bundle.
    ///
    /// A certificate whose issuer is in the bundle too is an intermediate; every other one is the top
    /// of what the organisation trusts, whether it is self-signed or not.
    pub fn from_pem(pem: &[u8]) -> Result<Self, String> {
        let certificates = certificates_from_pem(pem)?;
        let mut names = Vec::with_capacity(certificates.len());
        for Certificate(der) in &certificates {
            let (_, parsed) = X509Certificate::from_der(der).map_err(|e| e.to_string())?;
            names.push((parsed.subject().as_raw().to_vec(), parsed.issuer().as_raw().to_vec()));
        }
        let is_intermediate = |index: usize| {
            let (subject, issuer) = &names[index];
            subject != issuer && names.iter().any(|(other, _)| other == issuer)
        };
        let (mut anchors, mut intermediates) = (Vec::new(), Vec::new());
        for (index, certificate) in certificates.into_iter().enumerate() {
            if is_intermediate(index) {
                intermediates.push(certificate);
            } else {
                anchors.push(certificate);
            }
        }
        if anchors.is_empty() {
            return Err("it holds no root: every certificate in it is issued by another one in it".into());
        }
        Ok(Roots { anchors, intermediates })
    }
}
