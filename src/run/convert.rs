//! Results of an earlier run or another program, written in other formats.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::conclude::{How, publish};
use super::{Doing, RunError, cannot};
use crate::evidence::manifest::{Digests, MANIFEST, compare};
use crate::evidence::order::Place;
use crate::evidence::place::Staging;
use crate::evidence::signature::Signer;
use crate::import::{self, Source};
use crate::outcome::{BenchmarkSource, Outcome};
use crate::report::poam::Template;
use crate::report::{Format, lost};
use crate::xccdf::Benchmark;
use crate::xccdf::model::Schema;

/// The largest file of results that is read, in bytes: as large as the reader of XML takes.
const LARGEST: u64 = 256 << 20;
/// What a run's own results are called in its directory.
pub(super) const RESULTS: &str = "results.json";

/// What to write, and where.
#[derive(Debug)]
pub struct Conversion<'a> {
    /// The formats.
    pub formats: &'a BTreeSet<Format>,
    /// The edition that XCCDF results are written in.
    pub xccdf: Schema,
    /// Where results go.
    pub output: &'a Path,
    /// The columns of a plan of action and milestones.
    pub poam: &'a Template,
    /// What signs the manifest.
    pub signer: Option<&'a Signer>,
}

/// Results that were written.
#[derive(Debug)]
pub struct Converted {
    /// What was read.
    pub outcome: Outcome,
    /// The directory that they lie in.
    pub dir: PathBuf,
    /// What each format has no place for.
    pub lost: Vec<(Format, Vec<&'static str>)>,
}

/// Reads a file of results, or the directory of a run. Where the benchmark is given, its texts and order are
/// taken; else those that the file has, or that stand beside a run's own results. `asset` names an asset of which the
/// file does not say which it is.
pub fn read_results(
    path: &Path,
    benchmark: Option<&(Arc<Benchmark>, BenchmarkSource)>,
    asset: Option<&str>,
) -> Result<Vec<Outcome>, RunError> {
    let is_run = path.is_dir();
    let file = if is_run { path.join(RESULTS) } else { path.to_owned() };
    if is_run {
        intact(path, &file).map_err(cannot(Doing::ReadResults, &file))?;
    }
    let (bytes, modified) = contents(&file).map_err(cannot(Doing::ReadResults, &file))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let source = Source { name: &name, bytes: &bytes, modified, benchmark, asset };
    let outcomes = import::read(&source).map_err(|source| RunError::Results { path: file.clone(), source })?;
    if benchmark.is_some() {
        return Ok(outcomes);
    }
    Ok(outcomes.into_iter().map(|o| with_texts(o, &file)).collect())
}

/// A run's own results are as its manifest says; where it has none they came from somewhere else.
fn intact(dir: &Path, file: &Path) -> io::Result<()> {
    if !dir.join(MANIFEST).exists() {
        return Ok(());
    }
    let found = compare(dir).map_err(|e| io::Error::other(e.to_string()))?;
    let real = file.canonicalize()?;
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    if found.altered.iter().any(|altered| *altered == name) {
        return Err(io::Error::other(
            "it was changed since it was written ('stigprobe verify' compares the whole run); to take it all the \
             same, name the file instead of the directory",
        ));
    }
    Ok(())
}

/// stigprobe's own results name the rules and do not quote them. The texts stand in the files of the same run:
/// those of exactly these rules are taken, and if there are none that is said.
fn with_texts(mut outcome: Outcome, file: &Path) -> Outcome {
    let has_texts =
        |o: &Outcome| o.benchmark.rules().any(|(_, r)| r.check_content().is_some() || !r.description.is_empty());
    if has_texts(&outcome) {
        return outcome;
    }
    let beside = file.canonicalize().ok().and_then(|f| Some(f.parent()?.to_owned()));
    let entries = beside.iter().filter_map(|dir| dir.read_dir().ok()).flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|e| e.path()).collect();
    paths.sort();
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "cklb" || e == "ckl")) {
        let Ok((bytes, modified)) = contents(path) else {
            continue;
        };
        let source = Source { name: "", bytes: &bytes, modified, benchmark: None, asset: None };
        let Ok(mut found) = import::read(&source) else {
            continue;
        };
        let Some(twin) = found.pop().filter(|t| same_rules(&outcome.benchmark, &t.benchmark)) else {
            continue;
        };
        let from = outcome.source.clone();
        return import::onto(outcome, &twin.benchmark, &from);
    }
    if let Some(imported) = &mut outcome.imported {
        imported.lost.push(
            "the texts of the rules, which these results do not quote: name the benchmark with --benchmark".into(),
        );
    }
    outcome
}

fn same_rules(one: &Benchmark, other: &Benchmark) -> bool {
    let ids = |b: &Benchmark| b.rules().map(|(_, r)| r.id.clone()).collect::<Vec<_>>();
    one.id == other.id && ids(one) == ids(other)
}

/// The bytes of a file, and when it was last changed.
fn contents(path: &Path) -> io::Result<(Vec<u8>, DateTime<Utc>)> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    if about.is_dir() {
        return Err(io::Error::other("it is a directory, and no run of stigprobe"));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it is larger than {} MiB, which is the limit", LARGEST >> 20)));
    }
    // A file system may keep a time that no calendar has.
    let modified = DateTime::from_timestamp(about.mtime(), 0).unwrap_or_default();
    Ok((bytes, modified))
}

/// Writes the results, in a directory for the asset and run as a scan does.
pub fn convert(outcome: Outcome, how: &Conversion<'_>) -> Result<Converted, RunError> {
    let staging = Staging::new(how.output).map_err(cannot(Doing::WriteResults, how.output))?;
    let into = How {
        formats: how.formats,
        xccdf: how.xccdf,
        poam: how.poam,
        signer: how.signer,
        output: how.output,
        kept: &Digests::new(),
        place: Place::ByTime,
    };
    let dir = publish(&outcome, &into, staging)?;
    let lost = how.formats.iter().map(|format| (*format, lost(*format, &outcome)));
    let lost = lost.filter(|(_, what)| !what.is_empty()).collect();
    Ok(Converted { outcome, dir, lost })
}
