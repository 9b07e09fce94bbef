//! What a benchmark applies to (NIST IR 7275 r4, section 6.2.5; CPE applicability language 2.3).

/// `platform`: a CPE name, or a platform that the benchmark defines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlatformRef {
    /// `@idref`, as written.
    pub idref: String,
    /// `@override`: it replaces what is inherited instead of following it.
    pub overrides: bool,
}

/// A platform that the benchmark defines itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// `@id`.
    pub id: String,
    /// First `title`.
    pub title: String,
    /// What it takes; none in definitions that say nothing.
    pub test: Option<LogicalTest>,
}

/// `logical-test`: tests combined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogicalTest {
    /// `@operator` is `OR`, not `AND`.
    pub any: bool,
    /// `@negate`.
    pub negate: bool,
    /// What is combined.
    pub tests: Vec<Test>,
}

/// One test of a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// `fact-ref`: a CPE name.
    Name(String),
    /// `check-fact-ref`: a check of its own.
    Check {
        /// `@href`.
        href: String,
        /// `@id-ref`.
        name: String,
    },
    /// Another combination.
    Logical(LogicalTest),
}

/// A CPE dictionary: which check tells whether a target is what a name says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    /// Its items.
    pub items: Vec<DictionaryItem>,
}

/// `cpe-item`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DictionaryItem {
    /// `@name`.
    pub name: String,
    /// The checks: `@href` and the name of the check in it. Any of them will do.
    pub checks: Vec<(String, String)>,
}
