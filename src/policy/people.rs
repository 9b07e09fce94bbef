//! What people add to what is seen: answers to what no probe can know, and exceptions that somebody
//! with the authority has made. Neither is ever taken for something that was seen.
//!
//! How an answer could count that should not: it has expired, it was given for another text of the
//! check, it is dated after the evidence was collected, it is about a rule that a probe decides alone.
//! [`Attestation::standing`] and [`Waiver::standing`] say so; what a rule makes of it is decided where
//! rules are evaluated.

use chrono::NaiveDate;
use serde::Deserialize;

use super::words;
use crate::xccdf::Verdict;
use crate::xccdf::ids::check_id;

/// A person's answer to the question of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The rule, by its STIG-ID.
    pub rule: String,
    /// The answer: `pass`, `fail` or `notapplicable`.
    pub status: Verdict,
    /// Its words.
    pub said: Said,
}

/// A person's exception for a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The rule, by its STIG-ID.
    pub rule: String,
    /// The result that is to stand in place of the one that was found.
    pub result: Verdict,
    /// The results that it may replace.
    pub covers: Vec<Verdict>,
    /// Who made the exception, and why.
    pub said: Said,
}

/// Who said something, when, for how long, and about which text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who.
    pub by: String,
    /// On which day.
    pub on: NaiveDate,
    /// The answer's text, or the reason of an exception.
    pub text: String,
    /// A file that shows it.
    pub evidence: Option<NamedFile>,
    /// The last day on which it counts.
    pub expires: Option<NaiveDate>,
    /// The text of the check that it was said about.
    pub about: About,
}

/// A file that a policy names, with what was in it when the policy was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// Its name, as the policy writes it.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Which text of the check something was said about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Not written: the text that stigprobe knows.
    Known,
    /// The text with this SHA-256.
    Digest(String),
    /// The check with this id (see the README).
    CheckId(String),
}

/// What it is held against: the rule as it is evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The day on which the evidence was complete.
    pub today: NaiveDate,
    /// Its control id.
    pub control_id: &'a str,
    /// The digest of its check text; none where the benchmark has none.
    pub check_digest: Option<&'a str>,
    /// The digest of the text that stigprobe knows of the rule.
    pub known: Option<&'a str>,
}

impl Said {
    /// Whether it counts; if not, why not.
    pub fn standing(&self, asked: &Asked<'_>) -> Result<(), String> {
        if self.on > asked.today {
            return Err(format!("it is dated {}, after the evidence was collected on {}", self.on, asked.today));
        }
        if let Some(expires) = self.expires.filter(|expires| *expires < asked.today) {
            return Err(format!("it has expired on {expires}"));
        }
        let same = match &self.about {
            About::Known => asked.known.is_none() || asked.known == asked.check_digest,
            About::Digest(digest) => asked.check_digest == Some(digest),
            About::CheckId(id) => asked.check_digest.is_some_and(|digest| check_id(asked.control_id, digest) == *id),
        };
        if same {
            return Ok(());
        }
        Err("it is about another text of the check than this benchmark's".into())
    }
}

/// `[[attest]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenAttestation {
    pub(super) rule: String,
    pub(super) status: String,
    pub(super) by: String,
    #[serde(deserialize_with = "words::date")]
    pub(super) on: NaiveDate,
    pub(super) text: String,
    pub(super) evidence: Option<String>,
    #[serde(default, deserialize_with = "words::maybe_date")]
    pub(super) expires: Option<NaiveDate>,
    pub(super) check_digest: Option<String>,
    pub(super) check_id: Option<String>,
}

/// `[[waiver]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenWaiver {
    pub(super) rule: String,
    pub(super) result: String,
    #[serde(default)]
    pub(super) covers: Vec<String>,
    pub(super) by: String,
    #[serde(deserialize_with = "words::date")]
    pub(super) on: NaiveDate,
    pub(super) why: String,
    pub(super) evidence: Option<String>,
    #[serde(deserialize_with = "words::date")]
    pub(super) expires: NaiveDate,
    pub(super) check_digest: Option<String>,
    pub(super) check_id: Option<String>,
}

impl WrittenAttestation {
    /// The attestation; `evidence` is its file, read.
    pub(super) fn accept(self, evidence: Option<NamedFile>) -> Result<Attestation, String> {
        words::filled(&self.by, "by")?;
        words::filled(&self.text, "text")?;
        ordered(self.on, self.expires)?;
        Ok(Attestation {
            status: status(&self.status)?,
            rule: self.rule,
            said: Said {
                by: self.by,
                on: self.on,
                text: self.text,
                evidence,
                expires: self.expires,
                about: about(self.check_digest, self.check_id)?,
            },
        })
    }
}

