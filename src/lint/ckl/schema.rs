//! DISA's checklist schema 2.5, which STIG Viewer 2 holds files against when "Validate Checklists" is on.

use super::super::check::Effect::{Refused, Remark};
use super::super::check::Importer::{Emass, StigViewer};
use super::super::check::{Found, Row};
use super::super::source::Source;
use super::super::text;
use super::super::tree::{Id, Node, Tree};
use super::{Ckl, STATUSES};
use crate::disa::TECH_AREAS;
use crate::xml::read::excerpt;

macro_rules! row {
    ($name:ident, $code:literal, $when:literal, $mend:literal) => {
        static $name: Row =
            Row { code: $code, on: &[(StigViewer, Refused), (Emass, Remark)], when: $when, mend: $mend };
    };
}

row!(
    ELEMENT,
    "schema-element",
    "an element that DISA's schema does not have, or has in another place, or once less",
    "Take the element out, or put it where STIG Viewer writes it; `stigprobe convert FILE --format ckl` does."
);
row!(
    MISSING,
    "schema-missing",
    "an element that DISA's schema wants is not there; it may be empty, but not left out",
    "Write the element, empty where nothing is known; `stigprobe convert FILE --format ckl` does."
);
row!(
    VALUE,
    "schema-value",
    "a value is none of the words that DISA's schema has for it, letter by letter",
    "Write one of the words of the schema."
);
row!(
    ATTRIBUTE,
    "schema-attribute",
    "an element has an attribute or a namespace; a CKL has none",
    "Take the attribute or the prefix out."
);
row!(TEXT, "schema-text", "text stands where only elements do", "Take the text out.");

pub(super) static ROWS: &[&Row] = &[&ELEMENT, &MISSING, &VALUE, &ATTRIBUTE, &TEXT];

/// What an element may hold.
enum Content {
    /// These elements, in this order.
    Elements(&'static [Part]),
    /// Text, and one of these words if there are any.
    Words(&'static [&'static str]),
    /// `true`, `false`, `1` or `0`.
    Boolean,
}

/// An element in its parent.
struct Part {
    name: &'static str,
    least: usize,
    is_list: bool,
}

const fn one(name: &'static str) -> Part {
    Part { name, least: 1, is_list: false }
}

const fn maybe(name: &'static str) -> Part {
    Part { name, least: 0, is_list: false }
}

const fn list(name: &'static str) -> Part {
    Part { name, least: 1, is_list: true }
}

static ASSET: [Part; 15] = [
    one("ROLE"),
    one("ASSET_TYPE"),
    maybe("MARKING"),
    one("HOST_NAME"),
    one("HOST_IP"),
    one("HOST_MAC"),
    maybe("HOST_GUID"),
    one("HOST_FQDN"),
    maybe("TARGET_COMMENT"),
    one("TECH_AREA"),
    one("TARGET_KEY"),
    maybe("STIG_GUID"),
    one("WEB_OR_DATABASE"),
    one("WEB_DB_SITE"),
    one("WEB_DB_INSTANCE"),
];

static VULN: [Part; 6] = [
    list("STIG_DATA"),
    one("STATUS"),
    one("FINDING_DETAILS"),
    one("COMMENTS"),
    one("SEVERITY_OVERRIDE"),
    one("SEVERITY_JUSTIFICATION"),
];

static CHECKLIST: [Part; 2] = [one("ASSET"), one("STIGS")];
static STIGS: [Part; 1] = [list("iSTIG")];
static ISTIG: [Part; 2] = [one("STIG_INFO"), list("VULN")];
static STIG_INFO: [Part; 1] = [list("SI_DATA")];
static SI_DATA: [Part; 2] = [one("SID_NAME"), maybe("SID_DATA")];
static STIG_DATA: [Part; 2] = [one("VULN_ATTRIBUTE"), one("ATTRIBUTE_DATA")];

/// The words of ROLE.
pub(super) static ROLES: [&str; 4] = ["None", "Workstation", "Member Server", "Domain Controller"];

/// The words of `ASSET_TYPE`.
pub(super) static ASSET_TYPES: [&str; 2] = ["Computing", "Non-Computing"];

