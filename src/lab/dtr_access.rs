//! Who may do what in the simulated DTR, and what its organisation decided on that.
//!
//! The accounts come from the account service behind DTR (`/enzi/v0`), which takes name and password and no token.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use axum::{
    Router,
    extract::{FromRequestParts, Path, Query, State},
    http::{StatusCode, request::Parts},
    response::Response,
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    dtr::{self, User},
    fault::Fault,
    paging::{self, ListQuery, Page, marker},
    population::{self, Population},
    reply,
    world::World,
};

/// The organisations that own repositories, and how many teams each has.
const ORGANISATIONS: [(&str, usize); 4] = [("data", 1), ("eng", 12), ("ops", 2), ("web", 1)];
/// The organisation that holds every user.
const EVERYBODY: &str = "docker-datacenter";
/// The owner of every organisation.
const OWNER: &str = "o.owner";
/// Somebody whom nobody let in.
const STRANGER: &str = "x.stranger";
const USERS: usize = 24;
/// A page never has more than this, whatever is asked.
const LARGEST: usize = 10;

pub(super) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/enzi/v0/accounts", get(accounts))
        .route("/enzi/v0/accounts/", get(accounts))
        .route("/enzi/v0/accounts/{org}/members", get(members))
        .route("/enzi/v0/accounts/{org}/teams", get(teams))
        .route("/enzi/v0/accounts/{org}/teams/{team}/members", get(team_members))
        .route("/api/v0/accounts/{org}/teams/{team}/repositoryAccess", get(repository_access))
        .route("/api/v0/repositoryNamespaces/{namespace}/teamAccess", get(namespace_access))
}

/// What the organisation decided, as TOML for a policy file.
pub(super) fn policy(population: &Population) -> String {
    let mut text = String::from("[dtr]\nin_use = true\n\n");
    // Writing to a string cannot fail.
    for (org, teams) in ORGANISATIONS {
        for team in 0..teams {
            let members = members_of(org, team);
            let _ =
                writeln!(text, "[[dtr.access]]\norg = {org:?}\nteam = {:?}\nmembers = {members:?}", team_name(team));
            let repos: Vec<String> = grants(population, org, team)
                .into_iter()
                .map(|(name, level)| format!("{{ name = \"{org}/{name}\", level = {level:?} }}"))
                .collect();
            let _ = writeln!(text, "repos = [{}]\n", repos.join(", "));
        }
    }
    let owned = ORGANISATIONS.map(|(org, _)| format!("{{ name = \"{org}/*\", level = \"admin\" }}"));
    let own = "{ name = \"j.doe/*\", level = \"admin\" }".to_owned();
    for (user, repos) in [(OWNER, owned.join(", ")), ("j.doe", own)] {
        let _ = writeln!(text, "[[dtr.access]]\nuser = {user:?}\nrepos = [{repos}]\n");
    }
    text
}

fn user(index: usize) -> String {
    format!("user-{index:02}")
}

fn team_name(team: usize) -> String {
    ["release", "ci", "readers"].get(team).map_or_else(|| format!("squad-{team:02}"), |name| (*name).to_owned())
}

fn team_at(org: &str, name: &str) -> Option<usize> {
    (0..teams_of(org)).find(|team| team_name(*team) == name)
}

fn teams_of(org: &str) -> usize {
    let known = ORGANISATIONS.iter().find(|(name, _)| *name == org);
    known.map_or(0, |(_, teams)| *teams)
}

fn org_index(org: &str) -> usize {
    let place = ORGANISATIONS.iter().position(|(name, _)| *name == org);
    place.unwrap_or(ORGANISATIONS.len())
}

fn team_id(org: &str, team: usize) -> String {
    population::uuid(210 + org_index(org), team)
}

/// The members of a team; the first team of each organisation has more than a page of them.
fn members_of(org: &str, team: usize) -> Vec<String> {
    let count = if team == 0 { 14 } else { 3 };
    let first = org_index(org) + team;
    (0..count).map(|at| user((first + at) % USERS)).collect()
}

