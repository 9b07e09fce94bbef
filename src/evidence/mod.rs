//! Evidence on disk: one directory, a bundle, with `evidence.json`, the files that facts speak of,
//! and the digests of them all. Reading one back gives what was written, or an error.

pub mod checked;
mod lock;
pub mod manifest;
pub mod order;
pub mod place;
pub mod signature;
pub mod store;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use self::checked::{CheckError, Checked};
use self::manifest::MANIFEST;
use self::signature::{SIGNATURE, Trust};
use crate::facts::Facts;
use crate::input;
use crate::outcome::{Endpoint, TOOL_VERSION};
use crate::printable::{self, line};
use crate::target::Asset;
use crate::when::is_credible;
use crate::xccdf::ids::sha256_hex;

/// The name of the file that holds the facts.
pub const FILE: &str = "evidence.json";
/// The most bytes of it that are read.
pub const LARGEST: u64 = 1 << 30;
/// The form of that file.
const SCHEMA: &str = "stigprobe-evidence/3";
/// The form that version 0.1.0 wrote. What it did not collect is absent with that reason.
const SCHEMA_0_1: &str = "stigprobe-evidence/2";

/// All that was collected in one go.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    schema: String,
    /// The version of the program that collected it.
    pub collected_by: String,
    /// What it is filed under.
    pub asset: Asset,
    /// Who was asked.
    pub endpoints: Vec<Endpoint>,
    /// The scenario of the lab, where the target was no real system.
    pub simulated: Option<String>,
    /// When collecting began.
    pub started: DateTime<Utc>,
    /// When collecting ended.
    pub finished: DateTime<Utc>,
    /// The facts.
    pub facts: Facts,
    /// SHA-256 over all of the above: what was changed by hand or by accident is found.
    seal: String,
}

/// Evidence as it lies in a bundle.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// What it says.
    pub evidence: Evidence,
    /// SHA-256 of `evidence.json`, in hexadecimal.
    pub sha256: String,
    /// Where it lies.
    pub dir: PathBuf,
}

/// Why a bundle could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It is not as its list says.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// A file could not be written or read.
    #[error("{}: {source}", printable::path(path))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not evidence, or not of a version that is understood.
    #[error("{}: {reason}", printable::path(path))]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// What is there is not what was collected.
    #[error("{}: {} is not as it was collected: its digest differs; collect again", printable::path(path), line(what))]
    Altered {
        /// The file.
        path: PathBuf,
        /// The fact or file.
        what: String,
    },
}

impl Evidence {
    /// Evidence of this moment, in the form of this version.
    #[must_use]
    pub fn new(asset: Asset, mut collected: crate::collect::Collected) -> Self {
        collected.facts.place();
        Evidence {
            schema: SCHEMA.into(),
            collected_by: TOOL_VERSION.into(),
            asset,
            endpoints: collected.endpoints,
            simulated: collected.simulated,
            started: collected.started,
            finished: collected.finished,
            facts: collected.facts,
            seal: String::new(),
        }
    }

    /// Reads the bytes of `path`, an `evidence.json`, and refuses what was altered. The side files
    /// that it names are not looked at; their names are those of files in the same directory.
    pub fn from_json(path: &Path, json: &[u8]) -> Result<Self, BundleError> {
        let format = |reason: String| BundleError::Format { path: path.into(), reason };
        let altered = |what: String| BundleError::Altered { path: path.into(), what };
        let head: Head =
            serde_json::from_slice(json).map_err(|e| format(format!("this is no evidence of stigprobe: {e}")))?;
        if ![SCHEMA, SCHEMA_0_1].contains(&head.schema.as_str()) {
            let reason = format!("its form is {:?}; this version reads {SCHEMA:?} and {SCHEMA_0_1:?}", head.schema);
            return Err(format(reason));
        }
        let mut evidence: Evidence = serde_json::from_slice(json).map_err(|e| format(e.to_string()))?;
        evidence.asset.check().map_err(|e| format(format!("asset: {e}")))?;
        if let Some(at) = [evidence.started, evidence.finished].into_iter().find(|at| !is_credible(*at)) {
            return Err(format(format!("it says that it was collected at {at}, when no scan was made")));
        }
        if let Some(need) = evidence.facts.altered().first() {
            return Err(altered(need.to_string()));
        }
        let seal = std::mem::take(&mut evidence.seal);
        if evidence.digest().map_err(|e| format(e.to_string()))? != seal {
            return Err(altered("what stands around the facts".into()));
        }
        evidence.seal = seal;
        if evidence.schema == SCHEMA_0_1 {
            if let Some(need) = evidence.facts.partial().first() {
                return Err(format(format!(
                    "{need}: a part of a list is no fact in evidence of the form {SCHEMA_0_1:?}"
                )));
            }
            evidence.facts.say_what_is_later();
        }
        evidence.facts.place();
        for file in evidence.facts.side_files() {
            if Path::new(&file.name).file_name() != Some(file.name.as_ref()) {
                return Err(format(format!("{:?} is no name of a file in the bundle", file.name)));
            }
        }
        Ok(evidence)
    }

