//! Results of XCCDF in an ARF: what SCAP asks of a `TestResult` beyond its schema.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::benchmarks::Benchmarks;
use super::envelope::Envelope;
use super::oval::Oval;
use super::requirements;
use super::rule_results::{self, RuleResult};
use super::{Open, value};
use crate::xccdf::validate::cpe_names;
use crate::xccdf::validate::problem::{Code, Report};
use crate::xccdf::validate::tables::{AI, XCCDF_1_2};
use crate::xml::read::{Position, Tag, excerpt, excerpt_of};

/// One `TestResult`.
struct TestResult {
    position: Position,
    /// The report that it stands in.
    report: Option<Arc<str>>,
    benchmark: Option<(Position, Option<String>, Option<String>)>,
    has_target: bool,
    has_address: bool,
    has_identity: bool,
    /// The names by which it names assets.
    assets: Vec<String>,
    rule_results: Vec<RuleResult>,
}

/// Which text is being read.
#[derive(Clone, Copy)]
enum Text {
    Address,
    Identity,
    Result,
    Ident,
}

/// All of a document's.
#[derive(Default)]
pub(super) struct TestResults {
    all: Vec<TestResult>,
    /// How many elements are around the one that is open.
    open: Option<usize>,
    text: Option<Text>,
}

impl TestResults {
    /// An element begins; says whether its text is wanted.
    pub(super) fn start(
        &mut self,
        above: &[Open],
        start: &Tag<'_>,
        position: Position,
        envelope: &Envelope,
        report: &mut Report,
    ) -> bool {
        if start.namespace() != Some(XCCDF_1_2) {
            return false;
        }
        if start.name() == "TestResult" && self.open.is_none() {
            check_start(start, position, report);
            self.open = Some(above.len());
            self.all.push(TestResult {
                position,
                report: envelope.report().cloned(),
                benchmark: None,
                has_target: false,
                has_address: false,
                has_identity: false,
                assets: Vec::new(),
                rule_results: Vec::new(),
            });
            return false;
        }
        let (Some(depth), Some(test)) = (self.open, self.all.last_mut()) else {
            return false;
        };
        self.text = if above.len() == depth + 1 {
            test.child(start, position)
        } else if start.name() == "target-id-ref" {
            test.name_asset(start);
            None
        } else {
            let inside = above.get(depth + 1);
            let is_inside = inside.is_some_and(|open| open.is(XCCDF_1_2, "rule-result"));
            let last = test.rule_results.last_mut().filter(|_| is_inside);
            match last.map(|last| last.start(above, start, position)) {
                Some(rule_results::Wanted::Result) => Some(Text::Result),
                Some(rule_results::Wanted::Ident) => Some(Text::Ident),
                _ => None,
            }
        };
        self.text.is_some()
    }

    /// An element ends that its start wanted the text of.
    pub(super) fn text(&mut self, text: &str, position: Position, report: &mut Report) {
        let (Some(what), Some(test)) = (self.text.take(), self.all.last_mut()) else {
            return;
        };
        match what {
            Text::Identity => test.has_identity |= !text.trim().is_empty(),
            Text::Address if is_address(text.trim()) => {}
            Text::Address => {
                let text = format!("target-address: '{}' is no IP address; names belong into target", excerpt(text));
                requirements::ADDRESS.unmet(position, &text, report);
            }
            Text::Result | Text::Ident => {
                if let Some(last) = test.rule_results.last_mut() {
                    last.text(text, matches!(what, Text::Ident));
                }
            }
        }
    }

    /// An element ends below so many others.
    pub(super) fn end(&mut self, above: usize, report: &mut Report) {
        if self.open.take_if(|depth| *depth == above).is_some()
            && let Some(test) = self.all.last()
        {
            test.check(report);
        }
    }

    /// The collection has ended.
    pub(super) fn finish(&self, envelope: &Envelope, benchmarks: &Benchmarks, oval: &Oval, report: &mut Report) {
        let subjects = envelope.subjects();
        for test in &self.all {
            let id = test.report.as_deref().unwrap_or_default();
            let mut assets = test.assets.iter();
            if !assets.any(|asset| subjects.contains(&(id, asset.as_str()))) {
                let text = format!(
                    "TestResult: no target-id-ref names an asset that an isAbout relationship of \
                     its report names (system=\"{AI}\" href=\"\" name=\"the asset's id\")"
                );
                requirements::TARGET_ID.unmet(test.position, &text, report);
            }
            test.check_benchmark(benchmarks, report);
            for rule_result in &test.rule_results {
                rule_result.check(id, envelope, benchmarks, oval, report);
            }
        }
    }
}

/// What a `TestResult` says of itself.
fn check_start(start: &Tag<'_>, position: Position, report: &mut Report) {
    let missing: Vec<&str> =
        ["start-time", "end-time"].into_iter().filter(|name| start.attribute(name).is_none()).collect();
    if !missing.is_empty() {
        let text = format!("TestResult: it has no {}", missing.join(" and no "));
        requirements::TIMES.unmet(position, &text, report);
    }
    let system = start.attribute("test-system");
    let is_cpe = |text: &str| cpe_names::is_uri(text) || cpe_names::is_formatted(text);
    if !system.is_some_and(|system| is_cpe(system.value)) {
        let (position, what) = match system {
            Some(system) => (system.position(), format!("its test-system '{}' is no CPE name", excerpt(system.value))),
            None => (position, "it has no test-system".to_owned()),
        };
        let text = format!(
            "TestResult: {what}; the product that evaluated is named as cpe:/a:VENDOR:PRODUCT:VERSION \
             or cpe:2.3:a:…"
        );
        requirements::TEST_SYSTEM.unmet(position, &text, report);
    }
}

