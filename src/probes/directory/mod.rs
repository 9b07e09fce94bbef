//! Users come from the organisation's directory or identity provider.
//!
//! How this could pass without evidence: a backend that is named and a directory that is not set up;
//! settings that did not come; a field of another type taken for the right one; a connection without TLS
//! or without verification; one provider in order, and beside it another that nobody approved. A backend
//! other than `ldap` decides by itself; with it the directory's own settings must have been read, and
//! each of them holds only with a value of the right type. Nothing that is absent holds but what the
//! product documents as off.

mod provider;

use super::{Card, Deciding, Met, Probe};
use crate::facts::config::{Config, Setting, Written};
use crate::facts::field::Field;
use crate::facts::ldap::{Directory, Ldap};
use crate::facts::{Absent, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::xccdf::Verdict;

pub use provider::IdentityProvider;

/// 001100: the LDAP directory.
pub struct LdapDirectory;

static CARD: Card = Card {
    name: "ucp-ldap",
    asks: "UCP takes its users from an LDAP directory, over verified TLS",
    needs: &[Need::UcpConfig, Need::UcpLdap],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: concat!(
        config_by_hand!("backend under [auth]"),
        "\nThe directory's settings, which the check says only the console shows, are at \
         https://UCP/enzi/v0/config/auth/ldap: serverURL, startTLS, tlsSkipVerify, userSearchConfigs."
    ),
    met: Met::LabOnly,
};

impl Probe for LdapDirectory {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let config = facts.ucp.config.read()?;
        let backend = backend(config);
        if backend.verdict() != Verdict::Pass {
            let actual = backend.actual().to_owned();
            return Ok(Finding::fold(vec![backend], |_| {
                format!("UCP takes its users from elsewhere: [auth] backend is {actual}.")
            }));
        }
        let ldap = facts.ucp.ldap.read()?;
        let mut observations = vec![backend];
        observations.extend(connections(&ldap.origin, &ldap.value));
        observations.push(searches(ldap));
        let amiss = amiss(&observations);
        let finding = Finding::fold(observations, |verdict| match verdict {
            Verdict::Pass => "UCP takes its users from an LDAP directory, over verified TLS.".into(),
            _ => format!("The directory is not set up as it should be: {amiss}."),
        });
        Ok(match finding.verdict() {
            Verdict::Pass => finding,
            _ => finding.with_literal(
                Verdict::Pass,
                "the check's commands look at the backend alone, not at how the directory is reached",
            ),
        })
    }
}

/// What does not hold, for a summary.
fn amiss(observations: &[Observation]) -> String {
    let amiss: Vec<String> = observations
        .iter()
        .filter(|o| o.verdict() != Verdict::Pass)
        .map(|o| format!("{} is {}, not {}", o.subject(), o.actual(), o.expected()))
        .collect();
    amiss.join("; ")
}

fn backend(config: &Read<Config>) -> Observation {
    let written = config.value.get(Setting::AuthBackend);
    Observation::seen(
        &config.origin,
        Setting::AuthBackend.shown(),
        "\"ldap\"",
        written.map_or("not set (the default is managed)".into(), Written::shown),
        written == Some(&Written::Text("ldap".into())),
    )
}

/// How each directory is reached: over TLS, and verified.
fn connections(origin: &Origin, ldap: &Ldap) -> Vec<Observation> {
    let mut observations = connection(origin, &ldap.main);
    match &ldap.additional {
        Field::Absent | Field::Null => {}
        Field::Is(directories) => {
            observations.extend(directories.iter().flat_map(|d| connection(origin, d)));
        }
        Field::Odd(kind) => observations.push(Observation::undecided(origin, "additionalDomains", "a list", kind)),
    }
    observations
}

fn connection(origin: &Origin, directory: &Directory) -> Vec<Observation> {
    let of = |what: &str| match directory.domain.as_str() {
        "" => what.to_owned(),
        domain => format!("{what} of the domain {domain}"),
    };
    let url = directory.server_url.get().map(String::as_str);
    let starts_tls = directory.start_tls.get() == Some(&true);
    let encrypted = url.is_some_and(|url| url.starts_with("ldaps://") || (url.starts_with("ldap://") && starts_tls));
    let actual = match url {
        None | Some("") => "none".to_owned(),
        Some(url) if starts_tls => format!("{url} with startTLS"),
        Some(url) => url.to_owned(),
    };
    let verified = match &directory.skip_verify {
        Field::Absent | Field::Null | Field::Is(false) => true,
        Field::Is(true) | Field::Odd(_) => false,
    };
    vec![
        Observation::seen(origin, of("serverURL"), "ldaps://, or ldap:// with startTLS", actual, encrypted),
        Observation::seen(origin, of("tlsSkipVerify"), "false", shown(&directory.skip_verify), verified),
    ]
}

fn searches(ldap: &Read<Ldap>) -> Observation {
    let searches = &ldap.value.user_searches;
    Observation::seen(
        &ldap.origin,
        "userSearchConfigs",
        "one search for users or more",
        match searches {
            Field::Is(n) => n.to_string(),
            other => shown(other),
        },
        searches.get().is_some_and(|n| *n > 0),
    )
}

fn shown<T: ToString>(field: &Field<T>) -> String {
    match field {
        Field::Absent => "not set".into(),
        Field::Null => "null".into(),
        Field::Is(value) => value.to_string(),
        Field::Odd(kind) => kind.clone(),
    }
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests;
