//! Texts as readers of XML see them.

use std::borrow::Cow;

use super::tree::{Id, Node, Tree};

/// The text with XML's own references expanded and its line ends made LF. What is no reference stays.
pub(super) fn expanded(raw: &str) -> Cow<'_, str> {
    if !raw.contains(['&', '\r']) {
        return Cow::Borrowed(raw);
    }
    let raw = raw.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.as_str();
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.as_bytes().iter().take(16).position(|b| *b == b';');
        match end.and_then(|end| Some((referred(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn referred(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

/// All text in an element, with what stands in CDATA sections, as a conforming reader gives it.
pub(super) fn of(tree: &Tree<'_>, id: Id) -> String {
    let mut out = String::new();
    for node in &tree.get(id).children {
        match node {
            Node::Text(raw, _) => out.push_str(&expanded(raw)),
            Node::Cdata(text, _) => out.push_str(&text.replace("\r\n", "\n")),
            Node::Element(_) | Node::Comment(..) | Node::Instruction(_) => {}
        }
    }
    out
}

/// The text of the first element of that name in this one.
pub(super) fn in_child(tree: &Tree<'_>, id: Id, local: &str) -> Option<String> {
    tree.child(id, local).map(|child| of(tree, child))
}

/// How long JavaScript and .NET find a text.
pub(super) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
