//! What the schemas cannot say and IR 7275 r4 demands: the errors of its Schematron rules about
//! references, and what would make resolving impossible. The same holds for 1.1.4.

use std::collections::{HashMap, HashSet};

use super::fits::Setting;
use super::problem::{Code, Report};
use super::schema::Type;
use crate::xml::read::{Position, Tag, excerpt_of};

/// What has been seen of the innermost Benchmark, Tailoring and rule-result.
#[derive(Default)]
pub(super) struct References {
    benchmark: Option<Ids>,
    tailoring: Option<Vec<Extending>>,
    rule_result: Option<RuleResult>,
    /// The profile that has begun last.
    profile: String,
    /// What profiles of benchmarks set, in document order.
    pub(super) settings: Vec<Setting>,
}

/// The ids of a benchmark, and who refers to them.
#[derive(Default)]
struct Ids {
    /// The benchmark's own.
    id: String,
    /// Groups and Rules, by id and by cluster-id.
    items: HashSet<String>,
    /// Values likewise.
    values: HashSet<String>,
    /// How many ids are missing, malformed, used twice or on a stranger. Each has been told, and
    /// may be what a reference in vain was meant for.
    spoilt: usize,
    mentioned: Vec<Mention>,
    extending: Vec<Extending>,
}

/// A reference by `idref`.
struct Mention {
    element: &'static str,
    idref: String,
    position: Position,
    to: Target,
}

#[derive(Clone, Copy)]
enum Target {
    /// A Group or Rule, by id or cluster-id.
    Item,
    /// A Value likewise.
    Value,
}

/// An element that may extend another of its kind.
struct Extending {
    kind: String,
    id: String,
    extends: Option<String>,
    position: Position,
}

#[derive(Default)]
struct RuleResult {
    result: String,
    position: Option<Position>,
    overridden: Vec<String>,
}

impl References {
    /// An element of XCCDF begins.
    pub(super) fn start(&mut self, parent: Option<&str>, start: &Tag<'_>, declared: &Type, position: Position) {
        let name = start.name();
        match name {
            "Benchmark" => {
                self.benchmark = Some(Ids { id: value(start, "id").unwrap_or_default(), ..Ids::default() });
            }
            "Tailoring" => self.tailoring = Some(Vec::new()),
            "rule-result" => self.rule_result = Some(RuleResult::default()),
            "Profile" => {
                let extending = extending(start, position);
                self.profile.clone_from(&extending.id);
                match (&mut self.tailoring, &mut self.benchmark) {
                    (Some(profiles), _) => profiles.push(extending),
                    (None, Some(ids)) => ids.extending.push(extending),
                    (None, None) => {}
                }
            }
            _ => {}
        }
        let Some(ids) = &mut self.benchmark else {
            return;
        };
        let (element, to) = match (name, parent) {
            ("Group" | "Rule" | "Value", _) => {
                // Values, Groups and Rules have their ids in common (itemIdKey).
                let is_new =
                    |id: &String| is_right(declared, id) && !ids.items.contains(id) && !ids.values.contains(id);
                let id = value(start, "id").filter(is_new);
                ids.spoilt += usize::from(id.is_none());
                let set = if name == "Value" { &mut ids.values } else { &mut ids.items };
                set.extend(id);
                set.extend(value(start, "cluster-id"));
                ids.extending.push(extending(start, position));
                return;
            }
            ("select", Some("Profile")) => ("select", Target::Item),
            ("refine-rule", Some("Profile")) => ("refine-rule", Target::Item),
            ("requires", _) => ("requires", Target::Item),
            ("conflicts", _) => ("conflicts", Target::Item),
            ("refine-value", Some("Profile")) => ("refine-value", Target::Value),
            ("set-value", Some("Profile")) => ("set-value", Target::Value),
            ("set-complex-value", Some("Profile")) => ("set-complex-value", Target::Value),
            _ => return,
        };
        if matches!(element, "set-value" | "set-complex-value") {
            self.settings.push(Setting {
                benchmark: ids.id.clone(),
                profile: self.profile.clone(),
                idref: value(start, "idref").unwrap_or_default(),
                position,
            });
        }
        for idref in value(start, "idref").iter().flat_map(|text| text.split_whitespace()) {
            ids.mentioned.push(Mention { element, idref: idref.to_owned(), position, to });
        }
    }

    /// An element with an id has come that nobody knows: it may be what is referred to.
    pub(super) fn spoil(&mut self) {
        if let Some(ids) = &mut self.benchmark {
            ids.spoilt += 1;
        }
    }

