//! Breaking text into lines.

/// The lines of one paragraph, none longer than `width` unless a single word is. White space between
/// words becomes one space.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn words_stay_whole() {
        assert_eq!(wrap("a bb  ccc\ndddddd", 4), ["a bb", "ccc", "dddddd"]);
        assert!(wrap("  ", 4).is_empty());
    }
}
