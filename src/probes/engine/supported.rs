//! No component is of a release whose support is known to have ended.
//!
//! How this could pass without evidence: that a release is *still* supported is known to its vendor
//! alone, on a day that no evidence holds. So a pass here says only that none of the releases was seen
//! whose end is known, and a person has to say the rest; and it takes the versions of UCP, DTR and
//! every engine to say even that.

use super::is_ucp;
use super::version::Release;
use crate::facts::engine::Version;
use crate::facts::{Absent, Facts, Need, Origin};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{DTR_IN_USE, Policy};
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

#[cfg(test)]
pub(super) use tests::cases;

/// See the module.
pub struct Supported;

/// See the module.
pub static SUPPORTED: Supported = Supported;

static CARD: Card = Card {
    name: "product-supported",
    asks: "no component is of a release that its vendor has given up",
    needs: &[Need::UcpVersion, Need::DtrVersion, Need::EngineVersion, Need::EngineInfo, Need::EngineNodes],
    decides_with: Deciding::Facts,
    parameters: &[DTR_IN_USE],
    by_hand: "UCP's version stands at the foot of its web page, DTR's likewise; on each node:\n  \
        docker version --format '{{.Server.Version}} {{.Server.Platform.Name}}'\n\
        Compare with the vendor's table of releases and the ends of their support.",
    met: Met::LabOnly,
};

/// A component, and the releases of it that belong to Docker Enterprise.
struct Component {
    name: &'static str,
    /// The first that no longer bears the name Docker Enterprise: what is older lost its support in
    /// July 2021 (UCP 3.2, DTR 2.7, engine 19.03) or before.
    first_after: &'static [u64],
    /// From the first to before the last of Docker Enterprise 2.x: 2.0 is UCP 3.0, DTR 2.5 and engine
    /// 17.06, 2.1 is UCP 3.1, DTR 2.6 and engine 18.09.
    two: (&'static [u64], &'static [u64]),
}

static UCP: Component = Component { name: "UCP", first_after: &[3, 3], two: (&[3, 0], &[3, 2]) };
static DTR: Component = Component { name: "DTR", first_after: &[2, 8], two: (&[2, 5], &[2, 7]) };
static ENGINE: Component = Component { name: "engine", first_after: &[20, 10], two: (&[17, 6], &[18, 10]) };

/// What is there and what it means.
struct Judged {
    observation: Observation,
    is_two: bool,
}

impl Component {
    fn judge(&self, place: &str, origin: &Origin, version: &Version) -> Judged {
        let subject = format!("{} {place}", self.name).trim_end().to_owned();
        let expected = "a release that its vendor still maintains";
        let shown = if version.platform.is_empty() {
            version.version.clone()
        } else {
            format!("{} ({})", version.version, version.platform)
        };
        let release = Release::parse(&version.version);
        // Docker's engines went from 1.13 to 17.03: what calls itself anything between is another one, as podman 4 is.
        let between = |release: &Release| release.is_at_least(&[2]) && !release.is_at_least(&[17]);
        let other = self.name == ENGINE.name && release.as_ref().is_some_and(between);
        let ours = !other && (self.name == UCP.name || !is_ucp(&version.version));
        let Some(release) = release.filter(|_| ours) else {
            let actual = format!("{shown:?} is no version of it");
            return Judged { observation: Observation::undecided(origin, subject, expected, actual), is_two: false };
        };
        let (from, until) = self.two;
        let is_two = release.is_at_least(from) && !release.is_at_least(until);
        let observation = if !release.is_at_least(self.first_after) {
            let actual = format!("{shown}, of Docker Enterprise, which nobody maintains any more");
            Observation::seen(origin, subject, expected, actual, false)
        } else if self.name == ENGINE.name && !version.platform.contains("Mirantis") {
            let actual = format!("{shown}, not an engine of the product: who maintains it is not known");
            Observation::undecided(origin, subject, expected, actual)
        } else {
            Observation::seen(origin, subject, expected, shown, true)
        };
        Judged { observation, is_two }
    }
}

