//! CKL, STIG Viewer 2's checklist: what DISA's schema wants, and what each importer makes of it.

mod heimdall;
mod others;
mod schema;
mod stig_manager;

use super::check::{Found, Row};
use super::source::Source;
use super::text;
use super::tree::{Id, Tree};

/// All rows.
pub(super) fn rows() -> Vec<&'static Row> {
    [schema::ROWS, &stig_manager::rows(), heimdall::ROWS, others::ROWS].concat()
}

/// The four words of STATUS.
const STATUSES: [&str; 4] = ["NotAFinding", "Open", "Not_Applicable", "Not_Reviewed"];

/// A checklist, as far as it is one.
struct Ckl<'t> {
    tree: &'t Tree<'t>,
    root: Id,
    asset: Option<Id>,
    stigs: Vec<Stig>,
}

/// One STIG of it.
struct Stig {
    id: Id,
    info: Option<Id>,
    vulns: Vec<Vuln>,
}

/// One rule of it.
struct Vuln {
    id: Id,
    /// What it is called in a message.
    name: String,
}

impl<'t> Ckl<'t> {
    /// The first ASSET and STIGS count; `is_last` for readers to whom the last do.
    fn new(tree: &'t Tree<'t>, is_last: bool) -> Option<Self> {
        let root = tree.roots().find(|id| tree.get(*id).local == "CHECKLIST")?;
        let child = |local| {
            let mut all = tree.named(root, local);
            if is_last { all.last() } else { all.next() }
        };
        let list = child("STIGS");
        let stigs = list.into_iter().flat_map(|list| tree.named(list, "iSTIG"));
        let vuln = |(number, id): (usize, Id)| {
            let name = ["Rule_ID", "Vuln_Num", "Rule_Ver"]
                .iter()
                .find_map(|name| attribute(tree, id, name).filter(|v| !v.is_empty()));
            Vuln { id, name: name.unwrap_or_else(|| format!("VULN {}", number + 1)) }
        };
        let stig = |id: Id| Stig {
            id,
            info: tree.child(id, "STIG_INFO"),
            vulns: tree.named(id, "VULN").enumerate().map(vuln).collect(),
        };
        Some(Ckl { tree, root, asset: child("ASSET"), stigs: stigs.map(stig).collect() })
    }

    /// Where an element begins.
    fn at(&self, id: Id) -> usize {
        self.tree.get(id).at
    }

    /// All rules of all STIGs.
    fn vulns(&self) -> impl Iterator<Item = &Vuln> {
        self.stigs.iter().flat_map(|stig| &stig.vulns)
    }

    /// The `SI_DATA` of that name: itself, and its value where it has one.
    fn info(&self, stig: &Stig, name: &str) -> Option<(Id, Option<String>)> {
        let data = self.tree.named(stig.info?, "SI_DATA");
        let is_named = |id: &Id| text::in_child(self.tree, *id, "SID_NAME").as_deref() == Some(name);
        let mut data = data.filter(is_named);
        data.next().map(|id| (id, text::in_child(self.tree, id, "SID_DATA")))
    }
}

/// The first `STIG_DATA` of that name in a VULN: itself.
fn datum(tree: &Tree<'_>, vuln: Id, name: &str) -> Option<Id> {
    let is_named = |id: &Id| text::in_child(tree, *id, "VULN_ATTRIBUTE").is_some_and(|n| n.trim() == name);
    let mut data = tree.named(vuln, "STIG_DATA").filter(is_named);
    data.next()
}

/// Its value.
fn attribute(tree: &Tree<'_>, vuln: Id, name: &str) -> Option<String> {
    let id = datum(tree, vuln, name)?;
    text::in_child(tree, id, "ATTRIBUTE_DATA").map(|value| value.trim().to_owned())
}

/// Everything that importers do to this checklist. `heimdalls` is the tree as Heimdall sees it.
pub(super) fn check(source: &Source<'_>, tree: &Tree<'_>, heimdalls: &Tree<'_>, found: &mut Found) {
    let Some(ckl) = Ckl::new(tree, false) else {
        found.whole(&others::NO_ROOT, "CHECKLIST", "there is no element CHECKLIST");
        return;
    };
    schema::check(&ckl, source, found);
    stig_manager::check(&ckl, found);
    if let Some(ckl) = Ckl::new(heimdalls, true) {
        heimdall::check(&ckl, found);
    }
    others::check(&ckl, found);
}
