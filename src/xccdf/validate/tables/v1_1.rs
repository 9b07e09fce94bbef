//! XCCDF 1.1.4: the complex types of `xccdf-schema.xsd`, in its order, under its names.

mod results;

use super::super::schema::Names::{Only, Other};
use super::super::schema::Process::{Lax, Skip, Strict};
use super::super::schema::Simple::{self, AnyUri, Boolean, DateTime, Decimal, NcName};
use super::super::schema::{Attr, Key, MANY, Slot, Term, Type, any, choice, either, key, keyref, may, must, unique};
use super::common::{self, DC, DSIG, IDREF, SELECTOR, TEXT, XHTML};
use super::{cpe, platforms};

/// The namespace.
pub(super) const NS: &str = "http://checklists.nist.gov/xccdf/1.1";

/// What NIST's own tools put into metadata.
const SCCF: &str = "http://checklists.nist.gov/sccf/0.1";

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

/// `status`.
pub(super) const STATUS_ELEMENT: Term = el("status", &STATUS);
/// `Profile`.
pub(super) const PROFILE_ELEMENT: Term = el("Profile", &PROFILE);

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
];

static BENCHMARK: Type = Type::elements(
    &[&[
        some("status", &STATUS),
        many("title", &TEXT_TYPE),
        many("description", &HTML_WITH_SUB),
        many("notice", &NOTICE),
        many("front-matter", &HTML_WITH_SUB),
        many("rear-matter", &HTML_WITH_SUB),
        many("reference", &REFERENCE),
        many("plain-text", &PLAIN_TEXT),
        choice(&[platforms::CIS, platforms::FACTS, platforms::CPE_LIST, cpe::V2_0], 0, 1),
        many("platform", &URI_IDREF),
        one("version", &VERSION),
        many("metadata", &METADATA),
        many("model", &MODEL),
        many("Profile", &PROFILE),
        many("Value", &VALUE),
        choice(&[el("Group", &GROUP), el("Rule", &RULE)], 0, MANY),
        many("TestResult", &results::TEST_RESULT),
        opt("signature", &SIGNATURE),
    ]],
    &[&[must("id", NcName)], common::BENCHMARK],
)
.with_keys(BENCHMARK_KEYS);

/// Where the schema writes a selector or a field that can match nothing (`.//Value`, `sub/@value`,
/// `TestResult/profile`), that part is left out: it demands nothing.
static BENCHMARK_KEYS: &[Key] = &[
    key(NS, "noticeIdKey", &["notice"], &["id"]),
    key(NS, "itemIdKey", &["//Value", "//Group", "//Rule", "plain-text"], &["id"]),
    key(NS, "modelSystemKey", &["model"], &["system"]),
    key(NS, "valueIdKey", &["//Value"], &["id"]),
    key(NS, "groupIdKey", &["//Group"], &["id"]),
    key(NS, "ruleIdKey", &["//Rule"], &["id"]),
    key(NS, "plainTextValueIdKey", &["plain-text"], &["id"]),
    key(NS, "profileIdKey", &["Profile"], &["id"]),
    keyref(NS, "valueExtIdKeyRef", "valueIdKey", &["//Value"], &["extends"]),
    keyref(NS, "groupExtIdKeyRef", "groupIdKey", &["//Group"], &["extends"]),
    keyref(NS, "ruleExtIdKeyRef", "ruleIdKey", &["//Rule"], &["extends"]),
    keyref(NS, "profileExtIdKeyRef", "profileIdKey", &["Profile"], &["extends"]),
    keyref(NS, "valueIdKeyRef", "valueIdKey", &["//check/check-export"], &["value-id"]),
    keyref(NS, "ruleIdKeyRef", "ruleIdKey", &["TestResult/rule-result"], &["idref"]),
];

static NOTICE: Type =
    Type::mixed(&[&[any(Only(XHTML), Skip).times(0, MANY)]], &[&[may("id", NcName), common::BASE, common::LANG]]);
static PLAIN_TEXT: Type = Type::text(Simple::String, &[&[must("id", NcName)]]);
static REFERENCE: Type =
    Type::mixed(&[&[any(Only(DC), Lax).times(0, MANY)]], &[&[may("href", AnyUri), may("override", Boolean)]]);
