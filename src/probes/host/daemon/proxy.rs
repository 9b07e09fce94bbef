//! Engines outside of UCP clusters run without the userland proxy.

use super::super::{Tally, Words, on_linux};
use super::listed;
use crate::facts::field::Field;
use crate::facts::host::{Daemon, Looked, Said};
use crate::facts::swarm::Roster;
use crate::facts::{Absent, Fact, Facts, Host, Need, Reach, Read};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe};

/// DKER-EE-001830.
pub struct UserlandProxy;

static PROXY: Card = Card {
    name: "host-userland-proxy",
    asks: "An engine outside of a UCP cluster runs without the userland proxy",
    needs: &[Need::HostDaemon, Need::EngineNodes],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: "On each node, as root:\n  \
        tr '\\0' ' ' < /proc/$(pidof dockerd)/cmdline\n  \
        grep userland-proxy /etc/docker/daemon.json\n  \
        docker volume ls --quiet --filter name=ucp-\n\
        A node of a UCP cluster has volumes of UCP's.",
    met: Met::RealProduct,
};

impl Probe for UserlandProxy {
    fn card(&self) -> &'static Card {
        &PROXY
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let hosts = facts.hosts_with(|host| host.daemon.read(), on_linux)?;
        let mut tally = Tally::default();
        for (host, read) in &hosts.seen {
            if let Some(outside) = in_ucp_cluster(facts, host, read) {
                tally.outside.push(outside);
                continue;
            }
            tally.observations.push(proxy(&host.name, read));
            tally.letter.push(match read.value.listed() {
                Some(listed) if listed.is_empty() => None,
                _ => listed(&read.value, |settings| settings.userland_proxy == Field::Is(false)),
            });
        }
        let words = Words {
            pass: "Every engine that stands alone runs without the userland proxy.",
            fail: "An engine that stands alone runs with the userland proxy, which is on unless it is switched off.",
            undecided: "Whether every engine runs without the userland proxy could not be seen.",
            outside: "The hosts are nodes of a UCP cluster, which needs the userland proxy.",
            letter: "ps shows the arguments of running engines only: not daemon.json, where the fix of the rule wants the setting",
        };
        Ok(tally.conclude(&hosts, &words))
    }
}

/// What shows that a host is one of UCP's: its volumes, or UCP itself that lists it.
fn in_ucp_cluster(facts: &Facts, host: &Host, read: &Read<Daemon>) -> Option<Observation> {
    const OUTSIDE: &str = "the rule is about engines outside of UCP clusters";
    if let Looked::Is(path) = &read.value.ucp_volume {
        let actual = format!("a node of UCP's: {path} is there");
        return Some(Observation::seen(&read.origin, &host.name, OUTSIDE, actual, true));
    }
    let ucps = facts.engines.iter().filter(|engine| engine.reach == Reach::Cluster);
    for ucp in ucps {
        if let Fact::Read(nodes) = &ucp.nodes
            && let Roster::Nodes(list) = &nodes.value
            && list.iter().any(|node| node.hostname.eq_ignore_ascii_case(&host.name))
        {
            let actual = format!("a node of UCP's: {} lists it", ucp.address);
            return Some(Observation::seen(&nodes.origin, &host.name, OUTSIDE, actual, true));
        }
    }
    None
}

fn proxy(host: &str, read: &Read<Daemon>) -> Observation {
    const WANTED: &str = "userland-proxy is false";
    let origin = &read.origin;
    let said = match read.value.said() {
        Ok(said) => said,
        Err(reason) => {
            let on = |said: &&Said<'_>| said.settings.userland_proxy == Field::Is(true);
            return match (read.value.seen().iter().find(on), &read.value.ucp_volume) {
                (Some(on), Looked::Missing) => {
                    let actual = format!("true in {}", on.place);
                    Observation::seen(origin, host, WANTED, actual, false)
                }
                _ => Observation::undecided(origin, host, WANTED, reason),
            };
        }
    };
    let set: Vec<_> =
        said.iter().filter(|said| !matches!(said.settings.userland_proxy, Field::Absent | Field::Null)).collect();
    if let Some(odd) = set.iter().find(|said| said.settings.userland_proxy.is_odd()) {
        let actual = format!("neither true nor false in {}", odd.place);
        return Observation::undecided(origin, host, WANTED, actual);
    }
    let on: Vec<&str> = set
        .iter()
        .filter(|said| said.settings.userland_proxy != Field::Is(false))
        .map(|said| said.place.as_str())
        .collect();
    let places: Vec<&str> = said.iter().map(|said| said.place.as_str()).collect();
    let (holds, actual) = match (set.as_slice(), on.as_slice()) {
        ([], _) => (false, format!("not set in {} (the default is true)", places.join(", "))),
        (_, []) => (true, "false".into()),
        (_, on) => (false, format!("true in {}", on.join(", "))),
    };
    if !holds && let Some(reason) = read.value.ucp_volume.unseen() {
        let actual = format!("{actual}; whether the node is one of UCP's is not known: {reason}");
        return Observation::undecided(origin, host, WANTED, actual);
    }
    Observation::seen(origin, host, WANTED, actual, holds)
}
