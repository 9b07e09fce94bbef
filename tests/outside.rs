//! What comes from outside: files that the user names are read to a limit and a deadline, names stay apart, and no text
//! moves the terminal.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::too_many_lines, reason = "tables are long")]

mod common;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::stigprobe;
use stigprobe::evidence::Bundle;
use stigprobe::evidence::manifest::{Digests, seal};
use stigprobe::evidence::signature::Trust;
use tempfile::TempDir;

/// A directory with the copy of a host, which says this name.
fn host(name: Option<&str>) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("root/etc/docker")).unwrap();
    if let Some(name) = name {
        fs::write(dir.path().join("root/etc/hostname"), name).unwrap();
    }
    dir
}

/// Runs the program and gives its exit code and all that it said.
fn said(dir: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = stigprobe(dir).args(args).timeout(Duration::from_secs(60)).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn no_file_that_the_user_names_hangs_the_program_or_fills_its_memory() {
    let dir = host(Some("node1"));
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mkfifoat(rustix::fs::CWD, dir.path().join("fifo"), mode).unwrap();
    let huge = fs::File::create(dir.path().join("huge")).unwrap();
    huge.set_len(1 << 40).unwrap();
    // Certificates of an engine, with the FIFO among them.
    for name in ["/dev/zero", "fifo", "huge"] {
        let certificates = dir.path().join(format!("certificates-{}", name.trim_start_matches("/dev/")));
        fs::create_dir(&certificates).unwrap();
        let target = if name.starts_with('/') { name.into() } else { dir.path().join(name) };
        for file in ["ca.pem", "cert.pem", "key.pem"] {
            std::os::unix::fs::symlink(&target, certificates.join(file)).unwrap();
        }
        let policy = |text: String| {
            fs::write(dir.path().join(format!("policy-{}.toml", name.trim_start_matches("/dev/"))), text).unwrap();
        };
        policy(format!("[ca]\nucp = '{}'\n", target.display()));
    }
    let scan = &["scan", "--host-root", "root", "--format", "json"][..];
    let table: &[(&[&str], &str)] = &[
        (scan, "--policy"),
        (scan, "--config"),
        (scan, "--benchmark"),
        (scan, "--sign"),
        (scan, "--cert"),
        (scan, "--previous"),
        (scan, "--nessus"),
        (&["scan", "--host-root", "root", "--nessus", "none", "--format", "json"], "--tenable-ids"),
        (&["scan", "--host-root", "root", "--profile", "x"], "--tailoring"),
        (&["scan", "--ucp", "https://127.0.0.1:1"], "--ca-file"),
        (&["scan", "--ucp", "https://127.0.0.1:1", "--ucp-username", "a"], "--ucp-password-file"),
        (&["scan", "--dtr", "https://127.0.0.1:1", "--dtr-username", "a"], "--dtr-password-file"),
        (scan, "--policy=policy-"),
        (&["scan", "--engine", "tcp://127.0.0.1:1"], "--engine-cert-path=certificates-"),
        (&["scan", "--ucp", "https://127.0.0.1:1"], "--ucp-client-bundle=certificates-"),
        (&["results", "show"], ""),
        (&["convert"], ""),
        (&["lint"], ""),
        (&["benchmark", "info"], ""),
        (&["benchmark", "validate"], ""),
        (&["benchmark", "resolve"], ""),
        (&["benchmark", "score", "docker-enterprise"], "--check-results"),
    ];
    std::thread::scope(|scope| {
        for (args, option) in table {
            let dir = dir.path();
            scope.spawn(move || {
                for name in ["/dev/zero", "fifo", "huge"] {
                    let mut args = args.to_vec();
                    let joined = match option.split_once('=') {
                        Some((option, "policy-")) => {
                            format!("{option}=policy-{}.toml", name.trim_start_matches("/dev/"))
                        }
                        Some((option, stem)) => format!("{option}={stem}{}", name.trim_start_matches("/dev/")),
                        None if option.is_empty() => name.to_owned(),
                        None => format!("{option}={name}"),
                    };
                    args.push(&joined);
                    let start = Instant::now();
                    let (code, text) = said(dir, &args);
                    let expected: &[i32] = if args[0] == "lint" { &[1, 2] } else { &[1] };
                    assert!(code.is_some_and(|code| expected.contains(&code)), "{args:?}: {code:?}: {text}");
                    assert!(start.elapsed() < Duration::from_secs(45), "{args:?}: {:?}", start.elapsed());
                    let why = ["a device", "nobody wrote into this pipe", "larger than", "it has more than", "limit"];
                    assert!(why.iter().any(|why| text.contains(why)), "{args:?}: {text}");
                }
            });
        }
    });
}

#[test]
fn a_file_may_come_through_a_pipe() {
    let dir = host(Some("node1"));
    let run = |script: &str| {
        let program = env!("CARGO_BIN_EXE_stigprobe");
        let mut bash = std::process::Command::new("bash");
        let output = bash.arg("-c").arg(script).env("STIGPROBE", program).current_dir(dir.path()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    fs::write(dir.path().join("policy.toml"), "").unwrap();
    let scan = "\"$STIGPROBE\" scan --host-root root --fail-on none --quiet --format json";
    assert_eq!(run(&format!("{scan} --policy <(sleep 0.1; cat policy.toml)")), (Some(0), String::new()));
    assert_eq!(run(&format!("{scan} --config /dev/null")), (Some(0), String::new()));
    let benchmark = format!("{}/benchmarks/mirantis-mke.xml", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(run(&format!("{scan} --benchmark <(cat {benchmark})")), (Some(0), String::new()));
}

#[test]
fn a_copy_without_a_name_is_never_filed_under_this_machine_s() {
    let dir = host(None);
    let scan = ["scan", "--host-root", "root", "--format", "json", "--fail-on", "none"];
    let (code, text) = said(dir.path(), &scan);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("--asset"), "{text}");
    let left = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().path()).filter(|path| path.ends_with("results"));
    assert!(left.flat_map(|results| results.read_dir().unwrap()).all(|e| !e.unwrap().path().is_dir()));
    let (code, text) = said(dir.path(), &[&scan[..], &["--asset", "node9"]].concat());
    assert_eq!(code, Some(0), "{text}");
    assert!(dir.path().join("results/node9/latest/results.json").is_file());
}

#[test]
fn different_assets_never_share_a_directory_and_long_names_fit() {
    let dir = host(None);
    let long = |last: char| format!("{}{last}", "n".repeat(254));
    let names = ["db 1", "db/1", "db-1", "combined", "é", "è", "..", "...", &long('a'), &long('b')];
    for name in names {
        let args =
            ["scan", "--host-root", "root", "--format", "emass", "--fail-on", "none", "--quiet", "--asset", name];
        let (code, text) = said(dir.path(), &args);
        assert_eq!(code, Some(0), "{name}: {text}");
    }
    let mut found: Vec<String> = dir
        .path()
        .join("results")
        .read_dir()
        .unwrap()
        .filter_map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            entry.path().join("latest").is_dir().then_some(name)
        })
        .collect();
    found.sort();
    assert_eq!(found.len(), names.len(), "{found:?}");
    assert!(found.contains(&"db-1".to_owned()), "an ordinary name stays as it is: {found:?}");
    assert!(!found.contains(&"combined".to_owned()), "{found:?}");
    let (code, text) = said(dir.path(), &["scan", "--host-root", "root", "--asset", &"n".repeat(256)]);
    assert!(code == Some(1) && text.contains("255 characters"), "{text}");
}

