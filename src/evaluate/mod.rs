//! Plan × evidence × policy → outcome. Pure: no clock, no files, no network.

pub mod nodes;
mod people;

use std::sync::Arc;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::evidence::Bundle;
use crate::finding::{Finding, Literal};
use crate::outcome::{BenchmarkSource, Interpretation, Maker, Outcome, ProfileRef, RuleOutcome};
use crate::plan::{Plan, Planned};
use crate::policy::{Asked, Policy};
use crate::probes::Probe;
use crate::registry::Binding;
use crate::xccdf::apply::AppliedRule;
use crate::xccdf::ids::check_digest;
use crate::xccdf::score::{Score, Weights, weighted};
use crate::xccdf::{Benchmark, Profile, Rule, Severity, Verdict};
use people::Subject;

/// What is judged, and by what.
#[derive(Debug)]
pub struct Case<'a> {
    /// The benchmark, and where it came from.
    pub benchmark: &'a Arc<Benchmark>,
    /// Where it came from.
    pub source: &'a BenchmarkSource,
    /// The profile that applies.
    pub profile: Option<&'a Profile>,
    /// What is to be decided.
    pub plan: &'a Plan,
    /// What was seen.
    pub bundle: &'a Bundle,
    /// What the organisation wants.
    pub policy: &'a Policy,
    /// Which reading decides.
    pub interpretation: Interpretation,
}

/// Decides every rule of the plan.
#[must_use]
pub fn evaluate(case: &Case<'_>) -> Outcome {
    let rules: Vec<RuleOutcome> = case
        .benchmark
        .rules()
        .zip(case.plan.rules.iter().zip(&case.plan.applied.rules))
        .map(|((_, rule), (planned, applied))| decide(case, rule, planned, applied))
        .collect();
    let results: Vec<Vec<Verdict>> = rules.iter().map(|r| vec![r.after_waiver()]).collect();
    let weights = weights(case.plan);
    let evidence = &case.bundle.evidence;
    Outcome {
        benchmark: Arc::clone(case.benchmark),
        source: case.source.clone(),
        profile: case.profile.map(|p| ProfileRef {
            id: p.id.clone(),
            title: p.title.clone(),
            tailoring: p.tailoring.clone(),
        }),
        asset: evidence.asset.clone(),
        endpoints: evidence.endpoints.clone(),
        simulated: evidence.simulated.clone(),
        interpretation: case.interpretation,
        started: evidence.started,
        finished: evidence.finished,
        maker: Maker::this(),
        imported: None,
        evidence_sha256: case.bundle.sha256.clone(),
        policy_sha256: case.policy.sha256.clone(),
        scores: weighted(case.benchmark, &weights, &results),
        history: Vec::new(),
        rules,
    }
}

/// The scores of an outcome's results, as exceptions leave them.
#[must_use]
pub fn score(outcome: &Outcome, weights: &Weights) -> Vec<Score> {
    let results = outcome.rules.iter().map(|r| vec![r.after_waiver()]);
    weighted(&outcome.benchmark, weights, &results.collect::<Vec<_>>())
}

/// The weights that count in a run.
#[must_use]
pub fn weights(plan: &Plan) -> Weights {
    let applied = &plan.applied;
    Weights {
        rules: applied.rules.iter().map(|r| r.weight.value).collect(),
        groups: applied.group_weights.iter().map(|w| w.value).collect(),
    }
}

