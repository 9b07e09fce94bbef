//! `stigprobe convert`.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::options::XccdfVersion;
use super::output::{self, Failed};
use super::{CLEAN, settings};
use crate::outcome::Outcome;
use crate::printable::{line, path};
use crate::report::Format;
use crate::run::{self, Conversion, Converted, Together};
use crate::target::marking;

// Options of `convert`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Results: CKL, CKLB, XCCDF results, ARF, .nessus, HDF, or the directory of an earlier run
    #[arg(value_name = "FILE|DIR", required = true)]
    results: Vec<PathBuf>,
    /// The benchmark that they are of, where its texts and order are to be taken: a file, or the name of a shipped one
    #[arg(long, value_name = "FILE|NAME")]
    benchmark: Option<String>,
    /// The name of the asset, where a file does not say which it is of
    #[arg(long, value_name = "NAME")]
    asset: Option<String>,
    /// Formats or groups of formats, as for 'scan'
    #[arg(long, value_name = "LIST")]
    format: Option<String>,
    /// The edition of XCCDF results
    #[arg(long, value_enum, value_name = "EDITION", default_value_t = XccdfVersion::V1_2)]
    xccdf_version: XccdfVersion,
    /// The columns of the POA&M (xlsx): emass, emass-older, mccast, or a workbook of yours that is filled
    #[arg(long, value_name = "NAME|FILE", default_value = "emass")]
    poam_template: String,
    /// Write also one ARF (of one benchmark) and one POA&M (xlsx) with all assets, as far as --format has them, into the
    /// directory 'combined' of the output
    #[arg(long)]
    combine: bool,
    /// Where results go, in a directory for each asset and run [default: results]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// The marking of what is written: not lower than that of what is read
    #[arg(long, value_name = "TEXT")]
    marking: Option<String>,
    /// PEM key that signs the manifest: ECDSA on P-256, or RSA (checked with 'stigprobe verify --cert')
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    /// PEM certificate whose key must have signed a run that is read [default: `cert` of stigprobe.toml]
    #[arg(long, value_name = "PEM")]
    cert: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print what was written, and what could not be kept, as JSON
    #[arg(long)]
    json: bool,
    /// Configuration file; stigprobe.toml where it exists
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What was written for one asset and benchmark.
#[derive(Serialize)]
struct Written {
    file: String,
    kind: String,
    made_by: String,
    asset: String,
    benchmark: String,
    rules: usize,
    directory: String,
    lost: Vec<String>,
    lost_in: Vec<LostIn>,
}

/// What a format has no place for.
#[derive(Serialize)]
struct LostIn {
    format: &'static str,
    what: Vec<&'static str>,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let config = settings::config(args.config.as_deref())?;
    let (formats, directory) = settings::formats(args.format.as_deref(), args.output.as_deref(), &config)?;
    let benchmark = args
        .benchmark
        .as_deref()
        .map(run::load_benchmark)
        .transpose()?
        .map(|(benchmark, source)| (Arc::new(benchmark), source));
    let signer = args.sign.as_deref().map(run::read_signer).transpose()?;
    let trust = settings::trust(args.cert.as_deref(), Some(&config))?;
    let poam = settings::poam_template(&args.poam_template)?;
    let how = Conversion {
        formats: &formats,
        xccdf: args.xccdf_version.into(),
        poam: &poam,
        output: &directory,
        signer: signer.as_ref(),
    };
    if args.combine && !formats.contains(&Format::Arf) && !formats.contains(&Format::Xlsx) {
        return Err("--combine writes ARF and the POA&M: add arf or xlsx to --format".to_owned().into());
    }
    // All files are read before the first is written: a bad one should not be found half-way.
    let mut outcomes = Vec::new();
    for path in &args.results {
        for mut outcome in run::read_results(path, benchmark.as_ref(), args.asset.as_deref(), &trust)? {
            let found = std::iter::once(outcome.asset.marking.as_str());
            let marking = marking::settle(args.marking.as_deref(), found);
            outcome.asset.marking = marking.map_err(|e| format!("{}: {e}", crate::printable::path(path)))?;
            outcomes.push(outcome);
        }
    }
    if args.combine {
        together(&outcomes, formats.contains(&Format::Arf))?;
    }
    let mut all = Vec::new();
    for outcome in &outcomes {
        all.push(written(&run::convert(outcome.clone(), &how)?));
    }
    let mut combined = None;
    if args.combine {
        let markings = outcomes.iter().map(|o| o.asset.marking.as_str());
        let marking = marking::settle(args.marking.as_deref(), markings).map_err(|e| e.to_string())?;
        let together = Together { formats: &formats, poam: &poam, output: &directory, signer: signer.as_ref() };
        combined = Some(run::combine(&outcomes, &marking, &together)?);
    }
    if args.json {
        output::print_json(&all)?;
    } else if !args.quiet {
        output::print(&all.iter().map(told).collect::<String>())?;
        if let Some(dir) = combined {
            output::print(&format!("Combined: {}\n", dir.display()))?;
        }
    }
    Ok(CLEAN)
}

/// Whether results may stand in one document: real ones with real ones, and in an ARF those of one benchmark.
fn together(outcomes: &[Outcome], in_arf: bool) -> Result<(), Failed> {
    let Some(first) = outcomes.first() else { return Ok(()) };
    for other in outcomes {
        if other.simulated.is_some() != first.simulated.is_some() {
            return Err("--combine: what was simulated and what is real do not go into one document".to_owned().into());
        }
        if in_arf
            && (&other.benchmark.id, other.benchmark.revision()) != (&first.benchmark.id, first.benchmark.revision())
        {
            return Err(format!(
                "--combine: an ARF holds one benchmark, and these are of {} {} and {} {}: leave arf out of --format, or \
                 give --benchmark",
                line(&first.benchmark.id),
                first.benchmark.revision(),
                line(&other.benchmark.id),
                other.benchmark.revision()
            )
            .into());
        }
    }
    Ok(())
}

fn written(converted: &Converted) -> Written {
    let outcome = &converted.outcome;
    let imported = outcome.imported.as_ref();
    Written {
        file: imported.map(|i| line(&i.file)).unwrap_or_default(),
        kind: imported.map(|i| line(&i.format)).unwrap_or_default(),
        made_by: line(&outcome.made_by()),
        asset: line(&outcome.asset.name),
        benchmark: format!("{} {}", line(&outcome.benchmark.id), line(&outcome.benchmark.revision())),
        rules: outcome.rules.len(),
        directory: path(&converted.dir),
        lost: imported.map(|i| i.lost.iter().map(|l| line(l)).collect()).unwrap_or_default(),
        lost_in: converted
            .lost
            .iter()
            .map(|(format, what)| LostIn { format: format.name(), what: what.clone() })
            .collect(),
    }
}

fn told(written: &Written) -> String {
    let mut text = format!(
        "{}: {} of {}, {} ({} rules, made by {})\n  written to {}\n",
        written.file, written.kind, written.asset, written.benchmark, written.rules, written.made_by, written.directory
    );
    for lost in &written.lost {
        text += &format!("  not kept: {lost}\n");
    }
    for lost in &written.lost_in {
        text += &format!("  {} has no place for: {}\n", lost.format, lost.what.join("; "));
    }
    text
}
