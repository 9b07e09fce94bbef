//! What a run says at its end: the summary on the terminal, and the exit code.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::options::{FailOn, Writing};
use super::output::{self, Failed, Screen};
use super::wrap::wrap;
use super::{CLEAN, OPEN, UNDECIDED};
use crate::outcome::{Outcome, RuleOutcome, Standing};
use crate::printable::{line, path};
use crate::report;
use crate::run::Finished;
use crate::xccdf::{Category, Rule, Severity, Verdict};

/// How wide a line may be.
const WIDTH: usize = 96;

/// Prints what came out and gives the exit code.
pub(super) fn conclude(finished: &Finished, writing: &Writing) -> Result<u8, Failed> {
    let code = exit_code(&finished.outcome, &writing.fail_on);
    if writing.json {
        output::print_json(&report::json::results(&finished.outcome))?;
    } else if !writing.quiet {
        output::show(&summary(finished))?;
    }
    Ok(code)
}

/// Says why an earlier checklist or a scan by Nessus was not taken, if it was not.
pub(super) fn refused(finished: &Finished) -> Result<(), Failed> {
    match &finished.refused {
        None => Ok(()),
        Some(why) => Err(format!("{why}. The results in {} stand without it", finished.dir.display()).into()),
    }
}

/// The exit code that the outcome deserves, as far as the caller wants to know.
fn exit_code(outcome: &Outcome, fail_on: &[FailOn]) -> u8 {
    // What has no category may be of any.
    let wanted = |severity: &Severity| {
        let is = |category| severity.category().is_none_or(|own| own == category);
        fail_on.iter().any(|f| match f {
            FailOn::Open => true,
            FailOn::Cat1 => is(Category::I),
            FailOn::Cat2 => is(Category::II),
            FailOn::Cat3 => is(Category::III),
            FailOn::Undecided | FailOn::Waived | FailOn::None => false,
        })
    };
    // What somebody with the authority has excepted is no alarm, unless it is asked for.
    let counts = |rule: &RuleOutcome| {
        if fail_on.contains(&FailOn::Waived) { rule.result } else { rule.after_waiver() }
    };
    let open = outcome.rules.iter().any(|r| counts(r) == Verdict::Fail && wanted(&r.severity));
    let undecided = outcome.rules.iter().any(|r| counts(r).is_undecided());
    match (open, undecided && fail_on.contains(&FailOn::Undecided)) {
        (true, _) => OPEN,
        (false, true) => UNDECIDED,
        (false, false) => CLEAN,
    }
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Fail => AnsiColor::Red.on_default().bold(),
        Verdict::Pass | Verdict::Fixed => AnsiColor::Green.on_default(),
        Verdict::Error | Verdict::Unknown => AnsiColor::Yellow.on_default().bold(),
        _ => Style::new(),
    }
}

fn summary(finished: &Finished) -> Screen {
    let outcome = &finished.outcome;
    let benchmark = &outcome.benchmark;
    let bold = Style::new().bold();
    let mut text = Screen::default();
    text.styled(bold, &benchmark.title);
    let _ = writeln!(text, " {}", line(&benchmark.revision()));
    let _ = writeln!(
        text,
        "Asset {} · {} to {} UTC",
        line(&outcome.asset.name),
        outcome.started.format("%Y-%m-%d %H:%M:%S"),
        outcome.finished.format("%H:%M:%S")
    );
    if let Some(notice) = outcome.simulated_notice() {
        text.styled(AnsiColor::Magenta.on_default().bold(), &notice);
        let _ = writeln!(text);
    }
    let _ = writeln!(text);
    // Rules that ask the same thing get the same answer: it is told once.
    let mut told: Vec<(Option<&str>, &str)> = Vec::new();
    for (_, rule, result) in outcome.results().filter(|(_, _, r)| told_of(r)) {
        rule_line(&mut text, rule, result);
        let spoken = result.answer.is_some() || result.waiver.is_some() || is_joined(result);
        let twin = told.iter().find(|(probe, _)| *probe == result.probe.as_deref());
        match twin.filter(|_| result.probe.is_some() && !spoken) {
            Some((_, before)) if result.result != Verdict::NotSelected => {
                let _ = writeln!(text, "               as {} above", line(before));
            }
            _ => answer_lines(&mut text, result),
        }
        if !spoken {
            told.push((result.probe.as_deref(), &rule.version));
        }
    }
    waiting_lines(&mut text, outcome);
    let counts = Verdict::ALL.into_iter().map(|v| (v, outcome.count(v))).filter(|(_, n)| *n > 0);
    for (at, (verdict, count)) in counts.enumerate() {
        let _ = write!(text, "{}{count} ", if at == 0 { "\n" } else { " · " });
        text.styled(style(verdict), verdict.word());
    }
    let _ = writeln!(text);
    if outcome.waived() > 0 {
        let _ = writeln!(text, "Waived among them: {}", outcome.waived());
    }
    conflict_lines(&mut text, outcome);
    let scores = outcome.scores.iter().map(|s| {
        let model = s.system.rsplit(':').next().unwrap_or_default();
        format!("{model} {} of {}", number(s.score), number(s.maximum))
    });
    let _ = writeln!(text, "Scores of what was decided: {}", scores.collect::<Vec<_>>().join(" · "));
    let _ = writeln!(text, "Results: {}", path(&finished.dir));
    for (node, dir) in &finished.nodes {
        let _ = writeln!(
            text,
            "Node {}: {} open, {} undecided: {}",
            line(&node.asset.name),
            node.count(Verdict::Fail),
            node.rules.iter().filter(|rule| rule.result.is_undecided()).count(),
            path(dir)
        );
    }
    text
}

