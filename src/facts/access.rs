//! Every grant of UCP, with subjects, roles and collections by name.

use serde::{Deserialize, Serialize};

/// Every grant of UCP, with subjects, roles and collections by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grants {}
