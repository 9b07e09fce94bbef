//! XCCDF results: what the standard wants, and what each importer makes of them.

mod heimdall;
mod open_rmf;
mod others;
mod stig_manager;

use super::check::{Found, Row};
use super::source::Source;
use super::text;
use super::tree::{Id, Tree};

/// All rows.
pub(super) fn rows() -> Vec<&'static Row> {
    [&stig_manager::rows(), heimdall::ROWS, open_rmf::ROWS, others::ROWS].concat()
}

/// The words of a result (NIST IR 7275 r4, section 6.6.4.2).
const RESULTS: [&str; 9] =
    ["pass", "fail", "error", "unknown", "notapplicable", "notchecked", "notselected", "informational", "fixed"];

/// A document with results, as far as it is one.
struct Results<'t> {
    tree: &'t Tree<'t>,
    root: Id,
    is_benchmark: bool,
    tests: Vec<Id>,
}

impl<'t> Results<'t> {
    fn new(tree: &'t Tree<'t>) -> Option<Self> {
        let is_root = |id: &Id| matches!(tree.get(*id).local, "Benchmark" | "TestResult");
        let root = tree.roots().find(is_root)?;
        let is_benchmark = tree.get(root).local == "Benchmark";
        let tests = if is_benchmark { tree.named(root, "TestResult").collect() } else { vec![root] };
        Some(Results { tree, root, is_benchmark, tests })
    }

    fn at(&self, id: Id) -> usize {
        self.tree.get(id).at
    }

    /// The value of an attribute.
    fn value(&self, id: Id, name: &str) -> Option<String> {
        let attribute = self.tree.attribute(id, name)?;
        Some(text::expanded(attribute.raw).into_owned())
    }

    /// All rule-results with what they are called in a message.
    fn rule_results(&self) -> Vec<(Id, String)> {
        let all = self.tests.iter().flat_map(|test| self.tree.named(*test, "rule-result"));
        all.enumerate()
            .map(|(number, id)| {
                let idref = self.value(id, "idref").unwrap_or_default();
                let name = match idref.strip_prefix("xccdf_mil.disa.stig_rule_").unwrap_or(&idref) {
                    "" => format!("rule-result {}", number + 1),
                    name => name.to_owned(),
                };
                (id, name)
            })
            .collect()
    }

    /// What a rule-result says, with its white space.
    fn result(&self, id: Id) -> String {
        text::in_child(self.tree, id, "result").unwrap_or_default()
    }
}

/// Everything that importers do to these results. `heimdalls` is the tree as Heimdall sees it.
pub(super) fn check(source: &Source<'_>, tree: &Tree<'_>, heimdalls: &Tree<'_>, found: &mut Found) {
    let Some(results) = Results::new(tree) else {
        return;
    };
    others::check(&results, source, found);
    stig_manager::check(&results, found);
    if let Some(results) = Results::new(heimdalls) {
        heimdall::check(&results, found);
    }
    open_rmf::check(&results, found);
}
