//! Ports of the host that lead into containers.
//!
//! How these could pass without evidence: a container on the host's network opens ports that no list shows;
//! a stopped one shows none until it runs again; the ports of a swarm's services are shown by no container;
//! `::` and an empty address are every interface as much as `0.0.0.0` is. A running container on the host's
//! network is undecided, what was asked for (`PortBindings`) is looked at where nothing is published, and
//! services are asked themselves.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::letter::{Command, Letter};
use super::population::{Context, Led, Placed};
use super::{ContainerRule, Seen, Whose, by_hand, no_notes, nothing, unsaid};
use crate::facts::container::Published;
use crate::facts::field::Field;
use crate::facts::swarm::{Service, ServicePort};
use crate::facts::{Absent, Need};
use crate::policy::{CON_PORTS, Policy};
use crate::probes::{Card, Deciding, Met};

const NEEDS: &[Need] = &[Need::EngineContainers, Need::EngineInfo, Need::EngineNodes, Need::EngineServices];

type Map = BTreeMap<String, Option<Vec<Published>>>;

/// A port of the host and the one in the container that it leads to (`80/tcp`).
#[derive(Clone, Debug)]
struct Mapping<'c> {
    inside: Cow<'c, str>,
    ip: &'c str,
    port: Cow<'c, str>,
}

impl Mapping<'_> {
    fn shown(&self) -> String {
        let ip = match self.ip {
            "" => "all addresses",
            ip => ip,
        };
        match self.port.as_ref() {
            "" => format!("{ip}, any free port -> {}", self.inside),
            port => format!("{ip}:{port} -> {}", self.inside),
        }
    }
}

fn map<'c>(name: &str, field: &'c Field<Map>) -> Result<Option<&'c Map>, Seen> {
    match field {
        Field::Is(map) => Ok(Some(map)),
        Field::Null => Ok(None),
        other => Err(Seen::Unsaid(unsaid(name, other))),
    }
}

fn each(map: Option<&Map>) -> impl Iterator<Item = (&str, &Published)> {
    map.into_iter().flatten().flat_map(|(inside, list)| list.iter().flatten().map(move |p| (inside.as_str(), p)))
}

/// What is published, and what was asked for where nothing is.
fn mappings<'a>(c: &Placed<'a>, context: &Context<'a>) -> Result<Vec<Mapping<'a>>, Seen> {
    let now = map("Ports", &c.container.ports)?;
    let asked = map("PortBindings", &c.container.port_bindings)?;
    if c.runs() {
        match context.lead(c, "NetworkMode", |c| &c.network_mode) {
            Led::To("host", _) => {
                let why = "on the host's network: no list shows the ports that it opens";
                return Err(Seen::Unsaid(why.into()));
            }
            Led::To(..) => {}
            Led::Lost(why) => return Err(Seen::Unsaid(why)),
        }
    }
    let is_published = |inside: &str| {
        let list = now.and_then(|map| map.get(inside)).and_then(Option::as_ref);
        list.is_some_and(|list| !list.is_empty())
    };
    let asked = each(asked).filter(|(inside, _)| !is_published(inside));
    Ok(each(now)
        .chain(asked)
        .map(|(inside, published)| Mapping {
            inside: inside.into(),
            ip: &published.host_ip,
            port: published.host_port.as_str().into(),
        })
        .collect())
}

/// What `{{ .NetworkSettings.Ports }}` prints.
fn printed<'a>(c: &Placed<'a>) -> Option<impl Iterator<Item = (&'a str, &'a Published)>> {
    match &c.container.ports {
        Field::Odd(_) => None,
        field => Some(each(field.get())),
    }
}

/// The verdict of the mappings that `wrong` says something about.
fn weigh(mappings: &[Mapping<'_>], wrong: impl Fn(&Mapping<'_>) -> Option<bool>) -> Seen {
    let (mut open, mut strange) = (Vec::new(), Vec::new());
    for mapping in mappings {
        match wrong(mapping) {
            Some(false) => {}
            Some(true) => open.push(mapping.shown()),
            None => strange.push(mapping.shown()),
        }
    }
    if !open.is_empty() {
        Seen::Offends(open.join(", "))
    } else if !strange.is_empty() {
        Seen::Unsaid(format!("{}, which cannot be read", strange.join(", ")))
    } else {
        Seen::Holds
    }
}

/// The first of the ports that people and programs without privileges may open.
const UNPRIVILEGED: u32 = 1024;

/// Below 1024 and not 0, which stands for any free port. Of a range the beginning counts.
fn is_low(port: &str) -> Option<bool> {
    let first = port.split('-').next().unwrap_or_default();
    if first.is_empty() {
        return port.is_empty().then_some(false);
    }
    let number: u32 = first.parse().ok()?;
    Some((1..UNPRIVILEGED).contains(&number))
}

