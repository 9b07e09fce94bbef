//! XCCDF's `TestResult` (IR 7275 r4, 6.6): the results as such, in a results file as in an ARF.
//!
//! In a results file one form for all: STIG Manager rejects a file without `test-system`, and takes evidence from
//! `sm:detail` or from a single `message` with a severity; `OpenRMF` matches by the STIG-ID in
//! `rule-result/@version`; compliance-trestle wants a hyphen in the benchmark's `href`;
//! oscap-report wants weights, and scores of known systems with their maximum. STIG Manager leaves
//! out every result that is neither `pass`, `fail` nor `notapplicable`: checklists carry those there.

use super::benchmark::{component, namespaces};
use super::edition::Edition;
use super::identity::{account, addresses, authenticated, expanded};
use super::identity::{facts, marked, name, privileged};
use super::items::{OCIL_SYSTEM, questionnaire};
use super::text::{comment, details_for_xml, line, maker, time};
use super::values::set_values;
use super::words::{boolean, decimal, is_name, role, weight};
use crate::outcome::{CheckRef, Outcome, RuleOutcome, file_safe};
use crate::xccdf::ids::Kind;
use crate::xccdf::model::TailoringRef;
use crate::xccdf::{Rule, Verdict};
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

/// Systems of idents that have to be in results just as they are in the rule, and without others
/// beside them (SP 800-126 r3, 4.5.1, RES-44).
const ENUMERATIONS: [&str; 3] = ["http://cce.mitre.org", "http://cpe.mitre.org", "http://cve.mitre.org"];

/// How a `TestResult` is written.
pub(super) struct Form<'a> {
    /// The edition of XCCDF.
    pub(super) edition: Edition,
    /// Its id.
    pub(super) id: &'a str,
    /// Where it stands.
    pub(super) place: Place<'a>,
}

/// Where a `TestResult` stands.
pub(super) enum Place<'a> {
    /// At the end of the benchmark.
    Benchmark,
    /// In an ARF, as a report on an asset.
    Report {
        /// The id of the asset.
        asset: &'a str,
        /// The id of the report with the results of the checks.
        checks: &'a str,
    },
}

/// The id of a `TestResult`: the same whenever the run is evaluated.
pub(super) fn result_id(outcome: &Outcome, edition: Edition) -> String {
    let prefix = if edition.is_1_2() { "xccdf_io.stigprobe_testresult_" } else { "stigprobe_testresult_" };
    format!("{prefix}{}-{}", outcome.stamp(), &outcome.digest()[..8])
}

/// Whether a check stands behind the result: what nobody looked at has none to refer to (SP 800-126
/// r3, 4.5, RES-260), and neither has what does not apply (4.5.2, RES-126).
pub(super) fn is_checked(result: Verdict) -> bool {
    !matches!(result, Verdict::NotApplicable | Verdict::NotChecked | Verdict::NotSelected)
}

/// Writes the `TestResult`, in the order of the schema. As a report of its own it declares its
/// namespaces itself.
pub(super) fn test_result(w: &mut Writer, outcome: &Outcome, form: &Form<'_>) {
    let edition = form.edition;
    w.start("cdf:TestResult");
    if let Place::Report { .. } = form.place {
        namespaces(w, edition);
    }
    w.attr("id", form.id).attr("start-time", &time(outcome.started)).attr("end-time", &time(outcome.finished));
    w.attr("test-system", &outcome.test_system()).attr("version", &outcome.benchmark.version);
    benchmark(w, outcome, edition);
    about(w, outcome, form);
    if let Place::Report { asset, .. } = form.place {
        w.start("cdf:target-id-ref").attr("system", ASSET_IDENTIFICATION);
        w.attr("href", "").attr("name", asset).end();
    }
    set_values(w, outcome, edition);
    let copies = match form.place {
        Place::Benchmark => 2,
        Place::Report { .. } => 1,
    };
    let details = details_for_xml(outcome, copies);
    for (at, ((_, rule, rule_outcome), details)) in outcome.results().zip(&details).enumerate() {
        let judged = Judged { number: at + 1, rule, outcome: rule_outcome, details };
        rule_result(w, outcome, &judged, form);
    }
    for score in &outcome.scores {
        w.start("cdf:score").attr("system", score.system).attr("maximum", &decimal(score.maximum));
        w.text(&decimal(score.score)).end();
    }
    w.end();
}

/// What the results are of: in 1.2 the id, and the component of the data stream (SP 800-126 r3, 4.5,
/// RES-253); 1.1.4 has no id here, and a file is all that it can name.
fn benchmark(w: &mut Writer, outcome: &Outcome, edition: Edition) {
    w.start("cdf:benchmark");
    if edition.is_1_2() {
        w.attr("href", &format!("#{}", component(outcome)))
            .attr("id", &edition.id(Kind::Benchmark, &outcome.benchmark.id));
    } else {
        w.attr("href", &file_safe(&outcome.source.name));
    }
    w.end();
    tailoring_file(w, outcome, edition);
}

