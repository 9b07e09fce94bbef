//! Every account of UCP, with organisations, teams and members.

use serde::{Deserialize, Serialize};

/// Every account of UCP, with organisations, teams and members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {}

/// The certificates of every user's client bundles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientCertificates {}
