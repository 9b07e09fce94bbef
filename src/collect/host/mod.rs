//! What is read from the file systems of nodes: of this one, or of copies.
//!
//! How this could say more than was seen: a directory that is no system, a link out of it, a file that is
//! not there in a copy only. [`root::Root`] refuses the first two; what a copy cannot know is said to be
//! unseen, never missing.

mod audit;
mod daemon;
mod files;
mod names;
mod root;
mod system;
#[cfg(test)]
mod tests;
mod units;

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use self::root::{Root, shown};
use super::{Asking, Targets};
use crate::facts::{Absent, Fact, Host, Need};

/// Reads what is needed of every host.
pub(super) async fn gather(asking: &Asking<'_>, targets: &Targets) -> Vec<Host> {
    let hosts = targets
        .hosts
        .iter()
        .map(|dir| host(asking, dir, &targets.host_files));
    futures::future::join_all(hosts).await
}

/// The name of the host whose root this is, where the root says it.
#[must_use]
pub fn host_name(dir: &Path) -> Option<String> {
    system::name(&Root::new(dir))
}

/// As whom files are read.
pub(super) fn account() -> String {
    format!("local user {}", rustix::process::geteuid().as_raw())
}

async fn host(asking: &Asking<'_>, dir: &Path, more: &[String]) -> Host {
    let root = Arc::new(Root::new(dir));
    let place = shown(dir);
    let daemon = {
        let root = Arc::clone(&root);
        let read = tokio::task::spawn_blocking(move || daemon::read(&root)).await;
        Arc::new(read.unwrap_or_default())
    };
    let at = |inside: &str| format!("{inside} (host root {place})");
    let failed = |request: String, reason: String| Absent::Failed { request, reason };
    let whole = || {
        root.check()
            .map_err(|reason| failed(format!("host root {place}"), reason))
    };
    let asked = Ask {
        asking,
        whole: &whole,
    };

    let (os, daemon_fact, files, audit_rules, audit_log, security, listeners, groups) = futures::join!(
        asked.of(
            Need::HostOs,
            {
                let root = Arc::clone(&root);
                move || system::os(&root)
            },
            &at
        ),
        asked.of(
            Need::HostDaemon,
            {
                let daemon = Arc::clone(&daemon);
                move || {
                    Ok((
                        "read /proc, the units of systemd and daemon.json".into(),
                        (*daemon).clone(),
                    ))
                }
            },
            &at
        ),
        asked.of(
            Need::HostFiles,
            {
                let (root, daemon, more) = (Arc::clone(&root), Arc::clone(&daemon), more.to_vec());
                move || {
                    Ok((
                        "lstat and stat of the engine's files".into(),
                        files::read(&root, &daemon, &more),
                    ))
                }
            },
            &at
        ),
        asked.of(
            Need::HostAuditRules,
            {
                let root = Arc::clone(&root);
                move || audit::rules(&root)
            },
            &at
        ),
        asked.of(
            Need::HostAuditLog,
            {
                let root = Arc::clone(&root);
                move || audit::log(&root)
            },
            &at
        ),
        asked.of(
            Need::HostSecurity,
            {
                let root = Arc::clone(&root);
                move || {
                    Ok((
                        "read /proc/sys/crypto, /sys and /etc/selinux".into(),
                        system::security(&root),
                    ))
                }
            },
            &at
        ),
        asked.of(
            Need::HostListeners,
            {
                let (root, daemon) = (Arc::clone(&root), Arc::clone(&daemon));
                move || {
                    let request = "read /proc/net/tcp and tcp6";
                    let found = system::listening(&root, &daemon);
                    found
                        .map(|l| (request.into(), l))
                        .map_err(|reason| (request.into(), reason))
                }
            },
            &at
        ),
        asked.of(
            Need::HostGroups,
            {
                let root = Arc::clone(&root);
                move || {
                    let request = "read /etc/group and /etc/passwd";
                    let found = names::groups(&root);
                    found
                        .map(|g| (request.into(), g))
                        .map_err(|reason| (request.into(), reason))
                }
            },
            &at
        ),
    );
    Host {
        name: system::name(&root).unwrap_or_else(|| format!("the host at {place}")),
        root: place.clone(),
        os,
        daemon: daemon_fact,
        files,
        audit_rules,
        audit_log,
        security,
        listeners,
        groups,
    }
}

/// Asks for the facts of one host.
struct Ask<'a, W> {
    asking: &'a Asking<'a>,
    whole: &'a W,
}

/// What was read and by what request; or the request and why it failed.
type Answer<T> = Result<(String, T), (String, String)>;

impl<W: Fn() -> Result<(), Absent>> Ask<'_, W> {
    /// One fact. Reading may block, so it has a thread of its own.
    async fn of<T: Serialize + Send + 'static>(
        &self,
        need: Need,
        read: impl FnOnce() -> Answer<T> + Send + 'static,
        at: &impl Fn(&str) -> String,
    ) -> Fact<T> {
        let ask = |()| async move {
            let answer = tokio::task::spawn_blocking(read).await;
            let answer = answer
                .unwrap_or_else(|_| Err((need.describe().into(), "reading it broke off".into())));
            answer
                .map(|(request, value)| (at(&request), value))
                .map_err(|(request, reason)| Absent::Failed {
                    request: at(&request),
                    reason,
                })
        };
        self.asking.of(need, (self.whole)(), ask).await
    }
}
