//! Every container: one list, and one inspection each.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::StreamExt as _;
use futures::stream;
use reqwest::StatusCode;
use serde_json::Value;

use super::inspection;
use super::list::Listed;
use super::talk::Talk;
use crate::collect::http::{Failure, NO_SUCH_CONTAINER};
use crate::collect::json::json;
use crate::collect::{Progress, Targets};
use crate::facts::container::{Container, Containers, Unread};

/// What became of one that was listed.
enum Looked {
    Seen(Box<Container>),
    Unread(Unread),
    /// The engine says that there is no such container.
    Gone,
    /// It was not found, without those words.
    NotFound,
}

/// All containers. One that cannot be looked at is named with the reason; one that is gone meanwhile
/// is no part of the population any more.
pub(super) async fn containers(
    talk: &Talk<'_>,
    targets: &Targets,
    progress: &dyn Progress,
) -> Result<(String, Containers), Failure> {
    let (request, listing) = talk.listed().await?;
    let listed = &listing.containers;
    let (done, of) = (AtomicU64::new(0), listed.len() as u64);
    let look = async |listed: &Listed| {
        let looked = look(talk, listed, targets).await;
        progress.step("containers", done.fetch_add(1, Ordering::Relaxed) + 1, of);
        looked
    };
    let mut looks = stream::iter(listed.iter().map(look)).buffered(targets.limits.concurrency);
    let (mut seen, mut unread, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    let mut doubtful = false;
    for listed in listed {
        match looks.next().await {
            Some(Looked::Seen(container)) => seen.push(*container),
            Some(Looked::Unread(one)) => unread.push(one),
            Some(Looked::Gone) => gone.push(listed),
            Some(Looked::NotFound) | None => {
                doubtful = true;
                gone.push(listed);
            }
        }
    }
    // Containers come and go, but a whole population that is gone at once is rather one that was not
    // found; so is what is not found without a word of the engine. Then it counts who is still listed.
    if doubtful || (seen.is_empty() && unread.is_empty() && !gone.is_empty()) {
        let (_, again) = talk.list_again().await?;
        let there: HashSet<&str> = again.containers.iter().map(|l| l.id.as_str()).collect();
        gone.retain(|listed| {
            let is_there = there.contains(listed.id.as_str());
            if is_there {
                unread.push(named(listed, "404: it is listed and not found".into()));
            }
            !is_there
        });
    }
    let request = format!("{request} and /containers/{{id}}/json of each");
    Ok((request, Containers::new(seen, unread, gone.len() as u64).of(listing.stated)))
}

async fn look(talk: &Talk<'_>, listed: &Listed, targets: &Targets) -> Looked {
    let inspected = talk.get(&format!("/containers/{}/json", listed.id)).await;
    let told = match inspected {
        Ok(answer) => json::<Value>(&answer.body),
        Err(failure) if failure.says(NO_SUCH_CONTAINER) => return Looked::Gone,
        Err(failure) if failure.status == Some(StatusCode::NOT_FOUND) => return Looked::NotFound,
        Err(failure) => Err(failure.reason),
    };
    match told {
        Ok(told) if told.get("Id").and_then(Value::as_str) != Some(&listed.id) => {
            Looked::Unread(named(listed, "the answer is about another container".into()))
        }
        Ok(told) => {
            let container = inspection::container(&told, listed.row, talk.reach(), &targets.labels);
            Looked::Seen(Box::new(container))
        }
        Err(reason) => Looked::Unread(named(listed, reason)),
    }
}

/// A container that was not looked at.
pub(super) fn named(listed: &Listed, reason: String) -> Unread {
    Unread { id: listed.id.clone(), name: listed.name.clone(), reason }
}
