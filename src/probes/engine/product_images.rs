//! No node keeps images of UCP or DTR that are older than what is installed.
//!
//! How this could pass without evidence: nodes that nobody asked; versions of UCP and DTR that did not
//! come, so that nothing is older; a tag that is no version taken for a new one; images that stand
//! under another name (a mirror of one's own) not looked at. Without both versions there is no verdict,
//! and an image of the product whose age cannot be told is undecided.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::version::Release;
use crate::facts::engine::{Images, Version};
use crate::facts::fleet::Everywhere;
use crate::facts::{Absent, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{DTR_IN_USE, Policy};
use crate::probes::{Card, Deciding, Met, Probe, counted};
use crate::xccdf::Verdict;

#[cfg(test)]
pub(super) use tests::cases;

/// See the module.
pub struct OldImages {
    card: &'static Card,
    /// The patterns that the check gives to docker images.
    globs: &'static [&'static str],
    /// Why they find something else.
    letter: &'static str,
}

const NEEDS: &[Need] = &[Need::EngineImages, Need::UcpVersion, Need::DtrVersion, Need::EngineInfo, Need::EngineNodes];

/// As the STIG for Docker Enterprise has it.
pub static OLD_IMAGES: OldImages = OldImages {
    card: &Card {
        name: "engine-old-product-images",
        asks: "no node keeps images of UCP or DTR older than the installed ones",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[DTR_IN_USE],
        by_hand: "With an administrator's client bundle:\n  \
            docker version --format '{{.Server.Version}}'\n  \
            docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -E '(docker|mirantis)/(ucp|dtr|msr)'\n\
            and DTR's version at the foot of its web page. No tag is older than the product it belongs to.",
        met: Met::LabOnly,
    },
    globs: &["docker/[ucp|dtr]*"],
    letter: "docker images reads [ucp|dtr] as one letter out of these, so the check's pattern also finds other images below docker/, and none below mirantis/ or in a registry of one's own",
};

/// As the STIG for Mirantis Kubernetes Engine has it.
pub static OLD_IMAGES_MKE: OldImages = OldImages {
    card: &Card {
        name: "engine-old-product-images-mke",
        asks: "no node keeps images of MKE or MSR older than the installed ones",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[DTR_IN_USE],
        by_hand: "With an administrator's client bundle:\n  \
            docker version --format '{{.Server.Version}}'\n  \
            docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -E '(docker|mirantis|msr)/(ucp|dtr|msr)'\n\
            and MSR's version at the foot of its web page. No tag is older than the product it belongs to.",
        met: Met::LabOnly,
    },
    globs: &["mirantis/[ucp]*", "registry.mirantis.com/msr/[msr]*"],
    letter: "docker images reads [ucp] and [msr] as one letter out of these, so the check's patterns also find other images below mirantis/, and none below docker/ or in a registry of one's own",
};

/// What an image belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Product {
    Ucp,
    Dtr,
}

impl Product {
    fn name(self) -> &'static str {
        match self {
            Product::Ucp => "UCP",
            Product::Dtr => "DTR",
        }
    }

    /// The product that a repository belongs to, in whatever registry it stands.
    fn of(repository: &str) -> Option<Self> {
        let mut parts = repository.rsplit('/');
        let (name, namespace) = (parts.next()?, parts.next()?);
        let is = |part: &str| name == part || name.starts_with(&format!("{part}-"));
        match namespace {
            "docker" | "mirantis" if is("ucp") => Some(Product::Ucp),
            "docker" | "mirantis" if is("dtr") || name.starts_with("msr") => Some(Product::Dtr),
            "msr" if name.starts_with("msr") => Some(Product::Dtr),
            _ => None,
        }
    }
}

/// The versions that are installed.
struct Installed<'a> {
    /// None where it is not known.
    ucp: Option<(Release, &'a Read<Version>)>,
    /// None where it is not known, or there is no DTR.
    dtr: Option<(Release, &'a Read<Version>)>,
    without_dtr: bool,
}

impl Installed<'_> {
    fn of(&self, product: Product) -> Option<&(Release, &Read<Version>)> {
        match product {
            Product::Ucp => self.ucp.as_ref(),
            Product::Dtr => self.dtr.as_ref(),
        }
    }
}

