//! The parser proper: `quick-xml` finds the tokens, and everything that makes them a document is
//! seen to here.

use std::collections::VecDeque;
use std::io::Read;

use quick_xml::events::Event as Token;

use super::error::{Error, Fault, excerpt, size};
use super::guard::{Guard, Stop};
use super::scope::Scope;
use super::tag::{self, is_space};
use super::token::{self, Run};
use super::{Event, Limits, Position};

/// Reads one document.
pub struct Reader<R: Read> {
    parser: quick_xml::Reader<Guard<R>>,
    /// The token being looked at; kept for its capacity.
    token: Vec<u8>,
    limits: Limits,
    open: Vec<Open>,
    scope: Scope,
    elements: u64,
    stage: Stage,
    /// Events that are ready: a tag that ended a text, or the two of an empty element.
    ready: VecDeque<(Position, Event)>,
}

/// An element that has not ended.
struct Open {
    written: String,
    position: Position,
    declared: Vec<String>,
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

impl<R: Read> Reader<R> {
    /// Reads a document with the default [`Limits`]. Needs no buffering around the input.
    pub fn new(input: R) -> Self {
        Reader::with_limits(input, Limits::default())
    }

    /// Reads a document with limits of one's own.
    pub fn with_limits(input: R, limits: Limits) -> Self {
        let mut parser = quick_xml::Reader::from_reader(Guard::new(input, &limits));
        // End tags are compared here, where it is known on which line the element began.
        parser.config_mut().check_end_names = false;
        parser.config_mut().allow_unmatched_ends = true;
        Reader {
            parser,
            token: Vec::new(),
            limits,
            open: Vec::new(),
            scope: Scope::new(),
            elements: 0,
            stage: Stage::Fresh,
            ready: VecDeque::new(),
        }
    }

    /// The namespace that a prefix means where the reader stands, as it is wanted for names in
    /// attribute values (`xs:QName`); the empty prefix is the default namespace. Right behind the
    /// start of an element this includes what that element declares, unless it is empty.
    #[must_use]
    pub fn meaning(&self, prefix: &str) -> Option<std::sync::Arc<str>> {
        self.scope.in_force(prefix)
    }

    /// The next event and where it begins.
    ///
    /// Fails at the first thing that is wrong, and after that always. Starts and ends are balanced,
    /// and [`Event::Eof`] comes only after the root has ended.
    pub fn next_event(&mut self) -> Result<(Position, Event), Error> {
        if let Some(event) = self.ready.pop_front() {
            return Ok(event);
        }
        let at = self.parser.get_ref().position();
        match self.stage {
            Stage::Finished => return Ok((at, Event::Eof)),
            Stage::Failed => return Fault::syntax(at, "the document has been given up before"),
            _ => {}
        }
        let event = self.advance();
        if event.is_err() {
            self.stage = Stage::Failed;
            self.ready.clear();
        }
        event
    }

    fn advance(&mut self) -> Result<(Position, Event), Error> {
        if self.stage == Stage::Fresh {
            self.begin()?;
        }
        let mut run = Run::new();
        loop {
            let at = self.parser.get_ref().position();
            self.parser.get_mut().begin_token();
            self.refuse_doctype(at)?;
            let mut token = std::mem::take(&mut self.token);
            token.clear();
            let mut outcome = match self.parser.read_event_into(&mut token) {
                Ok(read) => self.take(at, &read, &mut run),
                Err(error) => Err(self.explain(at, &token, &error)),
            };
            // Whether the parser has noticed or not.
            if self.parser.get_ref().is_token_too_long() {
                outcome = Err(self.too_long(at, &token));
            }
            self.token = token;
            outcome?;
            let Some(next) = self.ready.pop_front() else {
                continue;
            };
            if run.text.is_empty() {
                return Ok(next);
            }
            self.ready.push_front(next);
            return Ok((run.position, Event::Text(run.text)));
        }
    }

