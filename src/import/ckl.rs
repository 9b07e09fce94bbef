//! The checklist of STIG Viewer 2 (CKL), whoever wrote it.
//!
//! Readers go by names and not by order, since writers differ in it. A checklist may hold several STIGs:
//! each is an outcome of its own. It states no time.

use super::checklist::{NAMELESS, applied, by_reference, odd_status, overridden, refined, role, tech_area, unserved};
use super::draft::{Draft, our_version, status, summary};
use super::fold::{Tally, same_rules};
use super::tree::Tree;
use super::{ImportError, Kind, Source};
use crate::outcome::{Maker, Outcome, RuleOutcome, TOOL};
use crate::target::Asset;
use crate::target::asset::{AssetType, macs};
use crate::xccdf::model::{
    CCI, Check, ContentRef, FixText, Group, Ident, Item, LEGACY, Notice, PlainText, Reference, Rule, Weight,
};
use crate::xccdf::{Benchmark, Severity, Verdict};
use crate::xml::read::{Event, Reader, excerpt};

/// The most STIGs in one checklist.
const MOST_STIGS: usize = 1_000;
/// The most rules in one checklist.
const MOST_RULES: usize = 100_000;

/// Rule attributes whose text stands in the pseudo-XML of a description, with the tag there.
const DESCRIBED: [(&str, &str); 11] = [
    ("Vuln_Discuss", "VulnDiscussion"),
    ("False_Positives", "FalsePositives"),
    ("False_Negatives", "FalseNegatives"),
    ("Documentable", "Documentable"),
    ("Mitigations", "Mitigations"),
    ("Security_Override_Guidance", "SeverityOverrideGuidance"),
    ("Potential_Impact", "PotentialImpacts"),
    ("Third_Party_Tools", "ThirdPartyTools"),
    ("Mitigation_Control", "MitigationControl"),
    ("Responsibility", "Responsibility"),
    ("IA_Controls", "IAControls"),
];

/// A STIG of a checklist.
#[derive(Default)]
struct Stig {
    benchmark: Benchmark,
    rules: Vec<RuleOutcome>,
    /// The first `STIGRef` of its rules.
    reference: String,
    /// What its rules say and there is no place for.
    tally: Tally,
    lost: Vec<String>,
}

/// Reads the checklist.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Outcome>, ImportError> {
    let failed = |e: &dyn std::fmt::Display| ImportError::unreadable(Kind::Ckl, e);
    let maker = maker(source.bytes);
    let mut reader = Reader::new(source.bytes);
    let (mut host, mut lost, mut target_key) = (Asset::default(), Vec::new(), String::new());
    let mut stigs: Vec<Stig> = Vec::new();
    let mut rules = 0;
    loop {
        let (position, event) = reader.next_event().map_err(|e| failed(&e))?;
        let name = match event {
            Event::Eof => break,
            Event::Text(_) | Event::End => continue,
            Event::Start(start) => start.name().to_owned(),
        };
        match name.as_str() {
            "CHECKLIST" | "STIGS" => {}
            "ASSET" => {
                let tree = Tree::read(&mut reader, &name).map_err(|e| failed(&e))?;
                host = asset(&tree, &mut lost);
                tree.text_of("TARGET_KEY").trim().clone_into(&mut target_key);
            }
            "iSTIG" if stigs.len() < MOST_STIGS => stigs.push(Stig { benchmark: nameless(), ..Stig::default() }),
            "STIG_INFO" => {
                let tree = Tree::read(&mut reader, &name).map_err(|e| failed(&e))?;
                if let Some(stig) = stigs.last_mut() {
                    stig.benchmark = benchmark(&tree, &mut stig.lost);
                }
            }
            "VULN" if rules < MOST_RULES => {
                rules += 1;
                let tree = Tree::read(&mut reader, &name).map_err(|e| failed(&e))?;
                let Some(stig) = stigs.last_mut() else {
                    return Err(failed(&format!("{position}: a VULN outside of an iSTIG")));
                };
                stig.add(&tree, &maker, &target_key);
            }
            "iSTIG" | "VULN" => {
                let text = format!("{position}: there are more than {MOST_STIGS} STIGs or {MOST_RULES} rules");
                return Err(failed(&text));
            }
            other => {
                lost.push(format!("the element {}, which checklists do not have", crate::xml::read::excerpt(other)));
            }
        }
    }
    source.name_asset(Kind::Ckl, &mut host, "HOST_NAME is missing or empty")?;
    let stigs = stigs.into_iter().map(|mut stig| {
        stig.finish(&maker, &target_key);
        let draft = Draft {
            maker: maker.clone(),
            asset: host.clone(),
            benchmark: stig.benchmark.into(),
            rules: stig.rules,
            profile: None,
            endpoints: Vec::new(),
            started: None,
            finished: None,
            lost: lost.iter().cloned().chain(stig.lost).collect(),
        };
        draft.outcome(source, Kind::Ckl)
    });
    Ok(stigs.collect())
}

