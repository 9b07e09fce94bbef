//! The life of a run on disk, and exit codes that tell the truth: closed pipes, signals, limits, clocks, kills.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use common::stigprobe;

/// The program by itself, for what `assert_cmd` cannot do.
fn program(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("stigprobe"));
    command.current_dir(dir).env_clear().env("PATH", "/usr/bin:/bin").args(args);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A pipe that nobody reads any more.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// Rules of which one is open in the lab's scenario 'default'; few, so that it is quick.
const RULE: [&str; 4] = ["--rule", "DKER-EE-001070", "--format", "json"];

fn scanned(dir: &Path) -> Output {
    let output = stigprobe(dir).args(["scan", "--lab"]).args(RULE).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The hidden entries of a directory that runs are built in.
fn hidden(dir: &Path) -> Vec<String> {
    let names = dir.read_dir().into_iter().flatten().map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".stigprobe")).collect()
}

fn runs(dir: &Path) -> Vec<PathBuf> {
    let asset = dir.join("results/SIMULATED-lab");
    let entries = asset.read_dir().into_iter().flatten().map(|e| e.unwrap());
    let mut runs: Vec<PathBuf> = entries.filter(|e| e.file_type().unwrap().is_dir()).map(|e| e.path()).collect();
    runs.sort();
    runs
}

#[test]
fn a_closed_pipe_changes_no_exit_code() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    scanned(dir);
    // Not the latest: that changes with what follows.
    let run = runs(dir).remove(0);
    let run = run.to_str().unwrap();
    let altered = dir.join("altered");
    assert!(Command::new("cp").args(["-rL", run, altered.to_str().unwrap()]).status().unwrap().success());
    fs::write(altered.join("evidence.json"), "{}").unwrap();
    fs::write(dir.join("bad.xml"), "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2'/>").unwrap();
    fs::write(dir.join("bad.ckl"), "<CHECKLIST/>").unwrap();
    let scan = ["scan", "--lab", RULE[0], RULE[1], RULE[2], RULE[3]];
    let evaluate = ["evaluate", "--evidence", run, RULE[0], RULE[1], RULE[2], RULE[3]];
    let json = |args: &[&'static str]| [args, &["--json"]].concat();
    let table: Vec<(Vec<&str>, i32)> = vec![
        (scan.to_vec(), 2),
        (evaluate.to_vec(), 2),
        ([&evaluate[..], &["--json"]].concat(), 2),
        (vec!["collect", "--lab", "--rule", RULE[1], "--output", "bundle"], 0),
        (vec!["convert", run, "--format", "csv"], 0),
        (vec!["verify", run], 0),
        (vec!["verify", "altered"], 2),
        (vec!["lint", "bad.ckl"], 2),
        (json(&["lint", "bad.ckl"]), 2),
        (vec!["benchmark", "validate", "bad.xml"], 2),
        (json(&["benchmark", "validate", "bad.xml"]), 2),
        (vec!["benchmark", "info", "docker-enterprise"], 0),
        (json(&["benchmark", "resolve", "docker-enterprise"]), 0),
        (vec!["results", "list"], 0),
        (vec!["results", "show", run], 0),
        (vec!["results", "diff", run, run], 0),
        (vec!["results", "prune", "--keep", "1"], 0),
        (vec!["probes"], 0),
        (vec!["explain", RULE[1]], 0),
        (vec!["init", "new"], 0),
        (vec!["init", "new"], 1),
        (vec!["schedule"], 0),
        (vec!["completions", "bash"], 0),
        (vec!["man"], 0),
        (vec!["lab", "--dir", "lab"], 0),
        (vec!["lab", "--list"], 0),
        (vec!["evaluate", "--evidence", "none"], 1),
        (vec!["results", "show", "none"], 1),
        (vec!["no-such-command"], 1),
        (vec!["--help"], 0),
    ];
    for (args, code) in table {
        let status = program(dir, &args).stdout(closed()).stderr(closed()).status().unwrap();
        assert_eq!(status.code(), Some(code), "{args:?}");
    }
}

#[test]
fn what_cannot_be_written_is_an_error_and_not_a_closed_pipe() {
    let home = tempfile::tempdir().unwrap();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program(home.path(), &["probes"]).stdout(full()).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the output cannot be written"));
}

