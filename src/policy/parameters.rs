//! Every value that a policy can set: where it stands, what it says, how it is written.

use crate::facts::Absent;

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
        "the grants that are approved: who (user, org, org/team or id) has which role on what (collection path, namespace or id; \"*\" is all namespaces as well); in each of the three * stands for any text and ? for one character, and {subject} in object for whoever holds the grant, by name or id, as in the grant on a collection of its own that UCP makes for each user"
        "[{ subject = \"engineering/operators\", role = \"fullcontrol\", object = \"/Shared\" }, { subject = \"*\", role = \"restrictedcontrol\", object = \"/Shared/Private/{subject}\" }]"
    DTR_IN_USE "dtr" "in_use"
        "whether there is a DTR (MSR) at all: false makes its rules not applicable where none is configured" "true"
    DTR_ACCESS "dtr" "access"
        "who may be in which team, and what the team may do where; or what a user's own namespace holds"
        "[{ org = \"engineering\", team = \"ci\", members = [\"jenkins\"], repos = [{ name = \"engineering/app\", level = \"read-write\" }] }]"
    DTR_SCANNER_DB_MAX_AGE "dtr" "scanner_db_max_age"
        "how old the vulnerability database of DTR's scanner may be on the day of the scan; where it is not set, any age will do that the last update did not fail at"
        "\"7d\""
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
    CON_EXEMPT "con" "exempt"
        "containers that the rules about containers do not judge, with the reason and the last day on which that counts; without rules it is all of these rules"
        "[{ selector = \"name:legacy-db\", reason = \"replaced in spring, see POA&M 17\", expires = 2027-03-31, rules = [\"DKER-EE-002030\"] }]"
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
        Absent::NotInPolicy { value: self.shown(), meaning: self.meaning.into() }
    }
}
