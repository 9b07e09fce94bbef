//! The runs that lie in a directory of results: which there are, and which may go.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::combined::COMBINED;
use super::opened::Opened;
use super::past::read;
use super::{Doing, RunError, cannot};
use crate::evidence::checked::RESULTS;
use crate::evidence::manifest::MANIFEST;
use crate::evidence::order::{is_future, newest_first};
use crate::evidence::place::{LATEST, Staging, Turn, settle, sweep};
use crate::evidence::signature::Trust;
use crate::printable;
use crate::report::json::{self, SCHEMA};
use crate::xccdf::Verdict;

/// A run that lies there.
#[derive(Clone, Debug, Serialize)]
pub struct Stored {
    /// Its directory.
    pub dir: PathBuf,
    /// The directory of its asset, which the asset's name is made into.
    pub asset: String,
    /// `Benchmark/@id`.
    pub benchmark: String,
    /// Version and release of the benchmark.
    pub revision: String,
    /// When collecting ended.
    pub finished: DateTime<Utc>,
    /// The scenario of the lab, where nothing real was scanned.
    pub simulated: Option<String>,
    /// How many rules are open.
    pub open: usize,
    /// How many are undecided.
    pub undecided: usize,
    /// How many rules there are.
    pub rules: usize,
}

/// Every run below the directory of results, by asset and the newest first; and those that cannot be read, in
/// words. A run without results of our own (`--format` without `json`) is among the latter.
pub fn stored(output: &Path, trust: &Trust) -> Result<(Vec<Stored>, Vec<String>), RunError> {
    let (mut runs, mut left_out) = (Vec::new(), Vec::new());
    let entries = output.read_dir().map_err(cannot(Doing::ReadResults, output))?;
    let mut assets: Vec<PathBuf> =
        entries.flatten().filter(|e| e.file_type().is_ok_and(|kind| kind.is_dir())).map(|e| e.path()).collect();
    assets.sort();
    for asset in assets {
        for dir in newest_first(&asset).map_err(cannot(Doing::ReadResults, &asset))? {
            match read(&dir, trust) {
                Ok(Some(results)) => {
                    let count =
                        |fits: &dyn Fn(Verdict) -> bool| results.rules.iter().filter(|r| fits(r.result)).count();
                    runs.push(Stored {
                        asset: file_name(&asset),
                        open: count(&|v| v == Verdict::Fail),
                        undecided: count(&Verdict::is_undecided),
                        rules: results.rules.len(),
                        benchmark: results.benchmark.id,
                        revision: results.benchmark.revision,
                        finished: results.finished,
                        simulated: results.simulated,
                        dir,
                    });
                }
                // Several runs in one document have no results of their own.
                Ok(None) if asset.ends_with(COMBINED) => {}
                Ok(None) => {
                    left_out
                        .push(format!("{}: there is no {RESULTS} ('--format' without json)", printable::path(&dir)));
                }
                Err(error) => left_out.push(error.to_string()),
            }
        }
    }
    Ok((runs, left_out))
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The results of a run, or those in a file, as they were written.
pub fn results_of(path: &Path, trust: &Trust) -> Result<json::Results, RunError> {
    let opened = Opened::at(path, trust)?;
    let wrong = |why: String| cannot(Doing::ReadResults, &opened.path())(io::Error::other(why));
    let bytes = opened.read()?.bytes;
    let results: json::Results = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    if results.schema != SCHEMA {
        return Err(wrong(format!("the schema is {:?}, and this version reads {SCHEMA:?}", results.schema)));
    }
    Ok(results)
}

/// Those that are from the future, in words: the clock was wrong when they were made, or is now.
#[must_use]
pub fn ahead(runs: &[Stored]) -> Vec<String> {
    let now = Utc::now();
    let ahead = runs.iter().filter(|run| is_future(run.finished, now));
    let told = ahead.map(|run| {
        format!(
            "{} is of {}, which has not come yet: a clock is wrong. It is not taken for the newest",
            run.dir.display(),
            run.finished.format("%Y-%m-%d %H:%M:%SZ")
        )
    });
    told.collect()
}

/// The runs beyond the newest `keep` of each asset and benchmark, of runs that stand with the newest first. What is
/// simulated is counted by itself, what is from the future is not counted and stays, and so does what `latest` points to.
#[must_use]
pub fn beyond(runs: &[Stored], keep: usize) -> Vec<&Stored> {
    let now = Utc::now();
    let mut by_subject: BTreeMap<(&Path, &str, bool), Vec<&Stored>> = BTreeMap::new();
    for run in runs.iter().filter(|run| !is_future(run.finished, now)) {
        let asset = run.dir.parent().unwrap_or(&run.dir);
        let subject = (asset, run.benchmark.as_str(), run.simulated.is_some());
        by_subject.entry(subject).or_default().push(run);
    }
    let mut beyond = Vec::new();
    for ((asset, ..), runs) in by_subject {
        let latest = std::fs::read_link(asset.join(LATEST)).ok();
        let old = runs.into_iter().skip(keep);
        beyond.extend(old.filter(|run| run.dir.file_name() != latest.as_deref().map(Path::as_os_str)));
    }
    beyond
}

/// What became of the runs that were to go.
#[derive(Debug, Default)]
pub struct Pruned<'a> {
    /// They are gone.
    pub removed: Vec<&'a Stored>,
    /// They are not, and why.
    pub failed: Vec<String>,
}

/// Removes the runs beyond the newest `keep`, and what runs that were killed have left. Each goes out of sight in one
/// step and is deleted after, so that no half of one ever stands under its name; what cannot be removed keeps nothing
/// else from it.
pub fn prune<'a>(output: &Path, runs: &'a [Stored], keep: usize) -> Result<Pruned<'a>, RunError> {
    sweep(output).map_err(cannot(Doing::RemoveRun, output))?;
    let mut pruned = Pruned::default();
    let mut taken = Vec::new();
    let turn = Turn::take(output).map_err(cannot(Doing::RemoveRun, output))?;
    for run in runs {
        if let Some(asset) = run.dir.parent()
            && let Err(error) = settle(&turn, asset)
        {
            pruned.failed.push(format!("{}: {LATEST} cannot be moved: {error}", asset.display()));
        }
    }
    for run in beyond(runs, keep) {
        match away(run, output) {
            Ok(staging) => taken.push((run, staging)),
            Err(error) => pruned.failed.push(cannot(Doing::RemoveRun, &run.dir)(error).to_string()),
        }
    }
    drop(turn);
    for (run, staging) in taken {
        match staging.remove() {
            Ok(()) => pruned.removed.push(run),
            Err(error) => pruned.failed.push(cannot(Doing::RemoveRun, &run.dir)(error).to_string()),
        }
    }
    Ok(pruned)
}

/// Takes a run out of sight. Only what has a manifest is a run.
fn away(run: &Stored, output: &Path) -> io::Result<Staging> {
    if !run.dir.join(MANIFEST).symlink_metadata().is_ok_and(|about| about.is_file()) {
        return Err(io::Error::other(format!("there is no {MANIFEST} in it: it is not taken for a run of stigprobe")));
    }
    Staging::take_away(&run.dir, output)
}
