//! The lists of the account service that DTR passes on (`/enzi/v0`). Name and password are all that it is
//! documented to take.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::collect::json::{Items, json};
use crate::collect::pages::Page;

/// Reads a page: the items under `key`.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8], key: &str) -> Result<Page<T>, String> {
    let shape = || "the answer is not of the documented shape".to_owned();
    let mut answer: serde_json::Map<String, Value> = json(body)?;
    let items = answer.remove(key).ok_or_else(shape)?;
    let Items(items) = serde_json::from_value(items).map_err(|_| shape())?;
    let next = match answer.get("nextPageStart") {
        None => None,
        Some(Value::String(next)) => Some(next.clone()),
        Some(_) => return Err(shape()),
    };
    let count = match answer.get("resourceCount") {
        None => None,
        Some(count) => Some(count.as_u64().ok_or_else(shape)?),
    };
    Ok(Page { items, next, count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_page_is_refused_without_showing_it() {
        let parse = |body: &str| parse::<u8>(body.as_bytes(), "list").map(|p| (p.items, p.next));
        let end = Some(String::new());
        assert_eq!(parse(r#"{"list":[1,2],"nextPageStart":""}"#), Ok((vec![1, 2], end.clone())));
        assert_eq!(parse(r#"{"list":null,"nextPageStart":""}"#), Ok((vec![], end)));
        assert_eq!(parse(r#"{"list":[1]}"#), Ok((vec![1], None)));
        for bad in [
            r#"{"list":[1],"nextPageStart":null}"#,
            r#"{"nextPageStart":""}"#,
            r#"{"list":["hunter2"],"nextPageStart":""}"#,
            r#"{"list":[],"nextPageStart":"","resourceCount":"1"}"#,
        ] {
            assert!(!parse(bad).expect_err(bad).contains("hunter2"));
        }
    }
}
