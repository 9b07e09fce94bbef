//! What of the host is mounted into containers, and whether their own root can be written to.
//!
//! How these could pass without evidence: the engine's socket or a sensitive directory behind another
//! name: a directory above it, one below it, `/run` for `/var/run`, a link, a volume that binds it. Paths are
//! compared part by part in both directions, as they are written and as they lead ([`super::mounted`]); where that
//! is not known, nothing holds.

use super::letter::{Command, Letter, list, mounts_have};
use super::mounted::{Brings, Unclear, brings};
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
    let listed = context.policy.con_sensitive_dirs.as_deref().unwrap_or_default();
    let dirs: Vec<String> = listed.iter().flat_map(|dir| context.around().names(c.node, dir)).collect();
    let (mut open, mut silent, mut read_only, mut unclear) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for mount in mounts {
        let path = match brings(mount, c, context) {
            Brings::Nothing => continue,
            Brings::Path(path) => path,
            Brings::Unclear(_) if mount.rw == Some(false) => continue,
            Brings::Unclear(why) => {
                unclear.push(why);
                continue;
            }
        };
        let Some(dir) = path.both().find_map(|path| sensitive(path, &dirs)) else {
            // Wherever a mount leads that cannot be written to, it is no finding.
            unclear.extend(path.leads.err().filter(|_| path.writable != Some(false)));
            continue;
        };
        let shown = format!("{} at {} ({dir})", path.shown(), mount.destination);
        match path.writable {
            Some(true) => open.push(shown),
            Some(false) => read_only.push(shown),
            None => silent.push(shown),
        }
    }
    if !open.is_empty() {
        Seen::Offends(format!("writable: {}", open.join(", ")))
    } else if !silent.is_empty() {
        Seen::Unsaid(format!("whether these are writable is not said: {}", silent.join(", ")))
    } else if let Some(unclear) = Unclear::all(unclear) {
        unclear
    } else if !read_only.is_empty() {
        Seen::Noted(format!("read-only: {}", read_only.join(", ")))
    } else {
        Seen::Holds
    }
}

fn prints_sensitive<'a>(c: &Placed<'a>, context: &Context<'a>) -> Option<bool> {
    let dirs = context.policy.con_sensitive_dirs.as_deref().unwrap_or_default();
    let open = |mount: &Mount| mount.rw == Some(true) && mount.is_of_host() && sensitive(&mount.source, dirs).is_some();
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

/// The last name of a path is that of a socket.
fn is_named_so(path: &str) -> bool {
    let last = path.rsplit(['/', '\\']).find(|part| !part.is_empty());
    last.is_some_and(|last| SOCKET_NAMES.iter().any(|name| last.eq_ignore_ascii_case(name)))
}

/// A path is one of these sockets, or a directory above one.
fn leads_to(path: &str, sockets: &[String]) -> bool {
    is_named_so(path)
        || (!path.is_empty()
            && SOCKETS.iter().copied().chain(sockets.iter().map(String::as_str)).any(|s| is_in(s, path)))
}

fn socket<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    let mounts = match mounts(c) {
        Ok(mounts) => mounts,
        Err(unsaid) => return unsaid,
    };
    let sockets = context.around().sockets(c.node);
    let (mut open, mut unclear) = (Vec::new(), Vec::new());
    for mount in mounts {
        let shown = |source: &str| format!("{source} at {}", mount.destination);
        let named = [&mount.source, &mount.destination, &mount.name].into_iter().any(|name| is_named_so(name));
        match brings(mount, c, context) {
            _ if named => open.push(shown(&mount.source)),
            Brings::Nothing => {}
            Brings::Path(path) if path.both().any(|path| leads_to(path, &sockets)) => open.push(shown(&path.shown())),
            Brings::Path(path) => unclear.extend(path.leads.err()),
            Brings::Unclear(why) => unclear.push(why),
        }
    }
    if !open.is_empty() {
        return Seen::Offends(open.join(", "));
    }
    Unclear::all(unclear).unwrap_or(Seen::Holds)
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
    pods: None,
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
    pods: None,
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
    pods: None,
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
    pods: None,
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
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, _| Some(!c.container.read_only_root.get().copied()?),
        words: "",
    },
};

