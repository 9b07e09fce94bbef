//! The parser: finds the tokens (tags with `quick-xml`), and sees to everything that makes them a document.
//!
//! Tokens are looked at where they stand in the input. One that has not ended in what is there of it
//! is looked at again when there is more, which is rare: a chunk holds hundreds.

use std::io::Read;
use std::ops::Range;

use memchr::{memchr, memchr2, memchr3, memmem};
use quick_xml::parser::{ElementParser, Parser as _};

use super::error::{Error, Fault, excerpt, size};
use super::event::{Event, Tag};
use super::input::{Input, Stop};
use super::scope::Scope;
use super::tag::{self, Parts, is_space};
use super::token::{self, Run};
use super::{Limits, Position};

/// Reads one document.
pub struct Reader<R: Read> {
    input: Input<R>,
    limits: Limits,
    stage: Stage,
    open: Vec<Open>,
    /// The names of the open elements as written, one behind the other.
    names: String,
    scope: Scope,
    elements: u64,
    /// The last start tag: where in the input it is, and its parts.
    token: Range<usize>,
    parts: Parts,
    /// The text that is put together of several pieces.
    run: Run,
    /// The innermost element has no end tag; its tag is there.
    is_empty: Option<Position>,
}

/// An element that has not ended.
struct Open {
    /// Where its name begins among the names.
    name: usize,
    position: Position,
    /// How many namespace declarations were in force around it.
    declarations: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Fresh,
    BeforeRoot,
    InRoot,
    AfterRoot,
    Finished,
    Failed,
}

/// An event, without what it refers to.
enum Step {
    Start,
    /// A text as it stands in the input.
    Text(Range<usize>),
    /// The text that has been put together.
    Run,
    End,
    Eof,
}

impl<R: Read> Reader<R> {
    /// Reads a document with the default [`Limits`]. Needs no buffering around the input.
    pub fn new(input: R) -> Self {
        Reader::with_limits(input, Limits::default())
    }

    /// Reads a document with limits of one's own.
    pub fn with_limits(input: R, limits: Limits) -> Self {
        Reader {
            input: Input::new(input, &limits),
            limits,
            stage: Stage::Fresh,
            open: Vec::new(),
            names: String::new(),
            scope: Scope::new(),
            elements: 0,
            token: 0..0,
            parts: Parts::default(),
            run: Run::default(),
            is_empty: None,
        }
    }

    /// The next event and where it begins.
    ///
    /// Fails at the first thing that is wrong, and after that always. Starts and ends are balanced,
    /// and [`Event::Eof`] comes only after the root has ended.
    pub fn next_event(&mut self) -> Result<(Position, Event<'_>), Error> {
        let (position, step) = self.step()?;
        let event = match step {
            Step::Start => Event::Start(Tag {
                token: &self.input.text()[self.token.clone()],
                position,
                parts: &self.parts,
                scope: &self.scope,
            }),
            Step::Text(range) => Event::Text(&self.input.text()[range]),
            Step::Run => Event::Text(&self.run.text),
            Step::End => Event::End,
            Step::Eof => Event::Eof,
        };
        Ok((position, event))
    }

    /// Passes over the rest of the innermost element. It is held against everything that events
    /// are.
    pub fn skip(&mut self) -> Result<(), Error> {
        let depth = self.open.len();
        loop {
            match self.step()? {
                (_, Step::End) if self.open.len() < depth => return Ok(()),
                (_, Step::Eof) => return Ok(()),
                _ => {}
            }
        }
    }

    fn step(&mut self) -> Result<(Position, Step), Error> {
        if let Some(at) = self.is_empty.take() {
            return Ok((at, self.close()));
        }
        let at = self.input.position();
        match self.stage {
            Stage::Finished => return Ok((at, Step::Eof)),
            Stage::Failed => return Fault::syntax(at, "the document has been given up before"),
            Stage::Fresh => self.begin()?,
            _ => {}
        }
        self.run.text.clear();
        let step = self.advance();
        if step.is_err() {
            self.stage = Stage::Failed;
        }
        step
    }

