//! The asset reporting format (NIST IR 7694): `asset-reporting-format_1.1.0.xsd`, and
//! `reporting-core_1.1.0.xsd` with its relationships. What they are about is held together by
//! `results/envelope.rs`; keys by text are not the tables' affair.

use super::super::addresses::is_qname;
use super::super::schema::Names::Other;
use super::super::schema::Process::Lax;
use super::super::schema::Simple::{self, AnyUri, Date, NcName, Tokens};
use super::super::schema::{Attr, MANY, Term, Type, any, choice, key, may, must};
use super::sds::XLINK;
use super::{ai, sds};

/// The namespace.
pub(super) const NS: &str = "http://scap.nist.gov/schema/asset-reporting-format/1.1";
/// The namespace of relationships.
pub(super) const CORE: &str = "http://scap.nist.gov/schema/reporting-core/1.1";
/// OVAL results.
pub(super) const OVAL_RESULTS: &str = "http://oval.mitre.org/XMLSchema/oval-results-5";

const fn el(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: NS, name, declared }
}
const fn core(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: CORE, name, declared }
}

/// The elements that are declared globally. OVAL and OCIL results are other standards' documents:
/// only their roots are known here.
pub(super) static GLOBAL: &[Term] = &[
    el("asset-report-collection", &COLLECTION),
    el("object-ref", &OBJECT_REF),
    el("remote-resource", &REMOTE_RESOURCE),
    Term::Element { namespace: OVAL_RESULTS, name: "oval_results", declared: &sds::ANYTHING },
    Term::Element { namespace: sds::OCIL, name: "ocil", declared: &sds::ANYTHING },
];

static COLLECTION: Type = Type::elements(
    &[
        &[core("relationships", &RELATIONSHIPS).times(0, 1)],
        &[
            el("report-requests", &REPORT_REQUESTS).times(0, 1),
            el("assets", &ASSETS).times(0, 1),
            el("reports", &REPORTS).times(1, 1),
            el("extended-infos", &EXTENDED_INFOS).times(0, 1),
        ],
    ],
    &[&[may("id", NcName)]],
)
.open_to_declared()
.with_keys(&[key(NS, "idKey", &["//report-request", "//asset", "//report", "//extended-info"], &["id"])]);
const ID: &[Attr] = &[must("id", NcName)];
static REPORT_REQUESTS: Type = Type::elements(&[&[el("report-request", &REPORT_REQUEST).times(1, MANY)]], &[]);
static ASSETS: Type = Type::elements(&[&[el("asset", &ASSET).times(1, MANY)]], &[]);
static REPORTS: Type = Type::elements(&[&[el("report", &REPORT).times(1, MANY)]], &[]);
static EXTENDED_INFOS: Type = Type::elements(&[&[el("extended-info", &EXTENDED_INFO).times(1, MANY)]], &[]);
static REPORT_REQUEST: Type = Type::elements(
    &[&[choice(&[el("content", &REQUEST_CONTENT), el("remote-resource", &REMOTE_RESOURCE)], 1, 1)]],
    &[ID],
)
.open_to_declared();
static REQUEST_CONTENT: Type = Type::elements(&[&[any(Other(NS), Lax).times(1, 1)]], &[]).open_to_declared();
static ASSET: Type = Type::elements(
    &[&[choice(
        &[
            ai::CIRCUIT,
            ai::COMPUTING_DEVICE,
            ai::DATA,
            ai::DATABASE,
            ai::NETWORK,
            ai::ORGANIZATION,
            ai::PERSON,
            ai::SERVICE,
            ai::SOFTWARE,
            ai::SYSTEM,
            ai::WEBSITE,
            el("remote-resource", &REMOTE_RESOURCE),
        ],
        1,
        1,
    )]],
    &[ID],
)
.open_to_declared();
static REPORT: Type = Type::elements(
    &[&[choice(&[el("content", &REPORT_CONTENT), el("remote-resource", &REMOTE_RESOURCE)], 1, 1)]],
    &[ID],
)
.open_to_declared();
static REPORT_CONTENT: Type = Type::elements(
    &[&[any(Other(NS), Lax).times(1, 1)]],
    &[&[may("data-valid-start-date", Date), may("data-valid-end-date", Date)]],
)
.open_to_declared();
static EXTENDED_INFO: Type = Type::elements(&[&[any(Other(NS), Lax).times(1, 1)]], &[ID]).open_to_declared();
static OBJECT_REF: Type = Type::empty(&[&[may("ref-id", NcName)]]);
static REMOTE_RESOURCE: Type =
    Type::empty(&[&[must("type", Tokens(&["simple"])).of(XLINK), must("href", AnyUri).of(XLINK)]]).open_to_declared();

static RELATIONSHIPS: Type = Type::elements(&[&[core("relationship", &RELATIONSHIP).times(1, MANY)]], &[]);
static RELATIONSHIP: Type = Type::elements(
    &[&[core("ref", &REF).times(1, MANY)]],
    &[&[
        must("type", Simple::Form(is_qname, "a QName, prefix:name")),
        may("scope", Tokens(&["inclusive", "exclusive"])),
        must("subject", NcName),
    ]],
)
.open_to_declared();
static REF: Type = Type::text(NcName, &[]);
