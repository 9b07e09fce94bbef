//! What the product does where a setting is absent or null, by the vendor's documents of each release.
//!
//! Nothing else in the program knows a default. A setting of [`Setting::ALL`] and a field of the directory's settings
//! each have their rows here, each with the document it is from. DTR's settings have none: its answer holds all that the
//! release knows (DTR API, `responses.Settings`, 2.4 to 2.7), so that one without a field decides nothing. Where rows that may apply differ and the
//! release is not known, or its own documents differ, there is more than one candidate: a rule then decides only what
//! comes out the same for all of them ([`Stands::judge`]).

use std::collections::BTreeSet;

use super::config::{Config, Kind, Setting, Written};
use super::engine::Version;
use super::field::Field;
use super::{Absent, Facts};

/// A release of UCP or MKE: the first two numbers of its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(pub u64, pub u64);

impl Release {
    /// The release that was scanned; none where its version is not of a known form, or where the evidence was
    /// collected without it.
    pub fn of(facts: &Facts) -> Result<Option<Self>, Absent> {
        match facts.ucp.version.read() {
            Ok(read) => Ok(Release::parse(&read.value)),
            Err(Absent::NotCollected) => Ok(None),
            Err(absent) => Err(absent),
        }
    }

    fn parse(version: &Version) -> Option<Self> {
        let (product, version) = version.version.trim().split_once('/')?;
        let known = ["ucp", "mke"].iter().any(|known| product.eq_ignore_ascii_case(known));
        let mut numbers = version.split(['.', '-', '+']).map(str::parse);
        let release = Release(numbers.next()?.ok()?, numbers.next()?.ok()?);
        known.then_some(release)
    }
}

/// What a setting is where nobody set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// On or off.
    Flag(bool),
    /// A number.
    Number(i64),
    /// A text.
    Text(&'static str),
    /// No text, or an empty list.
    Nothing,
}

impl Value {
    fn written(self, kind: Kind) -> Written {
        match (self, kind) {
            (Value::Flag(on), _) => Written::Boolean(on),
            (Value::Number(n), _) => Written::Integer(n),
            (Value::Text(text), _) => Written::Text(text.into()),
            (Value::Nothing, Kind::List) => Written::Strings(Vec::new()),
            (Value::Nothing, Kind::Filled) => Written::Filled(false),
            (Value::Nothing, _) => Written::Text(String::new()),
        }
    }

    fn shown(self) -> String {
        match self {
            Value::Flag(on) => on.to_string(),
            Value::Number(n) => n.to_string(),
            Value::Text(text) => text.into(),
            Value::Nothing => "none".into(),
        }
    }
}

/// A default, and for which releases it is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unset {
    /// The first of them.
    pub from: Release,
    /// The first that it is not for.
    pub before: Option<Release>,
    /// What the setting then is.
    pub is: Value,
    /// The document that says so.
    pub source: &'static str,
}

/// The first release that any document here is of.
const FIRST: Release = Release(2, 2);

/// docker/docs, datacenter/ucp/3.0/guides/admin/configure/ucp-configuration-file.md, and 2.2's of the same name.
const UCP_3_0: &str = "UCP configuration file, UCP 2.2 and 3.0";
/// docker/docs, ee/ucp/admin/configure/ucp-configuration-file.md.
const UCP_3_1: &str = "UCP configuration file, UCP 3.1 and 3.2";
/// docker/docs, ee/ucp/admin/configure/set-session-timeout.md, and the configuration that UCP 3.2 generates.
const SESSIONS: &str = "Set the user's session timeout, UCP 3.1 and 3.2";
/// The schema of GET /api/ucp/config-toml in the API descriptions of UCP 3.1 and 3.2: a boolean that is false, and a text
/// that is empty, where it is not given.
const API: &str = "UCP API, config.AuthConfiguration, UCP 3.1 and 3.2";
/// docs.mirantis.com, MKE 3.3 to 3.9, Configuration options.
const MKE: &str = "MKE configuration options, MKE 3.3 to 3.9";

const fn always(is: Value, source: &'static str) -> Unset {
    Unset { from: FIRST, before: None, is, source }
}

const fn since(from: Release, is: Value, source: &'static str) -> Unset {
    Unset { from, before: None, is, source }
}

const fn until(before: Release, is: Value, source: &'static str) -> Unset {
    Unset { from: FIRST, before: Some(before), is, source }
}

