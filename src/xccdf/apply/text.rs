//! Text substitution (NIST IR 7275 r4, section 7.2.3.6.3).

use std::cell::Cell;
use std::collections::HashMap;

use super::AppliedValue;
use crate::xccdf::model::{Benchmark, Datum, Fix, FixText, Insert, Item, Rule, Use, What};

/// A text names something that is not there. Carries the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfilled(pub String);

/// How many bytes may be put into the texts of a benchmark in all: a long text that many places name would
/// fill a machine. Beyond it, what is named is as if it were not there.
const INSERTED: usize = 64 << 20;

/// What can be put into texts.
#[derive(Debug)]
pub struct Texts<'a> {
    /// How many bytes may still be put in.
    room: Cell<usize>,
    plain: HashMap<&'a str, &'a str>,
    values: HashMap<&'a str, &'a AppliedValue>,
}

impl<'a> Texts<'a> {
    /// The plain texts of the benchmark, and the Values as a profile makes them.
    #[must_use]
    pub fn new(benchmark: &'a Benchmark, values: &'a [AppliedValue]) -> Self {
        let plain = benchmark.plain_texts.iter();
        Texts {
            room: Cell::new(INSERTED),
            plain: plain.map(|p| (p.id.as_str(), p.text.as_str())).collect(),
            values: values.iter().map(|v| (v.id.as_str(), v)).collect(),
        }
    }

    /// What is put in one place; none when there is no such thing. An instance has no name before
    /// anything has been checked.
    fn insert(&self, what: &What) -> Option<String> {
        let text = self.named(what)?;
        let left = self.room.get().checked_sub(text.len())?;
        self.room.set(left);
        Some(text)
    }

    fn named(&self, what: &What) -> Option<String> {
        let What::Sub { idref, usage } = what else {
            return None;
        };
        if let Some(text) = self.plain.get(idref.as_str()) {
            return Some((*text).to_owned());
        }
        let value = self.values.get(idref.as_str())?;
        match usage {
            Use::Title => Some(value.title.clone()),
            // In an assessment, legacy means the value.
            Use::Value | Use::Legacy => value.value.as_ref().map(Datum::to_text),
        }
    }

    /// The text with everything put in. What cannot be found is replaced by what stands there for that
    /// case, and the first of it is named.
    fn filled(&self, text: &str, inserts: &[Insert]) -> (String, Option<Unfilled>) {
        let mut out = String::with_capacity(text.len());
        let (mut from, mut missing) = (0, None);
        for insert in inserts {
            out.push_str(text.get(from..insert.at).unwrap_or_default());
            from = insert.at;
            match self.insert(&insert.what) {
                Some(put) => out.push_str(&put),
                None => {
                    out.push_str(&insert.alt);
                    if insert.alt.is_empty() && missing.is_none() {
                        missing = Some(Unfilled(match &insert.what {
                            What::Sub { idref, .. } => idref.clone(),
                            What::Instance(context) => format!("instance {context}"),
                        }));
                    }
                }
            }
        }
        out.push_str(text.get(from..).unwrap_or_default());
        (out, missing)
    }

    /// A fix as it can be carried out. One that names something that is not there cannot: half of a
    /// script is worse than none.
    pub fn fix(&self, fix: &Fix) -> Result<String, Unfilled> {
        match self.filled(&fix.text, &fix.inserts) {
            (text, None) => Ok(text),
            (_, Some(missing)) => Err(missing),
        }
    }

    /// A fix text to be read; what cannot be found is left out.
    #[must_use]
    pub fn fix_text(&self, text: &FixText) -> String {
        self.filled(&text.text, &text.inserts).0
    }

    /// The benchmark with everything put into titles, descriptions and fix texts.
    #[must_use]
    pub fn fill_in(mut benchmark: Benchmark, values: &[AppliedValue]) -> Benchmark {
        let plain = benchmark.plain_texts.clone();
        let texts = Texts {
            room: Cell::new(INSERTED),
            plain: plain.iter().map(|p| (p.id.as_str(), p.text.as_str())).collect(),
            values: values.iter().map(|v| (v.id.as_str(), v)).collect(),
        };
        texts.fill(&mut benchmark);
        benchmark
    }

    fn fill(&self, benchmark: &mut Benchmark) {
        let mut open: Vec<&mut Item> = benchmark.items.iter_mut().collect();
        while let Some(item) = open.pop() {
            let (title, description, common) = match item {
                Item::Rule(rule) => {
                    let rule: &mut Rule = rule;
                    for fix in &mut rule.fixtexts {
                        if !fix.inserts.is_empty() {
                            fix.text = self.filled(&fix.text, &std::mem::take(&mut fix.inserts)).0;
                        }
                    }
                    (&mut rule.title, &mut rule.description, &mut rule.common)
                }
                Item::Group(group) => {
                    open.extend(&mut group.items);
                    (&mut group.title, &mut group.description, &mut *group.common)
                }
            };
            for (text, inserts) in [(title, &mut common.title_inserts), (description, &mut common.description_inserts)]
            {
                if !inserts.is_empty() {
                    *text = self.filled(text, &std::mem::take(inserts)).0;
                }
            }
        }
    }
}
