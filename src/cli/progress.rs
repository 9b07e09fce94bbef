//! How far a long walk has come, on standard error and only where that is a terminal.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::output;
use crate::collect::Progress;

/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(200);

/// A line that is written over.
pub(super) struct Terminal {
    /// When the line was last written; none while nothing is shown at all.
    shown: Option<Mutex<Option<Instant>>>,
}

impl Terminal {
    pub(super) fn new(quiet: bool) -> Self {
        let visible = !quiet && std::io::stderr().is_terminal();
        Terminal { shown: visible.then(Mutex::default) }
    }

    /// Takes the line away.
    pub(super) fn done(&self) {
        if let Some(shown) = &self.shown
            && shown.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()
        {
            output::over("");
        }
    }
}

impl Progress for Terminal {
    fn step(&self, what: &str, done: u64, of: u64) {
        let Some(shown) = &self.shown else { return };
        let mut last = shown.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|at| at.elapsed() < EVERY) {
            return;
        }
        *last = Some(Instant::now());
        output::over(&format!("{what}: {done} of {of}"));
    }
}
