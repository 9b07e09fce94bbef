//! One container that every rule is content with, and for each rule what it is not content with.

use super::*;
use crate::facts::container::{
    Container, Containers, Device, Mount, Processes, Published, Running, SeccompProfile, Ulimit, Unread,
};
use crate::facts::engine::{Info, Limits, Volume, Volumes};
use crate::facts::field::Field::{self, Absent as Missing, Is, Null, Odd};
use crate::facts::host::{Looked, Mounts};
use crate::facts::swarm::{Node, Roster, Services};
use crate::facts::{Engine, Host, Later, Need};
use crate::policy::{AllowedPort, Selector};
use crate::probes::Probe;
use crate::probes::cases::{Case, Kind, broken, read};
use crate::xccdf::Verdict;

pub(super) fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn word(text: &str) -> Field<String> {
    Is(text.into())
}

#[allow(clippy::unnecessary_wraps, reason = "as the engine has it: null or a list")]
pub(super) fn published(ip: &str, port: &str) -> Option<Vec<Published>> {
    Some(vec![Published { host_ip: ip.into(), host_port: port.into() }])
}

/// A container that every rule is content with.
pub(super) fn exemplary(id: u64, name: &str) -> Container {
    let ports = [("8443/tcp".to_owned(), published("10.2.3.4", "8443"))];
    Container {
        id: format!("{id:064x}"),
        name: name.into(),
        image: "dtr.example.mil/shop/web:3".into(),
        status: word("running"),
        health: word("healthy"),
        user: word("app"),
        app_armor_profile: word("docker-default"),
        security_opt: Is(texts(&["no-new-privileges"])),
        cap_add: Null,
        cap_drop: Is(texts(&["ALL"])),
        privileged: Is(false),
        pid_mode: word(""),
        ipc_mode: word("private"),
        uts_mode: word(""),
        userns_mode: word(""),
        network_mode: word("bridge"),
        cgroup_parent: word(""),
        memory: Is(67_108_864),
        cpu_shares: Is(512),
        pids_limit: Is(100),
        read_only_root: Is(true),
        devices: Is(Vec::new()),
        device_requests: Null,
        device_cgroup_rules: Null,
        ulimits: Is(Vec::new()),
        restart: word("on-failure"),
        restart_retries: Is(5),
        mounts: Is(vec![bind("/srv/shop", "/data")]),
        ports: Is(ports.clone().into()),
        port_bindings: Is(ports.into()),
        log_driver: word("json-file"),
        ..Container::default()
    }
}

pub(super) fn bind(source: &str, destination: &str) -> Mount {
    Mount {
        kind: "bind".into(),
        source: source.into(),
        destination: destination.into(),
        rw: Some(true),
        propagation: "rprivate".into(),
        ..Mount::default()
    }
}

/// The values under which the exemplary container is in order.
pub(super) fn policy() -> Policy {
    let ports = ["web", "web-2", "api"].map(|name| AllowedPort {
        selector: Selector::Name(name.into()),
        proto: "tcp".into(),
        container_port: 8443,
        host_port: Some(8443),
        host_ip: None,
    });
    Policy {
        con_sensitive_dirs: Some(texts(&["/", "/boot", "/dev", "/etc", "/proc", "/sys", "/usr"])),
        con_caps: Some(Vec::new()),
        con_ports: Some(ports.into()),
        con_devices: Some(Vec::new()),
        con_cgroup_parent: Some(Vec::new()),
        con_ulimits: Some(Vec::new()),
        ..Policy::default()
    }
}

pub(super) const UBUNTU: &str = "Ubuntu 20.04.6 LTS";
pub(super) const RED_HAT: &str = "Red Hat Enterprise Linux 8.6 (Ootpa)";

/// An engine that enforces every limit.
fn limits() -> Limits {
    Limits {
        os_type: word("linux"),
        cgroup_version: word("1"),
        cgroup_driver: word("cgroupfs"),
        memory: Is(true),
        cpu_shares: Is(true),
        cpu_quota: Is(true),
        pids: Is(true),
    }
}

