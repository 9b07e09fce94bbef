//! STIG Manager and XCCDF: its parser (`reviewsFromXccdf` of stig-manager-client-modules), and what its API takes.

use std::collections::BTreeSet;

use super::super::check::Effect::{Cut, Dropped, Mangled, Refused, Remark};
use super::super::check::Importer::StigManager;
use super::super::check::{Found, Row};
use super::super::ckl::{MOST_NAME, MOST_POST, MOST_TEXT, form, twice};
use super::super::shape::{self, Shape};
use super::super::text;
use super::super::times::{Reading, reading};
use super::super::tree::{Id, Node};
use super::Results;
use crate::xml::read::excerpt;

macro_rules! row {
    ($name:ident, $code:literal, $effect:expr, $when:literal, $mend:literal) => {
        static $name: Row = Row {
            code: $code,
            on: &[(StigManager, $effect)],
            when: $when,
            mend: $mend,
        };
    };
}

row!(
    NO_TEST,
    "no-results",
    Refused,
    "there is no TestResult, or no rule-result in it, or the root is there twice",
    "Give a file with results: one Benchmark with one TestResult."
);
row!(
    SEVERAL,
    "several-results",
    Refused,
    "there are two TestResults: the parser sees a list and no target in it",
    "Give one file for each TestResult."
);
row!(
    TARGET,
    "target",
    Refused,
    "there is no target, an empty one, or one of more than 255 characters",
    "Write the name of the asset into target."
);
row!(
    TARGET_SHAPE,
    "target",
    Mangled,
    "the first target holds more than text: the name of the asset becomes an object",
    "Write target with text alone."
);
row!(
    TARGETS,
    "target",
    Dropped,
    "there is a second target: only the first is read",
    "Write one target; more addresses are target-address."
);
row!(
    TEST_SYSTEM,
    "test-system",
    Refused,
    "TestResult has no `test-system`",
    "Write test-system=\"cpe:/a:VENDOR:PRODUCT:VERSION\"."
);
row!(
    TEST_SYSTEM_EMPTY,
    "test-system",
    Remark,
    "`test-system` names no product and version",
    "Write test-system=\"cpe:/a:VENDOR:PRODUCT:VERSION\"."
);
row!(
    TEST_SYSTEM_LONG,
    "test-system",
    Cut,
    "the product or version in `test-system` has more than 255 characters",
    "Write test-system=\"cpe:/a:VENDOR:PRODUCT:VERSION\"."
);
row!(
    BENCHMARK,
    "benchmark",
    Refused,
    "Benchmark has no `id`; or the root is TestResult, and its benchmark is missing or has no `id` or `href` that \
     begins with `xccdf_mil.disa.stig_benchmark_`",
    "Write the id of the Benchmark: xccdf_mil.disa.stig_benchmark_NAME."
);
row!(
    BENCHMARK_LONG,
    "benchmark",
    Cut,
    "the id of the Benchmark has more than 255 characters",
    "Write the id as DISA's file has it."
);
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
row!(
    IDREF,
    "rule-id",
    Refused,
    "a rule-result with a result has no `idref`",
    "Write idref with the id of the rule."
);
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
row!(
    RESULT_NONE,
    "result",
    Remark,
    "the result is notselected: no review comes of it, and none has to",
    "Nothing."
);
row!(
    MESSAGE,
    "evidence",
    Dropped,
    "no detail is taken: `message` is read only when it is the only one, has an attribute, and no CDATA; a sentence that \
     names the engine stands in its place",
    "Write one <message severity=\"info\">, and the text in check/check-content/detail too."
);
row!(
    TEXT_SHAPE,
    "text-shape",
    Mangled,
    "detail or comment in check-content is there twice, or has an attribute, a CDATA section or elements: it becomes an \
     object",
    "Write the element once, with its text escaped and nothing else in it."
);
row!(
    TEXT_LONG,
    "text-length",
    Cut,
    "a detail or comment has more than 32,767 characters",
    "Shorten the text, and put long evidence into a file of its own."
);
row!(
    TEXT_DECODED,
    "decoded-twice",
    Mangled,
    "a text shows characters that look like HTML (`&lt;`, `&copy`, `&#65;`): references are expanded a second time",
    "Give a CKLB, whose texts are left alone: `stigprobe convert FILE --format cklb`."
);
row!(
    CHECKS,
    "several-checks",
    Dropped,
    "a rule-result has two checks: detail, comment and reference in them are not found",
    "Write one check per rule-result."
);
row!(
    FACT,
    "target-fact",
    Refused,
    "a fact has no `name`, or the name of metadata is no well-formed URI",
    "Write name on every fact, with %XX for what is no letter."
);
row!(
    FACT_TWICE,
    "target-fact",
    Dropped,
    "two facts have the same name: the last one counts",
    "Write each fact once."
);
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
row!(
    ENGINE,
    "engine",
    Dropped,
    "the product is stig-manager or evaluate-stig, and resultEngine has attributes: they become properties, which the API \
     refuses",
    "Write resultEngine without attributes."
);
row!(
    POST,
    "post-size",
    Dropped,
    "the texts together are larger than 5 MiB, more than the API takes at once",
    "Shorten the texts."
);

