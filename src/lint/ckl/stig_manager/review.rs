//! A rule of a checklist: the review that becomes of it, and its texts.

use super::{STRUCTURE, stig};
use crate::lint::check::Effect::{Cut, Dropped, Mangled, Refused, Remark};
use crate::lint::check::{Found, Row};
use crate::lint::ckl::{Ckl, STATUSES, Stig, Vuln};
use crate::lint::shape::{self, Shape};
use crate::lint::stig_manager::{self, form, row};
use crate::lint::text;
use crate::lint::tree::{Id, Node};
use crate::xml::read::excerpt;

row!(
    STATUS,
    "status",
    Dropped,
    "STATUS is none of the four words, letter by letter, or holds more than text: the rule is passed over",
    "Write NotAFinding, Open, Not_Applicable or Not_Reviewed."
);
row!(
    RULE_ID,
    "rule-id",
    Dropped,
    "there is no Rule_ID, or an empty one: the rule is passed over",
    "Write STIG_DATA Rule_ID with the id of the rule (SV-235775r960735_rule)."
);
row!(
    RULE_ID_FORM,
    "rule-id",
    Dropped,
    "the Rule_ID does not end in `_rule`, or has a prefix: no rule of the library has such an id, and the review is refused one by one",
    "Write the whole id of the rule, as SV-235775r960735_rule."
);
row!(
    RULE_ID_LONG,
    "rule-id",
    Cut,
    "the Rule_ID has more than 45 characters, as one with the prefix `xccdf_mil.disa.stig_rule_` has: what is left \
     matches no rule",
    "Write the id without the prefix, as SV-235775r960735_rule."
);
row!(
    NO_TEXT,
    "no-finding-details",
    Refused,
    "a VULN has no FINDING_DETAILS or no COMMENTS",
    "Write both elements, empty where there is nothing to say."
);
row!(
    TEXT_SHAPE,
    "text-shape",
    Mangled,
    "FINDING_DETAILS or COMMENTS is there twice, or has a CDATA section, a comment, an attribute or elements: the text \
     becomes an object",
    "Write the element once, with its text escaped and nothing else in it."
);
row!(
    TEXT_LONG,
    "text-length",
    Cut,
    "FINDING_DETAILS or COMMENTS has more than 32,767 characters",
    "Shorten the text, and put long evidence into a file of its own."
);
row!(
    NOTHING,
    "nothing-to-import",
    Remark,
    "the rule is Not_Reviewed, with neither details nor comments: no review is made of it unless the collection wants one",
    "Nothing, or say in FINDING_DETAILS why it is not reviewed."
);
row!(
    OVERRIDE,
    "severity-override",
    Dropped,
    "SEVERITY_OVERRIDE is passed over",
    "Say it in COMMENTS, and set it in STIG Manager."
);

pub(super) static ROWS: &[&Row] = &[
    &STATUS,
    &RULE_ID,
    &RULE_ID_FORM,
    &RULE_ID_LONG,
    &NO_TEXT,
    &TEXT_SHAPE,
    &TEXT_LONG,
    &stig_manager::TEXT_DECODED,
    &NOTHING,
    &OVERRIDE,
];

