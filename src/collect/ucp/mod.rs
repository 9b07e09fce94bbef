//! What is read from UCP (MKE): one file a question.

mod config;

use super::session::Session;
use super::{Asking, Targets, absent, no_ucp, no_ucp_account, trust};
use crate::facts::{Absent, Need, Ucp};

/// Reads what is needed of UCP, each fact by itself.
pub(super) async fn gather(
    asking: &Asking<'_>,
    session: Option<&Session>,
    targets: &Targets,
) -> Ucp {
    let anybody = || session.ok_or_else(no_ucp);
    let account = || match &targets.ucp {
        Some(target) if target.identity.is_none() => Err(no_ucp_account()),
        _ => anybody(),
    };
    let (config, chain, ca) = futures::join!(
        asking.of(Need::UcpConfig, account(), |session| async move {
            config::config(session).await.map_err(absent)
        }),
        asking.of(Need::UcpChain, anybody(), |session| async move {
            let url = session.base();
            let request = format!("TLS handshake with {}", url.authority());
            let chain = trust::present(url).await;
            chain
                .map(|chain| (request.clone(), chain))
                .map_err(|reason| Absent::Failed { request, reason })
        }),
        asking.of(Need::UcpCa, anybody(), |session| async move {
            config::ca(session).await.map_err(absent)
        }),
    );
    Ucp {
        config,
        chain,
        ca,
        ..Ucp::default()
    }
}
