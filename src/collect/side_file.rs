//! A file beside the evidence, written as it comes and only if something comes.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::evidence::store;
use crate::facts::tags::SideFile;
use crate::xccdf::ids::hex;

pub(super) struct SideFileWriter {
    path: PathBuf,
    name: &'static str,
    file: Option<BufWriter<File>>,
    lines: u64,
    hash: Sha256,
}

impl SideFileWriter {
    pub(super) fn new(dir: &Path, name: &'static str) -> Self {
        SideFileWriter { path: dir.join(name), name, file: None, lines: 0, hash: Sha256::new() }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(store::create_private(&self.path)?)),
        };
        file.write_all(bytes)?;
        self.lines += bytes.iter().map(|b| u64::from(*b == b'\n')).sum::<u64>();
        self.hash.update(bytes);
        Ok(())
    }

    /// Closes the file; none if nothing was ever written.
    pub(super) fn finish(self) -> std::io::Result<Option<SideFile>> {
        let Some(mut file) = self.file else {
            return Ok(None);
        };
        file.flush()?;
        Ok(Some(SideFile { name: self.name.into(), lines: self.lines, sha256: hex(&self.hash.finalize()) }))
    }
}
