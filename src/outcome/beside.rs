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

/// What an override states that stands beside a result: XCCDF's `override`, but for its new result and its remark,
/// which are the result and the comments there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overriding<'a> {
    /// The result that stood before.
    pub old: Verdict,
    /// Who did it.
    pub authority: &'a str,
    /// When, as written.
    pub time: &'a str,
}

impl<'a> Overriding<'a> {
    /// The name of the fact with the old result.
    pub const OLD: &'static str = "in the place of";
    const AUTHORITY: &'static str = "authority";
    const TIME: &'static str = "time";

    /// As facts of what stands beside a result.
    #[must_use]
    pub fn facts(self) -> Vec<(String, String)> {
        let all = [(Self::OLD, self.old.word()), (Self::AUTHORITY, self.authority), (Self::TIME, self.time)];
        all.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).into()
    }

    fn of(facts: &'a [(String, String)]) -> Option<Self> {
        let fact = |name: &str| facts.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let old = fact(Self::OLD)?;
        Some(Overriding {
            old: Verdict::ALL.into_iter().find(|verdict| verdict.word() == old)?,
            authority: fact(Self::AUTHORITY)?,
            time: fact(Self::TIME)?,
        })
    }
}

impl Beside {
    /// What it states as an override of the result.
    #[must_use]
    pub fn overriding(&self) -> Option<Overriding<'_>> {
        Overriding::of(&self.facts)
    }

    /// Makes it an override in words only, which no format states as one of its result.
    pub fn keep_in_words(&mut self) {
        if self.overriding().is_some() {
            self.facts.retain(|(name, _)| name == Overriding::OLD);
        }
    }

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
