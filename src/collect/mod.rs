//! The only folder that talks to anything: from what probes need to facts.
//!
//! Each source is asked once, all sources at the same time, each under the deadline of the scan. A
//! source that fails makes its own fact absent with the reason, and nothing more.

mod dtr;
mod engine;
mod hello;
mod host;
mod http;
mod json;
mod kubernetes;
mod pages;
mod session;
mod side_file;
mod trust;
mod ucp;

use std::collections::BTreeSet;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, Utc};
use reqwest::Url;
use serde::Serialize;
use tokio::time::Instant;

use self::http::{Advice, Failure, Server};
use self::session::{Auth, Session};
use crate::facts::tls::Certificate;
use crate::facts::{Absent, Fact, Facts, Host, Need, Read};
use crate::outcome::Endpoint;
use crate::target::config::Limits;
use crate::target::credentials::UcpIdentity;
use crate::target::{ClientBundle, EngineUri, Login, Pin};

pub use host::{audit_log, host_name};

/// How often a list is read in all while its proof does not hold: it may change while it is read.
const READS: u32 = 3;

/// What is to be scanned.
#[derive(Debug, Default)]
pub struct Targets {
    /// The UCP (MKE), when there is one.
    pub ucp: Option<UcpTarget>,
    /// The DTR (MSR), when there is one.
    pub dtr: Option<DtrTarget>,
    /// The file systems of nodes: `/`, or copies.
    pub hosts: Vec<PathBuf>,
    /// Hosts that were read before, by somebody else: they count as they are.
    pub recorded: Vec<Host>,
    /// Files of theirs to look at besides those that rules and settings name.
    pub host_files: Vec<String>,
    /// The API server of UCP's Kubernetes, when it can be asked.
    pub kubernetes: Option<KubernetesTarget>,
    /// The engines that are asked by themselves.
    pub engines: Vec<EngineTarget>,
    /// Labels of containers whose values are kept, besides those that are always.
    pub labels: BTreeSet<String>,
    /// Roots that connections trust, besides the system's.
    pub roots: Vec<Certificate>,
    /// How long and how hard to try.
    pub limits: Limits,
}

/// A UCP and how to log in to it.
#[derive(Debug)]
pub struct UcpTarget {
    /// Its base URL, from [`base_url`].
    pub url: Url,
    /// Who asks; none leaves what needs an account uncollected.
    pub identity: Option<UcpIdentity>,
    /// The certificate that it is known by, in place of its chain and its names.
    pub pin: Option<Pin>,
}

/// A DTR and how to log in to it.
#[derive(Debug)]
pub struct DtrTarget {
    /// Its base URL, from [`base_url`].
    pub url: Url,
    /// Who asks; none leaves what needs an account uncollected.
    pub login: Option<Login>,
    /// The certificate that it is known by, in place of its chain and its names.
    pub pin: Option<Pin>,
}

/// The API server of Kubernetes, and the certificate that it takes.
#[derive(Debug)]
pub struct KubernetesTarget {
    /// Its base URL, from [`base_url`].
    pub url: Url,
    /// The client bundle of an administrator.
    pub bundle: ClientBundle,
}

/// An engine and how to show who asks.
#[derive(Debug)]
pub struct EngineTarget {
    /// Where it is.
    pub uri: EngineUri,
    /// What `tcp://` needs.
    pub tls: Option<EngineTls>,
}

/// Certificates for an engine, as docker takes them from a directory.
#[derive(Debug)]
pub struct EngineTls {
    /// Whom alone it trusts: `ca.pem`.
    pub roots: Vec<Certificate>,
    /// Who asks: `cert.pem` and `key.pem`.
    pub identity: ClientBundle,
}

/// Told how far a long walk has come.
pub trait Progress: Sync {
    /// `done` of `of` things; `of` is 0 while it is not known.
    fn step(&self, what: &str, done: u64, of: u64);
}

/// What collecting gave.
#[derive(Debug)]
pub struct Collected {
    /// The facts.
    pub facts: Facts,
    /// Who was asked.
    pub endpoints: Vec<Endpoint>,
    /// The scenario of the lab, if a target said that it is one.
    pub simulated: Option<String>,
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended.
    pub finished: DateTime<Utc>,
    /// What went wrong beside the facts (a logout that failed), for the terminal.
    pub warnings: Vec<String>,
}

/// The base URL of a target: `https`, a host, perhaps a port, and nothing else.
pub fn base_url(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|e| format!("this is no URL: {e}; write https://host[:port]"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the URL holds a user name or password; give those in the environment or a file".into());
    }
    if url.scheme() != "https" {
        return Err(format!("{} is not https: credentials are never sent in the clear", origin(&url)));
    }
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    if !bare || url.host_str().is_none() {
        return Err(format!("{} is followed by more than a host and a port; write https://host[:port]", origin(&url)));
    }
    Ok(url)
}

