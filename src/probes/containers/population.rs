//! Which containers a rule judges, and what else it has to know of where they run.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::mounted::Around;
use crate::facts::container::{Container, Containers, Running};
use crate::facts::engine::Info;
use crate::facts::field::Field;
use crate::facts::fleet::Everywhere;
use crate::facts::{Absent, At, Fact, Facts, Reach};
use crate::finding::{Observation, Parts};
use crate::policy::{Exemption, Policy, Selector};
use crate::probes::{counted, product};

/// How many names a line gives before it only counts.
const NAMED: usize = 30;

/// A container and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// What says so.
    pub origin: At<'a>,
    /// Its node.
    pub node: &'a str,
    /// What is known of it.
    pub container: &'a Container,
}

impl Placed<'_> {
    /// As findings name it.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{} on {}", self.container.name, self.node)
    }

    /// Whether it runs: paused and restarting containers do, as `docker ps` has it. One whose state the
    /// engine does not say may run.
    #[must_use]
    pub fn runs(&self) -> bool {
        let stopped = ["created", "exited", "dead", "removing"];
        self.container.status.get().is_none_or(|status| !stopped.contains(&status.as_str()))
    }
}

/// Why a container is not judged.
#[derive(Clone, Copy, Debug)]
pub enum Apart<'a> {
    /// It belongs to this part of the product.
    Product(&'static str),
    /// The policy says so.
    Exempt(&'a Exemption),
}

/// The containers of all nodes, in two: those that are judged and those that are left apart.
#[derive(Debug, Default)]
pub struct Population<'a> {
    /// Where they were seen, and what was not.
    pub everywhere: Everywhere<'a, Containers>,
    /// Those that are judged.
    pub judged: Vec<Placed<'a>>,
    /// Those that are not.
    pub apart: Vec<(Placed<'a>, Apart<'a>)>,
    expired: Vec<(&'a Exemption, Placed<'a>)>,
}

impl<'a> Population<'a> {
    /// Reads all containers and sorts them. `rules` are the STIG-IDs of the rule and of those that ask the
    /// same: an exemption that names one of them counts for all, because they must not disagree.
    pub fn read(facts: &'a Facts, policy: &'a Policy, rules: &[&str]) -> Result<Self, Absent> {
        let mut everywhere = facts.containers()?;
        for engine in &facts.engines {
            // Without it nobody knows which node this engine is.
            if let Fact::Absent(absent) = &engine.info {
                everywhere.miss(engine.place(), absent.to_string());
            }
        }
        let exemptions: Vec<&Exemption> = policy
            .con_exempt
            .iter()
            .filter(|e| e.rules.is_empty() || e.rules.iter().any(|r| rules.contains(&r.as_str())))
            .collect();
        let mut judged = Vec::new();
        let mut apart = Vec::new();
        let mut expired = Vec::new();
        for (origin, node, container) in everywhere.containers() {
            let placed = Placed { origin, node, container };
            if let Some(part) = product::part(container) {
                apart.push((placed, Apart::Product(part)));
                continue;
            }
            // The day that evidence was taken decides, not today: the same evidence, the same verdict.
            let day = origin.origin().at.date_naive();
            let mut naming = exemptions.iter().filter(|e| e.selector.selects(container));
            if let Some(exemption) = naming.clone().find(|e| day <= e.expires) {
                apart.push((placed, Apart::Exempt(exemption)));
                continue;
            }
            if let Some(exemption) = naming.next() {
                expired.push((*exemption, placed));
            }
            judged.push(placed);
        }
        Ok(Population { everywhere, judged, apart, expired })
    }

    /// Keeps in mind what was missed, where the containers were read at all.
    pub fn missed_in(&self, parts: &mut Parts) {
        if self.everywhere.seen().next().is_some() {
            parts.over(&self.everywhere);
        }
    }

    /// All containers, judged or not.
    pub fn all(&self) -> impl Iterator<Item = Placed<'a>> + '_ {
        let apart = self.apart.iter().map(|(placed, _)| *placed);
        self.judged.iter().copied().chain(apart)
    }

