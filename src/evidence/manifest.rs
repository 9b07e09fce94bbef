//! `MANIFEST.sha256`: the digests of all files of a directory, in the form that `sha256sum -c` takes.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::signature::{SIGNATURE, Signer};
use super::store;
use crate::printable::line;

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

/// The names of the files that the list is over, sorted. Nothing else is there.
fn files(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in dir.read_dir()? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == MANIFEST || name == SIGNATURE {
            continue;
        }
        if !entry.file_type()?.is_file() || !is_name(&name) {
            return Err(io::Error::other(format!("{} does not belong into a run", line(&name))));
        }
        names.push(name);
    }
    names.sort();
    Ok(names)
}

/// Reads the list: the digest of each name. What is not of its form is refused in words.
pub(super) fn parse(list: &[u8]) -> Result<Digests, String> {
    let text = std::str::from_utf8(list).map_err(|_| "it is no UTF-8 text".to_owned())?;
    let mut digests = Digests::new();
    for (text, line) in text.split_terminator('\n').zip(1..) {
        let entry = text.split_once("  ").filter(|(digest, name)| is_digest(digest) && is_name(name));
        let Some((digest, name)) = entry else {
            return Err(format!("line {line} is not of the form DIGEST  NAME"));
        };
        if digests.insert(name.to_owned(), digest.to_ascii_lowercase()).is_some() {
            return Err(format!("line {line} names a file a second time"));
        }
    }
    Ok(digests)
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A file in the directory itself, with a name that can be printed.
fn is_name(text: &str) -> bool {
    let printable = !text.contains('/') && line(text) == text;
    printable && !matches!(text, "" | "." | ".." | MANIFEST | SIGNATURE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_list_is_refused() {
        let zeros = "0".repeat(64);
        assert_eq!(parse(b"").expect("a list").len(), 0);
        assert_eq!(parse(format!("{zeros}  a\n{zeros}  b").as_bytes()).expect("a list").len(), 2);
        for text in [
            "x  a\n".to_owned(),
            "\n".to_owned(),
            format!("{zeros}  ../a\n"),
            format!("{zeros}  a\r\n"),
            format!("{zeros}  a\u{1b}[1m\n"),
            format!("{zeros}  {MANIFEST}\n"),
            format!("{zeros}  a\n{zeros}  a\n"),
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(parse(&[0xff, b'\n']).is_err());
    }
}