/// One manager that is all of its swarm, and these containers on it.
pub(super) fn world(system: &str, containers: Vec<Container>) -> Facts {
    let lsm = if system == UBUNTU { "name=apparmor" } else { "name=selinux" };
    let mut engine = Engine { address: "unix:///var/run/docker.sock".into(), ..Engine::default() };
    let mut info = Info {
        name: "node-1".into(),
        server_version: "20.10.24".into(),
        operating_system: system.into(),
        security_options: Is(texts(&[lsm, "name=seccomp,profile=default"])),
        limits: limits().into(),
        ..Info::default()
    };
    info.swarm.node_id = "n1".into();
    engine.info = read(Need::EngineInfo, info);
    let node = Node {
        id: "n1".into(),
        hostname: "node-1".into(),
        role: "manager".into(),
        state: "ready".into(),
        ..Node::default()
    };
    engine.nodes = read(Need::EngineNodes, Roster::Nodes(vec![node]));
    engine.services = read(Need::EngineServices, Services::default());
    let runs = containers.iter().filter(|c| !matches!(c.status.get().map(String::as_str), Some("created" | "exited")));
    let running = runs.map(|c| Running {
        id: c.id.clone(),
        programs: texts(&["nginx"]),
        child_says_sshd: Is(false),
        user: Is(1000).into(),
    });
    let processes = Processes { running: running.collect(), ..Processes::default() };
    engine.processes = read(Need::EngineProcesses, processes);
    let containers = Containers::new(containers, Vec::new(), 0);
    engine.containers = read(Need::EngineContainers, containers);
    let data = Volume { name: "data".into(), driver: "local".into(), ..Volume::default() };
    engine.volumes = read(Need::EngineVolumes, Volumes { list: vec![data] });
    Facts { engines: vec![engine], hosts: vec![host()], ..Facts::default() }
}

/// The host of the node, on which nothing that is mounted is a link.
fn host() -> Host {
    let paths = ["/srv/shop", "/etc", "/etc/ssl", "/", "/a", "/run", "/var/run/docker.sock", "/run/docker.sock"];
    let paths = paths.map(|path| (path.to_owned(), Looked::Is(path.to_owned())));
    let mounts = Mounts { paths: paths.into(), ..Mounts::default() };
    Host { name: "node-1".into(), mounts: read(Need::HostMounts, mounts), ..Host::default() }
}

/// The exemplary container with a change, alone in its world.
pub(crate) fn exemplary_world(change: impl FnOnce(&mut Container)) -> Facts {
    let mut container = exemplary(1, "web");
    change(&mut container);
    world(UBUNTU, vec![container])
}

/// A change of the exemplary container that a rule sees, and what it says then.
pub(super) struct Change {
    pub(super) rule: &'static ContainerRule,
    pub(super) what: &'static str,
    pub(super) change: fn(&mut Container),
    pub(super) verdict: Verdict,
}

macro_rules! changes {
    ($($rule:ident, $what:literal, $verdict:ident, $change:expr;)*) => {
        &[$(Change {
            rule: &super::$rule,
            what: $what,
            change: $change,
            verdict: Verdict::$verdict,
        }),*]
    };
}

fn device(path: &str) -> Vec<Device> {
    vec![Device { path_on_host: path.into(), path_in_container: path.into(), cgroup_permissions: "rwm".into() }]
}

