//! Reading a benchmark: XCCDF 1.1.4 or 1.2 as XML, or DISA's zip that holds it.
//!
//! The two editions are told apart by their namespace and come out as the same model; the names are
//! those of NIST IR 7275 r4. Tailorings and SCAP's source data streams are read as well. The reader is
//! lenient where published files are odd (the same rule id
//! twice, a status without a word, texts that are missing) and strict where leniency would change
//! what is selected, what comes out or what it weighs: it refuses what it cannot represent.

mod arf;
mod benchmark;
mod check;
mod cursor;
mod digest;
mod platform;
mod profile;
mod results;
mod root;
mod rule;
mod stream;
#[cfg(test)]
mod tests;
mod value;

use std::io::{self, Read, Seek};

use super::model::{Collection, Dictionary, Platform, ReportCollection, Schema, Tailoring};
use super::stream::{Choice, StreamOrigin};
use super::{Benchmark, zip};
use crate::xml::read::{self as xml, Fault, Position};
pub(super) use cursor::decimal;
use digest::Digested;
pub use results::{Results, results};
pub use zip::ZipFault;

/// A benchmark, and what identifies the document that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The benchmark.
    pub benchmark: Benchmark,
    /// SHA-256 of the XML document's bytes, 64 lower-case hexadecimal digits. It is the same
    /// whether the document came by itself or in a zip.
    pub sha256: String,
    /// The entry's name when the document came in a zip; in a zip within a zip, both names with a
    /// slash between them.
    pub entry: Option<String>,
    /// Where in a data stream it stood, when it came in one.
    pub stream: Option<StreamOrigin>,
}

/// What a document holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A benchmark.
    Benchmark(Box<Benchmark>),
    /// A tailoring.
    Tailoring(Box<Tailoring>),
    /// A result by itself. It is known for what it is, and not read any further.
    TestResult {
        /// The edition.
        schema: Schema,
        /// `@id`.
        id: String,
    },
    /// A collection of data streams.
    Collection(Box<Collection>),
    /// A CPE dictionary.
    Dictionary(Dictionary),
    /// Platforms by themselves, in the CPE language.
    Platforms(Vec<Platform>),
    /// An ARF. It is known for what is in it.
    Reports(ReportCollection),
}

/// Any document, and what identifies it.
#[derive(Clone, Debug, PartialEq)]
pub struct AnyDocument {
    /// What it holds.
    pub content: Content,
    /// SHA-256 of the XML document's bytes.
    pub sha256: String,
    /// The entry's name when the document came in a zip.
    pub entry: Option<String>,
    /// The entry is what was named: nothing is left to be named in the document.
    pub chosen: bool,
}

/// Why there is no benchmark. The texts are complete: places, reasons and advice are in them.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The input cannot be read.
    #[error("cannot be read: {0}")]
    Io(io::Error),
    /// It is not XML, or XML that is not fit to be read.
    #[error("{0}")]
    Xml(xml::Error),
    /// It is XML and not a benchmark, or a benchmark that would be misunderstood.
    #[error("{position}: {message}")]
    Xccdf {
        /// Where the offending element or attribute begins.
        position: Position,
        /// What is wrong with it.
        message: String,
    },
    /// It is a document, but not the one that is wanted, or not what was named in it.
    #[error("{0}")]
    Choice(String),
    /// It is a zip that is not taken.
    #[error("{0}")]
    Zip(ZipFault),
    /// Something is wrong with the document that the zip holds.
    #[error("{}: {error}", xml::excerpt_of(entry, zip::NAME_SHOWN))]
    Entry {
        /// The entry's name.
        entry: String,
        /// What is wrong with it.
        error: Box<ReadError>,
    },
}

impl ReadError {
    pub(super) fn xccdf<T>(position: Position, message: impl Into<String>) -> Result<T, Self> {
        Err(ReadError::Xccdf { position, message: message.into() })
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        ReadError::Io(error)
    }
}

impl From<ZipFault> for ReadError {
    fn from(fault: ZipFault) -> Self {
        ReadError::Zip(fault)
    }
}

impl From<xml::Error> for ReadError {
    /// A zip's limits reach the parser as failures of its input; here they become themselves again.
    fn from(error: xml::Error) -> Self {
        match error.fault {
            Fault::Io(io) => match io.downcast::<ZipFault>() {
                Ok(fault) => ReadError::Zip(fault),
                Err(io) => ReadError::Xml(xml::Error { fault: Fault::Io(io), ..error }),
            },
            _ => ReadError::Xml(error),
        }
    }
}

