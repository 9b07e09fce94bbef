//! Heimdall, SAF CLI and XCCDF: `hdf-converters` walks the Groups of a Benchmark and looks up each Rule's result.

use std::collections::{BTreeMap, BTreeSet};

use super::super::check::Effect::{Dropped, Mangled, Refused, Remark};
use super::super::check::Importer::Heimdall;
use super::super::check::{Found, Row};
use super::super::text;
use super::super::tree::Id;
use super::{RESULTS, Results};
use crate::xml::read::excerpt;

macro_rules! row {
    ($name:ident, $code:literal, $effect:expr, $when:literal, $mend:literal) => {
        static $name: Row = Row { code: $code, on: &[(Heimdall, $effect)], when: $when, mend: $mend };
    };
}

row!(
    EMPTY,
    "empty-profile",
    Dropped,
    "the root is TestResult, or there is no Rule in a Group: an empty profile is made, without an error",
    "Give a Benchmark with its Groups and Rules and the TestResult in it, or a CKL: `stigprobe convert FILE --format ckl`."
);
row!(
    NO_TEST,
    "no-results",
    Dropped,
    "there is no TestResult, or more than one: every rule becomes an error",
    "Give one Benchmark with one TestResult."
);
row!(
    UNGROUPED,
    "ungrouped-rule",
    Dropped,
    "a Rule stands outside of any Group: it is passed over",
    "Put each Rule into a Group, as DISA does."
);
row!(
    NO_RULE,
    "rule-id",
    Dropped,
    "the `idref` of a rule-result is the `id` of no Rule in a Group, letter by letter",
    "Write the same id on Rule and rule-result."
);
row!(
    TWICE,
    "rule-id",
    Dropped,
    "a rule has a second rule-result: only the first is looked up",
    "Write one rule-result per rule."
);
row!(
    NO_RESULT,
    "result",
    Mangled,
    "a Rule has no rule-result, or one with none of the nine words: it becomes an error",
    "Write a rule-result for each Rule, notselected where it was not asked."
);
row!(
    SAME_RULE,
    "rule-id",
    Mangled,
    "two Rules have the same `id`, or none: they become one control",
    "Write each Rule once, with an id."
);
row!(
    SEVERITY,
    "severity",
    Mangled,
    "the severity of a Rule is none of low, medium, high, critical: its impact becomes 0, as if it did not apply",
    "Write severity=\"low\", \"medium\" or \"high\" on each Rule."
);
row!(
    IDENT,
    "ident",
    Refused,
    "an ident of a Rule is empty or has no `system` (or, where a Rule has no ident, its reference has no text): the \
     converter looks for a control in it, and fails",
    "Write idents as <ident system=\"http://cyber.mil/cci\">CCI-000054</ident>, and at least one on each Rule."
);
row!(
    EVIDENCE,
    "evidence",
    Remark,
    "what was seen is not shown: Heimdall shows the description of each rule in its place",
    "Give a CKL, whose FINDING_DETAILS are shown: `stigprobe convert FILE --format ckl`."
);

pub(super) static ROWS: &[&Row] =
    &[&EMPTY, &NO_TEST, &UNGROUPED, &NO_RULE, &TWICE, &NO_RESULT, &SAME_RULE, &SEVERITY, &IDENT, &EVIDENCE];

pub(super) fn check(results: &Results<'_>, found: &mut Found) {
    let tree = results.tree;
    let root = results.at(results.root);
    if !results.is_benchmark {
        found.add(&EMPTY, root, "TestResult", "the root is TestResult, not Benchmark");
        return;
    }
    let mut rules = Vec::new();
    let mut open: Vec<Id> = tree.named(results.root, "Group").collect();
    open.reverse();
    while let Some(group) = open.pop() {
        rules.extend(tree.named(group, "Rule"));
        let mut inner: Vec<Id> = tree.named(group, "Group").collect();
        inner.reverse();
        open.extend(inner);
    }
    for rule in tree.named(results.root, "Rule") {
        let id = results.value(rule, "id").unwrap_or_default();
        found.add(&UNGROUPED, results.at(rule), excerpt(&id), "the Rule is in no Group");
    }
    if rules.is_empty() {
        found.add(&EMPTY, root, "Benchmark", "there is no Rule in a Group");
        return;
    }
    for rule in &rules {
        identifiers(results, *rule, found);
    }
    let [_] = results.tests.as_slice() else {
        let message = match results.tests.len() {
            0 => "there is no TestResult",
            _ => "there is more than one TestResult",
        };
        let at = results.tests.get(1).map_or(root, |id| results.at(*id));
        found.add(&NO_TEST, at, "TestResult", message);
        return;
    };
    looked_up(results, &rules, found);
}

