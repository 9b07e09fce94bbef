//! One control: the rule that it describes, and what its results come to.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::super::draft::{summary, time};
use super::super::fold;
use super::super::overrides::{Change, Settled, settle};
use super::{list, text, texts};
use crate::outcome::{Beside, Maker, RuleOutcome, SIMULATED, Standing};
use crate::when::day;
use crate::xccdf::ids::{bare, stem};
use crate::xccdf::model::{CCI, Check, ContentRef, Fix, FixText, Group, Ident, LEGACY, Rule};
use crate::xccdf::{Severity, Verdict};

/// One control as every profile that has it describes it, the outermost first.
pub(super) struct Control<'a>(pub(super) Vec<&'a Value>);

impl Control<'_> {
    /// The first of these keys that some description fills.
    fn text(&self, keys: &[&str]) -> String {
        let all = keys.iter().flat_map(|key| self.0.iter().map(|c| text(c, key)));
        all.into_iter().find(|t| !t.is_empty()).unwrap_or_default()
    }

    fn tag(&self, keys: &[&str]) -> String {
        let all = keys.iter().flat_map(|key| self.0.iter().map(|c| texts(&c["tags"], key)));
        let first = all.into_iter().find_map(|t| t.into_iter().next());
        first.unwrap_or_default()
    }

    fn tags(&self, key: &str) -> Vec<String> {
        let all = self.0.iter().map(|c| texts(&c["tags"], key));
        all.into_iter().find(|t| !t.is_empty()).unwrap_or_default()
    }

    /// A description by its label: a list of labels and texts, or an object of `InSpec`'s of old.
    fn description(&self, label: &str) -> String {
        let of = |control: &&Value| match &control["descriptions"] {
            Value::Array(all) => all.iter().find(|d| d["label"].as_str() == Some(label)).map(|d| text(d, "data")),
            object => object[label].as_str().map(String::from),
        };
        self.0.iter().find_map(of).unwrap_or_default()
    }

    /// The impact that the outermost profile gives it.
    fn impact(&self) -> Option<f64> {
        self.0.iter().find_map(|c| c["impact"].as_f64())
    }

    /// The results, each once: wrapping profiles often repeat them.
    pub(super) fn results(&self) -> Vec<&Value> {
        let mut seen = HashSet::new();
        let all = self.0.iter().flat_map(|c| list(c, "results"));
        all.filter(|result| seen.insert(result.to_string())).collect()
    }

    fn part(&self, key: &str) -> Option<&Value> {
        let all = self.0.iter().map(|c| &c[key]);
        all.into_iter().find(|v| v.as_object().is_some_and(|o| !o.is_empty()))
    }
}

/// The rule, in its group, as the control describes it.
pub(super) fn described(id: &str, control: &Control<'_>) -> (Group, Rule) {
    let is_vuln = |id: &str| {
        let digits = id.strip_prefix("V-").unwrap_or("");
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let gid = [control.tag(&["gid", "group_id"]), id.to_owned()];
    let mut gid = gid.into_iter().map(|id| bare(&id, "_group_").to_owned());
    let group_id = gid.find(|id| is_vuln(id)).unwrap_or_default();
    let named = control.tag(&["rid", "rule_id"]);
    let own = bare(id, "_rule_");
    let rule_id = match (stem(&named), stem(own)) {
        (Some(_), _) => bare(&named, "_rule_").to_owned(),
        (None, Some(_)) => own.to_owned(),
        (None, None) if named.is_empty() => id.to_owned(),
        (None, None) => named,
    };
    let result = control.0.iter().find_map(|c| {
        let version = c["tags"]["rule_result"]["version"].as_str();
        version.map(String::from)
    });
    let stig_id = [control.tag(&["stig_id"]), result.unwrap_or_default()];
    let severity = severity(control);
    let idents = idents(control);
    let check = [control.description("check"), control.tag(&["check"])];
    let check = check.into_iter().find(|t| !t.is_empty()).unwrap_or_default();
    let fix = [control.description("fix"), control.tag(&["fix"])];
    let fix = fix.into_iter().find(|t| !t.is_empty()).unwrap_or_default();
    let fix_id = control.tag(&["fix_id"]);
    let discussion = [control.text(&["desc"]), control.description("default")];
    let discussion = discussion.into_iter().find(|t| !t.is_empty());
    let rule = Rule {
        id: rule_id,
        severity: severity.as_str().to_owned(),
        version: stig_id.into_iter().find(|id| !id.is_empty()).unwrap_or_default(),
        title: control.text(&["title"]),
        description: format!("<VulnDiscussion>{}</VulnDiscussion>", discussion.unwrap_or_default()),
        idents,
        fixtexts: vec![FixText {
            text: fix,
            fixref: Some(fix_id.clone()).filter(|id| !id.is_empty()),
            ..FixText::default()
        }],
        fixes: (!fix_id.is_empty()).then(|| Fix { id: Some(fix_id), ..Fix::default() }).into_iter().collect(),
        checks: vec![Check {
            system: "urn:stigprobe:import:hdf".into(),
            content_refs: vec![ContentRef { href: "hdf".into(), name: None }],
            content: Some(check),
            ..Check::default()
        }],
        ..Rule::default()
    };
    let group =
        Group { id: group_id, selected: true, title: control.tag(&["gtitle", "group_title"]), ..Group::default() };
    (group, rule)
}

/// The severity that a control states, else the one that its impact means.
fn severity(control: &Control<'_>) -> Severity {
    let stated = control.tag(&["severity"]);
    if !stated.trim().is_empty() {
        return Severity::read(&stated);
    }
    match control.impact() {
        // InSpec's own bounds.
        Some(impact) if impact >= 0.7 => Severity::High,
        Some(impact) if impact >= 0.4 => Severity::Medium,
        Some(impact) if impact > 0.0 => Severity::Low,
        _ => Severity::Unknown,
    }
}

/// The ids of a control in the catalogues that it names.
fn idents(control: &Control<'_>) -> Vec<Ident> {
    let ident = |system: &str, value: String| Ident { system: system.to_owned(), value: value.trim().to_owned() };
    let mut legacy = control.tags("legacy");
    let joined = control.tag(&["Legacy_ID"]);
    legacy.extend(joined.split([';', ',']).map(String::from));
    let systems = control.0.iter().flat_map(|c| list(&c["tags"], "ident"));
    let idents_of = |wanted: &'static str| {
        systems.clone().filter_map(move |i| {
            let is = i["system"].as_str().is_some_and(|s| s.contains(wanted));
            is.then(|| text(i, "text"))
        })
    };
    legacy.extend(idents_of("legacy"));
    let mut cci = control.tags("cci");
    cci.extend(idents_of("cci"));
    let mut idents: Vec<Ident> = Vec::new();
    let mut seen = HashSet::new();
    for (system, values) in [(LEGACY, legacy), (CCI[0], cci)] {
        for value in values.into_iter().filter(|v| !v.trim().is_empty()) {
            let ident = ident(system, value);
            if seen.insert((system, ident.value.clone())) {
                idents.push(ident);
            }
        }
    }
    idents
}

