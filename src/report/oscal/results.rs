//! Assessment results.

use serde::Serialize;

use super::super::identity::bare;
use super::super::text::{line, maker, time};
use super::parts::{
    LocalDefinitions, Metadata, Observation, Related, asset, controls, metadata, observation, related, sentence, title,
};
use crate::outcome::Identified;
use crate::xccdf::{Rule, Verdict};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Document {
    assessment_results: AssessmentResults,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AssessmentResults {
    uuid: String,
    metadata: Metadata,
    import_ap: Import,
    results: [Results; 1],
    back_matter: BackMatter,
}

#[derive(Serialize)]
struct Import {
    href: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Results {
    uuid: String,
    title: String,
    description: String,
    start: String,
    end: String,
    local_definitions: LocalDefinitions,
    reviewed_controls: Reviewed,
    observations: Vec<Observation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Reviewed {
    control_selections: [Selection; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Selection {
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    include_controls: Vec<Control>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Control {
    control_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Finding {
    uuid: String,
    title: String,
    description: String,
    target: Target,
    related_observations: Vec<Related>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Target {
    #[serde(rename = "type")]
    kind: &'static str,
    target_id: String,
    status: Status,
}

#[derive(Serialize)]
struct Status {
    state: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
struct BackMatter {
    resources: [Resource; 1],
}

#[derive(Serialize)]
struct Resource {
    uuid: String,
    title: String,
    description: String,
}

pub(super) fn document(outcome: &Identified<'_>) -> Document {
    let benchmark = &outcome.benchmark;
    let plan = outcome.uuid("oscal/plan");
    let stig = format!("{} {}", bare(&benchmark.id, "_benchmark_"), benchmark.revision());
    Document {
        assessment_results: AssessmentResults {
            uuid: outcome.uuid("oscal/results"),
            metadata: metadata(outcome, "Assessment results"),
            import_ap: Import { href: format!("#{plan}") },
            results: [Results {
                uuid: outcome.uuid("oscal/result"),
                title: line(&benchmark.title),
                description: format!("Every rule of {stig}, decided by {}.", maker(outcome)),
                start: time(outcome.started),
                end: time(outcome.finished),
                local_definitions: asset(outcome),
                reviewed_controls: reviewed(outcome),
                observations: outcome
                    .results()
                    .map(|(group, rule, ro)| observation(outcome, group, rule, ro))
                    .collect(),
                findings: findings(outcome),
            }],
            back_matter: BackMatter {
                resources: [Resource {
                    uuid: plan,
                    title: line(&benchmark.title),
                    description: "The STIG that was assessed. There was no OSCAL assessment plan.".into(),
                }],
            },
        },
    }
}

fn reviewed(outcome: &Identified<'_>) -> Reviewed {
    let mut ids: Vec<String> = outcome.benchmark.rules().flat_map(|(_, rule)| controls(rule)).collect();
    ids.sort_unstable();
    ids.dedup();
    Reviewed {
        control_selections: [Selection {
            description: "The controls of NIST SP 800-53 that the CCIs of the rules are part of; each is touched by \
                rules, none is covered by them."
                .into(),
            include_controls: ids.into_iter().map(|control_id| Control { control_id }).collect(),
        }],
    }
}

/// What is open, once for each control that it bears on.
fn findings(outcome: &Identified<'_>) -> Vec<Finding> {
    let open = outcome.results().filter(|(_, _, ro)| ro.result == Verdict::Fail);
    open.flat_map(|(_, rule, ro)| {
        controls(rule).into_iter().map(|control| finding(outcome, rule, &ro.summary, control)).collect::<Vec<_>>()
    })
    .collect()
}

fn finding(outcome: &Identified<'_>, rule: &Rule, summary: &str, control: String) -> Finding {
    Finding {
        uuid: outcome.uuid(&format!("oscal/finding/{}/{control}", rule.id)),
        title: title(rule),
        description: sentence(summary),
        target: Target {
            kind: "objective-id",
            target_id: control,
            status: Status { state: "not-satisfied", reason: "fail" },
        },
        related_observations: vec![related(outcome, rule)],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::assessment_results;
    use crate::report::fixture;

    #[test]
    fn every_rule_is_an_observation_and_nothing_is_satisfied() {
        let text = assessment_results(&fixture::outcome());
        assert!(!text.contains("\"satisfied\""));
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let result = &document["assessment-results"]["results"][0];
        assert_eq!(result["observations"].as_array().map(Vec::len), Some(5));
        for finding in result["findings"].as_array().into_iter().flatten() {
            assert_eq!(finding["target"]["status"]["state"], "not-satisfied");
        }
    }
}
