//! CKLB, STIG Viewer 3's checklist: its JSON schema, and what STIG Manager's parser (`reviewsFromCklb`) makes of it.

use std::collections::BTreeSet;

use super::check::Effect::{Cut, Dropped, Mangled, Refused, Remark};
use super::check::Importer::{Emass, StigManager, StigViewer};
use super::check::{Found, Row};
use super::ckl::{MOST_NAME, MOST_POST, MOST_TEXT, form, names_release};
use super::json::{self, Kind, Value};
use super::source::{self, Source};
use super::text::units;
use crate::xml::read::excerpt;

static NOT_JSON: Row = Row {
    code: "not-json",
    on: &[
        (StigViewer, Refused),
        (StigManager, Refused),
        (Emass, Refused),
    ],
    when: "the file stops being JSON here (RFC 8259)",
    mend: "Write the file with a tool that writes JSON; it may be cut off.",
};

static TOO_DEEP: Row = Row {
    code: "too-deep",
    on: &[
        (StigViewer, Dropped),
        (StigManager, Dropped),
        (Emass, Dropped),
    ],
    when: "more than 400 lists and objects are in one another; nothing more can be said of the file",
    mend: "Write the file anew: no checklist has a dozen.",
};

static SAME_NAME: Row = Row {
    code: "same-name",
    on: &[
        (StigViewer, Dropped),
        (StigManager, Dropped),
        (Emass, Dropped),
    ],
    when: "an object has a name twice: only the last counts",
    mend: "Write each name once.",
};

macro_rules! manager {
    ($name:ident, $code:literal, $effect:expr, $when:literal, $mend:literal) => {
        static $name: Row = Row {
            code: $code,
            on: &[(StigManager, $effect)],
            when: $when,
            mend: $mend,
        };
    };
}

manager!(
    STRUCTURE,
    "cklb-structure",
    Refused,
    "`stigs` is missing, no list, or empty; one of them is null or has no list of `rules`; a rule is null",
    "Write stigs as a list of objects, each with a list of rules."
);
manager!(
    HOST,
    "host-name",
    Refused,
    "`target_data.host_name` is missing or empty, or has more than 255 characters",
    "Write the name of the asset into target_data.host_name."
);
manager!(
    HOST_SHAPE,
    "host-name",
    Mangled,
    "`target_data.host_name` is not a text",
    "Write the name of the asset as a text."
);
manager!(
    STIG_ID,
    "stig-id",
    Refused,
    "no STIG has a `stig_id`",
    "Write the id of the Benchmark into stig_id."
);
manager!(
    STIG_ID_ONE,
    "stig-id",
    Dropped,
    "a STIG has no `stig_id` that is a text: it is passed over",
    "Write the id of the Benchmark into stig_id."
);
manager!(
    STIG_ID_LONG,
    "stig-id",
    Cut,
    "`stig_id` has more than 255 characters",
    "Write the id as DISA's file has it."
);
manager!(
    VERSION,
    "revision",
    Mangled,
    "`version` of a STIG is missing or neither text nor number: the revision becomes V0R…",
    "Write the version of the STIG, as \"version\": \"2\"."
);
manager!(
    RELEASE,
    "release-info",
    Mangled,
    "`release_info` has not the form 'Release: N …' with a blank behind the number: the revision is lost",
    "Write release_info as DISA does: 'Release: 2 Benchmark Date: 24 Jul 2024'."
);
manager!(
    STATUS,
    "status",
    Dropped,
    "`status` is none of the four words, letter by letter: the rule is passed over",
    "Write not_a_finding, open, not_applicable or not_reviewed."
);
manager!(
    RULE_ID,
    "rule-id",
    Dropped,
    "a rule has no `rule_id_src`: it is passed over, whatever `rule_id` says",
    "Write the whole id of the rule into rule_id_src (SV-235775r960735_rule)."
);
manager!(
    RULE_ID_FORM,
    "rule-id",
    Dropped,
    "`rule_id_src` does not end in `_rule`, or has a prefix: no rule of the library has such an id, and the review is refused one by one",
    "Write the whole id of the rule, as SV-235775r960735_rule."
);
manager!(
    RULE_ID_LONG,
    "rule-id",
    Cut,
    "`rule_id_src` has more than 45 characters, as one with a prefix has: what is left matches no rule",
    "Write the id without the prefix, as SV-235775r960735_rule."
);
manager!(
    TEXT_SHAPE,
    "text-shape",
    Mangled,
    "`finding_details` or `comments` is neither a text nor null",
    "Write a text."
);
manager!(
    TEXT_LONG,
    "text-length",
    Cut,
    "`finding_details` or `comments` has more than 32,767 characters",
    "Shorten the text, and put long evidence into a file of its own."
);
manager!(
    NOTHING,
    "nothing-to-import",
    Remark,
    "the rule is not_reviewed, with neither details nor comments: no review is made of it unless the collection wants one",
    "Nothing, or say in finding_details why it is not reviewed."
);
manager!(
    OVERRIDE,
    "severity-override",
    Dropped,
    "an override of the severity is passed over",
    "Say it in comments, and set it in STIG Manager."
);
manager!(
    ASSET_LONG,
    "asset-field",
    Cut,
    "`ip_address`, `fqdn`, `mac_address` or `comments` of the target has more than 255 characters",
    "Give the asset's main addresses only."
);
manager!(
    WEB,
    "asset-field",
    Mangled,
    "`is_web_database` is a text: any but the empty one counts as true",
    "Write true or false without quotation marks."
);
manager!(
    POST,
    "post-size",
    Dropped,
    "the texts together are larger than 5 MiB, more than the API takes at once",
    "Shorten the texts, or split the file by STIG."
);
manager!(
    NO_RULES,
    "no-results",
    Dropped,
    "`rules` is empty, or a text: no review comes of the STIG",
    "Write all rules of the STIG."
);
manager!(
    ENGINE,
    "engine",
    Remark,
    "`evaluate-stig` claims that Evaluate-STIG made the file: STIG Manager then shows it as the engine of every result",
    "Leave the object out unless Evaluate-STIG made the file."
);

