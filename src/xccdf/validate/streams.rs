//! What the data stream schema leaves open: a reference within the collection has to lead somewhere
//! (SP 800-126 r3: a component-ref references a component, a catalog maps to component-refs).

use std::collections::HashSet;

use super::problem::{Code, Report};
use super::schema::Type;
use super::tables::CATALOG;
use crate::xml::read::{Position, Tag, excerpt_of};

/// `xlink:href`.
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// The components and references of a collection.
#[derive(Default)]
pub(super) struct Streams {
    components: HashSet<String>,
    references: HashSet<String>,
    /// How many of either have an id that is missing, malformed or used twice, which has been told.
    spoilt: [usize; 2],
    /// From references to components, and from catalogs to references.
    to_components: Vec<Mention>,
    to_references: Vec<Mention>,
}

/// A local reference, without the `#`.
struct Mention {
    id: String,
    /// The reference that leads there, if what it stands for may never be asked for: it is no
    /// checklist, and only a catalog could name it.
    by: Option<String>,
    position: Position,
}

impl Streams {
    /// An element that is held against the data stream's tables begins.
    pub(super) fn start(&mut self, parent: Option<&str>, start: &Tag<'_>, declared: &Type, position: Position) {
        let attr = declared.attribute(None, "id");
        let is_right = |id: &String| attr.is_none_or(|attr| attr.value.refuses(id).is_none());
        let id = start.attribute("id").map(|id| id.value.trim().to_owned()).filter(is_right);
        let mention = |value: &str, by: Option<String>| {
            let id = value.trim().strip_prefix('#')?.to_owned();
            Some(Mention { id, by, position })
        };
        match start.name() {
            "component" | "extended-component" => {
                let is_new = id.is_some_and(|id| self.components.insert(id));
                self.spoilt[0] += usize::from(!is_new);
            }
            "component-ref" => {
                let by = id.clone().filter(|_| parent != Some("checklists"));
                let is_new = id.is_some_and(|id| self.references.insert(id));
                self.spoilt[1] += usize::from(!is_new);
                let is_href = |namespace: Option<&str>, name: &str| namespace == Some(XLINK) && name == "href";
                let mut all = start.attributes();
                let href = all.find(|a| is_href(a.namespace, a.name));
                self.to_components.extend(href.and_then(|href| mention(href.value, by)));
            }
            "uri" if start.is(CATALOG, "uri") => {
                let uri = start.attribute("uri");
                self.to_references.extend(uri.and_then(|uri| mention(uri.value, None)));
            }
            _ => {}
        }
    }

    /// An element with an id has come that nobody knows: it may be what is referred to.
    pub(super) fn spoil(&mut self) {
        self.spoilt = self.spoilt.map(|count| count + 1);
    }

    /// The collection ends.
    pub(super) fn finish(&self, report: &mut Report) {
        let kinds = [
            (&self.to_components, &self.components, "component-ref: its xlink:href", "component"),
            (&self.to_references, &self.references, "uri: its uri", "component-ref"),
        ];
        let named: HashSet<&str> = self.to_references.iter().map(|m| m.id.as_str()).collect();
        // A component that nothing refers to may be what is missed, under another id.
        let sought: HashSet<&str> = self.to_components.iter().map(|m| m.id.as_str()).collect();
        let has_orphan = self.components.iter().any(|id| !sought.contains(id.as_str()));
        let unused = |by: &String| !has_orphan && !named.contains(by.as_str());
        for ((mentions, ids, who, what), spoilt) in kinds.into_iter().zip(self.spoilt) {
            let mut explained: HashSet<&str> = HashSet::new();
            for Mention { id, by, position } in mentions {
                if explained.len() < spoilt && !ids.contains(id) {
                    explained.insert(id);
                }
                if !ids.contains(id) && !explained.contains(id.as_str()) {
                    let id = excerpt_of(id, 120);
                    let text = format!(
                        "{who} '#{id}' is the id of no {what} in this collection \
                         (SP 800-126 r3)"
                    );
                    // What nothing in the collection asks for is missed by nobody: content is made so,
                    // since a data stream has to have checks.
                    if by.as_ref().is_some_and(unused) {
                        report.warn(*position, Code::DanglingReference, text);
                    } else {
                        report.add(*position, Code::DanglingReference, text);
                    }
                }
            }
        }
    }
}
