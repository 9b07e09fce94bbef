//! What is to be decided: the rules that profile and options select, each with its probe.

use std::collections::BTreeSet;

use crate::facts::Need;
use crate::naming::{self, is_called};
use crate::registry::{self, Binding};
use crate::xccdf::{Benchmark, Profile, resolve};

/// What is to be done about one rule.
#[derive(Clone, Copy, Debug)]
pub enum Planned {
    /// Profile or options leave it out.
    NotSelected,
    /// It is selected, and nothing here can decide it.
    NoProbe,
    /// It is selected and has a probe.
    Decide(&'static Binding),
}

/// One entry for each rule of the benchmark, in its order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The entries.
    pub rules: Vec<Planned>,
}

impl Plan {
    /// Plans the rules that the profile selects and, if any are named, that are among `only`: by Rule
    /// id, its number, Group id or STIG-ID.
    pub fn new(
        benchmark: &Benchmark,
        profile: Option<&Profile>,
        only: &[String],
    ) -> Result<Self, String> {
        let matches = |wanted: &str| -> Vec<bool> {
            benchmark
                .rules()
                .map(|(group, rule)| is_called(group, rule, wanted))
                .collect()
        };
        let mut named = vec![only.is_empty(); benchmark.rules().count()];
        for wanted in only {
            let hits = matches(wanted);
            if !hits.contains(&true) {
                return Err(naming::unknown(benchmark, wanted));
            }
            for (name, hit) in named.iter_mut().zip(hits) {
                *name |= hit;
            }
        }
        let selected = resolve::selected(benchmark, profile);
        let mut rules = Vec::new();
        for ((_, rule), (selected, named)) in benchmark.rules().zip(selected.into_iter().zip(named))
        {
            rules.push(match registry::find(rule) {
                _ if !selected || !named => Planned::NotSelected,
                None => Planned::NoProbe,
                Some(binding) => Planned::Decide(binding),
            });
        }
        if rules
            .iter()
            .all(|planned| matches!(planned, Planned::NotSelected))
        {
            return Err(
                "profile and options together select no rule: nothing would be decided".into(),
            );
        }
        Ok(Plan { rules })
    }

    /// What has to be collected for it: the union of what its probes need.
    #[must_use]
    pub fn needs(&self) -> BTreeSet<Need> {
        let needs = |planned: &Planned| match planned {
            Planned::Decide(binding) => binding.probe.card().needs,
            _ => &[],
        };
        self.rules.iter().flat_map(needs).copied().collect()
    }
}
