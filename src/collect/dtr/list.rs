//! The list of all repositories, once for every fact.

use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::state::{sight, unusable};
use crate::collect::http::Failure;
use crate::collect::json::{Items, json};
use crate::collect::pages::{self, Broken, List, Page, as_far};
use crate::collect::session::Session;
use crate::facts::proof::Proof;
use crate::facts::tags::Sight;

/// What proves that a list which may be empty is seen as a whole: [`all_seen`].
pub(super) const SIGHT: &str = "DTR lets the account read its settings, which only administrators may";

/// A repository, as far as anybody asks.
pub(super) struct Listed {
    /// `namespace/name`.
    pub(super) path: String,
    /// It is a user's own, or an organization's; none where that is not said.
    pub(super) is_users: Option<bool>,
    /// `scanOnPush`, where it is a boolean.
    pub(super) scan_on_push: Option<bool>,
}

impl Listed {
    /// Whose it is.
    pub(super) fn namespace(&self) -> &str {
        self.path.split_once('/').map_or(&self.path, |(namespace, _)| namespace)
    }

    /// What it is called there.
    pub(super) fn name(&self) -> &str {
        self.path.split_once('/').map_or("", |(_, name)| name)
    }
}

/// The list as it was read.
pub(super) struct Listing {
    /// What came.
    pub(super) repositories: Vec<Listed>,
    /// Why that is not all, if it is not.
    pub(super) broken: Option<Broken>,
}

/// The list of repositories, where it is.
pub(super) fn url(session: &Session) -> Url {
    session.url("/api/v0/repositories")
}

/// Every repository that the account may see: all pages.
pub(super) async fn repositories(session: &Session) -> Listing {
    let list = List {
        style: &pages::DTR,
        parse: |body| parse(body).map(Page::bare),
        name: |repository: &Listed| &repository.path,
        starts: None,
        proof: Proof::MayBeEmpty(SIGHT),
    };
    let (repositories, broken) = as_far(session, &url(session), &list).await;
    Listing { repositories, broken }
}

/// Fails unless the account is an administrator's, who sees everything.
pub(super) async fn all_seen(session: &Session) -> Result<(), Failure> {
    match sight(session).await? {
        Sight::Administrator => Ok(()),
        Sight::NotShown => Err(unusable(
            format!("GET {}", session.url("/api/v0/meta/settings")),
            "there are no settings, so that the account cannot be shown to see everything".into(),
        )),
    }
}

fn parse(body: &[u8]) -> Result<Vec<Listed>, String> {
    #[derive(Deserialize)]
    struct Answer {
        repositories: Items<Item>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Item {
        namespace: String,
        #[serde(default)]
        namespace_type: Value,
        name: String,
        #[serde(default)]
        scan_on_push: Value,
    }
    // Names become parts of paths, and these would lead elsewhere.
    let leads_astray = |name: &str| matches!(name, "" | "." | "..") || name.contains('/');
    let answer: Answer = json(body)?;
    let listed = |item: Item| {
        if leads_astray(&item.namespace) || leads_astray(&item.name) {
            return Err("a repository in the list has a name that cannot be one".to_owned());
        }
        Ok(Listed {
            path: format!("{}/{}", item.namespace, item.name),
            is_users: match item.namespace_type.as_str() {
                Some("user") => Some(true),
                Some("organization") => Some(false),
                _ => None,
            },
            scan_on_push: item.scan_on_push.as_bool(),
        })
    };
    answer.repositories.0.into_iter().map(listed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_boolean_is_not_said() {
        let parsed = |value: &str| {
            let body = format!(r#"{{"repositories":[{{"namespace":"a","name":"b"{value}}}]}}"#);
            parse(body.as_bytes()).map(|list| (list[0].scan_on_push, list[0].is_users))
        };
        assert_eq!(parsed(r#","scanOnPush":true,"namespaceType":"user""#), Ok((Some(true), Some(true))));
        assert_eq!(parsed(r#","scanOnPush":"true","namespaceType":"organization""#), Ok((None, Some(false))));
        assert_eq!(parsed(r#","namespaceType":"x""#), Ok((None, None)));
        assert_eq!(parsed(""), Ok((None, None)));
        assert!(parse(b"{}").is_err());
    }

    #[test]
    fn a_name_that_would_lead_elsewhere_is_none() {
        for (namespace, name) in [("..", "b"), ("a", ""), ("a", "."), ("a", "b/c"), ("a/b", "c")] {
            let body = format!(r#"{{"repositories":[{{"namespace":"{namespace}","name":"{name}"}}]}}"#);
            assert!(parse(body.as_bytes()).is_err(), "{namespace} {name}");
        }
    }
}
