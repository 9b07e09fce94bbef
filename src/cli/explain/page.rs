//! What there is to say of a rule, as sections of text: one source for the terminal and for the docs.

use crate::probes::{Deciding, Met};
use crate::registry::{self, Binding, By};
use crate::run::{self, RunError};
use crate::shipped::SHIPPED;
use crate::xccdf::ids::{check_digest, check_id, control_id, stem};
use crate::xccdf::{Benchmark, Rule, Severity};

/// Everything about one rule.
pub(in crate::cli) struct Page {
    /// STIG-ID.
    pub(in crate::cli) stig_id: String,
    /// Number without revision.
    pub(in crate::cli) number: String,
    /// Id, as the benchmark writes it.
    pub(in crate::cli) rule_id: String,
    /// Severity as people say it.
    pub(in crate::cli) category: String,
    /// What it demands.
    pub(in crate::cli) title: String,
    /// Who decides, in a word.
    pub(in crate::cli) disposition: &'static str,
    /// The rest.
    pub(in crate::cli) sections: Vec<Section>,
}

/// A heading and what stands under it.
pub(in crate::cli) struct Section {
    pub(in crate::cli) title: &'static str,
    pub(in crate::cli) blocks: Vec<Block>,
}

/// A part of a section.
pub(in crate::cli) enum Block {
    /// Lines of text; those that are set in are commands.
    Text(String),
    /// Something to copy.
    Code(String),
    /// A name with what it means.
    Item(String, String),
}

/// The words of the shipped benchmarks, read once.
pub(in crate::cli) struct Words(Vec<Benchmark>);

impl Words {
    pub(in crate::cli) fn read() -> Result<Self, RunError> {
        let each = SHIPPED.iter();
        let each = each.map(|s| run::load_benchmark(s.name).map(|(benchmark, _)| benchmark));
        Ok(Words(each.collect::<Result<_, _>>()?))
    }

    /// The shipped benchmarks, in their order.
    pub(in crate::cli) fn benchmarks(&self) -> &[Benchmark] {
        &self.0
    }

    /// The rule of a shipped benchmark that says the same in our words.
    fn of(&self, stig_id: &str) -> Option<&Rule> {
        let rules = self.0.iter().flat_map(Benchmark::rules);
        let mut rules = rules.map(|(_, rule)| rule);
        rules.find(|rule| rule.version == stig_id)
    }
}

/// The page of a rule of any benchmark: its ids are that benchmark's, its words ours where we have some.
pub(in crate::cli) fn page(words: &Words, benchmark: &Benchmark, rule: &Rule) -> Page {
    let binding = registry::find(rule);
    let stig_id = binding.map_or(rule.version.as_str(), |b| b.stig_id);
    let ours = words.of(stig_id).unwrap_or(rule);
    let mut sections = vec![section("Why", text(ours.described("VulnDiscussion")))];
    match binding {
        Some(binding) => decided(&mut sections, binding),
        None => sections.push(section("Decided by", text("No probe yet: a person has to review this rule."))),
    }
    let criterion = ours.check_content().unwrap_or("not stated");
    sections.push(section("Criterion", text(criterion)));
    if let Some(binding) = binding {
        around(&mut sections, binding);
    }
    sections.push(section("How to put it right", text(ours.fix_text())));
    sections.push(section("Ids", ids(benchmark, rule)));
    Page {
        stig_id: stig_id.to_owned(),
        number: stem(&rule.id).unwrap_or(&rule.id).to_owned(),
        rule_id: rule.id.clone(),
        category: category(&rule.severity),
        title: ours.title.clone(),
        disposition: binding.map_or("no probe yet", Binding::disposition),
        sections,
    }
}

fn section(title: &'static str, blocks: Vec<Block>) -> Section {
    Section { title, blocks }
}

fn text(text: &str) -> Vec<Block> {
    vec![Block::Text(text.trim().to_owned())]
}

fn category(severity: &str) -> String {
    let severity = Severity::read(severity);
    severity.category().map_or_else(|| format!("severity {severity}"), |category| category.name().to_owned())
}

/// Who decides, on what.
fn decided(sections: &mut Vec<Section>, binding: &Binding) {
    let mut said = String::new();
    if let Some(card) = binding.card() {
        said = format!("The probe {}: {}.\n", card.name, card.asks);
        if card.decides_with == Deciding::Policy {
            said += "Without its values of the policy it decides nothing.\n";
        }
        if card.met == Met::LabOnly {
            said += "This probe has met the simulated product only, not the real one.\n";
        }
    }
    said += match binding.by {
        By::Probe(_) => "A person's answer does not count here; an exception is a waiver.\n",
        By::Person(_) => "A person.\n",
        By::Both(..) => {
            "A person as well: what the probe finds open is open, what it finds in order still needs the person's answer.\n"
        }
        By::Either(..) => "A person where the probe could not see enough.\n",
    };
    if !binding.aliases.is_empty() {
        said += &format!("The same question as {}.\n", binding.aliases.join(", "));
    }
    sections.push(section("Decided by", text(&said)));
    if !binding.needs().is_empty() {
        let reads = binding.needs().iter();
        let reads = reads.map(|n| Block::Item(n.name().into(), n.describe().into()));
        sections.push(section("Reads", reads.collect()));
    }
    if let Some(question) = binding.question() {
        let mut blocks = text(&format!("{}\n{}", question.asks, question.because));
        blocks.push(Block::Text(
            "An answer stands in the policy. It counts from its day to its last day, and for this text of the check only:".into(),
        ));
        blocks.push(Block::Code(attest(binding)));
        sections.push(section("What a person is asked", blocks));
    }
}

/// What surrounds the criterion: values, the letter, the hand.
fn around(sections: &mut Vec<Section>, binding: &Binding) {
    if !binding.parameters().is_empty() {
        let values = binding.parameters().iter();
        let values = values.map(|p| Block::Item(format!("{} = {}", p.shown(), p.example), p.meaning.to_owned()));
        sections.push(section("Policy", values.collect()));
    }
    let letter = match binding.letter {
        "" => "Nowhere.",
        letter => letter,
    };
    sections.push(section("Where this differs from the letter of the check", text(letter)));
    if let Some(card) = binding.card() {
        sections.push(section("By hand", text(card.by_hand)));
    }
}

fn ids(benchmark: &Benchmark, rule: &Rule) -> Vec<Block> {
    let control = control_id(&benchmark.id, &rule.version);
    let digest = check_digest(rule);
    let item = |name: &str, value: String| Block::Item(name.into(), value);
    let mut ids = vec![
        item("Benchmark", format!("{} {}", benchmark.id, benchmark.revision())),
        item("CCI", rule.ccis().collect::<Vec<_>>().join(", ")),
        item("Control id", control.clone()),
    ];
    match digest {
        Some(digest) => {
            ids.push(item("Check id", check_id(&control, &digest)));
            ids.push(item("Check digest", digest));
        }
        None => ids.push(item("Check id", "none: the benchmark has no check text".into())),
    }
    ids
}

/// An answer to the question of a rule, ready to be filled in. As it stands it has expired, so that one
/// nobody has filled in does not count.
pub(in crate::cli) fn attest(binding: &Binding) -> String {
    format!(
        "[[attest]]\n\
         rule = \"{}\"\n\
         status = \"pass\"\n\
         by = \"NAME, ROLE\"\n\
         on = 2000-01-01\n\
         expires = 2000-12-31\n\
         text = \"WHAT WAS SEEN OR SAID\"\n\
         check_digest = \"{}\"\n",
        binding.stig_id, binding.check_digest
    )
}
