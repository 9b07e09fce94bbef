//! The rules about Kubernetes, and those that ask the same of Kubernetes and of Swarm.
//!
//! How any of them could pass without evidence: a cluster taken for one without Kubernetes because
//! nothing answered. Only UCP's own configuration says that there is none (`swarm_only`), and what
//! Kubernetes shows all the same is judged. Lists are whole by their type.

mod host_network;
mod kernel;
mod namespaces;
mod quantity;
mod quotas;
mod secrets;

use std::collections::BTreeSet;

#[cfg(test)]
use super::cases::Case;
use super::containers::Placed;
use super::product;
use crate::facts::config::{Config, Setting};
use crate::facts::container::Container;
use crate::facts::kubernetes::{Object, Pod, Whole};
use crate::facts::{Fact, Facts, Read};
use crate::finding::{Observation, Part, Parts};

pub use host_network::{HOST_IPC, HOST_PID, HostNetwork, PodFlag, judge as judge_pods};
pub use kernel::KernelProtection;
pub use namespaces::DedicatedNamespaces;
pub use quotas::Quotas;
pub use secrets::Secrets;

/// The labels that Kubernetes sets on the containers of pods.
const POD_NAMESPACE: &str = "io.kubernetes.pod.namespace";
const POD_NAME: &str = "io.kubernetes.pod.name";

/// Whether there is a Kubernetes at all, by the word of UCP's configuration.
pub(in crate::probes) struct Orchestration<'a> {
    pub(in crate::probes) config: Option<&'a Read<Config>>,
    swarm_only: bool,
}

impl<'a> Orchestration<'a> {
    pub(in crate::probes) fn read(facts: &'a Facts, parts: &mut Parts) -> Self {
        let config = parts.look(&facts.ucp.config);
        let swarm_only =
            config.is_some_and(|config| config.value.stands(Setting::SwarmOnly, None).flag() == Some(true));
        Orchestration { config, swarm_only }
    }

    /// A list of Kubernetes. That there is none is all right only where there is no Kubernetes that could have it: one
    /// that answered is there, whatever the configuration says.
    pub(in crate::probes) fn list<T: Object>(
        &self,
        fact: &'a Fact<Whole<T>>,
        parts: &mut Parts,
    ) -> Option<Part<'a, Whole<T>>> {
        if self.swarm_only && matches!(fact, Fact::Absent(_)) { None } else { parts.look_at_part(fact) }
    }

    /// There is none, by the word of the configuration.
    pub(in crate::probes) fn none(&self) -> Option<Observation> {
        let config = self.config.filter(|_| self.swarm_only)?;
        Some(Observation::seen(
            &config.origin,
            Setting::SwarmOnly.shown(),
            "judged where there is a Kubernetes",
            "true: there is none",
            true,
        ))
    }
}

/// Whether a pod is UCP's own: in the namespace of Kubernetes itself, with images of the vendor's only.
fn is_products(pod: &Pod) -> bool {
    let is_vendors = |image: &String| {
        let labels = [(POD_NAMESPACE.to_owned(), pod.namespace.clone())];
        product::part(&Container { image: image.clone(), labels: labels.into(), ..Container::default() }).is_some()
    };
    !pod.images.is_empty() && pod.images.iter().all(is_vendors)
}

/// Which containers are Swarm's: those that belong to no pod. Pods are judged as pods.
struct Swarms {
    pods: BTreeSet<String>,
    /// These are all pods there are.
    are_all: bool,
}

impl Swarms {
    fn beside(cluster: &Orchestration<'_>, pods: Option<Part<'_, Whole<Pod>>>) -> Self {
        Swarms {
            pods: paths(pods.map(|pods| pods.seen)),
            are_all: pods.map_or(cluster.swarm_only, |pods| pods.whole().is_some()),
        }
    }

