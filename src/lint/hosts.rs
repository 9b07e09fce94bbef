//! Names and addresses of hosts, as the `validator` package behind Heimdall's converters judges them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A fully qualified domain name (`isFQDN` with its defaults).
pub(super) fn is_fqdn(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let Some(last) = parts.last().filter(|_| parts.len() > 1) else {
        return false;
    };
    let is_foreign = |c: char| !c.is_ascii() && ('\u{a1}'..='\u{ffff}').contains(&c);
    let is_wide = |c: char| ('\u{ff01}'..='\u{ff5e}').contains(&c);
    let is_letters = last.chars().count() >= 2 && last.chars().all(|c| c.is_ascii_alphabetic() || is_foreign(c));
    let is_punycode = last.get(..2).is_some_and(|begin| begin.eq_ignore_ascii_case("xn"))
        && last.len() >= 4
        && last.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_label = |part: &&str| {
        !part.is_empty()
            && part.chars().count() <= 63
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || is_foreign(c))
            && !part.chars().any(is_wide)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    (is_letters || is_punycode) && parts.iter().all(is_label)
}

/// One address (`isIP`), an IPv6 one with its zone.
pub(super) fn is_ip(text: &str) -> bool {
    if text.parse::<Ipv4Addr>().is_ok() {
        return true;
    }
    let (address, zone) = match text.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (text, None),
    };
    let is_zone = |zone: &str| !zone.is_empty() && zone.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    address.parse::<Ipv6Addr>().is_ok() && zone.is_none_or(is_zone)
}

/// One address of 48 or 64 bits, in pairs with `:` or `-`, or in fours with `.` (`isMACAddress`).
pub(super) fn is_mac(text: &str) -> bool {
    let groups = |separator: char, digits: usize, counts: [usize; 2]| {
        let parts: Vec<&str> = text.split(separator).collect();
        counts.contains(&parts.len())
            && parts.iter().all(|p| p.len() == digits && p.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    groups(':', 2, [6, 8]) || groups('-', 2, [6, 8]) || groups('.', 4, [3, 4])
}

/// Every part of a list fits; lists are separated by white space and commas.
pub(super) fn each(text: &str, fits: fn(&str) -> bool) -> bool {
    // Separators at the ends leave empty parts, which fit nothing.
    let mut parts = text.split(|c: char| c.is_whitespace() || c == ',').peekable();
    let is_edge = |c: char| c.is_whitespace() || c == ',';
    !text.starts_with(is_edge) && !text.ends_with(is_edge) && parts.all(|part| part.is_empty() || fits(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_judged_as_the_converter_does() {
        for good in ["ucp01.example.mil", "ucp01.local", "EXAMPLE.MIL", "xn--a.mil", "a.mi", "\u{e9}.mil"] {
            assert!(is_fqdn(good), "{good}");
        }
        for bad in [
            "ucp01",
            "localhost",
            "ucp_1.example.mil",
            "ucp.example.mil.",
            "a.b",
            "a.b1",
            "-a.mil",
            "a..mil",
            "ex ample.mil",
            "x.example.123",
            "a.m",
            "*.example.mil",
            "a-.mil",
            "",
        ] {
            assert!(!is_fqdn(bad), "{bad}");
        }
        for good in ["10.0.0.5", "10.0.0.5, fe80::1", "fe80::1%eth0", "10.0.0.5\n10.0.0.6"] {
            assert!(each(good, is_ip), "{good}");
        }
        for bad in ["10.0.0.5/24", "10.0.0.5 ", "010.0.0.5", "host", "fe80::1%"] {
            assert!(!each(bad, is_ip), "{bad}");
        }
        for good in ["02:42:AC:11:00:02", "02-42-ac-11-00-02", "0242.AC11.0002", "02:42:AC:11:00:02:01:02"] {
            assert!(each(good, is_mac), "{good}");
        }
        for bad in ["02-42-AC-11-00", "0242AC110002", "02 42 AC 11 00 02", "02:42-AC:11:00:02"] {
            assert!(!each(bad, is_mac), "{bad}");
        }
    }
}
