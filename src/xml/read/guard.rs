//! Stands between the input and the parser: counts what goes by, and stops what goes on too long.
//!
//! The parser gathers one token (a tag, a text, a comment) in memory before it shows it to anyone.
//! A limit on what it has shown would therefore come too late; this one acts on what it has taken.

use std::io::{self, BufRead, Read};

use super::{Limits, Position};

/// Bytes asked of the input at a time.
const CHUNK: usize = 64 * 1024;

/// Why there is nothing more to be had, although the input has not ended.
pub(super) enum Stop {
    /// The document as a whole is too long.
    Total,
    /// The input failed.
    Input(io::Error),
}

/// A buffered input that knows where it is. Holds one chunk, whatever the document is like.
pub(super) struct Guard<R> {
    input: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    ended: bool,
    /// Where the next byte stands.
    position: Position,
    /// Bytes taken from the input so far, and how many may be.
    total: u64,
    most_total: u64,
    /// Bytes handed on since the token began, and how many may be.
    token: u64,
    most_token: u64,
    /// The parser is only told that there was a stop; who asks here learns why.
    stop: Option<Stop>,
}

impl<R: Read> Guard<R> {
    pub(super) fn new(input: R, limits: &Limits) -> Self {
        Guard {
            input,
            buffer: vec![0; CHUNK].into_boxed_slice(),
            start: 0,
            end: 0,
            ended: false,
            position: Position::START,
            total: 0,
            most_total: limits.total_bytes,
            token: 0,
            most_token: limits.token_bytes,
            stop: None,
        }
    }

    /// Where the next byte stands.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Starts the count of a new token.
    pub(super) fn begin_token(&mut self) {
        self.token = 0;
    }

    /// More has been handed on since then than one token may have.
    pub(super) fn is_token_too_long(&self) -> bool {
        self.token > self.most_token
    }

    /// The next bytes without taking them; fewer than asked for only where the input ends or fails.
    pub(super) fn peek(&mut self, bytes: usize) -> &[u8] {
        self.refill(bytes);
        &self.buffer[self.start..self.end.min(self.start + bytes)]
    }

    /// Takes bytes that have been peeked at, as if they were not there: they have no column.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.start = self.end.min(self.start + bytes);
    }

    /// Everything has been handed on.
    pub(super) fn is_at_end(&self) -> bool {
        self.ended && self.start == self.end
    }

    /// Why the guard stopped, told once.
    pub(super) fn take_stop(&mut self) -> Option<Stop> {
        self.stop.take()
    }

    fn refill(&mut self, bytes: usize) {
        if self.end - self.start >= bytes || self.ended {
            return;
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while self.end < bytes && self.stop.is_none() {
            let free = &mut self.buffer[self.end..];
            match self.input.read(free) {
                Ok(0) => {
                    self.ended = true;
                    return;
                }
                Ok(count) => {
                    let count = count.min(free.len());
                    let left = self.most_total - self.total;
                    // What is allowed is still handed on, so that the place of the stop is exact.
                    let taken = count.min(usize::try_from(left).unwrap_or(usize::MAX));
                    self.end += taken;
                    self.total += taken as u64;
                    if taken < count {
                        self.stop = Some(Stop::Total);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.stop = Some(Stop::Input(error)),
            }
        }
    }
}

impl<R: Read> BufRead for Guard<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.refill(1);
        let is_exhausted = self.stop.is_some() && self.start == self.end;
        if is_exhausted || self.is_token_too_long() {
            return Err(io::Error::other("stopped"));
        }
        // One byte more than a token may have: it shows whether the token ends there.
        let left = usize::try_from(self.most_token - self.token).unwrap_or(usize::MAX);
        let end = self
            .end
            .min(self.start.saturating_add(left).saturating_add(1));
        Ok(&self.buffer[self.start..end])
    }

    fn consume(&mut self, bytes: usize) {
        let end = self.end.min(self.start + bytes);
        self.position = self.position.after(&self.buffer[self.start..end]);
        self.token += (end - self.start) as u64;
        self.start = end;
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}
