//! The system that the engine runs on: its name, what its kernel enforces, who listens.

use std::path::Path;

use super::root::Root;
use crate::facts::host::{Daemon, Listeners, Looked, Os, Security, SwarmState, listeners};

const LIMIT: u64 = 1 << 20;
const TABLE_LIMIT: u64 = 64 << 20;

/// The host's own name: of this machine the kernel's, of a copy that in `/etc/hostname`.
pub(super) fn name(root: &Root) -> Option<String> {
    let places: &[&str] = if root.live { &["/proc/sys/kernel/hostname", "/etc/hostname"] } else { &["/etc/hostname"] };
    places.iter().find_map(|place| {
        let text = root.text(place, LIMIT);
        let mut lines = text.get()?.lines().map(str::trim);
        let name = lines.find(|line| !line.is_empty() && !line.starts_with('#'))?;
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
        // A copy that was never given a name, as an image of a container, has none.
        let is_one = root.live || !matches!(name, "localhost" | "localhost.localdomain");
        (plain && is_one && name.len() <= 253).then(|| name.to_owned())
    })
}

pub(super) fn os(root: &Root) -> Result<(String, Os), (String, String)> {
    for place in ["/etc/os-release", "/usr/lib/os-release"] {
        match root.text(place, LIMIT) {
            Looked::Is(text) => {
                let os = Os::parse(&text);
                return match os {
                    Some(os) => Ok((place.to_owned(), os)),
                    None => Err((place.to_owned(), "it has no ID".into())),
                };
            }
            Looked::Missing => {}
            Looked::Unseen(reason) => return Err((place.to_owned(), reason)),
        }
    }
    Err(("/etc/os-release, /usr/lib/os-release".into(), "neither is there".into()))
}

pub(super) fn security(root: &Root) -> Security {
    let number = |path: &str| {
        root.text(path, LIMIT).and_then(|text| match text.trim() {
            "0" | "N" => Ok(false),
            "1" | "Y" => Ok(true),
            _ => Err("it holds neither 0 nor 1".into()),
        })
    };
    Security {
        fips: number("/proc/sys/crypto/fips_enabled"),
        selinux_enforcing: number("/sys/fs/selinux/enforce"),
        selinux_config: root.text("/etc/selinux/config", LIMIT).and_then(|text| {
            let lines = text.lines().map(str::trim);
            let value = lines.filter_map(|line| line.strip_prefix("SELINUX=")).next_back();
            value.map(|v| v.trim().to_owned()).ok_or_else(|| "it does not say SELINUX=".into())
        }),
        apparmor: number("/sys/module/apparmor/parameters/enabled"),
    }
}

/// The tables of the first process: they are the node's own, also where this program has a network of
/// its own. In a copy they may be recorded as `/proc/net/tcp`.
pub(super) fn listening(root: &Root, daemon: &Daemon) -> Result<Listeners, String> {
    let table = |name: &str| {
        let first = root.text(&format!("/proc/1/net/{name}"), TABLE_LIMIT);
        if first.is_missing() { root.text(&format!("/proc/net/{name}"), TABLE_LIMIT) } else { first }
    };
    let parse =
        |name: &str, text: &str| listeners(text).ok_or_else(|| format!("/proc/net/{name} is not of the known form"));
    let mut tcp = match table("tcp") {
        Looked::Is(text) => parse("tcp", &text)?,
        Looked::Missing => return Err("/proc/net/tcp is not there".into()),
        Looked::Unseen(reason) => return Err(format!("/proc/net/tcp: {reason}")),
    };
    match table("tcp6") {
        Looked::Is(text) => tcp.extend(parse("tcp6", &text)?),
        // A kernel without IPv6 has no such table; of a copy nobody knows.
        Looked::Missing if root.kernel => {}
        Looked::Missing => {
            return Err("/proc/net/tcp6 is not there, and engines listen on IPv6 as well".into());
        }
        Looked::Unseen(reason) => return Err(format!("/proc/net/tcp6: {reason}")),
    }
    tcp.sort();
    tcp.dedup();
    Ok(Listeners { tcp, swarm: swarm(root, daemon) })
}

/// What the engine remembers of the swarm, without anything that is secret.
fn swarm(root: &Root, daemon: &Daemon) -> Looked<SwarmState> {
    let mut seen = false;
    for data in daemon.data_roots() {
        let state = root.read(Path::new(&format!("{data}/swarm/docker-state.json")), LIMIT);
        let state = state.and_then(|bytes| {
            let json: serde_json::Value =
                serde_json::from_slice(&bytes).map_err(|_| "docker-state.json is not JSON".to_owned())?;
            let listen = json.get("ListenAddr").and_then(serde_json::Value::as_str);
            Ok(SwarmState {
                listen: listen.unwrap_or_default().to_owned(),
                manager: root.has(&format!("{data}/swarm/raft")),
            })
        });
        if !state.is_missing() {
            return state;
        }
        seen |= root.names(Path::new(&data)).get().is_some();
    }
    if seen { Looked::Missing } else { Looked::Unseen("the engine's data is not there or cannot be listed".into()) }
}
