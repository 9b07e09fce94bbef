//! Each host and benchmark of a file as an outcome.
//!
//! Items of one rule become one result, the worst of Tenable's order. The texts of the rules are those of
//! the items: the format carries discussion and fix, and no check.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::super::draft::{Draft, our_version, summary};
use super::super::fold;
use super::super::{ImportError, Kind, Source};
use super::{NOT_APPLICABLE, NessusHost, NessusItem, NessusScan, Said, read_scan};
use crate::outcome::{Maker, Outcome, RuleOutcome, SIMULATED, TOOL};
use crate::target::Asset;
use crate::target::asset::macs;
use crate::xccdf::model::{CCI, FixText, Group, Ident, Item, LEGACY, PlainText, Reference, Rule};
use crate::xccdf::naming;
use crate::xccdf::{Benchmark, Severity, Verdict};

/// Properties of a host that are kept, or that say nothing of the results.
const KEPT: [&str; 9] = [
    "HOST_START",
    "HOST_START_TIMESTAMP",
    "HOST_END",
    "HOST_END_TIMESTAMP",
    "host-ip",
    "host-fqdn",
    "hostname",
    "mac-address",
    "policy-used",
];

/// Keys of a reference that have a place of their own in a rule.
const PLACED: [&str; 7] = ["CAT", "CCI", "DISA_Benchmark", "Rule-ID", "STIG-ID", "STIG-Legacy", "Vuln-ID"];

/// Reads the file.
pub(in super::super) fn read(source: &Source<'_>) -> Result<Vec<Outcome>, ImportError> {
    let scan = read_scan(source.bytes).map_err(|e| ImportError::unreadable(Kind::Nessus, e))?;
    let maker = maker(&scan);
    let simulated = scan.is_simulated();
    let mut outcomes = Vec::new();
    for host in &scan.hosts {
        for (id, items) in benchmarks(host) {
            outcomes.push(one(source, &scan, simulated, &maker, host, id, &items)?);
        }
    }
    if outcomes.is_empty() {
        let why = if scan.hosts.is_empty() {
            "there are no hosts in it"
        } else {
            "none of its hosts has compliance results ('Policy Compliance' items with a compliance-result): was an \
             audit part of the scan?"
        };
        return Err(ImportError::unreadable(Kind::Nessus, why));
    }
    Ok(outcomes)
}