/// The defaults of a setting of UCP's configuration.
#[must_use]
#[expect(clippy::match_same_arms, reason = "in the order of the configuration, each with its own note")]
pub fn of(setting: Setting) -> &'static [Unset] {
    const OFF: &[Unset] = &[always(Value::Flag(false), UCP_3_1)];
    const OFF_IN_MKE: &[Unset] = &[always(Value::Flag(false), MKE)];
    const NOTHING_IN_MKE: &[Unset] = &[always(Value::Nothing, MKE)];
    const NO_SAML: &[Unset] = &[always(Value::Nothing, API)];
    match setting {
        Setting::AuthBackend => const { &[always(Value::Text("managed"), UCP_3_0)] },
        // UCP 3.0 knows no SAML.
        Setting::SamlEnabled | Setting::SamlSkipsVerification => const { &[always(Value::Flag(false), API)] },
        Setting::SamlMetadataUrl | Setting::SamlHost | Setting::SamlRoots => NO_SAML,
        // The documents of the file and of the console differ for 3.1; those of 3.2 are still the file's of 3.1, and what
        // it generates is the console's, as MKE's documents have it.
        Setting::SessionLifetime => {
            const { &[until(Release(3, 2), Value::Number(4320), UCP_3_0), since(Release(3, 1), Value::Number(60), SESSIONS)] }
        }
        Setting::SessionRenewal => {
            const { &[until(Release(3, 2), Value::Number(1440), UCP_3_0), since(Release(3, 1), Value::Number(20), SESSIONS)] }
        }
        Setting::SessionsPerUser => {
            const { &[until(Release(3, 2), Value::Number(5), UCP_3_0), since(Release(3, 1), Value::Number(10), SESSIONS)] }
        }
        Setting::AdminScheduling | Setting::DisableUsageInfo | Setting::DisableTracking => OFF,
        // From 3.1 on there is no such switch, but a grant.
        Setting::UserScheduling => const { &[always(Value::Flag(false), UCP_3_0)] },
        Setting::RequireContentTrust => OFF,
        Setting::RequireSignatureFrom => const { &[always(Value::Nothing, UCP_3_1)] },
        Setting::AllowRepos => NOTHING_IN_MKE,
        // No document of an older release says from which level on it logs.
        Setting::LogLevel => const { &[since(Release(3, 1), Value::Text("INFO"), MKE)] },
        // UCP 3.0 has no audit log.
        Setting::AuditLevel => const { &[always(Value::Nothing, UCP_3_1)] },
        // Since 2.2.6 none means TLS 1.2; newer documents do not name the key. The handshake decides.
        Setting::MinTlsVersion => const { &[always(Value::Nothing, UCP_3_0)] },
        Setting::SecureOverlay | Setting::ProtectKernelDefaults | Setting::KmsEnabled | Setting::SwarmOnly => {
            OFF_IN_MKE
        }
        Setting::PreLogonMessage | Setting::UserPrivileges | Setting::ServicePrivileges => NOTHING_IN_MKE,
    }
}

/// The defaults of the directory's settings (`auth.ldap` of UCP 2.2 and 3.0, which later releases moved to
/// `GET /enzi/v0/config/auth/ldap` under other spellings), by the names of [`super::ldap`]; those of an additional
/// domain with a dot before them.
pub const LDAP: &[(&str, Value, &str)] = &[
    ("server_url", Value::Nothing, UCP_3_0),
    ("start_tls", Value::Flag(false), UCP_3_0),
    ("skip_verify", Value::Flag(false), UCP_3_0),
    ("reader_dn", Value::Nothing, UCP_3_0),
    ("additional", Value::Nothing, UCP_3_0),
    ("user_searches", Value::Nothing, UCP_3_0),
    ("domain", Value::Nothing, UCP_3_0),
    ("additional.domain", Value::Nothing, UCP_3_0),
    ("additional.server_url", Value::Nothing, UCP_3_0),
    ("additional.start_tls", Value::Flag(false), UCP_3_0),
    // Not a mistake: an additional domain is not verified unless somebody asks for it.
    ("additional.skip_verify", Value::Flag(true), UCP_3_0),
];

/// A flag of the directory's settings, and in words how it stands; none where it is of a type that nothing is known
/// about.
#[must_use]
pub fn ldap_flag(name: &str, field: &Field<bool>) -> (Option<bool>, String) {
    let default = LDAP.iter().find_map(|(known, value, _)| match value {
        Value::Flag(on) if *known == name => Some(*on),
        _ => None,
    });
    let unset = |how: &str| match default {
        Some(on) => (Some(on), format!("{how} (the default is {on})")),
        None => (None, how.to_owned()),
    };
    match field {
        Field::Is(on) => (Some(*on), on.to_string()),
        Field::Absent => unset("not set"),
        Field::Null => unset("null"),
        Field::Odd(kind) => (None, kind.clone()),
    }
}

/// How a setting stands: as it is written, or what it can be where it is not.
#[derive(Clone, Debug, PartialEq)]
pub struct Stands {
    written: Option<Written>,
    kind: Kind,
    unset: Vec<&'static Unset>,
}

impl Config {
    /// How a setting stands in this configuration of a release, or of one that is not known.
    #[must_use]
    pub fn stands(&self, setting: Setting, release: Option<Release>) -> Stands {
        let is_for =
            |unset: &&Unset| release.is_none_or(|r| r >= unset.from && unset.before.is_none_or(|before| r < before));
        Stands {
            written: self.get(setting).cloned(),
            kind: setting.kind(),
            unset: of(setting).iter().filter(is_for).collect(),
        }
    }
}

impl Stands {
    /// The same where what is written counts for nothing.
    #[must_use]
    pub fn unset(self) -> Self {
        Stands { written: None, ..self }
    }

