//! The simulated UCP: sessions, accounts, and its configuration.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, FromRequestParts, Query, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    config::{self, Revision},
    fault::Fault,
    paging, population, reply,
    server::Peer,
    swarm,
    world::World,
};

pub(super) fn routes(world: Arc<World>) -> Router {
    Router::new()
        .route("/_ping", get(|| async { "OK" }))
        .route("/ca", get(ca))
        .route("/auth/login", post(log_in))
        .route("/id/logout", post(log_out))
        .route("/id/", get(account))
        .route("/accounts/", get(accounts))
        .route("/accounts", get(accounts))
        .route("/api/ucp/config-toml", get(config_toml))
        .route("/version", get(swarm::version))
        .route("/services/{id}", get(swarm::service))
        .route("/configs", get(swarm::configs))
        .route("/configs/{id}", get(swarm::config))
        .fallback(|| async { not_found() })
        .with_state(world)
}

fn not_found() -> Response {
    reply::docker_error(StatusCode::NOT_FOUND, "page not found")
}

/// Somebody who is logged in, or has the client bundle.
pub(super) struct User;

impl FromRequestParts<Arc<World>> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Response> {
        let has_bundle = parts
            .extensions
            .get::<ConnectInfo<Peer>>()
            .is_some_and(|peer| peer.0.has_bundle);
        if has_bundle || bearer(&parts.headers).is_some_and(|token| world.sessions.is_ucp(token)) {
            return Ok(Self);
        }
        Err(if swarm::is_docker(parts.uri.path()) {
            reply::docker_error(StatusCode::UNAUTHORIZED, "unauthorized")
        } else {
            not_authenticated("The client is not authenticated.")
        })
    }
}

/// Somebody who may read the configuration.
pub(super) struct Admin;

impl FromRequestParts<Arc<World>> for Admin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Response> {
        User::from_request_parts(parts, world).await?;
        if !world.scenario.has(Fault::NotAdmin) {
            return Ok(Self);
        }
        Err(if swarm::is_docker(parts.uri.path()) {
            reply::docker_error(StatusCode::FORBIDDEN, "access denied")
        } else {
            not_authorized()
        })
    }
}

fn not_authenticated(message: &str) -> Response {
    reply::error(StatusCode::UNAUTHORIZED, "NOT_AUTHENTICATED", message)
}

fn not_authorized() -> Response {
    reply::error(
        StatusCode::FORBIDDEN,
        "NOT_AUTHORIZED",
        "The client is not authorized.",
    )
}

/// The token of a request that carries one.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

async fn ca(State(world): State<Arc<World>>) -> Response {
    let certificates = &world.certificates;
    let pem = if world.scenario.has(Fault::CaMissing) {
        return not_found();
    } else if world.scenario.has(Fault::CaGarbage) {
        "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"
    } else if world.scenario.has(Fault::CaOther) {
        &certificates.ucp_root
    } else {
        &certificates.ucp_ca
    };
    reply::typed(StatusCode::OK, "application/x-pem-file", pem.to_owned())
}

#[derive(Deserialize)]
struct Credentials {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
}

/// A login is read as JSON whatever its Content-Type: scripts send none that fits.
async fn log_in(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(sent) = serde_json::from_slice::<Credentials>(&body) else {
        let message = "The request body is not valid JSON.";
        return reply::error(StatusCode::BAD_REQUEST, "INVALID_JSON", message);
    };
    let password = sent.password.as_str();
    if world.scenario.has(Fault::EchoCredentials) {
        return echo(&headers, &sent.username, password);
    }
    let refused = world.scenario.has(Fault::WrongPassword);
    if refused || !world.account.is(&sent.username, password) {
        return not_authenticated("Invalid username or password.");
    }
    reply::ok(&json!({"auth_token": world.sessions.log_in(&world.scenario)}))
}

