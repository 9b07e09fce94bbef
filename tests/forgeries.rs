//! What was done to a run, a bundle or a package after it was finished: every command that opens one refuses it, at once.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use common::stigprobe;
use sha2::{Digest as _, Sha256};
use stigprobe::xccdf::ids::hex;

/// A host's copy was scanned twice, signed; and somebody else has a key as well.
struct Scanned {
    dir: tempfile::TempDir,
}

impl Scanned {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("root/etc/docker")).unwrap();
        fs::write(dir.path().join("root/etc/hostname"), "node1\n").unwrap();
        for name in ["own", "other"] {
            let key = rcgen::KeyPair::generate().unwrap();
            let certificate = rcgen::CertificateParams::new(vec![name.into()]).unwrap().self_signed(&key).unwrap();
            fs::write(dir.path().join(format!("{name}.key")), key.serialize_pem()).unwrap();
            fs::write(dir.path().join(format!("{name}.pem")), certificate.pem()).unwrap();
        }
        let scanned = Scanned { dir };
        for output in ["good", "forged"] {
            let args = ["scan", "--host-root", "root", "--format", "emass", "--sign", "own.key", "--fail-on", "none"];
            let mut command = stigprobe(scanned.path());
            command.args(args).args(["--quiet", "--output", output]).assert().code(0);
        }
        scanned
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The one run in a directory of results.
    fn run(&self, output: &str) -> PathBuf {
        let asset = self.path().join(output).join("node1");
        asset.join(fs::read_link(asset.join("latest")).unwrap())
    }

    /// The directory of results `forged` as it was before anything was done to it, in another place.
    fn copy(&self, to: &str) -> PathBuf {
        let from = self.run("forged");
        let name = from.file_name().unwrap();
        let asset = self.path().join(to).join("node1");
        let run = asset.join(name);
        fs::create_dir_all(&run).unwrap();
        symlink(name, asset.join("latest")).unwrap();
        for entry in from.read_dir().unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), run.join(entry.file_name())).unwrap();
        }
        run
    }

    /// Every command that opens a run, on `results/node1/latest`.
    fn commands(&self, results: &str, cert: &[&str]) -> Vec<(String, assert_cmd::Command)> {
        let good = self.run("good").display().to_string();
        let run = format!("{results}/node1/latest");
        let file = format!("{run}/results.json");
        let out = format!("{results}-out");
        let table: &[&[&str]] = &[
            &["results", "show", &run],
            &["results", "show", &file],
            &["results", "diff", &run, &good],
            &["results", "diff", &good, &run],
            &["convert", &run, "--output", &out],
            &["convert", &file, "--output", &out],
            &["package", &run, "--output", &out],
            &["evaluate", "--evidence", &run, "--output", &out],
            &["evaluate", "--evidence", &good, "--previous", &run, "--output", &out],
            &["scan", "--host-root", "root", "--previous", &run, "--output", &out],
            &["verify", &run],
        ];
        let command = |args: &&[&str]| {
            let mut command = stigprobe(self.path());
            command.args(*args).args(cert).timeout(Duration::from_secs(30));
            (args.join(" "), command)
        };
        table.iter().map(command).collect()
    }
}

