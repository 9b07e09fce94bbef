//! Answers and exceptions of people, from the policy file to every format.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stderr, reason = "skipping is said aloud")]

mod common;

use std::path::Path;

use common::tools::{accepted, find, tool};
use common::{Range, rule, shared, stigprobe};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

const ANSWER: &str = "[[attest]]\nrule = 'V-235824'\nstatus = 'Not a Finding'\nby = 'Jane Doe, ISSO'\non = 2020-01-01\ntext = 'SSP 4.2 says how.'\nevidence = 'plan.pdf'\n";
const WAIVER: &str = "[[waiver]]\nrule = 'SV-235847'\nresult = 'notapplicable'\nby = 'The AO <ao@example.mil>'\non = 2020-01-01\nexpires = 2999-12-31\nwhy = 'Accepted & signed until the registry is replaced.'\n";

/// A lab with evidence of it, to be judged by several policies.
fn seen() -> Range {
    let range = Range::new("default");
    std::fs::write(range.path().join("plan.pdf"), "the plan").unwrap();
    let mut collect = range.command("collect");
    collect.args(["--output", "seen"]).assert().success();
    range
}

/// What a policy makes of the evidence: exit code, results as JSON, and the program's complaints.
fn judged(range: &Range, policy: &str, args: &[&str]) -> (i32, Value, String) {
    let path = range.path().join("spoken.toml");
    std::fs::write(&path, policy).unwrap();
    let out = range.path().join("out");
    let _ = std::fs::remove_dir_all(&out);
    let output = stigprobe(range.path())
        .args(["evaluate", "--evidence", "seen", "--output", "out", "--json"])
        .args(["--policy", "spoken.toml"])
        .args(args)
        .output()
        .unwrap();
    let results = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), results, said)
}

#[test]
fn an_answer_counts_until_it_expires_and_for_its_text_only() {
    let range = seen();
    let result = |policy: &str| {
        let (_, results, said) = judged(&range, policy, &[]);
        assert_eq!(said, "", "{policy}");
        rule(&results, "DKER-EE-002410").clone()
    };
    let nobody = result("");
    assert_eq!(nobody["result"], "notchecked");
    assert!(nobody["summary"].as_str().unwrap().contains("security plan"));

    let answered = result(ANSWER);
    assert_eq!(answered["result"], "pass");
    assert_eq!(answered["answer"]["by"], "Jane Doe, ISSO");
    assert_eq!(answered["answer"]["evidence"]["file"], "plan.pdf");
    let digest = stigprobe::xccdf::ids::sha256_hex(b"the plan");
    assert_eq!(answered["answer"]["evidence"]["sha256"], digest);
    let own = "check_digest = 'bf73fcd06247db6ae40254cec782980f4add5afee6aa2339460c0cb009f148db'\n";
    assert_eq!(result(&format!("{ANSWER}{own}"))["result"], "pass");

    for (more, why) in [
        ("expires = 2020-12-31\n", "it has expired on 2020-12-31"),
        (
            "check_digest = '0000000000000000000000000000000000000000000000000000000000000000'\n",
            "another text of the check",
        ),
    ] {
        let not = result(&format!("{ANSWER}{more}"));
        assert_eq!((&not["result"], &not["answer"]), (&"notchecked".into(), &Value::Null));
        assert!(not["notes"][0].as_str().unwrap().contains(why), "{}", not["notes"]);
    }
    let future = result(&ANSWER.replace("2020-01-01", "2999-01-01"));
    assert_eq!(future["result"], "notchecked");
    range.stop();
}

#[test]
fn an_answer_never_closes_what_a_probe_decides() {
    let range = seen();
    let answer = ANSWER.replace("V-235824", "DKER-EE-004370");
    let (code, results, _) = judged(&range, &answer, &[]);
    let open = rule(&results, "DKER-EE-004370");
    assert_eq!((code, &open["result"]), (2, &"fail".into()));
    let note = open["notes"][0].as_str().unwrap();
    assert!(note.contains("a probe alone decides this rule"), "{note}");
    range.stop();
}

#[test]
fn mistakes_are_named_before_anything_is_judged() {
    let range = seen();
    for (policy, said) in [
        (ANSWER.replace("V-235824", "DKER-EE-00241"), "spoken.toml:1:1: no rule of "),
        (ANSWER.replace("V-235824", "DKER-EE-00241"), "did you mean DKER-EE-002410?"),
        (ANSWER.replace("plan.pdf", "none.pdf"), "[[attest]] evidence names none.pdf"),
        (format!("{ANSWER}whom = 'x'\n"), "spoken.toml:8:1: unknown field `whom`"),
        (
            "[[con.exempt]]\nselector = 'a'\nreason = 'r'\nexpires = 2999-01-01\nrules = ['CNTR-MK-000551']\n".into(),
            "did you mean CNTR-MK-000550?",
        ),
    ] {
        let (code, results, complaint) = judged(&range, &policy, &[]);
        assert_eq!((code, results), (1, Value::Null), "{policy}");
        assert!(complaint.contains(said), "{complaint}");
    }
    range.stop();
}

