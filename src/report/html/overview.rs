//! The picture at a glance: how many rules came out how, by severity.

use maud::{Markup, html};

use super::super::checklist::{categories, category_name};
use super::{Kind, counts, counts_in, history, picture};
use crate::outcome::Outcome;

/// Four numbers that lead to their rules, and the same by severity.
pub(super) fn section(outcome: &Outcome) -> Markup {
    let all = counts(outcome);
    html! {
        section aria-labelledby="overview" {
            h2.away #overview { "Overview" }
            ul.tiles {
                @for (n, kind) in all.into_iter().zip(Kind::ALL) {
                    li { @if n > 0 {
                        a class={ "tile " (kind.class()) } href={ "#" (kind.anchor()) } { strong { (n) } span { (kind.short()) } }
                    } @else {
                        div class={ "tile " (kind.class()) } { strong { (n) } span { (kind.short()) } }
                    } }
                }
            }
            div.grid {
                div.box { (by_severity(outcome, all)) }
                div.box { (picture::by_severity(outcome)) }
            }
            (history::over_time(outcome))
        }
    }
}

fn by_severity(outcome: &Outcome, all: [usize; 4]) -> Markup {
    let cell = |n: usize| html! { td.n.zero[n == 0] { (n) } };
    html! {
        table.counts {
            caption { (outcome.rules.len()) " rules by severity and result" }
            thead { tr {
                th scope="col" { "Severity" }
                @for kind in Kind::ALL { th.n scope="col" { (broken(kind.short())) } }
            } }
            tbody {
                @for category in categories(outcome) {
                    tr {
                        th scope="row" { (category_name(category)) }
                        @for n in counts_in(outcome, category) { (cell(n)) }
                    }
                }
                tr { th scope="row" { "All" } @for n in all { (cell(n)) } }
            }
        }
    }
}

/// The words with a place where a narrow column may break them.
fn broken(words: &str) -> String {
    words.replace("undecided", "unde\u{ad}cided").replace("applicable", "appli\u{ad}cable")
}
