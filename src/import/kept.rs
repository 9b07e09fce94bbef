//! Every field of every format that is read, fed once: it is in what is written, or named as lost.

use super::tests::{back, read_text};
use crate::outcome::Outcome;
use crate::report::{self, Format};

/// What all formats together say, and what is named as lost.
fn told(outcome: &Outcome) -> String {
    let mut all = String::new();
    for format in Format::ALL {
        if let Ok(text) = String::from_utf8(report::write(format, outcome)) {
            all.push_str(&text);
            all.push('\n');
        }
    }
    all.push_str(&outcome.imported.as_ref().expect("a file").lost.join("\n"));
    all
}

/// Holds that each value, or else the field's name among what is lost, is told.
fn all_told(kind: &str, text: &str, fields: &[(&str, &str)]) -> Outcome {
    let outcome = read_text(text).unwrap_or_else(|e| panic!("{kind}: {e}")).remove(0);
    let told = told(&outcome);
    let lost = outcome.imported.as_ref().expect("a file").lost.join("\n");
    let silent: Vec<&str> = fields
        .iter()
        .filter(|(field, value)| !told.contains(value) && !lost.contains(field))
        .map(|(field, _)| *field)
        .collect();
    assert!(silent.is_empty(), "{kind} loses unsaid: {silent:?}\nnamed: {lost}");
    outcome
}

const ASSET: &[(&str, &str)] = &[
    ("ROLE", "Domain Controller"),
    ("ASSET_TYPE", "Non-Computing"),
    ("MARKING", "CUI//SP-MARK"),
    ("HOST_NAME", "hostword"),
    ("HOST_IP", "203.0.113.7"),
    ("HOST_MAC", "02-42-ac-11-00-07 0242.ac11.0008"),
    ("HOST_GUID", "guidword"),
    ("HOST_FQDN", "fqdnword"),
    ("TARGET_COMMENT", "remarkword"),
    ("TECH_AREA", "Releaseable Networks (REL)"),
    ("TARGET_KEY", "targetkeyword"),
    ("STIG_GUID", "stigguidword"),
    ("WEB_OR_DATABASE", "1"),
    ("WEB_DB_SITE", "siteword"),
    ("WEB_DB_INSTANCE", "instanceword"),
];
const STIG: &[(&str, &str)] = &[
    ("version", "8"),
    ("classification", "CLASSWORD"),
    ("customname", "customword"),
    ("stigid", "stigidword"),
    ("description", "descriptionword"),
    ("filename", "filenameword"),
    ("notice", "noticeword"),
    ("releaseinfo", "Release: 9 Benchmark Date: 01 Jan 2020"),
    ("source", "sourceword"),
    ("title", "titleword"),
    ("uuid", "uuidword"),
];
const RULE: &[(&str, &str)] = &[
    ("Vuln_Num", "V-77777"),
    ("Severity", "urgentword"),
    ("Group_Title", "grouptitleword"),
    ("Rule_ID", "SV-77777r1_rule"),
    ("Rule_Ver", "rulever-word"),
    ("Rule_Title", "ruletitleword"),
    ("Vuln_Discuss", "discussword"),
    ("IA_Controls", "iaword"),
    ("Check_Content", "checkword"),
    ("Fix_Text", "fixword"),
    ("False_Positives", "fposword"),
    ("False_Negatives", "fnegword"),
    ("Documentable", "docword"),
    ("Mitigations", "mitigword"),
    ("Potential_Impact", "impactword"),
    ("Third_Party_Tools", "toolsword"),
    ("Mitigation_Control", "mitcontrolword"),
    ("Responsibility", "respword"),
    ("Security_Override_Guidance", "guidanceword"),
    ("Check_Content_Ref", "refword"),
    ("Weight", "7.7"),
    ("class", "ruleclassword"),
    ("TargetKey", "rulekeyword"),
    ("STIG_UUID", "stiguuidword"),
    ("LEGACY_ID", "V-66666"),
    ("CCI_REF", "CCI-000366"),
];
const REVIEW: &[(&str, &str)] = &[
    ("STATUS", "Open"),
    ("FINDING_DETAILS", "detailsword"),
    ("COMMENTS", "commentsword"),
    ("SEVERITY_OVERRIDE", "dreadfulword"),
    ("SEVERITY_JUSTIFICATION", "justificationword"),
];

