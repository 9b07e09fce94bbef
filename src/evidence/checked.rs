//! The one way to read what was sealed before: a run, a bundle of evidence, a package.
//!
//! How a forgery could be read: through a link, through a file that the list does not name, through a path that leads
//! elsewhere the second time it is followed, through a file that is changed after its digest was taken. So the directory
//! is opened once and what is in it is reached through its descriptor; it holds what its list names and nothing else, all
//! of it regular files; and bytes are handed out only with the digest that the list gives them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rustix::fs::{Mode, OFlags};
use sha2::{Digest as _, Sha256};

use super::manifest::{Digests, MANIFEST, parse};
use super::place::LATEST;
use super::signature::{SIGNATURE, Trust};
use super::store;
use crate::xccdf::ids::hex;
use crate::{input, printable, threads};

/// What the results of a run are called, whatever its other files are.
pub const RESULTS: &str = "results.json";
/// The most files that a run may have.
const ENTRIES: usize = 20_000;
/// The most bytes that any file of a run may have.
const LARGEST: u64 = 16 << 30;
/// The most bytes of the list.
const LIST: u64 = 8 << 20;
/// The most bytes of a signature.
const SIGNED: u64 = 64 << 10;
/// So much of what is wrong is told in an error.
const TOLD: usize = 5;

/// Why a directory is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {why}", printable::path(path))]
pub struct CheckError {
    /// The directory, or the file in it.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

/// What a directory holds, held against its list. Names are as they are on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Files that are as they were.
    pub intact: usize,
    /// Files whose digest differs.
    pub altered: Vec<String>,
    /// Files that are listed and not there.
    pub missing: Vec<String>,
    /// Files that are there and not listed.
    pub added: Vec<String>,
    /// What is there and no regular file, and what it is.
    pub irregular: Vec<(String, &'static str)>,
}

impl Comparison {
    /// Everything is there, as it was, and nothing else.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.problems().is_empty() && self.intact > 0
    }

    /// What is wrong, one line each, fit to be printed.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut told = Vec::new();
        for (names, what) in [
            (&self.altered, "is not as it was"),
            (&self.missing, "is listed and not there"),
            (&self.added, "is there and not listed"),
        ] {
            told.extend(names.iter().map(|name| format!("{} {what}", printable::line(name))));
        }
        let irregular = self.irregular.iter();
        told.extend(
            irregular.map(|(name, what)| format!("{} is {what}: only files belong here", printable::line(name))),
        );
        told
    }
}

/// A directory whose list was read.
#[derive(Debug)]
pub struct Checked {
    /// As it was named, or where that led if it was a link.
    path: PathBuf,
    dir: OwnedFd,
    list: Vec<u8>,
    signature: Option<Vec<u8>>,
    listed: Digests,
    /// The file that a run of version 0.1.0 points to by the link `results.json`.
    pointed: Option<String>,
    comparison: Comparison,
}

/// The bytes of a file that are as its list says.
#[derive(Debug)]
pub struct Contents {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// When the file was last changed.
    pub modified: DateTime<Utc>,
}

impl Checked {
    /// Opens a directory and sees that all of it is as its list says, and that the list is signed by whom the trust
    /// names.
    pub fn open(dir: &Path, trust: &Trust) -> Result<Self, CheckError> {
        let mut checked = Self::names_only(dir, trust)?;
        checked.digest();
        checked.sound()?;
        Ok(checked)
    }

    /// The same without reading files that nobody asks for: their names are as the list says, and each is held against
    /// its digest when it is read.
    pub fn names_only(dir: &Path, trust: &Trust) -> Result<Self, CheckError> {
        let checked = Self::look(dir)?;
        checked.sound()?;
        trust.check(&checked.list, checked.signature.as_deref()).map_err(|why| checked.wrong(why))?;
        Ok(checked)
    }

    /// Opens a directory to say all that is wrong with it ([`Checked::comparison`]).
    pub fn compare(dir: &Path) -> Result<Self, CheckError> {
        let mut checked = Self::look(dir)?;
        checked.digest();
        Ok(checked)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds, held against its list.
    #[must_use]
    pub fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// The names of its files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.listed.keys().map(String::as_str)
    }

