//! The forms of a CPE name (NIST IR 7695; `cpe-naming_2.3.xsd`, `cpe-language_2.0.xsd`).

/// A URI of CPE 2.2: `cpe:/`, a part, and up to six components.
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_at_checked(5) else {
        return false;
    };
    if !scheme.eq_ignore_ascii_case("cpe:/") {
        return false;
    }
    let rest = rest.strip_prefix(['A', 'H', 'O', 'a', 'h', 'o']).unwrap_or(rest);
    let is_char = |c: char| c.is_ascii_alphanumeric() || "._-~%".contains(c);
    components(rest, 6, is_char)
}

/// The same as the CPE language of 2008 wrote it: lower case, up to four components, no escapes.
pub(super) fn is_uri_of_2008(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("cpe:/") else {
        return false;
    };
    if rest.is_empty() {
        return true;
    }
    let is_char = |c: char| c.is_ascii_alphanumeric() || "._-~".contains(c);
    rest.strip_prefix(['a', 'h', 'o']).is_some_and(|rest| components(rest, 4, is_char))
}

/// Nothing, or a colon and a component, up to so many times.
fn components(text: &str, most: usize, is_char: impl Fn(char) -> bool) -> bool {
    let mut parts = text.split(':');
    parts.next() == Some("") && text.matches(':').count() <= most && parts.all(|part| part.chars().all(&is_char))
}

/// A formatted string of CPE 2.3: `cpe:2.3:`, a part, and ten components, the sixth of which is a
/// language.
pub(super) fn is_formatted(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("cpe:2.3:") else {
        return false;
    };
    let parts = unescaped_parts(rest);
    let [part, components @ ..] = parts.as_slice() else {
        return false;
    };
    let is_part = matches!(*part, "a" | "h" | "o" | "*" | "-");
    let mut components = components.iter().enumerate();
    is_part
        && components.len() == 10
        && components.all(|(at, part)| if at == 5 { is_language(part) } else { is_component(part) })
}

/// The parts between colons that no backslash stands before.
fn unescaped_parts(text: &str) -> Vec<&str> {
    let (mut parts, mut begin, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        if c == ':' && !escaped {
            parts.push(&text[begin..at]);
            begin = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(&text[begin..]);
    parts
}

/// `*`, `-`, or characters with wildcards before and behind them.
fn is_component(text: &str) -> bool {
    if matches!(text, "*" | "-") {
        return true;
    }
    let inner = text.strip_prefix('*').unwrap_or_else(|| text.trim_start_matches('?'));
    let mut chars = inner.chars().peekable();
    let mut some = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c) if "\\*?!\"#$%&'()+,/:;<=>@[]^`{|}~".contains(c) => some = true,
                _ => return false,
            },
            c if c.is_ascii_alphanumeric() || "-._".contains(c) => some = true,
            '*' => return some && chars.peek().is_none(),
            '?' => return some && chars.all(|c| c == '?'),
            _ => return false,
        }
    }
    some
}

fn is_language(text: &str) -> bool {
    let (language, region) = match text.split_once('-') {
        Some((language, region)) if !language.is_empty() => (language, Some(region)),
        _ => (text, None),
    };
    let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_region = |text: &str| {
        (text.len() == 2 && letters(text)) || (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    matches!(text, "*" | "-")
        || ((2..=3).contains(&language.len()) && letters(language) && region.is_none_or(is_region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_editions() {
        for text in ["cpe:/", "cpe:/o", "CPE:/o:redhat:enterprise_linux:8::~a%20", "cpe:/a:::::"] {
            assert!(is_uri(text), "{text}");
        }
        for text in ["", "cpe:", "cpe:/x", "cpe:/o:a:b:c:d:e:f:g", "cpe:/o:a b", "cpe:/oo"] {
            assert!(!is_uri(text), "{text}");
        }
        assert!(is_uri_of_2008("cpe:/") && is_uri_of_2008("cpe:/a:b:c:d:e"));
        assert!(!is_uri_of_2008("cpe:/:a") && !is_uri_of_2008("cpe:/a:b:c:d:e:f"));
        for text in ["cpe:2.3:o:redhat:enterprise_linux:8:*:*:*:*:*:*:*", "cpe:2.3:a:a\\:b:c*:??d:-:*:en-us:*:*:*:*"] {
            assert!(is_formatted(text), "{text}");
        }
        for text in [
            "cpe:2.3:o:redhat",
            "cpe:2.3:x:a:b:c:*:*:*:*:*:*:*",
            "cpe:2.3:o:a*b:b:c:*:*:*:*:*:*:*",
            "cpe:2.3:o:a:b:c:*:*:english:*:*:*:*",
            "cpe:2.3:o::b:c:*:*:*:*:*:*:*",
        ] {
            assert!(!is_formatted(text), "{text}");
        }
    }
}