/// Who wrote the checklist, as far as the comments before its root say.
fn maker(bytes: &[u8]) -> Maker {
    let before = bytes.windows(10).position(|w| w == b"<CHECKLIST");
    let head = String::from_utf8_lossy(&bytes[..before.unwrap_or(0)]);
    let comments: Vec<&str> =
        head.split("<!--").skip(1).filter_map(|rest| Some(rest.split_once("-->")?.0.trim())).collect();
    let named =
        |name: &str, version: &str| Maker { name: name.to_owned(), version: version.trim().to_owned(), system: None };
    for comment in &comments {
        if let Some(version) = our_version(comment) {
            return named(TOOL, &version);
        }
        if comment.starts_with("<Evaluate-STIG>") {
            let version = comment.split_once("<version>").and_then(|(_, r)| r.split_once('<'));
            return named("Evaluate-STIG", version.map_or("", |(v, _)| v));
        }
        if let Some((name, version)) = comment.split_once("::") {
            return named(name.trim(), version);
        }
    }
    named("unknown", "")
}

fn asset(tree: &Tree, lost: &mut Vec<String>) -> Asset {
    let mut asset = Asset::default();
    let mut is_service = false;
    for child in &tree.children {
        let text = child.text.trim();
        let taken = match child.name.as_str() {
            "HOST_NAME" => {
                text.clone_into(&mut asset.name);
                true
            }
            "HOST_IP" => {
                let parts = text.split([' ', ',', '\n', '\t', ';']).filter(|p| !p.is_empty());
                let (fine, odd): (Vec<_>, Vec<_>) = parts.partition(|ip| ip.parse::<std::net::IpAddr>().is_ok());
                asset.ip = fine.into_iter().map(String::from).collect();
                odd.is_empty()
            }
            "HOST_MAC" => {
                let (found, odd) = macs(text);
                asset.mac = found.join(" ");
                odd.is_empty()
            }
            "HOST_FQDN" => {
                text.clone_into(&mut asset.fqdn);
                true
            }
            "TARGET_COMMENT" => {
                child.text.clone_into(&mut asset.comment);
                true
            }
            "MARKING" => {
                text.clone_into(&mut asset.marking);
                true
            }
            "TECH_AREA" => {
                asset.tech_area = tech_area(text).unwrap_or_default();
                asset.tech_area == text
            }
            "ROLE" => role(text).is_some_and(|role| {
                asset.role = role;
                true
            }),
            // The key of the STIG's target stands with each rule as well: it is held against that.
            "TARGET_KEY" => true,
            "ASSET_TYPE" => {
                if text == AssetType::NonComputing.word() {
                    asset.kind = AssetType::NonComputing;
                }
                text == asset.kind.word()
            }
            "WEB_OR_DATABASE" => {
                is_service = matches!(text, "true" | "1");
                is_service || matches!(text, "false" | "0")
            }
            "WEB_DB_SITE" => {
                text.clone_into(&mut asset.web_db_site);
                true
            }
            "WEB_DB_INSTANCE" => {
                text.clone_into(&mut asset.web_db_instance);
                true
            }
            _ => false,
        };
        if !taken && !text.is_empty() {
            lost.push(format!("{} {text:?} of the asset", child.name));
        }
    }
    lost.extend(unserved(&mut asset, is_service));
    asset
}

fn nameless() -> Benchmark {
    Benchmark { id: NAMELESS.into(), ..Benchmark::default() }
}

