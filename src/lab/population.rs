//! The repositories and tags of the simulated DTR.
//!
//! Nothing is stored: a repository and a tag are computed from their index whenever one is asked for, so a large
//! population costs nothing, and the same options always give the same names and digests.

use chrono::{DateTime, SecondsFormat};

use super::{
    fault::Fault,
    scenario::{Base, Scenario},
};

const NAMESPACES: [&str; 5] = ["eng", "ops", "web", "data", USER_NAMESPACE];
const USER_NAMESPACE: &str = "j.doe";
const WORDS: [&str; 9] = [
    "app",
    "api-gateway",
    "build.tools",
    "log_shipper",
    "base-image",
    "worker",
    "report.v2",
    "ui-kit",
    "etl_nightly-batch",
];

/// Faults that befall one repository; each has one of its own as long as there are 23.
const ONE_REPOSITORY: [Fault; 11] = [
    Fault::HashMismatch,
    Fault::Repository500,
    Fault::Page500,
    Fault::RepeatedMarker,
    Fault::CountShort,
    Fault::TruncatedJson,
    Fault::HtmlInsteadOfJson,
    Fault::TagWithoutNotary,
    Fault::EmptyPage,
    Fault::Drops,
    Fault::Oversized,
];

/// Those of them that need a repository of several pages.
const SEVERAL_PAGES: [Fault; 6] = [
    Fault::Page500,
    Fault::RepeatedMarker,
    Fault::TruncatedJson,
    Fault::HtmlInsteadOfJson,
    Fault::EmptyPage,
    Fault::Oversized,
];

/// So many tags are unsigned in `unsigned-many`, and at least so many of them in each repository it takes.
const UNSIGNED_MANY: usize = 120;
const UNSIGNED_EACH: usize = 20;

/// The day the first tag was pushed: 1 May 2019, as the population is the same on every day.
const FIRST_PUSH: i64 = 1_556_668_800;

/// All repositories and tags there are.
pub(super) struct Population {
    scenario: Scenario,
    repositories: usize,
    tags: usize,
    /// Repositories whose first tags are unsigned, and how many of them.
    unsigned: Vec<(usize, usize)>,
}

/// What Notary says of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Notary {
    pub(super) listed: bool,
    pub(super) mismatch: bool,
}

impl Population {
    pub(super) fn new(scenario: &Scenario, repositories: u32, tags: u32) -> Self {
        let count = |count: u32, none: Fault| {
            let count = if scenario.has(none) { 0 } else { count };
            usize::try_from(count).unwrap_or(usize::MAX)
        };
        let mut population = Self {
            scenario: scenario.clone(),
            repositories: count(repositories, Fault::NoRepositories),
            tags: count(tags, Fault::NoTags),
            unsigned: Vec::new(),
        };
        if scenario.has(Fault::UnsignedMany) {
            population.unsigned = population.spread(UNSIGNED_MANY);
        }
        population
    }

    /// Takes so many tags from the first repositories, a few from each.
    fn spread(&self, mut wanted: usize) -> Vec<(usize, usize)> {
        let each = wanted.div_ceil(self.repositories.max(1)).max(UNSIGNED_EACH);
        let mut spread = Vec::new();
        for repository in 0..self.repositories {
            if wanted == 0 {
                break;
            }
            let taken = self.tags_of(repository).min(each).min(wanted);
            wanted -= taken;
            spread.push((repository, taken));
        }
        spread
    }

    /// All tags of the repositories that may be seen.
    pub(super) fn visible_tags(&self) -> usize {
        let places = 0..self.visible_repositories();
        places.map(|it| self.tags_of(self.visible_at(it))).sum()
    }

    /// How many tags a repository has: about as many as was asked for. Where every fault has a repository of its
    /// own, three of the others are awkward: exactly 10 tags, exactly 25, none.
    pub(super) fn tags_of(&self, repository: usize) -> usize {
        if self.tags == 0 {
            return 0;
        }
        let roomy = self.repositories > 2 * ONE_REPOSITORY.len() && self.tags >= 25;
        match repository {
            0 if roomy => 10,
            2 if roomy => 25,
            4 if roomy => 0,
            _ => {
                let slack = self.tags / 4;
                let varied = self.tags - slack + pick(repository, 0, 2 * slack + 1);
                if self.has_paging_fault(repository) { varied.max(4) } else { varied }
            }
        }
    }

    /// The repository that a fault befalls, if the scenario has it.
    pub(super) fn victim(&self, fault: Fault) -> Option<usize> {
        let place = ONE_REPOSITORY.iter().position(|known| *known == fault)?;
        (self.scenario.has(fault) && self.repositories > 0).then(|| (2 * place + 1) % self.repositories)
    }

    pub(super) fn befalls(&self, fault: Fault, repository: usize) -> bool {
        self.victim(fault) == Some(repository)
    }

