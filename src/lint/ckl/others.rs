//! CKL and those whose readers are known from their sources or their makers' words only: `OpenRMF` OSS, eMASS, and STIG
//! Viewer beyond its schema.

use std::collections::BTreeSet;

use super::super::check::Effect::{Dropped, Mangled, Refused, Remark};
use super::super::check::Importer::{Emass, Heimdall, OpenRmf, StigManager, StigViewer};
use super::super::check::{Found, Row};
use super::super::text;
use super::super::tree::{Id, Node};
use super::heimdall::is_comment;
use super::{Ckl, STATUSES};
use crate::xml::read::excerpt;

pub(super) static NO_ROOT: Row = Row {
    code: "no-checklist",
    on: &[(StigViewer, Refused), (StigManager, Refused), (Emass, Refused), (Heimdall, Refused), (OpenRmf, Refused)],
    when: "the name ends in `.ckl`, and there is no element CHECKLIST, letter by letter",
    mend: "Give the checklist itself: its root is <CHECKLIST>.",
};

static RMF_NODE: Row = Row {
    code: "comment",
    on: &[(OpenRmf, Refused)],
    when: "a comment, text or CDATA section stands between the elements of ASSET, STIG_INFO, SI_DATA, VULN or STIG_DATA, \
           where OpenRMF OSS expects elements only",
    mend: "Take it out; a comment is safe before <CHECKLIST>.",
};

static RMF_STRUCTURE: Row = Row {
    code: "ckl-structure",
    on: &[(OpenRmf, Refused)],
    when: "there is no ASSET or no STIG_INFO, or an SI_DATA is empty",
    mend: "Write the element with what belongs into it.",
};

static HOST: Row = Row {
    code: "host-name",
    on: &[(OpenRmf, Refused), (Emass, Remark), (StigViewer, Remark)],
    when: "HOST_NAME is missing or empty: there is nothing to file the checklist under",
    mend: "Write the name of the asset into HOST_NAME.",
};

static STATUS: Row = Row {
    code: "status",
    on: &[(OpenRmf, Mangled), (Emass, Dropped)],
    when: "STATUS is none of the four words, letter by letter: no count of the results has it",
    mend: "Write NotAFinding, Open, Not_Applicable or Not_Reviewed.",
};

static RULE_ID: Row = Row {
    code: "rule-id",
    on: &[(Emass, Dropped), (StigViewer, Remark), (OpenRmf, Remark)],
    when: "a VULN has neither Rule_ID nor Vuln_Num: nothing says which rule it is",
    mend: "Write STIG_DATA Vuln_Num and Rule_ID.",
};

static SEVERAL: Row = Row {
    code: "several-stigs",
    on: &[(OpenRmf, Mangled), (Emass, Remark)],
    when: "there are several iSTIG: OpenRMF OSS puts all rules under the first; eMASS wants one asset and STIG per file",
    mend: "Give one file for each STIG.",
};

static TWICE: Row = Row {
    code: "same-stig",
    on: &[(Emass, Dropped)],
    when: "the same STIG is there twice: eMASS keeps one result for an asset and a STIG",
    mend: "Give one file for each STIG, and tell instances apart by WEB_OR_DATABASE, WEB_DB_SITE and WEB_DB_INSTANCE.",
};

static RELEASE: Row = Row {
    code: "release-info",
    on: &[(Emass, Remark), (OpenRmf, Remark), (StigViewer, Remark)],
    when: "`releaseinfo` does not name a release: nothing says of which release the rules are",
    mend: "Write releaseinfo as DISA does: 'Release: 2 Benchmark Date: 24 Jul 2024'.",
};

static TABS: Row = Row {
    code: "tabs",
    on: &[(OpenRmf, Remark)],
    when: "a text has tabs, which OpenRMF OSS takes out",
    mend: "Write blanks, where columns matter.",
};

static JUSTIFICATION: Row = Row {
    code: "severity-override",
    on: &[(StigViewer, Remark), (Emass, Remark)],
    when: "SEVERITY_OVERRIDE without SEVERITY_JUSTIFICATION",
    mend: "Write down why the severity is another.",
};

static LONG: Row = Row {
    code: "text-length",
    on: &[(Emass, Remark)],
    when: "FINDING_DETAILS of an open rule has more than 4,000 characters, which is what a test result of eMASS holds",
    mend: "Say what matters in the first lines.",
};

static PREFIX: Row = Row {
    code: "rule-id",
    on: &[(StigViewer, Remark), (Emass, Remark)],
    when: "Rule_ID has the prefix `xccdf_mil.disa.stig_rule_`, which no checklist of DISA's has",
    mend: "Write the id without the prefix, as SV-235775r960735_rule.",
};

pub(super) static ROWS: &[&Row] = &[
    &NO_ROOT,
    &RMF_NODE,
    &RMF_STRUCTURE,
    &HOST,
    &STATUS,
    &RULE_ID,
    &SEVERAL,
    &TWICE,
    &RELEASE,
    &TABS,
    &JUSTIFICATION,
    &LONG,
    &PREFIX,
];

pub(super) fn check(ckl: &Ckl<'_>, found: &mut Found) {
    open_rmf(ckl, found);
    asset(ckl, found);
    stigs(ckl, found);
    for vuln in ckl.vulns() {
        rule(ckl, vuln.id, &vuln.name, found);
    }
}

