//! STIG Manager and CKL: its parser (`reviewsFromCkl` of stig-manager-client-modules), and what its API takes.

use super::super::check::Effect::{Cut, Dropped, Mangled, Refused, Remark};
use super::super::check::Importer::StigManager;
use super::super::check::{Found, Row};
use super::super::shape::{self, Shape};
use super::super::tree::{Id, Node};
use super::super::{html, text};
use super::{Ckl, Stig, Vuln, datum};
use crate::xml::read::excerpt;

/// Characters of a detail or comment that are kept.
pub(in super::super) const MOST_TEXT: usize = 32_767;

/// Characters of a rule id that are kept.
const MOST_RULE_ID: usize = 45;

/// Characters of names and addresses that are kept.
pub(in super::super) const MOST_NAME: usize = 255;

/// Bytes of JSON that the API takes at once (`STIGMAN_API_MAX_JSON_BODY`).
pub(in super::super) const MOST_POST: usize = 5_242_880;

macro_rules! row {
    ($name:ident, $code:literal, $effect:expr, $when:literal, $mend:literal) => {
        static $name: Row = Row {
            code: $code,
            on: &[(StigManager, $effect)],
            when: $when,
            mend: $mend,
        };
    };
}

row!(
    STRUCTURE,
    "ckl-structure",
    Refused,
    "ASSET, STIGS, iSTIG, STIG_INFO, SI_DATA, VULN or STIG_DATA is missing or empty where the parser reaches into it",
    "Write the element with what belongs into it."
);
row!(
    HOST,
    "host-name",
    Refused,
    "HOST_NAME is missing or empty, or has more than 255 characters",
    "Write the name of the asset into HOST_NAME."
);
row!(
    HOST_SHAPE,
    "host-name",
    Mangled,
    "HOST_NAME is there twice, or has an attribute, a comment or a CDATA section: the name becomes an object",
    "Write HOST_NAME once, as text alone."
);
row!(
    STIG_ID,
    "stig-id",
    Refused,
    "the SI_DATA `stigid` is missing or has no SID_DATA",
    "Write SI_DATA stigid with the id of the Benchmark."
);
row!(
    STIG_ID_EMPTY,
    "stig-id",
    Dropped,
    "the SI_DATA `stigid` is empty: the STIG is passed over, and the file refused when there is no other",
    "Write SI_DATA stigid with the id of the Benchmark."
);
row!(
    STIG_ID_LONG,
    "stig-id",
    Cut,
    "the id of the Benchmark has more than 255 characters",
    "Write the id as DISA's file has it."
);
row!(
    REVISION,
    "revision",
    Refused,
    "the SI_DATA `version` or `releaseinfo` is missing, or holds more than text",
    "Write SI_DATA version ('2') and releaseinfo ('Release: 2 Benchmark Date: 24 Jul 2024')."
);
row!(
    RELEASE,
    "release-info",
    Mangled,
    "no revision can be read: `version` needs a number, `releaseinfo` the form 'Release: N …' with a blank behind the number",
    "Write releaseinfo as DISA does: 'Release: 2 Benchmark Date: 24 Jul 2024'."
);
row!(
    VERSION_ONE,
    "release-info",
    Remark,
    "`version` is another than that in STIGRef: STIG Viewer 3 writes 1 for every STIG",
    "Write the version of the STIG into SI_DATA version."
);
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
    TEXT_DECODED,
    "decoded-twice",
    Mangled,
    "a text shows characters that look like HTML (`&lt;`, `&copy`, `&#65;`): references are expanded a second time",
    "Give a CKLB, whose texts are left alone: `stigprobe convert FILE --format cklb`."
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
row!(
    ASSET_LONG,
    "asset-field",
    Cut,
    "HOST_IP, HOST_FQDN or HOST_MAC has more than 255 characters",
    "Give the asset's main addresses only."
);
row!(
    POST,
    "post-size",
    Dropped,
    "the texts together are larger than 5 MiB, more than the API takes at once",
    "Shorten the texts, or split the file by STIG."
);
row!(
    SECOND,
    "second-element",
    Dropped,
    "there is a second ASSET, STIGS or STIG_INFO: only the first is read",
    "Write one; several STIGs are several iSTIG in one STIGS."
);
row!(
    NO_RULES,
    "no-results",
    Dropped,
    "there is no VULN: no review comes of the STIG",
    "Write a VULN for each rule."
);
row!(
    ENGINE,
    "engine",
    Remark,
    "a comment claims that Evaluate-STIG made the file: STIG Manager then shows it as the engine of every result",
    "Leave the comment out unless Evaluate-STIG made the file."
);

