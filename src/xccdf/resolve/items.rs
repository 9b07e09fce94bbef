//! Resolve.Items for Rules and Values (NIST IR 7275 r4, section 6.3.1 and table 33).

use std::collections::HashMap;

use super::{CHAIN, Copied, Unresolvable, fail, shown, weight};
use crate::xccdf::model::{Benchmark, Check, Common, FixText, Item, PlatformRef, Reference, Rule, Value, Written};

/// Where an item stands: the indices of the groups above it.
type Path = Vec<usize>;

/// Something that can be inherited from among its own kind.
trait Heritable: Clone + std::fmt::Debug {
    const KIND: &'static str;
    fn id(&self) -> &str;
    fn extends(&self) -> Option<&str>;
    /// The heir: what it inherits, and what it says itself.
    fn heir(base: Self, own: Self) -> Self;
}

/// Works inheritance into all Rules and Values.
pub(super) fn resolve(benchmark: &mut Benchmark, copied: &mut Copied) -> Result<(), Unresolvable> {
    let rules_extend = benchmark.rules().any(|(_, r)| r.common.extends.is_some());
    if !rules_extend && benchmark.all_values().all(|v| v.common.extends.is_none()) {
        return Ok(());
    }
    let rules = places(benchmark, |items, _| {
        let rules = items.iter().filter_map(|item| match item {
            Item::Rule(rule) => Some(rule.as_ref()),
            Item::Group(_) => None,
        });
        rules.collect()
    });
    let values = places(benchmark, |_, values| values.iter().collect());
    let mut heirs = settle(&rules, copied)?;
    let mut value_heirs = settle(&values, copied)?;
    if heirs.is_empty() && value_heirs.is_empty() {
        return Ok(());
    }
    // Both lists and these walks are in document order; only heirs are replaced.
    let (mut rule_at, mut value_at) = (0, 0);
    walk(benchmark, |items, values| {
        for value in values {
            if let Some(heir) = value_heirs.remove(&value_at) {
                *value = heir;
            }
            value_at += 1;
        }
        for item in items {
            if let Item::Rule(rule) = item {
                if let Some(heir) = heirs.remove(&rule_at) {
                    **rule = heir;
                }
                rule_at += 1;
            }
        }
    });
    Ok(())
}

/// Everything of one kind with its place, container by container.
fn places<'a, T>(benchmark: &'a Benchmark, of: impl Fn(&'a [Item], &'a [Value]) -> Vec<&'a T>) -> Vec<(Path, &'a T)> {
    let mut found = Vec::new();
    let mut open: Vec<(Path, &[Item], &[Value])> = vec![(Vec::new(), &benchmark.items, &benchmark.values)];
    while let Some((path, items, values)) = open.pop() {
        found.extend(of(items, values).into_iter().map(|one| (path.clone(), one)));
        for (at, item) in items.iter().enumerate().rev() {
            if let Item::Group(group) = item {
                let mut path = path.clone();
                path.push(at);
                open.push((path, &group.items, &group.values));
            }
        }
    }
    found
}

/// Visits every container, in the order of [`places`].
fn walk(benchmark: &mut Benchmark, mut visit: impl FnMut(&mut [Item], &mut [Value])) {
    visit(&mut benchmark.items, &mut benchmark.values);
    let mut open: Vec<&mut Item> = benchmark.items.iter_mut().rev().collect();
    while let Some(item) = open.pop() {
        if let Item::Group(group) = item {
            visit(&mut group.items, &mut group.values);
            open.extend(group.items.iter_mut().rev());
        }
    }
}

/// The heirs by their place in the list.
fn settle<T: Heritable>(all: &[(Path, &T)], copied: &mut Copied) -> Result<HashMap<usize, T>, Unresolvable> {
    let mut heirs = HashMap::new();
    if all.iter().all(|(_, one)| one.extends().is_none()) {
        return Ok(heirs);
    }
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (_, one)) in all.iter().enumerate() {
        by_id.entry(one.id()).or_default().push(at);
    }
    let mut weights: HashMap<usize, usize> = HashMap::new();
    for (at, (_, one)) in all.iter().enumerate() {
        if one.extends().is_none() {
            continue;
        }
        let mut chain = vec![at];
        let mut ids = vec![one.id()];
        let mut here = at;
        while let Some(base) = all[here].1.extends() {
            if ids.contains(&base) {
                return fail(format!("{}s inherit in a circle: {}", T::KIND, shown(&ids, base)));
            }
            if chain.len() > CHAIN {
                return fail(format!("{} {:?} inherits over more than {CHAIN} steps", T::KIND, one.id()));
            }
            let same: &[usize] = by_id.get(base).map_or(&[], Vec::as_slice);
            // Visible is what stands directly in the benchmark, or in a group around the heir.
            let visible = same.iter().find(|at| all[here].0.starts_with(&all[**at].0));
            let Some(&next) = visible else {
                let why = if same.is_empty() {
                    "is not in the benchmark"
                } else {
                    "stands in a group that it is not visible from"
                };
                return fail(format!("{} {}: {base:?} {why}", T::KIND, shown(&ids, base)));
            };
            ids.push(base);
            chain.push(next);
            here = next;
        }
        for base in &chain[1..] {
            copied.add(*weights.entry(*base).or_insert_with(|| weight(all[*base].1)))?;
        }
        let mut bases = chain.iter().rev().map(|at| all[*at].1.clone());
        if let Some(root) = bases.next() {
            heirs.insert(at, bases.fold(root, T::heir));
        }
    }
    Ok(heirs)
}

