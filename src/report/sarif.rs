//! SARIF 2.1.0 (OASIS), for code scanning: a rule of the benchmark is a rule, what is open or undecided
//! a result, and so is what is neither but contradicted by others.

use serde::Serialize;

use super::checklist::{severity, severity_override, vuln_num};
use super::identity::{bare, marked, name};
use super::text::{clean, contradictions, details, line, time, waived};
use super::to_json;
use crate::outcome::{Outcome, RuleOutcome, directory, file_safe};
use crate::xccdf::{Category, Group, Rule, Severity, Verdict};

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    properties: RunProperties,
    results: Vec<Finding>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: String,
    version: String,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: String,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Text,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: Vec<String>,
    /// What code scanning sorts by: 0 to 10.
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'static str>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    start_time_utc: String,
    end_time_utc: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunProperties {
    target: String,
    benchmark: String,
    revision: String,
    evidence_sha256: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    marking: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    simulated: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: String,
    rule_index: usize,
    kind: &'static str,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    properties: Severities,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
}

/// An exception that somebody made: the result is still told, and raises no alarm.
#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

/// The severity that applies, the STIG's own, and why they differ.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Severities {
    severity: String,
    raw_severity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity_override_reason: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    logical_locations: [LogicalLocation; 1],
}

/// GitHub's code scanning shows a result at a line of a file, and takes none without. A rule on an asset has neither: the
/// path names asset and benchmark, the line is the rule's place in it, so that they stay from run to run.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "stigprobeControl/v1")]
    control: String,
}

/// The document.
pub(super) fn write(outcome: &Outcome) -> String {
    to_json(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: line(&outcome.maker.name),
                    version: line(&outcome.maker.version),
                    rules: outcome.results().map(|(g, r, ro)| descriptor(g, r, ro)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: true,
                start_time_utc: time(outcome.started),
                end_time_utc: time(outcome.finished),
            }],
            properties: RunProperties {
                target: marked(outcome, &name(&outcome.asset)),
                benchmark: bare(&outcome.benchmark.id, "_benchmark_").to_owned(),
                revision: outcome.benchmark.revision(),
                evidence_sha256: outcome.evidence_sha256.clone(),
                marking: line(&outcome.asset.marking),
                simulated: outcome.simulated_notice(),
            },
            results: outcome
                .results()
                .enumerate()
                .filter_map(|(index, (_, rule, ro))| finding(outcome, index, rule, ro))
                .collect(),
        }],
    })
}

fn descriptor(group: Option<&Group>, rule: &Rule, rule_outcome: &RuleOutcome) -> Descriptor {
    let mut tags = vec!["security".to_owned(), vuln_num(group, rule).to_owned()];
    tags.extend(rule.ccis().map(String::from));
    Descriptor {
        id: rule.version.clone(),
        name: bare(&rule.id, "_rule_").to_owned(),
        short_description: Text { text: line(&rule.title) },
        full_description: Text { text: clean(rule.described("VulnDiscussion")) },
        help: Text { text: clean(rule.fix_text()) },
        properties: RuleProperties {
            tags,
            security_severity: rule_outcome.severity.category().map(|category| match category {
                Category::I => "8.0",
                Category::II => "5.0",
                Category::III => "2.0",
            }),
        },
    }
}

