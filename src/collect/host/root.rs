//! The file system of a node below a directory: `/`, or a copy of one.
//!
//! Paths are the node's own. Links are followed as the node would follow them: an absolute one begins at
//! the root again, and `..` does not lead out of it, as after `chroot`. Only regular files are opened;
//! a FIFO, a device or a socket never is.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use crate::facts::host::Looked;
use crate::input;

/// The links that a path may lead through, as in the kernel.
const LINKS: usize = 40;
/// The entries of a directory that are read.
const ENTRIES: usize = 20_000;

/// A root.
#[derive(Debug)]
pub(super) struct Root {
    dir: PathBuf,
    /// It is this machine's own.
    pub(super) live: bool,
    /// Its `/proc` is the kernel's, and not recorded.
    pub(super) kernel: bool,
}

impl Root {
    pub(super) fn new(dir: &Path) -> Self {
        let live = dir.canonicalize().is_ok_and(|dir| dir == Path::new("/"));
        let kernel = rustix::fs::statfs(dir.join("proc")).is_ok_and(|fs| fs.f_type == rustix::fs::PROC_SUPER_MAGIC);
        Root { dir: dir.to_owned(), live, kernel }
    }

    /// It has to be the root of a system: from an empty directory nothing may be concluded.
    pub(super) fn check(&self) -> Result<(), String> {
        let is_directory = |path: &str| {
            let outside = self.resolve(Path::new(path), true);
            outside.is_ok_and(|outside| outside.is_dir())
        };
        if !self.dir.is_dir() {
            return Err("there is no such directory".into());
        }
        if is_directory("/etc") {
            return Ok(());
        }
        Err("it is not the root of a system: it has no /etc".into())
    }

    /// Where the path leads, outside. Its last part is followed as well if `last` says so.
    fn resolve(&self, path: &Path, last: bool) -> io::Result<PathBuf> {
        let inside = self.inside(path, last)?;
        Ok(self.outside(&inside))
    }

    /// Where the path leads, inside: without links.
    pub(super) fn inside(&self, path: &Path, last: bool) -> io::Result<PathBuf> {
        self.walk(path, last, false)
    }

    /// The same, all links followed. Of a system that runs, a path leads somewhere even where nothing is yet; what
    /// a copy lacks may be there.
    pub(super) fn leads(&self, path: &Path) -> Looked<String> {
        looked(self.walk(path, true, self.live || self.kernel)).map(|inside| shown(&inside))
    }

    fn walk(&self, path: &Path, last: bool, beyond: bool) -> io::Result<PathBuf> {
        let mut open: VecDeque<OsString> = parts(path).collect();
        let mut at = PathBuf::from("/");
        let mut links = 0;
        while let Some(part) = open.pop_front() {
            if part == ".." {
                at.pop();
                continue;
            }
            let next = at.join(&part);
            let found = match std::fs::symlink_metadata(self.outside(&next)) {
                Err(e) if beyond && e.kind() == io::ErrorKind::NotFound => {
                    at = next;
                    continue;
                }
                found => found?,
            };
            if found.is_symlink() && (last || !open.is_empty()) {
                links += 1;
                if links > LINKS {
                    return Err(io::Error::other("too many links"));
                }
                let target = std::fs::read_link(self.outside(&next))?;
                if target.is_absolute() {
                    at = PathBuf::from("/");
                }
                for part in parts(&target).collect::<Vec<_>>().into_iter().rev() {
                    open.push_front(part);
                }
                continue;
            }
            if !open.is_empty() && !found.is_dir() {
                return Err(io::ErrorKind::NotADirectory.into());
            }
            at = next;
        }
        Ok(at)
    }

    /// Where a path without links in its directories is, as this machine sees it.
    pub(super) fn outside(&self, inside: &Path) -> PathBuf {
        self.dir.join(inside.strip_prefix("/").unwrap_or(inside))
    }

    /// What is at a path, the link itself if it is one, and where that is outside.
    pub(super) fn look(&self, path: &Path) -> Looked<(PathBuf, Metadata)> {
        let found = self.resolve(path, false).and_then(|outside| {
            let metadata = std::fs::symlink_metadata(&outside)?;
            Ok((outside, metadata))
        });
        looked(found)
    }

    /// The same at the end of all links.
    pub(super) fn look_through(&self, path: &Path) -> Looked<(PathBuf, Metadata)> {
        let found = self.resolve(path, true).and_then(|outside| {
            let metadata = std::fs::symlink_metadata(&outside)?;
            Ok((outside, metadata))
        });
        looked(found)
    }

    /// Something is there, whatever it is.
    pub(super) fn has(&self, path: &str) -> bool {
        self.look_through(Path::new(path)).get().is_some()
    }

    /// What stands in a link.
    pub(super) fn link(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::read_link(self.resolve(path, false)?)
    }

    /// Opens a regular file for reading.
    pub(super) fn open(&self, path: &Path) -> Looked<File> {
        let opened = self.resolve(path, true).and_then(|outside| input::regular(&outside));
        looked(opened)
    }

    /// The bytes of a regular file that has at most `limit`.
    pub(super) fn read(&self, path: &Path, limit: u64) -> Looked<Vec<u8>> {
        self.open(path).and_then(|file| input::bounded(file, limit).map_err(|e| e.to_string()))
    }

