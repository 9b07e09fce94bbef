//! The inside of a tag: XML 1.0, sections 3.1 and 2.8, with the normalisation of sections 2.11 and
//! 3.3.3. All attributes are treated as CDATA, for without a document type declaration there is
//! nothing that could say otherwise.
//!
//! A tag is taken apart where it stands, and what comes out says where its parts are: nothing is
//! copied but the values that have to be normalised.

use std::collections::HashSet;
use std::ops::Range;

use memchr::memchr;
use quick_xml::escape::resolve_xml_entity;

use super::error::{Error, Fault, excerpt, size};
use super::scope::Number;
use super::{Limits, Position};
use crate::xml::names;
use crate::xml::write::is_legal;

/// How many attributes are compared each with each: with more, that would take too long.
const FEW: usize = 8;

/// Where the parts of a tag are. One is used for all tags of a document, one after the other.
#[derive(Default)]
pub(super) struct Parts {
    name: Name,
    /// The element's namespace, by the declaration that gives it.
    pub(super) namespace: Option<Number>,
    pub(super) attributes: Vec<Raw>,
    /// `<a/>`.
    pub(super) is_empty: bool,
    /// All of it stands on one line.
    pub(super) is_one_line: bool,
    /// The values that are not as they are written.
    values: String,
}

/// Where a name is in the token, and its colon if it has one.
#[derive(Clone, Default)]
struct Name {
    range: Range<usize>,
    colon: Option<usize>,
}

/// Where the parts of an attribute are.
pub(super) struct Raw {
    name: Name,
    value: Range<usize>,
    /// The value is among those that are not as they are written.
    is_normalised: bool,
    /// The namespace, by the declaration that gives it.
    pub(super) namespace: Option<Number>,
    /// It declares a namespace.
    pub(super) is_declaration: bool,
}

impl Name {
    fn written<'a>(&self, token: &'a str) -> &'a str {
        &token[self.range.clone()]
    }

    fn prefix<'a>(&self, token: &'a str) -> Option<&'a str> {
        Some(&token[self.range.start..self.colon?])
    }

    fn local<'a>(&self, token: &'a str) -> &'a str {
        let start = self.colon.map_or(self.range.start, |colon| colon + 1);
        &token[start..self.range.end]
    }
}

impl Parts {
    /// The name as written, which the end tag has to repeat.
    pub(super) fn written<'a>(&self, token: &'a str) -> &'a str {
        self.name.written(token)
    }

    pub(super) fn prefix<'a>(&self, token: &'a str) -> Option<&'a str> {
        self.name.prefix(token)
    }

    pub(super) fn local<'a>(&self, token: &'a str) -> &'a str {
        self.name.local(token)
    }

    /// The value of an attribute.
    pub(super) fn value<'a>(&'a self, token: &'a str, attribute: &Raw) -> &'a str {
        let text = if attribute.is_normalised { &self.values } else { token };
        &text[attribute.value.clone()]
    }
}

impl Raw {
    /// Where in the token it begins.
    pub(super) fn begin(&self) -> usize {
        self.name.range.start
    }

    pub(super) fn prefix<'a>(&self, token: &'a str) -> Option<&'a str> {
        self.name.prefix(token)
    }

    pub(super) fn local<'a>(&self, token: &'a str) -> &'a str {
        self.name.local(token)
    }
}

/// Takes the start tag apart whose `<` stands at `position`, at the beginning of the text. Returns
/// its length, None if it does not end in what is there.
///
/// What is wrong is told as soon as it cannot become right again, so that it does not matter how
/// much of the document is there already.
pub(super) fn parse(
    parts: &mut Parts,
    text: &str,
    position: Position,
    limits: &Limits,
) -> Result<Option<usize>, Error> {
    let scan = Scan { text, bytes: text.as_bytes(), position, limits, is_tag: true };
    scan.all(parts, 1)
}

