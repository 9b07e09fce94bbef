//! What checks said, from wherever it is known.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::xccdf::Verdict;

/// What checks said: `{"HREF": {"NAME": "pass"}}`, `{"HREF": "pass"}` for all of a document, and
/// `{"system:URI": "pass"}` for everything that a checking system is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    documents: HashMap<String, Said>,
    systems: HashMap<String, Verdict>,
}

/// What the checks of one document said.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    /// All the same.
    All(Verdict),
    /// Each by its name, in the order of the file.
    Each(Vec<(String, Verdict)>),
}

impl Outcomes {
    /// Whether nothing is known at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.systems.is_empty()
    }

    /// What everything of a system says.
    #[must_use]
    pub fn of_system(&self, system: &str) -> Option<Verdict> {
        self.systems.get(system).copied()
    }

    /// What the check of that name says; without a name, what each check of the document says, which
    /// may hold none. None when nothing is known, and the reference leads nowhere.
    #[must_use]
    pub fn of(&self, href: &str, name: Option<&str>) -> Option<Vec<(String, Verdict)>> {
        let said = self.documents.get(href)?;
        match (said, name) {
            (Said::All(verdict), name) => Some(vec![(name.unwrap_or_default().to_owned(), *verdict)]),
            (Said::Each(each), Some(name)) => each.iter().find(|(n, _)| n == name).map(|one| vec![one.clone()]),
            (Said::Each(each), None) => Some(each.clone()),
        }
    }
}

impl<'de> Deserialize<'de> for Outcomes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Whole;
        impl<'de> Visitor<'de> for Whole {
            type Value = Outcomes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of check outcomes by document")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outcomes, A::Error> {
                let mut outcomes = Outcomes::default();
                while let Some(key) = map.next_key::<String>()? {
                    if let Some(system) = key.strip_prefix("system:") {
                        outcomes.systems.insert(system.to_owned(), map.next_value()?);
                    } else {
                        outcomes.documents.insert(key, map.next_value()?);
                    }
                }
                Ok(outcomes)
            }
        }
        from.deserialize_map(Whole)
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> Visitor<'de> for One {
            type Value = Said;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a result (pass, fail, …), or an object of results by name")
            }
            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Said, E> {
                let word = serde::de::value::StrDeserializer::<E>::new(word);
                Verdict::deserialize(word).map(Said::All)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Said, A::Error> {
                let mut each = Vec::new();
                while let Some(one) = map.next_entry()? {
                    each.push(one);
                }
                Ok(Said::Each(each))
            }
        }
        from.deserialize_any(One)
    }
}
