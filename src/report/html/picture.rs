//! Pictures, as SVG inside the page; each says nothing that a table does not say too.

use maud::{Markup, html};

use super::{CATEGORIES, Kind, counts};
use crate::outcome::Outcome;

/// A bar for each severity, divided by result.
pub(super) fn by_severity(outcome: &Outcome) -> Markup {
    const BAR: f64 = 420.0;
    const ROW: u32 = 34;
    let rows: Vec<(&str, [usize; 4])> = CATEGORIES
        .iter()
        .map(|(severity, cat)| (*cat, counts(outcome, Some(severity))))
        .collect();
    let most = rows
        .iter()
        .map(|(_, n)| n.iter().sum::<usize>())
        .max()
        .unwrap_or(0)
        .max(1);
    let wide = |n: usize| BAR * share(n, most);
    html! {
        figure {
            svg viewBox="0 0 520 110" role="img" aria-label="Results by severity; the table beside it has the numbers" {
                @for (row, (cat, numbers)) in (0_u32..).zip(&rows) {
                    @let y = row * ROW + 6;
                    text x="0" y=(y + 16) { (cat) }
                    rect.track x="80" y=(y) width=(BAR) height="22" {}
                    @for (index, kind) in Kind::ALL.into_iter().enumerate() {
                        @let before: usize = numbers[..index].iter().sum();
                        @if numbers[index] > 0 {
                            rect class=(kind.class()) x=(format!("{:.1}", 80.0 + wide(before))) y=(y) width=(format!("{:.1}", wide(numbers[index]))) height="22" {
                                title { (cat) ": " (numbers[index]) " " (kind.short()) }
                            }
                        }
                    }
                }
            }
            ul.legend { @for kind in Kind::ALL { li { i class=(kind.class()) {} (kind.short()) } } }
        }
    }
}

/// What part of `most` this is.
fn share(n: usize, most: usize) -> f64 {
    let of = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    of(n) / of(most)
}