/// The tailoring that the profile comes from (IR 7275 r4, 6.6.5). XCCDF 1.1 knows none, and one
/// without an id or a time of the standard's form cannot be named.
fn tailoring_file(w: &mut Writer, outcome: &Outcome, edition: Edition) {
    let tailoring = outcome.profile.as_ref().and_then(|p| p.tailoring.as_ref());
    let nameable = |t: &&TailoringRef| t.id.starts_with("xccdf_") && t.id.contains("_tailoring_") && !t.time.is_empty();
    if let Some(tailoring) = tailoring.filter(nameable).filter(|_| edition.is_1_2()) {
        w.start("cdf:tailoring-file").attr("href", &tailoring.href).attr("id", &tailoring.id);
        w.attr("version", &tailoring.version).attr("time", &tailoring.time).end();
    }
}

/// What stands before the results: what was scanned, by whom, and how to read it.
fn about(w: &mut Writer, outcome: &Outcome, form: &Form<'_>) {
    let edition = form.edition;
    let title = format!("{} scan of {}", maker(outcome), name(&outcome.asset));
    w.leaf("cdf:title", &marked(outcome, &title));
    if let Some(notice) = outcome.simulated_notice() {
        w.leaf("cdf:remark", &line(&notice));
    }
    w.start("cdf:identity").attr("authenticated", boolean(authenticated(outcome)));
    w.attr("privileged", boolean(privileged(outcome))).text(&account(outcome)).end();
    if let Some(profile) = &outcome.profile {
        w.start("cdf:profile").attr("idref", &edition.id(Kind::Profile, &profile.id)).end();
    }
    w.leaf("cdf:target", &name(&outcome.asset));
    let addresses = addresses(outcome);
    // A report has to have one (SP 800-126 r3, 4.5, RES-136). That of a socket's own machine is true of
    // every machine, so that it stands where no importer takes it for the asset's.
    if addresses.is_empty() && matches!(form.place, Place::Report { .. }) && is_local(outcome) {
        w.leaf("cdf:target-address", "127.0.0.1");
    }
    for ip in addresses {
        w.leaf("cdf:target-address", &expanded(ip));
    }
    w.start("cdf:target-facts");
    for (name, value) in facts(outcome) {
        // The name comes first: the oldest STIG Viewer takes the first attribute for it.
        w.start("cdf:fact").attr("name", name).attr("type", "string").text(&value).end();
    }
    w.end();
}

/// Everything was asked over sockets of the machine itself.
fn is_local(outcome: &Outcome) -> bool {
    let mut all = outcome.endpoints.iter();
    !outcome.endpoints.is_empty() && all.all(|endpoint| endpoint.url.starts_with("unix://"))
}

/// A rule with what came out for it.
struct Judged<'a> {
    /// Its place in the benchmark, counted from one.
    number: usize,
    rule: &'a Rule,
    outcome: &'a RuleOutcome,
    /// The finding details.
    details: &'a str,
}

fn rule_result(w: &mut Writer, outcome: &Outcome, judged: &Judged<'_>, form: &Form<'_>) {
    let Judged { rule, outcome: rule_outcome, details, .. } = *judged;
    // A result is as old as the newest thing it rests on.
    let seen = rule_outcome.observations.iter().map(|o| o.origin().at).max();
    let at = rule_outcome.time.or(seen).unwrap_or(outcome.finished);
    let applied = rule_outcome.weight.trim().parse().unwrap_or(rule.weight.value);
    w.start("cdf:rule-result").attr("idref", &form.edition.id(Kind::Rule, &rule.id));
    w.attr("role", role(&rule_outcome.role)).attr("severity", rule_outcome.severity.xccdf());
    w.attr("time", &time(at)).attr("version", &rule.version);
    w.attr("weight", &weight(&rule_outcome.weight, applied));
    w.leaf("cdf:result", rule_outcome.after_waiver().word());
    overridden(w, rule_outcome);
    idents(w, rule, rule_outcome, &form.place);
    // STIG Manager takes a message for evidence only if it is the only one and has an attribute.
    w.start("cdf:message").attr("severity", "info").text(details).end();
    let fixes = rule.fixes.iter().filter_map(|fix| fix.id.as_deref());
    for id in fixes.filter(|id| is_name(id)) {
        w.start("cdf:fix").attr("id", id).end();
    }
    check(w, outcome, judged, &form.place);
    w.end();
}

