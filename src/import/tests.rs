//! Outcomes go out in a format and come back.

use std::sync::Arc;

use super::*;
use crate::outcome::{Maker, SeverityOverride};
use crate::report::{self, Format, fixture};
use crate::xccdf::Verdict;
use crate::xccdf::model::Schema;

fn at() -> DateTime<Utc> {
    "2026-11-20T10:00:00Z".parse().expect("a time")
}

pub(super) fn read_text(text: &str) -> Result<Vec<Outcome>, ImportError> {
    let source = Source { name: "file.ckl", bytes: text.as_bytes(), modified: at(), benchmark: None, asset: None };
    read(&source)
}

pub(super) fn back(outcome: &Outcome, format: Format) -> Outcome {
    let text = String::from_utf8(report::write(format, outcome)).expect("text");
    let mut all = read_text(&text).unwrap_or_else(|e| panic!("{format}: {e}"));
    assert_eq!(all.len(), 1, "{format}");
    all.pop().expect("one")
}

/// The formats that are read back.
const READ: [Format; 5] = [Format::Ckl, Format::Cklb, Format::Xccdf, Format::Arf, Format::Json];

#[test]
fn what_we_write_comes_back_with_its_results_and_texts() {
    for outcome in [fixture::outcome(), fixture::spoken(), fixture::nasty()] {
        for format in READ {
            let read = back(&outcome, format);
            assert_eq!(read.rules.len(), outcome.rules.len(), "{format}");
            assert!(read.maker.is_ours(), "{format}: {:?}", read.maker);
            assert_eq!(read.simulated, outcome.simulated, "{format}");
            assert_eq!(read.asset.name, outcome.asset.name, "{format}");
            assert_eq!(read.asset.marking, outcome.asset.marking, "{format}");
            assert_eq!(read.benchmark.revision(), outcome.benchmark.revision(), "{format}");
            let pairs = outcome.results().zip(read.results());
            for ((group, rule, was), (new_group, new_rule, is)) in pairs {
                assert_eq!(is.result, was.result, "{format}: {}", rule.id);
                let names = |mut names: Names| {
                    // STIG Viewer's order of them is not DISA's.
                    names.legacy.sort();
                    names
                };
                let (old, new) = (Names::of(group, rule), Names::of(new_group, new_rule));
                assert_eq!(names(old), names(new), "{format}");
                assert_eq!(
                    is.waiver.is_some(),
                    was.waiver.is_some() && !matches!(format, Format::Ckl | Format::Cklb),
                    "{format}"
                );
                let details = report::text::details(&outcome, rule, was);
                assert_eq!(report::text::details(&read, new_rule, is), details, "{format}: {}", rule.id);
                if format != Format::Arf {
                    let comment = report::text::comment(&outcome, rule, was);
                    assert_eq!(report::text::comment(&read, new_rule, is), comment, "{format}");
                }
            }
        }
    }
}

#[test]
fn nothing_changes_on_the_second_way() {
    let checklists = [Format::Ckl, Format::Cklb];
    for outcome in [fixture::outcome(), fixture::nasty()] {
        for first in READ {
            let once = back(&outcome, first);
            for second in checklists {
                let twice = back(&once, second);
                for (a, b) in once.rules.iter().zip(&twice.rules) {
                    assert_eq!(a.result, b.result, "{first} {second}");
                }
                assert_eq!(report::write(second, &twice).len(), report::write(second, &back(&twice, second)).len());
            }
        }
    }
}

const CHECKLIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!--DISA STIG Viewer :: 2.17-->
<CHECKLIST><ASSET><ROLE>Member Server</ROLE><ASSET_TYPE>Computing</ASSET_TYPE><MARKING>CUI</MARKING>
<HOST_NAME>ucp01</HOST_NAME><HOST_IP>10.0.0.5, 10.0.0.6/24</HOST_IP><HOST_MAC></HOST_MAC><HOST_GUID>9</HOST_GUID>
<HOST_FQDN>ucp01.example.mil</HOST_FQDN><TARGET_COMMENT>rack 7</TARGET_COMMENT><TECH_AREA>UNIX OS</TECH_AREA>
<TARGET_KEY>5281</TARGET_KEY><WEB_OR_DATABASE>false</WEB_OR_DATABASE><WEB_DB_SITE></WEB_DB_SITE><WEB_DB_INSTANCE></WEB_DB_INSTANCE></ASSET>
<STIGS><iSTIG><STIG_INFO><SI_DATA><SID_NAME>version</SID_NAME><SID_DATA>2</SID_DATA></SI_DATA>
<SI_DATA><SID_NAME>customname</SID_NAME></SI_DATA>
<SI_DATA><SID_NAME>stigid</SID_NAME><SID_DATA>X_STIG</SID_DATA></SI_DATA>
<SI_DATA><SID_NAME>releaseinfo</SID_NAME><SID_DATA>Release: 2 Benchmark Date: 24 Jul 2024</SID_DATA></SI_DATA>
<SI_DATA><SID_NAME>title</SID_NAME><SID_DATA>X</SID_DATA></SI_DATA></STIG_INFO>
<VULN><STIG_DATA><VULN_ATTRIBUTE>Vuln_Num</VULN_ATTRIBUTE><ATTRIBUTE_DATA>V-1</ATTRIBUTE_DATA></STIG_DATA>
<STIG_DATA><VULN_ATTRIBUTE>Severity</VULN_ATTRIBUTE><ATTRIBUTE_DATA>medium</ATTRIBUTE_DATA></STIG_DATA>
<STIG_DATA><VULN_ATTRIBUTE>Rule_ID</VULN_ATTRIBUTE><ATTRIBUTE_DATA>SV-1r2_rule</ATTRIBUTE_DATA></STIG_DATA>
<STIG_DATA><VULN_ATTRIBUTE>CCI_REF</VULN_ATTRIBUTE><ATTRIBUTE_DATA>CCI-000054</ATTRIBUTE_DATA></STIG_DATA>
<STATUS>STATUSWORD</STATUS><FINDING_DETAILS>Tool: cpe:/a:niwc:scc:5.7
Result: fail</FINDING_DETAILS><COMMENTS> seen &amp;lt;by&amp;gt; Jane </COMMENTS>
<SEVERITY_OVERRIDE>low</SEVERITY_OVERRIDE><SEVERITY_JUSTIFICATION>behind a wall</SEVERITY_JUSTIFICATION></VULN>
</iSTIG></STIGS></CHECKLIST>"#;

#[test]
fn a_checklist_of_another_program_keeps_its_words_and_its_maker() {
    let outcomes = read_text(&CHECKLIST.replace("STATUSWORD", "Open")).expect("a checklist");
    let outcome = &outcomes[0];
    assert_eq!(outcome.made_by(), "DISA STIG Viewer 2.17");
    assert_eq!(outcome.finished, at());
    let rule = &outcome.rules[0];
    assert_eq!(rule.result, Verdict::Fail);
    assert_eq!(rule.details.as_deref(), Some("Tool: cpe:/a:niwc:scc:5.7\nResult: fail"));
    assert_eq!(rule.comments.as_deref(), Some(" seen &lt;by&gt; Jane "));
    let by_person = SeverityOverride { severity: "low".into(), reason: "behind a wall".into() };
    assert_eq!((rule.severity.as_str(), rule.severity_override.as_ref()), ("low", Some(&by_person)));
    let lost = &outcome.imported.as_ref().expect("from a file").lost;
    assert_eq!(lost.as_slice(), ["HOST_IP \"10.0.0.5, 10.0.0.6/24\" of the asset", "HOST_GUID \"9\" of the asset"]);
    // No format claims that stigprobe made the result.
    for format in Format::ALL {
        let Ok(text) = String::from_utf8(report::write(format, outcome)) else {
            continue;
        };
        assert!(!text.contains("automated check (") && !text.contains("cpe:/a:stigprobe"), "{format}");
    }
    let ckl = String::from_utf8(report::write(Format::Ckl, outcome)).expect("text");
    for kept in [
        "<STATUS>Open</STATUS>",
        "Result: fail</FINDING_DETAILS>",
        "<COMMENTS> seen &amp;lt;by&amp;gt; Jane </COMMENTS>",
        "<SEVERITY_OVERRIDE>low<",
        "<SEVERITY_JUSTIFICATION>behind a wall<",
        "<MARKING>CUI<",
        "<TECH_AREA>UNIX OS<",
        "<ROLE>Member Server<",
        "<TARGET_COMMENT>rack 7<",
    ] {
        assert!(ckl.contains(kept), "{kept}: {ckl}");
    }
    let xccdf = report::xccdf(outcome, Schema::V1_2);
    assert!(xccdf.contains("test-system=\"DISA STIG Viewer:2.17\""), "{xccdf}");
}

