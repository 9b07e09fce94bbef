//! The checklist of STIG Viewer 3 (CKLB), whoever wrote it.
//!
//! Writers differ: null stands for an empty text, a version is a number or a text, `group_tree` an object.
//! What is needed to know asset, STIG and rule is asked for; everything else may be missing.

use serde_json::{Map, Value};

use super::checklist::{NAMELESS, applied, by_reference, odd_status, overridden, refined, role, tech_area, unserved};
use super::draft::{Draft, our_version, status, summary};
use super::fold::{Tally, same_rules};
use super::{ImportError, Kind, Source};
use crate::outcome::{Maker, Outcome, RuleOutcome, SeverityOverride, TOOL};
use crate::target::Asset;
use crate::target::asset::{AssetType, macs};
use crate::xccdf::ids::stem;
use crate::xccdf::model::{
    CCI, Check, ContentRef, FixText, Group, Ident, Item, LEGACY, PlainText, Reference, Rule, Weight,
};
use crate::xccdf::{Benchmark, Severity, Verdict};
use crate::xml::read::excerpt;

/// Keys whose text stands in the pseudo-XML of a description, with the tag there.
const DESCRIBED: [(&str, &str); 11] = [
    ("discussion", "VulnDiscussion"),
    ("false_positives", "FalsePositives"),
    ("false_negatives", "FalseNegatives"),
    ("documentable", "Documentable"),
    ("mitigations", "Mitigations"),
    ("security_override_guidance", "SeverityOverrideGuidance"),
    ("potential_impacts", "PotentialImpacts"),
    ("third_party_tools", "ThirdPartyTools"),
    ("mitigation_control", "MitigationControl"),
    ("responsibility", "Responsibility"),
    ("ia_controls", "IAControls"),
];

/// Keys of a rule that are read, or that say nothing that would have to be kept.
const KNOWN: [&str; 26] = [
    "group_id_src",
    "group_tree",
    "group_id",
    "severity",
    "group_title",
    "rule_id_src",
    "rule_id",
    "rule_version",
    "rule_title",
    "fix_text",
    "weight",
    "check_content",
    "check_content_ref",
    "classification",
    "legacy_ids",
    "ccis",
    "reference_identifier",
    "uuid",
    "stig_uuid",
    "status",
    "overrides",
    "comments",
    "finding_details",
    "stig_ref",
    "STIGUuid",
    "target_key",
];

/// Keys of the document, of a STIG and of the asset, for which the same holds. Ids and titles are made anew.
const KEYS: [&str; 9] =
    ["title", "id", "stigs", "active", "mode", "has_path", "target_data", "cklb_version", "evaluate-stig"];
const STIG_KEYS: [&str; 9] = [
    "stig_name",
    "display_name",
    "stig_id",
    "release_info",
    "version",
    "uuid",
    "reference_identifier",
    "size",
    "rules",
];
const TARGET_KEYS: [&str; 12] = [
    "target_type",
    "host_name",
    "ip_address",
    "mac_address",
    "fqdn",
    "comments",
    "role",
    "is_web_database",
    "technology_area",
    "web_db_site",
    "web_db_instance",
    "classification",
];

/// Keys that are not among these and say something.
fn unknown<'a>(value: &'a Value, known: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let all = value.as_object().into_iter().flatten();
    let says = |value: &Value| !value.is_null() && value.as_str() != Some("");
    all.filter(move |(key, value)| !known.contains(&key.as_str()) && says(value)).map(|(key, _)| excerpt(key))
}

/// Reads the checklist.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Outcome>, ImportError> {
    let failed = |e: &dyn std::fmt::Display| ImportError::unreadable(Kind::Cklb, e);
    let bytes = source.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source.bytes);
    let document: Value = serde_json::from_slice(bytes).map_err(|e| failed(&e))?;
    let mut lost: Vec<String> = unknown(&document, &KEYS).map(|key| format!("{key} of the checklist")).collect();
    let mut host = asset(&document["target_data"], &mut lost);
    source.name_asset(Kind::Cklb, &mut host, "target_data.host_name is missing or empty")?;
    let Some(stigs) = document["stigs"].as_array() else {
        return Err(failed(&"stigs is no list"));
    };
    let maker = maker(&document);
    let stigs = stigs.iter().map(|stig| {
        let mut lost = lost.clone();
        let mut benchmark = benchmark(stig);
        let reference = stig["rules"].as_array().into_iter().flatten().map(|rule| text(rule, "stig_ref"));
        by_reference(&mut benchmark, &reference.into_iter().find(|text| !text.is_empty()).unwrap_or_default(), false);
        if benchmark.id == NAMELESS {
            lost.push("the id of the STIG, which the file does not state".into());
        }
        lost.extend(unknown(stig, &STIG_KEYS).map(|key| format!("{key} of the STIG")));
        let mut rules = Vec::new();
        let mut tally = Tally::default();
        for (at, value) in stig["rules"].as_array().into_iter().flatten().enumerate() {
            let (group, rule) = described(value, at);
            rules.push(said(value, &benchmark.id, &rule, &maker, &mut lost, &mut tally));
            let rule = Item::Rule(Box::new(rule));
            benchmark.items.push(if group.id.is_empty() {
                rule
            } else {
                Item::Group(Group { items: vec![rule], ..group })
            });
        }
        let rules = same_rules(&mut benchmark.items, rules, &mut lost);
        let key = text(stig, "reference_identifier");
        if !key.is_empty() && benchmark.target_key() != key {
            lost.push(format!("reference_identifier {key:?} of the STIG, which is not that of the rules"));
        }
        lost.extend(tally.told());
        let draft = Draft {
            maker: maker.clone(),
            asset: host.clone(),
            benchmark: benchmark.into(),
            rules,
            profile: None,
            endpoints: Vec::new(),
            started: None,
            finished: None,
            lost,
        };
        draft.outcome(source, Kind::Cklb)
    });
    Ok(stigs.collect())
}