    /// Whether a fault befalls the repository that shows on its second or third page.
    pub(super) fn has_paging_fault(&self, repository: usize) -> bool {
        SEVERAL_PAGES.iter().any(|fault| self.befalls(*fault, repository))
    }

    /// The namespace of a repository and its name in it.
    pub(super) fn name(repository: usize) -> (&'static str, String) {
        let namespace = NAMESPACES[repository % NAMESPACES.len()];
        let rest = repository / NAMESPACES.len();
        let word = WORDS[rest % WORDS.len()];
        let name = match rest / WORDS.len() {
            0 => word.to_owned(),
            round => format!("{word}-{round}"),
        };
        (namespace, name)
    }

    /// Whether a namespace is a user's own, not an organisation's.
    pub(super) fn is_user(namespace: &str) -> bool {
        namespace == USER_NAMESPACE
    }

    /// The repository of that name.
    pub(super) fn find(&self, namespace: &str, name: &str) -> Option<usize> {
        let place = NAMESPACES.iter().position(|known| *known == namespace)?;
        WORDS.iter().enumerate().find_map(|(word_place, word)| {
            let round = match name.strip_prefix(word)? {
                "" => 0,
                rest => usize::from(rest.strip_prefix('-')?.parse::<u16>().ok()?),
            };
            let repository = (round * WORDS.len() + word_place) * NAMESPACES.len() + place;
            (repository < self.repositories && Self::name(repository).1 == name).then_some(repository)
        })
    }

    /// Whether there is a repository of this number.
    pub(super) fn has(&self, repository: usize) -> bool {
        repository < self.repositories
    }

    /// Whether the lab's user may see a repository.
    pub(super) fn visible(&self, repository: usize) -> bool {
        repository.is_multiple_of(self.stride())
    }

    /// How many repositories the lab's user may see.
    pub(super) fn visible_repositories(&self) -> usize {
        self.repositories.div_ceil(self.stride())
    }

    /// The repository at a place among those that may be seen.
    pub(super) fn visible_at(&self, place: usize) -> usize {
        place * self.stride()
    }

    fn stride(&self) -> usize {
        if self.scenario.has(Fault::NotAdmin) { 3 } else { 1 }
    }

    /// What Notary says of a tag.
    pub(super) fn notary(&self, repository: usize, tag: usize) -> Notary {
        let tags = self.tags_of(repository);
        let is_last = repository + 1 == self.repositories && tag + 1 == tags;
        let unsigned = (is_last && self.scenario.has(Fault::UnsignedLastTag))
            || self.unsigned.iter().any(|(taken, first)| *taken == repository && tag < *first);
        let mismatch = self.befalls(Fault::HashMismatch, repository) && tag == tags / 2;
        let signed = match self.scenario.base() {
            Base::Hardened => true,
            Base::Default => pick(repository, tag + 1, 5) == 0,
        };
        Notary { listed: mismatch || (signed && !unsigned), mismatch }
    }

    /// Whether a tag comes without a word on Notary.
    pub(super) fn lacks_notary(&self, repository: usize, tag: usize) -> bool {
        self.befalls(Fault::TagWithoutNotary, repository) && tag == self.tags_of(repository) / 2
    }
}

/// A tag's name; no two of a repository are the same.
pub(super) fn tag_name(tag: usize) -> String {
    match tag {
        0 => "latest".to_owned(),
        tag if tag.is_multiple_of(4) => format!("v{}_{tag}", tag / 10),
        tag if tag % 4 == 1 => format!("1.{tag}.0"),
        tag if tag % 4 == 2 => format!("build-{tag:05}"),
        tag => format!("2019.{tag}-rc.1_amd64"),
    }
}

/// The digest of a tag's manifest.
pub(super) fn digest(repository: usize, tag: usize) -> String {
    let hex = (1..=4).map(|part| format!("{:016x}", mix(repository, tag, part)));
    format!("sha256:{}", hex.collect::<String>())
}

/// An identifier in the form of a UUID, always the same for the same thing.
pub(super) fn uuid(kind: usize, index: usize) -> String {
    let (high, low) = (mix(kind, index, 5), mix(kind, index, 6));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// When a tag was pushed.
pub(super) fn pushed_at(repository: usize, tag: usize) -> String {
    let minutes = i64::try_from(repository % 1000 + (tag % 10_000) * 60).unwrap_or_default();
    DateTime::from_timestamp(FIRST_PUSH + minutes * 60, 0)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A number below `below` that looks like chance and is none.
pub(super) fn pick(repository: usize, tag: usize, below: usize) -> usize {
    let below = below.max(1);
    usize::try_from(mix(repository, tag, 0) % below as u64).unwrap_or_default()
}

/// Three numbers mixed well (the finaliser of `SplitMix64`).
fn mix(a: usize, b: usize, c: u64) -> u64 {
    let mut z = (a as u64)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add((b as u64).wrapping_mul(0xd1b5_4a32_d192_ed03))
        .wrapping_add(c.wrapping_mul(0x8cb9_2ba7_2f3d_8dd7))
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
