//! Files that are read. Nothing else in the program opens one.
//!
//! Whatever is opened is looked at by its descriptor before a byte is read, is read to a limit, and is not waited for
//! without end: `/dev/zero`, a FIFO that nobody writes to and a file of a terabyte are errors, not hangs.
//!
//! What a user names may be a link or a pipe ([`named`], [`seekable`]). What lies in a directory that may be anybody's
//! is a regular file, and no link ([`regular`], [`regular_at`]).

use std::ffi::OsStr;
use std::fs::{File, FileType, Metadata};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::os::fd::BorrowedFd;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};

/// The most bytes of what people write and hold in hand: configurations, policies, keys, certificates, passwords.
pub const SMALL: u64 = 4 << 20;
/// The most bytes of a document: as many as the reader of XML takes.
pub const DOCUMENT: u64 = 256 << 20;

/// How long a pipe may keep its reader waiting in all.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long until somebody has to have begun to write into a pipe.
const BEGIN: Duration = Duration::from_secs(2);
/// How long is slept before a pipe is asked again.
const NAP: Duration = Duration::from_millis(5);
/// The file system of pipes without names, in `statfs`.
const PIPEFS: rustix::fs::FsWord = 0x5049_5045;
/// Neither waits nor takes over the terminal.
const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// The bytes of a file that the user named: a regular file, a pipe, or a link to one.
pub fn named(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut input = open(path, limit)?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file that the user named.
pub fn named_text(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(named(path, limit)?).map_err(|_| io::Error::other("it is no UTF-8 text"))
}

/// Opens a file that the user named, to be read once from its beginning to its end.
pub fn open(path: &Path, limit: u64) -> io::Result<Input> {
    // A device may do something when it is opened: it never is.
    let kind = Kind::of(&std::fs::metadata(path)?)?;
    let file = File::from(rustix::fs::open(path, READ, Mode::empty())?);
    let about = file.metadata()?;
    if Kind::of(&about)? != kind {
        return Err(io::Error::other("it was replaced while it was opened"));
    }
    if kind == Kind::Regular && about.len() > limit {
        return Err(too_large(limit));
    }
    // Who has a pipe without a name has opened both of its ends: when it is empty it is at its end.
    let has_begun = kind != Kind::Pipe || rustix::fs::fstatfs(&file)?.f_type == PIPEFS;
    Ok(Input { file, left: limit, limit, waited: Duration::ZERO, has_begun })
}

/// Opens a file that the user named, to be read here and there: what came through a pipe is held in memory.
pub fn seekable(path: &Path, limit: u64) -> io::Result<Seekable> {
    let mut input = open(path, limit)?;
    if input.file.metadata()?.is_file() {
        return Ok(Seekable::File(input.file));
    }
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    Ok(Seekable::Memory(Cursor::new(bytes)))
}

/// Opens a regular file. A link is not followed, and nothing else is opened.
pub fn regular(path: &Path) -> io::Result<File> {
    regular_at(rustix::fs::CWD, path.as_os_str())
}

/// The same of a directory that is open already.
pub fn regular_at(dir: BorrowedFd<'_>, name: &OsStr) -> io::Result<File> {
    let found = rustix::fs::statat(dir, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)?;
    if let Some(what) = other_than_regular(rustix::fs::FileType::from_raw_mode(found.st_mode)) {
        return Err(not_opened(what));
    }
    let file = File::from(rustix::fs::openat(dir, name, READ | OFlags::NOFOLLOW, Mode::empty())?);
    let kind = rustix::fs::FileType::from_raw_mode(rustix::fs::fstat(&file)?.st_mode);
    match other_than_regular(kind) {
        Some(what) => Err(not_opened(what)),
        None => Ok(file),
    }
}

/// The bytes of an open file that has at most `limit`.
pub fn bounded(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

/// What it is, where it is no regular file.
#[must_use]
pub fn other_than_regular(kind: rustix::fs::FileType) -> Option<&'static str> {
    use rustix::fs::FileType as F;
    match kind {
        F::RegularFile => None,
        F::Directory => Some("a directory"),
        F::Symlink => Some("a link"),
        F::Fifo => Some("a FIFO"),
        F::Socket => Some("a socket"),
        _ => Some("a device"),
    }
}

fn not_opened(what: &str) -> io::Error {
    io::Error::other(format!("it is {what}, which is not opened"))
}

fn too_large(limit: u64) -> io::Error {
    let size = match limit {
        0..1024 => format!("{limit} bytes"),
        1024..1_048_576 => format!("{} KiB", limit >> 10),
        _ => format!("{} MiB", limit >> 20),
    };
    io::Error::other(format!("it is larger than {size}, which is the limit"))
}

/// What a user may name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Regular,
    Pipe,
    /// `/dev/null`.
    Nothing,
}

impl Kind {
    fn of(about: &Metadata) -> io::Result<Self> {
        let kind: FileType = about.file_type();
        let null = || rustix::fs::makedev(1, 3) == about.rdev();
        if kind.is_file() {
            Ok(Kind::Regular)
        } else if kind.is_fifo() {
            Ok(Kind::Pipe)
        } else if kind.is_char_device() && null() {
            Ok(Kind::Nothing)
        } else if kind.is_dir() {
            Err(io::Error::other("it is a directory: name a file"))
        } else if kind.is_socket() {
            Err(not_opened("a socket"))
        } else {
            Err(not_opened("a device"))
        }
    }
}

