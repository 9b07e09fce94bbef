//! What others said: words of another program or a person, in a rule and over all of them.

use maud::{Markup, html};

use super::super::identity::{converted, mac};
use super::super::text::{clean, contradiction, line, maker};
use crate::outcome::{Beside, Outcome, RuleOutcome, Standing};

/// Facts of the run that only results of others have, and of the asset that people wrote.
pub(super) fn facts(outcome: &Outcome) -> Markup {
    let asset = &outcome.asset;
    html! {
        @let mac = mac(asset);
        @if !mac.is_empty() { dt { "MAC address" } dd { (mac) } }
        @let comment = clean(&asset.comment);
        @if !comment.trim().is_empty() { dt { "Remark" } dd.text { (comment.trim()) } }
        @if !outcome.maker.is_ours() { dt { "Results of" } dd { (maker(outcome)) } }
        @if let Some(from) = &outcome.imported {
            dt { "Read from" } dd { (converted(outcome)) }
            @if !from.lost.is_empty() {
                dt { "Not kept of it" }
                dd { ul { @for lost in &from.lost { li { (line(lost)) } } } }
            }
        }
    }
}

/// The rules on which others say otherwise, with links to them.
pub(super) fn conflicts(outcome: &Outcome) -> Markup {
    let conflicts: Vec<_> = outcome.conflicts().collect();
    html! {
        @if !conflicts.is_empty() {
            h3 #conflicts { "Others say otherwise (" (conflicts.len()) ")" }
            ul { @for (rule, result) in conflicts {
                @for beside in result.contradicted_by() {
                    li {
                        a href={ "#" (line(&rule.version)) } { (line(&rule.version)) }
                        ": " (contradiction(result, beside)) ". " (line(&beside.because))
                    }
                }
            } }
        }
    }
}

/// What others wrote of a rule.
pub(super) fn words(result: &RuleOutcome) -> Markup {
    html! {
        @if let Some(details) = result.details.as_deref().filter(|d| !d.trim().is_empty()) {
            h4 { "Finding details" }
            p.text { (clean(details)) }
        }
        @if let Some(comments) = result.comments.as_deref().filter(|c| !c.trim().is_empty()) {
            h4 { "Comments" }
            p.text { (clean(comments)) }
        }
        @if let Some(severity) = &result.severity_override {
            h4 { "Severity overridden: " (severity.severity) }
            p.text { (clean(&severity.reason)) }
        }
        @for beside in &result.beside { (said(beside)) }
    }
}

fn said(beside: &Beside) -> Markup {
    let heading = match beside.standing {
        Standing::Conflict => "Says otherwise",
        Standing::Counts => "Counts too",
        Standing::Agrees => "Says the same",
        Standing::SetAside => "Does not count",
    };
    html! {
        h4 { (heading) ": " (line(&beside.source)) ", " (beside.result) }
        p { (line(&beside.because)) }
        @if !beside.facts.is_empty() {
            dl.facts { @for (name, value) in &beside.facts { dt { (line(name)) } dd { (line(value)) } } }
        }
        @for words in [&beside.details, &beside.comments].into_iter().filter(|w| !w.trim().is_empty()) {
            p.text { (clean(words)) }
        }
    }
}
