//! What others say of the same rules, beside what was found: earlier checklists, other scanners.
//!
//! Pure: outcomes in, an outcome out. Nothing that others say replaces a result silently; where they say
//! otherwise, both stand side by side as a [`Beside`](crate::outcome::Beside), and the report lists it.

pub mod nessus;
mod population;
mod previous;

pub use population::Population;
pub use previous::{Previous, PreviousError, carry};
