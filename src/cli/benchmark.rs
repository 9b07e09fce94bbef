//! `stigprobe benchmark`.

use clap::Subcommand;
use serde::Serialize;

use super::CLEAN;
use super::output::{self, Failed};
use crate::registry;
use crate::run;
use crate::xccdf::ids::check_digest;
use crate::xccdf::{Benchmark, resolve};

/// Options of `benchmark`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What a benchmark is and which rules it has
    Info {
        /// An XCCDF file, DISA's zip, or the name of a shipped benchmark
        #[arg(value_name = "FILE|NAME")]
        benchmark: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Whether a file is what the standard says, and where it is not
    Validate(super::validate::Args),
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let (benchmark, json) = match &args.command {
        Command::Info { benchmark, json } => (benchmark, json),
        Command::Validate(args) => return super::validate::run(args),
    };
    let (benchmark, source) = run::load_benchmark(benchmark)?;
    if *json {
        output::print_json(&info(&benchmark))?;
    } else {
        output::print(&text(&benchmark, &source.name, &source.sha256))?;
    }
    Ok(CLEAN)
}

/// The JSON of `benchmark info`: a contract. Values stand as they are written in the file.
#[derive(Serialize)]
struct Info<'a> {
    benchmark_id: &'a str,
    xccdf_version: &'a str,
    version: &'a str,
    release_info: &'a str,
    title: &'a str,
    status: &'a str,
    groups: usize,
    profiles: Vec<ProfileInfo<'a>>,
    rules: Vec<RuleInfo<'a>>,
}

#[derive(Serialize)]
struct ProfileInfo<'a> {
    id: &'a str,
    title: &'a str,
    selected: usize,
}

#[derive(Serialize)]
struct RuleInfo<'a> {
    id: &'a str,
    group_id: Option<&'a str>,
    severity: &'a str,
    weight: &'a str,
    version: &'a str,
    title: &'a str,
    ccis: Vec<&'a str>,
    idents: Vec<IdentInfo<'a>>,
    check_digest: Option<String>,
}

#[derive(Serialize)]
struct IdentInfo<'a> {
    system: &'a str,
    value: &'a str,
}

fn info(benchmark: &Benchmark) -> Info<'_> {
    let profile = |profile| {
        resolve::selected(benchmark, Some(profile))
            .into_iter()
            .filter(|s| *s)
            .count()
    };
    Info {
        benchmark_id: &benchmark.id,
        xccdf_version: benchmark.schema.version(),
        version: &benchmark.version,
        release_info: benchmark.release_info(),
        title: &benchmark.title,
        status: benchmark.statuses.first().map_or("", |s| &s.value),
        groups: benchmark.group_count(),
        profiles: benchmark
            .profiles
            .iter()
            .map(|p| ProfileInfo {
                id: &p.id,
                title: &p.title,
                selected: profile(p),
            })
            .collect(),
        rules: benchmark
            .rules()
            .map(|(group, rule)| RuleInfo {
                id: &rule.id,
                group_id: group.map(|g| g.id.as_str()),
                severity: &rule.severity,
                weight: &rule.weight.text,
                version: &rule.version,
                title: &rule.title,
                ccis: rule.ccis().collect(),
                idents: rule
                    .idents
                    .iter()
                    .map(|i| IdentInfo {
                        system: &i.system,
                        value: &i.value,
                    })
                    .collect(),
                check_digest: check_digest(rule),
            })
            .collect(),
    }
}

fn text(benchmark: &Benchmark, name: &str, sha256: &str) -> String {
    let count = |severity: &str| {
        benchmark
            .rules()
            .filter(|(_, r)| r.severity == severity)
            .count()
    };
    let bound = benchmark
        .rules()
        .filter(|(_, r)| registry::find(r).is_some())
        .count();
    let profiles: Vec<&str> = benchmark.profiles.iter().map(|p| p.id.as_str()).collect();
    format!(
        "{}\n\
         Id        {}\n\
         Revision  {} ({})\n\
         XCCDF     {}\n\
         File      {name}\n\
         SHA-256   {sha256}\n\
         Rules     {} in {} groups: {} CAT I, {} CAT II, {} CAT III; {bound} have a probe\n\
         Profiles  {}\n",
        benchmark.title,
        benchmark.id,
        benchmark.revision(),
        benchmark.release_info(),
        benchmark.schema.version(),
        benchmark.rules().count(),
        benchmark.group_count(),
        count("high"),
        count("medium"),
        count("low"),
        profiles.join(", "),
    )
}
