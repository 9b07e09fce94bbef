//! What is read from engines: each by itself, and all of them through UCP.

use super::session::Session;
use super::{Asking, Progress, Targets};
use crate::facts::Engine;

/// Reads what is needed of every engine.
pub(super) async fn gather(
    _asking: &Asking<'_>,
    _ucp: Option<&Session>,
    _targets: &Targets,
    _progress: &dyn Progress,
) -> Vec<Engine> {
    Vec::new()
}
