//! Documents that are not well-formed, or not in UTF-8. Java and .NET refuse them; JavaScript's readers go on, each
//! until it stumbles.

use super::check::Effect::{Dropped, Mangled, Refused, Remark};
use super::check::Importer::{Emass, Heimdall, OpenRmf, StigManager, StigViewer};
use super::check::{Found, Row};
use super::kind::Kind;
use super::source::{Encoding, Source};
use super::tree::{Tree, Wrong};
use crate::xml::read::{Event, Fault, Reader, excerpt};

pub(super) static TOO_LARGE: Row = Row {
    code: "too-large",
    on: &[
        (StigViewer, Refused),
        (StigManager, Refused),
        (Emass, Refused),
        (Heimdall, Refused),
        (OpenRmf, Refused),
    ],
    when: "the file has more than 100 MB, or more than 4,000,000 elements, or 256 in one another",
    mend: "Give one file for each asset and STIG, and keep evidence short.",
};

static STRICT: Row = Row {
    code: "not-well-formed",
    on: &[(StigViewer, Refused), (Emass, Refused), (OpenRmf, Refused)],
    when: "the document stops being XML here",
    mend: "Write the file with a tool that escapes texts, and strip control characters and terminal colours from evidence.",
};

static TOLERATED: Row = Row {
    code: "not-well-formed",
    on: &[(StigManager, Remark), (Heimdall, Remark)],
    when: "a character, reference or attribute is not as XML wants it; JavaScript's readers pass over that",
    mend: "Write the file with a tool that escapes texts, and strip control characters and terminal colours from evidence.",
};

static TAGS: Row = Row {
    code: "not-well-formed",
    on: &[(StigManager, Dropped), (Heimdall, Dropped)],
    when: "tags do not match, are not ended, or there are two roots: JavaScript's readers go on without a word, and find \
           what follows in the wrong place or not at all",
    mend: "Write the file anew with the tool that made it; it may be cut off.",
};

static TAGS_CKL: Row = Row {
    code: "not-well-formed",
    on: &[(StigManager, Dropped), (Heimdall, Refused)],
    when: "the same in a CKL, which Heimdall reads with a reader that minds: it also minds anything before the XML \
           declaration and `--` in a comment",
    mend: "Write the file anew with the tool that made it; it may be cut off.",
};

static BEFORE_DECLARATION: Row = Row {
    code: "not-well-formed",
    on: &[(Heimdall, Refused)],
    when: "something stands before the XML declaration of a CKL, or `--` in a comment",
    mend: "Begin the file with `<?xml`, and write no `--` inside comments.",
};

static ENDLESS: Row = Row {
    code: "not-well-formed",
    on: &[(StigManager, Refused), (Heimdall, Refused)],
    when: "a tag, comment or section does not end before the file does",
    mend: "Write the file anew with the tool that made it; it is cut off.",
};

static DEEP: Row = Row {
    code: "too-deep",
    on: &[(StigManager, Refused)],
    when: "more than 100 elements are in one another",
    mend: "Write the file anew: no format of these needs more than a dozen.",
};

static UTF16: Row = Row {
    code: "encoding",
    on: &[(StigManager, Refused), (Heimdall, Refused)],
    when: "the file is UTF-16, which JavaScript's readers take for UTF-8",
    mend: "Save the file as UTF-8 without a byte order mark.",
};

static OTHER: Row = Row {
    code: "encoding",
    on: &[(StigManager, Mangled), (Heimdall, Mangled)],
    when: "bytes are not UTF-8: JavaScript's readers put U+FFFD in their place",
    mend: "Save the file as UTF-8.",
};

static MARK: Row = Row {
    code: "byte-order-mark",
    on: &[(Heimdall, Refused)],
    when: "a CKL with an XML declaration begins with a byte order mark",
    mend: "Save the file as UTF-8 without a byte order mark.",
};

static DOCTYPE: Row = Row {
    code: "doctype",
    on: &[
        (StigViewer, Remark),
        (StigManager, Remark),
        (Emass, Remark),
        (Heimdall, Remark),
        (OpenRmf, Remark),
    ],
    when: "there is a document type declaration, which careful readers refuse",
    mend: "Take the DOCTYPE out: no format of these has one.",
};

pub(super) static ROWS: &[&Row] = &[
    &TOO_LARGE,
    &STRICT,
    &TOLERATED,
    &TAGS,
    &TAGS_CKL,
    &BEFORE_DECLARATION,
    &ENDLESS,
    &DEEP,
    &UTF16,
    &OTHER,
    &MARK,
    &DOCTYPE,
];

