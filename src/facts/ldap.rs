//! UCP's directory settings.

use serde::{Deserialize, Serialize};

/// UCP's directory settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ldap {}
