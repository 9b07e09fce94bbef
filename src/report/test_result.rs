//! XCCDF's `TestResult` (1.2): the results as such, in a results file as in an ARF.
//!
//! One form for all: STIG Manager rejects a file without `test-system`, and takes evidence from
//! `sm:detail` or from a single `message` with a severity; `OpenRMF` matches by the STIG-ID in
//! `rule-result/@version`; compliance-trestle wants a hyphen in the benchmark's `href`;
//! oscap-report wants weights, and scores of known systems with their maximum. STIG Manager leaves
//! out every result that is neither `pass`, `fail` nor `notapplicable`: checklists carry those there.

use super::benchmark::{component, namespaces};
use super::identity::{account, authenticated, expanded, facts, ips, marked, name, privileged};
use super::text::{comment, details_for_xml, line, time, tool};
use super::words::{boolean, decimal, is_name, role, severity, weight};
use crate::outcome::{Outcome, RuleOutcome};
use crate::xccdf::Rule;
use crate::xccdf::ids::{Kind, v1_2};
use crate::xml::write::Writer;

/// The system under which a rule's lasting id stands.
const CONTROL_ID: &str = "urn:stigprobe:control-id:v1";
/// The system under which the id of a rule's check stands.
const CHECK_ID: &str = "urn:stigprobe:check-id:v1";
/// Where the control ids come from that Tenable publishes.
const TENABLE: &str = "https://www.tenable.com/audits/control-id";
/// The system of our checks, and the place of the probes that make them.
const CHECK_SYSTEM: &str = "urn:stigprobe:check:v1";
/// Where our probes are.
const PROBES: &str = "urn:stigprobe:probes";
/// What `target-id-ref` points into.
const ASSET_IDENTIFICATION: &str = "http://scap.nist.gov/schema/asset-identification/1.1";

/// Writes the `TestResult`, in the order of the 1.2 schema. As a report of its own, beside the
/// `asset` of that name in the same document, it declares its namespaces itself.
pub(super) fn test_result(w: &mut Writer, outcome: &Outcome, asset: Option<&str>) {
    w.start("cdf:TestResult");
    if asset.is_some() {
        namespaces(w);
    }
    let digest = outcome.digest();
    w.attr(
        "id",
        &format!(
            "xccdf_io.stigprobe_testresult_{}-{}",
            outcome.stamp(),
            &digest[..8]
        ),
    );
    w.attr("start-time", &time(outcome.started))
        .attr("end-time", &time(outcome.finished));
    w.attr("test-system", &outcome.test_system())
        .attr("version", &outcome.benchmark.version);
    w.start("cdf:benchmark")
        .attr("href", &format!("#{}", component(outcome)));
    w.attr("id", &v1_2(Kind::Benchmark, &outcome.benchmark.id))
        .end();
    about(w, outcome);
    if let Some(asset) = asset {
        w.start("cdf:target-id-ref")
            .attr("system", ASSET_IDENTIFICATION);
        w.attr("href", "").attr("name", asset).end();
    }
    let details = details_for_xml(outcome, 2);
    for ((_, rule, rule_outcome), details) in outcome.results().zip(&details) {
        rule_result(w, outcome, rule, rule_outcome, details);
    }
    for score in &outcome.scores {
        w.start("cdf:score")
            .attr("system", score.system)
            .attr("maximum", &decimal(score.maximum));
        w.text(&decimal(score.score)).end();
    }
    w.end();
}

/// What stands before the results: what was scanned, by whom, and how to read it.
fn about(w: &mut Writer, outcome: &Outcome) {
    let title = format!("{} scan of {}", tool(), name(&outcome.asset));
    w.leaf("cdf:title", &marked(outcome, &title));
    if let Some(notice) = outcome.simulated_notice() {
        w.leaf("cdf:remark", &line(&notice));
    }
    w.start("cdf:identity")
        .attr("authenticated", boolean(authenticated(outcome)));
    w.attr("privileged", boolean(privileged(outcome)))
        .text(&account(outcome))
        .end();
    if let Some(profile) = &outcome.profile {
        w.start("cdf:profile")
            .attr("idref", &v1_2(Kind::Profile, &profile.id))
            .end();
    }
    w.leaf("cdf:target", &name(&outcome.asset));
    for ip in ips(&outcome.asset) {
        w.leaf("cdf:target-address", &expanded(ip));
    }
    w.start("cdf:target-facts");
    for (name, value) in facts(outcome) {
        // The name comes first: the oldest STIG Viewer takes the first attribute for it.
        w.start("cdf:fact")
            .attr("name", name)
            .attr("type", "string")
            .text(&value)
            .end();
    }
    w.end();
}

fn rule_result(
    w: &mut Writer,
    outcome: &Outcome,
    rule: &Rule,
    rule_outcome: &RuleOutcome,
    details: &str,
) {
    // A result is as old as the newest thing it rests on.
    let at = rule_outcome
        .observations
        .iter()
        .map(|o| o.origin().at)
        .max()
        .unwrap_or(outcome.finished);
    let applied = rule_outcome
        .weight
        .trim()
        .parse()
        .unwrap_or(rule.weight.value);
    w.start("cdf:rule-result")
        .attr("idref", &v1_2(Kind::Rule, &rule.id));
    w.attr("role", role(&rule_outcome.role))
        .attr("severity", severity(&rule_outcome.severity));
    w.attr("time", &time(at)).attr("version", &rule.version);
    w.attr("weight", &weight(&rule_outcome.weight, applied));
    w.leaf("cdf:result", rule_outcome.result.word());
    idents(w, rule, rule_outcome);
    // STIG Manager takes a message for evidence only if it is the only one and has an attribute.
    w.start("cdf:message")
        .attr("severity", "info")
        .text(details)
        .end();
    let fixes = rule.fixes.iter().filter_map(|fix| fix.id.as_deref());
    for id in fixes.filter(|id| is_name(id)) {
        w.start("cdf:fix").attr("id", id).end();
    }
    w.start("cdf:check").attr("system", CHECK_SYSTEM);
    w.start("cdf:check-content-ref")
        .attr("href", PROBES)
        .attr_opt("name", rule_outcome.probe)
        .end();
    // No attributes here: STIG Manager would make properties of them that its own API refuses.
    w.start("cdf:check-content");
    w.leaf("sm:detail", details)
        .leaf("sm:comment", &comment(outcome, rule, rule_outcome));
    w.end().end().end();
}

fn idents(w: &mut Writer, rule: &Rule, rule_outcome: &RuleOutcome) {
    let own = rule
        .idents
        .iter()
        .map(|i| (i.system.as_str(), i.value.as_str()));
    let ours = [
        (CONTROL_ID, Some(rule_outcome.control_id.as_str())),
        (CHECK_ID, rule_outcome.check_id.as_deref()),
        (TENABLE, rule_outcome.tenable_control_id),
    ];
    let ours = ours
        .into_iter()
        .filter_map(|(system, value)| Some((system, value?)));
    for (system, value) in own.chain(ours) {
        w.start("cdf:ident")
            .attr("system", system)
            .text(value)
            .end();
    }
}