    fn advance(&mut self) -> Result<(Position, Step), Error> {
        loop {
            let at = self.input.position();
            let found = match self.input.rest().as_bytes() {
                [b'<', b'!', ..] => self.declaration(at)?,
                [b'<', b'?', ..] => self.instruction(at)?,
                // What follows says whether the text goes on behind it.
                [b'<'] => self.longer(at)?,
                [b'<', ..] if !self.run.text.is_empty() => {
                    return Ok((self.run.position, Step::Run));
                }
                [b'<', b'/', ..] => Some(self.end(at)?),
                [b'<', _, ..] => Some(self.start(at)?),
                [b'&', ..] => self.reference(at)?,
                [_, ..] => self.text(at)?,
                [] => self.at_end(at)?,
            };
            if let Some(step) = found {
                return Ok((at, step));
            }
        }
    }

    /// The encoding by the first bytes (XML 1.0, appendix F), and the byte order mark.
    fn begin(&mut self) -> Result<(), Error> {
        const MARK: &str = "\u{FEFF}";
        self.stage = Stage::Failed;
        let head = self.input.begin();
        if let [Some(0xFE), Some(0xFF), ..]
        | [Some(0xFF), Some(0xFE), ..]
        | [Some(0), Some(b'<' | 0), ..]
        | [Some(b'<'), Some(0), ..] = head
        {
            return Err(tag::other_encoding("UTF-16").at(Position::START));
        }
        if self.input.rest().starts_with(MARK) {
            self.input.skip(MARK.len());
            while self.input.rest().is_empty() && self.input.more(0) {}
            if self.input.rest().starts_with(MARK) {
                return Fault::syntax(Position::START, "the document has two byte order marks");
            }
        }
        self.stage = Stage::BeforeRoot;
        Ok(())
    }

    /// What begins with `<!`: a comment or a CDATA section, or what is refused.
    fn declaration(&mut self, at: Position) -> Result<Option<Step>, Error> {
        const CDATA: &[u8] = b"<![CDATA[";
        const WEB_PAGE: &[u8] = b"<!DOCTYPE html";
        let rest = self.input.rest().as_bytes();
        let begins = |whole: &[u8]| {
            let length = rest.len().min(whole.len());
            rest[..length].eq_ignore_ascii_case(&whole[..length])
        };
        if rest.len() > 2 && begins(b"<!D") {
            if rest.len() < WEB_PAGE.len() && begins(WEB_PAGE) && self.input.more(WEB_PAGE.len()) {
                return Ok(None);
            }
            return Err(doctype(self.input.rest().as_bytes()).at(at));
        }
        if rest.starts_with(b"<!--") {
            let inside = self.until(at, 4, b"-->")?;
            token::comment(at.after(b"<!--"), &self.input.rest()[inside.clone()])?;
            self.input.take(inside.end + 3);
            return Ok(None);
        }
        if rest.starts_with(CDATA) {
            let inside = self.until(at, CDATA.len(), b"]]>")?;
            if self.stage != Stage::InRoot {
                return Fault::syntax(at, "a CDATA section stands outside the root element");
            }
            let text = &self.input.rest()[inside.clone()];
            self.run.append(at, text, &self.limits)?;
            self.input.take(inside.end + 3);
            return Ok(None);
        }
        if b"<!--".starts_with(rest) || CDATA.starts_with(rest) {
            return self.longer(at);
        }
        Fault::syntax(at, "a declaration: behind '<!' neither a comment nor a CDATA section begins")
    }

    fn instruction(&mut self, at: Position) -> Result<Option<Step>, Error> {
        let inside = self.until(at, 2, b"?>")?;
        let (text, begin) = (&self.input.rest()[inside.clone()], at.after(b"<?"));
        if token::target(text) != "xml" {
            token::instruction(begin, text)?;
        } else if at == Position::START {
            tag::declaration(&mut self.parts, text, begin, &self.limits)?;
        } else {
            let text = "an XML declaration stands only at the very beginning";
            return Fault::syntax(at, text);
        }
        self.input.take(inside.end + 2);
        Ok(None)
    }

