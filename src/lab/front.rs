//! What every request passes before it is answered: the log, the lab's header, and the faults of the road.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};

use super::{
    fault::Fault,
    lists::{self, Twister},
    reply,
    session::hold,
    world::{Server, World},
};

/// The header that every answer of the lab carries.
static LAB: HeaderName = HeaderName::from_static("stigprobe-lab");

/// The requests that may change something: they make and end a session.
const POSTS: [(Server, &str); 2] = [(Server::Ucp, LOGIN), (Server::Ucp, "/id/logout")];
const LOGIN: &str = "/auth/login";
const TOKEN: &str = "/auth/token";

/// Puts the front before a server's routes.
pub(super) fn before(server: Server, world: Arc<World>, routes: Router) -> Router {
    let front =
        Front { server, world, paths: Mutex::default(), requests: AtomicU64::new(0), twister: Twister::default() };
    routes.layer(middleware::from_fn_with_state(Arc::new(front), pass))
}

struct Front {
    server: Server,
    world: Arc<World>,
    /// The paths that have been asked for.
    paths: Mutex<HashSet<String>>,
    requests: AtomicU64,
    twister: Twister,
}

async fn pass(State(front): State<Arc<Front>>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let method = request.method().to_string();
    let log = &front.world.log;
    let number = log.arrived(front.server, method, path.to_owned());
    let mut response = match front.stop(request.method(), uri.path()).await {
        Some(response) => response,
        None => {
            let answer = next.run(request).await;
            let query = uri.query().unwrap_or_default();
            let answer = front.twister.twist(front.server, &front.world, uri.path(), query, answer).await;
            if front.world.scenario.has(Fault::DuplicateKeys) && uri.path() != LOGIN && uri.path() != TOKEN {
                lists::with_a_key_twice(answer).await
            } else {
                answer
            }
        }
    };
    // A scenario's name is ASCII.
    if let Ok(scenario) = HeaderValue::from_str(&front.world.scenario.to_string()) {
        response.headers_mut().insert(LAB.clone(), scenario);
    }
    log.answered(number, response.status().as_u16());
    response
}

impl Front {
    /// The answer to a request that does not get as far as the routes.
    async fn stop(&self, method: &Method, path: &str) -> Option<Response> {
        if !self.allows(method, path) {
            return Some(self.not_allowed());
        }
        let has = |fault| self.world.scenario.has(fault);
        if has(Fault::Always503) || (has(Fault::Flaky) && self.is_new(path)) {
            return Some(unavailable());
        }
        if has(Fault::Redirect) {
            let elsewhere = [(header::LOCATION, "https://127.0.0.1:9/login")];
            return Some((StatusCode::FOUND, elsewhere).into_response());
        }
        if has(Fault::RateLimited) && self.is_tenth() {
            let later = [(header::RETRY_AFTER, "1")];
            return Some((StatusCode::TOO_MANY_REQUESTS, later, "slow down\n").into_response());
        }
        if has(Fault::Stalled) && path != LOGIN && path != TOKEN {
            std::future::pending::<()>().await;
        }
        None
    }

    fn allows(&self, method: &Method, path: &str) -> bool {
        let reads = method == Method::GET || method == Method::HEAD;
        reads || (method == Method::POST && POSTS.contains(&(self.server, path)))
    }

    fn not_allowed(&self) -> Response {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        match self.server {
            Server::Ucp | Server::Engine => reply::docker_error(status, "the lab can only be read"),
            Server::Dtr => reply::error(status, "NOT_ALLOWED", "Method Not Allowed"),
            Server::Kubernetes => super::kubernetes::status(status, "MethodNotAllowed"),
        }
    }

    fn is_new(&self, path: &str) -> bool {
        hold(&self.paths).insert(path.to_owned())
    }

    fn is_tenth(&self) -> bool {
        (self.requests.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(10)
    }
}

fn unavailable() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "service unavailable\n").into_response()
}
