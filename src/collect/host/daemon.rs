//! How the engine of a node was started: its processes, its units, its daemon.json.

use std::path::Path;

use super::root::{Root, shown};
use super::units;
use crate::facts::host::{CONFIG, Config, Daemon, Looked, Process, Running, Settings, Start, is_engine};

const LIMIT: u64 = 1 << 20;

/// Volumes that UCP makes on every node (docs: "UCP architecture, volumes used by UCP").
const UCP_VOLUMES: &[&str] = &["ucp-node-certs", "ucp-controller-server-certs", "ucp-client-root-ca"];

pub(super) fn read(root: &Root) -> Daemon {
    let mut daemon = Daemon {
        running: running(root),
        service: units::service(root),
        sockets: units::sockets(root),
        ..Daemon::default()
    };
    let mut paths = vec![CONFIG.to_owned()];
    let processes = match &daemon.running {
        Running::Seen(processes) => processes.as_slice(),
        Running::Copy | Running::Hidden(_) => &[],
    };
    let started = match &daemon.service.start {
        Start::Known(settings) => Some(settings.as_ref()),
        Start::Unclear(_) => None,
    };
    let all = processes.iter().filter_map(|p| p.arguments.get()).chain(started);
    for path in all.filter_map(|settings| settings.config_file.get()) {
        if !paths.contains(path) {
            paths.push(path.clone());
        }
    }
    daemon.configs = paths
        .into_iter()
        .map(|path| Config {
            settings: root.read(Path::new(&path), LIMIT).and_then(|text| Settings::from_json(&text)),
            path,
        })
        .collect();
    daemon.ucp_volume = ucp_volume(root, &daemon);
    daemon
}

fn ucp_volume(root: &Root, daemon: &Daemon) -> Looked<String> {
    for data in daemon.data_roots() {
        for volume in UCP_VOLUMES {
            let path = format!("{data}/volumes/{volume}");
            match root.look_through(Path::new(&path)) {
                Looked::Is(_) => return Looked::Is(path),
                Looked::Missing => {}
                Looked::Unseen(reason) => return Looked::Unseen(format!("{path}: {reason}")),
            }
        }
    }
    Looked::Missing
}

/// The processes whose program is the engine.
fn running(root: &Root) -> Running {
    let pids: Vec<u32> = match root.names(Path::new("/proc")) {
        Looked::Is(names) => names.iter().filter_map(|n| n.to_str()?.parse().ok()).collect(),
        Looked::Missing => return Running::Copy,
        Looked::Unseen(reason) => return Running::Hidden(format!("/proc: {reason}")),
    };
    if pids.is_empty() {
        return Running::Copy;
    }
    let processes: Vec<Process> = pids.iter().filter_map(|pid| process(root, *pid)).collect();
    // With hidepid nobody but root sees the processes of others, the first of all among them.
    let first = root.read(Path::new("/proc/1/cmdline"), LIMIT);
    if root.kernel && first.get().is_none() {
        let reason = first.unseen().unwrap_or("the processes of others are hidden");
        return Running::Hidden(format!("/proc/1/cmdline: {reason}"));
    }
    Running::Seen(processes)
}

fn process(root: &Root, pid: u32) -> Option<Process> {
    let cmdline = root.read(Path::new(&format!("/proc/{pid}/cmdline")), LIMIT);
    // The first word is what the process calls itself; its program is what it is. Who is not root sees
    // the program of his own processes only.
    let exe = root.link(Path::new(&format!("/proc/{pid}/exe")));
    let words = cmdline.map(|bytes| {
        let mut words: Vec<String> =
            bytes.split(|b| *b == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect();
        while words.last().is_some_and(String::is_empty) {
            words.pop();
        }
        words
    });
    let called = words.get().and_then(|words| words.first());
    let is_one = match &exe {
        Ok(exe) => is_engine(&shown(exe)),
        Err(_) => called.is_some_and(|name| is_engine(name)),
    };
    if !is_one {
        return None;
    }
    let arguments = words.map(|words| Settings::from_arguments(words.get(1..).unwrap_or_default()));
    let own = root.outside(Path::new(&format!("/proc/{pid}/root")));
    Some(Process {
        pid,
        nested: root.kernel && root.is_root_of(&own) == Some(false),
        arguments: match arguments {
            Looked::Missing => return None,
            other => other,
        },
    })
}