pub(super) static ROWS: &[&Row] = &[
    &STRUCTURE,
    &HOST,
    &HOST_SHAPE,
    &STIG_ID,
    &STIG_ID_EMPTY,
    &STIG_ID_LONG,
    &REVISION,
    &RELEASE,
    &VERSION_ONE,
    &STATUS,
    &RULE_ID,
    &RULE_ID_FORM,
    &RULE_ID_LONG,
    &NO_TEXT,
    &TEXT_SHAPE,
    &TEXT_LONG,
    &TEXT_DECODED,
    &NOTHING,
    &OVERRIDE,
    &ASSET_LONG,
    &POST,
    &SECOND,
    &NO_RULES,
    &ENGINE,
];

pub(super) fn check(ckl: &Ckl<'_>, found: &mut Found) {
    asset(ckl, found);
    if stigs(ckl, found) {
        let mut size = 0;
        let mut has_id = false;
        for stig in &ckl.stigs {
            let (named, bytes) = checklist(ckl, stig, found);
            has_id |= named;
            size += bytes;
        }
        if !has_id && let Some(stig) = ckl.stigs.first() {
            found.add(
                &STIG_ID,
                ckl.at(stig.id),
                "STIG_INFO",
                "no STIG of the file has an id",
            );
        }
        if size > MOST_POST {
            found.add(
                &POST,
                ckl.at(ckl.root),
                "CHECKLIST",
                format!("the texts have {size} bytes"),
            );
        }
    }
    engine(ckl, found);
}

fn structure(ckl: &Ckl<'_>, id: Id, message: &str, found: &mut Found) {
    let name = ckl.tree.get(id).local;
    found.add(&STRUCTURE, ckl.at(id), name, message);
}

fn asset(ckl: &Ckl<'_>, found: &mut Found) {
    let second = ckl.tree.named(ckl.root, "ASSET").nth(1);
    if let Some(second) = second {
        found.add(
            &SECOND,
            ckl.at(second),
            "ASSET",
            "a second ASSET is not read",
        );
    }
    let Some(asset) = ckl.asset.filter(|id| !shape::is_leaf(ckl.tree, *id)) else {
        structure(
            ckl,
            ckl.asset.unwrap_or(ckl.root),
            "there is no ASSET with anything in it",
            found,
        );
        return;
    };
    let host = ckl.tree.child(asset, "HOST_NAME");
    let at = ckl.at(host.unwrap_or(asset));
    match shape::child(ckl.tree, asset, "HOST_NAME") {
        Shape::Absent => found.add(&HOST, at, "HOST_NAME", "there is no HOST_NAME"),
        Shape::Text(name) if name.is_empty() => found.add(&HOST, at, "HOST_NAME", "it is empty"),
        Shape::Text(name) if text::units(&name) > MOST_NAME => {
            found.add(&HOST, at, "HOST_NAME", "it has more than 255 characters");
        }
        Shape::Text(_) => {}
        Shape::Other(why) => found.add(&HOST_SHAPE, at, "HOST_NAME", why),
    }
    for field in ["HOST_IP", "HOST_FQDN", "HOST_MAC"] {
        let Some(id) = ckl.tree.child(asset, field) else {
            continue;
        };
        if text::units(&text::of(ckl.tree, id)) > MOST_NAME {
            found.add(
                &ASSET_LONG,
                ckl.at(id),
                field,
                "it has more than 255 characters",
            );
        }
    }
}

