//! UCP's controller accepts no TLS older than 1.2.
//!
//! How this could pass without evidence: a handshake that never came about taken for a refusal, a
//! server that hangs up on everybody taken for one that refuses old versions, a key in the configuration
//! taken for what the controller does. Only a refusal that TLS itself puts into words counts by itself;
//! hanging up counts only where a new version was accepted at the same port; and the handshake is always
//! looked at, whatever the key says.

use super::{Card, Deciding, Met, Probe};
use crate::facts::config::{Config, Setting, Written};
use crate::facts::tls::{Answer, Versions};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::Policy;
use crate::xccdf::Verdict;

/// See the module.
pub struct TlsVersions;

static CARD: Card = Card {
    name: "ucp-tls-versions",
    asks: "UCP's controller accepts no TLS older than 1.2",
    needs: &[Need::UcpConfig, Need::UcpTlsVersions],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: concat!(
        config_by_hand!("min_tls_version, in letters of any case, under [cluster_config]"),
        "\nThen try each version; the first two must fail with an alert, the third must not:\n  \
         openssl s_client -connect UCP:443 -tls1 -cipher ALL:@SECLEVEL=0 </dev/null\n  \
         openssl s_client -connect UCP:443 -tls1_1 -cipher ALL:@SECLEVEL=0 </dev/null\n  \
         openssl s_client -connect UCP:443 -tls1_2 </dev/null"
    ),
    met: Met::LabOnly,
};

impl Probe for TlsVersions {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let config = parts.look(&facts.ucp.config);
        let tried = parts.look(&facts.ucp.tls_versions);
        let stated = config.map(|config| Stated::of(&config.value));
        parts.extend(stated.as_ref().zip(config).map(|(stated, config)| stated.observe(config)));
        parts.extend(tried.into_iter().flat_map(handshakes));
        let answers = tried.map(|tried| [("1.0", &tried.value.tls10), ("1.1", &tried.value.tls11)]);
        let taken: Vec<&str> = answers
            .into_iter()
            .flatten()
            .filter(|(_, answer)| **answer == Answer::Accepted)
            .map(|(version, _)| version)
            .collect();
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => "UCP's controller refuses TLS 1.0 and 1.1 and accepts newer versions.".into(),
            Verdict::Fail if !taken.is_empty() => {
                format!("UCP's controller accepts TLS {}.", taken.join(" and "))
            }
            Verdict::Fail => "UCP's configuration allows TLS older than 1.2.".into(),
            _ => "It could not be seen which versions of TLS UCP's controller accepts.".into(),
        });
        Ok(match stated {
            Some(stated) => finding.beside_letter(stated.letter(), stated.why()),
            None => finding,
        })
    }
}

/// What the configuration says.
enum Stated {
    /// Nothing: no key, or an empty value, which means the default.
    Nothing,
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3, which is more than is asked for.
    Tls13,
    /// Anything else.
    Other,
}

impl Stated {
    fn of(config: &Config) -> Self {
        let text = match config.get(Setting::MinTlsVersion) {
            None => return Stated::Nothing,
            Some(Written::Text(text)) => text.trim().to_lowercase(),
            Some(_) => return Stated::Other,
        };
        match text.as_str() {
            "" => Stated::Nothing,
            "tlsv1.2" => Stated::Tls12,
            "tlsv1.3" => Stated::Tls13,
            _ => Stated::Other,
        }
    }

    fn observe(&self, config: &Read<Config>) -> Observation {
        let actual = match config.value.get(Setting::MinTlsVersion) {
            _ if matches!(self, Stated::Nothing) => {
                "not set (documented up to UCP 3.0 only; the handshake decides)".to_owned()
            }
            Some(written) => written.shown(),
            None => String::new(),
        };
        Observation::seen(
            &config.origin,
            Setting::MinTlsVersion.shown(),
            "TLSv1.2 or newer, or not set",
            actual,
            !matches!(self, Stated::Other),
        )
    }

    /// What the check says, which looks at the key alone.
    fn letter(&self) -> Verdict {
        match self {
            Stated::Tls12 => Verdict::Pass,
            _ => Verdict::Fail,
        }
    }

    fn why(&self) -> &'static str {
        match self {
            Stated::Nothing => {
                "the check wants the key to be there, which UCP documents up to 3.0 only; it tries no handshake"
            }
            Stated::Tls13 => "the check wants the value TLSv1.2 and nothing newer",
            _ => "the check looks at the key alone and tries no handshake",
        }
    }
}

