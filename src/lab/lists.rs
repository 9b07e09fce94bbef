//! The lists that the servers give, and what can be wrong with each of them: nothing in it, null in its place, its
//! witnesses left out, a count that moves.
//!
//! They are changed on their way out, so that each is complete in itself: what is missing is missing from the counts
//! beside it as well, as where a server shows an account a part.

use std::{collections::HashMap, sync::Mutex};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, header, response::Parts},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    paging::{NEXT_PAGE_START, RESOURCE_COUNT},
    session::hold,
    world::{Server, World},
};

/// A list.
#[derive(Debug, Clone, Copy)]
pub struct ListInfo {
    /// Its name in a scenario, before what is wrong with it.
    pub name: &'static str,
    /// Whose it is. UCP gives the lists of engines as well.
    pub server: Server,
    /// Where it is; `*` stands for any part.
    pub path: &'static str,
    /// Where its items are in the answer, as a JSON pointer.
    items: &'static str,
    /// Where the answer says how many there are.
    pub counted: Option<Counted>,
    /// What cannot be missing in it, if anything.
    witness: Option<fn(&World, Server, &Value) -> bool>,
}

impl ListInfo {
    /// Something cannot be missing in it.
    #[must_use]
    pub fn has_witness(&self) -> bool {
        self.witness.is_some()
    }

    /// A request for this path at this server is one for the list.
    #[must_use]
    pub fn is_at(&self, server: Server, path: &str) -> bool {
        let of_engine = self.server == Server::Engine && matches!(server, Server::Ucp | Server::Engine);
        let path = if of_engine { without_version(path) } else { path };
        let (mut parts, mut wanted) = (path.trim_end_matches('/').split('/'), self.path.split('/'));
        (self.server == server || of_engine)
            && loop {
                match (parts.next(), wanted.next()) {
                    (None, None) => break true,
                    (Some(part), Some(wanted)) if wanted == "*" || part == wanted => {}
                    _ => break false,
                }
            }
    }
}

/// Where it is said how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Beside the items, in the answer or its headers.
    Beside,
    /// In `/info`, at this place.
    Info(&'static str),
}

/// What is wrong with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Twist {
    /// It has nothing in it.
    Empty,
    /// It is null.
    Null,
    /// What cannot be missing is missing.
    Unwitnessed,
    /// The first two times, one more is said to be there.
    Moves,
    /// Each time, one more is said to be there.
    MovesOn,
}

impl Twist {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Empty, Self::Null, Self::Unwitnessed, Self::Moves, Self::MovesOn];

    /// What it is called after the name of a list.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Null => "null",
            Self::Unwitnessed => "unwitnessed",
            Self::Moves => "moves",
            Self::MovesOn => "moves-on",
        }
    }

    /// What it does, in a line.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Empty => "the list has nothing in it",
            Self::Null => "null stands in the place of the list",
            Self::Unwitnessed => "the list lacks what cannot be missing in it",
            Self::Moves => "the first two times, one more is said to be there than is listed",
            Self::MovesOn => "each time, one more is said to be there than is listed",
        }
    }

    /// Whether a list can have it.
    #[must_use]
    pub fn befits(self, list: &ListInfo) -> bool {
        match self {
            Self::Empty | Self::Null => true,
            Self::Unwitnessed => list.witness.is_some(),
            Self::Moves | Self::MovesOn => list.counted.is_some(),
        }
    }
}

const fn list(name: &'static str, server: Server, path: &'static str, items: &'static str) -> ListInfo {
    ListInfo { name, server, path, items, counted: None, witness: None }
}

impl ListInfo {
    const fn beside(self) -> Self {
        Self { counted: Some(Counted::Beside), ..self }
    }

    const fn by_info(self, pointer: &'static str) -> Self {
        Self { counted: Some(Counted::Info(pointer)), ..self }
    }

    const fn with(self, witness: fn(&World, Server, &Value) -> bool) -> Self {
        Self { witness: Some(witness), ..self }
    }
}

