//! Heimdall Data Format: `InSpec`'s JSON, as Heimdall and the SAF tools read it.
//!
//! Heimdall makes a control's status from its results, so a rule has exactly one result with our
//! verdict: several would let a rule whose population was not read to its end look failed or passed. Its
//! `code_desc` is where Heimdall shows evidence. What does not apply is a skipped result with impact 0.

use serde::Serialize;

use super::checklist::{severity, severity_override, vuln_num};
use super::identity::{bare, marked, name};
use super::text::{clean, comment, details, line, time};
use super::to_json;
use crate::outcome::{Outcome, RuleOutcome, TOOL, TOOL_VERSION};
use crate::xccdf::{Category, Group, Rule, Severity, Verdict};

#[derive(Serialize)]
struct Execution {
    platform: Platform,
    version: &'static str,
    statistics: Statistics,
    profiles: [Profile; 1],
}

#[derive(Serialize)]
struct Platform {
    name: String,
    release: String,
    target_id: String,
}

#[derive(Serialize)]
struct Statistics {
    duration: f64,
}

#[derive(Serialize)]
struct Profile {
    name: String,
    version: String,
    title: String,
    maintainer: &'static str,
    summary: String,
    supports: [(); 0],
    attributes: [(); 0],
    groups: [(); 0],
    status: &'static str,
    controls: Vec<Control>,
    sha256: String,
}

#[derive(Serialize)]
struct Control {
    id: String,
    title: String,
    desc: String,
    descriptions: Vec<Description>,
    impact: f64,
    refs: [(); 0],
    tags: Tags,
    code: &'static str,
    source_location: SourceLocation,
    results: [TestResult; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver_data: Option<WaiverData>,
}

/// An exception, in `InSpec`'s words. The result stays the one that was found.
#[derive(Serialize)]
struct WaiverData {
    justification: String,
    run: bool,
    skipped_due_to_waiver: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_date: Option<String>,
    message: String,
}

#[derive(Serialize)]
struct Description {
    label: &'static str,
    data: String,
}

#[derive(Serialize)]
struct Tags {
    severity: String,
    /// The STIG's own.
    raw_severity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity_override_reason: Option<String>,
    gtitle: String,
    gid: String,
    rid: String,
    stig_id: String,
    fix_id: Option<String>,
    cci: Vec<String>,
    nist: Vec<&'static str>,
    nist_rev4: Vec<&'static str>,
    legacy: Vec<String>,
    control_id: String,
    check_id: Option<String>,
    tenable_control_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenable_learned_from: Option<String>,
}

#[derive(Serialize)]
struct SourceLocation {}

#[derive(Serialize)]
struct TestResult {
    status: &'static str,
    code_desc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skip_message: Option<String>,
    run_time: f64,
    start_time: String,
}

/// The document.
pub(super) fn write(outcome: &Outcome) -> String {
    let benchmark = &outcome.benchmark;
    let seconds = (outcome.finished - outcome.started).num_seconds();
    let mut summary: Vec<String> = outcome.simulated_notice().into_iter().collect();
    if !outcome.asset.marking.trim().is_empty() {
        summary.push(format!("Marking: {}", line(&outcome.asset.marking)));
    }
    summary.push(line(&benchmark.description));
    to_json(&Execution {
        platform: Platform {
            name: marked(outcome, &line(&outcome.maker.name)),
            release: line(&outcome.maker.version),
            target_id: name(&outcome.asset),
        },
        version: TOOL_VERSION,
        statistics: Statistics {
            // A scan takes hours at most: every second of it is a number that a double holds.
            duration: f64::from(i32::try_from(seconds).unwrap_or(i32::MAX)),
        },
        profiles: [Profile {
            name: bare(&benchmark.id, "_benchmark_").to_owned(),
            version: format!("{}.{}.0", line(&benchmark.version), benchmark.release().unwrap_or("0")),
            title: marked(outcome, &line(&benchmark.title)),
            maintainer: TOOL,
            summary: summary.join("\n"),
            supports: [],
            attributes: [],
            groups: [],
            status: "loaded",
            controls: outcome
                .results()
                .map(|(group, rule, rule_outcome)| control(outcome, group, rule, rule_outcome))
                .collect(),
            sha256: outcome.source.sha256.clone(),
        }],
    })
}

fn control(outcome: &Outcome, group: Option<&Group>, rule: &Rule, rule_outcome: &RuleOutcome) -> Control {
    let ccis: Vec<String> = rule.ccis().map(String::from).collect();
    let controls = crate::cci::controls(rule.ccis());
    let rev4: Vec<&str> = controls.rev4.into_iter().collect();
    // Heimdall's list has controls of one revision, and a word for which.
    let (mut nist, revision) =
        if controls.rev5.is_empty() { (rev4.clone(), "Rev_4") } else { (controls.rev5.into_iter().collect(), "Rev_5") };
    if !nist.is_empty() {
        nist.push(revision);
    }
    let check = clean(rule.check_content().unwrap_or(""));
    let fix = clean(rule.fix_text());
    let overridden = severity_override(outcome, rule, rule_outcome);
    Control {
        id: vuln_num(group, rule).to_owned(),
        title: clean(&rule.title),
        desc: clean(rule.described("VulnDiscussion")),
        descriptions: vec![
            Description { label: "check", data: check },
            Description { label: "fix", data: fix },
            Description { label: "comments", data: comment(outcome, rule, rule_outcome) },
        ],
        impact: impact(rule_outcome),
        refs: [],
        tags: Tags {
            severity: severity(&rule_outcome.severity).to_owned(),
            raw_severity: severity(&Severity::read(&rule.severity)).to_owned(),
            severity_override_reason: overridden.map(|(_, reason)| reason),
            gtitle: group.map_or_else(String::new, |g| clean(&g.title)),
            gid: vuln_num(group, rule).to_owned(),
            rid: bare(&rule.id, "_rule_").to_owned(),
            stig_id: rule.version.clone(),
            fix_id: rule.fixes.first().and_then(|fix| fix.id.clone()),
            cci: ccis,
            nist,
            nist_rev4: rev4,
            legacy: rule.legacy_ids().map(String::from).collect(),
            control_id: rule_outcome.control_id.clone(),
            check_id: rule_outcome.check_id.clone(),
            tenable_control_id: rule_outcome.tenable_control_id.clone(),
            tenable_learned_from: rule_outcome.tenable_learned_from.as_deref().map(line),
        },
        code: "",
        source_location: SourceLocation {},
        results: [result(outcome, rule, rule_outcome)],
        waiver_data: rule_outcome.waiver.as_ref().map(|waiver| WaiverData {
            justification: clean(&waiver.statement.text),
            run: true,
            skipped_due_to_waiver: false,
            expiration_date: waiver.statement.expires.map(|day| day.to_string()),
            message: format!("{}, {}", line(&waiver.statement.by), line(&waiver.statement.when())),
        }),
    }
}

fn result(outcome: &Outcome, rule: &Rule, rule_outcome: &RuleOutcome) -> TestResult {
    let status = status(rule_outcome.result);
    let summary = clean(&rule_outcome.summary);
    TestResult {
        status,
        code_desc: details(outcome, rule, rule_outcome),
        message: matches!(status, "failed" | "error").then(|| summary.clone()),
        skip_message: (status == "skipped").then_some(summary),
        run_time: 0.0,
        start_time: time(rule_outcome.time.unwrap_or(outcome.finished)),
    }
}

fn status(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass | Verdict::Fixed => "passed",
        Verdict::Fail => "failed",
        Verdict::Error | Verdict::Unknown => "error",
        Verdict::NotApplicable | Verdict::NotChecked | Verdict::NotSelected | Verdict::Informational => "skipped",
    }
}

