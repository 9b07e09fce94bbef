//! Heimdall, SAF CLI and CKL: `hdf-converters`, which reads with DISA's schema in its hand and checks the asset.

use std::collections::BTreeSet;

use super::super::check::Effect::{Dropped, Mangled, Refused};
use super::super::check::Importer::Heimdall;
use super::super::check::{Found, Row};
use super::super::tree::{Id, Node};
use super::super::{hosts, json, text};
use super::schema::{ASSET_TYPES, ROLES, TECH_AREA_WORDS};
use super::{Ckl, STATUSES, Vuln};
use crate::xml::read::excerpt;

macro_rules! row {
    ($name:ident, $code:literal, $effect:expr, $when:literal, $mend:literal) => {
        static $name: Row = Row { code: $code, on: &[(Heimdall, $effect)], when: $when, mend: $mend };
    };
}

row!(
    ASSET,
    "asset-field",
    Refused,
    "ROLE, ASSET_TYPE or TECH_AREA is there and none of the words of DISA's schema (TECH_AREA may be empty), HOST_FQDN is \
     no name with a dot (or has an underscore), or HOST_IP, HOST_MAC are no addresses separated by blanks or commas",
    "Write one of the words; leave HOST_FQDN empty unless it is a whole name; write addresses without a mask."
);
row!(WEB, "asset-field", Refused, "WEB_OR_DATABASE is neither true, false, 1, 0 nor empty", "Write true or false.");
row!(
    SEVERITY,
    "severity",
    Refused,
    "Severity is missing, there twice, or none of low, medium, high in small letters, and so for SEVERITY_OVERRIDE; \
     Not_Applicable rules are let pass",
    "Write low, medium or high."
);
row!(
    STRUCTURE,
    "ckl-structure",
    Refused,
    "an iSTIG has no STIG_INFO with SI_DATA or no VULN, or a VULN has no STIG_DATA",
    "Write the element with what belongs into it."
);
row!(LEAF, "text-shape", Refused, "elements stand where only text does", "Escape the text: &lt; for <.");
row!(
    NAMESPACE,
    "namespace",
    Dropped,
    "an element is in a namespace: it is passed over with everything in it",
    "Write the element without xmlns and prefix; a CKL has no namespaces."
);
row!(
    SECOND,
    "second-element",
    Dropped,
    "there is a second ASSET or STIGS: only the last is read",
    "Write one; several STIGs are several iSTIG in one STIGS."
);
row!(
    CUSTOM_NAME,
    "custom-name",
    Refused,
    "the SI_DATA `customname` has a text that is no JSON, which the converter takes it for",
    "Leave customname without SID_DATA, as STIG Viewer does."
);
row!(
    STATUS,
    "status",
    Mangled,
    "STATUS is none of the four words, letter by letter: the rule counts as skipped",
    "Write NotAFinding, Open, Not_Applicable or Not_Reviewed."
);
row!(
    NO_NUMBER,
    "vuln-num",
    Mangled,
    "a VULN has no Vuln_Num: its control has no id",
    "Write STIG_DATA Vuln_Num with the id of the group (V-235775)."
);
row!(
    SAME_NUMBER,
    "vuln-num",
    Mangled,
    "two rules of a STIG have the same Vuln_Num: they become one control",
    "Write each rule once, with its own Vuln_Num."
);
row!(
    DETAILS_SPLIT,
    "details-split",
    Mangled,
    "FINDING_DETAILS begins like `passed :: TEST …`: it is taken apart, and its words stand for the status",
    "Do not begin the text with a status and ' :: ', or say the same there as in STATUS."
);
row!(
    COMMENT_SPLIT,
    "comment-split",
    Dropped,
    "COMMENTS has ' :: ' in it: only what follows a word in capitals and ' :: ' is kept",
    "Write another separator than ' :: '."
);

pub(super) static ROWS: &[&Row] = &[
    &ASSET,
    &WEB,
    &SEVERITY,
    &STRUCTURE,
    &LEAF,
    &NAMESPACE,
    &SECOND,
    &CUSTOM_NAME,
    &STATUS,
    &NO_NUMBER,
    &SAME_NUMBER,
    &DETAILS_SPLIT,
    &COMMENT_SPLIT,
];

