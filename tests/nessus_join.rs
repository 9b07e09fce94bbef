//! Scans by Nessus beside a run, through the command line; and `.nessus` and HDF as input of `convert`.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::path::Path;

use common::tools::saf;
use common::{files, rule, shared, stigprobe};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

/// A compliance result by its rule, with what else stands in it.
fn item(word: &str, stig_id: &str, ids: (&str, &str), more: &str) -> String {
    let (number, revision) = ids;
    format!(
        "<ReportItem port=\"0\" svc_name=\"general\" protocol=\"tcp\" severity=\"0\" pluginID=\"21157\" \
         pluginName=\"Unix Compliance Checks\" pluginFamily=\"Policy Compliance\">\n<compliance>true</compliance>\n\
         <script_version>1.843</script_version>\n<cm:compliance-benchmark-version>2.2.0</cm:compliance-benchmark-version>\n\
         <cm:compliance-check-name>{stig_id} - Title</cm:compliance-check-name>\n<cm:compliance-source>custom</cm:compliance-source>\n\
         <cm:compliance-audit-file>DISA_STIG_Docker_Enterprise_2.x_Linux_Unix_v2r2.audit</cm:compliance-audit-file>\n\
         <cm:compliance-result>{word}</cm:compliance-result>\n<cm:compliance-reference>CAT|II,Rule-ID|SV-{number}{revision}_rule,\
         STIG-ID|{stig_id},Vuln-ID|V-{number}</cm:compliance-reference>{more}</ReportItem>\n"
    )
}

fn actual(text: &str) -> String {
    format!("<cm:compliance-actual-value>{text}</cm:compliance-actual-value>")
}

fn control_id(digit: char) -> String {
    let id = digit.to_string().repeat(64);
    format!("<cm:compliance-control-id>{id}</cm:compliance-control-id>")
}

/// A file of one host.
fn scan(host: &str, items: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" ?>\n<NessusClientData_v2><Policy><policyName>Docker</policyName></Policy>\
         <Report name=\"r\" xmlns:cm=\"http://www.nessus.org/cm\"><ReportHost name=\"{host}\"><HostProperties>\
         <tag name=\"HOST_START\">Fri Nov 20 10:00:00 2026</tag></HostProperties>\n{}</ReportHost></Report></NessusClientData_v2>\n",
        items.concat()
    )
}

const TRUST: (&str, &str) = ("235847", "r961770");

/// Items for the default lab: what it finds open, in order, and leaves to people.
fn words() -> Vec<String> {
    let still = "<cm:compliance-policy-value>WARNING</cm:compliance-policy-value>\
        <cm:compliance-functional-id>3f365ea2f1</cm:compliance-functional-id>";
    vec![
        item("PASSED", "DKER-EE-004370", TRUST, &actual("trust = true")),
        item("FAILED", "DKER-EE-005060", ("235848", "r961863"), &actual("9 &lt;managers&gt;")),
        item("PASSED", "DKER-EE-002410", ("235824", "r1"), &format!("{}{}", actual("seen by Nessus"), control_id('a'))),
        item("PASSED", "DKER-EE-001170", ("x6", "r1"), &actual("every grant")),
        item("PASSED", "DKER-EE-003330", ("x1", "r1"), &actual("one")),
        item("FAILED", "DKER-EE-003330", ("x1", "r1"), &actual("two")),
        item("WARNING", "DKER-EE-001770", ("x2", "r1"), still),
        item("PASSED", "DKER-EE-003340", ("x3", "r1"), &actual("fine")),
        item("ERROR", "DKER-EE-003340", ("x3", "r1"), "<cm:compliance-error>no sudo</cm:compliance-error>"),
        item("WARNING", "DKER-EE-003460", ("x4", "r1"), &actual("the output")),
        item("SKIPPED", "DKER-EE-005070", ("x5", "r1"), ""),
    ]
}

/// A directory with a bundle of the default lab, the policy that fits it, and a scan that knows all cases.
fn collected() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("scan.nessus"), scan("lab", &words())).unwrap();
    let mut collect = stigprobe(dir.path());
    collect.args(["collect", "--lab", "--output", "seen"]);
    // The lab has no audit log to read, which collecting says with its exit code.
    collect.output().unwrap();
    assert!(dir.path().join("seen").exists());
    dir
}

