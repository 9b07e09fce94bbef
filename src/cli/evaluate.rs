//! `stigprobe evaluate`.

use std::path::PathBuf;

use super::options::{Judging, Rules, Writing};
use super::output::Failed;
use super::{CLEAN, OPEN, settings, summary};
use crate::evidence::Bundle;
use crate::run;

/// Options of `evaluate`.
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
    /// Configuration file; stigprobe.toml where it exists
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let config = settings::config(args.config.as_deref())?;
    let (formats, directory) = settings::writing(&args.writing, &config)?;
    let loaded = run::load(&settings::request(
        &args.rules,
        Some(&args.judging),
        &config,
    ))?;
    // All bundles are read before the first is judged: a bad one should not be found half-way.
    let bundles: Result<Vec<Bundle>, _> =
        args.evidence.iter().map(|dir| Bundle::read(dir)).collect();
    let bundles = bundles.map_err(|e| e.to_string())?;
    let mut worst = CLEAN;
    for bundle in &bundles {
        let finished = run::judge(&loaded, bundle, &formats, &directory)?;
        let code = summary::conclude(&finished, &args.writing)?;
        // Open outweighs undecided, though its code is the smaller one.
        worst = if worst == OPEN || code == OPEN {
            OPEN
        } else {
            worst.max(code)
        };
    }
    Ok(worst)
}
