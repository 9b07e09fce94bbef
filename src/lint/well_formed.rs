//! Documents that are not well-formed, or not in UTF-8. Java and .NET refuse them; JavaScript's readers go on, each
//! until it stumbles.

use super::check::Effect::{Dropped, Mangled, Refused, Remark};
use super::check::Importer::{Emass, Heimdall, OpenRmf, StigManager, StigViewer};
use super::check::{Found, Row};
use super::kind::Kind;
use super::source::{Encoding, Source, is_single_byte};
use super::tree::{Tree, Wrong};
use crate::xml::read::{Event, Fault, Reader, excerpt};

pub(super) static TOO_LARGE: Row = Row {
    code: "too-large",
    on: &[(StigViewer, Refused), (StigManager, Refused), (Emass, Refused), (Heimdall, Refused), (OpenRmf, Refused)],
    when: "the file has more than 100 MB, or more than 4,000,000 elements, or 256 in one another",
    mend: "Give one file for each asset and STIG, and keep evidence short.",
};

static STRICT: Row = Row {
    code: "not-well-formed",
    on: &[(StigViewer, Refused), (Emass, Refused), (OpenRmf, Refused)],
    when: "the document stops being XML here",
    mend: "Write the file with a tool that escapes texts, and strip control characters and terminal colours from evidence.",
};

macro_rules! row {
    ($name:ident, $on:expr, $when:literal, $mend:literal) => {
        static $name: Row = Row { code: "not-well-formed", on: $on, when: $when, mend: $mend };
    };
}

row!(
    TOLERATED,
    &[(StigManager, Remark), (Heimdall, Remark)],
    "a character, reference or attribute is not as XML wants it: JavaScript's readers pass over that",
    "Write the file with a tool that escapes texts, and strip control characters and terminal colours from evidence."
);
row!(
    TOLERATED_MANAGER,
    &[(StigManager, Remark)],
    "the same, where Heimdall minds",
    "Write the file with a tool that escapes texts, and strip control characters and terminal colours from evidence."
);
row!(
    TOLERATED_HEIMDALL,
    &[(Heimdall, Remark)],
    "the same, where STIG Manager minds, as with a bare `<` in the text of a CKL",
    "Write the file with a tool that escapes texts: &lt; for <."
);
row!(
    TAGS,
    &[(StigManager, Dropped), (Heimdall, Dropped)],
    "tags do not match, are not ended, or there are two roots: JavaScript's readers go on without a word, and find what \
     follows in the wrong place or not at all",
    "Write the file anew with the tool that made it; it may be cut off."
);
row!(
    TAGS_MANAGER,
    &[(StigManager, Dropped)],
    "the same, for STIG Manager alone",
    "Write the file anew with the tool that made it; it may be cut off."
);
row!(
    TAGS_CKL,
    &[(Heimdall, Refused)],
    "the tags of a CKL do not match or are not ended, there are two roots, something stands before the XML declaration, or \
     `--` in a comment: Heimdall reads CKL with a reader that minds",
    "Write the file anew with the tool that made it, beginning with `<?xml`, and with no `--` in comments."
);
row!(
    DECLARATION,
    &[(Heimdall, Refused)],
    "the XML declaration of a CKL is not as XML wants it",
    "Begin the file with <?xml version=\"1.0\" encoding=\"UTF-8\"?>."
);
row!(
    ENDLESS,
    &[(StigManager, Refused), (Heimdall, Refused)],
    "a tag, comment or section does not end before the file does",
    "Write the file anew with the tool that made it; it is cut off."
);
row!(
    TAGS_HEIMDALL,
    &[(Heimdall, Dropped)],
    "the same, where Heimdall stumbles in another place",
    "Write the file anew with the tool that made it; it may be cut off."
);
row!(
    ENDLESS_HEIMDALL,
    &[(Heimdall, Refused)],
    "the same, where Heimdall stumbles in another place: it looks for the end of title, description, fixtext, fix, \
     rationale and warning by their names",
    "Write the file anew with the tool that made it; it is cut off."
);
row!(
    ENDLESS_MANAGER,
    &[(StigManager, Refused)],
    "the same, for STIG Manager alone",
    "Write the file anew with the tool that made it; it is cut off."
);

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

