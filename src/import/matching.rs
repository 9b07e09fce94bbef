//! Which rule of a benchmark a result speaks of.
//!
//! By what stays from release to release: the number of the group, the rule's id without its revision, the
//! STIG-ID, an id of old. A title is never enough, and neither is a hash.

use std::collections::HashMap;
use std::sync::Arc;

use super::Kind;
use crate::outcome::{BenchmarkSource, Outcome, RuleOutcome};
use crate::xccdf::ids::stem;
use crate::xccdf::score::scores;
use crate::xccdf::{Benchmark, Group, Rule, Verdict};

/// The names by which a result knows its rule; empty where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The number of the group (`V-235847`).
    pub vuln: String,
    /// The rule's id, with or without its revision.
    pub rule: String,
    /// The STIG-ID.
    pub stig_id: String,
    /// Ids of old.
    pub legacy: Vec<String>,
}

impl Names {
    /// The names of a rule of a benchmark.
    #[must_use]
    pub fn of(group: Option<&Group>, rule: &Rule) -> Self {
        Names {
            vuln: group.map_or_else(String::new, |g| bare(&g.id, "_group_").to_owned()),
            rule: bare(&rule.id, "_rule_").to_owned(),
            stig_id: rule.version.clone(),
            legacy: rule.legacy_ids().map(String::from).collect(),
        }
    }
}

/// How a result found its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The rule's place in the benchmark, from 0.
    pub at: usize,
    /// The revision of the rule is the same, or the result states none.
    pub same_revision: bool,
}

/// The rule that the names mean: by the group's number, else the rule's id without its revision, else the
/// STIG-ID, else an id of old.
#[must_use]
pub fn find(benchmark: &Benchmark, names: &Names) -> Option<Place> {
    Index::new(benchmark).find(names)
}

/// The names of all rules of a benchmark, for many searches.
#[derive(Debug)]
pub struct Index<'a> {
    rules: Vec<&'a Rule>,
    vulns: HashMap<String, usize>,
    stems: HashMap<String, usize>,
    stig_ids: HashMap<String, usize>,
    legacy: HashMap<String, usize>,
}

impl<'a> Index<'a> {
    /// The names of this benchmark's rules.
    #[must_use]
    pub fn new(benchmark: &'a Benchmark) -> Self {
        let mut index = Index {
            rules: Vec::new(),
            vulns: HashMap::new(),
            stems: HashMap::new(),
            stig_ids: HashMap::new(),
            legacy: HashMap::new(),
        };
        for (at, (group, rule)) in benchmark.rules().enumerate() {
            index.rules.push(rule);
            if let Some(group) = group {
                // A group with several rules names none of them.
                if group.items.len() == 1 {
                    let vuln = bare(&group.id, "_group_").to_ascii_uppercase();
                    index.vulns.entry(vuln).or_insert(at);
                }
            }
            let id = bare(&rule.id, "_rule_");
            let stem = stem(id).unwrap_or(id).to_ascii_uppercase();
            index.stems.entry(stem).or_insert(at);
            index.stig_ids.entry(rule.version.to_ascii_uppercase()).or_insert(at);
            for id in rule.legacy_ids() {
                index.legacy.entry(id.to_ascii_uppercase()).or_insert(at);
            }
        }
        index
    }

    /// As [`find`].
    #[must_use]
    pub fn find(&self, names: &Names) -> Option<Place> {
        let in_map = |map: &HashMap<String, usize>, name: &str| {
            let name = name.trim();
            (!name.is_empty()).then(|| map.get(&name.to_ascii_uppercase()).copied()).flatten()
        };
        let id = bare(names.rule.trim(), "_rule_");
        let number = stem(id).unwrap_or(id);
        let of_old = || {
            let all = [names.vuln.as_str(), number].into_iter();
            all.chain(names.legacy.iter().map(String::as_str)).find_map(|name| in_map(&self.legacy, name))
        };
        let at = in_map(&self.vulns, &names.vuln)
            .or_else(|| in_map(&self.stems, number))
            .or_else(|| in_map(&self.stig_ids, &names.stig_id))
            .or_else(of_old)?;
        let own = bare(&self.rules[at].id, "_rule_");
        let has_revision = |id: &str| stem(id).is_some_and(|s| id[s.len()..].starts_with(['r', 'R']));
        let unsuffixed = |id: &'_ str| id.strip_suffix("_rule").unwrap_or(id).to_ascii_uppercase();
        Some(Place { at, same_revision: !has_revision(id) || unsuffixed(id) == unsuffixed(own) })
    }
}