/// The words of `TECH_AREA`, which may be empty.
pub(super) static TECH_AREA_WORDS: [&str; TECH_AREAS.len() + 1] = {
    let mut words = [""; TECH_AREAS.len() + 1];
    let mut at = 0;
    while at < TECH_AREAS.len() {
        words[at + 1] = TECH_AREAS[at];
        at += 1;
    }
    words
};

static SID_NAMES: [&str; 11] = [
    "classification",
    "customname",
    "description",
    "filename",
    "notice",
    "releaseinfo",
    "source",
    "stigid",
    "title",
    "uuid",
    "version",
];

static VULN_ATTRIBUTES: [&str; 27] = [
    "CCI_REF",
    "Check_Content",
    "Check_Content_Ref",
    "Class",
    "Documentable",
    "False_Negatives",
    "False_Positives",
    "Fix_Text",
    "Group_Title",
    "IA_Controls",
    "Mitigation_Control",
    "Mitigations",
    "Potential_Impact",
    "Responsibility",
    "Rule_ID",
    "Rule_Title",
    "Rule_Ver",
    "STIGRef",
    "Security_Override_Guidance",
    "Severity",
    "Third_Party_Tools",
    "Vuln_Discuss",
    "Vuln_Num",
    "Weight",
    "TargetKey",
    "STIG_UUID",
    "LEGACY_ID",
];

fn content(name: &str) -> Content {
    match name {
        "CHECKLIST" => Content::Elements(&CHECKLIST),
        "ASSET" => Content::Elements(&ASSET),
        "STIGS" => Content::Elements(&STIGS),
        "iSTIG" => Content::Elements(&ISTIG),
        "STIG_INFO" => Content::Elements(&STIG_INFO),
        "SI_DATA" => Content::Elements(&SI_DATA),
        "VULN" => Content::Elements(&VULN),
        "STIG_DATA" => Content::Elements(&STIG_DATA),
        "ROLE" => Content::Words(&ROLES),
        "ASSET_TYPE" => Content::Words(&ASSET_TYPES),
        "TECH_AREA" => Content::Words(&TECH_AREA_WORDS),
        "SID_NAME" => Content::Words(&SID_NAMES),
        "VULN_ATTRIBUTE" => Content::Words(&VULN_ATTRIBUTES),
        "STATUS" => Content::Words(&STATUSES),
        "SEVERITY_OVERRIDE" => Content::Words(&["", "low", "medium", "high"]),
        "WEB_OR_DATABASE" => Content::Boolean,
        _ => Content::Words(&[]),
    }
}

/// Holds the checklist against the schema.
pub(super) fn check(ckl: &Ckl<'_>, source: &Source<'_>, found: &mut Found) {
    let mut open = vec![(ckl.root, String::new())];
    while let Some((id, rule)) = open.pop() {
        element(ckl.tree, id, &rule, source, found, &mut open);
    }
}

fn element(tree: &Tree<'_>, id: Id, rule: &str, source: &Source<'_>, found: &mut Found, open: &mut Vec<(Id, String)>) {
    let element = tree.get(id);
    let name = element.local;
    let place = |name: &str| match rule {
        "" => name.to_owned(),
        rule => format!("{rule} {name}"),
    };
    for attribute in &element.attributes {
        if is_allowed(attribute.name) {
            continue;
        }
        let message = format!("<{name}> has the attribute '{}'", excerpt(attribute.name));
        found.add(&ATTRIBUTE, attribute.at, place(name), message);
    }
    if element.name != element.local {
        let message = format!("<{}> has a prefix", excerpt(element.name));
        found.add(&ATTRIBUTE, element.at, place(name), message);
    }
    match content(name) {
        Content::Elements(parts) => {
            stray_text(tree, id, &place(name), found);
            sequence(tree, id, parts, rule, found, open);
        }
        Content::Words(words) => {
            let value = simple(tree, id, &place(name), found);
            if !words.is_empty() && !words.contains(&value.as_str()) {
                let message = match words.len() {
                    0..=5 => format!("'{}' is none of: {}", excerpt(&value), quoted(words)),
                    _ => format!("'{}' is none of the words for {name}", excerpt(&value)),
                };
                found.add(&VALUE, element.at, place(name), message);
            }
        }
        Content::Boolean => {
            let value = simple(tree, id, &place(name), found);
            if !["true", "false", "1", "0"].contains(&value.trim_ascii()) {
                let message = format!("'{}' is neither true nor false", excerpt(&value));
                found.add(&VALUE, element.at, place(name), message);
            }
        }
    }
    debug_assert!(element.at <= source.text.len(), "places are in the text");
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    quoted.join(", ")
}