#[test]
fn an_exception_stands_beside_the_result_and_raises_no_alarm() {
    let range = seen();
    let only = ["--rule", "DKER-EE-004370"];
    assert_eq!(judged(&range, "", &only).0, 2);
    let (code, results, _) = judged(&range, WAIVER, &only);
    let open = rule(&results, "DKER-EE-004370");
    assert_eq!((code, &open["result"], &results["waived"]), (0, &"fail".into(), &1.into()));
    assert_eq!(open["waiver"]["old_result"], "fail");
    assert_eq!(open["waiver"]["new_result"], "notapplicable");
    // What was found is still an alarm for whoever asks for it.
    let asked = [&only[..], &["--fail-on", "open,undecided,waived"]].concat();
    assert_eq!(judged(&range, WAIVER, &asked).0, 2);
    let expired = WAIVER.replace("2999", "2021");
    let (code, results, _) = judged(&range, &expired, &only);
    let open = rule(&results, "DKER-EE-004370");
    assert_eq!((code, &open["waiver"]), (2, &Value::Null));
    assert!(open["notes"][0].as_str().unwrap().contains("expired"), "{}", open["notes"]);
    range.stop();
}

#[test]
fn the_summary_tells_who_excepted_what() {
    let range = seen();
    std::fs::write(range.path().join("spoken.toml"), format!("{ANSWER}{WAIVER}")).unwrap();
    stigprobe(range.path())
        .args(["evaluate", "--evidence", "seen", "--policy", "spoken.toml"])
        .assert()
        .code(2)
        .stdout(
            contains("Waived as notapplicable by The AO")
                .and(contains("Waived among them: 1"))
                .and(contains("Answered by Jane Doe, ISSO on 2020-01-01"))
                .and(contains("nobody has answered: DKER-EE-001770")),
        );
    range.stop();
}

/// XCCDF's `override` in its place, and taken by the tools that read results.
#[test]
fn an_exception_is_the_standard_s_override() {
    let range = seen();
    let policy = format!("{ANSWER}{WAIVER}");
    for edition in ["1.2", "1.1"] {
        let args = ["--format", "xccdf,arf,ckl,cklb", "--xccdf-version", edition];
        judged(&range, &policy, &args);
        let out = range.path().join("out");
        for extension in [".xccdf.xml", ".arf.xml"] {
            overridden(&std::fs::read_to_string(find(&out, extension)).unwrap());
        }
        let xccdf = find(&out, ".xccdf.xml");
        let problems = stigprobe(range.path()).args(["benchmark", "validate", &xccdf]).output().unwrap();
        accepted("stigprobe benchmark validate", &problems);
        let args = ["xccdf", "validate", "--skip-schematron", &xccdf];
        if let Some(output) = tool("oscap", &args) {
            accepted("oscap xccdf validate", &output);
        }
        let args = ["ds", "rds-validate", &find(&out, ".arf.xml")];
        if let Some(output) = tool("oscap", &args) {
            accepted("oscap ds rds-validate", &output);
        }
        checklists(&out);
    }
    range.stop();
}

fn overridden(text: &str) {
    let at = text.find("<cdf:override ").unwrap();
    let (before, rest) = text.split_at(at);
    assert!(before.trim_end().ends_with("<cdf:result>notapplicable</cdf:result>"));
    let (inside, after) = rest.split_once("</cdf:override>").unwrap();
    for part in [
        "authority=\"The AO &lt;ao@example.mil&gt;\" time=\"2020-01-01T00:00:00Z\"",
        "<cdf:old-result>fail</cdf:old-result>",
        "<cdf:new-result>notapplicable</cdf:new-result>",
        "<cdf:remark>Accepted &amp; signed until the registry is replaced.</cdf:remark>",
    ] {
        assert!(inside.contains(part), "{part}: {inside}");
    }
    assert!(after.trim_start().starts_with("<cdf:ident "), "before the idents");
    assert_eq!(text.matches("<cdf:override ").count(), 1);
}

/// Checklists have no place for an exception: the rule stays open, and the comment tells it.
fn checklists(out: &Path) {
    let cklb: Value = serde_json::from_slice(&std::fs::read(find(out, ".cklb")).unwrap()).unwrap();
    let rules = cklb["stigs"][0]["rules"].as_array().unwrap();
    let rule = |id: &str| rules.iter().find(|r| r["rule_version"] == id).unwrap();
    let open = rule("DKER-EE-004370");
    assert_eq!(open["status"], "open");
    let comment = open["comments"].as_str().unwrap();
    assert!(comment.contains("; waived as notapplicable by The AO"), "{comment}");
    let answered = rule("DKER-EE-002410");
    assert_eq!(answered["status"], "not_a_finding");
    let comment = answered["comments"].as_str().unwrap();
    assert!(comment.contains("not a finding per answer of Jane Doe, ISSO"), "{comment}");
    let details = answered["finding_details"].as_str().unwrap();
    assert!(details.contains("evidence: plan.pdf, sha256 "), "{details}");
    let ckl = find(out, ".ckl");
    if let Some(schema) = shared("schemas/U_Checklist_Schema_V2-5.xsd") {
        let schema = schema.to_str().unwrap().to_owned();
        if let Some(output) = tool("xmllint", &["--noout", "--schema", &schema, &ckl]) {
            accepted("xmllint", &output);
        }
    }
}
