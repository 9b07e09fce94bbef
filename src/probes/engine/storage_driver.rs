//! The storage driver of each engine is none that is refused.
//!
//! How this could pass without evidence: the check's command passes when it prints nothing, which it
//! also does for an engine that was not reached, and through UCP. Here an empty driver is undecided.

use super::version::Release;
use super::{Answer, EveryEngine, Look, Seen, is_ucp, ucp_speaks};
use crate::facts::Need;
use crate::facts::engine::Info;
use crate::facts::field::Field;
use crate::probes::{Card, Deciding, Met};

#[cfg(test)]
pub(super) use tests::cases;

const NEEDS: &[Need] = &[Need::EngineInfo, Need::EngineNodes];
const BY_HAND: &str = "On each node, as somebody who may use the engine's socket:\n  \
    docker info --format '{{.Driver}}'\n\
    Through UCP it is always empty, which says nothing.";

/// No engine uses aufs.
pub static STORAGE_DRIVER: EveryEngine = EveryEngine {
    card: &Card {
        name: "engine-storage-driver",
        asks: "the storage driver is not aufs",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: BY_HAND,
        met: Met::LabOnly,
    },
    subject: "storage driver",
    expected: "any but aufs",
    look: Look::Info(|info| {
        let seen = driver(info, &["aufs"]);
        let by_letter = !matches!(seen, Seen::Open(_)) || indents(&info.server_version);
        Answer { seen, by_letter }
    }),
    letter: "the check greps for a line that begins with Storage Driver:, and since 19.03 docker info indents it by a blank, so the command never prints anything",
};

/// No engine uses aufs or btrfs.
pub static STORAGE_DRIVER_MKE: EveryEngine = EveryEngine {
    card: &Card {
        name: "engine-storage-driver-mke",
        asks: "the storage driver is neither aufs nor btrfs",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: BY_HAND,
        met: Met::LabOnly,
    },
    subject: "storage driver",
    expected: "any but aufs and btrfs",
    look: Look::Info(|info| driver(info, &["aufs", "btrfs"]).into()),
    letter: "",
};

fn driver(info: &Info, refused: &[&str]) -> Seen {
    if is_ucp(&info.server_version) {
        return ucp_speaks();
    }
    match &info.storage_driver {
        Field::Is(driver) if driver.trim().is_empty() => Seen::Undecided("empty".into()),
        // The checks say "contains".
        Field::Is(driver) if refused.iter().any(|no| driver.to_lowercase().contains(no)) => Seen::Open(driver.clone()),
        Field::Is(_) => Seen::Holds,
        Field::Absent | Field::Null => Seen::Undecided("absent from the answer".into()),
        Field::Odd(kind) => Seen::Undecided(format!("{kind}, not a name")),
    }
}

/// Whether the docker CLI that came with this engine indents what it prints of it: since 19.03.
fn indents(version: &str) -> bool {
    Release::parse(version).is_some_and(|release| release.is_at_least(&[19, 3]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;
    use crate::policy::Policy;
    use crate::probes::Probe as _;
    use crate::probes::cases::{Case, Kind};
    use crate::probes::engine::tests::{engine, silent, swarm_of};
    use crate::xccdf::Verdict;

    fn with(driver: Field<String>, version: &str) -> Facts {
        let info = Info { storage_driver: driver, server_version: version.into(), ..Info::default() };
        swarm_of(vec![engine("m1", info)])
    }

    fn is(driver: &str) -> Facts {
        with(Field::Is(driver.into()), "18.09.1")
    }

    pub(crate) fn cases() -> Vec<Case> {
        let mut cases = Vec::new();
        for probe in [&STORAGE_DRIVER, &STORAGE_DRIVER_MKE] {
            cases.extend([
                Case::new(probe, Kind::Passes, "overlay2", is("overlay2"), Verdict::Pass),
                Case::new(probe, Kind::Fails, "aufs", is("aufs"), Verdict::Fail),
                Case::new(probe, Kind::Absent, "empty, as through UCP", is(""), Verdict::Error),
                Case::new(probe, Kind::Absent, "no driver", with(Field::Absent, ""), Verdict::Error),
                Case::new(probe, Kind::Broken, "no answer", silent(), Verdict::Error),
            ]);
        }
        cases
    }

    #[test]
    fn btrfs_is_refused_for_mke_only() {
        let verdict =
            |probe: &EveryEngine, facts: &Facts| probe.decide(facts, &Policy::default()).expect("a finding").verdict();
        assert_eq!(verdict(&STORAGE_DRIVER, &is("btrfs")), Verdict::Pass);
        assert_eq!(verdict(&STORAGE_DRIVER_MKE, &is("btrfs")), Verdict::Fail);
        let ucp = with(Field::Is("overlay2".into()), "ucp/3.2.5");
        assert_eq!(verdict(&STORAGE_DRIVER, &ucp), Verdict::Error);
    }

    #[test]
    fn the_letter_finds_nothing_since_19_03() {
        let literal = |probe: &EveryEngine, version: &str| {
            let facts = with(Field::Is("aufs".into()), version);
            let finding = probe.decide(&facts, &Policy::default()).expect("a finding");
            assert_eq!(finding.verdict(), Verdict::Fail);
            finding.literal().map(|l| l.verdict)
        };
        assert_eq!(literal(&STORAGE_DRIVER, "18.09.1"), None);
        assert_eq!(literal(&STORAGE_DRIVER, "17.06.2-ee-16"), None);
        assert_eq!(literal(&STORAGE_DRIVER, "19.03.5"), Some(Verdict::Pass));
        assert_eq!(literal(&STORAGE_DRIVER, "20.10.24+dfsg1"), Some(Verdict::Pass));
        assert_eq!(literal(&STORAGE_DRIVER_MKE, "20.10.24+dfsg1"), None);
    }
}
