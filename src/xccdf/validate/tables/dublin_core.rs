//! Dublin Core 1.1, as XCCDF 1.1.4 imports it: `simpledc20021212.xsd`.

use super::super::schema::{Simple, Term, Type};
use super::common::{DC, LANG};

const fn el(name: &'static str) -> Term {
    Term::Element { namespace: DC, name, declared: &ELEMENT }
}

/// Every element; all are of the same type.
pub(super) static GLOBAL: &[Term] = &[
    el("title"),
    el("creator"),
    el("subject"),
    el("description"),
    el("publisher"),
    el("contributor"),
    el("date"),
    el("type"),
    el("format"),
    el("identifier"),
    el("source"),
    el("language"),
    el("relation"),
    el("coverage"),
    el("rights"),
];

static ELEMENT: Type = Type::text(Simple::String, &[&[LANG]]);
