//! `benchmark validate` and `benchmark info` on ARFs: what is found, where, and as NIST's rules find
//! it.
//!
//! `tests/validate/arf.xml` is valid and meets all of SCAP 1.3's requirements for results. Each row of
//! a table changes one place in it.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stderr, reason = "skipping is said aloud")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Cursor;
use std::path::Path;

use common::tools::{missing, tool};
use common::{shared, stigprobe};
use serde_json::Value;
use stigprobe::xccdf::validate::{Problem, Report, validate};

/// The XSLT processor that NIST's rules want.
const SAXON: &str = "/usr/share/java/Saxon-HE.jar";

fn fixture() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validate/arf.xml");
    std::fs::read_to_string(path).unwrap()
}

fn check(xml: &str) -> Report {
    validate(Cursor::new(xml.as_bytes())).unwrap()
}

/// What is replaced by what; the code that must be found, and a text at whose begin it must be, as it
/// stands then.
type Row = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const ENVELOPE: &[Row] = &[
    ("reporting-format/1.1\"", "reporting-format/1.0\"", "unknown-root", "<arf:asset-report-collection"),
    ("subject=\"note\"", "subject=\"noted\"", "dangling-reference", "<core:relationship type=\"x:whatever\""),
    ("<core:ref>person</core:ref>", "<core:ref>persona</core:ref>", "dangling-reference", "<core:ref>persona"),
    ("<core:ref>person</core:ref>", "<core:ref>1</core:ref>", "bad-value", "<core:ref>1"),
    ("type=\"voc:createdBy\"", "type=\"vok:createdBy\"", "bad-value", "type=\"vok:createdBy\""),
    ("type=\"voc:createdBy\"", "type=\"voc:banana\"", "bad-value", "type=\"voc:banana\""),
    ("type=\"scap:checkContext\"", "type=\"scap:isAbout\"", "bad-value", "type=\"scap:isAbout\""),
    ("type=\"voc:createdBy\"", "type=\"a:b:c\"", "bad-value", "type=\"a:b:c\""),
    (" type=\"voc:createdBy\"", "", "missing-attribute", "<core:relationship subject=\"xccdf\"><core:ref>person"),
    ("scope=\"exclusive\"", "scope=\"some\"", "bad-value", "scope=\"some\""),
    ("<core:ref>person</core:ref>", "<core:ref>source</core:ref>", "wrong-relationship", "<core:ref>source</core:ref><core:ref>software"),
    ("<core:ref>far</core:ref>", "<core:ref>host</core:ref>", "wrong-relationship", "<core:ref>host</core:ref></core:relationship>\n  <core:relationship type=\"scap:check"),
    ("type=\"voc:createdFor\" subject=\"xccdf\"", "type=\"voc:createdFor\" subject=\"host\"", "wrong-relationship", "<core:relationship type=\"voc:createdFor\""),
    ("<core:ref>person</core:ref><core:ref>software</core:ref>", "", "missing-element", "<core:relationship type=\"voc:createdBy\""),
    ("<arf:report id=\"far\">", "<arf:report id=\"host\">", "duplicate", "<arf:report id=\"host\""),
    ("<arf:report id=\"far\">", "<arf:report id=\"a:b\">", "bad-value", "id=\"a:b\""),
    ("<arf:report id=\"far\">", "<arf:report>", "missing-attribute", "<arf:report>"),
    ("<arf:report id=\"far\">", "<arf:report id=\"far\" xlink:title=\"t\">", "unknown-attribute", "xlink:title"),
    ("<arf:report id=\"far\">", "<arf:report id=\"far\" title=\"t\">", "unknown-attribute", "title=\"t\""),
    (" xlink:href=\"https://reports.a.example/1\"", "", "missing-attribute", "<arf:remote-resource xlink:type=\"simple\"/>\n  </arf:report>"),
    ("xlink:type=\"simple\" xlink:href=\"https://reports", "xlink:type=\"arc\" xlink:href=\"https://reports", "bad-value", "xlink:type=\"arc\""),
    ("<arf:report id=\"far\">", "<arf:rapport id=\"far\">", "unknown-element", "<arf:rapport"),
    ("  <arf:extended-info id=\"note\"><x:note/></arf:extended-info>", "  <arf:extended-info id=\"note\"></arf:extended-info>", "missing-element", "<arf:extended-info id=\"note\""),
    ("<x:note/>", "<x:note/><x:note/>", "too-many-elements", "<x:note/></arf:extended-info>"),
    ("<x:note/>", "<arf:note/>", "unknown-element", "<arf:note/>"),
    ("<ai:data/>", "<ai:date/>", "unknown-element", "<ai:date/>"),
    ("<ai:data/>", "", "missing-element", "<arf:asset id=\"a9\""),
    (">10.0.0.5</ai:ip-v4>", ">999.0.0.5</ai:ip-v4>", "bad-value", "<ai:ip-v4 ai:source"),
    ("<ai:ip-v6>2001:db8:0:0:0:0:0:5", "<ai:ip-v6>2001:db8::5", "bad-value", "<ai:ip-v6>"),
    ("02:42:AC:11:00:02", "zz:42:AC:11:00:02", "bad-value", "<ai:mac-address>"),
    ("<ai:hostname>host<", "<ai:hostname>a b<", "bad-value", "<ai:hostname>"),
    ("    <ai:fqdn>host.a.example</ai:fqdn>\n    <ai:hostname>host</ai:hostname>", "    <ai:hostname>host</ai:hostname>\n    <ai:fqdn>host.a.example</ai:fqdn>", "misplaced-element", "<ai:fqdn>host.a.example"),
    ("<ai:cidr>", "<ai:ip-net-range><ai:ip-net-range-start/><ai:ip-net-range-end/></ai:ip-net-range><ai:cidr>", "unknown-element", "<ai:cidr>"),
    ("<ai:cidr>10.0.0.0/8", "<ai:cidr>10.0.0.0", "bad-value", "<ai:cidr>"),
    ("<ai:port>443", "<ai:port>65536", "bad-value", "<ai:port>"),
    ("<ai:locale>en-US", "<ai:locale>en_US", "bad-value", "<ai:locale>"),
    ("latitude=\"48.2\"", "latitude=\"148.2\"", "bad-value", "latitude="),
    ("+43 1 2345678", "+43", "bad-value", "<ai:telephone-number>"),
    ("ai:timestamp=\"2020-01-01T00:00:00Z\"", "ai:timestamp=\"2020\"", "bad-value", "ai:timestamp"),
    ("data-valid-end-date=\"2020-02-01\"", "data-valid-end-date=\"2020-02-31\"", "bad-value", "data-valid-end-date"),
    // What it holds is held against its own schema.
    ("<version>1</version>", "", "missing-element", "<Rule id=\"xccdf_a_rule_1\""),
    ("xlink:href=\"#scap_a_comp_o\"", "xlink:href=\"#scap_a_comp_p\"", "dangling-reference", "<ds:component-ref id=\"scap_a_cref_o\""),
    ("<score>50</score>", "<score>many</score>", "bad-value", "<score>"),
    ("<result>pass</result>", "<result>ok</result>", "bad-value", "<result>ok"),
    ("idref=\"xccdf_a_rule_5\"", "idref=\"xccdf_a_rule_8\"", "dangling-reference", "<rule-result idref=\"xccdf_a_rule_8\""),
    ("<DigestValue>QUJD<", "<DigestValue>Q<", "bad-value", "<DigestValue>Q<"),
    ("Id=\"P1\"", "Id=\"S1\"", "duplicate", "Id=\"S1\"><SignatureProperty"),
];

