//! The swarm has one to three managers.
//!
//! How this could pass without evidence: a worker knows of no managers, and the leader is always one,
//! whatever their number. Only the count that a manager gives counts.

use super::{infos, is_manager, outside};
use crate::facts::field::Field;
use crate::facts::{Absent, Facts, Need};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

#[cfg(test)]
pub(super) use tests::cases;

/// See the module.
pub struct Managers;

/// See the module.
pub static MANAGERS: Managers = Managers;

static CARD: Card = Card {
    name: "swarm-managers",
    asks: "the swarm has one to three managers",
    needs: &[Need::EngineInfo],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: "On a manager, or with an administrator's client bundle:\n  \
        docker info --format '{{.Swarm.Managers}}'\n\
        prints 1, 2 or 3. A worker prints 0, whatever their number.",
    met: Met::LabOnly,
};

impl Probe for Managers {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let infos = infos(facts)?;
        if let Some(finding) = outside(facts, &infos, "the managers of a swarm") {
            return Ok(finding
                .with_literal(Verdict::Fail, "outside a swarm docker info prints 0 managers, which is not 1, 2 or 3"));
        }
        let managers: Vec<_> = infos.iter().filter(|(engine, _)| is_manager(engine)).collect();
        let expected = "1, 2 or 3";
        let mut observations = Vec::new();
        for (engine, read) in &managers {
            let subject = format!("Swarm.Managers, as {} says", engine.place());
            observations.push(match read.value.swarm.managers {
                Field::Is(count) => {
                    let holds = (1..=3).contains(&count);
                    Observation::seen(&read.origin, subject, expected, count.to_string(), holds)
                }
                _ => {
                    let actual = "no number in the answer of a manager";
                    Observation::undecided(&read.origin, subject, expected, actual)
                }
            });
        }
        if let (true, Some((engine, read))) = (managers.is_empty(), infos.first()) {
            let subject = format!("Swarm.Managers, as {} says", engine.place());
            let actual = "nothing: no manager was asked, and others do not know";
            observations.push(Observation::undecided(&read.origin, subject, expected, actual));
        }
        Ok(Finding::fold(observations, |verdict| match verdict {
            Verdict::Pass => "The swarm has one to three managers.".into(),
            Verdict::Fail => "The number of managers is not between one and three.".into(),
            _ => "No manager said how many managers the swarm has.".into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Engine, Fact};
    use crate::probes::cases::{Case, Kind, broken, read};
    use crate::probes::swarm::tests::{alone, member, of, ucp};

    fn counting(mut engine: Engine, managers: Field<u64>) -> Engine {
        if let Fact::Read(info) = &engine.info {
            let mut info = info.value.clone();
            info.swarm.managers = managers;
            engine.info = read(Need::EngineInfo, info);
        }
        engine
    }

    fn manager(count: u64) -> Engine {
        counting(member("m1", true), Field::Is(count))
    }

    pub(crate) fn cases() -> Vec<Case> {
        let mut down = manager(1);
        down.info = broken();
        let case = |kind, what, engine, verdict| Case::new(&Managers, kind, what, of(vec![engine]), verdict);
        vec![
            case(Kind::Passes, "three", manager(3), Verdict::Pass),
            case(Kind::Fails, "five", manager(5), Verdict::Fail),
            case(Kind::Absent, "a manager without a number", member("m1", true), Verdict::Error),
            case(Kind::Absent, "a worker", counting(member("w1", false), Field::Is(0)), Verdict::Error),
            case(Kind::Broken, "no answer", down, Verdict::Error),
        ]
    }

    #[test]
    fn one_to_three() {
        let decide = |engines| Managers.decide(&of(engines), &Policy::default()).expect("a finding");
        for (count, verdict) in [
            (0, Verdict::Fail),
            (1, Verdict::Pass),
            (2, Verdict::Pass),
            (3, Verdict::Pass),
            (4, Verdict::Fail),
            (7, Verdict::Fail),
        ] {
            assert_eq!(decide(vec![manager(count)]).verdict(), verdict, "{count}");
            let worker = counting(member("w1", false), Field::Is(0));
            assert_eq!(decide(vec![worker, manager(count)]).verdict(), verdict, "{count}");
            let through_ucp = counting(ucp(), Field::Is(count));
            assert_eq!(decide(vec![through_ucp]).verdict(), verdict, "{count}");
        }
        let finding = decide(vec![alone("a")]);
        assert_eq!(finding.verdict(), Verdict::NotApplicable);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Fail));
    }
}
