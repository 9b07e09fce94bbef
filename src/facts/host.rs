//! What the file system of a node says.

use serde::{Deserialize, Serialize};

macro_rules! later {
    ($($(#[$m:meta])* $name:ident)*) => {
        $($(#[$m])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {})*
    };
}

later! {
    /// The operating system.
    Os
    /// How dockerd was started.
    Daemon
    /// Owners and modes.
    Files
    /// Audit rules.
    AuditRules
    /// Executions of docker exec.
    AuditLog
    /// FIPS, SELinux, AppArmor.
    Security
    /// Ports that are listened on.
    Listeners
    /// Members of the group docker.
    Groups
}