static SCHEMA_MISSING: Row = Row {
    code: "schema-missing",
    on: &[(StigViewer, Refused), (Emass, Remark)],
    when: "a field is missing that STIG Viewer 3's schema requires",
    mend: "Write the field; `stigprobe convert FILE --format cklb` does.",
};

static SCHEMA_VALUE: Row = Row {
    code: "schema-value",
    on: &[(StigViewer, Refused), (Emass, Remark)],
    when: "a field has another type than in STIG Viewer 3's schema, or none of its words, or an id is no UUID",
    mend: "Write the type and the words of the schema.",
};

static SCHEMA_NULL: Row = Row {
    code: "schema-null",
    on: &[(StigViewer, Remark)],
    when: "a field is null where STIG Viewer 3's schema wants a text; STIG Manager and SCC write so, too",
    mend: "Write an empty text.",
};

static SCHEMA_UNKNOWN: Row = Row {
    code: "schema-unknown",
    on: &[(StigViewer, Remark)],
    when: "a field that STIG Viewer 3's schema does not have, and no writer of checklists in use adds: it is dropped when \
           STIG Viewer saves the file",
    mend: "Leave the field out.",
};

static SAME_STIG: Row = Row {
    code: "same-stig",
    on: &[(Emass, Dropped)],
    when: "the same STIG is there twice: eMASS keeps one result for an asset and a STIG",
    mend: "Give one file for each STIG, and tell instances apart by is_web_database, web_db_site and web_db_instance.",
};

static SEVERAL: Row = Row {
    code: "several-stigs",
    on: &[(Emass, Remark)],
    when: "there are several STIGs: eMASS wants one asset and STIG per file",
    mend: "Give one file for each STIG.",
};

static EMASS_STATUS: Row = Row {
    code: "status",
    on: &[(Emass, Dropped)],
    when: "`status` is none of the four words, letter by letter",
    mend: "Write not_a_finding, open, not_applicable or not_reviewed.",
};

