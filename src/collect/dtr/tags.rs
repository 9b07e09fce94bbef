//! What is read from DTR (MSR): the tags of all repositories.
//!
//! Repositories are walked a few at a time; results are taken in the order of their list, so that the same registry
//! gives the same evidence.

use std::io::{Read as _, Seek as _, Write as _};

use futures::{StreamExt as _, stream};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use tempfile::SpooledTempFile;
use tokio::sync::OnceCell;

use super::list::{self, Listed, Listing, SIGHT};
use super::state::sight;
use crate::collect::http::Failure;
use crate::collect::json::{Items, json};
use crate::collect::pages::{self, Broken, List, Page, Pages};
use crate::collect::session::Session;
use crate::collect::side_file::SideFileWriter;
use crate::collect::{Progress, READS};
use crate::facts::proof::Proof;
use crate::facts::tags::{Fault, Gaps, Tally, Walk};

/// The side file that holds every offender.
const OFFENDERS: &str = "dtr-unsigned-tags.jsonl";
/// How much of one repository's offenders is held in memory before it goes to a temporary file.
const SPOOL: usize = 64 * 1024;

/// Walks all tags of all repositories. Fails as a whole when not even the walk can begin; what fails
/// on the way is a gap in the walk.
pub(super) async fn tags(
    session: &Session,
    listing: &OnceCell<Listing>,
    concurrency: usize,
    dir: &std::path::Path,
    progress: &dyn Progress,
) -> Result<(String, Walk), Failure> {
    let request = format!("GET {} and each repository's /tags, all pages", list::url(session));
    let sight = sight(session).await?;
    let domain = domain(session.base());
    let Listing { repositories, broken } = listing.get_or_init(|| list::repositories(session)).await;
    if let (Some(Broken::Request(failure)), true) = (broken, repositories.is_empty()) {
        return Err(failure.clone());
    }
    let mut gaps = Gaps::default();
    if let Some(broken) = broken {
        gaps.note("the list of repositories", broken.to_string());
    }

    let mut offenders = SideFileWriter::new(dir, OFFENDERS);
    let mut tally = Tally::default();
    let mut written = Ok(());
    let walks = repositories.iter().map(|repository| walk(session, &domain, repository));
    let mut walks = stream::iter(walks).buffered(concurrency.max(1));
    let (mut walked, of) = (0, repositories.len() as u64);
    while let Some(walk) = walks.next().await {
        tally.add(walk.tally);
        gaps.add(walk.gaps);
        if let (Ok(()), Some(mut spool)) = (&written, walk.offenders) {
            written = copy(&mut spool, &mut offenders);
        }
        walked += 1;
        progress.step(&format!("DTR: {} tags in repositories", tally.tags), walked, of);
    }
    drop(walks);
    let side_file = written.and_then(|()| offenders.finish());
    let mut walk = Walk::new(domain, sight, tally, gaps);
    walk.offenders_file = side_file.map_err(|e| Failure {
        request: request.clone(),
        reason: format!("the list of offenders could not be written to {}: {e}", dir.display()),
        status: None,
    })?;
    Ok((request, walk))
}

