//! Settings of the engine: TCP sockets, insecure registries, the userland proxy.
//!
//! How these could pass without evidence: arguments that nobody saw, a variable of a unit that comes from
//! an unreadable file, a daemon.json that is no JSON, a value of another type, a socket unit beside
//! docker.socket, a default taken for a choice. [`Daemon::said`] is an error while any of the first three
//! is so, [`Field::Odd`] is undecided, and what nobody set is what the engine makes of it.

mod proxy;
mod registries;
mod sockets;

pub use proxy::UserlandProxy;
pub use registries::InsecureRegistries;
pub use sockets::TcpSockets;

use crate::facts::host::{Daemon, Settings};

/// Whether what `ps` lists is as the check wants it. None where processes were not seen.
fn listed(daemon: &Daemon, holds: impl Fn(&Settings) -> bool) -> Option<bool> {
    Some(daemon.listed()?.into_iter().all(holds))
}

#[cfg(test)]
pub(super) use tests::cases;
#[cfg(test)]
mod tests;
