//! One rule in the report: what was wanted, what was seen and where, and how to put it right.

use maud::{Markup, html};

use super::super::checklist::{category_name, vuln_num};
use super::super::details::origins;
use super::super::identity::bare;
use super::super::text::{clean, line, time};
use super::{Kind, class, observed};
use crate::outcome::{Interpretation, Outcome, RuleOutcome, Statement};
use crate::xccdf::{Group, Rule};

/// The rule with its result, closed: opened, it shows everything.
pub(super) fn article(outcome: &Outcome, group: Option<&Group>, rule: &Rule, rule_outcome: &RuleOutcome) -> Markup {
    let kind = Kind::of(rule_outcome.result);
    let category = rule_outcome.severity.category();
    let number = vuln_num(group, rule);
    html! {
        article id=(number) class={ "rule " (kind.class()) } data-result=(kind.class()) data-severity=(class(category)) data-names=(names(number, rule)) {
            details {
                summary {
                    span.what {
                        span.tag { (rule_outcome.result) }
                        @if rule_outcome.waiver.is_some() { span class="tag none" { "waived" } }
                        @if rule_outcome.contradicted_by().next().is_some() { span class="tag undecided" { "contradicted" } }
                        span class={ "cat-" (class(category)) } { (category_name(category)) }
                    }
                    span.main {
                        h3 { (line(&rule.title)) }
                        span.says { (line(&clean(&rule_outcome.summary))) }
                    }
                    span.ids { b { (line(&rule.version)) } span.vuln { (number) } }
                }
                div.body { (body(outcome, group, rule, rule_outcome, number)) }
            }
        }
    }
}

/// Every name that a link may use, in lower case.
fn names(number: &str, rule: &Rule) -> String {
    let id = bare(&rule.id, "_rule_");
    let stem = crate::xccdf::ids::stem(id).unwrap_or(id);
    [number, stem, id, &rule.version].map(|n| line(n).replace(' ', "-").to_ascii_lowercase()).join(" ")
}

/// What matters first: what was seen against what was wanted, what people say of it, how to put it right;
/// then why and how, and where it comes from.
fn body(outcome: &Outcome, group: Option<&Group>, rule: &Rule, rule_outcome: &RuleOutcome, number: &str) -> Markup {
    let origins = origins(rule_outcome);
    html! {
        @if !rule_outcome.observations.is_empty() { (observed::table(&rule_outcome.observations, &origins, number)) }
        @if !rule_outcome.attachments.is_empty() {
            p { "All offenders are in " @for (i, file) in rule_outcome.attachments.iter().enumerate() { @if i > 0 { ", " } code { (line(file)) } } ", beside this report." }
        }
        (seen_and_not(rule_outcome))
        @if let Some(other) = &rule_outcome.other_reading {
            div.note class=(Kind::of(other.verdict).class()) {
                h4 { @match outcome.interpretation { Interpretation::Intent => "By the letter of the check: ", Interpretation::Literal => "By the requirement behind the check: " } (other.verdict) }
                p.text { (clean(&other.reason)) }
            }
        }
        (people(rule_outcome))
        (super::others::words(rule_outcome))
        @if !rule_outcome.notes.is_empty() {
            h4 { "Remarks" }
            ul { @for note in &rule_outcome.notes { li { (clean(note)) } } }
        }
        (paragraph("How to put it right", rule.fix_text()))
        (paragraph("Why it is wanted", rule.described("VulnDiscussion")))
        (paragraph("How it is checked", rule.check_content().unwrap_or("")))
        div.rest {
            @if !origins.is_empty() {
                h4 { "Where it was seen" }
                ol.sources { @for (i, origin) in origins.iter().enumerate() {
                    li id=(observed::source_id(number, i)) { b { (origin.fact) } ": " (line(&origin.request)) ", at " (time(origin.at)) ", SHA-256 " code { (line(&origin.sha256)) } }
                } }
            }
            h4 { "Ids" }
            (ids(group, rule, rule_outcome, number))
        }
    }
}

/// The nodes that the rule was decided for, and those that it was not.
fn seen_and_not(rule_outcome: &RuleOutcome) -> Markup {
    let Some(nodes) = &rule_outcome.nodes else {
        return html! {};
    };
    let seen: Vec<String> = nodes.seen.iter().map(|node| line(node)).collect();
    let missed = nodes.missed.iter();
    let missed: Vec<String> = missed.map(|m| line(&format!("{} ({})", m.place, m.reason))).collect();
    html! {
        @if !seen.is_empty() { p.seen { b { "Nodes seen: " } (seen.join(", ")) } }
        @if !missed.is_empty() { p.seen { b { "Not seen: " } (missed.join("; ")) } }
    }
}

fn ids(group: Option<&Group>, rule: &Rule, rule_outcome: &RuleOutcome, number: &str) -> Markup {
    html! {
        dl.facts {
            dt { "STIG-ID" } dd { (line(&rule.version)) " (" a href={ "#" (number) } { "link to this rule" } ")" }
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
            h4 { "What a person is asked" }
            p.text { (clean(asks)) }
        }
        @if let Some(answer) = &rule_outcome.answer {
            div.note class=(Kind::of(answer.result).class()) {
                h4 { "A person's answer: " (answer.result) }
                (statement(&answer.statement))
            }
        }
        @if let Some(waiver) = &rule_outcome.waiver {
            div.note class=(Kind::of(waiver.result).class()) {
                h4 { "Waived: counts as " (waiver.result) ", and what was found stands beside it" }
                (statement(&waiver.statement))
            }
        }
    }
}

fn statement(statement: &Statement) -> Markup {
    html! {
        p.text { (clean(&statement.text)) }
        p.ids {
            (line(&statement.by)) ", " (statement.on)
            @if let Some(day) = statement.expires { ", counts until " (day) }
            @if let Some(file) = &statement.evidence { "; " (line(&file.name)) ", SHA-256 " code { (line(&file.sha256)) } }
        }
    }
}

/// A CCI with the controls that it is part of; what revision 4 of SP 800-53 has otherwise is named as such.
fn cci(id: &str) -> String {
    let found = crate::cci::controls(std::iter::once(id));
    let mut all: Vec<String> = found.rev5.iter().map(ToString::to_string).collect();
    all.extend(found.rev4.difference(&found.rev5).map(|control| format!("rev. 4: {control}")));
    if all.is_empty() { line(id) } else { format!("{} ({})", line(id), all.join(", ")) }
}

fn paragraph(title: &str, text: &str) -> Markup {
    let text = clean(text);
    let text = text.trim();
    html! { @if !text.is_empty() { h4 { (title) } p.text { (text) } } }
}
