//! `stigprobe benchmark score`.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{How, Prepared, Which, prepare, read_text, title};
use crate::cli::output::{self, Failed};
use crate::cli::{CLEAN, OPEN, UNDECIDED};
use crate::report::text::line;
use crate::xccdf::Verdict;
use crate::xccdf::process::{Outcomes, Processed, Target, process};
use crate::xccdf::read::{Content, read_any};

// Options of `benchmark score`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    how: How,
    /// What the checks said: {"HREF": {"NAME": "pass"}}, {"HREF": "pass"} or {"system:URI": "pass"}
    #[arg(long, value_name = "FILE")]
    check_results: PathBuf,
    /// What the target is: a CPE dictionary or platforms of the CPE language, whose checks are among
    /// the outcomes, or CPE names, one a line
    #[arg(long, value_name = "FILE")]
    cpe: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let mut prepared = prepare(&args.which, &args.how)?;
    let text = read_text(&args.check_results)?;
    let outcomes: Outcomes =
        serde_json::from_str(&text).map_err(|e| format!("{}: {e}", args.check_results.display()))?;
    let mut target = Target { own_dictionary: std::mem::take(&mut prepared.dictionary), ..Target::default() };
    if let Some(path) = &args.cpe {
        read_cpe(path, &mut target)?;
    }
    let processed = process(&prepared.benchmark, &prepared.applied, &outcomes, &target);
    if args.json {
        output::print_json(&json(&prepared, &processed))?;
    } else {
        output::print(&text_of(&prepared, &processed))?;
    }
    Ok(exit_code(&processed))
}

/// A dictionary, platforms, or the names that the target has.
fn read_cpe(path: &Path, target: &mut Target) -> Result<(), Failed> {
    let text = read_text(path)?;
    let shown = path.display();
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        let document = read_any(Cursor::new(text)).map_err(|e| format!("{shown}: {e}"))?;
        match document.content {
            Content::Dictionary(dictionary) => target.dictionary = Some(dictionary),
            Content::Platforms(platforms) => target.platforms = platforms,
            other => {
                let what = other.described();
                return Err(format!(
                    "{shown}: it is {what}, neither a CPE dictionary nor platforms in the CPE language"
                )
                .into());
            }
        }
        return Ok(());
    }
    let mut names = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("cpe:") {
            names.push(line.to_owned());
        } else if !line.is_empty() && !line.starts_with('#') {
            return Err(format!("{shown}: {line:?} is not a CPE name (cpe:/o:vendor:product)").into());
        }
    }
    target.names = Some(names);
    Ok(())
}

/// As for a scan: 2 when a rule is open, 3 when none is and one is undecided.
fn exit_code(processed: &Processed) -> u8 {
    let any = |is: fn(Verdict) -> bool| processed.results.iter().any(|r| is(r.result));
    if any(|v| v == Verdict::Fail) {
        OPEN
    } else if any(Verdict::is_undecided) {
        UNDECIDED
    } else {
        CLEAN
    }
}

/// The JSON of `benchmark score`: a contract.
#[derive(Serialize)]
struct Json<'a> {
    profile: Option<&'a str>,
    rule_results: Vec<RuleJson<'a>>,
    scores: Vec<ScoreJson>,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    idref: &'a str,
    result: Verdict,
    role: &'a str,
    severity: &'a str,
    weight: f64,
    /// Where a rule has several results: the check that this one comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<CheckJson<'a>>,
    /// Why, where no check says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    href: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct ScoreJson {
    system: &'static str,
    score: f64,
    maximum: f64,
}

fn json<'a>(prepared: &'a Prepared, processed: &'a Processed) -> Json<'a> {
    let rules: Vec<_> = prepared.benchmark.rules().map(|(_, rule)| rule).collect();
    let rule_results = processed.results.iter().map(|result| {
        let applied = &prepared.applied.rules[result.rule];
        RuleJson {
            idref: &rules[result.rule].id,
            result: result.result,
            role: &applied.role,
            severity: &applied.severity,
            weight: applied.weight.value,
            check: result.check.as_ref().map(|(href, name)| CheckJson { href, name }),
            message: result.reason.as_deref(),
        }
    });
    Json {
        profile: prepared.applied.profile.as_deref(),
        rule_results: rule_results.collect(),
        scores: processed
            .scores
            .iter()
            .map(|s| ScoreJson { system: s.system, score: s.score, maximum: s.maximum })
            .collect(),
    }
}

fn text_of(prepared: &Prepared, processed: &Processed) -> String {
    let mut text = format!(
        "{}\nProfile   {}\n\n",
        title(&prepared.benchmark),
        line(prepared.applied.profile.as_deref().unwrap_or("none"))
    );
    let rules: Vec<_> = prepared.benchmark.rules().map(|(_, rule)| rule).collect();
    for result in &processed.results {
        if result.result == Verdict::NotSelected {
            continue;
        }
        let applied = &prepared.applied.rules[result.rule];
        let why = result.reason.as_deref().map(|r| format!(" ({})", line(r)));
        let name = result.check.as_ref().map(|(_, name)| format!(" {}", line(name)));
        text += &format!(
            "{:<14} {:<8} {}{}{}\n",
            result.result,
            line(&applied.severity),
            line(&rules[result.rule].id),
            name.unwrap_or_default(),
            why.unwrap_or_default()
        );
    }
    text += "\n";
    for verdict in Verdict::ALL {
        let count = processed.results.iter().filter(|r| r.result == verdict).count();
        if count > 0 {
            text += &format!("{verdict:<14} {count}\n");
        }
    }
    text += "\n";
    for score in &processed.scores {
        let system = score.system.rsplit(':').next().unwrap_or_default();
        text += &format!("{system:<16} {:.2} of {:.2}\n", score.score, score.maximum);
    }
    text
}
