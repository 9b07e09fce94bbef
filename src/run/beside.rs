//! Scans by Nessus that are put beside a run: read before anything is collected, joined after everything is
//! decided.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Doing, RunError, cannot};
use crate::evidence::store;
use crate::import::nessus::read_scan;
use crate::input;
use crate::join::Population;
use crate::join::nessus::{Scanned, check, join, learn, with_ids};
use crate::outcome::Outcome;
use crate::tenable::LearnedIds;
use crate::xccdf::Benchmark;
use crate::xccdf::ids::hex;

/// The most bytes that a file of learned ids may have.
const LARGEST_IDS: u64 = 256 << 20;

/// The most bytes that a scan may have: it is read piece by piece.
const LARGEST_SCAN: u64 = 2 << 30;

/// Which files by Nessus are read.
#[derive(Clone, Debug, Default)]
pub struct NessusFiles {
    /// The scans.
    pub scans: Vec<PathBuf>,
    /// Join them although nothing shows that their hosts are the asset.
    pub force: bool,
    /// Where learned control ids are kept.
    pub ids: Option<PathBuf>,
}

/// The files with everything in them.
#[derive(Debug, Default)]
pub struct Nessus {
    scans: Vec<Scanned>,
    force: bool,
    ids: LearnedIds,
    /// Where the ids go, if there are new ones.
    write_to: Option<PathBuf>,
    /// What somebody should know of what was learned.
    remarks: Vec<String>,
}

impl Nessus {
    /// Reads the files and sees that they are of this benchmark. A file of ids that is not there is begun.
    pub fn read(files: &NessusFiles, benchmark: &Benchmark) -> Result<Self, RunError> {
        let refused = |error: String| RunError::Selection(format!("--nessus: {error}"));
        let mut nessus = Nessus { force: files.force, ..Nessus::default() };
        if let Some(path) = &files.ids {
            nessus.ids = ids(path)?;
        }
        let known = nessus.ids.len();
        for path in &files.scans {
            let scanned = scan(path)?;
            check(&scanned, benchmark, files.force).map_err(|e| refused(e.to_string()))?;
            nessus.remarks.extend(learn(&scanned, &mut nessus.ids));
            nessus.scans.push(scanned);
        }
        let new = nessus.ids.len() > known;
        nessus.write_to = files.ids.clone().filter(|_| new);
        Ok(nessus)
    }

    /// Puts what Nessus says beside the results of a cluster, the first of the outcomes, which speak of this
    /// population, and of its nodes. Where no result takes it, all stand as
    /// they were, and the reason comes back.
    pub fn put_beside(
        &self,
        outcomes: &mut [Outcome],
        population: &Population,
        warnings: &mut Vec<String>,
    ) -> Option<String> {
        let mut refused = None;
        let mut taken = self.scans.is_empty();
        for (at, outcome) in outcomes.iter_mut().enumerate() {
            *outcome = with_ids(outcome.clone(), &self.ids);
            if self.scans.is_empty() {
                continue;
            }
            // What is forced is forced on the cluster: nobody has said which node a host is.
            let (population, force) = if at == 0 { (population, self.force) } else { (&Population::Asset, false) };
            match join(outcome.clone(), &self.scans, population, force) {
                Ok((joined, remarks)) => {
                    *outcome = joined;
                    taken = true;
                    for remark in remarks {
                        if !warnings.contains(&remark) {
                            warnings.push(remark);
                        }
                    }
                }
                Err(error) => {
                    refused.get_or_insert_with(|| format!("--nessus: {error}"));
                }
            }
        }
        if taken {
            warnings.extend(self.remarks.iter().cloned());
            return None;
        }
        refused
    }

    /// Keeps what was learned, for later runs.
    pub fn keep(&self) -> Result<(), RunError> {
        let Some(path) = &self.write_to else {
            return Ok(());
        };
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        dir.map_or(Ok(()), store::create_dirs)
            .and_then(|()| store::write(path, self.ids.write().as_bytes()))
            .map_err(cannot(Doing::WriteIds, path))
    }
}

fn ids(path: &Path) -> Result<LearnedIds, RunError> {
    if !store::stands_there(path).map_err(cannot(Doing::ReadIds, path))? {
        return Ok(LearnedIds::default());
    }
    let text = input::named_text(path, LARGEST_IDS).map_err(cannot(Doing::ReadIds, path))?;
    let wrong = |e: String| cannot(Doing::ReadIds, path)(io::Error::other(e));
    LearnedIds::read(&text).map_err(wrong)
}

fn scan(path: &Path) -> Result<Scanned, RunError> {
    let file = input::open(path, LARGEST_SCAN).map_err(cannot(Doing::ReadNessus, path))?;
    let mut input = Hashing { from: file, sha256: Sha256::new() };
    let wrong = |e: String| cannot(Doing::ReadNessus, path)(io::Error::other(e));
    let scan = read_scan(&mut input).map_err(wrong)?;
    // The reader goes to the end of the document, and nothing may follow that.
    io::copy(&mut input, &mut io::sink()).map_err(cannot(Doing::ReadNessus, path))?;
    let name = path.file_name().unwrap_or_default();
    Ok(Scanned { file: name.to_string_lossy().into_owned(), sha256: hex(&input.sha256.finalize()), scan })
}

/// Takes the digest of what is read through it.
struct Hashing<R> {
    from: R,
    sha256: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(buffer)?;
        self.sha256.update(&buffer[..length]);
        Ok(length)
    }
}
