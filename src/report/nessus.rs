//! The export format of Nessus, `.nessus` version 2, for programs that read Nessus's compliance results.
//!
//! The elements stand in the order in which Nessus writes them. It knows four results: what is
//! undecided is `ERROR` or `WARNING` (not checked), and what does not apply is `PASSED` with a sentence
//! that says so, since leaving it out would lose the rule wherever files are merged. Plugin id and name
//! are Nessus's, because readers look for them; `cm:compliance-source` and the policy's name say who
//! really wrote the file. Of Tenable's hashes only the informational id is ours to write: it is the
//! digest of texts that stand in the file. The others describe Tenable's own checks.

use chrono::{DateTime, Utc};

use super::checklist::vuln_num;
use super::identity::{bare, fqdn, ips, mac, marked, name};
use super::text::{LIMIT, cut, details, line, maker, tool};
use crate::outcome::{Outcome, RuleOutcome};
use crate::tenable;
use crate::xccdf::ids::sha256_hex;
use crate::xccdf::{Group, Rule, Severity, Verdict};
use crate::xml::write::Writer;

/// The namespace of compliance results.
const CM: &str = "http://www.nessus.org/cm";
/// The plugin that reads audits on Unix systems.
const PLUGIN: (&str, &str, &str) = ("21157", "Unix Compliance Checks", "unix_compliance_check.nbin");

/// The document.
pub(super) fn write(outcome: &Outcome) -> String {
    let mut w = Writer::new("").quoting();
    w.start("NessusClientData_v2");
    policy(&mut w, outcome);
    w.start("Report").attr("name", &marked(outcome, &outcome.file_stem())).attr("xmlns:cm", CM);
    w.start("ReportHost").attr("name", &host(outcome));
    properties(&mut w, outcome);
    for (group, rule, rule_outcome) in outcome.results() {
        item(&mut w, outcome, group, rule, rule_outcome);
    }
    w.finish()
}

fn policy(w: &mut Writer, outcome: &Outcome) {
    let title = format!("{}, not a scan by Nessus", tool());
    let marking = line(&outcome.asset.marking);
    w.start("Policy").leaf("policyName", &marked(outcome, &title));
    let mut comments: Vec<String> = outcome.simulated_notice().into_iter().collect();
    if !marking.is_empty() {
        comments.push(format!("Marking: {marking}"));
    }
    w.leaf("policyComments", &comments.join("\n"));
    w.start("Preferences").start("ServerPreferences");
    w.start("preference").leaf("name", "TARGET").leaf("value", &host(outcome)).end();
    w.end().start("PluginsPreferences").end().end();
    w.start("FamilySelection").start("FamilyItem");
    w.leaf("FamilyName", "Policy Compliance").leaf("Status", "enabled").end().end();
    w.start("IndividualPluginSelection").end().end();
}

/// What the host goes by: its address, which Tenable's programs want, or else its name.
fn host(outcome: &Outcome) -> String {
    let address = ips(&outcome.asset).first().copied();
    address.map_or_else(|| name(&outcome.asset), |ip| ip.to_string())
}

fn properties(w: &mut Writer, outcome: &Outcome) {
    let asset = &outcome.asset;
    let address = ips(asset).first().map(ToString::to_string);
    let tags = [
        ("HOST_END_TIMESTAMP", outcome.finished.timestamp().to_string()),
        ("HOST_END", ctime(outcome.finished)),
        ("host-ip", address.unwrap_or_default()),
        ("HOST_START_TIMESTAMP", outcome.started.timestamp().to_string()),
        ("HOST_START", ctime(outcome.started)),
        ("host-fqdn", fqdn(asset).to_owned()),
        ("hostname", name(asset)),
        ("mac-address", mac(asset)),
        ("policy-used", outcome.file_stem()),
    ];
    w.start("HostProperties");
    for (name, value) in tags.iter().filter(|(_, value)| !value.is_empty()) {
        w.start("tag").attr("name", name).text(value).end();
    }
    w.end();
}

/// A time as Nessus writes it, C's `ctime`. It has no zone; this is UTC.
fn ctime(at: DateTime<Utc>) -> String {
    at.format("%a %b %d %H:%M:%S %Y").to_string()
}

