//! Writing XML: escaping, nesting and indentation in one place.

use std::fmt::Write as _;

use crate::printable::is_harmless;

/// Writes one document into memory.
///
/// Elements that hold text are written on one line, elements that hold elements are indented, so
/// that no white space is ever added to a text.
#[derive(Debug)]
pub struct Writer {
    out: String,
    indent: &'static str,
    open: Vec<Open>,
    /// The start tag of the innermost element has not been closed by `>` yet.
    in_tag: bool,
    /// Quotation marks in texts are written as entities.
    quotes: bool,
}

#[derive(Debug)]
struct Open {
    name: &'static str,
    has_elements: bool,
    has_text: bool,
}

impl Writer {
    /// A document that begins with the XML declaration; `indent` is one step of indentation.
    #[must_use]
    pub fn new(indent: &'static str) -> Self {
        let out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        Writer { out, indent, open: Vec::new(), in_tag: false, quotes: false }
    }

    /// Writes quotation marks in texts as entities, as Nessus does.
    #[must_use]
    pub fn quoting(mut self) -> Self {
        self.quotes = true;
        self
    }

    /// A comment on a line of its own, before the root only: some importers fail on any other.
    pub fn comment(&mut self, text: &str) -> &mut Self {
        debug_assert!(self.open.is_empty(), "comments stand before the root");
        self.out.push_str("<!--");
        self.out.push_str(&legal(text).replace("--", "- -"));
        self.out.push_str("-->\n");
        self
    }

    /// Begins an element.
    pub fn start(&mut self, name: &'static str) -> &mut Self {
        self.close_tag();
        if let Some(parent) = self.open.last_mut() {
            parent.has_elements = true;
            if !parent.has_text {
                self.new_line();
            }
        }
        self.out.push('<');
        self.out.push_str(name);
        self.open.push(Open { name, has_elements: false, has_text: false });
        self.in_tag = true;
        self
    }

    /// An attribute of the element just begun.
    pub fn attr(&mut self, name: &str, value: &str) -> &mut Self {
        debug_assert!(self.in_tag, "attributes follow the start of an element");
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(&mut self.out, value, Place::Attribute);
        self.out.push('"');
        self
    }

    /// An attribute that is left out when there is no value.
    pub fn attr_opt(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Text inside the innermost element.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.close_tag();
        if let Some(open) = self.open.last_mut() {
            open.has_text = true;
        }
        let place = if self.quotes { Place::QuotedText } else { Place::Text };
        escape(&mut self.out, text, place);
        self
    }

    /// Ends the innermost element. An empty one keeps its end tag: some readers look for it.
    pub fn end(&mut self) -> &mut Self {
        self.close_tag();
        if let Some(open) = self.open.pop() {
            if open.has_elements && !open.has_text {
                self.new_line();
            }
            self.out.push_str("</");
            self.out.push_str(open.name);
            self.out.push('>');
        }
        self
    }

    /// An element that holds only text.
    pub fn leaf(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.start(name);
        if !text.is_empty() {
            self.text(text);
        }
        self.end()
    }

    /// The document, with every element that is still open ended.
    #[must_use]
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.out.push('\n');
        self.out
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        for _ in &self.open {
            self.out.push_str(self.indent);
        }
    }

    fn close_tag(&mut self) {
        if self.in_tag {
            self.out.push('>');
            self.in_tag = false;
        }
    }
}

/// The bytes that [`escape`] has to look at, wherever the text stands.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = true;
        byte += 1;
    }
    // With the latter begin the characters that XML cannot carry, and those that it can and that are no good as they are.
    let marks = b"&<>\"'\x7F\xC2\xD8\xE2\xEF\xF3";
    let mut mark = 0;
    while mark < marks.len() {
        special[marks[mark] as usize] = true;
        mark += 1;
    }
    special
};

/// Where an escaped text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Attribute,
    Text,
    QuotedText,
}

/// A text as it may stand in an element or an attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape(&mut out, text, Place::Attribute);
    out
}

fn escape(out: &mut String, text: &str, place: Place) {
    let in_attribute = place == Place::Attribute;
    let (bytes, mut begin, mut at) = (text.as_bytes(), 0, 0);
    out.reserve(text.len());
    while let Some(plain) = bytes[at..].iter().position(|b| SPECIAL[usize::from(*b)]) {
        at += plain;
        let byte = bytes[at];
        let mut length = 1;
        let instead = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if place != Place::Text => "&quot;",
            b'\'' if place == Place::QuotedText => "&apos;",
            b'\t' if in_attribute => "&#9;",
            b'\n' if in_attribute => "&#10;",
            b'\r' => "&#13;",
            b'\t' | b'\n' => "",
            0..0x20 => "\u{FFFD}",
            0x7F.. => {
                let c = text[at..].chars().next().unwrap_or_default();
                length = c.len_utf8();
                if is_legal(c) && !is_harmless(c) {
                    // Who reads the document sees the same; who looks at the file sees what is there.
                    let _ = write!(out, "{}&#x{:X};", &text[begin..at], u32::from(c));
                    at += length;
                    begin = at;
                    continue;
                }
                if is_legal(c) { "" } else { "\u{FFFD}" }
            }
            _ => "",
        };
        if !instead.is_empty() {
            out.push_str(&text[begin..at]);
            out.push_str(instead);
            begin = at + length;
        }
        at += length;
    }
    out.push_str(&text[begin..]);
}

/// The text with every character that XML 1.0 cannot carry replaced by U+FFFD.
fn legal(text: &str) -> String {
    text.chars().map(|c| if is_legal(c) { c } else { '\u{FFFD}' }).collect()
}

/// XML 1.0's `Char`.
#[must_use]
pub fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_their_white_space_and_elements_are_indented() {
        let mut w = Writer::new("  ");
        w.start("a").attr("b", "1 < \"2\"\n").leaf("c", " x & y ").leaf("d", "").end();
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <a b=\"1 &lt; &quot;2&quot;&#10;\">\n  <c> x &amp; y </c>\n  <d></d>\n</a>\n";
        assert_eq!(w.finish(), expected);
    }

    #[test]
    fn what_xml_cannot_carry_is_replaced() {
        let mut w = Writer::new("");
        w.leaf("a", "\u{0}\u{1b}[31m]]>\u{FFFF}");
        assert!(w.finish().contains("<a>\u{FFFD}\u{FFFD}[31m]]&gt;\u{FFFD}</a>"));
    }

    /// What stands for each character does not depend on what is beside it.
    #[test]
    fn each_character_is_escaped_by_itself() {
        for place in [Place::Attribute, Place::Text, Place::QuotedText] {
            let all = (0..0x3000).chain(0xD7F0..0xE010).chain(0xFF00..0x1_0010).filter_map(char::from_u32);
            let (mut whole, mut single) = (String::new(), String::new());
            let text: String = all.collect();
            escape(&mut whole, &text, place);
            for c in text.chars() {
                let before = single.len();
                escape(&mut single, c.encode_utf8(&mut [0; 4]), place);
                let is_kept = single[before..].starts_with(c);
                let is_special = matches!(c, '&' | '<' | '>' | '"' | '\'' | '\t' | '\n' | '\r');
                assert!(is_special || is_kept == (is_legal(c) && is_harmless(c)), "U+{:04X}", u32::from(c));
            }
            assert_eq!(whole, single);
        }
    }

    #[test]
    fn open_elements_are_ended() {
        let mut w = Writer::new("");
        w.start("a").start("b").text("x");
        assert!(w.finish().ends_with("<a>\n<b>x</b>\n</a>\n"));
    }
}
