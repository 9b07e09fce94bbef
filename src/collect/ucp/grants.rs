//! The grants, with whom, what and where by name.
//!
//! Grants are ids. Roles and collections are listed first; what a grant names and no list holds is
//! looked up by its id, so that the lists need not be shown to be whole.
//!
//! Where something breaks, the grants that came are a part of all, but for those of which not all was found out: an
//! approval may be by a name, so that one whose names nobody knows is not known to be surplus.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::StreamExt as _;
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::accounts::{Directory, SIGHT};
use crate::collect::Brought;
use crate::collect::http::Failure;
use crate::collect::json::{Items, json};
use crate::collect::pages::{self, List, Page, Style, as_far};
use crate::collect::session::Session;
use crate::facts::access::{AUTHENTICATED, Grant, Grants, Object, ROOT, Role, Subject};
use crate::facts::field::Field;
use crate::facts::proof::Proof;

/// What every Kubernetes namespace is called together.
const NAMESPACES: &str = "kubernetesnamespaces";

/// All grants.
pub(super) async fn grants(directory: &Directory<'_>) -> Result<Brought<Grants>, Failure> {
    let session = directory.session;
    directory.sight().await?;
    let mut url = session.url("/collectionGrants");
    url.query_pairs_mut().append_pair("subjectType", "all");
    let request = format!("GET {url}, /roles and /collections, all pages");
    let list = List {
        style: &pages::UCP,
        parse: parse_grants,
        name: |grant: &Listed| &grant.key,
        starts: Some(starts),
        proof: Proof::MayBeEmpty(SIGHT),
    };
    let ((mut listed, broken), roles, collections) = futures::join!(
        as_far(session, &url, &list),
        named(session, "/roles", &pages::UCP_UNPAGED),
        named(session, "/collections", &pages::UCP_ARRAY),
    );
    let mut broken = broken.map(Failure::from);
    let subjects = subjects(directory, &listed).await;
    let role_ids = listed.iter().map(|g| g.role.as_str());
    let roles = look_up(directory, "/roles", role_ids, roles).await;
    let object_ids = listed.iter().map(|g| g.object.as_str());
    let object_ids = object_ids.filter(|id| *id != NAMESPACES && *id != ROOT);
    let collections = look_up(directory, "/collections", object_ids, collections).await;
    for failure in [&subjects.broken, &roles.broken, &collections.broken] {
        broken = broken.or_else(|| failure.clone());
    }
    listed.retain(|grant| {
        !subjects.unknown.contains(&grant.subject)
            && !roles.unknown.contains(&grant.role)
            && !collections.unknown.contains(&grant.object)
    });
    let (subjects, roles, mut collections) = (subjects.known, roles.known, collections.known);

    let held: BTreeSet<&str> = listed.iter().map(|g| g.role.as_str()).collect();
    let roles = roles
        .into_iter()
        .map(|(id, role)| {
            let operations = if held.contains(id.as_str()) { operations(&role.operations) } else { Field::Absent };
            let name = role.name;
            (id, Role { name, operations })
        })
        .collect();
    let mut path = |id: &str| match collections.get_mut(id).and_then(|c| c.path.clone()) {
        None if id == ROOT => Some("/".to_owned()),
        path => path,
    };
    let list: Vec<Grant> = listed
        .into_iter()
        .map(|grant| Grant {
            object: Object { path: path(&grant.object), id: grant.object },
            subject: subjects
                .get(&grant.subject)
                .cloned()
                .unwrap_or(Subject { id: grant.subject, ..Subject::default() }),
            role: grant.role,
        })
        .collect();
    let is_empty = list.is_empty();
    Brought::of_list(request, Grants::new(list, roles), is_empty, broken)
}

/// What ids stand for.
struct Found<M> {
    known: M,
    /// The ids of which it could not be found out.
    unknown: BTreeSet<String>,
    /// Why not, and why lists that they are looked for in were not read to their ends.
    broken: Option<Failure>,
}

/// A grant as it is listed, with what the same page says of its subject.
struct Listed {
    subject: String,
    role: String,
    object: String,
    kind: String,
    name: Option<String>,
    /// All three ids: what makes a grant one of its own.
    key: String,
}

/// The marker of a grant in the order of the list: how its three ids are put together is documented nowhere, and the
/// first of them alone comes before all grants that begin with it.
fn starts(grant: &Listed) -> Vec<String> {
    let ids = [grant.subject.as_str(), &grant.object, &grant.role];
    let joined = ["+", ":", "/", ""].iter().map(|between| ids.join(between));
    joined.chain(ids.map(str::to_owned)).collect()
}

