//! What the target is, and which rules that leaves (NIST IR 7275 r4, sections 6.2.5 and 7.2.3.3).
//!
//! Three answers are possible: it is, it is not, nobody knows. Only what is known not to apply is left
//! out: not knowing is no evidence.

use super::{Outcomes, cpe};
use crate::xccdf::Verdict;
use crate::xccdf::model::{Benchmark, Common, Dictionary, Item, LogicalTest, Platform, PlatformRef, Test};

/// What is known of the target's platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The CPE names that it has, when they are all known.
    pub names: Option<Vec<String>>,
    /// A dictionary that is meant to know every name: one that is not in it is not the target's.
    pub dictionary: Option<Dictionary>,
    /// Platforms that are defined outside the benchmark, which may name them as it does its own.
    pub platforms: Vec<Platform>,
    /// Dictionaries that came with the benchmark.
    pub own_dictionary: Dictionary,
}

/// Whether each rule applies, in document order: the platforms of the rule, of every group around it
/// and of the benchmark, where there are any.
pub(super) fn applicable(benchmark: &Benchmark, target: &Target, outcomes: &Outcomes) -> Vec<bool> {
    let judge = Judge { benchmark, target, outcomes };
    let top = judge.any(&benchmark.platforms);
    let mut found = Vec::new();
    let mut open = vec![(top, benchmark.items.iter())];
    while let Some((above, items)) = open.last_mut() {
        let above = *above;
        let fits = |common: &Common| above && judge.any(&common.platforms);
        match items.next() {
            None => {
                open.pop();
            }
            Some(Item::Rule(rule)) => found.push(fits(&rule.common)),
            Some(Item::Group(group)) => open.push((fits(&group.common), group.items.iter())),
        }
    }
    found
}

struct Judge<'a> {
    benchmark: &'a Benchmark,
    target: &'a Target,
    outcomes: &'a Outcomes,
}

impl Judge<'_> {
    /// The target may be one of these. No list means all platforms.
    fn any(&self, platforms: &[PlatformRef]) -> bool {
        platforms.is_empty() || platforms.iter().any(|p| self.platform(&p.idref) != Some(false))
    }

    /// A CPE name, or a platform of the benchmark: the '#' before its id is asked for and often missing.
    fn platform(&self, idref: &str) -> Option<bool> {
        let id = idref.strip_prefix('#').unwrap_or(idref);
        let defined = self.benchmark.platform_definitions.iter();
        let mut defined = defined.chain(&self.target.platforms);
        match defined.find(|p| p.id == id).map(|p| &p.test) {
            Some(test) => test.as_ref().and_then(|test| self.logical(test)),
            None if idref.starts_with('#') => None,
            None => self.name(idref),
        }
    }

    fn logical(&self, test: &LogicalTest) -> Option<bool> {
        // One decisive answer settles it; without one, a single unknown leaves it open.
        let decisive = test.any;
        let mut open = false;
        let mut settled = false;
        for inner in &test.tests {
            let answer = match inner {
                Test::Name(name) => self.name(name),
                Test::Check { href, name } => self.check(href, name),
                Test::Logical(inner) => self.logical(inner),
            };
            open |= answer.is_none();
            settled |= answer == Some(decisive);
        }
        let combined = if settled {
            Some(decisive)
        } else if open || test.tests.is_empty() {
            None
        } else {
            Some(!decisive)
        };
        combined.map(|is| is != test.negate)
    }

    fn name(&self, wanted: &str) -> Option<bool> {
        if let Some(names) = &self.target.names {
            return Some(names.iter().any(|known| cpe::matches(wanted, known)));
        }
        let given = self.target.dictionary.iter();
        let with_benchmark = [&self.target.own_dictionary, &self.benchmark.dictionary];
        let (mut listed, mut open) = (false, false);
        let all = given.chain(with_benchmark).flat_map(|d| &d.items);
        for item in all.filter(|item| cpe::matches(wanted, &item.name)) {
            listed = true;
            for (href, name) in &item.checks {
                match self.check(href, name) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => open = true,
                }
            }
        }
        if listed {
            return (!open).then_some(false);
        }
        let answered = |d: &Dictionary| {
            let mut checks = d.items.iter().flat_map(|item| &item.checks);
            checks.any(|(href, name)| self.check(href, name).is_some())
        };
        // Whoever had a dictionary's checks run knows which of its names the target has.
        let is_known = self.target.dictionary.is_some() || with_benchmark.iter().any(|d| answered(d));
        is_known.then_some(false)
    }

    fn check(&self, href: &str, name: &str) -> Option<bool> {
        let name = Some(name).filter(|n| !n.is_empty());
        let found = self.outcomes.of(href, name)?;
        let verdict = found.into_iter().map(|(_, v)| v).reduce(Verdict::and)?;
        match verdict {
            Verdict::Pass | Verdict::Fixed => Some(true),
            Verdict::Fail | Verdict::NotApplicable => Some(false),
            _ => None,
        }
    }
}
