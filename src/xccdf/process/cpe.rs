//! CPE names: whether one is meant by another (CPE 2.2, section 7; CPE 2.3 name matching, for the
//! values that names in benchmarks have).

/// A target with the name `known` is one of those that `wanted` means: every part that `wanted` gives
/// is the same in `known`. What `wanted` leaves open may be anything.
pub(super) fn matches(wanted: &str, known: &str) -> bool {
    let (wanted, known) = (parts(wanted), parts(known));
    let open = |part: &str| part.is_empty() || part == "*";
    wanted.len() > 1
        && wanted
            .iter()
            .enumerate()
            .all(|(at, part)| open(part) || known.get(at).is_some_and(|other| other.eq_ignore_ascii_case(part)))
}

/// The parts of a name, in either form: part, vendor, product, version, …
fn parts(name: &str) -> Vec<&str> {
    let name = name.trim();
    let bound = name.strip_prefix("cpe:/").or_else(|| name.strip_prefix("cpe:2.3:")).unwrap_or(name);
    bound.split(':').collect()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_shorter_name_means_more() {
        let rhel = "cpe:/o:redhat:enterprise_linux:7";
        assert!(matches(rhel, rhel));
        assert!(matches("cpe:/o:redhat:enterprise_linux", rhel));
        assert!(matches("cpe:/o:redhat::7", rhel));
        assert!(matches("cpe:2.3:o:redhat:enterprise_linux:*:*", rhel));
        assert!(!matches(rhel, "cpe:/o:redhat:enterprise_linux"));
        assert!(!matches("cpe:/o:redhat:enterprise_linux:77", rhel));
        assert!(!matches("", rhel));
    }
}
