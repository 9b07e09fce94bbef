//! A run as data: what was scanned, with which benchmark, and what came out. All that a report may
//! see, and a pure function of benchmark, evidence and policy.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use crate::facts::fleet::Nodes;
use crate::finding::{Literal, Observation};
use crate::target::Asset;
use crate::tenable;
use crate::xccdf::ids::{check_digest, check_id, control_id, hex};
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
    pub counts: Vec<(String, Verdict, usize)>,
}

/// The program that made results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maker {
    /// Its name.
    pub name: String,
    /// Its version, empty where the results do not say.
    pub version: String,
    /// How it names itself in XCCDF's `test-system`, where it did.
    pub system: Option<String>,
}

impl Maker {
    /// This program.
    #[must_use]
    pub fn this() -> Self {
        Maker {
            name: TOOL.into(),
            version: TOOL_VERSION.into(),
            system: None,
        }
    }

    /// Some version of stigprobe, rather than another program.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.name == TOOL
    }
}

/// A file that results were read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What it is (`CKL`).
    pub format: String,
    /// Its name, without directories.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// What it says that could not be kept, a sentence each.
    pub lost: Vec<String>,
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
    pub severity: String,
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
            check: None,
            check_id: check_digest(rule).map(|digest| check_id(&control_id, &digest)),
            control_id,
            tenable_control_id: tenable::control_id(&rule.id).map(String::from),
            tenable_learned_from: None,
            probe: None,
            role: rule.role.clone(),
            severity: rule.severity.clone(),
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

    /// The result that counts where exceptions do: that of the waiver, else the one that was found.
    #[must_use]
    pub fn after_waiver(&self) -> Verdict {
        self.waiver.as_ref().map_or(self.result, |w| w.result)
    }
}

/// A severity that a person gave a finding in the place of the rule's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityOverride {
    /// `high`, `medium` or `low`.
    pub severity: String,
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

/// What somebody else said of a rule: another program, or a person on an earlier checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Who, and in which file.
    pub source: String,
    /// The result there.
    pub result: Verdict,
    /// The finding details there.
    pub details: String,
    /// The comments there.
    pub comments: String,
    /// What else is known of it: names and values, as written there.
    pub facts: Vec<(String, String)>,
    /// What it counts for.
    pub standing: Standing,
    /// Why it counts so, in a sentence.
    pub because: String,
}

impl Beside {
    /// It is the word of another scanner, and not of a person.
    #[must_use]
    pub fn is_of_scan(&self) -> bool {
        self.source.starts_with("Nessus on ")
    }
}

/// What the word of somebody else counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The result rests on it.
    Counts,
    /// It says the same, or nothing that would decide.
    Agrees,
    /// It says otherwise, and somebody has to look.
    Conflict,
    /// It is shown and does not count.
    SetAside,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Standing::Counts => "counts",
            Standing::Agrees => "agrees",
            Standing::Conflict => "conflict",
            Standing::SetAside => "set-aside",
        }
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

    /// The rules on which others say otherwise.
    pub fn conflicts(&self) -> impl Iterator<Item = (&Rule, &RuleOutcome)> {
        let conflict = |b: &Beside| b.standing == Standing::Conflict;
        self.results()
            .filter(move |(_, _, outcome)| outcome.beside.iter().any(conflict))
            .map(|(_, rule, outcome)| (rule, outcome))
    }

    /// The program that made the results, with its version where that is known.
    #[must_use]
    pub fn made_by(&self) -> String {
        format!("{} {}", self.maker.name, self.maker.version)
            .trim_end()
            .to_owned()
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
            let version = if self.maker.version.is_empty() {
                "unknown"
            } else {
                &self.maker.version
            };
            return format!("{}:{version}", self.maker.name);
        }
        let product = if self.simulated.is_some() {
            "stigprobe_simulated"
        } else {
            TOOL
        };
        format!("cpe:/a:{TOOL}:{product}:{}", self.maker.version)
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
            self.imported.as_ref().map_or("", |from| &from.sha256),
        ] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        if let Some(service) = self.asset.service() {
            hash.update(format!("{}\0{}\0", service.site, service.instance).as_bytes());
        }
        for rule in &self.rules {
            hash.update([rule.result as u8, rule.after_waiver() as u8]);
            for written in [&rule.details, &rule.comments].into_iter().flatten() {
                hash.update(written.as_bytes());
                hash.update([0]);
            }
            if let Some(by_person) = &rule.severity_override {
                hash.update(by_person.severity.as_bytes());
                hash.update(by_person.reason.as_bytes());
            }
            for beside in &rule.beside {
                hash.update(beside.source.as_bytes());
                hash.update([beside.result as u8, beside.standing as u8]);
                for (name, value) in &beside.facts {
                    hash.update(format!("{name}\0{value}\0").as_bytes());
                }
            }
            if let Some(from) = &rule.tenable_learned_from {
                hash.update(from.as_bytes());
            }
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

    /// The beginning of every file name: the marking where there is one, asset, benchmark, revision and
    /// time.
    #[must_use]
    pub fn file_stem(&self) -> String {
        let revision = self.benchmark.revision();
        let mut parts = vec![file_safe(&self.asset.key()), file_safe(&self.benchmark.id)];
        parts.extend(
            Some(revision)
                .filter(|r| !r.is_empty())
                .map(|r| file_safe(&r)),
        );
        parts.push(self.stamp());
        format!("{}{}", marked(&self.asset.marking), parts.join("_"))
    }

    /// The time of the run as it stands in file names: `20261121T180500Z`.
    #[must_use]
    pub fn stamp(&self) -> String {
        self.finished.format("%Y%m%dT%H%M%SZ").to_string()
    }
}

/// What a file name begins with to show a marking: `CUI_`; nothing where there is no marking.
#[must_use]
pub fn marked(marking: &str) -> String {
    match marking.trim() {
        "" => String::new(),
        marking => format!("{}_", file_safe(marking)),
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
