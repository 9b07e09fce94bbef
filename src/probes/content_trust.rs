//! UCP runs signed images only.
//!
//! How this could pass without evidence: a configuration that did not come, a page that is no TOML,
//! a `true` that is a string, an absent key taken for on, repositories that MKE lets off. The first two
//! are no fact at all; for the next two only [`Written::Boolean`]`(true)` holds; and a list of exceptions
//! holds only if it is empty.

use std::collections::BTreeSet;

use super::{Card, Deciding, Met, Probe};
use crate::facts::config::{Config, Setting, Written};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::{Policy, TRUST_SIGNERS};
use crate::xccdf::Verdict;

/// See the module.
pub struct ContentTrust;

/// CNTR-MK-001380: the same, where the organisation must have named the signers.
pub struct SignedImages;

/// See [`SignedImages`].
pub static SIGNED_IMAGES: SignedImages = SignedImages;

static MKE_CARD: Card = Card {
    name: "mke-content-trust",
    asks: "MKE runs only images that the organisation's signers have signed",
    needs: &[Need::UcpConfig],
    decides_with: Deciding::Policy,
    parameters: &[TRUST_SIGNERS],
    by_hand: config_by_hand!(
        "require_content_trust, require_signature_from and allow_repos under [trust_configuration]"
    ),
    met: Met::LabOnly,
};

impl Probe for SignedImages {
    fn card(&self) -> &'static Card {
        &MKE_CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let finding = ContentTrust.decide(facts, policy)?;
        // What is open is open whoever must have signed.
        match policy.trust_signers {
            None if finding.verdict() != Verdict::Fail => Err(TRUST_SIGNERS.absent()),
            _ => Ok(finding),
        }
    }
}

static CARD: Card = Card {
    name: "ucp-content-trust",
    asks: "UCP runs signed images only",
    needs: &[Need::UcpConfig],
    decides_with: Deciding::Facts,
    parameters: &[TRUST_SIGNERS],
    by_hand: "Log in to UCP with a client bundle and read the setting:\n  \
        curl --cacert ca.pem --cert cert.pem --key key.pem https://UCP/api/ucp/config-toml\n\
        and look for require_content_trust under [trust_configuration].",
    met: Met::LabOnly,
};

impl Probe for ContentTrust {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let config = facts.ucp.config.read()?;
        let enforced = enforcement(config);
        let by_letter = enforced.verdict();
        let mut observations = vec![enforced];
        observations.extend(exceptions(config));
        let excepted = observations.iter().skip(1).any(|o| o.verdict() != Verdict::Pass);
        if let Some(signers) = &policy.trust_signers {
            observations.push(required_signers(config, signers));
        }
        let finding = Finding::fold(observations, |verdict| match (verdict, by_letter) {
            (Verdict::Pass, _) if policy.trust_signers.is_some() => {
                "UCP runs only images that the teams of the policy have signed.".into()
            }
            (Verdict::Pass, _) => "UCP runs signed images only; who must have signed is not in the policy.".into(),
            (_, Verdict::Pass) if excepted => {
                "UCP runs signed images only, but of some repositories also others.".into()
            }
            (_, Verdict::Pass) => "UCP runs signed images only, but not those that the policy's signers signed.".into(),
            _ => "UCP also runs images that nobody signed.".into(),
        });
        if finding.verdict() == by_letter {
            return Ok(finding);
        }
        Ok(finding.with_literal(
            by_letter,
            "the check's commands look at require_content_trust alone, neither at the signers nor at exceptions",
        ))
    }
}

fn enforcement(config: &Read<Config>) -> Observation {
    let stands = config.value.stands(Setting::RequireContentTrust, None);
    let holds = stands.flag() == Some(true);
    Observation::seen(&config.origin, Setting::RequireContentTrust.shown(), "true", stands.shown(), holds)
}

/// The repositories whose images need no signature. UCP up to 3.2 knows none.
fn exceptions(config: &Read<Config>) -> Option<Observation> {
    let written = config.value.get(Setting::AllowRepos)?;
    Some(Observation::seen(
        &config.origin,
        Setting::AllowRepos.shown(),
        "no repository",
        written.shown(),
        matches!(written, Written::Strings(repositories) if repositories.is_empty()),
    ))
}

fn required_signers(config: &Read<Config>, wanted: &[String]) -> Observation {
    let stands = config.value.stands(Setting::RequireSignatureFrom, None);
    let holds = stands.judge(|value| match value {
        Written::Strings(stated) => Some(same_signers(wanted, stated)),
        _ => Some(false),
    });
    Observation::seen(
        &config.origin,
        Setting::RequireSignatureFrom.shown(),
        format!("exactly {} (policy, {})", Written::Strings(wanted.to_vec()).shown(), TRUST_SIGNERS.shown()),
        stands.written().map_or("not set (anybody's signature will do)".into(), Written::shown),
        holds == Some(true),
    )
}

