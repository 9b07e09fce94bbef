//! Versions as tags of images and answers of servers write them, and which of two is older.

use std::cmp::Ordering;

/// A version: `3.2.4`, `2.7.0-beta4`, `17.06.2-ee-16`, `20.10.24+dfsg1`, `3.2.4-win`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probes) struct Release {
    numbers: Vec<u64>,
    stage: Stage,
}

/// What stands behind the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// The release itself, also as built for a platform.
    Final,
    /// What came before it: the word, and its number.
    Before(String, u64),
    /// Something else, of which nothing is known.
    Other,
}

/// What is built for a platform is as old as what is built for another.
const PLATFORMS: &[&str] = &["win", "windows", "linux", "amd64", "arm64", "s390x", "ppc64le"];
/// Words for what comes before a release.
const BEFORE: &[&str] = &["alpha", "beta", "dev", "rc", "tp"];

impl Release {
    /// Reads one; none where the text does not begin with a number. Who answers (`ucp/`) may stand
    /// before it, and so may a `v`.
    pub(in crate::probes) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().rsplit('/').next()?;
        let text = text.strip_prefix('v').unwrap_or(text);
        // What follows a plus sign says how it was built, not what it is.
        let text = text.split('+').next()?;
        let (numbers, rest) = text.split_once('-').unwrap_or((text, ""));
        let numbers: Vec<u64> = numbers
            .split('.')
            .map(|n| n.bytes().all(|b| b.is_ascii_digit()).then(|| n.parse().ok())?)
            .collect::<Option<_>>()?;
        Some(Release { numbers, stage: Stage::parse(rest) })
    }

    /// Whether it is this or newer, by its numbers alone.
    pub(in crate::probes) fn is_at_least(&self, numbers: &[u64]) -> bool {
        let own = self.numbers.iter().chain(std::iter::repeat(&0));
        let ordering = own.take(numbers.len()).cmp(numbers.iter());
        ordering != Ordering::Less
    }

    /// Which of the two is older; none where that cannot be told.
    pub(in crate::probes) fn compare(&self, other: &Release) -> Option<Ordering> {
        let (mut a, mut b) = (self.numbers.iter(), other.numbers.iter());
        loop {
            match (a.next(), b.next()) {
                (Some(a), Some(b)) if a != b => return Some(a.cmp(b)),
                (Some(_), Some(_)) => {}
                (None, None) => return self.stage.compare(&other.stage),
                // `3.2` may be any of `3.2.4` and `3.2.9`.
                _ => return None,
            }
        }
    }
}

impl Stage {
    fn parse(text: &str) -> Self {
        let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
        let rest = &text[word.len()..];
        if text.is_empty() || PLATFORMS.contains(&word.as_str()) {
            return Stage::Final;
        }
        let number = rest.trim_start_matches(['.', '-']);
        match number.parse() {
            _ if !BEFORE.contains(&word.as_str()) => Stage::Other,
            Ok(number) => Stage::Before(word, number),
            Err(_) if number.is_empty() => Stage::Before(word, 0),
            Err(_) => Stage::Other,
        }
    }

    fn compare(&self, other: &Stage) -> Option<Ordering> {
        match (self, other) {
            (Stage::Other, _) | (_, Stage::Other) => None,
            (Stage::Final, Stage::Final) => Some(Ordering::Equal),
            (Stage::Final, Stage::Before(..)) => Some(Ordering::Greater),
            (Stage::Before(..), Stage::Final) => Some(Ordering::Less),
            // By the alphabet, as semantic versioning has it.
            (Stage::Before(a, m), Stage::Before(b, n)) => Some(a.cmp(b).then(m.cmp(n))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_newer_and_untold() {
        use Ordering::{Equal, Greater, Less};
        for (a, b, expected) in [
            ("3.2.3", "3.2.4", Some(Less)),
            ("3.2.10", "3.2.9", Some(Greater)),
            ("ucp/3.2.4", "3.2.4-win", Some(Equal)),
            ("3.2.0-beta4", "3.2.0", Some(Less)),
            ("3.2.0-beta10", "3.2.0-beta4", Some(Greater)),
            ("3.2.0-beta4", "3.2.0-rc1", Some(Less)),
            ("3.2.0-rc.1", "3.2.0-rc2", Some(Less)),
            ("3.1.0-beta4", "3.2.0-rc1", Some(Less)),
            ("v2.7.6", "2.7.6", Some(Equal)),
            ("3.2", "3.2.4", None),
            ("3.1", "3.2.4", Some(Less)),
            ("3.2.4-hotfix", "3.2.4", None),
            ("3.2.3-hotfix", "3.2.4", Some(Less)),
        ] {
            let parse = |text| Release::parse(text).expect("a version");
            assert_eq!(parse(a).compare(&parse(b)), expected, "{a} {b}");
        }
        for not in ["latest", "", "-1", "3..2", "3.x", "3.2.4beta"] {
            assert_eq!(Release::parse(not), None, "{not}");
        }
    }

    #[test]
    fn at_least_by_the_numbers() {
        for (text, numbers, is) in [
            ("19.03.5", &[19, 3][..], true),
            ("18.09.1", &[19, 3], false),
            ("20", &[19, 3], true),
            ("19", &[19, 3], false),
            ("17.06.2-ee-16", &[17, 6, 2], true),
        ] {
            let release = Release::parse(text).expect("a version");
            assert_eq!(release.is_at_least(numbers), is, "{text}");
        }
    }
}
