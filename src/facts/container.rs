//! Containers, each reduced to what rules ask for. Commands, arguments and environments may hold
//! passwords and are not kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::later::Later;
use super::{Absent, Reach};

/// What stands in place of a label's value that is not kept. Nothing but `*` matches it as a whole.
pub const NOT_KEPT: &str = "(value not kept)";

/// The containers of one engine, or of all engines behind a UCP.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Containers {
    list: Vec<Container>,
    unread: Vec<Unread>,
    /// Containers that were listed and gone when they were asked for: no part of the population.
    pub gone: u64,
    /// How many the engine counts itself: `Containers` of `/info`; none where it does not say.
    #[serde(default, skip_serializing_if = "Later::is_unknown")]
    stated: Later<Option<u64>>,
}

/// A container that is there and could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl Containers {
    /// All containers that were listed, those that were read and those that could not be, as many as the engine
    /// counts itself.
    #[must_use]
    pub fn new(list: Vec<Container>, unread: Vec<Unread>, gone: u64) -> Self {
        let listed = (list.len() + unread.len()) as u64 + gone;
        Containers { list, unread, gone, stated: Later::Known(Some(listed)) }
    }

    /// The same, where the engine counts so many.
    #[must_use]
    pub fn of(self, stated: Option<u64>) -> Self {
        Containers { stated: Later::Known(stated), ..self }
    }

    /// Whether as many were listed as the engine counts; otherwise why not all may have been. UCP has another proof
    /// besides: its own containers on every node.
    pub fn counted(&self, reach: Reach) -> Result<(), String> {
        let listed = (self.list.len() + self.unread.len()) as u64 + self.gone;
        match self.stated {
            Later::Known(Some(stated)) if listed < stated => {
                Err(format!("{listed} are listed, and by the word of /info there are {stated}"))
            }
            Later::Known(None) if reach == Reach::Node => {
                Err(format!("/info does not say how many there are, so that the {listed} listed may not be all"))
            }
            Later::Unknown if listed == 0 => {
                let what = "the number of containers that the engine counts";
                Err(Absent::EarlierVersion { what: what.into() }.to_string())
            }
            _ => Ok(()),
        }
    }

    /// Those that were read. They are all there are only if [`Containers::unread`] is empty.
    #[must_use]
    pub fn read(&self) -> &[Container] {
        &self.list
    }

    /// Those that are there and could not be looked at.
    #[must_use]
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }
}

