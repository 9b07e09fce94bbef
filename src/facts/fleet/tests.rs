//! Which node a fact is of, and which nodes were seen.

use super::super::engine::Info;
use super::super::{Need, Origin, host, swarm};
use super::*;

fn read<T: Serialize>(need: Need, value: T) -> Fact<T> {
    let at = chrono::DateTime::UNIX_EPOCH;
    Fact::Read(Read::new(need, "GET /x".into(), at, value))
}

fn node_of<T: Proven>(fact: &Fact<T>) -> Option<&str> {
    fact.read().ok().and_then(|read| read.origin.node.as_deref())
}

fn container(id: &str, node: Option<&str>) -> Container {
    Container { id: id.into(), node: node.map(str::to_owned), ..Container::default() }
}

fn list(containers: Vec<Container>) -> Fact<Containers> {
    read(Need::EngineContainers, Containers::new(containers, Vec::new(), 0))
}

fn member(name: &str) -> Node {
    Node { id: format!("id-{name}"), hostname: name.into(), state: "ready".into(), ..Node::default() }
}

/// UCP that shows the containers of m1 and w1, the engine of m1, and the host w1.
fn fleet() -> Facts {
    let mut info = Info { name: "m1".into(), ..Info::default() };
    info.swarm.node_id = "id-m1".into();
    let own = Engine {
        address: "tcp://10.0.0.1:2376".into(),
        info: read(Need::EngineInfo, info),
        containers: list(vec![container("a", None)]),
        swarm: read(Need::EngineSwarm, swarm::Swarm::default()),
        ..Engine::default()
    };
    let ucp = Engine {
        address: "https://ucp.example.mil".into(),
        reach: Reach::Cluster,
        info: read(Need::EngineInfo, Info::default()),
        containers: list(vec![container("a", Some("m1")), container("b", Some("w1"))]),
        nodes: read(Need::EngineNodes, Roster::Nodes(vec![member("m1"), member("w1")])),
        ..Engine::default()
    };
    let host = Host {
        root: "/copies/w1".into(),
        name: "w1".into(),
        os: read(Need::HostOs, host::Os::default()),
        ..Host::default()
    };
    let mut facts = Facts { engines: vec![ucp, own], hosts: vec![host], ..Facts::default() };
    facts.ucp.version = read(Need::UcpVersion, super::super::engine::Version::default());
    facts.place();
    facts
}

#[test]
fn a_fact_is_of_the_node_that_it_speaks_of_alone() {
    let facts = fleet();
    let [ucp, own] = facts.engines.as_slice() else {
        panic!("two engines");
    };
    assert_eq!(node_of(&own.info), Some("m1"));
    assert_eq!(node_of(&own.containers), Some("m1"));
    assert_eq!(node_of(&own.swarm), None, "the swarm's, not the manager's");
    assert_eq!(node_of(&ucp.info), None, "UCP's word for itself");
    assert_eq!(node_of(&ucp.containers), None);
    assert_eq!(node_of(&facts.ucp.version), None);
    assert_eq!(node_of(&facts.hosts[0].os), Some("w1"));
}

#[test]
fn the_node_is_no_part_of_the_evidence() {
    let mut facts = fleet();
    let placed = serde_json::to_string(&facts).expect("JSON");
    for (_, fact) in facts.engines.iter_mut().flat_map(Engine::each_mut) {
        fact.place(None);
    }
    assert_eq!(placed, serde_json::to_string(&facts).expect("JSON"));
    assert!(facts.altered().is_empty());
}

#[test]
fn what_ucp_shows_is_on_the_node_that_it_names() {
    let facts = fleet();
    let all = facts.containers().expect("containers");
    let seen: Vec<_> = all.containers().map(|(at, node, container)| (at.node(), node, container.id.as_str())).collect();
    assert_eq!(seen, [(Some("m1"), "m1", "a"), (Some("w1"), "w1", "b")]);
    assert_eq!(all.nodes().seen, ["m1", "w1"]);
}

#[test]
fn nodes_are_those_that_were_seen_and_what_was_missed() {
    let facts = fleet();
    let infos = facts.every_engine(|engine| &engine.info).expect("infos");
    let nodes = infos.nodes();
    assert_eq!(nodes.seen, ["m1"]);
    assert_eq!(nodes.missed[0].place, "w1");
    let hosts = facts.every_host(|host| &host.os).expect("hosts");
    assert_eq!(hosts.nodes().seen, ["w1"]);
    assert_eq!(hosts.nodes().missed[0].place, "m1");
}

#[test]
fn every_node_is_known_once() {
    let mut facts = fleet();
    let names = |facts: &Facts| -> Vec<String> {
        let known = facts.known_nodes();
        known.iter().map(|node| node.name.to_owned()).collect()
    };
    assert_eq!(names(&facts), ["m1", "w1"]);
    let addresses: Vec<_> = facts.known_nodes().into_iter().map(|n| n.addresses).collect();
    assert_eq!(addresses, [vec!["tcp://10.0.0.1:2376"], vec![]]);
    facts.hosts[0].name = "W1".into();
    assert_eq!(names(&facts), ["m1", "w1"]);
    facts.engines[1].info = Fact::default();
    assert_eq!(names(&facts), ["m1", "w1"], "one of the roster's");
    facts.engines.remove(0);
    facts.hosts.clear();
    assert_eq!(names(&facts), ["tcp://10.0.0.1:2376"]);
}

#[test]
fn what_is_said_of_several_nodes_is_of_none() {
    let origin = Origin { node: Some("m1".into()), ..fleet().engines[0].info.read().expect("read").origin.clone() };
    assert_eq!(At::from(&origin).node(), Some("m1"));
    assert_eq!(origin.whole().node(), None);
    assert_eq!(origin.whole().about(At::from(&origin)).node(), Some("m1"));
}
