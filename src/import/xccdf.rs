//! XCCDF results and ARF, whoever wrote them.
//!
//! Where the file has the benchmark beside its results, that is taken; a `TestResult` by itself has ids and
//! results only. Several results of one rule (instances) become one: the strongest of them.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::NaiveDate;

use super::draft::{Draft, Room, summary, time};
use super::{ImportError, Kind, Source};
use crate::outcome::{CheckRef, Endpoint, Maker, Outcome, RuleOutcome, SeverityOverride, Statement, TOOL, Waived};
use crate::target::Asset;
use crate::target::asset::AssetType;
use crate::xccdf::ids::bare;
use crate::xccdf::model::{Ident, Item, RuleResult, TestResult, Weight};
use crate::xccdf::read::{Content, Results, read_any, results};
use crate::xccdf::{Benchmark, Rule, Severity, Verdict};

/// What tells stigprobe's own idents and facts.
const CONTROL_ID: &str = "urn:stigprobe:control-id:v1";
const CHECK_ID: &str = "urn:stigprobe:check-id:v1";
const TENABLE: &str = "https://www.tenable.com/audits/control-id";
/// Facts whose value is an address or a name that stands elsewhere already.
const IDENTIFIER: &str = ":asset:identifier:";

/// Reads the document.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Outcome>, ImportError> {
    let mut found = results(source.bytes).map_err(|e| ImportError::unreadable(Kind::Xccdf, &e))?;
    let kind = if found.is_arf { Kind::Arf } else { Kind::Xccdf };
    if found.is_benchmark && !found.results.is_empty() {
        let document = read_any(std::io::Cursor::new(source.bytes));
        match document.map(|d| d.content) {
            Ok(Content::Benchmark(benchmark)) => found.benchmarks.push(*benchmark),
            Ok(_) => {}
            Err(error) => return Err(ImportError::unreadable(kind, &error)),
        }
    }
    let mut room = Room::of_a_file();
    found.results.iter().map(|result| one(source, kind, &found, result, &mut room)).collect()
}

/// The results of one target.
fn one(
    source: &Source<'_>,
    kind: Kind,
    found: &Results,
    result: &TestResult,
    room: &mut Room,
) -> Result<Outcome, ImportError> {
    let mut lost: Vec<String> = result
        .others
        .iter()
        .filter(|name| !["target-id-ref", "metadata", "tailoring-file"].contains(&name.as_str()))
        .map(|name| format!("the element {name} of the TestResult"))
        .collect();
    lost.extend(result.scores.iter().map(|(system, score)| {
        format!("the score {} by {system}, which is calculated anew from the results", score.trim())
    }));
    let mut benchmark = benchmark_of(found, result);
    add_missing(&mut benchmark, result);
    room.take(benchmark.rules().count()).map_err(|reason| ImportError::unreadable(kind, reason))?;
    let maker = maker(result);
    let (asset, endpoints) = target(result, &mut lost);
    if asset.name.is_empty() {
        return Err(ImportError::unreadable(
            kind,
            "the TestResult has no target: nobody could tell which asset this is",
        ));
    }
    let mut by_rule: HashMap<&str, Vec<&RuleResult>> = HashMap::new();
    for rule_result in &result.rules {
        by_rule.entry(rule_result.idref.as_str()).or_default().push(rule_result);
    }
    let rules = benchmark
        .rules()
        .map(|(_, rule)| match by_rule.get(rule.id.as_str()) {
            Some(all) => said(&benchmark, rule, all, &maker, &mut lost),
            None => super::matching::unmentioned(&benchmark.id, rule),
        })
        .collect();
    let draft = Draft {
        maker,
        asset,
        benchmark,
        rules,
        profile: result.profile.clone(),
        endpoints,
        started: result.start.as_deref().and_then(time),
        finished: result.end.as_deref().and_then(time),
        lost,
    };
    let mut outcome = draft.outcome(source, kind);
    if outcome.maker.is_ours() {
        // It is made from name and version again.
        outcome.maker.system = None;
    }
    let fact = |name: &str| result.facts.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    outcome.evidence_sha256 = fact("urn:stigprobe:fact:evidence-sha256").unwrap_or_default();
    outcome.policy_sha256 = fact("urn:stigprobe:fact:policy-sha256");
    if let Some(scenario) = fact("urn:stigprobe:fact:simulated") {
        outcome.simulated = Some(scenario);
    }
    Ok(outcome)
}

