//! `oscap` and stigprobe on the same files in the same run, as a Markdown table.
//!
//! Both run as processes, in turns, so that whatever else the machine does meets both alike. Times are
//! wall clock around the process; the peak of memory is what `/usr/bin/time` (Debian: `time`) reports
//! of a run of its own, which warms up as well. Nothing here passes or fails by a time.
//!
//! `cargo bench --bench beside_oscap`; `BENCH_RUNS` says how many runs of each (5),
//! `STIGPROBE_SHARED` where the official files are (`../shared`), `STIGPROBE_BIN` which program to
//! measure instead of the one just built (an absolute path).
#![allow(clippy::print_stdout, reason = "the table is the product")]
#![allow(clippy::print_stderr, reason = "what is skipped is said aloud")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const OFFICIAL: &str = "stigs/U_Docker_Enterprise_2-x_Linux-Unix_STIG_V2R2_Manual-xccdf.xml";
const STREAM: &str = "/usr/share/xml/scap/ssg/content/ssg-rhel8-ds.xml";
const TIME: &str = "/usr/bin/time";
const EVALUATE: &str = "evaluate, write XCCDF, ARF and HTML";

fn main() {
    if Command::new("oscap").arg("--version").output().is_err() {
        eprintln!("SKIPPED: oscap is not here (Debian: openscap-scanner)");
        return;
    }
    if !Path::new(TIME).exists() {
        eprintln!("SKIPPED: the peaks of memory, as {TIME} is not here (Debian: time)");
    }
    let runs = std::env::var("BENCH_RUNS").ok();
    let mut bench = Bench {
        runs: runs.map_or(5, |n| n.parse().expect("BENCH_RUNS is a number")),
        work: tempfile::tempdir().expect("a directory for what is written"),
        notes: Vec::new(),
    };

    println!("{}; stigprobe {}; {} runs of each, in turns\n", version("oscap"), env!("CARGO_PKG_VERSION"), bench.runs);
    println!("| what | oscap: median | minimum | peak | stigprobe: median | minimum | peak | faster | less memory |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    if let Some(file) = present(shared(OFFICIAL)) {
        bench.one("official STIG", &file);
    }
    if let Some(file) = present(STREAM.into()) {
        bench.one("data stream of 24 MB", &file);
    }
    if let Some(dir) = present(shared("corpus/disa")) {
        let files = benchmarks(&dir);
        bench.all("info", &files, oscap_info, info);
        bench.all("validate", &files, oscap_validate, validate);
        let (work, evidence) = (bench.work.path().to_owned(), bench.evidence());
        let theirs = |file: &Path| oscap_eval(&work, file);
        let ours = |file: &Path| evaluate(&work, file, &evidence);
        bench.all(EVALUATE, &files, theirs, ours);
    }
    println!();
    for note in bench.notes {
        println!("- {note}");
    }
}

/// A program with its arguments.
type Call = Vec<String>;

struct Bench {
    runs: usize,
    work: tempfile::TempDir,
    /// What is said below the table.
    notes: Vec<String>,
}

/// What the runs of one program took.
struct Measured {
    times: Vec<Duration>,
    peak_kib: Option<u64>,
}

impl Bench {
    /// The three rows of one file.
    fn one(&mut self, name: &str, file: &Path) {
        self.row(&format!("info, {name}"), &[oscap_info(file)], &[info(file)]);
        self.row(&format!("validate, {name}"), &[oscap_validate(file)], &[validate(file)]);
        let (work, evidence) = (self.work.path().to_owned(), self.evidence());
        self.row(&format!("{EVALUATE}, {name}"), &[oscap_eval(&work, file)], &[evaluate(&work, file, &evidence)]);
    }

    /// What was collected, from the lab.
    fn evidence(&self) -> PathBuf {
        let evidence = self.work.path().join("evidence");
        if !evidence.exists() {
            let output = shown(&evidence);
            let collect = call(&[&program(), "collect", "--lab", "--quiet", "--output", &output]);
            let failed = outcome(&collect).err();
            assert!(failed.is_none(), "collecting from the lab: {failed:?}");
        }
        evidence
    }

    /// One row for all files of a folder. What one of the programs cannot do counts for neither.
    fn all(&mut self, what: &str, files: &[PathBuf], oscap: impl Fn(&Path) -> Call, ours: impl Fn(&Path) -> Call) {
        let (mut theirs, mut own) = (Vec::new(), Vec::new());
        for file in files {
            let calls = (oscap(file), ours(file));
            let done = outcome(&calls.0).and_then(|_| outcome(&calls.1));
            let Err(failed) = done else {
                theirs.push(calls.0);
                own.push(calls.1);
                continue;
            };
            let name = file.file_name().unwrap_or_default().display();
            self.notes.push(format!("{what} without {name}: {failed}"));
        }
        let (count, all) = (own.len(), files.len());
        let name = format!("{what}, {count} of {all} STIGs of DISA, one after the other");
        self.row(&name, &theirs, &own);
    }

