//! What a benchmark and a rule say when asked: their parts under the names that people use.

use super::{Benchmark, Group, Item, Rule};
use crate::printable::line;

/// The system of DISA's legacy ids (`SV-104867`, `V-95729`).
pub const LEGACY: &str = "http://cyber.mil/legacy";
/// The systems of control correlation identifiers (`CCI-002724`); the second is the older spelling.
pub const CCI: [&str; 2] = ["http://cyber.mil/cci", "http://iase.disa.mil/cci"];
/// The system under which a benchmark without official check texts states their digests.
pub const CHECK_DIGEST: &str = "urn:stigprobe:check-digest:v1";

impl Benchmark {
    /// Every rule in document order, with the group it stands in (none for a rule at the top).
    pub fn rules(&self) -> impl Iterator<Item = (Option<&Group>, &Rule)> {
        let mut stack: Vec<(Option<&Group>, std::slice::Iter<'_, Item>)> = vec![(None, self.items.iter())];
        std::iter::from_fn(move || {
            loop {
                let (group, items) = stack.last_mut()?;
                let group = *group;
                match items.next() {
                    None => {
                        stack.pop();
                    }
                    Some(Item::Rule(rule)) => return Some((group, rule.as_ref())),
                    Some(Item::Group(inner)) => stack.push((Some(inner), inner.items.iter())),
                }
            }
        })
    }

    /// Every Value in document order, in Groups too.
    pub fn all_values(&self) -> impl Iterator<Item = &super::Value> {
        let mut open: Vec<std::slice::Iter<'_, Item>> = vec![self.items.iter()];
        let mut here = self.values.iter();
        std::iter::from_fn(move || {
            loop {
                if let Some(value) = here.next() {
                    return Some(value);
                }
                match open.last_mut()?.next() {
                    None => {
                        open.pop();
                    }
                    Some(Item::Rule(_)) => {}
                    Some(Item::Group(group)) => {
                        here = group.values.iter();
                        open.push(group.items.iter());
                    }
                }
            }
        })
    }

    /// Something in it extends something else, or is there only to be extended.
    #[must_use]
    pub fn inherits(&self) -> bool {
        let is_heir = |common: &super::Common| common.extends.is_some() || common.is_abstract;
        let mut open: Vec<&Item> = self.items.iter().collect();
        while let Some(item) = open.pop() {
            match item {
                Item::Rule(rule) if is_heir(&rule.common) => return true,
                Item::Group(group) if is_heir(&group.common) => return true,
                Item::Rule(_) => {}
                Item::Group(group) => open.extend(&group.items),
            }
        }
        let mut profiles = self.profiles.iter();
        self.all_values().any(|value| is_heir(&value.common)) || profiles.any(|p| p.extends.is_some() || p.is_abstract)
    }

    /// How many groups there are, at any depth.
    #[must_use]
    pub fn group_count(&self) -> usize {
        let mut open: Vec<&Item> = self.items.iter().collect();
        let mut count = 0;
        while let Some(item) = open.pop() {
            if let Item::Group(group) = item {
                count += 1;
                open.extend(&group.items);
            }
        }
        count
    }

    /// DISA's release line (`Release: 2 Benchmark Date: 24 Jul 2024`), empty when there is none.
    #[must_use]
    pub fn release_info(&self) -> &str {
        self.plain_texts.iter().find(|p| p.id == "release-info").map_or("", |p| p.text.as_str())
    }

    /// The number after `Release:` in the release line, as written.
    #[must_use]
    pub fn release(&self) -> Option<&str> {
        self.release_info().split_once("Release:")?.1.split_whitespace().next()
    }

    /// Version and release as people say them: `V2R2`; `V2` where no release is stated, and nothing where
    /// neither is.
    #[must_use]
    pub fn revision(&self) -> String {
        let version = self.version.trim();
        // SCC writes version and release in one: `002.002`.
        if let Some((major, minor)) = version.split_once('.')
            && major.len() == 3
            && let (Ok(major), Ok(minor)) = (major.parse::<u16>(), minor.parse::<u16>())
        {
            return format!("V{major}R{minor}");
        }
        match self.release() {
            None if version.is_empty() => String::new(),
            Some(release) => line(&format!("V{version}R{release}")),
            None => line(&format!("V{version}")),
        }
    }

    /// The number that DISA gives the product (`5281`), which checklists call the target key.
    #[must_use]
    pub fn target_key(&self) -> &str {
        self.rules().find_map(|(_, rule)| rule.dc("identifier")).unwrap_or("")
    }
}

impl Rule {
    /// The idents of the given systems, in document order.
    fn idents_of<'a>(&'a self, systems: &'a [&str]) -> impl Iterator<Item = &'a str> {
        self.idents.iter().filter(|i| systems.contains(&i.system.as_str())).map(|i| i.value.as_str())
    }

    /// Control correlation identifiers, in document order.
    pub fn ccis(&self) -> impl Iterator<Item = &str> {
        self.idents_of(&CCI)
    }

    /// Ids the rule had in older releases, in document order.
    pub fn legacy_ids(&self) -> impl Iterator<Item = &str> {
        self.idents_of(&[LEGACY])
    }

    /// Its names in other catalogs than those two.
    pub fn other_idents(&self) -> impl Iterator<Item = &super::Ident> {
        self.idents.iter().filter(|ident| ident.system != LEGACY && !CCI.contains(&ident.system.as_str()))
    }

    /// The text of the first check that has one.
    #[must_use]
    pub fn check_content(&self) -> Option<&str> {
        self.checks.iter().find_map(|c| c.content.as_deref())
    }

    /// The first reference to the check's content that has a name, as `(name, href)`.
    #[must_use]
    pub fn check_content_ref(&self) -> Option<(&str, &str)> {
        let mut refs = self.checks.iter().flat_map(|c| &c.content_refs);
        refs.find_map(|r| Some((r.name.as_deref()?, r.href.as_str())))
    }

    /// A Dublin Core part of the rule's references, by local name.
    #[must_use]
    pub fn dc(&self, name: &str) -> Option<&str> {
        let parts = self.references.iter().flat_map(|r| &r.dc);
        parts.filter(|(n, _)| n == name).map(|(_, text)| text.as_str()).next()
    }

    /// What stands inside `<tag>` of DISA's escaped description, trimmed; for `VulnDiscussion` the
    /// whole description where it has no such tag.
    ///
    /// The tags are looked for as text: in 1,347 published rules the unescaped description is not
    /// well-formed XML.
    #[must_use]
    pub fn described(&self, tag: &str) -> &str {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        let inner = self.description.split_once(&open).map(|(_, rest)| match rest.rfind(&close) {
            Some(end) => &rest[..end],
            None => rest,
        });
        match inner {
            Some(text) => text.trim(),
            None if tag == "VulnDiscussion" => self.description.trim(),
            None => "",
        }
    }

    /// The text that says how to put the rule right.
    #[must_use]
    pub fn fix_text(&self) -> &str {
        self.fixtexts.first().map_or("", |f| f.text.as_str())
    }
}
