//! Heimdall Data Format: `InSpec`'s JSON, and what Heimdall's converters and stigprobe make in its form.
//!
//! A control's status is not in the file: it is made from its results and its impact, as Heimdall makes it,
//! and a little more carefully. No results, a word that is not known, and a control that was skipped because
//! somebody waived it are never a pass and never notapplicable. Profiles that wrap others give one outcome:
//! the outermost says which controls there are, those below it bring what it leaves out.

mod control;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

use self::control::{Control, described, said};
use super::draft::{Draft, Room, status as dated, time};
use super::{ImportError, Kind, Source};
use crate::outcome::{Maker, Outcome, RuleOutcome, SIMULATED, TOOL};
use crate::target::Asset;
use crate::target::asset::macs;
use crate::xccdf::Benchmark;
use crate::xccdf::ids::bare;
use crate::xccdf::model::{Group, Item, PlainText};

/// The most profiles in one file.
const MOST_PROFILES: usize = 1_000;
/// The most controls in one file.
const MOST_CONTROLS: usize = 100_000;
/// What Heimdall's converters call themselves.
const CONVERTERS: &str = "Heimdall Tools";

/// Reads the document.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Outcome>, ImportError> {
    let failed = |e: &dyn std::fmt::Display| ImportError::unreadable(Kind::Hdf, e);
    let bytes = source.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source.bytes);
    let document: Value = serde_json::from_slice(bytes).map_err(|e| failed(&e))?;
    let Some(profiles) = document["profiles"].as_array() else {
        return Err(failed(&"profiles is no list"));
    };
    let controls = profiles.iter().map(|p| list(p, "controls").len());
    if profiles.len() > MOST_PROFILES || controls.sum::<usize>() > MOST_CONTROLS {
        return Err(failed(&format!("there are more than {MOST_PROFILES} profiles or {MOST_CONTROLS} controls")));
    }
    let names: HashSet<&str> = profiles.iter().filter_map(|p| p["name"].as_str()).collect();
    let is_inner = |p: &&Value| {
        let parent = p["parent_profile"].as_str();
        parent.is_some_and(|parent| names.contains(parent) && p["name"].as_str() != Some(parent))
    };
    let outer: Vec<&Value> = profiles.iter().filter(|p| !is_inner(p)).collect();
    if outer.is_empty() {
        return Err(failed(&"every profile is part of another one"));
    }
    let mut outcomes = Vec::new();
    let mut room = Room::of_a_file();
    for profile in outer {
        let inner = below(profile, profiles);
        if list(profile, "controls").is_empty() && inner.is_empty() {
            continue;
        }
        let controls = [profile].into_iter().chain(inner.iter().copied());
        room.take(controls.map(|p| list(p, "controls").len()).sum()).map_err(|e| failed(&e))?;
        outcomes.push(one(source, &document, profile, &inner).map_err(|e| failed(&e))?);
    }
    if outcomes.is_empty() {
        return Err(failed(&"there are no controls in it"));
    }
    Ok(outcomes)
}

