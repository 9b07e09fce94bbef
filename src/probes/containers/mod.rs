//! The rules about containers: one type, one value a rule.
//!
//! Each looks at every container of every node, leaves the product's own and those that the policy exempts
//! apart and shows them, and asks one question about each of the others ([`ContainerRule::look`]).
//!
//! How such a rule could pass without evidence: a node that was not asked, a container that was listed and
//! not read, a field of a type that is not known or that the engine did not send, a user's container taken
//! for one of the product's. The first two make the rule undecided through [`Finding::over`]; a field
//! without a known value is [`Seen::Unsaid`], which is undecided too; and [`super::product::part`] wants two
//! marks. No look ends in a branch that holds for whatever is left: what holds is named.

#[cfg(test)]
mod cases;
mod confinement;
mod devices;
mod engine_wide;
mod letter;
mod lsm;
mod mounted;
mod mounts;
mod namespaces;
mod population;
mod ports;
mod resources;
mod services;
mod ssh;
mod tally;
#[cfg(test)]
mod tests;

use self::letter::Letter;
use self::lsm::Applies;
use self::tally::Tally;
use super::kubernetes::{PodFlag, judge_pods};
use super::{Card, Probe};
use crate::facts::engine::Info;
use crate::facts::swarm::Service;
use crate::facts::{Absent, Fact, Facts};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::Policy;
use crate::xccdf::Verdict;

#[cfg(test)]
pub(crate) use cases::{cases, exemplary_world};
pub use confinement::{CAPABILITIES, NO_NEW_PRIVILEGES, PRIVILEGED, SECCOMP, SECCOMP_LABELLED, USER};
pub use devices::DEVICES;
pub use lsm::{APPARMOR, APPARMOR_UNPRIVILEGED, SELINUX};
pub use mounts::{PROPAGATION, ROOT_FILESYSTEM, SENSITIVE_MOUNTS, SOCKET, SOCKET_LABELLED};
pub use namespaces::{IPC_MODE, NETWORK_MODE, PID_MODE, PID_MODE_LABELLED, USER_NAMESPACE, UTS_MODE};
pub use population::{Apart, Context, Led, Placed, Population, unsaid};
pub use ports::{APPROVED_PORTS, BOUND_PORTS, LOW_PORTS};
pub use resources::{CGROUP_PARENT, CPU_SHARES, HEALTH, MEMORY, PIDS_LIMIT, RESTART, ULIMITS};
pub use ssh::{SSH_SERVERS, SSH_SERVERS_BY_PARENT, SshServers};

/// A rule about every container.
#[derive(Debug)]
pub struct ContainerRule {
    card: &'static Card,
    /// The STIG-IDs that it decides: exemptions name them.
    rules: &'static [&'static str],
    /// The value of the policy without which it does not decide.
    requires: fn(&Policy) -> Result<(), Absent>,
    whose: Whose,
    /// The nodes it is about; every node where there is none.
    on: Option<fn(&Info) -> Applies>,
    /// What is expected of a container, for its observation.
    expected: &'static str,
    /// What is wrong with those that offend, for the summary.
    fault: &'static str,
    look: for<'a> fn(&Placed<'a>, &Context<'a>) -> Seen,
    /// The same question to the services of the swarm, whose ports their containers do not show.
    services: Option<fn(&Service, &Placed<'_>, &Context<'_>) -> Seen>,
    /// The same question to the pods of Kubernetes: where containerd runs them, no engine has their containers.
    pods: Option<&'static PodFlag>,
    /// What is reported besides.
    notes: fn(&Context<'_>) -> Option<String>,
    letter: Letter,
}

impl ContainerRule {
    /// Its question alone, for rules that ask more: what it says of those of a population that `about`
    /// picks. One that offends is let pass for the reason that `excuse` gives, and is shown.
    pub fn observe<'a>(
        &self,
        population: &Population<'a>,
        context: &Context<'a>,
        about: impl Fn(&Placed<'a>) -> bool,
        excuse: impl Fn(&Placed<'a>) -> Option<&'static str>,
    ) -> Vec<Observation> {
        let mut tally = Tally::new(self.expected);
        for placed in population.judged.iter().filter(|p| about(p)) {
            if self.whose == Whose::Running && !placed.runs() {
                tally.idle += 1;
                continue;
            }
            let seen = match ((self.look)(placed, context), excuse(placed)) {
                (Seen::Offends(what), Some(why)) => Seen::Noted(format!("{what}; {why}")),
                (seen, _) => seen,
            };
            tally.add(placed, seen);
        }
        tally.observations(population, self.whose)
    }

    /// What the check's own command says of a population, for rules that give the same command.
    pub fn by_letter<'a>(&self, population: &Population<'a>, context: &Context<'a>) -> Option<Verdict> {
        let letter = self.letter.verdict(population, context, |_| true);
        letter.map(|(verdict, _)| verdict)
    }
}

