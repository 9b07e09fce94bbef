//! The names of the facts: each is collected once, whatever the number of rules that read it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares every fact once: its variant, its name in evidence and results, and what it is.
macro_rules! needs {
    ($($variant:ident $name:literal $describe:literal)*) => {
        /// A fact that probes may need.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[allow(clippy::doc_markdown, reason = "the same texts are shown to people")]
        pub enum Need {
            $(#[doc = $describe] #[serde(rename = $name)] $variant,)*
        }

        impl Need {
            /// Every fact that can be collected.
            pub const ALL: &[Need] = &[$(Need::$variant),*];

            /// The name that evidence and results use for it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Need::$variant => $name,)* }
            }

            /// What it is and where it comes from, for people.
            #[must_use]
            pub fn describe(self) -> &'static str {
                match self { $(Need::$variant => $describe,)* }
            }
        }
    };
}

needs! {
    UcpConfig "ucp.config-toml" "UCP's configuration: GET /api/ucp/config-toml, on UCP 3.0 and older the swarm config com.docker.ucp.config-N"
    UcpChain "ucp.tls-chain" "the certificate chain UCP presents in a TLS handshake"
    UcpCa "ucp.ca" "the CA certificates UCP offers for download: GET /ca"
    UcpTlsVersions "ucp.tls-versions" "which versions of TLS UCP's controller accepts, tried one by one"
    UcpVersion "ucp.version" "UCP's own version: GET /version"
    UcpLdap "ucp.ldap" "UCP's directory settings: GET /enzi/v0/config/auth/ldap"
    UcpGrants "ucp.grants" "every grant of UCP with its subject, role and collection: GET /collectionGrants, /roles and /collections, all pages"
    UcpAccounts "ucp.accounts" "every account, organisation, team and member of UCP: GET /accounts/ and below, all pages"
    UcpKeys "ucp.client-certificates" "the certificates of every user's client bundles: GET /accounts/{user}/publicKeys, all pages"
    DtrTags "dtr.tags" "every tag of every repository in DTR: GET /api/v0/repositories and /api/v0/repositories/{namespace}/{name}/tags, all pages"
    DtrSettings "dtr.settings" "DTR's settings: GET /api/v0/meta/settings"
    DtrScanning "dtr.scanning" "the state of DTR's vulnerability scanner: GET /api/v0/imagescan/status"
    DtrRepositories "dtr.repositories" "every repository of DTR and whether it scans on push: GET /api/v0/repositories, all pages"
    DtrAccess "dtr.access" "who may do what in DTR: GET repositoryAccess of every team, teamAccess of every namespace, all pages"
    DtrVersion "dtr.version" "DTR's own version: GET /api/v0/admin/version"
    DtrChain "dtr.tls-chain" "the certificate chain DTR presents in a TLS handshake"
    DtrCa "dtr.ca" "the CA certificates DTR offers for download: GET /ca"
    KubePods "kubernetes.pods" "every pod: GET /api/v1/pods, all pages"
    KubeServices "kubernetes.services" "every service: GET /api/v1/services, all pages"
    KubeNamespaces "kubernetes.namespaces" "every namespace: GET /api/v1/namespaces, all pages"
    KubeQuotas "kubernetes.quotas" "every resource quota: GET /api/v1/resourcequotas, all pages"
    KubeBindings "kubernetes.bindings" "every role binding and cluster role binding: GET /apis/rbac.authorization.k8s.io/v1/…, all pages"
    EngineInfo "engine.info" "what an engine says of itself: GET /info"
    EngineVersion "engine.version" "an engine's version: GET /version"
    EngineContainers "engine.containers" "every container, stopped ones included: GET /containers/json?all=1 and /containers/{id}/json"
    EngineProcesses "engine.processes" "the programs that run in each running container: GET /containers/{id}/top"
    EngineImages "engine.images" "every image: GET /images/json"
    EngineNetworks "engine.networks" "every network: GET /networks"
    EngineSwarm "engine.swarm" "the swarm's settings: GET /swarm"
    EngineNodes "engine.nodes" "the nodes of the swarm: GET /nodes"
    EngineServices "engine.services" "the services of the swarm: GET /services"
    EngineSecrets "engine.secrets" "the names of the swarm's secrets: GET /secrets"
    EngineVolumes "engine.volumes" "the volumes of an engine, and what they mount: GET /volumes"
    HostOs "host.os" "the operating system: /etc/os-release"
    HostDaemon "host.daemon" "how dockerd was started: its arguments, daemon.json, the units docker.service and docker.socket with their drop-ins"
    HostFiles "host.files" "owners and modes of the engine's files"
    HostAuditRules "host.audit-rules" "the audit rules: the set the kernel has loaded, and the files under /etc/audit"
    HostAuditLog "host.audit-log" "executions of docker exec in the audit log"
    HostSecurity "host.security" "FIPS mode, SELinux and AppArmor, as the kernel has them"
    HostListeners "host.listeners" "the TCP ports that are listened on: /proc/net/tcp and tcp6"
    HostGroups "host.groups" "the members of the group docker: /etc/group and /etc/passwd"
    HostMounts "host.mounts" "where what containers mount of the host leads, links followed"
}

impl Need {
    /// Whether the answer of an engine or host speaks of its own node alone. Networks are listed by
    /// every engine that they reach, and swarms have their settings, nodes, services and secrets once.
    #[must_use]
    pub fn is_of_one_node(self) -> bool {
        match self {
            Need::EngineNetworks
            | Need::EngineSwarm
            | Need::EngineNodes
            | Need::EngineServices
            | Need::EngineSecrets => false,
            other => matches!(other.source(), "engine" | "host"),
        }
    }

    /// What is collected along with it, as it says of the same things what the answer itself does not: the volumes
    /// that containers mount, where their mounts lead, and whether an engine runs beside the one that was asked.
    #[must_use]
    pub fn along(self) -> &'static [Need] {
        match self {
            Need::EngineContainers => &[Need::EngineVolumes, Need::HostMounts, Need::HostDaemon],
            Need::EngineInfo | Need::EngineVersion | Need::EngineImages | Need::EngineProcesses => &[Need::HostDaemon],
            _ => &[],
        }
    }

    /// The source it belongs to: `ucp`, `dtr`, `kubernetes`, `engine` or `host`.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.name().split('.').next().unwrap_or_default()
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
