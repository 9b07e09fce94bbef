//! What runs on the simulated Kubernetes, and what its organisation decided on it.

use serde_json::{Value, json};

use super::{fault::Fault, population, world::World};

/// The namespaces that Kubernetes makes for itself.
const OWN: [&str; 3] = ["kube-system", "kube-public", "kube-node-lease"];
/// The namespaces of users.
const USERS: [&str; 10] =
    ["default", "monitoring", "shop", "team-1", "team-2", "team-3", "team-4", "team-5", "team-6", "team-7"];
/// The services of Kubernetes' own that the organisation knows.
const SYSTEM_SERVICES: [&str; 4] = ["calico-typha", "compose-api", "kube-dns", "ucp-metrics"];
/// The limits of every namespace of users.
const LIMITS: (&str, &str) = ("4", "8Gi");
const NODES: [&str; 3] = ["manager-1", "worker-1", "worker-2"];
/// Bindings that API servers make for themselves at every start.
const BOOTSTRAPPING: [(&str, &str, &str); 14] = [
    ("cluster-admin", "Group", "system:masters"),
    ("system:basic-user", "Group", "system:authenticated"),
    ("system:controller:attachdetach-controller", "ServiceAccount", "attachdetach-controller"),
    ("system:controller:cronjob-controller", "ServiceAccount", "cronjob-controller"),
    ("system:controller:daemon-set-controller", "ServiceAccount", "daemon-set-controller"),
    ("system:controller:deployment-controller", "ServiceAccount", "deployment-controller"),
    ("system:controller:endpoint-controller", "ServiceAccount", "endpoint-controller"),
    ("system:controller:job-controller", "ServiceAccount", "job-controller"),
    ("system:controller:node-controller", "ServiceAccount", "node-controller"),
    ("system:discovery", "Group", "system:authenticated"),
    ("system:kube-controller-manager", "User", "system:kube-controller-manager"),
    ("system:kube-dns", "ServiceAccount", "kube-dns"),
    ("system:kube-scheduler", "User", "system:kube-scheduler"),
    ("system:node-proxier", "User", "system:kube-proxy"),
];

/// What the organisation decided, as TOML for a policy file.
pub(super) fn policy() -> String {
    let quoted = SYSTEM_SERVICES.map(|name| format!("{name:?}")).join(", ");
    let (cpu, memory) = LIMITS;
    let quotas = USERS.map(|namespace| {
        format!("[k8s.quotas.{namespace}]\n\"limits.cpu\" = {cpu:?}\n\"limits.memory\" = {memory:?}\n")
    });
    format!(
        "[k8s]\nkube_system_services = [{quoted}]\nhost_network_allowed = [\"monitoring/node-exporter-*\"]\n\n{}\n",
        quotas.join("\n")
    )
}

fn metadata(index: usize, namespace: Option<&str>, name: &str) -> Value {
    let mut metadata = json!({
        "name": name, "uid": population::uuid(300, index), "resourceVersion": (1000 + index).to_string(),
        "creationTimestamp": population::pushed_at(0, index),
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
    });
    if let Some(namespace) = namespace {
        metadata["namespace"] = json!(namespace);
    }
    metadata
}

struct Pod {
    namespace: &'static str,
    name: String,
    owner: &'static str,
    app: &'static str,
    image: String,
    host_network: bool,
}

impl Pod {
    fn of_product(name: String, owner: &'static str, app: &'static str, part: &str) -> Self {
        Self {
            namespace: "kube-system",
            name,
            owner,
            app,
            image: format!("docker/ucp-{part}:3.2.6"),
            host_network: part.starts_with("calico"),
        }
    }

    fn of_user(namespace: &'static str, name: String, app: &'static str) -> Self {
        Self {
            namespace,
            name,
            owner: "ReplicaSet",
            app,
            image: format!("dtr.example.mil/eng/{app}:1.4.0"),
            host_network: false,
        }
    }

    fn json(&self, index: usize) -> Value {
        let mut metadata = metadata(index, Some(self.namespace), &self.name);
        metadata["labels"] = json!({"k8s-app": self.app, "pod-template-hash": "5d9c6f7b8"});
        metadata["ownerReferences"] = json!([{"kind": self.owner, "name": self.app, "controller": true}]);
        let mut spec = json!({
            "nodeName": NODES[index % NODES.len()], "restartPolicy": "Always",
            "containers": [{
                "name": self.app, "image": self.image,
                "env": [{"name": "LOG_LEVEL", "value": "info"}],
            }],
            "volumes": [{"name": "settings", "secret": {"secretName": format!("{}-settings", self.app)}}],
        });
        // As Kubernetes has it: what is off is not written at all.
        if self.host_network {
            spec["hostNetwork"] = json!(true);
        }
        json!({"metadata": metadata, "spec": spec, "status": {"phase": "Running"}})
    }
}

