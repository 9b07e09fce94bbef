//! The Docker API: of each simulated engine, and of UCP, which speaks for all of them.
//!
//! Through UCP the containers of all nodes are one list, with the node before each name, and what only a single
//! engine knows (its storage driver, its security options) is empty.

mod containers;
mod inspect;
mod nasty;
pub(super) mod nodes;
mod policy;
mod swarm;

use std::{collections::BTreeMap, collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::{FromRequestParts, Path, Query, State},
    http::{StatusCode, request::Parts},
    response::Response,
    routing::get,
};
use serde_json::{Value, json};

pub(super) use self::policy::policy;
use self::{
    containers::Container,
    nodes::{LAST, NODES, is_down},
};
use super::{fault::Fault, population, reply, ucp::User, world::World};

const CREATED: &str = "2019-11-04T09:12:44.130482759Z";
/// Where managers listen for each other.
const SWARM_PORT: u16 = 2377;
/// Secrets in what engines answer.
const JOIN_TOKEN: &str = "canary-join-token";
const ENVIRONMENT: &str = "canary-environment";
pub(super) const CANARIES: [&str; 2] = [JOIN_TOKEN, ENVIRONMENT];

/// The versions of the API that an engine speaks, after `v1.`.
const SPOKEN: std::ops::RangeInclusive<u32> = 12..=40;

/// Who answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    /// UCP, for all nodes.
    Ucp,
    /// The engine of one node.
    Node(usize),
}

#[derive(Clone)]
struct Docker {
    world: Arc<World>,
    speaker: Speaker,
}

/// The routes of the Docker API, with and without a version before them.
pub(super) fn routes(world: Arc<World>, speaker: Speaker) -> Router {
    let plain = Router::new()
        .route("/version", get(version))
        .route("/info", get(info))
        .route("/containers/json", get(list))
        .route("/containers/{id}/json", get(inspection))
        .route("/containers/{id}/top", get(top))
        .route("/images/json", get(images))
        .route("/images/{id}/json", get(image))
        .route("/networks", get(networks))
        .route("/networks/{id}", get(network))
        .route("/swarm", get(settings))
        .route("/nodes", get(node_list))
        .route("/services", get(services))
        .route("/secrets", get(secrets))
        .route("/volumes", get(volumes));
    let plain = match speaker {
        Speaker::Ucp => plain,
        Speaker::Node(_) => plain.route("/_ping", get(|| async { "OK" })),
    };
    let mut routes = plain.clone();
    for minor in SPOKEN {
        routes = routes.nest(&format!("/v1.{minor}"), plain.clone());
    }
    routes.with_state(Docker { world, speaker })
}

/// Whether a path belongs to the Docker API, which words its errors differently.
pub(super) fn is_docker(path: &str) -> bool {
    [
        "/version",
        "/services",
        "/configs",
        "/info",
        "/containers",
        "/images",
        "/networks",
        "/swarm",
        "/nodes",
        "/secrets",
        "/volumes",
        "/v1.",
    ]
    .iter()
    .any(|docker| path.starts_with(docker))
}

/// What an engine says that has no such page.
pub(super) fn not_found() -> Response {
    reply::docker_error(StatusCode::NOT_FOUND, "page not found")
}

/// Somebody who may ask: at UCP who is logged in, at an engine whoever has the certificate to get that far.
struct Caller {
    /// UCP shows others what they have grants for, and leaves out the rest.
    sees_all: bool,
}

impl FromRequestParts<Docker> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, docker: &Docker) -> Result<Self, Response> {
        if docker.speaker == Speaker::Ucp {
            User::from_request_parts(parts, &docker.world).await?;
        }
        let restricted = docker.speaker == Speaker::Ucp && docker.has(Fault::NotAdmin);
        Ok(Self { sees_all: !restricted })
    }
}

impl Docker {
    fn has(&self, fault: Fault) -> bool {
        self.world.scenario.has(fault)
    }

    fn is_ucp(&self) -> bool {
        self.speaker == Speaker::Ucp
    }

