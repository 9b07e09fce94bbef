//! Walks through a benchmark's elements, and reads the values that attributes hold.

use std::io::Read;

use super::{Detail, ReadError};
use crate::xccdf::model::{Common, Insert, Prose, Schema, Use, Weight, What, Written};
use crate::xml::read::{Event, Position, Reader, Start, XML_NAMESPACE, excerpt};

/// An element that has begun. Whoever gets one reads it to its end.
pub(super) struct Element {
    pub(super) position: Position,
    start: Start,
}

/// Reads the elements of one document. The open elements are the parser's concern; here is only the
/// agreement that every element handed out is read to its end before the next.
pub(super) struct Cursor<R: Read> {
    reader: Reader<R>,
    pub(super) schema: Schema,
    detail: Detail,
}

impl<R: Read> Cursor<R> {
    /// Goes on behind a root element of that edition.
    pub(super) fn new(reader: Reader<R>, schema: Schema, detail: Detail) -> Self {
        Cursor { reader, schema, detail }
    }

    /// The next child of the benchmark's own namespace, None at the end of the element. Texts
    /// between children are passed over, and so are foreign children with all that is in them.
    pub(super) fn child(&mut self) -> Result<Option<Element>, ReadError> {
        loop {
            match self.any_child()? {
                Some(element) if !self.is_own(&element) => self.skip()?,
                own_or_end => return Ok(own_or_end),
            }
        }
    }

    /// The next child, whatever its namespace, None at the end of the element.
    pub(super) fn any_child(&mut self) -> Result<Option<Element>, ReadError> {
        loop {
            match self.part()? {
                Part::Text(_) => {}
                Part::End => return Ok(None),
                Part::Child(element) => return Ok(Some(element)),
            }
        }
    }

    /// The element is in the benchmark's own namespace.
    pub(super) fn is_own(&self, element: &Element) -> bool {
        element.namespace() == Some(self.schema.namespace())
    }

    /// The text of the element, and what is put into it: `sub` and `instance`, and the XHTML objects
    /// that mean the same (NIST IR 7275 r4, section 7.2.3.6.3).
    pub(super) fn prose(&mut self) -> Result<Prose, ReadError> {
        self.prose_if(!self.is_outline())
    }

    fn prose_if(&mut self, is_kept: bool) -> Result<Prose, ReadError> {
        let mut prose = Prose::default();
        let mut depth = 0_usize;
        loop {
            match self.part()? {
                Part::Text(text) if is_kept => prose.text.push_str(text),
                Part::Text(_) => {}
                Part::Child(child) => match self.insert(&child)? {
                    None => depth += 1,
                    Some(what) => {
                        let alt = self.text()?;
                        prose.inserts.push(Insert { at: prose.text.len(), what, alt });
                    }
                },
                Part::End if depth == 0 && is_kept => return Ok(prose),
                Part::End if depth == 0 => return Ok(Prose::default()),
                Part::End => depth -= 1,
            }
        }
    }

    /// What the element puts into the text around it; None for one that only marks up.
    fn insert(&self, element: &Element) -> Result<Option<What>, ReadError> {
        let sub = |idref: String, usage| What::Sub { idref, usage };
        if self.is_own(element) && element.name() == "sub" {
            let usage = match element.attribute("use").as_deref() {
                Some("title") => Use::Title,
                Some("legacy") => Use::Legacy,
                // 1.1 has no such attribute; what it did is called legacy since.
                None if self.schema == Schema::V1_1 => Use::Legacy,
                Some("value") | None => Use::Value,
                Some(other) => {
                    let text = format!("use is '{}', not value, title or legacy", excerpt(other));
                    return element.refuse(text);
                }
            };
            return Ok(Some(sub(element.required("idref")?, usage)));
        }
        if self.is_own(element) && element.name() == "instance" {
            let context = element.attribute("context");
            return Ok(Some(What::Instance(context.unwrap_or_else(|| "undefined".into()))));
        }
        if element.name() == "object" && !self.is_own(element) {
            let data = element.attribute_or_empty("data");
            if let Some(id) = data.strip_prefix("#xccdf:value:") {
                return Ok(Some(sub(id.to_owned(), Use::Value)));
            }
            if let Some(id) = data.strip_prefix("#xccdf:title:") {
                return Ok(Some(sub(id.to_owned(), Use::Title)));
            }
        }
        Ok(None)
    }

