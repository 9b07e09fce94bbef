//! What comes out of a document, as it stands there and as it can be kept.

use std::sync::Arc;

use super::Position;
use super::scope::Scope;
use super::tag::Parts;

/// What comes next in a document.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// An element begins.
    Start(Tag<'a>),
    /// All character data up to the next tag as one text, never empty: references expanded, CDATA
    /// sections unpacked, line ends normalised to LF (XML 1.0, section 2.11). Comments and
    /// processing instructions do not interrupt it.
    Text(&'a str),
    /// The innermost element ends. Its place is that of the end tag, or of the tag if it is empty.
    End,
    /// The document ends, well-formed to the last byte. From then on there is nothing else.
    Eof,
}

/// The beginning of an element, as long as the reader stands there.
#[derive(Clone, Copy)]
pub struct Tag<'a> {
    /// As it is written, from `<` on.
    pub(super) token: &'a str,
    /// Where that begins.
    pub(super) position: Position,
    pub(super) parts: &'a Parts,
    pub(super) scope: &'a Scope,
}

impl<'a> Tag<'a> {
    /// The name without prefix.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.parts.local(self.token)
    }

    /// The namespace; None when it is in none.
    #[must_use]
    pub fn namespace(&self) -> Option<&'a str> {
        self.shared_namespace().map(|namespace| &**namespace)
    }

    /// The namespace, to be kept without being copied.
    #[must_use]
    pub fn shared_namespace(&self) -> Option<&'a Arc<str>> {
        self.scope.namespace(self.parts.namespace?)
    }

    /// The element has that name in that namespace.
    #[must_use]
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.name() == name && self.namespace() == Some(namespace)
    }

    /// The attributes in document order, without namespace declarations.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let (token, position, parts, scope) = (self.token, self.position, self.parts, self.scope);
        let namespace = |number| scope.namespace(number).map(|namespace| &**namespace);
        let all = parts.attributes.iter();
        all.filter(|raw| !raw.is_declaration).map(move |raw| Attribute {
            namespace: raw.namespace.and_then(namespace),
            name: raw.local(token),
            value: parts.value(token, raw),
            place: (position, &token.as_bytes()[..raw.begin()]),
        })
    }

    /// The attribute of that name which is in no namespace.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Attribute<'a>> {
        self.attributes().find(|a| a.name == name && a.namespace.is_none())
    }

    /// The namespace that a prefix means in this element, as it is wanted for names in attribute
    /// values (`xs:QName`); the empty prefix is the default namespace.
    #[must_use]
    pub fn meaning(&self, prefix: &str) -> Option<&'a str> {
        self.scope.in_force(prefix).map(|namespace| &**namespace)
    }

    /// The same to be kept.
    #[must_use]
    pub fn to_start(&self) -> Start {
        let mut texts = String::with_capacity(self.token.len());
        texts.push_str(self.name());
        let name_end = texts.len();
        let mut attributes = Vec::with_capacity(self.parts.attributes.len());
        let raw = self.parts.attributes.iter().filter(|raw| !raw.is_declaration);
        for (attribute, raw) in self.attributes().zip(raw) {
            texts.push_str(attribute.name);
            let name_end = texts.len();
            texts.push_str(attribute.value);
            let namespace = raw.namespace.and_then(|number| self.scope.namespace(number));
            attributes.push(Kept {
                namespace: namespace.cloned(),
                name_end,
                value_end: texts.len(),
                position: attribute.position(),
            });
        }
        Start { namespace: self.shared_namespace().cloned(), texts, name_end, attributes }
    }
}

impl std::fmt::Debug for Tag<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.to_start().fmt(f)
    }
}

/// An attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    /// The namespace; None when the name has no prefix.
    pub namespace: Option<&'a str>,
    /// The name without prefix.
    pub name: &'a str,
    /// The value, normalised (XML 1.0, section 3.3.3).
    pub value: &'a str,
    /// A place, and what stands between it and the attribute: nobody asks for most places.
    place: (Position, &'a [u8]),
}

impl Attribute<'_> {
    /// Where the attribute begins.
    #[must_use]
    pub fn position(&self) -> Position {
        self.place.0.after(self.place.1)
    }

    /// It has that name in that namespace.
    #[must_use]
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.name == name && self.namespace == Some(namespace)
    }
}

/// The beginning of an element, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    namespace: Option<Arc<str>>,
    /// The name, and then name and value of each attribute.
    texts: String,
    name_end: usize,
    attributes: Vec<Kept>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    namespace: Option<Arc<str>>,
    name_end: usize,
    value_end: usize,
    position: Position,
}

impl Start {
    /// The name without prefix.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.texts[..self.name_end]
    }

    /// The namespace; None when it is in none.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The element has that name in that namespace.
    #[must_use]
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace() == Some(namespace) && self.name() == name
    }

    /// The attributes in document order, without namespace declarations.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'_>> {
        let mut begin = self.name_end;
        self.attributes.iter().map(move |kept| {
            let name = &self.texts[begin..kept.name_end];
            begin = kept.value_end;
            Attribute {
                namespace: kept.namespace.as_deref(),
                name,
                value: &self.texts[kept.name_end..kept.value_end],
                place: (kept.position, &[]),
            }
        })
    }

    /// The attribute of that name which is in no namespace.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Attribute<'_>> {
        self.attributes().find(|a| a.name == name && a.namespace.is_none())
    }
}
