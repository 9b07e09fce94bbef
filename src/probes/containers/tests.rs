//! The traps that rules about containers share.

use super::cases::{CHANGES, Change, UBUNTU, bind, exemplary, policy, published, rules, system, texts, world};
use super::*;
use crate::facts::container::{Container, Containers, Processes, Running, Unread};
use crate::facts::field::Field;
use crate::facts::host::{Daemon, Looked, Process, Running::Seen, Settings};
use crate::facts::kubernetes::{Pod, Whole};
use crate::facts::swarm::{Node, Roster, Service, ServicePort, ServiceRestart, Services};
use crate::facts::{Fact, Later, Need, Reach};
use crate::policy::{AllowedCapabilities, AllowedDevice, AllowedPort, AllowedUlimit, Exemption, Selector};
use crate::probes::cases::{broken, read};
use crate::xccdf::Verdict::{self, Error, Fail, Pass};

fn find(rule: &ContainerRule, facts: &Facts, policy: &Policy) -> Finding {
    rule.decide(facts, policy).unwrap_or_else(Finding::from)
}

/// The first change by which a rule fails.
fn fault(rule: &ContainerRule) -> fn(&mut Container) {
    let is_fault = |c: &&Change| c.rule.card.name == rule.card.name && c.verdict == Verdict::Fail;
    CHANGES.iter().find(is_fault).expect("a failing change").change
}

fn faulty(rule: &ContainerRule, id: u64, name: &str) -> Container {
    let mut container = exemplary(id, name);
    fault(rule)(&mut container);
    container
}

fn literal(finding: &Finding) -> Verdict {
    finding.literal().map_or(finding.verdict(), |l| l.verdict)
}

#[test]
fn the_products_own_are_left_apart_and_shown() {
    for rule in rules() {
        let mut ucp = faulty(rule, 9, "ucp-agent");
        ucp.image = "docker/ucp-agent:3.2.4".into();
        ucp.labels.insert("com.docker.ucp.version".into(), "3.2.4".into());
        let name = rule.card.name;
        let finding = find(rule, &world(system(rule), vec![ucp.clone(), exemplary(1, "web")]), &policy());
        assert_eq!(finding.verdict(), Verdict::Pass, "{name}: {}", finding.summary());
        let line = finding.observations().iter().find(|o| o.subject() == "containers of the product");
        assert!(line.is_some_and(|o| o.actual().contains("ucp-agent")), "{name}");

        ucp.image = "dtr.example.mil/docker/ucp-agent:3.2.4".into();
        let finding = find(rule, &world(system(rule), vec![ucp]), &policy());
        assert_eq!(finding.verdict(), Verdict::Fail, "{name}: a copy is a user's");
    }
}

#[test]
fn an_exemption_counts_until_its_last_day_and_for_its_rules() {
    for rule in rules() {
        let facts = world(system(rule), vec![faulty(rule, 1, "web"), exemplary(2, "api")]);
        // The evidence of tests is of 1970-01-01.
        let exempt = |expires: &str, rules: &[&str]| Policy {
            con_exempt: vec![Exemption {
                selector: Selector::Name("web*".into()),
                reason: "being replaced".into(),
                expires: expires.parse().expect("a date"),
                rules: texts(rules),
            }],
            ..policy()
        };
        let name = rule.card.name;
        let mut named = rule.rules.to_vec();
        for rules in [&[][..], &named] {
            let finding = find(rule, &facts, &exempt("1970-01-01", rules));
            assert_eq!(finding.verdict(), Verdict::Pass, "{name}: {}", finding.summary());
            let shown = finding.observations().iter().any(|o| o.expected().contains("being replaced"));
            assert!(shown, "{name}");
        }
        let finding = find(rule, &facts, &exempt("1970-01-01", &["DKER-EE-000000"]));
        assert_eq!(finding.verdict(), Verdict::Fail, "{name}");
        let finding = find(rule, &facts, &exempt("1969-12-31", &[]));
        assert_eq!(finding.verdict(), Verdict::Fail, "{name}");
        let said = finding.observations().iter().any(|o| o.expected().contains("ended on 1969-12-31"));
        assert!(said, "{name}");
        named.truncate(1);
        let finding = find(rule, &facts, &exempt("1970-01-01", &named));
        assert_eq!(finding.verdict(), Verdict::Pass, "{name}: one of several that ask the same");
    }
}

