//! The volumes of an engine: one of the driver `local` mounts whatever its options name, a directory of the host
//! among it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::inspection::name_and_node;
use super::talk::{Talk, distinct, unusable};
use crate::collect::http::Failure;
use crate::collect::json::Items;
use crate::facts::engine::{Volume, Volumes};
use crate::facts::proof::Proof;

/// The driver that engines bring with them.
const LOCAL: &str = "local";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    volumes: Items<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    name: String,
    driver: String,
    #[serde(default)]
    options: Option<BTreeMap<String, String>>,
}

/// There may be none.
const SIGHT: Proof<'static, Entry> =
    Proof::MayBeEmpty("an engine shows all it has to whoever may ask it, and UCP was asked by an administrator");

/// All volumes.
pub(super) async fn volumes(talk: &Talk<'_>) -> Result<(String, Volumes), Failure> {
    let (request, answer) = talk.read::<Answer>("/volumes").await?;
    let entries = answer.volumes.0;
    SIGHT.check(&entries).map_err(|reason| unusable(&request, reason))?;
    distinct(entries.iter().map(|e| e.name.as_str())).map_err(|reason| unusable(&request, reason))?;
    let list = entries.into_iter().map(|entry| volume(entry, talk)).collect();
    Ok((request, Volumes { list }))
}

fn volume(entry: Entry, talk: &Talk<'_>) -> Volume {
    let (name, node) = name_and_node(&serde_json::json!({"Name": entry.name}), talk.reach());
    let mut options = entry.options.unwrap_or_default();
    if entry.driver != LOCAL {
        // Others may be given passwords here.
        options.clear();
    }
    let mut option = |key: &str| options.remove(key).unwrap_or_default();
    let flags = option("o");
    let flags = flags.split(',').map(str::trim).filter(|flag| !flag.is_empty() && !flag.contains('='));
    let device = option("device");
    Volume {
        name,
        node,
        driver: entry.driver,
        kind: option("type"),
        device: if is_path(&device) { device } else { String::new() },
        flags: flags.map(str::to_owned).collect(),
    }
}

/// A path of the host, not an address on the network (`//server/share`, `:/exports`).
fn is_path(device: &str) -> bool {
    device.starts_with('/') && !device.starts_with("//")
}