/// An error that says more than it should.
pub(super) fn echo(headers: &HeaderMap, username: &str, password: &str) -> Response {
    let header = headers.get(header::AUTHORIZATION);
    let header = header.map_or("none".into(), |value| {
        String::from_utf8_lossy(value.as_bytes())
    });
    let message = format!(
        "cannot log in {username} with password {password} (Authorization: {header}): directory error 52e"
    );
    reply::error(StatusCode::BAD_REQUEST, "LOGIN_FAILED", &message)
}

async fn log_out(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    match bearer(&headers) {
        Some(token) if world.sessions.log_out(token) => StatusCode::NO_CONTENT.into_response(),
        _ => not_authenticated("The client is not authenticated."),
    }
}

async fn account(State(world): State<Arc<World>>, _: User) -> Response {
    reply::ok(&own_account(&world))
}

fn own_account(world: &World) -> Value {
    let admin = !world.scenario.has(Fault::NotAdmin);
    user(0, &world.account.username, admin)
}

/// The accounts besides the lab's own user.
const USERS: [&str; 9] = [
    "a.adams", "b.brown", "c.clark", "d.davis", "e.evans", "f.frank", "g.ghosh", "h.hill", "j.doe",
];
const ORGANISATIONS: [&str; 5] = [
    "data",
    "docker-datacenter",
    "engineering",
    "ops",
    "security",
];

fn user(index: usize, name: &str, admin: bool) -> Value {
    json!({
        "name": name, "id": population::uuid(100, index), "fullName": "", "isOrg": false,
        "isAdmin": admin, "isActive": true, "isImported": false,
    })
}

fn organisation(index: usize, name: &str) -> Value {
    json!({
        "name": name, "id": population::uuid(101, index), "fullName": "", "isOrg": true,
        "membersCount": 3, "teamsCount": 1,
    })
}

#[derive(Deserialize)]
struct AccountsQuery {
    start: Option<String>,
    limit: Option<String>,
}

/// Accounts are paged by their id, in the body and in a header alike.
async fn accounts(
    State(world): State<Arc<World>>,
    _: User,
    Query(query): Query<AccountsQuery>,
) -> Response {
    let users = USERS
        .iter()
        .zip(1..)
        .map(|(name, at)| user(at, name, false));
    let organisations = ORGANISATIONS.iter().enumerate();
    let mut all = vec![own_account(&world)];
    all.extend(users);
    all.extend(organisations.map(|(at, name)| organisation(at, name)));

    let limit = query.limit.and_then(|limit| limit.parse().ok());
    let limit = limit.filter(|limit| *limit > 0).unwrap_or(10);
    let start = query.start.unwrap_or_default();
    let first = match all.iter().position(|account| account["id"] == start) {
        Some(first) => first,
        None if start.is_empty() => 0,
        None => all.len(),
    };
    let page: Vec<_> = all.iter().skip(first).take(limit).collect();
    let next = all.get(first + page.len()).map(|next| &next["id"]);
    let next = next.and_then(Value::as_str).unwrap_or_default();
    let mut response = reply::ok(&json!({
        "accounts": page, "usersCount": USERS.len() + 1, "orgsCount": ORGANISATIONS.len(),
        "resourceCount": all.len(), "nextPageStart": next,
    }));
    paging::set_next(&mut response, next);
    response
}

const TOML: &str = "application/toml";

async fn config_toml(State(world): State<Arc<World>>, _: Admin) -> Response {
    let scenario = &world.scenario;
    if scenario.has(Fault::Config404) || config::is_ucp_30(scenario) {
        return not_found();
    } else if scenario.has(Fault::Config403) {
        return not_authorized();
    } else if scenario.has(Fault::ConfigHtml) {
        return reply::login_page();
    } else if scenario.has(Fault::EmptyToml) {
        return reply::typed(StatusCode::OK, TOML, "");
    }
    let document = config::document(&world, Revision::Current);
    if scenario.has(Fault::Oversized) {
        let filler = "# and on it goes, as comments do\n";
        return reply::oversized(TOML, document, filler, "", true);
    }
    reply::typed(StatusCode::OK, TOML, document)
}
