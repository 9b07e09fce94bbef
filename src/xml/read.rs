//! Reading XML that may come from anywhere.
//!
//! [`Reader`] is a pull parser for XML 1.0 with namespaces: well-formed documents in UTF-8 come out
//! as elements, attributes and texts, everything else as an [`Error`] that says where and why. It
//! keeps to W3C's *XML 1.0 (Fifth Edition)* and *Namespaces in XML 1.0 (Third Edition)*, and
//! narrows them in two ways: a document type declaration is refused, and so is whatever goes beyond
//! [`Limits`]. Nothing is ever fetched, and memory does not grow with the document.

mod error;
mod guard;
mod names;
mod reader;
mod scope;
mod tag;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

pub use error::{Error, Fault, excerpt, excerpt_of};
pub use reader::Reader;
pub use scope::XML as XML_NAMESPACE;

/// A place in a document.
///
/// Lines are what LF ends, as for `grep -n` and editors; columns are counted in bytes. Both begin
/// at 1. A byte order mark has no column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u64,
    /// The byte in the line, from 1.
    pub column: u64,
}

impl Position {
    /// The beginning of a document.
    pub const START: Position = Position { line: 1, column: 1 };

    /// The place behind these bytes, when they begin here.
    #[must_use]
    fn after(self, bytes: &[u8]) -> Self {
        match bytes.iter().rposition(|byte| *byte == b'\n') {
            None => Position {
                column: self.column + bytes.len() as u64,
                ..self
            },
            Some(last) => {
                #[expect(clippy::naive_bytecount, reason = "fast enough without another crate")]
                let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
                Position {
                    line: self.line + lines,
                    column: (bytes.len() - last) as u64,
                }
            }
        }
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// How much a document may be of anything. The defaults are at least ten times what the largest
/// benchmarks in circulation need, and small enough that no document can fill a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in all. 256 MiB.
    pub total_bytes: u64,
    /// Bytes of one tag, text, CDATA section, comment or processing instruction, which have to be
    /// in memory at once. 9 MiB.
    pub token_bytes: u64,
    /// Bytes of one run of text, as it comes out. 9 MiB.
    pub text_bytes: usize,
    /// Elements in one another. 256.
    pub depth: usize,
    /// Elements in all. 5,000,000.
    pub elements: u64,
    /// Attributes of one element, namespace declarations among them. 256.
    pub attributes: usize,
    /// Bytes of one attribute's value, as it comes out. 64 KiB.
    pub attribute_bytes: usize,
    /// Bytes of one name, with its prefix. 1 KiB.
    pub name_bytes: usize,
    /// Namespace declarations in force at one place. 256.
    pub namespaces: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            total_bytes: 256 << 20,
            token_bytes: 9 << 20,
            text_bytes: 9 << 20,
            depth: 256,
            elements: 5_000_000,
            attributes: 256,
            attribute_bytes: 64 << 10,
            name_bytes: 1 << 10,
            namespaces: 256,
        }
    }
}

/// What comes next in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An element begins.
    Start(Start),
    /// All character data up to the next tag as one text, never empty: references expanded, CDATA
    /// sections unpacked, line ends normalised to LF (XML 1.0, section 2.11). Comments and
    /// processing instructions do not interrupt it.
    Text(String),
    /// The innermost element ends. Its place is that of the end tag, or of the tag if it is empty.
    End,
    /// The document ends, well-formed to the last byte. From then on there is nothing else.
    Eof,
}

/// The beginning of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The namespace; None when it is in none.
    pub namespace: Option<Arc<str>>,
    /// The name without prefix.
    pub name: String,
    /// The attributes in document order, without namespace declarations.
    pub attributes: Vec<Attribute>,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The namespace; None when the name has no prefix.
    pub namespace: Option<Arc<str>>,
    /// The name without prefix.
    pub name: String,
    /// The value, normalised (XML 1.0, section 3.3.3).
    pub value: String,
    /// Where the attribute begins.
    pub position: Position,
}

impl Start {
    /// The attribute of that name which is in no namespace.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|a| a.namespace.is_none() && a.name == name)
    }

    /// The element has that name in that namespace.
    #[must_use]
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace.as_deref() == Some(namespace) && self.name == name
    }
}
