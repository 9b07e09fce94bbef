//! Users, organisations, teams and members, each list read once for all facts that need it.

use futures::StreamExt as _;
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use tokio::sync::OnceCell;

use super::config;
use crate::collect::Brought;
use crate::collect::http::Failure;
use crate::collect::json::{Items, json};
use crate::collect::pages::{self, List, Page, as_far};
use crate::collect::session::Session;
use crate::facts::accounts::{Accounts, Organisation, Team, User};
use crate::facts::proof::{Member, Proof};

/// The accounts of a UCP, read when they are first asked for.
pub(super) struct Directory<'a> {
    pub session: &'a Session,
    pub concurrency: usize,
    sight: OnceCell<Result<Asker, Failure>>,
    accounts: OnceCell<Result<Listed, Failure>>,
    teams: OnceCell<Result<Teams, Failure>>,
}

/// Who asks, as far as UCP says.
#[derive(Clone, Debug, Default)]
pub(super) struct Asker {
    id: Option<String>,
    name: Option<String>,
}

/// What proves that a list which may be empty is seen as a whole: [`Directory::sight`].
pub(super) const SIGHT: &str = "UCP says that the asking account is an administrator's, and filters nothing for one";

/// The list of accounts, as far as it came.
#[derive(Debug)]
pub(super) struct Listed {
    pub users: Vec<User>,
    /// Without their teams.
    pub organisations: Vec<Organisation>,
    /// Why that is not all, if it is not.
    pub broken: Option<Failure>,
}

/// The organisations with their teams, without members, as far as they came.
#[derive(Debug)]
pub(super) struct Teams {
    pub organisations: Vec<Organisation>,
    /// Why that is not all, if it is not.
    pub broken: Option<Failure>,
}

impl<'a> Directory<'a> {
    pub(super) fn new(session: &'a Session, concurrency: usize) -> Self {
        Directory {
            session,
            concurrency: concurrency.max(1),
            sight: OnceCell::new(),
            accounts: OnceCell::new(),
            teams: OnceCell::new(),
        }
    }

    /// Shows that the account sees everything: UCP filters its lists by what an account may see.
    pub(super) async fn sight(&self) -> Result<Asker, Failure> {
        self.sight.get_or_init(|| sight(self.session)).await.clone()
    }

    /// All users and organisations that come, to an account that sees them all.
    pub(super) async fn accounts(&self) -> Result<&Listed, Failure> {
        // On the heap, as several questions ask for it at once.
        let read = Box::pin(async { list(self.session, &self.sight().await?).await });
        let read = self.accounts.get_or_init(|| read).await;
        read.as_ref().map_err(Clone::clone)
    }

    /// All organisations with their teams, without members.
    pub(super) async fn teams(&self) -> Result<&Teams, Failure> {
        let read = Box::pin(async {
            let listed = self.accounts().await?;
            let read: Vec<_> = futures::stream::iter(listed.organisations.clone())
                .map(|organisation| teams(self.session, organisation))
                .buffered(self.concurrency)
                .collect()
                .await;
            let mut all = Teams { organisations: Vec::new(), broken: listed.broken.clone() };
            for (organisation, broken) in read {
                all.organisations.push(organisation);
                all.broken = all.broken.or(broken);
            }
            Ok(all)
        });
        let read: &Result<Teams, Failure> = self.teams.get_or_init(|| read).await;
        read.as_ref().map_err(Clone::clone)
    }

    /// All of it, members included.
    pub(super) async fn everything(&self) -> Result<Brought<Accounts>, Failure> {
        self.sight().await?;
        let teams = self.teams().await?;
        let (mut organisations, mut broken) = (teams.organisations.clone(), teams.broken.clone());
        let places = organisations.iter().enumerate().flat_map(|(o, org)| (0..org.teams.len()).map(move |t| (o, t)));
        let members: Vec<_> = futures::stream::iter(places.collect::<Vec<_>>())
            .map(|(o, t)| {
                let organisation = &organisations[o];
                let read = members(self.session, &organisation.name, &organisation.teams[t].name);
                async move {
                    let (members, broken) = read.await;
                    (o, t, members, broken)
                }
            })
            .buffered(self.concurrency)
            .collect()
            .await;
        for (o, t, members, failure) in members {
            organisations[o].teams[t].members = members;
            broken = broken.or(failure);
        }
        let request = format!(
            "GET {} and each organisation's /teams and their /members, all pages",
            self.session.url("/accounts/")
        );
        let users = self.accounts().await?.users.clone();
        let is_empty = users.is_empty() && organisations.is_empty();
        Brought::of_list(request, Accounts::new(users, organisations), is_empty, broken)
    }
}

/// UCP says of the account that is logged in whether it is an administrator's. Where that cannot be
/// read, reading the configuration shows it: only administrators may.
async fn sight(session: &Session) -> Result<Asker, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Own {
        id: Option<String>,
        name: Option<String>,
        is_admin: bool,
    }
    const BLIND: &str = "the account is no administrator of UCP, which then shows it only a part";
    let unseen = |request: String, reason: &str| Failure { request, reason: reason.into(), status: None };
    if let Ok(answer) = session.document(session.url("/id/")).await
        && let Ok(own) = json::<Own>(&answer.body)
    {
        return if own.is_admin {
            Ok(Asker { id: own.id, name: own.name })
        } else {
            Err(unseen(answer.request, BLIND))
        };
    }
    match config::config(session).await {
        Ok(_) => Ok(Asker { id: None, name: session.username().map(str::to_owned) }),
        Err(failure) if failure.status == Some(StatusCode::FORBIDDEN) => Err(unseen(failure.request, BLIND)),
        Err(failure) => Err(Failure {
            reason: format!("it cannot be shown that the account sees everything: {}", failure.reason),
            ..failure
        }),
    }
}