/// The benchmark that the results are of: the one that they name, else the only one, else none.
fn benchmark_of(found: &Results, result: &TestResult) -> Benchmark {
    let named = result.benchmark.as_deref().unwrap_or("");
    let same = |b: &&Benchmark| bare(&b.id, "_benchmark_") == bare(named, "_benchmark_");
    let chosen = found.benchmarks.iter().find(same);
    let chosen = chosen.or_else(|| found.benchmarks.first().filter(|_| found.benchmarks.len() == 1));
    chosen.cloned().unwrap_or_else(|| Benchmark {
        schema: result.schema,
        // Without an id there is a file, or a component of a data stream.
        id: match named.rsplit(['/', '#']).next() {
            None | Some("") => "unknown".into(),
            Some(id) => id.to_owned(),
        },
        title: result.title.clone(),
        ..Benchmark::default()
    })
}

/// Adds the rules that only the results speak of.
fn add_missing(benchmark: &mut Benchmark, result: &TestResult) {
    let mut known: std::collections::HashSet<String> = benchmark.rules().map(|(_, r)| r.id.clone()).collect();
    for rule_result in &result.rules {
        if !known.insert(rule_result.idref.clone()) {
            continue;
        }
        let ours = [CONTROL_ID, CHECK_ID, TENABLE];
        benchmark.items.push(Item::Rule(Box::new(Rule {
            id: rule_result.idref.clone(),
            severity: rule_result.severity.clone().unwrap_or_else(|| "unknown".into()),
            version: rule_result.version.clone().unwrap_or_default(),
            weight: weight(rule_result.weight.as_deref()),
            idents: rule_result.idents.iter().filter(|i| !ours.contains(&i.system.as_str())).cloned().collect(),
            ..Rule::default()
        })));
    }
}

fn weight(text: Option<&str>) -> Weight {
    let number = text.and_then(|t| t.trim().parse::<f64>().ok());
    number
        .filter(|w| w.is_finite() && *w >= 0.0)
        .map_or_else(Weight::default, |value| Weight { text: text.unwrap_or_default().to_owned(), value })
}

/// The program that tested: a CPE name of either form, `product:version`, or what the facts say.
fn maker(result: &TestResult) -> Maker {
    let system = result.test_system.clone();
    let fact = |name: &str| {
        let mut facts = result.facts.iter();
        facts.find(|(n, _)| n.ends_with(name)).map(|(_, v)| v.clone())
    };
    let (mut name, mut version) = match system.as_deref() {
        Some(cpe) if cpe.starts_with("cpe:/") => {
            let parts: Vec<&str> = cpe.split(':').collect();
            let part = |at: usize| parts.get(at).copied().unwrap_or_default();
            (part(3).to_owned(), part(4).to_owned())
        }
        Some(cpe) if cpe.starts_with("cpe:2.3:") => {
            let parts: Vec<&str> = cpe.split(':').collect();
            let part = |at: usize| parts.get(at).copied().unwrap_or_default();
            (part(4).to_owned(), part(5).to_owned())
        }
        Some(other) => {
            other.rsplit_once(':').map_or((other.to_owned(), String::new()), |(n, v)| (n.to_owned(), v.to_owned()))
        }
        None => (fact("scanner:name").unwrap_or_else(|| "unknown".into()), fact("scanner:version").unwrap_or_default()),
    };
    if name == "stigprobe_simulated" {
        name = TOOL.into();
    }
    if name.is_empty() {
        name = "unknown".into();
    }
    if version == "*" || version == "-" {
        version.clear();
    }
    Maker { name, version, system }
}