/// What of a URL may be said aloud: a path, a query or a fragment may hold a token.
fn origin(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

/// Why collecting gave no evidence at all.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CollectError {
    /// No connection can be made with what was configured.
    #[error("{0}")]
    Setup(String),
    /// It was told to stop.
    #[error("interrupted: no results were written")]
    Interrupted,
}

/// Collects what is needed. Files beside the evidence are written into `dir`. When `interrupt`
/// comes, sessions are ended and nothing is given.
pub async fn collect(
    needs: &BTreeSet<Need>,
    targets: &Targets,
    dir: &Path,
    progress: &dyn Progress,
    interrupt: impl Future<Output = ()>,
) -> Result<Collected, CollectError> {
    let started = now();
    let deadline = Instant::now() + Duration::from_secs(targets.limits.scan_seconds);
    let ucp = targets.ucp.as_ref().map(|t| ucp_session(t, targets)).transpose().map_err(CollectError::Setup)?;
    let dtr = targets.dtr.as_ref().map(|t| dtr_session(t, targets)).transpose().map_err(CollectError::Setup)?;
    // One that cannot be asked is a fact that failed, as UCP may do without Kubernetes.
    let kubernetes = targets.kubernetes.as_ref().map(|target| {
        let trust = Trust { roots: &targets.roots, pin: None, advice: Advice::KUBERNETES };
        let server = server(&target.url, Some(&target.bundle), &trust, targets)?;
        Ok(Session::new(server, Auth::Connection))
    });
    let engines = engine::open(targets).map_err(CollectError::Setup)?;
    let asking = Asking { needs, deadline };

    let gather = async {
        let (ucp, dtr, kubernetes, engine_facts, mut hosts) = futures::join!(
            // Each asks for many things at once: on the heap, as its state is large.
            Box::pin(ucp::gather(&asking, ucp.as_ref(), targets)),
            Box::pin(dtr::gather(&asking, dtr.as_ref(), targets, dir, progress)),
            Box::pin(kubernetes::gather(&asking, kubernetes.as_ref())),
            engine::gather(&asking, ucp.as_ref(), &engines, targets, progress),
            host::gather(&asking, targets),
        );
        host::follow(&asking, targets, &engine_facts, &mut hosts).await;
        Facts { ucp, dtr, kubernetes, engines: engine_facts, hosts }
    };
    let facts = tokio::select! {
        facts = gather => Some(facts),
        () = interrupt => None,
    };
    let finished = now();

    let mut warnings = Vec::new();
    if let Some(session) = &ucp
        && let Err(failure) = session.logout().await
    {
        warnings.push(format!("the session was not ended: {failure}; it ends by itself after its lifetime"));
    }
    let facts = facts.ok_or(CollectError::Interrupted)?;
    let kubernetes = kubernetes.and_then(Result::ok);
    let sessions = [&ucp, &dtr, &kubernetes];
    let simulated = sessions.into_iter().flatten().find_map(Session::lab);
    let simulated = simulated.or_else(|| engines.iter().find_map(engine::Opened::lab));
    Ok(Collected { facts, endpoints: endpoints(targets), simulated, started, finished, warnings })
}

/// What was read for a fact.
struct Brought<T> {
    /// What was asked of whom.
    request: String,
    value: T,
    /// Why it is a part only, if it is.
    missing: Option<Absent>,
}

impl<T> Brought<T> {
    /// What came of a list, or of several that are one fact. Where nothing came, there is no part.
    fn of_list(request: String, value: T, is_empty: bool, broken: Option<Failure>) -> Result<Self, Failure> {
        match broken {
            Some(failure) if is_empty => Err(failure),
            broken => Ok(Brought { request, value, missing: broken.map(absent) }),
        }
    }
}

impl<T> From<(String, T)> for Brought<T> {
    fn from((request, value): (String, T)) -> Self {
        Brought { request, value, missing: None }
    }
}

/// What is asked for, and until when.
struct Asking<'a> {
    needs: &'a BTreeSet<Need>,
    deadline: Instant,
}

impl Asking<'_> {
    /// One fact: not asked for, without its source, or what `ask` brings before the deadline.
    async fn of<S, T, F, B>(&self, need: Need, source: Result<S, Absent>, ask: impl FnOnce(S) -> F) -> Fact<T>
    where
        T: Serialize,
        F: Future<Output = Result<B, Absent>>,
        B: Into<Brought<T>>,
    {
        if !self.needs.contains(&need) {
            return Fact::Absent(Absent::NotCollected);
        }
        let source = match source {
            Ok(source) => source,
            Err(absent) => return Fact::Absent(absent),
        };
        match tokio::time::timeout_at(self.deadline, ask(source)).await {
            Ok(Ok(brought)) => {
                let Brought { request, value, missing } = brought.into();
                let read = Read::new(need, request, now(), value);
                match missing {
                    None => Fact::Read(read),
                    Some(missing) => Fact::Partial { read, missing },
                }
            }
            Ok(Err(absent)) => Fact::Absent(absent),
            Err(_) => Fact::Absent(Absent::Failed {
                request: need.describe().into(),
                reason: "not finished before the deadline of the scan ([limits] scan-seconds)".into(),
            }),
        }
    }
}

