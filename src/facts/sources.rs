//! All facts of a scan, source by source. What was not asked for says so itself.

use serde::{Deserialize, Serialize};

use super::{
    Absent, Fact, Need, access, accounts, config, container, dtr, engine, host, kubernetes, ldap, swarm, tags, tls,
};

/// A fact of any type, for what is asked of all of them alike.
pub trait AnyFact {
    /// The value is still the one that was collected, or there is none.
    fn is_intact(&self) -> bool;
    /// The reason it is absent, or not the whole, if it is.
    fn absent(&self) -> Option<&Absent>;
    /// Says of which node it speaks.
    fn place(&mut self, node: Option<&str>);
    /// Makes it absent.
    fn lose(&mut self, absent: Absent);
    /// A part of it was seen.
    fn is_partial(&self) -> bool;
    /// Leaves what was read as a part of it.
    fn break_off(&mut self, missing: Absent);
}

impl<T: Serialize> AnyFact for Fact<T> {
    fn is_intact(&self) -> bool {
        match self {
            Fact::Read(read) | Fact::Partial { read, .. } => read.is_intact(),
            Fact::Absent(_) => true,
        }
    }

    fn absent(&self) -> Option<&Absent> {
        match self {
            Fact::Read(_) => None,
            Fact::Partial { missing: absent, .. } | Fact::Absent(absent) => Some(absent),
        }
    }

    fn is_partial(&self) -> bool {
        matches!(self, Fact::Partial { .. })
    }

    fn place(&mut self, node: Option<&str>) {
        if let Fact::Read(read) | Fact::Partial { read, .. } = self {
            read.origin.node = node.map(str::to_owned);
        }
    }

    fn lose(&mut self, absent: Absent) {
        *self = Fact::Absent(absent);
    }

    fn break_off(&mut self, missing: Absent) {
        *self = match std::mem::take(self) {
            Fact::Read(read) => Fact::Partial { read, missing },
            other => other,
        };
    }
}

/// Declares a source: what it is called by, each of its facts with the need it answers, and those that version 0.1.0
/// did not know: not collected, they are left out of evidence, so that evidence of 0.1.0 keeps its digests.
macro_rules! source {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$pm:meta])* $plain:ident: $pty:ty,)* ;
        $($field:ident: $ty:ty = $need:ident,)*
        $(; $($later:ident: $lty:ty = $lneed:ident,)*)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[$pm])* pub $plain: $pty,)*
            $(#[doc = concat!("[`Need::", stringify!($need), "`].")] pub $field: Fact<$ty>,)*
            $($(
                #[doc = concat!("[`Need::", stringify!($lneed), "`].")]
                #[serde(skip_serializing_if = "Fact::is_not_collected")]
                pub $later: Fact<$lty>,
            )*)?
        }

        impl $name {
            /// Each fact with the need it answers.
            pub fn each(&self) -> impl Iterator<Item = (Need, &dyn AnyFact)> {
                [
                    $((Need::$need, &self.$field as &dyn AnyFact),)*
                    $($((Need::$lneed, &self.$later as &dyn AnyFact),)*)?
                ]
                .into_iter()
            }

            /// The same, to change them.
            pub fn each_mut(&mut self) -> impl Iterator<Item = (Need, &mut dyn AnyFact)> {
                [
                    $((Need::$need, &mut self.$field as &mut dyn AnyFact),)*
                    $($((Need::$lneed, &mut self.$later as &mut dyn AnyFact),)*)?
                ]
                .into_iter()
            }

            /// Says of each fact that version 0.1.0 did not know that this is why it is absent.
            fn say_what_is_later(&mut self) {
                $($(
                    if self.$later.is_not_collected() {
                        self.$later.lose(Absent::EarlierVersion { what: Need::$lneed.describe().into() });
                    }
                )*)?
            }
        }
    };
}

source! {
    /// What UCP (MKE) says.
    Ucp {
        ;
        config: config::Config = UcpConfig,
        chain: tls::Chain = UcpChain,
        ca: tls::Bundle = UcpCa,
        tls_versions: tls::Versions = UcpTlsVersions,
        version: engine::Version = UcpVersion,
        ldap: ldap::Ldap = UcpLdap,
        grants: access::Grants = UcpGrants,
        accounts: accounts::Accounts = UcpAccounts,
        keys: accounts::ClientCertificates = UcpKeys,
    }
}