pub(super) static ROWS: &[&Row] = &[
    &NO_TEST,
    &SEVERAL,
    &TARGET,
    &TARGET_SHAPE,
    &TARGETS,
    &TEST_SYSTEM,
    &TEST_SYSTEM_EMPTY,
    &TEST_SYSTEM_LONG,
    &BENCHMARK,
    &BENCHMARK_LONG,
    &TIME,
    &TIME_FORM,
    &IDREF,
    &IDREF_EMPTY,
    &IDREF_FORM,
    &IDREF_LONG,
    &RESULT,
    &RESULT_NONE,
    &MESSAGE,
    &TEXT_SHAPE,
    &TEXT_LONG,
    &TEXT_DECODED,
    &CHECKS,
    &FACT,
    &FACT_TWICE,
    &OVERRIDE,
    &OVERRIDE_LONG,
    &ENGINE,
    &POST,
];

/// The prefix of DISA's benchmark ids in XCCDF 1.2.
const BENCHMARK_PREFIX: &str = "xccdf_mil.disa.stig_benchmark_";

/// How STIG Manager's own facts begin.
const FACT_PREFIX: &str = "tag:stig-manager@users.noreply.github.com,2020:asset:";

pub(super) fn check(results: &Results<'_>, found: &mut Found) {
    let root = results.at(results.root);
    let name = results.tree.get(results.root).local;
    let mut same = results
        .tree
        .roots()
        .filter(|id| results.tree.get(*id).local == name);
    if let Some(second) = same.nth(1) {
        let message = format!("there are two roots {name}, which become a list");
        found.add(&NO_TEST, results.at(second), name, message);
        return;
    }
    let [test] = results.tests.as_slice() else {
        match results.tests.get(1) {
            Some(second) => found.add(
                &SEVERAL,
                results.at(*second),
                "TestResult",
                "there is a second TestResult",
            ),
            None => found.add(&NO_TEST, root, "Benchmark", "there is no TestResult"),
        }
        return;
    };
    let test = *test;
    benchmark(results, test, found);
    target(results, test, found);
    let system = results.value(test, "test-system");
    let at = results.at(test);
    match system.as_deref() {
        None => found.add(&TEST_SYSTEM, at, "TestResult", "there is no test-system"),
        Some(text) if text.split(':').any(|part| text::units(part) > MOST_NAME) => {
            found.add(
                &TEST_SYSTEM_LONG,
                at,
                "TestResult",
                "a part of test-system has more than 255 characters",
            );
        }
        Some(text) if !text.contains(':') => {
            let message = format!("'{}' names no product and version", excerpt(text));
            found.add(&TEST_SYSTEM_EMPTY, at, "TestResult", message);
        }
        Some(_) => {}
    }
    let product = product(system.as_deref().unwrap_or_default());
    let rules = results.rule_results();
    if rules.is_empty() {
        found.add(&NO_TEST, at, "TestResult", "there is no rule-result");
    }
    let end = results.value(test, "end-time");
    let mut size = 0;
    for (id, name) in &rules {
        size += review(results, *id, name, product, end.as_deref(), found);
    }
    if size > MOST_POST {
        found.add(
            &POST,
            at,
            "TestResult",
            format!("the texts have {size} bytes"),
        );
    }
}

/// The product in a test-system.
fn product(system: &str) -> &str {
    let lower = system.to_ascii_lowercase();
    let prefixes = ["cpe:/", "cpe:2.3:"];
    let is_cpe = prefixes.iter().find(|prefix| {
        lower
            .strip_prefix(**prefix)
            .is_some_and(|rest| rest.starts_with(['a', 'h', 'o']) && rest[1..].starts_with(':'))
    });
    match is_cpe {
        Some(prefix) => system[prefix.len() + 2..]
            .split(':')
            .nth(1)
            .unwrap_or_default(),
        None => system.split(':').next().unwrap_or_default(),
    }
}

