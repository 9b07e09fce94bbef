//! How people and files name a rule: by its id, its number, its group, its STIG-ID, or an id of old; in capitals or not,
//! with XCCDF 1.2's prefix or without, and with the revision of any release.
//!
//! A title is never enough, and neither is a hash. Whoever has to find a rule by a name asks here.

use std::collections::HashMap;

use super::ids::{Kind, bare, stem};
use super::model::{Benchmark, Group, Rule};

/// A name as it is compared: in capitals, without the prefix of 1.2, a rule's number without its revision.
#[must_use]
pub fn key(name: &str) -> String {
    parsed(name).1
}

/// The kind of thing that an id of 1.2 says it is of, and what is compared.
fn parsed(name: &str) -> (Option<Kind>, String) {
    let name = name.trim();
    let lower = name.to_ascii_lowercase();
    let kinds = [(Kind::Rule, "_rule_"), (Kind::Group, "_group_")];
    let cut = kinds.map(|(kind, word)| (kind, name.len() - bare(&lower, word).len()));
    let (kind, name) = match cut.into_iter().find(|(_, prefix)| *prefix > 0) {
        Some((kind, prefix)) => (Some(kind), &name[prefix..]),
        None => (None, name),
    };
    let upper = name.to_uppercase();
    let number = stem(&upper).map(str::to_owned);
    (kind, number.unwrap_or(upper))
}

/// The rule is meant by this name.
#[must_use]
pub fn is_called(group: Option<&Group>, rule: &Rule, name: &str) -> bool {
    let (kind, name) = parsed(name);
    let same = |other: &str| !name.is_empty() && key(other) == name;
    let by_group = || group.is_some_and(|g| same(&g.id));
    match kind {
        Some(Kind::Rule) => same(&rule.id),
        Some(_) => by_group(),
        None => same(&rule.id) || same(&rule.version) || by_group() || rule.legacy_ids().any(same),
    }
}

/// The names by which a result knows its rule; empty where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The number of the group (`V-235847`).
    pub vuln: String,
    /// The rule's id, with or without its revision.
    pub rule: String,
    /// The STIG-ID.
    pub stig_id: String,
    /// Ids of old.
    pub legacy: Vec<String>,
}

impl Names {
    /// The names of a rule of a benchmark.
    #[must_use]
    pub fn of(group: Option<&Group>, rule: &Rule) -> Self {
        Names {
            vuln: group.map_or_else(String::new, |g| bare(&g.id, "_group_").to_owned()),
            rule: bare(&rule.id, "_rule_").to_owned(),
            stig_id: rule.version.clone(),
            legacy: rule.legacy_ids().map(String::from).collect(),
        }
    }
}

/// How a result found its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The rule's place in the benchmark, from 0.
    pub at: usize,
    /// The revision of the rule is the same, or the result states none.
    pub same_revision: bool,
}

/// The rule that the names mean: by the group's number, else the rule's id without its revision, else the
/// STIG-ID, else an id of old.
#[must_use]
pub fn find(benchmark: &Benchmark, names: &Names) -> Option<Place> {
    Index::new(benchmark).find(names)
}

/// The names of all rules of a benchmark, for many searches.
#[derive(Debug)]
pub struct Index<'a> {
    rules: Vec<&'a Rule>,
    vulns: HashMap<String, usize>,
    ids: HashMap<String, usize>,
    stig_ids: HashMap<String, usize>,
    legacy: HashMap<String, usize>,
}

impl<'a> Index<'a> {
    /// The names of this benchmark's rules.
    #[must_use]
    pub fn new(benchmark: &'a Benchmark) -> Self {
        let mut index = Index {
            rules: Vec::new(),
            vulns: HashMap::new(),
            ids: HashMap::new(),
            stig_ids: HashMap::new(),
            legacy: HashMap::new(),
        };
        for (at, (group, rule)) in benchmark.rules().enumerate() {
            index.rules.push(rule);
            // A group with several rules names none of them.
            if let Some(group) = group.filter(|group| group.items.len() == 1) {
                index.vulns.entry(key(&group.id)).or_insert(at);
            }
            index.ids.entry(key(&rule.id)).or_insert(at);
            index.stig_ids.entry(key(&rule.version)).or_insert(at);
            for id in rule.legacy_ids() {
                index.legacy.entry(key(id)).or_insert(at);
            }
        }
        index
    }

