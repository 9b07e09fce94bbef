//! Overlay networks encrypt what goes from node to node.
//!
//! How this could pass without evidence: the networks of a worker, which knows only those that it is
//! attached to; a product's own network recognised by a word in a line; an option read by its value,
//! where its presence alone encrypts. The list has to come from a manager or UCP, the product's own
//! networks are known by their whole names, and the one key `encrypted` counts.

use std::collections::BTreeMap;

use super::{infos, is_manager, outside, said};
use crate::facts::config::{Config, Setting};
use crate::facts::engine::{Info, Network, Networks};
use crate::facts::field::Field;
use crate::facts::{Absent, Engine, Facts, Need, Origin, Reach, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::{EncryptedByApplication, OVERLAY_APP_LAYER_ENCRYPTED, Policy};
use crate::probes::engine::version::Release;
use crate::probes::{Card, Deciding, Met, Probe, counted};
use crate::xccdf::Verdict;

/// A probe about overlay networks.
pub struct EncryptedNetworks {
    card: &'static Card,
    of: Of,
}

enum Of {
    /// Overlay networks, or the applications on them.
    Swarm,
    /// Overlay networks, and those of Kubernetes.
    Mke,
}

/// Every overlay network encrypts, or the applications on it do.
pub static ENCRYPTED_NETWORKS: EncryptedNetworks = EncryptedNetworks {
    card: &Card {
        name: "swarm-encrypted-networks",
        asks: "every overlay network encrypts its traffic, or the applications on it do",
        needs: &[Need::EngineNetworks, Need::EngineInfo],
        decides_with: Deciding::Facts,
        parameters: &[OVERLAY_APP_LAYER_ENCRYPTED],
        by_hand: "On a manager, or with an administrator's client bundle:\n  \
            docker network ls --filter driver=overlay --quiet | \\\n    \
            xargs docker network inspect --format '{{.Name}} {{json .Options}}'\n\
            Each line but those of ingress, dtr-ol and ucp-interlock holds the key encrypted; its value does not matter.",
        met: Met::LabOnly,
    },
    of: Of::Swarm,
};

/// Every overlay network encrypts, and so does Kubernetes.
pub static IPSEC: EncryptedNetworks = EncryptedNetworks {
    card: &Card {
        name: "swarm-encrypted-networks-mke",
        asks: "every overlay network of Swarm encrypts its traffic, and so does Kubernetes",
        needs: &[Need::EngineNetworks, Need::EngineInfo, Need::UcpConfig],
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: "With an administrator's client bundle:\n  \
            docker network ls --filter driver=overlay --quiet | \\\n    \
            xargs docker network inspect --format '{{.Name}} {{json .Options}}'\n  \
            curl --cacert ca.pem --cert cert.pem --key key.pem https://MKE/api/ucp/config-toml\n\
            Each line but those of ingress, dtr-ol and ucp-interlock holds the key encrypted; under\n\
            [cluster_config] stands secure_overlay = true.",
        met: Met::LabOnly,
    },
    of: Of::Mke,
};

/// The key that makes the overlay driver encrypt, whatever its value.
const KEY: &str = "encrypted";
/// The networks of the product itself, besides the ingress network that a flag tells.
const OWN: &[&str] = &["dtr-ol", "ucp-interlock"];

impl Probe for EncryptedNetworks {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let infos = parts.take(infos(facts)).unwrap_or_default();
        let (origin, networks) = networks(facts, &infos, &mut parts);
        let by_application = match self.of {
            Of::Swarm => policy.overlay_app_layer_encrypted.as_deref().unwrap_or_default(),
            Of::Mke => &[],
        };
        parts.extend(origin.into_iter().flat_map(|origin| judge(&networks, origin, by_application)));
        let encrypts = networks.values().any(|(_, n)| is_overlay(n) && encrypts(n));
        if encrypts {
            parts.extend(leaks(&infos));
        }
        let mut by_letter = match self.of {
            Of::Swarm => letter(&networks, by_application),
            Of::Mke => letter_mke(&networks),
        };
        if let Of::Mke = self.of
            && let Some(config) = parts.look(&facts.ucp.config)
        {
            let (observation, holds) = kubernetes(config);
            parts.see(observation);
            by_letter = by_letter && holds;
        }
        let finding = parts.fold(|verdict| match verdict {
            Verdict::Pass => format!("So it is: {}.", self.card.asks),
            Verdict::Fail => "Traffic between containers on different nodes is not encrypted everywhere.".into(),
            _ => "Networks are marked as encrypted, and it is not certain that their engines do encrypt.".into(),
        });
        let by_letter = if by_letter { Verdict::Pass } else { Verdict::Fail };
        Ok(finding.beside_letter(
            by_letter,
            match self.of {
                Of::Swarm => "the check drops every line with dtr anywhere in it, and of ingress and interlock networks those whose name ends so; the key alone counts for the others",
                Of::Mke => "the check looks at scope and driver of the networks, which say nothing of encryption",
            },
        ))
    }
}

