//! What an ARF has to be beyond the schemas: related things exist and are of the right kind (NIST
//! IR 7694), and results are what SCAP 1.3 asks of them (SP 800-126 r3, section 4).
//!
//! Each part watches the document go by and keeps what it will be asked for; what leads from one
//! place to another is held together when the collection has ended, by maps.

mod benchmarks;
mod envelope;
mod mapping;
mod oval;
mod relationships;
mod requirements;
mod rule_results;
mod signatures;
mod test_results;

use super::machine::Open;
use super::problem::Report;
use super::tables::SDS;
use crate::xml::read::{Attribute, Position, Tag};
use benchmarks::Benchmarks;
use envelope::{Envelope, Kind};
use oval::Oval;
use signatures::Signatures;
use test_results::TestResults;

/// What a data stream of SCAP's may be for (SP 800-126 r3, section 3.1; `useCaseType`).
const USE_CASES: [&str; 4] = ["CONFIGURATION", "VULNERABILITY", "INVENTORY", "OTHER"];

/// What has been seen of an ARF.
#[derive(Default)]
pub(super) struct Results {
    envelope: Envelope,
    benchmarks: Benchmarks,
    oval: Oval,
    tests: TestResults,
    signatures: Signatures,
    /// A data stream in it is of a use case of SCAP's.
    is_scap: bool,
    /// The text that is being read, how deep its element stands, and for whom.
    text: Option<(usize, Reader, String)>,
}

/// Who wants a text.
#[derive(Clone, Copy)]
enum Reader {
    Envelope,
    Benchmarks,
    Tests,
}

impl Results {
    /// An element begins, `above` being open around it.
    pub(super) fn start(&mut self, above: &[Open], start: &Tag<'_>, position: Position, report: &mut Report) {
        let mut reader = None;
        if self.envelope.start(above, start, position, report) {
            reader = Some(Reader::Envelope);
        }
        let is_requested = self.envelope.is_in(Kind::Request);
        if self.benchmarks.start(above, start, position, is_requested, report) {
            reader = Some(Reader::Benchmarks);
        }
        self.oval.start(above, start, position, &self.envelope);
        if self.tests.start(above, start, position, &self.envelope, report) {
            reader = Some(Reader::Tests);
        }
        self.signatures.start(above, start, position);
        self.use_cases(start, report);
        if let Some(reader) = reader {
            self.text = Some((above.len(), reader, String::new()));
        }
    }

    /// A data stream says what it is for. One word of SCAP's, and the results have to be SCAP's.
    fn use_cases(&mut self, start: &Tag<'_>, report: &mut Report) {
        if !start.is(SDS, "data-stream") {
            return;
        }
        let case = value(start, "use-case").unwrap_or_default();
        self.is_scap |= case.is_empty() || USE_CASES.contains(&case.as_str());
        report.is_beyond_scap = !self.is_scap;
    }

    /// Character data.
    pub(super) fn text(&mut self, text: &str) {
        if let Some((_, _, all)) = &mut self.text {
            all.push_str(text);
        }
    }

    /// An element ends, `above` still being open around it.
    pub(super) fn end(&mut self, ended: &Open, above: usize, report: &mut Report) {
        if let Some((_, reader, text)) = self.text.take_if(|(depth, _, _)| *depth == above) {
            match reader {
                Reader::Envelope => self.envelope.text(&text, ended.position),
                Reader::Benchmarks => self.benchmarks.text(&text),
                Reader::Tests => self.tests.text(&text, ended.position, report),
            }
        }
        self.envelope.end(above);
        self.oval.end(ended, report);
        self.tests.end(above, report);
        self.signatures.end(above);
        if above == 0 {
            self.finish(report);
        }
    }

    fn finish(&self, report: &mut Report) {
        self.envelope.finish(report);
        self.oval.finish(&self.envelope, report);
        self.tests.finish(&self.envelope, &self.benchmarks, &self.oval, report);
        self.signatures.finish(&self.envelope, report);
    }
}

/// The innermost open element is that one.
fn is_child_of(above: &[Open], namespace: &str, name: &str) -> bool {
    above.last().is_some_and(|open| open.is(namespace, name))
}

/// An attribute's value without the white space around it.
fn value(start: &Tag<'_>, name: &str) -> Option<String> {
    let attribute = start.attribute(name)?;
    Some(attribute.value.trim().to_owned())
}

/// An `xs:boolean` that says yes.
fn is_true(attribute: Attribute<'_>) -> bool {
    matches!(attribute.value.trim(), "true" | "1")
}
