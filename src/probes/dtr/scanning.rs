//! DTR scans the images of all repositories, with a vulnerability database that is there and current.
//!
//! How this could pass without evidence: both flags of a scanner that never got a database are `false`;
//! the scanner may be on and a repository not scanned on push; a list of repositories that was not read to
//! its end; a database of years ago whose last update did not fail. So a database has to be there by number and date,
//! and no older than the policy allows on the day of the scan (not the day of evaluation), every repository is asked
//! for, and the list is whole by its type. A flag that the answer does not hold is undecided.

use std::time::Duration;

use chrono::{Datelike as _, TimeDelta};

use super::where_in_use;
use crate::facts::dtr::{Repositories, Scanner, Scanning as Status, Settings};
use crate::facts::field::Field;
use crate::facts::{Absent, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{DTR_IN_USE, DTR_SCANNER_DB_MAX_AGE, Policy};
use crate::probes::{Card, Deciding, Met, Probe, counted};
use crate::xccdf::Verdict;

/// A day, in seconds.
const DAY: u64 = 24 * 3600;

/// See the module.
pub struct Scanning;

static CARD: Card = Card {
    name: "dtr-scanning",
    asks: "DTR scans the images of all repositories with a current vulnerability database",
    needs: &[Need::DtrSettings, Need::DtrScanning, Need::DtrRepositories],
    decides_with: Deciding::Facts,
    parameters: &[DTR_IN_USE, DTR_SCANNER_DB_MAX_AGE],
    by_hand: "In DTR: System, Security: \"Enable Scanning\" is on and the database was synced or uploaded; and for each repository under Settings: \"Scan on push\". Or\n  \
        curl --cacert ca.pem --netrc-file dtr.netrc https://DTR/api/v0/imagescan/status\n  \
        curl --cacert ca.pem --netrc-file dtr.netrc 'https://DTR/api/v0/repositories?count=true'\n\
        where the second goes on with pageStart as long as the answer has X-Next-Page-Start.",
    met: Met::LabOnly,
};

impl Probe for Scanning {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        where_in_use(facts, policy, || {
            let mut parts = Parts::default();
            let settings = parts.look(&facts.dtr.settings);
            parts.extend(settings.map(switch));
            match parts.look(&facts.dtr.scanning) {
                None => {}
                Some(Read { origin, value: Status::Off }) => {
                    parts.see(Observation::seen(origin, "scanner", "on", "off (400 SCANNING_NOT_ENABLED)", false));
                }
                Some(Read { origin, value: Status::On(scanner) }) => {
                    parts.extend(state(origin, scanner));
                    parts.extend(policy.dtr_scanner_db_max_age.and_then(|most| age(origin, scanner, most)));
                }
            }
            let works = parts.is_whole() && parts.observations().iter().all(|o| o.verdict() == Verdict::Pass);
            let is_open = parts.open() > 0;
            let repositories = parts.look_at_part(&facts.dtr.repositories).map(|part| part.seen);
            parts.extend(repositories.into_iter().flat_map(on_push));
            let none = Repositories::default();
            let counts = repositories.map_or(&none, |read| &read.value);
            let finding = parts.fold(|verdict| match verdict {
                Verdict::Pass if counts.total() == 0 => "DTR's scanner works, and there are no repositories.".into(),
                Verdict::Pass => format!(
                    "DTR's scanner works, and {} on push.",
                    counted(counts.total(), "repository is scanned", "repositories are scanned")
                ),
                Verdict::Fail if !is_open => format!(
                    "{}{} of {} not scanned on push.",
                    if works { "DTR's scanner works, but " } else { "" },
                    counts.unscanned(),
                    counted(counts.total(), "repository is", "repositories are")
                ),
                Verdict::Fail => "DTR's scanner is off, or has no current database.".into(),
                _ => "DTR does not say enough of its scanner or its repositories.".into(),
            });
            // The check's commands stop at the scanner: which repositories it is used for is in the
            // title alone.
            Ok(if works && finding.verdict() != Verdict::Pass {
                finding.beside_letter(
                    Verdict::Pass,
                    "the check's commands and screens look at the scanner and its database, not at the repositories that the title speaks of",
                )
            } else {
                finding
            })
        })
    }
}

fn switch(settings: &Read<Settings>) -> Observation {
    flag(&settings.origin, "scanningEnabled", &settings.value.scanning_enabled, true)
}

