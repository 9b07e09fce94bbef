//! Nessus's export (`.nessus`, version 2), whoever wrote it: what its compliance plugins said of each host.
//!
//! How a rule could pass here without a check: Tenable's audits are full of items that report a word and
//! look at nothing, and one rule often has several items. So an item says whether it looked at anything
//! ([`NessusItem::stands_still`]), a rule's items fold worst first, and a word that is none of Nessus's
//! four is `unknown`. Elements are known by namespace and local name, since some tools rewrite the prefix.

mod outcomes;
mod read;
#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};

use regex::Regex;

pub use read::read_scan;

pub(super) use outcomes::read;

use super::Names;
use crate::xccdf::Verdict;

/// The namespace of compliance results.
pub const CM: &str = "http://www.nessus.org/cm";
/// What our own files say instead of a word that the format does not have.
pub(super) const NOT_APPLICABLE: &str = "Not applicable, which this format has no word for.";
/// Functional ids of items that report a word and look at nothing: digests of the report's type.
const STATIC: [(&str, Said); 3] =
    [("374edc0aee", Said::Passed), ("3f365ea2f1", Said::Warning), ("7c79d1d233", Said::Failed)];
/// The first revision of the Unix plugin that gives each rule a control id of its own.
const UNIX_SINCE: (u32, u32) = (1, 550);
/// The first year in which every plugin does.
const YEAR_SINCE: u32 = 2022;

/// What a `.nessus` file holds of compliance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NessusScan {
    /// The policy's name.
    pub policy: String,
    /// The policy's comments.
    pub comments: String,
    /// The report's name.
    pub report: String,
    /// Its hosts, in the file's order, those without compliance results too.
    pub hosts: Vec<NessusHost>,
    /// What could not be understood, a sentence each.
    pub remarks: Vec<String>,
}

/// A host of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NessusHost {
    /// `ReportHost/@name`.
    pub name: String,
    /// The tags of `HostProperties`.
    pub properties: Vec<(String, String)>,
    /// Items of the family `Policy Compliance` that have a result.
    pub items: Vec<NessusItem>,
}

/// One compliance result. Texts that many items have are held once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NessusItem {
    /// `@pluginID`.
    pub plugin: Arc<str>,
    /// `script_version`: the plugin's revision.
    pub plugin_revision: Arc<str>,
    /// `plugin_modification_date`.
    pub plugin_modified: Arc<str>,
    /// The result.
    pub said: Said,
    /// The word of the result, as written.
    pub word: Arc<str>,
    /// `compliance-check-name`.
    pub check_name: Arc<str>,
    /// `compliance-reference`, as written.
    pub reference: Arc<str>,
    /// `compliance-source`.
    pub source: Arc<str>,
    /// `compliance-audit-file`.
    pub audit_file: Arc<str>,
    /// `compliance-benchmark-name`.
    pub benchmark_name: Arc<str>,
    /// `compliance-benchmark-version`.
    pub benchmark_version: Arc<str>,
    /// `compliance-benchmark-profile`.
    pub benchmark_profile: Arc<str>,
    /// `compliance-info`.
    pub info: Arc<str>,
    /// `compliance-solution`.
    pub solution: Arc<str>,
    /// `compliance-see-also`.
    pub see_also: Arc<str>,
    /// `compliance-policy-value`.
    pub policy_value: Arc<str>,
    /// `compliance-actual-value`; none where the element is missing.
    pub actual_value: Option<Arc<str>>,
    /// `compliance-error`.
    pub error: Arc<str>,
    /// `compliance-uname`.
    pub uname: Arc<str>,
    /// `compliance-control-id`.
    pub control_id: Arc<str>,
    /// `compliance-check-id`.
    pub check_id: Arc<str>,
    /// `compliance-full-id`.
    pub full_id: Arc<str>,
    /// `compliance-functional-id`.
    pub functional_id: Arc<str>,
    /// `compliance-informational-id`.
    pub informational_id: Arc<str>,
}

/// A result of Nessus, worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// `PASSED`.
    Passed,
    /// `WARNING`: a person has to look.
    Warning,
    /// A word that is none of the four.
    #[default]
    Unknown,
    /// `ERROR`.
    Error,
    /// `FAILED`.
    Failed,
}

