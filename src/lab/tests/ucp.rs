//! UCP with nothing wrong.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;
use serde_json::json;

use super::{Client, Lab, header, json_of, send, start, status};

async fn toml_of(lab: &Lab) -> toml::Table {
    let response = Client::of(lab).config().await;
    assert_eq!(header(&response, "content-type"), Some("application/toml"));
    let text = response.text().await.expect("a body");
    for canary in lab.canaries().iter().take(2) {
        assert!(text.contains(canary), "{canary} is part of the configuration");
    }
    text.parse().expect("TOML")
}

#[tokio::test]
async fn a_session_opens_the_configuration_and_closes() {
    let lab = start("hardened").await;
    let client = Client::of(&lab);
    assert_eq!(status(client.ucp("/api/ucp/config-toml")).await, 401);
    let session = client.session().await;
    assert_eq!(lab.open_sessions(), 1);
    let own = send(client.ucp("/id/").bearer_auth(&session)).await;
    assert_eq!(json_of(own).await["name"], lab.username());
    assert_eq!(status(client.ucp("/api/ucp/config-toml").bearer_auth(&session)).await, 200);
    assert_eq!(client.log_out(&session).await, 204);
    assert_eq!(lab.open_sessions(), 0);
    assert_eq!(client.log_out(&session).await, 401);
    assert_eq!(status(client.ucp("/id/").bearer_auth(&session)).await, 401);

    let table = toml_of(&lab).await;
    let trust = &table["trust_configuration"];
    assert_eq!(trust["require_content_trust"].as_bool(), Some(true));
    let signers: Vec<_> = lab.signers().iter().map(|it| toml::Value::from(*it)).collect();
    assert_eq!(trust["require_signature_from"].as_array(), Some(&signers));
    assert_eq!(table["auth"]["sessions"]["lifetime_minutes"].as_integer(), Some(10));
    assert!(table["registries"][0]["ca_bundle"].as_str().expect("PEM").contains("\nMII"));
    lab.stop().await;
}

#[tokio::test]
async fn a_fresh_install_enforces_nothing() {
    let lab = start("default").await;
    let table = toml_of(&lab).await;
    let trust = &table["trust_configuration"];
    assert_eq!(trust["require_content_trust"].as_bool(), Some(false));
    assert_eq!(trust["require_signature_from"].as_array(), Some(&Vec::new()));
    assert_eq!(table["auth"]["sessions"]["lifetime_minutes"].as_integer(), Some(60));
}

