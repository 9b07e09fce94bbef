//! Which rules are selected, and what a profile refines about them.

use std::collections::HashMap;

use super::{AppliedRule, Only};
use crate::xccdf::model::{Benchmark, Common, Item, Profile, Weight};
use crate::xccdf::naming::is_called;

/// Groups and Rules in document order, as a profile changes them.
pub(super) struct Items<'a> {
    nodes: Vec<Node<'a>>,
    by_id: HashMap<&'a str, Vec<usize>>,
}

/// What `refine-rule`s say of one name, each with its place in the profile.
#[derive(Clone, Copy, Default)]
struct Refined<'a> {
    weight: Option<(usize, &'a Weight)>,
    role: Option<(usize, &'a str)>,
    severity: Option<(usize, &'a str)>,
    selector: Option<(usize, &'a str)>,
}

impl<'a> Refined<'a> {
    /// Adds what else is said: of each attribute, the last word counts.
    fn add(&mut self, other: &Refined<'a>) {
        fn later<T: Copy>(one: Option<(usize, T)>, other: Option<(usize, T)>) -> Option<(usize, T)> {
            [one, other].into_iter().flatten().max_by_key(|(place, _)| *place)
        }
        self.weight = later(self.weight, other.weight);
        self.role = later(self.role, other.role);
        self.severity = later(self.severity, other.severity);
        self.selector = later(self.selector, other.selector);
    }
}

struct Node<'a> {
    id: &'a str,
    cluster: Option<&'a str>,
    common: &'a Common,
    is_rule: bool,
    /// One behind the last node below this one.
    end: usize,
    selected: bool,
    /// The group above that is off, when one is.
    below: Option<usize>,
    reason: String,
    role: &'a str,
    severity: &'a str,
    weight: &'a Weight,
    selector: Option<&'a str>,
}

impl<'a> Items<'a> {
    pub(super) fn of(benchmark: &'a Benchmark) -> Self {
        let mut items = Items { nodes: Vec::new(), by_id: HashMap::new() };
        let mut open: Vec<(usize, std::slice::Iter<'a, Item>)> = vec![(usize::MAX, benchmark.items.iter())];
        while let Some((at, children)) = open.last_mut() {
            match children.next() {
                None => {
                    let at = *at;
                    open.pop();
                    let end = items.nodes.len();
                    if let Some(group) = items.nodes.get_mut(at) {
                        group.end = end;
                    }
                }
                Some(item) => {
                    let place = items.add(item);
                    if let Item::Group(group) = item {
                        open.push((place, group.items.iter()));
                    }
                }
            }
        }
        items
    }

    fn add(&mut self, item: &'a Item) -> usize {
        let at = self.nodes.len();
        let (id, cluster, common, selected, weight) = match item {
            Item::Rule(r) => (&r.id, &r.cluster_id, &r.common, r.selected, &r.weight),
            Item::Group(g) => (&g.id, &g.cluster_id, &*g.common, g.selected, &g.weight),
        };
        let (role, severity) = match item {
            Item::Rule(rule) => (rule.role.as_str(), rule.severity.as_str()),
            Item::Group(_) => ("full", "unknown"),
        };
        let how = if selected { "selected" } else { "not selected" };
        self.nodes.push(Node {
            id,
            cluster: cluster.as_deref(),
            common,
            is_rule: matches!(item, Item::Rule(_)),
            end: at + 1,
            selected,
            below: None,
            reason: format!("{how} by the benchmark"),
            role,
            severity,
            weight,
            selector: None,
        });
        self.by_id.entry(id).or_default().push(at);
        at
    }

    /// Does what the profile's selectors say, of which the last that means an item counts: by its id, or by its cluster
    /// where no item has an id of that name (IR 7275 r4, section 6.5.3).
    ///
    /// What is said of a name is put together first and then given to the items: a profile may speak of a large cluster
    /// any number of times.
    pub(super) fn refine(&mut self, profile: &'a Profile) {
        let mut selects: HashMap<&str, (usize, bool)> = HashMap::new();
        for (place, select) in profile.selects.iter().enumerate() {
            selects.insert(&select.idref, (place, select.selected));
        }
        let mut refined: HashMap<&str, Refined<'a>> = HashMap::new();
        for (place, refine) in profile.refine_rules.iter().enumerate() {
            let said = Refined {
                weight: refine.weight.as_ref().map(|weight| (place, weight)),
                role: refine.role.as_deref().map(|role| (place, role)),
                severity: refine.severity.as_deref().map(|severity| (place, severity)),
                selector: refine.selector.as_deref().map(|selector| (place, selector)),
            };
            refined.entry(&refine.idref).or_default().add(&said);
        }
        for node in &mut self.nodes {
            let cluster = node.cluster.filter(|cluster| !self.by_id.contains_key(cluster));
            let names = [Some(node.id), cluster];
            let said = names.into_iter().flatten().filter_map(|name| Some((name, selects.get(name)?)));
            if let Some((name, (_, selected))) = said.max_by_key(|(_, (place, _))| *place) {
                let how = if *selected { "selected" } else { "deselected" };
                let by = if node.id == name { String::new() } else { format!(" as part of {name}") };
                node.selected = *selected;
                node.reason = format!("{how} by profile {}{by}", profile.id);
            }
            // Each attribute by itself; what is not said stays (table 38).
            let mut all = Refined::default();
            for said in names.into_iter().flatten().filter_map(|name| refined.get(name)) {
                all.add(said);
            }
            let value = |said: Option<(usize, &'a str)>| said.map(|(_, value)| value);
            node.weight = all.weight.map_or(node.weight, |(_, weight)| weight);
            if node.is_rule {
                node.role = value(all.role).unwrap_or(node.role);
                node.severity = value(all.severity).unwrap_or(node.severity);
                node.selector = value(all.selector).or(node.selector);
            }
        }
    }

    /// An item of that id is selected, at this moment. Whether a group around it is does not matter
    /// (section 7.2.3.3.2, example 3).
    fn is_on(&self, id: &str) -> bool {
        let found = self.by_id.get(id);
        found.is_some_and(|all| all.iter().any(|at| self.nodes[*at].selected))
    }

    /// Goes through the items once, in document order, and turns off those whose requirements are not
    /// met; then everything below what is off (tables 6 and 35). Nothing is looked at twice.
    pub(super) fn settle_requirements(&mut self) {
        let mut at = 0;
        while at < self.nodes.len() {
            let (common, selected) = (self.nodes[at].common, self.nodes[at].selected);
            if selected && let Some(why) = self.unmet(common) {
                self.nodes[at].selected = false;
                self.nodes[at].reason = why;
            }
            if self.nodes[at].selected {
                at += 1;
                continue;
            }
            let end = self.nodes[at].end;
            for below in at + 1..end {
                self.nodes[below].below = Some(at);
            }
            at = end;
        }
    }

    /// The requirement that is not met.
    fn unmet(&self, common: &Common) -> Option<String> {
        let missing = |list: &&Vec<String>| !list.iter().any(|id| self.is_on(id));
        if let Some(list) = common.requires.iter().find(missing) {
            return Some(format!("requires {}, which is not selected", list.join(" or ")));
        }
        let in_the_way = common.conflicts.iter().find(|id| self.is_on(id))?;
        Some(format!("conflicts with {in_the_way}, which is selected"))
    }

    /// Keeps to the rules that are named, when some are.
    pub(super) fn narrow(&mut self, benchmark: &Benchmark, only: &Only) {
        if *only == Only::default() {
            return;
        }
        let rules = self.nodes.iter_mut().filter(|n| n.is_rule);
        for (node, (group, rule)) in rules.zip(benchmark.rules()) {
            let among = |names: &[String]| names.iter().any(|name| is_called(group, rule, name));
            if among(&only.skipped) {
                node.selected = false;
                node.reason = "left out by name".into();
            } else if among(&only.rules) {
                (node.selected, node.below) = (true, None);
                node.reason = "asked for by name".into();
            } else if !only.rules.is_empty() {
                node.selected = false;
                node.reason = "other rules are asked for by name".into();
            }
        }
    }

    pub(super) fn finish(self) -> (Vec<AppliedRule>, Vec<Weight>) {
        let mut rules = Vec::new();
        let mut group_weights = Vec::new();
        for node in &self.nodes {
            if !node.is_rule {
                group_weights.push(node.weight.clone());
                continue;
            }
            let off = node.below.map(|at| &self.nodes[at]);
            let reason = match off {
                Some(group) if node.selected => {
                    format!("its group {} is off: {}", group.id, group.reason)
                }
                _ => node.reason.clone(),
            };
            rules.push(AppliedRule {
                selected: node.selected && off.is_none(),
                reason,
                role: node.role.to_owned(),
                severity: node.severity.to_owned(),
                weight: node.weight.clone(),
                selector: node.selector.map(str::to_owned),
            });
        }
        (rules, group_weights)
    }
}