    /// The nodes that it speaks for.
    fn places(&self) -> impl Iterator<Item = usize> + '_ {
        let reached = (0..NODES.len()).filter(|place| !is_down(&self.world.scenario, *place));
        reached.filter(|place| match self.speaker {
            Speaker::Ucp => true,
            Speaker::Node(own) => own == *place,
        })
    }

    /// The containers that it knows and the caller may see.
    fn containers(&self, caller: &Caller) -> Vec<Container> {
        let places: Vec<usize> = self.places().collect();
        let mut containers = containers::all(&self.world);
        containers.retain(|it| places.contains(&it.place) && (caller.sees_all || it.name.starts_with("shop-web")));
        containers
    }

    /// The images that it knows: those of its containers.
    fn images(&self, caller: &Caller) -> Vec<Value> {
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        for container in self.containers(caller) {
            *names.entry(container.image).or_default() += 1;
        }
        if self.places().any(|place| place == LAST) && self.has(Fault::OldImage) {
            names.insert("docker/ucp-agent:3.2.3".into(), 0);
        }
        let images = names.iter().map(|(name, uses)| {
            let repository = name.rsplit_once(':').map_or(name.as_str(), |(repository, _)| repository);
            let id = inspect::image_id(name);
            let digest = format!("{repository}@{}", inspect::image_id(&format!("{name} manifest")));
            json!({
                "Id": id, "ParentId": "", "RepoTags": [name], "RepoDigests": [digest],
                "Created": 1_572_858_764, "Size": 1_982_284, "VirtualSize": 1_982_284,
                "SharedSize": -1, "Labels": null, "Containers": uses,
            })
        });
        images.collect()
    }

    /// The networks that it knows.
    fn networks(&self) -> Vec<Value> {
        let scenario = &self.world.scenario;
        let networks = match self.speaker {
            Speaker::Ucp => swarm::networks_of_ucp(scenario, self.places()),
            Speaker::Node(place) => swarm::networks(scenario, place),
        };
        let mut networks = match networks {
            Value::Array(networks) => networks,
            _ => Vec::new(),
        };
        networks.retain(|network| !self.has(Fault::IngressRemoved) || network["Ingress"] != true);
        if self.has(Fault::IngressRenamed) {
            for network in networks.iter_mut().filter(|network| network["Ingress"] == true) {
                network["Name"] = "our-ingress".into();
            }
        }
        networks
    }

    /// Managers and UCP know the swarm; others say so.
    fn is_manager(&self) -> bool {
        match self.speaker {
            Speaker::Ucp => true,
            Speaker::Node(place) => NODES[place].manager,
        }
    }

    /// What managers alone, and for UCP administrators alone, are told.
    fn of_managers(&self, caller: &Caller, answer: impl FnOnce() -> Value) -> Response {
        if !self.is_manager() {
            let message = "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or promote the current node to a manager.";
            return reply::docker_error(StatusCode::SERVICE_UNAVAILABLE, message);
        }
        if !caller.sees_all {
            return reply::docker_error(StatusCode::FORBIDDEN, "access denied");
        }
        reply::ok(&answer())
    }
}

async fn version(State(docker): State<Docker>, _: Caller) -> Response {
    let scenario = &docker.world.scenario;
    match docker.speaker {
        Speaker::Node(place) if !(place == LAST && docker.has(Fault::EngineIsUcp)) => {
            reply::ok(&nodes::version(scenario, place))
        }
        _ => super::swarm::version(&docker.world),
    }
}

async fn info(State(docker): State<Docker>, _: Caller) -> Response {
    let scenario = &docker.world.scenario;
    let ucp = containers::ucp_version(&docker.world);
    let mut info = match docker.speaker {
        Speaker::Node(place) if !(place == LAST && docker.has(Fault::EngineIsUcp)) => nodes::info(scenario, place),
        _ => nodes::info_of_ucp(scenario, ucp),
    };
    // All that is there, whatever the caller may see of it.
    let all = Caller { sees_all: true };
    info["Containers"] = docker.containers(&all).len().into();
    info["Images"] = docker.images(&all).len().into();
    reply::ok(&info)
}

async fn list(State(docker): State<Docker>, caller: Caller, Query(query): Query<HashMap<String, String>>) -> Response {
    if docker.has(Fault::ListNull) {
        return reply::ok(&Value::Null);
    }
    let all = query.get("all").is_some_and(|all| ["1", "true", "True"].contains(&all.as_str()));
    let mut containers = docker.containers(&caller);
    containers.retain(|it| all || it.is_running());
    let entries: Vec<Value> = containers.iter().map(|it| inspect::entry(it, docker.is_ucp())).collect();
    let list = Value::from(entries).to_string();
    if docker.has(Fault::ListTruncated) {
        // Cut in the middle, with a length that fits.
        let half = list.chars().take(list.chars().count() / 2).collect::<String>();
        return reply::typed(StatusCode::OK, "application/json", half);
    }
    reply::typed(StatusCode::OK, "application/json", list)
}

fn no_such(id: &str) -> Response {
    reply::docker_error(StatusCode::NOT_FOUND, &format!("No such container: {id}"))
}

/// The container of an id, or of the beginning of one, or of a name.
fn find(docker: &Docker, caller: &Caller, id: &str) -> Option<Container> {
    let mut containers = docker.containers(caller).into_iter();
    containers.find(|it| it.name == id || (id.len() >= 12 && it.id.starts_with(id)))
}