/// Declares the view with a default for every field, left out of evidence where it is absent.
macro_rules! view {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$pm:meta])* $plain:ident: $pty:ty,)* ;
        $($(#[$fm:meta])* $field:ident: $ty:ty,)* ;
        $($(#[$lm:meta])* $later:ident: $lty:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$pm])* pub $plain: $pty,)*
            $($(#[$fm])*
            #[serde(default, skip_serializing_if = "Field::is_absent")]
            pub $field: Field<$ty>,)*
            $($(#[$lm])*
            #[serde(default, skip_serializing_if = "Later::is_unknown")]
            pub $later: Later<$lty>,)*
        }
    };
}

view! {
    /// One container, as its inspection describes it. The comment of a field names its place there.
    Container {
        /// `Id`.
        id: String,
        /// `Name`, without the leading slash and without the node that UCP puts before it.
        name: String,
        /// `Node.Name`, through UCP.
        node: Option<String>,
        /// `Config.Image`: the image as it was asked for.
        image: String,
        /// `Config.Labels`: every key. Values are kept of the labels of Docker and the product
        /// (`com.docker.…`, `com.mirantis.…`), of Kubernetes (`io.kubernetes.…`) and of those that the
        /// configuration or a selector of the policy names; of all others there is [`NOT_KEPT`] instead.
        labels: BTreeMap<String, String>,
        /// The words in its row of `docker ps --all --no-trunc=false` that the check texts grep for.
        row: Row,
        ;
        /// `State.Status`.
        status: String,
        /// `State.Health.Status`; absent where the image has no health check.
        health: String,
        /// `Config.User`.
        user: String,
        /// `AppArmorProfile`.
        app_armor_profile: String,
        /// `HostConfig.SecurityOpt`; the text of a seccomp profile is replaced by `{…}`.
        security_opt: Vec<String>,
        /// `HostConfig.CapAdd`.
        cap_add: Vec<String>,
        /// `HostConfig.CapDrop`.
        cap_drop: Vec<String>,
        /// `HostConfig.Privileged`.
        privileged: bool,
        /// `HostConfig.PidMode`.
        pid_mode: String,
        /// `HostConfig.IpcMode`.
        ipc_mode: String,
        /// `HostConfig.UTSMode`.
        uts_mode: String,
        /// `HostConfig.UsernsMode`.
        userns_mode: String,
        /// `HostConfig.NetworkMode`.
        network_mode: String,
        /// `HostConfig.CgroupParent`.
        cgroup_parent: String,
        /// `HostConfig.Memory`, bytes.
        memory: i64,
        /// `HostConfig.CpuShares`.
        cpu_shares: i64,
        /// `HostConfig.PidsLimit`.
        pids_limit: i64,
        /// `HostConfig.ReadonlyRootfs`.
        read_only_root: bool,
        /// `HostConfig.Devices`.
        devices: Vec<Device>,
        /// `HostConfig.DeviceRequests`: how many there are.
        device_requests: u64,
        /// `HostConfig.DeviceCgroupRules`.
        device_cgroup_rules: Vec<String>,
        /// `HostConfig.Ulimits`.
        ulimits: Vec<Ulimit>,
        /// `HostConfig.RestartPolicy.Name`.
        restart: String,
        /// `HostConfig.RestartPolicy.MaximumRetryCount`.
        restart_retries: i64,
        /// `Mounts`.
        mounts: Vec<Mount>,
        /// `NetworkSettings.Ports`: what is published now; empty unless the container runs.
        ports: BTreeMap<String, Option<Vec<Published>>>,
        /// `HostConfig.PortBindings`: what is published when it runs.
        port_bindings: BTreeMap<String, Option<Vec<Published>>>,
        /// `HostConfig.LogConfig.Type`.
        log_driver: String,
        ;
        /// What the profile of seccomp in `HostConfig.SecurityOpt` does.
        seccomp: SeccompProfile,
    }
}

/// What a container's own profile of seccomp does. Its text is not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeccompProfile {
    /// The container brings no text of its own.
    #[default]
    NotGiven,
    /// Those of the system calls that the engine's own profile keeps from every container which this one
    /// keeps from it as well.
    Blocks(Vec<String>),
    /// It cannot be read, and this is why.
    Unreadable(String),
}

impl Container {
    /// The paths of the host that it mounts.
    pub fn binds(&self) -> impl Iterator<Item = &str> {
        let mounts = self.mounts.get().into_iter().flatten();
        mounts.filter(|mount| mount.is_of_host()).map(|mount| mount.source.as_str())
    }
}

impl Mount {
    /// What stands at its source is the host's own, not storage that the engine keeps. A kind that is not known
    /// may be.
    #[must_use]
    pub fn is_of_host(&self) -> bool {
        !matches!(self.kind.as_str(), "volume" | "tmpfs" | "cluster" | "image")
    }
}

/// Which of the words that the check texts grep for stand in a container's row of `docker ps --all`
/// (id, image, command, age, status, ports, names), in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a word of its own")]
pub struct Row {
    /// `ucp`.
    pub ucp: bool,
    /// `kube`.
    pub kube: bool,
    /// `kubelet`.
    pub kubelet: bool,
    /// `dtr`.
    pub dtr: bool,
}

/// A device of the host in a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct Device {
    /// Path on the host.
    #[serde(alias = "path_on_host")]
    pub path_on_host: String,
    /// Path in the container.
    #[serde(alias = "path_in_container")]
    pub path_in_container: String,
    /// `rwm`, or some of it.
    #[serde(alias = "cgroup_permissions")]
    pub cgroup_permissions: String,
}

impl Container {
    /// It is one of those that UCP runs on each of its nodes, as far as name, image and label tell.
    #[must_use]
    pub fn is_of_ucp(&self) -> bool {
        let image = self.image.rsplit('/').next().unwrap_or_default();
        self.name.starts_with("ucp-") || image.starts_with("ucp-") || self.labels.contains_key("com.docker.ucp.version")
    }
}

/// A limit of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct Ulimit {
    /// `nofile`.
    #[serde(alias = "name")]
    pub name: String,
    /// Soft limit.
    #[serde(alias = "soft")]
    pub soft: i64,
    /// Hard limit.
    #[serde(alias = "hard")]
    pub hard: i64,
}

/// Something mounted into a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct Mount {
    /// `bind`, `volume`, `tmpfs`, `npipe`.
    #[serde(rename(deserialize = "Type"), alias = "kind")]
    pub kind: String,
    /// The name of a volume.
    #[serde(alias = "name")]
    pub name: String,
    /// Path on the host.
    #[serde(alias = "source")]
    pub source: String,
    /// Path in the container.
    #[serde(alias = "destination")]
    pub destination: String,
    /// It can be written to; none where the engine does not say.
    #[serde(rename(deserialize = "RW"), alias = "rw")]
    pub rw: Option<bool>,
    /// `rprivate`, `shared`, …
    #[serde(alias = "propagation")]
    pub propagation: String,
}

/// An address and port of the host that lead into a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "PascalCase"), default)]
pub struct Published {
    /// Address; empty means all.
    #[serde(alias = "host_ip")]
    pub host_ip: String,
    /// Port; empty means any that is free.
    #[serde(alias = "host_port")]
    pub host_port: String,
}

/// The programs that run in the running containers of an engine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Processes {
    /// For each running container its programs.
    pub running: Vec<Running>,
    /// Running containers whose programs could not be seen.
    pub unread: Vec<Unread>,
    /// The ids of containers that were listed as running and did not run when they were asked.
    #[serde(default)]
    pub ended: Vec<String>,
}

/// A running container and its programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// Its id.
    pub id: String,
    /// The file names of its programs, without directories and arguments, each once.
    pub programs: Vec<String>,
    /// A direct child of its first process has `sshd` in its command line: what the check of
    /// CNTR-MK-000120 greps for. Absent where the list does not say whose child a process is.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub child_says_sshd: Field<bool>,
    /// The number of the user as whom its first process runs, as the host counts. Absent where the list does
    /// not give numbers.
    #[serde(default, skip_serializing_if = "Later::is_unknown")]
    pub user: Later<Field<u32>>,
}
