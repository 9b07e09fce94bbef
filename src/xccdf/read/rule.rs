//! Rule and what is in it (NIST IR 7275 r4, section 6.4).

use std::io::Read;

use super::ReadError;
use super::benchmark::{Texts, common_part, reference};
use super::check;
use super::cursor::{Cursor, Element};
use crate::xccdf::model::{Ident, Rule};

/// What a role can be (IR 7275 r4, table 9).
pub(super) const ROLES: &[&str] = &["full", "unscored", "unchecked"];
/// What a severity can be (table 9).
pub(super) const SEVERITIES: &[&str] = &["unknown", "info", "low", "medium", "high"];

/// Reads the rule that has just begun. Of titles, descriptions and versions the first counts; of
/// everything else all are kept.
pub(super) fn read<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Rule, ReadError> {
    let or = |name, default: &str| element.attribute(name).unwrap_or_else(|| default.to_owned());
    let mut rule = Rule {
        id: element.required("id")?,
        cluster_id: element.attribute("cluster-id"),
        severity: or("severity", "unknown"),
        weight: element.weight()?.unwrap_or_default(),
        // Another role would change whether the rule counts: it is not guessed at.
        role: element.word("role", ROLES)?.unwrap_or_else(|| "full".into()),
        selected: element.boolean("selected")?.unwrap_or(true),
        multiple: element.boolean("multiple")?.unwrap_or(false),
        common: element.common()?,
        ..Rule::default()
    };
    let mut texts = Texts::default();
    while let Some(child) = cursor.child()? {
        match child.name() {
            "reference" => rule.references.push(reference(cursor, &child)?),
            "ident" => {
                let system = child.attribute_or_empty("system");
                rule.idents.push(Ident { system, value: cursor.text()? });
            }
            "fixtext" => rule.fixtexts.push(check::fix_text(cursor, &child)?),
            "fix" => rule.fixes.push(check::fix(cursor, &child)?),
            "check" => rule.checks.push(check::check(cursor, &child)?),
            "complex-check" if rule.complex_check.is_none() => {
                rule.complex_check = Some(check::complex(cursor, &child)?);
            }
            _ if texts.read(cursor, &child)? => {}
            _ if common_part(cursor, &child, &mut rule.common)? => {}
            _ => cursor.skip()?,
        }
    }
    (rule.title, rule.description, rule.version) = texts.into_parts(&mut rule.common);
    Ok(rule)
}
