//! Where runs lie: a directory that is built under a hidden name and becomes a run in one step, and
//! the link that points to the newest.

use std::ffi::OsStr;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::Utc;

use super::lock::Lock;
use super::order::{self, Place};
use super::store;
use crate::{input, threads};

/// The name of the link to the newest run of an asset.
pub const LATEST: &str = "latest";
/// What the hidden names of directories that are built begin with.
const HIDDEN: &str = ".stigprobe-";
/// What the name of its lock ends in.
const LOCK: &str = ".lock";
/// The lock of a directory of results, held while a run gets its name.
const TURN: &str = ".stigprobe.lock";

/// What is being built, by this process. While it is locked nothing gets a name or goes away.
static BUILT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
/// Where this process has swept: once is enough, however many runs it writes.
static SWEPT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn built() -> MutexGuard<'static, Vec<PathBuf>> {
    BUILT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all that is being built, and lets nothing get a name any more: the process ends.
pub fn abandon() {
    let mut built = built();
    for dir in built.drain(..) {
        // Under another name nothing is added to it by whoever is still working.
        let aside = beside(&dir, ".gone");
        let _ = std::fs::rename(&dir, &aside);
        // What cannot be removed has no name of a run, and the next run sweeps it.
        if std::fs::remove_dir_all(&aside).is_ok() {
            let _ = std::fs::remove_file(beside(&dir, LOCK));
        }
    }
    std::mem::forget(built);
}

/// A directory that becomes a run when it is complete, and goes away when it does not.
#[derive(Debug)]
pub struct Staging {
    path: PathBuf,
    /// None once the directory has its name.
    held: Option<Lock>,
}

impl Staging {
    /// A new one in `parent`, which is made where it does not exist. What others have left there that are no
    /// more is swept away.
    pub fn new(parent: &Path) -> io::Result<Self> {
        store::create_dirs(parent)?;
        let mut swept = SWEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if !swept.iter().any(|dir| dir == parent) {
            sweep(parent)?;
            swept.push(parent.to_owned());
        }
        drop(swept);
        let mut built = built();
        let (path, held) = hidden(parent)?;
        DirBuilder::new().mode(0o700).create(&path)?;
        built.push(path.clone());
        Ok(Staging { path, held: Some(held) })
    }

    /// Takes a directory out of sight in `parent`, in one step, to go away.
    pub fn take_away(dir: &Path, parent: &Path) -> io::Result<Self> {
        let mut built = built();
        let (path, held) = hidden(parent)?;
        std::fs::rename(dir, &path)?;
        built.push(path.clone());
        drop(built);
        if let Some(from) = dir.parent() {
            store::sync_dir(from)?;
        }
        Ok(Staging { path, held: Some(held) })
    }

    /// Where to write.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes it with all that is in it.
    pub fn remove(self) -> io::Result<()> {
        std::fs::remove_dir_all(&self.path)
    }

    /// Gives the directory its name, once all that is in it is on disk: what has a name is whole, also after the
    /// power went.
    pub fn publish(mut self, to: &Path) -> io::Result<()> {
        sync(&self.path)?;
        self.name(to, &mut built())
    }

    fn name(&mut self, to: &Path, built: &mut Vec<PathBuf>) -> io::Result<()> {
        std::fs::rename(&self.path, to)?;
        // It lies under its own name now: there is nothing left to remove.
        built.retain(|other| *other != self.path);
        self.held = None;
        store::sync_dir(to.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new(".")))
    }

    /// Makes a run of the directory, among the runs of an asset in a directory of results: `base` is its name, with a
    /// number behind it where the same run was evaluated into this place before.
    ///
    /// Only now others have to wait. Several scans at once into one directory all come to their names.
    pub fn file(mut self, output: &Path, asset: &str, base: &str, place: Place) -> io::Result<PathBuf> {
        sync(&self.path)?;
        let asset_dir = output.join(asset);
        let turn = Turn::take(output)?;
        let mut built = built();
        real_dir(&asset_dir)?;
        let dir = free_name(&asset_dir, base);
        self.name(&dir, &mut built)?;
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        let runs = order::add(&asset_dir, &name, place)?;
        point_latest(&asset_dir, &runs, Some(&name))?;
        drop(turn);
        Ok(dir)
    }

    /// The same where runs have no newest: documents of several assets.
    pub fn file_beside(mut self, output: &Path, dir: &str, base: &str) -> io::Result<PathBuf> {
        sync(&self.path)?;
        let dir = output.join(dir);
        let turn = Turn::take(output)?;
        let mut built = built();
        real_dir(&dir)?;
        let to = free_name(&dir, base);
        self.name(&to, &mut built)?;
        drop(turn);
        Ok(to)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let mut built = built();
        let count = built.len();
        built.retain(|other| *other != self.path);
        if built.len() < count {
            // What stays is swept by the next run.
            let _ = std::fs::remove_dir_all(&self.path);
        }
        self.held = None;
    }
}

