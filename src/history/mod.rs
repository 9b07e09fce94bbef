//! Two runs beside each other: what is open that was not, what is closed, and what else is otherwise.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::report::json::{Results, RuleInfo};
use crate::xccdf::{Severity, Verdict};

/// What became of a rule from one run to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It is open and was not.
    Opened,
    /// It was open and is decided otherwise.
    Closed,
    /// It was decided, or open, and is undecided.
    Lost,
    /// Its result is another, in any other way.
    Result,
    /// The result is the same, and what was seen is not.
    Evidence,
    /// Only the text of its check is another.
    Check,
    /// Only the later run has it.
    Added,
    /// Only the earlier run has it.
    Removed,
}

/// A rule that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What became of it.
    pub kind: Kind,
    /// Its STIG-ID, by which runs of different releases are laid side by side.
    pub stig_id: String,
    /// Its title, in the later run where that has it.
    pub title: String,
    /// Its severity there.
    pub severity: Severity,
    /// Its result in the earlier run.
    pub before: Option<Verdict>,
    /// Its result in the later run.
    pub after: Option<Verdict>,
    /// The text of its check is another.
    pub check_changed: bool,
    /// What was seen is not what was seen before.
    pub evidence_changed: bool,
    /// The later result in a sentence, or else the earlier.
    pub summary: String,
}

/// Every rule that is not as it was: by what became of it, then in the order of the STIG-IDs.
#[must_use]
pub fn diff(before: &Results, after: &Results) -> Vec<Change> {
    let (old, new) = (by_id(before), by_id(after));
    let ids: BTreeSet<&Id<'_>> = old.keys().chain(new.keys()).collect();
    let mut changes: Vec<Change> =
        ids.into_iter().filter_map(|id| change(id.0, old.get(id).copied(), new.get(id).copied())).collect();
    changes.sort_by(|a, b| (a.kind, &a.stig_id).cmp(&(b.kind, &b.stig_id)));
    changes
}

/// A STIG-ID, or the id of a rule that has none; and which of several rules with it.
type Id<'a> = (&'a str, usize);

fn by_id(results: &Results) -> BTreeMap<Id<'_>, &RuleInfo> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rules = BTreeMap::new();
    for rule in &results.rules {
        let id = if rule.stig_id.is_empty() { &rule.rule_id } else { &rule.stig_id };
        let nth = times.entry(id).or_default();
        rules.insert((id.as_str(), *nth), rule);
        *nth += 1;
    }
    rules
}

fn change(id: &str, old: Option<&RuleInfo>, new: Option<&RuleInfo>) -> Option<Change> {
    let shown = new.or(old)?;
    let (mut check_changed, mut evidence_changed) = (false, false);
    let kind = match (old, new) {
        (Some(old), Some(new)) => {
            check_changed = old.check_id != new.check_id;
            evidence_changed = seen(old) != seen(new);
            match (old.result, new.result) {
                (a, b) if a == b && evidence_changed => Kind::Evidence,
                (a, b) if a == b && check_changed => Kind::Check,
                (a, b) if a == b => return None,
                (_, Verdict::Fail) => Kind::Opened,
                (a, b) if b.is_undecided() && !a.is_undecided() => Kind::Lost,
                (Verdict::Fail, _) => Kind::Closed,
                _ => Kind::Result,
            }
        }
        (None, Some(_)) => Kind::Added,
        (_, None) => Kind::Removed,
    };
    Some(Change {
        kind,
        stig_id: id.to_owned(),
        title: shown.title.clone(),
        severity: shown.severity.clone(),
        before: old.map(|rule| rule.result),
        after: new.map(|rule| rule.result),
        check_changed,
        evidence_changed,
        summary: shown.summary.clone(),
    })
}

