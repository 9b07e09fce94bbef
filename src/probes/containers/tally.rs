//! What the looks at all containers come to.

use super::population::{Names, Placed, Population};
use super::{Seen, Whose};
use crate::facts::Absent;
use crate::finding::Observation;
use crate::probes::counted;
use crate::xccdf::Verdict;

/// The looks, counted: only what does not hold is written down one by one.
#[derive(Debug)]
pub(super) struct Tally<'a> {
    expected: &'static str,
    held: u64,
    noted: Names<'a>,
    note: Option<(Placed<'a>, String)>,
    worse: Vec<Observation>,
    offending: u64,
    undecided: u64,
    /// Containers that are not judged because they do not run.
    pub(super) idle: u64,
    /// What the evidence does not hold of some of them.
    pub(super) lacking: Option<Absent>,
}

/// The numbers of a tally.
#[derive(Debug)]
pub(super) struct Judged {
    held: u64,
    offending: u64,
    undecided: u64,
}

impl Judged {
    fn all(&self) -> u64 {
        self.held + self.offending + self.undecided
    }
}

impl<'a> Tally<'a> {
    pub(super) fn new(expected: &'static str) -> Self {
        Tally {
            expected,
            held: 0,
            noted: Names::default(),
            note: None,
            worse: Vec::new(),
            offending: 0,
            undecided: 0,
            idle: 0,
            lacking: None,
        }
    }

    pub(super) fn add(&mut self, placed: &Placed<'a>, seen: Seen) {
        match seen {
            Seen::Holds => self.held += 1,
            Seen::Noted(note) => {
                self.held += 1;
                self.noted.add(placed);
                self.note.get_or_insert((*placed, note));
            }
            Seen::Offends(actual) => {
                self.offending += 1;
                self.worse.push(Observation::seen(placed.origin, placed.shown(), self.expected, actual, false));
            }
            Seen::Lacking(absent) => {
                self.undecided += 1;
                self.lacking.get_or_insert(absent);
            }
            Seen::Unsaid(why) => {
                self.undecided += 1;
                self.worse.push(Observation::undecided(placed.origin, placed.shown(), self.expected, why));
            }
        }
    }

    pub(super) fn judged(&self) -> Judged {
        Judged { held: self.held, offending: self.offending, undecided: self.undecided }
    }

    /// One observation for each container that does not hold, and one for all that do.
    pub(super) fn observations(self, population: &Population<'_>, whose: Whose) -> Vec<Observation> {
        let judged = self.judged();
        let mut observations = self.worse;
        let Some(origin) = population.origin() else {
            return observations;
        };
        let idle = match self.idle {
            0 => String::new(),
            n => format!("; {n} that do not run are not judged"),
        };
        if self.held > 0 || judged.all() == 0 {
            let what = match whose {
                Whose::All => "containers",
                Whose::Running => "running containers",
            };
            let actual = match judged.all() {
                0 => format!("there are none to judge{idle}"),
                all => format!("{} of {all} {what}{idle}", self.held),
            };
            let all = Observation::seen(origin, "containers", self.expected, actual, true);
            observations.push(all);
        }
        if let Some((placed, note)) = self.note {
            observations.push(Observation::seen(
                placed.origin.whole(),
                "containers with something to report",
                "reported, not judged",
                format!("{}; {}: {note}", self.noted.shown(), placed.shown()),
                true,
            ));
        }
        observations
    }
}

/// The finding in a sentence.
pub(super) fn summary(verdict: Verdict, asks: &str, fault: &str, judged: &Judged, product: u64, exempt: u64) -> String {
    let all = judged.all();
    let apart = match (product, exempt) {
        (0, 0) => String::new(),
        (product, 0) => format!("; {product} of the product left apart"),
        (0, exempt) => format!("; {exempt} exempt"),
        (product, exempt) => format!("; {product} of the product left apart, {exempt} exempt"),
    };
    match verdict {
        Verdict::Pass => {
            let looked = counted(all, "container", "containers");
            format!("{asks} ({looked} judged{apart}).")
        }
        Verdict::Fail if judged.offending == 0 => format!("{fault}, by a service of the swarm or a pod."),
        Verdict::Fail => format!("{} of {all} containers: {fault}{apart}.", judged.offending),
        _ if judged.undecided == 0 => "What services or pods do cannot be decided.".into(),
        _ => format!("{} of {all} containers cannot be decided{apart}.", judged.undecided),
    }
}
