//! Is a document what the standard says it is? XCCDF 1.1.4 and 1.2 (`Benchmark`, `TestResult`,
//! `Tailoring`), `OpenSCAP`'s tailoring for 1.1.4, SCAP 1.2 and 1.3 source data streams, and ARF 1.1.
//!
//! The schemas are here as tables (`tables`), in words of our own; a small machine (`machine`) walks
//! through the document once and holds each element against its row. `keys` sees to what has to be
//! unique or to exist, `references` and `streams` to what the schemas cannot say, `results` to what SCAP
//! asks of results, `fits` to what profiles set. Nothing is fetched, and every problem is told with its place.

mod addresses;
mod content;
mod cpe_names;
mod fits;
mod keys;
mod machine;
mod problem;
mod references;
mod results;
mod schema;
mod streams;
mod tables;
mod times;
mod uris;
mod values;

use std::io::{Read, Seek};

use super::read::ReadError;
use super::zip;
use crate::xml::read::{Event, Fault, Reader};
use fits::Setting;
use machine::Machine;
pub use problem::{Code, MOST, Problem, Report};

/// Validates a document from the beginning of the input, which is a zip when it begins like one.
///
/// Fails when there is no document to speak of: the input cannot be read, does not begin like XML,
/// or has a document type declaration. What stops being well-formed further on is a problem in the
/// report, and the last.
pub fn validate<R: Read + Seek>(mut input: R) -> Result<Report, ReadError> {
    input.rewind()?;
    let mut begin = Vec::with_capacity(4);
    input.by_ref().take(4).read_to_end(&mut begin)?;
    input.rewind()?;
    if zip::is_zip(&begin) {
        let (entry, (mut report, settings)) = zip::read(&mut input, None, &mut document)?;
        fits::check(input, &settings, &mut report);
        return Ok(Report { entry: Some(entry), ..report });
    }
    let (mut report, settings) = document(&mut input)?;
    fits::check(input, &settings, &mut report);
    Ok(report)
}

/// What is wrong with the document, and what its profiles set.
fn document(input: &mut dyn Read) -> Result<(Report, Vec<Setting>), ReadError> {
    let mut reader = Reader::new(input);
    let mut machine = Machine::new();
    let mut has_begun = false;
    loop {
        match reader.next_event() {
            Ok((position, Event::Start(tag))) => {
                has_begun = true;
                machine.start(position, &tag);
            }
            Ok((_, Event::Text(text))) => machine.text(text),
            Ok((_, Event::End)) => machine.end(),
            Ok((_, Event::Eof)) => break,
            Err(error) if !has_begun || matches!(error.fault, Fault::Io(_)) => {
                return Err(error.into());
            }
            Err(error) => {
                let text = error.fault.to_string();
                machine.report.add(error.position, Code::NotWellFormed, text);
                break;
            }
        }
    }
    machine.report.sort();
    Ok((machine.report, machine.references.settings))
}
