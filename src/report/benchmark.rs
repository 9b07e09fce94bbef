//! The benchmark as results carry it: XCCDF 1.2, resolved, whatever edition it was read in.
//!
//! Importers need it whole. Heimdall shows nothing without Groups and Rules, `OpenRMF` finds its
//! template by the title and its element names by the literal prefix `cdf:`, oscap-report wants text
//! in a rule's `reference`, and the schema wants every id in the form of 1.2.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::words::{boolean, is_name, role, severity, weight};
use crate::outcome::{Outcome, file_safe};
use crate::xccdf::ids::{Kind, v1_2};
use crate::xccdf::model::{Check, Profile, Reference, Schema, Select};
use crate::xccdf::{Benchmark, Group, Item, Rule, Verdict};
use crate::xml::write::Writer;

/// Namespace of Dublin Core.
const DC: &str = "http://purl.org/dc/elements/1.1/";
/// Namespace that STIG Manager reads detail and comment from.
const SM: &str = "http://github.com/nuwcdivnpt/stig-manager";
/// The elements of Dublin Core, by the names they are written with.
const DC_NAMES: &str = "dc:title dc:creator dc:subject dc:description dc:publisher dc:contributor \
    dc:date dc:type dc:format dc:identifier dc:source dc:language dc:relation dc:coverage dc:rights";

/// Declares the namespaces that benchmark and results use on the element just begun.
pub(super) fn namespaces(w: &mut Writer) {
    w.attr("xmlns:cdf", Schema::V1_2.namespace())
        .attr("xmlns:dc", DC)
        .attr("xmlns:sm", SM);
}

/// The id of the document the benchmark comes from, as DISA's data streams would call it. The ARF
/// uses it for the part that holds the benchmark, `benchmark/@href` points to it. It always has a
/// hyphen: compliance-trestle takes what follows the first one.
pub(super) fn component(outcome: &Outcome) -> String {
    let name = file_safe(&outcome.source.name);
    let suffix = if name.contains('-') { "" } else { "-xccdf" };
    format!("scap_mil.disa.stig_comp_{name}{suffix}")
}

/// Writes the benchmark and leaves its element open for results to follow.
pub(super) fn begin(w: &mut Writer, outcome: &Outcome) {
    let benchmark = &outcome.benchmark;
    w.start("cdf:Benchmark");
    namespaces(w);
    w.attr("id", &v1_2(Kind::Benchmark, &benchmark.id))
        .attr("resolved", "1")
        .attr("style", "SCAP_1.2");
    w.attr(
        "xml:lang",
        benchmark
            .lang
            .as_deref()
            .filter(|l| !l.trim().is_empty())
            .unwrap_or("en"),
    );
    head(w, benchmark);
    if let Some(applied) = &outcome.profile {
        profile(w, outcome, &applied.id, &applied.title);
    }
    for item in &benchmark.items {
        self::item(w, item);
    }
}

fn head(w: &mut Writer, benchmark: &Benchmark) {
    let known = ["accepted", "deprecated", "draft", "incomplete", "interim"];
    let mut statuses = benchmark
        .statuses
        .iter()
        .filter(|s| known.contains(&s.value.trim()))
        .peekable();
    if statuses.peek().is_none() {
        // The schema wants one, and nobody has accepted what does not say so.
        w.leaf("cdf:status", "draft");
    }
    for status in statuses {
        let date = status
            .date
            .as_deref()
            .map(str::trim)
            .filter(|d| d.parse::<NaiveDate>().is_ok());
        w.start("cdf:status")
            .attr_opt("date", date)
            .text(status.value.trim())
            .end();
    }
    w.leaf("cdf:title", &benchmark.title);
    w.leaf("cdf:description", &benchmark.description);
    let mut seen = HashSet::new();
    for notice in &benchmark.notices {
        let id = Some(notice.id.as_str()).filter(|id| is_name(id) && seen.insert(*id));
        w.start("cdf:notice")
            .attr_opt("id", id)
            .text(&notice.text)
            .end();
    }
    for reference in &benchmark.references {
        self::reference(w, reference);
    }
    let mut seen = HashSet::new();
    for text in benchmark.plain_texts.iter().filter(|t| is_name(&t.id)) {
        if seen.insert(&text.id) {
            w.start("cdf:plain-text")
                .attr("id", &text.id)
                .text(&text.text)
                .end();
        }
    }
    w.leaf("cdf:version", &benchmark.version);
    let dc = |name: &str| {
        let parts = benchmark.references.iter().flat_map(|r| &r.dc);
        parts
            .filter(|(n, _)| n == name)
            .map(|(_, text)| text.as_str())
            .next()
    };
    if let Some(publisher) = dc("publisher") {
        w.start("cdf:metadata")
            .leaf("dc:creator", publisher)
            .leaf("dc:publisher", publisher);
        if let Some(source) = dc("source") {
            w.leaf("dc:source", source);
        }
        w.end();
    }
}

