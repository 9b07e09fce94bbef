//! The JSON schema of CKLB, as STIG Viewer 3 has it: fields, their types and words.

use super::super::check::Effect::{Refused, Remark};
use super::super::check::Importer::{Emass, StigViewer};
use super::super::check::{Found, Row};
use super::super::json::{Kind, Value};
use super::{list, name};
use crate::xml::read::excerpt;

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

pub(super) static ROWS: &[&Row] = &[&SCHEMA_MISSING, &SCHEMA_VALUE, &SCHEMA_NULL, &SCHEMA_UNKNOWN];

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
    Field { name, is, is_required: false }
}

const fn required(name: &'static str, is: Type) -> Field {
    Field { name, is, is_required: true }
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
    field("severity", Type::Word(&["unknown", "low", "medium", "high"])),
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
    field("status", Type::Word(&["not_reviewed", "not_applicable", "open", "not_a_finding"])),
    field("overrides", Type::Object),
    field("comments", Type::Text),
    field("finding_details", Type::Text),
    field("STIGUuid", Type::Text),
    field("srg_id", Type::Any),
    field("evaluate-stig", Type::Any),
];

pub(super) fn check(root: &Value, found: &mut Found) {
    object(root, &ROOT, "", found);
    if let Some(target) = root.get("target_data") {
        object(target, &TARGET, "target_data", found);
    }
    for (number, stig) in list(root, "stigs").iter().enumerate() {
        let id = stig.text("stig_id").map_or_else(|| format!("stigs[{number}]"), str::to_owned);
        object(stig, &STIG, &id, found);
        for (number, rule) in list(stig, "rules").iter().enumerate() {
            object(rule, &RULE, &name(number, rule), found);
        }
    }
}

fn object(value: &Value, fields: &[Field], place: &str, found: &mut Found) {
    let whole = |name: &str| match place {
        "" => name.to_owned(),
        place => format!("{place} {name}"),
    };
    if !matches!(value.kind, Kind::Object(_)) {
        let place = whole("");
        found.add(&SCHEMA_VALUE, value.at, place.trim(), format!("it is {}, not an object", value.what()));
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
            found.add(&SCHEMA_UNKNOWN, member.at, whole(&excerpt(&member.name)), message);
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
            let is_whole = text.parse::<f64>().is_ok_and(|number| number.fract() == 0.0);
            (!is_whole).then_some("a whole number")
        }
        (Type::Texts, Kind::List(values)) => (!values.iter().all(is_text)).then_some("a list of texts"),
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
        found.add(&SCHEMA_VALUE, value.at, place, format!("{is} is not {wanted}"));
    }
}

/// RFC 9562's text form.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let is_group =
        |(group, length): (&&str, usize)| group.len() == length && group.bytes().all(|b| b.is_ascii_hexdigit());
    groups.len() == 5 && groups.iter().zip([8, 4, 4, 4, 12]).all(is_group)
}
