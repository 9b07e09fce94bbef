//! The simulated UCP: sessions, accounts, and its configuration.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, FromRequestParts, State},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    config::{self, Revision},
    docker,
    fault::Fault,
    reply,
    server::Peer,
    swarm, ucp_lists,
    world::World,
};

pub(super) fn routes(world: Arc<World>) -> Router {
    let docker = docker::routes(world.clone(), docker::Speaker::Ucp);
    Router::new()
        .route("/_ping", get(|| async { "OK" }))
        .route("/ca", get(ca))
        .route("/auth/login", post(log_in))
        .route("/id/logout", post(log_out))
        .route("/id/", get(account))
        .merge(ucp_lists::routes())
        .route("/enzi/v0/config/auth/ldap", get(ldap))
        .route("/api/ucp/config/auth/ldap", get(ldap))
        .route("/api/ucp/config/logging", get(logging))
        .route("/api/ucp/config-toml", get(config_toml))
        .route("/services/{id}", get(swarm::service))
        .route("/configs", get(swarm::configs))
        .route("/configs/{id}", get(swarm::config))
        .fallback(|| async { not_found() })
        .with_state(world)
        .merge(docker)
}

pub(super) fn not_found() -> Response {
    reply::docker_error(StatusCode::NOT_FOUND, "page not found")
}

/// Somebody who is logged in, or has the client bundle.
pub(super) struct User;

impl FromRequestParts<Arc<World>> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Response> {
        let has_bundle = parts.extensions.get::<ConnectInfo<Peer>>().is_some_and(|peer| peer.0.has_bundle);
        if has_bundle || bearer(&parts.headers).is_some_and(|token| world.sessions.is_ucp(token)) {
            return Ok(Self);
        }
        Err(if docker::is_docker(parts.uri.path()) {
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
        Err(if docker::is_docker(parts.uri.path()) {
            reply::docker_error(StatusCode::FORBIDDEN, "access denied")
        } else {
            not_authorized()
        })
    }
}

fn not_authenticated(message: &str) -> Response {
    reply::error(StatusCode::UNAUTHORIZED, "NOT_AUTHENTICATED", message)
}

pub(super) fn not_authorized() -> Response {
    reply::error(StatusCode::FORBIDDEN, "NOT_AUTHORIZED", "The client is not authorized.")
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
    let header = header.map_or("none".into(), |value| String::from_utf8_lossy(value.as_bytes()));
    let message =
        format!("cannot log in {username} with password {password} (Authorization: {header}): directory error 52e");
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
    let own = world.people.users.first();
    own.map(ucp_lists::user).unwrap_or_default()
}

/// The directory settings. The reader's password is not among them, as in the real API.
async fn ldap(State(world): State<Arc<World>>, _: Admin, uri: Uri) -> Response {
    let scenario = &world.scenario;
    let is_first = uri.path().starts_with("/enzi");
    if scenario.has(Fault::Ldap500) {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return reply::error(status, "INTERNAL_ERROR", "rethinkdb: no connection");
    } else if scenario.has(Fault::Ldap403) {
        return not_authorized();
    } else if scenario.has(Fault::Ldap404) || (is_first && scenario.has(Fault::LdapElsewhere)) {
        return not_found();
    } else if scenario.has(Fault::LdapHtml) {
        return reply::login_page();
    }
    if !config::has_directory(scenario) {
        return reply::ok(&json!({
            "serverURL": "", "startTLS": false, "tlsSkipVerify": false, "readerDN": "",
            "syncSchedule": "", "userSearchConfigs": [], "additionalDomains": [],
        }));
    }
    let url = if scenario.has(Fault::LdapPlain) {
        "ldap://directory.example.mil"
    } else if scenario.has(Fault::LdapOther) {
        "ldaps://other.example.mil"
    } else {
        config::DIRECTORY
    };
    let searches = if scenario.has(Fault::LdapNoSearch) {
        json!([])
    } else {
        json!([{
            "baseDN": "ou=people,dc=example,dc=mil", "scopeSubtree": true, "usernameAttr": "uid",
            "fullNameAttr": "cn", "filter": "", "matchGroup": false,
        }])
    };
    reply::ok(&json!({
        "serverURL": url, "noSimplePagination": false, "startTLS": false, "rootCerts": "",
        "tlsSkipVerify": false, "readerDN": config::READER, "syncSchedule": "@hourly",
        "jitUserProvisioning": true, "userSearchConfigs": searches,
        "additionalDomains": [{
            "domain": "dc=partner,dc=mil", "serverURL": "ldap://partner.example.mil", "startTLS": true,
            "tlsSkipVerify": scenario.has(Fault::LdapUnverified), "readerDN": config::READER,
        }],
        "adminSyncOpts": {"enableSync": false},
    }))
}

/// What the configuration says of logging, once more as JSON.
async fn logging(State(world): State<Arc<World>>, _: Admin) -> Response {
    let (log, audit) = config::levels(&world.scenario);
    reply::ok(&json!({
        "logLevel": log, "auditLevel": audit, "supportDumpIncludeAuditLogs": false,
    }))
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
