//! UCP's own configuration, as TOML.

use super::{fault::Fault, scenario::Scenario, world::World};

/// Whose signature the hardened UCP asks for.
pub(super) const SIGNERS: [&str; 2] = ["engineering/release-signers", "security"];
const OTHER_SIGNERS: [&str; 2] = ["contractors/build", "engineering/release-signers-old"];

/// Secrets in what the lab answers, for whoever wants to see that none of them is passed on.
pub(super) const CANARIES: [&str; 3] = ["canary-scim-token", "canary-ldap-password", "canary-proxy-password"];

/// Which of UCP's configurations: each change made a new one, and only the last counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Revision {
    Former,
    Current,
}

/// Whether the scenario is a UCP that keeps its configuration in a swarm config only.
pub(super) fn is_ucp_30(scenario: &Scenario) -> bool {
    scenario.has(Fault::Ucp30) || scenario.has(Fault::Ucp30NoService)
}

/// The whole document.
pub(super) fn document(world: &World, revision: Revision) -> String {
    let trust = trust(&world.scenario, revision);
    let document = if is_ucp_30(&world.scenario) { ucp_30(world, &trust) } else { ucp_32(world, &trust) };
    if world.scenario.has(Fault::InvalidToml) {
        // As an administrator would have it who typed in a value without quotation marks.
        return document.replace("[log_configuration]", "[log_configuration]\n  host = syslog");
    }
    document
}

fn trust(scenario: &Scenario, revision: Revision) -> String {
    let current = revision == Revision::Current;
    if current && scenario.has(Fault::TrustAbsent) {
        return String::new();
    }
    let required = match (current, scenario.has(Fault::TrustString)) {
        (true, true) => "\"true\"",
        (true, false) if scenario.is_hardened() => "true",
        _ => "false",
    };
    let signers: &[&str] = if current && scenario.has(Fault::OtherSigners) {
        &OTHER_SIGNERS
    } else if current && scenario.is_hardened() {
        &SIGNERS
    } else {
        &[]
    };
    // Debug writes plain names as TOML does.
    let exceptions =
        if current && scenario.has(Fault::AllowRepos) { "  allow_repos = [\"dtr.example.mil/eng/app\"]\n" } else { "" };
    format!(
        "[trust_configuration]
  require_content_trust = {required}
  require_signature_from = {signers:?}
{exceptions}"
    )
}

/// The newest release there is, and the one the lab has.
pub(super) const NEWEST: &str = "3.2.4";
/// The directory of the organisation, and who reads it.
pub(super) const DIRECTORY: &str = "ldaps://directory.example.mil";
pub(super) const READER: &str = "cn=reader,dc=example,dc=mil";
const METADATA: &str = "https://idp.example.mil/metadata";
/// The notice before the login. The configuration breaks its lines, the policy does not.
const NOTICE: [&str; 3] = [
    "You are accessing a simulated system of the lab.",
    "- Everything on it is monitored.",
    "- By using it you consent to that.",
];

/// What the organisation decided on the configuration, for a policy file.
pub(super) fn policy(ucp_host: &str) -> String {
    let notice = NOTICE.join(" ");
    format!(
        "[ucp]
per_user_limit = 3

[idp.expected]
ldap_url = {DIRECTORY:?}
reader_dn = {READER:?}
saml_metadata_url = {METADATA:?}
sp_host = {ucp_host:?}

[mke]
host_ipc_allowed = false
latest_version = {NEWEST:?}

[banner]
text = {notice:?}

"
    )
}

/// Whether users come from a directory.
pub(super) fn has_directory(scenario: &Scenario) -> bool {
    Values::of(scenario).backend == "ldap"
}

/// From which level on UCP logs, and how much it writes into its audit log.
pub(super) fn levels(scenario: &Scenario) -> (&'static str, &'static str) {
    let values = Values::of(scenario);
    (values.log, values.audit)
}

/// The values in which a hardened and a fresh UCP differ.
#[allow(clippy::struct_excessive_bools, reason = "each is a switch in the file")]
struct Values {
    backend: &'static str,
    saml: bool,
    saml_unverified: bool,
    lifetime: u32,
    renewal: u32,
    per_user: u32,
    admin_scheduling: bool,
    usage_off: bool,
    tracking_off: bool,
    log: &'static str,
    audit: &'static str,
    min_tls: &'static str,
    notice: String,
    host_ipc: &'static [&'static str],
    roots: &'static str,
}

