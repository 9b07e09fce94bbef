//! Rules that one or two settings of UCP's configuration decide: one type, one value a rule.
//!
//! How such a rule could pass without evidence: a configuration that did not come, a value of another
//! type taken for the right one, an absent key taken for what is wanted. The first is no fact at all. A
//! value holds only as [`Wanted::holds`] says, which names each type. An absent key is what the vendor's documents
//! say of it ([`crate::facts::defaults`]), and is judged as that.

use super::directory::one_of_two;
use super::{Card, Deciding, Met, Probe};
use crate::facts::config::{Config, Setting, Written};
use crate::facts::defaults::Stands;
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::xccdf::Verdict;

/// A rule that settings decide.
#[derive(Debug)]
pub struct SettingRule {
    card: &'static Card,
    wants: &'static [Want],
    letter: Option<Letter>,
    /// What is to be said besides.
    besides: fn(&Config) -> &'static str,
}

/// What the check's own steps would find, where they look at less.
#[derive(Debug)]
struct Letter {
    holds: fn(&Config) -> bool,
    /// Why it is less.
    why: &'static str,
}

/// What one setting should be.
#[derive(Debug)]
struct Want {
    setting: Setting,
    is: Wanted,
    /// What it means that it is not set, where the default alone does not say it.
    unset: &'static str,
}

/// What a value should be.
#[derive(Debug)]
enum Wanted {
    /// A boolean.
    Flag(bool),
    /// A number.
    Number(i64),
    /// A text, letter by letter.
    Text(&'static str),
    /// Any text that is not blank.
    Filled,
    /// One of these words, whatever their case; the others are known to be too little.
    Level { fine: &'static [&'static str], poor: &'static [&'static str] },
}

impl Wanted {
    fn shown(&self) -> String {
        match self {
            Wanted::Flag(on) => on.to_string(),
            Wanted::Number(n) => n.to_string(),
            Wanted::Text(text) => format!("{text:?}"),
            Wanted::Filled => "a value".into(),
            Wanted::Level { fine, .. } => format!("one of {}", fine.join(", ")),
        }
    }

    /// Whether it is what is wanted; none where nothing is known of the value.
    fn holds(&self, written: &Written) -> Option<bool> {
        Some(match (self, written) {
            (Wanted::Flag(wanted), Written::Boolean(on)) => wanted == on,
            (Wanted::Number(wanted), Written::Integer(n)) => wanted == n,
            (Wanted::Text(wanted), Written::Text(text)) => wanted == text,
            (Wanted::Filled, Written::Text(text)) => !text.trim().is_empty(),
            (Wanted::Level { fine, poor }, Written::Text(text)) => {
                let is = |word: &&&str| word.eq_ignore_ascii_case(text.trim());
                match (fine.iter().any(|w| is(&w)), poor.iter().any(|w| is(&w))) {
                    (true, _) => true,
                    (_, true) => false,
                    _ => return None,
                }
            }
            _ => false,
        })
    }
}

impl Want {
    fn observe(&self, config: &Read<Config>) -> Observation {
        let stands = config.value.stands(self.setting, None);
        // UCP writes an empty text where nothing is set.
        let stands = match (&self.is, stands.written()) {
            (Wanted::Level { .. }, Some(Written::Text(text))) if text.trim().is_empty() => stands.unset(),
            _ => stands,
        };
        let (subject, expected) = (self.setting.shown(), self.is.shown());
        let actual = match (stands.written(), self.unset) {
            (None, meaning) if !meaning.is_empty() => format!("not set ({meaning})"),
            _ => Stands::shown(&stands),
        };
        match stands.judge(|value| self.is.holds(value)) {
            Some(holds) => Observation::seen(&config.origin, subject, expected, actual, holds),
            None => Observation::undecided(&config.origin, subject, expected, actual),
        }
    }
}

impl Probe for SettingRule {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let config = facts.ucp.config.read()?;
        let observations: Vec<_> = self.wants.iter().map(|want| want.observe(config)).collect();
        let amiss: Vec<String> = observations
            .iter()
            .filter(|o| o.verdict() != Verdict::Pass)
            .map(|o| format!("{} is {}, not {}", o.subject(), o.actual(), o.expected()))
            .collect();
        let besides = (self.besides)(&config.value);
        let finding = Finding::fold(observations, |verdict| match verdict {
            Verdict::Pass => format!("{}.{besides}", self.card.asks),
            _ => format!("{}.{besides}", amiss.join("; ")),
        });
        let Some(Letter { holds, why }) = &self.letter else {
            return Ok(finding);
        };
        let letter = if holds(&config.value) { Verdict::Pass } else { Verdict::Fail };
        Ok(if letter == finding.verdict() { finding } else { finding.with_literal(letter, *why) })
    }
}