static EMASS_LONG: Row = Row {
    code: "text-length",
    on: &[(Emass, Remark)],
    when: "`finding_details` of an open rule has more than 4,000 characters, which is what a test result of eMASS holds",
    mend: "Say what matters in the first lines.",
};

static JUSTIFICATION: Row = Row {
    code: "severity-override",
    on: &[(StigViewer, Remark), (Emass, Remark)],
    when: "an override of the severity without a reason",
    mend: "Write down why the severity is another.",
};

static GROUP_TITLE: Row = Row {
    code: "group-title",
    on: &[(StigViewer, Remark)],
    when: "`group_title` is the title of the rule; the schema means the group's, which is the id of the SRG",
    mend: "Write the id of the SRG (SRG-APP-000001).",
};

pub(super) static ROWS: &[&Row] = &[
    &source::JSON_MARK,
    &source::JSON_UTF16,
    &source::JSON_BROKEN,
    &NOT_JSON,
    &TOO_DEEP,
    &SAME_NAME,
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
    &POST,
    &NO_RULES,
    &ENGINE,
    &SCHEMA_MISSING,
    &SCHEMA_VALUE,
    &SCHEMA_NULL,
    &SCHEMA_UNKNOWN,
    &SAME_STIG,
    &SEVERAL,
    &EMASS_STATUS,
    &EMASS_LONG,
    &JUSTIFICATION,
    &GROUP_TITLE,
];

/// The four words of a status.
const STATUSES: [&str; 4] = ["not_a_finding", "open", "not_applicable", "not_reviewed"];

/// Everything that importers do to this checklist.
pub(super) fn check(source: &Source<'_>, found: &mut Found) {
    let root = match json::parse(&source.text) {
        Ok(root) => root,
        Err(wrong) => {
            let row = if wrong.why == json::DEEP {
                &TOO_DEEP
            } else {
                &NOT_JSON
            };
            found.add(row, wrong.at, "file", wrong.why);
            return;
        }
    };
    doubled(&root, found);
    stig_manager(&root, &source.text, found);
    schema(&root, found);
    others(&root, found);
}

/// Names that an object has twice.
fn doubled(root: &Value, found: &mut Found) {
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        match &value.kind {
            Kind::List(values) => open.extend(values),
            Kind::Object(members) => {
                let mut seen = BTreeSet::new();
                for member in members {
                    if !seen.insert(member.name.as_str()) {
                        let name = excerpt(&member.name);
                        let message = format!("'{name}' is there twice; the first is lost");
                        found.add(&SAME_NAME, member.at, name, message);
                    }
                    open.push(&member.value);
                }
            }
            _ => {}
        }
    }
}

fn stig_manager(root: &Value, source: &str, found: &mut Found) {
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
        found.add(
            &ENGINE,
            engine.at,
            "evaluate-stig",
            "the file names Evaluate-STIG",
        );
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
    if size > MOST_POST {
        found.add(
            &POST,
            list.at,
            "stigs",
            format!("the texts have {size} bytes"),
        );
    }
}

