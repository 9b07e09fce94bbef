//! What is to be decided: the rules that profile and options select, each with its probe.

use std::collections::BTreeSet;

use crate::facts::Need;
use crate::registry::{self, Binding};
use crate::xccdf::apply::{Applied, Only, apply};
use crate::xccdf::{Benchmark, Profile};

/// What is to be done about one rule.
#[derive(Clone, Copy, Debug)]
pub enum Planned {
    /// Profile or options leave it out.
    NotSelected,
    /// It is selected, and its role says that it is not to be checked.
    Unchecked,
    /// It is selected, and nothing here can decide it.
    NoProbe,
    /// It is selected, and a probe or a person decides it.
    Decide(&'static Binding),
}

/// One entry for each rule of the benchmark, in its order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The entries.
    pub rules: Vec<Planned>,
    /// What the profile makes of the benchmark: roles, severities and weights among it.
    pub applied: Applied,
}

impl Plan {
    /// Plans the rules that the profile selects; if any are named, those and no others: by Rule id, its
    /// number, Group id or STIG-ID. The benchmark is a resolved one.
    pub fn new(benchmark: &Benchmark, profile: Option<&Profile>, only: &[String]) -> Result<Self, String> {
        let only = Only { rules: only.to_vec(), ..Only::default() };
        only.check(benchmark)?;
        let applied = apply(benchmark, profile, &only);
        let rules = benchmark.rules().zip(&applied.rules);
        let rules = rules.map(|((_, rule), applied)| match registry::find(rule) {
            _ if !applied.selected => Planned::NotSelected,
            _ if applied.role == "unchecked" => Planned::Unchecked,
            None => Planned::NoProbe,
            Some(binding) => Planned::Decide(binding),
        });
        let rules: Vec<Planned> = rules.collect();
        if rules.iter().all(|planned| matches!(planned, Planned::NotSelected)) {
            return Err("profile and options together select no rule: nothing would be decided".into());
        }
        Ok(Plan { rules, applied })
    }

    /// What has to be collected for it: the union of what its probes need, with what belongs to that.
    #[must_use]
    pub fn needs(&self) -> BTreeSet<Need> {
        let needs = |planned: &Planned| match planned {
            Planned::Decide(binding) => binding.needs(),
            _ => &[],
        };
        let needs: BTreeSet<Need> = self.rules.iter().flat_map(needs).copied().collect();
        let along = needs.iter().flat_map(|need| need.along()).copied();
        needs.iter().copied().chain(along).collect()
    }
}