fn benchmark(results: &Results<'_>, test: Id, found: &mut Found) {
    let (element, id) = if results.is_benchmark {
        (results.root, results.value(results.root, "id"))
    } else {
        let named: Vec<Id> = results.tree.named(test, "benchmark").collect();
        let [element] = named.as_slice() else {
            let message = match named.len() {
                0 => "there is no benchmark in TestResult",
                _ => "there are two benchmarks in TestResult",
            };
            return found.add(&BENCHMARK, results.at(test), "benchmark", message);
        };
        let named = ["id", "href"]
            .iter()
            .filter_map(|name| results.value(*element, name));
        let mut named = named.filter(|value| value.starts_with(BENCHMARK_PREFIX));
        (*element, named.next())
    };
    let at = results.at(element);
    match id {
        None => found.add(
            &BENCHMARK,
            at,
            "benchmark",
            "the Benchmark is not named by its id",
        ),
        Some(id) if text::units(&id.replacen(BENCHMARK_PREFIX, "", 1)) > MOST_NAME => {
            found.add(
                &BENCHMARK_LONG,
                at,
                "benchmark",
                "the id has more than 255 characters",
            );
        }
        Some(_) => {}
    }
}

fn target(results: &Results<'_>, test: Id, found: &mut Found) {
    let tree = results.tree;
    let by_fact = facts(results, test, found);
    let mut targets = tree.named(test, "target");
    let Some(first) = targets.next() else {
        return found.add(&TARGET, results.at(test), "target", "there is no target");
    };
    if let Some(second) = targets.next() {
        found.add(
            &TARGETS,
            results.at(second),
            "target",
            "a second target is not read",
        );
    }
    let at = results.at(first);
    let shape = match by_fact {
        Some(name) => Shape::Text(name),
        None => shape::of(tree, first),
    };
    match shape {
        Shape::Text(name) if name.is_empty() => found.add(&TARGET, at, "target", "it is empty"),
        Shape::Text(name) if text::units(&name) > MOST_NAME => {
            found.add(&TARGET, at, "target", "it has more than 255 characters");
        }
        Shape::Other(why) => found.add(&TARGET_SHAPE, at, "target", why),
        Shape::Absent | Shape::Text(_) => {}
    }
}

/// The facts; gives the name of the asset when one of them does.
fn facts(results: &Results<'_>, test: Id, found: &mut Found) -> Option<String> {
    let tree = results.tree;
    let lists: Vec<Id> = tree.named(test, "target-facts").collect();
    let [list] = lists.as_slice() else {
        return None;
    };
    let mut name = None;
    let mut seen = BTreeSet::new();
    for fact in tree.named(*list, "fact") {
        let at = results.at(fact);
        let Some(called) = results.value(fact, "name") else {
            found.add(&FACT, at, "fact", "it has no name");
            continue;
        };
        let property = called.strip_prefix(FACT_PREFIX);
        if let Some(encoded) = property.and_then(|p| p.strip_prefix("metadata:"))
            && !is_uri(encoded)
        {
            let message = format!("'{}' is no well-formed URI", excerpt(encoded));
            found.add(&FACT, at, "fact", message);
        }
        if property == Some("name") {
            name = Some(text::of(tree, fact).trim().to_owned());
        }
        if seen.contains(&called) {
            let message = format!("'{}' is there already", excerpt(&called));
            found.add(&FACT_TWICE, at, "fact", message);
        }
        seen.insert(called);
    }
    name
}

/// `decodeURI` takes it: every `%` begins the UTF-8 of a character.
fn is_uri(text: &str) -> bool {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first != b'%' {
            bytes.push(*first);
            rest = tail;
            continue;
        }
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) else {
            return false;
        };
        bytes.push(byte);
        rest = &tail[2..];
    }
    std::str::from_utf8(&bytes).is_ok()
}

/// One rule-result; how many bytes its texts have.
fn review(
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
            found.add(
                &RESULT_NONE,
                result_at,
                place("result"),
                "it is notselected",
            );
            return 0;
        }
        Some(word) => {
            let message = format!("'{}' is passed over", excerpt(word));
            found.add(&RESULT, result_at, place("result"), message);
            return 0;
        }
        None => {
            found.add(
                &RESULT,
                result_at,
                place("result"),
                "the result is not a single word",
            );
            return 0;
        }
    }
    form(
        &rule_id,
        at,
        &place("idref"),
        &IDREF_LONG,
        &IDREF_FORM,
        found,
    );
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
    texts(results, id, name, is_known, found)
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

