//! `OpenSCAP`'s tailoring for XCCDF 1.1.4, which has none of its own: `xccdf-1.1-tailoring.xsd`.

use super::super::schema::Simple::{self, AnyUri, DateTime, NcName};
use super::super::schema::{MANY, Term, Type, may, must};
use super::v1_1;

/// The namespace.
const NS: &str = "http://open-scap.org/page/Xccdf-1.1-tailoring";

const fn el(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: NS, name, declared }
}

/// The one element that is declared globally.
pub(super) static GLOBAL: &[Term] = &[el("Tailoring", &TAILORING)];

static TAILORING: Type = Type::elements(
    &[&[
        el("benchmark", &BENCHMARK).times(0, 1),
        v1_1::STATUS_ELEMENT.times(0, MANY),
        el("version", &VERSION).times(1, 1),
        el("metadata", &v1_1::METADATA).times(0, MANY),
        v1_1::PROFILE_ELEMENT.times(1, MANY),
    ]],
    &[&[must("id", Simple::XccdfId("tailoring"))]],
);
static BENCHMARK: Type = Type::empty(&[&[must("href", AnyUri), may("id", NcName), may("version", Simple::String)]]);
static VERSION: Type = Type::text(Simple::String, &[&[must("time", DateTime)]]);
