//! The inside of a tag, letter by letter: XML 1.0, sections 3.1 and 2.8, with the normalisation of
//! sections 2.11 and 3.3.3. All attributes are treated as CDATA, for without a document type
//! declaration there is nothing that could say otherwise.

use std::collections::HashSet;

use super::error::{Error, Fault, excerpt, size};
use super::{Limits, Position, names};
use crate::xml::write::is_legal;

/// A start tag taken apart; prefixes are not resolved yet.
pub(super) struct Tag<'a> {
    /// The name as written, which the end tag has to repeat.
    pub(super) written: &'a str,
    pub(super) prefix: Option<&'a str>,
    pub(super) local: &'a str,
    pub(super) attributes: Vec<RawAttribute<'a>>,
}

/// An attribute as written, its value normalised.
pub(super) struct RawAttribute<'a> {
    pub(super) written: &'a str,
    pub(super) prefix: Option<&'a str>,
    pub(super) local: &'a str,
    pub(super) value: String,
    pub(super) position: Position,
}

/// Takes apart what stands between `<` and `>` (or `/>`); `position` is that of its first byte.
pub(super) fn parse<'a>(
    inside: &'a str,
    position: Position,
    limits: &Limits,
) -> Result<Tag<'a>, Error> {
    let mut cursor = Cursor {
        text: inside,
        offset: 0,
        position,
    };
    let written = cursor.take_until(|c| is_space(c) || c == '=');
    let (prefix, local) = qualified(written, position, limits)?;
    let mut attributes: Vec<RawAttribute<'a>> = Vec::new();
    loop {
        let spaces = cursor.take_until(|c| !is_space(c));
        let at = cursor.position;
        if cursor.rest().is_empty() {
            break;
        }
        if spaces.is_empty() {
            return Fault::syntax(at, "there is no white space before the attribute");
        }
        if attributes.len() >= limits.attributes {
            let most = limits.attributes;
            return Fault::limit(at, format!("the element has more than {most} attributes"));
        }
        attributes.push(attribute(&mut cursor, limits)?);
    }
    if attributes.len() > 1 {
        let mut seen = HashSet::new();
        for attribute in &attributes {
            if !seen.insert(attribute.written) {
                let name = excerpt(attribute.written);
                let text = format!("the attribute '{name}' is given twice");
                return Fault::syntax(attribute.position, text);
            }
        }
    }
    Ok(Tag {
        written,
        prefix,
        local,
        attributes,
    })
}

fn attribute<'a>(cursor: &mut Cursor<'a>, limits: &Limits) -> Result<RawAttribute<'a>, Error> {
    let position = cursor.position;
    let written = cursor.take_until(|c| is_space(c) || matches!(c, '=' | '"' | '\''));
    let (prefix, local) = qualified(written, position, limits)?;
    cursor.take_until(|c| !is_space(c));
    if !cursor.take('=') {
        let name = excerpt(written);
        return Fault::syntax(
            cursor.position,
            format!("the attribute '{name}' has no value"),
        );
    }
    cursor.take_until(|c| !is_space(c));
    let Some(quote) = ['"', '\''].into_iter().find(|quote| cursor.take(*quote)) else {
        let name = excerpt(written);
        let text = format!("the value of the attribute '{name}' is not in quotes");
        return Fault::syntax(cursor.position, text);
    };
    let begin = cursor.position;
    let raw = cursor.take_until(|c| c == quote);
    if !cursor.take(quote) {
        let name = excerpt(written);
        return Fault::syntax(
            begin,
            format!("the value of the attribute '{name}' does not end"),
        );
    }
    let value = normalised(raw, begin, limits)?;
    Ok(RawAttribute {
        written,
        prefix,
        local,
        value,
        position,
    })
}

/// An attribute's value as XML 1.0, section 3.3.3, has it.
fn normalised(raw: &str, begin: Position, limits: &Limits) -> Result<String, Error> {
    let mut cursor = Cursor {
        text: raw,
        offset: 0,
        position: begin,
    };
    let mut value = String::with_capacity(raw.len().min(limits.attribute_bytes));
    loop {
        value.push_str(cursor.take_until(|c| matches!(c, '<' | '&' | '\r' | '\n' | '\t')));
        if value.len() > limits.attribute_bytes {
            let most = size(limits.attribute_bytes as u64);
            return Fault::limit(
                begin,
                format!("the attribute's value is longer than {most}"),
            );
        }
        let at = cursor.position;
        if cursor.take('<') {
            return Fault::syntax(
                at,
                "'<' stands in an attribute's value (it is written &lt;)",
            );
        } else if cursor.take('&') {
            let name = cursor.take_until(|c| c == ';');
            if !cursor.take(';') {
                return Fault::syntax(at, UNCLOSED_REFERENCE);
            }
            value.push(referred(name).map_err(|fault| fault.at(at))?);
        } else if cursor.take('\r') {
            cursor.take('\n');
            value.push(' ');
        } else if cursor.take('\n') || cursor.take('\t') {
            value.push(' ');
        } else {
            return Ok(value);
        }
    }
}

