//! The zip in which DISA publishes a STIG. Only its one XCCDF entry is read, straight into the
//! parser: nothing is unpacked onto a disk, and what cannot be meant well is refused as a whole.

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::HashSet;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use ::zip::result::ZipError;
use ::zip::{CompressionMethod, ZipArchive};

use super::read::ReadError;
use crate::xml::read::excerpt_of;

/// How many entries a zip may have.
const ENTRIES: usize = 10_000;
/// How many bytes of a zip may be read to find out what is in it: far more than names take.
const DIRECTORY: u64 = 16 << 20;
/// How many bytes may come out of one entry.
const INFLATED: u64 = 256 << 20;
/// How many bytes may come out of a zip in all while zips within it are looked through.
const INFLATED_IN_ALL: u64 = 1 << 30;
/// How many times its packed size an entry may inflate to, once it is beyond [`FREE`].
/// Published benchmarks reach 14.
const RATIO: u64 = 200;
/// Up to here the ratio is not looked at: a short text of blanks is no bomb.
const FREE: u64 = 1 << 20;
/// How much of an entry is read to see what it is: comments may stand before its root.
const BEGIN: u64 = 64 << 10;
/// How many names an error lists.
const LISTED: usize = 10;
/// How many characters of an entry's name are shown: DISA's are about 100 long.
pub(super) const NAME_SHOWN: usize = 160;

/// Why a zip is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ZipFault {
    /// It is damaged, or uses something that is not supported.
    #[error("the zip cannot be read: {0}")]
    Unreadable(String),
    /// An entry that an honest zip does not have. Carries its name, fit to be shown, and what is
    /// wrong with it.
    #[error("the zip is refused: its entry '{name}' {what}")]
    Entry {
        /// The entry's name.
        name: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// It holds or inflates to more than can be meant well.
    #[error("the zip is refused: {0}")]
    Limit(String),
    /// None of its entries is an XCCDF file or a data stream. Carries the names of those that there are, up to 11.
    #[error("no entry of the zip is an XCCDF file (its name ends in xccdf.xml) or a SCAP data stream; {}", listed("it holds ", .0))]
    Missing(Vec<String>),
    /// Several of its entries are XCCDF files or data streams. Carries their names, up to 11.
    #[error("the zip holds several XCCDF files: {}, or name it with --component", listed("", .0))]
    Several(Vec<String>),
}

fn listed(before: &str, names: &[String]) -> String {
    if names.is_empty() {
        return "it is empty".to_owned();
    }
    let shown: Vec<_> = names.iter().take(LISTED).map(|name| shown(name)).collect();
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        _ => " and more".to_owned(),
    };
    format!("{before}{}{more}. Unpack it and pass the file that is meant", shown.join(", "))
}

fn shown(name: &str) -> String {
    excerpt_of(name, NAME_SHOWN)
}

impl From<ZipError> for ZipFault {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => match error.downcast::<ZipFault>() {
                Ok(fault) => fault,
                Err(error) => ZipFault::Unreadable(excerpt_of(&error.to_string(), NAME_SHOWN)),
            },
            error => ZipFault::Unreadable(excerpt_of(&error.to_string(), NAME_SHOWN)),
        }
    }
}

/// The bytes begin as a zip does: with an entry, or with the end of an empty one.
pub(super) fn is_zip(begin: &[u8]) -> bool {
    begin.starts_with(b"PK\x03\x04") || begin.starts_with(b"PK\x05\x06")
}

/// Finds the one XCCDF entry, or else the one data stream, and has it parsed: of several the one that is named. Returns
/// its name and what the parser made of it.
///
/// An entry of the zip itself comes before those of zips within it; deeper down nobody looks.
pub(super) fn read<R: Read + Seek, T>(
    input: R,
    wanted: Option<&str>,
    parse: &mut dyn FnMut(&mut dyn Read) -> Result<T, ReadError>,
) -> Result<(String, T), ReadError> {
    let mut archive = Archive::open(input)?;
    let mut found: Vec<(String, usize, Option<usize>)> = archive.matching(is_xccdf, "", None);
    if found.is_empty() {
        found = archive.streams("", None)?;
    }
    if found.is_empty() {
        let mut left = INFLATED_IN_ALL;
        for (name, index, _) in archive.matching(is_zip_name, "", None) {
            let mut inner = archive.inner(index, &mut left)?;
            let before = format!("{name}/");
            let manual = inner.matching(is_xccdf, &before, Some(index));
            found.extend(if manual.is_empty() { inner.streams(&before, Some(index))? } else { manual });
            if wanted.is_none() && found.len() > LISTED {
                break;
            }
        }
    }
    if found.len() > 1
        && let Some(wanted) = wanted
    {
        let mut named: Vec<_> = found.iter().filter(|(name, ..)| is_named(name, wanted)).cloned().collect();
        if named.is_empty() {
            for entry in found.iter().filter(|(_, _, outer)| outer.is_none()) {
                if archive.has_id(entry.1, wanted)? {
                    named.push(entry.clone());
                }
            }
        }
        if !named.is_empty() {
            found = named;
        }
    }
    match <[_; 1]>::try_from(found) {
        Ok([(name, index, None)]) => {
            let parsed = archive.parse(index, &name, parse)?;
            Ok((name, parsed))
        }
        Ok([(name, index, Some(outer))]) => {
            let mut left = INFLATED_IN_ALL;
            let mut inner = archive.inner(outer, &mut left)?;
            let parsed = inner.parse(index, &name, parse)?;
            Ok((name, parsed))
        }
        Err(found) if found.is_empty() => {
            archive.names.truncate(LISTED + 1);
            Err(ZipFault::Missing(archive.names).into())
        }
        Err(found) => {
            let names = found.into_iter().take(LISTED + 1).map(|(name, ..)| name);
            Err(ZipFault::Several(names.collect()).into())
        }
    }
}

