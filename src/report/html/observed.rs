//! What was seen under one rule: a table that stays quick with tens of thousands of rows.
//!
//! Rows stand in tables of a few hundred, which browsers lay out only when they come into sight
//! (`content-visibility`); everything is in the page, for searching, printing and readers without a script.

use maud::{Markup, html};

use super::super::text::{clean, line};
use super::Kind;
use crate::facts::Origin;
use crate::finding::Observation;
use crate::xccdf::Verdict;

/// So many rows are laid out together.
const ROWS: usize = 250;
/// A longer text is shown in a box of its own that scrolls.
const LONG: usize = 600;

/// The observations, what does not hold first, with the places among `origins` where each was seen.
pub(super) fn table(observations: &[Observation], origins: &[&Origin], number: &str) -> Markup {
    let mut sorted: Vec<&Observation> = observations.iter().collect();
    sorted.sort_by_key(|o| match o.verdict() {
        Verdict::Fail => 0,
        verdict if verdict.is_undecided() => 1,
        _ => 2,
    });
    let same = same_wish(observations);
    let all = sorted.len();
    let count = |verdict| observations.iter().filter(|o| o.verdict() == verdict).count();
    let counts: Vec<String> =
        Verdict::ALL.iter().map(|v| (count(*v), v)).filter(|(n, _)| *n > 0).map(|(n, v)| format!("{n} {v}")).collect();
    html! {
        h4 { "What was seen (" (counts.join(", ")) ")" }
        @if let Some(wanted) = same { p.wanted.text { b { "Wanted of each: " } (clean(wanted)) } }
        @for (part, rows) in sorted.chunks(ROWS).enumerate() {
            div.chunk {
                table.observed.narrow {
                    caption.away { "What was seen, " (part * ROWS + 1) " to " (part * ROWS + rows.len()) " of " (all) }
                    thead { tr {
                        th scope="col" { "What" }
                        @if same.is_none() { th scope="col" { "Wanted" } }
                        th scope="col" { "Seen" } th.result scope="col" { "Result" }
                    } }
                    tbody { @for o in rows { (row(o, same.is_some(), origins, number)) } }
                }
            }
        }
    }
}

/// What is wanted, where it is the same of everything that was looked at.
fn same_wish(observations: &[Observation]) -> Option<&str> {
    let first = observations.first()?.expected();
    let same = observations.iter().all(|o| o.expected() == first);
    (same && observations.len() > 1 && first.len() <= LONG).then_some(first)
}

fn row(o: &Observation, wish_is_known: bool, origins: &[&Origin], number: &str) -> Markup {
    let place = origins.iter().position(|origin| *origin == o.origin());
    html! {
        tr class=(Kind::of(o.verdict()).class()) data-node=[o.node().map(line)] {
            td data-label="What" {
                (long(o.subject()))
                @if let Some(i) = place.filter(|_| origins.len() > 1) {
                    sup { a href={ "#" (source_id(number, i)) } aria-label={ "seen in source " (i + 1) } { "[" (i + 1) "]" } }
                }
            }
            @if !wish_is_known { td data-label="Wanted" { (long(o.expected())) } }
            td data-label="Seen" { (long(o.actual())) }
            td.result data-label="Result" { (o.verdict()) }
        }
    }
}

/// The place of a source in the list below the table.
pub(super) fn source_id(number: &str, index: usize) -> String {
    format!("{number}-source-{}", index + 1)
}

/// A text from a target. A long one can be scrolled, also with the keyboard.
fn long(text: &str) -> Markup {
    let text = clean(text);
    html! {
        @if text.len() > LONG {
            div.long role="group" aria-label="Long text" tabindex="0" { (text) }
        } @else { (text) }
    }
}
