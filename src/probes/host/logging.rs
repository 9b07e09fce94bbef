//! Where container logs go, and how much of them is kept.
//!
//! Two groups of rules contradict each other: 001370 and 003310 want `max-size` and `max-file`, which only
//! `json-file` and `local` know; 001590, 003230 and 003320 want a driver that sends logs away, and an engine
//! does not start if such a driver is given options that it does not know. So both groups are never in
//! order together, except with a plugin that takes these options; every finding says so.
//!
//! How these could pass without evidence: a daemon.json that the engine does not read, one that it refuses,
//! options of a driver that does not use them, a number where the engine takes text, a plugin that nobody
//! has accepted, the default driver taken for a choice. The first two are [`Daemon::said`]'s errors, the
//! others are findings or undecided.

use super::{Tally, Words, on_linux};
use crate::facts::field::Field;
use crate::facts::host::{CONFIG, Daemon, LogOption, Looked, Said, Settings};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::{LOG_MAX_FILE, LOG_MAX_SIZE, LOG_PLUGINS, Policy};
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

#[cfg(test)]
pub(super) use tests::cases;

/// Drivers that engines bring along, and that know neither `max-size` nor `max-file`.
const OTHERS: &[&str] = &[
    "syslog",
    "journald",
    "gelf",
    "fluentd",
    "awslogs",
    "splunk",
    "etwlogs",
    "gcplogs",
    "logentries",
    "none",
];
/// Drivers that keep logs in files on the node, and know both.
const FILES: &[&str] = &["json-file", "local"];