fn state(origin: &Origin, scanner: &Scanner) -> Vec<Observation> {
    let see = |subject: &str, expected: &str, actual: String, holds| {
        Observation::seen(origin, subject, expected, actual, holds)
    };
    let say_nothing = |subject: &str, expected: &str| {
        Observation::undecided(origin, subject, expected, "not said, or not in a known form")
    };
    let loaded = "a database that was loaded";
    let mut observations = vec![
        match &scanner.db_version {
            Field::Is(version) => see("db_version", loaded, version.to_string(), *version > 0),
            _ => say_nothing("db_version", loaded),
        },
        match &scanner.db_updated_at {
            // Go's zero time, which is what stands there before the first update.
            Field::Is(at) => see("db_updated_at", loaded, at.to_rfc3339(), at.year() > 1),
            _ => say_nothing("db_updated_at", loaded),
        },
        flag(origin, "lastDBUpdateFailed", &scanner.last_db_update_failed, false),
    ];
    let overrides = &scanner.last_overrides_update_failed;
    // DTR 2.4 has no overrides that could fail to update.
    if !(scanner.as_in_2_4 && overrides.is_absent()) {
        observations.push(flag(origin, "lastVulnOverridesDBUpdateFailed", overrides, false));
    }
    observations
}

/// How old the database was when it was asked for, against what the policy allows.
fn age(origin: &Origin, scanner: &Scanner, most: Duration) -> Option<Observation> {
    /// How far two clocks may differ.
    const SKEW: TimeDelta = TimeDelta::days(1);
    // One that was never loaded, or of which no date is said, is told as that.
    let Field::Is(at) = &scanner.db_updated_at else { return None };
    if at.year() <= 1 {
        return None;
    }
    let most_days = most.as_secs() / DAY;
    let most = TimeDelta::from_std(most).unwrap_or(TimeDelta::MAX);
    let subject = "age of the database";
    let expected = format!("at most {most_days} days (policy, {})", DTR_SCANNER_DB_MAX_AGE.shown());
    let age = origin.at.signed_duration_since(*at);
    if age < -SKEW {
        let actual = format!("updated at {}, after it was asked for", at.to_rfc3339());
        return Some(Observation::undecided(origin, subject, expected, actual));
    }
    let actual = format!("{} days, updated at {}", age.num_days().max(0), at.to_rfc3339());
    Some(Observation::seen(origin, subject, expected, actual, age <= most))
}

fn flag(origin: &Origin, name: &str, field: &Field<bool>, wanted: bool) -> Observation {
    let expected = wanted.to_string();
    match field {
        Field::Is(is) => Observation::seen(origin, name, expected, is.to_string(), *is == wanted),
        Field::Odd(kind) => Observation::undecided(origin, name, expected, format!("{kind}, which is no switch")),
        _ => Observation::undecided(origin, name, expected, "not in DTR's answer"),
    }
}

