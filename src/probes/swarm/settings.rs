//! Settings of the swarm: it is locked, and its certificates expire when the organisation wants.
//!
//! How this could pass without evidence: a field that is not there taken for its default. A swarm
//! always says both, so a field without a value is undecided. The unlock key is never asked for.

use std::time::Duration;

use super::{infos, outside, said};
use crate::facts::field::Field;
use crate::facts::swarm::Swarm;
use crate::facts::{Absent, Facts, Need, Origin};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{Policy, SWARM_NODE_CERT_EXPIRY};
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

#[cfg(test)]
pub(super) use tests::cases;

/// A probe about one setting.
pub struct Setting {
    card: &'static Card,
    name: &'static str,
    judge: Judge,
}

enum Judge {
    Autolock,
    Expiry,
}

const NEEDS: &[Need] = &[Need::EngineSwarm, Need::EngineInfo];

/// A manager that restarts needs the unlock key.
pub static AUTOLOCK: Setting = Setting {
    card: &Card {
        name: "swarm-autolock",
        asks: "a manager that restarts has to be unlocked",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: "On a manager, or with an administrator's client bundle:\n  \
            docker info --format '{{.Swarm.Cluster.Spec.EncryptionConfig.AutoLockManagers}}'\n\
            prints true. Leave docker swarm unlock-key alone: it prints the key itself.",
        met: Met::LabOnly,
    },
    name: "EncryptionConfig.AutoLockManagers",
    judge: Judge::Autolock,
};

/// Certificates of nodes expire after the time of the policy.
pub static CERTIFICATE_EXPIRY: Setting = Setting {
    card: &Card {
        name: "swarm-certificate-expiry",
        asks: "certificates of swarm nodes are valid for as long as the organisation has set",
        needs: NEEDS,
        decides_with: Deciding::Policy,
        parameters: &[SWARM_NODE_CERT_EXPIRY],
        by_hand: "On a manager, or with an administrator's client bundle:\n  \
            docker info --format '{{.Swarm.Cluster.Spec.CAConfig.NodeCertExpiry}}'\n\
            prints the time in nanoseconds: 7776000000000000 are 90 days. Without --format it is rounded.",
        met: Met::LabOnly,
    },
    name: "CAConfig.NodeCertExpiry",
    judge: Judge::Expiry,
};

impl Probe for Setting {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let wanted = match self.judge {
            Judge::Autolock => None,
            Judge::Expiry => {
                let wanted = policy.swarm_node_cert_expiry;
                Some(wanted.ok_or_else(|| SWARM_NODE_CERT_EXPIRY.absent())?)
            }
        };
        let mut parts = Parts::default();
        let infos = parts.take(infos(facts)).unwrap_or_default();
        if let Some(finding) = outside(facts, &infos, "the managers of a swarm") {
            return Ok(match self.judge {
                Judge::Autolock => finding,
                Judge::Expiry => finding.with_literal(
                    Verdict::Fail,
                    "outside a swarm docker info prints no Expiry Duration, and the check finds nothing set",
                ),
            });
        }
        let swarms = parts.take(said(facts, |engine| &engine.swarm)).unwrap_or_default();
        parts.extend(swarms.iter().map(|(engine, read)| {
            let subject = format!("{}, as {} says", self.name, engine.place());
            match wanted {
                None => autolock(&read.origin, subject, &read.value),
                Some(wanted) => expiry(&read.origin, subject, &read.value, wanted),
            }
        }));
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => format!("So it is: {}.", self.card.asks),
            Verdict::Fail => format!("It is not so: {}.", self.card.asks),
            _ => format!("The swarm does not say whether {}.", self.card.asks),
        });
        let printed = |wanted| {
            swarms.iter().all(|(_, read)| match read.value.node_cert_expiry {
                Field::Is(is) => duration(is).is_some_and(|is| human(is) == human(wanted)),
                _ => false,
            })
        };
        if finding.verdict() == Verdict::Fail && wanted.is_some_and(printed) {
            return Ok(finding.beside_letter(
                Verdict::Pass,
                "docker info rounds what it prints (90 days are \"3 months\"), and so rounded the two are the same",
            ));
        }
        Ok(finding)
    }
}

