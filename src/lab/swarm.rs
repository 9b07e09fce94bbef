//! The swarm configs that older releases of the simulated UCP keep their configuration in.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    config::{self, Revision},
    fault::Fault,
    population, reply,
    ucp::Admin,
    world::World,
};

const CREATED: &str = "2019-11-04T09:12:44.130482759Z";
const SERVICE: &str = "ucp-agent";
/// The configs of the swarm, the one that counts after the two it replaced.
const CONFIGS: [(&str, Option<Revision>); 4] = [
    ("com.docker.license-1", None),
    ("com.docker.ucp.config-1", Some(Revision::Former)),
    ("com.docker.ucp.config-2", Some(Revision::Former)),
    ("com.docker.ucp.config-3", Some(Revision::Current)),
];

fn ucp_version(world: &World) -> &'static str {
    if world.scenario.has(Fault::VersionOdd) {
        "latest"
    } else if world.scenario.has(Fault::VersionOld) {
        "3.2.3"
    } else if config::is_ucp_30(&world.scenario) {
        "3.0.14"
    } else {
        config::NEWEST
    }
}

/// What UCP says of its version.
pub(super) fn version(world: &World) -> Response {
    if world.scenario.has(Fault::Version500) {
        return reply::docker_error(StatusCode::INTERNAL_SERVER_ERROR, "no manager answers");
    } else if world.scenario.has(Fault::Version403) {
        return reply::docker_error(StatusCode::FORBIDDEN, "access denied");
    } else if world.scenario.has(Fault::VersionHtml) {
        return reply::login_page();
    }
    reply::ok(&json!({
        "Platform": {"Name": ""},
        "Version": format!("ucp/{}", ucp_version(world)),
        "ApiVersion": "1.40", "MinAPIVersion": "1.20", "GitCommit": "lab", "GoVersion": "go1.12.9",
        "Os": "linux", "Arch": "amd64", "KernelVersion": "4.15.0", "BuildTime": CREATED,
    }))
}

pub(super) async fn service(State(world): State<Arc<World>>, _: Admin, Path(id): Path<String>) -> Response {
    let scenario = &world.scenario;
    let is_gone = scenario.has(Fault::Config404) || scenario.has(Fault::Ucp30NoService);
    let service_id = docker_id(0);
    if is_gone || (id != SERVICE && id != service_id) {
        let message = format!("service {id} not found");
        return reply::docker_error(StatusCode::NOT_FOUND, &message);
    }
    let mount = |place: usize, file: &str| {
        json!({
            "File": {"Name": file, "UID": "0", "GID": "0", "Mode": 292},
            "ConfigID": docker_id(place + 1), "ConfigName": CONFIGS[place].0,
        })
    };
    reply::ok(&json!({
        "ID": service_id, "Version": {"Index": 412}, "CreatedAt": CREATED, "UpdatedAt": CREATED,
        "Spec": {
            "Name": SERVICE,
            "Labels": {"com.docker.ucp.version": ucp_version(&world)},
            "TaskTemplate": {"ContainerSpec": {
                "Image": format!("docker/ucp-agent:{}", ucp_version(&world)),
                "Configs": [mount(0, "/etc/ucp/docker.lic"), mount(3, "/etc/ucp/ucp.toml")],
            }},
            "Mode": {"Global": {}},
        },
    }))
}

/// All configs, or those whose name begins as the filter says.
pub(super) async fn configs(
    State(world): State<Arc<World>>,
    _: Admin,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let filters = query.get("filters").map_or("{}", String::as_str);
    let Ok(filters) = serde_json::from_str::<HashMap<String, Vec<String>>>(filters) else {
        return reply::docker_error(StatusCode::BAD_REQUEST, "invalid filter");
    };
    let wanted = |name: &str| {
        let names = filters.get("name");
        names.is_none_or(|names| names.iter().any(|wanted| name.starts_with(wanted.as_str())))
    };
    let places = 0..CONFIGS.len();
    let found = places.filter(|place| is_there(&world, *place) && wanted(CONFIGS[*place].0));
    let found: Vec<_> = found.map(|place| object(&world, place)).collect();
    reply::ok(&Value::from(found))
}

/// One config, by its id or its name.
pub(super) async fn config(State(world): State<Arc<World>>, _: Admin, Path(id): Path<String>) -> Response {
    let is_named = |place: usize| CONFIGS[place].0 == id || docker_id(place + 1) == id;
    let mut places = 0..CONFIGS.len();
    let Some(place) = places.find(|place| is_there(&world, *place) && is_named(*place)) else {
        let message = format!("config {id} not found");
        return reply::docker_error(StatusCode::NOT_FOUND, &message);
    };
    reply::ok(&object(&world, place))
}

fn is_there(world: &World, place: usize) -> bool {
    CONFIGS[place].1.is_none() || !world.scenario.has(Fault::Config404)
}

fn object(world: &World, place: usize) -> Value {
    let (name, revision) = CONFIGS[place];
    let data = match revision {
        Some(revision) => config::document(world, revision),
        None => r#"{"key_id":"lab","authorization":"none"}"#.to_owned(),
    };
    json!({
        "ID": docker_id(place + 1), "Version": {"Index": 20 + place},
        "CreatedAt": CREATED, "UpdatedAt": CREATED,
        "Spec": {"Name": name, "Labels": {}, "Data": STANDARD.encode(data)},
    })
}

/// An identifier as swarm gives it: 25 small letters and digits.
fn docker_id(index: usize) -> String {
    population::uuid(200, index).replace('-', "").chars().take(25).collect()
}