/// The results on the rules of another edition of the benchmark, whose texts and order are taken. A result
/// whose rule is not there is named as lost; a rule without a result is not checked.
#[must_use]
pub fn onto(mut outcome: Outcome, benchmark: &Arc<Benchmark>, source: &BenchmarkSource) -> Outcome {
    let index = Index::new(benchmark);
    let mut rules: Vec<Option<RuleOutcome>> = benchmark.rules().map(|_| None).collect();
    let mut lost = Vec::new();
    // Our own results state the severity that applied, others that of the rule.
    let applied = outcome.imported.as_ref().is_some_and(|from| from.format == Kind::Results.name());
    let theirs = std::mem::take(&mut outcome.rules);
    for ((group, rule), result) in outcome.benchmark.rules().zip(theirs) {
        let names = Names::of(group, rule);
        match index.find(&names) {
            Some(place) if rules[place.at].is_none() => {
                let own = index.rules[place.at];
                let own_severity = applied || result.severity != rule.severity;
                let mut result = moved(result, own_severity, &benchmark.id, own);
                if !place.same_revision {
                    result
                        .notes
                        .push(format!("The result was made for {}, another revision of this rule.", names.rule));
                }
                rules[place.at] = Some(result);
            }
            _ => lost.push(format!(
                "the result {} of {} ({}), which benchmark {} has no rule for",
                result.result, names.rule, names.stig_id, benchmark.id
            )),
        }
    }
    outcome.rules = benchmark
        .rules()
        .zip(rules)
        .map(|((_, rule), result)| result.unwrap_or_else(|| unmentioned(&benchmark.id, rule)))
        .collect();
    outcome.benchmark = Arc::clone(benchmark);
    outcome.source = source.clone();
    let results: Vec<Verdict> = outcome.rules.iter().map(RuleOutcome::after_waiver).collect();
    outcome.scores = scores(&outcome.benchmark, &results);
    if let Some(imported) = &mut outcome.imported {
        imported.lost.extend(lost);
    }
    outcome
}

/// A result with the ids of the rule that it now stands at, and with the rule's severity unless the result
/// has one of its own.
fn moved(result: RuleOutcome, own_severity: bool, benchmark_id: &str, rule: &Rule) -> RuleOutcome {
    let blank = RuleOutcome::of(benchmark_id, rule);
    let tenable = result.tenable_control_id.or(blank.tenable_control_id);
    RuleOutcome {
        control_id: blank.control_id,
        check_id: blank.check_id,
        tenable_control_id: tenable,
        severity: if own_severity { result.severity } else { blank.severity },
        ..result
    }
}

/// A rule that a file does not speak of.
pub(super) fn unmentioned(benchmark_id: &str, rule: &Rule) -> RuleOutcome {
    RuleOutcome {
        summary: "The file has no result for this rule.".into(),
        details: Some(String::new()),
        ..RuleOutcome::of(benchmark_id, rule)
    }
}

/// An id as DISA writes it, without what XCCDF 1.2 puts before it; `kind` is `_rule_` and the like.
pub(super) fn bare<'a>(id: &'a str, kind: &str) -> &'a str {
    let rest = id.strip_prefix("xccdf_").and_then(|rest| rest.split_once(kind));
    rest.map_or(id, |(_, name)| name)
}
