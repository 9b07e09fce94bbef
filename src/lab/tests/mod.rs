//! The lab, asked over the network as a scan asks it.

mod chains;
mod docker;
mod dtr;
mod faults;
mod road;
mod scenarios;
mod ucp;

use std::{sync::Arc, time::Duration};

use reqwest::{RequestBuilder, Response, redirect::Policy};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{Lab, Options};

async fn start(scenario: &str) -> Lab {
    start_with(scenario, 23, 40).await
}

async fn start_with(scenario: &str, repositories: u32, tags: u32) -> Lab {
    let options = Options { scenario: scenario.parse().expect("a scenario"), repositories, tags, ..Options::default() };
    Lab::start(options).await.expect("a lab")
}

fn roots(pem: &str) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.expect("a certificate")).expect("an anchor");
    }
    roots
}

fn tls(pem: &str) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_root_certificates(roots(pem))
}

fn http(tls: ClientConfig) -> reqwest::Client {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .build()
        .expect("a client")
}

/// A client of the lab, with what it needs to know.
struct Client<'a> {
    lab: &'a Lab,
    http: reqwest::Client,
}

impl<'a> Client<'a> {
    fn of(lab: &'a Lab) -> Self {
        let http = http(tls(lab.ca_pem()).with_no_client_auth());
        Self { lab, http }
    }

    /// A client with the lab's client bundle.
    fn with_bundle(lab: &'a Lab) -> Self {
        let bundle = lab.client_bundle();
        let certificate = CertificateDer::from_pem_slice(bundle.certificate_pem().as_bytes()).expect("PEM");
        let key = bundle.key_pem().expose_secret();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
        let tls = tls(lab.ca_pem()).with_client_auth_cert(vec![certificate], key);
        let http = http(tls.expect("a key that fits"));
        Self { lab, http }
    }

    fn ucp(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.lab.ucp_url()))
    }

    fn dtr(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.lab.dtr_url()))
    }

    async fn log_in(&self) -> Response {
        let body = json!({
            "username": self.lab.username(), "password": self.lab.password().expose_secret(),
        });
        let url = format!("{}/auth/login", self.lab.ucp_url());
        send(self.http.post(url).body(body.to_string())).await
    }

    /// A session at UCP.
    async fn session(&self) -> String {
        field(self.log_in().await, "auth_token").await
    }

    async fn log_out(&self, token: &str) -> u16 {
        let url = format!("{}/id/logout", self.lab.ucp_url());
        status(self.http.post(url).bearer_auth(token)).await
    }

    async fn ask_token(&self) -> Response {
        let password = self.lab.password().expose_secret();
        send(self.dtr("/auth/token").basic_auth(self.lab.username(), Some(password))).await
    }

    /// A token of DTR.
    async fn token(&self) -> String {
        field(self.ask_token().await, "token").await
    }

    /// UCP's configuration, with a session of its own.
    async fn config(&self) -> Response {
        let session = self.session().await;
        send(self.ucp("/api/ucp/config-toml").bearer_auth(session)).await
    }

    /// The `domain` that Notary is asked about.
    fn domain(&self) -> &str {
        self.lab.dtr_url().trim_start_matches("https://")
    }
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

async fn status(request: RequestBuilder) -> u16 {
    send(request).await.status().as_u16()
}

async fn json_of(response: Response) -> Value {
    let text = response.text().await.expect("a body");
    serde_json::from_str(&text).expect("JSON")
}

async fn field(response: Response, name: &str) -> String {
    let body = json_of(response).await;
    body[name].as_str().expect("a string").to_owned()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}
