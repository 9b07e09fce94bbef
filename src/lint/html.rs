//! What STIG Manager's parser makes of a text when it takes it for HTML, after XML's references are expanded: its
//! `decode.js` knows HTML's named characters, 106 of them without their semicolon, and numbers.

use std::borrow::Cow;

/// HTML's names that hold without a semicolon (HTML standard, named character references).
const BARE: &str = "aacute Aacute acirc Acirc acute aelig AElig agrave Agrave amp AMP aring Aring atilde Atilde \
    auml Auml brvbar ccedil Ccedil cedil cent copy COPY curren deg divide eacute Eacute ecirc Ecirc egrave Egrave \
    eth ETH euml Euml frac12 frac14 frac34 gt GT iacute Iacute icirc Icirc iexcl igrave Igrave iquest iuml Iuml \
    laquo lt LT macr micro middot nbsp not ntilde Ntilde oacute Oacute ocirc Ocirc ograve Ograve ordf ordm oslash \
    Oslash otilde Otilde ouml Ouml para plusmn pound quot QUOT raquo reg REG sect shy sup1 sup2 sup3 szlig thorn \
    THORN times uacute Uacute ucirc Ucirc ugrave Ugrave uml uuml Uuml yacute Yacute yen yuml";

/// The text as it comes out.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if first(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, length, c)) = first(rest) {
        out.push_str(&rest[..at]);
        out.push_str(&c);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The first thing that is taken for a character: where it stands, how long it is, and for what it is taken.
pub(super) fn first(text: &str) -> Option<(usize, usize, String)> {
    text.match_indices('&').find_map(|(at, _)| reference(&text[at..]).map(|(length, c)| (at, length, c)))
}

fn reference(text: &str) -> Option<(usize, String)> {
    let inside = &text[1..];
    if let Some(number) = inside.strip_prefix('#') {
        return numeric(number).map(|(length, c)| (2 + length, c.to_string()));
    }
    let end = inside.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(inside.len());
    if inside[end..].starts_with(';') {
        let whole = &text[..end + 2];
        let character = html_escape::decode_html_entities(whole);
        if character != whole {
            return Some((end + 2, character.into_owned()));
        }
    }
    let names = BARE.split_ascii_whitespace();
    let name = names
        .filter(|name| inside.starts_with(name) && !inside[name.len()..].starts_with(';'))
        .max_by_key(|name| name.len())?;
    let whole = format!("&{name};");
    let character = html_escape::decode_html_entities(&whole).into_owned();
    Some((1 + name.len(), character))
}

/// A number behind `&#`, its semicolon included where it has one.
fn numeric(text: &str) -> Option<(usize, char)> {
    let (digits, radix) = match text.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (text, 10),
    };
    let end = digits.bytes().position(|b| !char::from(b).is_digit(radix));
    let end = end.unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..end], radix).ok();
    let c = code.and_then(char::from_u32).unwrap_or('\u{FFFD}');
    let prefix = text.len() - digits.len();
    Some((prefix + end + usize::from(digits[end..].starts_with(';')), c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_expanded_with_and_without_semicolons() {
        for (text, expected) in [
            ("&lt;b&gt;", "<b>"),
            ("a=1&copy=2", "a=1\u{a9}=2"),
            ("&quot;x&quot;", "\"x\""),
            ("&#65;&#x42;&#67 ", "ABC "),
            ("&notin; &notit;", "\u{2209} \u{ac}it;"),
            ("a & b && c &x; &; &# &#x &unknown;", "a & b && c &x; &; &# &#x &unknown;"),
            ("&amp;lt;", "&lt;"),
            ("&#xD800;", "\u{fffd}"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }
}