/// Both lists name the same signers, one for one and in any order. UCP's documents show teams by bare
/// name, its console asks for the organisation first: so `org/team` and `team` name the same where
/// nothing names it better.
fn same_signers(wanted: &[String], stated: &[String]) -> bool {
    let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
    let stated: BTreeSet<&str> = stated.iter().map(String::as_str).collect();
    let mut open: Vec<&str> = stated.difference(&wanted).copied().collect();
    let team = |name: &str, of: &str| of.split_once('/').is_some_and(|(_, team)| team == name);
    let inexact = wanted.difference(&stated).all(|w| {
        let found = open.iter().position(|s| team(s, w) || team(w, s));
        found.map(|index| open.swap_remove(index)).is_some()
    });
    inexact && open.is_empty()
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;
    use crate::probes::cases::{Case, Kind, broken, configured};

    fn decide(toml: &str, signers: Option<&[&str]>) -> Finding {
        let config = Config::from_toml(&toml.parse().expect("TOML"));
        let read = Read::new(Need::UcpConfig, "GET x".into(), chrono::DateTime::default(), config);
        let mut facts = Facts::default();
        facts.ucp.config = Fact::Read(read);
        let trust_signers = signers.map(|s| s.iter().map(|s| (*s).to_owned()).collect());
        ContentTrust.decide(&facts, &Policy { trust_signers, ..Policy::default() }).expect("a finding")
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let signers = Policy { trust_signers: Some(vec!["a".into(), "org/b".into()]), ..Policy::default() };
        let rules: [(&'static dyn Probe, &Policy); 2] =
            [(&ContentTrust, &Policy::default()), (&SIGNED_IMAGES, &signers)];
        let mut cases = Vec::new();
        for (rule, policy) in rules {
            let mut case = |kind, what: &str, facts, verdict| {
                cases.push(Case::new(rule, kind, what, facts, verdict).with(policy.clone()));
            };
            let mut down = Facts::default();
            down.ucp.config = broken();
            case(Kind::Passes, "on", configured(ON), Verdict::Pass);
            let none = format!("{ON}allow_repos = []\n");
            case(Kind::Passes, "no exceptions", configured(&none), Verdict::Pass);
            let off = "[trust_configuration]\nrequire_content_trust = false\n";
            case(Kind::Fails, "off", configured(off), Verdict::Fail);
            for odd in ["['a/b']", "'a/b'", "[1]"] {
                let toml = format!("{ON}allow_repos = {odd}\n");
                case(Kind::Fails, "exceptions", configured(&toml), Verdict::Fail);
            }
            let absent = configured("[trust_configuration]\n");
            case(Kind::Absent, "not in the file, which means off", absent, Verdict::Fail);
            case(Kind::Broken, "no configuration", down, Verdict::Error);
        }
        cases
    }

    const ON: &str = "[trust_configuration]\nrequire_content_trust = true\nrequire_signature_from = ['a', 'org/b']\n";

    #[test]
    fn only_the_boolean_true_passes() {
        assert_eq!(decide(ON, None).verdict(), Verdict::Pass);
        for not in ["false", "'true'", "1", "[true]"] {
            let toml = format!("[trust_configuration]\nrequire_content_trust = {not}\n");
            assert_eq!(decide(&toml, None).verdict(), Verdict::Fail, "{not}");
        }
    }

    #[test]
    fn an_absent_setting_is_off() {
        assert_eq!(decide("[trust_configuration]\n", None).verdict(), Verdict::Fail);
        assert_eq!(decide("[auth]\nbackend = 'managed'\n", None).verdict(), Verdict::Fail);
    }

    #[test]
    fn signers_are_those_of_the_policy_in_any_order() {
        assert_eq!(decide(ON, Some(&["org/b", "a"])).verdict(), Verdict::Pass);
        assert_eq!(decide(ON, Some(&["b", "a"])).verdict(), Verdict::Pass, "a team by its bare name");
        for other in [&["a"][..], &["a", "org/b", "c"], &["A", "org/b"], &["a", "other/b"], &["a", "a"], &[]] {
            let finding = decide(ON, Some(other));
            assert_eq!(finding.verdict(), Verdict::Fail, "{other:?}");
            assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Pass));
        }
        let absent = decide("[trust_configuration]\nrequire_content_trust = true\n", Some(&["a"]));
        assert_eq!(absent.verdict(), Verdict::Fail);
        let anybody = decide("[trust_configuration]\nrequire_content_trust = true\n", Some(&[]));
        assert_eq!(anybody.verdict(), Verdict::Pass);
    }

    #[test]
    fn a_broken_source_never_passes() {
        let failed = Absent::Failed { request: "GET x".into(), reason: "403".into() };
        let mut facts = Facts::default();
        facts.ucp.config = Fact::Absent(failed.clone());
        assert_eq!(ContentTrust.decide(&facts, &Policy::default()), Err(failed.clone()));
        assert_eq!(Finding::from(failed).verdict(), Verdict::Error);
        let nothing = ContentTrust.decide(&Facts::default(), &Policy::default());
        assert_eq!(nothing, Err(Absent::NotCollected));
    }
}