impl Said {
    /// By Nessus's exact word.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word.trim() {
            "PASSED" => Said::Passed,
            "WARNING" => Said::Warning,
            "FAILED" => Said::Failed,
            "ERROR" => Said::Error,
            _ => Said::Unknown,
        }
    }

    /// Nessus's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Said::Passed => "PASSED",
            Said::Warning => "WARNING",
            Said::Unknown => "a word that is not known",
            Said::Failed => "FAILED",
            Said::Error => "ERROR",
        }
    }

    /// XCCDF's word for it.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Said::Passed => Verdict::Pass,
            Said::Warning => Verdict::NotChecked,
            Said::Unknown => Verdict::Unknown,
            Said::Failed => Verdict::Fail,
            Said::Error => Verdict::Error,
        }
    }
}

impl NessusScan {
    /// stigprobe wrote the file: it holds no word of Nessus's.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        let item = |item: &NessusItem| item.is_ours();
        self.policy.contains("not a scan by Nessus") || self.hosts.iter().any(|host| host.items.iter().any(item))
    }

    /// It comes from stigprobe's lab. Anything in it that says so counts.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        use crate::outcome::SIMULATED;
        let notice = "come from stigprobe's lab";
        let host = |host: &NessusHost| {
            host.name.starts_with(SIMULATED)
                || host.property("hostname").starts_with(SIMULATED)
                || host.items.iter().any(|item| {
                    item.actual_value
                        .as_deref()
                        .is_some_and(|text| text.starts_with(SIMULATED) || text.contains(notice))
                })
        };
        [&self.policy, &self.comments, &self.report]
            .into_iter()
            .any(|text| text.starts_with(SIMULATED) || text.contains(notice))
            || self.hosts.iter().any(host)
    }
}

impl NessusHost {
    /// The first value of a property, empty where there is none.
    #[must_use]
    pub fn property(&self, name: &str) -> &str {
        let mut found = self.properties.iter().filter(|(n, _)| n == name);
        found.next().map_or("", |(_, value)| value.trim())
    }

    /// Every name and address that the host goes by.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let tags = ["host-ip", "host-fqdn", "hostname", "netbios-name"];
        let tags = tags.into_iter().map(|tag| self.property(tag));
        std::iter::once(self.name.trim()).chain(tags).filter(|name| !name.is_empty())
    }
}

impl NessusItem {
    /// The pairs of the reference. A comma that no key follows belongs to the value before it.
    #[must_use]
    pub fn references(&self) -> Vec<(&str, &str)> {
        let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
        let mut at = 0;
        for piece in self.reference.split(',') {
            match (piece.find('|'), pairs.last_mut()) {
                (Some(bar), _) => pairs.push((at, at + bar, at + piece.len())),
                (None, Some(last)) => last.2 = at + piece.len(),
                (None, None) => {}
            }
            at += piece.len() + 1;
        }
        let text = |from: usize, to: usize| self.reference[from..to].trim();
        pairs.into_iter().map(|(key, bar, end)| (text(key, bar), text(bar + 1, end))).collect()
    }

    /// The values of a key of the reference that are not empty.
    #[must_use]
    pub fn values(&self, key: &str) -> Vec<&str> {
        let pairs = self.references().into_iter();
        pairs.filter(|(k, value)| *k == key && !value.is_empty()).map(|(_, value)| value).collect()
    }

    /// The first value of a key, empty where there is none.
    #[must_use]
    pub fn value(&self, key: &str) -> &str {
        self.values(key).first().copied().unwrap_or("")
    }

    /// The names by which it knows its rule. The STIG-ID is that of the reference, else the one that the
    /// check's name begins with.
    #[must_use]
    pub fn names(&self) -> Names {
        let stig_id = match self.value("STIG-ID") {
            "" => self.name_prefix().unwrap_or(""),
            id => id,
        };
        Names {
            vuln: self.value("Vuln-ID").to_owned(),
            rule: self.value("Rule-ID").to_owned(),
            stig_id: stig_id.to_owned(),
            legacy: self.values("STIG-Legacy").into_iter().map(String::from).collect(),
        }
    }