fn handshakes(tried: &Read<Versions>) -> Vec<Observation> {
    let Versions { tls10, tls11, tls12, tls13 } = &tried.value;
    let new = *tls12 == Answer::Accepted || *tls13 == Answer::Accepted;
    let old = |subject: &str, answer: &Answer| {
        let decided = match answer {
            Answer::Accepted => Some(false),
            Answer::Refused(_) => Some(true),
            Answer::Closed if new => Some(true),
            Answer::Closed | Answer::Unclear(_) => None,
        };
        match decided {
            Some(holds) => Observation::seen(&tried.origin, subject, "refused", shown(answer), holds),
            None => Observation::undecided(&tried.origin, subject, "refused", shown(answer)),
        }
    };
    let newer = format!("1.2: {}; 1.3: {}", shown(tls12), shown(tls13));
    let newer = if new {
        Observation::seen(&tried.origin, "TLS 1.2 or 1.3", "accepted", newer, true)
    } else {
        Observation::undecided(&tried.origin, "TLS 1.2 or 1.3", "accepted", newer)
    };
    vec![old("TLS 1.0", tls10), old("TLS 1.1", tls11), newer]
}

fn shown(answer: &Answer) -> String {
    match answer {
        Answer::Accepted => "accepted".into(),
        Answer::Refused(alert) => format!("refused (alert {alert})"),
        Answer::Closed => "the server hung up, twice".into(),
        Answer::Unclear(reason) => format!("not seen: {reason}"),
    }
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Case, Kind, broken, configured, read};

    const NO: Answer = Answer::Refused(70);
    const YES: Answer = Answer::Accepted;

    fn unclear() -> Answer {
        Answer::Unclear("no answer".into())
    }

    fn facts(value: Option<&str>, tls10: Answer, tls11: Answer, tls12: Answer) -> Facts {
        let toml = match value {
            Some(value) => format!("[cluster_config]\nmin_TLS_version = {value}\n"),
            None => "[cluster_config]\n".into(),
        };
        let mut facts = configured(&toml);
        let tls13 = unclear();
        let versions = Versions { tls10, tls11, tls12, tls13 };
        facts.ucp.tls_versions = read(Need::UcpTlsVersions, versions);
        facts
    }

    fn decide(value: Option<&str>, tls10: Answer, tls11: Answer, tls12: Answer) -> Finding {
        TlsVersions.decide(&facts(value, tls10, tls11, tls12), &Policy::default()).expect("a finding")
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let case = |kind, what: &str, facts, verdict| Case::new(&TlsVersions, kind, what, facts, verdict);
        let fine = Some("'TLSv1.2'");
        let mut down = facts(fine, NO, NO, YES);
        down.ucp.tls_versions = broken();
        vec![
            case(Kind::Passes, "key and handshake", facts(fine, NO, NO, YES), Verdict::Pass),
            case(Kind::Passes, "1.3 is better", facts(Some("'tlsv1.3'"), NO, NO, YES), Verdict::Pass),
            case(Kind::Passes, "hung up on", facts(fine, Answer::Closed, Answer::Closed, YES), Verdict::Pass),
            case(Kind::Passes, "no key", facts(None, NO, NO, YES), Verdict::Pass),
            case(Kind::Passes, "an empty key", facts(Some("''"), NO, NO, YES), Verdict::Pass),
            case(Kind::Fails, "1.0 is taken", facts(fine, YES, NO, YES), Verdict::Fail),
            case(Kind::Fails, "1.1 is taken", facts(fine, NO, YES, YES), Verdict::Fail),
            case(Kind::Fails, "1.1 is taken, 1.0 not seen", facts(fine, unclear(), YES, YES), Verdict::Fail),
            case(Kind::Fails, "an old key", facts(Some("'TLSv1.1'"), NO, NO, YES), Verdict::Fail),
            case(Kind::Fails, "a key that is a number", facts(Some("1.2"), NO, NO, YES), Verdict::Fail),
            case(Kind::Absent, "1.0 not seen", facts(fine, unclear(), NO, YES), Verdict::Error),
            case(Kind::Absent, "1.1 not seen", facts(fine, NO, unclear(), YES), Verdict::Error),
            case(Kind::Absent, "nothing is taken", facts(fine, NO, NO, NO), Verdict::Error),
            case(
                Kind::Absent,
                "hangs up on all",
                facts(fine, Answer::Closed, Answer::Closed, Answer::Closed),
                Verdict::Error,
            ),
            case(Kind::Broken, "no handshake at all", down, Verdict::Error),
        ]
    }

    #[test]
    fn the_letter_looks_at_the_key_alone() {
        let literal = |value, tls10| decide(value, tls10, NO, YES).literal().map(|l| l.verdict);
        assert_eq!(literal(Some("'TLSv1.2'"), NO), None);
        assert_eq!(literal(Some("'TLSv1.2'"), YES), Some(Verdict::Pass));
        assert_eq!(literal(Some("'TLSv1.2'"), unclear()), Some(Verdict::Pass));
        assert_eq!(literal(Some("'TLSv1.3'"), NO), Some(Verdict::Fail));
        assert_eq!(literal(None, NO), Some(Verdict::Fail));
        assert_eq!(literal(None, YES), None);
        assert_eq!(literal(Some("'TLSv1.0'"), NO), None);
    }
}
