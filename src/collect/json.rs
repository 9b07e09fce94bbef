//! The one reader of JSON that a server sent.
//!
//! A key that stands twice in an object has two values, and which of them counts is anybody's guess: such an
//! answer is none. Errors give the place and the kind of mistake, never the text.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};

/// Parses JSON in which no object has a key twice.
pub(super) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let parsed = serde_json::from_slice(body).map_err(|error| {
        if body.trim_ascii_start().starts_with(b"<") {
            return "the answer is a web page, not JSON".to_owned();
        }
        let what = match error.classify() {
            serde_json::error::Category::Data => "the answer is not of the documented shape",
            serde_json::error::Category::Eof => "the answer is cut off",
            _ => "the answer is not JSON",
        };
        at(what, &error)
    });
    // Before what does not fit: a field that is declared and comes twice is refused by its type as well.
    if let Err(error) = serde_json::from_slice::<EachKeyOnce>(body)
        && error.classify() == serde_json::error::Category::Data
    {
        return Err(at("an object in the answer has the same key twice, so that it has no certain value", &error));
    }
    parsed
}

fn at(what: &str, error: &serde_json::Error) -> String {
    format!("{what} (line {}, column {})", error.line(), error.column())
}

/// A list as Go writes it: one without items may be null. Whether it may be empty is for its proof to say
/// ([`super::proof::Proof`]). Where the key itself is missing, there is no list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Items<T>(pub(super) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not as an option: what is missing would count as null.
        deserializer.deserialize_any(ItemsVisitor(PhantomData)).map(Items)
    }
}

struct ItemsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(all)
    }
}

/// Any JSON whose objects have each key once. Nothing of it is kept.
struct EachKeyOnce;

impl<'de> Deserialize<'de> for EachKeyOnce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EachKeyOnce)
    }
}

/// A key, borrowed from the text where it has no escapes.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Visitor<'de> for EachKeyOnce {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<EachKeyOnce>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        let mut known = HashSet::new();
        while let Some(Key(key)) = entries.next_key()? {
            if !known.insert(key) {
                return Err(A::Error::custom("a key stands twice"));
            }
            entries.next_value::<EachKeyOnce>()?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct One {
        #[allow(dead_code, reason = "read for its type")]
        a: u8,
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_at_every_depth() {
        for body in [
            r#"{"hunter2":true,"hunter2":true}"#,
            r#"{"a":[{"hunter2":1,"b":{},"hunter2":2}]}"#,
            r#"[[{"a":{"hunter2":null,"hunter\u0032":null}}]]"#,
        ] {
            let error = json::<Value>(body.as_bytes()).expect_err(body);
            assert!(error.contains("the same key twice") && !error.contains("hunter2"), "{error}");
        }
        // What a type does not ask for is no exception, and neither is what it would refuse by itself.
        for body in [r#"{"a":1,"b":2,"b":3}"#, r#"{"a":1,"a":2}"#] {
            let error = json::<One>(body.as_bytes()).expect_err(body);
            assert!(error.contains("the same key twice"), "{error}");
        }
    }

    #[test]
    fn a_list_may_be_null_and_never_missing() {
        #[derive(Debug, Deserialize)]
        struct Page {
            list: Items<u8>,
        }
        let read = |body: &str| json::<Page>(body.as_bytes()).map(|page| page.list.0);
        assert_eq!(read(r#"{"list":null}"#), Ok(vec![]));
        assert_eq!(read(r#"{"list":[]}"#), Ok(vec![]));
        assert_eq!(read(r#"{"list":[1]}"#), Ok(vec![1]));
        for bad in ["{}", r#"{"list":{}}"#, r#"{"list":""}"#, r#"{"list":[null]}"#, r#"{"list":0}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(json::<Items<u8>>(b"null"), Ok(Items(vec![])));
    }

    #[test]
    fn the_same_key_in_two_objects_is_no_duplicate() {
        for body in [r#"{"a":{"a":{"a":1.5}},"b":[{"a":"x"},{"a":-1}]}"#, "[]", "null", "7", r#""a""#, "true"] {
            assert!(json::<Value>(body.as_bytes()).is_ok(), "{body}");
        }
    }

    #[test]
    fn errors_do_not_show_the_text() {
        for body in [r#"{"a":"hunter2""#, r#""hunter2""#, "hunter2", "<html>hunter2"] {
            let error = json::<Vec<u8>>(body.as_bytes()).expect_err("no list");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