async fn inspection(State(docker): State<Docker>, caller: Caller, Path(id): Path<String>) -> Response {
    let world = &docker.world;
    let Some(container) = find(&docker, &caller, &id) else {
        return no_such(&id);
    };
    if containers::is_victim(world, &container) {
        if docker.has(Fault::Inspect500) {
            let message = "an internal error of the engine";
            return reply::docker_error(StatusCode::INTERNAL_SERVER_ERROR, message);
        } else if docker.has(Fault::ContainerGone) {
            return no_such(&id);
        } else if docker.has(Fault::InspectOther) {
            let other = docker.containers(&caller).into_iter().next().unwrap_or(container);
            return reply::ok(&inspect::inspection(&world.scenario, &other, docker.is_ucp()));
        }
    }
    reply::ok(&inspect::inspection(&world.scenario, &container, docker.is_ucp()))
}

async fn top(State(docker): State<Docker>, caller: Caller, Path(id): Path<String>) -> Response {
    let Some(container) = find(&docker, &caller, &id) else {
        return no_such(&id);
    };
    if !container.is_running() {
        let message = format!("Container {} is not running", container.id);
        return reply::docker_error(StatusCode::CONFLICT, &message);
    }
    let victim = containers::is_victim(&docker.world, &container);
    if victim && docker.has(Fault::ContainerGone) {
        return no_such(&id);
    }
    if victim && docker.has(Fault::Top500) {
        let message = "an internal error of the engine";
        return reply::docker_error(StatusCode::INTERNAL_SERVER_ERROR, message);
    }
    let also = (victim && docker.has(Fault::SshdLast)).then_some("sshd");
    reply::ok(&inspect::top(&container, also))
}

async fn images(State(docker): State<Docker>, caller: Caller) -> Response {
    if docker.has(Fault::ImagesNull) {
        return reply::ok(&Value::Null);
    }
    reply::ok(&docker.images(&caller).into())
}

async fn image(State(docker): State<Docker>, caller: Caller, Path(id): Path<String>) -> Response {
    let images = docker.images(&caller);
    let found = images.iter().find(|image| image["Id"] == id.as_str() || image["RepoTags"][0] == id.as_str());
    let no_such = || reply::docker_error(StatusCode::NOT_FOUND, &format!("No such image: {id}"));
    found.map_or_else(no_such, reply::ok)
}

async fn networks(State(docker): State<Docker>, _: Caller) -> Response {
    let hidden = docker.has(Fault::IngressHidden);
    let networks = docker.networks().into_iter().filter(|network| !hidden || network["Ingress"] != true);
    reply::ok(&networks.collect())
}

async fn network(State(docker): State<Docker>, _: Caller, Path(id): Path<String>) -> Response {
    let networks = docker.networks();
    let found = networks.iter().find(|network| network["Id"] == id.as_str() || network["Name"] == id.as_str());
    let not_found = || reply::docker_error(StatusCode::NOT_FOUND, &format!("network {id} not found"));
    found.map_or_else(not_found, reply::ok)
}

async fn settings(State(docker): State<Docker>, caller: Caller) -> Response {
    docker.of_managers(&caller, || swarm::settings(&docker.world.scenario))
}

async fn node_list(State(docker): State<Docker>, caller: Caller) -> Response {
    docker.of_managers(&caller, || nodes::list(&docker.world.scenario))
}

async fn services(State(docker): State<Docker>, caller: Caller) -> Response {
    let world = &docker.world;
    docker.of_managers(&caller, || {
        let image = containers::shop_image(world, "api");
        swarm::services(&world.scenario, containers::ucp_version(world), &image)
    })
}

async fn secrets(State(docker): State<Docker>, caller: Caller) -> Response {
    docker.of_managers(&caller, || swarm::secrets(&docker.world.scenario))
}

/// The volumes that containers use.
async fn volumes(State(docker): State<Docker>, caller: Caller) -> Response {
    let mut volumes: BTreeMap<String, Value> = BTreeMap::new();
    for container in docker.containers(&caller) {
        let mounts = container.settings.iter().filter(|(pointer, _)| *pointer == "/Mounts");
        for mount in mounts.flat_map(|(_, mounts)| mounts.as_array().into_iter().flatten()) {
            let Some(name) = mount["Name"].as_str() else { continue };
            let name = if docker.is_ucp() { format!("{}/{name}", container.node().name) } else { name.to_owned() };
            let volume = json!({
                "CreatedAt": CREATED, "Driver": mount["Driver"], "Labels": null, "Mountpoint": mount["Source"],
                "Name": name, "Options": null, "Scope": "local",
            });
            volumes.insert(name, volume);
        }
    }
    let volumes: Vec<Value> = volumes.into_values().collect();
    reply::ok(&json!({"Volumes": volumes, "Warnings": null}))
}

/// An identifier as swarm gives it: 25 small letters and digits.
fn id25(index: usize) -> String {
    population::uuid(200, index).replace('-', "").chars().take(25).collect()
}
