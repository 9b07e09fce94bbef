//! UCP's accounts: users, organisations and their teams, and the certificates of client bundles.
//!
//! DTR asks the same backplane (eNZi) for its users, so these are DTR's accounts as well. There may be
//! tens of thousands of users: of each only what a rule asks for is kept. Who may be in which
//! organisation is not kept, only who is in which team: no rule asks for the first, and the
//! organisation `docker-datacenter` holds every user there is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::proof::{Proven, Unproven, lacks};

/// Every account of UCP, with organisations, teams and members.
///
/// Whole by type: [`Accounts::new`] is called when every list was read to its end, by an account that
/// sees them all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    users: Vec<User>,
    organisations: Vec<Organisation>,
}

impl Accounts {
    /// All accounts: every page of every list was read.
    #[must_use]
    pub fn new(users: Vec<User>, organisations: Vec<Organisation>) -> Self {
        Accounts { users, organisations }
    }

    /// Every user, in the order of UCP's list.
    #[must_use]
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// Every organisation with its teams, in the order of UCP's list.
    #[must_use]
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// The organisation of this name.
    #[must_use]
    pub fn organisation(&self, name: &str) -> Option<&Organisation> {
        self.organisations.iter().find(|o| o.name == name)
    }

    /// The user of this name.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|u| u.name == name)
    }
}

impl Proven for Accounts {
    fn proven(&self) -> Result<(), Unproven> {
        if self.users.iter().any(|user| user.admin) {
            return Ok(());
        }
        Err(lacks("an administrator, as whom it was asked").into())
    }
}

/// A user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The name to log in with.
    pub name: String,
    /// The id that grants use.
    pub id: String,
    /// An administrator of UCP, who needs no grant for anything.
    pub admin: bool,
    /// Whether the account can be used; UCP says so of users only.
    pub active: bool,
}

/// An organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// The id that grants use.
    pub id: String,
    /// All of its teams.
    pub teams: Vec<Team>,
}

impl Organisation {
    /// The team of this name.
    #[must_use]
    pub fn team(&self, name: &str) -> Option<&Team> {
        self.teams.iter().find(|t| t.name == name)
    }
}

/// A team of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Its name in the organisation.
    pub name: String,
    /// The id that grants use.
    pub id: String,
    /// The names of all of its members.
    pub members: Vec<String>,
}

/// The certificates of every user's client bundles.
///
/// Whole by type: [`ClientCertificates::new`] is called when the list of users, and the list of keys of
/// each of them, was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientCertificates {
    users: u64,
    keys: Vec<Key>,
}

impl ClientCertificates {
    /// All keys of so many users.
    #[must_use]
    pub fn new(users: u64, keys: Vec<Key>) -> Self {
        ClientCertificates { users, keys }
    }

    /// How many users were asked for.
    #[must_use]
    pub fn users(&self) -> u64 {
        self.users
    }

    /// Every key of every user.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }
}

impl Proven for ClientCertificates {
    fn proven(&self) -> Result<(), Unproven> {
        if self.users > 0 { Ok(()) } else { Err(lacks("the user as whom it was asked").into()) }
    }
}

/// A key with which a user is known to UCP: that of a client bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The user's name.
    pub account: String,
    /// The key's id: a digest of the public key.
    pub id: String,
    /// The certificates that UCP holds for it.
    pub certificates: Vec<BundleCertificate>,
}

/// A certificate that UCP holds for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BundleCertificate {
    /// It can be read.
    Names(Names),
    /// It cannot, and why.
    Unreadable(String),
}

/// What a rule asks of a client's certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// The subject, in the order of the certificate: `C=US, O=Example, CN=alice`.
    pub subject: String,
    /// The issuer, likewise.
    pub issuer: String,
    /// The serial number, hexadecimal.
    pub serial: String,
    /// The last moment it is valid.
    pub not_after: DateTime<Utc>,
}