    fn start(&mut self, at: Position) -> Result<Step, Error> {
        let (mut parser, mut from) = (ElementParser::default(), 1);
        let length = loop {
            let rest = self.input.rest().as_bytes();
            if let Some(found) = parser.feed(&rest[from..]) {
                break from + found + 1;
            }
            from = rest.len();
            if let Err(no_end) = self.lengthen(at) {
                // What is wrong in it says more than that it does not end.
                tag::parse(&mut self.parts, self.input.rest(), at, &self.limits)?;
                return Err(no_end);
            }
        };
        if is_more(length, self.limits.token_bytes) {
            return Err(self.too_long(at));
        }
        let token = &self.input.rest()[..length];
        if tag::parse(&mut self.parts, token, at, &self.limits)? != Some(length) {
            // Quotes outside of values are refused before, which is all that could make the two differ.
            return Fault::syntax(at, "the tag does not end where its quotes say");
        }
        if self.stage == Stage::AfterRoot {
            let inside = token.trim_start_matches('<');
            let inside = inside.strip_suffix('>').unwrap_or(inside);
            let inside = inside.strip_suffix('/').unwrap_or(inside);
            let text = format!("there is a second root element: '<{}'", excerpt(inside));
            return Fault::syntax(at, text);
        }
        self.elements += 1;
        if self.elements > self.limits.elements {
            let most = self.limits.elements;
            return Fault::limit(at, format!("the document has more than {most} elements"));
        }
        if self.open.len() >= self.limits.depth {
            let most = self.limits.depth;
            return Fault::limit(at, format!("more than {most} elements are in one another"));
        }
        self.stage = Stage::InRoot;
        self.open.push(Open { name: self.names.len(), position: at, declarations: self.scope.count() });
        self.names.push_str(self.parts.written(token));
        self.scope.enter(token, &mut self.parts, at, &self.limits)?;
        if self.parts.is_empty {
            self.is_empty = Some(at);
        }
        let start = self.input.start();
        self.token = start..start + length;
        if self.parts.is_one_line {
            self.input.take_on_line(length);
        } else {
            self.input.take(length);
        }
        Ok(Step::Start)
    }

    fn end(&mut self, at: Position) -> Result<Step, Error> {
        let Some(open) = self.open.last() else {
            let inside = self.until(at, 2, b">")?;
            let written = trimmed(&self.input.rest()[inside]);
            return Fault::syntax(at, format!("</{}> ends nothing", excerpt(written)));
        };
        let name = &self.names[open.name..];
        let behind = self.input.rest().as_bytes()[2..].strip_prefix(name.as_bytes());
        if let Some([b'>', ..]) = behind {
            self.input.take_on_line(name.len() + 3);
            return Ok(self.close());
        }
        let line = open.position.line;
        let inside = self.until(at, 2, b">")?;
        let written = trimmed(&self.input.rest()[inside.clone()]);
        let name = self.open.last().map_or("", |open| &self.names[open.name..]);
        if written != name {
            let (found, name) = (excerpt(written), excerpt(name));
            let text = format!("</{found}> cannot end <{name}>, which began on line {line}");
            return Fault::syntax(at, text);
        }
        self.input.take(inside.end + 1);
        Ok(self.close())
    }

    /// The innermost element is at its end.
    fn close(&mut self) -> Step {
        if let Some(open) = self.open.pop() {
            self.names.truncate(open.name);
            self.scope.leave(open.declarations);
        }
        if self.open.is_empty() {
            self.stage = Stage::AfterRoot;
        }
        Step::End
    }

