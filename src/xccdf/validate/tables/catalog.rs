//! OASIS XML catalogs, by which a data stream says what a reference means: `catalog.xsd`.

use super::super::schema::Names::Other;
use super::super::schema::Process::Skip;
use super::super::schema::Simple::{self, AnyUri, Id, PublicId, Words};
use super::super::schema::{Attr, MANY, Term, Type, any, choice, may, must};

/// The namespace.
pub(super) const NS: &str = "urn:oasis:names:tc:entity:xmlns:xml:catalog";

const fn el(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: NS, name, declared }
}

/// `catalog`.
pub(super) const CATALOG: Term = el("catalog", &CATALOG_TYPE);

static CATALOG_TYPE: Type = Type::elements(
    &[&[choice(
        &[
            el("public", &PUBLIC),
            el("system", &SYSTEM),
            el("uri", &URI_TYPE),
            el("rewriteSystem", &REWRITE_SYSTEM),
            el("rewriteURI", &REWRITE_URI),
            el("uriSuffix", &URI_SUFFIX),
            el("systemSuffix", &SYSTEM_SUFFIX),
            el("delegatePublic", &DELEGATE_PUBLIC),
            el("delegateSystem", &DELEGATE_SYSTEM),
            el("delegateURI", &DELEGATE_URI),
            el("nextCatalog", &NEXT_CATALOG),
            el("group", &GROUP),
            any(Other(NS), Skip),
        ],
        1,
        MANY,
    )]],
    &[ID, PREFER],
)
.open();
static GROUP: Type = Type::elements(
    &[&[choice(
        &[
            el("public", &PUBLIC),
            el("system", &SYSTEM),
            el("uri", &URI_TYPE),
            el("rewriteSystem", &REWRITE_SYSTEM),
            el("rewriteURI", &REWRITE_URI),
            el("uriSuffix", &URI_SUFFIX),
            el("systemSuffix", &SYSTEM_SUFFIX),
            el("delegatePublic", &DELEGATE_PUBLIC),
            el("delegateSystem", &DELEGATE_SYSTEM),
            el("delegateURI", &DELEGATE_URI),
            el("nextCatalog", &NEXT_CATALOG),
            any(Other(NS), Skip),
        ],
        1,
        MANY,
    )]],
    &[ID, PREFER],
)
.open();
const ID: &[Attr] = &[may("id", Id)];
const PREFER: &[Attr] = &[may("prefer", Words(&["system", "public"]))];
const URI: &[Attr] = &[must("uri", AnyUri)];
const NEXT: &[Attr] = &[must("catalog", AnyUri)];
const REWRITE: &[Attr] = &[must("rewritePrefix", Simple::String)];
static PUBLIC: Type = Type::empty(&[ID, URI, &[must("publicId", PublicId)]]).open();
static SYSTEM: Type = Type::empty(&[ID, URI, &[must("systemId", Simple::String)]]).open();
static URI_TYPE: Type = Type::empty(&[ID, URI, &[must("name", AnyUri)]]).open();
static REWRITE_SYSTEM: Type = Type::empty(&[ID, REWRITE, &[must("systemIdStartString", Simple::String)]]).open();
static REWRITE_URI: Type = Type::empty(&[ID, REWRITE, &[must("uriStartString", Simple::String)]]).open();
static URI_SUFFIX: Type = Type::empty(&[ID, URI, &[must("uriSuffix", Simple::String)]]).open();
static SYSTEM_SUFFIX: Type = Type::empty(&[ID, URI, &[must("systemIdSuffix", Simple::String)]]).open();
static DELEGATE_PUBLIC: Type = Type::empty(&[ID, NEXT, &[must("publicIdStartString", PublicId)]]).open();
static DELEGATE_SYSTEM: Type = Type::empty(&[ID, NEXT, &[must("systemIdStartString", Simple::String)]]).open();
static DELEGATE_URI: Type = Type::empty(&[ID, NEXT, &[must("uriStartString", Simple::String)]]).open();
static NEXT_CATALOG: Type = Type::empty(&[ID, NEXT]).open();