    /// It has a file of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.listed.contains_key(name)
    }

    /// The bytes of its list.
    #[must_use]
    pub fn list(&self) -> &[u8] {
        &self.list
    }

    /// The signature over the list, if there is one.
    #[must_use]
    pub fn signature(&self) -> Option<&[u8]> {
        self.signature.as_deref()
    }

    /// The name of the file with a run's own results, if it has one.
    #[must_use]
    pub fn results(&self) -> Option<&str> {
        if self.has(RESULTS) { Some(RESULTS) } else { self.pointed.as_deref() }
    }

    /// The bytes of a file, which are as the list says.
    pub fn read(&self, name: &str, limit: u64) -> io::Result<Contents> {
        let file = self.file(name)?;
        let modified = modified(&file.metadata()?);
        let bytes = input::bounded(file, limit)?;
        if self.listed.get(name) != Some(&hex(&Sha256::digest(&bytes))) {
            return Err(changed());
        }
        Ok(Contents { bytes, modified })
    }

    /// A file to read piece by piece: its end comes only where it is as the list says.
    pub fn reader(&self, name: &str) -> io::Result<Verified> {
        let digest = self.listed.get(name).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(Verified { file: self.file(name)?, sha256: Sha256::new(), digest: digest.clone() })
    }

    fn file(&self, name: &str) -> io::Result<File> {
        input::regular_at(self.dir.as_fd(), OsStr::new(name))
    }

    fn wrong(&self, why: impl Into<String>) -> CheckError {
        CheckError { path: self.path.clone(), why: why.into() }
    }

    /// Reads the list and the names.
    fn look(dir: &Path) -> Result<Self, CheckError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error: io::Error| CheckError { path, why: error.to_string() }
        };
        // 'latest' is followed once: what it points to is what is read, whatever it points to later.
        let path: PathBuf = dir.components().collect();
        let is_link = path.symlink_metadata().map_err(failed(dir))?.is_symlink();
        let path = if is_link { followed(&path).map_err(failed(dir))? } else { path };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = rustix::fs::open(&path, flags, Mode::empty());
        let dir = open.map_err(|error| failed(&path)(error.into()))?;
        let mut entries = entries(&dir).map_err(failed(&path))?;
        if !entries.contains_key(OsStr::new(MANIFEST)) {
            let why = format!("there is no {MANIFEST} in it: it is no finished run, bundle or package");
            return Err(CheckError { path, why });
        }
        let own = |name: &str, limit: u64| {
            let file = input::regular_at(dir.as_fd(), OsStr::new(name));
            file.and_then(|file| input::bounded(file, limit)).map_err(failed(&path.join(name)))
        };
        let list = own(MANIFEST, LIST)?;
        entries.remove(OsStr::new(MANIFEST));
        let signature = entries.remove(OsStr::new(SIGNATURE)).map(|_| own(SIGNATURE, SIGNED)).transpose()?;
        let listed = parse(&list).map_err(|why| CheckError { path: path.join(MANIFEST), why })?;

        let pointed = pointed(&dir, &entries, &listed);
        if pointed.is_some() {
            entries.remove(OsStr::new(RESULTS));
        }
        let mut comparison = Comparison::default();
        for (name, irregular) in &entries {
            let shown = shown(name);
            let is_listed = name.to_str().is_some_and(|name| listed.contains_key(name));
            match irregular {
                Some(what) => comparison.irregular.push((shown, *what)),
                None if !is_listed => comparison.added.push(shown),
                None => {}
            }
        }
        let missing = listed.keys().filter(|name| !entries.contains_key(OsStr::new(name)));
        comparison.missing = missing.cloned().collect();
        Ok(Checked { path, dir, list, signature, listed, pointed, comparison })
    }

    /// Holds every file against its digest.
    fn digest(&mut self) {
        let irregular = |name: &str| self.comparison.irregular.iter().any(|(other, _)| other == name);
        let there = |name: &&String| !self.comparison.missing.contains(name) && !irregular(name);
        let names: Vec<&String> = self.listed.keys().filter(there).collect();
        let found = threads::map(&names, threads::all(), |name| {
            let file = self.file(name)?;
            if file.metadata()?.len() > LARGEST {
                return Err(io::Error::other("it is too large"));
            }
            store::sha256_of(&mut file.take(LARGEST))
        });
        let mut altered = Vec::new();
        for (name, digest) in names.into_iter().zip(found) {
            match digest {
                Ok(digest) if self.listed.get(name) == Some(&digest) => {}
                Ok(_) => altered.push(name.clone()),
                Err(error) => altered.push(format!("{name} ({error})")),
            }
        }
        self.comparison.intact = self.listed.len() - self.comparison.missing.len() - altered.len();
        self.comparison.intact -= self.listed.keys().filter(|name| irregular(name)).count();
        self.comparison.altered = altered;
    }

    /// Nothing that was found out so far is wrong.
    fn sound(&self) -> Result<(), CheckError> {
        let problems = self.comparison.problems();
        if self.listed.is_empty() {
            return Err(self.wrong(format!("its {MANIFEST} lists nothing")));
        }
        if problems.is_empty() {
            return Ok(());
        }
        let more = problems.len().saturating_sub(TOLD);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let told = problems.into_iter().take(TOLD).collect::<Vec<_>>().join("; ");
        Err(self.wrong(format!(
            "it is not as its {MANIFEST} says, and is not read: {told}{more} ('stigprobe verify' tells all; evaluate the \
             evidence again, or take a copy that is whole)"
        )))
    }
}