#[test]
fn a_ckl_loses_no_field_unsaid() {
    let elements = |all: &[(&str, &str)]| all.iter().map(|(n, v)| format!("<{n}>{v}</{n}>")).collect::<String>();
    let pairs = |all: &[(&str, &str)], outer: &str, name: &str, value: &str| {
        let one = |(n, v): &(&str, &str)| {
            let n = if *n == "class" { "Class" } else { n };
            format!("<{outer}><{name}>{n}</{name}><{value}>{v}</{value}></{outer}>")
        };
        all.iter().map(one).collect::<String>()
    };
    let text = format!(
        "<CHECKLIST><ASSET>{}</ASSET><STIGS><iSTIG><STIG_INFO>{}</STIG_INFO><VULN>{}{}<ODD>oddword</ODD></VULN></iSTIG></STIGS></CHECKLIST>",
        elements(ASSET),
        pairs(STIG, "SI_DATA", "SID_NAME", "SID_DATA"),
        pairs(RULE, "STIG_DATA", "VULN_ATTRIBUTE", "ATTRIBUTE_DATA"),
        elements(REVIEW)
    );
    let mut fields = [ASSET, STIG, RULE, REVIEW].concat();
    fields.retain(|(name, _)| *name != "HOST_MAC" && *name != "WEB_OR_DATABASE");
    fields.extend([("HOST_MAC", "02:42:AC:11:00:07 02:42:AC:11:00:08"), ("ODD", "oddword")]);
    let outcome = all_told("CKL", &text, &fields);
    assert_eq!(outcome.asset.key(), "hostword-siteword-instanceword");
    assert_eq!(outcome.asset.tech_area, "Releaseable Networks (REL)");
    // What has a place stays through both checklists.
    for format in [Format::Ckl, Format::Cklb] {
        let again = back(&outcome, format);
        assert_eq!(
            (&again.asset.tech_area, &again.asset.mac),
            (&outcome.asset.tech_area, &outcome.asset.mac),
            "{format}"
        );
        assert_eq!(again.asset.key(), outcome.asset.key(), "{format}");
    }
}

#[test]
fn a_cklb_loses_no_field_unsaid() {
    let text = r#"{"title": "t", "id": "i", "active": true, "mode": 1, "has_path": true, "cklb_version": "1.0", "newkey": "newword",
      "target_data": {"target_type": "Non-Computing", "host_name": "hostword", "ip_address": "203.0.113.7", "mac_address": "0242ac110007",
        "fqdn": "fqdnword", "comments": "remarkword", "role": "Workstation", "is_web_database": 1, "technology_area": "areaword",
        "web_db_site": "siteword", "web_db_instance": "instanceword", "classification": "CUI//SP-MARK", "os": "osword"},
      "stigs": [{"stig_name": "titleword", "display_name": "d", "stig_id": "stigidword", "release_info": "Release: 9 Benchmark Date: 01 Jan 2020",
        "version": 8, "uuid": "u", "reference_identifier": "stigkeyword", "size": 1, "extra": "extraword",
        "rules": [{"group_id_src": "V-77777", "group_tree": [{"id": "V-77777", "title": "x", "description": "treeword"}], "group_id": "V-77777",
          "severity": "urgentword", "group_title": "grouptitleword", "rule_id": "SV-77777r1", "rule_version": "rulever-word",
          "rule_title": "ruletitleword", "fix_text": "fixword", "weight": "7.7", "check_content": "checkword",
          "check_content_ref": {"href": "hrefword", "name": "refword"}, "classification": "SECRETWORD", "discussion": "discussword",
          "false_positives": "fposword", "false_negatives": "fnegword", "documentable": "docword", "security_override_guidance": "guidanceword",
          "potential_impacts": "impactword", "third_party_tools": "toolsword", "ia_controls": "iaword", "responsibility": "respword",
          "mitigations": "mitigword", "mitigation_control": "mitcontrolword", "legacy_ids": ["V-66666"], "ccis": ["CCI-000366"],
          "reference_identifier": "rulekeyword", "uuid": "u", "stig_uuid": "u", "status": "open",
          "overrides": {"severity": "high", "status": "not_a_finding"}, "comments": "commentsword", "finding_details": "detailsword",
          "createdAt": "2020-02-03T04:05:06Z", "updatedAt": "2020-02-04T04:05:06Z"}]}]}"#;
    let fields: Vec<(&str, &str)> = "newkey=newword target_type=Non-Computing host_name=hostword ip_address=203.0.113.7 \
        mac_address=02:42:AC:11:00:07 fqdn=fqdnword comments=remarkword role=Workstation technology_area=areaword \
        web_db_site=siteword web_db_instance=instanceword classification=CUI//SP-MARK os=osword stig_name=titleword \
        stig_id=stigidword release_info=Release: version=8 reference_identifier=stigkeyword extra=extraword \
        group_id=V-77777 group_tree=treeword severity=urgentword group_title=grouptitleword rule_id=SV-77777r1_rule \
        rule_version=rulever-word rule_title=ruletitleword fix_text=fixword weight=7.7 check_content=checkword \
        check_content_ref=hrefword check_content_ref=refword classification=SECRETWORD discussion=discussword \
        false_positives=fposword false_negatives=fnegword documentable=docword security_override_guidance=guidanceword \
        potential_impacts=impactword third_party_tools=toolsword ia_controls=iaword responsibility=respword \
        mitigations=mitigword mitigation_control=mitcontrolword legacy_ids=V-66666 ccis=CCI-000366 \
        reference_identifier=rulekeyword comments=commentsword finding_details=detailsword createdAt=2020-02-03 updatedAt=2020-02-04"
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='))
        .collect();
    let outcome = all_told("CKLB", text, &fields);
    let lost = &outcome.imported.as_ref().expect("a file").lost;
    assert!(lost.iter().any(|l| l.contains("the override of status")), "{lost:?}");
    let rule = &outcome.rules[0];
    assert_eq!(rule.severity_override.as_ref().map(|o| o.severity.as_str()), Some("high"));
    assert_eq!(outcome.benchmark.rules().next().map(|(_, r)| r.id.as_str()), Some("SV-77777r1_rule"));
}

