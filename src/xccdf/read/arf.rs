//! Looks through an ARF: what is in it, not what it says.

use std::io::Read;

use super::ReadError;
use super::cursor::{Cursor, Element, Part as Piece};
use crate::xccdf::model::{Part, ReportCollection, Schema};

/// The namespace of ARF 1.1.
pub(super) const NAMESPACE: &str = "http://scap.nist.gov/schema/asset-reporting-format/1.1";
/// The most assets, requests, reports and Benchmarks that are listed, each for itself.
const MOST: usize = 10_000;

/// Reads the collection whose root has just begun.
pub(super) fn read<R: Read>(cursor: &mut Cursor<R>) -> Result<ReportCollection, ReadError> {
    let mut collection = ReportCollection::default();
    while let Some(list) = cursor.any_child()? {
        if list.namespace() != Some(NAMESPACE) {
            cursor.skip()?;
            continue;
        }
        while let Some(child) = cursor.any_child()? {
            match (list.name(), child.name()) {
                ("assets", "asset") => {
                    few(&child, collection.assets.len())?;
                    collection.assets.push(child.attribute_or_empty("id"));
                    cursor.skip()?;
                }
                ("report-requests", "report-request") => {
                    few(&child, collection.requests.len())?;
                    collection.requests.push(part(cursor, &child)?);
                }
                ("reports", "report") => {
                    few(&child, collection.reports.len())?;
                    collection.reports.push(part(cursor, &child)?);
                }
                _ => cursor.skip()?,
            }
        }
    }
    Ok(collection)
}

/// There may be one more.
fn few(element: &Element, count: usize) -> Result<(), ReadError> {
    if count < MOST {
        return Ok(());
    }
    let name = element.name();
    element.refuse(format!("there are more than {MOST} elements '{name}' or the like"))
}

/// Reads a request or report to its end.
fn part<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Part, ReadError> {
    let mut part = Part { id: element.attribute_or_empty("id"), ..Part::default() };
    let mut depth = 0_usize;
    loop {
        match cursor.part()? {
            Piece::Text(_) => {}
            Piece::End if depth == 0 => return Ok(part),
            Piece::End => depth -= 1,
            Piece::Child(child) => {
                depth += 1;
                let is_xccdf = Schema::of(child.namespace()).is_some();
                if depth <= 2 {
                    child.name().clone_into(&mut part.content);
                }
                match child.name() {
                    "Benchmark" if is_xccdf => {
                        few(&child, part.benchmarks.len())?;
                        part.benchmarks.push(child.attribute_or_empty("id"));
                    }
                    "benchmark" if is_xccdf && depth == 3 && part.content == "TestResult" => {
                        let id = child.attribute("id");
                        part.result_of = id.or_else(|| child.attribute("href"));
                    }
                    _ => {}
                }
            }
        }
    }
}
