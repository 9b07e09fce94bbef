//! `results.json`: stigprobe's own results, whole and uncut, for scripts and for other programs.
//!
//! The types here are a contract: they are copies, apart from what the program computes with, so
//! that nothing changes for readers when the program does. Keys are added only; a change that would
//! break a reader is a new [`SCHEMA`]. Ids stand as the benchmark writes them, texts from targets are
//! cleaned of terminal sequences like everywhere.

use serde::{Deserialize, Serialize};

pub use super::results::results;
use super::to_json;
use crate::outcome::Outcome;
use crate::target::Pin;
use crate::target::asset::AssetType;
use crate::xccdf::{Severity, Verdict};

/// The name of the contract, with its version.
pub const SCHEMA: &str = "stigprobe-results/1";

/// The document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// [`SCHEMA`].
    pub schema: String,
    /// The program that wrote it.
    pub tool: ToolInfo,
    /// The scenario of the lab, where the target was no real system.
    pub simulated: Option<String>,
    /// A sentence that says so.
    pub simulated_notice: Option<String>,
    /// The program that made the results, where it was another one, or another version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<MakerInfo>,
    /// The file that they were read from, where they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<ImportedInfo>,
    /// The benchmark.
    pub benchmark: BenchmarkInfo,
    /// The asset and what was asked.
    pub target: TargetInfo,
    /// Id of the profile that was applied.
    pub profile: Option<String>,
    /// Which reading of the checks decides: `intent` or `literal`.
    pub interpretation: String,
    /// When collecting began (RFC 3339, UTC, whole seconds).
    pub started: String,
    /// When collecting ended.
    pub finished: String,
    /// SHA-256 of the evidence.
    pub evidence_sha256: String,
    /// SHA-256 of the policy, if there was one.
    pub policy_sha256: Option<String>,
    /// How many rules came out with each result.
    pub counts: Counts,
    /// For how many of them an exception counts.
    #[serde(default)]
    pub waived: usize,
    /// Scores by each model of XCCDF.
    pub scores: Vec<ScoreInfo>,
    /// Everything that results rest on, each once.
    pub facts: Vec<FactInfo>,
    /// One for each rule of the benchmark, in its order.
    pub rules: Vec<RuleInfo>,
}

/// The program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolInfo {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The benchmark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchmarkInfo {
    /// `Benchmark/@id`, as written.
    pub id: String,
    /// Its title.
    pub title: String,
    /// `version`, as written.
    pub version: String,
    /// The number after `Release:`, where a release is stated.
    pub release: Option<String>,
    /// Version and release in one: `V2R2`.
    pub revision: String,
    /// The release line, as written.
    pub release_info: String,
    /// File name, or name of the shipped benchmark.
    pub source: String,
    /// SHA-256 of the document.
    pub sha256: String,
    /// It came with the program: ids and digests are DISA's, words are not.
    pub shipped: bool,
}

/// The asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetInfo {
    /// Its name.
    pub name: String,
    /// Its domain name, empty when unknown.
    pub fqdn: String,
    /// Its addresses.
    pub ip: Vec<String>,
    /// Its MAC address, empty when unknown.
    pub mac: String,
    /// Its role, in the word of DISA's schema.
    #[serde(default)]
    pub role: String,
    /// STIG Viewer's technology area, empty when none.
    #[serde(default)]
    pub tech_area: String,
    /// A remark on it, empty when none.
    #[serde(default)]
    pub comment: String,
    /// Marking of the results, empty when none.
    pub marking: String,
    /// Of a service on the host: which one; empty where the asset is the host.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub web_db_site: String,
    /// Of a service on the host: which of several.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub web_db_instance: String,
    /// `Computing` or `Non-Computing`.
    #[serde(default)]
    pub asset_type: AssetType,
    /// What was asked.
    pub endpoints: Vec<EndpointInfo>,
}

/// A thing that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointInfo {
    /// `UCP` or `DTR`.
    pub kind: String,
    /// Its URL.
    pub url: String,
    /// The account that was used.
    pub identity: Option<String>,
    /// SHA-256 of the certificate that it was known by, where that was pinned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
}

