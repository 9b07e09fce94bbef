//! What the Values are once a profile is applied (NIST IR 7275 r4, sections 6.4.5.5 and 6.5.3).

use std::collections::{HashMap, HashSet};

use super::fit::misfit;
use crate::xccdf::model::{Benchmark, Datum, Profile, Value, ValueSetting};

/// A Value as a profile makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct AppliedValue {
    /// `@id`.
    pub id: String,
    /// The type: `string`, `number` or `boolean`.
    pub kind: String,
    /// The operator, when one is given.
    pub operator: Option<String>,
    /// Title.
    pub title: String,
    /// What it is; none when nothing says so.
    pub value: Option<Datum>,
    /// The selector that the profile asks for.
    pub selector: Option<String>,
    /// Why the value that the profile gives it is none that it admits. It stands all the same: what
    /// is refused here would only be set elsewhere.
    pub misfit: Option<String>,
}

/// Every Value in document order.
#[must_use]
pub fn applied(benchmark: &Benchmark, profile: Option<&Profile>) -> Vec<AppliedValue> {
    let ids: HashSet<&str> = benchmark.all_values().map(|value| value.id.as_str()).collect();
    // What is said of a name is put together first: a profile may speak of a large cluster any number of times.
    let mut said: HashMap<&str, Said<'_>> = HashMap::new();
    for (place, setting) in profile.iter().flat_map(|p| &p.values).enumerate() {
        let said = said.entry(setting.idref()).or_default();
        match setting {
            ValueSetting::Set { to, .. } => said.choice = Some((place, Choice::Set(to))),
            ValueSetting::Refine { selector, operator, .. } => {
                if let Some(selector) = selector {
                    said.choice = Some((place, Choice::Selector(selector)));
                }
                said.operator = operator.as_deref().map(|operator| (place, operator)).or(said.operator);
            }
        }
    }
    let of = |value: &Value| {
        // A cluster where no Value has an id of that name.
        let cluster = value.cluster_id.as_deref().filter(|cluster| !ids.contains(cluster));
        let names = [Some(value.id.as_str()), cluster];
        let all: Vec<&Said<'_>> = names.into_iter().flatten().filter_map(|name| said.get(name)).collect();
        // What comes later undoes what came before, of either kind.
        let choice = all.iter().filter_map(|said| said.choice).max_by_key(|(place, _)| *place);
        let operator = all.iter().filter_map(|said| said.operator).max_by_key(|(place, _)| *place);
        let (set, selector) = match choice {
            Some((_, Choice::Set(to))) => (Some(to), None),
            Some((_, Choice::Selector(selector))) => (None, Some(selector)),
            None => (None, None),
        };
        State { set, selector, operator: operator.map(|(_, operator)| operator) }.applied(value)
    };
    benchmark.all_values().map(of).collect()
}

/// What settings say of one name, each with its place in the profile.
#[derive(Clone, Copy, Default)]
struct Said<'a> {
    choice: Option<(usize, Choice<'a>)>,
    operator: Option<(usize, &'a str)>,
}

#[derive(Clone, Copy)]
enum Choice<'a> {
    Set(&'a Datum),
    Selector(&'a str),
}

/// What the profile says of one Value.
struct State<'a> {
    set: Option<&'a Datum>,
    selector: Option<&'a str>,
    operator: Option<&'a str>,
}

impl State<'_> {
    /// Only what a profile has said is held against what is admitted.
    fn misfit(&self, value: &Value, set: Option<&Datum>) -> Option<String> {
        let is_said = self.set.is_some() || self.selector.is_some();
        misfit(value, self.selector, set.filter(|_| is_said)?)
    }

    fn applied(&self, value: &Value) -> AppliedValue {
        let chosen =
            Value::chosen(&value.values, self.selector).or_else(|| Value::chosen(&value.defaults, self.selector));
        AppliedValue {
            id: value.id.clone(),
            kind: value.type_name().to_owned(),
            operator: self.operator.map(str::to_owned).or_else(|| value.operator.clone()),
            title: value.title.clone(),
            value: self.set.or(chosen).cloned(),
            selector: self.selector.map(str::to_owned),
            misfit: self.misfit(value, self.set.or(chosen)),
        }
    }
}