fn benchmark(tree: &Tree, lost: &mut Vec<String>) -> Benchmark {
    let mut benchmark = nameless();
    for data in &tree.children {
        let (name, value) = (data.text_of("SID_NAME").trim(), data.text_of("SID_DATA"));
        match name {
            "stigid" | "uuid" | "filename" if value.trim().is_empty() => {}
            "stigid" => value.trim().clone_into(&mut benchmark.id),
            "title" => value.clone_into(&mut benchmark.title),
            "description" => value.clone_into(&mut benchmark.description),
            "version" => value.trim().clone_into(&mut benchmark.version),
            "releaseinfo" => {
                benchmark.plain_texts = vec![PlainText { id: "release-info".into(), text: value.to_owned() }];
                benchmark.statuses = status(value);
            }
            "notice" if !value.is_empty() => {
                benchmark.notices.push(Notice { id: value.to_owned(), text: String::new() });
            }
            "source" if !value.is_empty() => benchmark
                .references
                .push(Reference { dc: vec![("source".into(), value.to_owned())], ..Reference::default() }),
            "notice" | "source" => {}
            "classification" if value.eq_ignore_ascii_case("unclassified") => {}
            other if !value.is_empty() => lost.push(format!("{other} {value:?} of the STIG")),
            _ => {}
        }
    }
    benchmark
}

impl Stig {
    /// Settles what could not be settled before all rules were read.
    fn finish(&mut self, maker: &Maker, target_key: &str) {
        let is_viewer_3 = maker.name == "DISA STIG Viewer" && maker.version.starts_with('3');
        by_reference(&mut self.benchmark, &self.reference, is_viewer_3);
        if self.benchmark.id == NAMELESS {
            self.lost.push("the id of the STIG, which the file does not state".into());
        }
        self.rules = same_rules(&mut self.benchmark.items, std::mem::take(&mut self.rules), &mut self.lost);
        if !target_key.is_empty() && self.benchmark.target_key() != target_key {
            self.lost.push(format!("TARGET_KEY {target_key:?} of the asset, which is not that of the rules"));
        }
        self.lost.extend(std::mem::take(&mut self.tally).told());
    }

    /// Adds a rule with what the checklist says of it.
    fn add(&mut self, vuln: &Tree, maker: &Maker, target_key: &str) {
        let (group, rule) = described(vuln, self.rules.len(), target_key);
        let name = if group.id.is_empty() { rule.id.clone() } else { group.id.clone() };
        let word = vuln.text_of("STATUS").trim();
        let details = vuln.text_of("FINDING_DETAILS");
        let result = verdict(word).unwrap_or_else(|| odd_status(word, &name, &mut self.lost));
        if self.reference.is_empty() {
            attribute(vuln, "STIGRef").trim().clone_into(&mut self.reference);
        }
        for what in unknown_attributes(vuln) {
            self.tally.add(what, &name);
        }
        for child in &vuln.children {
            let known =
                ["STIG_DATA", "STATUS", "FINDING_DETAILS", "COMMENTS", "SEVERITY_OVERRIDE", "SEVERITY_JUSTIFICATION"];
            if !known.contains(&child.name.as_str()) {
                self.lost.push(format!("the element {} of {name}", child.name));
            }
        }
        let reason = vuln.text_of("SEVERITY_JUSTIFICATION");
        let severity_override = overridden(vuln.text_of("SEVERITY_OVERRIDE"), reason);
        if severity_override.is_none() && !reason.trim().is_empty() {
            self.lost.push(format!("the severity justification of {name}, which overrides nothing"));
        }
        let class = attribute(vuln, "Class");
        if !class.is_empty() && !class.to_ascii_lowercase().starts_with("unclass") {
            self.lost.push(format!("the class {class:?} of {name}"));
        }
        let blank = RuleOutcome::of(&self.benchmark.id, &rule);
        self.rules.push(RuleOutcome {
            result: refined(result, details, maker),
            summary: summary(details, word),
            details: Some(details.to_owned()),
            comments: Some(vuln.text_of("COMMENTS").to_owned()),
            severity: applied(&blank, severity_override.as_ref()),
            severity_override,
            ..blank
        });
        let rule = Item::Rule(Box::new(rule));
        self.benchmark.items.push(if group.id.is_empty() {
            rule
        } else {
            Item::Group(Group { items: vec![rule], ..group })
        });
    }
}

