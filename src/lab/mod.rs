//! A simulated Docker Enterprise: a UCP, its Kubernetes, a DTR and the engines of its nodes, over TLS on 127.0.0.1, in this
//! process.
//!
//! It answers what a scan asks, in the shapes that the public API documents of UCP 3.2 and DTR 2.7 give, and nothing
//! of it can be changed. What it pretends to be is its [`Scenario`]: a hardened cluster or a fresh one, and what goes
//! wrong with it. Every answer says in the header `Stigprobe-Lab` that it is simulated.

mod access;
mod config;
mod docker;
mod dtr;
mod dtr_access;
mod engines;
mod fault;
mod front;
mod hosts;
mod kubernetes;
mod lists;
mod objects;
mod paging;
mod people;
mod pki;
mod population;
mod reply;
mod scenario;
mod server;
mod session;
mod swarm;
#[cfg(test)]
mod tests;
mod ucp;
mod ucp_lists;
mod world;

use std::{fmt, sync::Arc};

use secrecy::SecretString;
use tokio::{sync::watch, task::JoinSet};

use self::{
    access::Access,
    people::People,
    pki::Pki,
    population::Population,
    server::{Clients, OldTls, TlsListener},
    session::{Account, Sessions},
    world::{Certificates, Log, World},
};
pub use self::{
    engines::Engine,
    fault::{FAULTS, Fault, FaultInfo},
    lists::{Counted, LISTS, ListInfo, Twist},
    pki::ClientBundle,
    scenario::{Base, Scenario, ScenarioError},
    world::{Seen, Server},
};

/// What lab to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// What it pretends to be.
    pub scenario: Scenario,
    /// The port of UCP; 0 for any that is free.
    pub ucp_port: u16,
    /// The port of DTR; 0 for any that is free.
    pub dtr_port: u16,
    /// The port of Kubernetes' API server; 0 for any that is free.
    pub kubernetes_port: u16,
    /// How many repositories DTR has.
    pub repositories: u32,
    /// About how many tags each of them has.
    pub tags: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { scenario: Scenario::default(), ucp_port: 0, dtr_port: 0, kubernetes_port: 0, repositories: 23, tags: 40 }
    }
}

/// Why there is no lab.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// A port could not be had.
    #[error("the lab's {server} cannot listen on 127.0.0.1:{port}: {source}")]
    Bind {
        /// Whose port it is.
        server: Server,
        /// The port, 0 for any.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// A certificate could not be made.
    #[error("the lab cannot make its certificates: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A certificate could not be used.
    #[error("the lab cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// A running lab. It stops when it is dropped, or with [`Lab::stop`], which waits for it.
pub struct Lab {
    world: Arc<World>,
    ucp_url: String,
    dtr_url: String,
    kubernetes_url: String,
    engines: Vec<Engine>,
    engine_anchors: String,
    anchors: String,
    policy_roots: String,
    servers: JoinSet<()>,
    stop: watch::Sender<()>,
}

impl fmt::Debug for Lab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lab")
            .field("scenario", &self.world.scenario)
            .field("ucp_url", &self.ucp_url)
            .field("dtr_url", &self.dtr_url)
            .field("kubernetes_url", &self.kubernetes_url)
            .field("engines", &self.engines)
            .finish_non_exhaustive()
    }
}

impl Lab {
    /// Starts all servers; they answer as soon as this returns.
    pub async fn start(options: Options) -> Result<Self, LabError> {
        let (ucp_listener, ucp_host) = server::bind(Server::Ucp, options.ucp_port).await?;
        let (dtr_listener, dtr_host) = server::bind(Server::Dtr, options.dtr_port).await?;
        let (kube_listener, kube_host) = server::bind(Server::Kubernetes, options.kubernetes_port).await?;
        let account = Account::random();
        let people = People::new(&options.scenario, &account.username);
        let pki = Pki::issue(&options.scenario, &people)?;
        let clients = Clients { root: pki.bundle_root, known: pki.bundle_certificate };
        let certificates = Certificates::new(&pki.ucp, &pki.dtr, pki.client_root_pem, pki.bundle, pki.users);
        let ucp_tls = server::tls(pki.ucp, Some(&clients))?;
        let dtr_tls = server::tls(pki.dtr, None)?;
        let kube_tls = server::tls(pki.kubernetes, Some(&clients))?;
        let engines = engines::open(&options.scenario, pki.engines, &clients).await?;

        let (stop, stopped) = watch::channel(());
        let shakes_hands = !options.scenario.has(Fault::StalledTls);
        let old = OldTls::of(&options.scenario);
        let listener = |tcp, tls, known, old| TlsListener {
            tcp,
            old,
            tls: shakes_hands.then_some(tls),
            known,
            handshakes: JoinSet::new(),
            stopped: stopped.clone(),
        };
        let ucp_listener = listener(ucp_listener, ucp_tls, Some(clients.known.clone()), old);
        let kube_listener = listener(kube_listener, kube_tls, Some(clients.known), OldTls::Refused);
        let dtr_listener = listener(dtr_listener, dtr_tls, None, OldTls::Refused);

        let (ucp_url, dtr_url) = (format!("https://{ucp_host}"), format!("https://{dtr_host}"));
        let population = Population::new(&options.scenario, options.repositories, options.tags);
        let access = Access::new(&options.scenario, &people);
        let world = Arc::new(World {
            people,
            access,
            scenario: options.scenario,
            population,
            account,
            sessions: Sessions::default(),
            certificates,
            ucp_host,
            dtr_host,
            log: Log::default(),
        });
        let ucp = front::before(Server::Ucp, world.clone(), ucp::routes(world.clone()));
        let dtr = front::before(Server::Dtr, world.clone(), dtr::routes(world.clone()));
        let routes = kubernetes::routes(world.clone());
        let kube = front::before(Server::Kubernetes, world.clone(), routes);
        let mut servers = JoinSet::new();
        servers.spawn(server::serve(ucp_listener, ucp));
        servers.spawn(server::serve(dtr_listener, dtr));
        servers.spawn(server::serve(kube_listener, kube));
        let engines = engines.into_iter().map(|open| {
            if let Some((tcp, tls)) = open.door {
                let routes = engines::routes(world.clone(), open.place);
                let engine = front::before(Server::Engine, world.clone(), routes);
                servers.spawn(server::serve(listener(tcp, tls, None, OldTls::Refused), engine));
            }
            open.engine
        });
        let engines = engines.collect();
        Ok(Self {
            world,
            ucp_url,
            dtr_url,
            kubernetes_url: format!("https://{kube_host}"),
            engines,
            engine_anchors: pki.engine_anchors,
            anchors: pki.anchors,
            policy_roots: pki.policy_roots,
            servers,
            stop,
        })
    }

