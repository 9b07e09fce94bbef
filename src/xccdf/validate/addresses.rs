//! The simple types by which assets are told apart (Asset Identification 1.1,
//! `asset-identification_1.1.0.xsd`), and `xs:QName`.

use super::values::is_ncname;

/// `ipv4-type`: four numbers up to 255 without leading zeros.
pub(super) fn is_ip_v4(text: &str) -> bool {
    let mut parts = text.split('.');
    let is_part = |part: &str| {
        let is_number = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number && (part.len() == 1 || !part.starts_with('0')) && part.parse::<u8>().is_ok()
    };
    text.split('.').count() == 4 && parts.all(is_part)
}

/// `ipv6-type`: all eight groups, none left out.
pub(super) fn is_ip_v6(text: &str) -> bool {
    let is_group = |group: &str| (1..=4).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_hexdigit());
    text.split(':').count() == 8 && text.split(':').all(is_group)
}

/// `mac-address-type`: six pairs of hexadecimal digits with colons.
pub(super) fn is_mac(text: &str) -> bool {
    let is_pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    text.split(':').count() == 6 && text.split(':').all(is_pair)
}

/// `hostname-type`: labels of word characters and hyphens. The underscore is punctuation, and so no
/// word character of XML Schema (part 2, appendix F.1.1).
pub(super) fn is_hostname(text: &str) -> bool {
    let is_char = |c: char| match c {
        '-' | '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        c => !c.is_whitespace() && !c.is_control(),
    };
    text.split('.').all(|label| !label.is_empty() && label.chars().all(is_char))
}

/// `cidr-type`: an IPv4 address and a number of bits.
pub(super) fn is_cidr(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, bits)| {
        let is_number = matches!(bits.len(), 1 | 2) && bits.bytes().all(|b| b.is_ascii_digit());
        let is_short = bits.len() == 1 || !bits.starts_with('0');
        is_ip_v4(address) && is_number && is_short && bits.parse::<u8>().is_ok_and(|n| n <= 32)
    })
}

/// `locale-type`: a language, and a country or region.
pub(super) fn is_locale(text: &str) -> bool {
    let (language, region) = match text.split_once('-') {
        Some((language, region)) => (language, Some(region)),
        None => (text, None),
    };
    let is_alpha = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic());
    let is_region = |region: &str| {
        (region.len() == 2 && is_alpha(region)) || (region.len() == 3 && region.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(language.len(), 2 | 3) && is_alpha(language) && region.is_none_or(is_region)
}

/// `port-type`: a whole number up to 65535.
pub(super) fn is_port(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let is_zero =
        digits.strip_prefix('-').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b == b'0'));
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_zero
        || (is_number && digits.trim_start_matches('0').parse::<u16>().is_ok())
        || (is_number && digits.bytes().all(|b| b == b'0'))
}

/// `telephone-number-type`: as in North America, or with a plus sign and the country's code.
pub(super) fn is_telephone(text: &str) -> bool {
    if let Some(number) = text.strip_prefix('+') {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let is_char = number.bytes().all(|b| b.is_ascii_digit() || b == b' ');
        let is_apart = !number.contains("  ") && !number.starts_with(' ') && !number.ends_with(' ');
        return is_char && is_apart && (7..=15).contains(&digits);
    }
    let parts: Vec<&[u8]> = text.split('-').map(str::as_bytes).collect();
    let are_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let [area @ [b'2'..=b'9', b'0'..=b'8', _], exchange @ [b'2'..=b'9', _, _], line] = parts.as_slice() else {
        return false;
    };
    line.len() == 4 && [*area, *exchange, *line].into_iter().all(are_digits)
}

/// `xs:double` (XML Schema part 2, section 3.2.5).
pub(super) fn double(text: &str) -> Option<f64> {
    match text {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ => {
            let is_char = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
            text.bytes().all(is_char).then(|| text.parse().ok()).flatten()
        }
    }
}

/// `xs:double`.
pub(super) fn is_double(text: &str) -> bool {
    double(text).is_some()
}

/// Degrees from -90 to 90.
pub(super) fn is_latitude(text: &str) -> bool {
    double(text).is_some_and(|degrees| (-90.0..=90.0).contains(&degrees))
}

/// Degrees from above -180 to 180.
pub(super) fn is_longitude(text: &str) -> bool {
    double(text).is_some_and(|degrees| degrees > -180.0 && degrees <= 180.0)
}

/// From 0 up.
pub(super) fn is_radius(text: &str) -> bool {
    double(text).is_some_and(|metres| metres >= 0.0)
}

/// `xs:QName`: a name, with a prefix or without.
pub(super) fn is_qname(text: &str) -> bool {
    match text.split_once(':') {
        Some((prefix, name)) => is_ncname(prefix) && is_ncname(name),
        None => is_ncname(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The type, values of it, and texts that are none.
    type Row = (fn(&str) -> bool, &'static [&'static str], &'static [&'static str]);

    #[rustfmt::skip]
    const TABLE: &[Row] = &[
        (is_ip_v4, &["0.0.0.0", "255.255.255.255", "10.20.30.4"], &["999.1.2.3", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.", "+1.2.3.4"]),
        (is_ip_v6, &["0:0:0:0:0:0:0:1", "2001:0db8:0:0:0:0:0:5"], &["::1", "1:2:3:4:5:6:7", "12345:0:0:0:0:0:0:1", "g:0:0:0:0:0:0:1"]),
        (is_mac, &["02:42:AC:11:00:02"], &["zz:zz:zz:zz:zz:zz", "02-42-AC-11-00-02", "02:42:AC:11:00"]),
        (is_hostname, &["a", "a-b.c", "é"], &["", "a..b", "a_b", "a b", ".a"]),
        (is_cidr, &["10.0.0.0/8", "10.0.0.0/32", "10.0.0.0/0"], &["10.0.0.0", "10.0.0.0/33", "10.0.0.0/08"]),
        (is_locale, &["en", "en-US", "spa-419"], &["e", "en_US", "en-U", "english"]),
        (is_port, &["0", "65535", "+080", "000", "-0"], &["", "65536", "-1", "1.0"]),
        (is_telephone, &["202-555-0123", "+49 30 1234567"], &["192-555-0123", "2025550123", "+1", "+49  301234567", "202-555-012"]),
        (is_latitude, &["90", "-9e1", ".5"], &["90.1", "NaN", "INF", "", "1,0"]),
        (is_longitude, &["180", "-179.9"], &["-180", "181"]),
        (is_radius, &["0", "INF"], &["-1", "x"]),
        (is_double, &["NaN", "-INF", "1E3"], &["inf", "+INF", "0x1"]),
        (is_qname, &["a", "a:b"], &["", "a:b:c", ":b", "a:", "1:b"]),
    ];

    #[test]
    fn texts_are_or_are_not_values() {
        for (is_value, values, others) in TABLE {
            for text in *values {
                assert!(is_value(text), "{text}");
            }
            for text in *others {
                assert!(!is_value(text), "{text}");
            }
        }
    }
}
