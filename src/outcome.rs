//! A run as data: what was scanned, with which benchmark, and what came out. All that a report may
//! see, and a pure function of benchmark, evidence and policy.

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use crate::facts::fleet::Nodes;
use crate::finding::{Literal, Observation};
use crate::target::Asset;
use crate::xccdf::ids::hex;
use crate::xccdf::model::TailoringRef;
use crate::xccdf::score::Score;
use crate::xccdf::{Benchmark, Group, Rule, Verdict};

/// The name under which results say who made them.
pub const TOOL: &str = "stigprobe";
/// The version of this program.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");
/// The word that marks everything that was not seen on a real system.
pub const SIMULATED: &str = "SIMULATED";

/// A finished run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The benchmark, as it was read.
    pub benchmark: Benchmark,
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
    /// SHA-256 of the evidence that was judged, in hexadecimal.
    pub evidence_sha256: String,
    /// SHA-256 of the policy that judged it, if there was one.
    pub policy_sha256: Option<String>,
    /// One for each rule of the benchmark, in its order.
    pub rules: Vec<RuleOutcome>,
    /// Scores by each model of XCCDF.
    pub scores: Vec<Score>,
}

/// Where a benchmark came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BenchmarkSource {
    /// File name without its directory, or the name of a shipped benchmark.
    pub name: String,
    /// SHA-256 of the document.
    pub sha256: String,
    /// It is one of ours: facts are DISA's, words are not.
    pub shipped: bool,
}

/// A profile by its id and title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRef {
    /// `@id`, as written.
    pub id: String,
    /// Title.
    pub title: String,
    /// The tailoring that the profile comes from, when it comes from one.
    pub tailoring: Option<TailoringRef>,
}

/// A thing that was asked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Endpoint {
    /// `UCP` or `DTR`.
    pub kind: String,
    /// Its URL, without credentials.
    pub url: String,
    /// The account that was used, or how it was authenticated; never a secret.
    pub identity: Option<String>,
}

/// Which reading of a check decides, where its commands and its requirement part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Interpretation {
    /// The requirement: title and discussion.
    #[default]
    Intent,
    /// The commands, by the letter.
    Literal,
}

impl Interpretation {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Interpretation::Intent => "intent",
            Interpretation::Literal => "literal",
        }
    }
}

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
    /// What the other reading of the check says, where it says something else.
    pub other_reading: Option<Literal>,
    /// Names of files beside the evidence that hold more.
    pub attachments: Vec<String>,
    /// Remarks on the rule itself ("the check text changed since this probe was written").
    pub notes: Vec<String>,
    /// What a person is asked, where a probe cannot know all.
    pub question: Option<&'static str>,
    /// The person's answer that the result rests on, alone or among others.
    pub answer: Option<Answer>,
    /// The exception that was made for this result.
    pub waiver: Option<Waived>,
    /// The same control on every host, in every run and release.
    pub control_id: String,
    /// Changes with the text of the check; none where the benchmark has no check text.
    pub check_id: Option<String>,
    /// The control id that Tenable publishes for exactly this revision of the rule.
    pub tenable_control_id: Option<&'static str>,
    /// The name of the probe that decided, if there is one.
    pub probe: Option<&'static str>,
    /// `@role` that applied.
    pub role: String,
    /// `@severity` that applied.
    pub severity: String,
    /// `@weight` that applied, as written.
    pub weight: String,
}

impl RuleOutcome {
    /// The result that counts where exceptions do: that of the waiver, else the one that was found.
    #[must_use]
    pub fn after_waiver(&self) -> Verdict {
        self.waiver.as_ref().map_or(self.result, |w| w.result)
    }
}

/// A person's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub result: Verdict,
    /// Who gave it, and in which words.
    pub statement: Statement,
}

/// A person's exception. It stands beside the result that was found and replaces it nowhere but where
/// the standard wants that: in XCCDF's `override`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// The result that is to stand in place of the one that was found.
    pub result: Verdict,
    /// Who made the exception, and why.
    pub statement: Statement,
}

