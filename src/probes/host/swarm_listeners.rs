//! Swarm managers listen on one address.
//!
//! How this could pass without evidence: tables of another network namespace, IPv6 forgotten, a manager
//! whose port is not 2377, a node that is taken for a worker because nothing listens. The collector reads
//! the first process's tables, both of them; the port is also taken from what the engine remembers; and
//! only who is known to be no manager is outside of the rule.

use super::{Tally, Words};
use crate::facts::fleet::Known;
use crate::facts::host::{Listener, Listeners, Looked};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe};

#[cfg(test)]
pub(super) use tests::cases;

/// DKER-EE-006270.
pub struct SwarmListeners;

static CARD: Card = Card {
    name: "host-swarm-listeners",
    asks: "Every swarm manager accepts management traffic on one address only",
    needs: &[Need::HostListeners, Need::EngineNodes],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: "On each manager:\n  ss -ltn 'sport = :2377'",
    met: Met::RealProduct,
};

/// The port of a swarm's management where nobody has chosen another.
const PORT: u16 = 2377;
const WANTED: &str = "one address of the node";

impl Probe for SwarmListeners {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        // Workers do not listen: the rule is about managers.
        let hosts =
            facts.hosts_with(|host| host.listeners.read(), |node| node.role != "worker" && node.os != "windows")?;
        // One that is not known is missed by name ([`Facts::hosts_with`]).
        let roster = if facts.engines.is_empty() { None } else { facts.roster().ok() };
        let mut tally = Tally::default();
        for (host, read) in &hosts.seen {
            let role = roster.and_then(|roster| {
                let mut nodes = roster.nodes().iter();
                let node = nodes.find(|node| node.hostname.eq_ignore_ascii_case(&host.name))?;
                Some(node.role.as_str())
            });
            judge(&host.name, read, role, roster == Some(Known::Alone), &mut tally);
        }
        let words = Words {
            pass: "Swarm managers accept management traffic on one address only.",
            fail: "A swarm manager accepts management traffic on every address it has.",
            undecided: "Where every swarm manager listens could not be seen.",
            outside: "No host is a manager of a swarm: nothing listens for management traffic.",
            letter: "",
        };
        Ok(tally.conclude(&hosts, &words))
    }
}

fn judge(host: &str, read: &Read<Listeners>, role: Option<&str>, alone: bool, tally: &mut Tally) {
    let (value, origin) = (&read.value, &read.origin);
    let own = value.swarm.get().and_then(|state| port_of(&state.listen));
    let is_management = |listener: &&Listener| listener.port == PORT || Some(listener.port) == own;
    let found: Vec<&Listener> = value.tcp.iter().filter(is_management).collect();
    for listener in &found {
        let subject = format!("{host}: port {}", listener.port);
        let actual = listener.address.to_string();
        let holds = !listener.is_everywhere();
        tally.observations.push(Observation::seen(origin, subject, WANTED, actual, holds));
    }
    if !found.is_empty() {
        return;
    }
    let nothing = format!("nothing listens on port {}", own.unwrap_or(PORT));
    let outside = match (role, &value.swarm) {
        (Some("worker"), _) => Ok("the node is a worker"),
        (Some(_), _) => Err("the node is a manager"),
        (None, Looked::Missing) => Ok("the engine is in no swarm"),
        (None, Looked::Is(state)) if !state.manager => Ok("the engine keeps no state of a swarm: a worker"),
        (None, Looked::Is(_)) => Err("the engine keeps the state of a swarm, as managers do"),
        (None, Looked::Unseen(_)) if alone => Ok("the engine says that it is in no swarm"),
        (None, Looked::Unseen(_)) => Err("whether the engine is in a swarm was not seen"),
    };
    match outside {
        Ok(why) => {
            let actual = format!("{nothing}; {why}");
            tally.outside.push(Observation::seen(origin, host, WANTED, actual, true));
        }
        Err(why) => {
            let actual = format!("{nothing}; {why}");
            tally.observations.push(Observation::undecided(origin, host, WANTED, actual));
        }
    }
}

fn port_of(address: &str) -> Option<u16> {
    address.rsplit_once(':')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::host::SwarmState;
    use crate::facts::swarm::{Node, Roster};
    use crate::probes::cases::{Case, Kind, broken, read};
    use crate::probes::host::model::{NAME, host};
    use crate::xccdf::Verdict;

    fn with(addresses: &[&str], swarm: Looked<SwarmState>) -> Facts {
        let mut facts = host();
        let tcp = addresses.iter().map(|text| {
            let (address, port) = text.rsplit_once(' ').expect("an address and a port");
            Listener { address: address.parse().expect("an address"), port: port.parse().expect("a port") }
        });
        let listeners = Listeners { tcp: tcp.collect(), swarm };
        facts.hosts[0].listeners = read(Need::HostListeners, listeners);
        facts
    }

    fn state(listen: &str, manager: bool) -> Looked<SwarmState> {
        Looked::Is(SwarmState { listen: listen.into(), manager })
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let mut all = Vec::new();
        let mut add = |kind, what: &str, facts, verdict| {
            all.push(Case::new(&SwarmListeners, kind, what, facts, verdict));
        };
        let manager = || state("0.0.0.0:2377", true);
        add(Kind::Passes, "one address", with(&["10.0.0.5 2377", "0.0.0.0 22"], manager()), Verdict::Pass);
        add(Kind::Fails, "every address", with(&[":: 2377"], manager()), Verdict::Fail);
        add(Kind::Fails, "every address of IPv4", with(&["0.0.0.0 2377"], manager()), Verdict::Fail);
        let other = with(&["0.0.0.0 4000"], state("0.0.0.0:4000", true));
        add(Kind::Fails, "another port", other, Verdict::Fail);
        add(Kind::Absent, "a manager that does not listen", with(&[], manager()), Verdict::Error);
        add(Kind::Absent, "no swarm", with(&[], Looked::Missing), Verdict::NotApplicable);
        let worker = with(&[], state("0.0.0.0:2377", false));
        add(Kind::Absent, "a worker", worker, Verdict::NotApplicable);
        let unseen = || Looked::Unseen("permission denied".into());
        add(Kind::Absent, "no swarm, says the engine", with(&[], unseen()), Verdict::NotApplicable);
        let mut nobody = with(&[], unseen());
        nobody.engines.clear();
        add(Kind::Absent, "nobody says", nobody, Verdict::Error);
        let mut lost = with(&[], manager());
        lost.hosts[0].listeners = broken();
        add(Kind::Broken, "no answer", lost, Verdict::Error);
        all
    }

    #[test]
    fn the_roster_says_who_is_a_manager() {
        let node =
            |hostname: &str, role: &str| Node { hostname: hostname.into(), role: role.into(), ..Node::default() };
        let decide = |nodes: Vec<Node>, addresses: &[&str]| {
            let mut facts = with(addresses, Looked::Missing);
            facts.engines[0].nodes = read(Need::EngineNodes, Roster::Nodes(nodes));
            let finding = SwarmListeners.decide(&facts, &Policy::default());
            finding.unwrap_or_else(Finding::from).verdict()
        };
        let (manager, worker) = (node(NAME, "manager"), node("w1", "worker"));
        let one = ["10.0.0.5 2377"];
        assert_eq!(decide(vec![manager.clone(), worker], &one), Verdict::Pass);
        assert_eq!(decide(vec![manager.clone(), node("m2", "manager")], &one), Verdict::Error);
        assert_eq!(decide(vec![manager], &[]), Verdict::Error);
        assert_eq!(decide(vec![node(NAME, "worker")], &[]), Verdict::NotApplicable);
    }
}
