//! One kind of objects over all namespaces, page by page.
//!
//! The API server gives `metadata.continue` as long as something is left, all pages of one list being
//! of the same state of the cluster (`metadata.resourceVersion`). A marker that has grown too old
//! answers 410: then the list begins anew.

use std::collections::HashSet;

use reqwest::StatusCode;
use serde_json::Value;

use super::parse;
use crate::collect::READS;
use crate::collect::http::Failure;
use crate::collect::json::json;
use crate::collect::session::Session;
use crate::facts::kubernetes::{Binding, NO_FILTER, Namespace, Object as _, Pod, Quota, Service};
use crate::facts::proof::Proof;

/// How many objects are asked for at a time.
const PAGE_SIZE: &str = "500";

/// A kind of objects.
pub(super) struct Kind<T: 'static> {
    /// Where its list is.
    path: &'static str,
    /// What the list calls itself: anything else that answers here is no API server.
    list: &'static str,
    /// One object, reduced.
    parse: fn(&Value) -> Result<T, String>,
    /// What shows that all were listed.
    proof: Proof<'static, T>,
}

pub(super) const PODS: Kind<Pod> = Kind { path: "/api/v1/pods", list: "PodList", parse: parse::pod, proof: Pod::PROOF };
pub(super) const SERVICES: Kind<Service> =
    Kind { path: "/api/v1/services", list: "ServiceList", parse: parse::service, proof: Service::PROOF };
pub(super) const NAMESPACES: Kind<Namespace> =
    Kind { path: "/api/v1/namespaces", list: "NamespaceList", parse: parse::namespace, proof: Namespace::PROOF };
pub(super) const QUOTAS: Kind<Quota> =
    Kind { path: "/api/v1/resourcequotas", list: "ResourceQuotaList", parse: parse::quota, proof: Quota::PROOF };
pub(super) const BINDINGS: Kind<Binding> = Kind {
    path: "/apis/rbac.authorization.k8s.io/v1/rolebindings",
    list: "RoleBindingList",
    parse: parse::binding,
    proof: Proof::MayBeEmpty(NO_FILTER),
};
pub(super) const CLUSTER_BINDINGS: Kind<Binding> = Kind {
    path: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    list: "ClusterRoleBindingList",
    parse: parse::binding,
    proof: Binding::PROOF,
};

/// A list, as far as it came.
#[derive(Debug)]
pub(super) struct Read<T> {
    pub(super) request: String,
    pub(super) version: String,
    pub(super) items: Vec<T>,
    /// Why that is not to its end, if it is not.
    pub(super) broken: Option<Failure>,
}

/// Reads a list to its end. Where its pages do not add up, or it lacks what it must have, the cluster may have changed
/// while it was read: it is read again, [`READS`] times in all. One that lacks it all the same is kept as it is: that it
/// is not whole, [`crate::facts::Fact::read`] tells.
pub(super) async fn all<T>(session: &Session, kind: &Kind<T>) -> Read<T> {
    let mut read = once(session, kind).await;
    for _ in 1..READS {
        let again = match &read.end {
            Ok(()) => kind.proof.check(&read.items).is_err(),
            Err(End::Expired | End::Proof(_)) => true,
            Err(End::Request(_)) => false,
        };
        if again {
            read = once(session, kind).await;
        }
    }
    let broken = read.end.err().map(|end| match end {
        End::Request(failure) => failure,
        End::Proof(reason) => unusable(request(session, kind), reason),
        End::Expired => {
            unusable(request(session, kind), "410: its pages expired before the last was read, time and again".into())
        }
    });
    Read { request: request(session, kind), version: read.version.unwrap_or_default(), items: read.items, broken }
}

/// What came of a list at one go.
struct Once<T> {
    version: Option<String>,
    items: Vec<T>,
    end: Result<(), End>,
}

enum End {
    /// A page did not come, or not in a form that can be read.
    Request(Failure),
    /// The pages came and do not add up.
    Proof(String),
    /// The marker has grown too old.
    Expired,
}

fn request<T>(session: &Session, kind: &Kind<T>) -> String {
    format!("GET {}", session.url(kind.path))
}

fn unusable(request: String, reason: String) -> Failure {
    Failure { request, reason, status: None }
}

