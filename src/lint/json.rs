//! JSON with the place of everything (RFC 8259), as strict as `JSON.parse`, and keeping what a map would lose: names
//! that stand there twice.

/// A value and where it begins.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

/// What it is.
#[derive(Debug)]
pub(super) enum Kind {
    Null,
    Bool,
    /// A number as it is written.
    Number(String),
    Text(String),
    List(Vec<Value>),
    Object(Vec<Member>),
}

/// A name and its value in an object.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) at: usize,
    pub(super) value: Value,
}

/// Why it is no JSON, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) why: &'static str,
}

/// Lists and objects in one another at most. JavaScript reads thousands; no checklist has a dozen.
const MOST_DEPTH: usize = 400;

/// Why something deeper is not read.
pub(super) const DEEP: &str = "more than 400 lists and objects are in one another";

impl Value {
    /// The value of that name; the last one, as in JavaScript.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        match &self.kind {
            Kind::Object(members) => members.iter().rfind(|m| m.name == name).map(|m| &m.value),
            _ => None,
        }
    }

    /// The text of that name.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_text)
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Value]> {
        match &self.kind {
            Kind::List(values) => Some(values),
            _ => None,
        }
    }

    pub(super) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// JavaScript takes it for true.
    pub(super) fn is_truthy(&self, source: &str) -> bool {
        match &self.kind {
            Kind::Null => false,
            Kind::Bool => source[self.at..].starts_with("true"),
            Kind::Number(text) => text.parse::<f64>().is_ok_and(|number| number != 0.0),
            Kind::Text(text) => !text.is_empty(),
            Kind::List(_) | Kind::Object(_) => true,
        }
    }

    /// What it is, in words.
    pub(super) fn what(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "null",
            Kind::Bool => "true or false",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Object(_) => "an object",
        }
    }
}

/// Reads a document.
pub(super) fn parse(text: &str) -> Result<Value, Wrong> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    parser.space();
    if parser.at < text.len() {
        return parser.wrong("something follows the end of the document");
    }
    Ok(value)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn wrong<T>(&self, why: &'static str) -> Result<T, Wrong> {
        Err(Wrong { at: self.at, why })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        let fits = self.text[self.at..].starts_with(word);
        if fits {
            self.at += word.len();
        }
        fits
    }

    fn value(&mut self, depth: usize) -> Result<Value, Wrong> {
        self.space();
        let at = self.at;
        if depth >= MOST_DEPTH && matches!(self.peek(), Some(b'[' | b'{')) {
            return self.wrong(DEEP);
        }
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ if self.takes("null") => Kind::Null,
            _ if self.takes("true") || self.takes("false") => Kind::Bool,
            Some(b'/') => return self.wrong("JSON has no comments"),
            Some(b'\'') => return self.wrong("texts stand in double quotation marks"),
            None => return self.wrong("the document ends where a value should be"),
            _ => return self.wrong("there is no value here"),
        };
        Ok(Value { at, kind })
    }

    fn list(&mut self, depth: usize) -> Result<Kind, Wrong> {
        self.at += 1;
        let mut values = Vec::new();
        self.space();
        if self.takes("]") {
            return Ok(Kind::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            self.space();
            if self.takes("]") {
                return Ok(Kind::List(values));
            }
            if !self.takes(",") {
                return self.wrong("a list goes on with ',' or ends with ']'");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Kind, Wrong> {
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        if self.takes("}") {
            return Ok(Kind::Object(members));
        }
        loop {
            self.space();
            let at = self.at;
            if self.peek() != Some(b'"') {
                return self.wrong("a name in double quotation marks should be here");
            }
            let name = self.string()?;
            self.space();
            if !self.takes(":") {
                return self.wrong("':' should follow a name");
            }
            let value = self.value(depth + 1)?;
            members.push(Member { name, at, value });
            self.space();
            if self.takes("}") {
                return Ok(Kind::Object(members));
            }
            if !self.takes(",") {
                return self.wrong("an object goes on with ',' or ends with '}'");
            }
        }
    }

    fn number(&mut self) -> Result<Kind, Wrong> {
        let begin = self.at;
        self.takes("-");
        let digits = |parser: &mut Self| {
            let begin = parser.at;
            while matches!(parser.peek(), Some(b'0'..=b'9')) {
                parser.at += 1;
            }
            parser.at - begin
        };
        let is_zero = self.peek() == Some(b'0');
        let whole = digits(self);
        if whole == 0 || (is_zero && whole > 1) {
            self.at = begin;
            return self.wrong("this is no number");
        }
        if self.takes(".") && digits(self) == 0 {
            return self.wrong("digits should follow '.'");
        }
        if self.takes("e") || self.takes("E") {
            let _ = self.takes("+") || self.takes("-");
            if digits(self) == 0 {
                return self.wrong("digits should follow the exponent");
            }
        }
        Ok(Kind::Number(self.text[begin..self.at].to_owned()))
    }

    fn string(&mut self) -> Result<String, Wrong> {
        let begin = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                self.at = begin;
                return self.wrong("the text that begins here does not end");
            };
            out.push_str(&rest[..end]);
            self.at += end;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => {
                    return self.wrong(
                        "a control character stands in a text: write it as \\n, \\t or \\u001b, or take it out",
                    );
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Wrong> {
        let simple = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return self.wrong("'\\' is followed by none of \" \\ / b f n r t u"),
        };
        self.at += 2;
        Ok(simple)
    }

    /// `\uXXXX`, with its second half where it is one of two. A lone half is no error in JavaScript.
    fn unicode(&mut self) -> Result<char, Wrong> {
        let unit = |parser: &Self, at: usize| {
            let digits = parser.text.get(at..at + 6)?.strip_prefix("\\u")?;
            let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
            u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
        };
        let Some(first) = unit(self, self.at) else {
            return self.wrong("four hexadecimal digits should follow \\u");
        };
        self.at += 6;
        if !(0xD800..0xDC00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or('\u{FFFD}'));
        }
        match unit(self, self.at) {
            Some(second @ 0xDC00..0xE000) => {
                self.at += 6;
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                Ok(char::from_u32(code).unwrap_or('\u{FFFD}'))
            }
            _ => Ok('\u{FFFD}'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_doubled_names_are_kept() {
        let value = parse(" {\"a\": [1, \"x\\u00e9\\ud83d\\ude00\"], \"a\": null}").unwrap();
        assert_eq!(value.members().len(), 2);
        assert_eq!(value.members()[0].at, 2);
        assert!(value.get("a").unwrap().is_null());
        let list = value.members()[0].value.as_list().unwrap();
        assert_eq!(list[1].at, 11);
        assert_eq!(list[1].as_text(), Some("x\u{e9}\u{1f600}"));
    }

    #[test]
    fn what_json_parse_refuses_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "1.",
            "1e",
            "+1",
            "NaN",
            "'x'",
            "\"\u{1}\"",
            "\"\\x41\"",
            "\"\\u12\"",
            "// x\n1",
            "1 2",
            "\u{a0}1",
            "\"x",
            "{\"a\" 1}",
            "tru",
            "-",
        ] {
            assert!(parse(text).is_err(), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "{text}");
        }
        for text in ["1e999", "\"\\ud800\"", "-0.5E+3", "[]", " {} ", "\"\""] {
            assert!(parse(text).is_ok(), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
        let nested = |depth: usize| format!("\n{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(400)).is_ok());
        let deep = parse(&nested(401)).unwrap_err();
        assert_eq!(deep, Wrong { at: 401, why: DEEP });
    }
}