/// Elements that hold only text.
const LEAVES: [&str; 24] = [
    "ROLE",
    "ASSET_TYPE",
    "MARKING",
    "HOST_NAME",
    "HOST_IP",
    "HOST_MAC",
    "HOST_GUID",
    "HOST_FQDN",
    "TARGET_COMMENT",
    "TECH_AREA",
    "TARGET_KEY",
    "STIG_GUID",
    "WEB_OR_DATABASE",
    "WEB_DB_SITE",
    "WEB_DB_INSTANCE",
    "SID_NAME",
    "SID_DATA",
    "VULN_ATTRIBUTE",
    "ATTRIBUTE_DATA",
    "STATUS",
    "FINDING_DETAILS",
    "COMMENTS",
    "SEVERITY_OVERRIDE",
    "SEVERITY_JUSTIFICATION",
];

pub(super) fn check(ckl: &Ckl<'_>, found: &mut Found) {
    leaves(ckl, found);
    for name in ["ASSET", "STIGS"] {
        let mut all = ckl.tree.named(ckl.root, name);
        if let (Some(first), Some(_)) = (all.next(), all.next()) {
            let message = format!("the first {name} is not read");
            found.add(&SECOND, ckl.at(first), name, message);
        }
    }
    if let Some(asset) = ckl.asset {
        fields(ckl, asset, found);
    }
    for stig in &ckl.stigs {
        let data = stig.info.and_then(|info| ckl.tree.child(info, "SI_DATA"));
        if data.is_none() {
            found.add(&STRUCTURE, ckl.at(stig.id), "STIG_INFO", "there is no STIG_INFO with SI_DATA");
        }
        if let Some(info) = stig.info {
            custom_name(ckl, info, found);
        }
        if stig.vulns.is_empty() {
            found.add(&STRUCTURE, ckl.at(stig.id), "iSTIG", "there is no VULN");
        }
        let mut numbers = BTreeSet::new();
        for vuln in &stig.vulns {
            control(ckl, vuln, &mut numbers, found);
        }
    }
}

/// A name that people give a checklist is where the converter keeps data of its own.
fn custom_name(ckl: &Ckl<'_>, info: Id, found: &mut Found) {
    let is_named = |id: &Id| text::in_child(ckl.tree, *id, "SID_NAME").as_deref() == Some("customname");
    let all: Vec<Id> = ckl.tree.named(info, "SI_DATA").filter(is_named).collect();
    let value = |id: &Id| text::in_child(ckl.tree, *id, "SID_DATA").unwrap_or_default();
    let joined = all.iter().map(value).collect::<Vec<_>>().join("; ");
    let is_json = json::parse(&joined).is_ok_and(|value| !value.is_null());
    if let Some(first) = all.first().filter(|_| !joined.is_empty() && !is_json) {
        let message = format!("'{}' is no JSON", excerpt(&joined));
        found.add(&CUSTOM_NAME, ckl.at(*first), "SI_DATA customname", message);
    }
}

/// Elements in elements that hold only text, and elements in a namespace.
fn leaves(ckl: &Ckl<'_>, found: &mut Found) {
    for id in ckl.tree.all() {
        let element = ckl.tree.get(id);
        let declared = element.attributes.iter().find(|a| a.name == "xmlns" && !a.raw.is_empty());
        if declared.is_some() || element.name.contains(':') {
            let at = declared.map_or(element.at, |a| a.at);
            let message = format!("<{}> is in a namespace", excerpt(element.name));
            found.add(&NAMESPACE, at, excerpt(element.local), message);
        }
        if !LEAVES.contains(&element.name) {
            continue;
        }
        if let Some(child) = ckl.tree.children(id).next() {
            let name = excerpt(ckl.tree.get(child).name);
            found.add(&LEAF, ckl.at(child), element.name, format!("<{name}> stands in the text"));
        }
    }
}

