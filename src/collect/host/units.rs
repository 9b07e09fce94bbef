//! The units of systemd that start the engine, put together as systemd does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::root::{Root, shown};
use crate::facts::host::{
    Environment, EnvironmentFile, Looked, Service, Socket, Start, Unit, UnitState, assignments, expanded,
};

/// The directories of units, the first over the later (systemd.unit(5)).
const DIRECTORIES: &[&str] = &[
    "/etc/systemd/system.control",
    "/run/systemd/system.control",
    "/run/systemd/transient",
    "/run/systemd/generator.early",
    "/etc/systemd/system",
    "/etc/systemd/system.attached",
    "/run/systemd/system",
    "/run/systemd/system.attached",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/run/systemd/generator.late",
];
/// The directories that packages put units into: without any of them it cannot be told that a unit is
/// not there.
const VENDOR: &[&str] = &["/usr/lib/systemd/system", "/lib/systemd/system"];
const LIMIT: u64 = 1 << 20;

/// A unit and its assignments: section, key, value.
struct Loaded {
    unit: Unit,
    assignments: Vec<(String, String, String)>,
}

impl Loaded {
    /// The values of a key that is a list: an empty one takes back what stands before it.
    fn list(&self, section: &str, key: &str) -> Vec<&str> {
        let mut values = Vec::new();
        for (in_section, name, value) in &self.assignments {
            if in_section == section && name == key {
                if value.is_empty() {
                    values.clear();
                } else {
                    values.push(value.as_str());
                }
            }
        }
        values
    }
}

/// `docker.service`.
pub(super) fn service(root: &Root) -> Service {
    let loaded = load(root, "docker.service");
    let mut environment = Environment::default();
    let mut bad = Vec::new();
    for line in loaded.list("Service", "Environment") {
        if let Err(reason) = environment.assign(line) {
            bad.push(format!("Environment: {reason}"));
        }
    }
    let mut files = Vec::new();
    for line in loaded.list("Service", "EnvironmentFile") {
        let path = line.trim_start_matches('-');
        let names = if path.contains(['*', '?', '[', '%']) {
            Looked::Unseen("its name is a pattern".into())
        } else {
            root.text(path, LIMIT).map(|text| environment.read(&text))
        };
        if let Some(reason) = names.unseen() {
            environment.miss(path, reason);
        }
        files.push(EnvironmentFile { path: path.to_owned(), names });
    }
    let start = match (loaded.list("Service", "ExecStart").as_slice(), bad.first()) {
        (_, Some(reason)) => Start::Unclear(reason.clone()),
        ([line], None) => Start::of(line, &environment),
        ([], None) => Start::Unclear(match &loaded.unit.state {
            UnitState::Missing => "docker.service is not there".into(),
            UnitState::Masked(path) => format!("docker.service is masked ({path})"),
            UnitState::Unseen(reason) => reason.clone(),
            UnitState::Loaded(_) => "docker.service has no ExecStart".into(),
        }),
        (lines, None) => Start::Unclear(format!("docker.service has {} ExecStart", lines.len())),
    };
    Service {
        docker_fips: environment.get("DOCKER_FIPS").map(str::to_owned),
        unit: loaded.unit,
        start,
        environment_files: files,
    }
}

/// `docker.socket`, and what else systemd opens for `docker.service`.
pub(super) fn sockets(root: &Root) -> Vec<Socket> {
    let mut sockets = vec![socket(load(root, "docker.socket"))];
    let engine = aliases(root, "docker.service");
    let mut names = BTreeSet::new();
    for directory in DIRECTORIES {
        for name in root.names(Path::new(directory)).get().into_iter().flatten() {
            let name = name.to_string_lossy();
            if is_called(&name, "socket") && name != "docker.socket" {
                names.insert(name.into_owned());
            }
        }
    }
    for name in names {
        let loaded = load(root, &name);
        let serves = loaded.list("Socket", "Service").last().is_some_and(|unit| engine.iter().any(|name| name == unit));
        if serves {
            sockets.push(socket(loaded));
        }
    }
    sockets
}

fn socket(loaded: Loaded) -> Socket {
    let listen = loaded.list("Socket", "ListenStream");
    Socket { listen: listen.into_iter().map(expanded).collect(), unit: loaded.unit }
}

fn load(root: &Root, name: &str) -> Loaded {
    let mut loaded = Loaded { unit: Unit { name: name.to_owned(), ..Unit::default() }, assignments: Vec::new() };
    let (state, text) = fragment(root, name);
    let masked = matches!(state, UnitState::Masked(_));
    loaded.unit.state = state;
    if masked {
        return loaded;
    }
    if let Some(text) = text {
        loaded.assignments = assignments(&text);
    }
    let names = aliases(root, name);
    for (path, found) in drop_ins(root, &names, &mut loaded.unit.unread) {
        match root.text(&path, LIMIT) {
            Looked::Is(text) => {
                loaded.assignments.extend(assignments(&text));
                loaded.unit.drop_ins.push(path);
            }
            Looked::Missing if found => loaded.unit.unread.push(format!("{path}: it leads to nothing")),
            Looked::Missing => {}
            Looked::Unseen(reason) => loaded.unit.unread.push(format!("{path}: {reason}")),
        }
    }
    loaded
}

