//! `stigprobe verify`.

use std::path::PathBuf;

use super::output::{self, Failed};
use super::{CLEAN, OPEN, settings};
use crate::evidence::checked::{Checked, Comparison};

// Options of `verify`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A run, a bundle or a package: a directory with a MANIFEST.sha256
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// PEM certificate whose key must have signed the manifest [default: `cert` of stigprobe.toml]
    #[arg(long, value_name = "PEM")]
    cert: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let trust = settings::trust(args.cert.as_deref(), None)?;
    let found = Checked::compare(&args.dir).map_err(|e| e.to_string())?;
    let mut text = told(found.comparison());
    let mut holds = found.comparison().holds();
    match trust.check(found.list(), found.signature()) {
        Ok(()) if trust.is_known() => text += "The manifest is signed by the key of this certificate.\n",
        Ok(()) if found.signature().is_some() => {
            text += "The signature was not looked at: name the signer's certificate with --cert.\n";
        }
        Ok(()) => {}
        Err(why) => {
            holds = false;
            text += &format!("The signature does not hold: {why}\n");
        }
    }
    output::print(&text)?;
    Ok(if holds { CLEAN } else { OPEN })
}

fn told(found: &Comparison) -> String {
    let problems = found.problems().into_iter().map(|problem| format!("{problem}\n"));
    format!("{} files are as they were.\n{}", found.intact, problems.collect::<String>())
}
