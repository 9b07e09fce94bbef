//! Every tag in DTR is signed.
//!
//! How this could pass without evidence: pages never asked for, a page that failed, a list that goes
//! in circles, an account that sees only its own repositories, a tag whose digest has moved since it
//! was signed. The counts are reachable only through [`Walk::complete`](crate::facts::tags::Walk::complete),
//! and a walk has no complete form while anything of that happened.

use super::dtr::where_in_use;
use super::{Card, Deciding, Met, Probe, counted};
use crate::facts::tags::{Fault, Incomplete, Offender, Tally, Walk};
use crate::facts::{Absent, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation};
use crate::policy::{DTR_IN_USE, Policy};
use crate::xccdf::Verdict;

/// See the module.
pub struct SignedTags;

static CARD: Card = Card {
    name: "dtr-signed-tags",
    asks: "every image tag stored in DTR is signed",
    needs: &[Need::DtrTags],
    decides_with: Deciding::Facts,
    parameters: &[DTR_IN_USE],
    by_hand: "For each repository, with a DTR access token in a file that curl reads (-K or --netrc-file):\n  \
        curl --cacert ca.pem --netrc-file FILE \
        'https://DTR/api/v0/repositories/NAMESPACE/NAME/tags?domain=DTR&pageSize=100&count=true'\n\
        and follow the header X-Next-Page-Start with pageStart until it is empty.",
    met: Met::LabOnly,
};

impl Probe for SignedTags {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        where_in_use(facts, policy, || {
            let read = facts.dtr.tags.read()?;
            let finding = match read.value.complete() {
                Ok(tally) => judge(read, tally),
                Err(incomplete) => not_all(&read.origin, incomplete),
            };
            Ok(match &read.value.offenders_file {
                Some(file) => finding.with_attachment(file.name.clone()),
                None => finding,
            })
        })
    }
}

fn judge(read: &Read<Walk>, tally: &Tally) -> Finding {
    let origin = &read.origin;
    let mut observations = vec![Observation::seen(
        origin,
        format!("all tags of all repositories, as images of {}", read.value.domain),
        "every tag signed, with the digest that the registry has",
        counts(tally),
        tally.offenders() == 0 && tally.signed == tally.tags,
    )];
    observations.extend(tally.first_offenders.iter().map(|o| offender(origin, o)));
    let finding = Finding::fold(observations, |verdict| match verdict {
        Verdict::Pass if tally.tags == 0 => {
            format!("DTR stores no tags ({}).", counts(tally))
        }
        Verdict::Pass => format!("Every tag in DTR is signed: {}.", counts(tally)),
        _ => format!(
            "{} of {} not validly signed: {}.",
            tally.offenders(),
            counted(tally.tags, "tag is", "tags are"),
            counts(tally)
        ),
    });
    by_letter(finding, tally)
}

/// What the check's commands make of a finding.
fn by_letter(finding: Finding, tally: &Tally) -> Finding {
    if tally.unsigned > 0 || tally.mismatched == 0 {
        return finding;
    }
    finding.beside_letter(
        Verdict::Pass,
        "the check's commands print inNotary only, which is true also where the signed digest is another one",
    )
}

/// Not everything was seen: undecided, unless something was found open on the way.
fn not_all(origin: &Origin, incomplete: Incomplete<'_>) -> Finding {
    let Incomplete { seen, gaps } = incomplete;
    let mut observations: Vec<Observation> = gaps
        .first
        .iter()
        .map(|gap| Observation::undecided(origin, gap.place.clone(), "read to its end", gap.reason.clone()))
        .collect();
    observations.extend(seen.first_offenders.iter().map(|o| offender(origin, o)));
    let named: Vec<&str> = gaps.first.iter().take(3).map(|gap| gap.place.as_str()).collect();
    let more = match gaps.total.saturating_sub(named.len() as u64) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let found = match seen.offenders() {
        0 => String::new(),
        n => format!("{} not validly signed so far. ", counted(n, "tag is", "tags are")),
    };
    let summary = format!(
        "{found}The tags in DTR were not all seen: not read to the end were {}{more}. Seen: {}.",
        named.join(", "),
        counts(seen)
    );
    by_letter(Finding::incomplete(summary, observations), seen)
}

fn offender(origin: &Origin, offender: &Offender) -> Observation {
    let actual = match offender.why {
        Fault::Unsigned => "not in Notary",
        Fault::HashMismatch => "in Notary with another digest (hashMismatch)",
    };
    let subject = format!("{}:{}", offender.repository, offender.tag);
    Observation::seen(origin, subject, "signed", actual, false)
}

