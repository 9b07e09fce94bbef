//! What JavaScript's `Date` makes of a time (ECMA-262, section 21.4.1.32, and what V8 takes beyond it).

/// How a time is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As it is meant.
    Whole,
    /// By guessing: it is not written as ISO 8601 wants it.
    Guessed,
    /// Not at all.
    Never,
}

/// How `new Date(text)` reads the text.
pub(super) fn reading(text: &str) -> Reading {
    if is_iso(text) {
        return Reading::Whole;
    }
    let bytes = text.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    // What has a `T` between digits wants to be ISO 8601, and is read as nothing else.
    let looks_iso = text.match_indices('T').any(|(at, _)| {
        let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        is_digit(at.checked_sub(1).and_then(|at| bytes.get(at))) && is_digit(bytes.get(at + 1))
    });
    let is_number = digits >= 7 && digits == bytes.len();
    let has_digits = bytes.iter().any(u8::is_ascii_digit);
    if !has_digits || is_number || (looks_iso && !is_lax(text)) {
        return Reading::Never;
    }
    Reading::Guessed
}

/// Small letters, a blank for `T`, and a zone without its colon are taken too.
fn is_lax(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    if is_iso(&upper) {
        return true;
    }
    let Some((begin, zone)) = upper.split_at_checked(upper.len().saturating_sub(4)) else {
        return false;
    };
    let is_zone = zone.len() == 4 && zone.bytes().all(|b| b.is_ascii_digit());
    is_zone && is_iso(&format!("{begin}{}:{}", &zone[..2], &zone[2..]))
}

/// `YYYY[-MM[-DD]][THH:mm[:ss[.s…]][Z|±HH:mm]]`.
fn is_iso(text: &str) -> bool {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let parts: Vec<&str> = date.split('-').collect();
    let is_date = matches!(parts.as_slice(), [year, rest @ ..]
        if number(year, 4).is_some()
            && rest.len() <= 2
            && rest.first().is_none_or(|m| number(m, 2).is_some_and(|m| (1..=12).contains(&m)))
            && rest.get(1).is_none_or(|d| number(d, 2).is_some_and(|d| (1..=31).contains(&d))));
    is_date && time.is_none_or(is_time)
}

fn is_time(text: &str) -> bool {
    let (clock, zone) = match text.find(['Z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let is_zone = match zone.strip_prefix(['+', '-']) {
        Some(offset) => offset
            .split_once(':')
            .is_some_and(|(h, m)| number(h, 2).is_some_and(|h| h < 24) && number(m, 2).is_some_and(|m| m < 60)),
        None => zone.is_empty() || zone == "Z",
    };
    let (whole, fraction) = match clock.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (clock, None),
    };
    let parts: Vec<Option<u32>> = whole.split(':').map(|p| number(p, 2)).collect();
    let is_clock = match parts.as_slice() {
        [Some(h), Some(m)] => fraction.is_none() && (*h < 24 && *m < 60 || (*h, *m) == (24, 0)),
        [Some(h), Some(m), Some(s)] => (*h < 24 && *m < 60 && *s < 60) || (*h, *m, *s) == (24, 0, 0),
        _ => false,
    };
    let is_fraction = fraction.is_none_or(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()));
    is_zone && is_clock && is_fraction
}

fn number(text: &str, digits: usize) -> Option<u32> {
    let is_number = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::Reading::{Guessed, Never, Whole};
    use super::*;

    #[test]
    fn times_are_read_as_a_browser_reads_them() {
        for (text, expected) in [
            ("2026-11-21T18:04:00Z", Whole),
            ("2026-11-21T18:04:00", Whole),
            ("2026-11-21T18:04:00.123456+01:00", Whole),
            ("2026-11-21", Whole),
            ("2026", Whole),
            ("2026-02-30T18:04:00Z", Whole),
            ("2026-11-21T24:00:00Z", Whole),
            ("2026-11-21T18:04Z", Whole),
            ("Wed Mar 09 22:48:10 2011", Guessed),
            ("2026-11-21 18:04:00", Guessed),
            ("2026-11-21T18:04:00z", Guessed),
            ("2026-11-21T18:04:00+0000", Guessed),
            ("11/21/2026", Guessed),
            ("yesterday", Never),
            ("x", Never),
            ("2026-13-21T18:04:00Z", Never),
            ("2026-11-21T18:04:60Z", Never),
            ("2026-11-21T18:04:00 UTC", Never),
            ("2026-11-21T18", Never),
            ("20261121T180400Z", Never),
            ("20-21T18:04:00Z", Never),
            ("2026-11-21T18:\u{fffd}0Z", Never),
            ("1700000000", Never),
        ] {
            assert_eq!(reading(text), expected, "{text}");
        }
    }
}
