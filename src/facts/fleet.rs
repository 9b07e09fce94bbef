//! All nodes: what every engine or host says, held against the roster of the swarm.
//!
//! A rule about all nodes is decided only if each of them was seen. [`Everywhere`] carries the nodes
//! that were not, and [`crate::finding::Parts::over`] lets the rule pass only if there are none.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::container::{Container, Containers};
use super::proof::Proven;
use super::swarm::{Node, Roster};
use super::{Absent, At, Engine, Fact, Facts, Host, Reach, Read};
use crate::xccdf::Verdict;

/// The nodes that nobody could list.
const OTHERS: &str = "the other nodes";

/// What every place says of one thing, and the places that did not.
#[derive(Debug)]
pub struct Everywhere<'a, T> {
    seen: Vec<(&'a str, &'a Read<T>)>,
    /// The nodes that what was seen speaks of.
    nodes: Vec<&'a str>,
    missed: Vec<Missed>,
    /// What a rule comes to that rests on each of those alone.
    unseen: Vec<Verdict>,
}

/// The nodes that a result speaks of one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nodes {
    /// Those that were seen, as far as the question is about them.
    pub seen: Vec<String>,
    /// What belongs to the population and was not seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Missed>,
}

/// What was read of every host together, and the nodes without one.
#[derive(Debug)]
pub struct Hosts<'a, V> {
    /// Each host with what was read of it.
    pub seen: Vec<(&'a Host, V)>,
    /// The nodes that were not seen.
    pub missed: Everywhere<'a, ()>,
}

/// A place that belongs to the population and was not seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The node, or the container.
    pub place: String,
    /// Why.
    pub reason: String,
}

impl<T> Default for Everywhere<'_, T> {
    fn default() -> Self {
        Everywhere { seen: Vec::new(), nodes: Vec::new(), missed: Vec::new(), unseen: Vec::new() }
    }
}

impl<V> Hosts<'_, V> {
    /// Names each host of which some of this was not seen.
    pub fn lack(&mut self, absent: impl Fn(&V) -> &[Absent]) {
        for (host, view) in &self.seen {
            for absent in absent(view) {
                self.missed.missed.push(Missed { place: host.name.clone(), reason: absent.to_string() });
                self.missed.unseen.push(absent.verdict());
            }
        }
    }
}

impl<'a, T> Everywhere<'a, T> {
    /// The places that were seen, by name, with what was read there.
    pub fn seen(&self) -> impl Iterator<Item = (&'a str, &'a Read<T>)> + '_ {
        self.seen.iter().copied()
    }

    /// The nodes that this speaks of: those that were seen, and what was missed.
    #[must_use]
    pub fn nodes(&self) -> Nodes {
        let mut seen: Vec<String> = self.nodes.iter().map(|&node| node.to_owned()).collect();
        seen.sort();
        seen.dedup();
        Nodes { seen, missed: self.missed.clone() }
    }

    /// The places that were not.
    #[must_use]
    pub fn missed(&self) -> &[Missed] {
        &self.missed
    }

    /// Adds a place that was not seen.
    pub fn miss(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.missed.push(Missed { place: place.into(), reason: reason.into() });
        self.unseen.push(Verdict::Error);
    }

    /// The places that were not, each with what a rule comes to that rests on it alone.
    pub fn unseen(&self) -> impl Iterator<Item = (&Missed, Verdict)> {
        self.missed.iter().zip(self.unseen.iter().copied())
    }
}

impl<'a> Everywhere<'a, Containers> {
    /// Each container once, with where it was seen and the node it is on. A container that both UCP
    /// and its own engine showed is taken from its engine.
    pub fn containers(&self) -> impl Iterator<Item = (At<'a>, &'a str, &'a Container)> + '_ {
        let mut known = HashSet::new();
        self.seen()
            .flat_map(|(place, read)| {
                let list = read.value.read().iter();
                list.map(move |container| {
                    let node = container.node.as_deref().unwrap_or(place);
                    let at = At::from(&read.origin);
                    // What UCP shows is on the node that it names.
                    let own = container.node.as_deref().or(at.node());
                    (at.on(own), node, container)
                })
            })
            .filter(move |(_, _, container)| known.insert(container.id.as_str()))
    }
}

impl Facts {
    /// What every single engine says of itself. UCP's combined answer does not count: it says nothing
    /// about single engines. Reads `engine.info` and `engine.nodes` besides.
    pub fn every_engine<T: Proven>(&self, pick: impl Fn(&Engine) -> &Fact<T>) -> Result<Everywhere<'_, T>, Absent> {
        let nodes: Vec<&Engine> = self.engines_of(Reach::Node).collect();
        let mut everywhere = Self::gather(&nodes, &pick)?;
        match self.roster() {
            Ok(roster) => {
                for node in roster.unseen(&nodes) {
                    everywhere.miss(node, "no engine of this node was asked: add it with --engine");
                }
            }
            Err(absent) => everywhere.miss(OTHERS, absent.to_string()),
        }
        self.miss_unasked(&mut everywhere, false);
        Ok(everywhere)
    }

