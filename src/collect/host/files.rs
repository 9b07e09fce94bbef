//! Owners and modes of the files that rules ask about.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;

use super::names::Names;
use super::root::{Root, shown};
use crate::facts::field::Field;
use crate::facts::host::{
    CONFIG, DEFAULT_CA, DEFAULT_CERTIFICATE, DEFAULT_KEY, Daemon, Entry, File, Files, Kind, Link, Looked, Running,
    Settings, Start, UnitState,
};

/// What rules name, wherever the engine's settings point.
const FIXED: &[&str] = &[
    "/etc/docker",
    "/etc/docker/certs.d",
    CONFIG,
    "/etc/default/docker",
    "/var/run/docker.sock",
    "/var/lib/docker",
    DEFAULT_CA,
    DEFAULT_CERTIFICATE,
    DEFAULT_KEY,
];
/// Where the programs of the engine are installed.
const PROGRAM_DIRECTORIES: &[&str] = &["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];
const PROGRAMS: &[&str] = &["docker", "dockerd", "containerd", "docker-containerd", "runc", "docker-runc"];
/// How deep and how far `/etc/docker` is walked.
const DEPTH: usize = 8;
const MOST: usize = 20_000;

/// Looks at every file that rules ask about, and at those that are named besides.
pub(super) fn read(root: &Root, daemon: &Daemon, more: &[String]) -> Files {
    let names = Names::read(root);
    let mut paths: BTreeSet<String> = FIXED.iter().map(|path| (*path).to_owned()).collect();
    for directory in PROGRAM_DIRECTORIES {
        paths.extend(PROGRAMS.iter().map(|program| format!("{directory}/{program}")));
    }
    paths.extend(more.iter().cloned());
    paths.extend(of_daemon(daemon));

    let look = |path: &Path| entry(root, &names, path);
    let mut list: BTreeMap<String, Looked<Entry>> = paths
        .into_iter()
        .map(|path| {
            let at = look(Path::new(&path));
            (path, at)
        })
        .collect();
    walk(root, &names, Path::new("/etc/docker"), 0, &mut list);

    let signs = signs(daemon, &list);
    let list = list.into_iter().map(|(path, at)| File { path, at }).collect();
    Files { list, signs }
}

/// What the engine's own settings point to.
fn of_daemon(daemon: &Daemon) -> Vec<String> {
    let mut paths = Vec::new();
    let units = daemon.sockets.iter().map(|socket| &socket.unit);
    for unit in units.chain([&daemon.service.unit]) {
        if let UnitState::Loaded(path) | UnitState::Masked(path) = &unit.state {
            paths.push(path.clone());
        }
        paths.extend(unit.drop_ins.iter().cloned());
    }
    paths.extend(daemon.service.environment_files.iter().map(|file| file.path.clone()));
    paths.extend(daemon.configs.iter().map(|config| config.path.clone()));
    paths.extend(daemon.data_roots());
    let mut settings: Vec<&Settings> = daemon.configs.iter().filter_map(|c| c.settings.get()).collect();
    if let Running::Seen(processes) = &daemon.running {
        settings.extend(processes.iter().filter_map(|p| p.arguments.get()));
    }
    if let Start::Known(start) = &daemon.service.start {
        settings.push(start);
    }
    for settings in settings {
        let tls = [&settings.tls_ca, &settings.tls_cert, &settings.tls_key];
        paths.extend(tls.into_iter().filter_map(Field::get).filter(|p| !p.is_empty()).cloned());
        let hosts = settings.hosts.get().into_iter().flatten();
        paths.extend(hosts.filter_map(|host| Some(host.strip_prefix("unix://")?.to_owned())));
    }
    let listens = daemon.sockets.iter().flat_map(|socket| &socket.listen);
    paths.extend(listens.filter(|listen| listen.starts_with('/')).cloned());
    paths
}

/// What shows that there is an engine.
fn signs(daemon: &Daemon, list: &BTreeMap<String, Looked<Entry>>) -> Vec<String> {
    let mut signs = Vec::new();
    if let Running::Seen(processes) = &daemon.running {
        signs.extend(processes.iter().map(|p| format!("dockerd (process {})", p.pid)));
    }
    if let UnitState::Loaded(path) | UnitState::Masked(path) = &daemon.service.unit.state {
        signs.push(path.clone());
    }
    let programs = list.iter().filter(|(path, at)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_one = path.as_str() == "/etc/docker" || (["docker", "dockerd"].contains(&name) && path.contains("bin/"));
        is_one && at.get().is_some()
    });
    signs.extend(programs.map(|(path, _)| path.clone()));
    signs
}

