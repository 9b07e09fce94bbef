//! Results of earlier runs and of other programs, read into the same [`Outcome`] that a run gives, so
//! that every format can be made of them.
//!
//! How a rule could pass here without evidence: a word that is not understood taken for a good one, or a
//! rule that the file does not speak of. So a status that is none of the format's words is `unknown`, a
//! rule without a word is `notchecked`, and both are named. Texts are kept as they were written; what a
//! file says and an outcome has no place for is named in [`Imported::lost`]. A run against the lab stays
//! simulated, whatever it is converted into.

mod checklist;
mod ckl;
mod cklb;
mod draft;
mod fold;
mod hdf;
#[cfg(test)]
mod kept;
mod matching;
pub mod nessus;
mod overrides;
mod own;
#[cfg(test)]
mod reversals;
#[cfg(test)]
mod tests;
mod tree;
mod xccdf;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::outcome::{BenchmarkSource, Outcome};
use crate::target::Asset;
use crate::xccdf::Benchmark;
use crate::xccdf::ids::sha256_hex;

pub use crate::xccdf::naming::{Index, Names, Place, find};
use draft::Room;
pub use matching::onto;

/// A file of results.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name, without directories.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// When it was last changed: the time of results whose format states none. STIG Manager goes by it
    /// too.
    pub modified: DateTime<Utc>,
    /// The benchmark that the results are of, where it is at hand: its texts and order are taken then.
    pub benchmark: Option<&'a (Arc<Benchmark>, BenchmarkSource)>,
    /// The name of the asset, for a file that states none.
    pub asset: Option<&'a str>,
}

impl Source<'_> {
    /// Gives an asset without a name the one that was given for it. `missing` says what the file lacks.
    fn name_asset(&self, kind: Kind, asset: &mut Asset, missing: &str) -> Result<(), ImportError> {
        if !asset.name.trim().is_empty() {
            return Ok(());
        }
        let Some(name) = self.asset else {
            let reason = format!("{missing}: nobody could tell which asset this is; name it with --asset");
            return Err(ImportError::unreadable(kind, reason));
        };
        let named = Asset { name: name.trim().to_owned(), ..Asset::default() };
        named.check().map_err(|reason| ImportError::unreadable(kind, format!("--asset: {reason}")))?;
        asset.name = named.name;
        Ok(())
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A checklist of STIG Viewer 2.
    Ckl,
    /// A checklist of STIG Viewer 3.
    Cklb,
    /// XCCDF results.
    Xccdf,
    /// An ARF.
    Arf,
    /// Nessus's export.
    Nessus,
    /// Heimdall Data Format.
    Hdf,
    /// stigprobe's own results.
    Results,
}

impl Kind {
    /// The name people know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Ckl => "CKL",
            Kind::Cklb => "CKLB",
            Kind::Xccdf => "XCCDF results",
            Kind::Arf => "ARF",
            Kind::Nessus => ".nessus",
            Kind::Hdf => "HDF",
            Kind::Results => "stigprobe results",
        }
    }
}

