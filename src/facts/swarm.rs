//! The swarm: its settings, nodes, services and secrets. Join tokens, unlock keys and the contents of
//! secrets are never asked for or kept.

use serde::{Deserialize, Serialize};

use super::Later;
use super::field::Field;
use super::proof::{Proven, Unproven, lacks};

/// `GET /swarm`, reduced.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Swarm {
    /// `Spec.EncryptionConfig.AutoLockManagers`.
    pub autolock: Field<bool>,
    /// `Spec.CAConfig.NodeCertExpiry`, nanoseconds.
    pub node_cert_expiry: Field<i64>,
}

/// The nodes, as far as the engine that was asked knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Roster {
    /// The engine is in no swarm: it is the only node there is.
    #[default]
    NoSwarm,
    /// The engine is a worker. Workers cannot list the nodes.
    Worker,
    /// Every node of the swarm, from a manager.
    Nodes(Vec<Node>),
}

impl Proven for Roster {
    fn proven(&self) -> Result<(), Unproven> {
        match self {
            Roster::Nodes(nodes) if nodes.is_empty() => Err(lacks("the node that was asked").into()),
            _ => Ok(()),
        }
    }
}

/// One node of the swarm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Node {
    /// `ID`.
    pub id: String,
    /// `Description.Hostname`.
    pub hostname: String,
    /// `Spec.Role`: manager or worker.
    pub role: String,
    /// `Spec.Availability`: active, pause or drain.
    pub availability: String,
    /// `Status.State`: ready, down, unknown, disconnected.
    pub state: String,
    /// `ManagerStatus.Leader`, where it is one.
    pub leader: bool,
    /// `Description.Engine.EngineVersion`.
    pub engine_version: String,
    /// `Description.Platform.OS`: linux or windows.
    pub os: String,
}

/// `GET /services`, reduced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// Each service.
    pub list: Vec<Service>,
}

/// One service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Service {
    /// `ID`.
    pub id: String,
    /// `Spec.Name`.
    pub name: String,
    /// The image of its tasks.
    pub image: String,
    /// `Endpoint.Ports`: what it publishes.
    pub ports: Vec<ServicePort>,
    /// `SecretName` of `Spec.TaskTemplate.ContainerSpec.Secrets`.
    pub secrets: Vec<String>,
    /// Labels of the product.
    pub labels: std::collections::BTreeMap<String, String>,
    /// `Spec.TaskTemplate.RestartPolicy`.
    #[serde(skip_serializing_if = "Later::is_unknown")]
    pub restart: Later<ServiceRestart>,
}

/// When a service starts a task again that has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceRestart {
    /// `Condition`: none, on-failure or any, which is the default.
    pub condition: Field<String>,
    /// `MaxAttempts`; 0, the default, is without a bound.
    pub max_attempts: Field<u64>,
    /// `Window`, nanoseconds: attempts count within it alone; 0, the default, is for ever.
    pub window: Field<u64>,
}

/// A port that a service publishes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct ServicePort {
    /// tcp, udp or sctp.
    #[serde(alias = "protocol")]
    pub protocol: String,
    /// Port in the container.
    #[serde(alias = "target_port")]
    pub target_port: u32,
    /// Port on the nodes; 0 where there is none.
    #[serde(alias = "published_port")]
    pub published_port: u32,
    /// `ingress` or `host`.
    #[serde(alias = "publish_mode")]
    pub publish_mode: String,
}

/// `GET /secrets`, reduced: what they hold cannot be read, and their names say what they are for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// `Spec.Name` of each, sorted.
    pub names: Vec<String>,
}
