//! Matches the children of one element against its slots, one after the other.
//!
//! The schemas are deterministic (XML Schema part 1, Unique Particle Attribution): a name alone says
//! which slot a child belongs to, so that a slot number and a count are all that has to be kept.

use std::ops::Range;

use super::problem::Code;
use super::schema::{MANY, Of, Process, Slot, Term, Type};

/// How far an element's content has come.
pub(super) struct Progress {
    slots: &'static [&'static [Slot]],
    /// The slot that was filled last.
    slot: usize,
    /// How often each was filled. One whose absence has been told counts as filled.
    counts: Vec<u32>,
    /// Which of the alternatives of the slot that has them was begun; there is never more than one.
    alternative: Option<usize>,
    /// How many strangers have come: each may be a misspelt element that is missing then, which
    /// need not be said twice.
    strangers: u32,
}

/// What a child is held against.
pub(super) enum Expected {
    /// This type.
    Declared(&'static Type),
    /// What is declared under its name, if the wildcard wants that.
    Wildcard(Process),
    /// Nothing: it has no business here.
    Nothing,
}

impl Progress {
    /// Nothing has come yet; `counts` is a list that nobody needs any more.
    pub(super) fn new(slots: &'static [&'static [Slot]], mut counts: Vec<u32>) -> Self {
        counts.clear();
        counts.resize(slots.iter().map(|list| list.len()).sum(), 0);
        Progress { slots, slot: 0, counts, alternative: None, strangers: 0 }
    }

    fn slots(&self) -> impl Iterator<Item = &'static Slot> + use<> {
        self.slots.iter().flat_map(|list| list.iter())
    }

    /// Takes the next child; says what it is held against, and what is wrong with its coming now.
    pub(super) fn take(
        &mut self,
        namespace: Option<&str>,
        name: &str,
        problem: &mut impl FnMut(Code, String),
    ) -> Expected {
        let Some((at, slot, alternative, term)) = self.further(namespace, name) else {
            return self.earlier(namespace, name, problem);
        };
        if at > self.slot {
            self.check(self.slot..at, " before it", problem);
            self.slot = at;
        }
        let (count, most) = (self.fill(at), slot.most(alternative));
        if self.alternative.is_some_and(|begun| begun != alternative) {
            let text = format!("it cannot stand beside {}", slot.names(self.alternative));
            problem(Code::UnknownElement, text);
        } else if count > most {
            let text = match most {
                1 => "there may be only one here".to_owned(),
                most => format!("there may be only {most} here"),
            };
            problem(Code::TooManyElements, text);
        }
        if matches!(slot.of, Of::Either(_)) && self.alternative.is_none() {
            self.alternative = Some(alternative);
        }
        term.expected()
    }

    /// The slot that takes such a child, from the one that was filled last on; which alternative it is
    /// there, and the term.
    fn further(&self, namespace: Option<&str>, name: &str) -> Option<(usize, &'static Slot, usize, &'static Term)> {
        let mut begin = 0;
        for list in self.slots {
            let from = self.slot.saturating_sub(begin);
            for (at, slot) in list.iter().enumerate().skip(from) {
                if let Some((alternative, term)) = slot.term(namespace, name) {
                    return Some((begin + at, slot, alternative, term));
                }
            }
            begin += list.len();
        }
        None
    }

    /// The child belongs to a slot that has been left behind, or to none.
    fn earlier(&mut self, namespace: Option<&str>, name: &str, problem: &mut impl FnMut(Code, String)) -> Expected {
        let mut before = self.slots().enumerate().take(self.slot);
        let found = before.find_map(|(at, slot)| slot.term(namespace, name).map(|(_, t)| (at, t)));
        let Some((at, term)) = found else {
            let all: Vec<String> = self.slots().map(|slot| slot.names(None)).collect();
            let text = if all.is_empty() {
                "no elements belong there".to_owned()
            } else {
                format!("what belongs there: {}", all.join(", "))
            };
            problem(Code::UnknownElement, text);
            self.strangers += 1;
            return Expected::Nothing;
        };
        let next = self.slots().nth(at + 1).map(|slot| slot.names(None)).unwrap_or_default();
        let last = self.slots().nth(self.slot).map(|s| s.names(self.alternative));
        let mut text = format!("it comes too late, behind {}", last.unwrap_or_default());
        if !next.is_empty() {
            text.push_str(&format!("; its place is before {next}"));
        }
        problem(Code::MisplacedElement, text);
        // Going on from here, what follows in its order is not wrong as well.
        self.slot = at;
        self.fill(at);
        term.expected()
    }

    /// One more in that slot; returns how many there are.
    fn fill(&mut self, slot: usize) -> u32 {
        let Some(count) = self.counts.get_mut(slot) else {
            return 0;
        };
        *count = count.saturating_add(1);
        *count
    }

    /// What should have come in these slots?
    fn check(&mut self, range: Range<usize>, place: &str, problem: &mut impl FnMut(Code, String)) {
        for (at, slot) in self.slots().enumerate().take(range.end) {
            let is_missing = at >= range.start && self.counts[at] < slot.min;
            if is_missing && !self.is_explained() {
                let text = format!("{} is missing{place}", slot.names(None));
                problem(Code::MissingElement, text);
            }
            if is_missing {
                self.fill(at);
            }
        }
    }

    /// A stranger has come that may be what is missing.
    fn is_explained(&mut self) -> bool {
        let is_explained = self.strangers > 0;
        self.strangers = self.strangers.saturating_sub(1);
        is_explained
    }

    /// The element ends: what should have come?
    pub(super) fn finish(&mut self, problem: &mut impl FnMut(Code, String)) {
        self.check(0..self.counts.len(), "", problem);
    }

    /// The list of counts, for another element.
    pub(super) fn into_counts(self) -> Vec<u32> {
        self.counts
    }
}

