//! Nobody in MKE shares the host's IPC namespace, unless the organisation allows it.
//!
//! How this could pass without evidence: a list of privileges of another type, a container that was
//! listed and not read, a node that was not asked, a mode that the engine did not send, a user's
//! container taken for one of the product's. A list that is none is undecided; the rest is what
//! [`Finding::over`] and [`super::product::part`] are for. A mode holds only if it is one that is known
//! not to be the host's.

use super::{Card, Deciding, Met, Probe, counted, product};
use crate::facts::config::{Config, Setting, Written};
use crate::facts::container::Container;
use crate::facts::field::Field;
use crate::facts::{Absent, Fact, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation};
use crate::policy::{MKE_HOST_IPC_ALLOWED, Policy};
use crate::xccdf::Verdict;

/// The STIG-ID: exemptions name it.
const RULE: &str = "CNTR-MK-001020";

/// See the module.
pub struct HostIpc;

static CARD: Card = Card {
    name: "mke-host-ipc",
    asks: "no account may give a container the host's IPC namespace, and no container has it",
    needs: &[
        Need::UcpConfig,
        Need::EngineContainers,
        Need::EngineInfo,
        Need::EngineNodes,
    ],
    decides_with: Deciding::Facts,
    parameters: &[MKE_HOST_IPC_ALLOWED],
    by_hand: concat!(
        by_hand_in_config!(
            "priv_attributes_allowed_for_user_accounts and priv_attributes_allowed_for_service_accounts \
             under [cluster_config]: neither holds hostIPC"
        ),
        "\nOn every node: docker ps --all --quiet --no-trunc | xargs docker inspect --format \
         '{{.Name}} {{.HostConfig.IpcMode}}'"
    ),
    met: Met::LabOnly,
};

impl Probe for HostIpc {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let config = facts.ucp.config.read()?;
        let mut everywhere = facts.containers()?;
        for engine in &facts.engines {
            // Without it nobody knows which node this engine is.
            if let Fact::Absent(absent) = &engine.info {
                everywhere.miss(engine.place(), absent.to_string());
            }
        }
        let mut observations = vec![
            privileges(config, Setting::UserPrivileges),
            privileges(config, Setting::ServicePrivileges),
        ];
        let (mut judged, mut apart) = (0_u64, Vec::new());
        let mut origin = None;
        for (seen_by, node, container) in everywhere.containers() {
            origin.get_or_insert(seen_by);
            let name = format!("{} on {node}", container.name);
            if let Some(part) = product::part(container) {
                apart.push(format!("{name} ({part})"));
            } else if let Some(reason) = exempt(policy, seen_by, container) {
                apart.push(format!("{name} (exempt: {reason})"));
            } else {
                judged += 1;
                observations.extend(shares(seen_by, name, container));
            }
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
        if let Some(origin) = origin.or_else(|| everywhere.seen().next().map(|(_, r)| &r.origin)) {
            observations.extend(counts(origin, judged, &observations, &apart));
        }
        Ok(Finding::over(
            &everywhere,
            observations,
            |verdict| match verdict {
                Verdict::Pass if allowed => {
                    "The policy allows the host's IPC namespace to be shared.".into()
                }
                Verdict::Pass => format!(
                    "No account may share the host's IPC namespace, and none of {} does.",
                    counted(judged, "container", "containers")
                ),
                Verdict::Fail => {
                    "The host's IPC namespace is or can be shared, which the policy does not allow."
                        .into()
                }
                _ => "Whether the host's IPC namespace is shared is not known of all.".into(),
            },
        ))
    }
}

/// What accounts may be given: nothing, by default.
fn privileges(config: &Read<Config>, setting: Setting) -> Observation {
    let expected = "no hostIPC";
    match config.value.get(setting) {
        None => Observation::seen(
            &config.origin,
            setting.shown(),
            expected,
            "not set (the default is none)",
            true,
        ),
        Some(Written::Strings(privileges)) => {
            let holds = !privileges
                .iter()
                .any(|p| p.trim().eq_ignore_ascii_case("hostIPC"));
            let shown = Written::Strings(privileges.clone()).shown();
            Observation::seen(&config.origin, setting.shown(), expected, shown, holds)
        }
        Some(other) => {
            Observation::undecided(&config.origin, setting.shown(), expected, other.shown())
        }
    }
}

/// A container that shares the host's namespace, or of which that is not known.
fn shares(origin: &Origin, name: String, container: &Container) -> Option<Observation> {
    let expected = "an IPC namespace that is not the host's";
    match &container.ipc_mode {
        Field::Is(mode) if mode == "host" => Some(Observation::seen(
            origin,
            name,
            expected,
            "IpcMode host",
            false,
        )),
        // An engine that gives none has its default, which is never the host's.
        Field::Is(mode) if is_known(mode) => None,
        Field::Is(mode) => Some(Observation::undecided(
            origin,
            name,
            expected,
            format!("IpcMode {mode:?}"),
        )),
        Field::Absent | Field::Null => Some(Observation::undecided(
            origin,
            name,
            expected,
            "the engine does not say",
        )),
        Field::Odd(kind) => Some(Observation::undecided(origin, name, expected, kind)),
    }
}

