//! The STIG's own commands against a real engine, beside what stigprobe says of the same containers: where
//! the two differ, the finding says what the command comes to, and the register says why.
//!
//! Each command prints one line for a container, so that one run gives its verdict over every choice of
//! containers: over each alone, over all, and over many chosen at random.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use common::collecting::{gather, target};
use common::docker::Docker;
use stigprobe::facts::container::{Container, Containers};
use stigprobe::facts::engine::Info;
use stigprobe::facts::field::Field;
use stigprobe::facts::{Engine, Fact, Facts, Need, Read};
use stigprobe::finding::Finding;
use stigprobe::policy::Policy;
use stigprobe::registry::{self, Binding};
use stigprobe::xccdf::Verdict;

/// What a check has one type, and what of that its text calls a finding.
struct Check {
    rules: &'static [&'static str],
    command: &'static str,
    /// Of a line, what stands after the colon behind the id or name.
    finding: fn(&str) -> bool,
    /// A running container of which nothing is printed is a finding as well.
    silent: bool,
}

const fn check(rules: &'static [&'static str], command: &'static str, finding: fn(&str) -> bool) -> Check {
    Check { rules, command, finding, silent: false }
}

/// The values of the tests' policy: the sensitive directories, and nothing that is approved.
const SENSITIVE: &[&str] = &["/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"];

