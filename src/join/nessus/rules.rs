//! Which rule an item speaks of, and what it comes to.

use std::collections::BTreeMap;

use crate::import::nessus::{NessusHost, NessusItem, Said};
use crate::import::{Index, Names};
use crate::xccdf::ids::bare;
use crate::xccdf::{Benchmark, Verdict};

/// What the items of one rule on one host come to, best first. A failed sub-item is never hidden by an
/// error, as it is in Tenable's own order: it is open whatever became of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heard {
    /// It passed, and something was looked at.
    Passed,
    /// A person has to look at what Nessus shows.
    Review,
    /// Nothing was looked at.
    NotPerformed,
    /// It passed, and its ids name different rules.
    Unclear,
    /// A word that is not known.
    Unknown,
    /// The check could not be made.
    Error,
    /// It failed.
    Failed,
}

impl Heard {
    pub(super) fn of(item: &NessusItem, is_clear: bool) -> Self {
        match item.said {
            Said::Failed => Heard::Failed,
            Said::Error => Heard::Error,
            Said::Unknown => Heard::Unknown,
            Said::Passed | Said::Warning if item.stands_still() => Heard::NotPerformed,
            Said::Warning => Heard::Review,
            Said::Passed if item.wants_review() => Heard::Review,
            Said::Passed if !is_clear => Heard::Unclear,
            Said::Passed => Heard::Passed,
        }
    }

    /// XCCDF's word for it.
    pub(super) fn verdict(self) -> Verdict {
        match self {
            Heard::Passed => Verdict::Pass,
            Heard::Review | Heard::NotPerformed => Verdict::NotChecked,
            Heard::Unclear | Heard::Unknown => Verdict::Unknown,
            Heard::Error => Verdict::Error,
            Heard::Failed => Verdict::Fail,
        }
    }
}

/// What one host says of one rule.
#[derive(Clone, Debug)]
pub(super) struct HostWord<'a> {
    /// Which host.
    pub(super) speaker: usize,
    /// The items, in the file's order.
    pub(super) items: Vec<&'a NessusItem>,
    /// What they come to together.
    pub(super) heard: Heard,
    /// The rule's id that the items have, where it is another revision than ours.
    pub(super) other_revision: Option<&'a str>,
}

/// Finds the rules of a benchmark that items speak of.
pub(super) struct Words<'b> {
    index: Index<'b>,
    benchmark: String,
}

/// The rule of an item.
struct Found {
    at: usize,
    /// No id of the item names another rule.
    is_clear: bool,
    same_revision: bool,
}

impl<'b> Words<'b> {
    pub(super) fn new(benchmark: &'b Benchmark) -> Self {
        Words { index: Index::new(benchmark), benchmark: folded(&benchmark.id) }
    }

    /// The host has a word on a rule of this benchmark.
    pub(super) fn speaks(&self, host: &NessusHost) -> bool {
        !self.of(host).0.is_empty()
    }

    /// What a host says of the rules, by their place in the benchmark, and how many of its items speak of
    /// none. Where some audit of the host names this benchmark, items of another one are not ours.
    pub(super) fn of<'a>(&self, host: &'a NessusHost) -> (BTreeMap<usize, HostWord<'a>>, usize) {
        let is_ours = |item: &NessusItem| folded(item.benchmark()) == self.benchmark;
        let named = host.items.iter().any(is_ours);
        let mut found: BTreeMap<usize, HostWord<'_>> = BTreeMap::new();
        let mut foreign = 0;
        for item in &host.items {
            let other = named && !item.benchmark().is_empty() && !is_ours(item);
            let Some(place) = self.find(item).filter(|_| !other) else {
                foreign += usize::from(!other);
                continue;
            };
            let heard = Heard::of(item, place.is_clear);
            let rule_id = item.value("Rule-ID");
            let word = found.entry(place.at).or_insert_with(|| HostWord {
                speaker: 0,
                items: Vec::new(),
                heard,
                other_revision: None,
            });
            word.heard = word.heard.max(heard);
            word.items.push(item);
            if !place.same_revision && word.other_revision.is_none() {
                word.other_revision = Some(rule_id);
            }
        }
        (found, foreign)
    }

    /// By the group's number, else the rule's id without its revision, else the STIG-ID, else the STIG-ID that
    /// the check's name begins with, else an id of old.
    fn find(&self, item: &NessusItem) -> Option<Found> {
        let vulns = item.values("Vuln-ID").into_iter().map(|id| Names { vuln: id.to_owned(), ..Names::default() });
        let rules = item.values("Rule-ID").into_iter().map(|id| Names { rule: id.to_owned(), ..Names::default() });
        let stig_ids = item.values("STIG-ID").into_iter();
        let stig_ids =
            stig_ids.chain(item.name_prefix()).map(|id| Names { stig_id: id.to_owned(), ..Names::default() });
        let direct: Vec<_> = vulns.chain(rules).chain(stig_ids).filter_map(|names| self.index.find(&names)).collect();
        let legacy = || self.index.find(&Names { legacy: item.names().legacy, ..Names::default() });
        let at = match direct.first() {
            Some(place) => place.at,
            None => legacy()?.at,
        };
        let same_revision = item.values("Rule-ID").into_iter().all(|id| {
            let names = Names { rule: id.to_owned(), ..Names::default() };
            let place = self.index.find(&names);
            place.is_none_or(|place| place.same_revision)
        });
        Some(Found { at, is_clear: direct.iter().all(|place| place.at == at), same_revision })
    }
}

/// The name of a benchmark as it is compared: its writings differ in case and hyphens.
fn folded(id: &str) -> String {
    bare(id, "_benchmark_").chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