/// What a team may do in which repository of its organisation, where it may do anything.
fn grants(population: &Population, org: &str, team: usize) -> Vec<(String, &'static str)> {
    let level = ["admin", "read-write", "read-only"][team.min(2)];
    (0..population.visible_repositories())
        .map(|place| Population::name(population.visible_at(place)))
        .filter(|(namespace, _)| *namespace == org)
        .map(|(_, name)| (name, level))
        .collect()
}

/// Somebody who showed name and password: a token is not taken here.
struct Basic;

impl FromRequestParts<Arc<World>> for Basic {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Response> {
        let sent = dtr::basic(&parts.headers);
        if sent.is_some_and(|sent| dtr::is_right(world, &sent)) {
            return Ok(Self);
        }
        Err(dtr::not_authenticated())
    }
}

#[derive(Deserialize)]
struct BodyQuery {
    start: Option<String>,
    limit: Option<usize>,
}

/// A page of a list that is paged in its body, each item known by `id`.
fn page(world: &World, key: &str, id: &str, items: &[Value], query: &BodyQuery, short: bool) -> Response {
    let has = |fault| world.scenario.has(fault);
    let start = query.start.as_deref().filter(|_| !has(Fault::ListsStartAgain)).unwrap_or_default();
    let id_of = |item: &Value| item.pointer(id).and_then(Value::as_str).map(str::to_owned);
    let first = if start.is_empty() {
        0
    } else {
        let place = items.iter().position(|item| id_of(item).as_deref() == Some(start));
        place.unwrap_or(items.len())
    };
    let limit = query.limit.filter(|l| *l > 0).unwrap_or(LARGEST).min(LARGEST);
    let page: Vec<&Value> = items.iter().skip(first).take(limit).collect();
    let next = if has(Fault::EnziRepeatedMarker) && key == "members" && first > 0 {
        items.get(first)
    } else {
        items.get(first + page.len())
    };
    let next = next.and_then(id_of).unwrap_or_default();
    if paging::is_unmarked(&world.scenario) {
        return reply::ok(&json!({key: page}));
    }
    let more = if short && has(Fault::EnziCountShort) { 3 } else { 0 };
    let mut body = json!({key: page, "resourceCount": items.len() + more});
    if has(Fault::EnziNoEnd) {
        return reply::ok(&body);
    }
    body["nextPageStart"] = json!(next);
    let mut response = reply::ok(&body);
    paging::set_next(&mut response, &next);
    response
}

fn account(index: usize, name: &str, admin: bool) -> Value {
    json!({
        "name": name, "id": population::uuid(200, index), "fullName": "", "isOrg": false,
        "isAdmin": admin, "isActive": true, "isImported": false,
    })
}

async fn accounts(State(world): State<Arc<World>>, _: Basic, Query(query): Query<BodyQuery>) -> Response {
    let mut all = vec![account(0, &world.account.username, true)];
    all.extend((0..USERS).map(|at| account(1 + at, &user(at), false)));
    for (at, name) in ["j.doe", OWNER, STRANGER].iter().enumerate() {
        all.push(account(50 + at, name, false));
    }
    let names = ORGANISATIONS.iter().map(|(name, _)| *name).chain([EVERYBODY]);
    all.extend(names.enumerate().map(|(at, name)| {
        json!({
            "name": name, "id": population::uuid(201, at), "fullName": "", "isOrg": true,
            "membersCount": 3, "teamsCount": teams_of(name),
        })
    }));
    page(&world, "accounts", "/id", &all, &query, true)
}

fn no_such(what: &str) -> Response {
    reply::error(StatusCode::NOT_FOUND, what, "There is none of that name.")
}

fn member(index: usize, name: &str, admin: bool) -> Value {
    json!({"member": account(index, name, false), "isAdmin": admin})
}

