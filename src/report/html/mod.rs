//! The report for people: one file that needs nothing else, on a screen and on paper.
//!
//! Everything is in the page without its script, which only filters and follows links. The policy in its
//! head lets this one script and this one style sheet run and nothing be fetched, whatever evidence
//! holds. Texts from targets are escaped by the template and never put into an attribute that acts.

mod history;
mod observed;
mod others;
mod overview;
mod paper;
mod picture;
mod rule;
mod scanned;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::checklist::{categories, category_name, category_rank};
use super::identity::name;
use super::text::{line, time, tool};
use crate::outcome::{Outcome, RuleOutcome};
use crate::xccdf::{Category, Group, Rule, Verdict};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The document.
pub(super) fn write(outcome: &Outcome) -> String {
    let title = format!("{}: {}", name(&outcome.asset), line(&outcome.benchmark.title));
    let marking = line(&outcome.asset.marking);
    let paper = paper::style(outcome);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy(&paper));
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
                style { (PreEscaped(&paper)) }
            }
            body {
                a.skip href="#results" { "Skip to the results" }
                (banner(&marking))
                div.wrap {
                    header {
                        h1 { (name(&outcome.asset)) }
                        p.sub { (line(&outcome.benchmark.title)) ", " (outcome.benchmark.revision()) }
                        p.sub { "Scanned " time datetime=(time(outcome.finished)) { (outcome.finished.format("%-d %B %Y, %H:%M UTC")) } }
                        @if let Some(notice) = outcome.simulated_notice() {
                            p.simulated role="note" { (line(&notice)) }
                        }
                    }
                    main {
                        (overview::section(outcome))
                        (scanned::section(outcome))
                        (filter(outcome))
                        div #results tabindex="-1" {
                            @for kind in Kind::ALL { (results(outcome, kind)) }
                        }
                    }
                    footer {
                        p { "Written by " (tool()) ". The tool proposes, the assessor decides." }
                        @if !outcome.evidence_sha256.is_empty() { p { "Evidence, SHA-256: " code { (line(&outcome.evidence_sha256)) } } }
                    }
                }
                (banner(&marking))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

/// What the page may do: run its own script, wear its own style sheet, and nothing else.
fn policy(paper: &str) -> String {
    let of = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}' 'sha256-{}'; base-uri 'none'; form-action 'none'",
        of(SCRIPT),
        of(STYLE),
        of(paper)
    )
}

fn banner(marking: &str) -> Markup {
    html! { @if !marking.is_empty() { div.marking { (marking) } } }
}

/// How a result is shown: the four things that people tell apart at a glance.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Undecided,
    Pass,
    None,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Open, Kind::Undecided, Kind::Pass, Kind::None];

    fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Fail => Kind::Open,
            Verdict::Pass | Verdict::Fixed => Kind::Pass,
            verdict if verdict.is_undecided() => Kind::Undecided,
            _ => Kind::None,
        }
    }

    /// The class that colours it.
    fn class(self) -> &'static str {
        match self {
            Kind::Open => "fail",
            Kind::Undecided => "undecided",
            Kind::Pass => "pass",
            Kind::None => "none",
        }
    }

    /// Where its rules begin.
    fn anchor(self) -> &'static str {
        match self {
            Kind::Open => "list-open",
            Kind::Undecided => "list-undecided",
            Kind::Pass => "list-pass",
            Kind::None => "list-none",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Kind::Open => "Open",
            Kind::Undecided => "Undecided",
            Kind::Pass => "Not a finding per automated check",
            Kind::None => "Not applicable, not selected or informational",
        }
    }

    fn short(self) -> &'static str {
        match self {
            Kind::Open => "open",
            Kind::Undecided => "undecided",
            Kind::Pass => "not a finding",
            Kind::None => "not applicable",
        }
    }
}

/// The word by which style and script know a category.
fn class(category: Option<Category>) -> &'static str {
    category.map_or("none", Category::severity)
}

