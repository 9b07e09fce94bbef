//! What applications have to keep secret lies in secrets of Swarm or Kubernetes, and reaches them as files.
//!
//! How this could pass without evidence: nobody said what has to be kept secret; a list of secrets or pods
//! that was not read to its end; secrets of Kubernetes that are not encrypted where they lie, which they
//! are only with a KMS. Each of these is read, and without the plan's list nothing passes. Whether the list
//! is complete, only a person can know.

#[cfg(test)]
use crate::probes::cases::Case;

use std::collections::BTreeSet;

use super::{Orchestration, is_products};
use crate::facts::config::Setting;
use crate::facts::kubernetes::Pods;
use crate::facts::{Absent, Facts, Need, Origin, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{Policy, SECRETS_APPS, SecretOwner};
use crate::probes::{Card, Deciding, Met, Probe, counted};
use crate::xccdf::Verdict;

/// See the module.
pub struct Secrets;

static CARD: Card = Card {
    name: "stored-secrets",
    asks: "What applications keep secret lies in secrets, encrypted, and reaches them as files",
    needs: &[Need::UcpConfig, Need::KubePods, Need::EngineSecrets],
    decides_with: Deciding::Policy,
    parameters: &[SECRETS_APPS],
    by_hand: "With a client bundle:\n  \
        docker secret ls --format '{{.Name}}'\n  \
        kubectl get pods --all-namespaces --output jsonpath='{range .items[?(@..secretKeyRef)]}{.metadata.namespace}/{.metadata.name}{\"\\n\"}{end}'\n  \
        curl --cacert ca.pem --cert cert.pem --key key.pem https://UCP/api/ucp/config-toml\n\
        and look for kms_enabled under [cluster_config].",
    met: Met::LabOnly,
};

impl Probe for Secrets {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let cluster = Orchestration::read(facts, &mut parts);
        let pods = cluster.list(&facts.kubernetes.pods, &mut parts);
        let stored = parts.take(facts.cluster_wide(|engine| &engine.secrets));

        let (mut by_letter, mut open) = (Verdict::Pass, Vec::new());
        let names = stored.iter().flat_map(|stored| &stored.value.names);
        let mut names: BTreeSet<&str> = names.map(String::as_str).collect();
        let is_open = |all: &[Observation]| all.iter().any(|o| o.verdict() == Verdict::Fail);
        let listed = pods.map_or(cluster.swarm_only, |pods| pods.whole().is_some());
        let pods = pods.map(|pods| pods.seen);
        if !cluster.swarm_only || pods.is_some() {
            let encrypted: Vec<Observation> = encrypted(&cluster).into_iter().collect();
            if is_open(&encrypted) {
                open.push("secrets of Kubernetes are not encrypted where they lie");
            }
            parts.extend(encrypted);
        }
        match pods {
            Some(pods) => {
                let items = pods.value.items();
                let mounted = items.iter().flat_map(|p| &p.secrets_mounted);
                names.extend(mounted.map(String::as_str));
                if items.iter().any(|p| !p.secrets_in_env.is_empty()) {
                    by_letter = Verdict::Fail;
                }
                let in_env = in_environment(pods);
                if is_open(&in_env) {
                    open.push("pods are given secrets as environment variables");
                }
                parts.extend(in_env);
            }
            None => parts.extend(cluster.none()),
        }
        match &policy.secrets_apps {
            Some(planned) => {
                // What is in one of two lists is not missing: both have to be there.
                let stored = stored.filter(|_| listed);
                let missing = stored.map_or(Vec::new(), |stored| missing(&stored.origin, &names, planned));
                if is_open(&missing) {
                    open.push("what the plan names does not lie in secrets");
                    by_letter = Verdict::Fail;
                }
                parts.extend(missing);
            }
            // What is open is open whatever the plan names.
            None => parts.lack(&SECRETS_APPS.absent()),
        }
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => format!("{}, as far as the plan names it.", CARD.asks),
            _ => format!("Not all is kept secret: {}.", open.join("; ")),
        });
        Ok(finding.beside_letter(
            by_letter,
            "the check's command lists the product's own pods as well, and its last sentence asks for environment variables only, not for the KMS that the other command looks at",
        ))
    }
}

/// Pods that are given secrets as environment variables.
fn in_environment(pods: &Read<Pods>) -> Vec<Observation> {
    let Read { origin, value } = pods;
    let expected = "secrets are mounted as files";
    let (mut held, mut product) = (0_u64, 0_u64);
    let mut observations = Vec::new();
    for pod in value.items() {
        let names: BTreeSet<&str> = pod.secrets_in_env.iter().map(|s| s.secret.as_str()).collect();
        if names.is_empty() {
            held += 1;
        } else if is_products(pod) {
            product += 1;
        } else {
            let names: Vec<&str> = names.into_iter().collect();
            observations.push(Observation::seen(
                origin,
                format!("pod {}", pod.path()),
                expected,
                format!("as environment variables: {}", names.join(", ")),
                false,
            ));
        }
    }
    let all = counted(value.items().len() as u64, "pod", "pods");
    let shown = format!("{held} of {all}; {product} of the product left apart");
    observations.push(Observation::seen(origin, "pods", expected, shown, true));
    observations
}

