use super::*;
use crate::facts::field::Field;
use crate::facts::host::{Looked, Process, Running};
use crate::facts::{Facts, Need};
use crate::finding::Finding;
use crate::policy::Policy;
use crate::probes::Probe;
use crate::probes::cases::{Case, Kind, broken, read};
use crate::probes::host::model::{self, started, with_daemon};
use crate::xccdf::Verdict;

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
    for probe in [&TcpSockets as &'static dyn Probe, &InsecureRegistries, &UserlandProxy] {
        add(probe, Kind::Broken, "no answer", lost(), Verdict::Error);
        add(probe, Kind::Absent, "settings that are not known", unknown(), Verdict::Error);
    }
    add(&TcpSockets, Kind::Passes, "fd", host("-H fd://", "{}"), Verdict::Pass);
    add(&TcpSockets, Kind::Passes, "default", host("", "{}"), Verdict::Pass);
    for (arguments, json) in [
        ("-H tcp://0.0.0.0:2376 --tlsverify", "{}"),
        ("-H 127.0.0.1:2375", "{}"),
        ("-H TCP://0.0.0.0:2375", "{}"),
        ("", r#"{"hosts": ["fd://", "tcp://10.0.0.5"]}"#),
    ] {
        add(&TcpSockets, Kind::Fails, arguments, host(arguments, json), Verdict::Fail);
    }
    let mut daemon = started("-H fd://", "{}");
    daemon.sockets[0].listen.push("2375".into());
    add(&TcpSockets, Kind::Fails, "systemd listens", with_daemon(&daemon), Verdict::Fail);
    add(&TcpSockets, Kind::Absent, "hosts of another type", host("", r#"{"hosts": "x"}"#), Verdict::Error);

    add(&InsecureRegistries, Kind::Passes, "none", host("", "{}"), Verdict::Pass);
    let loopback = r#"{"insecure-registries": ["127.0.0.0/8", "::1/128"]}"#;
    add(&InsecureRegistries, Kind::Passes, "loopback", host("", loopback), Verdict::Pass);
    let mut alone = host("", "{}");
    alone.hosts.clear();
    for (arguments, json) in [("--insecure-registry r:5000", "{}"), ("", r#"{"insecure-registries": ["10.0.0.0/8"]}"#)]
    {
        add(&InsecureRegistries, Kind::Fails, arguments, host(arguments, json), Verdict::Fail);
    }
    let info = |cidrs: Field<Vec<String>>| {
        let mut info = model::info();
        info.insecure_cidrs = cidrs;
        read(Need::EngineInfo, info)
    };
    alone.engines[0].info = info(Field::Is(vec!["127.0.0.0/8".into(), "10.0.0.0/8".into()]));
    add(&InsecureRegistries, Kind::Fails, "a network, engine alone", alone.clone(), Verdict::Fail);
    let mut both = host("", "{}");
    both.engines[0].info = alone.engines[0].info.clone();
    add(&InsecureRegistries, Kind::Fails, "a network, engine and host", both, Verdict::Fail);
    alone.engines[0].info = info(Field::Absent);
    add(&InsecureRegistries, Kind::Absent, "not said", alone, Verdict::Error);

    add(&UserlandProxy, Kind::Passes, "a flag", host("--userland-proxy=false", "{}"), Verdict::Pass);
    add(&UserlandProxy, Kind::Passes, "the file", host("", r#"{"userland-proxy": false}"#), Verdict::Pass);
    add(&UserlandProxy, Kind::Fails, "the default", host("", "{}"), Verdict::Fail);
    add(&UserlandProxy, Kind::Fails, "on", host("--userland-proxy", "{}"), Verdict::Fail);
    let text = host("", r#"{"userland-proxy": "false"}"#);
    add(&UserlandProxy, Kind::Absent, "a text", text, Verdict::Error);
    let mut daemon = started("", "{}");
    daemon.ucp_volume = Looked::Is("/var/lib/docker/volumes/ucp-node-certs".into());
    add(&UserlandProxy, Kind::Absent, "a node of UCP's", with_daemon(&daemon), Verdict::NotApplicable);
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
    let daemon = started("", r#"{"hosts": ["tcp://0.0.0.0"], "insecure-registries": ["r"], "userland-proxy": false}"#);
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
    let json = r#"{"hosts": ["tcp://0.0.0.0"], "insecure-registries": ["r"], "userland-proxy": true}"#;
    for (json, expected) in [(json, Verdict::Fail), ("{}", Verdict::Error)] {
        let mut daemon = started("", json);
        daemon.running = Running::Hidden("hidepid".into());
        for probe in [&TcpSockets as &dyn Probe, &InsecureRegistries, &UserlandProxy] {
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
    assert!(found.observations().iter().any(|o| o.actual().contains("no dockerd was seen running")));
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
        processes.push(Process { pid: 99, nested: true, arguments: Looked::Is(Settings::default()) });
    }
    assert_eq!(finding(&TcpSockets, &daemon).verdict(), Verdict::Error);
    if let Running::Seen(processes) = &mut daemon.running {
        processes[1].arguments = Looked::Is(Settings::from_arguments(&["-H", "tcp://0.0.0.0:2375"]));
    }
    assert_eq!(finding(&TcpSockets, &daemon).verdict(), Verdict::Fail);
}
