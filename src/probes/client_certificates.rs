//! The certificates of client bundles have the subject and issuer that the organisation prescribes.
//!
//! How this could pass without evidence: users whose keys were not asked for, a list of keys that was
//! not read to its end, a certificate that cannot be read, a key that UCP holds no certificate for, and
//! an organisation that somebody wrote into a common name. The first two are no fact at all; the next
//! two are undecided; names are compared with their parts escaped.

use regex::Regex;

use super::{Card, Deciding, Met, Probe, counted};
use crate::facts::accounts::{BundleCertificate, ClientCertificates as Certificates, Key, Names};
use crate::facts::{Absent, Facts, Need, Origin};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{BUNDLE_ISSUER, BUNDLE_SUBJECT, Policy};
use crate::xccdf::Verdict;

/// See the module.
pub struct ClientCertificates;

static CARD: Card = Card {
    name: "ucp-client-certificates",
    asks: "the certificates of all client bundles have the subject and issuer that the organisation prescribes",
    needs: &[Need::UcpKeys],
    decides_with: Deciding::Policy,
    parameters: &[BUNDLE_SUBJECT, BUNDLE_ISSUER],
    by_hand: "For each bundle: openssl x509 -noout -subject -issuer -in cert.pem\n\
        For those of other users, which are in nobody's hands here, ask UCP for the certificates it holds:\n  \
        curl --cacert ca.pem --cert cert.pem --key key.pem https://UCP/accounts/USER/publicKeys\n\
        Never download a new bundle to look at it: that makes a new key.",
    met: Met::LabOnly,
};

impl Probe for ClientCertificates {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let wanted = |pattern: &Option<String>, parameter: crate::policy::Parameter| {
            let pattern = pattern.as_ref().ok_or_else(|| parameter.absent())?;
            // The policy was checked when it was read.
            Regex::new(pattern).map_err(|_| parameter.absent())
        };
        let wanted = Wanted {
            subject: parts.take(wanted(&policy.bundle_subject, BUNDLE_SUBJECT)),
            issuer: parts.take(wanted(&policy.bundle_issuer, BUNDLE_ISSUER)),
        };
        let Some(keys) = parts.look_at_part(&facts.ucp.keys).map(|part| part.seen) else {
            return Ok(parts.fold(|_| String::new()));
        };
        let mut observations = Vec::new();
        let (mut fine, mut total) = (0_u64, 0_u64);
        for key in keys.value.keys() {
            if key.certificates.is_empty() {
                total += 1;
                observations.push(undecided(&keys.origin, key, "UCP holds no certificate for it"));
            }
            for certificate in &key.certificates {
                total += 1;
                match certificate {
                    BundleCertificate::Names(names) if wanted.is(names) => fine += 1,
                    BundleCertificate::Names(names) => {
                        observations.push(wanted.offence(&keys.origin, key, names));
                    }
                    BundleCertificate::Unreadable(reason) => {
                        observations.push(undecided(&keys.origin, key, reason));
                    }
                }
            }
        }
        let open = count(&observations, Verdict::Fail);
        let unread = count(&observations, Verdict::Error);
        observations.push(Observation::seen(
            &keys.origin,
            "all certificates of client bundles",
            "the subject and issuer of the policy",
            format!("{fine} of {total}, of {}", counted(keys.value.users(), "user", "users")),
            true,
        ));
        parts.extend(observations);
        Ok(parts.fold(|verdict| summary(verdict, &keys.value, total, open, unread)))
    }
}

fn count(observations: &[Observation], verdict: Verdict) -> u64 {
    observations.iter().filter(|o| o.verdict() == verdict).count() as u64
}

fn summary(verdict: Verdict, keys: &Certificates, total: u64, open: u64, unread: u64) -> String {
    let certificates = |n| counted(n, "certificate", "certificates");
    match verdict {
        Verdict::Pass if total == 0 => {
            format!("None of {} has a client bundle.", counted(keys.users(), "user", "users"))
        }
        Verdict::Pass => format!("All of {} are as the policy has it.", certificates(total)),
        Verdict::Fail => format!("{open} of {} have another subject or issuer than the policy's.", certificates(total)),
        _ => format!("{unread} of {} cannot be judged.", certificates(total)),
    }
}

/// What the policy prescribes.
struct Wanted {
    subject: Option<Regex>,
    issuer: Option<Regex>,
}

impl Wanted {
    fn is(&self, names: &Names) -> bool {
        let is = |pattern: &Option<Regex>, name| pattern.as_ref().is_none_or(|pattern| matches(pattern, name));
        is(&self.subject, &names.subject) && is(&self.issuer, &names.issuer)
    }