static UTF16_NESSUS: Row = Row {
    code: "encoding",
    on: &[(StigManager, Refused), (Heimdall, Dropped)],
    when: "the same in a .nessus file, of which Heimdall makes an empty profile",
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
    on: &[(StigViewer, Remark), (StigManager, Remark), (Emass, Remark), (Heimdall, Remark), (OpenRmf, Remark)],
    when: "there is a document type declaration, which careful readers refuse",
    mend: "Take the DOCTYPE out: no format of these has one.",
};

pub(super) static ROWS: &[&Row] = &[
    &TOO_LARGE,
    &STRICT,
    &TOLERATED,
    &TOLERATED_MANAGER,
    &TOLERATED_HEIMDALL,
    &TAGS,
    &TAGS_MANAGER,
    &TAGS_CKL,
    &DECLARATION,
    &ENDLESS,
    &ENDLESS_MANAGER,
    &TAGS_HEIMDALL,
    &ENDLESS_HEIMDALL,
    &DEEP,
    &UTF16,
    &UTF16_NESSUS,
    &OTHER,
    &MARK,
    &DOCTYPE,
];

/// What the bytes and tags of a document do to it. `heimdalls` is the tree as Heimdall sees it.
pub(super) fn check(kind: Kind, source: &Source<'_>, tree: &Tree<'_>, heimdalls: &Tree<'_>, found: &mut Found) {
    encoding(kind, source, found);
    let strict = strict(source, found);
    let is_ckl = kind == Kind::Ckl;
    let is_same = std::ptr::eq(tree, heimdalls) && !is_ckl;
    let mut tolerate = vec![StigManager, Heimdall];
    let mut tell = |fault: &super::tree::Fault, row: &'static Row| {
        found.add(row, fault.at, "document", told(&fault.what));
        found.settle(row);
        tolerate.retain(|importer| row.on.iter().all(|(i, _)| i != importer));
    };
    for fault in told_once(tree) {
        match (&fault.what, is_same) {
            (Wrong::Many, _) => tell(fault, &TOO_LARGE),
            (Wrong::Deep, _) => tell(fault, &DEEP),
            (Wrong::Endless(_), true) => tell(fault, &ENDLESS),
            (Wrong::Endless(_), false) => tell(fault, &ENDLESS_MANAGER),
            (Wrong::Early | Wrong::Hyphens | Wrong::Outside, _) => {}
            (_, true) => tell(fault, &TAGS),
            (_, false) => tell(fault, &TAGS_MANAGER),
        }
    }
    if is_ckl {
        // Its reader of CKL stops at the first thing that is wrong with the tags.
        let counts = |wrong: &Wrong| !matches!(wrong, Wrong::Outside | Wrong::Deep);
        if let Some(fault) = heimdalls.faults.iter().find(|f| counts(&f.what)) {
            tell(fault, &TAGS_CKL);
        }
    } else if !is_same {
        for fault in told_once(heimdalls) {
            match &fault.what {
                Wrong::Endless(_) => tell(fault, &ENDLESS_HEIMDALL),
                Wrong::Early | Wrong::Hyphens | Wrong::Outside | Wrong::Deep | Wrong::Many => {}
                _ => tell(fault, &TAGS_HEIMDALL),
            }
        }
    }
    if is_ckl && let Some(message) = &strict.declaration {
        found.whole(&DECLARATION, "XML declaration", message.clone());
        found.settle(&DECLARATION);
        tolerate.retain(|importer| *importer != Heimdall);
    }
    if let Some((offset, message)) = strict.fault {
        found.add(&STRICT, offset, "document", message.clone());
        found.settle_for(&[StigViewer, Emass, OpenRmf]);
        let row = match tolerate.as_slice() {
            [StigManager] => &TOLERATED_MANAGER,
            [Heimdall] => &TOLERATED_HEIMDALL,
            [] => return,
            _ => &TOLERATED,
        };
        found.add(row, offset, "document", message);
    }
}