/// Reads a benchmark from the beginning of the input, which is a zip when it begins like one.
///
/// Nothing is written anywhere and nothing is fetched. Fails when the input is not exactly one
/// well-formed benchmark, or a data stream with exactly one, with the place where that shows.
pub fn read<R: Read + Seek>(input: R) -> Result<Document, ReadError> {
    read_chosen(input, &Choice::default())
}

/// The same, when several benchmarks may stand in the document.
pub fn read_chosen<R: Read + Seek>(input: R, choice: &Choice) -> Result<Document, ReadError> {
    read_any(input)?.benchmark(choice)
}

impl AnyDocument {
    /// The benchmark that is meant, if the document holds one.
    pub fn benchmark(self, choice: &Choice) -> Result<Document, ReadError> {
        let AnyDocument { content, sha256, entry, chosen } = self;
        let rest = Choice { component: choice.component.clone().filter(|_| !chosen), ..choice.clone() };
        let choice = &rest;
        let (benchmark, stream) = match content {
            Content::Collection(collection) => {
                let chosen = super::stream::choose(*collection, choice);
                let chosen =
                    chosen.map_err(|e| ReadError::Choice(format!("the document is a SCAP data stream; {e}")))?;
                (chosen.benchmark, Some(chosen.origin))
            }
            Content::Reports(reports) => {
                let text = format!("the document is {}, not a benchmark", reports.described());
                return Err(ReadError::Choice(text));
            }
            _ if *choice != Choice::default() => {
                let text = "no data stream or component can be named: the document is none";
                return Err(ReadError::Choice(text.into()));
            }
            Content::Benchmark(benchmark) => (*benchmark, None),
            other => {
                let text = format!("the document is {}, not a benchmark", other.described());
                return Err(ReadError::Choice(text));
            }
        };
        Ok(Document { benchmark, sha256, entry, stream })
    }
}

impl Content {
    /// What it is, in words.
    #[must_use]
    pub fn described(&self) -> String {
        let what = match self {
            Content::Benchmark(_) => "a benchmark",
            Content::Tailoring(_) => "a tailoring, which goes with a benchmark (--tailoring)",
            Content::TestResult { .. } => "a scan's result (an XCCDF TestResult)",
            Content::Collection(_) => "a SCAP data stream",
            Content::Dictionary(_) => "a CPE dictionary",
            Content::Platforms(_) => "a set of platforms in the CPE language",
            Content::Reports(reports) => return reports.described(),
        };
        what.to_owned()
    }
}

/// How much of a document is kept of what has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// All that the model has a place for.
    #[default]
    Full,
    /// What tells its parts apart: ids, versions, idents and attributes. Titles, descriptions, fixes
    /// and checks come out empty, but for the document's own; they are read and held against the same
    /// rules all the same.
    Outline,
}

/// Reads whatever XCCDF document the input holds, which is a zip when it begins like one.
pub fn read_any<R: Read + Seek>(input: R) -> Result<AnyDocument, ReadError> {
    read_in(input, Detail::Full)
}

/// The same, in that detail.
pub fn read_in<R: Read + Seek>(input: R, detail: Detail) -> Result<AnyDocument, ReadError> {
    read_entry(input, detail, None)
}

/// The same, where a zip may hold several documents and `wanted` may name the entry that is meant.
pub fn read_entry<R: Read + Seek>(
    mut input: R,
    detail: Detail,
    wanted: Option<&str>,
) -> Result<AnyDocument, ReadError> {
    input.rewind()?;
    let mut begin = Vec::with_capacity(4);
    input.by_ref().take(4).read_to_end(&mut begin)?;
    input.rewind()?;
    let (entry, chosen, (content, sha256)) = if zip::is_zip(&begin) {
        let (entry, parsed) = zip::read(input, wanted, &mut |input| parse(input, detail))?;
        let chosen = wanted.is_some_and(|wanted| zip::is_named(&entry, wanted));
        (Some(entry), chosen, parsed)
    } else {
        (None, false, parse(&mut input, detail)?)
    };
    Ok(AnyDocument { content, sha256, entry, chosen })
}

/// Reads one XML document to its end; returns what it holds and the digest of the bytes.
fn parse(input: &mut dyn Read, detail: Detail) -> Result<(Content, String), ReadError> {
    let mut input = Digested::new(input);
    let content = root::read(&mut input, detail)?;
    Ok((content, input.finish()?))
}
