//! A benchmark as data: what the document says, in document order, before any profile is applied.
//!
//! The names are those of NIST IR 7275 r4. The model holds XCCDF 1.1.4 and 1.2 alike; which of the
//! two was read stands in [`Benchmark::schema`], and ids are kept as they were written.

mod check;
mod platform;
mod profile;
mod prose;
mod questions;
mod reports;
mod result;
mod stream;
mod value;

pub use check::{Check, CheckNode, ComplexCheck, ContentRef, Export, Fix, FixText, Import, Operator};
pub use platform::{Dictionary, DictionaryItem, LogicalTest, Platform, PlatformRef, Test};
pub use profile::{Profile, RefineRule, Select, Tailoring, TailoringRef, ValueSetting};
pub use prose::{Insert, Prose, Use, What};
pub use questions::{CCI, CHECK_DIGEST, LEGACY};
pub use reports::{Part, ReportCollection};
pub use result::{Override, RuleResult, Score, TestResult};
pub use stream::{Collection, Component, ComponentContent, ComponentRef, DataStream};
pub use value::{Choices, Datum, Selectable, Value};

/// The edition of XCCDF that a document is written in, told by its namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Schema {
    /// `http://checklists.nist.gov/xccdf/1.1`, the form in which DISA publishes its manual STIGs.
    #[default]
    V1_1,
    /// `http://checklists.nist.gov/xccdf/1.2`.
    V1_2,
}

impl Schema {
    /// The namespace of this edition.
    #[must_use]
    pub fn namespace(self) -> &'static str {
        match self {
            Schema::V1_1 => "http://checklists.nist.gov/xccdf/1.1",
            Schema::V1_2 => "http://checklists.nist.gov/xccdf/1.2",
        }
    }

    /// The edition whose namespace this is.
    #[must_use]
    pub fn of(namespace: Option<&str>) -> Option<Schema> {
        [Schema::V1_1, Schema::V1_2].into_iter().find(|schema| namespace == Some(schema.namespace()))
    }

    /// The edition as people write it: `1.1` or `1.2`.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Schema::V1_1 => "1.1",
            Schema::V1_2 => "1.2",
        }
    }
}

/// A whole benchmark.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Benchmark {
    /// The edition it was written in.
    pub schema: Schema,
    /// `@id`, as written.
    pub id: String,
    /// `@xml:lang`, when given.
    pub lang: Option<String>,
    /// `status` with its date, in document order.
    pub statuses: Vec<Status>,
    /// First `title`.
    pub title: String,
    /// First `description`.
    pub description: String,
    /// `notice` elements.
    pub notices: Vec<Notice>,
    /// `reference` elements.
    pub references: Vec<Reference>,
    /// `plain-text` elements: id and text. DISA states the release in `release-info`.
    pub plain_texts: Vec<PlainText>,
    /// `version`, as written (DISA: the number of the STIG's version).
    pub version: String,
    /// `@resolved`: inheritance has been worked in already (NIST IR 7275 r4, table 32).
    pub resolved: bool,
    /// `platform` elements: what the whole benchmark applies to.
    pub platforms: Vec<PlatformRef>,
    /// Platforms that the benchmark defines itself (section 6.2.5).
    pub platform_definitions: Vec<Platform>,
    /// The CPE dictionary that a benchmark of 1.1 may carry.
    pub dictionary: Dictionary,
    /// `model` elements: the systems of the scoring models asked for.
    pub models: Vec<String>,
    /// Values that stand directly in the benchmark, in document order.
    pub values: Vec<Value>,
    /// Ids of the results that stand in the document.
    pub test_results: Vec<String>,
    /// Profiles in document order.
    pub profiles: Vec<Profile>,
    /// Groups and Rules in document order.
    pub items: Vec<Item>,
}

/// `status`: a word such as `accepted`, and the day it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The word.
    pub value: String,
    /// `@date`, as written.
    pub date: Option<String>,
}

/// `notice`: legal text that travels with the benchmark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// `@id`.
    pub id: String,
    /// The text, often empty.
    pub text: String,
}

/// `plain-text`: a named piece of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlainText {
    /// `@id`.
    pub id: String,
    /// The text.
    pub text: String,
}

/// `reference`: where something comes from, with its Dublin Core parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// `@href`.
    pub href: Option<String>,
    /// Text directly inside the element.
    pub text: String,
    /// Dublin Core children: local name (`publisher`, `identifier`, …) and text, in document order.
    pub dc: Vec<(String, String)>,
    /// `@override`: it replaces what is inherited instead of following it.
    pub overrides: bool,
}

/// A child of a benchmark or a group.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Items that belong together.
    Group(Group),
    /// One requirement.
    Rule(Box<Rule>),
}