/// The profile that was applied. One that the benchmark does not have comes from a tailoring: its
/// selection is told from the results.
fn profile(w: &mut Writer, outcome: &Outcome, id: &str, title: &str) {
    let own = outcome.benchmark.profiles.iter().find(|p| p.id == id);
    let tailored;
    let profile = if let Some(own) = own {
        own
    } else {
        let select = |(_, rule, result): (_, &Rule, &crate::outcome::RuleOutcome)| Select {
            idref: rule.id.clone(),
            selected: result.result != Verdict::NotSelected,
        };
        tailored = Profile {
            title: title.to_owned(),
            selects: outcome.results().map(select).collect(),
            ..Profile::default()
        };
        &tailored
    };
    w.start("cdf:Profile").attr("id", &v1_2(Kind::Profile, id));
    w.leaf("cdf:title", &profile.title)
        .leaf("cdf:description", &profile.description);
    let names = item_names(&outcome.benchmark);
    // The schema allows one selector for each id; of several the last one stands.
    let last: HashMap<&str, usize> = profile
        .selects
        .iter()
        .enumerate()
        .map(|(at, s)| (s.idref.as_str(), at))
        .collect();
    for (at, select) in profile.selects.iter().enumerate() {
        let name = names.get(select.idref.as_str());
        if let Some(name) = name.filter(|_| last[select.idref.as_str()] == at) {
            w.start("cdf:select").attr("idref", name);
            w.attr("selected", boolean(select.selected)).end();
        }
    }
    w.end();
}

/// What selectors may name, and how it is called in 1.2: items by their new ids, clusters as before.
fn item_names(benchmark: &Benchmark) -> HashMap<&str, String> {
    let mut names = HashMap::new();
    let mut rest: Vec<&Item> = benchmark.items.iter().collect();
    while let Some(item) = rest.pop() {
        let (kind, id, cluster) = match item {
            Item::Rule(rule) => (Kind::Rule, &rule.id, &rule.cluster_id),
            Item::Group(group) => {
                rest.extend(&group.items);
                (Kind::Group, &group.id, &group.cluster_id)
            }
        };
        names.insert(id.as_str(), v1_2(kind, id));
        if let Some(cluster) = cluster.as_deref().filter(|c| is_name(c)) {
            names.entry(cluster).or_insert_with(|| cluster.to_owned());
        }
    }
    names
}

/// One item. Depth is bounded by the reader of benchmarks.
fn item(w: &mut Writer, item: &Item) {
    match item {
        Item::Rule(rule) => self::rule(w, rule),
        Item::Group(group) => {
            self::group(w, group);
            for inner in &group.items {
                self::item(w, inner);
            }
            w.end();
        }
    }
}

fn group(w: &mut Writer, group: &Group) {
    w.start("cdf:Group")
        .attr("id", &v1_2(Kind::Group, &group.id));
    w.attr_opt(
        "cluster-id",
        group.cluster_id.as_deref().filter(|c| is_name(c)),
    );
    w.attr("selected", boolean(group.selected));
    w.attr("weight", &weight(&group.weight.text, group.weight.value));
    w.leaf("cdf:title", &group.title)
        .leaf("cdf:description", &group.description);
}

