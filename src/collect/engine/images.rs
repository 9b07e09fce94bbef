//! Every image with its names.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::talk::{Talk, distinct, unusable};
use crate::collect::http::Failure;
use crate::facts::Reach;
use crate::facts::engine::{Image, Images};

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

pub(super) async fn images(talk: &Talk<'_>) -> Result<(String, Images), Failure> {
    let (request, entries) = talk.read::<Option<Vec<Entry>>>("/images/json").await?;
    let images = entries
        .ok_or_else(|| "the answer is null where a list belongs".to_owned())
        .and_then(|entries| collected(entries, talk.reach()));
    let list = images.map_err(|reason| unusable(&request, reason))?;
    Ok((request, Images { list }))
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
        let entries = || serde_json::from_str::<Vec<Entry>>(json).expect("a list");
        let images = collected(entries(), Reach::Cluster).expect("images");
        assert_eq!(images.len(), 2);
        assert_eq!(images[0].tags, ["x:1", "x:2"]);
        assert!(images[1].tags.is_empty() && images[1].digests.is_empty());
        assert!(collected(entries(), Reach::Node).is_err());
    }
}