/// Said of an ampersand that nothing follows up.
pub(super) const UNCLOSED_REFERENCE: &str =
    "'&' begins a reference that has no ';' (the character itself is written &amp;)";

/// The character that a reference stands for; `name` is what stands between `&` and `;`.
pub(super) fn referred(name: &str) -> Result<char, Fault> {
    let Some(number) = name.strip_prefix('#') else {
        return match name {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(Fault::Reference(format!(
                "the entity '&{};' is not defined: only amp, lt, gt, quot and apos are, and \
                 declarations of others are not read",
                excerpt(name)
            ))),
        };
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // from_str_radix would take a sign.
    let all_digits = digits.chars().all(|c| c.is_digit(radix));
    let code = u32::from_str_radix(digits, radix)
        .ok()
        .filter(|_| all_digits);
    code.and_then(char::from_u32)
        .filter(|c| is_legal(*c))
        .ok_or_else(|| {
            let name = excerpt(name);
            Fault::Reference(format!("'&{name};' is not a character that XML 1.0 allows"))
        })
}

/// Checks an XML declaration (XML 1.0, section 2.8); `inside` stands between `<?` and `?>`.
pub(super) fn declaration(inside: &str, position: Position, limits: &Limits) -> Result<(), Error> {
    let tag = parse(inside, position, limits)?;
    let mut expected = ["version", "encoding", "standalone"].into_iter();
    for attribute in &tag.attributes {
        let RawAttribute {
            written,
            value,
            position,
            ..
        } = attribute;
        if !expected.any(|name| name == *written) {
            let name = excerpt(written);
            let text = format!("'{name}' has no place here in an XML declaration");
            return Fault::syntax(*position, text);
        }
        match *written {
            "version" if value != "1.0" => {
                let text = format!("the document is XML {}; XML 1.0 is read", excerpt(value));
                return Fault::syntax(*position, text);
            }
            "encoding" if !value.eq_ignore_ascii_case("utf-8") => {
                return Err(other_encoding(value).at(*position));
            }
            "standalone" if !matches!(value.as_str(), "yes" | "no") => {
                return Fault::syntax(*position, "'standalone' is neither 'yes' nor 'no'");
            }
            _ => {}
        }
    }
    if tag
        .attributes
        .first()
        .is_none_or(|first| first.written != "version")
    {
        return Fault::syntax(
            position,
            "the XML declaration does not begin with the version",
        );
    }
    Ok(())
}

/// Said of a document that is, or claims to be, in another encoding than UTF-8.
pub(super) fn other_encoding(name: &str) -> Fault {
    let name = excerpt(name);
    Fault::Encoding(format!(
        "the document is in {name}, and only UTF-8 is read: convert it (iconv -f {name} -t UTF-8) \
         and correct or remove the encoding in its first line"
    ))
}

fn qualified<'a>(
    written: &'a str,
    position: Position,
    limits: &Limits,
) -> Result<(Option<&'a str>, &'a str), Error> {
    if written.len() > limits.name_bytes {
        let most = size(limits.name_bytes as u64);
        return Fault::limit(position, format!("the name is longer than {most}"));
    }
    match names::split(written) {
        Some(parts) => Ok(parts),
        None => Fault::syntax(position, format!("'{}' is not a name", excerpt(written))),
    }
}

/// XML's white space, which is less than Unicode's.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Walks through a text and knows where in the document it is.
struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    position: Position,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.offset..]
    }

    fn take_until(&mut self, stop: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(stop).unwrap_or(rest.len())];
        self.offset += taken.len();
        self.position = self.position.after(taken.as_bytes());
        taken
    }

    fn take(&mut self, c: char) -> bool {
        let is_next = self.rest().starts_with(c);
        if is_next {
            let from = self.offset;
            self.offset += c.len_utf8();
            self.position = self
                .position
                .after(&self.text.as_bytes()[from..self.offset]);
        }
        is_next
    }
}
