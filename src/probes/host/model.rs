//! Hosts for the cases of this family: one that is in order, to change one thing of.

use crate::facts::engine::Info;
use crate::facts::field::Field;
use crate::facts::host::{
    AuditRules, Config, DEFAULT_CA, DEFAULT_CERTIFICATE, DEFAULT_KEY, Daemon, DockerGroup, Entry, File, Files, Groups,
    Kind, Looked, Os, Process, RuleSource, Running, Service, Settings, Socket, Start, Unit, UnitState,
};
use crate::facts::swarm::Roster;
use crate::facts::{Engine, Fact, Facts, Host, Need};
use crate::probes::cases::read;

pub(super) const NAME: &str = "node1";

/// A daemon that was started with these arguments and this daemon.json.
pub(super) fn started(arguments: &str, json: &str) -> Daemon {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    let unit = |name: &str| Unit {
        name: name.into(),
        state: UnitState::Loaded(format!("/usr/lib/systemd/system/{name}")),
        ..Unit::default()
    };
    Daemon {
        running: Running::Seen(vec![Process {
            pid: 812,
            nested: false,
            arguments: Looked::Is(Settings::from_arguments(&words)),
        }]),
        service: Service {
            unit: unit("docker.service"),
            start: Start::Known(Box::new(Settings::from_arguments(&["-H", "fd://"]))),
            ..Service::default()
        },
        sockets: vec![Socket { unit: unit("docker.socket"), listen: vec!["/run/docker.sock".into()] }],
        configs: vec![Config {
            path: "/etc/docker/daemon.json".into(),
            settings: Looked::Is(Settings::from_json(json.as_bytes()).expect("settings")),
        }],
        ucp_volume: Looked::Missing,
    }
}

/// What a good engine says of itself.
pub(super) fn info() -> Info {
    Info {
        name: NAME.into(),
        insecure_cidrs: Field::Is(vec!["127.0.0.0/8".into(), "::1/128".into()]),
        insecure_registries: Field::Is(Vec::new()),
        ..Info::default()
    }
}

/// A file that is there.
pub(super) fn file(path: &str, kind: Kind, mode: u32, owner: (u32, u32)) -> File {
    let name = |id: u32, other: &str| match id {
        0 => Some("root".to_owned()),
        998 => Some(other.to_owned()),
        _ => None,
    };
    File {
        path: path.into(),
        at: Looked::Is(Entry {
            kind,
            uid: owner.0,
            gid: owner.1,
            user: name(owner.0, "dockremap"),
            group: name(owner.1, "docker"),
            mode,
            ..Entry::default()
        }),
    }
}

/// The files of a host on which nothing is to be found.
pub(super) fn files() -> Files {
    let root = (0, 0);
    let mut list = vec![
        file("/etc/default/docker", Kind::File, 0o644, root),
        file("/etc/docker", Kind::Directory, 0o755, root),
        file("/etc/docker/ca.pem", Kind::File, 0o444, root),
        file("/etc/docker/cert.pem", Kind::File, 0o444, root),
        file("/etc/docker/certs.d", Kind::Directory, 0o755, root),
        file("/etc/docker/certs.d/r", Kind::Directory, 0o755, root),
        file("/etc/docker/certs.d/r/ca.crt", Kind::File, 0o444, root),
        file("/etc/docker/daemon.json", Kind::File, 0o644, root),
        file("/etc/docker/key.pem", Kind::File, 0o400, root),
        file("/usr/bin/docker", Kind::File, 0o755, root),
        file("/usr/lib/systemd/system/docker.service", Kind::File, 0o644, root),
        file("/usr/lib/systemd/system/docker.socket", Kind::File, 0o644, root),
        file("/var/lib/docker", Kind::Directory, 0o710, root),
        file("/var/run/docker.sock", Kind::Socket, 0o660, (0, 998)),
    ];
    for missing in [
        "/usr/bin/containerd",
        "/usr/bin/docker-containerd",
        "/usr/bin/docker-runc",
        "/usr/bin/runc",
        "/usr/local/bin/containerd",
        "/usr/local/bin/docker",
        "/usr/local/bin/docker-containerd",
        "/usr/local/bin/docker-runc",
        "/usr/local/bin/runc",
        "/usr/local/sbin/containerd",
        "/usr/local/sbin/docker",
        "/usr/local/sbin/docker-containerd",
        "/usr/local/sbin/docker-runc",
        "/usr/local/sbin/runc",
        "/usr/sbin/containerd",
        "/usr/sbin/docker",
        "/usr/sbin/docker-containerd",
        "/usr/sbin/docker-runc",
        "/usr/sbin/runc",
        DEFAULT_CA,
        DEFAULT_CERTIFICATE,
        DEFAULT_KEY,
        "/run/docker.sock",
    ] {
        list.push(File { path: missing.into(), at: Looked::Missing });
    }
    list.sort_by(|a, b| a.path.cmp(&b.path));
    Files { list, signs: vec!["/usr/bin/docker".into()] }
}

/// A scan of one host and its engine, which is in no swarm: the roster counts.
pub(super) fn with_daemon(daemon: &Daemon) -> Facts {
    let os = Os { id: "ubuntu".into(), name: "Ubuntu 18.04".into(), ..Os::default() };
    let groups = Groups {
        docker: Looked::Is(DockerGroup { gid: 998, listed: vec!["alice".into()], ..DockerGroup::default() }),
        elsewhere: Vec::new(),
    };
    let mut rules = AuditRules {
        source: RuleSource::Loaded,
        auditd: Looked::Is("/usr/sbin/auditd".into()),
        ..AuditRules::default()
    };
    rules.add(
        "-w /usr/bin/docker -k docker\n-w /var/lib/docker -k docker\n-w /etc/docker -k docker\n\
         -w /etc/default/docker -k docker\n-w /usr/lib/systemd/system/docker.service -k docker\n\
         -w /usr/lib/systemd/system/docker.socket -k docker\n",
    );
    Facts {
        hosts: vec![Host {
            root: "/".into(),
            name: NAME.into(),
            os: read(Need::HostOs, os),
            daemon: read(Need::HostDaemon, daemon.clone()),
            files: read(Need::HostFiles, files()),
            groups: read(Need::HostGroups, groups),
            audit_rules: read(Need::HostAuditRules, rules),
            ..Host::default()
        }],
        engines: vec![Engine {
            address: "unix:///var/run/docker.sock".into(),
            info: read(Need::EngineInfo, info()),
            nodes: read(Need::EngineNodes, Roster::NoSwarm),
            ..Engine::default()
        }],
        ..Facts::default()
    }
}

/// The same with the usual daemon.
pub(super) fn host() -> Facts {
    with_daemon(&started(
        "-H fd:// --tlscacert=/etc/docker/ca.pem --tlscert=/etc/docker/cert.pem --tlskey=/etc/docker/key.pem",
        "{}",
    ))
}

/// Changes the files of a host.
pub(super) fn change_files(facts: &mut Facts, change: impl FnOnce(&mut Files)) {
    change_fact(Need::HostFiles, &mut facts.hosts[0].files, change);
}

/// Changes a fact that was read.
pub(super) fn change_fact<T: Clone + serde::Serialize + crate::facts::proof::Proven>(
    need: Need,
    fact: &mut Fact<T>,
    change: impl FnOnce(&mut T),
) {
    let mut value = fact.read().expect("a fact").value.clone();
    change(&mut value);
    *fact = read(need, value);
}