    /// The STIG-ID that the check's name begins with.
    #[must_use]
    pub fn name_prefix(&self) -> Option<&str> {
        static PREFIX: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"^[A-Z0-9]+(?:-[A-Z0-9]+)+-\d{6}\b").ok());
        let found = PREFIX.as_ref()?.find(self.check_name.trim_start())?;
        Some(found.as_str())
    }

    /// The id of the XCCDF benchmark that it names.
    #[must_use]
    pub fn benchmark(&self) -> &str {
        self.value("DISA_Benchmark")
    }

    /// It reports its word whatever the host is like: nothing was looked at. Its functional id says so, or
    /// the note in its text, or that it shows no value and its policy is but the word.
    #[must_use]
    pub fn stands_still(&self) -> bool {
        let id = self.functional_id.trim();
        let word = STATIC.iter().any(|(digest, _)| *digest == id);
        let policy = self.policy_value.trim();
        let bare = self.actual_value.is_none() && Said::of(policy) != Said::Unknown;
        word || bare || self.info.contains("Nessus has not performed this check")
    }

    /// Nessus shows what it saw and leaves the judgement to a person.
    #[must_use]
    pub fn wants_review(&self) -> bool {
        self.info.contains("Nessus has provided the target output")
    }

    /// stigprobe wrote the item.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.source.contains("; control-id ")
    }

    /// Tenable's control id, where it can be one: 64 hexadecimal digits, from a plugin that gives each rule
    /// its own. Those of 2021 gave many rules of a STIG the same; of a plugin that states no revision nobody
    /// knows.
    #[must_use]
    pub fn tenable_control_id(&self) -> Option<&str> {
        let id = self.control_id.trim();
        let fine = id.len() == 64 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        (fine && !self.is_ours() && self.is_of_2022_or_later()).then_some(id)
    }

    /// The plugin is known to be of 2022 or later: by its revision where it is the Unix plugin, else by the
    /// year in which it was changed.
    #[must_use]
    pub fn is_of_2022_or_later(&self) -> bool {
        let year = self.plugin_modified.trim().get(..4);
        if let Some(year) = year.and_then(|y| y.parse::<u32>().ok()) {
            return year >= YEAR_SINCE;
        }
        let revision = self.plugin_revision.trim();
        let revision = revision.trim_start_matches("$Revision:").trim_end_matches('$');
        let Some((major, minor)) = revision.trim().split_once('.') else {
            return false;
        };
        match (major.parse::<u32>(), minor.parse::<u32>()) {
            (Ok(major), Ok(minor)) => &*self.plugin == "21157" && (major, minor) >= UNIX_SINCE,
            _ => false,
        }
    }

    /// What it rests on, names and values as they stand in the file; those that are missing left out.
    #[must_use]
    pub fn facts(&self) -> Vec<(String, String)> {
        let all: [(&str, &str); 12] = [
            ("plugin", &self.plugin),
            ("plugin revision", &self.plugin_revision),
            ("audit-file", &self.audit_file),
            ("benchmark-name", &self.benchmark_name),
            ("benchmark-version", &self.benchmark_version),
            ("benchmark-profile", &self.benchmark_profile),
            ("control-id", &self.control_id),
            ("check-id", &self.check_id),
            ("full-id", &self.full_id),
            ("functional-id", &self.functional_id),
            ("informational-id", &self.informational_id),
            ("reference", &self.reference),
        ];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// What it said and saw, its texts verbatim, for people.
    #[must_use]
    pub fn account(&self) -> String {
        let mut text = format!("[{}] {}", self.word.trim(), self.check_name.trim());
        let parts: [(&str, &str); 3] = [
            ("expected", &self.policy_value),
            ("actual", self.actual_value.as_deref().unwrap_or("")),
            ("error", &self.error),
        ];
        for (name, value) in parts.iter().filter(|(_, value)| !value.is_empty()) {
            text.push_str(&format!("\n{name}: {value}"));
        }
        if let Some(note) = self.note() {
            text.push('\n');
            text.push_str(note);
        }
        text
    }

    /// The note at the end of its text that says what Nessus did not do.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        let at = self.info.rfind("NOTE: Nessus has ")?;
        Some(self.info[at..].trim())
    }
}
