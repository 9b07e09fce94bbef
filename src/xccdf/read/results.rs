//! Results: `TestResult` by itself, at the end of a benchmark, or in the reports of an ARF.

use std::io::Read;

use super::cursor::{Cursor, Element, Part};
use super::{Detail, ReadError, arf, benchmark, check};
use crate::xccdf::model::{Benchmark, Check, ContentRef, Ident, Override, RuleResult, Schema, Score, TestResult};
use crate::xml::read::{Event, Reader};

/// The most results that one document may hold. ACAS exports hold some hundred hosts.
const MOST: usize = 10_000;
/// The most results of rules of one `TestResult`.
const MOST_RULES: usize = 100_000;
/// The most elements that have no place in the model and are named.
const MOST_OTHERS: usize = 50;

/// Results, and the benchmarks that stand beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// It is an ARF.
    pub is_arf: bool,
    /// It is a benchmark with results at its end.
    pub is_benchmark: bool,
    /// Benchmarks in document order.
    pub benchmarks: Vec<Benchmark>,
    /// Results in document order.
    pub results: Vec<TestResult>,
}

/// Reads a document that holds results. One that holds none is no error: `results` is empty then.
///
/// A benchmark that has results at its end is not among `benchmarks`: it is read from the same bytes
/// with [`read`](super::read).
pub fn results<R: Read>(input: R) -> Result<Results, ReadError> {
    let mut reader = Reader::new(input);
    let root = loop {
        if let (position, Event::Start(start)) = reader.next_event()? {
            break Element::new(position, start.to_start());
        }
    };
    let schema = Schema::of(root.namespace());
    let mut cursor = Cursor::new(reader, schema.unwrap_or_default(), Detail::Full);
    let mut found = Results {
        is_benchmark: root.name() == "Benchmark" && schema.is_some(),
        is_arf: root.name() == "asset-report-collection" && root.namespace() == Some(arf::NAMESPACE),
        ..Results::default()
    };
    match (root.name(), schema) {
        ("TestResult", Some(_)) => found.results.push(test_result(&mut cursor, &root)?),
        ("Benchmark", Some(_)) => {
            while let Some(child) = cursor.child()? {
                if child.name() == "TestResult" {
                    found.results.push(test_result(&mut cursor, &child)?);
                } else {
                    cursor.skip()?;
                }
                few(&child, found.results.len(), MOST)?;
            }
        }
        _ if found.is_arf => search(&mut cursor, &mut found)?,
        _ => {
            return root.refuse(format!(
                "the root element is '{}': results begin with 'Benchmark' or 'TestResult' of XCCDF, or are an ARF",
                crate::xml::read::excerpt(root.name())
            ));
        }
    }
    cursor.finish()?;
    Ok(found)
}

/// Looks through an ARF for benchmarks and results, wherever they stand.
fn search<R: Read>(cursor: &mut Cursor<R>, found: &mut Results) -> Result<(), ReadError> {
    let mut depth = 0_usize;
    loop {
        match cursor.part()? {
            Part::Text(_) => {}
            Part::End if depth == 0 => return Ok(()),
            Part::End => depth -= 1,
            Part::Child(child) => match (Schema::of(child.namespace()), child.name()) {
                (Some(schema), "Benchmark") => {
                    cursor.schema = schema;
                    few(&child, found.benchmarks.len(), MOST)?;
                    found.benchmarks.push(benchmark::read(cursor, &child)?);
                }
                (Some(schema), "TestResult") => {
                    cursor.schema = schema;
                    few(&child, found.results.len(), MOST)?;
                    found.results.push(test_result(cursor, &child)?);
                }
                _ => depth += 1,
            },
        }
    }
}

fn few(element: &Element, count: usize, most: usize) -> Result<(), ReadError> {
    if count <= most {
        return Ok(());
    }
    element.refuse(format!("there are more than {most} elements '{}'", element.name()))
}

