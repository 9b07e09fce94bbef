//! What is wrong with the answers, each seen to be wrong.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;

use super::{
    Client, Lab,
    dtr::{Listing, all_tags, is_signed, list, page, tags_path},
    header, json_of, send, start, start_with, status,
};
use crate::lab::{Fault, reply::OVERSIZED};

/// The tags of the repository that the fault befalls.
async fn victims_tags(lab: &Lab, fault: Fault) -> Listing {
    let client = Client::of(lab);
    let token = client.token().await;
    list(&client, &token, &victims_path(lab, fault)).await
}

fn victims_path(lab: &Lab, fault: Fault) -> String {
    let victim = lab.victim(fault).expect("a repository");
    format!("/api/v0/repositories/{victim}/tags")
}

async fn repositories(lab: &Lab) -> Listing {
    let client = Client::of(lab);
    let token = client.token().await;
    list(&client, &token, "/api/v0/repositories").await
}

#[tokio::test]
async fn unsigned_tags_are_where_they_should_be() {
    for (scenario, unsigned) in [("unsigned-last-tag", 1), ("hash-mismatch", 1), ("unsigned-many", 120)] {
        let lab = start(scenario).await;
        let tags = all_tags(&lab).await;
        let found = tags.iter().filter(|tag| !is_signed(tag)).count();
        assert_eq!(found, unsigned, "{scenario}");
        let mismatches: Vec<_> = tags.iter().filter(|tag| tag["hashMismatch"] == true).collect();
        assert_eq!(mismatches.len(), usize::from(scenario == "hash-mismatch"));
        assert!(mismatches.iter().all(|tag| tag["inNotary"] == true));
        let is_last = tags.last().is_some_and(|tag| !is_signed(tag));
        assert_eq!(is_last, scenario == "unsigned-last-tag");
    }
    let lab = start_with("unsigned-many", 2, 100).await;
    let unsigned = all_tags(&lab).await.iter().filter(|tag| !is_signed(tag)).count();
    assert_eq!(unsigned, 120);
}

#[tokio::test]
async fn nothing_there() {
    let lab = start("no-tags").await;
    assert_eq!((lab.repositories(), lab.tags()), (23, 0));
    assert!(all_tags(&lab).await.is_empty());
    let lab = start("no-repositories").await;
    let none = repositories(&lab).await;
    assert_eq!((none.items().len(), none.count.as_deref()), (0, Some("0")));
}

#[tokio::test]
async fn errors_on_one_repository_or_one_page() {
    let lab = start("repository-500,page-500").await;
    assert_eq!(victims_tags(&lab, Fault::Repository500).await.status, 500);
    let listing = victims_tags(&lab, Fault::Page500).await;
    assert_eq!((listing.status, listing.pages.len()), (500, 2));
    assert_eq!(victims_tags(&lab, Fault::Page500).await.status, 500);
    let bad = lab.requests().iter().filter(|seen| seen.status == Some(500)).count();
    assert_eq!(bad, 3);
    assert_eq!(lab.victim(Fault::Drops), None);
}

#[tokio::test]
async fn markers_that_lead_nowhere() {
    let lab = start("repeated-marker,repositories-repeated-marker").await;
    let tags = victims_tags(&lab, Fault::RepeatedMarker).await;
    assert!(tags.repeated && tags.pages.len() == 2);
    let repositories = repositories(&lab).await;
    assert!(repositories.repeated && repositories.pages.len() == 2);

    let lab = start("empty-page").await;
    let tags = victims_tags(&lab, Fault::EmptyPage).await;
    let sizes: Vec<_> = tags.pages.iter().map(Vec::len).collect();
    assert!(sizes.len() == 5 && sizes[1] == 0 && sizes[2] > 0, "{sizes:?}");
    assert_eq!(tags.count, Some(tags.items().len().to_string()));
}

#[tokio::test]
async fn counts_that_do_not_fit() {
    let lab = start("count-short,repositories-count-short").await;
    let tags = victims_tags(&lab, Fault::CountShort).await;
    assert_eq!(tags.count, Some((tags.items().len() + 3).to_string()));
    assert_eq!(repositories(&lab).await.count.as_deref(), Some("26"));
    let lab = start("no-count").await;
    let repositories = repositories(&lab).await;
    assert_eq!((repositories.count.clone(), repositories.items().len()), (None, 23));
    let client = Client::of(&lab);
    let token = client.token().await;
    assert_eq!(list(&client, &token, &tags_path(repositories.items()[1])).await.count, None);
}

/// The second page of the tags of the repository that the fault befalls.
async fn second_page(client: &Client<'_>, fault: Fault) -> reqwest::Response {
    let token = client.token().await;
    let path = victims_path(client.lab, fault);
    let first = page(client, &token, &path, "").await;
    let marker = header(&first, "x-next-page-start").expect("a second page").to_owned();
    page(client, &token, &path, &marker).await
}

#[tokio::test]
async fn pages_that_are_no_pages() {
    let lab = start("truncated-json,html-instead-of-json").await;
    let client = Client::of(&lab);
    let response = second_page(&client, Fault::TruncatedJson).await;
    let length = response.content_length().expect("a length");
    let text = response.text().await.expect("a body");
    assert_eq!(u64::try_from(text.len()), Ok(length));
    assert!(text.starts_with("[{") && serde_json::from_str::<Value>(&text).is_err());
    let response = second_page(&client, Fault::HtmlInsteadOfJson).await;
    assert_eq!(response.status(), 200);
    assert!(header(&response, "content-type").expect("a type").starts_with("text/html"));
    assert!(header(&response, "x-next-page-start").is_some());
}

