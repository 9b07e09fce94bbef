//! Owners and modes of files.

use serde::{Deserialize, Serialize};

use super::Looked;

/// What rules ask of the file system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Each file that was looked at, sorted by path. All that is in `/etc/docker` is among them.
    pub list: Vec<File>,
    /// What shows that there is an engine on this node: a program, a unit, a directory, a process.
    /// Where there is none, that a file is missing says nothing.
    pub signs: Vec<Sign>,
}

/// Something that only a node with an engine has.
pub type Sign = String;

/// A path and what is there. Bytes of it that are no UTF-8 are written `\xNN`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The path, as the node sees it.
    pub path: String,
    /// What is there: the link itself where it is a link.
    pub at: Looked<Entry>,
}

/// Owner and mode of one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// The number of its owner.
    pub uid: u32,
    /// The number of its group.
    pub gid: u32,
    /// The owner's name in the node's own `/etc/passwd`.
    pub user: Option<String>,
    /// The group's name in the node's own `/etc/group`.
    pub group: Option<String>,
    /// The twelve bits of its mode.
    pub mode: u32,
    /// Users and groups that an access control list names, with what they may do: `user:1000:rw-`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acl: Vec<String>,
    /// Where it leads, if it is a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What is written in it.
    pub target: String,
    /// What is at its end.
    pub to: Looked<Box<Entry>>,
}

/// What something in a file system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A regular file.
    #[default]
    File,
    /// A directory.
    Directory,
    /// A link.
    Link,
    /// A socket.
    Socket,
    /// A FIFO.
    Fifo,
    /// A device.
    Device,
}

impl Kind {
    /// With its article, for a sentence.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Kind::File => "a regular file",
            Kind::Directory => "a directory",
            Kind::Link => "a link",
            Kind::Socket => "a socket",
            Kind::Fifo => "a FIFO",
            Kind::Device => "a device",
        }
    }
}

impl Files {
    /// What is at a path. That it was not looked at is a reason too.
    #[must_use]
    pub fn at(&self, path: &str) -> Looked<&Entry> {
        match self.list.binary_search_by(|file| file.path.as_str().cmp(path)) {
            Ok(index) => match &self.list[index].at {
                Looked::Is(entry) => Looked::Is(entry),
                Looked::Missing => Looked::Missing,
                Looked::Unseen(reason) => Looked::Unseen(reason.clone()),
            },
            Err(_) => Looked::Unseen("it was not looked at when evidence was collected".into()),
        }
    }

    /// Everything below a directory.
    pub fn below<'a>(&'a self, directory: &str) -> impl Iterator<Item = &'a File> {
        let prefix = format!("{directory}/");
        self.list.iter().filter(move |file| file.path.starts_with(&prefix))
    }
}

impl Entry {
    /// `root:docker`, with numbers where there are no names.
    #[must_use]
    pub fn owners(&self) -> String {
        let name = |name: &Option<String>, id: u32| name.clone().unwrap_or_else(|| id.to_string());
        format!("{}:{}", name(&self.user, self.uid), name(&self.group, self.gid))
    }

    /// `644`, as `stat -c %a` prints it.
    #[must_use]
    pub fn octal(&self) -> String {
        format!("{:o}", self.mode & 0o7777)
    }

    /// It has no bit that this mode does not have: "as this mode, or more restrictive".
    #[must_use]
    pub fn is_at_most(&self, mode: u32) -> bool {
        self.mode & 0o7777 & !mode == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_restrictive_is_fewer_bits() {
        let entry = |mode| Entry { mode, ..Entry::default() };
        for (mode, most, holds) in [
            (0o644, 0o644, true),
            (0o600, 0o644, true),
            (0o000, 0o644, true),
            (0o645, 0o644, false),
            (0o4644, 0o644, false),
            (0o1644, 0o644, false),
            (0o700, 0o644, false),
            (0o711, 0o755, true),
            (0o2755, 0o755, false),
            (0o440, 0o444, true),
            (0o600, 0o444, false),
        ] {
            assert_eq!(entry(mode).is_at_most(most), holds, "{mode:o} {most:o}");
        }
        assert_eq!(entry(0o2755).octal(), "2755");
        assert_eq!(entry(0).octal(), "0");
    }
}