/// How many rules came out with each of XCCDF's results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the nine words are XCCDF's, as on `Verdict`")]
pub struct Counts {
    pub pass: usize,
    pub fail: usize,
    pub error: usize,
    pub unknown: usize,
    pub notapplicable: usize,
    pub notchecked: usize,
    pub notselected: usize,
    pub informational: usize,
    pub fixed: usize,
}

/// A score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreInfo {
    /// URN of the model.
    pub system: String,
    /// What was reached.
    pub score: f64,
    /// What could have been reached.
    pub maximum: f64,
}

/// A source that results rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactInfo {
    /// Name of the fact.
    pub fact: String,
    /// What was asked of whom.
    pub request: String,
    /// When the answer was complete.
    pub at: String,
    /// SHA-256 of the fact as it is kept in the evidence.
    pub sha256: String,
}

/// What came out for a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleInfo {
    /// `Rule/@id`, as written.
    pub rule_id: String,
    /// `Group/@id`, as written; none for a rule outside of groups.
    pub group_id: Option<String>,
    /// The STIG-ID (the rule's `version`).
    pub stig_id: String,
    /// Title.
    pub title: String,
    /// `@severity` that applied.
    pub severity: Severity,
    /// `@weight` that applied, as written.
    pub weight: String,
    /// `@role` that applied.
    pub role: String,
    /// The result, in XCCDF's word.
    pub result: Verdict,
    /// The result in a sentence.
    pub summary: String,
    /// The same control on every host, in every run and release.
    pub control_id: String,
    /// Changes with the text of the check.
    pub check_id: Option<String>,
    /// Tenable's control id for exactly this revision of the rule.
    pub tenable_control_id: Option<String>,
    /// Where it was learned, if Tenable does not publish it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenable_learned_from: Option<String>,
    /// Name of the probe that decided.
    pub probe: Option<String>,
    /// Control correlation identifiers.
    pub ccis: Vec<String>,
    /// Ids in older releases.
    pub legacy_ids: Vec<String>,
    /// What the result rests on.
    pub observations: Vec<ObservationInfo>,
    /// What the other reading of the check says, where it says something else.
    pub other_reading: Option<OtherReading>,
    /// Files beside the evidence that hold more.
    pub attachments: Vec<String>,
    /// Remarks on the rule.
    pub notes: Vec<String>,
    /// What a person is asked, where a probe cannot know all.
    #[serde(default)]
    pub question: Option<String>,
    /// The person's answer that the result rests on.
    #[serde(default)]
    pub answer: Option<AnswerInfo>,
    /// The exception that was made; `result` is what was found all the same.
    #[serde(default)]
    pub waiver: Option<WaiverInfo>,
    /// Finding details that somebody else wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// Comments that a person wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<String>,
    /// A person's own severity for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity_override: Option<SeverityInfo>,
    /// When it was found out, where that is stated for each rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Its names in other catalogs than CCI and DISA's of old: the catalog and the name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub idents: Vec<NamedValue>,
    /// The check that another program names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckInfo>,
    /// What others said of the rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<BesideInfo>,
}

/// The program that made results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakerInfo {
    /// Its name.
    pub name: String,
    /// Its version, empty where the results do not say.
    pub version: String,
    /// Its `test-system`, where it has one.
    pub system: Option<String>,
}

/// A file that results were read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedInfo {
    /// What it is.
    pub format: String,
    /// Its name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What of it could not be kept.
    pub lost: Vec<String>,
}

/// A severity that a person gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityInfo {
    /// The severity.
    pub severity: Severity,
    /// Why.
    pub reason: String,
}

/// A check of another program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInfo {
    /// Its system.
    pub system: String,
    /// Where it is.
    pub href: String,
    /// Its name there.
    pub name: Option<String>,
}

/// What somebody else said of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BesideInfo {
    /// Who, and in which file.
    pub source: String,
    /// The result there.
    pub result: Verdict,
    /// The finding details there.
    pub details: String,
    /// The comments there.
    pub comments: String,
    /// What else is known of it.
    pub facts: Vec<NamedValue>,
    /// `counts`, `agrees`, `conflict` or `set-aside`.
    pub standing: String,
    /// Why it counts so.
    pub because: String,
}

/// A value with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedValue {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A person's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerInfo {
    /// The answer.
    pub result: Verdict,
    /// Who gave it.
    pub by: String,
    /// On which day.
    pub on: String,
    /// Its words.
    pub text: String,
    /// The last day on which it counts.
    pub expires: Option<String>,
    /// A file that shows it.
    pub evidence: Option<FileInfo>,
}