impl Slot {
    /// The term that takes an element of that name, and which alternative it is.
    fn term(&'static self, namespace: Option<&str>, name: &str) -> Option<(usize, &'static Term)> {
        match &self.of {
            Of::One(term) => term.takes(namespace, name).then_some((0, term)),
            Of::Choice(terms) => terms.iter().find(|term| term.takes(namespace, name)).map(|term| (0, term)),
            Of::Either(slots) => {
                slots.iter().enumerate().find_map(|(at, slot)| slot.term(namespace, name).map(|(_, term)| (at, term)))
            }
        }
    }

    /// How often it may be filled with that alternative.
    fn most(&self, alternative: usize) -> u32 {
        match &self.of {
            Of::Either(slots) => slots.get(alternative).map_or(MANY, |slot| slot.max),
            _ => self.max,
        }
    }

    /// The names of what it takes.
    fn names(&self, alternative: Option<usize>) -> String {
        match (&self.of, alternative) {
            (Of::One(term), _) => term.named(),
            (Of::Choice(terms), _) => {
                let names: Vec<String> = terms.iter().map(Term::named).collect();
                names.join(" or ")
            }
            (Of::Either(slots), Some(at)) => slots.get(at).map(|slot| slot.names(None)).unwrap_or_default(),
            (Of::Either(slots), None) => {
                let names: Vec<String> = slots.iter().map(|slot| slot.names(None)).collect();
                names.join(" or ")
            }
        }
    }
}

impl Term {
    fn expected(&self) -> Expected {
        match self {
            Term::Element { declared, .. } => Expected::Declared(declared),
            Term::Any(_, process) => Expected::Wildcard(*process),
        }
    }

    fn named(&self) -> String {
        use super::schema::Names;
        match self {
            Term::Element { name, .. } => format!("'{name}'"),
            Term::Any(Names::All, _) => "any element".into(),
            Term::Any(Names::Other(_), _) => "an element of another namespace".into(),
            Term::Any(Names::Only(namespace), _) => format!("an element of '{namespace}'"),
        }
    }
}
