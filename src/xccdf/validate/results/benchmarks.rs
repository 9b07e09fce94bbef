//! The benchmarks that results were made with, as far as results are held against them.

use std::collections::{HashMap, HashSet};

use super::requirements;
use super::{Open, is_child_of, is_true, value};
use crate::xccdf::validate::problem::Report;
use crate::xccdf::validate::tables::{SDS, XCCDF_1_2};
use crate::xml::read::{Position, Tag};

/// An `ident`: its attributes in the order of their names, and its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ident {
    attributes: Vec<(String, String)>,
    text: String,
}

impl Ident {
    pub(super) fn of(start: &Tag<'_>) -> Self {
        let name = |namespace: Option<&str>, name: &str| match namespace {
            Some(namespace) => format!("{namespace}|{name}"),
            None => name.to_owned(),
        };
        let all = start.attributes();
        let mut attributes: Vec<(String, String)> =
            all.map(|a| (name(a.namespace, a.name), a.value.to_owned())).collect();
        attributes.sort();
        Ident { attributes, text: String::new() }
    }

    pub(super) fn say(&mut self, text: &str) {
        text.clone_into(&mut self.text);
    }

    /// One of those names that results have to carry: CCE, CVE, CPE (SP 800-126 r3, 4.5.1).
    fn is_carried(&self) -> bool {
        let is_carried =
            |system: &str| matches!(system, "http://cce.mitre.org" | "http://cve.mitre.org" | "http://cpe.mitre.org");
        let mut all = self.attributes.iter();
        all.any(|(name, value)| name == "system" && is_carried(value))
    }
}

/// A Rule.
#[derive(Default)]
pub(super) struct Rule {
    /// The Benchmark that it stands in, by number.
    benchmark: Option<usize>,
    is_requested: bool,
    pub(super) is_selected: bool,
    pub(super) role: Option<String>,
    idents: Vec<Ident>,
    /// A reference of its checks has a name, or a check wants a result for each definition.
    is_named: bool,
}

/// What the document's benchmarks say.
#[derive(Default)]
pub(super) struct Benchmarks {
    ids: HashMap<String, usize>,
    rules: HashMap<String, Vec<Rule>>,
    /// The Rule that is open, or was last, and whether it has had a check.
    rule: String,
    has_check: bool,
    /// Items whose role some profile refines.
    refined: HashSet<String>,
    components: HashSet<String>,
}

impl Benchmarks {
    /// An element begins; says whether its text is wanted.
    pub(super) fn start(
        &mut self,
        above: &[Open],
        start: &Tag<'_>,
        position: Position,
        is_requested: bool,
        report: &mut Report,
    ) -> bool {
        match (start.namespace(), start.name()) {
            (Some(SDS), "component") => self.components.extend(value(start, "id")),
            (Some(XCCDF_1_2), "Benchmark") => {
                let next = self.ids.len();
                self.ids.entry(value(start, "id").unwrap_or_default()).or_insert(next);
            }
            (Some(XCCDF_1_2), "refine-rule") if start.attribute("role").is_some() => {
                self.refined.extend(value(start, "idref"));
            }
            (Some(XCCDF_1_2), "Rule") => self.rule(above, start, is_requested),
            (Some(XCCDF_1_2), "ident") if is_child_of(above, XCCDF_1_2, "Rule") => {
                if let Some(rule) = self.last() {
                    rule.idents.push(Ident::of(start));
                    return true;
                }
            }
            (Some(XCCDF_1_2), "check") if is_child_of(above, XCCDF_1_2, "Rule") => {
                let is_multi = start.attribute("multi-check").is_some_and(is_true);
                let is_first = !std::mem::replace(&mut self.has_check, true);
                let Some(rule) = self.last().filter(|_| is_multi) else {
                    return false;
                };
                rule.is_named = true;
                if is_first && rule.is_requested {
                    let text = "check: it asks for a result of each definition (multi-check); \
                                see that each has a rule-result of its own, which cannot be told \
                                from here";
                    requirements::MULTI_CHECK.unmet(position, text, report);
                }
            }
            (Some(XCCDF_1_2), "check-content-ref") => {
                let is_rules = above
                    .len()
                    .checked_sub(2)
                    .and_then(|at| above.get(at))
                    .is_some_and(|open| open.is(XCCDF_1_2, "Rule"));
                let has_name = start.attribute("name").is_some();
                if let Some(rule) = self.last().filter(|_| is_rules) {
                    rule.is_named |= has_name;
                }
            }
            _ => {}
        }
        false
    }

    /// An `ident` ends.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(ident) = self.last().and_then(|rule| rule.idents.last_mut()) {
            ident.say(text);
        }
    }

    fn rule(&mut self, above: &[Open], start: &Tag<'_>, is_requested: bool) {
        let is_inside = above.iter().any(|open| open.is(XCCDF_1_2, "Benchmark"));
        let selected = start.attribute("selected");
        self.rule = value(start, "id").unwrap_or_default();
        self.has_check = false;
        let rule = Rule {
            benchmark: self.ids.len().checked_sub(1).filter(|_| is_inside),
            is_requested,
            is_selected: selected.is_none_or(is_true),
            role: value(start, "role"),
            ..Rule::default()
        };
        self.rules.entry(self.rule.clone()).or_default().push(rule);
    }

    fn last(&mut self) -> Option<&mut Rule> {
        self.rules.get_mut(&self.rule).and_then(|all| all.last_mut())
    }

    /// There is such a component.
    pub(super) fn has_component(&self, id: &str) -> bool {
        self.components.contains(id)
    }

    /// The rules of that id in report requests.
    pub(super) fn requested(&self, id: &str) -> impl Iterator<Item = &Rule> {
        let all = self.rules.get(id).into_iter().flatten();
        all.filter(|rule| rule.is_requested)
    }

    /// The benchmark of that id is here, and has no rule of this one.
    pub(super) fn lacks(&self, benchmark: &str, rule: &str) -> bool {
        let Some(number) = self.ids.get(benchmark) else {
            return false;
        };
        let mut rules = self.rules.get(rule).into_iter().flatten();
        !rules.any(|rule| rule.benchmark == Some(*number))
    }

    /// Some profile gives the rule another role.
    pub(super) fn is_refined(&self, rule: &str) -> bool {
        self.refined.contains(rule)
    }

    /// What a result without the name of a check stands for: rules that name none either, and ask
    /// for one result. None if the rule is not here.
    pub(super) fn is_nameless(&self, id: &str) -> Option<bool> {
        let mut rules = self.requested(id).peekable();
        rules.peek()?;
        Some(rules.all(|rule| !rule.is_named))
    }

    /// A result with these idents carries what it has to: those of a rule of that id, all of them,
    /// in their order, if any is a CCE, CVE or CPE name.
    pub(super) fn carries(&self, id: &str, idents: &[Ident]) -> bool {
        let rules = self.rules.get(id).into_iter().flatten();
        let mut carrying = rules.filter(|r| r.idents.iter().any(Ident::is_carried)).peekable();
        carrying.peek().is_none() || carrying.any(|rule| rule.idents == idents)
    }
}
