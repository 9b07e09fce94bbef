//! `container-scan-results`: an array with an entry for each asset.
//!
//! The interface wants an entry for each container. Rules of these STIGs are decided over all containers
//! of a cluster or node, and what was seen holds one by one only those that offend: a container that is not
//! named would be given the word of others. So an entry stands for the asset, under an id that is made of
//! the asset and stays the same in every run, and its name is the asset's.

use chrono::DateTime;
use serde::Serialize;

use super::limits::{Excess, TEST_RESULT};
use crate::printable;
use crate::report::json::{Results, RuleInfo};
use crate::report::text::cut;
use crate::xccdf::Verdict;
use crate::xccdf::ids::{bare, sha256_hex};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    container_id: String,
    container_name: String,
    time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Tags>,
    benchmarks: [Scanned; 1],
}

#[derive(Serialize)]
struct Tags {
    marking: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scanned {
    benchmark: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<u64>,
    is_baseline: bool,
    results: Vec<RuleResult>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleResult {
    rule_id: String,
    status: &'static str,
    last_seen: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
}

/// The document for one asset. `key` is what tells the asset from others.
pub fn document(results: &Results, key: &str) -> Result<String, Excess> {
    let excess =
        |field: &str, why: String| Excess { file: "container-scan-results".into(), field: field.into(), limit: why };
    let finished = DateTime::parse_from_rfc3339(&results.finished)
        .map_err(|e| excess("time", format!("{:?} is no time: {e}", results.finished)))?;
    let time = finished.timestamp();
    let marking = results.target.marking.trim();
    let number = |text: &str| text.trim().parse().ok();
    let entry = Entry {
        container_id: id(key),
        container_name: key.to_owned(),
        time,
        tags: (!marking.is_empty()).then(|| Tags { marking: marking.to_owned() }),
        benchmarks: [Scanned {
            benchmark: bare(&results.benchmark.id, "_benchmark_").to_owned(),
            version: number(&results.benchmark.version),
            release: results.benchmark.release.as_deref().and_then(number),
            is_baseline: false,
            results: results.rules.iter().map(|rule| of_rule(rule, time)).collect(),
        }],
    };
    printable::json(&[entry]).map_err(|e| excess("document", format!("cannot be written: {e}")))
}

fn of_rule(rule: &RuleInfo, time: i64) -> RuleResult {
    RuleResult {
        rule_id: bare(&rule.rule_id, "_rule_").to_owned(),
        status: status(rule.result),
        last_seen: time,
        message: cut(&rule.summary, TEST_RESULT),
    }
}

/// The interface's word for a result. What nobody decided is not reviewed, and what was left out is not
/// checked: neither is ever a pass.
fn status(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass | Verdict::Fixed => "Pass",
        Verdict::Fail => "Fail",
        Verdict::NotApplicable => "Not Applicable",
        Verdict::Error | Verdict::Unknown | Verdict::NotChecked => "Not Reviewed",
        Verdict::NotSelected | Verdict::Informational => "Not Checked",
    }
}

/// An id of the form of a UUID (RFC 9562, version 8: made by a way of one's own), the same for an asset
/// in every run.
fn id(key: &str) -> String {
    let digest = sha256_hex(format!("stigprobe:asset:v1\n{}\n", key.to_lowercase()).as_bytes());
    format!("{}-{}-8{}-8{}-{}", &digest[..8], &digest[8..12], &digest[12..15], &digest[15..18], &digest[18..30])
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::fixture;
    use crate::report::json::results;

    #[test]
    fn an_asset_is_an_entry_with_every_rule() {
        let results = results(&fixture::outcome());
        let text = document(&results, "ucp01").expect("a document");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let entry = &value[0];
        assert_eq!(entry["containerName"], "ucp01");
        assert_eq!(entry["tags"]["marking"], "CUI");
        assert!(entry["time"].is_i64());
        let scanned = &entry["benchmarks"][0];
        assert_eq!(scanned["benchmark"], "Docker_Enterprise_2-x_Linux-UNIX_STIG");
        assert_eq!(scanned["version"], 2);
        let rules = scanned["results"].as_array().expect("rules");
        assert_eq!(rules.len(), results.rules.len());
        for (rule, from) in rules.iter().zip(&results.rules) {
            let id = rule["ruleId"].as_str().expect("an id");
            assert!(id.starts_with("SV-") && id.ends_with("_rule"), "{id}");
            assert_eq!(rule["status"], status(from.result));
            assert!(rule["lastSeen"].is_i64());
        }
        assert_eq!(document(&results, "ucp01").as_deref(), Ok(text.as_str()));
    }

    #[test]
    fn only_what_passed_is_a_pass() {
        for verdict in Verdict::ALL {
            let passes = matches!(verdict, Verdict::Pass | Verdict::Fixed);
            assert_eq!(status(verdict) == "Pass", passes, "{verdict}");
        }
    }

    #[test]
    fn an_asset_keeps_its_id() {
        assert_eq!(id("UCP01"), id("ucp01"));
        assert_ne!(id("ucp01"), id("ucp02"));
        assert_eq!(id("x").len(), 36);
        let mut results = results(&fixture::outcome());
        results.finished = "yesterday".into();
        assert!(document(&results, "x").is_err());
    }

    #[test]
    fn long_words_are_cut() {
        let mut results = results(&fixture::outcome());
        results.rules[0].summary = "é".repeat(10_000);
        let text = document(&results, "x").expect("a document");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let message = value[0]["benchmarks"][0]["results"][0]["message"].as_str().expect("a text");
        assert!(message.chars().count() <= TEST_RESULT);
    }
}
