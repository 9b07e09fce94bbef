//! UCP's certificate comes from a certificate authority that the organisation trusts.
//!
//! How this could pass without evidence: roots nobody named, the system's roots taken for the
//! organisation's, a chain completed from certificates the server never sent, the clock of the day of
//! evaluation instead of the day of the handshake. So: no policy, no verdict; the policy's anchors
//! alone are trusted; only what was presented is used; the time is that of the fact.

mod chain;

use super::{Card, Deciding, Met, Probe};
use crate::facts::tls::{Bundle, Certificate, Chain};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::{CA_UCP, Policy, Roots};
use crate::xccdf::Verdict;

use self::chain::Parsed;

/// The issuer of the certificates that UCP makes for itself at installation.
const BUILT_IN: &str = "UCP Client Root CA";

/// See the module.
pub struct UcpTrustedCa;

static CARD: Card = Card {
    name: "ucp-trusted-ca",
    asks: "UCP's certificate leads to a certificate authority that the organisation trusts",
    needs: &[Need::UcpChain, Need::UcpCa],
    decides_with: Deciding::Policy,
    parameters: &[CA_UCP],
    by_hand: "Look at the chain and at what UCP offers for download:\n  openssl s_client -connect UCP:443 -servername UCP -showcerts -CAfile roots.pem -verify_return_error \
        </dev/null\n  curl --cacert roots.pem https://UCP/ca",
    met: Met::LabOnly,
};

impl Probe for UcpTrustedCa {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let roots = policy.ca_ucp.as_ref().ok_or_else(|| CA_UCP.absent())?;
        let presented = facts.ucp.chain.read()?;
        let served = facts.ucp.ca.read();
        let mut observations = judge(presented, roots);
        if let Ok(served) = &served {
            observations.extend(judge_served(served, presented, roots));
        }
        let finding = Finding::fold(observations, |verdict| match verdict {
            Verdict::Pass => format!(
                "{} presents a complete chain to a root of the policy, and offers the same CA for download.",
                presented.value.host
            ),
            _ => format!(
                "{} does not present a sound chain to a root of the policy.",
                presented.value.host
            ),
        });
        // What is open stays open without the rest; what looks sound is not while a half is missing.
        match served {
            Err(absent) if finding.verdict() == Verdict::Pass => Err(absent),
            _ => Ok(finding),
        }
    }
}

fn judge(presented: &Read<Chain>, roots: &Roots) -> Vec<Observation> {
    let origin = &presented.origin;
    let Chain { host, certificates } = &presented.value;
    let parsed: Result<Vec<Parsed<'_>>, String> = certificates.iter().map(Parsed::new).collect();
    let parsed = match parsed {
        Ok(parsed) if !parsed.is_empty() => parsed,
        Ok(_) => {
            return vec![Observation::undecided(
                origin,
                host.clone(),
                "a certificate chain",
                "no certificate",
            )];
        }
        Err(reason) => {
            return vec![Observation::undecided(
                origin,
                host.clone(),
                "a readable certificate chain",
                reason,
            )];
        }
    };
    let leaf = &parsed[0];
    let shown: Vec<String> = parsed.iter().map(Parsed::shown).collect();
    let see = |subject: String, expected: &str, actual: String, holds: bool| {
        Observation::seen(origin, subject, expected, actual, holds)
    };
    let mut observations = Vec::new();

    let built_in = parsed
        .iter()
        .find(|c| c.issuer_name() == BUILT_IN || c.subject_name() == BUILT_IN);
    observations.push(see(
        format!("issuer of the certificate of {host}"),
        "an external certificate authority, not UCP's own",
        match built_in {
            Some(_) => format!("UCP's built-in CA ({BUILT_IN})"),
            None => leaf.issuer_name(),
        },
        built_in.is_none(),
    ));
    observations.push(see(
        format!("certificate of {host}"),
        "issued by a certificate authority",
        if leaf.is_self_signed() {
            "self-signed".into()
        } else {
            format!("issued by {}", leaf.issuer_name())
        },
        !leaf.is_self_signed(),
    ));
    observations.push(match leaf.is_for(host) {
        Ok(()) => see(
            format!("names in the certificate of {host}"),
            "the host that was asked for",
            host.clone(),
            true,
        ),
        Err(names) => see(
            format!("names in the certificate of {host}"),
            "the host that was asked for",
            names,
            false,
        ),
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
        "to a root of the policy ([ca] ucp), with the certificates that were sent",
        match &trust {
            Ok(()) => "leads to a root of the policy".into(),
            Err(reason) => reason.clone(),
        },
        trust.is_ok(),
    ));
    observations
}

/// What UCP offers for download must lead to the policy's roots as well: clients are told to trust it.
fn judge_served(served: &Read<Bundle>, presented: &Read<Chain>, roots: &Roots) -> Vec<Observation> {
    let known: Vec<_> = served
        .value
        .certificates
        .iter()
        .chain(&presented.value.certificates)
        .chain(&roots.intermediates)
        .collect();
    let judge_one = |certificate: &Certificate| {
        let (shown, holds) = match Parsed::new(certificate) {
            // A policy may name an intermediate as its root: then what stands above it will do too.
            Ok(parsed) => {
                let below = parsed.descends_from(&roots.anchors, &known);
                let here = std::slice::from_ref(certificate);
                let above = || roots.anchors.iter().filter_map(|a| Parsed::new(a).ok());
                (
                    parsed.shown(),
                    below || above().any(|anchor| anchor.descends_from(here, &known)),
                )
            }
            Err(reason) => {
                return Observation::undecided(
                    &served.origin,
                    "CA offered by UCP",
                    "a readable certificate",
                    reason,
                );
            }
        };
        let actual = if holds {
            "leads to a root of the policy"
        } else {
            "leads to no root of the policy"
        };
        Observation::seen(
            &served.origin,
            format!("CA offered by UCP: {shown}"),
            "a root of the policy, or issued under one",
            actual,
            holds,
        )
    };
    served.value.certificates.iter().map(judge_one).collect()
}

#[cfg(test)]
pub(super) use tests::cases;
#[cfg(test)]
mod tests;
