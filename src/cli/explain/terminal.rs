//! A page on the terminal.

use super::page::{Block, Page};
use crate::cli::wrap::wrap;
use crate::printable::line;

pub(super) fn write(page: &Page) -> String {
    let mut text = format!(
        "{} · {} · {}\n{}\n",
        line(&page.rule_id),
        line(&page.stig_id),
        line(&page.category),
        line(&page.title)
    );
    for section in &page.sections {
        text += &format!("\n{}\n", section.title);
        for block in &section.blocks {
            text += &match block {
                Block::Text(lines) => format!("{}\n", indent(lines)),
                Block::Code(code) => {
                    let lines = code.lines().map(|line| format!("    {line}\n"));
                    lines.collect()
                }
                Block::Item(name, meaning) if section.title == "Ids" => {
                    format!("  {name:<13} {}\n", line(meaning))
                }
                Block::Item(name, meaning) => {
                    format!("{}\n", indent(&format!("{name}: {meaning}")))
                }
            };
        }
    }
    text
}

/// Two spaces before every line, and lines no longer than a terminal is wide. Lines that are set in
/// are commands: they stay whole, to be copied.
pub(super) fn indent(text: &str) -> String {
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
