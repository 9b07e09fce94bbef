//! The words that values are written in: dates, durations, sizes, quantities, expressions. Each says
//! what is wrong with one that cannot be read; nothing is guessed.

use std::time::Duration;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};

use crate::when;

/// A date: TOML's own (`2027-01-31`), or the same in quotes. A time beside it is refused: whoever writes
/// one means an hour that is not looked at.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = match toml::Value::deserialize(deserializer)? {
        toml::Value::Datetime(date) => date.to_string(),
        toml::Value::String(text) => text,
        other => return Err(de::Error::custom(no_date(&other.to_string()))),
    };
    when::day(&text).ok_or_else(|| de::Error::custom(no_date(&text)))
}

/// The same for a date that may be left out.
pub(super) fn maybe_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    date(deserializer).map(Some)
}

fn no_date(text: &str) -> String {
    format!("{text} is no date: write year, month and day, as in 2027-01-31, of a year from 1970 to 9999")
}

/// Something is written there.
pub(super) fn filled(text: &str, what: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err(format!("{what} is empty"));
    }
    Ok(())
}

/// No pattern where none is taken: it would match nothing, and nobody would be told.
pub(super) fn no_pattern(text: &str, what: &str) -> Result<(), String> {
    if super::values::is_pattern(text) {
        return Err(format!("{what} is {text:?}: patterns (* and ?) are not taken here; write each name"));
    }
    Ok(())
}

/// One name, which is no pattern.
pub(super) fn name(text: &str, what: &str) -> Result<(), String> {
    filled(text, what)?;
    no_pattern(text, what)
}

/// Everything in the list is such a name.
pub(super) fn names(texts: &[String], what: &str) -> Result<(), String> {
    texts.iter().try_for_each(|text| name(text, what))
}

/// A path from the root, without detours.
pub(super) fn absolute(path: &str) -> Result<(), String> {
    if !path.starts_with('/') {
        return Err(format!("{path:?} is not an absolute path"));
    }
    if path.split('/').any(|part| part == ".." || part == ".") {
        return Err(format!("{path:?} goes by way of . or ..: write where it leads"));
    }
    no_pattern(path, "the path")
}

/// One of these words.
pub(super) fn one_of(word: &str, words: &[&str]) -> Result<(), String> {
    if words.contains(&word) {
        return Ok(());
    }
    let nearest = words.iter().min_by_key(|right| strsim::damerau_levenshtein(word, right));
    Err(format!(
        "{word:?} is none of {}{}",
        words.join(", "),
        nearest.map_or(String::new(), |n| format!("; did you mean {n:?}?"))
    ))
}

/// A size as the engine's log options take it: a number with at most one of the letters k, m, g, t, p
/// and an optional b (`go-units`, `FromHumanSize`). Zero and less are refused by the engine as well.
pub(super) fn log_size(text: &str) -> Result<(), String> {
    let wrong = || format!("{text:?} is no size: write a number and k, m or g, as in \"10m\"");
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.strip_prefix(' ').unwrap_or(unit).to_ascii_lowercase();
    let unit = unit.strip_suffix('b').unwrap_or(&unit);
    let unit = unit.strip_suffix('i').unwrap_or(unit);
    if !["", "k", "m", "g", "t", "p"].contains(&unit) || !number.starts_with(|c: char| c != '.') {
        return Err(wrong());
    }
    match number.parse::<f64>() {
        Ok(size) if size > 0.0 => Ok(()),
        Ok(_) => Err(format!("{text:?} is no limit: the size must be more than 0")),
        Err(_) => Err(wrong()),
    }
}

/// A duration: whole numbers with units, from days to seconds (`30d`, `720h`, `2160h0m0s`).
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration: write it as in \"30d\", \"720h\" or \"2160h0m0s\"");
    let mut rest = text.trim();
    let (mut seconds, mut smallest) = (0_u64, u64::MAX);
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = match rest[digits..].chars().next() {
            Some('w') => 7 * 24 * 3600,
            Some('d') => 24 * 3600,
            Some('h') => 3600,
            Some('m') => 60,
            Some('s') => 1,
            _ => return Err(wrong()),
        };
        // From the greater to the smaller, each once: whatever else is written was not meant.
        if unit >= smallest {
            return Err(wrong());
        }
        smallest = unit;
        let part = number.checked_mul(unit).ok_or_else(wrong)?;
        seconds = seconds.checked_add(part).ok_or_else(wrong)?;
        rest = &rest[digits + 1..];
    }
    if seconds == 0 {
        return Err(format!("{text:?} is no time at all"));
    }
    Ok(Duration::from_secs(seconds))
}

