//! UCP's configuration file, reduced to the settings that rules ask for.
//!
//! The file also holds the LDAP reader's password, SCIM tokens and the like, so what is kept is an
//! allow-list: the settings of [`Setting::ALL`], each as it was written, or that it was absent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::address;

/// What a setting may hold. A value of another type is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A boolean.
    Flag,
    /// An integer.
    Number,
    /// A list of strings.
    List,
    /// A text that is no secret.
    Text,
    /// An address, kept without a user, a password or a query.
    Url,
    /// An address, of which the host is kept.
    Host,
    /// A text of which it is kept whether there is one.
    Filled,
}

/// Declares every setting once: its variant, its place in the file, what it holds, what it is.
macro_rules! settings {
    ($($variant:ident $name:literal $kind:ident $what:literal)*) => {
        /// A setting that a rule asks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Setting {
            $(#[doc = $what] #[serde(rename = $name)] $variant,)*
        }

        impl Setting {
            /// Every setting that is kept.
            pub const ALL: &[Setting] = &[$(Setting::$variant),*];

            /// Its tables and its key, with dots between them.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Setting::$variant => $name,)* }
            }

            /// What it may hold.
            #[must_use]
            pub fn kind(self) -> Kind {
                match self { $(Setting::$variant => Kind::$kind,)* }
            }
        }
    };
}

settings! {
    AuthBackend "auth.backend" Text "Where users come from: `managed` or `ldap`."
    SamlEnabled "auth.samlEnabled" Flag "Users may log in through a SAML identity provider."
    SessionLifetime "auth.sessions.lifetime_minutes" Number "How long a session lasts."
    SessionRenewal "auth.sessions.renewal_threshold_minutes" Number "How long before its end a session is renewed by use."
    SessionsPerUser "auth.sessions.per_user_limit" Number "How many sessions a user may have; 0 for any number."
    SamlMetadataUrl "auth.saml.idpMetadataURL" Url "Where the identity provider describes itself."
    SamlHost "auth.saml.spHost" Host "Under which host the identity provider knows UCP."
    SamlRoots "auth.saml.rootCerts" Filled "The CA certificates that the identity provider is verified with."
    SamlSkipsVerification "auth.saml.tlsSkipVerify" Flag "The identity provider's certificate is not verified."
    AdminScheduling "scheduling_configuration.enable_admin_ucp_scheduling" Flag "Administrators may place containers on managers and DTR nodes."
    UserScheduling "scheduling_configuration.enable_user_ucp_scheduling" Flag "Users may, too: UCP 3.0 and older."
    DisableUsageInfo "tracking_configuration.disable_usageinfo" Flag "No hourly report of usage to the vendor."
    DisableTracking "tracking_configuration.disable_tracking" Flag "No tracking of API and console for the vendor."
    RequireContentTrust "trust_configuration.require_content_trust" Flag "Run signed images only."
    RequireSignatureFrom "trust_configuration.require_signature_from" List "Who must have signed."
    AllowRepos "trust_configuration.allow_repos" List "Repositories whose images need no signature: MKE."
    LogLevel "log_configuration.level" Text "From which level on UCP logs."
    AuditLevel "audit_log_configuration.level" Text "How much UCP writes into its audit log."
    MinTlsVersion "cluster_config.min_tls_version" Text "The oldest version of TLS that the controller takes. Its key is found whatever the case of its letters: DISA writes `min_TLS_version`."
    SecureOverlay "cluster_config.secure_overlay" Flag "Kubernetes encrypts the traffic between nodes: MKE."
    PreLogonMessage "cluster_config.pre_logon_message" Text "What users read before they log in: MKE."
    ProtectKernelDefaults "cluster_config.kube_protect_kernel_defaults" Flag "The kubelet insists on the kernel's settings: MKE."
    KmsEnabled "cluster_config.kms_enabled" Flag "Kubernetes encrypts its secrets with a key of a KMS: MKE."
    SwarmOnly "cluster_config.swarm_only" Flag "There is no Kubernetes: MKE."
    UserPrivileges "cluster_config.priv_attributes_allowed_for_user_accounts" List "The privileges that user accounts may be given: MKE."
    ServicePrivileges "cluster_config.priv_attributes_allowed_for_service_accounts" List "The privileges that service accounts may be given: MKE."
}

impl Setting {
    /// The tables it stands in, and its key.
    fn place(self) -> (impl Iterator<Item = &'static str>, &'static str) {
        let (tables, key) = self.name().rsplit_once('.').unwrap_or(("", self.name()));
        (tables.split('.'), key)
    }

