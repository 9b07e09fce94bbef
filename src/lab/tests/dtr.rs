//! DTR with nothing wrong, read to the end of every list.

use std::collections::BTreeSet;

use reqwest::{Response, Url};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::{Client, Lab, header, json_of, send, start, start_with, status};

/// A page of a list, or what came in its place.
pub(super) async fn page(client: &Client<'_>, token: &str, path: &str, from: &str) -> Response {
    let mut url: Url = format!("{}{path}", client.lab.dtr_url()).parse().expect("a URL");
    url.query_pairs_mut()
        .append_pair("pageSize", "100")
        .append_pair("count", "true")
        .append_pair("domain", client.domain())
        .append_pair("pageStart", from);
    send(client.http.get(url).bearer_auth(token)).await
}

/// A list, read as far as it goes: its pages, and the count that the first came with.
pub(super) struct Listing {
    pub(super) pages: Vec<Vec<Value>>,
    pub(super) count: Option<String>,
    /// The status of the answer that ended it, and whether a marker came twice.
    pub(super) status: u16,
    pub(super) repeated: bool,
}

impl Listing {
    pub(super) fn items(&self) -> Vec<&Value> {
        self.pages.iter().flatten().collect()
    }
}

pub(super) async fn list(client: &Client<'_>, token: &str, path: &str) -> Listing {
    let mut listing = Listing { pages: Vec::new(), count: None, status: 200, repeated: false };
    let (mut from, mut markers) = (String::new(), BTreeSet::new());
    loop {
        let response = page(client, token, path, &from).await;
        listing.status = response.status().as_u16();
        if listing.status != 200 {
            return listing;
        }
        if listing.count.is_none() {
            listing.count = header(&response, "x-resource-count").map(ToOwned::to_owned);
        }
        from = header(&response, "x-next-page-start").unwrap_or_default().to_owned();
        let body = json_of(response).await;
        let items = body.as_array().or_else(|| body["repositories"].as_array());
        listing.pages.push(items.expect("a list").clone());
        if from.is_empty() {
            return listing;
        }
        if !markers.insert(from.clone()) {
            listing.repeated = true;
            return listing;
        }
    }
}

pub(super) fn tags_path(repository: &Value) -> String {
    let part = |name: &str| repository[name].as_str().expect("a name").to_owned();
    format!("/api/v0/repositories/{}/{}/tags", part("namespace"), part("name"))
}

/// All tags of all repositories.
pub(super) async fn all_tags(lab: &Lab) -> Vec<Value> {
    let client = Client::of(lab);
    let token = client.token().await;
    let repositories = list(&client, &token, "/api/v0/repositories").await;
    assert_eq!(repositories.items().len(), lab.repositories());
    let mut all = Vec::new();
    for repository in repositories.items() {
        let tags = list(&client, &token, &tags_path(repository)).await;
        assert_eq!(tags.status, 200);
        assert_eq!(tags.count, Some(tags.items().len().to_string()));
        let names: BTreeSet<_> = tags.items().iter().map(|tag| tag["name"].to_string()).collect();
        assert_eq!(names.len(), tags.items().len());
        all.extend(tags.pages.into_iter().flatten());
    }
    all
}

pub(super) fn is_signed(tag: &Value) -> bool {
    tag["inNotary"] == true && tag["hashMismatch"] == false
}

#[tokio::test]
async fn every_list_ends_where_its_count_says() {
    let lab = start("hardened").await;
    let tags = all_tags(&lab).await;
    assert_eq!(tags.len(), lab.tags());
    assert!(tags.iter().all(is_signed));
    assert!(tags.len() > 700, "{} tags", tags.len());
    let pages = lab.requests().iter().filter(|it| it.path.contains("/tags?")).count();
    assert!(pages > 36, "{pages} pages");
    lab.stop().await;

    let lab = start("default").await;
    let tags = all_tags(&lab).await;
    let signed = tags.iter().filter(|tag| is_signed(tag)).count();
    assert!(signed > 0 && signed < tags.len() / 3, "{signed} of {}", tags.len());
}

