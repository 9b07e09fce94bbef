//! Owners by name, from the node's own `/etc/passwd` and `/etc/group`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use super::root::Root;
use crate::facts::host::{DockerGroup, Groups, Looked};

const LIMIT: u64 = 16 << 20;
const DOCKER: &str = "docker";

/// The names of users and groups.
#[derive(Debug, Default)]
pub(super) struct Names {
    users: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
}

impl Names {
    pub(super) fn read(root: &Root) -> Self {
        let table = |path: &str| {
            let text = root.text(path, LIMIT);
            let mut names = BTreeMap::new();
            for (name, id, _) in text.get().into_iter().flat_map(|text| rows(text)) {
                // The first line with a number gives it its name.
                names.entry(id).or_insert_with(|| name.to_owned());
            }
            names
        };
        Names { users: table("/etc/passwd"), groups: table("/etc/group") }
    }

    pub(super) fn user(&self, id: u32) -> Option<String> {
        self.users.get(&id).cloned()
    }

    pub(super) fn group(&self, id: u32) -> Option<String> {
        self.groups.get(&id).cloned()
    }
}

/// Lines of `passwd` and `group`: the name, the third field, the fourth.
fn rows(text: &str) -> impl Iterator<Item = (&str, u32, &str)> {
    text.lines().filter_map(|line| {
        let mut fields = line.trim_end().split(':');
        let (name, _, id, fourth) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        (!name.is_empty() && !name.starts_with(['#', '+', '-'])).then_some(())?;
        Some((name, id.parse().ok()?, fourth))
    })
}

/// Who is in the group docker. An error where the files of the node cannot be read.
pub(super) fn groups(root: &Root) -> Result<Groups, String> {
    let file = |path: &str| match root.text(path, LIMIT) {
        Looked::Is(text) => Ok(text),
        Looked::Missing => Err(format!("{path} is not there")),
        Looked::Unseen(reason) => Err(format!("{path}: {reason}")),
    };
    let (group, passwd) = (file("/etc/group")?, file("/etc/passwd")?);
    let mut found = merge(&group, "/etc/group");
    let mut elsewhere = elsewhere(root);
    if !elsewhere.is_empty()
        && root.live
        && let Some(answer) = getent()
    {
        // The system's own answer, from all that it asks.
        elsewhere.clear();
        let asked = merge(&answer, "getent group docker");
        found = match (found, asked) {
            (Some(mut own), Some(asked)) => {
                own.listed.extend(asked.listed);
                own.place = format!("{} and {}", own.place, asked.place);
                Some(own)
            }
            (own, asked) => asked.or(own),
        };
    }
    let docker = match found {
        None => Looked::Missing,
        Some(mut docker) => {
            let primary =
                rows(&passwd).filter(|(_, _, gid)| gid.parse() == Ok(docker.gid)).map(|(name, _, _)| name.to_owned());
            docker.primary = primary.collect();
            for names in [&mut docker.primary, &mut docker.listed] {
                names.sort();
                names.dedup();
            }
            Looked::Is(docker)
        }
    };
    Ok(Groups { docker, elsewhere })
}

/// The group docker; of several with this name the first gives the number, and all give members.
fn merge(text: &str, place: &str) -> Option<DockerGroup> {
    let mut found: Option<DockerGroup> = None;
    for (_, gid, members) in rows(text).filter(|(name, _, _)| *name == DOCKER) {
        let group = found.get_or_insert_with(|| DockerGroup { gid, place: place.to_owned(), ..DockerGroup::default() });
        let members = members.split(',').map(str::trim).filter(|name| !name.is_empty());
        group.listed.extend(members.map(str::to_owned));
    }
    found
}

/// Whom the system asks for groups besides its files: `group:` in `/etc/nsswitch.conf`.
fn elsewhere(root: &Root) -> Vec<String> {
    const LOCAL: &[&str] = &["files", "compat", "systemd", "db", "altfiles", "myhostname"];
    let switch = root.text("/etc/nsswitch.conf", LIMIT);
    let line = switch.get().and_then(|text| {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        lines.filter_map(|line| line.strip_prefix("group:")).next_back()
    });
    let mut sources: Vec<String> = Vec::new();
    let mut action = false;
    for word in line.unwrap_or_default().split_whitespace() {
        action |= word.starts_with('[');
        if !action && !LOCAL.contains(&word) {
            sources.push(word.to_owned());
        }
        action &= !word.ends_with(']');
    }
    // Without a configuration sssd knows nobody but those in the files.
    let sssd = root.has("/etc/sssd/sssd.conf")
        || root.names(Path::new("/etc/sssd/conf.d")).get().is_some_and(|names| !names.is_empty());
    sources.retain(|source| source != "sss" || sssd);
    sources
}

fn getent() -> Option<String> {
    let output = Command::new("/usr/bin/getent")
        .args(["group", DOCKER])
        .env_clear()
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    // 2: there is no such group.
    matches!(output.status.code(), Some(0 | 2)).then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Root) {
        let dir = tempfile::tempdir().expect("a directory");
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
            std::fs::write(path, text).expect("a file");
        }
        let root = Root::new(dir.path());
        (dir, root)
    }

    #[test]
    fn members_are_those_listed_and_those_whose_own_group_it_is() {
        let (_dir, root) = tree(&[
            ("etc/group", "root:x:0:\r\ndocker:x:998:bob, alice,,bob\ndocker:x:997:eve\n#docker:x:1:no\n"),
            ("etc/passwd", "root:x:0:0::/:\ncarol:x:1001:998::/:\n+::::::\n"),
        ]);
        let groups = groups(&root).expect("groups");
        let docker = groups.docker.get().expect("the group");
        assert_eq!(docker.gid, 998);
        assert_eq!(docker.listed, ["alice", "bob", "eve"]);
        assert_eq!(docker.primary, ["carol"]);
        assert!(groups.elsewhere.is_empty());
        assert_eq!(Names::read(&root).user(1001).as_deref(), Some("carol"));
        assert_eq!(Names::read(&root).group(998).as_deref(), Some("docker"));
    }

    #[test]
    fn a_directory_that_was_not_asked_is_told() {
        let own: &[(&str, &str)] = &[("etc/group", "docker:x:9:\n"), ("etc/passwd", "")];
        let with = |switch: &str, sssd: bool| {
            let mut files = own.to_vec();
            files.push(("etc/nsswitch.conf", switch));
            if sssd {
                files.push(("etc/sssd/sssd.conf", "x"));
            }
            let (_dir, root) = tree(&files);
            groups(&root).expect("groups").elsewhere
        };
        assert!(with("group: files systemd\n", false).is_empty());
        assert!(with("group: sss files\n", false).is_empty());
        assert_eq!(with("group: sss files\n", true), ["sss"]);
        assert_eq!(with("group: files [SUCCESS=merge] ldap # x\n", false), ["ldap"]);
        let (_dir, root) = tree(&[("etc/group", "")]);
        assert!(groups(&root).is_err());
    }
}