/// How many rules came out as each kind.
fn counts(outcome: &Outcome) -> [usize; 4] {
    counts_of(outcome, |_| true)
}

/// How many rules of a category came out as each kind.
fn counts_in(outcome: &Outcome, category: Option<Category>) -> [usize; 4] {
    counts_of(outcome, |rule| rule.severity.category() == category)
}

fn counts_of(outcome: &Outcome, fits: impl Fn(&RuleOutcome) -> bool) -> [usize; 4] {
    Kind::ALL.map(|kind| outcome.rules.iter().filter(|r| Kind::of(r.result) == kind && fits(r)).count())
}

fn filter(outcome: &Outcome) -> Markup {
    let all = outcome.rules.len();
    let nodes = nodes(outcome);
    html! {
        section aria-labelledby="find" {
            h2 #find { "Results" }
            form.filter role="search" aria-labelledby="find" hidden {
                label { "Search titles, ids, CCIs, nodes and evidence" input type="search" name="search" autocomplete="off"; }
                div.choices {
                    @if !nodes.is_empty() {
                        label { "Node"
                            select name="node" {
                                option value="" { "all of " (nodes.len()) }
                                @for node in &nodes { option value=(node) { (node) } }
                            }
                        }
                    }
                    fieldset {
                        legend { "Result" }
                        @for kind in Kind::ALL {
                            label.chip { input type="checkbox" name="result" value=(kind.class()) checked; (kind.short()) }
                        }
                    }
                    fieldset {
                        legend { "Severity" }
                        @for category in categories(outcome) {
                            label.chip { input type="checkbox" name="severity" value=(class(category)) checked; (category_name(category)) }
                        }
                    }
                }
                div.does {
                    button type="reset" { "Show all" }
                    button type="button" name="all" aria-pressed="false" { "Open all that are shown" }
                    output #shown aria-live="polite" { (all) " of " (all) " rules shown" }
                }
            }
        }
    }
}

/// Every node that something was seen on, by name.
fn nodes(outcome: &Outcome) -> BTreeSet<String> {
    let observations = outcome.rules.iter().flat_map(|rule| &rule.observations);
    observations.filter_map(|o| o.node()).map(line).collect()
}

fn results(outcome: &Outcome, kind: Kind) -> Markup {
    let mut rules: Vec<(Option<&Group>, &Rule, &RuleOutcome)> =
        outcome.results().filter(|(_, _, ro)| Kind::of(ro.result) == kind).collect();
    rules.sort_by_key(|(_, _, ro)| category_rank(ro.severity.category()));
    html! {
        @if !rules.is_empty() {
            section.results aria-label=(kind.word()) {
                h2 #(kind.anchor()) { (kind.word()) " " span.n { "(" (rules.len()) ")" } }
                @for (group, rule, rule_outcome) in rules { (rule::article(outcome, group, rule, rule_outcome)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn what_is_open_comes_first_and_links_lead_to_rules() {
        let text = write(&fixture::outcome());
        let places =
            ["list-open\">Open", "list-undecided\">Undecided", "list-pass\">Not a finding per automated check"]
                .map(|t| text.find(t));
        assert!(places[0].is_some() && places.is_sorted(), "{places:?}");
        assert!(text.contains("id=\"V-235776\""));
        assert!(text.contains("data-names=\"v-235776 sv-235776 sv-235776r960759_rule dker-ee-001050\""));
    }

    #[test]
    fn evidence_is_text_and_nothing_is_fetched() {
        let text = write(&fixture::nasty());
        assert!(!text.contains("lt; <b>") && text.contains("lt; &lt;b&gt;"));
        let body = text.replace(STYLE, "").replace(SCRIPT, "");
        for fetches in ["src=", "href=\"http", "url(", "@import", "javascript:"] {
            assert!(!body.contains(fetches), "{fetches}");
        }
        assert!(!STYLE.contains("url(") && !SCRIPT.contains("fetch("));
    }

    #[test]
    fn script_and_style_cannot_end_their_element() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</"));
    }
}
