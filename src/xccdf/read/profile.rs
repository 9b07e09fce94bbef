//! Profile and Tailoring (NIST IR 7275 r4, sections 6.5 and 6.7).

use std::io::Read;

use super::ReadError;
use super::benchmark::{ITEMS, PROFILES, Texts, platform_ref, status};
use super::cursor::{Cursor, Element};
use super::rule::{ROLES, SEVERITIES};
use crate::xccdf::model::{Common, Datum, Profile, RefineRule, Select, Tailoring, ValueSetting};

/// How many selectors of one kind a Profile may have: one for each item.
const SELECTORS: usize = ITEMS;

/// Reads the profile that has just begun.
pub(super) fn read<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Profile, ReadError> {
    let common = element.common()?;
    let mut profile = Profile {
        id: element.required("id")?,
        extends: common.extends,
        is_abstract: common.is_abstract,
        prohibit_changes: common.prohibit_changes,
        ..Profile::default()
    };
    let mut texts = Texts::own();
    while let Some(child) = cursor.child()? {
        let selectors = profile.selects.len() + profile.refine_rules.len() + profile.values.len();
        if selectors >= SELECTORS {
            return child.refuse(format!("the profile has more than {SELECTORS} selectors"));
        }
        match child.name() {
            "select" => {
                profile.selects.push(select(&child)?);
                cursor.skip()?;
            }
            "refine-rule" => {
                profile.refine_rules.push(refine_rule(&child)?);
                cursor.skip()?;
            }
            "refine-value" => {
                profile.values.push(ValueSetting::Refine {
                    idref: child.required("idref")?,
                    selector: child.attribute("selector"),
                    operator: child.attribute("operator"),
                });
                cursor.skip()?;
            }
            "set-value" => {
                let idref = child.required("idref")?;
                let to = Datum::Simple(cursor.text()?);
                profile.values.push(ValueSetting::Set { idref, to });
            }
            "set-complex-value" => {
                let idref = child.required("idref")?;
                let to = Datum::Complex(items(cursor)?);
                profile.values.push(ValueSetting::Set { idref, to });
            }
            "platform" => {
                profile.platforms.push(platform_ref(&child)?);
                cursor.skip()?;
            }
            _ if texts.read(cursor, &child)? => {}
            _ => cursor.skip()?,
        }
    }
    (profile.title, profile.description, _) = texts.into_parts(&mut Common::default());
    Ok(profile)
}

/// The `item` elements of a list.
pub(super) fn items<R: Read>(cursor: &mut Cursor<R>) -> Result<Vec<String>, ReadError> {
    let mut items = Vec::new();
    while let Some(child) = cursor.child()? {
        if child.name() == "item" {
            items.push(cursor.text()?);
        } else {
            cursor.skip()?;
        }
    }
    Ok(items)
}

/// Both attributes are required (IR 7275 r4, section 6.5.3); there is no default to fall back on.
fn select(element: &Element) -> Result<Select, ReadError> {
    let idref = element.required("idref")?;
    match element.boolean("selected")? {
        Some(selected) => Ok(Select { idref, selected }),
        None => element.refuse("this select does not say whether it selects ('selected')"),
    }
}

fn refine_rule(element: &Element) -> Result<RefineRule, ReadError> {
    Ok(RefineRule {
        idref: element.required("idref")?,
        weight: element.weight()?,
        severity: element.word("severity", SEVERITIES)?,
        role: element.word("role", ROLES)?,
        selector: element.attribute("selector"),
    })
}

/// Reads the tailoring whose root has just begun. `own` is the namespace of the root: in the form
/// that `OpenSCAP` gave 1.1, status and version stand in it, and profiles in that of 1.1.
pub(super) fn tailoring<R: Read>(cursor: &mut Cursor<R>, root: &Element) -> Result<Tailoring, ReadError> {
    let own = root.namespace().map(str::to_owned);
    let mut tailoring = Tailoring { schema: cursor.schema, id: root.attribute_or_empty("id"), ..Tailoring::default() };
    while let Some(child) = cursor.any_child()? {
        if !cursor.is_own(&child) && child.namespace() != own.as_deref() {
            cursor.skip()?;
            continue;
        }
        match child.name() {
            "benchmark" => {
                tailoring.benchmark_href = child.attribute_or_empty("href");
                cursor.skip()?;
            }
            "status" => tailoring.statuses.push(status(cursor, &child)?),
            "version" => {
                tailoring.version_time = child.attribute("time");
                tailoring.version = cursor.text()?;
            }
            "Profile" => {
                if tailoring.profiles.len() >= PROFILES {
                    return child.refuse(format!("the tailoring has more than {PROFILES} profiles"));
                }
                tailoring.profiles.push(read(cursor, &child)?);
            }
            _ => cursor.skip()?,
        }
    }
    Ok(tailoring)
}