type Known<'a> = BTreeMap<&'a str, (&'a Origin, &'a Network)>;

/// Every network that anybody who was asked knows, by id, and who knows them. The whole list has to be among
/// what was said.
fn networks<'a>(
    facts: &'a Facts,
    infos: &[(&Engine, &Read<Info>)],
    parts: &mut Parts,
) -> (Option<&'a Origin>, Known<'a>) {
    let said = parts.take(said(facts, |engine| &engine.networks)).unwrap_or_default();
    let all_alone = outside(facts, infos, "").is_some() && said.len() == facts.engines.len();
    let whole = said.iter().find(|(engine, _)| all_alone || is_manager(engine));
    if whole.is_none() && !said.is_empty() {
        let mut managers = facts.engines.iter().filter(|engine| is_manager(engine));
        let failed = managers.find_map(|engine| engine.networks.read().err());
        parts.lack(&failed.unwrap_or_else(|| Absent::Failed {
            request: Need::EngineNetworks.describe().into(),
            reason: "no manager was asked, and a worker knows only the networks it is attached to".into(),
        }));
    }
    // What a list shows that is not whole is there all the same: that no whole one was seen is kept in mind above.
    let partly: Vec<&Read<Networks>> = facts
        .engines
        .iter()
        .filter(|engine| engine.networks.read().is_err())
        .filter_map(|engine| engine.networks.part().0)
        .collect();
    let list = |read: &'a Read<Networks>| read.value.list.iter().map(move |n| (&read.origin, n));
    // The whole list first: what it says of a network counts.
    let origin = whole.or(said.first()).map(|(_, read)| *read).or(partly.first().copied()).map(|read| &read.origin);
    let whole = whole.into_iter().flat_map(|(_, read)| list(read));
    let whole_first = whole.chain(said.iter().flat_map(|(_, read)| list(read)));
    let whole_first = whole_first.chain(partly.into_iter().flat_map(list));
    let mut known = Known::new();
    for (origin, network) in whole_first {
        known.entry(network.id.as_str()).or_insert((origin, network));
    }
    (origin, known)
}

fn is_overlay(network: &Network) -> bool {
    network.driver == "overlay"
}

fn encrypts(network: &Network) -> bool {
    network.options.contains_key(KEY)
}

fn is_own(network: &Network) -> bool {
    network.ingress || OWN.contains(&network.name.as_str())
}

