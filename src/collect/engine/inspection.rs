//! From an inspection to the view of a container that is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::about::text;
use super::seccomp;
use crate::facts::Reach;
use crate::facts::container::{Container, NOT_KEPT, Row};
use crate::facts::field::Field;

/// Labels whose values are kept: those by which Docker, the product, Swarm, Compose and Kubernetes say
/// what a container belongs to. Not the annotations of Kubernetes (`annotation.…`): one of them repeats
/// the whole pod with its environment.
const KEPT: &[&str] = &["com.docker.", "com.mirantis.", "io.kubernetes."];
/// The longest value of a label that is kept.
const LONGEST: usize = 256;

/// What is kept of an inspection.
pub(super) fn container(told: &Value, row: Row, reach: Reach, labels: &BTreeSet<String>) -> Container {
    let (name, node) = name_and_node(told, reach);
    let devices: Field<Vec<Value>> = Field::at(told, "/HostConfig/DeviceRequests");
    let security_opt: Field<Vec<String>> = Field::at(told, "/HostConfig/SecurityOpt");
    let seccomp = seccomp::profile(security_opt.get().map_or(&[], Vec::as_slice)).into();
    Container {
        id: text(told, "/Id"),
        name,
        node,
        image: text(told, "/Config/Image"),
        labels: kept_labels(told, labels),
        row,
        status: Field::at(told, "/State/Status"),
        health: Field::at(told, "/State/Health/Status"),
        user: Field::at(told, "/Config/User"),
        app_armor_profile: Field::at(told, "/AppArmorProfile"),
        security_opt: security_opt.map(|options| options.into_iter().map(without_profile).collect()),
        cap_add: Field::at(told, "/HostConfig/CapAdd"),
        cap_drop: Field::at(told, "/HostConfig/CapDrop"),
        privileged: Field::at(told, "/HostConfig/Privileged"),
        pid_mode: Field::at(told, "/HostConfig/PidMode"),
        ipc_mode: Field::at(told, "/HostConfig/IpcMode"),
        uts_mode: Field::at(told, "/HostConfig/UTSMode"),
        userns_mode: Field::at(told, "/HostConfig/UsernsMode"),
        network_mode: Field::at(told, "/HostConfig/NetworkMode"),
        cgroup_parent: Field::at(told, "/HostConfig/CgroupParent"),
        memory: Field::at(told, "/HostConfig/Memory"),
        cpu_shares: Field::at(told, "/HostConfig/CpuShares"),
        pids_limit: Field::at(told, "/HostConfig/PidsLimit"),
        read_only_root: Field::at(told, "/HostConfig/ReadonlyRootfs"),
        devices: Field::at(told, "/HostConfig/Devices"),
        device_requests: devices.map(|all| all.len() as u64),
        device_cgroup_rules: Field::at(told, "/HostConfig/DeviceCgroupRules"),
        ulimits: Field::at(told, "/HostConfig/Ulimits"),
        restart: Field::at(told, "/HostConfig/RestartPolicy/Name"),
        restart_retries: Field::at(told, "/HostConfig/RestartPolicy/MaximumRetryCount"),
        mounts: Field::at(told, "/Mounts"),
        ports: Field::at(told, "/NetworkSettings/Ports"),
        port_bindings: Field::at(told, "/HostConfig/PortBindings"),
        log_driver: Field::at(told, "/HostConfig/LogConfig/Type"),
        seccomp,
    }
}

/// `/web`; through UCP `/node1/web`, with the node in a field of its own besides.
pub(super) fn name_and_node(told: &Value, reach: Reach) -> (String, Option<String>) {
    let full = text(told, "/Name");
    let full = full.strip_prefix('/').unwrap_or(&full);
    if reach == Reach::Node {
        return (full.to_owned(), None);
    }
    let node = text(told, "/Node/Name");
    match full.split_once('/') {
        Some((first, name)) if node.is_empty() || first == node => (name.to_owned(), Some(first.to_owned())),
        _ => (full.to_owned(), Some(node).filter(|n| !n.is_empty())),
    }
}

