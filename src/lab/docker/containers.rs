//! The containers of the simulated cluster: UCP's own, DTR's, those of Kubernetes, and a small shop.

use serde_json::{Value, json};

use super::nodes::{DTR, LAST, NODES, Node, id64, is_down};
use super::swarm::SERVICE;
use super::{ENVIRONMENT, id25, nasty};
use crate::lab::{
    config::{NEWEST, is_ucp_30},
    fault::Fault,
    population::{Population, tag_name},
    world::World,
};

/// A container, with what is not as the engine sets it by itself.
pub(super) struct Container {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) place: usize,
    pub(super) image: String,
    pub(super) command: &'static str,
    pub(super) program: &'static str,
    pub(super) state: &'static str,
    pub(super) labels: Vec<(&'static str, String)>,
    /// Where in the inspection stands something else.
    pub(super) settings: Vec<(&'static str, Value)>,
}

impl Container {
    pub(super) fn node(&self) -> &'static Node {
        &NODES[self.place]
    }

    pub(super) fn is_running(&self) -> bool {
        self.state == "running"
    }

    /// The number of the user as whom it runs: root, where nothing else is set.
    pub(super) fn user(&self) -> &str {
        let set = self.settings.iter().rev().find(|(pointer, _)| *pointer == "/Config/User");
        let user = set.and_then(|(_, user)| user.as_str()).unwrap_or_default();
        user.split(':').next().filter(|number| !number.is_empty()).unwrap_or("0")
    }

    pub(super) fn set(mut self, pointer: &'static str, value: Value) -> Self {
        self.settings.push((pointer, value));
        self
    }
}

/// UCP's containers on every node: name, image, whether on managers only, program, privileged.
const UCP: [(&str, &str, bool, &str, bool); 16] = [
    ("ucp-agent", "agent", false, "ucp-agent", false),
    ("ucp-proxy", "agent", false, "ucp-agent", false),
    ("ucp-reconcile", "agent", false, "", false),
    ("ucp-kubelet", "hyperkube", false, "kubelet", true),
    ("ucp-kube-proxy", "hyperkube", false, "kube-proxy", true),
    ("ucp-controller", "controller", true, "controller", false),
    ("ucp-auth-api", "auth", true, "enzi", false),
    ("ucp-auth-store", "auth-store", true, "rethinkdb", false),
    ("ucp-auth-worker", "auth", true, "enzi", false),
    ("ucp-kv", "etcd", true, "etcd", false),
    ("ucp-swarm-manager", "swarm", true, "swarm", false),
    ("ucp-client-root-ca", "cfssl", true, "cfssl", false),
    ("ucp-cluster-root-ca", "cfssl", true, "cfssl", false),
    ("ucp-kube-apiserver", "hyperkube", true, "kube-apiserver", false),
    ("ucp-kube-scheduler", "hyperkube", true, "kube-scheduler", false),
    ("ucp-kube-controller-manager", "hyperkube", true, "kube-controller", false),
];

/// DTR's containers: component and program.
const DTR_PARTS: [(&str, &str); 9] = [
    ("api", "api"),
    ("garant", "garant"),
    ("jobrunner", "jobrunner"),
    ("nginx", "nginx"),
    ("notary-server", "notary-server"),
    ("notary-signer", "notary-signer"),
    ("registry", "registry"),
    ("rethinkdb", "rethinkdb"),
    ("scanningstore", "postgres"),
];
/// The id of the replica, as DTR's settings name it.
const REPLICA: &str = "4f1c8d0a92be";

pub(super) fn ucp_version(world: &World) -> &'static str {
    if is_ucp_30(&world.scenario) { "3.0.14" } else { NEWEST }
}

/// DTR's version.
const DTR_VERSION: &str = "2.7.6";

/// Where images of the shop come from. What lies there is signed in the hardened cluster.
pub(super) fn shop_image(world: &World, part: &str) -> String {
    format!("{}/shop/{part}:3.1", world.dtr_host)
}

/// The image of a tool that was pulled without asking who signed it: the first unsigned tag of the first repository
/// by name, where there is one.
fn tool_image(world: &World) -> String {
    const FIRST: usize = 8;
    let population = &world.population;
    let (namespace, name) = Population::name(FIRST);
    let tags = (0..population.tags_of(FIRST).min(60)).filter(|_| population.has(FIRST));
    let unsigned = tags.filter(|tag| !population.notary(FIRST, *tag).listed);
    match unsigned.map(tag_name).min() {
        Some(tag) => format!("{}/{namespace}/{name}:{tag}", world.dtr_host),
        None => shop_image(world, "tool"),
    }
}

