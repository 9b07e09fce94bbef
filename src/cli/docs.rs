//! `stigprobe docs`: the parts of the documentation that come from the code. A test holds the files of
//! the repository against it; who changes a rule runs `cargo run -- docs docs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::CLEAN;
use super::explain::page::{Block, Page, Words, page};
use super::output::{self, Failed};
use crate::policy::{CON_EXEMPT, PARAMETERS, Parameter};
use crate::registry::{self, Binding};

// Options of `docs`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The directory to write to
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let files = files()?;
    for (name, text) in &files {
        write(&args.dir.join(name), text)?;
    }
    output::print(&format!("{} files\n", files.len()))?;
    Ok(CLEAN)
}

fn write(path: &Path, text: &str) -> Result<(), Failed> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let written = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(path, text));
    Ok(written.map_err(|e| format!("{}: {e}", path.display()))?)
}

const GENERATED: &str = "<!-- Made by `cargo run -- docs docs` from the code; not to be edited by hand. -->\n\n";

/// Every file, by its name.
fn files() -> Result<BTreeMap<String, String>, Failed> {
    let words = Words::read()?;
    let mut files = BTreeMap::new();
    let mut index = format!(
        "{GENERATED}# The rules\n\n\
         What each rule wants, who decides it, on what, and where that differs from the letter of its check. The same \
         stands in `stigprobe explain RULE`.\n"
    );
    let mut pages = Vec::new();
    for benchmark in words.benchmarks() {
        index += &format!(
            "\n## {}, {}\n\n| rule | number | | who decides | what it demands |\n|---|---|---|---|---|\n",
            benchmark.title,
            benchmark.revision()
        );
        for (_, rule) in benchmark.rules() {
            let page = page(&words, benchmark, rule);
            index += &format!(
                "| [{0}]({0}.md) | {1} | {2} | {3} | {4} |\n",
                page.stig_id,
                page.number,
                page.category,
                page.disposition.replace('|', " or "),
                escaped(&page.title)
            );
            pages.push(page);
        }
    }
    for page in &pages {
        files.insert(format!("rules/{}.md", page.stig_id), markdown(page));
    }
    files.insert("rules/README.md".into(), index);
    files.insert("differences.md".into(), differences(&pages));
    files.insert("policy.md".into(), policy());
    files.insert("lint-codes.md".into(), lint_codes());
    Ok(files)
}

/// What `lint` can say.
fn lint_codes() -> String {
    format!(
        "{GENERATED}# The codes of lint\n\n\
         What [`stigprobe lint`](lint.md) says of a file, when, and of whom. A code may stand for the same thing in several \
         formats, and may mean different things for different importers.\n\n{}",
        crate::lint::codes()
    )
}

/// One rule.
fn markdown(page: &Page) -> String {
    let mut text = format!(
        "{GENERATED}# {}: {}\n\n{} · {} · {}\n",
        page.stig_id,
        escaped(&page.title),
        page.number,
        page.category,
        page.disposition.replace('|', " or ")
    );
    for section in &page.sections {
        text += &format!("\n## {}\n\n", section.title);
        let mut before = None;
        for block in &section.blocks {
            let (is_item, written) = match block {
                Block::Text(lines) => (false, paragraphs(lines)),
                Block::Code(code) => (false, format!("```toml\n{code}```\n")),
                Block::Item(name, meaning) => (true, format!("- `{name}`: {}\n", escaped(meaning))),
            };
            // Between items there is no empty line, between everything else there is.
            if before.is_some_and(|before| !(before && is_item)) {
                text += "\n";
            }
            text += &written;
            before = Some(is_item);
        }
    }
    text
}

/// Lines of text, with those that are set in as code.
fn paragraphs(lines: &str) -> String {
    let mut text = String::new();
    let mut in_code = false;
    for line in lines.lines() {
        let is_code = line.starts_with(' ');
        if is_code != in_code {
            text += if is_code { "\n```sh\n" } else { "```\n\n" };
            in_code = is_code;
        }
        if is_code {
            text += &format!("{}\n", line.trim());
        } else {
            text += &format!("{}\n", escaped(line.trim()));
        }
    }
    if in_code {
        text += "```\n";
    }
    text
}

/// The text with what Markdown would take for its own. Within a word an underscore is none of it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let in_word = before.is_alphanumeric() && rest.peek().is_some_and(|c| c.is_alphanumeric());
        if matches!(c, '\\' | '<' | '*' | '[' | ']' | '|' | '`' | '~') || (c == '_' && !in_word) {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// The register of ambiguities.
fn differences(pages: &[Page]) -> String {
    let mut text = format!(
        "{GENERATED}# Where check texts and requirements part\n\n\
         Results follow the requirement: a rule's title and discussion. Where the commands or sentences of its check would \
         decide otherwise, or leave open what they mean, it stands here, each with the SHA-256 of the check text it speaks \
         of. A finding says when the letter would have decided otherwise; `--interpretation literal` turns it around.\n"
    );
    let mut as_written = Vec::new();
    for page in pages {
        let Some(binding) = registry::bindings().find(|b| b.stig_id == page.stig_id) else {
            continue;
        };
        if binding.letter.is_empty() {
            as_written.push(binding.stig_id);
            continue;
        }
        text += &format!(
            "\n## {0}: {1}\n\n{2}, check text `{3}`; [the rule](rules/{0}.md)\n\n{4}",
            page.stig_id,
            escaped(&page.title),
            page.number,
            binding.check_digest,
            paragraphs(binding.letter)
        );
    }
    text += &format!("\n## As written\n\nThe other {} rules: {}.\n", as_written.len(), as_written.join(", "));
    text
}

/// Every value of the policy.
fn policy() -> String {
    let mut text = format!(
        "{GENERATED}# The values of the policy\n\n\
         What the organisation decided, as its system security plan states it. A value that is not set leaves the rules that \
         need it `notchecked`; there are no defaults. `stigprobe init` writes a file with all of them.\n"
    );
    for parameter in PARAMETERS {
        text += &format!(
            "\n## `{}`\n\nIt says {}.\n\n```toml\n[{}]\n{} = {}\n```\n\n{}\n",
            parameter.shown(),
            escaped(parameter.meaning),
            parameter.table,
            parameter.key,
            parameter.example,
            decides(parameter)
        );
    }
    text
}

/// Which rules read a value.
fn decides(parameter: &Parameter) -> String {
    if *parameter == CON_EXEMPT {
        return "Read by every rule about containers.".into();
    }
    let reading = registry::bindings().filter(|b| b.parameters().contains(parameter));
    let reading: Vec<&Binding> = reading.collect();
    if reading.is_empty() {
        return "No rule reads it yet.".into();
    }
    let links = reading.iter().map(|b| format!("[{0}](rules/{0}.md)", b.stig_id));
    format!("Read by {}.", links.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_markdown_would_take_for_its_own_is_escaped() {
        assert_eq!(escaped("per_user_limit"), "per_user_limit");
        assert_eq!(escaped("_a_ <b> [c] *d*"), "\\_a\\_ \\<b> \\[c\\] \\*d\\*");
    }

    #[test]
    fn commands_are_set_apart() {
        let text = paragraphs("Ask:\n  curl x\nand <look>.");
        assert_eq!(text, "Ask:\n\n```sh\ncurl x\n```\n\nand \\<look>.\n");
    }
}