/// Evaluates the bundle: exit code, results, and what it complained of.
fn judged(dir: &Path, args: &[&str]) -> (i32, Value, String) {
    let output = stigprobe(dir)
        .args(["evaluate", "--evidence", "seen", "--json", "--format", "json,nessus"])
        .args(args)
        .output()
        .unwrap();
    let results = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), results, said)
}

#[test]
#[allow(clippy::too_many_lines, reason = "one run, and all that becomes of it")]
fn a_scan_fills_in_opens_and_never_closes() {
    let dir = collected();
    let (_, alone, _) = judged(dir.path(), &[]);
    let (code, joined, said) = judged(dir.path(), &["--nessus", "scan.nessus"]);
    assert_eq!(code, 2, "{said}");
    for (stig_id, before, after, standing, why) in [
        ("DKER-EE-004370", "fail", "fail", "conflict", "a contradiction is not closed"),
        ("DKER-EE-005060", "pass", "fail", "conflict", "stigprobe found pass"),
        ("DKER-EE-001170", "notchecked", "pass", "counts", "which decides nothing"),
        ("DKER-EE-002410", "notchecked", "notchecked", "set-aside", "it does not speak of "),
        ("DKER-EE-003330", "notchecked", "fail", "counts", "It failed here"),
        ("DKER-EE-001770", "notchecked", "notchecked", "set-aside", "has not performed this check"),
        ("DKER-EE-003340", "notchecked", "notchecked", "set-aside", "no sudo"),
        ("DKER-EE-003460", "notchecked", "notchecked", "agrees", "leaves the judgement to a person"),
        ("DKER-EE-005070", "notchecked", "notchecked", "set-aside", "none of Nessus's four"),
    ] {
        // The policy of the lab is not given here, so that what it decides may be undecided too.
        let was = rule(&alone, stig_id)["result"].as_str().unwrap();
        let now = rule(&joined, stig_id);
        assert_eq!((was, now["result"].as_str().unwrap()), (before, after), "{stig_id}");
        let beside = &now["beside"][0];
        assert_eq!(beside["standing"], standing, "{stig_id}: {beside}");
        let because = beside["because"].as_str().unwrap();
        assert!(because.contains(why), "{stig_id}: {because}");
        assert_eq!(beside["source"], "Nessus on lab (scan.nessus)");
    }
    for (stig_id, text) in [
        ("DKER-EE-003330", "actual: one\n\n[FAILED] DKER-EE-003330 - Title\nactual: two"),
        ("DKER-EE-005060", "9 <managers>"),
    ] {
        let details = rule(&joined, stig_id)["beside"][0]["details"].as_str().unwrap();
        assert!(details.contains(text), "{details}");
    }
    let summary = rule(&joined, "DKER-EE-001170")["summary"].as_str().unwrap();
    assert!(summary.starts_with("Nessus alone saw this: PASSED on lab;"), "{summary}");
    let fact = &rule(&joined, "DKER-EE-002410")["beside"][0]["facts"];
    let sha = stigprobe::xccdf::ids::sha256_hex(&std::fs::read(dir.path().join("scan.nessus")).unwrap());
    assert!(fact.to_string().contains(&sha), "{fact}");
    assert_eq!(joined["simulated"], alone["simulated"]);
    assert_ne!(joined["scores"], alone["scores"]);
    for part in ["other revisions of", "SKIPPED"] {
        assert!(said.contains(part), "{said}");
    }
    // No other rule is touched.
    let untouched = |results: &Value| {
        let rules = results["rules"].as_array().unwrap().iter();
        let rules = rules.filter(|r| r["beside"].as_array().is_none_or(Vec::is_empty));
        rules.map(|r| (r["stig_id"].clone(), r["result"].clone())).collect::<Vec<_>>()
    };
    let after = untouched(&joined);
    assert_eq!(after.len(), 101 - 9);
    assert!(after.iter().all(|one| untouched(&alone).contains(one)));
    // The same input gives the same bytes, however often.
    let (_, again, _) = judged(dir.path(), &["--nessus", "scan.nessus"]);
    assert_eq!(again, joined);
}