    /// Character data up to the next markup or reference.
    fn text(&mut self, at: Position) -> Result<Option<Step>, Error> {
        let mut from = 0;
        let length = loop {
            let rest = self.input.rest().as_bytes();
            if let Some(found) = memchr2(b'<', b'&', &rest[from..]) {
                break from + found;
            }
            from = rest.len();
            if is_more(from, self.limits.token_bytes) {
                return Err(self.too_long(at));
            }
            if !self.input.more(self.most()) {
                match self.input.stopped() {
                    (_, Stop::End) => break from,
                    (place, stop) => return Err(self.stopped(place, stop)),
                }
            }
        };
        if is_more(length, self.limits.token_bytes) {
            return Err(self.too_long(at));
        }
        // What follows says whether this is all of the text.
        while self.input.rest().len() < length + 2 && self.input.more(length + 2) {}
        let (raw, behind) = self.input.rest().split_at(length);
        if self.stage != Stage::InRoot {
            self.outside(at, raw)?;
            self.input.take(length);
            return Ok(None);
        }
        if let Some(offset) = bracket(raw) {
            let place = at.after(&raw.as_bytes()[..offset]);
            return Fault::syntax(place, "']]>' stands in a text (it is written ]]&gt;)");
        }
        let is_all = self.run.text.is_empty()
            && !matches!(behind.as_bytes(), [] | [b'&', ..] | [b'<'] | [b'<', b'!' | b'?', ..])
            && memchr(b'\r', raw.as_bytes()).is_none();
        if !is_all {
            self.run.append(at, raw, &self.limits)?;
            self.input.take(length);
            return Ok(None);
        }
        token::short(length, at, &self.limits)?;
        let start = self.input.start();
        self.input.take(length);
        Ok(Some(Step::Text(start..start + length)))
    }

    /// Outside of the root only white space may stand.
    fn outside(&self, at: Position, raw: &str) -> Result<(), Error> {
        let Some(offset) = raw.bytes().position(|byte| !is_space(byte)) else {
            return Ok(());
        };
        let (place, quote) = (at.after(&raw.as_bytes()[..offset]), excerpt(&raw[offset..]));
        if self.stage == Stage::BeforeRoot {
            return Fault::syntax(place, format!("this is not XML: '{quote}' stands before any tag"));
        }
        Fault::syntax(place, format!("text follows the root element: '{quote}'"))
    }

    fn reference(&mut self, at: Position) -> Result<Option<Step>, Error> {
        const USUAL: [(&str, char); 4] = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')];
        let mut from = 1;
        let (character, length) = loop {
            let rest = self.input.rest();
            let mut usual = USUAL.iter();
            if let Some((name, character)) = usual.find(|(name, _)| rest.starts_with(name)) {
                break (*character, name.len());
            }
            let bytes = rest.as_bytes();
            match memchr3(b';', b'<', b'&', &bytes[from..]) {
                Some(found) if bytes[from + found] == b';' => {
                    let length = from + found + 1;
                    if is_more(length, self.limits.token_bytes) {
                        return Err(self.too_long(at));
                    }
                    let name = &rest[1..from + found];
                    break (tag::referred(name).map_err(|fault| fault.at(at))?, length);
                }
                Some(_) => return Fault::syntax(at, tag::UNCLOSED_REFERENCE),
                None => {
                    from = bytes.len();
                    self.lengthen(at)?;
                }
            }
        };
        if self.stage != Stage::InRoot {
            return Fault::syntax(at, "a reference stands outside the root element");
        }
        self.run.push(at, character, &self.limits)?;
        // No name of a character has a line end in it.
        self.input.take_on_line(length);
        Ok(None)
    }

    /// Nothing is there: has more, or ends the document.
    fn at_end(&mut self, at: Position) -> Result<Option<Step>, Error> {
        if self.input.more(0) {
            return Ok(None);
        }
        self.finish(at).map(Some)
    }

    fn finish(&mut self, at: Position) -> Result<Step, Error> {
        match self.input.stopped() {
            (_, Stop::End) => {}
            (place, stop) => return Err(self.stopped(place, stop)),
        }
        if let Some(open) = self.open.last() {
            let (name, line) = (excerpt(&self.names[open.name..]), open.position.line);
            let text = format!("the document ends inside <{name}>, which began on line {line}");
            return Err(Fault::Truncated(text).at(at));
        }
        if self.stage == Stage::BeforeRoot {
            let what = if at == Position::START { "is empty" } else { "has no root element" };
            return Err(Fault::Truncated(format!("the document {what}")).at(at));
        }
        self.stage = Stage::Finished;
        Ok(Step::Eof)
    }