#[rustfmt::skip]
const REQUIREMENTS: &[Row] = &[
    ("     <identity authenticated=\"1\" privileged=\"0\">auditor</identity>\n", "", "RES-42-1", "<TestResult"),
    ("privileged=\"0\">auditor<", "privileged=\"0\"> <", "RES-42-1", "<TestResult"),
    ("      <ident system=\"http://cce.mitre.org\">CCE-1-1</ident>\n      <check", "      <check", "RES-44-1", "<rule-result idref=\"xccdf_a_rule_1\""),
    ("CCE-1-1</ident>\n      <check", "CCE-2-1</ident>\n      <check", "RES-44-1", "<rule-result idref=\"xccdf_a_rule_1\""),
    ("<result>pass</result>\n      <ident", "<result>fail</result>\n      <ident", "RES-126-1", "<rule-result idref=\"xccdf_a_rule_1\""),
    ("       <check-content-ref href=\"#oval\" name=\"oval:a:def:1\"/>\n      </check>", "       <check-content-ref href=\"#oval\" name=\"oval:a:def:2\"/>\n      </check>", "RES-126-1", "<rule-result idref=\"xccdf_a_rule_1\""),
    ("<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\">\n       <check-content-ref href=\"#oval\"", "<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\" negate=\"true\">\n       <check-content-ref href=\"#oval\"", "RES-126-1", "<rule-result idref=\"xccdf_a_rule_1\""),
    ("<result>fail</result>\n      <complex", "<result>pass</result>\n      <complex", "RES-126-1", "<rule-result idref=\"xccdf_a_rule_2\""),
    ("<complex-check operator=\"AND\">\n       <check", "<complex-check operator=\"OR\">\n       <check", "RES-126-1", "<rule-result idref=\"xccdf_a_rule_2\""),
    ("class=\"compliance\" result=\"true\"", "class=\"compliance\" result=\"error\"", "RES-126-1", "<rule-result idref=\"xccdf_a_rule_1\""),
    ("class=\"compliance\" result=\"true\"", "class=\"vulnerability\" result=\"true\"", "RES-126-1", "<rule-result idref=\"xccdf_a_rule_1\""),
    (" class=\"compliance\" result=\"true\"", " result=\"true\"", "RES-126-2", "<rule-result idref=\"xccdf_a_rule_1\""),
    ("<def:definition id=\"oval:a:def:3\" class=\"inventory\"/>", "<def:definition id=\"oval:a:def:3\"/>", "RES-126-2", "<rule-result idref=\"xccdf_a_rule_7\""),
    ("result=\"not applicable\"", "result=\"maybe\"", "RES-126-3", "<rule-result idref=\"xccdf_a_rule_7\""),
    ("result=\"not applicable\"", "result=\"true\"", "RES-126-3", "<rule-result idref=\"xccdf_a_rule_7\""),
    ("result=\"not applicable\"/>", "result=\"not applicable\"/><res:definition definition_id=\"oval:a:def:3\" result=\"true\"/>", "RES-126-4", "<rule-result idref=\"xccdf_a_rule_7\""),
    ("<check-content-ref href=\"#oval\" name=\"oval:a:def:1\"/>\n      </check>", "<check-content-ref href=\"#oval\"/>\n      </check>", "RES-126-5", "<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\">\n       <check-content-ref href=\"#oval\"/>"),
    ("<check-content-ref href=\"o\"/>", "<check-content-ref href=\"o\" name=\"oval:a:def:1\"/>", "RES-126-5", "<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\"><check-content-ref href=\"#oval\"/>"),
    ("<ocil:ocil><ocil:questionnaires/></ocil:ocil>", "<Benchmark xmlns=\"http://checklists.nist.gov/xccdf/1.2\" id=\"xccdf_a_benchmark_c\"><status>draft</status><version>1</version></Benchmark>", "RES-131-1", "<arf:report id=\"ocil\""),
    (" start-time=\"2020-01-01T00:00:00Z\"", "", "RES-133-1", "<TestResult"),
    (" test-system=\"cpe:/a:a:b:1\"", "", "RES-134-1", "<TestResult"),
    ("test-system=\"cpe:/a:a:b:1\"", "test-system=\"b 1\"", "RES-134-1", "test-system=\"b 1\""),
    ("test-system=\"cpe:/a:a:b:1\"", "test-system=\"\"", "RES-134-1", "test-system=\"\""),
    ("     <target-address>10.0.0.5</target-address>\n     <target-address>2001:db8:0:0:0:0:0:5</target-address>\n", "", "RES-136-1", "<TestResult"),
    ("<target-address>10.0.0.5", "<target-address>10.0..5", "RES-136-2", "<target-address>10.0..5"),
    ("      <res:definition_true content=\"full\" reported=\"true\"/>\n", "", "RES-179-1", "<res:oval_results>"),
    ("<res:definition_true content=\"full\" reported=\"true\"", "<res:definition_true content=\"full\" reported=\"false\"", "RES-179-1", "<res:oval_results>"),
    ("<res:definition_true content=\"full\"", "<res:definition_true content=\"thin\"", "RES-179-1", "<res:oval_results>"),
    ("       <sc:system_data/>\n", "", "RES-181-1", "<res:oval_results>"),
    ("<benchmark id=\"xccdf_a_benchmark_b\" href", "<benchmark href", "RES-253-1", "<benchmark href"),
    ("<benchmark id=\"xccdf_a_benchmark_b\" href", "<benchmark id=\"\" href", "RES-253-1", "<benchmark id=\"\""),
    ("href=\"#scap_a_comp_1\"/>\n     <identity", "href=\"#scap_a_comp_9\"/>\n     <identity", "RES-253-2", "<benchmark id"),
    ("href=\"#scap_a_comp_1\"/>\n     <identity", "href=\"benchmark.xml\"/>\n     <identity", "RES-253-2", "<benchmark id"),
    ("<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\"><check-content-ref href=\"o\"/></check>", "<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\" multi-check=\"true\"><check-content-ref href=\"o\"/></check>", "RES-258-1", "<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\" multi-check"),
    ("      <check system=\"http://scap.nist.gov/schema/ocil/2\"><check-content-ref href=\"#ocil\" name=\"ocil:a:questionnaire:1\"/></check>\n", "", "RES-260-1", "<rule-result idref=\"xccdf_a_rule_5\""),
    ("      <ai:mac-address>02:42:AC:11:00:02</ai:mac-address>\n", "", "RES-299-1", "<arf:asset id=\"host\""),
    ("href=\"\" name=\"host\"", "href=\"\" name=\"person\"", "RES-304-1", "<TestResult"),
    ("href=\"\" name=\"host\"", "href=\"u\" name=\"host\"", "RES-304-1", "<TestResult"),
    ("type=\"voc:isAbout\" subject=\"xccdf\"", "type=\"voc:hasSource\" subject=\"xccdf\"", "RES-304-1", "<TestResult"),
    ("ref-id=\"host\"", "ref-id=\"person\"", "RES-306-1", "<sc:oval_system_characteristics>"),
    ("type=\"old:isAbout\"", "type=\"old:hasSource\"", "RES-306-1", "<sc:oval_system_characteristics>"),
    ("<t:signature-info xmlns:t=\"http://scap.nist.gov/schema/xml-dsig/1.0\"/>", "<x:info/>", "RES-311-1", "<Signature "),
    ("<Reference URI=\"\">", "<Reference URI=\"#far\">", "RES-312-1", "<Signature "),
    ("       <Transform Algorithm=\"http://www.w3.org/2002/06/xmldsig-filter2\"/>\n", "", "RES-313-1", "<Signature "),
    ("URI=\"#P1\"", "URI=\"#P2\"", "RES-314-1", "<Signature "),
    ("    <KeyInfo><KeyName>k</KeyName></KeyInfo>\n", "", "RES-315-1", "<Signature "),
    (" Id=\"S1\">", ">", "RES-316-1", "<Signature "),
    ("<x:note/>", "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"S1\"/>", "RES-316-1", "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"S1\">"),
    ("href=\"#ocil\"", "href=\"#ozil\"", "RES-370-1", "<check-content-ref href=\"#ozil\""),
    ("href=\"#ocil\"", "href=\"#xccdf\"", "RES-370-1", "<check-content-ref href=\"#xccdf\""),
    ("href=\"#ocil\"", "href=\"#oval\"", "RES-370-2", "<check-content-ref href=\"#oval\" name=\"ocil"),
    ("<check system=\"http://scap.nist.gov/schema/ocil/2\"><check-content-ref href=\"#", "<check system=\"urn:x\"><check-content-ref href=\"#", "RES-370-2", "<check-content-ref href=\"#ocil\""),
    ("<result>notchecked</result>", "<result>error</result>", "RES-391-1", "<rule-result idref=\"xccdf_a_rule_3\""),
    ("<result>informational</result>", "<result>pass</result>", "RES-391-2", "<rule-result idref=\"xccdf_a_rule_4\""),
    ("<rule-result idref=\"xccdf_a_rule_1\" role=\"full\"", "<rule-result idref=\"xccdf_a_rule_1\"", "RES-392-1", "<rule-result idref=\"xccdf_a_rule_1\""),
    ("severity=\"low\" weight=\"1.0\">\n      <result>pass", "severity=\"low\">\n      <result>pass", "RES-392-1", "<rule-result idref=\"xccdf_a_rule_1\""),
    ("severity=\"low\" weight=\"1.0\">\n      <result>pass", "severity=\"low\" weight=\"\">\n      <result>pass", "RES-392-1", "<rule-result idref=\"xccdf_a_rule_1\""),
    ("severity=\"low\" weight=\"1.0\">\n      <result>pass", "severity=\"\" weight=\"1.0\">\n      <result>pass", "RES-392-1", "<rule-result idref=\"xccdf_a_rule_1\""),
];