/// Every container of every node that is reached.
pub(super) fn all(world: &World) -> Vec<Container> {
    let mut all = Vec::new();
    for place in 0..NODES.len() {
        if is_down(&world.scenario, place) {
            continue;
        }
        let before = all.len();
        all.extend(of_ucp(world, place));
        if place == DTR {
            all.extend(of_dtr(place));
        }
        all.extend(of_kubernetes(world, place));
        all.extend(of_the_shop(world, place));
        for (at, container) in all[before..].iter_mut().enumerate() {
            container.id = id64(500 + place, at);
        }
    }
    all
}

fn plain(name: impl Into<String>, place: usize, image: String) -> Container {
    Container {
        id: String::new(),
        name: name.into(),
        place,
        image,
        command: "/bin/app serve",
        program: "app",
        state: "running",
        labels: Vec::new(),
        settings: Vec::new(),
    }
}

fn of_ucp(world: &World, place: usize) -> impl Iterator<Item = Container> {
    let version = ucp_version(world);
    let node = &NODES[place];
    UCP.iter().filter(move |(.., managers, _, _)| node.manager || !managers).map(
        move |(name, image, _, program, privileged)| {
            // The agent is a task of a service on every node.
            let full = if *name == "ucp-agent" {
                format!("ucp-agent.{}.{}", node.id(), id25(600 + place))
            } else {
                (*name).to_owned()
            };
            let mut container = plain(full, place, format!("docker/ucp-{image}:{version}"));
            container.command = "/bin/entrypoint.sh";
            container.program = program;
            container.labels =
                vec![("com.docker.ucp.version", version.to_owned()), ("com.docker.ucp.InstanceID", id25(290))];
            if name.ends_with("reconcile") {
                container.state = "exited";
            }
            let socket = json!([bind("/var/run/docker.sock", "/var/run/docker.sock", true)]);
            container
                .set("/HostConfig/Privileged", (*privileged).into())
                .set("/HostConfig/RestartPolicy", json!({"Name": "unless-stopped", "MaximumRetryCount": 0}))
                .set("/Mounts", socket)
        },
    )
}

fn of_dtr(place: usize) -> impl Iterator<Item = Container> {
    DTR_PARTS.iter().map(move |(part, program)| {
        let name = format!("dtr-{part}-{REPLICA}");
        let mut container = plain(name, place, format!("docker/dtr-{part}:{DTR_VERSION}"));
        container.command = "/bin/entrypoint.sh";
        container.program = program;
        container.labels = vec![("com.docker.dtr.version", DTR_VERSION.to_owned())];
        if *part == "nginx" {
            let open = |port: &str| json!([{"HostIp": "0.0.0.0", "HostPort": port}]);
            let ports = json!({"8443/tcp": open("443"), "8080/tcp": open("80")});
            container = container.set("/NetworkSettings/Ports", ports.clone()).set("/HostConfig/PortBindings", ports);
        }
        container
            .set("/HostConfig/NetworkMode", "dtr-ol".into())
            .set("/HostConfig/RestartPolicy", json!({"Name": "unless-stopped", "MaximumRetryCount": 0}))
    })
}

fn of_kubernetes(world: &World, place: usize) -> impl Iterator<Item = Container> {
    let version = ucp_version(world);
    let pod = format!("calico-node-{}", &id25(610 + place)[..5]);
    let part = move |container: &str, image: &str, program: &'static str| {
        let name = format!("k8s_{container}_{pod}_kube-system_{}_0", id25(620 + place));
        let mut it = plain(name, place, format!("docker/ucp-{image}:{version}"));
        it.program = program;
        it.labels = vec![
            ("io.kubernetes.container.name", container.to_owned()),
            ("io.kubernetes.pod.name", pod.clone()),
            ("io.kubernetes.pod.namespace", "kube-system".to_owned()),
        ];
        it.set("/HostConfig/NetworkMode", "host".into()).set("/HostConfig/Privileged", (container != "POD").into())
    };
    [part("POD", "pause", "pause"), part("calico-node", "calico-node", "calico-felix")].into_iter()
}

fn bind(source: &str, destination: &str, writable: bool) -> Value {
    json!({
        "Type": "bind", "Source": source, "Destination": destination,
        "Mode": if writable { "" } else { "ro" }, "RW": writable, "Propagation": "rprivate",
    })
}

fn volume(name: &str, destination: &str) -> Value {
    json!({
        "Type": "volume", "Name": name, "Source": format!("/var/lib/docker/volumes/{name}/_data"),
        "Destination": destination, "Driver": "local", "Mode": "z", "RW": true, "Propagation": "",
    })
}