/// The parser gets as far as the STIGs.
fn stigs(ckl: &Ckl<'_>, found: &mut Found) -> bool {
    let mut lists = ckl.tree.named(ckl.root, "STIGS");
    let Some(list) = lists.next().filter(|id| !shape::is_leaf(ckl.tree, *id)) else {
        structure(
            ckl,
            ckl.root,
            "there is no STIGS with anything in it",
            found,
        );
        return false;
    };
    if let Some(second) = lists.next() {
        found.add(
            &SECOND,
            ckl.at(second),
            "STIGS",
            "a second STIGS is not read",
        );
    }
    if ckl.stigs.is_empty() {
        structure(ckl, list, "there is no iSTIG", found);
        return false;
    }
    true
}

/// One STIG: whether it has an id, and how large its texts are.
fn checklist(ckl: &Ckl<'_>, stig: &Stig, found: &mut Found) -> (bool, usize) {
    let Some(info) = stig.info.filter(|id| !shape::is_leaf(ckl.tree, *id)) else {
        structure(
            ckl,
            stig.id,
            "there is no STIG_INFO with anything in it",
            found,
        );
        return (true, 0);
    };
    if let Some(second) = ckl.tree.named(stig.id, "STIG_INFO").nth(1) {
        found.add(
            &SECOND,
            ckl.at(second),
            "STIG_INFO",
            "a second STIG_INFO is not read",
        );
    }
    let data: Vec<Id> = ckl.tree.named(info, "SI_DATA").collect();
    if data.iter().all(|id| shape::is_leaf(ckl.tree, *id)) && data.len() < 2 {
        structure(ckl, info, "there is no SI_DATA with a SID_NAME", found);
        return (true, 0);
    }
    let has_id = stig_id(ckl, info, &data, found);
    revision(ckl, info, &data, found);
    if !has_id {
        return (false, 0);
    }
    (true, vulns(ckl, stig, found))
}

/// The `SI_DATA` of that name as the parser finds it, and what its `SID_DATA` is.
fn info(ckl: &Ckl<'_>, data: &[Id], name: &str) -> Option<(Id, Shape)> {
    let is_named = |id: &&Id| shape::child(ckl.tree, **id, "SID_NAME").text() == Some(name);
    let id = *data.iter().find(is_named)?;
    Some((id, shape::child(ckl.tree, id, "SID_DATA")))
}

fn stig_id(ckl: &Ckl<'_>, info_id: Id, data: &[Id], found: &mut Found) -> bool {
    let place = "SI_DATA stigid";
    match info(ckl, data, "stigid") {
        None => {
            found.add(
                &STIG_ID,
                ckl.at(info_id),
                place,
                "there is no SI_DATA stigid",
            );
            true
        }
        Some((id, Shape::Absent)) => {
            found.add(&STIG_ID, ckl.at(id), place, "it has no SID_DATA");
            true
        }
        Some((id, Shape::Other(why))) => {
            found.add(&STIG_ID, ckl.at(id), place, why);
            true
        }
        Some((id, Shape::Text(value))) => {
            let value = value.replacen("xccdf_mil.disa.stig_benchmark_", "", 1);
            if value.is_empty() {
                found.add(&STIG_ID_EMPTY, ckl.at(id), place, "it is empty");
            } else if text::units(&value) > MOST_NAME {
                found.add(
                    &STIG_ID_LONG,
                    ckl.at(id),
                    place,
                    "it has more than 255 characters",
                );
            }
            !value.is_empty()
        }
    }
}

fn revision(ckl: &Ckl<'_>, info_id: Id, data: &[Id], found: &mut Found) {
    let mut parts = Vec::new();
    for name in ["version", "releaseinfo"] {
        let place = format!("SI_DATA {name}");
        match info(ckl, data, name) {
            None => {
                let message = format!("there is no SI_DATA {name}");
                found.add(&REVISION, ckl.at(info_id), place, message);
            }
            Some((id, Shape::Other(why))) => found.add(&REVISION, ckl.at(id), place, why),
            Some((id, Shape::Absent)) => parts.push((id, String::new())),
            Some((id, Shape::Text(value))) => parts.push((id, value)),
        }
    }
    let [(version_id, version), (release_id, release)] = parts.as_slice() else {
        return;
    };
    if !version.contains(|c: char| c.is_ascii_digit()) {
        let message = format!("'{}' has no number", excerpt(version));
        found.add(&RELEASE, ckl.at(*version_id), "SI_DATA version", message);
    }
    if !names_release(release) {
        let message = format!("no release can be read from '{}'", excerpt(release));
        found.add(
            &RELEASE,
            ckl.at(*release_id),
            "SI_DATA releaseinfo",
            message,
        );
    }
}