async fn members(
    State(world): State<Arc<World>>,
    _: Basic,
    Path(org): Path<String>,
    Query(query): Query<BodyQuery>,
) -> Response {
    let mut all: BTreeMap<String, bool> = BTreeMap::new();
    if org == EVERYBODY {
        all.extend((0..USERS).map(|at| (user(at), false)));
    } else if teams_of(&org) == 0 {
        return no_such("NO_SUCH_ACCOUNT");
    }
    for team in 0..teams_of(&org) {
        all.extend(members_of(&org, team).into_iter().map(|name| (name, false)));
    }
    if org != EVERYBODY {
        all.insert(OWNER.into(), true);
    }
    if org == "ops" && world.scenario.has(Fault::OrgOwner) {
        all.insert(STRANGER.into(), true);
    }
    if org == "eng" && world.scenario.has(Fault::TeamMember) {
        all.insert(STRANGER.into(), false);
    }
    let all: Vec<Value> = all.iter().enumerate().map(|(at, (name, admin))| member(at, name, *admin)).collect();
    page(&world, "members", "/member/name", &all, &query, false)
}

async fn teams(
    State(world): State<Arc<World>>,
    _: Basic,
    Path(org): Path<String>,
    Query(query): Query<BodyQuery>,
) -> Response {
    let team = |team| {
        json!({
            "orgID": population::uuid(201, org_index(&org)), "name": team_name(team),
            "id": team_id(&org, team), "description": "", "membersCount": members_of(&org, team).len(),
        })
    };
    let all: Vec<Value> = (0..teams_of(&org)).map(team).collect();
    page(&world, "teams", "/id", &all, &query, false)
}

async fn team_members(
    State(world): State<Arc<World>>,
    _: Basic,
    Path((org, name)): Path<(String, String)>,
    Query(query): Query<BodyQuery>,
) -> Response {
    let Some(team) = team_at(&org, &name) else {
        return no_such("NO_SUCH_TEAM");
    };
    let mut names = members_of(&org, team);
    if org == "eng" && team == 0 && world.scenario.has(Fault::TeamMember) {
        names.push(STRANGER.into());
    }
    let all: Vec<Value> = names.iter().enumerate().map(|(at, name)| member(at, name, at == 0)).collect();
    page(&world, "members", "/member/name", &all, &query, false)
}

async fn repository_access(
    State(world): State<Arc<World>>,
    _: User,
    Path((org, name)): Path<(String, String)>,
    Query(query): Query<ListQuery>,
) -> Response {
    let Some(team) = team_at(&org, &name) else {
        return no_such("NO_SUCH_TEAM");
    };
    let is_reading = org == "eng" && team == 2;
    if is_reading && world.scenario.has(Fault::Team500) {
        return dtr::internal_error();
    }
    let mut all = grants(&world.population, &org, team);
    if is_reading
        && world.scenario.has(Fault::TeamLevel)
        && let Some(last) = all.last_mut()
    {
        last.1 = "read-write";
    }
    let item = |(name, level): &(String, &str)| {
        let repository = json!({"namespace": org, "name": name, "namespaceType": "organization"});
        json!({"accessLevel": level, "repository": repository})
    };
    let all: Vec<Value> = all.iter().map(item).collect();
    let about = json!({"id": team_id(&org, team), "clientUserIsMember": false});
    listed(&query, "repositoryAccessList", &all, json!({"team": about}))
}

async fn namespace_access(
    State(world): State<Arc<World>>,
    _: User,
    Path(namespace): Path<String>,
    Query(query): Query<ListQuery>,
) -> Response {
    let mut all = Vec::new();
    if namespace == "ops" && world.scenario.has(Fault::TeamNamespace) {
        let team = json!({"id": team_id("ops", 1), "clientUserIsMember": false});
        all.push(json!({"accessLevel": "admin", "team": team}));
    }
    listed(&query, "teamAccessList", &all, json!({"namespace": {"name": namespace}}))
}

/// A page of one of DTR's own lists, which tells the rest in headers.
fn listed(query: &ListQuery, key: &str, all: &[Value], mut body: Value) -> Response {
    let page = match Page::of(query, all.len(), LARGEST) {
        Ok(page) => page,
        Err(error) => return error.response(),
    };
    body[key] = json!(all[page.start..page.end]);
    let mut response = reply::ok(&body);
    if let Some(next) = page.next() {
        paging::set_next(&mut response, &marker(next, key, false));
    }
    if query.wants_count() {
        paging::set_count(&mut response, all.len());
    }
    response
}