    /// Measures both and prints the row.
    fn row(&mut self, name: &str, oscap: &[Call], ours: &[Call]) {
        eprintln!("{name} …");
        let (mut first, mut second) = match (warm(oscap), warm(ours)) {
            (Ok(first), Ok(second)) => (first, second),
            (Err(why), _) => {
                println!("| {name} | not supported | | | | | | | |");
                self.notes.push(format!("{name}: {why}"));
                return;
            }
            (Ok(mut first), Err(why)) => {
                for _ in 0..self.runs {
                    first.times.push(timed(oscap));
                }
                let cells = first.cells();
                println!("| {name} | {cells} | not supported yet | | | | |");
                self.notes.push(format!("{name}: {why}"));
                return;
            }
        };
        for _ in 0..self.runs {
            first.times.push(timed(oscap));
            second.times.push(timed(ours));
        }
        let faster = first.median().as_secs_f64() / second.median().as_secs_f64();
        let less = match (first.peak_kib, second.peak_kib) {
            #[expect(clippy::cast_precision_loss, reason = "printed with one digit")]
            (Some(theirs), Some(ours)) => format!("{:.1}×", theirs as f64 / ours as f64),
            _ => "–".into(),
        };
        println!("| {name} | {} | {} | **{faster:.1}×** | **{less}** |", first.cells(), second.cells());
    }
}

impl Measured {
    fn median(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    fn cells(&self) -> String {
        let minimum = self.times.iter().min().copied().unwrap_or_default();
        let peak = self.peak_kib.map_or("–".into(), |kib| format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024));
        format!("{} | {} | {peak}", millis(self.median()), millis(minimum))
    }
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// Runs each call once and keeps the highest peak of memory, or says which cannot be done and why.
fn warm(calls: &[Call]) -> Result<Measured, String> {
    let mut peak_kib = None;
    for call in calls {
        let mut measured = call.clone();
        if Path::new(TIME).exists() {
            measured.splice(..0, [TIME, "-f", "peak %M"].map(String::from));
        }
        let output = outcome(&measured)?;
        let text = String::from_utf8_lossy(&output.stderr);
        let peak = text.lines().rev().find_map(|l| l.strip_prefix("peak "));
        peak_kib = peak_kib.max(peak.and_then(|kib| kib.parse().ok()));
    }
    Ok(Measured { times: Vec::new(), peak_kib })
}

/// The time of all calls, one after the other.
fn timed(calls: &[Call]) -> Duration {
    let mut total = Duration::ZERO;
    for call in calls {
        let mut command = command(call);
        let start = Instant::now();
        let output = command.output();
        total += start.elapsed();
        output.expect("it ran before");
    }
    total
}

/// Runs a program. Both end with 1 when they could not do what was asked; every other code is an
/// answer (2: invalid, or a rule is open; 3: a rule is undecided).
fn outcome(call: &[String]) -> Result<Output, String> {
    let output = command(call).output().map_err(|e| e.to_string())?;
    if matches!(output.status.code(), Some(0 | 2 | 3)) {
        return Ok(output);
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let said = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("Command exited"));
    Err(said.unwrap_or("it says nothing").to_owned())
}

/// A command without anything that the environment could tell it.
fn command(call: &[String]) -> Command {
    let mut command = Command::new(&call[0]);
    command.args(&call[1..]).env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8").current_dir("/");
    command
}

fn program() -> String {
    std::env::var("STIGPROBE_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_stigprobe").into())
}

fn info(file: &Path) -> Call {
    call(&[&program(), "benchmark", "info", &shown(file)])
}

fn validate(file: &Path) -> Call {
    call(&[&program(), "benchmark", "validate", &shown(file)])
}

fn oscap_info(file: &Path) -> Call {
    call(&["oscap", "info", &shown(file)])
}

fn oscap_eval(work: &Path, file: &Path) -> Call {
    let at = |name: &str| shown(&work.join(name));
    let (results, arf, html) = (at("results.xml"), at("arf.xml"), at("report.html"));
    let options = ["--results", &results, "--results-arf", &arf];
    let mut eval = call(&["oscap", "xccdf", "eval"]);
    eval.extend(profile(file));
    eval.extend(call(&options));
    eval.extend(call(&["--report", &html, &shown(file)]));
    eval
}

fn evaluate(work: &Path, file: &Path, evidence: &Path) -> Call {
    let formats = "xccdf,arf,html";
    let mut evaluate = call(&[&program(), "evaluate", "--quiet", "--format", formats]);
    evaluate.extend(call(&["--evidence", &shown(evidence)]));
    evaluate.extend(call(&["--benchmark", &shown(file)]));
    evaluate.extend(profile(file));
    evaluate.extend(call(&["--output", &shown(&work.join("results"))]));
    evaluate
}

/// The profile to evaluate: the rules of the data stream are all off without one.
fn profile(file: &Path) -> Call {
    if file == Path::new(STREAM) {
        return call(&["--profile", "xccdf_org.ssgproject.content_profile_stig"]);
    }
    Vec::new()
}

/// A data stream is validated as such.
fn oscap_validate(file: &Path) -> Call {
    if file == Path::new(STREAM) {
        return call(&["oscap", "ds", "sds-validate", &shown(file)]);
    }
    call(&["oscap", "xccdf", "validate", "--skip-schematron", &shown(file)])
}

fn call(words: &[&str]) -> Call {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn version(program: &str) -> String {
    let output = Command::new(program).arg("--version").output();
    let text = output.map(|o| String::from_utf8_lossy(&o.stdout).into_owned());
    let line = text.unwrap_or_default();
    line.lines().next().unwrap_or(program).to_owned()
}

/// The XML files of a folder, in order.
fn benchmarks(dir: &Path) -> Vec<PathBuf> {
    let entries = dir.read_dir().expect("the folder can be listed");
    let paths = entries.map(|entry| entry.expect("the folder can be listed").path());
    let mut files: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|e| e == "xml")).collect();
    files.sort();
    files
}

/// A file that is not part of the project.
fn shared(path: &str) -> PathBuf {
    let root = std::env::var_os("STIGPROBE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let root = root.canonicalize().unwrap_or(root);
    root.join(path)
}

fn present(path: PathBuf) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not here", path.display());
    None
}