fn counts(tally: &Tally) -> String {
    format!(
        "{}, {}, {} signed, {} unsigned, {} mismatched",
        counted(tally.repositories, "repository", "repositories"),
        counted(tally.tags, "tag", "tags"),
        tally.signed,
        tally.unsigned,
        tally.mismatched
    )
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;
    use crate::facts::tags::{Gaps, Sight};
    use crate::probes::cases::{Case, Kind, broken, read};

    fn decide(tally: Tally, gaps: &[&str]) -> Finding {
        decide_with(Sight::Administrator, tally, gaps)
    }

    fn decide_with(sight: Sight, tally: Tally, gaps: &[&str]) -> Finding {
        let mut noted = Gaps::default();
        for gap in gaps {
            noted.note(*gap, "500");
        }
        let walk = Walk::new("dtr.example.mil".into(), sight, tally, noted);
        let read = Read::new(Need::DtrTags, "GET x".into(), chrono::DateTime::default(), walk);
        let mut facts = Facts::default();
        facts.dtr.tags = Fact::Read(read);
        SignedTags.decide(&facts, &Policy::default()).expect("a finding")
    }

    fn tally(faults: &[Option<Fault>]) -> Tally {
        let mut tally = Tally { repositories: 1, ..Tally::default() };
        for (n, fault) in faults.iter().enumerate() {
            tally.count("eng/app", &n.to_string(), *fault);
        }
        tally
    }

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let case = |kind, what, sight, tally, verdict| {
            let walk = Walk::new("dtr.example.mil".into(), sight, tally, Gaps::default());
            let mut facts = Facts::default();
            facts.dtr.tags = read(Need::DtrTags, walk);
            Case::new(&SignedTags, kind, what, facts, verdict)
        };
        let mut down = Facts::default();
        down.dtr.tags = broken();
        let unsigned = tally(&[Some(Fault::Unsigned)]);
        vec![
            case(Kind::Passes, "signed", Sight::Administrator, tally(&[None]), Verdict::Pass),
            case(Kind::Fails, "unsigned", Sight::Administrator, unsigned, Verdict::Fail),
            case(Kind::Absent, "nothing seen", Sight::NotShown, Tally::default(), Verdict::Error),
            Case::new(&SignedTags, Kind::Broken, "no walk", down, Verdict::Error),
        ]
    }

    #[test]
    fn all_signed_passes_and_says_how_many() {
        let finding = decide(tally(&[None, None]), &[]);
        assert_eq!(finding.verdict(), Verdict::Pass);
        assert!(finding.summary().contains("1 repository, 2 tags, 2 signed"), "{}", finding.summary());
        assert_eq!(decide(Tally::default(), &[]).verdict(), Verdict::Pass, "a registry without tags");
    }

    #[test]
    fn one_unsigned_tag_fails_and_is_named() {
        let finding = decide(tally(&[None, Some(Fault::Unsigned)]), &[]);
        assert_eq!(finding.verdict(), Verdict::Fail);
        assert!(finding.literal().is_none());
        assert!(finding.observations().iter().any(|o| o.subject() == "eng/app:1"));
    }

    #[test]
    fn a_moved_tag_fails_though_the_letter_would_pass_it() {
        let finding = decide(tally(&[None, Some(Fault::HashMismatch)]), &[]);
        assert_eq!(finding.verdict(), Verdict::Fail);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Pass));
    }

    #[test]
    fn beside_a_gap_what_is_unsigned_is_open_and_the_rest_undecided() {
        let of = |fault| decide(tally(&[fault]), &["eng/broken"]);
        let letter = |finding: &Finding| finding.literal().map(|l| l.verdict);
        let (signed, unsigned, moved) = (of(None), of(Some(Fault::Unsigned)), of(Some(Fault::HashMismatch)));
        for (finding, verdict, by_letter) in [
            (signed, Verdict::Error, None),
            (unsigned, Verdict::Fail, None),
            (moved, Verdict::Fail, Some(Verdict::Error)),
        ] {
            assert_eq!(finding.verdict(), verdict);
            assert_eq!(letter(&finding), by_letter);
            assert!(finding.summary().contains("eng/broken"), "{}", finding.summary());
        }
        assert!(of(Some(Fault::Unsigned)).summary().starts_with("1 tag is not validly signed so far."));
    }

    #[test]
    fn nothing_seen_by_who_may_see_nothing_is_no_empty_registry() {
        assert_eq!(decide_with(Sight::NotShown, Tally::default(), &[]).verdict(), Verdict::Error);
        assert_eq!(decide_with(Sight::NotShown, tally(&[None]), &[]).verdict(), Verdict::Error);
    }

    #[test]
    fn an_absent_source_is_passed_on() {
        assert_eq!(SignedTags.decide(&Facts::default(), &Policy::default()), Err(Absent::NotCollected));
    }
}
