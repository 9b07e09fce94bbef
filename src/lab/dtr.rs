//! The simulated DTR: its token, its settings, and what lies in it.

use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRequestParts, Path, Query, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::Response,
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    config::CANARIES,
    dtr_access,
    fault::Fault,
    paging::{self, LARGEST, ListQuery, Page, marker},
    population::{self, Population, tag_name},
    reply, ucp,
    world::World,
};

/// How long a token is said to last, in seconds.
const TOKEN_LASTS: i64 = 300;
/// A count that falls short does so by this.
const MISSING: usize = 3;

pub(super) fn routes(world: Arc<World>) -> Router {
    if world.scenario.has(Fault::Msr4) {
        return harbor();
    }
    Router::new()
        .merge(dtr_access::routes())
        .route("/_ping", get(|| async { "OK" }))
        .route("/health", get(health))
        .route("/ca", get(ca))
        .route("/auth/token", get(token))
        .route("/api/v0/admin/version", get(version))
        .route("/api/v0/meta/features", get(features))
        .route("/api/v0/meta/settings", get(settings))
        .route("/api/v0/imagescan/status", get(scanning))
        .route("/api/v0/repositories", get(repositories))
        .route("/api/v0/repositories/{namespace}/{name}/tags", get(tags))
        .fallback(|| async { reply::error(StatusCode::NOT_FOUND, "NOT_FOUND", "Not Found") })
        .with_state(world)
}

/// What MSR 4 has of all that: its own API, and pages for browsers everywhere else.
fn harbor() -> Router {
    let info = json!({"auth_mode": "db_auth", "harbor_version": "v2.10.0", "self_registration": false});
    let missing = || async { reply::error(StatusCode::NOT_FOUND, "NOT_FOUND", "path not found") };
    Router::new()
        .route("/api/v2.0/ping", get(|| async { "Pong" }))
        .route("/api/v2.0/systeminfo", get(move || async move { reply::ok(&info) }))
        .route("/api/{*rest}", get(missing))
        .route("/ca", get(missing))
        .fallback(|| async { reply::login_page() })
}

/// Somebody with a token that was given for a password, or with the password itself.
pub(super) struct User;

impl FromRequestParts<Arc<World>> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Response> {
        let by_token = || ucp::bearer(&parts.headers).is_some_and(|it| world.sessions.is_dtr(it));
        if by_token() || basic(&parts.headers).is_some_and(|sent| is_right(world, &sent)) {
            return Ok(Self);
        }
        Err(not_authenticated())
    }
}

pub(super) fn not_authenticated() -> Response {
    let message = "The client is not authenticated.";
    reply::error(StatusCode::UNAUTHORIZED, "NOT_AUTHENTICATED", message)
}

fn not_authorized() -> Response {
    let message = "The client is not authorized.";
    reply::error(StatusCode::FORBIDDEN, "NOT_AUTHORIZED", message)
}

