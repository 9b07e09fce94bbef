//! Neither pods nor containers share the network of their host, but those that the plan names.
//!
//! How this could pass without evidence: pods that were not all listed, a flag that is no boolean taken
//! for off, a node whose containers nobody saw, a user's pod or container taken for one of the product's.
//! Only an absent or false flag holds, as Kubernetes has it.

#[cfg(test)]
use crate::probes::cases::Case;

use super::{Orchestration, Swarms, is_products};
use crate::facts::field::Field;
use crate::facts::kubernetes::{Pod, Pods};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{CON_HOST_NETWORK_ALLOWED, K8S_HOST_NETWORK_ALLOWED, Policy, matches};
use crate::probes::containers::{Context, NETWORK_MODE, Placed, Population};
use crate::probes::product::UCP_VERSION;
use crate::probes::{Card, Deciding, Met, Probe, counted};
use crate::xccdf::Verdict;

/// See the module.
pub struct HostNetwork;

const RULE: &str = "CNTR-MK-000150";
const EXPECTED: &str = "hostNetwork is not set, or the plan names the pod";

static CARD: Card = Card {
    name: "host-network",
    asks: "Neither pods nor containers share the network of their host",
    needs: &[Need::UcpConfig, Need::KubePods, Need::EngineContainers, Need::EngineInfo, Need::EngineNodes],
    decides_with: Deciding::Facts,
    parameters: &[K8S_HOST_NETWORK_ALLOWED, CON_HOST_NETWORK_ALLOWED],
    by_hand: "With a client bundle:\n  \
        kubectl get pods --all-namespaces --output jsonpath='{range .items[?(@.spec.hostNetwork==true)]}{.metadata.namespace}/{.metadata.name}{\"\\n\"}{end}'\n  \
        docker ps --quiet --all --no-trunc | xargs docker inspect --format '{{.Name}} {{.Config.Image}} {{.HostConfig.NetworkMode}}'\n\
        Leave out UCP's own in kube-system and with the label com.docker.ucp.version.",
    met: Met::LabOnly,
};

impl Probe for HostNetwork {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let cluster = Orchestration::read(facts, &mut parts);
        let pods = cluster.list(&facts.kubernetes.pods, &mut parts);
        let population = parts.take(Population::read(facts, policy, &[RULE])).unwrap_or_default();
        let context = Context::new(facts, policy, &population);
        let swarms = Swarms::beside(&cluster, pods);
        let pods = pods.map(|pods| pods.seen);
        match pods {
            Some(pods) => parts.extend(judge(pods, &HOST_NETWORK, |pod| is_named(policy, pod))),
            None => parts.extend(cluster.none()),
        }
        parts.extend(NETWORK_MODE.observe(
            &population,
            &context,
            |placed| swarms.has(placed),
            |placed| is_allowed(policy, placed).then_some("the plan names it"),
        ));
        parts.extend(population.lines());
        population.missed_in(&mut parts);
        let open = parts.open();
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => format!("{}.", CARD.asks),
            Verdict::Fail => format!(
                "{} the network of the host, and the plan does not name {}.",
                counted(open as u64, "pod or container shares", "pods or containers share"),
                if open == 1 { "it" } else { "them" }
            ),
            _ => "Of some pods or containers it cannot be told.".into(),
        });
        Ok(match by_letter(pods, policy, &population) {
            Some(letter) => finding.beside_letter(
                letter,
                "the check's commands print UCP's own pods, and of containers only UCP's own: those that run with the label com.docker.ucp.version",
            ),
            None => finding,
        })
    }
}

fn is_allowed(policy: &Policy, placed: &Placed<'_>) -> bool {
    let mut allowed = policy.con_host_network_allowed.iter().flatten();
    allowed.any(|selector| selector.selects(placed.container))
}

fn is_named(policy: &Policy, pod: &Pod) -> bool {
    let mut named = policy.k8s_host_network_allowed.iter().flatten();
    named.any(|pattern| matches(pattern, &pod.path()))
}

/// A namespace of its host that a pod may ask for.
#[derive(Debug)]
pub struct PodFlag {
    /// Its name in the pod's `spec`.
    name: &'static str,
    expected: &'static str,
    of: fn(&Pod) -> &Field<bool>,
}

const HOST_NETWORK: PodFlag = PodFlag { name: "hostNetwork", expected: EXPECTED, of: |pod| &pod.host_network };

/// `hostPID`: the processes of the host.
pub static HOST_PID: PodFlag = PodFlag { name: "hostPID", expected: "hostPID is not set", of: |pod| &pod.host_pid };

/// `hostIPC`: its shared memory and message queues.
pub static HOST_IPC: PodFlag = PodFlag { name: "hostIPC", expected: "hostIPC is not set", of: |pod| &pod.host_ipc };

