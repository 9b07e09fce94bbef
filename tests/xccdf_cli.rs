//! `benchmark resolve` and `benchmark score` as people call them, and a scan with a tailoring.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use common::{Range, result, rule, stigprobe};
use serde_json::Value;

const BENCHMARK: &str = "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='B'><title>T</title>\
    <Profile id='x_p'><title>P</title><select idref='g' selected='1'/></Profile>\
    <Profile id='x_q' extends='x_p'><set-value idref='v'>9</set-value></Profile>\
    <Value id='v' type='number'><value>1</value></Value>\
    <Group id='g' selected='0'><Rule id='a' severity='high'><version>S-1</version>\
    <fix system='sh'>set <sub idref='v'/></fix>\
    <check system='s'><check-content-ref href='d' name='a'/></check></Rule>\
    <Rule id='b'><check system='s'><check-content-ref href='d' name='b'/></check></Rule></Group></Benchmark>";

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("b.xml"), BENCHMARK).unwrap();
        let outcomes = r#"{"d": {"a": "pass", "b": "unknown"}}"#;
        std::fs::write(dir.path().join("o.json"), outcomes).unwrap();
        Desk(dir)
    }

    /// Exit code, standard output and standard error.
    fn run(&self, args: &str) -> (i32, String, String) {
        let mut program = stigprobe(self.0.path());
        let output = program.arg("benchmark").args(args.split_whitespace()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

/// What a file says of itself can neither move the cursor nor make a line of its own.
#[test]
fn hostile_words_do_not_reach_the_terminal() {
    let evil = "\u{9b}2J\u{202e}\u{7f}&#10;Forged";
    let named = BENCHMARK
        .replace("<title>T<", &format!("<title>T{evil}<"))
        .replace("<title>P<", &format!("<title>P{evil}<"))
        .replace("id='B'", &format!("id='B{evil}'"))
        .replace("'a'", &format!("'a{evil}'"))
        .replace("idref='v'>9<", &format!("idref='v'>9{evil}<"));
    let desk = Desk::new();
    std::fs::write(desk.0.path().join("b.xml"), named).unwrap();
    for command in [
        "info b.xml",
        "validate b.xml",
        "resolve b.xml --profile _q",
        "score b.xml --check-results o.json",
        "resolve b.xml --profile nobody",
        "resolve b.xml --rule nobody",
    ] {
        let (_, out, err) = desk.run(command);
        for text in [out, err] {
            let is_wrong = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.contains(is_wrong), "{command}: {text:?}");
            let forged = text.lines().find(|line| line.starts_with("Forged"));
            assert_eq!(forged, None, "{command}");
        }
    }
}

#[test]
fn a_value_that_is_not_admitted_is_told() {
    let desk = Desk::new();
    let bounded = BENCHMARK.replace("<value>1</value>", "<value>1</value><upper-bound>8</upper-bound>");
    std::fs::write(desk.0.path().join("b.xml"), bounded).unwrap();
    let (code, json, err) = desk.run("resolve b.xml --profile _q --json");
    let json: Value = serde_json::from_str(&json).unwrap();
    let said = json["values"][0]["misfit"].as_str().unwrap();
    assert_eq!((code, &json["values"][0]["value"]), (0, &"9".into()));
    assert!(said.contains("more than its upper-bound 8"), "{said}");
    assert!(err.contains("x_q") && err.contains(said), "{err}");
    // What the benchmark itself says is not held against itself.
    let (_, json, err) = desk.run("resolve b.xml --profile _p --json");
    assert!(!json.contains("misfit") && err.is_empty(), "{err}");
}

#[test]
fn resolve_says_what_a_profile_makes_of_it() {
    let desk = Desk::new();
    let (code, json, _) = desk.run("resolve b.xml --profile _q --json");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &json["profile"]), (0, &"x_q".into()));
    let a = &json["rules"][0];
    assert_eq!((&a["id"], &a["group_id"]), (&"a".into(), &"g".into()));
    assert_eq!(a["selected"], true);
    assert_eq!(a["check"]["content_refs"][0]["name"], "a");
    assert_eq!(a["fixes"][0]["text"], "set 9");
    let value = serde_json::json!({"id": "v", "type": "number", "value": "9", "title": ""});
    assert_eq!(json["values"][0], value);
    assert_eq!(json["profiles"][1]["selectors"][0]["idref"], "g");

    let (_, text, _) = desk.run("resolve b.xml");
    assert!(text.contains("0 of 2 are selected"), "{text}");
    let why = "- high     a: its group g is off: not selected by the benchmark";
    assert!(text.contains(why), "{text}");
}

