//! Settings of the engine: TCP sockets, insecure registries, the userland proxy.
//!
//! How these could pass without evidence: arguments that nobody saw, a variable of a unit that comes from
//! an unreadable file, a daemon.json that is no JSON, a value of another type, a socket unit beside
//! docker.socket, a default taken for a choice. [`Daemon::said`] is an error while any of the first three
//! is so, [`Field::Odd`] is undecided, and what nobody set is what the engine makes of it.

use super::{Tally, Words, by_letter, on_linux, with_letter};
use crate::facts::field::Field;
use crate::facts::host::{Daemon, Looked, Said, Settings, UnitState, is_tcp_stream};
use crate::facts::swarm::Roster;
use crate::facts::{Absent, Fact, Facts, Host, Need, Origin, Reach, Read};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

#[cfg(test)]
pub(super) use tests::cases;

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
        tally
            .observations
            .push(Observation::undecided(origin, subject, WANTED, why));
    };
    let said = daemon.said().unwrap_or_else(|reason| {
        undecided(host.to_owned(), reason);
        // What can be seen may hold a finding nonetheless.
        daemon.seen()
    });
    let mut listens: Vec<(String, String, bool)> = Vec::new();
    for said in &said {
        match &said.settings.hosts {
            Field::Is(hosts) => listens.extend(
                hosts
                    .iter()
                    .map(|address| (said.place.clone(), address.clone(), is_tcp(address))),
            ),
            Field::Odd(kind) => undecided(
                format!("{host}: {}", said.place),
                format!("hosts is {kind}"),
            ),
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
        tally
            .observations
            .push(Observation::seen(origin, subject, WANTED, address, false));
    }
    let fine: Vec<String> = fine
        .into_iter()
        .map(|(place, address, _)| format!("{address} ({place})"))
        .collect();
    let fine = if fine.is_empty() {
        "none given: the engine's own socket".into()
    } else {
        fine.join(", ")
    };
    tally
        .observations
        .push(Observation::seen(origin, host, WANTED, fine, true));
    tally.letter.push(listed(daemon, |settings| {
        !settings
            .hosts
            .get()
            .is_some_and(|hosts| hosts.iter().any(|host| is_tcp(host)))
    }));
}

/// Whether what `ps` lists is as the check wants it. None where processes were not seen.
fn listed(daemon: &Daemon, holds: impl Fn(&Settings) -> bool) -> Option<bool> {
    Some(daemon.listed()?.into_iter().all(holds))
}

/// DKER-EE-001800.
pub struct InsecureRegistries;

static INSECURE: Card = Card {
    name: "engine-insecure-registries",
    asks: "No engine accepts an insecure registry",
    needs: &[Need::HostDaemon, Need::EngineInfo, Need::EngineNodes],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: "On each node:\n  docker info --format '{{json .RegistryConfig}}'\n  \
        tr '\\0' ' ' < /proc/$(pidof dockerd)/cmdline\n  \
        grep insecure-registries /etc/docker/daemon.json",
    met: Met::RealProduct,
};

/// What engines add by themselves.
const LOOPBACK: &[&str] = &["127.0.0.0/8", "::1/128"];

impl Probe for InsecureRegistries {
    fn card(&self) -> &'static Card {
        &INSECURE
    }

    /// What an engine says holds its arguments and its file, as they are in force. So engines alone decide
    /// the rule, hosts alone do, and where both were asked for both have to be in order.
    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let mut observations = Vec::new();
        let mut letter = Vec::new();
        let is_node = |reach: Reach| reach == Reach::Node;
        if facts.hosts.is_empty() && facts.engines.iter().any(|engine| is_node(engine.reach)) {
            let engines = facts.every_engine(|engine| &engine.info)?;
            for (place, read) in engines.seen() {
                observations.extend(of_engine(place, read));
            }
            return Ok(Finding::over(&engines, observations, insecure_words));
        }
        let hosts = facts.hosts_with(|host| host.daemon.read(), on_linux)?;
        for (host, read) in &hosts.seen {
            observations.extend(of_host(&host.name, read));
            letter.push(listed(&read.value, |settings| {
                settings.insecure_registries.is_absent()
            }));
        }
        for engine in facts.engines.iter().filter(|engine| is_node(engine.reach)) {
            observations.extend(of_engine(engine.place(), engine.info.read()?));
        }
        let finding = Finding::over(&hosts.missed, observations, insecure_words);
        Ok(with_letter(
            finding,
            by_letter(&letter),
            "ps shows the arguments of running engines only: not daemon.json; and a flag that names the loopback range alone, which engines trust anyway, is a finding to it",
        ))
    }
}