source! {
    /// What DTR (MSR) says.
    Dtr {
        ;
        tags: tags::Walk = DtrTags,
        settings: dtr::Settings = DtrSettings,
        scanning: dtr::Scanning = DtrScanning,
        repositories: dtr::Repositories = DtrRepositories,
        access: dtr::Access = DtrAccess,
        version: engine::Version = DtrVersion,
        chain: tls::Chain = DtrChain,
        ca: tls::Bundle = DtrCa,
    }
}

source! {
    /// What Kubernetes says.
    Kubernetes {
        ;
        pods: kubernetes::Pods = KubePods,
        services: kubernetes::Services = KubeServices,
        namespaces: kubernetes::Namespaces = KubeNamespaces,
        quotas: kubernetes::Quotas = KubeQuotas,
        bindings: kubernetes::Bindings = KubeBindings,
    }
}

source! {
    /// What one engine says, or UCP for all engines behind it.
    Engine {
        /// Where it was asked: `unix:///var/run/docker.sock`, `https://ucp.example.mil`.
        address: String,
        /// Whether it speaks for itself alone.
        reach: Reach,
        ;
        info: engine::Info = EngineInfo,
        version: engine::Version = EngineVersion,
        containers: container::Containers = EngineContainers,
        processes: container::Processes = EngineProcesses,
        images: engine::Images = EngineImages,
        networks: engine::Networks = EngineNetworks,
        swarm: swarm::Swarm = EngineSwarm,
        nodes: swarm::Roster = EngineNodes,
        services: swarm::Services = EngineServices,
        secrets: swarm::Secrets = EngineSecrets,
        ;
        volumes: engine::Volumes = EngineVolumes,
    }
}

source! {
    /// What the file system of one node says.
    Host {
        /// The directory it was read from: `/`, or that of a copy.
        root: String,
        /// Its host name.
        name: String,
        ;
        os: host::Os = HostOs,
        daemon: host::Daemon = HostDaemon,
        files: host::Files = HostFiles,
        audit_rules: host::AuditRules = HostAuditRules,
        audit_log: host::AuditLog = HostAuditLog,
        security: host::Security = HostSecurity,
        listeners: host::Listeners = HostListeners,
        groups: host::Groups = HostGroups,
        ;
        mounts: host::Mounts = HostMounts,
    }
}

/// For whom an engine speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// For its own node.
    #[default]
    Node,
    /// UCP, for every node that it reaches: containers, images and networks of all, nothing about
    /// the single engine.
    Cluster,
}

/// All facts of a scan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// UCP.
    pub ucp: Ucp,
    /// DTR.
    pub dtr: Dtr,
    /// Kubernetes.
    pub kubernetes: Kubernetes,
    /// Each engine that was asked, UCP among them.
    pub engines: Vec<Engine>,
    /// Each host whose files were read.
    pub hosts: Vec<Host>,
}

impl Facts {
    /// Each fact with the need it answers, and of which engine or host it is; empty for the others.
    pub fn each(&self) -> impl Iterator<Item = (Need, &str, &dyn AnyFact)> {
        let single =
            self.ucp.each().chain(self.dtr.each()).chain(self.kubernetes.each()).map(|(need, fact)| (need, "", fact));
        let engines =
            self.engines.iter().flat_map(|e| e.each().map(move |(need, fact)| (need, e.address.as_str(), fact)));
        let hosts = self.hosts.iter().flat_map(|h| h.each().map(move |(need, fact)| (need, h.root.as_str(), fact)));
        single.chain(engines).chain(hosts)
    }

    /// Tells every fact the node that it speaks of, where it speaks of one alone: what an engine says of
    /// itself, and what was read of a host. What a manager says of its swarm, and UCP of all, is of none.
    pub fn place(&mut self) {
        for engine in &mut self.engines {
            let own = (engine.reach == Reach::Node).then(|| engine.place().to_owned());
            for (need, fact) in engine.each_mut() {
                fact.place(own.as_deref().filter(|_| need.is_of_one_node()));
            }
        }
        for host in &mut self.hosts {
            let name = host.name.clone();
            for (_, fact) in host.each_mut() {
                fact.place(Some(&name));
            }
        }
    }