#[test]
fn xccdf_results_lose_no_field_unsaid() {
    let text = "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='xccdf_a.b_benchmark_t'><status>draft</status>\
      <title>t</title><version>1</version><Rule id='xccdf_a.b_rule_1' severity='high'><title>r1</title></Rule>\
      <TestResult id='xccdf_a.b_testresult_1' start-time='2020-01-01T09:00:00' end-time='2020-01-01T10:00:00' version='testversionword' test-system='cpe:/a:v:makerword:9'>\
      <benchmark id='xccdf_a.b_benchmark_t' href='benchmarkword'/><title>titleword</title><remark>remarkword</remark><organization>orgword</organization><identity authenticated='true' privileged='true'>identityword</identity>\
      <profile idref='xccdf_a.b_profile_profileword'/><target>hostword</target><target>furtherword</target><target-address>203.0.113.7</target-address>\
      <target-facts><fact name='factname' type='string'>factword</fact><fact name='urn:scap:fact:asset:identifier:mac' type='string'>02-42-ac-11-00-07</fact>\
      <fact name='urn:scap:fact:asset:identifier:mac' type='string'>02-42-ac-11-00-08</fact></target-facts>\
      <target-id-ref system='s' href='h' name='n'/><platform idref='platformword'/><set-value idref='v'>valueword</set-value><metadata/><tailoring-file href='t'/>\
      <rule-result idref='xccdf_a.b_rule_1' role='unscored' severity='low' time='2020-01-01T09:30:00' version='versionword' weight='7.7'>\
      <result>pass</result><override time='2020-01-01T09:45:30-05:00' authority='authorityword'><old-result>fail</old-result><new-result>pass</new-result><remark>whyword</remark></override>\
      <ident system='http://cce.mitre.org'>CCE-1234-1</ident><ident system='http://cyber.mil/cci'>CCI-000366</ident><metadata/>\
      <message severity='error'>messageword</message><instance context='contextword' parentContext='p'>instanceword</instance><fix id='fixidword'>rm -rf</fix>\
      <check system='systemword' selector='s' multi-check='true' negate='true'><check-import import-name='i'/><check-export value-id='v' export-name='e'/>\
      <check-content-ref href='hrefword' name='nameword'/><check-content-ref href='secondword'/></check><check system='othersystem'/></rule-result>\
      <rule-result idref='xccdf_a.b_rule_2'><result>fail</result><complex-check operator='AND'><check system='a'/><check system='b'/></complex-check></rule-result>\
      <score system='urn:x' maximum='maximumword'>scoreword</score></TestResult></Benchmark>";
    let fields: Vec<(&str, &str)> = "makerword remarkword orgword identityword profileword hostword furtherword 203.0.113.7 factword \
        02:42:AC:11:00:07 02:42:AC:11:00:08 versionword 7.7 2020-01-01T09:30:00Z 2020-01-01T09:45:30-05:00 authorityword whyword \
        CCE-1234-1 CCI-000366 messageword instanceword fixidword systemword hrefword nameword scoreword \
        maximumword benchmarkword titleword testresult_1 testversionword"
        .split_whitespace()
        .map(|word| ("no such field", word))
        .chain(
            "message/@severity target-id-ref platform set-value metadata tailoring-file check-import check-export complex-check check/@selector \
             check/@multi-check check/@negate instance/@context"
                .split_whitespace()
                .map(|field| (field, "no such word")),
        )
        .chain([("state no zone", "no such word"), ("checks but the first", "x-x"), ("content of a check", "x-x")])
        .collect();
    let outcome = all_told("XCCDF", text, &fields);
    let waiver = outcome.rules[0].waiver.as_ref().expect("an exception");
    assert_eq!(waiver.statement.at.as_deref(), Some("2020-01-01T09:45:30-05:00"));
    for format in [Format::Xccdf, Format::Arf, Format::Json, Format::Hdf] {
        let again = back(&outcome, format);
        assert_eq!(again.rules[0].time, outcome.rules[0].time, "{format}");
        let at = again.rules[0].waiver.as_ref().and_then(|w| w.statement.at.clone());
        assert_eq!(at, waiver.statement.at, "{format}");
    }
}

