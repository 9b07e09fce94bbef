//! Checks, fixes and fix texts (NIST IR 7275 r4, sections 6.4.4.4 to 6.4.4.6).

use std::io::Read;

use super::ReadError;
use super::cursor::{Cursor, Element};
use crate::xccdf::model::{Check, CheckNode, ComplexCheck, ContentRef, Export, Fix, FixText, Import, Operator};

/// Reads the check that has just begun.
pub(super) fn check<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Check, ReadError> {
    let mut check = Check {
        system: element.attribute_or_empty("system"),
        id: element.attribute("id"),
        selector: element.attribute("selector"),
        negate: element.boolean("negate")?.unwrap_or(false),
        multi_check: element.boolean("multi-check")?.unwrap_or(false),
        ..Check::default()
    };
    while let Some(child) = cursor.child()? {
        match child.name() {
            "check-content" => {
                match check.content {
                    None => check.content = Some(cursor.long_text()?),
                    Some(_) => cursor.skip()?,
                }
                continue;
            }
            "check-content-ref" => check
                .content_refs
                .push(ContentRef { href: child.attribute_or_empty("href"), name: child.attribute("name") }),
            "check-export" => check
                .exports
                .push(Export { value_id: child.required("value-id")?, name: child.attribute_or_empty("export-name") }),
            "check-import" => check
                .imports
                .push(Import { name: child.attribute_or_empty("import-name"), xpath: child.attribute("import-xpath") }),
            _ => {}
        }
        cursor.skip()?;
    }
    Ok(check)
}

/// Reads the complex check that has just begun. Depth is bounded by the parser.
pub(super) fn complex<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<ComplexCheck, ReadError> {
    let operator = element.word("operator", &["AND", "OR", "and", "or"])?;
    let operator = match operator.as_deref() {
        Some("AND" | "and") => Operator::And,
        Some(_) => Operator::Or,
        None => return element.refuse("this complex-check has no operator, which it must have"),
    };
    let mut complex =
        ComplexCheck { operator, negate: element.boolean("negate")?.unwrap_or(false), children: Vec::new() };
    while let Some(child) = cursor.child()? {
        match child.name() {
            "check" => complex.children.push(CheckNode::Check(check(cursor, &child)?)),
            "complex-check" => complex.children.push(CheckNode::Complex(self::complex(cursor, &child)?)),
            _ => cursor.skip()?,
        }
    }
    Ok(complex)
}

/// Reads the fix that has just begun.
pub(super) fn fix<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Fix, ReadError> {
    let properties = ["reboot", "strategy", "disruption", "complexity"]
        .into_iter()
        .filter_map(|name| Some((name, element.attribute(name)?)));
    let prose = cursor.prose()?;
    Ok(Fix {
        id: element.attribute("id"),
        system: element.attribute("system"),
        platform: element.attribute("platform"),
        properties: properties.collect(),
        text: prose.text,
        inserts: prose.inserts,
    })
}

/// Reads the fix text that has just begun.
pub(super) fn fix_text<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<FixText, ReadError> {
    let prose = cursor.prose()?;
    Ok(FixText {
        fixref: element.attribute("fixref"),
        text: prose.text,
        inserts: prose.inserts,
        overrides: element.boolean("override")?.unwrap_or(false),
    })
}