/// What may be otherwise than in the fixture: each is replaced by what, and all is valid and meets
/// every requirement.
#[rustfmt::skip]
const AS_WELL: &[&[(&str, &str)]] = &[
    &[("<result>pass</result>\n      <ident", "<result>fixed</result>\n      <ident")],
    &[("<result>pass</result>\n      <ident", "<result>notselected</result>\n      <ident")],
    &[("<result>pass</result>\n      <ident", "<result>error</result>\n      <ident"), ("class=\"compliance\" result=\"true\"", "class=\"compliance\" result=\"error\"")],
    &[("<result>pass</result>\n      <ident", "<result>unknown</result>\n      <ident"), ("class=\"compliance\" result=\"true\"", "class=\"compliance\" result=\"unknown\"")],
    &[("<result>pass</result>\n      <ident", "<result>notchecked</result>\n      <ident"), ("class=\"compliance\" result=\"true\"", "class=\"compliance\" result=\"not evaluated\"")],
    // Not negated, and negated.
    &[("<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\">\n       <check-content-ref href=\"#oval\"", "<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\" negate=\"false\">\n       <check-content-ref href=\"#oval\"")],
    &[("<result>pass</result>\n      <ident", "<result>fail</result>\n      <ident"), ("<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\">\n       <check-content-ref href=\"#oval\"", "<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\" negate=\"true\">\n       <check-content-ref href=\"#oval\"")],
    // One of two passes: enough for OR, and for the contrary of AND.
    &[("<result>fail</result>\n      <complex-check operator=\"AND\">", "<result>pass</result>\n      <complex-check operator=\"OR\">")],
    &[("<result>fail</result>\n      <complex-check operator=\"AND\">", "<result>pass</result>\n      <complex-check operator=\"AND\" negate=\"true\">")],
    &[("<result>fail</result>\n      <complex-check operator=\"AND\">", "<result>pass</result>\n      <complex-check operator=\"AND\">"), ("definition_id=\"oval:a:def:2\" result=\"true\"", "definition_id=\"oval:a:def:2\" result=\"false\"")],
    // The class stands in one of three places.
    &[(" class=\"compliance\" result=\"true\"", " result=\"true\""), ("class=\"inventory\"/>", "class=\"inventory\"/><def:definition id=\"oval:a:def:1\" class=\"compliance\"/>")],
    &[("result=\"not applicable\"", "result=\"not evaluated\"")],
    // A role binds where the Rule is selected.
    &[("selected=\"true\" role=\"unscored\"", "selected=\"false\" role=\"unscored\""), ("<result>informational</result>", "<result>pass</result>")],
    &[("<result>informational</result>", "<result>notselected</result>"), ("selected=\"true\" role=\"unscored\"", "selected=\"false\" role=\"unscored\"")],
    // The Rule names no check either, by whatever it says of several.
    &[("<check-content-ref href=\"o\"/>", "<check-content-ref href=\"p\"/>"), ("oval-definitions-5\"><check-content-ref href=\"p\"/>", "oval-definitions-5\" multi-check=\"false\"><check-content-ref href=\"o\"/>")],
    &[("       <check-content-ref href=\"#oval\" name=\"oval:a:def:1\"/>\n      </check>", "       <check-content-ref href=\"#oval\"/>\n      </check>"), ("         <check-content-ref href=\"o\" name=\"oval:a:def:1\"/>", "         <check-content-ref href=\"o\"/>")],
    &[("test-system=\"cpe:/a:a:b:1\"", "test-system=\"cpe:2.3:a:a:b:1:*:*:*:*:*:*:*\"")],
    &[("<target-address>10.0.0.5<", "<target-address>10.0.0.5/24<")],
    &[("href=\"#scap_a_comp_1\"/>\n     <identity", "href=\"https://a.example/benchmark.xml\"/>\n     <identity")],
    // Results of OVAL that are thin, and have no part of the system characteristics.
    &[("       <sc:collected_objects/>\n       <sc:system_data/>\n", "")],
    &[("definition_true content=\"full\"", "definition_true content=\"thin\""), ("definition_false content=\"full\"", "definition_false content=\"thin\""), ("definition_unknown content=\"full\"", "definition_unknown content=\"thin\""), ("definition_error reported", "definition_error content=\"thin\" reported"), ("definition_not_evaluated reported", "definition_not_evaluated content=\"thin\" reported"), ("definition_not_applicable content=\"full\"", "definition_not_applicable content=\"thin\""), ("       <sc:collected_objects/>\n", "")],
    &[("<core:relationship type=\"voc:isAbout\" subject=\"xccdf\">", "<core:relationship type=\"old:isAbout\" subject=\"xccdf\">")],
];

