//! Identity constraints: what has to be unique within an element, and what has to exist there.

use std::collections::HashMap;

use super::problem::{Code, Report};
use super::schema::{Key, KeyKind, Simple, Type};
use crate::xml::read::{Position, Start, excerpt};

/// An element that is open, as far as paths look at it.
pub(super) struct Step<'a> {
    pub(super) namespace: Option<&'a str>,
    pub(super) name: &'a str,
}

/// The constraints of one open element, and what they have seen.
pub(super) struct Scope {
    /// How many elements were open around it.
    pub(super) depth: usize,
    keys: &'static [Key],
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
        Scope {
            depth,
            keys,
            seen,
            references: Vec::new(),
        }
    }

    /// Looks at an element inside; `path` leads from below the scope to it, `start` is its tag.
    pub(super) fn see<'a, P: Iterator<Item = Step<'a>> + DoubleEndedIterator>(
        &mut self,
        path: impl Fn() -> P,
        start: &Start,
        declared: Option<&'static Type>,
        position: Position,
        report: &mut Report,
    ) {
        let mut told: Option<String> = None;
        for (at, key) in self.keys.iter().enumerate() {
            if !key
                .selectors
                .iter()
                .any(|selector| selects(selector, key.namespace, &path))
            {
                continue;
            }
            let values: Option<Vec<String>> = key
                .fields
                .iter()
                .map(|field| field_of(start, declared, field))
                .collect();
            let element = excerpt(&start.name);
            let Some(values) = values else {
                // Where the schema requires the attribute, that has been said already.
                let is_told = key.fields.iter().any(|field| {
                    declared
                        .and_then(|t| t.attribute(None, field))
                        .is_some_and(|a| a.required)
                });
                if key.kind == KeyKind::Key && !is_told {
                    let fields = key.fields.join(", ");
                    let text = format!(
                        "{element}: it has no '{fields}', by which it is told from others ({})",
                        key.name
                    );
                    report.add(position, Code::MissingKey, text);
                }
                continue;
            };
            // No document can hold that character.
            let value = values.join("\u{0}");
            if matches!(key.kind, KeyKind::Ref(_)) {
                self.references.push(Reference {
                    key: at,
                    value,
                    element,
                    position,
                });
                continue;
            }
            if let Some(line) = self.seen[at].get(&value) {
                // One id is in several keys; once is enough.
                if told.as_ref() != Some(&value) {
                    let (fields, shown) = (key.fields.join(" and "), shown(&value));
                    let text = format!(
                        "{element}: its {fields} {shown} is that of another on line {line} ({})",
                        key.name
                    );
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
            let (element, fields, shown) = (
                reference.element,
                key.fields.join(" and "),
                shown(&reference.value),
            );
            let text = format!(
                "{element}: its {fields} {shown} names nothing that is there ({})",
                key.name
            );
            report.add(reference.position, Code::DanglingReference, text);
        }
    }
}

fn shown(value: &str) -> String {
    let parts: Vec<String> = value
        .split('\u{0}')
        .map(|part| format!("'{}'", excerpt_long(part)))
        .collect();
    parts.join(" and ")
}

/// Long enough for any id in use.
fn excerpt_long(text: &str) -> String {
    crate::xml::read::excerpt_of(text, 120)
}

/// The value of an attribute as its type has it, or its default.
fn field_of(start: &Start, declared: Option<&'static Type>, field: &str) -> Option<String> {
    let attr = declared.and_then(|declared| declared.attribute(None, field));
    match (start.attribute(field), attr) {
        (Some(written), attr) => {
            let simple = attr.map_or(Simple::String, |attr| attr.value);
            Some(simple.normalised(&written.value).into_owned())
        }
        (None, Some(attr)) => attr.default.map(str::to_owned),
        (None, None) => None,
    }
}

/// The path ends as the selector does, and is as long unless the selector begins anywhere.
fn selects<'a, P: Iterator<Item = Step<'a>> + DoubleEndedIterator>(
    selector: &str,
    namespace: &str,
    path: impl Fn() -> P,
) -> bool {
    let (names, anywhere) = match selector.strip_prefix("//") {
        Some(names) => (names, true),
        None => (selector, false),
    };
    let mut steps = path().rev();
    let matched = names.rsplit('/').all(|name| {
        steps
            .next()
            .is_some_and(|step| step.name == name && step.namespace == Some(namespace))
    });
    matched && (anywhere || steps.next().is_none())
}
