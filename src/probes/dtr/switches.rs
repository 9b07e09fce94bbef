//! Switches of DTR that have to be off.
//!
//! How this could pass without evidence: a setting that the answer does not hold taken for off (DTR 2.4
//! does not know `createRepositoryOnPush`), a text `"false"` taken for the boolean. Only a boolean
//! `false` holds; only a boolean `true` is open; anything else is undecided.

#[cfg(test)]
use crate::probes::cases::Case;

use super::where_in_use;
use crate::facts::dtr::Settings;
use crate::facts::field::Field;
use crate::facts::{Absent, Facts, Need};
use crate::finding::{Finding, Observation};
use crate::policy::{DTR_IN_USE, Policy};
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

/// A switch that has to be off.
#[derive(Debug)]
pub struct Switch {
    card: &'static Card,
    /// Its name in DTR's settings.
    name: &'static str,
    read: fn(&Settings) -> &Field<bool>,
    /// What is said where it is off, and where it is on.
    off: &'static str,
    on: &'static str,
    /// What is to be said besides where it is on.
    besides: fn(&Settings) -> &'static str,
}

/// A push makes no repository.
pub static CREATE_ON_PUSH: Switch = Switch {
    card: &Card {
        name: "dtr-create-on-push",
        asks: "Pushing an image does not create a repository in DTR",
        needs: &[Need::DtrSettings],
        decides_with: Deciding::Facts,
        parameters: &[DTR_IN_USE],
        by_hand: "In DTR: System, General, Repositories: \"Create repository on push\" is off. Or read createRepositoryOnPush in\n  \
            curl --cacert ca.pem --netrc-file dtr.netrc https://DTR/api/v0/meta/settings",
        met: Met::LabOnly,
    },
    name: "createRepositoryOnPush",
    read: |settings| &settings.create_repository_on_push,
    off: "Pushing an image creates no repository in DTR.",
    on: "Pushing an image creates a repository in DTR where there is none.",
    besides: |_| "",
};

/// Nothing is reported to the vendor.
pub static ANALYTICS: Switch = Switch {
    card: &Card {
        name: "dtr-analytics",
        asks: "DTR sends no usage data to its vendor",
        needs: &[Need::DtrSettings],
        decides_with: Deciding::Facts,
        parameters: &[DTR_IN_USE],
        by_hand: "In DTR: System, General, Analytics: \"Send data\" is off. Or read reportAnalytics in\n  \
            curl --cacert ca.pem --netrc-file dtr.netrc https://DTR/api/v0/meta/settings",
        met: Met::LabOnly,
    },
    name: "reportAnalytics",
    read: |settings| &settings.report_analytics,
    off: "DTR sends no usage data to its vendor.",
    on: "DTR sends usage data to its vendor.",
    besides: |settings| match settings.anonymize_analytics {
        Field::Is(true) => " That the data are made anonymous (anonymizeAnalytics) does not change it.",
        _ => "",
    },
};

impl Probe for Switch {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        where_in_use(facts, policy, || {
            let settings = facts.dtr.settings.read()?;
            let field = (self.read)(&settings.value);
            let seen = |actual: &str, holds| Observation::seen(&settings.origin, self.name, "false", actual, holds);
            let observation = match field {
                Field::Is(false) => seen("false", true),
                Field::Is(true) => seen("true", false),
                other => Observation::undecided(
                    &settings.origin,
                    self.name,
                    "false",
                    match other {
                        Field::Odd(kind) => format!("{kind}, which is no switch"),
                        _ => "not in DTR's settings".to_owned(),
                    },
                ),
            };
            Ok(Finding::fold(vec![observation], |verdict| match verdict {
                Verdict::Pass => self.off.into(),
                Verdict::Fail => format!("{}{}", self.on, (self.besides)(&settings.value)),
                _ => format!("DTR's settings do not say whether {} is on: it has to be looked at by hand.", self.name),
            }))
        })
    }
}

#[cfg(test)]
pub(super) fn cases() -> Vec<Case> {
    tests::cases()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Kind, broken, read};

    fn with(probe: &Switch, value: &Field<bool>) -> Facts {
        let mut settings = Settings::default();
        match probe.name {
            "reportAnalytics" => settings.report_analytics = value.clone(),
            _ => settings.create_repository_on_push = value.clone(),
        }
        let mut facts = Facts::default();
        facts.dtr.settings = read(Need::DtrSettings, settings);
        facts
    }

    pub(super) fn cases() -> Vec<Case> {
        let mut all = Vec::new();
        for probe in [&CREATE_ON_PUSH, &ANALYTICS] {
            let mut case = |kind, what: &str, value: Field<bool>, verdict| {
                all.push(Case::new(probe, kind, what, with(probe, &value), verdict));
            };
            case(Kind::Passes, "off", Field::Is(false), Verdict::Pass);
            case(Kind::Fails, "on", Field::Is(true), Verdict::Fail);
            case(Kind::Absent, "not said", Field::Absent, Verdict::Error);
            case(Kind::Absent, "null", Field::Null, Verdict::Error);
            case(Kind::Absent, "text", Field::Odd("a string".into()), Verdict::Error);
            let mut down = Facts::default();
            down.dtr.settings = broken();
            all.push(Case::new(probe, Kind::Broken, "down", down, Verdict::Error));
        }
        all
    }

    #[test]
    fn anonymous_data_are_data() {
        let mut facts = Facts::default();
        facts.dtr.settings = read(
            Need::DtrSettings,
            Settings { report_analytics: Field::Is(true), anonymize_analytics: Field::Is(true), ..Settings::default() },
        );
        let finding = ANALYTICS.decide(&facts, &Policy::default()).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Fail);
        assert!(finding.summary().contains("anonymous"), "{}", finding.summary());
    }
}
