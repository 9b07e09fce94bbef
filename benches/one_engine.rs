//! A scan of a real engine with 1,000 containers beside the STIG's own commands, in the same run, on the same
//! engine, as a Markdown table.
//!
//! The commands are those of the checks about containers: for each of them `docker ps` and one `docker
//! inspect` of all containers with a format that shows one setting. They only print; a person would still
//! have to read what they print. One check runs `docker exec` in every container and is a row of its own.
//! All run in turns; nothing here passes or fails by a time.
//!
//! `cargo bench --bench one_engine` as root with Debian's `docker.io`; `BENCH_RUNS` says how many runs of
//! each (3), `BENCH_CONTAINERS` how many containers (1000), `STIGPROBE_BIN` which program to measure
//! instead of the one just built (an absolute path).
#![allow(clippy::print_stdout, reason = "the table is the product")]
#![allow(clippy::print_stderr, reason = "what is skipped is said aloud")]
#![allow(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::process::Command;
use std::time::{Duration, Instant};

use common::docker::{Docker, IMAGE, Net};
use serde_json::{Value, json};

/// What the checks about containers print, one setting each, by the number of the rule.
const SETTINGS: &[(&str, &str)] = &[
    ("001190", "Volumes={{ .Mounts }}"),
    ("001240", "PidMode={{ .HostConfig.PidMode }}"),
    ("001250", "IpcMode={{ .HostConfig.IpcMode }}"),
    ("001930", "AppArmorProfile={{ .AppArmorProfile }}"),
    ("001940", "SecurityOpt={{ .HostConfig.SecurityOpt }}"),
    ("001950", "CapAdd={{ .HostConfig.CapAdd }} CapDrop={{ .HostConfig.CapDrop }}"),
    ("001960", "Privileged={{ .HostConfig.Privileged }}"),
    ("001990", "Ports={{ .NetworkSettings.Ports }}"),
    ("002000", "NetworkMode={{ .HostConfig.NetworkMode }}"),
    ("002010", "Memory={{ .HostConfig.Memory }}"),
    ("002020", "CpuShares={{ .HostConfig.CpuShares }}"),
    ("002030", "ReadonlyRootfs={{ .HostConfig.ReadonlyRootfs }}"),
    ("002040", "Devices={{ .HostConfig.Devices }}"),
    ("002050", "Propagation={{range $mnt := .Mounts}} {{json $mnt.Propagation}} {{end}}"),
    ("002060", "UTSMode={{ .HostConfig.UTSMode }}"),
    ("002070", "SecurityOpt={{ .HostConfig.SecurityOpt }}"),
    ("002100", "CgroupParent={{ .HostConfig.CgroupParent }}"),
    ("002110", "SecurityOpt={{ .HostConfig.SecurityOpt }}"),
    ("002120", "UsernsMode={{ .HostConfig.UsernsMode }}"),
    ("002130", "Volumes={{ .Mounts }}"),
    ("002150", "Ports={{ .NetworkSettings.Ports }}"),
    ("002160", "Ports={{ .NetworkSettings.Ports }}"),
    ("002770", "Health={{ json .State }}"),
    ("002780", "PidsLimit={{ .HostConfig.PidsLimit }}"),
    ("003200", "User={{ .Config.User }}"),
    ("003560", "Ports={{ .NetworkSettings.Ports }}"),
    ("004030", "RestartPolicyName={{ .HostConfig.RestartPolicy.Name }}"),
    ("004040", "Ulimits={{ .HostConfig.Ulimits }}"),
];

fn main() {
    let number = |variable: &str, default: usize| {
        let text = std::env::var(variable).ok();
        text.map_or(default, |n| n.parse().expect("a number"))
    };
    let (runs, containers) = (number("BENCH_RUNS", 3), number("BENCH_CONTAINERS", 1000));
    let Some(docker) = Docker::start(Net::Own, &[]) else {
        return;
    };
    eprintln!("creating {containers} containers …");
    populate(&docker, containers);

    let (mut inspecting, mut executing, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..runs {
        eprintln!("run {} of {runs} …", run + 1);
        inspecting.push(timed(|| inspect(&docker)));
        if run == 0 {
            executing.push(timed(|| execute(&docker)));
        }
        ours.push(timed(|| scan(&docker, containers)));
    }
    let version = docker.cli(&["version", "--format", "{{.Server.Version}}"]);
    println!(
        "Docker {version}; stigprobe {}; {containers} containers; {runs} runs of each, in turns\n",
        env!("CARGO_PKG_VERSION")
    );
    println!("| what | median | minimum | scan faster |");
    println!("|---|---:|---:|---:|");
    let scan = median(&ours);
    let row = |what: &str, times: &[Duration]| {
        let (median, least) = (median(times), times.iter().min().copied().unwrap_or_default());
        let ratio = median.as_secs_f64() / scan.as_secs_f64();
        println!("| {what} | {:.2} s | {:.2} s | **{ratio:.1}×** |", median.as_secs_f64(), least.as_secs_f64());
    };
    row(&format!("the commands of {} checks, one after the other", SETTINGS.len()), &inspecting);
    row("the command of 001970, once", &executing);
    row("`stigprobe scan`, all rules and formats", &ours);
}

/// Containers as an ordinary application has them, which are never started.
fn populate(docker: &Docker, containers: usize) {
    let create = |number: usize| {
        let body = json!({"Image": IMAGE, "Cmd": ["sleep", "1"], "Env": ["A=b"], "Labels": {"com.example.app": "shop"},
            "HostConfig": {"Memory": 67_108_864, "PidsLimit": 100, "RestartPolicy": {"Name": "on-failure",
            "MaximumRetryCount": 5}, "Binds": ["/usr/share:/data:ro"]}});
        let path = format!("/containers/create?name=web-{number}");
        let (status, answer): (u16, Value) = docker.api("POST", &path, &body);
        assert_eq!(status, 201, "{answer}");
    };
    std::thread::scope(|scope| {
        for lane in 0..4 {
            scope.spawn(move || (0..containers).filter(|n| n % 4 == lane).for_each(create));
        }
    });
}

fn inspect(docker: &Docker) {
    for (rule, setting) in SETTINGS {
        let script = format!(
            "set -o pipefail; docker ps --quiet --all | xargs docker inspect --format '{{{{ .Id }}}}: {setting}' >/dev/null"
        );
        let done = docker.sh(&script);
        assert!(done.status.success(), "{rule}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

fn execute(docker: &Docker) {
    let script = "for i in $(docker ps -qa); do echo $i; docker exec $i ps -el | grep -i sshd; done";
    docker.sh(script);
}

fn scan(docker: &Docker, containers: usize) {
    let work = tempfile::tempdir().unwrap();
    let program = std::env::var("STIGPROBE_BIN").unwrap_or(env!("CARGO_BIN_EXE_stigprobe").into());
    let output = Command::new(program)
        .args(["scan", "--quiet", "--engine", &docker.uri(), "--output"])
        .arg(work.path())
        .current_dir(work.path())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 2 | 3)), "{errors}");
    let evidence = common::files(work.path()).into_iter().find(|f| f.ends_with("evidence.json")).unwrap();
    let evidence: Value = serde_json::from_slice(&std::fs::read(evidence).unwrap()).unwrap();
    let list = evidence.pointer("/facts/engines/0/containers/read/value/list");
    let read = list.and_then(Value::as_array).map_or(0, Vec::len);
    assert_eq!(read, containers, "the scan did not read all containers");
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times[times.len() / 2]
}
