use std::fs;

use chrono::{DateTime, Utc};

use super::*;
use crate::collect::Collected;
use crate::evidence::Bundle;
use crate::facts::{Facts, Need};
use crate::outcome::{Endpoint, Interpretation};
use crate::probes::cases::read;
use crate::report::parse_list;
use crate::report::poam::Template;
use crate::run::{Loaded, PolicySource, Request, judge, load};
use crate::xccdf::model::Schema;
use crate::xccdf::stream::Choice;

fn loaded(filing: Filing) -> Loaded {
    load(&Request {
        benchmark: "docker-enterprise".into(),
        choice: Choice::default(),
        profile: None,
        tailoring: None,
        only: Vec::new(),
        policy: PolicySource::None,
        interpretation: Interpretation::Intent,
        xccdf: Schema::V1_2,
        poam: Template::default(),
        sign: None,
        previous: Vec::new(),
        nessus: super::super::NessusFiles::default(),
        previous_any_asset: false,
        filing,
        trust: Trust::default(),
    })
    .expect("loaded")
}

/// A run of a system that is not simulated: UCP said its version and nothing else.
fn run(dir: &Path, asset: Asset, simulated: Option<&str>, formats: &str) -> PathBuf {
    let at: DateTime<Utc> = "2026-11-21T18:00:00Z".parse().expect("a time");
    let mut facts = Facts::default();
    facts.ucp.version = read(Need::UcpVersion, crate::facts::engine::Version::default());
    let evidence = Evidence::new(
        asset,
        Collected {
            facts,
            endpoints: vec![Endpoint {
                kind: "UCP".into(),
                url: "https://ucp.example.mil".into(),
                identity: None,
                pin: None,
            }],
            simulated: simulated.map(str::to_owned),
            started: at,
            finished: at,
            warnings: Vec::new(),
        },
    );
    let bundle = tempfile::tempdir_in(dir).expect("a directory");
    let bundle: Bundle = evidence.write(&bundle.keep()).expect("a bundle");
    let formats = parse_list(formats).expect("formats").into_iter().collect();
    let finished = judge(&loaded(Filing::default()), &bundle, &formats, &dir.join("results"));
    finished.expect("a run").dir
}

fn asset(name: &str, marking: &str) -> Asset {
    Asset { name: name.into(), marking: marking.into(), ..Asset::default() }
}

fn names(dir: &Path) -> Vec<String> {
    let entries = dir.read_dir().expect("a directory");
    let mut names: Vec<String> =
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn made(runs: &[PathBuf], to: &Path) -> Result<Packed, String> {
    let filing = Filing::default();
    package(runs, to, Some("Harbour"), &filing, None, &Trust::default()).map_err(|e| e.to_string())
}

#[test]
fn two_assets_make_a_package_that_its_manifest_holds() {
    let dir = tempfile::tempdir().expect("a directory");
    let runs = [
        run(dir.path(), asset("ucp01", "CUI"), None, "emass,html"),
        run(dir.path(), asset("node1", "SECRET//NOFORN"), None, "emass"),
    ];
    let to = dir.path().join("package");
    let packed = made(&runs, &to).expect("a package");
    assert_eq!((packed.assets, packed.dir.as_path()), (2, to.as_path()));
    assert!(Checked::open(&to, &Trust::default()).is_ok());
    let stem = "Docker_Enterprise_2-x_Linux-UNIX_STIG_V2R2_20261121T180000Z";
    let mut wanted: Vec<String> = vec!["MANIFEST.sha256".into(), "SECRET--NOFORN_README.txt".into()];
    for (own, name) in [("CUI", "ucp01"), ("SECRET--NOFORN", "node1")] {
        for extension in ["ckl", "cklb", "poam.xlsx", "oscal-poam.json", "emass-containers.json"] {
            wanted.push(format!("{own}_{name}_{stem}.{extension}"));
        }
        wanted.push(format!("SECRET--NOFORN_{name}_{stem}.evidence.zip"));
    }
    wanted.sort();
    assert_eq!(names(&to), wanted);
    let text = fs::read_to_string(to.join("SECRET--NOFORN_README.txt")).expect("a text");
    assert!(text.starts_with("SECRET//NOFORN\n") && text.contains("ASSET node1"), "{text}");
    assert!(text.contains("of the system Harbour"));
    // The checklist is the run's own, byte for byte, with its own marking.
    let ckl = format!("CUI_ucp01_{stem}.ckl");
    assert_eq!(fs::read(to.join(&ckl)).expect("read"), fs::read(runs[0].join(&ckl)).expect("read"));
    // The same runs give the same files.
    let again = dir.path().join("again");
    made(&runs, &again).expect("a package");
    for name in names(&to) {
        assert_eq!(fs::read(to.join(&name)).unwrap(), fs::read(again.join(&name)).unwrap(), "{name}");
    }
}

#[test]
fn the_evidence_is_the_whole_run_and_can_be_verified_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let one = run(dir.path(), asset("ucp01", ""), None, "emass,html");
    let to = dir.path().join("package");
    made(std::slice::from_ref(&one), &to).expect("a package");
    let zip = names(&to).into_iter().find(|n| n.ends_with(".evidence.zip")).expect("a zip");
    let mut zip = zip::ZipArchive::new(fs::File::open(to.join(zip)).unwrap()).expect("a zip");
    let unpacked = dir.path().join("unpacked");
    zip.extract(&unpacked).expect("unpacked");
    assert!(Checked::open(&unpacked, &Trust::default()).is_ok());
    assert_eq!(names(&unpacked), names(&one));
}

