//! The target: the name of the asset, and the facts that STIG Manager writes itself.

use std::collections::BTreeSet;

use crate::lint::check::Effect::{Dropped, Mangled, Refused};
use crate::lint::check::{Found, Row};
use crate::lint::shape::{self, Shape};
use crate::lint::stig_manager::{MOST_NAME, row};
use crate::lint::text;
use crate::lint::tree::Id;
use crate::lint::xccdf::Results;
use crate::xml::read::excerpt;

row!(
    TARGET,
    "target",
    Refused,
    "there is no target, an empty one, or one of more than 255 characters",
    "Write the name of the asset into target."
);
row!(
    TARGET_SHAPE,
    "target",
    Mangled,
    "the first target holds more than text: the name of the asset becomes an object",
    "Write target with text alone."
);
row!(
    TARGETS,
    "target",
    Dropped,
    "there is a second target: only the first is read",
    "Write one target; more addresses are target-address."
);
row!(
    FACT,
    "target-fact",
    Refused,
    "a fact has no `name`, or the name of metadata is no well-formed URI",
    "Write name on every fact, with %XX for what is no letter."
);
row!(FACT_TWICE, "target-fact", Dropped, "two facts have the same name: the last one counts", "Write each fact once.");

pub(super) static ROWS: &[&Row] = &[&TARGET, &TARGET_SHAPE, &TARGETS, &FACT, &FACT_TWICE];

/// How STIG Manager's own facts begin.
const FACT_PREFIX: &str = "tag:stig-manager@users.noreply.github.com,2020:asset:";

pub(super) fn check(results: &Results<'_>, test: Id, found: &mut Found) {
    let tree = results.tree;
    let by_fact = facts(results, test, found);
    let mut targets = tree.named(test, "target");
    let Some(first) = targets.next() else {
        return found.add(&TARGET, results.at(test), "target", "there is no target");
    };
    if let Some(second) = targets.next() {
        found.add(&TARGETS, results.at(second), "target", "a second target is not read");
    }
    let at = results.at(first);
    let shape = match by_fact {
        Some(name) => Shape::Text(name),
        None => shape::of(tree, first),
    };
    match shape {
        Shape::Text(name) if name.is_empty() => found.add(&TARGET, at, "target", "it is empty"),
        Shape::Text(name) if text::units(&name) > MOST_NAME => {
            found.add(&TARGET, at, "target", "it has more than 255 characters");
        }
        Shape::Other(why) => found.add(&TARGET_SHAPE, at, "target", why),
        Shape::Absent | Shape::Text(_) => {}
    }
}

/// The facts; gives the name of the asset when one of them does.
fn facts(results: &Results<'_>, test: Id, found: &mut Found) -> Option<String> {
    let tree = results.tree;
    let lists: Vec<Id> = tree.named(test, "target-facts").collect();
    let [list] = lists.as_slice() else {
        return None;
    };
    let mut name = None;
    let mut seen = BTreeSet::new();
    for fact in tree.named(*list, "fact") {
        let at = results.at(fact);
        let Some(called) = results.value(fact, "name") else {
            found.add(&FACT, at, "fact", "it has no name");
            continue;
        };
        let property = called.strip_prefix(FACT_PREFIX);
        if let Some(encoded) = property.and_then(|p| p.strip_prefix("metadata:"))
            && !is_uri(encoded)
        {
            let message = format!("'{}' is no well-formed URI", excerpt(encoded));
            found.add(&FACT, at, "fact", message);
        }
        if property == Some("name") {
            name = Some(text::of(tree, fact).trim().to_owned());
        }
        if seen.contains(&called) {
            let message = format!("'{}' is there already", excerpt(&called));
            found.add(&FACT_TWICE, at, "fact", message);
        }
        seen.insert(called);
    }
    name
}

/// `decodeURI` takes it: every `%` begins the UTF-8 of a character.
fn is_uri(text: &str) -> bool {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first != b'%' {
            bytes.push(*first);
            rest = tail;
            continue;
        }
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) else {
            return false;
        };
        bytes.push(byte);
        rest = &tail[2..];
    }
    std::str::from_utf8(&bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_read_as_the_parser_reads_them() {
        assert!(is_uri("a%20b%C3%A9"));
        assert!(!is_uri("%E0%A4%A") && !is_uri("%") && !is_uri("%FF"));
    }
}