#[test]
fn what_was_not_seen_leaves_every_rule_undecided() {
    for rule in rules() {
        let name = rule.card.name;
        let fine = || world(system(rule), vec![exemplary(1, "web")]);

        let mut unread = fine();
        let silent = Unread { id: "f".into(), name: "db".into(), reason: "HTTP 500".into() };
        let list = Containers::new(vec![exemplary(1, "web")], vec![silent], 0);
        unread.engines[0].containers = read(Need::EngineContainers, list);

        let mut unasked = fine();
        let node = |id: &str, hostname: &str| Node {
            id: id.into(),
            hostname: hostname.into(),
            state: "ready".into(),
            ..Node::default()
        };
        let nodes = Roster::Nodes(vec![node("n1", "node-1"), node("n2", "node-2")]);
        unasked.engines[0].nodes = read(Need::EngineNodes, nodes);

        let mut alone = fine();
        alone.engines[0].nodes = read(Need::EngineNodes, Roster::NoSwarm);
        alone.engines[0].info = broken();

        for (what, facts) in [("unread", unread), ("unasked", unasked), ("without info", alone)] {
            let finding = find(rule, &facts, &policy());
            assert_eq!(finding.verdict(), Verdict::Error, "{name}, {what}: {}", finding.summary());
            assert_eq!(finding.literal(), None, "{name}, {what}");
        }
    }
}

#[test]
fn a_row_with_a_word_is_hidden_from_the_letter_alone() {
    for rule in rules() {
        if !matches!(rule.letter.command, letter::Command::Rows) {
            continue;
        }
        let mut web = faulty(rule, 1, "web");
        web.row.dtr = true;
        let finding = find(rule, &world(UBUNTU, vec![web]), &policy());
        let name = rule.card.name;
        assert_eq!((finding.verdict(), literal(&finding)), (Verdict::Fail, Verdict::Pass), "{name}");
    }
}

