//! `stigprobe scan`.

use super::options::{Judging, Rules, Sources, Writing};
use super::output::Failed;
use super::progress::Terminal;
use super::{block_on, interrupted, output, settings, summary};
use crate::run::{self, PolicySource, Survey};
use crate::target::Asset;

// Options of `scan`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let config = settings::config(args.sources.config.as_deref())?;
    let (formats, directory) = settings::writing(&args.writing, &config)?;
    let mut request = settings::request(&args.rules, Some(&args.judging), &config);
    request.xccdf = args.writing.xccdf_version.into();
    request.poam = settings::poam_template(&args.writing.poam_template)?;
    request.sign.clone_from(&args.writing.sign);
    settings::learned_ids(&mut request, &directory);
    request.filing = settings::filing(&args.writing, &config);
    request.trust = settings::trust(args.judging.cert.as_deref(), Some(&config))?;
    let finished = block_on(async {
        let mut asked = settings::targets(&args.sources, &config).await?;
        if let (Some(lab), PolicySource::None) = (&asked.lab, &request.policy) {
            request.policy = PolicySource::Given(Box::new(settings::lab_policy(lab)?));
        }
        let loaded = run::load(&request)?;
        let labels = loaded.policy.label_keys().map(String::from);
        asked.targets.labels.extend(labels);
        let progress = Terminal::new(args.writing.quiet || args.writing.json);
        let survey = Survey {
            loaded: &loaded,
            targets: &asked.targets,
            asset: marked(asked.asset, &args.writing),
            simulated: settings::simulated(&args.sources),
            progress: &progress,
        };
        let finished = Box::pin(run::scan(survey, &formats, &directory, interrupted())).await;
        progress.done();
        if let Some(lab) = asked.lab {
            lab.stop().await;
        }
        Ok::<_, Failed>(finished?)
    })??;
    for warning in &finished.warnings {
        output::warn(warning);
    }
    let code = summary::conclude(&finished, &args.writing)?;
    summary::refused(&finished)?;
    Ok(code)
}

/// The asset with the marking that was asked for, so that the evidence has it too.
fn marked(mut asset: Asset, writing: &Writing) -> Asset {
    if let Some(marking) = &writing.marking {
        asset.marking.clone_from(marking);
    }
    asset
}