/// Kubernetes keeps secrets as they are unless a KMS encrypts them.
fn encrypted(cluster: &Orchestration<'_>) -> Option<Observation> {
    let setting = Setting::KmsEnabled;
    let config = cluster.config?;
    let stands = config.value.stands(setting, None);
    let holds = stands.flag() == Some(true);
    Some(Observation::seen(&config.origin, setting.shown(), "true", stands.shown(), holds))
}

/// The secrets of the plan that are neither in Swarm nor mounted by a pod.
fn missing(origin: &Origin, names: &BTreeSet<&str>, planned: &[SecretOwner]) -> Vec<Observation> {
    let expected = "a secret of Swarm, or one that a pod mounts";
    let (mut held, mut all) = (0_u64, 0_u64);
    let mut observations = Vec::new();
    let wanted = planned.iter().flat_map(|owner| owner.secrets.iter().map(move |secret| (&owner.app, secret)));
    for (app, secret) in wanted {
        all += 1;
        if names.contains(secret.as_str()) {
            held += 1;
            continue;
        }
        let subject = format!("{secret} of {app}");
        observations.push(Observation::seen(origin, subject, expected, "not there", false));
    }
    observations.push(Observation::seen(origin, "secrets of the plan", expected, format!("{held} of {all}"), true));
    observations
}

#[cfg(test)]
pub(super) fn cases() -> Vec<Case> {
    tests::cases()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cluster, pod};
    use super::*;
    use crate::facts::kubernetes::{Pod, SecretInEnv};
    use crate::facts::swarm;
    use crate::probes::cases::{Kind, broken, read};

    const ON: &str = "kms_enabled = true";

    fn policy() -> Policy {
        let shop = SecretOwner { app: "shop".into(), secrets: vec!["db-password".into(), "tls-key".into()] };
        Policy { secrets_apps: Some(vec![shop]), ..Policy::default() }
    }

    fn facts(config: &str, names: &[&str], mut pods: Vec<Pod>) -> Facts {
        pods.push(Pod { secrets_mounted: ["tls-key".to_owned()].into(), ..pod("shop", "web", "x:1") });
        let mut facts = cluster(config, pods);
        let names = names.iter().map(|n| (*n).to_owned()).collect();
        facts.engines[0].secrets = read(Need::EngineSecrets, swarm::Secrets { names });
        facts
    }

    fn given(namespace: &str, image: &str) -> Pod {
        Pod {
            secrets_in_env: vec![SecretInEnv { container: "web".into(), secret: "db".into() }],
            ..pod(namespace, "web", image)
        }
    }

    pub(super) fn cases() -> Vec<Case> {
        let case = |kind, what: &str, facts, verdict| Case::new(&Secrets, kind, what, facts, verdict).with(policy());
        let db = ["db-password"];
        let mut down = facts(ON, &db, vec![]);
        down.engines[0].secrets = broken();
        vec![
            case(Kind::Passes, "all stored", facts(ON, &db, vec![]), Verdict::Pass),
            case(Kind::Fails, "one is not", facts(ON, &[], vec![]), Verdict::Fail),
            case(Kind::Fails, "in the environment", facts(ON, &db, vec![given("shop", "x:1")]), Verdict::Fail),
            case(Kind::Fails, "no KMS", facts("kms_enabled = false", &db, vec![]), Verdict::Fail),
            case(Kind::Fails, "nothing said of a KMS", facts("", &db, vec![]), Verdict::Fail),
            Case::new(&Secrets, Kind::Absent, "no policy", facts(ON, &db, vec![]), Verdict::NotChecked),
            Case::new(
                &Secrets,
                Kind::Fails,
                "in the environment, which no plan allows",
                facts(ON, &db, vec![given("shop", "x:1")]),
                Verdict::Fail,
            ),
            case(Kind::Broken, "no secrets", down, Verdict::Error),
        ]
    }

    #[test]
    fn the_letter_asks_for_environment_variables_only() {
        let decide = |facts: &Facts| {
            let finding = Secrets.decide(facts, &policy()).expect("a finding");
            (finding.verdict(), finding.literal().map(|l| l.verdict))
        };
        let db = ["db-password"];
        let product = given("kube-system", "docker/ucp-metrics:3.2.6");
        let product = facts(ON, &db, vec![product]);
        assert_eq!(decide(&product), (Verdict::Pass, Some(Verdict::Fail)));
        let bare = facts("", &db, vec![]);
        assert_eq!(decide(&bare), (Verdict::Fail, Some(Verdict::Pass)));
    }
}
