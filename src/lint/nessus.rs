//! .nessus: what Heimdall's converter makes of it, and where a file is not as Nessus writes it, which is what eMASS's
//! route `acasNessus` and Tenable's tools expect.

use super::check::Effect::{Dropped, Mangled, Refused, Remark};
use super::check::Importer::{Emass, Heimdall};
use super::check::{Found, Row};
use super::text;
use super::tree::{Id, Node, Tree};
use crate::xml::read::excerpt;

macro_rules! row {
    ($name:ident, $code:literal, $who:expr, $effect:expr, $when:literal, $mend:literal) => {
        static $name: Row = Row { code: $code, on: &[($who, $effect)], when: $when, mend: $mend };
    };
}

row!(
    EMPTY,
    "empty-profile",
    Heimdall,
    Dropped,
    "there is no NessusClientData_v2 with one Report, a ReportHost and ReportItems: an empty profile is made, without an error",
    "Give the file as Nessus exports it: one Report in NessusClientData_v2."
);
row!(
    ONE_ITEM,
    "one-item",
    Heimdall,
    Dropped,
    "a host has exactly one ReportItem: what comes out is an object of no use",
    "Give at least two items per host."
);
row!(
    REFERENCE,
    "reference",
    Heimdall,
    Dropped,
    "cm:compliance-reference names no Vuln-ID: the item vanishes without an error; after a comma there must be no blank",
    "Write KEY|value,KEY|value with Vuln-ID|V-235847 in it, and no blank after a comma."
);
row!(
    REFERENCE_SHAPE,
    "reference",
    Heimdall,
    Refused,
    "cm:compliance-reference is there twice in an item, or has an attribute or elements",
    "Write it once, as text alone."
);
row!(
    NO_REFERENCE,
    "reference",
    Heimdall,
    Mangled,
    "a compliance item has no cm:compliance-reference: all such items become one control named after the plugin",
    "Write cm:compliance-reference on each item."
);
row!(
    CATEGORY,
    "severity",
    Heimdall,
    Mangled,
    "cm:compliance-reference names no CAT|I, CAT|II or CAT|III: the impact becomes 0, as if the rule did not apply",
    "Write CAT|I, CAT|II or CAT|III into the reference."
);
row!(
    RESULT,
    "result",
    Heimdall,
    Mangled,
    "cm:compliance-result is none of PASSED, FAILED, WARNING, ERROR: the item counts as failed",
    "Write one of the four words, in capitals."
);
row!(
    POLICY,
    "policy",
    Heimdall,
    Remark,
    "there is no policyName: the profile is called 'Nessus undefined'",
    "Write Policy/policyName."
);
row!(
    UNKNOWN_USE,
    "compliance-items",
    Emass,
    Remark,
    "what eMASS takes of the compliance items of a .nessus file is not public",
    "Give a CKL or CKLB, whose way into eMASS is known: `stigprobe convert FILE --format ckl,cklb`."
);
row!(
    SHAPE,
    "nessus-shape",
    Emass,
    Remark,
    "a compliance item or its host is not as Nessus writes it: `compliance` is true, severity 0 for PASSED, 3 for FAILED and \
     2 for WARNING and ERROR, the benchmark's version is three numbers, timestamps are whole numbers, the namespace of cm is \
     http://www.nessus.org/cm, all items or none have a control-id of 64 digits",
    "Write it as Nessus does; other readers of .nessus files go by it."
);

pub(super) static ROWS: &[&Row] = &[
    &EMPTY,
    &ONE_ITEM,
    &REFERENCE,
    &REFERENCE_SHAPE,
    &NO_REFERENCE,
    &CATEGORY,
    &RESULT,
    &POLICY,
    &UNKNOWN_USE,
    &SHAPE,
];

