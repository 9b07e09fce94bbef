//! What happens to requests on their way, and to sessions.

use std::time::Duration;

use secrecy::ExposeSecret;

use super::{Client, header, send, start, status};
use crate::lab::Server;

const CONFIG: &str = "/api/ucp/config-toml";
const REPOSITORIES: &str = "/api/v0/repositories";

#[tokio::test]
async fn sessions_end_early() {
    let lab = start("session-ends").await;
    let client = Client::of(&lab);
    let first = client.session().await;
    assert_eq!(status(client.ucp(CONFIG).bearer_auth(&first)).await, 200);
    assert_eq!(status(client.ucp(CONFIG).bearer_auth(&first)).await, 401);
    assert_eq!(lab.open_sessions(), 0);
    let second = client.session().await;
    for _ in 0..3 {
        assert_eq!(status(client.ucp(CONFIG).bearer_auth(&second)).await, 200);
    }
    assert_eq!(client.log_out(&second).await, 204);
    for _ in 0..2 {
        let token = client.token().await;
        for request in 1..=31 {
            let expected = if request <= 30 { 200 } else { 401 };
            assert_eq!(status(client.dtr(REPOSITORIES).bearer_auth(&token)).await, expected);
        }
    }
}

#[tokio::test]
async fn sessions_that_never_are() {
    let lab = start("session-never").await;
    let client = Client::of(&lab);
    let session = client.session().await;
    assert_eq!(status(client.ucp(CONFIG).bearer_auth(&session)).await, 401);
    let token = client.token().await;
    assert_eq!(status(client.dtr(REPOSITORIES).bearer_auth(&token)).await, 401);
    assert_eq!(lab.open_sessions(), 0);
}

#[tokio::test]
async fn logins_that_fail() {
    let lab = start("wrong-password").await;
    let client = Client::of(&lab);
    assert_eq!(client.log_in().await.status(), 401);
    assert_eq!(client.ask_token().await.status(), 401);
    assert_eq!(status(Client::with_bundle(&lab).ucp(CONFIG)).await, 200);

    let lab = start("echo-credentials").await;
    let client = Client::of(&lab);
    let password = lab.password().expose_secret();
    for response in [client.log_in().await, client.ask_token().await] {
        assert_eq!(response.status(), 400);
        let body = super::json_of(response).await;
        let message = body["errors"][0]["message"].as_str().expect("a message").to_owned();
        assert!(message.contains(password) && message.contains(lab.username()));
    }
    let body = super::json_of(client.ask_token().await).await;
    assert!(body["errors"][0]["message"].as_str().expect("a message").contains("(Authorization: Basic "));
}

#[tokio::test]
async fn the_first_request_to_a_path_fails() {
    let lab = start("flaky").await;
    let client = Client::of(&lab);
    assert_eq!(client.log_in().await.status(), 503);
    let session = client.session().await;
    assert_eq!(status(client.ucp(CONFIG).bearer_auth(&session)).await, 503);
    assert_eq!(status(client.ucp(CONFIG).bearer_auth(&session)).await, 200);
    assert_eq!(status(client.ucp("/ca")).await, 503);
    assert_eq!(status(client.dtr("/ca")).await, 503);
    assert_eq!(status(client.dtr("/ca")).await, 200);
}

#[tokio::test]
async fn every_tenth_request_is_one_too_many() {
    let lab = start("rate-limited").await;
    let client = Client::of(&lab);
    for request in 1..=20 {
        let response = send(client.dtr("/health")).await;
        if request % 10 == 0 {
            assert_eq!(response.status(), 429);
            assert_eq!(header(&response, "retry-after"), Some("1"));
        } else {
            assert_eq!(response.status(), 200);
        }
    }
    assert_eq!(lab.requests().len(), 20);
}

#[tokio::test]
async fn nothing_but_503_and_nothing_but_elsewhere() {
    let lab = start("always-503").await;
    let client = Client::of(&lab);
    for request in [client.ucp("/_ping"), client.dtr("/auth/token"), client.dtr("/_ping")] {
        assert_eq!(status(request).await, 503);
    }
    assert_eq!(client.log_in().await.status(), 503);

    let lab = start("redirect").await;
    let client = Client::of(&lab);
    let response = client.log_in().await;
    assert_eq!(response.status(), 302);
    assert_eq!(header(&response, "location"), Some("https://127.0.0.1:9/login"));
    assert_eq!(header(&response, "stigprobe-lab"), Some("hardened,redirect"));
    assert_eq!(status(client.dtr(REPOSITORIES)).await, 302);
}

#[tokio::test]
async fn requests_that_are_never_answered() {
    let lab = start("stalled").await;
    let client = Client::of(&lab);
    let session = client.session().await;
    let token = client.token().await;
    let soon = Duration::from_millis(200);
    let slow = client.ucp(CONFIG).bearer_auth(session).timeout(soon).send().await;
    assert!(slow.expect_err("no answer").is_timeout());
    let slow = client.dtr(REPOSITORIES).bearer_auth(&token).timeout(soon).send().await;
    assert!(slow.expect_err("no answer").is_timeout());
    let unanswered: Vec<_> = lab.requests().into_iter().filter(|it| it.status.is_none()).collect();
    assert_eq!(unanswered.len(), 2);
    assert_eq!(unanswered[0].server, Server::Ucp);

    // A request that hangs is cut when the lab stops.
    let request = client.dtr(REPOSITORIES).bearer_auth(&token);
    let waiting = tokio::spawn(request.send());
    tokio::time::sleep(soon).await;
    tokio::time::timeout(Duration::from_secs(2), lab.stop()).await.expect("stopped");
    let cut = tokio::time::timeout(Duration::from_secs(2), waiting).await;
    assert!(cut.expect("cut at once").expect("no panic").is_err());
}

#[tokio::test]
async fn handshakes_that_are_never_answered() {
    let lab = start("stalled-tls").await;
    let client = Client::of(&lab);
    let soon = Duration::from_millis(200);
    for request in [client.ucp("/_ping"), client.dtr("/_ping")] {
        let slow = request.timeout(soon).send().await;
        assert!(slow.expect_err("no handshake").is_timeout());
    }
    assert!(lab.requests().is_empty());
    lab.stop().await;
}

#[tokio::test]
async fn a_stopped_lab_frees_its_ports() {
    let lab = start("hardened").await;
    let client = Client::of(&lab);
    let url = lab.ucp_url().to_owned();
    assert_eq!(status(client.ucp("/_ping")).await, 200);
    let http = client.http.clone();
    lab.stop().await;
    assert!(http.get(format!("{url}/_ping")).send().await.is_err());
    let lab = start("hardened").await;
    let (url, http) = (lab.ucp_url().to_owned(), Client::of(&lab).http);
    drop(lab);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(http.get(format!("{url}/_ping")).send().await.is_err());
}