impl Asker {
    /// It is this account. Where nobody says who asks (a client bundle, and UCP does not tell), it is one of the
    /// administrators.
    fn is(&self, account: &Account) -> bool {
        if account.is_org {
            return false;
        }
        match (&self.id, &self.name) {
            (Some(id), _) => account.id == *id,
            (None, Some(name)) => account.name.eq_ignore_ascii_case(name),
            (None, None) => account.is_admin,
        }
    }

    fn shown(&self) -> String {
        match self.name.as_ref().or(self.id.as_ref()) {
            Some(name) => format!("the asking account itself ({name})"),
            None => "an administrator, as whom it was asked".into(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    name: String,
    id: String,
    is_org: bool,
    #[serde(default)]
    is_admin: bool,
    is_active: Option<bool>,
}

async fn list(session: &Session, asker: &Asker) -> Result<Listed, Failure> {
    let (name, is_asker) = (asker.shown(), |account: &Account| asker.is(account));
    let list = List {
        style: &pages::UCP,
        parse: parse_accounts,
        name: |account| &account.id,
        starts: Some(|account| vec![account.id.clone(), account.name.clone()]),
        proof: Proof::Witness(&[Member { name: &name, is: &is_asker }]),
    };
    let (all, broken) = as_far(session, &session.url("/accounts/"), &list).await;
    let broken = broken.map(Failure::from);
    if let (true, Some(failure)) = (all.is_empty(), &broken) {
        return Err(failure.clone());
    }
    let mut listed = Listed { users: Vec::new(), organisations: Vec::new(), broken };
    for account in all {
        let Account { name, id, .. } = account;
        if account.is_org {
            listed.organisations.push(Organisation { name, id, teams: Vec::new() });
        } else {
            listed.users.push(User { name, id, admin: account.is_admin, active: account.is_active.unwrap_or(true) });
        }
    }
    Ok(listed)
}

async fn teams(session: &Session, mut organisation: Organisation) -> (Organisation, Option<Failure>) {
    let list = List {
        style: &pages::UCP,
        parse: parse_teams,
        name: |team: &Team| &team.id,
        starts: Some(|team| vec![team.id.clone(), team.name.clone()]),
        proof: Proof::MayBeEmpty(SIGHT),
    };
    let (teams, broken) = as_far(session, &below(session, &[&organisation.name, "teams"]), &list).await;
    organisation.teams = teams;
    (organisation, broken.map(Failure::from))
}

async fn members(session: &Session, org: &str, team: &str) -> (Vec<String>, Option<Failure>) {
    let list = List {
        style: &pages::UCP,
        parse: parse_members,
        name: |account: &Account| &account.name,
        starts: Some(|account| vec![account.id.clone(), account.name.clone()]),
        proof: Proof::MayBeEmpty(SIGHT),
    };
    let (members, broken) = as_far(session, &below(session, &[org, "teams", team, "members"]), &list).await;
    (members.into_iter().map(|account| account.name).collect(), broken.map(Failure::from))
}

/// The URL of something below `/accounts`.
pub(super) fn below(session: &Session, path: &[&str]) -> Url {
    let mut url = session.url("/accounts");
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.extend(path);
    }
    url
}

/// Names become parts of paths, and these would lead elsewhere.
pub(super) fn leads_astray(name: &str) -> bool {
    matches!(name, "" | "." | "..")
}

fn parse_accounts(body: &[u8]) -> Result<Page<Account>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        accounts: Items<Account>,
        next_page_start: Option<String>,
        resource_count: Option<u64>,
    }
    let list: Answer = json(body)?;
    let accounts = list.accounts.0;
    if accounts.iter().any(|a| leads_astray(&a.name)) {
        return Err("an account in the list has a name that cannot be one".into());
    }
    Ok(Page { items: accounts, next: list.next_page_start, count: list.resource_count })
}

fn parse_teams(body: &[u8]) -> Result<Page<Team>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        teams: Items<Item>,
        next_page_start: Option<String>,
        resource_count: Option<u64>,
    }
    #[derive(Deserialize)]
    struct Item {
        name: String,
        id: String,
    }
    let list: Answer = json(body)?;
    let teams = list.teams.0;
    if teams.iter().any(|t| leads_astray(&t.name)) {
        return Err("a team in the list has a name that cannot be one".into());
    }
    let team = |Item { name, id }| Team { name, id, members: Vec::new() };
    Ok(Page { items: teams.into_iter().map(team).collect(), next: list.next_page_start, count: list.resource_count })
}

fn parse_members(body: &[u8]) -> Result<Page<Account>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        members: Items<Item>,
        next_page_start: Option<String>,
        resource_count: Option<u64>,
    }
    #[derive(Deserialize)]
    struct Item {
        member: Account,
    }
    let list: Answer = json(body)?;
    Ok(Page {
        items: list.members.0.into_iter().map(|m| m.member).collect(),
        next: list.next_page_start,
        count: list.resource_count,
    })
}
