//! Which rules a profile selects (NIST IR 7275 r4, 6.5.3 and 7.2.3.3), for the part of the standard
//! that DISA's benchmarks use: `select` by id or cluster, and the inheritance of a group's choice.

use std::collections::HashMap;

use super::model::{Benchmark, Item, Profile};

/// Whether each rule is selected, in document order.
#[must_use]
pub fn selected(benchmark: &Benchmark, profile: Option<&Profile>) -> Vec<bool> {
    // Selectors run in document order, so the last one for an id stands.
    let choices: HashMap<&str, bool> = profile
        .iter()
        .flat_map(|p| &p.selects)
        .map(|s| (s.idref.as_str(), s.selected))
        .collect();
    let chosen = |id: &str, cluster: Option<&str>, own: bool| {
        let by_id = choices.get(id);
        by_id
            .or_else(|| cluster.and_then(|c| choices.get(c)))
            .copied()
            .unwrap_or(own)
    };
    let mut out = Vec::new();
    let mut stack = vec![(true, benchmark.items.iter())];
    while let Some((parent, items)) = stack.last_mut() {
        let parent = *parent;
        match items.next() {
            None => {
                stack.pop();
            }
            Some(Item::Rule(rule)) => {
                out.push(parent && chosen(&rule.id, rule.cluster_id.as_deref(), rule.selected));
            }
            Some(Item::Group(group)) => {
                let on = parent && chosen(&group.id, group.cluster_id.as_deref(), group.selected);
                stack.push((on, group.items.iter()));
            }
        }
    }
    out
}

/// The profile of this id, or the one whose id ends in it after an underscore. The error lists what
/// there is.
pub fn find_profile<'a>(benchmark: &'a Benchmark, wanted: &str) -> Result<&'a Profile, String> {
    let exact = benchmark.profiles.iter().find(|p| p.id == wanted);
    let suffix = format!("_{wanted}");
    let mut ending = benchmark
        .profiles
        .iter()
        .filter(|p| p.id.ends_with(&suffix));
    match (exact, ending.next(), ending.next()) {
        (Some(profile), _, _) | (None, Some(profile), None) => Ok(profile),
        (None, first, _) => {
            let ids: Vec<&str> = benchmark.profiles.iter().map(|p| p.id.as_str()).collect();
            let problem = if first.is_some() {
                "is ambiguous"
            } else {
                "is not in the benchmark"
            };
            Err(format!(
                "profile {wanted:?} {problem}; its profiles are: {}",
                ids.join(", ")
            ))
        }
    }
}
