//! What the organisation decided: the values that the system security plan (SSP) sets and that
//! rules are judged against.
//!
//! A value that is not set leaves its rules `notchecked` with the name of the value; there are no
//! defaults, because a default would be this program's decision and not the organisation's.

mod roots;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use roots::Roots;

use crate::facts::Absent;
use crate::toml_file::{self, TomlError};
use crate::xccdf::ids::sha256_hex;

/// A value of the policy, for lists, explanations and the commented file that `init` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Table in the file.
    pub table: &'static str,
    /// Key in the table.
    pub key: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// A value to show how it is written.
    pub example: &'static str,
}

/// `[trust] signers`.
pub const TRUST_SIGNERS: Parameter = Parameter {
    table: "trust",
    key: "signers",
    meaning: "the teams or users that must have signed an image before UCP runs it: exactly those that \
              UCP's require_signature_from names, by name, id or org/team, in any order",
    example: "[\"engineering/release-signers\", \"security\"]",
};

/// `[ca] ucp`.
pub const CA_UCP: Parameter = Parameter {
    table: "ca",
    key: "ucp",
    meaning: "PEM file with the root certificates that UCP's certificate must lead to",
    example: "\"roots.pem\"",
};

/// `[ca] dtr`.
pub const CA_DTR: Parameter = Parameter {
    table: "ca",
    key: "dtr",
    meaning: "PEM file with the root certificates that DTR's certificate must lead to",
    example: "\"roots.pem\"",
};

/// Every value that a policy can set, in the order of the file that `init` writes.
pub const PARAMETERS: [Parameter; 3] = [TRUST_SIGNERS, CA_UCP, CA_DTR];

impl Parameter {
    /// As people write it: `[trust] signers`.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("[{}] {}", self.table, self.key)
    }

    /// What a rule says that needs this value and does not have it.
    #[must_use]
    pub fn absent(&self) -> Absent {
        Absent::NotInPolicy {
            value: self.shown(),
            meaning: self.meaning.into(),
        }
    }
}

/// A policy, with the files it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// `[trust] signers`.
    pub trust_signers: Option<Vec<String>>,
    /// `[ca] ucp`.
    pub ca_ucp: Option<Roots>,
    /// `[ca] dtr`.
    pub ca_dtr: Option<Roots>,
    /// SHA-256 over the policy file and the files it names; none where there is no policy.
    pub sha256: Option<String>,
}

/// Why a policy could not be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file has a mistake.
    #[error(transparent)]
    Toml(#[from] TomlError),
    /// A file that the policy names cannot be used.
    #[error("{policy}: {value} names {file}: {reason}")]
    File {
        /// The policy file.
        policy: String,
        /// The value that names it.
        value: String,
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A value that has the right type and makes no sense.
    #[error("{policy}: {value}: {reason}")]
    Value {
        /// The policy file.
        policy: String,
        /// The value.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
struct Written {
    trust: Trust,
    ca: Ca,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
struct Trust {
    signers: Option<Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
struct Ca {
    ucp: Option<PathBuf>,
    dtr: Option<PathBuf>,
}

impl Policy {
    /// Reads a policy from the text of `file`. Paths in it are relative to the file; `open` gives the
    /// bytes of a path.
    pub fn parse(
        file: &Path,
        text: &str,
        open: impl Fn(&Path) -> std::io::Result<Vec<u8>>,
    ) -> Result<Self, PolicyError> {
        let name = file.display().to_string();
        let written: Written = toml_file::parse(&name, text).map_err(misplaced)?;
        let mut digests = vec![sha256_hex(text.as_bytes())];

        let mut roots =
            |path: Option<PathBuf>, parameter: &Parameter| -> Result<Option<Roots>, PolicyError> {
                let Some(path) = path else { return Ok(None) };
                if path.as_os_str().is_empty() {
                    let reason = "it names no file".into();
                    return Err(PolicyError::Value {
                        policy: name.clone(),
                        value: parameter.shown(),
                        reason,
                    });
                }
                let path = file.parent().unwrap_or(Path::new("")).join(path);
                let fail = |reason: String| PolicyError::File {
                    policy: name.clone(),
                    value: parameter.shown(),
                    file: path.display().to_string(),
                    reason,
                };
                let pem = open(&path).map_err(|e| fail(e.to_string()))?;
                digests.push(sha256_hex(&pem));
                Roots::from_pem(&pem).map(Some).map_err(fail)
            };
        let ca_ucp = roots(written.ca.ucp, &CA_UCP)?;
        let ca_dtr = roots(written.ca.dtr, &CA_DTR)?;

        let signers = written.trust.signers;
        if signers
            .as_ref()
            .is_some_and(|s| s.iter().any(|name| name.trim().is_empty()))
        {
            let reason = "a name is empty".into();
            return Err(PolicyError::Value {
                policy: name,
                value: TRUST_SIGNERS.shown(),
                reason,
            });
        }
        Ok(Policy {
            trust_signers: signers,
            ca_ucp,
            ca_dtr,
            sha256: Some(sha256_hex(digests.join("\n").as_bytes())),
        })
    }
}

/// Says where a key belongs that stands outside its table.
fn misplaced(mut error: TomlError) -> TomlError {
    let at_home = |p: &&Parameter| {
        error
            .message
            .starts_with(&format!("unknown field `{}`, expected", p.key))
    };
    if let Some(parameter) = PARAMETERS.iter().find(at_home) {
        error.message = format!(
            "`{}` stands outside its table: it belongs under [{}]",
            parameter.key, parameter.table
        );
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Policy, PolicyError> {
        Policy::parse(Path::new("etc/policy.toml"), text, |path| {
            assert_eq!(
                path,
                Path::new("etc/roots.pem"),
                "relative to the policy file"
            );
            Ok(b"no certificate".to_vec())
        })
    }

    #[test]
    fn an_empty_policy_sets_nothing() {
        let policy = parse("").expect("an empty policy");
        assert_eq!(
            (policy.trust_signers, policy.ca_ucp, policy.ca_dtr),
            (None, None, None)
        );
    }

    #[test]
    fn mistakes_are_named() {
        let text = |t| parse(t).expect_err("a mistake").to_string();
        assert!(text("[trust]\nsigner = ['a']\n").contains("policy.toml:2:1"));
        assert!(text("[trust]\nsigner = ['a']\n").contains("did you mean `signers`?"));
        assert!(text("[trust]\nsigners = 'a'\n").contains("policy.toml:2:"));
        assert!(text("signers = ['a']\n").contains("it belongs under [trust]"));
        assert!(text("trust = 1\n").contains("expected a table"));
        assert!(text("[ca]\nucp = ''\n").contains("it names no file"));
        assert!(text("[trust]\nsigners = ['']\n").contains("[trust] signers: a name is empty"));
        assert!(
            text("[ca]\nucp = 'roots.pem'\n")
                .contains("[ca] ucp names etc/roots.pem: it holds no certificate")
        );
    }

    #[test]
    fn every_parameter_is_a_key_of_the_file() {
        for parameter in PARAMETERS {
            let text = format!(
                "[{}]\n{} = {}\n",
                parameter.table, parameter.key, parameter.example
            );
            let unknown = parse(&text)
                .err()
                .is_some_and(|e| e.to_string().contains("unknown field"));
            assert!(!unknown, "{text}");
        }
    }
}