#[test]
fn score_counts_and_says_so_in_its_exit_code() {
    let desk = Desk::new();
    let (code, json, _) = desk.run("score b.xml --check-results o.json --profile x_p --json");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(code, 3, "one rule is undecided");
    let wanted = serde_json::json!({
        "idref": "a", "result": "pass", "role": "full", "severity": "high", "weight": 1.0,
    });
    assert_eq!(json["rule_results"][0], wanted);
    assert_eq!(json["scores"][1]["system"], "urn:xccdf:scoring:flat");
    assert_eq!((&json["scores"][1]["score"], &json["scores"][1]["maximum"]), (&1.0.into(), &2.0.into()));

    assert_eq!(desk.run("score b.xml --check-results o.json --rule S-1").0, 0);
    assert_eq!(desk.run("score b.xml --check-results o.json --profile x_p --skip-rule b").0, 0);
    let (_, text, _) = desk.run("score b.xml --check-results o.json --profile x_p");
    assert!(text.contains("default          50.00 of 100.00"), "{text}");
}

#[test]
fn what_cannot_be_done_is_said_in_words() {
    let desk = Desk::new();
    for (args, part) in [
        ("resolve b.xml --profile none", "its profiles are: x_p, x_q"),
        ("resolve b.xml --profile x_", "is not in the benchmark"),
        ("resolve b.xml --rule none", "no rule of B is called"),
        ("resolve b.xml --component c", "no data stream or component can be named"),
        ("resolve b.xml --tailoring none.xml --profile x_p", "none.xml"),
        ("resolve b.xml --tailoring b.xml --profile x_p", "it is a benchmark, not a tailoring"),
        ("score b.xml --check-results b.xml", "b.xml: expected value"),
        ("score b.xml --check-results o.json --cpe b.xml", "neither a CPE dictionary nor"),
        ("score b.xml --check-results o.json --cpe o.json", "is not a CPE name"),
    ] {
        let (code, _, errors) = desk.run(args);
        assert_eq!(code, 1, "{args}");
        assert!(errors.contains(part), "{args}: {errors}");
    }
}

#[test]
fn a_tailoring_without_a_profile_names_those_it_has() {
    let desk = Desk::new();
    let tailoring = "<Tailoring xmlns='http://checklists.nist.gov/xccdf/1.2' id='T'>\
        <version time='2024-01-01T00:00:00'>1</version><Profile id='x_t' extends='x_p'>\
        <select idref='b' selected='0'/></Profile></Tailoring>";
    std::fs::write(desk.0.path().join("t.xml"), tailoring).unwrap();
    let (code, _, errors) = desk.run("resolve b.xml --tailoring t.xml");
    assert!(code == 1 && errors.contains("--profile (x_t)"), "{errors}");
    let (code, json, _) = desk.run("resolve b.xml --tailoring t.xml --profile x_t --json");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(code, 0);
    assert_eq!(json["rules"][1]["reason"], "deselected by profile x_t");
    let (_, json, _) = desk.run("info t.xml --json");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["document_type"], &json["profiles"][0]["id"]), (&"tailoring".into(), &"x_t".into()));
}