/// The host and port under which images of this registry are named, which is how Notary knows them.
fn domain(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

struct RepositoryWalk {
    tally: Tally,
    gaps: Gaps,
    offenders: Option<SpooledTempFile>,
}

/// Walks the tags of one repository. Where the pages come and do not add up, tags may have been
/// pushed or deleted meanwhile: it is walked again, [`READS`] times in all.
async fn walk(session: &Session, domain: &str, repository: &Listed) -> RepositoryWalk {
    let (mut walk, mut broken) = walk_once(session, domain, repository).await;
    for _ in 1..READS {
        if let Some(Broken::Proof(_)) = broken {
            (walk, broken) = walk_once(session, domain, repository).await;
        }
    }
    if let Some(broken) = broken {
        walk.gaps.note(&repository.path, broken.to_string());
    }
    walk
}

async fn walk_once(session: &Session, domain: &str, repository: &Listed) -> (RepositoryWalk, Option<Broken>) {
    let mut url = session.url("/api/v0/repositories");
    if let Ok(mut path) = url.path_segments_mut() {
        path.push(repository.namespace()).push(repository.name()).push("tags");
    }
    url.query_pairs_mut().append_pair("domain", domain);

    let mut walk =
        RepositoryWalk { tally: Tally { repositories: 1, ..Tally::default() }, gaps: Gaps::default(), offenders: None };
    let list = List {
        style: &pages::DTR,
        parse: |body| parse_tags(body).map(Page::bare),
        name: |tag: &Tag| &tag.name,
        starts: None,
        proof: Proof::MayBeEmpty(SIGHT),
    };
    let mut pages = Pages::new(session, url, &list);
    loop {
        match pages.next().await {
            Ok(None) => return (walk, None),
            Ok(Some(tags)) => {
                for tag in tags {
                    walk.tally.count(&repository.path, &tag.name, tag.fault);
                    if let Some(why) = tag.fault
                        && let Err(error) = spool(&mut walk.offenders, &repository.path, &tag, why)
                    {
                        walk.gaps.note(&repository.path, format!("its offenders could not be noted: {error}"));
                    }
                }
            }
            Err(broken) => return (walk, Some(broken)),
        }
    }
}

fn spool(file: &mut Option<SpooledTempFile>, repository: &str, tag: &Tag, why: Fault) -> std::io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a> {
        repository: &'a str,
        tag: &'a str,
        digest: &'a str,
        why: Fault,
    }
    let file = file.get_or_insert_with(|| SpooledTempFile::new(SPOOL));
    let line = Line { repository, tag: &tag.name, digest: &tag.digest, why };
    serde_json::to_writer(&mut *file, &line)?;
    file.write_all(b"\n")
}

fn copy(spool: &mut SpooledTempFile, side_file: &mut SideFileWriter) -> std::io::Result<()> {
    spool.rewind()?;
    let mut buffer = [0; 16 * 1024];
    loop {
        let n = spool.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        side_file.write(&buffer[..n])?;
    }
}

struct Tag {
    name: String,
    digest: String,
    fault: Option<Fault>,
}

fn parse_tags(body: &[u8]) -> Result<Vec<Tag>, String> {
    // Both flags are required: a tag of which DTR does not say whether it is signed is not a tag that
    // is signed.
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Item {
        name: String,
        #[serde(default)]
        digest: String,
        in_notary: bool,
        hash_mismatch: bool,
    }
    let Items(items) = json::<Items<Item>>(body)?;
    Ok(items
        .into_iter()
        .map(|item| Tag {
            name: item.name,
            digest: item.digest,
            fault: match (item.in_notary, item.hash_mismatch) {
                (true, false) => None,
                (true, true) => Some(Fault::HashMismatch),
                (false, _) => Some(Fault::Unsigned),
            },
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_signed_only_when_both_flags_say_so() {
        let fault = |notary: &str, mismatch: &str| {
            let body = format!(r#"[{{"name":"1","inNotary":{notary},"hashMismatch":{mismatch}}}]"#);
            parse_tags(body.as_bytes()).map(|tags| tags[0].fault)
        };
        assert_eq!(fault("true", "false"), Ok(None));
        assert_eq!(fault("true", "true"), Ok(Some(Fault::HashMismatch)));
        assert_eq!(fault("false", "false"), Ok(Some(Fault::Unsigned)));
        for (notary, mismatch) in [("\"true\"", "false"), ("null", "false"), ("true", "null"), ("1", "false")] {
            assert!(fault(notary, mismatch).is_err(), "{notary} {mismatch}");
        }
        assert!(parse_tags(br#"[{"name":"1","hashMismatch":false}]"#).is_err());
        assert!(parse_tags(br#"[{"name":"1","inNotary":true}]"#).is_err());
    }

    #[test]
    fn the_domain_is_the_host_as_images_name_it() {
        let domain = |url: &str| domain(&url.parse().expect("URL"));
        assert_eq!(domain("https://dtr.example.mil/"), "dtr.example.mil");
        assert_eq!(domain("https://dtr.example.mil:443/"), "dtr.example.mil");
        assert_eq!(domain("https://127.0.0.1:4443/"), "127.0.0.1:4443");
    }
}
