//! Every network.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::swarm::Part;
use super::talk::{Talk, unusable};
use crate::collect::http::Failure;
use crate::facts::Reach;
use crate::facts::container::NOT_KEPT;
use crate::facts::engine::{Network, Networks};

/// Options whose values are kept: those of the overlay driver and of docker's own. A driver of somebody
/// else may be given passwords here.
const KEPT: &[&str] = &["encrypted", "com.docker.network."];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    id: String,
    name: String,
    driver: String,
    scope: String,
    #[serde(default)]
    ingress: bool,
    #[serde(default)]
    options: Option<BTreeMap<String, String>>,
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
}

/// All networks: those of the engine, and on a manager those of the swarm.
///
/// A worker knows only the networks of the swarm that its own containers use. Its answer is all that it
/// has, and not all that there is, so it counts as none.
pub(super) async fn networks(talk: &Talk<'_>) -> Result<(String, Networks), Failure> {
    if talk.reach() == Reach::Node {
        let (request, info) = talk.info().await?;
        let reason = match Part::of(&info) {
            Part::Worker => Some("a worker does not show all networks of its swarm: ask a manager, or UCP"),
            part => part.unclear(),
        };
        if let Some(reason) = reason {
            return Err(unusable(&request, reason.into()));
        }
    }
    let (request, entries) = talk.list("/networks", |e: &Entry| &e.id).await?;
    let list = entries.into_iter().map(Network::from).collect();
    Ok((request, Networks { list }))
}

impl From<Entry> for Network {
    fn from(entry: Entry) -> Self {
        let mut options = entry.options.unwrap_or_default();
        for (key, value) in &mut options {
            if !KEPT.iter().any(|prefix| key.starts_with(prefix)) {
                NOT_KEPT.clone_into(value);
            }
        }
        let mut labels = entry.labels.unwrap_or_default();
        labels.retain(|key, _| key.starts_with("com.docker."));
        Network {
            id: entry.id,
            name: entry.name,
            driver: entry.driver,
            scope: entry.scope,
            ingress: entry.ingress,
            options,
            labels,
        }
    }
}
