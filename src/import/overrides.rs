//! What the overrides of a result make of it (IR 7275 r4, 6.6.4.3), in whatever format they are stated.
//!
//! How a finding could disappear here: by an override that makes a result worse, read as an exception to it; or by one
//! that nobody could hold against anything, because it does not say when it was made, by whom, of what or why, or because
//! it says otherwise than the result beside it. So of those the worst of all that is stated counts, and they are named.
//! Only one that makes a result better, and is whole, is an exception: what was found stands, with it beside.

use chrono::{DateTime, NaiveDate, Utc};

use super::draft::time;
use crate::outcome::{Beside, Overriding, Standing, Statement, Waived};
use crate::when;
use crate::xccdf::Verdict;

/// A result put in the place of another.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// The result that stood before.
    pub(super) old: Verdict,
    /// The result in its place.
    pub(super) new: Verdict,
    /// Who did it, on which day as far as that can be told, and why.
    pub(super) by: String,
    /// When, as written: a day, or a point in time.
    pub(super) at: String,
    /// Why.
    pub(super) remark: String,
    /// The last day on which it counts.
    pub(super) expires: Option<NaiveDate>,
    /// What is wrong with it beyond what can be seen here.
    pub(super) fault: Option<String>,
}

/// What a result and its overrides come to.
pub(super) struct Settled {
    /// What was found: the worst of all that is stated.
    pub(super) result: Verdict,
    /// The exception to it.
    pub(super) waiver: Option<Waived>,
    /// Every override that is no exception.
    pub(super) beside: Vec<Beside>,
}

/// Settles what counts. `stated` is the result after all overrides.
pub(super) fn settle(stated: Verdict, mut changes: Vec<Change>) -> Settled {
    let result = changes.iter().flat_map(|c| [c.old, c.new]).fold(stated, Verdict::worse);
    changes.sort_by_key(|change| instant(&change.at));
    let fault = fault(stated, &changes);
    let is_better = |change: &Change| change.old.worse(change.new) != change.new;
    let counts = fault.is_none() && stated != result && changes.last().is_some_and(is_better);
    let waiver = if counts { changes.pop().and_then(|last| waived(last, stated)) } else { None };
    let beside = changes.iter().map(|change| {
        let (standing, because) = match &fault {
            Some(fault) => (Standing::Conflict, format!("{fault}: the worst of all that is stated counts.")),
            None if change.old == change.new => (Standing::Agrees, "It changes nothing.".to_owned()),
            None if is_better(change) => (Standing::SetAside, "A later override replaces it.".to_owned()),
            None => (
                Standing::Conflict,
                format!("It puts {} in the place of {}: the worse counts.", change.new, change.old),
            ),
        };
        let by = if change.by.trim().is_empty() { "nobody who is named" } else { change.by.trim() };
        let at = if change.at.trim().is_empty() {
            " without a time".to_owned()
        } else {
            format!(" of {}", change.at.trim())
        };
        Beside {
            source: format!("override by {by}{at}"),
            result: change.new,
            details: String::new(),
            comments: change.remark.clone(),
            facts: Overriding { old: change.old, authority: &change.by, time: &change.at }.facts(),
            standing,
            because,
        }
    });
    Settled { result, waiver, beside: beside.collect() }
}

/// The day of a time, or of a day.
fn day(at: &str) -> Option<NaiveDate> {
    let zoned = DateTime::parse_from_rfc3339(at.trim()).ok().map(|t| t.date_naive());
    let day = zoned.or_else(|| time(at).map(|t| t.date_naive())).or_else(|| when::day(at));
    day.filter(|day| when::is_credible_day(*day))
}

fn instant(at: &str) -> Option<DateTime<Utc>> {
    time(at).or_else(|| Some(day(at)?.and_hms_opt(0, 0, 0)?.and_utc()))
}

fn waived(last: Change, stated: Verdict) -> Option<Waived> {
    let on = day(&last.at)?;
    let at = Some(last.at.trim().to_owned()).filter(|at| *at != on.to_string());
    let by = last.by.trim().to_owned();
    Some(Waived {
        result: stated,
        statement: Statement { by, on, at, text: last.remark, expires: last.expires, evidence: None },
    })
}

/// The first thing that keeps overrides from counting as they stand.
fn fault(stated: Verdict, changes: &[Change]) -> Option<String> {
    let mut before: Option<Verdict> = None;
    for change in changes {
        if let Some(fault) = &change.fault {
            return Some(fault.clone());
        }
        for (what, text) in [("time", &change.at), ("authority", &change.by), ("reason", &change.remark)] {
            if text.trim().is_empty() {
                return Some(format!("It has no {what}"));
            }
        }
        if day(&change.at).is_none() {
            return Some(format!("Its time {:?} is none", crate::xml::read::excerpt(change.at.trim())));
        }
        if let Some(before) = before.filter(|before| *before != change.old) {
            return Some(format!("It is of {}, and the one before it says {before}", change.old));
        }
        before = Some(change.new);
    }
    let last = before.filter(|last| *last != stated)?;
    Some(format!("It says {last}, and the result beside it {stated}"))
}