/// The name and password of a request with basic authentication.
pub(super) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let decoded = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let (name, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

pub(super) fn is_right(world: &World, (name, password): &(String, String)) -> bool {
    !world.scenario.has(Fault::WrongPassword) && world.account.is(name, password)
}

async fn health(State(_): State<Arc<World>>) -> Response {
    reply::ok(&json!({"error": "", "healthy": true}))
}

async fn ca(State(world): State<Arc<World>>) -> Response {
    let pem = world.certificates.dtr_ca.clone();
    reply::typed(StatusCode::OK, "application/x-pem-file", pem)
}

/// A token. There is one for a client that says nothing of itself as well, which opens nothing.
async fn token(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    let sent = basic(&headers);
    if world.scenario.has(Fault::EchoCredentials) {
        let (name, password) = sent.unwrap_or_default();
        return ucp::echo(&headers, &name, &password);
    }
    let known = sent.is_some_and(|sent| is_right(&world, &sent));
    if !known && headers.contains_key(header::AUTHORIZATION) {
        return not_authenticated();
    }
    let now = Utc::now();
    let expires = now + TimeDelta::seconds(TOKEN_LASTS);
    let sessions = &world.sessions;
    let token = sessions.dtr_token(&world.scenario, known, expires.timestamp());
    reply::ok(&json!({
        "token": token, "access_token": token, "expires_in": TOKEN_LASTS,
        "issued_at": now.to_rfc3339_opts(SecondsFormat::Secs, true),
    }))
}

async fn version(_: User) -> Response {
    reply::ok(&json!({"version": "2.7.6"}))
}

async fn features(State(world): State<Arc<World>>, _: User) -> Response {
    let hardened = world.scenario.is_hardened();
    reply::ok(&json!({
        "scanningEnabled": hardened, "scanningLicensed": true, "promotionLicensed": true,
        "mirroringLicensed": true, "metadataStoreOptedIn": false, "onlineGCEnabled": true,
        "db_version": 1201, "ucpHost": world.ucp_host,
    }))
}

async fn settings(State(world): State<Arc<World>>, _: User) -> Response {
    if world.scenario.has(Fault::NotAdmin) {
        return not_authorized();
    }
    if world.scenario.has(Fault::Settings404) {
        return reply::error(StatusCode::NOT_FOUND, "NOT_FOUND", "Not Found");
    }
    if world.scenario.has(Fault::Settings405) {
        return reply::error(StatusCode::METHOD_NOT_ALLOWED, "NOT_ALLOWED", "Method Not Allowed");
    }
    if world.scenario.has(Fault::SettingsEmpty) {
        return reply::ok(&json!({}));
    }
    let hardened = world.scenario.is_hardened();
    let [_, _, proxy_password] = CANARIES;
    let replica = "4f1c8d0a92be";
    let scanning = scans(&world);
    let web_tls_ca = if world.scenario.has(Fault::DtrWebCaOther) {
        &world.certificates.ucp_root
    } else {
        &world.certificates.dtr_ca
    };
    let mut settings = json!({
        "dtrHost": world.dtr_host, "sso": true, "httpProxy": "", "noProxy": "",
        "httpsProxy": format!("http://dtr:{proxy_password}@proxy.example.mil:3128"),
        "replicaID": replica,
        "replicaSettings": {replica: {"HTTPPort": 80, "HTTPSPort": 443, "node": "worker-1"}},
        "webTLSCert": world.certificates.dtr_leaf, "webTLSCA": web_tls_ca,
        "webTLSClientCA": "", "clientCertAuthEnabled": false, "disablePersistentCookies": false,
        "logProtocol": "internal", "logHost": "", "logLevel": "INFO", "storageVolume": "",
        "nfsHost": "", "nfsPath": "", "createRepositoryOnPush": !hardened,
        "reportAnalytics": !hardened, "anonymizeAnalytics": false, "disableBackupWarning": false,
        "disableUpgrades": false, "readOnlyRegistry": false, "scanningEnabled": scanning,
        "scanningSyncOnline": scanning, "scanningEnableAutoRecheck": scanning,
        "scanningDeadline": 60, "jobHistoryToKeep": 0, "jobHistoryCompactionEnabled": false,
        "jobHistoryMaxAge": "", "repoEventHistoryCompactionEnabled": false,
        "repoEventHistoryToKeep": 0, "repoEventHistoryMaxAge": "",
    });
    if world.scenario.has(Fault::CreateOnPushAbsent)
        && let Some(settings) = settings.as_object_mut()
    {
        settings.remove("createRepositoryOnPush");
    }
    if world.scenario.has(Fault::AnalyticsText) {
        settings["reportAnalytics"] = json!("false");
    }
    reply::ok(&settings)
}

/// Whether the scanner is on.
fn scans(world: &World) -> bool {
    world.scenario.is_hardened() && !world.scenario.has(Fault::ScanningOff)
}

async fn scanning(State(world): State<Arc<World>>, _: User) -> Response {
    let has = |fault| world.scenario.has(fault);
    if has(Fault::Scanning500) {
        return internal_error();
    }
    if !scans(&world) {
        let message = "Scanning is not enabled.";
        return reply::error(StatusCode::BAD_REQUEST, "SCANNING_NOT_ENABLED", message);
    }
    let (version, updated) =
        if has(Fault::ScanningNeverSynced) { (0, "0001-01-01T00:00:00Z") } else { (1201, "2026-05-02T03:04:05Z") };
    if has(Fault::ScanningAs24) {
        return reply::ok(&json!({
            "state": 2, "scanner_version": 3, "scanner_updated_at": "2018-01-02T03:04:05Z",
            "db_version": version, "db_updated_at": updated, "last_db_update_failed": false,
        }));
    }
    reply::ok(&json!({
        "state": 2, "scanner_version": 3, "scannerUpdatedAt": "2019-01-02T03:04:05Z",
        "db_version": version, "db_updated_at": updated,
        "lastDBUpdateFailed": has(Fault::ScanningUpdateFailed),
        "lastVulnOverridesDBUpdateFailed": false,
    }))
}

async fn repositories(State(world): State<Arc<World>>, _: User, Query(query): Query<ListQuery>) -> Response {
    let population = &world.population;
    let total = population.visible_repositories();
    let repeats = world.scenario.has(Fault::RepositoriesRepeatedMarker);
    // So that there is a second page, however few there are.
    let largest = if repeats { total.div_ceil(3) } else { LARGEST };
    let page = match Page::of(&query, total, largest) {
        Ok(page) => page,
        Err(error) => return error.response(),
    };
    let at = |place| population.visible_at(place);
    let list: Vec<_> = (page.start..page.end).map(|place| repository(&world, at(place))).collect();
    let mut response = reply::ok(&json!({"repositories": list}));
    let next = if repeats && page.number() == 2 { Some(page.start) } else { page.next() };
    // On the last page the marker is empty here, and absent from the tags: servers do either.
    let next = next.map(|next| marker(next, &Population::name(at(next)).1, false));
    paging::set_next(&mut response, &next.unwrap_or_default());
    if query.wants_count() && !world.scenario.has(Fault::NoCount) {
        let short = world.scenario.has(Fault::RepositoriesCountShort);
        paging::set_count(&mut response, total + if short { MISSING } else { 0 });
    }
    response
}

fn repository(world: &World, repository: usize) -> Value {
    let (namespace, name) = Population::name(repository);
    let of_user = Population::is_user(namespace);
    let pulls = population::pick(repository, 7, 5000);
    let is_last = repository == world.population.visible_at(world.population.visible_repositories() - 1);
    let scan_on_push = world.scenario.is_hardened() && !(is_last && world.scenario.has(Fault::UnscannedLast));
    json!({
        "id": population::uuid(0, repository),
        "namespace": namespace, "namespaceType": if of_user { "user" } else { "organization" },
        "name": name, "shortDescription": "", "visibility": "private",
        "scanOnPush": scan_on_push, "immutableTags": false,
        "enableManifestLists": false, "pulls": pulls, "pushes": pulls / 9, "tagLimit": 0,
    })
}

async fn tags(
    State(world): State<Arc<World>>,
    _: User,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<ListQuery>,
) -> Response {
    let population = &world.population;
    let Some(repository) = population.find(&namespace, &name) else {
        let message = "A repository with the given name does not exist.";
        return reply::error(StatusCode::NOT_FOUND, "NO_SUCH_REPOSITORY", message);
    };
    if !population.visible(repository) {
        return not_authorized();
    }
    let befalls = |fault| population.befalls(fault, repository);
    if befalls(Fault::Repository500) {
        return internal_error();
    }
    let total = population.tags_of(repository);
    // Small pages, where a fault needs a third one to show.
    let several = population.has_paging_fault(repository);
    let largest = if several { total.div_ceil(4) } else { LARGEST };
    let page = match Page::of(&query, total, largest) {
        Ok(page) => page,
        Err(error) => return error.response(),
    };
    if befalls(Fault::Page500) && page.number() == 3 {
        return internal_error();
    }

    let second = page.number() == 2;
    let body = if page.hollow {
        Value::Array(Vec::new())
    } else {
        // Notary knows its images under the name of the host they are pushed to, and nothing without it.
        let asks_notary = query.domain.as_deref() == Some(&world.dtr_host);
        let tag = |at| tag(population, repository, at, asks_notary);
        (page.start..page.end).map(tag).collect()
    };
    let mut response = if second && befalls(Fault::HtmlInsteadOfJson) {
        reply::login_page()
    } else if second && befalls(Fault::TruncatedJson) {
        let mut text = body.to_string();
        text.truncate(text.len() / 2);
        reply::typed(StatusCode::OK, JSON, text)
    } else if second && befalls(Fault::Oversized) {
        let mut text = body.to_string();
        text.pop();
        reply::oversized(JSON, text, &" ".repeat(64), "]", false)
    } else if befalls(Fault::Drops) {
        reply::cut_off(JSON, body.to_string())
    } else {
        reply::ok(&body)
    };

    let next = if page.hollow || (second && befalls(Fault::RepeatedMarker)) {
        Some((page.start, false))
    } else {
        let hollow = page.number() == 1 && befalls(Fault::EmptyPage);
        page.next().map(|next| (next, hollow))
    };
    if let Some((next, hollow)) = next {
        paging::set_next(&mut response, &marker(next, &tag_name(next), hollow));
    }
    if query.wants_count() && !world.scenario.has(Fault::NoCount) {
        let short = befalls(Fault::CountShort);
        paging::set_count(&mut response, total + if short { MISSING } else { 0 });
    }
    response
}

const JSON: &str = "application/json";

pub(super) fn internal_error() -> Response {
    let message = "An internal error occurred.";
    reply::error(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", message)
}

fn tag(population: &Population, repository: usize, tag: usize, asks_notary: bool) -> Value {
    let notary = population.notary(repository, tag);
    let digest = population::digest(repository, tag);
    let pushed_at = population::pushed_at(repository, tag);
    let mut object = json!({
        "name": tag_name(tag), "digest": digest, "author": "j.doe",
        "updatedAt": pushed_at, "createdAt": pushed_at,
        "hashMismatch": asks_notary && notary.mismatch, "inNotary": asks_notary && notary.listed,
        "manifest": {
            "digest": digest, "os": "linux", "architecture": "amd64", "author": "",
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "size": 500_000 + population::pick(repository, tag, 9_000_000), "createdAt": pushed_at,
        },
    });
    if population.lacks_notary(repository, tag)
        && let Some(object) = object.as_object_mut()
    {
        object.remove("inNotary");
    }
    object
}