    /// The text of a regular file. Bytes that are no UTF-8 are replaced: such files are the node's own
    /// settings, in ASCII where it matters.
    pub(super) fn text(&self, path: &str, limit: u64) -> Looked<String> {
        self.read(Path::new(path), limit).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The names in a directory, sorted.
    pub(super) fn names(&self, path: &Path) -> Looked<Vec<OsString>> {
        let names = self.resolve(path, true).and_then(|outside| {
            let mut names = Vec::new();
            for entry in std::fs::read_dir(outside)? {
                names.push(entry?.file_name());
                if names.len() > ENTRIES {
                    return Err(io::Error::other(format!("it has more than {ENTRIES} entries")));
                }
            }
            names.sort();
            Ok(names)
        });
        looked(names)
    }

    /// The directory that a process has as its root is this one.
    pub(super) fn is_root_of(&self, outside: &Path) -> Option<bool> {
        let own = std::fs::metadata(&self.dir).ok()?;
        let other = std::fs::metadata(outside).ok()?;
        Some((own.dev(), own.ino()) == (other.dev(), other.ino()))
    }
}

/// Names and `..`; a path inside a root always begins at it.
fn parts(path: &Path) -> impl Iterator<Item = OsString> {
    path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    })
}

/// Nothing is there, or it could not be looked at: two things that are never mixed up.
fn looked<T>(result: io::Result<T>) -> Looked<T> {
    match result {
        Ok(value) => Looked::Is(value),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Looked::Missing,
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => Looked::Unseen("permission denied".into()),
        Err(e) => Looked::Unseen(e.to_string()),
    }
}

/// A path as text: bytes that are no UTF-8, and what would move a terminal, as `\xNN`.
pub(super) fn shown(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() || c == '\\' {
                text.extend(c.to_string().bytes().map(|b| format!("\\x{b:02x}")));
            } else {
                text.push(c);
            }
        }
        text.extend(chunk.invalid().iter().map(|b| format!("\\x{b:02x}")));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use rustix::fs::Mode;

    use super::*;

    fn tree() -> (tempfile::TempDir, Root) {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir_all(dir.path().join("etc/docker")).expect("directories");
        std::fs::create_dir_all(dir.path().join("run")).expect("directories");
        std::fs::create_dir_all(dir.path().join("var")).expect("directories");
        std::fs::write(dir.path().join("etc/docker/daemon.json"), "{}").expect("a file");
        let root = Root::new(dir.path());
        (dir, root)
    }

    #[test]
    fn links_stay_inside() {
        let (dir, root) = tree();
        let link = |target: &str, at: &str| symlink(target, dir.path().join(at)).expect("a link");
        link("/run", "var/run");
        link("../../../../../../../../etc/docker", "etc/up");
        link("/etc/passwd", "etc/outside");
        link("loop-b", "etc/loop-a");
        link("loop-a", "etc/loop-b");
        link("/../../etc/docker/daemon.json", "etc/json");
        let inside = |path: &str| root.inside(Path::new(path), true).map(|p| shown(&p));
        assert_eq!(inside("/var/run").expect("a path"), "/run");
        assert_eq!(inside("/etc/up/daemon.json").expect("a path"), "/etc/docker/daemon.json");
        assert_eq!(inside("/etc/json").expect("a path"), "/etc/docker/daemon.json");
        // The machine has such a file, the root does not.
        assert!(root.look_through(Path::new("/etc/outside")).is_missing());
        assert!(root.look(Path::new("/etc/outside")).get().is_some());
        assert!(root.look_through(Path::new("/etc/loop-a")).unseen().is_some());
        assert!(root.look(Path::new("/etc/docker/daemon.json/x")).is_missing());
        assert_eq!(root.text("/../../etc/json", 10), Looked::Is("{}".into()));
    }

    #[test]
    fn a_link_leads_on_even_to_what_is_not_there() {
        let (dir, mut root) = tree();
        std::os::unix::fs::symlink("/etc/new", dir.path().join("srv")).expect("a link");
        assert_eq!(root.leads(Path::new("/srv/data")), Looked::Missing, "a copy may lack it");
        root.kernel = true;
        assert_eq!(root.leads(Path::new("/srv/data")), Looked::Is("/etc/new/data".into()));
    }

    #[test]
    fn only_regular_files_are_opened_and_no_large_ones() {
        let (dir, root) = tree();
        let fifo = dir.path().join("etc/fifo");
        rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, Mode::from_raw_mode(0o600)).expect("a FIFO");
        let why = |path: &str| root.text(path, 1).unseen().unwrap_or_default().to_owned();
        assert!(why("/etc/fifo").contains("FIFO"));
        assert!(why("/etc/docker").contains("directory"));
        assert!(why("/etc/docker/daemon.json").contains("larger than 1 bytes"));
        assert!(root.text("/etc/none", 1).is_missing());
    }

    #[test]
    fn an_empty_directory_is_no_system() {
        let dir = tempfile::tempdir().expect("a directory");
        assert!(Root::new(dir.path()).check().is_err());
        assert!(Root::new(&dir.path().join("none")).check().is_err());
        assert!(tree().1.check().is_ok());
        assert!(Root::new(Path::new("/")).check().is_ok());
    }

    #[test]
    fn any_name_can_be_shown() {
        use std::ffi::OsStr;
        let path = Path::new(OsStr::from_bytes(b"/a\xff\x1b[1m\\"));
        assert_eq!(shown(path), "/a\\xff\\x1b[1m\\x5c");
    }
}