fn fields(ckl: &Ckl<'_>, asset: Id, found: &mut Found) {
    let words: [(&str, &[&str]); 3] = [("ROLE", &ROLES), ("ASSET_TYPE", &ASSET_TYPES), ("TECH_AREA", &TECH_AREA_WORDS)];
    for (field, words) in words {
        let Some((id, value)) = field_of(ckl, asset, field) else {
            continue;
        };
        if !words.contains(&value.as_str()) {
            let message = format!("'{}' is none of the words for {field}", excerpt(&value));
            found.add(&ASSET, ckl.at(id), field, message);
        }
    }
    let is_name = |text: &str| hosts::is_fqdn(text) || hosts::is_ip(text);
    let are_addresses = |text: &str| hosts::each(text, hosts::is_ip);
    let are_macs = |text: &str| hosts::each(text, hosts::is_mac);
    let shapes: [(&str, &dyn Fn(&str) -> bool, &str); 3] = [
        ("HOST_FQDN", &is_name, "is no whole name of a host"),
        ("HOST_IP", &are_addresses, "is no list of IP addresses"),
        ("HOST_MAC", &are_macs, "is no list of MAC addresses"),
    ];
    for (field, fits, what) in shapes {
        let Some((id, value)) = field_of(ckl, asset, field) else {
            continue;
        };
        if !value.is_empty() && !fits(&value) {
            let message = format!("'{}' {what}", excerpt(&value));
            found.add(&ASSET, ckl.at(id), field, message);
        }
    }
    if let Some((id, value)) = field_of(ckl, asset, "WEB_OR_DATABASE") {
        let value = value.trim();
        if !["", "true", "false", "1", "0"].contains(&value) {
            let message = format!("'{}' is neither true nor false", excerpt(value));
            found.add(&WEB, ckl.at(id), "WEB_OR_DATABASE", message);
        }
    }
}

/// The last field of that name, as it counts, with its text.
fn field_of(ckl: &Ckl<'_>, asset: Id, name: &str) -> Option<(Id, String)> {
    let id = ckl.tree.named(asset, name).last()?;
    Some((id, text::of(ckl.tree, id)))
}

/// Values of all `STIG_DATA` of that name, joined as the converter joins them.
fn joined(ckl: &Ckl<'_>, vuln: &Vuln, name: &str) -> String {
    let data = ckl.tree.named(vuln.id, "STIG_DATA");
    let is_named = |id: &Id| text::in_child(ckl.tree, *id, "VULN_ATTRIBUTE").as_deref() == Some(name);
    let value = |id: Id| {
        let last = ckl.tree.named(id, "ATTRIBUTE_DATA").last();
        last.map(|id| text::of(ckl.tree, id)).unwrap_or_default()
    };
    let values: Vec<String> = data.filter(is_named).map(value).collect();
    values.join("; ")
}

fn control(ckl: &Ckl<'_>, vuln: &Vuln, numbers: &mut BTreeSet<String>, found: &mut Found) {
    let tree = ckl.tree;
    if tree.child(vuln.id, "STIG_DATA").is_none() {
        found.add(&STRUCTURE, ckl.at(vuln.id), format!("{} STIG_DATA", vuln.name), "there is no STIG_DATA");
        return;
    }
    let last = |name: &str| tree.named(vuln.id, name).last();
    let value = |name: &str| last(name).map(|id| text::of(tree, id)).unwrap_or_default();
    let status = value("STATUS");
    if !STATUSES.contains(&status.as_str()) {
        let at = ckl.at(last("STATUS").unwrap_or(vuln.id));
        let message = format!("'{}' is no status", excerpt(&status));
        found.add(&STATUS, at, format!("{} STATUS", vuln.name), message);
    }
    if status != "Not_Applicable" {
        severity(ckl, vuln, &value("SEVERITY_OVERRIDE"), found);
    }
    let number = joined(ckl, vuln, "Vuln_Num");
    if number.is_empty() {
        let place = format!("{} Vuln_Num", vuln.name);
        found.add(&NO_NUMBER, ckl.at(vuln.id), place, "there is no Vuln_Num");
    } else if numbers.contains(&number) {
        let message = format!("{} is there already", excerpt(&number));
        found.add(&SAME_NUMBER, ckl.at(vuln.id), format!("{} Vuln_Num", vuln.name), message);
    }
    numbers.insert(number);
    if let Some(id) = last("FINDING_DETAILS")
        && let Some(message) = details(&text::of(tree, id), &status)
    {
        found.add(&DETAILS_SPLIT, ckl.at(id), format!("{} FINDING_DETAILS", vuln.name), message);
    }
    if let Some(id) = last("COMMENTS")
        && let Some(message) = comment(&text::of(tree, id))
    {
        found.add(&COMMENT_SPLIT, ckl.at(id), format!("{} COMMENTS", vuln.name), message);
    }
}

