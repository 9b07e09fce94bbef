//! What is read from the file systems of nodes: of this one, or of copies.
//!
//! How this could say more than was seen: a directory that is no system, a link out of it, a file that is
//! not there in a copy only. [`root::Root`] refuses the first two; what a copy cannot know is said to be
//! unseen, never missing.

mod audit;
mod audit_log;
mod daemon;
mod files;
mod mounts;
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
use crate::facts::host::Daemon;
use crate::facts::{Absent, Engine, Fact, Host, Need};

/// Reads what is needed of every host.
pub(super) async fn gather(asking: &Asking<'_>, targets: &Targets) -> Vec<Host> {
    let hosts = targets.hosts.iter().map(|dir| Box::pin(host(asking, dir, &targets.host_files)));
    let mut hosts = futures::future::join_all(hosts).await;
    hosts.extend(targets.recorded.iter().map(|host| wanted(asking, host)));
    hosts
}

/// A recorded host, with the facts that were asked for.
fn wanted(asking: &Asking<'_>, host: &Host) -> Host {
    let mut host = host.clone();
    for (need, fact) in host.each_mut() {
        if !asking.needs.contains(&need) {
            fact.lose(Absent::NotCollected);
        }
    }
    host
}

/// The name of the host whose root this is, where the root says it.
#[must_use]
pub fn host_name(dir: &Path) -> Option<String> {
    system::name(&Root::new(dir))
}

pub use audit_log::of_text as audit_log;

/// As whom files are read.
pub(super) fn account() -> String {
    format!("local user {}", rustix::process::geteuid().as_raw())
}

async fn host(asking: &Asking<'_>, dir: &Path, more: &[String]) -> Host {
    let root = Arc::new(Root::new(dir));
    let daemon = {
        let root = Arc::clone(&root);
        let read = tokio::task::spawn_blocking(move || daemon::read(&root)).await;
        Arc::new(read.unwrap_or_default())
    };
    let ask = Ask { asking, place: shown(dir), root: Arc::clone(&root), daemon };
    let more = more.to_vec();
    Host {
        name: system::name(&root).unwrap_or_else(|| format!("the host at {}", ask.place)),
        root: ask.place.clone(),
        os: ask.of(Need::HostOs, |root, _| system::os(root)).await,
        daemon: ask
            .of(Need::HostDaemon, |_, daemon| {
                let request = "read /proc, the units of systemd and daemon.json";
                Ok((request.into(), daemon.clone()))
            })
            .await,
        files: ask
            .of(Need::HostFiles, move |root, daemon| {
                let request = "lstat and stat of the engine's files";
                Ok((request.into(), files::read(root, daemon, &more)))
            })
            .await,
        audit_rules: ask.of(Need::HostAuditRules, |root, _| audit::rules(root)).await,
        audit_log: ask.of(Need::HostAuditLog, |root, _| audit_log::read(root)).await,
        security: ask
            .of(Need::HostSecurity, |root, _| {
                let request = "read /proc/sys/crypto, /sys and /etc/selinux";
                Ok((request.into(), system::security(root)))
            })
            .await,
        listeners: ask
            .of(Need::HostListeners, |root, daemon| at("read /proc/net/tcp and tcp6", system::listening(root, daemon)))
            .await,
        groups: ask.of(Need::HostGroups, |root, _| at("read /etc/group and /etc/passwd", names::groups(root))).await,
        // What is to be followed is known once the engines have answered.
        mounts: Fact::default(),
    }
}

/// Follows on every host what the containers of its engines mount.
pub(super) async fn follow(asking: &Asking<'_>, targets: &Targets, engines: &[Engine], hosts: &mut [Host]) {
    for (dir, host) in targets.hosts.iter().zip(hosts) {
        let wanted = mounts::wanted(host, engines);
        let ask = Ask { asking, place: shown(dir), root: Arc::new(Root::new(dir)), daemon: Arc::default() };
        let request = "follow the links of what containers mount";
        let read = move |root: &Root, _: &Daemon| Ok((request.into(), mounts::read(root, &wanted)));
        host.mounts = ask.of(Need::HostMounts, read).await;
    }
}

/// What was read and by what request; or the request and why it failed.
type Answer<T> = Result<(String, T), (String, String)>;

/// The same request, whether it failed or not.
fn at<T>(request: &str, found: Result<T, String>) -> Answer<T> {
    match found {
        Ok(value) => Ok((request.into(), value)),
        Err(reason) => Err((request.into(), reason)),
    }
}

/// Asks for the facts of one host, one after the other: they are all of the same disk.
struct Ask<'a> {
    asking: &'a Asking<'a>,
    place: String,
    root: Arc<Root>,
    daemon: Arc<Daemon>,
}

impl Ask<'_> {
    /// One fact. Reading may block, so it has a thread of its own.
    async fn of<T: Serialize + Send + 'static>(
        &self,
        need: Need,
        read: impl FnOnce(&Root, &Daemon) -> Answer<T> + Send + 'static,
    ) -> Fact<T> {
        let request = |what: &str| format!("{what} (host root {})", self.place);
        let failed = |(what, reason): (String, String)| Absent::Failed { request: request(&what), reason };
        let whole = self.root.check().map_err(|reason| failed(("look at it".into(), reason)));
        let (root, daemon) = (Arc::clone(&self.root), Arc::clone(&self.daemon));
        let ask = |()| async move {
            let answer = tokio::task::spawn_blocking(move || read(&root, &daemon)).await;
            let broken = |_| Err((need.describe().into(), "reading it broke off".into()));
            let (what, value) = answer.unwrap_or_else(broken).map_err(failed)?;
            Ok((request(&what), value))
        };
        Box::pin(self.asking.of(need, whole, ask)).await
    }
}