fn judge(networks: &Known<'_>, whole: &Origin, by_application: &[EncryptedByApplication]) -> Vec<Observation> {
    let expected = "the option encrypted";
    let mut observations = Vec::new();
    let (mut all, mut fine) = (0, 0);
    let mut own = Vec::new();
    for (origin, network) in networks.values().filter(|(_, n)| is_overlay(n)) {
        let subject = format!("overlay network {}", network.name);
        if is_own(network) {
            own.push(format!("{} ({})", network.name, state(network)));
            continue;
        }
        all += 1;
        let shown = by_application.iter().find(|by| by.network == network.name);
        if encrypts(network) {
            fine += 1;
        } else if let Some(by) = shown {
            let expected = format!("encrypted by the application (policy, {})", OVERLAY_APP_LAYER_ENCRYPTED.shown());
            observations.push(Observation::seen(origin, subject, expected, &by.evidence, true));
        } else {
            observations.push(Observation::seen(origin, subject, expected, state(network), false));
        }
    }
    let all = counted(all, "network", "networks");
    observations.push(Observation::seen(whole, "overlay networks", expected, format!("{fine} of {all}"), true));
    if !own.is_empty() {
        observations.push(Observation::seen(
            whole,
            "overlay networks of the product",
            "listed, not judged",
            own.join(", "),
            true,
        ));
    }
    observations
}

fn state(network: &Network) -> &'static str {
    if encrypts(network) { "encrypted" } else { "not encrypted" }
}

/// Engines before 20.10.24 (and 23.0.0 to 23.0.2) can send the traffic of an encrypted network in the
/// clear where the swarm's data path is not on its usual port 4789 (CVE-2023-28841 and the changes to
/// moby around it).
fn leaks(infos: &[(&Engine, &Read<Info>)]) -> Option<Observation> {
    let elsewhere = |info: &Info| match info.swarm.data_path_port {
        Field::Is(port) if port != 0 && port != 4789 => Some(port),
        _ => None,
    };
    let (read, port) = infos.iter().find_map(|(_, r)| Some((r, elsewhere(&r.value)?)))?;
    let own: Vec<&Info> =
        infos.iter().filter(|(engine, _)| engine.reach == Reach::Node).map(|(_, read)| &read.value).collect();
    let mended = |info: &&Info| {
        Release::parse(&info.server_version).is_some_and(|release| {
            release.is_at_least(&[20, 10, 24])
                && (!release.is_at_least(&[23, 0, 0]) || release.is_at_least(&[23, 0, 3]))
        })
    };
    if !own.is_empty() && own.iter().all(mended) {
        return None;
    }
    Some(Observation::undecided(
        &read.origin,
        "Swarm.Cluster.DataPathPort",
        "4789, or engines of 20.10.24, 23.0.3 or newer",
        format!("{port}, and engines that may then send encrypted networks in the clear"),
    ))
}

/// Whether Kubernetes encrypts, and whether the letter of the check finds it so.
fn kubernetes(config: &Read<Config>) -> (Observation, bool) {
    let stands = |setting| config.value.stands(setting, None);
    if stands(Setting::SwarmOnly).flag() == Some(true) {
        let subject = Setting::SwarmOnly.shown();
        let observation =
            Observation::seen(&config.origin, subject, "listed, not judged", "true: there is no Kubernetes", true);
        return (observation, true);
    }
    let overlay = stands(Setting::SecureOverlay);
    let holds = overlay.flag() == Some(true);
    let subject = Setting::SecureOverlay.shown();
    (Observation::seen(&config.origin, subject, "true", overlay.shown(), holds), holds)
}

/// What somebody finds who runs the check's command and looks for `encrypted:` in the lines that are left.
fn letter(networks: &Known<'_>, by_application: &[EncryptedByApplication]) -> bool {
    networks.values().map(|(_, n)| n).filter(|n| is_overlay(n)).all(|network| {
        let options = network.options.iter().map(|(key, value)| format!("{key}:{value}"));
        let line = format!("{} map[{}]", network.name, options.collect::<Vec<_>>().join(" "));
        let is_dropped = ["dtr", "interlock map", "ingress map"].iter().any(|word| line.contains(word));
        is_dropped || line.contains("encrypted:") || by_application.iter().any(|by| by.network == network.name)
    })
}

/// What somebody finds who looks at scope and driver of each network.
fn letter_mke(networks: &Known<'_>) -> bool {
    networks.values().all(|(_, n)| n.scope == "local" || n.driver == "overlay")
}

#[cfg(test)]
pub(super) use tests::cases;
#[cfg(test)]
mod tests;
