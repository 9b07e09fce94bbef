//! `stigprobe package`.

use std::path::PathBuf;

use super::output::Failed;
use super::{CLEAN, output, settings};
use crate::printable::path;
use crate::run::{self, Filing};

// Options of `package`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A run with the formats of 'emass': a directory that scan or evaluate wrote
    #[arg(value_name = "RUNDIR", required = true)]
    runs: Vec<PathBuf>,
    /// The package to write: a directory that does not exist yet, or is empty
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// The name of the system that it is prepared for
    #[arg(long, value_name = "NAME")]
    system: Option<String>,
    /// The marking of the package: it must not be lower than that of any run
    #[arg(long, value_name = "TEXT")]
    marking: Option<String>,
    /// PEM key that signs the manifest: ECDSA on P-256, or RSA (checked with 'stigprobe verify --cert')
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    /// PEM certificate whose key must have signed the runs [default: `cert` of stigprobe.toml]
    #[arg(long, value_name = "PEM")]
    cert: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    if let Some(system) = &args.system
        && (system.trim().is_empty() || system.chars().any(char::is_control))
    {
        return Err("--system must be one line of text".to_owned().into());
    }
    let filing = Filing { marking: args.marking.clone(), ..Filing::default() };
    filing.check()?;
    let signer = args.sign.as_deref().map(run::read_signer).transpose()?;
    let trust = settings::trust(args.cert.as_deref(), None)?;
    let packed = run::package(&args.runs, &args.output, args.system.as_deref(), &filing, signer.as_ref(), &trust)?;
    if !args.quiet {
        output::print(&format!(
            "Prepared for eMASS: {}, {} assets in {} files. Read the README in it; what eMASS makes of it, only \
             eMASS can say.\n",
            path(&packed.dir),
            packed.assets,
            packed.files
        ))?;
    }
    Ok(CLEAN)
}
