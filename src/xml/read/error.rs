//! What can be wrong with a document, and how to say it on a terminal.

use std::io;

use super::Position;

/// Why a document was refused, and where.
#[derive(Debug, thiserror::Error)]
#[error("{position}: {fault}")]
pub struct Error {
    /// Where the offending construct begins.
    pub position: Position,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong. The texts are whole clauses; what they quote of the input went through [`excerpt`].
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The bytes could not be read at all. Carries the reason given by the source.
    #[error("cannot be read: {0}")]
    Io(io::Error),
    /// The bytes are not UTF-8, or the document says that they are something else
    /// (XML 1.0, section 4.3.3).
    #[error("{0}")]
    Encoding(String),
    /// A character that is no `Char` (XML 1.0, section 2.2).
    #[error("U+{:04X} is not a character that XML 1.0 allows", u32::from(*.0))]
    Character(char),
    /// A document type declaration. Without it there are no entities to expand and no files to fetch.
    #[error("{0}")]
    Doctype(String),
    /// A reference to an entity other than the five of XML 1.0, section 4.6, or to a character
    /// that no document can hold (section 4.1).
    #[error("{0}")]
    Reference(String),
    /// One of the numbers in [`Limits`](super::Limits) was exceeded.
    #[error("{0}")]
    Limit(String),
    /// The document ends too early.
    #[error("{0}")]
    Truncated(String),
    /// Any other breach of XML 1.0.
    #[error("{0}")]
    Syntax(String),
    /// A breach of Namespaces in XML 1.0.
    #[error("{0}")]
    Namespace(String),
}

impl Fault {
    /// The error that says this of that place.
    pub(super) fn at(self, position: Position) -> Error {
        Error { position, fault: self }
    }

    pub(super) fn syntax<T>(position: Position, text: impl Into<String>) -> Result<T, Error> {
        Err(Fault::Syntax(text.into()).at(position))
    }

    pub(super) fn limit<T>(position: Position, text: impl Into<String>) -> Result<T, Error> {
        Err(Fault::Limit(text.into()).at(position))
    }
}

/// The longest quotation of the input in a message, in characters.
const EXCERPT: usize = 40;

/// The beginning of a text of unknown origin, fit to be shown: at most 40 characters on one line.
///
/// White space becomes a blank; control characters and those that change the direction of writing
/// become U+FFFD, so that a file cannot rewrite the terminal it is complained about on.
#[must_use]
pub fn excerpt(text: &str) -> String {
    excerpt_of(text, EXCERPT)
}

/// [`excerpt`] with another number of characters, for what must be quoted whole to be of use.
#[must_use]
pub fn excerpt_of(text: &str, most: usize) -> String {
    let mut out: String = text.chars().take(most).map(tame).collect();
    if text.chars().nth(most).is_some() {
        out.push('…');
    }
    out
}

fn tame(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' => {
            '\u{FFFD}'
        }
        c if c.is_control() => '\u{FFFD}',
        c => c,
    }
}

/// A number of bytes as people say it.
pub(super) fn size(bytes: u64) -> String {
    for (unit, name) in [(1 << 20, "MiB"), (1 << 10, "KiB")] {
        if bytes >= unit && bytes.is_multiple_of(unit) {
            return format!("{} {name}", bytes / unit);
        }
    }
    format!("{bytes} bytes")
}
