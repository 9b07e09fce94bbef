//! Engines have a log driver that sends logs away, and it sends them to another machine.

use super::super::{Tally, Words, on_linux};
use super::{drivers, is_built_in};
use crate::facts::field::Field;
use crate::facts::host::{Daemon, LogOption, Looked, Said};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::{LOG_PLUGINS, Policy};
use crate::probes::{Card, Deciding, Met, Probe};

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
        tally.absent.extend(plugin.then(|| LOG_PLUGINS.absent()));
        Ok(tally.conclude(&hosts, &words))
    }
}

impl LogDriver {
    /// Gives whether a plugin stands there of which the policy says nothing.
    fn judge(&self, host: &str, read: &Read<Daemon>, policy: &Policy, tally: &mut Tally) -> bool {
        let (daemon, origin) = (&read.value, &read.origin);
        let expected = format!("{}, or a plugin that the policy accepts", self.listed.join(", "));
        tally.letter.push(match daemon.default_config() {
            Some(Looked::Is(settings)) => Some(match &settings.log_driver {
                Field::Is(name) => !name.is_empty() && (self.listed.contains(&name.as_str()) || !is_built_in(name)),
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
            tally.observations.push(Observation::undecided(origin, host, &expected, actual));
        }
        for (driver, place) in drivers(&said) {
            let accepted = policy.log_plugins.as_ref().map(|list| accepts(list, &driver));
            let built_in = is_built_in(&driver);
            let holds = self.listed.contains(&driver.as_str()) || (!built_in && accepted != Some(false));
            unknown_plugin |= !built_in && accepted.is_none();
            let subject = format!("{host}: log-driver");
            let actual = format!("{driver} ({place})");
            tally.observations.push(Observation::seen(origin, subject, &expected, actual, holds));
            if self.remote && holds {
                tally.observations.push(destination(host, read, &driver, &said));
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
    let address = said.iter().find_map(|said| match said.settings.log_opts.get(option) {
        Some(LogOption::Is(address)) if !address.is_empty() => Some(address.as_str()),
        _ => None,
    });
    match address {
        Some(address) if is_elsewhere(address, host) => Observation::seen(origin, subject, WANTED, address, true),
        // The node's own syslog may forward; that nobody has seen here.
        Some(address) => {
            let actual = format!("{address}, on the node itself; what forwards from there was not seen");
            Observation::undecided(origin, subject, WANTED, actual)
        }
        None if driver == "syslog" => {
            let actual = "no syslog-address: the node's own syslog; what forwards from there was not seen";
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
        None => authority.rsplit_once(':').map_or(authority, |(name, _)| name),
    };
    let loopback = match name.parse::<std::net::IpAddr>() {
        Ok(ip) => ip.is_loopback() || ip.is_unspecified(),
        Err(_) => name.eq_ignore_ascii_case("localhost") || name.eq_ignore_ascii_case(host),
    };
    !scheme.starts_with("unix") && !name.is_empty() && !loopback
}
