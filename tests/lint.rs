//! `stigprobe lint` beside the importers themselves: whenever one refuses or drops, lint says so, and whenever lint says
//! refused, it does refuse. STIG Manager's parser, the converters of Heimdall and SAF CLI, and DISA's schema in xmllint.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::tools::{Run, installed, saf, tool};
use common::{shared, stigprobe};
use proptest::prelude::*;
use serde_json::Value;
use stigprobe::lint::{Effect, Importer, Report, lint};

fn good(extension: &str) -> String {
    let path = format!("src/lint/tests/files/good.{extension}");
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// What becomes of the file or parts of it with this importer.
fn effects(report: &Report, importer: Importer) -> BTreeSet<Effect> {
    let concerned = report.problems.iter().filter(|p| p.importers.contains(&importer));
    concerned.map(|p| p.effect).filter(|e| *e != Effect::Remark).collect()
}

fn codes(report: &Report, importer: Importer) -> Vec<String> {
    let concerned = report.problems.iter().filter(|p| p.importers.contains(&importer));
    concerned.map(|p| format!("{}:{} {}", p.line, p.effect.as_str(), p.code)).collect()
}

/// A file with one thing wrong, and how it came to be.
struct Mutant {
    what: String,
    bytes: Vec<u8>,
}

/// Every element taken out, doubled, emptied, and with an attribute, a section, a comment, an element, an instruction
/// or an entity in it; every attribute taken out and emptied; the file cut off in many places.
fn mutants_of_xml(text: &str) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    let mut add = |what: String, text: String| {
        mutants.push(Mutant { what, bytes: text.into_bytes() });
    };
    for (begin, inside, end, name) in elements(text) {
        let line = text[..begin].matches('\n').count() + 1;
        let whole = &text[begin..end];
        let (before, after) = (&text[..begin], &text[end..]);
        add(format!("no {name} on {line}"), format!("{before}{after}"));
        add(format!("{name} twice on {line}"), format!("{before}{whole}{whole}{after}"));
        let tag = begin + 1 + name.len();
        add(format!("{name} with an attribute on {line}"), format!("{} a=\"1\"{}", &text[..tag], &text[tag..]));
        let Some((open, close)) = inside else {
            continue;
        };
        add(format!("{name} empty on {line}"), format!("{}{}", &text[..open], &text[close..]));
        add(format!("no end of {name} on {line}"), format!("{}{after}", &text[..close]));
        for (what, put) in [
            ("a section", "<![CDATA[x]]>"),
            ("a comment", "<!--x-->"),
            ("an element", "<b>x</b>"),
            ("an instruction", "<?x y?>"),
            ("an entity", "&amp;lt;"),
            ("a bare <", "a < b "),
            ("a bare &", "a & b "),
            ("a control character", "\u{1b}[1m"),
            ("a word", "word"),
        ] {
            let text = format!("{}{put}{}", &text[..open], &text[open..]);
            add(format!("{what} in {name} on {line}"), text);
        }
    }
    let attributes = regex::Regex::new(r#" ([\w:-]+)="([^"]*)""#).unwrap();
    for found in attributes.captures_iter(text) {
        let (whole, value) = (found.get(0).unwrap(), found.get(2).unwrap());
        let what = whole.as_str();
        let without = format!("{}{}", &text[..whole.start()], &text[whole.end()..]);
        add(format!("no{what}"), without);
        let emptied = format!("{}{}", &text[..value.start()], &text[value.end()..]);
        add(format!("empty{what}"), emptied);
    }
    for part in 1..40 {
        let end = text.len() * part / 40;
        let end = (0..=end).rfind(|at| text.is_char_boundary(*at)).unwrap();
        add(format!("cut off at {end}"), text[..end].to_owned());
    }
    mutants.push(Mutant { what: "a byte order mark".into(), bytes: [b"\xEF\xBB\xBF", text.as_bytes()].concat() });
    let utf16 = text.replace("UTF-8", "UTF-16");
    let units = std::iter::once(0xFEFF).chain(utf16.encode_utf16());
    mutants.push(Mutant { what: "UTF-16".into(), bytes: units.flat_map(u16::to_le_bytes).collect() });
    mutants
}

/// Where elements begin, where what is in them begins and ends, where they end, and their names.
fn elements(text: &str) -> Vec<(usize, Option<(usize, usize)>, usize, String)> {
    let tags = regex::Regex::new(r"<(/?)([\w:.-]+)[^<>]*?(/?)>").unwrap();
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for tag in tags.captures_iter(text) {
        let whole = tag.get(0).unwrap();
        let name = tag[2].to_owned();
        if &tag[3] == "/" {
            found.push((whole.start(), None, whole.end(), name));
        } else if tag[1].is_empty() {
            open.push((whole.start(), whole.end()));
        } else {
            let (begin, inside) = open.pop().unwrap();
            found.push((begin, Some((inside, whole.start())), whole.end(), name));
        }
    }
    found
}

/// Every value of a JSON document taken out and replaced, and the document broken in many places.
fn mutants_of_json(text: &str) -> Vec<Mutant> {
    let root: Value = serde_json::from_str(text).unwrap();
    let mut paths = Vec::new();
    walk(&root, "", &mut paths);
    let mut mutants = Vec::new();
    for path in paths {
        let (parent, name) = path.rsplit_once('/').unwrap();
        let mut without = root.clone();
        match without.pointer_mut(parent).unwrap() {
            Value::Object(map) => drop(map.remove(name)),
            Value::Array(list) => drop(list.remove(name.parse().unwrap())),
            _ => unreachable!("only these have members"),
        }
        let mut add = |what: String, value: &Value| {
            let bytes = serde_json::to_vec_pretty(value).unwrap();
            mutants.push(Mutant { what, bytes });
        };
        add(format!("no {path}"), &without);
        for value in [
            Value::Null,
            "".into(),
            "word".into(),
            5.into(),
            true.into(),
            serde_json::json!({}),
            serde_json::json!([]),
            serde_json::json!([null]),
        ] {
            let mut other = root.clone();
            *other.pointer_mut(&path).unwrap() = value.clone();
            add(format!("{path} is {value}"), &other);
        }
    }
    for part in 1..60 {
        let at = text.len() * part / 60;
        for put in ["", "x", "\"", ",", "\u{1}", "}"] {
            let text = format!("{}{put}{}", &text[..at], &text[at + 1..]);
            mutants.push(Mutant { what: format!("{put:?} at {at}"), bytes: text.into_bytes() });
        }
    }
    mutants.push(Mutant { what: "a byte order mark".into(), bytes: [b"\xEF\xBB\xBF", text.as_bytes()].concat() });
    mutants
}

fn walk(value: &Value, path: &str, paths: &mut Vec<String>) {
    let mut members: Vec<(String, &Value)> = Vec::new();
    match value {
        Value::Object(map) => members.extend(map.iter().map(|(name, value)| (name.clone(), value))),
        Value::Array(list) => {
            members.extend(list.iter().enumerate().map(|(at, value)| (at.to_string(), value)));
        }
        _ => {}
    }
    for (name, value) in members {
        let path = format!("{path}/{name}");
        walk(value, &path, paths);
        paths.push(path);
    }
}

/// The mutants as files, with what lint says of each.
fn written(dir: &Path, extension: &str, mutants: &[Mutant]) -> Vec<(PathBuf, Report)> {
    let write = |(number, mutant): (usize, &Mutant)| {
        let name = format!("{number:04}.{extension}");
        let path = dir.join(&name);
        std::fs::write(&path, &mutant.bytes).unwrap();
        (path, lint(&name, &mutant.bytes, &Importer::ALL))
    };
    mutants.iter().enumerate().map(write).collect()
}

/// What a script says of each file, one line of JSON each.
fn asked(script: &str, folder: &Path, files: &[(PathBuf, Report)]) -> Option<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/importers").join(script);
    let mut args = vec![script.to_str().unwrap(), folder.to_str().unwrap()];
    args.extend(files.iter().map(|(path, _)| path.to_str().unwrap()));
    let output = tool("node", &args)?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), files.len());
    Some(answers)
}