/// The right to give runs their names in a directory of results, for some milliseconds.
#[derive(Debug)]
pub struct Turn {
    _held: Lock,
}

impl Turn {
    /// Takes it, after whoever has it now.
    pub fn take(output: &Path) -> io::Result<Self> {
        Ok(Turn { _held: Lock::take(&output.join(TURN))? })
    }
}

/// Points `latest` of an asset to its newest run, wherever it pointed, while others have to wait.
pub fn settle(_turn: &Turn, asset_dir: &Path) -> io::Result<()> {
    let _built = built();
    point_latest(asset_dir, &order::runs(asset_dir)?, None)
}

/// A directory that is one: a link in its place would lead what is written elsewhere.
fn real_dir(dir: &Path) -> io::Result<()> {
    if store::stands_there(dir)? && !dir.symlink_metadata()?.is_dir() {
        let text = format!("{} is not a directory; links are not followed here", dir.display());
        return Err(io::Error::new(io::ErrorKind::NotADirectory, text));
    }
    store::create_dirs(dir)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A hidden name that nobody has, and its lock.
fn hidden(parent: &Path) -> io::Result<(PathBuf, Lock)> {
    loop {
        let name: String = std::iter::repeat_with(fastrand::alphanumeric).take(8).collect();
        let path = parent.join(format!("{HIDDEN}{name}"));
        if let Some(held) = Lock::try_take(&beside(&path, LOCK))?
            && !store::stands_there(&path)?
        {
            return Ok((path, held));
        }
    }
}

/// Removes the directories of this kind that no living process holds: those of runs that were killed.
///
/// What cannot be removed stays for another day, and hinders nobody.
pub fn sweep(parent: &Path) -> io::Result<()> {
    let mut found = std::collections::BTreeSet::new();
    for entry in parent.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with(HIDDEN)) else { continue };
        let stem = name.strip_suffix(LOCK).unwrap_or(name).to_owned();
        found.insert(stem);
    }
    for stem in found {
        let path = parent.join(&stem);
        let lock = parent.join(format!("{}{LOCK}", stem.strip_suffix(".gone").unwrap_or(&stem)));
        // One that is held is being written.
        let Ok(Some(_held)) = Lock::try_take(&lock) else { continue };
        if path.symlink_metadata().is_ok_and(|about| about.is_dir()) {
            let _ = std::fs::remove_dir_all(&path);
        }
    }
    Ok(())
}

/// How many files wait for the disk at a time: a file system writes its journal once for all that wait.
const WAITING: usize = 8;

/// Brings all files under a directory to disk, and their names.
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
    let done = threads::map(&files, WAITING, |file| input::regular(file)?.sync_all());
    done.into_iter().collect::<io::Result<()>>()?;
    store::sync_dir(dir)
}

/// A path in `dir` that nothing has: `base`, with a number behind it if the same run was evaluated
/// into this place before.
fn free_name(dir: &Path, base: &str) -> PathBuf {
    let candidates = std::iter::once(base.to_owned()).chain((2..).map(|n| format!("{base}-{n}")));
    let mut free = candidates.map(|name| dir.join(name)).filter(|p| p.symlink_metadata().is_err());
    free.next().unwrap_or_else(|| dir.join(base))
}

