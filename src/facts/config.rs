//! UCP's configuration file, reduced to the settings that rules ask for.
//!
//! The file also holds the LDAP reader's password, SCIM tokens and the like, so what is kept is an
//! allow-list: the settings of [`Setting::ALL`], each as it was written, or that it was absent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A setting that a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Setting {
    /// `[trust_configuration] require_content_trust`: run signed images only.
    #[serde(rename = "trust_configuration.require_content_trust")]
    RequireContentTrust,
    /// `[trust_configuration] require_signature_from`: who must have signed.
    #[serde(rename = "trust_configuration.require_signature_from")]
    RequireSignatureFrom,
}

impl Setting {
    /// Every setting that is kept.
    pub const ALL: [Setting; 2] = [Setting::RequireContentTrust, Setting::RequireSignatureFrom];

    /// The table it stands in and its key.
    #[must_use]
    pub fn path(self) -> (&'static str, &'static str) {
        match self {
            Setting::RequireContentTrust => ("trust_configuration", "require_content_trust"),
            Setting::RequireSignatureFrom => ("trust_configuration", "require_signature_from"),
        }
    }

    /// As people write it: `[trust_configuration] require_content_trust`.
    #[must_use]
    pub fn shown(self) -> String {
        let (table, key) = self.path();
        format!("[{table}] {key}")
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
    /// A list of strings.
    Strings(Vec<String>),
    /// Anything else: the name of its type, not its value, which may be something nobody expected.
    OtherType(String),
}

impl Config {
    /// Reads the allowed settings out of the file. Errors give a place, never the text: it may stand
    /// beside a password.
    pub fn parse(file: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(file)
            .map_err(|_| "the answer is not UTF-8 text, so no TOML".to_owned())?;
        if text.trim_start().starts_with('<') {
            return Err("the answer is a web page, not a TOML file".into());
        }
        let document: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.get(..start).unwrap_or(text);
            format!(
                "the answer is no valid TOML (line {})",
                before.matches('\n').count() + 1
            )
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
        let lookup = |setting: Setting| {
            let (table, key) = setting.path();
            let value = document.get(table)?.as_table().map(|t| t.get(key));
            // A table that is not a table holds the setting in no readable way.
            let written = match value {
                None => Written::OtherType(format!("{table} is not a table")),
                Some(value) => Written::from_toml(value?),
            };
            Some((setting, written))
        };
        Config {
            settings: Setting::ALL.into_iter().filter_map(lookup).collect(),
        }
    }

    /// How the setting stands in the file; none when it does not.
    #[must_use]
    pub fn get(&self, setting: Setting) -> Option<&Written> {
        self.settings.get(&setting)
    }
}

impl Written {
    fn from_toml(value: &toml::Value) -> Self {
        match value {
            toml::Value::Boolean(on) => Written::Boolean(*on),
            toml::Value::Array(items) => {
                let strings = items
                    .iter()
                    .map(|i| i.as_str().map(str::to_owned))
                    .collect();
                match strings {
                    Some(strings) => Written::Strings(strings),
                    None => Written::OtherType("array that holds more than strings".into()),
                }
            }
            other => Written::OtherType(other.type_str().into()),
        }
    }

    /// As evidence shows it: `true`, `["a", "b"]`, or that it is of another type.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Written::Boolean(on) => on.to_string(),
            Written::Strings(items) => Value::from(items.clone()).to_string(),
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
    fn only_the_allowed_settings_are_kept() {
        let config = config(
            "[auth]\nsecret = 'x'\n[trust_configuration]\nrequire_content_trust = true\nother = 'y'\n",
        );
        let json = serde_json::to_string(&config).expect("JSON");
        assert_eq!(
            json,
            r#"{"trust_configuration.require_content_trust":{"boolean":true}}"#
        );
    }

    #[test]
    fn the_value_of_a_wrong_type_is_not_kept() {
        let config = config(
            "[trust_configuration]\nrequire_content_trust = 'hunter2'\nrequire_signature_from = [1]\n",
        );
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(
            config.get(Setting::RequireContentTrust),
            Some(&Written::OtherType("string".into()))
        );
        assert!(matches!(
            config.get(Setting::RequireSignatureFrom),
            Some(Written::OtherType(_))
        ));
    }

    #[test]
    fn absent_is_a_state_of_its_own() {
        assert_eq!(
            config("[auth]\nbackend = 'managed'\n").get(Setting::RequireContentTrust),
            None
        );
        let odd = config("trust_configuration = 1\n");
        assert!(matches!(
            odd.get(Setting::RequireContentTrust),
            Some(Written::OtherType(_))
        ));
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
