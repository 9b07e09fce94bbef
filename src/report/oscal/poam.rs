//! Plan of action and milestones.

use serde::Serialize;

use super::super::checklist::severity;
use super::super::identity::name;
use super::super::text::clean;
use super::parts::{
    LocalDefinitions, Metadata, Observation, Property, Related, asset, metadata, observation, property, related,
    sentence, title,
};
use crate::outcome::{Identified, RuleOutcome};
use crate::xccdf::{Group, Rule, Severity, Verdict};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Document {
    plan_of_action_and_milestones: Plan,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Plan {
    uuid: String,
    metadata: Metadata,
    system_id: SystemId,
    local_definitions: LocalDefinitions,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    observations: Vec<Observation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    risks: Vec<Risk>,
    poam_items: Vec<PoamItem>,
}

#[derive(Serialize)]
struct SystemId {
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Risk {
    uuid: String,
    title: String,
    description: String,
    statement: String,
    /// The severity. A facet would be OSCAL's place for it, but every system that it names for facets has
    /// other words, and validators take one of another system for a mistake.
    props: Vec<Property>,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remediations: Vec<Remediation>,
    related_observations: [Related; 1],
}

#[derive(Serialize)]
struct Remediation {
    uuid: String,
    lifecycle: &'static str,
    title: String,
    description: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct PoamItem {
    uuid: String,
    title: String,
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_observations: Vec<Related>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_risks: Vec<RelatedRisk>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RelatedRisk {
    risk_uuid: String,
}

pub(super) fn document(outcome: &Identified<'_>) -> Document {
    let open: Vec<(Option<&Group>, &Rule, &RuleOutcome)> =
        outcome.results().filter(|(_, _, ro)| ro.result == Verdict::Fail).collect();
    let mut poam_items: Vec<PoamItem> = open.iter().map(|(_, rule, ro)| item(outcome, rule, ro)).collect();
    if poam_items.is_empty() {
        // A plan without any item is no valid one.
        poam_items.push(PoamItem {
            uuid: outcome.uuid("oscal/poam/none"),
            title: "Nothing is open".into(),
            description: "No rule came out open in this run; rules that are undecided are no part of this plan.".into(),
            related_observations: Vec::new(),
            related_risks: Vec::new(),
        });
    }
    Document {
        plan_of_action_and_milestones: Plan {
            uuid: outcome.uuid("oscal/poam"),
            metadata: metadata(outcome, "Plan of action and milestones"),
            system_id: SystemId { id: name(&outcome.asset) },
            local_definitions: asset(outcome),
            observations: open.iter().map(|(group, rule, ro)| observation(outcome, *group, rule, ro)).collect(),
            risks: open.iter().map(|(_, rule, ro)| risk(outcome, rule, ro)).collect(),
            poam_items,
        },
    }
}

fn risk_uuid(outcome: &Identified<'_>, rule: &Rule) -> String {
    outcome.uuid(&format!("oscal/risk/{}", rule.id))
}

fn risk(outcome: &Identified<'_>, rule: &Rule, rule_outcome: &RuleOutcome) -> Risk {
    let fix = clean(rule.fix_text()).trim().to_owned();
    let remediation = Remediation {
        uuid: outcome.uuid(&format!("oscal/remediation/{}", rule.id)),
        lifecycle: "recommendation",
        title: "How to put it right".into(),
        description: fix.clone(),
    };
    Risk {
        uuid: risk_uuid(outcome, rule),
        title: title(rule),
        description: sentence(&rule_outcome.summary),
        statement: sentence(rule.described("VulnDiscussion")),
        props: [("severity", &rule_outcome.severity), ("raw-severity", &Severity::read(&rule.severity))]
            .into_iter()
            .filter_map(|(name, of)| property(name, severity(of)))
            .collect(),
        status: if rule_outcome.waiver.is_some() { "deviation-approved" } else { "open" },
        remediations: if fix.is_empty() { Vec::new() } else { vec![remediation] },
        related_observations: [related(outcome, rule)],
    }
}

fn item(outcome: &Identified<'_>, rule: &Rule, rule_outcome: &RuleOutcome) -> PoamItem {
    PoamItem {
        uuid: outcome.uuid(&format!("oscal/poam/{}", rule.id)),
        title: title(rule),
        description: sentence(&rule_outcome.summary),
        related_observations: vec![related(outcome, rule)],
        related_risks: vec![RelatedRisk { risk_uuid: risk_uuid(outcome, rule) }],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::plan;
    use crate::report::fixture;
    use crate::xccdf::Verdict;

    #[test]
    fn what_is_open_is_an_item_and_an_empty_plan_says_so() {
        let mut outcome = fixture::outcome();
        let read = |outcome: &_| -> Value { serde_json::from_str(&plan(outcome)).expect("JSON") };
        let document = read(&outcome);
        let plan = &document["plan-of-action-and-milestones"];
        assert_eq!(plan["poam-items"].as_array().map(Vec::len), Some(1));
        assert_eq!(plan["risks"][0]["status"], "open");
        assert_eq!(plan["risks"][0]["props"][0]["value"], "medium");
        outcome.rules[1].result = Verdict::Pass;
        let document = read(&outcome);
        let plan = &document["plan-of-action-and-milestones"];
        assert_eq!(plan["poam-items"][0]["title"], "Nothing is open");
    }
}
