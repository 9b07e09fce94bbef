//! `OpenRMF` OSS and XCCDF (`SCAPScanResultLoader` of openrmf-api-upload): it fills the template of the title with
//! pass and fail, rule by rule, by their STIG-ID.

use super::super::check::Effect::{Dropped, Refused, Remark};
use super::super::check::Importer::OpenRmf;
use super::super::check::{Found, Row};
use super::super::text;
use super::super::tree::{Id, Node};
use super::{RESULTS, Results};
use crate::xml::read::excerpt;

macro_rules! row {
    ($name:ident, $code:literal, $effect:expr, $when:literal, $mend:literal) => {
        static $name: Row = Row { code: $code, on: &[(OpenRmf, $effect)], when: $when, mend: $mend };
    };
}

row!(
    PREFIX,
    "prefix",
    Refused,
    "the elements have another prefix than `cdf:`, and none either: nothing is found in the file",
    "Write the prefix cdf: or none, or give a CKL: `stigprobe convert FILE --format ckl`."
);
row!(
    TITLE,
    "title",
    Refused,
    "the first title is not that of the Benchmark, or there is none: no template is found by it",
    "Give a Benchmark with its title, or a CKL: `stigprobe convert FILE --format ckl`."
);
row!(
    VERSION,
    "stig-id",
    Refused,
    "a rule-result has no `version`, the STIG-ID by which the rule is found",
    "Write the STIG-ID as version on each rule-result, or give a CKL."
);
row!(NODE, "comment", Refused, "a comment or text stands before `result` in a rule-result", "Take the comment out.");
row!(NO_TEST, "no-results", Dropped, "there is no rule-result", "Give a file with results.");
row!(
    RESULT,
    "result",
    Dropped,
    "the result is neither pass nor fail: the rule stays as the template has it, Not_Reviewed",
    "Give a CKL, whose four words are all taken: `stigprobe convert FILE --format ckl`."
);
row!(
    RESULT_NONE,
    "result",
    Remark,
    "the result says that the rule was not decided: it stays Not_Reviewed, as it should, without a reason",
    "Give a CKL, which keeps the reason: `stigprobe convert FILE --format ckl`."
);
row!(
    EVIDENCE,
    "evidence",
    Remark,
    "what was seen is not taken: the details are Tool, Time and Result",
    "Give a CKL: `stigprobe convert FILE --format ckl`."
);

pub(super) static ROWS: &[&Row] = &[&PREFIX, &TITLE, &VERSION, &NODE, &NO_TEST, &RESULT, &RESULT_NONE, &EVIDENCE];

pub(super) fn check(results: &Results<'_>, found: &mut Found) {
    let tree = results.tree;
    let root = tree.get(results.root);
    let prefix = root.name.split_once(':').map_or("", |(prefix, _)| prefix);
    if !["", "cdf"].contains(&prefix) {
        let message = format!("the prefix is '{}:'", excerpt(prefix));
        return found.add(&PREFIX, root.at, root.local, message);
    }
    let title = tree.child(results.root, "title").filter(|_| results.is_benchmark);
    if title.is_none_or(|id| text::of(tree, id).trim().is_empty()) {
        found.add(&TITLE, root.at, "title", "there is no title of the Benchmark");
    }
    let rules = results.rule_results();
    if rules.is_empty() {
        found.add(&NO_TEST, root.at, "rule-result", "there is no rule-result");
    }
    for (id, name) in &rules {
        rule(results, *id, name, found);
    }
    let has_message = |(id, _): &&(Id, String)| tree.child(*id, "message").is_some();
    if let Some((id, _)) = rules.iter().find(has_message) {
        found.add(&EVIDENCE, results.at(*id), "message", "the texts of the results are not taken");
    }
}

fn rule(results: &Results<'_>, id: Id, name: &str, found: &mut Found) {
    let element = results.tree.get(id);
    if results.value(id, "version").is_none() {
        found.add(&VERSION, element.at, format!("{name} version"), "there is no version");
    }
    for node in &element.children {
        let (what, at) = match node {
            Node::Element(child) if results.tree.get(*child).local == "result" => break,
            Node::Comment(_, at) => ("a comment", *at),
            Node::Cdata(_, at) => ("a CDATA section", *at),
            Node::Instruction(at) => ("a processing instruction", *at),
            Node::Text(text, at) if !text.trim_ascii().is_empty() => ("text", *at),
            _ => continue,
        };
        found.add(&NODE, at, name, format!("{what} stands before result"));
        break;
    }
    let word = results.result(id);
    let word = word.trim();
    let at = results.tree.child(id, "result").map_or(element.at, |id| results.at(id));
    let place = format!("{name} result");
    match word {
        "pass" | "fail" => {}
        "notchecked" | "notselected" | "unknown" | "error" | "informational" => {
            found.add(&RESULT_NONE, at, place, format!("it is {word}"));
        }
        word => {
            let message = if RESULTS.contains(&word) {
                format!("it is {word}")
            } else {
                format!("'{}' is no result", excerpt(word))
            };
            found.add(&RESULT, at, place, message);
        }
    }
}
