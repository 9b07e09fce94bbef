//! XCCDF and those who are known from their makers' words: STIG Viewer and eMASS; and what the standard wants.

use std::io::Cursor;

use super::super::check::Effect::{Dropped, Refused, Remark};
use super::super::check::Importer::{Emass, Heimdall, OpenRmf, StigManager, StigViewer};
use super::super::check::{Found, Row};
use super::super::source::{Encoding, Source};
use super::{RESULTS, Results};
use crate::xccdf::validate::{Code, validate};
use crate::xml::read::excerpt;

static NOT_SCC: Row = Row {
    code: "kind-not-taken",
    on: &[(Emass, Refused)],
    when: "XCCDF of another tool than SCC: eMASS's route `scapComplianceChecker` means SCC's results, and there is none for \
           others",
    mend: "Give a CKL or CKLB: `stigprobe convert FILE --format ckl,cklb`.",
};

static NO_RESULTS: Row = Row {
    code: "no-results",
    on: &[(StigViewer, Refused), (Emass, Refused)],
    when: "there is no rule-result: STIG Viewer says \"Error parsing XCCDF\"",
    mend: "Give a file with results.",
};

static IDREF: Row = Row {
    code: "rule-id",
    on: &[(StigViewer, Dropped), (Emass, Dropped)],
    when: "the `idref` of a rule-result does not end in `_rule`, where STIG Viewer looks for the id",
    mend: "Write the id of DISA's rule, as xccdf_mil.disa.stig_rule_SV-235775r960735_rule.",
};

static RESULT: Row = Row {
    code: "result",
    on: &[(StigViewer, Dropped), (Emass, Dropped)],
    when: "the result is none of the nine words, in small letters",
    mend: "Write pass, fail, notapplicable, notchecked or another of the nine words.",
};

static UNDECIDED: Row = Row {
    code: "result",
    on: &[(StigViewer, Remark)],
    when: "the result is error, unknown, informational, notselected or fixed: the rule stays unreviewed, without a reason",
    mend: "Give a CKL or CKLB, which keep the reason: `stigprobe convert FILE --format ckl,cklb`.",
};

static SCHEMA: Row = Row {
    code: "xccdf-schema",
    on: &[(StigViewer, Remark), (StigManager, Remark), (Emass, Remark), (Heimdall, Remark), (OpenRmf, Remark)],
    when: "the document is not valid by NIST's schema; `oscap xccdf validate` refuses it, and these importers do not look",
    mend: "`stigprobe benchmark validate FILE` lists every error.",
};

pub(super) static ROWS: &[&Row] = &[&NOT_SCC, &NO_RESULTS, &IDREF, &RESULT, &UNDECIDED, &SCHEMA];

pub(super) fn check(results: &Results<'_>, source: &Source<'_>, found: &mut Found) {
    let root = results.at(results.root);
    let systems = results.tests.iter().filter_map(|test| results.value(*test, "test-system"));
    let is_scc = |system: &str| {
        let system = system.to_ascii_lowercase();
        system.contains(":scc:") || system.contains("scap_compliance_checker")
    };
    if !systems.into_iter().any(|system| is_scc(&system)) {
        found.add(&NOT_SCC, root, "test-system", "SCC did not make the file, by its test-system");
        found.settle(&NOT_SCC);
    }
    let rules = results.rule_results();
    if rules.is_empty() {
        found.add(&NO_RESULTS, root, "rule-result", "there is no rule-result");
    }
    for (id, name) in &rules {
        let at = results.at(*id);
        let idref = results.value(*id, "idref").unwrap_or_default();
        if !idref.ends_with("_rule") {
            let message = format!("'{}' does not end in _rule", excerpt(&idref));
            found.add(&IDREF, at, format!("{name} idref"), message);
        }
        let word = results.result(*id);
        let word = word.trim();
        let at = results.tree.child(*id, "result").map_or(at, |id| results.at(id));
        match word {
            "pass" | "fail" | "notapplicable" | "notchecked" => {}
            word if RESULTS.contains(&word) => {
                found.add(&UNDECIDED, at, format!("{name} result"), format!("it is {word}"));
            }
            word => {
                let message = format!("'{}' is no result", excerpt(word));
                found.add(&RESULT, at, format!("{name} result"), message);
            }
        }
    }
    schema(source, found);
}

/// By the standard, in one remark.
fn schema(source: &Source<'_>, found: &mut Found) {
    if source.encoding != Encoding::Utf8 {
        return;
    }
    let Ok(report) = validate(Cursor::new(source.text.as_bytes())) else {
        return;
    };
    // What is not well-formed is told elsewhere.
    let errors: Vec<_> = report.problems.iter().filter(|p| p.code != Code::NotWellFormed).collect();
    if errors.len() < report.problems.len() {
        return;
    }
    if let Some(first) = errors.first() {
        let count = match errors.len() {
            1 => "1 error".to_owned(),
            count => format!("{count} errors"),
        };
        let message = format!("{count}, the first: {}", first.message);
        found.add(&SCHEMA, source.offset(first.position), "document", message);
    }
}