/// The release can be read: `/Release:\s*(.+?)\s/`.
pub(in super::super) fn names_release(text: &str) -> bool {
    text.match_indices("Release:").any(|(at, word)| {
        let behind = text[at + word.len()..].trim_start();
        behind.lines().next().is_some_and(|line| !line.is_empty())
            && behind.contains(char::is_whitespace)
    })
}

fn vulns(ckl: &Ckl<'_>, stig: &Stig, found: &mut Found) -> usize {
    let [only] = stig.vulns.as_slice() else {
        if stig.vulns.is_empty() {
            found.add(&NO_RULES, ckl.at(stig.id), "iSTIG", "there is no VULN");
        }
        return stig
            .vulns
            .iter()
            .map(|vuln| review(ckl, stig, vuln, found))
            .sum();
    };
    if shape::is_leaf(ckl.tree, only.id) {
        structure(ckl, only.id, "the only VULN is empty", found);
        return 0;
    }
    review(ckl, stig, only, found)
}

/// One rule; how many bytes its texts have.
fn review(ckl: &Ckl<'_>, stig: &Stig, vuln: &Vuln, found: &mut Found) -> usize {
    let tree = ckl.tree;
    let place = |field: &str| format!("{} {field}", vuln.name);
    let status_at = ckl.at(tree.child(vuln.id, "STATUS").unwrap_or(vuln.id));
    let status = shape::child(tree, vuln.id, "STATUS");
    let word = match &status {
        Shape::Text(word) if super::STATUSES.contains(&word.as_str()) => word.as_str(),
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
        (
            "FINDING_DETAILS",
            shape::child(tree, vuln.id, "FINDING_DETAILS"),
        ),
        ("COMMENTS", shape::child(tree, vuln.id, "COMMENTS")),
    ];
    if word == "Not_Reviewed" && texts.iter().all(|(_, text)| !text.is_truthy()) {
        found.add(
            &NOTHING,
            status_at,
            place("STATUS"),
            "it is Not_Reviewed, and nothing is said of it",
        );
        return 0;
    }
    let mut bytes = 0;
    for (field, text) in &texts {
        bytes += written(ckl, vuln, field, text, found);
    }
    if let Some(id) = tree.child(vuln.id, "SEVERITY_OVERRIDE") {
        let value = text::of(tree, id);
        if !value.trim().is_empty() {
            let message = format!(
                "the severity stays what the STIG says, not '{}'",
                excerpt(value.trim())
            );
            found.add(&OVERRIDE, ckl.at(id), place("SEVERITY_OVERRIDE"), message);
        }
    }
    version_of_reference(ckl, stig, vuln, found);
    bytes
}

