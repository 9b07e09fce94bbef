//! From what a file says to an outcome.

use std::sync::Arc;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use regex::Regex;

use super::fold::Tally;
use super::{Kind, Source};
use crate::outcome::{
    BenchmarkSource, Endpoint, Imported, Interpretation, Maker, Outcome, ProfileRef, RuleOutcome, SIMULATED, TOOL,
};
use crate::target::Asset;
use crate::when::is_credible;
use crate::xccdf::model::Status;
use crate::xccdf::score::scores;
use crate::xccdf::{Benchmark, Severity, Verdict};

/// The most sentences about what is lost; then it is said how many more there are.
const MOST_LOST: usize = 100;

/// The most results of rules in the outcomes of one file. A few thousand machines have as many; and a small
/// file can ask for any number, where each of many results is filled up with the rules of one benchmark.
pub(super) const MOST_RESULTS: usize = 500_000;

/// How many results of rules there may still be.
pub(super) struct Room(usize);

impl Room {
    /// That of a file.
    pub(super) fn of_a_file() -> Self {
        Room(MOST_RESULTS)
    }

    /// Takes so many; fails where they are too many.
    pub(super) fn take(&mut self, results: usize) -> Result<(), String> {
        let left = self.0.checked_sub(results);
        self.0 = left.ok_or_else(|| {
            format!(
                "it comes to more than {MOST_RESULTS} results of rules, with the rules that it does not speak of: \
                 divide it"
            )
        })?;
        Ok(())
    }
}

/// What a file says of one asset and one benchmark.
pub(super) struct Draft {
    pub(super) maker: Maker,
    pub(super) asset: Asset,
    pub(super) benchmark: Arc<Benchmark>,
    /// One for each rule of the benchmark, in its order.
    pub(super) rules: Vec<RuleOutcome>,
    pub(super) profile: Option<String>,
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) started: Option<DateTime<Utc>>,
    pub(super) finished: Option<DateTime<Utc>>,
    pub(super) lost: Vec<String>,
}

impl Draft {
    /// The outcome. Scores are those of these results: a file's own are not taken on trust. The file's
    /// digest is left to [`super::read`], which takes it once for all outcomes.
    pub(super) fn outcome(self, source: &Source<'_>, kind: Kind) -> Outcome {
        let Draft { maker, mut asset, benchmark, rules, profile, endpoints, started, finished, mut lost } = self;
        let simulated = simulated(&maker, &asset, &rules);
        if simulated.is_some() && !asset.name.starts_with(SIMULATED) {
            asset.name = format!("{SIMULATED}-{}", asset.name);
        }
        let mut words = Tally::default();
        for ((_, rule), result) in benchmark.rules().zip(&rules) {
            let own = Severity::read(&rule.severity);
            let others = [Some(&result.severity).filter(|applied| **applied != own), Some(&own)];
            for severity in others.into_iter().flatten() {
                if let Severity::Other(word) = severity {
                    words.add(
                        format!("a category for the severity {word:?}, which no tool is known to write,"),
                        &rule.id,
                    );
                }
            }
        }
        lost.extend(words.told());
        if lost.len() > MOST_LOST {
            let more = lost.len() - MOST_LOST;
            lost.truncate(MOST_LOST);
            lost.push(format!("and {more} more of the kind"));
        }
        let results: Vec<Verdict> = rules.iter().map(RuleOutcome::after_waiver).collect();
        let mut credible = |time: Option<DateTime<Utc>>| {
            let (found, none) = (time.filter(|at| is_credible(*at)), time.filter(|at| !is_credible(*at)));
            lost.extend(none.map(|at| format!("the time {at}, at which no scan was made")));
            found
        };
        let (started, finished) = (credible(started), credible(finished));
        let modified = Some(source.modified).filter(|at| is_credible(*at)).unwrap_or(DateTime::UNIX_EPOCH);
        let finished = finished.or(started).unwrap_or(modified);
        Outcome {
            scores: scores(&benchmark, &results),
            history: Vec::new(),
            source: BenchmarkSource { name: source.name.to_owned(), sha256: String::new(), shipped: false },
            profile: profile.map(|id| ProfileRef { title: String::new(), id, tailoring: None }),
            benchmark,
            asset,
            endpoints,
            simulated,
            interpretation: Interpretation::Intent,
            started: started.unwrap_or(finished),
            finished,
            maker,
            imported: Some(Imported {
                format: kind.name().to_owned(),
                file: source.name.to_owned(),
                sha256: String::new(),
                lost,
            }),
            evidence_sha256: String::new(),
            policy_sha256: None,
            rules,
        }
    }
}