    /// Something to say about the population as a whole: it needs an origin as everything does.
    #[must_use]
    pub fn origin(&self) -> Option<At<'a>> {
        let first = self.everywhere.seen().next();
        first.map(|(_, read)| read.origin.whole())
    }

    /// How many were left apart as the product's own, and how many as exempt.
    #[must_use]
    pub fn apart_counts(&self) -> (u64, u64) {
        let mut counts = (0, 0);
        for (_, why) in &self.apart {
            match why {
                Apart::Product(_) => counts.0 += 1,
                Apart::Exempt(_) => counts.1 += 1,
            }
        }
        counts
    }

    /// What was left apart and why, for the finding: one line for the product, one for each exemption.
    #[must_use]
    pub fn lines(&self) -> Vec<Observation> {
        let mut lines = Vec::new();
        let mut product = Names::default();
        let mut parts: BTreeMap<&str, u64> = BTreeMap::new();
        let mut exempt: Vec<(&Exemption, At<'_>, Names)> = Vec::new();
        for (placed, why) in &self.apart {
            match *why {
                Apart::Product(part) => {
                    product.add(placed);
                    *parts.entry(part).or_default() += 1;
                }
                Apart::Exempt(exemption) => {
                    let known = exempt.iter_mut().find(|(e, ..)| std::ptr::eq(*e, exemption));
                    match known {
                        Some((_, _, names)) => names.add(placed),
                        None => {
                            let mut names = Names::default();
                            names.add(placed);
                            exempt.push((exemption, placed.origin.whole(), names));
                        }
                    }
                }
            }
        }
        if let (Some(origin), false) = (self.origin(), parts.is_empty()) {
            let parts: Vec<String> = parts.iter().map(|(p, n)| format!("{p}: {n}")).collect();
            lines.push(Observation::seen(
                origin,
                "containers of the product",
                "left apart: known by image repository and label",
                format!("{} ({})", parts.join(", "), product.shown()),
                true,
            ));
        }
        for (exemption, origin, names) in exempt {
            lines.push(Observation::seen(
                origin,
                format!("containers that {} exempts", selector(exemption)),
                format!("left apart until {}: {}", exemption.expires, exemption.reason),
                names.shown(),
                true,
            ));
        }
        lines.extend(self.expired_lines());
        lines
    }

    fn expired_lines(&self) -> Vec<Observation> {
        let mut groups: Vec<(&Exemption, At<'_>, Names)> = Vec::new();
        for (exemption, placed) in &self.expired {
            match groups.iter_mut().find(|(e, ..)| std::ptr::eq(*e, *exemption)) {
                Some((_, _, names)) => names.add(placed),
                None => {
                    let mut names = Names::default();
                    names.add(placed);
                    groups.push((exemption, placed.origin.whole(), names));
                }
            }
        }
        groups
            .into_iter()
            .map(|(exemption, origin, names)| {
                Observation::seen(
                    origin,
                    format!("containers that {} exempted", selector(exemption)),
                    format!("judged: the exemption ended on {}", exemption.expires),
                    names.shown(),
                    true,
                )
            })
            .collect()
    }
}

/// The selector as the policy writes it.
fn selector(exemption: &Exemption) -> String {
    match &exemption.selector {
        Selector::Name(pattern) => format!("name:{pattern}"),
        Selector::Image(pattern) => format!("image:{pattern}"),
        Selector::Label(key, None) => format!("label:{key}"),
        Selector::Label(key, Some(value)) => format!("label:{key}={value}"),
    }
}

/// Names for one line: each once, in order, and a count of all.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    distinct: BTreeSet<&'a str>,
    count: u64,
}

impl<'a> Names<'a> {
    pub(super) fn add(&mut self, placed: &Placed<'a>) {
        self.distinct.insert(&placed.container.name);
        self.count += 1;
    }

    pub(super) fn shown(&self) -> String {
        let mut names: Vec<&str> = self.distinct.iter().copied().take(NAMED).collect();
        let more = self.distinct.len().saturating_sub(NAMED);
        let rest = format!("and {more} more names");
        if more > 0 {
            names.push(&rest);
        }
        format!("{}: {}", counted(self.count, "container", "containers"), names.join(", "))
    }
}

/// What a rule may look at besides the container itself.
#[derive(Debug)]
pub struct Context<'a> {
    /// The organisation's values.
    pub policy: &'a Policy,
    all: Vec<Placed<'a>>,
    engines: Vec<(&'a str, &'a Info)>,
    around: Around<'a>,
    running: HashMap<&'a str, &'a Running>,
    index: OnceCell<Index<'a>>,
}

#[derive(Debug)]
struct Index<'a> {
    ids: HashMap<&'a str, usize>,
    names: HashMap<(&'a str, &'a str), usize>,
}