fn parse_grants(body: &[u8]) -> Result<Page<Listed>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        grants: Items<Item>,
        #[serde(default)]
        subjects: Option<Vec<Described>>,
        next_page_start: Option<String>,
        resource_count: Option<u64>,
    }
    #[derive(Deserialize)]
    struct Item {
        #[serde(rename = "subjectID")]
        subject: String,
        #[serde(rename = "objectID")]
        object: String,
        #[serde(rename = "roleID")]
        role: String,
    }
    #[derive(Deserialize)]
    struct Described {
        id: String,
        #[serde(default, rename = "subject_type")]
        kind: String,
        account: Option<Account>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Account {
        name: String,
        id: String,
        is_org: Option<bool>,
    }
    let list: Answer = json(body)?;
    let described: HashMap<String, (String, Option<String>)> = list
        .subjects
        .unwrap_or_default()
        .into_iter()
        .map(|subject| {
            // An account that is not the subject's says nothing of it: a team comes with its organisation.
            let account = subject.account.filter(|a| a.id == subject.id);
            let kind = match account.as_ref().and_then(|a| a.is_org) {
                Some(true) if subject.kind.is_empty() => "org".to_owned(),
                Some(false) if subject.kind.is_empty() => "user".to_owned(),
                _ => subject.kind,
            };
            (subject.id, (kind, account.map(|a| a.name)))
        })
        .collect();
    let items = list.grants.0.into_iter().map(|grant| {
        let (kind, name) = described.get(&grant.subject).cloned().unwrap_or_default();
        Listed {
            key: format!("{}\n{}\n{}", grant.subject, grant.object, grant.role),
            subject: grant.subject,
            role: grant.role,
            object: grant.object,
            kind,
            name,
        }
    });
    Ok(Page { items: items.collect(), next: list.next_page_start, count: list.resource_count })
}

/// Every subject of a grant by its id. Those that the grants do not name are looked for among all
/// accounts and teams.
async fn subjects(directory: &Directory<'_>, listed: &[Listed]) -> Found<HashMap<String, Subject>> {
    let mut subjects: HashMap<String, Subject> = HashMap::new();
    for grant in listed {
        let subject = subjects
            .entry(grant.subject.clone())
            .or_insert_with(|| Subject { id: grant.subject.clone(), ..Subject::default() });
        if subject.kind.is_empty() {
            subject.kind.clone_from(&grant.kind);
        }
        if subject.name.is_none() {
            subject.name.clone_from(&grant.name);
        }
    }
    // These are no accounts: they are what they are called.
    let speaks_for_itself =
        |s: &Subject| [AUTHENTICATED, "anonymous", "agent"].contains(&s.id.as_str()) || s.id.contains(':');
    for subject in subjects.values_mut() {
        if speaks_for_itself(subject) {
            subject.name = Some(subject.id.clone());
        }
    }
    let unnamed = |s: &Subject| s.name.is_none() && s.kind != "agent";
    if !subjects.values().any(unnamed) {
        return Found { known: subjects, unknown: BTreeSet::new(), broken: None };
    }
    let (listed, teams) = match (directory.accounts().await, directory.teams().await) {
        (Ok(listed), Ok(teams)) => (listed, teams),
        (Err(failure), _) | (_, Err(failure)) => {
            let unknown = subjects.values().filter(|s| unnamed(s)).map(|s| s.id.clone()).collect();
            return Found { known: subjects, unknown, broken: Some(failure) };
        }
    };
    let mut known: HashMap<&str, (&str, String)> = HashMap::new();
    for user in &listed.users {
        known.insert(&user.id, ("user", user.name.clone()));
    }
    for organisation in &teams.organisations {
        known.insert(&organisation.id, ("org", organisation.name.clone()));
        for team in &organisation.teams {
            known.insert(&team.id, ("team", format!("{}/{}", organisation.name, team.name)));
        }
    }
    for subject in subjects.values_mut().filter(|s| unnamed(s)) {
        if let Some((kind, name)) = known.get(subject.id.as_str()) {
            subject.kind = (*kind).to_owned();
            subject.name = Some(name.clone());
        }
    }
    // One that is in no list which is whole has no name.
    let unknown = match &teams.broken {
        Some(_) => subjects.values().filter(|s| unnamed(s)).map(|s| s.id.clone()).collect(),
        None => BTreeSet::new(),
    };
    Found { known: subjects, unknown, broken: teams.broken.clone() }
}

/// A role or a collection.
#[derive(Deserialize)]
struct Named {
    id: String,
    #[serde(default)]
    name: String,
    path: Option<String>,
    #[serde(default)]
    operations: Value,
}

/// A bare array of roles or collections.
async fn named(session: &Session, path: &str, style: &'static Style) -> (Vec<Named>, Option<Failure>) {
    let list = List {
        style,
        parse: |body| json::<Items<Named>>(body).map(|items| Page::bare(items.0)),
        name: |named: &Named| &named.id,
        starts: None,
        proof: Proof::MayBeEmpty("what a grant names and this list lacks is looked up by its id"),
    };
    let (all, broken) = as_far(session, &session.url(path), &list).await;
    (all, broken.map(Failure::from))
}

