//! What the file systems of nodes decide: how the engine was started, who owns its files, what is
//! audited.
//!
//! How these could pass without evidence: a node of the swarm whose files nobody read, a file that is
//! missing in a copy only, settings that were not seen. [`Facts::hosts_with`] names the first, and only
//! what is known to be missing counts as missing; a host of which too little is known is
//! undecided by an observation of its own, never left out.

mod audit_rules;
mod daemon;
mod docker_group;
mod execs;
mod files;
mod logging;
#[cfg(test)]
mod model;
mod swarm_listeners;

pub use audit_rules::AuditWatches;
pub use daemon::{InsecureRegistries, TcpSockets, UserlandProxy};
pub use docker_group::DockerGroupMembers;
pub use execs::{EXEC_EITHER, EXEC_PRIVILEGED, EXEC_USER, ExecRule};
pub use files::{
    DAEMON_JSON_MODE, DAEMON_JSON_OWNER, DEFAULTS_MODE, DEFAULTS_OWNER, DIRECTORY_MODE, DIRECTORY_OWNER, FileRule,
    REGISTRY_CERTIFICATES_MODE, REGISTRY_CERTIFICATES_OWNER, SERVICE_MODE, SERVICE_OWNER, SOCKET_MODE, SOCKET_OWNER,
    SOCKET_UNIT_MODE, SOCKET_UNIT_OWNER, TLS_CA_MODE, TLS_CA_OWNER, TLS_CERTIFICATE_MODE, TLS_CERTIFICATE_OWNER,
    TLS_KEY_MODE, TLS_KEY_OWNER,
};
pub use logging::{LOG_DRIVER, LOG_DRIVER_MKE, LOG_REMOTE, LogDriver, LogLimits};
pub use swarm_listeners::SwarmListeners;

use crate::facts::Absent;
use crate::facts::fleet::Hosts;
use crate::facts::swarm::Node;
use crate::finding::{Finding, Observation, Parts};
use crate::xccdf::Verdict;

/// What the probes of this family bring to [`super::cases`].
#[cfg(test)]
pub(super) fn cases() -> Vec<super::cases::Case> {
    let families: &[fn() -> Vec<super::cases::Case>] = &[
        files::cases,
        daemon::cases,
        logging::cases,
        audit_rules::cases,
        execs::cases,
        swarm_listeners::cases,
        docker_group::cases,
    ];
    families.iter().flat_map(|cases| cases()).collect()
}

/// The nodes that these rules are about: the STIG is the one for Linux and UNIX.
fn on_linux(node: &Node) -> bool {
    node.os != "windows"
}

/// What was found out on all hosts.
#[derive(Default)]
struct Tally {
    observations: Vec<Observation>,
    /// The rule is not about these hosts.
    outside: Vec<Observation>,
    /// By the letter: for each host that the letter says something of.
    letter: Vec<Option<bool>>,
    /// What is not there and that all hosts would be held against.
    absent: Vec<Absent>,
}

/// The words of a rule.
struct Words<'a> {
    pass: &'a str,
    fail: &'a str,
    undecided: &'a str,
    outside: &'a str,
    /// Why the letter may say something else.
    letter: &'a str,
}

impl Tally {
    /// What the rule says, over all hosts.
    fn conclude<V>(self, hosts: &Hosts<'_, V>, words: &Words<'_>) -> Finding {
        let letter = by_letter(&self.letter);
        let whole = hosts.missed.missed().is_empty() && self.absent.is_empty();
        let finding = if self.observations.is_empty() && whole {
            Finding::not_applicable(self.outside, words.outside.into()).on(&hosts.missed)
        } else {
            let mut parts = Parts::default();
            parts.extend(self.observations.into_iter().chain(self.outside));
            for absent in &self.absent {
                parts.lack(absent);
            }
            parts.over(&hosts.missed);
            parts.fold(|verdict| {
                match verdict {
                    Verdict::Pass => words.pass,
                    Verdict::Fail => words.fail,
                    _ => words.undecided,
                }
                .into()
            })
        };
        with_letter(finding, letter, words.letter)
    }
}

/// The reason that a part of a host was not seen.
fn lacking<T>(part: &Result<T, Absent>) -> &[Absent] {
    part.as_ref().err().map_or(&[], std::slice::from_ref)
}

/// The letter's result over all hosts. One finding is enough; to pass, each host has to.
fn by_letter(hosts: &[Option<bool>]) -> Option<Verdict> {
    if hosts.contains(&Some(false)) {
        return Some(Verdict::Fail);
    }
    let all = !hosts.is_empty() && hosts.iter().all(|host| *host == Some(true));
    all.then_some(Verdict::Pass)
}

/// Adds what the letter says, where it is something else. To say that a rule is not applicable and to
/// find nothing is the same to the letter, which knows only findings.
fn with_letter(finding: Finding, letter: Option<Verdict>, reason: &str) -> Finding {
    match (finding.verdict(), letter) {
        // What was not seen whole is undecided for the letter as well.
        (Verdict::Error | Verdict::Unknown | Verdict::NotChecked, Some(_))
        | (Verdict::NotApplicable, Some(Verdict::Pass))
        | (_, None) => finding,
        (_, Some(letter)) => finding.beside_letter(letter, reason),
    }
}
