//! Every namespace has the resource quota of the plan, and containers of Swarm have limits of their own.
//!
//! How this could pass without evidence: a namespace that no list showed, a quota that counts only some of
//! the pods of its namespace, quantities that cannot be compared, a node whose containers nobody saw. Only
//! quotas without scopes count, and what is no quantity is undecided.

#[cfg(test)]
use crate::probes::cases::Case;

use std::collections::{BTreeMap, BTreeSet};

use super::quantity::quantity;
use super::{Orchestration, Swarms, first, is_products};
use crate::facts::field::Field;
use crate::facts::kubernetes::{self, Namespaces, Pods};
use crate::facts::{Absent, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{self, K8S_QUOTAS, Policy};
use crate::probes::containers::{CPU_SHARES, Context, MEMORY, Population};
use crate::probes::product::UCP_VERSION;
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

/// See the module.
pub struct Quotas;

const RULE: &str = "CNTR-MK-000590";
/// What every quota has to limit, whatever else the plan wants.
const LIMITED: [&str; 2] = ["limits.cpu", "limits.memory"];
/// The namespaces that Kubernetes makes for itself.
const OWN: [&str; 3] = ["kube-system", "kube-public", "kube-node-lease"];

static CARD: Card = Card {
    name: "resource-quotas",
    asks: "Every namespace has the quota of the plan, and containers of Swarm have limits of their own",
    needs: &[
        Need::UcpConfig,
        Need::KubeNamespaces,
        Need::KubeQuotas,
        Need::KubePods,
        Need::EngineContainers,
        Need::EngineInfo,
        Need::EngineNodes,
    ],
    decides_with: Deciding::Policy,
    parameters: &[K8S_QUOTAS],
    by_hand: "With a client bundle:\n  \
        kubectl get namespaces\n  \
        kubectl get resourcequotas --all-namespaces --output yaml\n  \
        docker ps --quiet --all --no-trunc | xargs docker inspect --format '{{.Name}} {{.Config.Image}} {{.HostConfig.Memory}} {{.HostConfig.CpuShares}}'",
    met: Met::LabOnly,
};

impl Probe for Quotas {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let cluster = Orchestration::read(facts, &mut parts);
        let namespaces = cluster.list(&facts.kubernetes.namespaces, &mut parts);
        let quotas = cluster.list(&facts.kubernetes.quotas, &mut parts);
        let pods = cluster.list(&facts.kubernetes.pods, &mut parts);
        let population = parts.take(Population::read(facts, policy, &[RULE])).unwrap_or_default();
        let context = Context::new(facts, policy, &population);

        let mut by_letter = false;
        match namespaces.zip(quotas) {
            Some((namespaces, quotas)) => {
                let wanted = policy.k8s_quotas.as_ref().ok_or_else(|| K8S_QUOTAS.absent());
                let (namespaces, are_all) = (namespaces.seen, quotas.whole().is_some());
                if let Some(wanted) = parts.take(wanted) {
                    let Read { origin, value } = quotas.seen;
                    let judging = Judging { origin, quotas: value.items(), are_all, wanted };
                    parts.extend(judging.all(namespaces, pods.map(|pods| pods.seen)));
                    // Here no namespace is Kubernetes' own.
                    let all = namespaces.value.items().iter();
                    let judged = all.filter_map(|n| judging.namespace(&n.name));
                    by_letter = judged.into_iter().any(|o| o.verdict() == Verdict::Fail);
                }
            }
            None => parts.extend(cluster.none()),
        }
        let swarms = Swarms::beside(&cluster, pods);
        for rule in [&MEMORY, &CPU_SHARES] {
            parts.extend(rule.observe(&population, &context, |placed| swarms.has(placed), |_| None));
        }
        parts.extend(population.lines());
        population.missed_in(&mut parts);
        let open = parts.open();
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => format!("{}.", CARD.asks),
            Verdict::Fail => format!("Namespaces without the quota of the plan, or containers without limits: {open}."),
            _ => "Of some namespaces or containers it cannot be told.".into(),
        });
        let by_letter = if by_letter { Some(Verdict::Fail) } else { letter_of_containers(&population) };
        Ok(match by_letter {
            Some(letter) => finding.beside_letter(
                letter,
                "the check looks at every namespace, those of Kubernetes itself among them, and its commands print UCP's own containers only: those that run with the label com.docker.ucp.version",
            ),
            None => finding,
        })
    }
}

struct Judging<'a> {
    origin: &'a Origin,
    quotas: &'a [kubernetes::Quota],
    /// These are all quotas there are. Others could limit what these do not, and lower what these do.
    are_all: bool,
    wanted: &'a policy::Quotas,
}