#[tokio::test]
async fn pages_have_ten_unless_asked_and_never_over_25() {
    let lab = start_with("hardened", 60, 100).await;
    let client = Client::of(&lab);
    let token = client.token().await;
    let of_size = async |query: &str| {
        let path = format!("/api/v0/repositories{query}");
        let response = send(client.dtr(&path).bearer_auth(&token)).await;
        assert_eq!(header(&response, "x-resource-count"), None);
        json_of(response).await["repositories"].as_array().map(Vec::len)
    };
    assert_eq!(of_size("").await, Some(10));
    assert_eq!(of_size("?pageSize=3").await, Some(3));
    assert_eq!(of_size("?pageSize=100000").await, Some(25));
    let repositories = list(&client, &token, "/api/v0/repositories").await;
    assert_eq!(repositories.count.as_deref(), Some("60"));
    assert_eq!(repositories.pages.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 10]);
    let names: BTreeSet<_> = repositories.items().into_iter().map(tags_path).collect();
    assert_eq!(names.len(), 60);
    // Ten, twenty-five and none, which end with or without a page that is full.
    let mut sizes: Vec<Vec<usize>> = Vec::new();
    for place in [0, 2, 4] {
        let path = tags_path(&repositories.pages[0][place]);
        sizes.push(list(&client, &token, &path).await.pages.iter().map(Vec::len).collect());
    }
    assert_eq!(sizes, [vec![10], vec![25], vec![0]]);
    let broken = client.dtr("/api/v0/repositories?pageStart=MDAw").bearer_auth(&token);
    assert_eq!(status(broken).await, 400);
}

#[tokio::test]
async fn a_large_population_is_read_where_it_is_asked_for() {
    let lab = start_with("unsigned-last-tag", 5000, 200).await;
    let client = Client::of(&lab);
    let token = client.token().await;
    let repositories = list(&client, &token, "/api/v0/repositories").await;
    assert_eq!(repositories.items().len(), 5000);
    let last = repositories.items()[4999];
    let tags = list(&client, &token, &tags_path(last)).await;
    let unsigned: Vec<_> = tags.items().iter().map(|tag| !is_signed(tag)).collect();
    assert_eq!(unsigned.iter().filter(|it| **it).count(), 1);
    assert_eq!(unsigned.last(), Some(&true));
    assert!((900_000..1_100_000).contains(&lab.tags()));
}

#[tokio::test]
async fn notary_is_only_known_by_the_right_domain() {
    let lab = start("hardened").await;
    let client = Client::of(&lab);
    let token = client.token().await;
    let path = "/api/v0/repositories/ops/app/tags";
    for (domain, signed) in [
        (String::new(), false),
        (format!("?domain={}", lab.dtr_url()), false),
        ("?domain=127.0.0.1".to_owned(), false),
        (format!("?domain={}", client.domain()), true),
    ] {
        let tags = json_of(send(client.dtr(&format!("{path}{domain}")).bearer_auth(&token)).await);
        let tags = tags.await;
        let tags = tags.as_array().expect("tags");
        assert_eq!(tags.len(), 10);
        assert!(tags.iter().all(|tag| tag["inNotary"] == signed), "{domain}");
    }
}

#[tokio::test]
async fn a_token_needs_the_right_password_and_none_opens_nothing() {
    let lab = start("hardened").await;
    let client = Client::of(&lab);
    let given = json_of(client.ask_token().await).await;
    assert_eq!(given["token"], given["access_token"]);
    assert!(given["expires_in"].is_i64());
    assert_eq!(given["token"].as_str().map(|it| it.split('.').count()), Some(3));

    let wrong = client.dtr("/auth/token").basic_auth(lab.username(), Some("guess"));
    assert_eq!(status(wrong).await, 401);
    let anonymous = json_of(send(client.dtr("/auth/token")).await).await;
    let anonymous = anonymous["token"].as_str().expect("a token").to_owned();
    let settings = "/api/v0/meta/settings";
    assert_eq!(status(client.dtr(settings).bearer_auth(anonymous)).await, 401);
    assert_eq!(status(client.dtr(settings)).await, 401);
    let session = client.session().await;
    assert_eq!(status(client.dtr(settings).bearer_auth(session)).await, 401);
    let password = lab.password().expose_secret();
    let basic = send(client.dtr(settings).basic_auth(lab.username(), Some(password))).await;
    let settings = json_of(basic).await;
    assert_eq!(settings["dtrHost"], client.domain());
    assert_eq!(settings["webTLSCA"], lab.policy_roots_pem());
    let token = client.token().await;
    let get = |path: &str| send(client.dtr(path).bearer_auth(&token));
    assert_eq!(json_of(get("/api/v0/admin/version").await).await["version"], "2.7.6");
    assert_eq!(json_of(get("/api/v0/meta/features").await).await["scanningLicensed"], true);
    assert_eq!(json_of(send(client.dtr("/health")).await).await["healthy"], true);
    assert_eq!(status(client.dtr("/_ping")).await, 200);
    assert_eq!(get("/api/v0/repositories/eng/none/tags").await.status(), 404);
    let lost = get("/api/v0/nothing").await;
    assert_eq!(json_of(lost).await["errors"][0]["code"], "NOT_FOUND");
}
