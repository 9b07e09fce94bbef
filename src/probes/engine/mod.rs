//! What every single engine must be or have: FIPS mode, `SELinux`, a storage driver, no experiments.
//!
//! How these could pass without evidence: an engine that nobody asked; UCP's combined answer taken for
//! an engine's own, in which drivers and security options are empty; a field that is not there taken
//! for what it would be by default. The roster of the swarm names the first
//! ([`Facts::every_engine`]); an answer that UCP gave, whatever address it came from, is undecided
//! ([`is_ucp`]), and so is a field without a value.

mod experimental;
mod product_images;
mod security_options;
mod signed_images;
mod storage_driver;
mod supported;
pub(super) mod version;

use crate::facts::engine::{Info, Version};
use crate::facts::fleet::Everywhere;
use crate::facts::{Absent, Facts, Origin, Read};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::probes::{Card, Probe, counted};
use crate::xccdf::Verdict;

pub use experimental::EXPERIMENTAL;
pub use product_images::{OLD_IMAGES, OLD_IMAGES_MKE, OldImages};
pub use security_options::{CONTROLLER_FIPS, FIPS, SELINUX};
pub use signed_images::{SIGNED_IMAGES, SignedImages};
pub use storage_driver::{STORAGE_DRIVER, STORAGE_DRIVER_MKE};
pub use supported::{SUPPORTED, Supported};

#[cfg(test)]
pub(in crate::probes) use tests::cases;

/// A probe about every single engine.
pub struct EveryEngine {
    card: &'static Card,
    /// What is looked at, in words.
    subject: &'static str,
    /// What the requirement wants.
    expected: &'static str,
    look: Look,
    /// Why the letter of the check may part from the requirement.
    letter: &'static str,
}

/// Which fact is looked at, and how.
enum Look {
    Info(fn(&Info) -> Answer),
    Version(fn(&Version) -> Answer),
}

/// What one engine says.
struct Answer {
    seen: Seen,
    /// Whether the check's own command would find it in order.
    by_letter: bool,
}

/// What that means.
enum Seen {
    /// As it must be.
    Holds,
    /// A finding, and what is there.
    Open(String),
    /// It does not say, and what it does instead.
    Undecided(String),
    /// The requirement is not about this engine, and what shows it.
    Apart(String),
}

impl From<Seen> for Answer {
    /// The letter agrees.
    fn from(seen: Seen) -> Self {
        let by_letter = !matches!(seen, Seen::Open(_));
        Answer { seen, by_letter }
    }
}

/// Whether UCP speaks, which answers for all of its engines and says nothing about a single one.
fn is_ucp(version: &str) -> bool {
    version.starts_with("ucp/") || version.starts_with("mke/")
}

/// What an answer of UCP's is worth here.
fn ucp_speaks() -> Seen {
    Seen::Undecided("UCP's combined answer, which says nothing about a single engine".into())
}

impl Probe for EveryEngine {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        match self.look {
            Look::Info(look) => {
                let everywhere = facts.every_engine(|engine| &engine.info)?;
                Ok(self.judge(&everywhere, look))
            }
            Look::Version(look) => {
                let everywhere = facts.every_engine(|engine| &engine.version)?;
                Ok(self.judge(&everywhere, look))
            }
        }
    }
}

impl EveryEngine {
    fn judge<T>(&self, everywhere: &Everywhere<'_, T>, look: fn(&T) -> Answer) -> Finding {
        let seen: Vec<_> = everywhere.seen().map(|(place, read)| (place, read, look(&read.value))).collect();
        let observations = self.observations(&seen);
        let all_apart = seen.iter().all(|(.., a)| matches!(a.seen, Seen::Apart(_)));
        if all_apart && everywhere.missed().is_empty() {
            let summary = format!("This is about no engine here: {}.", self.card.asks);
            return Finding::not_applicable(observations, summary).on(everywhere);
        }
        let finding = Finding::over(everywhere, observations, |verdict| match verdict {
            Verdict::Pass => format!("On every engine that was asked: {}.", self.card.asks),
            Verdict::Fail => format!("Not on every engine: {}.", self.card.asks),
            _ => format!("An engine does not say whether this holds: {}.", self.card.asks),
        });
        let by_letter = if seen.iter().all(|(.., a)| a.by_letter) { Verdict::Pass } else { Verdict::Fail };
        // Where something was not seen, the letter has nothing to go by either.
        if finding.verdict().is_undecided() {
            return finding;
        }
        finding.beside_letter(by_letter, self.letter)
    }