/// All that were listed by their ids, and those that were not, looked up one by one. What UCP does not
/// know is left out.
async fn look_up(
    directory: &Directory<'_>,
    path: &str,
    wanted: impl Iterator<Item = &str>,
    (listed, mut broken): (Vec<Named>, Option<Failure>),
) -> Found<BTreeMap<String, Named>> {
    let mut known: BTreeMap<String, Named> = listed.into_iter().map(|n| (n.id.clone(), n)).collect();
    let missing: BTreeSet<String> = wanted.filter(|id| !known.contains_key(*id)).map(str::to_owned).collect();
    // A list that broke is not gone through one by one instead.
    if broken.is_some() {
        return Found { known, unknown: missing, broken };
    }
    let found: Vec<(String, Result<Option<Named>, Failure>)> = futures::stream::iter(missing)
        .map(|id| async move {
            let found = one(directory.session, path, &id).await;
            (id, found)
        })
        .buffered(directory.concurrency)
        .collect()
        .await;
    let mut unknown = BTreeSet::new();
    for (id, found) in found {
        match found {
            Ok(Some(named)) => drop(known.insert(id, named)),
            Ok(None) => {}
            Err(failure) => {
                unknown.insert(id);
                broken.get_or_insert(failure);
            }
        }
    }
    Found { known, unknown, broken }
}

/// A role or a collection by its id; none where UCP does not know it.
async fn one(session: &Session, path: &str, id: &str) -> Result<Option<Named>, Failure> {
    let mut url = session.url(path);
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.push(id);
    }
    match session.get(url).await {
        Ok(answer) => {
            let named: Named = parsed(&answer.body, &answer.request)?;
            if named.id == id {
                return Ok(Some(named));
            }
            Err(Failure {
                request: answer.request,
                reason: "the answer is about another id than the one asked for".into(),
                status: None,
            })
        }
        Err(failure) if failure.status == Some(StatusCode::NOT_FOUND) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn parsed<T: DeserializeOwned>(body: &[u8], request: &str) -> Result<T, Failure> {
    json(body).map_err(|reason| Failure { request: request.to_owned(), reason, status: None })
}

/// The names of the operations, out of `{"Node": {"Node Schedule": []}}`.
fn operations(value: &Value) -> Field<BTreeSet<String>> {
    match Field::<Map<String, Value>>::at(value, "") {
        Field::Is(resources) => {
            let mut names = BTreeSet::new();
            for operations in resources.values() {
                match operations {
                    Value::Object(operations) => names.extend(operations.keys().cloned()),
                    Value::Null => {}
                    _ => return Field::Odd("a resource whose operations are no object".into()),
                }
            }
            Field::Is(names)
        }
        other => other.map(|_| BTreeSet::new()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn operations_are_kept_by_name_and_nothing_is_made_of_what_is_none() {
        let node = json!({"Node": {"Node View": [], "Node Schedule": []}, "Volume": null});
        let names = ["Node Schedule", "Node View"].map(str::to_owned);
        assert_eq!(operations(&node), Field::Is(names.into()));
        assert_eq!(operations(&Value::Null), Field::Null);
        assert!(operations(&json!({"Node": ["Node Schedule"]})).is_odd());
        assert!(operations(&json!("all")).is_odd());
    }

    #[test]
    fn a_team_is_not_called_by_the_account_of_its_organisation() {
        let body = json!({
            "grants": [
                {"subjectID": "t1", "objectID": "swarm", "roleID": "viewonly"},
                {"subjectID": "o1", "objectID": "swarm", "roleID": "viewonly"},
                {"subjectID": "x", "objectID": "swarm", "roleID": "viewonly"},
            ],
            "subjects": [
                {"id": "t1", "subject_type": "team", "account": {"name": "eng", "id": "o1", "isOrg": true}},
                {"id": "o1", "account": {"name": "eng", "id": "o1", "isOrg": true}},
            ],
            "nextPageStart": "", "resourceCount": 3,
        });
        let page = parse_grants(body.to_string().as_bytes()).expect("a page");
        let said: Vec<_> = page.items.iter().map(|g| (g.kind.as_str(), g.name.as_deref())).collect();
        assert_eq!(said, [("team", None), ("org", Some("eng")), ("", None)]);
        assert_eq!((page.next.as_deref(), page.count), (Some(""), Some(3)));
    }

    #[test]
    fn a_grant_without_one_of_its_ids_is_no_grant() {
        for grant in [
            json!({"subjectID": "a", "objectID": "b"}),
            json!({"subjectID": "a", "objectID": "b", "roleID": null}),
            json!("a"),
        ] {
            let body = json!({"grants": [grant], "nextPageStart": "", "resourceCount": 1});
            assert!(parse_grants(body.to_string().as_bytes()).is_err());
        }
    }
}