    /// Stops all servers and cuts every connection.
    pub async fn stop(mut self) {
        // Nobody may be connected any more.
        let _ = self.stop.send(());
        self.servers.shutdown().await;
    }

    /// UCP's URL, `https://127.0.0.1:PORT`.
    #[must_use]
    pub fn ucp_url(&self) -> &str {
        &self.ucp_url
    }

    /// DTR's URL, `https://127.0.0.1:PORT`.
    #[must_use]
    pub fn dtr_url(&self) -> &str {
        &self.dtr_url
    }

    /// UCP's own certificate, as PEM: what it is pinned by.
    #[must_use]
    pub fn ucp_certificate(&self) -> &str {
        &self.world.certificates.ucp_leaf
    }

    /// DTR's.
    #[must_use]
    pub fn dtr_certificate(&self) -> &str {
        &self.world.certificates.dtr_leaf
    }

    /// The URL of Kubernetes' API server, `https://127.0.0.1:PORT`.
    #[must_use]
    pub fn kubernetes_url(&self) -> &str {
        &self.kubernetes_url
    }

    /// The engine of each node.
    #[must_use]
    pub fn engines(&self) -> &[Engine] {
        &self.engines
    }

    /// What the hosts of the nodes say, as recorded: each with its `name`, and under the name of each fact what it
    /// `is` or why it `failed`.
    #[must_use]
    pub fn hosts(&self) -> Vec<serde_json::Value> {
        hosts::recorded(&self.world.scenario)
    }

    /// What a client must trust to connect to the engines, as PEM. They take the certificate of the client bundle.
    #[must_use]
    pub fn engine_ca_pem(&self) -> &str {
        &self.engine_anchors
    }

    /// What the organisation decided on containers and the swarm, as TOML for a policy file.
    #[must_use]
    pub fn engine_policy(&self) -> String {
        docker::policy()
    }

    /// What a client must trust to connect to UCP, DTR and Kubernetes, as PEM.
    ///
    /// With `chain-expired` and `chain-wrong-host` nothing helps.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.anchors
    }

    /// The roots that the organisation wants the certificates of UCP and DTR to come from, as PEM, whether they do or not.
    #[must_use]
    pub fn policy_roots_pem(&self) -> &str {
        &self.policy_roots
    }

    /// The signers that the organisation wants, and the hardened UCP asks for.
    #[must_use]
    pub fn signers(&self) -> &[&'static str] {
        &config::SIGNERS
    }

    /// What the organisation decided on UCP, as TOML for a policy file; whether UCP is so or not.
    #[must_use]
    pub fn ucp_policy(&self) -> String {
        let access = self.world.access.policy();
        config::policy(&self.world.ucp_host) + pki::POLICY + &access
    }

    /// What the organisation decided on DTR, as TOML for a policy file; whether DTR is so or not.
    #[must_use]
    pub fn dtr_policy(&self) -> String {
        dtr_access::policy(&self.world.population)
    }

    /// What the organisation decided on Kubernetes, as TOML for a policy file.
    #[must_use]
    pub fn kubernetes_policy(&self) -> String {
        objects::policy()
    }

    /// Secrets that the servers give away in what they answer; none of them may turn up anywhere else.
    #[must_use]
    pub fn canaries(&self) -> &[&'static str] {
        static ALL: [&str; 5] =
            [config::CANARIES[0], config::CANARIES[1], config::CANARIES[2], docker::CANARIES[0], docker::CANARIES[1]];
        &ALL
    }

    /// The name of the only user who can log in; another at every start.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.world.account.username
    }

    /// The user's password; another at every start.
    #[must_use]
    pub fn password(&self) -> &SecretString {
        &self.world.account.password
    }

    /// The user's client bundle, which UCP accepts in the place of a session.
    #[must_use]
    pub fn client_bundle(&self) -> &ClientBundle {
        &self.world.certificates.bundle
    }

    /// What the lab pretends to be.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.world.scenario
    }

    /// Every request so far, in the order of their arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.world.log.all()
    }

    /// Sessions at UCP that were neither logged out of nor ended by UCP itself.
    #[must_use]
    pub fn open_sessions(&self) -> usize {
        self.world.sessions.open()
    }

    /// How many repositories the lab's user can see in DTR.
    #[must_use]
    pub fn repositories(&self) -> usize {
        self.world.population.visible_repositories()
    }

    /// How many tags these repositories have.
    #[must_use]
    pub fn tags(&self) -> usize {
        self.world.population.visible_tags()
    }

    /// The repository, as `namespace/name`, that a fault of this scenario befalls.
    #[must_use]
    pub fn victim(&self, fault: Fault) -> Option<String> {
        let (namespace, name) = Population::name(self.world.population.victim(fault)?);
        Some(format!("{namespace}/{name}"))
    }
}
