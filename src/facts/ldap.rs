//! UCP's directory settings. The reader's password is never among them: UCP does not give it, and
//! nothing that may hold one is kept.

use serde::{Deserialize, Serialize};

use super::field::Field;

/// UCP's directory settings, `GET /enzi/v0/config/auth/ldap`, reduced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ldap {
    /// The directory that users are looked up in.
    pub main: Directory,
    /// `readerDN`: who looks them up.
    pub reader_dn: Field<String>,
    /// `additionalDomains`: further directories, each for the users of its domain.
    pub additional: Field<Vec<Directory>>,
    /// `userSearchConfigs`: how many searches there are with a base to search under.
    pub user_searches: Field<u64>,
}

/// One directory server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// `domain`; empty for the main one.
    pub domain: String,
    /// `serverURL`, without a user, a password or a query.
    pub server_url: Field<String>,
    /// `startTLS`.
    pub start_tls: Field<bool>,
    /// `tlsSkipVerify`.
    pub skip_verify: Field<bool>,
}
