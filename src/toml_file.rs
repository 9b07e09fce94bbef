//! Reading TOML that people write: every mistake is named with its line and the nearest right name.

use serde::de::DeserializeOwned;

/// Why a file could not be used.
#[derive(Clone, Debug, Default, thiserror::Error, PartialEq, Eq)]
#[error("{file}:{line}:{column}: {message}")]
pub struct TomlError {
    /// The file, as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, and the nearest right name where a name is.
    pub message: String,
}

/// Parses `text`, which came from `file`, into a type that denies unknown fields.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, TomlError> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        at(file, text, offset, with_hint(error.message()))
    })
}

/// The lines of a text, by which many places in it are told without reading it again for each.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Those of a text.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines { text, starts: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect() }
    }

    /// Line and column of a byte offset.
    #[must_use]
    pub fn place(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let before = self.text.get(self.starts[line - 1]..offset).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

/// What is wrong at a byte offset of `text`, which came from `file`.
#[must_use]
pub fn at(file: &str, text: &str, offset: usize, message: String) -> TomlError {
    let (line, column) = Lines::of(text).place(offset);
    TomlError { file: file.into(), line, column, message }
}

/// serde lists every name that would have been right; the nearest of them is what was meant.
fn with_hint(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    if let (true, Some(wrong)) = (unknown, quoted.next()) {
        let nearest = quoted.min_by_key(|right| strsim::damerau_levenshtein(wrong, right));
        if let Some(nearest) = nearest {
            return format!("{message}; did you mean `{nearest}`?");
        }
    }
    message.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only parsed")]
    struct Sample {
        signers: Option<Vec<String>>,
        roots: Option<String>,
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_right_one() {
        let error = parse::<Sample>("p.toml", "roots = 'x'\n\nsigner = []\n").expect_err("unknown key");
        assert_eq!((error.line, error.column), (3, 1));
        assert!(error.message.ends_with("did you mean `signers`?"), "{error}");
    }

    #[test]
    fn a_wrong_type_is_named_with_its_line() {
        let error = parse::<Sample>("p.toml", "signers = 'security'\n").expect_err("wrong type");
        assert_eq!(error.line, 1);
        assert!(error.message.contains("expected"), "{error}");
    }

    #[test]
    fn eighty_levels_are_read_and_no_more() {
        let nested = |depth: usize| format!("roots = 'x'\na = {}{}\n", "[".repeat(depth), "]".repeat(depth));
        assert!(parse::<toml::Table>("p.toml", &nested(80)).is_ok());
        for depth in [81, 100_000] {
            let error = parse::<toml::Table>("p.toml", &nested(depth)).expect_err("too deep");
            assert_eq!((error.line, error.column), (2, 85), "{error}");
        }
        let dotted = format!("{}a = 1", "a.".repeat(100_000));
        assert!(parse::<toml::Table>("p.toml", &dotted).is_err());
    }

    #[test]
    fn a_syntax_error_has_its_place() {
        let error = parse::<Sample>("p.toml", "roots = 'x'\nsigners = [\n").expect_err("syntax");
        assert!(error.line >= 2, "{error}");
        assert!(error.to_string().starts_with("p.toml:"), "{error}");
    }
}
