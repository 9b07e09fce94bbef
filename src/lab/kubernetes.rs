//! The simulated API server of UCP's Kubernetes: lists of objects, page by page, for who has the client bundle.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::{ConnectInfo, FromRequestParts, Query, State},
    http::{StatusCode, request::Parts},
    response::Response,
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{fault::Fault, objects, reply, server::Peer, session::hold, world::World};

/// A page never has more objects than this, whatever is asked: a server may give fewer.
const LARGEST: usize = 10;
/// The state of the cluster that the lists are of.
const VERSION: usize = 41_207;

type Objects = fn(&World) -> Vec<Value>;

/// The lists there are: path, kind, and the objects in them.
const LISTS: [(&str, &str, Objects); 6] = [
    ("/api/v1/pods", "PodList", objects::pods),
    ("/api/v1/services", "ServiceList", objects::services),
    ("/api/v1/namespaces", "NamespaceList", objects::namespaces),
    ("/api/v1/resourcequotas", "ResourceQuotaList", objects::quotas),
    ("/apis/rbac.authorization.k8s.io/v1/rolebindings", "RoleBindingList", objects::role_bindings),
    (
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        "ClusterRoleBindingList",
        objects::cluster_role_bindings,
    ),
];

struct Server {
    world: Arc<World>,
    /// The lists of which a marker has expired already.
    expired: Mutex<HashSet<&'static str>>,
}

pub(super) fn routes(world: Arc<World>) -> Router {
    let mut routes = Router::new().route("/healthz", get(|| async { "ok" }));
    for (path, kind, items) in LISTS {
        let answer = move |State(server): State<Arc<Server>>, _: User, Query(query): Query<ListQuery>| async move {
            list(&server, path, kind, &items(&server.world), &query)
        };
        routes = routes.route(path, get(answer));
    }
    routes
        .fallback(|| async { status(StatusCode::NOT_FOUND, "NotFound") })
        .with_state(Arc::new(Server { world, expired: Mutex::default() }))
}

/// Somebody with the client bundle of an administrator.
struct User;

impl FromRequestParts<Arc<Server>> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Response> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        let has = |fault| server.world.scenario.has(fault);
        if !peer.is_some_and(|peer| peer.0.has_bundle) {
            Err(status(StatusCode::UNAUTHORIZED, "Unauthorized"))
        } else if has(Fault::NotAdmin) || has(Fault::Kube403) {
            Err(status(StatusCode::FORBIDDEN, "Forbidden"))
        } else if has(Fault::Kube503) || has(Fault::SwarmOnly) {
            Err(status(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"))
        } else if has(Fault::KubeHtml) {
            Err(reply::login_page())
        } else {
            Ok(Self)
        }
    }
}

/// An error as API servers give it.
pub(super) fn status(code: StatusCode, reason: &str) -> Response {
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": reason, "reason": reason, "code": code.as_u16(),
    });
    reply::typed(code, "application/json", body.to_string())
}

#[derive(Deserialize)]
struct ListQuery {
    limit: Option<usize>,
    #[serde(rename = "continue")]
    marker: Option<String>,
}

fn list(server: &Server, path: &'static str, kind: &str, items: &[Value], query: &ListQuery) -> Response {
    let has = |fault| server.world.scenario.has(fault);
    let start = match query.marker.as_deref() {
        None | Some("") => 0,
        Some(marker) => match read_marker(marker) {
            Some(start) => start.min(items.len()),
            None => return status(StatusCode::BAD_REQUEST, "BadRequest"),
        },
    };
    let is_second = start > 0 && start <= LARGEST;
    let expires = has(Fault::KubeExpires) && is_second && hold(&server.expired).insert(path);
    if expires || (has(Fault::KubeExpired) && is_second) {
        return status(StatusCode::GONE, "Expired");
    }
    let limit = query.limit.filter(|l| *l > 0).unwrap_or(LARGEST).min(LARGEST);
    let end = (start + limit).min(items.len());
    let version = if has(Fault::KubeOtherVersion) { VERSION + start } else { VERSION };
    let mut metadata = json!({"resourceVersion": version.to_string()});
    if end < items.len() {
        let next = if has(Fault::KubeRepeatedMarker) && is_second { start } else { end };
        metadata["remainingItemCount"] = json!(items.len() - end);
        if !has(Fault::KubeCutOff) {
            metadata["continue"] = json!(marker(next));
        }
    }
    let version = if kind.contains("Role") { "rbac.authorization.k8s.io/v1" } else { "v1" };
    reply::ok(&json!({
        "kind": kind, "apiVersion": version, "metadata": metadata, "items": items[start..end],
    }))
}

fn marker(start: usize) -> String {
    STANDARD.encode(format!(r#"{{"v":"meta.k8s.io/v1","rv":{VERSION},"start":"{start:05}\u0000"}}"#))
}

fn read_marker(marker: &str) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(marker).ok()?).ok()?;
    let (_, start) = text.split_once(r#""start":""#)?;
    start.get(..5)?.parse().ok()
}
