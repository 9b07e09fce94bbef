//! What was scanned, and how completely: the asset, what was asked of whom, and what was not to be had.

use maud::{Markup, html};

use super::super::checklist::vuln_num;
use super::super::details::origins;
use super::super::identity::{ip_list, name, service};
use super::super::text::{line, time};
use super::{Kind, others};
use crate::facts::{Need, Origin};
use crate::outcome::Outcome;
use crate::xccdf::Verdict;

pub(super) fn section(outcome: &Outcome) -> Markup {
    let sources = sources(outcome);
    html! {
        section aria-labelledby="scanned" {
            h2 #scanned { "What was scanned, and how completely" }
            div.grid {
                div.box { (asset(outcome)) }
                div.box { (completeness(outcome, &sources)) (others::conflicts(outcome)) }
            }
            (table(&sources))
        }
    }
}

fn asset(outcome: &Outcome) -> Markup {
    let asset = &outcome.asset;
    html! {
        dl.facts {
            dt { "Asset" } dd { (name(asset)) }
            @let (is_service, site, instance) = service(asset);
            @if is_service {
                dt { "Service" }
                dd { (site) @if !instance.is_empty() { ", instance " (instance) } }
            }
            @if !asset.fqdn.is_empty() { dt { "Domain name" } dd { (line(&asset.fqdn)) } }
            @let ips = ip_list(asset);
            @if !ips.is_empty() { dt { "Addresses" } dd { (ips) } }
            (others::facts(outcome))
            @for e in &outcome.endpoints {
                dt { (line(&e.kind)) }
                dd { (line(&e.url)) @if let Some(who) = &e.identity { ", as " (line(who)) } @if let Some(pin) = &e.pin { ", known by its pinned certificate alone (SHA-256 " code { (pin) } ")" } }
            }
            dt { "Collected" } dd { (time(outcome.started)) " to " (time(outcome.finished)) }
            dt { "Benchmark" }
            dd { (line(&outcome.source.name)) @if outcome.source.shipped { " (the texts of the rules are stigprobe's own, not DISA's)" } }
            @if let Some(profile) = &outcome.profile { dt { "Profile" } dd { (line(&profile.id)) } }
            @if outcome.maker.is_ours() { dt { "Decided by" } dd { @match outcome.interpretation.word() { "literal" => "the letter of the checks", _ => "the requirements behind the checks" } } }
            dt { "Policy, SHA-256" } dd { @match &outcome.policy_sha256 { Some(sha) => code { (line(sha)) }, None => "none was given" } }
        }
    }
}

/// One kind of fact that results rest on.
struct Source<'a> {
    fact: Need,
    origins: Vec<&'a Origin>,
    rules: usize,
    looked_at: usize,
}

/// Every source that a result rests on, by fact.
fn sources(outcome: &Outcome) -> Vec<Source<'_>> {
    let mut sources: Vec<Source<'_>> = Vec::new();
    for rule in &outcome.rules {
        let mut counted = Vec::new();
        for origin in origins(rule) {
            let at = sources.iter().position(|s| s.fact == origin.fact);
            let at = at.unwrap_or_else(|| {
                sources.push(Source { fact: origin.fact, origins: Vec::new(), rules: 0, looked_at: 0 });
                sources.len() - 1
            });
            let source = &mut sources[at];
            if !source.origins.contains(&origin) {
                source.origins.push(origin);
            }
            if !counted.contains(&origin.fact) {
                counted.push(origin.fact);
                source.rules += 1;
                let of_fact = |o: &&crate::finding::Observation| o.origin().fact == origin.fact;
                source.looked_at += rule.observations.iter().filter(of_fact).count();
            }
        }
    }
    sources.sort_by_key(|source| source.fact.name());
    sources
}

fn completeness(outcome: &Outcome, sources: &[Source<'_>]) -> Markup {
    let count = |verdict| outcome.count(verdict);
    let out_of_scope = count(Verdict::NotSelected);
    let asked = outcome.rules.len() - out_of_scope;
    let undecided = outcome.rules.iter().filter(|r| r.result.is_undecided()).count();
    let broken = count(Verdict::Error) + count(Verdict::Unknown);
    let open_to_people = count(Verdict::NotChecked);
    let answers: usize = sources.iter().map(|s| s.origins.len()).sum();
    let looked_at: usize = sources.iter().map(|s| s.looked_at).sum();
    html! {
        p.decided { b { (asked - undecided) } " of " b { (asked) } " rules decided" }
        ul.plain {
            @if broken > 0 { li { span class={ "tag " (Kind::Undecided.class()) } { (broken) } " without result: evidence is missing, broken or contradictory" } }
            @if open_to_people > 0 { li { span class={ "tag " (Kind::Undecided.class()) } { (open_to_people) } " not checked: a person's answer, a value of the policy or a source is missing" } }
            @if undecided == 0 { li { "Nothing that was asked for is undecided." } }
            @if out_of_scope > 0 { li { (out_of_scope) " more were not selected." } }
            @if answers > 0 { li { (looked_at) " things were looked at in " (answers) " answers from " (sources.len()) " sources." } }
        }
        (undecided_rules(outcome))
    }
}

fn table(sources: &[Source<'_>]) -> Markup {
    html! {
        @if !sources.is_empty() {
            details.more.box {
                summary { "The " (sources.len()) " sources that results rest on" }
                table.narrow {
                    thead { tr { th scope="col" { "Source" } th scope="col" { "What it is" } th.n scope="col" { "Answers" } th.n scope="col" { "Looked at" } th.n scope="col" { "Rules" } } }
                    tbody { @for source in sources {
                        tr {
                            td data-label="Source" { b { (source.fact) } }
                            td data-label="What it is" { (source.fact.describe()) }
                            td.n data-label="Answers" { (source.origins.len()) }
                            td.n data-label="Looked at" { (source.looked_at) }
                            td.n data-label="Rules" { (source.rules) }
                        }
                    } }
                }
            }
        }
    }
}

/// The first undecided rules, each with its reason.
fn undecided_rules(outcome: &Outcome) -> Markup {
    const SHOWN: usize = 8;
    const WORDS: usize = 110;
    let undecided = || outcome.results().filter(|(_, _, ro)| ro.result.is_undecided());
    let more = undecided().count().saturating_sub(SHOWN);
    html! {
        @if undecided().next().is_some() {
            ul.plain.why {
                @for (group, rule, rule_outcome) in undecided().take(SHOWN) {
                    li {
                        a href={ "#" (vuln_num(group, rule)) } { (line(&rule.version)) }
                        " " (shortened(&line(&rule_outcome.summary), WORDS))
                    }
                }
                @if more > 0 { li { a href={ "#" (Kind::Undecided.anchor()) } { "and " (more) " more" } } }
            }
        }
    }
}

/// The beginning of a sentence, up to the end of a word.
fn shortened(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text.to_owned();
    };
    let kept = &text[..end];
    let kept = kept.rsplit_once(' ').map_or(kept, |(words, _)| words);
    format!("{kept} …")
}