/// A file that the user named, open. Reading it fails where it has more bytes than it may, or keeps its reader waiting.
#[derive(Debug)]
pub struct Input {
    file: File,
    left: u64,
    limit: u64,
    waited: Duration,
    /// Somebody has written into the pipe, or it is none.
    has_begun: bool,
}

impl Input {
    fn wait(&mut self, most: Duration, why: &str) -> io::Result<()> {
        if self.waited >= most {
            return Err(io::Error::new(io::ErrorKind::TimedOut, format!("{why} within {} seconds", most.as_secs())));
        }
        std::thread::sleep(NAP);
        self.waited += NAP;
        Ok(())
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // One byte beyond the limit shows that there is more.
        let most = usize::try_from(self.left.saturating_add(1)).unwrap_or(usize::MAX).min(buffer.len());
        loop {
            match self.file.read(&mut buffer[..most]) {
                // A pipe without writers is empty, and one that nobody has opened yet as well.
                Ok(0) if !self.has_begun => self.wait(BEGIN, "nobody wrote into this pipe")?,
                Ok(length) => {
                    self.has_begun = true;
                    self.left = self.left.checked_sub(length as u64).ok_or_else(|| too_large(self.limit))?;
                    return Ok(length);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.has_begun = true;
                    self.wait(PATIENCE, "it did not come to its end")?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// A file that the user named, to be read here and there.
#[derive(Debug)]
pub enum Seekable {
    /// A regular file.
    File(File),
    /// What came through a pipe.
    Memory(Cursor<Vec<u8>>),
}

impl Read for Seekable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Seekable::File(file) => file.read(buffer),
            Seekable::Memory(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Seekable {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Seekable::File(file) => file.seek(to),
            Seekable::Memory(bytes) => bytes.seek(to),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::symlink;

    use super::*;

    fn fifo(path: &Path) {
        rustix::fs::mkfifoat(rustix::fs::CWD, path, Mode::from_raw_mode(0o600)).expect("a FIFO");
    }

    #[test]
    fn what_a_user_names_may_be_a_link_or_a_pipe_and_ends_at_its_limit() {
        let dir = tempfile::tempdir().expect("a directory");
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("file"), "12345").expect("a file");
        symlink("file", at("link")).expect("a link");
        fifo(&at("pipe"));
        let writer = {
            let path = at("pipe");
            std::thread::spawn(move || {
                let mut pipe = std::fs::OpenOptions::new().write(true).open(path).expect("the pipe");
                for piece in ["12", "345"] {
                    pipe.write_all(piece.as_bytes()).expect("written");
                    std::thread::sleep(Duration::from_millis(30));
                }
            })
        };
        assert_eq!(named(&at("pipe"), 5).expect("read"), b"12345");
        writer.join().expect("a writer");
        for name in ["file", "link"] {
            assert_eq!(named(&at(name), 5).expect("read"), b"12345");
            assert!(named(&at(name), 4).expect_err("too large").to_string().contains("larger than 4 bytes"));
            let mut file = seekable(&at(name), 5).expect("opened");
            file.seek(SeekFrom::Start(3)).expect("sought");
            let mut rest = String::new();
            file.read_to_string(&mut rest).expect("read");
            assert_eq!(rest, "45");
        }
        assert_eq!(named(Path::new("/dev/null"), 5).expect("read"), b"");
    }

    #[test]
    fn what_never_ends_or_never_begins_is_an_error_and_no_hang() {
        let dir = tempfile::tempdir().expect("a directory");
        let pipe = dir.path().join("pipe");
        fifo(&pipe);
        let why = |path: &Path| named(path, 10).expect_err("refused").to_string();
        assert!(why(&pipe).contains("nobody wrote into this pipe within 2 seconds"), "{}", why(&pipe));
        assert!(why(Path::new("/dev/zero")).contains("a device"));
        assert!(why(dir.path()).contains("a directory"));
        // It says that it has no bytes, and has many.
        assert!(why(Path::new("/proc/self/maps")).contains("larger than 10 bytes"));
    }

    #[test]
    fn in_anybody_s_directory_only_regular_files_are_opened() {
        let dir = tempfile::tempdir().expect("a directory");
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("file"), "12345").expect("a file");
        symlink("file", at("link")).expect("a link");
        fifo(&at("pipe"));
        std::fs::create_dir(at("directory")).expect("a directory");
        assert_eq!(bounded(regular(&at("file")).expect("opened"), 5).expect("read"), b"12345");
        assert!(bounded(regular(&at("file")).expect("opened"), 4).is_err());
        for (name, what) in [("link", "a link"), ("pipe", "a FIFO"), ("directory", "a directory")] {
            assert!(regular(&at(name)).expect_err("refused").to_string().contains(what), "{name}");
        }
        assert_eq!(regular(&at("none")).expect_err("none").kind(), io::ErrorKind::NotFound);
    }
}