#[test]
fn only_the_exact_words_decide() {
    for (word, result) in [
        ("NotAFinding", Verdict::Pass),
        ("Open", Verdict::Fail),
        ("Not_Applicable", Verdict::NotApplicable),
        ("Not_Reviewed", Verdict::NotChecked),
        ("Not_A_Finding", Verdict::Unknown),
        ("notafinding", Verdict::Unknown),
        ("pass", Verdict::Unknown),
        ("", Verdict::Unknown),
    ] {
        let outcomes = read_text(&CHECKLIST.replace("STATUSWORD", word)).expect("a checklist");
        assert_eq!(outcomes[0].rules[0].result, result, "{word}");
        let lost = &outcomes[0].imported.as_ref().expect("from a file").lost;
        assert_eq!(lost.iter().any(|l| l.contains("taken as unknown")), result == Verdict::Unknown, "{word}");
    }
}

#[test]
fn only_our_own_details_say_which_kind_of_undecided() {
    let ours = Maker::this();
    let other = Maker { name: "unknown".into(), version: String::new(), system: None };
    let of = |result, maker| checklist::refined(result, "error: timed out\n", maker);
    assert_eq!(of(Verdict::NotChecked, &ours), Verdict::Error);
    assert_eq!(of(Verdict::NotChecked, &other), Verdict::NotChecked);
    assert_eq!(of(Verdict::Fail, &ours), Verdict::Fail);
    assert_eq!(checklist::refined(Verdict::NotChecked, "pass: fine", &ours), Verdict::NotChecked);
}

#[test]
fn results_alone_have_ids_and_results() {
    let text = r#"<TestResult xmlns="http://checklists.nist.gov/xccdf/1.2" id="x" test-system="cpe:/a:niwc:scc:5.14" end-time="2026-11-21T18:05:00">
      <benchmark id="xccdf_mil.disa.stig_benchmark_X_STIG"/><organization>Org</organization><target>ucp01</target><target-address>10.0.0.5</target-address>
      <target-facts><fact name="urn:scap:fact:asset:identifier:fqdn" type="string">ucp01.example.mil</fact><fact name="other" type="string">1</fact></target-facts>
      <rule-result idref="xccdf_mil.disa.stig_rule_SV-1r2_rule" time="2026-11-21T18:04:00" severity="medium" weight="10.0" version="A-1">
        <result>fail</result><override time="2026-11-21T18:04:30" authority="ISSO"><old-result>fail</old-result><new-result>pass</new-result><remark>ok</remark></override>
        <message severity="info">seen</message></rule-result>
      <rule-result idref="xccdf_mil.disa.stig_rule_SV-2r2_rule" version="A-2"><result>pass</result><instance>a</instance></rule-result>
      <rule-result idref="xccdf_mil.disa.stig_rule_SV-2r2_rule" version="A-2"><result>fail</result><instance>b</instance></rule-result>
      <rule-result idref="xccdf_mil.disa.stig_rule_SV-3r2_rule"><result>passed</result></rule-result>
      <score system="urn:xccdf:scoring:default">50</score></TestResult>"#;
    let outcomes =
        read_text(&text.replace("<result>fail</result><override", "<result>pass</result><override")).expect("results");
    let outcome = &outcomes[0];
    assert_eq!(outcome.made_by(), "scc 5.14");
    assert_eq!(outcome.test_system(), "cpe:/a:niwc:scc:5.14");
    assert_eq!(outcome.finished.to_rfc3339(), "2026-11-21T18:05:00+00:00");
    let results: Vec<Verdict> = outcome.rules.iter().map(|r| r.result).collect();
    assert_eq!(results, [Verdict::Fail, Verdict::Fail, Verdict::Unknown]);
    let waiver = outcome.rules[0].waiver.as_ref().expect("an override");
    assert_eq!((waiver.result, waiver.statement.by.as_str()), (Verdict::Pass, "ISSO"));
    assert_eq!(outcome.rules[0].details.as_deref(), Some("seen"));
    assert_eq!(outcome.asset.fqdn, "ucp01.example.mil");
    let lost = outcome.imported.as_ref().expect("from a file").lost.join("\n");
    for named in ["the score 50 by urn:xccdf:scoring:default", "the fact other", "organization \"Org\"", "\"passed\""] {
        assert!(lost.contains(named), "{named}: {lost}");
    }
}

