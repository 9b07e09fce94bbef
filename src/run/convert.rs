//! Results of an earlier run or another program, written in other formats.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::conclude::{How, publish};
use super::opened::Opened;
use super::{Doing, RunError, cannot};
use crate::evidence::checked::Contents;
use crate::evidence::manifest::Digests;
use crate::evidence::order::Place;
use crate::evidence::place::Staging;
use crate::evidence::signature::{Signer, Trust};
use crate::import::{self, Source};
use crate::outcome::{BenchmarkSource, Outcome};
use crate::report::poam::Template;
use crate::report::{Format, lost};
use crate::xccdf::Benchmark;
use crate::xccdf::model::Schema;

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
    trust: &Trust,
) -> Result<Vec<Outcome>, RunError> {
    let opened = Opened::at(path, trust)?;
    let Contents { bytes, modified } = opened.read()?;
    let name = opened.name();
    let source = Source { name: &name, bytes: &bytes, modified, benchmark, asset };
    let outcomes = import::read(&source).map_err(|source| RunError::Results { path: opened.path(), source })?;
    if benchmark.is_some() {
        return Ok(outcomes);
    }
    Ok(outcomes.into_iter().map(|o| with_texts(o, &opened)).collect())
}

/// stigprobe's own results name the rules and do not quote them. The texts stand in the files of the same run:
/// those of exactly these rules are taken, and if there are none that is said.
fn with_texts(mut outcome: Outcome, opened: &Opened) -> Outcome {
    let has_texts =
        |o: &Outcome| o.benchmark.rules().any(|(_, r)| r.check_content().is_some() || !r.description.is_empty());
    if has_texts(&outcome) {
        return outcome;
    }
    for Contents { bytes, modified } in opened.beside(&["cklb", "ckl"]) {
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
