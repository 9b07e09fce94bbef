//! What an engine says of itself, of its images and networks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::later::Later;
use super::proof::{Proven, Unproven, lacks};

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
    /// What the engine can enforce on containers, whatever they ask for.
    #[serde(skip_serializing_if = "Later::is_unknown")]
    pub limits: Later<Limits>,
}

/// What an engine says that it can enforce: fields of `/info` that qualify what containers ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// `OSType`: linux or windows.
    pub os_type: Field<String>,
    /// `CgroupVersion`: 1 or 2; before API 1.41 it is not said.
    pub cgroup_version: Field<String>,
    /// `CgroupDriver`: cgroupfs, systemd, or none.
    pub cgroup_driver: Field<String>,
    /// `MemoryLimit`: limits of memory count.
    pub memory: Field<bool>,
    /// `CPUShares`: weights of processors count.
    pub cpu_shares: Field<bool>,
    /// `CpuCfsQuota`: quotas of processors count.
    pub cpu_quota: Field<bool>,
    /// `PidsLimit`: limits of processes count; before API 1.40 it is not said.
    pub pids: Field<bool>,
}

/// One of an engine's `SecurityOptions`, with what stands behind its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityOption<'a> {
    text: &'a str,
}

impl<'a> SecurityOption<'a> {
    /// Its name: `seccomp` of `name=seccomp,profile=default`. Before API 1.25 the bare name stood there.
    #[must_use]
    pub fn name(self) -> &'a str {
        let first = self.text.split(',').next().unwrap_or_default().trim();
        first.strip_prefix("name=").unwrap_or(first)
    }

    /// What it says under this key: `default` of `profile`. A path may hold commas: the last key has all the rest.
    #[must_use]
    pub fn value(self, key: &str) -> Option<&'a str> {
        let (_, rest) = self.text.split_once(',')?;
        let rest = rest.trim();
        let (found, value) = rest.split_once('=')?;
        (found.trim() == key).then_some(value)
    }
}

impl Info {
    /// Its security option of this name: none in the list is `Some(None)`, no list that can be read is `None`.
    #[must_use]
    pub fn security_option(&self, name: &str) -> Option<Option<SecurityOption<'_>>> {
        let options = self.security_options.get()?;
        let mut options = options.iter().map(|text| SecurityOption { text });
        Some(options.find(|option| option.name() == name))
    }
}

/// `GET /volumes`, reduced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volumes {
    /// Each volume.
    pub list: Vec<Volume>,
}

/// One volume.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Volume {
    /// `Name`, without the node that UCP puts before it.
    pub name: String,
    /// The node that UCP puts before its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// `Driver`.
    pub driver: String,
    /// `Options.type`, of the driver `local`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// `Options.device`, of the driver `local`, where it is a path of the host. It may be an address with a
    /// password else.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub device: String,
    /// `Options.o`, of the driver `local`: those of its words that say how something is mounted (`bind`, `ro`),
    /// none that sets a value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
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
    /// How many the engine counts: `Images` of `/info`. It counts those as well that are only parts of others, which
    /// are not listed: it tells whether there are any.
    #[serde(default, skip_serializing_if = "Later::is_unknown")]
    pub stated: Later<u64>,
}

impl Images {
    /// All images, as many as the engine counts.
    #[must_use]
    pub fn new(list: Vec<Image>) -> Self {
        let stated = Later::Known(list.len() as u64);
        Images { list, stated }
    }
}

impl Proven for Images {
    fn proven(&self) -> Result<(), Unproven> {
        match self.stated {
            _ if !self.list.is_empty() => Ok(()),
            Later::Known(0) => Ok(()),
            Later::Known(n) => Err(format!("no image is listed, and by the word of /info there are {n}").into()),
            Later::Unknown => Err(Unproven::EarlierVersion("the number of images that the engine counts")),
        }
    }
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

impl Proven for Networks {
    fn proven(&self) -> Result<(), Unproven> {
        if self.list.iter().any(Network::is_predefined) { Ok(()) } else { Err(lacks(Network::PREDEFINED).into()) }
    }
}

impl Network {
    /// What every engine has: for messages.
    pub const PREDEFINED: &str = "the network bridge (or host or none, where an engine was started without a bridge)";

    /// It is one that the engine makes by itself and that nobody can remove. Through UCP the node stands before its
    /// name.
    #[must_use]
    pub fn is_predefined(&self) -> bool {
        Self::predefined(&self.name)
    }

    /// The same of a name.
    #[must_use]
    pub fn predefined(name: &str) -> bool {
        let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
        ["bridge", "host", "none", "nat"].contains(&name)
    }
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