/// The profiles that this one wraps, the nearest first, each once.
fn below<'a>(profile: &'a Value, all: &'a [Value]) -> Vec<&'a Value> {
    let mut by_parent: HashMap<&str, Vec<&Value>> = HashMap::new();
    for child in all.iter().filter(|p| !std::ptr::eq(*p, profile)) {
        if let Some(parent) = child["parent_profile"].as_str() {
            by_parent.entry(parent).or_default().push(child);
        }
    }
    let mut found: Vec<&Value> = Vec::new();
    let mut open = vec![profile];
    while let Some(parent) = open.pop() {
        let name = parent["name"].as_str().filter(|name| !name.is_empty());
        // Taken out: what wraps itself, or goes by the name of another, would be looked at again and again.
        if let Some(children) = name.and_then(|name| by_parent.remove(name)) {
            found.extend(&children);
            open.extend(children);
        }
    }
    found
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value, key: &str) -> String {
    match &value[key] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The texts under a key, whether it is a list or one text.
fn texts(value: &Value, key: &str) -> Vec<String> {
    match &value[key] {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(String::from).collect(),
        _ => Vec::new(),
    }
}

fn one(source: &Source<'_>, document: &Value, profile: &Value, inner: &[&Value]) -> Result<Outcome, String> {
    let mut lost = Vec::new();
    let maker = maker(document, profile);
    let mut asset = asset(source, document, profile, &maker, &mut lost);
    let mut benchmark = benchmark(document, profile);
    let mut rules: Vec<RuleOutcome> = Vec::new();
    let mut seen = HashSet::new();
    let mut ended: Option<DateTime<Utc>> = None;
    let mut by_id: HashMap<&str, Vec<&Value>> = HashMap::new();
    let outer = list(profile, "controls");
    for control in outer.iter().chain(inner.iter().flat_map(|p| list(p, "controls"))) {
        if let Some(id) = control["id"].as_str() {
            by_id.entry(id).or_default().push(control);
        }
    }
    // A wrapper that lists no controls of its own runs all that are below it.
    let order: Vec<&Value> = if outer.is_empty() {
        inner.iter().flat_map(|p| list(p, "controls")).collect()
    } else {
        outer.iter().collect()
    };
    for control in order {
        let Some(id) = control["id"].as_str().filter(|id| !id.is_empty()) else {
            return Err("a control has no id: nobody could tell which rule it is".into());
        };
        if !seen.insert(id) {
            continue;
        }
        let control = Control(by_id.get(id).cloned().unwrap_or_default());
        let (group, rule) = described(id, &control);
        rules.push(said(&benchmark.id, &rule, &control, &maker, &mut lost));
        for result in control.results() {
            ended = ended.max(time(&text(result, "start_time")));
        }
        let rule = Item::Rule(Box::new(rule));
        benchmark.items.push(if group.id.is_empty() {
            rule
        } else {
            Item::Group(Group { items: vec![rule], ..group })
        });
    }
    let left_out = by_id.keys().filter(|id| !seen.contains(*id)).count();
    if left_out > 0 {
        lost.push(format!("{left_out} controls of wrapped profiles, which {} leaves out", text(profile, "name")));
    }
    let about = text(profile, "summary");
    let is_simulated = [&text(profile, "title"), &about, &text(&document["platform"], "name")]
        .into_iter()
        .any(|t| t.starts_with(SIMULATED) || t.contains("come from stigprobe's lab"));
    if is_simulated && !asset.name.starts_with(SIMULATED) {
        asset.name = format!("{SIMULATED}-{}", asset.name);
    }
    let seconds = document["statistics"]["duration"].as_f64().unwrap_or(0.0);
    let finished = ended;
    let draft = Draft {
        maker,
        asset,
        benchmark: benchmark.into(),
        rules,
        profile: None,
        endpoints: Vec::new(),
        started: finished.and_then(|end| {
            let whole = seconds.clamp(0.0, 1e9);
            #[expect(clippy::cast_possible_truncation, reason = "it is between 0 and 1e9")]
            let span = chrono::TimeDelta::try_seconds(whole as i64)?;
            end.checked_sub_signed(span)
        }),
        finished,
        lost,
    };
    Ok(draft.outcome(source, Kind::Hdf))
}

/// Who made the results: stigprobe or whose results it wrote, Heimdall's converters, or `InSpec`.
fn maker(document: &Value, profile: &Value) -> Maker {
    let platform = &document["platform"];
    let name = text(platform, "name");
    let named = |name: &str, version: String| Maker { name: name.to_owned(), version, system: None };
    if profile["maintainer"].as_str() == Some(TOOL) {
        let name = name.strip_prefix(&format!("{SIMULATED}: ")).unwrap_or(&name);
        return named(name, text(platform, "release"));
    }
    if name == CONVERTERS {
        return named(CONVERTERS, text(platform, "release"));
    }
    named("InSpec", text(document, "version"))
}

/// Whom the file speaks of: what a converter passed through of a checklist or a scan, else the target's id,
/// else the name of the file.
fn asset(source: &Source<'_>, document: &Value, profile: &Value, maker: &Maker, lost: &mut Vec<String>) -> Asset {
    let checklist = &document["passthrough"]["checklist"]["asset"];
    let platform = &document["platform"];
    let mut asset = Asset {
        name: text(checklist, "hostname").trim().to_owned(),
        fqdn: text(checklist, "hostfqdn").trim().to_owned(),
        mac: text(checklist, "hostmac"),
        marking: text(checklist, "marking").trim().to_owned(),
        comment: text(checklist, "targetcomment"),
        tech_area: super::checklist::tech_area(text(checklist, "techarea").trim()).unwrap_or_default(),
        ..Asset::default()
    };
    asset.role = super::checklist::role(&text(checklist, "role")).unwrap_or_default();
    let mut addresses = text(checklist, "hostip");
    for (name, value) in host_properties(document) {
        match name {
            "host-fqdn" if asset.fqdn.is_empty() => value.clone_into(&mut asset.fqdn),
            "hostname" if asset.name.is_empty() => value.clone_into(&mut asset.name),
            "host-ip" if addresses.is_empty() => value.clone_into(&mut addresses),
            "mac-address" if asset.mac.is_empty() => value.clone_into(&mut asset.mac),
            _ => {}
        }
    }
    let (found, odd) = macs(&asset.mac);
    asset.mac = found.join(" ");
    lost.extend(odd.iter().map(|mac| format!("the MAC address {mac:?} of the asset")));
    let parts = addresses.split([' ', ',', ';', '\n']).filter(|p| !p.is_empty());
    asset.ip = parts.filter(|ip| ip.parse::<std::net::IpAddr>().is_ok()).map(String::from).collect();
    let target = text(platform, "target_id").trim().to_owned();
    if asset.name.is_empty() && !target.is_empty() {
        if target.starts_with("cpe:") {
            lost.push(format!("the name of the asset: the file has only its platform, {target}"));
        }
        if asset.ip.is_empty() && target.parse::<std::net::IpAddr>().is_ok() {
            asset.ip.push(target.clone());
        }
        asset.name = target;
    }
    if let Some(name) = source.asset.filter(|_| asset.name.is_empty()) {
        name.trim().clone_into(&mut asset.name);
    }
    if asset.name.is_empty() {
        let file = source.name.split('.').next().unwrap_or("").trim();
        if file.is_empty() { "unnamed" } else { file }.clone_into(&mut asset.name);
        lost.push(format!(
            "the asset: the file does not say which it is of, and it is filed under the file's name, {}",
            asset.name
        ));
    }
    if maker.name == "InSpec" {
        let system = format!("{} {}", text(platform, "name"), text(platform, "release"));
        if !system.trim().is_empty() {
            lost.push(format!("the operating system of the target, {}", system.trim()));
        }
    }
    let about = text(profile, "summary");
    if maker.is_ours()
        && let Some(marking) = about.lines().find_map(|l| l.strip_prefix("Marking: "))
    {
        marking.trim().clone_into(&mut asset.marking);
    }
    asset
}

/// The properties of a host of Nessus, which its converter passes through.
fn host_properties(document: &Value) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for part in list(&document["passthrough"], "auxiliary_data") {
        for tag in list(&part["data"]["HostProperties"], "tag") {
            if let (Some(name), Some(value)) = (tag["name"].as_str(), tag["text"].as_str()) {
                found.push((name, value.trim()));
            }
        }
    }
    found
}

/// The benchmark, as far as the profile names it. Our own version is three numbers, of which the first two
/// are DISA's version and release.
fn benchmark(document: &Value, profile: &Value) -> Benchmark {
    let header = &document["passthrough"]["checklist"]["stigs"][0]["header"];
    let id = text(profile, "name");
    let passed = text(header, "stigid") == bare(&id, "_benchmark_");
    let version = text(profile, "version");
    let numbers: Vec<&str> = version.split('.').collect();
    let release_info = match numbers.as_slice() {
        _ if passed => text(header, "releaseinfo"),
        [_, release, _] if *release != "0" => format!("Release: {release}"),
        _ => String::new(),
    };
    let title = text(profile, "title");
    Benchmark {
        id: if id.is_empty() { "unknown".into() } else { id },
        title: title.strip_prefix(&format!("{SIMULATED}: ")).unwrap_or(&title).to_owned(),
        version: if passed { text(header, "version") } else { numbers.first().copied().unwrap_or("").to_owned() },
        statuses: dated(&release_info),
        plain_texts: if release_info.is_empty() {
            Vec::new()
        } else {
            vec![PlainText { id: "release-info".into(), text: release_info }]
        },
        ..Benchmark::default()
    }
}
