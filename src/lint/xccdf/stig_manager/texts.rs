//! Detail and comment of a rule-result, and where they are looked for.

use crate::lint::check::Effect::{Cut, Dropped, Mangled};
use crate::lint::check::{Found, Row};
use crate::lint::shape::{self, Shape};
use crate::lint::stig_manager::{self, row};
use crate::lint::text;
use crate::lint::tree::{Id, Node};
use crate::lint::xccdf::Results;

row!(
    MESSAGE,
    "evidence",
    Dropped,
    "no detail is taken: `message` is read only when it is the only one, has an attribute, and no CDATA; a sentence that \
     names the engine stands in its place",
    "Write one <message severity=\"info\">, and the text in check/check-content/detail too."
);
row!(
    TEXT_SHAPE,
    "text-shape",
    Mangled,
    "detail or comment in check-content is there twice, or has an attribute, a CDATA section or elements: it becomes an \
     object",
    "Write the element once, with its text escaped and nothing else in it."
);
row!(
    TEXT_LONG,
    "text-length",
    Cut,
    "a detail or comment has more than 32,767 characters",
    "Shorten the text, and put long evidence into a file of its own."
);
row!(
    CHECKS,
    "several-checks",
    Dropped,
    "a rule-result has two checks: detail, comment and reference in them are not found",
    "Write one check per rule-result."
);
row!(
    ENGINE,
    "engine",
    Dropped,
    "the product is stig-manager or evaluate-stig, and resultEngine has attributes: they become properties, which the API \
     refuses",
    "Write resultEngine without attributes."
);

pub(super) static ROWS: &[&Row] = &[&MESSAGE, &TEXT_SHAPE, &TEXT_LONG, &stig_manager::TEXT_DECODED, &CHECKS, &ENGINE];

/// Detail and comment, and how many bytes they have.
pub(super) fn check(results: &Results<'_>, id: Id, name: &str, is_known: bool, found: &mut Found) -> usize {
    let tree = results.tree;
    let checks: Vec<Id> = tree.named(id, "check").collect();
    let contents = |check: &Id| tree.named(*check, "check-content").collect::<Vec<_>>();
    if let [_, second, ..] = checks.as_slice()
        && checks.iter().any(|check| !contents(check).is_empty())
    {
        let place = format!("{name} check");
        found.add(&CHECKS, results.at(*second), place, "there is a second check");
    }
    let content = match checks.as_slice() {
        [check] => match contents(check).as_slice() {
            [content] => Some(*content),
            _ => None,
        },
        _ => None,
    };
    if let Some(content) = content.filter(|_| is_known) {
        let engine = tree.child(content, "resultEngine");
        let odd = engine.filter(|engine| has_attributes(results, *engine));
        if let Some(odd) = odd {
            found.add(&ENGINE, results.at(odd), format!("{name} resultEngine"), "it has attributes");
        }
    }
    let mut size = 0;
    let mut has_detail = false;
    for what in ["detail", "comment"] {
        let Some(content) = content else { break };
        match shape::child(tree, content, what) {
            Shape::Absent => {}
            Shape::Text(_) => {
                let Some(element) = tree.child(content, what) else {
                    continue;
                };
                let length = written(results, element, &format!("{name} {what}"), found);
                size += length;
                has_detail |= what == "detail" && length > 0;
            }
            Shape::Other(why) => {
                let at = results.at(tree.child(content, what).unwrap_or(content));
                found.add(&TEXT_SHAPE, at, format!("{name} {what}"), why);
                has_detail |= what == "detail";
            }
        }
    }
    if has_detail {
        return size;
    }
    size + message(results, id, name, found)
}

fn has_attributes(results: &Results<'_>, id: Id) -> bool {
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let element = results.tree.get(id);
        if element.attributes.iter().any(|a| !a.name.starts_with("xmlns")) {
            return true;
        }
        open.extend(results.tree.children(id));
    }
    false
}

/// A text that is taken; how many bytes it has.
fn written(results: &Results<'_>, id: Id, place: &str, found: &mut Found) -> usize {
    let (raw, _) = shape::raw(results.tree, id);
    let value = shape::stored(&raw);
    stig_manager::written(results.tree, id, &value, place, &TEXT_LONG, found)
}

/// The detail where there is none in check-content.
fn message(results: &Results<'_>, id: Id, name: &str, found: &mut Found) -> usize {
    let tree = results.tree;
    let messages: Vec<Id> = tree.named(id, "message").collect();
    let place = format!("{name} message");
    let has_text = |id: &Id| !text::of(tree, *id).trim().is_empty();
    // Nothing is lost where nothing was said.
    if !messages.iter().any(has_text) {
        return 0;
    }
    let why = match messages.as_slice() {
        [only] => {
            let element = tree.get(*only);
            let is_object = element.attributes.iter().any(|a| !a.name.starts_with("xmlns"))
                || element.children.iter().any(|node| !matches!(node, Node::Text(..)));
            let (raw, _) = shape::raw(tree, *only);
            if !is_object {
                Some("its only message has no attribute")
            } else if raw.trim().is_empty() {
                Some("its message is a CDATA section")
            } else {
                return written(results, *only, &place, found);
            }
        }
        _ => Some("it has several messages"),
    };
    if let Some(why) = why {
        let at = messages.first().map_or(results.at(id), |id| results.at(*id));
        found.add(&MESSAGE, at, place, why);
    }
    0
}
