//! Every network.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::swarm::{self, Part};
use super::talk::{Talk, unusable};
use crate::collect::Brought;
use crate::collect::http::{Failure, NO_SUCH_NETWORK};
use crate::facts::Reach;
use crate::facts::container::NOT_KEPT;
use crate::facts::engine::{Network, Networks};
use crate::facts::proof::{Member, Proof, lacks};

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
pub(super) async fn networks(talk: &Talk<'_>) -> Result<Brought<Networks>, Failure> {
    let mut has_swarm = true;
    if talk.reach() == Reach::Node {
        let (request, info) = talk.info().await?;
        let reason = match Part::of(&info) {
            Part::None => {
                has_swarm = false;
                None
            }
            Part::Worker => Some("a worker does not show all networks of its swarm: ask a manager, or UCP"),
            part => part.unclear(),
        };
        if let Some(reason) = reason {
            return Err(unusable(&request, reason.into()));
        }
    }
    let proof = Proof::Witness(&[Member { name: Network::PREDEFINED, is: &|entry: &Entry| entry.is_predefined() }]);
    let (request, entries, proven) = talk.list("/networks", |e: &Entry| &e.id, &proof).await?;
    let mut broken = proven.err();
    if broken.is_none() && has_swarm && !entries.iter().any(Entry::is_ingress) {
        broken = ingress_was_removed(talk).await.err();
    }
    let list: Vec<Network> = entries.into_iter().map(Network::from).collect();
    let is_empty = list.is_empty();
    Brought::of_list(request, Networks { list }, is_empty, broken)
}

const INGRESS: &str = "ingress";

impl Entry {
    fn is_predefined(&self) -> bool {
        Network::predefined(&self.name)
    }

    /// The network through which a swarm publishes ports. It may have another name, and then it has the mark.
    fn is_ingress(&self) -> bool {
        self.ingress || self.name == INGRESS
    }
}

/// A swarm has an ingress network from its beginning, which an administrator may remove as long as no service
/// publishes a port through it. Where it is not listed, both has to be so.
async fn ingress_was_removed(talk: &Talk<'_>) -> Result<(), Failure> {
    let not_listed = |request: String| unusable(&request, lacks("the network ingress of the swarm"));
    match talk.get("/networks/ingress").await {
        Err(failure) if failure.says(NO_SUCH_NETWORK) => {}
        Ok(answer) => return Err(not_listed(answer.request)),
        Err(failure) => return Err(not_listed(failure.request)),
    }
    let Brought { request, value: services, missing } = swarm::services(talk).await?;
    if missing.is_some() {
        return Err(not_listed(request));
    }
    let mut ports = services.list.iter().flat_map(|service| &service.ports);
    if ports.any(|port| port.publish_mode == INGRESS) { Err(not_listed(request)) } else { Ok(()) }
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
