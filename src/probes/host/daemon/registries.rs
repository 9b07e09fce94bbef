//! Engines accept no registry without checking who it is.

use super::super::{by_letter, on_linux, with_letter};
use super::listed;
use crate::facts::engine::Info;
use crate::facts::field::Field;
use crate::facts::host::Daemon;
use crate::facts::{Absent, Facts, Need, Origin, Reach, Read};
use crate::finding::{Finding, Observation, Parts};
use crate::policy::Policy;
use crate::probes::{Card, Deciding, Met, Probe};
use crate::xccdf::Verdict;

/// DKER-EE-001800.
pub struct InsecureRegistries;

static INSECURE: Card = Card {
    name: "engine-insecure-registries",
    asks: "No engine accepts an insecure registry",
    needs: &[Need::HostDaemon, Need::EngineInfo, Need::EngineNodes],
    decides_with: Deciding::Facts,
    parameters: &[],
    by_hand: "On each node:\n  docker info --format '{{json .RegistryConfig}}'\n  \
        tr '\\0' ' ' < /proc/$(pidof dockerd)/cmdline\n  \
        grep insecure-registries /etc/docker/daemon.json",
    met: Met::RealProduct,
};

/// What engines add by themselves.
const LOOPBACK: &[&str] = &["127.0.0.0/8", "::1/128"];

impl Probe for InsecureRegistries {
    fn card(&self) -> &'static Card {
        &INSECURE
    }

    /// What an engine says holds its arguments and its file, as they are in force. So engines alone decide
    /// the rule, hosts alone do, and where both were asked for both have to be in order.
    fn decide(&self, facts: &Facts, _: &Policy) -> Result<Finding, Absent> {
        let mut parts = Parts::default();
        let mut letter = Vec::new();
        let is_node = |reach: Reach| reach == Reach::Node;
        if facts.hosts.is_empty() && facts.engines.iter().any(|engine| is_node(engine.reach)) {
            let engines = facts.every_engine(|engine| &engine.info)?;
            for (place, read) in engines.seen() {
                parts.extend(of_engine(place, read));
            }
            parts.over(&engines);
            return Ok(parts.fold(insecure_words));
        }
        if let Some(hosts) = parts.take(facts.hosts_with(|host| host.daemon.read(), on_linux)) {
            for (host, read) in &hosts.seen {
                parts.extend(of_host(&host.name, read));
                letter.push(listed(&read.value, |settings| settings.insecure_registries.is_absent()));
            }
            parts.over(&hosts.missed);
        }
        for engine in facts.engines.iter().filter(|engine| is_node(engine.reach)) {
            if let Some(info) = parts.look(&engine.info) {
                parts.extend(of_engine(engine.place(), info));
            }
        }
        let finding = parts.fold(insecure_words);
        Ok(with_letter(
            finding,
            by_letter(&letter),
            "ps shows the arguments of running engines only: not daemon.json; and a flag that names the loopback range alone, which engines trust anyway, is a finding to it",
        ))
    }
}

fn insecure_words(verdict: Verdict) -> String {
    match verdict {
        Verdict::Pass => "No engine accepts an insecure registry.",
        Verdict::Fail => "An engine accepts a registry without checking who it is.",
        _ => "Which registries every engine accepts could not be seen.",
    }
    .into()
}

const SECURE: &str = "no insecure registry but the loopback ranges";

/// An observation of the registries that are accepted somewhere.
fn registries(origin: &Origin, subject: String, named: &Field<Vec<String>>, absent: bool) -> Observation {
    match named {
        Field::Is(names) => {
            let others: Vec<&str> = names.iter().map(String::as_str).filter(|name| !LOOPBACK.contains(name)).collect();
            let actual = if others.is_empty() { "none".into() } else { others.join(", ") };
            Observation::seen(origin, subject, SECURE, actual, others.is_empty())
        }
        Field::Absent | Field::Null if absent => Observation::seen(origin, subject, SECURE, "none", true),
        Field::Absent | Field::Null => Observation::undecided(origin, subject, SECURE, "not said"),
        Field::Odd(kind) => Observation::undecided(origin, subject, SECURE, kind.clone()),
    }
}

fn of_host(host: &str, read: &Read<Daemon>) -> Vec<Observation> {
    let origin = &read.origin;
    let (said, mut observations) = match read.value.said() {
        Ok(said) => (said, Vec::new()),
        Err(reason) => (read.value.seen(), vec![Observation::undecided(origin, host, SECURE, reason)]),
    };
    observations.extend(said.iter().map(|said| {
        let subject = format!("{host}: {}", said.place);
        registries(origin, subject, &said.settings.insecure_registries, true)
    }));
    observations
}

fn of_engine(place: &str, read: &Read<Info>) -> [Observation; 2] {
    let subject = |what: &str| format!("{place}: {what} (GET /info)");
    [
        registries(
            &read.origin,
            subject("networks whose registries are not checked"),
            &read.value.insecure_cidrs,
            false,
        ),
        registries(&read.origin, subject("registries that are not checked"), &read.value.insecure_registries, false),
    ]
}