#[test]
fn a_configuration_that_is_a_dangling_link_is_an_error() {
    let home = tempfile::tempdir().unwrap();
    symlink("nowhere", home.path().join("stigprobe.toml")).unwrap();
    symlink("nowhere", home.path().join("other.toml")).unwrap();
    for args in [vec!["scan", "--lab"], vec!["scan", "--lab", "--config", "other.toml"], vec!["convert", "x.ckl"]] {
        let output = stigprobe(home.path()).args(&args).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {error}");
        assert!(error.contains("toml"), "{args:?}: {error}");
    }
    assert!(!home.path().join("results").exists());
}

/// Starts a program, waits until it has begun to write, sends the signal, and gives how it ended and after how long.
fn signaled(mut command: Command, name: &str, begun: impl Fn() -> bool) -> (Output, Duration) {
    let mut child: Child = command.stderr(Stdio::piped()).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !begun() && Instant::now() < until && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let pid = child.id().to_string();
    let sent = Instant::now();
    Command::new("kill").args([name, &pid]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    (output, sent.elapsed())
}

#[test]
fn signals_end_every_command_and_leave_nothing_half() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    scanned(dir);
    let before = runs(dir);
    let run = before[0].to_str().unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, dir.join("fifo"), rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    let building = || !hidden(&dir.join("results")).is_empty();
    let waited = std::cell::Cell::new(0);
    let a_moment = || {
        waited.set(waited.get() + 1);
        waited.get() % 200 == 0
    };
    let scan = ["scan", "--lab"];
    let evaluate = ["evaluate", "--evidence", run];
    let table: [(&[&str], &str, &dyn Fn() -> bool); 5] = [
        (&scan, "-INT", &building),
        (&scan, "-TERM", &building),
        (&evaluate, "-HUP", &building),
        (&["lint", "fifo"], "-TERM", &a_moment),
        (&["lab"], "-INT", &|| dir.join("lab/bundle/key.pem").exists()),
    ];
    for (args, signal, begun) in table {
        let (output, took) = signaled(program(dir, args), signal, begun);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        // It may have been faster than the signal; then all of it is there.
        let wanted: &[i32] = if args[0] == "lab" { &[0, 1] } else { &[1, 2, 3] };
        assert!(output.status.code().is_some_and(|c| wanted.contains(&c)), "{args:?}: {:?} {error}", output.status);
        assert!(output.status.signal().is_none() && !error.contains("defect"), "{args:?}: {error}");
        // A second by itself; more where the machine has much else to do.
        assert!(took < Duration::from_secs(5), "{args:?}: {took:?}");
        assert_eq!(hidden(&dir.join("results")), [""; 0], "{args:?}: {error}");
    }
    for run in runs(dir) {
        stigprobe(dir).arg("verify").arg(&run).assert().code(0);
    }
}

#[test]
fn what_was_killed_is_swept_by_the_next_run_and_never_stands_under_a_name() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let mut killed = 0;
    for _ in 0..4 {
        let building = || !hidden(&dir.join("results")).is_empty();
        let (output, _) = signaled(program(dir, &["scan", "--lab"]), "-KILL", building);
        killed += i32::from(output.status.signal() == Some(9));
    }
    assert!(killed > 0, "it was always faster");
    assert!(!hidden(&dir.join("results")).is_empty(), "nothing was left behind by {killed}");
    scanned(dir);
    assert_eq!(hidden(&dir.join("results")), [""; 0]);
    for run in runs(dir) {
        stigprobe(dir).arg("verify").arg(&run).assert().code(0);
    }
}

#[test]
fn six_runs_at_once_into_one_directory_all_come_to_names_of_their_own() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    scanned(dir);
    let run = runs(dir)[0].to_str().unwrap().to_owned();
    let args = ["evaluate", "--evidence", &run, RULE[0], RULE[1], RULE[2], RULE[3]];
    let children: Vec<Child> = (0..6).map(|_| program(dir, &args).spawn().unwrap()).collect();
    for mut child in children {
        assert_eq!(child.wait().unwrap().code(), Some(2));
    }
    assert_eq!(runs(dir).len(), 7);
    assert_eq!(hidden(&dir.join("results")), [""; 0]);
    let latest = dir.join("results/SIMULATED-lab/latest");
    assert!(latest.join("MANIFEST.sha256").is_file());
}

