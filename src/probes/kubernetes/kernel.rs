//! The kernel is protected: kubelets insist on its settings, and containers have no capabilities beyond
//! those of the plan.
//!
//! How this could pass without evidence: a switch that UCP's configuration does not hold taken for on (it is
//! off by default), a text `"true"` taken for the boolean, a node whose containers nobody saw.

#[cfg(test)]
use crate::probes::cases::Case;

use super::{Orchestration, Swarms};
use crate::facts::config::Setting;
use crate::facts::{Absent, Facts, Need};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{CON_CAPS, Policy};
use crate::probes::containers::{CAPABILITIES, Context, Population};
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

/// See the module.
pub struct KernelProtection;

const RULE: &str = "CNTR-MK-000990";

static CARD: Card = Card {
    name: "kernel-protection",
    asks: "Kubelets insist on the kernel's settings, and containers have no capabilities beyond those of the plan",
    needs: &[Need::UcpConfig, Need::KubePods, Need::EngineContainers, Need::EngineInfo, Need::EngineNodes],
    decides_with: Deciding::Policy,
    parameters: &[CON_CAPS],
    by_hand: "With a client bundle:\n  \
        curl --cacert ca.pem --cert cert.pem --key key.pem https://UCP/api/ucp/config-toml\n\
        and look for kube_protect_kernel_defaults under [cluster_config]; then\n  \
        docker ps --quiet --all --no-trunc | xargs docker inspect --format '{{.Name}} {{.Config.Image}} {{.HostConfig.CapAdd}} {{.HostConfig.CapDrop}} {{.HostConfig.Privileged}}'",
    met: Met::LabOnly,
};

impl Probe for KernelProtection {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let cluster = Orchestration::read(facts, &mut parts);
        parts.extend(kubelets(&cluster));
        let insists = parts.open() == 0;
        let planned = parts.take(policy.con_caps.as_ref().ok_or_else(|| CON_CAPS.absent())).is_some();
        let pods = cluster.list(&facts.kubernetes.pods, &mut parts);
        let population = parts.take(Population::read(facts, policy, &[RULE])).unwrap_or_default();
        let context = Context::new(facts, policy, &population);
        let swarms = Swarms::beside(&cluster, pods);
        if planned {
            parts.extend(CAPABILITIES.observe(&population, &context, |placed| swarms.has(placed), |_| None));
            parts.extend(population.lines());
        }
        population.missed_in(&mut parts);
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => format!("{}.", CARD.asks),
            Verdict::Fail if !insists => {
                "Kubelets take a kernel whose settings are not what they want (kube_protect_kernel_defaults).".into()
            }
            Verdict::Fail => "Containers have capabilities that the plan does not list.".into(),
            _ => "UCP's configuration or some containers do not say enough.".into(),
        });
        let letter = CAPABILITIES.by_letter(&population, &context).filter(|_| insists);
        Ok(match letter {
            Some(letter) => finding.beside_letter(
                letter,
                "the check's command lists every container, the product's own and those of pods among them, and does not print Privileged",
            ),
            None => finding,
        })
    }
}

fn kubelets(cluster: &Orchestration<'_>) -> Option<Observation> {
    let setting = Setting::ProtectKernelDefaults;
    let origin = &cluster.config?.origin;
    if cluster.swarm_only {
        return cluster.none();
    }
    let stands = cluster.config?.value.stands(setting, None);
    Some(Observation::seen(origin, setting.shown(), "true", stands.shown(), stands.flag() == Some(true)))
}

#[cfg(test)]
pub(super) fn cases() -> Vec<Case> {
    tests::cases()
}

#[cfg(test)]
mod tests {
    use super::super::tests::cluster;
    use super::*;
    use crate::facts::field::Field;
    use crate::probes::cases::{Kind, broken};
    use crate::probes::containers::exemplary_world;

    const ON: &str = "kube_protect_kernel_defaults = true";

    fn policy() -> Policy {
        Policy { con_caps: Some(Vec::new()), ..Policy::default() }
    }

    pub(super) fn cases() -> Vec<Case> {
        let case =
            |kind, what: &str, facts, verdict| Case::new(&KernelProtection, kind, what, facts, verdict).with(policy());
        let config = |text: &str| cluster(text, vec![]);
        let mut added = config(ON);
        added.engines = exemplary_world(|c| c.cap_add = Field::Is(vec!["SYS_MODULE".into()])).engines;
        let mut silent = config(ON);
        silent.engines = exemplary_world(|c| c.cap_add = Field::Odd("a string".into())).engines;
        let mut down = config(ON);
        down.ucp.config = broken();
        vec![
            case(Kind::Passes, "on", config(ON), Verdict::Pass),
            case(Kind::Absent, "no Kubernetes", config("swarm_only = true"), Verdict::Pass),
            case(Kind::Fails, "off", config("kube_protect_kernel_defaults = false"), Verdict::Fail),
            case(Kind::Fails, "not said, which is off", config(""), Verdict::Fail),
            case(Kind::Fails, "a text", config("kube_protect_kernel_defaults = \"true\""), Verdict::Fail),
            case(Kind::Fails, "a capability", added, Verdict::Fail),
            case(Kind::Absent, "not said of a container", silent, Verdict::Error),
            case(Kind::Broken, "no configuration", down, Verdict::Error),
        ]
    }

    #[test]
    fn what_is_open_needs_no_policy() {
        let off = cluster("kube_protect_kernel_defaults = false", vec![]);
        let finding = KernelProtection.decide(&off, &Policy::default());
        assert_eq!(finding.map(|f| f.verdict()), Ok(Verdict::Fail));
    }
}
