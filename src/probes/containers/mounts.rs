//! What of the host is mounted into containers, and whether their own root can be written to.
//!
//! How these could pass without evidence: the engine's socket or a sensitive directory behind another
//! name: a directory above it, one below it, `/run` for `/var/run`. Paths are compared part by part in both
//! directions. What a volume's own options bind is not in an inspection and not seen here.

use super::letter::{Command, Letter, list, mounts_have};
use super::population::{Context, Placed};
use super::{ContainerRule, Seen, Whose, by_hand, no_notes, nothing, unsaid};
use crate::facts::container::Mount;
use crate::facts::field::Field;
use crate::facts::{Absent, Need};
use crate::policy::{CON_SENSITIVE_DIRS, Policy};
use crate::probes::{Card, Deciding, Met};

const NEEDS: &[Need] = &[Need::EngineContainers, Need::EngineInfo, Need::EngineNodes];

fn mounts<'a>(c: &Placed<'a>) -> Result<&'a [Mount], Seen> {
    match &c.container.mounts {
        Field::Is(mounts) => Ok(mounts),
        Field::Null => Ok(&[]),
        other => Err(Seen::Unsaid(unsaid("Mounts", other))),
    }
}

/// What stands at `source` is the host's own, not storage that the engine keeps. A kind that is not known
/// may be.
fn is_of_host(mount: &Mount) -> bool {
    !matches!(mount.kind.as_str(), "volume" | "tmpfs" | "cluster" | "image")
}

/// The names that a path leads through, in a spelling of Linux or of Windows.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let windows = !path.starts_with('/');
    path.split(move |c| c == '/' || windows && c == '\\').filter(|part| !part.is_empty() && *part != ".")
}

/// `path` is `dir` or lies in it.
fn is_in(path: &str, dir: &str) -> bool {
    let any_case = !dir.starts_with('/');
    let mut path = parts(path);
    parts(dir).all(|name| path.next().is_some_and(|part| part == name || any_case && part.eq_ignore_ascii_case(name)))
}

fn is_root(path: &str) -> bool {
    path.starts_with('/') && parts(path).next().is_none()
}

/// The sensitive directory that a path is, lies in or contains. In `/` lies everything: of it only the root
/// itself counts.
fn sensitive<'p>(path: &str, dirs: &'p [String]) -> Option<&'p str> {
    let about = |dir: &&String| {
        if is_root(dir) { is_root(path) } else { is_in(path, dir) || is_in(dir, path) }
    };
    dirs.iter().find(about).map(String::as_str)
}

fn sensitive_mounts<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let mounts = match mounts(c) {
        Ok(mounts) => mounts,
        Err(unsaid) => return unsaid,
    };
    let dirs = context.policy.con_sensitive_dirs.as_deref().unwrap_or_default();
    let (mut open, mut silent, mut read_only) = (Vec::new(), Vec::new(), Vec::new());
    for mount in mounts.iter().filter(|m| is_of_host(m)) {
        let Some(dir) = sensitive(&mount.source, dirs) else {
            continue;
        };
        let shown = format!("{} at {} ({dir})", mount.source, mount.destination);
        match mount.rw {
            Some(true) => open.push(shown),
            Some(false) => read_only.push(shown),
            None => silent.push(shown),
        }
    }
    if !open.is_empty() {
        Seen::Offends(format!("writable: {}", open.join(", ")))
    } else if !silent.is_empty() {
        Seen::Unsaid(format!("whether these are writable is not said: {}", silent.join(", ")))
    } else if !read_only.is_empty() {
        Seen::Noted(format!("read-only: {}", read_only.join(", ")))
    } else {
        Seen::Holds
    }
}

fn prints_sensitive<'a>(c: &Placed<'a>, context: &Context<'a>) -> Option<bool> {
    let dirs = context.policy.con_sensitive_dirs.as_deref().unwrap_or_default();
    let open = |mount: &Mount| mount.rw == Some(true) && is_of_host(mount) && sensitive(&mount.source, dirs).is_some();
    Some(list(&c.container.mounts)?.iter().any(open))
}

/// `{{ .Id }}: Volumes={{ .Mounts }}`, filtered for words of the product.
fn kept_line(c: &Placed<'_>) -> bool {
    mounts_have(c.container, &["ucp", "kubelet", "dtr"]) != Some(true)
}

/// Where engines listen: who can write there rules the node.
const SOCKETS: &[&str] = &[
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/var/run/containerd/containerd.sock",
    "/run/docker/containerd/containerd.sock",
    "/var/run/docker/containerd/containerd.sock",
    "/run/cri-dockerd.sock",
    "/var/run/cri-dockerd.sock",
    r"\\.\pipe\docker_engine",
    r"\\.\pipe\containerd-containerd",
];

