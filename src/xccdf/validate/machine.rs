//! Walks through a document once and holds every element against the tables.
//!
//! What is kept is the way down to the current element, the values that have to be unique, and the
//! references that wait for what they name: the document itself is never in memory.

use std::collections::HashMap;
use std::sync::Arc;

use super::content::{Expected, Progress};
use super::keys::Scope;
use super::problem::{Code, Report};
use super::references::References;
use super::results::Results;
use super::schema::{Attr, Content, Process, Simple, Type};
use super::streams::Streams;
use super::tables::{ARF, CATALOG, Document, SDS, XCCDF_1_1, XCCDF_1_2};
use super::values::is_blank;
use crate::xml::read::{Attribute, Position, Tag, excerpt, excerpt_of};

/// `xsi:schemaLocation` and its like, which every element may have.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The largest text whose memory is used again: those of names and values, not of a whole document.
const SPARE: usize = 4096;

/// An element that has not ended.
pub(super) struct Open {
    namespace: Option<Arc<str>>,
    name: String,
    pub(super) position: Position,
    held: Held,
    /// The text of an element of a simple type, so far.
    text: String,
    /// That there is text where none belongs has been said.
    is_text_told: bool,
}

impl Open {
    /// It has that name in that namespace.
    pub(super) fn is(&self, namespace: &str, name: &str) -> bool {
        self.name == name && self.namespace.as_deref() == Some(namespace)
    }
}

/// What an element is held against.
enum Held {
    /// A type, and where its content has come to if it has elements.
    Type(&'static Type, Option<Progress>),
    /// What is in it is held against what is declared under its name, if anything is.
    Lax,
    /// Another standard's document: only identity constraints look into it.
    Foreign,
    /// Nobody looks: a wildcard has taken it.
    Skipped,
    /// It should not be there, or is in such an element. What it was meant for nobody knows.
    Unknown,
}

/// What ended elements have left for others, so that not every element costs allocations.
#[derive(Default)]
struct Spare {
    texts: Vec<String>,
    counts: Vec<Vec<u32>>,
}

impl Spare {
    fn text(&mut self) -> String {
        self.texts.pop().unwrap_or_default()
    }

    /// Nobody needs the element any more.
    fn keep(&mut self, open: Open) {
        for mut text in [open.name, open.text] {
            if (1..=SPARE).contains(&text.capacity()) {
                text.clear();
                self.texts.push(text);
            }
        }
        if let Held::Type(_, Some(progress)) = open.held {
            self.counts.push(progress.into_counts());
        }
    }
}

impl Held {
    fn of(declared: &'static Type, spare: &mut Spare) -> Self {
        match declared.content {
            Content::Elements(slots) | Content::Mixed(slots) => {
                let counts = spare.counts.pop().unwrap_or_default();
                Held::Type(declared, Some(Progress::new(slots, counts)))
            }
            Content::Anything => Held::Foreign,
            Content::Empty | Content::Text(_) => Held::Type(declared, None),
        }
    }

    fn declared(&self) -> Option<&'static Type> {
        match self {
            Held::Type(declared, _) => Some(declared),
            _ => None,
        }
    }
}

/// The validation of one document.
pub(super) struct Machine {
    document: Option<&'static Document>,
    open: Vec<Open>,
    scopes: Vec<Scope>,
    pub(super) references: References,
    streams: Streams,
    /// What only an ARF has.
    results: Option<Box<Results>>,
    /// Every `xs:ID`, with its line. What an ARF holds are documents by themselves.
    ids: HashMap<String, u64>,
    spare: Spare,
    /// The last namespace of which no schema here declares anything.
    undeclared: Option<Arc<str>>,
    pub(super) report: Report,
}

impl Machine {
    pub(super) fn new() -> Self {
        Machine {
            document: None,
            open: Vec::new(),
            scopes: Vec::new(),
            references: References::default(),
            streams: Streams::default(),
            results: None,
            ids: HashMap::new(),
            spare: Spare::default(),
            undeclared: None,
            report: Report::default(),
        }
    }