#[test]
fn the_summary_names_who_decides_and_who_contradicts() {
    let dir = collected();
    let mut command = stigprobe(dir.path());
    command.args(["evaluate", "--evidence", "seen", "--nessus", "scan.nessus", "--format", "html,ckl"]);
    let told = contains("Others say otherwise on 2 rules: DKER-EE-004370, DKER-EE-005060")
        .and(contains("Nessus on lab (scan.nessus) says fail (conflict)"))
        .and(contains("Nessus on lab (scan.nessus) says pass (counts)"));
    command.assert().code(2).stdout(told);
    let written = files(&dir.path().join("results"));
    let text = |end: &str| {
        let path = written.iter().find(|p| p.to_string_lossy().ends_with(end));
        std::fs::read_to_string(path.unwrap()).unwrap()
    };
    for end in [".html", ".ckl"] {
        let text = text(end);
        assert!(text.contains("SIMULATED") && text.contains("seen by Nessus"), "{end}");
    }
    assert!(text(".ckl").contains("Decided by: Nessus on lab (scan.nessus), as joined by stigprobe"));
}

#[test]
fn a_bad_file_is_refused_before_anything_is_collected() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("cut.nessus", &scan("lab", &words())[..700]);
    write("evil.nessus", "<!DOCTYPE a [<!ENTITY b 'c'>]><NessusClientData_v2/>");
    write("list.nessus", "<CHECKLIST/>");
    write("empty.nessus", &scan("lab", &[]));
    let rhel = item("PASSED", "RHEL-07-010010", ("204392", "r1"), "");
    write("rhel.nessus", &scan("lab", &[rhel]));
    let own = words()[0].replace(">custom<", ">stigprobe 0.1.0; control-id by stigprobe, not Tenable&apos;s<");
    write("own.nessus", &scan("lab", &[own]));
    for (file, said) in [
        ("none.nessus", "No such file"),
        (".", "it is a directory"),
        ("cut.nessus", "the scan by Nessus cannot be read from cut.nessus: line "),
        ("evil.nessus", "DOCTYPE"),
        ("list.nessus", "begins with '<CHECKLIST"),
        ("empty.nessus", "no compliance results at all"),
        (
            "rhel.nessus",
            "speaks of a rule of Docker_Enterprise_2-x_Linux-UNIX_STIG; it has 1 results of DISA_STIG_Docker",
        ),
        ("own.nessus", "stigprobe wrote this file"),
    ] {
        let mut command = stigprobe(dir.path());
        command.args(["scan", "--lab", "--nessus", file]);
        command.assert().code(1).stdout("").stderr(contains(said));
        assert!(!dir.path().join("results").exists(), "{file}");
    }
    write("scan.nessus", &scan("lab", &words()));
    stigprobe(dir.path())
        .args(["scan", "--lab", "--previous", "scan.nessus"])
        .assert()
        .code(1)
        .stderr(contains("holds what a scanner says, and not what people wrote: join it with --nessus"));
    stigprobe(dir.path())
        .args(["scan", "--lab", "--nessus-force"])
        .assert()
        .code(1)
        .stderr(contains("--nessus <FILE>"));
}

#[test]
fn another_host_is_joined_by_force_only_and_the_results_stand_without_it() {
    let dir = collected();
    std::fs::write(dir.path().join("other.nessus"), scan("10.9.9.9", &words())).unwrap();
    let (code, results, said) = judged(dir.path(), &["--nessus", "other.nessus"]);
    assert_eq!(code, 1);
    assert!(said.contains("no host of other.nessus is the asset SIMULATED-lab"), "{said}");
    assert!(said.contains("--nessus-force joins them all the same. The results in results/"), "{said}");
    assert_eq!(rule(&results, "DKER-EE-005060")["result"], "pass");
    let (code, results, said) = judged(dir.path(), &["--nessus", "other.nessus", "--nessus-force"]);
    assert_eq!(code, 2);
    assert_eq!(rule(&results, "DKER-EE-005060")["result"], "fail");
    assert!(said.contains("joined by force"), "{said}");
}

