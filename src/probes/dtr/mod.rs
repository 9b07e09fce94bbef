//! The rules about DTR (MSR): its switches, its scanner, who may do what in it.
//!
//! How any of them could say "not applicable" without evidence: a DTR that was not given is not one that
//! is not there. So it takes both: none was configured, and the policy says that there is none. A DTR that
//! was configured is judged whatever the policy says of it, and the contradiction is told.

mod access;
mod scanning;
mod switches;

#[cfg(test)]
use super::cases::Case;
use crate::facts::{Absent, Facts, dtr};
use crate::finding::Finding;
use crate::policy::{DTR_IN_USE, Policy};

pub use access::Access;
pub use scanning::Scanning;
pub use switches::{ANALYTICS, CREATE_ON_PUSH, Switch};

/// What `decide` says, unless there is no DTR that it could be about.
pub(super) fn where_in_use(
    facts: &Facts,
    policy: &Policy,
    decide: impl FnOnce() -> Result<Finding, Absent>,
) -> Result<Finding, Absent> {
    if policy.dtr_in_use != Some(false) {
        return decide();
    }
    if is_not_given(facts) {
        return Ok(Finding::not_applicable_by_policy(format!(
            "No DTR (MSR) was configured for this scan, and the policy says that there is none ({} = false).",
            DTR_IN_USE.shown()
        )));
    }
    let remark =
        format!("The policy says that no DTR is in use ({} = false), yet one is configured.", DTR_IN_USE.shown());
    decide().map(|finding| finding.with_remark(&remark))
}

/// No DTR was configured. Evidence that was collected for other rules says so no less where a single
/// fact of DTR was asked for; where none was, nobody knows.
fn is_not_given(facts: &Facts) -> bool {
    let mut asked = false;
    for (_, fact) in facts.dtr.each() {
        match fact.absent() {
            Some(Absent::NotCollected | Absent::EarlierVersion { .. }) => {}
            Some(Absent::NotConfigured { source, .. }) if source == dtr::SOURCE => asked = true,
            _ => return false,
        }
    }
    asked
}

#[cfg(test)]
pub(super) fn cases() -> Vec<Case> {
    [switches::cases(), scanning::cases(), access::cases()].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Need;
    use crate::facts::dtr::Settings;
    use crate::facts::field::Field;
    use crate::probes::cases::{broken, read};
    use crate::probes::{DTR_TRUSTED_CA, Probe, SignedTags};
    use crate::xccdf::Verdict;

    fn not_given(source: &str) -> Facts {
        let mut facts = Facts::default();
        for (_, fact) in facts.dtr.each_mut() {
            fact.lose(Absent::NotConfigured { source: source.into(), set: "--dtr".into() });
        }
        facts
    }

    fn says(in_use: Option<bool>) -> Policy {
        Policy { dtr_in_use: in_use, ..Policy::default() }
    }

    fn verdict(probe: &dyn Probe, facts: &Facts, policy: &Policy) -> Verdict {
        let finding = probe.decide(facts, policy).unwrap_or_else(Finding::from);
        finding.verdict()
    }

    const ALL: [&dyn Probe; 6] = [&CREATE_ON_PUSH, &ANALYTICS, &Scanning, &Access, &SignedTags, &DTR_TRUSTED_CA];

    #[test]
    fn not_applicable_takes_the_policy_and_that_none_was_given() {
        let none = not_given(dtr::SOURCE);
        for probe in ALL {
            let name = probe.card().name;
            let na = Verdict::NotApplicable;
            assert_eq!(verdict(probe, &none, &says(Some(false))), na, "{name}");
            for other in [None, Some(true)] {
                assert_eq!(verdict(probe, &none, &says(other)), Verdict::NotChecked, "{name}");
            }
            // An account that is missing, evidence that was taken for other rules, a source that
            // failed: none of these is a DTR that is not there.
            let no_account = not_given("an account for DTR");
            let mut down = not_given(dtr::SOURCE);
            down.dtr.chain = broken();
            for facts in [no_account, Facts::default(), down] {
                let verdict = verdict(probe, &facts, &says(Some(false)));
                assert!(matches!(verdict, Verdict::NotChecked | Verdict::Error), "{name}: {verdict}");
            }
        }
    }

    #[test]
    fn a_dtr_that_is_there_is_judged_whatever_the_policy_says() {
        let mut facts = Facts::default();
        facts.dtr.settings =
            read(Need::DtrSettings, Settings { report_analytics: Field::Is(true), ..Settings::default() });
        let finding = ANALYTICS.decide(&facts, &says(Some(false))).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Fail);
        assert!(finding.summary().contains("yet one is configured"));
    }
}
