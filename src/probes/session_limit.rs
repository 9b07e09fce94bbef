//! UCP limits the sessions of a user to the organisation's number.
//!
//! How this could pass without evidence: an absent key taken for a default of another release (5, later 10: an unknown
//! release, or one whose documents differ, decides only what comes out the same for both); a text taken for a number; 0,
//! which lifts the limit, taken for a number like others. Only a number from 1 on that the policy names holds.

use super::{Card, Deciding, Met, Probe};
use crate::facts::config::{Setting, Written};
use crate::facts::defaults::Release;
use crate::facts::{Absent, Facts, Need};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{Policy, UCP_PER_USER_LIMIT};
use crate::xccdf::Verdict;

/// See the module.
pub struct SessionLimit;

static CARD: Card = Card {
    name: "ucp-session-limit",
    asks: "UCP limits the sessions of a user to the organisation's number",
    needs: &[Need::UcpConfig, Need::UcpVersion],
    decides_with: Deciding::Policy,
    parameters: &[UCP_PER_USER_LIMIT],
    by_hand: config_by_hand!("per_user_limit under [auth.sessions]"),
    met: Met::LabOnly,
};

impl Probe for SessionLimit {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let config = facts.ucp.config.read()?;
        let mut parts = Parts::default();
        // What is written needs no release to tell what stands.
        let release = parts.take(Release::of(facts)).flatten();
        let stands = config.value.stands(Setting::SessionsPerUser, release);
        let written = stands.written();
        // No number of the organisation's can be 0: that is open whatever the policy says.
        let unlimited = written == Some(&Written::Integer(0));
        let allowed = match &policy.ucp_per_user_limit {
            Some(allowed) => allowed.as_slice(),
            None if unlimited => &[],
            None => return Err(UCP_PER_USER_LIMIT.absent()),
        };
        let holds = stands.judge(|value| {
            Some(matches!(value, Written::Integer(n) if *n > 0 && allowed.iter().any(|a| i64::from(*a) == *n)))
        });
        let numbers: Vec<String> = allowed.iter().map(u32::to_string).collect();
        let expected = match numbers.as_slice() {
            [] => "a number, not 0".to_owned(),
            numbers => format!("{} (policy, {})", numbers.join(" or "), UCP_PER_USER_LIMIT.shown()),
        };
        let actual = match written {
            Some(Written::Integer(0)) => "0, which means any number".to_owned(),
            _ => stands.shown(),
        };
        let subject = Setting::SessionsPerUser.shown();
        let observation = match holds {
            Some(holds) => Observation::seen(&config.origin, subject, expected, actual.clone(), holds),
            None => Observation::undecided(&config.origin, subject, expected, actual.clone()),
        };
        parts.see(observation);
        Ok(parts.fold(|verdict| match verdict {
            Verdict::Pass => format!("A user may have {actual} sessions, as the policy wants it."),
            _ if unlimited => "A user may have any number of sessions.".into(),
            Verdict::Fail => format!("The limit of sessions per user is {actual}, which is not the policy's."),
            _ => format!("The limit of sessions per user is {actual}: what that is in this release is not known."),
        }))
    }
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Case, Kind, broken, configured, read};

    fn policy(numbers: &[u32]) -> Policy {
        Policy { ucp_per_user_limit: Some(numbers.to_vec()), ..Policy::default() }
    }

    fn limit(value: &str) -> Facts {
        configured(&format!("[auth.sessions]\nper_user_limit = {value}\n"))
    }

    /// No limit in the file of this release.
    fn unset(version: &str) -> Facts {
        let mut facts = configured("[auth.sessions]\n");
        let version = crate::facts::engine::Version { version: version.into(), ..Default::default() };
        facts.ucp.version = read(Need::UcpVersion, version);
        facts
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let mut down = Facts::default();
        down.ucp.config = broken();
        let case = |kind, what: &str, facts, verdict| {
            Case::new(&SessionLimit, kind, what, facts, verdict).with(policy(&[3, 5]))
        };
        vec![
            case(Kind::Passes, "3", limit("3"), Verdict::Pass),
            case(Kind::Passes, "5", limit("5"), Verdict::Pass),
            case(Kind::Fails, "another", limit("4"), Verdict::Fail),
            case(Kind::Fails, "none at all", limit("0"), Verdict::Fail),
            case(Kind::Fails, "a text", limit("'3'"), Verdict::Fail),
            case(Kind::Fails, "negative", limit("-3"), Verdict::Fail),
            case(Kind::Passes, "the default of 3.0", unset("ucp/3.0.2"), Verdict::Pass),
            case(Kind::Fails, "the default of 3.2", unset("ucp/3.2.4"), Verdict::Fail),
            case(Kind::Absent, "a release whose documents differ", unset("ucp/3.1.4"), Verdict::Error),
            case(Kind::Absent, "a release that is not known", unset("19.03.5"), Verdict::Error),
            case(Kind::Absent, "not in the file", configured("[auth.sessions]\n"), Verdict::Error),
            case(Kind::Broken, "no configuration", down, Verdict::Error),
        ]
    }

    #[test]
    fn no_limit_is_open_whatever_the_policy_says() {
        let decide = |value: &str, policy: &Policy| SessionLimit.decide(&limit(value), policy);
        let open = decide("0", &Policy::default()).expect("a finding");
        assert_eq!(open.verdict(), Verdict::Fail);
        assert_eq!(decide("0", &policy(&[0])).expect("a finding").verdict(), Verdict::Fail);
        assert!(decide("3", &Policy::default()).is_err());
    }
}
