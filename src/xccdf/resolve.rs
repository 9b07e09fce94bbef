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

/// How much may be copied from what is inherited, as [`Copied`] counts it. A small document in which many
/// items extend a large one would fill a machine.
const COPIED: usize = 64 << 20;

/// What has been copied so far.
#[derive(Default)]
struct Copied(usize);

impl Copied {
    /// Another copy of something of this weight.
    fn add(&mut self, weight: usize) -> Result<(), Unresolvable> {
        self.0 = self.0.saturating_add(weight);
        if self.0 > COPIED {
            let most = COPIED >> 20;
            return fail(format!("what items and profiles inherit comes to more than {most} MiB"));
        }
        Ok(())
    }
}

/// How much something is: the bytes of its contents and of their names, whatever it is made of.
fn weight(what: &impl std::fmt::Debug) -> usize {
    struct Count(usize);
    impl std::fmt::Write for Count {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0 += text.len();
            Ok(())
        }
    }
    let mut count = Count(0);
    // Counting does not fail.
    let _ = std::fmt::Write::write_fmt(&mut count, format_args!("{what:?}"));
    count.0
}

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
pub fn resolved(mut benchmark: Benchmark, abstract_profiles: AbstractProfiles) -> Result<Benchmark, Unresolvable> {
    if benchmark.resolved {
        return Ok(benchmark);
    }
    let mut copied = Copied::default();
    groups::resolve(&mut benchmark, &mut copied)?;
    items::resolve(&mut benchmark, &mut copied)?;
    benchmark.profiles = profiles::resolve(&benchmark.profiles, &mut copied)?;
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
