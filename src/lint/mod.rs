//! What becomes of a file of results in the tools that take it in, before they do.
//!
//! Bytes in, a list of problems out. A file is looked at as each importer looks at it: `source` makes text of the
//! bytes, `tree` and `json` keep the places of things, `shape` says what JavaScript readers see in an element, and one
//! file per format holds the checks: rows of a code, what it does to whom, and how to mend it. What the rows say was seen
//! in the importers themselves: STIG Manager's parser, the converters of Heimdall, DISA's schemas, `OpenRMF`'s sources.

mod check;
mod ckl;
mod cklb;
mod docs;
mod hosts;
mod html;
mod json;
mod kind;
mod nessus;
mod shape;
mod source;
mod stig_manager;
#[cfg(test)]
mod tests;
mod text;
mod times;
mod tree;
mod well_formed;
mod xccdf;

pub use check::{Effect, Importer};
pub use docs::codes;
pub use kind::Kind;

use check::{Counts, Found};
use source::Source;
use tree::{Reader, Tree};

/// How many problems are told at most: a file with more is not repaired by reading them all. All are counted.
pub const MOST: usize = 1_000;

/// How large a file may be. `OpenRMF` Professional stops at 100 MB, and no importer is known to take more.
pub const MOST_BYTES: u64 = 100_000_000;

/// One thing that an importer does not take as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// The byte in the line, from 1.
    pub column: u64,
    /// What becomes of it.
    pub effect: Effect,
    /// Its stable name.
    pub code: &'static str,
    /// The rule, field or element concerned.
    pub place: String,
    /// Who does that to it.
    pub importers: Vec<Importer>,
    /// Why.
    pub message: String,
    /// How to mend it.
    pub mend: &'static str,
}

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What kind of file it is, by its content.
    pub kind: Kind,
    /// What is wrong, in the order of the file; where there is more than [`MOST`], the worst of it and that first.
    pub problems: Vec<Problem>,
    /// There are more than [`MOST`].
    pub more: bool,
    /// How many there are of each effect, on whom.
    counts: Counts,
}

impl Report {
    /// How many problems have this effect on one of these importers.
    #[must_use]
    pub fn count(&self, effect: Effect, importers: &[Importer]) -> usize {
        let concerns = |(of, on): &(Effect, Vec<Importer>)| *of == effect && on.iter().any(|i| importers.contains(i));
        self.counts.iter().filter(|(key, _)| concerns(key)).map(|(_, count)| count).sum()
    }

    /// Something does not come in as it stands in the file.
    #[must_use]
    pub fn loses(&self) -> bool {
        self.counts.keys().any(|(effect, _)| *effect != Effect::Remark)
    }
}

/// Holds a file against what these importers do with it. `name` is the file's name without its folder: some
/// importers go by it. Never fails: what cannot be read is a problem.
#[must_use]
pub fn lint(name: &str, bytes: &[u8], importers: &[Importer]) -> Report {
    let mut found = Found::new(importers);
    if bytes.len() as u64 > MOST_BYTES {
        found.whole(&well_formed::TOO_LARGE, "file", "it has more than 100 MB");
        return found.report(Kind::of_name(name), &Source::new(b""));
    }
    let source = Source::new(bytes);
    let tree = if source.is_json() { None } else { Some(Tree::parse(&source.text)) };
    let kind = Kind::of(name, &source, tree.as_ref());
    kind::check(name, kind, &source, &mut found);
    match (kind, &tree) {
        (Kind::Cklb, _) => {
            source::check_json(&source, &mut found);
            cklb::check(&source, &mut found);
        }
        (_, Some(tree)) => {
            // Heimdall has readers of its own, which differ from the rest of JavaScript on broken files only.
            let own = match kind {
                Kind::Ckl if tree.has_nameless() => Some(Reader::Dom),
                Kind::Xccdf if !tree.faults.is_empty() => Some(Reader::FastWithStops),
                _ => None,
            };
            let heimdalls = own.map(|reader| Tree::parse_as(&source.text, reader));
            let heimdalls = heimdalls.as_ref().unwrap_or(tree);
            well_formed::check(kind, &source, tree, heimdalls, &mut found);
            match kind {
                Kind::Ckl => ckl::check(&source, tree, heimdalls, &mut found),
                Kind::Xccdf => xccdf::check(&source, tree, heimdalls, &mut found),
                Kind::Nessus => nessus::check(tree, &mut found),
                Kind::Arf | Kind::Cklb | Kind::Unknown => {}
            }
        }
        (_, None) => {}
    }
    found.report(kind, &source)
}