/// Targets and addresses, the name, the addresses, and what is not kept.
type Named = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const NAMED: &[Named] = &[
    ("<target>::1</target><target>127.0.0.1</target><target>h.example.net</target><target-address>::1</target-address>",
     "h.example.net", &["::1"], &["the further target \"::1\"", "the further target \"127.0.0.1\""]),
    ("<target>10.0.0.5</target><target>::1</target>", "10.0.0.5", &[], &["the further target \"::1\""]),
    ("<target> </target><target>a</target><target>b</target>", "a", &[], &["the further target \"\"", "the further target \"b\""]),
    ("<target>a</target><target-address>10.0.0.5/24</target-address><target-address>10.0.0.5</target-address>",
     "a", &["10.0.0.5"], &["the network of the target-address \"10.0.0.5/24\""]),
    ("<target>a</target><target-address>fe80:0:0:0:0:0:0:5</target-address><target-address>fe80::5%eth0</target-address>",
     "a", &["fe80::5"], &["the target-address \"fe80::5%eth0\""]),
];

#[test]
fn an_asset_is_told_by_its_name_rather_than_by_an_address() {
    for (targets, name, addresses, lost) in NAMED {
        let text = format!(
            r#"<TestResult xmlns="http://checklists.nist.gov/xccdf/1.2" id="x" end-time="2026-11-21T18:05:00Z">
              <benchmark id="xccdf_mil.disa.stig_benchmark_X_STIG" href="x"/>{targets}
              <target-facts><fact name="urn:xccdf:fact:asset:identifier:fqdn" type="string">127.0.0.1</fact>
               <fact name="urn:xccdf:fact:asset:identifier:fqdn" type="string">h.example.net</fact></target-facts>
              <rule-result idref="xccdf_mil.disa.stig_rule_SV-1r2_rule"><result>pass</result></rule-result>
              </TestResult>"#
        );
        let outcome = &read_text(&text).unwrap()[0];
        assert_eq!(outcome.asset.name, *name, "{targets}");
        assert_eq!(outcome.asset.fqdn, "h.example.net", "{targets}");
        assert_eq!(outcome.asset.ip, *addresses, "{targets}");
        let told = outcome.imported.iter().flat_map(|import| &import.lost).map(String::as_str);
        let told: Vec<&str> = told.filter(|lost| !lost.ends_with(" of the TestResult")).collect();
        for one in *lost {
            assert!(told.contains(one), "{targets}: {told:?}");
        }
        assert_eq!(told.len(), lost.len(), "{targets}: {told:?}");
    }
}

#[test]
fn results_move_to_another_release_by_what_stays() {
    let outcome = back(&fixture::outcome(), Format::Ckl);
    let mut newer = fixture::outcome().benchmark;
    let changed = Arc::make_mut(&mut newer);
    for item in &mut changed.items {
        if let crate::xccdf::Item::Group(group) = item
            && let Some(crate::xccdf::Item::Rule(rule)) = group.items.first_mut()
        {
            rule.id = rule.id.replace("r960", "r999");
        }
    }
    changed.items.remove(4);
    let from = outcome.source.clone();
    let moved = onto(outcome.clone(), &newer, &from);
    assert_eq!(moved.rules.len(), 4);
    for (was, is) in outcome.rules.iter().zip(&moved.rules) {
        assert_eq!((was.result, &was.details), (is.result, &is.details));
        assert!(is.notes.iter().any(|n| n.contains("another revision")));
    }
    let lost = moved.imported.expect("from a file").lost.join("\n");
    assert!(lost.contains("which benchmark Docker_Enterprise_2-x_Linux-UNIX_STIG has no rule for"), "{lost}");
}

#[test]
fn a_rule_that_the_file_does_not_speak_of_is_not_checked() {
    let outcomes = read_text(&CHECKLIST.replace("STATUSWORD", "NotAFinding")).expect("a checklist");
    let newer = fixture::outcome().benchmark;
    let from = outcomes[0].source.clone();
    let moved = onto(outcomes[0].clone(), &newer, &from);
    assert!(moved.rules.iter().all(|r| r.result == Verdict::NotChecked));
}