impl Probe for OldImages {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let ucp = parts.take(facts.ucp.version.read().and_then(release));
        let dtr = parts.take(dtr(facts, policy).and_then(|read| read.map(release).transpose()));
        let installed = Installed { ucp, without_dtr: dtr.as_ref().is_some_and(Option::is_none), dtr: dtr.flatten() };
        let everywhere = parts.take(facts.reached(|engine| &engine.images));
        if let Some(everywhere) = &everywhere {
            parts.over(everywhere);
        }
        let everywhere = everywhere.unwrap_or_default();
        let tags = tags(&everywhere);
        parts.extend(observations(&everywhere, &tags, &installed));
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => "No node keeps images of older releases of the product.".into(),
            Verdict::Fail => "There are images of older releases of the product.".into(),
            _ => "The age of some images of the product cannot be told.".into(),
        });
        if finding.verdict().is_undecided() {
            return Ok(finding);
        }
        Ok(finding.beside_letter(self.by_letter(&tags, &installed), self.letter))
    }
}

/// DTR's version; none where the organisation says that there is no DTR and none is configured.
fn dtr<'a>(facts: &'a Facts, policy: &Policy) -> Result<Option<&'a Read<Version>>, Absent> {
    match facts.dtr.version.read() {
        Err(Absent::NotConfigured { .. }) if policy.dtr_in_use == Some(false) => Ok(None),
        read => read.map(Some),
    }
}

fn release(read: &Read<Version>) -> Result<(Release, &Read<Version>), Absent> {
    let release = Release::parse(&read.value.version);
    let release = release.ok_or_else(|| Absent::Failed {
        request: read.origin.request.clone(),
        reason: format!("{:?} is no version that images can be compared with", read.value.version),
    })?;
    Ok((release, read))
}

/// Each tag (`repository:tag`, or `repository@digest` of an image without tags), and on which nodes it was
/// seen.
type Tags<'a> = BTreeMap<String, BTreeMap<&'a str, &'a Origin>>;

fn tags<'a>(everywhere: &Everywhere<'a, Images>) -> Tags<'a> {
    let mut tags = Tags::new();
    for (place, read) in everywhere.seen() {
        for image in &read.value.list {
            let named = if image.tags.is_empty() { &image.digests } else { &image.tags };
            for name in named {
                let places = tags.entry(name.clone()).or_default();
                places.insert(place, &read.origin);
            }
        }
    }
    tags
}

/// The repository and the tag; none where there is no tag.
fn split(name: &str) -> (&str, Option<&str>) {
    if let Some((repository, _)) = name.split_once('@') {
        return (repository, None);
    }
    match name.rsplit_once(':') {
        // A colon before a slash is that of a port.
        Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
        _ => (name, None),
    }
}

fn observations(everywhere: &Everywhere<'_, Images>, tags: &Tags<'_>, installed: &Installed<'_>) -> Vec<Observation> {
    let mut observations = Vec::new();
    let (mut current, mut others) = (0, 0);
    for (name, places) in tags {
        let (repository, tag) = split(name);
        let Some(product) = Product::of(repository) else {
            others += 1;
            continue;
        };
        let on = |place: &str| format!("image {name} on {place}");
        let Some((release, read)) = installed.of(product) else {
            // The version that is not known is told by itself.
            if !installed.without_dtr {
                continue;
            }
            let expected = "none, as the policy says that there is no DTR";
            observations.extend(
                places
                    .iter()
                    .map(|(place, origin)| Observation::undecided(origin, on(place), expected, "an image of DTR")),
            );
            continue;
        };
        let expected = format!("not older than {} {}", product.name(), read.value.version);
        let actual = tag.unwrap_or("no tag");
        let compared = tag.and_then(Release::parse).and_then(|tag| tag.compare(release));
        match compared {
            Some(Ordering::Less) => {
                observations.extend(
                    places.iter().map(|(place, origin)| Observation::seen(origin, on(place), &expected, actual, false)),
                );
            }
            Some(_) => current += 1,
            None => {
                let actual = format!("{actual}, whose age cannot be told");
                observations.extend(
                    places.iter().map(|(place, origin)| Observation::undecided(origin, on(place), &expected, &actual)),
                );
            }
        }
    }
    if let Some((_, read)) = everywhere.seen().next() {
        let all = counted(current, "tag", "tags");
        let left = counted(others, "tag", "tags");
        let nodes = counted(everywhere.seen().count() as u64, "engine", "engines");
        observations.push(Observation::seen(
            read.origin.whole(),
            "images of the product",
            "not older than what is installed",
            format!("{all} as new or newer; {left} of other images, not judged; on {nodes}"),
            true,
        ));
    }
    observations
}