/// What the bytes and tags of a document do to it.
pub(super) fn check(kind: Kind, source: &Source<'_>, tree: &Tree<'_>, found: &mut Found) {
    encoding(kind, source, found);
    let strict = strict(source, found);
    let mut is_structural = false;
    for fault in &tree.faults {
        let said = told(&fault.what);
        let (row, breaks): (&'static Row, bool) = match (&fault.what, kind) {
            (Wrong::Many, _) => (&TOO_LARGE, true),
            (Wrong::Endless(_), _) => (&ENDLESS, true),
            (Wrong::Deep, _) => (&DEEP, false),
            (Wrong::Early | Wrong::Hyphens, Kind::Ckl) => (&BEFORE_DECLARATION, false),
            (Wrong::Early | Wrong::Hyphens | Wrong::Outside, _) => continue,
            (_, Kind::Ckl) => (&TAGS_CKL, true),
            _ => (&TAGS, true),
        };
        // A byte order mark counts as something before the declaration, and is told as such.
        is_structural |= breaks;
        found.add(row, fault.at, "document", said);
        if !std::ptr::eq(row, &TAGS) {
            found.settle(row);
        }
        if matches!(fault.what, Wrong::Unended(_)) {
            break;
        }
    }
    if let Some((offset, message)) = strict {
        found.add(&STRICT, offset, "document", message.clone());
        found.settle_for(&[StigViewer, Emass, OpenRmf]);
        if !is_structural {
            found.add(&TOLERATED, offset, "document", message);
        }
    }
}

fn encoding(kind: Kind, source: &Source<'_>, found: &mut Found) {
    match source.encoding {
        Encoding::Utf16 => {
            found.whole(&UTF16, "file", "the file is UTF-16, and read as UTF-8");
            found.settle(&UTF16);
        }
        Encoding::Latin1(at) | Encoding::Broken(at) => {
            found.add(&OTHER, at, "file", "bytes from here on are not UTF-8");
        }
        Encoding::Utf8 => {}
    }
    if source.has_mark && kind == Kind::Ckl && source.text.starts_with("<?xml") {
        found.whole(&MARK, "file", "the file begins with a byte order mark");
        found.settle(&MARK);
    }
}

/// Where a conforming reader stops, and why.
fn strict(source: &Source<'_>, found: &mut Found) -> Option<(usize, String)> {
    let at = match source.encoding {
        Encoding::Broken(at) => Some(at),
        _ => None,
    };
    if let Some(at) = at {
        return Some((at, "the bytes here are not UTF-8".to_owned()));
    }
    let text = plain(source, found);
    let mut reader = Reader::new(text.as_bytes());
    loop {
        match reader.next_event() {
            Ok((_, Event::Eof)) => return None,
            Ok(_) => {}
            Err(error) => {
                // Beyond our limits is not beyond theirs.
                let is_wrong = !matches!(error.fault, Fault::Limit(_) | Fault::Io(_));
                let offset = source.offset(error.position);
                return is_wrong.then(|| (offset, error.fault.to_string()));
            }
        }
    }
}

/// The text as the strict reader can take it: without a DOCTYPE, and without a declaration that names an encoding
/// which has been undone already, or XML 1.1. What is taken out leaves its place behind.
fn plain(source: &Source<'_>, found: &mut Found) -> String {
    let mut text = source.text.as_ref().to_owned();
    if let Some(end) = text.strip_prefix("<?xml").and_then(|t| t.find("?>")) {
        let end = end + "<?xml".len() + "?>".len();
        let declaration = &text[..end];
        let is_undone = source.encoding != Encoding::Utf8
            || declaration.contains("1.1")
            || !declaration.to_ascii_lowercase().contains("utf-8") && declaration.contains("encoding");
        if is_undone {
            blank(&mut text, 0, end);
        }
    }
    let root = text.find(|c: char| !c.is_whitespace()).unwrap_or(0);
    if let Some(at) = text[root..].find("<!DOCTYPE").map(|at| at + root) {
        let tree = Tree::parse(&text[..]);
        let first = tree.root().map_or(usize::MAX, |id| tree.get(id).at);
        if at < first {
            let end = first.min(text.len());
            let subset = &text[at..end];
            let end = at + subset.rfind('>').map_or(0, |end| end + 1);
            found.add(&DOCTYPE, at, "document", "there is a DOCTYPE");
            blank(&mut text, at, end);
        }
    }
    text
}

/// Puts blanks in the place of these bytes, and keeps the lines.
fn blank(text: &mut String, begin: usize, end: usize) {
    let blanks: String = text[begin..end]
        .bytes()
        .map(|b| if b == b'\n' { '\n' } else { ' ' })
        .collect();
    text.replace_range(begin..end, &blanks);
}

fn told(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Endless(what) => format!("{what} does not end"),
        Wrong::Mismatch(name, written) => {
            format!("</{}> ends <{}>", excerpt(written), excerpt(name))
        }
        Wrong::Stray(name) => format!("</{}> ends nothing", excerpt(name)),
        Wrong::Unended(name) => format!("<{}> is never ended", excerpt(name)),
        Wrong::SecondRoot(name) => format!("<{}> is a second root element", excerpt(name)),
        Wrong::Early => "something stands before the XML declaration".to_owned(),
        Wrong::Hyphens => "'--' stands in a comment".to_owned(),
        Wrong::Outside => "text stands outside of the root element".to_owned(),
        Wrong::Deep => "more than 100 elements are in one another".to_owned(),
        Wrong::Many => "there are more elements than are read".to_owned(),
    }
}