/// 001080.
pub static AUDIT_LEVEL: SettingRule = SettingRule {
    card: &Card {
        name: "ucp-audit-level",
        asks: "UCP writes its audit log at the level request",
        needs: &[Need::UcpConfig],
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: config_by_hand!("level under [audit_log_configuration], not the one under [log_configuration]"),
        met: Met::LabOnly,
    },
    wants: &[Want { setting: Setting::AuditLevel, is: Wanted::Text("request"), unset: "UCP then writes no audit log" }],
    letter: None,
    besides: |_| "",
};

/// CNTR-MK-000220.
pub static LOGGING: SettingRule = SettingRule {
    card: &Card {
        name: "mke-logging",
        asks: "MKE writes its audit log at the level request, and logs more than errors",
        needs: &[Need::UcpConfig],
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: config_by_hand!("level under [audit_log_configuration] and level under [log_configuration]"),
        met: Met::LabOnly,
    },
    wants: &[
        Want {
            setting: Setting::AuditLevel,
            is: Wanted::Level { fine: &["request"], poor: &["metadata", "none", ""] },
            unset: "MKE then writes no audit log",
        },
        Want {
            setting: Setting::LogLevel,
            is: Wanted::Level {
                fine: &["debug", "info", "notice", "warn", "warning"],
                poor: &["error", "err", "crit", "critical", "alert", "emerg", "fatal", "panic"],
            },
            unset: "",
        },
    ],
    letter: Some(Letter {
        holds: |config| {
            let level = |setting| match config.get(setting) {
                Some(Written::Text(text)) => text.trim().to_lowercase(),
                _ => String::new(),
            };
            level(Setting::AuditLevel) == "request" && !["error", "err"].contains(&level(Setting::LogLevel).as_str())
        },
        why: "the check names the level ERROR alone, not those above it, and takes any other word for enough",
    }),
    besides: |_| "",
};

/// 002490, CNTR-MK-000940.
pub static SESSION_LIFETIME: SettingRule = SettingRule {
    card: &Card {
        name: "ucp-session-lifetime",
        asks: "UCP's sessions last ten minutes and are never renewed",
        needs: &[Need::UcpConfig],
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: config_by_hand!("lifetime_minutes (10) and renewal_threshold_minutes (0) under [auth.sessions]"),
        met: Met::LabOnly,
    },
    wants: &[
        Want { setting: Setting::SessionLifetime, is: Wanted::Number(10), unset: "" },
        Want { setting: Setting::SessionRenewal, is: Wanted::Number(0), unset: "" },
    ],
    letter: None,
    besides: |_| "",
};

/// 001910, CNTR-MK-000500.
pub static TELEMETRY: SettingRule = SettingRule {
    card: &Card {
        name: "ucp-telemetry",
        asks: "UCP sends no usage or tracking data to its vendor",
        needs: &[Need::UcpConfig],
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: config_by_hand!("disable_usageinfo and disable_tracking under [tracking_configuration], both true"),
        met: Met::LabOnly,
    },
    wants: &[
        Want { setting: Setting::DisableUsageInfo, is: Wanted::Flag(true), unset: "" },
        Want { setting: Setting::DisableTracking, is: Wanted::Flag(true), unset: "" },
    ],
    letter: None,
    besides: |_| "",
};

