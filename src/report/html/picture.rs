//! Pictures, as SVG inside the page; each says nothing that a table does not say too.

use maud::{Markup, html};

use super::super::checklist::{categories, category_name};
use super::{Kind, counts_in};
use crate::outcome::Outcome;

/// A bar for each severity, divided by result.
pub(super) fn by_severity(outcome: &Outcome) -> Markup {
    const LEFT: f64 = 62.0;
    const BAR: f64 = 418.0;
    const ROW: u32 = 38;
    let rows: Vec<(&str, [usize; 4])> = categories(outcome)
        .into_iter()
        .map(|category| (category_name(category), counts_in(outcome, category)))
        .collect();
    // As high as it has rows.
    let high = ROW * u32::try_from(rows.len()).unwrap_or(u32::MAX / ROW) - 2;
    let all = |n: &[usize; 4]| n.iter().sum::<usize>();
    let most = rows.iter().map(|(_, n)| all(n)).max().unwrap_or(0).max(1);
    let wide = |n: usize| BAR * share(n, most);
    html! {
        figure {
            figcaption { "Results by severity" }
            svg viewBox={ "0 0 520 " (high) } role="img" aria-label="Results by severity, as bars; the table beside it has the numbers" {
                @for (row, (cat, numbers)) in (0_u32..).zip(&rows) {
                    @let y = row * ROW + 4;
                    text x="0" y=(y + 18) { (cat) }
                    @if all(numbers) == 0 { rect.track x=(LEFT) y=(y) width="2" height="26" {} }
                    @for (index, kind) in Kind::ALL.into_iter().enumerate() {
                        @let before: usize = numbers[..index].iter().sum();
                        @if numbers[index] > 0 {
                            rect class=(kind.class()) x=(place(LEFT + wide(before))) y=(y) width=(place(wide(numbers[index]))) height="26" {
                                title { (cat) ": " (numbers[index]) " " (kind.short()) }
                            }
                        }
                    }
                    text.soft x=(place(LEFT + wide(all(numbers)) + 7.0)) y=(y + 18) { (all(numbers)) }
                }
            }
            (legend())
        }
    }
}

/// What the colours mean.
pub(super) fn legend() -> Markup {
    html! { ul.legend { @for kind in Kind::ALL { li { i class=(kind.class()) {} (kind.short()) } } } }
}

/// A coordinate, always written the same.
pub(super) fn place(at: f64) -> String {
    format!("{at:.1}")
}

/// What part of `most` this is.
pub(super) fn share(n: usize, most: usize) -> f64 {
    let of = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    of(n) / of(most)
}
