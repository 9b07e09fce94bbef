//! XCCDF results and ARF, whoever wrote them.
//!
//! Where the file has the benchmark beside its results, that is taken; a `TestResult` by itself has ids and
//! results only. Several results of one rule (instances) become one, the worst of them, after their overrides.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::draft::{Draft, Room, is_zoneless, summary, time};
use super::fold::{Part, Tally, together};
use super::overrides::{Change, settle};
use super::{ImportError, Kind, Source};
use crate::outcome::{CheckRef, Endpoint, Maker, Outcome, RuleOutcome, SeverityOverride, TOOL};
use crate::target::Asset;
use crate::target::asset::{AssetType, macs};
use crate::xccdf::ids::bare;
use crate::xccdf::model::{Ident, Item, RuleResult, TestResult, Weight};
use crate::xccdf::read::{Content, read_any, results};
use crate::xccdf::{Benchmark, Rule, Severity, Verdict};
use crate::xml::read::excerpt;

/// What tells stigprobe's own idents and facts.
const CONTROL_ID: &str = "urn:stigprobe:control-id:v1";
const CHECK_ID: &str = "urn:stigprobe:check-id:v1";
const TENABLE: &str = "https://www.tenable.com/audits/control-id";
/// How facts that are MAC addresses end.
const MACS: [&str; 2] = ["asset:identifier:mac", ":asset:mac"];
/// Facts whose value is an address or a name that stands elsewhere already.
const IDENTIFIER: &str = ":asset:identifier:";

/// A rule of a benchmark is as large as so many results of rules.
const COPY: usize = 8;

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
    let benchmarks: Vec<Arc<Benchmark>> = std::mem::take(&mut found.benchmarks).into_iter().map(Arc::new).collect();
    found.results.iter().map(|result| one(source, kind, &benchmarks, result, &mut room)).collect()
}