/// The text under a key; a number as it is written; empty where there is neither.
fn text(value: &Value, key: &str) -> String {
    match &value[key] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(word) => word.to_string(),
        _ => String::new(),
    }
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let list = value[key].as_array().into_iter().flatten();
    list.filter_map(Value::as_str).map(String::from).collect()
}

/// Who wrote it. The format has no place for it: the titles and comments of some writers name them.
fn maker(document: &Value) -> Maker {
    let block = &document["evaluate-stig"];
    if block.is_object() {
        return Maker { name: "Evaluate-STIG".into(), version: text(block, "version"), system: None };
    }
    let rules = document["stigs"].as_array().into_iter().flatten();
    let mut details = rules.flat_map(|s| s["rules"].as_array().into_iter().flatten());
    // The line that our details end in; a comment of ours may stand on anybody's checklist.
    let ours = details.find_map(|r| {
        let details = r["finding_details"].as_str()?;
        our_version(details.lines().rev().find(|l| l.starts_with("Decided by: "))?)
    });
    Maker {
        name: if ours.is_some() { TOOL } else { "unknown" }.into(),
        version: ours.unwrap_or_default(),
        system: None,
    }
}

fn asset(target: &Value, lost: &mut Vec<String>) -> Asset {
    let ips = text(target, "ip_address");
    let parts = ips.split([' ', ',', '\n', '\t', ';']).filter(|p| !p.is_empty());
    let (fine, odd): (Vec<_>, Vec<_>) = parts.partition(|ip| ip.parse::<std::net::IpAddr>().is_ok());
    lost.extend(odd.iter().map(|ip| format!("ip_address {ip:?} of the asset")));
    let word = text(target, "role");
    let role = role(&word);
    if role.is_none() && !word.is_empty() {
        lost.push(format!("role {word:?} of the asset"));
    }
    // stigprobe writes the marking into the comments, as the format has no place of its own for it.
    let comments = text(target, "comments");
    let marked = comments.lines().find_map(|l| l.strip_prefix("Marking: "));
    let marking = match marked {
        Some(marking) => marking.trim().to_owned(),
        None => text(target, "classification"),
    };
    let (mac, odd) = macs(&text(target, "mac_address"));
    lost.extend(odd.iter().map(|mac| format!("mac_address {mac:?} of the asset")));
    let area = text(target, "technology_area");
    if tech_area(area.trim()).is_none() && !area.trim().is_empty() {
        lost.push(format!("technology_area {area:?} of the asset"));
    }
    lost.extend(unknown(target, &TARGET_KEYS).map(|key| format!("{key} of the asset")));
    let kind = text(target, "target_type");
    let non_computing = kind == AssetType::NonComputing.word();
    if !non_computing && !kind.is_empty() && kind != AssetType::Computing.word() {
        lost.push(format!("target_type {kind:?} of the asset"));
    }
    let mut asset = Asset {
        name: text(target, "host_name").trim().to_owned(),
        fqdn: text(target, "fqdn").trim().to_owned(),
        ip: fine.into_iter().map(String::from).collect(),
        mac: mac.join(" "),
        role: role.unwrap_or_default(),
        tech_area: tech_area(area.trim()).unwrap_or_default(),
        marking,
        comment: comments.lines().filter(|l| !l.starts_with("Marking: ")).collect::<Vec<_>>().join("\n"),
        kind: if non_computing { AssetType::NonComputing } else { AssetType::Computing },
        web_db_site: text(target, "web_db_site"),
        web_db_instance: text(target, "web_db_instance"),
    };
    let is_service = matches!(text(target, "is_web_database").as_str(), "true" | "1");
    lost.extend(unserved(&mut asset, is_service));
    asset
}

