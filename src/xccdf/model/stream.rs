//! SCAP source data streams: several documents in one file (NIST SP 800-126 r3, section 3).

use super::{Benchmark, Dictionary, Tailoring};

/// A collection of data streams, as the file has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collection {
    /// `@id`.
    pub id: String,
    /// Data streams in document order.
    pub data_streams: Vec<DataStream>,
    /// Components in document order.
    pub components: Vec<Component>,
}

/// A data stream: which components belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataStream {
    /// `@id`.
    pub id: String,
    /// `@scap-version`.
    pub scap_version: String,
    /// `@use-case`.
    pub use_case: String,
    /// References under `checklists`.
    pub checklists: Vec<ComponentRef>,
    /// References under `dictionaries`.
    pub dictionaries: Vec<ComponentRef>,
    /// References under `checks` and `extended-components`.
    pub checks: Vec<ComponentRef>,
}

/// `component-ref`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComponentRef {
    /// `@id`.
    pub id: String,
    /// `@xlink:href`, as written. Only `#id` of the same collection is ever followed.
    pub href: String,
    /// The catalog: names that the component uses, and the references they stand for.
    pub catalog: Vec<(String, String)>,
}

/// `component`.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// `@id`.
    pub id: String,
    /// What it holds.
    pub content: ComponentContent,
}

/// What a component holds.
#[derive(Clone, Debug, PartialEq)]
pub enum ComponentContent {
    /// A benchmark.
    Benchmark(Box<Benchmark>),
    /// A tailoring.
    Tailoring(Box<Tailoring>),
    /// A CPE dictionary.
    Dictionary(Dictionary),
    /// Something else, by the name of its root element.
    Other(String),
}

impl ComponentRef {
    /// The id of the component in the same collection; none when it points elsewhere.
    #[must_use]
    pub fn component(&self) -> Option<&str> {
        self.href.strip_prefix('#').filter(|id| !id.is_empty())
    }
}
