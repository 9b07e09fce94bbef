//! Values as results carry them: what there is to set (IR 7275 r4, 6.4.5), and what it was set to
//! when the rules were looked at (6.6.2, table 23; SP 800-126 r3, 4.5, RES-390).

use std::collections::HashSet;

use super::edition::Edition;
use super::words::boolean;
use crate::outcome::Outcome;
use crate::xccdf::apply::applied_values;
use crate::xccdf::ids::Kind;
use crate::xccdf::model::{Datum, Selectable, Value};
use crate::xml::write::Writer;

/// The types of table 18.
const TYPES: [&str; 3] = ["string", "number", "boolean"];
/// The operators of table 20.
const OPERATORS: [&str; 7] = [
    "equals",
    "not equal",
    "greater than",
    "less than",
    "greater than or equal",
    "less than or equal",
    "pattern match",
];

/// Writes the Values of a benchmark or a group. One that holds nothing in this edition is left out:
/// the schema has no place for it. XCCDF 1.1 knows no lists.
pub(super) fn values(w: &mut Writer, all: &[Value], edition: Edition) {
    for value in all {
        let own = selectable(&value.values, edition);
        if own.is_empty() {
            continue;
        }
        w.start("cdf:Value").attr("id", &edition.id(Kind::Value, &value.id));
        w.attr("hidden", boolean(value.common.hidden));
        w.attr_opt("type", known(value.kind.as_deref(), &TYPES));
        w.attr_opt("operator", known(value.operator.as_deref(), &OPERATORS));
        w.leaf("cdf:title", &value.title).leaf("cdf:description", &value.description);
        for part in own {
            let names = ["cdf:value", "cdf:complex-value"];
            datum(w, names, ("selector", &part.selector), &part.part);
        }
        for part in selectable(&value.defaults, edition) {
            let names = ["cdf:default", "cdf:complex-default"];
            datum(w, names, ("selector", &part.selector), &part.part);
        }
        w.end();
    }
}

/// Writes what each Value was, in document order: of all that have one, not only of those that some
/// check was given, since texts take them in as well.
pub(super) fn set_values(w: &mut Writer, outcome: &Outcome, edition: Edition) {
    let profiles = &outcome.benchmark.profiles;
    let profile = match &outcome.profile {
        None => None,
        Some(applied) => match profiles.iter().find(|p| p.id == applied.id) {
            Some(found) => Some(found),
            // What a profile says that is not here cannot be told.
            None => return,
        },
    };
    let mut written = HashSet::new();
    for value in applied_values(&outcome.benchmark, profile) {
        let Some(set) = value.value.filter(|set| fits(set, edition)) else {
            continue;
        };
        let id = edition.id(Kind::Value, &value.id);
        if written.insert(id.clone()) {
            let names = ["cdf:set-value", "cdf:set-complex-value"];
            datum(w, names, ("idref", &id), &set);
        }
    }
}

/// A text under the first name, a list under the second, with an attribute unless that is empty.
fn datum(w: &mut Writer, names: [&'static str; 2], attribute: (&str, &str), datum: &Datum) {
    let [simple, complex] = names;
    let (name, value) = attribute;
    let value = Some(value).filter(|value| !value.is_empty());
    match datum {
        Datum::Simple(text) => {
            w.start(simple).attr_opt(name, value).text(text);
        }
        Datum::Complex(parts) => {
            w.start(complex).attr_opt(name, value);
            for part in parts {
                w.leaf("cdf:item", part);
            }
        }
    }
    w.end();
}

/// What there is for each selector: of several the last stands, since those inherited come first.
fn selectable(parts: &[Selectable<Datum>], edition: Edition) -> Vec<&Selectable<Datum>> {
    let last = |at: usize, part: &Selectable<Datum>| {
        let mut behind = parts[at + 1..].iter();
        !behind.any(|other| other.selector == part.selector && fits(&other.part, edition))
    };
    let all = parts.iter().enumerate();
    all.filter(|(at, part)| fits(&part.part, edition) && last(*at, part)).map(|(_, part)| part).collect()
}

/// The edition has a place for it. The schema wants at least one item in a list.
fn fits(datum: &Datum, edition: Edition) -> bool {
    match datum {
        Datum::Simple(_) => true,
        Datum::Complex(items) => edition.is_1_2() && !items.is_empty(),
    }
}

fn known(written: Option<&str>, words: &[&'static str]) -> Option<&'static str> {
    let written = written?.trim();
    words.iter().copied().find(|word| *word == written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::ProfileRef;
    use crate::report::fixture;
    use crate::xccdf::model::{Profile, ValueSetting};

    fn simple(selector: &str, text: &str) -> Selectable<Datum> {
        Selectable { selector: selector.into(), part: Datum::Simple(text.into()) }
    }

    fn outcome() -> Outcome {
        let mut outcome = fixture::outcome();
        std::sync::Arc::make_mut(&mut outcome.benchmark).values = vec![
            Value {
                id: "length".into(),
                kind: Some("number".into()),
                operator: Some("nonsense".into()),
                values: vec![simple("", "8"), simple("long", "14"), simple("long", "15")],
                defaults: vec![simple("", "8")],
                ..Value::default()
            },
            Value {
                id: "users".into(),
                values: vec![Selectable {
                    selector: String::new(),
                    part: Datum::Complex(vec!["a".into(), "<b>".into()]),
                }],
                ..Value::default()
            },
            Value { id: "nothing".into(), ..Value::default() },
        ];
        std::sync::Arc::make_mut(&mut outcome.benchmark).profiles = vec![Profile {
            id: "p".into(),
            values: vec![ValueSetting::Refine {
                idref: "length".into(),
                selector: Some("long".into()),
                operator: None,
            }],
            ..Profile::default()
        }];
        outcome.profile = Some(ProfileRef { id: "p".into(), title: String::new(), tailoring: None });
        outcome
    }

    fn written(write: impl FnOnce(&mut Writer)) -> String {
        let mut w = Writer::new("");
        write(&mut w);
        w.finish().replace('\n', "")
    }

    #[test]
    fn results_say_what_each_value_was() {
        let outcome = outcome();
        let text = written(|w| set_values(w, &outcome, Edition::V1_2));
        assert!(
            text.contains("<cdf:set-value idref=\"xccdf_mil.disa.stig_value_length\">15</cdf:set-value>"),
            "{text}"
        );
        assert!(
            text.contains(
                "_value_users\"><cdf:item>a</cdf:item><cdf:item>&lt;b&gt;</cdf:item></cdf:set-complex-value>"
            )
        );
        assert!(!text.contains("nothing"));
        let text = written(|w| set_values(w, &outcome, Edition::V1_1));
        assert!(text.contains("<cdf:set-value idref=\"length\">15<") && !text.contains("users"));
    }

    #[test]
    fn what_an_absent_profile_set_is_not_guessed() {
        let mut outcome = outcome();
        std::sync::Arc::make_mut(&mut outcome.benchmark).profiles.clear();
        assert!(!written(|w| set_values(w, &outcome, Edition::V1_2)).contains("set-"));
    }

    #[test]
    fn a_selector_has_one_value_and_types_are_those_of_the_schema() {
        let outcome = outcome();
        let text = written(|w| values(w, &outcome.benchmark.values, Edition::V1_2));
        assert_eq!(text.matches("selector=\"long\"").count(), 1);
        assert!(text.contains("<cdf:value selector=\"long\">15</cdf:value><cdf:default>8<"));
        assert!(text.contains("type=\"number\"") && !text.contains("operator"));
        assert_eq!(text.matches("<cdf:Value ").count(), 2);
    }
}
