//! The items of a plan: what is open, a rule once for all assets on which it is.

use std::collections::{BTreeSet, HashMap};

use super::columns::Content;
use crate::cci;
use crate::outcome::{Outcome, RuleOutcome};
use crate::report::checklist::{no_category, severity_override, vuln_num};
use crate::report::identity::{bare, fqdn, name};
use crate::report::text::{clean, cut, line, maker, waived};
use crate::xccdf::naming::key;
use crate::xccdf::{Category, Group, Rule, Severity, Verdict};

/// A rule that is open on an asset.
#[derive(Clone, Copy)]
struct Open<'a> {
    outcome: &'a Outcome,
    group: Option<&'a Group>,
    rule: &'a Rule,
    result: &'a RuleOutcome,
}

/// A rule that is open, on at least one asset.
pub(super) struct Item<'a>(Vec<Open<'a>>);

/// The items of these results, in the order of the benchmarks.
pub(super) fn items<'a>(outcomes: &[&'a Outcome]) -> Vec<Item<'a>> {
    let mut items: Vec<Item<'_>> = Vec::new();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    for &outcome in outcomes {
        let benchmark = bare(&outcome.benchmark.id, "_benchmark_").to_lowercase();
        for (group, rule, result) in outcome.results().filter(|(_, _, result)| result.result == Verdict::Fail) {
            let place = *places.entry((benchmark.clone(), key(&rule.id))).or_insert_with(|| {
                items.push(Item(Vec::new()));
                items.len() - 1
            });
            items[place].0.push(Open { outcome, group, rule, result });
        }
    }
    items
}

impl Item<'_> {
    /// The names by which a plan knows the rule.
    pub(super) fn names(&self) -> [String; 3] {
        let open = self.0[0];
        [key(&open.rule.id), key(vuln_num(open.group, open.rule)), key(&open.rule.version)]
    }

    /// What stands in a column, in at most so many characters.
    pub(super) fn value(&self, content: Content, limit: usize) -> String {
        let Open { group, rule, .. } = self.0[0];
        let text = match content {
            Content::Organization => return String::new(),
            Content::Controls => return fitting(&self.controls(), ", ", limit).0,
            Content::Devices => {
                let (kept, left) = fitting(&self.devices(), "\n", limit.saturating_sub("\nand 10000 more".len()));
                return if left == 0 { kept } else { format!("{kept}\nand {left} more") };
            }
            Content::Description => format!("{}\n\n{}", line(&rule.title), rule.described("VulnDiscussion")),
            Content::Title => line(&rule.title),
            Content::RuleIds => {
                format!("{}\n{}\n{}", bare(&rule.id, "_rule_"), vuln_num(group, rule), line(&rule.version))
            }
            Content::RuleId => bare(&rule.id, "_rule_").to_owned(),
            Content::Source => self.each(
                |o| {
                    let benchmark = &o.outcome.benchmark;
                    format!("{} {}, {}", line(&benchmark.title), benchmark.revision(), maker(o.outcome))
                },
                false,
            ),
            Content::Status => "Ongoing".into(),
            Content::Identified => {
                let first = self.0.iter().map(|o| o.outcome.finished).min();
                first.map(|day| day.format("%m/%d/%Y").to_string()).unwrap_or_default()
            }
            Content::Comments => self.comments(),
            // Where there is none the organization has to choose one.
            Content::RawSeverity => Severity::read(&rule.severity).category().map_or("", Category::numeral).to_owned(),
            Content::Severity => self.severity().into(),
            Content::Mitigations => self.each(mitigations, true),
            Content::Recommendations => rule.fix_text().to_owned(),
        };
        cut(&clean(text.trim()), limit)
    }

    /// What people wrote, then what was found, then what did not fit elsewhere.
    fn comments(&self) -> String {
        let said = |o: &Open<'_>| {
            let words = o.result.comments.as_deref().map(clean).unwrap_or_default();
            let unclear = no_category(&o.result.severity).unwrap_or_default();
            [words.trim(), line(&o.result.summary).trim(), &unclear]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join("\n")
        };
        let ccis: Vec<&str> = self.0[0].rule.ccis().collect();
        let mut text = self.each(said, true);
        if !ccis.is_empty() {
            text += &format!("\nCCI: {}", ccis.join(", "));
        }
        let (_, left) = fitting(&self.controls(), ", ", 100);
        if left > 0 {
            text += &format!("\nAll controls: {}", self.controls().join(", "));
        }
        text
    }

    /// The controls of the CCIs: of revision 5, and of revision 4 for what revision 5 has none for.
    fn controls(&self) -> Vec<String> {
        let all: BTreeSet<String> = cci::newest(self.0[0].rule.ccis()).into_iter().map(cci::base).collect();
        all.into_iter().collect()
    }

    fn devices(&self) -> Vec<String> {
        let mut devices: Vec<String> = Vec::new();
        for open in &self.0 {
            let asset = &open.outcome.asset;
            for name in [name(asset), fqdn(asset).to_owned()] {
                if !name.is_empty() && !devices.contains(&name) {
                    devices.push(name);
                }
            }
        }
        devices
    }

    /// The severity that applies, the highest of any asset's; none where that is not known of all.
    fn severity(&self) -> &'static str {
        let all: Option<Vec<Category>> = self.0.iter().map(|open| open.result.severity.category()).collect();
        match all.and_then(|all| all.into_iter().min()) {
            Some(Category::I) => "High",
            Some(Category::II) => "Moderate",
            Some(Category::III) => "Low",
            None => "",
        }
    }

    /// What is said of each asset: once where it is the same of all, else with the asset's name (or each text once, where
    /// `named` is not set).
    fn each(&self, say: impl Fn(&Open<'_>) -> String, named: bool) -> String {
        let said: Vec<String> = self.0.iter().map(say).collect();
        if said.iter().all(|text| *text == said[0]) {
            return said.into_iter().next().unwrap_or_default();
        }
        let mut all: Vec<String> = Vec::new();
        for (open, text) in self.0.iter().zip(said).filter(|(_, text)| !text.is_empty()) {
            let text = if named { format!("{}: {text}", name(&open.outcome.asset)) } else { text };
            if !all.contains(&text) {
                all.push(text);
            }
        }
        all.join("\n")
    }
}

