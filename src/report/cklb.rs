//! The checklist of STIG Viewer 3 (CKLB), its keys in the order in which it is seen in the wild.
//!
//! Two things that look odd are what readers want: a rule has its id twice, and STIG Manager takes
//! only `rule_id_src`; a STIG has a `version`, which the published schema does not know and without
//! which STIG Manager files it under `V0`. Texts are never null. STIG Manager takes them from here
//! unchanged, while from XML it decodes entities a second time.

use serde::Serialize;

use super::checklist::{release_info, severity_override, stig_ref, tech_area, vuln_num};
use super::identity::{bare, fqdn, ip_list, mac, marked, name, remark, service};
use super::text::{comment, details};
use super::to_json;
use crate::outcome::{Identified, Outcome, RuleOutcome};
use crate::xccdf::{Category, Group, Rule, Severity, Verdict};

#[derive(Serialize)]
struct Checklist {
    title: String,
    id: String,
    stigs: [Stig; 1],
    active: bool,
    mode: u8,
    has_path: bool,
    target_data: Target,
    cklb_version: &'static str,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are the format's")]
struct Target {
    target_type: &'static str,
    host_name: String,
    ip_address: String,
    mac_address: String,
    fqdn: String,
    comments: String,
    role: &'static str,
    is_web_database: bool,
    technology_area: &'static str,
    web_db_site: String,
    web_db_instance: String,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are the format's")]
struct Stig {
    stig_name: String,
    display_name: String,
    stig_id: String,
    release_info: String,
    version: String,
    uuid: String,
    reference_identifier: String,
    size: usize,
    rules: Vec<StigRule>,
}

#[derive(Serialize)]
struct StigRule {
    group_id_src: String,
    group_tree: Vec<Node>,
    group_id: String,
    severity: &'static str,
    group_title: String,
    rule_id_src: String,
    rule_id: String,
    rule_version: String,
    rule_title: String,
    fix_text: String,
    weight: String,
    check_content: String,
    check_content_ref: Option<ContentRef>,
    classification: &'static str,
    discussion: String,
    false_positives: String,
    false_negatives: String,
    documentable: String,
    security_override_guidance: String,
    potential_impacts: String,
    third_party_tools: String,
    ia_controls: String,
    responsibility: String,
    mitigations: String,
    mitigation_control: String,
    legacy_ids: Vec<String>,
    ccis: Vec<String>,
    reference_identifier: String,
    stig_ref: String,
    uuid: String,
    stig_uuid: String,
    status: &'static str,
    overrides: Overrides,
    comments: String,
    finding_details: String,
}

#[derive(Serialize)]
struct Node {
    id: String,
    title: String,
    description: String,
}

#[derive(Serialize)]
struct ContentRef {
    href: String,
    name: String,
}

#[derive(Default, Serialize)]
struct Overrides {
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<SeverityOverride>,
}

#[derive(Serialize)]
struct SeverityOverride {
    severity: &'static str,
    reason: String,
}

/// The document.
pub(super) fn write(outcome: &Outcome) -> String {
    let outcome = &outcome.identified();
    to_json(&Checklist {
        title: marked(outcome, &outcome.file_stem()),
        id: outcome.uuid("cklb"),
        stigs: [stig(outcome)],
        active: false,
        mode: 1,
        has_path: true,
        target_data: target(outcome),
        cklb_version: "1.0",
    })
}

fn target(outcome: &Outcome) -> Target {
    let asset = &outcome.asset;
    let (is_web_database, web_db_site, web_db_instance) = service(asset);
    Target {
        target_type: asset.kind.word(),
        host_name: name(asset),
        ip_address: ip_list(asset),
        mac_address: mac(asset),
        fqdn: fqdn(asset).to_owned(),
        // CKLB has no place for a marking.
        comments: remark(outcome, &asset.marking),
        role: asset.role.word(),
        is_web_database,
        technology_area: tech_area(&asset.tech_area),
        web_db_site,
        web_db_instance,
    }
}

fn stig(outcome: &Identified<'_>) -> Stig {
    let benchmark = &outcome.benchmark;
    let uuid = outcome.uuid("cklb/stig");
    let reference = stig_ref(benchmark);
    let display = benchmark.title.trim().trim_end_matches("(STIG)").trim_end();
    Stig {
        stig_name: benchmark.title.clone(),
        display_name: display.trim_end_matches("Security Technical Implementation Guide").trim_end().to_owned(),
        stig_id: bare(&benchmark.id, "_benchmark_").to_owned(),
        release_info: release_info(benchmark),
        version: benchmark.version.trim().to_owned(),
        reference_identifier: benchmark.target_key().to_owned(),
        size: benchmark.rules().count(),
        rules: outcome
            .results()
            .map(|(group, rule, rule_outcome)| stig_rule(outcome, group, rule, rule_outcome, &uuid, &reference))
            .collect(),
        uuid,
    }
}

fn stig_rule(
    outcome: &Identified<'_>,
    group: Option<&Group>,
    rule: &Rule,
    rule_outcome: &RuleOutcome,
    stig_uuid: &str,
    stig_ref: &str,
) -> StigRule {
    let described = |tag: &str| rule.described(tag).to_owned();
    let id = bare(&rule.id, "_rule_");
    let vuln = vuln_num(group, rule);
    let node = |group: &Group| Node {
        id: vuln.to_owned(),
        title: group.title.clone(),
        description: group.description.clone(),
    };
    let documentable = described("Documentable");
    let overrides = severity_override(outcome, rule, rule_outcome).filter(|(severity, _)| !severity.is_empty());
    StigRule {
        group_id_src: vuln.to_owned(),
        group_tree: group.map(node).into_iter().collect(),
        group_id: vuln.to_owned(),
        severity: severity(&rule.severity),
        group_title: group.map_or_else(String::new, |group| group.title.clone()),
        rule_id_src: id.to_owned(),
        rule_id: id.strip_suffix("_rule").unwrap_or(id).to_owned(),
        rule_version: rule.version.clone(),
        rule_title: rule.title.clone(),
        fix_text: rule.fix_text().to_owned(),
        weight: rule.weight.text.clone(),
        check_content: rule.check_content().unwrap_or_default().to_owned(),
        check_content_ref: rule
            .check_content_ref()
            .map(|(name, href)| ContentRef { href: href.to_owned(), name: name.to_owned() }),
        classification: "Unclassified",
        discussion: described("VulnDiscussion"),
        false_positives: described("FalsePositives"),
        false_negatives: described("FalseNegatives"),
        documentable: if documentable.is_empty() { "false".into() } else { documentable },
        security_override_guidance: described("SeverityOverrideGuidance"),
        potential_impacts: described("PotentialImpacts"),
        third_party_tools: described("ThirdPartyTools"),
        ia_controls: described("IAControls"),
        responsibility: described("Responsibility"),
        mitigations: described("Mitigations"),
        mitigation_control: described("MitigationControl"),
        legacy_ids: rule.legacy_ids().map(String::from).collect(),
        ccis: rule.ccis().map(String::from).collect(),
        reference_identifier: rule.dc("identifier").unwrap_or_default().to_owned(),
        stig_ref: stig_ref.to_owned(),
        uuid: outcome.uuid(&format!("cklb/rule/{}", rule.id)),
        stig_uuid: stig_uuid.to_owned(),
        status: status(rule_outcome.result),
        overrides: Overrides { severity: overrides.map(|(severity, reason)| SeverityOverride { severity, reason }) },
        comments: comment(outcome, rule, rule_outcome),
        finding_details: details(outcome, rule, rule_outcome),
    }
}

/// The severity in a word of STIG Viewer's, which has none for what is information only.
fn severity(written: &str) -> &'static str {
    Severity::read(written).category().map_or("unknown", Category::severity)
}

fn status(result: Verdict) -> &'static str {
    match result {
        Verdict::Pass | Verdict::Fixed => "not_a_finding",
        Verdict::Fail => "open",
        Verdict::NotApplicable => "not_applicable",
        Verdict::Error | Verdict::Unknown | Verdict::NotChecked | Verdict::NotSelected | Verdict::Informational => {
            "not_reviewed"
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::report::fixture;

    fn read(outcome: &Outcome) -> Value {
        serde_json::from_str(&write(outcome)).expect("JSON")
    }

    fn rules(checklist: &Value) -> &[Value] {
        checklist["stigs"][0]["rules"].as_array().expect("rules")
    }

    fn text(value: &Value) -> &str {
        value.as_str().expect("a text")
    }

    #[test]
    fn rules_carry_what_importers_match_by() {
        let checklist = read(&fixture::outcome());
        let stig = &checklist["stigs"][0];
        assert_eq!(stig["stig_id"], "Docker_Enterprise_2-x_Linux-UNIX_STIG");
        assert_eq!(stig["version"], "2");
        assert_eq!(stig["display_name"], "Docker Enterprise 2.x Linux/UNIX");
        assert_eq!(stig["size"], 5);
        let rule = &rules(&checklist)[0];
        assert_eq!(rule["rule_id_src"], "SV-235775r960735_rule");
        assert_eq!(rule["rule_id"], "SV-235775r960735");
        assert_eq!(rule["group_title"], "SRG-APP-000001");
        assert_eq!(rule["weight"], "10.0");
        assert_eq!(rule["documentable"], "false");
        assert_eq!(rule["stig_uuid"], stig["uuid"]);
        assert_eq!(rule["overrides"], json!({}));
        let target = &checklist["target_data"];
        assert_eq!(target["is_web_database"], false);
        assert!(text(&target["comments"]).ends_with("Marking: CUI"));
    }

    #[test]
    fn statuses_and_overrides() {
        let mut outcome = fixture::outcome();
        outcome.rules[0].severity = "high".into();
        let checklist = read(&outcome);
        let rules = rules(&checklist);
        let statuses: Vec<_> = rules.iter().map(|rule| text(&rule["status"])).collect();
        let expected = "not_a_finding open not_reviewed not_reviewed not_applicable";
        assert_eq!(statuses.join(" "), expected);
        assert_eq!(rules[0]["severity"], "low");
        assert_eq!(rules[0]["overrides"]["severity"]["severity"], "high");
        assert!(text(&rules[1]["comments"]).contains("open per automated check"));
    }

    #[test]
    fn no_text_is_null_and_simulated_is_said_everywhere() {
        let checklist = read(&fixture::nasty());
        assert!(text(&checklist["title"]).starts_with("SIMULATED"));
        assert!(text(&checklist["target_data"]["comments"]).starts_with("SIMULATED: "));
        for rule in rules(&checklist) {
            for (key, value) in rule.as_object().expect("a rule") {
                assert!(!value.is_null() || key == "check_content_ref", "{key}");
            }
            assert!(text(&rule["finding_details"]).starts_with("SIMULATED: "));
            assert!(text(&rule["finding_details"]).encode_utf16().count() <= 32_767);
        }
    }
}