#[cfg(test)]
mod tests {
    use super::super::cases::{UBUNTU, bind, exemplary, policy, world};
    use super::*;
    use crate::facts::engine::{Volume, Volumes};
    use crate::facts::host::{Looked, Mounts};
    use crate::facts::{Fact, Facts};
    use crate::finding::{Finding, Observation};
    use crate::probes::Probe as _;
    use crate::probes::cases::{broken, read};
    use crate::xccdf::Verdict::{self, Error, Fail, Pass};

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

    /// The exemplary container with this mount, in a world after a change.
    fn with(mount: Mount, change: impl FnOnce(&mut Facts)) -> Facts {
        let mut web = exemplary(1, "web");
        web.mounts = Field::Is(vec![mount]);
        let mut facts = world(UBUNTU, vec![web]);
        change(&mut facts);
        facts
    }

    fn decide(rule: &ContainerRule, facts: &Facts) -> (Verdict, String) {
        let finding = rule.decide(facts, &policy()).unwrap_or_else(Finding::from);
        let said: Vec<&str> = finding.observations().iter().map(Observation::actual).collect();
        (finding.verdict(), said.join("\n"))
    }

    fn mount(kind: &str, source: &str, destination: &str) -> Mount {
        let name = if kind == "volume" { "data" } else { "" };
        Mount { kind: kind.into(), name: name.into(), ..bind(source, destination) }
    }

    /// Where paths of the node lead.
    fn follow(facts: &mut Facts, paths: &[(&str, Looked<&str>)], links: &[(&str, &str)]) {
        let paths = paths.iter().map(|(path, to)| ((*path).to_owned(), to.clone().map(str::to_owned)));
        let links = links.iter().map(|(link, to)| ((*link).to_owned(), (*to).to_owned()));
        let mounts = Mounts { paths: paths.collect(), links: links.collect() };
        facts.hosts[0].mounts = read(Need::HostMounts, mounts);
    }

