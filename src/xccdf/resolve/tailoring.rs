//! Resolve.Tailoring (NIST IR 7275 r4, section 6.7 and table 30).

use std::collections::HashSet;

use super::profiles::heir;
use super::{Unresolvable, fail};
use crate::xccdf::model::{Benchmark, Profile, Tailoring, TailoringRef};

/// The benchmark with the tailoring's profiles.
///
/// A profile of the tailoring may extend one of the benchmark, and none of the tailoring. One that has
/// the id of a profile of the benchmark and extends it takes its place; one that has the id and does
/// not extend it must not be.
///
/// The benchmark is a resolved one whose abstract profiles are still there: they may be extended.
pub fn tailored(mut benchmark: Benchmark, tailoring: &Tailoring) -> Result<Benchmark, Unresolvable> {
    let own: HashSet<&str> = tailoring.profiles.iter().map(|p| p.id.as_str()).collect();
    if own.len() < tailoring.profiles.len() {
        return fail("two profiles of the tailoring have the same id");
    }
    let find = |id: &str| benchmark.profiles.iter().find(|p| p.id == id);
    let mut resolved = Vec::new();
    for profile in &tailoring.profiles {
        let id = profile.id.as_str();
        if find(id).is_some() && profile.extends.as_deref() != Some(id) {
            return fail(format!(
                "profile {id:?} of the tailoring has the id of a profile of the benchmark and does not extend it"
            ));
        }
        resolved.push(match profile.extends.as_deref() {
            None => profile.clone(),
            Some(base) => match find(base) {
                Some(base) => heir(base.clone(), profile.clone()),
                None if own.contains(base) => {
                    return fail(format!(
                        "profile {id:?} of the tailoring extends {base:?} of the same tailoring; it can extend profiles of the benchmark only"
                    ));
                }
                None => {
                    return fail(format!(
                        "profile {id:?} of the tailoring extends {base:?}, which is not in the benchmark"
                    ));
                }
            },
        });
    }
    let place = |benchmark: &mut Benchmark, profile: Profile| match benchmark
        .profiles
        .iter_mut()
        .find(|p| p.id == profile.id)
    {
        Some(shadowed) => *shadowed = profile,
        None => benchmark.profiles.push(profile),
    };
    for mut profile in resolved {
        profile.tailoring = Some(TailoringRef {
            href: tailoring.href.clone(),
            id: tailoring.id.clone(),
            version: tailoring.version.clone(),
            time: tailoring.version_time.clone().unwrap_or_default(),
        });
        place(&mut benchmark, profile);
    }
    Ok(benchmark)
}
