//! ARF in the hands of NIST's schemas and rules: by `OpenSCAP`, the ARF validator and xmllint. A tool
//! that is not here is skipped aloud; `scripts/test` installs them all and sets
//! `STIGPROBE_REQUIRE_TOOLS`, under which a missing one is a failure.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stderr, reason = "skipping is said aloud")]

mod common;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use common::shared;
use common::tools::{Run, accepted, find, missing, runs, tool};
use stigprobe::evidence::manifest::{Digests, seal};
use stigprobe::evidence::signature::Trust;
use stigprobe::evidence::{Bundle, Evidence};
use stigprobe::target::Asset;
use stigprobe::xccdf::validate::validate;

/// The rule of NIST's that nothing can meet: it is there to be read (`test="false()"`).
const UNMEETABLE: &str = "RES-366-1";

/// Where OCIL's schema may lie.
const OCIL: &str = "/usr/share/openscap/schemas/ocil/2.0/ocil-2.0.xsd";

/// Goes through all that is checked of one ARF. Gives the rules of SCAP 1.3 for results that it does
/// not meet; none when a tool is missing.
fn unmet(arf: &str) -> Option<Vec<String>> {
    accepted(arf, &tool("oscap", &["ds", "rds-validate", arf])?);
    contents(arf)?;
    let validator = shared("tools/arf/validate-arf")?;
    let output = tool("bash", &[validator.to_str().unwrap(), arf])?;
    accepted("validate-arf", &output);
    let text = String::from_utf8(output.stdout).unwrap();
    let rules = text.lines().filter_map(|line| line.split("not met: ").nth(1));
    let rules = rules.filter_map(|rule| rule.split_whitespace().next());
    let rules = rules.filter(|rule| *rule != UNMEETABLE);
    let rules: Vec<String> = rules.map(String::from).collect();
    assert_eq!(ours(arf), rules, "{arf}: what `benchmark validate` says of it");
    Some(rules)
}

/// The same, as `benchmark validate` finds it.
fn ours(arf: &str) -> Vec<String> {
    let report = validate(File::open(arf).unwrap()).unwrap();
    let all = report.problems.iter().chain(&report.warnings);
    let rules: BTreeSet<&str> = all.map(|problem| problem.code.as_str()).collect();
    rules.into_iter().map(String::from).collect()
}

/// What the ARF holds is valid by itself: the data stream collection, and every OCIL document.
fn contents(arf: &str) -> Option<()> {
    let text = std::fs::read_to_string(arf).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, part: &str| {
        let path = dir.path().join(name);
        let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{part}");
        std::fs::write(&path, xml).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let collections = parts(&text, "ds:data-stream-collection");
    assert_eq!(collections.len(), 1, "{arf}");
    let collection = file("collection.xml", collections[0]);
    let output = tool("oscap", &["ds", "sds-validate", &collection])?;
    accepted("oscap ds sds-validate", &output);
    if !Path::new(OCIL).exists() {
        missing(OCIL);
        return None;
    }
    for ocil in parts(&text, "ocil:ocil") {
        let ocil = file("ocil.xml", ocil);
        let output = tool("xmllint", &["--nonet", "--noout", "--schema", OCIL, &ocil])?;
        accepted("xmllint", &output);
    }
    Some(())
}

/// Every element of this name, which declares its namespaces itself.
fn parts<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let (start, end) = (format!("<{name} "), format!("</{name}>"));
    let starts = text.match_indices(&start).map(|(at, _)| &text[at..]);
    starts.map(|rest| &rest[..rest.find(&end).unwrap() + end.len()]).collect()
}

/// A copy of the run's evidence that says something else of where it comes from.
fn altered(run: &Run, name: &str, alter: impl Fn(&mut Evidence)) -> PathBuf {
    let dir = run.range.path().join(name);
    std::fs::create_dir(&dir).unwrap();
    let mut evidence = Bundle::read(&run.dir, &Trust::default()).unwrap().evidence;
    for file in evidence.facts.side_files() {
        std::fs::copy(run.dir.join(&file.name), dir.join(&file.name)).unwrap();
    }
    alter(&mut evidence);
    evidence.write(&dir).unwrap();
    seal(&dir, &Digests::new(), None).unwrap();
    dir
}

#[test]
fn every_kind_of_run_meets_all_rules_for_results() {
    for run in runs() {
        let Some(unmet) = unmet(&run.file(".arf.xml")) else {
            return;
        };
        assert!(unmet.is_empty(), "{}: {unmet:?}", run.dir.display());
        run.range.stop();
    }
}