/// `U_…_Manual-xccdf.xml` and the like; not the shadow of it that macOS puts into a zip.
fn is_xccdf(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    ends_with(name, "xccdf.xml") && !file.starts_with("._")
}

/// The entry goes by this name: with its folders, without them, or without its ending as well.
pub(super) fn is_named(entry: &str, wanted: &str) -> bool {
    let file = entry.rsplit('/').next().unwrap_or(entry);
    entry == wanted || file == wanted || file.strip_suffix(".xml") == Some(wanted)
}

/// Any XML that may be a data stream: DISA calls them `U_…_SCAP_1-3_Benchmark.xml`, others `ssg-…-ds.xml`.
fn is_xml(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    ends_with(name, ".xml") && !file.starts_with("._")
}

/// The document begins as a collection of data streams does.
fn begins_as_stream(begin: &[u8]) -> bool {
    let text = String::from_utf8_lossy(begin);
    let mut rest = &*text;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = match tag.as_bytes().first() {
            Some(b'?') => tag.split_once("?>").map_or("", |(_, rest)| rest),
            Some(b'!') => tag.split_once("-->").map_or("", |(_, rest)| rest),
            _ => {
                let name = tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default();
                return name.rsplit(':').next() == Some("data-stream-collection");
            }
        };
    }
    false
}

fn is_zip_name(name: &str) -> bool {
    ends_with(name, ".zip")
}

fn ends_with(name: &str, end: &str) -> bool {
    let (name, end) = (name.as_bytes(), end.as_bytes());
    name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
}

/// A zip whose directory has been read and found decent.
struct Archive<R: Read + Seek> {
    zip: ZipArchive<Metered<R>>,
    /// The names of the entries, by index.
    names: Vec<String>,
    /// Bytes of the zip.
    size: u64,
}

impl<R: Read + Seek> Archive<R> {
    fn open(mut input: R) -> Result<Self, ReadError> {
        let size = input.seek(SeekFrom::End(0))?;
        refuse_zip64(&mut input, size)?;
        let left = Rc::new(Cell::new(DIRECTORY));
        let zip = ZipArchive::new(Metered { input, left: Rc::clone(&left) });
        let zip = zip.map_err(ZipFault::from)?;
        left.set(u64::MAX);
        let names = names(&zip)?;
        Ok(Archive { zip, names, size })
    }

    /// The entries whose names are like that, with something put before the names.
    fn matching(
        &self,
        wanted: fn(&str) -> bool,
        before: &str,
        outer: Option<usize>,
    ) -> Vec<(String, usize, Option<usize>)> {
        let names = self.names.iter().enumerate().filter(|(_, name)| wanted(name));
        names.map(|(index, name)| (format!("{before}{name}"), index, outer)).collect()
    }

    /// The entry has this id in an attribute.
    fn has_id(&mut self, index: usize, id: &str) -> Result<bool, ReadError> {
        let mut content = Vec::new();
        let read = self.entry(index)?.read_to_end(&mut content);
        read.map_err(|error| ZipFault::from(ZipError::Io(error)))?;
        let quoted = [format!("id=\"{id}\""), format!("id='{id}'")];
        Ok(quoted.iter().any(|wanted| memchr::memmem::find(&content, wanted.as_bytes()).is_some()))
    }

    /// The entries that are data streams by their root element.
    fn streams(
        &mut self,
        before: &str,
        outer: Option<usize>,
    ) -> Result<Vec<(String, usize, Option<usize>)>, ReadError> {
        let mut found = Vec::new();
        for (name, index, outer) in self.matching(is_xml, before, outer) {
            let mut begin = Vec::new();
            let read = self.entry(index)?.take(BEGIN).read_to_end(&mut begin);
            read.map_err(|error| ZipFault::from(ZipError::Io(error)))?;
            if begins_as_stream(&begin) {
                found.push((name, index, outer));
            }
        }
        Ok(found)
    }

