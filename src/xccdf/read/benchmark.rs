//! Benchmark, Group and Profile (NIST IR 7275 r4, sections 6.2, 6.4 and 6.5).

use std::io::Read;

use super::ReadError;
use super::cursor::{Cursor, Element, Part};
use super::{platform, profile, rule, value};
use crate::xccdf::model::{Benchmark, Common, Group, Item, Notice, PlainText, PlatformRef, Prose, Reference, Status};

/// How many Groups and Rules a benchmark may have together. The largest published ones have fewer
/// than 2,000; what is read stays in memory.
pub(super) const ITEMS: usize = 200_000;
/// How many Profiles a benchmark may have.
pub(super) const PROFILES: usize = 1_000;

/// How many Values a benchmark may have.
const VALUES: usize = 50_000;

/// The texts of which an element has one that counts, as they come in.
#[derive(Default)]
pub(super) struct Texts {
    title: Option<Prose>,
    description: Option<Prose>,
    version: Option<String>,
    /// They are of a benchmark or a profile, which an outline is of.
    is_own: bool,
}

impl Texts {
    /// Those of a benchmark or a profile.
    pub(super) fn own() -> Self {
        Texts { is_own: true, ..Texts::default() }
    }

    /// Reads the child if it is one of these texts, and says whether it was.
    pub(super) fn read<R: Read>(&mut self, cursor: &mut Cursor<R>, child: &Element) -> Result<bool, ReadError> {
        match child.name() {
            "title" => cursor.first_prose(&mut self.title, self.is_own)?,
            "description" => cursor.first_prose(&mut self.description, self.is_own)?,
            "version" => cursor.first_text(&mut self.version)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Title, description and version, with what is put into them kept where items keep it.
    pub(super) fn into_parts(self, common: &mut Common) -> (String, String, String) {
        let title = self.title.unwrap_or_default();
        let description = self.description.unwrap_or_default();
        common.title_inserts = title.inserts;
        common.description_inserts = description.inserts;
        (title.text, description.text, self.version.unwrap_or_default())
    }
}

/// Reads the child if it is a part that all items have, and says whether it was.
pub(super) fn common_part<R: Read>(
    cursor: &mut Cursor<R>,
    child: &Element,
    common: &mut Common,
) -> Result<bool, ReadError> {
    match child.name() {
        "requires" => {
            let list = child.required("idref")?;
            common.requires.push(list.split_whitespace().map(str::to_owned).collect());
        }
        "conflicts" => common.conflicts.push(child.required("idref")?),
        "platform" => common.platforms.push(platform_ref(child)?),
        _ => return Ok(false),
    }
    cursor.skip()?;
    Ok(true)
}

/// `platform`, of which only the start tag counts.
pub(super) fn platform_ref(element: &Element) -> Result<PlatformRef, ReadError> {
    Ok(PlatformRef { idref: element.required("idref")?, overrides: element.boolean("override")?.unwrap_or(false) })
}

/// A group that has not ended yet.
struct Open {
    group: Group,
    texts: Texts,
}

/// Reads the benchmark whose root element has just begun.
///
/// Groups in one another are kept on a stack of our own, not on the machine's.
pub(super) fn read<R: Read>(cursor: &mut Cursor<R>, root: &Element) -> Result<Benchmark, ReadError> {
    let mut benchmark = Benchmark {
        schema: cursor.schema,
        id: root.required("id")?,
        lang: root.lang(),
        resolved: root.boolean("resolved")?.unwrap_or(false),
        ..Benchmark::default()
    };
    let mut texts = Texts::own();
    let mut open: Vec<Open> = Vec::new();
    let mut items = 0;
    let mut values = 0;
    loop {
        let Some(child) = cursor.any_child()? else {
            let Some(Open { mut group, texts }) = open.pop() else {
                break;
            };
            (group.title, group.description, _) = texts.into_parts(&mut group.common);
            siblings(&mut open, &mut benchmark).push(Item::Group(group));
            continue;
        };
        if !cursor.is_own(&child) {
            platform::foreign(cursor, &child, &mut benchmark)?;
            continue;
        }
        if matches!(child.name(), "Group" | "Rule") {
            items += 1;
            if items > ITEMS {
                return child.refuse(format!("the benchmark has more than {ITEMS} items"));
            }
        }
        match child.name() {
            "Group" => open.push(Open { group: group(&child)?, texts: Texts::default() }),
            "Rule" => {
                let rule = Item::Rule(Box::new(rule::read(cursor, &child)?));
                siblings(&mut open, &mut benchmark).push(rule);
            }
            "Value" => {
                values += 1;
                if values > VALUES {
                    return child.refuse(format!("the benchmark has more than {VALUES} Values"));
                }
                let value = value::read(cursor, &child)?;
                match open.last_mut() {
                    Some(parent) => parent.group.values.push(value),
                    None => benchmark.values.push(value),
                }
            }
            _ => match open.last_mut() {
                Some(group) => {
                    if !group.texts.read(cursor, &child)? && !common_part(cursor, &child, &mut group.group.common)? {
                        cursor.skip()?;
                    }
                }
                None if texts.read(cursor, &child)? => {}
                None => top_level(cursor, &child, &mut benchmark)?,
            },
        }
    }
    // Nothing is put into a benchmark's own title; what stands there stays.
    (benchmark.title, benchmark.description, benchmark.version) = texts.into_parts(&mut Common::default());
    Ok(benchmark)
}

/// The items that stand beside the next one.
fn siblings<'a>(open: &'a mut [Open], benchmark: &'a mut Benchmark) -> &'a mut Vec<Item> {
    match open.last_mut() {
        Some(parent) => &mut parent.group.items,
        None => &mut benchmark.items,
    }
}

/// A child that only a benchmark has.
fn top_level<R: Read>(cursor: &mut Cursor<R>, child: &Element, benchmark: &mut Benchmark) -> Result<(), ReadError> {
    match child.name() {
        "status" => benchmark.statuses.push(status(cursor, child)?),
        "platform" => {
            benchmark.platforms.push(platform_ref(child)?);
            cursor.skip()?;
        }
        "model" => {
            benchmark.models.push(child.required("system")?);
            cursor.skip()?;
        }
        "TestResult" => {
            benchmark.test_results.push(child.attribute_or_empty("id"));
            cursor.skip()?;
        }
        "notice" => {
            let id = child.attribute_or_empty("id");
            benchmark.notices.push(Notice { id, text: cursor.text()? });
        }
        "plain-text" => {
            let id = child.attribute_or_empty("id");
            benchmark.plain_texts.push(PlainText { id, text: cursor.text()? });
        }
        "reference" => benchmark.references.push(reference(cursor, child)?),
        "Profile" => {
            if benchmark.profiles.len() >= PROFILES {
                return child.refuse(format!("the benchmark has more than {PROFILES} profiles"));
            }
            benchmark.profiles.push(profile::read(cursor, child)?);
        }
        _ => cursor.skip()?,
    }
    Ok(())
}

/// `status` with its date.
pub(super) fn status<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Status, ReadError> {
    let date = element.attribute("date");
    Ok(Status { value: cursor.text()?, date })
}

/// A group as its start tag has it.
fn group(element: &Element) -> Result<Group, ReadError> {
    Ok(Group {
        id: element.required("id")?,
        cluster_id: element.attribute("cluster-id"),
        selected: element.boolean("selected")?.unwrap_or(true),
        weight: element.weight()?.unwrap_or_default(),
        common: Box::new(element.common()?),
        ..Group::default()
    })
}

/// `reference`, with the Dublin Core elements in it: the only foreign ones that are kept.
pub(super) fn reference<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Reference, ReadError> {
    let href = element.attribute("href");
    let mut reference =
        Reference { href, overrides: element.boolean("override")?.unwrap_or(false), ..Reference::default() };
    if cursor.is_outline() {
        cursor.skip()?;
        return Ok(reference);
    }
    loop {
        match cursor.part()? {
            Part::Text(text) => reference.text.push_str(text),
            Part::Child(part) if part.namespace().is_some_and(is_dublin_core) => {
                reference.dc.push((part.name().to_owned(), cursor.text()?));
            }
            Part::Child(_) => cursor.skip()?,
            Part::End => return Ok(reference),
        }
    }
}

/// Both the elements of 1.1 and the newer terms.
fn is_dublin_core(namespace: &str) -> bool {
    namespace.starts_with("http://purl.org/dc/")
}
