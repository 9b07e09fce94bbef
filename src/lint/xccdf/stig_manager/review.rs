//! A rule-result: the review that becomes of it.

use super::texts;
use crate::lint::check::Effect::{Cut, Dropped, Refused, Remark};
use crate::lint::check::{Found, Row};
use crate::lint::shape;
use crate::lint::stig_manager::{MOST_NAME, form, row};
use crate::lint::text;
use crate::lint::times::{Reading, reading};
use crate::lint::tree::Id;
use crate::lint::xccdf::Results;
use crate::xml::read::excerpt;

row!(
    TIME,
    "time",
    Refused,
    "the time of a rule-result (or end-time, where it has none) cannot be read",
    "Write times as 2026-11-21T18:04:00Z."
);
row!(
    TIME_FORM,
    "time",
    Remark,
    "the time of a rule-result is not ISO 8601, and read by guessing",
    "Write times as 2026-11-21T18:04:00Z."
);
row!(IDREF, "rule-id", Refused, "a rule-result with a result has no `idref`", "Write idref with the id of the rule.");
row!(
    IDREF_EMPTY,
    "rule-id",
    Dropped,
    "`idref` is empty: the rule-result is passed over",
    "Write idref with the id of the rule."
);
row!(
    IDREF_FORM,
    "rule-id",
    Dropped,
    "`idref` does not end in `_rule`, or has another prefix than DISA's: no rule of the library has such an id, and the review is refused one by one",
    "Write the id of DISA's rule, as xccdf_mil.disa.stig_rule_SV-235775r960735_rule."
);
row!(
    IDREF_LONG,
    "rule-id",
    Cut,
    "`idref` has more than 45 characters without the prefix `xccdf_mil.disa.stig_rule_`: what is left matches no rule",
    "Write the id of DISA's rule, as xccdf_mil.disa.stig_rule_SV-235775r960735_rule."
);
row!(
    RESULT,
    "result",
    Dropped,
    "the result is neither pass, fail nor notapplicable: the rule and what was said of it vanish",
    "Give a CKL or CKLB, which keep such rules as Not_Reviewed with their text: `stigprobe convert FILE --format cklb`."
);
row!(RESULT_NONE, "result", Remark, "the result is notselected: no review comes of it, and none has to", "Nothing.");
row!(
    OVERRIDE,
    "override",
    Dropped,
    "an override has no authority, old-result or new-result: the API refuses the reviews of the file",
    "Write authority, old-result and new-result on every override."
);
row!(
    OVERRIDE_LONG,
    "override",
    Cut,
    "the authority or remark of an override has more than 255 characters",
    "Shorten the remark, and put the rest into the comment."
);

pub(super) static ROWS: &[&Row] = &[
    &TIME,
    &TIME_FORM,
    &IDREF,
    &IDREF_EMPTY,
    &IDREF_FORM,
    &IDREF_LONG,
    &RESULT,
    &RESULT_NONE,
    &OVERRIDE,
    &OVERRIDE_LONG,
];

/// One rule-result; how many bytes its texts have.
pub(super) fn check(
    results: &Results<'_>,
    id: Id,
    name: &str,
    product: &str,
    end: Option<&str>,
    found: &mut Found,
) -> usize {
    let tree = results.tree;
    let at = results.at(id);
    let place = |what: &str| format!("{name} {what}");
    let result = shape::child(tree, id, "result");
    let result_at = results.at(tree.child(id, "result").unwrap_or(id));
    if !result.is_truthy() {
        found.add(&RESULT, result_at, place("result"), "there is no result");
        return 0;
    }
    let Some(idref) = results.value(id, "idref") else {
        found.add(&IDREF, at, place("idref"), "there is no idref");
        return 0;
    };
    let rule_id = idref.replacen("xccdf_mil.disa.stig_rule_", "", 1);
    if rule_id.is_empty() {
        found.add(&IDREF_EMPTY, at, place("idref"), "it is empty");
        return 0;
    }
    match result.text() {
        Some("pass" | "fail" | "notapplicable") => {}
        Some("notselected") => {
            found.add(&RESULT_NONE, result_at, place("result"), "it is notselected");
            return 0;
        }
        Some(word) => {
            let message = format!("'{}' is passed over", excerpt(word));
            found.add(&RESULT, result_at, place("result"), message);
            return 0;
        }
        None => {
            found.add(&RESULT, result_at, place("result"), "the result is not a single word");
            return 0;
        }
    }
    form(&rule_id, at, &place("idref"), &IDREF_LONG, &IDREF_FORM, found);
    let is_known = matches!(product, "stig-manager" | "evaluate-stig");
    if !is_known {
        let own = results.value(id, "time");
        if let Some(time) = own.as_deref().or(end).filter(|time| !time.is_empty()) {
            let message = format!("'{}' is no time of ISO 8601", excerpt(time));
            match reading(time) {
                Reading::Whole => {}
                Reading::Guessed => found.add(&TIME_FORM, at, place("time"), message),
                Reading::Never => found.add(&TIME, at, place("time"), message),
            }
        }
        overrides(results, id, name, found);
    }
    texts::check(results, id, name, is_known, found)
}

fn overrides(results: &Results<'_>, id: Id, name: &str, found: &mut Found) {
    let tree = results.tree;
    for element in tree.named(id, "override") {
        let at = results.at(element);
        let child = |local: &str| text::in_child(tree, element, local);
        let authority = results.value(element, "authority").or(child("authority"));
        let missing = [
            ("authority", authority.clone()),
            ("old-result", child("old-result")),
            ("new-result", child("new-result")),
        ];
        for (what, value) in missing {
            if value.is_none_or(|value| value.trim().is_empty()) {
                let message = format!("there is no {what}");
                found.add(&OVERRIDE, at, format!("{name} override"), message);
            }
        }
        for (what, value) in [("authority", authority), ("remark", child("remark"))] {
            if value.is_some_and(|value| text::units(value.trim()) > MOST_NAME) {
                let message = format!("its {what} has more than 255 characters");
                found.add(&OVERRIDE_LONG, at, format!("{name} override"), message);
            }
        }
    }
}
