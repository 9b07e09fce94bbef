//! What was asked for, as an SCAP source data stream collection: the benchmark in XCCDF 1.2 and the
//! questions behind its rules (SP 800-126 r3, 3.1 and 4.4.3, RES-300).
//!
//! A data stream has to have a check component (the schema's `ds:checks`), and a manual STIG has
//! none: it is the questions that make the collection valid.

use super::benchmark::{begin, component};
use super::edition::Edition;
use super::ocil;
use super::text::time;
use crate::outcome::Outcome;
use crate::xml::write::Writer;

/// By this name the benchmark's rules ask for the questions.
const QUESTIONS: &str = "stigprobe-ocil.xml";

/// Writes the collection. All outcomes are of one benchmark; the collection is as old as the newest.
pub(super) fn collection(w: &mut Writer, outcomes: &[&Outcome]) {
    let Some(first) = outcomes.first() else {
        return;
    };
    let newest = outcomes.iter().map(|o| o.finished).max();
    let made = time(newest.unwrap_or(first.finished));
    let benchmark = component(first);
    let name = benchmark.split_once("_comp_").map_or(benchmark.as_str(), |(_, name)| name);
    let questions = format!("scap_io.stigprobe_comp_{name}-ocil.xml");
    let questions_ref = format!("scap_io.stigprobe_cref_{name}-ocil.xml");

    w.start("ds:data-stream-collection");
    for (prefix, namespace) in [
        ("xmlns:ds", "http://scap.nist.gov/schema/scap/source/1.2"),
        ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
        ("xmlns:cat", "urn:oasis:names:tc:entity:xmlns:xml:catalog"),
    ] {
        w.attr(prefix, namespace);
    }
    w.attr("id", &format!("scap_io.stigprobe_collection_{name}")).attr("schematron-version", "1.3");
    w.start("ds:data-stream")
        .attr("id", &format!("scap_io.stigprobe_datastream_{name}"))
        .attr("scap-version", "1.3")
        .attr("use-case", "OTHER")
        .attr("timestamp", &made);
    w.start("ds:checklists").start("ds:component-ref");
    w.attr("id", &format!("scap_mil.disa.stig_cref_{name}")).attr("xlink:href", &format!("#{benchmark}"));
    w.start("cat:catalog").start("cat:uri");
    w.attr("name", QUESTIONS).attr("uri", &format!("#{questions_ref}"));
    w.end().end().end().end();
    w.start("ds:checks").start("ds:component-ref");
    w.attr("id", &questions_ref).attr("xlink:href", &format!("#{questions}"));
    w.end().end().end();

    w.start("ds:component").attr("id", &benchmark).attr("timestamp", &made);
    begin(w, outcomes, Edition::V1_2, Some(QUESTIONS));
    w.end().end();
    w.start("ds:component").attr("id", &questions).attr("timestamp", &made);
    ocil::questions(w, first, &made);
    w.end().end();
}