/// What was seen, whatever the order and the sources.
fn seen(rule: &RuleInfo) -> Vec<(&str, &str, &str, Verdict)> {
    let mut seen: Vec<_> = rule
        .observations
        .iter()
        .map(|o| (o.subject.as_str(), o.expected.as_str(), o.actual.as_str(), o.verdict))
        .collect();
    seen.sort_unstable();
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Results with these rules: STIG-ID, result, check id, what was seen.
    fn results(rules: &[(&str, &str, &str, &str)]) -> Results {
        let rules: Vec<serde_json::Value> = rules
            .iter()
            .map(|(id, result, check, actual)| {
                serde_json::json!({
                    "rule_id": format!("SV-{id}"), "group_id": null, "stig_id": id, "title": "t",
                    "severity": "high", "weight": "10.0", "role": "full", "result": result,
                    "summary": "s", "control_id": "c", "check_id": check,
                    "tenable_control_id": null, "probe": null, "ccis": [], "legacy_ids": [],
                    "observations": [
                        {"subject": "a", "expected": "x", "actual": actual, "verdict": "pass", "fact": "f"},
                        {"subject": "b", "expected": "x", "actual": "x", "verdict": "pass", "fact": "f"},
                    ],
                    "other_reading": null, "attachments": [], "notes": [],
                })
            })
            .collect();
        let document = serde_json::json!({
            "schema": crate::report::json::SCHEMA, "tool": {"name": "stigprobe", "version": "0"},
            "simulated": null, "simulated_notice": null,
            "benchmark": {"id": "x", "title": "x", "version": "1", "release": null, "revision": "V1R1",
                "release_info": "", "source": "x", "sha256": "", "shipped": false},
            "target": {"name": "ucp", "fqdn": "", "ip": [], "mac": "", "marking": "", "endpoints": []},
            "profile": null, "interpretation": "intent", "started": "2026-11-01T06:00:00Z",
            "finished": "2026-11-01T06:00:00Z", "evidence_sha256": "", "policy_sha256": null,
            "counts": {"pass": 0, "fail": 0, "error": 0, "unknown": 0, "notapplicable": 0, "notchecked": 0,
                "notselected": 0, "informational": 0, "fixed": 0},
            "scores": [], "facts": [], "rules": rules,
        });
        serde_json::from_value(document).expect("results")
    }

    #[test]
    fn every_way_to_change_has_its_word_and_what_is_as_it_was_has_none() {
        let before = results(&[
            ("01", "pass", "c", "x"),
            ("02", "pass", "c", "x"),
            ("03", "fail", "c", "x"),
            ("04", "fail", "c", "x"),
            ("05", "notapplicable", "c", "x"),
            ("06", "fail", "c", "x"),
            ("07", "pass", "c", "x"),
            ("08", "pass", "c", "x"),
            ("09", "error", "c", "x"),
        ]);
        let after = results(&[
            ("01", "pass", "c", "x"),
            ("02", "fail", "d", "y"),
            ("03", "pass", "c", "x"),
            ("04", "error", "c", "x"),
            ("05", "pass", "c", "x"),
            ("06", "fail", "c", "y"),
            ("07", "pass", "d", "x"),
            ("09", "fail", "c", "x"),
            ("10", "fail", "c", "x"),
        ]);
        let found = diff(&before, &after);
        let seen: Vec<(Kind, &str)> = found.iter().map(|c| (c.kind, c.stig_id.as_str())).collect();
        assert_eq!(
            seen,
            [
                (Kind::Opened, "02"),
                (Kind::Opened, "09"),
                (Kind::Closed, "03"),
                (Kind::Lost, "04"),
                (Kind::Result, "05"),
                (Kind::Evidence, "06"),
                (Kind::Check, "07"),
                (Kind::Added, "10"),
                (Kind::Removed, "08"),
            ]
        );
        assert!(found[0].check_changed && found[0].evidence_changed);
        assert_eq!((found[7].before, found[7].after), (None, Some(Verdict::Fail)));
        assert!(diff(&after, &after).is_empty());
    }

    #[test]
    fn two_rules_with_one_stig_id_are_not_taken_for_one() {
        let before = results(&[("01", "pass", "c", "x"), ("01", "pass", "c", "x")]);
        let after = results(&[("01", "fail", "c", "x"), ("01", "pass", "c", "x")]);
        let found = diff(&before, &after);
        assert_eq!((found.len(), found[0].kind), (1, Kind::Opened));
    }
}