/// A control's status with a remark on how it came about, where it is not plain.
pub(super) fn verdict(control: &Control<'_>, results: &[&Value]) -> (Verdict, Option<String>) {
    let words: Vec<&str> = results.iter().map(|r| word(r)).collect();
    let count = |wanted: &str| words.iter().filter(|w| **w == wanted).count();
    let skipped_by_waiver =
        control.part("waiver_data").is_some_and(|w| w["skipped_due_to_waiver"].as_bool() == Some(true));
    if words.is_empty() {
        return (Verdict::NotChecked, Some("The control has no results.".into()));
    }
    let together = (words.len() > 1).then(|| fold::remark(words.len(), &told(&words)));
    // Whatever impact and waiver say: no stated failure disappears.
    if count("failed") > 0 {
        return (Verdict::Fail, together);
    }
    if count("error") > 0 {
        return (Verdict::Error, together);
    }
    let strange = words.iter().find(|w| !["passed", "failed", "skipped"].contains(w));
    if skipped_by_waiver {
        let why = "It was skipped because of a waiver: nothing was looked at.";
        return (Verdict::NotChecked, Some(why.into()));
    }
    if control.impact() == Some(0.0) {
        return (Verdict::NotApplicable, None);
    }
    if let Some(strange) = strange {
        let why = format!(
            "A result has the status {:?}, which is none of HDF's: it is taken as unknown.",
            crate::xml::read::excerpt(strange)
        );
        return (Verdict::Unknown, Some(why));
    }
    // One that was skipped was not looked at. Heimdall takes the control for passed all the same.
    if count("skipped") > 0 { (Verdict::NotChecked, together) } else { (Verdict::Pass, together) }
}

/// How many results have each word.
fn told(words: &[&str]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in words {
        *counts.entry(crate::xml::read::excerpt(word)).or_default() += 1;
    }
    counts.iter().map(|(word, n)| format!("{n} {word}")).collect::<Vec<_>>().join(", ")
}

/// The status of a result. One that ended in an exception is an error, whatever its status says.
fn word(result: &Value) -> &str {
    let broken = match &result["backtrace"] {
        Value::Array(lines) => !lines.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => false,
    };
    if broken { "error" } else { result["status"].as_str().unwrap_or("no_status") }
}

