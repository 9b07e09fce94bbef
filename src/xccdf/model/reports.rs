//! ARF: results of several assets and systems in one file (NIST IR 7694), as far as it is told what
//! is in one.

use crate::xml::read::excerpt_of;

/// A collection of reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportCollection {
    /// The ids of the assets.
    pub assets: Vec<String>,
    /// What was asked for, in document order.
    pub requests: Vec<Part>,
    /// What came out, in document order.
    pub reports: Vec<Part>,
}

/// One request or report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// `@id`.
    pub id: String,
    /// The name of the element that it holds; `remote-resource` if it lies elsewhere.
    pub content: String,
    /// The ids of the Benchmarks in it.
    pub benchmarks: Vec<String>,
    /// The benchmark that a `TestResult` in it names: `@id`, else `@href`.
    pub result_of: Option<String>,
}

impl ReportCollection {
    /// What it is, in words.
    #[must_use]
    pub fn described(&self) -> String {
        let reports = match self.reports.len() {
            1 => "1 report".to_owned(),
            count => format!("{count} reports"),
        };
        let benchmarks: Vec<String> = self.benchmarks().map(|id| excerpt_of(id, 120)).collect();
        let benchmark = match benchmarks.as_slice() {
            [] => "no benchmark is in it".to_owned(),
            [one] => format!("the benchmark in it is {one}"),
            [first, ..] => format!("{} benchmarks are in it, {first} the first", benchmarks.len()),
        };
        format!("a scan's result (an ARF with {reports}; {benchmark})")
    }

    /// The ids of the Benchmarks in it.
    pub fn benchmarks(&self) -> impl Iterator<Item = &str> {
        let parts = self.requests.iter().chain(&self.reports);
        parts.flat_map(|part| &part.benchmarks).map(String::as_str)
    }
}