#[test]
fn a_checklist_of_stig_viewer_3_has_the_release_that_its_rules_quote() {
    let text = |writer: &str, info: &str, reference: &str| {
        format!(
            "<!--{writer}--><CHECKLIST><ASSET><HOST_NAME>a</HOST_NAME></ASSET><STIGS><iSTIG>{info}<VULN><STIG_DATA><VULN_ATTRIBUTE>Rule_ID\
             </VULN_ATTRIBUTE><ATTRIBUTE_DATA>SV-1r2_rule</ATTRIBUTE_DATA></STIG_DATA><STIG_DATA><VULN_ATTRIBUTE>STIGRef</VULN_ATTRIBUTE>\
             <ATTRIBUTE_DATA>{reference}</ATTRIBUTE_DATA></STIG_DATA><STATUS>Open</STATUS></VULN></iSTIG></STIGS></CHECKLIST>"
        )
    };
    let info = "<STIG_INFO><SI_DATA><SID_NAME>version</SID_NAME><SID_DATA>1</SID_DATA></SI_DATA><SI_DATA><SID_NAME>stigid</SID_NAME>\
                <SID_DATA>X</SID_DATA></SI_DATA><SI_DATA><SID_NAME>releaseinfo</SID_NAME><SID_DATA>Release: 2 Benchmark Date: 24 Jul 2024\
                </SID_DATA></SI_DATA></STIG_INFO>";
    let reference = "X STIG :: Version 2, Release: 2 Benchmark Date: 24 Jul 2024";
    for (writer, info, id, revision) in [
        ("DISA STIG Viewer :: 3.4.0", info, "X", "V2R2"),
        ("DISA STIG Viewer :: 2.17", info, "X", "V1R2"),
        ("DISA STIG Viewer :: 2.17", "<STIG_INFO/>", "unknown", "V2R2"),
        ("DISA STIG Viewer :: 2.17", "", "unknown", "V2R2"),
    ] {
        let outcome = read_text(&text(writer, info, reference)).expect("a checklist").remove(0);
        assert_eq!((outcome.benchmark.id.as_str(), outcome.benchmark.revision().as_str()), (id, revision), "{writer}");
        let lost = &outcome.imported.as_ref().expect("a file").lost;
        assert_eq!(lost.iter().any(|l| l.contains("the id of the STIG")), id == "unknown", "{lost:?}");
    }
}

#[test]
fn a_release_without_a_day_is_one_that_stig_manager_reads() {
    let mut outcome = crate::report::fixture::outcome();
    std::sync::Arc::make_mut(&mut outcome.benchmark).plain_texts[0].text = "Release: 4".into();
    for format in [Format::Ckl, Format::Cklb] {
        let text = String::from_utf8(report::write(format, &outcome)).expect("text");
        assert!(text.contains("Release: 4 Benchmark Date: not stated"), "{format}");
        assert_eq!(back(&outcome, format).benchmark.revision(), "V2R4", "{format}");
    }
    let nessus = back(&outcome, Format::Nessus);
    assert!(
        String::from_utf8(report::write(Format::Ckl, &nessus)).expect("text").contains("Release: 4 Benchmark Date")
    );
}