    /// The containers of every node, from its own engine or from UCP. Reads `engine.info` and
    /// `engine.nodes` besides.
    pub fn containers(&self) -> Result<Everywhere<'_, Containers>, Absent> {
        let mut everywhere = self.reached(|engine| &engine.containers)?;
        let unread: Vec<_> = everywhere
            .seen()
            .flat_map(|(place, read)| read.value.unread().iter().map(move |u| (place, u)))
            .map(|(place, u)| (format!("container {} on {place}", u.name), u.reason.clone()))
            .collect();
        for (container, reason) in unread {
            everywhere.miss(container, reason);
        }
        for (place, reason) in self.not_all_containers() {
            everywhere.miss(place, reason);
        }
        Ok(everywhere)
    }

    /// The places of which not all containers were listed, and why that is known: fewer than the engine counts, or of
    /// a node that UCP reaches none of UCP's own, which run on every node.
    fn not_all_containers(&self) -> Vec<(String, String)> {
        let mut partly = Vec::new();
        for engine in &self.engines {
            let Fact::Read(read) = &engine.containers else { continue };
            if let Err(reason) = read.value.counted(engine.reach) {
                partly.push((format!("containers of {}", engine.place()), reason));
            }
            if engine.reach == Reach::Node {
                continue;
            }
            let own: HashSet<&str> = read
                .value
                .read()
                .iter()
                .filter(|container| container.is_of_ucp())
                .filter_map(|container| container.node.as_deref())
                .collect();
            let unread = || read.value.unread().iter().any(|unread| unread.name.starts_with("ucp-"));
            let asked = |id: &str| {
                let mut asked = self.engines_of(Reach::Node);
                asked.any(|e| e.node_id() == Some(id) && matches!(e.containers, Fact::Read(_)))
            };
            let roster = self.roster().unwrap_or(Known::Alone);
            let ready = roster.nodes().iter().filter(|node| node.state == "ready" && !asked(&node.id));
            for node in ready.filter(|node| !own.iter().any(|name| same_host(name, &node.hostname)) && !unread()) {
                let reason = "UCP lists no container of its own on this node, where it has some: not all was shown";
                partly.push((node.hostname.clone(), reason.into()));
            }
        }
        partly
    }

    /// What the engines say of something that UCP shows for all of its nodes: containers, processes,
    /// images. Reads `engine.info` and `engine.nodes` besides.
    pub fn reached<T: Proven>(&self, pick: impl Fn(&Engine) -> &Fact<T>) -> Result<Everywhere<'_, T>, Absent> {
        // A node's own engine first: it knows its containers best.
        let own: Vec<&Engine> = self.engines_of(Reach::Node).collect();
        let clusters: Vec<&Engine> = self.engines_of(Reach::Cluster).collect();
        let all: Vec<&Engine> = own.iter().chain(&clusters).copied().collect();
        let mut everywhere = Self::gather(&all, &pick)?;
        let through_ucp = clusters.iter().any(|engine| pick(engine).part().0.is_some());
        let roster = match self.roster() {
            Ok(roster) => roster,
            Err(absent) => {
                everywhere.miss(OTHERS, absent.to_string());
                return Ok(everywhere);
            }
        };
        if through_ucp {
            let reached = roster.nodes().iter().filter(|node| node.state == "ready");
            everywhere.nodes.extend(reached.map(|node| node.hostname.as_str()));
            for node in roster.down(&own) {
                everywhere.miss(node, "UCP does not reach this node, so that what it shows lacks it");
            }
        } else {
            for node in roster.unseen(&own) {
                everywhere.miss(node, "no engine of this node was asked: add it with --engine, or give --ucp");
            }
        }
        self.miss_unasked(&mut everywhere, through_ucp);
        Ok(everywhere)
    }

    /// Something that the whole swarm has once (its settings, networks, secrets), from the first
    /// manager that says it. Reads nothing besides.
    pub fn cluster_wide<T: Proven>(&self, pick: impl Fn(&Engine) -> &Fact<T>) -> Result<&Read<T>, Absent> {
        let mut absent = no_engine();
        for engine in &self.engines {
            match pick(engine).read() {
                Ok(read) => return Ok(read),
                Err(reason) => absent = worse(absent, &reason),
            }
        }
        Err(absent)
    }

    /// What every host says. Where the roster of a swarm is known, a node of it without a host is
    /// missed. Reads `engine.nodes` besides, where an engine was asked.
    pub fn every_host<T: Proven>(&self, pick: impl Fn(&Host) -> &Fact<T>) -> Result<Everywhere<'_, T>, Absent> {
        let hosts = self.hosts_with(|host| pick(host).read(), |_| true)?;
        let seen = hosts.seen.into_iter();
        Ok(Everywhere {
            nodes: hosts.missed.nodes,
            seen: seen.map(|(host, read)| (host.name.as_str(), read)).collect(),
            missed: hosts.missed.missed,
            unseen: hosts.missed.unseen,
        })
    }

    /// Several facts of every host together, on the nodes that the question is about. Reads
    /// `engine.nodes` besides, where an engine was asked.
    pub fn hosts_with<'a, V>(
        &'a self,
        look: impl Fn(&'a Host) -> Result<V, Absent>,
        about: impl Fn(&Node) -> bool,
    ) -> Result<Hosts<'a, V>, Absent> {
        let mut hosts = Hosts { seen: Vec::new(), missed: Everywhere::default() };
        let mut absent = Absent::NotConfigured {
            source: "a host".into(),
            set: "--host-root DIR: / on the node itself, or a copy of its files".into(),
        };
        for host in &self.hosts {
            match look(host) {
                Ok(view) => {
                    hosts.missed.nodes.push(&host.name);
                    hosts.seen.push((host, view));
                }
                Err(reason) => {
                    hosts.missed.miss(&host.name, reason.to_string());
                    absent = worse(absent, &reason);
                }
            }
        }
        if hosts.seen.is_empty() {
            return Err(absent);
        }
        match self.without_host(about) {
            Ok(nodes) => {
                for node in nodes {
                    hosts.missed.miss(node, "the files of this node were not read: add them with --host-root");
                }
            }
            Err(absent) => hosts.missed.miss(OTHERS, absent.to_string()),
        }
        Ok(hosts)
    }

    /// The nodes that engines know of, or that engines were asked on, whose files were not read.
    fn without_host(&self, about: impl Fn(&Node) -> bool) -> Result<Vec<String>, Absent> {
        if self.engines.is_empty() {
            return Ok(Vec::new());
        }
        let has_host = |name: &str| self.hosts.iter().any(|host| same_host(&host.name, name));
        let roster = self.roster()?;
        if let Known::Nodes(nodes) = roster {
            let open = nodes.iter().filter(|node| about(node) && !has_host(&node.hostname));
            return Ok(open.map(|node| node.hostname.clone()).collect());
        }
        let mut open: Vec<String> = match roster {
            Known::Unlisted => vec!["the other nodes of the swarm".into()],
            _ => Vec::new(),
        };
        // Engines that stand alone are nodes of their own. One that does not tell its name is taken for a
        // host that was read only as long as there are hosts enough.
        let own: Vec<&Engine> = self.engines_of(Reach::Node).collect();
        let is_named = |engine: &&&Engine| matches!(engine.info, Fact::Read(_));
        let named = own.iter().filter(is_named).map(|engine| engine.place());
        open.extend(named.filter(|name| !has_host(name)).map(str::to_owned));
        if own.len() > self.hosts.len() {
            let nameless = own.iter().filter(|engine| !is_named(engine));
            open.extend(nameless.map(|engine| engine.place().to_owned()));
        }
        Ok(open)
    }

    /// The nodes of the swarm, as far as engines know them. One scan is of one swarm: engines of two
    /// would each leave the other's nodes unseen.
    pub fn roster(&self) -> Result<Known<'_>, Absent> {
        let mut lists: Vec<&Vec<Node>> = Vec::new();
        let mut known = Known::Alone;
        let mut absent = no_engine();
        let mut asked = false;
        for engine in &self.engines {
            match engine.nodes.read() {
                Ok(read) => {
                    asked = true;
                    match &read.value {
                        Roster::Nodes(nodes) => lists.push(nodes),
                        Roster::Worker => known = Known::Unlisted,
                        Roster::NoSwarm => {}
                    }
                }
                Err(reason) => absent = worse(absent, &reason),
            }
        }
        let longest = lists.iter().copied().max_by_key(|nodes| nodes.len());
        let Some(nodes) = longest else {
            return if asked { Ok(known) } else { Err(absent) };
        };
        let lists_node = |id: &str| nodes.iter().any(|node| node.id == id);
        let same = |other: &Vec<Node>| other.iter().any(|node| lists_node(&node.id));
        // A node that joined while the scan went on is in one list and not in the other.
        let workers = self
            .engines
            .iter()
            .filter(|engine| matches!(&engine.nodes, Fact::Read(read) if read.value == Roster::Worker));
        let strangers = workers.filter_map(Engine::node_id).any(|id| !lists_node(id));
        if strangers || !lists.iter().all(|other| same(other)) {
            return Err(Absent::Failed {
                request: "GET /nodes of each manager".into(),
                reason: "the engines belong to different swarms, whose nodes are not known together: \
                         scan each swarm by itself"
                    .into(),
            });
        }
        Ok(Known::Nodes(nodes))
    }

    /// Every node that a rule about all nodes is about, or the reason that the evidence has no list of them.
    pub fn population(&self) -> Result<Vec<KnownNode<'_>>, Absent> {
        let unlisted = |reason: &str| Absent::Failed { request: "GET /nodes".into(), reason: reason.into() };
        match self.roster()? {
            Known::Unlisted => return Err(unlisted("only workers were asked, which cannot list the nodes")),
            // One that did not say may be of a swarm that nobody has listed.
            Known::Alone => {
                let mut silent = self.engines.iter().filter_map(|engine| engine.nodes.read().err());
                if let Some(absent) = silent.next() {
                    return Err(absent);
                }
            }
            Known::Nodes(_) => {}
        }
        let known = self.known_nodes();
        if known.is_empty() { Err(unlisted("no node was seen")) } else { Ok(known) }
    }

    /// Every node that is known of: those of the roster, the engines that speak for themselves and the
    /// hosts, each once, by name.
    #[must_use]
    pub fn known_nodes(&self) -> Vec<KnownNode<'_>> {
        fn add<'a>(known: &mut Vec<KnownNode<'a>>, name: &'a str, address: Option<&'a str>) {
            let at = known.iter().position(|node| same_host(node.name, name));
            let at = at.unwrap_or_else(|| {
                known.push(KnownNode { name, addresses: Vec::new() });
                known.len() - 1
            });
            known[at].addresses.extend(address);
        }
        let mut known: Vec<KnownNode<'_>> = Vec::new();
        let roster = self.roster().unwrap_or(Known::Alone);
        for node in roster.nodes() {
            add(&mut known, &node.hostname, None);
        }
        for engine in self.engines_of(Reach::Node) {
            // One that did not say its name is a node of the roster, where there is one, without anybody
            // knowing which.
            if matches!(engine.info, Fact::Read(_)) || roster.nodes().is_empty() {
                add(&mut known, engine.place(), Some(&engine.address));
            }
        }
        for host in &self.hosts {
            add(&mut known, &host.name, None);
        }
        known.retain(|node| !node.name.is_empty());
        known.sort_by_key(|node| node.name.to_ascii_lowercase());
        known
    }

    /// Misses the engines that run beside those that were asked: where the processes of a host were read, they show
    /// how many there are. What another engine has is in no list of the one that was asked.
    fn miss_unasked<T>(&self, everywhere: &mut Everywhere<'_, T>, through_ucp: bool) {
        for host in &self.hosts {
            let Fact::Read(daemon) = &host.daemon else { continue };
            let running = daemon.value.engines();
            let asked = self.engines_of(Reach::Node).filter(|engine| {
                host.is_named(engine.place())
                    || engine.socket().is_some_and(|path| running.iter().any(|r| r.is_at(path)))
            });
            let asked: Vec<Option<&str>> = asked.map(Engine::socket).collect();
            // Each socket is that of one engine. Of those that were asked over the network, or by UCP, nobody
            // knows which they are.
            let mut others: Vec<_> = running.iter().collect();
            let mut elsewhere = if asked.is_empty() { usize::from(through_ucp) } else { 0 };
            for path in &asked {
                match path.and_then(|path| others.iter().position(|engine| engine.is_at(path))) {
                    Some(at) => drop(others.remove(at)),
                    None => elsewhere += 1,
                }
            }
            if (asked.is_empty() && !through_ucp) || others.len() <= elsewhere {
                continue;
            }
            let names: Vec<String> = others.iter().map(|engine| engine.shown()).collect();
            let of = match elsewhere {
                0 => String::new(),
                n => format!(" ({n} of them may be the one that was asked)"),
            };
            everywhere.miss(
                format!("another engine on {}", host.name),
                format!("nobody asked it: {}{of}: add each with --engine", names.join("; ")),
            );
        }
    }

    fn engines_of(&self, reach: Reach) -> impl Iterator<Item = &Engine> {
        self.engines.iter().filter(move |e| e.reach == reach)
    }

    fn gather<'a, T: Proven>(
        engines: &[&'a Engine],
        pick: &impl Fn(&'a Engine) -> &'a Fact<T>,
    ) -> Result<Everywhere<'a, T>, Absent> {
        let mut everywhere = Everywhere::default();
        let mut absent = no_engine();
        for engine in engines {
            let (part, missing) = pick(engine).part();
            if let Some(read) = part {
                if engine.reach == Reach::Node {
                    everywhere.nodes.push(engine.place());
                }
                everywhere.seen.push((engine.place(), read));
            }
            if let Some(reason) = missing {
                everywhere.miss(engine.place(), reason.to_string());
                absent = worse(absent, &reason);
            }
        }
        if everywhere.seen.is_empty() { Err(absent) } else { Ok(everywhere) }
    }
}