/// A regular expression. Says at which character it goes wrong.
pub(super) fn expression(text: &str) -> Result<(), String> {
    filled(text, "the expression")?;
    let wrong = |at: usize, why: String| format!("at character {at} of {text:?}: {why}");
    match regex_syntax::Parser::new().parse(text) {
        Ok(_) => {}
        Err(regex_syntax::Error::Parse(e)) => {
            return Err(wrong(e.span().start.column, e.kind().to_string()));
        }
        Err(regex_syntax::Error::Translate(e)) => {
            return Err(wrong(e.span().start.column, e.kind().to_string()));
        }
        Err(e) => return Err(format!("{text:?}: {e}")),
    }
    // What can be read may still be too large to be used.
    regex::Regex::new(text).map(|_| ()).map_err(|e| format!("{text:?}: {e}"))
}

/// A quantity as Kubernetes writes it: `4`, `500m`, `8Gi`, `1e3`.
pub(super) fn quantity(text: &str) -> Result<(), String> {
    const SUFFIXES: [&str; 16] = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let exponent = suffix.strip_prefix(['e', 'E']).is_some_and(|digits| {
        let digits = digits.strip_prefix(['+', '-']).unwrap_or(digits);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    });
    let known = exponent || SUFFIXES.contains(&suffix);
    if known && number.parse::<f64>().is_ok() {
        return Ok(());
    }
    Err(format!("{text:?} is no quantity of Kubernetes: write it as in \"4\", \"500m\" or \"8Gi\""))
}

/// A version: numbers with dots (`3.8.1`), with or without something after a hyphen.
pub(super) fn version(text: &str) -> Result<(), String> {
    let numbers = text.split('-').next().unwrap_or_default();
    let parts: Vec<&str> = numbers.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if (2..=4).contains(&parts.len()) && parts.iter().all(number) {
        return Ok(());
    }
    Err(format!("{text:?} is no version: write it as in \"3.8.1\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_whole_and_exact() {
        const DAY: u64 = 24 * 3600;
        for (text, seconds) in
            [("30d", 30 * DAY), ("720h", 30 * DAY), ("2160h0m0s", 90 * DAY), ("1w2d", 9 * DAY), ("90s", 90)]
        {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for not in [
            "",
            "30",
            "d",
            "1.5h",
            "-1h",
            "1h1d",
            "1h1h",
            "0h",
            "30 d",
            "3 months",
            "99999999999999999999h",
            "9999999999999999999w",
        ] {
            assert!(duration(not).is_err(), "{not}");
        }
    }

    #[test]
    fn sizes_are_those_that_the_engine_takes() {
        for text in ["10m", "1g", "512k", "100", "10mb", "10MB", "10MiB", "1.5g", "10 m"] {
            assert_eq!(log_size(text), Ok(()), "{text}");
        }
        for not in ["", "m", "10x", "0", "0m", "-1", "10mm", ".5m", "1.2.3m", "10  m", "ten"] {
            assert!(log_size(not).is_err(), "{not}");
        }
    }

    #[test]
    fn a_wrong_expression_is_named_with_its_place() {
        assert_eq!(expression("O=U\\.S\\. Government"), Ok(()));
        let error = expression("CN=(DoD").expect_err("open");
        assert!(error.contains("at character 4"), "{error}");
        assert!(expression("").is_err());
        assert!(expression("(a{1000}){1000}").is_err(), "too large");
    }

    #[test]
    fn quantities_versions_and_paths() {
        for text in ["4", "0.5", "500m", "8Gi", "1e3", "1E-3"] {
            assert_eq!(quantity(text), Ok(()), "{text}");
        }
        for not in ["", "Gi", "8GB", "4 Gi", "1e", "-4"] {
            assert!(quantity(not).is_err(), "{not}");
        }
        assert!(version("3.8.1").is_ok() && version("3.8.1-rc1").is_ok());
        assert!(version("3").is_err() && version("v3.8").is_err() && version("3.").is_err());
        assert!(absolute("/etc").is_ok() && absolute("/").is_ok());
        assert!(absolute("etc").is_err() && absolute("/etc/../root").is_err());
        let error = one_of("tpc", &["tcp", "udp"]).expect_err("a typo");
        assert!(error.contains("did you mean \"tcp\"?"), "{error}");
    }
}
