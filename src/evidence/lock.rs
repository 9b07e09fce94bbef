//! Locks that say who holds them, and that end with their process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::Utc;
use rustix::fs::OFlags;

/// So long is waited for one that another holds: it is held for milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is tried.
const EVERY: Duration = Duration::from_millis(5);
/// So much of what a holder says is told.
const SHOWN: u64 = 200;

/// A lock that is held. Its file goes away with it.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock if nobody alive holds it.
    pub(super) fn try_take(path: &Path) -> io::Result<Option<Self>> {
        loop {
            let nofollow = i32::try_from(OFlags::NOFOLLOW.bits()).map_err(io::Error::other)?;
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(nofollow);
            let mut file = options.open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => {
                    let path = path.display();
                    return Err(io::Error::new(error.kind(), format!("{path} cannot be locked: {error}")));
                }
            }
            // Who held it before has taken its file away meanwhile: then this one locks nothing.
            let same = match path.symlink_metadata() {
                Ok(there) => (there.dev(), there.ino()) == (file.metadata()?.dev(), file.metadata()?.ino()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => false,
                Err(error) => return Err(error),
            };
            if same {
                file.set_len(0)?;
                file.write_all(me().as_bytes())?;
                return Ok(Some(Lock { path: path.to_owned(), _file: file }));
            }
        }
    }

    /// Takes the lock, after whoever holds it now.
    pub(super) fn take(path: &Path) -> io::Result<Self> {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(lock) = Self::try_take(path)? {
                return Ok(lock);
            }
            if Instant::now() > until {
                let (path, who, waited) = (path.display(), holder(path), PATIENCE.as_secs());
                return Err(io::Error::other(format!("{path} is held by {who}, and was for {waited} seconds")));
            }
            std::thread::sleep(EVERY);
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still held, so that nobody else's is taken away. A file that stays locks nothing.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Who this is, for those that wait.
fn me() -> String {
    let host = rustix::system::uname();
    let (pid, host) = (std::process::id(), host.nodename().to_string_lossy());
    format!("process {pid} on {host} since {}\n", Utc::now().format("%Y-%m-%d %H:%M:%S UTC"))
}

/// Who holds a lock, in words.
fn holder(path: &Path) -> String {
    let mut said = String::new();
    let read = crate::input::regular(path).and_then(|file| file.take(SHOWN).read_to_string(&mut said));
    let said: String = said.trim().chars().filter(|c| !c.is_control()).collect();
    if read.is_err() || said.is_empty() { "another process".into() } else { said }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_and_says_who_and_what_nobody_holds_can_be_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let held = Lock::try_take(&path).unwrap().unwrap();
        assert!(Lock::try_take(&path).unwrap().is_none());
        let who = holder(&path);
        assert!(who.contains(&format!("process {} on ", std::process::id())), "{who}");
        drop(held);
        assert!(!path.exists());
        std::fs::write(&path, "left by one that was killed").unwrap();
        drop(Lock::try_take(&path).unwrap().unwrap());
        assert!(!path.exists());
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), &path).unwrap();
        assert!(Lock::try_take(&path).is_err(), "a link is not followed");
    }

    #[test]
    fn many_take_it_one_after_another() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let inside = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let held = Lock::take(&path).unwrap();
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(held);
                    }
                });
            }
        });
    }
}
