//! Platforms: definitions in the CPE applicability language, and CPE dictionaries.
//!
//! Elements are told by their local names, in whatever foreign namespace they stand: 1.2 embeds CPE
//! 2.0's language, 1.1 had three forms of it, and all of them look alike.

use std::io::Read;

use super::ReadError;
use super::cursor::{Cursor, Element};
use crate::xccdf::model::{Benchmark, Dictionary, DictionaryItem, LogicalTest, Platform, Test};

/// Reads a foreign child of a benchmark if it defines platforms; passes over it otherwise.
pub(super) fn foreign<R: Read>(
    cursor: &mut Cursor<R>,
    child: &Element,
    benchmark: &mut Benchmark,
) -> Result<(), ReadError> {
    match child.name().to_ascii_lowercase().as_str() {
        "platform-specification" | "platform-definitions" => {
            benchmark.platform_definitions.extend(specification(cursor)?);
            Ok(())
        }
        "cpe-list" => {
            let dictionary = dictionary(cursor)?;
            benchmark.dictionary.items.extend(dictionary.items);
            Ok(())
        }
        _ => cursor.skip(),
    }
}

/// Reads the definitions in the element that has just begun.
pub(super) fn specification<R: Read>(cursor: &mut Cursor<R>) -> Result<Vec<Platform>, ReadError> {
    let mut platforms = Vec::new();
    while let Some(platform) = cursor.any_child()? {
        if platform.name() == "platform" {
            platforms.push(definition(cursor, &platform)?);
        } else {
            cursor.skip()?;
        }
    }
    Ok(platforms)
}

fn definition<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Platform, ReadError> {
    // 1.1's forms call the id a name.
    let id = element.attribute("id").or_else(|| element.attribute("name"));
    let mut platform = Platform { id: id.unwrap_or_default(), ..Platform::default() };
    let mut title = None;
    while let Some(child) = cursor.any_child()? {
        match child.name() {
            "title" => cursor.first_text(&mut title)?,
            "logical-test" if platform.test.is_none() => {
                platform.test = Some(logical(cursor, &child)?);
            }
            _ => cursor.skip()?,
        }
    }
    platform.title = title.unwrap_or_default();
    Ok(platform)
}

/// A combination of tests. Depth is bounded by the parser.
fn logical<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<LogicalTest, ReadError> {
    let any = element.word("operator", &["AND", "OR"])?;
    let mut test = LogicalTest {
        any: any.as_deref() == Some("OR"),
        negate: element.boolean("negate")?.unwrap_or(false),
        tests: Vec::new(),
    };
    while let Some(child) = cursor.any_child()? {
        match child.name() {
            "logical-test" => test.tests.push(Test::Logical(logical(cursor, &child)?)),
            "fact-ref" => {
                test.tests.push(Test::Name(child.required("name")?));
                cursor.skip()?;
            }
            "check-fact-ref" => {
                test.tests
                    .push(Test::Check { href: child.required("href")?, name: child.attribute_or_empty("id-ref") });
                cursor.skip()?;
            }
            _ => cursor.skip()?,
        }
    }
    Ok(test)
}

/// Reads the `cpe-list` that has just begun.
pub(super) fn dictionary<R: Read>(cursor: &mut Cursor<R>) -> Result<Dictionary, ReadError> {
    let mut dictionary = Dictionary::default();
    while let Some(child) = cursor.any_child()? {
        if child.name() == "cpe-item" {
            dictionary.items.push(item(cursor, &child)?);
        } else {
            cursor.skip()?;
        }
    }
    Ok(dictionary)
}

fn item<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<DictionaryItem, ReadError> {
    let mut item = DictionaryItem { name: element.required("name")?, checks: Vec::new() };
    while let Some(child) = cursor.any_child()? {
        if child.name() == "check" {
            let href = child.attribute_or_empty("href");
            item.checks.push((href, cursor.text()?.trim().to_owned()));
        } else {
            cursor.skip()?;
        }
    }
    Ok(item)
}
