//! Files as Nessus writes them, and as we do.

use super::super::{ImportError, Names as RuleNames, Source, read as read_any};
use super::*;
use crate::outcome::{Outcome, RuleOutcome};
use crate::report::{self, Format, fixture};

fn document(hosts: &str) -> String {
    format!(
        "<?xml version=\"1.0\" ?>\n<NessusClientData_v2><Policy><policyName>Audit</policyName><Preferences>\
         <ServerPreferences><preference><name>plugin_set</name><value>{}</value></preference></ServerPreferences>\
         </Preferences></Policy><Report name=\"r\" xmlns:cm=\"http://www.nessus.org/cm\">{hosts}</Report></NessusClientData_v2>",
        "21157;".repeat(50_000)
    )
}

fn host(name: &str, items: &str) -> String {
    format!(
        "<ReportHost name=\"{name}\"><HostProperties><tag name=\"HOST_START\">Fri Nov 20 10:00:00 2026</tag>\
         <tag name=\"HOST_END_TIMESTAMP\">1795428005.25</tag><tag name=\"host-ip\">10.0.0.5</tag>\
         <tag name=\"host-fqdn\">ucp01.example.mil</tag><tag name=\"mac-address\">02:42:AC:11:00:02\n02:42:AC:11:00:03</tag>\
         <tag name=\"operating-system\">Linux</tag></HostProperties>\
         <ReportItem port=\"22\" pluginID=\"1\" pluginFamily=\"General\"><plugin_output>x</plugin_output></ReportItem>\
         <ReportItem pluginID=\"2\" pluginFamily=\"Policy Compliance\"><description>none</description></ReportItem>{items}</ReportHost>"
    )
}

fn item(result: &str, name: &str, reference: &str, more: &str) -> String {
    format!(
        "<ReportItem port=\"0\" severity=\"0\" pluginID=\"21157\" pluginName=\"Unix Compliance Checks\" \
         pluginFamily=\"Policy Compliance\"><compliance>true</compliance><script_version>1.843</script_version>\
         <cm:compliance-benchmark-version>2.2.0</cm:compliance-benchmark-version>\
         <cm:compliance-check-name>{name}</cm:compliance-check-name><description>\"x\" : [PASSED]</description>\
         <cm:compliance-source>custom</cm:compliance-source><cm:compliance-audit-file>docker.audit</cm:compliance-audit-file>\
         <cm:compliance-info>Why.</cm:compliance-info><cm:compliance-result>{result}</cm:compliance-result>\
         <cm:compliance-reference>{reference}</cm:compliance-reference><cm:compliance-solution>How.</cm:compliance-solution>\
         <cm:compliance-benchmark-name>DISA STIG Docker</cm:compliance-benchmark-name>{more}</ReportItem>"
    )
}

const REFERENCE: &str = "800-53|CM-6b.,CAT|I,CCI|CCI-000366,DISA_Benchmark|Docker_STIG,ISO/IEC-27001|A.9, 2(1),\
    Rule-ID|SV-235853r961863_rule,STIG-ID|DKER-EE-005190,STIG-Legacy|SV-104881,STIG-Legacy|V-95743,Vuln-ID|V-235853";

fn read_text(text: &str) -> Result<Vec<Outcome>, ImportError> {
    read_any(&Source {
        name: "scan.nessus",
        bytes: text.as_bytes(),
        modified: DateTime::UNIX_EPOCH,
        benchmark: None,
        asset: None,
    })
}

use chrono::DateTime;