    #[test]
    fn the_socket_is_known_by_any_road() {
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
            let facts = with(mount(kind, source, destination), |facts| {
                follow(facts, &[(source, Looked::Is(source))], &[]);
            });
            let verdict = if is { Verdict::Fail } else { Verdict::Pass };
            for rule in [&SOCKET, &SOCKET_LABELLED] {
                assert_eq!(decide(rule, &facts).0, verdict, "{source} {destination}");
            }
        }
    }

    #[test]
    fn the_socket_that_is_asked_is_one_under_any_name() {
        for (source, is) in [("/srv/engine/e.sock", true), ("/srv/engine", true), ("/srv", true), ("/srv/x", false)] {
            let facts = with(bind(source, "/x"), |facts| {
                facts.engines[0].address = "unix:///srv/engine/e.sock".into();
                follow(facts, &[(source, Looked::Is(source))], &[]);
            });
            assert_eq!(decide(&SOCKET, &facts).0, if is { Verdict::Fail } else { Verdict::Pass }, "{source}");
        }
        let by_link = with(bind("/data/e", "/x"), |facts| {
            facts.engines[0].address = "unix:///srv/e.sock".into();
            follow(facts, &[("/data/e", Looked::Is("/data/e")), ("/srv/e.sock", Looked::Is("/data/e/e.sock"))], &[]);
        });
        assert_eq!(decide(&SOCKET, &by_link).0, Verdict::Fail, "it was asked by a link");
    }

    #[test]
    fn a_link_is_what_it_leads_to() {
        let usr = [("/bin", "/usr/bin"), ("/lib64", "/usr/lib64")];
        for (source, to, sensitive, socket) in [
            ("/srv/config", Looked::Is("/etc"), Verdict::Fail, Verdict::Pass),
            ("/bin", Looked::Is("/usr/bin"), Verdict::Fail, Verdict::Pass),
            ("/srv/r", Looked::Is("/run"), Verdict::Pass, Verdict::Fail),
            ("/srv/all", Looked::Is("/"), Verdict::Fail, Verdict::Fail),
            ("/srv/data", Looked::Is("/srv/data"), Verdict::Pass, Verdict::Pass),
            ("/srv/data", Looked::Missing, Verdict::Error, Verdict::Error),
            ("/srv/data", Looked::Unseen("permission denied".into()), Verdict::Error, Verdict::Error),
            // The kubelet makes it itself.
            ("/var/lib/kubelet/pods/1/volumes/x", Looked::Missing, Verdict::Pass, Verdict::Pass),
        ] {
            let facts = with(bind(source, "/x"), |facts| follow(facts, &[(source, to.clone())], &usr));
            let said = decide(&SENSITIVE_MOUNTS, &facts);
            assert_eq!(said.0, sensitive, "{source} {to:?}: {said:?}");
            assert_eq!(decide(&SOCKET, &facts).0, socket, "{source} {to:?}");
        }
        // A directory of the policy may be a link as well.
        let facts = with(bind("/usr/lib64/x", "/x"), |facts| {
            follow(facts, &[("/usr/lib64/x", Looked::Is("/usr/lib64/x"))], &usr);
        });
        let policy = Policy { con_sensitive_dirs: Some(vec!["/lib64".into()]), ..policy() };
        let finding = SENSITIVE_MOUNTS.decide(&facts, &policy).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Fail);
    }

    #[test]
    fn what_was_not_followed_is_named_and_undecided() {
        let facts = with(bind("/srv/data", "/x"), |facts| facts.hosts.clear());
        for rule in [&SENSITIVE_MOUNTS, &SOCKET, &SOCKET_LABELLED] {
            let (verdict, said) = decide(rule, &facts);
            assert_eq!(verdict, Verdict::Error);
            assert!(said.contains("/srv/data") && said.contains("--host-root"), "{said}");
        }
        let read_only = Mount { rw: Some(false), ..bind("/srv/data", "/x") };
        let facts = with(read_only, |facts| facts.hosts.clear());
        assert_eq!(decide(&SENSITIVE_MOUNTS, &facts).0, Verdict::Pass, "wherever it leads");
    }

    #[test]
    fn a_volume_is_what_it_mounts() {
        let local = |kind: &str, flags: &[&str], device: &str| Volume {
            name: "data".into(),
            driver: "local".into(),
            kind: kind.into(),
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            device: device.into(),
            ..Volume::default()
        };
        for (volume, sensitive, socket) in [
            (local("", &[], ""), Pass, Pass),
            (local("tmpfs", &[], ""), Pass, Pass),
            (local("nfs", &["rw"], ""), Pass, Pass),
            (local("none", &["bind"], "/etc"), Fail, Pass),
            (local("none", &["bind", "ro"], "/etc"), Pass, Pass),
            (local("ext4", &["rbind"], "/etc"), Fail, Pass),
            (local("none", &["bind"], "/var/run"), Pass, Fail),
            (local("none", &["bind"], "/srv/data"), Pass, Pass),
            (local("none", &["bind"], "/srv/unknown"), Error, Error),
            (local("none", &["bind"], ""), Error, Error),
            (local("ext4", &[], "/dev/sda1"), Error, Error),
            (local("overlay", &[], ""), Error, Error),
            (Volume { driver: "netapp".into(), ..local("", &[], "") }, Pass, Pass),
        ] {
            let facts = with(mount("volume", "/var/lib/docker/volumes/x/_data", "/data"), |facts| {
                let followed = ["/etc", "/var/run", "/srv/data"].map(|path| (path, Looked::Is(path)));
                follow(facts, &followed, &[]);
                facts.engines[0].volumes = read(Need::EngineVolumes, Volumes { list: vec![volume.clone()] });
            });
            let said = decide(&SENSITIVE_MOUNTS, &facts);
            assert_eq!(said.0, sensitive, "{volume:?}: {said:?}");
            assert_eq!(decide(&SOCKET, &facts).0, socket, "{volume:?}");
        }
        let plugin = with(mount("volume", "/etc", "/data"), |facts| {
            let list = vec![Volume { driver: "local-persist".into(), ..local("", &[], "") }];
            facts.engines[0].volumes = read(Need::EngineVolumes, Volumes { list });
        });
        assert_eq!(decide(&SENSITIVE_MOUNTS, &plugin).0, Fail);
        let not_collected = Verdict::NotChecked;
        for (volumes, verdict) in [
            (read(Need::EngineVolumes, Volumes::default()), Error),
            (broken(), Error),
            (Fact::default(), not_collected),
        ] {
            let facts = with(mount("volume", "/var/lib/docker/volumes/x/_data", "/data"), |facts| {
                facts.engines[0].volumes = volumes;
            });
            assert_eq!(decide(&SENSITIVE_MOUNTS, &facts).0, verdict);
            assert_eq!(decide(&SOCKET, &facts).0, verdict);
        }
    }
}
