//! Engines limit size and number of their log files.

use super::super::{Tally, Words, on_linux};
use super::{OTHERS, drivers};
use crate::facts::host::{CONFIG, Daemon, LogOption, Looked, Settings};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::{LOG_MAX_FILE, LOG_MAX_SIZE, Policy};
use crate::probes::{Card, Deciding, Met, Probe};

/// DKER-EE-001370 and DKER-EE-003310.
pub struct LogLimits;

static LIMITS: Card = Card {
    name: "host-log-limits",
    asks: "log-opts in daemon.json limits size and number of log files as the organisation wants",
    needs: &[Need::HostDaemon, Need::EngineNodes],
    decides_with: Deciding::Policy,
    parameters: &[LOG_MAX_SIZE, LOG_MAX_FILE],
    by_hand: "On each node:\n  grep -A9 log-opts /etc/docker/daemon.json",
    met: Met::RealProduct,
};

impl Probe for LogLimits {
    fn card(&self) -> &'static Card {
        &LIMITS
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let hosts = facts.hosts_with(|host| host.daemon.read(), on_linux)?;
        let mut tally = Tally::default();
        let wanted = Wanted { size: policy.log_max_size.as_deref(), count: policy.log_max_file };
        // What the policy does not say is not decided; what no policy allows is open.
        tally.absent.extend(wanted.size.is_none().then(|| LOG_MAX_SIZE.absent()));
        tally.absent.extend(wanted.count.is_none().then(|| LOG_MAX_FILE.absent()));
        for (host, read) in &hosts.seen {
            limits(&host.name, read, wanted, &mut tally);
        }
        let words = Words {
            pass: "Every engine limits size and number of log files as the policy wants. (With a driver that sends logs away, as DKER-EE-001590, 003230 and 003320 want one, these options are refused: see there.)",
            fail: "An engine does not limit size and number of its log files as the policy wants. (Drivers that send logs away, as DKER-EE-001590, 003230 and 003320 want one, refuse these options: without a plugin that takes them, one of the two groups of rules needs an exception.)",
            undecided: "What limits every engine's log files could not be seen.",
            outside: "",
            letter: "the check reads /etc/docker/daemon.json alone: not which driver the options are for, whether an engine starts with them, or whether it was given another file",
        };
        Ok(tally.conclude(&hosts, &words))
    }
}

/// What the policy wants; where it does not say, any limit at all.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    size: Option<&'a str>,
    count: Option<u32>,
}

impl Wanted<'_> {
    fn is_size(self, text: &str) -> bool {
        same_size(text, self.size.unwrap_or(text))
    }

    fn is_count(self, text: &str) -> bool {
        match self.count {
            Some(count) => same_count(text, count),
            None => text.parse::<u32>().is_ok_and(|count| count > 0),
        }
    }

    fn shown(self) -> String {
        let size = self.size.map_or("of any size".to_owned(), |size| format!("{size} (policy)"));
        let count = self.count.map_or("of any number".to_owned(), |count| format!("{count} (policy)"));
        format!("max-size {size} and max-file {count}, as text")
    }
}

fn limits(host: &str, read: &Read<Daemon>, wanted: Wanted<'_>, tally: &mut Tally) {
    let (daemon, origin) = (&read.value, &read.origin);
    let expected = wanted.shown();
    let undecided = |why: String| Observation::undecided(origin, host, &expected, why);
    tally.letter.push(match daemon.default_config() {
        Some(Looked::Is(settings)) => Some(
            plain(settings, "max-size").is_some_and(|text| wanted.is_size(text))
                && plain(settings, "max-file").is_some_and(|text| wanted.is_count(text)),
        ),
        Some(Looked::Missing) => Some(false),
        Some(Looked::Unseen(_)) | None => None,
    });
    // --log-opt among the arguments does not count: the rules want both in the file.
    let (said, configs) = match (daemon.said(), daemon.config()) {
        (Ok(said), Ok(configs)) => (said, configs),
        (Err(reason), _) | (_, Err(reason)) => {
            // The rules name the usual file: what is open there is open.
            if tally.letter.last() == Some(&Some(false)) {
                let actual = format!("{CONFIG} does not say so");
                let seen = Observation::seen(origin, host, &expected, actual, false);
                tally.observations.push(seen);
            }
            return tally.observations.push(undecided(reason));
        }
    };
    let driver = drivers(&said);
    for config in configs {
        let subject = format!("{host}: {}", config.path);
        let settings = match &config.settings {
            Looked::Is(settings) => settings,
            Looked::Missing => {
                let seen = Observation::seen(origin, subject, &expected, "there is no such file", false);
                tally.observations.push(seen);
                continue;
            }
            Looked::Unseen(reason) => {
                tally.observations.push(undecided(reason.clone()));
                continue;
            }
        };
        let shown = |name: &str| match settings.log_opts.get(name) {
            None => format!("no {name}"),
            Some(LogOption::Is(text)) => format!("{name} {text:?}"),
            Some(LogOption::Number(number)) => {
                format!("{name} {number}, a number: engines take text only and do not start with it")
            }
            Some(LogOption::Hidden | LogOption::Odd(_)) => format!("{name} of another type"),
        };
        let text = |name: &str| match settings.log_opts.get(name) {
            Some(LogOption::Is(text)) => Some(text.as_str()),
            _ => None,
        };
        let mut holds = text("max-size").is_some_and(|text| wanted.is_size(text))
            && text("max-file").is_some_and(|text| wanted.is_count(text));
        let mut actual = format!("{}, {}", shown("max-size"), shown("max-file"));
        if let Some((name, place)) = driver.iter().find(|(name, _)| OTHERS.contains(&name.as_str())) {
            holds = false;
            actual += &format!(
                "; but log-driver is {name} ({place}), which does not know these options: the engine does not start with them"
            );
        }
        tally.observations.push(Observation::seen(origin, subject, &expected, actual, holds));
    }
}

/// A value as a person reads it in the file.
fn plain<'a>(settings: &'a Settings, name: &str) -> Option<&'a str> {
    match settings.log_opts.get(name)? {
        LogOption::Is(text) | LogOption::Number(text) => Some(text),
        LogOption::Hidden | LogOption::Odd(_) => None,
    }
}

/// Sizes as engines read them (`RAMInBytes`): `10m`, `10MB`, `10 MiB`, `1.5g`. None where it is no size, or
/// one below zero: that is no limit.
fn bytes(text: &str) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit.trim() {
        "" | "b" => 1.0,
        "k" | "kb" | "kib" => 1024.0,
        "m" | "mb" | "mib" => 1024.0 * 1024.0,
        "g" | "gb" | "gib" => 1024.0 * 1024.0 * 1024.0,
        "t" | "tb" | "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    Some((number * factor).floor())
}

pub(super) fn same_size(text: &str, wanted: &str) -> bool {
    match (bytes(text), bytes(wanted)) {
        (Some(a), Some(b)) => (a - b).abs() < 0.5 && a > 0.0,
        _ => false,
    }
}

fn same_count(text: &str, wanted: u32) -> bool {
    text.parse() == Ok(wanted)
}
