//! Value and what is in it (NIST IR 7275 r4, section 6.4.5).

use std::io::Read;

use super::ReadError;
use super::benchmark::{Texts, common_part};
use super::cursor::{Cursor, Element};
use super::profile::items;
use crate::xccdf::model::{Choices, Datum, Selectable, Value};

/// Reads the Value that has just begun.
pub(super) fn read<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Value, ReadError> {
    let mut value = Value {
        id: element.required("id")?,
        cluster_id: element.attribute("cluster-id"),
        kind: element.attribute("type"),
        operator: element.attribute("operator"),
        interactive: element.boolean("interactive")?,
        common: element.common()?,
        ..Value::default()
    };
    let mut texts = Texts::default();
    while let Some(child) = cursor.child()? {
        match child.name() {
            "value" => value.values.push(simple(cursor, &child)?),
            "complex-value" => value.values.push(complex(cursor, &child)?),
            "default" => value.defaults.push(simple(cursor, &child)?),
            "complex-default" => value.defaults.push(complex(cursor, &child)?),
            "match" => value.matches.push(text(cursor, &child)?),
            "lower-bound" => value.lower_bounds.push(text(cursor, &child)?),
            "upper-bound" => value.upper_bounds.push(text(cursor, &child)?),
            "choices" => value.choices.push(choices(cursor, &child)?),
            "source" => {
                value.sources.extend(child.attribute("uri"));
                cursor.skip()?;
            }
            _ if texts.read(cursor, &child)? => {}
            _ if common_part(cursor, &child, &mut value.common)? => {}
            _ => cursor.skip()?,
        }
    }
    (value.title, value.description, _) = texts.into_parts(&mut value.common);
    Ok(value)
}

fn text<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Selectable<String>, ReadError> {
    Ok(Selectable { selector: element.attribute_or_empty("selector"), part: cursor.text()? })
}

fn simple<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Selectable<Datum>, ReadError> {
    let Selectable { selector, part } = text(cursor, element)?;
    Ok(Selectable { selector, part: Datum::Simple(part) })
}

fn complex<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Selectable<Datum>, ReadError> {
    Ok(Selectable { selector: element.attribute_or_empty("selector"), part: Datum::Complex(items(cursor)?) })
}

fn choices<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Selectable<Choices>, ReadError> {
    let mut choices = Choices { must_match: element.boolean("mustMatch")?.unwrap_or(false), choices: Vec::new() };
    while let Some(child) = cursor.child()? {
        match child.name() {
            "choice" => choices.choices.push(Datum::Simple(cursor.text()?)),
            "complex-choice" => choices.choices.push(Datum::Complex(items(cursor)?)),
            _ => cursor.skip()?,
        }
    }
    Ok(Selectable { selector: element.attribute_or_empty("selector"), part: choices })
}
