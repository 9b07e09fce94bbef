//! No container runs an SSH server.
//!
//! How this could pass without evidence: a running container whose programs were not read, or one that the
//! list of programs does not know at all. Both are undecided; only a container that the engine lists with
//! its programs is judged.

use std::collections::HashMap;

use super::letter::has_word;
use super::population::{Placed, Population};
use super::tally::{self, Tally};
use super::{Seen, Whose};
use crate::facts::container::Running;
use crate::facts::{Absent, Facts, Need};
use crate::finding::Finding;
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

/// DKER-EE-001970 and CNTR-MK-000120.
pub struct SshServers;

const RULES: &[&str] = &["DKER-EE-001970", "CNTR-MK-000120"];

static CARD: Card = Card {
    name: "container-ssh-server",
    asks: "No container runs an SSH server",
    needs: &[
        Need::EngineProcesses,
        Need::EngineContainers,
        Need::EngineInfo,
        Need::EngineNodes,
    ],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: "On each node, for every running container that is not the product's own:\n  \
        docker top CONTAINER\n\
        A program named sshd, or another server for SSH such as dropbear, is a finding. Nothing has to be \
        run inside.",
    met: Met::LabOnly,
};

const EXPECTED: &str = "no program that serves SSH";

/// The programs that serve SSH: sshd with its parts (`sshd-session`) and relatives (`tinysshd`), and others.
fn serves_ssh(program: &str) -> bool {
    let others = ["dropbear", "dropbearmulti", "lshd"];
    has_word(program, &["sshd"])
        || others
            .iter()
            .any(|other| program.eq_ignore_ascii_case(other))
}

impl Probe for SshServers {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let processes = facts.reached(|engine| &engine.processes)?;
        let mut population = Population::read(facts, policy, RULES)?;
        let known = population.everywhere.missed().to_vec();
        for missed in processes.missed().iter().filter(|m| !known.contains(m)) {
            population.everywhere.miss(&missed.place, &missed.reason);
        }
        let mut running: HashMap<&str, &Running> = HashMap::new();
        let mut unread: HashMap<&str, &str> = HashMap::new();
        for (_, read) in processes.seen() {
            running.extend(read.value.running.iter().map(|r| (r.id.as_str(), r)));
            let silent = read.value.unread.iter();
            unread.extend(silent.map(|u| (u.id.as_str(), u.reason.as_str())));
        }

        let look = |placed: &Placed<'_>| match running.get(placed.container.id.as_str()) {
            Some(programs) => {
                let serving: Vec<&str> = programs
                    .programs
                    .iter()
                    .map(String::as_str)
                    .filter(|program| serves_ssh(program))
                    .collect();
                if serving.is_empty() {
                    Seen::Holds
                } else {
                    Seen::Offends(serving.join(", "))
                }
            }
            None => match unread.get(placed.container.id.as_str()) {
                Some(why) => Seen::Unsaid(format!("its programs could not be read: {why}")),
                None => Seen::Unsaid("its programs were not read".into()),
            },
        };
        let mut tally = Tally::new(EXPECTED);
        for placed in &population.judged {
            let known = running.contains_key(placed.container.id.as_str());
            if known || placed.runs() {
                tally.add(placed, look(placed));
            } else {
                tally.idle += 1;
            }
        }
        let by_letter = letter(&population, &running);

        let (product, exempt) = population.apart_counts();
        let judged = tally.judged();
        let mut observations = tally.observations(&population, Whose::Running);
        observations.extend(population.lines());
        let finding = Finding::over(&population.everywhere, observations, |verdict| {
            tally::summary(
                verdict,
                CARD.asks,
                "they serve SSH",
                &judged,
                product,
                exempt,
            )
        });
        let whole = population.everywhere.missed().is_empty();
        if !whole || finding.verdict() == by_letter {
            return Ok(finding);
        }
        Ok(finding.with_literal(
            by_letter,
            "the check greps the programs of every running container, the product's own among them, for sshd \
             alone",
        ))
    }
}

/// A container whose programs nobody could read is none of the letter's findings: its command fails there.
fn letter(population: &Population<'_>, running: &HashMap<&str, &Running>) -> Verdict {
    let mut programs = population
        .all()
        .filter_map(|placed| running.get(placed.container.id.as_str()))
        .flat_map(|running| &running.programs);
    if programs.any(|program| has_word(program, &["sshd"])) {
        Verdict::Fail
    } else {
        Verdict::Pass
    }
}
