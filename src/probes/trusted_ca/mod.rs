//! The certificates of UCP and DTR come from a certificate authority that the organisation trusts.
//!
//! How this could pass without evidence: roots nobody named, the system's roots taken for the
//! organisation's, a chain completed from certificates the server never sent, the clock of the day of
//! evaluation instead of the day of the handshake. So: no policy, no verdict; the policy's anchors
//! alone are trusted; only what was presented is used; the time is that of the fact.

mod chain;

use super::dtr::where_in_use;
use super::{Card, Deciding, Met, Probe};
use crate::facts::dtr::Settings;
use crate::facts::field::Field;
use crate::facts::tls::{Bundle, Certificate, Chain};
use crate::facts::{Absent, Fact, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{CA_DTR, CA_UCP, DTR_IN_USE, Parameter, Policy, Roots};
use crate::xccdf::Verdict;

use self::chain::Parsed;

/// The issuer of the certificates that UCP makes for itself at installation. DTR's has no name that
/// could be known: it is one of nobody's roots.
const BUILT_IN: &str = "UCP Client Root CA";

/// Whether a server's certificate comes from a trusted authority.
#[derive(Debug)]
pub struct TrustedCa {
    card: &'static Card,
    /// The product, as findings name it.
    product: &'static str,
    chain: fn(&Facts) -> &Fact<Chain>,
    ca: fn(&Facts) -> &Fact<Bundle>,
    roots: fn(&Policy) -> Option<&Roots>,
    parameter: Parameter,
    /// Settings that hold the CA as well.
    settings: Option<fn(&Facts) -> &Fact<Settings>>,
}

/// UCP's.
pub static UCP_TRUSTED_CA: TrustedCa = TrustedCa {
    card: &Card {
        name: "ucp-trusted-ca",
        asks: "UCP's certificate leads to a certificate authority that the organisation trusts",
        needs: &[Need::UcpChain, Need::UcpCa],
        decides_with: Deciding::Policy,
        parameters: &[CA_UCP],
        by_hand: "Look at the chain and at what UCP offers for download:\n  openssl s_client -connect UCP:443 -servername UCP -showcerts -CAfile roots.pem -verify_return_error \
            </dev/null\n  curl --cacert roots.pem https://UCP/ca",
        met: Met::LabOnly,
    },
    product: "UCP",
    chain: |facts| &facts.ucp.chain,
    ca: |facts| &facts.ucp.ca,
    roots: |policy| policy.ca_ucp.as_ref(),
    parameter: CA_UCP,
    settings: None,
};

/// DTR's.
pub static DTR_TRUSTED_CA: TrustedCa = TrustedCa {
    card: &Card {
        name: "dtr-trusted-ca",
        asks: "DTR's certificate leads to a certificate authority that the organisation trusts",
        needs: &[Need::DtrChain, Need::DtrCa, Need::DtrSettings],
        decides_with: Deciding::Policy,
        parameters: &[CA_DTR, DTR_IN_USE],
        by_hand: "Look at the chain, at what DTR offers for download, and at System, General, TLS settings:\n  openssl s_client -connect DTR:443 -servername DTR -showcerts -CAfile roots.pem -verify_return_error \
            </dev/null\n  curl --cacert roots.pem https://DTR/ca",
        met: Met::LabOnly,
    },
    product: "DTR",
    chain: |facts| &facts.dtr.chain,
    ca: |facts| &facts.dtr.ca,
    roots: |policy| policy.ca_dtr.as_ref(),
    parameter: CA_DTR,
    settings: Some(|facts| &facts.dtr.settings),
};

impl Probe for TrustedCa {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        match self.settings {
            Some(_) => where_in_use(facts, policy, || self.judge(facts, policy)),
            None => self.judge(facts, policy),
        }
    }
}

impl TrustedCa {
    fn judge(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let roots = (self.roots)(policy).ok_or_else(|| self.parameter.absent())?;
        let mut parts = Parts::default();
        let presented = parts.look((self.chain)(facts));
        let served = parts.look((self.ca)(facts));
        let settings = self.settings.and_then(|settings| parts.look(settings(facts)));
        let Some(presented) = presented else {
            return Ok(parts.fold(|_| String::new()));
        };
        parts.extend(judge(presented, roots, &self.parameter));
        if let Some(served) = served {
            let offered = format!("CA offered by {}", self.product);
            parts.extend(led(&offered, &served.origin, &served.value.certificates, presented, roots));
        }
        parts.extend(settings.into_iter().flat_map(|settings| in_settings(settings, served, presented, roots)));
        Ok(parts.fold(|verdict| match verdict {
            Verdict::Pass => format!(
                "{} presents a complete chain to a root of the policy, and offers the same CA for download.",
                presented.value.host
            ),
            _ => format!("{} does not present a sound chain to a root of the policy.", presented.value.host),
        }))
    }
}

