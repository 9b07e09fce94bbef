//! MKE is the newest release.
//!
//! How this could pass without evidence: a version that is no version, one of something else that
//! answers at the same address, numbers compared as texts, a release candidate taken for the release.
//! Only `ucp/` or `mke/` and numbers with dots are a version; all else is undecided.

use std::cmp::Ordering;

use super::{Card, Deciding, Met, Probe};
use crate::facts::{Absent, Facts, Need};
use crate::finding::{Finding, Observation};
use crate::policy::{MKE_LATEST_VERSION, Policy};
use crate::xccdf::Verdict;

/// See the module.
pub struct NewestVersion;

static CARD: Card = Card {
    name: "mke-newest-version",
    asks: "MKE is at least the newest release that the organisation knows of",
    needs: &[Need::UcpVersion],
    decides_with: Deciding::Policy,
    parameters: &[MKE_LATEST_VERSION],
    by_hand: "Read MKE's version and hold it against the vendor's release notes; the list in the console is \
        empty where MKE cannot reach the Internet:\n  \
        curl --cacert ca.pem --cert cert.pem --key key.pem https://MKE/version",
    met: Met::LabOnly,
};

impl Probe for NewestVersion {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let read = facts.ucp.version.read()?;
        let newest = policy.mke_latest_version.as_ref().ok_or_else(|| MKE_LATEST_VERSION.absent())?;
        let said = read.value.version.as_str();
        let expected = format!("{newest} or newer (policy, {})", MKE_LATEST_VERSION.shown());
        let observe = |holds| match holds {
            Some(holds) => Observation::seen(&read.origin, "MKE's version", &expected, said, holds),
            None => Observation::undecided(&read.origin, "MKE's version", &expected, said),
        };
        let holds = match (Version::of_product(said), Version::parse(newest)) {
            (Some(installed), Some(newest)) => installed.is_at_least(&newest),
            _ => None,
        };
        Ok(Finding::fold(vec![observe(holds)], |verdict| match verdict {
            Verdict::Pass => {
                format!("MKE is {said}; the newest release in the policy is {newest}.")
            }
            Verdict::Fail => format!("MKE is {said}, which is older than {newest}."),
            _ => format!("Whether {said:?} is as new as {newest:?} cannot be told."),
        }))
    }
}

/// Numbers, and what stands after a hyphen.
#[derive(Debug, PartialEq, Eq)]
struct Version<'a> {
    numbers: Vec<u64>,
    pre: Option<&'a str>,
}

impl<'a> Version<'a> {
    fn of_product(said: &'a str) -> Option<Self> {
        let (product, version) = said.trim().split_once('/')?;
        let known = ["ucp", "mke"].iter().any(|p| product.eq_ignore_ascii_case(p));
        known.then(|| Version::parse(version)).flatten()
    }

    fn parse(text: &'a str) -> Option<Self> {
        // What stands after a plus says how it was built (semver 2.0, 10).
        let text = text.trim().split('+').next()?;
        let (numbers, pre) = match text.split_once('-') {
            Some((numbers, pre)) => (numbers, Some(pre)),
            None => (text, None),
        };
        let number = |part: &str| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten()
        };
        let numbers: Vec<u64> = numbers.split('.').map(number).collect::<Option<_>>()?;
        let fine = (2..=4).contains(&numbers.len()) && pre != Some("");
        fine.then_some(Version { numbers, pre })
    }

    /// Whether this release is the other or a later one; none for a candidate of a later one, which is
    /// no release, and where two candidates of the same would have to be compared.
    fn is_at_least(&self, other: &Version<'_>) -> Option<bool> {
        let width = self.numbers.len().max(other.numbers.len());
        let padded = |v: &Version<'_>| {
            let mut numbers = v.numbers.clone();
            numbers.resize(width, 0);
            numbers
        };
        match (padded(self).cmp(&padded(other)), self.pre, other.pre) {
            (Ordering::Less, _, _) | (Ordering::Equal, Some(_), None) => Some(false),
            (Ordering::Greater | Ordering::Equal, None, _) => Some(true),
            (Ordering::Equal, Some(a), Some(b)) if a == b => Some(true),
            (_, Some(_), _) => None,
        }
    }
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::engine;
    use crate::probes::cases::{Case, Kind, broken, read};

    fn facts(version: &str) -> Facts {
        let mut facts = Facts::default();
        let version = engine::Version { version: version.into(), ..engine::Version::default() };
        facts.ucp.version = read(Need::UcpVersion, version);
        facts
    }

    fn policy(newest: &str) -> Policy {
        Policy { mke_latest_version: Some(newest.into()), ..Policy::default() }
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let case = |kind, version: &str, verdict| {
            Case::new(&NewestVersion, kind, version, facts(version), verdict).with(policy("3.10.1"))
        };
        let mut down = Facts::default();
        down.ucp.version = broken();
        let mut cases =
            vec![Case::new(&NewestVersion, Kind::Broken, "no answer", down, Verdict::Error).with(policy("3.10.1"))];
        for version in ["ucp/3.10.1", "mke/3.10.2", "ucp/3.11.0", "UCP/4.0", "ucp/3.10.1+build.5"] {
            cases.push(case(Kind::Passes, version, Verdict::Pass));
        }
        for version in ["ucp/3.9.9", "ucp/3.10.0", "ucp/3.10", "ucp/3.10.1-rc1", "ucp/2.99.99"] {
            cases.push(case(Kind::Fails, version, Verdict::Fail));
        }
        for version in [
            "",
            "3.10.1",
            "latest",
            "ucp/",
            "ucp/3",
            "ucp/3.x.9",
            "ucp/3.10.1-",
            "19.03.5",
            "nginx/3.10.1",
            "ucp/3..1",
            "ucp/-3.10",
            "ucp/3.11.0-tp1",
            "ucp/99999999999999999999999.1",
        ] {
            cases.push(case(Kind::Absent, version, Verdict::Error));
        }
        cases
    }

    #[test]
    fn a_policy_that_makes_no_sense_decides_nothing() {
        let finding = NewestVersion.decide(&facts("ucp/3.10.1"), &policy("newest"));
        assert_eq!(finding.expect("a finding").verdict(), Verdict::Error);
    }
}
