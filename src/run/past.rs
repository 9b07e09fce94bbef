//! Earlier runs of the same asset with the same benchmark, as the report shows them over time.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::evidence::checked::{CheckError, Checked};
use crate::evidence::order::newest_first;
use crate::evidence::signature::Trust;
use crate::outcome::{Outcome, Past, directory};
use crate::report::json::SCHEMA;
use crate::when::is_credible;
use crate::xccdf::{Severity, Verdict};

/// So many earlier runs are shown: two years of monthly ones.
const SHOWN: usize = 24;
/// So many are looked into for them, the newest first.
const LOOKED_INTO: usize = 200;
/// The largest file of results that is read for it, in bytes.
const LARGEST: u64 = 64 << 20;

/// What is read of results here.
#[derive(Deserialize)]
pub(super) struct Results {
    schema: String,
    pub(super) simulated: Option<String>,
    pub(super) benchmark: Benchmark,
    pub(super) finished: DateTime<Utc>,
    pub(super) rules: Vec<Rule>,
}

#[derive(Deserialize)]
pub(super) struct Benchmark {
    pub(super) id: String,
    #[serde(default)]
    pub(super) revision: String,
}

#[derive(Deserialize)]
pub(super) struct Rule {
    severity: Severity,
    pub(super) result: Verdict,
}

/// The runs before this one that lie in the output directory, the oldest first; and what could not be read,
/// in words. A run without results of our own is none of them, and what was simulated stands beside its like
/// only.
pub(super) fn before(outcome: &Outcome, output: &Path, trust: &Trust) -> (Vec<Past>, Vec<String>) {
    let asset_dir = output.join(directory(&outcome.asset.key()));
    let is_like = |results: &Results| {
        results.benchmark.id == outcome.benchmark.id
            && results.simulated.is_some() == outcome.simulated.is_some()
            && results.finished < outcome.finished
    };
    collect(&asset_dir, trust, is_like)
}

fn collect(asset_dir: &Path, trust: &Trust, is_like: impl Fn(&Results) -> bool) -> (Vec<Past>, Vec<String>) {
    let (mut found, mut warnings) = (BTreeMap::new(), Vec::new());
    let runs = match newest_first(asset_dir) {
        Ok(runs) => runs,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            warnings.push(format!("the report has no history: {}: {error}", asset_dir.display()));
            Vec::new()
        }
    };
    for dir in runs.into_iter().take(LOOKED_INTO) {
        if found.len() == SHOWN {
            break;
        }
        match read(&dir, trust) {
            // Of one scan that was evaluated more than once, the last word counts.
            Ok(Some(results)) if is_like(&results) => {
                let finished = results.finished;
                found.entry(finished).or_insert_with(|| past(&results));
            }
            Ok(_) => {}
            Err(error) => warnings.push(format!("a run is left out of the report's history: {error}")),
        }
    }
    (found.into_values().collect(), warnings)
}

/// The results of a run; none where it has none of our own. Its other files are not read: their names are as its list
/// says.
pub(super) fn read(dir: &Path, trust: &Trust) -> Result<Option<Results>, CheckError> {
    let checked = Checked::names_only(dir, trust)?;
    let Some(name) = checked.results() else {
        return Ok(None);
    };
    let wrong = |why: String| CheckError { path: dir.to_owned(), why: format!("its results cannot be read: {why}") };
    let bytes = checked.read(name, LARGEST).map_err(|e| wrong(e.to_string()))?.bytes;
    let results: Results = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    if !is_credible(results.finished) {
        return Err(wrong(format!("they say that they were made at {}, when no scan was", results.finished)));
    }
    if results.schema != SCHEMA {
        return Err(wrong(format!("their schema is {:?}, and this version reads {SCHEMA:?}", results.schema)));
    }
    Ok(Some(results))
}

