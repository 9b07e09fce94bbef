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

mod driver;
mod limits;

pub use driver::{LOG_DRIVER, LOG_DRIVER_MKE, LOG_REMOTE, LogDriver};
pub use limits::LogLimits;

use crate::facts::host::Said;

/// Drivers that engines bring along, and that know neither `max-size` nor `max-file`.
const OTHERS: &[&str] =
    &["syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "etwlogs", "gcplogs", "logentries", "none"];
/// Drivers that keep logs in files on the node, and know both.
const FILES: &[&str] = &["json-file", "local"];

fn is_built_in(driver: &str) -> bool {
    OTHERS.contains(&driver) || FILES.contains(&driver)
}

/// The drivers that are set, and where. Where none is, it is the default.
fn drivers(said: &[Said<'_>]) -> Vec<(String, String)> {
    let set: Vec<(String, String)> = said
        .iter()
        .filter_map(|said| {
            let driver = said.settings.log_driver.get().filter(|name| !name.is_empty())?;
            Some((driver.clone(), said.place.clone()))
        })
        .collect();
    if set.is_empty() { vec![("json-file".into(), "the default: none is set".into())] } else { set }
}

#[cfg(test)]
pub(super) use tests::cases;
#[cfg(test)]
mod tests;
