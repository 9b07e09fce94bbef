//! What a probe says: observations, and how they fold into the result of a rule.
//!
//! A result is never set by hand. `pass` and `fail` come from observations, an observation that
//! decides needs the [`Origin`] of what was seen, and no observations at all are an `error`.
//!
//! A rule that rests on several facts, or on several places, takes them up in [`Parts`]: one that could not
//! be seen ends the look at none of the others. What is certainly wrong is `fail` whatever else was not
//! seen, and the finding says what that was; below it any part that was not seen leaves the rule undecided.

use crate::facts::fleet::{Everywhere, Missed, Nodes};
use crate::facts::proof::Proven;
use crate::facts::{Absent, At, Fact, Origin, Read};
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
    /// The result that what was not seen would have by itself.
    unseen: Option<Verdict>,
    literal: Option<Literal>,
    attachments: Vec<String>,
}

/// The result of several: `fail` wins over everything; below it any that is undecided leaves the whole
/// undecided (`error` > `unknown` > `notchecked` > `pass`), which is stricter than XCCDF's AND. None of none.
#[must_use]
pub fn strictest(verdicts: impl IntoIterator<Item = Verdict>) -> Option<Verdict> {
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Fail => 8,
        Verdict::Error => 7,
        Verdict::Unknown => 6,
        Verdict::NotChecked => 5,
        Verdict::Pass => 4,
        Verdict::Fixed => 3,
        Verdict::NotApplicable => 2,
        Verdict::NotSelected => 1,
        Verdict::Informational => 0,
    };
    verdicts.into_iter().max_by_key(rank)
}

/// What a rule rests on, part by part: what was seen, and what was not.
///
/// Whatever was asked for and not seen is kept here by the same step that hands out what was. So a probe
/// can neither lose what another part shows, nor pass without a part that it asked for.
#[derive(Debug, Default)]
pub struct Parts {
    observations: Vec<Observation>,
    unseen: Vec<Unseen>,
    nodes: Option<Vec<String>>,
}

/// As much of a fact as was seen.
#[derive(Debug)]
pub struct Part<'a, T> {
    /// What was seen, all of it or not: for what is certain by a member of a list, whatever else is in it.
    pub seen: &'a Read<T>,
    is_whole: bool,
}

impl<'a, T> Part<'a, T> {
    /// The fact, if that is all of it: for what is certain only by the whole list (what is not in it, how many there
    /// are).
    #[must_use]
    pub fn whole(self) -> Option<&'a Read<T>> {
        self.is_whole.then_some(self.seen)
    }
}

impl<T> Clone for Part<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Part<'_, T> {}

/// A part that was not seen.
#[derive(Debug)]
struct Unseen {
    /// What a rule comes to that rests on it alone.
    verdict: Verdict,
    /// What it is and why, in words.
    said: String,
    /// Which are a sentence.
    is_sentence: bool,
    missed: Missed,
}

impl Parts {
    /// What there is to be seen of a part, or none, which is kept in mind. Values of the policy are parts as
    /// facts are.
    pub fn take<T>(&mut self, part: Result<T, Absent>) -> Option<T> {
        part.map_err(|absent| self.lack(&absent)).ok()
    }