/// Why the severity is another than the STIG's, and the exception that was made.
fn mitigations(open: &Open<'_>) -> String {
    let reason = severity_override(open.outcome, open.rule, open.result).map(|(_, reason)| reason);
    let all = reason.into_iter().chain(waived(open.result));
    all.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// As many whole parts as fit into so many characters, and how many are left over.
fn fitting(parts: &[String], between: &str, limit: usize) -> (String, usize) {
    let mut text = String::new();
    for (at, part) in parts.iter().enumerate() {
        let more = if at == 0 { part.clone() } else { format!("{between}{part}") };
        if text.chars().count() + more.chars().count() > limit {
            return (text, parts.len() - at);
        }
        text += &more;
    }
    (text, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::SeverityOverride;
    use crate::report::fixture;
    use crate::xccdf::model::{CCI, Ident, Item as Node};

    #[test]
    fn raw_and_overridden_severity_reason_and_comment_stand_in_their_columns() {
        let mut outcome = fixture::spoken();
        let open = &mut outcome.rules[1];
        open.severity = "high".into();
        open.severity_override =
            Some(SeverityOverride { severity: "high".into(), reason: "It faces the Internet.".into() });
        open.comments = Some("Ticket 4711.".into());
        let all = items(&[&outcome]);
        assert_eq!(all.len(), 1);
        let value = |content| all[0].value(content, 2_000);
        assert_eq!((value(Content::RawSeverity), value(Content::Severity)), ("II".into(), "High".into()));
        let mitigations = value(Content::Mitigations);
        assert!(mitigations.starts_with("It faces the Internet.\nwaived as pass by The AO on"), "{mitigations}");
        assert!(value(Content::Comments).starts_with("Ticket 4711.\n1 of 2 tags is not signed.\n"));
        assert_eq!(value(Content::Devices), "ucp01\nucp01.example.mil");
        assert_eq!(value(Content::Organization), "");
    }

    #[test]
    fn a_rule_is_one_item_on_all_assets() {
        let one = fixture::outcome();
        let mut other = fixture::outcome();
        other.asset.name = "ucp02".into();
        other.asset.fqdn.clear();
        other.rules[1].severity = "high".into();
        other.rules[1].comments = Some("Only here.".into());
        let all = items(&[&one, &other]);
        assert_eq!(all.len(), 1);
        let value = |content| all[0].value(content, 2_000);
        assert_eq!(value(Content::Devices), "ucp01\nucp01.example.mil\nucp02");
        assert_eq!(value(Content::Severity), "High", "the highest");
        let comments = value(Content::Comments);
        assert!(comments.contains("ucp01: 1 of 2 tags") && comments.contains("ucp02: Only here.\n"), "{comments}");
        assert_eq!(value(Content::Source).lines().count(), 1, "the same of both");
        let many: Vec<Outcome> = (0..300)
            .map(|at| {
                let mut outcome = fixture::outcome();
                outcome.asset.name = format!("node{at:03}");
                outcome.asset.fqdn.clear();
                outcome
            })
            .collect();
        let all = items(&many.iter().collect::<Vec<_>>());
        let devices = all[0].value(Content::Devices, 2_000);
        let shown = devices.lines().count() - 1;
        assert!(devices.chars().count() <= 2_000, "{}", devices.len());
        assert!(devices.ends_with(&format!("\nand {} more", 300 - shown)), "{devices}");
    }

    #[test]
    fn a_control_is_never_cut() {
        let mut outcome = fixture::outcome();
        let benchmark = std::sync::Arc::make_mut(&mut outcome.benchmark);
        for item in &mut benchmark.items {
            let Node::Group(group) = item else { continue };
            for item in &mut group.items {
                let Node::Rule(rule) = item else { continue };
                for number in (15..1_500).step_by(40) {
                    rule.idents.push(Ident { system: CCI[0].into(), value: format!("CCI-{number:06}") });
                }
            }
        }
        let all = items(&[&outcome]);
        let whole = all[0].controls();
        assert!(whole.join(", ").len() > 150, "{whole:?}");
        let shown = all[0].value(Content::Controls, 100);
        assert!(shown.len() <= 100 && shown.len() > 80, "{shown}");
        assert!(shown.split(", ").all(|control| whole.iter().any(|w| w == control)), "{shown}");
        assert!(all[0].value(Content::Comments, 2_000).contains(&format!("All controls: {}", whole.join(", "))));
    }
}