#[test]
fn a_node_of_the_cluster_is_known_and_speaks_for_itself_too() {
    let dir = collected();
    std::fs::write(dir.path().join("node.nessus"), scan("manager-1", &words())).unwrap();
    let args = ["--nessus", "node.nessus", "--assets", "per-node"];
    let (code, results, said) = judged(dir.path(), &args);
    assert_eq!(code, 2, "{said}");
    let of = |results: &Value| rule(results, "DKER-EE-005060")["beside"].clone();
    assert_eq!(of(&results)[0]["source"], "Nessus on manager-1 (node.nessus)");
    for (node, joined) in [("SIMULATED-manager-1", true), ("SIMULATED-worker-1", false)] {
        let path = dir.path().join("results").join(node).join("latest/results.json");
        let own: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let beside =
            own["rules"].as_array().unwrap().iter().filter(|r| !r["beside"].as_array().is_none_or(Vec::is_empty));
        assert_eq!(beside.count() > 0, joined, "{node}");
    }
}

#[test]
fn a_scan_of_one_of_the_nodes_closes_no_rule_about_all() {
    let dir = collected();
    let of = |joined: &Value| {
        let rule = rule(joined, "DKER-EE-001950");
        (rule["result"].as_str().unwrap().to_owned(), rule["beside"][0]["because"].to_string())
    };
    if let Some(one) = shared("cases/verdicts/nessus-one-of-three-nodes.nessus") {
        std::fs::copy(one, dir.path().join("scan.nessus")).unwrap();
        let (_, joined, said) = judged(dir.path(), &["--nessus", "scan.nessus"]);
        let (result, because) = of(&joined);
        assert_eq!(result, "notchecked", "{said}");
        assert!(because.contains("it does not speak of "), "{because}");
    }
    let passed = || [item("PASSED", "DKER-EE-001950", ("x1", "r1"), &actual("none"))];
    let nodes = ["manager-1", "worker-1", "worker-2"];
    let visited = |nodes: &[&str]| {
        let mut args = Vec::new();
        for node in nodes {
            let name = format!("{node}.nessus");
            std::fs::write(dir.path().join(&name), scan(node, &passed())).unwrap();
            args.extend(["--nessus".to_owned(), name]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        of(&judged(dir.path(), &args).1)
    };
    assert_eq!(visited(&nodes[..2]).0, "notchecked");
    let (result, because) = visited(&nodes);
    assert_eq!(result, "pass", "{because}");
}

#[test]
fn control_ids_are_learned_for_later_runs_and_never_replaced() {
    let dir = collected();
    let ids = dir.path().join("results/tenable-control-ids.json");
    let revision = {
        let (_, results, _) = judged(dir.path(), &[]);
        rule(&results, "DKER-EE-002410")["rule_id"].as_str().unwrap().to_owned()
    };
    assert!(!ids.exists(), "nothing was learned");
    let (number, rest) = revision["SV-".len()..].split_at(6);
    let release = rest.trim_end_matches("_rule");
    let with = |digit: char| {
        let one = item("PASSED", "DKER-EE-002410", (number, release), &format!("{}{}", actual("x"), control_id(digit)));
        scan("lab", &[one])
    };
    std::fs::write(dir.path().join("scan.nessus"), with('a')).unwrap();
    let learned = |results: &Value| {
        let one = rule(results, "DKER-EE-002410");
        (one["tenable_control_id"].clone(), one["tenable_learned_from"].clone())
    };
    let wanted = (
        Value::from("a".repeat(64)),
        Value::from("scan.nessus (audit DISA_STIG_Docker_Enterprise_2.x_Linux_Unix_v2r2.audit, plugin revision 1.843)"),
    );
    let (_, results, _) = judged(dir.path(), &["--nessus", "scan.nessus"]);
    assert_eq!(learned(&results), wanted);
    assert!(ids.exists());
    // A later run without the scan goes by the file, and says so where the id is written.
    let (_, later, _) = judged(dir.path(), &[]);
    assert_eq!(learned(&later), wanted);
    assert_eq!(rule(&later, "DKER-EE-002410")["result"], "notchecked");
    let written = files(&dir.path().join("results"));
    let honest = written.iter().filter(|p| p.extension().is_some_and(|e| e == "nessus")).filter(|p| {
        let text = std::fs::read_to_string(p).unwrap();
        text.contains(&control_id('a')) && text.contains("control-id as Nessus wrote it, learned from scan.nessus")
    });
    assert_eq!(honest.count(), 2);
    // Another id for the same rule is said and not taken; a broken file is an error; another file is begun.
    std::fs::write(dir.path().join("scan.nessus"), with('b')).unwrap();
    let before = std::fs::read(&ids).unwrap();
    let (_, results, said) = judged(dir.path(), &["--nessus", "scan.nessus"]);
    assert_eq!(learned(&results).0, wanted.0);
    assert!(said.contains("which is kept"), "{said}");
    assert_eq!(std::fs::read(&ids).unwrap(), before);
    let (_, results, _) = judged(dir.path(), &["--nessus", "scan.nessus", "--tenable-ids", "own/ids.json"]);
    assert_eq!(learned(&results).0, Value::from("b".repeat(64)));
    assert!(dir.path().join("own/ids.json").exists());
    std::fs::write(&ids, "{\"schema\":\"x\",\"ids\":[]}").unwrap();
    let (code, _, said) = judged(dir.path(), &[]);
    assert_eq!(code, 1);
    assert!(
        said.contains("learned control ids cannot be read from results/tenable-control-ids.json: the schema is"),
        "{said}"
    );
}

/// Converts a file and gives the results.
fn converted(dir: &Path, file: &Path) -> Vec<Value> {
    let output = stigprobe(dir)
        .arg("convert")
        .arg(file)
        .args(["--format", "json,ckl,nessus,hdf", "--output", "out", "--json"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let all: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {told}"));
    let all = all.as_array().unwrap().iter();
    all.map(|one| {
        let path = dir.join(one["directory"].as_str().unwrap()).join("results.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    })
    .collect()
}

#[test]
fn the_example_of_nessus_is_read() {
    let Some(example) = shared("examples/nessus-example.nessus") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let all = converted(dir.path(), &example);
    let results = &all[0];
    assert_eq!(all.len(), 1);
    assert_eq!(results["target"]["name"], "ucp-mgr-1.example.mil");
    let trust = rule(results, "DKER-EE-004370");
    assert_eq!((&trust["result"], &trust["group_id"]), (&"pass".into(), &"V-235847".into()));
    assert_eq!(trust["rule_id"], "SV-235847r627668_rule");
    let ca = rule(results, "DKER-EE-006190");
    assert_eq!(ca["result"], "error");
    assert!(ca["details"].as_str().unwrap().contains("UCP API unreachable: connection refused"));
    assert_eq!(ca["legacy_ids"], serde_json::json!(["SV-104917", "V-95779"]));
}

#[test]
fn hdf_that_saf_makes_is_read() {
    let Some(saf) = saf() else { return };
    let dir = tempfile::tempdir().unwrap();
    for (how, example, results) in [
        ("ckl2hdf", "examples/golden.ckl", [("SV-235775r960735_rule", "pass"), ("SV-235776r960759_rule", "fail")]),
        (
            "xccdf_results2hdf",
            "examples/golden-xccdf.xml",
            [("SV-235775r960735_rule", "pass"), ("SV-235776r960759_rule", "fail")],
        ),
        (
            "nessus2hdf",
            "examples/nessus-example.nessus",
            [("SV-235847r627668_rule", "pass"), ("SV-235871r627740_rule", "error")],
        ),
    ] {
        let Some(example) = shared(example) else {
            return;
        };
        let made = dir.path().join(format!("{how}.json"));
        let run = std::process::Command::new(&saf)
            .args(["convert", how, "-i"])
            .arg(&example)
            .arg("-o")
            .arg(&made)
            .current_dir(dir.path())
            .env("NODE_NO_WARNINGS", "1")
            .output()
            .unwrap();
        assert!(made.exists(), "{}", String::from_utf8_lossy(&run.stderr));
        let all = converted(dir.path(), &made);
        let rules = all[0]["rules"].as_array().unwrap();
        let found: Vec<(&str, &str)> =
            rules.iter().map(|r| (r["rule_id"].as_str().unwrap(), r["result"].as_str().unwrap())).collect();
        assert_eq!(found, results, "{how}");
        let ids: Vec<&Value> = rules.iter().map(|r| &r["stig_id"]).collect();
        assert!(ids.iter().all(|id| id.as_str().unwrap().starts_with("DKER-EE-")), "{how}: {ids:?}");
        assert_eq!(all[0]["made_by"]["name"], "Heimdall Tools", "{how}");
    }
}