/// Everything that importers do to this file.
pub(super) fn check(tree: &Tree<'_>, found: &mut Found) {
    let root = tree.roots().find(|id| tree.get(*id).local == "NessusClientData_v2");
    let Some(root) = root else {
        return found.whole(&EMPTY, "NessusClientData_v2", "there is no NessusClientData_v2");
    };
    let policy = tree.child(root, "Policy").and_then(|policy| tree.child(policy, "policyName"));
    if policy.is_none() {
        found.add(&POLICY, tree.get(root).at, "Policy", "there is no policyName");
    }
    let reports: Vec<Id> = tree.named(root, "Report").collect();
    let [report] = reports.as_slice() else {
        let at = tree.get(*reports.get(1).unwrap_or(&root)).at;
        let message = format!("there are {} Reports", reports.len());
        return found.add(&EMPTY, at, "Report", message);
    };
    let hosts: Vec<Id> = tree.named(*report, "ReportHost").collect();
    if hosts.is_empty() {
        found.add(&EMPTY, tree.get(*report).at, "Report", "there is no ReportHost");
    }
    namespace(tree, &[root, *report], found);
    let mut has_compliance = false;
    for host in hosts {
        has_compliance |= check_host(tree, host, found);
    }
    if has_compliance {
        found.add(&UNKNOWN_USE, tree.get(*report).at, "Report", "it has compliance items");
    }
}

fn namespace(tree: &Tree<'_>, declared_in: &[Id], found: &mut Found) {
    let uses_it = tree.all().any(|id| tree.get(id).name.starts_with("cm:"));
    let declared = declared_in.iter().rev().find_map(|id| tree.attribute(*id, "xmlns:cm"));
    let is_right = declared.is_some_and(|a| a.raw == "http://www.nessus.org/cm");
    if uses_it && !is_right {
        let at = declared.map_or(tree.get(declared_in[1]).at, |a| a.at);
        found.add(&SHAPE, at, "Report", "the namespace of cm is not http://www.nessus.org/cm");
    }
}

/// One host; it has compliance items.
fn check_host(tree: &Tree<'_>, host: Id, found: &mut Found) -> bool {
    let name = tree.attribute(host, "name").map_or("ReportHost", |a| a.raw);
    let at = tree.get(host).at;
    let items: Vec<Id> = tree.named(host, "ReportItem").collect();
    match items.len() {
        0 => found.add(&EMPTY, at, name, "there is no ReportItem"),
        1 => found.add(&ONE_ITEM, at, name, "there is exactly one ReportItem"),
        _ => {}
    }
    if let Some(properties) = tree.child(host, "HostProperties") {
        for tag in tree.named(properties, "tag") {
            let called = tree.attribute(tag, "name").map_or("", |a| a.raw);
            let value = text::of(tree, tag);
            if ["HOST_START_TIMESTAMP", "HOST_END_TIMESTAMP"].contains(&called)
                && !value.bytes().all(|b| b.is_ascii_digit())
            {
                let message = format!("{called} is '{}', no whole number", excerpt(&value));
                found.add(&SHAPE, tree.get(tag).at, name, message);
            }
        }
    }
    let compliance: Vec<Id> = items.iter().copied().filter(|item| is_compliance(tree, *item)).collect();
    let has_id = |item: &&Id| tree.child(**item, "compliance-control-id").is_some();
    let with_id = compliance.iter().filter(has_id).count();
    for item in &compliance {
        let lacks_id = with_id > 0 && tree.child(*item, "compliance-control-id").is_none();
        check_item(tree, *item, items.len() > 1, lacks_id, found);
    }
    !compliance.is_empty()
}

fn is_compliance(tree: &Tree<'_>, item: Id) -> bool {
    let is_family = tree.attribute(item, "pluginFamily").is_some_and(|a| a.raw == "Policy Compliance");
    is_family || tree.children(item).any(|id| tree.get(id).local.starts_with("compliance-"))
}

