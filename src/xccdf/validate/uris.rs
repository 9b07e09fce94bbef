//! `xs:anyURI` (XML Schema part 2, section 3.2.17): what becomes a URI reference of RFC 3986 when
//! the characters that a URI cannot hold are escaped.

/// The text is a URI reference, or becomes one.
pub(super) fn is_reference(text: &str) -> bool {
    let (text, fragment) = split(text, b'#');
    let (text, query) = split(text, b'?');
    // Brackets are what RFC 2732, to which xs:anyURI refers, had allowed; XPointers need them.
    query.is_none_or(|query| all(query, "/?:@"))
        && fragment.is_none_or(|fragment| all(fragment, "/?:@[]"))
        && is_hierarchical(text)
}

fn split(text: &str, at: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|byte| byte == at) {
        Some(found) => (&text[..found], Some(&text[found + 1..])),
        None => (text, None),
    }
}

/// What stands before query and fragment.
fn is_hierarchical(text: &str) -> bool {
    let first = split(text, b'/').0;
    let rest = match split(first, b':') {
        (scheme, Some(_)) if is_scheme(scheme) => &text[scheme.len() + 1..],
        // A first segment with a colon would be taken for a scheme.
        (_, Some(_)) => return false,
        (_, None) => text,
    };
    let Some(rest) = rest.strip_prefix("//") else {
        return all(rest, "/:@");
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    is_authority(authority) && all(path, "/:@")
}

fn is_scheme(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(fits)
}

fn is_authority(text: &str) -> bool {
    let (user, host) = match text.split_once('@') {
        Some((user, host)) => (user, host),
        None => ("", text),
    };
    if !all(user, ":") {
        return false;
    }
    let (name, port) = match host.strip_prefix('[').map(|host| host.split_once(']')) {
        Some(None) => return false,
        Some(Some((address, behind))) => {
            if !all(address, ":") {
                return false;
            }
            match behind.strip_prefix(':') {
                Some(port) => ("", port),
                None if behind.is_empty() => return true,
                None => return false,
            }
        }
        None => host.split_once(':').unwrap_or((host, "")),
    };
    all(name, "") && port.len() <= 9 && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Only unreserved characters, sub-delimiters, escapes, those given, and what would be escaped.
fn all(text: &str, also: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => (0..2).all(|_| bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit())),
            // What would be escaped, and what need not be.
            b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => true,
            byte if byte.is_ascii_alphanumeric() => true,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => {
                true
            }
            byte => !byte.is_ascii() || byte.is_ascii_control() || also.as_bytes().contains(&byte),
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_reference;

    #[test]
    fn references_and_others() {
        for text in [
            "",
            "a",
            "a:b",
            "a b",
            "a%20b",
            "http://[::1]/",
            "http://[::1]:80",
            "//",
            "///a",
            "a?b?c",
            "http:",
            "a/b:c",
            "http://h:80/",
            "a{b}|^\\",
            "é",
            "#a",
            "#a[1]",
            "urn:x:y",
            "a@b",
            "mailto:a@b",
            "http://u:p@h/",
        ] {
            assert!(is_reference(text), "{text}");
        }
        for text in [
            "%",
            "a%b",
            "a%2",
            "[",
            ":a",
            "1a:b",
            "#a#b",
            "http://h:80a/",
            "http://a@b@c/",
            "http://[::1",
            "http://[x]y/",
            "?[a]",
            "a?[",
            "http://h:99999999999/",
        ] {
            assert!(!is_reference(text), "{text}");
        }
    }
}
