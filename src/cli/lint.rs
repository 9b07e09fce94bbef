//! `stigprobe lint`.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;

use super::output::{self, Failed};
use super::{CLEAN, OPEN};
use crate::input;
use crate::lint::{Effect, Importer, MOST, MOST_BYTES, Problem, Report, lint};
use crate::printable;
use crate::xml::read::excerpt_of;

/// How the files of a directory end that are looked at.
const EXTENSIONS: [&str; 4] = ["ckl", "cklb", "xml", "nessus"];

// Options of `lint`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// CKL, CKLB, XCCDF results, ARF and .nessus files of any tool, or directories with such files
    #[arg(value_name = "FILE|DIR", required = true)]
    files: Vec<PathBuf>,
    /// Who is to take the file; may be given several times, and lists with commas [default: all]
    #[arg(long = "for", value_name = "IMPORTER", value_enum, value_delimiter = ',')]
    importers: Vec<Name>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// An importer on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name(Importer);

impl ValueEnum for Name {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Name(Importer::StigViewer),
            Name(Importer::StigManager),
            Name(Importer::Emass),
            Name(Importer::Heimdall),
            Name(Importer::OpenRmf),
        ]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.as_str()))
    }
}

/// The JSON of `lint`: a contract.
#[derive(Serialize)]
struct Lint<'a> {
    file: String,
    kind: &'static str,
    #[serde(rename = "for")]
    importers: Vec<&'static str>,
    problems: Vec<Told<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Told<'a> {
    line: u64,
    column: u64,
    effect: &'static str,
    code: &'static str,
    #[serde(rename = "where")]
    place: &'a str,
    #[serde(rename = "for")]
    importers: Vec<&'static str>,
    message: &'a str,
    mend: &'static str,
}

/// How many problems of each kind, in all and for each importer.
#[derive(Serialize)]
struct Summary {
    #[serde(flatten)]
    all: serde_json::Map<String, serde_json::Value>,
    #[serde(rename = "for")]
    each: serde_json::Map<String, serde_json::Value>,
    /// There are more than are told.
    more: bool,
}

/// Lints; 0 everything comes in, 2 something does not.
pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let mut importers: Vec<Importer> = args.importers.iter().map(|name| name.0).collect();
    if importers.is_empty() {
        importers = Importer::ALL.to_vec();
    }
    importers.sort();
    importers.dedup();
    let mut files = Vec::new();
    for path in &args.files {
        if path.is_dir() { files.extend(within(path)?) } else { files.push(path.clone()) }
    }
    let alone = args.files == files && files.len() == 1;
    let (mut code, mut unread, mut all) = (CLEAN, Vec::new(), Vec::new());
    for path in &files {
        let bytes = match read(path) {
            Ok(bytes) => bytes,
            // The others are looked at all the same.
            Err(why) => {
                unread.push(why);
                continue;
            }
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let report = lint(&name, &bytes, &importers);
        if report.loses() {
            code = OPEN;
        }
        if !args.json {
            output::print(&text(path, &report, &importers))?;
        } else if alone {
            output::print_json(&json(path, &report, &importers))?;
        } else {
            all.push(serde_json::to_value(json(path, &report, &importers)).map_err(|e| e.to_string())?);
        }
    }
    if args.json && !alone {
        output::print_json(&all)?;
    }
    if unread.is_empty() { Ok(code) } else { Err(unread.join("\n").into()) }
}

/// The files below a directory whose names end as those of results do, in order; at least one.
fn within(dir: &Path) -> Result<Vec<PathBuf>, Failed> {
    let (mut found, mut open) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(dir) = open.pop() {
        let failed = |error: std::io::Error| format!("{}: cannot be read: {error}", dir.display());
        for entry in dir.read_dir().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let (kind, path) = (entry.file_type().map_err(failed)?, entry.path());
            let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && EXTENSIONS.contains(&&*extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    if found.is_empty() {
        let names = EXTENSIONS.map(|extension| format!(".{extension}")).join(", ");
        return Err(format!("{}: no file in it is named as results are ({names})", dir.display()).into());
    }
    Ok(found)
}

/// The file, or as much of it as shows that it is too large.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let failed = |error| format!("{}: cannot be read: {error}; give a file of results", path.display());
    let file = input::open(path, u64::MAX - 1).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn names(importers: &[Importer]) -> Vec<&'static str> {
    importers.iter().map(|importer| importer.as_str()).collect()
}

fn json<'a>(path: &Path, report: &'a Report, importers: &[Importer]) -> Lint<'a> {
    let told = |problem: &'a Problem| Told {
        line: problem.line,
        column: problem.column,
        effect: problem.effect.as_str(),
        code: problem.code,
        place: &problem.place,
        importers: names(&problem.importers),
        message: &problem.message,
        mend: problem.mend,
    };
    let counts = |importers: &[Importer]| {
        let count = |effect: Effect| {
            let number = report.count(effect, importers);
            (effect.as_str().to_owned(), serde_json::Value::from(number))
        };
        Effect::ALL.into_iter().map(count).collect()
    };
    let each = |importer: &Importer| {
        let counts: serde_json::Map<_, _> = counts(&[*importer]);
        (importer.as_str().to_owned(), counts.into())
    };
    Lint {
        file: path.display().to_string(),
        kind: report.kind.as_str(),
        importers: names(importers),
        problems: report.problems.iter().map(told).collect(),
        summary: Summary { all: counts(importers), each: importers.iter().map(each).collect(), more: report.more },
    }
}

fn text(path: &Path, report: &Report, importers: &[Importer]) -> String {
    let file = excerpt_of(&printable::path(path), 4_096);
    let mut out = String::new();
    for problem in &report.problems {
        let (line, column, effect, code) = (problem.line, problem.column, problem.effect.as_str(), problem.code);
        let whose = match problem.importers.as_slice() {
            all if importers.len() == 1 || all.len() == importers.len() => String::new(),
            some => format!(" ({})", names(some).join(", ")),
        };
        out.push_str(&format!(
            "{file}:{line}:{column}: {effect} [{code}] {}: {}{whose}\n    {}\n",
            printable::line(&problem.place),
            printable::line(&problem.message),
            problem.mend
        ));
    }
    let kind = report.kind.as_str();
    for importer in importers {
        let counted = Effect::ALL.into_iter().filter_map(|effect| {
            let count = report.count(effect, &[*importer]);
            let word = match (effect, count) {
                (_, 0) => return None,
                (Effect::Remark, 2..) => "remarks",
                _ => effect.as_str(),
            };
            Some(format!("{count} {word}"))
        });
        let counted: Vec<String> = counted.collect();
        let verdict = match counted.as_slice() {
            [] => "nothing to mend".to_owned(),
            counted => counted.join(", "),
        };
        out.push_str(&format!("{file} ({kind}): {verdict} for {}\n", importer.as_str()));
    }
    if report.more {
        out.push_str(&format!(
            "{file}: there are more than {MOST} problems; the worst are told, and all are counted\n"
        ));
    }
    out
}
