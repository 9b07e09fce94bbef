//! `stigprobe benchmark`: what there is to do with a benchmark and nothing else.
#![allow(clippy::doc_markdown)]

mod info;
mod resolve;
mod score;

use std::path::Path;

use clap::Subcommand;

use super::output::{self, Failed};
use crate::input;
use crate::outcome::BenchmarkSource;
use crate::report::text::line;
use crate::run;
use crate::xccdf::apply::{Applied, Only, apply};
use crate::xccdf::model::Dictionary;
use crate::xccdf::stream::Choice;
use crate::xccdf::{Benchmark, Profile};

// Options of `benchmark`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    /// What a benchmark is and which rules it has
    Info(info::Args),
    /// What a profile makes of a benchmark: which rules, by which checks, with which values
    Resolve(resolve::Args),
    /// Whether a file is what the standard says, and where it is not
    Validate(super::validate::Args),
    /// Rule results and scores from check outcomes in a file: XCCDF without any target
    Score(score::Args),
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    match &args.command {
        Command::Info(args) => info::run(args),
        Command::Validate(args) => super::validate::run(args),
        Command::Resolve(args) => resolve::run(args),
        Command::Score(args) => score::run(args),
    }
}

// Which benchmark.
#[derive(Debug, Clone, clap::Args)]
struct Which {
    /// An XCCDF file, a SCAP data stream, DISA's zip, or the name of a shipped benchmark
    #[arg(value_name = "FILE|NAME")]
    benchmark: String,
    /// The data stream of a collection
    #[arg(long, value_name = "ID")]
    datastream: Option<String>,
    /// The benchmark of a data stream: its id, its component's, or the reference's to it
    #[arg(long, value_name = "ID")]
    component: Option<String>,
}

impl Which {
    fn choice(&self) -> Choice {
        Choice { data_stream: self.datastream.clone(), component: self.component.clone() }
    }
}

// What is applied to it.
#[derive(Debug, Clone, clap::Args)]
struct How {
    /// A profile, by its id or what only its id ends in
    #[arg(long, value_name = "ID")]
    profile: Option<String>,
    /// A tailoring: a file, or the id of a component of the same data stream
    #[arg(long, value_name = "FILE|ID")]
    tailoring: Option<String>,
    /// Only this rule, whatever the profile selects (may be given several times)
    #[arg(long, value_name = "ID")]
    rule: Vec<String>,
    /// Not this rule (may be given several times)
    #[arg(long, value_name = "ID")]
    skip_rule: Vec<String>,
}

/// A benchmark with a profile applied.
struct Prepared {
    benchmark: Benchmark,
    source: BenchmarkSource,
    profile: Option<Profile>,
    applied: Applied,
    /// The CPE dictionaries that came with it.
    dictionary: Dictionary,
}

fn prepare(which: &Which, how: &How) -> Result<Prepared, Failed> {
    let (mut document, source) = run::load_document(&which.benchmark, &which.choice())?;
    let stream = document.stream.as_mut();
    let dictionary = stream.map(|s| std::mem::take(&mut s.dictionary));
    let (benchmark, profile) = run::prepare(document, how.profile.as_deref(), how.tailoring.as_deref())?;
    let only = Only { rules: how.rule.clone(), skipped: how.skip_rule.clone() };
    only.check(&benchmark)?;
    let applied = apply(&benchmark, profile.as_ref(), &only);
    for value in &applied.values {
        if let Some(why) = &value.misfit {
            let profile = applied.profile.as_deref().unwrap_or_default();
            output::warn(&line(&format!("profile {profile} sets the Value {}: {why}", value.id)));
        }
    }
    Ok(Prepared { benchmark, source, profile, applied, dictionary: dictionary.unwrap_or_default() })
}

/// Reads a file as text.
fn read_text(path: &Path) -> Result<String, Failed> {
    Ok(input::named_text(path, input::DOCUMENT).map_err(|e| format!("{}: {e}", path.display()))?)
}

/// What people call it: its title, or its id where it has none; fit for a terminal.
fn title(benchmark: &Benchmark) -> String {
    line(match benchmark.title.trim() {
        "" => &benchmark.id,
        title => title,
    })
}
