//! What the file system of a node says: how the engine is started, owners and modes, audit rules and
//! audit log, the system itself.
//!
//! Whatever is looked at is there, is not there, or could not be looked at ([`Looked`]); only the first
//! two are known. Nothing that is kept holds a secret: of the engine's settings only the fields of
//! [`Settings`] are, of log options only values that cannot be credentials, of commands in the audit log
//! only who, when and which container.

mod audit;
mod daemon;
mod execs;
mod files;
mod mounts;
mod settings;
mod system;
mod units;

use serde::{Deserialize, Serialize};

pub use audit::{AuditRules, Narrowed, RuleSource, Watch, generated};
pub(crate) use daemon::{CONFIG, DEFAULT_CA, DEFAULT_CERTIFICATE, DEFAULT_KEY};
pub use daemon::{Config, Daemon, Process, Running, RunningEngine, Said};
pub use execs::{AuditLog, ExecUse, KEPT, LogFile, Unclear, exec_options};
pub use files::{Entry, File, Files, Kind, Link, Sign};
pub use mounts::Mounts;
pub use settings::{LogOption, Settings, is_engine};
pub use system::{DockerGroup, Groups, Listener, Listeners, Os, Security, SwarmState, listeners};
pub use units::{Environment, EnvironmentFile, Service, Socket, Start, Unit, UnitState, is_tcp_stream};
pub(crate) use units::{assignments, expanded};

/// What was found at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Looked<T> {
    /// This.
    Is(T),
    /// Nothing: it is certain that nothing is there.
    #[default]
    Missing,
    /// It could not be looked at, and this is why.
    Unseen(String),
}

impl<T> Looked<T> {
    /// What is there, if it was seen.
    pub fn get(&self) -> Option<&T> {
        match self {
            Looked::Is(value) => Some(value),
            Looked::Missing | Looked::Unseen(_) => None,
        }
    }

    /// It is certain that nothing is there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Looked::Missing)
    }

    /// The reason why it could not be looked at.
    #[must_use]
    pub fn unseen(&self) -> Option<&str> {
        match self {
            Looked::Unseen(reason) => Some(reason),
            Looked::Is(_) | Looked::Missing => None,
        }
    }

    /// What is there made into something else.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Looked<U> {
        match self {
            Looked::Is(value) => Looked::Is(make(value)),
            Looked::Missing => Looked::Missing,
            Looked::Unseen(reason) => Looked::Unseen(reason),
        }
    }

    /// The same, where making it may fail.
    pub fn and_then<U>(self, make: impl FnOnce(T) -> Result<U, String>) -> Looked<U> {
        match self {
            Looked::Is(value) => match make(value) {
                Ok(value) => Looked::Is(value),
                Err(reason) => Looked::Unseen(reason),
            },
            Looked::Missing => Looked::Missing,
            Looked::Unseen(reason) => Looked::Unseen(reason),
        }
    }
}
