//! Rule and what is in it (NIST IR 7275 r4, section 6.4).

use std::io::Read;

use super::ReadError;
use super::benchmark::{Texts, reference, refuse_inheritance};
use super::cursor::{Cursor, Element};
use crate::xccdf::model::{Check, ContentRef, FixText, Ident, Rule};

/// Reads the rule that has just begun. Of titles, descriptions and versions the first counts; of
/// everything else all are kept.
pub(super) fn read<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Rule, ReadError> {
    refuse_inheritance(element)?;
    let or = |name, default: &str| {
        element
            .attribute(name)
            .unwrap_or_else(|| default.to_owned())
    };
    let mut rule = Rule {
        id: element.required("id")?,
        cluster_id: element.attribute("cluster-id"),
        severity: or("severity", "unknown"),
        weight: element.weight()?,
        role: or("role", "full"),
        selected: element.boolean("selected")?.unwrap_or(true),
        version: String::new(),
        title: String::new(),
        description: String::new(),
        references: Vec::new(),
        idents: Vec::new(),
        fixtexts: Vec::new(),
        fixes: Vec::new(),
        checks: Vec::new(),
    };
    let mut texts = Texts::default();
    while let Some(child) = cursor.child()? {
        match child.name() {
            "reference" => rule.references.push(reference(cursor, &child)?),
            "ident" => {
                let system = child.attribute_or_empty("system");
                rule.idents.push(Ident {
                    system,
                    value: cursor.text()?,
                });
            }
            "fixtext" => {
                let fixref = child.attribute("fixref");
                rule.fixtexts.push(FixText {
                    fixref,
                    text: cursor.text()?,
                });
            }
            "fix" => {
                rule.fixes.extend(child.attribute("id"));
                cursor.skip()?;
            }
            "check" => rule.checks.push(check(cursor, &child)?),
            "requires" | "conflicts" => return child.unsupported(),
            _ if texts.read(cursor, &child)? => {}
            // complex-check among them: what it combines is not a check that anyone here decides.
            _ => cursor.skip()?,
        }
    }
    rule.title = texts.title.unwrap_or_default();
    rule.description = texts.description.unwrap_or_default();
    rule.version = texts.version.unwrap_or_default();
    Ok(rule)
}

fn check<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Check, ReadError> {
    let mut check = Check {
        system: element.attribute_or_empty("system"),
        selector: element.attribute("selector"),
        ..Check::default()
    };
    while let Some(child) = cursor.child()? {
        match child.name() {
            "check-content-ref" => {
                let href = child.attribute_or_empty("href");
                check.content_refs.push(ContentRef {
                    href,
                    name: child.attribute("name"),
                });
                cursor.skip()?;
            }
            "check-content" => cursor.first_text(&mut check.content)?,
            _ => cursor.skip()?,
        }
    }
    Ok(check)
}
