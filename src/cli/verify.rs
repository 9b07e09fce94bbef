//! `stigprobe verify`.

use std::path::PathBuf;

use super::output::{self, Failed};
use super::{CLEAN, OPEN};
use crate::evidence::manifest::{Comparison, compare};
use crate::evidence::signature::{SIGNATURE, verify};
use crate::evidence::store;

// Options of `verify`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A run or a bundle: a directory with a MANIFEST.sha256
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// PEM certificate whose key must have signed the manifest
    #[arg(long, value_name = "PEM")]
    cert: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let found = compare(&args.dir).map_err(|e| e.to_string())?;
    let mut text = told(&found);
    let mut holds = found.holds();
    if let Some(cert) = &args.cert {
        let shown = cert.display();
        let pem = std::fs::read(cert).map_err(|e| format!("--cert {shown}: {e}"))?;
        let path = args.dir.join(SIGNATURE);
        let signature = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let signed = verify(&pem, &found.list, &signature).map_err(|e| format!("--cert {shown}: {e}"))?;
        text += if signed {
            "The manifest is signed by the key of this certificate.\n"
        } else {
            "The signature over the manifest is NOT by the key of this certificate.\n"
        };
        holds &= signed;
    } else if store::stands_there(&args.dir.join(SIGNATURE)).map_err(|e| e.to_string())? {
        text += "The signature was not looked at: name the signer's certificate with --cert.\n";
    }
    output::print(&text)?;
    Ok(if holds { CLEAN } else { OPEN })
}

fn told(found: &Comparison) -> String {
    let mut text = format!("{} files are as they were.\n", found.intact);
    for (names, what) in [
        (&found.altered, "is not as it was"),
        (&found.missing, "is listed and not there"),
        (&found.added, "is there and not listed"),
    ] {
        for name in names {
            text += &format!("{name}: {what}\n");
        }
    }
    text
}