fn low_ports<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    match mappings(c, context) {
        Ok(mappings) => weigh(&mappings, |m| is_low(&m.port)),
        Err(seen) => seen,
    }
}

fn low_service(service: &Service, _: &Placed<'_>, _: &Context<'_>) -> Seen {
    let low = |port: &&ServicePort| (1..UNPRIVILEGED).contains(&port.published_port);
    let shown: Vec<String> = service.ports.iter().filter(low).map(shown_port).collect();
    if shown.is_empty() { Seen::Holds } else { Seen::Offends(shown.join(", ")) }
}

fn shown_port(port: &ServicePort) -> String {
    let mode = match port.publish_mode.as_str() {
        "" => "ingress",
        mode => mode,
    };
    let (published, target, protocol) = (port.published_port, port.target_port, &port.protocol);
    format!("{mode} {published} -> {target}/{protocol}")
}

/// Every interface: no address, or the one that stands for all.
fn is_wildcard(ip: &str) -> Option<bool> {
    let bare = ip.trim_start_matches('[').trim_end_matches(']');
    if bare.is_empty() {
        return Some(true);
    }
    let ip: IpAddr = bare.parse().ok()?;
    Some(ip.to_canonical().is_unspecified())
}

fn bound<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    match mappings(c, context) {
        Ok(mappings) => weigh(&mappings, |m| is_wildcard(m.ip)),
        Err(seen) => seen,
    }
}

/// What the swarm publishes is bound to no address. The policy may list it for all of them by name.
fn bound_service(service: &Service, placed: &Placed<'_>, context: &Context<'_>) -> Seen {
    let (mut open, mut listed) = (Vec::new(), Vec::new());
    for port in ingress(service) {
        let everywhere = context.policy.con_ports.iter().flatten().any(|rule| {
            let any = rule.host_ip.as_deref().and_then(is_wildcard) == Some(true);
            any && u32::from(rule.container_port) == port.target_port
                && rule.proto.eq_ignore_ascii_case(&port.protocol)
                && rule.host_port.is_none_or(|wanted| u32::from(wanted) == port.published_port)
                && rule.selector.selects(placed.container)
        });
        if everywhere { &mut listed } else { &mut open }.push(shown_port(port));
    }
    match (open.as_slice(), listed.as_slice()) {
        ([], []) => Seen::Holds,
        ([], listed) => Seen::Noted(format!("{}: on every address, as the policy lists it", listed.join(", "))),
        (open, _) => Seen::Offends(format!("{}: on every address of every node", open.join(", "))),
    }
}

/// The ports that every node publishes; those in mode `host` are shown by the containers.
fn ingress(service: &Service) -> impl Iterator<Item = &ServicePort> {
    let ports = service.ports.iter();
    ports.filter(|port| port.published_port != 0 && port.publish_mode != "host")
}

/// The policy lists it for this container. None if its numbers cannot be read.
fn is_approved(m: &Mapping<'_>, c: &Placed<'_>, context: &Context<'_>) -> Option<bool> {
    let (inside, protocol) = m.inside.split_once('/').unwrap_or((&m.inside, "tcp"));
    let inside: u16 = inside.parse().ok()?;
    let port: Option<u16> = match m.port.as_ref() {
        "" | "0" => None,
        // A range asked for is not one port that could be listed.
        range if range.contains('-') => None,
        port => Some(port.parse().ok()?),
    };
    let any = is_wildcard(m.ip)?;
    let is_address = |wanted: &str| match is_wildcard(wanted) {
        Some(true) => any,
        _ => !any && same_address(wanted, m.ip),
    };
    let mut rules = context.policy.con_ports.iter().flatten();
    Some(rules.any(|rule| {
        rule.container_port == inside
            && rule.proto.eq_ignore_ascii_case(protocol)
            && rule.host_port.is_none_or(|wanted| port == Some(wanted))
            && rule.host_ip.as_deref().is_none_or(is_address)
            && rule.selector.selects(c.container)
    }))
}

fn same_address(a: &str, b: &str) -> bool {
    match (a.parse::<IpAddr>(), b.parse::<IpAddr>()) {
        (Ok(a), Ok(b)) => a.to_canonical() == b.to_canonical(),
        _ => false,
    }
}

fn approved<'a>(c: &Placed<'a>, context: &Context<'a>) -> Seen {
    match mappings(c, context) {
        Ok(mappings) => weigh(&mappings, |m| is_approved(m, c, context).map(|is| !is)),
        Err(seen) => seen,
    }
}

fn approved_service(service: &Service, placed: &Placed<'_>, context: &Context<'_>) -> Seen {
    let mappings: Vec<Mapping<'_>> = ingress(service)
        .map(|port| Mapping {
            inside: format!("{}/{}", port.target_port, port.protocol).into(),
            ip: "",
            port: port.published_port.to_string().into(),
        })
        .collect();
    weigh(&mappings, |m| is_approved(m, placed, context).map(|is| !is))
}

