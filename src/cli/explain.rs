//! `stigprobe explain`.

use super::CLEAN;
use super::output::{self, Failed};
use super::wrap::wrap;
use crate::registry::{self, Binding};
use crate::run;
use crate::shipped::SHIPPED;
use crate::xccdf::ids::{check_digest, check_id, control_id};
use crate::xccdf::naming::{self, is_called};
use crate::xccdf::{Benchmark, Rule};

/// Options of `explain`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Rule, Group or STIG-ID: SV-235847, V-235847, DKER-EE-004370
    #[arg(value_name = "RULE")]
    rule: String,
    /// Another benchmark than the shipped ones
    #[arg(long, value_name = "FILE|NAME")]
    benchmark: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let names = match &args.benchmark {
        Some(name) => vec![name.as_str()],
        None => SHIPPED.iter().map(|s| s.name).collect(),
    };
    let mut unknown = String::new();
    for name in names {
        let (benchmark, _) = run::load_benchmark(name)?;
        let found = benchmark
            .rules()
            .find(|(group, rule)| is_called(*group, rule, &args.rule));
        if let Some((_, rule)) = found {
            output::print(&page(&benchmark, rule))?;
            return Ok(CLEAN);
        }
        unknown = naming::unknown(&benchmark, &args.rule);
    }
    Err(unknown.into())
}

fn page(benchmark: &Benchmark, rule: &Rule) -> String {
    let control = control_id(&benchmark.id, &rule.version);
    let check = check_digest(rule).map_or("none: the benchmark has no check text".into(), |d| {
        check_id(&control, &d)
    });
    let ccis: Vec<&str> = rule.ccis().collect();
    let mut text = format!(
        "{} · {} · {}\n{}\n\nWhy\n{}\n\n",
        rule.id,
        rule.version,
        rule.severity,
        rule.title,
        indent(rule.described("VulnDiscussion"))
    );
    match registry::find(rule) {
        Some(binding) => text += &decided(binding),
        None => text += "Decided by\n  No probe yet: a person has to review this rule.\n\n",
    }
    text += &format!(
        "Criterion\n{}\n\n",
        indent(rule.check_content().unwrap_or("not stated"))
    );
    text += &format!("How to put it right\n{}\n\n", indent(rule.fix_text()));
    text += &format!(
        "CCI         {}\nControl id  {control}\nCheck id    {check}\n",
        ccis.join(", ")
    );
    text
}

fn decided(binding: &Binding) -> String {
    let Some(card) = binding.card() else {
        return String::new();
    };
    let mut text = format!(
        "Decided by\n  {} ({}): {}\n",
        card.name,
        binding.disposition(),
        card.asks
    );
    if !binding.aliases.is_empty() {
        text += &format!("  The same question as {}.\n", binding.aliases.join(", "));
    }
    if card.met == crate::probes::Met::LabOnly {
        text += "  This probe has met the simulated product only, not the real one.\n";
    }
    text += "\nReads\n";
    for need in card.needs {
        text += &format!(
            "{}\n",
            indent(&format!("{}: {}", need.name(), need.describe()))
        );
    }
    if !card.parameters.is_empty() {
        text += "\nPolicy\n";
        for p in card.parameters {
            text += &format!("  {} = {}\n{}\n", p.shown(), p.example, indent(p.meaning));
        }
    }
    text += &format!(
        "\nWhere this differs from the letter of the check\n{}\n",
        indent(binding.letter)
    );
    text += &format!("\nBy hand\n{}\n", indent(card.by_hand));
    text += "\n";
    text
}

/// Two spaces before every line, and lines no longer than a terminal is wide. Lines that are set in
/// are commands: they stay whole, to be copied.
fn indent(text: &str) -> String {
    let mut out = Vec::new();
    for line in text.trim().lines() {
        if line.starts_with(' ') {
            out.push(format!("  {line}"));
        } else {
            out.extend(wrap(line, 94).into_iter().map(|line| format!("  {line}")));
        }
    }
    out.join("\n")
}