impl WrittenWaiver {
    /// The waiver; `evidence` is its file, read.
    pub(super) fn accept(self, evidence: Option<NamedFile>) -> Result<Waiver, String> {
        words::filled(&self.by, "by")?;
        words::filled(&self.why, "why")?;
        ordered(self.on, Some(self.expires))?;
        let covers: Result<Vec<Verdict>, String> = self.covers.iter().map(|word| covered(word)).collect();
        let mut covers = covers?;
        if covers.is_empty() {
            covers.push(Verdict::Fail);
        }
        let result = instead(&self.result)?;
        if covers.contains(&result) {
            return Err(format!("it puts {result} in the place of {result}"));
        }
        Ok(Waiver {
            rule: self.rule,
            result,
            covers,
            said: Said {
                by: self.by,
                on: self.on,
                text: self.why,
                evidence,
                expires: Some(self.expires),
                about: about(self.check_digest, self.check_id)?,
            },
        })
    }
}

fn ordered(on: NaiveDate, expires: Option<NaiveDate>) -> Result<(), String> {
    match expires {
        Some(expires) if expires < on => Err(format!("it expires on {expires}, before {on}")),
        _ => Ok(()),
    }
}

fn about(digest: Option<String>, id: Option<String>) -> Result<About, String> {
    let hex = |text: String, key: &str| {
        let text = text.trim().to_ascii_lowercase();
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(text)
        } else {
            Err(format!("{key} is no SHA-256 of 64 hexadecimal digits"))
        }
    };
    match (digest, id) {
        (None, None) => Ok(About::Known),
        (Some(digest), None) => Ok(About::Digest(hex(digest, "check_digest")?)),
        (None, Some(id)) => Ok(About::CheckId(hex(id, "check_id")?)),
        (Some(_), Some(_)) => Err("give check_digest or check_id, not both".into()),
    }
}

/// An answer, in XCCDF's word or in those of checklists.
fn status(text: &str) -> Result<Verdict, String> {
    let bare: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match bare.as_str() {
        "pass" | "notafinding" | "nf" => Ok(Verdict::Pass),
        "fail" | "open" | "o" => Ok(Verdict::Fail),
        "notapplicable" | "na" => Ok(Verdict::NotApplicable),
        _ => {
            words::one_of(text, &["pass", "fail", "notapplicable"])?;
            Err(format!("{text:?} is no answer"))
        }
    }
}

/// A result that an authority can put in the place of another: not what only a scan can say.
fn instead(text: &str) -> Result<Verdict, String> {
    const RESULTS: [Verdict; 5] =
        [Verdict::Pass, Verdict::Fail, Verdict::NotApplicable, Verdict::NotChecked, Verdict::Informational];
    chosen(text, &RESULTS)
}

/// A result that a waiver can cover.
fn covered(text: &str) -> Result<Verdict, String> {
    const RESULTS: [Verdict; 5] = [Verdict::Fail, Verdict::Error, Verdict::Unknown, Verdict::NotChecked, Verdict::Pass];
    chosen(text, &RESULTS)
}

fn chosen(text: &str, results: &[Verdict]) -> Result<Verdict, String> {
    let found = results.iter().find(|verdict| verdict.word() == text);
    found.copied().ok_or_else(|| {
        let words: Vec<&str> = results.iter().map(|verdict| verdict.word()).collect();
        words::one_of(text, &words).err().unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn said() -> Said {
        Said {
            by: "Jane".into(),
            on: day("2026-02-01"),
            text: "Seen.".into(),
            evidence: None,
            expires: Some(day("2026-12-31")),
            about: About::Known,
        }
    }

    #[test]
    fn it_counts_from_its_day_to_its_last_day() {
        for (today, counts) in
            [("2026-01-31", false), ("2026-02-01", true), ("2026-12-31", true), ("2027-01-01", false)]
        {
            let asked = Asked { today: day(today), control_id: "c", check_digest: Some("d"), known: Some("d") };
            assert_eq!(said().standing(&asked).is_ok(), counts, "{today}");
        }
    }

    #[test]
    fn it_is_about_one_text_of_the_check() {
        let id = check_id("c", "d");
        for (about, digest, counts) in [
            (About::Known, Some("d"), true),
            (About::Known, Some("e"), false),
            (About::Known, None, false),
            (About::Digest("d".into()), Some("d"), true),
            (About::Digest("e".into()), Some("d"), false),
            (About::Digest("d".into()), None, false),
            (About::CheckId(id.clone()), Some("d"), true),
            (About::CheckId(id), Some("e"), false),
        ] {
            let asked = Asked { today: day("2026-06-01"), control_id: "c", check_digest: digest, known: Some("d") };
            let said = Said { about: about.clone(), ..said() };
            assert_eq!(said.standing(&asked).is_ok(), counts, "{about:?} {digest:?}");
        }
    }

    #[test]
    fn answers_may_be_written_as_checklists_write_them() {
        for (text, verdict) in [
            ("pass", Verdict::Pass),
            ("Not a Finding", Verdict::Pass),
            ("NotAFinding", Verdict::Pass),
            ("not_a_finding", Verdict::Pass),
            ("Open", Verdict::Fail),
            ("Not_Applicable", Verdict::NotApplicable),
        ] {
            assert_eq!(status(text), Ok(verdict), "{text}");
        }
        for not in ["", "yes", "Not_Reviewed", "notchecked", "error"] {
            assert!(status(not).is_err(), "{not}");
        }
        assert!(instead("error").is_err() && covered("notselected").is_err());
    }
}
