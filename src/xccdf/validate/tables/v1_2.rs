//! XCCDF 1.2 (IR 7275 r4): the complex types of `xccdf_1.2.xsd`, in its order, under its names.

mod results;

use super::super::schema::Names::{All, Only, Other};
use super::super::schema::Process::{Lax, Skip};
use super::super::schema::Simple::{self, AnyUri, Boolean, DateTime, Decimal, NcName, Words};
use super::super::schema::{Attr, Key, MANY, Slot, Term, Type, any, choice, either, key, keyref, may, must, unique};
use super::common::{self, DC, DSIG, IDREF, SELECTOR, TEXT, XHTML};
use super::cpe;

/// The namespace.
pub(super) const NS: &str = "http://checklists.nist.gov/xccdf/1.2";

const fn el(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: NS, name, declared }
}
const fn one(name: &'static str, declared: &'static Type) -> Slot {
    el(name, declared).times(1, 1)
}
const fn opt(name: &'static str, declared: &'static Type) -> Slot {
    el(name, declared).times(0, 1)
}
const fn some(name: &'static str, declared: &'static Type) -> Slot {
    el(name, declared).times(1, MANY)
}
const fn many(name: &'static str, declared: &'static Type) -> Slot {
    el(name, declared).times(0, MANY)
}

/// `Benchmark`.
pub(super) const BENCHMARK_ELEMENT: Term = el("Benchmark", &BENCHMARK);
/// `Tailoring`.
pub(super) const TAILORING_ELEMENT: Term = el("Tailoring", &results::TAILORING);

/// The elements that are declared globally.
pub(super) static GLOBAL: &[Term] = &[
    el("Benchmark", &BENCHMARK),
    el("status", &STATUS),
    el("model", &MODEL),
    el("Group", &GROUP),
    el("Rule", &RULE),
    el("Value", &VALUE),
    el("Profile", &PROFILE),
    el("TestResult", &results::TEST_RESULT),
    el("Tailoring", &results::TAILORING),
];

static BENCHMARK: Type = Type::elements(
    &[&[
        some("status", &STATUS),
        many("dc-status", &DC_STATUS),
        many("title", &TEXT_TYPE),
        many("description", &HTML_WITH_SUB),
        many("notice", &NOTICE),
        many("front-matter", &HTML_WITH_SUB),
        many("rear-matter", &HTML_WITH_SUB),
        many("reference", &REFERENCE),
        many("plain-text", &PLAIN_TEXT),
        cpe::V2_3.times(0, 1),
        many("platform", &CPE2_IDREF),
        one("version", &VERSION),
        many("metadata", &METADATA),
        many("model", &MODEL),
        many("Profile", &PROFILE),
        many("Value", &VALUE),
        choice(&[el("Group", &GROUP), el("Rule", &RULE)], 0, MANY),
        many("TestResult", &results::TEST_RESULT),
        opt("signature", &SIGNATURE),
    ]],
    &[&[must("id", Simple::XccdfId("benchmark"))], common::BENCHMARK],
)
.with_keys(BENCHMARK_KEYS);

static BENCHMARK_KEYS: &[Key] = &[
    unique(NS, "noticeIdUnique", &["notice"], &["id"]),
    key(NS, "itemIdKey", &["//Value", "//Group", "//Rule", "plain-text"], &["id"]),
    key(NS, "modelSystemKey", &["model"], &["system"]),
    key(NS, "valueIdKey", &["//Value"], &["id"]),
    key(NS, "groupIdKey", &["//Group"], &["id"]),
    key(NS, "ruleIdKey", &["//Rule"], &["id"]),
    key(NS, "plainTextValueIdKey", &["plain-text", "//Value"], &["id"]),
    key(NS, "profileIdKey", &["Profile"], &["id"]),
    keyref(NS, "valueExtIdKeyRef", "valueIdKey", &["//Value"], &["extends"]),
    keyref(NS, "groupExtIdKeyRef", "groupIdKey", &["//Group"], &["extends"]),
    keyref(NS, "ruleExtIdKeyRef", "ruleIdKey", &["//Rule"], &["extends"]),
    keyref(NS, "profileExtIdKeyRef", "profileIdKey", &["Profile"], &["extends"]),
    keyref(NS, "valueIdKeyRef", "valueIdKey", &["//check/check-export"], &["value-id"]),
    keyref(NS, "subValueKeyRef", "plainTextValueIdKey", &["//sub"], &["idref"]),
    keyref(NS, "ruleIdKeyRef", "ruleIdKey", &["TestResult/rule-result"], &["idref"]),
];

