//! Users come from the organisation's directory or identity provider.
//!
//! How this could pass without evidence: a backend that is named and a directory that is not set up;
//! settings that did not come; a field of another type taken for the right one; a connection without TLS
//! or without verification; one provider in order, and beside it another that nobody approved. A backend
//! other than `ldap` decides by itself; with it the directory's own settings must have been read, and
//! each of them holds only with a value of the right type. What is absent or null is what the vendor's documents say of
//! it ([`crate::facts::defaults`]): an additional domain, unlike the main one, is then not verified.

mod provider;

use super::{Card, Deciding, Met, Probe};
use crate::facts::config::{Config, Setting, Written};
use crate::facts::defaults::ldap_flag;
use crate::facts::field::Field;
use crate::facts::ldap::{Directory, Ldap};
use crate::facts::{Absent, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation, Parts};
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
        let mut parts = Parts::default();
        let config = parts.look(&facts.ucp.config);
        let backend = config.map(backend);
        let besides = config.map_or("", |config| one_of_two(&config.value));
        if let Some(elsewhere) = backend.as_ref().filter(|backend| backend.verdict() != Verdict::Pass) {
            let actual = elsewhere.actual().to_owned();
            // What of the directory cannot be read is nothing that the finding would need.
            return Ok(Finding::fold(vec![elsewhere.clone()], |_| {
                format!("UCP takes its users from elsewhere: [auth] backend is {actual}.{besides}")
            }));
        }
        parts.extend(backend);
        let ldap = parts.look(&facts.ucp.ldap);
        parts.extend(ldap.into_iter().flat_map(|ldap| connections(&ldap.origin, &ldap.value)));
        parts.extend(ldap.map(searches));
        let amiss = amiss(parts.observations());
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => format!("UCP takes its users from an LDAP directory, over verified TLS.{besides}"),
            _ => format!("The directory is not set up as it should be: {amiss}."),
        });
        Ok(match finding.verdict() {
            Verdict::Pass => finding,
            _ => finding.beside_letter(
                Verdict::Pass,
                "the check's commands look at the backend alone, not at how the directory is reached",
            ),
        })
    }
}

/// Where one of LDAP and SAML is enabled: that two rules want both, and most releases take only one ("If you enable LDAP
/// integration, you cannot enable SAML", MKE documentation up to 3.5; both from 3.6).
pub(super) fn one_of_two(config: &Config) -> &'static str {
    let ldap = config.stands(Setting::AuthBackend, None).judge(|backend| Some(is_ldap(backend)));
    let saml = config.stands(Setting::SamlEnabled, None).flag();
    if ldap == saml {
        return "";
    }
    " UCP and MKE up to 3.5 take either LDAP, which DKER-EE-001100 wants, or SAML, which DKER-EE-002180 wants: there \
     one of the two rules stays open and needs a risk acceptance. MKE takes both from 3.6 on."
}

fn is_ldap(backend: &Written) -> bool {
    *backend == Written::Text("ldap".into())
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
    let stands = config.value.stands(Setting::AuthBackend, None);
    let holds = stands.judge(|backend| Some(is_ldap(backend))) == Some(true);
    Observation::seen(&config.origin, Setting::AuthBackend.shown(), "\"ldap\"", stands.shown(), holds)
}

/// How each directory is reached: over TLS, and verified.
fn connections(origin: &Origin, ldap: &Ldap) -> Vec<Observation> {
    let mut observations = connection(origin, &ldap.main, "");
    match &ldap.additional {
        Field::Absent | Field::Null => {}
        Field::Is(directories) => {
            observations.extend(directories.iter().flat_map(|d| connection(origin, d, "additional.")));
        }
        Field::Odd(kind) => observations.push(Observation::undecided(origin, "additionalDomains", "a list", kind)),
    }
    observations
}

/// One directory, whose defaults are those of this place.
fn connection(origin: &Origin, directory: &Directory, place: &str) -> Vec<Observation> {
    let of = |what: &str| match (directory.domain.as_str(), place) {
        ("", "") => what.to_owned(),
        ("", _) => format!("{what} of an additional domain without a name"),
        (domain, _) => format!("{what} of the domain {domain}"),
    };
    let flag = |name: &str, field| ldap_flag(&format!("{place}{name}"), field);
    let url = directory.server_url.get().map(String::as_str);
    let starts_tls = flag("start_tls", &directory.start_tls).0 == Some(true);
    let encrypted = url.is_some_and(|url| url.starts_with("ldaps://") || (url.starts_with("ldap://") && starts_tls));
    let actual = match url {
        None | Some("") => "none".to_owned(),
        Some(url) if starts_tls => format!("{url} with startTLS"),
        Some(url) => url.to_owned(),
    };
    let (skips, shown) = flag("skip_verify", &directory.skip_verify);
    vec![
        Observation::seen(origin, of("serverURL"), "ldaps://, or ldap:// with startTLS", actual, encrypted),
        Observation::seen(origin, of("tlsSkipVerify"), "false", shown, skips == Some(false)),
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
