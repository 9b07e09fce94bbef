//! One field of an answer: what stood there, or that nothing did.
//!
//! Engines of ten years answer with fields that others do not know, leave out, set to null or give
//! another type. None of that may lose the container it stands on: the field alone says so, and the
//! rules that read it decide what it means. Only [`Field::Is`] holds a value.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One field of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field<T> {
    /// It is not there.
    #[default]
    Absent,
    /// It is null.
    Null,
    /// It is there and of the type that is known.
    Is(T),
    /// It is there and of another type: the name of that type, never the value.
    Odd(String),
}

impl<T> Field<T> {
    /// The value, if there is one of the known type.
    pub fn get(&self) -> Option<&T> {
        match self {
            Field::Is(value) => Some(value),
            _ => None,
        }
    }

    /// It is of a type that nothing is known about: the rule that reads it cannot decide.
    #[must_use]
    pub fn is_odd(&self) -> bool {
        matches!(self, Field::Odd(_))
    }

    /// It is not there; for leaving it out of evidence.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Field::Absent)
    }

    /// The value made into something else.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Field::Absent => Field::Absent,
            Field::Null => Field::Null,
            Field::Is(value) => Field::Is(f(value)),
            Field::Odd(kind) => Field::Odd(kind),
        }
    }
}

impl<T: DeserializeOwned> Field<T> {
    /// What stands at a JSON pointer (`/HostConfig/Memory`) of an answer. Where something on the way is
    /// missing, the field is absent.
    #[must_use]
    pub fn at(answer: &Value, pointer: &str) -> Self {
        match answer.pointer(pointer) {
            None => Field::Absent,
            Some(Value::Null) => Field::Null,
            Some(value) => match T::deserialize(value) {
                Ok(value) => Field::Is(value),
                Err(_) => Field::Odd(kind(value).into()),
            },
        }
    }
}

/// The name of a JSON value's type.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn absent_null_and_odd_are_told_apart() {
        let answer = json!({ "a": { "n": 5, "z": null, "s": "hunter2" } });
        assert_eq!(Field::at(&answer, "/a/n"), Field::Is(5_i64));
        assert_eq!(Field::<i64>::at(&answer, "/a/z"), Field::Null);
        assert_eq!(Field::<i64>::at(&answer, "/a/x"), Field::Absent);
        assert_eq!(Field::<i64>::at(&answer, "/b/x"), Field::Absent);
        assert_eq!(Field::<i64>::at(&answer, "/a/s"), Field::Odd("a string".into()));
    }
}
