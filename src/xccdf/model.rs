//! A benchmark as data: what the document says, in document order, before any profile is applied.
//!
//! The names are those of NIST IR 7275 r4. The model holds XCCDF 1.1.4 and 1.2 alike; which of the
//! two was read stands in [`Benchmark::schema`], and ids are kept as they were written.

/// The edition of XCCDF that a document is written in, told by its namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// `http://checklists.nist.gov/xccdf/1.1`, the form in which DISA publishes its manual STIGs.
    V1_1,
    /// `http://checklists.nist.gov/xccdf/1.2`.
    V1_2,
}

impl Schema {
    /// The namespace of this edition.
    #[must_use]
    pub fn namespace(self) -> &'static str {
        match self {
            Schema::V1_1 => "http://checklists.nist.gov/xccdf/1.1",
            Schema::V1_2 => "http://checklists.nist.gov/xccdf/1.2",
        }
    }

    /// The edition as people write it: `1.1` or `1.2`.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Schema::V1_1 => "1.1",
            Schema::V1_2 => "1.2",
        }
    }
}

/// A whole benchmark.
#[derive(Clone, Debug, PartialEq)]
pub struct Benchmark {
    /// The edition it was written in.
    pub schema: Schema,
    /// `@id`, as written.
    pub id: String,
    /// `@xml:lang`, when given.
    pub lang: Option<String>,
    /// `status` with its date, in document order.
    pub statuses: Vec<Status>,
    /// First `title`.
    pub title: String,
    /// First `description`.
    pub description: String,
    /// `notice` elements.
    pub notices: Vec<Notice>,
    /// `reference` elements.
    pub references: Vec<Reference>,
    /// `plain-text` elements: id and text. DISA states the release in `release-info`.
    pub plain_texts: Vec<PlainText>,
    /// `version`, as written (DISA: the number of the STIG's version).
    pub version: String,
    /// Profiles in document order.
    pub profiles: Vec<Profile>,
    /// Groups and Rules in document order.
    pub items: Vec<Item>,
}

/// `status`: a word such as `accepted`, and the day it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The word.
    pub value: String,
    /// `@date`, as written.
    pub date: Option<String>,
}

/// `notice`: legal text that travels with the benchmark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// `@id`.
    pub id: String,
    /// The text, often empty.
    pub text: String,
}

/// `plain-text`: a named piece of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlainText {
    /// `@id`.
    pub id: String,
    /// The text.
    pub text: String,
}

/// `reference`: where something comes from, with its Dublin Core parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// `@href`.
    pub href: Option<String>,
    /// Text directly inside the element.
    pub text: String,
    /// Dublin Core children: local name (`publisher`, `identifier`, …) and text, in document order.
    pub dc: Vec<(String, String)>,
}

/// A named selection of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// `@id`, as written.
    pub id: String,
    /// First `title`.
    pub title: String,
    /// First `description`.
    pub description: String,
    /// `select` elements in document order.
    pub selects: Vec<Select>,
}

/// `select`: turns a Group, a Rule or a cluster on or off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Select {
    /// `@idref`: the id of an item, or a cluster-id.
    pub idref: String,
    /// `@selected`.
    pub selected: bool,
}

/// A child of a benchmark or a group.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Items that belong together.
    Group(Group),
    /// One requirement.
    Rule(Box<Rule>),
}

/// Items that belong together; DISA puts each rule into a group of its own (`V-235847`).
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// `@id`, as written.
    pub id: String,
    /// `@cluster-id`.
    pub cluster_id: Option<String>,
    /// `@selected`, true when not said.
    pub selected: bool,
    /// `@weight`, as written; `1.0` when not said.
    pub weight: Weight,
    /// First `title` (DISA: the SRG id).
    pub title: String,
    /// First `description`.
    pub description: String,
    /// Children in document order.
    pub items: Vec<Item>,
}

/// One requirement.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// `@id`, as written (`SV-235847r961770_rule`).
    pub id: String,
    /// `@cluster-id`.
    pub cluster_id: Option<String>,
    /// `@severity`, as written; `unknown` when not said.
    pub severity: String,
    /// `@weight`, as written; `1.0` when not said.
    pub weight: Weight,
    /// `@role`, as written; `full` when not said.
    pub role: String,
    /// `@selected`, true when not said.
    pub selected: bool,
    /// `version` (DISA: the STIG-ID, `DKER-EE-004370`).
    pub version: String,
    /// First `title`.
    pub title: String,
    /// First `description`, as written: DISA escapes a pseudo-XML of its own into it.
    pub description: String,
    /// `reference` elements.
    pub references: Vec<Reference>,
    /// `ident` elements in document order, as written.
    pub idents: Vec<Ident>,
    /// `fixtext` elements.
    pub fixtexts: Vec<FixText>,
    /// `fix` ids.
    pub fixes: Vec<String>,
    /// `check` elements.
    pub checks: Vec<Check>,
}

