//! What a mount brings of the host into a container, under whatever name.
//!
//! How a rule about mounts could pass without evidence: a volume of the driver `local` that mounts a directory of
//! the host; a source that is a link to another directory, as `/bin` is where everything has moved below `/usr`.
//! The first stands in the list of volumes, the second is followed where the files of the node were read. Where it
//! was not, nobody knows what is mounted, and that is said.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::Seen;
use super::population::{Context, Placed};
use crate::facts::container::Mount;
use crate::facts::engine::Volume;
use crate::facts::host::Looked;
use crate::facts::{Absent, Engine, Fact, Facts, Host, Reach};

/// What a mount brings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Brings {
    /// Nothing of the host: storage that the engine keeps, memory, something on the network.
    Nothing,
    /// This of the host.
    Path(Path),
    /// Nobody can say, for this reason.
    Unclear(Unclear),
}

/// Why nobody can say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// What would say it is no part of the evidence.
    Lacking(Absent),
    /// This.
    Is(String),
}

impl Unclear {
    /// It concerns what `what` says.
    fn of(self, what: impl FnOnce() -> String) -> Self {
        match self {
            Unclear::Is(why) => Unclear::Is(format!("{}: {why}", what())),
            lacking @ Unclear::Lacking(_) => lacking,
        }
    }

    /// What several of them come to.
    pub(super) fn all(reasons: Vec<Unclear>) -> Option<Seen> {
        let said: Vec<&str> =
            reasons.iter().filter_map(|r| if let Unclear::Is(why) = r { Some(why.as_str()) } else { None }).collect();
        if !said.is_empty() {
            return Some(Seen::Unsaid(format!("not known is {}", said.join("; "))));
        }
        reasons
            .into_iter()
            .find_map(|r| if let Unclear::Lacking(absent) = r { Some(Seen::Lacking(absent)) } else { None })
    }
}

impl From<Absent> for Unclear {
    fn from(absent: Absent) -> Self {
        match absent {
            Absent::Failed { .. } => Unclear::Is(absent.to_string()),
            _ => Unclear::Lacking(absent),
        }
    }
}

/// A path of the host.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// As it is written.
    pub(super) written: String,
    /// Where it leads, or why that is not known.
    pub(super) leads: Result<String, Unclear>,
    /// It can be written to; none where that is not said.
    pub(super) writable: Option<bool>,
}

impl Path {
    /// The path as it is written, and as it leads where that is known.
    pub(super) fn both(&self) -> impl Iterator<Item = &str> {
        [Some(self.written.as_str()), self.leads.as_deref().ok()].into_iter().flatten()
    }

    /// `/srv/config (a link to /etc)`.
    pub(super) fn shown(&self) -> String {
        match &self.leads {
            Ok(to) if *to != self.written => format!("{} (which leads to {to})", self.written),
            _ => self.written.clone(),
        }
    }
}

/// Where the kubelet keeps what it gives to the containers of pods. It makes all of it itself.
const KUBELET: &str = "/var/lib/kubelet/pods/";

pub(super) fn brings<'a>(mount: &Mount, c: &Placed<'a>, context: &Context<'a>) -> Brings {
    if mount.is_of_host() {
        return Brings::Path(path(&mount.source, mount.rw, c, context));
    }
    if mount.kind != "volume" {
        return Brings::Nothing;
    }
    match context.around().volume(c.node, &mount.name) {
        Ok(volume) => of_volume(volume, mount, c, context),
        Err(why) => Brings::Unclear(why.of(|| format!("what the volume {} mounts", mount.name))),
    }
}

/// File systems that are not the host's: in memory, or on the network.
const ELSEWHERE: &[&str] = &["tmpfs", "ramfs", "nfs", "nfs3", "nfs4", "cifs", "smb3", "ceph", "glusterfs"];

fn of_volume<'a>(volume: &Volume, mount: &Mount, c: &Placed<'a>, context: &Context<'a>) -> Brings {
    if volume.driver != "local" {
        // Other drivers give the path at which they mount; it is made by them.
        let written = mount.source.clone();
        return Brings::Path(Path { leads: Ok(written.clone()), written, writable: mount.rw });
    }
    let has = |flag: &str| volume.flags.iter().any(|own| own == flag);
    if has("bind") || has("rbind") {
        if volume.device.is_empty() {
            return Brings::Unclear(Unclear::Is(format!("what the volume {} binds: it is no path", volume.name)));
        }
        let writable = if has("ro") { Some(false) } else { mount.rw };
        return Brings::Path(path(&volume.device, writable, c, context));
    }
    match (volume.kind.as_str(), volume.device.as_str()) {
        ("", "") => Brings::Nothing,
        (kind, _) if ELSEWHERE.contains(&kind) => Brings::Nothing,
        (kind, device) => Brings::Unclear(Unclear::Is(format!(
            "what lies on {device} ({kind}), which the volume {} mounts",
            volume.name
        ))),
    }
}