/// The items of each benchmark, in the file's order: by the benchmark that they name, else by their audit.
fn benchmarks(host: &NessusHost) -> Vec<(&str, Vec<&NessusItem>)> {
    // An item without a benchmark is part of the audit whose other items name one.
    let mut of_audit: HashMap<&str, &str> = HashMap::new();
    for item in host.items.iter().filter(|i| !i.benchmark().is_empty()) {
        of_audit.entry(&item.audit_file).or_insert(item.benchmark());
    }
    let mut found: Vec<(&str, Vec<&NessusItem>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for item in &host.items {
        let id = match item.benchmark() {
            "" => of_audit.get(&*item.audit_file).copied().unwrap_or(&item.audit_file),
            id => id,
        };
        let place = *places.entry(id).or_insert_with(|| {
            found.push((id, Vec::new()));
            found.len() - 1
        });
        found[place].1.push(item);
    }
    found
}

/// Who made the results: the scanner, or whoever's results stigprobe wrote into this format.
fn maker(scan: &NessusScan) -> Maker {
    let mut items = scan.hosts.iter().flat_map(|host| &host.items);
    let named = |name: &str, version: &str| Maker { name: name.to_owned(), version: version.to_owned(), system: None };
    let Some(item) = items.find(|item| item.is_ours()) else {
        return named("Nessus", "");
    };
    let who = item.source.split("; control-id ").next().unwrap_or("");
    if let Some(version) = our_version(who) {
        return named(TOOL, &version);
    }
    match who.rsplit_once(' ') {
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => named(name, version),
        _ => named(who, ""),
    }
}

fn one(
    source: &Source<'_>,
    scan: &NessusScan,
    simulated: bool,
    maker: &Maker,
    host: &NessusHost,
    id: &str,
    items: &[&NessusItem],
) -> Result<Outcome, ImportError> {
    let mut lost = scan.remarks.clone();
    let mut asset = asset(scan, host, &mut lost);
    source.name_asset(Kind::Nessus, &mut asset, "a ReportHost has no name")?;
    let mut benchmark = benchmark(id, items);
    let mut rules = Vec::new();
    for of_rule in by_rule(items, &mut lost) {
        let (group, rule) = described(&of_rule);
        rules.push(said(source, host, &benchmark.id, &rule, &of_rule, maker));
        let rule = Item::Rule(Box::new(rule));
        benchmark.items.push(if group.id.is_empty() {
            rule
        } else {
            Item::Group(Group { items: vec![rule], ..group })
        });
    }
    if rules.is_empty() {
        return Err(ImportError::unreadable(Kind::Nessus, format!("no item of {id} on {} names a rule", host.name)));
    }
    let profile = items.iter().map(|item| item.benchmark_profile.trim());
    let draft = Draft {
        maker: maker.clone(),
        asset,
        benchmark: benchmark.into(),
        rules,
        profile: profile.into_iter().find(|profile| !profile.is_empty()).map(String::from),
        endpoints: Vec::new(),
        started: time(host, "HOST_START"),
        finished: time(host, "HOST_END"),
        lost,
    };
    let mut outcome = draft.outcome(source, Kind::Nessus);
    if simulated {
        outcome.simulated.get_or_insert_with(|| "unknown".into());
        if !outcome.asset.name.starts_with(SIMULATED) {
            outcome.asset.name = format!("{SIMULATED}-{}", outcome.asset.name);
        }
    }
    Ok(outcome)
}

/// A time of a host: its seconds since 1970, which some programs write with a fraction, else C's `ctime`,
/// which has no zone and is taken for UTC.
pub(super) fn time(host: &NessusHost, name: &str) -> Option<DateTime<Utc>> {
    let stamp = host.property(&format!("{name}_TIMESTAMP"));
    let seconds = stamp.split('.').next().and_then(|s| s.parse::<i64>().ok());
    let by_words = || {
        let text = host.property(name);
        let words: Vec<&str> = text.split_whitespace().collect();
        NaiveDateTime::parse_from_str(&words.join(" "), "%a %b %d %H:%M:%S %Y").ok()
    };
    seconds.and_then(|s| DateTime::from_timestamp(s, 0)).or_else(|| Some(by_words()?.and_utc()))
}

fn asset(scan: &NessusScan, host: &NessusHost, lost: &mut Vec<String>) -> Asset {
    let name = ["hostname", "host-fqdn", "netbios-name"]
        .into_iter()
        .map(|tag| host.property(tag))
        .find(|name| !name.is_empty());
    let is_ip = |text: &&str| text.parse::<std::net::IpAddr>().is_ok();
    let mut ip: Vec<String> = Vec::new();
    for address in [host.property("host-ip"), host.name.trim()] {
        if is_ip(&address) && !ip.iter().any(|known| known == address) {
            ip.push(address.to_owned());
        }
    }
    let (mac, odd) = macs(host.property("mac-address"));
    lost.extend(odd.iter().map(|mac| format!("the MAC address {:?}", crate::xml::read::excerpt(mac))));
    let others: Vec<String> = host
        .properties
        .iter()
        .filter(|(name, value)| !KEPT.contains(&name.as_str()) && !value.trim().is_empty())
        .map(|(name, value)| format!("{name} {:?}", crate::xml::read::excerpt(value)))
        .collect();
    if !others.is_empty() {
        lost.push(format!("properties of the host: {}", others.join(", ")));
    }
    let marking = scan.comments.lines().find_map(|l| l.strip_prefix("Marking: "));
    Asset {
        name: name.unwrap_or(host.name.trim()).to_owned(),
        fqdn: host.property("host-fqdn").to_owned(),
        ip,
        mac: mac.join(" "),
        marking: marking.unwrap_or("").trim().to_owned(),
        ..Asset::default()
    }
}

/// The benchmark, as far as the items name it. Its version is three numbers, of which the first two are
/// DISA's version and release.
fn benchmark(id: &str, items: &[&NessusItem]) -> Benchmark {
    let first = |of: fn(&NessusItem) -> &str| {
        let mut texts = items.iter().map(|item| of(item).trim());
        texts.find(|text| !text.is_empty()).unwrap_or("")
    };
    let version = first(|item| &item.benchmark_version);
    let mut numbers = version.split('.');
    let (number, release) = (numbers.next().unwrap_or(""), numbers.next().unwrap_or(""));
    let plain_texts = if release.is_empty() || release == "0" {
        Vec::new()
    } else {
        vec![PlainText { id: "release-info".into(), text: format!("Release: {release}") }]
    };
    Benchmark {
        id: if id.is_empty() { "unknown" } else { id }.to_owned(),
        title: first(|item| &item.benchmark_name).to_owned(),
        version: number.to_owned(),
        plain_texts,
        statuses: super::super::draft::status(""),
        ..Benchmark::default()
    }
}

/// The items of each rule, in the file's order. An item that names no rule stands for itself where no item
/// of the audit names one, and is named as lost otherwise.
fn by_rule<'a>(items: &[&'a NessusItem], lost: &mut Vec<String>) -> Vec<Vec<&'a NessusItem>> {
    let name = |item: &NessusItem| {
        let names = item.names();
        [names.vuln.as_str(), &names.rule, &names.stig_id]
            .into_iter()
            .chain(names.legacy.first().map(String::as_str))
            .chain(item.values("CIS_Recommendation"))
            .find(|name| !name.trim().is_empty())
            .map(naming::key)
    };
    let any = items.iter().any(|item| name(item).is_some());
    let mut found: Vec<Vec<&NessusItem>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for item in items {
        let name = match name(item) {
            Some(name) => name,
            None if any => {
                lost.push(format!(
                    "the item {:?} ({}), which names no rule",
                    crate::xml::read::excerpt(&item.check_name),
                    crate::xml::read::excerpt(&item.word)
                ));
                continue;
            }
            None => item.check_name.to_string(),
        };
        let place = *places.entry(name).or_insert_with(|| {
            found.push(Vec::new());
            found.len() - 1
        });
        found[place].push(item);
    }
    found
}