#[test]
fn a_token_in_a_url_is_not_said_again() {
    let dir = tempfile::tempdir().unwrap();
    for option in ["--ucp", "--dtr", "--kubernetes", "--engine", "--benchmark", "--policy", "--config", "--ca-file"] {
        for url in [
            "https://ucp.example.mil/?token=hunter2",
            "https://ucp.example.mil?token=hunter2",
            "https://admin:hunter2@ucp.example.mil",
            "http://ucp.example.mil/#hunter2",
            "tcp://node:2376/?token=hunter2",
            "ssh://a:hunter2@node",
        ] {
            let (code, text) = said(dir.path(), &["scan", option, url]);
            assert_eq!(code, Some(1), "{option} {url}: {text}");
            assert!(!text.contains("hunter2"), "{option} {url}: {text}");
        }
    }
    let (_, text) = said(dir.path(), &["scan", "--unknown=https://a:hunter2@ucp", "https://ucp/?hunter2"]);
    assert!(!text.contains("hunter2"), "{text}");
}

/// Whatever steers a terminal, turns the direction of writing, or begins a line of its own.
const HOSTILE: &str = "x\u{1b}[31mRED\u{1b}]0;owned\u{7}\u{9b}31m\u{7f}\u{202e}\u{2028}\u{85}\rFORGED\nFORGED";

/// What of a text is not, where anything is.
fn harmful(what: &str, text: &str) -> Option<String> {
    let bad = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2066}'..='\u{2069}')
    };
    let forged = text.lines().find(|line| line.starts_with("FORGED"));
    let at = text.char_indices().find(|(_, c)| bad(*c)).map(|(at, _)| at);
    let around = at.map(|at| text[..at].chars().rev().take(40).collect::<String>().chars().rev().collect::<String>());
    (at.is_some() || forged.is_some()).then(|| format!("{what:?}: after {around:?}; {forged:?}"))
}

