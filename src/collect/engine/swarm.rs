//! The swarm, as a manager tells it: settings, nodes, services, and the names of secrets.
//!
//! `GET /swarm` also gives the tokens that let others join. They are not read out of the answer.

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::talk::{Talk, unusable};
use crate::collect::http::Failure;
use crate::collect::{Brought, READS};
use crate::facts::Reach;
use crate::facts::engine::Info;
use crate::facts::field::Field;
use crate::facts::proof::{Member, Proof, lacks};
use crate::facts::swarm::{Node, Roster, Secrets, Service, ServicePort, ServiceRestart, Services, Swarm};

/// An engine's part in a swarm, as it says itself.
pub(super) enum Part {
    /// It is in none.
    None,
    Worker,
    Manager,
    /// It is a manager that was started again, and that nobody has unlocked since.
    Locked,
    /// It is in one that does not work (pending, error), or does not say.
    Unclear,
}

impl Part {
    pub(super) fn of(info: &Info) -> Self {
        let state = info.swarm.state.get().map_or("", String::as_str);
        match (state, info.swarm.manager.get()) {
            ("inactive", _) => Part::None,
            ("active", Some(true)) => Part::Manager,
            ("active", Some(false)) => Part::Worker,
            ("locked", _) => Part::Locked,
            _ => Part::Unclear,
        }
    }

    /// Why nothing can be said of its swarm, where that is so.
    pub(super) fn unclear(&self) -> Option<&'static str> {
        match self {
            Part::Locked => Some(
                "the swarm of this engine is locked: it needs `docker swarm unlock` before it says anything of its \
                 swarm (Swarm.LocalNodeState is locked)",
            ),
            Part::Unclear => Some(
                "it does not say whether it is in a swarm that works: Swarm.LocalNodeState is neither active nor inactive",
            ),
            Part::None | Part::Worker | Part::Manager => None,
        }
    }
}

/// Nothing but a manager, or UCP, knows the swarm. Others are not even asked: what they refuse looks like
/// a fault that passes, and would be tried again.
async fn only_a_manager(talk: &Talk<'_>) -> Result<(), Failure> {
    if talk.reach() == Reach::Cluster {
        return Ok(());
    }
    let (request, info) = talk.info().await?;
    let part = Part::of(&info);
    let reason = match part {
        Part::Manager => return Ok(()),
        Part::Worker => "this engine is a worker of a swarm, which does not know it: ask a manager, or UCP",
        Part::None | Part::Locked | Part::Unclear => part.unclear().unwrap_or("this engine is in no swarm"),
    };
    Err(unusable(&request, reason.into()))
}

/// What proves that a list of the swarm which may be empty is seen as a whole.
const MANAGER: &str = "a manager tells everybody all of its swarm, and UCP was asked by an administrator";
/// The service that UCP runs on every node.
const AGENT: &str = "ucp-agent";

pub(super) async fn settings(talk: &Talk<'_>) -> Result<(String, Swarm), Failure> {
    only_a_manager(talk).await?;
    let (request, told) = talk.read::<Value>("/swarm").await?;
    let swarm = Swarm {
        autolock: Field::at(&told, "/Spec/EncryptionConfig/AutoLockManagers"),
        node_cert_expiry: Field::at(&told, "/Spec/CAConfig/NodeCertExpiry"),
    };
    if told.get("Spec").is_none_or(|spec| !spec.is_object()) {
        return Err(unusable(&request, "the answer holds no settings".into()));
    }
    Ok((request, swarm))
}

/// The nodes. Whether there are others is for the engine's own state to say: a worker and an engine
/// without a swarm refuse the question in the same words.
pub(super) async fn nodes(talk: &Talk<'_>) -> Result<(String, Roster), Failure> {
    let (request, info) = talk.info().await?;
    let part = Part::of(&info);
    match part {
        Part::None if talk.reach() == Reach::Node => return Ok((request, Roster::NoSwarm)),
        Part::Worker => return Ok((request, Roster::Worker)),
        Part::Manager => {}
        Part::None | Part::Locked | Part::Unclear => {
            let reason = part.unclear().unwrap_or("it speaks for a cluster, and says that it is in no swarm");
            return Err(unusable(&request, reason.into()));
        }
    }
    let own = &info.swarm.node_id;
    let is_own = |entry: &NodeEntry| own.is_empty() || entry.id == *own;
    let proof = Proof::Witness(&[Member { name: "the node that was asked", is: &is_own }]);
    let mut stated = info.swarm.nodes.get().copied();
    let mut read = talk.list("/nodes", |e: &NodeEntry| &e.id, &proof).await?;
    for _ in 1..READS {
        if stated.is_none_or(|stated| stated <= read.1.len() as u64) {
            break;
        }
        stated = talk.info_again().await?.swarm.nodes.get().copied();
        read = talk.list("/nodes", |e: &NodeEntry| &e.id, &proof).await?;
    }
    let (request, entries, proven) = read;
    proven?;
    // A manager that does not say how many there are is held to what it lists.
    let counted = Proof::Count { least: stated.or(Some(1)), by: "/info" }.check(&entries);
    counted.map_err(|reason| unusable(&request, reason))?;
    Ok((request, Roster::Nodes(entries.into_iter().map(Node::from).collect())))
}

