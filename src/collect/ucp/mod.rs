//! What is read from UCP (MKE): one file a question.

mod accounts;
mod config;
mod grants;
mod keys;
mod ldap;
#[cfg(test)]
mod tests;
mod version;

use std::time::Duration;

use self::accounts::Directory;
use super::http::Failure;
use super::session::Session;
use super::{Asking, Targets, absent, hello, no_ucp, no_ucp_account, trust};
use crate::facts::{Absent, Need, Ucp};

/// Reads what is needed of UCP, each fact by itself.
pub(super) async fn gather(asking: &Asking<'_>, session: Option<&Session>, targets: &Targets) -> Ucp {
    let anybody = || session.ok_or_else(no_ucp);
    let account = || match &targets.ucp {
        Some(target) if target.identity.is_none() => Err(no_ucp_account()),
        _ => anybody(),
    };
    // The lists of accounts serve several facts, and are read once.
    let directory = session.map(|s| Directory::new(s, targets.limits.concurrency));
    let people = || account().and_then(|_| directory.as_ref().ok_or_else(no_ucp));
    let timeout = Duration::from_secs(targets.limits.request_seconds);
    let (config, chain, ca, tls_versions, version, ldap, grants, accounts, keys) = futures::join!(
        asking.of(Need::UcpConfig, account(), |session| async move { config::config(session).await.map_err(absent) }),
        asking.of(Need::UcpChain, anybody(), |session| async move {
            let url = session.base();
            let request = format!("TLS handshake with {}", url.authority());
            let chain = trust::present(url).await;
            chain.map(|chain| (request.clone(), chain)).map_err(|reason| Absent::Failed { request, reason })
        }),
        asking.of(Need::UcpCa, anybody(), |session| async move { config::ca(session).await.map_err(absent) }),
        asking.of(Need::UcpTlsVersions, anybody(), |session| async move {
            let url = session.base();
            let request = format!("TLS handshakes with {}, version by version", url.authority());
            Ok((request, hello::versions(url, timeout).await))
        }),
        asking.of(
            Need::UcpVersion,
            account(),
            |session| async move { version::version(session).await.map_err(absent) }
        ),
        asking.of(Need::UcpLdap, account(), |session| async move { ldap::ldap(session).await.map_err(absent) }),
        asking.of(
            Need::UcpGrants,
            people(),
            |directory| async move { grants::grants(directory).await.map_err(absent) }
        ),
        asking.of(Need::UcpAccounts, people(), |directory| async move { directory.everything().await.map_err(absent) }),
        asking.of(Need::UcpKeys, people(), |directory| async move { keys::keys(directory).await.map_err(absent) }),
    );
    Ucp { config, chain, ca, tls_versions, version, ldap, grants, accounts, keys }
}

/// An answer that came and cannot be used.
fn unusable(request: &str, reason: String) -> Failure {
    Failure { request: request.to_owned(), reason, status: None }
}
