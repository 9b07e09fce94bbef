//! No container runs an SSH server.
//!
//! How this could pass without evidence: a running container whose programs were not read, or one that the
//! list of programs does not know at all. Both are undecided; not judged is only what did not run, by its
//! own state or when its programs were asked for.

use std::collections::{HashMap, HashSet};

use super::letter::has_word;
use super::population::{Context, Led, Placed, Population};
use super::tally::{self, Tally};
use super::{Seen, Whose};
use crate::facts::container::Running;
use crate::facts::field::Field;
use crate::facts::{Absent, Facts, Need};
use crate::finding::Finding;
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

/// The rule about SSH servers, and what the check's command finds of a running container's programs.
#[derive(Debug)]
pub struct SshServers {
    card: &'static Card,
    rules: &'static [&'static str],
    /// The check's command runs inside the container, which no engine allows while it is paused or restarts.
    inside: bool,
    /// The second says that the container sees the processes of its host.
    letter: fn(&Running, bool) -> Option<bool>,
    words: &'static str,
}

const NEEDS: &[Need] = &[Need::EngineProcesses, Need::EngineContainers, Need::EngineInfo, Need::EngineNodes];

const BY_HAND: &str = "On each node, for every running container that is not the product's own:\n  \
     docker top CONTAINER\n\
     A program named sshd, or another server for SSH such as dropbear, is a finding. Nothing has to be run \
     inside.";

/// DKER-EE-001970.
pub static SSH_SERVERS: SshServers = SshServers {
    card: &Card {
        name: "container-ssh-server",
        asks: "No container runs an SSH server",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: BY_HAND,
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-001970"],
    inside: true,
    letter: |running, sees_host| {
        let found = running.programs.iter().any(|p| has_word(p, &["sshd"]));
        (found || !sees_host).then_some(found)
    },
    words: "the check greps the programs of every running container, the product's own among them, for sshd \
            alone, with the ps of the container's image; in one that is paused nothing can be run",
};

/// CNTR-MK-000120.
pub static SSH_SERVERS_BY_PARENT: SshServers = SshServers {
    card: &Card {
        name: "container-ssh-server-mke",
        asks: "No container runs an SSH server",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: BY_HAND,
        met: Met::RealProduct,
    },
    rules: &["CNTR-MK-000120"],
    inside: false,
    letter: |running, _| running.child_says_sshd.get().copied(),
    words: "the check greps the command lines of the direct children of every container's first process, the \
            product's own among them, for sshd, and sees neither that process nor theirs",
};

const EXPECTED: &str = "no program that serves SSH";

/// The programs that serve SSH: sshd with its parts (`sshd-session`) and relatives (`tinysshd`), and others.
fn serves_ssh(program: &str) -> bool {
    let others = ["dropbear", "dropbearmulti", "lshd"];
    has_word(program, &["sshd"]) || others.iter().any(|other| program.eq_ignore_ascii_case(other))
}

/// What was seen of the programs of all containers.
#[derive(Default)]
struct Programs<'a> {
    running: HashMap<&'a str, &'a Running>,
    unread: HashMap<&'a str, &'a str>,
    ended: HashSet<&'a str>,
}

impl<'a> Programs<'a> {
    fn read(facts: &'a Facts, population: &mut Population<'a>) -> Result<Self, Absent> {
        let processes = facts.reached(|engine| &engine.processes)?;
        let known = population.everywhere.missed().to_vec();
        for missed in processes.missed().iter().filter(|m| !known.contains(m)) {
            population.everywhere.miss(&missed.place, &missed.reason);
        }
        let mut programs = Programs::default();
        for (_, read) in processes.seen() {
            let seen = &read.value;
            let running = seen.running.iter().map(|r| (r.id.as_str(), r));
            programs.running.extend(running);
            let unread = seen.unread.iter().map(|u| (u.id.as_str(), u.reason.as_str()));
            programs.unread.extend(unread);
            programs.ended.extend(seen.ended.iter().map(String::as_str));
        }
        Ok(programs)
    }

    /// What there is to say of a container; none if it does not run.
    fn look(&self, placed: &Placed<'_>) -> Option<Seen> {
        let id = placed.container.id.as_str();
        if let Some(running) = self.running.get(id) {
            let programs = running.programs.iter().map(String::as_str);
            let serving: Vec<&str> = programs.filter(|program| serves_ssh(program)).collect();
            return Some(if serving.is_empty() { Seen::Holds } else { Seen::Offends(serving.join(", ")) });
        }
        if let Some(why) = self.unread.get(id) {
            let why = format!("its programs could not be read: {why}");
            return Some(Seen::Unsaid(why));
        }
        // One that restarts will run again what nobody saw.
        let stopped = self.ended.contains(id) && placed.container.status == Field::Is("running".into());
        if stopped || !placed.runs() {
            return None;
        }
        Some(Seen::Unsaid("its programs were not read".into()))
    }
}

impl Probe for SshServers {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut population = Population::read(facts, policy, self.rules)?;
        let programs = Programs::read(facts, &mut population)?;
        let mut tally = Tally::new(EXPECTED);
        for placed in &population.judged {
            match programs.look(placed) {
                Some(seen) => tally.add(placed, seen),
                None => tally.idle += 1,
            }
        }
        let context = Context::new(facts, policy, &population);
        let by_letter = self.by_letter(&population, &programs, &context);

        let (product, exempt) = population.apart_counts();
        let judged = tally.judged();
        let mut observations = tally.observations(&population, Whose::Running);
        observations.extend(population.lines());
        let finding = Finding::over(&population.everywhere, observations, |verdict| {
            let fault = "they serve SSH";
            tally::summary(verdict, self.card.asks, fault, &judged, product, exempt)
        });
        Ok(match by_letter {
            Some(verdict) => finding.beside_letter(verdict, self.words),
            None => finding,
        })
    }
}

impl SshServers {
    /// A container whose programs nobody could read is none of the letter's findings: its command prints
    /// nothing there.
    fn by_letter<'a>(
        &self,
        population: &Population<'a>,
        programs: &Programs<'a>,
        context: &Context<'a>,
    ) -> Option<Verdict> {
        let mut unknown = false;
        for placed in population.all() {
            let Some(running) = programs.running.get(placed.container.id.as_str()) else {
                continue;
            };
            let state = placed.container.status.get().map(String::as_str);
            if self.inside && matches!(state, Some("paused" | "restarting")) {
                continue;
            }
            let pid = context.lead(&placed, "PidMode", |c| &c.pid_mode);
            let sees_host = !matches!(pid, Led::To("" | "private", _));
            match (self.letter)(running, sees_host) {
                Some(true) => return Some(Verdict::Fail),
                Some(false) => {}
                None => unknown = true,
            }
        }
        (!unknown).then_some(Verdict::Pass)
    }
}