/// The names of the same, wherever they lie.
const SOCKET_NAMES: &[&str] = &[
    "docker.sock",
    "containerd.sock",
    "docker-containerd.sock",
    "cri-dockerd.sock",
    "dockershim.sock",
    "docker_engine",
    "containerd-containerd",
];

fn is_socket(mount: &Mount) -> bool {
    let named = |path: &str| {
        let last = path.rsplit(['/', '\\']).find(|part| !part.is_empty());
        last.is_some_and(|last| SOCKET_NAMES.iter().any(|name| last.eq_ignore_ascii_case(name)))
    };
    let holds = || {
        let source = mount.source.as_str();
        is_of_host(mount) && !source.is_empty() && SOCKETS.iter().any(|socket| is_in(socket, source))
    };
    named(&mount.source) || named(&mount.destination) || named(&mount.name) || holds()
}

fn socket<'a>(c: &Placed<'a>, _: &Context<'a>) -> Seen {
    let mounts = match mounts(c) {
        Ok(mounts) => mounts,
        Err(unsaid) => return unsaid,
    };
    let shown: Vec<String> = mounts
        .iter()
        .filter(|mount| is_socket(mount))
        .map(|mount| format!("{} at {}", mount.source, mount.destination))
        .collect();
    if shown.is_empty() { Seen::Holds } else { Seen::Offends(shown.join(", ")) }
}

fn prints_socket<'a>(c: &Placed<'a>, _: &Context<'a>) -> Option<bool> {
    mounts_have(c.container, &["docker.sock", "docker_engine"])
}

fn propagation<'a>(c: &Placed<'a>, _: &Context<'a>) -> Seen {
    let mounts = match mounts(c) {
        Ok(mounts) => mounts,
        Err(unsaid) => return unsaid,
    };
    let (mut shared, mut strange) = (Vec::new(), Vec::new());
    for mount in mounts {
        match mount.propagation.as_str() {
            "" | "private" | "rprivate" | "slave" | "rslave" => {}
            word @ ("shared" | "rshared") => {
                shared.push(format!("{} is {word}", mount.destination));
            }
            word => strange.push(format!("{} is {word}", mount.destination)),
        }
    }
    if !shared.is_empty() {
        Seen::Offends(shared.join(", "))
    } else if !strange.is_empty() {
        Seen::Unsaid(format!("{}, which nothing is known about", strange.join(", ")))
    } else {
        Seen::Holds
    }
}

fn prints_shared<'a>(c: &Placed<'a>, _: &Context<'a>) -> Option<bool> {
    let mut mounts = list(&c.container.mounts)?.iter();
    Some(mounts.any(|mount| matches!(mount.propagation.as_str(), "shared" | "rshared")))
}

fn root_filesystem<'a>(c: &Placed<'a>, _: &Context<'a>) -> Seen {
    match &c.container.read_only_root {
        Field::Is(true) => Seen::Holds,
        Field::Is(false) => Seen::Offends("false".into()),
        other => Seen::Unsaid(unsaid("ReadonlyRootfs", other)),
    }
}

fn requires_dirs(policy: &Policy) -> Result<(), Absent> {
    let listed = policy.con_sensitive_dirs.as_ref();
    listed.map(|_| ()).ok_or_else(|| CON_SENSITIVE_DIRS.absent())
}

/// DKER-EE-001190.
pub static SENSITIVE_MOUNTS: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-sensitive-mounts",
        asks: "No container has write access to a sensitive directory of its host",
        needs: NEEDS,
        decides_with: Deciding::Policy,
        parameters: &[CON_SENSITIVE_DIRS],
        by_hand: by_hand!(
            all "{{json .Mounts}}",
            "A mount with \"RW\":true is a finding if its Source is one of the sensitive directories, lies in \
             one or contains one."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-001190"],
    requires: requires_dirs,
    whose: Whose::All,
    on: None,
    expected: "no writable mount of a sensitive directory",
    fault: "they can write to sensitive directories of the host",
    look: sensitive_mounts,
    services: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Lines(kept_line),
        finds: prints_sensitive,
        words: "a line shows all mounts of a container, so that ucp, kubelet or dtr in one path hides the others",
    },
};

/// DKER-EE-002130.
pub static SOCKET: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-engine-socket",
        asks: "The engine's socket is not mounted into any container",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{range .Mounts}}{{.Source}}:{{.Destination}} {{end}}",
            "docker.sock, docker_engine or containerd.sock is a finding, and so is a directory above one of \
             them: /, /var, /var/run, /run."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002130"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "no mount of the engine's socket or of a directory above it",
    fault: "they can reach the engine's socket",
    look: socket,
    services: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Rows,
        finds: prints_socket,
        words: "it greps for docker.sock and docker_engine and does not see the directories above, nor containerd's socket",
    },
};