fn requires_ports(policy: &Policy) -> Result<(), Absent> {
    policy.con_ports.as_ref().map(|_| ()).ok_or_else(|| CON_PORTS.absent())
}

/// Some mapping that is printed is of this kind; none if one cannot be read.
fn some_printed<'a>(c: &Placed<'a>, is: impl Fn(&str, &'a Published) -> Option<bool>) -> Option<bool> {
    let mut found = false;
    for (inside, published) in printed(c)? {
        found |= is(inside, published)?;
    }
    Some(found)
}

/// DKER-EE-002150, CNTR-MK-000570 and CNTR-MK-000650.
pub static LOW_PORTS: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-low-ports",
        asks: "No container is published on a host port below 1024",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[],
        by_hand: by_hand!(
            all "{{.NetworkSettings.Ports}} {{.HostConfig.PortBindings}}",
            "A port of the host from 1 to 1023 is a finding; docker service ls shows what services publish."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002150", "CNTR-MK-000570", "CNTR-MK-000650"],
    requires: nothing,
    whose: Whose::All,
    on: None,
    expected: "no port of the host below 1024",
    fault: "they are published on ports below 1024",
    look: low_ports,
    services: Some(low_service),
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::All,
        finds: |c, _| some_printed(c, |_, published| is_low(&published.host_port)),
        words: "it prints what is published now: nothing of stopped containers, of services and of the host's network",
    },
};

/// DKER-EE-002160.
pub static BOUND_PORTS: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-bound-ports",
        asks: "Published container ports are bound to one address of the host",
        needs: NEEDS,
        decides_with: Deciding::Facts,
        parameters: &[CON_PORTS],
        by_hand: by_hand!(
            running "{{.NetworkSettings.Ports}}",
            "The address 0.0.0.0 or :: before a port is a finding, and so is ingress in what docker service ls shows."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-002160"],
    requires: nothing,
    whose: Whose::Running,
    on: None,
    expected: "an address of the host before every published port",
    fault: "they accept traffic on every address of the host",
    look: bound,
    services: Some(bound_service),
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Running,
        finds: |c, _| some_printed(c, |_, published| Some(published.host_ip == "0.0.0.0")),
        words: "it knows the address 0.0.0.0 only, and nothing of the host's network",
    },
};

/// DKER-EE-001990, DKER-EE-003560, CNTR-MK-000640 and CNTR-MK-001360.
pub static APPROVED_PORTS: ContainerRule = ContainerRule {
    card: &Card {
        name: "container-approved-ports",
        asks: "Containers publish only the ports the organisation has approved",
        needs: NEEDS,
        decides_with: Deciding::Policy,
        parameters: &[CON_PORTS],
        by_hand: by_hand!(
            running "{{.NetworkSettings.Ports}} {{.HostConfig.PortBindings}}",
            "Hold each mapping against the plan, and what docker service ls shows as well."
        ),
        met: Met::RealProduct,
    },
    rules: &["DKER-EE-001990", "DKER-EE-003560", "CNTR-MK-000640", "CNTR-MK-001360"],
    requires: requires_ports,
    whose: Whose::Running,
    on: None,
    expected: "only the ports that the policy lists for it",
    fault: "they publish ports that the policy does not list",
    look: approved,
    services: Some(approved_service),
    pods: None,
    notes: no_notes,
    letter: Letter {
        command: Command::Running,
        finds: |c, context| {
            some_printed(c, |inside, published| {
                let mapping = Mapping {
                    inside: inside.into(),
                    ip: &published.host_ip,
                    port: published.host_port.as_str().into(),
                };
                is_approved(&mapping, c, context).map(|is| !is)
            })
        },
        words: "it prints what containers publish now: nothing of services and of the host's network",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_low_port_is_known_as_text() {
        for (port, is) in [
            ("80", Some(true)),
            ("1023", Some(true)),
            ("1", Some(true)),
            ("1024", Some(false)),
            ("8080", Some(false)),
            ("0", Some(false)),
            ("", Some(false)),
            ("1000-2000", Some(true)),
            ("http", None),
            ("-80", None),
        ] {
            assert_eq!(is_low(port), is, "{port:?}");
        }
    }

    #[test]
    fn every_interface_has_many_names() {
        for (ip, is) in [
            ("", Some(true)),
            ("0.0.0.0", Some(true)),
            ("::", Some(true)),
            ("[::]", Some(true)),
            ("0:0:0:0:0:0:0:0", Some(true)),
            ("::ffff:0.0.0.0", Some(true)),
            ("10.2.3.4", Some(false)),
            ("::1", Some(false)),
            ("eth0", None),
        ] {
            assert_eq!(is_wildcard(ip), is, "{ip:?}");
        }
    }
}
