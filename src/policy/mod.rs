//! What the organisation decided: the values that the system security plan (SSP) sets and that
//! rules are judged against.
//!
//! A value that is not set leaves its rules `notchecked` with the name of the value; there are no
//! defaults, because a default would be this program's decision and not the organisation's.

mod roots;
mod values;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use roots::Roots;
pub use values::*;

use crate::facts::Absent;
use crate::toml_file::{self, TomlError};
use crate::xccdf::ids::sha256_hex;

/// A value of the policy, for lists, explanations and the commented file that `init` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Table in the file.
    pub table: &'static str,
    /// Key in the table.
    pub key: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// A value to show how it is written.
    pub example: &'static str,
}

/// Declares a value: its constant, table, key, meaning and example.
macro_rules! parameters {
    ($($name:ident $table:literal $key:literal $meaning:literal $example:literal)*) => {
        $(
            #[doc = concat!("`[", $table, "] ", $key, "`.")]
            pub const $name: Parameter = Parameter {
                table: $table,
                key: $key,
                meaning: $meaning,
                example: $example,
            };
        )*

        /// Every value that a policy can set, in the order of the file that `init` writes.
        pub const PARAMETERS: &[Parameter] = &[$($name),*];
    };
}

parameters! {
    UCP_PER_USER_LIMIT "ucp" "per_user_limit"
        "how many sessions a user may have: one number or several, none of them 0" "5"
    UCP_GRANTS "ucp" "grants"
        "the grants that are approved: who (user, org, org/team or id) has which role on what (collection path, namespace or id)"
        "[{ subject = \"engineering/operators\", role = \"fullcontrol\", object = \"/Shared\" }]"
    DTR_IN_USE "dtr" "in_use"
        "whether there is a DTR (MSR) at all: false makes its rules not applicable where none is configured" "true"
    DTR_ACCESS "dtr" "access"
        "who may be in which team, and what the team may do where; or what a user's own namespace holds"
        "[{ org = \"engineering\", team = \"ci\", members = [\"jenkins\"], repos = [{ name = \"engineering/app\", level = \"read-write\" }] }]"
    CON_SENSITIVE_DIRS "con" "sensitive_dirs"
        "the host's directories that no container may write to"
        "[\"/\", \"/boot\", \"/dev\", \"/etc\", \"/lib\", \"/proc\", \"/sys\", \"/usr\"]"
    CON_CAPS "con" "caps"
        "the Linux capabilities that some containers may add, and must drop"
        "[{ selector = \"name:web-*\", allow_add = [\"NET_BIND_SERVICE\"], require_drop = [\"ALL\"] }]"
    CON_PORTS "con" "ports"
        "the ports that containers may publish"
        "[{ selector = \"name:web-*\", proto = \"tcp\", container_port = 8443, host_port = 8443 }]"
    CON_DEVICES "con" "devices"
        "the devices of the host that containers may have"
        "[{ selector = \"name:modem\", path_on_host = \"/dev/ttyS0\", permissions = \"rw\" }]"
    CON_CGROUP_PARENT "con" "cgroup_parent"
        "the parent cgroups other than the default that containers may have"
        "[{ selector = \"name:batch-*\", value = \"/batch\" }]"
    CON_ULIMITS "con" "ulimits"
        "the resource limits of their own that containers may have"
        "[{ selector = \"name:db\", name = \"nofile\", soft = 1024, hard = 2048 }]"
    CON_HOST_NETWORK_ALLOWED "con" "host_network_allowed"
        "the containers that may share the host's network" "[\"name:node-exporter\"]"
    LOG_MAX_SIZE "log" "max_size" "the size at which the engine starts a new log file" "\"10m\""
    LOG_MAX_FILE "log" "max_file" "how many log files the engine keeps" "3"
    LOG_PLUGINS "log" "plugins"
        "the logging plugins that send logs to the organisation's central log" "[\"example/log-shipper\"]"
    CA_UCP "ca" "ucp" "PEM file with the root certificates that UCP's certificate must lead to" "\"roots.pem\""
    CA_DTR "ca" "dtr" "PEM file with the root certificates that DTR's certificate must lead to" "\"roots.pem\""
    BUNDLE_SUBJECT "bundle" "subject"
        "a regular expression that the subject of every client certificate matches" "\"O=Example\""
    BUNDLE_ISSUER "bundle" "issuer"
        "a regular expression that the issuer of every client certificate matches" "\"CN=Example CA\""
    TRUST_SIGNERS "trust" "signers"
        "the teams or users that must have signed an image before UCP runs it: exactly those that UCP's require_signature_from names, by name, id or org/team, in any order"
        "[\"engineering/release-signers\", \"security\"]"
    SWARM_NODE_CERT_EXPIRY "swarm" "node_cert_expiry"
        "how long the certificates of swarm nodes are valid" "\"30d\""
    SECRETS_APPS "secrets" "apps"
        "the applications and the secrets that are theirs"
        "[{ app = \"shop\", secrets = [\"shop-db-password\"] }]"
    OVERLAY_APP_LAYER_ENCRYPTED "overlay" "app_layer_encrypted"
        "the overlay networks whose applications encrypt their traffic themselves, and how that is known"
        "[{ network = \"shop\", evidence = \"mutual TLS, see SSP 3.2\" }]"
    HOST_TLS_CA "host" "tls_ca"
        "the engine's CA certificate, where its settings do not name one" "\"/etc/docker/ca.pem\""
    HOST_TLS_CERT "host" "tls_cert"
        "the engine's certificate, where its settings do not name one" "\"/etc/docker/server-cert.pem\""
    HOST_TLS_KEY "host" "tls_key"
        "the engine's key, where its settings do not name one" "\"/etc/docker/server-key.pem\""
    HOST_DOCKER_GROUP "host" "docker_group" "who may be in the group docker" "[\"alice\"]"
    K8S_KUBE_SYSTEM_SERVICES "k8s" "kube_system_services"
        "the services that may stand in the namespaces of Kubernetes itself" "[\"kube-dns\"]"
    K8S_QUOTAS "k8s" "quotas"
        "for each namespace the limits that its resource quota must have"
        "{ shop = { \"limits.cpu\" = \"4\", \"limits.memory\" = \"8Gi\" } }"
    K8S_HOST_NETWORK_ALLOWED "k8s" "host_network_allowed"
        "the pods that may share the host's network, as namespace/name" "[\"monitoring/node-exporter-*\"]"
    IDP_EXPECTED "idp" "expected"
        "the directory or identity provider that MKE must use"
        "{ ldap_url = \"ldaps://ldap.example.mil\", reader_dn = \"cn=reader,dc=example,dc=mil\" }"
    MKE_HOST_IPC_ALLOWED "mke" "host_ipc_allowed"
        "whether accounts may be allowed to share the host's IPC namespace" "false"
    MKE_LATEST_VERSION "mke" "latest_version" "the newest version of MKE that the vendor supports" "\"3.8.1\""
    BANNER_TEXT "banner" "text"
        "the notice that users must see before they log in" "\"You are accessing a system of …\""
}