fn finding(outcome: &Outcome, index: usize, rule: &Rule, rule_outcome: &RuleOutcome) -> Option<Finding> {
    let contradictions = contradictions(rule_outcome);
    let (kind, level) = match rule_outcome.result {
        Verdict::Fail => match rule_outcome.severity.category() {
            Some(Category::I) => ("fail", "error"),
            // SARIF's own default where no level is known.
            Some(Category::II) | None => ("fail", "warning"),
            Some(Category::III) => ("fail", "note"),
        },
        // Undecided: SARIF's word for what somebody has to look at.
        verdict if verdict.is_undecided() => ("review", "none"),
        // SARIF 2.1.0, 3.27.10: the level of anything but a failure is "none".
        _ if !contradictions.is_empty() => ("review", "none"),
        _ => return None,
    };
    let details = details(outcome, rule, rule_outcome);
    let text = if contradictions.is_empty() {
        details
    } else {
        let notice = outcome.simulated_notice().map(|said| line(&said) + "\n");
        let others = contradictions.join("; ");
        format!("{}Others say otherwise: {others}.\n\n{details}", notice.unwrap_or_default())
    };
    Some(Finding {
        rule_id: rule.version.clone(),
        rule_index: index,
        kind,
        level,
        message: Text { text },
        properties: Severities {
            severity: severity(&rule_outcome.severity).to_owned(),
            raw_severity: severity(&Severity::read(&rule.severity)).to_owned(),
            severity_override_reason: severity_override(outcome, rule, rule_outcome).map(|(_, reason)| reason),
        },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation {
                    uri: format!(
                        "{}/{}",
                        directory(&outcome.asset.key()),
                        file_safe(bare(&outcome.benchmark.id, "_benchmark_"))
                    ),
                },
                region: Region { start_line: index + 1 },
            },
            logical_locations: [LogicalLocation { fully_qualified_name: name(&outcome.asset), kind: "resource" }],
        }],
        partial_fingerprints: Fingerprints { control: rule_outcome.control_id.clone() },
        suppressions: waived(rule_outcome)
            .map(|justification| Suppression { kind: "external", status: "accepted", justification })
            .into_iter()
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::outcome::Standing;
    use crate::report::fixture;

    #[test]
    fn what_is_open_or_undecided_is_a_result() {
        let log: Value = serde_json::from_str(&write(&fixture::outcome())).expect("JSON");
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(5));
        let results = run["results"].as_array().expect("results");
        let kinds: Vec<&str> = results.iter().filter_map(|r| r["kind"].as_str()).collect();
        assert_eq!(kinds, ["fail", "review", "review"]);
        assert_eq!(results[0]["ruleId"], "DKER-EE-001050");
        assert_eq!(results[0]["ruleIndex"], 1);
        let place = &results[0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "ucp01/Docker_Enterprise_2-x_Linux-UNIX_STIG");
        assert_eq!(place["region"]["startLine"], 2);
        assert_eq!(results[0]["properties"]["rawSeverity"], "medium");
        assert!(results[0].get("suppressions").is_none());
        let log: Value = serde_json::from_str(&write(&fixture::spoken())).expect("JSON");
        let suppression = &log["runs"][0]["results"][0]["suppressions"][0];
        assert_eq!(suppression["kind"], "external");
    }

    #[test]
    fn what_others_say_otherwise_of_is_a_result() {
        for verdict in Verdict::ALL {
            let mut outcome = fixture::outcome();
            outcome.rules[0].result = verdict;
            outcome.rules[0].beside = vec![fixture::contradiction()];
            let log: Value = serde_json::from_str(&write(&outcome)).expect("JSON");
            let result = &log["runs"][0]["results"][0];
            assert_eq!(result["ruleId"], "DKER-EE-001000", "{verdict}");
            let kind = if verdict == Verdict::Fail { "fail" } else { "review" };
            assert_eq!(result["kind"], kind);
            assert_eq!(result["level"] == "none", kind == "review");
            let text = result["message"]["text"].as_str().expect("a text");
            let said = fixture::contradicted(verdict);
            let wanted = format!("Others say otherwise: {said}.\n\n");
            assert!(text.starts_with(&wanted), "{text}");
            outcome.simulated = Some("default".into());
            let text = write(&outcome);
            assert!(text.contains("\"text\": \"SIMULATED: "), "{verdict}");
            assert!(!text.contains("\"text\": \"Others say"), "{verdict}");
            outcome.rules[0].beside[0].standing = Standing::SetAside;
            let text = write(&outcome);
            assert!(!text.contains("Others say otherwise"), "{verdict}");
        }
    }
}
