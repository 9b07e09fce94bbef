//! What came out for a rule.

use chrono::{DateTime, Utc};

use super::{Answer, Beside, Standing, Waived};
use crate::facts::fleet::Nodes;
use crate::finding::{Literal, Observation};
use crate::tenable;
use crate::xccdf::ids::{check_digest, check_id, control_id};
use crate::xccdf::{Rule, Severity, Verdict};

/// What came out for one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleOutcome {
    /// The result.
    pub result: Verdict,
    /// The result in a sentence.
    pub summary: String,
    /// What it rests on.
    pub observations: Vec<Observation>,
    /// The nodes that it was decided for one by one; none where it was decided for the cluster as a whole.
    pub nodes: Option<Nodes>,
    /// Not all that the rule rests on was seen.
    pub unseen: bool,
    /// What the other reading of the check says, where it says something else.
    pub other_reading: Option<Literal>,
    /// Names of files beside the evidence that hold more.
    pub attachments: Vec<String>,
    /// Remarks on the rule itself ("the check text changed since this probe was written").
    pub notes: Vec<String>,
    /// What a person is asked, where a probe cannot know all.
    pub question: Option<String>,
    /// The person's answer that the result rests on, alone or among others.
    pub answer: Option<Answer>,
    /// The exception that was made for this result.
    pub waiver: Option<Waived>,
    /// Finding details as another program or a person wrote them: they stand in the place of ours.
    pub details: Option<String>,
    /// Comments as a person wrote them. They stand before ours, or in their place where the details
    /// are not ours either.
    pub comments: Option<String>,
    /// A person's own severity for it. `severity` is the same then.
    pub severity_override: Option<SeverityOverride>,
    /// What others said of the rule, beside the result that stands.
    pub beside: Vec<Beside>,
    /// When it was found out, where the maker says so for each rule.
    pub time: Option<DateTime<Utc>>,
    /// The check that the maker names, where it is not a probe of ours.
    pub check: Option<CheckRef>,
    /// The same control on every host, in every run and release.
    pub control_id: String,
    /// Changes with the text of the check; none where the benchmark has no check text.
    pub check_id: Option<String>,
    /// Tenable's control id for exactly this revision of the rule: published, or learned from a scan.
    pub tenable_control_id: Option<String>,
    /// Where it was learned (file, audit, revision of the plugin), if Tenable does not publish it.
    pub tenable_learned_from: Option<String>,
    /// The name of the probe that decided, if there is one.
    pub probe: Option<String>,
    /// `@role` that applied.
    pub role: String,
    /// `@severity` that applied.
    pub severity: Severity,
    /// `@weight` that applied, as written.
    pub weight: String,
}

impl RuleOutcome {
    /// A rule of which nothing is said yet: not checked.
    #[must_use]
    pub fn of(benchmark_id: &str, rule: &Rule) -> Self {
        let control_id = control_id(benchmark_id, &rule.version);
        RuleOutcome {
            result: Verdict::NotChecked,
            summary: String::new(),
            observations: Vec::new(),
            nodes: None,
            unseen: false,
            other_reading: None,
            attachments: Vec::new(),
            notes: Vec::new(),
            question: None,
            answer: None,
            waiver: None,
            details: None,
            comments: None,
            severity_override: None,
            beside: Vec::new(),
            time: None,
            check: None,
            check_id: check_digest(rule).map(|digest| check_id(&control_id, &digest)),
            control_id,
            tenable_control_id: tenable::control_id(&rule.id).map(String::from),
            tenable_learned_from: None,
            probe: None,
            role: rule.role.clone(),
            severity: Severity::read(&rule.severity),
            weight: rule.weight.text.clone(),
        }
    }

    /// The word of somebody else that the result rests on, if it does.
    #[must_use]
    pub fn rests_on(&self) -> Option<&Beside> {
        // Of two that contradict each other, the one that says what the result is.
        let won = |b: &&Beside| match b.standing {
            Standing::Counts => true,
            Standing::Conflict => b.is_of_scan() && b.result == self.result,
            Standing::Agrees | Standing::SetAside => false,
        };
        self.beside.iter().find(won)
    }

    /// The words of others that say otherwise, and that somebody has to look at.
    pub fn contradicted_by(&self) -> impl Iterator<Item = &Beside> {
        self.beside.iter().filter(|beside| beside.standing == Standing::Conflict)
    }

    /// The result that counts where exceptions do: that of the waiver, else the one that was found.
    #[must_use]
    pub fn after_waiver(&self) -> Verdict {
        self.waiver.as_ref().map_or(self.result, |w| w.result)
    }
}

/// A severity that a person gave a finding in the place of the rule's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityOverride {
    /// The severity.
    pub severity: Severity,
    /// Why; empty where no reason is given.
    pub reason: String,
}

/// A check by its system and place, as XCCDF names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckRef {
    /// `check/@system`.
    pub system: String,
    /// `check-content-ref/@href`.
    pub href: String,
    /// `check-content-ref/@name`.
    pub name: Option<String>,
}
