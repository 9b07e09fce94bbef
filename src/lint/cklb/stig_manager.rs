//! STIG Manager and CKLB: its parser (`reviewsFromCklb` of stig-manager-client-modules), and what its API takes.

use super::super::check::Effect::{Cut, Dropped, Mangled, Refused, Remark};
use super::super::check::{Found, Row};
use super::super::json::{Kind, Value};
use super::super::stig_manager::{
    CHECKLIST_POST, MOST_NAME, benchmark_id, form, left_out, names_release, row, too_large,
};
use super::super::text::units;
use super::{STATUSES, name};
use crate::xml::read::excerpt;

row!(
    STRUCTURE,
    "cklb-structure",
    Refused,
    "`stigs` is missing, no list, or empty; one of them is null or has no list of `rules`; a rule is null",
    "Write stigs as a list of objects, each with a list of rules."
);
row!(
    HOST,
    "host-name",
    Refused,
    "`target_data.host_name` is missing or empty, or has more than 255 characters",
    "Write the name of the asset into target_data.host_name."
);
row!(
    HOST_SHAPE,
    "host-name",
    Mangled,
    "`target_data.host_name` is not a text",
    "Write the name of the asset as a text."
);
row!(STIG_ID, "stig-id", Refused, "no STIG has a `stig_id`", "Write the id of the Benchmark into stig_id.");
row!(
    STIG_ID_ONE,
    "stig-id",
    Dropped,
    "a STIG has no `stig_id` that is a text: it is passed over",
    "Write the id of the Benchmark into stig_id."
);
row!(STIG_ID_LONG, "stig-id", Cut, "`stig_id` has more than 255 characters", "Write the id as DISA's file has it.");
row!(
    VERSION,
    "revision",
    Mangled,
    "`version` of a STIG is missing or neither text nor number: the revision becomes V0R…",
    "Write the version of the STIG, as \"version\": \"2\"."
);
row!(
    RELEASE,
    "release-info",
    Mangled,
    "`release_info` has not the form 'Release: N …' with a blank behind the number: the revision is lost",
    "Write release_info as DISA does: 'Release: 2 Benchmark Date: 24 Jul 2024'."
);
row!(
    STATUS,
    "status",
    Dropped,
    "`status` is none of the four words, letter by letter: the rule is passed over",
    "Write not_a_finding, open, not_applicable or not_reviewed."
);
row!(
    RULE_ID,
    "rule-id",
    Dropped,
    "a rule has no `rule_id_src`: it is passed over, whatever `rule_id` says",
    "Write the whole id of the rule into rule_id_src (SV-235775r960735_rule)."
);
row!(
    RULE_ID_FORM,
    "rule-id",
    Dropped,
    "`rule_id_src` does not end in `_rule`, or has a prefix: no rule of the library has such an id, and the review is refused one by one",
    "Write the whole id of the rule, as SV-235775r960735_rule."
);
row!(
    RULE_ID_LONG,
    "rule-id",
    Cut,
    "`rule_id_src` has more than 45 characters, as one with a prefix has: what is left matches no rule",
    "Write the id without the prefix, as SV-235775r960735_rule."
);
row!(TEXT_SHAPE, "text-shape", Mangled, "`finding_details` or `comments` is neither a text nor null", "Write a text.");
row!(
    TEXT_LONG,
    "text-length",
    Cut,
    "`finding_details` or `comments` has more than 32,767 characters",
    "Shorten the text, and put long evidence into a file of its own."
);
row!(
    NOTHING,
    "nothing-to-import",
    Remark,
    "the rule is not_reviewed, with neither details nor comments: no review is made of it unless the collection wants one",
    "Nothing, or say in finding_details why it is not reviewed."
);
row!(
    OVERRIDE,
    "severity-override",
    Dropped,
    "an override of the severity is passed over",
    "Say it in comments, and set it in STIG Manager."
);
row!(
    ASSET_LONG,
    "asset-field",
    Cut,
    "`ip_address`, `fqdn`, `mac_address` or `comments` of the target has more than 255 characters",
    "Give the asset's main addresses only."
);
row!(
    WEB,
    "asset-field",
    Mangled,
    "`is_web_database` is a text: any but the empty one counts as true",
    "Write true or false without quotation marks."
);
row!(
    NO_RULES,
    "no-results",
    Dropped,
    "`rules` is empty, or a text: no review comes of the STIG",
    "Write all rules of the STIG."
);
row!(
    ENGINE,
    "engine",
    Remark,
    "`evaluate-stig` claims that Evaluate-STIG made the file: STIG Manager then shows it as the engine of every result",
    "Leave the object out unless Evaluate-STIG made the file."
);