/// Changes one byte in the middle of a file.
fn change(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn fifo(path: &Path) {
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mkfifoat(rustix::fs::CWD, path, mode).unwrap();
}

/// The file of a run with this extension.
fn file(run: &Path, extension: &str) -> PathBuf {
    let mut names = run.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    run.join(names.find(|name| name.split_once("Z.").is_some_and(|(_, found)| found == extension)).unwrap())
}

/// Puts something else in the place of a file, and moves the file out of the run.
fn replace(path: &Path, with: impl Fn(&Path, &Path)) {
    let kept = path.parent().unwrap().parent().unwrap().join("kept");
    fs::rename(path, &kept).unwrap();
    with(&kept, path);
}

/// Writes the list anew, over whatever is there now.
fn list_anew(run: &Path) {
    let mut list = String::new();
    let mut names: Vec<String> =
        run.read_dir().unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names.iter().filter(|name| !name.starts_with("MANIFEST")) {
        list += &format!("{}  {name}\n", hex(&Sha256::digest(fs::read(run.join(name)).unwrap())));
    }
    fs::write(run.join("MANIFEST.sha256"), list).unwrap();
}

const FORGED: &str = "x\nThe manifest is signed by the key of this certificate.\n0 files";

/// What is done to a run, by name.
const FORGERIES: &[(&str, fn(&Path))] = &[
    ("results-link", |run| replace(&run.join("results.json"), |kept, path| symlink(kept, path).unwrap())),
    ("results-link-inside", |run| {
        fs::remove_file(run.join("results.json")).unwrap();
        symlink(file(run, "json").file_name().unwrap(), run.join("results.json")).unwrap();
    }),
    ("evidence-link", |run| replace(&run.join("evidence.json"), |kept, path| symlink(kept, path).unwrap())),
    ("evidence-fifo", |run| replace(&run.join("evidence.json"), |_, path| fifo(path))),
    ("evidence-zero", |run| replace(&run.join("evidence.json"), |_, path| symlink("/dev/zero", path).unwrap())),
    ("evidence-directory", |run| replace(&run.join("evidence.json"), |_, path| fs::create_dir(path).unwrap())),
    ("list-fifo", |run| replace(&run.join("MANIFEST.sha256"), |_, path| fifo(path))),
    ("list-link", |run| replace(&run.join("MANIFEST.sha256"), |kept, path| symlink(kept, path).unwrap())),
    ("list-gone", |run| fs::remove_file(run.join("MANIFEST.sha256")).unwrap()),
    ("list-empty", |run| fs::write(run.join("MANIFEST.sha256"), "").unwrap()),
    ("signature-fifo", |run| replace(&run.join("MANIFEST.sha256.sig"), |_, path| fifo(path))),
    ("more", |run| fs::write(run.join("more.ckl"), "x").unwrap()),
    ("more-hidden", |run| fs::write(run.join(".more"), "x").unwrap()),
    ("more-link", |run| symlink("evidence.json", run.join("more.json")).unwrap()),
    ("more-fifo", |run| fifo(&run.join("more"))),
    ("more-in-directory", |run| {
        fs::create_dir(run.join("more")).unwrap();
        fs::write(run.join("more/results.json"), "{}").unwrap();
    }),
    ("line-break", |run| fs::write(run.join(FORGED), "x").unwrap()),
    ("gone", |run| fs::remove_file(file(run, "cklb")).unwrap()),
    ("changed-results", |run| change(&run.join("results.json"))),
    ("changed-checklist", |run| change(&file(run, "ckl"))),
    ("changed-evidence", |run| change(&run.join("evidence.json"))),
];

/// What only a certificate shows.
const UNSIGNED: &[(&str, fn(&Path))] = &[
    ("signature-gone", |run| fs::remove_file(run.join("MANIFEST.sha256.sig")).unwrap()),
    ("signature-changed", |run| change(&run.join("MANIFEST.sha256.sig"))),
    ("list-anew", |run| {
        let results = run.join("results.json");
        let text = fs::read_to_string(&results).unwrap().replace("\"fail\"", "\"pass\"");
        fs::write(results, text).unwrap();
        list_anew(run);
    }),
];

/// Does it to a copy of a run, and sees that every command refuses that.
fn refused(scanned: &Scanned, name: &str, forge: fn(&Path), cert: &[&str]) {
    forge(&scanned.copy(name));
    for (args, mut command) in scanned.commands(name, cert) {
        let output = command.output().unwrap();
        let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        let code = output.status.code();
        let expected: &[i32] = if args.starts_with("verify") { &[1, 2] } else { &[1] };
        assert!(code.is_some_and(|code| expected.contains(&code)), "{name}: {args}: {code:?}\n{stdout}{stderr}");
        let is_forged = |line: &str| line.starts_with("The manifest is signed");
        assert!(!stdout.lines().chain(stderr.lines()).any(is_forged), "{name}: {args}: {stdout}{stderr}");
        assert!(!stderr.contains("defect"), "{name}: {args}: {stderr}");
    }
    assert!(!scanned.path().join(format!("{name}-out/node1")).exists(), "{name}: something was written");
}

#[test]
fn whatever_is_done_to_a_run_no_command_reads_it() {
    let scanned = Scanned::new();
    let refuse = |forgeries: &[(&str, fn(&Path))], cert: &[&str]| {
        let next = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while let Some((name, forge)) =
                        forgeries.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                    {
                        refused(&scanned, name, *forge, cert);
                    }
                });
            }
        });
    };
    refuse(FORGERIES, &[]);
    refuse(UNSIGNED, &["--cert", "own.pem"]);
    refuse(&[("somebody-else-s", |_| ())], &["--cert", "other.pem"]);
    // The lists of runs and a rule's last result name no forgery either.
    for (name, _) in FORGERIES.iter().filter(|(name, _)| !["changed-checklist", "changed-evidence"].contains(name)) {
        let listed = stigprobe(scanned.path()).args(["results", "list", "--json", "--output", name]).output().unwrap();
        assert_eq!(String::from_utf8(listed.stdout).unwrap().trim(), "[]", "{name}");
        assert!(String::from_utf8(listed.stderr).unwrap().contains("not listed: "), "{name}");
        let told = stigprobe(scanned.path()).args(["explain", "DKER-EE-001770", "--results", name]).output().unwrap();
        assert!(!String::from_utf8(told.stdout).unwrap().contains(" on node1 at "), "{name}");
    }
}

