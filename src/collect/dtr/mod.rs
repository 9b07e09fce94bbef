//! What is read from DTR (MSR): one file a question.

mod tags;

use std::path::Path;

use super::session::Session;
use super::{Asking, Progress, Targets, absent, no_dtr, no_dtr_account};
use crate::facts::{Dtr, Need};

/// Reads what is needed of DTR, each fact by itself. Files beside the evidence go into `dir`.
pub(super) async fn gather(
    asking: &Asking<'_>,
    session: Option<&Session>,
    targets: &Targets,
    dir: &Path,
    progress: &dyn Progress,
) -> Dtr {
    let account = || match &targets.dtr {
        Some(target) if target.login.is_none() => Err(no_dtr_account()),
        _ => session.ok_or_else(no_dtr),
    };
    let tags = asking
        .of(Need::DtrTags, account(), |session| async move {
            tags::tags(session, targets.limits.concurrency, dir, progress)
                .await
                .map_err(absent)
        })
        .await;
    Dtr {
        tags,
        ..Dtr::default()
    }
}