    fn offence(&self, origin: &Origin, key: &Key, names: &Names) -> Observation {
        Observation::seen(
            origin,
            format!("certificate {} of {}", names.serial, key.account),
            {
                let shown = |pattern: &Option<Regex>| pattern.as_ref().map_or("any".into(), |p| format!("/{p}/"));
                format!("subject {}, issuer {}", shown(&self.subject), shown(&self.issuer))
            },
            format!("subject {}; issuer {}", names.subject, names.issuer),
            false,
        )
    }
}

/// A name is matched as `O=Example, CN=alice`, and as older releases of openssl print it, with blanks
/// around the equals signs. One that stands in a value is escaped and left alone.
fn matches(pattern: &Regex, name: &str) -> bool {
    if pattern.is_match(name) {
        return true;
    }
    let mut spaced = String::new();
    let mut escaped = false;
    for c in name.chars() {
        if c == '=' && !escaped {
            spaced.push_str(" = ");
        } else {
            spaced.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    pattern.is_match(&spaced)
}

fn undecided(origin: &Origin, key: &Key, reason: &str) -> Observation {
    Observation::undecided(
        origin,
        format!("key {} of {}", key.id, key.account),
        "a certificate that can be read",
        reason,
    )
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Case, Kind, broken, read};

    fn key(certificates: Vec<BundleCertificate>) -> Key {
        Key { account: "alice".into(), id: "k".into(), certificates }
    }

    fn named(subject: &str, issuer: &str) -> Key {
        key(vec![BundleCertificate::Names(Names {
            subject: subject.into(),
            issuer: issuer.into(),
            ..Names::default()
        })])
    }

    fn sound() -> Key {
        named("C=US, O=Example, CN=alice", "O=Example, CN=Example CA")
    }

    fn facts(keys: Vec<Key>) -> Facts {
        let mut facts = Facts::default();
        facts.ucp.keys = read(Need::UcpKeys, Certificates::new(7, keys));
        facts
    }

    fn policy(subject: &str, issuer: &str) -> Policy {
        Policy { bundle_subject: Some(subject.into()), bundle_issuer: Some(issuer.into()), ..Policy::default() }
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let case = |kind, what: &str, facts, verdict| {
            Case::new(&ClientCertificates, kind, what, facts, verdict)
                .with(policy("^C=US, O=Example, ", "CN=Example CA$"))
        };
        let mut down = Facts::default();
        down.ucp.keys = broken();
        let other_issuer = named("C=US, O=Example, CN=alice", "CN=UCP Client Root CA");
        let other_subject = named("CN=alice", "O=Example, CN=Example CA");
        let forged = named("C=US, CN=C\\=US\\, O\\=Example\\, ", "O=Example, CN=Example CA");
        let unreadable = || key(vec![BundleCertificate::Unreadable("it is not well-formed PEM".into())]);
        vec![
            case(Kind::Passes, "as prescribed", facts(vec![sound()]), Verdict::Pass),
            case(Kind::Passes, "no bundle at all", facts(vec![]), Verdict::Pass),
            case(Kind::Fails, "another issuer", facts(vec![sound(), other_issuer.clone()]), Verdict::Fail),
            case(Kind::Fails, "another subject", facts(vec![other_subject]), Verdict::Fail),
            case(Kind::Fails, "an organisation in a common name", facts(vec![forged]), Verdict::Fail),
            case(Kind::Absent, "a key without a certificate", facts(vec![sound(), key(vec![])]), Verdict::Error),
            case(Kind::Absent, "no certificate", facts(vec![unreadable()]), Verdict::Error),
            case(Kind::Fails, "both", facts(vec![unreadable(), other_issuer]), Verdict::Fail),
            case(Kind::Broken, "no keys", down, Verdict::Error),
        ]
    }

    #[test]
    fn names_are_matched_as_openssl_prints_them() {
        let decide = |subject: &str| {
            let policy = policy(subject, "Example CA");
            ClientCertificates.decide(&facts(vec![sound()]), &policy).expect("a finding").verdict()
        };
        assert_eq!(decide("^C=US, O=Example, CN=[a-z]+$"), Verdict::Pass);
        assert_eq!(decide("^C = US, O = Example, CN = [a-z]+$"), Verdict::Pass);
        assert_eq!(decide("^O=Example"), Verdict::Fail);
    }

    #[test]
    fn both_patterns_are_needed() {
        let only = Policy { bundle_subject: Some(".".into()), ..Policy::default() };
        let finding = ClientCertificates.decide(&facts(vec![]), &only).expect("a finding");
        assert_eq!((finding.verdict(), finding.summary()), (Verdict::NotChecked, &*BUNDLE_ISSUER.absent().to_string()));
    }
}