fn item(w: &mut Writer, outcome: &Outcome, group: Option<&Group>, rule: &Rule, rule_outcome: &RuleOutcome) {
    let (result, severity) = result(rule_outcome.result);
    let (plugin_id, plugin_name, fname) = PLUGIN;
    let check_name = format!("{} - {}", line(&rule.version), line(&rule.title));
    let info = rule.described("VulnDiscussion");
    let solution = rule.fix_text();
    let wanted = wanted(rule_outcome);
    let actual = cut(&actual(outcome, rule, rule_outcome), LIMIT);
    let references = references(outcome, group, rule);
    let description = format!(
        "\"{check_name}\" : [{result}]\n\n{info}\n\nSolution:\n{solution}\n\nReference: {references}\n\n\
         Policy Value:\n{}\n\nActual Value:\n{actual}",
        line(&wanted)
    );
    w.start("ReportItem")
        .attr("port", "0")
        .attr("svc_name", "general")
        .attr("protocol", "tcp")
        .attr("severity", severity)
        .attr("pluginID", plugin_id)
        .attr("pluginName", plugin_name)
        .attr("pluginFamily", "Policy Compliance");
    w.leaf("agent", "unix")
        .leaf("compliance", "true")
        .leaf("compliance_check_type", "Unix")
        .leaf("fname", fname)
        .leaf("plugin_name", plugin_name)
        .leaf("plugin_type", "local")
        .leaf("risk_factor", "None");
    w.leaf("cm:compliance-benchmark-version", &three_numbers(outcome)).leaf("cm:compliance-check-name", &check_name);
    w.leaf("cm:compliance-actual-value", &actual);
    w.leaf("description", &description);
    w.leaf("cm:compliance-source", &source(outcome, rule, rule_outcome))
        .leaf("cm:compliance-audit-file", &audit_file(outcome))
        .leaf("cm:compliance-policy-value", &wanted)
        .leaf("cm:compliance-info", info)
        .leaf("cm:compliance-result", result)
        .leaf("cm:compliance-informational-id", &informational_id(info, solution))
        .leaf("cm:compliance-reference", &references)
        .leaf("cm:compliance-solution", solution)
        .leaf("cm:compliance-benchmark-name", &line(&outcome.benchmark.title))
        .leaf("cm:compliance-control-id", rule_outcome.tenable_control_id.as_ref().unwrap_or(&rule_outcome.control_id));
    if result == "ERROR" {
        w.leaf("cm:compliance-error", &line(&rule_outcome.summary));
    }
    w.end();
}

/// Nessus's word for a result, and the severity that goes with it: never that of the rule.
fn result(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Pass | Verdict::Fixed | Verdict::NotApplicable => ("PASSED", "0"),
        Verdict::Fail => ("FAILED", "3"),
        Verdict::Error | Verdict::Unknown => ("ERROR", "2"),
        Verdict::NotChecked | Verdict::NotSelected | Verdict::Informational => ("WARNING", "2"),
    }
}

fn actual(outcome: &Outcome, rule: &Rule, rule_outcome: &RuleOutcome) -> String {
    let details = details(outcome, rule, rule_outcome);
    match rule_outcome.result {
        Verdict::NotApplicable => {
            format!("Not applicable, which this format has no word for.\n{details}")
        }
        _ => details,
    }
}

/// What was expected, each once.
fn wanted(rule_outcome: &RuleOutcome) -> String {
    let mut wanted: Vec<String> = Vec::new();
    for observation in &rule_outcome.observations {
        let text = line(observation.expected());
        if !wanted.contains(&text) {
            wanted.push(text);
        }
    }
    cut(&wanted.join("\n"), LIMIT / 4)
}

/// Who made the result, and whose control id stands with it.
fn source(outcome: &Outcome, rule: &Rule, rule_outcome: &RuleOutcome) -> String {
    let published = tenable::control_id(&rule.id);
    let whose = match rule_outcome.tenable_control_id.as_deref() {
        Some(id) if published == Some(id) => "control-id as Tenable publishes it".to_owned(),
        Some(_) => {
            let from = rule_outcome.tenable_learned_from.as_deref().map(line);
            format!("control-id as Nessus wrote it, learned from {}", from.as_deref().unwrap_or("results read before"))
        }
        None => "control-id by stigprobe, not Tenable's".to_owned(),
    };
    format!("{}; {whose}", maker(outcome))
}

/// Not the name of an audit of Tenable's: none was run.
fn audit_file(outcome: &Outcome) -> String {
    let id = bare(&outcome.benchmark.id, "_benchmark_");
    format!("{id}_{}.stigprobe", outcome.benchmark.revision())
}

/// Version and release as Nessus writes them, three numbers: `2.2.0` for V2R2.
fn three_numbers(outcome: &Outcome) -> String {
    let benchmark = &outcome.benchmark;
    format!("{}.{}.0", line(&benchmark.version), benchmark.release().unwrap_or("0"))
}

