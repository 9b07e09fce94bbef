//! What both servers know.

use std::sync::Mutex;

use serde::Serialize;

use super::{
    access::Access,
    people::People,
    pki::{ClientBundle, Identity, UserCertificates},
    population::Population,
    scenario::Scenario,
    session::{Account, Sessions, hold},
};

/// One of the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Server {
    /// The Universal Control Plane.
    Ucp,
    /// The Docker Trusted Registry.
    Dtr,
    /// The API server of UCP's Kubernetes.
    Kubernetes,
    /// The engine of a node.
    Engine,
}

impl std::fmt::Display for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Ucp => "ucp",
            Self::Dtr => "dtr",
            Self::Kubernetes => "kubernetes",
            Self::Engine => "engine",
        })
    }
}

/// A request the lab has seen; never its headers or body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Who was asked.
    pub server: Server,
    /// The method.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// The status of the answer; none as long as there is none.
    pub status: Option<u16>,
}

/// Everything the two servers answer from.
pub(super) struct World {
    pub(super) scenario: Scenario,
    pub(super) population: Population,
    pub(super) people: People,
    pub(super) access: Access,
    pub(super) account: Account,
    pub(super) sessions: Sessions,
    pub(super) certificates: Certificates,
    /// `host:port` of each server.
    pub(super) ucp_host: String,
    pub(super) dtr_host: String,
    pub(super) log: Log,
}

/// The certificates that the servers name in their answers, as PEM, and the client bundle.
pub(super) struct Certificates {
    pub(super) ucp_ca: String,
    pub(super) ucp_root: String,
    pub(super) dtr_ca: String,
    pub(super) ucp_leaf: String,
    pub(super) dtr_leaf: String,
    pub(super) bundle: ClientBundle,
    pub(super) users: UserCertificates,
}

impl Certificates {
    pub(super) fn new(
        ucp: &Identity,
        dtr: &Identity,
        ucp_root: String,
        bundle: ClientBundle,
        users: UserCertificates,
    ) -> Self {
        Self {
            ucp_ca: ucp.ca_pem.clone(),
            ucp_root,
            dtr_ca: dtr.ca_pem.clone(),
            ucp_leaf: ucp.leaf_pem.clone(),
            dtr_leaf: dtr.leaf_pem.clone(),
            bundle,
            users,
        }
    }
}

/// Every request so far.
#[derive(Default)]
pub(super) struct Log(Mutex<Vec<Seen>>);

impl Log {
    /// Takes note of a request; the number is for its answer.
    pub(super) fn arrived(&self, server: Server, method: String, path: String) -> usize {
        let mut seen = hold(&self.0);
        seen.push(Seen { server, method, path, status: None });
        seen.len() - 1
    }

    pub(super) fn answered(&self, number: usize, status: u16) {
        if let Some(seen) = hold(&self.0).get_mut(number) {
            seen.status = Some(status);
        }
    }

    pub(super) fn all(&self) -> Vec<Seen> {
        hold(&self.0).clone()
    }
}
