//! Where what containers mount of a node leads: a directory that is a link to another one is that other one.

use std::collections::BTreeSet;
use std::path::Path;

use super::root::{Root, shown};
use crate::facts::container::Container;
use crate::facts::host::{Looked, Mounts};
use crate::facts::{Engine, Fact, Host, Reach};

/// The directories whose own links are those of the system.
const OF_THE_SYSTEM: &[&str] = &["/", "/var"];

/// The paths of this host that matter: what its containers mount, and where its engines listen.
pub(super) fn wanted(host: &Host, engines: &[Engine]) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for engine in engines {
        let own = engine.reach == Reach::Node;
        if own && !host.is_named(engine.place()) {
            continue;
        }
        paths.extend(engine.socket().map(str::to_owned));
        let here = |node: Option<&str>| own || node.is_some_and(|node| host.is_named(node));
        if let Fact::Read(read) = &engine.containers {
            let containers = read.value.read().iter().filter(|c| here(c.node.as_deref()));
            paths.extend(containers.flat_map(Container::binds).map(str::to_owned));
        }
        if let Fact::Read(read) = &engine.volumes {
            let volumes = read.value.list.iter().filter(|v| here(v.node.as_deref()));
            paths.extend(volumes.map(|volume| volume.device.clone()));
        }
    }
    if let Fact::Read(read) = &host.daemon {
        paths.extend(read.value.engines().into_iter().flat_map(|engine| engine.sockets).filter_map(|socket| {
            let path = socket.strip_prefix("unix://")?;
            Some(path.to_owned())
        }));
    }
    paths.retain(|path| path.starts_with('/'));
    paths
}

/// Follows them.
pub(super) fn read(root: &Root, paths: &BTreeSet<String>) -> Mounts {
    let follow = |path: &String| (path.clone(), root.leads(Path::new(path)));
    let mut mounts = Mounts { paths: paths.iter().map(follow).collect(), ..Mounts::default() };
    for directory in OF_THE_SYSTEM {
        let Looked::Is(names) = root.names(Path::new(directory)) else { continue };
        for name in names {
            let path = Path::new(directory).join(name);
            if root.link(&path).is_ok()
                && let Looked::Is(to) = root.leads(&path)
            {
                mounts.links.insert(shown(&path), to);
            }
        }
    }
    mounts
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_inside_the_root() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = |path: &str| dir.path().join(path);
        for made in ["etc/docker", "usr/bin", "srv", "run", "var"] {
            std::fs::create_dir_all(path(made)).expect("a directory");
        }
        for (to, link) in [("usr/bin", "bin"), ("/etc", "srv/config"), ("../run", "var/run"), ("/srv/config", "srv/c")]
        {
            symlink(to, path(link)).expect("a link");
        }
        let wanted = ["/srv/config", "/srv/c/docker", "/bin", "/etc", "/srv/none"].map(String::from).into();
        let mounts = read(&Root::new(dir.path()), &wanted);
        for (path, to) in
            [("/srv/config", "/etc"), ("/srv/c/docker", "/etc/docker"), ("/bin", "/usr/bin"), ("/etc", "/etc")]
        {
            assert_eq!(mounts.followed(path), Looked::Is(to), "{path}");
        }
        assert_eq!(mounts.followed("/srv/none"), Looked::Missing);
        assert_eq!(mounts.by_system("/bin/sh"), "/usr/bin/sh");
        assert_eq!(mounts.by_system("/var/run/docker.sock"), "/run/docker.sock");
    }
}
