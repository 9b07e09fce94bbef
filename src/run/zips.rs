//! Evidence in zips that are small enough to be handed in: the same files give the same bytes.

use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::evidence::checked::Checked;
use crate::evidence::store;
use crate::input;
use crate::package::readme::Zip;

/// What a zip takes for an entry besides its bytes, at most: two headers of fewer than 128 bytes each and
/// the name twice. For its end as well.
const OVERHEAD: u64 = 256;

/// What goes into a zip.
pub(super) enum Part<'a> {
    /// A file of a run.
    File(&'a Checked, &'a str),
    /// A name and the bytes that it stands for.
    Bytes(&'a str, &'a [u8]),
}

impl Part<'_> {
    fn name(&self) -> &str {
        match self {
            Part::File(_, name) | Part::Bytes(name, _) => name,
        }
    }
}

/// Puts files into zips of fewer than `limit` bytes each, in the order given, into `dir`. `stem` is what
/// the names of the zips begin with. A file that is too large for a zip of its own even when it is
/// compressed is cut into numbered parts.
pub(super) fn write(files: &[Part<'_>], dir: &Path, stem: &str, limit: u64) -> io::Result<Vec<Zip>> {
    let mut groups: Vec<(u64, Vec<&Part<'_>>)> = Vec::new();
    for file in files {
        let size = packed(file)?;
        match groups.last_mut() {
            Some((all, group)) if *all + size < limit => {
                *all += size;
                group.push(file);
            }
            _ => groups.push((OVERHEAD + size, vec![file])),
        }
    }
    let count = groups.len();
    let mut zips = Vec::new();
    for ((_, group), at) in groups.into_iter().zip(1..) {
        let name =
            if count == 1 { format!("{stem}.evidence.zip") } else { format!("{stem}.evidence-{at}-of-{count}.zip") };
        let path = dir.join(&name);
        zip(&group, store::create_private(&path)?)?;
        let parts = if path.metadata()?.len() < limit {
            Vec::new()
        } else {
            let parts = split(&path, dir, &name, limit)?;
            std::fs::remove_file(&path)?;
            parts
        };
        zips.push(Zip { name, parts });
    }
    Ok(zips)
}

/// How much a file takes in a zip.
fn packed(file: &Part<'_>) -> io::Result<u64> {
    let counted = tempfile::tempfile()?;
    let written = zip(&[file], counted)?;
    Ok(written.metadata()?.len() + file.name().len() as u64 + OVERHEAD)
}

/// Writes one zip. Times and modes are the same for every file: they say nothing about it.
fn zip<W: Write + Seek>(files: &[&Part<'_>], to: W) -> io::Result<W> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o600)
        .large_file(false);
    let mut zip = ZipWriter::new(to);
    for part in files {
        let (size, mut from): (u64, Box<dyn Read>) = match part {
            Part::File(run, name) => {
                let file = run.reader(name)?;
                (file.size()?, Box::new(BufReader::new(file)))
            }
            Part::Bytes(_, bytes) => (bytes.len() as u64, Box::new(*bytes)),
        };
        // Sizes of 4 GB and more have fields of their own.
        let large = size >= u64::from(u32::MAX);
        zip.start_file(part.name(), options.large_file(large)).map_err(io::Error::other)?;
        io::copy(&mut from, &mut zip)?;
    }
    zip.finish().map_err(io::Error::other)
}

/// Cuts a file into parts of fewer than `limit` bytes. Gives their names.
fn split(path: &Path, dir: &Path, name: &str, limit: u64) -> io::Result<Vec<String>> {
    let mut rest = input::regular(path)?;
    let mut parts = Vec::new();
    loop {
        let part = format!("{name}.{:03}", parts.len() + 1);
        let to = dir.join(&part);
        let written = io::copy(&mut (&mut rest).take(limit - 1), &mut store::create_private(&to)?)?;
        if written == 0 {
            std::fs::remove_file(&to)?;
            return Ok(parts);
        }
        parts.push(part);
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    /// Bytes that do not get smaller.
    fn noise(length: usize, seed: u64) -> Vec<u8> {
        let mut random = fastrand::Rng::with_seed(seed);
        std::iter::repeat_with(|| random.u8(..)).take(length).collect()
    }

    fn pack(contents: &[(&str, Vec<u8>)], limit: u64) -> (tempfile::TempDir, Vec<Zip>) {
        let parts: Vec<Part<'_>> = contents.iter().map(|(name, bytes)| Part::Bytes(name, bytes)).collect();
        let to = tempfile::tempdir().expect("a directory");
        let zips = write(&parts, to.path(), "x", limit).expect("zips");
        for entry in to.path().read_dir().expect("read") {
            let entry = entry.expect("an entry");
            let size = entry.metadata().expect("metadata").len();
            assert!(size < limit, "{}: {size}", entry.path().display());
        }
        (to, zips)
    }

    fn unpacked(zip: &Path) -> Vec<(String, Vec<u8>)> {
        let mut zip = zip::ZipArchive::new(File::open(zip).expect("open")).expect("a zip");
        let count = zip.len();
        let read = |at| {
            let mut file = zip.by_index(at).expect("an entry");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("read");
            (file.name().expect("a name").into_owned(), bytes)
        };
        (0..count).map(read).collect()
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let contents = [("a.json", b"{}".repeat(5_000)), ("b.txt", b"text".to_vec())];
        let bytes = || {
            let (dir, zips) = pack(&contents, 1 << 20);
            assert_eq!(zips.len(), 1);
            assert_eq!(zips[0].name, "x.evidence.zip");
            std::fs::read(dir.path().join(&zips[0].name)).expect("read")
        };
        let first = bytes();
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert_eq!(first, bytes());
        assert!(first.len() < 1_000, "it is compressed");
    }

    #[test]
    fn files_are_spread_over_zips_in_their_order() {
        let contents =
            [("a", noise(40_000, 1)), ("b", noise(40_000, 2)), ("c", noise(40_000, 3)), ("d", b"small".to_vec())];
        let (dir, zips) = pack(&contents, 90_000);
        let names: Vec<&str> = zips.iter().map(|zip| zip.name.as_str()).collect();
        assert_eq!(names, ["x.evidence-1-of-2.zip", "x.evidence-2-of-2.zip"]);
        let all: Vec<_> = names.iter().flat_map(|name| unpacked(&dir.path().join(name))).collect();
        let wanted: Vec<_> = contents.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect();
        assert_eq!(all, wanted);
    }

    #[test]
    fn what_is_too_large_for_one_is_cut_and_can_be_put_together() {
        let contents = [("big", noise(100_000, 4)), ("small", b"text".to_vec())];
        let (dir, zips) = pack(&contents, 30_000);
        let cut = &zips[0];
        assert_eq!(cut.parts.len(), 4);
        assert!(!dir.path().join(&cut.name).exists());
        let mut whole = Vec::new();
        for part in &cut.parts {
            whole.extend(std::fs::read(dir.path().join(part)).expect("read"));
        }
        let path = dir.path().join("whole.zip");
        std::fs::write(&path, whole).expect("written");
        assert_eq!(unpacked(&path), [("big".to_owned(), contents[0].1.clone())]);
        assert!(zips[1].parts.is_empty());
    }

    #[test]
    fn the_limit_holds_to_the_byte() {
        for length in [29_000, 29_500, 29_700, 29_800, 29_900, 29_999, 30_000] {
            pack(&[("a", noise(length, 5)), ("b", noise(50, 6))], 30_000);
        }
    }
}