/// Where a mode leads that may be `container:<id>`.
#[derive(Debug, PartialEq, Eq)]
pub enum Led<'a> {
    /// To this word, the container's own or that of the container named.
    To(&'a str, Option<&'a str>),
    /// Nobody can say, for this reason.
    Lost(String),
}

impl<'a> Context<'a> {
    /// What is around these containers.
    #[must_use]
    pub fn new(facts: &'a Facts, policy: &'a Policy, population: &Population<'a>) -> Self {
        let nodes = facts.engines.iter().filter(|e| e.reach == Reach::Node);
        let engines = nodes
            .filter_map(|engine| match &engine.info {
                Fact::Read(read) => Some((engine.place(), &read.value)),
                Fact::Partial { .. } | Fact::Absent(_) => None,
            })
            .collect();
        let processes = facts.engines.iter().filter_map(|engine| match &engine.processes {
            Fact::Read(read) | Fact::Partial { read, .. } => Some(&read.value.running),
            Fact::Absent(_) => None,
        });
        let running = processes.flatten().map(|running| (running.id.as_str(), running)).collect();
        let around = Around::new(facts);
        Context { policy, all: population.all().collect(), engines, around, running, index: OnceCell::new() }
    }

    /// The programs of a container, where it ran and they were seen.
    pub(super) fn running(&self, container: &Container) -> Option<&'a Running> {
        self.running.get(container.id.as_str()).copied()
    }

    /// The volumes and hosts around it.
    pub(super) fn around(&self) -> &Around<'a> {
        &self.around
    }

    /// What the engine of a node says of itself, where it was asked.
    #[must_use]
    pub fn engine(&self, node: &str) -> Option<&'a Info> {
        let found = self.engines.iter().find(|(place, _)| *place == node);
        found.map(|(_, info)| *info)
    }

    /// What every engine says of itself.
    pub(super) fn engines(&self) -> &[(&'a str, &'a Info)] {
        &self.engines
    }

    /// Follows `container:<id>` to the container that it names, and on from there.
    pub fn lead(&self, from: &Placed<'a>, name: &str, mode: fn(&Container) -> &Field<String>) -> Led<'a> {
        let mut at = *from;
        let mut through = None;
        let mut passed: Vec<&str> = Vec::new();
        loop {
            let word = match mode(at.container) {
                Field::Is(word) => word.as_str(),
                other => return Led::Lost(unsaid(name, other)),
            };
            let Some(target) = word.strip_prefix("container:") else {
                return Led::To(word, through);
            };
            passed.push(&at.container.id);
            let Some(next) = self.find(at.node, target) else {
                return Led::Lost(format!("{name} is {word}, a container that is not there"));
            };
            if passed.contains(&next.container.id.as_str()) {
                return Led::Lost(format!("{name} is {word}, which leads back to itself"));
            }
            through = Some(next.container.name.as_str());
            at = *next;
        }
    }

    /// The container of a node that an id, its beginning or a name stands for.
    fn find(&self, node: &str, reference: &str) -> Option<&Placed<'a>> {
        let index = self.index.get_or_init(|| {
            let mut ids = HashMap::new();
            let mut names = HashMap::new();
            for (at, placed) in self.all.iter().enumerate() {
                ids.insert(placed.container.id.as_str(), at);
                names.insert((placed.node, placed.container.name.as_str()), at);
            }
            Index { ids, names }
        });
        let reference = reference.trim_start_matches('/');
        let by_id = index.ids.get(reference);
        if let Some(at) = by_id.or_else(|| index.names.get(&(node, reference))) {
            return self.all.get(*at);
        }
        // A beginning that is too short, or that two containers share, names none.
        let is_hex = reference.len() >= 12 && reference.chars().all(|c| c.is_ascii_hexdigit());
        let mut begins = self.all.iter().filter(|p| is_hex && p.container.id.starts_with(reference));
        let only = begins.next();
        only.filter(|_| begins.next().is_none())
    }
}

/// What is said of a field that has no value of the known type.
pub fn unsaid<T>(name: &str, field: &Field<T>) -> String {
    match field {
        Field::Absent => format!("the engine does not say {name}"),
        Field::Null => format!("{name} is null"),
        Field::Odd(kind) => format!("{name} is {kind}, which nothing is known about"),
        Field::Is(_) => format!("{name} has a value that nothing is known about"),
    }
}
