//! `stigprobe evaluate`.

use std::path::PathBuf;

use super::options::{Judging, Rules, Writing};
use super::output::Failed;
use super::{CLEAN, OPEN, output, settings, summary};
use crate::evidence::manifest::MANIFEST;
use crate::evidence::{Bundle, is_unlisted};
use crate::printable::path;
use crate::report::Format;
use crate::run::{self, Together};
use crate::threads;

// Options of `evaluate`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A bundle that `collect` wrote, or the directory of an earlier run (may be given several times)
    #[arg(long, value_name = "DIR", required = true)]
    evidence: Vec<PathBuf>,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    writing: Writing,
    /// Write also one ARF and one POA&M (xlsx) with the assets of all bundles, as far as --format has them, into the
    /// directory 'combined' of the output
    #[arg(long, help_heading = "What to write")]
    combine: bool,
    /// Configuration file; stigprobe.toml where it exists
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let config = settings::config(args.config.as_deref())?;
    let (formats, directory) = settings::writing(&args.writing, &config)?;
    if args.combine && !formats.contains(&Format::Arf) && !formats.contains(&Format::Xlsx) {
        return Err("--combine writes ARF and the POA&M: add arf or xlsx to --format".to_owned().into());
    }
    let mut request = settings::request(&args.rules, Some(&args.judging), &config);
    request.xccdf = args.writing.xccdf_version.into();
    request.poam = settings::poam_template(&args.writing.poam_template)?;
    request.sign.clone_from(&args.writing.sign);
    settings::learned_ids(&mut request, &directory);
    request.filing = settings::filing(&args.writing, &config);
    // All bundles are read before the first is judged: a bad one should not be found half-way.
    request.trust = settings::trust(args.judging.cert.as_deref(), Some(&config))?;
    let read = || threads::map(&args.evidence, threads::all(), |dir| Bundle::read(dir, &request.trust));
    let (loaded, bundles) = threads::both(|| run::load(&request), read);
    let loaded = loaded?;
    let bundles: Result<Vec<Bundle>, _> = bundles.into_iter().collect();
    let bundles = bundles.map_err(|e| e.to_string())?;
    for bundle in bundles.iter().filter(|bundle| is_unlisted(&bundle.dir)) {
        output::warn(&format!(
            "{}: it has no {MANIFEST}, and nothing but its own digests shows that it is as it was collected",
            path(&bundle.dir)
        ));
    }
    for bundle in &bundles {
        loaded.filing.cluster(&bundle.evidence)?;
    }
    if args.combine {
        run::combinable(&bundles)?;
    }
    let mut worst = CLEAN;
    let mut outcomes = Vec::new();
    let mut refused = Ok(());
    for bundle in &bundles {
        let finished = run::judge(&loaded, bundle, &formats, &directory)?;
        for warning in &finished.warnings {
            output::warn(warning);
        }
        let code = summary::conclude(&finished, &args.writing)?;
        refused = refused.and(summary::refused(&finished));
        // Open outweighs undecided, though its code is the smaller one.
        worst = if worst == OPEN || code == OPEN { OPEN } else { worst.max(code) };
        if args.combine {
            outcomes.push(finished.outcome);
            outcomes.extend(finished.nodes.into_iter().map(|(outcome, _)| outcome));
        }
    }
    if args.combine {
        let markings: Vec<&str> = outcomes.iter().map(|o| o.asset.marking.as_str()).collect();
        let how =
            Together { formats: &formats, poam: &loaded.poam, output: &directory, signer: loaded.signer.as_ref() };
        let dir = run::combine(&outcomes, &loaded.filing.marked(&markings)?, &how)?;
        if !args.writing.quiet && !args.writing.json {
            output::print(&format!("Combined: {}\n", path(&dir)))?;
        }
    }
    refused.map(|()| worst)
}