/// Each rule is in it with what fails and with what cannot be decided.
pub(super) static CHANGES: &[Change] = changes! {
    SENSITIVE_MOUNTS, "/etc", Fail, |c| c.mounts = Is(vec![bind("/etc", "/host")]);
    SENSITIVE_MOUNTS, "below /etc", Fail, |c| c.mounts = Is(vec![bind("/etc/ssl", "/host")]);
    SENSITIVE_MOUNTS, "/", Fail, |c| c.mounts = Is(vec![bind("/", "/host")]);
    SENSITIVE_MOUNTS, "read-only", Pass, |c| c.mounts = Is(vec![Mount { rw: Some(false), ..bind("/etc", "/e") }]);
    SENSITIVE_MOUNTS, "nobody knows whether writable", Error, |c| c.mounts = Is(vec![Mount { rw: None, ..bind("/etc", "/e") }]);
    SENSITIVE_MOUNTS, "mounts unknown", Error, |c| c.mounts = Odd("a string".into());
    PID_MODE, "host", Fail, |c| c.pid_mode = word("host");
    PID_MODE, "of a container that is gone", Error, |c| c.pid_mode = word("container:0123456789ab");
    PID_MODE, "its own", Error, |c| c.pid_mode = word("container:web");
    PID_MODE, "not said", Error, |c| c.pid_mode = Missing;
    PID_MODE, "another word", Error, |c| c.pid_mode = word("hosts");
    PID_MODE_LABELLED, "host", Fail, |c| c.pid_mode = word("host");
    PID_MODE_LABELLED, "odd", Error, |c| c.pid_mode = Odd("a number".into());
    IPC_MODE, "host", Fail, |c| c.ipc_mode = word("host");
    IPC_MODE, "shareable", Pass, |c| c.ipc_mode = word("shareable");
    IPC_MODE, "none", Pass, |c| c.ipc_mode = word("none");
    IPC_MODE, "not said", Error, |c| c.ipc_mode = Missing;
    NETWORK_MODE, "host", Fail, |c| c.network_mode = word("host");
    NETWORK_MODE, "null", Error, |c| c.network_mode = Null;
    UTS_MODE, "host", Fail, |c| c.uts_mode = word("host");
    UTS_MODE, "another word", Error, |c| c.uts_mode = word("hots");
    USER_NAMESPACE, "host", Fail, |c| c.userns_mode = word("host");
    USER_NAMESPACE, "not said", Error, |c| c.userns_mode = Missing;
    APPARMOR, "unconfined", Fail, |c| c.app_armor_profile = word("unconfined");
    APPARMOR, "empty", Fail, |c| c.app_armor_profile = word("");
    APPARMOR, "empty after it ran", Fail, |c| (c.status, c.app_armor_profile) = (word("exited"), word(""));
    APPARMOR, "empty before it ever ran", Pass, |c| (c.status, c.app_armor_profile) = (word("created"), word(""));
    APPARMOR, "privileged before it ever ran", Fail, |c| {
        (c.status, c.app_armor_profile, c.privileged) = (word("created"), word(""), Is(true));
    };
    APPARMOR, "not said", Error, |c| c.app_armor_profile = Missing;
    APPARMOR_UNPRIVILEGED, "unconfined", Fail, |c| c.app_armor_profile = word("unconfined");
    APPARMOR_UNPRIVILEGED, "empty", Fail, |c| c.app_armor_profile = word("");
    APPARMOR_UNPRIVILEGED, "privileged", Pass, |c| (c.app_armor_profile, c.privileged) = (word("unconfined"), Is(true));
    APPARMOR_UNPRIVILEGED, "nobody knows whether privileged", Error, |c| c.privileged = Missing;
    SELINUX, "label=disable", Fail, |c| c.security_opt = Is(texts(&["label=disable"]));
    SELINUX, "label:disable among others", Fail, |c| c.security_opt = Is(texts(&["label:disable", "label=type:x_t"]));
    SELINUX, "another label", Pass, |c| c.security_opt = Is(texts(&["label=type:x_t"]));
    SELINUX, "none", Pass, |c| c.security_opt = Null;
    SELINUX, "not said", Error, |c| c.security_opt = Missing;
    CAPABILITIES, "added", Fail, |c| c.cap_add = Is(texts(&["NET_ADMIN"]));
    CAPABILITIES, "privileged", Fail, |c| c.privileged = Is(true);
    CAPABILITIES, "not said", Error, |c| c.cap_add = Missing;
    PRIVILEGED, "privileged", Fail, |c| c.privileged = Is(true);
    PRIVILEGED, "not said", Error, |c| c.privileged = Missing;
    APPROVED_PORTS, "another port", Fail, |c| c.ports = Is([("22/tcp".into(), published("10.2.3.4", "2222"))].into());
    APPROVED_PORTS, "udp", Fail, |c| c.ports = Is([("8443/udp".into(), published("10.2.3.4", "8443"))].into());
    APPROVED_PORTS, "asked for, not in the list", Fail, |c| {
        c.port_bindings = Is([("22/tcp".into(), published("", ""))].into());
    };
    APPROVED_PORTS, "exposed, not published", Pass, |c| c.ports = Is([("9999/tcp".into(), None)].into());
    APPROVED_PORTS, "on the host's network", Error, |c| c.network_mode = word("host");
    APPROVED_PORTS, "not said", Error, |c| c.ports = Missing;
    APPROVED_PORTS, "stopped", Pass, |c| (c.status, c.ports) = (word("exited"), Missing);
    LOW_PORTS, "80", Fail, |c| c.ports = Is([("8443/tcp".into(), published("10.2.3.4", "80"))].into());
    LOW_PORTS, "53 over udp", Fail, |c| c.ports = Is([("53/udp".into(), published("::", "53"))].into());
    LOW_PORTS, "80 when it runs again", Fail, |c| {
        (c.status, c.ports) = (word("exited"), Is([].into()));
        c.port_bindings = Is([("80/tcp".into(), published("", "80"))].into());
    };
    LOW_PORTS, "on the host's network", Error, |c| c.network_mode = word("host");
    LOW_PORTS, "on the host's network when it runs", Pass, |c| {
        (c.status, c.network_mode) = (word("created"), word("host"));
    };
    LOW_PORTS, "no number", Error, |c| c.ports = Is([("80/tcp".into(), published("", "http"))].into());
    BOUND_PORTS, "0.0.0.0", Fail, |c| c.ports = Is([("8443/tcp".into(), published("0.0.0.0", "8443"))].into());
    BOUND_PORTS, "::", Fail, |c| c.ports = Is([("8443/tcp".into(), published("::", "8443"))].into());
    BOUND_PORTS, "asked for anywhere, published on one", Pass, |c| {
        c.port_bindings = Is([("8443/tcp".into(), published("", "8443"))].into());
    };
    BOUND_PORTS, "an interface by name", Error, |c| c.ports = Is([("80/tcp".into(), published("eth0", "8080"))].into());
    MEMORY, "0", Fail, |c| c.memory = Is(0);
    MEMORY, "-1", Fail, |c| c.memory = Is(-1);
    MEMORY, "null", Error, |c| c.memory = Null;
    CPU_SHARES, "0", Fail, |c| c.cpu_shares = Is(0);
    CPU_SHARES, "1024", Fail, |c| c.cpu_shares = Is(1024);
    CPU_SHARES, "not said", Error, |c| c.cpu_shares = Missing;
    ROOT_FILESYSTEM, "writable", Fail, |c| c.read_only_root = Is(false);
    ROOT_FILESYSTEM, "not said", Error, |c| c.read_only_root = Missing;
    DEVICES, "a device", Fail, |c| c.devices = Is(device("/dev/sda"));
    DEVICES, "privileged", Fail, |c| c.privileged = Is(true);
    DEVICES, "a device request", Fail, |c| c.device_requests = Is(1);
    DEVICES, "a rule of the cgroup", Fail, |c| c.device_cgroup_rules = Is(texts(&["c 1:3 mr"]));
    DEVICES, "none, by null", Pass, |c| c.devices = Null;
    DEVICES, "odd", Error, |c| c.devices = Odd("a number".into());
    PROPAGATION, "rshared", Fail, |c| c.mounts = Is(vec![Mount { propagation: "rshared".into(), ..bind("/a", "/b") }]);
    PROPAGATION, "shared", Fail, |c| c.mounts = Is(vec![Mount { propagation: "shared".into(), ..bind("/a", "/b") }]);
    PROPAGATION, "slave", Pass, |c| c.mounts = Is(vec![Mount { propagation: "rslave".into(), ..bind("/a", "/b") }]);
    PROPAGATION, "another word", Error, |c| c.mounts = Is(vec![Mount { propagation: "runbindable".into(), ..bind("/a", "/b") }]);
    SECCOMP, "=unconfined", Fail, |c| c.security_opt = Is(texts(&["seccomp=unconfined"]));
    SECCOMP, ":unconfined", Fail, |c| c.security_opt = Is(texts(&["seccomp:unconfined"]));
    SECCOMP, "one of its own", Pass, |c| {
        c.security_opt = Is(texts(&["seccomp={…}"]));
        c.seccomp = SeccompProfile::Blocks(texts(&["mount"])).into();
    };
    SECCOMP, "one of its own that blocks nothing", Fail, |c| {
        c.security_opt = Is(texts(&["seccomp={…}"]));
        c.seccomp = SeccompProfile::Blocks(Vec::new()).into();
    };
    SECCOMP, "one of its own that version 0.1.0 did not look into", NotChecked, |c| {
        c.security_opt = Is(texts(&["seccomp={…}"]));
        c.seccomp = Later::Unknown;
    };
    SECCOMP, "the engine's by name", Pass, |c| c.security_opt = Is(texts(&["seccomp=builtin"]));
    SECCOMP, "another word", Error, |c| c.security_opt = Is(texts(&["seccomp=/etc/profile.json"]));
    SECCOMP, "privileged", Fail, |c| c.privileged = Is(true);
    SECCOMP, "privileged, with one that the engine leaves out", Fail, |c| {
        (c.privileged, c.security_opt) = (Is(true), Is(texts(&["seccomp={…}"])));
    };
    SECCOMP, "not said", Error, |c| c.security_opt = Missing;
    SECCOMP_LABELLED, "unconfined", Fail, |c| c.security_opt = Is(texts(&["seccomp=unconfined"]));
    SECCOMP_LABELLED, "not said", Error, |c| c.privileged = Missing;
    CGROUP_PARENT, "another", Fail, |c| c.cgroup_parent = word("/batch");
    CGROUP_PARENT, "not said", Error, |c| c.cgroup_parent = Missing;
    NO_NEW_PRIVILEGES, "not set", Fail, |c| c.security_opt = Null;
    NO_NEW_PRIVILEGES, "=false", Fail, |c| c.security_opt = Is(texts(&["no-new-privileges=false"]));
    NO_NEW_PRIVILEGES, ":false", Fail, |c| c.security_opt = Is(texts(&["no-new-privileges:false"]));
    NO_NEW_PRIVILEGES, "switched off again", Fail, |c| {
        c.security_opt = Is(texts(&["no-new-privileges", "no-new-privileges=false"]));
    };
    NO_NEW_PRIVILEGES, ":true", Pass, |c| c.security_opt = Is(texts(&["no-new-privileges:true"]));
    NO_NEW_PRIVILEGES, "=true", Pass, |c| c.security_opt = Is(texts(&["no-new-privileges=true"]));
    NO_NEW_PRIVILEGES, "not said", Error, |c| c.security_opt = Missing;
    SOCKET, "itself", Fail, |c| c.mounts = Is(vec![bind("/var/run/docker.sock", "/var/run/docker.sock")]);
    SOCKET, "/run", Fail, |c| c.mounts = Is(vec![bind("/run", "/host/run")]);
    SOCKET, "read-only", Fail, |c| c.mounts = Is(vec![Mount { rw: Some(false), ..bind("/run/docker.sock", "/d") }]);
    SOCKET, "not said", Error, |c| c.mounts = Missing;
    SOCKET_LABELLED, "itself", Fail, |c| c.mounts = Is(vec![bind("/var/run/docker.sock", "/d")]);
    SOCKET_LABELLED, "not said", Error, |c| c.mounts = Missing;
    HEALTH, "unhealthy", Fail, |c| c.health = word("unhealthy");
    HEALTH, "starting", Fail, |c| c.health = word("starting");
    HEALTH, "no check", Fail, |c| c.health = Missing;
    HEALTH, "odd", Error, |c| c.health = Odd("a number".into());
    HEALTH, "stopped", Pass, |c| (c.status, c.health) = (word("exited"), Missing);
    HEALTH, "nobody knows whether it runs", Fail, |c| (c.status, c.health) = (Missing, Missing);
    PIDS_LIMIT, "null", Fail, |c| c.pids_limit = Null;
    PIDS_LIMIT, "0", Fail, |c| c.pids_limit = Is(0);
    PIDS_LIMIT, "-1", Fail, |c| c.pids_limit = Is(-1);
    PIDS_LIMIT, "absent", Fail, |c| c.pids_limit = Missing;
    PIDS_LIMIT, "odd", Error, |c| c.pids_limit = Odd("a string".into());
    USER, "empty", Fail, |c| c.user = word("");
    USER, "0", Fail, |c| c.user = word("0");
    USER, "root", Fail, |c| c.user = word("root");
    USER, "0:0", Fail, |c| c.user = word("0:0");
    USER, "00", Fail, |c| c.user = word("00");
    USER, "+0", Fail, |c| c.user = word("+0");
    USER, "root:app", Fail, |c| c.user = word("root:app");
    USER, "of group 0", Pass, |c| c.user = word("1000:0");
    USER, "1000", Pass, |c| c.user = word("1000:app");
    USER, "app", Pass, |c| c.user = word("app:app");
    USER, "a name, and it does not run", Error, |c| c.status = word("exited");
    USER, "odd", Error, |c| c.user = Odd("a number".into());
    RESTART, "always", Fail, |c| c.restart = word("always");
    RESTART, "unless-stopped", Fail, |c| c.restart = word("unless-stopped");
    RESTART, "on-failure:6", Fail, |c| c.restart_retries = Is(6);
    RESTART, "on-failure without a bound", Fail, |c| c.restart_retries = Is(0);
    RESTART, "no", Pass, |c| (c.restart, c.restart_retries) = (word("no"), Is(0));
    RESTART, "empty", Pass, |c| (c.restart, c.restart_retries) = (word(""), Missing);
    RESTART, "another word", Error, |c| c.restart = word("failure");
    ULIMITS, "one", Fail, |c| {
        c.ulimits = Is(vec![Ulimit { name: "nofile".into(), soft: 1024, hard: 2048 }]);
    };
    ULIMITS, "null", Pass, |c| c.ulimits = Null;
    ULIMITS, "odd", Error, |c| c.ulimits = Odd("a number".into());
};

