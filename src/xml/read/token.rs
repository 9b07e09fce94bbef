//! What is said about tokens other than tags: XML 1.0, sections 2.2, 2.4 to 2.7 and 2.11.

use memchr::memchr;

use super::error::{Error, Fault, size};
use super::tag::is_space;
use super::{Limits, Position, excerpt};
use crate::xml::names;

/// A run of text in the making.
#[derive(Default)]
pub(super) struct Run {
    pub(super) text: String,
    /// Where it begins.
    pub(super) position: Position,
}

impl Run {
    /// Adds character data, with its line ends normalised.
    pub(super) fn append(&mut self, at: Position, raw: &str, limits: &Limits) -> Result<(), Error> {
        self.begin(at);
        let mut rest = raw;
        while let Some(end) = memchr(b'\r', rest.as_bytes()) {
            self.text.push_str(&rest[..end]);
            self.text.push('\n');
            rest = &rest[end + 1..];
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
        self.text.push_str(rest);
        short(self.text.len(), self.position, limits)
    }

    /// Adds a character that was written as a reference: a carriage return stays one.
    pub(super) fn push(&mut self, at: Position, c: char, limits: &Limits) -> Result<(), Error> {
        self.begin(at);
        self.text.push(c);
        short(self.text.len(), self.position, limits)
    }

    fn begin(&mut self, at: Position) {
        if self.text.is_empty() {
            self.position = at;
        }
    }
}

/// A run of text that begins there may have so many bytes.
pub(super) fn short(bytes: usize, begin: Position, limits: &Limits) -> Result<(), Error> {
    if bytes > limits.text_bytes {
        let most = size(limits.text_bytes as u64);
        return Fault::limit(begin, format!("the text is longer than {most}"));
    }
    Ok(())
}

/// Checks what stands between `<!--` and `-->`.
pub(super) fn comment(position: Position, inside: &str) -> Result<(), Error> {
    let hyphens = inside.find("--").or_else(|| inside.ends_with('-').then(|| inside.len() - 1));
    match hyphens {
        None => Ok(()),
        Some(offset) => {
            let place = position.after(&inside.as_bytes()[..offset]);
            Fault::syntax(place, "'--' stands in a comment")
        }
    }
}

/// Checks what stands between `<?` and `?>`. Processing instructions are passed over.
pub(super) fn instruction(position: Position, inside: &str) -> Result<(), Error> {
    let target = target(inside);
    if !names::is_plain(target) || target.eq_ignore_ascii_case("xml") {
        let target = excerpt(target);
        return Fault::syntax(position, format!("'{target}' cannot be called up by '<?'"));
    }
    Ok(())
}

/// What a processing instruction is for: its first word.
pub(super) fn target(inside: &str) -> &str {
    let is_space = |c: char| u8::try_from(c).is_ok_and(is_space);
    inside.split(is_space).next().unwrap_or_default()
}

/// What a token is called, by its first bytes.
pub(super) fn kind(token: &[u8]) -> &'static str {
    match token {
        [b'<', b'!', b'-', ..] => "a comment",
        [b'<', b'!', b'[', ..] => "a CDATA section",
        [b'<', b'!', ..] => "a declaration",
        [b'<', b'?', ..] => "a processing instruction",
        [b'<', b'/', ..] => "an end tag",
        [b'<', ..] => "a tag",
        [b'&', ..] => "a reference",
        _ => "a text",
    }
}