    /// What comes next in the element, whatever it is.
    pub(super) fn part(&mut self) -> Result<Part<'_>, ReadError> {
        let (position, event) = self.reader.next_event()?;
        Ok(match event {
            Event::Start(tag) => Part::Child(Element { position, start: tag.to_start() }),
            Event::Text(text) => Part::Text(text),
            Event::End | Event::Eof => Part::End,
        })
    }

    /// All character data in the element, in its children too: exactly, for digests depend on it.
    pub(super) fn text(&mut self) -> Result<String, ReadError> {
        let mut all = String::new();
        let mut depth = 0_usize;
        loop {
            match self.reader.next_event()?.1 {
                Event::Text(text) => all.push_str(text),
                Event::Start(_) => depth += 1,
                Event::End | Event::Eof if depth == 0 => return Ok(all),
                Event::End | Event::Eof => depth -= 1,
            }
        }
    }

    /// Passes over the rest of the element.
    pub(super) fn skip(&mut self) -> Result<(), ReadError> {
        Ok(self.reader.skip()?)
    }

    /// All character data of an element that is not part of an outline.
    pub(super) fn long_text(&mut self) -> Result<String, ReadError> {
        if self.is_outline() {
            self.skip()?;
            return Ok(String::new());
        }
        self.text()
    }

    /// The text of the element if nothing has been kept yet: the first of several counts.
    pub(super) fn first_text(&mut self, kept: &mut Option<String>) -> Result<(), ReadError> {
        if kept.is_some() {
            return self.skip();
        }
        *kept = Some(self.text()?);
        Ok(())
    }

    /// The same with what is put into it.
    pub(super) fn first_prose(&mut self, kept: &mut Option<Prose>, is_own: bool) -> Result<(), ReadError> {
        if kept.is_some() {
            return self.skip();
        }
        *kept = Some(self.prose_if(is_own || !self.is_outline())?);
        Ok(())
    }

    /// Only what tells the parts apart is kept.
    pub(super) fn is_outline(&self) -> bool {
        self.detail == Detail::Outline
    }

    /// Reads on behind the root to the end of the document, which is well-formed only then.
    pub(super) fn finish(mut self) -> Result<(), ReadError> {
        while !matches!(self.reader.next_event()?.1, Event::Eof) {}
        Ok(())
    }
}

/// A piece of an element.
pub(super) enum Part<'a> {
    /// Character data.
    Text(&'a str),
    /// A child begins.
    Child(Element),
    /// The element ends.
    End,
}

impl Element {
    pub(super) fn new(position: Position, start: Start) -> Self {
        Element { position, start }
    }

    /// The name without prefix.
    pub(super) fn name(&self) -> &str {
        self.start.name()
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        self.start.namespace()
    }

    /// `@xml:lang`.
    pub(super) fn lang(&self) -> Option<String> {
        let mut all = self.start.attributes();
        all.find(|a| a.is(XML_NAMESPACE, "lang")).map(|a| a.value.to_owned())
    }

