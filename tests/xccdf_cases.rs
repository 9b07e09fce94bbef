//! Cases that others wrote: `OpenSCAP`'s own tests, worked examples of NIST IR 7275 r4, and what was
//! derived from them. Where a case says what the standard wants, that counts, and not what oscap does.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{shared, stigprobe};
use serde_json::{Value, json};

/// Tailorings of table 30's examples, which the index names and nobody has stored.
const TAILORINGS: [(&str, &str, &str); 2] =
    [("tail_C_A.xml", "C", "extends='xccdf_org.example_profile_A'"), ("tail_D_none.xml", "D", "")];

struct Bench {
    cases: PathBuf,
    dir: tempfile::TempDir,
}

struct Answer {
    code: i32,
    json: Value,
    errors: String,
}

impl Bench {
    /// Runs `benchmark COMMAND` with the options of the case.
    fn run(&self, command: &str, case: &Value) -> Answer {
        let file = self.cases.join(case["file"].as_str().unwrap());
        let beside = file.parent().unwrap();
        let mut program = stigprobe(self.dir.path());
        program.args(["benchmark", command, "--json"]).arg(&file);
        let mut args = case["invoke_args"].as_array().unwrap().iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().unwrap().as_str().unwrap().to_owned();
            match arg.as_str().unwrap() {
                "--tailoring-file" => program.arg("--tailoring").arg(self.tailoring(beside, &value())),
                "--tailoring-id" => program.args(["--tailoring", &value()]),
                "--benchmark-id" => program.args(["--component", &value()]),
                "--cpe" => program.arg("--cpe").arg(beside.join(value())),
                other => program.args([other, &value()]),
            };
        }
        if command == "score" {
            let outcomes = case.get("check_outcomes").cloned().unwrap_or(json!({}));
            std::fs::write(self.dir.path().join("outcomes.json"), outcomes.to_string()).unwrap();
            program.args(["--check-results", "outcomes.json"]);
        }
        let output = program.output().unwrap();
        Answer {
            code: output.status.code().unwrap(),
            json: serde_json::from_slice(&output.stdout).unwrap_or(Value::Null),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn tailoring(&self, beside: &Path, name: &str) -> PathBuf {
        let stored = beside.join(name);
        let Some((_, profile, extends)) = TAILORINGS.iter().find(|(file, ..)| *file == name) else {
            return stored;
        };
        let text = format!(
            "<Tailoring xmlns='http://checklists.nist.gov/xccdf/1.2' id='xccdf_org.example_tailoring_t'>\
             <version time='2024-01-01T00:00:00'>1</version>\
             <Profile id='xccdf_org.example_profile_{profile}' {extends}><title>t</title>\
             <select idref='xccdf_org.example_rule_3' selected='true'/></Profile></Tailoring>"
        );
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// What a case wants of the scores: by model, the score, and the maximum where it says one.
fn wanted_scores(case: &Value) -> BTreeMap<String, (f64, Option<f64>)> {
    let mut wanted = BTreeMap::new();
    if let Some(scores) = case["ref_spec"]["scores"].as_object() {
        for (model, score) in scores {
            let pair = score.as_array();
            let number = |at: usize| pair.map(|p| p[at].as_f64().unwrap());
            let value = number(0).unwrap_or_else(|| score.as_f64().unwrap());
            wanted.insert(model.clone(), (value, number(1)));
        }
    } else {
        for score in case["expected"]["scores"].as_array().into_iter().flatten() {
            let model = score["system"].as_str().unwrap().rsplit(':').next().unwrap();
            let pair = (score["score"].as_f64().unwrap(), score["maximum"].as_f64());
            wanted.insert(model.to_owned(), pair);
        }
    }
    wanted
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-4
}

/// Rule results and scores of a case that is evaluated.
fn evaluated(bench: &Bench, case: &Value) -> Result<(), String> {
    let answer = bench.run("score", case);
    let spec = &case["ref_spec"];
    let refused = spec.get("error").is_some() || case["expected"].get("rule_results").is_none();
    if refused {
        return if answer.code == 1 && !answer.errors.is_empty() {
            Ok(())
        } else {
            Err(format!("taken with exit code {}", answer.code))
        };
    }
    let found = answer.json["rule_results"].as_array().ok_or(answer.errors)?;
    let wanted = spec.get("rule_results").unwrap_or(&case["expected"]["rule_results"]);
    let wanted = wanted.as_array().unwrap();
    if found.len() != wanted.len() {
        return Err(format!("{} results, not {}", found.len(), wanted.len()));
    }
    for (found, wanted) in found.iter().zip(wanted) {
        for name in ["idref", "result", "role", "severity"] {
            if found[name] != wanted[name] {
                let id = &wanted["idref"];
                return Err(format!("{id}: {name} is {}, not {}", found[name], wanted[name]));
            }
        }
        if !near(found["weight"].as_f64().unwrap(), wanted["weight"].as_f64().unwrap()) {
            return Err(format!("{}: weight {}", wanted["idref"], found["weight"]));
        }
    }
    if answer.json["profile"] != case["expected"]["profile"] {
        return Err(format!("profile {}", answer.json["profile"]));
    }
    for (model, (score, maximum)) in wanted_scores(case) {
        let system = format!("urn:xccdf:scoring:{model}");
        let scores = answer.json["scores"].as_array().unwrap();
        let found = scores.iter().find(|s| s["system"] == *system).unwrap();
        let is = |name: &str| found[name].as_f64().unwrap();
        if !near(is("score"), score) || maximum.is_some_and(|m| !near(is("maximum"), m)) {
            return Err(format!("{model}: {} of {}, not {score} of {maximum:?}", is("score"), is("maximum")));
        }
    }
    let open = found.iter().any(|r| r["result"] == "fail");
    if (answer.code == 2) != open || answer.code == 1 {
        return Err(format!("exit code {}", answer.code));
    }
    Ok(())
}

/// The selectors of each profile, and the items. oscap drops what a parent refines when its heir
/// refines the same item, and prints one attribute of each refinement: there the idrefs are compared.
fn resolved(bench: &Bench, case: &Value) -> Result<(), String> {
    let answer = bench.run("resolve", case);
    let rules = answer.json["rules"].as_array().ok_or(answer.errors)?;
    let items = case["expected"]["items"].as_array().unwrap();
    let wanted: Vec<&Value> = items.iter().filter(|i| i[0] == "Rule").map(|i| &i[1]).collect();
    if rules.iter().map(|r| &r["id"]).collect::<Vec<_>>() != wanted {
        return Err("other rules".into());
    }
    for wanted in case["expected"]["profiles"].as_array().unwrap() {
        let profiles = answer.json["profiles"].as_array().unwrap();
        let found = profiles.iter().find(|p| p["id"] == wanted["id"]).ok_or("a profile is missing")?;
        let said = |s: &Value| match s["kind"].as_str().unwrap() {
            "select" => json!(["select", s["idref"], s["selected"].to_string()]).to_string(),
            kind => json!([kind, s["idref"]]).to_string(),
        };
        let mut found: Vec<String> = found["selectors"].as_array().unwrap().iter().map(said).collect();
        let mut wanted: Vec<String> = wanted["selectors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| if s[0] == "select" { s.to_string() } else { json!([s[0], s[1]]).to_string() })
            .collect();
        if wanted.iter().any(|w| !w.starts_with("[\"select\"")) {
            found.sort();
            wanted.sort();
        }
        if found != wanted {
            return Err(format!("{found:?}, not {wanted:?}"));
        }
    }
    Ok(())
}

/// The lines of the fix occur once everything is put in; a fix that cannot be filled is none.
fn fixed(bench: &Bench, case: &Value) -> Result<(), String> {
    let answer = bench.run("resolve", case);
    let rules = answer.json["rules"].as_array().ok_or(answer.errors)?;
    let texts: Vec<&str> =
        rules.iter().flat_map(|r| r["fixes"].as_array().unwrap()).filter_map(|f| f["text"].as_str()).collect();
    let lines = case["expected"]["fix_script"].as_array().unwrap();
    let own = |line: &str| !line.trim_start().starts_with("(>&2 echo");
    for line in lines.iter().map(|l| l.as_str().unwrap()) {
        if own(line) && !texts.iter().any(|t| t.contains(line.trim())) {
            return Err(format!("{line:?} is not in {texts:?}"));
        }
        if line.contains("IS MISSING") && !texts.is_empty() {
            return Err(format!("{texts:?} should not be there"));
        }
    }
    Ok(())
}

/// What checks are given, by the names they know.
fn exported(bench: &Bench, case: &Value) -> Result<(), String> {
    let answer = bench.run("resolve", case);
    let rules = answer.json["rules"].as_array().ok_or(answer.errors)?;
    for (name, wanted) in case["expected"]["exported"].as_object().unwrap() {
        let mut all = rules.iter().flat_map(|r| r["exports"].as_array().unwrap());
        let found = all.find(|e| e["name"] == **name).ok_or(format!("no {name}"))?;
        // OVAL's name for a number without a fraction.
        let datatype = if found["type"] == "number" { "int" } else { "string" };
        if found["value"] != wanted["values"][0] || wanted["datatype"] != datatype {
            return Err(format!("{name} is {found}"));
        }
    }
    Ok(())
}

/// The document's kind, its profiles and its status.
fn told(bench: &Bench, case: &Value) -> Result<(), String> {
    let answer = bench.run("info", case);
    if case["expected"]["exit"] != 0 {
        // oscap crashes on these: it is enough to be refused in words.
        let said = answer.code == 1 && answer.errors.starts_with("error: ");
        return if said { Ok(()) } else { Err(format!("exit code {}", answer.code)) };
    }
    let lines: Vec<&str> = case["expected"]["stdout"].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
    let after = |label: &str| lines.iter().filter_map(|l| l.strip_prefix(label)).collect::<Vec<_>>();
    let kind = match after("Document type: ")[..] {
        ["XCCDF Checklist"] => "benchmark",
        ["XCCDF Tailoring"] => "tailoring",
        _ => return Err("an unknown type".into()),
    };
    if answer.json["document_type"] != kind {
        return Err(format!("{} {}", answer.json["document_type"], answer.errors));
    }
    let profiles = answer.json["profiles"].as_array().unwrap();
    let ids: Vec<&str> = profiles.iter().map(|p| p["id"].as_str().unwrap()).collect();
    let wanted: Vec<&str> = after("Id: ").iter().map(|l| l.trim_end_matches(" (abstract)")).collect();
    let titles: Vec<&str> = profiles.iter().map(|p| p["title"].as_str().unwrap()).collect();
    if ids != wanted || titles != after("Title: ") {
        return Err(format!("profiles {ids:?} {titles:?}"));
    }
    match after("Status: ")[..] {
        [status] if answer.json["status"] != status => Err(format!("{}", answer.json["status"])),
        _ => Ok(()),
    }
}

#[test]
fn every_case_comes_out_as_the_standard_says() {
    let Some(cases) = shared("corpus/openscap-cases") else {
        return;
    };
    let index = std::fs::read_to_string(cases.join("index.json")).unwrap();
    let index: Vec<Value> = serde_json::from_str(&index).unwrap();
    let bench = Bench { cases, dir: tempfile::tempdir().unwrap() };
    let (mut passed, mut elsewhere, mut failures) = (0, 0, Vec::new());
    for case in &index {
        let command = case["oscap_cmd"].as_str().unwrap();
        let outcome = if command.contains("validate") {
            // Validating has tests of its own.
            elsewhere += 1;
            continue;
        } else if command.starts_with("oscap info") {
            told(&bench, case)
        } else if command.contains("xccdf resolve") {
            resolved(&bench, case)
        } else if command.contains("generate fix") {
            fixed(&bench, case)
        } else if command.contains("export-oval-variables") {
            exported(&bench, case)
        } else {
            evaluated(&bench, case)
        };
        match outcome {
            Ok(()) => passed += 1,
            Err(why) => failures.push(format!("{}: {why}", case["case"].as_str().unwrap())),
        }
    }
    assert!(failures.is_empty(), "{} of {} fail:\n{}", failures.len(), index.len(), failures.join("\n"));
    assert_eq!(passed + elsewhere, index.len());
}
