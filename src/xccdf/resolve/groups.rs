//! Groups that extend groups: deprecated since 1.2, and found in old documents still.
//!
//! The heir gets copies of what stands in the group it extends, before its own items. Copies get ids
//! of their own, made from the heir's (NIST IR 7275 r4, section 6.3.1 asks for fresh ones).

use std::collections::{HashMap, HashSet};

use super::items::common;
use super::{CHAIN, Copied, Unresolvable, fail, shown, weight};
use crate::xccdf::model::{Benchmark, Group, Item, Written};

/// How many items copying may make.
const COPIES: usize = 200_000;

/// Works inheritance into all Groups.
pub(super) fn resolve(benchmark: &mut Benchmark, copied: &mut Copied) -> Result<(), Unresolvable> {
    let mut bases: HashSet<String> = HashSet::new();
    let mut open: Vec<&Item> = benchmark.items.iter().collect();
    while let Some(item) = open.pop() {
        if let Item::Group(group) = item {
            bases.extend(group.common.extends.clone());
            open.extend(&group.items);
        }
    }
    if bases.is_empty() {
        return Ok(());
    }
    let mut copies = 0;
    // With the weight of each.
    let mut originals: HashMap<String, (Group, usize)> = HashMap::new();
    let mut open: Vec<&Item> = benchmark.items.iter().collect();
    while let Some(item) = open.pop() {
        if let Item::Group(group) = item {
            if bases.contains(&group.id) {
                count(&group.items, &mut copies)?;
                let weight = weight(group);
                copied.add(weight)?;
                originals.insert(group.id.clone(), (group.clone(), weight));
            }
            open.extend(&group.items);
        }
    }
    let mut open: Vec<&mut Item> = benchmark.items.iter_mut().collect();
    while let Some(item) = open.pop() {
        let Item::Group(group) = item else { continue };
        if group.common.extends.is_some() {
            extend(group, &originals, &mut copies, copied)?;
        }
        open.extend(&mut group.items);
    }
    Ok(())
}

/// Counts what is about to be copied: groups in groups that extend groups could grow without bound.
fn count(items: &[Item], copies: &mut usize) -> Result<(), Unresolvable> {
    let mut open: Vec<&Item> = items.iter().collect();
    while let Some(item) = open.pop() {
        *copies += 1;
        if *copies > COPIES {
            return fail(format!("extended groups make more than {COPIES} copies of items"));
        }
        if let Item::Group(group) = item {
            open.extend(&group.items);
        }
    }
    Ok(())
}

/// One group with all that it inherits.
fn extend(
    group: &mut Group,
    originals: &HashMap<String, (Group, usize)>,
    copies: &mut usize,
    copied: &mut Copied,
) -> Result<(), Unresolvable> {
    let mut chain: Vec<&(Group, usize)> = Vec::new();
    let mut ids = vec![group.id.as_str()];
    let mut next = group.common.extends.as_deref();
    while let Some(base) = next {
        if ids.contains(&base) {
            return fail(format!("Groups inherit in a circle: {}", shown(&ids, base)));
        }
        let Some(found) = originals.get(base) else {
            let text = shown(&ids, base);
            return fail(format!("Group {text}: {base:?} is not in the benchmark"));
        };
        if chain.len() > CHAIN {
            let text = format!("Group {:?} inherits over more than {CHAIN} steps", group.id);
            return fail(text);
        }
        ids.push(base);
        chain.push(found);
        next = found.0.common.extends.as_deref();
    }
    for (base, weight) in chain {
        count(&base.items, copies)?;
        copied.add(*weight)?;
        let mut items = base.items.clone();
        let mut values = base.values.clone();
        for value in &mut values {
            value.id = format!("{}-{}", group.id, value.id);
        }
        let mut open: Vec<&mut Item> = items.iter_mut().collect();
        while let Some(item) = open.pop() {
            match item {
                Item::Rule(rule) => rule.id = format!("{}-{}", group.id, rule.id),
                Item::Group(inner) => {
                    inner.id = format!("{}-{}", group.id, inner.id);
                    if inner.common.extends.is_some() {
                        let text = "extends another; groups in an extended group must not";
                        return fail(format!("Group {:?} {text}", inner.id));
                    }
                    open.extend(&mut inner.items);
                }
            }
        }
        items.append(&mut group.items);
        values.append(&mut group.values);
        (group.items, group.values) = (items, values);
        let says = |bit| group.common.written.has(bit);
        if !says(Written::SELECTED) {
            group.selected = base.selected;
        }
        if !says(Written::WEIGHT) {
            group.weight = base.weight.clone();
        }
        let titles = (!group.title.is_empty(), !group.description.is_empty());
        if !titles.0 {
            group.title.clone_from(&base.title);
        }
        if !titles.1 {
            group.description.clone_from(&base.description);
        }
        let own = std::mem::take(&mut group.common);
        *group.common = common((*base.common).clone(), *own, titles);
    }
    Ok(())
}