    /// The entry's content, inflated as it is read.
    fn entry(&mut self, index: usize) -> Result<Inflating<impl Read + '_>, ReadError> {
        let name = shown(&self.names[index]);
        let method = self.zip.by_index_data(index).map_err(ZipFault::from)?.compression();
        if !matches!(method, CompressionMethod::Stored | CompressionMethod::Deflated) {
            let what = "is packed in a way that is not supported (deflate is)";
            return Err(ZipFault::Entry { name, what }.into());
        }
        let file = self.zip.by_index(index).map_err(ZipFault::from)?;
        // What the directory says may be a lie; more than the whole zip it cannot be.
        let packed = file.compressed_size().min(self.size);
        Ok(Inflating { input: file, name, packed, seen: 0 })
    }

    fn parse<T>(
        &mut self,
        index: usize,
        name: &str,
        parse: &mut dyn FnMut(&mut dyn Read) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let mut entry = self.entry(index)?;
        parse(&mut entry).map_err(|error| match error {
            ReadError::Zip(fault) => ReadError::Zip(fault),
            error => ReadError::Entry { entry: name.to_owned(), error: Box::new(error) },
        })
    }

    /// Opens a zip in the zip, in memory; `left` is how much may still come out.
    fn inner(&mut self, index: usize, left: &mut u64) -> Result<Archive<Cursor<Vec<u8>>>, ReadError> {
        let mut bytes = Vec::new();
        let inflated = self.entry(index)?.take(*left + 1).read_to_end(&mut bytes);
        let count = inflated.map_err(|error| ZipFault::from(ZipError::Io(error)))?;
        let Some(rest) = left.checked_sub(count as u64) else {
            let text = "the zips in it inflate to more than 1 GiB";
            return Err(ZipFault::Limit(text.to_owned()).into());
        };
        *left = rest;
        Archive::open(Cursor::new(bytes))
            .map_err(|error| ReadError::Entry { entry: self.names[index].clone(), error: Box::new(error) })
    }
}

/// Zip64's directory states numbers beyond reason before anything can be checked, and nobody needs
/// it for a benchmark. Its locator stands close before the end.
fn refuse_zip64<R: Read + Seek>(input: &mut R, size: u64) -> Result<(), ReadError> {
    /// The longest comment, the end record, and the locator.
    const TAIL: u64 = 0xFFFF + 22 + 20;
    input.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    input.by_ref().take(TAIL).read_to_end(&mut tail)?;
    if tail.windows(4).any(|bytes| bytes == b"PK\x06\x07") {
        return Err(ZipFault::Limit("it is a zip64, made for more than 65,535 files".into()).into());
    }
    Ok(())
}

/// The names of all entries, in the directory's order, if there is nothing wrong with any of them.
fn names<R: Read + Seek>(zip: &ZipArchive<R>) -> Result<Vec<String>, ZipFault> {
    if zip.len() > ENTRIES {
        let text = format!("it has {} entries, more than {ENTRIES}", zip.len());
        return Err(ZipFault::Limit(text));
    }
    let mut names = Vec::with_capacity(zip.len());
    for index in 0..zip.len() {
        let entry = zip.by_index_data(index)?;
        let name = entry.name()?.into_owned();
        let wrong = if entry.is_symlink() {
            Some("is a symbolic link")
        } else if entry.encrypted() {
            Some("is encrypted")
        } else {
            wrong_name(&name)
        };
        if let Some(what) = wrong {
            return Err(ZipFault::Entry { name: shown(&name), what });
        }
        names.push(name);
    }
    let distinct: HashSet<&String> = names.iter().collect();
    if zip.has_duplicate_names() || distinct.len() < names.len() {
        return Err(ZipFault::Limit("two of its entries have the same name".into()));
    }
    Ok(names)
}

/// What is wrong with a name. None of them is ever used as a path; but who writes such names wants
/// something else than to publish a benchmark.
fn wrong_name(name: &str) -> Option<&'static str> {
    if name.contains('\0') {
        Some("has NUL in its name")
    } else if name.contains('\\') {
        Some("has a backslash in its name")
    } else if name.starts_with('/') {
        Some("has an absolute name")
    } else if name.as_bytes().get(1) == Some(&b':') {
        Some("has a drive letter in its name")
    } else if name.split('/').any(|part| part == "..") {
        Some("has '..' in its name")
    } else if name.is_empty() {
        Some("has no name")
    } else {
        None
    }
}

/// An input of which only so much can be read.
struct Metered<R> {
    input: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        let Some(left) = self.left.get().checked_sub(count as u64) else {
            let text = "its directory is longer than 16 MiB";
            return Err(io::Error::other(ZipFault::Limit(text.into())));
        };
        self.left.set(left);
        Ok(count)
    }
}

impl<R: Seek> Seek for Metered<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.input.seek(to)
    }
}

/// Counts what really comes out of an entry.
struct Inflating<R> {
    input: R,
    name: String,
    packed: u64,
    seen: u64,
}

impl<R: Read> Read for Inflating<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        self.seen += count as u64;
        let what = if self.seen > INFLATED {
            "inflates to more than 256 MiB"
        } else if self.seen > FREE && self.seen / RATIO > self.packed {
            "inflates to more than 200 times its size"
        } else {
            return Ok(count);
        };
        Err(io::Error::other(ZipFault::Entry { name: self.name.clone(), what }))
    }
}