/// Asks every pod for a flag. Those that are named are let pass and shown, as are the product's own.
pub fn judge(pods: &Read<Pods>, flag: &PodFlag, is_named: impl Fn(&Pod) -> bool) -> Vec<Observation> {
    let Read { origin, value } = pods;
    let mut observations = Vec::new();
    let (mut held, mut named, mut product) = (0_u64, Vec::new(), Vec::new());
    for pod in value.items() {
        match (flag.of)(pod) {
            Field::Absent | Field::Null | Field::Is(false) => held += 1,
            Field::Odd(kind) => observations.push(Observation::undecided(
                origin,
                format!("pod {}", pod.path()),
                flag.expected,
                format!("{} is {kind}", flag.name),
            )),
            Field::Is(true) if is_products(pod) => product.push(pod.path()),
            Field::Is(true) if is_named(pod) => named.push(pod.path()),
            Field::Is(true) => observations.push(Observation::seen(
                origin,
                format!("pod {}", pod.path()),
                flag.expected,
                format!("{} is true", flag.name),
                false,
            )),
        }
    }
    let all = value.items().len();
    let held = format!("{held} of {}", counted(all as u64, "pod", "pods"));
    observations.push(Observation::seen(origin, "pods", flag.expected, held, true));
    for (subject, apart, pods) in [
        ("pods that the plan names", flag.expected, named),
        ("pods of the product", "left apart: known by namespace and image repository", product),
    ] {
        if !pods.is_empty() {
            let shown = format!("{}: {}", pods.len(), super::first(&pods));
            observations.push(Observation::seen(origin, subject, apart, shown, true));
        }
    }
    observations
}

/// What the check's commands print, less what the plan documents; none where the evidence does not hold it.
fn by_letter(pods: Option<&Read<Pods>>, policy: &Policy, population: &Population<'_>) -> Option<Verdict> {
    let items = pods.map_or(&[][..], |pods| pods.value.items());
    let mut printed = items.iter().filter(|pod| pod.host_network == Field::Is(true));
    if printed.any(|pod| !is_named(policy, pod)) {
        return Some(Verdict::Fail);
    }
    let mut unknown = false;
    for placed in population.all() {
        if !placed.container.labels.contains_key(UCP_VERSION) || !placed.runs() {
            continue;
        }
        match &placed.container.network_mode {
            Field::Is(mode) if mode == "host" && !is_allowed(policy, &placed) => {
                return Some(Verdict::Fail);
            }
            Field::Is(_) => {}
            _ => unknown = true,
        }
    }
    (!unknown).then_some(Verdict::Pass)
}

#[cfg(test)]
pub(super) fn cases() -> Vec<Case> {
    tests::cases()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cluster, pod};
    use super::*;
    use crate::policy::Selector;
    use crate::probes::cases::{Kind, broken};
    use crate::probes::containers::exemplary_world;

    const VENDORS: &str = "docker/ucp-calico-node:3.2.6";

    fn sharing(namespace: &str, name: &str, image: &str) -> Pod {
        Pod { host_network: Field::Is(true), ..pod(namespace, name, image) }
    }

    fn policy() -> Policy {
        Policy {
            k8s_host_network_allowed: Some(vec!["monitoring/exporter-*".into()]),
            con_host_network_allowed: Some(vec![Selector::Name("agent".into())]),
            ..Policy::default()
        }
    }

    fn with_container(name: &str, mode: &str) -> Facts {
        let mut facts = cluster("", vec![]);
        facts.engines = exemplary_world(|c| {
            c.name = name.into();
            c.network_mode = Field::Is(mode.into());
        })
        .engines;
        facts
    }

    pub(super) fn cases() -> Vec<Case> {
        let case =
            |kind, what: &str, facts, verdict| Case::new(&HostNetwork, kind, what, facts, verdict).with(policy());
        let sound = || vec![pod("shop", "web", "shop/web:1"), sharing("kube-system", "calico", VENDORS)];
        let with = |more: Pod| {
            let mut pods = sound();
            pods.push(more);
            cluster("", pods)
        };
        let mut down = cluster("", sound());
        down.kubernetes.pods = broken();
        let mut swarm_only = cluster("swarm_only = true", vec![]);
        swarm_only.kubernetes.pods = broken();
        let odd = Pod { host_network: Field::Odd("a string".into()), ..pod("shop", "odd", "shop/web:1") };
        vec![
            case(Kind::Passes, "the product's own", cluster("", sound()), Verdict::Pass),
            case(Kind::Passes, "named in the plan", with(sharing("monitoring", "exporter-1", "x:1")), Verdict::Pass),
            case(Kind::Passes, "a container that is named", with_container("agent", "host"), Verdict::Pass),
            case(Kind::Fails, "a pod", with(sharing("shop", "odd", "x:1")), Verdict::Fail),
            case(Kind::Fails, "a user's pod in kube-system", with(sharing("kube-system", "x", "x:1")), Verdict::Fail),
            case(Kind::Fails, "a container", with_container("web", "host"), Verdict::Fail),
            case(Kind::Absent, "no boolean", with(odd), Verdict::Error),
            case(Kind::Broken, "no pods", down, Verdict::Error),
            // What UCP says of itself is evidence; that nothing answered is none.
            case(Kind::Absent, "no Kubernetes at all", swarm_only, Verdict::Pass),
        ]
    }

    #[test]
    fn the_letter_prints_the_products_pods_and_no_users_containers() {
        let decide = |facts: &Facts| HostNetwork.decide(facts, &policy()).expect("a finding");
        let finding = decide(&cluster("", vec![sharing("kube-system", "calico", VENDORS)]));
        assert_eq!(finding.verdict(), Verdict::Pass);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Fail));
        let finding = decide(&with_container("web", "host"));
        assert_eq!(finding.verdict(), Verdict::Fail);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Pass));
    }
}
