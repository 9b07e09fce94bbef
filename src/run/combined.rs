//! Several assets in one document, beside the runs of each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Doing, RunError, cannot};
use crate::evidence::manifest::{Digests, seal};
use crate::evidence::place::Staging;
use crate::evidence::signature::Signer;
use crate::evidence::{Bundle, store};
use crate::outcome::{Outcome, SIMULATED, file_safe, fit, marked};
use crate::report::poam::{self, Template};
use crate::report::{self, Format};
use crate::xccdf::ids::sha256_hex;

/// The directory beside those of the assets.
pub(super) const COMBINED: &str = "combined";

/// Whether these may stand in one document: what is simulated does not stand beside what is real.
pub fn combinable(bundles: &[Bundle]) -> Result<(), RunError> {
    let is_simulated = |bundle: &&Bundle| bundle.evidence.simulated.is_some();
    let simulated = bundles.iter().find(is_simulated);
    let real = bundles.iter().find(|bundle| !is_simulated(bundle));
    match (simulated, real) {
        (Some(simulated), Some(real)) => Err(RunError::Selection(format!(
            "--combine: {} was seen on the lab and {} on a real system; they do not go into one document",
            simulated.dir.display(),
            real.dir.display()
        ))),
        _ => Ok(()),
    }
}

/// What is written of several runs together.
#[derive(Clone, Copy, Debug)]
pub struct Together<'a> {
    /// In which of the formats that can hold several assets: ARF, a plan of action and milestones.
    pub formats: &'a BTreeSet<Format>,
    /// The columns of the plan.
    pub poam: &'a Template,
    /// The directory of all assets.
    pub output: &'a Path,
    /// What signs the manifest.
    pub signer: Option<&'a Signer>,
}

/// Writes one ARF with the assets and results of all these runs, which are of one benchmark, and one plan of action and
/// milestones, in which a rule stands once. Gives the directory that they lie in.
pub fn combine(outcomes: &[Outcome], marking: &str, how: &Together<'_>) -> Result<PathBuf, RunError> {
    let nothing = || RunError::Selection("there is nothing to combine".to_owned());
    let (first, rest) = outcomes.split_first().ok_or_else(nothing)?;
    let newest = outcomes.iter().max_by_key(|o| o.finished).unwrap_or(first);
    let simulated = outcomes.iter().any(|o| o.simulated.is_some());
    let one = outcomes.iter().all(|o| o.benchmark.id == first.benchmark.id);
    let benchmark = if one {
        let (id, revision) = (file_safe(&first.benchmark.id), file_safe(&first.benchmark.revision()));
        format!("{}_{}_", fit(&id, 120), fit(&revision, 24))
    } else {
        String::new()
    };
    let stem = format!(
        "{}{}{COMBINED}_{benchmark}{}",
        marked(marking),
        if simulated { format!("{SIMULATED}-") } else { String::new() },
        newest.stamp(),
    );
    let digests: String = outcomes.iter().map(Outcome::digest).collect();

    let output = how.output;
    let staging = Staging::new(output).map_err(cannot(Doing::WriteResults, output))?;
    let mut written = Digests::new();
    for format in [Format::Arf, Format::Xlsx].into_iter().filter(|format| how.formats.contains(format)) {
        let bytes = match format {
            Format::Arf => report::arf(first, &rest.iter().collect::<Vec<_>>()).into_bytes(),
            _ => poam::write(&outcomes.iter().collect::<Vec<_>>(), marking, how.poam),
        };
        let name = format!("{stem}.{}", format.extension());
        let path = staging.path().join(&name);
        let digest = store::write_new(&path, &bytes).map_err(cannot(Doing::WriteResults, &path))?;
        written.extend([(name, digest)]);
    }
    seal(staging.path(), &written, how.signer).map_err(cannot(Doing::WriteResults, staging.path()))?;
    let run = format!("{}-{}", newest.stamp(), &sha256_hex(digests.as_bytes())[..8]);
    staging.file_beside(output, COMBINED, &run).map_err(cannot(Doing::WriteResults, &output.join(COMBINED)))
}
