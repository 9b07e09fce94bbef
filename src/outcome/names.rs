//! Names of the files of a run.

use super::Outcome;

impl Outcome {
    /// The beginning of every file name: the marking where there is one, asset, benchmark, revision and
    /// time.
    #[must_use]
    pub fn file_stem(&self) -> String {
        let revision = self.benchmark.revision();
        let mut parts = vec![file_safe(&self.asset.key()), file_safe(&self.benchmark.id)];
        parts.extend(Some(revision).filter(|r| !r.is_empty()).map(|r| file_safe(&r)));
        parts.push(self.stamp());
        format!("{}{}", marked(&self.asset.marking), parts.join("_"))
    }

    /// The time of the run as it stands in file names: `20261121T180500Z`.
    #[must_use]
    pub fn stamp(&self) -> String {
        self.finished.format("%Y%m%dT%H%M%SZ").to_string()
    }
}

/// What a file name begins with to show a marking: `CUI_`; nothing where there is no marking.
#[must_use]
pub fn marked(marking: &str) -> String {
    match marking.trim() {
        "" => String::new(),
        marking => format!("{}_", file_safe(marking)),
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
