//! The simple types (XML Schema part 2): is a text a value of its type?

use std::borrow::Cow;

use super::schema::Simple;
use super::{cpe_names, times, uris};
use crate::xml::names;
use crate::xml::read::excerpt;

impl Simple {
    /// The text as the type's white space facet makes it (part 2, section 4.3.6).
    pub(super) fn normalised<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self {
            Simple::String | Simple::Words(_) | Simple::PublicId => Cow::Borrowed(text),
            _ => collapsed(text),
        }
    }

    /// What is wrong with a normalised text; None if it is a value of the type.
    pub(super) fn refuses(&self, text: &str) -> Option<String> {
        let is_value = match self {
            Simple::String | Simple::Token => true,
            Simple::NcName | Simple::Id => is_ncname(text),
            Simple::Nmtokens => !text.is_empty() && text.split(' ').all(is_nmtoken),
            Simple::AnyUri => uris::is_reference(text),
            Simple::Boolean => matches!(text, "true" | "false" | "1" | "0"),
            Simple::Decimal => is_decimal(text),
            Simple::Integer => is_integer(text),
            Simple::Weight => is_weight(text),
            Simple::Date => times::is_date(text),
            Simple::DateTime => times::is_date_time(text),
            Simple::Language => is_language(text),
            Simple::Base64 => is_base64(text),
            Simple::XccdfId(kind) => is_ncname(text) && has_form(text, "xccdf_", kind),
            Simple::ScapId(kind) => is_ncname(text) && has_form(text, "scap_", kind),
            Simple::CisId(prefix) => is_ncname(text) && is_cis_id(text, prefix),
            Simple::Words(words) | Simple::Tokens(words) => words.contains(&text),
            Simple::Cpe22 => cpe_names::is_uri_of_2008(text),
            Simple::Cpe => cpe_names::is_uri(text) || cpe_names::is_formatted(text),
            Simple::PublicId => text.chars().all(is_public_id),
            Simple::Form(is_value, _) => is_value(text),
        };
        (!is_value).then(|| format!("'{}' is not {}", excerpt(text), self.described()))
    }

    /// What a value looks like, in words.
    fn described(&self) -> String {
        match self {
            Simple::String => "a text".into(),
            Simple::Token => "a token".into(),
            Simple::NcName | Simple::Id => {
                "an NCName (it begins with a letter or '_' and has no colon and no blank)".into()
            }
            Simple::Nmtokens => "a list of name tokens".into(),
            Simple::AnyUri => "a URI (xs:anyURI)".into(),
            Simple::Boolean => "true, false, 1 or 0 (xs:boolean)".into(),
            Simple::Decimal => "a decimal number (xs:decimal)".into(),
            Simple::Integer => "a whole number (xs:integer)".into(),
            Simple::Weight => "a decimal number from 0 up with at most three digits".into(),
            Simple::Date => "a date, YYYY-MM-DD (xs:date)".into(),
            Simple::DateTime => "a time, YYYY-MM-DDThh:mm:ss (xs:dateTime)".into(),
            Simple::Language => "a language code (xs:language)".into(),
            Simple::Base64 => "Base64".into(),
            Simple::XccdfId(kind) => format!("an NCName of the form xccdf_NAMESPACE_{kind}_NAME"),
            Simple::ScapId(kind) => format!("an NCName of the form scap_NAMESPACE_{kind}_NAME"),
            Simple::CisId(prefix) => format!("'{prefix}' with letters, digits and hyphens behind"),
            Simple::Words(words) | Simple::Tokens(words) => format!("one of: {}", words.join(", ")),
            Simple::Cpe22 => "a CPE URI, cpe:/PART:VENDOR:PRODUCT…".into(),
            Simple::Cpe => "a CPE name of 2.2 (cpe:/…) or 2.3 (cpe:2.3:…)".into(),
            Simple::PublicId => "a public identifier".into(),
            Simple::Form(_, what) => (*what).into(),
        }
    }
}

/// XML's white space.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// There is nothing but XML's white space.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}

/// Without white space around it, and one blank for each inside.
fn collapsed(text: &str) -> Cow<'_, str> {
    // Most values have no white space at all.
    if !text.bytes().any(|byte| byte <= b' ') {
        return Cow::Borrowed(text);
    }
    let trimmed = text.trim_matches(is_space);
    if !trimmed.contains("  ") && !trimmed.contains(['\t', '\n', '\r']) {
        return Cow::Borrowed(trimmed);
    }
    let words: Vec<&str> = trimmed.split(is_space).filter(|word| !word.is_empty()).collect();
    Cow::Owned(words.join(" "))
}

