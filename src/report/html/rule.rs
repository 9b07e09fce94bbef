//! One rule in the report: what was wanted, what was seen and where, and how to put it right.

use maud::{Markup, html};

use super::super::checklist::{category, vuln_num};
use super::super::details::origins;
use super::super::identity::bare;
use super::super::text::{clean, line, time};
use super::{CATEGORIES, Kind};
use crate::finding::Observation;
use crate::outcome::{Interpretation, Outcome, RuleOutcome, Statement};
use crate::xccdf::{Group, Rule, Verdict};

/// The rule with its result, closed: opened, it shows everything.
pub(super) fn article(
    outcome: &Outcome,
    group: Option<&Group>,
    rule: &Rule,
    rule_outcome: &RuleOutcome,
) -> Markup {
    let kind = Kind::of(rule_outcome.result);
    let severity = category(&rule_outcome.severity);
    let cat = CATEGORIES
        .iter()
        .find(|(s, _)| *s == severity)
        .map_or("", |(_, cat)| cat);
    let number = vuln_num(group, rule);
    html! {
        article id=(number) class={ "rule " (kind.class()) } data-result=(kind.class()) data-severity=(severity) data-names=(names(number, rule)) {
            details {
                summary {
                    span.ids { span class={ "tag " (kind.class()) } { (rule_outcome.result) } @if rule_outcome.waiver.is_some() { " " span.tag.none { "waived" } } " " (cat) br; (number) br; (line(&rule.version)) }
                    span.title { (line(&rule.title)) }
                    span.says { (line(&clean(&rule_outcome.summary))) }
                }
                div.body { (body(outcome, group, rule, rule_outcome)) }
            }
        }
    }
}

/// Every name that a link may use, in lower case.
fn names(number: &str, rule: &Rule) -> String {
    let id = bare(&rule.id, "_rule_");
    let stem = crate::xccdf::ids::stem(id).unwrap_or(id);
    [number, stem, id, &rule.version]
        .map(|n| line(n).replace(' ', "-").to_ascii_lowercase())
        .join(" ")
}

fn body(
    outcome: &Outcome,
    group: Option<&Group>,
    rule: &Rule,
    rule_outcome: &RuleOutcome,
) -> Markup {
    let origins = origins(rule_outcome);
    html! {
        (paragraph("Why it is wanted", rule.described("VulnDiscussion")))
        @if !rule_outcome.observations.is_empty() { (observed(&rule_outcome.observations)) }
        @if !origins.is_empty() {
            h3 { "Where it was seen" }
            ul { @for origin in origins {
                li { code { (origin.fact) } ": " (line(&origin.request)) ", at " (time(origin.at)) ", SHA-256 " code { (line(&origin.sha256)) } }
            } }
        }
        (people(rule_outcome))
        (super::others::words(rule_outcome))
        @if let Some(other) = &rule_outcome.other_reading {
            h3 { @match outcome.interpretation { Interpretation::Intent => "By the letter of the check", Interpretation::Literal => "By the requirement behind the check" } }
            p.text { (other.verdict) ": " (clean(&other.reason)) }
        }
        @if !rule_outcome.notes.is_empty() {
            h3 { "Remarks" }
            ul { @for note in &rule_outcome.notes { li { (clean(note)) } } }
        }
        @if !rule_outcome.attachments.is_empty() {
            h3 { "All offenders" }
            ul { @for file in &rule_outcome.attachments { li { code { (line(file)) } " beside this report" } } }
        }
        (paragraph("How it is checked", rule.check_content().unwrap_or("")))
        (paragraph("How to put it right", rule.fix_text()))
        h3 { "Ids" }
        dl.facts {
            dt { "Rule" } dd { (bare(&rule.id, "_rule_")) }
            @if let Some(group) = group { dt { "Requirement" } dd { (line(&group.title)) } }
            @let ccis: Vec<String> = rule.ccis().map(cci).collect();
            @if !ccis.is_empty() { dt { "CCI" } dd { (ccis.join(", ")) } }
            @let legacy: Vec<&str> = rule.legacy_ids().collect();
            @if !legacy.is_empty() { dt { "Older ids" } dd { (legacy.join(", ")) } }
            dt { "Control id" } dd { code { (rule_outcome.control_id) } }
            @if let Some(id) = &rule_outcome.check_id { dt { "Check id" } dd { code { (id) } } }
            @if let Some(id) = &rule_outcome.tenable_control_id { dt { "Tenable's control id" } dd { code { (id) } } }
            @if let Some(probe) = &rule_outcome.probe { dt { "Probe" } dd { (probe) } }
        }
    }
}

/// What people said: the answer that the result rests on, and the exception from it.
fn people(rule_outcome: &RuleOutcome) -> Markup {
    html! {
        @if let Some(asks) = &rule_outcome.question {
            h3 { "What a person is asked" }
            p.text { (clean(asks)) }
        }
        @if let Some(answer) = &rule_outcome.answer {
            h3 { "A person's answer: " (answer.result) }
            (statement(&answer.statement))
        }
        @if let Some(waiver) = &rule_outcome.waiver {
            h3 { "Waived: counts as " (waiver.result) }
            (statement(&waiver.statement))
        }
    }
}

fn statement(statement: &Statement) -> Markup {
    html! {
        p.text { (clean(&statement.text)) }
        p.ids {
            (line(&statement.by)) ", " (statement.on)
            @if let Some(day) = statement.expires { ", counts until " (day) }
            @if let Some(file) = &statement.evidence { "; " (line(&file.name)) ", SHA-256 " code { (file.sha256) } }
        }
    }
}

/// A CCI with the control that it is part of.
fn cci(id: &str) -> String {
    match crate::cci::control(id) {
        Some(control) => format!("{} ({control})", line(id)),
        None => line(id),
    }
}

fn paragraph(title: &str, text: &str) -> Markup {
    let text = clean(text);
    let text = text.trim();
    html! { @if !text.is_empty() { h3 { (title) } p.text { (text) } } }
}

/// What was seen, what does not hold first.
fn observed(observations: &[Observation]) -> Markup {
    let mut sorted: Vec<&Observation> = observations.iter().collect();
    sorted.sort_by_key(|o| match o.verdict() {
        Verdict::Fail => 0,
        verdict if verdict.is_undecided() => 1,
        _ => 2,
    });
    html! {
        h3 { "What was seen" }
        div.scroll { table.observed {
            thead { tr {
                th scope="col" { "What" } th scope="col" { "Wanted" } th scope="col" { "Seen" } th scope="col" { "Result" }
            } }
            tbody { @for o in sorted {
                tr class=(Kind::of(o.verdict()).class()) {
                    td data-label="What" { (clean(o.subject())) }
                    td data-label="Wanted" { (clean(o.expected())) }
                    td data-label="Seen" { (clean(o.actual())) }
                    td data-label="Result" { (o.verdict()) }
                }
            } }
        } }
    }
}
