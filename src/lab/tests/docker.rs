//! The Docker API of the lab's UCP and of its engines.

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::{Client, Lab, http, json_of, send, start, tls};

/// Somebody who asks UCP, or an engine, with the client bundle.
struct Asker {
    http: reqwest::Client,
    base: String,
}

impl Asker {
    fn of_ucp(lab: &Lab) -> Self {
        let http = Client::with_bundle(lab).http;
        Self { http, base: lab.ucp_url().to_owned() }
    }

    fn of_engine(lab: &Lab, node: &str) -> Self {
        let bundle = lab.client_bundle();
        let certificate = CertificateDer::from_pem_slice(bundle.certificate_pem().as_bytes()).expect("PEM");
        let key = bundle.key_pem().expose_secret();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
        let tls = tls(lab.engine_ca_pem()).with_client_auth_cert(vec![certificate], key);
        let base = address(lab, node);
        Self { http: http(tls.expect("a key that fits")), base }
    }

    async fn status(&self, path: &str) -> u16 {
        let url = format!("{}{path}", self.base);
        send(self.http.get(url)).await.status().as_u16()
    }

    async fn get(&self, path: &str) -> Value {
        let response = send(self.http.get(format!("{}{path}", self.base))).await;
        assert_eq!(response.status(), 200, "{path}");
        json_of(response).await
    }

    /// Every container, as its inspection shows it.
    async fn containers(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for entry in list(&self.get("/containers/json?all=1").await) {
            let id = entry["Id"].as_str().expect("an id");
            all.push(self.get(&format!("/containers/{id}/json")).await);
        }
        all
    }
}

