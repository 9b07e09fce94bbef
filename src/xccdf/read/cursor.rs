//! Walks through a benchmark's elements, and reads the values that attributes hold.

use std::io::Read;

use super::ReadError;
use crate::xccdf::model::{Schema, Weight};
use crate::xml::read::{Attribute, Event, Position, Reader, Start, excerpt};

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
}

impl<R: Read> Cursor<R> {
    /// Goes on behind a root element of that edition.
    pub(super) fn new(reader: Reader<R>, schema: Schema) -> Self {
        Cursor { reader, schema }
    }

    /// The next child of the benchmark's own namespace, None at the end of the element. Texts
    /// between children are passed over, and so are foreign children with all that is in them.
    pub(super) fn child(&mut self) -> Result<Option<Element>, ReadError> {
        loop {
            match self.part()? {
                Part::Text(_) => {}
                Part::End => return Ok(None),
                Part::Child(element) if element.namespace() == Some(self.schema.namespace()) => {
                    return Ok(Some(element));
                }
                Part::Child(_) => self.skip()?,
            }
        }
    }

    /// What comes next in the element, whatever it is.
    pub(super) fn part(&mut self) -> Result<Part, ReadError> {
        let (position, event) = self.reader.next_event()?;
        Ok(match event {
            Event::Start(start) => Part::Child(Element { position, start }),
            Event::Text(text) => Part::Text(text),
            Event::End | Event::Eof => Part::End,
        })
    }

    /// All character data in the element, in its children too: exactly, for digests depend on it.
    pub(super) fn text(&mut self) -> Result<String, ReadError> {
        let mut all = String::new();
        let mut depth = 0_usize;
        loop {
            match self.part()? {
                Part::Text(text) if all.is_empty() => all = text,
                Part::Text(text) => all.push_str(&text),
                Part::Child(_) => depth += 1,
                Part::End if depth == 0 => return Ok(all),
                Part::End => depth -= 1,
            }
        }
    }

    /// Passes over the rest of the element.
    pub(super) fn skip(&mut self) -> Result<(), ReadError> {
        let mut depth = 0_usize;
        loop {
            match self.part()? {
                Part::Text(_) => {}
                Part::Child(_) => depth += 1,
                Part::End if depth == 0 => return Ok(()),
                Part::End => depth -= 1,
            }
        }
    }

    /// The text of the element if nothing has been kept yet: the first of several counts.
    pub(super) fn first_text(&mut self, kept: &mut Option<String>) -> Result<(), ReadError> {
        if kept.is_some() {
            return self.skip();
        }
        *kept = Some(self.text()?);
        Ok(())
    }

    /// Reads on behind the root to the end of the document, which is well-formed only then.
    pub(super) fn finish(mut self) -> Result<(), ReadError> {
        while self.reader.next_event()?.1 != Event::Eof {}
        Ok(())
    }
}

/// A piece of an element.
pub(super) enum Part {
    /// Character data.
    Text(String),
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
        &self.start.name
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        self.start.namespace.as_deref()
    }

    /// `@xml:lang`.
    pub(super) fn lang(&self) -> Option<String> {
        let of_xml = |a: &&Attribute| {
            a.namespace.as_deref() == Some(crate::xml::read::XML_NAMESPACE) && a.name == "lang"
        };
        self.start
            .attributes
            .iter()
            .find(of_xml)
            .map(|a| a.value.clone())
    }

    /// The value of an attribute, when there is one.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.start.attribute(name).map(|a| a.value.clone())
    }

    /// The value of an attribute, empty when there is none.
    pub(super) fn attribute_or_empty(&self, name: &str) -> String {
        self.attribute(name).unwrap_or_default()
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
                ReadError::xccdf(attribute.position, text)
            }
        }
    }

    /// `@weight`: an `xsd:decimal` that is not negative (IR 7275 r4, section 6.4). `1.0` when not said.
    pub(super) fn weight(&self) -> Result<Weight, ReadError> {
        let Some(attribute) = self.start.attribute("weight") else {
            return Ok(Weight::default());
        };
        match decimal(attribute.value.trim_matches(is_space)) {
            Some(value) if value >= 0.0 => Ok(Weight {
                text: attribute.value.clone(),
                value,
            }),
            _ => {
                let written = excerpt(&attribute.value);
                let text = format!("the weight '{written}' is not a decimal number from 0 up");
                ReadError::xccdf(attribute.position, text)
            }
        }
    }

    /// Refuses what this reader would have to leave out, and with it change a result.
    pub(super) fn refuse_attribute(&self, name: &str) -> Result<(), ReadError> {
        match self.start.attribute(name) {
            None => Ok(()),
            Some(attribute) => {
                let element = excerpt(self.name());
                let text = format!("'{name}' on a {element} is not supported yet; {RESOLVE_FIRST}");
                ReadError::xccdf(attribute.position, text)
            }
        }
    }

    /// Refuses the whole element for the same reason.
    pub(super) fn unsupported<T>(&self) -> Result<T, ReadError> {
        let element = excerpt(self.name());
        self.refuse(format!(
            "'{element}' is not supported yet; leaving it out would change results"
        ))
    }

    pub(super) fn refuse<T>(&self, message: impl Into<String>) -> Result<T, ReadError> {
        ReadError::xccdf(self.position, message)
    }
}

const RESOLVE_FIRST: &str = "resolve the benchmark first (oscap xccdf resolve)";

/// `xsd:decimal` (XML Schema part 2, section 3.2.3), which has no exponent, no `inf` and no `NaN`.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let has_digit = digits.bytes().any(|byte| byte.is_ascii_digit());
    let all_fit = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let one_point = digits.bytes().filter(|byte| *byte == b'.').count() <= 1;
    let value = text
        .parse::<f64>()
        .ok()
        .filter(|_| has_digit && all_fit && one_point);
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
        for (text, value) in [
            ("10.0", 10.0),
            ("+1", 1.0),
            ("-0.5", -0.5),
            (".5", 0.5),
            ("3.", 3.0),
        ] {
            assert_eq!(decimal(text), Some(value), "{text}");
        }
        for text in [
            "", ".", "+", "-.", "1e3", "inf", "-inf", "NaN", "1,0", "1.0.0", "0x1", "1 0", "١",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(decimal(&"9".repeat(400)), None);
    }
}
