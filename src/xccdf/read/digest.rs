//! The digest of a document, taken while it is read.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use sha2::{Digest, Sha256};

use crate::xccdf::ids;

/// How many bytes are digested here, before it pays to have another thread do it.
const HERE: usize = 1 << 20;
/// How many pieces may wait for that thread.
const WAITING: usize = 4;

/// Digests what is read through it.
pub(super) struct Digested<'a> {
    input: &'a mut dyn Read,
    count: usize,
    digest: Sha256,
    beside: Option<Beside>,
}

/// A thread that digests, and pieces on their way to it and back, to be used again.
struct Beside {
    pieces: SyncSender<Vec<u8>>,
    used: Receiver<Vec<u8>>,
    thread: JoinHandle<Sha256>,
}

impl<'a> Digested<'a> {
    pub(super) fn new(input: &'a mut dyn Read) -> Self {
        Digested { input, count: 0, digest: Sha256::new(), beside: None }
    }

    /// SHA-256 of all that has been read, 64 lower-case hexadecimal digits.
    pub(super) fn finish(self) -> io::Result<String> {
        let digest = match self.beside {
            None => self.digest,
            Some(Beside { pieces, thread, .. }) => {
                drop(pieces);
                thread.join().map_err(|_| lost())?
            }
        };
        Ok(ids::hex(&digest.finalize()))
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.count = self.count.saturating_add(bytes.len());
        if self.beside.is_none() && self.count > HERE {
            // Without a thread it is done here.
            self.beside = Beside::start(self.digest.clone()).ok();
        }
        let Some(beside) = &self.beside else {
            self.digest.update(bytes);
            return Ok(());
        };
        let mut piece = beside.used.try_recv().unwrap_or_default();
        piece.clear();
        piece.extend_from_slice(bytes);
        beside.pieces.send(piece).map_err(|_| lost())
    }
}

impl Beside {
    fn start(mut digest: Sha256) -> io::Result<Self> {
        let (pieces, coming) = sync_channel::<Vec<u8>>(WAITING);
        let (back, used) = sync_channel(WAITING);
        let thread = Builder::new().name("digest".into()).spawn(move || {
            for piece in coming {
                digest.update(&piece);
                // Where too many wait already, this one is not needed.
                let _ = back.try_send(piece);
            }
            digest
        })?;
        Ok(Beside { pieces, used, thread })
    }
}

/// Without a digest nobody can say later what was read.
fn lost() -> io::Error {
    io::Error::other("the digest of the document could not be taken")
}

impl Read for Digested<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        self.take(&out[..count])?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It is the same whether another thread takes it or not, and however the input is cut up.
    #[test]
    fn a_long_document_has_the_digest_of_its_bytes() {
        for length in [0, 1, HERE, HERE + 1, 3 * HERE + 77] {
            let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
            for size in [4099, 1 << 16] {
                let mut input = bytes.as_slice();
                let mut digested = Digested::new(&mut input);
                let mut out = vec![0; size];
                while digested.read(&mut out).expect("bytes") > 0 {}
                let digest = digested.finish().expect("a digest");
                assert_eq!(digest, ids::hex(&Sha256::digest(&bytes)), "{length}");
            }
        }
    }
}
