//! `stigprobe benchmark validate`.

use std::io::{self, Cursor};
use std::path::Path;

use serde::Serialize;

use super::output::{self, Failed};
use super::{CLEAN, OPEN};
use crate::input;
use crate::report::text::line;
use crate::shipped::SHIPPED;
use crate::xccdf::read::ReadError;
use crate::xccdf::validate::{MOST, Problem, Report, validate};

// Options of `benchmark validate`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An XCCDF benchmark, results or tailoring, a SCAP data stream, an ARF, DISA's zip, or the name of
    /// a shipped benchmark
    #[arg(value_name = "FILE|NAME")]
    file: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// The JSON of `benchmark validate`: a contract.
#[derive(Serialize)]
struct Validation<'a> {
    valid: bool,
    errors: Vec<Error<'a>>,
    /// What should be and is not; only an ARF has any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Error<'a>>,
}

#[derive(Serialize)]
struct Error<'a> {
    line: u64,
    column: u64,
    code: &'static str,
    message: &'a str,
}

/// Validates; 0 valid, 2 not.
pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let report = load(&args.file)?;
    if args.json {
        output::print_json(&json(&report))?;
    } else {
        output::print(&text(&args.file, &report))?;
    }
    Ok(if report.is_valid() { CLEAN } else { OPEN })
}

/// A shipped benchmark by its name, or a file.
fn load(name: &str) -> Result<Report, Failed> {
    let failed = |error: ReadError| Failed::Because(format!("{name}: {error}"));
    if let Some(shipped) = SHIPPED.iter().find(|shipped| shipped.name == name) {
        return validate(Cursor::new(shipped.xml)).map_err(failed);
    }
    let file = input::seekable(Path::new(name), input::DOCUMENT).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            let names: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
            Failed::Because(format!(
                "{name}: there is no such file, and no shipped benchmark of that name ({})",
                names.join(", ")
            ))
        }
        _ => Failed::Because(format!("{name}: cannot be read: {error}")),
    })?;
    validate(file).map_err(failed)
}

fn json(report: &Report) -> Validation<'_> {
    let told = |problem| Error::from(problem);
    Validation {
        valid: report.is_valid(),
        errors: report.problems.iter().map(told).collect(),
        warnings: report.warnings.iter().map(told).collect(),
    }
}

impl<'a> From<&'a Problem> for Error<'a> {
    fn from(problem: &'a Problem) -> Self {
        Error {
            line: problem.position.line,
            column: problem.position.column,
            code: problem.code.as_str(),
            message: &problem.message,
        }
    }
}

fn text(file: &str, report: &Report) -> String {
    let name = match &report.entry {
        Some(entry) => line(&format!("{file}/{entry}")),
        None => line(file),
    };
    let mut out = String::new();
    let mut tell = |problem: &Problem, level: &str| {
        let (position, code, message) = (problem.position, problem.code, line(&problem.message));
        let (row, column) = (position.line, position.column);
        out.push_str(&format!("{name}:{row}:{column}: {level}{code} {message}\n"));
    };
    for problem in &report.problems {
        tell(problem, "");
    }
    for problem in &report.warnings {
        tell(problem, "warning: ");
    }
    let kind = report.kind.unwrap_or("unknown");
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    };
    let warnings = match report.warnings.len() {
        0 => String::new(),
        count => format!(", {}", counted(count, "warning")),
    };
    out.push_str(&match report.problems.len() {
        0 => format!("{name}: valid ({kind}){warnings}\n"),
        _ if report.more => {
            format!("{name}: not valid ({kind}): more than {MOST} errors{warnings}\n")
        }
        count => {
            let errors = counted(count, "error");
            format!("{name}: not valid ({kind}): {errors}{warnings}\n")
        }
    });
    out
}
