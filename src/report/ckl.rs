//! The checklist of STIG Viewer 2 (CKL), as version 2.17 writes it: its elements in its order,
//! tabs, no namespace.
//!
//! Every element is written even when empty, since STIG Manager fails on missing ones and the
//! schema wants their order; only words of the schema stand in `ROLE`, `STATUS` and `TECH_AREA`.
//! Comments stand before the root only: `OpenRMF` fails on any other. What is undecided is
//! `Not_Reviewed` with the reason in its details, so that importers keep it.

use super::checklist::{release_info, severity_override, stig_ref, tech_area, vuln_num, word};
use super::identity::{bare, fqdn, ip_list, mac, name, remark, service};
use super::text::{comment, details_for_xml, line, tool};
use crate::outcome::{Outcome, SIMULATED};
use crate::xccdf::{Group, Rule, Severity, Verdict};
use crate::xml::write::Writer;

/// The document.
pub(super) fn write(outcome: &Outcome) -> String {
    let mut w = Writer::new("\t");
    let simulated = if outcome.simulated.is_some() { SIMULATED } else { "" };
    w.comment(format!("{} {simulated}", tool()).trim());
    w.start("CHECKLIST");
    asset(&mut w, outcome);
    w.start("STIGS").start("iSTIG");
    stig_info(&mut w, outcome);
    let stig = Stig::new(outcome);
    let details = details_for_xml(outcome, 1);
    for ((group, rule, rule_outcome), details) in outcome.results().zip(&details) {
        w.start("VULN");
        described(&mut w, &stig, group, rule);
        let (applied, why) = severity_override(outcome, rule, rule_outcome).unwrap_or_default();
        w.leaf("STATUS", status(rule_outcome.result)).leaf("FINDING_DETAILS", details);
        w.leaf("COMMENTS", &comment(outcome, rule, rule_outcome));
        w.leaf("SEVERITY_OVERRIDE", applied).leaf("SEVERITY_JUSTIFICATION", &why).end();
    }
    w.finish()
}

fn asset(w: &mut Writer, outcome: &Outcome) {
    let asset = &outcome.asset;
    w.start("ASSET").leaf("ROLE", asset.role.word()).leaf("ASSET_TYPE", asset.kind.word());
    if !asset.marking.trim().is_empty() {
        w.leaf("MARKING", &line(&asset.marking));
    }
    w.leaf("HOST_NAME", &name(asset)).leaf("HOST_IP", &ip_list(asset));
    w.leaf("HOST_MAC", &mac(asset)).leaf("HOST_FQDN", fqdn(asset));
    w.leaf("TARGET_COMMENT", &remark(outcome, ""));
    w.leaf("TECH_AREA", tech_area(&asset.tech_area));
    w.leaf("TARGET_KEY", outcome.benchmark.target_key());
    let (is_service, site, instance) = service(asset);
    w.leaf("WEB_OR_DATABASE", if is_service { "true" } else { "false" })
        .leaf("WEB_DB_SITE", &site)
        .leaf("WEB_DB_INSTANCE", &instance);
    w.end();
}

fn stig_info(w: &mut Writer, outcome: &Outcome) {
    let benchmark = &outcome.benchmark;
    let parts = benchmark.references.iter().flat_map(|r| &r.dc);
    let source = parts.filter(|(name, _)| name == "source").map(|(_, text)| text.as_str()).next();
    let notice = benchmark.notices.first().map_or("", |notice| notice.id.as_str());
    let uuid = outcome.identified().uuid("ckl/info");
    let release = release_info(benchmark);
    // The name without a value is how STIG Viewer writes it.
    let info = [
        ("version", Some(benchmark.version.trim())),
        ("classification", Some("UNCLASSIFIED")),
        ("customname", None),
        ("stigid", Some(bare(&benchmark.id, "_benchmark_"))),
        ("description", Some(&benchmark.description)),
        ("filename", Some(&outcome.source.name)),
        ("releaseinfo", Some(&release)),
        ("title", Some(&benchmark.title)),
        ("uuid", Some(&uuid)),
        ("notice", Some(notice)),
        ("source", Some(source.unwrap_or(""))),
    ];
    w.start("STIG_INFO");
    for (name, value) in info {
        w.start("SI_DATA").leaf("SID_NAME", name);
        if let Some(value) = value {
            w.leaf("SID_DATA", value);
        }
        w.end();
    }
    w.end();
}

