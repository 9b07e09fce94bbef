//! What a probe says: observations, and how they fold into the result of a rule.
//!
//! A result is never set by hand. `pass` and `fail` come from observations, an observation that
//! decides needs the [`Origin`] of what was seen, and no observations at all are an `error`.

use crate::facts::fleet::{Everywhere, Nodes};
use crate::facts::{Absent, At, Origin};
use crate::xccdf::Verdict;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    subject: String,
    expected: String,
    actual: String,
    verdict: Verdict,
    origin: Origin,
    node: Option<String>,
}

impl Observation {
    /// Something that was seen and either holds or does not.
    pub fn seen<'a>(
        at: impl Into<At<'a>>,
        subject: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
        holds: bool,
    ) -> Self {
        let verdict = if holds { Verdict::Pass } else { Verdict::Fail };
        Self::with(at.into(), subject, expected, actual, verdict)
    }

    /// Something of which the source says too little to decide.
    pub fn undecided<'a>(
        at: impl Into<At<'a>>,
        subject: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        Self::with(at.into(), subject, expected, actual, Verdict::Error)
    }

    fn with(
        at: At<'_>,
        subject: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
        verdict: Verdict,
    ) -> Self {
        Observation {
            subject: subject.into(),
            expected: expected.into(),
            actual: actual.into(),
            verdict,
            origin: Origin { node: None, ..at.origin().clone() },
            node: at.node().map(str::to_owned),
        }
    }

    /// What was looked at.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }
    /// What the requirement wants.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }
    /// What is there.
    #[must_use]
    pub fn actual(&self) -> &str {
        &self.actual
    }
    /// Whether the two agree.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }
    /// Where it was seen.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
    /// The node that it speaks of; none where it speaks of several, or of the cluster as a whole.
    #[must_use]
    pub fn node(&self) -> Option<&str> {
        self.node.as_deref()
    }
    /// The same thing seen at the same place, where something allows what was not as expected.
    #[must_use]
    pub fn allowed(self, expected: impl Into<String>) -> Self {
        Observation { expected: expected.into(), verdict: Verdict::Pass, ..self }
    }
}

/// What the check's literal commands would have said, where that is something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The result by the letter.
    pub verdict: Verdict,
    /// Why the letter and the requirement part.
    pub reason: String,
}

/// What a probe says of its rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    verdict: Verdict,
    summary: String,
    observations: Vec<Observation>,
    nodes: Option<Nodes>,
    literal: Option<Literal>,
    attachments: Vec<String>,
}

impl Finding {
    /// The result of all observations together (the AND of XCCDF), with a sentence made from it.
    /// Without any observation nothing was seen: `error`.
    pub fn fold(observations: Vec<Observation>, summary: impl FnOnce(Verdict) -> String) -> Self {
        let verdict = observations.iter().map(Observation::verdict).reduce(Verdict::and);
        match verdict {
            Some(verdict) => Self::new(verdict, summary(verdict), observations),
            None => Self::new(Verdict::Error, "The probe made no observation.".into(), observations),
        }
    }

    /// Nothing can be concluded, whatever the observations say one by one: the population they
    /// speak of was not read to its end.
    #[must_use]
    pub fn incomplete(summary: String, observations: Vec<Observation>) -> Self {
        Self::new(Verdict::Error, summary, observations)
    }

    /// The rule is not about anything here, as these observations show. Without any, nothing was seen:
    /// `error`.
    #[must_use]
    pub fn not_applicable(observations: Vec<Observation>, summary: String) -> Self {
        let verdict = if observations.is_empty() { Verdict::Error } else { Verdict::NotApplicable };
        Self::new(verdict, summary, observations)
    }

    /// The result of all observations over a population: what [`Finding::fold`] says if all of it was
    /// seen, and undecided, with what was missed by name, if not.
    pub fn over<T>(
        population: &Everywhere<'_, T>,
        observations: Vec<Observation>,
        summary: impl FnOnce(Verdict) -> String,
    ) -> Self {
        const NAMED: usize = 20;
        let missed = population.missed();
        if missed.is_empty() {
            return Self::fold(observations, summary).on(population);
        }
        let open = observations.iter().filter(|o| o.verdict() == Verdict::Fail);
        let seen = match open.count() {
            0 => String::new(),
            n => format!(" What was seen holds {n} finding{} already.", if n == 1 { "" } else { "s" }),
        };
        let mut named: Vec<String> = missed.iter().take(NAMED).map(|m| format!("{} ({})", m.place, m.reason)).collect();
        if missed.len() > NAMED {
            named.push(format!("and {} more", missed.len() - NAMED));
        }
        let summary = format!("Not all was seen; missing: {}.{seen}", named.join("; "));
        Self::incomplete(summary, observations).on(population)
    }

    /// The same finding, which speaks of each of these nodes.
    #[must_use]
    pub fn on<T>(mut self, population: &Everywhere<'_, T>) -> Self {
        self.nodes = Some(population.nodes());
        self
    }

    fn new(verdict: Verdict, summary: String, observations: Vec<Observation>) -> Self {
        Finding { verdict, summary, observations, nodes: None, literal: None, attachments: Vec::new() }
    }

    /// The requirement is about something that was not given to look at, and that the organisation's
    /// policy says is not there. Nothing was seen, so there are no observations.
    #[must_use]
    pub fn not_applicable_by_policy(summary: String) -> Self {
        Self::new(Verdict::NotApplicable, summary, Vec::new())
    }

    /// The same finding, with a sentence more.
    #[must_use]
    pub fn with_remark(mut self, remark: &str) -> Self {
        self.summary = format!("{} {remark}", self.summary);
        self
    }

    /// The same finding, with what the check's letter would say.
    #[must_use]
    pub fn with_literal(mut self, verdict: Verdict, reason: impl Into<String>) -> Self {
        self.literal = Some(Literal { verdict, reason: reason.into() });
        self
    }

    /// The same finding, pointing to a file in the evidence that holds the rest.
    #[must_use]
    pub fn with_attachment(mut self, file: impl Into<String>) -> Self {
        self.attachments.push(file.into());
        self
    }

    /// The result.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }
    /// The result in a sentence.
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }
    /// What it rests on.
    #[must_use]
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }
    /// The nodes that it speaks of one by one; none where the rule is decided for the cluster as a whole.
    #[must_use]
    pub fn nodes(&self) -> Option<&Nodes> {
        self.nodes.as_ref()
    }
    /// What the letter would say, where it says something else.
    #[must_use]
    pub fn literal(&self) -> Option<&Literal> {
        self.literal.as_ref()
    }
    /// Names of files in the evidence.
    #[must_use]
    pub fn attachments(&self) -> &[String] {
        &self.attachments
    }
}

impl From<Absent> for Finding {
    fn from(absent: Absent) -> Self {
        Finding::new(absent.verdict(), absent.to_string(), Vec::new())
    }
}
