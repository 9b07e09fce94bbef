//! What is said about tokens other than tags: XML 1.0, sections 2.2, 2.4 to 2.7 and 2.11.

use super::error::{Error, Fault, excerpt, size};
use super::tag::is_space;
use super::{Limits, Position, names};
use crate::xml::write::is_legal;

/// A run of text in the making.
pub(super) struct Run {
    pub(super) text: String,
    /// Where it begins.
    pub(super) position: Position,
}

impl Run {
    pub(super) fn new() -> Self {
        Run {
            text: String::new(),
            position: Position::START,
        }
    }

    /// Adds character data, with its line ends normalised.
    pub(super) fn append(&mut self, at: Position, raw: &str, limits: &Limits) -> Result<(), Error> {
        self.begin(at);
        for (index, part) in raw.split('\r').enumerate() {
            if index == 0 {
                self.text.push_str(part);
            } else {
                self.text.push('\n');
                self.text.push_str(part.strip_prefix('\n').unwrap_or(part));
            }
        }
        self.check(limits)
    }

    /// Adds a character that was written as a reference: a carriage return stays one.
    pub(super) fn push(&mut self, at: Position, c: char, limits: &Limits) -> Result<(), Error> {
        self.begin(at);
        self.text.push(c);
        self.check(limits)
    }

    fn begin(&mut self, at: Position) {
        if self.text.is_empty() {
            self.position = at;
        }
    }

    fn check(&self, limits: &Limits) -> Result<(), Error> {
        if self.text.len() > limits.text_bytes {
            let most = size(limits.text_bytes as u64);
            return Fault::limit(self.position, format!("the text is longer than {most}"));
        }
        Ok(())
    }
}

/// Every character of a token is one that XML 1.0 allows; `position` is that of the first.
pub(super) fn all_legal(position: Position, token: &str) -> Result<(), Error> {
    match token.char_indices().find(|(_, c)| !is_legal(*c)) {
        None => Ok(()),
        Some((offset, c)) => {
            Err(Fault::Character(c).at(position.after(&token.as_bytes()[..offset])))
        }
    }
}

/// Checks what stands between `<!--` and `-->`.
pub(super) fn comment(position: Position, inside: &str) -> Result<(), Error> {
    all_legal(position, inside)?;
    let hyphens = inside
        .find("--")
        .or_else(|| inside.ends_with('-').then(|| inside.len() - 1));
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
    all_legal(position, inside)?;
    let target = inside.split(is_space).next().unwrap_or_default();
    if !names::is_plain(target) || target.eq_ignore_ascii_case("xml") {
        let target = excerpt(target);
        return Fault::syntax(position, format!("'{target}' cannot be called up by '<?'"));
    }
    Ok(())
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
