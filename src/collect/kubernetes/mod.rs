//! What is read from Kubernetes: its API server takes the certificate of a UCP client bundle.

mod list;
mod parse;

use serde::Serialize;

use self::list::{Kind, all};
use super::session::Session;
use super::{Asking, Brought, absent};
use crate::facts::kubernetes::Whole;
use crate::facts::{Absent, Fact, Kubernetes, Need};

/// Reads what is needed of Kubernetes, each kind of object by itself.
pub(super) async fn gather(asking: &Asking<'_>, session: Option<&Result<Session, String>>) -> Kubernetes {
    let (pods, services, namespaces, quotas, bindings) = futures::join!(
        objects(asking, Need::KubePods, session, &[&list::PODS]),
        objects(asking, Need::KubeServices, session, &[&list::SERVICES]),
        objects(asking, Need::KubeNamespaces, session, &[&list::NAMESPACES]),
        objects(asking, Need::KubeQuotas, session, &[&list::QUOTAS]),
        objects(asking, Need::KubeBindings, session, &[&list::BINDINGS, &list::CLUSTER_BINDINGS]),
    );
    Kubernetes { pods, services, namespaces, quotas, bindings }
}

/// Every object of these kinds.
async fn objects<T: Serialize>(
    asking: &Asking<'_>,
    need: Need,
    session: Option<&Result<Session, String>>,
    kinds: &[&Kind<T>],
) -> Fact<Whole<T>> {
    let session = match session {
        None => Err(not_configured()),
        Some(Ok(session)) => Ok(session),
        Some(Err(reason)) => Err(Absent::Failed { request: need.describe().into(), reason: reason.clone() }),
    };
    asking
        .of(need, session, async |session| {
            let (mut requests, mut versions, mut items) = (Vec::new(), Vec::new(), Vec::new());
            let mut broken = None;
            for kind in kinds {
                let read = all(session, kind).await;
                requests.push(read.request);
                versions.push(read.version);
                items.extend(read.items);
                broken = broken.or(read.broken);
            }
            let request = format!("{}, all pages", requests.join(" and "));
            let is_empty = items.is_empty();
            Brought::of_list(request, Whole::new(versions.join("+"), items), is_empty, broken).map_err(absent)
        })
        .await
}

fn not_configured() -> Absent {
    Absent::NotConfigured {
        source: "Kubernetes".into(),
        set: "--ucp-client-bundle DIR, the unpacked client bundle of an administrator (and --kubernetes URL where its API server is not at port 6443 of UCP)"
            .into(),
    }
}
