//! Benchmark, Group and Profile (NIST IR 7275 r4, sections 6.2, 6.4 and 6.5).

use std::io::Read;

use super::ReadError;
use super::cursor::{Cursor, Element, Part};
use super::rule;
use crate::xccdf::model::{
    Benchmark, Group, Item, Notice, PlainText, Profile, Reference, Select, Status,
};

/// How many Groups and Rules a benchmark may have together. The largest published ones have fewer
/// than 2,000; what is read stays in memory.
const ITEMS: usize = 200_000;
/// How many Profiles a benchmark may have.
const PROFILES: usize = 1_000;
/// How many selects a Profile may have: one for each item.
const SELECTS: usize = ITEMS;

/// The texts of which an element has one that counts, as they come in.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) version: Option<String>,
}

impl Texts {
    /// Reads the child if it is one of these texts, and says whether it was.
    pub(super) fn read<R: Read>(
        &mut self,
        cursor: &mut Cursor<R>,
        child: &Element,
    ) -> Result<bool, ReadError> {
        let kept = match child.name() {
            "title" => &mut self.title,
            "description" => &mut self.description,
            "version" => &mut self.version,
            _ => return Ok(false),
        };
        cursor.first_text(kept)?;
        Ok(true)
    }
}

/// A group that has not ended yet.
struct Open {
    group: Group,
    texts: Texts,
}

/// Reads the benchmark whose root element has just begun.
///
/// Groups in one another are kept on a stack of our own, not on the machine's.
pub(super) fn read<R: Read>(
    cursor: &mut Cursor<R>,
    root: &Element,
) -> Result<Benchmark, ReadError> {
    let mut benchmark = Benchmark {
        schema: cursor.schema,
        id: root.required("id")?,
        lang: root.lang(),
        statuses: Vec::new(),
        title: String::new(),
        description: String::new(),
        notices: Vec::new(),
        references: Vec::new(),
        plain_texts: Vec::new(),
        version: String::new(),
        profiles: Vec::new(),
        items: Vec::new(),
    };
    let mut texts = Texts::default();
    let mut open: Vec<Open> = Vec::new();
    let mut items = 0;
    loop {
        let Some(child) = cursor.child()? else {
            let Some(Open { mut group, texts }) = open.pop() else {
                break;
            };
            group.title = texts.title.unwrap_or_default();
            group.description = texts.description.unwrap_or_default();
            siblings(&mut open, &mut benchmark).push(Item::Group(group));
            continue;
        };
        if matches!(child.name(), "Group" | "Rule") {
            items += 1;
            if items > ITEMS {
                return child.refuse(format!("the benchmark has more than {ITEMS} items"));
            }
        }
        match child.name() {
            "Group" => open.push(Open {
                group: group(&child)?,
                texts: Texts::default(),
            }),
            "Rule" => {
                let rule = Item::Rule(Box::new(rule::read(cursor, &child)?));
                siblings(&mut open, &mut benchmark).push(rule);
            }
            "requires" | "conflicts" => return child.unsupported(),
            _ => match open.last_mut() {
                Some(group) => {
                    if !group.texts.read(cursor, &child)? {
                        cursor.skip()?;
                    }
                }
                None if texts.read(cursor, &child)? => {}
                None => top_level(cursor, &child, &mut benchmark)?,
            },
        }
    }
    benchmark.title = texts.title.unwrap_or_default();
    benchmark.description = texts.description.unwrap_or_default();
    benchmark.version = texts.version.unwrap_or_default();
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
fn top_level<R: Read>(
    cursor: &mut Cursor<R>,
    child: &Element,
    benchmark: &mut Benchmark,
) -> Result<(), ReadError> {
    match child.name() {
        "status" => {
            let date = child.attribute("date");
            benchmark.statuses.push(Status {
                value: cursor.text()?,
                date,
            });
        }
        "notice" => {
            let id = child.attribute_or_empty("id");
            benchmark.notices.push(Notice {
                id,
                text: cursor.text()?,
            });
        }
        "plain-text" => {
            let id = child.attribute_or_empty("id");
            benchmark.plain_texts.push(PlainText {
                id,
                text: cursor.text()?,
            });
        }
        "reference" => benchmark.references.push(reference(cursor, child)?),
        "Profile" => {
            if benchmark.profiles.len() >= PROFILES {
                return child.refuse(format!("the benchmark has more than {PROFILES} profiles"));
            }
            benchmark.profiles.push(profile(cursor, child)?);
        }
        // Values only feed checks that other engines run; results are not a benchmark's own.
        _ => cursor.skip()?,
    }
    Ok(())
}

/// A group as its start tag has it.
fn group(element: &Element) -> Result<Group, ReadError> {
    refuse_inheritance(element)?;
    Ok(Group {
        id: element.required("id")?,
        cluster_id: element.attribute("cluster-id"),
        selected: element.boolean("selected")?.unwrap_or(true),
        weight: element.weight()?,
        title: String::new(),
        description: String::new(),
        items: Vec::new(),
    })
}

/// What an item or a profile inherits is not in it; and an abstract one is not there at all.
pub(super) fn refuse_inheritance(element: &Element) -> Result<(), ReadError> {
    element.refuse_attribute("extends")?;
    if element.boolean("abstract")? == Some(true) {
        element.refuse_attribute("abstract")?;
    }
    Ok(())
}

fn profile<R: Read>(cursor: &mut Cursor<R>, element: &Element) -> Result<Profile, ReadError> {
    refuse_inheritance(element)?;
    let id = element.required("id")?;
    let mut texts = Texts::default();
    let mut selects = Vec::new();
    while let Some(child) = cursor.child()? {
        match child.name() {
            "select" => {
                if selects.len() >= SELECTS {
                    return child.refuse(format!("the profile has more than {SELECTS} selects"));
                }
                selects.push(select(&child)?);
                cursor.skip()?;
            }
            "refine-rule" => return child.unsupported(),
            _ if texts.read(cursor, &child)? => {}
            // What is said about Values: see above.
            _ => cursor.skip()?,
        }
    }
    let title = texts.title.unwrap_or_default();
    let description = texts.description.unwrap_or_default();
    Ok(Profile {
        id,
        title,
        description,
        selects,
    })
}

/// Both attributes are required (IR 7275 r4, section 6.5.3); there is no default to fall back on.
fn select(element: &Element) -> Result<Select, ReadError> {
    let idref = element.required("idref")?;
    match element.boolean("selected")? {
        Some(selected) => Ok(Select { idref, selected }),
        None => element.refuse("this select does not say whether it selects ('selected')"),
    }
}

/// `reference`, with the Dublin Core elements in it: the only foreign ones that are kept.
pub(super) fn reference<R: Read>(
    cursor: &mut Cursor<R>,
    element: &Element,
) -> Result<Reference, ReadError> {
    let href = element.attribute("href");
    let mut reference = Reference {
        href,
        ..Reference::default()
    };
    loop {
        match cursor.part()? {
            Part::Text(text) => reference.text.push_str(&text),
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
