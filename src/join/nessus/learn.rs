//! Tenable's control ids, learned from real scans.

use std::collections::{BTreeMap, BTreeSet};

use super::Scanned;
use crate::import::nessus::NessusItem;
use crate::outcome::Outcome;
use crate::tenable::{Learned, LearnedIds};

/// Adds what a scan teaches. Gives what was not learned that somebody should know of, a sentence each.
///
/// Only ids of plugins that give every rule its own are taken, and none that the scan shows to be shared: of
/// two rules that have the same id, one has a wrong one.
pub fn learn(scanned: &Scanned, ids: &mut LearnedIds) -> Vec<String> {
    let items = || scanned.scan.hosts.iter().flat_map(|host| &host.items);
    let mut rules_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut ids_of: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for item in items() {
        let (rule, id) = (item.value("Rule-ID"), item.control_id.trim());
        if !rule.is_empty() && !id.is_empty() {
            rules_of.entry(id).or_default().insert(rule);
            ids_of.entry((item.audit_file.trim(), rule)).or_default().insert(id);
        }
    }
    let alone = |item: &NessusItem| {
        let (rule, id) = (item.value("Rule-ID"), item.control_id.trim());
        rules_of.get(id).is_some_and(|rules| rules.len() == 1)
            && ids_of.get(&(item.audit_file.trim(), rule)).is_some_and(|ids| ids.len() == 1)
    };
    let mut remarks = BTreeSet::new();
    for item in items().filter(|item| alone(item)) {
        let Some(id) = item.tenable_control_id() else {
            continue;
        };
        let learned = Learned {
            audit_file: item.audit_file.trim().to_owned(),
            stig_id: item.names().stig_id,
            rule_id: item.value("Rule-ID").to_owned(),
            control_id: id.to_owned(),
            file: scanned.file.clone(),
            sha256: scanned.sha256.clone(),
            plugin_revision: item.plugin_revision.trim().to_owned(),
        };
        let published = crate::tenable::control_id(&learned.rule_id);
        if let Some(published) = published.filter(|p| *p != learned.control_id) {
            remarks.insert(format!(
                "{}: the control id {} of {} is not the one that Tenable publishes ({published}), which is kept",
                scanned.file, learned.control_id, learned.rule_id
            ));
            continue;
        }
        let name = format!("{} of {}", learned.control_id, learned.rule_id);
        if let Err(known) = ids.learn(learned) {
            remarks.insert(format!(
                "{}: the control id {name} is not the one that was learned from {} ({}), which is kept",
                scanned.file,
                known.origin(),
                known.control_id
            ));
        }
    }
    remarks.into_iter().collect()
}

/// The outcome with the ids that were learned, for rules that have none published.
#[must_use]
pub fn with_ids(mut outcome: Outcome, ids: &LearnedIds) -> Outcome {
    for ((_, rule), result) in outcome.benchmark.rules().zip(&mut outcome.rules) {
        if result.tenable_control_id.is_some() {
            continue;
        }
        if let Some(learned) = ids.find(&rule.id, &rule.version) {
            result.tenable_control_id = Some(learned.control_id.clone());
            result.tenable_learned_from = Some(learned.origin());
        }
    }
    outcome
}
