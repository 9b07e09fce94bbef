//! `stigprobe collect`.

use std::path::PathBuf;

use super::options::{Rules, Sources};
use super::output::Failed;
use super::progress::Terminal;
use super::{CLEAN, UNDECIDED, block_on, interrupted, output, settings};
use crate::facts::{Absent, AnyFact};
use crate::printable::{line, path};
use crate::run::{self, Survey};

// Options of `collect`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    sources: Sources,
    /// The bundle to write: a directory that does not exist yet, or is empty
    #[arg(long, value_name = "DIR", default_value = "evidence", help_heading = "What to write")]
    output: PathBuf,
    /// PEM key that signs the manifest: ECDSA on P-256, or RSA (checked with 'stigprobe verify --cert')
    #[arg(long, value_name = "KEY", help_heading = "What to write")]
    sign: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(long, short, help_heading = "What to write")]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let config = settings::config(args.sources.config.as_deref())?;
    // The policy judges; what is collected does not depend on it.
    let mut request =
        settings::request(&args.rules, None, &crate::target::config::Config { policy: None, ..config.clone() });
    request.sign.clone_from(&args.sign);
    let (bundle, warnings) = block_on(async {
        let loaded = run::load(&request)?;
        let asked = settings::targets(&args.sources, &config).await?;
        let progress = Terminal::new(args.quiet);
        let survey = Survey {
            loaded: &loaded,
            targets: &asked.targets,
            asset: asked.asset,
            simulated: settings::simulated(&args.sources),
            progress: &progress,
        };
        let gathered = Box::pin(run::gather(survey, &args.output, interrupted())).await;
        progress.done();
        if let Some(lab) = asked.lab {
            lab.stop().await;
        }
        Ok::<_, Failed>(gathered?)
    })??;
    for warning in &warnings {
        output::warn(warning);
    }
    let facts = &bundle.evidence.facts;
    let states: Vec<(String, State)> =
        facts.each().map(|(need, of, fact)| (format!("{need} {of}"), State::of(fact))).collect();
    if !args.quiet {
        let mut text = String::new();
        for (need, state) in &states {
            let need = line(need);
            match state {
                State::NotAsked => {}
                State::Read => text += &format!("  {need:<24} read\n"),
                State::Absent(why) => text += &format!("  {need:<24} absent: {}\n", line(why)),
            }
        }
        output::print(&format!("{text}Evidence: {}\n", path(&bundle.dir)))?;
    }
    let complete = states.iter().all(|(_, state)| !matches!(state, State::Absent(_)));
    Ok(if complete { CLEAN } else { UNDECIDED })
}

/// What became of a fact.
enum State {
    NotAsked,
    Read,
    Absent(String),
}

impl State {
    fn of(fact: &dyn AnyFact) -> Self {
        match fact.absent() {
            None => State::Read,
            Some(Absent::NotCollected) => State::NotAsked,
            Some(absent) => State::Absent(absent.to_string()),
        }
    }
}
