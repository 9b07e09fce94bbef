//! What a JavaScript reader sees where it looks for a text.
//!
//! `fast-xml-parser` gives a string for an element that holds nothing but text. Attributes, CDATA sections, comments
//! and elements make it an object, and a second element of the same name an array of both: code that expects a string
//! then stumbles, or stores `[object Object]`.

use super::tree::{Id, Node, Tree};
use super::{html, text};

/// What stands where a text is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// No such element.
    Absent,
    /// A string, trimmed and with references expanded twice, as STIG Manager has it.
    Text(String),
    /// Something else, because of this.
    Other(&'static str),
}

impl Shape {
    /// There is something, and not the empty string.
    pub(super) fn is_truthy(&self) -> bool {
        match self {
            Shape::Absent => false,
            Shape::Text(text) => !text.is_empty(),
            Shape::Other(_) => true,
        }
    }

    /// The string, when it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Shape::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// What stands under that name in an element.
pub(super) fn child(tree: &Tree<'_>, id: Id, local: &str) -> Shape {
    let mut named = tree.named(id, local);
    match (named.next(), named.next()) {
        (None, _) => Shape::Absent,
        (Some(only), None) => of(tree, only),
        (Some(_), Some(_)) => Shape::Other("it stands there twice"),
    }
}

/// What an element is.
pub(super) fn of(tree: &Tree<'_>, id: Id) -> Shape {
    let element = tree.get(id);
    if element.attributes.iter().any(|a| !is_declaration(a.name)) {
        return Shape::Other("it has an attribute");
    }
    let mut out = String::new();
    for node in &element.children {
        match node {
            Node::Text(raw, _) => out.push_str(raw),
            Node::Cdata(..) => return Shape::Other("it has a CDATA section"),
            Node::Comment(..) => return Shape::Other("a comment stands in it"),
            Node::Instruction(_) => return Shape::Other("a processing instruction stands in it"),
            Node::Element(_) => return Shape::Other("elements stand in it"),
        }
    }
    Shape::Text(stored(&out))
}

/// Namespace declarations lose their name with their prefix, and are left out.
fn is_declaration(name: &str) -> bool {
    name.starts_with("xmlns")
}

/// A text as STIG Manager stores it.
pub(super) fn stored(raw: &str) -> String {
    html::decoded(&text::expanded(raw.trim())).into_owned()
}

/// The element holds nothing but text, or nothing: it becomes a string, not a list.
pub(super) fn is_leaf(tree: &Tree<'_>, id: Id) -> bool {
    let is_text = |node: &Node<'_>| matches!(node, Node::Text(..));
    tree.get(id).children.iter().all(is_text)
}

/// The raw text in an element, sections and comments left out.
pub(super) fn raw(tree: &Tree<'_>, id: Id) -> (String, usize) {
    let mut out = String::new();
    let mut begin = None;
    for node in &tree.get(id).children {
        if let Node::Text(raw, at) = node {
            out.push_str(raw);
            begin = begin.or(Some(*at));
        }
    }
    (out, begin.unwrap_or(tree.get(id).at))
}
