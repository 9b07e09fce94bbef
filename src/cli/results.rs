//! `stigprobe results`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::output::{self, Failed};
use super::{CLEAN, FAILED, OPEN, UNDECIDED, settings};
use crate::evidence::signature::Trust;
use crate::history::{Change, Kind, diff};
use crate::report::json::{Results, RuleInfo};
use crate::report::text::line;
use crate::run::{ahead, beyond, prune as remove, results_of, stored};
use crate::xccdf::Verdict;

// Options of `results`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum What {
    /// Every run that lies there, with what is open
    List {
        /// Where results lie
        #[arg(long, value_name = "DIR", default_value = "results")]
        output: PathBuf,
        /// PEM certificate whose key must have signed a run for it to be listed [default: `cert` of stigprobe.toml]
        #[arg(long, value_name = "PEM")]
        cert: Option<PathBuf>,
        /// Only runs of this asset
        #[arg(long, value_name = "NAME")]
        asset: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// What is open and undecided in one run
    Show {
        /// The directory of a run ('results/ASSET/latest'), or its results.json
        #[arg(value_name = "RUN")]
        run: PathBuf,
        /// PEM certificate whose key must have signed the run [default: `cert` of stigprobe.toml]
        #[arg(long, value_name = "PEM")]
        cert: Option<PathBuf>,
    },
    /// What is otherwise in a later run than in an earlier one, rule by rule
    #[command(
        after_help = "Exit code: 0 nothing was opened and nothing became undecided; 2 at least one rule was opened; 3 none was, \
                      and at least one that was decided is not; 1 the runs cannot be read."
    )]
    Diff {
        /// The earlier run
        #[arg(value_name = "BEFORE")]
        before: PathBuf,
        /// The later run
        #[arg(value_name = "AFTER")]
        after: PathBuf,
        /// PEM certificate whose key must have signed both runs [default: `cert` of stigprobe.toml]
        #[arg(long, value_name = "PEM")]
        cert: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove all runs but the newest of each asset and benchmark; says what would go unless --yes is given
    Prune {
        /// So many runs of each asset and benchmark stay
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        keep: u16,
        /// Where results lie
        #[arg(long, value_name = "DIR", default_value = "results")]
        output: PathBuf,
        /// Remove them
        #[arg(long)]
        yes: bool,
    },
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    match &args.what {
        What::List { output, cert, asset, json } => {
            list(output, &settings::trust(cert.as_deref(), None)?, asset.as_deref(), *json)
        }
        What::Show { run, cert } => show(&results_of(run, &settings::trust(cert.as_deref(), None)?)?),
        What::Diff { before, after, cert, json } => {
            let trust = settings::trust(cert.as_deref(), None)?;
            compare(&results_of(before, &trust)?, &results_of(after, &trust)?, *json)
        }
        What::Prune { keep, output, yes } => prune(output, usize::from(*keep), *yes),
    }
}

fn list(output: &Path, trust: &Trust, asset: Option<&str>, json: bool) -> Result<u8, Failed> {
    let (mut runs, left_out) = stored(output, trust)?;
    runs.retain(|run| asset.is_none_or(|name| run.asset == name));
    for reason in left_out {
        output::warn(&format!("not listed: {reason}"));
    }
    for reason in ahead(&runs) {
        output::warn(&reason);
    }
    if json {
        output::print_json(&runs)?;
        return Ok(CLEAN);
    }
    let mut text = String::new();
    for run in &runs {
        let simulated = if run.simulated.is_some() { ", SIMULATED" } else { "" };
        let _ = writeln!(
            text,
            "{}  {}  {} {}: {} open, {} undecided, of {}{simulated}\n    {}",
            run.finished.format("%Y-%m-%d %H:%M:%SZ"),
            line(&run.asset),
            line(&run.benchmark),
            line(&run.revision),
            run.open,
            run.undecided,
            run.rules,
            line(&run.dir.display().to_string())
        );
    }
    text.push_str(if runs.is_empty() {
        "There are no runs.\n"
    } else {
        "Of each run its results were held against its manifest; 'stigprobe verify RUN' reads all of it.\n"
    });
    output::print(&text)?;
    Ok(CLEAN)
}

/// A run in a line.
fn named(results: &Results) -> String {
    let simulated = if results.simulated.is_some() { ", SIMULATED" } else { "" };
    format!(
        "{}, {} {}, {}{simulated}",
        line(&results.target.name),
        line(&results.benchmark.id),
        line(&results.benchmark.revision),
        line(&results.finished)
    )
}