    /// Anybody can label a container as one of a pod: so the pod has to be there. As long as not all pods are known,
    /// it may be.
    fn has(&self, placed: &Placed<'_>) -> bool {
        if self.are_all { !is_of_pod(&self.pods, placed) } else { !may_be_of_pod(placed) }
    }
}

/// Whether a container belongs to one of these pods.
fn is_of_pod(pods: &BTreeSet<String>, placed: &Placed<'_>) -> bool {
    let label = |key: &str| placed.container.labels.get(key);
    match (label(POD_NAMESPACE), label(POD_NAME)) {
        (Some(namespace), Some(name)) if placed.container.name.starts_with("k8s_") => {
            pods.contains(&format!("{namespace}/{name}"))
        }
        _ => false,
    }
}

/// Whether a container is labelled as one of a pod, where no list of pods tells whether it is: what is not is
/// Swarm's for certain.
fn may_be_of_pod(placed: &Placed<'_>) -> bool {
    placed.container.labels.contains_key(POD_NAMESPACE)
}

/// The pods by `namespace/name`.
fn paths(pods: Option<&Read<Whole<Pod>>>) -> BTreeSet<String> {
    let items = pods.map_or(&[][..], |pods| pods.value.items());
    items.iter().map(Pod::path).collect()
}

/// The first few of these names.
fn first(names: &[String]) -> String {
    const NAMED: usize = 10;
    let shown: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
pub(super) fn cases() -> Vec<Case> {
    [host_network::cases(), kernel::cases(), namespaces::cases(), quotas::cases(), secrets::cases()]
        .into_iter()
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Need;
    use crate::facts::field::Field;
    use crate::probes::cases::read;
    use crate::probes::containers::exemplary_world;

    /// A cluster with this configuration of UCP, one exemplary container, these pods, and one of the product's, as
    /// every cluster has.
    pub(super) fn cluster(config: &str, mut pods: Vec<Pod>) -> Facts {
        pods.push(pod("kube-system", "kube-dns", "docker/ucp-kube-dns:3.2.6"));
        let mut facts = exemplary_world(|_| {});
        let document = format!("[cluster_config]\n{config}\n");
        let config = Config::from_toml(&document.parse().expect("TOML"));
        facts.ucp.config = read(Need::UcpConfig, config);
        facts.kubernetes.pods = read(Need::KubePods, Whole::new("7".into(), pods));
        facts
    }

    pub(super) fn pod(namespace: &str, name: &str, image: &str) -> Pod {
        Pod {
            namespace: namespace.into(),
            name: name.into(),
            images: vec![image.into()],
            phase: Field::Is("Running".into()),
            ..Pod::default()
        }
    }

    #[test]
    fn a_pod_is_the_products_by_namespace_and_every_image() {
        let vendors = "docker/ucp-calico-node:3.2.6";
        assert!(is_products(&pod("kube-system", "calico", vendors)));
        assert!(!is_products(&pod("shop", "calico", vendors)));
        assert!(!is_products(&pod("kube-system", "calico", "evil/ucp-calico:1")));
        let mut mixed = pod("kube-system", "calico", vendors);
        mixed.images.push("evil/sidecar:1".into());
        assert!(!is_products(&mixed));
        mixed.images.clear();
        assert!(!is_products(&mixed));
    }

    #[test]
    fn a_label_does_not_make_a_container_a_pods() {
        let facts = exemplary_world(|c| {
            c.name = "k8s_web_web-1_shop".into();
            c.labels = [(POD_NAMESPACE, "shop"), (POD_NAME, "web-1")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        });
        let everywhere = facts.containers().expect("containers");
        let (origin, node, container) = everywhere.containers().next().expect("one");
        let placed = Placed { origin, node, container };
        assert!(is_of_pod(&["shop/web-1".to_owned()].into(), &placed));
        assert!(!is_of_pod(&["shop/web-2".to_owned()].into(), &placed));
        assert!(!is_of_pod(&BTreeSet::new(), &placed));
    }
}