    /// What stands in the token that begins here between that byte and its end, which is looked for
    /// until it is there.
    fn until(&mut self, at: Position, begin: usize, end: &[u8]) -> Result<Range<usize>, Error> {
        let mut from = begin;
        loop {
            let rest = self.input.rest().as_bytes();
            let found = rest.get(from..).and_then(|rest| memmem::find(rest, end));
            if let Some(found) = found {
                if is_more(from + found + end.len(), self.limits.token_bytes) {
                    return Err(self.too_long(at));
                }
                return Ok(begin..from + found);
            }
            from = begin.max((rest.len() + 1).saturating_sub(end.len()));
            self.lengthen(at)?;
        }
    }

    /// The token has not ended in what is there: has more of it.
    fn longer(&mut self, at: Position) -> Result<Option<Step>, Error> {
        self.lengthen(at)?;
        Ok(None)
    }

    fn lengthen(&mut self, at: Position) -> Result<(), Error> {
        if is_more(self.input.rest().len(), self.limits.token_bytes) {
            return Err(self.too_long(at));
        }
        if self.input.more(self.most()) {
            return Ok(());
        }
        let (place, stop) = self.input.stopped();
        let rest = self.input.rest().as_bytes();
        Err(match stop {
            Stop::End if rest.starts_with(b"&") => Fault::Syntax(tag::UNCLOSED_REFERENCE.into()).at(at),
            Stop::End => {
                let text = format!("the document ends inside {}", token::kind(rest));
                Fault::Truncated(text).at(at)
            }
            stop => self.stopped(place, stop),
        })
    }

    /// How much of a token has to be there to see that it is too long.
    fn most(&self) -> usize {
        usize::try_from(self.limits.token_bytes).unwrap_or(usize::MAX)
    }

    /// Why the input stopped, in words.
    fn stopped(&self, place: Position, stop: Stop) -> Error {
        let fault = match stop {
            Stop::Failed(error) => Fault::Io(error),
            Stop::Illegal(character) => Fault::Character(character),
            Stop::Total => {
                let most = size(self.limits.total_bytes);
                Fault::Limit(format!("the document is larger than {most}"))
            }
            Stop::NotUtf8 => {
                let text = "the bytes here are not UTF-8: convert the document to it";
                Fault::Encoding(text.into())
            }
            Stop::End => Fault::Truncated("the document ends here".into()),
        };
        fault.at(place)
    }

    fn too_long(&self, at: Position) -> Error {
        let kind = token::kind(self.input.rest().as_bytes());
        let most = size(self.limits.token_bytes);
        Fault::Limit(format!("{kind} goes on for more than {most}")).at(at)
    }
}

/// So many bytes are more than there may be.
fn is_more(bytes: usize, most: u64) -> bool {
    u64::try_from(bytes).map_or(true, |bytes| bytes > most)
}

fn doctype(rest: &[u8]) -> Fault {
    let begin = rest.get(..14).unwrap_or_default();
    let text = if begin.eq_ignore_ascii_case(b"<!DOCTYPE html") {
        "this is a web page: download the file itself, not the page that shows it"
    } else {
        "the document has a DOCTYPE, which can make a reader fetch files and fill memory; no \
         benchmark, checklist or result needs one: remove it"
    };
    Fault::Doctype(text.into())
}

/// The name in an end tag, behind which white space may stand.
fn trimmed(inside: &str) -> &str {
    inside.trim_end_matches([' ', '\t', '\r', '\n'])
}

/// Where `]]>` stands in a text.
fn bracket(raw: &str) -> Option<usize> {
    let bytes = raw.as_bytes();
    let mut from = 0;
    // Nearly no text has an angle bracket at all.
    while let Some(found) = memchr(b'>', &bytes[from..]) {
        let at = from + found;
        if bytes[..at].ends_with(b"]]") {
            return Some(at - 2);
        }
        from = at + 1;
    }
    None
}
