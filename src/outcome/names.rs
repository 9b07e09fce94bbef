//! Names of the files of a run.

use super::Outcome;
use crate::xccdf::ids::sha256_hex;

/// What file systems take is 255 bytes; the rest is for extensions and for the names that files are written under.
const STEM: usize = 200;
/// What a part of a stem that is too long keeps: asset, benchmark, revision.
const PARTS: [usize; 3] = [64, 56, 16];
/// What a marking takes at the beginning of a name.
const MARKING: usize = 40;

impl Outcome {
    /// The beginning of every file name: the marking where there is one, asset, benchmark, revision and
    /// time.
    #[must_use]
    pub fn file_stem(&self) -> String {
        let marking = marked(&self.asset.marking);
        let parts = [&asset_part(&self.asset.key()), &self.benchmark.id, &self.benchmark.revision()];
        format!("{marking}{}", stem(&parts.map(|part| &**part), &self.stamp(), STEM - marking.len()))
    }

    /// The time of the run as it stands in file names: `20261121T180500Z`.
    #[must_use]
    pub fn stamp(&self) -> String {
        self.finished.format("%Y%m%dT%H%M%SZ").to_string()
    }
}

/// Asset, benchmark, revision (which may be empty) and time, each cut only where the whole would be too long.
fn stem(parts: &[&str; 3], stamp: &str, limit: usize) -> String {
    let joined = |limits: Option<[usize; 3]>| {
        let parts = parts.iter().enumerate().filter(|(at, part)| *at < 2 || !part.is_empty());
        let safe = parts.map(|(at, part)| limits.map_or_else(|| file_safe(part), |l| fit(&file_safe(part), l[at])));
        safe.chain([stamp.to_owned()]).collect::<Vec<_>>().join("_")
    };
    let whole = joined(None);
    if whole.len() <= limit { whole } else { joined(Some(PARTS)) }
}

/// What a file name begins with to show a marking: `CUI_`; nothing where there is no marking.
#[must_use]
pub fn marked(marking: &str) -> String {
    match marking.trim() {
        "" => String::new(),
        marking => format!("{}_", fit(&file_safe(marking), MARKING)),
    }
}

/// The text with everything that does not belong into a file name replaced by `-`.
#[must_use]
pub fn file_safe(text: &str) -> String {
    let safe: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' }).collect();
    // A name of dots alone, or one that begins with a dot, would mean another directory or hide.
    let safe = safe.trim_start_matches('.').to_owned();
    if safe.is_empty() { "unnamed".into() } else { safe }
}

/// What lies in a directory of results besides the directories of assets.
const OTHERS: [&str; 2] = ["combined", "tenable-control-ids.json"];
/// What stands before the digest in the name of a directory: no name that is taken as it is has it.
const MARK: char = '~';
/// How much of that digest stands there.
const DIGEST: usize = 12;

/// The name of a directory of an asset's runs. No two assets have the same: a name that cannot stand as it is ends in its
/// digest, behind a character that no name has which can.
#[must_use]
pub fn directory(key: &str) -> String {
    let safe = file_safe(key);
    if safe == key && safe.len() <= STEM && !OTHERS.contains(&key) {
        return safe;
    }
    // What is safe is ASCII.
    let begin = &safe[..safe.len().min(STEM - DIGEST - 1)];
    format!("{begin}{MARK}{}", &sha256_hex(key.as_bytes())[..DIGEST])
}

/// An asset's name as it stands in the names of files: those of two assets are told apart in one directory as well.
fn asset_part(key: &str) -> String {
    let safe = file_safe(key);
    if safe == key { safe } else { format!("{safe}-{}", &sha256_hex(key.as_bytes())[..8]) }
}

/// The name in at most so many bytes (more than nine): one that is longer ends in `-` and eight digits of its digest, so
/// that two long names stay two.
#[must_use]
pub fn fit(name: &str, limit: usize) -> String {
    if name.len() <= limit {
        return name.to_owned();
    }
    let mut end = limit.saturating_sub(9);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}-{}", &name[..end], &sha256_hex(name.as_bytes())[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_name_that_fits_stays_and_a_long_one_ends_in_its_digest() {
        assert_eq!(fit("ucp01", 20), "ucp01");
        let (one, other) = (fit(&("a".repeat(300) + "1"), 72), fit(&("a".repeat(300) + "2"), 72));
        assert_eq!((one.len(), other.len()), (72, 72));
        assert_ne!(one, other);
        assert!(one.starts_with(&("a".repeat(63) + "-")), "{one}");
        assert!(fit(&"é".repeat(100), 20).len() <= 20);
    }

    #[test]
    fn no_two_assets_share_a_directory() {
        let long = |last: char| format!("{}{last}", "n".repeat(254));
        let mut keys = ["db 1", "db/1", "db-1", "combined", "", ".", "..", ".a", "a", "\u{e9}", "\u{e8}"]
            .map(str::to_owned)
            .to_vec();
        keys.extend([long('a'), long('b'), "n".repeat(200)]);
        // A name that somebody gave an asset to meet another's directory.
        keys.extend(keys.clone().iter().map(|key| directory(key)).filter(|name| name.contains(MARK)));
        let names: std::collections::BTreeSet<String> = keys.iter().map(|key| directory(key)).collect();
        assert_eq!(names.len(), keys.len(), "{names:?}");
        assert!(names.iter().all(|name| name.len() <= STEM && !name.starts_with('.')));
        for ordinary in ["ucp01", "ucp01.example.mil", "ucp01-UCP-443", "db-1", "db_1"] {
            assert_eq!(directory(ordinary), ordinary);
            assert_eq!(asset_part(ordinary), ordinary);
        }
        assert_ne!(asset_part("db 1"), asset_part("db/1"));
    }

    #[test]
    fn stems_fit_file_systems_whatever_is_long() {
        let long = |length: usize| "n".repeat(length);
        for (name, id, marking, version) in
            [(190, 30, 0, 1), (250, 30, 0, 1), (30, 250, 0, 1), (250, 250, 300, 300), (80, 80, 20, 20)]
        {
            let mut outcome = fixture::outcome();
            outcome.asset.name = long(name);
            outcome.asset.marking = long(marking);
            let benchmark = std::sync::Arc::make_mut(&mut outcome.benchmark);
            (benchmark.id, benchmark.version) = (long(id), long(version));
            let stem = outcome.file_stem();
            assert!(stem.len() <= STEM, "{}: {stem}", stem.len());
            assert!(stem.ends_with(&outcome.stamp()), "{stem}");
            assert!(directory(&outcome.asset.key()).len() <= STEM);
        }
    }
}