/// The file of a unit: that of the first directory that has one.
fn fragment(root: &Root, name: &str) -> (UnitState, Option<String>) {
    for directory in DIRECTORIES {
        let path = format!("{directory}/{name}");
        match root.look(Path::new(&path)) {
            Looked::Missing => continue,
            Looked::Unseen(reason) => {
                return (UnitState::Unseen(format!("{path}: {reason}")), None);
            }
            Looked::Is(_) => {}
        }
        if is_null(root, &path) {
            return (UnitState::Masked(path), None);
        }
        return match root.text(&path, LIMIT) {
            Looked::Is(text) if text.trim().is_empty() => (UnitState::Masked(path), None),
            Looked::Is(text) => (UnitState::Loaded(path), Some(text)),
            // A link to nothing: systemd goes on to the next directory.
            Looked::Missing => continue,
            // The file is there; only what stands in it was not seen.
            Looked::Unseen(_) => (UnitState::Loaded(path), None),
        };
    }
    let vendor = VENDOR.iter().any(|dir| root.names(Path::new(dir)).get().is_some());
    if vendor || root.kernel {
        (UnitState::Missing, None)
    } else {
        let reason = format!("whether there is a {name} is not known: this root has no {}", VENDOR.join(" and no "));
        (UnitState::Unseen(reason), None)
    }
}

fn is_called(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|own| own == ending)
}

/// A link to `/dev/null`: the device itself may be missing in a copy.
fn is_null(root: &Root, path: &str) -> bool {
    let target = root.link(Path::new(path));
    target.is_ok_and(|target| target == Path::new("/dev/null"))
        || root.inside(Path::new(path), true).is_ok_and(|inside| inside == Path::new("/dev/null"))
}

/// All names of a unit: its own, those of the files that its file is a link to, and those of the links to these.
/// The drop-ins of each apply.
fn aliases(root: &Root, name: &str) -> Vec<String> {
    let kind = kind_of(name);
    let file_name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut links: Vec<(String, String)> = Vec::new();
    for directory in DIRECTORIES {
        for own in root.names(Path::new(directory)).get().into_iter().flatten() {
            let own = own.to_string_lossy().into_owned();
            if !is_called(&own, kind) {
                continue;
            }
            let target = root.link(Path::new(&format!("{directory}/{own}")));
            if let Some(target) = target.ok().as_deref().and_then(file_name)
                && is_called(&target, kind)
                && target != own
            {
                links.push((own, target));
            }
        }
    }
    let mut names = vec![name.to_owned()];
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        next += 1;
        for (own, target) in &links {
            let other = if *own == name { target } else { own };
            if (*own == name || *target == name) && !names.contains(other) {
                names.push(other.clone());
            }
        }
    }
    names
}

fn kind_of(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, kind)| kind)
}

