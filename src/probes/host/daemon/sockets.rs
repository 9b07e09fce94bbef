//! Engines, and systemd for them, listen on no TCP socket.

use super::super::{Tally, Words, on_linux};
use super::listed;
use crate::facts::field::Field;
use crate::facts::host::{Daemon, UnitState, is_tcp_stream};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe};

/// DKER-EE-001050.
pub struct TcpSockets;

static TCP: Card = Card {
    name: "host-tcp-socket",
    asks: "No engine listens on a TCP socket",
    needs: &[Need::HostDaemon, Need::EngineNodes],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: "On each node, as root:\n  \
        tr '\\0' ' ' < /proc/$(pidof dockerd)/cmdline\n  \
        grep hosts /etc/docker/daemon.json\n  \
        systemctl show -p Listen docker.socket",
    met: Met::RealProduct,
};

impl Probe for TcpSockets {
    fn card(&self) -> &'static Card {
        &TCP
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let hosts = facts.hosts_with(|host| host.daemon.read(), on_linux)?;
        let mut tally = Tally::default();
        for (host, read) in &hosts.seen {
            sockets(&host.name, read, &mut tally);
        }
        let words = Words {
            pass: "No engine listens on a TCP socket.",
            fail: "An engine listens on a TCP socket, or systemd does for it.",
            undecided: "Where every engine listens could not be seen.",
            outside: "",
            letter: "ps shows the arguments of running engines only: neither daemon.json nor the sockets that systemd opens",
        };
        Ok(tally.conclude(&hosts, &words))
    }
}

/// `unix://` and `fd://` are no TCP; an address without a scheme is.
fn is_tcp(address: &str) -> bool {
    let address = address.trim().to_ascii_lowercase();
    let local = ["unix://", "fd://", "npipe://"];
    !address.is_empty() && !local.iter().any(|scheme| address.starts_with(scheme))
}

fn sockets(host: &str, read: &Read<Daemon>, tally: &mut Tally) {
    const WANTED: &str = "no TCP address";
    let (daemon, origin) = (&read.value, &read.origin);
    let mut undecided = |subject: String, why: String| {
        tally.observations.push(Observation::undecided(origin, subject, WANTED, why));
    };
    let said = daemon.said().unwrap_or_else(|reason| {
        undecided(host.to_owned(), reason);
        // What can be seen may hold a finding nonetheless.
        daemon.seen()
    });
    let mut listens: Vec<(String, String, bool)> = Vec::new();
    for said in &said {
        match &said.settings.hosts {
            Field::Is(hosts) => {
                listens.extend(hosts.iter().map(|address| (said.place.clone(), address.clone(), is_tcp(address))));
            }
            Field::Odd(kind) => undecided(format!("{host}: {}", said.place), format!("hosts is {kind}")),
            Field::Absent | Field::Null => {}
        }
    }
    for socket in &daemon.sockets {
        let unit = &socket.unit;
        if let UnitState::Unseen(reason) = &unit.state {
            undecided(format!("{host}: {}", unit.name), reason.clone());
        }
        for reason in &unit.unread {
            undecided(format!("{host}: {}", unit.name), reason.clone());
        }
        let streams = socket.listen.iter();
        listens.extend(streams.map(|l| (unit.name.clone(), l.clone(), is_tcp_stream(l))));
    }
    let (open, fine): (Vec<_>, Vec<_>) = listens.into_iter().partition(|(.., tcp)| *tcp);
    for (place, address, _) in open {
        let subject = format!("{host}: {place}");
        tally.observations.push(Observation::seen(origin, subject, WANTED, address, false));
    }
    let fine: Vec<String> = fine.into_iter().map(|(place, address, _)| format!("{address} ({place})")).collect();
    let fine = if fine.is_empty() { "none given: the engine's own socket".into() } else { fine.join(", ") };
    tally.observations.push(Observation::seen(origin, host, WANTED, fine, true));
    tally.letter.push(listed(daemon, |settings| {
        !settings.hosts.get().is_some_and(|hosts| hosts.iter().any(|host| is_tcp(host)))
    }));
}