#[test]
fn prune_goes_on_after_what_it_cannot_remove_and_sweeps_what_was_left() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    for _ in 0..3 {
        scanned(dir);
    }
    let all = runs(dir);
    // A run without its manifest, as version 0.1.0 left some when it was killed while removing them.
    fs::remove_file(all[0].join("MANIFEST.sha256")).unwrap();
    fs::create_dir_all(dir.join("results/.stigprobe-killed/x")).unwrap();
    let output = stigprobe(dir).args(["results", "prune", "--keep", "1", "--yes"]).output().unwrap();
    let (text, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("removed."), "{text}{error}");
    assert!(all[0].exists() && !all[1].exists() && all[2].exists(), "{text}{error}");
    assert!(error.contains(all[0].file_name().unwrap().to_str().unwrap()), "{error}");
    assert_eq!(hidden(&dir.join("results")), [""; 0]);
    assert_eq!(fs::canonicalize(dir.join("results/SIMULATED-lab/latest")).unwrap(), fs::canonicalize(&all[2]).unwrap());
}

/// Makes the manifest of a run one of what its files hold now.
fn relist(run: &Path) {
    let manifest = run.join("MANIFEST.sha256");
    let text = fs::read_to_string(&manifest).unwrap();
    let names = text.lines().map(|line| line.split_once("  ").unwrap().1);
    let digest = |name: &str| stigprobe::xccdf::ids::sha256_hex(&fs::read(run.join(name)).unwrap());
    let lines: Vec<String> = names.map(|name| format!("{}  {name}\n", digest(name))).collect();
    fs::write(&manifest, lines.concat()).unwrap();
}

#[test]
fn a_run_of_a_wrong_clock_is_not_the_newest_for_ever_and_is_said() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    scanned(dir);
    let first = runs(dir).remove(0);
    // The same run as a wrong clock would have made it.
    let ahead = first.with_file_name("20370101T000000Z-aaaaaaaa");
    fs::rename(&first, &ahead).unwrap();
    let results = common::tools::find(&ahead, "Z.json");
    let mut document: serde_json::Value = serde_json::from_slice(&fs::read(&results).unwrap()).unwrap();
    document["finished"] = "2037-01-01T00:00:00Z".into();
    fs::write(&results, document.to_string()).unwrap();
    relist(&ahead);
    let latest = dir.join("results/SIMULATED-lab/latest");
    fs::remove_file(&latest).unwrap();
    symlink("20370101T000000Z-aaaaaaaa", &latest).unwrap();
    scanned(dir);
    let new = fs::canonicalize(&latest).unwrap();
    assert_ne!(new, fs::canonicalize(&ahead).unwrap());
    let output = stigprobe(dir).args(["results", "list"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("2037") && said.contains("a clock is wrong"), "{said}");
}