impl Probe for Supported {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut judged = Vec::new();
        let mut parts = Parts::default();
        let ucp = parts.look(&facts.ucp.version);
        judged.extend(ucp.map(|read| UCP.judge("", &read.origin, &read.value)));
        let dtr = match facts.dtr.version.read() {
            Err(Absent::NotConfigured { .. }) if policy.dtr_in_use == Some(false) => None,
            read => parts.take(read),
        };
        judged.extend(dtr.map(|read| DTR.judge("", &read.origin, &read.value)));
        if let Some(everywhere) = parts.take(facts.every_engine(|engine| &engine.version)) {
            parts.over(&everywhere);
            let seen = everywhere.seen();
            judged.extend(seen.map(|(place, read)| ENGINE.judge(place, &read.origin, &read.value)));
        }
        let by_letter = if judged.iter().any(|j| j.is_two) { Verdict::Fail } else { Verdict::Pass };
        parts.extend(judged.into_iter().map(|j| j.observation));
        let summary = |verdict| {
            match verdict {
            Verdict::Pass => "None of the releases is one whose support is known to have ended; whether all are maintained, their vendor knows.".into(),
            Verdict::Fail => "A component is of a release of Docker Enterprise, which its vendor no longer maintains.".into(),
            _ => "The release of some component cannot be told, or who maintains it.".into(),
        }
        };
        let finding = parts.fold(summary);
        if finding.verdict().is_undecided() {
            return Ok(finding);
        }
        Ok(finding.beside_letter(
            by_letter,
            "the check names Docker Enterprise 2.x only; the support of its other releases has ended as well",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;
    use crate::facts::engine::Info;
    use crate::probes::cases::{Case, Kind, broken, read};
    use crate::probes::engine::tests::{engine, swarm_of};

    const MCR: &str = "Mirantis Container Runtime";

    fn version(need: Need, version: &str, platform: &str) -> Fact<Version> {
        let version = Version { version: version.into(), platform: platform.into(), ..Version::default() };
        read(need, version)
    }

    fn with(ucp: &str, dtr: &str, own: &str, platform: &str) -> Facts {
        let mut engine = engine("m1", Info::default());
        engine.version = version(Need::EngineVersion, own, platform);
        let mut facts = swarm_of(vec![engine]);
        facts.ucp.version = version(Need::UcpVersion, ucp, "");
        facts.dtr.version = version(Need::DtrVersion, dtr, "");
        facts
    }

    pub(crate) fn cases() -> Vec<Case> {
        let mut down = with("ucp/3.7.5", "2.9.16", "23.0.9", MCR);
        down.ucp.version = broken();
        vec![
            Case::new(
                &Supported,
                Kind::Passes,
                "nothing of Docker Enterprise",
                with("ucp/3.7.5", "2.9.16", "23.0.9", MCR),
                Verdict::Pass,
            ),
            Case::new(
                &Supported,
                Kind::Fails,
                "Docker Enterprise 2.1",
                with("ucp/3.1.4", "2.6.3", "18.09.2", "Docker Engine - Enterprise"),
                Verdict::Fail,
            ),
            Case::new(
                &Supported,
                Kind::Absent,
                "UCP does not name its version",
                with("", "2.9.16", "23.0.9", MCR),
                Verdict::Error,
            ),
            Case::new(&Supported, Kind::Broken, "no answer", down, Verdict::Error),
        ]
    }

    #[test]
    fn one_old_component_is_enough() {
        use Verdict::{Error, Fail, Pass};
        for (ucp, dtr, own, platform, verdict, literal) in [
            ("ucp/3.0.14", "2.9.16", "23.0.9", MCR, Fail, None),
            ("ucp/3.1.4", "2.9.16", "23.0.9", MCR, Fail, None),
            ("ucp/3.2.4", "2.9.16", "23.0.9", MCR, Fail, Some(Pass)),
            ("ucp/3.2.4", "2.7.6", "19.03.5", "Docker Engine - Enterprise", Fail, Some(Pass)),
            ("ucp/3.7.5", "2.6.0", "23.0.9", MCR, Fail, None),
            ("ucp/3.7.5", "2.9.16", "17.06.2-ee-16", "", Fail, None),
            ("ucp/3.7.5", "2.9.16", "18.09.9", "Docker Engine - Enterprise", Fail, None),
            ("ucp/3.7.5", "2.9.16", "20.10.24+dfsg1", "", Error, None),
            ("ucp/3.7.5", "2.9.16", "24.0.7", "Docker Engine - Community", Error, None),
            ("ucp/3.7.5", "2.9.16", "ucp/3.7.5", "", Error, None),
            ("ucp/3.7.5", "2.9.16", "4.3.1", "linux/amd64/debian-12", Error, None),
            ("ucp/3.7.5", "2.9.16", "1.13.1", "", Fail, Some(Pass)),
        ] {
            let finding = Supported.decide(&with(ucp, dtr, own, platform), &Policy::default()).expect("a finding");
            let what = format!("{ucp} {dtr} {own}");
            assert_eq!(finding.verdict(), verdict, "{what}");
            assert_eq!(finding.literal().map(|l| l.verdict), literal, "{what}");
        }
    }

    #[test]
    fn an_old_component_is_open_whatever_was_not_seen() {
        let mut facts = with("ucp/3.1.4", "2.6.3", "18.09.2", "");
        facts.dtr.version = broken();
        facts.engines.clear();
        let finding = Supported.decide(&facts, &Policy::default()).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Fail);
    }
}