    /// Makes every fact that answers this need absent, for this reason: how tests break a source.
    pub fn lose(&mut self, lost: Need, absent: &Absent) {
        for (_, fact) in self.each_mut().filter(|(need, _)| *need == lost) {
            fact.lose(absent.clone());
        }
    }

    /// Leaves of every fact that answers this need a part, for this reason: how tests break a list.
    pub fn break_off(&mut self, broken: Need, missing: &Absent) {
        for (_, fact) in self.each_mut().filter(|(need, _)| *need == broken) {
            fact.break_off(missing.clone());
        }
    }

    fn each_mut(&mut self) -> impl Iterator<Item = (Need, &mut dyn AnyFact)> {
        self.ucp
            .each_mut()
            .chain(self.dtr.each_mut())
            .chain(self.kubernetes.each_mut())
            .chain(self.engines.iter_mut().flat_map(Engine::each_mut))
            .chain(self.hosts.iter_mut().flat_map(Host::each_mut))
    }

    /// Says of each fact that version 0.1.0 did not know that this is why it is absent: for evidence of 0.1.0.
    pub(crate) fn say_what_is_later(&mut self) {
        self.ucp.say_what_is_later();
        self.dtr.say_what_is_later();
        self.kubernetes.say_what_is_later();
        self.engines.iter_mut().for_each(Engine::say_what_is_later);
        self.hosts.iter_mut().for_each(Host::say_what_is_later);
    }

    /// The facts of which a part was seen.
    #[must_use]
    pub fn partial(&self) -> Vec<Need> {
        self.each().filter_map(|(need, _, fact)| fact.is_partial().then_some(need)).collect()
    }

    /// The facts whose value is not the one that was collected.
    #[must_use]
    pub fn altered(&self) -> Vec<Need> {
        self.each().filter_map(|(need, _, fact)| (!fact.is_intact()).then_some(need)).collect()
    }

    /// The files beside the evidence that facts speak of.
    pub fn side_files(&self) -> impl Iterator<Item = &tags::SideFile> {
        let walk = match &self.dtr.tags {
            Fact::Read(read) | Fact::Partial { read, .. } => Some(&read.value),
            Fact::Absent(_) => None,
        };
        walk.and_then(|w| w.offenders_file.as_ref()).into_iter()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::facts::Read;
    use crate::finding::Parts;
    use crate::xccdf::Verdict;

    fn secrets(names: &[&str]) -> Fact<swarm::Secrets> {
        let value = swarm::Secrets { names: names.iter().map(|name| (*name).to_owned()).collect() };
        Fact::Read(Read::new(Need::EngineSecrets, "GET /secrets".into(), DateTime::default(), value))
    }

    #[test]
    fn a_part_is_kept_as_it_was_seen_and_counts_for_nothing_that_needs_the_whole() {
        let missing = Absent::Failed { request: "GET /secrets?page=2".into(), reason: "502".into() };
        let mut facts = Facts::default();
        facts.engines.push(Engine { secrets: secrets(&["a"]), ..Engine::default() });
        facts.break_off(Need::EngineSecrets, &missing);
        facts.place();
        let json = serde_json::to_string(&facts).expect("JSON");
        let read: Facts = serde_json::from_str(&json).expect("facts");
        assert_eq!((&read, read.altered(), read.partial()), (&facts, vec![], vec![Need::EngineSecrets]));

        let fact = &read.engines[0].secrets;
        assert_eq!(fact.read(), Err(missing.clone()));
        let mut parts = Parts::default();
        let part = parts.look_at_part(fact).expect("a part");
        assert_eq!(part.seen.value.names, ["a"]);
        assert!(part.whole().is_none() && !parts.is_whole());
        let finding = parts.fold(|_| String::new());
        assert_eq!((finding.verdict(), finding.summary()), (Verdict::Error, "GET /secrets?page=2: 502"));

        let altered: Facts = serde_json::from_str(&json.replace(r#"["a"]"#, "[]")).expect("facts");
        assert_eq!(altered.altered(), [Need::EngineSecrets]);
    }

    #[test]
    fn what_was_not_read_has_no_part() {
        let mut fact: Fact<swarm::Secrets> = Fact::default();
        fact.break_off(Absent::Failed { request: "GET x".into(), reason: "502".into() });
        assert!(fact.is_not_collected() && !fact.is_partial());
        assert!(Parts::default().look_at_part(&fact).is_none());
    }
}