#[tokio::test]
async fn a_client_bundle_takes_the_place_of_a_session() {
    let lab = start("hardened").await;
    let client = Client::with_bundle(&lab);
    assert_eq!(status(client.ucp("/api/ucp/config-toml")).await, 200);
    assert_eq!(status(client.dtr("/api/v0/meta/settings")).await, 401);
    assert_eq!(lab.open_sessions(), 0);
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_a_bad_body_too() {
    let lab = start("hardened").await;
    let client = Client::of(&lab);
    let url = format!("{}/auth/login", lab.ucp_url());
    let body = json!({"username": lab.username(), "password": "guess"}).to_string();
    let refused = send(client.http.post(&url).body(body)).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(json_of(refused).await["errors"][0]["code"], "NOT_AUTHENTICATED");
    assert_eq!(status(client.http.post(&url).body("user=x")).await, 400);
    assert_eq!(lab.open_sessions(), 0);
}

#[tokio::test]
async fn the_password_is_hard_to_quote_and_never_the_same() {
    let (one, other) = (start("hardened").await, start("hardened").await);
    let password = one.password().expose_secret();
    for special in ['"', '\\', '%', '\''] {
        assert!(password.contains(special));
    }
    assert!(!password.is_ascii());
    assert_ne!(password, other.password().expose_secret());
    assert_ne!(one.username(), other.username());
}

#[tokio::test]
async fn accounts_come_in_pages() {
    let lab = start("hardened").await;
    let client = Client::of(&lab);
    let session = client.session().await;
    let (mut names, mut from) = (Vec::new(), String::new());
    loop {
        let path = format!("/accounts/?start={from}&limit=4");
        let response = send(client.ucp(&path).bearer_auth(&session)).await;
        let next = header(&response, "x-next-page-start").map(ToOwned::to_owned);
        let body = json_of(response).await;
        assert_eq!(body["resourceCount"], 66);
        let accounts = body["accounts"].as_array().expect("accounts");
        names.extend(accounts.iter().map(|account| account["name"].clone()));
        from = body["nextPageStart"].as_str().expect("a marker").to_owned();
        assert_eq!(next.as_deref(), Some(from.as_str()));
        if from.is_empty() {
            break;
        }
    }
    assert_eq!(names.len(), 66);
    assert!(names.contains(&json!(lab.username())));
}

#[tokio::test]
async fn what_needs_no_session_and_what_cannot_be_done() {
    let lab = start("hardened").await;
    let client = Client::of(&lab);
    let ping = send(client.ucp("/_ping")).await;
    assert_eq!(header(&ping, "stigprobe-lab"), Some("hardened"));
    assert_eq!(ping.text().await.expect("a body"), "OK");
    let ca = send(client.ucp("/ca")).await.text().await.expect("a body");
    assert_eq!(ca, lab.policy_roots_pem());
    let put = client.http.put(format!("{}/api/ucp/config-toml", lab.ucp_url()));
    assert_eq!(status(put).await, 405);
    assert_eq!(status(client.http.delete(format!("{}/nothing", lab.ucp_url()))).await, 405);
    let post = client.http.post(format!("{}/auth/token", lab.dtr_url()));
    assert_eq!(status(post).await, 405);
    let lost = send(client.ucp("/nothing?at=all")).await;
    assert_eq!(header(&lost, "stigprobe-lab"), Some("hardened"));
    assert_eq!(lost.status(), 404);
    let session = client.session().await;
    let version = send(client.ucp("/version").bearer_auth(&session)).await;
    assert_eq!(json_of(version).await["Version"], "ucp/3.2.4");

    let seen = lab.requests();
    let said: Vec<_> = seen
        .iter()
        .map(|seen| format!("{} {} {} {}", seen.server, seen.method, seen.path, seen.status.unwrap_or(0)))
        .collect();
    assert_eq!(
        said,
        [
            "ucp GET /_ping 200",
            "ucp GET /ca 200",
            "ucp PUT /api/ucp/config-toml 405",
            "ucp DELETE /nothing 405",
            "dtr POST /auth/token 405",
            "ucp GET /nothing?at=all 404",
            "ucp POST /auth/login 200",
            "ucp GET /version 200",
        ]
    );
}

#[tokio::test]
async fn an_older_ucp_keeps_its_configuration_in_the_swarm() {
    let lab = start("ucp-3.0").await;
    let client = Client::of(&lab);
    let session = client.session().await;
    let get = |path: &str| send(client.ucp(path).bearer_auth(&session));
    assert_eq!(get("/api/ucp/config-toml").await.status(), 404);
    let version = json_of(get("/version").await).await;
    assert_eq!(version["Version"], "ucp/3.0.14");
    let service = json_of(get("/services/ucp-agent").await).await;
    let mounts = &service["Spec"]["TaskTemplate"]["ContainerSpec"]["Configs"];
    let mounts = mounts.as_array().expect("mounts");
    let mount = mounts.iter().find(|it| it["File"]["Name"] == "/etc/ucp/ucp.toml");
    let mount = mount.expect("the configuration");
    assert_eq!(mount["ConfigName"], "com.docker.ucp.config-3");

    let list = json_of(get("/configs").await).await;
    let mut required = Vec::new();
    for config in list.as_array().expect("configs") {
        let id = config["ID"].as_str().expect("an id");
        assert_eq!(&json_of(get(&format!("/configs/{id}")).await).await, config);
        let data = config["Spec"]["Data"].as_str().expect("data");
        let text = String::from_utf8(STANDARD.decode(data).expect("base64")).expect("text");
        if let Ok(table) = text.parse::<toml::Table>() {
            let trust = &table["trust_configuration"];
            required.push((config["Spec"]["Name"].clone(), trust["require_content_trust"].as_bool()));
        }
    }
    let names = ["com.docker.ucp.config-1", "com.docker.ucp.config-2", "com.docker.ucp.config-3"];
    let trust = [Some(false), Some(false), Some(true)];
    let expected: Vec<_> = names.into_iter().map(|name| json!(name)).zip(trust).collect();
    assert_eq!(required, expected);

    let filter = "%7B%22name%22%3A%5B%22com.docker.ucp.config-3%22%5D%7D";
    let one = json_of(get(&format!("/configs?filters={filter}")).await).await;
    assert_eq!(one.as_array().map(Vec::len), Some(1));
    assert_eq!(one[0]["ID"], mount["ConfigID"]);
    assert_eq!(get("/configs/com.docker.ucp.config-9").await.status(), 404);
}

#[tokio::test]
async fn an_older_ucp_without_its_service_still_lists_its_configs() {
    let lab = start("ucp-3.0-no-service").await;
    let client = Client::of(&lab);
    let session = client.session().await;
    assert_eq!(status(client.ucp("/services/ucp-agent").bearer_auth(&session)).await, 404);
    let list = json_of(send(client.ucp("/configs").bearer_auth(&session)).await).await;
    assert_eq!(list.as_array().map(Vec::len), Some(4));

    let lab = start("config-404").await;
    let client = Client::of(&lab);
    let session = client.session().await;
    for path in ["/api/ucp/config-toml", "/services/ucp-agent", "/configs/com.docker.ucp.config-3"] {
        assert_eq!(status(client.ucp(path).bearer_auth(&session)).await, 404);
    }
    let list = json_of(send(client.ucp("/configs").bearer_auth(&session)).await).await;
    assert_eq!(list.as_array().map(Vec::len), Some(1));
}
