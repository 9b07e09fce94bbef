//! What an engine says of itself, of its images and networks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field::Field;

/// `GET /info`, reduced.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Info {
    /// `Name`: the host name.
    pub name: String,
    /// `ServerVersion`.
    pub server_version: String,
    /// `OperatingSystem`.
    pub operating_system: String,
    /// `Driver`: the storage driver. Empty through UCP.
    pub storage_driver: Field<String>,
    /// `LoggingDriver`.
    pub logging_driver: Field<String>,
    /// `SecurityOptions`. Empty or absent through UCP.
    pub security_options: Field<Vec<String>>,
    /// `RegistryConfig.InsecureRegistryCIDRs`.
    pub insecure_cidrs: Field<Vec<String>>,
    /// `RegistryConfig.IndexConfigs`: the registries that are not secure, by name.
    pub insecure_registries: Field<Vec<String>>,
    /// `ExperimentalBuild`.
    pub experimental: Field<bool>,
    /// `Swarm`.
    pub swarm: SwarmMembership,
}

/// The engine's place in a swarm: `Swarm` of `/info`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SwarmMembership {
    /// `NodeID`; empty outside a swarm.
    pub node_id: String,
    /// `LocalNodeState`: inactive, pending, active, error, locked.
    pub state: Field<String>,
    /// `ControlAvailable`: it is a manager.
    pub manager: Field<bool>,
    /// `Managers`: how many the swarm has; managers only know.
    pub managers: Field<u64>,
    /// `Nodes`: how many nodes the swarm has; managers only know.
    pub nodes: Field<u64>,
    /// `Cluster.DataPathPort`.
    pub data_path_port: Field<u64>,
}

/// `GET /version`, reduced.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Version {
    /// `Version`: `19.03.5`, `ucp/3.2.5`.
    pub version: String,
    /// `ApiVersion`.
    pub api_version: String,
    /// `Platform.Name`: the edition.
    pub platform: String,
    /// `Experimental`; absent where it is off.
    pub experimental: Field<bool>,
    /// `Components[…].Details.Experimental` of the component `Engine`: a boolean written as a string.
    pub component_experimental: Field<String>,
}

/// `GET /images/json`, reduced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Images {
    /// Each image.
    pub list: Vec<Image>,
}

/// One image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Image {
    /// `Id`.
    pub id: String,
    /// `RepoTags`, without `<none>:<none>`.
    pub tags: Vec<String>,
    /// `RepoDigests`, without `<none>@<none>`.
    pub digests: Vec<String>,
}

/// `GET /networks`, reduced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Networks {
    /// Each network.
    pub list: Vec<Network>,
}

/// One network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// `Id`.
    pub id: String,
    /// `Name`.
    pub name: String,
    /// `Driver`.
    pub driver: String,
    /// `Scope`.
    pub scope: String,
    /// `Ingress`.
    pub ingress: bool,
    /// `Options`, those of the overlay driver.
    pub options: BTreeMap<String, String>,
    /// `Labels`, those of the product.
    pub labels: BTreeMap<String, String>,
}
