//! How a rule is found out and put right (NIST IR 7275 r4, sections 6.4.4.4 to 6.4.4.6).

use super::Insert;

/// `fixtext`: how to put it right, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixText {
    /// `@fixref`.
    pub fixref: Option<String>,
    /// The text.
    pub text: String,
    /// What is put into the text.
    pub inserts: Vec<Insert>,
    /// `@override`: it replaces what is inherited instead of following it.
    pub overrides: bool,
}

/// `fix`: how to put it right, for a machine. It is text; nothing here runs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fix {
    /// `@id`.
    pub id: Option<String>,
    /// `@system`: what it is written for.
    pub system: Option<String>,
    /// `@platform`: what it applies to.
    pub platform: Option<String>,
    /// `@reboot`, `@strategy`, `@disruption`, `@complexity` (tables 15 to 17), as written.
    pub properties: Vec<(&'static str, String)>,
    /// The text.
    pub text: String,
    /// What is put into the text.
    pub inserts: Vec<Insert>,
}

/// `check`: how it is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// `@system` (DISA: a number of the check, `C-39066r627666_chk`).
    pub system: String,
    /// `@id`.
    pub id: Option<String>,
    /// `@selector`.
    pub selector: Option<String>,
    /// `@negate`: pass means fail, and fail pass.
    pub negate: bool,
    /// `@multi-check`: a reference to all of a document gives one result for each check in it.
    pub multi_check: bool,
    /// `check-import` elements.
    pub imports: Vec<Import>,
    /// `check-export` elements.
    pub exports: Vec<Export>,
    /// `check-content-ref` elements.
    pub content_refs: Vec<ContentRef>,
    /// `check-content`, when there is one.
    pub content: Option<String>,
}

/// `check-import`: what the check is to give back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// `@import-name`.
    pub name: String,
    /// `@import-xpath`.
    pub xpath: Option<String>,
}

/// `check-export`: a Value that the check is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// `@value-id`.
    pub value_id: String,
    /// `@export-name`: what the check calls it.
    pub name: String,
}

/// `check-content-ref`: where a check's content lies. It is never opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentRef {
    /// `@href`.
    pub href: String,
    /// `@name`.
    pub name: Option<String>,
}

/// `complex-check`: checks combined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplexCheck {
    /// `@operator`.
    pub operator: Operator,
    /// `@negate`.
    pub negate: bool,
    /// What is combined, in document order.
    pub children: Vec<CheckNode>,
}

/// How a complex check combines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// All of them (table 12).
    And,
    /// Any of them (table 13).
    Or,
}

/// What a complex check combines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckNode {
    /// A check.
    Check(Check),
    /// Another combination.
    Complex(ComplexCheck),
}

impl ComplexCheck {
    /// All checks in it, in document order. Depth is bounded by the reader.
    #[must_use]
    pub fn checks(&self) -> Vec<&Check> {
        let mut found = Vec::new();
        for child in &self.children {
            match child {
                CheckNode::Check(check) => found.push(check),
                CheckNode::Complex(inner) => found.extend(inner.checks()),
            }
        }
        found
    }
}