/// What the converter looks for NIST's controls in.
fn identifiers(results: &Results<'_>, rule: Id, found: &mut Found) {
    let tree = results.tree;
    let name = ["ident", "reference"].into_iter().find(|name| tree.child(rule, name).is_some());
    let Some(name) = name else {
        return;
    };
    for id in tree.named(rule, name) {
        let element = tree.get(id);
        let has_attributes = element.attributes.iter().any(|a| !a.name.starts_with("xmlns"));
        let has_elements = tree.children(id).next().is_some();
        let has_text = !text::of(tree, id).trim().is_empty();
        let is_nothing = !has_attributes && !has_elements && !has_text;
        let is_object = has_attributes || has_elements;
        if is_nothing || (is_object && has_text) {
            continue;
        }
        let place = format!("{} {name}", excerpt(&results.value(rule, "id").unwrap_or_default()));
        let message = if has_text { format!("the {name} has no attribute") } else { format!("the {name} has no text") };
        found.add(&IDENT, element.at, place, message);
    }
}

fn looked_up(results: &Results<'_>, rules: &[Id], found: &mut Found) {
    let all = results.rule_results();
    let mut by_rule: BTreeMap<String, Id> = BTreeMap::new();
    for (id, name) in &all {
        let idref = results.value(*id, "idref").unwrap_or_default();
        if let std::collections::btree_map::Entry::Vacant(e) = by_rule.entry(idref) {
            e.insert(*id);
        } else {
            found.add(&TWICE, results.at(*id), name.clone(), "it has a rule-result already");
        }
    }
    let mut seen = BTreeSet::new();
    for rule in rules {
        let at = results.at(*rule);
        let id = results.value(*rule, "id").unwrap_or_default();
        let place = excerpt(&id);
        if id.is_empty() || !seen.insert(id.clone()) {
            let message = if id.is_empty() { "the Rule has no id" } else { "the id is there already" };
            found.add(&SAME_RULE, at, place.clone(), message);
        }
        let severity = results.value(*rule, "severity").unwrap_or_default().to_ascii_lowercase();
        let result = by_rule.get(&id).map(|id| results.result(*id).trim().to_owned());
        let has_none = matches!(result.as_deref(), Some("notselected" | "notapplicable" | "informational"));
        if !has_none && !["low", "medium", "high", "critical"].contains(&severity.as_str()) {
            let message = match severity.as_str() {
                "" => "the Rule has no severity".to_owned(),
                word => format!("'{}' is none of: low, medium, high, critical", excerpt(word)),
            };
            found.add(&SEVERITY, at, place.clone(), message);
        }
        match result {
            None => found.add(&NO_RESULT, at, place, "there is no rule-result for the Rule"),
            Some(word) if !RESULTS.contains(&word.as_str()) => {
                let at = by_rule.get(&id).map_or(at, |id| results.at(*id));
                found.add(&NO_RESULT, at, place, format!("'{}' is no result", excerpt(&word)));
            }
            Some(_) => {}
        }
    }
    for (idref, id) in &by_rule {
        if !seen.contains(idref) {
            let message = format!("no Rule in a Group has the id '{}'", excerpt(idref));
            found.add(&NO_RULE, results.at(*id), excerpt(idref), message);
        }
    }
    let has_message = |(id, _): &&(Id, String)| results.tree.child(*id, "message").is_some();
    if let Some((id, _)) = all.iter().find(has_message) {
        found.add(&EVIDENCE, results.at(*id), "message", "the texts of the results are not shown");
    }
}
