//! What users make stands in namespaces of its own.
//!
//! How this could pass without evidence: a list of services or pods that was not read to its end; services
//! in `kube-system` that nobody approved, because nobody said which are. Without that list of the policy
//! nothing passes.

#[cfg(test)]
use crate::probes::cases::Case;

use super::{Orchestration, is_products};
use crate::facts::kubernetes::{Pod, Pods, Service, Services};
use crate::facts::{Absent, Facts, Need, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{K8S_KUBE_SYSTEM_SERVICES, Policy};
use crate::probes::{Card, Deciding, Met, Probe, counted};
use crate::xccdf::Verdict;

/// See the module.
pub struct DedicatedNamespaces;

/// Namespaces that Kubernetes makes and that are for nobody's work, and the one for its own parts.
const NOT_FOR_USERS: [&str; 3] = ["default", "kube-public", "kube-node-lease"];
const SYSTEM: &str = "kube-system";
/// The one service that belongs into `default`: that of the API server.
const API_SERVER: (&str, &str) = ("default", "kubernetes");

static CARD: Card = Card {
    name: "dedicated-namespaces",
    asks: "What users make stands in namespaces of its own",
    needs: &[Need::UcpConfig, Need::KubeServices, Need::KubePods],
    decides_with: Deciding::Policy,
    parameters: &[K8S_KUBE_SYSTEM_SERVICES],
    by_hand: "With a client bundle:\n  \
        kubectl get services,pods --namespace default\n  \
        kubectl get services,pods --namespace kube-public\n  \
        kubectl get services,pods --namespace kube-node-lease\n  \
        kubectl get services --namespace kube-system",
    met: Met::LabOnly,
};

impl Probe for DedicatedNamespaces {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let cluster = Orchestration::read(facts, &mut parts);
        let services = cluster.list(&facts.kubernetes.services, &mut parts).map(|part| part.seen);
        let pods = cluster.list(&facts.kubernetes.pods, &mut parts).map(|part| part.seen);
        let none = services.is_none() && pods.is_none();
        if let Some(swarm_only) = cluster.none().filter(|_| none) {
            return Ok(Finding::not_applicable(
                vec![swarm_only],
                "The rule is about Kubernetes, and this cluster runs Swarm only.".into(),
            ));
        }
        let approved = policy.k8s_kube_system_services.as_deref();
        parts.extend(services.into_iter().flat_map(|services| of_services(services, approved)));
        parts.extend(pods.into_iter().flat_map(of_pods));
        if approved.is_none() {
            parts.lack(&K8S_KUBE_SYSTEM_SERVICES.absent());
        }
        let open = parts.open();
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => format!(
                "{}: {}, {}.",
                CARD.asks,
                counted(services.map_or(0, |read| read.value.items().len() as u64), "service", "services"),
                counted(pods.map_or(0, |read| read.value.items().len() as u64), "pod", "pods")
            ),
            _ => format!(
                "{} where users' work does not belong.",
                counted(open as u64, "service or pod stands", "services or pods stand")
            ),
        });
        let Some(services) = services else { return Ok(finding) };
        Ok(finding.beside_letter(
            letter(services, approved),
            "the check looks at services in default and kube-system only; the title speaks of all resources",
        ))
    }
}

fn path(service: &Service) -> String {
    format!("{}/{}", service.namespace, service.name)
}

/// Whether a service may stand where it does; none where the policy would have to say.
fn may_stand(service: &Service, approved: Option<&[String]>) -> Option<bool> {
    let place = (service.namespace.as_str(), service.name.as_str());
    if place == API_SERVER {
        Some(true)
    } else if NOT_FOR_USERS.contains(&place.0) {
        Some(false)
    } else if place.0 == SYSTEM {
        approved.map(|list| list.contains(&service.name))
    } else {
        Some(true)
    }
}

fn of_services(services: &Read<Services>, approved: Option<&[String]>) -> Vec<Observation> {
    let Read { origin, value } = services;
    let expected = "in a namespace of its own; in kube-system only what the policy names";
    let (stray, fine): (Vec<&Service>, Vec<&Service>) =
        value.items().iter().partition(|service| may_stand(service, approved) == Some(false));
    let mut observations: Vec<Observation> = stray
        .into_iter()
        .map(|service| {
            let subject = format!("service {}", path(service));
            let actual = format!("in {}", service.namespace);
            Observation::seen(origin, subject, expected, actual, false)
        })
        .collect();
    let unsaid = fine.iter().filter(|service| may_stand(service, approved).is_none()).count();
    let fine = format!("{} of {}", fine.len() - unsaid, value.items().len());
    observations.push(Observation::seen(origin, "services", expected, fine, true));
    observations
}