fn is_known(mode: &str) -> bool {
    ["", "none", "private", "shareable"].contains(&mode) || mode.starts_with("container:")
}

/// The policy's reason to leave this container apart, on the day that it was seen.
fn exempt<'a>(policy: &'a Policy, origin: &Origin, container: &Container) -> Option<&'a str> {
    let day = origin.at.date_naive();
    let mut exemptions = policy.con_exempt.iter();
    let found = exemptions.find(|e| {
        let about = e.rules.is_empty() || e.rules.iter().any(|r| r == RULE);
        about && day <= e.expires && e.selector.selects(container)
    });
    found.map(|e| e.reason.as_str())
}

/// The same observation where the policy allows what it found.
fn allow(observation: Observation) -> Observation {
    if observation.verdict() != Verdict::Fail {
        return observation;
    }
    Observation::seen(
        observation.origin(),
        observation.subject(),
        format!("allowed (policy, {})", MKE_HOST_IPC_ALLOWED.shown()),
        observation.actual(),
        true,
    )
}

fn counts(
    origin: &Origin,
    judged: u64,
    observations: &[Observation],
    apart: &[String],
) -> Vec<Observation> {
    const NAMED: usize = 20;
    let offends = |o: &&Observation| o.expected().contains("IPC namespace");
    let fine = judged - observations.iter().filter(offends).count() as u64;
    let mut counts = vec![Observation::seen(
        origin,
        "all containers",
        "an IPC namespace that is not the host's",
        format!("{fine} of {judged}"),
        true,
    )];
    if !apart.is_empty() {
        let mut named = apart[..apart.len().min(NAMED)].join(", ");
        if apart.len() > NAMED {
            named += &format!(" and {} more", apart.len() - NAMED);
        }
        counts.push(Observation::seen(
            origin,
            "containers left apart",
            "the product's own and those that the policy exempts",
            named,
            true,
        ));
    }
    counts
}

#[cfg(test)]
pub(super) use tests::cases;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::container::Containers;
    use crate::facts::engine::Info;
    use crate::facts::swarm::Roster;
    use crate::facts::{Engine, Reach};
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
        let list = list
            .map(|(n, mode)| container(&format!("c{n}"), mode.clone()))
            .collect();
        facts.engines.push(Engine {
            address: "unix:///x".into(),
            reach: Reach::Node,
            info: read(
                Need::EngineInfo,
                Info {
                    name: "n1".into(),
                    ..Info::default()
                },
            ),
            nodes: read(Need::EngineNodes, Roster::NoSwarm),
            containers: read(Need::EngineContainers, Containers::new(list, Vec::new(), 0)),
            ..Engine::default()
        });
        facts
    }

    fn policy(allowed: bool) -> Policy {
        Policy {
            mke_host_ipc_allowed: Some(allowed),
            ..Policy::default()
        }
    }

    const NONE: &str = "[cluster_config]\npriv_attributes_allowed_for_user_accounts = []\n";
    const USERS: &str =
        "[cluster_config]\npriv_attributes_allowed_for_user_accounts = ['privileged', 'hostipc']\n";
    const SERVICES: &str =
        "[cluster_config]\npriv_attributes_allowed_for_service_accounts = ['hostIPC']\n";

    /// See [`crate::probes::cases`].
    pub(crate) fn cases() -> Vec<Case> {
        let case = |kind, what: &str, facts, allowed, verdict| {
            Case::new(&HostIpc, kind, what, facts, verdict).with(policy(allowed))
        };
        let fine = [
            is("private"),
            is("shareable"),
            is(""),
            is("none"),
            is("container:abc"),
        ];
        let mut down = facts(NONE, &fine);
        down.engines[0].containers = broken();
        let odd = "[cluster_config]\npriv_attributes_allowed_for_user_accounts = 'hostIPC'\n";
        vec![
            case(
                Kind::Passes,
                "nobody",
                facts(NONE, &fine),
                false,
                Verdict::Pass,
            ),
            case(
                Kind::Passes,
                "no container at all",
                facts(NONE, &[]),
                false,
                Verdict::Pass,
            ),
            case(
                Kind::Passes,
                "allowed",
                facts(USERS, &[is("host")]),
                true,
                Verdict::Pass,
            ),
            case(
                Kind::Fails,
                "users",
                facts(USERS, &fine),
                false,
                Verdict::Fail,
            ),
            case(
                Kind::Fails,
                "services",
                facts(SERVICES, &fine),
                false,
                Verdict::Fail,
            ),
            case(
                Kind::Fails,
                "a container",
                facts(NONE, &[is("private"), is("host")]),
                false,
                Verdict::Fail,
            ),
            case(
                Kind::Absent,
                "not in the file",
                facts("[auth]\n", &fine),
                false,
                Verdict::Pass,
            ),
            case(
                Kind::Absent,
                "no list",
                facts(odd, &fine),
                false,
                Verdict::Error,
            ),
            case(
                Kind::Absent,
                "the engine does not say",
                facts(NONE, &[Field::Absent]),
                false,
                Verdict::Error,
            ),
            case(
                Kind::Absent,
                "unknown word",
                facts(NONE, &[is("Host ")]),
                true,
                Verdict::Error,
            ),
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
