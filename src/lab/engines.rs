//! The engines of the nodes, each at a port of its own, for clients with a certificate.

use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{
    LabError,
    docker::{
        self, Speaker,
        nodes::{NODES, is_silent},
    },
    pki::Identity,
    scenario::Scenario,
    server::{self, Clients},
    world::{Server, World},
};

/// Where the engine of a node answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    node: &'static str,
    uri: String,
}

impl Engine {
    /// The node's host name.
    #[must_use]
    pub fn node(&self) -> &'static str {
        self.node
    }

    /// `tcp://127.0.0.1:PORT`.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }
}

/// An engine, and the way in, unless it refuses connections.
pub(super) struct Opened {
    pub(super) place: usize,
    pub(super) engine: Engine,
    pub(super) door: Option<(TcpListener, TlsAcceptor)>,
}

/// A port for each engine.
pub(super) async fn open(
    scenario: &Scenario,
    identities: Vec<Identity>,
    clients: &Clients,
) -> Result<Vec<Opened>, LabError> {
    let mut opened = Vec::new();
    for ((place, node), identity) in NODES.iter().enumerate().zip(identities) {
        let (tcp, host) = server::bind(Server::Engine, 0).await?;
        let tls = server::mutual_tls(identity, clients)?;
        opened.push(Opened {
            place,
            engine: Engine { node: node.name, uri: format!("tcp://{host}") },
            // A port that nobody listens on any more refuses connections.
            door: (!is_silent(scenario, place)).then_some((tcp, tls)),
        });
    }
    Ok(opened)
}

/// What the engine of a node answers.
pub(super) fn routes(world: Arc<World>, place: usize) -> Router {
    docker::routes(world, Speaker::Node(place)).fallback(|| async { docker::not_found() })
}
