//! Text from targets made fit to be read: what can be printed, and not more than importers keep.

pub use crate::printable::{clean, line};

/// How long importers find the text: they count UTF-16 code units.
pub(super) fn units(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(char::len_utf16).sum()
}

/// The text with at most `limit` UTF-16 code units. What does not fit gives way to a remark that
/// says how many characters are missing and where they are.
#[must_use]
pub fn cut(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.to_owned();
    }
    let count = text.chars().count();
    // The remark on all characters is as long as any that can come out.
    let room = limit.saturating_sub(units(&remark(count)));
    let kept = prefix(text, room);
    let left_out = count - kept.chars().count();
    prefix(&format!("{kept}{}", remark(left_out)), limit).to_owned()
}

fn remark(left_out: usize) -> String {
    format!("\n[cut here: {left_out} characters left out; the rest is in the results JSON and the evidence]")
}

/// The longest beginning of the text that has at most `limit` UTF-16 code units.
pub(super) fn prefix(text: &str, limit: usize) -> &str {
    let mut length = 0;
    let end = text.char_indices().find(|(_, c)| {
        length += c.len_utf16();
        length > limit
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// How many characters of the text XML writes as entities.
pub(super) fn entities(text: &str) -> usize {
    text.bytes().filter(|b| is_entity(char::from(*b))).count()
}

/// The text cut so that it has about `most` such characters at most.
pub(super) fn cut_entities(text: &str, most: usize) -> String {
    let found = text.char_indices().filter(|(_, c)| is_entity(*c)).nth(most);
    // A few words are shown in any case, and the remark needs its room.
    found.map_or_else(|| text.to_owned(), |(at, _)| cut(text, units(&text[..at]).max(200)))
}

fn is_entity(c: char) -> bool {
    matches!(c, '&' | '<' | '>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_says_how_much_and_where_it_is() {
        let long = "\u{1f600}".repeat(40_000);
        let short = cut(&long, 32_000);
        assert!(units(&short) <= 32_000 && units(&short) > 31_995);
        let kept = short.chars().filter(|c| *c == '\u{1f600}').count();
        let remark = format!("[cut here: {} characters left out; the rest is in", 40_000 - kept);
        assert!(short.contains(&remark), "{}", &short[short.len() - 120..]);
        assert_eq!(cut(&"x".repeat(32_000), 32_000).len(), 32_000);
        assert_eq!(units(&cut(&long, 10)), 10);
        assert_eq!(prefix("a\u{1f600}", 2), "a");
    }
}