#[tokio::test]
async fn one_tag_says_nothing_of_notary() {
    let lab = start("tag-without-notary").await;
    let tags = victims_tags(&lab, Fault::TagWithoutNotary).await;
    let silent = tags.items().iter().filter(|tag| tag.get("inNotary").is_none()).count();
    assert_eq!(silent, 1);
    let everywhere = all_tags(&lab).await;
    assert_eq!(everywhere.iter().filter(|tag| tag.get("inNotary").is_none()).count(), 1);
}

#[tokio::test]
async fn a_body_stops_in_the_middle() {
    let lab = start("drops").await;
    let client = Client::of(&lab);
    let token = client.token().await;
    for _ in 0..2 {
        let response = page(&client, &token, &victims_path(&lab, Fault::Drops), "").await;
        assert_eq!(response.status(), 200);
        assert!(response.content_length().is_some_and(|length| length > 1000));
        assert!(response.text().await.is_err());
    }
    assert_eq!(status(client.dtr("/health")).await, 200);
}

#[tokio::test]
async fn bodies_of_64_mib() {
    let lab = start("oversized").await;
    let client = Client::of(&lab);
    let config = client.config().await;
    assert!(config.content_length().is_some_and(|length| length >= 64 << 20));
    let config = config.text().await.expect("a body");
    assert!(config.len() >= OVERSIZED && config.ends_with("comments do\n"));
    let tags = second_page(&client, Fault::Oversized).await;
    assert_eq!(tags.content_length(), None);
    let tags = tags.bytes().await.expect("a body");
    assert!(tags.len() >= OVERSIZED);
    assert!(serde_json::from_slice::<Value>(&tags).is_ok());
    // Whoever stops reading does not keep the lab from stopping.
    let unread = client.config().await;
    tokio::time::timeout(Duration::from_secs(2), lab.stop()).await.expect("stopped");
    assert!(unread.bytes().await.is_err());
}

#[tokio::test]
async fn configurations_that_are_none() {
    let read = async |scenario: &str| {
        let lab = start(scenario).await;
        let response = Client::of(&lab).config().await;
        let kind = header(&response, "content-type").unwrap_or_default().to_owned();
        (response.status().as_u16(), kind, response.text().await.expect("a body"))
    };
    let (status, kind, text) = read("config-html").await;
    assert!(status == 200 && kind.starts_with("text/html") && text.contains("Sign in"));
    let (status, kind, text) = read("invalid-toml").await;
    assert!(status == 200 && kind == "application/toml");
    assert!(text.contains("require_content_trust = true") && text.parse::<toml::Table>().is_err());
    assert_eq!(read("empty-toml").await, (200, "application/toml".into(), String::new()));
    assert_eq!(read("config-403").await.0, 403);
    assert_eq!(read("config-404").await.0, 404);

    let trust = async |scenario: &str| {
        let table: toml::Table = read(scenario).await.2.parse().expect("TOML");
        table.get("trust_configuration").cloned()
    };
    assert_eq!(trust("trust-absent").await, None);
    let string = trust("trust-string").await.expect("a table");
    assert_eq!(string["require_content_trust"].as_str(), Some("true"));
    let others = trust("other-signers").await.expect("a table");
    assert_eq!(others["require_content_trust"].as_bool(), Some(true));
    let others = others["require_signature_from"].as_array().expect("signers");
    let lab = start("hardened").await;
    assert!(others.iter().all(|other| !lab.signers().contains(&other.as_str().expect("a name"))));
}

#[tokio::test]
async fn a_user_who_is_no_administrator() {
    let lab = start("not-admin").await;
    let client = Client::of(&lab);
    let session = client.session().await;
    for path in ["/api/ucp/config-toml", "/services/ucp-agent", "/configs"] {
        assert_eq!(status(client.ucp(path).bearer_auth(&session)).await, 403);
    }
    let own = json_of(send(client.ucp("/id/").bearer_auth(&session)).await).await;
    assert_eq!(own["isAdmin"], false);
    let token = client.token().await;
    assert_eq!(status(client.dtr("/api/v0/meta/settings").bearer_auth(&token)).await, 403);
    let some = list(&client, &token, "/api/v0/repositories").await;
    assert_eq!((some.items().len(), some.count.as_deref()), (8, Some("8")));
    let hidden = client.dtr("/api/v0/repositories/ops/app/tags").bearer_auth(&token);
    assert_eq!(status(hidden).await, 403);
    assert_eq!(all_tags(&lab).await.len(), lab.tags());
}

#[tokio::test]
async fn faults_of_one_repository_do_not_meet() {
    let all = [
        Fault::HashMismatch,
        Fault::Repository500,
        Fault::Page500,
        Fault::RepeatedMarker,
        Fault::CountShort,
        Fault::TruncatedJson,
        Fault::HtmlInsteadOfJson,
        Fault::TagWithoutNotary,
        Fault::EmptyPage,
        Fault::Drops,
        Fault::Oversized,
    ];
    let names: Vec<_> = all.iter().map(|fault| fault.name()).collect();
    let lab = start(&names.join(",")).await;
    let victims: BTreeSet<_> = all.iter().map(|fault| lab.victim(*fault)).collect();
    assert_eq!(victims.len(), all.len());
    for fault in all {
        let one = start_with(fault.name(), 1, 1).await;
        assert_eq!(one.victim(fault).as_deref(), Some("eng/app"));
    }
}
