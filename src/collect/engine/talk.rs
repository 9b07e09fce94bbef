//! A conversation with one engine: which version of its API is spoken, for whom it speaks, and what
//! is asked once for several facts.

use reqwest::{StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::about;
use super::list::{self, LIST, Listing};
use super::ssh::Bridge;
use crate::collect::READS;
use crate::collect::http::{Answer, Failure};
use crate::collect::json::{Items, json};
use crate::collect::session::Session;
use crate::facts::engine::{Info, Version};
use crate::facts::proof::Proof;
use crate::facts::{Absent, Reach};

/// The newest version of the API that is known: nothing that is read here has changed up to it. Newer
/// engines are asked in this one, unless they speak it no more.
const NEWEST: (u32, u32) = (1, 55);

/// Who is spoken to, before anything was said.
pub(super) struct Speaker<'a> {
    pub address: String,
    pub session: &'a Session,
    pub bridge: Option<&'a Bridge>,
    /// For whom it is known to speak; an engine may turn out to be UCP.
    pub reach: Reach,
    /// Why nothing can be asked, where that is known beforehand.
    pub barred: Option<Absent>,
}

/// A conversation that has begun.
pub(super) struct Talk<'a> {
    speaker: Speaker<'a>,
    reach: Reach,
    /// What comes before paths: `/v1.41`.
    prefix: String,
    version: (String, Version),
    info: OnceCell<Result<(String, Info, Counts), Failure>>,
    listed: OnceCell<Result<(String, Listing), Failure>>,
}

/// How much the engine says that it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    pub containers: Option<u64>,
    pub images: Option<u64>,
}

impl<'a> Talk<'a> {
    /// Asks for the version, which says how to go on and whether this is an engine or UCP.
    pub(super) async fn begin(speaker: Speaker<'a>) -> Result<Self, Failure> {
        let answer = speaker.document("/version").await?;
        let told: Value = parse(&answer)?;
        let version = about::reduced_version(&told);
        if version.version.is_empty() {
            return Err(unusable(&answer.request, "this is no Docker Engine: it does not say its version".into()));
        }
        if let Some(other) = about::other_engine(&told) {
            let reason = format!("this is {other}, not a Docker Engine: no rule of the STIG is about it");
            return Err(unusable(&answer.request, reason));
        }
        let is_ucp = ["ucp/", "mke/"].iter().any(|product| version.version.starts_with(product));
        let reach = if is_ucp { Reach::Cluster } else { speaker.reach };
        let prefix = match reach {
            // UCP passes requests on to engines of several versions; it knows best which to speak.
            Reach::Cluster => String::new(),
            Reach::Node => {
                let least = told.get("MinAPIVersion").and_then(Value::as_str);
                prefix(&version.api_version, least.unwrap_or_default())
            }
        };
        if reach == Reach::Cluster {
            sees_everything(&speaker).await?;
        }
        Ok(Talk {
            speaker,
            reach,
            prefix,
            version: (answer.request, version),
            info: OnceCell::new(),
            listed: OnceCell::new(),
        })
    }

    /// For whom it speaks.
    pub(super) fn reach(&self) -> Reach {
        self.reach
    }

    /// Its version, with the request that brought it.
    pub(super) fn version(&self) -> (String, Version) {
        self.version.clone()
    }

    /// What it says of itself.
    pub(super) async fn info(&self) -> Result<(String, Info), Failure> {
        let (request, info, _) = self.told().await?;
        Ok((request, info))
    }

    /// The same, asked anew.
    pub(super) async fn info_again(&self) -> Result<Info, Failure> {
        Ok(self.tell().await?.1)
    }

    /// How much it says that it has.
    pub(super) async fn counts(&self) -> Result<Counts, Failure> {
        Ok(self.told().await?.2)
    }

    async fn told(&self) -> Result<(String, Info, Counts), Failure> {
        self.info.get_or_init(|| self.tell()).await.clone()
    }

    async fn tell(&self) -> Result<(String, Info, Counts), Failure> {
        let (request, told) = self.read::<Value>("/info").await?;
        let info = about::reduced_info(&told);
        if info.name.is_empty() {
            let reason = "the answer does not say the engine's name".into();
            return Err(unusable(&request, reason));
        }
        let count = |key| told.get(key).and_then(Value::as_u64);
        Ok((request, info, Counts { containers: count("Containers"), images: count("Images") }))
    }

    /// All containers, as far as their list describes them. Where fewer are listed than the engine counts, one may
    /// have come or gone meanwhile: both are asked again, [`READS`] times in all.
    pub(super) async fn listed(&self) -> Result<(&str, &Listing), Failure> {
        let ask = || async {
            let (mut request, mut listing) = self.list_again().await?;
            listing.stated = self.counts().await?.containers;
            for _ in 1..READS {
                if listing.stated.is_none_or(|stated| stated <= listing.containers.len() as u64) {
                    break;
                }
                let stated = self.tell().await?.2.containers;
                (request, listing) = self.list_again().await?;
                listing.stated = stated;
            }
            Ok((request, listing))
        };
        match self.listed.get_or_init(ask).await {
            Ok((request, listing)) => Ok((request, listing)),
            Err(failure) => Err(failure.clone()),
        }
    }

    /// The list alone, asked anew.
    pub(super) async fn list_again(&self) -> Result<(String, Listing), Failure> {
        let answer = self.get(LIST).await?;
        let listed = list::parse(&answer.body);
        let listed = listed.map_err(|reason| unusable(&answer.request, reason))?;
        Ok((answer.request, listed))
    }

