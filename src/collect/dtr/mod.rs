//! What is read from DTR (MSR): one file a question.

mod access;
mod enzi;
mod list;
mod state;
mod tags;

use std::path::Path;

use tokio::sync::OnceCell;

use self::list::Listing;
use super::http::Failure;
use super::session::Session;
use super::{Asking, Brought, Progress, Targets, absent, no_dtr, no_dtr_account, trust};
use crate::facts::dtr::Repositories;
use crate::facts::{Absent, Dtr, Need};

/// Why nothing of an MSR 4 is a fact for these rules.
const ANOTHER_PRODUCT: &str =
    "this is MSR 4, which is another product (Harbor) under the same name: the STIG's checks do not reach it";

/// Reads what is needed of DTR, each fact by itself. Files beside the evidence go into `dir`.
pub(super) async fn gather(
    asking: &Asking<'_>,
    session: Option<&Session>,
    targets: &Targets,
    dir: &Path,
    progress: &dyn Progress,
) -> Dtr {
    let anybody = || session.ok_or_else(no_dtr);
    let account = || match &targets.dtr {
        Some(target) if target.login.is_none() => Err(no_dtr_account()),
        _ => anybody(),
    };
    let concurrency = targets.limits.concurrency;
    // Three facts are made of the list of repositories: it is read for the first that asks.
    let list = &OnceCell::new();
    let (tags, settings, scanning, repositories, access, version, chain, ca) = futures::join!(
        asking.of(Need::DtrTags, account(), |session| async move {
            tags::tags(session, list, concurrency, dir, progress).await.map_err(absent)
        }),
        asking.of(
            Need::DtrSettings,
            account(),
            |session| async move { state::settings(session).await.map_err(absent) }
        ),
        asking.of(
            Need::DtrScanning,
            account(),
            |session| async move { state::scanning(session).await.map_err(absent) }
        ),
        asking.of(Need::DtrRepositories, account(), async |session| {
            let (listing, broken) = listed(list, session).await?;
            let all = listing.repositories.iter().map(|r| (r.path.clone(), r.scan_on_push));
            let request = format!("GET {}, all pages", list::url(session));
            let is_empty = listing.repositories.is_empty();
            Brought::of_list(request, Repositories::count(all), is_empty, broken).map_err(absent)
        }),
        asking.of(Need::DtrAccess, account(), async |session| {
            let (listing, broken) = listed(list, session).await?;
            access::access(session, &listing.repositories, broken, concurrency).await.map_err(absent)
        }),
        asking.of(Need::DtrVersion, account(), |session| async move { state::version(session).await.map_err(absent) }),
        asking.of(Need::DtrChain, anybody(), |session| async move {
            let url = session.base();
            let request = format!("TLS handshake with {}", url.authority());
            let chain = trust::present(url).await;
            chain.map(|chain| (request.clone(), chain)).map_err(|reason| Absent::Failed { request, reason })
        }),
        asking.of(Need::DtrCa, anybody(), |session| async move { state::ca(session).await.map_err(absent) }),
    );
    let mut dtr = Dtr { tags, settings, scanning, repositories, access, version, chain, ca };
    if let Some(session) = session {
        recognise(&mut dtr, session).await;
    }
    dtr
}

/// Every repository that came, by an account that sees all of them, and why that is not all.
async fn listed<'a>(list: &'a OnceCell<Listing>, session: &Session) -> Result<(&'a Listing, Option<Failure>), Absent> {
    list::all_seen(session).await.map_err(absent)?;
    let listing = list.get_or_init(|| list::repositories(session)).await;
    Ok((listing, listing.broken.clone().map(Failure::from)))
}

/// Says so where it was no DTR that was asked. One that answers as it should is not asked for it.
async fn recognise(dtr: &mut Dtr, session: &Session) {
    let failed = |absent: Option<&Absent>| matches!(absent, Some(Absent::Failed { .. }));
    if !dtr.each().any(|(_, fact)| failed(fact.absent())) || !state::is_harbor(session).await {
        return;
    }
    let reason = Absent::Failed {
        request: format!("GET {}", session.url("/api/v2.0/systeminfo")),
        reason: ANOTHER_PRODUCT.into(),
    };
    for (_, fact) in dtr.each_mut() {
        // What was not asked for, or could not be for want of an account, has its own reason.
        if fact.absent().is_none() || failed(fact.absent()) {
            fact.lose(reason.clone());
        }
    }
}