/// The results of one target.
fn one(
    source: &Source<'_>,
    kind: Kind,
    benchmarks: &[Arc<Benchmark>],
    result: &TestResult,
    room: &mut Room,
) -> Result<Outcome, ImportError> {
    let maker = maker(result);
    // The asset of an ARF, to which our own reports point so: its name is the target's.
    let is_known = |name: &str| kind == Kind::Arf && maker.is_ours() && name == "target-id-ref";
    let others = result.others.iter().filter(|name| !is_known(name));
    let mut lost: Vec<String> = others.map(|name| format!("the element {name} of the TestResult")).collect();
    if !maker.is_ours() {
        lost.extend(
            result.remarks.iter().map(|text| format!("the remark {:?} of the TestResult", excerpt(text.trim()))),
        );
    }
    lost.extend(result.scores.iter().map(|score| {
        let of = score.maximum.as_deref().map_or(String::new(), |most| format!(" of {}", excerpt(most.trim())));
        let by = score.system.as_deref().map_or(String::new(), |system| format!(" by {}", excerpt(system)));
        format!("the score {}{of}{by}, which is calculated anew from the results", excerpt(score.value.trim()))
    }));
    let mut benchmark = benchmark_of(benchmarks, result);
    if !maker.is_ours() {
        lost.extend(names(result, &benchmark));
    }
    let (missing, idents) = (missing(&benchmark, result), idents_by_rule(result));
    let full = |reason| ImportError::unreadable(kind, reason);
    room.take(benchmark.rules().count() + missing.len()).map_err(full)?;
    if !missing.is_empty() || benchmark.rules().any(|(_, rule)| lacks(rule, &idents).next().is_some()) {
        // Such a result has a benchmark of its own, which takes as much memory as that many results.
        if Arc::strong_count(&benchmark) > 1 {
            room.take(benchmark.rules().count() * COPY).map_err(full)?;
        }
        let own = Arc::make_mut(&mut benchmark);
        own.items.extend(missing);
        add_idents(&mut own.items, &idents);
    }
    let (mut asset, endpoints) = target(result, &mut lost);
    source.name_asset(kind, &mut asset, "the TestResult has no target")?;
    let mut by_rule: HashMap<&str, Vec<&RuleResult>> = HashMap::new();
    for rule_result in &result.rules {
        by_rule.entry(rule_result.idref.as_str()).or_default().push(rule_result);
    }
    let mut tally = Tally::default();
    let rules = benchmark
        .rules()
        .map(|(_, rule)| match by_rule.get(rule.id.as_str()) {
            Some(all) => said(&benchmark, rule, all, &maker, &mut tally),
            None => super::matching::unmentioned(&benchmark.id, rule),
        })
        .collect();
    lost.extend(times(result));
    lost.extend(tally.told());
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

/// What the results and their benchmark go by in the file. Our own are made anew.
fn names(result: &TestResult, benchmark: &Benchmark) -> Vec<String> {
    let version = result.version.as_deref().filter(|version| version.trim() != benchmark.version.trim());
    // Without a benchmark beside the results their title is the benchmark's.
    let title = Some(result.title.as_str()).filter(|title| *title != benchmark.title);
    let all = [
        ("the id", Some(result.id.as_str())),
        ("the version", version),
        ("the title", title),
        // One without an id is known by it.
        ("the benchmark's href", result.benchmark_href.as_deref().filter(|href| *href != benchmark.id)),
    ];
    let stated = all.into_iter().filter_map(|(what, text)| Some((what, text?.trim())));
    let stated = stated.filter(|(_, text)| !text.is_empty());
    stated.map(|(what, text)| format!("{what} {:?} of the TestResult", excerpt(text))).collect()
}

/// The benchmark that the results are of: the one that they name, else the only one, else none.
fn benchmark_of(benchmarks: &[Arc<Benchmark>], result: &TestResult) -> Arc<Benchmark> {
    let named = result.benchmark.as_deref().unwrap_or("");
    let same = |b: &&Arc<Benchmark>| bare(&b.id, "_benchmark_") == bare(named, "_benchmark_");
    let chosen = benchmarks.iter().find(same);
    let chosen = chosen.or_else(|| benchmarks.first().filter(|_| benchmarks.len() == 1));
    let unknown = || Benchmark {
        schema: result.schema,
        // Without an id there is a file, or a component of a data stream.
        id: match named.rsplit(['/', '#']).next() {
            None | Some("") => "unknown".into(),
            Some(id) => id.to_owned(),
        },
        title: result.title.clone(),
        ..Benchmark::default()
    };
    chosen.cloned().unwrap_or_else(|| Arc::new(unknown()))
}

/// The rules that only the results speak of.
fn missing(benchmark: &Benchmark, result: &TestResult) -> Vec<Item> {
    let mut known: HashSet<&str> = benchmark.rules().map(|(_, r)| r.id.as_str()).collect();
    let mut missing = Vec::new();
    for rule_result in &result.rules {
        if !known.insert(&rule_result.idref) {
            continue;
        }
        let ours = [CONTROL_ID, CHECK_ID, TENABLE];
        missing.push(Item::Rule(Box::new(Rule {
            id: rule_result.idref.clone(),
            severity: rule_result.severity.clone().unwrap_or_else(|| "unknown".into()),
            version: rule_result.version.clone().unwrap_or_default(),
            weight: weight(rule_result.weight.as_deref()),
            idents: rule_result.idents.iter().filter(|i| !ours.contains(&i.system.as_str())).cloned().collect(),
            ..Rule::default()
        })));
    }
    missing
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
    let mut mac: Vec<String> = Vec::new();
    for (_, text) in result.facts.iter().filter(|(n, _)| MACS.iter().any(|e| n.ends_with(e))) {
        let (known, odd) = macs(text);
        for address in known {
            if !mac.contains(&address) {
                mac.push(address);
            }
        }
        lost.extend(odd.iter().map(|text| format!("the MAC address {:?}", excerpt(text))));
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
        mac: mac.join(" "),
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
fn said(benchmark: &Benchmark, rule: &Rule, all: &[&RuleResult], maker: &Maker, tally: &mut Tally) -> RuleOutcome {
    let parts = all.iter().map(|one| Part {
        of: one.instances.join(", ").trim().to_owned(),
        outcome: instance(benchmark, rule, one, maker, all.len() > 1, tally),
    });
    let Some((outcome, remark)) = together(parts.collect()) else {
        return super::matching::unmentioned(&benchmark.id, rule);
    };
    if let Some(remark) = remark {
        tally.add(format!("each for itself: {}", remark.trim_end_matches('.')), &rule.id);
    }
    outcome
}

/// What one result says of the rule, or of one instance of it.
fn instance(
    benchmark: &Benchmark,
    rule: &Rule,
    one: &RuleResult,
    maker: &Maker,
    is_part: bool,
    tally: &mut Tally,
) -> RuleOutcome {
    let mut outcome = RuleOutcome::of(&benchmark.id, rule);
    let mut read = |word: &str, what: &str| {
        let (verdict, is_known) = word_of(word);
        if !is_known {
            tally.add(
                format!("the {what} {:?}, which XCCDF does not know (it is taken as {verdict}),", excerpt(word)),
                &one.idref,
            );
        }
        (verdict, is_known)
    };
    let (stated, _) = read(&one.result, "result");
    let mut changes = Vec::new();
    for change in &one.overrides {
        let (old, new) = (read(&change.old, "old-result"), read(&change.new, "new-result"));
        let fault = (!old.1 || !new.1)
            .then(|| format!("It puts {:?} in the place of {:?}", excerpt(&change.new), excerpt(&change.old)));
        changes.push(Change {
            old: old.0,
            new: new.0,
            by: change.authority.clone(),
            at: change.time.clone(),
            remark: change.remark.clone(),
            expires: None,
            fault,
        });
    }
    let settled = settle(stated, changes);
    let messages = one.messages.join("\n");
    let text = match &one.detail {
        Some(detail) if !messages.trim().is_empty() && detail.trim() != messages.trim() => {
            format!("{detail}\n{messages}")
        }
        Some(detail) => detail.clone(),
        None => messages,
    };
    // Among several the name of the instance stands before what is said of it.
    let of = one.instances.join(", ");
    let details = if of.trim().is_empty() || is_part { text } else { format!("{}:\n{text}", of.trim()) };
    outcome.result = settled.result;
    outcome.waiver = settled.waiver;
    outcome.beside = settled.beside;
    outcome.summary = summary(&details, outcome.result.word());
    outcome.details = Some(details);
    outcome.comments = Some(one.comment.clone().unwrap_or_default());
    outcome.time = one.time.as_deref().and_then(time);
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
    unkept(rule, one, maker, tally);
    outcome
}

/// What a result says and an outcome has no place for.
fn unkept(rule: &Rule, one: &RuleResult, maker: &Maker, tally: &mut Tally) {
    // Where ids of ours may not stand among the idents, they are metadata.
    let ours = ["metadata", "message/@severity"];
    let others = one.others.iter().filter(|name| !maker.is_ours() || !ours.contains(&name.as_str()));
    for other in others {
        tally.add(format!("the {other}"), &one.idref);
    }
    if one.checks.len() > 1 {
        tally.add(format!("all of {} checks but the first", one.checks.len()), &one.idref);
    }
    if one.checks.iter().any(|check| check.content_refs.len() > 1) {
        tally.add("all content of a check but the first", &one.idref);
    }
    for id in &one.fixes {
        if rule.fixes.iter().all(|fix| fix.id.as_ref() != Some(id)) {
            tally.add(format!("the fix {:?}, which the rule lacks,", excerpt(id)), &one.idref);
        }
    }
    if let Some(version) = one.version.as_deref().filter(|version| version.trim() != rule.version.trim()) {
        tally.add(format!("the version {:?}, which is not the rule's,", excerpt(version)), &one.idref);
    }
    if let Some(time) = one.time.as_deref().filter(|text| time(text).is_none()) {
        tally.add(format!("the time {:?}, which is none,", excerpt(time)), &one.idref);
    }
}

/// What cannot be kept of the times of a target.
fn times(result: &TestResult) -> Vec<String> {
    let whole = [("start-time", &result.start), ("end-time", &result.end)];
    let whole = whole.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)));
    let of_rules = result.rules.iter().filter_map(|one| Some(("results", one.time.as_deref()?)));
    let mut lost = Vec::new();
    let mut zoneless: Vec<&str> = Vec::new();
    for (name, text) in whole.clone() {
        if time(text).is_none() {
            lost.push(format!("the {name} {:?} of the TestResult, which is no point in time", excerpt(text)));
        }
    }
    for (name, _) in whole.chain(of_rules).filter(|(_, text)| is_zoneless(text)) {
        if !zoneless.contains(&name) {
            zoneless.push(name);
        }
    }
    if !zoneless.is_empty() {
        lost.push(format!("that times ({}) state no zone: they are taken for UTC", zoneless.join(", ")));
    }
    lost
}

