//! Which rules are selected, and what a profile refines about them.

use std::collections::HashMap;

use super::{AppliedRule, Only};
use crate::xccdf::model::{Benchmark, Common, Item, Profile, Weight};
use crate::xccdf::naming::is_called;

/// Groups and Rules in document order, as a profile changes them.
pub(super) struct Items<'a> {
    nodes: Vec<Node<'a>>,
    by_id: HashMap<&'a str, Vec<usize>>,
    by_cluster: HashMap<&'a str, Vec<usize>>,
}

struct Node<'a> {
    id: &'a str,
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
        let mut items = Items { nodes: Vec::new(), by_id: HashMap::new(), by_cluster: HashMap::new() };
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
        if let Some(cluster) = cluster {
            self.by_cluster.entry(cluster).or_default().push(at);
        }
        at
    }

    /// What an idref of a selector means: the item of that id, or every member of the cluster (IR 7275
    /// r4, section 6.5.3).
    fn meant(&self, idref: &str) -> Vec<usize> {
        let found = self.by_id.get(idref).or_else(|| self.by_cluster.get(idref));
        found.cloned().unwrap_or_default()
    }

    /// Runs the profile's selectors in document order.
    pub(super) fn refine(&mut self, profile: &'a Profile) {
        for select in &profile.selects {
            let how = if select.selected { "selected" } else { "deselected" };
            for at in self.meant(&select.idref) {
                let node = &mut self.nodes[at];
                node.selected = select.selected;
                let by = if node.id == select.idref { String::new() } else { format!(" as part of {}", select.idref) };
                node.reason = format!("{how} by profile {}{by}", profile.id);
            }
        }
        for refine in &profile.refine_rules {
            for at in self.meant(&refine.idref) {
                let node = &mut self.nodes[at];
                // Each attribute by itself; what is not said stays (table 38).
                node.weight = refine.weight.as_ref().unwrap_or(node.weight);
                if node.is_rule {
                    node.role = refine.role.as_deref().unwrap_or(node.role);
                    node.severity = refine.severity.as_deref().unwrap_or(node.severity);
                    node.selector = refine.selector.as_deref().or(node.selector);
                }
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
