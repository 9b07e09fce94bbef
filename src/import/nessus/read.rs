//! The reading: a stream, of which only compliance results stay in memory.

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

use super::{CM, NessusHost, NessusItem, NessusScan, Said};
use crate::xml::read::{Error, Event, Limits, Reader, Start, excerpt};

/// The root of a `.nessus` file.
pub(crate) const ROOT: &str = "NessusClientData_v2";
/// The most hosts in one file.
const MOST_HOSTS: usize = 100_000;
/// The most compliance results in one file.
const MOST_ITEMS: usize = 2_000_000;
/// The most properties of one host.
const MOST_PROPERTIES: usize = 10_000;
/// The most sentences about what was not understood.
const MOST_REMARKS: usize = 1_000;

/// What a file may be of: exports of several hundred hosts are larger than any benchmark.
fn limits() -> Limits {
    Limits { total_bytes: 2 << 30, elements: 50_000_000, ..Limits::default() }
}

/// Reads a `.nessus` file to its end. Gives a sentence that says what is wrong with it otherwise.
pub fn read_scan(input: impl Read) -> Result<NessusScan, String> {
    let mut reader = Reader::with_limits(input, limits());
    let mut scan = NessusScan::default();
    let mut texts = Texts::default();
    let (mut items, mut begun) = (0, false);
    let failed = |e: Error| e.to_string();
    loop {
        let (position, event) = reader.next_event().map_err(failed)?;
        let start = match event {
            Event::Start(start) => start.to_start(),
            Event::Eof => break,
            Event::Text(_) | Event::End => continue,
        };
        if !begun && start.name() != ROOT {
            return Err(format!(
                "the document begins with '<{}', and a .nessus file with '<{ROOT}'",
                excerpt(start.name())
            ));
        }
        begun = true;
        match start.name() {
            ROOT | "Policy" | "HostProperties" => {}
            "Report" => scan.report = attribute(&start, "name"),
            "policyName" => scan.policy = text(&mut reader).map_err(failed)?,
            "policyComments" => scan.comments = text(&mut reader).map_err(failed)?,
            "ReportHost" if scan.hosts.len() < MOST_HOSTS => {
                scan.hosts.push(NessusHost { name: attribute(&start, "name"), ..NessusHost::default() });
            }
            "tag" => {
                let value = text(&mut reader).map_err(failed)?;
                let name = attribute(&start, "name");
                if let Some(host) = scan.hosts.last_mut()
                    && host.properties.len() < MOST_PROPERTIES
                {
                    host.properties.push((name, value));
                }
            }
            "ReportItem" if attribute(&start, "pluginFamily") == "Policy Compliance" => {
                let item = item(&mut reader, &start, &mut texts, &mut scan.remarks);
                let Some(item) = item.map_err(failed)? else {
                    continue;
                };
                items += 1;
                match scan.hosts.last_mut() {
                    Some(host) if items <= MOST_ITEMS => host.items.push(item),
                    Some(_) => {
                        return Err(format!("{position}: there are more than {MOST_ITEMS} compliance results"));
                    }
                    None => {
                        return Err(format!("{position}: a ReportItem outside of a ReportHost"));
                    }
                }
            }
            "ReportHost" => {
                return Err(format!("{position}: there are more than {MOST_HOSTS} hosts"));
            }
            // Preferences, lists of plugins, findings that are not of compliance.
            _ => reader.skip().map_err(failed)?,
        }
    }
    Ok(scan)
}

fn attribute(start: &Start, name: &str) -> String {
    let found = start.attribute(name);
    found.map_or_else(String::new, |a| a.value.to_owned())
}

/// The text directly in the element that has just begun; elements in it are read over.
fn text(reader: &mut Reader<impl Read>) -> Result<String, Error> {
    let mut depth = 0;
    let mut text = String::new();
    loop {
        match reader.next_event()?.1 {
            Event::Start(_) => depth += 1,
            Event::Text(more) if depth == 0 => text.push_str(more),
            Event::Text(_) => {}
            Event::End if depth > 0 => depth -= 1,
            Event::End | Event::Eof => return Ok(text),
        }
    }
}

/// Texts, each held once.
#[derive(Default)]
struct Texts(HashSet<Arc<str>>);

impl Texts {
    fn once(&mut self, text: &str) -> Arc<str> {
        if let Some(found) = self.0.get(text) {
            return found.clone();
        }
        let new: Arc<str> = text.into();
        self.0.insert(new.clone());
        new
    }
}

/// An item to its end; none where it has no compliance result.
fn item(
    reader: &mut Reader<impl Read>,
    start: &Start,
    texts: &mut Texts,
    remarks: &mut Vec<String>,
) -> Result<Option<NessusItem>, Error> {
    let mut item = NessusItem { plugin: texts.once(&attribute(start, "pluginID")), ..NessusItem::default() };
    let mut words: Vec<Arc<str>> = Vec::new();
    loop {
        let start = match reader.next_event()?.1 {
            Event::Start(start) => start.to_start(),
            Event::Text(_) => continue,
            Event::End | Event::Eof => break,
        };
        let name = start.name();
        let of_compliance = start.namespace() == Some(CM);
        let plain = start.namespace().is_none();
        if of_compliance && name == "compliance-result" {
            words.push(texts.once(&text(reader)?));
            continue;
        }
        if of_compliance && name == "compliance-actual-value" {
            let value: Arc<str> = text(reader)?.into();
            item.actual_value.get_or_insert(value);
            continue;
        }
        let slot = if of_compliance {
            slot(&mut item, name)
        } else if plain && name == "script_version" {
            Some(&mut item.plugin_revision)
        } else if plain && name == "plugin_modification_date" {
            Some(&mut item.plugin_modified)
        } else {
            None
        };
        match slot {
            // What stands twice counts as it stands first.
            Some(slot) if slot.is_empty() => *slot = texts.once(&text(reader)?),
            _ => reader.skip()?,
        }
    }
    let Some(word) = words.first().cloned() else {
        return Ok(None);
    };
    item.said = Said::of(&word);
    let room = remarks.len() < MOST_REMARKS;
    if words.iter().any(|other| other.trim() != word.trim()) {
        item.said = Said::Unknown;
        if room {
            remarks
                .push(format!("{} has several results that differ: it is taken as unknown", excerpt(&item.check_name)));
        }
    } else if item.said == Said::Unknown && room {
        remarks.push(format!(
            "{} has the result {:?}, which is none of Nessus's four words: it is taken as unknown",
            excerpt(&item.check_name),
            excerpt(&word)
        ));
    }
    item.word = word;
    Ok(Some(item))
}

/// Where an element of compliance is kept.
fn slot<'a>(item: &'a mut NessusItem, name: &str) -> Option<&'a mut Arc<str>> {
    Some(match name.strip_prefix("compliance-")? {
        "check-name" => &mut item.check_name,
        "reference" => &mut item.reference,
        "source" => &mut item.source,
        "audit-file" => &mut item.audit_file,
        "benchmark-name" => &mut item.benchmark_name,
        "benchmark-version" => &mut item.benchmark_version,
        "benchmark-profile" => &mut item.benchmark_profile,
        "info" => &mut item.info,
        "solution" => &mut item.solution,
        "see-also" => &mut item.see_also,
        "policy-value" => &mut item.policy_value,
        "error" => &mut item.error,
        "uname" => &mut item.uname,
        "control-id" => &mut item.control_id,
        "check-id" => &mut item.check_id,
        "full-id" => &mut item.full_id,
        "functional-id" => &mut item.functional_id,
        "informational-id" => &mut item.informational_id,
        _ => return None,
    })
}
