//! What the tests share: the program in a clean environment, and the lab to scan.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

pub(crate) mod collecting;
pub(crate) mod docker;
pub(crate) mod engines;
pub(crate) mod fake_engine;
pub(crate) mod tools;
pub(crate) mod ucp;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use stigprobe::lab::{Lab, Options, Scenario};
use tempfile::TempDir;

/// Material that is not part of the project: official files, schemas, tools. Tests that need it say so
/// aloud and pass when it is not there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    note_that_it_was_asked();
    let root = std::env::var_os("STIGPROBE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    skipped(&format!("{} is not here; set STIGPROBE_SHARED to the folder that holds it", path.display()));
    None
}

/// Leaves an empty file `<test file>/<test>` in the folder `STIGPROBE_ASKED`, where that is set: `scripts/test --both`
/// runs these tests a second time. The harness names a test's thread after it; `all` stands for the whole file.
fn note_that_it_was_asked() {
    let Some(folder) = std::env::var_os("STIGPROBE_ASKED") else { return };
    let program = std::env::current_exe().unwrap();
    let (file, _) = program.file_stem().unwrap().to_str().unwrap().rsplit_once('-').unwrap();
    let thread = std::thread::current();
    let test = thread.name().filter(|name| *name != "main").unwrap_or("all");
    let folder = PathBuf::from(folder).join(file);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(test), "").unwrap();
}

/// Says aloud that something is not tested. Not by `eprintln`: the harness would keep that to itself,
/// as the test passes.
pub(crate) fn skipped(why: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// The official benchmark of V2R2.
pub(crate) fn official() -> Option<PathBuf> {
    shared("stigs/U_Docker_Enterprise_2-x_Linux-Unix_STIG_V2R2_Manual-xccdf.xml")
}

/// The program, in an empty directory and without anything that the environment could tell it.
pub(crate) fn stigprobe(dir: &Path) -> Command {
    let mut command = Command::cargo_bin("stigprobe").unwrap();
    command.current_dir(dir).env_clear().env("PATH", "/usr/bin:/bin");
    command
}

/// A lab that is running, and a directory with what a scan of it needs.
pub(crate) struct Range {
    pub(crate) lab: Lab,
    pub(crate) dir: TempDir,
    runtime: tokio::runtime::Runtime,
}

impl Range {
    /// Starts the lab in this scenario.
    pub(crate) fn new(scenario: &str) -> Self {
        Self::sized(scenario, Options::default().repositories, Options::default().tags)
    }

    /// The same with a population of this size.
    pub(crate) fn sized(scenario: &str, repositories: u32, tags: u32) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let scenario: Scenario = scenario.parse().unwrap();
        let options = Options { scenario, repositories, tags, ..Options::default() };
        let lab = runtime.block_on(Lab::start(options)).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write("ca.pem", lab.ca_pem());
        write("roots.pem", lab.policy_roots_pem());
        let signers: Vec<String> = lab.signers().iter().map(|s| format!("{s:?}")).collect();
        write(
            "policy.toml",
            &format!(
                "[trust]\nsigners = [{}]\n[ca]\nucp = 'roots.pem'\ndtr = 'roots.pem'\n{}{}{}",
                signers.join(","),
                lab.ucp_policy(),
                lab.dtr_policy(),
                lab.kubernetes_policy(),
            ),
        );
        std::fs::create_dir(dir.path().join("bundle")).unwrap();
        write("bundle/kube.yml", &format!("clusters:\n- cluster:\n    server: {}\n", lab.kubernetes_url()));
        write("bundle/cert.pem", lab.client_bundle().certificate_pem());
        write("bundle/key.pem", lab.client_bundle().key_pem().expose_secret());
        Range { lab, dir, runtime }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// `stigprobe COMMAND` with the lab as its target and the account in the environment.
    pub(crate) fn command(&self, command: &str) -> Command {
        let mut program = stigprobe(self.path());
        program
            .args([command, "--ucp", self.lab.ucp_url(), "--dtr", self.lab.dtr_url(), "--ca-file", "ca.pem"])
            .env("STIGPROBE_UCP_USERNAME", self.lab.username())
            .env("STIGPROBE_UCP_PASSWORD", self.lab.password().expose_secret());
        program
    }

    /// Scans with the policy and gives the results as JSON.
    pub(crate) fn scan(&self) -> Value {
        let output = self.command("scan").args(["--policy", "policy.toml", "--json"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|e| {
            panic!("{e}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
        })
    }

    /// Scans UCP alone for these rules of a shipped benchmark.
    pub(crate) fn scan_ucp(&self, benchmark: &str, rules: &[&str]) -> Value {
        let mut program = stigprobe(self.path());
        program
            .args(["scan", "--ucp", self.lab.ucp_url(), "--ca-file", "ca.pem"])
            .args(["--policy", "policy.toml", "--json", "--benchmark", benchmark])
            .env("STIGPROBE_UCP_USERNAME", self.lab.username())
            .env("STIGPROBE_UCP_PASSWORD", self.lab.password().expose_secret());
        for rule in rules {
            program.args(["--rule", rule]);
        }
        let output = program.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|e| {
            panic!("{e}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
        })
    }

    /// The requests other than reads, without the login and the logout.
    pub(crate) fn writes(&self) -> Vec<String> {
        let allowed = ["/auth/login", "/id/logout"];
        let requests = self.lab.requests().into_iter();
        requests
            .filter(|r| r.method != "GET" && !(r.method == "POST" && allowed.contains(&r.path.as_str())))
            .map(|r| format!("{} {}", r.method, r.path))
            .collect()
    }

    pub(crate) fn stop(self) {
        self.runtime.block_on(self.lab.stop());
    }
}

/// The rule of this STIG-ID in results.
pub(crate) fn rule<'a>(results: &'a Value, stig_id: &str) -> &'a Value {
    let rules = results["rules"].as_array().unwrap();
    rules.iter().find(|r| r["stig_id"] == stig_id).unwrap()
}

/// Its result.
pub(crate) fn result<'a>(results: &'a Value, stig_id: &str) -> &'a str {
    rule(results, stig_id)["result"].as_str().unwrap()
}

/// Every file below a directory, in order.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in dir.read_dir().unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}