/// Every list.
pub static LISTS: &[ListInfo] = &[
    list("ucp-accounts", Server::Ucp, "/accounts", "/accounts")
        .beside()
        .with(|world, _, item| item["name"] == world.account.username.as_str()),
    list("ucp-teams", Server::Ucp, "/accounts/*/teams", "/teams").beside(),
    list("ucp-members", Server::Ucp, "/accounts/*/teams/*/members", "/members").beside(),
    list("ucp-keys", Server::Ucp, "/accounts/*/publicKeys", "/accountPublicKeys"),
    list("ucp-grants", Server::Ucp, "/collectionGrants", "/grants").beside(),
    list("ucp-roles", Server::Ucp, "/roles", ""),
    list("ucp-collections", Server::Ucp, "/collections", ""),
    list("dtr-repositories", Server::Dtr, "/api/v0/repositories", "/repositories").beside(),
    list("dtr-tags", Server::Dtr, "/api/v0/repositories/*/*/tags", "").beside(),
    list("dtr-accounts", Server::Dtr, "/enzi/v0/accounts", "/accounts")
        .beside()
        .with(|world, _, item| item["name"] == world.account.username.as_str()),
    list("dtr-members", Server::Dtr, "/enzi/v0/accounts/*/members", "/members").beside(),
    list("dtr-teams", Server::Dtr, "/enzi/v0/accounts/*/teams", "/teams").beside(),
    list("dtr-team-members", Server::Dtr, "/enzi/v0/accounts/*/teams/*/members", "/members").beside(),
    list("dtr-team-access", Server::Dtr, "/api/v0/accounts/*/teams/*/repositoryAccess", "/repositoryAccessList")
        .beside(),
    list("dtr-namespace-access", Server::Dtr, "/api/v0/repositoryNamespaces/*/teamAccess", "/teamAccessList").beside(),
    list("kube-pods", Server::Kubernetes, "/api/v1/pods", "/items")
        .with(|_, _, item| item["metadata"]["namespace"] == "kube-system"),
    list("kube-services", Server::Kubernetes, "/api/v1/services", "/items")
        .with(|_, _, item| item["metadata"]["namespace"] == "default" && item["metadata"]["name"] == "kubernetes"),
    list("kube-namespaces", Server::Kubernetes, "/api/v1/namespaces", "/items")
        .with(|_, _, item| item["metadata"]["name"] == "kube-system"),
    list("kube-quotas", Server::Kubernetes, "/api/v1/resourcequotas", "/items"),
    list("kube-bindings", Server::Kubernetes, "/apis/rbac.authorization.k8s.io/v1/rolebindings", "/items"),
    list(
        "kube-cluster-bindings",
        Server::Kubernetes,
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        "/items",
    )
    .with(|_, _, item| item["metadata"]["name"] == "cluster-admin"),
    list("containers", Server::Engine, "/containers/json", "").by_info("/Containers").with(|_, server, item| {
        let name = item["Names"][0].as_str().unwrap_or_default();
        match server {
            Server::Ucp => name.starts_with("/worker-2/ucp-") || name.starts_with("/worker-2/k8s_"),
            _ => name.starts_with("/ucp-proxy"),
        }
    }),
    list("images", Server::Engine, "/images/json", "")
        .with(|_, _, item| item["RepoTags"][0].as_str().is_some_and(|name| name.starts_with("docker/ucp-agent:"))),
    list("networks", Server::Engine, "/networks", "").with(|_, _, item| item["Scope"] == "local"),
    list("volumes", Server::Engine, "/volumes", "/Volumes"),
    list("nodes", Server::Engine, "/nodes", "")
        .by_info("/Swarm/Nodes")
        .with(|_, _, item| item["Spec"]["Role"] == "manager"),
    list("services", Server::Engine, "/services", "").with(|_, _, item| item["Spec"]["Name"] == "ucp-agent"),
    list("secrets", Server::Engine, "/secrets", ""),
];

/// Changes lists on their way out.
#[derive(Default)]
pub(super) struct Twister {
    /// How often the reading of each list, or of the count in `/info`, has begun.
    begun: Mutex<HashMap<&'static str, usize>>,
}

impl Twister {
    /// The answer as the scenario has it.
    pub(super) async fn twist(
        &self,
        server: Server,
        world: &World,
        path: &str,
        query: &str,
        answer: Response,
    ) -> Response {
        let mut answer = answer;
        for (list, twist) in world.scenario.twists() {
            if answer.status().is_success() {
                answer = self.apply(list, twist, server, world, (path, query), answer).await;
            }
        }
        answer
    }

