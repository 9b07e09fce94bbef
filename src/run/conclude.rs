//! From evidence to a run that lies there: evaluate, add what people wrote before, file, write.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::{Doing, Finished, Loaded, RunError, cannot, past};
use crate::evaluate::nodes::per_node;
use crate::evaluate::{Case, evaluate, score, weights};
use crate::evidence::checked::RESULTS;
use crate::evidence::manifest::{Digests, seal};
use crate::evidence::order::Place;
use crate::evidence::place::Staging;
use crate::evidence::signature::Signer;
use crate::evidence::{self, Bundle, store};
use crate::join::{Population, Previous, carry};
use crate::outcome::{Outcome, directory};
use crate::report::poam::{self, Template};
use crate::report::{self, Format};
use crate::threads;
use crate::xccdf::model::Schema;

/// Judges the bundle and writes what came out, for each node where that is asked for, and for the cluster: the
/// nodes first, so that the cluster's results are there only where all are.
pub(super) fn conclude(
    loaded: &Loaded,
    bundle: &Bundle,
    formats: &BTreeSet<Format>,
    staging: Staging,
    output: &Path,
    place: Place,
) -> Result<Finished, RunError> {
    let mut outcome = evaluate(&Case {
        benchmark: &loaded.benchmark,
        source: &loaded.source,
        profile: loaded.profile.as_ref(),
        plan: &loaded.plan,
        bundle,
        policy: &loaded.policy,
        interpretation: loaded.interpretation,
    });
    outcome.asset = loaded.filing.cluster(&bundle.evidence)?;
    let assets = loaded.filing.nodes(&bundle.evidence, &outcome.asset)?;
    let nodes = per_node(&outcome, &assets, &weights(&loaded.plan));
    let mut warnings = Vec::new();
    let mut outcomes = vec![outcome];
    outcomes.extend(nodes);
    let mut refused = None;
    for previous in &loaded.previous {
        refused = refused.or(carried(&mut outcomes, previous, &mut warnings));
    }
    let population = Population::of(&bundle.evidence.facts);
    let not_joined = loaded.nessus.put_beside(&mut outcomes, &population, &mut warnings);
    let refused = refused.or(not_joined);
    let weights = weights(&loaded.plan);
    for outcome in &mut outcomes {
        // What others say has no part in how much a rule weighs.
        outcome.scores = score(outcome, &weights);
    }
    if formats.contains(&Format::Html) {
        for outcome in &mut outcomes {
            let (history, left_out) = past::before(outcome, output, &loaded.trust);
            outcome.history = history;
            warnings.extend(left_out);
        }
    }
    let kept = kept(bundle);
    let how = How {
        formats,
        xccdf: loaded.xccdf,
        poam: &loaded.poam,
        signer: loaded.signer.as_ref(),
        output,
        kept: &kept,
        place,
    };
    let mut outcomes = outcomes.into_iter();
    let cluster = outcomes.next();
    let mut nodes = Vec::new();
    for node in outcomes {
        let own = Staging::new(output).map_err(cannot(Doing::WriteResults, output))?;
        share(staging.path(), own.path()).map_err(cannot(Doing::WriteResults, own.path()))?;
        let dir = publish(&node, &how, own)?;
        nodes.push((node, dir));
    }
    let Some(outcome) = cluster else {
        return Err(RunError::Selection("there is nothing to write".into()));
    };
    let dir = publish(&outcome, &how, staging)?;
    if let Err(error) = loaded.nessus.keep() {
        warnings.push(error.to_string());
    }
    Ok(Finished { outcome, dir, nodes, warnings, refused })
}

/// Adds what people wrote on an earlier checklist to the results of the same asset and benchmark. Where it is of
/// none of them, all stand as they were, and the reason comes back.
fn carried(outcomes: &mut [Outcome], previous: &Previous, warnings: &mut Vec<String>) -> Option<String> {
    let mut refused = None;
    let mut taken = false;
    for outcome in outcomes {
        match carry(outcome.clone(), previous) {
            Ok((with, left)) => {
                warnings.extend(left);
                *outcome = with;
                taken = true;
            }
            Err(error) => refused = Some(format!("--previous: {error}")),
        }
    }
    refused.filter(|_| !taken)
}

/// Gives a directory the files of another, without a copy where the file system can do that: files of
/// runs are replaced whole and never written into.
fn share(from: &Path, to: &Path) -> io::Result<()> {
    for entry in from.read_dir()? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if std::fs::hard_link(entry.path(), &to).is_err() {
            store::copy_new(&entry.path(), &to)?;
        }
    }
    Ok(())
}

/// The digests of the evidence that lies where the results are written: those of its reading, so that a file that was
/// changed since does not fit the manifest.
fn kept(bundle: &Bundle) -> Digests {
    let files = bundle.evidence.facts.side_files();
    let files = files.map(|file| (file.name.clone(), file.sha256.clone()));
    let facts = (evidence::FILE.to_owned(), bundle.sha256.clone());
    files.chain([facts]).collect()
}

/// How results are written, and where.
#[derive(Clone, Copy)]
pub(super) struct How<'a> {
    /// In which formats.
    pub(super) formats: &'a BTreeSet<Format>,
    /// The edition of XCCDF results.
    pub(super) xccdf: Schema,
    /// The columns of a plan of action and milestones.
    pub(super) poam: &'a Template,
    /// What signs the manifest.
    pub(super) signer: Option<&'a Signer>,
    /// The directory of all assets.
    pub(super) output: &'a Path,
    /// The digests of what lies in the directory already.
    pub(super) kept: &'a Digests,
    /// Where the run stands among those of its asset.
    pub(super) place: Place,
}

/// Writes the results of one asset into the directory that is built, and makes a run of it. Gives where it
/// lies.
pub(super) fn publish(outcome: &Outcome, how: &How<'_>, staging: Staging) -> Result<PathBuf, RunError> {
    let stem = outcome.file_stem();
    let formats: Vec<Format> = how.formats.iter().copied().collect();
    let written = threads::map(&formats, threads::all(), |&format| {
        let name = format!("{stem}.{}", format.extension());
        let path = staging.path().join(&name);
        let bytes = match format {
            Format::Xccdf => report::xccdf(outcome, how.xccdf).into_bytes(),
            Format::Xlsx => poam::write(&[outcome], &outcome.asset.marking, how.poam),
            format => report::write(format, outcome),
        };
        let digest = store::write_new(&path, &bytes).map_err(cannot(Doing::WriteResults, &path))?;
        if format == Format::Json {
            // A name that scripts can know beforehand. It is a file like the others: in a run nothing is a link.
            let again = staging.path().join(RESULTS);
            let done = std::fs::hard_link(&path, &again).or_else(|_| store::write_new(&again, &bytes).map(drop));
            done.map_err(cannot(Doing::WriteResults, &again))?;
            return Ok(vec![(RESULTS.to_owned(), digest.clone()), (name, digest)]);
        }
        Ok::<_, RunError>(vec![(name, digest)])
    });
    let mut digests = how.kept.clone();
    for files in written {
        digests.extend(files?);
    }
    seal(staging.path(), &digests, how.signer).map_err(cannot(Doing::WriteResults, staging.path()))?;

    let base = format!("{}-{}", outcome.stamp(), &outcome.digest()[..8]);
    let asset = directory(&outcome.asset.key());
    staging.file(how.output, &asset, &base, how.place).map_err(cannot(Doing::WriteResults, &how.output.join(&asset)))
}