pub(super) static ROWS: &[&Row] = &[
    &STRUCTURE,
    &HOST,
    &HOST_SHAPE,
    &STIG_ID,
    &STIG_ID_ONE,
    &STIG_ID_LONG,
    &VERSION,
    &RELEASE,
    &STATUS,
    &RULE_ID,
    &RULE_ID_FORM,
    &RULE_ID_LONG,
    &TEXT_SHAPE,
    &TEXT_LONG,
    &NOTHING,
    &OVERRIDE,
    &ASSET_LONG,
    &WEB,
    &CHECKLIST_POST,
    &NO_RULES,
    &ENGINE,
];

pub(super) fn check(root: &Value, source: &str, found: &mut Found) {
    let target = root.get("target_data");
    let host = target.and_then(|target| target.get("host_name"));
    let at = host.or(target).unwrap_or(root).at;
    let place = "target_data.host_name";
    match host {
        Some(host) if host.is_truthy(source) => match host.as_text() {
            Some(name) if units(name) > MOST_NAME => {
                found.add(&HOST, at, place, "it has more than 255 characters");
            }
            Some(_) => {}
            None => found.add(&HOST_SHAPE, at, place, format!("it is {}", host.what())),
        },
        _ => found.add(&HOST, at, place, "there is no name of the asset"),
    }
    if let Some(target) = target {
        target_data(target, found);
    }
    if let Some(engine) = root.get("evaluate-stig").filter(|e| e.is_truthy(source)) {
        found.add(&ENGINE, engine.at, "evaluate-stig", "the file names Evaluate-STIG");
    }
    let Some(list) = root.get("stigs") else {
        return found.add(&STRUCTURE, root.at, "stigs", "there is no list of STIGs");
    };
    let Some(stigs) = list.as_list() else {
        let message = format!("it is {}, not a list", list.what());
        return found.add(&STRUCTURE, list.at, "stigs", message);
    };
    let has_id = |stig: &Value| stig_id(stig).is_some_and(|id| !id.is_empty());
    if stigs.is_empty() {
        found.add(&STRUCTURE, list.at, "stigs", "it is empty");
    } else if !stigs.iter().any(has_id) {
        found.add(&STIG_ID, stigs[0].at, "stig_id", "no STIG has an id");
    }
    let mut size = 0;
    for stig in stigs {
        size += checklist(stig, source, found);
    }
    if let Some(message) = too_large(size) {
        found.add(&CHECKLIST_POST, list.at, "stigs", message);
    }
}

fn target_data(target: &Value, found: &mut Found) {
    for field in ["ip_address", "fqdn", "mac_address", "comments"] {
        let Some(value) = target.get(field) else {
            continue;
        };
        if value.as_text().is_some_and(|text| units(text) > MOST_NAME) {
            let place = format!("target_data.{field}");
            found.add(&ASSET_LONG, value.at, place, "it has more than 255 characters");
        }
    }
    if let Some(web) = target.get("is_web_database")
        && web.as_text().is_some_and(|text| !text.is_empty())
    {
        found.add(&WEB, web.at, "target_data.is_web_database", "it is a text");
    }
}

fn stig_id(stig: &Value) -> Option<String> {
    let id = stig.text("stig_id")?;
    Some(benchmark_id(id))
}

