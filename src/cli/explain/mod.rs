//! `stigprobe explain`.

mod last;
pub(super) mod page;
mod terminal;

use std::path::PathBuf;

use self::page::Words;
use super::CLEAN;
use super::output::{self, Failed};
use super::settings;
use crate::run;
use crate::xccdf::Benchmark;
use crate::xccdf::naming::{self, is_called};

// Options of `explain`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Rule, Group or STIG-ID: SV-235847, V-235847, DKER-EE-004370
    #[arg(value_name = "RULE")]
    rule: String,
    /// Another benchmark than the shipped ones
    #[arg(long, value_name = "FILE|NAME")]
    benchmark: Option<String>,
    /// Where results lie: the last one for the rule is told
    #[arg(long, value_name = "DIR", default_value = "results")]
    results: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let words = Words::read()?;
    let own: Vec<Benchmark>;
    let benchmarks = match &args.benchmark {
        Some(name) => {
            own = vec![run::load_benchmark(name)?.0];
            &own[..]
        }
        None => words.benchmarks(),
    };
    for benchmark in benchmarks {
        let mut rules = benchmark.rules();
        let found = rules.find(|(group, rule)| is_called(*group, rule, &args.rule));
        if let Some((_, rule)) = found {
            let page = page::page(&words, benchmark, rule);
            let mut text = terminal::write(&page);
            let trust = settings::trust(None, None)?;
            text += &last::results(&args.results, &trust, &page.stig_id);
            output::print(&text)?;
            return Ok(CLEAN);
        }
    }
    Err(unknown(benchmarks, &args.rule).into())
}

/// What to say of a name that no rule of these benchmarks has.
fn unknown(benchmarks: &[Benchmark], name: &str) -> String {
    let said = benchmarks.iter().map(|b| naming::unknown(b, name));
    let mut said: Vec<String> = said.collect();
    // The one that knows a near name says most.
    said.sort_by_key(|text| !text.contains("did you mean"));
    said.into_iter().next().unwrap_or_default()
}
