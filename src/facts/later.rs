//! What later versions added to a fact: evidence of earlier ones does not hold it.
//!
//! Evidence outlives the version that collected it. A stored bundle must keep its digests, so a field that did not
//! exist then is left out when it is written again ([`Later::is_unknown`]), and a rule that reads it gets the reason
//! instead of a value. An empty list or `false` would look like something that was seen.
//!
//! ```ignore
//! #[serde(default, skip_serializing_if = "Later::is_unknown")]
//! pub total: Later<u64>,
//! ```

use serde::{Deserialize, Serialize};

use super::Absent;

/// A part of a fact that version 0.1.0 did not collect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Later<T> {
    /// It was collected, with this value.
    Known(T),
    /// It was not: version 0.1.0 collected the evidence.
    #[default]
    Unknown,
}

impl<T> Later<T> {
    /// The value, or the reason that it is absent. `what` names it in that reason ("the number of containers").
    pub fn read(&self, what: &str) -> Result<&T, Absent> {
        self.known().ok_or_else(|| Absent::EarlierVersion { what: what.into() })
    }

    /// The value, if there is one.
    #[must_use]
    pub fn known(&self) -> Option<&T> {
        match self {
            Later::Known(value) => Some(value),
            Later::Unknown => None,
        }
    }

    /// Version 0.1.0 collected the evidence; for leaving it out when it is written again.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Later::Unknown)
    }
}

impl<T> From<T> for Later<T> {
    fn from(value: T) -> Self {
        Later::Known(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xccdf::Verdict;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Part {
        #[serde(default, skip_serializing_if = "Later::is_unknown")]
        total: Later<Vec<u64>>,
    }

    #[test]
    fn a_value_that_was_not_collected_is_left_out_and_decides_nothing() {
        let part: Part = serde_json::from_str("{}").expect("JSON");
        assert_eq!(serde_json::to_string(&part).expect("JSON"), "{}");
        let absent = part.total.read("the total").expect_err("it was not collected");
        assert_eq!(absent.verdict(), Verdict::NotChecked);
        assert_eq!(absent.to_string(), "stigprobe 0.1.0 collected this evidence without the total: collect again");
    }

    #[test]
    fn an_empty_list_that_was_collected_stays_one() {
        let part = Part { total: vec![].into() };
        let json = serde_json::to_string(&part).expect("JSON");
        assert_eq!(json, r#"{"total":[]}"#);
        assert_eq!(serde_json::from_str::<Part>(&json).expect("JSON"), part);
    }
}