/// What the control says of its rule.
pub(super) fn said(
    benchmark_id: &str,
    rule: &Rule,
    control: &Control<'_>,
    maker: &Maker,
    lost: &mut Vec<String>,
) -> RuleOutcome {
    let blank = RuleOutcome::of(benchmark_id, rule);
    let results = control.results();
    let (mut result, remark) = verdict(control, &results);
    let details = match results.as_slice() {
        [one] if maker.is_ours() => text(one, "code_desc"),
        all => all.iter().map(|r| account(r, all.len())).collect::<Vec<_>>().join("\n\n"),
    };
    if maker.is_ours() && results.len() == 1 {
        result = refined(result, control.impact(), &details);
    }
    let change = control.part("waiver_data").and_then(|data| {
        let change = waived(data, result, &details);
        if change.is_none() {
            lost.push(format!(
                "the waiver of {}, which does not say who made it on which day: {}",
                rule.id,
                crate::xml::read::excerpt(&text(data, "justification"))
            ));
        }
        change
    });
    let stated = change.as_ref().map_or(result, |change| change.new);
    let Settled { result, waiver, mut beside } = settle(stated, change.into_iter().collect());
    let mut result = result;
    if result == Verdict::Fail && control.impact() == Some(0.0) {
        beside.push(Beside {
            source: "impact of the control".into(),
            result: Verdict::NotApplicable,
            details: String::new(),
            comments: String::new(),
            facts: vec![("impact".into(), "0".into())],
            standing: Standing::Conflict,
            because: "Heimdall shows a control of impact 0 as Not Applicable, but a result of it failed: that counts."
                .into(),
        });
    }
    let mut notes: Vec<String> = remark.into_iter().collect();
    if let Some(data) = control.part("attestation_data") {
        let part = |key: &str| text(data, key);
        if part("status") == "failed" {
            result = result.worse(Verdict::Fail);
            beside.push(Beside {
                source: format!("attestation of {} on {}", part("updated_by"), part("updated")),
                result: Verdict::Fail,
                details: String::new(),
                comments: part("explanation"),
                facts: Vec::new(),
                standing: Standing::Conflict,
                because: "A person attests that it failed: the worse counts.".into(),
            });
        } else {
            notes.push(format!(
                "A person's attestation in the file says {} ({} on {}): {}. It is shown and does not count.",
                part("status"),
                part("updated_by"),
                part("updated"),
                part("explanation")
            ));
            lost.push(format!("the attestation of {}, which stands in the details and does not count", rule.id));
        }
    }
    let ours = |key: &str| {
        let id = control.tag(&[key]);
        let hex = id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
        (maker.is_ours() && hex).then_some(id)
    };
    let summary = match notes.first() {
        Some(note) => note.clone(),
        None => summary(&details, result.word()),
    };
    // Notes are not shown beside the details of others.
    let details = notes.iter().fold(details, |mut text, note| {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str("Note: ");
        text.push_str(note);
        text
    });
    let learned = control.tag(&["tenable_learned_from"]);
    RuleOutcome {
        result,
        summary,
        details: Some(details),
        comments: Some(control.description("comments")),
        waiver,
        beside,
        time: results.iter().filter_map(|result| time(&text(result, "start_time"))).max(),
        control_id: ours("control_id").unwrap_or_else(|| blank.control_id.clone()),
        check_id: ours("check_id").or_else(|| blank.check_id.clone()),
        tenable_learned_from: ours("tenable_control_id").filter(|_| !learned.is_empty()).map(|_| learned),
        tenable_control_id: ours("tenable_control_id").or_else(|| blank.tenable_control_id.clone()),
        ..blank
    }
}

/// A result in its own words.
fn account(result: &Value, of: usize) -> String {
    let mut parts = Vec::new();
    if of > 1 {
        parts.push(format!("[{}]", word(result)));
    }
    for key in ["code_desc", "message", "skip_message", "exception"] {
        let text = text(result, key);
        if !text.trim().is_empty() && !parts.contains(&text) {
            parts.push(text);
        }
    }
    parts.extend(texts(result, "backtrace"));
    parts.join("\n")
}

/// Which of several results that are one here stigprobe's own details name.
fn refined(result: Verdict, impact: Option<f64>, details: &str) -> Verdict {
    let also: &[Verdict] = match result {
        Verdict::Pass => &[Verdict::Fixed],
        Verdict::Error => &[Verdict::Unknown],
        Verdict::NotApplicable if impact == Some(0.0) => &[Verdict::NotSelected, Verdict::Informational],
        _ => &[],
    };
    let first = details.lines().find(|line| !line.starts_with(SIMULATED));
    let word = first.and_then(|line| Some(line.split_once(": ")?.0));
    let named = also.iter().find(|v| Some(v.word()) == word);
    named.copied().unwrap_or(result)
}

/// An exception, where it says who made it when and what it makes of the result.
fn waived(data: &Value, found: Verdict, details: &str) -> Option<Change> {
    let message = text(data, "message");
    let (by, at) = message.rsplit_once(", ")?;
    let mut lines = details.lines();
    let word = lines.find_map(|l| l.strip_prefix("Waived by a person: "))?;
    let word = word.split(' ').next()?;
    Some(Change {
        old: found,
        new: Verdict::ALL.into_iter().find(|v| v.word() == word)?,
        by: by.to_owned(),
        at: at.to_owned(),
        remark: text(data, "justification"),
        expires: text(data, "expiration_date").get(..10).and_then(day),
        fault: None,
    })
}