impl Judging<'_> {
    /// Each namespace but those of Kubernetes' own where nothing but the product's own runs and for which
    /// the plan wants nothing. Without a list of pods that is not known of any of them.
    fn all(&self, namespaces: &Read<Namespaces>, pods: Option<&Read<Pods>>) -> Vec<Observation> {
        let pods = pods.into_iter().flat_map(|pods| pods.value.items());
        let users: BTreeSet<&str> = pods.filter(|pod| !is_products(pod)).map(|pod| pod.namespace.as_str()).collect();
        let is_apart = |name: &str| OWN.contains(&name) && !users.contains(name) && !self.wanted.0.contains_key(name);
        let mut observations = Vec::new();
        let (mut held, mut apart) = (0_u64, Vec::new());
        for namespace in namespaces.value.items() {
            if is_apart(&namespace.name) {
                apart.push(namespace.name.clone());
                continue;
            }
            match self.namespace(&namespace.name) {
                Some(observation) if observation.verdict() == Verdict::Pass => held += 1,
                observation => observations.extend(observation),
            }
        }
        let judged = namespaces.value.items().len() - apart.len();
        observations.push(Observation::seen(
            &namespaces.origin,
            "namespaces",
            "the quota of the plan",
            format!("{held} of {judged}"),
            true,
        ));
        if !apart.is_empty() {
            observations.push(Observation::seen(
                &namespaces.origin,
                "namespaces of Kubernetes itself",
                "left apart while only pods of the product are in them",
                first(&apart),
                true,
            ));
        }
        observations
    }

    /// Whether a namespace has its quota; none where that hangs on quotas that were not seen.
    fn namespace(&self, name: &str) -> Option<Observation> {
        let subject = format!("namespace {name}");
        let Some(wanted) = self.wanted.0.get(name) else {
            let quota = self.effective(name);
            let actual = if quota.is_empty() {
                "no quota".to_owned()
            } else {
                format!("{}, of which the plan knows nothing", shown(&quota))
            };
            return Some(self.see(subject, "a quota, as the plan has it".into(), actual, false));
        };
        let expected = shown(wanted);
        let quota = self.effective(name);
        let actual = if quota.is_empty() { "no quota".to_owned() } else { shown(&quota) };
        let mut keys: BTreeSet<&str> = wanted.keys().map(String::as_str).collect();
        keys.extend(LIMITED);
        let (mut holds, mut too_low) = (true, false);
        for key in keys {
            let (is, should) = (quota.get(key), wanted.get(key));
            match (is, should) {
                (None, _) => holds = false,
                (Some(_), None) => {}
                (Some(is), Some(should)) => match (quantity(is), quantity(should)) {
                    (Some(is), Some(should)) => {
                        holds &= is == should;
                        too_low |= is < should;
                    }
                    _ if !self.are_all => {}
                    _ => {
                        let actual = format!("{actual}: {key} cannot be compared");
                        return Some(Observation::undecided(self.origin, subject, expected, actual));
                    }
                },
            }
        }
        (self.are_all || too_low).then(|| self.see(subject, expected, actual, holds))
    }

    fn see(&self, subject: String, expected: String, actual: String, holds: bool) -> Observation {
        Observation::seen(self.origin, subject, expected, actual, holds)
    }

    /// The limits of a namespace. Where several quotas limit the same, the lowest does; one with scopes
    /// counts only some pods and limits nothing here.
    fn effective(&self, namespace: &str) -> BTreeMap<String, String> {
        let mut limits: BTreeMap<String, String> = BTreeMap::new();
        let here = self.quotas.iter().filter(|q| q.namespace == namespace && !q.scoped);
        for (key, limit) in here.flat_map(|q| &q.hard) {
            let lower = limits.get(key).is_none_or(|known| match (quantity(limit), quantity(known)) {
                (Some(limit), Some(known)) => limit < known,
                // What is no quantity stays, and is undecided.
                (None, _) => true,
                (_, None) => false,
            });
            if lower {
                limits.insert(key.clone(), limit.clone());
            }
        }
        limits
    }
}

fn shown(limits: &BTreeMap<String, String>) -> String {
    let all: Vec<String> = limits.iter().map(|(k, v)| format!("{k}={v}")).collect();
    all.join(", ")
}

