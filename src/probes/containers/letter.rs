//! What the check's own command would have said of the same containers.
//!
//! A slip of the pen that leaves the meaning clear is read as meant: `Healthy` for the engine's word
//! `healthy`, `seccomp:=unconfined`, `Propagation-rshared`. What the command does not print or the text
//! does not name is no finding by the letter, and what both reach is one, the product's own containers
//! and those that a policy exempts among it.

use super::population::{Context, Placed, Population};
use crate::facts::container::{Container, Row};
use crate::facts::field::Field;
use crate::probes::product::UCP_VERSION;
use crate::xccdf::Verdict;

/// The check's letter, for one rule.
#[derive(Debug)]
pub(super) struct Letter {
    /// Whom its command prints.
    pub(super) command: Command,
    /// What of that the text calls a finding; none where the evidence does not hold what is printed.
    pub(super) finds: for<'a> fn(&Placed<'a>, &Context<'a>) -> Option<bool>,
    /// The same in words, as far as it is not what the requirement wants; empty where only the choice of
    /// containers differs.
    pub(super) words: &'static str,
}

/// Whom the command of a check prints.
#[derive(Clone, Copy, Debug)]
pub(super) enum Command {
    /// `docker ps --quiet --all`: every container, the product's own as well. A grep for words behind
    /// `--quiet` finds none of them in an id.
    All,
    /// `docker ps --quiet`: those that run.
    Running,
    /// `docker ps --all | grep -iv "ucp\|kube\|dtr"`: rows of the table without these words anywhere.
    Rows,
    /// `docker inspect … | grep -iv`: lines of the answer without words that this knows.
    Lines(fn(&Placed<'_>) -> bool),
    /// `--all --filter label=com.docker.ucp.version`: the product's own only.
    Labelled,
    /// The same without `--all`.
    LabelledRunning,
}

impl Command {
    fn prints(self, placed: &Placed<'_>) -> bool {
        let labelled = || placed.container.labels.contains_key(UCP_VERSION);
        match self {
            Command::All => true,
            Command::Running => placed.runs(),
            Command::Rows => {
                let Row { ucp, kube, dtr, .. } = placed.container.row;
                !(ucp || kube || dtr)
            }
            Command::Lines(keeps) => keeps(placed),
            Command::Labelled => labelled(),
            Command::LabelledRunning => labelled() && placed.runs(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Command::All => "the check's command lists every container, the product's own among them",
            Command::Running => "the check's command lists the containers that run, the product's own among them",
            Command::Rows => {
                "the check's command drops every row of docker ps in which ucp, kube or dtr stands anywhere, and no others"
            }
            Command::Lines(_) => {
                "the check's command drops every line of its answer in which words of the product stand anywhere, and no others"
            }
            Command::Labelled => {
                "the check's command lists only containers with the label com.docker.ucp.version, which are the product's own"
            }
            Command::LabelledRunning => {
                "the check's command lists only running containers with the label com.docker.ucp.version, which are the product's own"
            }
        }
    }
}

impl Letter {
    /// What the letter says of those containers of the population that `concerned` picks, and why it may
    /// be something else than the requirement; none where the evidence does not hold enough.
    pub(super) fn verdict<'a>(
        &self,
        population: &Population<'a>,
        context: &Context<'a>,
        concerned: impl Fn(&Placed<'a>) -> bool,
    ) -> Option<(Verdict, String)> {
        let mut findings = 0_u64;
        let mut first = None;
        let mut unknown = false;
        for placed in population.all().filter(|placed| concerned(placed)) {
            if !self.command.prints(&placed) {
                continue;
            }
            match (self.finds)(&placed, context) {
                Some(true) => {
                    findings += 1;
                    first = first.or(Some(placed));
                }
                Some(false) => {}
                None => unknown = true,
            }
        }
        let mut why = self.command.words().to_owned();
        if !self.words.is_empty() {
            why = format!("{why}; {}", self.words);
        }
        match first {
            Some(placed) => {
                let who = match findings {
                    1 => format!("{} is a finding", placed.shown()),
                    n => format!("{} and {} more are findings", placed.shown(), n - 1),
                };
                let exempt = if population.apart_counts().1 > 0 { ", and it knows no exemptions" } else { "" };
                why = format!("{why}{exempt}: by that, {who}");
                Some((Verdict::Fail, why))
            }
            None if unknown => None,
            None => Some((Verdict::Pass, format!("{why}: by that, nothing is a finding"))),
        }
    }
}

/// Whether this word is printed. What is printed where no such value stands differs between versions of
/// the command line tool: then nobody knows.
pub(super) fn prints(field: &Field<String>, word: &str) -> Option<bool> {
    field.get().map(|value| value == word)
}

/// A list as it is printed: null is an empty one.
pub(super) fn list<T>(field: &Field<Vec<T>>) -> Option<&[T]> {
    match field {
        Field::Is(list) => Some(list),
        Field::Null => Some(&[]),
        Field::Absent | Field::Odd(_) => None,
    }
}

/// Whether one of these words stands in the text, in any case.
pub(super) fn has_word(text: &str, words: &[&str]) -> bool {
    let text = text.as_bytes();
    words.iter().any(|word| text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())))
}

/// Whether one of these words stands in what `{{ .Mounts }}` prints of the container.
pub(super) fn mounts_have(container: &Container, words: &[&str]) -> Option<bool> {
    let has = |text: &str| has_word(text, words);
    let mounts = list(&container.mounts)?;
    Some(mounts.iter().any(|m| has(&m.kind) || has(&m.name) || has(&m.source) || has(&m.destination)))
}
