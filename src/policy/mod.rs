//! What the organisation decided: the values that the system security plan (SSP) sets and that
//! rules are judged against.
//!
//! A value that is not set leaves its rules `notchecked` with the name of the value; there are no
//! defaults, because a default would be this program's decision and not the organisation's.

mod checks;
mod file;
mod parameters;
mod people;
mod roots;
mod values;
mod words;

use std::collections::BTreeMap;
use std::path::Path;

pub use parameters::*;
pub use people::{About, Asked, Attestation, NamedFile, Said, Waiver};
pub use roots::Roots;
pub use values::*;

use crate::toml_file::TomlError;

/// A policy, with the files it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// `[trust] signers`.
    pub trust_signers: Option<Vec<String>>,
    /// `[ca] ucp`.
    pub ca_ucp: Option<Roots>,
    /// `[ca] dtr`.
    pub ca_dtr: Option<Roots>,
    /// `[ucp] per_user_limit`: any of these numbers.
    pub ucp_per_user_limit: Option<Vec<u32>>,
    /// `[[ucp.grants]]`.
    pub ucp_grants: Option<Vec<AllowedGrant>>,
    /// `[dtr] in_use`: whether there is a DTR at all; `Some(false)` makes its rules not applicable.
    pub dtr_in_use: Option<bool>,
    /// `[[dtr.access]]`.
    pub dtr_access: Option<Vec<AllowedAccess>>,
    /// `[dtr] scanner_db_max_age`.
    pub dtr_scanner_db_max_age: Option<std::time::Duration>,
    /// `[con] sensitive_dirs`.
    pub con_sensitive_dirs: Option<Vec<String>>,
    /// `[[con.caps]]`.
    pub con_caps: Option<Vec<AllowedCapabilities>>,
    /// `[[con.ports]]`.
    pub con_ports: Option<Vec<AllowedPort>>,
    /// `[[con.devices]]`.
    pub con_devices: Option<Vec<AllowedDevice>>,
    /// `[[con.cgroup_parent]]`.
    pub con_cgroup_parent: Option<Vec<AllowedCgroup>>,
    /// `[[con.ulimits]]`.
    pub con_ulimits: Option<Vec<AllowedUlimit>>,
    /// `[con] host_network_allowed`: containers that may share the host's network, by selector.
    pub con_host_network_allowed: Option<Vec<Selector>>,
    /// `[[con.exempt]]`: containers that rules do not judge.
    pub con_exempt: Vec<Exemption>,
    /// `[log] max_size`.
    pub log_max_size: Option<String>,
    /// `[log] max_file`.
    pub log_max_file: Option<u32>,
    /// `[log] plugins`.
    pub log_plugins: Option<Vec<String>>,
    /// `[bundle] subject`: a regular expression for the subject of client certificates.
    pub bundle_subject: Option<String>,
    /// `[bundle] issuer`: a regular expression for their issuer.
    pub bundle_issuer: Option<String>,
    /// `[swarm] node_cert_expiry`.
    pub swarm_node_cert_expiry: Option<std::time::Duration>,
    /// `[[secrets.apps]]`.
    pub secrets_apps: Option<Vec<SecretOwner>>,
    /// `[[overlay.app_layer_encrypted]]`.
    pub overlay_app_layer_encrypted: Option<Vec<EncryptedByApplication>>,
    /// `[host] tls_ca`.
    pub host_tls_ca: Option<String>,
    /// `[host] tls_cert`.
    pub host_tls_cert: Option<String>,
    /// `[host] tls_key`.
    pub host_tls_key: Option<String>,
    /// `[host] docker_group`: who may be in the group docker.
    pub host_docker_group: Option<Vec<String>>,
    /// `[k8s] kube_system_services`.
    pub k8s_kube_system_services: Option<Vec<String>>,
    /// `[k8s] quotas`: for each namespace the hard limits that its quota must have.
    pub k8s_quotas: Option<Quotas>,
    /// `[k8s] host_network_allowed`: pods as `namespace/name`, with `*` and `?`.
    pub k8s_host_network_allowed: Option<Vec<String>>,
    /// `[idp.expected]`.
    pub idp_expected: Option<IdentityProvider>,
    /// `[mke] host_ipc_allowed`.
    pub mke_host_ipc_allowed: Option<bool>,
    /// `[mke] latest_version`.
    pub mke_latest_version: Option<String>,
    /// `[banner] text`.
    pub banner_text: Option<String>,
    /// `[[attest]]`: what people answered.
    pub attestations: Vec<Attestation>,
    /// `[[waiver]]`: what people excepted.
    pub waivers: Vec<Waiver>,
    /// Every rule that the file names, with its place.
    pub names: Vec<Named>,
    /// SHA-256 over the policy file and the files it names; none where there is no policy.
    pub sha256: Option<String>,
}

