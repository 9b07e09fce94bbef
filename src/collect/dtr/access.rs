//! Who may do what in DTR: its organisations with their teams, what each team may do, and what lies in
//! users' own namespaces.
//!
//! DTR names a team by its id only where it says what the team may do, so the accounts come from the
//! account service that DTR passes on. Where a list breaks off, what came of all is a part of the fact.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use reqwest::Url;
use serde::Deserialize;

use super::enzi;
use super::list::{Listed, SIGHT, all_seen};
use super::state::unusable;
use crate::collect::Brought;
use crate::collect::http::Failure;
use crate::collect::json::{Items, json};
use crate::collect::pages::{self, List, Page, as_far};
use crate::collect::session::Session;
use crate::facts::dtr::{self, Access, Granted, Organisation, Team};
use crate::facts::proof::{Member, Proof};

/// Reads all of it. `repositories` is the list of them, and `broken` why that is not whole, if it is not.
pub(super) async fn access(
    session: &Session,
    repositories: &[Listed],
    broken: Option<Failure>,
    concurrency: usize,
) -> Result<Brought<Access>, Failure> {
    let mut broken = Broken(broken);
    let accounts = below(session, &["enzi", "v0", "accounts"]);
    let request = format!(
        "GET {accounts}, every organisation's members and teams, every team's members and repositoryAccess, every namespace's teamAccess, all pages"
    );
    all_seen(session).await?;
    let asker = session.username().unwrap_or_default();
    let witness = format!("the asking account itself ({asker})");
    let is_asker = |account: &Account| !account.is_org && account.name.eq_ignore_ascii_case(asker);
    let list = List {
        style: &pages::DTR_ACCOUNTS,
        parse: |body| enzi::parse(body, "accounts"),
        name: |account: &Account| &account.name,
        starts: Some(|account| [Some(account.name.clone()), account.id.clone()].into_iter().flatten().collect()),
        proof: Proof::Witness(&[Member { name: &witness, is: &is_asker }]),
    };
    let all = broken.read(session, &accounts, &list).await;
    let mut administrators = BTreeSet::new();
    let mut names = Vec::new();
    for account in all {
        if account.is_org {
            names.push(account.name);
        } else if account.is_admin && account.is_active {
            administrators.insert(account.name);
        }
    }
    names.sort();
    let read: Vec<(Organisation, Broken)> = futures::stream::iter(names)
        .map(|name| organisation(session, name))
        .buffered(concurrency.max(1))
        .collect()
        .await;
    let mut organisations = Vec::new();
    for (organisation, failure) in read {
        organisations.push(organisation);
        broken.note(failure.0);
    }

    let mut owned: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for repository in repositories {
        match repository.is_users {
            Some(true) => owned.entry(repository.namespace().to_owned()).or_default().push(repository.path.clone()),
            Some(false) => {}
            None => {
                let reason = "a repository is neither a user's nor an organization's";
                broken.note(Some(unusable(request.clone(), reason.into())));
            }
        }
    }
    let is_empty = organisations.is_empty() && owned.is_empty() && administrators.is_empty();
    Brought::of_list(request, Access::new(organisations, owned, administrators), is_empty, broken.0)
}

/// The first that broke of several lists.
#[derive(Default)]
struct Broken(Option<Failure>);

impl Broken {
    fn note(&mut self, failure: Option<Failure>) {
        self.0 = self.0.take().or(failure);
    }

    /// What comes of a list.
    async fn read<T>(&mut self, session: &Session, url: &Url, list: &List<'_, T>) -> Vec<T> {
        let (items, broken) = as_far(session, url, list).await;
        self.note(broken.map(Failure::from));
        items
    }
}

async fn organisation(session: &Session, name: String) -> (Organisation, Broken) {
    let mut broken = Broken::default();
    let accounts = ["enzi", "v0", "accounts", &name];
    let members = members(session, &below_of(session, &accounts, &["members"]), &mut broken).await;
    let url = below_of(session, &accounts, &["teams"]);
    let list = List {
        style: &pages::DTR_ACCOUNTS,
        parse: |body| enzi::parse(body, "teams"),
        name: |team: &TeamItem| &team.id,
        starts: Some(|team| vec![team.id.clone(), team.name.clone()]),
        proof: Proof::MayBeEmpty(SIGHT),
    };
    let listed = broken.read(session, &url, &list).await;

    // What a team may do in all of the namespace is said in one list, by the ids of the teams.
    let url = below(session, &["api", "v0", "repositoryNamespaces", &name, "teamAccess"]);
    let list = List {
        style: &pages::DTR_UNCOUNTED,
        parse: parse_namespace,
        name: |access: &TeamAccess| &access.team.id,
        starts: None,
        proof: Proof::MayBeEmpty(SIGHT),
    };
    let everywhere = broken.read(session, &url, &list).await;
    let known = |id: &str| listed.iter().any(|t| t.id == id);
    if everywhere.iter().any(|access| !known(&access.team.id)) {
        broken.note(Some(unusable(
            format!("GET {url}"),
            format!("it speaks of a team that is not in the list of teams of {name}"),
        )));
    }

    let mut teams = Vec::new();
    for TeamItem { name: team, id } in &listed {
        let url = below_of(session, &accounts, &["teams", team, "members"]);
        let members = self::members(session, &url, &mut broken).await;
        let url = below(session, &["api", "v0", "accounts", &name, "teams", team, "repositoryAccess"]);
        let list = List {
            style: &pages::DTR_UNCOUNTED,
            parse: parse_repositories,
            name: |granted: &Granted| &granted.on,
            starts: None,
            proof: Proof::MayBeEmpty(SIGHT),
        };
        let repositories = broken.read(session, &url, &list).await;
        let in_all = everywhere.iter().filter(|access| access.team.id == *id);
        let mut access: Vec<Granted> = in_all
            .map(|access| Granted { on: format!("{name}/*"), level: access.access_level.clone() })
            .chain(repositories)
            .collect();
        access.sort();
        teams.push(Team { name: team.clone(), members, access });
    }
    teams.sort_by(|a, b| a.name.cmp(&b.name));
    (Organisation { name, members, teams }, broken)
}

