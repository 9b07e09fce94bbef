//! `benchmark validate`: what it finds, and where; what it accepts; how it answers.
//!
//! The documents in `tests/validate` hold nearly every element that the schemas have, and are
//! valid. Each row of a table changes one place in one of them.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stderr, reason = "skipping is said aloud")]

mod common;

use std::fs::File;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use common::{Range, files, shared, stigprobe};
use serde_json::Value;
use stigprobe::xccdf::validate::{Report, validate};

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validate").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn check(xml: &str) -> Report {
    validate(Cursor::new(xml.as_bytes())).unwrap()
}

fn check_file(path: &Path) -> Report {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    validate(file).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// In which document what is replaced by what; the code that must come first, and a text on the line
/// that it must name, as it stands then.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

const NEW: &str = "xccdf-1.2.xml";
const OLD: &str = "xccdf-1.1.4.xml";
const TAILORING: &str = "tailoring.xml";
const STREAM: &str = "data-stream.xml";

#[rustfmt::skip]
const STRUCTURE: &[Row] = &[
    (NEW, "<Benchmark ", "<Checklist ", "unknown-root", "<Checklist "),
    (NEW, "<target>t</target>", "", "missing-element", "<target-address"),
    (NEW, "<result>pass</result>", "", "missing-element", "<override"),
    (NEW, "  <version time=\"2020-01-01T00:00:00\" update=\"u\">1</version>", "", "missing-element", "<metadata><dc:creator>"),
    (NEW, "<fixtext ", "<fixtexte ", "unknown-element", "<fixtexte "),
    (NEW, "<Rule id=\"xccdf_a_rule_3\"/>", "<rule id=\"xccdf_a_rule_3\"/>", "unknown-element", "<rule "),
    (NEW, "<fix id=", "<check system='z'/><fix id=", "misplaced-element", "<check system='z'/>"),
    (NEW, "<title>T</title>\n    <remark>", "<remark>q</remark><title>T</title>\n    <remark>", "misplaced-element", "<remark>q</remark>"),
    (NEW, "<impact-metric>i</impact-metric>", "<impact-metric/><impact-metric/>", "too-many-elements", "<impact-metric/>"),
    (NEW, "<complex-check operator=\"AND\" negate=\"false\">", "<check system=\"z\"/><complex-check operator=\"AND\">", "unknown-element", "<check system=\"z\"/>"),
    (NEW, "<choice>3</choice>", "", "missing-element", "<choices selector=\"x\">"),
    (NEW, "<metadata><x:y/></metadata>", "<metadata/>", "missing-element", "<metadata/>"),
    (NEW, "<Rule id=\"xccdf_a_rule_3\"/>", "<Rule id=\"xccdf_a_rule_3\">x</Rule>", "unexpected-text", "_3\">x<"),
    (NEW, "<platform idref=\"#p1\"/>", "<platform idref=\"#p1\"> </platform>", "unexpected-text", "\"> </platform>"),
    (NEW, "<question>q</question>", "<question><b/></question>", "unknown-element", "<question><b/>"),
    (NEW, "<rear-matter>R", "<rear-matter>R <x:y/>", "unknown-element", "R <x:y/>"),
    (NEW, "<signature><s:S xmlns:s=\"http://www.w3.org/2000/09/xmldsig#\"/></signature>\n  </T", "<signature/>\n  </T", "missing-element", "<signature/>"),
    (OLD, "<metadata><dc:creator>x</dc:creator></metadata>", "<metadata><dc:author>x</dc:author></metadata>", "unknown-element", "<dc:author>"),
    (OLD, "<set-value ", "<set-complex-value idref='a'/><set-value ", "unknown-element", "<set-complex-value"),
    (OLD, "<check system=\"s2\" id=\"c2\">", "<check system=\"s2\" negate=\"1\">", "unknown-attribute", "negate=\"1\">"),
    (TAILORING, "<version time=\"2020-01-01T00:00:00\">1</version>", "", "missing-element", "<metadata>"),
    (STREAM, "<ds:checks>", "<ds:checkz>", "unknown-element", "<ds:checkz>"),
    (STREAM, "  <ds:checks><ds:component-ref id=\"scap_a_cref_o\" xlink:href=\"#scap_a_comp_o\"/></ds:checks>\n", "", "missing-element", "<ds:extended-components>"),
    (STREAM, "<status>draft</status>\n      <version>", "<version>", "missing-element", "<version>1</version>\n      <Rule"),
    (STREAM, "http://oval.mitre.org/XMLSchema/oval-definitions-5\"", "urn:oval\"", "unknown-element", "xmlns=\"urn:oval\""),
    (STREAM, "<s:DigestValue>QUJD<", "<s:DigestValue>Q<", "bad-value", "<s:DigestValue>Q<"),
];

#[rustfmt::skip]
const VALUES: &[Row] = &[
    (NEW, "id=\"xccdf_a_rule_3\"", "id=\"SV-3_rule\"", "bad-value", "SV-3_rule"),
    (NEW, "id=\"xccdf_a_testresult_1\"", "id=\"tr\"", "bad-value", "id=\"tr\""),
    (NEW, "id=\"xccdf_a_profile_2\"", "id=\"xccdf_a_b_profile_2\"", "bad-value", "_b_profile_2"),
    (NEW, " end-time=\"2020-01-01T00:00:00Z\"", "", "missing-attribute", "<TestResult"),
    (NEW, "end-time=\"2020-01-01T00:00:00Z\"", "end-time=\"2020-02-30T00:00:00\"", "bad-value", "2020-02-30"),
    (NEW, "<status date=\"2020-01-01\">", "<status date=\"1.1.2020\">", "bad-value", "1.1.2020"),
    (NEW, ">accepted<", ">Accepted<", "bad-value", ">Accepted<"),
    (NEW, "role=\"full\" severity=\"low\"", "role=\"full\" severity=\"CAT I\"", "bad-value", "CAT I"),
    (NEW, "role=\"full\" severity=\"low\"", "role=\"partial\"", "bad-value", "partial"),
    (NEW, "weight=\"1.0\" selector", "weight=\"12.34\" selector", "bad-value", "12.34"),
    (NEW, "weight=\"1\" Id", "weight=\"-1\" Id", "bad-value", "weight=\"-1\""),
    (NEW, "<result>pass</result>", "<result>ok</result>", "bad-value", "<result>ok"),
    (NEW, ">50.5<", ">5e1<", "bad-value", ">5e1<"),
    (NEW, "operator=\"greater than\"", "operator=\"&gt;\"", "bad-value", "operator=\"&gt;\""),
    (NEW, "authenticated=\"1\"", "authenticated=\"yes\"", "bad-value", "=\"yes\""),
    (NEW, "xml:lang=\"de\"", "xml:lang=\"de_AT\"", "bad-value", "de_AT"),
    (NEW, "style-href=\"u\"", "style-href=\"%\"", "bad-value", "style-href"),
    (NEW, "name=\"cpe:/o:a:b\"", "name=\"o:a:b\"", "bad-value", "o:a:b"),
    (NEW, "<lower-bound>1<", "<lower-bound>one<", "bad-value", ">one<"),
    (NEW, "hidden=\"false\"", "hiden=\"false\"", "unknown-attribute", "hiden"),
    (NEW, "<check system=\"s2\" id=\"c2\">", "<check id=\"c2\">", "missing-attribute", "<check id=\"c2\">"),
    (NEW, "requires idref=\"xccdf_a_rule_2\"", "requires idref=\"\"", "bad-value", "idref=\"\""),
    (OLD, "id=\"xccdf_a_benchmark_b\"", "id=\"a/b\"", "bad-value", "id=\"a/b\""),
    (OLD, "<conflicts idref=\"xccdf_a_rule_3\"/>", "<conflicts/>", "missing-attribute", "<conflicts/>"),
    (STREAM, "id=\"scap_a_comp_o\"", "id=\"scap_a_component_o\"", "bad-value", "_component_o"),
    (STREAM, "id=\"scap_a_comp_o\"", "id=\"scap_a_comp_z\"", "dangling-reference", "#scap_a_comp_o"),
    (STREAM, "<generator>", "<generator/><generator>", "too-many-elements", "<generator>"),
    (STREAM, "<generator><schema_version", "<definitions/><generator><schema_version", "missing-element", "<definitions/>"),
    (STREAM, "#scap_a_comp_t", "#scap_a_comp_z", "dangling-reference", "#scap_a_comp_z"),
    (STREAM, "scap-version=\"1.3\" ", "", "missing-attribute", "<ds:data-stream "),
    (STREAM, "xlink:type=\"simple\"", "xlink:type=\"arc\"", "bad-value", "\"arc\""),
];

#[rustfmt::skip]
const KEYS: &[Row] = &[
    (NEW, "<Rule id=\"xccdf_a_rule_3\"", "<Rule id=\"xccdf_a_rule_1\"", "duplicate", "<Rule id=\"xccdf_a_rule_1\"/>"),
    (NEW, "<Rule id=\"xccdf_a_rule_3\"/>", "<Rule id=\"xccdf_a_rule_3\"/><Rule id='xccdf_a_rule_3'/>", "duplicate", "id='xccdf_a_rule_3'"),
    (NEW, "<plain-text id=\"pt2\">", "<plain-text id=\"pt\">", "duplicate", "id=\"pt\">P</plain-text>\n  <cpe2"),
    (NEW, "<notice id=\"n2\">", "<notice id=\"n1\">", "duplicate", "<notice id=\"n1\">N<"),
    (NEW, "<select idref=\"cl\"", "<select idref=\"xccdf_a_rule_1\"", "duplicate", "selected=\"0\""),
    (NEW, "Id=\"I4\"", "Id=\"I1\"", "duplicate", "<TestResult"),
    (NEW, "<instance context=\"c\" p", "<instance p", "duplicate", "<instance p"),
    (NEW, "<value selector=\"x\">", "<value>", "duplicate", "<value>2<"),
    (NEW, "<param name=\"b\">", "<param name=\"a\">", "duplicate", "<param name="),
    (NEW, "system=\"urn:xccdf:scoring:flat\"", "system=\"urn:xccdf:scoring:default\"", "duplicate", "<param name="),
    (NEW, "extends=\"xccdf_a_profile_1\"", "extends=\"xccdf_a_profile_3\"", "dangling-reference", "a_profile_3"),
    (NEW, "extends=\"xccdf_a_rule_1\"", "extends=\"xccdf_a_group_1\"", "dangling-reference", "extends=\"xccdf_a_group_1\">"),
    (NEW, "value-id=\"xccdf_a_value_1\"", "value-id=\"xccdf_a_value_9\"", "dangling-reference", "value_9"),
    (NEW, "<rule-result idref=\"xccdf_a_rule_2\">", "<rule-result idref=\"xccdf_a_rule_9\">", "dangling-reference", "rule_9"),
    (NEW, "D <sub idref=\"pt\"", "D <sub idref=\"pt3\"", "dangling-reference", "pt3"),
    (NEW, "parentContext=\"undefined\"", "parentContext=\"z\"", "dangling-reference", "=\"z\""),
    (NEW, "<select idref=\"cl\"", "<select idref=\"cl2\"", "dangling-reference", "cl2"),
    (NEW, "<refine-rule idref=\"xccdf_a_rule_1\"", "<refine-rule idref=\"xccdf_a_rule_7\"", "dangling-reference", "rule_7"),
    (NEW, "<set-value idref=\"xccdf_a_value_1\">5", "<set-value idref=\"xccdf_a_rule_1\">5", "dangling-reference", ">5<"),
    (NEW, "requires idref=\"xccdf_a_rule_1 xccdf_a_rule_2\"", "requires idref=\"xccdf_a_rule_1 xccdf_a_rule_5\"", "dangling-reference", "rule_5"),
    (NEW, "<Rule id=\"xccdf_a_rule_1\" ", "<Rule id=\"xccdf_a_rule_1\" extends=\"xccdf_a_rule_2\" ", "extends-cycle", "extends=\"xccdf_a_rule_2\""),
    (NEW, "abstract=\"0\"", "extends=\"xccdf_a_profile_1\"", "extends-cycle", "extends=\"xccdf_a_profile_1\" n"),
    (NEW, "<new-result>pass<", "<new-result>fixed<", "override-result", "<result>pass<"),
    (OLD, "<select idref=\"cl\"", "<select idref=\"cl2\"", "dangling-reference", "cl2"),
    (OLD, "<notice id=\"n2\">", "<notice>", "missing-key", "<notice>N"),
    (OLD, "value-id=\"xccdf_a_value_1\"", "value-id=\"xccdf_a_rule_1\"", "dangling-reference", "value-id=\"xccdf_a_rule_1\""),
    (STREAM, "id=\"scap_a_cref_t\"", "id=\"scap_a_cref_1\"", "duplicate", "#scap_a_comp_t"),
    (STREAM, "name=\"cpe:/o:b\"", "name=\"cpe:/o:a\"", "duplicate", "cpe:/o:a\"><title xml:lang=\"en\">t</title></cpe-item></cpe-list>"),
    (STREAM, "name=\"n\" uri=\"u\" id", "name=\"n\" uri=\"#scap_a_cref_z\" id", "dangling-reference", "cref_z"),
];

#[test]
fn the_fixtures_are_valid() {
    for name in [NEW, OLD, TAILORING, STREAM] {
        assert_eq!(check(&fixture(name)).problems, [], "{name}");
    }
}

#[test]
fn every_mutation_is_found_where_it_is() {
    let mut wrong = Vec::new();
    for (name, from, to, code, on) in STRUCTURE.iter().chain(VALUES).chain(KEYS) {
        let valid = fixture(name);
        assert!(valid.contains(from), "{name} has no {from}");
        let xml = valid.replacen(from, to, 1);
        let at = xml.find(on).unwrap_or_else(|| panic!("{name}: {to}: no {on}"));
        let line = xml[..at].matches('\n').count() as u64 + 1;
        let found = check(&xml);
        let first = found.problems.first();
        if first.map(|first| (first.code.as_str(), first.position.line)) != Some((*code, line)) {
            wrong.push(format!("{name}: {from} -> {to}: {code} on {line}, not {first:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is told, and leaves the document valid: what is exchanged, for what, and where it is told.
#[rustfmt::skip]
const WARNED: &[Row] = &[
    (TAILORING, "<Profile id=\"xccdf_a_profile_2\"", "<Profile id=\"xccdf_a_profile_2\" extends=\"xccdf_a_profile_1\"", "tailoring-extends", "profile_2"),
    (STREAM, "<ds:checks>", "<ds:checks><ds:component-ref id=\"scap_a_cref_z\" xlink:href=\"#scap_a_comp_z\"/>", "dangling-reference", "#scap_a_comp_z"),
];

/// Who sets it is told, and not who inherits it; what the benchmark gives its own Values is not held
/// against them.
#[test]
fn what_profiles_set_is_held_against_the_values() {
    let xml = "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='xccdf_a_benchmark_b'>
<status>draft</status><version>1</version>
<Profile id='xccdf_a_profile_p'><title>t</title>
<set-value idref='xccdf_a_value_n'>7</set-value>
<set-value idref='few'>11</set-value></Profile>
<Profile id='xccdf_a_profile_q' extends='xccdf_a_profile_p'><title>t</title>
<set-value idref='xccdf_a_value_s'>B</set-value></Profile>
<Value id='xccdf_a_value_n' type='number'><title>t</title><value>1</value><lower-bound>5</lower-bound></Value>
<Value id='xccdf_a_value_f' type='number' cluster-id='few'><title>t</title><value>1</value><upper-bound>10</upper-bound></Value>
<Value id='xccdf_a_value_s'><title>t</title><value>a</value><match>[a-z]</match></Value>
<Rule id='xccdf_a_rule_r'/></Benchmark>";
    let found = check(xml);
    assert_eq!(found.problems, []);
    let told: Vec<_> = found.warnings.iter().map(|w| (w.code.as_str(), w.position.line)).collect();
    assert_eq!(told, [("misfit", 5), ("misfit", 7)]);
    let fitting = xml.replace(">11<", ">10<").replace(">B<", ">b<");
    assert_eq!(check(&fitting).warnings, []);
}

#[test]
fn what_may_be_meant_otherwise_is_a_warning() {
    for (name, from, to, code, on) in WARNED {
        let valid = fixture(name);
        assert!(valid.contains(from), "{name} has no {from}");
        let xml = valid.replacen(from, to, 1);
        let at = xml.find(on).expect("the place");
        let line = xml[..at].matches('\n').count() as u64 + 1;
        let found = check(&xml);
        assert_eq!(found.problems, [], "{name}: {to}");
        let told: Vec<_> = found.warnings.iter().map(|w| (w.code.as_str(), w.position.line)).collect();
        assert_eq!(told, [(*code, line)], "{name}: {to}");
    }
}

#[test]
fn all_errors_come_in_document_order() {
    let xml = fixture(NEW)
        .replacen("severity=\"low\"", "severity=\"grave\"", 1)
        .replacen("<sub idref=\"pt\" use", "<sub idref=\"zz\" use", 1)
        .replacen("<target>t</target>", "", 1);
    let problems = check(&xml).problems;
    let codes: Vec<&str> = problems.iter().map(|p| p.code.as_str()).collect();
    assert_eq!(codes, ["dangling-reference", "bad-value", "missing-element"]);
    assert!(problems.is_sorted_by_key(|problem| problem.position));
    let place = problems[1].position;
    let line = xml.lines().nth(usize::try_from(place.line).unwrap() - 1).unwrap();
    assert_eq!(line.find("severity=").unwrap() as u64 + 1, place.column);
}

#[test]
fn one_thing_out_of_place_is_told_once() {
    let valid = fixture(NEW);
    let version = "<version time=\"2020-01-01T00:00:00\" update=\"u\">1</version>\n";
    assert!(valid.contains(version));
    let early = valid.replacen(version, "", 1).replacen("<title ", &format!("{version}<title "), 1);
    let late = valid.replacen(version, "", 1).replacen(
        "<Rule id=\"xccdf_a_rule_3\"",
        &format!("{version}<Rule id=\"xccdf_a_rule_3\""),
        1,
    );
    for (xml, expected) in [(early, &["misplaced-element"][..]), (late, &["missing-element", "misplaced-element"])] {
        let codes: Vec<&str> = check(&xml).problems.iter().map(|p| p.code.as_str()).collect();
        assert_eq!(codes, expected);
    }
}

#[test]
fn no_more_than_a_thousand_errors() {
    let many = "<Rule/>".repeat(5_000);
    let report = check(&fixture(NEW).replacen("<Rule id=\"xccdf_a_rule_3\"/>", &many, 1));
    assert_eq!((report.problems.len(), report.more), (1_000, true));
}

#[test]
fn what_stops_being_xml_is_the_last_error() {
    let valid = fixture(NEW);
    for cut in (200..valid.len() - 1).step_by(97) {
        let Some(xml) = valid.get(..cut) else {
            continue;
        };
        match validate(Cursor::new(xml.as_bytes())) {
            Ok(report) => {
                let last = report.problems.last().unwrap();
                assert_eq!(last.code.as_str(), "not-well-formed", "{cut}");
            }
            Err(error) => assert!(cut < 600, "{cut}: {error}"),
        }
    }
}

/// What the official validator says of them too; see `docs/validate.md`.
const INVALID: [(&str, &str, u64); 2] = [
    ("U_Bluetooth_Zigbee_V6R9_manual-xccdf.xml", "bad-value", 1),
    ("U_Storage_Area_Network_V2R5_Manual-xccdf.xml", "duplicate", 1105),
];

#[test]
fn published_benchmarks_are_valid_but_for_two() {
    let Some(disa) = shared("corpus/disa") else {
        return;
    };
    let mut seen = 0;
    for path in files(&disa) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let found = check_file(&path).problems;
        let expected = INVALID.iter().find(|(file, ..)| *file == name);
        match expected {
            None => assert_eq!(found, [], "{name}"),
            Some((_, code, line)) => {
                let codes: Vec<_> = found.iter().map(|p| (p.code.as_str(), p.position.line)).collect();
                assert_eq!(codes, [(*code, *line)], "{name}");
                seen += 1;
            }
        }
    }
    assert_eq!(seen, INVALID.len());
}

#[test]
fn the_official_files_and_the_shipped_benchmark_are_valid() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("benchmarks/docker-enterprise.xml");
    assert_eq!(check_file(&shipped).problems, []);
    let Some(stigs) = shared("stigs") else { return };
    for path in files(&stigs) {
        assert_eq!(check_file(&path).problems, [], "{}", path.display());
    }
    let Some(golden) = shared("examples/golden-xccdf.xml") else {
        return;
    };
    assert_eq!(check_file(&golden).problems, []);
}

/// The small ones of Debian's packages ssg-*, and one large one: all of them take minutes here.
#[test]
fn the_scap_security_guide_is_valid() {
    let dir = Path::new("/usr/share/xml/scap/ssg/content");
    if !dir.is_dir() {
        common::skipped(&format!("no SCAP Security Guide at {}", dir.display()));
        return;
    }
    let is_taken = |path: &&PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let is_kind = ["-ds.xml", "-ds-1.2.xml", "-xccdf.xml"].iter().any(|end| name.ends_with(end));
        let size = path.metadata().unwrap().len();
        is_kind && (size < 1_000_000 || name == "ssg-debian11-ds.xml")
    };
    let all = files(dir);
    let taken: Vec<&PathBuf> = all.iter().filter(is_taken).collect();
    for path in &taken {
        assert_eq!(check_file(path).problems, [], "{}", path.display());
    }
}

#[test]
fn our_own_results_are_valid() {
    let range = Range::new("hardened");
    range.command("scan").args(["--policy", "policy.toml", "--quiet"]).output().unwrap();
    let all = files(&range.path().join("results"));
    for end in [".xccdf.xml", ".arf.xml"] {
        let mut results = all.iter().filter(|path| path.to_str().unwrap().ends_with(end));
        let path = results.next().unwrap_or_else(|| panic!("{end}: {all:?}"));
        let report = check_file(path);
        assert_eq!(report.problems, [], "{}", path.display());
        assert_eq!(report.warnings, [], "{}", path.display());
    }
    range.stop();
}

/// `OpenSCAP`'s own cases: valid or not, and the first element complained about.
#[test]
fn openscap_cases_agree() {
    let Some(cases) = shared("corpus/openscap-cases") else {
        return;
    };
    let index = std::fs::read_to_string(cases.join("index.json")).unwrap();
    let index: Value = serde_json::from_str(&index).unwrap();
    let mut seen = 0;
    for case in index.as_array().unwrap().iter().filter(|case| case["group"] == "validate") {
        let report = check_file(&cases.join(case["file"].as_str().unwrap()));
        let expected = &case["expected"];
        assert_eq!(Value::Bool(report.is_valid()), expected["valid"], "{}", case["case"]);
        seen += 1;
        let Some(message) = expected["messages"][0].as_str() else {
            continue;
        };
        let first = report.problems.first().unwrap();
        let line = message.strip_prefix("line ").and_then(|rest| rest.split(':').next());
        if let Some(line) = line {
            assert_eq!(first.position.line.to_string(), line, "{}", case["case"]);
        }
        // `Element '{namespace}name'`, or the idref that is quoted.
        let quoted = message.split('\'').nth(1).unwrap();
        let name = quoted.rsplit('}').next().unwrap();
        assert!(first.message.contains(name), "{}: {}", case["case"], first.message);
    }
    assert!(seen > 0);
}

#[test]
fn the_command_line_answers() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let run = |args: &[&str]| {
        let output = stigprobe(dir.path()).args(["benchmark", "validate"]).args(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    write("good.xml", &fixture(NEW));
    write("bad.xml", &fixture(NEW).replacen(">accepted<", ">Accepted<", 1));
    write("cut.xml", &fixture(NEW)[..2_000]);
    write("dtd.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><Benchmark/>");
    write("text.xml", "Benchmark");
    write("empty.xml", "");

    assert_eq!(run(&["good.xml"]).0, 0);
    assert_eq!(run(&["docker-enterprise"]).0, 0);
    let (code, out, _) = run(&["bad.xml"]);
    assert_eq!(code, 2);
    assert!(out.starts_with("bad.xml:4:3: bad-value status: its text: 'Accepted' is not one of"));
    assert!(out.ends_with("bad.xml: not valid (XCCDF 1.2): 1 error\n"), "{out}");

    let (code, out, _) = run(&["bad.xml", "--json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["valid"]), (2, &Value::Bool(false)));
    let error = &json["errors"][0];
    assert_eq!((error["line"].as_u64(), error["column"].as_u64()), (Some(4), Some(3)));
    assert_eq!(error["code"], "bad-value");
    let (code, out, _) = run(&["good.xml", "--json"]);
    assert_eq!((code, out.as_str()), (0, "{\n  \"valid\": true,\n  \"errors\": []\n}\n"));

    assert_eq!(run(&["cut.xml"]).0, 2);
    for unreadable in ["dtd.xml", "text.xml", "empty.xml", "nowhere.xml"] {
        let (code, out, err) = run(&[unreadable, "--json"]);
        assert_eq!((code, out.as_str()), (1, ""), "{unreadable}");
        assert!(err.contains(unreadable), "{err}");
    }
}