fn insecure_words(verdict: Verdict) -> String {
    match verdict {
        Verdict::Pass => "No engine accepts an insecure registry.",
        Verdict::Fail => "An engine accepts a registry without checking who it is.",
        _ => "Which registries every engine accepts could not be seen.",
    }
    .into()
}

const SECURE: &str = "no insecure registry but the loopback ranges";

/// An observation of the registries that are accepted somewhere.
fn registries(
    origin: &Origin,
    subject: String,
    named: &Field<Vec<String>>,
    absent: bool,
) -> Observation {
    match named {
        Field::Is(names) => {
            let others: Vec<&str> = names
                .iter()
                .map(String::as_str)
                .filter(|name| !LOOPBACK.contains(name))
                .collect();
            let actual = if others.is_empty() {
                "none".into()
            } else {
                others.join(", ")
            };
            Observation::seen(origin, subject, SECURE, actual, others.is_empty())
        }
        Field::Absent | Field::Null if absent => {
            Observation::seen(origin, subject, SECURE, "none", true)
        }
        Field::Absent | Field::Null => Observation::undecided(origin, subject, SECURE, "not said"),
        Field::Odd(kind) => Observation::undecided(origin, subject, SECURE, kind.clone()),
    }
}

fn of_host(host: &str, read: &Read<Daemon>) -> Vec<Observation> {
    let origin = &read.origin;
    let (said, mut observations) = match read.value.said() {
        Ok(said) => (said, Vec::new()),
        Err(reason) => (
            read.value.seen(),
            vec![Observation::undecided(origin, host, SECURE, reason)],
        ),
    };
    observations.extend(said.iter().map(|said| {
        let subject = format!("{host}: {}", said.place);
        registries(origin, subject, &said.settings.insecure_registries, true)
    }));
    observations
}

