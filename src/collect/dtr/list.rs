//! The list of all repositories, once for every fact but the tags, which are walked as the list comes.

use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::state::{sight, unusable};
use crate::collect::http::Failure;
use crate::collect::json;
use crate::collect::pages::{Page, Pages, whole};
use crate::collect::session::Session;
use crate::facts::tags::Sight;

/// A repository, as far as anybody but the walk over the tags asks.
pub(super) struct Listed {
    /// `namespace/name`.
    pub(super) path: String,
    /// The user whose own it is, if it is a user's.
    pub(super) owner: Option<String>,
    /// `scanOnPush`, where it is a boolean.
    pub(super) scan_on_push: Option<bool>,
}

/// The list of repositories, where it is.
pub(super) fn url(session: &Session) -> Url {
    session.url("/api/v0/repositories")
}

/// Every repository: all pages, by an account that sees all of them.
pub(super) async fn repositories(session: &Session) -> Result<Vec<Listed>, Failure> {
    all_seen(session).await?;
    let list = url(session);
    let start = || Pages::new(session, list.clone());
    whole(start, |body| parse(body).map(Page::bare), |r| &r.path).await
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
    struct List {
        repositories: Vec<Item>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Item {
        namespace: String,
        namespace_type: String,
        name: String,
        #[serde(default)]
        scan_on_push: Value,
    }
    let list: List = json(body)?;
    let listed = |item: Item| {
        let path = format!("{}/{}", item.namespace, item.name);
        let owner = match item.namespace_type.as_str() {
            "user" => Some(item.namespace),
            "organization" => None,
            _ => return Err("a repository is neither a user's nor an organization's".to_owned()),
        };
        Ok(Listed { path, owner, scan_on_push: item.scan_on_push.as_bool() })
    };
    list.repositories.into_iter().map(listed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_boolean_is_not_said() {
        let parsed = |value: &str| {
            let body = format!(r#"{{"repositories":[{{"namespace":"a","namespaceType":"user","name":"b"{value}}}]}}"#);
            parse(body.as_bytes()).map(|list| (list[0].scan_on_push, list[0].owner.clone()))
        };
        let owner = Some("a".to_owned());
        assert_eq!(parsed(r#","scanOnPush":true"#), Ok((Some(true), owner.clone())));
        assert_eq!(parsed(r#","scanOnPush":"true""#), Ok((None, owner.clone())));
        assert_eq!(parsed(""), Ok((None, owner)));
        assert!(parse(br#"{"repositories":[{"namespace":"a","namespaceType":"x","name":"b"}]}"#).is_err());
        assert!(parse(br#"{"repositories":null}"#).is_err());
    }
}
