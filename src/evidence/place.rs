//! Where runs lie: a directory that is built under a hidden name and becomes a run in one step, and
//! the link that points to the newest.

use std::ffi::OsStr;
use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use super::store;
use crate::threads;

/// The name of the link to the newest run of an asset.
pub const LATEST: &str = "latest";

/// A directory that becomes a run when it is complete, and goes away when it does not.
#[derive(Debug)]
pub struct Staging(tempfile::TempDir);

impl Staging {
    /// A new one in `parent`, which is made where it does not exist.
    pub fn new(parent: &Path) -> io::Result<Self> {
        store::create_dirs(parent)?;
        let private = Permissions::from_mode(0o700);
        let dir = tempfile::Builder::new().prefix(".stigprobe-").permissions(private).tempdir_in(parent);
        dir.map(Staging)
    }

    /// Where to write.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Gives the directory its name, once all that is in it is on disk: what has a name is whole, also after the
    /// power went.
    pub fn publish(self, to: &Path) -> io::Result<()> {
        sync(self.0.path())?;
        std::fs::rename(self.0.path(), to)?;
        // It lies under its own name now: there is nothing left to remove.
        let _ = self.0.keep();
        Ok(())
    }
}

/// How many files wait for the disk at a time: a file system writes its journal once for all that wait.
const WAITING: usize = 16;

/// Brings all files under a directory to disk.
fn sync(dir: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in dir.read_dir()? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            sync(&entry.path())?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    let done = threads::map(&files, WAITING, |file| File::open(file)?.sync_all());
    done.into_iter().collect()
}

/// A path in `dir` that nothing has: `base`, with a number behind it if the same run was evaluated
/// into this place before.
#[must_use]
pub fn free_name(dir: &Path, base: &str) -> PathBuf {
    let candidates = std::iter::once(base.to_owned()).chain((2..).map(|n| format!("{base}-{n}")));
    let mut free = candidates.map(|name| dir.join(name)).filter(|p| p.symlink_metadata().is_err());
    free.next().unwrap_or_else(|| dir.join(base))
}

/// Points `latest` to a run, unless it points to one of a later time.
pub fn point_latest(asset_dir: &Path, run: &Path) -> io::Result<()> {
    let link = asset_dir.join(LATEST);
    let name = run.file_name().unwrap_or_default();
    if std::fs::read_link(&link).is_ok_and(|current| time_of(current.as_os_str()) > time_of(name)) {
        return Ok(());
    }
    let new = tempfile::Builder::new().prefix(".latest-").make_in(asset_dir, |path| symlink(name, path))?;
    // As a rename the link changes in one step; what was temporary about it is its name.
    std::fs::rename(new.path(), &link)?;
    let _ = new.into_temp_path().keep();
    Ok(())
}

/// The time in the name of a run.
fn time_of(run: &OsStr) -> String {
    run.to_string_lossy().chars().take_while(|c| *c != '-').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latest_points_to_the_newest_and_names_are_never_used_twice() {
        let dir = tempfile::tempdir().unwrap();
        let publish = |base: &str| {
            let run = free_name(dir.path(), base);
            Staging::new(dir.path()).unwrap().publish(&run).unwrap();
            point_latest(dir.path(), &run).unwrap();
            std::fs::read_link(dir.path().join(LATEST)).unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(publish("20260102T000000Z-aa"), "20260102T000000Z-aa");
        assert_eq!(publish("20260101T000000Z-aa"), "20260102T000000Z-aa", "an older run");
        assert_eq!(publish("20260102T000000Z-aa"), "20260102T000000Z-aa-2");
        let hidden = dir
            .path()
            .read_dir()
            .unwrap()
            .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
        assert_eq!(hidden.count(), 0);
    }

    #[test]
    fn what_is_not_published_goes_away() {
        let dir = tempfile::tempdir().unwrap();
        let path = Staging::new(dir.path()).unwrap().path().to_owned();
        assert!(!path.exists());
    }
}