/// One STIG; how many bytes its texts have.
fn checklist(stig: &Value, source: &str, found: &mut Found) -> usize {
    if stig.is_null() {
        found.add(&STRUCTURE, stig.at, "stigs", "a STIG is null");
        return 0;
    }
    let id = stig_id(stig).unwrap_or_default();
    let at = |name: &str| stig.get(name).unwrap_or(stig).at;
    if id.is_empty() {
        found.add(&STIG_ID_ONE, at("stig_id"), "stig_id", "there is no id");
        return 0;
    }
    if units(&id) > MOST_NAME {
        found.add(&STIG_ID_LONG, at("stig_id"), "stig_id", "it has more than 255 characters");
    }
    let is_version = match stig.get("version").map(|value| &value.kind) {
        Some(Kind::Text(text)) => text.contains(|c: char| c.is_ascii_digit()),
        Some(Kind::Number(_)) => true,
        _ => false,
    };
    if !is_version {
        found.add(&VERSION, at("version"), format!("{id} version"), "there is no version");
    }
    let release = stig.text("release_info").unwrap_or_default();
    if !names_release(release) {
        let message = format!("no release can be read from '{}'", excerpt(release));
        found.add(&RELEASE, at("release_info"), format!("{id} release_info"), message);
    }
    let Some(rules) = stig.get("rules").and_then(Value::as_list) else {
        // JavaScript goes through a text letter by letter, and finds no status on any.
        if stig.text("rules").is_some() {
            found.add(&NO_RULES, at("rules"), format!("{id} rules"), "it is a text, not a list");
            return 0;
        }
        found.add(&STRUCTURE, at("rules"), format!("{id} rules"), "there is no list of rules");
        return 0;
    };
    if rules.is_empty() {
        found.add(&NO_RULES, at("rules"), format!("{id} rules"), "it is empty");
    }
    rules.iter().enumerate().map(|(number, value)| rule(number, value, source, found)).sum()
}

/// One rule; how many bytes its texts have.
fn rule(number: usize, rule: &Value, source: &str, found: &mut Found) -> usize {
    if rule.is_null() {
        found.add(&STRUCTURE, rule.at, format!("rule {}", number + 1), "a rule is null");
        return 0;
    }
    let name = name(number, rule);
    let place = |field: &str| format!("{name} {field}");
    let at = |field: &str| rule.get(field).unwrap_or(rule).at;
    let status = rule.text("status").unwrap_or_default();
    if !STATUSES.contains(&status) {
        let message = match rule.get("status").map(|value| &value.kind) {
            Some(Kind::Text(text)) => format!("'{}' is no status", excerpt(text)),
            _ => "there is no status".to_owned(),
        };
        found.add(&STATUS, at("status"), place("status"), message);
        return 0;
    }
    match rule.get("rule_id_src") {
        Some(id) if id.is_truthy(source) => match id.as_text() {
            Some(text) => {
                let field = place("rule_id_src");
                form(text, id.at, &field, &RULE_ID_LONG, &RULE_ID_FORM, found);
            }
            None => found.add(&RULE_ID_FORM, id.at, place("rule_id_src"), "it is not a text"),
        },
        _ => {
            found.add(&RULE_ID, at("rule_id_src"), place("rule_id_src"), "there is no rule_id_src");
            return 0;
        }
    }
    let texts = ["finding_details", "comments"].map(|field| (field, rule.get(field)));
    let is_said = |value: &Value| value.is_truthy(source);
    if status == "not_reviewed" && !texts.iter().any(|(_, text)| text.is_some_and(is_said)) {
        let message = "it is not_reviewed, and nothing is said of it";
        found.add(&NOTHING, at("status"), place("status"), message);
        return 0;
    }
    let mut bytes = 0;
    for (field, value) in texts {
        match value.map(|value| (value.at, &value.kind)) {
            None | Some((_, Kind::Null)) => {}
            Some((at, Kind::Text(text))) => {
                if let Some(message) = left_out(text) {
                    found.add(&TEXT_LONG, at, place(field), message);
                }
                bytes += text.len();
            }
            Some((at, _)) => {
                let message = format!("it is {}", value.map_or("", Value::what));
                found.add(&TEXT_SHAPE, at, place(field), message);
            }
        }
    }
    let severity = rule.get("overrides").and_then(|all| all.get("severity"));
    if let Some(severity) = severity.filter(|value| !value.is_null()) {
        let message = "the severity stays what the STIG says";
        found.add(&OVERRIDE, severity.at, place("overrides"), message);
    }
    bytes
}
