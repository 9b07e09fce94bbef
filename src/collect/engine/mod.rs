//! What is read from engines: each by itself, and all of them through UCP.
//!
//! One conversation with each ([`talk`]), one file for each matter. What several facts need is asked
//! once: the version, what the engine says of itself, and the list of its containers.

mod about;
mod containers;
mod images;
mod inspection;
mod list;
mod networks;
mod processes;
mod seccomp;
mod ssh;
mod swarm;
mod talk;
mod volumes;

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream;
use reqwest::Url;

use self::ssh::Bridge;
use self::talk::{Speaker, Talk};
use super::http::{Advice, Server};
use super::session::{Auth, Session};
use super::{Asking, EngineTarget, Progress, Targets, absent, no_ucp_account, trust};
use crate::facts::{Absent, Engine, Need, Reach};
use crate::target::EngineUri;

/// An engine that can be spoken to.
#[derive(Debug)]
pub(super) struct Opened {
    address: String,
    session: Session,
    /// What carries the words there, where that is `ssh`.
    bridge: Option<Bridge>,
}

impl Opened {
    /// The scenario of the lab, if the engine says that it is one.
    pub(super) fn lab(&self) -> Option<String> {
        self.session.lab()
    }
}

/// Prepares the ways to all engines. Nothing is sent yet.
pub(super) fn open(targets: &Targets) -> Result<Vec<Opened>, String> {
    let timeout = Duration::from_secs(targets.limits.request_seconds);
    let engines = targets.engines.iter();
    engines.map(|target| opened(target, timeout).map_err(|reason| format!("engine {}: {reason}", target.uri))).collect()
}

fn opened(target: &EngineTarget, timeout: Duration) -> Result<Opened, String> {
    let mut bridge = None;
    let server = match &target.uri {
        EngineUri::Unix(path) => Server::local(path, timeout)?,
        EngineUri::Ssh(host) => {
            let bridge = bridge.insert(Bridge::open(host)?);
            Server::local(&bridge.socket(), timeout)?
        }
        uri @ EngineUri::Tcp { .. } => {
            let tls = target.tls.as_ref().ok_or("it has no certificates to show: name their directory")?;
            let url: Url =
                uri.to_string().replacen("tcp", "https", 1).parse().map_err(|e| format!("it makes no URL: {e}"))?;
            let config = trust::strict_client_config(&tls.roots, &tls.identity)?;
            Server::new(url, config, Advice::ENGINE, timeout)?
        }
    };
    let address = target.uri.to_string();
    Ok(Opened { session: Session::new(server.engine(address.clone()), Auth::Connection), address, bridge })
}

/// Reads what is needed of every engine: of the single ones, and of UCP for all that it reaches.
pub(super) async fn gather(
    asking: &Asking<'_>,
    ucp: Option<&Session>,
    engines: &[Opened],
    targets: &Targets,
    progress: &dyn Progress,
) -> Vec<Engine> {
    if !asking.needs.iter().any(|need| need.source() == "engine") {
        return Vec::new();
    }
    let has_account = targets.ucp.as_ref().is_some_and(|t| t.identity.is_some());
    let single = engines.iter().map(|engine| Speaker {
        address: engine.address.clone(),
        session: &engine.session,
        bridge: engine.bridge.as_ref(),
        reach: Reach::Node,
        barred: None,
    });
    let cluster = ucp.map(|session| Speaker {
        address: session.base().as_str().trim_end_matches('/').to_owned(),
        session,
        bridge: None,
        reach: Reach::Cluster,
        barred: (!has_account).then(no_ucp_account),
    });
    // Ten questions at once make a large future.
    let one = |speaker| Box::pin(engine(asking, speaker, targets, progress));
    stream::iter(single.chain(cluster).map(one)).buffered(targets.limits.concurrency).collect().await
}

/// One engine, each fact by itself.
async fn engine(asking: &Asking<'_>, speaker: Speaker<'_>, targets: &Targets, progress: &dyn Progress) -> Engine {
    let (address, reach) = (speaker.address.clone(), speaker.reach);
    let talk = match &speaker.barred {
        Some(absent) => Err(absent.clone()),
        None => {
            let request = format!("GET /version of {address}");
            match tokio::time::timeout_at(asking.deadline, Talk::begin(speaker)).await {
                Ok(begun) => begun.map_err(absent),
                Err(_) => Err(Absent::Failed {
                    request,
                    reason: "not finished before the deadline of the scan ([limits] scan-seconds)".into(),
                }),
            }
        }
    };
    let talk = talk.as_ref();
    let talk = || talk.map_err(Clone::clone);
    macro_rules! ask {
        ($need:ident, $ask:expr) => {
            asking.of(Need::$need, talk(), |talk: &Talk<'_>| async { $ask(talk).await.map_err(absent) })
        };
    }
    let containers = async |talk: &Talk<'_>| containers::containers(talk, targets, progress).await;
    let processes = async |talk: &Talk<'_>| processes::processes(talk, targets, progress).await;
    let (info, version, containers, processes, images, networks, swarm, nodes, services, secrets, volumes) = futures::join!(
        ask!(EngineInfo, about::info),
        ask!(EngineVersion, about::version),
        ask!(EngineContainers, containers),
        ask!(EngineProcesses, processes),
        ask!(EngineImages, images::images),
        ask!(EngineNetworks, networks::networks),
        ask!(EngineSwarm, swarm::settings),
        ask!(EngineNodes, swarm::nodes),
        ask!(EngineServices, swarm::services),
        ask!(EngineSecrets, swarm::secrets),
        ask!(EngineVolumes, volumes::volumes),
    );
    Engine {
        address,
        reach: talk().map_or(reach, Talk::reach),
        info,
        version,
        containers,
        processes,
        images,
        networks,
        swarm,
        nodes,
        services,
        secrets,
        volumes,
    }
}