/// The system on which a rule asks anything.
pub(super) fn system(rule: &ContainerRule) -> &'static str {
    if std::ptr::eq(rule, &raw const SELINUX) { RED_HAT } else { UBUNTU }
}

/// Every rule of this family, each once.
pub(super) fn rules() -> Vec<&'static ContainerRule> {
    let mut rules: Vec<&ContainerRule> = CHANGES.iter().map(|change| change.rule).collect();
    rules.dedup_by_key(|rule| rule.card.name);
    rules
}

/// See [`crate::probes::cases`].
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for rule in rules() {
        let case = |kind, what: &str, facts, verdict| Case::new(rule, kind, what, facts, verdict).with(policy());
        let world = |containers| world(system(rule), containers);
        let fine = world(vec![exemplary(1, "web"), exemplary(2, "api")]);
        cases.push(case(Kind::Passes, "exemplary containers", fine.clone(), Verdict::Pass));
        // Where there is no container, nothing asks for what runs in it.
        let none = if rule.card.needs.contains(&Need::EngineProcesses) { Kind::Absent } else { Kind::Passes };
        cases.push(case(none, "no containers", world(Vec::new()), Verdict::Pass));
        let mut down = fine;
        down.engines[0].containers = broken();
        cases.push(case(Kind::Broken, "no list", down, Verdict::Error));
    }
    for Change { rule, what, change, verdict } in CHANGES {
        let mut web = exemplary(1, "web");
        change(&mut web);
        let facts = world(system(rule), vec![exemplary(2, "api"), web]);
        let kind = match verdict {
            Verdict::Pass => Kind::Passes,
            Verdict::Fail => Kind::Fails,
            _ => Kind::Absent,
        };
        cases.push(Case::new(*rule, kind, *what, facts, *verdict).with(policy()));
    }
    cases.extend(ssh_cases());
    cases
}

