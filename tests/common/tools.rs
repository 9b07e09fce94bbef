//! Runs to give to the tools that take results in, and the tools. One that is not here is skipped
//! aloud; under `STIGPROBE_REQUIRE_TOOLS` that is a failure.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::{Range, files, official, stigprobe};

/// Runs a tool; none when it is not installed.
pub(crate) fn tool(name: &str, args: &[&str]) -> Option<Output> {
    match Command::new(name).args(args).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            missing(name);
            None
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

pub(crate) fn missing(what: &str) {
    let required = std::env::var_os("STIGPROBE_REQUIRE_TOOLS").is_some();
    assert!(!required, "{what} is not installed, and scripts/test should have installed it");
    super::skipped(&format!("{what} is not installed; scripts/test installs it"));
}

/// The folder that `scripts/test` installs into, if that is in it.
pub(crate) fn installed(what: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools");
    let folder = std::env::var_os("STIGPROBE_NODE_MODULES").map_or_else(beside, PathBuf::from);
    if folder.join(what).exists() {
        return Some(folder);
    }
    missing(&format!("{what} (in {})", folder.display()));
    None
}

/// SAF CLI. It leaves a log where it is started.
pub(crate) fn saf() -> Option<PathBuf> {
    const PROGRAM: &str = "node_modules/.bin/saf";
    Some(installed(PROGRAM)?.join(PROGRAM))
}

pub(crate) fn accepted(what: &str, output: &Output) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&text));
}

/// One run of a scan, by format.
pub(crate) struct Run {
    pub(crate) range: Range,
    pub(crate) dir: PathBuf,
    pub(crate) results: Value,
}

impl Run {
    pub(crate) fn new(scenario: &str, args: &[&str]) -> Self {
        let range = Range::new(scenario);
        let benchmark = official();
        let mut command = range.command("scan");
        if let Some(benchmark) = &benchmark {
            command.arg("--benchmark").arg(benchmark);
        }
        let output = command.args(["--policy", "policy.toml", "--json"]).args(args).output().unwrap();
        let results = serde_json::from_slice(&output.stdout).unwrap();
        let dir = files(&range.path().join("results"))[0].parent().unwrap().to_owned();
        Run { range, dir, results }
    }

    pub(crate) fn file(&self, extension: &str) -> String {
        find(&self.dir, extension)
    }

    /// Evaluates evidence (a run's, or its own) again, into a directory of this name. Gives the
    /// results and where they lie.
    pub(crate) fn judge(&self, evidence: &[&Path], output: &str, args: &[&str]) -> (Value, PathBuf) {
        let output = self.range.path().join(output);
        let mut command = stigprobe(self.range.path());
        command.args(["evaluate", "--policy", "policy.toml", "--json", "--output"]);
        command.arg(&output);
        for dir in evidence {
            command.arg("--evidence").arg(dir);
        }
        if let Some(benchmark) = official() {
            command.arg("--benchmark").arg(benchmark);
        }
        let done = command.args(args).output().unwrap();
        let mut all = serde_json::Deserializer::from_slice(&done.stdout).into_iter();
        let results: Value = all.next().unwrap().unwrap();
        (results, output)
    }
}

/// Runs with every kind of result: passes, opens, errors, rules that nobody checked, and a profile.
pub(crate) fn runs() -> Vec<Run> {
    vec![
        Run::new("hardened", &[]),
        Run::new("default", &["--profile", "MAC-1_Classified"]),
        Run::new("unsigned-many,config-403", &[]),
        Run::new("repository-500", &["--rule", "SV-235846", "--rule", "V-235847"]),
    ]
}

/// The file below a directory whose name ends so.
pub(crate) fn find(dir: &Path, extension: &str) -> String {
    let all = files(dir);
    let file = all.iter().find(|p| p.to_str().unwrap().ends_with(extension)).unwrap();
    file.to_str().unwrap().to_owned()
}