fn decide(case: &Case<'_>, rule: &Rule, planned: &Planned, applied: &AppliedRule) -> RuleOutcome {
    let digest = check_digest(rule);
    let blank = RuleOutcome {
        role: applied.role.clone(),
        severity: Severity::read(&applied.severity),
        weight: applied.weight.text.clone(),
        ..RuleOutcome::of(&case.benchmark.id, rule)
    };
    match planned {
        Planned::NotSelected => RuleOutcome {
            result: Verdict::NotSelected,
            summary: "The profile or the options of this run leave this rule out.".into(),
            ..blank
        },
        Planned::Unchecked => RuleOutcome {
            summary: "Its role is unchecked: profile or benchmark say that it is not to be checked.".into(),
            ..blank
        },
        Planned::NoProbe => {
            let outcome = RuleOutcome {
                summary: "No probe yet: stigprobe cannot decide this rule. It has to be reviewed by a person.".into(),
                ..blank
            };
            let name = if rule.version.is_empty() { &rule.id } else { &rule.version };
            by_people(case, outcome, name, digest.as_deref(), None)
        }
        Planned::Decide(binding) => {
            let mut outcome = RuleOutcome { probe: binding.card().map(|card| card.name.to_owned()), ..blank };
            if let Some(probe) = binding.probe() {
                outcome = settle(outcome, &ask(probe, case), case.interpretation);
            }
            if digest.as_deref().is_some_and(|digest| digest != binding.check_digest) {
                outcome.notes.push(
                    "The check text of this benchmark is not the one that the probe was written for; \
                     read the check before relying on the result."
                        .into(),
                );
            }
            by_people(case, outcome, binding.stig_id, digest.as_deref(), Some(binding))
        }
    }
}

/// Adds what people say of the rule, and what its role makes of it.
fn by_people(
    case: &Case<'_>,
    outcome: RuleOutcome,
    stig_id: &str,
    check_digest: Option<&str>,
    binding: Option<&Binding>,
) -> RuleOutcome {
    let control_id = outcome.control_id.clone();
    let subject = Subject {
        stig_id,
        asked: Asked {
            today: people::today(case.bundle.evidence.finished),
            control_id: &control_id,
            check_digest,
            known: binding.map(|b| b.check_digest),
        },
        by: binding.map(|b| b.by),
    };
    let outcome = unscored(people::answered(outcome, case.policy, &subject));
    people::waived(outcome, case.policy, &subject)
}

/// A rule that is looked at and not counted is informational, whatever was seen (IR 7275 r4, table 9).
fn unscored(mut outcome: RuleOutcome) -> RuleOutcome {
    if outcome.role == "unscored" {
        let said = outcome.result;
        outcome.notes.push(format!("Its role is unscored: it came out as {said}, and counts as informational."));
        outcome.result = Verdict::Informational;
    }
    outcome
}

/// Asks the probe. One that panics is an error on this rule, and on no other.
fn ask(probe: &dyn Probe, case: &Case<'_>) -> Finding {
    let facts = &case.bundle.evidence.facts;
    let asked = catch_unwind(AssertUnwindSafe(|| probe.decide(facts, case.policy)));
    match asked {
        Ok(Ok(finding)) => finding,
        Ok(Err(absent)) => absent.into(),
        Err(_) => Finding::incomplete(
            format!("The probe {} failed inside. This is a defect of stigprobe: please report it.", probe.card().name),
            Vec::new(),
        ),
    }
}

/// Takes the reading that decides, and keeps the other one beside it.
fn settle(mut outcome: RuleOutcome, finding: &Finding, interpretation: Interpretation) -> RuleOutcome {
    outcome.result = finding.verdict();
    outcome.summary = finding.summary().into();
    outcome.observations = finding.observations().to_vec();
    outcome.nodes = finding.nodes().cloned();
    outcome.unseen = !finding.is_whole();
    outcome.attachments = finding.attachments().to_vec();
    outcome.notes.extend(nodes::by_node(&outcome));
    match (finding.literal(), interpretation) {
        (None, _) => {}
        (Some(literal), Interpretation::Intent) => outcome.other_reading = Some(literal.clone()),
        (Some(literal), Interpretation::Literal) => {
            outcome.result = literal.verdict;
            outcome.summary = format!("By the letter of the check: {}. ({})", literal.verdict, literal.reason);
            let reason = format!("by the requirement: {}", finding.summary());
            outcome.other_reading = Some(Literal { verdict: finding.verdict(), reason });
        }
    }
    outcome
}