fn show(results: &Results) -> Result<u8, Failed> {
    let mut text = format!("{}\n", named(results));
    let open = |r: &&RuleInfo| r.result == Verdict::Fail;
    let undecided = |r: &&RuleInfo| r.result.is_undecided();
    for (what, rules) in [
        ("open", results.rules.iter().filter(open).collect::<Vec<_>>()),
        ("undecided", results.rules.iter().filter(undecided).collect()),
    ] {
        let _ = writeln!(text, "\n{} {what}:", rules.len());
        for rule in rules {
            let _ = writeln!(
                text,
                "  {} ({}, {}) {}\n      {}",
                line(&rule.stig_id),
                line(&rule.severity.to_string()),
                rule.result,
                line(&rule.title),
                line(&rule.summary)
            );
        }
    }
    output::print(&text)?;
    Ok(CLEAN)
}

fn compare(before: &Results, after: &Results, json: bool) -> Result<u8, Failed> {
    for (what, a, b) in
        [("benchmarks", &before.benchmark.id, &after.benchmark.id), ("assets", &before.target.name, &after.target.name)]
    {
        if a != b {
            output::warn(&format!("the runs are of different {what}: {} and {}", line(a), line(b)));
        }
    }
    if before.simulated.is_some() != after.simulated.is_some() {
        output::warn("one of the runs is SIMULATED and the other is not");
    }
    let changes = diff(before, after);
    if json {
        output::print_json(&changes)?;
    } else {
        output::print(&told(before, after, &changes))?;
    }
    let newly = |is: &dyn Fn(Verdict) -> bool| {
        changes.iter().any(|change| {
            matches!(change.kind, Kind::Opened | Kind::Lost | Kind::Added) && change.after.is_some_and(is)
        })
    };
    Ok(if newly(&|after| after == Verdict::Fail) {
        OPEN
    } else if newly(&Verdict::is_undecided) {
        UNDECIDED
    } else {
        CLEAN
    })
}

fn told(before: &Results, after: &Results, changes: &[Change]) -> String {
    let mut text = format!("from  {}\nto    {}\n", named(before), named(after));
    for (kind, heading) in [
        (Kind::Opened, "newly open"),
        (Kind::Closed, "no longer open"),
        (Kind::Lost, "no longer decided"),
        (Kind::Result, "another result"),
        (Kind::Evidence, "the same result, other evidence"),
        (Kind::Check, "the same result, another check text"),
        (Kind::Added, "only in the later run"),
        (Kind::Removed, "only in the earlier run"),
    ] {
        let of_kind: Vec<&Change> = changes.iter().filter(|c| c.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n{} {heading}:", of_kind.len());
        for change in of_kind {
            let words: Vec<&str> = [change.before, change.after].into_iter().flatten().map(Verdict::word).collect();
            let check = if change.check_changed && kind != Kind::Check { "; the check text changed" } else { "" };
            let _ = writeln!(
                text,
                "  {} ({}, {}{check}) {}\n      {}",
                line(&change.stig_id),
                line(&change.severity.to_string()),
                words.join(" \u{2192} "),
                line(&change.title),
                line(&change.summary)
            );
        }
    }
    if changes.is_empty() {
        text.push_str("\nNothing is otherwise.\n");
    }
    text
}

fn prune(output: &Path, keep: usize, yes: bool) -> Result<u8, Failed> {
    let (runs, left_out) = stored(output, &Trust::default())?;
    for reason in left_out {
        output::warn(&format!("left alone: {reason}"));
    }
    for reason in ahead(&runs) {
        output::warn(&format!("left alone: {reason}"));
    }
    let (gone, failed, how) = if yes {
        let pruned = remove(output, &runs, keep)?;
        (pruned.removed, pruned.failed, "removed.")
    } else {
        (beyond(&runs, keep), Vec::new(), "would be removed; give --yes to remove them.")
    };
    let mut text = String::new();
    for run in &gone {
        let _ = writeln!(text, "{}", line(&run.dir.display().to_string()));
    }
    let _ = writeln!(text, "{} of {} runs {how}", gone.len(), runs.len());
    for reason in &failed {
        output::error(reason);
    }
    output::print(&text)?;
    Ok(if failed.is_empty() { CLEAN } else { FAILED })
}