/// The CA in DTR's settings is what `/ca` gives, and leads to the policy's roots as well. DTR may have
/// none there; one that cannot be read leaves the rule undecided.
fn in_settings(
    settings: &Read<Settings>,
    served: Option<&Read<Bundle>>,
    presented: &Read<Chain>,
    roots: &Roots,
) -> Vec<Observation> {
    const NAME: &str = "TLS Root CA in DTR's settings (webTLSCA)";
    const SAME: &str = "the CA that DTR offers for download";
    let origin = &settings.origin;
    match &settings.value.web_tls_ca {
        Field::Is(certificates) if !certificates.is_empty() => {
            let mut observations = led(NAME, origin, certificates, presented, roots);
            if let Some(served) = served {
                let same = certificates.iter().all(|c| served.value.certificates.contains(c));
                let actual = if same { "the same" } else { "another" };
                observations.push(Observation::seen(origin, NAME, SAME, actual, same));
            }
            observations
        }
        Field::Odd(kind) => vec![Observation::undecided(origin, NAME, SAME, kind.clone())],
        _ => Vec::new(),
    }
}

fn judge(presented: &Read<Chain>, roots: &Roots, parameter: &Parameter) -> Vec<Observation> {
    let origin = &presented.origin;
    let Chain { host, certificates } = &presented.value;
    let parsed: Result<Vec<Parsed<'_>>, String> = certificates.iter().map(Parsed::new).collect();
    let parsed = match parsed {
        Ok(parsed) if !parsed.is_empty() => parsed,
        Ok(_) => {
            return vec![Observation::undecided(origin, host.clone(), "a certificate chain", "no certificate")];
        }
        Err(reason) => {
            return vec![Observation::undecided(origin, host.clone(), "a readable certificate chain", reason)];
        }
    };
    let leaf = &parsed[0];
    let shown: Vec<String> = parsed.iter().map(Parsed::shown).collect();
    let see = |subject: String, expected: &str, actual: String, holds: bool| {
        Observation::seen(origin, subject, expected, actual, holds)
    };
    let mut observations = Vec::new();

    let built_in = parsed.iter().find(|c| c.issuer_name() == BUILT_IN || c.subject_name() == BUILT_IN);
    observations.push(see(
        format!("issuer of the certificate of {host}"),
        "an external certificate authority, not the product's own",
        match built_in {
            Some(_) => format!("UCP's built-in CA ({BUILT_IN})"),
            None => leaf.issuer_name(),
        },
        built_in.is_none(),
    ));
    observations.push(see(
        format!("certificate of {host}"),
        "issued by a certificate authority",
        if leaf.is_self_signed() { "self-signed".into() } else { format!("issued by {}", leaf.issuer_name()) },
        !leaf.is_self_signed(),
    ));
    observations.push(match leaf.is_for(host) {
        Ok(()) => see(format!("names in the certificate of {host}"), "the host that was asked for", host.clone(), true),
        Err(names) => see(format!("names in the certificate of {host}"), "the host that was asked for", names, false),
    });
    for certificate in &parsed {
        let (validity, valid) = certificate.validity_at(origin.at);
        observations.push(see(
            format!("validity of {}", certificate.shown()),
            "valid on the day of the scan",
            validity,
            valid,
        ));
    }
    let order = chain::out_of_order(&parsed);
    observations.push(see(
        "order of the chain".into(),
        "each certificate signed by the next one",
        order.clone().unwrap_or_else(|| shown.join(" <- ")),
        order.is_none(),
    ));
    let trust = chain::leads_to(certificates, roots, origin.at);
    observations.push(see(
        "path of the chain".into(),
        &format!("to a root of the policy ({}), with the certificates that were sent", parameter.shown()),
        match &trust {
            Ok(()) => "leads to a root of the policy".into(),
            Err(reason) => reason.clone(),
        },
        trust.is_ok(),
    ));
    observations
}

/// What a server offers for download must lead to the policy's roots as well: clients are told to trust it.
fn led(
    name: &str,
    origin: &Origin,
    offered: &[Certificate],
    presented: &Read<Chain>,
    roots: &Roots,
) -> Vec<Observation> {
    let known: Vec<_> = offered.iter().chain(&presented.value.certificates).chain(&roots.intermediates).collect();
    let judge_one = |certificate: &Certificate| {
        let (shown, holds) = match Parsed::new(certificate) {
            // A policy may name an intermediate as its root: then what stands above it will do too.
            Ok(parsed) => {
                let below = parsed.descends_from(&roots.anchors, &known);
                let here = std::slice::from_ref(certificate);
                let above = || roots.anchors.iter().filter_map(|a| Parsed::new(a).ok());
                (parsed.shown(), below || above().any(|anchor| anchor.descends_from(here, &known)))
            }
            Err(reason) => {
                return Observation::undecided(origin, name, "a readable certificate", reason);
            }
        };
        let actual = if holds { "leads to a root of the policy" } else { "leads to no root of the policy" };
        Observation::seen(
            origin,
            format!("{name}: {shown}"),
            "a root of the policy, or issued under one",
            actual,
            holds,
        )
    };
    offered.iter().map(judge_one).collect()
}

#[cfg(test)]
pub(super) use tests::cases;
#[cfg(test)]
mod tests;