fn ssh_cases() -> Vec<Case> {
    let ssh: [&'static SshServers; 2] = [&SSH_SERVERS, &SSH_SERVERS_BY_PARENT];
    ssh.into_iter().flat_map(ssh_cases_of).collect()
}

/// A running container with these programs.
pub(super) fn runs(programs: &[&str], child_says_sshd: Field<bool>) -> Facts {
    let mut facts = world(UBUNTU, vec![exemplary(1, "web")]);
    let running =
        vec![Running { id: exemplary(1, "web").id, programs: texts(programs), child_says_sshd, user: Later::Unknown }];
    let processes = Processes { running, ..Processes::default() };
    facts.engines[0].processes = read(Need::EngineProcesses, processes);
    facts
}

fn ssh_cases_of(rule: &'static SshServers) -> Vec<Case> {
    let case = |kind, what: &str, facts, verdict| Case::new(rule, kind, what, facts, verdict).with(policy());
    let running = |programs: &[&str]| runs(programs, Missing);
    let listed = |status: &str, processes: Processes| {
        let mut web = exemplary(1, "web");
        web.status = word(status);
        let mut facts = world(UBUNTU, vec![web]);
        facts.engines[0].processes = read(Need::EngineProcesses, processes);
        facts
    };
    let ended = || Processes { ended: vec![exemplary(1, "web").id], ..Processes::default() };
    let unread = Processes {
        unread: vec![Unread { id: exemplary(1, "web").id, name: "web".into(), reason: "HTTP 500".into() }],
        ..Processes::default()
    };
    let mut down = running(&["nginx"]);
    down.engines[0].processes = broken();
    let none = Processes::default;
    vec![
        case(Kind::Passes, "others", running(&["nginx", "ssh-agent"]), Verdict::Pass),
        case(Kind::Passes, "stopped", listed("exited", none()), Verdict::Pass),
        case(Kind::Passes, "stopped meanwhile", listed("running", ended()), Verdict::Pass),
        case(Kind::Fails, "sshd", running(&["sh", "sshd"]), Verdict::Fail),
        case(Kind::Fails, "a part of it", running(&["sshd-session"]), Verdict::Fail),
        case(Kind::Fails, "another server", running(&["dropbear"]), Verdict::Fail),
        case(Kind::Absent, "running and not listed", listed("running", none()), Verdict::Error),
        case(Kind::Absent, "restarting", listed("restarting", ended()), Verdict::Error),
        case(Kind::Absent, "unread", listed("running", unread), Verdict::Error),
        case(Kind::Broken, "no programs", down, Verdict::Error),
    ]
}

#[test]
fn exemptions_name_the_rules_that_a_probe_decides() {
    for rule in rules() {
        let bound: Vec<&str> = crate::registry::bindings()
            .filter(|b| b.card().is_some_and(|c| c.name == rule.card().name))
            .map(|b| b.stig_id)
            .collect();
        assert_eq!(bound, rule.rules, "{}", rule.card().name);
    }
}
