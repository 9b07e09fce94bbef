//! Resolving: inheritance worked in, abstract items and profiles gone, a tailoring's profiles added
//! (NIST IR 7275 r4, table 32). What comes out says of every item and profile all there is to say.

mod groups;
mod items;
mod profiles;
mod tailoring;
#[cfg(test)]
mod tests;

use super::model::{Benchmark, Item};
pub use profiles::{find_profile, merged};
pub use tailoring::tailored;

/// How many items or profiles may inherit from one another in a row.
const CHAIN: usize = 64;

/// Why a document cannot be resolved: what the standard calls a failure of loading.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unresolvable(pub String);

fn fail<T>(message: impl Into<String>) -> Result<T, Unresolvable> {
    Err(Unresolvable(message.into()))
}

/// Whether abstract profiles stay: they cannot be applied, but they can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbstractProfiles {
    /// They are removed, as the standard has it.
    Remove,
    /// They stay.
    Keep,
}

/// Resolves a benchmark (table 32: Resolve.Items, Resolve.Profiles, Resolve.Abstract).
///
/// One that says of itself that it is resolved is left as it is.
pub fn resolved(
    mut benchmark: Benchmark,
    abstract_profiles: AbstractProfiles,
) -> Result<Benchmark, Unresolvable> {
    if benchmark.resolved {
        return Ok(benchmark);
    }
    groups::resolve(&mut benchmark)?;
    items::resolve(&mut benchmark)?;
    benchmark.profiles = profiles::resolve(&benchmark.profiles)?;
    if abstract_profiles == AbstractProfiles::Remove {
        benchmark.profiles.retain(|p| !p.is_abstract);
    }
    remove_abstract(&mut benchmark);
    benchmark.resolved = true;
    Ok(benchmark)
}

/// Removes abstract items, and what stands in abstract groups with them.
fn remove_abstract(benchmark: &mut Benchmark) {
    benchmark.values.retain(|v| !v.common.is_abstract);
    let mut open = vec![&mut benchmark.items];
    while let Some(items) = open.pop() {
        items.retain(|item| match item {
            Item::Group(group) => !group.common.is_abstract,
            Item::Rule(rule) => !rule.common.is_abstract,
        });
        for item in items {
            if let Item::Group(group) = item {
                group.values.retain(|v| !v.common.is_abstract);
                open.push(&mut group.items);
            }
        }
    }
}

/// A chain of inheritance from the heir up, as errors show it.
fn shown(chain: &[&str], last: &str) -> String {
    let mut ids = chain.to_vec();
    ids.push(last);
    ids.join(" extends ")
}