    /// A fact.
    pub fn look<'a, T: Proven>(&mut self, fact: &'a Fact<T>) -> Option<&'a Read<T>> {
        self.take(fact.read())
    }

    /// As much of a fact as was seen. What broke off is kept in mind as what is absent is: what is certainly wrong in
    /// the part that was seen is open, and nothing passes by it.
    pub fn look_at_part<'a, T: Proven>(&mut self, fact: &'a Fact<T>) -> Option<Part<'a, T>> {
        let (seen, missing) = fact.part();
        if let Some(missing) = &missing {
            self.lack(missing);
        }
        seen.map(|seen| Part { seen, is_whole: missing.is_none() })
    }

    /// Keeps in mind that a part is not there.
    pub fn lack(&mut self, absent: &Absent) {
        let missed = Missed { place: absent.place().to_owned(), reason: absent.reason() };
        self.miss(Unseen { verdict: absent.verdict(), said: absent.to_string(), is_sentence: true, missed });
    }

    /// Adds something that was seen.
    pub fn see(&mut self, observation: Observation) {
        self.observations.push(observation);
    }

    /// Adds all that was seen of something.
    pub fn extend(&mut self, observations: impl IntoIterator<Item = Observation>) {
        self.observations.extend(observations);
    }

    /// The rule is decided node by node, over this population; what was missed of it was not seen.
    pub fn over<T>(&mut self, population: &Everywhere<'_, T>) {
        let nodes = population.nodes();
        let known = self.nodes.get_or_insert_default();
        known.extend(nodes.seen);
        known.sort();
        known.dedup();
        for (missed, verdict) in population.unseen() {
            let said = format!("{} ({})", missed.place, missed.reason);
            self.miss(Unseen { verdict, said, is_sentence: false, missed: missed.clone() });
        }
    }

    fn miss(&mut self, unseen: Unseen) {
        if !self.unseen.iter().any(|known| known.said == unseen.said) {
            self.unseen.push(unseen);
        }
    }

    /// What was seen so far.
    #[must_use]
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// How much of what was seen is certainly wrong.
    #[must_use]
    pub fn open(&self) -> usize {
        self.observations.iter().filter(|o| o.verdict() == Verdict::Fail).count()
    }

    /// Whether all that was asked for was seen.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.unseen.is_empty()
    }

    /// What all parts together say ([`strictest`]), with a sentence made from the result of what was seen. If
    /// not all was, it says so: that there is nothing to say of it, or what is open already.
    pub fn fold(self, summary: impl FnOnce(Verdict) -> String) -> Finding {
        let unseen = strictest(self.unseen.iter().map(|u| u.verdict));
        let seen = strictest(self.observations.iter().map(Observation::verdict));
        let verdict = strictest(seen.into_iter().chain(unseen));
        let text = match verdict {
            None => "The probe made no observation.".to_owned(),
            Some(verdict) if self.is_whole() => summary(verdict),
            Some(Verdict::Fail) => {
                format!("{} {} open so far; not seen: {}.", summary(Verdict::Fail), self.open(), self.named())
            }
            Some(_) => match self.unseen.as_slice() {
                [only] if only.is_sentence => only.said.clone(),
                _ => format!("Not all was seen; missing: {}.", self.named()),
            },
        };
        let missed = self.unseen.into_iter().map(|u| u.missed).collect();
        let nodes = self.nodes.map(|seen| Nodes { seen, missed });
        let verdict = verdict.unwrap_or(Verdict::Error);
        Finding { nodes, unseen, ..Finding::new(verdict, text, self.observations) }
    }

    /// The first of what was not seen.
    fn named(&self) -> String {
        const NAMED: usize = 20;
        let mut named: Vec<&str> = self.unseen.iter().take(NAMED).map(|u| u.said.as_str()).collect();
        let more = format!("and {} more", self.unseen.len().saturating_sub(NAMED));
        if self.unseen.len() > NAMED {
            named.push(&more);
        }
        named.join("; ")
    }
}

impl Finding {
    /// The result of all observations together ([`strictest`]), with a sentence made from it. Without any
    /// observation nothing was seen: `error`.
    pub fn fold(observations: Vec<Observation>, summary: impl FnOnce(Verdict) -> String) -> Self {
        Parts { observations, ..Parts::default() }.fold(summary)
    }

    /// The population that the observations speak of was not read to its end: undecided, whatever they say
    /// one by one, unless one of them shows what is certainly wrong.
    #[must_use]
    pub fn incomplete(summary: String, observations: Vec<Observation>) -> Self {
        let is_open = observations.iter().any(|o| o.verdict() == Verdict::Fail);
        let verdict = if is_open { Verdict::Fail } else { Verdict::Error };
        Finding { unseen: Some(Verdict::Error), ..Self::new(verdict, summary, observations) }
    }

    /// The rule is not about anything here, as these observations show. Without any, nothing was seen:
    /// `error`.
    #[must_use]
    pub fn not_applicable(observations: Vec<Observation>, summary: String) -> Self {
        let verdict = if observations.is_empty() { Verdict::Error } else { Verdict::NotApplicable };
        Self::new(verdict, summary, observations)
    }

    /// The result of all observations over a population, with what was missed of it by name.
    pub fn over<T>(
        population: &Everywhere<'_, T>,
        observations: Vec<Observation>,
        summary: impl FnOnce(Verdict) -> String,
    ) -> Self {
        let mut parts = Parts { observations, ..Parts::default() };
        parts.over(population);
        parts.fold(summary)
    }

    /// The same finding, which speaks of each of these nodes.
    #[must_use]
    pub fn on<T>(mut self, population: &Everywhere<'_, T>) -> Self {
        self.nodes = Some(population.nodes());
        self
    }

    fn new(verdict: Verdict, summary: String, observations: Vec<Observation>) -> Self {
        Finding { verdict, summary, observations, nodes: None, unseen: None, literal: None, attachments: Vec::new() }
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

    /// The same finding, beside what the check's letter says of what was seen, where that is something else.
    /// To the letter as well, what was not seen whole is undecided while nothing of it is open.
    #[must_use]
    pub fn beside_letter(self, letter: Verdict, reason: impl Into<String>) -> Self {
        match self.unseen {
            None if letter == self.verdict => self,
            None => self.with_literal(letter, reason),
            Some(_) if self.verdict != Verdict::Fail || letter == Verdict::Fail => self,
            Some(unseen) => {
                let reason = format!("{}; and not all was seen", reason.into());
                self.with_literal(unseen, reason)
            }
        }
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
    /// Whether all that it rests on was seen.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.unseen.is_none()
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
        let unseen = Some(absent.verdict());
        Finding { unseen, ..Finding::new(absent.verdict(), absent.to_string(), Vec::new()) }
    }
}
