//! What DTR says of itself: settings, scanner, repositories, access. Keys and passwords in its
//! settings are never kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::field::Field;
use super::proof::{Proven, Unproven, lacks};
use super::tags::KEPT;
use super::tls::Certificate;

/// How [`super::Absent::NotConfigured`] names DTR where none was given at all.
pub const SOURCE: &str = "DTR";

/// `GET /api/v0/meta/settings`, reduced. Administrators only may read it, so that having it shows that
/// the account sees everything in DTR.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `createRepositoryOnPush`; DTR 2.4 does not have it.
    pub create_repository_on_push: Field<bool>,
    /// `reportAnalytics`.
    pub report_analytics: Field<bool>,
    /// `anonymizeAnalytics`.
    pub anonymize_analytics: Field<bool>,
    /// `scanningEnabled`.
    pub scanning_enabled: Field<bool>,
    /// `scanningSyncOnline`.
    pub scanning_sync_online: Field<bool>,
    /// `webTLSCA`: the box "TLS Root CA".
    pub web_tls_ca: Field<Vec<Certificate>>,
}

/// `GET /api/v0/imagescan/status`, reduced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scanning {
    /// 400 `SCANNING_NOT_ENABLED`, which is an answer.
    Off,
    /// The scanner answered.
    On(Scanner),
}

/// The state of the scanner. Fields as DTR 2.5 and later write them, or as DTR 2.4 did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scanner {
    /// It spelled its answer as DTR 2.4 did.
    pub as_in_2_4: bool,
    /// `db_version`: 0 where no database was ever loaded.
    pub db_version: Field<i64>,
    /// `db_updated_at`: the year 1 where none ever was.
    pub db_updated_at: Field<DateTime<Utc>>,
    /// `lastDBUpdateFailed`, `last_db_update_failed`.
    pub last_db_update_failed: Field<bool>,
    /// `lastVulnOverridesDBUpdateFailed`; DTR 2.4 does not have it.
    pub last_overrides_update_failed: Field<bool>,
}

/// Every repository and whether it is scanned on push, counted over all pages of the list.
///
/// There is one only where the list was read to its end by an account that sees all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repositories {
    total: u64,
    scanned: u64,
    unscanned: u64,
    unsaid: u64,
    first: BTreeSet<Unscanned>,
}

/// A repository that is not scanned on push, or of which that cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unscanned {
    /// `namespace/name`.
    pub repository: String,
    /// DTR says that it is not; otherwise it does not say.
    pub said: bool,
}

impl Repositories {
    /// Counts a whole list: each repository's name, and what `scanOnPush` says.
    pub fn count(list: impl IntoIterator<Item = (String, Option<bool>)>) -> Self {
        let mut counted = Repositories::default();
        for (repository, scan_on_push) in list {
            counted.total += 1;
            let said = match scan_on_push {
                Some(true) => {
                    counted.scanned += 1;
                    continue;
                }
                Some(false) => {
                    counted.unscanned += 1;
                    true
                }
                None => {
                    counted.unsaid += 1;
                    false
                }
            };
            counted.first.insert(Unscanned { repository, said });
            if counted.first.len() > KEPT {
                counted.first.pop_last();
            }
        }
        counted
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many are scanned on push.
    #[must_use]
    pub fn scanned(&self) -> u64 {
        self.scanned
    }

    /// How many are not.
    #[must_use]
    pub fn unscanned(&self) -> u64 {
        self.unscanned
    }

    /// Of how many that cannot be told.
    #[must_use]
    pub fn unsaid(&self) -> u64 {
        self.unsaid
    }

    /// The first by name that are not scanned, or of which that cannot be told.
    #[must_use]
    pub fn first(&self) -> &BTreeSet<Unscanned> {
        &self.first
    }
}

/// Who may do what: every organisation with its teams, and what lies in users' own namespaces.
///
/// There is one only where every list that it is made of was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    organisations: Vec<Organisation>,
    owned: BTreeMap<String, Vec<String>>,
    administrators: BTreeSet<String>,
}

impl Access {
    /// All of it, from lists that were read to their ends.
    #[must_use]
    pub fn new(
        organisations: Vec<Organisation>,
        owned: BTreeMap<String, Vec<String>>,
        administrators: BTreeSet<String>,
    ) -> Self {
        Access { organisations, owned, administrators }
    }

    /// Every organisation.
    #[must_use]
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// The repositories in users' own namespaces, by user, as `namespace/name`.
    #[must_use]
    pub fn owned(&self) -> &BTreeMap<String, Vec<String>> {
        &self.owned
    }

    /// The users who are administrators of DTR and may do everything.
    #[must_use]
    pub fn administrators(&self) -> &BTreeSet<String> {
        &self.administrators
    }
}

impl Proven for Access {
    fn proven(&self) -> Result<(), Unproven> {
        if self.administrators.is_empty() {
            return Err(lacks("an administrator, as whom it was asked").into());
        }
        Ok(())
    }
}

/// An organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: Vec<Member>,
    /// Its teams.
    pub teams: Vec<Team>,
}

/// A member of an organisation or a team.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The user's name.
    pub name: String,
    /// An owner of the organisation, or an administrator of the team.
    pub admin: bool,
}

/// A team.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: Vec<Member>,
    /// What it may do where: in a repository (`namespace/name`), or in all of a namespace
    /// (`namespace/*`).
    pub access: Vec<Granted>,
}

/// A level of access to a repository, or to all of a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Granted {
    /// `namespace/name`, or `namespace/*`.
    pub on: String,
    /// `read-only`, `read-write` or `admin`, as DTR writes it.
    pub level: String,
}
