//! Stands between the bytes and the parser: what comes out is text, all of it UTF-8 and of
//! characters that XML allows, with its place in the document.
//!
//! It is looked at a chunk at a time, which costs a fraction of looking at every character where it
//! is used. What must not be parsed is never shown: the text ends before it, and [`Stop`] says why.

use std::io::{self, Read};

use memchr::memchr_iter;

use super::{Limits, Position};
use crate::xml::write::is_legal;

/// Bytes asked of the input at a time.
const CHUNK: usize = 64 * 1024;

/// Why there is no more text.
pub(super) enum Stop {
    /// The document has ended.
    End,
    /// The document as a whole is too long.
    Total,
    /// What follows is not UTF-8.
    NotUtf8,
    /// What follows is a character that XML does not allow.
    Illegal(char),
    /// The input failed.
    Failed(io::Error),
}

/// The text of a document, as much of it as the parser has asked for and not taken yet.
pub(super) struct Input<R> {
    source: R,
    chunk: Box<[u8]>,
    /// Bytes at the beginning of the chunk that are the beginning of a character.
    cut: usize,
    text: String,
    /// Where in the text what has not been taken begins, and where in the document that is.
    start: usize,
    position: Position,
    /// Bytes read so far, and how many may be.
    total: u64,
    most: u64,
    stop: Option<Stop>,
}

impl<R: Read> Input<R> {
    pub(super) fn new(source: R, limits: &Limits) -> Self {
        Input {
            source,
            chunk: vec![0; CHUNK].into_boxed_slice(),
            cut: 0,
            text: String::new(),
            start: 0,
            position: Position::START,
            total: 0,
            most: limits.total_bytes,
            stop: None,
        }
    }

    /// What is there of the text and has not been taken.
    pub(super) fn rest(&self) -> &str {
        &self.text[self.start..]
    }

    /// Where it begins in the document.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Where it begins in what [`Input::text`] gives.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// The text, with what has been taken of it. It stays as it is until more is asked for.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Takes so many bytes of what is there.
    pub(super) fn take(&mut self, bytes: usize) {
        let end = self.start + bytes;
        self.position = self.position.after(&self.text.as_bytes()[self.start..end]);
        self.start = end;
    }

    /// Takes bytes that stand on one line: the caller has seen to that.
    pub(super) fn take_on_line(&mut self, bytes: usize) {
        self.position.column += bytes as u64;
        self.start += bytes;
    }

    /// Takes bytes as if they were not there: they have no column.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.start += bytes;
    }

    /// The first bytes of the document, fewer than four only if it has no more. To be called once,
    /// before anything else.
    pub(super) fn begin(&mut self) -> [Option<u8>; 4] {
        let mut count = 0;
        while count < 4 && self.stop.is_none() {
            count += self.read_behind(count);
        }
        let head = [0, 1, 2, 3].map(|at| self.chunk.get(at).copied().filter(|_| at < count));
        let stop = self.stop.take();
        self.admit(count);
        self.stop = self.stop.take().or(stop);
        head
    }

    /// Has more to show, if there is more: up to as much again as is there, so that a long token is not
    /// looked through too often, but not more than `most` where that is enough.
    pub(super) fn more(&mut self, most: usize) -> bool {
        self.text.drain(..self.start);
        self.start = 0;
        let before = self.text.len();
        let goal = before.saturating_mul(2).min(most);
        while self.stop.is_none() && self.text.len() <= goal.max(before) {
            let count = self.read_behind(self.cut);
            let stop = self.stop.take();
            self.admit(self.cut + count);
            self.stop = self.stop.take().or(stop);
        }
        self.text.len() > before
    }

    /// Why there is no more, and where. Only where [`Input::more`] has said that there is not.
    pub(super) fn stopped(&mut self) -> (Position, Stop) {
        let mut position = self.position.after(self.rest().as_bytes());
        let stop = match self.stop {
            Some(Stop::End) | None => Stop::End,
            Some(_) => self.stop.take().unwrap_or(Stop::End),
        };
        match stop {
            // A character that is cut in two by the end is none.
            Stop::End if self.cut > 0 => (position, Stop::NotUtf8),
            Stop::Total => {
                position.column += self.cut as u64;
                (position, stop)
            }
            _ => (position, stop),
        }
    }

    /// Reads into the chunk behind so many bytes; says how many have come.
    fn read_behind(&mut self, bytes: usize) -> usize {
        let free = &mut self.chunk[bytes..];
        match self.source.read(free) {
            Ok(0) => self.stop = Some(Stop::End),
            Ok(count) => {
                let count = count.min(free.len());
                let left = self.most - self.total;
                // What is allowed is still shown, so that the place of the stop is exact.
                let taken = count.min(usize::try_from(left).unwrap_or(usize::MAX));
                self.total += taken as u64;
                if taken < count {
                    self.stop = Some(Stop::Total);
                }
                return taken;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => self.stop = Some(Stop::Failed(error)),
        }
        0
    }

    /// Adds the first bytes of the chunk to the text, as far as they can be part of one.
    fn admit(&mut self, bytes: usize) {
        let bytes = &self.chunk[..bytes];
        self.cut = 0;
        let mut valid = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                if error.error_len().is_some() {
                    self.stop = Some(Stop::NotUtf8);
                } else {
                    self.cut = bytes.len() - error.valid_up_to();
                }
                std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
            }
        };
        if let Some((at, illegal)) = first_illegal(valid) {
            valid = &valid[..at];
            self.stop = Some(Stop::Illegal(illegal));
            self.cut = 0;
        }
        self.text.push_str(valid);
        let end = bytes.len();
        self.chunk.copy_within(end - self.cut..end, 0);
    }
}

/// The first character that XML does not allow, and where it is.
fn first_illegal(text: &str) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    // Of the characters that are not allowed all are controls but two, which begin with this byte.
    let is_control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let has_control = bytes.iter().fold(false, |has, byte| has | is_control(byte));
    let is_none = |at: usize| matches!(bytes.get(at..at + 3), Some([_, 0xBF, 0xBE | 0xBF]));
    if !has_control && !memchr_iter(0xEF, bytes).any(is_none) {
        return None;
    }
    text.char_indices().find(|(_, c)| !is_legal(*c))
}