/// How many rules the text of a mutant still has.
fn rules(bytes: &[u8], extension: &str) -> usize {
    let text = String::from_utf8_lossy(bytes);
    match extension {
        "ckl" => text.matches("<VULN").count() - text.matches("<VULN_").count(),
        "cklb" => text.matches("group_id").count(),
        "xml" => text.matches("<cdf:rule-result ").count(),
        _ => text.matches("<ReportItem ").count(),
    }
}

#[test]
fn stig_manager_does_what_lint_says() {
    let Some(folder) = installed("node_modules/@nuwcdivnpt/stig-manager-client-modules") else {
        return;
    };
    let mut wrong = Vec::new();
    for extension in ["ckl", "cklb", "xml"] {
        let text = good(extension);
        let mutants = match extension {
            "cklb" => mutants_of_json(&text),
            _ => mutants_of_xml(&text),
        };
        let dir = tempfile::tempdir().unwrap();
        let files = written(dir.path(), extension, &mutants);
        let Some(answers) = asked("stig-manager-verdict.mjs", &folder, &files) else {
            return;
        };
        for ((mutant, (_, report)), answer) in mutants.iter().zip(&files).zip(&answers) {
            let effects = effects(report, Importer::StigManager);
            let error = answer.get("error");
            let reviews = answer["checklists"]
                .as_array()
                .map_or(0, |all| all.iter().map(|c| c["reviews"].as_array().unwrap().len()).sum());
            let is_lost = reviews < rules(&mutant.bytes, extension);
            let is_said = match error {
                Some(_) => effects.contains(&Effect::Refused),
                None => !effects.contains(&Effect::Refused) && (!is_lost || !effects.is_empty()),
            };
            if !is_said {
                let said = codes(report, Importer::StigManager);
                wrong.push(format!("{extension}: {}: {error:?} {reviews} reviews, {said:?}", mutant.what));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn heimdall_does_what_lint_says() {
    let Some(folder) = installed("node_modules/@mitre/saf") else {
        return;
    };
    let mut wrong = Vec::new();
    for extension in ["ckl", "xml", "nessus"] {
        let mutants = mutants_of_xml(&good(extension));
        let dir = tempfile::tempdir().unwrap();
        let files = written(dir.path(), extension, &mutants);
        let Some(answers) = asked("heimdall.mjs", &folder, &files) else {
            return;
        };
        for ((mutant, (_, report)), answer) in mutants.iter().zip(&files).zip(&answers) {
            let effects = effects(report, Importer::Heimdall);
            let error = answer.get("error");
            let none = Vec::new();
            let controls = answer["controls"].as_array().unwrap_or(&none);
            let is_named = |c: &&Value| c["id"].as_str().is_some_and(|id| !id.is_empty());
            let named = controls.iter().filter(is_named).count();
            let is_lost = named < rules(&mutant.bytes, extension);
            let is_said = match error {
                Some(_) => effects.contains(&Effect::Refused),
                None => !effects.contains(&Effect::Refused) && (!is_lost || !effects.is_empty()),
            };
            // The same item twice becomes one control with two results, and nothing is lost.
            let is_doubled = extension == "nessus" && mutant.what.contains("twice");
            if !is_said && !is_doubled {
                let said = codes(report, Importer::Heimdall);
                wrong.push(format!("{extension}: {}: {error:?} {named} controls, {said:?}", mutant.what));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn disa_s_schema_refuses_what_lint_says() {
    let Some(schema) = shared("schemas/U_Checklist_Schema_V2-5.xsd") else {
        return;
    };
    let mutants = mutants_of_xml(&good("ckl"));
    let dir = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (mutant, (path, report)) in mutants.iter().zip(written(dir.path(), "ckl", &mutants)) {
        let args = ["--noout", "--schema", schema.to_str().unwrap(), path.to_str().unwrap()];
        let Some(output) = tool("xmllint", &args) else {
            return;
        };
        let is_refused = effects(&report, Importer::StigViewer).contains(&Effect::Refused);
        if is_refused == output.status.success() {
            let said = codes(&report, Importer::StigViewer);
            wrong.push(format!("{}: {}, {said:?}", mutant.what, output.status));
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_examples_are_taken_as_they_are_known_to_be() {
    use Importer::{Emass, Heimdall, OpenRmf, StigManager, StigViewer};
    let cases: [(&str, &[Importer]); 7] = [
        ("golden.ckl", &[StigViewer, StigManager, Emass, Heimdall, OpenRmf]),
        ("golden.cklb", &[StigViewer, StigManager, Emass]),
        ("golden-xccdf.xml", &[StigViewer, StigManager, Heimdall, OpenRmf]),
        ("strict-sv3-1.0.cklb", &[StigViewer, Emass]),
        ("tiny-sm.ckl", &[StigManager]),
        ("tiny-sm.cklb", &[StigManager]),
        ("tiny-sm.xml", &[StigManager]),
    ];
    for (name, takes) in cases {
        let Some(path) = shared(&format!("examples/{name}")) else {
            return;
        };
        let report = lint(name, &std::fs::read(path).unwrap(), &Importer::ALL);
        for importer in takes {
            assert_eq!(effects(&report, *importer), BTreeSet::new(), "{name}: {:?}", codes(&report, *importer));
        }
    }
    let refused = |name: &str, importer: Importer| {
        let path = shared(&format!("examples/{name}")).unwrap();
        let report = lint(name, &std::fs::read(path).unwrap(), &[importer]);
        assert!(report.loses(), "{name} {}", importer.as_str());
    };
    refused("tiny-sm.ckl", Heimdall);
    refused("tiny-sm.ckl", StigViewer);
    refused("tiny-sm.xml", Heimdall);
    refused("strict-sv3-1.0.cklb", StigManager);
    for importer in Importer::ALL {
        refused("one.arf.xml", importer);
    }
}

#[test]
fn what_we_write_is_taken() {
    use Importer::{Emass, Heimdall, OpenRmf, StigManager, StigViewer};
    for scenario in ["hardened", "unsigned-many,config-403"] {
        let run = Run::new(scenario, &["--format", "ckl,cklb,xccdf,nessus,arf"]);
        let cases: [(&str, &[Importer]); 4] = [
            (".ckl", &[StigViewer, StigManager, Emass, Heimdall, OpenRmf]),
            (".cklb", &[StigViewer, StigManager, Emass]),
            (".xccdf.xml", &[StigViewer, Heimdall]),
            (".nessus", &[Heimdall]),
        ];
        for (extension, takes) in cases {
            let file = run.file(extension);
            let name = Path::new(&file).file_name().unwrap().to_str().unwrap();
            let report = lint(name, &std::fs::read(&file).unwrap(), &Importer::ALL);
            for importer in takes {
                let said = codes(&report, *importer);
                assert_eq!(effects(&report, *importer), BTreeSet::new(), "{name}: {said:?}");
            }
        }
        // XCCDF cannot tell STIG Manager of rules that are neither pass, fail nor notapplicable.
        let file = run.file(".xccdf.xml");
        let report = lint("results.xml", &std::fs::read(&file).unwrap(), &[StigManager]);
        assert!(report.problems.iter().all(|p| p.code == "result"), "{:?}", codes(&report, StigManager));
        run.range.stop();
    }
}

#[test]
fn what_stands_after_a_thousand_remarks_is_counted_and_decides_the_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let good = good("ckl");
    let (head, rest) = good.split_once("<VULN>").unwrap();
    let (vuln, rest) = rest.split_once("</VULN>").unwrap();
    let (_, tail) = rest.rsplit_once("</VULN>").unwrap_or(("", rest));
    let (before, status) = vuln.split_once("<STATUS>").unwrap();
    let (_, after) = status.split_once("</STATUS>").unwrap();
    let (_, number) = vuln.split_once("<ATTRIBUTE_DATA>V-").unwrap();
    let (number, _) = number.split_once('<').unwrap();
    let rule = |at: usize, status: &str| {
        let text = format!("<VULN>{before}<STATUS>{status}</STATUS>{after}</VULN>");
        text.replace(&format!("V-{number}<"), &format!("V-{}<", 700_000 + at))
    };
    let rules: String = (0..1_005).map(|at| rule(at, "Not_Reviewed")).collect();
    for (last, code) in [("Not_Reviewed", 0), ("open", 2), ("notafinding", 2), ("not_reviewed", 2)] {
        std::fs::write(dir.path().join("many.ckl"), format!("{head}{rules}{}{tail}", rule(1_005, last))).unwrap();
        let done = stigprobe(dir.path()).args(["lint", "many.ckl", "--for", "heimdall"]).assert().code(code);
        let told = String::from_utf8(done.get_output().stdout.clone()).unwrap();
        let expected = if code == 0 { "nothing to mend for heimdall" } else { "1 mangled for heimdall" };
        assert!(told.contains(expected), "{last}: {told}");
        let done = stigprobe(dir.path()).args(["lint", "many.ckl", "--json"]).assert();
        let json: serde_json::Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
        let mangled = &json["summary"]["for"]["heimdall"]["mangled"];
        assert_eq!(mangled, &serde_json::json!(usize::from(code == 2)), "{last}");
    }
}

#[test]
fn the_command_says_it_and_its_exit_code_too() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("good.ckl", &good("ckl"));
    write("bad.ckl", &good("ckl").replace("<ROLE>None", "<ROLE>").replace("Release: 2 B", "Release:\u{a0}B"));
    write("remark.ckl", &good("ckl").replace("by hand", "by\thand"));
    let run = |args: &[&str]| stigprobe(dir.path()).arg("lint").args(args).assert();
    run(&["good.ckl"]).code(0).stdout(
        "good.ckl (ckl): nothing to mend for stig-viewer\n\
         good.ckl (ckl): nothing to mend for stig-manager\n\
         good.ckl (ckl): nothing to mend for emass\n\
         good.ckl (ckl): nothing to mend for heimdall\n\
         good.ckl (ckl): nothing to mend for openrmf\n",
    );
    run(&["bad.ckl", "--for", "heimdall"]).code(2).stdout(
        "bad.ckl:5:3: refused [asset-field] ROLE: '' is none of the words for ROLE\n    \
         Write one of the words; leave HOST_FQDN empty unless it is a whole name; write addresses without a mask.\n\
         bad.ckl (ckl): 1 refused for heimdall\n",
    );
    run(&["bad.ckl", "--for", "stig-manager,openrmf", "--for", "stig-manager"]).code(0);
    run(&["remark.ckl"]).code(0);
    run(&["none.ckl"]).code(1);
    run(&["."]).code(2);
    run(&["good.ckl", "remark.ckl", "none.ckl"]).code(1);
    let several = run(&["good.ckl", "bad.ckl", "--for", "heimdall"]).code(2);
    let told = String::from_utf8(several.get_output().stdout.clone()).unwrap();
    assert!(told.starts_with("good.ckl (ckl): nothing to mend for heimdall\nbad.ckl:5:3: refused"), "{told}");
    std::fs::create_dir_all(dir.path().join("deep/er")).unwrap();
    run(&["deep"]).code(1);
    std::fs::rename(dir.path().join("remark.ckl"), dir.path().join("deep/er/remark.CKL")).unwrap();
    run(&["deep", "--for", "heimdall"]).code(0);
    let output = run(&["deep", "bad.ckl", "--for", "heimdall", "--json"]).code(2);
    let json: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let files: Vec<&str> = json.as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["deep/er/remark.CKL", "bad.ckl"]);
    run(&["good.ckl", "--for", "excel"]).code(1);
    let output = run(&["bad.ckl", "--for", "heimdall,stig-viewer", "--json"]).code(2);
    let json: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(json["file"], "bad.ckl");
    assert_eq!(json["kind"], "ckl");
    assert_eq!(json["for"], serde_json::json!(["stig-viewer", "heimdall"]));
    assert_eq!(
        json["problems"][1],
        serde_json::json!({
            "line": 5, "column": 3, "effect": "refused", "code": "asset-field", "where": "ROLE", "for": ["heimdall"],
            "message": "'' is none of the words for ROLE",
            "mend": "Write one of the words; leave HOST_FQDN empty unless it is a whole name; write addresses without \
                     a mask.",
        })
    );
    assert_eq!(json["summary"]["refused"], 2);
    assert_eq!(json["summary"]["for"]["heimdall"]["refused"], 1);
    assert_eq!(json["summary"]["more"], false);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a file: lint says something or nothing, and does not fall over.
    #[test]
    fn no_file_makes_lint_fall(
        extension in prop::sample::select(vec!["ckl", "cklb", "xml", "nessus"]),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, prop::collection::vec(any::<u8>(), 0..6)), 1..5),
        name in "[a-z.]{0,12}",
    ) {
        let mut bytes = good(extension).into_bytes();
        for (at, length, put) in edits {
            let at = at.index(bytes.len() + 1);
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, put);
        }
        let lines = bytes.split(|b| *b == b'\n').count() as u64;
        let report = lint(&name, &bytes, &Importer::ALL);
        for problem in &report.problems {
            // UTF-16 has other bytes for its lines.
            prop_assert!(problem.line <= lines.max(bytes.len() as u64) && problem.line > 0 && problem.column > 0);
            prop_assert!(!problem.importers.is_empty() && !problem.mend.is_empty());
        }
    }

    /// Bytes that are no file at all.
    #[test]
    fn no_bytes_make_lint_fall(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[<>/!?\\[\\]{}:,&;\"'a-z= \\-]{0,200}") {
        for name in ["a.ckl", "a.cklb", "a.xml", "a.nessus", ""] {
            let _ = lint(name, &bytes, &Importer::ALL);
            let _ = lint(name, text.as_bytes(), &Importer::ALL);
        }
    }
}

/// Nothing here asks for more than a moment, whatever the file.
#[test]
fn hostile_files_are_read_in_time() {
    let begin = std::time::Instant::now();
    for bytes in [
        b"<a>".repeat(200_000),
        b"</a>".repeat(200_000),
        b"<CHECKLIST>".repeat(100_000),
        b"[".repeat(1_000_000),
        b"<!--".repeat(200_000),
        b"&lt".repeat(300_000),
        [&b"<CHECKLIST><ASSET>"[..], &b"&#".repeat(300_000)].concat(),
    ] {
        for name in ["a.ckl", "a.cklb", "a.xml"] {
            let _ = lint(name, &bytes, &Importer::ALL);
        }
    }
    assert!(begin.elapsed().as_secs() < 60, "{:?}", begin.elapsed());
}

#[test]
fn the_tools_are_asked_as_they_are_used() {
    // The command itself, once: it must agree with the converters that the tests above ask in its place.
    let Some(saf) = saf() else { return };
    let dir = tempfile::tempdir().unwrap();
    for (role, works) in [("None", true), ("", false)] {
        let text = good("ckl").replace("<ROLE>None", &format!("<ROLE>{role}"));
        std::fs::write(dir.path().join("a.ckl"), text).unwrap();
        let output = dir.path().join(format!("out{works}.json"));
        let done = Command::new(&saf)
            .args(["convert", "ckl2hdf", "-i"])
            .arg(dir.path().join("a.ckl"))
            .arg("-o")
            .arg(&output)
            .current_dir(dir.path())
            .env("NODE_NO_WARNINGS", "1")
            .output()
            .unwrap();
        assert_eq!(output.exists(), works, "{}", String::from_utf8_lossy(&done.stderr));
    }
}
