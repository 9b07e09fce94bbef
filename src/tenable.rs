//! Tenable's control ids: those that are published for rules of the Docker Enterprise STIG, and those that
//! were learned from real scans.
//!
//! They are opaque: no public rule computes them, and they change with the revision of a rule. So one
//! is carried only where exactly this revision is scanned, and never one of ours in its place.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::xccdf::ids::bare;

/// The name of the form in which learned ids are kept.
const SCHEMA: &str = "stigprobe-tenable-ids/1";
/// The most ids that are kept: several times what all audits of DISA's have.
const MOST: usize = 200_000;

/// Rule id with its revision, and the id that tenable.com shows for it.
const PUBLISHED: [(&str, &str); 12] = [
    ("SV-235803r627536_rule", "a10965d1bb75e68ecc85af061cab4515d9d803c17943915e5491b81eccecb167"),
    ("SV-235816r960963_rule", "6f34c338f75cb440ad253d5995e0aed5c022f325951a802d4ddc3345ceb2a40e"),
    ("SV-235827r627608_rule", "7192943ebf63cd52cd30c75184c6ca1fa4b8b444425c17576b0131675b79a4a6"),
    ("SV-235827r961155_rule", "58917363890f3039474e73c3e2df3adfc0919b34554eb134b52a302e429cad4e"),
    ("SV-235847r627668_rule", "49b2b4e72874dce3358ac1eeef26b399218933c591565dd76d24a113c7cfadb4"),
    ("SV-235851r961863_rule", "e1812ea36550107d5aba49962bfe9b32f735d0ca72b0a48d8a3f311de55fc732"),
    ("SV-235853r961863_rule", "7be037bcb2c7dbe7af0083507d50a2c19ee4c134414ff13eebfc076405880eae"),
    ("SV-235854r961863_rule", "3a397c8004389b9eadcc92db1fb3cd28e98c089509ae74de95db1112aecadb3d"),
    ("SV-235867r961863_rule", "a690ca1c90210061523500a76f197e4b9de117eb1bfa47f1d7e2c69a0e6687bd"),
    ("SV-235868r961863_rule", "ecdd8752df0b07813c9b17769deec33eec8de9636e57d9b0039ce6922ef64124"),
    ("SV-235869r961863_rule", "f622619001b6e87af50eac1754e09efd657eba05fae1859bfadac37869ee9f2b"),
    ("SV-235871r627740_rule", "dd20d68a6dab3f4239d24f55390902383b9b61dca1557abfcc61e59cf6eb6fea"),
];

/// Tenable's control id for this revision of a rule, where it is public.
#[must_use]
pub fn control_id(rule_id: &str) -> Option<&'static str> {
    let bare = bare(rule_id, "_rule_");
    PUBLISHED.iter().find(|(rule, _)| *rule == bare).map(|(_, id)| *id)
}

/// A control id that was seen in a real scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// The audit that it belongs to.
    pub audit_file: String,
    /// The rule's STIG-ID.
    pub stig_id: String,
    /// The rule's id with its revision.
    pub rule_id: String,
    /// The id.
    pub control_id: String,
    /// The file that it was seen in.
    pub file: String,
    /// SHA-256 of that file.
    pub sha256: String,
    /// The revision of the plugin that wrote it.
    pub plugin_revision: String,
}

impl Learned {
    /// Where it comes from, in a line.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{} (audit {}, plugin revision {})", self.file, self.audit_file, self.plugin_revision)
    }

    fn is_sound(&self) -> bool {
        let named = [&self.audit_file, &self.stig_id, &self.rule_id];
        let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        named.iter().all(|name| !name.trim().is_empty())
            && self.control_id.len() == 64
            && self.control_id.bytes().all(hex)
    }
}

/// Control ids that were learned, by audit, STIG-ID and the rule's revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LearnedIds(BTreeMap<(String, String, String), Learned>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: String,
    ids: Vec<Learned>,
}

impl LearnedIds {
    /// Reads what [`write`](Self::write) wrote. Gives a sentence that says what is wrong otherwise.
    pub fn read(text: &str) -> Result<Self, String> {
        let document: Document = serde_json::from_str(text).map_err(|e| e.to_string())?;
        if document.schema != SCHEMA {
            return Err(format!("the schema is {:?}, and this version of stigprobe reads {SCHEMA:?}", document.schema));
        }
        let mut ids = LearnedIds::default();
        for learned in document.ids {
            if !learned.is_sound() {
                return Err(format!(
                    "the entry of {:?} names no audit or no rule, or its control_id is not 64 hexadecimal digits",
                    learned.stig_id
                ));
            }
            if let Err(known) = ids.learn(learned) {
                return Err(format!("two entries of {} differ", known.stig_id));
            }
        }
        Ok(ids)
    }

