//! STIG Manager and XCCDF: its parser (`reviewsFromXccdf` of stig-manager-client-modules), and what its API takes.

mod review;
mod target;
mod texts;

use super::Results;
use crate::lint::check::Effect::{Cut, Dropped, Refused, Remark};
use crate::lint::check::{Found, Row};
use crate::lint::stig_manager::{BENCHMARK_PREFIX, MOST_NAME, benchmark_id, row, too_large};
use crate::lint::text;
use crate::lint::tree::Id;
use crate::xml::read::excerpt;

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
    POST,
    "post-size",
    Dropped,
    "the texts together are larger than 5 MiB, more than the API takes at once",
    "Shorten the texts."
);

/// All rows.
pub(super) fn rows() -> Vec<&'static Row> {
    let own: &[&Row] =
        &[&NO_TEST, &SEVERAL, &TEST_SYSTEM, &TEST_SYSTEM_EMPTY, &TEST_SYSTEM_LONG, &BENCHMARK, &BENCHMARK_LONG, &POST];
    [own, target::ROWS, review::ROWS, texts::ROWS].concat()
}

pub(super) fn check(results: &Results<'_>, found: &mut Found) {
    let root = results.at(results.root);
    let name = results.tree.get(results.root).local;
    let mut same = results.tree.roots().filter(|id| results.tree.get(*id).local == name);
    if let Some(second) = same.nth(1) {
        let message = format!("there are two roots {name}, which become a list");
        found.add(&NO_TEST, results.at(second), name, message);
        return;
    }
    let [test] = results.tests.as_slice() else {
        match results.tests.get(1) {
            Some(second) => found.add(&SEVERAL, results.at(*second), "TestResult", "there is a second TestResult"),
            None => found.add(&NO_TEST, root, "Benchmark", "there is no TestResult"),
        }
        return;
    };
    let test = *test;
    benchmark(results, test, found);
    target::check(results, test, found);
    let system = results.value(test, "test-system");
    let at = results.at(test);
    match system.as_deref() {
        None => found.add(&TEST_SYSTEM, at, "TestResult", "there is no test-system"),
        Some(text) if text.split(':').any(|part| text::units(part) > MOST_NAME) => {
            found.add(&TEST_SYSTEM_LONG, at, "TestResult", "a part of test-system has more than 255 characters");
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
        size += review::check(results, *id, name, product, end.as_deref(), found);
    }
    if let Some(message) = too_large(size) {
        found.add(&POST, at, "TestResult", message);
    }
}

/// The product in a test-system.
fn product(system: &str) -> &str {
    let lower = system.to_ascii_lowercase();
    let prefixes = ["cpe:/", "cpe:2.3:"];
    let is_cpe = prefixes.iter().find(|prefix| {
        lower.strip_prefix(**prefix).is_some_and(|rest| rest.starts_with(['a', 'h', 'o']) && rest[1..].starts_with(':'))
    });
    match is_cpe {
        Some(prefix) => system[prefix.len() + 2..].split(':').nth(1).unwrap_or_default(),
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
        let named = ["id", "href"].iter().filter_map(|name| results.value(*element, name));
        let mut named = named.filter(|value| value.starts_with(BENCHMARK_PREFIX));
        (*element, named.next())
    };
    let at = results.at(element);
    match id {
        None => found.add(&BENCHMARK, at, "benchmark", "the Benchmark is not named by its id"),
        Some(id) if text::units(&benchmark_id(&id)) > MOST_NAME => {
            found.add(&BENCHMARK_LONG, at, "benchmark", "the id has more than 255 characters");
        }
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_read_as_the_parser_reads_them() {
        for (system, expected) in [
            ("cpe:/a:example:dockstig:0.1.0", "dockstig"),
            ("cpe:2.3:a:niwc:scc:5.14:*", "scc"),
            ("PAAuditEngine:6.5.3", "PAAuditEngine"),
            ("", ""),
        ] {
            assert_eq!(product(system), expected);
        }
    }
}
