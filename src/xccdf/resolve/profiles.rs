//! Resolve.Profiles, and finding one (NIST IR 7275 r4, section 6.5 and table 33).

use std::collections::HashMap;

use super::{CHAIN, Copied, Unresolvable, fail, shown, weight};
use crate::xccdf::model::{Benchmark, Profile, RefineRule, ValueSetting};

/// Every profile with what it inherits. Each is resolved from what stands in the document, so that
/// the order in which they stand there does not matter.
pub(super) fn resolve(profiles: &[Profile], copied: &mut Copied) -> Result<Vec<Profile>, Unresolvable> {
    let mut by_id: HashMap<&str, &Profile> = HashMap::new();
    for profile in profiles {
        by_id.entry(&profile.id).or_insert(profile);
    }
    let mut weights: HashMap<&str, usize> = HashMap::new();
    let mut resolved = Vec::with_capacity(profiles.len());
    for profile in profiles {
        let chain = chain(profile, &by_id)?;
        for base in &chain[1..] {
            copied.add(*weights.entry(&base.id).or_insert_with(|| weight(base)))?;
        }
        let mut bases = chain.into_iter().rev().cloned();
        let root = bases.next().unwrap_or_default();
        resolved.push(bases.fold(root, heir));
    }
    Ok(resolved)
}

/// A profile, and behind it those of the others that it inherits from, the nearest first.
fn chain<'a>(profile: &'a Profile, others: &HashMap<&str, &'a Profile>) -> Result<Vec<&'a Profile>, Unresolvable> {
    let mut chain = vec![profile];
    let mut ids = vec![profile.id.as_str()];
    let mut next = profile.extends.as_deref();
    while let Some(base) = next {
        if ids.contains(&base) {
            return fail(format!("Profiles inherit in a circle: {}", shown(&ids, base)));
        }
        let Some(found) = others.get(base) else {
            let text = shown(&ids, base);
            return fail(format!("Profile {text}: {base:?} is not in the benchmark"));
        };
        if chain.len() > CHAIN {
            let id = &profile.id;
            return fail(format!("Profile {id:?} inherits over more than {CHAIN} steps"));
        }
        ids.push(base);
        chain.push(found);
        next = found.extends.as_deref();
    }
    Ok(chain)
}

/// A profile with what it inherits: selectors follow those inherited ("append").
pub(super) fn heir(base: Profile, own: Profile) -> Profile {
    fn append<T>(mut base: Vec<T>, own: Vec<T>) -> Vec<T> {
        base.extend(own);
        base
    }
    let text = |base: String, own: String| if own.is_empty() { base } else { own };
    let platforms =
        if own.platforms.iter().any(|p| p.overrides) { own.platforms } else { append(base.platforms, own.platforms) };
    Profile {
        id: own.id,
        title: text(base.title, own.title),
        description: text(base.description, own.description),
        extends: None,
        is_abstract: own.is_abstract,
        prohibit_changes: own.prohibit_changes || base.prohibit_changes,
        platforms,
        selects: append(base.selects, own.selects),
        refine_rules: append(base.refine_rules, own.refine_rules),
        values: append(base.values, own.values),
        tailoring: own.tailoring,
    }
}

/// The profile as it can be written: the schema allows one selector of a kind for each idref, so
/// several become one, in the place of the first and with the last word (keys of the XCCDF schema).
///
/// For showing and writing only: a cluster and an item of it may be selected in turns, which only the
/// full list says.
#[must_use]
pub fn merged(profile: &Profile) -> Profile {
    let mut out = Profile { selects: Vec::new(), refine_rules: Vec::new(), values: Vec::new(), ..profile.clone() };
    let mut at: HashMap<&str, usize> = HashMap::new();
    for select in &profile.selects {
        let place = *at.entry(&select.idref).or_insert_with(|| {
            out.selects.push(select.clone());
            out.selects.len() - 1
        });
        out.selects[place].selected = select.selected;
    }
    let mut at: HashMap<&str, usize> = HashMap::new();
    for refine in &profile.refine_rules {
        let place = *at.entry(&refine.idref).or_insert_with(|| {
            out.refine_rules.push(RefineRule { idref: refine.idref.clone(), ..RefineRule::default() });
            out.refine_rules.len() - 1
        });
        let kept = &mut out.refine_rules[place];
        kept.weight = refine.weight.clone().or(kept.weight.take());
        kept.severity = refine.severity.clone().or(kept.severity.take());
        kept.role = refine.role.clone().or(kept.role.take());
        kept.selector = refine.selector.clone().or(kept.selector.take());
    }
    let mut at: HashMap<(&str, bool), usize> = HashMap::new();
    for setting in &profile.values {
        let sets = matches!(setting, ValueSetting::Set { .. });
        match at.get(&(setting.idref(), sets)) {
            Some(&place) => out.values[place] = setting.clone(),
            None => {
                at.insert((setting.idref(), sets), out.values.len());
                out.values.push(setting.clone());
            }
        }
    }
    out
}

/// The profile of this id, or the only one whose id ends in it. The error lists what there is.
pub fn find_profile<'a>(benchmark: &'a Benchmark, wanted: &str) -> Result<&'a Profile, String> {
    let usable = || benchmark.profiles.iter().filter(|p| !p.is_abstract);
    if let Some(profile) = usable().find(|p| p.id == wanted) {
        return Ok(profile);
    }
    let ending: Vec<&Profile> = usable().filter(|p| !wanted.is_empty() && p.id.ends_with(wanted)).collect();
    if let [only] = ending.as_slice() {
        return Ok(only);
    }
    let problem = if ending.is_empty() { "is not in the benchmark" } else { "is ambiguous" };
    let ids: Vec<&str> = usable().map(|p| p.id.as_str()).collect();
    Err(format!(
        "profile {wanted:?} {problem}; its profiles are: {}",
        if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
    ))
}