impl OldImages {
    /// What somebody finds who runs the check's commands and compares the tags they list.
    fn by_letter(&self, tags: &Tags<'_>, installed: &Installed<'_>) -> Verdict {
        let is_old = |name: &str| {
            let (repository, tag) = split(name);
            let Some(tag) = tag.and_then(Release::parse) else {
                return false;
            };
            let older = |than: &Release| tag.compare(than) == Some(Ordering::Less);
            match Product::of(repository) {
                Some(product) => installed.of(product).is_some_and(|(r, _)| older(r)),
                // Some other image that the pattern brings up: older than one of them.
                None => {
                    let products = [&installed.ucp, &installed.dtr];
                    products.into_iter().flatten().any(|(release, _)| older(release))
                }
            }
        };
        let listed = |name: &&String| {
            let (repository, _) = split(name);
            let familiar = familiar(repository);
            self.globs.iter().any(|glob| glob_matches(glob, familiar))
        };
        if tags.keys().filter(listed).any(|name| is_old(name)) { Verdict::Fail } else { Verdict::Pass }
    }
}

/// A repository as the docker CLI shows it.
fn familiar(repository: &str) -> &str {
    let short = repository.strip_prefix("docker.io/").unwrap_or(repository);
    short.strip_prefix("library/").unwrap_or(short)
}

