//! OVAL in an ARF: results of definitions, their classes, directives and system characteristics.

use std::collections::HashMap;
use std::sync::Arc;

use super::envelope::{Envelope, Kind};
use super::requirements;
use super::{Open, is_child_of, is_true, value};
use crate::xccdf::validate::problem::Report;
use crate::xccdf::validate::tables::{ARF, OVAL_RESULTS};
use crate::xml::read::{Position, Tag, excerpt};

/// OVAL definitions.
const DEFINITIONS: &str = "http://oval.mitre.org/XMLSchema/oval-definitions-5";
/// OVAL system characteristics.
const SYSTEM: &str = "http://oval.mitre.org/XMLSchema/oval-system-characteristics-5";
/// By which other documents name an asset of an ARF.
const CONSTRUCTS: &str = "http://scap.nist.gov/schema/scap/constructs/1.2";

/// The classes of definitions (OVAL 5, `ClassEnumeration`).
const CLASSES: [&str; 5] = ["compliance", "inventory", "vulnerability", "patch", "miscellaneous"];
/// The results of definitions (OVAL 5, `ResultEnumeration`).
const RESULTS: [&str; 6] = ["true", "false", "unknown", "error", "not evaluated", "not applicable"];

/// The classes that results and definitions give a definition, one bit for each; there may be a
/// great many definitions.
#[derive(Clone, Copy, Default)]
pub(super) struct Classes(u8);

impl Classes {
    fn of(start: &Tag<'_>) -> Self {
        let Some(class) = value(start, "class") else {
            return Classes::default();
        };
        let at = CLASSES.iter().position(|known| *known == class);
        Classes(1 << at.unwrap_or(CLASSES.len()))
    }

    /// With those of another as well.
    pub(super) fn and(self, other: Self) -> Self {
        Classes(self.0 | other.0)
    }

    /// No class is known, not even a wrong one.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The classes that there are.
    pub(super) fn known(self) -> impl Iterator<Item = &'static str> {
        let all = CLASSES.into_iter().enumerate();
        all.filter(move |(at, _)| self.0 & (1 << at) != 0).map(|(_, class)| class)
    }
}

/// A definition, as a report knows it.
#[derive(Clone, Copy, Default)]
pub(super) struct Definition {
    /// How many results it has: as a rule one.
    pub(super) count: u32,
    /// The last of them, as a place in the list.
    result: u8,
    pub(super) classes: Classes,
}

impl Definition {
    /// Its result, if it has one that OVAL knows.
    pub(super) fn result(self) -> Option<&'static str> {
        let known = RESULTS.get(usize::from(self.result));
        known.copied().filter(|_| self.count > 0)
    }
}

/// One `oval_results`.
struct Results {
    position: Position,
    /// What each directive says: reported, and the content.
    directives: Vec<(bool, Option<String>)>,
    has_objects: bool,
    has_data: bool,
}

/// One `oval_system_characteristics`.
struct Characteristics {
    position: Position,
    report: Option<Arc<str>>,
    assets: Vec<String>,
}

/// What OVAL says in the document.
#[derive(Default)]
pub(super) struct Oval {
    /// By report and id.
    reported: HashMap<Arc<str>, HashMap<String, Definition>>,
    /// The classes of definitions in requests, by id.
    requested: HashMap<String, Classes>,
    results: Option<Results>,
    characteristics: Vec<Characteristics>,
}

impl Oval {
    /// An element begins.
    pub(super) fn start(&mut self, above: &[Open], start: &Tag<'_>, position: Position, envelope: &Envelope) {
        match (start.namespace(), start.name()) {
            (Some(OVAL_RESULTS), "oval_results") => {
                self.results = Some(Results { position, directives: Vec::new(), has_objects: false, has_data: false });
            }
            (Some(OVAL_RESULTS), "definition") => self.evaluated(start, envelope),
            (Some(DEFINITIONS), "definition") => self.defined(start, envelope),
            (Some(SYSTEM), "oval_system_characteristics") => {
                self.characteristics.push(Characteristics {
                    position,
                    report: envelope.report().cloned(),
                    assets: Vec::new(),
                });
            }
            (Some(SYSTEM), name @ ("collected_objects" | "system_data")) => {
                let is_here = is_child_of(above, SYSTEM, "oval_system_characteristics");
                if let Some(results) = self.results.as_mut().filter(|_| is_here) {
                    results.has_objects |= name == "collected_objects";
                    results.has_data |= name == "system_data";
                }
            }
            (Some(ARF), "object-ref") if is_child_of(above, CONSTRUCTS, "asset-identification") => {
                if let Some(last) = self.characteristics.last_mut() {
                    last.assets.extend(value(start, "ref-id"));
                }
            }
            _ => {}
        }
        if is_child_of(above, OVAL_RESULTS, "directives")
            && let Some(results) = &mut self.results
        {
            let is_reported = start.attribute("reported").is_some_and(is_true);
            results.directives.push((is_reported, value(start, "content")));
        }
    }

