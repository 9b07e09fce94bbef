//! SCAP source data streams (SP 800-126): `scap-source-data-stream_1.2.xsd` and `_1.3.xsd`, which
//! ask for the same. OVAL, OCIL and CPE dictionaries in them are other standards' documents: only
//! their roots are known here, and OVAL's parts.

use super::super::schema::Names::Other;
use super::super::schema::Process::Lax;
use super::super::schema::Simple::{self, DateTime, Token, Tokens};
use super::super::schema::{Attr, MANY, Slot, Term, Type, any, choice, may, must, unique};
use super::{catalog, dsig, v1_2};

/// The namespace, of both editions.
pub(super) const NS: &str = "http://scap.nist.gov/schema/scap/source/1.2";
/// CPE dictionaries.
const CPE_DICTIONARY: &str = "http://cpe.mitre.org/dictionary/2.0";
/// OCIL questionnaires and their results.
pub(super) const OCIL: &str = "http://scap.nist.gov/schema/ocil/2.0";
/// `xlink:href` and `xlink:type`.
pub(super) const XLINK: &str = "http://www.w3.org/1999/xlink";

const fn el(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: NS, name, declared }
}

/// The elements that are declared globally.
pub(super) static GLOBAL: &[Term] = &[
    el("data-stream-collection", &COLLECTION),
    el("data-stream", &STREAM),
    el("component", &COMPONENT),
    el("extended-component", &EXTENDED_COMPONENT),
    el("component-ref", &COMPONENT_REF),
];

/// The attributes that `xlink.xsd` declares globally and narrows.
pub(super) const XLINK_ATTRIBUTES: &[Attr] = &[
    may("type", Tokens(&["simple", "extended", "title", "resource", "locator", "arc"])).of(XLINK),
    may("href", Simple::AnyUri).of(XLINK),
    may("show", Tokens(&["new", "replace", "embed", "other", "none"])).of(XLINK),
    may("actuate", Tokens(&["onLoad", "onRequest", "other", "none"])).of(XLINK),
    may("label", Simple::NcName).of(XLINK),
    may("from", Simple::NcName).of(XLINK),
    may("to", Simple::NcName).of(XLINK),
];

static COLLECTION: Type = Type::elements(
    &[&[
        el("data-stream", &STREAM).times(1, MANY),
        el("component", &COMPONENT).times(1, MANY),
        el("extended-component", &EXTENDED_COMPONENT).times(0, MANY),
        dsig::SIGNATURE.times(0, MANY),
    ]],
    &[&[must("id", Simple::ScapId("collection")), must("schematron-version", Token)]],
);
/// `use-case` and `scap-version` are unions with `xs:token`: their word lists exclude nothing.
static STREAM: Type = Type::elements(
    &[&[
        el("dictionaries", &REF_LIST).times(0, 1),
        el("checklists", &REF_LIST).times(0, 1),
        el("checks", &REF_LIST).times(1, 1),
        el("extended-components", &REF_LIST).times(0, 1),
    ]],
    &[&[
        must("id", Simple::ScapId("datastream")),
        must("use-case", Token),
        must("scap-version", Token),
        may("timestamp", DateTime),
    ]],
);
static REF_LIST: Type = Type::elements(&[&[el("component-ref", &COMPONENT_REF).times(1, MANY)]], &[]);
static COMPONENT_REF: Type = Type::elements(
    &[&[catalog::CATALOG.times(0, 1)]],
    &[&[
        must("id", Simple::ScapId("cref")),
        may("type", Tokens(&["simple"])).of(XLINK),
        must("href", Simple::AnyUri).of(XLINK),
    ]],
);
const TIMESTAMP: &[Attr] = &[must("timestamp", DateTime)];
static COMPONENT: Type = Type::elements(&[&[DOCUMENT]], &[&[must("id", Simple::ScapId("comp"))], TIMESTAMP])
    .with_keys(&[unique(CPE_DICTIONARY, "cpeDictionaryUnique", &["cpe-list/cpe-item"], &["name"])]);
const DOCUMENT: Slot = choice(DOCUMENTS, 1, 1);
const DOCUMENTS: &[Term] = &[
    v1_2::BENCHMARK_ELEMENT,
    oval("oval_definitions", &OVAL_DEFINITIONS),
    other(OCIL, "ocil"),
    other(CPE_DICTIONARY, "cpe-list"),
    v1_2::TAILORING_ELEMENT,
];
const fn other(namespace: &'static str, name: &'static str) -> Term {
    Term::Element { namespace, name, declared: &ANYTHING }
}
/// OVAL definitions, of every edition of OVAL 5.
const OVAL: &str = "http://oval.mitre.org/XMLSchema/oval-definitions-5";
const fn oval(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: OVAL, name, declared }
}
/// Its parts, in their order. What is in them is OVAL's.
static OVAL_DEFINITIONS: Type = Type::elements(
    &[&[
        oval("generator", &ANYTHING).times(1, 1),
        oval("definitions", &ANYTHING).times(0, 1),
        oval("tests", &ANYTHING).times(0, 1),
        oval("objects", &ANYTHING).times(0, 1),
        oval("states", &ANYTHING).times(0, 1),
        oval("variables", &ANYTHING).times(0, 1),
        dsig::SIGNATURE.times(0, 1),
    ]],
    &[],
);
/// Another standard's document.
pub(super) static ANYTHING: Type = Type::anything();
static EXTENDED_COMPONENT: Type =
    Type::elements(&[&[any(Other(NS), Lax).times(1, 1)]], &[&[must("id", Simple::ScapId("ecomp"))], TIMESTAMP]);