#[test]
fn what_cannot_be_handed_in_is_refused_and_leaves_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let to = dir.path().join("package");
    let refused = |runs: &[PathBuf], why: &str| {
        let error = made(runs, &to).expect_err(why);
        assert!(error.contains(why), "{why}: {error}");
        assert!(!to.exists());
        assert!(!names(dir.path()).iter().any(|name| name.starts_with(".stigprobe-")));
    };
    let simulated = run(dir.path(), asset("SIMULATED-lab", ""), Some("default"), "emass");
    refused(&[simulated], "SIMULATED");
    let renamed = run(dir.path(), asset("harmless", ""), Some("default"), "emass");
    refused(&[renamed], "SIMULATED");
    refused(&[run(dir.path(), asset("a", ""), None, "ckl,json")], "it has no cklb");
    refused(&[run(dir.path(), asset("b", ""), None, "json")], "it has no ckl");
    refused(&[dir.path().to_owned()], "no finished run");
    let (one, two) =
        (run(dir.path(), asset("ucp01", ""), None, "emass"), run(dir.path(), asset("UCP01", ""), None, "emass"));
    refused(&[one.clone(), two], "are both of asset");
    let mixed = [
        run(dir.path(), asset("c", "CUI//SP-A"), None, "emass"),
        run(dir.path(), asset("d", "CUI//SP-B"), None, "emass"),
    ];
    refused(&mixed, "--marking");
    let filing = Filing { marking: Some("U".into()), ..Filing::default() };
    let error = package(&mixed, &to, None, &filing, None, &Trust::default()).expect_err("lower").to_string();
    assert!(error.contains("is lower than"), "{error}");
    // Somebody closes a finding by hand.
    let ckl = names(&one).into_iter().find(|n| Path::new(n).extension().is_some_and(|e| e == "ckl")).expect("a CKL");
    let text = fs::read_to_string(one.join(&ckl)).expect("read");
    fs::write(one.join(&ckl), text.replace("Not_Reviewed", "NotAFinding")).expect("written");
    refused(&[one], "is not as it was");
    fs::create_dir(&to).expect("a directory");
    fs::write(to.join("x"), "").expect("written");
    let fine = run(dir.path(), asset("e", ""), None, "emass");
    let error = made(&[fine], &to).expect_err("not empty");
    assert!(error.contains("not empty"), "{error}");
}

#[test]
fn a_run_without_evidence_or_with_another_s_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let to = dir.path().join("package");
    let one = run(dir.path(), asset("ucp01", ""), None, "emass");
    let other = run(dir.path(), asset("ucp02", ""), None, "emass");
    let sealed_again = || {
        fs::remove_file(one.join(MANIFEST)).expect("removed");
        seal(&one, &Digests::new(), None).expect("sealed");
    };
    fs::remove_file(one.join(FILE)).expect("removed");
    sealed_again();
    let error = made(std::slice::from_ref(&one), &to).expect_err("no evidence");
    assert!(error.contains("has no evidence.json"), "{error}");
    fs::copy(other.join(FILE), one.join(FILE)).expect("copied");
    sealed_again();
    let error = made(&[one], &to).expect_err("another's");
    assert!(error.contains("do not rest on its evidence.json"), "{error}");
}

#[test]
fn what_is_beyond_a_limit_is_named_with_file_and_field() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("a.poam.xlsx"), b"none").expect("written");
    fs::write(dir.path().join("b.ckl"), b"").expect("written");
    let large = fs::File::create(dir.path().join("c.zip")).expect("a file");
    large.set_len(LARGEST_FILE).expect("a length");
    let told: Vec<String> = beyond(dir.path()).expect("read").iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("a.poam.xlsx: workbook: cannot be read"), "{told:?}");
    assert!(told[1].starts_with("c.zip: size: less than 30000000 bytes"), "{told:?}");
}
