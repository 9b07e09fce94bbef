//! Whether a value is one that its Value admits: type, bounds, pattern and closed choices (NIST IR
//! 7275 r4, section 6.4.5). The standard has them to hold against what people set, which is what
//! profiles and tailorings do; what a benchmark gives itself is its own affair.

use regex::RegexBuilder;

use crate::xccdf::model::{Choices, Datum, Selectable, Value};
use crate::xml::read::excerpt;

/// How large a pattern may become: it comes from a file, and the engine is linear in its size.
const PATTERN: usize = 1 << 20;

/// Why the value is not one of those that are admitted under that selector; None if it is.
pub(super) fn misfit(value: &Value, selector: Option<&str>, set: &Datum) -> Option<String> {
    let parts = match set {
        Datum::Simple(text) => std::slice::from_ref(text),
        Datum::Complex(parts) => parts,
    };
    let kind = value.type_name();
    let choices = part(&value.choices, selector).filter(|choices| choices.must_match);
    let of_type = || parts.iter().find_map(|text| wrong_type(kind, text));
    let bounds = || {
        let lower = part(&value.lower_bounds, selector);
        let upper = part(&value.upper_bounds, selector);
        parts.iter().find_map(|text| beyond(kind, text, lower, upper))
    };
    let pattern = || {
        let pattern = part(&value.matches, selector)?;
        mismatch(pattern, parts)
    };
    of_type().or_else(bounds).or_else(pattern).or_else(|| not_among(choices?, kind, set))
}

/// The part that counts: that of the selector, or the one without. Others do not count at all.
fn part<'a, T>(parts: &'a [Selectable<T>], selector: Option<&str>) -> Option<&'a T> {
    let of = |wanted: &str| parts.iter().rfind(|p| p.selector == wanted);
    let chosen = selector.and_then(of).or_else(|| of(""));
    chosen.map(|p| &p.part)
}

fn wrong_type(kind: &str, text: &str) -> Option<String> {
    let (fits, what) = match kind {
        "number" => (number(text).is_some(), "a number"),
        "boolean" => (matches!(text.trim(), "true" | "false" | "1" | "0"), "a boolean"),
        _ => return None,
    };
    (!fits).then(|| format!("'{}' is not {what}", excerpt(text)))
}

/// Bounds are for numbers: of texts the standard does not say which comes first.
fn beyond(kind: &str, text: &str, lower: Option<&String>, upper: Option<&String>) -> Option<String> {
    let number_of = |bound: Option<&String>| bound.and_then(|bound| number(bound));
    let value = Some(text).filter(|_| kind == "number").and_then(number)?;
    if let Some(least) = number_of(lower).filter(|least| value < *least) {
        return Some(format!("{value} is less than its lower-bound {least}"));
    }
    let most = number_of(upper).filter(|most| value > *most)?;
    Some(format!("{value} is more than its upper-bound {most}"))
}

/// Patterns are anchored at both ends (section 6.4.5). One that the engine cannot take, since it
/// could run for ever, is said to be untested: it is no proof of anything.
fn mismatch(pattern: &str, parts: &[String]) -> Option<String> {
    let anchored = format!("^(?:{pattern})$");
    let Ok(regex) = RegexBuilder::new(&anchored).size_limit(PATTERN).build() else {
        let pattern = excerpt(pattern);
        return Some(format!("it was not held against its match '{pattern}', which cannot be run in linear time"));
    };
    let text = parts.iter().find(|text| !regex.is_match(text))?;
    let (text, pattern) = (excerpt(text), excerpt(pattern));
    Some(format!("'{text}' does not match its match '{pattern}'"))
}

fn not_among(choices: &Choices, kind: &str, set: &Datum) -> Option<String> {
    let same = |choice: &Datum| match (choice, set) {
        (Datum::Simple(choice), Datum::Simple(text)) if kind == "number" => {
            number(choice).zip(number(text)).is_some_and(|(a, b)| a.total_cmp(&b).is_eq())
        }
        _ => choice == set,
    };
    if choices.choices.iter().any(same) {
        return None;
    }
    let all: Vec<String> = choices.choices.iter().map(|choice| format!("'{}'", excerpt(&choice.to_text()))).collect();
    Some(format!(
        "'{}' is none of its choices, and nothing else may be chosen (mustMatch): {}",
        excerpt(&set.to_text()),
        all.join(", ")
    ))
}

fn number(text: &str) -> Option<f64> {
    crate::xccdf::read::decimal(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under<T>(selector: &str, part: T) -> Selectable<T> {
        Selectable { selector: selector.into(), part }
    }

    fn choices(must_match: bool, all: &[&str]) -> Choices {
        Choices { must_match, choices: all.iter().map(|c| Datum::Simple((*c).into())).collect() }
    }

    #[test]
    fn what_a_value_admits() {
        let number = Value {
            kind: Some("number".into()),
            lower_bounds: vec![under("", "5".into()), under("strict", "10".into())],
            upper_bounds: vec![under("", "20".into()), under("other", "1".into())],
            ..Value::default()
        };
        let text = Value { matches: vec![under("", "[a-z]+".into())], ..Value::default() };
        let closed = Value { choices: vec![under("", choices(true, &["a", "b"]))], ..Value::default() };
        let open = Value { choices: vec![under("", choices(false, &["a"]))], ..Value::default() };
        let numbers = Value {
            kind: Some("number".into()),
            choices: vec![under("", choices(true, &["1", "2"]))],
            ..Value::default()
        };
        let endless = Value { matches: vec![under("", "(a)\\1".into())], ..Value::default() };
        let boolean = Value { kind: Some("boolean".into()), ..Value::default() };
        for (value, selector, set, part) in [
            (&number, None, "5", None),
            (&number, None, "20.0", None),
            (&number, None, "4.9", Some("less than its lower-bound 5")),
            (&number, None, "21", Some("more than its upper-bound 20")),
            (&number, Some("strict"), "9", Some("lower-bound 10")),
            (&number, Some("strict"), "25", Some("upper-bound 20")),
            (&number, Some("unknown"), "9", None),
            (&number, None, "1e1", Some("is not a number")),
            (&text, None, "abc", None),
            (&text, None, "abc1", Some("does not match")),
            (&text, None, "", Some("does not match")),
            (&closed, None, "b", None),
            (&closed, None, "c", Some("none of its choices")),
            (&open, None, "c", None),
            (&numbers, None, "2.0", None),
            (&numbers, None, "3", Some("none of its choices")),
            (&endless, None, "aa", Some("was not held against")),
            (&boolean, None, "0", None),
            (&boolean, None, "yes", Some("is not a boolean")),
        ] {
            let said = misfit(value, selector, &Datum::Simple(set.into()));
            match part {
                None => assert_eq!(said, None, "{set}"),
                Some(part) => assert!(said.as_deref().is_some_and(|s| s.contains(part)), "{said:?}"),
            }
        }
        let list = Datum::Complex(vec!["ab".into(), "c1".into()]);
        assert!(misfit(&text, None, &list).is_some_and(|said| said.contains("'c1'")));
    }

    /// A hostile pattern costs neither time nor memory.
    #[test]
    fn patterns_are_bounded() {
        let huge = "(((a{1,99}){1,99}){1,99}){1,99}";
        assert!(mismatch(huge, &["a".into()]).is_some_and(|s| s.contains("was not held")));
        assert!(mismatch("(a*)*b", &["a".repeat(1 << 10)]).is_some());
    }
}