    /// As people write it: `[trust_configuration] require_content_trust`.
    #[must_use]
    pub fn shown(self) -> String {
        let (tables, key) = self.name().rsplit_once('.').unwrap_or(("", self.name()));
        format!("[{tables}] {key}")
    }
}

/// The settings that were in the file. One that is not here was not in the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Config {
    settings: BTreeMap<Setting, Written>,
}

/// How a setting stands in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// A boolean.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A list of strings.
    Strings(Vec<String>),
    /// A text, of a setting that is declared to be one.
    Text(String),
    /// Whether there is a text, which is not kept.
    Filled(bool),
    /// Anything else: the name of its type, not its value, which may be something nobody expected.
    OtherType(String),
}

impl Config {
    /// Reads the allowed settings out of the file. Errors give a place, never the text: it may stand
    /// beside a password.
    pub fn parse(file: &[u8]) -> Result<Self, String> {
        if file.len() > LARGEST {
            return Err("the answer is larger than 512 KiB, which no UCP configuration is".into());
        }
        let text = std::str::from_utf8(file).map_err(|_| "the answer is not UTF-8 text, so no TOML".to_owned())?;
        if text.trim_start().starts_with('<') {
            return Err("the answer is a web page, not a TOML file".into());
        }
        let document: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.get(..start).unwrap_or(text);
            format!("the answer is no valid TOML (line {})", before.matches('\n').count() + 1)
        })?;
        // UCP always writes its tables, whatever their settings. A file without any was cut off.
        if !document.values().any(toml::Value::is_table) {
            return Err("the answer is empty, or holds no table of a UCP configuration".into());
        }
        Ok(Config::from_toml(&document))
    }

    /// Reads the allowed settings out of a parsed file.
    #[must_use]
    pub fn from_toml(document: &toml::Table) -> Self {
        let all = Setting::ALL.iter();
        Config { settings: all.filter_map(|&setting| Some((setting, look_up(document, setting)?))).collect() }
    }

    /// How the setting stands in the file; none when it does not.
    #[must_use]
    pub fn get(&self, setting: Setting) -> Option<&Written> {
        self.settings.get(&setting)
    }
}

/// How a setting stands in the document; none where it does not.
fn look_up(document: &toml::Table, setting: Setting) -> Option<Written> {
    let (tables, key) = setting.place();
    let mut table = document;
    for name in tables {
        match table.get(name)? {
            toml::Value::Table(inner) => table = inner,
            // A table that is not a table holds the setting in no readable way.
            _ => return Some(Written::OtherType(format!("{name} is not a table"))),
        }
    }
    if setting != Setting::MinTlsVersion {
        return Some(Written::from_toml(table.get(key)?, setting.kind()));
    }
    let mut found = table.iter().filter(|(k, _)| k.eq_ignore_ascii_case(key));
    let (_, value) = found.next()?;
    Some(match found.next() {
        Some(_) => Written::OtherType("the key stands there more than once".into()),
        None => Written::from_toml(value, setting.kind()),
    })
}

/// How large a file is read. UCP's own has some kilobytes, with certificates some ten; the time that TOML
/// of many small tables takes to read grows faster than it does.
const LARGEST: usize = 512 << 10;

/// The longest text that is kept: a notice is shorter.
const LONGEST: usize = 16 * 1024;

impl Written {
    fn from_toml(value: &toml::Value, kind: Kind) -> Self {
        match (kind, value) {
            (Kind::Flag, toml::Value::Boolean(on)) => Written::Boolean(*on),
            (Kind::Number, toml::Value::Integer(n)) => Written::Integer(*n),
            (Kind::Text, toml::Value::String(text)) if text.len() <= LONGEST => Written::Text(text.clone()),
            (Kind::Url, toml::Value::String(url)) => Written::Text(address::kept(url)),
            (Kind::Host, toml::Value::String(url)) => Written::Text(address::host(url)),
            (Kind::Filled, toml::Value::String(text)) => Written::Filled(!text.trim().is_empty()),
            (Kind::List, toml::Value::Array(items)) => {
                let strings = items.iter().map(|i| i.as_str().map(str::to_owned)).collect();
                match strings {
                    Some(strings) => Written::Strings(strings),
                    None => Written::OtherType("array that holds more than strings".into()),
                }
            }
            (_, other) => Written::OtherType(other.type_str().into()),
        }
    }

    /// As evidence shows it: `true`, `["a", "b"]`, or that it is of another type.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Written::Boolean(on) => on.to_string(),
            Written::Integer(n) => n.to_string(),
            Written::Strings(items) => Value::from(items.clone()).to_string(),
            Written::Text(text) => Value::from(text.clone()).to_string(),
            Written::Filled(true) => "a text (not kept)".into(),
            Written::Filled(false) => "empty".into(),
            Written::OtherType(what) => format!("a value of another type: {what}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        Config::from_toml(&text.parse().expect("TOML"))
    }

