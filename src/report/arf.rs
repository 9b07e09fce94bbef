//! NIST's ARF 1.1: what was asked for, the assets, and the reports on them. For `OpenSCAP`'s tools;
//! eMASS means another format by this name, and STIG Manager and Heimdall take none of it.
//!
//! All parts are XCCDF 1.2 also where the STIG is not: a 1.1 result in an ARF passes `OpenSCAP`'s
//! check of the envelope and is invalid all the same. Each asset has two reports, as SP 800-126 r3
//! (4.4.1, RES-366) wants them apart: the XCCDF results, and the results of the checks behind them.

use std::collections::HashSet;

use super::asset::device;
use super::edition::Edition;
use super::ocil;
use super::stream::collection;
use super::test_result::{Form, Place, result_id, test_result};
use crate::outcome::Outcome;
use crate::xml::write::Writer;

/// The only report request: every report was made for it.
const REQUEST: &str = "collection1";

/// The words in which ARF 1.1 relates things.
const VOCABULARY: &str = "http://scap.nist.gov/specifications/arf/vocabulary/relationships/1.0#";

/// What one outcome is called within the document.
struct Part<'a> {
    outcome: &'a Outcome,
    asset: String,
    results: String,
    checks: String,
    test_result: String,
}

/// The document. All outcomes are of one benchmark.
pub(super) fn write(outcomes: &[&Outcome]) -> String {
    let parts = parts(outcomes);
    let mut w = Writer::new(" ");
    w.start("arf:asset-report-collection");
    for (prefix, namespace) in [
        ("xmlns:arf", "http://scap.nist.gov/schema/asset-reporting-format/1.1"),
        ("xmlns:core", "http://scap.nist.gov/schema/reporting-core/1.1"),
        ("xmlns:ai", "http://scap.nist.gov/schema/asset-identification/1.1"),
    ] {
        w.attr(prefix, namespace);
    }
    relationships(&mut w, &parts);
    w.start("arf:report-requests").start("arf:report-request").attr("id", REQUEST).start("arf:content");
    collection(&mut w, outcomes);
    w.end().end().end();
    w.start("arf:assets");
    for part in &parts {
        w.start("arf:asset").attr("id", &part.asset);
        device(&mut w, part.outcome);
        w.end();
    }
    w.end().start("arf:reports");
    for part in &parts {
        reports(&mut w, part);
    }
    w.finish()
}

/// Names for all outcomes. Runs that are the same to the last byte still get results of their own.
fn parts<'a>(outcomes: &[&'a Outcome]) -> Vec<Part<'a>> {
    let mut taken = HashSet::new();
    let numbered = outcomes.iter().enumerate();
    numbered
        .map(|(at, outcome)| {
            let id = result_id(outcome, Edition::V1_2);
            let mut test_result = id.clone();
            while !taken.insert(test_result.clone()) {
                test_result = format!("{id}-{at}");
            }
            Part {
                outcome,
                asset: format!("asset{at}"),
                results: format!("xccdf{}", at + 1),
                checks: format!("ocil{}", at + 1),
                test_result,
            }
        })
        .collect()
}

/// What belongs to what, in the words of ARF and of SCAP (SP 800-126 r3, 4.4.4, RES-301).
///
/// The report of the checks is about the asset under another prefix for the same namespace:
/// `oscap info` takes every report that is `arfvocab:isAbout` an asset, which it compares letter by
/// letter, for XCCDF, and crashes on one that is not. Readers that know namespaces see no difference.
fn relationships(w: &mut Writer, parts: &[Part<'_>]) {
    w.start("core:relationships");
    for prefix in ["xmlns:arfvocab", "xmlns:arf-rel"] {
        w.attr(prefix, VOCABULARY);
    }
    w.attr("xmlns:scap-rel", "http://scap.nist.gov/vocabulary/scap/relationships/1.0#");
    let mut relationship = |kind: &str, subject: &str, object: &str| {
        w.start("core:relationship").attr("type", kind).attr("subject", subject);
        w.leaf("core:ref", object).end();
    };
    for part in parts {
        relationship("arfvocab:createdFor", &part.results, REQUEST);
        relationship("arfvocab:isAbout", &part.results, &part.asset);
        if ocil::has_answers(part.outcome) {
            relationship("arfvocab:createdFor", &part.checks, REQUEST);
            relationship("arf-rel:isAbout", &part.checks, &part.asset);
            relationship("scap-rel:checkContext", &part.checks, &part.results);
        }
    }
    w.end();
}

fn reports(w: &mut Writer, part: &Part<'_>) {
    w.start("arf:report").attr("id", &part.results).start("arf:content");
    let form = Form {
        edition: Edition::V1_2,
        id: &part.test_result,
        place: Place::Report { asset: &part.asset, checks: &part.checks },
    };
    test_result(w, part.outcome, &form);
    w.end().end();
    if ocil::has_answers(part.outcome) {
        w.start("arf:report").attr("id", &part.checks).start("arf:content");
        ocil::answers(w, part.outcome);
        w.end().end();
    }
}

#[cfg(test)]
mod tests;