    fn observations<T>(&self, seen: &[(&str, &Read<T>, Answer)]) -> Vec<Observation> {
        let mut observations = Vec::new();
        let mut holding: Option<(&Origin, u64)> = None;
        for (place, read, answer) in seen {
            let subject = format!("{} of {place}", self.subject);
            let origin = &read.origin;
            observations.extend(match &answer.seen {
                Seen::Holds => {
                    holding.get_or_insert((origin, 0)).1 += 1;
                    None
                }
                Seen::Open(actual) => Some(Observation::seen(origin, subject, self.expected, actual, false)),
                Seen::Undecided(actual) => Some(Observation::undecided(origin, subject, self.expected, actual)),
                Seen::Apart(shows) => Some(Observation::seen(origin, subject, "listed, not judged", shows, true)),
            });
        }
        if let Some((origin, count)) = holding {
            let of = counted(seen.len() as u64, "engine", "engines");
            observations.push(Observation::seen(
                origin.whole(),
                self.subject,
                self.expected,
                format!("{count} of {of}"),
                true,
            ));
        }
        observations
    }
}

#[cfg(test)]
pub(in crate::probes) mod tests {
    use super::*;
    use crate::facts::swarm::{Node, Roster};
    use crate::facts::{Engine, Need, Reach};
    use crate::probes::cases::{Case, read};

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        [
            security_options::cases(),
            storage_driver::cases(),
            experimental::cases(),
            product_images::cases(),
            signed_images::cases(),
            supported::cases(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The engine of a node, which says this of itself.
    pub(in crate::probes) fn engine(name: &str, mut info: Info) -> Engine {
        info.name = name.into();
        info.swarm.node_id = format!("id-{name}");
        if info.server_version.is_empty() {
            info.server_version = "19.03.5".into();
        }
        Engine {
            address: format!("tcp://{name}:2376"),
            reach: Reach::Node,
            info: read(Need::EngineInfo, info),
            ..Engine::default()
        }
    }

    /// These engines, in a swarm that has no other nodes.
    pub(in crate::probes) fn swarm_of(engines: Vec<Engine>) -> Facts {
        let names: Vec<&str> = engines.iter().map(Engine::place).collect();
        let nodes = Roster::Nodes(names.into_iter().map(node).collect());
        let mut facts = Facts { engines, ..Facts::default() };
        if let Some(first) = facts.engines.first_mut() {
            first.nodes = read(Need::EngineNodes, nodes);
        }
        facts
    }

    fn node(name: &str) -> Node {
        Node {
            id: format!("id-{name}"),
            hostname: name.into(),
            role: "manager".into(),
            state: "ready".into(),
            ..Node::default()
        }
    }

    /// One engine in a swarm of its own, whose answer did not come.
    pub(in crate::probes) fn silent() -> Facts {
        let mut facts = swarm_of(vec![engine("m1", Info::default())]);
        for (_, fact) in facts.engines.iter_mut().flat_map(Engine::each_mut) {
            fact.lose(Absent::Failed { request: "GET x".into(), reason: "connection refused".into() });
        }
        facts
    }

    #[test]
    fn a_node_that_was_not_asked_is_missed() {
        let fine = Info { storage_driver: crate::facts::field::Field::Is("overlay2".into()), ..Info::default() };
        let mut facts = swarm_of(vec![engine("m1", fine.clone()), engine("w1", fine)]);
        let decide = |facts: &Facts| {
            let finding = STORAGE_DRIVER.decide(facts, &Policy::default());
            finding.map(|f| (f.verdict(), f.summary().to_owned()))
        };
        assert_eq!(decide(&facts).expect("a finding").0, Verdict::Pass);
        facts.engines.truncate(1);
        let (verdict, summary) = decide(&facts).expect("a finding");
        assert_eq!(verdict, Verdict::Error);
        assert!(summary.contains("w1"), "{summary}");
        facts.engines[0].reach = Reach::Cluster;
        assert!(decide(&facts).is_err(), "UCP's answer is no engine's");
    }
}