fn on_push(repositories: &Read<Repositories>) -> Vec<Observation> {
    const EXPECTED: &str = "scanned on push";
    let Read { origin, value } = repositories;
    let mut observations = Vec::new();
    for one in value.first() {
        let name = one.repository.clone();
        observations.push(if one.said {
            Observation::seen(origin, name, EXPECTED, "scanOnPush is false", false)
        } else {
            Observation::undecided(origin, name, EXPECTED, "scanOnPush is not said")
        });
    }
    // Only the first are kept by name, so the counts decide by themselves.
    let all = "all repositories";
    let shown = format!(
        "{} of {} are, {} are not, {} are not said to be",
        value.scanned(),
        value.total(),
        value.unscanned(),
        value.unsaid()
    );
    let holds = value.scanned() == value.total() && value.unscanned() == 0 && value.unsaid() == 0;
    observations.push(if !holds && value.unscanned() == 0 {
        Observation::undecided(origin, all, EXPECTED, shown)
    } else {
        Observation::seen(origin, all, EXPECTED, shown, holds)
    });
    observations
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Case, Kind, broken, read};

    fn sound() -> Scanner {
        Scanner {
            as_in_2_4: false,
            db_version: Field::Is(1201),
            db_updated_at: Field::Is("2026-05-01T00:00:00Z".parse().expect("a time")),
            last_db_update_failed: Field::Is(false),
            last_overrides_update_failed: Field::Is(false),
        }
    }

    fn facts(enabled: Field<bool>, status: Status, repositories: &[Option<bool>]) -> Facts {
        let mut facts = Facts::default();
        facts.dtr.settings = read(Need::DtrSettings, Settings { scanning_enabled: enabled, ..Settings::default() });
        facts.dtr.scanning = read(Need::DtrScanning, status);
        let list = repositories.iter().enumerate().map(|(at, scanned)| (format!("eng/app-{at:03}"), *scanned));
        facts.dtr.repositories = read(Need::DtrRepositories, Repositories::count(list));
        facts
    }

    fn of(scanner: Scanner) -> Facts {
        facts(Field::Is(true), Status::On(scanner), &[Some(true)])
    }

    pub(crate) fn cases() -> Vec<Case> {
        let on = || Field::Is(true);
        let case = |kind, what: &str, facts, verdict| Case::new(&Scanning, kind, what, facts, verdict);
        let scanned = |list: &[Option<bool>]| facts(on(), Status::On(sound()), list);
        let mut down = of(sound());
        down.dtr.scanning = broken();
        vec![
            case(Kind::Passes, "all scanned", scanned(&[Some(true); 3]), Verdict::Pass),
            case(Kind::Passes, "no repositories", scanned(&[]), Verdict::Pass),
            case(
                Kind::Passes,
                "as DTR 2.4 says it",
                of(Scanner { as_in_2_4: true, last_overrides_update_failed: Field::Absent, ..sound() }),
                Verdict::Pass,
            ),
            case(Kind::Fails, "one is not", scanned(&[Some(true), Some(false)]), Verdict::Fail),
            case(Kind::Fails, "scanner off", facts(Field::Is(false), Status::Off, &[]), Verdict::Fail),
            case(
                Kind::Fails,
                "a database that was never loaded",
                of(Scanner {
                    db_version: Field::Is(0),
                    db_updated_at: Field::Is("0001-01-01T00:00:00Z".parse().expect("a time")),
                    ..sound()
                }),
                Verdict::Fail,
            ),
            case(
                Kind::Fails,
                "one of two updates failed",
                of(Scanner { last_overrides_update_failed: Field::Is(true), ..sound() }),
                Verdict::Fail,
            ),
            case(Kind::Absent, "not said of one", scanned(&[Some(true), None]), Verdict::Error),
            case(
                Kind::Absent,
                "no flag",
                of(Scanner { last_db_update_failed: Field::Absent, ..sound() }),
                Verdict::Error,
            ),
            case(
                Kind::Absent,
                "no second flag, and not DTR 2.4",
                of(Scanner { last_overrides_update_failed: Field::Absent, ..sound() }),
                Verdict::Error,
            ),
            case(
                Kind::Absent,
                "no database said",
                of(Scanner { db_version: Field::Absent, ..sound() }),
                Verdict::Error,
            ),
            case(Kind::Absent, "no switch", facts(Field::Absent, Status::On(sound()), &[]), Verdict::Error),
            case(Kind::Broken, "no status", down, Verdict::Error),
        ]
    }

    #[test]
    fn a_repository_that_is_not_scanned_is_open_by_the_title_alone() {
        let decide = |facts: &Facts| Scanning.decide(facts, &Policy::default()).expect("a finding");
        let finding = decide(&facts(Field::Is(true), Status::On(sound()), &[Some(false)]));
        assert_eq!(finding.verdict(), Verdict::Fail);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Pass));
        let off = decide(&facts(Field::Is(false), Status::Off, &[Some(false)]));
        assert!(off.literal().is_none());
    }

    #[test]
    fn the_policy_says_how_old_the_database_may_be_on_the_day_of_the_scan() {
        let policy =
            |days: u64| Policy { dtr_scanner_db_max_age: Some(Duration::from_secs(days * DAY)), ..Policy::default() };
        let decide = |updated: Field<chrono::DateTime<chrono::Utc>>, policy: &Policy| {
            let mut facts = of(Scanner { db_updated_at: updated, ..sound() });
            let crate::facts::Fact::Read(status) = &mut facts.dtr.scanning else { panic!("a fact") };
            status.origin.at = "2026-05-11T00:00:00Z".parse().expect("a time");
            Scanning.decide(&facts, policy).expect("a finding").verdict()
        };
        let at = |text: &str| Field::Is(text.parse().expect("a time"));
        for (updated, verdict) in [
            ("2026-05-10T00:00:00Z", Verdict::Pass),
            ("2026-05-04T00:00:00Z", Verdict::Pass),
            ("2026-05-03T23:59:59Z", Verdict::Fail),
            ("2019-05-01T00:00:00Z", Verdict::Fail),
            ("2026-05-11T12:00:00Z", Verdict::Pass),
            ("2026-05-13T00:00:00Z", Verdict::Error),
            ("0001-01-01T00:00:00Z", Verdict::Fail),
        ] {
            assert_eq!(decide(at(updated), &policy(7)), verdict, "{updated}");
        }
        assert_eq!(decide(Field::Absent, &policy(7)), Verdict::Error);
        assert_eq!(decide(at("2019-05-01T00:00:00Z"), &Policy::default()), Verdict::Pass, "no age is asked for");
    }

    #[test]
    fn more_than_can_be_named_are_counted() {
        let list = vec![Some(false); 200];
        let facts = facts(Field::Is(true), Status::On(sound()), &list);
        let finding = Scanning.decide(&facts, &Policy::default()).expect("a finding");
        assert!(finding.summary().contains("200 of 200"), "{}", finding.summary());
        assert!(finding.observations().len() < 70);
    }
}
