//! Identity constraints: what has to be unique within an element, and what has to exist there.

use std::collections::HashMap;

use super::machine::Open;
use super::problem::{Code, Report};
use super::schema::{Key, KeyKind, Simple, Type};
use crate::xml::read::{Position, Tag, excerpt};

/// The constraints of one open element, and what they have seen.
pub(super) struct Scope {
    /// How many elements were open around it.
    pub(super) depth: usize,
    keys: &'static [Key],
    /// The last name of each selector, and whose it is: most elements are told apart by it.
    last_names: Vec<(&'static str, usize)>,
    /// The values of each key, with the line of the first.
    seen: Vec<HashMap<String, u64>>,
    references: Vec<Reference>,
}

/// A value that has to be found in a key.
struct Reference {
    key: usize,
    value: String,
    element: String,
    position: Position,
}

impl Scope {
    pub(super) fn new(depth: usize, keys: &'static [Key]) -> Self {
        let seen = keys.iter().map(|_| HashMap::new()).collect();
        let last_names = keys.iter().enumerate().flat_map(|(at, key)| {
            let selectors = key.selectors.iter();
            selectors.map(move |selector| (last_name(selector), at))
        });
        Scope { depth, keys, last_names: last_names.collect(), seen, references: Vec::new() }
    }

    /// Looks at an element inside; `above` are those open below the scope, `start` is its tag.
    pub(super) fn see(
        &mut self,
        above: &[Open],
        start: &Tag<'_>,
        declared: Option<&'static Type>,
        position: Position,
        report: &mut Report,
    ) {
        let mut told: Option<String> = None;
        let mut before = None;
        for (last, at) in &self.last_names {
            let (at, key) = (*at, &self.keys[*at]);
            if *last != start.name() || start.namespace() != Some(key.namespace) {
                continue;
            }
            let selects = |selector: &&str| selects(selector, key.namespace, above);
            // A key sees an element once, however many of its selectors lead there.
            if before == Some(at) || !key.selectors.iter().any(selects) {
                continue;
            }
            before = Some(at);
            let values: Option<Vec<String>> = key.fields.iter().map(|field| field_of(start, declared, field)).collect();
            let element = || excerpt(start.name());
            let Some(values) = values else {
                // Where the schema requires the attribute, that has been said already.
                let is_told = key
                    .fields
                    .iter()
                    .any(|field| declared.and_then(|t| t.attribute(None, field)).is_some_and(|a| a.required));
                if key.kind == KeyKind::Key && !is_told {
                    let fields = key.fields.join(", ");
                    let text =
                        format!("{}: it has no '{fields}', by which it is told from others ({})", element(), key.name);
                    report.add(position, Code::MissingKey, text);
                }
                continue;
            };
            // No document can hold that character.
            let value = values.join("\u{0}");
            if matches!(key.kind, KeyKind::Ref(_)) {
                self.references.push(Reference { key: at, value, element: element(), position });
                continue;
            }
            if let Some(line) = self.seen[at].get(&value) {
                // One id is in several keys; once is enough.
                if told.as_ref() != Some(&value) {
                    let (fields, shown) = (key.fields.join(" and "), shown(&value));
                    let text =
                        format!("{}: its {fields} {shown} is that of another on line {line} ({})", element(), key.name);
                    report.add(position, Code::Duplicate, text);
                }
                told = Some(value);
            } else {
                self.seen[at].insert(value, position.line);
            }
        }
    }

    /// The element ends: whatever is referred to should have come.
    pub(super) fn finish(self, report: &mut Report) {
        for reference in self.references {
            let key = &self.keys[reference.key];
            let KeyKind::Ref(refer) = key.kind else {
                continue;
            };
            let target = self.keys.iter().position(|key| key.name == refer);
            if target.is_some_and(|at| self.seen[at].contains_key(&reference.value)) {
                continue;
            }
            let (element, fields, shown) = (reference.element, key.fields.join(" and "), shown(&reference.value));
            let text = format!("{element}: its {fields} {shown} names nothing that is there ({})", key.name);
            report.add(reference.position, Code::DanglingReference, text);
        }
    }
}

fn shown(value: &str) -> String {
    let parts: Vec<String> = value.split('\u{0}').map(|part| format!("'{}'", excerpt_long(part))).collect();
    parts.join(" and ")
}

/// Long enough for any id in use.
fn excerpt_long(text: &str) -> String {
    crate::xml::read::excerpt_of(text, 120)
}

/// The value of an attribute as its type has it, or its default.
fn field_of(start: &Tag<'_>, declared: Option<&'static Type>, field: &str) -> Option<String> {
    let attr = declared.and_then(|declared| declared.attribute(None, field));
    match (start.attribute(field), attr) {
        (Some(written), attr) => {
            let simple = attr.map_or(Simple::String, |attr| attr.value);
            Some(simple.normalised(written.value).into_owned())
        }
        (None, Some(attr)) => attr.default.map(str::to_owned),
        (None, None) => None,
    }
}

/// The name that an element has that the selector leads to.
fn last_name(selector: &'static str) -> &'static str {
    let names = selector.trim_start_matches('/');
    names.rsplit_once('/').map_or(names, |(_, last)| last)
}

/// The way to an element whose name is the selector's last is the selector's, or ends like it if the
/// selector begins anywhere.
fn selects(selector: &str, namespace: &str, above: &[Open]) -> bool {
    let (names, anywhere) = match selector.strip_prefix("//") {
        Some(names) => (names, true),
        None => (selector, false),
    };
    let mut steps = above.iter().rev();
    let mut outer = names.rsplit('/').skip(1);
    let matched = outer.all(|name| steps.next().is_some_and(|step| step.is(namespace, name)));
    matched && (anywhere || steps.next().is_none())
}