#[test]
fn a_summary_is_what_was_seen_and_not_the_tool_that_saw_it() {
    for (details, summary) in [
        ("Tool: cpe:/a:niwc:scc:5.14\nTime: 2023-02-04T13:29:24\nResult: fail\nRule detail: open", "Rule detail: open"),
        ("Tool: cpe:/a:niwc:scc:5.14\nTime         : x\nResult: fail", "The file says Open, and nothing more."),
        ("Time flies", "Time flies"),
    ] {
        assert_eq!(super::draft::summary(details, "Open"), summary);
    }
}

#[test]
fn severities_are_kept_in_every_word() {
    for (word, severity, checklist) in [
        ("CAT I", "high", "high"),
        ("critical", "high", "high"),
        ("HIGH", "high", "high"),
        ("II", "medium", "medium"),
        ("urgent", "urgent", "medium"),
        ("", "unknown", "medium"),
    ] {
        let text = format!(
            "<CHECKLIST><ASSET><HOST_NAME>a</HOST_NAME></ASSET><STIGS><iSTIG><VULN><STIG_DATA><VULN_ATTRIBUTE>Rule_ID</VULN_ATTRIBUTE>\
             <ATTRIBUTE_DATA>SV-1r2_rule</ATTRIBUTE_DATA></STIG_DATA><STIG_DATA><VULN_ATTRIBUTE>Severity</VULN_ATTRIBUTE>\
             <ATTRIBUTE_DATA>{word}</ATTRIBUTE_DATA></STIG_DATA><STATUS>Open</STATUS></VULN></iSTIG></STIGS></CHECKLIST>"
        );
        let outcome = read_text(&text).expect("a checklist").remove(0);
        assert_eq!(outcome.rules[0].severity.as_str(), severity, "{word:?}");
        let ckl = String::from_utf8(report::write(Format::Ckl, &outcome)).expect("text");
        assert!(ckl.contains(&format!("<ATTRIBUTE_DATA>{checklist}</ATTRIBUTE_DATA>")), "{word:?}");
        let is_told = ckl.contains("it has no category")
            && report::lost(Format::Ckl, &outcome).iter().any(|l| l.contains("severity"));
        assert_eq!(is_told, outcome.rules[0].severity.category().is_none(), "{word:?}");
        for format in [Format::Xccdf, Format::Json, Format::Hdf, Format::Nessus] {
            let again = back(&outcome, format).rules[0].severity.category();
            assert_eq!(again, outcome.rules[0].severity.category(), "{word:?} {format}");
        }
        let csv = String::from_utf8(report::write(Format::Csv, &outcome)).expect("text");
        assert_eq!(csv.contains("\"II\""), severity == "medium", "{word:?}");
    }
}

#[test]
fn an_override_in_any_word_is_read_and_one_that_is_not_known_lowers_nothing() {
    for (word, severity, written) in
        [("CAT I", "high", "high"), ("critical", "high", "high"), ("trivial", "trivial", "")]
    {
        let text = format!(
            "<CHECKLIST><ASSET><HOST_NAME>a</HOST_NAME></ASSET><STIGS><iSTIG><VULN><STIG_DATA><VULN_ATTRIBUTE>Rule_ID</VULN_ATTRIBUTE>\
             <ATTRIBUTE_DATA>SV-1r2_rule</ATTRIBUTE_DATA></STIG_DATA><STIG_DATA><VULN_ATTRIBUTE>Severity</VULN_ATTRIBUTE>\
             <ATTRIBUTE_DATA>low</ATTRIBUTE_DATA></STIG_DATA><STATUS>Open</STATUS><SEVERITY_OVERRIDE>{word}</SEVERITY_OVERRIDE>\
             <SEVERITY_JUSTIFICATION>why</SEVERITY_JUSTIFICATION></VULN></iSTIG></STIGS></CHECKLIST>"
        );
        let outcome = read_text(&text).expect("a checklist").remove(0);
        assert_eq!(outcome.rules[0].severity.as_str(), severity);
        let ckl = String::from_utf8(report::write(Format::Ckl, &outcome)).expect("text");
        assert!(ckl.contains(&format!("<SEVERITY_OVERRIDE>{written}</SEVERITY_OVERRIDE>")), "{word}");
        assert!(ckl.contains("why</SEVERITY_JUSTIFICATION>"), "{word}");
    }
}