fn target_data(target: &Value, found: &mut Found) {
    for field in ["ip_address", "fqdn", "mac_address", "comments"] {
        let Some(value) = target.get(field) else {
            continue;
        };
        if value.as_text().is_some_and(|text| units(text) > MOST_NAME) {
            let place = format!("target_data.{field}");
            found.add(
                &ASSET_LONG,
                value.at,
                place,
                "it has more than 255 characters",
            );
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
    Some(id.replacen("xccdf_mil.disa.stig_benchmark_", "", 1))
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
        found.add(
            &STIG_ID_LONG,
            at("stig_id"),
            "stig_id",
            "it has more than 255 characters",
        );
    }
    let is_version = match stig.get("version").map(|value| &value.kind) {
        Some(Kind::Text(text)) => text.contains(|c: char| c.is_ascii_digit()),
        Some(Kind::Number(_)) => true,
        _ => false,
    };
    if !is_version {
        found.add(
            &VERSION,
            at("version"),
            format!("{id} version"),
            "there is no version",
        );
    }
    let release = stig.text("release_info").unwrap_or_default();
    if !names_release(release) {
        let message = format!("no release can be read from '{}'", excerpt(release));
        found.add(
            &RELEASE,
            at("release_info"),
            format!("{id} release_info"),
            message,
        );
    }
    let Some(rules) = stig.get("rules").and_then(Value::as_list) else {
        // JavaScript goes through a text letter by letter, and finds no status on any.
        if stig.text("rules").is_some() {
            found.add(
                &NO_RULES,
                at("rules"),
                format!("{id} rules"),
                "it is a text, not a list",
            );
            return 0;
        }
        found.add(
            &STRUCTURE,
            at("rules"),
            format!("{id} rules"),
            "there is no list of rules",
        );
        return 0;
    };
    if rules.is_empty() {
        found.add(&NO_RULES, at("rules"), format!("{id} rules"), "it is empty");
    }
    rules
        .iter()
        .enumerate()
        .map(|(number, value)| rule(number, value, source, found))
        .sum()
}

/// What a rule is called in a message.
fn name(number: usize, rule: &Value) -> String {
    ["rule_id_src", "rule_id", "group_id", "rule_version"]
        .iter()
        .find_map(|field| rule.text(field).filter(|text| !text.is_empty()))
        .map_or_else(|| format!("rule {}", number + 1), str::to_owned)
}

/// One rule; how many bytes its texts have.
fn rule(number: usize, rule: &Value, source: &str, found: &mut Found) -> usize {
    if rule.is_null() {
        found.add(
            &STRUCTURE,
            rule.at,
            format!("rule {}", number + 1),
            "a rule is null",
        );
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
            None => found.add(
                &RULE_ID_FORM,
                id.at,
                place("rule_id_src"),
                "it is not a text",
            ),
        },
        _ => {
            found.add(
                &RULE_ID,
                at("rule_id_src"),
                place("rule_id_src"),
                "there is no rule_id_src",
            );
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
                let units = units(text);
                if units > MOST_TEXT {
                    let left = units - MOST_TEXT;
                    let message = format!("{left} of its {units} characters are left out");
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

/// What a field may be.
#[derive(Clone, Copy)]
enum Type {
    Text,
    /// A text or null.
    Maybe,
    Uuid,
    Bool,
    Number,
    Whole,
    Texts,
    Objects,
    Object,
    Word(&'static [&'static str]),
    /// What writers add, and the schema does not know.
    Any,
}

struct Field {
    name: &'static str,
    is: Type,
    is_required: bool,
}

const fn field(name: &'static str, is: Type) -> Field {
    Field {
        name,
        is,
        is_required: false,
    }
}

const fn required(name: &'static str, is: Type) -> Field {
    Field {
        name,
        is,
        is_required: true,
    }
}

static ROOT: [Field; 9] = [
    required("title", Type::Text),
    required("id", Type::Uuid),
    field("cklb_version", Type::Word(&["1.0"])),
    field("active", Type::Bool),
    field("mode", Type::Number),
    field("has_path", Type::Bool),
    field("target_data", Type::Object),
    field("stigs", Type::Objects),
    field("evaluate-stig", Type::Any),
];

static TARGET: [Field; 12] = [
    field("target_type", Type::Text),
    field("host_name", Type::Text),
    field("ip_address", Type::Text),
    field("mac_address", Type::Text),
    field("fqdn", Type::Text),
    field("comments", Type::Text),
    field("role", Type::Text),
    field("is_web_database", Type::Bool),
    field("technology_area", Type::Text),
    field("web_db_site", Type::Text),
    field("web_db_instance", Type::Text),
    field("classification", Type::Any),
];

static STIG: [Field; 11] = [
    required("stig_name", Type::Text),
    required("display_name", Type::Text),
    required("stig_id", Type::Text),
    required("release_info", Type::Text),
    required("uuid", Type::Uuid),
    required("size", Type::Whole),
    field("reference_identifier", Type::Maybe),
    field("rules", Type::Objects),
    field("version", Type::Any),
    field("classification", Type::Any),
    field("evaluate-stig", Type::Any),
];

static RULE: [Field; 41] = [
    field("uuid", Type::Text),
    field("stig_uuid", Type::Text),
    field("group_id", Type::Text),
    field("group_id_src", Type::Text),
    field("rule_id", Type::Text),
    field("rule_id_src", Type::Text),
    field("target_key", Type::Maybe),
    field("stig_ref", Type::Maybe),
    field("weight", Type::Text),
    field("classification", Type::Text),
    field(
        "severity",
        Type::Word(&["unknown", "low", "medium", "high"]),
    ),
    field("rule_version", Type::Text),
    field("rule_title", Type::Text),
    field("fix_text", Type::Text),
    field("reference_identifier", Type::Maybe),
    field("group_title", Type::Text),
    field("false_positives", Type::Text),
    field("false_negatives", Type::Text),
    field("discussion", Type::Text),
    field("check_content", Type::Maybe),
    field("documentable", Type::Text),
    field("mitigations", Type::Text),
    field("potential_impacts", Type::Text),
    field("third_party_tools", Type::Text),
    field("mitigation_control", Type::Text),
    field("responsibility", Type::Text),
    field("security_override_guidance", Type::Text),
    field("ia_controls", Type::Text),
    field("check_content_ref", Type::Any),
    field("legacy_ids", Type::Texts),
    field("ccis", Type::Texts),
    field("group_tree", Type::Any),
    field("createdAt", Type::Text),
    field("updatedAt", Type::Text),
    field(
        "status",
        Type::Word(&["not_reviewed", "not_applicable", "open", "not_a_finding"]),
    ),
    field("overrides", Type::Object),
    field("comments", Type::Text),
    field("finding_details", Type::Text),
    field("STIGUuid", Type::Text),
    field("srg_id", Type::Any),
    field("evaluate-stig", Type::Any),
];

fn schema(root: &Value, found: &mut Found) {
    object(root, &ROOT, "", found);
    if let Some(target) = root.get("target_data") {
        object(target, &TARGET, "target_data", found);
    }
    for (number, stig) in list(root, "stigs").iter().enumerate() {
        let id = stig
            .text("stig_id")
            .map_or_else(|| format!("stigs[{number}]"), str::to_owned);
        object(stig, &STIG, &id, found);
        for (number, rule) in list(stig, "rules").iter().enumerate() {
            object(rule, &RULE, &name(number, rule), found);
        }
    }
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_list).unwrap_or_default()
}

fn object(value: &Value, fields: &[Field], place: &str, found: &mut Found) {
    let whole = |name: &str| match place {
        "" => name.to_owned(),
        place => format!("{place} {name}"),
    };
    if !matches!(value.kind, Kind::Object(_)) {
        let place = whole("");
        found.add(
            &SCHEMA_VALUE,
            value.at,
            place.trim(),
            format!("it is {}, not an object", value.what()),
        );
        return;
    }
    for field in fields {
        match value.get(field.name) {
            None if field.is_required => {
                let message = format!("there is no {}", field.name);
                found.add(&SCHEMA_MISSING, value.at, whole(field.name), message);
            }
            None => {}
            Some(child) => typed(child, field, &whole(field.name), found),
        }
    }
    for member in value.members() {
        if !fields.iter().any(|field| field.name == member.name) {
            let message = format!("'{}' is not in the schema", excerpt(&member.name));
            found.add(
                &SCHEMA_UNKNOWN,
                member.at,
                whole(&excerpt(&member.name)),
                message,
            );
        }
    }
}

fn typed(value: &Value, field: &Field, place: &str, found: &mut Found) {
    let is_text = |value: &Value| matches!(value.kind, Kind::Text(_));
    let wanted = match (field.is, &value.kind) {
        (Type::Any, _)
        | (Type::Maybe, Kind::Null | Kind::Text(_))
        | (Type::Text, Kind::Text(_))
        | (Type::Bool, Kind::Bool)
        | (Type::Number, Kind::Number(_))
        | (Type::Object, Kind::Object(_))
        | (Type::Objects, Kind::List(_)) => None,
        (Type::Uuid, Kind::Text(text)) => (!is_uuid(text)).then_some("a UUID"),
        (Type::Whole, Kind::Number(text)) => {
            let is_whole = text
                .parse::<f64>()
                .is_ok_and(|number| number.fract() == 0.0);
            (!is_whole).then_some("a whole number")
        }
        (Type::Texts, Kind::List(values)) => {
            (!values.iter().all(is_text)).then_some("a list of texts")
        }
        (Type::Word(words), Kind::Text(text)) => {
            (!words.contains(&text.as_str())).then_some("one of the words of the schema")
        }
        (Type::Text | Type::Object, Kind::Null) if !field.is_required => {
            let message = "it is null";
            found.add(&SCHEMA_NULL, value.at, place, message);
            None
        }
        (Type::Text | Type::Word(_), _) => Some("a text"),
        (Type::Maybe, _) => Some("a text or null"),
        (Type::Uuid, _) => Some("a UUID"),
        (Type::Bool, _) => Some("true or false"),
        (Type::Number, _) => Some("a number"),
        (Type::Whole, _) => Some("a whole number"),
        (Type::Texts, _) => Some("a list of texts"),
        (Type::Objects, _) => Some("a list"),
        (Type::Object, _) => Some("an object"),
    };
    if let Some(wanted) = wanted {
        let is = match &value.kind {
            Kind::Text(text) => format!("'{}'", excerpt(text)),
            _ => value.what().to_owned(),
        };
        found.add(
            &SCHEMA_VALUE,
            value.at,
            place,
            format!("{is} is not {wanted}"),
        );
    }
}

/// RFC 9562's text form.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let is_group = |(group, length): (&&str, usize)| {
        group.len() == length && group.bytes().all(|b| b.is_ascii_hexdigit())
    };
    groups.len() == 5 && groups.iter().zip([8, 4, 4, 4, 12]).all(is_group)
}