/// Detail and comment, and how many bytes they have.
fn texts(results: &Results<'_>, id: Id, name: &str, is_known: bool, found: &mut Found) -> usize {
    let tree = results.tree;
    let checks: Vec<Id> = tree.named(id, "check").collect();
    let contents = |check: &Id| tree.named(*check, "check-content").collect::<Vec<_>>();
    if let [_, second, ..] = checks.as_slice()
        && checks.iter().any(|check| !contents(check).is_empty())
    {
        let place = format!("{name} check");
        found.add(
            &CHECKS,
            results.at(*second),
            place,
            "there is a second check",
        );
    }
    let content = match checks.as_slice() {
        [check] => match contents(check).as_slice() {
            [content] => Some(*content),
            _ => None,
        },
        _ => None,
    };
    if let Some(content) = content.filter(|_| is_known) {
        let engine = tree.child(content, "resultEngine");
        let odd = engine.filter(|engine| has_attributes(results, *engine));
        if let Some(odd) = odd {
            found.add(
                &ENGINE,
                results.at(odd),
                format!("{name} resultEngine"),
                "it has attributes",
            );
        }
    }
    let mut size = 0;
    let mut has_detail = false;
    for what in ["detail", "comment"] {
        let Some(content) = content else { break };
        match shape::child(tree, content, what) {
            Shape::Absent => {}
            Shape::Text(_) => {
                let Some(element) = tree.child(content, what) else {
                    continue;
                };
                let length = written(results, element, &format!("{name} {what}"), found);
                size += length;
                has_detail |= what == "detail" && length > 0;
            }
            Shape::Other(why) => {
                let at = results.at(tree.child(content, what).unwrap_or(content));
                found.add(&TEXT_SHAPE, at, format!("{name} {what}"), why);
                has_detail |= what == "detail";
            }
        }
    }
    if has_detail {
        return size;
    }
    size + message(results, id, name, found)
}

fn has_attributes(results: &Results<'_>, id: Id) -> bool {
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let element = results.tree.get(id);
        if element
            .attributes
            .iter()
            .any(|a| !a.name.starts_with("xmlns"))
        {
            return true;
        }
        open.extend(results.tree.children(id));
    }
    false
}

/// A text that is taken; how many bytes it has.
fn written(results: &Results<'_>, id: Id, place: &str, found: &mut Found) -> usize {
    let (raw, at) = shape::raw(results.tree, id);
    let value = shape::stored(&raw);
    let units = text::units(&value);
    if units > MOST_TEXT {
        let message = format!(
            "{} of its {units} characters are left out",
            units - MOST_TEXT
        );
        found.add(&TEXT_LONG, results.at(id), place, message);
    }
    if let Some(message) = twice(&raw) {
        found.add(&TEXT_DECODED, at, place, message);
    }
    value.len()
}

/// The detail where there is none in check-content.
fn message(results: &Results<'_>, id: Id, name: &str, found: &mut Found) -> usize {
    let tree = results.tree;
    let messages: Vec<Id> = tree.named(id, "message").collect();
    let place = format!("{name} message");
    let has_text = |id: &Id| !text::of(tree, *id).trim().is_empty();
    // Nothing is lost where nothing was said.
    if !messages.iter().any(has_text) {
        return 0;
    }
    let why = match messages.as_slice() {
        [only] => {
            let element = tree.get(*only);
            let is_object = element
                .attributes
                .iter()
                .any(|a| !a.name.starts_with("xmlns"))
                || element
                    .children
                    .iter()
                    .any(|node| !matches!(node, Node::Text(..)));
            let (raw, _) = shape::raw(tree, *only);
            if !is_object {
                Some("its only message has no attribute")
            } else if raw.trim().is_empty() {
                Some("its message is a CDATA section")
            } else {
                return written(results, *only, &place, found);
            }
        }
        _ => Some("it has several messages"),
    };
    if let Some(why) = why {
        let at = messages
            .first()
            .map_or(results.at(id), |id| results.at(*id));
        found.add(&MESSAGE, at, place, why);
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_uris_are_read_as_the_parser_reads_them() {
        for (system, expected) in [
            ("cpe:/a:example:dockstig:0.1.0", "dockstig"),
            ("cpe:2.3:a:niwc:scc:5.14:*", "scc"),
            ("PAAuditEngine:6.5.3", "PAAuditEngine"),
            ("", ""),
        ] {
            assert_eq!(product(system), expected);
        }
        assert!(is_uri("a%20b%C3%A9"));
        assert!(!is_uri("%E0%A4%A") && !is_uri("%") && !is_uri("%FF"));
    }
}