fn rule(w: &mut Writer, rule: &Rule) {
    w.start("cdf:Rule").attr("id", &v1_2(Kind::Rule, &rule.id));
    w.attr_opt(
        "cluster-id",
        rule.cluster_id.as_deref().filter(|c| is_name(c)),
    );
    w.attr("role", role(&rule.role))
        .attr("severity", severity(&rule.severity));
    w.attr("weight", &weight(&rule.weight.text, rule.weight.value));
    w.attr("selected", boolean(rule.selected));
    w.leaf("cdf:version", &rule.version)
        .leaf("cdf:title", &rule.title)
        .leaf("cdf:description", &rule.description);
    for reference in &rule.references {
        self::reference(w, reference);
    }
    for ident in &rule.idents {
        w.start("cdf:ident")
            .attr("system", &ident.system)
            .text(&ident.value)
            .end();
    }
    for fix in &rule.fixtexts {
        w.start("cdf:fixtext")
            .attr_opt("fixref", fix.fixref.as_deref().filter(|f| is_name(f)));
        w.text(&fix.text).end();
    }
    let fixes = rule.fixes.iter().filter_map(|fix| fix.id.as_deref());
    for id in fixes.filter(|id| is_name(id)) {
        w.start("cdf:fix").attr("id", id).end();
    }
    for check in &rule.checks {
        self::check(w, check);
    }
    w.end();
}

fn check(w: &mut Writer, check: &Check) {
    w.start("cdf:check")
        .attr("system", &check.system)
        .attr_opt("selector", check.selector.as_deref());
    for content in &check.content_refs {
        w.start("cdf:check-content-ref").attr("href", &content.href);
        w.attr_opt("name", content.name.as_deref()).end();
    }
    if let Some(content) = &check.content {
        w.leaf("cdf:check-content", content);
    }
    w.end();
}

fn reference(w: &mut Writer, reference: &Reference) {
    w.start("cdf:reference")
        .attr_opt("href", reference.href.as_deref());
    // A line feed is text enough for oscap-report, which fails on none at all.
    w.text(if reference.text.trim().is_empty() {
        "\n"
    } else {
        &reference.text
    });
    for (name, text) in &reference.dc {
        let known = DC_NAMES
            .split(' ')
            .find(|known| known.strip_prefix("dc:") == Some(name));
        if let Some(known) = known {
            w.leaf(known, text);
        }
    }
    w.end();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::ProfileRef;
    use crate::report::fixture;

    fn written(outcome: &Outcome) -> String {
        let mut w = Writer::new(" ");
        begin(&mut w, outcome);
        w.finish()
    }

    #[test]
    fn only_the_applied_profile_is_kept_and_selects_what_exists() {
        let mut outcome = fixture::outcome();
        let text = written(&outcome);
        assert_eq!(text.matches("<cdf:Profile ").count(), 1);
        assert!(
            text.contains("<cdf:Profile id=\"xccdf_mil.disa.stig_profile_MAC-1_Classified\">"),
            "{text}"
        );
        assert_eq!(
            text.matches("idref=\"xccdf_mil.disa.stig_group_V-235775\"")
                .count(),
            1
        );
        assert!(!text.contains("V-999999"));
        outcome.profile = Some(ProfileRef {
            id: "tailored".into(),
            title: String::new(),
            tailoring: None,
        });
        let text = written(&outcome);
        assert!(text.contains("_profile_tailored\">"));
        assert!(text.contains("<cdf:select idref=\"xccdf_mil.disa.stig_rule_SV-235776r960759_rule\" selected=\"true\">"));
        outcome.profile = None;
        assert!(!written(&outcome).contains("<cdf:Profile"));
    }

    #[test]
    fn the_document_is_named_with_a_hyphen() {
        let mut outcome = fixture::outcome();
        outcome.source.name = "my stig.xml".into();
        assert_eq!(component(&outcome), "scap_mil.disa.stig_comp_my-stig.xml");
        outcome.source.name = "stig.xml".into();
        assert_eq!(
            component(&outcome),
            "scap_mil.disa.stig_comp_stig.xml-xccdf"
        );
    }

    #[test]
    fn ids_texts_and_names_take_the_form_of_1_2() {
        let text = written(&fixture::nasty());
        assert!(text.contains("id=\"xccdf_mil.disa.stig_benchmark_Docker_Enterprise_2-x_Linux-UNIX_STIG\" resolved=\"1\""));
        assert!(text.contains(
            "<cdf:plain-text id=\"release-info\">Release: 2 Benchmark Date: 24 Jul 2024<"
        ));
        assert!(text.contains("<cdf:version>2</cdf:version>"));
        assert!(
            text.contains("<cdf:reference>\n<dc:publisher>DISA</dc:publisher>"),
            "{text}"
        );
        assert!(!text.contains("dc:evil") && !text.contains("not a name"));
    }
}
