//! MKE takes its users from the organisation's identity provider: LDAP or SAML, either will do.

use super::{amiss, backend, connections, searches, shown};
use crate::facts::config::{Config, Setting, Written};
use crate::facts::{Absent, Facts, Need, Read, address};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{IDP_EXPECTED, IdentityProvider as Expected, Policy};
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

/// CNTR-MK-000030. Each of the two that is enabled must be set up as the policy says; one of those that
/// the policy speaks of must be enabled.
pub struct IdentityProvider;

static CARD: Card = Card {
    name: "mke-identity-provider",
    asks: "MKE takes its users from the identity provider that the organisation names, over verified TLS",
    needs: &[Need::UcpConfig, Need::UcpLdap],
    decides_with: Deciding::Policy,
    parameters: &[IDP_EXPECTED],
    by_hand: concat!(
        config_by_hand!("backend and samlEnabled under [auth], and the keys under [auth.saml]"),
        "\nThe directory's settings are at https://UCP/enzi/v0/config/auth/ldap."
    ),
    met: Met::LabOnly,
};

impl Probe for IdentityProvider {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let config = facts.ucp.config.read()?;
        let mut parts = Parts::default();
        let by_ldap = backend(config).verdict() == Verdict::Pass;
        let by_saml = config.value.stands(Setting::SamlEnabled, None).flag() == Some(true);
        if !by_ldap && !by_saml {
            return Ok(neither(config));
        }
        let silent = Expected::default();
        let expected = parts.take(policy.idp_expected.as_ref().ok_or_else(|| IDP_EXPECTED.absent()));
        let is_said = expected.is_some();
        let expected = expected.unwrap_or(&silent);
        let mut observations = Vec::new();
        let mut named = !is_said;
        // The directory's settings belong to the evidence also where SAML alone is enabled: what could
        // not be read is not known to be unused.
        let ldap = parts.look(&facts.ucp.ldap);
        if by_ldap {
            named |= expected.ldap_url.is_some() || expected.reader_dn.is_some();
            observations.push(backend(config));
        }
        if let Some(ldap) = ldap.filter(|_| by_ldap) {
            observations.extend(connections(&ldap.origin, &ldap.value));
            observations.push(searches(ldap));
            if let Some(url) = &expected.ldap_url {
                let actual = ldap.value.main.server_url.get();
                let holds = actual.is_some_and(|actual| *actual == address::kept(url));
                let shown = shown(&ldap.value.main.server_url);
                observations.push(as_expected(ldap, "serverURL", &address::kept(url), shown, holds));
            }
            let reader = &ldap.value.reader_dn;
            observations.push(Observation::seen(
                &ldap.origin,
                "readerDN",
                "a reader",
                shown(reader),
                reader.get().is_some_and(|dn| !dn.trim().is_empty()),
            ));
            if let Some(reader) = &expected.reader_dn {
                let actual = ldap.value.reader_dn.get();
                let holds = actual.is_some_and(|actual| same_name(actual, reader));
                let shown = shown(&ldap.value.reader_dn);
                observations.push(as_expected(ldap, "readerDN", reader, shown, holds));
            }
        }
        if by_saml {
            named |= expected.saml_metadata_url.is_some() || expected.sp_host.is_some();
            observations.extend(saml(config, expected));
        }
        if !named {
            observations.push(Observation::seen(
                &config.origin,
                "the identity provider that is enabled",
                format!("one that the policy speaks of ({})", IDP_EXPECTED.shown()),
                if by_ldap { "LDAP alone" } else { "SAML alone" },
                false,
            ));
        }
        let amiss = amiss(&observations);
        parts.extend(observations);
        Ok(parts.fold(|verdict| match verdict {
            Verdict::Pass => "MKE takes its users from the identity provider that the policy names.".into(),
            _ => format!("The identity provider is not as it should be: {amiss}."),
        }))
    }
}

fn neither(config: &Read<Config>) -> Finding {
    let saml = config.value.stands(Setting::SamlEnabled, None);
    let saml = Observation::seen(
        &config.origin,
        Setting::SamlEnabled.shown(),
        "true, unless LDAP is enabled",
        saml.shown(),
        false,
    );
    Finding::fold(vec![backend(config), saml], |_| {
        "Neither LDAP nor SAML is enabled: MKE keeps its users itself.".into()
    })
}

fn saml(config: &Read<Config>, expected: &Expected) -> Vec<Observation> {
    let get = |setting| config.value.get(setting);
    let text = |setting| match get(setting) {
        Some(Written::Text(text)) => text.as_str(),
        _ => "",
    };
    let seen = |setting: Setting, expected: String, holds: bool| {
        let actual = config.value.stands(setting, None).shown();
        Observation::seen(&config.origin, setting.shown(), expected, actual, holds)
    };
    let url = text(Setting::SamlMetadataUrl);
    let host = text(Setting::SamlHost);
    let policy = |value: &str| format!("{value} (policy, {})", IDP_EXPECTED.shown());
    vec![
        match &expected.saml_metadata_url {
            Some(wanted) => {
                let wanted = address::kept(wanted);
                seen(Setting::SamlMetadataUrl, policy(&wanted), !url.is_empty() && url == wanted)
            }
            None => seen(Setting::SamlMetadataUrl, "an address".into(), !url.is_empty()),
        },
        match &expected.sp_host {
            Some(wanted) => {
                let wanted = address::host(wanted);
                seen(Setting::SamlHost, policy(&wanted), !host.is_empty() && host == wanted)
            }
            None => seen(Setting::SamlHost, "a host".into(), !host.is_empty()),
        },
        seen(
            Setting::SamlRoots,
            "the certificates of its CA".into(),
            get(Setting::SamlRoots) == Some(&Written::Filled(true)),
        ),
        seen(
            Setting::SamlSkipsVerification,
            "false".into(),
            config.value.stands(Setting::SamlSkipsVerification, None).flag() == Some(false),
        ),
    ]
}

fn as_expected<T>(read: &Read<T>, subject: &str, expected: &str, actual: String, holds: bool) -> Observation {
    let expected = format!("{expected} (policy, {})", IDP_EXPECTED.shown());
    Observation::seen(&read.origin, subject, expected, actual, holds)
}

/// Two distinguished names as people write them: blanks around commas and equals signs, and the case of
/// letters, are no difference.
fn same_name(a: &str, b: &str) -> bool {
    let plain = |name: &str| {
        let parts = name.split(',').map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            format!("{}={}", key.trim(), value.trim()).to_lowercase()
        });
        parts.collect::<Vec<_>>()
    };
    plain(a) == plain(b)
}