/// An IP address, as assets have it.
fn address(text: &str) -> Option<String> {
    let address: IpAddr = text.trim().parse().ok()?;
    Some(address.to_string())
}

fn target(result: &TestResult, lost: &mut Vec<String>) -> (Asset, Vec<Endpoint>) {
    let fact = |ends: &[&str]| {
        let mut facts = result.facts.iter();
        let found = facts.find(|(n, v)| ends.iter().any(|e| n.ends_with(e)) && !v.trim().is_empty());
        found.map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
    };
    let fqdns = ["asset:identifier:fqdn", ":asset:fqdn"];
    let mut facts = result.facts.iter();
    let fqdn =
        facts.find(|(n, v)| fqdns.iter().any(|e| n.ends_with(e)) && !v.trim().is_empty() && address(v).is_none());
    let ours = |name: &str| {
        let name = format!("urn:stigprobe:fact:{name}");
        let found = result.facts.iter().find(|(n, _)| *n == name);
        found.map(|(_, v)| v.clone()).unwrap_or_default()
    };
    let mut ip: Vec<String> = Vec::new();
    for written in &result.addresses {
        let whole = written.trim();
        // With the length of the network's part, which no asset has a place for.
        let (text, length) = whole.split_once('/').unwrap_or((whole, ""));
        match address(text) {
            Some(known) => {
                if !ip.contains(&known) {
                    ip.push(known);
                }
                if !length.is_empty() {
                    lost.push(format!("the network of the target-address {whole:?}"));
                }
            }
            None => lost.push(format!("the target-address {whole:?}")),
        }
    }
    for (name, value) in &result.facts {
        let told = name.contains(IDENTIFIER)
            || name.contains("fact:scanner:")
            || name.starts_with("urn:stigprobe:")
            || name.contains("stig-manager@");
        if !told {
            lost.push(format!("the fact {name} = {:?}", value.chars().take(100).collect::<String>()));
        }
    }
    // An asset that has a name is told by it: each has the address of its loopback.
    let named = |t: &String| !t.trim().is_empty() && address(t).is_none();
    let name = result.targets.iter().position(named).unwrap_or(0);
    for (at, further) in result.targets.iter().enumerate() {
        if at != name {
            lost.push(format!("the further target {:?}", further.trim()));
        }
    }
    lost.extend(result.organizations.iter().map(|o| format!("the organization {:?}", o.trim())));
    let asset = Asset {
        name: result.targets.get(name).map(|t| t.trim().to_owned()).unwrap_or_default(),
        fqdn: fqdn.map(|(_, v)| v.trim().to_owned()).unwrap_or_default(),
        ip,
        mac: fact(&["asset:identifier:mac", ":asset:mac"]),
        marking: ours("marking"),
        comment: fact(&[":asset:description"]),
        web_db_site: fact(&[":asset:metadata:cklWebDbSite"]),
        web_db_instance: fact(&[":asset:metadata:cklWebDbInstance"]),
        kind: if fact(&[":asset:noncomputing"]) == "true" { AssetType::NonComputing } else { AssetType::Computing },
        ..Asset::default()
    };
    if let Some(identity) = result.identity.as_deref().map(str::trim).filter(|i| !i.is_empty()) {
        lost.push(format!("the identity {identity:?} with which the target was asked"));
    }
    (asset, Vec::new())
}

