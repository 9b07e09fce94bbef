//! UCP's own configuration, as TOML.

use super::{fault::Fault, scenario::Scenario, world::World};

/// Whose signature the hardened UCP asks for.
pub(super) const SIGNERS: [&str; 2] = ["engineering/release-signers", "security"];
const OTHER_SIGNERS: [&str; 2] = ["contractors/build", "engineering/release-signers-old"];

/// Secrets in what the lab answers, for whoever wants to see that none of them is passed on.
pub(super) static CANARIES: [&str; 3] = [
    "canary-scim-token",
    "canary-ldap-password",
    "canary-proxy-password",
];

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
    let document = if is_ucp_30(&world.scenario) {
        ucp_30(world, &trust)
    } else {
        ucp_32(world, &trust)
    };
    if world.scenario.has(Fault::InvalidToml) {
        // As an administrator would have it who typed in a value without quotation marks.
        return document.replace(
            "[log_configuration]",
            "[log_configuration]\n  host = syslog",
        );
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
    format!(
        "[trust_configuration]
  require_content_trust = {required}
  require_signature_from = {signers:?}
"
    )
}

/// The values in which a hardened and a fresh UCP differ.
struct Values {
    backend: &'static str,
    saml: bool,
    lifetime: u32,
    renewal: u32,
    per_user: u32,
    telemetry_off: bool,
    audit: &'static str,
    min_tls: &'static str,
}

impl Values {
    fn of(scenario: &Scenario) -> Self {
        if scenario.is_hardened() {
            Self {
                backend: "ldap",
                saml: true,
                lifetime: 10,
                renewal: 0,
                per_user: 3,
                telemetry_off: true,
                audit: "request",
                min_tls: "  min_tls_version = \"TLSv1.2\"\n",
            }
        } else {
            Self {
                backend: "managed",
                saml: false,
                lifetime: 60,
                renewal: 20,
                per_user: 10,
                telemetry_off: false,
                audit: "",
                min_tls: "",
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
        lifetime,
        renewal,
        per_user,
        telemetry_off,
        audit,
        min_tls,
    } = Values::of(&world.scenario);
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
    idpMetadataURL = "https://idp.example.mil/metadata"
    spHost = "https://{ucp}"
    rootCerts = ""
    tlsSkipVerify = false
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
  enable_admin_ucp_scheduling = false
  default_node_orchestrator = "swarm"

[tracking_configuration]
  disable_usageinfo = {telemetry_off}
  disable_tracking = {telemetry_off}
  anonymize_tracking = false
  cluster_label = "lab"

{trust}
[log_configuration]
  level = "INFO"

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

{CLUSTER}  exclude_server_identity_headers = false
  iscsi_enabled = false
  iscsiadm_path = ""
  iscsidb_path = ""
  service_cluster_ip_range = "10.96.0.0/16"
{min_tls}"#,
        ucp = world.ucp_host,
    )
}

/// The form of UCP 3.0: LDAP and TLS in it, neither SAML nor the audit log.
fn ucp_30(world: &World, trust: &str) -> String {
    let Values {
        backend,
        lifetime,
        renewal,
        per_user,
        telemetry_off,
        ..
    } = Values::of(&world.scenario);
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
  enable_admin_ucp_scheduling = false
  enable_user_ucp_scheduling = false
  default_node_orchestrator = "swarm"

[tracking_configuration]
  disable_usageinfo = {telemetry_off}
  disable_tracking = {telemetry_off}
  anonymize_tracking = false

[log_configuration]
  level = "INFO"
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