pub(super) async fn services(talk: &Talk<'_>) -> Result<Brought<Services>, Failure> {
    only_a_manager(talk).await?;
    let (request, entries, proven) =
        talk.list("/services", |e: &ServiceEntry| &e.id, &Proof::MayBeEmpty(MANAGER)).await?;
    // UCP runs its agent as a service. Where none such is listed, UCP has to say that there is none.
    let is_agent = |entry: &ServiceEntry| entry.spec.name.starts_with(AGENT);
    let mut broken = proven.err();
    if talk.reach() == Reach::Cluster && !entries.iter().any(is_agent) {
        match talk.get("/services/ucp-agent").await {
            Err(failure) if failure.status == Some(StatusCode::NOT_FOUND) => {}
            _ => broken = Some(unusable(&request, lacks("UCP's own service ucp-agent"))),
        }
    }
    let list: Vec<Service> = entries.into_iter().map(Service::from).collect();
    let is_empty = list.is_empty();
    Brought::of_list(request, Services { list }, is_empty, broken)
}

pub(super) async fn secrets(talk: &Talk<'_>) -> Result<(String, Secrets), Failure> {
    only_a_manager(talk).await?;
    let (request, entries, proven) = talk.list("/secrets", |e: &Named| &e.id, &Proof::MayBeEmpty(MANAGER)).await?;
    proven?;
    let mut names: Vec<String> = entries.into_iter().map(|e| e.spec.name).collect();
    names.sort();
    Ok((request, Secrets { names }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NodeEntry {
    #[serde(rename = "ID")]
    id: String,
    spec: NodeSpec,
    #[serde(default)]
    description: Option<Description>,
    status: Status,
    #[serde(default)]
    manager_status: Option<ManagerStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NodeSpec {
    role: String,
    availability: String,
}

/// Of a node that has never been reached only parts are known.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Description {
    hostname: String,
    platform: Platform,
    engine: EngineOfNode,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Platform {
    #[serde(rename = "OS")]
    os: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct EngineOfNode {
    engine_version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    state: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ManagerStatus {
    #[serde(default)]
    leader: bool,
}

impl From<NodeEntry> for Node {
    fn from(entry: NodeEntry) -> Self {
        let description = entry.description.unwrap_or_default();
        Node {
            // A node without a name is still one that has to be seen.
            hostname: Some(description.hostname).filter(|name| !name.is_empty()).unwrap_or_else(|| entry.id.clone()),
            id: entry.id,
            role: entry.spec.role,
            availability: entry.spec.availability,
            state: entry.status.state,
            leader: entry.manager_status.is_some_and(|m| m.leader),
            engine_version: description.engine.engine_version,
            os: description.platform.os,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceEntry {
    #[serde(rename = "ID")]
    id: String,
    spec: ServiceSpec,
    #[serde(default)]
    endpoint: Option<Endpoint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceSpec {
    name: String,
    #[serde(default)]
    labels: Option<std::collections::BTreeMap<String, String>>,
    task_template: TaskTemplate,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TaskTemplate {
    /// Absent where the tasks are plugins.
    #[serde(default)]
    container_spec: Option<ContainerSpec>,
    #[serde(default)]
    restart_policy: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContainerSpec {
    image: String,
    #[serde(default)]
    secrets: Option<Vec<SecretUse>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SecretUse {
    secret_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Endpoint {
    #[serde(default)]
    ports: Option<Vec<ServicePort>>,
}

impl From<ServiceEntry> for Service {
    fn from(entry: ServiceEntry) -> Self {
        let container = entry.spec.task_template.container_spec.unwrap_or_default();
        let mut labels = entry.spec.labels.unwrap_or_default();
        labels.retain(|key, _| key.starts_with("com.docker."));
        let secrets = container.secrets.unwrap_or_default().into_iter();
        let restart = &entry.spec.task_template.restart_policy;
        let restart = ServiceRestart {
            condition: Field::at(restart, "/Condition"),
            max_attempts: Field::at(restart, "/MaxAttempts"),
            window: Field::at(restart, "/Window"),
        };
        Service {
            id: entry.id,
            name: entry.spec.name,
            image: container.image,
            ports: entry.endpoint.and_then(|e| e.ports).unwrap_or_default(),
            secrets: secrets.map(|s| s.secret_name).collect(),
            labels,
            restart: restart.into(),
        }
    }
}

/// A secret, without all that is not its name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    #[serde(rename = "ID")]
    id: String,
    spec: NamedSpec,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NamedSpec {
    name: String,
}