/// Inherited first, own after (table 33, "append").
fn append<T>(mut base: Vec<T>, own: Vec<T>) -> Vec<T> {
    base.extend(own);
    base
}

/// Own ones that say so replace all that is inherited; otherwise they follow it ("override").
fn overriding<T>(base: Vec<T>, own: Vec<T>, overrides: impl Fn(&T) -> bool) -> Vec<T> {
    if own.iter().any(overrides) { own } else { append(base, own) }
}

/// The own text where there is one. The standard keeps both where the own one does not override;
/// of several, the one that was written for the item is the one to show.
fn text(base: String, own: String) -> String {
    if own.is_empty() { base } else { own }
}

/// What all kinds have in common.
pub(super) fn common(base: Common, own: Common, titles: (bool, bool)) -> Common {
    let (own_title, own_description) = titles;
    let flag = |bit, own_says: bool, base_says: bool| {
        if own.written.has(bit) { own_says } else { base_says }
    };
    let mut written = base.written;
    written.add(own.written);
    Common {
        hidden: flag(Written::HIDDEN, own.hidden, base.hidden),
        prohibit_changes: flag(Written::PROHIBIT_CHANGES, own.prohibit_changes, base.prohibit_changes),
        extends: None,
        is_abstract: own.is_abstract,
        written,
        requires: append(base.requires, own.requires),
        conflicts: append(base.conflicts, own.conflicts),
        platforms: overriding(base.platforms, own.platforms, |p: &PlatformRef| p.overrides),
        title_inserts: if own_title { own.title_inserts } else { base.title_inserts },
        description_inserts: if own_description { own.description_inserts } else { base.description_inserts },
    }
}

/// Checks are replaced one by one: by system and selector.
fn checks(base: Vec<Check>, own: Vec<Check>) -> Vec<Check> {
    let selector = |c: &Check| c.selector.clone().unwrap_or_default();
    let same = |a: &Check, b: &Check| a.system == b.system && selector(a) == selector(b);
    let mut kept: Vec<Check> = base;
    kept.retain(|b| !own.iter().any(|o| same(b, o)));
    append(kept, own)
}

impl Heritable for Rule {
    const KIND: &'static str = "Rule";

    fn id(&self) -> &str {
        &self.id
    }

    fn extends(&self) -> Option<&str> {
        self.common.extends.as_deref()
    }

    fn heir(base: Rule, own: Rule) -> Rule {
        let says = |bit| own.common.written.has(bit);
        let titles = (!own.title.is_empty(), !own.description.is_empty());
        // A complex check and checks exclude each other: what the heir says takes the place of both.
        let inherits_complex = own.complex_check.is_none() && own.checks.is_empty();
        Rule {
            severity: if says(Written::SEVERITY) { own.severity } else { base.severity },
            weight: if says(Written::WEIGHT) { own.weight } else { base.weight },
            role: if says(Written::ROLE) { own.role } else { base.role },
            selected: if says(Written::SELECTED) { own.selected } else { base.selected },
            multiple: if says(Written::MULTIPLE) { own.multiple } else { base.multiple },
            id: own.id,
            cluster_id: own.cluster_id,
            version: text(base.version, own.version),
            title: text(base.title, own.title),
            description: text(base.description, own.description),
            references: overriding(base.references, own.references, |r: &Reference| r.overrides),
            idents: append(base.idents, own.idents),
            fixtexts: overriding(base.fixtexts, own.fixtexts, |f: &FixText| f.overrides),
            fixes: append(base.fixes, own.fixes),
            checks: if own.complex_check.is_some() { own.checks } else { checks(base.checks, own.checks) },
            complex_check: if inherits_complex { base.complex_check } else { own.complex_check },
            common: common(base.common, own.common, titles),
        }
    }
}

impl Heritable for Value {
    const KIND: &'static str = "Value";

    fn id(&self) -> &str {
        &self.id
    }

    fn extends(&self) -> Option<&str> {
        self.common.extends.as_deref()
    }

    fn heir(base: Value, own: Value) -> Value {
        let titles = (!own.title.is_empty(), !own.description.is_empty());
        Value {
            id: own.id,
            cluster_id: own.cluster_id,
            kind: own.kind.or(base.kind),
            operator: own.operator.or(base.operator),
            interactive: own.interactive.or(base.interactive),
            title: text(base.title, own.title),
            description: text(base.description, own.description),
            values: append(base.values, own.values),
            defaults: append(base.defaults, own.defaults),
            matches: append(base.matches, own.matches),
            lower_bounds: append(base.lower_bounds, own.lower_bounds),
            upper_bounds: append(base.upper_bounds, own.upper_bounds),
            choices: append(own.choices, base.choices),
            sources: append(own.sources, base.sources),
            common: common(base.common, own.common, titles),
        }
    }
}