fn ucp_session(target: &UcpTarget, targets: &Targets) -> Result<Session, String> {
    let (auth, bundle) = match &target.identity {
        None => (Auth::Connection, None),
        Some(UcpIdentity::Login(login)) => (Auth::UcpLogin(login.clone()), None),
        Some(UcpIdentity::Bundle(bundle)) => (Auth::Connection, Some(bundle)),
    };
    let trust = Trust { roots: &targets.roots, pin: target.pin.as_ref(), advice: Advice::UCP };
    Ok(Session::new(server(&target.url, bundle, &trust, targets)?, auth))
}

fn dtr_session(target: &DtrTarget, targets: &Targets) -> Result<Session, String> {
    let auth = target.login.clone().map_or(Auth::Connection, Auth::DtrLogin);
    let trust = Trust { roots: &targets.roots, pin: target.pin.as_ref(), advice: Advice::DTR };
    Ok(Session::new(server(&target.url, None, &trust, targets)?, auth))
}

/// Whom a connection trusts, and what helps where that is not who answers.
struct Trust<'a> {
    roots: &'a [Certificate],
    pin: Option<&'a Pin>,
    advice: Advice,
}

fn server(url: &Url, bundle: Option<&ClientBundle>, trust: &Trust<'_>, targets: &Targets) -> Result<Server, String> {
    let tls = match trust.pin {
        Some(pin) => trust::pinned_client_config(pin, bundle)?,
        None => trust::client_config(trust.roots, bundle)?,
    };
    let timeout = Duration::from_secs(targets.limits.request_seconds);
    Server::new(url.clone(), tls, trust.advice, timeout)
}

fn endpoints(targets: &Targets) -> Vec<Endpoint> {
    let shown = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    let ucp = targets.ucp.as_ref().map(|t| Endpoint {
        kind: "UCP".into(),
        url: shown(&t.url),
        identity: t.identity.as_ref().map(UcpIdentity::shown),
        pin: t.pin.clone(),
    });
    let dtr = targets.dtr.as_ref().map(|t| Endpoint {
        kind: "DTR".into(),
        url: shown(&t.url),
        identity: t.login.as_ref().map(|l| l.username.clone()),
        pin: t.pin.clone(),
    });
    let hosts = targets.hosts.iter().map(|root| Endpoint {
        kind: "Host".into(),
        url: root.display().to_string(),
        identity: Some(host::account()),
        pin: None,
    });
    let kubernetes = targets.kubernetes.as_ref().map(|t| Endpoint {
        kind: "Kubernetes".into(),
        url: shown(&t.url),
        identity: Some("client bundle".into()),
        pin: None,
    });
    let engines = targets.engines.iter().map(|t| Endpoint {
        kind: "Engine".into(),
        url: t.uri.to_string(),
        identity: t.tls.as_ref().map(|_| "client certificate".into()),
        pin: None,
    });
    ucp.into_iter().chain(dtr).chain(kubernetes).chain(engines).chain(hosts).collect()
}

fn absent(failure: Failure) -> Absent {
    Absent::Failed { request: failure.request, reason: failure.reason }
}

fn no_ucp() -> Absent {
    Absent::NotConfigured { source: "UCP".into(), set: "--ucp URL, or url under [ucp] in stigprobe.toml".into() }
}

fn no_dtr() -> Absent {
    Absent::NotConfigured {
        source: crate::facts::dtr::SOURCE.into(),
        set: "--dtr URL, or url under [dtr] in stigprobe.toml".into(),
    }
}

fn no_ucp_account() -> Absent {
    Absent::NotConfigured {
        source: "an account for UCP".into(),
        set: "STIGPROBE_UCP_USERNAME and STIGPROBE_UCP_PASSWORD, --ucp-password-file or --ucp-client-bundle".into(),
    }
}

fn no_dtr_account() -> Absent {
    Absent::NotConfigured {
        source: "an account for DTR".into(),
        set: "STIGPROBE_DTR_USERNAME and STIGPROBE_DTR_PASSWORD or --dtr-password-file (UCP's serve as well)".into(),
    }
}

/// The time, in whole seconds: that is as fine as evidence needs it.
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_https_with_a_host_and_a_port_at_most() {
        for fine in ["https://ucp.example.mil", "https://127.0.0.1:8443/", "https://[::1]:443"] {
            assert!(base_url(fine).is_ok(), "{fine}");
        }
        for not in [
            "http://ucp",
            "ucp.example.mil",
            "https://admin:hunter2@ucp",
            "https://ucp/manage",
            "https://ucp?token=hunter2",
            "https://ucp/?token=hunter2",
            "https://ucp/hunter2",
            "https://ucp#hunter2",
            "http://ucp?token=hunter2",
            "ucp?token=hunter2",
            "https://",
        ] {
            let error = base_url(not).expect_err(not);
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