/// The rule, in its group, as its items describe it.
fn described(items: &[&NessusItem]) -> (Group, Rule) {
    let first = items[0];
    let names = first.names();
    let values = |key: &str| {
        let mut all: Vec<String> = Vec::new();
        for value in items.iter().flat_map(|item| item.values(key)) {
            if !all.iter().any(|known| known == value) {
                all.push(value.to_owned());
            }
        }
        all
    };
    let one = |key: &str| values(key).into_iter().next().unwrap_or_default();
    let ident = |system: &str| {
        let system = system.to_owned();
        move |value: String| Ident { system: system.clone(), value }
    };
    let recommendation = one("CIS_Recommendation");
    let stig_id = [names.stig_id, recommendation].into_iter().find(|id| !id.is_empty()).unwrap_or_default();
    let title = title(items, &stig_id);
    let vuln = one("Vuln-ID");
    let ids = [one("Rule-ID"), vuln.clone(), stig_id.clone()];
    let id = ids.into_iter().find(|id| !id.is_empty());
    let mut idents: Vec<Ident> = values("STIG-Legacy").into_iter().map(ident(LEGACY)).collect();
    idents.extend(values("CCI").into_iter().map(ident(CCI[0])));
    let mut references: Vec<Reference> = Vec::new();
    if !first.see_also.trim().is_empty() {
        references.push(Reference { href: Some(first.see_also.trim().to_owned()), ..Reference::default() });
    }
    // Catalogues other than DISA's own, as pairs.
    let others: Vec<String> = first
        .references()
        .into_iter()
        .filter(|(key, _)| !PLACED.contains(key))
        .map(|(key, value)| format!("{key}|{value}"))
        .collect();
    if !others.is_empty() {
        references.push(Reference { text: others.join(","), ..Reference::default() });
    }
    let discussion = match first.note() {
        Some(note) => first.info.trim_end().strip_suffix(note),
        None => Some(&*first.info),
    };
    let rule = Rule {
        id: id.unwrap_or_else(|| first.check_name.trim().to_owned()),
        severity: Severity::read(&one("CAT")).as_str().to_owned(),
        version: stig_id,
        title,
        description: format!("<VulnDiscussion>{}</VulnDiscussion>", discussion.unwrap_or(&first.info).trim_end()),
        references,
        idents,
        fixtexts: vec![FixText { text: first.solution.to_string(), ..FixText::default() }],
        ..Rule::default()
    };
    let group = Group { id: vuln, selected: true, ..Group::default() };
    (group, rule)
}

/// What the check names have in common, without the STIG-ID before it and without what tells sub-checks
/// apart after the last ` - `.
fn title(items: &[&NessusItem], stig_id: &str) -> String {
    let name = items[0].check_name.trim();
    let mut common = name.len();
    for other in items {
        let other = other.check_name.trim();
        let same = name.char_indices().zip(other.chars());
        let length = same.take_while(|((_, a), b)| a == b).last().map_or(0, |((at, c), _)| at + c.len_utf8());
        common = common.min(length);
    }
    let shared = &name[..common];
    let shared =
        if common == name.len() { shared } else { shared.rsplit_once(" - ").map_or(shared, |(title, _)| title) };
    let rest = shared.strip_prefix(stig_id).unwrap_or(shared);
    let rest = rest.strip_prefix(" - ").unwrap_or(rest).trim();
    if rest.is_empty() { name } else { rest }.to_owned()
}