fn is_built_in(driver: &str) -> bool {
    OTHERS.contains(&driver) || FILES.contains(&driver)
}

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
        let size = policy
            .log_max_size
            .as_deref()
            .ok_or_else(|| LOG_MAX_SIZE.absent())?;
        let count = policy.log_max_file.ok_or_else(|| LOG_MAX_FILE.absent())?;
        let hosts = facts.hosts_with(|host| host.daemon.read(), on_linux)?;
        let mut tally = Tally::default();
        for (host, read) in &hosts.seen {
            limits(&host.name, read, size, count, &mut tally);
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

fn limits(host: &str, read: &Read<Daemon>, size: &str, count: u32, tally: &mut Tally) {
    let (daemon, origin) = (&read.value, &read.origin);
    let expected = format!("max-size {size} and max-file {count} (policy), as text");
    let undecided = |why: String| Observation::undecided(origin, host, &expected, why);
    tally.letter.push(match daemon.default_config() {
        Some(Looked::Is(settings)) => Some(
            plain(settings, "max-size").is_some_and(|text| same_size(text, size))
                && plain(settings, "max-file").is_some_and(|text| same_count(text, count)),
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
                let seen =
                    Observation::seen(origin, subject, &expected, "there is no such file", false);
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
                format!(
                    "{name} {number}, a number: engines take text only and do not start with it"
                )
            }
            Some(LogOption::Hidden | LogOption::Odd(_)) => format!("{name} of another type"),
        };
        let text = |name: &str| match settings.log_opts.get(name) {
            Some(LogOption::Is(text)) => Some(text.as_str()),
            _ => None,
        };
        let mut holds = text("max-size").is_some_and(|text| same_size(text, size))
            && text("max-file").is_some_and(|text| same_count(text, count));
        let mut actual = format!("{}, {}", shown("max-size"), shown("max-file"));
        if let Some((name, place)) = driver
            .iter()
            .find(|(name, _)| OTHERS.contains(&name.as_str()))
        {
            holds = false;
            actual += &format!(
                "; but log-driver is {name} ({place}), which does not know these options: the engine does not start with them"
            );
        }
        tally
            .observations
            .push(Observation::seen(origin, subject, &expected, actual, holds));
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
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
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

fn same_size(text: &str, wanted: &str) -> bool {
    match (bytes(text), bytes(wanted)) {
        (Some(a), Some(b)) => (a - b).abs() < 0.5 && a > 0.0,
        _ => false,
    }
}

fn same_count(text: &str, wanted: u32) -> bool {
    text.parse() == Ok(wanted)
}

/// A rule about the driver of an engine's logs.
#[derive(Debug)]
pub struct LogDriver {
    card: &'static Card,
    /// The drivers that the check lists.
    listed: &'static [&'static str],
    /// It is also about where logs are sent to.
    remote: bool,
}

/// The drivers that the Docker Enterprise STIG lists.
const SENDING: &[&str] = &["syslog", "awslogs", "splunk", "gcplogs", "logentries"];

const DRIVER_BY_HAND: &str = "On each node:\n  grep log-driver /etc/docker/daemon.json\n  \
    docker info --format '{{.LoggingDriver}}'";

/// DKER-EE-001590 and DKER-EE-003230.
pub static LOG_DRIVER: LogDriver = LogDriver {
    card: &Card {
        name: "host-log-driver",
        asks: "Every engine has a log driver that hands logs to a collector",
        needs: &[Need::HostDaemon, Need::EngineNodes],
        decides_with: Deciding::Facts,
        parameters: &[LOG_PLUGINS],
        by_hand: DRIVER_BY_HAND,
        met: Met::RealProduct,
    },
    listed: SENDING,
    remote: false,
};

/// DKER-EE-003320.
pub static LOG_REMOTE: LogDriver = LogDriver {
    card: &Card {
        name: "host-log-remote",
        asks: "Every engine sends its logs to a collector on another machine",
        needs: &[Need::HostDaemon, Need::EngineNodes],
        decides_with: Deciding::Facts,
        parameters: &[LOG_PLUGINS],
        by_hand: "On each node:\n  grep -A9 -e log-driver -e log-opts /etc/docker/daemon.json",
        met: Met::RealProduct,
    },
    listed: SENDING,
    remote: true,
};

/// CNTR-MK-000310.
pub static LOG_DRIVER_MKE: LogDriver = LogDriver {
    card: &Card {
        name: "host-log-driver-mke",
        asks: "Every engine of MKE hands its logs to syslog, journald or an accepted plugin",
        needs: &[Need::HostDaemon, Need::EngineNodes],
        decides_with: Deciding::Facts,
        parameters: &[LOG_PLUGINS],
        by_hand: DRIVER_BY_HAND,
        met: Met::RealProduct,
    },
    listed: &["syslog", "journald"],
    remote: false,
};

/// The drivers that are set, and where. Where none is, it is the default.
fn drivers(said: &[Said<'_>]) -> Vec<(String, String)> {
    let set: Vec<(String, String)> = said
        .iter()
        .filter_map(|said| {
            let driver = said
                .settings
                .log_driver
                .get()
                .filter(|name| !name.is_empty())?;
            Some((driver.clone(), said.place.clone()))
        })
        .collect();
    if set.is_empty() {
        vec![("json-file".into(), "the default: none is set".into())]
    } else {
        set
    }
}

impl Probe for LogDriver {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let hosts = facts.hosts_with(|host| host.daemon.read(), on_linux)?;
        let mut tally = Tally::default();
        let mut plugin = false;
        for (host, read) in &hosts.seen {
            plugin |= self.judge(&host.name, read, policy, &mut tally);
        }
        let words = Words {
            pass: "Every engine has a log driver that the rule lists. (It refuses the options max-size and max-file that DKER-EE-001370 and 003310 want, unless it is a plugin that takes them: one of the two groups of rules needs an exception.)",
            fail: "An engine has no log driver that the rule lists.",
            undecided: "Where every engine's logs go could not be seen.",
            outside: "",
            letter: "the check reads log-driver in /etc/docker/daemon.json alone, not dockerd's arguments or another file that the engine was given, and takes any plugin",
        };
        let finding = tally.conclude(&hosts, &words);
        // Nothing but the policy is missing to decide.
        if plugin && finding.verdict() == Verdict::Pass {
            return Err(LOG_PLUGINS.absent());
        }
        Ok(finding)
    }
}

impl LogDriver {
    /// Gives whether a plugin stands there of which the policy says nothing.
    fn judge(&self, host: &str, read: &Read<Daemon>, policy: &Policy, tally: &mut Tally) -> bool {
        let (daemon, origin) = (&read.value, &read.origin);
        let expected = format!(
            "{}, or a plugin that the policy accepts",
            self.listed.join(", ")
        );
        tally.letter.push(match daemon.default_config() {
            Some(Looked::Is(settings)) => Some(match &settings.log_driver {
                Field::Is(name) => {
                    !name.is_empty() && (self.listed.contains(&name.as_str()) || !is_built_in(name))
                }
                Field::Absent | Field::Null | Field::Odd(_) => false,
            }),
            Some(Looked::Missing) => Some(false),
            Some(Looked::Unseen(_)) | None => None,
        });
        let said = match daemon.said() {
            Ok(said) => said,
            Err(reason) => {
                // A driver that is not in the list is open, whatever else is set.
                for said in daemon.seen() {
                    if let Field::Is(driver) = &said.settings.log_driver
                        && is_built_in(driver)
                        && !self.listed.contains(&driver.as_str())
                    {
                        let actual = format!("{driver} ({})", said.place);
                        let seen = Observation::seen(origin, host, &expected, actual, false);
                        tally.observations.push(seen);
                    }
                }
                let undecided = Observation::undecided(origin, host, expected, reason);
                tally.observations.push(undecided);
                return false;
            }
        };
        let mut unknown_plugin = false;
        if let Some(odd) = said.iter().find(|said| said.settings.log_driver.is_odd()) {
            let actual = format!("log-driver in {} is no text", odd.place);
            tally
                .observations
                .push(Observation::undecided(origin, host, &expected, actual));
        }
        for (driver, place) in drivers(&said) {
            let accepted = policy
                .log_plugins
                .as_ref()
                .map(|list| accepts(list, &driver));
            let built_in = is_built_in(&driver);
            let holds =
                self.listed.contains(&driver.as_str()) || (!built_in && accepted != Some(false));
            unknown_plugin |= !built_in && accepted.is_none();
            let subject = format!("{host}: log-driver");
            let actual = format!("{driver} ({place})");
            tally
                .observations
                .push(Observation::seen(origin, subject, &expected, actual, holds));
            if self.remote && holds {
                tally
                    .observations
                    .push(destination(host, read, &driver, &said));
            }
        }
        unknown_plugin
    }
}

/// A plugin is named with or without its tag.
fn accepts(list: &[String], driver: &str) -> bool {
    let bare = |name: &str| name.strip_suffix(":latest").unwrap_or(name).to_owned();
    list.iter().any(|name| bare(name) == bare(driver))
}

/// Where a driver sends logs to. Some know one place only; a plugin's is the person's to know.
fn destination(host: &str, read: &Read<Daemon>, driver: &str, said: &[Said<'_>]) -> Observation {
    const WANTED: &str = "an address on another machine";
    let subject = format!("{host}: where {driver} sends to");
    let origin = &read.origin;
    let option = match driver {
        "syslog" => "syslog-address",
        "splunk" => "splunk-url",
        _ => {
            let actual = "a service of its own, or what the plugin is set up with";
            return Observation::seen(origin, subject, WANTED, actual, true);
        }
    };
    let address = said
        .iter()
        .find_map(|said| match said.settings.log_opts.get(option) {
            Some(LogOption::Is(address)) if !address.is_empty() => Some(address.as_str()),
            _ => None,
        });
    match address {
        Some(address) if is_elsewhere(address, host) => {
            Observation::seen(origin, subject, WANTED, address, true)
        }
        // The node's own syslog may forward; that nobody has seen here.
        Some(address) => {
            let actual =
                format!("{address}, on the node itself; what forwards from there was not seen");
            Observation::undecided(origin, subject, WANTED, actual)
        }
        None if driver == "syslog" => {
            let actual =
                "no syslog-address: the node's own syslog; what forwards from there was not seen";
            Observation::undecided(origin, subject, WANTED, actual)
        }
        None => Observation::seen(origin, subject, WANTED, format!("no {option}"), false),
    }
}

/// The address is on the network, and not the node's own name or a loopback address.
fn is_elsewhere(address: &str, host: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let name = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority
            .rsplit_once(':')
            .map_or(authority, |(name, _)| name),
    };
    let loopback = match name.parse::<std::net::IpAddr>() {
        Ok(ip) => ip.is_loopback() || ip.is_unspecified(),
        Err(_) => name.eq_ignore_ascii_case("localhost") || name.eq_ignore_ascii_case(host),
    };
    !scheme.starts_with("unix") && !name.is_empty() && !loopback
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Case, Kind, broken};
    use crate::probes::host::model::{started, with_daemon};

    const BOTH: &str = r#"{"log-opts": {"max-size": "10m", "max-file": "3"}}"#;
    const SYSLOG: &str = r#"{"log-driver": "syslog", "log-opts": {"syslog-address": "tcp+tls://siem.example.mil:6514"}}"#;

    fn ssp() -> Policy {
        Policy {
            log_max_size: Some("10m".into()),
            log_max_file: Some(3),
            log_plugins: Some(vec!["example/shipper".into()]),
            ..Policy::default()
        }
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let host = |json: &str| with_daemon(&started("-H fd://", json));
        let mut all = Vec::new();
        let mut add = |probe: &'static dyn Probe, kind, json: &str, verdict| {
            all.push(Case::new(probe, kind, json, host(json), verdict).with(ssp()));
        };
        add(&LogLimits, Kind::Passes, BOTH, Verdict::Pass);
        let plugin = r#"{"log-driver": "example/shipper", "log-opts": {"max-size": "10240k", "max-file": "3"}}"#;
        add(&LogLimits, Kind::Passes, plugin, Verdict::Pass);
        for json in [
            r#"{"log-opts": {"max-size": "11m", "max-file": "3"}}"#,
            r#"{"log-opts": {"max-size": "-1", "max-file": "3"}}"#,
            r#"{"log-opts": {"max-size": "10m", "max-file": 3}}"#,
            r#"{"log-opts": {"max-size": "10m"}}"#,
            r#"{"log-driver": "syslog", "log-opts": {"max-size": "10m", "max-file": "3"}}"#,
        ] {
            add(&LogLimits, Kind::Fails, json, Verdict::Fail);
        }
        add(&LogLimits, Kind::Absent, "{}", Verdict::Fail);
        for probe in [&LOG_DRIVER, &LOG_REMOTE, &LOG_DRIVER_MKE] {
            add(probe, Kind::Passes, SYSLOG, Verdict::Pass);
            add(
                probe,
                Kind::Passes,
                r#"{"log-driver": "example/shipper:latest"}"#,
                Verdict::Pass,
            );
            add(
                probe,
                Kind::Fails,
                r#"{"log-driver": "json-file"}"#,
                Verdict::Fail,
            );
            add(
                probe,
                Kind::Fails,
                r#"{"log-driver": "other/plugin"}"#,
                Verdict::Fail,
            );
            add(probe, Kind::Absent, "{}", Verdict::Fail);
            add(
                probe,
                Kind::Absent,
                r#"{"log-driver": ["syslog"]}"#,
                Verdict::Fail,
            );
        }
        add(
            &LOG_DRIVER,
            Kind::Fails,
            r#"{"log-driver": "journald"}"#,
            Verdict::Fail,
        );
        add(
            &LOG_DRIVER_MKE,
            Kind::Passes,
            r#"{"log-driver": "journald"}"#,
            Verdict::Pass,
        );
        add(
            &LOG_DRIVER_MKE,
            Kind::Fails,
            r#"{"log-driver": "splunk"}"#,
            Verdict::Fail,
        );
        add(
            &LOG_REMOTE,
            Kind::Absent,
            r#"{"log-driver": "syslog"}"#,
            Verdict::Error,
        );
        let own =
            r#"{"log-driver": "syslog", "log-opts": {"syslog-address": "udp://127.0.0.1:514"}}"#;
        add(&LOG_REMOTE, Kind::Absent, own, Verdict::Error);
        add(
            &LOG_REMOTE,
            Kind::Fails,
            r#"{"log-driver": "splunk"}"#,
            Verdict::Fail,
        );
        for probe in [
            &LogLimits as &'static dyn Probe,
            &LOG_DRIVER,
            &LOG_REMOTE,
            &LOG_DRIVER_MKE,
        ] {
            let mut lost = host("{}");
            lost.hosts[0].daemon = broken();
            all.push(Case::new(probe, Kind::Broken, "no answer", lost, Verdict::Error).with(ssp()));
            let mut odd = started("", "{}");
            odd.configs[0].settings = Looked::Unseen("it is not JSON".into());
            let odd = with_daemon(&odd);
            all.push(Case::new(probe, Kind::Absent, "no JSON", odd, Verdict::Error).with(ssp()));
        }
        all
    }

    fn finding(probe: &dyn Probe, arguments: &str, json: &str, policy: &Policy) -> Finding {
        let facts = with_daemon(&started(arguments, json));
        probe.decide(&facts, policy).unwrap_or_else(Finding::from)
    }

    #[test]
    fn the_two_groups_of_rules_are_never_in_order_together() {
        for driver in OTHERS.iter().chain(FILES) {
            let json = format!(
                r#"{{"log-driver": "{driver}", "log-opts": {{"max-size": "10m", "max-file": "3", "syslog-address": "tcp://10.0.0.9:514", "splunk-url": "https://s:8088"}}}}"#
            );
            let limits = finding(&LogLimits, "", &json, &ssp());
            for rule in [&LOG_DRIVER, &LOG_REMOTE] {
                let sent = finding(rule, "", &json, &ssp());
                let both = limits.verdict() == Verdict::Pass && sent.verdict() == Verdict::Pass;
                assert!(!both, "{driver}");
                if sent.verdict() == Verdict::Pass {
                    assert!(sent.summary().contains("exception"), "{driver}");
                }
            }
        }
    }

    #[test]
    fn the_letter_reads_the_usual_file_alone() {
        let flag = finding(&LOG_DRIVER, "--log-driver syslog", "{}", &ssp());
        assert_eq!(flag.verdict(), Verdict::Pass);
        assert_eq!(flag.literal().map(|l| l.verdict), Some(Verdict::Fail));
        let plugin = finding(&LOG_DRIVER, "", r#"{"log-driver": "other/plugin"}"#, &ssp());
        assert_eq!(plugin.literal().map(|l| l.verdict), Some(Verdict::Pass));
        let refused =
            r#"{"log-driver": "syslog", "log-opts": {"max-size": "10m", "max-file": "3"}}"#;
        let limits = finding(&LogLimits, "", refused, &ssp());
        assert_eq!(limits.literal().map(|l| l.verdict), Some(Verdict::Pass));
        let flags = finding(
            &LogLimits,
            "--log-opt max-size=10m --log-opt max-file=3",
            "{}",
            &ssp(),
        );
        assert_eq!(
            flags.verdict(),
            Verdict::Fail,
            "the rules want both in the file"
        );
    }

    #[test]
    fn what_is_open_in_the_file_is_open_whatever_the_arguments_are() {
        let hidden = |json: &str, probe: &dyn Probe| {
            let mut daemon = started("", json);
            daemon.running = crate::facts::host::Running::Hidden("hidepid".into());
            let decided = probe.decide(&with_daemon(&daemon), &ssp());
            decided.unwrap_or_else(Finding::from).verdict()
        };
        assert_eq!(hidden("{}", &LogLimits), Verdict::Fail);
        assert_eq!(hidden(BOTH, &LogLimits), Verdict::Error);
        assert_eq!(
            hidden(r#"{"log-driver": "local"}"#, &LOG_DRIVER),
            Verdict::Fail
        );
        assert_eq!(hidden("{}", &LOG_DRIVER), Verdict::Error);
        assert_eq!(hidden(SYSLOG, &LOG_DRIVER), Verdict::Error);
    }

    #[test]
    fn a_plugin_needs_the_policy() {
        let plugin = |policy: &Policy| {
            finding(&LOG_DRIVER, "", r#"{"log-driver": "x/y"}"#, policy).verdict()
        };
        assert_eq!(plugin(&Policy::default()), Verdict::NotChecked);
        assert_eq!(plugin(&ssp()), Verdict::Fail);
    }

    #[test]
    fn sizes_are_compared_as_engines_read_them() {
        for (a, b, same) in [
            ("10m", "10M", true),
            ("10m", "10MB", true),
            ("10m", "10240k", true),
            ("0.5g", "512m", true),
            ("10m", "10", false),
            ("-1", "-1", false),
            ("0", "0", false),
            ("x", "x", false),
        ] {
            assert_eq!(same_size(a, b), same, "{a} {b}");
        }
    }
}
