//! Nobody in MKE shares the host's IPC namespace, unless the organisation allows it.
//!
//! How this could pass without evidence: a list of privileges of another type, a container that was
//! listed and not read, a node that was not asked, a mode that the engine did not send, a user's
//! container taken for one of the product's, a mode that leads to the host by way of another container. A
//! list that is none is undecided; the rest is what [`Population`] and [`Context::lead`] are for. A mode
//! holds only if it is one that is known not to be the host's. Pods are asked themselves: where containerd runs
//! them, no engine has a container to show.

use super::containers::{Context, Led, Placed, Population};
use super::kubernetes::{HOST_IPC, Orchestration, judge_pods};
use super::{Card, Deciding, Met, Probe, counted};
use crate::facts::config::{Config, Setting, Written};
use crate::facts::{Absent, At, Facts, Need, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{MKE_HOST_IPC_ALLOWED, Policy};
use crate::xccdf::Verdict;

/// The STIG-ID: exemptions name it.
const RULE: &str = "CNTR-MK-001020";
const EXPECTED: &str = "an IPC namespace that is not the host's";

/// See the module.
pub struct HostIpc;

static CARD: Card = Card {
    name: "mke-host-ipc",
    asks: "no account may give a container the host's IPC namespace, and no container has it",
    needs: &[Need::UcpConfig, Need::KubePods, Need::EngineContainers, Need::EngineInfo, Need::EngineNodes],
    decides_with: Deciding::Facts,
    parameters: &[MKE_HOST_IPC_ALLOWED],
    by_hand: concat!(
        config_by_hand!(
            "priv_attributes_allowed_for_user_accounts and priv_attributes_allowed_for_service_accounts \
             under [cluster_config]: neither holds hostIPC"
        ),
        "\nOn every node: docker ps --all --quiet --no-trunc | xargs docker inspect --format \
         '{{.Name}} {{.HostConfig.IpcMode}}'\nkubectl get pods --all-namespaces --output \
         jsonpath='{range .items[?(@.spec.hostIPC==true)]}{.metadata.namespace}/{.metadata.name}{\"\\n\"}{end}'"
    ),
    met: Met::LabOnly,
};

impl Probe for HostIpc {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let cluster = Orchestration::read(facts, &mut parts);
        let pods = cluster.list(&facts.kubernetes.pods, &mut parts);
        let population = parts.take(Population::read(facts, policy, &[RULE])).unwrap_or_default();
        let context = Context::new(facts, policy, &population);
        let offences: Vec<_> = population.judged.iter().filter_map(|placed| shares(placed, &context)).collect();
        let judged = population.judged.len();
        let fine = judged - offences.len();
        let mut observations = Vec::new();
        if let Some(config) = cluster.config {
            let settings = [Setting::UserPrivileges, Setting::ServicePrivileges];
            observations.extend(settings.map(|setting| privileges(config, setting)));
        }
        observations.extend(offences);
        match pods {
            Some(pods) => observations.extend(judge_pods(pods.seen, &HOST_IPC, |_| false)),
            None => observations.extend(cluster.none()),
        }
        let sharing = observations.iter().any(|o| o.verdict() == Verdict::Fail);
        let allowed = match policy.mke_host_ipc_allowed {
            // The plan is asked only where there is something that it would have to allow.
            None if sharing => return Err(MKE_HOST_IPC_ALLOWED.absent()),
            allowed => allowed == Some(true),
        };
        if allowed {
            observations = observations.into_iter().map(allow).collect();
        }
        observations.extend(population.origin().map(|origin| count(origin, fine, judged)));
        observations.extend(population.lines());
        let containers = counted(judged as u64, "container", "containers");
        parts.extend(observations);
        population.missed_in(&mut parts);
        Ok(parts.fold(|verdict| match verdict {
            Verdict::Pass if allowed && sharing => {
                "The host's IPC namespace is or can be shared, which the policy allows.".into()
            }
            Verdict::Pass => format!("No account may share the host's IPC namespace, and none of {containers} does."),
            Verdict::Fail => "The host's IPC namespace is or can be shared, which the policy does not allow.".into(),
            _ => "Whether the host's IPC namespace is shared is not known of all.".into(),
        }))
    }
}

