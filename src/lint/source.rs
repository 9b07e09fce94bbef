//! Bytes made text, as the importers do it: JavaScript reads everything as UTF-8, Java and .NET look first.

use std::borrow::Cow;

use super::check::Effect::{Mangled, Refused, Remark};
use super::check::Importer::{Emass, StigManager, StigViewer};
use super::check::{Found, Row};
use crate::xml::read::Position;

/// A file as text.
pub(super) struct Source<'a> {
    /// The text, without a byte order mark.
    pub(super) text: Cow<'a, str>,
    /// It begins with UTF-8's byte order mark.
    pub(super) has_mark: bool,
    /// How its bytes were made text.
    pub(super) encoding: Encoding,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// How bytes became text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
    /// Declared to be one byte a character; the first byte beyond ASCII stands there.
    Latin1(usize),
    /// Not what it says; the first byte that is not UTF-8 stands there.
    Broken(usize),
}

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let (text, has_mark, encoding) = decode(bytes);
        let mut lines = vec![0];
        lines.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        Source { text, has_mark, encoding, lines }
    }

    /// The line and column of a byte of the text.
    pub(super) fn position(&self, offset: usize) -> Position {
        let line = self.lines.partition_point(|begin| *begin <= offset).max(1);
        let column = offset.saturating_sub(self.lines[line - 1]) + 1;
        Position { line: line as u64, column: column as u64 }
    }

    /// The byte that stands at a line and column.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX).max(1);
        let begin = self.lines.get(line - 1).or(self.lines.last());
        let column = usize::try_from(position.column).unwrap_or(1).max(1);
        let end = self.text.len();
        begin.map_or(0, |begin| (begin + column - 1).min(end))
    }

    /// It wants to be JSON.
    pub(super) fn is_json(&self) -> bool {
        self.text.trim_start().starts_with(['{', '['])
    }
}

fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool, Encoding) {
    let utf16 = |little: bool, bytes: &[u8]| {
        let pairs = bytes.chunks_exact(2).map(|pair| {
            if little { u16::from_le_bytes([pair[0], pair[1]]) } else { u16::from_be_bytes([pair[0], pair[1]]) }
        });
        let text = char::decode_utf16(pairs).map(|c| c.unwrap_or('\u{FFFD}'));
        (Cow::Owned(text.collect()), false, Encoding::Utf16)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return utf16(true, rest),
        [0xFE, 0xFF, rest @ ..] => return utf16(false, rest),
        [b'<' | b'{', 0, ..] => return utf16(true, bytes),
        [0, b'<' | b'{', ..] => return utf16(false, bytes),
        _ => {}
    }
    let (bytes, has_mark) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), has_mark, foreign(text.as_bytes())),
        Err(error) if says_single_byte(bytes) => {
            let text: String = bytes.iter().copied().map(char::from).collect();
            let at = error.valid_up_to();
            (Cow::Owned(text), has_mark, Encoding::Latin1(at))
        }
        Err(error) => (String::from_utf8_lossy(bytes), has_mark, Encoding::Broken(error.valid_up_to())),
    }
}

/// Valid UTF-8 that says it is not: beyond ASCII every reader that believes it sees other characters.
fn foreign(bytes: &[u8]) -> Encoding {
    match bytes.iter().position(|b| !b.is_ascii()) {
        Some(at) if says_single_byte(bytes) => Encoding::Latin1(at),
        _ => Encoding::Utf8,
    }
}

/// The name of an encoding of one byte a character, in small letters.
pub(super) fn is_single_byte(name: &str) -> bool {
    let names = ["iso-8859", "latin", "windows-125", "cp125", "us-ascii", "ascii"];
    names.iter().any(|begin| name.starts_with(begin))
}

/// The XML declaration names such an encoding.
fn says_single_byte(bytes: &[u8]) -> bool {
    let begin = &bytes[..bytes.len().min(200)];
    let begin = String::from_utf8_lossy(begin).to_ascii_lowercase();
    let Some(declaration) = begin.strip_prefix("<?xml").and_then(|d| d.split("?>").next()) else {
        return false;
    };
    let Some((_, behind)) = declaration.split_once("encoding") else {
        return false;
    };
    let name = behind.trim_start_matches(|c: char| c.is_whitespace() || "=\"'".contains(c));
    is_single_byte(name)
}

pub(super) static JSON_MARK: Row = Row {
    code: "byte-order-mark",
    on: &[(StigManager, Refused), (StigViewer, Remark), (Emass, Remark)],
    when: "a CKLB begins with a byte order mark, which `JSON.parse` does not take",
    mend: "Save the file as UTF-8 without a byte order mark.",
};

pub(super) static JSON_UTF16: Row = Row {
    code: "encoding",
    on: &[(StigManager, Refused), (StigViewer, Refused), (Emass, Refused)],
    when: "a CKLB is UTF-16: JSON that is exchanged is UTF-8 (RFC 8259, section 8.1)",
    mend: "Save the file as UTF-8 without a byte order mark.",
};

pub(super) static JSON_BROKEN: Row = Row {
    code: "encoding",
    on: &[(StigManager, Mangled), (StigViewer, Mangled), (Emass, Mangled)],
    when: "bytes of a CKLB are not UTF-8: each comes in as U+FFFD",
    mend: "Save the file as UTF-8.",
};

/// What the bytes of JSON do to it.
pub(super) fn check_json(source: &Source<'_>, found: &mut Found) {
    match source.encoding {
        Encoding::Utf16 => {
            found.whole(&JSON_UTF16, "file", "the file is UTF-16, and read as UTF-8");
            found.settle(&JSON_UTF16);
        }
        Encoding::Broken(at) | Encoding::Latin1(at) => {
            found.add(&JSON_BROKEN, at, "file", "bytes from here on are not UTF-8");
        }
        Encoding::Utf8 => {}
    }
    if source.has_mark {
        found.whole(&JSON_MARK, "file", "the file begins with a byte order mark");
    }
}