/// Checks an XML declaration (XML 1.0, section 2.8); `inside` stands between `<?` and `?>`.
pub(super) fn declaration(parts: &mut Parts, inside: &str, position: Position, limits: &Limits) -> Result<(), Error> {
    let scan = Scan { text: inside, bytes: inside.as_bytes(), position, limits, is_tag: false };
    scan.all(parts, 0)?;
    let mut expected = ["version", "encoding", "standalone"].into_iter();
    for attribute in &parts.attributes {
        let written = attribute.name.written(inside);
        let value = parts.value(inside, attribute);
        let place = scan.place(attribute.begin());
        if !expected.any(|name| name == written) {
            let name = excerpt(written);
            let text = format!("'{name}' has no place here in an XML declaration");
            return Fault::syntax(place, text);
        }
        match written {
            "version" if value != "1.0" => {
                let text = format!("the document is XML {}; XML 1.0 is read", excerpt(value));
                return Fault::syntax(place, text);
            }
            "encoding" if !value.eq_ignore_ascii_case("utf-8") => {
                return Err(other_encoding(value).at(place));
            }
            "standalone" if !matches!(value, "yes" | "no") => {
                return Fault::syntax(place, "'standalone' is neither 'yes' nor 'no'");
            }
            _ => {}
        }
    }
    let first = parts.attributes.first();
    if first.is_none_or(|first| first.name.written(inside) != "version") {
        return Fault::syntax(position, "the XML declaration does not begin with the version");
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

/// What is being taken apart.
struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Where the text begins in the document.
    position: Position,
    limits: &'a Limits,
    /// It ends with `>`, not with the text.
    is_tag: bool,
}

impl Scan<'_> {
    /// The name and attributes from there on, to the end.
    fn all(&self, parts: &mut Parts, begin: usize) -> Result<Option<usize>, Error> {
        parts.attributes.clear();
        parts.values.clear();
        parts.is_one_line = true;
        let Some(name) = self.name(begin, |byte| byte == b'=')? else {
            return Ok(None);
        };
        let mut at = name.range.end;
        parts.name = name;
        loop {
            let before = at;
            at = self.behind_spaces(at, parts);
            match self.end(at) {
                End::Cut => return Ok(None),
                End::Here(is_empty) => {
                    parts.is_empty = is_empty;
                    self.refuse_duplicates(&parts.attributes)?;
                    return Ok(Some(at + 1 + usize::from(is_empty)));
                }
                End::Further => {}
            }
            if at == before {
                let text = "there is no white space before the attribute";
                return Fault::syntax(self.place(at), text);
            }
            if parts.attributes.len() >= self.limits.attributes {
                let most = self.limits.attributes;
                let text = format!("the element has more than {most} attributes");
                return Fault::limit(self.place(at), text);
            }
            match self.attribute(at, parts)? {
                None => return Ok(None),
                Some((attribute, behind)) => {
                    parts.attributes.push(attribute);
                    at = behind;
                }
            }
        }
    }

    /// The attribute that begins there, and where it has ended.
    fn attribute(&self, begin: usize, parts: &mut Parts) -> Result<Option<(Raw, usize)>, Error> {
        let is_end = |byte| matches!(byte, b'=' | b'"' | b'\'');
        let Some(name) = self.name(begin, is_end)? else {
            return Ok(None);
        };
        let wrong = |at: usize, what: &str| {
            let name = excerpt(name.written(self.text));
            Fault::syntax(self.place(at), what.replace("{}", &name))
        };
        let equals = self.behind_spaces(name.range.end, parts);
        match self.bytes.get(equals) {
            Some(b'=') => {}
            None if self.is_tag => return Ok(None),
            _ => return wrong(equals, "the attribute '{}' has no value"),
        }
        let quote = self.behind_spaces(equals + 1, parts);
        let (begin, end) = match self.bytes.get(quote) {
            Some(mark @ (b'"' | b'\'')) => (quote + 1, memchr(*mark, &self.bytes[quote + 1..])),
            None if self.is_tag => return Ok(None),
            _ => return wrong(quote, "the value of the attribute '{}' is not in quotes"),
        };
        let Some(end) = end.map(|length| begin + length) else {
            if self.is_tag {
                return Ok(None);
            }
            return wrong(begin, "the value of the attribute '{}' does not end");
        };
        let has_more = |byte: &u8| matches!(byte, b'<' | b'&' | b'\r' | b'\n' | b'\t');
        let written = &self.bytes[begin..end];
        let is_normalised = written.iter().fold(false, |has, byte| has | has_more(byte));
        let value = if is_normalised {
            let start = parts.values.len();
            self.normalise(begin..end, &mut parts.values)?;
            // Nobody writes values of several lines, or nearly so.
            parts.is_one_line = false;
            start..parts.values.len()
        } else {
            self.short(end - begin, begin)?;
            begin..end
        };
        let attribute = Raw { name, value, is_normalised, namespace: None, is_declaration: false };
        Ok(Some((attribute, end + 1)))
    }

    /// Adds a value as XML 1.0, section 3.3.3, has it.
    fn normalise(&self, range: Range<usize>, values: &mut String) -> Result<(), Error> {
        let (begin, end, start) = (range.start, range.end, values.len());
        let mut rest = &self.text[range];
        loop {
            let plain = rest.find(['<', '&', '\r', '\n', '\t']);
            let (text, special) = rest.split_at(plain.unwrap_or(rest.len()));
            values.push_str(text);
            self.short(values.len() - start, begin)?;
            let mut behind = special.chars();
            let next = behind.next();
            rest = behind.as_str();
            // What is left ends where the value does.
            let at = || self.place(end - special.len());
            match next {
                None => return Ok(()),
                Some('<') => {
                    let text = "'<' stands in an attribute's value (it is written &lt;)";
                    return Fault::syntax(at(), text);
                }
                Some('&') => {
                    let Some((name, behind)) = rest.split_once(';') else {
                        return Fault::syntax(at(), UNCLOSED_REFERENCE);
                    };
                    values.push(referred(name).map_err(|fault| fault.at(at()))?);
                    rest = behind;
                }
                Some(c) => {
                    if c == '\r' {
                        rest = rest.strip_prefix('\n').unwrap_or(rest);
                    }
                    values.push(' ');
                }
            }
        }
    }

    /// A value that begins there may have so many bytes.
    fn short(&self, bytes: usize, begin: usize) -> Result<(), Error> {
        if bytes > self.limits.attribute_bytes {
            let most = size(self.limits.attribute_bytes as u64);
            let text = format!("the attribute's value is longer than {most}");
            return Fault::limit(self.place(begin), text);
        }
        Ok(())
    }

    /// The name that begins there; None if what is there ends before it does.
    fn name(&self, begin: usize, is_end: impl Fn(u8) -> bool) -> Result<Option<Name>, Error> {
        let mut end = self.behind_usual(begin);
        let first = |at: usize| self.bytes.get(at).is_some_and(|b| names::begins_usual(*b));
        let mut is_right = first(begin);
        let mut colon = None;
        if is_right && self.bytes.get(end) == Some(&b':') && first(end + 1) {
            colon = Some(end);
            end = self.behind_usual(end + 1);
        }
        loop {
            match self.end(end) {
                End::Cut => return Ok(None),
                End::Here(_) => break,
                End::Further => {}
            }
            // There is one, or it would be the end.
            if self.bytes.get(end).is_none_or(|byte| is_space(*byte) || is_end(*byte)) {
                break;
            }
            is_right = false;
            end += 1;
        }
        let written = &self.text[begin..end];
        if written.len() > self.limits.name_bytes {
            let most = size(self.limits.name_bytes as u64);
            let text = format!("the name is longer than {most}");
            return Fault::limit(self.place(begin), text);
        }
        if !is_right {
            let Ok(at) = names::colon(written) else {
                let text = format!("'{}' is not a name", excerpt(written));
                return Fault::syntax(self.place(begin), text);
            };
            colon = at.map(|at| begin + at);
        }
        Ok(Some(Name { range: begin..end, colon }))
    }

    /// Where what names are usually made of ends.
    fn behind_usual(&self, begin: usize) -> usize {
        let rest = self.bytes.get(begin..).unwrap_or_default();
        let length = rest.iter().position(|byte| !names::continues_usual(*byte));
        begin + length.unwrap_or(rest.len())
    }

    fn behind_spaces(&self, mut at: usize, parts: &mut Parts) -> usize {
        while let Some(byte) = self.bytes.get(at).filter(|byte| is_space(**byte)) {
            parts.is_one_line &= *byte != b'\n';
            at += 1;
        }
        at
    }

    /// Is this the end?
    fn end(&self, at: usize) -> End {
        match (self.is_tag, self.bytes.get(at)) {
            (true, None) => End::Cut,
            (false, None) | (true, Some(b'>')) => End::Here(false),
            (true, Some(b'/')) => match self.bytes.get(at + 1) {
                None => End::Cut,
                Some(b'>') => End::Here(true),
                Some(_) => End::Further,
            },
            _ => End::Further,
        }
    }

    fn refuse_duplicates(&self, attributes: &[Raw]) -> Result<(), Error> {
        let name = |attribute: &Raw| attribute.name.written(self.text);
        let twice = if attributes.len() <= FEW {
            let mut all = attributes.iter().enumerate();
            all.find(|(at, a)| attributes[..*at].iter().any(|b| name(a) == name(b))).map(|(_, attribute)| attribute)
        } else {
            let mut seen = HashSet::new();
            attributes.iter().find(|a| !seen.insert(name(a)))
        };
        let Some(attribute) = twice else {
            return Ok(());
        };
        let text = format!("the attribute '{}' is given twice", excerpt(name(attribute)));
        Fault::syntax(self.place(attribute.begin()), text)
    }

    /// The place of that byte.
    fn place(&self, at: usize) -> Position {
        self.position.after(&self.bytes[..at])
    }
}