/// Which containers a rule judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// All, stopped ones included.
    All,
    /// Those that run.
    Running,
}

/// What a look at one container says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// As it should be. Nothing is written down for such a container but that it is one more.
    Holds,
    /// As it should be, with something to report.
    Noted(String),
    /// Not as it should be: what is there instead.
    Offends(String),
    /// Nobody can say, for this reason.
    Unsaid(String),
    /// What would say it is no part of the evidence, for this reason.
    Lacking(Absent),
}

/// For rules that decide without the policy.
#[allow(clippy::unnecessary_wraps, reason = "one of several of this type")]
fn nothing(_: &Policy) -> Result<(), Absent> {
    Ok(())
}

/// For rules that report nothing besides.
fn no_notes(_: &Context<'_>) -> Option<String> {
    None
}

/// The way to see the same by hand: a template for `docker inspect`, and what to look for.
macro_rules! by_hand {
    (all $template:literal, $look:literal) => {
        by_hand!(@ "--all ", $template, $look)
    };
    (running $template:literal, $look:literal) => {
        by_hand!(@ "", $template, $look)
    };
    (@ $all:literal, $template:literal, $look:literal) => {
        concat!(
            "On each node, or for all of them through UCP with a client bundle:\n  \
             docker ps --quiet --no-trunc ", $all, "| xargs docker inspect --format \\\n    \
             '{{.Name}} {{.Config.Image}} ", $template, "'\n\
             Leave out the containers of the product (image docker/ucp-… or docker/dtr-… and a label \
             com.docker.…). ", $look
        )
    };
}
use by_hand;

impl Probe for ContainerRule {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        (self.requires)(policy)?;
        let mut parts = Parts::default();
        let services = match self.services {
            Some(_) => services::read(facts, &mut parts),
            None => Vec::new(),
        };
        let mut population = parts.take(Population::read(facts, policy, self.rules)).unwrap_or_default();
        let ground = match self.on {
            None => None,
            Some(on) => Some(lsm::Ground::survey(facts, on, &mut population)?),
        };
        if let Some(elsewhere) = ground.as_ref().and_then(|g| g.elsewhere(&population)) {
            return Ok(elsewhere);
        }
        let concerned = |placed: &Placed<'_>| ground.as_ref().is_none_or(|g| g.holds(placed.node));

        let context = Context::new(facts, policy, &population);
        let mut tally = Tally::new(self.expected);
        for placed in population.judged.iter().filter(|p| concerned(p)) {
            if self.whose == Whose::Running && !placed.runs() {
                tally.idle += 1;
                continue;
            }
            tally.add(placed, (self.look)(placed, &context));
        }
        let letter = self.letter.verdict(&population, &context, concerned);

        let (product, exempt) = population.apart_counts();
        let judged = tally.judged();
        let mut lacking = tally.lacking.take();
        let mut observations = tally.observations(&population, self.whose);
        if let Some(ask) = self.services {
            let missing = services::judge(&services, &context, self.rules, self.expected, ask, &mut observations);
            lacking = lacking.or(missing);
        }
        if let Some(flag) = self.pods {
            match &facts.kubernetes.pods {
                // Where no Kubernetes was to be asked, engines show all that there is.
                Fact::Absent(absent) if !matches!(absent, Absent::Failed { .. }) => {}
                pods => {
                    let pods = parts.look_at_part(pods);
                    observations.extend(pods.into_iter().flat_map(|pods| judge_pods(pods.seen, flag, |_| false)));
                }
            }
        }
        if let (Some(note), Some(origin)) = ((self.notes)(&context), population.origin()) {
            observations.push(Observation::seen(origin, "engines", "reported", note, true));
        }
        observations.extend(ground.iter().flat_map(lsm::Ground::lines));
        observations.extend(population.lines());
        if let Some(absent) = lacking {
            parts.lack(&absent);
        }
        parts.extend(observations);
        population.missed_in(&mut parts);
        let finding =
            parts.fold(|verdict| tally::summary(verdict, self.card.asks, self.fault, &judged, product, exempt));
        Ok(match letter {
            Some((verdict, why)) => finding.beside_letter(verdict, why),
            None => finding,
        })
    }
}
