//! Status over time: a column for each run, and the same as a table.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::super::checklist::{categories, category_name};
use super::super::text::time;
use super::picture::{legend, place, share};
use super::{Kind, counts, counts_in};
use crate::outcome::{Outcome, Past};
use crate::xccdf::{Category, Severity};

/// A run as a column: how many rules came out as each kind, and how many are open by severity.
struct Column {
    at: DateTime<Utc>,
    kinds: [usize; 4],
    open: Vec<usize>,
}

/// The earlier runs and this one; nothing where this is the first.
pub(super) fn over_time(outcome: &Outcome) -> Markup {
    let mut shown = categories(outcome);
    let before = outcome.history.iter().flat_map(|past| &past.counts);
    if shown.iter().all(Option::is_some) && before.into_iter().any(|(severity, ..)| severity.category().is_none()) {
        shown.push(None);
    }
    let mut columns: Vec<Column> = outcome.history.iter().map(|past| Column::of(past, &shown)).collect();
    columns.push(Column {
        at: outcome.finished,
        kinds: counts(outcome),
        open: shown.iter().map(|category| counts_in(outcome, *category)[0]).collect(),
    });
    html! {
        @if let [.., before, now] = &columns[..] {
            div.box.over-time {
                h3 #over-time { "Over time" }
                p.sub { (change(before, now)) }
                (picture(&columns))
                (legend())
                details.more {
                    summary { "The numbers of " (columns.len()) " runs" }
                    (table(&columns, &shown))
                }
            }
        }
    }
}

impl Column {
    fn of(past: &Past, shown: &[Option<Category>]) -> Self {
        let count = |fits: &dyn Fn(&Severity, Kind) -> bool| {
            let counts = past.counts.iter();
            let fitting = counts.filter(|(severity, verdict, _)| fits(severity, Kind::of(*verdict)));
            fitting.map(|(_, _, n)| n).sum()
        };
        Column {
            at: past.finished,
            kinds: Kind::ALL.map(|kind| count(&|_, k| k == kind)),
            open: shown
                .iter()
                .map(|category| count(&|severity, kind| kind == Kind::Open && severity.category() == *category))
                .collect(),
        }
    }
}

/// What is otherwise than it was the last time, in words.
fn change(before: &Column, now: &Column) -> String {
    let day = before.at.format("%-d %B %Y, %H:%M UTC");
    let parts: Vec<String> = Kind::ALL
        .into_iter()
        .zip(before.kinds.into_iter().zip(now.kinds))
        .filter(|(_, (then, now))| then != now)
        .map(|(kind, (then, now))| {
            let (sign, by) = if now > then { ("+", now - then) } else { ("\u{2212}", then - now) };
            format!("{} {now} ({sign}{by})", kind.short())
        })
        .collect();
    if parts.is_empty() {
        format!("As many of each as on {day}.")
    } else {
        format!("Since {day}: {}.", parts.join(", "))
    }
}

/// The columns, stretched to whatever room there is; what they are called stands below them.
fn picture(columns: &[Column]) -> Markup {
    /// With fewer runs than this, columns do not grow wider.
    const FEW: usize = 12;
    const STEP: f64 = 10.0;
    let all = |c: &Column| c.kinds.iter().sum::<usize>();
    let most = columns.iter().map(all).max().unwrap_or(0).max(1);
    let high = |n: usize| 100.0 * share(n, most);
    let room = u32::try_from(columns.len().max(FEW)).unwrap_or(u32::MAX);
    let first = columns.first().map(|c| c.at.format("%-d %B %Y").to_string());
    html! {
        svg viewBox={ "0 0 " (room * 10) " 100" } preserveAspectRatio="none" role="img" aria-labelledby="over-time" {
            @for (i, column) in (0_u32..).zip(columns) {
                @for (k, kind) in Kind::ALL.into_iter().enumerate().filter(|(k, _)| column.kinds[*k] > 0) {
                    @let below: usize = column.kinds[..k].iter().sum();
                    rect class=(kind.class()) x=(place(f64::from(i) * STEP)) y=(place(100.0 - high(below + column.kinds[k]))) width="8" height=(place(high(column.kinds[k]))) {
                        title { (time(column.at)) ": " (column.kinds[k]) " " (kind.short()) }
                    }
                }
            }
        }
        p.sub { "From left to right: " @if let Some(first) = first { (first) } " to this run." }
    }
}

fn table(columns: &[Column], shown: &[Option<Category>]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="Runs over time" { table {
            thead { tr {
                th scope="col" { "Run" }
                @for category in shown { th.n scope="col" { (category_name(*category)) " open" } }
                @for kind in &Kind::ALL { th.n scope="col" { (kind.short()) } }
            } }
            tbody { @for column in columns.iter().rev() {
                tr {
                    th scope="row" { (time(column.at)) }
                    @for n in &column.open { td.n { (n) } }
                    @for n in column.kinds { td.n { (n) } }
                }
            } }
        } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::xccdf::Verdict;

    #[test]
    fn runs_stand_in_a_row_with_what_changed_and_the_first_has_none() {
        let mut outcome = fixture::outcome();
        assert_eq!(over_time(&outcome).into_string(), "");
        outcome.history = vec![Past {
            finished: "2026-10-01T06:00:00Z".parse().expect("a time"),
            counts: vec![
                ("high".into(), Verdict::Fail, 2),
                ("unknown".into(), Verdict::Fail, 1),
                ("low".into(), Verdict::Pass, 2),
            ],
        }];
        let text = over_time(&outcome).into_string();
        assert!(text.contains("Since 1 October 2026, 06:00 UTC: open 1 (\u{2212}2), undecided 2 (+2)"), "{text}");
        let row = "<th scope=\"row\">2026-10-01T06:00:00Z</th><td class=\"n\">2</td><td class=\"n\">0</td><td class=\"n\">0</td><td class=\"n\">1</td>\
                   <td class=\"n\">3</td><td class=\"n\">0</td><td class=\"n\">2</td><td class=\"n\">0</td>";
        assert!(text.contains(row), "{text}");
        outcome.history[0].counts = Vec::new();
        assert!(over_time(&outcome).into_string().contains("this run"));
    }
}
