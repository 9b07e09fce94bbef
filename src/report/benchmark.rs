//! The benchmark as results carry it: resolved, in the edition that is asked for, whatever edition it
//! was read in (IR 7275 r4, appendix A, says how 1.1.4 becomes 1.2; all that is written here means the
//! same in both).
//!
//! Importers need it whole. Heimdall shows nothing without Groups and Rules, `OpenRMF` finds its
//! template by the title and its element names by the literal prefix `cdf:`, oscap-report wants text
//! in a rule's `reference`, and the schema wants every id in the form of 1.2.

use std::collections::{HashMap, HashSet};

use super::edition::Edition;
use super::items::{items, reference};
use super::values::values;
use super::words::{boolean, is_name};
use crate::outcome::{Outcome, ProfileRef, file_safe};
use crate::when::day;
use crate::xccdf::ids::Kind;
use crate::xccdf::model::{Profile, Select};
use crate::xccdf::{Benchmark, Item, Rule, Verdict};
use crate::xml::write::Writer;

/// Namespace of Dublin Core.
const DC: &str = "http://purl.org/dc/elements/1.1/";
/// Namespace that STIG Manager reads detail and comment from.
const SM: &str = "http://github.com/nuwcdivnpt/stig-manager";

/// Declares the namespaces that benchmark and results use on the element just begun.
pub(super) fn namespaces(w: &mut Writer, edition: Edition) {
    w.attr("xmlns:cdf", edition.namespace()).attr("xmlns:dc", DC);
}

/// Declares the namespace of what STIG Manager reads.
pub(super) fn stig_manager_namespace(w: &mut Writer) {
    w.attr("xmlns:sm", SM);
}

/// The id of the document the benchmark comes from, as DISA's data streams would call it. The ARF
/// uses it for the part that holds the benchmark, `benchmark/@href` points to it. It always has a
/// hyphen: compliance-trestle takes what follows the first one.
pub(super) fn component(outcome: &Outcome) -> String {
    let name = file_safe(&outcome.source.name);
    let suffix = if name.contains('-') { "" } else { "-xccdf" };
    format!("scap_mil.disa.stig_comp_{name}{suffix}")
}

/// Writes the benchmark of these outcomes, with the profiles that were applied, and leaves its
/// element open for results to follow. `probes` is the document in which each rule's check is asked
/// for as an OCIL questionnaire, where there is one.
pub(super) fn begin(w: &mut Writer, outcomes: &[&Outcome], edition: Edition, probes: Option<&str>) {
    let Some(benchmark) = outcomes.first().map(|outcome| &outcome.benchmark) else {
        return;
    };
    w.start("cdf:Benchmark");
    namespaces(w, edition);
    if probes.is_none() {
        stig_manager_namespace(w);
    }
    w.attr("id", &edition.id(Kind::Benchmark, &benchmark.id))
        .attr("resolved", "1")
        // A data stream of SCAP 1.3 wants its benchmark to say so (SP 800-126 r3, 3.2, SRC-4).
        .attr("style", probes.map_or(edition.style(), |_| "SCAP_1.3"));
    w.attr("xml:lang", benchmark.lang.as_deref().filter(|l| !l.trim().is_empty()).unwrap_or("en"));
    head(w, benchmark);
    let mut written: HashSet<&str> = HashSet::new();
    for outcome in outcomes {
        if let Some(applied) = outcome.profile.as_ref().filter(|p| written.insert(&p.id)) {
            profile(w, outcome, edition, applied);
        }
    }
    values(w, &benchmark.values, edition);
    items(w, benchmark, edition, probes);
}

fn head(w: &mut Writer, benchmark: &Benchmark) {
    let known = ["accepted", "deprecated", "draft", "incomplete", "interim"];
    let mut statuses = benchmark.statuses.iter().filter(|s| known.contains(&s.value.trim())).peekable();
    if statuses.peek().is_none() {
        // The schema wants one, and nobody has accepted what does not say so.
        w.leaf("cdf:status", "draft");
    }
    for status in statuses {
        let date = status.date.as_deref().map(str::trim).filter(|d| day(d).is_some());
        w.start("cdf:status").attr_opt("date", date).text(status.value.trim()).end();
    }
    w.leaf("cdf:title", &benchmark.title);
    w.leaf("cdf:description", &benchmark.description);
    let mut seen = HashSet::new();
    for notice in &benchmark.notices {
        let id = Some(notice.id.as_str()).filter(|id| is_name(id) && seen.insert(*id));
        w.start("cdf:notice").attr_opt("id", id).text(&notice.text).end();
    }
    for reference in &benchmark.references {
        self::reference(w, reference);
    }
    let mut seen = HashSet::new();
    for text in benchmark.plain_texts.iter().filter(|t| is_name(&t.id)) {
        if seen.insert(&text.id) {
            w.start("cdf:plain-text").attr("id", &text.id).text(&text.text).end();
        }
    }
    w.leaf("cdf:version", &benchmark.version);
    let dc = |name: &str| {
        let parts = benchmark.references.iter().flat_map(|r| &r.dc);
        parts.filter(|(n, _)| n == name).map(|(_, text)| text.as_str()).next()
    };
    if let Some(publisher) = dc("publisher") {
        w.start("cdf:metadata").leaf("dc:creator", publisher).leaf("dc:publisher", publisher);
        if let Some(source) = dc("source") {
            w.leaf("dc:source", source);
        }
        w.end();
    }
}