    /// The rule at this place.
    #[must_use]
    pub fn rule(&self, at: usize) -> &'a Rule {
        self.rules[at]
    }

    /// As [`find`].
    #[must_use]
    pub fn find(&self, names: &Names) -> Option<Place> {
        let in_map = |map: &HashMap<String, usize>, name: &str| {
            let key = key(name);
            (!key.is_empty()).then(|| map.get(&key).copied()).flatten()
        };
        let of_old = || {
            let all = [names.vuln.as_str(), names.rule.as_str()].into_iter();
            all.chain(names.legacy.iter().map(String::as_str)).find_map(|name| in_map(&self.legacy, name))
        };
        let at = in_map(&self.vulns, &names.vuln)
            .or_else(|| in_map(&self.ids, &names.rule))
            .or_else(|| in_map(&self.stig_ids, &names.stig_id))
            .or_else(of_old)?;
        let (own, id) = (bare(&self.rules[at].id, "_rule_"), bare(names.rule.trim(), "_rule_"));
        let has_revision = |id: &str| stem(id).is_some_and(|s| id[s.len()..].starts_with(['r', 'R']));
        let unsuffixed = |id: &'_ str| id.strip_suffix("_rule").unwrap_or(id).to_ascii_uppercase();
        Some(Place { at, same_revision: !has_revision(id) || unsuffixed(id) == unsuffixed(own) })
    }
}

/// What to say of a name that no rule has, with the STIG-ID or number that is nearest to it.
#[must_use]
pub fn unknown(benchmark: &Benchmark, name: &str) -> String {
    unknown_among(benchmark, std::iter::empty(), name)
}

/// The same where other names would have been right too.
pub fn unknown_among(benchmark: &Benchmark, others: impl Iterator<Item = &'static str>, name: &str) -> String {
    let names = benchmark.rules().flat_map(|(group, rule)| {
        let group = group.map(|g| bare(&g.id, "_group_"));
        [Some(rule.version.as_str()), stem(&rule.id), group]
    });
    let distance = |other: &&str| strsim::damerau_levenshtein(&name.to_uppercase(), other);
    let nearest =
        names.flatten().chain(others.map(|other| -> &str { other })).filter(|n| !n.is_empty()).min_by_key(distance);
    let hint = match nearest {
        Some(nearest) if distance(&nearest) <= 3 => {
            format!("; did you mean {}?", crate::xml::read::excerpt_of(nearest, 120))
        }
        _ => "; give a Rule, Group or STIG-ID (SV-235847, V-235847, DKER-EE-004370); 'stigprobe probes' lists them"
            .into(),
    };
    let id = crate::xml::read::excerpt_of(&benchmark.id, 120);
    format!("no rule of {id} is called {name:?}{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xccdf::model::{Ident, LEGACY};

    #[test]
    fn a_rule_goes_by_all_its_names_in_both_editions() {
        for prefix in ["", "xccdf_mil.disa.stig_"] {
            let id = |kind: &str, id: &str| if prefix.is_empty() { id.into() } else { format!("{prefix}{kind}_{id}") };
            let group = Group { id: id("group", "V-235775"), ..Group::default() };
            let legacy = ["SV-104693", "V-94863"];
            let idents = legacy.map(|value| Ident { system: LEGACY.into(), value: value.into() });
            let rule = Rule {
                id: id("rule", "SV-235775r960735_rule"),
                version: "DKER-EE-001000".into(),
                idents: idents.into(),
                ..Rule::default()
            };
            for name in [
                "SV-235775r960735_rule",
                "sv-235775R627452_RULE",
                "SV-235775",
                "V-235775",
                " v-235775 ",
                "DKER-EE-001000",
                "dker-ee-001000",
                "SV-104693",
                "SV-104693r1_rule",
                "V-94863",
                "xccdf_mil.disa.stig_rule_SV-235775r960735_rule",
                "XCCDF_mil.disa.stig_rule_SV-235775r1_rule",
                "xccdf_mil.disa.stig_group_V-235775",
            ] {
                assert!(is_called(Some(&group), &rule, name), "{prefix} {name}");
            }
            for not in [
                "",
                "SV-",
                "V-2357",
                "SV-2357750",
                "xccdf_mil.disa.stig_rule_V-235775",
                "xccdf_mil.disa.stig_group_SV-235775r960735_rule",
                "xccdf_mil.disa.stig_rule_",
            ] {
                assert!(!is_called(Some(&group), &rule, not), "{prefix} {not}");
            }
        }
    }
}
