//! The values of the policy that are more than a word: how they are written, and what they match.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::words;
use crate::facts::container::Container;

/// Which containers a value is about: `name:web-*`, `image:dtr.example.mil/shop/*`,
/// `label:com.example.tier=db`, or a bare name. `*` stands for any text, `?` for one character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// By name.
    Name(String),
    /// By the image as it was asked for.
    Image(String),
    /// By a label: its key, and its value where one is given.
    Label(String, Option<String>),
}

impl Selector {
    /// Whether it is about this container.
    #[must_use]
    pub fn selects(&self, container: &Container) -> bool {
        match self {
            Selector::Name(pattern) => matches(pattern, &container.name),
            Selector::Image(pattern) => matches(pattern, &container.image),
            Selector::Label(key, value) => container
                .labels
                .get(key)
                .is_some_and(|actual| value.as_ref().is_none_or(|pattern| matches(pattern, actual))),
        }
    }

    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (kind, rest) = text.split_once(':').unwrap_or(("name", text));
        let selector = match kind {
            "name" => Selector::Name(rest.into()),
            "image" => Selector::Image(rest.into()),
            "label" => {
                let (key, value) = match rest.split_once('=') {
                    Some((key, value)) => (key, Some(value.to_owned())),
                    None => (rest, None),
                };
                Selector::Label(key.into(), value)
            }
            _ => {
                return Err(format!("{text:?} is no selector: write name:…, image:… or label:…=…"));
            }
        };
        if rest.is_empty() {
            return Err(format!("{text:?} selects nothing"));
        }
        Ok(selector)
    }
}

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Selector::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Whether the text is of the pattern: `*` stands for any text, `?` for one character.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go on when the last star has to take one character more.
    let mut retry = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, t));
                p += 1;
            }
            Some('?') => (p, t) = (p + 1, t + 1),
            Some(c) if *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match retry {
                Some((star, taken)) => {
                    (p, t) = (star + 1, taken + 1);
                    retry = Some((star, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// What stands in an approved grant's object for whoever holds it.
pub const HOLDER: &str = "{subject}";

/// A grant of UCP that is approved. `*` stands for any text, `?` for one character, in each of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedGrant {
    /// Who: a user, an organisation, `org/team`, or an id.
    pub subject: String,
    /// May do what: a role by name or id.
    pub role: String,
    /// Where: a collection by path or id, or a namespace. [`HOLDER`] in it is who, by name or id: the
    /// collection that UCP makes for each user is `/Shared/Private/{subject}`.
    pub object: String,
}

impl AllowedGrant {
    /// Whether it approves that one of these, which are names of one subject, has a role of these names.
    /// Gives those names of the subject that it means.
    pub fn holders<'a>(
        &self,
        subject: impl Iterator<Item = &'a str>,
        mut role: impl Iterator<Item = &'a str>,
    ) -> Vec<&'a str> {
        if !role.any(|name| matches(&self.role, name)) {
            return Vec::new();
        }
        subject.filter(|name| matches(&self.subject, name)).collect()
    }

    /// Whether its object is this one, held by a subject that is called so.
    #[must_use]
    pub fn is_object(&self, holder: &str, object: &str) -> bool {
        if !self.object.contains(HOLDER) {
            return matches(&self.object, object);
        }
        // A name that would be a pattern by itself stands for nobody.
        !is_pattern(holder) && matches(&self.object.replace(HOLDER, holder), object)
    }
}

/// Whether it holds a character that stands for others.
#[must_use]
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Access to repositories that is approved for one team, or for one user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AllowedAccess {
    /// The organisation.
    pub org: String,
    /// The team in it.
    pub team: String,
    /// Who may be in the team.
    pub members: Vec<String>,
    /// What it may do where.
    pub repos: Vec<AllowedRepository>,
    /// A user instead of a team: `repos` is what the user has alone, in a namespace of the user's own
    /// (`j.doe/*`), as the owner of an organisation (`engineering/*` with `admin`), or as an
    /// administrator (`*/*` with `admin`).
    pub user: String,
}

/// A repository and a level of access.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedRepository {
    /// `namespace/name`, or `namespace/*` for all of it.
    pub name: String,
    /// `read-only`, `read-write` or `admin`.
    pub level: String,
}