fn count(origin: At<'_>, fine: usize, judged: usize) -> Observation {
    let actual = format!("{fine} of {judged}");
    Observation::seen(origin, "all containers that are judged", EXPECTED, actual, true)
}

/// What accounts may be given.
fn privileges(config: &Read<Config>, setting: Setting) -> Observation {
    let expected = "no hostIPC";
    let stands = config.value.stands(setting, None);
    let holds = stands.judge(|value| match value {
        Written::Strings(privileges) => Some(!privileges.iter().any(|p| p.trim().eq_ignore_ascii_case("hostIPC"))),
        _ => None,
    });
    match holds {
        Some(holds) => Observation::seen(&config.origin, setting.shown(), expected, stands.shown(), holds),
        None => Observation::undecided(&config.origin, setting.shown(), expected, stands.shown()),
    }
}

/// A container that shares the host's namespace, by way of another perhaps, or of which that is not known.
fn shares<'a>(placed: &Placed<'a>, context: &Context<'a>) -> Option<Observation> {
    let amiss = |actual: String| Some(Observation::seen(placed.origin, placed.shown(), EXPECTED, actual, false));
    let unknown = |actual: String| Some(Observation::undecided(placed.origin, placed.shown(), EXPECTED, actual));
    match context.lead(placed, "IpcMode", |c| &c.ipc_mode) {
        Led::To("host", None) => amiss("IpcMode host".into()),
        Led::To("host", Some(through)) => amiss(format!("IpcMode host, by way of {through}")),
        // An engine that gives none has its default, which is never the host's.
        Led::To("" | "none" | "private" | "shareable", _) => None,
        Led::To(word, _) => unknown(format!("IpcMode {word:?}, which nothing is known about")),
        Led::Lost(why) => unknown(why),
    }
}