    /// The ids as JSON, in order.
    #[must_use]
    pub fn write(&self) -> String {
        let document = Document { schema: SCHEMA.into(), ids: self.0.values().cloned().collect() };
        // Structs of texts always serialize.
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Adds one; true where it was not known before. What is known is never replaced: another id for the
    /// same rule of the same audit gives the known one as an error.
    pub fn learn(&mut self, learned: Learned) -> Result<bool, Box<Learned>> {
        if !learned.is_sound() || self.0.len() >= MOST {
            return Ok(false);
        }
        let key = (
            learned.audit_file.clone(),
            learned.stig_id.to_ascii_uppercase(),
            bare(&learned.rule_id, "_rule_").to_owned(),
        );
        match self.0.get(&key) {
            Some(known) if known.control_id == learned.control_id => Ok(false),
            Some(known) => Err(Box::new(known.clone())),
            None => {
                self.0.insert(key, learned);
                Ok(true)
            }
        }
    }

    /// The id for this revision of a rule. None where audits give it different ones: nobody could say which
    /// of them a reader goes by.
    #[must_use]
    pub fn find(&self, rule_id: &str, stig_id: &str) -> Option<&Learned> {
        let (rule_id, stig_id) = (bare(rule_id, "_rule_"), stig_id.to_ascii_uppercase());
        let mut found = self
            .0
            .iter()
            .filter(|((_, stig, rule), _)| *stig == stig_id && rule == rule_id)
            .map(|(_, learned)| learned);
        let first = found.next()?;
        found.all(|other| other.control_id == first.control_id).then_some(first)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// There are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_revision_has_one() {
        let id = "49b2b4e72874dce3358ac1eeef26b399218933c591565dd76d24a113c7cfadb4";
        assert_eq!(control_id("SV-235847r627668_rule"), Some(id));
        assert_eq!(control_id("xccdf_mil.disa.stig_rule_SV-235847r627668_rule"), Some(id));
        assert_eq!(control_id("SV-235847r961770_rule"), None);
        assert!(PUBLISHED.iter().all(|(rule, id)| rule.ends_with("_rule") && id.len() == 64));
    }

    fn learned(audit: &str, rule_id: &str, digit: char) -> Learned {
        Learned {
            audit_file: audit.into(),
            stig_id: "DKER-EE-005170".into(),
            rule_id: rule_id.into(),
            control_id: digit.to_string().repeat(64),
            file: "scan.nessus".into(),
            sha256: "0".repeat(64),
            plugin_revision: "1.843".into(),
        }
    }

    #[test]
    fn what_was_learned_is_found_by_its_exact_revision_and_never_replaced() {
        let mut ids = LearnedIds::default();
        let one = learned("a.audit", "SV-235851r961863_rule", 'a');
        assert_eq!(ids.learn(one.clone()), Ok(true));
        assert_eq!(ids.learn(one.clone()), Ok(false));
        assert_eq!(ids.learn(learned("a.audit", "SV-235851r961863_rule", 'b')), Err(Box::new(one.clone())));
        let found = |ids: &LearnedIds, rule: &str| ids.find(rule, "dker-ee-005170").cloned();
        assert_eq!(found(&ids, "xccdf_mil.disa.stig_rule_SV-235851r961863_rule"), Some(one.clone()));
        assert_eq!(found(&ids, "SV-235851r627680_rule"), None);
        assert_eq!(ids.find("SV-235851r961863_rule", "DKER-EE-005190"), None);
        // A copy of the audit says the same, then another audit says otherwise.
        assert_eq!(ids.learn(learned("b.audit", "SV-235851r961863_rule", 'a')), Ok(true));
        assert!(found(&ids, "SV-235851r961863_rule").is_some());
        assert_eq!(ids.learn(learned("c.audit", "SV-235851r961863_rule", 'c')), Ok(true));
        assert_eq!(found(&ids, "SV-235851r961863_rule"), None);
        assert_eq!(LearnedIds::read(&ids.write()), Ok(ids.clone()));
        assert_eq!(ids.len(), 3);
    }

    #[test]
    fn a_file_of_ids_that_is_not_sound_is_refused() {
        let mut ids = LearnedIds::default();
        assert_eq!(ids.learn(learned("a.audit", "SV-235851r961863_rule", 'g')), Ok(false), "no digit");
        assert!(ids.is_empty());
        ids.learn(learned("a.audit", "SV-235851r961863_rule", 'a')).expect("new");
        let text = ids.write();
        for (from, to, said) in [
            (SCHEMA, "stigprobe-tenable-ids/9", "the schema is"),
            ("aaaa", "AAAA", "not 64 hexadecimal digits"),
            ("a.audit", "", "names no audit"),
            ("audit_file", "audit", "unknown field"),
        ] {
            let error = LearnedIds::read(&text.replacen(from, to, 1)).expect_err(to);
            assert!(error.contains(said), "{error}");
        }
        assert!(LearnedIds::read("").is_err());
    }
}