impl TestResult {
    /// A child of it begins; says which text of it is wanted.
    fn child(&mut self, start: &Tag<'_>, position: Position) -> Option<Text> {
        match start.name() {
            "benchmark" => {
                let id = value(start, "id");
                self.benchmark = Some((position, id, value(start, "href")));
            }
            "target" => self.has_target = true,
            "target-address" => {
                self.has_address = true;
                return Some(Text::Address);
            }
            "identity" => return Some(Text::Identity),
            "target-id-ref" => self.name_asset(start),
            "rule-result" => self.rule_results.push(RuleResult::new(start, position)),
            _ => {}
        }
        None
    }

    fn name_asset(&mut self, start: &Tag<'_>) {
        let attribute = |name: &str| start.attribute(name).map(|a| a.value);
        if attribute("system") == Some(AI) && attribute("href") == Some("") {
            self.assets.extend(value(start, "name"));
        }
    }

    /// What shows when it has ended.
    fn check(&self, report: &mut Report) {
        let at = self.position;
        if !self.has_target || !self.has_address {
            let text = match (self.has_target, self.has_address) {
                (true, false) => "TestResult: it has no target-address",
                (false, true) => "TestResult: it has no target",
                _ => "TestResult: it has no target and no target-address",
            };
            requirements::ADDRESSES.unmet(at, text, report);
        }
        if !self.has_identity {
            let text = "TestResult: no identity says by name as whom the target was evaluated";
            requirements::IDENTITY.unmet(at, text, report);
        }
    }

    fn check_benchmark(&self, benchmarks: &Benchmarks, report: &mut Report) {
        let (at, id, href) = match &self.benchmark {
            Some((at, id, href)) => (*at, id.as_deref(), href.as_deref()),
            None => (self.position, None, None),
        };
        if id.unwrap_or_default().is_empty() {
            let text = "benchmark: it has no id, which is that of the Benchmark";
            requirements::BENCHMARK_ID.unmet(at, text, report);
        }
        let href = href.unwrap_or_default();
        let leads_somewhere = match href.strip_prefix('#') {
            Some(component) => benchmarks.has_component(component),
            None => href.contains("://"),
        };
        if !leads_somewhere {
            let what = match (href, href.starts_with('#')) {
                ("", _) => "it has no href".to_owned(),
                (href, true) => {
                    format!("its href '{}' is the id of no component here", excerpt_of(href, 120))
                }
                (href, false) => format!("its href '{}' is no such URI", excerpt_of(href, 120)),
            };
            let text = format!(
                "benchmark: {what}; it is '#' and the id of the component that holds the \
                 Benchmark, or an absolute URI"
            );
            requirements::BENCHMARK_HREF.unmet(at, &text, report);
        }
        let Some(id) = id else {
            return;
        };
        for rule_result in &self.rule_results {
            if benchmarks.lacks(id, &rule_result.idref) {
                let text = format!(
                    "rule-result: its idref '{}' is the id of no Rule of the Benchmark '{}', which \
                     is in this document (IR 7275 r4, section 6.6.4)",
                    excerpt_of(&rule_result.idref, 120),
                    excerpt_of(id, 120)
                );
                report.add(rule_result.position, Code::DanglingReference, text);
            }
        }
    }
}

/// An IPv4 or IPv6 address; an IPv6 address may be short, and have a zone (RFC 4291, RFC 4007), and
/// either may say how long its network's part is (RFC 4632). NIST's tool takes all of them since its
/// release for SCAP 1.4.
fn is_address(text: &str) -> bool {
    let (text, length) = match text.split_once('/') {
        Some((text, length)) => (text, Some(length)),
        None => (text, None),
    };
    let (address, zone) = match text.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (text, None),
    };
    let is_within = |most| length.is_none_or(|length| is_length(length, most));
    match zone {
        None if address.parse::<Ipv4Addr>().is_ok() => is_within(32),
        _ => address.parse::<Ipv6Addr>().is_ok() && zone.is_none_or(is_zone) && is_within(128),
    }
}

/// A number of bits, without leading zeros.
fn is_length(text: &str, most: u8) -> bool {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_short = text.len() == 1 || !text.starts_with('0');
    is_number && is_short && text.parse::<u8>().is_ok_and(|length| length <= most)
}

/// The name of a link, of characters that stand for themselves in a URI (RFC 6874).
fn is_zone(text: &str) -> bool {
    let is_char = |b: u8| b.is_ascii_alphanumeric() || b"._~-".contains(&b);
    !text.is_empty() && text.bytes().all(is_char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_names() {
        for text in [
            "10.0.0.5",
            "10.0.0.5/0",
            "10.0.0.5/32",
            "::1",
            "::1/128",
            "0:0:0:0:0:0:0:1",
            "::ffff:10.0.0.5",
            "fe80::1%lo0",
            "fe80::1%br-1a.2_~/64",
        ] {
            assert!(is_address(text), "{text}");
        }
        for text in [
            "",
            "/24",
            "127.0..1",
            "host",
            "x-127.0.0.1-x",
            "fe80::1%",
            "fe80::1%eth 0",
            "fe80::1/64%lo0",
            "::1/129",
            "::1/064",
            "10.0.0.256",
            "10.0.0.5%lo",
            "10.0.0.5/",
            "10.0.0.5/33",
            "10.0.0.5/08",
            "10.0.0.5/+8",
            "10.0.0.5/8/8",
        ] {
            assert!(!is_address(text), "{text}");
        }
    }
}
