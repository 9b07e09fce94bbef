//! The last result for a rule, where there is one: of each asset whose results lie in a directory.

use std::path::Path;

use super::terminal::indent;
use crate::report::json::{Results, RuleInfo};
use crate::report::text::{clean, line};
use crate::xccdf::Verdict;

/// How large a file of results may be. One of a whole benchmark with a thousand containers has a few MiB.
const LARGEST: u64 = 256 << 20;

/// What the newest run of every asset says of the rule; nothing where there is none.
pub(super) fn results(dir: &Path, stig_id: &str) -> String {
    let Ok(assets) = dir.read_dir() else {
        return String::new();
    };
    let mut files: Vec<_> = assets
        .filter_map(|asset| Some(asset.ok()?.path().join("latest/results.json")))
        .filter(|file| file.is_file())
        .collect();
    files.sort();
    let said: Vec<String> = files.iter().filter_map(|file| told(file, stig_id)).collect();
    if said.is_empty() {
        return String::new();
    }
    format!("\nLast result\n{}\n", said.join("\n"))
}

fn told(file: &Path, stig_id: &str) -> Option<String> {
    let results = match read(file) {
        Ok(results) => results,
        Err(reason) => {
            let said = format!("{} cannot be read: {reason}", file.display());
            return Some(indent(&line(&said)));
        }
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

fn read(file: &Path) -> Result<Results, String> {
    let size = file.metadata().map_err(|e| e.to_string())?.len();
    if size > LARGEST {
        return Err(format!("it has {size} bytes"));
    }
    let text = std::fs::read(file).map_err(|e| e.to_string())?;
    serde_json::from_slice(&text).map_err(|_| "it holds no results of stigprobe".into())
}