/// The containers of users: a shop, and a job that has ended.
fn of_the_shop(world: &World, place: usize) -> Vec<Container> {
    if place == 0 {
        return Vec::new();
    }
    let node = &NODES[place];
    let mut web = plain(format!("shop-web-{place}"), place, shop_image(world, "web"));
    (web.command, web.program) = ("nginx -g 'daemon off;'", "nginx");
    let mut containers = vec![publish(world, web, node)];
    if place == DTR {
        // Names that a search for words would take for the product's.
        let mut tool = plain("my-kube-tool", place, tool_image(world));
        (tool.command, tool.program) = ("/usr/bin/dtr-backup --watch", "dtr-backup");
        containers.push(tool);
    } else {
        let task = format!("{SERVICE}.1.{}", id25(630));
        let mut api = plain(task, place, shop_image(world, "api"));
        api.labels = vec![
            ("com.docker.stack.namespace", "shop".to_owned()),
            ("com.docker.swarm.service.name", SERVICE.to_owned()),
            ("com.docker.swarm.node.id", node.id()),
        ];
        let db = plain("shop-db", place, shop_image(world, "db"));
        containers.push(api);
        containers.push(db.set("/Mounts", json!([volume("shop-data", "/var/lib/data")])));
    }
    let mut job = plain("shop-migration", place, shop_image(world, "migration"));
    job.state = "exited";
    containers.push(job);
    let containers = containers.into_iter().map(|it| settled(world, it, node)).collect();
    befall(world, containers, place)
}

/// Port 8443 of the web server, on one address of the node or on all.
fn publish(world: &World, web: Container, node: &Node) -> Container {
    let hardened = world.scenario.is_hardened();
    let address = if hardened { node.address } else { "0.0.0.0" };
    let ports = json!({"8443/tcp": [{"HostIp": address, "HostPort": "8443"}]});
    let asked = if hardened { address } else { "" };
    let bindings = json!({"8443/tcp": [{"HostIp": asked, "HostPort": "8443"}]});
    web.set("/NetworkSettings/Ports", ports).set("/HostConfig/PortBindings", bindings)
}

/// As the organisation starts its containers, or as anybody does who says nothing.
fn settled(world: &World, mut container: Container, node: &Node) -> Container {
    container.labels.push(("com.docker.ucp.access.label", "/Shared/shop".into()));
    let confined = if node.is_ubuntu() { "docker-default" } else { "" };
    container = container
        .set("/Config/Env", json!([format!("DB_PASSWORD={ENVIRONMENT}")]))
        .set("/AppArmorProfile", confined.into());
    if !world.scenario.is_hardened() {
        return container;
    }
    let is_web = container.name.starts_with("shop-web");
    let added = if is_web { json!(["NET_BIND_SERVICE"]) } else { Value::Null };
    let health = if container.is_running() { "healthy" } else { "unhealthy" };
    container
        .set("/HostConfig/Memory", 268_435_456.into())
        .set("/HostConfig/CpuShares", 512.into())
        .set("/HostConfig/PidsLimit", 100.into())
        .set("/HostConfig/ReadonlyRootfs", true.into())
        .set("/HostConfig/SecurityOpt", json!(["no-new-privileges"]))
        .set("/HostConfig/CapAdd", added)
        .set("/HostConfig/CapDrop", json!(["ALL"]))
        .set("/HostConfig/RestartPolicy", json!({"Name": "on-failure", "MaximumRetryCount": 5}))
        .set("/HostConfig/NetworkMode", "shop".into())
        .set("/Config/User", "1000:1000".into())
        .set("/State/Health", json!({"Status": health, "FailingStreak": 0, "Log": []}))
}

/// What is wrong with the last container that runs on the last node.
fn befall(world: &World, mut containers: Vec<Container>, place: usize) -> Vec<Container> {
    let scenario = &world.scenario;
    let last = containers.iter().rposition(Container::is_running);
    let Some(last) = last.filter(|_| place == LAST) else {
        return containers;
    };
    let victim = containers.remove(last);
    let victim = if scenario.has(Fault::PrivilegedLast) {
        victim.set("/HostConfig/Privileged", true.into())
    } else if scenario.has(Fault::UnknownWords) {
        victim
            .set("/HostConfig/RestartPolicy", json!({"Name": "sometimes", "MaximumRetryCount": 5, "Backoff": 1}))
            .set("/HostConfig/Memory", "plenty".into())
            .set("/HostConfig/CapDrop", Value::Null)
            .set("/State/Status", "hibernating".into())
    } else if scenario.has(Fault::NastyText) {
        nasty::container(victim)
    } else {
        victim
    };
    containers.insert(last, victim);
    containers
}

/// The container that faults befall.
pub(super) fn is_victim(world: &World, container: &Container) -> bool {
    let shop = of_the_shop(world, LAST);
    let last = shop.iter().rfind(|it| it.is_running());
    last.is_some_and(|last| last.name == container.name && container.place == LAST)
}