    /// Reads a path of the engine's API.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.speaker.get(&format!("{}{path}", self.prefix)).await
    }

    /// Reads a JSON document.
    pub(super) async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<(String, T), Failure> {
        let answer = self.get(path).await?;
        Ok((answer.request.clone(), parse(&answer)?))
    }

    /// Reads a list, and says whether it has what `proof` asks for: one that has not is a part. One that names something
    /// twice by its `key` is none.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        key: impl Fn(&T) -> &str,
        proof: &Proof<'_, T>,
    ) -> Result<(String, Vec<T>, Result<(), Failure>), Failure> {
        let mut read = self.list_once(path, &key, proof).await?;
        for _ in 1..READS {
            if read.2.is_err() {
                read = self.list_once(path, &key, proof).await?;
            }
        }
        let (request, list, proven) = read;
        let proven = proven.map_err(|reason| unusable(&request, reason));
        Ok((request, list, proven))
    }

    async fn list_once<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &impl Fn(&T) -> &str,
        proof: &Proof<'_, T>,
    ) -> Result<(String, Vec<T>, Result<(), String>), Failure> {
        let (request, Items(list)) = self.read::<Items<T>>(path).await?;
        distinct(list.iter().map(key)).map_err(|reason| unusable(&request, reason))?;
        let proven = proof.check(&list);
        Ok((request, list, proven))
    }
}

impl Speaker<'_> {
    async fn get(&self, path_and_query: &str) -> Result<Answer, Failure> {
        let (path, query) = match path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path_and_query, None),
        };
        let mut url: Url = self.session.url(path);
        url.set_query(query);
        self.session.get(url).await.map_err(|failure| self.explained(failure))
    }

    /// The same for what others of the same session ask as well.
    async fn document(&self, path: &str) -> Result<Answer, Failure> {
        self.session.document(self.session.url(path)).await.map_err(|failure| self.explained(failure))
    }

    fn explained(&self, failure: Failure) -> Failure {
        match self.bridge.and_then(Bridge::trouble) {
            Some(reason) if failure.status.is_none() => Failure { reason, ..failure },
            _ => failure,
        }
    }
}

/// What makes a failure out of an answer that cannot be used.
pub(super) fn unusable(request: &str, reason: String) -> Failure {
    Failure { request: request.to_owned(), reason, status: None }
}

fn parse<T: DeserializeOwned>(answer: &Answer) -> Result<T, Failure> {
    json(&answer.body).map_err(|reason| unusable(&answer.request, reason))
}

/// Each of these has a name, and a name of its own.
pub(super) fn distinct<'t>(names: impl Iterator<Item = &'t str>) -> Result<(), String> {
    let mut known = std::collections::HashSet::new();
    for name in names {
        if name.is_empty() {
            return Err("something in the list has no id".into());
        }
        if !known.insert(name) {
            return Err("something is listed twice, so that the list is not what it says".into());
        }
    }
    Ok(())
}

/// The version to speak: the engine's newest, but none that is not known here, unless it speaks only
/// such. An engine that says nothing that can be read is asked without one.
fn prefix(newest: &str, least: &str) -> String {
    let number = |text: &str| {
        let (major, minor) = text.split_once('.')?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    };
    let Some(theirs) = number(newest) else {
        return String::new();
    };
    let known = number(least).map_or(NEWEST, |least| least.max(NEWEST));
    let (major, minor) = theirs.min(known);
    format!("/v{major}.{minor}")
}

/// UCP shows an account what its grants reach, and leaves out the rest without a word. Only what an
/// administrator is shown is all there is: that it is one is proven by reading what nobody else may.
async fn sees_everything(speaker: &Speaker<'_>) -> Result<(), Failure> {
    let missing = |failure: &Failure| failure.status == Some(StatusCode::NOT_FOUND);
    let refused = |failure: Failure| Failure {
        reason: format!(
            "{}; so it is not shown that this account sees all containers, networks and nodes: use an administrator's",
            failure.reason
        ),
        ..failure
    };
    // The last two are for UCP 3.0 and older, which have no such configuration.
    match speaker.document("/api/ucp/config-toml").await {
        Ok(_) => return Ok(()),
        Err(failure) if missing(&failure) => {}
        Err(failure) => return Err(refused(failure)),
    }
    match speaker.document("/services/ucp-agent").await {
        Ok(_) => return Ok(()),
        Err(failure) if missing(&failure) => {}
        Err(failure) => return Err(refused(failure)),
    }
    let answer = speaker.document("/id/").await.map_err(refused)?;
    let account: Value = parse(&answer)?;
    if account.get("isAdmin") == Some(&Value::Bool(true)) {
        return Ok(());
    }
    Err(refused(unusable(&answer.request, "the account is no administrator".into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_spoken_is_known_to_both_where_there_is_one() {
        for (newest, least, spoken) in [
            ("1.30", "1.12", "/v1.30"),
            ("1.41", "1.12", "/v1.41"),
            ("1.55", "1.44", "/v1.55"),
            ("1.60", "1.44", "/v1.55"),
            ("1.70", "1.60", "/v1.60"),
            ("2.0", "1.60", "/v1.60"),
            ("", "", ""),
            ("new", "1.12", ""),
            ("1.41", "", "/v1.41"),
        ] {
            assert_eq!(prefix(newest, least), spoken, "{newest} {least}");
        }
    }
}