    #[test]
    fn half_a_mebibyte_is_read_and_no_more() {
        let file = |bytes: usize| {
            let mut file = b"[auth]\nbackend = 'ldap'\n".to_vec();
            file.resize(bytes, b'\n');
            Config::parse(&file)
        };
        assert!(file(LARGEST).is_ok());
        let error = file(LARGEST + 1).expect_err("too large");
        assert!(error.contains("larger than 512 KiB"), "{error}");
    }

    #[test]
    fn only_the_allowed_settings_are_kept() {
        let config = config("[auth]\nsecret = 'x'\n[trust_configuration]\nrequire_content_trust = true\nother = 'y'\n");
        let json = serde_json::to_string(&config).expect("JSON");
        assert_eq!(json, r#"{"trust_configuration.require_content_trust":{"boolean":true}}"#);
    }

    #[test]
    fn the_value_of_a_wrong_type_is_not_kept() {
        let config = config("[trust_configuration]\nrequire_content_trust = 'hunter2'\nrequire_signature_from = [1]\n");
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(config.get(Setting::RequireContentTrust), Some(&Written::OtherType("string".into())));
        assert!(matches!(config.get(Setting::RequireSignatureFrom), Some(Written::OtherType(_))));
    }

    #[test]
    fn a_text_is_kept_of_settings_that_are_texts_only() {
        let config = config(
            "[auth]\nbackend = 'ldap'\n[auth.saml]\nidpMetadataURL = 'https://a:hunter2@idp/x'\n\
             spHost = 'https://ucp:444/x'\nrootCerts = 'hunter2'\ntlsSkipVerify = 'hunter2'\n\
             [auth.sessions]\nper_user_limit = 'hunter2'\nlifetime_minutes = 10\n",
        );
        assert!(!format!("{config:?}").contains("hunter2"));
        let text = |text: &str| Some(Written::Text(text.into()));
        let get = |setting| config.get(setting).cloned();
        assert_eq!(get(Setting::AuthBackend), text("ldap"));
        assert_eq!(get(Setting::SamlMetadataUrl), text("https://idp/x"));
        assert_eq!(get(Setting::SamlHost), text("ucp:444"));
        assert_eq!(get(Setting::SamlRoots), Some(Written::Filled(true)));
        assert_eq!(get(Setting::SessionLifetime), Some(Written::Integer(10)));
        assert!(matches!(get(Setting::SessionsPerUser), Some(Written::OtherType(_))));
    }

    #[test]
    fn one_key_is_found_whatever_its_case_and_not_if_it_is_there_twice() {
        let get = |toml: &str| config(toml).get(Setting::MinTlsVersion).cloned();
        for key in ["min_tls_version", "min_TLS_version", "MIN_TLS_VERSION"] {
            let found = get(&format!("[cluster_config]\n{key} = 'TLSv1.2'\n"));
            assert_eq!(found, Some(Written::Text("TLSv1.2".into())), "{key}");
        }
        let twice = get("[cluster_config]\nmin_tls_version = 'TLSv1.2'\nmin_TLS_version = 'TLSv1.0'\n");
        assert!(matches!(twice, Some(Written::OtherType(_))));
        let other = config("[Auth]\nbackend = 'ldap'\n[auth]\nBackend = 'ldap'\n");
        assert_eq!(other.get(Setting::AuthBackend), None);
    }

    #[test]
    fn absent_is_a_state_of_its_own() {
        assert_eq!(config("[auth]\nbackend = 'managed'\n").get(Setting::RequireContentTrust), None);
        let odd = config("trust_configuration = 1\n");
        assert!(matches!(odd.get(Setting::RequireContentTrust), Some(Written::OtherType(_))));
    }

    #[test]
    fn what_is_no_configuration_is_refused_without_showing_it() {
        for (body, reason) in [
            (&b"<html>hunter2</html>"[..], "a web page"),
            (b"", "empty"),
            (b"# hunter2\n", "empty"),
            (b"level = request hunter2\n", "line 1"),
            (b"[auth]\nx = 1\nhunter2 = \"\n", "line 3"),
            (b"\xff\xfe", "UTF-8"),
            (b"{\"errors\":[{\"code\":\"hunter2\"}]}", "line 1"),
        ] {
            let error = Config::parse(body).expect_err("no configuration");
            assert!(error.contains(reason), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!(Config::parse(b"[auth]\r\nbackend = \"managed\"\r\n").is_ok());
    }
}