fn of_engine(place: &str, read: &Read<crate::facts::engine::Info>) -> [Observation; 2] {
    let subject = |what: &str| format!("{place}: {what} (GET /info)");
    [
        registries(
            &read.origin,
            subject("networks whose registries are not checked"),
            &read.value.insecure_cidrs,
            false,
        ),
        registries(
            &read.origin,
            subject("registries that are not checked"),
            &read.value.insecure_registries,
            false,
        ),
    ]
}

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
                _ => listed(&read.value, |settings| {
                    settings.userland_proxy == Field::Is(false)
                }),
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
        return Some(Observation::seen(
            &read.origin,
            &host.name,
            OUTSIDE,
            actual,
            true,
        ));
    }
    let ucps = facts
        .engines
        .iter()
        .filter(|engine| engine.reach == Reach::Cluster);
    for ucp in ucps {
        if let Fact::Read(nodes) = &ucp.nodes
            && let Roster::Nodes(list) = &nodes.value
            && list
                .iter()
                .any(|node| node.hostname.eq_ignore_ascii_case(&host.name))
        {
            let actual = format!("a node of UCP's: {} lists it", ucp.address);
            return Some(Observation::seen(
                &nodes.origin,
                &host.name,
                OUTSIDE,
                actual,
                true,
            ));
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
    let set: Vec<_> = said
        .iter()
        .filter(|said| !matches!(said.settings.userland_proxy, Field::Absent | Field::Null))
        .collect();
    if let Some(odd) = set
        .iter()
        .find(|said| said.settings.userland_proxy.is_odd())
    {
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
        ([], _) => (
            false,
            format!("not set in {} (the default is true)", places.join(", ")),
        ),
        (_, []) => (true, "false".into()),
        (_, on) => (false, format!("true in {}", on.join(", "))),
    };
    if !holds && let Some(reason) = read.value.ucp_volume.unseen() {
        let actual = format!("{actual}; whether the node is one of UCP's is not known: {reason}");
        return Observation::undecided(origin, host, WANTED, actual);
    }
    Observation::seen(origin, host, WANTED, actual, holds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::host::{Process, Running};
    use crate::probes::cases::{Case, Kind, broken, read};
    use crate::probes::host::model::{self, started, with_daemon};

    /// See [`crate::probes::cases`].
    #[allow(clippy::too_many_lines, reason = "a table")]
    pub(crate) fn cases() -> Vec<Case> {
        let host = |arguments: &str, json: &str| with_daemon(&started(arguments, json));
        let mut all = Vec::new();
        let mut add = |probe: &'static dyn Probe, kind, what: &str, facts, verdict| {
            all.push(Case::new(probe, kind, what, facts, verdict));
        };
        let lost = || {
            let mut facts = host("", "{}");
            facts.hosts[0].daemon = broken();
            facts
        };
        let unknown = || {
            let mut daemon = started("", "{}");
            daemon.configs[0].settings = Looked::Unseen("it is not JSON".into());
            with_daemon(&daemon)
        };
        for probe in [
            &TcpSockets as &'static dyn Probe,
            &InsecureRegistries,
            &UserlandProxy,
        ] {
            add(probe, Kind::Broken, "no answer", lost(), Verdict::Error);
            add(
                probe,
                Kind::Absent,
                "settings that are not known",
                unknown(),
                Verdict::Error,
            );
        }
        add(
            &TcpSockets,
            Kind::Passes,
            "fd",
            host("-H fd://", "{}"),
            Verdict::Pass,
        );
        add(
            &TcpSockets,
            Kind::Passes,
            "default",
            host("", "{}"),
            Verdict::Pass,
        );
        for (arguments, json) in [
            ("-H tcp://0.0.0.0:2376 --tlsverify", "{}"),
            ("-H 127.0.0.1:2375", "{}"),
            ("-H TCP://0.0.0.0:2375", "{}"),
            ("", r#"{"hosts": ["fd://", "tcp://10.0.0.5"]}"#),
        ] {
            add(
                &TcpSockets,
                Kind::Fails,
                arguments,
                host(arguments, json),
                Verdict::Fail,
            );
        }
        let mut daemon = started("-H fd://", "{}");
        daemon.sockets[0].listen.push("2375".into());
        add(
            &TcpSockets,
            Kind::Fails,
            "systemd listens",
            with_daemon(&daemon),
            Verdict::Fail,
        );
        add(
            &TcpSockets,
            Kind::Absent,
            "hosts of another type",
            host("", r#"{"hosts": "x"}"#),
            Verdict::Error,
        );

        add(
            &InsecureRegistries,
            Kind::Passes,
            "none",
            host("", "{}"),
            Verdict::Pass,
        );
        let loopback = r#"{"insecure-registries": ["127.0.0.0/8", "::1/128"]}"#;
        add(
            &InsecureRegistries,
            Kind::Passes,
            "loopback",
            host("", loopback),
            Verdict::Pass,
        );
        let mut alone = host("", "{}");
        alone.hosts.clear();
        for (arguments, json) in [
            ("--insecure-registry r:5000", "{}"),
            ("", r#"{"insecure-registries": ["10.0.0.0/8"]}"#),
        ] {
            add(
                &InsecureRegistries,
                Kind::Fails,
                arguments,
                host(arguments, json),
                Verdict::Fail,
            );
        }
        let info = |cidrs: Field<Vec<String>>| {
            let mut info = model::info();
            info.insecure_cidrs = cidrs;
            read(Need::EngineInfo, info)
        };
        alone.engines[0].info = info(Field::Is(vec!["127.0.0.0/8".into(), "10.0.0.0/8".into()]));
        add(
            &InsecureRegistries,
            Kind::Fails,
            "a network, engine alone",
            alone.clone(),
            Verdict::Fail,
        );
        let mut both = host("", "{}");
        both.engines[0].info = alone.engines[0].info.clone();
        add(
            &InsecureRegistries,
            Kind::Fails,
            "a network, engine and host",
            both,
            Verdict::Fail,
        );
        alone.engines[0].info = info(Field::Absent);
        add(
            &InsecureRegistries,
            Kind::Absent,
            "not said",
            alone,
            Verdict::Error,
        );

        add(
            &UserlandProxy,
            Kind::Passes,
            "a flag",
            host("--userland-proxy=false", "{}"),
            Verdict::Pass,
        );
        add(
            &UserlandProxy,
            Kind::Passes,
            "the file",
            host("", r#"{"userland-proxy": false}"#),
            Verdict::Pass,
        );
        add(
            &UserlandProxy,
            Kind::Fails,
            "the default",
            host("", "{}"),
            Verdict::Fail,
        );
        add(
            &UserlandProxy,
            Kind::Fails,
            "on",
            host("--userland-proxy", "{}"),
            Verdict::Fail,
        );
        let text = host("", r#"{"userland-proxy": "false"}"#);
        add(&UserlandProxy, Kind::Absent, "a text", text, Verdict::Error);
        let mut daemon = started("", "{}");
        daemon.ucp_volume = Looked::Is("/var/lib/docker/volumes/ucp-node-certs".into());
        add(
            &UserlandProxy,
            Kind::Absent,
            "a node of UCP's",
            with_daemon(&daemon),
            Verdict::NotApplicable,
        );
        all
    }

    fn finding(probe: &dyn Probe, daemon: &Daemon) -> Finding {
        let decided = probe.decide(&with_daemon(daemon), &Policy::default());
        decided.unwrap_or_else(Finding::from)
    }

    #[test]
    fn an_engine_alone_says_which_registries_it_accepts() {
        let mut facts = with_daemon(&started("", "{}"));
        facts.hosts.clear();
        let verdict = |facts: &Facts| {
            let found = InsecureRegistries.decide(facts, &Policy::default());
            found.unwrap_or_else(Finding::from).verdict()
        };
        assert_eq!(verdict(&facts), Verdict::Pass);
        facts.engines[0].info = broken();
        assert_eq!(verdict(&facts), Verdict::Error);
        facts.engines.clear();
        assert_eq!(verdict(&facts), Verdict::NotChecked);
    }

    #[test]
    fn the_letter_sees_arguments_alone() {
        let daemon = started(
            "",
            r#"{"hosts": ["tcp://0.0.0.0"], "insecure-registries": ["r"], "userland-proxy": false}"#,
        );
        for (probe, ours, letter) in [
            (&TcpSockets as &dyn Probe, Verdict::Fail, Verdict::Pass),
            (&InsecureRegistries, Verdict::Fail, Verdict::Pass),
            (&UserlandProxy, Verdict::Pass, Verdict::Fail),
        ] {
            let finding = finding(probe, &daemon);
            assert_eq!(finding.verdict(), ours);
            assert_eq!(finding.literal().map(|l| l.verdict), Some(letter));
        }
        let loopback = started("--insecure-registry 127.0.0.0/8", "{}");
        let finding = finding(&InsecureRegistries, &loopback);
        assert_eq!(finding.verdict(), Verdict::Pass);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Fail));
    }

    #[test]
    fn what_is_open_in_the_file_is_open_whatever_the_arguments_are() {
        let json =
            r#"{"hosts": ["tcp://0.0.0.0"], "insecure-registries": ["r"], "userland-proxy": true}"#;
        for (json, expected) in [(json, Verdict::Fail), ("{}", Verdict::Error)] {
            let mut daemon = started("", json);
            daemon.running = Running::Hidden("hidepid".into());
            for probe in [
                &TcpSockets as &dyn Probe,
                &InsecureRegistries,
                &UserlandProxy,
            ] {
                assert_eq!(finding(probe, &daemon).verdict(), expected, "{json}");
            }
        }
    }

    #[test]
    fn where_nothing_runs_the_unit_decides_and_says_so() {
        let mut daemon = started("-H tcp://0.0.0.0", "{}");
        daemon.running = Running::Seen(Vec::new());
        let found = finding(&TcpSockets, &daemon);
        assert_eq!(found.verdict(), Verdict::Pass, "the unit says fd://");
        assert!(
            found
                .observations()
                .iter()
                .any(|o| o.actual().contains("no dockerd was seen running"))
        );
        daemon.running = Running::Copy;
        assert_eq!(finding(&TcpSockets, &daemon).literal(), None);
        daemon.running = Running::Hidden("hidepid".into());
        assert_eq!(finding(&TcpSockets, &daemon).verdict(), Verdict::Error);
        daemon.running = Running::Copy;
        daemon.service = crate::facts::host::Service::default();
        assert_eq!(finding(&TcpSockets, &daemon).verdict(), Verdict::Error);
    }

    #[test]
    fn an_engine_in_a_container_is_seen_by_ps_and_its_file_is_not() {
        let mut daemon = started("-H fd://", "{}");
        if let Running::Seen(processes) = &mut daemon.running {
            processes.push(Process {
                pid: 99,
                nested: true,
                arguments: Looked::Is(Settings::default()),
            });
        }
        assert_eq!(finding(&TcpSockets, &daemon).verdict(), Verdict::Error);
        if let Running::Seen(processes) = &mut daemon.running {
            processes[1].arguments =
                Looked::Is(Settings::from_arguments(&["-H", "tcp://0.0.0.0:2375"]));
        }
        assert_eq!(finding(&TcpSockets, &daemon).verdict(), Verdict::Fail);
    }
}
