//! The lists of the simulated UCP, in pages: accounts, teams, members, keys, grants, roles, collections; and what can
//! be wrong with each of them.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    access::Access,
    config::is_ucp_30,
    fault::Fault,
    paging,
    people::{MANY_KEYS, Organisation, Team, User},
    reply,
    ucp::{User as Known, not_authorized, not_found},
    world::World,
};

/// A page never has more than this, whatever is asked.
const LARGEST: usize = 25;
const USUAL: usize = 10;

pub(super) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/accounts/", get(accounts))
        .route("/accounts", get(accounts))
        .route("/accounts/{account}/teams", get(teams))
        .route("/accounts/{account}/teams/{team}/members", get(members))
        .route("/accounts/{account}/publicKeys", get(keys))
        .route("/collectionGrants", get(grants))
        .route("/roles", get(roles))
        .route("/roles/{id}", get(role))
        .route("/collections", get(collections))
        .route("/collections/{id}", get(collection))
}

/// What can be wrong with a list.
struct Faults {
    error: Fault,
    forbidden: Fault,
    truncated: Fault,
    repeated: Option<Fault>,
    short: Option<Fault>,
}

#[derive(Deserialize)]
struct PageQuery {
    start: Option<String>,
    limit: Option<String>,
}

/// A list: what it is called in the answer (a bare array is not called anything), its items, and what makes the
/// marker of an item. With `befallen` its faults are seen.
struct List<'a> {
    name: Option<&'static str>,
    items: Vec<Value>,
    marker: fn(&Value) -> String,
    more: Map<String, Value>,
    counted: bool,
    faults: Option<&'a Faults>,
}

impl List<'_> {
    fn answer(self, world: &World, query: &PageQuery) -> Response {
        let has = |fault: Option<Fault>| fault.is_some_and(|fault| world.scenario.has(fault));
        let (truncated, repeated, short) = match self.faults {
            Some(faults) if has(Some(faults.error)) => {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                return reply::error(status, "INTERNAL_ERROR", "rethinkdb: no connection");
            }
            Some(faults) if has(Some(faults.forbidden)) => return not_authorized(),
            Some(faults) => (has(Some(faults.truncated)), has(faults.repeated), has(faults.short)),
            None => (false, false, false),
        };
        let limit = query.limit.as_ref().and_then(|limit| limit.parse().ok());
        let limit = limit.filter(|limit| *limit > 0).unwrap_or(USUAL).min(LARGEST);
        let unmarked = paging::is_unmarked(&world.scenario) || is_ucp_30(&world.scenario);
        let start = query.start.as_deref().filter(|_| !world.scenario.has(Fault::ListsStartAgain)).unwrap_or_default();
        let first = match self.items.iter().position(|item| (self.marker)(item) == start) {
            Some(first) => first,
            None if start.is_empty() => 0,
            None => self.items.len(),
        };
        let page: Vec<_> = self.items.iter().skip(first).take(limit).cloned().collect();
        let next = self.items.get(first + page.len()).map(self.marker);
        let next = if repeated && first > 0 { start.to_owned() } else { next.unwrap_or_default() };
        let count = self.items.len() + if short { 3 } else { 0 };
        let body = match self.name {
            None => Value::from(page),
            Some(name) => {
                let mut body = self.more;
                body.insert(name.into(), Value::from(page));
                body.insert("nextPageStart".into(), next.as_str().into());
                if self.counted {
                    body.insert("resourceCount".into(), count.into());
                }
                if unmarked || (world.scenario.has(Fault::KeysNoEnd) && name == KEYS) {
                    body.remove("nextPageStart");
                }
                if unmarked {
                    body.remove("resourceCount");
                }
                Value::from(body)
            }
        };
        // The last page there is: also where there is only one.
        let mut response = if truncated && next.is_empty() {
            let text = body.to_string();
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            reply::typed(StatusCode::OK, "application/json", half)
        } else {
            reply::ok(&body)
        };
        let no_end = world.scenario.has(Fault::KeysNoEnd) && self.name == Some(KEYS);
        if !unmarked && !no_end {
            paging::set_next(&mut response, &next);
        }
        response
    }
}

fn by_id(item: &Value) -> String {
    item["id"].as_str().unwrap_or_default().to_owned()
}

/// An account as the API shows it.
pub(super) fn user(user: &User) -> Value {
    json!({
        "name": user.name, "id": user.id, "fullName": "", "isOrg": false,
        "isAdmin": user.admin, "isActive": true, "isImported": false,
    })
}