/// What the items say of their rule, together.
fn said(
    source: &Source<'_>,
    host: &NessusHost,
    benchmark_id: &str,
    rule: &Rule,
    items: &[&NessusItem],
    maker: &Maker,
) -> RuleOutcome {
    let blank = RuleOutcome::of(benchmark_id, rule);
    if let [item] = items
        && item.is_ours()
    {
        return ours(blank, item, maker);
    }
    let worst = items.iter().map(|item| item.said).max().unwrap_or_default();
    let accounts: Vec<String> = items.iter().map(|item| format!("{}{}", item.account(), ids(item))).collect();
    let worst_item = items.iter().find(|item| item.said == worst);
    let plugin = worst_item.map_or("", |item| &item.plugin_revision);
    let head = match items {
        [_] => format!("Nessus says {} on {}.", worst.word(), host.name.trim()),
        _ => format!(
            "Nessus says {} on {}. {}",
            worst.word(),
            host.name.trim(),
            fold::remark(items.len(), &fold::counted(items.iter().map(|item| item.said.verdict())))
        ),
    };
    let audit = worst_item.map_or("", |item| item.audit_file.trim());
    let comment = format!(
        "Nessus{}: {} per the audit {audit}",
        if plugin.is_empty() { String::new() } else { format!(" (plugin revision {plugin})") },
        worst.verdict()
    );
    // An id that items of one rule do not share is none of the rule's.
    let mut trusted = items.iter().map(|item| item.tenable_control_id());
    let first = trusted.next().flatten();
    let shared = first.filter(|_| trusted.all(|id| id == first));
    let (tenable_control_id, tenable_learned_from) = match (&blank.tenable_control_id, shared) {
        (None, Some(id)) => {
            let from = format!("{} (audit {audit}, plugin revision {plugin})", source.name);
            (Some(id.to_owned()), Some(from))
        }
        (published, _) => (published.clone(), None),
    };
    RuleOutcome {
        result: worst.verdict(),
        summary: head.clone(),
        details: Some(format!("{head}\n\n{}", accounts.join("\n\n"))),
        comments: Some(comment),
        tenable_control_id,
        tenable_learned_from,
        ..blank
    }
}

/// The ids of an item, a line each.
fn ids(item: &NessusItem) -> String {
    let kept = |name: &str| name.ends_with("-id") || name == "audit-file";
    let facts = item.facts().into_iter();
    facts.filter(|(name, _)| kept(name)).map(|(name, value)| format!("\n{name}: {value}")).collect()
}

/// A result that stigprobe wrote: its details as they were, and the word that the format does not have.
fn ours(blank: RuleOutcome, item: &NessusItem, maker: &Maker) -> RuleOutcome {
    let actual = item.actual_value.as_deref().unwrap_or("");
    let (result, details) = match actual.strip_prefix(NOT_APPLICABLE) {
        Some(rest) if item.said == Said::Passed => (Verdict::NotApplicable, rest.strip_prefix('\n').unwrap_or(rest)),
        _ => (refined(item.said, actual, maker), actual),
    };
    let tenable = item.source.contains("control-id as Tenable publishes it")
        || item.source.contains("control-id as Nessus wrote it");
    let id = (tenable && item.control_id.len() == 64).then(|| item.control_id.to_string());
    let mut learned = item.source.split("; control-id as Nessus wrote it, learned from ");
    RuleOutcome {
        result,
        summary: summary(details, result.word()),
        details: Some(details.to_owned()),
        comments: Some(String::new()),
        tenable_learned_from: id.as_ref().and_then(|_| learned.nth(1).map(String::from)),
        tenable_control_id: id.or_else(|| blank.tenable_control_id.clone()),
        ..blank
    }
}

/// Which of several results that have one word here stigprobe's own details name.
fn refined(said: Said, details: &str, maker: &Maker) -> Verdict {
    let result = said.verdict();
    if !maker.is_ours() {
        return result;
    }
    let also: &[Verdict] = match said {
        Said::Passed => &[Verdict::Fixed],
        Said::Error => &[Verdict::Unknown],
        Said::Warning => &[Verdict::NotSelected, Verdict::Informational],
        Said::Failed | Said::Unknown => &[],
    };
    let first = details.lines().find(|line| !line.starts_with(SIMULATED));
    let word = first.and_then(|line| Some(line.split_once(": ")?.0));
    let named = also.iter().find(|v| Some(v.word()) == word);
    named.copied().unwrap_or(result)
}
