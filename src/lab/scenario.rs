//! What the lab pretends to be: a base, and what is wrong with it.

use std::{collections::BTreeSet, fmt, str::FromStr};

use super::fault::{EXCLUSIVE, FAULTS, Fault};
use super::lists::{LISTS, ListInfo, Twist};

/// The state the simulated cluster starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Base {
    /// Set up as the STIG asks: signed images only, certificates of an external CA.
    Hardened,
    /// As installed: nothing enforced, certificates of its own.
    #[default]
    Default,
}

impl Base {
    const ALL: [Self; 2] = [Self::Hardened, Self::Default];

    fn name(self) -> &'static str {
        match self {
            Self::Hardened => "hardened",
            Self::Default => "default",
        }
    }
}

/// A base and a set of faults, written `hardened,repeated-marker`.
///
/// Faults without a base are those of `hardened`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scenario {
    base: Base,
    faults: BTreeSet<Fault>,
    /// The places of lists in [`LISTS`], with what is wrong with them.
    twists: BTreeSet<(usize, Twist)>,
}

impl Scenario {
    /// A base with nothing wrong.
    #[must_use]
    pub fn new(base: Base) -> Self {
        Self { base, ..Self::default() }
    }

    /// The base.
    #[must_use]
    pub fn base(&self) -> Base {
        self.base
    }

    /// Whether the base is the hardened one.
    #[must_use]
    pub fn is_hardened(&self) -> bool {
        self.base == Base::Hardened
    }

    /// Whether this is wrong.
    #[must_use]
    pub fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// All that is wrong, in the order of [`FAULTS`].
    pub fn faults(&self) -> impl Iterator<Item = Fault> + '_ {
        self.faults.iter().copied()
    }

    /// The lists with which something is wrong, and what.
    pub(super) fn twists(&self) -> impl Iterator<Item = (&'static ListInfo, Twist)> + '_ {
        self.twists.iter().map(|(list, twist)| (&LISTS[*list], *twist))
    }

    /// The first of these that is wrong.
    pub(super) fn first_of(&self, faults: &[Fault]) -> Option<Fault> {
        faults.iter().copied().find(|fault| self.has(*fault))
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.name())?;
        self.faults().try_for_each(|fault| write!(f, ",{fault}"))?;
        self.twists().try_for_each(|(list, twist)| write!(f, ",{}-{}", list.name, twist.name()))
    }
}

/// Why a scenario could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// There is no base and no fault of that name.
    #[error("no lab scenario is called {name:?}; {}", suggestion(near))]
    Unknown {
        /// The name as given.
        name: String,
        /// Names like it, the nearest first.
        near: Vec<&'static str>,
    },
    /// Two names say opposite things about the same answer.
    #[error("the lab scenarios {0} and {1} cannot be had at the same time")]
    Conflict(&'static str, &'static str),
}

fn suggestion(near: &[&str]) -> String {
    match near {
        [] => "`hardened` and `default` are the bases, each may be followed by faults".to_owned(),
        near => format!("near it are {}", near.join(", ")),
    }
}

impl FromStr for Scenario {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut base: Option<Base> = None;
        let mut faults = BTreeSet::new();
        let mut twists = BTreeSet::new();
        for name in text.split(',').map(str::trim) {
            if let Some(named) = Base::ALL.into_iter().find(|base| base.name() == name) {
                match base.replace(named) {
                    Some(other) if other != named => {
                        return Err(ScenarioError::Conflict(other.name(), named.name()));
                    }
                    _ => {}
                }
            } else if let Some(info) = FAULTS.iter().find(|info| info.name == name) {
                faults.insert(info.fault);
            } else if let Some(twist) = twist(name) {
                twists.insert(twist);
            } else {
                return Err(ScenarioError::Unknown { name: name.to_owned(), near: near(name) });
            }
        }
        for group in EXCLUSIVE {
            let mut named = group.iter().filter(|fault| faults.contains(fault));
            if let (Some(one), Some(other)) = (named.next(), named.next()) {
                return Err(ScenarioError::Conflict(one.name(), other.name()));
            }
        }
        Ok(Self { base: base.unwrap_or(Base::Hardened), faults, twists })
    }
}

/// What is wrong with which list, by the names of both: `ucp-accounts-empty`.
fn twist(name: &str) -> Option<(usize, Twist)> {
    LISTS.iter().enumerate().find_map(|(at, list)| {
        let rest = name.strip_prefix(list.name)?.strip_prefix('-')?;
        let twist = Twist::ALL.into_iter().find(|twist| twist.name() == rest && twist.befits(list))?;
        Some((at, twist))
    })
}

/// Up to three names that may have been meant, the nearest first.
fn near(name: &str) -> Vec<&'static str> {
    let bases = Base::ALL.into_iter().map(Base::name);
    let mut scored: Vec<_> = bases
        .chain(FAULTS.iter().map(|info| info.name))
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(score, known)| *score > 0.75 || (name.len() > 2 && (known.contains(name) || name.contains(known))))
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(3).map(|(_, known)| known).collect()
}
