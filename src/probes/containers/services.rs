//! The services of the swarm: the ports that they publish on every node are shown by none of their
//! containers.

use std::collections::HashSet;

use super::Seen;
use super::population::{Context, Placed};
use crate::facts::container::Container;
use crate::facts::swarm::{Roster, Service};
use crate::facts::{Absent, At, Fact, Facts, Origin};
use crate::finding::{Observation, Parts};
use crate::probes::product;

/// All services, each once. An engine in no swarm has none, and a worker cannot list them; any other engine
/// that was asked and did not say them leaves them unknown.
pub(super) fn read<'a>(facts: &'a Facts, parts: &mut Parts) -> Vec<(&'a Origin, &'a Service)> {
    let mut all = Vec::new();
    let mut known = HashSet::new();
    let mut lost = None;
    let mut seen = false;
    for engine in &facts.engines {
        let roster = match &engine.nodes {
            Fact::Read(read) => Some(&read.value),
            Fact::Partial { .. } | Fact::Absent(_) => None,
        };
        let (part, missing) = engine.services.part();
        if let Some(read) = part {
            seen = true;
            let list = read.value.list.iter();
            let new = list.filter(|service| known.insert(service.id.as_str()));
            all.extend(new.map(|service| (&read.origin, service)));
        }
        match (missing, roster) {
            (Some(_), Some(Roster::NoSwarm)) => seen = true,
            (None, _) | (Some(_), Some(Roster::Worker)) => {}
            (Some(absent), _) => {
                if matches!(absent, Absent::Failed { .. }) {
                    lost = Some(absent);
                }
            }
        }
    }
    if let Some(lost) = lost {
        parts.lack(&lost);
    } else if !seen {
        // None said them: the reason that weighs most.
        parts.take(facts.cluster_wide(|engine| &engine.services));
    }
    all
}

/// Asks each service, and adds what it says to the observations. Gives what the evidence does not hold of some.
pub(super) fn judge(
    services: &[(&Origin, &Service)],
    context: &Context<'_>,
    rules: &[&str],
    expected: &'static str,
    ask: fn(&Service, &Placed<'_>, &Context<'_>) -> Seen,
    observations: &mut Vec<Observation>,
) -> Option<Absent> {
    let (origin, _) = services.first()?;
    let mut lacking = None;
    let mut held = 0_u64;
    let mut products = 0_u64;
    let mut judged = 0_u64;
    for (origin, service) in services {
        let stands_for = Container {
            name: service.name.clone(),
            image: service.image.clone(),
            labels: service.labels.clone(),
            ..Container::default()
        };
        let placed = Placed { origin: At::from(origin), node: "every node", container: &stands_for };
        if product::part(&stands_for).is_some() {
            products += 1;
            continue;
        }
        let subject = || format!("service {}", service.name);
        let day = origin.at.date_naive();
        let exempt = context.policy.con_exempt.iter().find(|e| {
            let is_about = e.rules.is_empty() || e.rules.iter().any(|r| rules.contains(&r.as_str()));
            is_about && day <= e.expires && e.selector.selects(&stands_for)
        });
        if let Some(exempt) = exempt {
            let until = format!("left apart until {}: {}", exempt.expires, exempt.reason);
            observations.push(Observation::seen(origin, subject(), until, "exempt", true));
            continue;
        }
        judged += 1;
        match ask(service, &placed, context) {
            Seen::Holds => held += 1,
            Seen::Noted(note) => {
                held += 1;
                let noted = Observation::seen(origin, subject(), "reported, not judged", note, true);
                observations.push(noted);
            }
            Seen::Offends(actual) => {
                let open = Observation::seen(origin, subject(), expected, actual, false);
                observations.push(open);
            }
            Seen::Lacking(absent) => lacking = lacking.or(Some(absent)),
            Seen::Unsaid(why) => {
                observations.push(Observation::undecided(origin, subject(), expected, why));
            }
        }
    }
    let apart = match products {
        0 => String::new(),
        n => format!("; {n} of the product left apart"),
    };
    observations.push(Observation::seen(
        origin,
        "services of the swarm",
        expected,
        format!("{held} of {judged}{apart}"),
        true,
    ));
    lacking
}
