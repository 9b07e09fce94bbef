//! Which times and days are taken for true.
//!
//! Go writes the year 1 where there is no time, some clocks begin in 1900, and dates beyond 9999 are a slip of a hand. The
//! formats that results are written in have no place for most of them. What is none of these years is no time, wherever
//! it comes from.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

/// Whether something can have been done at this time. OSCAL's schema ends with the year 2999.
#[must_use]
pub fn is_credible(at: DateTime<Utc>) -> bool {
    (1970..=2999).contains(&at.year())
}

/// A day that a person writes; 9999 is how some write "forever".
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    text.trim().parse().ok().filter(|day| is_credible_day(*day))
}

/// Whether a person can have meant this day.
#[must_use]
pub fn is_credible_day(day: NaiveDate) -> bool {
    (1970..=9999).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_year_that_a_format_cannot_write_is_credible() {
        for (text, credible) in [
            ("0001-01-01T00:00:00Z", false),
            ("1900-01-01T00:00:00Z", false),
            ("1969-12-31T23:59:59Z", false),
            ("1970-01-01T00:00:00Z", true),
            ("2026-11-21T00:00:00Z", true),
            ("2999-12-31T23:59:59Z", true),
            ("3000-01-01T00:00:00Z", false),
            ("+12000-01-01T00:00:00Z", false),
        ] {
            assert_eq!(is_credible(text.parse().expect("a time")), credible, "{text}");
        }
        for (text, is_day) in
            [("0001-01-01", false), ("2026-11-21", true), ("9999-12-31", true), ("+12000-01-01", false), ("x", false)]
        {
            assert_eq!(day(text).is_some(), is_day, "{text}");
        }
    }
}
