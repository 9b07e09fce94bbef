//! The nine results that XCCDF knows, and how several become one.

use serde::{Deserialize, Serialize};

/// The result of a rule (NIST IR 7275 r4, table 26).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The requirement is met.
    Pass,
    /// The requirement is not met.
    Fail,
    /// It could not be found out: something failed on the way.
    Error,
    /// It was looked at, and what was seen cannot be interpreted.
    Unknown,
    /// The requirement does not apply to this target.
    NotApplicable,
    /// Nobody looked.
    NotChecked,
    /// The profile leaves the rule out.
    NotSelected,
    /// It was looked at for information only.
    Informational,
    /// It was not met and has been put right.
    Fixed,
}

impl Verdict {
    /// All results, in the order in which summaries print them.
    pub const ALL: [Verdict; 9] = [
        Verdict::Fail,
        Verdict::Error,
        Verdict::Unknown,
        Verdict::NotChecked,
        Verdict::Pass,
        Verdict::Fixed,
        Verdict::NotApplicable,
        Verdict::Informational,
        Verdict::NotSelected,
    ];

    /// The standard's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Error => "error",
            Verdict::Unknown => "unknown",
            Verdict::NotApplicable => "notapplicable",
            Verdict::NotChecked => "notchecked",
            Verdict::NotSelected => "notselected",
            Verdict::Informational => "informational",
            Verdict::Fixed => "fixed",
        }
    }

    /// Nobody knows whether the requirement is met.
    #[must_use]
    pub fn is_undecided(self) -> bool {
        matches!(self, Verdict::Error | Verdict::Unknown | Verdict::NotChecked)
    }

    /// How strongly a result speaks in an AND: the stronger of two is their result (IR 7275 r4,
    /// table 12). `fixed` is not in the table; it counts as the pass that it is scored as.
    fn strength(self) -> u8 {
        match self {
            Verdict::Fail => 8,
            Verdict::Unknown => 7,
            Verdict::Error => 6,
            Verdict::Pass => 5,
            Verdict::Fixed => 4,
            Verdict::NotApplicable => 3,
            Verdict::NotChecked => 2,
            Verdict::NotSelected => 1,
            Verdict::Informational => 0,
        }
    }

    /// Both together (the AND of IR 7275 r4, table 12).
    #[must_use]
    pub fn and(self, other: Verdict) -> Verdict {
        if self.strength() >= other.strength() { self } else { other }
    }

    /// The worse of two results of one thing: what holds for several instances of a rule, and for a result and what is
    /// said against it. As the AND of the standard, but that a pass does not hide what nobody looked at.
    #[must_use]
    pub fn worse(self, other: Verdict) -> Verdict {
        let strength = |verdict: Verdict| match verdict {
            // Above a pass, and below what was looked at in vain.
            Verdict::NotChecked => Verdict::Pass.strength() * 2 + 1,
            other => other.strength() * 2,
        };
        if strength(self) >= strength(other) { self } else { other }
    }

    /// Either of both (the OR of table 13): as AND, with pass and fail in each other's place.
    #[must_use]
    pub fn or(self, other: Verdict) -> Verdict {
        self.not().and(other.not()).not()
    }

    /// The opposite (the NOT of table 14): what is neither pass nor fail stays.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "beside `and` and `or`, as the standard names them")]
    pub fn not(self) -> Verdict {
        match self {
            Verdict::Pass => Verdict::Fail,
            Verdict::Fail => Verdict::Pass,
            other => other,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_is_a_semilattice_in_which_fail_wins() {
        for a in Verdict::ALL {
            assert_eq!(a.and(a), a);
            assert_eq!(a.and(Verdict::Fail), Verdict::Fail);
            for b in Verdict::ALL {
                assert_eq!(a.and(b), b.and(a));
                for c in Verdict::ALL {
                    assert_eq!(a.and(b).and(c), a.and(b.and(c)));
                }
            }
        }
    }

    #[test]
    fn the_worse_of_two_is_their_and_but_for_what_nobody_looked_at() {
        for a in Verdict::ALL {
            for b in Verdict::ALL {
                assert_eq!(a.worse(b), b.worse(a));
                if a != Verdict::NotChecked && b != Verdict::NotChecked {
                    assert_eq!(a.worse(b), a.and(b), "{a} {b}");
                }
            }
        }
        for (other, worse) in [
            (Verdict::Pass, Verdict::NotChecked),
            (Verdict::NotApplicable, Verdict::NotChecked),
            (Verdict::Error, Verdict::Error),
            (Verdict::Fail, Verdict::Fail),
        ] {
            assert_eq!(Verdict::NotChecked.worse(other), worse);
        }
    }

    #[test]
    fn or_and_not_are_those_of_the_tables() {
        use Verdict::{Error, Fail, NotApplicable, NotChecked, Pass, Unknown};
        for (a, b, expected) in [
            (Pass, Fail, Pass),
            (Fail, Unknown, Unknown),
            (Fail, Error, Error),
            (Unknown, Error, Unknown),
            (Fail, NotApplicable, Fail),
            (NotChecked, NotApplicable, NotApplicable),
        ] {
            assert_eq!((a.or(b), b.or(a)), (expected, expected), "{a} or {b}");
        }
        assert_eq!((Pass.not(), Fail.not(), Error.not()), (Fail, Pass, Error));
    }

    #[test]
    fn an_unknown_hides_a_pass_and_an_error() {
        assert_eq!(Verdict::Pass.and(Verdict::Unknown), Verdict::Unknown);
        assert_eq!(Verdict::Error.and(Verdict::Unknown), Verdict::Unknown);
        assert_eq!(Verdict::Pass.and(Verdict::Error), Verdict::Error);
        assert_eq!(Verdict::Pass.and(Verdict::NotChecked), Verdict::Pass);
    }
}
