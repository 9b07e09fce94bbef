//! `xs:date` and `xs:dateTime` (XML Schema part 2, sections 3.2.7 and 3.2.9).

/// `-?YYYY-MM-DD` and a time zone.
pub(super) fn is_date(text: &str) -> bool {
    date(text).is_some_and(is_zone)
}

/// The same with `Thh:mm:ss` and parts of a second before the time zone.
pub(super) fn is_date_time(text: &str) -> bool {
    date(text).and_then(|rest| rest.strip_prefix('T')).and_then(time).is_some_and(is_zone)
}

/// Takes a date off the text; returns what follows.
fn date(text: &str) -> Option<&str> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (year, rest) = text.split_at(digits);
    // More than four digits only where they are needed, and there was no year 0.
    if digits < 4 || (digits > 4 && year.starts_with('0')) || year.bytes().all(|b| b == b'0') {
        return None;
    }
    let (month, rest) = number(rest.strip_prefix('-')?)?;
    let (day, rest) = number(rest.strip_prefix('-')?)?;
    // Only the remainders matter, and the last four digits decide those of 4, 100 and 400.
    let year: u32 = year[digits - 4..].parse().ok()?;
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

/// Takes a time of day off the text; returns what follows.
fn time(text: &str) -> Option<&str> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(':')?)?;
    let (second, mut rest) = number(rest.strip_prefix(':')?)?;
    let mut is_whole = true;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        is_whole = fraction.as_bytes()[..digits].iter().all(|byte| *byte == b'0');
        rest = &fraction[digits..];
    }
    let is_midnight = hour == 24 && minute == 0 && second == 0 && is_whole;
    (is_midnight || (hour < 24 && minute < 60 && second < 60)).then_some(rest)
}

/// Nothing, `Z`, or an offset of at most 14 hours.
fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else {
        return text.is_empty() || text == "Z";
    };
    let Some((hours, rest)) = number(offset) else {
        return false;
    };
    let minutes = rest.strip_prefix(':').and_then(number);
    minutes
        .is_some_and(|(minutes, rest)| rest.is_empty() && minutes < 60 && (hours < 14 || (hours == 14 && minutes == 0)))
}

/// Takes two digits off the text.
fn number(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().map(|number| (number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times() {
        for text in ["2020-02-29", "2000-02-29Z", "2020-01-01+14:00", "-0001-01-01", "12020-01-01"] {
            assert!(is_date(text), "{text}");
        }
        for text in [
            "",
            "2021-02-29",
            "1900-02-29",
            "2020-13-01",
            "2020-00-01",
            "2020-01-32",
            "20200101",
            "0000-01-01",
            "012020-01-01",
            "2020-01-01+14:01",
            "2020-1-1",
            "2020-01-01T00:00:00",
            "２020-01-01",
            "2020-01-01é",
        ] {
            assert!(!is_date(text), "{text}");
        }
        for text in ["2020-01-01T24:00:00", "2020-01-01T23:59:59.999Z", "2020-01-01T00:00:00-05:30"] {
            assert!(is_date_time(text), "{text}");
        }
        for text in [
            "2020-01-01",
            "2020-01-01T24:00:01",
            "2020-01-01T24:00:00.1",
            "2020-01-01T00:00:60",
            "2020-01-01T00:00:00.",
            "2020-01-01T00:00",
            "2020-01-01 00:00:00",
            "2020-01-01t00:00:00",
        ] {
            assert!(!is_date_time(text), "{text}");
        }
    }
}