/// A rule as the file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub rule: String,
    /// Its place, with nothing wrong yet.
    pub at: TomlError,
}

/// Why a policy could not be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file has a mistake.
    #[error(transparent)]
    Toml(#[from] TomlError),
    /// A file that the policy names cannot be used.
    #[error("{policy}: {value} names {file}: {reason}")]
    File {
        /// The policy file.
        policy: String,
        /// The value that names it.
        value: String,
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Policy {
    /// Reads a policy from the text of `file`. Paths in it are relative to the file; `open` gives the
    /// bytes of a path.
    pub fn parse(
        file: &Path,
        text: &str,
        open: impl Fn(&Path) -> std::io::Result<Vec<u8>>,
    ) -> Result<Self, PolicyError> {
        file::parse(file, text, open)
    }

    /// The labels by whose values selectors choose containers: their values have to be collected.
    pub fn label_keys(&self) -> impl Iterator<Item = &str> {
        fn of<T>(list: Option<&Vec<T>>, pick: fn(&T) -> &Selector) -> Vec<&Selector> {
            list.into_iter().flatten().map(pick).collect()
        }
        let selectors = [
            of(self.con_caps.as_ref(), |a| &a.selector),
            of(self.con_ports.as_ref(), |a| &a.selector),
            of(self.con_devices.as_ref(), |a| &a.selector),
            of(self.con_cgroup_parent.as_ref(), |a| &a.selector),
            of(self.con_ulimits.as_ref(), |a| &a.selector),
            of(self.con_host_network_allowed.as_ref(), |a| a),
            of(Some(&self.con_exempt), |a| &a.selector),
        ];
        selectors.into_iter().flatten().filter_map(|selector| match selector {
            Selector::Label(key, Some(_)) => Some(key.as_str()),
            _ => None,
        })
    }

    /// The policy with every rule that it names called by its STIG-ID. `find` gives the STIG-ID of a name,
    /// or says that there is no such rule.
    pub fn with_rules(mut self, find: impl Fn(&str) -> Result<String, String>) -> Result<Self, PolicyError> {
        // Many answers may speak of one rule: each name is looked up once.
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let mut find = |name: &String| {
            if let Some(id) = known.get(name) {
                return Ok::<_, (String, String)>(id.clone());
            }
            let id = find(name).map_err(|message| (name.clone(), message))?;
            known.insert(name.clone(), id.clone());
            Ok(id)
        };
        let found = (|| {
            for attestation in &mut self.attestations {
                attestation.rule = find(&attestation.rule)?;
            }
            for waiver in &mut self.waivers {
                waiver.rule = find(&waiver.rule)?;
            }
            for rule in self.con_exempt.iter_mut().flat_map(|e| &mut e.rules) {
                *rule = find(rule)?;
            }
            Ok(())
        })();
        match found {
            Ok(()) => Ok(self),
            Err((name, message)) => {
                let named = self.names.iter().find(|named| named.rule == name);
                let at = named.map(|named| named.at.clone()).unwrap_or_default();
                Err(TomlError { message, ..at }.into())
            }
        }
    }
}

#[cfg(test)]
mod tests;
