//! Value: what a profile can set (NIST IR 7275 r4, section 6.4.5).

use super::Common;

/// Something that checks and texts take in, and that profiles can set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Value {
    /// `@id`, as written.
    pub id: String,
    /// `@cluster-id`.
    pub cluster_id: Option<String>,
    /// `@type`, when written: `number`, `string` (which it is when nothing is said) or `boolean`.
    pub kind: Option<String>,
    /// `@operator`, when written: how the value is meant to be compared (table 20).
    pub operator: Option<String>,
    /// `@interactive`, when written: a tool may ask for it.
    pub interactive: Option<bool>,
    /// First `title`.
    pub title: String,
    /// First `description`.
    pub description: String,
    /// `value` and `complex-value` elements.
    pub values: Vec<Selectable<Datum>>,
    /// `default` and `complex-default` elements.
    pub defaults: Vec<Selectable<Datum>>,
    /// `match` elements: patterns that values match.
    pub matches: Vec<Selectable<String>>,
    /// `lower-bound` elements.
    pub lower_bounds: Vec<Selectable<String>>,
    /// `upper-bound` elements.
    pub upper_bounds: Vec<Selectable<String>>,
    /// `choices` elements.
    pub choices: Vec<Selectable<Choices>>,
    /// `source` elements: where a value could be had.
    pub sources: Vec<String>,
    /// What it has in common with other items.
    pub common: Common,
}

/// A part of a Value that a selector chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selectable<T> {
    /// `@selector`, empty when there is none.
    pub selector: String,
    /// The part.
    pub part: T,
}

/// What a Value holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    /// One text.
    Simple(String),
    /// A list of texts.
    Complex(Vec<String>),
}

/// `choices`: what a value may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// `@mustMatch`: nothing else may be chosen.
    pub must_match: bool,
    /// What may be chosen.
    pub choices: Vec<Datum>,
}

impl Value {
    /// The type, `string` when nothing is said (table 18).
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.kind.as_deref().unwrap_or("string")
    }

    /// What the selector chooses: the part of that selector; without one, or when there is no such
    /// part, the one without a selector; else the first (section 6.4.5.5). Of several with the same
    /// selector the last one stands: those inherited come first.
    #[must_use]
    pub fn chosen<'a, T>(parts: &'a [Selectable<T>], selector: Option<&str>) -> Option<&'a T> {
        let of = |wanted: &str| parts.iter().rfind(|p| p.selector == wanted);
        selector.and_then(of).or_else(|| of("")).or_else(|| parts.first()).map(|p| &p.part)
    }
}

impl Datum {
    /// As one text: the parts of a list are separated by commas.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Datum::Simple(text) => text.clone(),
            Datum::Complex(parts) => parts.join(","),
        }
    }
}