#[test]
fn hdf_loses_no_field_of_a_result_unsaid() {
    let text = r#"{"platform": {"name": "platformword", "release": "releaseword", "target_id": "hostword"}, "version": "5.22.3",
      "statistics": {"duration": 4.5}, "profiles": [{"name": "profileword", "version": "8.9.0", "title": "titleword", "controls": [
        {"id": "V-77777", "title": "ruletitleword", "desc": "discussword", "impact": 0.7,
         "descriptions": [{"label": "check", "data": "checkword"}, {"label": "fix", "data": "fixword"}, {"label": "comments", "data": "commentsword"}],
         "tags": {"gid": "V-77777", "rid": "SV-77777r1_rule", "stig_id": "stigidword", "cci": ["CCI-000366"], "legacy": ["V-66666"],
            "severity": "urgentword", "fix_id": "F-77_fix", "gtitle": "grouptitleword"},
         "waiver_data": {"justification": "justifyword", "run": true},
         "attestation_data": {"status": "passed", "updated": "2020-01-01", "updated_by": "attesterword", "explanation": "attestword"},
         "results": [{"status": "failed", "code_desc": "descword", "message": "messageword", "start_time": "2020-02-03T04:05:06Z"},
            {"status": "skipped", "code_desc": "otherword", "skip_message": "skipword", "start_time": "2020-02-03T04:05:06Z"},
            {"status": "error", "code_desc": "brokenword", "exception": "exceptionword", "backtrace": ["traceword"], "start_time": "2020-02-03T04:05:06Z"}]}]}]}"#;
    let fields: Vec<(&str, &str)> = "platformword releaseword hostword profileword titleword ruletitleword discussword checkword fixword \
        commentsword V-77777 SV-77777r1_rule stigidword CCI-000366 V-66666 urgentword F-77_fix grouptitleword justifyword attesterword \
        attestword descword messageword otherword skipword brokenword exceptionword traceword 2020-02-03T04:05:06"
        .split_whitespace()
        .map(|word| (word, word))
        .collect();
    all_told("HDF", text, &fields);
}

#[test]
fn a_nessus_file_loses_no_field_of_an_item_unsaid() {
    let text = "<NessusClientData_v2><Policy><policyName>policyword</policyName></Policy><Report name='reportword' xmlns:cm='http://www.nessus.org/cm'>\
      <ReportHost name='hostword'><HostProperties><tag name='host-ip'>203.0.113.7</tag><tag name='host-fqdn'>fqdn.example.mil</tag>\
      <tag name='mac-address'>02:42:AC:11:00:07</tag><tag name='operating-system'>osword</tag><tag name='HOST_END'>Mon Feb 03 04:05:06 2020</tag></HostProperties>\
      <ReportItem port='0' svc_name='general' protocol='tcp' severity='3' pluginID='21157' pluginName='Unix Compliance Checks' pluginFamily='Policy Compliance'>\
      <compliance>true</compliance><cm:compliance-check-name>DKER-EE-001000 - checknameword</cm:compliance-check-name><cm:compliance-result>FAILED</cm:compliance-result>\
      <cm:compliance-reference>CAT|I,CCI|CCI-000366,Rule-ID|SV-77777r1_rule,STIG-ID|DKER-EE-001000,STIG-Legacy|V-66666,Vuln-ID|V-77777,800-53|AC-99,DISA_Benchmark|benchmarkword</cm:compliance-reference>\
      <cm:compliance-info>infoword</cm:compliance-info><cm:compliance-solution>solutionword</cm:compliance-solution><cm:compliance-see-also>seealsoword</cm:compliance-see-also>\
      <cm:compliance-policy-value>expectedword</cm:compliance-policy-value><cm:compliance-actual-value>actualword</cm:compliance-actual-value>\
      <cm:compliance-error>errorword</cm:compliance-error><cm:compliance-audit-file>auditword</cm:compliance-audit-file></ReportItem></ReportHost></Report></NessusClientData_v2>";
    let fields: Vec<(&str, &str)> = "hostword 203.0.113.7 fqdn.example.mil 02:42:AC:11:00:07 osword 2020-02-03 checknameword CCI-000366 \
        SV-77777r1_rule DKER-EE-001000 V-66666 V-77777 AC-99 benchmarkword infoword solutionword expectedword actualword errorword"
        .split_whitespace()
        .map(|word| (word, word))
        .chain([("operating-system", "osword")])
        .filter(|(field, _)| *field != "osword")
        .collect();
    all_told(".nessus", text, &fields);
}
