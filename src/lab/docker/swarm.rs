//! What the simulated swarm has as a whole: its settings, networks, services and secrets.

use serde_json::{Value, json};

use super::{CREATED, JOIN_TOKEN, id25, nodes::NODES, nodes::id64};
use crate::lab::{fault::Fault, scenario::Scenario};

const DAY: u64 = 86_400_000_000_000;

/// The cluster, as managers tell it in `/info`.
pub(super) fn cluster(scenario: &Scenario) -> Value {
    let hardened = scenario.is_hardened();
    let expiry = if hardened && !scenario.has(Fault::ExpiryDefault) { 30 * DAY } else { 90 * DAY };
    let external = format!("https://{}:12381/api/v1/cfssl/sign", NODES[0].address);
    json!({
        "ID": id25(290), "Version": {"Index": 412}, "CreatedAt": CREATED, "UpdatedAt": CREATED,
        "Spec": {
            "Name": "default", "Labels": {},
            "Orchestration": {"TaskHistoryRetentionLimit": 5},
            "Raft": {"SnapshotInterval": 10_000, "ElectionTick": 10, "HeartbeatTick": 1},
            "Dispatcher": {"HeartbeatPeriod": 5_000_000_000_u64},
            "CAConfig": {"NodeCertExpiry": expiry, "ExternalCAs": [
                {"Protocol": "cfssl", "URL": external},
            ]},
            "TaskDefaults": {},
            "EncryptionConfig": {
                "AutoLockManagers": hardened && !scenario.has(Fault::Unlocked),
            },
        },
        "TLSInfo": {}, "RootRotationInProgress": false, "DefaultAddrPool": ["10.0.0.0/8"],
        "SubnetSize": 24, "DataPathPort": 4789,
    })
}

/// `/swarm`: the cluster, with what lets others join.
pub(super) fn settings(scenario: &Scenario) -> Value {
    let mut cluster = cluster(scenario);
    cluster["JoinTokens"] = json!({
        "Worker": format!("SWMTKN-1-{JOIN_TOKEN}-worker"),
        "Manager": format!("SWMTKN-1-{JOIN_TOKEN}-manager"),
    });
    cluster
}

/// An overlay network of the swarm.
fn overlay(name: &str, number: usize, encrypted: bool) -> Value {
    let mut options = json!({
        "com.docker.network.driver.overlay.vxlanid_list": (4096 + number).to_string(),
    });
    if encrypted {
        options["encrypted"] = "".into();
    }
    json!({
        "Name": name, "Id": id25(400 + number), "Created": CREATED, "Scope": "swarm",
        "Driver": "overlay", "EnableIPv6": false, "Internal": false, "Attachable": false,
        "Ingress": name == "ingress", "ConfigOnly": false, "Containers": null, "Options": options,
        "Labels": null,
    })
}

/// A network of one node.
fn local(name: &str, driver: &str, node: usize, number: usize) -> Value {
    json!({
        "Name": name, "Id": id64(420 + node, number), "Created": CREATED, "Scope": "local",
        "Driver": driver, "EnableIPv6": false, "Internal": false, "Attachable": false,
        "Ingress": false, "ConfigOnly": false, "Containers": {}, "Options": {}, "Labels": {},
    })
}

const LOCAL: [(&str, &str); 4] =
    [("bridge", "bridge"), ("docker_gwbridge", "bridge"), ("host", "host"), ("none", "null")];

/// The networks of the swarm. A worker sees those alone that its containers use.
fn overlays(scenario: &Scenario, manager: bool) -> Vec<Value> {
    let hardened = scenario.is_hardened();
    let mut networks = vec![overlay("ingress", 0, false), overlay("dtr-ol", 1, true)];
    if manager {
        networks.push(overlay("shop", 2, hardened));
        if scenario.has(Fault::PlainNetwork) {
            networks.push(overlay("my-dtr-copies", 3, false));
        }
    }
    networks
}

/// `/networks` of one engine.
pub(super) fn networks(scenario: &Scenario, place: usize) -> Value {
    let own = LOCAL.iter().zip(0..).map(|((name, driver), at)| local(name, driver, place, at));
    let shared = overlays(scenario, NODES[place].manager);
    own.chain(shared).collect()
}

/// `/networks` of UCP: those of each node with the node's name before theirs.
pub(super) fn networks_of_ucp(scenario: &Scenario, reached: impl Iterator<Item = usize>) -> Value {
    let own = reached.flat_map(|place| {
        LOCAL.iter().zip(0..).map(move |((name, driver), at)| {
            let name = format!("{}/{name}", NODES[place].name);
            local(&name, driver, place, at)
        })
    });
    own.chain(overlays(scenario, true)).collect()
}

/// The secret of the lab's shop.
pub(super) const SECRET: &str = "shop-db-password";
/// The service that uses it.
pub(super) const SERVICE: &str = "shop_api";

/// `/secrets`. What they hold, nobody is told.
pub(super) fn secrets(scenario: &Scenario) -> Value {
    let is_there = scenario.is_hardened() && !scenario.has(Fault::SecretMissing);
    let names = is_there.then_some(SECRET).into_iter();
    let secrets = names.map(|name| {
        json!({
            "ID": id25(430), "Version": {"Index": 31}, "CreatedAt": CREATED, "UpdatedAt": CREATED,
            "Spec": {"Name": name, "Labels": {"com.docker.ucp.access.label": "/Shared/shop"}},
        })
    });
    secrets.collect()
}

/// `/services`.
pub(super) fn services(scenario: &Scenario, ucp_version: &str, image: &str) -> Value {
    let hardened = scenario.is_hardened();
    let (condition, attempts) = if hardened { ("on-failure", 5) } else { ("any", 0) };
    let restart = json!({"Condition": condition, "Delay": 5_000_000_000_u64, "MaxAttempts": attempts});
    let uses = hardened && !scenario.has(Fault::SecretMissing);
    let secrets: Vec<Value> = uses
        .then(|| {
            json!({
                "File": {"Name": SECRET, "UID": "0", "GID": "0", "Mode": 292},
                "SecretID": id25(430), "SecretName": SECRET,
            })
        })
        .into_iter()
        .collect();
    json!([
        {
            "ID": id25(0), "Version": {"Index": 412}, "CreatedAt": CREATED, "UpdatedAt": CREATED,
            "Spec": {
                "Name": "ucp-agent", "Labels": {"com.docker.ucp.version": ucp_version},
                "TaskTemplate": {"ContainerSpec": {
                    "Image": format!("docker/ucp-agent:{ucp_version}"),
                    "Env": ["IMAGE_VERSION=lab"],
                }},
                "Mode": {"Global": {}},
            },
            "Endpoint": {"Spec": {}},
        },
        {
            "ID": id25(440), "Version": {"Index": 512}, "CreatedAt": CREATED, "UpdatedAt": CREATED,
            "Spec": {
                "Name": SERVICE, "Labels": {"com.docker.stack.namespace": "shop"},
                "TaskTemplate": {
                    "ContainerSpec": {"Image": image, "Secrets": secrets}, "RestartPolicy": restart,
                },
                "Mode": {"Replicated": {"Replicas": 1}},
            },
            "Endpoint": {"Spec": {"Mode": "vip"}, "VirtualIPs": []},
        },
    ])
}