/// `KEY|value` pairs, sorted by key, without a space after the comma: a space makes SAF drop the rule.
fn references(outcome: &Outcome, group: Option<&Group>, rule: &Rule) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    let controls = crate::cci::controls(rule.ccis());
    pairs.extend(controls.rev4.iter().map(|c| ("800-53", c.replace(' ', ""))));
    pairs.extend(controls.rev5.iter().map(|c| ("800-53r5", c.replace(' ', ""))));
    pairs.extend(Severity::read(&rule.severity).category().map(|category| ("CAT", category.numeral().to_owned())));
    pairs.extend(rule.ccis().map(|cci| ("CCI", cci.to_owned())));
    pairs.push(("DISA_Benchmark", bare(&outcome.benchmark.id, "_benchmark_").to_owned()));
    pairs.push(("Rule-ID", bare(&rule.id, "_rule_").to_owned()));
    pairs.push(("STIG-ID", rule.version.clone()));
    pairs.extend(rule.legacy_ids().map(|id| ("STIG-Legacy", id.to_owned())));
    pairs.push(("Vuln-ID", vuln_num(group, rule).to_owned()));
    let shown = pairs.iter().map(|(key, value)| {
        let value = line(value).replace([',', '|'], " ");
        format!("{key}|{}", value.trim())
    });
    shown.collect::<Vec<_>>().join(",")
}

/// Tenable's `informational-id`: SHA-256 over the lines `info : …` and `solution : …`, in this order,
/// each where it is not empty, newlines written as `\n`.
fn informational_id(info: &str, solution: &str) -> String {
    let line = |key: &str, value: &str| (!value.is_empty()).then(|| format!("{key} : {}", value.replace('\n', "\\n")));
    let lines: Vec<String> = [line("info", info), line("solution", solution)].into_iter().flatten().collect();
    sha256_hex(lines.join("\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::xccdf::model::Item;

    #[test]
    fn the_informational_id_is_the_one_of_real_files() {
        let note = "NOTE: Nessus has not identified that the chosen audit applies to the target device.";
        assert_eq!(informational_id(note, ""), "6edf8bc5944b55f0ab04a90baec2add786cfc1cde0f6cccea718235240aded91");
        assert_eq!(informational_id("", ""), sha256_hex(b""));
    }

    #[test]
    fn every_result_has_its_word_and_its_severity() {
        for (verdict, word) in [
            (Verdict::Pass, ("PASSED", "0")),
            (Verdict::Fail, ("FAILED", "3")),
            (Verdict::Error, ("ERROR", "2")),
            (Verdict::NotChecked, ("WARNING", "2")),
            (Verdict::NotApplicable, ("PASSED", "0")),
        ] {
            assert_eq!(result(verdict), word);
        }
    }

    #[test]
    fn references_have_no_space_after_the_comma_and_the_vuln_id_last() {
        let outcome = fixture::outcome();
        let (group, rule, _) = outcome.results().nth(1).expect("a rule");
        let text = references(&outcome, group, rule);
        assert!(!text.contains(", "), "{text}");
        assert!(text.ends_with(",Vuln-ID|V-235776"), "{text}");
        assert!(text.contains("STIG-ID|DKER-EE-001050"), "{text}");
    }

    #[test]
    fn a_tenable_id_is_said_to_be_tenable_s_and_ours_to_be_ours() {
        let mut outcome = fixture::outcome();
        outcome.rules[1].tenable_learned_from = Some("scan.nessus (audit a)".into());
        let text = write(&outcome);
        assert!(
            text.contains(
                "<cm:compliance-control-id>a10965d1bb75e68ecc85af061cab4515d9d803c17943915e5491b81eccecb167<"
            )
        );
        assert!(text.contains("control-id as Nessus wrote it, learned from scan.nessus (audit a)<"));
        assert!(!text.contains("as Tenable publishes it"), "of another rule");
        if let Item::Group(group) = &mut std::sync::Arc::make_mut(&mut outcome.benchmark).items[1]
            && let Item::Rule(rule) = &mut group.items[0]
        {
            rule.id = "SV-235803r627536_rule".into();
        }
        let text = write(&outcome);
        assert!(text.contains("control-id as Tenable publishes it<"));
        assert!(text.contains("control-id by stigprobe, not Tenable&apos;s"));
        assert!(!text.contains("functional-id") && !text.contains("check-id") && !text.contains("full-id"));
    }
}