    /// The encoding by the first bytes (XML 1.0, appendix F), and the byte order mark.
    fn begin(&mut self) -> Result<(), Error> {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        self.stage = Stage::BeforeRoot;
        let guard = self.parser.get_mut();
        if let [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, b'<' | 0, ..] | [b'<', 0, ..] =
            guard.peek(4)
        {
            return Err(tag::other_encoding("UTF-16").at(Position::START));
        }
        if guard.peek(3) == MARK {
            guard.skip(3);
            // The parser would take a second mark for the first.
            if guard.peek(3) == MARK {
                return Fault::syntax(Position::START, "the document has two byte order marks");
            }
        }
        Ok(())
    }

    /// Looks ahead, so that the parser never gets to see a document type declaration.
    fn refuse_doctype(&mut self, at: Position) -> Result<(), Error> {
        let ahead = self.parser.get_mut().peek(14);
        if !ahead
            .get(..3)
            .is_some_and(|begin| begin.eq_ignore_ascii_case(b"<!D"))
        {
            return Ok(());
        }
        let text = if ahead.eq_ignore_ascii_case(b"<!DOCTYPE html") {
            "this is a web page: download the file itself, not the page that shows it"
        } else {
            "the document has a DOCTYPE, which can make a reader fetch files and fill memory; no \
             benchmark needs one: remove it"
        };
        Err(Fault::Doctype(text.into()).at(at))
    }

    fn take(&mut self, at: Position, token: &Token<'_>, run: &mut Run) -> Result<(), Error> {
        match token {
            Token::Start(tag) => self.start(at, tag, false),
            Token::Empty(tag) => self.start(at, tag, true),
            Token::End(tag) => self.end(at, tag),
            Token::Text(text) => self.text(at, text, run),
            Token::CData(text) => self.cdata(at, text, run),
            Token::GeneralRef(name) => self.reference(at, name, run),
            Token::Comment(text) => token::comment(at.after(b"<!--"), text),
            Token::PI(text) => token::instruction(at.after(b"<?"), text),
            Token::Decl(text) if at == Position::START => {
                token::all_legal(at.after(b"<?"), text)?;
                tag::declaration(text, at.after(b"<?"), &self.limits)
            }
            Token::Decl(_) => {
                Fault::syntax(at, "an XML declaration stands only at the very beginning")
            }
            Token::DocType(_) => Err(Fault::Doctype("the document has a DOCTYPE".into()).at(at)),
            Token::Eof => self.finish(at),
        }
    }

    fn start(&mut self, at: Position, inside: &str, is_empty: bool) -> Result<(), Error> {
        let begin = at.after(b"<");
        token::all_legal(begin, inside)?;
        if self.stage == Stage::AfterRoot {
            let text = format!("there is a second root element: '<{}'", excerpt(inside));
            return Fault::syntax(at, text);
        }
        self.stage = Stage::InRoot;
        self.elements += 1;
        if self.elements > self.limits.elements {
            let most = self.limits.elements;
            return Fault::limit(at, format!("the document has more than {most} elements"));
        }
        if self.open.len() >= self.limits.depth {
            let most = self.limits.depth;
            return Fault::limit(at, format!("more than {most} elements are in one another"));
        }
        let tag = tag::parse(inside, begin, &self.limits)?;
        let written = tag.written.to_owned();
        let (start, declared) = self.scope.enter(tag, at, &self.limits)?;
        self.ready.push_back((at, Event::Start(start)));
        self.open.push(Open {
            written,
            position: at,
            declared,
        });
        if is_empty {
            self.close(at);
        }
        Ok(())
    }

    fn end(&mut self, at: Position, written: &str) -> Result<(), Error> {
        match self.open.last() {
            Some(open) if open.written == written => {
                self.close(at);
                Ok(())
            }
            Some(open) => {
                let (found, name) = (excerpt(written), excerpt(&open.written));
                let line = open.position.line;
                let text = format!("</{found}> cannot end <{name}>, which began on line {line}");
                Fault::syntax(at, text)
            }
            None => Fault::syntax(at, format!("</{}> ends nothing", excerpt(written))),
        }
    }