#[test]
fn of_a_real_asset_nothing_is_made_up() {
    let run = Run::new("default", &["--format", "json"]);
    let evaluate = |name: &str, asset: Asset, ucp: Option<&str>| {
        let evidence = altered(&run, name, |evidence| {
            evidence.simulated = None;
            evidence.asset = asset.clone();
            for endpoint in &mut evidence.endpoints {
                endpoint.url = ucp.map_or(endpoint.url.clone(), String::from);
            }
        });
        let output = format!("{name}-results");
        let (_, dir) = run.judge(&[&evidence], &output, &["--format", "arf"]);
        unmet(&find(&dir, ".arf.xml"))
    };
    let bare = Asset { name: "ucp01".into(), ..Asset::default() };
    let full = Asset {
        fqdn: "ucp01.example.mil".into(),
        ip: ["10.0.0.5", "2001:db8::5"].map(String::from).into(),
        mac: "02:42:AC:11:00:02".into(),
        ..bare.clone()
    };
    let Some(none) = evaluate("full", full, None) else {
        return;
    };
    assert!(none.is_empty(), "{none:?}");
    // The address it was asked at is known; of MAC address and domain name nothing is.
    let unmet = evaluate("bare", bare.clone(), None);
    assert_eq!(unmet, Some(vec!["RES-299-1".to_owned()]));
    // Asked by a name, without a word on the address.
    let unmet = evaluate("named", bare, Some("https://ucp.example.mil"));
    let rules = ["RES-136-1", "RES-299-1"].map(String::from);
    assert_eq!(unmet, Some(rules.into()));
    run.range.stop();
}

#[test]
fn a_run_without_any_check_has_no_report_of_checks() {
    let run = Run::new("default", &["--rule", "SV-235824"]);
    let arf = run.file(".arf.xml");
    let text = std::fs::read_to_string(&arf).unwrap();
    assert_eq!(text.matches("<arf:report id=").count(), 1);
    if let Some(unmet) = unmet(&arf) {
        // Nobody was asked, so nobody said that it is the lab: the asset is as bare as it was given.
        assert_eq!(unmet, ["RES-299-1"]);
    }
    run.range.stop();
}

#[test]
fn the_lab_is_the_lab_even_if_it_is_not_asked() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = common::stigprobe(dir.path());
    command.args(["scan", "--lab", "--rule", "SV-235824", "--format", "arf"]);
    assert_eq!(command.output().unwrap().status.code(), Some(3));
    let arf = find(&dir.path().join("results/SIMULATED-lab"), ".arf.xml");
    if let Some(unmet) = unmet(&arf) {
        assert!(unmet.is_empty(), "{unmet:?}");
    }
}

#[test]
fn several_assets_share_one_document() {
    let run = Run::new("default", &["--format", "json"]);
    let named = |name: &str| {
        altered(&run, name, |evidence| {
            evidence.asset.name = format!("SIMULATED-{name}");
        })
    };
    let (one, two) = (named("ucp01"), named("ucp02"));
    let args = ["--format", "arf", "--combine"];
    let (_, output) = run.judge(&[&one, &two], "all", &args);
    let combined = output.join("combined");
    let arf = find(&combined, ".arf.xml");
    assert!(arf.contains("SIMULATED-combined_"), "{arf}");
    assert_eq!(common::files(&combined).len(), 2, "the ARF and its digest");
    let text = std::fs::read_to_string(&arf).unwrap();
    for name in ["SIMULATED-ucp01", "SIMULATED-ucp02"] {
        assert!(text.contains(&format!("<ai:hostname>{name}</ai:hostname>")));
        assert!(output.join(name).join("latest").exists(), "{name}");
    }
    let Some(unmet) = unmet(&arf) else {
        return;
    };
    assert!(unmet.is_empty(), "{unmet:?}");
    let info = tool("oscap", &["info", &arf]).unwrap();
    accepted("oscap info", &info);
    let info = String::from_utf8(info.stdout).unwrap();
    for line in ["Asset: asset0", "Asset: asset1", "ARF report: xccdf2"] {
        assert!(info.contains(line), "{line}: {info}");
    }
    run.range.stop();
}

#[test]
fn what_is_real_and_what_is_not_are_not_combined() {
    let run = Run::new("default", &["--format", "json"]);
    let real = altered(&run, "real", |evidence| evidence.simulated = None);
    let mut command = common::stigprobe(run.range.path());
    command.args(["evaluate", "--format", "arf", "--combine", "--output", "all"]);
    command.arg("--evidence").arg(&run.dir);
    command.arg("--evidence").arg(&real);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("do not go into one document"), "{said}");
    assert!(!run.range.path().join("all").exists());
    run.range.stop();
}
