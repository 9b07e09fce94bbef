//! What XCCDF 1.1.4 had before the CPE language: CIS's platform definitions
//! (`platform-0.2.3.xsd`), the facts of `xccdfp-1.1.xsd`, and the list of `cpe-1.0.xsd`. XCCDF 1.2
//! dropped all three.

use super::super::schema::Simple::{self, AnyUri, Boolean, NcName, Words};
use super::super::schema::{Attr, MANY, Slot, Term, Type, choice, key, keyref, may, must, unique};
use super::super::schema::{Names, Process, any};
use super::common::{self, LANG};

/// CIS's namespace.
const CIS_NS: &str = "http://www.cisecurity.org/xccdf/platform/0.2.3";
/// The namespace of XCCDF-P.
const FACTS_NS: &str = "http://checklists.nist.gov/xccdf-p/1.1";
/// The namespace of CPE 1.0.
const CPE_NS: &str = "http://cpe.mitre.org/XMLSchema/cpe/1.0";

const fn cis(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: CIS_NS, name, declared }
}
const fn fact(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: FACTS_NS, name, declared }
}
const fn cpe(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: CPE_NS, name, declared }
}

/// `platform-definitions`.
pub(super) const CIS: Term = cis("platform-definitions", &DEFINITIONS);
/// `Platform-Specification`.
pub(super) const FACTS: Term = fact("Platform-Specification", &SPECIFICATION);
/// `cpe-list`.
pub(super) const CPE_LIST: Term = cpe("cpe-list", &LIST);

static TEXT: Type = Type::text(Simple::String, &[&[LANG]]);
static STRING: Type = Type::text(Simple::String, &[]);

static DEFINITIONS: Type = Type::elements(
    &[&[
        cis("application", &APPLICATION).times(0, MANY),
        cis("service", &SERVICE).times(0, MANY),
        cis("os", &OS).times(0, MANY),
        cis("hardware", &HARDWARE).times(0, MANY),
        cis("platform-definition", &DEFINITION).times(1, MANY),
    ]],
    &[&[common::BASE]],
)
.with_keys(&[
    unique(CIS_NS, "idUnique", &["//application", "//service", "//os", "//hardware", "//platform-definition"], &["id"]),
    key(CIS_NS, "productIdKey", PRODUCTS, &["id"]),
    keyref(CIS_NS, "productIdKeyRef", "productIdKey", &["//product"], &["idref"]),
]);
const PRODUCTS: &[&str] = &["//application", "//service", "//os", "//hardware"];
static DEFINITION: Type = Type::elements(
    &[&[
        cis("title", &TEXT).times(1, 1),
        cis("remark", &TEXT).times(0, MANY),
        choice(&[cis("product", &PRODUCT_REF), cis("logical-operator", &LOGICAL_OPERATOR)], 1, 1),
    ]],
    &[&[must("id", NcName)]],
);
static APPLICATION: Type = Type::elements(&[PRODUCT], &[&[must("id", Simple::CisId("app-"))]]);
static SERVICE: Type = Type::elements(&[PRODUCT], &[&[must("id", Simple::CisId("srv-"))]]);
static OS: Type = Type::elements(&[PRODUCT], &[&[must("id", Simple::CisId("os-"))]]);
static HARDWARE: Type = Type::elements(&[PRODUCT], &[&[must("id", Simple::CisId("hwr-"))]]);
static PRODUCT_REF: Type = Type::empty(&[common::IDREF]);
static LOGICAL_OPERATOR: Type = Type::elements(
    &[&[choice(&[cis("product", &PRODUCT_REF), cis("logical-operator", &LOGICAL_OPERATOR)], 1, MANY)]],
    &[&[must("operator", Words(&["and", "or"]))]],
);
/// `productType`.
const PRODUCT: &[Slot] = &[
    cis("title", &TEXT).times(1, 1),
    cis("remark", &TEXT).times(0, MANY),
    cis("vendor", &STRING).times(1, 1),
    cis("family", &STRING).times(1, 1),
    cis("model", &STRING).times(0, 1),
    cis("level", &STRING).times(0, 1),
    choice(VERSIONS, 0, 1),
];
const VERSIONS: &[Term] = &[cis("version", &VERSION), cis("version-range", &RANGE)];
static VERSION: Type = Type::text(Simple::String, &[&[may("operator", Words(&["equals", "not equal"]))]]);
static RANGE: Type = Type::elements(
    &[&[
        choice(&[cis("min-inclusive", &STRING), cis("min-exclusive", &STRING)], 1, 1),
        choice(&[cis("max-inclusive", &STRING), cis("max-exclusive", &STRING)], 1, 1),
    ]],
    &[],
);

