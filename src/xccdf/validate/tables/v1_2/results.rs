//! `TestResult` and `Tailoring` of XCCDF 1.2.

use super::super::super::schema::Names::Other;
use super::super::super::schema::Process::Lax;
use super::super::super::schema::Simple::{self, AnyUri, Boolean, DateTime, Decimal, NcName};
use super::super::super::schema::{Attr, MANY, Type, any, choice, key, keyref, may, must};
use super::super::common;
use super::{
    CHECKS, CPE2_IDREF, DC_STATUS, FIX, IDENT, IDREF_TYPE, METADATA, NS, PROFILE, SET_COMPLEX_VALUE, SET_VALUE,
    SIGNATURE, STATUS, STRING, TEXT_TYPE, el, many, one, opt, some,
};

/// `testResultType`.
pub(super) static TEST_RESULT: Type = Type::elements(
    &[&[
        opt("benchmark", &BENCHMARK_REFERENCE),
        opt("tailoring-file", &TAILORING_REFERENCE),
        many("title", &TEXT_TYPE),
        many("remark", &TEXT_TYPE),
        many("organization", &STRING),
        opt("identity", &IDENTITY),
        opt("profile", &IDREF_TYPE),
        some("target", &STRING),
        many("target-address", &STRING),
        opt("target-facts", &TARGET_FACTS),
        choice(&[el("target-id-ref", &TARGET_ID_REF), any(Other(NS), Lax)], 0, MANY),
        many("platform", &CPE2_IDREF),
        choice(&[el("set-value", &SET_VALUE), el("set-complex-value", &SET_COMPLEX_VALUE)], 0, MANY),
        many("rule-result", &RULE_RESULT),
        some("score", &SCORE),
        many("metadata", &METADATA),
        opt("signature", &SIGNATURE),
    ]],
    &[&[must("id", Simple::XccdfId("testresult"))], common::TEST_RESULT],
);
const REFERENCE_ATTRIBUTES: &[Attr] = &[must("href", AnyUri), may("id", NcName)];
static BENCHMARK_REFERENCE: Type = Type::empty(&[REFERENCE_ATTRIBUTES]);
static SCORE: Type = Type::text(Decimal, &[&[may("system", AnyUri), may("maximum", Decimal)]]);
static TARGET_FACTS: Type = Type::elements(&[&[many("fact", &FACT)]], &[]);
static TARGET_ID_REF: Type =
    Type::empty(&[&[must("system", AnyUri), must("href", Simple::String), may("name", Simple::String)]]);
static IDENTITY: Type = Type::text(Simple::String, &[&[must("authenticated", Boolean), must("privileged", Boolean)]]);
static FACT: Type = Type::text(Simple::String, &[&[must("name", AnyUri), may("type", common::VALUE_TYPE)]]);
static TAILORING_REFERENCE: Type = Type::empty(&[&[
    must("href", AnyUri),
    must("id", NcName),
    must("version", Simple::String),
    must("time", DateTime),
]]);
static RULE_RESULT: Type = Type::elements(
    &[&[
        one("result", &RESULT),
        many("override", &OVERRIDE),
        many("ident", &IDENT),
        many("metadata", &METADATA),
        many("message", &MESSAGE),
        many("instance", &INSTANCE_RESULT),
        many("fix", &FIX),
        CHECKS,
    ]],
    &[common::RULE_RESULT],
)
.with_keys(&[
    key(NS, "instanceContextKey", &["instance"], &["context"]),
    keyref(NS, "parentKeyRef", "instanceContextKey", &["instance"], &["parentContext"]),
]);
static RESULT: Type = Type::text(common::RESULT, &[]);
static INSTANCE_RESULT: Type = Type::text(
    Simple::String,
    &[&[may("context", Simple::String).or("undefined"), may("parentContext", Simple::String)]],
);
static OVERRIDE: Type = Type::elements(
    &[&[one("old-result", &RESULT), one("new-result", &RESULT), one("remark", &TEXT_TYPE)]],
    &[&[must("time", DateTime), must("authority", Simple::String)]],
);
static MESSAGE: Type = Type::text(Simple::String, &[&[must("severity", common::MESSAGE)]]);

/// `tailoringType`.
pub(super) static TAILORING: Type = Type::elements(
    &[&[
        opt("benchmark", &TAILORED_BENCHMARK),
        many("status", &STATUS),
        many("dc-status", &DC_STATUS),
        one("version", &TAILORING_VERSION),
        many("metadata", &METADATA),
        some("Profile", &PROFILE),
        opt("signature", &SIGNATURE),
    ]],
    &[&[must("id", Simple::XccdfId("tailoring")), may("Id", Simple::Id)]],
);
static TAILORED_BENCHMARK: Type = Type::empty(&[REFERENCE_ATTRIBUTES, &[may("version", Simple::String)]]);
static TAILORING_VERSION: Type = Type::text(Simple::String, &[&[must("time", DateTime)]]);
