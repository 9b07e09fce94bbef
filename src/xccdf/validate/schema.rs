//! What a schema says, as data: types, what is in them, and what has to be unique or to exist.
//!
//! One [`Type`] stands for one complex type of an XSD and has its name, so that a row of the tables
//! can be held against the schema line by line. What all the schemas here have in common makes the
//! shape simple: content is a sequence of [`Slot`]s, and a name decides which slot it belongs to.

/// As often as one likes: `maxOccurs="unbounded"`.
pub(super) const MANY: u32 = u32::MAX;

/// A complex type (XML Schema part 1, section 3.4).
pub(super) struct Type {
    /// The attributes, a list for each type that it extends and one of its own.
    pub(super) attributes: &'static [&'static [Attr]],
    /// How attributes of other namespaces are looked at where they are allowed: `anyAttribute
    /// namespace="##other"`.
    pub(super) other_attributes: Option<Process>,
    /// What stands between the tags.
    pub(super) content: Content,
    /// What has to be unique or to exist within such an element.
    pub(super) keys: &'static [Key],
}

/// What stands between the tags of an element.
#[derive(Clone, Copy)]
pub(super) enum Content {
    /// Nothing, not even white space.
    Empty,
    /// A text of a simple type.
    Text(Simple),
    /// Elements only, in the order of the slots: those of the types that it extends come first.
    Elements(&'static [&'static [Slot]]),
    /// Elements and text between them.
    Mixed(&'static [&'static [Slot]]),
    /// Anything that is well-formed: another standard's document.
    Anything,
}

/// One place in a sequence.
pub(super) struct Slot {
    pub(super) of: Of,
    pub(super) min: u32,
    pub(super) max: u32,
}

/// What a slot takes.
pub(super) enum Of {
    /// This.
    One(Term),
    /// Any of these, each time.
    Choice(&'static [Term]),
    /// All of one of these slots, and none of the others.
    Either(&'static [Slot]),
}

/// An element, or a wildcard.
pub(super) enum Term {
    /// `xs:element`.
    Element { namespace: &'static str, name: &'static str, declared: &'static Type },
    /// `xs:any`.
    Any(Names, Process),
}

/// The namespaces that a wildcard takes.
#[derive(Clone, Copy)]
pub(super) enum Names {
    /// `##any`.
    All,
    /// `##other`: any but this one, and not none.
    Other(&'static str),
    /// This one.
    Only(&'static str),
}

/// How far a wildcard's elements are looked at (XML Schema part 1, section 3.10.1).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    /// Not at all.
    Skip,
    /// As far as they are declared.
    Lax,
    /// They have to be declared.
    Strict,
}

/// An attribute.
pub(super) struct Attr {
    pub(super) namespace: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) value: Simple,
    pub(super) required: bool,
    /// What it is when it is not written, where an identity constraint looks at it.
    pub(super) default: Option<&'static str>,
}

/// A simple type, as far as these schemas use them (XML Schema part 2).
#[derive(Clone, Copy)]
pub(super) enum Simple {
    /// `xs:string`, and everything that does not narrow it.
    String,
    /// `xs:token` and unions with it, which take every text.
    Token,
    NcName,
    Nmtokens,
    AnyUri,
    Boolean,
    Decimal,
    Integer,
    /// XCCDF's `weightType`: a decimal from 0 with at most three digits.
    Weight,
    Date,
    DateTime,
    Language,
    Base64,
    /// `xs:ID`: an `NCName` that no other ID of the document is.
    Id,
    /// An `NCName` of the form `xccdf_NAMESPACE_KIND_NAME` (IR 7275 r4, section 6.2.3).
    XccdfId(&'static str),
    /// An `xs:ID` of the form `scap_NAMESPACE_KIND_NAME`.
    ScapId(&'static str),
    /// An `NCName` with a prefix and then letters, digits and hyphens: ids of CIS platforms.
    CisId(&'static str),
    /// A string out of a list.
    Words(&'static [&'static str]),
    /// A token out of a list.
    Tokens(&'static [&'static str]),
    /// A CPE 2.2 URI as the CPE language of 2008 has it.
    Cpe22,
    /// A CPE name of 2.2 or 2.3.
    Cpe,
    /// The characters of a public identifier.
    PublicId,
    /// A token that this says yes to, and what it is in words.
    Form(fn(&str) -> bool, &'static str),
}

/// An identity constraint (XML Schema part 1, section 3.11).
pub(super) struct Key {
    /// The schema's name of it.
    pub(super) name: &'static str,
    pub(super) kind: KeyKind,
    pub(super) namespace: &'static str,
    /// Which elements: names from the outer to the inner, behind `//` at any depth.
    pub(super) selectors: &'static [&'static str],
    /// Their attributes which make the value together.
    pub(super) fields: &'static [&'static str],
}

/// What an identity constraint demands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// Every element has all fields, and no two have the same.
    Key,
    /// No two elements that have all fields have the same.
    Unique,
    /// What the fields hold is a value of the key of that name.
    Ref(&'static str),
}

/// No attributes, no keys.
const PLAIN: Type = Type { attributes: &[], other_attributes: None, content: Content::Empty, keys: &[] };

impl Type {
    /// A type with attributes and nothing in it.
    pub(super) const fn empty(attributes: &'static [&'static [Attr]]) -> Self {
        Type { attributes, ..PLAIN }
    }

    /// A type with attributes and a text.
    pub(super) const fn text(simple: Simple, attributes: &'static [&'static [Attr]]) -> Self {
        let content = Content::Text(simple);
        Type { attributes, content, ..PLAIN }
    }

    /// A type with attributes and elements.
    pub(super) const fn elements(slots: &'static [&'static [Slot]], attributes: &'static [&'static [Attr]]) -> Self {
        let content = Content::Elements(slots);
        Type { attributes, content, ..PLAIN }
    }

    /// A type with attributes, elements and text between them.
    pub(super) const fn mixed(slots: &'static [&'static [Slot]], attributes: &'static [&'static [Attr]]) -> Self {
        let content = Content::Mixed(slots);
        Type { attributes, content, ..PLAIN }
    }

    /// Anything: attributes, elements, text.
    pub(super) const fn anything() -> Self {
        let content = Content::Anything;
        Type { content, ..PLAIN }
    }

    /// The same with identity constraints.
    pub(super) const fn with_keys(self, keys: &'static [Key]) -> Self {
        Type { keys, ..self }
    }

    /// The same with attributes of other namespaces.
    pub(super) const fn open(self) -> Self {
        Type { other_attributes: Some(Process::Lax), ..self }
    }

    /// The same with attributes of other namespaces that are declared.
    pub(super) const fn open_to_declared(self) -> Self {
        Type { other_attributes: Some(Process::Strict), ..self }
    }

    /// The attribute's declaration.
    pub(super) fn attribute(&self, namespace: Option<&str>, name: &str) -> Option<&'static Attr> {
        let mut all = self.attributes.iter().flat_map(|list| list.iter());
        all.find(|a| a.name == name && a.namespace == namespace)
    }
}