/// What a person said, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Who.
    pub by: String,
    /// On which day.
    pub on: NaiveDate,
    /// The words.
    pub text: String,
    /// The last day on which it counts.
    pub expires: Option<NaiveDate>,
    /// A file that shows it.
    pub evidence: Option<EvidenceFile>,
}

/// A file that somebody points to, with what was in it when the policy was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFile {
    /// Its name, as the policy writes it.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Outcome {
    /// Each rule with its group and what came out for it, in the order of the benchmark.
    pub fn results(&self) -> impl Iterator<Item = (Option<&Group>, &Rule, &RuleOutcome)> {
        self.benchmark
            .rules()
            .zip(&self.rules)
            .map(|((group, rule), outcome)| (group, rule, outcome))
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

    /// How the program names itself as a CPE 2.2 name: XCCDF's `test-system`. A simulated run has
    /// a product name of its own, so that it stays visible where only product and version are kept.
    #[must_use]
    pub fn test_system(&self) -> String {
        let product = if self.simulated.is_some() {
            "stigprobe_simulated"
        } else {
            TOOL
        };
        format!("cpe:/a:{TOOL}:{product}:{TOOL_VERSION}")
    }

    /// A sentence that says that nothing here is real, for runs against the lab.
    #[must_use]
    pub fn simulated_notice(&self) -> Option<String> {
        let scenario = self.simulated.as_deref()?;
        Some(format!(
            "{SIMULATED}: these results come from stigprobe's lab (scenario {scenario}), not from a real system."
        ))
    }

    /// The digest of everything that decides what the reports say. Ids and directory names are made
    /// from it, so that the same input gives the same bytes.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let tailoring = self.profile.as_ref().and_then(|p| p.tailoring.as_ref());
        for part in [
            TOOL_VERSION,
            &self.source.sha256,
            self.profile.as_ref().map_or("", |p| &p.id),
            tailoring.map_or("", |t| &t.id),
            tailoring.map_or("", |t| &t.version),
            &self.evidence_sha256,
            self.policy_sha256.as_deref().unwrap_or(""),
            self.interpretation.word(),
            &self.asset.name,
        ] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        for rule in &self.rules {
            hash.update([rule.result as u8, rule.after_waiver() as u8]);
        }
        hex(&hash.finalize())
    }

    /// A UUID for the thing of this name in this run, the same whenever the run is evaluated.
    #[must_use]
    pub fn uuid(&self, name: &str) -> String {
        let mut bytes = [0; 16];
        let digest = Sha256::digest(format!("{}\n{name}", self.digest()).as_bytes());
        bytes.copy_from_slice(&digest[..16]);
        // RFC 9562: version 5 (made from a name), variant 10.
        bytes[6] = bytes[6] & 0x0f | 0x50;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let h = hex(&bytes);
        format!(
            "{}-{}-{}-{}-{}",
            &h[..8],
            &h[8..12],
            &h[12..16],
            &h[16..20],
            &h[20..]
        )
    }

    /// The beginning of every file name: asset, benchmark, revision and time.
    #[must_use]
    pub fn file_stem(&self) -> String {
        format!(
            "{}_{}_{}_{}",
            file_safe(&self.asset.name),
            file_safe(&self.benchmark.id),
            file_safe(&self.benchmark.revision()),
            self.stamp()
        )
    }

    /// The time of the run as it stands in file names: `20261121T180500Z`.
    #[must_use]
    pub fn stamp(&self) -> String {
        self.finished.format("%Y%m%dT%H%M%SZ").to_string()
    }
}

/// The text with everything that does not belong into a file name replaced by `-`.
#[must_use]
pub fn file_safe(text: &str) -> String {
    let safe: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .collect();
    // A name of dots alone, or one that begins with a dot, would mean another directory or hide.
    let safe = safe.trim_start_matches('.').to_owned();
    if safe.is_empty() {
        "unnamed".into()
    } else {
        safe
    }
}
