//! How much a rule matters: one type, with one reading of every word that tools write for it.
//!
//! How a finding could be made smaller here: a word that is not understood, or none, taken for the middle one. So what
//! is not understood is kept as it was written and has no category; what counts findings by category has to say what
//! becomes of those without one.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest word that is kept.
const LONGEST: usize = 40;

/// The severity of a rule (IR 7275 r4, table 9), the worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// CAT I.
    High,
    /// CAT II.
    Medium,
    /// CAT III.
    Low,
    /// For information only; checklists, which have no word for it, say low.
    Info,
    /// None is stated.
    #[default]
    Unknown,
    /// A word that no tool is known to write, on one line.
    Other(Box<str>),
}

/// The categories of DISA's checklists, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// High.
    I,
    /// Medium.
    II,
    /// Low.
    III,
}

impl Severity {
    /// Reads a severity as XCCDF, checklists, Nessus, Heimdall, `InSpec` and vendors write it, in any spelling.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        let word = shown.to_ascii_lowercase().replace(['-', '_'], " ");
        let category = ["category", "cat"].into_iter().find_map(|name| word.strip_prefix(name)).map(str::trim);
        match (category.unwrap_or(&word), category) {
            ("high" | "critical" | "very high" | "important" | "i", _) | ("1", Some(_)) => Severity::High,
            ("medium" | "moderate" | "ii", _) | ("2", Some(_)) => Severity::Medium,
            ("low" | "very low" | "minor" | "iii", _) | ("3", Some(_)) => Severity::Low,
            ("info" | "informational", None) => Severity::Info,
            ("" | "unknown" | "none", None) => Severity::Unknown,
            _ => Severity::Other(shown.chars().take(LONGEST).collect()),
        }
    }

    /// XCCDF's word for it, or the word as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
            Severity::Info => "info",
            Severity::Unknown => "unknown",
            Severity::Other(word) => word,
        }
    }

    /// XCCDF's word for it, which has none for a word that is not known.
    #[must_use]
    pub fn xccdf(&self) -> &str {
        if let Severity::Other(_) = self { Severity::Unknown.as_str() } else { self.as_str() }
    }

    /// The category, if it has one.
    #[must_use]
    pub fn category(&self) -> Option<Category> {
        match self {
            Severity::High => Some(Category::I),
            Severity::Medium => Some(Category::II),
            Severity::Low | Severity::Info => Some(Category::III),
            Severity::Unknown | Severity::Other(_) => None,
        }
    }

    /// What its category is called, or the word that stands in the place of one.
    #[must_use]
    pub fn called(&self, name: fn(Category) -> &'static str) -> &str {
        match self.category() {
            Some(category) => name(category),
            None => self.as_str(),
        }
    }
}

impl Category {
    /// All of them, the worst first.
    pub const ALL: [Category; 3] = [Category::I, Category::II, Category::III];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Category::I => "CAT I",
            Category::II => "CAT II",
            Category::III => "CAT III",
        }
    }

    /// Its number in Roman numerals.
    #[must_use]
    pub fn numeral(self) -> &'static str {
        match self {
            Category::I => "I",
            Category::II => "II",
            Category::III => "III",
        }
    }

    /// The severity that it stands for, as checklists write it.
    #[must_use]
    pub fn severity(self) -> &'static str {
        match self {
            Category::I => "high",
            Category::II => "medium",
            Category::III => "low",
        }
    }
}

impl From<&str> for Severity {
    fn from(text: &str) -> Self {
        Severity::read(text)
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Severity::read(&String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_tools_write_is_read_as_what_it_means() {
        use Severity::{High, Info, Low, Medium, Unknown};
        for (severity, words) in [
            (
                High,
                "high|High|HIGH|critical|CAT I|cat i|CAT_I|CAT-1|CAT 1|CATI|Category I|I|very high|important|\thigh\n",
            ),
            (Medium, "medium|moderate|Moderate|CAT II|cat 2|CAT2|II|Category II"),
            (Low, "low|minor|CAT III|CAT3|III|very low"),
            (Info, "info|Informational"),
            (Unknown, "|unknown| |none"),
        ] {
            for word in words.split('|') {
                assert_eq!(Severity::read(word), severity, "{word:?}");
            }
            assert_eq!(Severity::read(severity.as_str()), severity);
        }
    }

    #[test]
    fn a_word_that_is_not_known_is_kept_and_has_no_category() {
        for word in ["urgent", "1", "CAT IV", "CAT", "cat high-ish", "7.5", "CAT info"] {
            let severity = Severity::read(word);
            assert_eq!((severity.as_str(), severity.category(), severity.xccdf()), (word, None, "unknown"));
        }
        assert_eq!(Severity::read("a\u{1b}[1mb\n c").as_str(), "a [1mb c");
        assert_eq!(Severity::read(&"x".repeat(500)).as_str().len(), LONGEST);
        assert_eq!(Severity::Unknown.category(), None);
    }

    #[test]
    fn a_category_reads_back_as_its_severity() {
        for category in Category::ALL {
            for word in [category.name(), category.numeral(), category.severity()] {
                assert_eq!(Severity::read(word).category(), Some(category));
            }
        }
    }
}