/// The paths to every text in a document.
fn texts(value: &serde_json::Value, at: &str, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(_) => found.push(at.to_owned()),
        serde_json::Value::Array(all) => {
            all.iter().enumerate().for_each(|(n, value)| texts(value, &format!("{at}/{n}"), found));
        }
        serde_json::Value::Object(all) => {
            all.iter().for_each(|(key, value)| texts(value, &format!("{at}/{key}"), found));
        }
        _ => {}
    }
}

#[test]
fn no_text_of_results_moves_a_terminal_in_any_format() {
    let hostile = "\u{1b}[31mRED\u{1b}]0;owned\u{7}\u{9b}1m\u{7f}\u{85}\u{202e}\u{2028}\u{feff}\r";
    let mut outcome = fixture::spoken();
    outcome.simulated = Some("default".into());
    outcome.rules[2].beside.push(fixture::contradiction());
    let written = String::from_utf8(report::write(Format::Json, &outcome)).expect("text");
    let mut document: serde_json::Value = serde_json::from_str(&written).expect("JSON");
    let mut paths = Vec::new();
    texts(&document, "", &mut paths);
    // Every text that may be any, each tried by itself; the others are words, digests and times.
    let mut hostile_ones = 0;
    for path in &paths {
        let before = document.clone();
        if let Some(serde_json::Value::String(text)) = document.pointer_mut(path) {
            text.push_str(hostile);
        }
        if read_text(&document.to_string()).is_ok() {
            hostile_ones += 1;
        } else {
            document = before;
        }
    }
    assert!(hostile_ones > paths.len() / 2, "{hostile_ones} of {}", paths.len());
    let read = read_text(&document.to_string()).expect("results").pop().expect("one");
    assert!(read.simulated.is_some());
    let mut wrong = Vec::new();
    for format in Format::ALL {
        let bytes = report::write(format, &read);
        let parts: Vec<String> = match format {
            Format::Xlsx => {
                let mut workbook = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
                let count = workbook.len();
                let part = |at| std::io::read_to_string(workbook.by_index(at).expect("a part")).expect("text");
                (0..count).map(part).collect()
            }
            _ => vec![String::from_utf8(bytes).expect("text")],
        };
        for text in parts {
            // The line ends of CSV (RFC 4180) and of OOXML's own parts.
            let text = text.replace("\r\n", "\n");
            let bad = text.char_indices().find(|(_, c)| !crate::printable::is_harmless(*c));
            let around = |(at, _)| text[..at].chars().rev().take(60).collect::<String>().chars().rev().collect();
            wrong.extend(bad.map(around).map(|around: String| format!("{format}: after {around:?}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_results_is_refused_with_the_reason() {
    for (text, reason) in [
        ("", "empty"),
        ("hello", "neither XML nor a JSON object"),
        ("PK\u{3}\u{4}", "unpack"),
        ("<html/>", "'<html'"),
        ("<IMPORT_FILE/>", "CMRS"),
        ("<CHECKLIST><ASSET></ASSET>", "end"),
        ("<CHECKLIST><ASSET/></CHECKLIST>", "HOST_NAME"),
        ("<CHECKLIST><ASSET><HOST_NAME>a</HOST_NAME></ASSET></CHECKLIST>", "no results of rules"),
        ("{}", "none of the keys"),
        ("{\"stigs\":[]}", "host_name"),
        ("{\"stigs\":[", "JSON"),
        ("{\"schema\":\"stigprobe-results/9\",\"rules\":[]}", "stigprobe results"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><CHECKLIST/>", "DOCTYPE"),
    ] {
        let error = read_text(text).expect_err(text).to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

proptest::proptest! {
    #[test]
    fn no_file_makes_it_panic(cut in 0_usize..20_000, at in 0_usize..20_000, byte: u8) {
        let outcome = fixture::outcome();
        for format in READ {
            let mut bytes = report::write(format, &outcome);
            let place = at % bytes.len();
            bytes[place] = byte;
            bytes.truncate(bytes.len().saturating_sub(cut % 3 * cut));
            let source = Source { name: "x", bytes: &bytes, modified: at_epoch(), benchmark: None, asset: None };
            let _ = read(&source);
        }
    }
}

fn at_epoch() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

/// A few kilobytes that ask for gigabytes: every one of many results is filled up with every rule.
#[test]
fn a_file_comes_to_so_many_results_and_no_more() {
    let document = |rules: usize, results: usize| {
        let rule = |n: usize| format!("<Rule id='xccdf_a_rule_{n}'><title>t</title></Rule>");
        let result = |n: usize| {
            format!(
                "<TestResult id='xccdf_a_testresult_{n}' end-time='2026-11-20T10:00:00'><target>t</target>\
                 <rule-result idref='xccdf_a_rule_0'><result>pass</result></rule-result></TestResult>"
            )
        };
        format!(
            "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='xccdf_a_benchmark_b'>\
             <status>draft</status><version>1</version>{}{}</Benchmark>",
            (0..rules).map(rule).collect::<String>(),
            (0..results).map(result).collect::<String>()
        )
    };
    let outcomes = read_text(&document(20, 30)).expect("read");
    let digest = sha256_hex(document(20, 30).as_bytes());
    assert_eq!(outcomes.len(), 30);
    for outcome in outcomes {
        assert_eq!(outcome.rules.len(), 20);
        assert_eq!(outcome.source.sha256, digest);
        assert_eq!(outcome.imported.expect("imported").sha256, digest);
    }
    let mut room = Room::of_a_file();
    assert_eq!(room.take(draft::MOST_RESULTS), Ok(()));
    assert!(room.take(1).is_err());
    let error = read_text(&document(5_000, 101)).expect_err("too many");
    assert!(error.to_string().contains("more than 500000 results"), "{error}");
}

#[test]
fn json_is_read_to_a_depth_and_no_deeper() {
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        read_text(&format!("{{\n\"profiles\": {open}{close}}}")).expect_err("no controls")
    };
    // The object around them is one more.
    assert!(!nested(126).to_string().contains("recursion"));
    assert_eq!(nested(127).to_string(), "as HDF: recursion limit exceeded at line 2 column 139");
}

#[test]
fn a_file_without_an_asset_is_refused_until_one_is_named() {
    for format in [Format::Ckl, Format::Cklb, Format::Xccdf, Format::Arf, Format::Nessus] {
        let mut outcome = fixture::outcome();
        outcome.asset.name = "UNNAMED".into();
        outcome.asset.fqdn.clear();
        outcome.asset.ip.clear();
        outcome.endpoints.clear();
        let text = String::from_utf8(report::write(format, &outcome)).expect("text");
        let text = text.replace("UNNAMED", "");
        let read = |asset| {
            read(&Source { name: "x", bytes: text.as_bytes(), modified: at(), benchmark: None, asset })
                .map(|all| all.into_iter().map(|o| o.asset.name).collect::<Vec<_>>())
        };
        let error = read(None).expect_err("no name").to_string();
        assert!(error.ends_with("nobody could tell which asset this is; name it with --asset"), "{format}: {error}");
        assert_eq!(read(Some(" ucp07 ")), Ok(vec!["ucp07".to_owned()]), "{format}");
        assert!(read(Some(" ")).is_err(), "{format}");
    }
    let named = String::from_utf8(report::write(Format::Ckl, &fixture::outcome())).expect("text");
    let source = Source { name: "x", bytes: named.as_bytes(), modified: at(), benchmark: None, asset: Some("another") };
    assert_eq!(super::read(&source).expect("results")[0].asset.name, "ucp01", "what the file says stands");
}

#[test]
fn what_is_not_utf_8_or_has_a_doctype_is_told_of_the_file_at_hand() {
    let utf16 = |text: &str| {
        let units = std::iter::once(0xFEFF_u16).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    for (bytes, part) in [
        (utf16("<CHECKLIST/>"), "the file is in UTF-16"),
        (b"<\0C\0".to_vec(), "UTF-16"),
        (b"<!DOCTYPE a><CHECKLIST/>".to_vec(), "no benchmark, checklist or result needs one"),
    ] {
        let source = Source { name: "a.ckl", bytes: &bytes, modified: at(), benchmark: None, asset: None };
        let error = super::read(&source).expect_err("refused").to_string();
        assert!(error.contains(part), "{error}");
    }
}