#[test]
fn a_run_that_nothing_was_done_to_is_read_by_every_command() {
    let scanned = Scanned::new();
    fs::write(scanned.path().join("stigprobe.toml"), "cert = 'own.pem'\n").unwrap();
    for cert in [&["--cert", "own.pem"][..], &[]] {
        let name = format!("copy-{}", cert.len());
        scanned.copy(&name);
        for (args, mut command) in scanned.commands(&name, cert) {
            let output = command.output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_ne!(output.status.code(), Some(1), "{args}: {told}");
            fs::remove_dir_all(scanned.path().join(format!("{name}-out"))).ok();
        }
    }
    let verified = stigprobe(scanned.path()).arg("verify").arg(scanned.run("good")).output().unwrap();
    assert!(String::from_utf8(verified.stdout).unwrap().contains("is signed by the key of this certificate"));
    // A configured certificate counts as one that is named.
    fs::write(scanned.path().join("stigprobe.toml"), "cert = 'other.pem'\n").unwrap();
    scanned.copy("configured");
    for (args, mut command) in scanned.commands("configured", &[]) {
        assert!(matches!(command.output().unwrap().status.code(), Some(1 | 2)), "{args}");
    }
}

#[test]
fn a_run_of_version_0_1_0_with_its_link_is_read() {
    let scanned = Scanned::new();
    let run = scanned.copy("old");
    // As that version wrote it: the results under one name, and the other a link that is not listed.
    fs::remove_file(run.join("results.json")).unwrap();
    list_anew(&run);
    symlink(file(&run, "json").file_name().unwrap(), run.join("results.json")).unwrap();
    for (args, mut command) in scanned.commands("old", &[]) {
        let output = command.output().unwrap();
        assert_ne!(output.status.code(), Some(1), "{args}: {}", String::from_utf8_lossy(&output.stderr));
        fs::remove_dir_all(scanned.path().join("old-out")).ok();
    }
}

#[test]
fn in_a_new_run_nothing_is_a_link() {
    let scanned = Scanned::new();
    for entry in scanned.run("good").read_dir().unwrap() {
        let entry = entry.unwrap();
        assert!(entry.file_type().unwrap().is_file(), "{}", entry.path().display());
    }
    assert!(scanned.run("good").join("results.json").is_file());
}

#[test]
fn a_link_in_place_of_an_asset_is_not_followed() {
    let scanned = Scanned::new();
    fs::create_dir_all(scanned.path().join("planted")).unwrap();
    fs::create_dir(scanned.path().join("elsewhere")).unwrap();
    symlink("../elsewhere", scanned.path().join("planted/node1")).unwrap();
    let args = ["scan", "--host-root", "root", "--format", "json", "--output", "planted"];
    let output = stigprobe(scanned.path()).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(scanned.path().join("elsewhere").read_dir().unwrap().count(), 0);
    assert_eq!(
        scanned
            .path()
            .join("planted")
            .read_dir()
            .unwrap()
            .filter(|e| {
                let name = e.as_ref().unwrap().file_name();
                name != "node1" && !name.to_string_lossy().starts_with(".stigprobe")
            })
            .count(),
        0
    );
}