impl Engine {
    /// How findings name it: by its host name where that is known, else by its address.
    #[must_use]
    pub fn place(&self) -> &str {
        match &self.info {
            Fact::Read(read) if self.reach == Reach::Node && !read.value.name.is_empty() => &read.value.name,
            _ => &self.address,
        }
    }

    /// The socket at which it was asked, where it was asked at one of the host.
    #[must_use]
    pub fn socket(&self) -> Option<&str> {
        self.address.strip_prefix("unix://")
    }

    fn node_id(&self) -> Option<&str> {
        match &self.info {
            Fact::Read(read) => Some(read.value.swarm.node_id.as_str()).filter(|id| !id.is_empty()),
            Fact::Partial { .. } | Fact::Absent(_) => None,
        }
    }
}

impl Host {
    /// It is the host of this node.
    #[must_use]
    pub fn is_named(&self, node: &str) -> bool {
        same_host(&self.name, node)
    }
}

/// A node by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownNode<'a> {
    /// Its host name; of an engine that did not say one, where it was asked.
    pub name: &'a str,
    /// Where its engine was asked.
    pub addresses: Vec<&'a str>,
}

/// What is known of the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<'a> {
    /// There is no swarm: each engine stands alone.
    Alone,
    /// There is a swarm, and only workers of it were asked.
    Unlisted,
    /// All nodes.
    Nodes(&'a [Node]),
}