pub(super) fn pods(world: &World) -> Vec<Value> {
    let scenario = &world.scenario;
    let mut pods = Vec::new();
    for (index, _) in NODES.iter().enumerate() {
        let name = format!("calico-node-{index}x7kq");
        pods.push(Pod::of_product(name, "DaemonSet", "calico-node", "calico-node"));
    }
    for (app, part) in [
        ("calico-kube-controllers", "calico-kube-controllers"),
        ("compose", "compose"),
        ("kube-dns", "kube-dns"),
        ("ucp-metrics", "metrics"),
    ] {
        pods.push(Pod::of_product(format!("{app}-6b4f9-w2xzt"), "ReplicaSet", app, part));
    }
    for (index, _) in NODES.iter().enumerate() {
        let mut exporter = Pod::of_user("monitoring", format!("node-exporter-{index}"), "node-exporter");
        (exporter.owner, exporter.host_network) = ("DaemonSet", true);
        pods.push(exporter);
    }
    for index in 0..14 {
        pods.push(Pod::of_user("shop", format!("web-5d9c6f7b8-{index:02}"), "web"));
    }
    if !scenario.is_hardened() {
        // As people begin who have just installed it.
        let mut shell = Pod::of_user("default", "debug-shell".into(), "shell");
        shell.host_network = true;
        pods.push(shell);
    }
    pods.push(Pod::of_user("team-7", "report-0".into(), "report"));
    let mut pods: Vec<Value> = pods.iter().enumerate().map(|(at, pod)| pod.json(at)).collect();
    if let Some(last) = pods.last_mut() {
        if scenario.has(Fault::KubeHostNetwork) {
            last["spec"]["hostNetwork"] = json!(true);
        }
        if scenario.has(Fault::KubeOddFlag) {
            last["spec"]["hostNetwork"] = json!("true");
        }
        if scenario.has(Fault::KubeEnvSecret) || !scenario.is_hardened() {
            let reference = json!({"secretKeyRef": {"name": "report-db", "key": "password"}});
            last["spec"]["containers"][0]["env"] = json!([{"name": "DB_PASSWORD", "valueFrom": reference}]);
        }
    }
    pods
}

pub(super) fn services(world: &World) -> Vec<Value> {
    let fresh = !world.scenario.is_hardened();
    let has = |fault| world.scenario.has(fault) || fresh;
    let mut all = vec![("default", "kubernetes".to_owned())];
    all.extend(SYSTEM_SERVICES.map(|name| ("kube-system", name.to_owned())));
    for namespace in &USERS[1..] {
        all.push((namespace, "web".into()));
    }
    if has(Fault::KubeSystemService) {
        all.push(("kube-system", "tiller-deploy".into()));
    }
    if has(Fault::KubeDefaultService) {
        all.push(("default", "web".into()));
    }
    let item = |(at, (namespace, name)): (usize, (&str, String))| {
        let metadata = metadata(100 + at, Some(namespace), &name);
        json!({"metadata": metadata, "spec": {"type": "ClusterIP"}})
    };
    all.into_iter().enumerate().map(item).collect()
}

pub(super) fn namespaces(_: &World) -> Vec<Value> {
    let all = OWN.iter().chain(&USERS).enumerate();
    all.map(|(at, name)| json!({"metadata": metadata(200 + at, None, name), "status": {"phase": "Active"}})).collect()
}

pub(super) fn quotas(world: &World) -> Vec<Value> {
    if !world.scenario.is_hardened() {
        return Vec::new();
    }
    let last = USERS.len() - 1;
    let (cpu, memory) = LIMITS;
    let item = |(at, namespace): (usize, &&str)| {
        let is_last = |fault| at == last && world.scenario.has(fault);
        if is_last(Fault::KubeNoQuota) {
            return None;
        }
        let cpu = if is_last(Fault::KubeOtherQuota) { "40" } else { cpu };
        // Kubernetes gives quantities back as they were written, and they may be written in many ways.
        let memory = if at == 0 { "8192Mi" } else { memory };
        let hard = json!({"limits.cpu": cpu, "limits.memory": memory, "pods": "50"});
        let metadata = metadata(400 + at, Some(namespace), "compute");
        Some(json!({"metadata": metadata, "spec": {"hard": hard}, "status": {"hard": hard}}))
    };
    USERS.iter().enumerate().filter_map(item).collect()
}

pub(super) fn role_bindings(world: &World) -> Vec<Value> {
    let mut all = vec![("kube-system", "system::leader-locking-kube-scheduler", "system:kube-scheduler")];
    all.push(("kube-public", "system:controller:bootstrap-signer", "bootstrap-signer"));
    let mut items: Vec<Value> = all
        .into_iter()
        .enumerate()
        .map(|(at, (namespace, name, subject))| {
            let mut metadata = metadata(500 + at, Some(namespace), name);
            metadata["labels"] = json!({"kubernetes.io/bootstrapping": "rbac-defaults"});
            let kind = if subject.starts_with("system:") { "User" } else { "ServiceAccount" };
            binding(&metadata, "Role", name, kind, subject)
        })
        .collect();
    if !world.scenario.is_hardened() {
        let metadata = metadata(520, Some("default"), "everybody-edits");
        items.push(binding(&metadata, "ClusterRole", "edit", "Group", "system:authenticated"));
    }
    items
}

pub(super) fn cluster_role_bindings(_: &World) -> Vec<Value> {
    let item = |(at, (name, kind, subject)): (usize, &(&str, &str, &str))| {
        let mut metadata = metadata(600 + at, None, name);
        metadata["labels"] = json!({"kubernetes.io/bootstrapping": "rbac-defaults"});
        binding(&metadata, "ClusterRole", name, kind, subject)
    };
    BOOTSTRAPPING.iter().enumerate().map(item).collect()
}

fn binding(metadata: &Value, role_kind: &str, role: &str, kind: &str, subject: &str) -> Value {
    let mut who = json!({"kind": kind, "name": subject});
    if kind == "ServiceAccount" {
        who["namespace"] = json!("kube-system");
    } else {
        who["apiGroup"] = json!("rbac.authorization.k8s.io");
    }
    json!({
        "metadata": metadata, "subjects": [who],
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": role_kind, "name": role},
    })
}