fn benchmark(stig: &Value) -> Benchmark {
    let release = text(stig, "release_info");
    Benchmark {
        id: Some(text(stig, "stig_id").trim().to_owned())
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| NAMELESS.into()),
        title: text(stig, "stig_name"),
        version: text(stig, "version"),
        statuses: status(&release),
        plain_texts: vec![PlainText { id: "release-info".into(), text: release }],
        ..Benchmark::default()
    }
}

fn described(value: &Value, at: usize) -> (Group, Rule) {
    let get = |key: &str| text(value, key);
    let first = |keys: [&str; 2]| keys.map(get).into_iter().find(|t| !t.is_empty()).unwrap_or_default();
    let (vuln, mut id) = (first(["group_id_src", "group_id"]), first(["rule_id_src", "rule_id"]));
    // STIG Viewer's other id of a rule is without its ending.
    if stem(&id).is_some() && !id.ends_with("_rule") {
        id.push_str("_rule");
    }
    if id.is_empty() {
        id = if vuln.is_empty() { format!("rule-{}", at + 1) } else { vuln.clone() };
    }
    let weight = get("weight");
    let ident = |system: &str, value: String| Ident { system: system.to_owned(), value };
    let content = &value["check_content_ref"];
    let tree = &value["group_tree"];
    let node = if tree.is_array() { &tree[0] } else { tree };
    let rule = Rule {
        id,
        severity: Severity::read(&get("severity")).as_str().to_owned(),
        weight: weight
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|w| w.is_finite() && *w >= 0.0)
            .map_or_else(Weight::default, |value| Weight { text: weight, value }),
        version: get("rule_version"),
        title: get("rule_title"),
        description: DESCRIBED.map(|(key, tag)| format!("<{tag}>{}</{tag}>", get(key))).concat(),
        references: vec![Reference {
            dc: vec![("identifier".into(), first(["reference_identifier", "target_key"]))],
            ..Reference::default()
        }],
        idents: texts(value, "legacy_ids")
            .into_iter()
            .map(|id| ident(LEGACY, id))
            .chain(texts(value, "ccis").into_iter().map(|id| ident(CCI[0], id)))
            .collect(),
        fixtexts: vec![FixText { text: get("fix_text"), ..FixText::default() }],
        checks: vec![Check {
            system: "urn:stigprobe:import:checklist".into(),
            content_refs: content
                .is_object()
                .then(|| ContentRef {
                    href: text(content, "href"),
                    name: Some(text(content, "name")).filter(|n| !n.is_empty()),
                })
                .into_iter()
                .collect(),
            content: Some(get("check_content")),
            ..Check::default()
        }],
        ..Rule::default()
    };
    let group = Group {
        id: vuln,
        selected: true,
        title: get("group_title"),
        description: text(node, "description"),
        ..Group::default()
    };
    (group, rule)
}

fn said(
    value: &Value,
    benchmark_id: &str,
    rule: &Rule,
    maker: &Maker,
    lost: &mut Vec<String>,
    tally: &mut Tally,
) -> RuleOutcome {
    let name = &rule.id;
    let word = text(value, "status");
    let details = text(value, "finding_details");
    let result = match word.as_str() {
        "not_a_finding" => Verdict::Pass,
        "open" => Verdict::Fail,
        "not_applicable" => Verdict::NotApplicable,
        "not_reviewed" => Verdict::NotChecked,
        _ => odd_status(&word, name, lost),
    };
    let known: Vec<&str> = KNOWN.into_iter().chain(DESCRIBED.iter().map(|(key, _)| *key)).collect();
    for key in unknown(value, &known) {
        tally.add(format!("the {key}"), name);
    }
    let class = text(value, "classification");
    if !class.is_empty() && !class.to_ascii_lowercase().starts_with("unclass") {
        tally.add(format!("the classification {class:?}"), name);
    }
    let severity_override = overrides(&value["overrides"], name, lost);
    let blank = RuleOutcome::of(benchmark_id, rule);
    RuleOutcome {
        result: refined(result, &details, maker),
        summary: summary(&details, &word),
        comments: Some(text(value, "comments")),
        details: Some(details),
        severity: applied(&blank, severity_override.as_ref()),
        severity_override,
        ..blank
    }
}

/// The severity that a person gave: an object with a reason, as STIG Viewer writes it, or the bare word. Whatever else
/// is overridden is named.
fn overrides(all: &Value, rule: &str, lost: &mut Vec<String>) -> Option<SeverityOverride> {
    let keys = all.as_object().into_iter().flat_map(Map::keys);
    lost.extend(keys.filter(|key| *key != "severity").map(|key| format!("the override of {key} of {rule}")));
    match &all["severity"] {
        Value::Null => None,
        object @ Value::Object(_) => {
            let by_person = overridden(&text(object, "severity"), &text(object, "reason"));
            if by_person.is_none() && !text(object, "reason").trim().is_empty() {
                lost.push(format!("the reason for another severity of {rule}, which has none"));
            }
            by_person
        }
        _ => overridden(&text(all, "severity"), ""),
    }
}
