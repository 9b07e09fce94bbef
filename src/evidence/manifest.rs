//! `MANIFEST.sha256`: the digests of all files of a directory, in the form that `sha256sum -c` takes.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::signature::{SIGNATURE, Signer};
use super::store;

/// The name of the list of digests.
pub const MANIFEST: &str = "MANIFEST.sha256";

/// SHA-256 of files, in hexadecimal, by their names.
pub type Digests = BTreeMap<String, String>;

/// Writes the list of digests over all files of a directory that is being built, and the signature over the list.
/// Files whose digest is known, as they were just written, are not read again.
pub fn seal(dir: &Path, known: &Digests, signer: Option<&Signer>) -> io::Result<()> {
    let mut list = String::new();
    for name in files(dir)? {
        let digest = match known.get(&name) {
            Some(digest) => digest.clone(),
            None => store::sha256(&dir.join(&name))?,
        };
        list += &format!("{digest}  {name}\n");
    }
    store::write_new(&dir.join(MANIFEST), list.as_bytes())?;
    if let Some(signer) = signer {
        let signature = signer.sign(list.as_bytes()).map_err(io::Error::other)?;
        store::write_new(&dir.join(SIGNATURE), &signature)?;
    }
    Ok(())
}

/// The names of the files that the list is over, sorted. Links point to what is in it anyway.
fn files(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in dir.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_file() && name != MANIFEST && name != SIGNATURE {
            names
                .push(name.into_string().map_err(|name| io::Error::other(format!("{} is not UTF-8", name.display())))?);
        }
    }
    names.sort();
    Ok(names)
}

/// What a directory holds, held against its list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Files that are as they were.
    pub intact: usize,
    /// Files whose digest differs.
    pub altered: Vec<String>,
    /// Files that are listed and not there.
    pub missing: Vec<String>,
    /// Files that are there and not listed.
    pub added: Vec<String>,
    /// The bytes of the list, which a signature is over.
    pub list: Vec<u8>,
}

impl Comparison {
    /// Everything is there, as it was, and nothing else.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.altered.is_empty() && self.missing.is_empty() && self.added.is_empty() && self.intact > 0
    }
}

/// Why a directory could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// A file could not be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The list is none.
    #[error("{path}: line {line} is not of the form DIGEST  NAME")]
    Form {
        /// The list.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
}

/// Compares a directory with its list.
pub fn compare(dir: &Path) -> Result<Comparison, CompareError> {
    let path = dir.join(MANIFEST);
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| CompareError::Io { path, source }
    };
    let list = std::fs::read(&path).map_err(io(&path))?;
    let mut listed = parse(&path, &list)?;
    let mut comparison = Comparison { list, ..Comparison::default() };
    for name in files(dir).map_err(io(dir))? {
        let Some(digest) = listed.remove(&name) else {
            comparison.added.push(name);
            continue;
        };
        let file = dir.join(&name);
        if store::sha256(&file).map_err(io(&file))? == digest {
            comparison.intact += 1;
        } else {
            comparison.altered.push(name);
        }
    }
    comparison.missing = listed.into_keys().collect();
    Ok(comparison)
}

/// Reads the list: the digest of each name.
fn parse(path: &Path, list: &[u8]) -> Result<BTreeMap<String, String>, CompareError> {
    let text = String::from_utf8_lossy(list);
    let lines = text.lines().zip(1..);
    let entries = lines.map(|(text, line)| {
        let wrong = || CompareError::Form { path: path.to_owned(), line };
        let (digest, name) = text.split_once("  ").ok_or_else(wrong)?;
        let is_digest = digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit());
        let is_name = !name.is_empty() && !name.contains('/');
        if is_digest && is_name { Ok((name.to_owned(), digest.to_ascii_lowercase())) } else { Err(wrong()) }
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_removed_or_added_is_found() {
        let dir = tempfile::tempdir().expect("a directory");
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("written");
        write("a", "1");
        write("b", "2");
        write("c", "3");
        seal(dir.path(), &Digests::new(), None).expect("sealed");
        assert!(compare(dir.path()).expect("compared").holds());
        write("a", "x");
        std::fs::remove_file(dir.path().join("b")).expect("removed");
        write("d", "4");
        let found = compare(dir.path()).expect("compared");
        assert_eq!(found.altered, ["a"]);
        assert_eq!(found.missing, ["b"]);
        assert_eq!(found.added, ["d"]);
        assert_eq!(found.intact, 1);
        assert!(!found.holds());
    }

    #[test]
    fn an_empty_list_says_nothing_and_another_form_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        seal(dir.path(), &Digests::new(), None).expect("sealed");
        assert!(!compare(dir.path()).expect("compared").holds());
        for text in ["x  a\n", "\n", &format!("{}  ../a\n", "0".repeat(64))] {
            std::fs::write(dir.path().join(MANIFEST), text).expect("written");
            assert!(compare(dir.path()).is_err(), "{text:?}");
        }
    }
}