async fn once<T>(session: &Session, kind: &Kind<T>) -> Once<T> {
    let mut once = Once { version: None, items: Vec::new(), end: Ok(()) };
    once.end = read_on(session, kind, &mut once.version, &mut once.items).await;
    once
}

/// Reads page by page, and keeps what came before one that breaks.
async fn read_on<T>(
    session: &Session,
    kind: &Kind<T>,
    version: &mut Option<String>,
    items: &mut Vec<T>,
) -> Result<(), End> {
    let mut known = HashSet::new();
    let mut markers = HashSet::new();
    let mut next = String::new();
    loop {
        let mut url = session.url(kind.path);
        url.query_pairs_mut().append_pair("limit", PAGE_SIZE);
        if !next.is_empty() {
            url.query_pairs_mut().append_pair("continue", &next);
        }
        let answer = match session.get(url).await {
            Ok(answer) => answer,
            Err(failure) if failure.status == Some(StatusCode::GONE) => return Err(End::Expired),
            Err(failure) => return Err(End::Request(failure)),
        };
        let page = Page::parse(&answer.body, kind.list)
            .map_err(|reason| End::Request(unusable(answer.request.clone(), reason)))?;
        if version.as_ref().is_some_and(|v| *v != page.version) {
            return Err(End::Proof(
                "its pages are of different states of the cluster (metadata.resourceVersion)".into(),
            ));
        }
        version.get_or_insert(page.version);
        let is_empty = page.items.is_empty();
        for item in &page.items {
            let object = (kind.parse)(item).map_err(|reason| End::Request(unusable(answer.request.clone(), reason)))?;
            let name = |pointer| item.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            let path = (name("/metadata/namespace"), name("/metadata/name"));
            if !known.insert(path) {
                return Err(End::Proof("an object is listed twice".into()));
            }
            items.push(object);
        }
        if page.next.is_empty() {
            if page.remaining > 0 {
                return Err(End::Proof(format!(
                    "{} objects are said to be left (metadata.remainingItemCount), and not where",
                    page.remaining
                )));
            }
            return Ok(());
        }
        if is_empty {
            return Err(End::Proof("a page is empty, yet there is to be a next one".into()));
        }
        if !markers.insert(page.next.clone()) {
            return Err(End::Proof("the marker metadata.continue was given before: the list goes in circles".into()));
        }
        next = page.next;
    }
}

struct Page {
    items: Vec<Value>,
    version: String,
    next: String,
    remaining: u64,
}

impl Page {
    fn parse(body: &[u8], list: &str) -> Result<Self, String> {
        let mut answer: Value = json(body)?;
        let text = |pointer| answer.pointer(pointer).and_then(Value::as_str);
        if text("/kind") != Some(list) {
            return Err(format!("the answer is no {list}"));
        }
        let version = text("/metadata/resourceVersion").unwrap_or_default().to_owned();
        let next = match answer.pointer("/metadata/continue") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(next)) => next.clone(),
            Some(_) => return Err("metadata.continue is no text".into()),
        };
        let remaining = match answer.pointer("/metadata/remainingItemCount") {
            None | Some(Value::Null) => 0,
            Some(count) => count.as_u64().ok_or("metadata.remainingItemCount is no number")?,
        };
        let items = match answer.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => items,
            // As Go writes a list without items, here as everywhere ([`crate::collect::json::Items`]).
            Some(Value::Null) => Vec::new(),
            _ => return Err("the answer holds no list of items".into()),
        };
        Ok(Page { items, version, next, remaining })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_list_of_the_kind_is_no_page() {
        let parse = |body: &str| Page::parse(body.as_bytes(), PODS.list).map(|p| (p.items.len(), p.next));
        let page = |rest: &str| format!(r#"{{"kind":"PodList","metadata":{{"resourceVersion":"7"}}{rest}}}"#);
        assert_eq!(parse(&page(r#","items":[{}]"#)), Ok((1, String::new())));
        assert_eq!(parse(&page(r#","items":null"#)), Ok((0, String::new())));
        for bad in [
            page(""),
            page(r#","items":{}"#),
            r#"{"kind":"Status","items":[]}"#.into(),
            r#"{"items":[]}"#.into(),
            r#"{"kind":"PodList","metadata":{"continue":7},"items":[]}"#.into(),
            "[]".into(),
            "<html>".into(),
        ] {
            assert!(parse(&bad).is_err(), "{bad}");
        }
    }
}
