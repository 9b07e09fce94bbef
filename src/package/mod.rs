//! What goes to eMASS: documents made from results, and the limits that its interface publishes.
//!
//! Nothing here says that anybody accepted anything, and nothing is made of simulated runs. Files are
//! read and written by `run`; here are only bytes and texts.
//!
//! Limits and names are those of eMASS's published REST interface (version 3.22): its descriptions of
//! test results, artifacts, POA&M items, `device-scan-results` and `container-scan-results`. What it does
//! not publish is not checked.

pub mod containers;
pub mod limits;
pub mod readme;

pub use limits::{Excess, LARGEST_FILE};