/// What is the same for all rules.
struct Stig {
    reference: String,
    target_key: String,
    uuid: String,
}

impl Stig {
    fn new(outcome: &Outcome) -> Self {
        Stig {
            reference: stig_ref(&outcome.benchmark),
            target_key: outcome.benchmark.target_key().to_owned(),
            uuid: outcome.identified().uuid("ckl/stig"),
        }
    }
}

/// What the checklist says of the rule itself.
fn described(w: &mut Writer, stig: &Stig, group: Option<&Group>, rule: &Rule) {
    let documentable = rule.described("Documentable");
    let check_ref = rule.check_content_ref().map_or("", |(name, _)| name);
    let attributes = [
        ("Vuln_Num", vuln_num(group, rule)),
        ("Severity", word(&Severity::read(&rule.severity))),
        ("Group_Title", group.map_or("", |group| &group.title)),
        ("Rule_ID", bare(&rule.id, "_rule_")),
        ("Rule_Ver", &rule.version),
        ("Rule_Title", &rule.title),
        ("Vuln_Discuss", rule.described("VulnDiscussion")),
        ("IA_Controls", rule.described("IAControls")),
        ("Check_Content", rule.check_content().unwrap_or("")),
        ("Fix_Text", rule.fix_text()),
        ("False_Positives", rule.described("FalsePositives")),
        ("False_Negatives", rule.described("FalseNegatives")),
        ("Documentable", if documentable.is_empty() { "false" } else { documentable }),
        ("Mitigations", rule.described("Mitigations")),
        ("Potential_Impact", rule.described("PotentialImpacts")),
        ("Third_Party_Tools", rule.described("ThirdPartyTools")),
        ("Mitigation_Control", rule.described("MitigationControl")),
        ("Responsibility", rule.described("Responsibility")),
        ("Security_Override_Guidance", rule.described("SeverityOverrideGuidance")),
        ("Check_Content_Ref", check_ref),
        ("Weight", &rule.weight.text),
        ("Class", "Unclass"),
        ("STIGRef", &stig.reference),
        ("TargetKey", &stig.target_key),
        ("STIG_UUID", &stig.uuid),
    ];
    let mut legacy: Vec<&str> = rule.legacy_ids().collect();
    // STIG Viewer writes the V number first, and two empty ones where there are none.
    legacy.sort_by_key(|id| !id.starts_with("V-"));
    if legacy.is_empty() {
        legacy = vec!["", ""];
    }
    let legacy = legacy.into_iter().map(|id| ("LEGACY_ID", id));
    let ccis = rule.ccis().map(|cci| ("CCI_REF", cci));
    for (name, value) in attributes.into_iter().chain(legacy).chain(ccis) {
        w.start("STIG_DATA").leaf("VULN_ATTRIBUTE", name).leaf("ATTRIBUTE_DATA", value).end();
    }
}