impl<'a> Known<'a> {
    /// All nodes that are listed.
    #[must_use]
    pub fn nodes(&self) -> &'a [Node] {
        match self {
            Known::Nodes(nodes) => nodes,
            _ => &[],
        }
    }

    /// The nodes that none of these engines is.
    fn unseen(&self, engines: &[&Engine]) -> Vec<String> {
        match self {
            Known::Alone => Vec::new(),
            Known::Unlisted => {
                vec!["the other nodes of the swarm (only workers were asked, which cannot list them)".into()]
            }
            Known::Nodes(nodes) => nodes
                .iter()
                .filter(|node| !engines.iter().any(|e| e.node_id() == Some(&node.id)))
                .map(|node| node.hostname.clone())
                .collect(),
        }
    }

    /// The nodes that are not ready, and that none of these engines is.
    fn down(&self, engines: &[&Engine]) -> Vec<String> {
        let ready: HashSet<&str> =
            self.nodes().iter().filter(|node| node.state == "ready").map(|node| node.hostname.as_str()).collect();
        let mut unseen = self.unseen(engines);
        unseen.retain(|name| !ready.contains(name.as_str()));
        unseen
    }
}

fn same_host(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

fn no_engine() -> Absent {
    Absent::NotConfigured {
        source: "an engine".into(),
        set: "--engine URI (unix:///var/run/docker.sock, tcp://host:2376, ssh://host), or --ucp URL".into(),
    }
}

/// The reason that weighs more: what failed was there to be asked.
fn worse(a: Absent, b: &Absent) -> Absent {
    let weight = |absent: &Absent| match absent {
        Absent::Failed { .. } => 3,
        Absent::NotCollected | Absent::EarlierVersion { .. } => 2,
        Absent::NotInPolicy { .. } => 1,
        Absent::NotConfigured { .. } => 0,
    };
    if weight(b) > weight(&a) { b.clone() } else { a }
}

#[cfg(test)]
mod tests;