fn autolock(origin: &Origin, subject: String, swarm: &Swarm) -> Observation {
    match &swarm.autolock {
        Field::Is(on) => Observation::seen(origin, subject, "true", on.to_string(), *on),
        other => Observation::undecided(origin, subject, "true", nothing(other)),
    }
}

fn expiry(origin: &Origin, subject: String, swarm: &Swarm, wanted: Duration) -> Observation {
    let parameter = SWARM_NODE_CERT_EXPIRY.shown();
    let expected = format!("{} (policy, {parameter})", exact(wanted));
    match &swarm.node_cert_expiry {
        Field::Is(nanoseconds) => match duration(*nanoseconds) {
            Some(is) => Observation::seen(origin, subject, expected, exact(is), is == wanted),
            None => {
                let actual = format!("{nanoseconds} nanoseconds, which is no time");
                Observation::undecided(origin, subject, expected, actual)
            }
        },
        other => Observation::undecided(origin, subject, expected, nothing(other)),
    }
}

fn nothing<T>(field: &Field<T>) -> String {
    match field {
        Field::Odd(kind) => format!("{kind}, which says nothing"),
        Field::Null => "null".into(),
        Field::Absent | Field::Is(_) => "absent from the answer".into(),
    }
}

/// A time that an API gives; 0 and less are none.
fn duration(nanoseconds: i64) -> Option<Duration> {
    let nanoseconds = u64::try_from(nanoseconds).ok().filter(|n| *n > 0)?;
    Some(Duration::from_nanos(nanoseconds))
}

/// A time to the nanosecond: `90 days`, `36 hours`, `90.5 s`.
fn exact(time: Duration) -> String {
    const HOUR: u64 = 3_600;
    const DAY: u64 = 24 * HOUR;
    match (time.as_secs(), time.subsec_nanos()) {
        (seconds, 0) if seconds % DAY == 0 => format!("{} days", seconds / DAY),
        (seconds, 0) if seconds % HOUR == 0 => format!("{} hours", seconds / HOUR),
        (seconds, 0) => format!("{seconds} seconds"),
        _ => format!("{} nanoseconds", time.as_nanos()),
    }
}

