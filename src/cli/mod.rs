//! The command line: parse, call, print. No rules of its own.

mod benchmark;
mod collect;
mod completions;
mod convert;
mod docs;
mod engines;
mod evaluate;
mod explain;
mod init;
mod lab;
mod lint;
mod options;
mod output;
mod package;
mod probes;
mod progress;
mod results;
mod scan;
mod schedule;
mod secrets;
mod settings;
mod signals;
mod summary;
mod validate;
mod verify;
mod wrap;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::output::Failed;
use self::signals::interrupted;
use crate::printable::{line, without_secrets};
use crate::run::RunError;
use crate::threads;

/// Everything is decided, and nothing is open.
const CLEAN: u8 = 0;
/// The scan could not be made.
const FAILED: u8 = 1;
/// At least one rule is open.
const OPEN: u8 = 2;
/// None is open, and at least one is undecided.
const UNDECIDED: u8 = 3;

/// Runs DISA's STIGs for Docker Enterprise: decides each rule from evidence and writes results for
/// STIG Viewer, STIG Manager and SCAP tools.
#[derive(Debug, Parser)]
#[command(name = "stigprobe", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit code: 0 every selected rule is decided and none is open; 2 at least one is open; \
    3 none is open, at least one is undecided; 1 the scan could not be made.";

// The options of a command are put together when it is asked for: most runs ask for one. What clap finds said of
// them would then stand in place of what is said here, so that the structs of options have no documentation of
// clap's kind.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    /// Collect, evaluate and report in one go
    Scan(Box<scan::Args>),
    /// Gather evidence only: one bundle, no verdicts
    Collect(collect::Args),
    /// Verdicts from bundles: offline, no target is asked anything
    Evaluate(evaluate::Args),
    /// Results of this or another tool into other formats
    Convert(convert::Args),
    /// Look at a benchmark
    Benchmark(benchmark::Args),
    /// Make a package for eMASS from finished runs
    Package(package::Args),
    /// Hold a run against its manifest and signature
    Verify(verify::Args),
    /// Runs that were made before: list, show, compare, remove the oldest
    Results(results::Args),
    /// Hold a file of results, of any tool, against what importers do with it
    Lint(lint::Args),
    /// Which rule is decided by what
    Probes(probes::Args),
    /// One rule, in full
    Explain(explain::Args),
    /// Write a commented configuration and policy to start from
    Init(init::Args),
    /// A simulated UCP and DTR, by itself
    Lab(lab::Args),
    /// Print a line of cron, or a systemd timer, that makes scans regularly
    Schedule(schedule::Args),
    /// Print what a shell completes
    Completions(completions::Args),
    /// Print a man page
    Man(completions::ManArgs),
    /// Write the documentation that comes from the code
    #[command(hide = true)]
    Docs(docs::Args),
}

/// Runs the program with these arguments, the first of which is its name.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    // A panic is a defect; who runs the program is told so in a sentence, not shown a backtrace.
    std::panic::set_hook(Box::new(|_| {}));
    let code = catch_unwind(AssertUnwindSafe(|| dispatch(args))).unwrap_or_else(|panic| {
        // A dependency that is refused a thread panics: that is no defect of anybody's.
        let message = if threads::is_refusal(&*panic) {
            threads::refused("the system said no in the middle of the work")
        } else {
            "stigprobe failed inside. This is a defect: please report what you ran.".to_owned()
        };
        signals::unless_ending(|| output::error(&message));
        FAILED
    });
    signals::unless_ending(|| ExitCode::from(code))
}

fn dispatch(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, everything else is a mistake in the usage, told with what was written.
            if error.use_stderr() {
                output::usage(said_again(&args).as_ref().unwrap_or(&error));
            } else {
                let _ = error.print();
            }
            return if error.use_stderr() { FAILED } else { CLEAN };
        }
    };
    if let Err(error) = signals::watch() {
        output::error(&threads::refused(&error.to_string()));
        return FAILED;
    }
    let done = match cli.command {
        Command::Scan(args) => scan::run(&args),
        Command::Collect(args) => collect::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Benchmark(args) => benchmark::run(&args),
        Command::Package(args) => package::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Results(args) => results::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Probes(args) => probes::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Lab(args) => lab::run(&args),
        Command::Schedule(args) => schedule::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => completions::man(&args),
        Command::Docs(args) => docs::run(&args),
    };
    match done {
        Ok(code) => code,
        Err(Failed::Because(message)) => {
            signals::unless_ending(|| output::error(&message));
            FAILED
        }
    }
}

/// The same mistake in arguments that are fit to be printed: what is told quotes them.
fn said_again(args: &[OsString]) -> Option<clap::Error> {
    let harmless = args.iter().map(|argument| without_secrets(&line(&argument.to_string_lossy())));
    Cli::try_parse_from(harmless).err()
}

impl From<RunError> for Failed {
    fn from(error: RunError) -> Self {
        Failed::Because(error.to_string())
    }
}

/// So many threads do what blocks: look-ups of names, reading hosts.
const BLOCKING: usize = 16;
/// Fewer open files than this are too few for a survey: better said in its first second than at its end.
const FILES: u64 = 256;

/// The runtime that the network needs.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failed> {
    enough_files()?;
    // The runtime panics, or waits for ever, where the system refuses it a thread.
    let workers = threads::all();
    threads::available(workers + BLOCKING).map_err(|e| threads::refused(&e.to_string()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .max_blocking_threads(BLOCKING)
        .enable_all()
        .build();
    let runtime = runtime.map_err(|e| threads::refused(&e.to_string()))?;
    let result = runtime.block_on(future);
    // Name look-ups that hang must not keep the program from ending.
    runtime.shutdown_background();
    Ok(result)
}

/// Takes as many open files as the system lets us have, and says so where those are too few.
fn enough_files() -> Result<(), Failed> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let mut current = limit.current;
    if current != limit.maximum && setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).is_ok() {
        current = limit.maximum;
    }
    match current {
        Some(files) if files < FILES => Err(format!(
            "the system lets this program open {files} files at a time, and a survey needs {FILES}: raise the limit \
             (ulimit -n {FILES}, or LimitNOFILE= of the unit)"
        )
        .into()),
        _ => Ok(()),
    }
}