fn organisation(organisation: &Organisation) -> Value {
    json!({
        "name": organisation.name, "id": organisation.id, "fullName": "", "isOrg": true,
        "membersCount": 3, "teamsCount": organisation.teams.len(),
    })
}

static ACCOUNTS: Faults = Faults {
    error: Fault::Accounts500,
    forbidden: Fault::Accounts403,
    truncated: Fault::AccountsTruncated,
    repeated: Some(Fault::AccountsRepeatedMarker),
    short: Some(Fault::AccountsCountShort),
};

async fn accounts(State(world): State<Arc<World>>, _: Known, Query(query): Query<PageQuery>) -> Response {
    let people = &world.people;
    let users = people.users.iter().map(user);
    let list = List {
        name: Some("accounts"),
        items: users.chain(people.organisations.iter().map(organisation)).collect(),
        marker: by_id,
        more: object(json!({
            "usersCount": people.users.len(), "orgsCount": people.organisations.len(),
        })),
        counted: true,
        faults: Some(&ACCOUNTS),
    };
    list.answer(&world, &query)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

static TEAMS: Faults = Faults {
    error: Fault::Teams500,
    forbidden: Fault::Teams403,
    truncated: Fault::TeamsTruncated,
    repeated: Some(Fault::TeamsRepeatedMarker),
    short: Some(Fault::TeamsCountShort),
};

async fn teams(
    State(world): State<Arc<World>>,
    _: Known,
    Path(account): Path<String>,
    Query(query): Query<PageQuery>,
) -> Response {
    let Some(organisation) = world.people.organisation(&account) else {
        return not_found();
    };
    let team = |team: &Team| {
        json!({
            "orgID": organisation.id, "name": team.name, "id": team.id, "description": "",
            "membersCount": team.members.len(),
        })
    };
    let list = List {
        name: Some("teams"),
        items: organisation.teams.iter().map(team).collect(),
        marker: by_id,
        more: Map::new(),
        counted: true,
        faults: (organisation.name == "engineering").then_some(&TEAMS),
    };
    list.answer(&world, &query)
}

static MEMBERS: Faults = Faults {
    error: Fault::Members500,
    forbidden: Fault::Members403,
    truncated: Fault::MembersTruncated,
    repeated: Some(Fault::MembersRepeatedMarker),
    short: Some(Fault::MembersCountShort),
};

async fn members(
    State(world): State<Arc<World>>,
    _: Known,
    Path((account, team)): Path<(String, String)>,
    Query(query): Query<PageQuery>,
) -> Response {
    let Some(organisation) = world.people.organisation(&account) else {
        return not_found();
    };
    let mut all = organisation.teams.iter();
    let Some(team) = all.find(|it| it.name == team || it.id == team) else {
        return not_found();
    };
    let people = team.members.iter().map(|at| &world.people.users[*at]);
    let list = List {
        name: Some("members"),
        items: people.map(|member| json!({"member": user(member), "isAdmin": false})).collect(),
        marker: |item| by_id(&item["member"]),
        more: Map::new(),
        counted: true,
        faults: (organisation.name == "engineering" && team.name == "operators").then_some(&MEMBERS),
    };
    list.answer(&world, &query)
}

const KEYS: &str = "accountPublicKeys";

static KEYS_FAULTS: Faults = Faults {
    error: Fault::Keys500,
    forbidden: Fault::Keys403,
    truncated: Fault::KeysTruncated,
    repeated: Some(Fault::KeysRepeatedMarker),
    short: None,
};

/// The keys of an account. UCP documents no count for them.
async fn keys(
    State(world): State<Arc<World>>,
    _: Known,
    Path(account): Path<String>,
    Query(query): Query<PageQuery>,
) -> Response {
    let Some(at) = world.people.user(&account) else {
        return not_found();
    };
    let owner = &world.people.users[at];
    let key = |nth: usize| {
        let is_last = at == MANY_KEYS && nth + 1 == owner.keys;
        let certificates = &world.certificates.users;
        let certificate = if is_last && world.scenario.has(Fault::KeyOtherIssuer) {
            &certificates.stranger
        } else if is_last && world.scenario.has(Fault::KeyUnreadable) {
            "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"
        } else if at == 0 {
            world.certificates.bundle.certificate_pem()
        } else {
            certificates.of.get(at).map_or("", String::as_str)
        };
        let held = if is_last && world.scenario.has(Fault::KeyBare) {
            json!([])
        } else {
            json!([{"label": "bundle", "cert": certificate}])
        };
        json!({
            "id": super::population::digest(1000 + at, nth).trim_start_matches("sha256:"),
            "accountID": owner.id, "label": "Generated on Mon, 04 Nov 2019",
            "publicKey": "-----BEGIN PUBLIC KEY-----\nbGFi\n-----END PUBLIC KEY-----\n",
            "certificates": held,
        })
    };
    let list = List {
        name: Some(KEYS),
        items: (0..owner.keys).map(key).collect(),
        marker: by_id,
        more: Map::new(),
        counted: false,
        faults: (at == MANY_KEYS).then_some(&KEYS_FAULTS),
    };
    list.answer(&world, &query)
}

static GRANTS: Faults = Faults {
    error: Fault::Grants500,
    forbidden: Fault::Grants403,
    truncated: Fault::GrantsTruncated,
    repeated: Some(Fault::GrantsRepeatedMarker),
    short: Some(Fault::GrantsCountShort),
};

/// All grants, whatever subjects are asked for. Users and organisations come with their account, a team with that
/// of its organisation.
async fn grants(State(world): State<Arc<World>>, _: Known, Query(query): Query<PageQuery>) -> Response {
    // Whoever is no administrator sees some, and is told that these are all.
    let seen = if world.scenario.has(Fault::NotAdmin) { 2 } else { usize::MAX };
    let all: Vec<_> = world.access.grants.iter().take(seen).collect();
    let items =
        all.iter().map(|grant| json!({"subjectID": grant.subject, "objectID": grant.object, "roleID": grant.role}));
    let people = &world.people;
    let subjects = all.iter().map(|grant| {
        let mut subject = json!({"id": grant.subject, "subject_type": grant.kind});
        let account = match grant.kind {
            "user" => people.user(&grant.subject).map(|at| user(&people.users[at])),
            "org" => people.organisation(&grant.subject).map(organisation),
            "team" => {
                let org = grant.subject_name.split('/').next().unwrap_or_default();
                people.organisation(org).map(organisation)
            }
            _ => None,
        };
        if let Some(account) = account {
            subject["account"] = account;
        }
        subject
    });
    let list = List {
        name: Some("grants"),
        items: items.collect(),
        marker: |item| {
            let part = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            // As the API has it: an order marker, which means nothing to a client and holds a `+`.
            format!("{}+{}+{}", part("subjectID"), part("objectID"), part("roleID"))
        },
        more: object(json!({"subjects": subjects.collect::<Vec<_>>()})),
        counted: true,
        faults: Some(&GRANTS),
    };
    list.answer(&world, &query)
}

static ROLES: Faults = Faults {
    error: Fault::Roles500,
    forbidden: Fault::Roles403,
    truncated: Fault::RolesTruncated,
    repeated: None,
    short: None,
};

/// All roles at once.
async fn roles(State(world): State<Arc<World>>, _: Known) -> Response {
    let has = |fault| world.scenario.has(fault);
    if has(ROLES.error) {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return reply::error(status, "INTERNAL_ERROR", "rethinkdb: no connection");
    }
    if has(ROLES.forbidden) {
        return not_authorized();
    }
    let text = Value::from(world.access.roles()).to_string();
    let half = text.len() / 2;
    let text = if has(ROLES.truncated) { text[..half].to_owned() } else { text };
    reply::typed(StatusCode::OK, "application/json", text)
}

async fn role(State(world): State<Arc<World>>, _: Known, Path(id): Path<String>) -> Response {
    one(world.access.roles(), &id)
}

static COLLECTIONS: Faults = Faults {
    error: Fault::Collections500,
    forbidden: Fault::Collections403,
    truncated: Fault::CollectionsTruncated,
    repeated: Some(Fault::CollectionsRepeatedMarker),
    short: None,
};

async fn collections(State(world): State<Arc<World>>, _: Known, Query(query): Query<PageQuery>) -> Response {
    let list = List {
        name: None,
        items: Access::collections(&world.people),
        marker: by_id,
        more: Map::new(),
        counted: false,
        faults: Some(&COLLECTIONS),
    };
    list.answer(&world, &query)
}

async fn collection(State(world): State<Arc<World>>, _: Known, Path(id): Path<String>) -> Response {
    let mut all = Access::collections(&world.people);
    all.push(Access::hidden());
    one(all, &id)
}

fn one(all: Vec<Value>, id: &str) -> Response {
    let found = all.into_iter().find(|item| item["id"] == id);
    found.map_or_else(not_found, |item| reply::ok(&item))
}