fn address(lab: &Lab, node: &str) -> String {
    let engine = lab.engines().iter().find(|it| it.node() == node);
    engine.expect("a node").uri().replacen("tcp", "https", 1)
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().expect("a list").clone()
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().map(|it| it["Name"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn ucp_speaks_for_all_nodes_and_says_nothing_of_one() {
    let lab = start("hardened").await;
    let ucp = Asker::of_ucp(&lab);
    let info = ucp.get("/info").await;
    assert_eq!((&info["Driver"], &info["SecurityOptions"]), (&"".into(), &Value::Null));
    assert_eq!(info["ServerVersion"], "ucp/3.2.4");
    assert_eq!(info["Swarm"]["Managers"], 1);
    let status = info["SystemStatus"].as_array().expect("pairs");
    assert!(status.iter().any(|pair| pair[0] == " worker-2"));

    let through_ucp = ucp.containers().await;
    let mut by_themselves = Vec::new();
    for engine in lab.engines() {
        by_themselves.extend(Asker::of_engine(&lab, engine.node()).containers().await);
    }
    assert_eq!(through_ucp.len(), by_themselves.len());
    let known = names(&through_ucp);
    assert!(known.contains(&"/manager-1/ucp-controller"));
    assert!(known.contains(&"/worker-1/dtr-nginx-4f1c8d0a92be"));
    assert!(names(&by_themselves).contains(&"/ucp-controller"));
    assert!(through_ucp.iter().all(|it| it["Node"]["Name"].is_string()));
    assert!(by_themselves.iter().all(|it| it["Node"].is_null()));
    let mut ids: Vec<&str> = through_ucp.iter().filter_map(|it| it["Id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), through_ucp.len());
    assert!(ids.iter().all(|id| id.len() == 64));

    let running = list(&ucp.get("/containers/json").await).len();
    assert!(running < through_ucp.len(), "some have ended");
    let networks = ucp.get("/networks").await;
    let networks = list(&networks);
    assert!(names(&networks).contains(&"worker-1/bridge"));
    assert!(names(&networks).contains(&"shop"));
}

#[tokio::test]
async fn an_engine_speaks_for_itself_to_whom_has_a_certificate() {
    let lab = start("hardened").await;
    let stranger = http(tls(lab.engine_ca_pem()).with_no_client_auth());
    let refused = stranger.get(format!("{}/version", address(&lab, "worker-1"))).send().await;
    assert!(refused.is_err());

    let manager = Asker::of_engine(&lab, "manager-1");
    assert_eq!(manager.get("/v1.24/info").await["Name"], "manager-1");
    assert_eq!(manager.status("/v1.99/info").await, 404);
    assert_eq!(manager.status("/_ping").await, 200);
    let version = manager.get("/v1.40/version").await;
    assert_eq!(version["Components"][0]["Details"]["Experimental"], "false");
    assert_eq!(version["Experimental"], Value::Null);
    let swarm = manager.get("/swarm").await;
    assert_eq!(swarm["Spec"]["EncryptionConfig"]["AutoLockManagers"], true);
    assert_eq!(list(&manager.get("/nodes").await).len(), 3);
    assert_eq!(list(&manager.get("/secrets").await).len(), 1);

    let worker = Asker::of_engine(&lab, "worker-2");
    for path in ["/swarm", "/nodes", "/services", "/secrets"] {
        assert_eq!(worker.status(path).await, 503, "{path}");
    }
    let info = worker.get("/info").await;
    assert_eq!((&info["Driver"], &info["Swarm"]["Managers"]), (&"overlay2".into(), &Value::Null));
    let networks = list(&worker.get("/networks").await);
    assert!(!names(&networks).contains(&"shop"), "a worker knows only some");
    let images = list(&worker.get("/images/json").await);
    assert!(images.iter().any(|it| it["RepoTags"][0] == "docker/ucp-agent:3.2.4"));
}

#[tokio::test]
async fn processes_run_in_what_runs() {
    let lab = start("sshd-last").await;
    let engine = Asker::of_engine(&lab, "worker-2");
    let mut programs = Vec::new();
    for entry in list(&engine.get("/containers/json?all=true").await) {
        let id = entry["Id"].as_str().expect("an id");
        let path = format!("/containers/{id}/top?ps_args=-ef");
        if entry["State"] == "running" {
            let top = engine.get(&path).await;
            programs.extend(list(&top["Processes"]).iter().map(|row| row[3].clone()));
        } else {
            assert_eq!(engine.status(&path).await, 409);
        }
    }
    assert!(programs.iter().any(|program| program == "sshd"));
    assert_eq!(engine.status("/containers/nobody/json").await, 404);
}

#[tokio::test]
async fn a_fresh_cluster_runs_what_anybody_starts() {
    let lab = start("default").await;
    let shop = |all: Vec<Value>| {
        let is_web = |it: &Value| it["Name"] == "/shop-web-2";
        all.into_iter().find(is_web).expect("a web server")
    };
    let web = shop(Asker::of_engine(&lab, "worker-2").containers().await);
    let host = &web["HostConfig"];
    assert_eq!((&host["Memory"], &host["PidsLimit"]), (&0.into(), &Value::Null));
    assert_eq!(web["NetworkSettings"]["Ports"]["8443/tcp"][0]["HostIp"], "0.0.0.0");
    let lab = start("hardened").await;
    let web = shop(Asker::of_engine(&lab, "worker-2").containers().await);
    assert_eq!(web["HostConfig"]["ReadonlyRootfs"], true);
    assert_eq!(web["NetworkSettings"]["Ports"]["8443/tcp"][0]["HostIp"], "10.0.0.22");
    assert_eq!(web["State"]["Health"]["Status"], "healthy");
}

#[tokio::test]
async fn others_than_administrators_see_less_and_are_not_told() {
    let lab = start("not-admin").await;
    let ucp = Asker::of_ucp(&lab);
    let seen = list(&ucp.get("/containers/json?all=1").await);
    assert_eq!(seen.len(), 2);
    for path in ["/swarm", "/nodes", "/secrets"] {
        assert_eq!(ucp.status(path).await, 403, "{path}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_engines() {
    let lab = start("node-down").await;
    let ucp = Asker::of_ucp(&lab);
    let nodes = list(&ucp.get("/nodes").await);
    assert_eq!(nodes[2]["Status"]["State"], "down");
    let seen = ucp.containers().await;
    assert!(names(&seen).iter().all(|name| !name.starts_with("/worker-2")));
    let engine = Asker::of_engine(&lab, "worker-2");
    let refused = engine.http.get(format!("{}/version", engine.base)).send().await;
    assert!(refused.is_err());

    let lab = start("engine-unreachable,nodes-short").await;
    let engine = Asker::of_engine(&lab, "worker-2");
    assert!(engine.http.get(&engine.base).send().await.is_err());
    let ucp = Asker::of_ucp(&lab);
    assert_eq!(list(&ucp.get("/nodes").await).len(), 2);
    assert_eq!(ucp.get("/info").await["Swarm"]["Nodes"], 3);

    let lab = start("engine-is-ucp,engine-without-fips").await;
    let engine = Asker::of_engine(&lab, "worker-2");
    assert_eq!(engine.get("/version").await["Version"], "ucp/3.2.4");

    let lab = start("engine-aufs,security-options-null,engine-experimental,info-without-swarm").await;
    let engine = Asker::of_engine(&lab, "worker-2");
    let info = engine.get("/info").await;
    assert_eq!((&info["Driver"], &info["SecurityOptions"]), (&"aufs".into(), &Value::Null));
    assert_eq!(info.get("Swarm"), None);
    assert_eq!(engine.get("/version").await["Experimental"], true);

    let lab = start("list-truncated,images-null").await;
    let engine = Asker::of_engine(&lab, "manager-1");
    let text = send(engine.http.get(format!("{}/containers/json?all=1", engine.base))).await;
    let text = text.text().await.expect("a body");
    assert!(serde_json::from_str::<Value>(&text).is_err());
    assert_eq!(engine.get("/images/json").await, Value::Null);
    let lab = start("list-null").await;
    assert_eq!(Asker::of_ucp(&lab).get("/containers/json?all=1").await, Value::Null);
}

/// How the inspection of the last container answers, and what it is of.
async fn last(scenario: &str) -> (u16, Value) {
    let lab = start(scenario).await;
    let engine = Asker::of_engine(&lab, "worker-2");
    let listed = list(&engine.get("/containers/json?all=1").await);
    let last = listed.iter().rfind(|it| it["State"] == "running").expect("one that runs");
    assert_eq!(last["Names"][0], "/shop-db");
    let id = last["Id"].as_str().expect("an id");
    let url = format!("{}/containers/{id}/json", engine.base);
    let response = send(engine.http.get(url)).await;
    let status = response.status().as_u16();
    (status, json_of(response).await)
}

#[tokio::test]
async fn what_is_wrong_with_the_last_container() {
    assert_eq!(last("inspect-500").await.0, 500);
    let (status, message) = last("container-gone").await;
    assert_eq!(status, 404);
    assert!(message["message"].as_str().expect("words").starts_with("No such container"));
    assert_ne!(last("inspect-other").await.1["Name"], "/shop-db");
    assert_eq!(last("privileged-last").await.1["HostConfig"]["Privileged"], true);
    let (_, odd) = last("unknown-words").await;
    assert_eq!(odd["HostConfig"]["Memory"], "plenty");
    assert_eq!(odd["State"]["Status"], "hibernating");
    assert_eq!(last("hardened").await.1["HostConfig"]["Memory"], 268_435_456);
}

#[tokio::test]
async fn what_is_wrong_with_the_swarm() {
    let lab = start("plain-network,unlocked,expiry-default,five-managers,secret-missing,old-image").await;
    let ucp = Asker::of_ucp(&lab);
    let networks = list(&ucp.get("/networks").await);
    let plain = networks.iter().find(|it| it["Name"] == "my-dtr-copies").expect("a network");
    assert_eq!(plain["Options"].get("encrypted"), None);
    let spec = &ucp.get("/swarm").await["Spec"];
    assert_eq!(spec["EncryptionConfig"]["AutoLockManagers"], false);
    assert_eq!(spec["CAConfig"]["NodeCertExpiry"], 7_776_000_000_000_000_u64);
    assert_eq!(ucp.get("/info").await["Swarm"]["Managers"], 5);
    assert!(list(&ucp.get("/secrets").await).is_empty());
    let services = list(&ucp.get("/services").await);
    assert_eq!(services[1]["Spec"]["TaskTemplate"]["ContainerSpec"]["Secrets"], Value::Array(vec![]));
    let images = list(&ucp.get("/images/json").await);
    assert!(images.iter().any(|it| it["RepoTags"][0] == "docker/ucp-agent:3.2.3"));
}

#[tokio::test]
async fn what_others_must_not_see_is_in_the_answers() {
    let lab = start("hardened").await;
    let ucp = Asker::of_ucp(&lab);
    let tokens = ucp.get("/swarm").await.to_string();
    let containers = Value::from(ucp.containers().await).to_string();
    for canary in &lab.canaries()[3..] {
        assert!(tokens.contains(canary) || containers.contains(canary), "{canary}");
    }
}