/// The faults of a tree; of tags that do not match the first only, as each brings others after it.
fn told_once<'f>(tree: &'f Tree<'_>) -> impl Iterator<Item = &'f super::tree::Fault> {
    let is_of_tags = |fault: &&super::tree::Fault| {
        matches!(fault.what, Wrong::Mismatch(..) | Wrong::Stray(_) | Wrong::Unended(_) | Wrong::SecondRoot(_))
    };
    let rest = tree.faults.iter().filter(move |fault| !is_of_tags(fault));
    rest.chain(tree.faults.iter().find(is_of_tags))
}

fn encoding(kind: Kind, source: &Source<'_>, found: &mut Found) {
    match source.encoding {
        Encoding::Utf16 => {
            let row = if kind == Kind::Nessus { &UTF16_NESSUS } else { &UTF16 };
            found.whole(row, "file", "the file is UTF-16, and read as UTF-8");
            found.settle_for(&[StigManager, Heimdall]);
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

/// What a conforming reader says.
struct Strict {
    /// Where it stops, and why.
    fault: Option<(usize, String)>,
    /// Why it stops in the XML declaration, unless for the encoding's name.
    declaration: Option<String>,
}

fn strict(source: &Source<'_>, found: &mut Found) -> Strict {
    if let Encoding::Broken(at) = source.encoding {
        return Strict { fault: Some((at, "the bytes here are not UTF-8".to_owned())), declaration: None };
    }
    let text = plain(source, found);
    let mut reader = Reader::new(text.as_bytes());
    let error = loop {
        match reader.next_event() {
            Ok((_, Event::Eof)) => break None,
            Ok(_) => {}
            Err(error) => break Some(error),
        }
    };
    // Beyond our limits is not beyond theirs.
    let error = error.filter(|e| !matches!(e.fault, Fault::Limit(_) | Fault::Io(_)));
    let Some(error) = error else {
        return Strict { fault: None, declaration: None };
    };
    let offset = source.offset(error.position);
    let end = match text.strip_prefix("<?xml") {
        Some(inside) => inside.find('<').map_or(text.len(), |end| end + "<?xml".len()),
        None => 0,
    };
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    let value = quoted(&text[..text.find("?>").unwrap_or(0)], "encoding");
    let has_name = value.is_none_or(|(begin, length)| is_name(&text[begin..begin + length]));
    let is_other = matches!(error.fault, Fault::Encoding(_)) && has_name;
    let message = error.fault.to_string();
    Strict { declaration: (offset < end && !is_other).then(|| message.clone()), fault: Some((offset, message)) }
}

/// The text as the strict reader can take it: without a DOCTYPE, as UTF-8 where another encoding has been undone, and
/// as XML 1.0 where it is 1.1. Every byte keeps its place.
fn plain(source: &Source<'_>, found: &mut Found) -> String {
    let mut text = source.text.as_ref().to_owned();
    let end = text.strip_prefix("<?xml").and_then(|t| t.find("?>"));
    if let Some(end) = end.map(|end| end + "<?xml".len()) {
        for (name, wanted) in [("encoding", "UTF-8"), ("version", "1.0")] {
            let Some((begin, length)) = quoted(&text[..end], name) else {
                continue;
            };
            let value = text[begin..begin + length].to_ascii_lowercase();
            let is_undone = match name {
                "version" => value == "1.1",
                _ if source.encoding == Encoding::Utf16 => value.starts_with("utf-16"),
                _ => is_single_byte(&value),
            };
            if is_undone {
                // Blanks behind the quotation mark take the room that is left.
                let quote = &text[begin - 1..begin];
                let room = length - wanted.len().min(length);
                let plain = format!("{wanted}{quote}{}", " ".repeat(room));
                text.replace_range(begin..=begin + length, &plain);
            }
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

/// Where the value of a name stands in a declaration, and how long it is.
fn quoted(declaration: &str, name: &str) -> Option<(usize, usize)> {
    let at = declaration.find(name)? + name.len();
    let behind = declaration[at..].trim_start().strip_prefix('=')?.trim_start();
    let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let begin = declaration.len() - behind.len() + 1;
    let length = declaration[begin..].find(quote)?;
    Some((begin, length))
}

/// Puts blanks in the place of these bytes, and keeps the lines.
fn blank(text: &mut String, begin: usize, end: usize) {
    let blanks: String = text[begin..end].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
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