/// The profile of seccomp stands in the option as a whole where it was given by a file.
fn without_profile(option: String) -> String {
    let is_profile = |value: &str| value.trim_start().starts_with('{');
    match option.split_once(['=', ':']) {
        Some((key, value)) if is_profile(value) => {
            let separator = option[key.len()..].chars().next().unwrap_or('=');
            format!("{key}{separator}{{…}}")
        }
        _ => option,
    }
}

fn kept_labels(told: &Value, named: &BTreeSet<String>) -> BTreeMap<String, String> {
    let Some(Value::Object(labels)) = told.pointer("/Config/Labels") else {
        return BTreeMap::new();
    };
    let kept = |(key, value): (&String, &Value)| {
        let is_known = KEPT.iter().any(|prefix| key.starts_with(prefix)) || named.contains(key);
        let value = value.as_str().filter(|v| is_known && v.len() <= LONGEST).unwrap_or(NOT_KEPT);
        (key.clone(), value.to_owned())
    };
    labels.iter().map(kept).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(told: &Value, reach: Reach) -> Container {
        container(told, Row::default(), reach, &BTreeSet::new())
    }

    #[test]
    fn through_ucp_the_node_stands_before_the_name() {
        let told = json!({"Id": "a", "Name": "/node1/web", "Node": {"Name": "node1"}});
        let there = seen(&told, Reach::Cluster);
        assert_eq!((there.name.as_str(), there.node.as_deref()), ("web", Some("node1")));
        let told = json!({"Id": "a", "Name": "/node1/web"});
        assert_eq!(seen(&told, Reach::Cluster).node.as_deref(), Some("node1"));
        let told = json!({"Id": "a", "Name": "/web", "Node": {"Name": "node1"}});
        let there = seen(&told, Reach::Cluster);
        assert_eq!((there.name.as_str(), there.node.as_deref()), ("web", Some("node1")));
        assert_eq!(seen(&told, Reach::Node).node, None);
    }

    #[test]
    fn profiles_and_the_values_of_unknown_labels_are_not_kept() {
        let told = json!({"Id": "a", "HostConfig": {"SecurityOpt": [
            "seccomp={\"secret\":1}", "seccomp:{\"secret\":1}", "seccomp=unconfined", "label=disable", "no-new-privileges",
        ]}, "Config": {"Env": ["PASSWORD=secret"], "Labels": {
            "com.docker.ucp.version": "3.2.4", "com.example.token": "secret", "named": "yes",
            "annotation.kubectl.kubernetes.io/last-applied-configuration": "secret",
        }}});
        let named = BTreeSet::from(["named".to_owned()]);
        let there = container(&told, Row::default(), Reach::Node, &named);
        let options = ["seccomp={…}", "seccomp:{…}", "seccomp=unconfined", "label=disable", "no-new-privileges"];
        assert_eq!(there.security_opt, Field::Is(options.map(String::from).to_vec()));
        assert_eq!(there.labels["com.docker.ucp.version"], "3.2.4");
        assert_eq!(there.labels["com.example.token"], NOT_KEPT);
        assert_eq!(there.labels["named"], "yes");
        assert!(!format!("{there:?}").contains("secret"));
    }

    #[test]
    fn whatever_a_field_holds_the_container_is_there() {
        let told = json!({"Id": "a", "Name": 5, "Config": {"User": 0, "Labels": []}, "HostConfig": {
            "Memory": "much", "CapAdd": null, "Devices": [{"PathOnHost": "/dev/x", "New": 1}], "PidsLimit": 1.5,
            "DeviceRequests": [{}, {}],
        }});
        let there = seen(&told, Reach::Node);
        assert!(there.user.is_odd() && there.memory.is_odd() && there.pids_limit.is_odd());
        assert_eq!(there.cap_add, Field::Null);
        assert_eq!(there.cap_drop, Field::Absent);
        assert_eq!(there.device_requests, Field::Is(2));
        assert_eq!(there.devices.get().map(Vec::len), Some(1));
    }
}