impl Parameter {
    /// As people write it: `[trust] signers`.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("[{}] {}", self.table, self.key)
    }

    /// What a rule says that needs this value and does not have it.
    #[must_use]
    pub fn absent(&self) -> Absent {
        Absent::NotInPolicy {
            value: self.shown(),
            meaning: self.meaning.into(),
        }
    }
}

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
    /// SHA-256 over the policy file and the files it names; none where there is no policy.
    pub sha256: Option<String>,
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
    /// A value that has the right type and makes no sense.
    #[error("{policy}: {value}: {reason}")]
    Value {
        /// The policy file.
        policy: String,
        /// The value.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
struct Written {
    trust: Trust,
    ca: Ca,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
struct Trust {
    signers: Option<Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
struct Ca {
    ucp: Option<PathBuf>,
    dtr: Option<PathBuf>,
}

impl Policy {
    /// Reads a policy from the text of `file`. Paths in it are relative to the file; `open` gives the
    /// bytes of a path.
    pub fn parse(
        file: &Path,
        text: &str,
        open: impl Fn(&Path) -> std::io::Result<Vec<u8>>,
    ) -> Result<Self, PolicyError> {
        let name = file.display().to_string();
        let written: Written = toml_file::parse(&name, text).map_err(misplaced)?;
        let mut digests = vec![sha256_hex(text.as_bytes())];

        let mut roots =
            |path: Option<PathBuf>, parameter: &Parameter| -> Result<Option<Roots>, PolicyError> {
                let Some(path) = path else { return Ok(None) };
                if path.as_os_str().is_empty() {
                    let reason = "it names no file".into();
                    return Err(PolicyError::Value {
                        policy: name.clone(),
                        value: parameter.shown(),
                        reason,
                    });
                }
                let path = file.parent().unwrap_or(Path::new("")).join(path);
                let fail = |reason: String| PolicyError::File {
                    policy: name.clone(),
                    value: parameter.shown(),
                    file: path.display().to_string(),
                    reason,
                };
                let pem = open(&path).map_err(|e| fail(e.to_string()))?;
                digests.push(sha256_hex(&pem));
                Roots::from_pem(&pem).map(Some).map_err(fail)
            };
        let ca_ucp = roots(written.ca.ucp, &CA_UCP)?;
        let ca_dtr = roots(written.ca.dtr, &CA_DTR)?;

        let signers = written.trust.signers;
        if signers
            .as_ref()
            .is_some_and(|s| s.iter().any(|name| name.trim().is_empty()))
        {
            let reason = "a name is empty".into();
            return Err(PolicyError::Value {
                policy: name,
                value: TRUST_SIGNERS.shown(),
                reason,
            });
        }
        Ok(Policy {
            trust_signers: signers,
            ca_ucp,
            ca_dtr,
            sha256: Some(sha256_hex(digests.join("\n").as_bytes())),
            ..Policy::default()
        })
    }
}

/// Says where a key belongs that stands outside its table.
fn misplaced(mut error: TomlError) -> TomlError {
    let at_home = |p: &&Parameter| {
        error
            .message
            .starts_with(&format!("unknown field `{}`, expected", p.key))
    };
    if let Some(parameter) = PARAMETERS.iter().find(at_home) {
        error.message = format!(
            "`{}` stands outside its table: it belongs under [{}]",
            parameter.key, parameter.table
        );
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Policy, PolicyError> {
        Policy::parse(Path::new("etc/policy.toml"), text, |path| {
            assert_eq!(
                path,
                Path::new("etc/roots.pem"),
                "relative to the policy file"
            );
            Ok(b"no certificate".to_vec())
        })
    }

    #[test]
    fn an_empty_policy_sets_nothing() {
        let policy = parse("").expect("an empty policy");
        assert_eq!(
            (policy.trust_signers, policy.ca_ucp, policy.ca_dtr),
            (None, None, None)
        );
    }

    #[test]
    fn mistakes_are_named() {
        let text = |t| parse(t).expect_err("a mistake").to_string();
        assert!(text("[trust]\nsigner = ['a']\n").contains("policy.toml:2:1"));
        assert!(text("[trust]\nsigner = ['a']\n").contains("did you mean `signers`?"));
        assert!(text("[trust]\nsigners = 'a'\n").contains("policy.toml:2:"));
        assert!(text("signers = ['a']\n").contains("it belongs under [trust]"));
        assert!(text("trust = 1\n").contains("expected a table"));
        assert!(text("[ca]\nucp = ''\n").contains("it names no file"));
        assert!(text("[trust]\nsigners = ['']\n").contains("[trust] signers: a name is empty"));
        assert!(
            text("[ca]\nucp = 'roots.pem'\n")
                .contains("[ca] ucp names etc/roots.pem: it holds no certificate")
        );
    }

    #[test]
    fn every_parameter_is_a_key_of_the_file() {
        for parameter in PARAMETERS {
            let text = format!(
                "[{}]\n{} = {}\n",
                parameter.table, parameter.key, parameter.example
            );
            let unknown = parse(&text)
                .err()
                .is_some_and(|e| e.to_string().contains("unknown field"));
            assert!(!unknown, "{text}");
        }
    }
}
