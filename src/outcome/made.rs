//! What made the results: program or file, benchmark, profile and reading, and what was asked.

use super::{TOOL, TOOL_VERSION};
use crate::target::Pin;
use crate::xccdf::model::TailoringRef;

/// The program that made results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maker {
    /// Its name.
    pub name: String,
    /// Its version, empty where the results do not say.
    pub version: String,
    /// How it names itself in XCCDF's `test-system`, where it did.
    pub system: Option<String>,
}

impl Maker {
    /// This program.
    #[must_use]
    pub fn this() -> Self {
        Maker { name: TOOL.into(), version: TOOL_VERSION.into(), system: None }
    }

    /// Some version of stigprobe, rather than another program.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.name == TOOL
    }
}

/// A file that results were read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What it is (`CKL`).
    pub format: String,
    /// Its name, without directories.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// What it says that could not be kept, a sentence each.
    pub lost: Vec<String>,
}

/// Where a benchmark came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BenchmarkSource {
    /// File name without its directory, or the name of a shipped benchmark.
    pub name: String,
    /// SHA-256 of the document.
    pub sha256: String,
    /// It is one of ours: facts are DISA's, words are not.
    pub shipped: bool,
}

/// A profile by its id and title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRef {
    /// `@id`, as written.
    pub id: String,
    /// Title.
    pub title: String,
    /// The tailoring that the profile comes from, when it comes from one.
    pub tailoring: Option<TailoringRef>,
}

/// A thing that was asked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Endpoint {
    /// `UCP` or `DTR`.
    pub kind: String,
    /// Its URL, without credentials.
    pub url: String,
    /// The account that was used, or how it was authenticated; never a secret.
    pub identity: Option<String>,
    /// The certificate that it was known by, where that was pinned: neither chain nor names were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
}

/// Which reading of a check decides, where its commands and its requirement part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Interpretation {
    /// The requirement: title and discussion.
    #[default]
    Intent,
    /// The commands, by the letter.
    Literal,
}

impl Interpretation {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Interpretation::Intent => "intent",
            Interpretation::Literal => "literal",
        }
    }
}
