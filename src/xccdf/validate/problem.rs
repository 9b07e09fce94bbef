//! What is wrong with a document, where, and by which rule.

use crate::xml::read::Position;

/// How many problems are told at most: a file with more is not repaired by reading them all.
pub const MOST: usize = 1_000;

/// The kind of a problem. Its code is stable: scripts may depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The document stops being XML here (XML 1.0), or goes beyond what is read.
    NotWellFormed,
    /// The root is none that this standard knows.
    UnknownRoot,
    /// An element that does not belong there at all.
    UnknownElement,
    /// An element that belongs there, but before what precedes it.
    MisplacedElement,
    /// One element more than there may be.
    TooManyElements,
    /// An element that must be there is not; told where another stands in its place, or where its
    /// parent begins.
    MissingElement,
    /// Text where only elements stand, or nothing.
    UnexpectedText,
    /// An attribute that the element does not have.
    UnknownAttribute,
    /// An attribute that the element must have.
    MissingAttribute,
    /// A text or an attribute that is not of its datatype.
    BadValue,
    /// The same id, or another value that has to be unique, for the second time.
    Duplicate,
    /// An element without the attribute that tells it from the others.
    MissingKey,
    /// A reference to something that is not there.
    DanglingReference,
    /// Things that extend each other in a circle.
    ExtendsCycle,
    /// A result that none of its overrides gave (IR 7275 r4, section 6.6.4.3).
    OverrideResult,
    /// A tailoring's profile that extends another of that tailoring (section 6.7.3).
    TailoringExtends,
    /// A value that its Value does not admit (section 6.4.5).
    Misfit,
    /// A relationship between things that cannot be related so (ARF's Schematron).
    WrongRelationship,
    /// A requirement of SCAP 1.3 for results that is not met, by the number that NIST's content
    /// validation tool gives it: `RES-253-2`.
    Requirement(&'static str),
}

impl Code {
    /// The code as it is printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Code::NotWellFormed => "not-well-formed",
            Code::UnknownRoot => "unknown-root",
            Code::UnknownElement => "unknown-element",
            Code::MisplacedElement => "misplaced-element",
            Code::TooManyElements => "too-many-elements",
            Code::MissingElement => "missing-element",
            Code::UnexpectedText => "unexpected-text",
            Code::UnknownAttribute => "unknown-attribute",
            Code::MissingAttribute => "missing-attribute",
            Code::BadValue => "bad-value",
            Code::Duplicate => "duplicate",
            Code::MissingKey => "missing-key",
            Code::DanglingReference => "dangling-reference",
            Code::ExtendsCycle => "extends-cycle",
            Code::OverrideResult => "override-result",
            Code::TailoringExtends => "tailoring-extends",
            Code::Misfit => "misfit",
            Code::WrongRelationship => "wrong-relationship",
            Code::Requirement(number) => number,
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where the element or attribute begins.
    pub position: Position,
    /// What kind of thing it is.
    pub code: Code,
    /// Which element, and which rule it breaks; fit to be shown.
    pub message: String,
}

/// What a validation found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What is wrong, in document order; none in a valid document.
    pub problems: Vec<Problem>,
    /// There were more than [`MOST`].
    pub more: bool,
    /// What SCAP recommends and the document does not keep to, and what may be meant otherwise than it
    /// seems, in document order; at most [`MOST`].
    /// It is valid all the same.
    pub warnings: Vec<Problem>,
    /// By its own word the document is of none of SCAP's use cases: what SCAP asks of results is told
    /// of it as a warning.
    pub(super) is_beyond_scap: bool,
    /// What kind of document it is; None when its root is unknown.
    pub kind: Option<&'static str>,
    /// The entry's name when the document came in a zip.
    pub entry: Option<String>,
}

impl Report {
    /// Nothing is wrong.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }

    /// Takes one more down.
    pub(super) fn add(&mut self, position: Position, code: Code, message: impl Into<String>) {
        if self.problems.len() >= MOST {
            self.more = true;
            return;
        }
        let message = message.into();
        self.problems.push(Problem { position, code, message });
    }

    /// Takes down what is not as it should be, and not wrong.
    pub(super) fn warn(&mut self, position: Position, code: Code, message: impl Into<String>) {
        if self.warnings.len() < MOST {
            let message = message.into();
            self.warnings.push(Problem { position, code, message });
        }
    }

    /// Puts what showed only later where it belongs.
    pub(super) fn sort(&mut self) {
        self.problems.sort_by_key(|problem| problem.position);
        self.warnings.sort_by_key(|problem| problem.position);
    }
}