    fn close(&mut self, at: Position) {
        if let Some(open) = self.open.pop() {
            self.scope.leave(&open.declared);
        }
        if self.open.is_empty() {
            self.stage = Stage::AfterRoot;
        }
        self.ready.push_back((at, Event::End));
    }

    fn text(&mut self, at: Position, raw: &str, run: &mut Run) -> Result<(), Error> {
        token::all_legal(at, raw)?;
        if let Some(offset) = raw.find("]]>") {
            let place = at.after(&raw.as_bytes()[..offset]);
            return Fault::syntax(place, "']]>' stands in a text (it is written ]]&gt;)");
        }
        if self.stage == Stage::InRoot {
            return run.append(at, raw, &self.limits);
        }
        let Some(offset) = raw.find(|c| !is_space(c)) else {
            return Ok(());
        };
        let (place, quote) = (at.after(&raw.as_bytes()[..offset]), excerpt(&raw[offset..]));
        if self.stage == Stage::BeforeRoot {
            return Fault::syntax(
                place,
                format!("this is not XML: '{quote}' stands before any tag"),
            );
        }
        Fault::syntax(place, format!("text follows the root element: '{quote}'"))
    }

    fn cdata(&mut self, at: Position, raw: &str, run: &mut Run) -> Result<(), Error> {
        let begin = at.after(b"<![CDATA[");
        token::all_legal(begin, raw)?;
        if self.stage != Stage::InRoot {
            return Fault::syntax(at, "a CDATA section stands outside the root element");
        }
        run.append(at, raw, &self.limits)
    }

    fn reference(&mut self, at: Position, name: &str, run: &mut Run) -> Result<(), Error> {
        let character = tag::referred(name).map_err(|fault| fault.at(at))?;
        if self.stage != Stage::InRoot {
            return Fault::syntax(at, "a reference stands outside the root element");
        }
        run.push(at, character, &self.limits)
    }

    fn finish(&mut self, at: Position) -> Result<(), Error> {
        if let Some(open) = self.open.last() {
            let (name, line) = (excerpt(&open.written), open.position.line);
            let text = format!("the document ends inside <{name}>, which began on line {line}");
            return Err(Fault::Truncated(text).at(at));
        }
        if self.stage == Stage::BeforeRoot {
            let what = if at == Position::START {
                "is empty"
            } else {
                "has no root element"
            };
            return Err(Fault::Truncated(format!("the document {what}")).at(at));
        }
        self.stage = Stage::Finished;
        self.ready.push_back((at, Event::Eof));
        Ok(())
    }

    /// The parser's error in our words: it knows little more than that there was no end.
    fn explain(&mut self, at: Position, token: &[u8], error: &quick_xml::Error) -> Error {
        let guard = self.parser.get_mut();
        match guard.take_stop() {
            Some(Stop::Input(error)) => return Fault::Io(error).at(guard.position()),
            Some(Stop::Total) => {
                let most = size(self.limits.total_bytes);
                let text = format!("the document is larger than {most}");
                return Fault::Limit(text).at(guard.position());
            }
            None => {}
        }
        if let Err(invalid) = std::str::from_utf8(token) {
            let place = at.after(&token[..invalid.valid_up_to()]);
            let text = "the bytes here are not UTF-8: convert the document to it";
            return Fault::Encoding(text.into()).at(place);
        }
        if token.starts_with(b"&") {
            return Fault::Syntax(tag::UNCLOSED_REFERENCE.into()).at(at);
        }
        if guard.is_at_end() {
            return Fault::Truncated(format!("the document ends inside {}", token::kind(token)))
                .at(at);
        }
        Fault::Syntax(format!(
            "{}: {}",
            token::kind(token),
            excerpt(&error.to_string())
        ))
        .at(at)
    }

    fn too_long(&self, at: Position, token: &[u8]) -> Error {
        let (kind, most) = (token::kind(token), size(self.limits.token_bytes));
        Fault::Limit(format!("{kind} goes on for more than {most}")).at(at)
    }
}
