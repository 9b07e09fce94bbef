//! Reading XML that may come from anywhere.
//!
//! [`Reader`] is a pull parser for XML 1.0 with namespaces: well-formed documents in UTF-8 come out
//! as elements, attributes and texts, everything else as an [`Error`] that says where and why. It
//! keeps to W3C's *XML 1.0 (Fifth Edition)* and *Namespaces in XML 1.0 (Third Edition)*, and
//! narrows them in two ways: a document type declaration is refused, and so is whatever goes beyond
//! [`Limits`]. Nothing is ever fetched, and memory does not grow with the document.

mod error;
mod event;
mod input;
mod reader;
mod scope;
mod tag;
#[cfg(test)]
mod tests;
mod token;

pub use error::{Error, Fault, excerpt, excerpt_of};
pub use event::{Attribute, Event, Start, Tag};
pub use reader::Reader;
pub use scope::XML as XML_NAMESPACE;

/// Up to how many bytes it is faster to count lines and columns one by one.
const SHORT: usize = 24;

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
        if bytes.len() < SHORT {
            let count = |at: Self, byte: &u8| match byte {
                b'\n' => Position { line: at.line + 1, column: 1 },
                _ => Position { column: at.column + 1, ..at },
            };
            return bytes.iter().fold(self, count);
        }
        match memchr::memrchr(b'\n', bytes) {
            None => Position { column: self.column + bytes.len() as u64, ..self },
            Some(last) => Position {
                line: self.line + memchr::memchr_iter(b'\n', &bytes[..=last]).count() as u64,
                column: (bytes.len() - last) as u64,
            },
        }
    }
}

impl Default for Position {
    fn default() -> Self {
        Position::START
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
