//! The CPE applicability language (IR 7698): `cpe-language_2.3.xsd` for XCCDF 1.2, and
//! `cpe-language_2.0.xsd` for 1.1.4. Both have the same namespace.

use super::super::schema::Simple::{self, AnyUri, Boolean, Token};
use super::super::schema::{Attr, MANY, Slot, Term, Type, key, may, must};
use super::common;

/// The namespace.
const NS: &str = "http://cpe.mitre.org/language/2.0";

const fn el(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: NS, name, declared }
}

/// `platform-specification` of 2.3.
pub(super) const V2_3: Term = el("platform-specification", &SPECIFICATION);
/// `platform-specification` of 2.0.
pub(super) const V2_0: Term = el("platform-specification", &SPECIFICATION_2_0);

/// The elements that 2.3 declares globally.
pub(super) static GLOBAL: &[Term] = &[
    V2_3,
    el("platform", &PLATFORM),
    el("platform-configuration", &CONFIGURATION),
    el("logical-test", &LOGICAL_TEST),
    el("fact-ref", &FACT_REF),
    el("check-fact-ref", &CHECK_FACT_REF),
];

static SPECIFICATION: Type = Type::elements(&[&[el("platform", &PLATFORM).times(1, MANY)]], &[]).with_keys(&[key(
    NS,
    "platformKey",
    &["platform"],
    &["id"],
)]);
/// `PlatformBaseType`.
const BASE: &[Slot] = &[
    el("title", &TEXT).times(0, MANY),
    el("remark", &TEXT).times(0, MANY),
    el("logical-test", &LOGICAL_TEST).times(1, 1),
];
static PLATFORM: Type = Type::elements(&[BASE], &[ID]);
static CONFIGURATION: Type = Type::elements(&[BASE], &[]);
static LOGICAL_TEST: Type = Type::elements(
    &[&[
        el("logical-test", &LOGICAL_TEST).times(0, MANY),
        el("fact-ref", &FACT_REF).times(0, MANY),
        el("check-fact-ref", &CHECK_FACT_REF).times(0, MANY),
    ]],
    &[LOGIC],
);
const ID: &[Attr] = &[must("id", AnyUri)];
const LOGIC: &[Attr] = &[must("operator", common::AND_OR), must("negate", Boolean)];
const DESCRIPTION: &[Attr] = &[may("description", Simple::String)];
static FACT_REF: Type = Type::empty(&[DESCRIPTION, &[must("name", Simple::Cpe)]]);
static CHECK_FACT_REF: Type =
    Type::empty(&[DESCRIPTION, &[must("system", AnyUri), must("href", AnyUri), must("id-ref", Token)]]);
static TEXT: Type = Type::text(Simple::String, &[&[common::LANG]]);

static SPECIFICATION_2_0: Type = Type::elements(&[&[el("platform", &PLATFORM_2_0).times(1, MANY)]], &[])
    .with_keys(&[key(NS, "platformKey", &["platform"], &["id"])]);
static PLATFORM_2_0: Type = Type::elements(
    &[&[
        el("title", &TEXT).times(0, MANY),
        el("remark", &TEXT).times(0, MANY),
        el("logical-test", &LOGICAL_TEST_2_0).times(1, 1),
    ]],
    &[ID],
);
static LOGICAL_TEST_2_0: Type = Type::elements(
    &[&[el("logical-test", &LOGICAL_TEST_2_0).times(0, MANY), el("fact-ref", &FACT_REF_2_0).times(0, MANY)]],
    &[LOGIC],
);
static FACT_REF_2_0: Type = Type::empty(&[&[must("name", Simple::Cpe22)]]);
