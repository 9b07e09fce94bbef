//! `TestResult` of XCCDF 1.1.4.

use super::super::super::schema::Simple::{self, AnyUri, Boolean, DateTime, Decimal, NcName};
use super::super::super::schema::{Type, key, keyref, may, must};
use super::super::common;
use super::{
    CHECK, FIX, IDENT, IDREF_TYPE, NS, SET_VALUE, SIGNATURE, STRING, TEXT_TYPE, URI_IDREF, many, one, opt, some,
};

/// `testResultType`.
pub(super) static TEST_RESULT: Type = Type::elements(
    &[&[
        opt("benchmark", &BENCHMARK_REFERENCE),
        many("title", &TEXT_TYPE),
        many("remark", &TEXT_TYPE),
        many("organization", &STRING),
        opt("identity", &IDENTITY),
        opt("profile", &IDREF_TYPE),
        some("target", &STRING),
        many("target-address", &STRING),
        opt("target-facts", &TARGET_FACTS),
        many("platform", &URI_IDREF),
        many("set-value", &SET_VALUE),
        many("rule-result", &RULE_RESULT),
        some("score", &SCORE),
        opt("signature", &SIGNATURE),
    ]],
    &[&[must("id", NcName)], common::TEST_RESULT],
);
static BENCHMARK_REFERENCE: Type = Type::empty(&[&[must("href", AnyUri)]]);
static SCORE: Type = Type::text(Decimal, &[&[may("system", AnyUri), may("maximum", Decimal)]]);
static TARGET_FACTS: Type = Type::elements(&[&[many("fact", &FACT)]], &[]);
static IDENTITY: Type = Type::text(Simple::String, &[&[must("authenticated", Boolean), must("privileged", Boolean)]]);
static FACT: Type = Type::text(Simple::String, &[&[must("name", AnyUri), may("type", common::VALUE_TYPE)]]);
static RULE_RESULT: Type = Type::elements(
    &[&[
        one("result", &RESULT),
        many("override", &OVERRIDE),
        many("ident", &IDENT),
        many("message", &MESSAGE),
        many("instance", &INSTANCE_RESULT),
        many("fix", &FIX),
        many("check", &CHECK),
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
