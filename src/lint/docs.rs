//! The table of all codes, for the documentation.

use std::collections::BTreeMap;

use super::check::{Effect, Importer, Row};
use super::{ckl, cklb, kind, nessus, well_formed, xccdf};

/// Every row, by the part of a file that it is about.
fn parts() -> Vec<(&'static str, Vec<&'static Row>)> {
    vec![
        ("Any file", kind::ROWS.to_vec()),
        ("XML", well_formed::ROWS.to_vec()),
        ("CKL", ckl::rows()),
        ("CKLB", cklb::rows()),
        ("XCCDF results", xccdf::rows()),
        (".nessus", nessus::ROWS.to_vec()),
    ]
}

/// The table of all codes in Markdown: when they are told, and what becomes of the thing with each importer.
#[must_use]
pub fn codes() -> String {
    let mut out = String::new();
    for (part, rows) in parts() {
        out += &format!("## {part}\n\n| code | when | what becomes of it | mend |\n|---|---|---|---|\n");
        let mut rows = rows;
        rows.sort_by_key(|row| row.code);
        for row in rows {
            out += &format!("| `{}` | {} | {} | {} |\n", row.code, cell(row.when), effects(row.on), cell(row.mend));
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A text as Markdown shows it in a table; what stands between backticks is shown as it is.
fn cell(text: &str) -> String {
    let escaped = |(number, part): (usize, &str)| {
        if number % 2 == 1 { part.to_owned() } else { part.replace('&', "&amp;").replace('<', "&lt;") }
    };
    let parts: Vec<String> = text.split('`').enumerate().map(escaped).collect();
    parts.join("`").replace('|', "\\|")
}

fn effects(on: &[(Importer, Effect)]) -> String {
    let mut by_effect: BTreeMap<Effect, Vec<&str>> = BTreeMap::new();
    for (importer, effect) in on {
        by_effect.entry(*effect).or_default().push(importer.as_str());
    }
    let told = |(effect, importers): (Effect, Vec<&str>)| format!("**{}**: {}", effect.as_str(), importers.join(", "));
    by_effect.into_iter().map(told).collect::<Vec<_>>().join("; ")
}
