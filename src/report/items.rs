//! Groups and Rules as results carry them.

use super::edition::Edition;
use super::values::values;
use super::words::{boolean, is_name, role, weight};
use crate::xccdf::ids::Kind;
use crate::xccdf::model::{Check, CheckNode, ComplexCheck, Operator, Reference};
use crate::xccdf::{Benchmark, Group, Item, Rule, Severity};
use crate::xml::write::Writer;

/// The system of checks that are OCIL questionnaires (SP 800-126 r3, 3.2.4.2).
pub(super) const OCIL_SYSTEM: &str = "http://scap.nist.gov/schema/ocil/2";
/// The elements of Dublin Core, by the names they are written with.
const DC_NAMES: &str = "dc:title dc:creator dc:subject dc:description dc:publisher dc:contributor \
    dc:date dc:type dc:format dc:identifier dc:source dc:language dc:relation dc:coverage dc:rights";

/// What all items of one document have in common.
struct Items<'a> {
    edition: Edition,
    /// The document with a questionnaire for each rule.
    probes: Option<&'a str>,
    /// How many rules are written.
    rules: usize,
}

/// Writes all Groups and Rules.
pub(super) fn items(w: &mut Writer, benchmark: &Benchmark, edition: Edition, probes: Option<&str>) {
    let mut all = Items { edition, probes, rules: 0 };
    for item in &benchmark.items {
        all.item(w, item);
    }
}

/// The name of the questionnaire of the rule at this place of the benchmark, counted from one.
pub(super) fn questionnaire(number: usize) -> String {
    format!("ocil:io.stigprobe:questionnaire:{number}")
}

impl Items<'_> {
    /// One item. Depth is bounded by the reader of benchmarks.
    fn item(&mut self, w: &mut Writer, item: &Item) {
        match item {
            Item::Rule(rule) => self.rule(w, rule),
            Item::Group(group) => {
                self.group(w, group);
                for inner in &group.items {
                    self.item(w, inner);
                }
                w.end();
            }
        }
    }

    fn group(&self, w: &mut Writer, group: &Group) {
        w.start("cdf:Group").attr("id", &self.edition.id(Kind::Group, &group.id));
        w.attr_opt("cluster-id", group.cluster_id.as_deref().filter(|c| is_name(c)));
        w.attr("selected", boolean(group.selected));
        w.attr("weight", &weight(&group.weight.text, group.weight.value));
        w.leaf("cdf:title", &group.title).leaf("cdf:description", &group.description);
        values(w, &group.values, self.edition);
    }

    fn rule(&mut self, w: &mut Writer, rule: &Rule) {
        self.rules += 1;
        w.start("cdf:Rule").attr("id", &self.edition.id(Kind::Rule, &rule.id));
        w.attr_opt("cluster-id", rule.cluster_id.as_deref().filter(|c| is_name(c)));
        w.attr("role", role(&rule.role)).attr("severity", Severity::read(&rule.severity).xccdf());
        w.attr("weight", &weight(&rule.weight.text, rule.weight.value));
        w.attr("selected", boolean(rule.selected));
        w.leaf("cdf:version", &rule.version).leaf("cdf:title", &rule.title).leaf("cdf:description", &rule.description);
        for reference in &rule.references {
            self::reference(w, reference);
        }
        for ident in &rule.idents {
            w.start("cdf:ident").attr("system", &ident.system).text(&ident.value).end();
        }
        for fix in &rule.fixtexts {
            w.start("cdf:fixtext").attr_opt("fixref", fix.fixref.as_deref().filter(|f| is_name(f)));
            w.text(&fix.text).end();
        }
        let fixes = rule.fixes.iter().filter_map(|fix| fix.id.as_deref());
        for id in fixes.filter(|id| is_name(id)) {
            w.start("cdf:fix").attr("id", id).end();
        }
        // A rule has checks, or one that combines them, and never both.
        if let Some(complex) = &rule.complex_check {
            self::complex_check(w, complex);
            w.end();
            return;
        }
        for check in &rule.checks {
            self::check(w, check);
        }
        // The checks of DISA's manual STIGs are words for people, under systems of their own. What the
        // results of a data stream stand on is one more check of the same rule (SP 800-126 r3, 3.2.4.2).
        if let Some(href) = self.probes.filter(|_| rule.checks.iter().all(|c| c.system != OCIL_SYSTEM)) {
            w.start("cdf:check").attr("system", OCIL_SYSTEM);
            w.start("cdf:check-content-ref").attr("href", href).attr("name", &questionnaire(self.rules));
            w.end().end();
        }
        w.end();
    }
}

fn check(w: &mut Writer, check: &Check) {
    w.start("cdf:check").attr("system", &check.system).attr_opt("selector", check.selector.as_deref());
    for content in &check.content_refs {
        w.start("cdf:check-content-ref").attr("href", &content.href);
        w.attr_opt("name", content.name.as_deref()).end();
    }
    if let Some(content) = &check.content {
        w.leaf("cdf:check-content", content);
    }
    w.end();
}

/// A check that combines others. Depth is bounded by the reader of benchmarks.
fn complex_check(w: &mut Writer, complex: &ComplexCheck) {
    w.start("cdf:complex-check").attr(
        "operator",
        match complex.operator {
            Operator::And => "AND",
            Operator::Or => "OR",
        },
    );
    w.attr("negate", boolean(complex.negate));
    for child in &complex.children {
        match child {
            CheckNode::Check(check) => self::check(w, check),
            CheckNode::Complex(inner) => complex_check(w, inner),
        }
    }
    w.end();
}

/// A `reference` with its parts.
pub(super) fn reference(w: &mut Writer, reference: &Reference) {
    w.start("cdf:reference").attr_opt("href", reference.href.as_deref());
    // A line feed is text enough for oscap-report, which fails on none at all.
    w.text(if reference.text.trim().is_empty() { "\n" } else { &reference.text });
    for (name, text) in &reference.dc {
        let known = DC_NAMES.split(' ').find(|known| known.strip_prefix("dc:") == Some(name));
        if let Some(known) = known {
            w.leaf(known, text);
        }
    }
    w.end();
}