/// A time as `docker info` prints it (go-units, `HumanDuration`).
fn human(time: Duration) -> String {
    let seconds = time.as_secs();
    let minutes = seconds / 60;
    let hours = (seconds + 1_800) / 3_600;
    match (seconds, minutes, hours) {
        (0, ..) => "Less than a second".into(),
        (1, ..) => "1 second".into(),
        (..60, ..) => format!("{seconds} seconds"),
        (_, 1, _) => "About a minute".into(),
        (_, ..60, _) => format!("{minutes} minutes"),
        (.., 1) => "About an hour".into(),
        (.., ..48) => format!("{hours} hours"),
        (.., ..336) => format!("{} days", hours / 24),
        (.., ..1_440) => format!("{} weeks", hours / 24 / 7),
        (.., ..17_520) => format!("{} months", hours / 24 / 30),
        _ => format!("{} years", seconds / 3_600 / 24 / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Case, Kind, broken, read};
    use crate::probes::swarm::tests::{alone, member, of, ucp};

    const DAY: i64 = 86_400_000_000_000;

    fn with(autolock: Field<bool>, node_cert_expiry: Field<i64>) -> Facts {
        let mut manager = member("m1", true);
        manager.swarm = read(Need::EngineSwarm, Swarm { autolock, node_cert_expiry });
        of(vec![manager])
    }

    fn days(days: u64) -> Policy {
        Policy { swarm_node_cert_expiry: Some(Duration::from_secs(days * 86_400)), ..Policy::default() }
    }

    pub(crate) fn cases() -> Vec<Case> {
        let mut down = with(Field::Is(true), Field::Is(30 * DAY));
        down.engines[0].swarm = broken();
        let locked = |on| with(Field::Is(on), Field::Absent);
        let expiring = |days| with(Field::Absent, Field::Is(days * DAY));
        let lock = |kind, what, facts, verdict| Case::new(&AUTOLOCK, kind, what, facts, verdict);
        let expiry =
            |kind, what, facts, verdict| Case::new(&CERTIFICATE_EXPIRY, kind, what, facts, verdict).with(days(30));
        vec![
            lock(Kind::Passes, "locked", locked(true), Verdict::Pass),
            lock(Kind::Fails, "not locked", locked(false), Verdict::Fail),
            lock(Kind::Absent, "it does not say", expiring(30), Verdict::Error),
            lock(Kind::Broken, "no answer", down.clone(), Verdict::Error),
            expiry(Kind::Passes, "as wanted", expiring(30), Verdict::Pass),
            expiry(Kind::Fails, "the default", expiring(90), Verdict::Fail),
            expiry(Kind::Absent, "it does not say", locked(true), Verdict::Error),
            expiry(Kind::Absent, "zero", expiring(0), Verdict::Error),
            expiry(Kind::Broken, "no answer", down, Verdict::Error),
            Case::new(&CERTIFICATE_EXPIRY, Kind::Absent, "the policy does not say", expiring(30), Verdict::NotChecked),
        ]
    }

    #[test]
    fn the_time_is_compared_to_the_nanosecond_and_printed_rounded() {
        let decide = |nanoseconds| {
            let facts = with(Field::Absent, Field::Is(nanoseconds));
            let finding = CERTIFICATE_EXPIRY.decide(&facts, &days(90)).expect("a finding");
            (finding.verdict(), finding.literal().map(|l| l.verdict))
        };
        assert_eq!(decide(90 * DAY), (Verdict::Pass, None));
        assert_eq!(decide(90 * DAY + 1), (Verdict::Fail, Some(Verdict::Pass)));
        assert_eq!(decide(95 * DAY), (Verdict::Fail, Some(Verdict::Pass)));
        assert_eq!(decide(120 * DAY), (Verdict::Fail, None));
    }

    #[test]
    fn times_are_printed_as_docker_prints_them() {
        for (seconds, printed) in [
            (0, "Less than a second"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "About a minute"),
            (120, "2 minutes"),
            (3_600, "About an hour"),
            (48 * 3_600, "2 days"),
            (47 * 3_600, "47 hours"),
            (14 * 86_400, "2 weeks"),
            (90 * 86_400, "3 months"),
            (730 * 86_400, "2 years"),
        ] {
            assert_eq!(human(Duration::from_secs(seconds)), printed, "{seconds}");
        }
    }

    #[test]
    fn every_manager_that_was_asked_has_its_say() {
        let mut facts = with(Field::Is(true), Field::Absent);
        let mut other = member("m2", true);
        let unlocked = Swarm { autolock: Field::Is(false), ..Swarm::default() };
        other.swarm = read(Need::EngineSwarm, unlocked);
        facts.engines.push(other);
        let finding = AUTOLOCK.decide(&facts, &Policy::default()).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Fail);
    }

    #[test]
    fn without_a_swarm_there_is_nothing_to_lock() {
        let verdict = |engines| {
            let finding = AUTOLOCK.decide(&of(engines), &Policy::default());
            finding.expect("a finding").verdict()
        };
        assert_eq!(verdict(vec![alone("a")]), Verdict::NotApplicable);
        assert_eq!(verdict(vec![alone("a"), member("m1", false)]), Verdict::NotChecked);
        assert_eq!(verdict(vec![alone("a"), ucp()]), Verdict::NotChecked);
        let mut silent = alone("b");
        silent.info = broken();
        assert_eq!(verdict(vec![alone("a"), silent]), Verdict::NotChecked);
    }
}