/// The same observation where the policy allows what it found.
fn allow(observation: Observation) -> Observation {
    if observation.verdict() != Verdict::Fail {
        return observation;
    }
    observation.allowed(format!("allowed (policy, {})", MKE_HOST_IPC_ALLOWED.shown()))
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::container::{Container, Containers};
    use crate::facts::engine::Info;
    use crate::facts::field::Field;
    use crate::facts::kubernetes::{Pod, Pods, Whole};
    use crate::facts::swarm::Roster;
    use crate::facts::{Engine, Fact, Reach};
    use crate::probes::cases::{Case, Kind, broken, configured, read};

    fn container(name: &str, mode: Field<String>) -> Container {
        Container {
            id: name.into(),
            name: name.into(),
            image: "dtr.example.mil/shop/web:1".into(),
            ipc_mode: mode,
            ..Container::default()
        }
    }

    fn is(mode: &str) -> Field<String> {
        Field::Is(mode.into())
    }

    fn facts(toml: &str, modes: &[Field<String>]) -> Facts {
        let mut facts = configured(toml);
        let list = modes.iter().enumerate();
        let list = list.map(|(n, mode)| container(&format!("c{n}"), mode.clone())).collect();
        facts.engines.push(Engine {
            address: "unix:///x".into(),
            reach: Reach::Node,
            info: read(Need::EngineInfo, Info { name: "n1".into(), ..Info::default() }),
            nodes: read(Need::EngineNodes, Roster::NoSwarm),
            containers: read(Need::EngineContainers, Containers::new(list, Vec::new(), 0)),
            ..Engine::default()
        });
        facts.kubernetes.pods = pods(Field::Absent);
        facts
    }

    fn pods(host_ipc: Field<bool>) -> Fact<Pods> {
        let pod = Pod { namespace: "shop".into(), name: "web".into(), host_ipc, ..Pod::default() };
        // One of the product's, as every cluster has.
        let system = Pod { namespace: "kube-system".into(), name: "kube-dns".into(), ..Pod::default() };
        read(Need::KubePods, Whole::new("7".into(), vec![pod, system]))
    }

    fn with_pod(host_ipc: Field<bool>) -> Facts {
        let mut facts = facts(NONE, &[is("private")]);
        facts.kubernetes.pods = pods(host_ipc);
        facts
    }

    fn policy(allowed: bool) -> Policy {
        Policy { mke_host_ipc_allowed: Some(allowed), ..Policy::default() }
    }

    const NONE: &str = "[cluster_config]\npriv_attributes_allowed_for_user_accounts = []\n";
    const USERS: &str = "[cluster_config]\npriv_attributes_allowed_for_user_accounts = ['privileged', 'hostipc']\n";
    const SERVICES: &str = "[cluster_config]\npriv_attributes_allowed_for_service_accounts = ['hostIPC']\n";

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let case = |kind, what: &str, facts, allowed, verdict| {
            Case::new(&HostIpc, kind, what, facts, verdict).with(policy(allowed))
        };
        let fine = [is("private"), is("shareable"), is(""), is("none"), is("container:c0")];
        let mut down = facts(NONE, &fine);
        down.engines[0].containers = broken();
        let odd = "[cluster_config]\npriv_attributes_allowed_for_user_accounts = 'hostIPC'\n";
        vec![
            case(Kind::Passes, "nobody", facts(NONE, &fine), false, Verdict::Pass),
            case(Kind::Passes, "no container at all", facts(NONE, &[]), false, Verdict::Pass),
            case(Kind::Passes, "allowed", facts(USERS, &[is("host")]), true, Verdict::Pass),
            case(Kind::Fails, "users", facts(USERS, &fine), false, Verdict::Fail),
            case(Kind::Fails, "services", facts(SERVICES, &fine), false, Verdict::Fail),
            case(Kind::Fails, "a container", facts(NONE, &[is("private"), is("host")]), false, Verdict::Fail),
            case(Kind::Passes, "a pod that says no", with_pod(Field::Is(false)), false, Verdict::Pass),
            case(Kind::Passes, "a pod, allowed", with_pod(Field::Is(true)), true, Verdict::Pass),
            case(Kind::Fails, "a pod", with_pod(Field::Is(true)), false, Verdict::Fail),
            case(Kind::Absent, "a pod with no boolean", with_pod(Field::Odd("a string".into())), false, Verdict::Error),
            case(Kind::Absent, "not in the file", facts("[auth]\n", &fine), false, Verdict::Pass),
            case(Kind::Absent, "no list", facts(odd, &fine), false, Verdict::Error),
            case(Kind::Absent, "the engine does not say", facts(NONE, &[Field::Absent]), false, Verdict::Error),
            case(
                Kind::Fails,
                "by way of another",
                facts(NONE, &[is("container:c1"), is("container:c2"), is("host")]),
                false,
                Verdict::Fail,
            ),
            case(
                Kind::Absent,
                "by way of one that is not there",
                facts(NONE, &[is("container:gone")]),
                false,
                Verdict::Error,
            ),
            case(Kind::Absent, "unknown word", facts(NONE, &[is("Host ")]), true, Verdict::Error),
            case(Kind::Broken, "no containers", down, false, Verdict::Error),
        ]
    }

    #[test]
    fn the_plan_is_asked_where_there_is_something_to_allow() {
        let decide = |toml: &str| HostIpc.decide(&facts(toml, &[]), &Policy::default());
        assert_eq!(decide(NONE).expect("a finding").verdict(), Verdict::Pass);
        assert_eq!(decide(USERS), Err(MKE_HOST_IPC_ALLOWED.absent()));
    }
}
