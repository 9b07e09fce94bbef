//! What eMASS and STIG Viewer make of a CKLB that its schema lets pass.

use std::collections::BTreeSet;

use super::super::check::Effect::{Dropped, Remark};
use super::super::check::Importer::{Emass, StigViewer};
use super::super::check::{Found, Row};
use super::super::json::Value;
use super::super::text::units;
use super::{STATUSES, list, name};
use crate::xml::read::excerpt;

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

pub(super) static ROWS: &[&Row] = &[&SAME_STIG, &SEVERAL, &EMASS_STATUS, &EMASS_LONG, &JUSTIFICATION, &GROUP_TITLE];

pub(super) fn check(root: &Value, found: &mut Found) {
    let stigs = list(root, "stigs");
    if let Some(second) = stigs.get(1) {
        found.add(&SEVERAL, second.at, "stigs", format!("there are {} STIGs", stigs.len()));
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
        found.add(&EMASS_STATUS, at("status"), format!("{name} status"), message);
    }
    let details = units(rule.text("finding_details").unwrap_or_default());
    if status == "open" && details > 4_000 {
        let message = format!("it has {details} characters");
        found.add(&EMASS_LONG, at("finding_details"), format!("{name} finding_details"), message);
    }
    if let Some(severity) = rule.get("overrides").and_then(|all| all.get("severity"))
        && severity.text("reason").unwrap_or_default().trim().is_empty()
    {
        let place = format!("{name} overrides");
        found.add(&JUSTIFICATION, severity.at, place, "there is no reason");
    }
    let (group, title) = (rule.text("group_title"), rule.text("rule_title"));
    if group.is_some_and(|text| !text.is_empty()) && group == title {
        let place = format!("{name} group_title");
        found.add(&GROUP_TITLE, at("group_title"), place, "it is the title of the rule");
    }
}