    /// An element begins.
    pub(super) fn start(&mut self, position: Position, start: &Tag<'_>) {
        let is_payload = |open: &Open| open.is(ARF, "content") || open.is(ARF, "extended-info");
        if self.open.last().is_some_and(is_payload) {
            self.ids.clear();
        }
        let held = self.held(position, start);
        match held {
            Held::Type(declared, _) => self.attributes(position, start, declared),
            Held::Lax => self.foreign_attributes(start),
            Held::Unknown if start.attribute("id").is_some() => {
                self.references.spoil();
                self.streams.spoil();
            }
            Held::Foreign | Held::Skipped | Held::Unknown => {}
        }
        if !matches!(held, Held::Skipped | Held::Unknown) {
            self.constrain(position, start, held.declared());
        }
        if let Held::Type(declared, _) = held {
            match start.namespace() {
                namespace if is_xccdf(namespace) => {
                    let parent = self.open.last().map(|open| open.name.as_str());
                    self.references.start(parent, start, declared, position);
                }
                Some(SDS | CATALOG) => {
                    let parent = self.open.last().map(|open| open.name.as_str());
                    self.streams.start(parent, start, declared, position);
                }
                _ => {}
            }
        }
        // When no more is told, nothing has to be kept for it.
        if self.report.more {
            self.results = None;
        }
        if let Some(results) = &mut self.results {
            results.start(&self.open, start, position, &mut self.report);
        }
        let mut name = self.spare.text();
        name.push_str(start.name());
        self.open.push(Open {
            namespace: start.shared_namespace().cloned(),
            name,
            position,
            held,
            text: String::new(),
            is_text_told: false,
        });
    }

    /// What the element is held against; says so if it should not be there.
    fn held(&mut self, position: Position, start: &Tag<'_>) -> Held {
        let (namespace, name) = (start.namespace(), start.name());
        let document = self.document;
        let undeclared = &mut self.undeclared;
        let Some(parent) = self.open.last_mut() else {
            return self.root(position, start);
        };
        let report = &mut self.report;
        let mut problem = |code: Code, what: String| {
            let text = format!("{}: {}: {what}", excerpt(&parent.name), named(start));
            report.add(position, code, text);
        };
        let process = match &mut parent.held {
            Held::Skipped => Process::Skip,
            Held::Foreign => return Held::Foreign,
            Held::Unknown => return Held::Unknown,
            Held::Lax => Process::Lax,
            Held::Type(_, None) => {
                problem(Code::UnknownElement, "no elements belong there".into());
                return Held::Unknown;
            }
            Held::Type(_, Some(progress)) => match progress.take(namespace, name, &mut problem) {
                Expected::Declared(declared) => return Held::of(declared, &mut self.spare),
                Expected::Wildcard(process) => process,
                Expected::Nothing => return Held::Unknown,
            },
        };
        if process == Process::Skip {
            return Held::Skipped;
        }
        // Markup and other standards' documents: the same namespace comes again and again.
        let own = start.shared_namespace();
        let is_known = own.zip(undeclared.as_ref()).is_some_and(|(a, b)| Arc::ptr_eq(a, b));
        let global = document.filter(|_| !is_known).and_then(|document| {
            if !document.declares(namespace) {
                *undeclared = own.cloned();
                return None;
            }
            document.declared(namespace, name)
        });
        match global {
            Some(declared) => Held::of(declared, &mut self.spare),
            None => {
                if process == Process::Strict {
                    problem(Code::UnknownElement, "no schema here declares it".into());
                }
                Held::Lax
            }
        }
    }