static SIGNATURE: Type = Type::elements(&[&[any(Only(DSIG), Skip).times(1, 1)]], &[]);
/// `metadataType`.
pub(super) static METADATA: Type =
    Type::elements(&[&[either(&[any(Only(DC), Strict).times(1, MANY), any(Only(SCCF), Skip).times(1, MANY)], 1)]], &[]);
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
const TEXT_PARTS: &[Term] = &[el("sub", &IDREF_TYPE), any(Only(XHTML), Skip)];
static HTML_WITH_SUB: Type = Type::mixed(&[&[SUB_OR_HTML]], &[TEXT]);
static PROFILE_NOTE: Type = Type::mixed(&[&[SUB_OR_HTML]], &[&[common::LANG, must("tag", NcName)]]);
static TEXT_WITH_SUB: Type = Type::mixed(&[&[many("sub", &IDREF_TYPE)]], &[TEXT]);
static IDREF_TYPE: Type = Type::empty(&[IDREF]);
static IDREF_LIST: Type = Type::empty(&[&[must("idref", Simple::Nmtokens)]]);
static URI_IDREF: Type = Type::empty(&[URI]);
const URI: &[Attr] = &[must("idref", AnyUri)];
static OVERRIDEABLE_URI_IDREF: Type = Type::empty(&[URI, &[may("override", Boolean)]]);

/// `itemType`.
const ITEM: &[Slot] = &[
    many("status", &STATUS),
    opt("version", &VERSION),
    many("title", &TEXT_WITH_SUB),
    many("description", &HTML_WITH_SUB),
    many("warning", &WARNING),
    many("question", &TEXT_TYPE),
    many("reference", &REFERENCE),
];
/// `selectableItemType`.
const SELECTABLE: &[Slot] = &[
    many("rationale", &HTML_WITH_SUB),
    many("platform", &OVERRIDEABLE_URI_IDREF),
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
    &[common::ITEM, common::SELECTABLE, &[must("id", NcName)]],
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
    &[common::ITEM, common::SELECTABLE, &[must("id", NcName)], common::RULE],
)
.with_keys(&[
    unique(NS, "ruleCheckSelectorKey", &["check"], &["selector", "system"]),
    unique(NS, "ruleCheckIdKey", &["//check"], &["id"]),
]);
/// Checks, or one complex-check.
const CHECKS: Slot = either(CHECK_KINDS, 0);
const CHECK_KINDS: &[Slot] = &[many("check", &CHECK), opt("complex-check", &COMPLEX_CHECK)];
static IDENT: Type = Type::text(Simple::String, &[&[must("system", AnyUri)]]);
static WARNING: Type = Type::mixed(&[&[SUB_OR_HTML]], &[TEXT, &[may("category", common::CATEGORY)]]);
static FIX_TEXT: Type = Type::mixed(&[&[SUB_OR_HTML]], &[TEXT, &[may("fixref", NcName)], common::EFFORT]);
static FIX: Type = Type::mixed(
    &[&[choice(&[el("sub", &IDREF_TYPE), el("instance", &INSTANCE_FIX)], 0, MANY)]],
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
    &[SELECTOR, &[must("system", AnyUri), may("id", NcName), common::BASE]],
);
static CHECK_IMPORT: Type = Type::text(Simple::String, &[&[must("import-name", Simple::String)]]);
static CHECK_EXPORT: Type = Type::empty(&[&[must("value-id", NcName), must("export-name", Simple::String)]]);
static CHECK_CONTENT_REF: Type = Type::empty(&[&[must("href", AnyUri), may("name", Simple::String)]]);
static CHECK_CONTENT: Type = Type::mixed(&[&[any(Other(NS), Skip).times(0, MANY)]], &[]);

static VALUE: Type = Type::elements(
    &[
        ITEM,
        &[
            some("value", &SEL_STRING),
            many("default", &SEL_STRING),
            many("match", &SEL_STRING),
            many("lower-bound", &SEL_NUM),
            many("upper-bound", &SEL_NUM),
            many("choices", &SEL_CHOICES),
            many("source", &URI_REF),
            opt("signature", &SIGNATURE),
        ],
    ],
    &[common::ITEM, &[must("id", NcName)], common::VALUE],
)
.with_keys(&[
    unique(NS, "valueSelectorKey", &["value"], &["selector"]),
    unique(NS, "defaultSelectorKey", &["default"], &["selector"]),
]);
static SEL_CHOICES: Type = Type::elements(&[&[some("choice", &STRING)]], &[&[may("mustMatch", Boolean)], SELECTOR]);
static SEL_STRING: Type = Type::text(Simple::String, &[SELECTOR]);
static SEL_NUM: Type = Type::text(Decimal, &[SELECTOR]);
static URI_REF: Type = Type::empty(&[&[must("uri", AnyUri)]]);

static PROFILE: Type = Type::elements(
    &[&[
        many("status", &STATUS),
        opt("version", &VERSION),
        some("title", &TEXT_WITH_SUB),
        many("description", &HTML_WITH_SUB),
        many("reference", &REFERENCE),
        many("platform", &URI_IDREF),
        choice(
            &[
                el("select", &SELECT),
                el("set-value", &SET_VALUE),
                el("refine-value", &REFINE_VALUE),
                el("refine-rule", &REFINE_RULE),
            ],
            0,
            MANY,
        ),
        opt("signature", &SIGNATURE),
    ]],
    &[&[must("id", NcName)], common::PROFILE],
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
