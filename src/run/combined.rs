//! Several assets in one document, beside the runs of each.

use std::path::{Path, PathBuf};

use super::{Doing, Filing, RunError, cannot};
use crate::evidence::manifest::{Digests, seal};
use crate::evidence::place::Staging;
use crate::evidence::signature::Signer;
use crate::evidence::{Bundle, store};
use crate::outcome::{Outcome, SIMULATED, file_safe, fit, marked};
use crate::report::{self, Format};
use crate::xccdf::ids::sha256_hex;

/// The directory beside those of the assets.
const COMBINED: &str = "combined";

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

/// Writes one ARF with the assets and results of all these runs, which are of one benchmark. Gives
/// the directory that it lies in.
pub fn combine(
    outcomes: &[Outcome],
    output: &Path,
    filing: &Filing,
    signer: Option<&Signer>,
) -> Result<PathBuf, RunError> {
    let nothing = || RunError::Selection("--combine: there is nothing to combine".to_owned());
    let (first, rest) = outcomes.split_first().ok_or_else(nothing)?;
    let newest = outcomes.iter().max_by_key(|o| o.finished).unwrap_or(first);
    let simulated = outcomes.iter().any(|o| o.simulated.is_some());
    let markings: Vec<&str> = outcomes.iter().map(|o| o.asset.marking.as_str()).collect();
    let marking = filing.marked(&markings)?;
    let name = format!(
        "{}{}{COMBINED}_{}_{}_{}.{}",
        marked(&marking),
        if simulated { format!("{SIMULATED}-") } else { String::new() },
        fit(&file_safe(&first.benchmark.id), 120),
        fit(&file_safe(&first.benchmark.revision()), 24),
        newest.stamp(),
        Format::Arf.extension()
    );
    let digests: String = outcomes.iter().map(Outcome::digest).collect();

    let staging = Staging::new(output).map_err(cannot(Doing::WriteResults, output))?;
    let path = staging.path().join(&name);
    let text = report::arf(first, &rest.iter().collect::<Vec<_>>());
    let digest = store::write_new(&path, text.as_bytes()).map_err(cannot(Doing::WriteResults, &path))?;
    seal(staging.path(), &Digests::from([(name, digest)]), signer)
        .map_err(cannot(Doing::WriteResults, staging.path()))?;
    let run = format!("{}-{}", newest.stamp(), &sha256_hex(digests.as_bytes())[..8]);
    staging.file_beside(output, COMBINED, &run).map_err(cannot(Doing::WriteResults, &output.join(COMBINED)))
}
