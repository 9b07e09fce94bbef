//! CKLB, STIG Viewer 3's checklist: its JSON schema, and what each importer makes of it.

mod others;
mod schema;
mod stig_manager;

use std::collections::BTreeSet;

use super::check::Effect::{Dropped, Refused};
use super::check::Importer::{Emass, StigManager, StigViewer};
use super::check::{Found, Row};
use super::json::{self, Kind, Value};
use super::source::{self, Source};
use crate::xml::read::excerpt;

static NOT_JSON: Row = Row {
    code: "not-json",
    on: &[(StigViewer, Refused), (StigManager, Refused), (Emass, Refused)],
    when: "the file stops being JSON here (RFC 8259)",
    mend: "Write the file with a tool that writes JSON; it may be cut off.",
};

static TOO_DEEP: Row = Row {
    code: "too-deep",
    on: &[(StigViewer, Dropped), (StigManager, Dropped), (Emass, Dropped)],
    when: "more than 400 lists and objects are in one another; nothing more can be said of the file",
    mend: "Write the file anew: no checklist has a dozen.",
};

static SAME_NAME: Row = Row {
    code: "same-name",
    on: &[(StigViewer, Dropped), (StigManager, Dropped), (Emass, Dropped)],
    when: "an object has a name twice: only the last counts",
    mend: "Write each name once.",
};

/// All rows.
pub(super) fn rows() -> Vec<&'static Row> {
    let own: &[&Row] =
        &[&source::JSON_MARK, &source::JSON_UTF16, &source::JSON_BROKEN, &NOT_JSON, &TOO_DEEP, &SAME_NAME];
    [own, stig_manager::ROWS, schema::ROWS, others::ROWS].concat()
}

/// The four words of a status.
const STATUSES: [&str; 4] = ["not_a_finding", "open", "not_applicable", "not_reviewed"];

/// Everything that importers do to this checklist.
pub(super) fn check(source: &Source<'_>, found: &mut Found) {
    let root = match json::parse(&source.text) {
        Ok(root) => root,
        Err(wrong) => {
            let row = if wrong.why == json::DEEP { &TOO_DEEP } else { &NOT_JSON };
            found.add(row, wrong.at, "file", wrong.why);
            return;
        }
    };
    doubled(&root, found);
    stig_manager::check(&root, &source.text, found);
    schema::check(&root, found);
    others::check(&root, found);
}

/// Names that an object has twice.
fn doubled(root: &Value, found: &mut Found) {
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        match &value.kind {
            Kind::List(values) => open.extend(values),
            Kind::Object(members) => {
                let mut seen = BTreeSet::new();
                for member in members {
                    if !seen.insert(member.name.as_str()) {
                        let name = excerpt(&member.name);
                        let message = format!("'{name}' is there twice; the first is lost");
                        found.add(&SAME_NAME, member.at, name, message);
                    }
                    open.push(&member.value);
                }
            }
            _ => {}
        }
    }
}

/// What a rule is called in a message.
fn name(number: usize, rule: &Value) -> String {
    ["rule_id_src", "rule_id", "group_id", "rule_version"]
        .iter()
        .find_map(|field| rule.text(field).filter(|text| !text.is_empty()))
        .map_or_else(|| format!("rule {}", number + 1), str::to_owned)
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_list).unwrap_or_default()
}
