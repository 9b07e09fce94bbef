//! The tags of all repositories in DTR, counted on a walk over every page.
//!
//! A registry may hold hundreds of thousands of tags, so the walk keeps counts and the offenders
//! first by name, and writes every offender to a file beside the evidence. What it counted may be
//! taken for the whole population only through [`Walk::complete`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// How many offenders are kept by name.
pub const KEPT: usize = 50;

/// A walk over all repositories and their tags.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Walk {
    /// The domain that was asked for: the host and port under which images are named.
    pub domain: String,
    /// Whether the account was shown to see every repository.
    pub sight: Sight,
    tally: Tally,
    gaps: Gaps,
    /// The file that holds every offender, when there is one.
    pub offenders_file: Option<SideFile>,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Repositories whose tags were asked for.
    pub repositories: u64,
    /// Tags read.
    pub tags: u64,
    /// Tags that are in Notary with the digest that the registry has.
    pub signed: u64,
    /// Tags that are not in Notary.
    pub unsigned: u64,
    /// Tags that are in Notary with another digest.
    pub mismatched: u64,
    /// The first offenders by name.
    pub first_offenders: BTreeSet<Offender>,
}

/// A tag that is not validly signed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offender {
    /// `namespace/name`.
    pub repository: String,
    /// The tag.
    pub tag: String,
    /// What is wrong with it.
    pub why: Fault,
}

/// What is wrong with a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It is not in Notary.
    Unsigned,
    /// It is in Notary with another digest than the registry's.
    HashMismatch,
}

/// A place where the walk did not see what is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Where: the list, or the repository.
    pub place: String,
    /// Why.
    pub reason: String,
}

/// The places where a walk did not see what is there: how many, and the first by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gaps {
    /// How many there are.
    pub total: u64,
    /// The first of them.
    pub first: BTreeSet<Gap>,
}

impl Gaps {
    /// Notes one place.
    pub fn note(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.total += 1;
        self.keep(Gap { place: place.into(), reason: reason.into() });
    }

    /// Adds those of another walk.
    pub fn add(&mut self, other: Gaps) {
        self.total += other.total;
        for gap in other.first {
            self.keep(gap);
        }
    }

    fn keep(&mut self, gap: Gap) {
        self.first.insert(gap);
        if self.first.len() > KEPT {
            self.first.pop_last();
        }
    }
}

/// Whether the account sees every repository. DTR shows an account only what it may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sight {
    /// DTR let it read the settings, which only administrators may.
    Administrator,
    /// DTR has no such page, so it could not be shown.
    #[default]
    NotShown,
}

/// A file beside the evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SideFile {
    /// Its name in the bundle.
    pub name: String,
    /// How many lines it has.
    pub lines: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl Tally {
    /// Counts one tag.
    pub fn count(&mut self, repository: &str, tag: &str, fault: Option<Fault>) {
        self.tags += 1;
        match fault {
            None => self.signed += 1,
            Some(why) => {
                match why {
                    Fault::Unsigned => self.unsigned += 1,
                    Fault::HashMismatch => self.mismatched += 1,
                }
                self.keep(Offender { repository: repository.into(), tag: tag.into(), why });
            }
        }
    }

    /// Adds what another walk counted.
    pub fn add(&mut self, other: Tally) {
        self.repositories += other.repositories;
        self.tags += other.tags;
        self.signed += other.signed;
        self.unsigned += other.unsigned;
        self.mismatched += other.mismatched;
        for offender in other.first_offenders {
            self.keep(offender);
        }
    }

    /// Tags that are not validly signed.
    #[must_use]
    pub fn offenders(&self) -> u64 {
        // Counts that were read from a file may be anything.
        self.unsigned.saturating_add(self.mismatched)
    }

    fn keep(&mut self, offender: Offender) {
        self.first_offenders.insert(offender);
        if self.first_offenders.len() > KEPT {
            self.first_offenders.pop_last();
        }
    }
}

impl Walk {
    /// A walk that ended, with what it counted and where it did not see.
    #[must_use]
    pub fn new(domain: String, sight: Sight, tally: Tally, gaps: Gaps) -> Self {
        Walk { domain, sight, tally, gaps, offenders_file: None }
    }

    /// The counts of the whole population, or the gaps that keep them from being that. What an account sees that could
    /// not be shown to see all is no population, whatever came.
    pub fn complete(&self) -> Result<&Tally, Incomplete<'_>> {
        let mut gaps = self.gaps.clone();
        if self.sight == Sight::NotShown {
            gaps.note("the list of repositories", NOT_SHOWN);
        }
        if gaps.total == 0 { Ok(&self.tally) } else { Err(Incomplete { seen: &self.tally, gaps }) }
    }
}

/// What a walk saw that did not see everything.
#[derive(Clone, Debug)]
pub struct Incomplete<'a> {
    /// Counts of what was seen.
    pub seen: &'a Tally,
    /// Where it did not see.
    pub gaps: Gaps,
}

/// Why a walk by an account of unknown rights is not all.
const NOT_SHOWN: &str = "DTR has no page of settings, which only administrators may read, so that it cannot be shown \
     that the account sees every repository";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_a_file_do_not_add_up_to_none() {
        let tally = Tally { unsigned: u64::MAX, mismatched: 1, ..Tally::default() };
        assert_eq!(tally.offenders(), u64::MAX);
    }

    #[test]
    fn the_first_offenders_by_name_are_kept_whatever_the_order() {
        let mut forwards = Tally::default();
        let mut backwards = Tally::default();
        for n in 0..120 {
            forwards.count("a/b", &format!("{n:03}"), Some(Fault::Unsigned));
            backwards.count("a/b", &format!("{:03}", 119 - n), Some(Fault::Unsigned));
        }
        assert_eq!(forwards, backwards);
        assert_eq!(forwards.first_offenders.len(), KEPT);
        assert_eq!(forwards.first_offenders.last().map(|o| o.tag.as_str()), Some("049"));
        assert_eq!((forwards.tags, forwards.unsigned, forwards.offenders()), (120, 120, 120));
    }

    #[test]
    fn a_walk_with_a_gap_is_never_the_population() {
        let walk = |gaps| Walk::new("dtr".into(), Sight::Administrator, Tally::default(), gaps);
        assert!(walk(Gaps::default()).complete().is_ok());
        let mut gaps = Gaps::default();
        for n in 0..200 {
            gaps.note(format!("eng/app-{n:03}"), "500");
        }
        let walk = walk(gaps);
        let incomplete = walk.complete().expect_err("gaps");
        assert_eq!((incomplete.gaps.total, incomplete.gaps.first.len()), (200, KEPT));
    }
}