/// `InSpec`'s impact: 0 where the rule does not apply or does not count, which is how Heimdall tells
/// it from one that was not reviewed.
fn impact(rule_outcome: &RuleOutcome) -> f64 {
    match rule_outcome.result {
        Verdict::NotApplicable | Verdict::NotSelected | Verdict::Informational => 0.0,
        // Without a category it is Heimdall's own default; the severity beside it says that there is none.
        _ => match rule_outcome.severity.category() {
            Some(Category::I) => 0.7,
            Some(Category::II) | None => 0.5,
            Some(Category::III) => 0.3,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_control_has_one_result_with_our_verdict_and_the_evidence() {
        let document: Value = serde_json::from_str(&write(&fixture::outcome())).expect("JSON");
        let controls = document["profiles"][0]["controls"].as_array().expect("controls");
        let status: Vec<&str> = controls.iter().filter_map(|c| c["results"][0]["status"].as_str()).collect();
        assert_eq!(status, ["passed", "failed", "error", "skipped", "skipped"]);
        assert_eq!(controls[4]["impact"], 0.0);
        assert_eq!(controls[3]["impact"], 0.5);
        let evidence = controls[1]["results"][0]["code_desc"].as_str().expect("text");
        assert!(evidence.contains("dev/app:1.0"), "{evidence}");
        assert_eq!(controls[1]["id"], "V-235776");
        let document: Value = serde_json::from_str(&write(&fixture::spoken())).expect("JSON");
        let open = &document["profiles"][0]["controls"][1];
        assert_eq!(open["results"][0]["status"], "failed");
        assert_eq!(open["waiver_data"]["expiration_date"], "2027-11-02");
        assert_eq!(document["platform"]["target_id"], "ucp01");
    }
}
