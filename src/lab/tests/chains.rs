//! What the servers present in the handshake.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use x509_parser::parse_x509_certificate;

use super::{Client, Lab, send, start, tls};

/// The chain that a server presents to a client with these roots, or why that is not accepted.
async fn chain(url: &str, roots: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let address = url.trim_start_matches("https://");
    let tcp = TcpStream::connect(address).await.expect("a connection");
    let name = ServerName::try_from("127.0.0.1").expect("a name");
    let connector = TlsConnector::from(Arc::new(tls(roots).with_no_client_auth()));
    let stream = connector.connect(name, tcp).await.map_err(|error| error.to_string())?;
    Ok(stream.get_ref().1.peer_certificates().unwrap_or_default().to_vec())
}

fn subject(certificate: &CertificateDer<'_>) -> String {
    let (_, parsed) = parse_x509_certificate(certificate).expect("a certificate");
    parsed.subject().iter_common_name().next().expect("a name").as_str().expect("text").to_owned()
}

/// The names of UCP's chain, to a client with the lab's own anchors, and whether the policy's roots do as well.
async fn ucp(lab: &Lab) -> (Vec<String>, Result<(), String>) {
    let presented = chain(lab.ucp_url(), lab.ca_pem()).await.expect("a connection");
    let names = presented.iter().map(subject).collect();
    (names, chain(lab.ucp_url(), lab.policy_roots_pem()).await.map(|_| ()))
}

const LEAF: &str = "ucp";
const INTERMEDIATE: &str = "Lab External Intermediate CA";
const ROOT: &str = "Lab External Root CA";

#[tokio::test]
async fn chains_of_the_bases() {
    let lab = start("hardened").await;
    assert_eq!(ucp(&lab).await, (vec![LEAF.into(), INTERMEDIATE.into()], Ok(())));
    let dtr = chain(lab.dtr_url(), lab.policy_roots_pem()).await.expect("a sound chain");
    assert_eq!(dtr.iter().map(subject).collect::<Vec<_>>(), ["dtr", INTERMEDIATE]);
    assert_eq!(lab.ca_pem(), lab.policy_roots_pem());

    let lab = start("default").await;
    let (names, policy) = ucp(&lab).await;
    assert!(names == [LEAF] && policy.is_err_and(|error| error.contains("UnknownIssuer")));
    let ca = send(Client::of(&lab).ucp("/ca")).await.text().await.expect("a body");
    let ca = CertificateDer::from_pem_slice(ca.as_bytes()).expect("PEM");
    assert_eq!(subject(&ca), "UCP Client Root CA");
    let dtr = chain(lab.dtr_url(), lab.ca_pem()).await.expect("a connection");
    assert_eq!(dtr.len(), 1);
    let dtr_ca = send(Client::of(&lab).dtr("/ca")).await.text().await.expect("a body");
    assert!(lab.ca_pem().contains(&dtr_ca) && dtr_ca != lab.policy_roots_pem());
}

#[tokio::test]
async fn chains_that_are_sound_in_their_way() {
    let lab = start("chain-with-root").await;
    let all = vec![LEAF.into(), INTERMEDIATE.into(), ROOT.into()];
    assert_eq!(ucp(&lab).await, (all, Ok(())));
    let lab = start("chain-out-of-order").await;
    let all = vec![LEAF.into(), ROOT.into(), INTERMEDIATE.into()];
    assert_eq!(ucp(&lab).await, (all, Ok(())));
}

#[tokio::test]
async fn chains_that_a_client_gets_through_with_and_the_policy_refuses() {
    for (scenario, names, why) in [
        ("chain-self-signed", vec![LEAF], "UnknownIssuer"),
        ("chain-missing-intermediate", vec![LEAF], "UnknownIssuer"),
        ("chain-expired-intermediate", vec![LEAF, INTERMEDIATE], "expired"),
        ("chain-other-root", vec![LEAF, "Another Intermediate CA"], "UnknownIssuer"),
    ] {
        let lab = start(scenario).await;
        let (presented, policy) = ucp(&lab).await;
        assert_eq!(presented, names, "{scenario}");
        let error = policy.expect_err(scenario);
        assert!(error.contains(why), "{scenario}: {error}");
        assert!(chain(lab.dtr_url(), lab.ca_pem()).await.is_ok());
    }
    let lab = start("chain-self-signed").await;
    let presented = chain(lab.ucp_url(), lab.ca_pem()).await.expect("a connection");
    let (_, leaf) = parse_x509_certificate(&presented[0]).expect("a certificate");
    assert!(!leaf.is_ca() && leaf.issuer() == leaf.subject());
    assert!(leaf.verify_signature(None).is_ok());
}

#[tokio::test]
async fn chains_that_nobody_gets_through_with() {
    for (scenario, why) in [("chain-expired", "expired"), ("chain-wrong-host", "not valid for name")] {
        let lab = start(scenario).await;
        let error = chain(lab.ucp_url(), lab.ca_pem()).await.expect_err(scenario);
        assert!(error.contains(why), "{scenario}: {error}");
    }
}

#[tokio::test]
async fn what_ucp_says_its_ca_is() {
    let ca = async |scenario: &str| {
        let lab = start(scenario).await;
        let response = send(Client::of(&lab).ucp("/ca")).await;
        (response.status().as_u16(), response.text().await.expect("a body"))
    };
    assert_eq!(ca("ca-missing").await.0, 404);
    let (_, other) = ca("ca-other").await;
    let other = CertificateDer::from_pem_slice(other.as_bytes()).expect("PEM");
    assert_eq!(subject(&other), "UCP Client Root CA");
    let (status, garbage) = ca("ca-garbage").await;
    let garbage = CertificateDer::from_pem_slice(garbage.as_bytes()).expect("PEM");
    assert!(status == 200 && parse_x509_certificate(&garbage).is_err());
}
