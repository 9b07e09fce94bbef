//! Text from outside made fit to be printed: nothing a terminal obeys, nothing XML cannot carry, nothing that shows other
//! words than it holds.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};

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

/// A character that neither steers a terminal nor shows other words than it stands for.
#[must_use]
pub fn is_harmless(c: char) -> bool {
    matches!(c, '\n' | '\t') || !(c.is_control() || misleads(c))
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

/// Marks of direction, ends of lines that are no control characters, the byte order mark, and letters that nobody sees.
fn misleads(c: char) -> bool {
    matches!(
        c,
        '\u{61C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2066}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{E0000}'..='\u{E007F}'
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

/// A whole document in which each character that is not harmless is spelled out by itself: no part of the document can take
/// in another.
#[must_use]
pub fn spelled(text: String) -> String {
    if text.chars().all(is_harmless) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if is_harmless(c) => out.push(c),
            c if c.is_ascii() => out.push(REPLACEMENT),
            c => {
                let _ = write!(out, "[U+{:04X}]", u32::from(c));
            }
        }
    }
    out
}

/// The text without what URLs in it may hold of secrets: user names, passwords, queries and fragments.
#[must_use]
pub fn without_secrets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, url) = rest.split_at(at + 3);
        let end = url.find(|c: char| c.is_whitespace() || "\"'`<>()".contains(c)).unwrap_or(url.len());
        let (url, after) = url.split_at(end);
        let (place, hidden) = match url.find(['?', '#']) {
            Some(at) => (&url[..at], &url[at..=at]),
            None => (url, ""),
        };
        let authority = place.find('/').unwrap_or(place.len());
        out += before;
        out += match place[..authority].rfind('@') {
            Some(at) => &place[at + 1..],
            None => place,
        };
        if !hidden.is_empty() {
            out += hidden;
            out.push('\u{2026}');
        }
        rest = after;
    }
    out + rest
}

/// Indented JSON, with a line feed at its end, in which no character can steer a terminal or turn the direction of writing:
/// those that JSON lets stand are spelled as it spells the others (`\u009b`). What a program reads of it is the same.
pub fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    write_json(&mut bytes, value)?;
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// Writes the same.
pub fn write_json(mut to: impl io::Write, value: &impl Serialize) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut to, Harmless(PrettyFormatter::new())))?;
    to.write_all(b"\n").map_err(serde_json::Error::io)
}

/// JSON as `serde_json` indents it, with its texts made harmless.
struct Harmless(PrettyFormatter<'static>);

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, to: &mut W, mut text: &str) -> io::Result<()> {
        while let Some((at, c)) = text.char_indices().find(|(_, c)| !is_harmless(*c)) {
            to.write_all(&text.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(to, "\\u{unit:04x}")?;
            }
            text = &text[at + c.len_utf8()..];
        }
        to.write_all(text.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_array(to)
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array(to)
    }
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(to, first)
    }
    fn end_array_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array_value(to)
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object(to)
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object(to)
    }
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(to, first)
    }
    fn begin_object_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object_value(to)
    }
    fn end_object_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object_value(to)
    }
}

/// A path on one line.
#[must_use]
pub fn path(path: &Path) -> String {
    line(&path.to_string_lossy())
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
    fn a_document_is_spelled_out_and_keeps_its_parts() {
        let document = "<a>\u{1b}]0;x</a>\n<b>y\u{7}\u{9b}\u{202e}</b>";
        assert_eq!(spelled(document.into()), "<a>\u{fffd}]0;x</a>\n<b>y\u{fffd}[U+009B][U+202E]</b>");
        assert_eq!(spelled("<a>\u{e9}\t</a>\n".into()), "<a>\u{e9}\t</a>\n");
    }

    #[test]
    fn urls_keep_their_secrets() {
        for (text, expected) in [
            ("no URL at all? yes: a/b", "no URL at all? yes: a/b"),
            ("x \"https://a:b@ucp:443/c?token=t&u\": no", "x \"https://ucp:443/c?\u{2026}\": no"),
            ("https://u@h#f and tcp://x@y/z@w", "https://h#\u{2026} and tcp://y/z@w"),
            ("https://ucp.example.mil/a", "https://ucp.example.mil/a"),
            ("://", "://"),
        ] {
            assert_eq!(without_secrets(text), expected);
        }
    }

    #[test]
    fn json_says_the_same_and_moves_no_terminal() {
        let hostile = "a\u{1b}[1m\u{7f}\u{9b}31m\u{85}\u{202e}\u{2028}\u{feff}\u{e0041}\u{1f600}\n\u{e9}\"\\";
        let document = serde_json::json!({hostile: [hostile, 1, null, {}, [], {"a": true}]});
        let text = json(&document).expect("JSON");
        assert!(text.chars().all(is_harmless), "{text:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), document);
        let plain = serde_json::json!({"a": ["b", {"c": "\u{e9}"}], "d": {}});
        assert_eq!(json(&plain).expect("JSON"), serde_json::to_string_pretty(&plain).expect("JSON") + "\n");
    }
}