#[test]
fn references_are_pairs_whatever_stands_in_their_values() {
    let item = NessusItem { reference: REFERENCE.into(), ..NessusItem::default() };
    assert_eq!(item.values("ISO/IEC-27001"), ["A.9, 2(1)"]);
    assert_eq!(item.values("STIG-Legacy"), ["SV-104881", "V-95743"]);
    assert_eq!(item.value("800-53"), "CM-6b.");
    assert_eq!(item.benchmark(), "Docker_STIG");
    assert_eq!(item.names().vuln, "V-235853");
    for (reference, pairs) in [("", 0), ("nothing", 0), ("A|1, B|2", 2), ("A|1|2,B|", 2), (",A|1,", 1), ("x,A|é,ü", 1)]
    {
        let item = NessusItem { reference: reference.into(), ..NessusItem::default() };
        assert_eq!(item.references().len(), pairs, "{reference}");
    }
    let prefixed = NessusItem { check_name: "DKER-EE-005190 - Title - sub".into(), ..NessusItem::default() };
    assert_eq!(prefixed.names().stig_id, "DKER-EE-005190");
}

#[test]
fn control_ids_are_taken_from_plugins_of_2022_on_only() {
    let of = |plugin: &str, revision: &str, modified: &str| {
        let item = NessusItem {
            plugin: plugin.into(),
            plugin_revision: revision.into(),
            plugin_modified: modified.into(),
            control_id: "ab".repeat(32).into(),
            ..NessusItem::default()
        };
        item.tenable_control_id().is_some()
    };
    for (plugin, revision, modified, taken) in [
        ("21157", "1.550", "", true),
        ("21157", "1.843", "", true),
        ("21157", "2.1", "", true),
        ("21157", "$Revision: 1.608 $", "", true),
        ("21157", "1.497", "", false),
        ("21157", "1.60", "", false),
        ("21157", "", "", false),
        ("21156", "1.900", "", false),
        ("21156", "1.366", "2022/01/05", true),
        ("21157", "1.497", "2021/12/31", false),
    ] {
        assert_eq!(of(plugin, revision, modified), taken, "{plugin} {revision} {modified}");
    }
    for (id, source) in [
        ("ab", "custom"),
        (&*"AB".repeat(32), "custom"),
        (&*"ab".repeat(32), "x; control-id by stigprobe, not Tenable's"),
    ] {
        let item = NessusItem {
            plugin_modified: "2025/01/01".into(),
            control_id: id.into(),
            source: source.into(),
            ..NessusItem::default()
        };
        assert_eq!(item.tenable_control_id(), None, "{id}");
    }
}

#[test]
fn sub_items_fold_worst_first_and_all_are_kept() {
    let value = |text: &str| format!("<cm:compliance-actual-value>{text}</cm:compliance-actual-value>");
    for (words, result) in [
        (&["PASSED", "PASSED"][..], Verdict::Pass),
        (&["PASSED", "WARNING"], Verdict::NotChecked),
        (&["WARNING", "FAILED"], Verdict::Fail),
        (&["FAILED", "ERROR"], Verdict::Fail),
        (&["PASSED", "SKIPPED"], Verdict::Unknown),
        (&["passed"], Verdict::Unknown),
        (&[""], Verdict::Unknown),
    ] {
        let items: String = words
            .iter()
            .enumerate()
            .map(|(n, word)| {
                item(
                    word,
                    &format!("DKER-EE-005190 - Owner of files - file {n}"),
                    REFERENCE,
                    &value(&format!("saw &lt;{n}&gt;\nmore")),
                )
            })
            .collect();
        let outcomes = read_text(&document(&host("10.0.0.5", &items))).expect("a scan");
        let outcome = &outcomes[0];
        let (group, rule, said) = outcome.results().next().expect("a rule");
        assert_eq!(outcome.rules.len(), 1);
        assert_eq!(said.result, result, "{words:?}");
        let details = said.details.as_deref().expect("details");
        for n in 0..words.len() {
            assert!(details.contains(&format!("actual: saw <{n}>\nmore")), "{details}");
        }
        assert_eq!(rule.version, "DKER-EE-005190");
        if words.len() > 1 {
            assert_eq!(rule.title, "Owner of files");
        }
        assert_eq!(group.map(|g| g.id.as_str()), Some("V-235853"));
        assert_eq!((rule.severity.as_str(), rule.fix_text()), ("high", "How."));
        assert_eq!(rule.described("VulnDiscussion"), "Why.");
        assert_eq!(rule.ccis().collect::<Vec<_>>(), ["CCI-000366"]);
        let strange = outcome.imported.as_ref().expect("a file").lost.iter().any(|l| l.contains("taken as unknown"));
        assert_eq!(strange, result == Verdict::Unknown, "{words:?}");
    }
}