#[test]
fn few_descriptors_and_few_threads_are_errors_of_the_first_second() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let under = |limit: &str, args: &[&str]| {
        let program = assert_cmd::cargo::cargo_bin("stigprobe");
        let mut command = Command::new("sh");
        command.current_dir(dir).args(["-c", &format!("{limit}; exec \"$0\" \"$@\""), program.to_str().unwrap()]);
        command.args(args).output().unwrap()
    };
    let output = under("ulimit -n 64", &["collect", "--lab", "--output", "bundle"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("64 files at a time") && !dir.join("bundle").exists(), "{error}");
    // The same limit does not hinder what needs no more.
    assert_eq!(under("ulimit -n 64", &["probes"]).status.code(), Some(0));
    // The limit of processes does not bind root.
    if rustix::process::geteuid().is_root() {
        common::skipped("the limit of processes does not bind root; scripts/attack tries it as another user");
        return;
    }
    let output = under("ulimit -u 1", &["collect", "--lab", "--output", "bundle"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && error.contains("no more threads"), "{error}");
}

/// Every reader of dates, and every format that has any.
#[test]
fn no_date_breaks_a_format() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let hdf = |time: &str| {
        format!(
            r#"{{"platform":{{"name":"p","release":"1","target_id":"h"}},"version":"1","statistics":{{"duration":1e9}},
            "profiles":[{{"name":"P","sha256":"0","supports":[],"attributes":[],"groups":[],"controls":[{{"id":"V-1",
            "title":"t","desc":"d","impact":0.5,"refs":[],"tags":{{"gid":"V-1","rid":"SV-1r1_rule","stig_id":"X-1"}},
            "code":"","source_location":{{}},"results":[{{"status":"failed","code_desc":"x","start_time":"{time}"}}]}}]}}]}}"#
        )
    };
    let xccdf = |time: &str| {
        format!(
            "<TestResult xmlns='http://checklists.nist.gov/xccdf/1.2' id='xccdf_a_testresult_b' start-time='{time}' \
             end-time='{time}'><benchmark href='x'/><target>h</target><rule-result idref='xccdf_a_rule_b' time='{time}'>\
             <result>pass</result><override time='{time}' authority='me'><old-result>fail</old-result>\
             <new-result>pass</new-result><remark>why</remark></override></rule-result>\
             <score system='urn:xccdf:scoring:default'>1</score></TestResult>"
        )
    };
    let seconds = |time: &str| {
        let words = "Sat Jan  1 00:00:00 ".to_owned() + time.split('-').next().unwrap_or_default();
        format!(
            "<NessusClientData_v2><Report name='r'><ReportHost name='h'><HostProperties><tag name='HOST_END'>{words}</tag>\
             <tag name='HOST_START_TIMESTAMP'>-62135596800</tag></HostProperties><ReportItem port='0' svc_name='general' \
             protocol='tcp' severity='0' pluginID='21157' pluginName='x' pluginFamily='Policy Compliance'>\
             <compliance>true</compliance><cm:compliance-check-name xmlns:cm='http://www.nessus.org/cm'>XX-00-000001 - t\
             </cm:compliance-check-name><cm:compliance-result xmlns:cm='http://www.nessus.org/cm'>PASSED\
             </cm:compliance-result><cm:compliance-reference xmlns:cm='http://www.nessus.org/cm'>STIG-ID|XX-00-000001,\
             Vuln-ID|V-1</cm:compliance-reference><cm:compliance-audit-file xmlns:cm='http://www.nessus.org/cm'>a.audit\
             </cm:compliance-audit-file></ReportItem></ReportHost></Report></NessusClientData_v2>"
        )
    };
    let mut read = 0;
    for year in
        ["0001", "1600", "1899", "1900", "1904", "1969", "1970", "2038", "2999", "9999", "10000", "+262142", "-0001"]
    {
        let time = format!("{year}-01-01T00:00:00Z");
        for (name, text) in [("x.json", hdf(&time)), ("x.xml", xccdf(&time)), ("x.nessus", seconds(&time))] {
            fs::write(dir.join(name), text).unwrap();
            let output = stigprobe(dir)
                .args(["convert", name, "--format", "all", "--output"])
                .arg(year.trim_start_matches('-'))
                .output()
                .unwrap();
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{name}, {year}: {error}");
            read += 1;
        }
        let made = dir.join(year.trim_start_matches('-')).join("h");
        for run in made.read_dir().unwrap().map(|e| e.unwrap()).filter(|e| e.file_type().unwrap().is_dir()) {
            let name = run.file_name().into_string().unwrap();
            // The time of the file stands where that of the results is none.
            let digits: u32 = name[..4].parse().unwrap();
            assert!((1970..=2999).contains(&digits), "{year}: {name}");
            let xccdf = common::tools::find(&run.path(), "xccdf.xml");
            stigprobe(dir).args(["benchmark", "validate"]).arg(xccdf).assert().code(0);
        }
    }
    assert_eq!(read, 39);
    if let Some(case) = common::shared("cases/runs/xlsx-panic.hdf.json") {
        stigprobe(dir).arg("convert").arg(case).args(["--format", "xlsx"]).assert().code(0);
    }
    // The time of the file itself may be none, too.
    fs::write(dir.join("x.json"), hdf("none")).unwrap();
    assert!(Command::new("touch").args(["-d", "1901-01-01"]).arg(dir.join("x.json")).status().unwrap().success());
    stigprobe(dir).args(["convert", "x.json", "--format", "all"]).assert().code(0);
}