/// A weight: its number, and the words it was written in.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight {
    /// As written (`10.0`).
    pub text: String,
    /// The number.
    pub value: f64,
}

impl Default for Weight {
    fn default() -> Self {
        Weight {
            text: "1.0".into(),
            value: 1.0,
        }
    }
}

/// `ident`: a name of the rule in another system (CCI, legacy id).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ident {
    /// `@system`.
    pub system: String,
    /// The name.
    pub value: String,
}

/// `fixtext`: how to put it right, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixText {
    /// `@fixref`.
    pub fixref: Option<String>,
    /// The text.
    pub text: String,
}

/// `check`: how it is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// `@system` (DISA: a number of the check, `C-39066r627666_chk`).
    pub system: String,
    /// `@selector`.
    pub selector: Option<String>,
    /// `check-content-ref` elements.
    pub content_refs: Vec<ContentRef>,
    /// `check-content`, when there is one.
    pub content: Option<String>,
}

/// `check-content-ref`: where a check's content lies. It is never opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentRef {
    /// `@href`.
    pub href: String,
    /// `@name`.
    pub name: Option<String>,
}

/// The system of DISA's legacy ids (`SV-104867`, `V-95729`).
pub const LEGACY: &str = "http://cyber.mil/legacy";
/// The systems of control correlation identifiers (`CCI-002724`); the second is the older spelling.
pub const CCI: [&str; 2] = ["http://cyber.mil/cci", "http://iase.disa.mil/cci"];
/// The system under which a benchmark without official check texts states their digests.
pub const CHECK_DIGEST: &str = "urn:stigprobe:check-digest:v1";

impl Benchmark {
    /// Every rule in document order, with the group it stands in (none for a rule at the top).
    pub fn rules(&self) -> impl Iterator<Item = (Option<&Group>, &Rule)> {
        let mut stack: Vec<(Option<&Group>, std::slice::Iter<'_, Item>)> =
            vec![(None, self.items.iter())];
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
        self.plain_texts
            .iter()
            .find(|p| p.id == "release-info")
            .map_or("", |p| p.text.as_str())
    }

    /// The number after `Release:` in the release line, as written.
    #[must_use]
    pub fn release(&self) -> Option<&str> {
        self.release_info()
            .split_once("Release:")?
            .1
            .split_whitespace()
            .next()
    }

    /// Version and release as people say them: `V2R2`; `V2` where no release is stated.
    #[must_use]
    pub fn revision(&self) -> String {
        let version = self.version.trim();
        match self.release() {
            Some(release) => format!("V{version}R{release}"),
            None => format!("V{version}"),
        }
    }

    /// The number that DISA gives the product (`5281`), which checklists call the target key.
    #[must_use]
    pub fn target_key(&self) -> &str {
        self.rules()
            .find_map(|(_, rule)| rule.dc("identifier"))
            .unwrap_or("")
    }
}

impl Rule {
    /// The idents of the given systems, in document order.
    fn idents_of<'a>(&'a self, systems: &'a [&str]) -> impl Iterator<Item = &'a str> {
        self.idents
            .iter()
            .filter(|i| systems.contains(&i.system.as_str()))
            .map(|i| i.value.as_str())
    }

    /// Control correlation identifiers, in document order.
    pub fn ccis(&self) -> impl Iterator<Item = &str> {
        self.idents_of(&CCI)
    }

    /// Ids the rule had in older releases, in document order.
    pub fn legacy_ids(&self) -> impl Iterator<Item = &str> {
        self.idents_of(&[LEGACY])
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
        parts
            .filter(|(n, _)| n == name)
            .map(|(_, text)| text.as_str())
            .next()
    }

    /// What stands inside `<tag>` of DISA's escaped description, trimmed; for `VulnDiscussion` the
    /// whole description where it has no such tag.
    ///
    /// The tags are looked for as text: in 1,347 published rules the unescaped description is not
    /// well-formed XML.
    #[must_use]
    pub fn described(&self, tag: &str) -> &str {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        let inner = self
            .description
            .split_once(&open)
            .map(|(_, rest)| match rest.rfind(&close) {
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