/// A result by its word, and whether the word is one of the standard's. One that says in other words that something is
/// open stays open.
fn word_of(word: &str) -> (Verdict, bool) {
    let known = Verdict::ALL.into_iter().find(|v| v.word() == word);
    let is_open = || ["fail", "failed", "open"].contains(&word.to_ascii_lowercase().as_str());
    let guessed = || if is_open() { Verdict::Fail } else { Verdict::Unknown };
    (known.unwrap_or_else(guessed), known.is_some())
}

/// What the results name each rule beyond their own idents, by the rule's id.
fn idents_by_rule(result: &TestResult) -> HashMap<&str, Vec<&Ident>> {
    let ours = [CONTROL_ID, CHECK_ID, TENABLE];
    let mut found: HashMap<&str, Vec<&Ident>> = HashMap::new();
    for one in &result.rules {
        let idents = one.idents.iter().filter(|ident| !ours.contains(&ident.system.as_str()));
        found.entry(one.idref.as_str()).or_default().extend(idents);
    }
    found
}

/// Adds the idents that a rule lacks. Depth is bounded by the reader of benchmarks.
fn add_idents(items: &mut [Item], of: &HashMap<&str, Vec<&Ident>>) {
    for item in items {
        match item {
            Item::Group(group) => add_idents(&mut group.items, of),
            Item::Rule(rule) => {
                let lacking: Vec<Ident> = lacks(rule, of).cloned().collect();
                for ident in lacking {
                    if !rule.idents.contains(&ident) {
                        rule.idents.push(ident);
                    }
                }
            }
        }
    }
}

/// The idents that results give a rule and the benchmark does not.
fn lacks<'a>(rule: &'a Rule, of: &'a HashMap<&str, Vec<&'a Ident>>) -> impl Iterator<Item = &'a Ident> {
    of.get(rule.id.as_str()).into_iter().flatten().copied().filter(|ident| !rule.idents.contains(ident))
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