/// `xs:NCName`: a name without a colon.
pub(super) fn is_ncname(text: &str) -> bool {
    names::is_plain(text)
}

fn is_nmtoken(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == ':' || names::continues_name(c))
}

/// `xccdf_[^_]+_KIND_.+` and its like.
fn has_form(text: &str, prefix: &str, kind: &str) -> bool {
    let Some((namespace, rest)) = text.strip_prefix(prefix).and_then(|t| t.split_once('_')) else {
        return false;
    };
    let name = rest.strip_prefix(kind).and_then(|rest| rest.strip_prefix('_'));
    !namespace.is_empty() && name.is_some_and(|name| !name.is_empty())
}

fn is_cis_id(text: &str, prefix: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.strip_prefix(prefix).is_some_and(|name| !name.is_empty() && name.chars().all(fits))
}

/// The digits before and behind the point of a decimal, and whether it is negative.
fn decimal(text: &str) -> Option<(&str, &str, bool)> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_some = !whole.is_empty() || !part.is_empty();
    (is_some && is_number(whole) && is_number(part)).then_some((whole, part, text.starts_with('-')))
}

fn is_decimal(text: &str) -> bool {
    decimal(text).is_some()
}

fn is_integer(text: &str) -> bool {
    !text.contains('.') && is_decimal(text)
}

/// `minInclusive` 0 and `totalDigits` 3: zeros that do not change the number do not count.
fn is_weight(text: &str) -> bool {
    decimal(text).is_some_and(|(whole, part, is_negative)| {
        let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
        let is_zero = whole.is_empty() && part.is_empty();
        (is_zero || !is_negative) && whole.len() + part.len() <= 3
    })
}

/// `[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*` (part 2, section 3.3.3).
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let fits =
        |part: &str, is_char: fn(&u8) -> bool| (1..=8).contains(&part.len()) && part.as_bytes().iter().all(is_char);
    parts.next().is_some_and(|first| fits(first, u8::is_ascii_alphabetic))
        && parts.all(|part| fits(part, u8::is_ascii_alphanumeric))
}

fn is_base64(text: &str) -> bool {
    let text: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let data = &text[..text.len() - padding];
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    padding <= 2 && text.len().is_multiple_of(4) && data.iter().all(fits)
}

fn is_public_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-'()+,./:=?;!*#@$_%".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_or_are_not_values() {
        let table: &[(Simple, &[&str], &[&str])] = &[
            (Simple::NcName, &["a", "_1", "é.-"], &["", "1", "a:b", "a b", "-a"]),
            (Simple::Nmtokens, &["1 a:b"], &["", "a/b"]),
            (Simple::Boolean, &["true", "0"], &["", "TRUE", "yes"]),
            (Simple::Decimal, &["1", "-.5", "+5."], &["", ".", "1e3", "NaN", "1,0"]),
            (
                Simple::Weight,
                &["10.000", "0.001", "999", "00001", "-0", "0.1230"],
                &["", "12.34", "1000", "0.0001", "-1"],
            ),
            (Simple::Language, &["en", "en-US", "x-a"], &["", "en_US", "abcdefghi", "1a", "en-"]),
            (
                Simple::XccdfId("rule"),
                &["xccdf_a.b_rule_c_d"],
                &["xccdf__rule_c", "xccdf_a_rule_", "xccdf_a_b_rule_c", "xccdf_a_group_c", "SV-1_rule"],
            ),
            (Simple::Base64, &["", "QQ==", "QUJD"], &["Q", "QQ=", "Q===", "QU-D"]),
            (Simple::CisId("os-"), &["os-a1-"], &["os-", "os-a.b", "a"]),
        ];
        for (simple, values, others) in table {
            for text in *values {
                assert_eq!(simple.refuses(text), None);
            }
            for text in *others {
                assert!(simple.refuses(text).is_some(), "{text}");
            }
        }
    }

    #[test]
    fn white_space_is_the_types_affair() {
        assert_eq!(Simple::NcName.normalised(" a\n "), "a");
        assert_eq!(Simple::Nmtokens.normalised("a \t b"), "a b");
        assert_eq!(Simple::String.normalised(" a "), " a ");
        assert!(Simple::Words(&["a"]).refuses(&Simple::Words(&["a"]).normalised(" a")).is_some());
    }
}