/// Why a file gives no results. The texts are complete but for the file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is of no kind that can be read.
    #[error("{0}")]
    Unknown(String),
    /// It is of that kind, and cannot be read.
    #[error("as {kind}: {reason}")]
    Unreadable {
        /// What it seems to be.
        kind: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl ImportError {
    fn unreadable(kind: Kind, reason: impl std::fmt::Display) -> Self {
        ImportError::Unreadable { kind: kind.name(), reason: reason.to_string() }
    }
}

/// Reads the results in a file: one outcome for each asset and benchmark in it, at least one.
pub fn read(source: &Source<'_>) -> Result<Vec<Outcome>, ImportError> {
    let kind = kind(source.bytes)?;
    let outcomes = match kind {
        Kind::Ckl => ckl::read(source),
        Kind::Cklb => cklb::read(source),
        Kind::Xccdf | Kind::Arf => xccdf::read(source),
        Kind::Nessus => nessus::read(source),
        Kind::Hdf => hdf::read(source),
        Kind::Results => own::read(source),
    }?;
    let (mut outcomes, empty): (Vec<Outcome>, Vec<Outcome>) = outcomes.into_iter().partition(|o| !o.rules.is_empty());
    let Some(first) = outcomes.first_mut() else {
        return Err(ImportError::unreadable(kind, "there are no results of rules in it"));
    };
    if let Some(imported) = &mut first.imported {
        let named =
            empty.iter().map(|o| format!("{} of {}, which has no results of rules", o.benchmark.id, o.asset.name));
        imported.lost.extend(named);
    }
    if kind != Kind::Results {
        // Our own state the digest of their benchmark, and are one.
        let sha256 = sha256_hex(source.bytes);
        for outcome in &mut outcomes {
            outcome.source.sha256.clone_from(&sha256);
            if let Some(imported) = &mut outcome.imported {
                imported.sha256.clone_from(&sha256);
            }
        }
    }
    let Some((benchmark, from)) = source.benchmark else {
        return Ok(outcomes);
    };
    let results = benchmark.rules().count().saturating_mul(outcomes.len());
    Room::of_a_file().take(results).map_err(|reason| ImportError::unreadable(kind, reason))?;
    let onto = |outcome| onto(outcome, benchmark, from);
    Ok(outcomes.into_iter().map(onto).collect())
}

/// Tells by its content what a file is; names lie.
fn kind(bytes: &[u8]) -> Result<Kind, ImportError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    match first {
        Some(b'<') => tree::root(bytes).and_then(|(name, namespace)| match (name.as_str(), namespace.as_deref()) {
            ("CHECKLIST", _) => Ok(Kind::Ckl),
            ("asset-report-collection", _) => Ok(Kind::Arf),
            ("NessusClientData_v2", _) => Ok(Kind::Nessus),
            ("Benchmark" | "TestResult", Some(ns)) if ns.contains("checklists.nist.gov/xccdf") => Ok(Kind::Xccdf),
            ("IMPORT_FILE", _) => Err(ImportError::Unknown(
                "this is a CMRS file, which is not read: give the CKL or CKLB that it was made from".into(),
            )),
            (name, _) => Err(ImportError::Unknown(format!(
                "the document begins with '<{}', which is no kind of results that stigprobe reads (CKL, CKLB, \
                     XCCDF results, ARF, .nessus, HDF, stigprobe's own)",
                crate::xml::read::excerpt(name)
            ))),
        }),
        Some(b'{') => json_kind(bytes),
        Some(b'P') if bytes.starts_with(b"PK") => {
            Err(ImportError::Unknown("this is a zip: unpack it and give the file in it".into()))
        }
        None => Err(ImportError::Unknown("the file is empty".into())),
        Some(0 | 0xFE | 0xFF) => Err(ImportError::Unknown(
            "the file is in UTF-16, and only UTF-8 is read: convert it (iconv -f UTF-16 -t UTF-8 FILE > NEW) and correct \
             or remove the encoding where its first line states one"
                .into(),
        )),
        Some(_) => Err(ImportError::Unknown("this is neither XML nor a JSON object, and so no results".into())),
    }
}

fn json_kind(bytes: &[u8]) -> Result<Kind, ImportError> {
    #[derive(serde::Deserialize)]
    struct Keys {
        schema: Option<serde::de::IgnoredAny>,
        stigs: Option<serde::de::IgnoredAny>,
        rules: Option<serde::de::IgnoredAny>,
        profiles: Option<serde::de::IgnoredAny>,
    }
    let keys: Keys = serde_json::from_slice(bytes).map_err(|e| ImportError::Unknown(format!("as JSON: {e}")))?;
    match keys {
        Keys { stigs: Some(_), .. } => Ok(Kind::Cklb),
        Keys { schema: Some(_), rules: Some(_), .. } => Ok(Kind::Results),
        Keys { profiles: Some(_), .. } => Ok(Kind::Hdf),
        _ => Err(ImportError::Unknown(
            "the JSON has none of the keys by which results are known (stigs of a CKLB, profiles of HDF, schema and \
             rules of stigprobe's own)"
                .into(),
        )),
    }
}
