//! The last result for a rule, where there is one: of each asset whose results lie in a directory.

use std::path::Path;

use super::terminal::indent;
use crate::evidence::checked::Checked;
use crate::evidence::place::LATEST;
use crate::evidence::signature::Trust;
use crate::input;
use crate::report::json::{Results, RuleInfo};
use crate::report::text::{clean, line};
use crate::xccdf::Verdict;

/// What the newest run of every asset says of the rule; nothing where there is none.
pub(super) fn results(dir: &Path, trust: &Trust, stig_id: &str) -> String {
    let Ok(assets) = dir.read_dir() else {
        return String::new();
    };
    // A link in place of an asset is nobody's of ours.
    let assets = assets.flatten().filter(|asset| asset.file_type().is_ok_and(|kind| kind.is_dir()));
    let newest = assets.map(|asset| asset.path().join(LATEST));
    let mut files: Vec<_> = newest.filter(|run| run.is_dir()).collect();
    files.sort();
    let said: Vec<String> = files.iter().filter_map(|run| told(run, trust, stig_id)).collect();
    if said.is_empty() {
        return String::new();
    }
    format!("\nLast result\n{}\n", said.join("\n"))
}

fn told(run: &Path, trust: &Trust, stig_id: &str) -> Option<String> {
    let results = match read(run, trust) {
        Ok(results) => results?,
        Err(reason) => return Some(indent(&line(&reason))),
    };
    let rule = results.rules.iter().find(|r| r.stig_id == stig_id)?;
    let asset = &results.target.name;
    let said = format!(
        "{} on {} at {} ({}): {}{}",
        rule.result,
        line(asset),
        line(&results.finished),
        line(&results.benchmark.revision),
        clean(&rule.summary).replace('\n', " "),
        more(rule)
    );
    Some(indent(&said))
}

fn more(rule: &RuleInfo) -> String {
    let seen = rule.observations.iter();
    let open = seen.filter(|o| o.verdict == Verdict::Fail).count();
    let mut more = match (open, rule.observations.len()) {
        (0, _) => String::new(),
        (open, all) => format!("\n{open} of {all} observations do not hold."),
    };
    if let Some(waiver) = &rule.waiver {
        let (new, who) = (waiver.new_result, line(&waiver.authority));
        more += &format!("\nWaived as {new} by {who} on {}.", line(&waiver.on));
    }
    more
}

/// The results of a run, if it has any of our own.
fn read(run: &Path, trust: &Trust) -> Result<Option<Results>, String> {
    let checked = Checked::names_only(run, trust).map_err(|e| e.to_string())?;
    let Some(name) = checked.results() else {
        return Ok(None);
    };
    let wrong = |why: &dyn std::fmt::Display| format!("{} cannot be read: {why}", checked.path().join(name).display());
    let contents = checked.read(name, input::DOCUMENT).map_err(|e| wrong(&e))?;
    let results = serde_json::from_slice(&contents.bytes);
    results.map(Some).map_err(|_| wrong(&"it holds no results of stigprobe"))
}