#[test]
fn each_host_and_benchmark_is_an_outcome() {
    let rhel = REFERENCE.replace("Docker_STIG", "RHEL_7_STIG");
    let items = [
        item("PASSED", "DKER-EE-005190 - a", REFERENCE, ""),
        item("FAILED", "RHEL-07-010010 - b", &rhel, ""),
        item("WARNING", "docker.audit from DISA", "", ""),
        item("PASSED", "CIS 1.1 x", "CIS_Recommendation|1.1", "").replace("docker.audit", "cis.audit"),
        item("FAILED", "plain", "", "").replace("docker.audit", "own.audit"),
    ];
    let text = document(&format!("{}{}", host("a", &items.concat()), host("b", &items[0])));
    let outcomes = read_text(&text).expect("a scan");
    let ids: Vec<(&str, &str, usize)> =
        outcomes.iter().map(|o| (o.asset.name.as_str(), o.benchmark.id.as_str(), o.rules.len())).collect();
    let name = "ucp01.example.mil";
    assert_eq!(
        ids,
        [
            (name, "Docker_STIG", 1),
            (name, "RHEL_7_STIG", 1),
            (name, "cis.audit", 1),
            (name, "own.audit", 1),
            (name, "Docker_STIG", 1)
        ]
    );
    let first = &outcomes[0];
    assert_eq!(first.made_by(), "Nessus");
    assert_eq!(first.benchmark.revision(), "V2R2");
    assert_eq!(first.asset.ip, ["10.0.0.5"]);
    assert_eq!(first.asset.mac, "02:42:AC:11:00:02 02:42:AC:11:00:03");
    assert_eq!(first.started.to_rfc3339(), "2026-11-20T10:00:00+00:00");
    assert_eq!(first.finished.timestamp(), 1_795_428_005);
    let lost = &first.imported.as_ref().expect("a file").lost;
    for part in ["operating-system", "names no rule"] {
        assert!(lost.iter().any(|l| l.contains(part)), "{part}: {lost:?}");
    }
}

#[test]
fn elements_are_known_by_their_namespace() {
    let text = document(&host("a", &item("PASSED", "DKER-EE-005190 - a", REFERENCE, "")));
    let renamed = text.replace("cm:", "ns0:").replace("xmlns:cm", "xmlns:ns0");
    assert_eq!(read_text(&renamed).expect("a scan")[0].rules[0].result, Verdict::Pass);
    let other = text.replace("http://www.nessus.org/cm", "urn:x");
    let error = read_text(&other).expect_err("no results").to_string();
    assert!(error.contains("none of its hosts has compliance results"), "{error}");
    // Two results that differ are none.
    let twice = text.replace(
        "</cm:compliance-result>",
        "</cm:compliance-result><cm:compliance-result>FAILED</cm:compliance-result>",
    );
    assert_eq!(read_text(&twice).expect("a scan")[0].rules[0].result, Verdict::Unknown);
}

#[test]
fn files_without_results_are_refused_with_the_reason() {
    for (text, said) in [
        ("<NessusClientData_v2><Policy/></NessusClientData_v2>".to_owned(), "there are no hosts in it"),
        (document(&host("a", "")), "was an audit part of the scan?"),
        (
            document(
                "<ReportItem pluginFamily=\"Policy Compliance\"><cm:compliance-result>PASSED</cm:compliance-result></ReportItem>",
            ),
            "outside of a ReportHost",
        ),
        ("<!DOCTYPE x><NessusClientData_v2/>".to_owned(), "DOCTYPE"),
        (document("<ReportHost>"), "ReportHost"),
    ] {
        let error = read_text(&text).expect_err(said).to_string();
        assert!(error.contains(said), "{error}");
    }
    assert!(read_scan("<CHECKLIST/>".as_bytes()).is_err());
}