    /// The value of an attribute, when there is one.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.start.attribute(name).map(|a| a.value.to_owned())
    }

    /// The value of an attribute, empty when there is none.
    pub(super) fn attribute_or_empty(&self, name: &str) -> String {
        self.attribute(name).unwrap_or_default()
    }

    /// The value of an attribute that is in a namespace (`xlink:href`).
    pub(super) fn attribute_in(&self, namespace: &str, name: &str) -> Option<&str> {
        let mut all = self.start.attributes();
        all.find(|a| a.is(namespace, name)).map(|a| a.value)
    }

    /// The value of an attribute without which the element means nothing. An empty one is none.
    pub(super) fn required(&self, name: &str) -> Result<String, ReadError> {
        match self.attribute(name) {
            Some(value) if !value.is_empty() => Ok(value),
            _ => {
                let element = excerpt(self.name());
                self.refuse(format!("this {element} has no {name}, which it must have"))
            }
        }
    }

    /// An `xsd:boolean` (XML Schema part 2, section 3.2.2).
    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, ReadError> {
        let Some(attribute) = self.start.attribute(name) else {
            return Ok(None);
        };
        match attribute.value.trim_matches(is_space) {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            other => {
                let text = format!("{name} is '{}', not true or false", excerpt(other));
                ReadError::xccdf(attribute.position(), text)
            }
        }
    }

    /// `@weight`: an `xsd:decimal` that is not negative (IR 7275 r4, section 6.4). None when not said.
    pub(super) fn weight(&self) -> Result<Option<Weight>, ReadError> {
        let Some(attribute) = self.start.attribute("weight") else {
            return Ok(None);
        };
        match decimal(attribute.value.trim_matches(is_space)) {
            Some(value) if value >= 0.0 => Ok(Some(Weight { text: attribute.value.to_owned(), value })),
            _ => {
                let written = excerpt(attribute.value);
                let text = format!("the weight '{written}' is not a decimal number from 0 up");
                ReadError::xccdf(attribute.position(), text)
            }
        }
    }

    /// One of the words that the attribute may be; None when not said.
    pub(super) fn word(&self, name: &str, words: &[&str]) -> Result<Option<String>, ReadError> {
        let Some(attribute) = self.start.attribute(name) else {
            return Ok(None);
        };
        let word = attribute.value.trim_matches(is_space);
        if words.contains(&word) {
            return Ok(Some(word.to_owned()));
        }
        let text = format!("{name} is '{}', not {}", excerpt(word), words.join(" or "));
        ReadError::xccdf(attribute.position(), text)
    }

    /// The attributes that Groups, Rules and Values share.
    pub(super) fn common(&self) -> Result<Common, ReadError> {
        let mut common = Common {
            extends: self.attribute("extends").filter(|id| !id.is_empty()),
            is_abstract: self.boolean("abstract")?.unwrap_or(false),
            hidden: self.boolean("hidden")?.unwrap_or(false),
            prohibit_changes: self.boolean("prohibitChanges")?.unwrap_or(false),
            ..Common::default()
        };
        for (name, bit) in [
            ("selected", Written::SELECTED),
            ("weight", Written::WEIGHT),
            ("severity", Written::SEVERITY),
            ("role", Written::ROLE),
            ("hidden", Written::HIDDEN),
            ("prohibitChanges", Written::PROHIBIT_CHANGES),
            ("multiple", Written::MULTIPLE),
        ] {
            if self.start.attribute(name).is_some() {
                common.written.add(bit);
            }
        }
        Ok(common)
    }

    pub(super) fn refuse<T>(&self, message: impl Into<String>) -> Result<T, ReadError> {
        ReadError::xccdf(self.position, message)
    }
}

/// `xsd:decimal` (XML Schema part 2, section 3.2.3), which has no exponent, no `inf` and no `NaN`.
pub(in crate::xccdf) fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let has_digit = digits.bytes().any(|byte| byte.is_ascii_digit());
    let all_fit = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let one_point = digits.bytes().filter(|byte| *byte == b'.').count() <= 1;
    let value = text.parse::<f64>().ok().filter(|_| has_digit && all_fit && one_point);
    // So many digits that the number leaves what can be calculated with.
    value.filter(|value| value.is_finite())
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn decimals_are_those_of_xml_schema() {
        for (text, value) in [("10.0", 10.0), ("+1", 1.0), ("-0.5", -0.5), (".5", 0.5), ("3.", 3.0)] {
            assert_eq!(decimal(text), Some(value), "{text}");
        }
        for text in ["", ".", "+", "-.", "1e3", "inf", "-inf", "NaN", "1,0", "1.0.0", "0x1", "1 0", "١"] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(decimal(&"9".repeat(400)), None);
    }
}
