//! Words and numbers as XCCDF's schema takes them, whatever a benchmark has in their place.

/// The role in a word of XCCDF's; `full`, the default, for any other.
pub(super) fn role(written: &str) -> &'static str {
    ["unscored", "unchecked"].into_iter().find(|word| *word == written.trim()).unwrap_or("full")
}

/// A weight as the schema takes it: a decimal of at most three digits. Kept as written if it is one.
pub(super) fn weight(written: &str, value: f64) -> String {
    let written = written.trim();
    let (whole, part) = written.split_once('.').unwrap_or((written, ""));
    let decimal = !whole.is_empty() && [whole, part].iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()));
    let digits = whole.trim_start_matches('0').len() + part.trim_end_matches('0').len();
    if decimal && digits <= 3 {
        return written.to_owned();
    }
    let value = if value.is_finite() { value.clamp(0.0, 999.0) } else { 1.0 };
    let places = if value >= 99.95 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    format!("{value:.places$}")
}

/// A name as XML takes it for an id, in the characters that everybody agrees on.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

pub(super) fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// A number as `xs:decimal`: no exponent, no more digits than it needs, at least one after the point.
pub(super) fn decimal(value: f64) -> String {
    if !value.is_finite() {
        return "0.0".into();
    }
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0');
    if text.ends_with('.') { format!("{text}0") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_have_three_digits_at_most() {
        for (text, value, expected) in [
            ("10.0", 10.0, "10.0"),
            ("10.000", 10.0, "10.000"),
            ("0.1", 0.1, "0.1"),
            ("12.34", 12.34, "12.3"),
            ("1000", 1000.0, "999"),
            ("1e1", 10.0, "10.0"),
            ("0.1234", 0.1234, "0.12"),
            ("99.96", 99.96, "100"),
            ("", f64::NAN, "1.00"),
            ("-1", -1.0, "0.00"),
        ] {
            assert_eq!(weight(text, value), expected, "{text}");
        }
    }

    #[test]
    fn words_of_the_schema_only() {
        assert_eq!(["unscored", "full", "x"].map(role), ["unscored", "full", "full"]);
    }

    #[test]
    fn numbers_have_no_exponent() {
        for (value, text) in
            [(50.0, "50.0"), (100.0 / 3.0, "33.333333"), (1e-9, "0.0"), (1010.0, "1010.0"), (f64::NAN, "0.0")]
        {
            assert_eq!(decimal(value), text);
        }
    }
}
