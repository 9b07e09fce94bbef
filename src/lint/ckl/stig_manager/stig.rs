//! The STIGs of a checklist: which there are, in which revision.

use super::{SECOND, review, structure};
use crate::lint::check::Effect::{Cut, Dropped, Mangled, Refused, Remark};
use crate::lint::check::{Found, Row};
use crate::lint::ckl::{Ckl, Stig, Vuln, datum};
use crate::lint::shape::{self, Shape};
use crate::lint::stig_manager::{MOST_NAME, benchmark_id, names_release, row};
use crate::lint::text;
use crate::lint::tree::Id;
use crate::xml::read::excerpt;

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
row!(NO_RULES, "no-results", Dropped, "there is no VULN: no review comes of the STIG", "Write a VULN for each rule.");

pub(super) static ROWS: &[&Row] =
    &[&STIG_ID, &STIG_ID_EMPTY, &STIG_ID_LONG, &REVISION, &RELEASE, &VERSION_ONE, &NO_RULES];

/// The parser gets as far as the STIGs.
pub(super) fn stigs(ckl: &Ckl<'_>, found: &mut Found) -> bool {
    let mut lists = ckl.tree.named(ckl.root, "STIGS");
    let Some(list) = lists.next().filter(|id| !shape::is_leaf(ckl.tree, *id)) else {
        structure(ckl, ckl.root, "there is no STIGS with anything in it", found);
        return false;
    };
    if let Some(second) = lists.next() {
        found.add(&SECOND, ckl.at(second), "STIGS", "a second STIGS is not read");
    }
    if ckl.stigs.is_empty() {
        structure(ckl, list, "there is no iSTIG", found);
        return false;
    }
    true
}

/// One STIG: whether it has an id, and how large its texts are.
pub(super) fn checklist(ckl: &Ckl<'_>, stig: &Stig, found: &mut Found) -> (bool, usize) {
    let Some(info) = stig.info.filter(|id| !shape::is_leaf(ckl.tree, *id)) else {
        structure(ckl, stig.id, "there is no STIG_INFO with anything in it", found);
        return (true, 0);
    };
    if let Some(second) = ckl.tree.named(stig.id, "STIG_INFO").nth(1) {
        found.add(&SECOND, ckl.at(second), "STIG_INFO", "a second STIG_INFO is not read");
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
            found.add(&STIG_ID, ckl.at(info_id), place, "there is no SI_DATA stigid");
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
            let value = benchmark_id(&value);
            if value.is_empty() {
                found.add(&STIG_ID_EMPTY, ckl.at(id), place, "it is empty");
            } else if text::units(&value) > MOST_NAME {
                found.add(&STIG_ID_LONG, ckl.at(id), place, "it has more than 255 characters");
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
        found.add(&RELEASE, ckl.at(*release_id), "SI_DATA releaseinfo", message);
    }
}

fn vulns(ckl: &Ckl<'_>, stig: &Stig, found: &mut Found) -> usize {
    let [only] = stig.vulns.as_slice() else {
        if stig.vulns.is_empty() {
            found.add(&NO_RULES, ckl.at(stig.id), "iSTIG", "there is no VULN");
        }
        return stig.vulns.iter().map(|vuln| review::check(ckl, stig, vuln, found)).sum();
    };
    if shape::is_leaf(ckl.tree, only.id) {
        structure(ckl, only.id, "the only VULN is empty", found);
        return 0;
    }
    review::check(ckl, stig, only, found)
}

/// `STIGRef` says of which version the rule is.
pub(super) fn version_of_reference(ckl: &Ckl<'_>, stig: &Stig, vuln: &Vuln, found: &mut Found) {
    // Once per STIG is enough.
    if stig.vulns.first().is_none_or(|first| first.id != vuln.id) {
        return;
    }
    let Some((id, Some(version))) = ckl.info(stig, "version") else {
        return;
    };
    let reference = datum(ckl.tree, vuln.id, "STIGRef").and_then(|id| text::in_child(ckl.tree, id, "ATTRIBUTE_DATA"));
    let stated = reference.as_deref().and_then(|text| {
        let (_, behind) = text.split_once(":: Version ")?;
        behind.split(|c: char| !c.is_ascii_digit()).next().map(str::to_owned)
    });
    if let Some(stated) = stated.filter(|s| !s.is_empty() && s != version.trim()) {
        let message = format!("it says {}, and STIGRef version {stated}", excerpt(version.trim()));
        found.add(&VERSION_ONE, ckl.at(id), "SI_DATA version", message);
    }
}