/// CNTR-MK-000550.
pub static SOCKET_LABELLED: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-engine-socket-mke",
        asks: "The engine's socket is not mounted into any container",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{range .Mounts}}{{.Source}}:{{.Destination}} {{end}}",
            "docker.sock, docker_engine or containerd.sock is a finding, and so is a directory above one of \
             them: /, /var, /var/run, /run."
        ),
        met: Met::RealProduct,
    },
    rules: &["CNTR-MK-000550"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "no mount of the engine's socket or of a directory above it",
    fault: "they can reach the engine's socket",
    look: socket,
    services: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Labelled,
        finds: prints_socket,
        words: "it greps for docker.sock and docker_engine and does not see the directories above, nor containerd's socket",
    },
};

/// DKER-EE-002050.
pub static PROPAGATION: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-mount-propagation",
        asks: "No mount of a container propagates back to its host",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{range .Mounts}}{{.Destination}}={{.Propagation}} {{end}}",
            "shared or rshared is a finding."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002050"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "no mount with shared or rshared propagation",
    fault: "their mounts propagate to the host",
    look: propagation,
    services: None,
    notes: no_notes,
    letter: Letter { command: Command::Rows, finds: prints_shared, words: "" },
};

/// DKER-EE-002030 and CNTR-MK-001160.
pub static ROOT_FILESYSTEM: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-root-filesystem",
        asks: "Every container has a read-only root filesystem",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(all "{{.HostConfig.ReadonlyRootfs}}", "A line that ends in false is a finding."),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002030", "CNTR-MK-001160"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "ReadonlyRootfs is true",
    fault: "their root filesystem is writable",
    look: root_filesystem,
    services: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, _| Some(!c.container.read_only_root.get().copied()?),
        words: "",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_sensitive_in_both_directions() {
        let dirs: Vec<String> = ["/", "/etc", "/usr/", "/proc", r"C:\Windows"].map(Into::into).into();
        for (path, is) in [
            ("/etc", Some("/etc")),
            ("/etc/", Some("/etc")),
            ("//etc/./ssl", Some("/etc")),
            ("/usr/share/app", Some("/usr/")),
            ("/", Some("/")),
            ("/etcetera", None),
            ("/srv/etc", None),
            ("/data", None),
            (r"c:\windows\System32", Some(r"C:\Windows")),
            (r"C:\data", None),
        ] {
            assert_eq!(sensitive(path, &dirs), is, "{path}");
        }
        let nested: Vec<String> = vec!["/opt/app/keys".into()];
        assert_eq!(sensitive("/opt", &nested), Some("/opt/app/keys"), "contains it");
        assert_eq!(sensitive("/", &nested), Some("/opt/app/keys"), "contains it");
        assert_eq!(sensitive("/opt/app/data", &nested), None);
    }

    #[test]
    fn the_socket_is_known_by_any_road() {
        let mount = |kind: &str, source: &str, destination: &str| Mount {
            kind: kind.into(),
            source: source.into(),
            destination: destination.into(),
            ..Mount::default()
        };
        for (kind, source, destination, is) in [
            ("bind", "/var/run/docker.sock", "/var/run/docker.sock", true),
            ("bind", "/run/docker.sock", "/d.sock", true),
            ("bind", "/srv/engine/docker.sock", "/x", true),
            ("bind", "/var/run/", "/host/run", true),
            ("bind", "/run", "/run", true),
            ("bind", "/var", "/host/var", true),
            ("bind", "/", "/host", true),
            ("bind", "/run/containerd", "/c", true),
            ("bind", "/run/containerd/containerd.sock", "/c", true),
            ("npipe", r"\\.\pipe\docker_engine", r"\\.\pipe\docker_engine", true),
            ("npipe", "//./pipe/docker_engine", "//./pipe/docker_engine", true),
            ("volume", "/var/lib/docker/volumes/x/_data", "/var/run/docker.sock", true),
            ("bind", "/var/lib/app", "/var/run", false),
            ("bind", "/run/app", "/run/app", false),
            ("tmpfs", "", "/run", false),
            ("volume", "/var/lib/docker/volumes/x/_data", "/run", false),
            ("bind", "/etc/docker.sock.txt", "/x", false),
        ] {
            assert_eq!(is_socket(&mount(kind, source, destination)), is, "{source} {destination}");
        }
    }
}