static NOTICE: Type =
    Type::mixed(&[&[any(Only(XHTML), Skip).times(0, MANY)]], &[&[may("id", NcName), common::BASE, common::LANG]]);
static DC_STATUS: Type = Type::elements(&[&[any(Only(DC), Lax).times(1, MANY)]], &[]);
static PLAIN_TEXT: Type = Type::text(Simple::String, &[&[must("id", NcName)]]);
static REFERENCE: Type =
    Type::mixed(&[&[any(Only(DC), Lax).times(0, MANY)]], &[&[may("href", AnyUri), may("override", Boolean)]]);
static SIGNATURE: Type = Type::elements(&[&[any(Only(DSIG), Skip).times(1, 1)]], &[]);
static METADATA: Type = Type::elements(&[&[any(Other(NS), Lax).times(1, MANY)]], &[]);
static STATUS: Type = Type::text(common::STATUS, &[&[may("date", Simple::Date)]]);
static MODEL: Type = Type::elements(&[&[many("param", &PARAM)]], &[&[must("system", AnyUri)]]).with_keys(&[key(
    NS,
    "paramNameKey",
    &["param"],
    &["name"],
)]);
static PARAM: Type = Type::text(Simple::String, &[&[must("name", NcName)]]);
static VERSION: Type = Type::text(Simple::String, &[&[may("time", DateTime), may("update", AnyUri)]]);
static TEXT_TYPE: Type = Type::text(Simple::String, &[TEXT]);
static STRING: Type = Type::text(Simple::String, &[]);

/// `sub` and XHTML, as often and in whichever order.
const SUB_OR_HTML: Slot = choice(TEXT_PARTS, 0, MANY);
const TEXT_PARTS: &[Term] = &[el("sub", &SUB), any(Only(XHTML), Skip)];
static HTML_WITH_SUB: Type = Type::mixed(&[&[SUB_OR_HTML]], &[TEXT]);
static PROFILE_NOTE: Type = Type::mixed(&[&[SUB_OR_HTML]], &[&[common::LANG, must("tag", NcName)]]);
static TEXT_WITH_SUB: Type = Type::mixed(&[&[many("sub", &SUB)]], &[TEXT]);
static SUB: Type = Type::empty(&[IDREF, &[may("use", Words(&["value", "title", "legacy"]))]]);
static IDREF_TYPE: Type = Type::empty(&[IDREF]);
static IDREF_LIST: Type = Type::empty(&[&[must("idref", Simple::Nmtokens)]]);
static CPE2_IDREF: Type = Type::empty(&[CPE2]);
const CPE2: &[Attr] = &[must("idref", Simple::String)];
static OVERRIDEABLE_CPE2_IDREF: Type = Type::empty(&[CPE2, &[may("override", Boolean)]]);