#[test]
fn what_looks_at_nothing_is_known_as_that() {
    let item = |functional: &str, policy: &str, actual: Option<&str>, info: &str| NessusItem {
        functional_id: functional.into(),
        policy_value: policy.into(),
        actual_value: actual.map(Into::into),
        info: info.into(),
        ..NessusItem::default()
    };
    for (item, still) in [
        (item("3f365ea2f1", "WARNING", None, ""), true),
        (item("374edc0aee", "PASSED", None, ""), true),
        (item("7c79d1d233", "", Some("x"), ""), true),
        (item("", "PASSED", None, ""), true),
        (item("", "", Some("x"), "NOTE: Nessus has not performed this check. Please"), true),
        (item("0123456789", "cmd: x", Some("x"), ""), false),
        (item("", "PASSED", Some("x"), ""), false),
        (
            item("", "expect: Manual Review Required", Some("x"), "NOTE: Nessus has provided the target output to"),
            false,
        ),
    ] {
        assert_eq!(item.stands_still(), still, "{item:?}");
    }
}

#[test]
fn what_we_write_comes_back() {
    let mut others = fixture::outcome();
    for (rule, result) in others.rules.iter_mut().zip([
        Verdict::Fixed,
        Verdict::Unknown,
        Verdict::NotSelected,
        Verdict::Informational,
        Verdict::NotApplicable,
    ]) {
        rule.result = result;
    }
    for outcome in [fixture::outcome(), fixture::spoken(), fixture::nasty(), others] {
        let text = String::from_utf8(report::write(Format::Nessus, &outcome)).expect("text");
        let read = read_text(&text).expect("a scan").remove(0);
        assert_eq!(read.made_by(), outcome.made_by());
        assert_eq!(read.simulated, outcome.simulated);
        assert_eq!(read.asset.name, outcome.asset.name);
        assert_eq!(read.asset.marking, outcome.asset.marking);
        assert_eq!(read.asset.mac.to_lowercase(), outcome.asset.mac);
        assert_eq!((read.started, read.finished), (outcome.started, outcome.finished));
        assert_eq!(read.benchmark.revision(), outcome.benchmark.revision());
        assert_eq!(read.benchmark.id, outcome.benchmark.id);
        for ((group, rule, was), (new_group, new_rule, is)) in outcome.results().zip(read.results()) {
            assert_eq!(is.result, was.result, "{}", rule.id);
            assert_eq!(RuleNames::of(new_group, new_rule), RuleNames::of(group, rule));
            assert_eq!(report::text::details(&read, new_rule, is), report::text::details(&outcome, rule, was));
            assert_eq!(is.tenable_control_id, was.tenable_control_id, "{}", rule.id);
            assert_eq!(new_rule.described("VulnDiscussion"), rule.described("VulnDiscussion"));
            assert_eq!((&new_rule.title, new_rule.fix_text()), (&rule.title, rule.fix_text()));
            assert_eq!(new_rule.severity, rule.severity);
        }
        let scan = read_scan(text.as_bytes()).expect("a scan");
        assert!(scan.is_ours());
        assert_eq!(scan.is_simulated(), outcome.simulated.is_some());
    }
}

#[test]
fn results_of_another_tool_keep_their_maker_on_the_way() {
    let mut outcome = fixture::outcome();
    outcome.maker.name = "Evaluate-STIG".into();
    outcome.maker.version = "1.2404".into();
    let details = |rule: &mut RuleOutcome| rule.details = Some("unknown: a line of theirs".into());
    outcome.rules.iter_mut().for_each(details);
    outcome.rules[2].result = Verdict::Error;
    let text = String::from_utf8(report::write(Format::Nessus, &outcome)).expect("text");
    let read = read_text(&text).expect("a scan").remove(0);
    assert_eq!(read.made_by(), "Evaluate-STIG 1.2404");
    assert_eq!(read.rules[2].result, Verdict::Error, "only our own words are taken for results");
    assert_eq!(read.rules[4].result, Verdict::NotApplicable);
}
