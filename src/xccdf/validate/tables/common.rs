//! What XCCDF 1.1.4 and 1.2 have in common: word lists and attribute groups.

use super::super::schema::Simple::{AnyUri, Boolean, Id, Language, NcName, Words};
use super::super::schema::{Attr, Simple, may, must};

/// XHTML, which texts may hold.
pub(super) const XHTML: &str = "http://www.w3.org/1999/xhtml";
/// Dublin Core.
pub(super) const DC: &str = "http://purl.org/dc/elements/1.1/";
/// XML signatures.
pub(super) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The namespace of `xml:lang`.
pub(super) const XML: &str = crate::xml::read::XML_NAMESPACE;

/// `xml:lang`.
pub(super) const LANG: Attr = may("lang", Language).of(XML);
/// `xml:base`.
pub(super) const BASE: Attr = may("base", AnyUri).of(XML);

/// `statusType`.
pub(super) const STATUS: Simple = Words(&["accepted", "deprecated", "draft", "incomplete", "interim"]);
/// `warningCategoryEnumType`.
pub(super) const CATEGORY: Simple = Words(&[
    "general",
    "functionality",
    "performance",
    "hardware",
    "legal",
    "regulatory",
    "management",
    "audit",
    "dependency",
]);
/// `fixStrategyEnumType`.
pub(super) const STRATEGY: Simple =
    Words(&["unknown", "configure", "combination", "disable", "enable", "patch", "policy", "restrict", "update"]);
/// `ratingEnumType`.
pub(super) const RATING: Simple = Words(&["unknown", "low", "medium", "high"]);
/// `ccOperatorEnumType`, and the CPE language's `operatorEnumeration`.
pub(super) const AND_OR: Simple = Words(&["OR", "AND"]);
/// `valueTypeType`.
pub(super) const VALUE_TYPE: Simple = Words(&["number", "string", "boolean"]);
/// `valueOperatorType`.
pub(super) const OPERATOR: Simple = Words(&[
    "equals",
    "not equal",
    "greater than",
    "less than",
    "greater than or equal",
    "less than or equal",
    "pattern match",
]);
/// `interfaceHintType`.
pub(super) const HINT: Simple = Words(&["choice", "textline", "text", "date", "datetime"]);
/// `msgSevEnumType`.
pub(super) const MESSAGE: Simple = Words(&["error", "warning", "info"]);
/// `resultEnumType`.
pub(super) const RESULT: Simple = Words(&[
    "pass",
    "fail",
    "error",
    "unknown",
    "notapplicable",
    "notchecked",
    "notselected",
    "informational",
    "fixed",
]);
/// `severityEnumType`.
pub(super) const SEVERITY: Simple = Words(&["unknown", "info", "low", "medium", "high"]);
/// `roleEnumType`.
pub(super) const ROLE: Simple = Words(&["full", "unscored", "unchecked"]);

/// The attributes of `Benchmark`, without the id.
pub(super) const BENCHMARK: &[Attr] =
    &[may("Id", Id), may("resolved", Boolean), may("style", Simple::String), may("style-href", AnyUri), LANG];
/// The attributes of `itemType`, without the id.
pub(super) const ITEM: &[Attr] = &[
    may("abstract", Boolean),
    may("cluster-id", NcName),
    may("extends", NcName),
    may("hidden", Boolean),
    may("prohibitChanges", Boolean),
    LANG,
    BASE,
    may("Id", Id),
];
/// Those that `selectableItemType` adds.
pub(super) const SELECTABLE: &[Attr] = &[may("selected", Boolean), may("weight", Simple::Weight)];
/// Those of `Rule`, without the id.
pub(super) const RULE: &[Attr] = &[may("role", ROLE), may("severity", SEVERITY), may("multiple", Boolean)];
/// Those of `Value`, without the id.
pub(super) const VALUE: &[Attr] =
    &[may("type", VALUE_TYPE), may("operator", OPERATOR), may("interactive", Boolean), may("interfaceHint", HINT)];
/// Those of `Profile`, without the id.
pub(super) const PROFILE: &[Attr] = &[
    may("prohibitChanges", Boolean),
    may("abstract", Boolean),
    may("note-tag", NcName),
    may("extends", NcName),
    BASE,
    may("Id", Id),
];
/// Those of `TestResult`, without the id.
pub(super) const TEST_RESULT: &[Attr] = &[
    may("start-time", Simple::DateTime),
    must("end-time", Simple::DateTime),
    may("test-system", Simple::String),
    may("version", Simple::String),
    may("Id", Id),
];
/// Those of `rule-result`.
pub(super) const RULE_RESULT: &[Attr] = &[
    must("idref", NcName),
    may("role", ROLE),
    may("severity", SEVERITY),
    may("time", Simple::DateTime),
    may("version", Simple::String),
    may("weight", Simple::Weight),
];
/// `xml:lang` and `override`: texts that are inherited.
pub(super) const TEXT: &[Attr] = &[LANG, may("override", Boolean)];
/// `idref`.
pub(super) const IDREF: &[Attr] = &[must("idref", NcName)];
/// `selector`, empty unless it is written.
pub(super) const SELECTOR: &[Attr] = &[may("selector", Simple::String).or("")];
/// What `fix` and `fixtext` say about the work.
pub(super) const EFFORT: &[Attr] =
    &[may("reboot", Boolean), may("strategy", STRATEGY), may("disruption", RATING), may("complexity", RATING)];
/// Those that only `fix` has.
pub(super) const FIX: &[Attr] = &[may("id", NcName), may("system", AnyUri), may("platform", AnyUri)];
