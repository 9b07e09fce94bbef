//! What STIG Manager does to every file of results, whatever its format: the limits of its database and of its API, and
//! how its parsers (stig-manager-client-modules) read ids, revisions and texts.

use super::check::Effect::{Dropped, Mangled};
use super::check::{Found, Row};
use super::tree::{Id, Tree};
use super::{html, shape, text};
use crate::xml::read::excerpt;

/// Characters of a detail or comment that are kept.
const MOST_TEXT: usize = 32_767;

/// Characters of a rule id that are kept.
const MOST_RULE_ID: usize = 45;

/// Characters of names and addresses that are kept.
pub(super) const MOST_NAME: usize = 255;

/// Bytes of JSON that the API takes at once (`STIGMAN_API_MAX_JSON_BODY`).
const MOST_POST: usize = 5_242_880;

/// How DISA's ids of benchmarks begin in XCCDF 1.2; STIG Manager leaves it out.
pub(super) const BENCHMARK_PREFIX: &str = "xccdf_mil.disa.stig_benchmark_";

/// A row about STIG Manager alone.
macro_rules! row {
    ($name:ident, $code:literal, $effect:expr, $when:literal, $mend:literal) => {
        pub(super) static $name: $crate::lint::check::Row = $crate::lint::check::Row {
            code: $code,
            on: &[($crate::lint::check::Importer::StigManager, $effect)],
            when: $when,
            mend: $mend,
        };
    };
}
pub(super) use row;

row!(
    TEXT_DECODED,
    "decoded-twice",
    Mangled,
    "a text shows characters that look like HTML (`&lt;`, `&copy`, `&#65;`): references are expanded a second time",
    "Give a CKLB, whose texts are left alone: `stigprobe convert FILE --format cklb`."
);
row!(
    CHECKLIST_POST,
    "post-size",
    Dropped,
    "the texts together are larger than 5 MiB, more than the API takes at once",
    "Shorten the texts, or split the file by STIG."
);

/// The id of a benchmark as STIG Manager files it.
pub(super) fn benchmark_id(id: &str) -> String {
    id.replacen(BENCHMARK_PREFIX, "", 1)
}

/// The release can be read: `/Release:\s*(.+?)\s/`.
pub(super) fn names_release(text: &str) -> bool {
    text.match_indices("Release:").any(|(at, word)| {
        let behind = text[at + word.len()..].trim_start();
        behind.lines().next().is_some_and(|line| !line.is_empty()) && behind.contains(char::is_whitespace)
    })
}

/// The id survives, and can be one of a rule.
pub(super) fn form(value: &str, at: usize, place: &str, long: &'static Row, odd: &'static Row, found: &mut Found) {
    if text::units(value) > MOST_RULE_ID {
        found.add(long, at, place, format!("'{}' has more than 45 characters", excerpt(value)));
    } else if !value.ends_with("_rule") {
        found.add(odd, at, place, format!("'{}' does not end in _rule", excerpt(value)));
    } else if value.starts_with("xccdf_") {
        found.add(odd, at, place, format!("'{}' has a prefix of its own", excerpt(value)));
    }
}

/// The texts of a file are more than the API takes: how large they are, in words.
pub(super) fn too_large(bytes: usize) -> Option<String> {
    (bytes > MOST_POST).then(|| format!("the texts have {bytes} bytes"))
}

/// The end of a text is lost: how much, in words.
pub(super) fn left_out(text: &str) -> Option<String> {
    let units = text::units(text);
    let left = units.checked_sub(MOST_TEXT).filter(|left| *left > 0)?;
    Some(format!("{left} of its {units} characters are left out"))
}

/// A text of an XML file that is taken, with its value there; how many bytes it has. `long` is told where it is cut.
pub(super) fn written(
    tree: &Tree<'_>,
    id: Id,
    value: &str,
    place: &str,
    long: &'static Row,
    found: &mut Found,
) -> usize {
    if let Some(message) = left_out(value) {
        found.add(long, tree.get(id).at, place, message);
    }
    let (raw, at) = shape::raw(tree, id);
    if let Some(message) = twice(&raw) {
        found.add(&TEXT_DECODED, at, place, message);
    }
    value.len()
}

/// What a second expansion makes of a text, in words.
fn twice(raw: &str) -> Option<String> {
    let once = text::expanded(raw.trim());
    let (at, length, character) = html::first(&once)?;
    let seen = &once[at..at + length];
    (seen != character).then(|| format!("'{}' becomes '{}'", excerpt(seen), excerpt(&character)))
}