    fn root(&mut self, position: Position, start: &Tag<'_>) -> Held {
        let (namespace, name) = (start.namespace(), start.name());
        self.document = Document::of_root(namespace, name);
        self.report.kind = self.document.map(|document| document.name);
        if let Some(declared) = self.document.and_then(|d| d.declared(namespace, name)) {
            self.results = start.is(ARF, name).then(Box::default);
            return Held::of(declared, &mut self.spare);
        }
        let text = format!(
            "{}: not the root of an XCCDF 1.1.4 or 1.2 Benchmark, TestResult or Tailoring, nor of \
             a SCAP source data stream or an ARF 1.1 report collection",
            named(start)
        );
        self.report.add(position, Code::UnknownRoot, text);
        Held::Unknown
    }

    fn attributes(&mut self, position: Position, start: &Tag<'_>, declared: &'static Type) {
        let element = || excerpt(start.name());
        let mut required = 0;
        for attribute in start.attributes() {
            let namespace = attribute.namespace;
            if namespace == Some(XSI) {
                self.instance(&element(), attribute);
                continue;
            }
            let own = declared.attribute(namespace, attribute.name);
            let process = declared.other_attributes.filter(|_| namespace.is_some());
            let Some(attr) = own.or_else(|| process.and_then(|_| self.global(attribute))) else {
                if process != Some(Process::Lax) {
                    let name = excerpt(attribute.name);
                    let text = match process {
                        None => format!("{}: it has no attribute '{name}'", element()),
                        Some(_) => format!(
                            "{}: its attribute '{name}' of '{}': no schema here declares it",
                            element(),
                            excerpt_of(namespace.unwrap_or_default(), 100)
                        ),
                    };
                    self.report.add(attribute.position(), Code::UnknownAttribute, text);
                }
                continue;
            };
            required += usize::from(own.is_some() && attr.required);
            let value = attr.value.normalised(attribute.value);
            let name = attr.name;
            if let Some(what) = attr.value.refuses(&value) {
                let text = format!("{}: its attribute '{name}': {what}", element());
                self.report.add(attribute.position(), Code::BadValue, text);
            } else if matches!(attr.value, Simple::Id | Simple::ScapId(_)) {
                if let Some(line) = self.ids.get(value.as_ref()) {
                    let shown = excerpt_of(&value, 120);
                    let text = format!(
                        "{}: its {name} '{shown}' is that of another element on line {line} (xs:ID)",
                        element()
                    );
                    self.report.add(attribute.position(), Code::Duplicate, text);
                } else {
                    self.ids.insert(value.into_owned(), position.line);
                }
            }
        }
        let all = declared.attributes.iter().flat_map(|list| list.iter());
        if all.clone().filter(|attr| attr.required).count() == required {
            return;
        }
        for attr in all {
            let is_it = |a: &Attribute<'_>| a.name == attr.name && a.namespace == attr.namespace;
            if attr.required && !start.attributes().any(|a| is_it(&a)) {
                let text = format!("{}: its attribute '{}' is missing", element(), attr.name);
                self.report.add(position, Code::MissingAttribute, text);
            }
        }
    }

