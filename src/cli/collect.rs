//! `stigprobe collect`.

use std::path::PathBuf;

use super::options::{Rules, Sources};
use super::output::Failed;
use super::progress::Terminal;
use super::{CLEAN, UNDECIDED, block_on, interrupted, output, settings};
use crate::facts::{Absent, Fact, Need};
use crate::run::{self, Survey};

/// Options of `collect`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    sources: Sources,
    /// The bundle to write: a directory that does not exist yet, or is empty
    #[arg(
        long,
        value_name = "DIR",
        default_value = "evidence",
        help_heading = "What to write"
    )]
    output: PathBuf,
    /// Say nothing but errors
    #[arg(long, short, help_heading = "What to write")]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let config = settings::config(args.sources.config.as_deref())?;
    // The policy judges; what is collected does not depend on it.
    let request = settings::request(
        &args.rules,
        None,
        &crate::target::config::Config {
            policy: None,
            ..config.clone()
        },
    );
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
        let gathered = run::gather(survey, &args.output, interrupted()).await;
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
    let states = [
        (Need::UcpConfig, State::of(&facts.ucp_config)),
        (Need::UcpChain, State::of(&facts.ucp_chain)),
        (Need::UcpCa, State::of(&facts.ucp_ca)),
        (Need::DtrTags, State::of(&facts.dtr_tags)),
    ];
    if !args.quiet {
        let mut text = String::new();
        for (need, state) in &states {
            match state {
                State::NotAsked => {}
                State::Read => text += &format!("  {need:<16} read\n"),
                State::Absent(why) => text += &format!("  {need:<16} absent: {why}\n"),
            }
        }
        output::print(&format!("{text}Evidence: {}\n", bundle.dir.display()))?;
    }
    let complete = states
        .iter()
        .all(|(_, state)| !matches!(state, State::Absent(_)));
    Ok(if complete { CLEAN } else { UNDECIDED })
}

/// What became of a fact.
enum State {
    NotAsked,
    Read,
    Absent(String),
}

impl State {
    fn of<T>(fact: &Fact<T>) -> Self {
        match fact {
            Fact::Read(_) => State::Read,
            Fact::Absent(Absent::NotCollected) => State::NotAsked,
            Fact::Absent(absent) => State::Absent(absent.to_string()),
        }
    }
}
