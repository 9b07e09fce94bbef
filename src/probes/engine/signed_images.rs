//! Every image on the nodes is signed.
//!
//! How this could pass without evidence: DTR says of a tag whether it is signed, and not of the bits
//! that lie on a node under that tag; images of other registries it does not know at all. So this
//! never passes on an image that it cannot vouch for: what DTR calls unsigned is a finding, no images
//! at all are none, and everything else is left to a person who asks the trust servers.

use std::collections::BTreeMap;

use crate::facts::engine::Images;
use crate::facts::fleet::Everywhere;
use crate::facts::tags::{Fault, Tally, Walk};
use crate::facts::{Absent, At, Facts, Need, Origin};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe, counted};
use crate::xccdf::Verdict;

#[cfg(test)]
pub(super) use tests::cases;

/// See the module.
pub struct SignedImages;

/// See the module.
pub static SIGNED_IMAGES: SignedImages = SignedImages;

static CARD: Card = Card {
    name: "engine-signed-images",
    asks: "every image on every node is signed",
    needs: &[Need::EngineImages, Need::DtrTags, Need::EngineInfo, Need::EngineNodes],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: "With an administrator's client bundle, list the images and their digests,\n  \
        docker image ls --digests\n\
        and for each repository and tag ask its trust server:\n  \
        docker trust inspect REPOSITORY:TAG\n\
        The tag is signed, and the digest that was signed is the one on the node: the command itself\n\
        does not compare them. An image that is on the node only was never signed.",
    met: Met::LabOnly,
};

impl Probe for SignedImages {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let walk = facts.dtr.tags.read()?;
        let everywhere = facts.reached(|engine| &engine.images)?;
        let tally = match walk.value.complete() {
            Ok(tally) => tally,
            Err(incomplete) => incomplete.seen,
        };
        let images = images(&everywhere);
        let mut observations = Vec::new();
        let mut open = 0;
        let mut unnamed = None;
        for (name, places) in &images {
            let on = |place: &str| format!("image {name} on {place}");
            match refused(name, &walk.value, tally) {
                Some(why) => observations.extend(places.iter().map(|(place, origin)| {
                    let at = At::from(&walk.origin).about(At::from(*origin));
                    Observation::seen(at, on(place), "signed", why, false)
                })),
                None => {
                    open += 1;
                    if open <= NAMED {
                        let actual = "nothing here shows it";
                        observations.extend(
                            places
                                .iter()
                                .map(|(place, origin)| Observation::undecided(origin, on(place), "signed", actual)),
                        );
                    } else {
                        unnamed = places.values().next();
                    }
                }
            }
        }
        if let Some(origin) = unnamed {
            let more = counted((open - NAMED) as u64, "more image", "more images");
            observations.push(Observation::undecided(origin.whole(), more, "signed", "nothing here shows it"));
        }
        if let Some((_, read)) = everywhere.seen().next()
            && images.is_empty()
        {
            let none = "no images on any node";
            observations.push(Observation::seen(read.origin.whole(), "images", "signed", none, true));
        }
        let count = counted(open as u64, "image", "images");
        Ok(Finding::over(&everywhere, observations, |verdict| match verdict {
            Verdict::Pass => "There are no images on any node.".into(),
            Verdict::Fail => "There are images on the nodes that DTR says are not signed.".into(),
            _ => format!(
                "Of {count} it takes a person to find out whether they are signed: no trust server was asked about what lies on the nodes."
            ),
        }))
    }
}

/// So many images are named one by one.
const NAMED: usize = 50;

type Named<'a> = BTreeMap<String, BTreeMap<&'a str, &'a Origin>>;

/// Each tag; each digest of an image that has none; each id of one that has neither.
fn images<'a>(everywhere: &Everywhere<'a, Images>) -> Named<'a> {
    let mut images = Named::new();
    for (place, read) in everywhere.seen() {
        for image in &read.value.list {
            let names = match (image.tags.as_slice(), image.digests.as_slice()) {
                ([], []) => std::slice::from_ref(&image.id),
                ([], digests) => digests,
                (tags, _) => tags,
            };
            for name in names {
                let places = images.entry(name.clone()).or_default();
                places.insert(place, &read.origin);
            }
        }
    }
    images
}

/// Why DTR says that this tag is not signed, if it does.
fn refused(name: &str, walk: &Walk, tally: &Tally) -> Option<&'static str> {
    let path = name.strip_prefix(walk.domain.as_str())?.strip_prefix('/')?;
    let (repository, tag) = path.rsplit_once(':')?;
    let mut offenders = tally.first_offenders.iter();
    let offender = offenders.find(|o| o.repository == repository && o.tag == tag)?;
    Some(match offender.why {
        Fault::Unsigned => "DTR: not in Notary",
        Fault::HashMismatch => "DTR: in Notary with another digest",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::engine::{Image, Info};
    use crate::facts::tags::{Gaps, Sight};
    use crate::probes::cases::{Case, Kind, broken, read};
    use crate::probes::engine::tests::{engine, swarm_of};

    fn with(images: Vec<Image>) -> Facts {
        let mut engine = engine("m1", Info::default());
        engine.images = read(Need::EngineImages, Images::new(images));
        let mut facts = swarm_of(vec![engine]);
        let mut tally = Tally { repositories: 1, ..Tally::default() };
        tally.count("eng/app", "1", None);
        tally.count("eng/app", "2", Some(Fault::Unsigned));
        let walk = Walk::new("dtr.example.mil".into(), Sight::Administrator, tally, Gaps::default());
        facts.dtr.tags = read(Need::DtrTags, walk);
        facts
    }

    fn tagged(tag: &str) -> Image {
        Image { id: "sha256:00".into(), tags: vec![tag.into()], ..Image::default() }
    }

    pub(crate) fn cases() -> Vec<Case> {
        let mut down = with(vec![]);
        down.engines[0].images = broken();
        vec![
            Case::new(&SignedImages, Kind::Passes, "no images", with(vec![]), Verdict::Pass),
            Case::new(
                &SignedImages,
                Kind::Fails,
                "an unsigned tag",
                with(vec![tagged("dtr.example.mil/eng/app:2")]),
                Verdict::Fail,
            ),
            Case::new(
                &SignedImages,
                Kind::Absent,
                "an image of another registry",
                with(vec![tagged("alpine:3")]),
                Verdict::Error,
            ),
            Case::new(&SignedImages, Kind::Broken, "no answer", down, Verdict::Error),
        ]
    }

    #[test]
    fn no_image_passes_on_what_dtr_says_of_its_tag() {
        for name in
            ["dtr.example.mil/eng/app:1", "dtr.example.mil/eng/other:2", "other.example.mil/eng/app:2", "eng/app:2"]
        {
            let finding = SignedImages.decide(&with(vec![tagged(name)]), &Policy::default());
            assert_eq!(finding.map(|f| f.verdict()), Ok(Verdict::Error), "{name}");
        }
        let nameless = Image { id: "sha256:00".into(), ..Image::default() };
        let finding = SignedImages.decide(&with(vec![nameless]), &Policy::default());
        assert_eq!(finding.map(|f| f.verdict()), Ok(Verdict::Error));
    }
}
