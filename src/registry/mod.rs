//! Which rule is decided by what: a probe, a person, or both. Whoever adds a rule adds one entry.

mod docker;
mod kubernetes_questions;
mod mirantis;
mod questions;

use crate::facts::Need;
use crate::policy::Parameter;
use crate::probes::{Card, Deciding, Probe};
use crate::xccdf::Rule;
use crate::xccdf::naming::key;

/// A rule of a STIG and what decides it.
#[derive(Debug)]
pub struct Binding {
    /// The rule's number without its revision: `SV-235847`.
    pub rule: &'static str,
    /// Its STIG-ID: `DKER-EE-004370`.
    pub stig_id: &'static str,
    /// The number that it had in the first release: `SV-104867`; empty where it had none.
    pub legacy: &'static str,
    /// What decides it.
    pub by: By,
    /// SHA-256 of the check text that this was written for.
    pub check_digest: &'static str,
    /// Rules that ask the same thing, by STIG-ID. Two rules share a probe only if each names the other.
    pub aliases: &'static [&'static str],
    /// Where what decides it differs from the letter of that check text, and why; empty where it does not.
    pub letter: &'static str,
}

/// What decides a rule.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// A probe.
    Probe(&'static dyn Probe),
    /// A person: no machine can know it.
    Person(&'static Question),
    /// Both: what the probe finds open is open; what it finds in order still needs the person.
    Both(&'static dyn Probe, &'static Question),
    /// A probe where it can be read, a person where it cannot.
    Either(&'static dyn Probe, &'static Question),
}

/// What a person is asked.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// The question; `pass` means yes.
    pub asks: &'static str,
    /// Why only a person can know.
    pub because: &'static str,
}

impl Binding {
    /// The probe, if there is one.
    #[must_use]
    pub fn probe(&self) -> Option<&'static dyn Probe> {
        match self.by {
            By::Probe(probe) | By::Both(probe, _) | By::Either(probe, _) => Some(probe),
            By::Person(_) => None,
        }
    }

    /// The probe's card, if there is one.
    #[must_use]
    pub fn card(&self) -> Option<&'static Card> {
        self.probe().map(Probe::card)
    }

    /// What a person is asked, if anything.
    #[must_use]
    pub fn question(&self) -> Option<&'static Question> {
        match self.by {
            By::Person(question) | By::Both(_, question) | By::Either(_, question) => Some(question),
            By::Probe(_) => None,
        }
    }

    /// What its probe reads.
    #[must_use]
    pub fn needs(&self) -> &'static [Need] {
        self.card().map_or(&[], |card| card.needs)
    }

    /// The values of the policy that its probe looks at.
    #[must_use]
    pub fn parameters(&self) -> &'static [Parameter] {
        self.card().map_or(&[], |card| card.parameters)
    }

    /// Who decides: `automatic`, `parameter`, `attested`, or a mix.
    #[must_use]
    pub fn disposition(&self) -> &'static str {
        let with_policy = self.card().is_some_and(|card| card.decides_with == Deciding::Policy);
        match (self.by, with_policy) {
            (By::Person(_), _) => "attested",
            (By::Probe(_), false) => "automatic",
            (By::Probe(_), true) => "parameter",
            (By::Both(..), false) => "automatic+attested",
            (By::Both(..), true) => "parameter+attested",
            (By::Either(..), false) => "automatic|attested",
            (By::Either(..), true) => "parameter|attested",
        }
    }
}

/// Every rule of both STIGs.
pub fn bindings() -> impl Iterator<Item = &'static Binding> {
    docker::BINDINGS.iter().chain(mirantis::BINDINGS)
}

/// What decides a rule: by the rule's number, else by its STIG-ID, else by an id of older releases.
///
/// DISA gives every rule a new revision with every release, so revisions are not looked at.
#[must_use]
pub fn find(rule: &Rule) -> Option<&'static Binding> {
    let (number, stig_id) = (key(&rule.id), key(&rule.version));
    let by_number = bindings().find(|b| b.rule == number);
    let by_stig_id = || bindings().find(|b| b.stig_id == stig_id);
    let by_legacy = || {
        let old: Vec<String> = rule.legacy_ids().map(key).chain([number.clone()]).collect();
        bindings().find(|b| old.iter().any(|id| b.legacy == id && !id.is_empty()))
    };
    by_number.or_else(by_stig_id).or_else(by_legacy)
}

/// The rule that people mean by a name: its number with or without a revision, the number of its group,
/// its STIG-ID, or its number in the first release.
#[must_use]
pub fn called(name: &str) -> Option<&'static Binding> {
    let name = key(name);
    // Of these STIGs a group has the number of its rule.
    let group = format!("S{name}");
    bindings().find(|b| !name.is_empty() && ([b.rule, b.stig_id, b.legacy].contains(&&*name) || b.rule == group))
}

/// The names that every rule goes by first.
pub fn names() -> impl Iterator<Item = &'static str> {
    bindings().flat_map(|b| [b.stig_id, b.rule])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_stand_in_order_and_once() {
        assert!(docker::BINDINGS.is_sorted_by(|a, b| a.rule < b.rule));
        assert!(mirantis::BINDINGS.is_sorted_by(|a, b| a.rule < b.rule));
        assert_eq!(docker::BINDINGS.len(), 101);
        assert_eq!(mirantis::BINDINGS.len(), 44);
    }

    #[test]
    fn a_rule_goes_by_several_names() {
        for name in ["DKER-EE-001000", "dker-ee-001000", "SV-235775", "SV-235775r960735_rule", "V-235775", "SV-104693"]
            .into_iter()
            .chain(["xccdf_mil.disa.stig_rule_SV-235775r1_rule", "xccdf_mil.disa.stig_group_V-235775"])
        {
            let found = called(name).map(|b| b.stig_id);
            assert_eq!(found, Some("DKER-EE-001000"), "{name}");
        }
        for not in ["", "SV-", "V-1", "DKER-EE-00100"] {
            assert!(called(not).is_none(), "{not}");
        }
    }

    #[test]
    fn a_probe_is_shared_by_declared_aliases_only() {
        for a in bindings() {
            let Some(card) = a.card() else { continue };
            let sharing: Vec<&str> = bindings()
                .filter(|b| b.card().is_some_and(|c| c.name == card.name) && b.rule != a.rule)
                .map(|b| b.stig_id)
                .collect();
            assert_eq!(sharing, a.aliases, "{}", a.stig_id);
        }
    }
}