/// The rule has an id by which a review is made of it.
fn rule_id(ckl: &Ckl<'_>, vuln: &Vuln, found: &mut Found) -> bool {
    let place = format!("{} Rule_ID", vuln.name);
    let data: Vec<Id> = ckl.tree.named(vuln.id, "STIG_DATA").collect();
    if data.iter().all(|id| shape::is_leaf(ckl.tree, *id)) && data.len() < 2 {
        found.add(
            &STRUCTURE,
            ckl.at(vuln.id),
            format!("{} STIG_DATA", vuln.name),
            "there is no STIG_DATA",
        );
        return false;
    }
    let is_rule_id =
        |id: &&Id| shape::child(ckl.tree, **id, "VULN_ATTRIBUTE").text() == Some("Rule_ID");
    let Some(id) = data.iter().find(is_rule_id) else {
        found.add(&RULE_ID, ckl.at(vuln.id), place, "there is no Rule_ID");
        return false;
    };
    match shape::child(ckl.tree, *id, "ATTRIBUTE_DATA") {
        Shape::Text(value) if !value.is_empty() => {
            form(
                &value,
                ckl.at(*id),
                &place,
                &RULE_ID_LONG,
                &RULE_ID_FORM,
                found,
            );
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

/// The id survives, and can be one of a rule.
pub(in super::super) fn form(
    value: &str,
    at: usize,
    place: &str,
    long: &'static Row,
    odd: &'static Row,
    found: &mut Found,
) {
    if text::units(value) > MOST_RULE_ID {
        found.add(
            long,
            at,
            place,
            format!("'{}' has more than 45 characters", excerpt(value)),
        );
    } else if !value.ends_with("_rule") {
        found.add(
            odd,
            at,
            place,
            format!("'{}' does not end in _rule", excerpt(value)),
        );
    } else if value.starts_with("xccdf_") {
        found.add(
            odd,
            at,
            place,
            format!("'{}' has a prefix of its own", excerpt(value)),
        );
    }
}

/// One of the two texts: how many bytes it has.
fn written(ckl: &Ckl<'_>, vuln: &Vuln, field: &str, text: &Shape, found: &mut Found) -> usize {
    let place = format!("{} {field}", vuln.name);
    let Some(id) = ckl.tree.child(vuln.id, field) else {
        found.add(
            &NO_TEXT,
            ckl.at(vuln.id),
            place,
            format!("there is no {field}"),
        );
        return 0;
    };
    match text {
        Shape::Absent => 0,
        Shape::Other(why) => {
            let at = first_odd(ckl, id).unwrap_or(ckl.at(id));
            found.add(&TEXT_SHAPE, at, place, *why);
            0
        }
        Shape::Text(value) => {
            let units = text::units(value);
            if units > MOST_TEXT {
                let message = format!(
                    "{} of its {units} characters are left out",
                    units - MOST_TEXT
                );
                found.add(&TEXT_LONG, ckl.at(id), place.clone(), message);
            }
            let (raw, at) = shape::raw(ckl.tree, id);
            if let Some(message) = twice(&raw) {
                found.add(&TEXT_DECODED, at, place, message);
            }
            value.len()
        }
    }
}

/// What a second expansion makes of a text, in words.
pub(in super::super) fn twice(raw: &str) -> Option<String> {
    let once = text::expanded(raw.trim());
    let (at, length, character) = html::first(&once)?;
    let seen = &once[at..at + length];
    (seen != character).then(|| format!("'{}' becomes '{}'", excerpt(seen), excerpt(&character)))
}

/// Where the first thing stands that is no text.
fn first_odd(ckl: &Ckl<'_>, id: Id) -> Option<usize> {
    ckl.tree
        .get(id)
        .children
        .iter()
        .find_map(|node| match node {
            Node::Text(..) => None,
            Node::Cdata(_, at) | Node::Comment(_, at) | Node::Instruction(at) => Some(*at),
            Node::Element(id) => Some(ckl.at(*id)),
        })
}

/// `STIGRef` says of which version the rule is.
fn version_of_reference(ckl: &Ckl<'_>, stig: &Stig, vuln: &Vuln, found: &mut Found) {
    // Once per STIG is enough.
    if stig.vulns.first().is_none_or(|first| first.id != vuln.id) {
        return;
    }
    let Some((id, Some(version))) = ckl.info(stig, "version") else {
        return;
    };
    let reference = datum(ckl.tree, vuln.id, "STIGRef")
        .and_then(|id| text::in_child(ckl.tree, id, "ATTRIBUTE_DATA"));
    let stated = reference.as_deref().and_then(|text| {
        let (_, behind) = text.split_once(":: Version ")?;
        behind
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .map(str::to_owned)
    });
    if let Some(stated) = stated.filter(|s| !s.is_empty() && s != version.trim()) {
        let message = format!(
            "it says {}, and STIGRef version {stated}",
            excerpt(version.trim())
        );
        found.add(&VERSION_ONE, ckl.at(id), "SI_DATA version", message);
    }
}

fn engine(ckl: &Ckl<'_>, found: &mut Found) {
    for (comment, at) in ckl.tree.top_comments() {
        if comment.starts_with("<Evaluate-STIG>") {
            found.add(&ENGINE, at, "comment", "the comment names Evaluate-STIG");
        }
    }
}