/// Whether a name is of a pattern, as Go's `path.Match` has it, which `--filter reference=` uses: `*` is
/// any text without a slash, `[abc]` is one of these characters. Other signs of it no check uses.
fn glob_matches(pattern: &str, name: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return name.is_empty();
    };
    let rest = &pattern[first.len_utf8()..];
    let mut after = name.chars();
    match first {
        '*' => {
            let end = name.find('/').unwrap_or(name.len());
            let starts = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            starts.filter(|at| *at <= end).any(|at| glob_matches(rest, &name[at..]))
        }
        '[' => {
            let Some((class, rest)) = rest.split_once(']') else {
                return false;
            };
            after.next().is_some_and(|c| class.contains(c)) && glob_matches(rest, after.as_str())
        }
        _ => after.next() == Some(first) && glob_matches(rest, after.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;
    use crate::facts::engine::{Image, Info};
    use crate::probes::cases::{Case, Kind, broken, read};
    use crate::probes::engine::tests::{engine, swarm_of};

    fn version(need: Need, version: &str) -> Fact<Version> {
        read(need, Version { version: version.into(), ..Version::default() })
    }

    fn with(tags: &[&str]) -> Facts {
        let mut engine = engine("m1", Info::default());
        let image = Image { tags: tags.iter().map(|t| (*t).to_owned()).collect(), ..Image::default() };
        engine.images = read(Need::EngineImages, Images::new(vec![image]));
        let mut facts = swarm_of(vec![engine]);
        facts.ucp.version = version(Need::UcpVersion, "ucp/3.2.4");
        facts.dtr.version = version(Need::DtrVersion, "2.7.6");
        facts
    }

    pub(crate) fn cases() -> Vec<Case> {
        let mut cases = Vec::new();
        for probe in [&OLD_IMAGES, &OLD_IMAGES_MKE] {
            let mut down = with(&[]);
            down.engines[0].images = broken();
            let mut unknown = with(&["docker/ucp:3.2.4"]);
            unknown.dtr.version = version(Need::DtrVersion, "");
            cases.extend([
                Case::new(
                    probe,
                    Kind::Passes,
                    "the installed ones and a user's",
                    with(&["docker/ucp:3.2.4", "mirantis/dtr-nginx:2.7.6", "shop/web:1"]),
                    Verdict::Pass,
                ),
                Case::new(probe, Kind::Passes, "none", with(&[]), Verdict::Pass),
                Case::new(
                    probe,
                    Kind::Fails,
                    "an old one",
                    with(&["docker/ucp-agent:3.2.3", "mirantis/ucp-agent:3.2.3"]),
                    Verdict::Fail,
                ),
                Case::new(
                    probe,
                    Kind::Absent,
                    "a tag that is no version",
                    with(&["docker/ucp:latest"]),
                    Verdict::Error,
                ),
                Case::new(probe, Kind::Absent, "DTR does not name its version", unknown, Verdict::Error),
                Case::new(probe, Kind::Broken, "no answer", down, Verdict::Error),
            ]);
        }
        cases
    }

    fn decide(probe: &OldImages, tags: &[&str]) -> (Verdict, Option<Verdict>) {
        let finding = probe.decide(&with(tags), &Policy::default()).expect("a finding");
        (finding.verdict(), finding.literal().map(|l| l.verdict))
    }

    #[test]
    fn images_are_those_of_the_product_wherever_they_come_from() {
        use Verdict::{Error, Fail, Pass};
        for (tag, verdict, literal) in [
            ("docker/ucp:3.2.3", Fail, None),
            ("docker.io/docker/ucp:3.2.3", Fail, None),
            ("docker/ucp:3.2.4", Pass, None),
            ("docker/ucp:3.2.4-win", Pass, None),
            ("docker/ucp:3.2.4-beta1", Fail, None),
            ("docker/ucp:3.3.0-beta1", Pass, None),
            ("docker/dtr-nginx:2.7.5", Fail, None),
            ("docker/dtr-nginx:2.7.10", Pass, None),
            ("mirantis/ucp-agent:3.2.3", Fail, Some(Pass)),
            ("dtr.example.mil:4443/docker/ucp:3.1.0", Fail, Some(Pass)),
            ("registry.mirantis.com/msr/msr-api:2.7.0", Fail, Some(Pass)),
            // The letters c and r are in the class.
            ("docker/compose:1.2", Pass, Some(Fail)),
            ("docker/registry:2", Pass, Some(Fail)),
            ("docker/whalesay:1.0", Pass, None),
            ("docker/ucptool:1.0", Pass, Some(Fail)),
            ("dtr.example.mil/ucp/tool:1.0", Pass, None),
            ("docker/ucp:latest", Error, None),
            ("docker/ucp:3.2", Error, None),
        ] {
            assert_eq!(decide(&OLD_IMAGES, &[tag]), (verdict, literal), "{tag}");
        }
        for (tag, verdict, literal) in [
            ("mirantis/ucp-agent:3.2.3", Fail, None),
            ("mirantis/pause:1", Pass, Some(Fail)),
            ("registry.mirantis.com/msr/msr-api:2.7.0", Fail, None),
            ("docker/ucp:3.2.3", Fail, Some(Pass)),
        ] {
            assert_eq!(decide(&OLD_IMAGES_MKE, &[tag]), (verdict, literal), "{tag}");
        }
    }

    #[test]
    fn an_image_without_a_tag_has_no_age() {
        let mut facts = with(&[]);
        let image = Image { digests: vec!["docker/ucp-agent@sha256:00".into()], ..Image::default() };
        facts.engines[0].images = read(Need::EngineImages, Images::new(vec![image]));
        let finding = OLD_IMAGES.decide(&facts, &Policy::default()).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Error);
    }

    #[test]
    fn without_a_dtr_by_the_policy_its_images_are_no_ones() {
        let none = Policy { dtr_in_use: Some(false), ..Policy::default() };
        let without = |tags: &[&str]| {
            let mut facts = with(tags);
            facts.dtr.version = Fact::Absent(Absent::NotConfigured { source: "DTR".into(), set: "--dtr".into() });
            facts
        };
        let verdict = |tags: &[&str], policy: &Policy| OLD_IMAGES.decide(&without(tags), policy).map(|f| f.verdict());
        assert_eq!(verdict(&["docker/ucp:3.2.4"], &none), Ok(Verdict::Pass));
        assert_eq!(verdict(&["docker/dtr:2.7.4"], &none), Ok(Verdict::Error));
        assert_eq!(verdict(&["docker/ucp:3.2.4"], &Policy::default()), Ok(Verdict::NotChecked));
        assert_eq!(verdict(&["docker/dtr:2.7.4"], &Policy::default()), Ok(Verdict::NotChecked));
    }

    #[test]
    fn patterns_are_those_of_go() {
        for (pattern, name, is) in [
            ("docker/[ucp|dtr]*", "docker/ucp", true),
            ("docker/[ucp|dtr]*", "docker/|", true),
            ("docker/[ucp|dtr]*", "docker/elf", false),
            ("docker/[ucp|dtr]*", "docker/ucp/more", false),
            ("docker/[ucp|dtr]*", "docker/", false),
            ("a*c", "abbc", true),
            ("a*c", "ac", true),
            ("a*c", "ab", false),
        ] {
            assert_eq!(glob_matches(pattern, name), is, "{pattern} {name}");
        }
    }
}