/// What Groups, Rules and Values have in common (NIST IR 7275 r4, tables 5 and 6).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Common {
    /// `@extends`: the item that this one inherits from.
    pub extends: Option<String>,
    /// `@abstract`: it is there only to be inherited from.
    pub is_abstract: bool,
    /// `@hidden`: left out of documents, evaluated all the same.
    pub hidden: bool,
    /// `@prohibitChanges`: tailoring tools should leave it alone; evaluation does not care.
    pub prohibit_changes: bool,
    /// Which attributes stand in the document, rather than being defaults.
    pub written: Written,
    /// `requires` elements: of each list one item has to be selected.
    pub requires: Vec<Vec<String>>,
    /// `conflicts` elements: none of them may be selected.
    pub conflicts: Vec<String>,
    /// `platform` elements.
    pub platforms: Vec<PlatformRef>,
    /// What is put into the title.
    pub title_inserts: Vec<Insert>,
    /// What is put into the description.
    pub description_inserts: Vec<Insert>,
}

/// Which of the attributes that inheritance replaces are written (table 33).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written(u8);

impl Written {
    /// `@selected`.
    pub const SELECTED: Written = Written(1);
    /// `@weight`.
    pub const WEIGHT: Written = Written(2);
    /// `@severity`.
    pub const SEVERITY: Written = Written(4);
    /// `@role`.
    pub const ROLE: Written = Written(8);
    /// `@hidden`.
    pub const HIDDEN: Written = Written(16);
    /// `@prohibitChanges`.
    pub const PROHIBIT_CHANGES: Written = Written(32);
    /// `@multiple`.
    pub const MULTIPLE: Written = Written(64);

    /// This one is written.
    #[must_use]
    pub fn has(self, one: Written) -> bool {
        self.0 & one.0 != 0
    }

    /// Notes that these are written.
    pub fn add(&mut self, some: Written) {
        self.0 |= some.0;
    }
}

/// Items that belong together; DISA puts each rule into a group of its own (`V-235847`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// `@id`, as written.
    pub id: String,
    /// `@cluster-id`.
    pub cluster_id: Option<String>,
    /// `@selected`, true when not said.
    pub selected: bool,
    /// `@weight`, as written; `1.0` when not said.
    pub weight: Weight,
    /// First `title` (DISA: the SRG id).
    pub title: String,
    /// First `description`.
    pub description: String,
    /// What it has in common with other items.
    pub common: Box<Common>,
    /// Values in document order.
    pub values: Vec<Value>,
    /// Children in document order.
    pub items: Vec<Item>,
}

/// One requirement.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// `@id`, as written (`SV-235847r961770_rule`).
    pub id: String,
    /// `@cluster-id`.
    pub cluster_id: Option<String>,
    /// `@severity`, as written; `unknown` when not said.
    pub severity: String,
    /// `@weight`, as written; `1.0` when not said.
    pub weight: Weight,
    /// `@role`, as written; `full` when not said.
    pub role: String,
    /// `@selected`, true when not said.
    pub selected: bool,
    /// `version` (DISA: the STIG-ID, `DKER-EE-004370`).
    pub version: String,
    /// First `title`.
    pub title: String,
    /// First `description`, as written: DISA escapes a pseudo-XML of its own into it.
    pub description: String,
    /// `reference` elements.
    pub references: Vec<Reference>,
    /// `ident` elements in document order, as written.
    pub idents: Vec<Ident>,
    /// `fixtext` elements.
    pub fixtexts: Vec<FixText>,
    /// `fix` elements.
    pub fixes: Vec<Fix>,
    /// `check` elements.
    pub checks: Vec<Check>,
    /// `complex-check`, which wins over every `check` (table 39).
    pub complex_check: Option<ComplexCheck>,
    /// `@multiple`: one result for each instance.
    pub multiple: bool,
    /// What it has in common with other items.
    pub common: Common,
}

impl Default for Rule {
    /// A rule of which nothing is written but an id that is still to be filled in.
    fn default() -> Self {
        Rule {
            id: String::new(),
            cluster_id: None,
            severity: "unknown".into(),
            weight: Weight::default(),
            role: "full".into(),
            selected: true,
            version: String::new(),
            title: String::new(),
            description: String::new(),
            references: Vec::new(),
            idents: Vec::new(),
            fixtexts: Vec::new(),
            fixes: Vec::new(),
            checks: Vec::new(),
            complex_check: None,
            multiple: false,
            common: Common::default(),
        }
    }
}

/// A weight: its number, and the words it was written in.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight {
    /// As written (`10.0`).
    pub text: String,
    /// The number.
    pub value: f64,
}

impl Default for Weight {
    fn default() -> Self {
        Weight { text: "1.0".into(), value: 1.0 }
    }
}

/// `ident`: a name of the rule in another system (CCI, legacy id).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ident {
    /// `@system`.
    pub system: String,
    /// The name.
    pub value: String,
}