fn severity(ckl: &Ckl<'_>, vuln: &Vuln, overridden: &str, found: &mut Found) {
    // SAF's own checklists keep their severities there.
    if joined(ckl, vuln, "Third_Party_Tools").contains("hdfSpecificData") {
        return;
    }
    let severity = joined(ckl, vuln, "Severity");
    let (field, value) = match overridden {
        "" => ("Severity", severity.as_str()),
        value => ("SEVERITY_OVERRIDE", value),
    };
    if ["low", "medium", "high"].contains(&value) {
        return;
    }
    let at = match field {
        "Severity" => super::datum(ckl.tree, vuln.id, "Severity"),
        _ => ckl.tree.child(vuln.id, field),
    };
    let message = match value {
        "" => "there is none".to_owned(),
        value => format!("'{}' is none of: low, medium, high", excerpt(value)),
    };
    found.add(&SEVERITY, ckl.at(at.unwrap_or(vuln.id)), format!("{} {field}", vuln.name), message);
}

/// What the converter takes `FINDING_DETAILS` for, where that is not what STATUS says.
fn details(text: &str, status: &str) -> Option<String> {
    let words = ["failed", "passed", "skipped", "error"];
    let word = words.iter().find(|word| text.strip_prefix(*word).is_some_and(|t| t.starts_with(" :: TEST ")))?;
    let results: Vec<&str> = text
        .split("\n--------------------------------\n")
        .map(str::trim)
        .map(|part| part.split(" :: TEST ").next().unwrap_or_default())
        .collect();
    if let Some(lost) = results.iter().find(|result| !words.contains(result)) {
        return Some(format!("what begins with '{}' is left out", excerpt(lost)));
    }
    let says = if results.contains(&"failed") {
        "Open"
    } else if results.contains(&"error") {
        "Not_Reviewed"
    } else if results.contains(&"passed") {
        "NotAFinding"
    } else {
        return None;
    };
    let agrees = says == status || status == "Not_Applicable";
    (!agrees).then(|| format!("'{word} :: TEST' there stands for STATUS, which is {}", excerpt(status)))
}

/// What the converter leaves out of COMMENTS.
fn comment(text: &str) -> Option<String> {
    if !text.contains(" :: ") {
        return None;
    }
    let begins_section = |line: &str| {
        line.split_once(" ::").is_some_and(|(word, _)| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase()))
    };
    let mut sections: Vec<String> = Vec::new();
    for line in text.split('\n') {
        match sections.last_mut() {
            Some(section) if !begins_section(line) => {
                section.push('\n');
                section.push_str(line);
            }
            _ => sections.push(line.to_owned()),
        }
    }
    let lost = sections.iter().find_map(|section| {
        let (before, after) = section.split_once(" :: ")?;
        let label = before.bytes().rev().take_while(u8::is_ascii_uppercase).count();
        if label == 0 || after.is_empty() {
            return Some(section.clone());
        }
        (label < before.len()).then(|| before[..before.len() - label].to_owned())
    });
    let lost = lost.or_else(|| sections.iter().find(|s| !s.contains(" :: ")).cloned())?;
    Some(format!("'{}' is left out", excerpt(lost.trim())))
}

/// Whether a node is a comment.
pub(super) fn is_comment(node: &Node<'_>) -> bool {
    matches!(node, Node::Comment(..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_taken_apart_only_where_they_look_so() {
        assert!(details("evidence", "Open").is_none());
        assert!(details("passed :: TEST a", "NotAFinding").is_none());
        assert!(details("passed :: TEST a :: MESSAGE b", "Open").is_some());
        assert!(details("failed :: TEST a\n--------------------------------\nmore", "Open").is_some());
    }

    #[test]
    fn comments_lose_what_no_word_in_capitals_announces() {
        assert!(comment("plain :text").is_none());
        assert!(comment("COMMENTS :: text").is_none());
        assert!(comment("CAVEAT :: a\nCOMMENTS :: b").is_none());
        assert!(comment("see a :: b").is_some());
        assert!(comment("text NOTE :: b").is_some());
    }
}