    /// An element of XCCDF ends.
    pub(super) fn end(&mut self, name: &str, text: &str, position: Position, report: &mut Report) {
        match (name, &mut self.rule_result) {
            ("Benchmark", _) => {
                if let Some(ids) = self.benchmark.take() {
                    ids.check(report);
                }
            }
            ("Tailoring", _) => {
                if let Some(profiles) = self.tailoring.take() {
                    check_tailoring(&profiles, report);
                }
            }
            ("result", Some(of)) => {
                text.clone_into(&mut of.result);
                of.position = Some(position);
            }
            ("new-result", Some(of)) => of.overridden.push(text.to_owned()),
            ("rule-result", of) => {
                if let Some(of) = of.take() {
                    of.check(report);
                }
            }
            _ => {}
        }
    }
}

impl Ids {
    fn check(&self, report: &mut Report) {
        let mut explained: HashSet<&str> = HashSet::new();
        for mention in &self.mentioned {
            let (ids, what, section) = match (mention.to, mention.element) {
                (Target::Item, "requires" | "conflicts") => (&self.items, "Group or Rule", "6.4.1"),
                (Target::Item, _) => (&self.items, "Group or Rule", "6.5.3"),
                (Target::Value, _) => (&self.values, "Value", "6.5.3"),
            };
            let idref = mention.idref.as_str();
            if explained.len() < self.spoilt && !ids.contains(idref) {
                explained.insert(idref);
            }
            if !ids.contains(idref) && !explained.contains(idref) {
                let (element, idref) = (mention.element, shown(&mention.idref));
                let text = format!(
                    "{element}: its idref '{idref}' is neither the id nor the cluster-id of a {what} \
                     (IR 7275 r4, section {section})"
                );
                report.add(mention.position, Code::DanglingReference, text);
            }
        }
        self.check_cycles(report);
    }

    /// Follows every `extends` as far as nobody has before: each element is come by once.
    fn check_cycles(&self, report: &mut Report) {
        let by_id: HashMap<(&str, &str), &Extending> = self.extending.iter().map(|e| (e.key(), e)).collect();
        let parent = |element: &Extending| {
            let id = element.extends.as_deref()?;
            by_id.get(&(element.kind.as_str(), id)).copied()
        };
        let mut rounds: HashMap<(&str, &str), usize> = HashMap::new();
        for (round, first) in self.extending.iter().enumerate() {
            let mut next = Some(first);
            while let Some(element) = next {
                match rounds.get(&element.key()) {
                    None => {
                        rounds.insert(element.key(), round);
                        next = parent(element);
                    }
                    Some(before) if *before == round => {
                        let id = shown(&element.id);
                        let over = parent(element).map(|p| shown(&p.id)).unwrap_or_default();
                        let text =
                            format!("{}: '{id}' extends itself, over '{over}' (IR 7275 r4, table 32)", element.kind);
                        report.add(element.position, Code::ExtendsCycle, text);
                        break;
                    }
                    Some(_) => break,
                }
            }
        }
    }
}

impl Extending {
    fn key(&self) -> (&str, &str) {
        (&self.kind, &self.id)
    }
}

fn check_tailoring(profiles: &[Extending], report: &mut Report) {
    let ids: HashSet<&str> = profiles.iter().map(|profile| profile.id.as_str()).collect();
    for profile in profiles {
        let Some(extends) = &profile.extends else {
            continue;
        };
        // One that shadows a benchmark's profile extends it under the same id.
        if *extends != profile.id && ids.contains(extends.as_str()) {
            // The benchmark may have a profile of that id too, which is the one that is meant: a
            // tailoring by itself does not show it. With the benchmark at hand it is refused.
            let text = format!(
                "Profile: it extends '{}' of the same tailoring; only the benchmark's can be \
                 extended (IR 7275 r4, section 6.7.3)",
                shown(extends)
            );
            report.warn(profile.position, Code::TailoringExtends, text);
        }
    }
}

impl RuleResult {
    fn check(&self, report: &mut Report) {
        let Some(position) = self.position.filter(|_| !self.overridden.is_empty()) else {
            return;
        };
        if !self.overridden.contains(&self.result) {
            let text = format!(
                "result: it is '{}', and no override made it that: its new-result is '{}' \
                 (IR 7275 r4, section 6.6.4.3)",
                shown(&self.result),
                shown(&self.overridden.join("', '"))
            );
            report.add(position, Code::OverrideResult, text);
        }
    }
}

/// The id is as the schema wants it.
fn is_right(declared: &Type, id: &str) -> bool {
    let attr = declared.attribute(None, "id");
    attr.is_none_or(|attr| attr.value.refuses(id).is_none())
}

fn extending(start: &Tag<'_>, position: Position) -> Extending {
    Extending {
        kind: start.name().to_owned(),
        id: value(start, "id").unwrap_or_default(),
        extends: value(start, "extends"),
        position,
    }
}

/// An attribute's value without the white space around it: all of them are names.
fn value(start: &Tag<'_>, name: &str) -> Option<String> {
    start.attribute(name).map(|attribute| attribute.value.trim().to_owned())
}

/// Long enough for any id in use.
fn shown(text: &str) -> String {
    excerpt_of(text, 120)
}