fn path<'a>(written: &str, writable: Option<bool>, c: &Placed<'a>, context: &Context<'a>) -> Path {
    let made_by_itself = !written.starts_with('/') || written.starts_with(KUBELET);
    let leads = || context.around().leads(c.node, written).map_err(|why| why.of(|| format!("where {written} leads")));
    let leads = if made_by_itself { Ok(written.to_owned()) } else { leads() };
    Path { written: written.to_owned(), leads, writable }
}

/// The volumes and hosts of all nodes, and the sockets of their engines.
#[derive(Debug)]
pub(super) struct Around<'a> {
    facts: &'a Facts,
    volumes: OnceCell<HashMap<(Option<&'a str>, &'a str), &'a Volume>>,
}

impl<'a> Around<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        Around { facts, volumes: OnceCell::new() }
    }

    fn host(&self, node: &str) -> Option<&'a Host> {
        self.facts.hosts.iter().find(|host| host.is_named(node))
    }

    /// The volume of this name on a node.
    fn volume(&self, node: &str, name: &str) -> Result<&'a Volume, Unclear> {
        let volumes = self.volumes.get_or_init(|| {
            let lists = self.facts.engines.iter().filter_map(|engine| match &engine.volumes {
                Fact::Read(read) | Fact::Partial { read, .. } => Some((engine, &read.value.list)),
                Fact::Absent(_) => None,
            });
            let all = lists.flat_map(|(engine, list)| {
                let own = (engine.reach == Reach::Node).then(|| engine.place());
                list.iter().map(move |volume| ((own.or(volume.node.as_deref()), volume.name.as_str()), volume))
            });
            all.collect()
        });
        // UCP gives the volumes of a swarm's drivers without a node.
        if let Some(volume) = volumes.get(&(Some(node), name)).or_else(|| volumes.get(&(None, name))) {
            return Ok(volume);
        }
        let own = |engine: &&Engine| engine.reach == Reach::Cluster || engine.place() == node;
        let mut absent = self.facts.engines.iter().filter(own).filter_map(|engine| engine.volumes.read().err());
        Err(absent.next().map_or_else(|| Unclear::Is("it is not in the list of volumes".into()), Unclear::from))
    }

    /// Where a path of a node leads.
    fn leads(&self, node: &str, path: &str) -> Result<String, Unclear> {
        let Some(host) = self.host(node) else {
            return Err(Unclear::Is("the files of this node were not read (--host-root)".into()));
        };
        match host.mounts.read()?.value.followed(path) {
            Looked::Is(to) => Ok(to.to_owned()),
            Looked::Missing => Err(Unclear::Is("it is not in the files that were read of this node".into())),
            Looked::Unseen(reason) => Err(Unclear::Is(reason)),
        }
    }

    /// A path, and what it is by the links of the node's system, where they are known.
    pub(super) fn names(&self, node: &str, path: &str) -> Vec<String> {
        let mut names = vec![path.to_owned()];
        if let Some(Fact::Read(read)) = self.host(node).map(|host| &host.mounts) {
            names.push(read.value.by_system(path));
            names.extend(read.value.followed(path).get().map(|to| (*to).to_owned()));
        }
        names.dedup();
        names
    }

    /// The sockets of the node's engines that are known: where one was asked, and where those listen that run.
    pub(super) fn sockets(&self, node: &str) -> Vec<String> {
        let asked = self.facts.engines.iter().filter(|engine| engine.reach == Reach::Node && engine.place() == node);
        let mut sockets: Vec<String> = asked.filter_map(|engine| engine.socket().map(str::to_owned)).collect();
        if let Some(Fact::Read(read)) = self.host(node).map(|host| &host.daemon) {
            let running = read.value.engines().into_iter().flat_map(|engine| engine.sockets);
            sockets.extend(running.filter_map(|socket| Some(socket.strip_prefix("unix://")?.to_owned())));
        }
        sockets.iter().flat_map(|socket| self.names(node, socket)).collect()
    }
}