const CHECKS: &[Check] = &[
    check(
        &["DKER-EE-001190"],
        r#"docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: Volumes={{ .Mounts }}' | grep -iv "ucp\|kubelet\|dtr""#,
        writable_sensitive,
    ),
    check(
        &["DKER-EE-001240"],
        r#"docker ps --all | grep -iv "ucp\|kube\|dtr" | awk '{print $1}' | xargs docker inspect --format '{{ .Id }}: PidMode={{ .HostConfig.PidMode }}'"#,
        |line| line == "PidMode=host",
    ),
    check(
        &["CNTR-MK-000680"],
        r#"for c in $(docker ps --quiet --filter=label=com.docker.ucp.version); do echo "$(docker inspect -f '{{.Id}}' $c): PidMode=$(docker inspect -f '{{.HostConfig.PidMode}}' $c)"; done"#,
        |line| line == "PidMode=host",
    ),
    check(
        &["DKER-EE-001250"],
        r#"docker ps --all | grep -iv "ucp\|kube\|dtr" | awk '{print $1}' | xargs docker inspect --format '{{ .Id }}: IpcMode={{ .HostConfig.IpcMode }}'"#,
        |line| line == "IpcMode=shareable",
    ),
    check(
        &["DKER-EE-001930"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: AppArmorProfile={{ .AppArmorProfile }}'",
        |line| matches!(line, "AppArmorProfile=" | "AppArmorProfile=unconfined"),
    ),
    check(
        &["CNTR-MK-000520"],
        "docker ps -a -q | xargs -I {} docker inspect {} --format '{{ .Name }}: AppArmorProfile={{ .AppArmorProfile }}, Privileged={{ .HostConfig.Privileged }}' | grep 'AppArmorProfile=unconfined' | grep 'Privileged=false'",
        |_| true,
    ),
    check(
        &["DKER-EE-001940"],
        r#"docker ps --quiet --all | xargs docker inspect --format '{{ .Name }}: SecurityOpt={{ .HostConfig.SecurityOpt }}' | grep -iv "ucp\|kube\|dtr""#,
        |line| line == "SecurityOpt=[label=disable]",
    ),
    check(
        &["DKER-EE-001950", "CNTR-MK-000560"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: CapAdd={{ .HostConfig.CapAdd }} CapDrop={{ .HostConfig.CapDrop }}'",
        |line| !["[]", "<nil>", "<no value>"].iter().any(|none| line.starts_with(&format!("CapAdd={none} "))),
    ),
    check(
        &["DKER-EE-001960"],
        r#"docker ps --quiet --all | grep -iv "ucp\|kube\|dtr" | awk '{print $1}' | xargs docker inspect --format '{{ .Id }}: Privileged={{ .HostConfig.Privileged }}'"#,
        |line| line == "Privileged=true",
    ),
    check(
        &["CNTR-MK-001220"],
        r#"docker ps --quiet --all | grep -iv "MKE\|kube\|dtr" | awk '{print $1}' | xargs docker inspect --format '{{ .Id }}: Privileged={{ .HostConfig.Privileged }}'"#,
        |line| line == "Privileged=true",
    ),
    check(
        &["DKER-EE-001990", "DKER-EE-003560", "CNTR-MK-000640", "CNTR-MK-001360"],
        "docker ps --quiet | xargs docker inspect --format '{{ .Id }}: Ports={{ .NetworkSettings.Ports }}'",
        |line| !mapped(line).is_empty(),
    ),
    check(
        &["DKER-EE-002000"],
        r#"docker ps --all | grep -iv "ucp\|kube\|dtr" | awk '{print $1}' | xargs docker inspect --format '{{ .Id }}: NetworkMode={{ .HostConfig.NetworkMode }}'"#,
        |line| line == "NetworkMode=host",
    ),
    check(
        &["DKER-EE-002010"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: Memory={{ .HostConfig.Memory }}'",
        |line| line == "Memory=0",
    ),
    check(
        &["DKER-EE-002020"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: CpuShares={{ .HostConfig.CpuShares }}'",
        |line| matches!(line, "CpuShares=0" | "CpuShares=1024"),
    ),
    check(
        &["DKER-EE-002030"],
        "docker ps --quiet --all | xargs -L 1 docker inspect --format '{{ .Id }}: ReadonlyRootfs={{ .HostConfig.ReadonlyRootfs }}'",
        |line| line == "ReadonlyRootfs=false",
    ),
    check(
        &["CNTR-MK-001160"],
        "docker ps --quiet --all | xargs -L 1 docker inspect --format '{{ .Name }}: ReadonlyRootfs={{ .HostConfig.ReadonlyRootfs }}'",
        |line| line == "ReadonlyRootfs=false",
    ),
    check(
        &["DKER-EE-002040"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: Devices={{ .HostConfig.Devices }}'",
        |line| !matches!(line, "Devices=[]" | "Devices=<nil>" | "Devices=<no value>"),
    ),
    check(
        &["DKER-EE-002050"],
        r#"docker ps --all | grep -iv "ucp\|kube\|dtr" | awk '{print $1}' | xargs docker inspect --format '{{ .Id }}: Propagation={{range $mnt := .Mounts}} {{json $mnt.Propagation}} {{end}}'"#,
        |line| line.contains(r#""shared""#) || line.contains(r#""rshared""#),
    ),
    check(
        &["DKER-EE-002060"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: UTSMode={{ .HostConfig.UTSMode }}'",
        |line| line == "UTSMode=host",
    ),
    check(
        &["DKER-EE-002070"],
        r#"docker ps --all | grep -iv "ucp\|kube\|dtr" | awk '{print $1}' | xargs docker inspect --format '{{ .Id }}: SecurityOpt={{ .HostConfig.SecurityOpt }}'"#,
        unfiltered,
    ),
    check(
        &["CNTR-MK-001170"],
        r#"docker ps --quiet --filter "label=com.docker.ucp.version" | xargs docker inspect --format '{{ .Id }}: SecurityOpt={{ .HostConfig.SecurityOpt }}'"#,
        unfiltered,
    ),
    check(
        &["DKER-EE-002100"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: CgroupParent={{ .HostConfig.CgroupParent }}'",
        |line| line != "CgroupParent=",
    ),
    check(
        &["DKER-EE-002110", "CNTR-MK-001010"],
        "docker ps --quiet --all | xargs -L 1 docker inspect --format '{{ .Id }}: SecurityOpt={{ .HostConfig.SecurityOpt }}'",
        |line| !line.contains("no-new-privileges"),
    ),
    check(
        &["DKER-EE-002120", "CNTR-MK-001200"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: UsernsMode={{ .HostConfig.UsernsMode }}'",
        |line| line != "UsernsMode=",
    ),
    check(
        &["DKER-EE-002130"],
        r#"docker ps --all | grep -iv "ucp\|kube\|dtr" | awk '{print $1}' | xargs docker inspect --format '{{ .Id }}: Volumes={{ .Mounts }}' | grep -i "docker.sock\|docker_engine""#,
        |_| true,
    ),
    // With --quiet, which the text has not: a word of the table ("About a minute ago", "5 seconds") may be the
    // beginning of some container's id.
    check(
        &["CNTR-MK-000550"],
        r#"docker ps --quiet --all --filter "label=com.docker.ucp.version" | xargs docker inspect --format '{{ .Id }}: Volumes={{ .Mounts }}' | grep -i "docker.sock\|docker_engine""#,
        |_| true,
    ),
    check(
        &["DKER-EE-002150", "CNTR-MK-000570", "CNTR-MK-000650"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: Ports={{ .NetworkSettings.Ports }}'",
        |line| mapped(line).iter().any(|(_, port)| *port < 1024),
    ),
    check(
        &["DKER-EE-002160"],
        "docker ps --quiet | xargs docker inspect --format '{{ .Id }}: Ports={{ .NetworkSettings.Ports }}'",
        |line| mapped(line).iter().any(|(ip, _)| ip == "0.0.0.0"),
    ),
    Check {
        silent: true,
        ..check(
            &["DKER-EE-002770"],
            "docker ps --quiet | xargs docker inspect --format '{{ .Id }}: Health={{ .State.Health.Status }}'",
            |line| !line.eq_ignore_ascii_case("Health=Healthy"),
        )
    },
    check(
        &["DKER-EE-002780"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: PidsLimit={{ .HostConfig.PidsLimit }}'",
        |line| matches!(line, "PidsLimit=0" | "PidsLimit=-1"),
    ),
    check(
        &["DKER-EE-003200"],
        "docker ps -q -a | xargs docker inspect --format '{{ .Id }}: User={{ .Config.User }}'",
        |line| matches!(line, "User=" | "User=0" | "User=root"),
    ),
    check(
        &["DKER-EE-004030"],
        r#"docker ps --all | grep -iv "ucp\|kube\|dtr" | awk '{print $1}' | xargs docker inspect --format '{{ .Id }}: RestartPolicyName={{ .HostConfig.RestartPolicy.Name }} MaximumRetryCount={{ .HostConfig.RestartPolicy.MaximumRetryCount }}'"#,
        |line| {
            let (name, count) = line.split_once(" MaximumRetryCount=").unwrap();
            let count: i64 = count.parse().unwrap();
            name == "RestartPolicyName=always" || name == "RestartPolicyName=on-failure" && count > 5
        },
    ),
    check(
        &["DKER-EE-004040"],
        "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}: Ulimits={{ .HostConfig.Ulimits }}'",
        |line| !matches!(line, "Ulimits=[]" | "Ulimits=<nil>" | "Ulimits=<no value>"),
    ),
];

/// What `map[` and `]` hold of a line, each with its fields: `map[HostIp:0.0.0.0 HostPort:8080]`.
fn maps(line: &str) -> Vec<BTreeMap<&str, &str>> {
    line.split("map[")
        .skip(1)
        .map(|rest| {
            let fields = rest.split(']').next().unwrap().split(' ');
            fields.filter_map(|field| field.split_once(':')).collect()
        })
        .collect()
}

/// `Volumes=[map[Destination:/host/etc Mode: Propagation:rprivate RW:true Source:/etc Type:bind] …]`.
fn writable_sensitive(line: &str) -> bool {
    let within = |path: &str, dir: &str| path == dir || path.starts_with(&format!("{dir}/"));
    let sensitive = |source: &str| {
        let is = |dir: &&str| *dir != "/" && (within(source, dir) || within(dir, source));
        source == "/" || SENSITIVE.iter().any(is)
    };
    let open =
        |mount: &BTreeMap<&str, &str>| mount["Type"] == "bind" && mount["RW"] == "true" && sensitive(mount["Source"]);
    maps(line).iter().any(open)
}

fn unfiltered(line: &str) -> bool {
    ["seccomp=unconfined", "seccomp:unconfined"].iter().any(|option| line.contains(option))
}

/// `Ports=map[80/tcp:[map[HostIp:0.0.0.0 HostPort:8080] map[HostIp::: HostPort:8080]] 9999/tcp:<nil>]`:
/// each address and port of the host.
fn mapped(line: &str) -> Vec<(String, u32)> {
    let maps = maps(line);
    let ports = maps.iter().filter(|map| map.contains_key("HostPort"));
    ports.map(|map| (map["HostIp"].to_owned(), map["HostPort"].parse().unwrap())).collect()
}

/// The commands that look for programs, as scripts that print the id of each container and what they find
/// in it. The second is typed on the node: among the processes of the engine.
const PROGRAMS: &[(&str, &str)] = &[
    (
        "DKER-EE-001970",
        r#"for i in $(docker ps -qa --no-trunc); do docker exec $i ps -el | grep -i sshd | sed "s/.*/$i: &/"; done"#,
    ),
    (
        "CNTR-MK-000120",
        r#"for i in $(docker container ls --no-trunc --format "{{.ID}}"); do pid=$(docker inspect -f '{{.State.Pid}}' "$i"); ps -h --ppid "$pid" -o cmd | grep sshd | sed "s/.*/$i: &/"; done"#,
    ),
];

const LABEL: &str = "com.docker.ucp.version=3.2.4";

/// More containers, for commands that look at the product's own alone.
const MORE: &[&[&str]] = &[
    &["--name", "sshd-child", "busybox:test", "sh", "-c", "/usr/sbin/sshd -D; true"],
    &["--name", "sshd-argument", "busybox:test", "sh", "-c", "sh -c 'sleep 100000; : sshd'; true"],
    &["--name", "own-runs", "--label", LABEL, "--pid", "host", "docker/ucp-agent:3.2.4", "sleep", "100000"],
    &[
        "--name",
        "own-open",
        "--label",
        LABEL,
        "--security-opt",
        "seccomp=unconfined",
        "docker/ucp-agent:3.2.4",
        "sleep",
        "100000",
    ],
    &[
        "--name",
        "own-colon",
        "--label",
        LABEL,
        "--security-opt",
        "seccomp:unconfined",
        "busybox:test",
        "sleep",
        "100000",
    ],
    &[
        "--name",
        "own-socket",
        "--label",
        LABEL,
        "--volume",
        "/var/run/docker.sock:/s",
        "docker/ucp-agent:3.2.4",
        "sleep",
        "100000",
    ],
    &["--name", "own-run", "--label", LABEL, "--volume", "/var/run:/s", "busybox:test", "sleep", "100000"],
    &[
        "--name",
        "own-port",
        "--label",
        LABEL,
        "--publish",
        "0.0.0.0:444:444",
        "docker/ucp-agent:3.2.4",
        "sleep",
        "100000",
    ],
    &[
        "--name",
        "two-mounts",
        "--volume",
        "/etc:/e",
        "--volume",
        "/tmp:/srv/UCP-data",
        "busybox:test",
        "sleep",
        "100000",
    ],
    &["--name", "below", "--volume", "/etc/ssl:/e", "busybox:test", "sleep", "100000"],
    &["--name", "kube-open", "--security-opt", "label=disable", "busybox:test", "sleep", "100000"],
    &["--name", "six", "--publish", "[::]:9191:91", "busybox:test", "sleep", "100000"],
    &["--name", "one-address", "--publish", "127.0.0.1:9292:92", "busybox:test", "sleep", "100000"],
];
/// Those of them that are started.
const STARTED: &[&str] =
    &["own-runs", "own-open", "own-colon", "own-port", "six", "one-address", "sshd-child", "sshd-argument"];

fn policy() -> Policy {
    Policy {
        con_sensitive_dirs: Some(SENSITIVE.iter().map(|dir| (*dir).to_owned()).collect()),
        con_caps: Some(Vec::new()),
        con_ports: Some(Vec::new()),
        con_devices: Some(Vec::new()),
        con_cgroup_parent: Some(Vec::new()),
        con_ulimits: Some(Vec::new()),
        ..Policy::default()
    }
}

fn again<T: serde::Serialize>(need: Need, value: T) -> Fact<T> {
    Fact::Read(Read::new(need, "test".into(), stigprobe::collect::now(), value))
}

fn read<T: Clone + stigprobe::facts::proof::Proven>(fact: &Fact<T>) -> T {
    fact.read().map(|read| read.value.clone()).unwrap()
}

/// The facts of the engine with these of its containers. Rules about Ubuntu and Red Hat ask nothing of this
/// machine's system: for them the engine says another.
fn facts(engine: &Engine, binding: &Binding, containers: Vec<Container>) -> Facts {
    let mut engine = engine.clone();
    engine.containers = again(Need::EngineContainers, Containers::new(containers, Vec::new(), 0));
    let elsewhere = match binding.stig_id {
        "DKER-EE-001930" | "CNTR-MK-000520" => Some(("Ubuntu 20.04.6 LTS", "name=apparmor")),
        "DKER-EE-001940" => Some(("CentOS Linux 7 (Core)", "name=selinux")),
        _ => None,
    };
    if let Some((system, option)) = elsewhere {
        let info = Info {
            operating_system: system.into(),
            security_options: Field::Is(vec![option.into(), "name=seccomp,profile=default".into()]),
            ..read(&engine.info)
        };
        engine.info = again(Need::EngineInfo, info);
    }
    Facts { engines: vec![engine], ..Facts::default() }
}

/// Choices of containers: each alone, all, none, and some by a sequence that is the same every time.
fn choices(count: usize) -> Vec<Vec<usize>> {
    let mut choices: Vec<Vec<usize>> = (0..count).map(|one| vec![one]).collect();
    choices.push((0..count).collect());
    choices.push(Vec::new());
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    for size in 2..=31 {
        let choice: BTreeSet<usize> = (0..size)
            .map(|_| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                usize::try_from(random % count as u64).unwrap()
            })
            .collect();
        choices.push(choice.into_iter().collect());
    }
    choices
}

/// The engine with all containers, and what it says; made once.
fn furnished() -> Option<&'static (&'static Docker, Engine)> {
    static SHARED: OnceLock<Option<(&'static Docker, Engine)>> = OnceLock::new();
    SHARED.get_or_init(furnish).as_ref()
}

fn furnish() -> Option<(&'static Docker, Engine)> {
    let docker = Docker::furnished()?;
    for args in MORE {
        docker.cli(&[&["create"][..], args].concat());
    }
    for name in STARTED {
        docker.cli(&["start", name]);
    }
    // What the health checks say has to have settled.
    for (name, status) in [("health", "healthy"), ("health-bad", "unhealthy")] {
        let said = || docker.cli(&["inspect", "--format", "{{.State.Health.Status}}", name]);
        for _ in 0..100 {
            if said() == status {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        assert_eq!(said(), status);
    }
    Some((docker, gather(&target(&docker.uri()))))
}

/// By id, whether the text calls what the command printed of the container a finding.
fn findings(docker: &Docker, check: &Check, containers: &[Container]) -> BTreeMap<String, bool> {
    let output = docker.sh(check.command);
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut findings = BTreeMap::new();
    for line in printed.lines() {
        let (who, what) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
        let who = who.trim_start_matches('/');
        let container = containers.iter().find(|c| c.id == who || c.name == who);
        let container = container.unwrap_or_else(|| panic!("{line:?} is of no container"));
        findings.insert(container.id.clone(), (check.finding)(what));
    }
    if check.silent {
        let running = docker.cli(&["ps", "--quiet", "--no-trunc"]);
        for id in running.lines() {
            findings.entry(id.to_owned()).or_insert(true);
        }
    }
    findings
}

fn by_letter(finding: &Finding) -> Verdict {
    finding.literal().map_or(finding.verdict(), |literal| literal.verdict)
}

#[test]
fn findings_carry_what_the_commands_of_the_checks_come_to() {
    let Some((docker, engine)) = furnished() else {
        return;
    };
    let containers = read(&engine.containers).read().to_vec();
    assert!(containers.len() >= 40, "{}", containers.len());
    let mut comparison = Comparison::default();
    for check in CHECKS {
        let findings = findings(docker, check, &containers);
        for rule in check.rules {
            comparison.compare(rule, engine, &containers, &findings);
        }
    }
    comparison.end();
}

/// What the commands came to, beside the findings.
#[derive(Default)]
struct Comparison {
    compared: usize,
    wrong: Vec<String>,
}

impl Comparison {
    /// Over every choice of containers, given by id those in which the text has the command find something.
    fn compare(&mut self, rule: &str, engine: &Engine, containers: &[Container], findings: &BTreeMap<String, bool>) {
        let binding = registry::bindings().find(|b| b.stig_id == rule).unwrap();
        let probe = binding.probe().unwrap();
        let mut differs = false;
        for choice in choices(containers.len()) {
            let chosen: Vec<Container> = choice.iter().map(|&c| containers[c].clone()).collect();
            let names: Vec<String> = chosen.iter().map(|c| c.name.clone()).take(4).collect();
            let is_finding = |c: &Container| findings.get(&c.id) == Some(&true);
            let command = if chosen.iter().any(is_finding) { Verdict::Fail } else { Verdict::Pass };
            let finding = probe.decide(&facts(engine, binding, chosen), &policy());
            let finding = finding.unwrap_or_else(Finding::from);
            let (intent, letter) = (finding.verdict(), by_letter(&finding));
            differs |= intent != letter;
            self.compared += 1;
            if letter != command {
                self.wrong.push(format!(
                    "{rule} over {names:?}: the command says {command}, the finding {letter} ({intent})"
                ));
            }
        }
        if differs && binding.letter.is_empty() {
            self.wrong.push(format!("{rule}: the register says nothing of the difference"));
        }
    }

    fn end(&self) {
        let all = self.wrong.join("\n");
        assert!(self.wrong.is_empty(), "{} of {}:\n{all}", self.wrong.len(), self.compared);
    }
}

#[test]
fn programs_are_found_where_the_commands_find_them() {
    let Some((docker, engine)) = furnished() else {
        return;
    };
    let containers = read(&engine.containers).read().to_vec();
    // What the check's ps shows of these is not in the evidence: busybox's shows arguments too, and in the
    // process namespace of the host it shows all that runs there.
    let unknown = ["sshd-argument", "own-runs"];
    let mut comparison = Comparison::default();
    for (rule, script) in PROGRAMS {
        let mut containers = containers.clone();
        if *rule == "DKER-EE-001970" {
            containers.retain(|c| !unknown.contains(&c.name.as_str()));
        }
        let printed = docker.among_its_processes(script);
        let findings: BTreeMap<String, bool> =
            printed.lines().filter_map(|line| Some((line.split_once(": ")?.0.to_owned(), true))).collect();
        assert!(!findings.is_empty(), "{rule}");
        comparison.compare(rule, engine, &containers, &findings);
    }
    comparison.end();
}

/// Every rule about containers is compared above.
#[test]
fn no_rule_about_containers_is_left_out() {
    let programs = PROGRAMS.iter().map(|(rule, _)| *rule);
    let compared: BTreeSet<&str> = CHECKS.iter().flat_map(|check| check.rules).copied().chain(programs).collect();
    let about: BTreeSet<&str> = registry::bindings()
        .filter(|b| b.card().is_some_and(|card| card.name.starts_with("container-")))
        .map(|b| b.stig_id)
        .collect();
    assert_eq!(compared, about);
}