impl Values {
    fn of(scenario: &Scenario) -> Self {
        let mut values = if scenario.is_hardened() {
            Self {
                // This release takes LDAP or SAML, not both: one of the two rules stays open.
                backend: "ldap",
                saml: false,
                saml_unverified: false,
                lifetime: 10,
                renewal: 0,
                per_user: 3,
                admin_scheduling: false,
                usage_off: true,
                tracking_off: true,
                log: "INFO",
                audit: "request",
                min_tls: "  min_tls_version = \"TLSv1.2\"\n",
                notice: NOTICE.join("\n\n"),
                host_ipc: &[],
                roots: "-----BEGIN CERTIFICATE-----\nbGFi\n-----END CERTIFICATE-----\n",
            }
        } else {
            Self {
                backend: "managed",
                saml: false,
                saml_unverified: false,
                lifetime: 60,
                renewal: 20,
                per_user: 10,
                admin_scheduling: false,
                usage_off: false,
                tracking_off: false,
                log: "INFO",
                audit: "",
                min_tls: "",
                notice: String::new(),
                host_ipc: &[],
                roots: "",
            }
        };
        values.spoil(scenario);
        values
    }

    /// What single faults make of them.
    fn spoil(&mut self, scenario: &Scenario) {
        for fault in scenario.faults() {
            match fault {
                Fault::ManagedUsers => self.backend = "managed",
                Fault::SamlInstead => (self.backend, self.saml) = ("managed", true),
                Fault::SamlUnverified => (self.backend, self.saml, self.saml_unverified) = ("managed", true, true),
                Fault::SessionsDefault => {
                    (self.lifetime, self.renewal, self.per_user) = (60, 20, 10);
                }
                Fault::SessionsUnlimited => self.per_user = 0,
                Fault::AdminScheduling => self.admin_scheduling = true,
                Fault::Telemetry => self.usage_off = false,
                Fault::LogError => self.log = "ERROR",
                Fault::AuditMetadata => self.audit = "metadata",
                Fault::MinTlsAbsent => self.min_tls = "",
                Fault::MinTlsOld => self.min_tls = "  min_TLS_version = \"TLSv1.0\"\n",
                Fault::BannerOther => self.notice = NOTICE[..2].join("\n"),
                Fault::HostIpc => self.host_ipc = &["hostIPC"],
                _ => {}
            }
        }
    }
}

/// A value of TOML in one line: a certificate has line breaks.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\n', "\\n"))
}

/// The form of UCP 3.2.
fn ucp_32(world: &World, trust: &str) -> String {
    let Values {
        backend,
        saml,
        saml_unverified,
        lifetime,
        renewal,
        per_user,
        admin_scheduling,
        usage_off,
        tracking_off,
        log,
        audit,
        min_tls,
        notice,
        host_ipc,
        roots,
    } = Values::of(&world.scenario);
    let (notice, roots) = (quoted(&notice), quoted(roots));
    let [scim_token, reader_password, _] = CANARIES;
    let dtr = &world.dtr_host;
    let dtr_ca = quoted(&world.certificates.dtr_ca);
    format!(
        r#"[auth]
  backend = "{backend}"
  default_new_user_role = "restrictedcontrol"
  samlEnabled = {saml}
  samlLoginText = ""
  scimEnabled = {saml}
  managedPasswordDisabled = false
  managedPasswordFallbackUser = ""
  [auth.sessions]
    lifetime_minutes = {lifetime}
    renewal_threshold_minutes = {renewal}
    per_user_limit = {per_user}
  [auth.saml]
    idpMetadataURL = {METADATA:?}
    spHost = "https://{ucp}"
    rootCerts = {roots}
    tlsSkipVerify = {saml_unverified}
  [auth.scim]
    token = "{scim_token}"
    orgName = "engineering"
  [auth.ldap]
    server_url = "ldaps://directory.example.mil"
    start_tls = false
    tls_skip_verify = false
    reader_dn = "cn=reader,dc=example,dc=mil"
    reader_password = "{reader_password}"

[[registries]]
  host_address = "{dtr}"
  service_id = "0d2e3a58-9e0b-4a4e-8a1c-5d1f3b0c7e21"
  ca_bundle = {dtr_ca}
  batch_scanning_data_enabled = false

[scheduling_configuration]
  enable_admin_ucp_scheduling = {admin_scheduling}
  default_node_orchestrator = "swarm"

[tracking_configuration]
  disable_usageinfo = {usage_off}
  disable_tracking = {tracking_off}
  anonymize_tracking = false
  cluster_label = "lab"

{trust}
[log_configuration]
  level = "{log}"

[audit_log_configuration]
  level = "{audit}"
  support_dump_include_audit_logs = false

[license_configuration]
  auto_refresh = true
  license_server_url = ""
  license_server_public_key = ""

[[custom_api_server_headers]]
  name = "X-Lab-Banner"
  value = "simulated"

[pki]
  client_ca_bundle = ""

{CLUSTER}  swarm_only = {swarm_only}
  kube_protect_kernel_defaults = {hardened}
  kms_enabled = {hardened}
  exclude_server_identity_headers = false
  iscsi_enabled = false
  iscsiadm_path = ""
  iscsidb_path = ""
  service_cluster_ip_range = "10.96.0.0/16"
  pre_logon_message = {notice}
  priv_attributes_allowed_for_user_accounts = {host_ipc:?}
  priv_attributes_allowed_for_service_accounts = []
{min_tls}  secure_overlay = {secure_overlay}
"#,
        ucp = world.ucp_host,
        swarm_only = world.scenario.has(Fault::SwarmOnly),
        hardened = world.scenario.is_hardened(),
        secure_overlay = world.scenario.is_hardened(),
    )
}

