//! What shows that a list holds all there is.
//!
//! An answer of 200 with nothing in it looks like a list of nothing: so answers a server that filters by what an
//! account may see, and so does one that has lost its data. Each list therefore says, where it is declared, what
//! must show that all of it was seen; there is no way to read one without. Whoever collects holds the list against its
//! proof, and [`super::Fact::read`] does so again with what is kept: evidence may be older than the proof.

use std::fmt;

use super::{Absent, Origin};

/// What shows that a list holds all there is.
pub enum Proof<'a, T> {
    /// These are in the list of everybody who sees all of it.
    Witness(&'a [Member<'a, T>]),
    /// The server says elsewhere how many there are, at the least.
    Count {
        /// So many; none where it does not say.
        least: Option<u64>,
        /// Where it says so.
        by: &'static str,
    },
    /// There may be nothing to list, and this proves that the account would see it.
    MayBeEmpty(&'static str),
}

/// Something that must be in a list.
pub struct Member<'a, T> {
    /// What it is, for messages.
    pub name: &'a str,
    /// Whether an item is it.
    pub is: &'a (dyn Fn(&T) -> bool + Sync),
}

/// Why a fact does not count for all that it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unproven {
    /// It lacks what every such list has.
    Lacks(String),
    /// What would prove it was not collected yet by version 0.1.0.
    EarlierVersion(&'static str),
}

impl Unproven {
    /// The fact is as good as absent.
    pub(super) fn absent(self, origin: &Origin) -> Absent {
        match self {
            Unproven::Lacks(reason) => Absent::Failed { request: origin.request.clone(), reason },
            Unproven::EarlierVersion(what) => Absent::EarlierVersion { what: what.into() },
        }
    }
}

impl From<String> for Unproven {
    fn from(lacking: String) -> Self {
        Unproven::Lacks(lacking)
    }
}

/// A fact that says by what it holds whether that is all there is. Every fact has to: a list that may not be empty
/// lacks its witness then, and a document has none to lack.
pub trait Proven {
    /// Nothing that must be in it is missing.
    fn proven(&self) -> Result<(), Unproven> {
        Ok(())
    }
}

/// Facts that are no lists; those whose lists may be empty, which whoever collected them has proof of; and those that
/// say of each part by themselves whether it was seen.
macro_rules! without_witness {
    ($($fact:ty,)*) => { $(impl Proven for $fact {})* };
}

without_witness! {
    super::config::Config,
    super::tls::Chain,
    super::tls::Bundle,
    super::tls::Versions,
    super::engine::Version,
    super::engine::Info,
    super::engine::Volumes,
    super::ldap::Ldap,
    super::access::Grants,
    super::tags::Walk,
    super::dtr::Settings,
    super::dtr::Scanning,
    super::dtr::Repositories,
    super::container::Containers,
    super::container::Processes,
    super::swarm::Swarm,
    super::swarm::Services,
    super::swarm::Secrets,
    super::host::Os,
    super::host::Daemon,
    super::host::Files,
    super::host::AuditRules,
    super::host::AuditLog,
    super::host::Security,
    super::host::Listeners,
    super::host::Groups,
    super::host::Mounts,
}

impl<T> fmt::Debug for Proof<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proof::Witness(members) => f.debug_list().entries(members.iter().map(|m| m.name)).finish(),
            Proof::Count { by, .. } | Proof::MayBeEmpty(by) => f.write_str(by),
        }
    }
}

impl<T> Proof<'_, T> {
    /// Whether a whole list has what it must have; otherwise what it lacks.
    pub fn check(&self, items: &[T]) -> Result<(), String> {
        let mut watch = Watch::new(self);
        watch.note(items);
        watch.end()
    }
}

/// A proof that is looked for while a list comes page by page.
#[derive(Debug)]
pub struct Watch<'a, T> {
    proof: &'a Proof<'a, T>,
    read: u64,
    /// Which members have come.
    come: Vec<bool>,
}

impl<'a, T> Watch<'a, T> {
    /// Nothing has come yet.
    #[must_use]
    pub fn new(proof: &'a Proof<'a, T>) -> Self {
        let members = match proof {
            Proof::Witness(members) => members.len(),
            _ => 0,
        };
        Watch { proof, read: 0, come: vec![false; members] }
    }

    /// Looks at a part of the list.
    pub fn note(&mut self, items: &[T]) {
        self.read += items.len() as u64;
        if let Proof::Witness(members) = self.proof {
            for (member, come) in members.iter().zip(&mut self.come) {
                *come = *come || items.iter().any(member.is);
            }
        }
    }

    /// The end of the list: whether all that must be there has come.
    pub fn end(&self) -> Result<(), String> {
        match self.proof {
            Proof::Witness(members) => {
                let missing = members.iter().zip(&self.come).find(|(_, come)| !**come);
                missing.map_or(Ok(()), |(member, _)| Err(lacks(member.name)))
            }
            Proof::Count { least: Some(least), by } if self.read < *least => {
                Err(format!("{} are listed, and by the word of {by} there are {least}", self.read))
            }
            Proof::Count { least: None, by } => {
                Err(format!("{by} does not say how many there are, so that the {} listed may not be all", self.read))
            }
            Proof::MayBeEmpty(_) | Proof::Count { .. } => Ok(()),
        }
    }
}

/// Why a list without this member is none.
#[must_use]
pub fn lacks(member: &str) -> String {
    format!("the list lacks {member}, which is in every such list that is whole: not all was shown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_whole_with_all_its_witnesses_and_not_with_some() {
        let (one, two) = (|n: &u8| *n == 1, |n: &u8| *n == 2);
        let members = [Member { name: "the one", is: &one }, Member { name: "the two", is: &two }];
        let proof = Proof::Witness(&members);
        assert_eq!(proof.check(&[3, 2, 1]), Ok(()));
        for (items, lacking) in [(&[][..], "the one"), (&[2, 3], "the one"), (&[1], "the two")] {
            assert!(proof.check(items).expect_err("not whole").contains(lacking), "{items:?}");
        }
    }

    #[test]
    fn a_count_is_the_least_and_none_is_no_count() {
        fn proof(least: Option<u64>) -> Proof<'static, u8> {
            Proof::Count { least, by: "/info" }
        }
        assert_eq!(proof(Some(2)).check(&[1, 2]), Ok(()));
        assert_eq!(proof(Some(0)).check(&[]), Ok(()));
        assert_eq!(proof(Some(1)).check(&[1, 2]), Ok(()));
        assert!(proof(Some(88)).check(&[1]).expect_err("88").contains("there are 88"));
        assert!(proof(None).check(&[1]).is_err() && proof(None).check(&[]).is_err());
    }
}