#[test]
fn no_text_from_outside_moves_the_terminal() {
    let dir = host(Some("node1"));
    let (code, text) = said(
        dir.path(),
        &["collect", "--host-root", "root", "--output", "evidence", "--benchmark", "docker-enterprise"],
    );
    assert!(matches!(code, Some(0 | 3)), "{text}");
    let mut evidence = Bundle::read(&dir.path().join("evidence"), &Trust::default()).unwrap().evidence;
    evidence.simulated = Some(HOSTILE.into());
    evidence.asset.name = HOSTILE.into();
    evidence.asset.comment = HOSTILE.into();
    evidence.asset.fqdn = HOSTILE.into();
    for endpoint in &mut evidence.endpoints {
        endpoint.url = HOSTILE.into();
        endpoint.identity = Some(HOSTILE.into());
    }
    fs::create_dir(dir.path().join("hostile")).unwrap();
    evidence.write(&dir.path().join("hostile")).unwrap();
    seal(&dir.path().join("hostile"), &Digests::new(), None).unwrap();
    // A benchmark whose texts are hostile as well, in what XML can carry.
    let xml = fs::read_to_string(format!("{}/benchmarks/mirantis-mke.xml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let carried: String = HOSTILE.chars().filter(|c| *c >= ' ' || "\n\r".contains(*c)).collect();
    let xml =
        xml.replacen("<title>", &format!("<title>{carried}"), 3).replace("<version>", &format!("<version>{carried}"));
    fs::write(dir.path().join("benchmark.xml"), xml).unwrap();

    let mut wrong = Vec::new();
    let evaluate = ["evaluate", "--evidence", "hostile", "--format", "all", "--output"];
    let latest = |output: &str| {
        let asset =
            dir.path().join(output).read_dir().unwrap().map(|e| e.unwrap().path()).find(|p| p.is_dir()).unwrap();
        asset.join("latest").canonicalize().unwrap().display().to_string()
    };
    for (args, code) in [
        ([&evaluate[..], &["one"]].concat(), true),
        ([&evaluate[..], &["two", "--benchmark", "benchmark.xml"]].concat(), true),
        ([&evaluate[..], &["three", "--json"]].concat(), true),
        ([&evaluate[..], &["four", "--assets", "per-node"]].concat(), true),
    ] {
        let (found, text) = said(dir.path(), &args);
        assert_eq!(found != Some(1), code, "{args:?}: {text}");
        wrong.extend(harmful(&args.join(" "), &text));
        assert!(text.contains("SIMULATED"), "{args:?}: {text}");
    }
    let (one, two) = (latest("one"), latest("two"));
    let forged = format!("{one}/{}", "x\nFORGED\u{1b}[1m");
    fs::copy(format!("{one}/results.json"), &forged).unwrap();
    for args in [
        &["results", "show", &two][..],
        &["results", "diff", &two, &latest("three")],
        &["results", "diff", &two, &latest("three"), "--json"],
        &["results", "list", "--output", "two"],
        &["results", "list", "--output", "two", "--json"],
        &["results", "list", "--output", "one"],
        &["results", "prune", "--keep", "1", "--output", "one"],
        &["convert", &two, "--output", "converted"],
        &["convert", &two, "--output", "converted", "--json"],
        &["convert", &two, "--output", HOSTILE],
        &["explain", "DKER-EE-001770", "--results", "two"],
        &["explain", "DKER-EE-001770", "--results", "one"],
        &["explain", HOSTILE],
        &["verify", &one],
        &["verify", &forged],
        &["verify", HOSTILE],
        &["package", &two, "--output", "package"],
        &["benchmark", "info", "benchmark.xml"],
        &["benchmark", "info", "benchmark.xml", "--json"],
        &["benchmark", "resolve", "benchmark.xml"],
        &["benchmark", "resolve", "benchmark.xml", "--json"],
        &["benchmark", "validate", "benchmark.xml"],
        &["benchmark", "validate", "benchmark.xml", "--json"],
        &["lint", "benchmark.xml"],
        &["lint", "benchmark.xml", "--json"],
        &["scan", "--policy", HOSTILE, "--host-root", "root"],
        &["scan", "--engine", HOSTILE],
        &["scan", "--ucp", HOSTILE],
        &["scan", "--rule", HOSTILE, "--host-root", "root"],
        &["scan", "--host-root", HOSTILE, "--fail-on", "none"],
        &["scan", "--host-root", HOSTILE, "--asset", HOSTILE],
        &["collect", "--host-root", HOSTILE, "--asset", HOSTILE, "--output", "collected"],
        &[HOSTILE],
    ] {
        let (_, text) = said(dir.path(), args);
        wrong.extend(harmful(&args.join(" "), &text));
    }
    // What is written down for other programs is as harmless.
    for run in [&one, &two] {
        for entry in fs::read_dir(run).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("evidence") || name.contains(".xlsx") || name.starts_with('x') || !name.contains('.') {
                continue;
            }
            wrong.extend(harmful(&name, &String::from_utf8(fs::read(&path).unwrap()).unwrap()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
