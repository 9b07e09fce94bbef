//! Profile and Tailoring (NIST IR 7275 r4, sections 6.5 and 6.7).

use super::{Datum, PlatformRef, Schema, Status, Weight};

/// A named selection of rules, and what it changes about them.
///
/// Selectors are kept in document order among those that act on the same thing: `select` on whether
/// items are selected, `refine-rule` on rules and groups, the others on Values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// `@id`, as written.
    pub id: String,
    /// First `title`.
    pub title: String,
    /// First `description`.
    pub description: String,
    /// `@extends`: the profile that this one inherits from.
    pub extends: Option<String>,
    /// `@abstract`: it is there only to be inherited from.
    pub is_abstract: bool,
    /// `@prohibitChanges`.
    pub prohibit_changes: bool,
    /// `platform` elements.
    pub platforms: Vec<PlatformRef>,
    /// `select` elements.
    pub selects: Vec<Select>,
    /// `refine-rule` elements.
    pub refine_rules: Vec<RefineRule>,
    /// `refine-value`, `set-value` and `set-complex-value` elements.
    pub values: Vec<ValueSetting>,
    /// The tailoring that it comes from, when it comes from one.
    pub tailoring: Option<TailoringRef>,
}

/// A tailoring as results name it (`tailoring-file`, section 6.6.5): all four have to be given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TailoringRef {
    /// Where it is: the name of a file, or `#id` of a component of the benchmark's data stream.
    pub href: String,
    /// `@id`.
    pub id: String,
    /// `version`.
    pub version: String,
    /// `version/@time`, empty where the document leaves it out.
    pub time: String,
}

/// `select`: turns a Group, a Rule or a cluster on or off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Select {
    /// `@idref`: the id of an item, or a cluster-id.
    pub idref: String,
    /// `@selected`.
    pub selected: bool,
}

/// `refine-rule`: changes what is given, and leaves everything else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RefineRule {
    /// `@idref`: the id of an item, or a cluster-id.
    pub idref: String,
    /// `@weight`, for Rules and Groups.
    pub weight: Option<Weight>,
    /// `@severity`, for Rules.
    pub severity: Option<String>,
    /// `@role`, for Rules.
    pub role: Option<String>,
    /// `@selector` of the check, for Rules.
    pub selector: Option<String>,
}

/// What a profile does to a Value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueSetting {
    /// `refine-value`: chooses among what the Value offers.
    Refine {
        /// `@idref`: the id of a Value, or a cluster-id.
        idref: String,
        /// `@selector`.
        selector: Option<String>,
        /// `@operator`.
        operator: Option<String>,
    },
    /// `set-value` or `set-complex-value`: says what it is.
    Set {
        /// `@idref`: the id of a Value, or a cluster-id.
        idref: String,
        /// What it is set to.
        to: Datum,
    },
}

impl ValueSetting {
    /// What it acts on.
    #[must_use]
    pub fn idref(&self) -> &str {
        match self {
            ValueSetting::Refine { idref, .. } | ValueSetting::Set { idref, .. } => idref,
        }
    }
}

/// Profiles that go with a benchmark and come in a document of their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tailoring {
    /// The edition its profiles are written in. 1.1 has no tailoring of its own: the form that
    /// `OpenSCAP` gave it is read as well.
    pub schema: Schema,
    /// Where it is: the name of a file, or `#id` of a component. Filled in by who knows.
    pub href: String,
    /// `@id`, empty when there is none.
    pub id: String,
    /// `benchmark/@href`: which benchmark it was made for. For information only.
    pub benchmark_href: String,
    /// `status` elements.
    pub statuses: Vec<Status>,
    /// `version`.
    pub version: String,
    /// `version/@time`, when given.
    pub version_time: Option<String>,
    /// Profiles in document order.
    pub profiles: Vec<Profile>,
}