/// An exception as the standard has it: the result is the new one, and beside it stands the one that was
/// found (IR 7275 r4, 6.6.4.3). Overrides that were read and are no exception stand before it: the last of them led to
/// the result that was excepted. STIG Manager takes remarks of 255 characters at most; the details hold
/// the words in full.
fn overridden(w: &mut Writer, rule_outcome: &RuleOutcome) {
    const REMARK: usize = 255;
    let mut one = |by: &str, time: &str, old: Verdict, new: Verdict, remark: &str| {
        w.start("cdf:override").attr("authority", &line(by)).attr("time", time);
        w.leaf("cdf:old-result", old.word()).leaf("cdf:new-result", new.word());
        let remark: String = line(remark).chars().take(REMARK).collect();
        w.leaf("cdf:remark", &remark).end();
    };
    let stated = rule_outcome.beside.iter().filter_map(|beside| Some((beside, beside.overriding()?)));
    let mut before = rule_outcome.result;
    for (beside, overriding) in stated {
        let time = override_time(overriding.time);
        let is_whole = ![overriding.authority, &beside.comments].iter().any(|text| text.trim().is_empty());
        if let Some(time) = time.filter(|_| is_whole) {
            one(overriding.authority, &time, overriding.old, beside.result, &beside.comments);
            before = beside.result;
        }
    }
    if let Some(waiver) = &rule_outcome.waiver {
        let statement = &waiver.statement;
        let time = statement.at.as_deref().map_or_else(|| format!("{}T00:00:00Z", statement.on), line);
        one(&statement.by, &time, before, waiver.result, &statement.text);
    }
}

/// The time of an override in the form of the schema. One that has none is told in the details alone.
fn override_time(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(day) = crate::when::day(text) {
        return Some(format!("{day}T00:00:00Z"));
    }
    let zoned = chrono::DateTime::parse_from_rfc3339(text).map(|at| at.naive_local());
    let at = zoned.or_else(|_| chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")).ok()?;
    // What is read of a time that nobody can have meant is an override without one.
    let has_form = text.as_bytes().get(10) == Some(&b'T') && crate::when::is_credible_day(at.date());
    has_form.then(|| text.to_owned())
}

/// What decided: our probe and its words, or, in an ARF, the result of a questionnaire.
fn check(w: &mut Writer, outcome: &Outcome, judged: &Judged<'_>, place: &Place<'_>) {
    let rule_outcome = judged.outcome;
    match place {
        Place::Report { checks, .. } => {
            if is_checked(rule_outcome.after_waiver()) {
                // RES-370: the id of the report with the results of the check, and its name there.
                w.start("cdf:check").attr("system", OCIL_SYSTEM);
                w.start("cdf:check-content-ref")
                    .attr("href", &format!("#{checks}"))
                    .attr("name", &questionnaire(judged.number));
                w.end().end();
            }
        }
        Place::Benchmark => {
            let ours = CheckRef { system: CHECK_SYSTEM.into(), href: PROBES.into(), name: rule_outcome.probe.clone() };
            let check = rule_outcome.check.as_ref().unwrap_or(&ours);
            w.start("cdf:check").attr("system", &check.system);
            w.start("cdf:check-content-ref").attr("href", &check.href).attr_opt("name", check.name.as_deref()).end();
            // No attributes here: STIG Manager would make properties of them that its own API refuses.
            w.start("cdf:check-content");
            w.leaf("sm:detail", judged.details).leaf("sm:comment", &comment(outcome, judged.rule, rule_outcome));
            w.end().end();
        }
    }
}

/// The names of the rule in other systems, and our own. Where an ARF may not have ours among them,
/// they are metadata of the result.
fn idents(w: &mut Writer, rule: &Rule, rule_outcome: &RuleOutcome, place: &Place<'_>) {
    for ident in &rule.idents {
        w.start("cdf:ident").attr("system", &ident.system).text(&ident.value).end();
    }
    let ours = [
        (CONTROL_ID, Some(rule_outcome.control_id.as_str())),
        (CHECK_ID, rule_outcome.check_id.as_deref()),
        (TENABLE, rule_outcome.tenable_control_id.as_deref()),
    ];
    let ours = ours.into_iter().filter_map(|(system, value)| Some((system, value?)));
    let mut systems = rule.idents.iter().map(|i| i.system.as_str());
    if matches!(place, Place::Report { .. }) && systems.any(|s| ENUMERATIONS.contains(&s)) {
        w.start("cdf:metadata");
        for (system, value) in ours {
            w.leaf("dc:identifier", &format!("{system} {value}"));
        }
        w.end();
    } else {
        for (system, value) in ours {
            w.start("cdf:ident").attr("system", system).text(value).end();
        }
    }
}
