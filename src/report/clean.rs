//! Text from targets made fit to be read: nothing a terminal obeys, nothing XML cannot carry,
//! nothing that shows other words than it holds, and not more than importers keep.

use std::fmt::Write as _;

use crate::xml::write::is_legal;

/// What stands for a character that cannot be shown.
const REPLACEMENT: char = '\u{FFFD}';

/// The text without terminal escape sequences and control characters, with line feeds only.
///
/// Colours of `docker` and `kubectl` make invalid XML, and what XML allows can still rewrite a
/// terminal. Characters that turn the direction of writing are spelled out (`[U+202E]`): they make
/// an image name look like another. So are the control characters of C1, which texts of an old encoding are full of.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        // Nearly all of it is such: taken over without a look at each character.
        let plain = rest.bytes().position(|byte| !is_plain(byte));
        let (plain, special) = rest.split_at(plain.unwrap_or(rest.len()));
        out.push_str(plain);
        rest = special;
        let Some(c) = rest.chars().next() else {
            return out;
        };
        if let Some(length) = escape_sequence(rest) {
            rest = &rest[length..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '\r' if rest.starts_with('\n') => {}
            '\r' => out.push('\n'),
            c if misleads(c) || matches!(c, '\u{80}'..='\u{9F}') => {
                let _ = write!(out, "[U+{:04X}]", u32::from(c));
            }
            c if c.is_control() || !is_legal(c) => out.push(REPLACEMENT),
            c => out.push(c),
        }
    }
}

/// A character of its own that stays as it is: ASCII, and no control character but tab and line feed.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n')
}

/// The text on one line, for names and titles.
#[must_use]
pub fn line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Marks of direction, and the byte order mark.
fn misleads(c: char) -> bool {
    matches!(
        c,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
    )
}

/// How many bytes the terminal escape sequence (ECMA-48) takes that the text begins with.
///
/// A sequence that is not ended is none: taking all that follows for it would hide evidence.
fn escape_sequence(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    let (_, first) = chars.next()?;
    let kind = match first {
        '\u{1B}' => match chars.peek()?.1 {
            c @ ('[' | ']' | 'P' | 'X' | '^' | '_') => {
                chars.next();
                c
            }
            _ => ' ',
        },
        '\u{9B}' => '[',
        '\u{90}' | '\u{98}' | '\u{9D}' | '\u{9E}' | '\u{9F}' => ']',
        _ => return None,
    };
    match kind {
        '[' => chars.find(|(_, c)| !matches!(c, ' '..='?')).filter(|(_, c)| matches!(c, '@'..='~')),
        ' ' => chars.find(|(_, c)| !matches!(c, ' '..='/')).filter(|(_, c)| matches!(c, '0'..='~')),
        _ => match chars.find(|(_, c)| c.is_control())? {
            (_, '\u{1B}') => chars.next().filter(|(_, c)| *c == '\\'),
            end => Some(end).filter(|(_, c)| matches!(c, '\u{7}' | '\u{9C}')),
        },
    }
    .map(|(at, c)| at + c.len_utf8())
}

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
    fn terminal_sequences_are_removed_and_what_is_none_stays_visible() {
        for (dirty, expected) in [
            ("\u{1b}[1;31mred\u{1b}[0m", "red"),
            ("\u{9b}31mred", "red"),
            ("\u{1b}]0;title\u{7}a\u{1b}]8;;x\u{1b}\\b", "ab"),
            ("\u{1b}(Ba\u{1b}cb", "ab"),
            ("\u{1b}]0;never ended\nevidence", "\u{fffd}]0;never ended\nevidence"),
            ("\u{1b}[31", "\u{fffd}[31"),
            ("\u{1b}[31\u{e9}", "\u{fffd}[31\u{e9}"),
            ("\u{1b}\u{1b}[1m[1m", "\u{fffd}[1m"),
            ("end\u{1b}", "end\u{fffd}"),
        ] {
            assert_eq!(clean(dirty), expected, "{dirty:?}");
            assert_eq!(clean(expected), expected);
        }
    }

    #[test]
    fn control_characters_do_not_get_through() {
        assert_eq!(clean("a\u{0}b\u{7f}c\u{ffff}d\u{85}"), "a\u{fffd}b\u{fffd}c\u{fffd}d[U+0085]");
        assert_eq!(clean("\u{93}quoted\u{94} it\u{92}s"), "[U+0093]quoted[U+0094] it[U+0092]s");
        assert_eq!(clean("a\r\nb\rc\n\td"), "a\nb\nc\n\td");
        assert_eq!(clean("\u{feff}x\u{202e}gpj.exe\u{2069}"), "[U+FEFF]x[U+202E]gpj.exe[U+2069]");
        assert_eq!(
            clean("]]> &amp;lt; <b> \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{1f600}"),
            "]]> &amp;lt; <b> \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{1f600}"
        );
        assert_eq!(line(" a\r\n\u{1b}[1mb\t c "), "a b c");
    }

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
