//! What the organisation decided on containers, hosts and the swarm.

use super::nodes::NODES;
use super::swarm::SECRET;

/// As TOML for a policy file. It fits the hardened cluster.
pub(in crate::lab) fn policy() -> String {
    let ports: Vec<String> = NODES
        .iter()
        .map(|node| {
            format!(
                "  {{ selector = \"name:shop-web-*\", proto = \"tcp\", container_port = 8443, host_port = 8443, host_ip = \"{}\" }},\n",
                node.address
            )
        })
        .collect();
    format!(
        r#"[con]
sensitive_dirs = ["/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"]
caps = [
  {{ selector = "name:shop-web-*", allow_add = ["NET_BIND_SERVICE"], require_drop = ["ALL"] }},
  {{ selector = "name:*", require_drop = ["ALL"] }},
]
ports = [
{}]
devices = []
cgroup_parent = []
ulimits = []
host_network_allowed = []

[swarm]
node_cert_expiry = "30d"

[secrets]
apps = [{{ app = "shop", secrets = ["{SECRET}"] }}]

[overlay]
app_layer_encrypted = []

[log]
max_size = "10m"
max_file = 3
plugins = ["example/log-shipper"]

[host]
docker_group = []
"#,
        ports.concat()
    )
}