#[cfg(test)]
mod tests {
    use Verdict::{Error, Fail, NotApplicable, NotChecked, Pass, Unknown};

    use super::*;

    fn change(old: Verdict, new: Verdict, at: &str) -> Change {
        Change { old, new, by: "isso".into(), at: at.into(), remark: "why".into(), expires: None, fault: None }
    }

    /// The overrides one after another, an hour each, or with the fault that is named.
    fn settled(stated: Verdict, steps: &[(Verdict, Verdict)], fault: &str) -> (Verdict, Option<Verdict>, usize) {
        let mut changes: Vec<Change> = steps
            .iter()
            .enumerate()
            .map(|(n, (old, new))| change(*old, *new, &format!("2026-01-01T0{n}:00:00Z")))
            .collect();
        if let Some(last) = changes.last_mut() {
            match fault {
                "" => {}
                "time" => last.at.clear(),
                "by" => last.by.clear(),
                "why" => last.remark.clear(),
                "fault" => last.fault = Some("It is odd".into()),
                at => at.clone_into(&mut last.at),
            }
        }
        let settled = settle(stated, changes);
        let conflicts = settled.beside.iter().filter(|b| b.standing == Standing::Conflict).count();
        (settled.result, settled.waiver.map(|w| w.result), conflicts)
    }

    #[test]
    fn a_whole_override_to_a_better_result_is_an_exception_and_any_other_gives_the_worst() {
        for (stated, steps, fault, expected) in [
            (Pass, &[(Fail, Pass)][..], "", (Fail, Some(Pass), 0)),
            (NotApplicable, &[(Fail, NotApplicable)], "", (Fail, Some(NotApplicable), 0)),
            (Pass, &[(NotChecked, Pass)], "", (NotChecked, Some(Pass), 0)),
            (Fail, &[(Pass, Fail)], "", (Fail, None, 1)),
            (Error, &[(Pass, Error)], "", (Error, None, 1)),
            (Fail, &[(Fail, Fail)], "", (Fail, None, 0)),
            // Incomplete.
            (Pass, &[(Fail, Pass)], "time", (Fail, None, 1)),
            (Pass, &[(Fail, Pass)], "by", (Fail, None, 1)),
            (Pass, &[(Fail, Pass)], "why", (Fail, None, 1)),
            (Pass, &[(Fail, Pass)], "fault", (Fail, None, 1)),
            (Pass, &[(Fail, Pass)], "yesterday", (Fail, None, 1)),
            (Pass, &[(Fail, Pass)], "2026-02-30T00:00:00Z", (Fail, None, 1)),
            (Fail, &[(Pass, Fail)], "time", (Fail, None, 1)),
            // A day, and a time without a zone.
            (Pass, &[(Fail, Pass)], "2026-02-28", (Fail, Some(Pass), 0)),
            (Pass, &[(Fail, Pass)], "2026-02-28T00:00:00", (Fail, Some(Pass), 0)),
            // It says otherwise than the result.
            (Fail, &[(Fail, Pass)], "", (Fail, None, 1)),
            (Pass, &[(Pass, Fail)], "", (Fail, None, 1)),
            (Unknown, &[(Fail, Pass)], "", (Fail, None, 1)),
            // Several in a row.
            (Pass, &[(Fail, Unknown), (Unknown, Pass)], "", (Fail, Some(Pass), 0)),
            (Pass, &[(Pass, Fail), (Fail, Pass)], "", (Fail, Some(Pass), 1)),
            (Fail, &[(Fail, Pass), (Pass, Fail)], "", (Fail, None, 1)),
            (Unknown, &[(Fail, Pass), (Pass, Unknown)], "", (Fail, None, 1)),
            (Pass, &[(Fail, Unknown), (Error, Pass)], "", (Fail, None, 2)),
            (Pass, &[(Pass, Fail), (Pass, Pass)], "", (Fail, None, 2)),
        ] {
            assert_eq!(settled(stated, steps, fault), expected, "{stated} {steps:?} {fault}");
        }
    }

    #[test]
    fn no_stated_failure_ever_disappears() {
        for stated in Verdict::ALL {
            for old in Verdict::ALL {
                for new in Verdict::ALL {
                    for fault in ["", "time", "by", "why"] {
                        let (result, waiver, _) = settled(stated, &[(old, new)], fault);
                        if [stated, old, new].contains(&Fail) {
                            assert_eq!(result, Fail, "{stated} {old} {new} {fault}");
                        }
                        assert!(waiver.is_none_or(|w| fault.is_empty() && w == new && w == stated));
                    }
                }
            }
        }
    }

    #[test]
    fn overrides_count_in_the_order_of_their_times() {
        let changes =
            vec![change(Unknown, Pass, "2026-01-02T00:00:00Z"), change(Fail, Unknown, "2026-01-01T00:00:00Z")];
        let settled = settle(Pass, changes);
        let waiver = settled.waiver.expect("an exception");
        assert_eq!((waiver.result, waiver.statement.at.as_deref()), (Pass, Some("2026-01-02T00:00:00Z")));
        assert_eq!(settled.beside.len(), 1);
    }
}
