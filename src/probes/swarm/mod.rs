//! What the swarm as a whole must be: locked, with few managers, short-lived certificates, encrypted
//! networks, and secrets where applications need them.
//!
//! How these could pass without evidence: a worker's view taken for the swarm's; several swarms of
//! which only the first was looked at; an engine outside a swarm taken for a swarm without faults.
//! Every engine that says something is held against the requirement, a list counts as the swarm's
//! only from a manager or UCP, and an engine outside a swarm shows that the rule is not about it only
//! if every engine that was asked stands outside one.

mod managers;
mod networks;
mod secrets;
mod settings;

use crate::facts::engine::Info;
use crate::facts::field::Field;
use crate::facts::proof::Proven;
use crate::facts::{Absent, Engine, Fact, Facts, Reach, Read};
use crate::finding::{Finding, Observation};

pub use managers::{MANAGERS, Managers};
pub use networks::{ENCRYPTED_NETWORKS, EncryptedNetworks, IPSEC};
pub use secrets::{SECRETS, SecretsInUse};
pub use settings::{AUTOLOCK, CERTIFICATE_EXPIRY, Setting};

#[cfg(test)]
pub(super) use tests::cases;

/// What every engine that answered says of itself, with where it was asked. At least one has to answer.
fn infos(facts: &Facts) -> Result<Vec<(&Engine, &Read<Info>)>, Absent> {
    said(facts, |engine| &engine.info)
}

/// What every engine that answered says of something. At least one has to answer.
fn said<T: Proven>(facts: &Facts, pick: impl Fn(&Engine) -> &Fact<T>) -> Result<Vec<(&Engine, &Read<T>)>, Absent> {
    facts.cluster_wide(&pick)?;
    let engines = facts.engines.iter();
    let said = engines.filter_map(|engine| Some((engine, pick(engine).read().ok()?)));
    Ok(said.collect())
}

/// The finding that the rule is not about these engines, if each that was asked, and there is none that
/// was not, says that it stands outside of any swarm.
fn outside(facts: &Facts, infos: &[(&Engine, &Read<Info>)], about: &str) -> Option<Finding> {
    let all = !infos.is_empty()
        && infos.len() == facts.engines.len()
        && infos.iter().all(|(engine, read)| {
            let state = &read.value.swarm.state;
            engine.reach == Reach::Node && *state == Field::Is("inactive".to_owned())
        });
    all.then(|| {
        let observations = infos.iter().map(|(engine, read)| {
            Observation::seen(
                &read.origin,
                format!("Swarm.LocalNodeState of {}", engine.place()),
                "listed, not judged",
                "inactive",
                true,
            )
        });
        let summary = format!("There is no swarm: no engine that was asked is in one, and this is about {about}.");
        Finding::not_applicable(observations.collect(), summary)
    })
}

/// Whether it is a manager of a swarm, or UCP, which speaks for one.
fn is_manager(engine: &Engine) -> bool {
    engine.reach == Reach::Cluster
        || matches!(&engine.info, Fact::Read(read) if read.value.swarm.manager == Field::Is(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Need;
    use crate::probes::cases::{Case, read};
    use crate::probes::engine::tests::engine;

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        [settings::cases(), managers::cases(), networks::cases(), secrets::cases()].into_iter().flatten().collect()
    }

    /// An engine in a swarm, as a manager or a worker.
    pub(super) fn member(name: &str, manager: bool) -> Engine {
        let mut info = Info::default();
        info.swarm.state = Field::Is("active".into());
        info.swarm.manager = Field::Is(manager);
        engine(name, info)
    }

    /// An engine that is in no swarm.
    pub(super) fn alone(name: &str) -> Engine {
        let mut info = Info::default();
        info.swarm.state = Field::Is("inactive".into());
        info.swarm.manager = Field::Is(false);
        engine(name, info)
    }

    /// UCP, which speaks for the swarm.
    pub(super) fn ucp() -> Engine {
        let mut info = Info { server_version: "ucp/3.2.4".into(), ..Info::default() };
        info.swarm.state = Field::Is("active".into());
        info.swarm.manager = Field::Is(true);
        Engine {
            address: "https://ucp.example.mil".into(),
            reach: Reach::Cluster,
            info: read(Need::EngineInfo, info),
            ..Engine::default()
        }
    }

    pub(super) fn of(engines: Vec<Engine>) -> Facts {
        Facts { engines, ..Facts::default() }
    }
}