/// Where a link to a run leads. `latest` leads to a run that stands beside it, and anybody's other link anywhere.
fn followed(link: &Path) -> io::Result<PathBuf> {
    let to = link.read_link()?;
    if link.file_name() == Some(OsStr::new(LATEST)) && to.file_name() != Some(to.as_os_str()) {
        return Err(io::Error::other("it does not point to a run beside it, and is not followed"));
    }
    link.canonicalize()
}

/// When a file was last changed. A file system may keep a time that no calendar has.
#[must_use]
pub fn modified(about: &Metadata) -> DateTime<Utc> {
    DateTime::from_timestamp(about.mtime(), 0).unwrap_or_default()
}

fn changed() -> io::Error {
    io::Error::other(format!("it is not as {MANIFEST} says: it was changed"))
}

/// What a directory holds: each name, and what it is where it is no regular file.
fn entries(dir: &OwnedFd) -> io::Result<BTreeMap<OsString, Option<&'static str>>> {
    let mut found = BTreeMap::new();
    for entry in rustix::fs::Dir::read_from(dir)? {
        let entry = entry?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name == "." || name == ".." {
            continue;
        }
        let about = rustix::fs::statat(dir, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)?;
        let kind = rustix::fs::FileType::from_raw_mode(about.st_mode);
        found.insert(name.to_owned(), input::other_than_regular(kind));
        if found.len() > ENTRIES {
            return Err(io::Error::other(format!("it has more than {ENTRIES} entries")));
        }
    }
    Ok(found)
}

/// Version 0.1.0 put a link `results.json` beside the file of results: to a file that the list names, and not in the
/// list itself.
fn pointed(dir: &OwnedFd, entries: &BTreeMap<OsString, Option<&'static str>>, listed: &Digests) -> Option<String> {
    let is_link = entries.get(OsStr::new(RESULTS)) == Some(&Some("a link"));
    if !is_link || listed.contains_key(RESULTS) {
        return None;
    }
    let to = rustix::fs::readlinkat(dir, RESULTS, Vec::new()).ok()?.into_string().ok()?;
    let is_json = to.strip_suffix(".json").is_some_and(|stem| !stem.is_empty());
    (is_json && to != super::FILE && listed.contains_key(&to)).then_some(to)
}

/// A name of a file as text; what is no UTF-8 is replaced.
fn shown(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

/// A file whose end comes only where all of it was as its list says.
#[derive(Debug)]
pub struct Verified {
    file: File,
    sha256: Sha256,
    digest: String,
}

impl Verified {
    /// How many bytes the file has.
    pub fn size(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

impl Read for Verified {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.sha256.update(&buffer[..length]);
        if length == 0 && !buffer.is_empty() && hex(&self.sha256.clone().finalize()) != self.digest {
            return Err(changed());
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests;