/// The drop-ins in the order in which they apply: by name, whatever directory they are in; of two with
/// the same name that of the first directory. Those of the unit's type apply as well.
fn drop_ins(root: &Root, names: &[String], unread: &mut Vec<String>) -> Vec<(String, bool)> {
    let kind = names.first().map(|name| kind_of(name));
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for own in names.iter().map(String::as_str).chain(kind) {
        for directory in DIRECTORIES {
            let directory = format!("{directory}/{own}.d");
            let names = match root.names(Path::new(&directory)) {
                Looked::Is(names) => names,
                Looked::Missing => continue,
                Looked::Unseen(reason) => {
                    unread.push(format!("{directory}: {reason}"));
                    continue;
                }
            };
            for file in names {
                let path = PathBuf::from(&directory).join(&file);
                let file = file.to_string_lossy().into_owned();
                if is_called(&file, "conf") && !found.contains_key(&file) {
                    let path = shown(&path);
                    let masked = is_null(root, &path);
                    found.insert(file, (!masked).then_some(path));
                }
            }
        }
    }
    found.into_values().flatten().map(|path| (path, true)).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Root) {
        let dir = tempfile::tempdir().expect("a directory");
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
            match text.strip_prefix("-> ") {
                Some(target) => symlink(target, path).expect("a link"),
                None => std::fs::write(path, text).expect("a file"),
            }
        }
        let root = Root::new(dir.path());
        (dir, root)
    }

    const VENDOR_UNIT: (&str, &str) = (
        "usr/lib/systemd/system/docker.service",
        "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/bin/dockerd -H fd:// $DOCKER_OPTS\n",
    );

    fn hosts(root: &Root) -> Vec<String> {
        match service(root).start {
            Start::Known(settings) => settings.hosts.get().cloned().unwrap_or_default(),
            Start::Unclear(reason) => vec![format!("unclear: {reason}")],
        }
    }

    #[test]
    fn drop_ins_apply_by_name_and_reset() {
        let (_dir, root) = tree(&[VENDOR_UNIT, ("etc/default/docker", "DOCKER_OPTS=\"-H tcp://1.1.1.1:1\"\n")]);
        assert_eq!(hosts(&root), ["fd://", "tcp://1.1.1.1:1"]);

        let (_dir, root) = tree(&[
            VENDOR_UNIT,
            (
                "etc/systemd/system/docker.service.d/20-b.conf",
                "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H unix:///b\n",
            ),
            (
                "run/systemd/system/docker.service.d/30-c.conf",
                "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H unix:///c\n",
            ),
            (
                "usr/lib/systemd/system/docker.service.d/20-b.conf",
                "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H unix:///hidden\n",
            ),
        ]);
        assert_eq!(hosts(&root), ["unix:///c"]);
        assert_eq!(service(&root).unit.drop_ins.len(), 2);

        let (_dir, root) = tree(&[
            VENDOR_UNIT,
            ("etc/systemd/system/docker.service.d/a.conf", "-> /dev/null"),
            (
                "usr/lib/systemd/system/docker.service.d/a.conf",
                "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H unix:///hidden\n",
            ),
        ]);
        assert_eq!(hosts(&root), ["fd://"]);

        let (_dir, root) = tree(&[
            VENDOR_UNIT,
            ("etc/systemd/system/docker.service.d/a.conf", "[Service]\nExecStart=/usr/bin/dockerd\n"),
        ]);
        assert!(hosts(&root)[0].contains("2 ExecStart"));
    }

    #[test]
    fn drop_ins_under_every_name_of_a_unit_apply() {
        let own = "usr/lib/systemd/system/docker-ce.service";
        let exposed = "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H tcp://0.0.0.0:2375\n";
        for name in ["docker.service", "docker-ce.service", "dockerd.service"] {
            let (_dir, root) = tree(&[
                (own, VENDOR_UNIT.1),
                ("etc/systemd/system/docker.service", "-> /usr/lib/systemd/system/docker-ce.service"),
                ("etc/systemd/system/dockerd.service", "-> docker-ce.service"),
                ("etc/systemd/system/other.service", "-> /usr/lib/systemd/system/another.service"),
                (&format!("etc/systemd/system/{name}.d/tcp.conf"), exposed),
                ("etc/systemd/system/other.service.d/x.conf", "[Service]\nExecStart=\n"),
            ]);
            assert_eq!(hosts(&root), ["tcp://0.0.0.0:2375"], "{name}");
        }
    }

    #[test]
    fn the_file_of_a_unit_is_that_of_the_first_directory() {
        let state = |files: &[(&str, &str)]| {
            let (_dir, root) = tree(files);
            service(&root).unit.state
        };
        assert_eq!(state(&[VENDOR_UNIT]), UnitState::Loaded("/usr/lib/systemd/system/docker.service".into()));
        let etc = "etc/systemd/system/docker.service";
        assert_eq!(state(&[VENDOR_UNIT, (etc, "[Service]\nX=y\n")]), UnitState::Loaded(format!("/{etc}")));
        assert_eq!(state(&[VENDOR_UNIT, (etc, "-> /dev/null")]), UnitState::Masked(format!("/{etc}")));
        assert_eq!(state(&[VENDOR_UNIT, (etc, "")]), UnitState::Masked(format!("/{etc}")));
        assert_eq!(state(&[("usr/lib/systemd/system/x.service", "")]), UnitState::Missing);
        assert!(matches!(state(&[("etc/x", "")]), UnitState::Unseen(_)));
    }

    #[test]
    fn every_socket_for_the_engine_is_found() {
        let (_dir, root) = tree(&[
            ("usr/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/run/docker.sock\n"),
            ("etc/systemd/system/docker.socket.d/tcp.conf", "[Socket]\nListenStream=2375\n"),
            (
                "etc/systemd/system/docker-run.socket",
                "[Socket]\nListenStream=%t/docker-2.sock\nService=docker.service\n",
            ),
            ("etc/systemd/system/docker-tcp.socket", "[Socket]\nListenStream=0.0.0.0:2376\nService=docker.service\n"),
            ("etc/systemd/system/other.socket", "[Socket]\nListenStream=80\n"),
        ]);
        let found = sockets(&root);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].listen, ["/run/docker.sock", "2375"]);
        assert_eq!(found[1].listen, ["/run/docker-2.sock"]);
        assert_eq!(found[2].listen, ["0.0.0.0:2376"]);
    }
}