/// Points `latest` to the newest of these runs that is not from the future; of those of one second, to the one that came
/// just now. It may have pointed anywhere: to a run that is no more, or to one that a wrong clock made the newest for ever.
fn point_latest(asset_dir: &Path, runs: &[String], now: Option<&str>) -> io::Result<()> {
    let Some(newest) = order::newest(runs, Utc::now()) else {
        return Ok(());
    };
    let time = |run: &str| order::time_of(OsStr::new(run));
    let newest = now.filter(|run| time(run) == time(newest)).unwrap_or(newest);
    let link = asset_dir.join(LATEST);
    if std::fs::read_link(&link).is_ok_and(|current| current.as_os_str() == newest) {
        return Ok(());
    }
    // As a rename the link changes in one step. Nobody else is here, and what is left of one who was is in the way.
    let new = asset_dir.join(".latest");
    if store::stands_there(&new)? {
        std::fs::remove_file(&new)?;
    }
    symlink(newest, &new)?;
    std::fs::rename(&new, &link)?;
    store::sync_dir(asset_dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden_in(dir: &Path) -> Vec<String> {
        let names = dir.read_dir().unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with('.')).collect()
    }

    fn filed(dir: &Path, base: &str, place: Place) -> String {
        Staging::new(dir).unwrap().file(dir, "a", base, place).unwrap();
        std::fs::read_link(dir.join("a").join(LATEST)).unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn latest_points_to_the_newest_and_names_are_never_used_twice() {
        let dir = tempfile::tempdir().unwrap();
        let filed = |base: &str| filed(dir.path(), base, Place::ByTime);
        assert_eq!(filed("20260102T000000Z-aa"), "20260102T000000Z-aa");
        assert_eq!(filed("20260101T000000Z-aa"), "20260102T000000Z-aa", "an older run");
        assert_eq!(filed("20260102T000000Z-aa"), "20260102T000000Z-aa-2");
        assert_eq!(hidden_in(dir.path()), [""; 0]);
        assert_eq!(hidden_in(&dir.path().join("a")), [""; 0]);
    }

    #[test]
    fn latest_heals_after_a_wrong_clock_and_after_a_link_that_leads_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(filed(dir.path(), "99990101T000000Z-aa", Place::Newest), "99990101T000000Z-aa");
        assert_eq!(filed(dir.path(), "20260101T000000Z-bb", Place::Newest), "20260101T000000Z-bb");
        let link = dir.path().join("a").join(LATEST);
        std::fs::remove_file(&link).unwrap();
        symlink("99990101T000000Z-none", &link).unwrap();
        assert_eq!(filed(dir.path(), "20250101T000000Z-cc", Place::ByTime), "20260101T000000Z-bb");
        std::fs::remove_dir(dir.path().join("a/20260101T000000Z-bb")).unwrap();
        settle(&Turn::take(dir.path()).unwrap(), &dir.path().join("a")).unwrap();
        assert_eq!(std::fs::read_link(&link).unwrap(), Path::new("20250101T000000Z-cc"));
    }

    #[test]
    fn a_link_in_place_of_an_asset_is_not_followed() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        symlink(other.path(), dir.path().join("a")).unwrap();
        let staging = Staging::new(dir.path()).unwrap();
        assert!(staging.file(dir.path(), "a", "20260101T000000Z-aa", Place::Newest).is_err());
        assert_eq!(other.path().read_dir().unwrap().count(), 0);
        assert_eq!(hidden_in(dir.path()), [""; 0]);
    }

    #[test]
    fn what_is_not_published_goes_away_and_what_nobody_holds_is_swept() {
        let dir = tempfile::tempdir().unwrap();
        let held = Staging::new(dir.path()).unwrap();
        // Left by processes that were killed, with and without a lock, and by one that was ending.
        for left in [".stigprobe-left", ".stigprobe-older", ".stigprobe-ended.gone"] {
            std::fs::create_dir_all(dir.path().join(left).join("x")).unwrap();
        }
        for lock in [".stigprobe-left.lock", ".stigprobe-alone.lock"] {
            std::fs::write(dir.path().join(lock), "process 1").unwrap();
        }
        let other = Staging::new(dir.path()).unwrap();
        sweep(dir.path()).unwrap();
        assert!(held.path().exists() && other.path().exists());
        assert_eq!(hidden_in(dir.path()).len(), 4, "{:?}", hidden_in(dir.path()));
        drop((held, other));
        assert_eq!(hidden_in(dir.path()), [""; 0]);
    }

    #[test]
    fn many_at_once_all_come_to_names_of_their_own() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| filed(dir.path(), "20260101T000000Z-aa", Place::Newest));
            }
        });
        assert_eq!(order::runs(&dir.path().join("a")).unwrap().len(), 6);
        assert_eq!(hidden_in(dir.path()), [""; 0]);
    }
}
