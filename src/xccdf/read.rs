//! Reading a benchmark: XCCDF 1.1.4 or 1.2 as XML, or DISA's zip that holds it.
//!
//! The two editions are told apart by their namespace and come out as the same model; the names are
//! those of NIST IR 7275 r4. The reader is lenient where published files are odd (the same rule id
//! twice, a status without a word, texts that are missing) and strict where leniency would change
//! what is selected, what comes out or what it weighs: it refuses what it cannot represent.

mod benchmark;
mod cursor;
mod root;
mod rule;
#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek};

use sha2::{Digest, Sha256};

use super::{Benchmark, ids, zip};
use crate::xml::read::{self as xml, Fault, Position};
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
        Err(ReadError::Xccdf {
            position,
            message: message.into(),
        })
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
                Err(io) => ReadError::Xml(xml::Error {
                    fault: Fault::Io(io),
                    ..error
                }),
            },
            _ => ReadError::Xml(error),
        }
    }
}

/// Reads a benchmark from the beginning of the input, which is a zip when it begins like one.
///
/// Nothing is written anywhere and nothing is fetched. Fails when the input is not exactly one
/// well-formed benchmark, with the place where that shows.
pub fn read<R: Read + Seek>(mut input: R) -> Result<Document, ReadError> {
    input.rewind()?;
    let mut begin = Vec::with_capacity(4);
    input.by_ref().take(4).read_to_end(&mut begin)?;
    input.rewind()?;
    if zip::is_zip(&begin) {
        let (entry, (benchmark, sha256)) = zip::read(input, &mut parse)?;
        return Ok(Document {
            benchmark,
            sha256,
            entry: Some(entry),
        });
    }
    let (benchmark, sha256) = parse(&mut input)?;
    Ok(Document {
        benchmark,
        sha256,
        entry: None,
    })
}

/// Reads one XML document to its end; returns the benchmark and the digest of the bytes.
fn parse(input: &mut dyn Read) -> Result<(Benchmark, String), ReadError> {
    let mut input = Digested {
        input,
        digest: Sha256::new(),
    };
    let benchmark = root::read(&mut input)?;
    Ok((benchmark, ids::hex(&input.digest.finalize())))
}

/// Digests what is read through it.
struct Digested<'a> {
    input: &'a mut dyn Read,
    digest: Sha256,
}

impl Read for Digested<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        self.digest.update(&out[..count]);
        Ok(count)
    }
}