/// What XML Schema allows anywhere.
fn is_allowed(name: &str) -> bool {
    name.starts_with("xmlns:") || name.starts_with("xsi:")
}

/// Elements only, in their order; each is looked into later.
fn sequence(
    tree: &Tree<'_>,
    id: Id,
    parts: &'static [Part],
    rule: &str,
    found: &mut Found,
    open: &mut Vec<(Id, String)>,
) {
    let parent = tree.get(id).local;
    let mut at = 0;
    let mut seen = 0;
    let mut inside = Vec::new();
    for child in tree.children(id) {
        let name = tree.get(child).local;
        let begin = tree.get(child).at;
        let wanted = parts.iter().position(|part| part.name == name);
        let place = |name: &str| match rule {
            "" => name.to_owned(),
            rule => format!("{rule} {name}"),
        };
        let message = match wanted {
            None => Some(format!("<{}> does not belong into <{parent}>", excerpt(name))),
            Some(part) if part < at => Some(format!("<{name}> stands too late in <{parent}>")),
            Some(part) if part == at && seen > 0 && !parts[part].is_list => {
                Some(format!("<{name}> stands in <{parent}> for the second time"))
            }
            Some(part) => {
                if part > at {
                    missing(&parts[at..part], seen, parent, begin, &place(parent), found);
                    (at, seen) = (part, 0);
                }
                seen += 1;
                None
            }
        };
        match message {
            Some(message) => found.add(&ELEMENT, begin, place(name), message),
            None => inside.push((child, name)),
        }
    }
    let begin = tree.get(id).at;
    let place = match rule {
        "" => parent.to_owned(),
        rule => format!("{rule} {parent}"),
    };
    missing(&parts[at..], seen, parent, begin, &place, found);
    for (number, (child, name)) in inside.into_iter().enumerate().rev() {
        let rule = match name {
            "VULN" => super::attribute(tree, child, "Rule_ID")
                .filter(|value| !value.is_empty())
                .unwrap_or_else(|| format!("VULN {number}")),
            _ => rule.to_owned(),
        };
        open.push((child, rule));
    }
}

/// Tells of the parts that should have come before this place; of the first, `seen` have come.
fn missing(parts: &[Part], seen: usize, parent: &str, at: usize, place: &str, found: &mut Found) {
    for (index, part) in parts.iter().enumerate() {
        let seen = if index == 0 { seen } else { 0 };
        if part.least > seen {
            let message = format!("<{}> is not there, where <{parent}> wants it", part.name);
            found.add(&MISSING, at, place, message);
        }
    }
}

fn stray_text(tree: &Tree<'_>, id: Id, place: &str, found: &mut Found) {
    for node in &tree.get(id).children {
        let (text, at) = match node {
            Node::Text(text, at) => (text.trim_ascii(), *at),
            Node::Cdata(text, at) => (*text, *at),
            Node::Element(_) | Node::Comment(..) | Node::Instruction(_) => continue,
        };
        if !text.is_empty() {
            found.add(&TEXT, at, place, format!("'{}' stands there", excerpt(text)));
            return;
        }
    }
}

/// The text of an element that holds only text; elements in it are told.
fn simple(tree: &Tree<'_>, id: Id, place: &str, found: &mut Found) -> String {
    for child in tree.children(id) {
        let (name, at) = (tree.get(child).name, tree.get(child).at);
        let message = format!("<{}> stands where only text does", excerpt(name));
        found.add(&ELEMENT, at, place, message);
    }
    text::of(tree, id)
}
