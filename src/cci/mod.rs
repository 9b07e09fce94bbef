//! From DISA's control correlation identifiers to the controls of NIST SP 800-53, revisions 4 and 5.
//!
//! All CCIs of DISA's list (`U_CCI_List.xml`); `scripts/ship-controls` makes the table. A CCI that is not there is simply
//! not mapped.

use std::collections::BTreeSet;

/// A line for each CCI: its number, its controls in revision 5, and those in revision 4 (`=`: the same).
const TABLE: &str = include_str!("controls.txt");

/// The controls that CCIs are part of, in order and each once, as DISA writes them: `CM-7 a`, `SC-8 (1)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Controls {
    /// Of SP 800-53 revision 4.
    pub rev4: BTreeSet<&'static str>,
    /// Of SP 800-53 revision 5.
    pub rev5: BTreeSet<&'static str>,
}

/// The controls of these CCIs.
#[must_use]
pub fn controls<'a>(ccis: impl Iterator<Item = &'a str>) -> Controls {
    let mut all = Controls::default();
    for (rev4, rev5) in ccis.filter_map(mapped) {
        all.rev4.extend(each(rev4));
        all.rev5.extend(each(rev5));
    }
    all
}

/// The controls of these CCIs in revision 5; for a CCI that revision 5 has no control for, those in revision 4.
#[must_use]
pub fn newest<'a>(ccis: impl Iterator<Item = &'a str>) -> BTreeSet<&'static str> {
    ccis.filter_map(mapped).flat_map(|(rev4, rev5)| each(if rev5.is_empty() { rev4 } else { rev5 })).collect()
}

/// A control without the part of its statement: `CM-7`, `SC-8 (1)`.
#[must_use]
pub fn base(control: &str) -> String {
    let mut words = control.split_whitespace();
    let number = words.next().unwrap_or_default();
    match words.next() {
        Some(enhancement) if is_enhancement(enhancement) => format!("{number} {enhancement}"),
        _ => number.to_owned(),
    }
}

/// The controls of a CCI in revision 4 and in revision 5.
fn mapped(cci: &str) -> Option<(&'static str, &'static str)> {
    let number = cci.trim().strip_prefix("CCI-").filter(|number| number.len() == 6)?;
    let (mut low, mut high) = (0, TABLE.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let begin = TABLE[..middle].rfind('\n').map_or(0, |at| at + 1);
        let (line, _) = TABLE[begin..].split_once('\n')?;
        let (found, controls) = line.split_once('\t')?;
        match found.cmp(number) {
            std::cmp::Ordering::Less => low = begin + line.len() + 1,
            std::cmp::Ordering::Greater => high = begin,
            std::cmp::Ordering::Equal => {
                let (rev5, rev4) = controls.split_once('\t')?;
                return Some((if rev4 == "=" { rev5 } else { rev4 }, rev5));
            }
        }
    }
    None
}

fn each(controls: &'static str) -> impl Iterator<Item = &'static str> {
    controls.split("; ").filter(|control| !control.is_empty())
}

fn is_enhancement(word: &str) -> bool {
    word.strip_prefix('(').and_then(|w| w.strip_suffix(')')).is_some_and(|w| w.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cci: &str) -> (String, String) {
        let found = controls(std::iter::once(cci));
        let joined = |set: BTreeSet<&str>| set.into_iter().collect::<Vec<_>>().join(", ");
        (joined(found.rev4), joined(found.rev5))
    }

    #[test]
    fn every_line_is_found_by_its_number() {
        let mut numbers = Vec::new();
        for line in TABLE.lines() {
            let mut parts = line.split('\t');
            let [number, rev5, rev4] = std::array::from_fn(|_| parts.next().expect("three parts"));
            assert!(parts.next().is_none(), "{line}");
            let rev4 = if rev4 == "=" { rev5 } else { rev4 };
            assert_eq!(mapped(&format!("CCI-{number}")), Some((rev4, rev5)), "{line}");
            assert!(!rev4.is_empty() || !rev5.is_empty(), "{line}");
            numbers.push(number);
        }
        assert!(numbers.is_sorted_by(|a, b| a < b), "in order, each once");
        assert!(numbers.len() > 4_500, "{}", numbers.len());
    }

    #[test]
    fn both_revisions_are_told_and_neither_for_the_other() {
        for (cci, rev4, rev5) in [
            ("CCI-000381", "CM-7 a", "CM-7 a"),
            ("CCI-000017", "AC-2 (3)", "AC-2 (3) (d)"),
            ("CCI-001683", "AC-2 (4)", ""),
            ("CCI-004895", "", "SC-11 b"),
            ("CCI-001586", "CM-3 (4), CM-3 g", "CM-3 g"),
            ("CCI-999999", "", ""),
            ("CCI-381", "", ""),
            ("", "", ""),
        ] {
            assert_eq!(of(cci), (rev4.to_owned(), rev5.to_owned()), "{cci}");
        }
        let newest = newest(["CCI-001683", "CCI-000017", "CCI-999999"].into_iter());
        assert_eq!(newest.into_iter().collect::<Vec<_>>(), ["AC-2 (3) (d)", "AC-2 (4)"]);
    }

    #[test]
    fn an_enhancement_belongs_to_the_number() {
        for (control, wanted) in
            [("SI-7 (8)", "SI-7 (8)"), ("AC-2 (3) (d)", "AC-2 (3)"), ("CM-7 a", "CM-7"), ("AC-10", "AC-10")]
        {
            assert_eq!(base(control), wanted);
        }
    }
}
