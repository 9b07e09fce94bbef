//! What is read from Kubernetes, through UCP.

use super::session::Session;
use super::{Asking, Targets};
use crate::facts::Kubernetes;

/// Reads what is needed of Kubernetes.
pub(super) async fn gather(
    _asking: &Asking<'_>,
    _session: Option<&Session>,
    _targets: &Targets,
) -> Kubernetes {
    Kubernetes::default()
}