/// What the check's commands print of containers; none where the evidence does not hold it.
fn letter_of_containers(population: &Population<'_>) -> Option<Verdict> {
    let mut unknown = false;
    for placed in population.all() {
        let container = placed.container;
        if !container.labels.contains_key(UCP_VERSION) || !placed.runs() {
            continue;
        }
        match (&container.memory, &container.cpu_shares) {
            (Field::Is(0), _) | (_, Field::Is(0 | 1024)) => return Some(Verdict::Fail),
            (Field::Is(_), Field::Is(_)) => {}
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
    use crate::facts::kubernetes::{Namespace, Pod, Quota, Whole};
    use crate::probes::cases::{Kind, broken, read};
    use crate::probes::containers::exemplary_world;

    fn table(limits: &[(&str, &str)]) -> BTreeMap<String, String> {
        let own = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
        limits.iter().map(own).collect()
    }

    fn policy() -> Policy {
        let wanted = table(&[("limits.cpu", "4"), ("limits.memory", "8Gi")]);
        let quotas = [("shop".to_owned(), wanted.clone()), ("default".to_owned(), wanted)];
        Policy { k8s_quotas: Some(policy::Quotas(quotas.into())), ..Policy::default() }
    }

    fn quota(limits: &[(&str, &str)]) -> Quota {
        Quota { namespace: "shop".into(), name: "compute".into(), hard: table(limits), scoped: false }
    }

    /// A cluster with these namespaces besides those that every cluster has, of which `default` has its quota.
    fn facts(namespaces: &[&str], mut quotas: Vec<Quota>, pods: Vec<Pod>) -> Facts {
        let mut facts = cluster("", pods);
        let namespace = |name: &&str| Namespace { name: (*name).into() };
        let items = ["default", "kube-system"].iter().chain(namespaces).map(namespace).collect();
        quotas.push(Quota { namespace: "default".into(), ..quota(&FINE) });
        facts.kubernetes.namespaces = read(Need::KubeNamespaces, Whole::new("7".into(), items));
        facts.kubernetes.quotas = read(Need::KubeQuotas, Whole::new("7".into(), quotas));
        facts
    }

    const FINE: [(&str, &str); 2] = [("limits.cpu", "4000m"), ("limits.memory", "8192Mi")];

    pub(super) fn cases() -> Vec<Case> {
        let case = |kind, what: &str, facts, verdict| Case::new(&Quotas, kind, what, facts, verdict).with(policy());
        let of = |quotas| facts(&["shop"], quotas, vec![]);
        let mut unlimited = of(vec![quota(&FINE)]);
        unlimited.engines = exemplary_world(|c| c.memory = Field::Is(0)).engines;
        let mut usual = of(vec![quota(&FINE)]);
        usual.engines = exemplary_world(|c| c.cpu_shares = Field::Is(1024)).engines;
        let mut down = of(vec![quota(&FINE)]);
        down.kubernetes.quotas = broken();
        let scoped = Quota { scoped: true, ..quota(&FINE) };
        let guest = pod("kube-system", "guest", "x:1");
        vec![
            case(Kind::Passes, "as the plan has it", of(vec![quota(&FINE)]), Verdict::Pass),
            case(
                Kind::Passes,
                "the lower of two",
                of(vec![quota(&[("limits.cpu", "9")]), quota(&FINE)]),
                Verdict::Pass,
            ),
            case(Kind::Fails, "none", of(vec![]), Verdict::Fail),
            case(Kind::Fails, "for some pods only", of(vec![scoped]), Verdict::Fail),
            case(Kind::Fails, "no memory", of(vec![quota(&FINE[..1])]), Verdict::Fail),
            case(Kind::Fails, "other than the plan", of(vec![quota(&[("limits.cpu", "40"), FINE[1]])]), Verdict::Fail),
            case(
                Kind::Fails,
                "a namespace that the plan does not know",
                facts(&["shop", "new"], vec![quota(&FINE)], vec![]),
                Verdict::Fail,
            ),
            case(
                Kind::Fails,
                "a user's pod in kube-system",
                facts(&["shop"], vec![quota(&FINE)], vec![guest]),
                Verdict::Fail,
            ),
            case(Kind::Fails, "a container without a limit", unlimited, Verdict::Fail),
            case(Kind::Fails, "a container with the usual weight", usual, Verdict::Fail),
            case(Kind::Absent, "no quantity", of(vec![quota(&[("limits.cpu", "four"), FINE[1]])]), Verdict::Error),
            case(Kind::Broken, "no quotas", down, Verdict::Error),
        ]
    }

    #[test]
    fn without_kubernetes_only_containers_are_judged() {
        let mut facts = cluster("swarm_only = true", vec![]);
        for (_, fact) in facts.kubernetes.each_mut() {
            fact.lose(Absent::NotCollected);
        }
        let finding = Quotas.decide(&facts, &Policy::default()).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Pass);
    }

    #[test]
    fn by_the_letter_the_products_own_counts() {
        let facts = facts(&["shop"], vec![quota(&FINE)], vec![]);
        let finding = Quotas.decide(&facts, &policy()).expect("a finding");
        assert_eq!(finding.verdict(), Verdict::Pass);
        assert_eq!(finding.literal().map(|l| l.verdict), Some(Verdict::Fail));
    }
}