fn past(results: &Results) -> Past {
    let mut counts: BTreeMap<(&Severity, Verdict), usize> = BTreeMap::new();
    for rule in &results.rules {
        *counts.entry((&rule.severity, rule.result)).or_default() += 1;
    }
    Past {
        finished: results.finished,
        counts: counts.into_iter().map(|((severity, result), n)| (severity.clone(), result, n)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::evidence::checked::RESULTS;
    use crate::evidence::manifest::{Digests, seal};

    fn run(asset_dir: &Path, name: &str, results: &str) {
        let dir = asset_dir.join(name);
        fs::create_dir(&dir).expect("a directory");
        fs::write(dir.join(RESULTS), results).expect("a file");
        seal(&dir, &Digests::new(), None).expect("sealed");
    }

    fn run_without_results(asset_dir: &Path, name: &str) {
        let dir = asset_dir.join(name);
        fs::create_dir(&dir).expect("a directory");
        fs::write(dir.join("x.ckl"), "x").expect("a file");
        seal(&dir, &Digests::new(), None).expect("sealed");
    }

    fn results(day: u32, benchmark: &str, simulated: &str, results: &str) -> String {
        format!(
            r#"{{"schema":"{SCHEMA}","simulated":{simulated},"benchmark":{{"id":"{benchmark}"}},
                "finished":"2026-11-{day:02}T06:00:00Z","rules":[{results}],"more":1}}"#
        )
    }

    const OPEN: &str = r#"{"severity":"high","result":"fail"}"#;
    const PASS: &str = r#"{"severity":"high","result":"pass"}"#;

    #[test]
    fn runs_of_the_same_kind_stand_in_the_order_of_their_time() {
        let dir = tempfile::tempdir().expect("a directory");
        let asset = dir.path();
        let two = format!("{OPEN},{OPEN}");
        let simulated = "\"default\"";
        run(asset, "20261102T060000Z-b", &results(2, "x", "null", OPEN));
        run(asset, "20261101T060000Z-a", &results(1, "x", "null", &two));
        run(asset, "20261103T060000Z-c", &results(3, "other", "null", OPEN));
        run(asset, "20261104T060000Z-d", &results(4, "x", simulated, OPEN));
        // Evaluated twice: the directory made last is the one that counts.
        run(asset, "20261105T060000Z-e", &results(5, "x", "null", OPEN));
        run(asset, "20261105T060000Z-e-2", &results(5, "x", "null", PASS));
        // No runs: what is being written, the link to the newest, a file, a directory without results.
        run(asset, ".stigprobe-1", &results(6, "x", "null", OPEN));
        symlink("20261105T060000Z-e", asset.join("latest")).expect("a link");
        fs::write(asset.join("20261107T060000Z-f"), "x").expect("a file");
        run_without_results(asset, "20261108T060000Z-g");
        let like = |r: &Results| r.benchmark.id == "x" && r.simulated.is_none();
        let (found, warnings) = collect(asset, &Trust::default(), like);
        assert_eq!(warnings, [""; 0]);
        let days = found.iter().map(|p| p.finished.format("%d").to_string());
        assert_eq!(days.collect::<Vec<_>>(), ["01", "02", "05"]);
        assert_eq!(found[0].counts, [(Severity::High, Verdict::Fail, 2)]);
        assert_eq!(found[2].counts, [(Severity::High, Verdict::Pass, 1)]);
    }

    #[test]
    fn what_cannot_be_read_is_named_and_hides_nothing_else() {
        let dir = tempfile::tempdir().expect("a directory");
        let asset = dir.path();
        let other = results(3, "x", "null", OPEN).replace(SCHEMA, "stigprobe-results/9");
        run(asset, "20261101T060000Z-a", &results(1, "x", "null", OPEN));
        run(asset, "20261102T060000Z-b", "{");
        run(asset, "20261103T060000Z-c", &other);
        let (found, warnings) = collect(asset, &Trust::default(), |_| true);
        assert_eq!((found.len(), warnings.len()), (1, 2));
        for (warning, words) in warnings
            .iter()
            .zip([["20261103T060000Z-c", "stigprobe-results/9"], ["20261102T060000Z-b", "cannot be read"]])
        {
            assert!(words.iter().all(|w| warning.contains(w)), "{warning}");
        }
        let (found, warnings) = collect(&asset.join("none"), &Trust::default(), |_| true);
        assert!(found.is_empty() && warnings.is_empty());
    }

    #[test]
    fn no_more_than_two_years_of_months_are_kept_and_those_are_the_newest() {
        let dir = tempfile::tempdir().expect("a directory");
        for day in 1..=28 {
            let name = format!("202611{day:02}T060000Z-a");
            run(dir.path(), &name, &results(day, "x", "null", OPEN));
        }
        let (found, _) = collect(dir.path(), &Trust::default(), |_| true);
        assert_eq!(found.len(), SHOWN);
        assert_eq!(found[0].finished.format("%d").to_string(), "05");
    }
}
