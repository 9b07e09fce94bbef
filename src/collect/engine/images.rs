//! Every image with its names.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::list::Used;
use super::talk::{Talk, distinct, unusable};
use crate::collect::http::{Failure, NO_SUCH_IMAGE};
use crate::collect::json::Items;
use crate::collect::{Brought, READS};
use crate::facts::engine::{Image, Images};
use crate::facts::proof::{Proof, lacks};
use crate::facts::{Later, Reach};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    id: String,
    /// Null where the image has no name any more.
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    #[serde(default)]
    repo_digests: Option<Vec<String>>,
}

/// All images. Their witnesses are those that the running containers are made of; where nothing runs, the engine's own
/// count tells whether there are any.
pub(super) async fn images(talk: &Talk<'_>) -> Result<Brought<Images>, Failure> {
    let mut read = read(talk).await?;
    for _ in 1..READS {
        if read.2.is_err() {
            read = self::read(talk).await?;
        }
    }
    let (request, images, whole) = read;
    let broken = whole.err().map(|reason| unusable(&request, reason));
    let is_empty = images.list.is_empty();
    Brought::of_list(request, images, is_empty, broken)
}

async fn read(talk: &Talk<'_>) -> Result<(String, Images, Result<(), String>), Failure> {
    const LIST: &str = "/images/json";
    let (request, Items(entries)) = talk.read::<Items<Entry>>(LIST).await?;
    let list = collected(entries, talk.reach()).map_err(|reason| unusable(&request, reason))?;
    let used = &talk.listed().await?.1.images;
    let counts = talk.counts().await?;
    let missing: Vec<&Used> = used.iter().filter(|used| !list.iter().any(|image| is_it(image, used))).collect();
    let whole = match missing.first() {
        None if !used.is_empty() => Ok(()),
        // UCP runs in containers: a list of those without any is none to tell images by.
        None if talk.reach() == Reach::Cluster => Err(lacks("the images that UCP itself runs")),
        None => match counts.images {
            _ if !list.is_empty() => Ok(()),
            least => Proof::Count { least, by: "/info" }.check(&list),
        },
        // All of them at once are not gone.
        Some(first) if missing.len() == used.len() => Err(lacks(&shown(first))),
        Some(_) => gone(talk, &missing).await?,
    };
    let stated = counts.images.map_or(Later::Unknown, Later::Known);
    Ok((request, Images { list, stated }, whole))
}

fn is_it(image: &Image, used: &Used) -> bool {
    image.id == used.id || image.tags.contains(&used.name) || image.digests.contains(&used.name)
}

fn shown(used: &Used) -> String {
    let name = if used.name.is_empty() { &used.id } else { &used.name };
    format!("the image {name}, which a running container is made of")
}

/// Whether these images are missing for a reason: the engine says of each that it has none such, or lists it among
/// those that are parts of others.
async fn gone(talk: &Talk<'_>, missing: &[&Used]) -> Result<Result<(), String>, Failure> {
    let mut parts: Option<Vec<Image>> = None;
    for used in missing {
        let asked = if used.id.is_empty() { &used.name } else { &used.id };
        if asked.is_empty() || asked.contains(['?', '#', '%']) {
            return Ok(Err(lacks(&shown(used))));
        }
        match talk.get(&format!("/images/{asked}/json")).await {
            Ok(_) => {}
            Err(failure) if failure.says(NO_SUCH_IMAGE) => continue,
            Err(failure) => return Err(failure),
        }
        let parts = match &parts {
            Some(parts) => parts,
            None => {
                let (request, Items(all)) = talk.read::<Items<Entry>>("/images/json?all=1").await?;
                parts.insert(collected(all, talk.reach()).map_err(|reason| unusable(&request, reason))?)
            }
        };
        if !parts.iter().any(|image| is_it(image, used)) {
            return Ok(Err(lacks(&shown(used))));
        }
    }
    Ok(Ok(()))
}

/// The images. Through UCP one that several nodes have may be listed for each: it is one image, with the
/// names of all.
fn collected(entries: Vec<Entry>, reach: Reach) -> Result<Vec<Image>, String> {
    if reach == Reach::Node {
        distinct(entries.iter().map(|e| e.id.as_str()))?;
    }
    let mut images: BTreeMap<String, Image> = BTreeMap::new();
    for entry in entries {
        if entry.id.is_empty() {
            return Err("something in the list has no id".into());
        }
        let image = images.entry(entry.id.clone()).or_insert_with(|| Image { id: entry.id, ..Image::default() });
        add(&mut image.tags, entry.repo_tags, "<none>:");
        add(&mut image.digests, entry.repo_digests, "<none>@");
    }
    Ok(images.into_values().collect())
}

fn add(names: &mut Vec<String>, more: Option<Vec<String>>, none: &str) {
    for name in more.unwrap_or_default() {
        if !name.starts_with(none) && !names.contains(&name) {
            names.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_one_wherever_it_lies() {
        let json = r#"[{"Id":"b","RepoTags":null,"RepoDigests":["<none>@<none>"]},
            {"Id":"a","RepoTags":["x:1"]},{"Id":"a","RepoTags":["x:1","x:2","<none>:<none>"]}]"#;
        let entries = || crate::collect::json::json::<Vec<Entry>>(json.as_bytes()).expect("a list");
        let images = collected(entries(), Reach::Cluster).expect("images");
        assert_eq!(images.len(), 2);
        assert_eq!(images[0].tags, ["x:1", "x:2"]);
        assert!(images[1].tags.is_empty() && images[1].digests.is_empty());
        assert!(collected(entries(), Reach::Node).is_err());
    }
}