fn of_pods(pods: &Read<Pods>) -> Vec<Observation> {
    let Read { origin, value } = pods;
    let expected = "in a namespace of its own";
    let stray = |pod: &&Pod| NOT_FOR_USERS.contains(&pod.namespace.as_str()) && !is_products(pod);
    let mut observations: Vec<Observation> = value
        .items()
        .iter()
        .filter(stray)
        .map(|pod| {
            let subject = format!("pod {}", pod.path());
            let actual = format!("in {}", pod.namespace);
            Observation::seen(origin, subject, expected, actual, false)
        })
        .collect();
    let fine = value.items().len() - observations.len();
    let fine = format!("{fine} of {}", value.items().len());
    observations.push(Observation::seen(origin, "pods", expected, fine, true));
    observations
}

/// The check's own look: services in `default` and `kube-system`.
fn letter(services: &Read<Services>, approved: Option<&[String]>) -> Verdict {
    let stray = services.value.items().iter().any(|service| {
        let looked_at = [SYSTEM, "default"].contains(&service.namespace.as_str());
        looked_at && may_stand(service, approved) == Some(false)
    });
    if stray { Verdict::Fail } else { Verdict::Pass }
}

#[cfg(test)]
pub(super) fn cases() -> Vec<Case> {
    tests::cases()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cluster, pod};
    use super::*;
    use crate::facts::kubernetes::Whole;
    use crate::probes::cases::{Kind, broken, read};

    fn policy() -> Policy {
        Policy { k8s_kube_system_services: Some(vec!["kube-dns".into()]), ..Policy::default() }
    }

    fn facts(services: &[(&str, &str)], pods: Vec<Pod>) -> Facts {
        let mut facts = cluster("", pods);
        let service =
            |(namespace, name): &(&str, &str)| Service { namespace: (*namespace).into(), name: (*name).into() };
        let items = services.iter().map(service).collect();
        facts.kubernetes.services = read(Need::KubeServices, Whole::new("7".into(), items));
        facts
    }

    const SOUND: [(&str, &str); 3] = [("default", "kubernetes"), ("kube-system", "kube-dns"), ("shop", "kubernetes")];

    pub(super) fn cases() -> Vec<Case> {
        let case = |kind, what: &str, facts, verdict| {
            Case::new(&DedicatedNamespaces, kind, what, facts, verdict).with(policy())
        };
        let with = |more| facts(&[&SOUND[..], &[more]].concat(), vec![]);
        let mut down = facts(&SOUND, vec![]);
        down.kubernetes.services = broken();
        let mut swarm_only = cluster("swarm_only = true", vec![]);
        swarm_only.kubernetes.pods = broken();
        let none = facts(&SOUND, vec![]);
        vec![
            case(Kind::Passes, "as it should be", facts(&SOUND, vec![pod("shop", "web", "x:1")]), Verdict::Pass),
            case(Kind::Fails, "a service in default", with(("default", "web")), Verdict::Fail),
            case(Kind::Fails, "the API server's name elsewhere", with(("kube-public", "kubernetes")), Verdict::Fail),
            case(Kind::Fails, "a service in kube-system", with(("kube-system", "tiller")), Verdict::Fail),
            case(Kind::Fails, "a pod in default", facts(&SOUND, vec![pod("default", "shell", "x:1")]), Verdict::Fail),
            Case::new(&DedicatedNamespaces, Kind::Absent, "no policy", none, Verdict::NotChecked),
            Case::new(
                &DedicatedNamespaces,
                Kind::Fails,
                "in default, which no policy could allow",
                with(("default", "web")),
                Verdict::Fail,
            ),
            case(Kind::Absent, "Swarm only", swarm_only, Verdict::NotApplicable),
            case(Kind::Broken, "no services", down, Verdict::Error),
        ]
    }

    #[test]
    fn pods_are_open_by_the_title_alone() {
        let facts = facts(&SOUND, vec![pod("default", "shell", "x:1")]);
        let finding = DedicatedNamespaces.decide(&facts, &policy()).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Fail);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Pass));
    }

    #[test]
    fn a_kubernetes_that_answers_is_judged_whatever_the_configuration_says() {
        let mut facts = facts(&[SOUND[0], ("default", "web")], vec![]);
        facts.ucp.config = cluster("swarm_only = true", vec![]).ucp.config;
        let finding = DedicatedNamespaces.decide(&facts, &policy()).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Fail);
    }
}