#[test]
fn a_label_is_all_that_some_commands_look_at() {
    for rule in [&PID_MODE_LABELLED, &SOCKET_LABELLED, &SECCOMP_LABELLED] {
        let mut web = faulty(rule, 1, "web");
        let finding = find(rule, &world(UBUNTU, vec![web.clone()]), &policy());
        assert_eq!((finding.verdict(), literal(&finding)), (Verdict::Fail, Verdict::Pass));
        web.labels.insert("com.docker.ucp.version".into(), "3.7.1".into());
        let finding = find(rule, &world(UBUNTU, vec![web]), &policy());
        assert_eq!((finding.verdict(), literal(&finding)), (Verdict::Fail, Verdict::Fail));
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn the_letter_says_what_its_command_prints() {
    let cases: &[(&ContainerRule, &str, fn(&mut Container), Verdict, Verdict)] = &[
        (&IPC_MODE, "host", |c| c.ipc_mode = Field::Is("host".into()), Verdict::Fail, Verdict::Pass),
        (&IPC_MODE, "shareable", |c| c.ipc_mode = Field::Is("shareable".into()), Verdict::Pass, Verdict::Fail),
        (&PIDS_LIMIT, "null", |c| c.pids_limit = Field::Null, Verdict::Fail, Verdict::Pass),
        (&PIDS_LIMIT, "-1", |c| c.pids_limit = Field::Is(-1), Verdict::Fail, Verdict::Fail),
        (&USER, "0:0", |c| c.user = Field::Is("0:0".into()), Verdict::Fail, Verdict::Pass),
        (&RESTART, "unless-stopped", |c| c.restart = Field::Is("unless-stopped".into()), Verdict::Fail, Verdict::Pass),
        (&RESTART, "unbounded", |c| c.restart_retries = Field::Is(0), Verdict::Fail, Verdict::Pass),
        (&RESTART, "6", |c| c.restart_retries = Field::Is(6), Verdict::Fail, Verdict::Fail),
        (
            &NO_NEW_PRIVILEGES,
            "=false",
            |c| c.security_opt = Field::Is(texts(&["no-new-privileges=false"])),
            Verdict::Fail,
            Verdict::Pass,
        ),
        (&SECCOMP, "privileged", |c| c.privileged = Field::Is(true), Verdict::Fail, Verdict::Pass),
        (&CAPABILITIES, "privileged", |c| c.privileged = Field::Is(true), Verdict::Fail, Verdict::Pass),
        (&DEVICES, "privileged", |c| c.privileged = Field::Is(true), Verdict::Fail, Verdict::Pass),
        (
            &SELINUX,
            "not alone",
            |c| c.security_opt = Field::Is(texts(&["no-new-privileges", "label=disable"])),
            Verdict::Fail,
            Verdict::Pass,
        ),
        (
            &SENSITIVE_MOUNTS,
            "a word elsewhere in the line",
            |c| c.mounts = Field::Is(vec![bind("/etc", "/e"), bind("/srv/UCP-data", "/d")]),
            Verdict::Fail,
            Verdict::Pass,
        ),
        (&SOCKET, "above it", |c| c.mounts = Field::Is(vec![bind("/run", "/r")]), Verdict::Fail, Verdict::Pass),
        (
            &BOUND_PORTS,
            ":: alone",
            |c| c.ports = Field::Is([("8443/tcp".into(), published("::", "8443"))].into()),
            Verdict::Fail,
            Verdict::Pass,
        ),
        (
            &BOUND_PORTS,
            "the host's network",
            |c| c.network_mode = Field::Is("host".into()),
            Verdict::Error,
            Verdict::Pass,
        ),
        (
            &APPARMOR,
            "never ran",
            |c| {
                (c.status, c.app_armor_profile) = (Field::Is("created".into()), Field::Is(String::new()));
            },
            Verdict::Pass,
            Verdict::Fail,
        ),
        (
            &APPARMOR_UNPRIVILEGED,
            "empty",
            |c| c.app_armor_profile = Field::Is(String::new()),
            Verdict::Fail,
            Verdict::Pass,
        ),
    ];
    for (rule, what, change, verdict, by_letter) in cases {
        let mut web = exemplary(1, "web");
        change(&mut web);
        let finding = find(rule, &world(system(rule), vec![web]), &policy());
        let name = rule.card.name;
        let said = (finding.verdict(), literal(&finding));
        assert_eq!(said, (*verdict, *by_letter), "{name}, {what}: {:?}", finding.literal());
    }
}

#[test]
fn another_containers_mode_is_followed() {
    let modes: [(&ContainerRule, fn(&mut Container, &str)); 3] = [
        (&PID_MODE, |c, mode| c.pid_mode = Field::Is(mode.into())),
        (&IPC_MODE, |c, mode| c.ipc_mode = Field::Is(mode.into())),
        (&NETWORK_MODE, |c, mode| {
            c.network_mode = Field::Is(mode.into());
        }),
    ];
    for (rule, set) in modes {
        let chain = |last: &str| {
            let mut containers = [exemplary(1, "web"), exemplary(2, "api"), exemplary(3, "base")];
            let id = containers[1].id.clone();
            set(&mut containers[0], &format!("container:{id}"));
            set(&mut containers[1], "container:base");
            set(&mut containers[2], last);
            find(rule, &world(UBUNTU, containers.into()), &policy())
        };
        let shared = chain("host");
        assert_eq!(shared.verdict(), Verdict::Fail);
        let open = shared.observations().iter().filter(|o| o.verdict() == Verdict::Fail).count();
        assert_eq!(open, 3, "{shared:?}");
        assert_eq!(chain("").verdict(), Verdict::Pass);
        assert_eq!(chain("container:web").verdict(), Verdict::Error, "in a circle");
        assert_eq!(chain("container:nobody").verdict(), Verdict::Error);
    }
}

#[test]
fn a_mode_of_a_container_of_the_product_is_followed_too() {
    let mut pause = exemplary(7, "ucp-x");
    pause.image = "docker/ucp-agent:3.2.4".into();
    pause.labels.insert("com.docker.ucp.version".into(), "3.2.4".into());
    pause.network_mode = Field::Is("host".into());
    let mut web = exemplary(1, "web");
    web.network_mode = Field::Is("container:ucp-x".into());
    let finding = find(&NETWORK_MODE, &world(UBUNTU, vec![pause, web]), &policy());
    assert_eq!(finding.verdict(), Verdict::Fail);
}

#[test]
fn what_the_policy_lists_is_in_order() {
    let selector = || Selector::Name("web".into());
    let mut web = exemplary(1, "web");
    web.cap_add = Field::Is(texts(&["CAP_NET_ADMIN"]));
    let caps = |add: &[&str], drop: &[&str]| Policy {
        con_caps: Some(vec![AllowedCapabilities {
            selector: selector(),
            allow_add: texts(add),
            require_drop: texts(drop),
        }]),
        ..policy()
    };
    let facts = world(UBUNTU, vec![web]);
    for (add, drop, verdict) in [
        (&["net_admin"][..], &[][..], Verdict::Pass),
        (&["NET_ADMIN"], &["ALL"], Verdict::Pass),
        (&["NET_ADMIN"], &["NET_RAW"], Verdict::Pass),
        (&["NET_ADMIN"], &["NET_ADMIN"], Verdict::Fail),
        (&["NET_RAW"], &[], Verdict::Fail),
        (&["ALL"], &[], Verdict::Pass),
    ] {
        let finding = find(&CAPABILITIES, &facts, &caps(add, drop));
        assert_eq!(finding.verdict(), verdict, "{add:?} {drop:?}: {}", finding.summary());
    }

    let mut web = exemplary(1, "web");
    let device = crate::facts::container::Device {
        path_on_host: "/dev/ttyS0".into(),
        cgroup_permissions: "rw".into(),
        ..crate::facts::container::Device::default()
    };
    web.devices = Field::Is(vec![device]);
    let facts = world(UBUNTU, vec![web]);
    for (path, permissions, verdict) in [
        ("/dev/ttyS0", "rwm", Verdict::Pass),
        ("/dev/ttyS0", "wr", Verdict::Pass),
        ("/dev/ttyS0", "r", Verdict::Fail),
        ("/dev/ttyS1", "rwm", Verdict::Fail),
    ] {
        let listed = AllowedDevice { selector: selector(), path_on_host: path.into(), permissions: permissions.into() };
        let policy = Policy { con_devices: Some(vec![listed]), ..policy() };
        assert_eq!(find(&DEVICES, &facts, &policy).verdict(), verdict, "{path} {permissions}");
    }

    let mut web = exemplary(1, "web");
    let limit = crate::facts::container::Ulimit { name: "nofile".into(), soft: 1024, hard: 2048 };
    web.ulimits = Field::Is(vec![limit]);
    let facts = world(UBUNTU, vec![web]);
    for (soft, hard, verdict) in [(1024, 2048, Verdict::Pass), (1024, 4096, Verdict::Fail)] {
        let listed = AllowedUlimit { selector: selector(), name: "nofile".into(), soft, hard };
        let policy = Policy { con_ulimits: Some(vec![listed]), ..policy() };
        assert_eq!(find(&ULIMITS, &facts, &policy).verdict(), verdict, "{soft} {hard}");
    }
}

#[test]
fn services_publish_what_no_container_shows() {
    let facts = |published: u32, mode: &str| {
        let mut facts = world(UBUNTU, vec![exemplary(1, "web")]);
        let port = ServicePort {
            protocol: "tcp".into(),
            target_port: 8443,
            published_port: published,
            publish_mode: mode.into(),
        };
        let service = Service {
            id: "s".into(),
            name: "web".into(),
            image: "dtr.example.mil/shop/web:3".into(),
            ports: vec![port],
            ..Service::default()
        };
        facts.engines[0].services = read(Need::EngineServices, Services { list: vec![service] });
        facts
    };
    for (rule, port, mode, verdict) in [
        (&APPROVED_PORTS, 8443, "ingress", Verdict::Pass),
        (&APPROVED_PORTS, 9443, "ingress", Verdict::Fail),
        (&APPROVED_PORTS, 9443, "host", Verdict::Pass),
        (&LOW_PORTS, 443, "ingress", Verdict::Fail),
        (&LOW_PORTS, 443, "host", Verdict::Fail),
        (&LOW_PORTS, 8443, "ingress", Verdict::Pass),
        (&BOUND_PORTS, 8443, "ingress", Verdict::Fail),
        (&BOUND_PORTS, 0, "ingress", Verdict::Pass),
        (&BOUND_PORTS, 8443, "host", Verdict::Pass),
    ] {
        let finding = find(rule, &facts(port, mode), &policy());
        assert_eq!(finding.verdict(), verdict, "{} {port} {mode}", rule.card.name);
        if verdict == Verdict::Fail {
            assert_eq!(literal(&finding), Verdict::Pass);
        }
    }
    // A second engine whose services are not known may be of another swarm.
    let mut two = facts(8443, "ingress");
    let mut other = two.engines[0].clone();
    other.address = "tcp://other:2376".into();
    other.services = broken();
    two.engines.push(other);
    assert_eq!(find(&LOW_PORTS, &two, &policy()).verdict(), Verdict::Error);

    // An engine in no swarm has none, although it cannot list them.
    let mut alone = facts(8443, "ingress");
    alone.engines[0].services = broken();
    alone.engines[0].nodes = read(Need::EngineNodes, Roster::NoSwarm);
    assert_eq!(find(&LOW_PORTS, &alone, &policy()).verdict(), Verdict::Pass);
    alone.engines[0].nodes = read(Need::EngineNodes, Roster::Worker);
    assert_ne!(find(&LOW_PORTS, &alone, &policy()).verdict(), Verdict::Pass);
}

/// A swarm with this service.
fn serving(service: Service) -> Facts {
    let mut facts = world(UBUNTU, vec![exemplary(1, "web")]);
    facts.engines[0].services = read(Need::EngineServices, Services { list: vec![service] });
    facts
}

#[test]
fn a_service_restarts_without_its_containers_showing_it() {
    let word = |text: &str| Field::Is(text.to_owned());
    for (condition, max_attempts, window, verdict) in [
        (word("none"), Field::Absent, Field::Absent, Pass),
        (word("on-failure"), Field::Is(5), Field::Is(0), Pass),
        (word("on-failure"), Field::Is(1), Field::Absent, Pass),
        (word("on-failure"), Field::Is(6), Field::Absent, Fail),
        (word("on-failure"), Field::Is(0), Field::Absent, Fail),
        (word("on-failure"), Field::Absent, Field::Absent, Fail),
        (word("on-failure"), Field::Is(3), Field::Is(10_000_000_000), Fail),
        (word("any"), Field::Is(0), Field::Absent, Fail),
        (word("any"), Field::Is(3), Field::Absent, Fail),
        (Field::Absent, Field::Absent, Field::Absent, Fail),
        (word("sometimes"), Field::Is(3), Field::Absent, Error),
        (Field::Odd("a number".into()), Field::Is(3), Field::Absent, Error),
        (word("on-failure"), Field::Odd("a string".into()), Field::Absent, Error),
        (word("on-failure"), Field::Is(3), Field::Odd("a string".into()), Error),
    ] {
        let restart = ServiceRestart { condition, max_attempts, window };
        let service =
            Service { id: "s".into(), name: "shop".into(), restart: restart.clone().into(), ..Service::default() };
        let finding = find(&RESTART, &serving(service), &policy());
        assert_eq!(finding.verdict(), verdict, "{restart:?}: {}", finding.summary());
    }
    let earlier = Service { id: "s".into(), name: "shop".into(), ..Service::default() };
    assert_eq!(find(&RESTART, &serving(earlier), &policy()).verdict(), Verdict::NotChecked);
}

#[test]
fn a_service_is_let_pass_where_the_policy_names_it() {
    let port =
        ServicePort { protocol: "tcp".into(), target_port: 80, published_port: 8080, publish_mode: "ingress".into() };
    let facts = serving(Service {
        id: "s".into(),
        name: "shop_api".into(),
        ports: vec![port],
        restart: ServiceRestart::default().into(),
        ..Service::default()
    });
    for rule in [&RESTART, &BOUND_PORTS] {
        assert_eq!(find(rule, &facts, &policy()).verdict(), Verdict::Fail);
        for (pattern, verdict) in [("shop_*", Verdict::Pass), ("web", Verdict::Fail)] {
            let exempt = Exemption {
                selector: Selector::Name(pattern.into()),
                reason: "has to be there".into(),
                expires: "1970-01-01".parse().expect("a date"),
                rules: texts(rule.rules),
            };
            let policy = Policy { con_exempt: vec![exempt], ..policy() };
            assert_eq!(find(rule, &facts, &policy).verdict(), verdict, "{} {pattern}", rule.card.name);
        }
    }
    for (address, port, verdict) in [
        (Some("0.0.0.0"), Some(8080), Verdict::Pass),
        (Some("::"), None, Verdict::Pass),
        (Some("0.0.0.0"), Some(9090), Verdict::Fail),
        (Some("10.2.3.4"), Some(8080), Verdict::Fail),
        // A list of ports that says nothing of addresses does not approve all of them.
        (None, Some(8080), Verdict::Fail),
    ] {
        let listed = AllowedPort {
            selector: Selector::Name("shop_api".into()),
            proto: "tcp".into(),
            container_port: 80,
            host_port: port,
            host_ip: address.map(str::to_owned),
        };
        let policy = Policy { con_ports: Some(vec![listed]), ..policy() };
        assert_eq!(find(&BOUND_PORTS, &facts, &policy).verdict(), verdict, "{address:?} {port:?}");
    }
}

#[test]
fn pods_share_the_processes_of_their_host_without_a_container_that_shows_it() {
    let with = |host_pid: Field<bool>| {
        let mut facts = world(UBUNTU, vec![exemplary(1, "web")]);
        let pod = Pod { namespace: "shop".into(), name: "web".into(), host_pid, ..Pod::default() };
        let system = Pod { namespace: "kube-system".into(), name: "kube-dns".into(), ..Pod::default() };
        facts.kubernetes.pods = read(Need::KubePods, Whole::new("7".into(), vec![pod, system]));
        find(&PID_MODE_LABELLED, &facts, &policy()).verdict()
    };
    assert_eq!(with(Field::Is(true)), Verdict::Fail);
    assert_eq!(with(Field::Is(false)), Verdict::Pass);
    assert_eq!(with(Field::Odd("a string".into())), Verdict::Error);
    let mut silent = world(UBUNTU, vec![exemplary(1, "web")]);
    assert_eq!(find(&PID_MODE_LABELLED, &silent, &policy()).verdict(), Verdict::Pass, "there is no Kubernetes");
    silent.kubernetes.pods = broken();
    assert_eq!(find(&PID_MODE_LABELLED, &silent, &policy()).verdict(), Verdict::Error);
}

#[test]
fn a_user_by_name_is_the_one_that_runs() {
    use Verdict::{Error, Fail, Pass};
    let with = |user: &str, runs_as: Later<Field<u32>>, options: &[&str], reach: Reach| {
        let mut web = exemplary(1, "web");
        web.user = Field::Is(user.into());
        // Through UCP each node shows one of UCP's own.
        let proxy = Container { node: Some("node-1".into()), ..exemplary(2, "ucp-proxy") };
        let mut facts = world(UBUNTU, vec![web.clone(), proxy.clone()]);
        let mut info = facts.engines[0].info.read().expect("info").value.clone();
        info.security_options = Field::Is(texts(options));
        facts.engines[0].info = read(Need::EngineInfo, info);
        facts.engines[0].reach = reach;
        let running = Running { id: web.id, programs: texts(&["sh"]), user: runs_as, ..Running::default() };
        let beside =
            Running { id: proxy.id, programs: texts(&["sh"]), user: Field::Is(1000).into(), ..Running::default() };
        let processes = Processes { running: vec![running, beside], ..Processes::default() };
        facts.engines[0].processes = read(Need::EngineProcesses, processes);
        find(&USER, &facts, &policy()).verdict()
    };
    let is = |number: u32| Later::from(Field::Is(number));
    let plain = &["name=seccomp,profile=default"][..];
    for (user, runs_as, options, reach, verdict) in [
        ("toor", is(0), plain, Reach::Node, Fail),
        ("toor:toor", is(0), plain, Reach::Cluster, Fail),
        ("app", is(1000), plain, Reach::Node, Pass),
        ("app", is(1000), plain, Reach::Cluster, Pass),
        ("app", is(231_072), plain, Reach::Node, Pass),
        // It may be root of a range of its own.
        ("app", is(231_072), plain, Reach::Cluster, Error),
        ("app", is(231_072), &["name=userns"], Reach::Node, Error),
        ("app", is(1000), &["name=rootless"], Reach::Node, Error),
        ("app", Field::Absent.into(), plain, Reach::Node, Error),
        ("app", Later::Unknown, plain, Reach::Node, Verdict::NotChecked),
        ("1000", Later::Unknown, plain, Reach::Node, Pass),
        ("0", is(1000), plain, Reach::Node, Fail),
    ] {
        assert_eq!(with(user, runs_as.clone(), options, reach), verdict, "{user} {runs_as:?} {options:?} {reach:?}");
    }
}

#[test]
fn an_engine_that_nobody_asked_leaves_every_rule_undecided() {
    let process = |pid, socket: Option<&str>, nested| Process {
        pid,
        nested,
        arguments: Looked::Is(Settings {
            hosts: socket.map_or(Field::Absent, |socket| Field::Is(vec![format!("unix://{socket}")])),
            ..Settings::default()
        }),
    };
    let own = || process(1, None, false);
    for rule in rules() {
        for (what, processes, named) in [
            ("the one that was asked", vec![own()], None),
            ("by its other name", vec![process(1, Some("/run/docker.sock"), false)], None),
            ("a second one", vec![own(), process(2, Some("/run/b.sock"), false)], Some("unix:///run/b.sock")),
            ("one in a container", vec![own(), process(2, None, true)], Some("inside a container")),
            (
                "two others",
                vec![own(), process(2, Some("/b"), false), process(3, Some("/c"), false)],
                Some("unix:///c"),
            ),
        ] {
            let mut facts = world(system(rule), vec![exemplary(1, "web")]);
            let daemon = Daemon { running: Seen(processes), ..Daemon::default() };
            facts.hosts[0].daemon = read(Need::HostDaemon, daemon);
            let finding = find(rule, &facts, &policy());
            let name = rule.card.name;
            match named {
                None => assert_eq!(finding.verdict(), Verdict::Pass, "{name}, {what}: {}", finding.summary()),
                Some(named) => {
                    assert_eq!(finding.verdict(), Verdict::Error, "{name}, {what}: {}", finding.summary());
                    assert!(finding.summary().contains(named), "{name}, {what}: {}", finding.summary());
                }
            }
        }
    }
}

#[test]
fn app_armor_is_asked_of_ubuntu_alone() {
    let info = |facts: &mut Facts, at: usize, change: fn(&mut Info)| {
        let Fact::Read(said) = &facts.engines[at].info else { panic!("no info") };
        let mut value = said.value.clone();
        change(&mut value);
        facts.engines[at].info = read(Need::EngineInfo, value);
    };
    let unconfined = || {
        let mut web = exemplary(1, "web");
        web.app_armor_profile = Field::Is("unconfined".into());
        world(UBUNTU, vec![web])
    };
    let mut debian = unconfined();
    info(&mut debian, 0, |i| {
        i.operating_system = "Debian GNU/Linux 12 (bookworm)".into();
    });
    let finding = find(&APPARMOR, &debian, &policy());
    assert_eq!(finding.verdict(), Verdict::NotApplicable);
    assert!(finding.observations()[0].expected().contains("not about"), "{finding:?}");

    let mut silent = unconfined();
    info(&mut silent, 0, |i| i.operating_system = String::new());
    assert_eq!(find(&APPARMOR, &silent, &policy()).verdict(), Verdict::Error);

    // One node is Ubuntu: the containers of the other are not asked.
    let mut mixed = unconfined();
    let mut second = debian.engines[0].clone();
    second.address = "tcp://node-2:2376".into();
    mixed.engines.push(second);
    info(&mut mixed, 1, |i| {
        (i.name, i.swarm.node_id) = ("node-2".into(), "n2".into());
    });
    let fine = Containers::new(vec![exemplary(2, "api")], Vec::new(), 0);
    mixed.engines[0].containers = read(Need::EngineContainers, fine);
    assert_eq!(find(&APPARMOR, &mixed, &policy()).verdict(), Verdict::Pass);
    info(&mut mixed, 1, |i| i.operating_system = UBUNTU.into());
    assert_eq!(find(&APPARMOR, &mixed, &policy()).verdict(), Verdict::Fail);

    // UCP says nothing of single nodes.
    let mut through_ucp = unconfined();
    through_ucp.engines[0].reach = Reach::Cluster;
    assert_eq!(find(&APPARMOR, &through_ucp, &policy()).verdict(), Verdict::NotChecked);
}

#[test]
fn an_engine_without_seccomp_filters_nothing() {
    let mut facts = world(UBUNTU, vec![exemplary(1, "web")]);
    let Fact::Read(said) = &facts.engines[0].info else { panic!("no info") };
    let mut value = said.value.clone();
    value.security_options = Field::Is(texts(&["name=apparmor"]));
    facts.engines[0].info = read(Need::EngineInfo, value);
    let finding = find(&SECCOMP, &facts, &policy());
    assert_eq!((finding.verdict(), literal(&finding)), (Verdict::Fail, Verdict::Pass));
}

#[test]
fn a_default_of_the_engine_is_no_proof() {
    let mut web = exemplary(1, "web");
    web.security_opt = Field::Null;
    let mut facts = world(UBUNTU, vec![web]);
    let Fact::Read(said) = &facts.engines[0].info else { panic!("no info") };
    let mut value = said.value.clone();
    value.security_options = Field::Is(texts(&["name=no-new-privileges"]));
    facts.engines[0].info = read(Need::EngineInfo, value);
    let finding = find(&NO_NEW_PRIVILEGES, &facts, &policy());
    assert_eq!((finding.verdict(), literal(&finding)), (Verdict::Error, Verdict::Fail));
}

#[test]
fn nothing_is_written_down_for_containers_that_hold() {
    let many: Vec<Container> = (0..3000).map(|n| exemplary(n, "web")).collect();
    let facts = world(UBUNTU, many);
    for rule in rules() {
        let facts = if system(rule) == UBUNTU {
            facts.clone()
        } else {
            world(system(rule), (0..3000).map(|n| exemplary(n, "web")).collect())
        };
        let finding = find(rule, &facts, &policy());
        assert_eq!(finding.verdict(), Verdict::Pass, "{}", rule.card.name);
        assert!(finding.observations().len() <= 2, "{}: {:?}", rule.card.name, finding.observations());
    }
}

#[test]
fn the_letter_of_processes_is_what_each_command_sees() {
    use super::cases::runs;
    let says = |rule: &SshServers, facts: &Facts| {
        let finding = rule.decide(facts, &policy()).expect("a finding");
        (finding.verdict(), literal(&finding))
    };
    // The first process itself is no child.
    let itself = runs(&["sshd"], Field::Is(false));
    assert_eq!(says(&SSH_SERVERS, &itself), (Verdict::Fail, Verdict::Fail));
    assert_eq!(says(&SSH_SERVERS_BY_PARENT, &itself), (Verdict::Fail, Verdict::Pass));
    let argument = runs(&["sh"], Field::Is(true));
    assert_eq!(says(&SSH_SERVERS_BY_PARENT, &argument), (Verdict::Pass, Verdict::Fail));
    let another = runs(&["dropbear"], Field::Is(false));
    assert_eq!(says(&SSH_SERVERS, &another), (Verdict::Fail, Verdict::Pass));
    assert_eq!(says(&SSH_SERVERS_BY_PARENT, &another), (Verdict::Fail, Verdict::Pass));
}