/// 002180.
pub static SAML: SettingRule = SettingRule {
    card: &Card {
        name: "ucp-saml",
        asks: "users log in to UCP through a SAML identity provider whose certificate is verified",
        needs: &[Need::UcpConfig],
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: config_by_hand!("samlEnabled under [auth], and idpMetadataURL and tlsSkipVerify under [auth.saml]"),
        met: Met::LabOnly,
    },
    wants: &[
        Want { setting: Setting::SamlEnabled, is: Wanted::Flag(true), unset: "" },
        Want { setting: Setting::SamlMetadataUrl, is: Wanted::Filled, unset: "no identity provider is named" },
        Want { setting: Setting::SamlSkipsVerification, is: Wanted::Flag(false), unset: "" },
    ],
    letter: Some(Letter {
        holds: |config| config.get(Setting::SamlEnabled) == Some(&Written::Boolean(true)),
        why: "the check's commands look at samlEnabled alone, not at the identity provider",
    }),
    besides: one_of_two,
};

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probes::cases::{Case, Kind, broken, configured};

    /// A rule, a configuration that passes, and some that do not.
    const RULES: [(&SettingRule, &str, &[&str]); 5] = [
        (
            &AUDIT_LEVEL,
            "[audit_log_configuration]\nlevel = 'request'\n[log_configuration]\nlevel = 'x'\n",
            &[
                "[audit_log_configuration]\nlevel = 'metadata'\n[log_configuration]\nlevel = 'request'\n",
                "[audit_log_configuration]\nlevel = ''\n",
                "[audit_log_configuration]\nlevel = 'Request'\n",
                "[audit_log_configuration]\nlevel = ['request']\n",
                "audit_log_configuration = 'request'\n",
            ],
        ),
        (
            &LOGGING,
            "[audit_log_configuration]\nlevel = 'request'\n[log_configuration]\nlevel = 'INFO'\n",
            &[
                "[audit_log_configuration]\nlevel = 'request'\n[log_configuration]\nlevel = 'Error'\n",
                "[audit_log_configuration]\nlevel = 'request'\n[log_configuration]\nlevel = 'emerg'\n",
                "[audit_log_configuration]\nlevel = 'request'\n[log_configuration]\nlevel = 3\n",
                "[audit_log_configuration]\nlevel = ''\n[log_configuration]\nlevel = 'INFO'\n",
            ],
        ),
        (
            &SESSION_LIFETIME,
            "[auth.sessions]\nlifetime_minutes = 10\nrenewal_threshold_minutes = 0\n",
            &[
                "[auth.sessions]\nlifetime_minutes = 9\nrenewal_threshold_minutes = 0\n",
                "[auth.sessions]\nlifetime_minutes = 10\nrenewal_threshold_minutes = 5\n",
                "[auth.sessions]\nlifetime_minutes = 10\n",
                "[auth.sessions]\nlifetime_minutes = '10'\nrenewal_threshold_minutes = '0'\n",
                "[sessions]\nlifetime_minutes = 10\nrenewal_threshold_minutes = 0\n",
            ],
        ),
        (
            &TELEMETRY,
            "[tracking_configuration]\ndisable_usageinfo = true\ndisable_tracking = true\n",
            &[
                "[tracking_configuration]\ndisable_usageinfo = true\ndisable_tracking = false\n",
                "[tracking_configuration]\ndisable_tracking = true\n",
                "[tracking_configuration]\ndisable_usageinfo = 'true'\ndisable_tracking = true\n",
            ],
        ),
        (
            &SAML,
            "[auth]\nsamlEnabled = true\n[auth.saml]\nidpMetadataURL = 'https://idp'\n",
            &[
                "[auth]\nsamlEnabled = true\n[auth.saml]\nidpMetadataURL = ' '\n",
                "[auth]\nsamlEnabled = true\n",
                "[auth]\nsamlenabled = true\n[auth.saml]\nidpMetadataURL = 'https://idp'\n",
                "[auth]\nsamlEnabled = true\n[auth.saml]\nidpMetadataURL = 'https://idp'\ntlsSkipVerify = true\n",
                "[auth]\nsamlEnabled = true\n[auth.saml]\nidpMetadataURL = 'https://idp'\ntlsSkipVerify = 'no'\n",
            ],
        ),
    ];

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let mut cases = Vec::new();
        for (rule, passes, fails) in RULES {
            let mut case = |kind, what: &str, facts, verdict| {
                cases.push(Case::new(rule, kind, what, facts, verdict));
            };
            case(Kind::Passes, passes, configured(passes), Verdict::Pass);
            for toml in fails {
                case(Kind::Fails, toml, configured(toml), Verdict::Fail);
            }
            case(Kind::Absent, "not in the file", configured("[auth]\n"), Verdict::Fail);
            let mut down = Facts::default();
            down.ucp.config = broken();
            case(Kind::Broken, "no configuration", down, Verdict::Error);
        }
        cases
    }

    fn decide(rule: &SettingRule, toml: &str) -> Finding {
        rule.decide(&configured(toml), &Policy::default()).expect("a finding")
    }

    #[test]
    fn a_level_that_nobody_knows_decides_nothing() {
        let toml = |level: &str| {
            format!("[audit_log_configuration]\nlevel = 'request'\n[log_configuration]\nlevel = '{level}'\n")
        };
        assert_eq!(decide(&LOGGING, &toml("loud")).verdict(), Verdict::Error);
        assert_eq!(decide(&LOGGING, &toml("")).verdict(), Verdict::Pass);
        let critical = decide(&LOGGING, &toml("CRIT"));
        assert_eq!(critical.verdict(), Verdict::Fail);
        assert_eq!(critical.literal().map(|l| l.verdict), Some(Verdict::Pass));
        assert_eq!(decide(&LOGGING, &toml("ERROR")).literal(), None);
    }

    #[test]
    fn the_letter_asks_for_saml_alone() {
        let finding = decide(&SAML, "[auth]\nsamlEnabled = true\n");
        assert_eq!(finding.verdict(), Verdict::Fail);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Pass));
        assert!(finding.summary().contains("idpMetadataURL"), "{}", finding.summary());
        assert_eq!(decide(&SAML, "[auth]\n").literal(), None);
    }

    #[test]
    fn the_conflict_of_two_rules_is_told_where_one_of_them_is_enabled() {
        const SAML_ALONE: &str = "[auth]\nsamlEnabled = true\n[auth.saml]\nidpMetadataURL = 'https://idp'\n";
        let told = |toml: &str| decide(&SAML, toml).summary().contains("needs a risk acceptance");
        assert!(told("[auth]\nbackend = 'ldap'\n") && told(SAML_ALONE));
        assert!(!told("[auth]\n") && !told(&SAML_ALONE.replace("[auth]\n", "[auth]\nbackend = 'ldap'\n")));
    }
}
