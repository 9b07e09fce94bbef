//! How people name a rule: by its id, its number, its group, its STIG-ID, or an id of old; in capitals
//! or not, and with the revision of any release.

use super::ids::stem;
use super::model::{Benchmark, Group, Rule};

/// The rule is meant by this name.
#[must_use]
pub fn is_called(group: Option<&Group>, rule: &Rule, name: &str) -> bool {
    let name = name.trim().to_uppercase();
    let same = |other: &str| !name.is_empty() && other.to_uppercase() == name;
    let number = stem(&name);
    same(&rule.id)
        || same(&rule.version)
        || group.is_some_and(|g| same(&g.id))
        || rule.legacy_ids().any(same)
        || (number.is_some() && number == stem(&rule.id))
}

/// What to say of a name that no rule has, with the STIG-ID or number that is nearest to it.
#[must_use]
pub fn unknown(benchmark: &Benchmark, name: &str) -> String {
    unknown_among(benchmark, std::iter::empty(), name)
}

/// The same where other names would have been right too.
pub fn unknown_among(benchmark: &Benchmark, others: impl Iterator<Item = &'static str>, name: &str) -> String {
    let names = benchmark.rules().flat_map(|(group, rule)| {
        let group = group.map(|g| g.id.as_str());
        [Some(rule.version.as_str()), stem(&rule.id), group]
    });
    let distance = |other: &&str| strsim::damerau_levenshtein(&name.to_uppercase(), other);
    let nearest =
        names.flatten().chain(others.map(|other| -> &str { other })).filter(|n| !n.is_empty()).min_by_key(distance);
    let hint = match nearest {
        Some(nearest) if distance(&nearest) <= 3 => {
            format!("; did you mean {}?", crate::xml::read::excerpt_of(nearest, 120))
        }
        _ => "; give a Rule, Group or STIG-ID (SV-235847, V-235847, DKER-EE-004370); 'stigprobe probes' lists them"
            .into(),
    };
    let id = crate::xml::read::excerpt_of(&benchmark.id, 120);
    format!("no rule of {id} is called {name:?}{hint}")
}