/// The form of UCP 3.0: LDAP and TLS in it, neither SAML nor the audit log.
fn ucp_30(world: &World, trust: &str) -> String {
    let Values { backend, lifetime, renewal, per_user, admin_scheduling, usage_off, tracking_off, log, .. } =
        Values::of(&world.scenario);
    let [_, reader_password, _] = CANARIES;
    let dtr = &world.dtr_host;
    let dtr_ca = quoted(&world.certificates.dtr_ca);
    format!(
        r#"[auth]
  backend = "{backend}"
  default_new_user_role = "restrictedcontrol"
  [auth.sessions]
    lifetime_minutes = {lifetime}
    renewal_threshold_minutes = {renewal}
    per_user_limit = {per_user}
  [auth.ldap]
    server_url = "ldaps://directory.example.mil"
    start_tls = false
    tls_skip_verify = false
    reader_dn = "cn=reader,dc=example,dc=mil"
    reader_password = "{reader_password}"

[scheduling_configuration]
  enable_admin_ucp_scheduling = {admin_scheduling}
  enable_user_ucp_scheduling = false
  default_node_orchestrator = "swarm"

[tracking_configuration]
  disable_usageinfo = {usage_off}
  disable_tracking = {tracking_off}
  anonymize_tracking = false

[log_configuration]
  level = "{log}"
  protocol = "tcp"
  host = ""

[license_configuration]
  auto_refresh = true

{CLUSTER}  min_tls_version = "tlsv1.2"

{trust}
[[registries]]
  host_address = "{dtr}"
  service_id = "0d2e3a58-9e0b-4a4e-8a1c-5d1f3b0c7e21"
  ca_bundle = {dtr_ca}
"#
    )
}

/// What both forms say of the cluster.
const CLUSTER: &str = r#"[cluster_config]
  controller_port = 443
  kube_apiserver_port = 6443
  swarm_port = 2376
  swarm_strategy = "spread"
  dns = []
  dns_opt = []
  dns_search = []
  profiling_enabled = false
  kv_timeout = 5000
  kv_snapshot_count = 20000
  external_service_lb = ""
  metrics_retention_time = ""
  metrics_scrape_interval = "1m"
  metrics_disk_usage_interval = ""
  rethinkdb_cache_size = "1GB"
  cloud_provider = ""
  cni_installer_url = ""
  pod_cidr = "192.168.0.0/16"
  calico_mtu = "1480"
  ipip_mtu = "1480"
  unmanaged_cni = false
  nodeport_range = "32768-35535"
  azure_ip_count = ""
  custom_kube_api_server_flags = []
  custom_kube_controller_manager_flags = []
  custom_kubelet_flags = []
  custom_kube_scheduler_flags = []
  local_volume_collection_mapping = false
  manager_kube_reserved_resources = "cpu=1,memory=2Gi,ephemeral-storage=4Gi"
  worker_kube_reserved_resources = "cpu=100m,memory=300Mi,ephemeral-storage=500Mi"
"#;
