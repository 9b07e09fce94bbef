//! A run as data: what was scanned, with which benchmark, and what came out. All that a report may
//! see, and a pure function of benchmark, evidence and policy.

mod beside;
mod ids;
mod made;
mod names;
mod people;
mod rule;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::printable::line;
use crate::target::Asset;
use crate::xccdf::score::Score;
use crate::xccdf::{Benchmark, Group, Rule, Severity, Verdict};

pub use beside::{Beside, Overriding, Standing};
pub use ids::Identified;
pub use made::{BenchmarkSource, Endpoint, Imported, Interpretation, Maker, ProfileRef};
pub use names::{directory, file_safe, fit, marked};
pub use people::{Answer, EvidenceFile, Statement, Waived};
pub use rule::{CheckRef, RuleOutcome, SeverityOverride};

/// The name under which results say who made them.
pub const TOOL: &str = "stigprobe";
/// The version of this program.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");
/// The word that marks everything that was not seen on a real system.
pub const SIMULATED: &str = "SIMULATED";

/// A finished run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The benchmark, as it was read: one for all outcomes of a run.
    pub benchmark: Arc<Benchmark>,
    /// Where the benchmark came from.
    pub source: BenchmarkSource,
    /// The profile that was applied, if one was.
    pub profile: Option<ProfileRef>,
    /// What the results are filed under.
    pub asset: Asset,
    /// What was asked: the URLs of the targets.
    pub endpoints: Vec<Endpoint>,
    /// The scenario of the lab, where the target was no real system.
    pub simulated: Option<String>,
    /// Which reading of the checks decides.
    pub interpretation: Interpretation,
    /// When collecting began.
    pub started: DateTime<Utc>,
    /// When collecting ended.
    pub finished: DateTime<Utc>,
    /// Who made the results.
    pub maker: Maker,
    /// The file that they were read from, where an earlier run or another program made them.
    pub imported: Option<Imported>,
    /// SHA-256 of the evidence that was judged, in hexadecimal; empty where none was at hand.
    pub evidence_sha256: String,
    /// SHA-256 of the policy that judged it, if there was one.
    pub policy_sha256: Option<String>,
    /// One for each rule of the benchmark, in its order.
    pub rules: Vec<RuleOutcome>,
    /// Scores by each model of XCCDF.
    pub scores: Vec<Score>,
    /// Earlier runs of the same asset with the same benchmark, the oldest first.
    pub history: Vec<Past>,
}

/// What came out of an earlier run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// When collecting ended.
    pub finished: DateTime<Utc>,
    /// How many rules came out so, by severity and result.
    pub counts: Vec<(Severity, Verdict, usize)>,
}

impl Outcome {
    /// Each rule with its group and what came out for it, in the order of the benchmark.
    pub fn results(&self) -> impl Iterator<Item = (Option<&Group>, &Rule, &RuleOutcome)> {
        self.benchmark.rules().zip(&self.rules).map(|((group, rule), outcome)| (group, rule, outcome))
    }

    /// How many rules came out with this result.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rules.iter().filter(|r| r.result == verdict).count()
    }

    /// For how many rules an exception counts.
    #[must_use]
    pub fn waived(&self) -> usize {
        self.rules.iter().filter(|r| r.waiver.is_some()).count()
    }

    /// The rules on which others say otherwise.
    pub fn conflicts(&self) -> impl Iterator<Item = (&Rule, &RuleOutcome)> {
        self.results()
            .filter(|(_, _, outcome)| outcome.contradicted_by().next().is_some())
            .map(|(_, rule, outcome)| (rule, outcome))
    }

    /// The program that made the results, with its version where that is known.
    #[must_use]
    pub fn made_by(&self) -> String {
        format!("{} {}", self.maker.name, self.maker.version).trim_end().to_owned()
    }

    /// How the program that made the results names itself: XCCDF's `test-system`, ours as a CPE 2.2
    /// name. A simulated run has a product name of its own, so that it stays visible where only
    /// product and version are kept.
    #[must_use]
    pub fn test_system(&self) -> String {
        if let Some(system) = &self.maker.system {
            return system.clone();
        }
        if !self.maker.is_ours() {
            let version = if self.maker.version.is_empty() { "unknown" } else { &self.maker.version };
            return format!("{}:{version}", self.maker.name);
        }
        let product = if self.simulated.is_some() { "stigprobe_simulated" } else { TOOL };
        format!("cpe:/a:{TOOL}:{product}:{}", self.maker.version)
    }

    /// A sentence that says that nothing here is real, for runs against the lab.
    #[must_use]
    pub fn simulated_notice(&self) -> Option<String> {
        let scenario = line(self.simulated.as_deref()?);
        Some(format!(
            "{SIMULATED}: these results come from stigprobe's lab (scenario {scenario}), not from a real system."
        ))
    }
}