#[test]
fn a_scan_takes_roles_severities_and_weights_from_a_tailoring() {
    let range = Range::new("default");
    let plain = range.scan();
    let id = |stig_id| rule(&plain, stig_id)["rule_id"].as_str().unwrap().to_owned();
    let (unscored, unchecked) = (id("DKER-EE-004370"), id("DKER-EE-003590"));
    let tailoring = format!(
        "<t:Tailoring xmlns:t='http://open-scap.org/page/Xccdf-1.1-tailoring' \
         xmlns='http://checklists.nist.gov/xccdf/1.1' id='T'><t:version time='2024-01-01T00:00:00'>1\
         </t:version><Profile id='ours' extends='MAC-1_Public'><title>Ours</title>\
         <refine-rule idref='{unscored}' role='unscored' severity='low' weight='2.0'/>\
         <refine-rule idref='{unchecked}' role='unchecked'/></Profile></t:Tailoring>"
    );
    std::fs::write(range.path().join("t.xml"), tailoring).unwrap();
    let output = range
        .command("scan")
        .args(["--policy", "policy.toml", "--json", "--tailoring", "t.xml", "--profile", "ours"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let results: Value = serde_json::from_slice(&output.stdout).expect(&text);
    assert_eq!(result(&results, "DKER-EE-004370"), "informational");
    assert_eq!(rule(&results, "DKER-EE-004370")["severity"], "low");
    assert_eq!(result(&results, "DKER-EE-003590"), "notchecked");
    range.stop();
}

#[test]
fn a_scan_takes_one_benchmark_of_a_data_stream() {
    let dir = tempfile::tempdir().unwrap();
    let part = |n: u8| {
        format!(
            "<ds:component id='scap_a_comp_{n}' timestamp='2020-01-01T00:00:00'>\
             <Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='xccdf_a_benchmark_{n}'>\
             <status>draft</status><version>1</version><Rule id='xccdf_a_rule_{n}'/></Benchmark>\
             </ds:component>"
        )
    };
    let stream = |n: u8| {
        format!(
            "<ds:data-stream id='scap_a_datastream_{n}' use-case='OTHER' scap-version='1.3'>\
             <ds:checklists><ds:component-ref id='scap_a_cref_{n}' xlink:href='#scap_a_comp_{n}'/>\
             </ds:checklists></ds:data-stream>"
        )
    };
    let all = format!(
        "<ds:data-stream-collection xmlns:ds='http://scap.nist.gov/schema/scap/source/1.2' \
         xmlns:xlink='http://www.w3.org/1999/xlink' id='scap_a_collection_1'>{}{}{}{}\
         </ds:data-stream-collection>",
        stream(1),
        stream(2),
        part(1),
        part(2)
    );
    std::fs::write(dir.path().join("s.xml"), all).unwrap();
    let scan = |args: &[&str]| {
        let output = stigprobe(dir.path())
            .args(["scan", "--lab", "--format", "json", "--json", "--benchmark", "s.xml"])
            .args(args)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        (serde_json::from_slice::<Value>(&output.stdout).ok(), text)
    };
    for args in [
        ["--component", "xccdf_a_benchmark_2"],
        ["--component", "scap_a_cref_2"],
        ["--datastream", "scap_a_datastream_2"],
    ] {
        let (results, text) = scan(&args);
        let results = results.unwrap_or_else(|| panic!("{text}"));
        assert_eq!(results["rules"][0]["rule_id"], "xccdf_a_rule_2", "{args:?}");
    }
    let (results, text) = scan(&[]);
    assert!(results.is_none() && text.contains("scap_a_cref_1, scap_a_cref_2"), "{text}");
}

/// Whatever is in a collection is told: with one benchmark the tailorings beside it, else what each
/// data stream has.
#[test]
fn info_tells_of_every_profile_of_a_collection() {
    let dir = tempfile::tempdir().unwrap();
    let tailoring = "<ds:component id='scap_a_comp_t' timestamp='2020-01-01T00:00:00'>\
        <Tailoring xmlns='http://checklists.nist.gov/xccdf/1.2' id='xccdf_a_tailoring_t'>\
        <version time='2020-01-01T00:00:00'>1</version><Profile id='xccdf_a_profile_t'>\
        <title>Ours</title></Profile></Tailoring></ds:component>";
    let benchmark = "<ds:component id='scap_a_comp_b' timestamp='2020-01-01T00:00:00'>\
        <Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='xccdf_a_benchmark_b'>\
        <status>draft</status><version>1</version><Profile id='xccdf_a_profile_b'><title>t</title>\
        </Profile><Rule id='xccdf_a_rule_r'/></Benchmark></ds:component>";
    let told = |parts: &[&str]| -> Value {
        let reference = |id: &str| format!("<ds:component-ref id='scap_a_cref_{id}' xlink:href='#scap_a_comp_{id}'/>");
        let all = format!(
            "<ds:data-stream-collection xmlns:ds='http://scap.nist.gov/schema/scap/source/1.2' \
             xmlns:xlink='http://www.w3.org/1999/xlink' id='scap_a_collection_1'>\
             <ds:data-stream id='scap_a_datastream_1' use-case='OTHER' scap-version='1.3'>\
             <ds:checklists>{}{}</ds:checklists></ds:data-stream>{}</ds:data-stream-collection>",
            reference("t"),
            reference("b"),
            parts.concat()
        );
        std::fs::write(dir.path().join("s.xml"), all).unwrap();
        let output = stigprobe(dir.path()).args(["benchmark", "info", "s.xml", "--json"]).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}"))
    };
    let one = told(&[tailoring, benchmark]);
    assert_eq!(one["benchmark_id"], "xccdf_a_benchmark_b");
    assert_eq!(one["tailorings"][0]["component"], "scap_a_comp_t");
    assert_eq!(one["tailorings"][0]["profiles"][0]["title"], "Ours");

    let none = told(&[tailoring]);
    assert_eq!(none["document_type"], "data-stream-collection");
    let components = &none["data_streams"][0]["components"];
    assert_eq!(components[0]["profiles"][0]["id"], "xccdf_a_profile_t");
    assert_eq!(components[1]["type"], "elsewhere");
}
