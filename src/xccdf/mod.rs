//! XCCDF, the standard: benchmarks in, results combined and scored. Knows nothing of Docker, files
//! or networks.

pub mod apply;
pub mod ids;
pub mod model;
pub mod naming;
pub mod process;
pub mod read;
pub mod resolve;
pub mod score;
pub mod severity;
pub mod stream;
pub mod validate;
pub mod verdict;
mod zip;

pub use model::{Benchmark, Group, Item, Profile, Rule};
pub use read::{ReadError, read};
pub use severity::{Category, Severity};
pub use verdict::Verdict;