/// One rule; how many bytes its texts have.
pub(super) fn check(ckl: &Ckl<'_>, of: &Stig, vuln: &Vuln, found: &mut Found) -> usize {
    let tree = ckl.tree;
    let place = |field: &str| format!("{} {field}", vuln.name);
    let status_at = ckl.at(tree.child(vuln.id, "STATUS").unwrap_or(vuln.id));
    let status = shape::child(tree, vuln.id, "STATUS");
    let word = match &status {
        Shape::Text(word) if STATUSES.contains(&word.as_str()) => word.as_str(),
        Shape::Text(word) => {
            let message = format!("'{}' is no status", excerpt(word));
            found.add(&STATUS, status_at, place("STATUS"), message);
            return 0;
        }
        Shape::Absent => {
            found.add(&STATUS, status_at, place("STATUS"), "there is no STATUS");
            return 0;
        }
        Shape::Other(why) => {
            found.add(&STATUS, status_at, place("STATUS"), *why);
            return 0;
        }
    };
    if !rule_id(ckl, vuln, found) {
        return 0;
    }
    let texts = [
        ("FINDING_DETAILS", shape::child(tree, vuln.id, "FINDING_DETAILS")),
        ("COMMENTS", shape::child(tree, vuln.id, "COMMENTS")),
    ];
    if word == "Not_Reviewed" && texts.iter().all(|(_, text)| !text.is_truthy()) {
        found.add(&NOTHING, status_at, place("STATUS"), "it is Not_Reviewed, and nothing is said of it");
        return 0;
    }
    let mut bytes = 0;
    for (field, text) in &texts {
        bytes += written(ckl, vuln, field, text, found);
    }
    if let Some(id) = tree.child(vuln.id, "SEVERITY_OVERRIDE") {
        let value = text::of(tree, id);
        if !value.trim().is_empty() {
            let message = format!("the severity stays what the STIG says, not '{}'", excerpt(value.trim()));
            found.add(&OVERRIDE, ckl.at(id), place("SEVERITY_OVERRIDE"), message);
        }
    }
    stig::version_of_reference(ckl, of, vuln, found);
    bytes
}

/// The rule has an id by which a review is made of it.
fn rule_id(ckl: &Ckl<'_>, vuln: &Vuln, found: &mut Found) -> bool {
    let place = format!("{} Rule_ID", vuln.name);
    let data: Vec<Id> = ckl.tree.named(vuln.id, "STIG_DATA").collect();
    if data.iter().all(|id| shape::is_leaf(ckl.tree, *id)) && data.len() < 2 {
        found.add(&STRUCTURE, ckl.at(vuln.id), format!("{} STIG_DATA", vuln.name), "there is no STIG_DATA");
        return false;
    }
    let is_rule_id = |id: &&Id| shape::child(ckl.tree, **id, "VULN_ATTRIBUTE").text() == Some("Rule_ID");
    let Some(id) = data.iter().find(is_rule_id) else {
        found.add(&RULE_ID, ckl.at(vuln.id), place, "there is no Rule_ID");
        return false;
    };
    match shape::child(ckl.tree, *id, "ATTRIBUTE_DATA") {
        Shape::Text(value) if !value.is_empty() => {
            form(&value, ckl.at(*id), &place, &RULE_ID_LONG, &RULE_ID_FORM, found);
            true
        }
        Shape::Other(why) => {
            found.add(&RULE_ID_FORM, ckl.at(*id), place, why);
            true
        }
        _ => {
            found.add(&RULE_ID, ckl.at(*id), place, "it is empty");
            false
        }
    }
}

/// One of the two texts: how many bytes it has.
fn written(ckl: &Ckl<'_>, vuln: &Vuln, field: &str, text: &Shape, found: &mut Found) -> usize {
    let place = format!("{} {field}", vuln.name);
    let Some(id) = ckl.tree.child(vuln.id, field) else {
        found.add(&NO_TEXT, ckl.at(vuln.id), place, format!("there is no {field}"));
        return 0;
    };
    match text {
        Shape::Absent => 0,
        Shape::Other(why) => {
            let at = first_odd(ckl, id).unwrap_or(ckl.at(id));
            found.add(&TEXT_SHAPE, at, place, *why);
            0
        }
        Shape::Text(value) => stig_manager::written(ckl.tree, id, value, &place, &TEXT_LONG, found),
    }
}

/// Where the first thing stands that is no text.
fn first_odd(ckl: &Ckl<'_>, id: Id) -> Option<usize> {
    ckl.tree.get(id).children.iter().find_map(|node| match node {
        Node::Text(..) => None,
        Node::Cdata(_, at) | Node::Comment(_, at) | Node::Instruction(at) => Some(*at),
        Node::Element(id) => Some(ckl.at(*id)),
    })
}
