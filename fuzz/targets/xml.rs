//! Reading XML beside other readers: what ours takes is to roxmltree the same elements, attributes and
//! texts, and how the input is cut up does not matter. Where `XMLLINT` is set, xmllint says of the same
//! documents that they are well-formed.
#![no_main]

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::process::{Command, Stdio};

use libfuzzer_sys::fuzz_target;
use roxmltree::{Document, Node, ParsingOptions};
use stigprobe::xml::read::{Error, Event, Fault, Limits, Reader};

fuzz_target!(|input: &[u8]| {
    let whole = ours(input, Limits::default());
    for most in [1, 2, 7] {
        let cut = ours(Pieces(input, most), Limits::default());
        assert_eq!(shown(&whole), shown(&cut), "in pieces of {most}");
    }
    let Ok(text) = std::str::from_utf8(input) else {
        assert!(whole.is_err());
        return;
    };
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    match (&whole, Document::parse_with_options(text, options)) {
        (Ok(whole), Ok(document)) => assert_eq!(*whole, theirs(&document)),
        (Ok(_), Err(error)) => panic!("roxmltree refuses it: {error}"),
        // It takes some documents that are not well-formed.
        (Err(_), _) => {}
    }
    if std::env::var_os("XMLLINT").is_some() && whole.as_ref().map_or_else(is_syntax, |_| true) {
        let said = whole.as_ref().map_err(ToString::to_string);
        assert_eq!(whole.is_ok(), is_well_formed(input), "{said:?}");
    }
});

/// It is said of the syntax of XML. Limits and encodings are ours; xmllint takes names without a namespace,
/// and documents with a DOCTYPE.
fn is_syntax(error: &Error) -> bool {
    use Fault::{Character, Reference, Syntax, Truncated};
    matches!(error.fault, Character(_) | Reference(_) | Syntax(_) | Truncated(_))
}

fn shown(read: &Result<String, Error>) -> Result<&str, String> {
    read.as_deref().map_err(ToString::to_string)
}

/// A document on paper, so that two readers can be compared.
fn ours(input: impl Read, limits: Limits) -> Result<String, Error> {
    let mut reader = Reader::with_limits(input, limits);
    let mut out = String::new();
    loop {
        match reader.next_event()?.1 {
            Event::Start(tag) => {
                writeln!(out, "start {:?} {:?}", tag.namespace(), tag.name()).expect("memory");
                for attribute in tag.attributes() {
                    let (namespace, name) = (attribute.namespace, attribute.name);
                    writeln!(out, "  {namespace:?} {name:?} {:?}", attribute.value).expect("memory");
                }
            }
            Event::Text(text) => writeln!(out, "text {text:?}").expect("memory"),
            Event::End => out.push_str("end\n"),
            Event::Eof => return Ok(out),
        }
    }
}

/// The same from a tree.
fn theirs(document: &Document<'_>) -> String {
    let (mut out, mut text) = (String::new(), String::new());
    let end_text = |out: &mut String, text: &mut String| {
        if !text.is_empty() {
            writeln!(out, "text {text:?}").expect("memory");
            text.clear();
        }
    };
    let mut node = document.root_element();
    let mut depth = 0_usize;
    // Down, along and up again: the tree may be deeper than a stack.
    'elements: loop {
        if node.is_text() {
            text.push_str(node.text().unwrap_or_default());
        } else if node.is_element() {
            end_text(&mut out, &mut text);
            start(&mut out, node);
            if let Some(child) = node.first_child() {
                depth += 1;
                node = child;
                continue;
            }
            out.push_str("end\n");
        }
        loop {
            if depth == 0 {
                return out;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                continue 'elements;
            }
            end_text(&mut out, &mut text);
            out.push_str("end\n");
            depth -= 1;
            if let Some(parent) = node.parent() {
                node = parent;
            }
        }
    }
}

fn start(out: &mut String, element: Node<'_, '_>) {
    let name = element.tag_name();
    // It keeps what `xmlns=""` says as a namespace without a name.
    let namespace = name.namespace().filter(|namespace| !namespace.is_empty());
    writeln!(out, "start {namespace:?} {:?}", name.name()).expect("memory");
    for attribute in element.attributes() {
        let (namespace, name) = (attribute.namespace(), attribute.name());
        writeln!(out, "  {namespace:?} {name:?} {:?}", attribute.value()).expect("memory");
    }
}

/// xmllint, which fetches nothing and knows no limit of its own here.
fn is_well_formed(input: &[u8]) -> bool {
    let mut child = Command::new("xmllint")
        .args(["--noout", "--nonet", "--huge", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("xmllint is installed");
    // It may stop before the end.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input));
    child.wait().expect("a child").success()
}

/// Gives so many bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let end = out.len().min(self.1);
        self.0.read(&mut out[..end])
    }
}