/// Whether a tag ends at some byte.
enum End {
    /// Yes, as an empty element or not.
    Here(bool),
    /// No.
    Further,
    /// What is there does not say.
    Cut,
}

/// Said of an ampersand that nothing follows up.
pub(super) const UNCLOSED_REFERENCE: &str =
    "'&' begins a reference that has no ';' (the character itself is written &amp;)";

/// The character that a reference stands for; `name` is what stands between `&` and `;`.
pub(super) fn referred(name: &str) -> Result<char, Fault> {
    let Some(number) = name.strip_prefix('#') else {
        let character = resolve_xml_entity(name).and_then(|text| text.chars().next());
        return character.ok_or_else(|| {
            Fault::Reference(format!(
                "the entity '&{};' is not defined: only amp, lt, gt, quot and apos are, and \
                 declarations of others are not read",
                excerpt(name)
            ))
        });
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // from_str_radix would take a sign.
    let all_digits = digits.chars().all(|c| c.is_digit(radix));
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| all_digits);
    code.and_then(char::from_u32).filter(|c| is_legal(*c)).ok_or_else(|| {
        let name = excerpt(name);
        Fault::Reference(format!("'&{name};' is not a character that XML 1.0 allows"))
    })
}

/// XML's white space, which is less than Unicode's.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
