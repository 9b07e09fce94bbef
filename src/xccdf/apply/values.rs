//! What the Values are once a profile is applied (NIST IR 7275 r4, sections 6.4.5.5 and 6.5.3).

use std::collections::HashMap;

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
    let values: Vec<&Value> = benchmark.all_values().collect();
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_cluster: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, value) in values.iter().enumerate() {
        by_id.entry(&value.id).or_default().push(at);
        if let Some(cluster) = &value.cluster_id {
            by_cluster.entry(cluster).or_default().push(at);
        }
    }
    let mut states: Vec<State<'_>> = values.iter().map(|_| State::default()).collect();
    // In document order: what comes later undoes what came before, of either kind.
    for setting in profile.iter().flat_map(|p| &p.values) {
        let idref = setting.idref();
        let meant = by_id.get(idref).or_else(|| by_cluster.get(idref));
        for &at in meant.into_iter().flatten() {
            let state = &mut states[at];
            match setting {
                ValueSetting::Set { to, .. } => {
                    (state.set, state.selector) = (Some(to), None);
                }
                ValueSetting::Refine { selector, operator, .. } => {
                    if let Some(selector) = selector {
                        (state.selector, state.set) = (Some(selector.as_str()), None);
                    }
                    state.operator = operator.as_deref().or(state.operator);
                }
            }
        }
    }
    let pairs = values.into_iter().zip(states);
    pairs.map(|(value, state)| state.applied(value)).collect()
}

/// What the profile says of one Value.
#[derive(Default)]
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
