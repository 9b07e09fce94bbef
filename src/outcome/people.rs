//! What people said of a rule: answers and exceptions.

use chrono::NaiveDate;

use crate::xccdf::Verdict;

/// A person's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub result: Verdict,
    /// Who gave it, and in which words.
    pub statement: Statement,
}

/// A person's exception. It stands beside the result that was found and replaces it nowhere but where
/// the standard wants that: in XCCDF's `override`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// The result that is to stand in place of the one that was found.
    pub result: Verdict,
    /// Who made the exception, and why.
    pub statement: Statement,
}

/// What a person said, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Who.
    pub by: String,
    /// On which day.
    pub on: NaiveDate,
    /// The point in time, as it was written, where more than the day is stated.
    pub at: Option<String>,
    /// The words.
    pub text: String,
    /// The last day on which it counts.
    pub expires: Option<NaiveDate>,
    /// A file that shows it.
    pub evidence: Option<EvidenceFile>,
}

impl Statement {
    /// The point in time as it was written, else the day.
    #[must_use]
    pub fn when(&self) -> String {
        self.at.clone().unwrap_or_else(|| self.on.to_string())
    }
}

/// A file that somebody points to, with what was in it when the policy was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFile {
    /// Its name, as the policy writes it.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}