/// A person's exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverInfo {
    /// The result that was found.
    pub old_result: Verdict,
    /// The result that stands in its place where exceptions count.
    pub new_result: Verdict,
    /// Who made it.
    pub authority: String,
    /// On which day.
    pub on: String,
    /// When, as it was written, where more than the day is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Why.
    pub remark: String,
    /// The last day on which it counts.
    pub expires: Option<String>,
    /// A file that shows it.
    pub evidence: Option<FileInfo>,
}

/// A file that a person pointed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInfo {
    /// Its name, as the policy writes it.
    pub file: String,
    /// SHA-256 of its bytes when the policy was read.
    pub sha256: String,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservationInfo {
    /// What was looked at.
    pub subject: String,
    /// What the requirement wants.
    pub expected: String,
    /// What is there.
    pub actual: String,
    /// Whether the two agree, in XCCDF's word.
    pub verdict: Verdict,
    /// Name of the fact it was seen in.
    pub fact: String,
    /// The node that it speaks of; none where it speaks of several, or of the cluster as a whole.
    #[serde(default)]
    pub node: Option<String>,
    /// Its place among the facts of the document, from 0.
    #[serde(default)]
    pub source: Option<usize>,
}

/// The result by the other reading of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherReading {
    /// The result.
    pub verdict: Verdict,
    /// Why the readings part.
    pub reason: String,
}

/// The document as text.
pub(super) fn write(outcome: &Outcome) -> String {
    to_json(&results(outcome))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::fixture;

    #[test]
    fn it_reads_back_as_it_was_written() {
        for outcome in [fixture::outcome(), fixture::spoken(), fixture::nasty()] {
            let read: Results = serde_json::from_str(&write(&outcome)).expect("results");
            assert_eq!(read, results(&outcome));
        }
    }

    #[test]
    fn keys_are_the_contract_and_rules_keep_their_order() {
        let value: Value = serde_json::from_str(&write(&fixture::outcome())).expect("JSON");
        let length = |value: &Value| value.as_object().map(serde_json::Map::len);
        assert_eq!(value["schema"], "stigprobe-results/1");
        assert_eq!(value["simulated"], Value::Null);
        assert_eq!(value["started"], "2026-11-21T18:00:00Z");
        assert_eq!(length(&value["counts"]), Some(9));
        assert_eq!(value["counts"]["fail"], 1);
        assert_eq!(value["facts"].as_array().map(Vec::len), Some(2));
        let rules = value["rules"].as_array().expect("rules");
        assert_eq!(rules.len(), 5);
        assert!(rules.is_sorted_by_key(|rule| rule["stig_id"].as_str()));
        assert_eq!(rules[1]["rule_id"], "SV-235776r960759_rule");
        let observation = &rules[1]["observations"][0];
        assert_eq!(length(observation), Some(7));
        for (key, expected) in [
            ("subject", "dev/app:0.9"),
            ("expected", "signed"),
            ("actual", "signed by releases"),
            ("verdict", "pass"),
            ("fact", "dtr.tags"),
        ] {
            assert_eq!(observation[key], expected);
        }
    }

    #[test]
    fn what_people_said_stands_beside_what_was_found() {
        let value: Value = serde_json::from_str(&write(&fixture::spoken())).expect("JSON");
        let rules = value["rules"].as_array().expect("rules");
        assert_eq!((&value["waived"], &value["counts"]["fail"]), (&1.into(), &1.into()));
        assert_eq!(rules[1]["result"], "fail");
        let waiver = &rules[1]["waiver"];
        assert_eq!((&waiver["old_result"], &waiver["new_result"]), (&"fail".into(), &"pass".into()));
        assert_eq!(waiver["authority"], "The AO");
        let answer = &rules[3]["answer"];
        assert_eq!((&answer["by"], &answer["on"]), (&"Jane Doe".into(), &"2026-11-02".into()));
        assert_eq!(answer["evidence"]["sha256"], "3".repeat(64));
    }

    #[test]
    fn evidence_is_whole_however_long() {
        let results = results(&fixture::nasty());
        assert_eq!(results.rules[1].observations[0].actual.chars().count(), 40_000);
        assert_eq!(results.simulated.as_deref(), Some("default"));
    }
}
