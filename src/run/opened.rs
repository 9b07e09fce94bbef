//! What a path names that results are read from: a run, a file of one, or a file by itself.

use std::io;
use std::path::{Path, PathBuf};

use super::{Doing, RunError, cannot};
use crate::evidence::FILE;
use crate::evidence::checked::{Checked, Contents, RESULTS, modified};
use crate::evidence::manifest::MANIFEST;
use crate::evidence::signature::{SIGNATURE, Trust};
use crate::input;

/// A file of results, and where it stands.
pub(super) enum Opened {
    /// It belongs to a run that is as its list says: what it is called there.
    OfRun(Box<Checked>, String),
    /// It stands by itself.
    Alone(PathBuf),
}

impl Opened {
    /// A directory is a run, and so is the directory of a file where there is a list beside it: a file of a run is read
    /// as part of it.
    pub(super) fn at(path: &Path, trust: &Trust) -> Result<Self, RunError> {
        let failed = |source| cannot(Doing::ReadResults, path)(source);
        if path.is_dir() {
            let checked = Checked::open(path, trust)?;
            let Some(name) = checked.results().map(str::to_owned) else {
                let why = format!("there is no {RESULTS} in this run ('--format' without json)");
                return Err(failed(io::Error::other(why)));
            };
            return Ok(Opened::OfRun(Box::new(checked), name));
        }
        if !path.is_file() {
            return Ok(Opened::Alone(path.to_owned()));
        }
        // Where it stands by its name, and where that leads if it is a link.
        let real = path.canonicalize().map_err(failed)?;
        let named = path.parent().map(|dir| if dir.as_os_str().is_empty() { Path::new(".") } else { dir });
        for (dir, name) in [(named, path.file_name()), (real.parent(), real.file_name())] {
            let (Some(dir), Some(name)) = (dir.filter(|dir| is_run(dir)), name) else { continue };
            let checked = Checked::open(dir, trust)?;
            // In a run of version 0.1.0 that name is a link to the file that is listed.
            let name = if name == RESULTS { checked.results() } else { name.to_str().filter(|name| checked.has(name)) };
            let Some(name) = name.map(str::to_owned) else {
                return Err(failed(io::Error::other(format!("it lies in a run whose {MANIFEST} does not list it"))));
            };
            return Ok(Opened::OfRun(Box::new(checked), name));
        }
        Ok(Opened::Alone(path.to_owned()))
    }

    /// Its name.
    pub(super) fn name(&self) -> String {
        match self {
            Opened::OfRun(_, name) => name.clone(),
            Opened::Alone(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> PathBuf {
        match self {
            Opened::OfRun(checked, name) => checked.path().join(name),
            Opened::Alone(path) => path.clone(),
        }
    }

    pub(super) fn read(&self) -> Result<Contents, RunError> {
        let read = match self {
            Opened::OfRun(checked, name) => checked.read(name, input::DOCUMENT),
            Opened::Alone(path) => alone(path),
        };
        read.map_err(cannot(Doing::ReadResults, &self.path()))
    }

    /// The contents of what stands beside it and has one of these extensions, in the order of the names.
    pub(super) fn beside(&self, extensions: &[&str]) -> impl Iterator<Item = Contents> {
        let fits = |name: &str| {
            let extension = Path::new(name).extension();
            extension.is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
        };
        let found: Vec<Box<dyn Fn() -> io::Result<Contents> + '_>> = match self {
            Opened::OfRun(checked, _) => {
                let names = checked.names().filter(|name| fits(name)).map(str::to_owned);
                names.map(|name| Box::new(move || checked.read(&name, input::DOCUMENT)) as Box<_>).collect()
            }
            Opened::Alone(path) => {
                let dir = path.canonicalize().ok().and_then(|path| Some(path.parent()?.to_owned()));
                let entries = dir.and_then(|dir| dir.read_dir().ok()).into_iter().flatten().flatten();
                let mut paths: Vec<PathBuf> =
                    entries.filter(|e| e.file_name().to_str().is_some_and(fits)).map(|e| e.path()).collect();
                paths.sort();
                paths.into_iter().map(|path| Box::new(move || regular(&path)) as Box<_>).collect()
            }
        };
        found.into_iter().filter_map(|read| read().ok())
    }
}

/// The directory is a run, or what is left of one.
fn is_run(dir: &Path) -> bool {
    [MANIFEST, SIGNATURE, FILE].iter().any(|name| dir.join(name).symlink_metadata().is_ok())
}

/// A file that the user named. What has no time of its own, as a pipe, is of now as far as anybody can tell.
fn alone(path: &Path) -> io::Result<Contents> {
    let bytes = input::named(path, input::DOCUMENT)?;
    let modified = modified(&path.metadata()?);
    Ok(Contents { bytes, modified })
}

fn regular(path: &Path) -> io::Result<Contents> {
    let file = input::regular(path)?;
    let modified = modified(&file.metadata()?);
    Ok(Contents { bytes: input::bounded(file, input::DOCUMENT)?, modified })
}
