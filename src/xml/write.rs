//! Writing XML: escaping, nesting and indentation in one place.

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
        Writer {
            out,
            indent,
            open: Vec::new(),
            in_tag: false,
            quotes: false,
        }
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
                self.out.push('\n');
                self.out.push_str(&self.indent.repeat(self.open.len()));
            }
        }
        self.out.push('<');
        self.out.push_str(name);
        self.open.push(Open {
            name,
            has_elements: false,
            has_text: false,
        });
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
        let place = if self.quotes {
            Place::QuotedText
        } else {
            Place::Text
        };
        escape(&mut self.out, text, place);
        self
    }

    /// Ends the innermost element. An empty one keeps its end tag: some readers look for it.
    pub fn end(&mut self) -> &mut Self {
        self.close_tag();
        if let Some(open) = self.open.pop() {
            if open.has_elements && !open.has_text {
                self.out.push('\n');
                self.out.push_str(&self.indent.repeat(self.open.len()));
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

    fn close_tag(&mut self) {
        if self.in_tag {
            self.out.push('>');
            self.in_tag = false;
        }
    }
}

/// Where an escaped text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Attribute,
    Text,
    QuotedText,
}

fn escape(out: &mut String, text: &str, place: Place) {
    let in_attribute = place == Place::Attribute;
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if place != Place::Text => out.push_str("&quot;"),
            '\'' if place == Place::QuotedText => out.push_str("&apos;"),
            '\t' if in_attribute => out.push_str("&#9;"),
            '\n' if in_attribute => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            c if is_legal(c) => out.push(c),
            _ => out.push('\u{FFFD}'),
        }
    }
}

/// The text with every character that XML 1.0 cannot carry replaced by U+FFFD.
fn legal(text: &str) -> String {
    text.chars()
        .map(|c| if is_legal(c) { c } else { '\u{FFFD}' })
        .collect()
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
        w.start("a")
            .attr("b", "1 < \"2\"\n")
            .leaf("c", " x & y ")
            .leaf("d", "")
            .end();
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <a b=\"1 &lt; &quot;2&quot;&#10;\">\n  <c> x &amp; y </c>\n  <d></d>\n</a>\n";
        assert_eq!(w.finish(), expected);
    }

    #[test]
    fn what_xml_cannot_carry_is_replaced() {
        let mut w = Writer::new("");
        w.leaf("a", "\u{0}\u{1b}[31m]]>\u{FFFF}");
        assert!(
            w.finish()
                .contains("<a>\u{FFFD}\u{FFFD}[31m]]&gt;\u{FFFD}</a>")
        );
    }

    #[test]
    fn open_elements_are_ended() {
        let mut w = Writer::new("");
        w.start("a").start("b").text("x");
        assert!(w.finish().ends_with("<a>\n<b>x</b>\n</a>\n"));
    }
}