/// Capabilities that some containers may have, and must give up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedCapabilities {
    /// Which containers.
    pub selector: Selector,
    /// What may be added.
    #[serde(default)]
    pub allow_add: Vec<String>,
    /// What must be dropped.
    #[serde(default)]
    pub require_drop: Vec<String>,
}

/// A port that some containers may publish.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedPort {
    /// Which containers.
    pub selector: Selector,
    /// `tcp`, `udp` or `sctp`.
    pub proto: String,
    /// The port in the container.
    pub container_port: u16,
    /// The port on the host, where it is fixed.
    pub host_port: Option<u16>,
    /// The address on the host, where it is fixed.
    pub host_ip: Option<String>,
}

/// A device that some containers may have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedDevice {
    /// Which containers.
    pub selector: Selector,
    /// The device.
    pub path_on_host: String,
    /// `rwm` or less.
    pub permissions: String,
}

/// The cgroup that some containers may have as parent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedCgroup {
    /// Which containers.
    pub selector: Selector,
    /// Its name.
    pub value: String,
}

/// A limit that some containers may have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedUlimit {
    /// Which containers.
    pub selector: Selector,
    /// `nofile`.
    pub name: String,
    /// The soft limit.
    pub soft: i64,
    /// The hard limit.
    pub hard: i64,
}

/// Containers that are no part of what rules judge, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// Which containers.
    pub selector: Selector,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    #[serde(deserialize_with = "words::date")]
    pub expires: NaiveDate,
    /// The rules it is about, by STIG-ID; all where none is named.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// An application and the secrets that are its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretOwner {
    /// The application.
    pub app: String,
    /// The names of its secrets.
    pub secrets: Vec<String>,
}

/// A network whose traffic the application encrypts itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncryptedByApplication {
    /// The network's name.
    pub network: String,
    /// How that is known.
    pub evidence: String,
}

/// What a namespace's quota must hold at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotas(pub BTreeMap<String, BTreeMap<String, String>>);

/// The directory or identity provider that MKE must use. What is not given is not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdentityProvider {
    /// LDAP server.
    pub ldap_url: Option<String>,
    /// The reader's distinguished name.
    pub reader_dn: Option<String>,
    /// SAML metadata.
    pub saml_metadata_url: Option<String>,
    /// The service provider's host, as MKE gives it.
    pub sp_host: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_the_whole_text() {
        for (pattern, text, is) in [
            ("web", "web", true),
            ("web", "webapp", false),
            ("web-*", "web-1", true),
            ("*", "", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("w?b", "web", true),
            ("w?b", "wb", false),
            ("*.mil/*", "dtr.example.mil/a/b:1", true),
        ] {
            assert_eq!(matches(pattern, text), is, "{pattern} {text}");
        }
    }

    #[test]
    fn a_selector_says_what_it_looks_at() {
        let container = Container {
            name: "web-1".into(),
            image: "dtr.example.mil/shop/web:3".into(),
            labels: [("tier".to_owned(), "db".to_owned())].into(),
            ..Container::default()
        };
        for (text, selects) in [
            ("web-*", true),
            ("name:web", false),
            ("image:dtr.example.mil/shop/*", true),
            ("label:tier", true),
            ("label:tier=d?", true),
            ("label:tier=web", false),
        ] {
            let selector = Selector::parse(text).expect("a selector");
            assert_eq!(selector.selects(&container), selects, "{text}");
        }
        assert!(Selector::parse("id:1").is_err());
        assert!(Selector::parse("image:").is_err());
    }
}