/// There is something to say of the rule but that nobody looked.
fn told_of(result: &RuleOutcome) -> bool {
    result.probe.is_some() || result.answer.is_some() || result.waiver.is_some() || is_joined(result)
}

/// The rules that wait for somebody.
fn waiting_lines(text: &mut Screen, outcome: &Outcome) {
    let waiting = |asked: bool| {
        let waits =
            move |r: &RuleOutcome| !told_of(r) && r.result == Verdict::NotChecked && r.question.is_some() == asked;
        let results = outcome.results().filter(move |(_, _, r)| waits(r));
        results.map(|(_, rule, _)| rule.version.as_str()).collect::<Vec<_>>()
    };
    let asked = waiting(true);
    if !asked.is_empty() {
        let said = format!(
            "{} rules ask a person and nobody has answered: {}. 'stigprobe explain RULE' shows how.",
            asked.len(),
            asked.join(", ")
        );
        for (n, row) in wrap(&line(&said), WIDTH - 15).into_iter().enumerate() {
            let _ = writeln!(text, "{:<14} {row}", if n == 0 { "notchecked" } else { "" });
        }
    }
    let without_probe = waiting(false).len();
    if without_probe > 0 {
        let _ = writeln!(text, "{:<14} {without_probe} more rules have no probe yet and need a person", "notchecked");
    }
}

/// The rules on which others say otherwise.
fn conflict_lines(text: &mut Screen, outcome: &Outcome) {
    let conflicts: Vec<&str> = outcome.conflicts().map(|(rule, _)| rule.version.as_str()).collect();
    if !conflicts.is_empty() {
        let said = format!(
            "Others say otherwise on {} rule{}: {}",
            conflicts.len(),
            if conflicts.len() == 1 { "" } else { "s" },
            conflicts.join(", ")
        );
        for row in wrap(&line(&said), WIDTH) {
            text.styled(AnsiColor::Yellow.on_default(), &row);
            let _ = writeln!(text);
        }
    }
}

/// A score with two digits at most.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn rule_line(text: &mut Screen, rule: &Rule, result: &RuleOutcome) {
    let verdict = result.result;
    let cat = match result.severity.category() {
        Some(category) => category.name().to_owned(),
        None => format!("severity {}", result.severity),
    };
    text.styled(style(verdict), verdict.word());
    let pad = 14_usize.saturating_sub(verdict.word().len());
    let (id, stig_id, title) = (line(&rule.id), line(&rule.version), line(&rule.title));
    let _ = writeln!(text, "{:pad$} {id} {stig_id} ({}) {title}", "", line(&cat));
}

fn answer_lines(text: &mut Screen, result: &RuleOutcome) {
    for row in wrap(&line(&result.summary), WIDTH - 15) {
        let _ = writeln!(text, "               {row}");
    }
    let open: Vec<_> = result.observations.iter().filter(|o| o.verdict() != Verdict::Pass).collect();
    for observation in open.iter().take(5) {
        let said = format!("{}: {}", line(observation.subject()), line(observation.actual()));
        for (n, row) in wrap(&said, WIDTH - 17).into_iter().enumerate() {
            let _ = writeln!(text, "               {} {row}", if n == 0 { "-" } else { " " });
        }
    }
    if open.len() > 5 {
        let _ = writeln!(text, "               - and {} more in the results", open.len() - 5);
    }
    if let Some(waiver) = &result.waiver {
        let by = &waiver.statement;
        let said = format!("Waived as {} by {} on {}: {}", waiver.result, line(&by.by), by.on, line(&by.text));
        for row in wrap(&said, WIDTH - 15) {
            let _ = writeln!(text, "               {row}");
        }
    }
    let joined = [Standing::Counts, Standing::Conflict];
    for beside in &result.beside {
        if joined.contains(&beside.standing) {
            let said = format!(
                "{} says {} ({}): {}",
                line(&beside.source),
                beside.result,
                beside.standing.word(),
                line(&beside.because)
            );
            for row in wrap(&said, WIDTH - 15) {
                let _ = writeln!(text, "               {row}");
            }
        }
    }
    if let Some(other) = &result.other_reading {
        for row in wrap(&format!("The other reading says {}: {}", other.verdict, line(&other.reason)), WIDTH - 15) {
            let _ = writeln!(text, "               {row}");
        }
    }
}

/// What others say changes the result, or contradicts it.
fn is_joined(result: &RuleOutcome) -> bool {
    result.rests_on().is_some() || result.beside.iter().any(|b| b.standing == Standing::Conflict)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn an_open_rule_sets_the_exit_code_of_its_category_and_without_one_that_of_all() {
        let mut outcome = fixture::outcome();
        for rule in &mut outcome.rules {
            rule.result = Verdict::Pass;
        }
        outcome.rules[0].result = Verdict::Fail;
        let categories = [FailOn::Cat1, FailOn::Cat2, FailOn::Cat3];
        for (word, codes) in [
            ("high", [OPEN, CLEAN, CLEAN]),
            ("CAT II", [CLEAN, OPEN, CLEAN]),
            ("low", [CLEAN, CLEAN, OPEN]),
            ("info", [CLEAN, CLEAN, OPEN]),
            ("", [OPEN; 3]),
            ("urgent", [OPEN; 3]),
        ] {
            outcome.rules[0].severity = word.into();
            assert_eq!(categories.map(|on| exit_code(&outcome, &[on])), codes, "{word}");
            assert_eq!(exit_code(&outcome, &categories), OPEN, "{word}");
        }
        let mut screen = Screen::default();
        let (_, rule, result) = outcome.results().next().expect("a rule");
        rule_line(&mut screen, rule, result);
        assert!(format!("{screen:?}").contains("(severity urgent)"), "{screen:?}");
    }
}
