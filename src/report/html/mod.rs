//! The report for people: one file that needs nothing else, on a screen and on paper.
//!
//! Everything is in the page without its script, which only filters and follows links. The policy in its
//! head lets this one script and this one style sheet run and nothing be fetched, whatever evidence
//! holds. Texts from targets are escaped by the template and never put into an attribute that acts.

mod others;
mod picture;
mod rule;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::checklist::category;
use super::identity::{ip_list, name};
use super::text::{clean, line, time, tool};
use crate::outcome::{Outcome, RuleOutcome};
use crate::xccdf::{Group, Rule, Verdict};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The document.
pub(super) fn write(outcome: &Outcome) -> String {
    let title = format!(
        "{}: {}",
        name(&outcome.asset),
        line(&outcome.benchmark.title)
    );
    let marking = line(&outcome.asset.marking);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#results" { "Skip to the results" }
                (banner(&marking))
                div.wrap {
                    header {
                        h1 { (name(&outcome.asset)) }
                        p.sub { (line(&outcome.benchmark.title)) " " (outcome.benchmark.revision()) }
                        @if let Some(notice) = outcome.simulated_notice() {
                            p.simulated role="note" { (line(&notice)) }
                        }
                    }
                    main {
                        (overview(outcome))
                        (scanned(outcome))
                        (filter(outcome))
                        div #results tabindex="-1" {
                            @for kind in Kind::ALL { (results(outcome, kind)) }
                        }
                    }
                    footer {
                        p { "Written by " (tool()) ". The tool proposes, the assessor decides." }
                        @if !outcome.evidence_sha256.is_empty() { p { "Evidence, SHA-256: " code { (outcome.evidence_sha256) } } }
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
fn policy() -> String {
    let of = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        of(SCRIPT),
        of(STYLE)
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

/// The severities, worst first, with their category.
const CATEGORIES: [(&str, &str); 3] = [("high", "CAT I"), ("medium", "CAT II"), ("low", "CAT III")];

/// How many rules of a severity came out as each kind.
fn counts(outcome: &Outcome, severity: Option<&str>) -> [usize; 4] {
    Kind::ALL.map(|kind| {
        let fits = |r: &&RuleOutcome| {
            Kind::of(r.result) == kind && severity.is_none_or(|s| category(&r.severity) == s)
        };
        outcome.rules.iter().filter(fits).count()
    })
}

fn overview(outcome: &Outcome) -> Markup {
    let all = counts(outcome, None);
    html! {
        section aria-labelledby="overview" {
            h2 #overview { "Overview" }
            div.grid {
                div.scroll {
                    table.counts {
                        caption.sub { (outcome.rules.len()) " rules by severity and result" }
                        thead { tr {
                            th scope="col" { "Severity" }
                            @for kind in Kind::ALL { th.n scope="col" { (kind.short()) } }
                        } }
                        tbody {
                            @for (severity, cat) in CATEGORIES {
                                tr {
                                    th scope="row" { (cat) }
                                    @for n in counts(outcome, Some(severity)) { td.n { (n) } }
                                }
                            }
                            tr { th scope="row" { "All" } @for n in all { td.n { (n) } } }
                        }
                    }
                }
                (picture::by_severity(outcome))
            }
        }
    }
}

fn scanned(outcome: &Outcome) -> Markup {
    let asset = &outcome.asset;
    let reasons = reasons(outcome);
    html! {
        section aria-labelledby="scanned" {
            h2 #scanned { "What was scanned" }
            dl.facts {
                dt { "Asset" } dd { (name(asset)) }
                @if !asset.fqdn.is_empty() { dt { "Domain name" } dd { (line(&asset.fqdn)) } }
                @let ips = ip_list(asset);
                @if !ips.is_empty() { dt { "Addresses" } dd { (ips) } }
                (others::facts(outcome))
                @for e in &outcome.endpoints {
                    dt { (line(&e.kind)) }
                    dd { (line(&e.url)) @if let Some(who) = &e.identity { ", as " (line(who)) } }
                }
                dt { "Collected" } dd { (time(outcome.started)) " to " (time(outcome.finished)) }
                dt { "Benchmark" }
                dd { (line(&outcome.source.name)) @if outcome.source.shipped { " (the texts of the rules are stigprobe's own, not DISA's)" } }
                @if let Some(profile) = &outcome.profile { dt { "Profile" } dd { (line(&profile.id)) } }
                @if outcome.maker.is_ours() { dt { "Decided by" } dd { @match outcome.interpretation.word() { "literal" => "the letter of the checks", _ => "the requirements behind the checks" } } }
                dt { "Policy, SHA-256" } dd { @match &outcome.policy_sha256 { Some(sha) => code { (sha) }, None => "none was given" } }
            }
            (others::conflicts(outcome))
            @if !reasons.is_empty() {
                h3 { "What keeps rules undecided" }
                div.scroll { table {
                    thead { tr { th scope="col" { "Reason" } th.n scope="col" { "Rules" } } }
                    tbody { @for (reason, n) in &reasons { tr { td { (reason) } td.n { (n) } } } }
                } }
            }
        }
    }
}

/// Why rules are undecided, each reason once with the number of its rules, the commonest first.
fn reasons(outcome: &Outcome) -> Vec<(String, usize)> {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for rule in outcome.rules.iter().filter(|r| r.result.is_undecided()) {
        let reason = line(&clean(&rule.summary));
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, n)) => *n += 1,
            None => reasons.push((reason, 1)),
        }
    }
    reasons.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    reasons
}

fn filter(outcome: &Outcome) -> Markup {
    let all = outcome.rules.len();
    html! {
        section aria-labelledby="find" {
            h2 #find { "Results" }
            form.filter role="search" hidden {
                label { "Search rules, ids, CCIs, nodes and evidence" br; input type="search" name="search" autocomplete="off"; }
                fieldset {
                    legend { "Result" }
                    @for kind in Kind::ALL {
                        label { input type="checkbox" name="result" value=(kind.class()) checked; " " (kind.short()) }
                    }
                }
                fieldset {
                    legend { "Severity" }
                    @for (severity, cat) in CATEGORIES {
                        label { input type="checkbox" name="severity" value=(severity) checked; " " (cat) }
                    }
                }
                button type="reset" { "Show all" }
                output #shown aria-live="polite" { (all) " of " (all) " rules shown" }
            }
        }
    }
}

fn results(outcome: &Outcome, kind: Kind) -> Markup {
    let mut rules: Vec<(Option<&Group>, &Rule, &RuleOutcome)> = outcome
        .results()
        .filter(|(_, _, ro)| Kind::of(ro.result) == kind)
        .collect();
    let rank = |ro: &RuleOutcome| {
        CATEGORIES
            .iter()
            .position(|(s, _)| *s == category(&ro.severity))
    };
    rules.sort_by_key(|(_, _, ro)| rank(ro));
    html! {
        @if !rules.is_empty() {
            section.results aria-label=(kind.word()) {
                h2 { (kind.word()) " (" (rules.len()) ")" }
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
        let places = [
            "Open (1)",
            "Undecided (2)",
            "Not a finding per automated check (1)",
        ]
        .map(|t| text.find(t));
        assert!(places[0].is_some() && places.is_sorted(), "{places:?}");
        assert!(text.contains("id=\"V-235776\""));
        assert!(
            text.contains("data-names=\"v-235776 sv-235776 sv-235776r960759_rule dker-ee-001050\"")
        );
    }

    #[test]
    fn evidence_is_text_and_nothing_is_fetched() {
        let text = write(&fixture::nasty());
        assert!(!text.contains("<b>") && text.contains("&lt;b&gt;"));
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
