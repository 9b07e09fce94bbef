//! Files that only their owner may read, written whole or not at all.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::xccdf::ids::hex;
use crate::{input, printable};

/// Creates a new file, mode 0600. One that exists is an error.
pub fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Creates a directory and its parents, mode 0700 where they are new. Their names are on disk when it returns.
pub fn create_dirs(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = parent(path);
    create_dirs(parent)?;
    match DirBuilder::new().mode(0o700).create(path) {
        // Another run was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        done => done.and_then(|()| sync_dir(parent)),
    }
}

/// Whether there is something of this name. A link that leads nowhere is something: who made it meant a file, and to go
/// on as if there were none would be to go on without what the file says.
pub fn stands_there(path: &Path) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Brings the names in a directory to disk. Some file systems (CIFS, FUSE) have no such request.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "a directory has nothing to read without end")]
    let opened = File::open(dir)?;
    match opened.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        done => done,
    }
}

/// Writes a file whole: under a temporary name first, mode 0600, then renamed.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private_beside(path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    sync_dir(parent(path))
}

/// Writes a new file, mode 0600, into a directory that has no name of its own yet: what is in it is brought to disk
/// before it gets one (`place::Staging::publish`). Gives its SHA-256, in hexadecimal.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<String> {
    create_private(path)?.write_all(bytes)?;
    Ok(hex(&Sha256::digest(bytes)))
}

fn private_beside(path: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o600)).tempfile_in(parent(path))
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a document of JSON in the same way, piece by piece: it may be long, and is not held as a whole.
/// Gives its SHA-256, in hexadecimal.
pub fn write_json(path: &Path, document: &impl Serialize) -> io::Result<String> {
    let file = private_beside(path)?;
    let mut out = BufWriter::new(Hashing::new(file));
    printable::write_json(&mut out, document)?;
    let Hashing { to: file, sha256 } = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(hex(&sha256.finalize()))
}

/// SHA-256 of a document of JSON, in hexadecimal, without writing it anywhere.
pub fn sha256_of_json(document: &impl Serialize) -> serde_json::Result<String> {
    let mut out = BufWriter::new(Hashing::new(io::sink()));
    serde_json::to_writer(&mut out, document)?;
    let out = out.into_inner().map_err(|e| serde_json::Error::io(e.into_error()))?;
    Ok(hex(&out.sha256.finalize()))
}

/// SHA-256 of a regular file, in hexadecimal, read in pieces.
pub fn sha256(path: &Path) -> io::Result<String> {
    sha256_of(&mut input::regular(path)?)
}

/// SHA-256 of what is left to read, in hexadecimal.
pub fn sha256_of(from: &mut impl io::Read) -> io::Result<String> {
    let mut out = Hashing::new(io::sink());
    io::copy(from, &mut out)?;
    Ok(hex(&out.sha256.finalize()))
}

/// Copies a regular file to a new one, mode 0600. Gives the SHA-256 of what was written, in hexadecimal.
pub fn copy_new(from: &Path, to: &Path) -> io::Result<String> {
    let mut from = input::regular(from)?;
    let mut out = Hashing::new(create_private(to)?);
    io::copy(&mut from, &mut out)?;
    Ok(hex(&out.sha256.finalize()))
}

/// Takes the digest of what is written through it.
struct Hashing<W> {
    to: W,
    sha256: Sha256,
}

impl<W> Hashing<W> {
    fn new(to: W) -> Self {
        Hashing { to, sha256: Sha256::new() }
    }
}

impl<W: io::Write> io::Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