/// Attributes that a rule has no place for. The ids of a STIG and what it is quoted as are made of it.
fn unknown_attributes(vuln: &Tree) -> impl Iterator<Item = String> {
    const READ: [&str; 15] = [
        "Vuln_Num",
        "Severity",
        "Group_Title",
        "Rule_ID",
        "Rule_Ver",
        "Rule_Title",
        "Check_Content",
        "Check_Content_Ref",
        "Fix_Text",
        "Weight",
        "Class",
        "STIGRef",
        "TargetKey",
        "LEGACY_ID",
        "CCI_REF",
    ];
    vuln.children.iter().filter(|child| child.name == "STIG_DATA").filter_map(|data| {
        let name = data.text_of("VULN_ATTRIBUTE");
        let known = READ.contains(&name) || DESCRIBED.iter().any(|(known, _)| *known == name);
        (!known && !data.text_of("ATTRIBUTE_DATA").trim().is_empty()).then(|| format!("the {}", excerpt(name)))
    })
}

/// A status by its exact word.
fn verdict(word: &str) -> Option<Verdict> {
    match word {
        "NotAFinding" => Some(Verdict::Pass),
        "Open" => Some(Verdict::Fail),
        "Not_Applicable" => Some(Verdict::NotApplicable),
        "Not_Reviewed" => Some(Verdict::NotChecked),
        _ => None,
    }
}

/// A value of the rule, empty when there is none.
fn attribute<'a>(vuln: &'a Tree, name: &'a str) -> &'a str {
    attributes(vuln, name).next().unwrap_or("")
}

fn attributes<'a>(vuln: &'a Tree, name: &'a str) -> impl Iterator<Item = &'a str> {
    vuln.children
        .iter()
        .filter(move |c| c.name == "STIG_DATA" && c.text_of("VULN_ATTRIBUTE") == name)
        .map(|c| c.text_of("ATTRIBUTE_DATA"))
}

/// The rule, in its group, as the checklist describes it.
fn described(vuln: &Tree, number: usize, target_key: &str) -> (Group, Rule) {
    // What stands with the asset is that of every rule.
    let key = [attribute(vuln, "TargetKey"), target_key].into_iter().find(|key| !key.trim().is_empty()).unwrap_or("");
    let get = |name: &str| attribute(vuln, name).to_owned();
    let weight = attribute(vuln, "Weight").trim();
    let mut idents: Vec<Ident> = Vec::new();
    for (name, system) in [("LEGACY_ID", LEGACY), ("CCI_REF", CCI[0])] {
        let values = attributes(vuln, name).filter(|v| !v.trim().is_empty());
        idents.extend(values.map(|value| Ident { system: system.to_owned(), value: value.trim().to_owned() }));
    }
    let id = attribute(vuln, "Rule_ID").trim();
    let vuln_num = attribute(vuln, "Vuln_Num").trim();
    let content_ref = attribute(vuln, "Check_Content_Ref");
    let description = DESCRIBED.map(|(from, tag)| format!("<{tag}>{}</{tag}>", attribute(vuln, from)));
    let rule = Rule {
        id: match (id.is_empty(), vuln_num.is_empty()) {
            (false, _) => id.to_owned(),
            (true, false) => vuln_num.to_owned(),
            (true, true) => format!("rule-{}", number + 1),
        },
        severity: Severity::read(attribute(vuln, "Severity")).as_str().to_owned(),
        weight: weight
            .parse::<f64>()
            .ok()
            .filter(|w| w.is_finite() && *w >= 0.0)
            .map_or_else(Weight::default, |value| Weight { text: weight.to_owned(), value }),
        version: attribute(vuln, "Rule_Ver").trim().to_owned(),
        title: get("Rule_Title"),
        description: description.concat(),
        references: vec![Reference { dc: vec![("identifier".into(), key.to_owned())], ..Reference::default() }],
        idents,
        fixtexts: vec![FixText { text: get("Fix_Text"), ..FixText::default() }],
        checks: vec![Check {
            system: "urn:stigprobe:import:checklist".into(),
            content_refs: vec![ContentRef {
                href: "checklist".into(),
                name: Some(content_ref.to_owned()).filter(|n| !n.is_empty()),
            }],
            content: Some(get("Check_Content")),
            ..Check::default()
        }],
        ..Rule::default()
    };
    let group = Group { id: vuln_num.to_owned(), selected: true, title: get("Group_Title"), ..Group::default() };
    (group, rule)
}
