//! What an engine says of itself.

use std::collections::BTreeMap;

use serde_json::Value;

use super::talk::Talk;
use crate::collect::http::Failure;
use crate::facts::engine::{Info, Limits, SwarmMembership, Version};
use crate::facts::field::Field;

pub(super) async fn info(talk: &Talk<'_>) -> Result<(String, Info), Failure> {
    talk.info().await
}

#[allow(clippy::unused_async, reason = "asked like all other facts")]
pub(super) async fn version(talk: &Talk<'_>) -> Result<(String, Version), Failure> {
    Ok(talk.version())
}

/// `GET /version`, reduced.
pub(super) fn reduced_version(told: &Value) -> Version {
    let components = told.get("Components").and_then(Value::as_array);
    let engine =
        components.and_then(|all| all.iter().find(|c| c.get("Name").and_then(Value::as_str) == Some("Engine")));
    Version {
        version: text(told, "/Version"),
        api_version: text(told, "/ApiVersion"),
        platform: text(told, "/Platform/Name"),
        experimental: Field::at(told, "/Experimental"),
        component_experimental: engine.map_or(Field::Absent, |e| Field::at(e, "/Details/Experimental")),
    }
}

/// `GET /info`, reduced.
pub(super) fn reduced_info(told: &Value) -> Info {
    Info {
        name: text(told, "/Name"),
        server_version: text(told, "/ServerVersion"),
        operating_system: text(told, "/OperatingSystem"),
        storage_driver: Field::at(told, "/Driver"),
        logging_driver: Field::at(told, "/LoggingDriver"),
        security_options: Field::at(told, "/SecurityOptions"),
        insecure_cidrs: Field::at(told, "/RegistryConfig/InsecureRegistryCIDRs"),
        insecure_registries: insecure_registries(told),
        experimental: Field::at(told, "/ExperimentalBuild"),
        swarm: SwarmMembership {
            node_id: text(told, "/Swarm/NodeID"),
            state: Field::at(told, "/Swarm/LocalNodeState"),
            manager: Field::at(told, "/Swarm/ControlAvailable"),
            managers: Field::at(told, "/Swarm/Managers"),
            nodes: Field::at(told, "/Swarm/Nodes"),
            data_path_port: Field::at(told, "/Swarm/Cluster/DataPathPort"),
        },
        limits: Limits {
            os_type: Field::at(told, "/OSType"),
            cgroup_version: Field::at(told, "/CgroupVersion"),
            cgroup_driver: Field::at(told, "/CgroupDriver"),
            memory: Field::at(told, "/MemoryLimit"),
            cpu_shares: Field::at(told, "/CPUShares"),
            cpu_quota: Field::at(told, "/CpuCfsQuota"),
            pids: Field::at(told, "/PidsLimit"),
        }
        .into(),
    }
}

/// What the answer to `GET /version` calls the engine, where that is not Docker's: podman and others speak the same
/// language. Docker's own names itself `Engine` since 18.02, and has no list of components before.
pub(super) fn other_engine(told: &Value) -> Option<String> {
    let components = told.get("Components").and_then(Value::as_array)?;
    let names: Vec<&str> = components.iter().filter_map(|c| c.get("Name").and_then(Value::as_str)).collect();
    let first = names.first()?;
    (!names.contains(&"Engine")).then(|| format!("{first} {}", text(told, "/Version")).trim_end().to_owned())
}

/// The registries of which the engine does not say that they are secure.
fn insecure_registries(told: &Value) -> Field<Vec<String>> {
    let registries: Field<BTreeMap<String, Value>> = Field::at(told, "/RegistryConfig/IndexConfigs");
    registries.map(|registries| {
        let insecure = registries.into_iter().filter(|(_, config)| config.get("Secure") != Some(&Value::Bool(true)));
        insecure.map(|(name, _)| name).collect()
    })
}

/// A text; empty where there is none.
pub(super) fn text(told: &Value, pointer: &str) -> String {
    let text = told.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_registry_counts_as_secure_only_if_the_engine_says_so() {
        let told = json!({"RegistryConfig": {"IndexConfigs": {
            "docker.io": {"Secure": true}, "a.mil": {"Secure": false}, "b.mil": {}, "c.mil": {"Secure": "true"},
        }}});
        let names = ["a.mil", "b.mil", "c.mil"].map(String::from).to_vec();
        assert_eq!(insecure_registries(&told), Field::Is(names));
        assert_eq!(insecure_registries(&json!({})), Field::Absent);
    }

    #[test]
    fn an_engine_that_is_not_dockers_is_known_by_its_components() {
        // As podman 4.3.1 and Docker 20.10.24 answer, shortened.
        let podman = json!({"Platform": {"Name": "linux/amd64/debian-12"}, "Version": "4.3.1", "ApiVersion": "1.41",
            "Components": [{"Name": "Podman Engine", "Version": "4.3.1"}, {"Name": "Conmon"}]});
        assert_eq!(other_engine(&podman).as_deref(), Some("Podman Engine 4.3.1"));
        let docker = json!({"Version": "20.10.24", "Components": [{"Name": "containerd"}, {"Name": "Engine"}]});
        for docker in [docker, json!({"Version": "17.06.2-ee-16"}), json!({"Version": "ucp/3.2.5", "Components": []})] {
            assert_eq!(other_engine(&docker), None, "{docker}");
        }
    }

    #[test]
    fn the_engine_is_found_among_the_components() {
        let told = json!({"Version": "20.10.24", "Components": [
            {"Name": "containerd", "Details": {}},
            {"Name": "Engine", "Details": {"Experimental": "false"}},
        ]});
        let version = reduced_version(&told);
        assert_eq!(version.component_experimental, Field::Is("false".into()));
        assert_eq!(version.experimental, Field::Absent);
    }
}