/// Those requirements that a document should meet and need not.
const SHOULD: [&str; 10] = [
    "RES-126-2",
    "RES-126-3",
    "RES-126-4",
    "RES-258-1",
    "RES-299-1",
    "RES-300-1",
    "RES-300-3",
    "RES-306-1",
    "RES-315-1",
    "RES-323-1",
];

fn changed((from, to, ..): &Row) -> String {
    changed_to(&[(from, to)])
}

fn changed_to(places: &[(&str, &str)]) -> String {
    places.iter().fold(fixture(), |xml, (from, to)| {
        assert!(xml.contains(from), "there is no {from}");
        xml.replacen(from, to, 1)
    })
}

/// Line and column of a text.
fn place(xml: &str, on: &str) -> (u64, u64) {
    let at = xml.find(on).unwrap_or_else(|| panic!("there is no {on}"));
    let before = &xml[..at];
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
    (before.matches('\n').count() as u64 + 1, column as u64)
}

/// The requirements that are told of.
fn requirements(report: &Report) -> BTreeSet<String> {
    let all = report.problems.iter().chain(&report.warnings);
    let codes = all.map(|problem| problem.code.as_str());
    codes.filter(|code| code.starts_with("RES-")).map(String::from).collect()
}

#[test]
fn the_document_is_valid() {
    let report = check(&fixture());
    assert_eq!((report.problems, report.warnings), (vec![], vec![]));
    assert_eq!(report.kind, Some("ARF 1.1"));
}