/// An attribute that must be there.
pub(super) const fn must(name: &'static str, value: Simple) -> Attr {
    Attr { namespace: None, name, value, required: true, default: None }
}

/// An attribute that may be there.
pub(super) const fn may(name: &'static str, value: Simple) -> Attr {
    Attr { required: false, ..must(name, value) }
}

impl Attr {
    /// The same with a default that counts.
    pub(super) const fn or(self, default: &'static str) -> Self {
        Attr { default: Some(default), ..self }
    }

    /// The same in a namespace.
    pub(super) const fn of(self, namespace: &'static str) -> Self {
        Attr { namespace: Some(namespace), ..self }
    }
}

impl Term {
    /// The term as a slot that has to be filled so often.
    pub(super) const fn times(self, min: u32, max: u32) -> Slot {
        Slot { of: Of::One(self), min, max }
    }

    /// The wildcard, or the element's name, takes an element of that name.
    pub(super) fn takes(&self, namespace: Option<&str>, name: &str) -> bool {
        match self {
            Term::Element { namespace: ours, name: called, .. } => *called == name && namespace == Some(ours),
            Term::Any(Names::All, _) => true,
            Term::Any(Names::Other(ours), _) => namespace.is_some_and(|other| other != *ours),
            Term::Any(Names::Only(ours), _) => namespace == Some(ours),
        }
    }
}

/// One of these, so often.
pub(super) const fn choice(terms: &'static [Term], min: u32, max: u32) -> Slot {
    Slot { of: Of::Choice(terms), min, max }
}

/// All of one of these, or nothing if they may all be absent.
pub(super) const fn either(slots: &'static [Slot], min: u32) -> Slot {
    Slot { of: Of::Either(slots), min, max: 1 }
}

/// A wildcard.
pub(super) const fn any(names: Names, process: Process) -> Term {
    Term::Any(names, process)
}

/// A key.
pub(super) const fn key(
    namespace: &'static str,
    name: &'static str,
    selectors: &'static [&'static str],
    fields: &'static [&'static str],
) -> Key {
    Key { name, kind: KeyKind::Key, namespace, selectors, fields }
}

/// A constraint that something is unique.
pub(super) const fn unique(
    namespace: &'static str,
    name: &'static str,
    selectors: &'static [&'static str],
    fields: &'static [&'static str],
) -> Key {
    Key { kind: KeyKind::Unique, ..key(namespace, name, selectors, fields) }
}

/// A reference to a key.
pub(super) const fn keyref(
    namespace: &'static str,
    name: &'static str,
    refer: &'static str,
    selectors: &'static [&'static str],
    fields: &'static [&'static str],
) -> Key {
    Key { kind: KeyKind::Ref(refer), ..key(namespace, name, selectors, fields) }
}