    async fn apply(
        &self,
        list: &'static ListInfo,
        twist: Twist,
        server: Server,
        world: &World,
        (path, query): (&str, &str),
        answer: Response,
    ) -> Response {
        let at = match list.counted {
            Some(Counted::Info(at)) => {
                (without_version(path) == "/info" && list.server == Server::Engine).then_some(at)
            }
            _ => None,
        };
        let moves = matches!(twist, Twist::Moves | Twist::MovesOn);
        let is_info = moves && at.is_some() && matches!(server, Server::Ucp | Server::Engine);
        let is_list = list.is_at(server, path) && !(moves && matches!(list.counted, Some(Counted::Info(_))));
        if !is_info && !is_list {
            return answer;
        }
        let (mut parts, mut body) = match read(answer).await {
            Ok(read) => read,
            Err(answer) => return answer,
        };
        match twist {
            Twist::Empty | Twist::Null => {
                let nothing = if twist == Twist::Null { Value::Null } else { json!([]) };
                clear(list, nothing, &mut body, &mut parts.headers);
            }
            Twist::Unwitnessed => {
                if let (Some(items), Some(witness)) =
                    (body.pointer_mut(list.items).and_then(Value::as_array_mut), list.witness)
                {
                    items.retain(|item| !witness(world, server, item));
                }
                if list.counted == Some(Counted::Beside) {
                    add(-1, &mut body, &mut parts.headers);
                }
            }
            Twist::Moves | Twist::MovesOn => {
                let begins = !["start=", "pageStart=", "continue="].iter().any(|start| query.contains(start));
                let mut begun = hold(&self.begun);
                let begun = begun.entry(list.name).or_default();
                *begun += usize::from(begins);
                if twist == Twist::MovesOn || *begun <= 2 {
                    add(1, &mut body, &mut parts.headers);
                    if let Some(count) = at.and_then(|at| body.pointer_mut(at)) {
                        *count = json!(count.as_i64().unwrap_or_default() + 1);
                    }
                }
            }
        }
        written(parts, body.to_string())
    }
}

/// An answer in JSON, taken apart; another as it is.
async fn read(answer: Response) -> Result<(Parts, Value), Response> {
    let (parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Err(Response::from_parts(parts, Body::empty()));
    };
    match serde_json::from_slice(&bytes) {
        Ok(body) => Ok((parts, body)),
        Err(_) => Err(Response::from_parts(parts, Body::from(bytes))),
    }
}

fn written(mut parts: Parts, text: String) -> Response {
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(text.len()));
    Response::from_parts(parts, Body::from(text))
}

/// Leaves nothing of a list, and nothing that says that there was more.
fn clear(list: &ListInfo, nothing: Value, body: &mut Value, headers: &mut HeaderMap) {
    if let Some(items) = body.pointer_mut(list.items) {
        *items = nothing;
    }
    for (key, none) in [("nextPageStart", json!("")), ("resourceCount", json!(0))] {
        if let Some(stated) = body.get_mut(key) {
            *stated = none;
        }
    }
    if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("continue");
        metadata.remove("remainingItemCount");
    }
    if headers.contains_key(&RESOURCE_COUNT) {
        headers.insert(RESOURCE_COUNT.clone(), HeaderValue::from(0));
    }
    headers.remove(&NEXT_PAGE_START);
}

/// Adds to what is said beside a list of how many there are.
fn add(more: i64, body: &mut Value, headers: &mut HeaderMap) {
    if let Some(stated) = body.get("resourceCount").and_then(Value::as_i64) {
        body["resourceCount"] = json!(stated + more);
    }
    let stated = headers.get(&RESOURCE_COUNT).and_then(|stated| stated.to_str().ok()?.parse::<i64>().ok());
    if let Some(stated) = stated {
        headers.insert(RESOURCE_COUNT.clone(), HeaderValue::from(stated + more));
    }
}

/// An answer whose object has its first key twice, with the same value.
pub(super) async fn with_a_key_twice(answer: Response) -> Response {
    let (parts, body) = match read(answer).await {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    let text = body.to_string();
    let Some((key, value)) = body.as_object().and_then(|object| object.iter().next()) else {
        return written(parts, text);
    };
    let first = format!("{{{}:{value},", Value::from(key.as_str()));
    written(parts, text.replacen('{', &first, 1))
}

/// A path of the Docker API without the version before it.
fn without_version(path: &str) -> &str {
    let versioned = path.strip_prefix("/v1.").and_then(|rest| rest.find('/').map(|slash| &rest[slash..]));
    versioned.unwrap_or(path)
}
