//! Relationships between the parts of an ARF, and the words for them.

use super::envelope::Kind;
use super::value;
use crate::xccdf::validate::addresses::is_qname;
use crate::xccdf::validate::problem::{Code, Report};
use crate::xml::read::{Position, Tag, excerpt};

/// The vocabularies of relationships: ARF's as IR 7694 has it, as its drafts had it and NIST's tool
/// still takes it, and SCAP's own.
const VOCABULARY: &str = "http://scap.nist.gov/specifications/arf/vocabulary/relationships/1.0#";
const OLD_VOCABULARY: &str = "http://scap.nist.gov/vocabulary/arf/relationships/1.0#";
const SCAP_VOCABULARY: &str = "http://scap.nist.gov/vocabulary/scap/relationships/1.0#";

/// ARF's terms, and what they lead from reports to (its Schematron; IR 7694, section 6).
const TERMS: &[(&str, Kind)] = &[
    ("isAbout", Kind::Asset),
    ("retrievedFrom", Kind::Asset),
    ("createdBy", Kind::Asset),
    ("hasSource", Kind::Asset),
    ("recordedBy", Kind::Asset),
    ("initiatedBy", Kind::Asset),
    ("createdFor", Kind::Request),
    ("hasMetadata", Kind::Report),
];
/// SCAP's terms (SP 800-126 r3, table 21); NIST's own documents have them in ARF's vocabulary too.
const SCAP_TERMS: &[&str] = &["checkContext", "fromSource"];
/// A term that no vocabulary has and NIST's own sample of an ARF uses.
const SAMPLES_TERM: &str = "associatedWith";

/// One `relationship`.
pub(super) struct Relationship {
    pub(super) position: Position,
    /// The term as it is written, fit to be shown.
    pub(super) written: String,
    namespace: Option<String>,
    term: String,
    pub(super) subject: Option<String>,
    pub(super) refs: Vec<(String, Position)>,
}

impl Relationship {
    /// One that begins; says so if its type is nothing that is known.
    pub(super) fn of(start: &Tag<'_>, position: Position, report: &mut Report) -> Self {
        let written = value(start, "type").unwrap_or_default();
        let (prefix, term) = written.split_once(':').unwrap_or(("", &written));
        let namespace = start.meaning(prefix).map(str::to_owned);
        // What is no name, or is missing, has been told.
        let problem = match namespace.as_deref().filter(|_| is_qname(&written)) {
            None if is_qname(&written) && !prefix.is_empty() => {
                Some(format!("the prefix '{0}' is not declared (xmlns:{0}=\"…\")", excerpt(prefix)))
            }
            Some(namespace) if !is_term(namespace, term) => Some(format!(
                "'{}' is no term of the vocabulary '{namespace}'; there are: {}",
                excerpt(term),
                terms(namespace).join(", ")
            )),
            _ => None,
        };
        if let Some(what) = problem {
            let at = start.attribute("type").map_or(position, |a| a.position());
            let text = format!("relationship: its attribute 'type': {what}");
            if term == SAMPLES_TERM && namespace.as_deref() == Some(SCAP_VOCABULARY) {
                report.warn(at, Code::BadValue, format!("{text}; NIST's own sample of an ARF has it all the same"));
            } else {
                report.add(at, Code::BadValue, text);
            }
        }
        Relationship {
            position,
            term: term.to_owned(),
            namespace,
            written: excerpt(&written),
            subject: value(start, "subject"),
            refs: Vec::new(),
        }
    }

    /// It says which asset a report is about.
    pub(super) fn is_about(&self) -> bool {
        self.is_arf() && self.term == "isAbout"
    }

    fn is_arf(&self) -> bool {
        matches!(self.namespace.as_deref(), Some(VOCABULARY | OLD_VOCABULARY))
    }

    /// What the term leads from and to.
    pub(super) fn ends(&self) -> (Option<Kind>, Option<Kind>) {
        let term = TERMS.iter().find(|(term, _)| *term == self.term);
        match term.filter(|_| self.is_arf()) {
            Some((_, to)) => (Some(Kind::Report), Some(*to)),
            None => (None, None),
        }
    }
}

/// The terms of a vocabulary.
fn terms(namespace: &str) -> Vec<&'static str> {
    let arf = TERMS.iter().map(|(term, _)| *term);
    let scap = SCAP_TERMS.iter().copied();
    match namespace {
        SCAP_VOCABULARY => scap.collect(),
        _ => arf.chain(scap).collect(),
    }
}

/// The vocabulary has the term, or is not known here.
fn is_term(namespace: &str, term: &str) -> bool {
    let is_known = matches!(namespace, VOCABULARY | OLD_VOCABULARY | SCAP_VOCABULARY);
    !is_known || terms(namespace).contains(&term)
}
