//! No engine runs with experimental features.
//!
//! How this could pass without evidence: engines leave the field out where it is false, so absence
//! counts as false, and an answer that is not an engine's (UCP's, or an empty object) has no such field
//! either. Only an answer that names the version of an engine counts.

use super::{Answer, EveryEngine, Look, Seen, is_ucp, ucp_speaks};
use crate::facts::Need;
use crate::facts::engine::Version;
use crate::facts::field::Field;
use crate::probes::{Card, Deciding, Met};

#[cfg(test)]
pub(super) use tests::cases;

/// See the module.
pub static EXPERIMENTAL: EveryEngine = EveryEngine {
    card: &Card {
        name: "engine-experimental",
        asks: "experimental features are off",
        needs: &[Need::EngineVersion, Need::EngineInfo, Need::EngineNodes],
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: "On each node, as somebody who may use the engine's socket:\n  \
            docker version --format '{{.Server.Experimental}}'\n\
            prints false. Through UCP it prints false whatever the engines do.",
        met: Met::LabOnly,
    },
    subject: "Experimental",
    expected: "false, or absent, which means false",
    look: Look::Version(|version| Answer {
        seen: look(version),
        // The CLI prints false where there is nothing.
        by_letter: version.experimental != Field::Is(true),
    }),
    letter: "the check's command prints one of the two places in which an engine says it, and the other says true",
};

fn look(version: &Version) -> Seen {
    if is_ucp(&version.version) {
        return ucp_speaks();
    }
    if version.version.is_empty() {
        return Seen::Undecided("the answer names no version of an engine".into());
    }
    let component = match &version.component_experimental {
        Field::Is(word) if word.eq_ignore_ascii_case("true") => Some(true),
        Field::Is(word) if word.eq_ignore_ascii_case("false") => Some(false),
        Field::Absent => None,
        Field::Is(_) | Field::Null | Field::Odd(_) => {
            return Seen::Undecided("a word other than true and false".into());
        }
    };
    match (&version.experimental, component) {
        (Field::Is(true), _) | (_, Some(true)) => Seen::Open("true".into()),
        (Field::Is(false) | Field::Absent, _) => Seen::Holds,
        (Field::Null, _) => Seen::Undecided("null".into()),
        (Field::Odd(kind), _) => Seen::Undecided(format!("{kind}, not true or false")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;
    use crate::facts::engine::Info;
    use crate::policy::Policy;
    use crate::probes::Probe as _;
    use crate::probes::cases::{Case, Kind, read};
    use crate::probes::engine::tests::{engine, silent, swarm_of};
    use crate::xccdf::Verdict;

    fn with(version: &str, experimental: Field<bool>, component: Field<&str>) -> Facts {
        let mut engine = engine("m1", Info::default());
        engine.version = read(
            Need::EngineVersion,
            Version {
                version: version.into(),
                experimental,
                component_experimental: component.map(str::to_owned),
                ..Version::default()
            },
        );
        swarm_of(vec![engine])
    }

    pub(crate) fn cases() -> Vec<Case> {
        let probe = &EXPERIMENTAL;
        vec![
            Case::new(
                probe,
                Kind::Passes,
                "absent means false",
                with("19.03.5", Field::Absent, Field::Is("false")),
                Verdict::Pass,
            ),
            Case::new(probe, Kind::Fails, "on", with("19.03.5", Field::Is(true), Field::Is("true")), Verdict::Fail),
            Case::new(
                probe,
                Kind::Absent,
                "an answer that is no engine's",
                with("", Field::Absent, Field::Absent),
                Verdict::Error,
            ),
            Case::new(probe, Kind::Broken, "no answer", silent(), Verdict::Error),
        ]
    }

    #[test]
    fn both_places_count() {
        for (version, experimental, component, verdict, literal) in [
            ("17.03.2-ee", Field::Absent, Field::Absent, Verdict::Pass, None),
            ("19.03.5", Field::Is(false), Field::Is("false"), Verdict::Pass, None),
            ("19.03.5", Field::Absent, Field::Is("true"), Verdict::Fail, Some(Verdict::Pass)),
            ("19.03.5", Field::Is(true), Field::Is("false"), Verdict::Fail, None),
            ("19.03.5", Field::Absent, Field::Is("maybe"), Verdict::Error, None),
            ("19.03.5", Field::Odd("a string".into()), Field::Absent, Verdict::Error, None),
            ("ucp/3.2.5", Field::Absent, Field::Absent, Verdict::Error, None),
        ] {
            let facts = with(version, experimental, component.clone());
            let finding = EXPERIMENTAL.decide(&facts, &Policy::default()).expect("a finding");
            assert_eq!(finding.verdict(), verdict, "{version} {component:?}");
            assert_eq!(finding.literal().map(|l| l.verdict), literal, "{version} {component:?}");
        }
    }
}