    /// As it is written; none where it is not.
    #[must_use]
    pub fn written(&self) -> Option<&Written> {
        self.written.as_ref()
    }

    /// What is said of it, where that is the same for everything that it can be.
    pub fn judge(&self, holds: impl Fn(&Written) -> Option<bool>) -> Option<bool> {
        if let Some(written) = &self.written {
            return holds(written);
        }
        let mut said = self.unset.iter().map(|unset| holds(&unset.is.written(self.kind)));
        let first = said.next()??;
        said.all(|next| next == Some(first)).then_some(first)
    }

    /// Whether it is on; none where that is not known.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        self.judge(|written| match written {
            Written::Boolean(on) => Some(*on),
            _ => None,
        })
    }

    /// As findings show it.
    #[must_use]
    pub fn shown(&self) -> String {
        if let Some(written) = &self.written {
            return written.shown();
        }
        let values: BTreeSet<String> = self.unset.iter().map(|unset| unset.is.shown()).collect();
        let values: Vec<String> = values.into_iter().collect();
        match values.as_slice() {
            [] => "not set (no document says what that means in this release)".into(),
            [one] => format!("not set (the default is {one})"),
            several => format!("not set (the default is {}, by the release and its documents)", several.join(" or ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::ldap::{Directory, Ldap};

    fn keys(value: &impl serde::Serialize) -> BTreeSet<String> {
        let Ok(serde_json::Value::Object(object)) = serde_json::to_value(value) else { panic!("no object") };
        object.keys().cloned().collect()
    }

    #[test]
    fn every_setting_has_a_default_for_every_release_with_its_source() {
        for setting in Setting::ALL {
            let rows = of(*setting);
            assert!(!rows.is_empty(), "{}", setting.name());
            for row in rows {
                assert!(!row.source.is_empty() && row.before.is_none_or(|before| row.from < before), "{row:?}");
                let (flag, number) = (matches!(row.is, Value::Flag(_)), matches!(row.is, Value::Number(_)));
                assert_eq!(flag, setting.kind() == Kind::Flag, "{}", setting.name());
                assert_eq!(number, setting.kind() == Kind::Number, "{}", setting.name());
            }
            // From 3.1 on, where the configuration can be read, none is without one.
            for release in [Release(3, 1), Release(3, 2), Release(3, 5), Release(3, 8)] {
                let stands = Config::default().stands(*setting, Some(release));
                assert!(!stands.unset.is_empty(), "{} {release:?}", setting.name());
            }
        }
    }

    #[test]
    fn every_field_of_the_directory_has_a_default() {
        let named = |prefix: &str| -> BTreeSet<String> {
            let names = LDAP.iter().filter_map(|(name, ..)| match prefix {
                "" if name.contains('.') => None,
                prefix => name.strip_prefix(prefix),
            });
            names.map(str::to_owned).collect()
        };
        let main = keys(&Directory::default());
        let mut settings = keys(&Ldap::default());
        assert!(settings.remove("main"));
        assert_eq!(named(""), settings.union(&main).cloned().collect());
        assert_eq!(named("additional."), main);
        assert_eq!(ldap_flag("skip_verify", &Field::Null), (Some(false), "null (the default is false)".into()));
        assert_eq!(
            ldap_flag("additional.skip_verify", &Field::Absent),
            (Some(true), "not set (the default is true)".into())
        );
        assert_eq!(ldap_flag("start_tls", &Field::Odd("a string".into())), (None, "a string".into()));
    }

    #[test]
    fn where_defaults_differ_an_unknown_release_decides_only_what_is_the_same_for_all() {
        let empty = Config::default();
        let five = |written: &Written| Some(*written == Written::Integer(5));
        let stands = |release| empty.stands(Setting::SessionsPerUser, release);
        assert_eq!(stands(Some(Release(3, 0))).judge(five), Some(true));
        assert_eq!(stands(Some(Release(3, 1))).judge(five), None, "its documents differ");
        assert_eq!(stands(Some(Release(3, 2))).judge(five), Some(false));
        assert_eq!(stands(None).judge(five), None);
        assert!(stands(None).shown().contains("10 or 5"), "{}", stands(None).shown());
        let ten_minutes = |written: &Written| Some(*written == Written::Integer(10));
        assert_eq!(empty.stands(Setting::SessionLifetime, None).judge(ten_minutes), Some(false));
        assert_eq!(empty.stands(Setting::KmsEnabled, None).flag(), Some(false));
        let older = empty.stands(Setting::LogLevel, Some(Release(3, 0)));
        assert_eq!(older.judge(|_| Some(true)), None);
        assert!(older.shown().contains("no document"));
    }

    #[test]
    fn a_release_is_read_from_the_version() {
        let of = |version: &str| Release::parse(&Version { version: version.into(), ..Version::default() });
        assert_eq!(of("ucp/3.2.5"), Some(Release(3, 2)));
        assert_eq!(of("MKE/3.10.1-rc1"), Some(Release(3, 10)));
        for not in ["19.03.5", "ucp/", "ucp/3", "ucp/x.y", "other/3.2"] {
            assert_eq!(of(not), None, "{not}");
        }
    }
}