static SPECIFICATION: Type =
    Type::elements(&[&[fact("Fact", &FACT).times(0, MANY), fact("Platform", &PLATFORM).times(0, MANY)]], &[])
        .with_keys(&[key(FACTS_NS, "factURIKey", &["Fact"], &["name"])]);
static FACT: Type = Type::elements(
    &[&[
        fact("title", &TEXT).times(0, MANY),
        fact("remark", &TEXT).times(0, MANY),
        fact("check", &CHECK).times(0, MANY),
    ]],
    &[NAME],
)
.with_keys(&[unique(FACTS_NS, "factCheckSystemKey", &["check"], &["system"])]);
const NAME: &[Attr] = &[must("name", AnyUri)];
static PLATFORM: Type = Type::elements(
    &[&[
        fact("title", &TEXT).times(0, MANY),
        fact("remark", &TEXT).times(0, MANY),
        choice(&[fact("fact-ref", &FACT_REF), fact("logical-test", &LOGICAL_TEST)], 1, 1),
    ]],
    &[&[may("name", AnyUri), must("id", NcName)]],
);
static FACT_REF: Type = Type::empty(&[NAME]);
static LOGICAL_TEST: Type = Type::elements(
    &[&[choice(&[fact("fact-ref", &FACT_REF), fact("logical-test", &LOGICAL_TEST)], 1, MANY)]],
    &[&[must("operator", common::AND_OR), may("negate", Boolean)]],
);
static CHECK: Type = Type::elements(
    &[&[choice(&[fact("check-content", &CHECK_CONTENT), fact("check-content-ref", &CHECK_CONTENT_REF)], 1, 1)]],
    &[&[must("system", Simple::String)]],
);
static CHECK_CONTENT_REF: Type = Type::empty(&[&[must("href", AnyUri), may("name", Simple::String)]]);
static CHECK_CONTENT: Type = Type::mixed(&[&[any(Names::Other(FACTS_NS), Process::Skip).times(0, MANY)]], &[]);

static LIST: Type = Type::elements(&[&[cpe("cpe-item", &ITEM).times(1, MANY)]], &[]).with_keys(&[key(
    CPE_NS,
    "itemURIKey",
    &["cpe-item"],
    &["name"],
)]);
static ITEM: Type = Type::elements(
    &[&[
        cpe("title", &STRING).times(1, 1),
        cpe("notes", &NOTES).times(0, 1),
        cpe("references", &REFERENCES).times(0, 1),
        cpe("check", &CPE_CHECK).times(0, MANY),
    ]],
    &[NAME],
)
.with_keys(&[unique(CPE_NS, "checkSystemKey", &["check"], &["system"])]);
static NOTES: Type = Type::elements(&[&[cpe("note", &STRING).times(1, MANY)]], &[]);
static REFERENCES: Type = Type::elements(&[&[cpe("reference", &REFERENCE).times(1, MANY)]], &[]);
static REFERENCE: Type = Type::text(Simple::String, &[&[may("href", AnyUri)]]);
static CPE_CHECK: Type = Type::text(Simple::String, &[&[must("system", AnyUri), may("href", AnyUri)]]);