fn status(result: Verdict) -> &'static str {
    match result {
        Verdict::Pass | Verdict::Fixed => "NotAFinding",
        Verdict::Fail => "Open",
        Verdict::NotApplicable => "Not_Applicable",
        Verdict::Error | Verdict::Unknown | Verdict::NotChecked | Verdict::NotSelected | Verdict::Informational => {
            "Not_Reviewed"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn data(attribute: &str, value: &str) -> String {
        format!("<VULN_ATTRIBUTE>{attribute}</VULN_ATTRIBUTE>\n\t\t\t\t\t<ATTRIBUTE_DATA>{value}</ATTRIBUTE_DATA>")
    }

    #[test]
    fn elements_stand_in_the_order_of_the_schema() {
        let text = write(&fixture::outcome());
        let at = |needle: &str| text.find(needle).unwrap_or_else(|| panic!("{needle}"));
        let order = [
            "<!--stigprobe ",
            "<CHECKLIST>\n\t<ASSET>",
            "<ROLE>None</ROLE>",
            "<ASSET_TYPE>",
            "<MARKING>CUI<",
            "<HOST_NAME>ucp01<",
            "<HOST_IP>10.0.0.5<",
            "<HOST_MAC>02:42:AC:11:00:02<",
            "<HOST_FQDN>ucp01.example.mil<",
            "<TARGET_COMMENT>",
            "<TECH_AREA></TECH_AREA>",
            "<TARGET_KEY>5281<",
            "<WEB_OR_DATABASE>false<",
            "<WEB_DB_SITE>",
            "<WEB_DB_INSTANCE>",
            "<STIGS>",
            "<iSTIG>",
            "<STIG_INFO>",
            "<SID_NAME>customname</SID_NAME>\n\t\t\t\t</SI_DATA>",
            "<VULN>",
            "<STATUS>NotAFinding<",
            "<FINDING_DETAILS>pass: ",
            "<COMMENTS>stigprobe",
            "<SEVERITY_OVERRIDE></SEVERITY_OVERRIDE>",
            "<SEVERITY_JUSTIFICATION></SEVERITY_JUSTIFICATION>",
        ];
        assert!(order.map(at).is_sorted());
        assert_eq!(text.matches("<iSTIG>").count(), 1);
    }

    #[test]
    fn rules_are_described_as_stig_viewer_does() {
        let text = write(&fixture::outcome());
        for (attribute, value) in [
            ("Vuln_Num", "V-235775"),
            ("Rule_ID", "SV-235775r960735_rule"),
            ("Group_Title", "SRG-APP-000001"),
            ("Severity", "low"),
            ("Vuln_Discuss", "Sessions &amp; limits."),
            ("Documentable", "false"),
            ("Check_Content_Ref", "M"),
            ("Weight", "10.0"),
            (
                "STIGRef",
                "Docker Enterprise 2.x Linux/UNIX Security Technical Implementation Guide :: Version 2, \
                         Release: 2 Benchmark Date: 24 Jul 2024",
            ),
        ] {
            assert!(text.contains(&data(attribute, value)), "{attribute}");
        }
        assert!(text.find(&data("LEGACY_ID", "V-94863")) < text.find(&data("LEGACY_ID", "SV-104693")));
        assert!(text.matches(&data("LEGACY_ID", "")).count() >= 2);
    }

    #[test]
    fn a_severity_that_was_changed_is_an_override_with_its_reason() {
        let mut outcome = fixture::outcome();
        outcome.rules[0].severity = "high".into();
        let text = write(&outcome);
        assert!(text.contains("<SEVERITY_OVERRIDE>high</SEVERITY_OVERRIDE>"));
        assert!(text.contains("<SEVERITY_JUSTIFICATION>Severity high instead of low, set by MAC-1_Classified.<"));
    }

    #[test]
    fn undecided_rules_are_kept_with_their_reason_and_odd_values_left_out() {
        let mut outcome = fixture::nasty();
        outcome.asset.tech_area = "None".into();
        outcome.asset.marking = String::new();
        let text = write(&outcome);
        assert!(text.contains("<STATUS>Not_Reviewed</STATUS>\n\t\t\t\t<FINDING_DETAILS>SIMULATED: "));
        assert!(text.contains("SIMULATED-->"));
        assert!(text.contains("<TARGET_COMMENT>SIMULATED: these results"));
        assert!(text.contains("<TECH_AREA></TECH_AREA>") && !text.contains("<MARKING>"));
        assert!(text.contains("]]&gt; &amp;amp;lt; &lt;b&gt;"));
    }
}