    /// The digest over everything but the seal, of evidence that has none yet.
    fn digest(&self) -> Result<String, serde_json::Error> {
        debug_assert!(self.seal.is_empty(), "the seal is no part of what it seals");
        store::sha256_of_json(self)
    }

    /// Writes `evidence.json` into a directory that may hold its side files already.
    pub fn write(mut self, dir: &Path) -> Result<Bundle, BundleError> {
        let path = dir.join(FILE);
        // What it was sealed with before is no part of what is sealed now.
        self.seal.clear();
        self.seal = self.digest().map_err(|e| BundleError::Format { path: path.clone(), reason: e.to_string() })?;
        let sha256 = store::write_json(&path, &self).map_err(|source| BundleError::Io { path, source })?;
        Ok(Bundle { evidence: self, sha256, dir: dir.into() })
    }
}

impl Bundle {
    /// Copies all that the evidence is, as it was when the bundle was read, into another directory.
    pub fn copy_to(&self, dir: &Path) -> Result<(), BundleError> {
        let side_files = self.evidence.facts.side_files().map(|file| (file.name.as_str(), file.sha256.as_str()));
        for (name, digest) in side_files.chain([(FILE, self.sha256.as_str())]) {
            let (from, to) = (self.dir.join(name), dir.join(name));
            match store::copy_new(&from, &to) {
                Ok(sha256) if sha256 == digest => {}
                Ok(_) => return Err(BundleError::Altered { path: from, what: name.into() }),
                Err(source) => return Err(BundleError::Io { path: from, source }),
            }
        }
        Ok(())
    }

    /// Reads the bundle in `dir`, and refuses one that is not as its list says, or in which a fact or a side file was
    /// altered.
    ///
    /// Without a certificate in `trust` this guards against damage and mistakes: who can write the whole directory can
    /// write the digests too.
    pub fn read(dir: &Path, trust: &Trust) -> Result<Self, BundleError> {
        let checked = match Checked::open(dir, trust) {
            Ok(checked) => checked,
            Err(_) if !trust.is_known() && is_unlisted(dir) => return Self::unlisted(dir),
            Err(error) => return Err(error.into()),
        };
        let path = checked.path().join(FILE);
        let io = |source| BundleError::Io { path: path.clone(), source };
        let json = checked.read(FILE, LARGEST).map_err(io)?.bytes;
        let evidence = Evidence::from_json(&path, &json)?;
        for file in evidence.facts.side_files() {
            let path = checked.path().join(&file.name);
            let digest = checked.reader(&file.name).and_then(|mut reader| store::sha256_of(&mut reader));
            let digest = digest.map_err(|source| BundleError::Io { path: path.clone(), source })?;
            if digest != file.sha256 {
                return Err(BundleError::Altered { path, what: file.name.clone() });
            }
        }
        Ok(Bundle { evidence, sha256: sha256_hex(&json), dir: checked.path().into() })
    }

    /// Reads evidence of version 0.1.0 that has no list, as bundles put together by hand have none and that version
    /// took them. It holds what the evidence names and nothing else.
    fn unlisted(dir: &Path) -> Result<Self, BundleError> {
        let path = dir.join(FILE);
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| BundleError::Io { path, source }
        };
        let file = input::regular(&path).map_err(io(&path))?;
        let json = input::bounded(file, LARGEST).map_err(io(&path))?;
        let evidence = Evidence::from_json(&path, &json)?;
        let format = |reason: String| BundleError::Format { path: dir.into(), reason };
        if evidence.collected_by != "0.1.0" {
            return Err(format(format!("it has no {MANIFEST}: collect again, or take a copy that is whole")));
        }
        let mut known = BTreeMap::from([(FILE.to_owned(), sha256_hex(&json))]);
        known.extend(evidence.facts.side_files().map(|file| (file.name.clone(), file.sha256.clone())));
        for entry in dir.read_dir().map_err(io(dir))? {
            let name = entry.map_err(io(dir))?.file_name().to_string_lossy().into_owned();
            if !known.contains_key(&name) {
                let name = line(&name);
                return Err(format(format!("it has no {MANIFEST}, and {name} is not named by its evidence")));
            }
        }
        for (name, digest) in known {
            let path = dir.join(&name);
            if store::sha256(&path).map_err(io(&path))? != digest {
                return Err(BundleError::Altered { path, what: name });
            }
        }
        Ok(Bundle { evidence, sha256: sha256_hex(&json), dir: dir.into() })
    }
}

/// There is neither a list nor a signature.
#[must_use]
pub fn is_unlisted(dir: &Path) -> bool {
    let is_there = |name: &str| dir.join(name).symlink_metadata().is_ok();
    is_there(FILE) && !is_there(MANIFEST) && !is_there(SIGNATURE)
}

#[derive(Deserialize)]
struct Head {
    schema: String,
}