/// What the file says of a rule, in one result or in several.
fn said(benchmark: &Benchmark, rule: &Rule, all: &[&RuleResult], maker: &Maker, lost: &mut Vec<String>) -> RuleOutcome {
    let mut outcome = RuleOutcome::of(&benchmark.id, rule);
    let mut details = Vec::new();
    let mut comments: Vec<&str> = Vec::new();
    let mut result: Option<Verdict> = None;
    for one in all {
        let (found, waiver) = effective(one, lost);
        result = Some(result.map_or(found, |r| r.and(found)));
        outcome.waiver = outcome.waiver.or(waiver);
        let mut text = one.detail.clone().unwrap_or_else(|| one.messages.join("\n"));
        if !one.instances.is_empty() {
            text = format!("{}:\n{text}", one.instances.join(", ").trim());
        }
        if !text.trim().is_empty() {
            details.push(text);
        }
        comments.extend(one.comment.as_deref());
        idents(&mut outcome, one, maker);
        if let Some(check) = one.checks.first() {
            let content = check.content_refs.first();
            outcome.check = Some(CheckRef {
                system: check.system.clone(),
                href: content.map(|c| c.href.clone()).unwrap_or_default(),
                name: content.and_then(|c| c.name.clone()),
            });
        }
        severity(&mut outcome, rule, one);
        if let Some(weight) = &one.weight {
            outcome.weight.clone_from(weight);
        }
        if let Some(role) = &one.role {
            outcome.role.clone_from(role);
        }
    }
    if outcome.waiver.is_some() && all.len() > 1 {
        lost.push(format!("which of the {} instances of {} an override is of", all.len(), rule.id));
    }
    let details = details.join("\n");
    outcome.result = result.unwrap_or(Verdict::Unknown);
    outcome.summary = summary(&details, outcome.result.word());
    outcome.details = Some(details);
    outcome.comments = Some(comments.join("\n"));
    outcome
}

/// The result that was found, and the exception that replaced it.
fn effective(one: &RuleResult, lost: &mut Vec<String>) -> (Verdict, Option<Waived>) {
    let mut read = |word: &str| {
        word_of(word).unwrap_or_else(|| {
            lost.push(format!(
                "the result {word:?} of {}, which XCCDF does not know: it is taken as unknown",
                one.idref
            ));
            Verdict::Unknown
        })
    };
    let stated = read(&one.result);
    let Some(last) = one.overrides.last() else {
        return (stated, None);
    };
    let old = read(&one.overrides[0].old);
    let day = last.time.get(..10).and_then(|d| d.parse::<NaiveDate>().ok());
    let waived = Waived {
        result: stated,
        statement: Statement {
            by: last.authority.clone(),
            on: day.unwrap_or(NaiveDate::MIN),
            text: last.remark.clone(),
            expires: None,
            evidence: None,
        },
    };
    if one.overrides.len() > 1 {
        lost.push(format!("all overrides of {} but the last", one.idref));
    }
    if day.is_none() {
        // Without a day nobody can say whether it counts: what was found stands.
        lost.push(format!("the override of {}, which has no time", one.idref));
        return (old, None);
    }
    (old, Some(waived))
}

/// A result by its word.
fn word_of(word: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|v| v.word() == word)
}

/// The ids that stigprobe gave are taken back; those of others that the rule has not are kept with it.
fn idents(outcome: &mut RuleOutcome, one: &RuleResult, maker: &Maker) {
    let of = |system: &str| {
        let mut idents = one.idents.iter();
        idents.find(|i: &&Ident| i.system == system).map(|i| i.value.clone())
    };
    if maker.is_ours() {
        if let Some(id) = of(CONTROL_ID) {
            outcome.control_id = id;
        }
        outcome.check_id = of(CHECK_ID).or(outcome.check_id.take());
    }
    if let Some(id) = of(TENABLE) {
        outcome.tenable_control_id = Some(id);
    }
}

/// The severity that applied: another one than the rule's own was set by a profile or a person.
fn severity(outcome: &mut RuleOutcome, rule: &Rule, one: &RuleResult) {
    let own = Severity::read(&rule.severity);
    let stated = one.severity.as_deref().map(Severity::read);
    let Some(applied) = stated.filter(|stated| *stated != own && *stated != Severity::Unknown) else {
        return;
    };
    outcome.severity = applied.clone();
    if own != Severity::Unknown {
        let reason = "The results state this severity for the rule.".into();
        outcome.severity_override = Some(SeverityOverride { severity: applied, reason });
    }
}