fn test_result<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<TestResult, ReadError> {
    let mut result = TestResult {
        schema: cursor.schema,
        id: element.attribute_or_empty("id"),
        start: element.attribute("start-time"),
        end: element.attribute("end-time"),
        version: element.attribute("version"),
        test_system: element.attribute("test-system"),
        ..TestResult::default()
    };
    while let Some(child) = cursor.child()? {
        match child.name() {
            "benchmark" => {
                let named = |name: &str| child.attribute(name).filter(|id| !id.is_empty());
                result.benchmark_href = named("href");
                result.benchmark = named("id").or_else(|| named("href"));
                cursor.skip()?;
            }
            "title" if result.title.is_empty() => result.title = cursor.text()?,
            "remark" => result.remarks.push(cursor.text()?),
            "organization" => result.organizations.push(cursor.text()?),
            "identity" => result.identity = Some(cursor.text()?),
            "profile" => {
                result.profile = child.attribute("idref");
                cursor.skip()?;
            }
            "target" => result.targets.push(cursor.text()?),
            "target-address" => result.addresses.push(cursor.text()?),
            "target-facts" => {
                while let Some(fact) = cursor.child()? {
                    let name = fact.attribute_or_empty("name");
                    result.facts.push((name, cursor.text()?));
                }
            }
            "rule-result" => {
                few(&child, result.rules.len(), MOST_RULES)?;
                result.rules.push(rule_result(cursor, &child)?);
            }
            "score" => {
                let (system, maximum) = (child.attribute("system"), child.attribute("maximum"));
                result.scores.push(Score { system, maximum, value: cursor.text()? });
            }
            other => {
                if result.others.len() < MOST_OTHERS && result.others.iter().all(|o| o != other) {
                    result.others.push(other.to_owned());
                }
                cursor.skip()?;
            }
        }
    }
    Ok(result)
}

fn rule_result<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<RuleResult, ReadError> {
    let mut result = RuleResult {
        idref: element.required("idref")?,
        role: element.attribute("role"),
        severity: element.attribute("severity"),
        weight: element.attribute("weight"),
        time: element.attribute("time"),
        version: element.attribute("version"),
        ..RuleResult::default()
    };
    while let Some(child) = cursor.child()? {
        match child.name() {
            "result" => cursor.text()?.trim().clone_into(&mut result.result),
            "override" => result.overrides.push(replaced(cursor, &child)?),
            "ident" => result.idents.push(Ident { system: child.attribute_or_empty("system"), value: cursor.text()? }),
            "message" => {
                if child.attribute("severity").is_some() {
                    result.other("message/@severity");
                }
                result.messages.push(cursor.text()?);
            }
            "instance" => {
                for name in ["context", "parentContext"] {
                    let said = child.attribute(name).filter(|context| context != "undefined");
                    if said.is_some() {
                        result.other(&format!("instance/@{name}"));
                    }
                }
                result.instances.push(cursor.text()?);
            }
            "fix" => {
                result.fixes.extend(child.attribute("id"));
                if !cursor.long_text()?.trim().is_empty() {
                    result.other("fix");
                }
            }
            "check" => {
                let check = said_check(cursor, &child, &mut result)?;
                result.checks.push(check);
            }
            "complex-check" => {
                let complex = check::complex(cursor, &child)?;
                result.checks.extend(complex.checks().into_iter().cloned());
                result.other("complex-check");
            }
            other => {
                result.other(other);
                cursor.skip()?;
            }
        }
    }
    Ok(result)
}

impl RuleResult {
    /// Notes the name of what there is no place for.
    fn other(&mut self, name: &str) {
        if self.others.len() < MOST_OTHERS && self.others.iter().all(|known| known != name) {
            self.others.push(name.to_owned());
        }
    }
}

fn replaced<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Override, ReadError> {
    let mut one = Override {
        authority: element.attribute_or_empty("authority"),
        time: element.attribute_or_empty("time"),
        ..Override::default()
    };
    while let Some(child) = cursor.child()? {
        match child.name() {
            "old-result" => cursor.text()?.trim().clone_into(&mut one.old),
            "new-result" => cursor.text()?.trim().clone_into(&mut one.new),
            "remark" => one.remark = cursor.text()?,
            _ => cursor.skip()?,
        }
    }
    Ok(one)
}

/// A check of a result, with the detail and comment that STIG Manager looks for in its content,
/// whatever their namespace.
fn said_check<R: Read>(cursor: &mut Cursor<R>, element: &Element, result: &mut RuleResult) -> Result<Check, ReadError> {
    let mut check = Check { system: element.attribute_or_empty("system"), ..Check::default() };
    for name in ["id", "selector", "negate", "multi-check"] {
        if element.attribute(name).is_some_and(|said| said != "false") {
            result.other(&format!("check/@{name}"));
        }
    }
    while let Some(child) = cursor.child()? {
        match child.name() {
            "check-content-ref" => {
                check
                    .content_refs
                    .push(ContentRef { href: child.attribute_or_empty("href"), name: child.attribute("name") });
                cursor.skip()?;
            }
            "check-content" => {
                while let Some(said) = cursor.any_child()? {
                    match said.name() {
                        "detail" => result.detail = Some(cursor.text()?),
                        "comment" => result.comment = Some(cursor.text()?),
                        _ => {
                            result.other("check-content");
                            cursor.skip()?;
                        }
                    }
                }
            }
            other => {
                result.other(other);
                cursor.skip()?;
            }
        }
    }
    Ok(check)
}
