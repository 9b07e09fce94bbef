//! What both documents are made of, with OSCAL's names and its order.

use serde::Serialize;

use super::super::checklist::{severity, severity_override, vuln_num};
use super::super::identity::{bare, marked, name};
use super::super::text::{LIMIT, clean, cut, details, line, maker, time};
use crate::cci::{base, newest};
use crate::outcome::{Identified, RuleOutcome};
use crate::xccdf::{Group, Rule, Severity, Verdict};

/// The namespace of the properties that are ours.
const NS: &str = "urn:stigprobe:oscal";
/// The version of OSCAL that is written.
const OSCAL: &str = "1.1.2";

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Metadata {
    title: String,
    last_modified: String,
    version: String,
    oscal_version: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    props: Vec<Property>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remarks: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Property {
    name: &'static str,
    ns: &'static str,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Observation {
    pub(super) uuid: String,
    title: String,
    description: String,
    props: Vec<Property>,
    methods: [&'static str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    types: Vec<&'static str>,
    subjects: [Subject; 1],
    relevant_evidence: [Evidence; 1],
    collected: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Subject {
    subject_uuid: String,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
}

#[derive(Serialize)]
struct Evidence {
    description: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct LocalDefinitions {
    components: [Component; 1],
}

#[derive(Serialize)]
struct Component {
    uuid: String,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    description: String,
    status: State,
}

#[derive(Serialize)]
struct State {
    state: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Related {
    observation_uuid: String,
}

/// What the document is about, and that it is simulated where it is.
pub(super) fn metadata(outcome: &Identified<'_>, kind: &str) -> Metadata {
    let title = format!("{kind}: {}, {}", name(&outcome.asset), line(&outcome.benchmark.title));
    let marking = line(&outcome.asset.marking);
    Metadata {
        title: marked(outcome, &title),
        last_modified: time(outcome.finished),
        version: outcome.stamp(),
        oscal_version: OSCAL,
        props: property("marking", &marking).into_iter().collect(),
        remarks: outcome.simulated_notice(),
    }
}

/// A property of ours; none where there is no value, which OSCAL does not allow.
pub(super) fn property(name: &'static str, value: &str) -> Option<Property> {
    let value = line(value);
    (!value.is_empty()).then_some(Property { name, ns: NS, value })
}

/// What was looked at: the asset, as a component of the system.
pub(super) fn asset(outcome: &Identified<'_>) -> LocalDefinitions {
    LocalDefinitions {
        components: [Component {
            uuid: outcome.uuid("oscal/asset"),
            kind: "software",
            title: name(&outcome.asset),
            description: format!("The asset that was scanned by {}.", maker(outcome)),
            status: State { state: "operational" },
        }],
    }
}

/// A rule as an observation.
pub(super) fn observation(
    outcome: &Identified<'_>,
    group: Option<&Group>,
    rule: &Rule,
    rule_outcome: &RuleOutcome,
) -> Observation {
    let number = vuln_num(group, rule);
    let check_id = rule_outcome.check_id.as_deref().unwrap_or("");
    let tenable = rule_outcome.tenable_control_id.as_deref().unwrap_or("");
    let ccis: Vec<&str> = rule.ccis().collect();
    let raw = Severity::read(&rule.severity);
    let overridden = severity_override(outcome, rule, rule_outcome).map(|(_, reason)| reason).unwrap_or_default();
    let values = [
        ("result", rule_outcome.result.word()),
        ("severity", severity(&rule_outcome.severity)),
        ("raw-severity", severity(&raw)),
        ("severity-override-reason", &overridden),
        ("vuln-id", number),
        ("rule-id", bare(&rule.id, "_rule_")),
        ("stig-id", &rule.version),
        ("cci", &ccis.join(" ")),
        ("benchmark", bare(&outcome.benchmark.id, "_benchmark_")),
        ("benchmark-revision", &outcome.benchmark.revision()),
        ("control-id", &rule_outcome.control_id),
        ("check-id", check_id),
        ("tenable-control-id", tenable),
        ("tool", &outcome.made_by()),
        ("tool-version", &outcome.maker.version),
    ];
    Observation {
        uuid: outcome.uuid(&format!("oscal/observation/{}", rule.id)),
        title: title(rule),
        description: sentence(&rule_outcome.summary),
        props: values.into_iter().filter_map(|(name, value)| property(name, value)).collect(),
        // What nobody but a person could know was asked, not tested.
        methods: if rule_outcome.answer.is_some() && rule_outcome.observations.is_empty() {
            ["INTERVIEW"]
        } else {
            ["TEST"]
        },
        types: if rule_outcome.result == Verdict::Fail { vec!["finding"] } else { Vec::new() },
        subjects: [Subject {
            subject_uuid: outcome.uuid("oscal/asset"),
            kind: "component",
            title: name(&outcome.asset),
        }],
        relevant_evidence: [Evidence { description: cut(&details(outcome, rule, rule_outcome), LIMIT) }],
        collected: time(rule_outcome.time.unwrap_or(outcome.finished)),
    }
}

/// `DKER-EE-004370: …`.
pub(super) fn title(rule: &Rule) -> String {
    format!("{}: {}", line(&rule.version), line(&rule.title))
}

/// A text that is never empty.
pub(super) fn sentence(text: &str) -> String {
    let text = clean(text).trim().to_owned();
    if text.is_empty() { "Nothing is said.".into() } else { text }
}

/// The reference to a rule's observation.
pub(super) fn related(outcome: &Identified<'_>, rule: &Rule) -> Related {
    Related { observation_uuid: outcome.uuid(&format!("oscal/observation/{}", rule.id)) }
}

/// The controls that a rule's CCIs are part of, in OSCAL's spelling: `si-7.8`.
pub(super) fn controls(rule: &Rule) -> Vec<String> {
    let mut ids: Vec<String> = newest(rule.ccis())
        .into_iter()
        .map(|control| base(control).to_ascii_lowercase().replace(" (", ".").replace(')', ""))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