/// All that is below a directory. Where it cannot be seen, or is too much, that stands in the list.
fn walk(root: &Root, names: &Names, directory: &Path, depth: usize, list: &mut BTreeMap<String, Looked<Entry>>) {
    let rest = |reason: String, list: &mut BTreeMap<String, Looked<Entry>>| {
        list.insert(format!("{}/*", shown(directory)), Looked::Unseen(reason));
    };
    let entries = match root.names(directory) {
        Looked::Is(entries) => entries,
        Looked::Missing => return,
        Looked::Unseen(reason) => return rest(reason, list),
    };
    for name in entries {
        let path = directory.join(&name);
        if list.len() >= MOST {
            return rest(format!("there are more than {MOST} files"), list);
        }
        let at = entry(root, names, &path);
        // Directories are walked where they are, and behind links: their files are used as well.
        let leads_to = at.get().map(|entry| match &entry.link {
            Some(link) => link.to.get().map_or(entry.kind, |to| to.kind),
            None => entry.kind,
        });
        list.insert(shown(&path), at);
        if leads_to == Some(Kind::Directory) {
            if depth == DEPTH {
                rest(format!("it is more than {DEPTH} directories deep"), list);
            } else {
                walk(root, names, &path, depth + 1, list);
            }
        }
    }
}

/// What is at a path: the link itself, and what it leads to.
fn entry(root: &Root, names: &Names, path: &Path) -> Looked<Entry> {
    root.look(path).map(|(outside, metadata)| {
        let mut entry = attributes(names, &outside, &metadata);
        if metadata.is_symlink() {
            let target = root.link(path).unwrap_or_default();
            let to =
                root.look_through(path).map(|(outside, metadata)| Box::new(attributes(names, &outside, &metadata)));
            entry.link = Some(Link { target: shown(&target), to });
        }
        entry
    })
}

fn attributes(names: &Names, outside: &Path, metadata: &Metadata) -> Entry {
    let kind = metadata.file_type();
    let is_link = kind.is_symlink();
    Entry {
        kind: if is_link {
            Kind::Link
        } else if kind.is_dir() {
            Kind::Directory
        } else if kind.is_socket() {
            Kind::Socket
        } else if kind.is_fifo() {
            Kind::Fifo
        } else if kind.is_file() {
            Kind::File
        } else {
            Kind::Device
        },
        uid: metadata.uid(),
        gid: metadata.gid(),
        user: names.user(metadata.uid()),
        group: names.group(metadata.gid()),
        mode: metadata.mode() & 0o7777,
        acl: if is_link { Vec::new() } else { named_in_acl(outside) },
        link: None,
    }
}

/// The users and groups that an access control list names, with what its mask leaves them. The mode
/// shows the mask in the place of the group's bits, so that no entry gives more than the mode shows;
/// but it does not show to whom.
fn named_in_acl(outside: &Path) -> Vec<String> {
    const USER: u16 = 0x02;
    const GROUP: u16 = 0x08;
    const MASK: u16 = 0x10;
    let mut buffer = vec![0_u8; 64 * 1024];
    let name = OsStr::from_bytes(b"system.posix_acl_access");
    let Ok(length) = rustix::fs::lgetxattr(outside, name, buffer.as_mut_slice()) else {
        return Vec::new();
    };
    // A header of four bytes, then entries: tag and permissions of two bytes each, an id of four.
    let entries = buffer.get(4..length).unwrap_or_default().chunks_exact(8);
    let entries: Vec<(u16, u16, u32)> = entries
        .map(|e| {
            let number = |at: usize| u16::from_le_bytes([e[at], e[at + 1]]);
            (number(0), number(2), u32::from_le_bytes([e[4], e[5], e[6], e[7]]))
        })
        .collect();
    let mask = entries.iter().find(|(tag, ..)| *tag == MASK).map_or(7, |(_, bits, _)| *bits);
    let named = entries.iter().filter_map(|(tag, bits, id)| {
        let kind = match *tag {
            USER => "user",
            GROUP => "group",
            _ => return None,
        };
        let bit = |bit: u16, letter: char| if bits & mask & bit == 0 { '-' } else { letter };
        Some(format!("{kind}:{id}:{}{}{}", bit(4, 'r'), bit(2, 'w'), bit(1, 'x')))
    });
    named.filter(|entry| !entry.ends_with("---")).collect()
}
