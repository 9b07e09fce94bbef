//! The rules: one question a file, or one family a file.
//!
//! A probe is a pure function of facts and policy. It reads a fact with `?`, so that an absent one
//! becomes the right result by itself, and answers with a [`Finding`] that is folded from
//! observations. It knows neither network nor reports.

/// How a person reads settings of UCP's configuration.
macro_rules! config_by_hand {
    ($what:literal) => {
        concat!(
            "Read UCP's configuration with an administrator's client bundle:\n  \
             curl --cacert ca.pem --cert cert.pem --key key.pem https://UCP/api/ucp/config-toml\n\
             and look for ",
            $what,
            "."
        )
    };
}

mod banner;
#[cfg(test)]
pub(crate) mod cases;
mod client_certificates;
pub mod containers;
mod content_trust;
mod directory;
pub mod dtr;
pub mod engine;
mod grants;
pub mod host;
mod host_ipc;
pub mod kubernetes;
mod newest_version;
pub mod product;
mod scheduling;
mod session_limit;
mod settings;
mod signed_tags;
pub mod swarm;
mod tls_versions;
mod trusted_ca;

use crate::facts::{Absent, Facts, Need};
use crate::finding::Finding;
use crate::policy::{Parameter, Policy};

pub use banner::Banner;
pub use client_certificates::ClientCertificates;
pub use content_trust::{ContentTrust, SIGNED_IMAGES};
pub use directory::{IdentityProvider, LdapDirectory};
pub use grants::{ApprovedAccess, ApprovedGrants};
pub use host_ipc::HostIpc;
pub use newest_version::NewestVersion;
pub use scheduling::{SCHEDULING, SCHEDULING_MKE};
pub use session_limit::SessionLimit;
pub use settings::{AUDIT_LEVEL, LOGGING, SAML, SESSION_LIFETIME, TELEMETRY};
pub use signed_tags::SignedTags;
pub use tls_versions::TlsVersions;
pub use trusted_ca::{DTR_TRUSTED_CA, UCP_TRUSTED_CA};

/// What is known of a probe without running it. `probes`, `explain` and the docs read this.
#[derive(Debug)]
pub struct Card {
    /// Its name: subject first, in kebab case.
    pub name: &'static str,
    /// The statement that is true when the rule passes.
    pub asks: &'static str,
    /// What it reads.
    pub needs: &'static [Need],
    /// Whether it decides without the policy.
    pub decides_with: Deciding,
    /// The values of the policy that it looks at.
    pub parameters: &'static [Parameter],
    /// How to see the same by hand, safely.
    pub by_hand: &'static str,
    /// What it has met.
    pub met: Met,
}

/// What a probe needs besides facts to decide at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deciding {
    /// Nothing; values of the policy may make it stricter.
    Facts,
    /// Its values of the policy.
    Policy,
}

/// What a probe has been tried against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// The lab, which is written from the vendor's published descriptions.
    LabOnly,
    /// The lab, and the real product.
    RealProduct,
}

impl Met {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Met::LabOnly => "lab",
            Met::RealProduct => "real",
        }
    }
}

/// Decides one rule.
pub trait Probe: Sync {
    /// What is known of it.
    fn card(&self) -> &'static Card;

    /// Looks at the facts. An `Err` is an absent fact or policy value, passed on with `?`.
    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent>;
}

impl std::fmt::Debug for dyn Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.card().name)
    }
}

/// `1 tag`, `2 tags`.
fn counted(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