fn others(root: &Value, found: &mut Found) {
    let stigs = list(root, "stigs");
    if let Some(second) = stigs.get(1) {
        found.add(
            &SEVERAL,
            second.at,
            "stigs",
            format!("there are {} STIGs", stigs.len()),
        );
    }
    let mut seen = BTreeSet::new();
    for stig in stigs {
        if let Some(id) = stig.text("stig_id") {
            if seen.contains(&id) {
                let message = format!("{} is there already", excerpt(id));
                found.add(&SAME_STIG, stig.at, "stig_id", message);
            }
            seen.insert(id);
        }
        for (number, rule) in list(stig, "rules").iter().enumerate() {
            about_rule(&name(number, rule), rule, found);
        }
    }
}

fn about_rule(name: &str, rule: &Value, found: &mut Found) {
    let at = |field: &str| rule.get(field).unwrap_or(rule).at;
    let status = rule.text("status").unwrap_or_default();
    if !STATUSES.contains(&status) {
        let message = format!("'{}' is no status", excerpt(status));
        found.add(
            &EMASS_STATUS,
            at("status"),
            format!("{name} status"),
            message,
        );
    }
    let details = units(rule.text("finding_details").unwrap_or_default());
    if status == "open" && details > 4_000 {
        let message = format!("it has {details} characters");
        found.add(
            &EMASS_LONG,
            at("finding_details"),
            format!("{name} finding_details"),
            message,
        );
    }
    if let Some(severity) = rule.get("overrides").and_then(|all| all.get("severity"))
        && severity
            .text("reason")
            .unwrap_or_default()
            .trim()
            .is_empty()
    {
        let place = format!("{name} overrides");
        found.add(&JUSTIFICATION, severity.at, place, "there is no reason");
    }
    let (group, title) = (rule.text("group_title"), rule.text("rule_title"));
    if group.is_some_and(|text| !text.is_empty()) && group == title {
        let place = format!("{name} group_title");
        found.add(
            &GROUP_TITLE,
            at("group_title"),
            place,
            "it is the title of the rule",
        );
    }
}