/// The profile that was applied. One that the benchmark does not have comes from a tailoring: its
/// selection is told from the results.
fn profile(w: &mut Writer, outcome: &Outcome, edition: Edition, applied: &ProfileRef) {
    let profiles = &outcome.benchmark.profiles;
    let own = profiles.iter().find(|p| p.id == applied.id);
    let tailored;
    let profile = if let Some(own) = own {
        own
    } else {
        let select = |(_, rule, result): (_, &Rule, &crate::outcome::RuleOutcome)| Select {
            idref: rule.id.clone(),
            selected: result.result != Verdict::NotSelected,
        };
        tailored = Profile {
            title: applied.title.clone(),
            selects: outcome.results().map(select).collect(),
            ..Profile::default()
        };
        &tailored
    };
    w.start("cdf:Profile").attr("id", &edition.id(Kind::Profile, &applied.id));
    w.leaf("cdf:title", &profile.title).leaf("cdf:description", &profile.description);
    let names = item_names(&outcome.benchmark, edition);
    // The schema allows one selector for each id; of several the last one stands.
    let last: HashMap<&str, usize> = profile.selects.iter().enumerate().map(|(at, s)| (s.idref.as_str(), at)).collect();
    for (at, select) in profile.selects.iter().enumerate() {
        let name = names.get(select.idref.as_str());
        if let Some(name) = name.filter(|_| last[select.idref.as_str()] == at) {
            w.start("cdf:select").attr("idref", name);
            w.attr("selected", boolean(select.selected)).end();
        }
    }
    w.end();
}

/// What selectors may name, and how the edition calls it: items by their ids in it, clusters as they are.
fn item_names(benchmark: &Benchmark, edition: Edition) -> HashMap<&str, String> {
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
        names.insert(id.as_str(), edition.id(kind, id));
        if let Some(cluster) = cluster.as_deref().filter(|c| is_name(c)) {
            names.entry(cluster).or_insert_with(|| cluster.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn written(outcome: &Outcome) -> String {
        let mut w = Writer::new(" ");
        begin(&mut w, &[outcome], Edition::V1_2, None);
        w.finish()
    }

    #[test]
    fn only_the_applied_profile_is_kept_and_selects_what_exists() {
        let mut outcome = fixture::outcome();
        let text = written(&outcome);
        assert_eq!(text.matches("<cdf:Profile ").count(), 1);
        assert!(text.contains("<cdf:Profile id=\"xccdf_mil.disa.stig_profile_MAC-1_Classified\">"), "{text}");
        assert_eq!(text.matches("idref=\"xccdf_mil.disa.stig_group_V-235775\"").count(), 1);
        assert!(!text.contains("V-999999"));
        outcome.profile = Some(ProfileRef { id: "tailored".into(), title: String::new(), tailoring: None });
        let text = written(&outcome);
        assert!(text.contains("_profile_tailored\">"));
        assert!(
            text.contains("<cdf:select idref=\"xccdf_mil.disa.stig_rule_SV-235776r960759_rule\" selected=\"true\">")
        );
        outcome.profile = None;
        assert!(!written(&outcome).contains("<cdf:Profile"));
    }

    #[test]
    fn the_document_is_named_with_a_hyphen() {
        let mut outcome = fixture::outcome();
        outcome.source.name = "my stig.xml".into();
        assert_eq!(component(&outcome), "scap_mil.disa.stig_comp_my-stig.xml");
        outcome.source.name = "stig.xml".into();
        assert_eq!(component(&outcome), "scap_mil.disa.stig_comp_stig.xml-xccdf");
    }

    #[test]
    fn ids_texts_and_names_take_the_form_of_1_2() {
        let text = written(&fixture::nasty());
        assert!(
            text.contains("id=\"xccdf_mil.disa.stig_benchmark_Docker_Enterprise_2-x_Linux-UNIX_STIG\" resolved=\"1\"")
        );
        assert!(text.contains("<cdf:plain-text id=\"release-info\">Release: 2 Benchmark Date: 24 Jul 2024<"));
        assert!(text.contains("<cdf:version>2</cdf:version>"));
        assert!(text.contains("<cdf:reference>\n<dc:publisher>DISA</dc:publisher>"), "{text}");
        assert!(!text.contains("dc:evil") && !text.contains("not a name"));
    }
}
