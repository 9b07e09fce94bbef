//! The list of all containers, and what `docker ps --all` makes of each entry.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::talk::distinct;
use crate::collect::json::{Items, json};
use crate::facts::container::Row;

/// The path of the list: stopped containers belong to it.
pub(super) const LIST: &str = "/containers/json?all=1";

/// How many columns of the command `docker ps` shows, the ellipsis among them.
const SHOWN: usize = 20;

/// A container as the list describes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub id: String,
    pub name: String,
    /// `created`, `running`, `exited`, …; empty where it is not said.
    pub state: String,
    pub row: Row,
}

impl Listed {
    /// Programs may run in it. What is not known to have ended may.
    pub(super) fn may_run(&self) -> bool {
        !matches!(self.state.as_str(), "created" | "exited" | "dead")
    }
}

/// An image that a running container is made of: it lies on the engine, and stands in the list of its images.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Used {
    /// Its id; empty where the list does not say.
    pub id: String,
    /// Its name, as the container was started with.
    pub name: String,
}

/// The containers as their list has them, and what shows whether that is all of them.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub containers: Vec<Listed>,
    /// The images of those that run.
    pub images: BTreeSet<Used>,
    /// How many the engine counts itself; none where it does not say.
    pub stated: Option<u64>,
}

/// An entry. Only its id has to be of the known type: without it the list would name nothing.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    id: String,
    #[serde(default)]
    names: Value,
    #[serde(default)]
    image: Value,
    #[serde(default, rename = "ImageID")]
    image_id: Value,
    #[serde(default)]
    command: Value,
    #[serde(default)]
    state: Value,
    #[serde(default)]
    status: Value,
}

/// Reads the list, which has to be whole: every entry with an id, each only once.
pub(super) fn parse(body: &[u8]) -> Result<Listing, String> {
    let Items(entries) = json::<Items<Entry>>(body)?;
    let plain = |id: &str| id.bytes().all(|b| b.is_ascii_alphanumeric());
    if entries.iter().any(|e| !plain(&e.id)) {
        return Err("the id of a container has characters that no id has".into());
    }
    distinct(entries.iter().map(|e| e.id.as_str()))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let running = entries.iter().filter(|entry| entry.state.as_str() == Some("running"));
    let images = running.map(|entry| Used { id: text(&entry.image_id), name: text(&entry.image) }).collect();
    Ok(Listing { containers: entries.into_iter().map(Listed::from).collect(), images, stated: None })
}

impl From<Entry> for Listed {
    fn from(entry: Entry) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let names: Vec<&str> = match &entry.names {
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let name = names.first().map(|n| n.trim_start_matches('/').to_owned());
        let row = row(&text(&entry.image), &text(&entry.command), &text(&entry.status), &names);
        Listed {
            name: name.unwrap_or_else(|| entry.id.chars().take(12).collect()),
            id: entry.id,
            state: text(&entry.state),
            row,
        }
    }
}

/// The words in a row of `docker ps --all`. Of its columns id, age and ports are hexadecimal digits,
/// fixed words and numbers, in which none of the words can stand. The digest that `docker ps` leaves out
/// of an image's name cannot hold one either, nor can the signs that it escapes in a command.
fn row(image: &str, command: &str, status: &str, names: &[&str]) -> Row {
    let cells = [image.to_owned(), ellipsis(command), status.to_owned(), shown_names(names)];
    let cells = cells.map(|cell| cell.to_lowercase());
    let has = |word: &str| cells.iter().any(|cell| cell.contains(word));
    Row { ucp: has("ucp"), kube: has("kube"), kubelet: has("kubelet"), dtr: has("dtr") }
}

/// The names as they are shown: only the first that is no name by a link (`/web/db`), if there is one.
fn shown_names(names: &[&str]) -> String {
    let mut bare = names.iter().map(|name| name.strip_prefix('/').unwrap_or(name));
    match bare.clone().find(|name| !name.contains('/')) {
        Some(own) => own.to_owned(),
        None => bare.by_ref().collect::<Vec<_>>().join(","),
    }
}

/// The beginning of a command, as much as `docker ps` shows of it.
fn ellipsis(command: &str) -> String {
    let width = |c: char| if is_wide(c) { 2 } else { 1 };
    if command.chars().map(width).sum::<usize>() <= SHOWN {
        return command.to_owned();
    }
    let mut columns = 0;
    let fits = |c: &char| {
        columns += width(*c);
        columns < SHOWN
    };
    command.chars().take_while(fits).collect()
}

/// A character that takes two columns, by the blocks of East Asian scripts.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xA000..=0xA4CF
        | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1F64F | 0x1F900..=0x1F9FF | 0x20000..=0x3FFFD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(image: &str, command: &str, names: &[&str]) -> String {
        let row = row(image, command, "Up 2 hours", names);
        let words = [(row.ucp, "ucp"), (row.kube, "kube"), (row.kubelet, "kubelet"), (row.dtr, "dtr")];
        let there: Vec<&str> = words.iter().filter(|w| w.0).map(|w| w.1).collect();
        there.join(" ")
    }

    #[test]
    fn a_row_has_the_words_that_docker_ps_prints() {
        for (image, command, names, found) in [
            ("busybox", "sleep 1", &["/web"][..], ""),
            ("dtr.example.mil/a/b:1", "sleep 1", &["/web"], "dtr"),
            ("busybox", "sleep 1", &["/My-KUBE-tool"], "kube"),
            ("busybox", "kubelet --v=2", &["/x"], "kube kubelet"),
            // 20 columns are shown whole, of more 19 and the ellipsis.
            ("busybox", "sh -c 'run it on ucp", &["/x"], "ucp"),
            ("busybox", "sh -c 'run it on ucp'", &["/x"], ""),
            ("busybox", "sh -c 'run it  ucp and more", &["/x"], "ucp"),
            ("busybox", "漢字漢字漢字漢字 ucp", &["/x"], "ucp"),
            ("busybox", "漢字漢字漢字漢字 ucp x", &["/x"], ""),
            // A name by a link does not show beside one of its own; through UCP all have a slash.
            ("busybox", "sleep 1", &["/ucp/db", "/web"], ""),
            ("busybox", "sleep 1", &["/ucp-node/web"], "ucp"),
            ("busybox", "sleep 1", &[], ""),
        ] {
            assert_eq!(words(image, command, names), found, "{image} {command} {names:?}");
        }
    }

    #[test]
    fn a_list_is_whole_or_none() {
        for none in ["[]", "null"] {
            assert_eq!(parse(none.as_bytes()).map(|list| list.containers), Ok(Vec::new()));
        }
        for broken in [
            "",
            "{}",
            "[null]",
            r#"[{"Id":"a"}"#,
            r#"[{"Id":"a"},{"Id":"a"}]"#,
            r#"[{"Id":""}]"#,
            r#"[{"Names":["/a"]}]"#,
            r#"[{"Id":"a/../b"}]"#,
            r#"[{"Id":5}]"#,
        ] {
            assert!(parse(broken.as_bytes()).is_err(), "{broken}");
        }
    }

    #[test]
    fn what_is_odd_in_an_entry_does_not_lose_it() {
        let odd = r#"[{"Id":"a1","Names":null,"Image":5,"Command":["x"],"State":{},"New":true}]"#;
        let listed = parse(odd.as_bytes()).expect("a list").containers;
        assert_eq!((listed[0].name.as_str(), listed[0].may_run()), ("a1", true));
    }
}