/// The scenario of the lab where the results come from it. Anything in the file that says so counts: it
/// is better to doubt a real run than to believe a simulated one.
fn simulated(maker: &Maker, asset: &Asset, rules: &[RuleOutcome]) -> Option<String> {
    let by_name = asset.name.starts_with(SIMULATED)
        || asset.comment.contains("come from stigprobe's lab")
        || maker.system.as_deref().is_some_and(|s| s.contains("stigprobe_simulated"));
    let notice = |text: &Option<String>| text.as_deref().is_some_and(|t| t.starts_with(SIMULATED));
    let said = rules.iter().any(|r| notice(&r.details) || notice(&r.comments));
    if !by_name && !said {
        return None;
    }
    let details = rules.iter().find_map(|r| r.details.as_deref());
    let texts = [Some(asset.comment.as_str()), details];
    let scenario = texts.into_iter().flatten().find_map(scenario);
    Some(scenario.unwrap_or_else(|| "unknown".into()))
}

fn scenario(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("stigprobe's lab (scenario ")?;
    Some(rest.split_once(')')?.0.to_owned())
}

/// The day of a benchmark as DISA's release line states it, in the form that XCCDF wants
/// (`24 Jul 2024`), with a status of that day.
pub(super) fn status(release_info: &str) -> Vec<Status> {
    let date = release_info
        .split_once("Benchmark Date:")
        .and_then(|(_, date)| NaiveDate::parse_from_str(date.trim(), "%d %b %Y").ok());
    vec![Status { value: "accepted".into(), date: date.map(|d| d.to_string()) }]
}

/// A point in time that states no zone.
pub(super) fn is_zoneless(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text.trim()).is_err() && time(text).is_some()
}

/// A point in time as XML Schema and JSON files have it, with or without a zone; without one it is
/// taken for UTC, which [`is_zoneless`] has to be asked for and told.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let zoned = DateTime::parse_from_rfc3339(text).map(|t| t.with_timezone(&Utc));
    let local = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|t| t.and_utc());
    zoned.or_else(|_| local()).ok()
}

/// What STIG Viewer and SCC write over each result: who, when, and what stands in the status already.
const HEADINGS: [&str; 3] = ["Tool", "Time", "Result"];

/// The first line that says something, as a sentence of bearable length.
pub(super) fn summary(details: &str, status: &str) -> String {
    const LONGEST: usize = 500;
    let is_heading = |line: &str| line.split_once(':').is_some_and(|(name, _)| HEADINGS.contains(&name.trim_end()));
    let mut lines = details.lines().map(str::trim);
    match lines.find(|line| !line.is_empty() && !line.starts_with(SIMULATED) && !is_heading(line)) {
        Some(line) => line.chars().take(LONGEST).collect(),
        None => format!("The file says {status}, and nothing more."),
    }
}

/// stigprobe's name and version where they begin a text (`stigprobe 0.1.0`).
pub(super) fn our_version(text: &str) -> Option<String> {
    static VERSION: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r"(?:^|\W){TOOL} (\d+\.\d+\.\d+[-+.\w]*)")).ok());
    let found = VERSION.as_ref()?.captures(text)?;
    Some(found.get(1)?.as_str().to_owned())
}