fn open_rmf(ckl: &Ckl<'_>, found: &mut Found) {
    if ckl.asset.is_none() {
        found.add(&RMF_STRUCTURE, ckl.at(ckl.root), "ASSET", "there is no ASSET");
    }
    if ckl.stigs.iter().all(|stig| stig.info.is_none()) {
        found.add(&RMF_STRUCTURE, ckl.at(ckl.root), "STIG_INFO", "there is no STIG_INFO");
    }
    let strict = ["ASSET", "STIG_INFO", "SI_DATA", "VULN", "STIG_DATA"];
    for id in ckl.tree.all() {
        let element = ckl.tree.get(id);
        if !strict.contains(&element.name) {
            continue;
        }
        if element.name == "SI_DATA" && element.children.is_empty() {
            found.add(&RMF_STRUCTURE, element.at, "SI_DATA", "it is empty");
        }
        let odd = element.children.iter().find_map(|node| match node {
            Node::Element(_) => None,
            Node::Text(text, _) if text.trim_ascii().is_empty() => None,
            node if is_comment(node) => Some((node, "a comment")),
            Node::Cdata(..) => Some((node, "a CDATA section")),
            Node::Instruction(_) => Some((node, "a processing instruction")),
            _ => Some((node, "text")),
        });
        if let Some((node, what)) = odd {
            let at = match node {
                Node::Text(_, at) | Node::Cdata(_, at) | Node::Comment(_, at) | Node::Instruction(at) => *at,
                Node::Element(_) => element.at,
            };
            found.add(&RMF_NODE, at, element.name, format!("{what} stands in <{}>", element.name));
        }
    }
}

fn asset(ckl: &Ckl<'_>, found: &mut Found) {
    let Some(asset) = ckl.asset else {
        return;
    };
    let host = ckl.tree.child(asset, "HOST_NAME");
    let name = host.map(|id| text::of(ckl.tree, id)).unwrap_or_default();
    if name.trim().is_empty() {
        let at = ckl.at(host.unwrap_or(asset));
        found.add(&HOST, at, "HOST_NAME", "there is no name of the asset");
    }
}

fn stigs(ckl: &Ckl<'_>, found: &mut Found) {
    if let Some(second) = ckl.stigs.get(1) {
        let message = format!("there are {} iSTIG", ckl.stigs.len());
        found.add(&SEVERAL, ckl.at(second.id), "iSTIG", message);
    }
    let mut seen = BTreeSet::new();
    for stig in &ckl.stigs {
        if let Some((id, Some(value))) = ckl.info(stig, "stigid") {
            if seen.contains(&value) {
                let message = format!("{} is there already", excerpt(&value));
                found.add(&TWICE, ckl.at(id), "SI_DATA stigid", message);
            }
            seen.insert(value);
        }
        let release = ckl.info(stig, "releaseinfo");
        let (id, value) = match (&release, stig.info) {
            (Some((id, value)), _) => (*id, value.clone().unwrap_or_default()),
            (None, Some(info)) => (info, String::new()),
            (None, None) => continue,
        };
        let has_number = value
            .split_once("Release:")
            .is_some_and(|(_, behind)| behind.trim_start().starts_with(|c: char| c.is_ascii_digit()));
        if !has_number {
            let message = format!("'{}' names no release", excerpt(&value));
            found.add(&RELEASE, ckl.at(id), "SI_DATA releaseinfo", message);
        }
    }
}

fn rule(ckl: &Ckl<'_>, vuln: Id, name: &str, found: &mut Found) {
    let tree = ckl.tree;
    let value = |field: &str| text::in_child(tree, vuln, field).unwrap_or_default();
    let at = |field: &str| ckl.at(tree.child(vuln, field).unwrap_or(vuln));
    let status = value("STATUS");
    if !STATUSES.contains(&status.as_str()) {
        let message = format!("'{}' is no status", excerpt(&status));
        found.add(&STATUS, at("STATUS"), format!("{name} STATUS"), message);
    }
    let rule_id = super::attribute(tree, vuln, "Rule_ID").unwrap_or_default();
    let number = super::attribute(tree, vuln, "Vuln_Num").unwrap_or_default();
    if rule_id.is_empty() && number.is_empty() {
        found.add(&RULE_ID, ckl.at(vuln), name, "there is neither Rule_ID nor Vuln_Num");
    }
    if rule_id.starts_with("xccdf_") {
        let id = super::datum(tree, vuln, "Rule_ID").unwrap_or(vuln);
        let message = format!("'{}' has a prefix", excerpt(&rule_id));
        found.add(&PREFIX, ckl.at(id), format!("{name} Rule_ID"), message);
    }
    let overridden = value("SEVERITY_OVERRIDE");
    if !overridden.trim().is_empty() && value("SEVERITY_JUSTIFICATION").trim().is_empty() {
        let place = format!("{name} SEVERITY_JUSTIFICATION");
        found.add(&JUSTIFICATION, at("SEVERITY_OVERRIDE"), place, "there is no justification");
    }
    let details = value("FINDING_DETAILS");
    let units = text::units(&details);
    if status == "Open" && units > 4_000 {
        let message = format!("it has {units} characters");
        found.add(&LONG, at("FINDING_DETAILS"), format!("{name} FINDING_DETAILS"), message);
    }
    for (field, text) in [("FINDING_DETAILS", details), ("COMMENTS", value("COMMENTS"))] {
        if text.contains('\t') {
            found.add(&TABS, at(field), format!("{name} {field}"), "it has tabs");
        }
    }
}
