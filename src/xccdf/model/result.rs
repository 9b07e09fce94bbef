//! `TestResult` as it was written (NIST IR 7275 r4, section 6.6).

use super::{Check, Ident, Schema};

/// Results of one target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestResult {
    /// The edition it is written in.
    pub schema: Schema,
    /// `@id`.
    pub id: String,
    /// `@start-time`, as written.
    pub start: Option<String>,
    /// `@end-time`, as written.
    pub end: Option<String>,
    /// `@version`.
    pub version: Option<String>,
    /// `@test-system`: the program that tested.
    pub test_system: Option<String>,
    /// `benchmark/@id`, else its `@href`.
    pub benchmark: Option<String>,
    /// `benchmark/@href`.
    pub benchmark_href: Option<String>,
    /// First `title`.
    pub title: String,
    /// `remark` elements.
    pub remarks: Vec<String>,
    /// `organization` elements.
    pub organizations: Vec<String>,
    /// `identity`, as written.
    pub identity: Option<String>,
    /// `profile/@idref`.
    pub profile: Option<String>,
    /// `target` elements.
    pub targets: Vec<String>,
    /// `target-address` elements.
    pub addresses: Vec<String>,
    /// `target-facts/fact`: name and value.
    pub facts: Vec<(String, String)>,
    /// Results of rules, in document order.
    pub rules: Vec<RuleResult>,
    /// `score`.
    pub scores: Vec<Score>,
    /// Names of the elements that this model has no place for, each once.
    pub others: Vec<String>,
}

/// A score, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// `@system`.
    pub system: Option<String>,
    /// `@maximum`.
    pub maximum: Option<String>,
    /// The value.
    pub value: String,
}

/// The result of one rule, or of one instance of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleResult {
    /// `@idref`.
    pub idref: String,
    /// `@role`.
    pub role: Option<String>,
    /// `@severity`.
    pub severity: Option<String>,
    /// `@weight`, as written.
    pub weight: Option<String>,
    /// `@time`, as written.
    pub time: Option<String>,
    /// `@version`: DISA's STIG-ID.
    pub version: Option<String>,
    /// `result`, as written.
    pub result: String,
    /// `override` elements.
    pub overrides: Vec<Override>,
    /// `ident` elements.
    pub idents: Vec<Ident>,
    /// `message` elements.
    pub messages: Vec<String>,
    /// `instance` elements.
    pub instances: Vec<String>,
    /// `fix/@id`.
    pub fixes: Vec<String>,
    /// `check` elements.
    pub checks: Vec<Check>,
    /// STIG Manager's `detail` in a check's content.
    pub detail: Option<String>,
    /// STIG Manager's `comment` in a check's content.
    pub comment: Option<String>,
    /// Names of the elements and attributes that this model has no place for, each once.
    pub others: Vec<String>,
}

/// `override`: a result that a person put in the place of another (section 6.6.4.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Override {
    /// `@authority`.
    pub authority: String,
    /// `@time`, as written.
    pub time: String,
    /// `old-result`, as written.
    pub old: String,
    /// `new-result`, as written.
    pub new: String,
    /// `remark`.
    pub remark: String,
}