/// `itemType`.
const ITEM: &[Slot] = &[
    many("status", &STATUS),
    many("dc-status", &DC_STATUS),
    opt("version", &VERSION),
    many("title", &TEXT_WITH_SUB),
    many("description", &HTML_WITH_SUB),
    many("warning", &WARNING),
    many("question", &TEXT_TYPE),
    many("reference", &REFERENCE),
    many("metadata", &METADATA),
];
/// `selectableItemType`.
const SELECTABLE: &[Slot] = &[
    many("rationale", &HTML_WITH_SUB),
    many("platform", &OVERRIDEABLE_CPE2_IDREF),
    many("requires", &IDREF_LIST),
    many("conflicts", &IDREF_TYPE),
];
static GROUP: Type = Type::elements(
    &[
        ITEM,
        SELECTABLE,
        &[
            many("Value", &VALUE),
            choice(&[el("Group", &GROUP), el("Rule", &RULE)], 0, MANY),
            opt("signature", &SIGNATURE),
        ],
    ],
    &[common::ITEM, common::SELECTABLE, &[must("id", Simple::XccdfId("group"))]],
);
static RULE: Type = Type::elements(
    &[
        ITEM,
        SELECTABLE,
        &[
            many("ident", &IDENT),
            opt("impact-metric", &STRING),
            many("profile-note", &PROFILE_NOTE),
            many("fixtext", &FIX_TEXT),
            many("fix", &FIX),
            CHECKS,
            opt("signature", &SIGNATURE),
        ],
    ],
    &[common::ITEM, common::SELECTABLE, &[must("id", Simple::XccdfId("rule"))], common::RULE],
)
.with_keys(&[
    unique(NS, "ruleCheckSelectorKey", &["check"], &["selector", "system"]),
    unique(NS, "ruleCheckIdKey", &["//check"], &["id"]),
]);
/// Checks, or one complex-check.
const CHECKS: Slot = either(CHECK_KINDS, 0);
const CHECK_KINDS: &[Slot] = &[many("check", &CHECK), opt("complex-check", &COMPLEX_CHECK)];
static IDENT: Type = Type::text(Simple::String, &[&[must("system", AnyUri)]]).open();
static WARNING: Type = Type::mixed(&[&[SUB_OR_HTML]], &[TEXT, &[may("category", common::CATEGORY)]]);
static FIX_TEXT: Type = Type::mixed(&[&[SUB_OR_HTML]], &[TEXT, &[may("fixref", NcName)], common::EFFORT]);
static FIX: Type = Type::mixed(
    &[&[choice(&[el("sub", &SUB), el("instance", &INSTANCE_FIX)], 0, MANY)]],
    &[common::EFFORT, common::FIX],
);
static INSTANCE_FIX: Type = Type::empty(&[&[may("context", Simple::String)]]);
static COMPLEX_CHECK: Type = Type::elements(
    &[&[choice(&[el("check", &CHECK), el("complex-check", &COMPLEX_CHECK)], 1, MANY)]],
    &[&[must("operator", common::AND_OR), may("negate", Boolean)]],
);
static CHECK: Type = Type::elements(
    &[&[
        many("check-import", &CHECK_IMPORT),
        many("check-export", &CHECK_EXPORT),
        many("check-content-ref", &CHECK_CONTENT_REF),
        opt("check-content", &CHECK_CONTENT),
    ]],
    &[
        SELECTOR,
        &[must("system", AnyUri), may("negate", Boolean), may("id", NcName), may("multi-check", Boolean), common::BASE],
    ],
);
static CHECK_IMPORT: Type = Type::mixed(
    &[&[any(All, Skip).times(0, 1)]],
    &[&[must("import-name", Simple::String), may("import-xpath", Simple::String)]],
);
static CHECK_EXPORT: Type = Type::empty(&[&[must("value-id", NcName), must("export-name", Simple::String)]]);
static CHECK_CONTENT_REF: Type = Type::empty(&[&[must("href", AnyUri), may("name", Simple::String)]]);
static CHECK_CONTENT: Type = Type::mixed(&[&[any(Other(NS), Skip).times(0, MANY)]], &[]);

