//! Deciding checks and combining them (NIST IR 7275 r4, sections 6.4.4.4 and 7.2.3.5.2, table 39).

use std::collections::HashSet;

use super::Outcomes;
use crate::xccdf::Verdict;
use crate::xccdf::model::{Benchmark, Check, CheckNode, ComplexCheck, ContentRef, Operator};

/// Decides checks by their recorded outcomes.
pub(super) struct Runner<'a> {
    outcomes: &'a Outcomes,
    supported: HashSet<&'a str>,
}

/// A result, and the document and name of the check where a rule has several.
type From = (Verdict, Option<(String, String)>);

/// What a system says of a reference; None when that is not known. OVAL's definitions and OCIL's
/// questionnaires tell by their names whose they are: they are no answer of another system, even where
/// the same document is given to it.
fn said(outcomes: &Outcomes, system: &str, reference: &ContentRef) -> Option<Vec<(String, Verdict)>> {
    let found = outcomes.of(&reference.href, reference.name.as_deref())?;
    let is_other = |language: &str| {
        let mut names = found.iter().map(|(name, _)| name);
        names.any(|name| name.starts_with(language))
            && !system.to_ascii_lowercase().contains(language.trim_end_matches(':'))
    };
    (!is_other("oval:") && !is_other("ocil:")).then_some(found)
}

impl<'a> Runner<'a> {
    /// A system is supported when an outcome of any of its checks is known: then whoever recorded the
    /// outcomes had an engine for it.
    pub(super) fn new(benchmark: &'a Benchmark, outcomes: &'a Outcomes) -> Self {
        let mut supported = HashSet::new();
        for (_, rule) in benchmark.rules() {
            let combined = rule.complex_check.as_ref().map(ComplexCheck::checks);
            for check in rule.checks.iter().chain(combined.into_iter().flatten()) {
                let mut refs = check.content_refs.iter();
                if outcomes.of_system(&check.system).is_some()
                    || refs.any(|r| said(outcomes, &check.system, r).is_some())
                {
                    supported.insert(check.system.as_str());
                }
            }
        }
        Runner { outcomes, supported }
    }

    /// The first check of a system that is supported. When it leads nowhere, no other is tried.
    pub(super) fn first<'c>(&self, checks: &[&'c Check]) -> Option<&'c Check> {
        let supported = |c: &&&Check| self.supported.contains(c.system.as_str());
        checks.iter().find(supported).copied()
    }

    /// What the first reference gives that leads somewhere; none when none does.
    pub(super) fn check(&self, check: &Check) -> Option<Vec<From>> {
        let negated = |verdict: Verdict| if check.negate { verdict.not() } else { verdict };
        if let Some(verdict) = self.outcomes.of_system(&check.system) {
            return Some(vec![(negated(verdict), None)]);
        }
        for reference in &check.content_refs {
            let Some(found) = said(self.outcomes, &check.system, reference) else {
                continue;
            };
            if found.is_empty() {
                // The document was there, and no check in it. The standard leaves it open; with
                // multi-check there is nothing to make results of, without there is no result.
                let verdict = if check.multi_check { Verdict::Unknown } else { Verdict::Error };
                return Some(vec![(verdict, None)]);
            }
            let several = reference.name.is_none() && check.multi_check && found.len() > 1;
            if several {
                let one = |(name, verdict): (String, Verdict)| (negated(verdict), Some((reference.href.clone(), name)));
                return Some(found.into_iter().map(one).collect());
            }
            let all = found.into_iter().map(|(_, verdict)| verdict);
            return all.reduce(Verdict::and).map(|v| vec![(negated(v), None)]);
        }
        None
    }

    /// What a combination comes to. Inside it, several results of one check are always combined
    /// (section 6.4.4.4). Depth is bounded by the reader.
    pub(super) fn complex(&self, complex: &ComplexCheck) -> Verdict {
        let results = complex.children.iter().map(|child| match child {
            CheckNode::Complex(inner) => self.complex(inner),
            CheckNode::Check(check) if !self.supported.contains(check.system.as_str()) => Verdict::NotChecked,
            CheckNode::Check(check) => {
                let found = self.check(check).unwrap_or_default();
                let all = found.into_iter().map(|(verdict, _)| verdict);
                all.reduce(Verdict::and).unwrap_or(Verdict::NotChecked)
            }
        });
        // `fixed` is in no table. Combined with others it is the pass that it is scored as; alone, there
        // is nothing to combine.
        let several = complex.children.len() > 1;
        let results = results.map(|r| match r {
            Verdict::Fixed if several => Verdict::Pass,
            other => other,
        });
        let combined = match complex.operator {
            Operator::And => results.reduce(Verdict::and),
            Operator::Or => results.reduce(Verdict::or),
        };
        let combined = combined.unwrap_or(Verdict::NotChecked);
        if complex.negate { combined.not() } else { combined }
    }
}
