//! `stigprobe probes`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::CLEAN;
use super::output::{self, Failed};
use crate::registry;
use crate::run;
use crate::shipped::SHIPPED;
use crate::xccdf::ids::stem;

// Options of `probes`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// One rule and what decides it: a contract.
#[derive(Serialize)]
struct Entry {
    rule: String,
    stig_id: String,
    benchmark: String,
    title: String,
    disposition: &'static str,
    parameters: Vec<String>,
    sources: Vec<&'static str>,
    aliases: Vec<&'static str>,
    met: Option<&'static str>,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let mut entries = Vec::new();
    for shipped in &SHIPPED {
        let (benchmark, _) = run::load_benchmark(shipped.name)?;
        for (_, rule) in benchmark.rules() {
            let binding = registry::find(rule);
            let card = binding.and_then(registry::Binding::card);
            entries.push(Entry {
                rule: stem(&rule.id).unwrap_or(&rule.id).to_owned(),
                stig_id: rule.version.clone(),
                benchmark: benchmark.id.clone(),
                title: rule.title.clone(),
                disposition: binding.map_or("no probe yet", registry::Binding::disposition),
                parameters: card
                    .map(|c| c.parameters.iter().map(crate::policy::Parameter::shown).collect())
                    .unwrap_or_default(),
                sources: card.map(|c| c.needs.iter().map(|n| n.name()).collect()).unwrap_or_default(),
                aliases: binding.map(|b| b.aliases.to_vec()).unwrap_or_default(),
                met: card.map(|c| c.met.word()),
            });
        }
    }
    if args.json {
        output::print_json(&entries)?;
    } else {
        output::print(&text(&entries))?;
    }
    Ok(CLEAN)
}

fn text(entries: &[Entry]) -> String {
    let mut text = String::new();
    for e in entries {
        text += &format!("{}  {}  {:<18}  {}\n", e.rule, e.stig_id, e.disposition, e.title);
        let mut more = Vec::new();
        if !e.sources.is_empty() {
            more.push(format!("reads {}", e.sources.join(", ")));
        }
        if !e.parameters.is_empty() {
            more.push(format!("policy {}", e.parameters.join(", ")));
        }
        if !e.aliases.is_empty() {
            more.push(format!("the same as {}", e.aliases.join(", ")));
        }
        if e.met == Some("lab") {
            more.push("has met the lab only".into());
        }
        if !more.is_empty() {
            text += &format!("           {}\n", more.join("; "));
        }
    }
    text += &totals(entries);
    text
}

/// How many rules of each benchmark are decided by whom.
fn totals(entries: &[Entry]) -> String {
    let mut text = String::new();
    for of_one in entries.chunk_by(|a, b| a.benchmark == b.benchmark) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in of_one {
            *counts.entry(entry.disposition).or_default() += 1;
        }
        let counts = counts.iter().map(|(who, n)| format!("{n} {who}"));
        text +=
            &format!("\n{}: {} rules: {}\n", of_one[0].benchmark, of_one.len(), counts.collect::<Vec<_>>().join(", "));
    }
    let real = entries.iter().filter(|e| e.met == Some("real")).count();
    let probes = entries.iter().filter(|e| e.met.is_some()).count();
    text += &format!("{probes} of {} rules have a probe; those of {real} have met the real product.\n", entries.len());
    text
}