static VALUE: Type = Type::elements(
    &[
        ITEM,
        &[
            choice(&[el("value", &SEL_STRING), el("complex-value", &SEL_COMPLEX)], 1, MANY),
            choice(&[el("default", &SEL_STRING), el("complex-default", &SEL_COMPLEX)], 0, MANY),
            many("match", &SEL_STRING),
            many("lower-bound", &SEL_NUM),
            many("upper-bound", &SEL_NUM),
            many("choices", &SEL_CHOICES),
            many("source", &URI_REF),
            opt("signature", &SIGNATURE),
        ],
    ],
    &[common::ITEM, &[must("id", Simple::XccdfId("value"))], common::VALUE],
)
.with_keys(&[
    unique(NS, "valueSelectorKey", &["value", "complex-value"], &["selector"]),
    unique(NS, "defaultSelectorKey", &["default", "complex-default"], &["selector"]),
    unique(NS, "matchSelectorKey", &["match"], &["selector"]),
    unique(NS, "lower-boundSelectorKey", &["lower-bound"], &["selector"]),
    unique(NS, "upper-boundSelectorKey", &["upper-bound"], &["selector"]),
    unique(NS, "choicesSelectorKey", &["choices"], &["selector"]),
]);
/// `complexValueType`.
const COMPLEX_VALUE: &[Slot] = &[many("item", &STRING)];
static COMPLEX_CHOICE: Type = Type::elements(&[COMPLEX_VALUE], &[]);
static SEL_COMPLEX: Type = Type::elements(&[COMPLEX_VALUE], &[SELECTOR]);
static SEL_CHOICES: Type = Type::elements(
    &[&[choice(&[el("choice", &STRING), el("complex-choice", &COMPLEX_CHOICE)], 1, MANY)]],
    &[&[may("mustMatch", Boolean)], SELECTOR],
);
static SEL_STRING: Type = Type::text(Simple::String, &[SELECTOR]);
static SEL_NUM: Type = Type::text(Decimal, &[SELECTOR]);
static URI_REF: Type = Type::empty(&[&[must("uri", AnyUri)]]);

static PROFILE: Type = Type::elements(
    &[&[
        many("status", &STATUS),
        many("dc-status", &DC_STATUS),
        opt("version", &VERSION),
        some("title", &TEXT_WITH_SUB),
        many("description", &HTML_WITH_SUB),
        many("reference", &REFERENCE),
        many("platform", &OVERRIDEABLE_CPE2_IDREF),
        choice(
            &[
                el("select", &SELECT),
                el("set-complex-value", &SET_COMPLEX_VALUE),
                el("set-value", &SET_VALUE),
                el("refine-value", &REFINE_VALUE),
                el("refine-rule", &REFINE_RULE),
            ],
            0,
            MANY,
        ),
        many("metadata", &METADATA),
        opt("signature", &SIGNATURE),
    ]],
    &[&[must("id", Simple::XccdfId("profile"))], common::PROFILE],
)
.with_keys(&[
    unique(NS, "itemSelectKey", &["select"], &["idref"]),
    unique(NS, "refineRuleKey", &["refine-rule"], &["idref"]),
    unique(NS, "refineValueKey", &["refine-value"], &["idref"]),
    unique(NS, "setValueKey", &["set-value"], &["idref"]),
]);
const REMARKS: &[Slot] = &[many("remark", &TEXT_TYPE)];
static SELECT: Type = Type::elements(&[REMARKS], &[IDREF, &[must("selected", Boolean)]]);
static SET_VALUE: Type = Type::text(Simple::String, &[IDREF]);
static SET_COMPLEX_VALUE: Type = Type::elements(&[COMPLEX_VALUE], &[IDREF]);
static REFINE_VALUE: Type =
    Type::elements(&[REMARKS], &[IDREF, &[may("selector", Simple::String), may("operator", common::OPERATOR)]]);
static REFINE_RULE: Type = Type::elements(
    &[REMARKS],
    &[
        IDREF,
        &[
            may("weight", Simple::Weight),
            may("selector", Simple::String),
            may("severity", common::SEVERITY),
            may("role", common::ROLE),
        ],
    ],
);
