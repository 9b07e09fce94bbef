//! What others said of a rule, and what that counts for.

use crate::xccdf::Verdict;

/// What somebody else said of a rule: another program, or a person on an earlier checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Who, and in which file.
    pub source: String,
    /// The result there.
    pub result: Verdict,
    /// The finding details there.
    pub details: String,
    /// The comments there.
    pub comments: String,
    /// What else is known of it: names and values, as written there.
    pub facts: Vec<(String, String)>,
    /// What it counts for.
    pub standing: Standing,
    /// Why it counts so, in a sentence.
    pub because: String,
}

impl Beside {
    /// It is the word of another scanner, and not of a person.
    #[must_use]
    pub fn is_of_scan(&self) -> bool {
        self.source.starts_with("Nessus on ")
    }
}

/// What the word of somebody else counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The result rests on it.
    Counts,
    /// It says the same, or nothing that would decide.
    Agrees,
    /// It says otherwise, and somebody has to look.
    Conflict,
    /// It is shown and does not count.
    SetAside,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Standing::Counts => "counts",
            Standing::Agrees => "agrees",
            Standing::Conflict => "conflict",
            Standing::SetAside => "set-aside",
        }
    }
}
