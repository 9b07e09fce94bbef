//! The nodes of the simulated swarm, and what each engine says of itself.

use serde_json::{Value, json};

use super::{CREATED, SWARM_PORT, id25};
use crate::lab::{fault::Fault, population, scenario::Scenario};

/// A node.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) struct Node {
    pub(in crate::lab) name: &'static str,
    pub(super) address: &'static str,
    pub(super) manager: bool,
    /// As its os-release has it.
    pub(super) system: &'static str,
    pub(super) kernel: &'static str,
}

impl Node {
    pub(super) fn is_ubuntu(&self) -> bool {
        self.system.starts_with("Ubuntu")
    }

    pub(super) fn id(&self) -> String {
        id25(300 + self.number())
    }

    fn number(&self) -> usize {
        NODES.iter().position(|node| node.name == self.name).unwrap_or_default()
    }

    /// What the node-specific part of an answer is preceded by through UCP.
    pub(super) fn engine(&self) -> String {
        format!("{}:12376", self.address)
    }
}

/// One manager, one worker with DTR, one worker of another system.
pub(in crate::lab) const NODES: [Node; 3] = [
    Node {
        name: "manager-1",
        address: "10.0.0.11",
        manager: true,
        system: "Red Hat Enterprise Linux Server 7.6 (Maipo)",
        kernel: "3.10.0-957.el7.x86_64",
    },
    Node {
        name: "worker-1",
        address: "10.0.0.21",
        manager: false,
        system: "Red Hat Enterprise Linux Server 7.6 (Maipo)",
        kernel: "3.10.0-957.el7.x86_64",
    },
    Node {
        name: "worker-2",
        address: "10.0.0.22",
        manager: false,
        system: "Ubuntu 18.04.3 LTS",
        kernel: "4.15.0-72-fips",
    },
];

/// The node that runs DTR, and the last one, which faults befall.
pub(super) const DTR: usize = 1;
pub(in crate::lab) const LAST: usize = 2;

/// The engine's version on every node.
pub(super) const ENGINE: &str = "19.03.5";
pub(super) const API: &str = "1.40";

/// The logging plugin of the hardened nodes.
const LOGGING: &str = "example/log-shipper";

/// What containers log with where they are told nothing.
pub(super) fn logging(scenario: &Scenario) -> &'static str {
    if scenario.is_hardened() { LOGGING } else { "json-file" }
}

/// How many managers the swarm says that it has.
fn managers(scenario: &Scenario) -> usize {
    if scenario.has(Fault::FiveManagers) { 5 } else { 1 }
}

/// `/info` of one engine.
pub(super) fn info(scenario: &Scenario, place: usize) -> Value {
    let node = NODES[place];
    let is_last = place == LAST;
    let hardened = scenario.is_hardened();
    let mut options = vec!["name=seccomp,profile=default"];
    if node.is_ubuntu() {
        options.insert(0, "name=apparmor");
    } else if hardened {
        options.push("name=selinux");
    }
    if hardened && !(is_last && scenario.has(Fault::EngineWithoutFips)) {
        options.push("name=fips");
    }
    let driver = match () {
        () if is_last && scenario.has(Fault::EngineAufs) => "aufs",
        () if is_last && scenario.has(Fault::EngineDriverEmpty) => "",
        () => "overlay2",
    };
    let mut info = json!({
        "ID": format!("LAB0:{}", node.name), "Containers": 0, "Images": 0, "Driver": driver,
        "DriverStatus": [["Backing Filesystem", "xfs"]], "LoggingDriver": logging(scenario),
        "MemoryLimit": true, "SwapLimit": true, "CpuCfsPeriod": true, "CpuCfsQuota": true, "CPUShares": true,
        "CPUSet": true, "PidsLimit": true, "OomKillDisable": true,
        "CgroupDriver": "cgroupfs", "KernelVersion": node.kernel, "OperatingSystem": node.system,
        "OSType": "linux", "Architecture": "x86_64", "NCPU": 4, "MemTotal": 8_363_319_296_u64,
        "IndexServerAddress": "https://index.docker.io/v1/", "RegistryConfig": {
            "AllowNondistributableArtifactsCIDRs": [],
            "InsecureRegistryCIDRs": ["127.0.0.0/8"],
            "IndexConfigs": {"docker.io": {
                "Name": "docker.io", "Mirrors": [], "Secure": true, "Official": true,
            }},
            "Mirrors": [],
        },
        "DockerRootDir": "/var/lib/docker", "HttpProxy": "", "Name": node.name, "Labels": [],
        "ExperimentalBuild": is_last && scenario.has(Fault::EngineExperimental),
        "ServerVersion": ENGINE, "LiveRestoreEnabled": false, "SecurityOptions": options,
        "Warnings": null,
    });
    if !(is_last && scenario.has(Fault::InfoWithoutSwarm)) {
        info["Swarm"] = membership(scenario, &node);
    }
    if is_last && scenario.has(Fault::SecurityOptionsNull) {
        info["SecurityOptions"] = Value::Null;
    }
    info
}