/// One item; a converter that finds it alone does not look into it.
fn check_item(tree: &Tree<'_>, item: Id, is_read: bool, lacks_id: bool, found: &mut Found) {
    let at = tree.get(item).at;
    let value = |name: &str| text::in_child(tree, item, name).map(|value| value.trim().to_owned());
    let title = value("compliance-check-name").unwrap_or_else(|| "ReportItem".to_owned());
    let name = title.split(" - ").next().unwrap_or("ReportItem").to_owned();
    let result = value("compliance-result").unwrap_or_default();
    if is_read && !["PASSED", "FAILED", "WARNING", "ERROR"].contains(&result.as_str()) {
        let at = tree.child(item, "compliance-result").map_or(at, |id| tree.get(id).at);
        let message = format!("'{}' is no result", excerpt(&result));
        found.add(&RESULT, at, format!("{name} result"), message);
    }
    if is_read {
        reference(tree, item, &name, found);
    }
    shape(tree, item, &name, &result, lacks_id, found);
}

fn reference(tree: &Tree<'_>, item: Id, name: &str, found: &mut Found) {
    let all: Vec<Id> = tree.named(item, "compliance-reference").collect();
    let place = format!("{name} reference");
    let [element] = all.as_slice() else {
        return match all.get(1) {
            None => found.add(&NO_REFERENCE, tree.get(item).at, place, "there is no cm:compliance-reference"),
            Some(second) => found.add(&REFERENCE_SHAPE, tree.get(*second).at, place, "it is there twice"),
        };
    };
    let node = tree.get(*element);
    let at = node.at;
    let is_element = |node: &Node<'_>| matches!(node, Node::Element(_) | Node::Instruction(_));
    let has_elements = node.children.iter().any(is_element);
    if has_elements || node.attributes.iter().any(|a| !a.name.starts_with("xmlns")) {
        return found.add(&REFERENCE_SHAPE, at, place, "it holds more than text");
    }
    let value = text::of(tree, *element);
    let value = value.trim();
    let keyed = |key: &str| {
        let mut parts = value.split(',').filter(|part| part.starts_with(key));
        parts.next().map(|part| part.split('|').nth(1).unwrap_or_default())
    };
    if keyed("Vuln-ID").is_none_or(str::is_empty) {
        let message = if value.contains(", ") {
            "a blank follows a comma, so that no Vuln-ID is found"
        } else {
            "there is no Vuln-ID"
        };
        found.add(&REFERENCE, at, place, message);
        return;
    }
    let category = value.split(',').filter(|part| part.starts_with("CAT"));
    let category: String = category.map(|part| part.split('|').nth(1).unwrap_or_default()).collect();
    let known = ["i", "ii", "iii", "1", "2", "3", "4"];
    if !known.contains(&category.to_ascii_lowercase().as_str()) {
        let message = match category.as_str() {
            "" => "there is no CAT".to_owned(),
            other => format!("CAT is '{}'", excerpt(other)),
        };
        found.add(&CATEGORY, at, place, message);
    }
}

/// What other readers of such files go by.
fn shape(tree: &Tree<'_>, item: Id, name: &str, result: &str, lacks_id: bool, found: &mut Found) {
    let at = tree.get(item).at;
    let value = |local: &str| text::in_child(tree, item, local).map(|value| value.trim().to_owned());
    let mut tell = |message: String| found.add(&SHAPE, at, name, message);
    if value("compliance").as_deref() != Some("true") {
        tell("<compliance> is not true".to_owned());
    }
    let wanted = match result {
        "PASSED" => "0",
        "FAILED" => "3",
        _ => "2",
    };
    let severity = tree.attribute(item, "severity").map_or("", |a| a.raw);
    if !["0", "1", "2", "3", "4"].contains(&severity) || (result == "PASSED") != (severity == "0") {
        tell(format!("severity is '{}', and {wanted} goes with {}", excerpt(severity), excerpt(result)));
    }
    if let Some(version) = value("compliance-benchmark-version") {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if version.split('.').count() != 3 || !version.split('.').all(is_number) {
            tell(format!("the benchmark's version is '{}', not three numbers", excerpt(&version)));
        }
    }
    let id = value("compliance-control-id");
    let is_hash = |id: &String| id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
    if lacks_id {
        tell("there is no control-id, and other items have one".to_owned());
    } else if id.as_ref().is_some_and(|id| !is_hash(id)) {
        tell("the control-id is not 64 hexadecimal digits".to_owned());
    }
}