    /// The declaration of an attribute that means the same on every element.
    fn global(&self, attribute: Attribute<'_>) -> Option<&'static Attr> {
        self.document.and_then(|document| document.attribute(attribute))
    }

    /// An element that nothing declares may have any attributes; those of `xml:` and the like mean
    /// the same everywhere.
    fn foreign_attributes(&mut self, start: &Tag<'_>) {
        for attribute in start.attributes() {
            let Some(attr) = self.global(attribute) else {
                continue;
            };
            if let Some(what) = attr.value.refuses(&attr.value.normalised(attribute.value)) {
                let (element, name) = (excerpt(start.name()), attr.name);
                let text = format!("{element}: its attribute '{name}': {what}");
                self.report.add(attribute.position(), Code::BadValue, text);
            }
        }
    }

    /// Attributes by which a document speaks to a validator (XML Schema part 1, section 2.6).
    /// `xsi:type` is not followed: no SCAP content needs it where it would count.
    fn instance(&mut self, element: &str, attribute: Attribute<'_>) {
        let what = match attribute.name {
            "type" | "schemaLocation" | "noNamespaceSchemaLocation" => return,
            "nil" => "it cannot be nil",
            _ => "there is no such attribute in that namespace",
        };
        let text = format!("{element}: its attribute 'xsi:{}': {what}", excerpt(attribute.name));
        self.report.add(attribute.position(), Code::UnknownAttribute, text);
    }

    /// Shows the element to the identity constraints around it, and begins its own.
    fn constrain(&mut self, position: Position, start: &Tag<'_>, declared: Option<&'static Type>) {
        for scope in &mut self.scopes {
            let above = &self.open[scope.depth + 1..];
            scope.see(above, start, declared, position, &mut self.report);
        }
        if let Some(declared) = declared.filter(|declared| !declared.keys.is_empty()) {
            self.scopes.push(Scope::new(self.open.len(), declared.keys));
        }
    }

    /// Character data in the innermost element.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(results) = &mut self.results {
            results.text(text);
        }
        let Some(open) = self.open.last_mut() else {
            return;
        };
        let Held::Type(declared, _) = open.held else {
            return;
        };
        let what = match declared.content {
            Content::Text(Simple::String) | Content::Mixed(_) | Content::Anything => return,
            Content::Text(_) => {
                if open.text.capacity() == 0 {
                    open.text = self.spare.text();
                }
                return open.text.push_str(text);
            }
            Content::Elements(_) if is_blank(text) => return,
            Content::Elements(_) => "only elements belong in it, no text",
            Content::Empty => "nothing belongs in it, not even a blank",
        };
        if !std::mem::replace(&mut open.is_text_told, true) {
            let text = format!("{}: {what}", excerpt(&open.name));
            self.report.add(open.position, Code::UnexpectedText, text);
        }
    }

    /// The innermost element ends.
    pub(super) fn end(&mut self) {
        let Some(mut open) = self.open.pop() else {
            return;
        };
        self.close(&mut open);
        if let Some(results) = &mut self.results {
            results.end(&open, self.open.len(), &mut self.report);
        }
        self.spare.keep(open);
    }

    /// Holds what was in it against what should have been.
    fn close(&mut self, open: &mut Open) {
        let Held::Type(declared, progress) = &mut open.held else {
            return;
        };
        if let Some(progress) = progress {
            let report = &mut self.report;
            progress.finish(&mut |code, what| {
                report.add(open.position, code, format!("{}: {what}", excerpt(&open.name)));
            });
        }
        if let Content::Text(simple) = declared.content {
            let value = simple.normalised(&open.text);
            if let Some(what) = simple.refuses(&value) {
                let text = format!("{}: its text: {what}", excerpt(&open.name));
                self.report.add(open.position, Code::BadValue, text);
            }
        }
        if let Some(scope) = self.scopes.pop_if(|scope| scope.depth == self.open.len()) {
            scope.finish(&mut self.report);
        }
        if is_xccdf(open.namespace.as_deref()) {
            self.references.end(&open.name, &open.text, open.position, &mut self.report);
        }
        if open.is(SDS, "data-stream-collection") {
            std::mem::take(&mut self.streams).finish(&mut self.report);
        }
    }
}

fn is_xccdf(namespace: Option<&str>) -> bool {
    matches!(namespace, Some(XCCDF_1_1 | XCCDF_1_2))
}

/// The element as it is named in a message: with its namespace where that is not XCCDF's.
fn named(start: &Tag<'_>) -> String {
    let name = excerpt(start.name());
    match start.namespace() {
        namespace if is_xccdf(namespace) => format!("'{name}'"),
        Some(namespace) => format!("'{name}' of '{}'", excerpt_of(namespace, 100)),
        None => format!("'{name}' of no namespace"),
    }
}