/// `/info` of UCP, which speaks for all engines and says nothing of any.
pub(super) fn info_of_ucp(scenario: &Scenario, version: &str) -> Value {
    let mut status = vec![
        json!(["Role", "primary"]),
        json!(["Strategy", "spread"]),
        json!(["Filters", "health, port, containerslots, dependency, affinity, constraint, whitelist"]),
        json!(["Nodes", NODES.len().to_string()]),
    ];
    for (place, node) in NODES.iter().enumerate() {
        let health = if is_down(scenario, place) { "Unhealthy" } else { "Healthy" };
        let security = if node.is_ubuntu() { "apparmor" } else { "selinux" };
        let labels = format!(
            "com.docker.security.{security}=enabled, com.docker.security.seccomp=enabled, kernelversion={}, operatingsystem={}, ostype=linux, storagedriver=overlay2",
            node.kernel, node.system
        );
        status.push(json!([format!(" {}", node.name), node.engine()]));
        status.push(json!(["  └ Status", health]));
        status.push(json!(["  └ Reserved CPUs", "0 / 4"]));
        status.push(json!(["  └ Labels", labels]));
        status.push(json!(["  └ ServerVersion", ENGINE]));
    }
    json!({
        "ID": id25(290), "Containers": 0, "Images": 0, "Driver": "", "DriverStatus": null,
        "SystemStatus": status, "Plugins": {"Volume": [], "Network": [], "Authorization": null, "Log": []},
        "LoggingDriver": "", "CgroupDriver": "", "KernelVersion": "", "OperatingSystem": "linux",
        "OSType": "", "Architecture": "amd64", "NCPU": 12, "MemTotal": 25_089_957_888_u64,
        "RegistryConfig": {
            "InsecureRegistryCIDRs": ["127.0.0.0/8"], "IndexConfigs": {}, "Mirrors": null,
        },
        "DockerRootDir": "", "Name": format!("ucp-controller-{}", NODES[0].address),
        "Labels": ["com.docker.ucp.license_key=unlicensed"], "ExperimentalBuild": false,
        "ServerVersion": format!("ucp/{version}"), "SecurityOptions": null,
        "LiveRestoreEnabled": false, "Swarm": membership(scenario, &NODES[0]),
    })
}

/// The place of a node in the swarm, as its engine tells it.
fn membership(scenario: &Scenario, node: &Node) -> Value {
    let remote = json!([{"NodeID": NODES[0].id(), "Addr": format!("{}:2377", NODES[0].address)}]);
    let mut swarm = json!({
        "NodeID": node.id(), "NodeAddr": node.address, "LocalNodeState": "active",
        "ControlAvailable": node.manager, "Error": "", "RemoteManagers": remote,
    });
    if node.manager {
        // Engines leave both out where they are 0, as on workers.
        swarm["Nodes"] = NODES.len().into();
        swarm["Managers"] = managers(scenario).into();
        swarm["Cluster"] = super::swarm::cluster(scenario);
    }
    swarm
}

/// `/version` of one engine.
pub(super) fn version(scenario: &Scenario, place: usize) -> Value {
    let experimental = place == LAST && scenario.has(Fault::EngineExperimental);
    let mut version = json!({
        "Platform": {"Name": "Docker Engine - Enterprise"},
        "Components": [
            {"Name": "Engine", "Version": ENGINE, "Details": {
                "ApiVersion": API, "Arch": "amd64", "BuildTime": CREATED,
                "Experimental": experimental.to_string(), "GitCommit": "lab",
                "GoVersion": "go1.12.12", "KernelVersion": NODES[place].kernel,
                "MinAPIVersion": "1.12", "Os": "linux",
            }},
            {"Name": "containerd", "Version": "1.2.10", "Details": {"GitCommit": "lab"}},
        ],
        "Version": ENGINE, "ApiVersion": API, "MinAPIVersion": "1.12", "GitCommit": "lab",
        "GoVersion": "go1.12.12", "Os": "linux", "Arch": "amd64",
        "KernelVersion": NODES[place].kernel, "BuildTime": CREATED,
    });
    if experimental {
        // Engines leave it out where it is false.
        version["Experimental"] = true.into();
    }
    version
}

/// Whether nothing is heard of a node.
pub(in crate::lab) fn is_down(scenario: &Scenario, place: usize) -> bool {
    place == LAST && scenario.has(Fault::NodeDown)
}

/// Whether a node's own engine cannot be reached.
pub(in crate::lab) fn is_silent(scenario: &Scenario, place: usize) -> bool {
    place == LAST && (scenario.has(Fault::NodeDown) || scenario.has(Fault::EngineUnreachable))
}

/// `/nodes`.
pub(super) fn list(scenario: &Scenario) -> Value {
    let known = NODES.len() - usize::from(scenario.has(Fault::NodesShort));
    let nodes = NODES[..known].iter().enumerate().map(|(place, node)| {
        let state = if is_down(scenario, place) { "down" } else { "ready" };
        let role = if node.manager { "manager" } else { "worker" };
        let mut entry = json!({
            "ID": node.id(), "Version": {"Index": 9 + place}, "CreatedAt": CREATED, "UpdatedAt": CREATED,
            "Spec": {"Role": role, "Availability": "active", "Labels": {
                "com.docker.ucp.access.label": "/System", "com.docker.ucp.collection": "system",
                "com.docker.ucp.orchestrator.swarm": "true",
            }},
            "Description": {
                "Hostname": node.name, "Platform": {"Architecture": "x86_64", "OS": "linux"},
                "Resources": {"NanoCPUs": 4_000_000_000_u64, "MemoryBytes": 8_363_319_296_u64},
                "Engine": {"EngineVersion": ENGINE, "Plugins": [
                    {"Type": "Network", "Name": "overlay"}, {"Type": "Volume", "Name": "local"},
                ]},
            },
            "Status": {"State": state, "Addr": node.address},
        });
        if node.manager {
            let addr = format!("{}:{SWARM_PORT}", node.address);
            entry["ManagerStatus"] = json!({"Leader": true, "Reachability": "reachable", "Addr": addr});
        }
        entry
    });
    nodes.collect()
}

/// An identifier of 64 hexadecimal digits, always the same for the same thing.
pub(super) fn id64(kind: usize, index: usize) -> String {
    let half = |round: usize| population::uuid(kind + round, index).replace('-', "");
    half(0) + &half(1_000)
}