#[test]
fn every_change_is_found_where_it_is() {
    let mut wrong = Vec::new();
    for row @ (from, to, code, on) in ENVELOPE.iter().chain(REQUIREMENTS) {
        let xml = changed(row);
        let report = check(&xml);
        let is_warning = SHOULD.contains(code);
        let told = if is_warning { &report.warnings } else { &report.problems };
        let is_it = |p: &&Problem| p.code.as_str() == *code && (p.position.line, p.position.column) == place(&xml, on);
        if !told.iter().any(|problem| is_it(&problem)) {
            wrong.push(format!("{from} -> {to}: {code} at {on}, not {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_may_be_otherwise_is_valid_as_well() {
    for row in AS_WELL {
        let report = check(&changed_to(row));
        assert_eq!((report.problems, report.warnings), (vec![], vec![]), "{row:?}");
    }
}

#[test]
fn what_is_cut_off_is_not_well_formed() {
    let valid = fixture();
    for cut in (900..valid.len() - 1).step_by(211) {
        let report = check(&valid[..cut]);
        let last = report.problems.last().unwrap();
        assert_eq!(last.code.as_str(), "not-well-formed", "{cut}");
    }
}

#[test]
fn requests_and_signatures_are_missed_where_they_are_recommended() {
    let valid = fixture();
    let begin = valid.find(" <arf:report-requests>").unwrap();
    let end = valid.find(" <arf:assets>").unwrap();
    let without = format!("{}{}", &valid[..begin], &valid[end..])
        .replace("<core:ref>source</core:ref>", "<core:ref>far</core:ref>")
        .replace("voc:createdFor", "voc:hasMetadata");
    let report = check(&without);
    let codes: Vec<&str> = report.warnings.iter().map(|p| p.code.as_str()).collect();
    // The class of one definition was known from there alone.
    let expected = ["RES-300-1", "RES-300-3", "RES-323-1", "RES-126-2"];
    assert_eq!(codes, expected);
    let codes: Vec<&str> = report.problems.iter().map(|p| p.code.as_str()).collect();
    assert_eq!(codes, ["RES-253-2"]);
}

#[test]
fn addresses_may_be_short_and_have_a_zone() {
    let short = fixture().replacen("<target-address>2001:db8:0:0:0:0:0:5", "<target-address>fe80::5%eth0", 1);
    assert!(check(&short).is_valid());
}

#[test]
fn a_profile_may_give_a_rule_another_role_or_take_it_out() {
    let refined = fixture()
        .replacen("<result>informational</result>", "<result>pass</result>", 1)
        .replacen("<result>notchecked</result>", "<result>notselected</result>", 1)
        .replacen(
            "       <Rule id=\"xccdf_a_rule_1\"",
            "       <Profile id=\"xccdf_a_profile_1\"><title>P</title><refine-rule \
             idref=\"xccdf_a_rule_4\" role=\"full\"/></Profile>\n       <Rule id=\"xccdf_a_rule_1\"",
            1,
        );
    assert_eq!(check(&refined).problems, []);
}

/// A data stream that is by its own word for none of SCAP's uses does not have to meet SCAP.
#[test]
fn what_is_not_for_scap_is_only_advised() {
    let identity = "     <identity authenticated=\"1\" privileged=\"0\">auditor</identity>\n";
    let without = fixture().replacen(identity, "", 1);
    assert!(!check(&without).is_valid());
    for (case, is_valid) in [("OVAL_ONLY", true), ("INVENTORY", false), (" OTHER ", false)] {
        let xml = without.replacen("use-case=\"OTHER\"", &format!("use-case=\"{case}\""), 1);
        let found = check(&xml);
        assert_eq!(found.is_valid(), is_valid, "{case}: {:?}", found.problems);
        assert!(requirements(&found).contains("RES-42-1"), "{case}");
    }
}

#[test]
fn no_more_than_a_thousand_of_either() {
    let many = "<rule-result idref=\"xccdf_a_rule_1\"/>".repeat(3_000);
    let report = check(&fixture().replacen("     <score>", &format!("{many}<score>"), 1));
    assert_eq!((report.problems.len(), report.more), (1_000, true));
    let check_ref = "<check-content-ref href=\"#oval\" name=\"none\"/>";
    let many = format!(
        "<rule-result idref=\"xccdf_a_rule_6\" role=\"full\" severity=\"low\" weight=\"1.0\">\
         <result>notselected</result><check system=\"{OVAL}\">{check_ref}</check></rule-result>"
    );
    let many = many.repeat(3_000);
    let report = check(&fixture().replacen("     <score>", &format!("{many}<score>"), 1));
    assert_eq!((report.problems.len(), report.warnings.len()), (0, 1_000));
}

const OVAL: &str = "http://oval.mitre.org/XMLSchema/oval-definitions-5";

/// Runs NIST's rules over all documents of a directory: the requirements that each does not meet.
fn by_nist(dir: &Path) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let rules = shared("tools/arf/result13.xsl")?;
    if !Path::new(SAXON).exists() {
        missing(SAXON);
        return None;
    }
    let out = tempfile::tempdir().unwrap();
    let (from, to) = (format!("-s:{}", dir.display()), format!("-o:{}", out.path().display()));
    let rules = format!("-xsl:{}", rules.display());
    let args = ["-cp", SAXON, "net.sf.saxon.Transform", &from, &to, &rules, "-expand:off"];
    tool("java", &args)?;
    let mut unmet = BTreeMap::new();
    for path in common::files(out.path()) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let told = text.lines().filter(|line| !line.trim().is_empty());
        let numbers = told
            // Of assets that nobody evaluated it asks the same.
            .filter(|line| !line.starts_with("RES-299-1") || line.contains("|arf:asset host"))
            .filter_map(|line| line.split(['|', '\t']).next())
            .map(|number| number.trim().to_owned())
            // One cannot be met, one is no requirement of SCAP's.
            .filter(|number| !["RES-366-1", "A-26-1"].contains(&number.as_str()));
        unmet.insert(name, numbers.collect());
    }
    Some(unmet)
}

#[test]
fn nist_rules_find_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, xml: &str| {
        std::fs::write(dir.path().join(format!("{name}.xml")), xml).unwrap();
    };
    write("valid", &fixture());
    for (at, row) in REQUIREMENTS.iter().enumerate() {
        write(&format!("row-{at}"), &changed(row));
    }
    for (at, row) in AS_WELL.iter().enumerate() {
        write(&format!("well-{at}"), &changed_to(row));
    }
    let Some(nist) = by_nist(dir.path()) else {
        return;
    };
    assert_eq!(nist.len(), REQUIREMENTS.len() + AS_WELL.len() + 1);
    let mut wrong = Vec::new();
    for (name, expected) in nist {
        let file = File::open(dir.path().join(format!("{name}.xml"))).unwrap();
        let found = requirements(&validate(file).unwrap());
        if found != expected {
            let row = name.strip_prefix("row-").map(|at| REQUIREMENTS[at.parse::<usize>().unwrap()]);
            wrong.push(format!("{name} {row:?}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_examples_are_what_others_say_of_them() {
    let Some(examples) = shared("examples") else {
        return;
    };
    let codes = |name: &str| -> BTreeSet<&'static str> {
        let report = validate(File::open(examples.join(name)).unwrap()).unwrap();
        report.problems.iter().map(|p| p.code.as_str()).collect()
    };
    assert_eq!(codes("ocil.arf.xml"), BTreeSet::new());
    // Their data streams have no checks, and their checks are of a system of their own.
    for name in ["one.arf.xml", "multi.arf.xml"] {
        let expected = ["missing-element", "RES-370-1", "RES-370-2"];
        assert_eq!(codes(name), expected.into(), "{name}");
    }
}

#[test]
fn the_command_line_answers() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let output = stigprobe(dir.path()).arg("benchmark").args(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let without = fixture().replacen("      <ai:mac-address>02:42:AC:11:00:02</ai:mac-address>\n", "", 1);
    std::fs::write(dir.path().join("arf.xml"), &without).unwrap();
    let (code, out, _) = run(&["validate", "arf.xml"]);
    assert_eq!(code, 0);
    assert!(out.contains(": warning: RES-299-1 asset: it has no MAC address;"), "{out}");
    assert!(out.ends_with("arf.xml: valid (ARF 1.1), 1 warning\n"), "{out}");
    let (_, out, _) = run(&["validate", "arf.xml", "--json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&json["valid"], &json["errors"]), (&true.into(), &Value::Array(vec![])));
    assert_eq!(json["warnings"][0]["code"], "RES-299-1");

    let (code, out, _) = run(&["info", "arf.xml"]);
    assert_eq!(code, 0);
    assert!(out.contains("Benchmark xccdf_a_benchmark_b\n"), "{out}");
    assert!(out.contains("Report    xccdf (TestResult of xccdf_a_benchmark_b)\n"), "{out}");
    let (_, out, _) = run(&["info", "arf.xml", "--json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["document_type"], "asset-report-collection");
    assert_eq!(json["reports"][3]["content"], "remote-resource");
    assert_eq!(json["report_requests"][0]["benchmarks"][0], "xccdf_a_benchmark_b");
    let (code, _, err) = run(&["resolve", "arf.xml"]);
    let text = "an ARF with 4 reports; the benchmark in it is xccdf_a_benchmark_b";
    assert!(code == 1 && err.contains(text), "{err}");
}