async fn members(session: &Session, url: &Url, broken: &mut Broken) -> Vec<dtr::Member> {
    let list = List {
        style: &pages::DTR_ACCOUNTS,
        parse: |body| enzi::parse(body, "members"),
        name: |item: &MemberItem| &item.member.name,
        starts: Some(|item| [Some(item.member.name.clone()), item.member.id.clone()].into_iter().flatten().collect()),
        proof: Proof::MayBeEmpty(SIGHT),
    };
    let list = broken.read(session, url, &list).await;
    let mut members: Vec<dtr::Member> =
        list.into_iter().map(|m| dtr::Member { name: m.member.name, admin: m.is_admin }).collect();
    members.sort();
    members
}

/// The URL of a path whose parts may hold anything.
fn below(session: &Session, parts: &[&str]) -> Url {
    below_of(session, parts, &[])
}

fn below_of(session: &Session, parts: &[&str], more: &[&str]) -> Url {
    let mut url = session.url("/");
    if let Ok(mut path) = url.path_segments_mut() {
        path.clear().extend(parts.iter().chain(more));
    }
    url
}

/// Names become parts of paths, and these would lead elsewhere.
fn leads_astray(name: &str) -> bool {
    matches!(name, "" | "." | "..")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", try_from = "AnyAccount")]
struct Account {
    name: String,
    id: Option<String>,
    is_org: bool,
    is_admin: bool,
    is_active: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnyAccount {
    name: String,
    id: Option<String>,
    is_org: bool,
    /// Users only.
    #[serde(default)]
    is_admin: bool,
    /// Users only; who is not said to be inactive is not.
    #[serde(default = "yes")]
    is_active: bool,
}

fn yes() -> bool {
    true
}

impl TryFrom<AnyAccount> for Account {
    type Error = &'static str;

    fn try_from(any: AnyAccount) -> Result<Self, Self::Error> {
        if leads_astray(&any.name) {
            return Err("an account has a name that cannot be one");
        }
        Ok(Account { name: any.name, id: any.id, is_org: any.is_org, is_admin: any.is_admin, is_active: any.is_active })
    }
}

#[derive(Deserialize)]
#[serde(try_from = "AnyTeam")]
struct TeamItem {
    name: String,
    id: String,
}

#[derive(Deserialize)]
struct AnyTeam {
    name: String,
    id: String,
}

impl TryFrom<AnyTeam> for TeamItem {
    type Error = &'static str;

    fn try_from(any: AnyTeam) -> Result<Self, Self::Error> {
        if leads_astray(&any.name) {
            return Err("a team has a name that cannot be one");
        }
        Ok(TeamItem { name: any.name, id: any.id })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemberItem {
    member: MemberAccount,
    is_admin: bool,
}

#[derive(Deserialize)]
struct MemberAccount {
    name: String,
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TeamAccess {
    access_level: String,
    team: TeamId,
}

#[derive(Deserialize)]
struct TeamId {
    id: String,
}

fn parse_namespace(body: &[u8]) -> Result<Page<TeamAccess>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        team_access_list: Items<TeamAccess>,
    }
    let answer: Answer = json(body)?;
    Ok(Page::bare(answer.team_access_list.0))
}

fn parse_repositories(body: &[u8]) -> Result<Page<Granted>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        repository_access_list: Items<Item>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Item {
        access_level: String,
        repository: Repository,
    }
    #[derive(Deserialize)]
    struct Repository {
        namespace: String,
        name: String,
    }
    let answer: Answer = json(body)?;
    let granted = |item: Item| Granted {
        on: format!("{}/{}", item.repository.namespace, item.repository.name),
        level: item.access_level,
    };
    let list = answer.repository_access_list.0.into_iter();
    Ok(Page::bare(list.map(granted).collect()))
}