    fn evaluated(&mut self, start: &Tag<'_>, envelope: &Envelope) {
        let (Some(report), Some(id)) = (envelope.report(), value(start, "definition_id")) else {
            return;
        };
        let result = value(start, "result").unwrap_or_default();
        let at = RESULTS.iter().position(|known| *known == result);
        let definition = self.definition(report, id);
        definition.count = definition.count.saturating_add(1);
        definition.result = at.and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX);
        definition.classes = definition.classes.and(Classes::of(start));
    }

    fn defined(&mut self, start: &Tag<'_>, envelope: &Envelope) {
        let (Some(id), classes) = (value(start, "id"), Classes::of(start)) else {
            return;
        };
        if classes.is_empty() {
            return;
        }
        if let Some(report) = envelope.report() {
            let definition = self.definition(report, id);
            definition.classes = definition.classes.and(classes);
        } else if envelope.is_in(Kind::Request) {
            self.requested.entry(id).or_insert(classes);
        }
    }

    fn definition(&mut self, report: &Arc<str>, id: String) -> &mut Definition {
        let reported = self.reported.entry(report.clone()).or_default();
        reported.entry(id).or_default()
    }

    /// An element ends.
    pub(super) fn end(&mut self, ended: &Open, report: &mut Report) {
        if ended.is(OVAL_RESULTS, "oval_results")
            && let Some(results) = self.results.take()
        {
            results.check(report);
        }
    }

    /// The definition in the report of that id.
    pub(super) fn found(&self, report: &str, id: &str) -> Option<Definition> {
        self.reported.get(report)?.get(id).copied()
    }

    /// The class that a request gives the definition.
    pub(super) fn requested(&self, id: &str) -> Classes {
        self.requested.get(id).copied().unwrap_or_default()
    }

    /// The collection has ended.
    pub(super) fn finish(&self, envelope: &Envelope, report: &mut Report) {
        let subjects = envelope.subjects();
        for characteristics in &self.characteristics {
            let id = characteristics.report.as_deref().unwrap_or_default();
            let mut assets = characteristics.assets.iter();
            if !assets.any(|asset| subjects.contains(&(id, asset.as_str()))) {
                let text = "oval_system_characteristics: its system_info should name the asset \
                            (asset-identification with an object-ref) that an isAbout \
                            relationship of its report names";
                requirements::SYSTEM_INFO.unmet(characteristics.position, text, report);
            }
        }
    }
}

impl Results {
    fn check(&self, report: &mut Report) {
        let is_thin = |content: &Option<String>| content.as_deref() == Some("thin");
        let is_full = |content: &Option<String>| matches!(content.as_deref(), None | Some("full"));
        let contents = || self.directives.iter().map(|(_, content)| content);
        let is_alike = contents().all(is_thin) || contents().all(is_full);
        let mut trouble = Vec::new();
        if self.directives.len() != 6 {
            trouble.push(format!("it has {} directives, not 6", self.directives.len()));
        }
        if self.directives.iter().any(|(is_reported, _)| !is_reported) {
            trouble.push("not all of them say reported=\"true\"".to_owned());
        }
        if !is_alike {
            trouble.push("their content is neither all full nor all thin".to_owned());
        }
        if !trouble.is_empty() {
            let text = format!("oval_results: {}", trouble.join("; "));
            requirements::DIRECTIVES.unmet(self.position, &text, report);
        }
        let is_first_full = self.directives.first().is_some_and(|(_, c)| is_full(c));
        if (is_first_full || self.directives.is_empty()) && self.has_objects != self.has_data {
            let (here, not) = if self.has_objects {
                ("collected_objects", "system_data")
            } else {
                ("system_data", "collected_objects")
            };
            let text = format!(
                "oval_results: its system characteristics have {here} and no {}; full results \
                 have both, or neither",
                excerpt(not)
            );
            requirements::CHARACTERISTICS.unmet(self.position, &text, report);
        }
    }
}
