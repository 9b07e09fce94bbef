//! STIG Manager and CKL: its parser (`reviewsFromCkl` of stig-manager-client-modules), and what its API takes.

mod asset;
mod review;
mod stig;

use super::Ckl;
use crate::lint::check::Effect::{Dropped, Refused, Remark};
use crate::lint::check::{Found, Row};
use crate::lint::stig_manager::{CHECKLIST_POST, row, too_large};
use crate::lint::tree::Id;

row!(
    STRUCTURE,
    "ckl-structure",
    Refused,
    "ASSET, STIGS, iSTIG, STIG_INFO, SI_DATA, VULN or STIG_DATA is missing or empty where the parser reaches into it",
    "Write the element with what belongs into it."
);
row!(
    SECOND,
    "second-element",
    Dropped,
    "there is a second ASSET, STIGS or STIG_INFO: only the first is read",
    "Write one; several STIGs are several iSTIG in one STIGS."
);
row!(
    ENGINE,
    "engine",
    Remark,
    "a comment claims that Evaluate-STIG made the file: STIG Manager then shows it as the engine of every result",
    "Leave the comment out unless Evaluate-STIG made the file."
);

/// All rows.
pub(super) fn rows() -> Vec<&'static Row> {
    let own = &[&STRUCTURE, &CHECKLIST_POST, &SECOND, &ENGINE];
    [own, asset::ROWS, stig::ROWS, review::ROWS].concat()
}

pub(super) fn check(ckl: &Ckl<'_>, found: &mut Found) {
    asset::check(ckl, found);
    if stig::stigs(ckl, found) {
        let mut size = 0;
        let mut has_id = false;
        for one in &ckl.stigs {
            let (named, bytes) = stig::checklist(ckl, one, found);
            has_id |= named;
            size += bytes;
        }
        if !has_id && let Some(first) = ckl.stigs.first() {
            found.add(&stig::STIG_ID, ckl.at(first.id), "STIG_INFO", "no STIG of the file has an id");
        }
        if let Some(message) = too_large(size) {
            found.add(&CHECKLIST_POST, ckl.at(ckl.root), "CHECKLIST", message);
        }
    }
    engine(ckl, found);
}

fn structure(ckl: &Ckl<'_>, id: Id, message: &str, found: &mut Found) {
    let name = ckl.tree.get(id).local;
    found.add(&STRUCTURE, ckl.at(id), name, message);
}

fn engine(ckl: &Ckl<'_>, found: &mut Found) {
    for (comment, at) in ckl.tree.top_comments() {
        if comment.starts_with("<Evaluate-STIG>") {
            found.add(&ENGINE, at, "comment", "the comment names Evaluate-STIG");
        }
    }
}
