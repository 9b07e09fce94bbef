//! Engines that answer as none should, or as none yet does: no container is lost, and nothing that is
//! not whole passes for whole.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixListener;
use std::time::Duration;

use common::collecting::{gather, target};
use common::fake_engine::{FakeEngine, id, inspection, listed};
use serde_json::{Value, json};
use stigprobe::facts::container::Containers;
use stigprobe::facts::field::Field;
use stigprobe::facts::swarm::Roster;
use stigprobe::facts::{Engine, Reach};

/// What an engine with three containers says, if it answers this to that path.
fn says(path: &'static str, status: u16, body: impl Into<String>) -> Engine {
    let body = body.into();
    let fake = FakeEngine::start(3, move |asked| (asked == path).then(|| (status, body.clone())));
    gather(&target(&fake.uri()))
}

fn containers(engine: &Engine) -> &Containers {
    &engine.containers.read().unwrap().value
}

const LIST: &str = "/containers/json?all=1";

fn path_of(number: usize) -> &'static str {
    Box::leak(format!("/containers/{}/json", id(number)).into_boxed_str())
}

#[test]
fn one_list_and_one_inspection_each_whatever_is_needed() {
    let fake = FakeEngine::start(50, |_| None);
    let engine = gather(&target(&fake.uri()));
    assert_eq!(containers(&engine).read().len(), 50);
    assert_eq!(engine.nodes.read().unwrap().value, Roster::NoSwarm);
    let expected = [
        ("GET /version", 1),
        ("GET /info", 1),
        ("GET /containers/json?all=1", 1),
        ("GET /containers/{id}/json", 50),
        ("GET /images/json", 1),
        ("GET /networks", 1),
        ("GET /volumes", 1),
    ];
    let expected: BTreeMap<String, u32> = expected.into_iter().map(|(k, n)| (k.to_owned(), n)).collect();
    assert_eq!(fake.asked(), expected);
}

#[test]
fn a_list_that_is_not_whole_is_none() {
    let cut = json!([listed(0), listed(1)]).to_string();
    let cut = &cut[..cut.len() - 1];
    let twice = json!([listed(0), listed(0)]).to_string();
    for (status, body) in [
        (200, ""),
        (200, "{}"),
        (200, "[null]"),
        (200, r#"{"message":"x"}"#),
        (200, "<html>"),
        (200, cut),
        (200, &twice),
        (204, ""),
        (206, "[]"),
        (302, "[]"),
        (403, r#"{"message":"hunter2"}"#),
    ] {
        let engine = says(LIST, status, body);
        let reason = engine.containers.read().expect_err(body).to_string();
        assert!(!reason.contains("hunter2"), "{reason}");
        assert!(engine.processes.read().is_err(), "{body}");
        assert!(engine.info.read().is_ok(), "{body}");
    }
}

#[test]
fn a_list_of_fewer_than_the_engine_counts_is_not_whole() {
    let one = json!([listed(0)]).to_string();
    for body in ["[]", "null", &one] {
        let engine = says(LIST, 200, body);
        let reason = containers(&engine).counted(Reach::Node).expect_err(body);
        assert!(reason.contains("there are 3"), "{reason}");
    }
    for body in ["[]", "null"] {
        let fake = FakeEngine::start(0, move |path| (path == LIST).then(|| (200, body.into())));
        assert_eq!(containers(&gather(&target(&fake.uri()))).counted(Reach::Node), Ok(()));
    }
    // Three times in all both are asked, and no more.
    let fake = FakeEngine::start(3, |path| (path == LIST).then(|| (200, "[]".into())));
    gather(&target(&fake.uri()));
    assert_eq!((fake.asked()["GET /info"], fake.asked()["GET /containers/json?all=1"]), (3, 3));
}

#[test]
fn an_image_that_is_gone_while_its_container_runs_is_no_gap() {
    let mut running = [listed(0), listed(1)];
    running[0]["ImageID"] = json!("sha256:1");
    for entry in &mut running {
        entry["State"] = json!("running");
    }
    let list = json!(running).to_string();
    let other = running[1]["ImageID"].as_str().unwrap().to_owned();
    let images = |status: u16, message: &'static str, all: Value| {
        let (list, of_other, all) = (list.clone(), format!("/images/{other}/json"), all.to_string());
        let fake = FakeEngine::start(2, move |path| match path {
            LIST => Some((200, list.clone())),
            "/images/json?all=1" => Some((200, all.clone())),
            path if path == of_other => Some((status, json!({"message": message}).to_string())),
            _ => None,
        });
        gather(&target(&fake.uri()))
            .images
            .read()
            .map(|read| read.value.list.len())
            .map_err(|absent| absent.to_string())
    };
    let listed = json!([{"Id": "sha256:1", "RepoTags": ["busybox:1"]}, {"Id": other, "RepoTags": null}]);
    // The engine says itself that it has none such, or shows it among those that are parts of others.
    assert_eq!(images(404, "No such image: x", json!([])), Ok(1));
    assert_eq!(images(200, "", listed), Ok(1));
    let lacking = images(200, "", json!([])).expect_err("it is there and not listed");
    assert!(lacking.contains("registry.example.mil/shop/web:3"), "{lacking}");
    assert!(images(404, "page not found", json!([])).is_err());
}

#[test]
fn other_lists_are_whole_or_none_too() {
    for body in ["", "null", "{}", r#"[{"Id":"a"},{"Id":"a"}]"#, r#"[{"Id":""}]"#, "[5]"] {
        assert!(says("/images/json", 200, body).images.read().is_err(), "{body}");
        assert!(says("/networks", 200, body).networks.read().is_err(), "{body}");
    }
    for body in ["", "null", "[]", "{}"] {
        assert!(says("/info", 200, body).info.read().is_err(), "{body}");
        assert!(says("/version", 200, body).containers.read().is_err(), "{body}");
    }
}

#[test]
fn a_container_that_is_gone_is_no_part_of_the_population() {
    let gone = json!({"message": format!("No such container: {}", id(1))}).to_string();
    let engine = says(path_of(1), 404, gone);
    let containers = containers(&engine);
    assert_eq!((containers.read().len(), containers.unread().len(), containers.gone), (2, 0, 1));
}

#[test]
fn a_container_that_is_listed_and_not_found_is_unread() {
    let engine = says(path_of(1), 404, "<html>");
    let there = containers(&engine);
    assert_eq!((there.read().len(), there.unread().len(), there.gone), (2, 1, 0));
    assert_eq!(there.unread()[0].name, "web-1");

    // All at once are not gone: something in between does not know them.
    let fake = FakeEngine::start(3, |path| {
        path.starts_with("/containers/00").then(|| (404, r#"{"message":"No such container: x"}"#.into()))
    });
    let engine = gather(&target(&fake.uri()));
    assert_eq!((containers(&engine).unread().len(), containers(&engine).gone), (3, 0));
}

#[test]
fn a_container_that_cannot_be_looked_at_is_named_and_the_others_are_read() {
    let other = inspection(&id(2)).to_string();
    let cut = &other[..200];
    for (status, body) in
        [(500, r#"{"message":"hunter2"}"#), (403, "hunter2"), (200, cut), (200, "null"), (200, "[]"), (200, &other)]
    {
        let engine = says(path_of(1), status, body);
        let there = containers(&engine);
        assert_eq!((there.read().len(), there.gone), (2, 0), "{status} {body}");
        let unread = &there.unread()[0];
        assert_eq!((unread.id.as_str(), unread.name.as_str()), (id(1).as_str(), "web-1"));
        assert!(!unread.reason.contains("hunter2"), "{}", unread.reason);
    }
}

#[test]
fn what_is_unknown_or_odd_loses_no_container() {
    let mut entry = listed(1);
    entry["State"] = json!("hibernating");
    entry["Names"] = json!(null);
    entry["Mood"] = json!({"new": [1, 2]});
    let mut odd = inspection(&id(1));
    odd["Mood"] = json!([{"new": 1}]);
    odd["HostConfig"]["Memory"] = json!("64m");
    odd["HostConfig"]["RestartPolicy"] = json!("always");
    odd["HostConfig"]["CapAdd"] = json!({"CAP_X": true});
    odd["Config"]["Labels"] = json!(null);
    odd["Mounts"] = json!([{"Type": "portal", "Source": 5}]);
    let bare = json!({ "Id": id(2) });
    let list = json!([listed(0), entry, listed(2)]).to_string();
    let fake = FakeEngine::start(3, move |path| {
        let answers = [(LIST, &list), (path_of(1), &odd.to_string()), (path_of(2), &bare.to_string())];
        let found = answers.iter().find(|(p, _)| *p == path);
        found.map(|(_, body)| (200, (*body).clone()))
    });
    let engine = gather(&target(&fake.uri()));
    let there = containers(&engine);
    assert_eq!((there.read().len(), there.unread().len()), (3, 0));
    let odd = &there.read()[1];
    assert!(odd.memory.is_odd() && odd.cap_add.is_odd() && odd.mounts.is_odd());
    assert_eq!(odd.restart, Field::Absent);
    assert_eq!(odd.user, Field::Is("1000".into()));
    assert_eq!(there.read()[2].privileged, Field::Absent);
    // What is in a state that nobody knows may run.
    assert_eq!(engine.processes.read().unwrap().value.running.len(), 1);
}

#[test]
fn programs_are_asked_of_what_runs_and_of_nothing_else() {
    let states = ["running", "paused", "restarting", "created", "exited", "dead"];
    let list: Vec<Value> = states
        .iter()
        .enumerate()
        .map(|(number, state)| {
            let mut entry = listed(number);
            entry["State"] = json!(state);
            entry
        })
        .collect();
    let list = json!(list).to_string();
    let top = |number: usize| format!("/containers/{}/top?ps_args=-eo%20pid,ppid,uid,comm,args", id(number));
    let (stopped, restarting) = (top(1), top(2));
    let fake = FakeEngine::start(6, move |path| match path {
        LIST => Some((200, list.clone())),
        p if p == stopped => Some((409, json!({"message": "Container x is not running"}).to_string())),
        p if p == restarting => {
            let message = "Container x is restarting, wait until the container is running";
            Some((409, json!({ "message": message }).to_string()))
        }
        _ => None,
    });
    let engine = gather(&target(&fake.uri()));
    let processes = &engine.processes.read().unwrap().value;
    assert_eq!(processes.running.len(), 1);
    assert_eq!(processes.running[0].programs, ["sleep"]);
    // Its inspection says that it has ended, so what the engine said of it holds no longer.
    assert_eq!(processes.unread.len(), 0);
    assert_eq!(fake.asked()["GET /containers/json?all=1"], 1);
}

#[test]
fn a_container_whose_programs_cannot_be_seen_is_unread() {
    let mut entry = listed(0);
    entry["State"] = json!("running");
    let list = json!([entry]).to_string();
    for (status, body) in [
        (409, r#"{"message":"Container x is restarting, wait until the container is running"}"#),
        (500, r#"{"message":"ps: exit status 1"}"#),
        (200, r#"{"Titles":["PID","CMD"],"Processes":[]}"#),
        (200, r#"{"Titles":["PID","CMD"],"Processes":null}"#),
    ] {
        let list = list.clone();
        let fake = FakeEngine::start(1, move |path| match path {
            LIST => Some((200, list.clone())),
            p if p.contains("/top") => Some((status, body.into())),
            p if p.ends_with("/json") && p.starts_with("/containers/0") => {
                let mut running = inspection(&id(0));
                running["State"]["Status"] = json!("running");
                Some((200, running.to_string()))
            }
            _ => None,
        });
        let engine = gather(&target(&fake.uri()));
        let processes = &engine.processes.read().unwrap().value;
        assert_eq!((processes.running.len(), processes.unread.len()), (0, 1), "{body}");
    }
}

#[test]
fn an_answer_that_ends_early_or_never_is_none() {
    // Complete as JSON, and shorter than it says it is.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docker.sock");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            reader.read_line(&mut line).unwrap();
            let body = if line.contains("/version") { r#"{"Version":"20.10.24","ApiVersion":"1.41"}"# } else { "[]" };
            let length = if line.contains("/containers/json") { 1000 } else { body.len() };
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
        }
    });
    let engine = gather(&target(&format!("unix://{}", path.display())));
    assert!(engine.version.read().is_ok());
    let reason = engine.containers.read().unwrap_err().to_string();
    assert!(reason.contains("broke off"), "{reason}");

    let fake = FakeEngine::start(1, |path| {
        if path == LIST {
            std::thread::sleep(Duration::from_millis(2500));
        }
        None
    });
    let mut targets = target(&fake.uri());
    targets.limits.request_seconds = 1;
    let engine = gather(&targets);
    let reason = engine.containers.read().unwrap_err().to_string();
    assert!(reason.contains("within the time limit"), "{reason}");
}

#[test]
fn an_engine_that_is_not_there_is_an_error_of_each_fact() {
    let engine = gather(&target("unix:///nonexistent/docker.sock"));
    for (need, fact) in engine.each() {
        let reason = fact.absent().unwrap().to_string();
        assert!(reason.contains("no connection"), "{need}: {reason}");
    }
}

/// What UCP says to an account of this kind.
fn ucp(config: u16) -> FakeEngine {
    let node = |name: &str, id: &str| {
        json!({"ID": id, "Spec": {"Role": "manager", "Availability": "active"}, "Status": {"State": "ready"},
            "Description": {"Hostname": name}, "ManagerStatus": {"Leader": name == "node1"}})
    };
    let nodes = json!([node("node1", "n1"), node("node2", "n2")]).to_string();
    let bridge = |id: &str, name: &str| json!({"Id": id, "Name": name, "Driver": "bridge", "Scope": "local"});
    let networks = json!([bridge("a", "node1/bridge"), bridge("b", "node2/bridge")]).to_string();
    let running = (0..3).map(|number| {
        let mut entry = listed(number);
        (entry["State"], entry["Image"]) = (json!("running"), json!("a:1"));
        entry
    });
    let running = running.collect::<Value>().to_string();
    FakeEngine::start(3, move |path| {
        let ok = |body: &str| Some((200, body.to_owned()));
        match path {
            LIST => ok(&running),
            "/version" => ok(r#"{"Version":"ucp/3.2.5","ApiVersion":"1.40","MinAPIVersion":"1.20"}"#),
            "/api/ucp/config-toml" => Some((config, "[auth]".into())),
            "/info" => ok(r#"{"Name":"ucp-controller-10.0.0.1","Driver":"","Swarm":{"NodeID":"n1",
                "LocalNodeState":"active","ControlAvailable":true,"Nodes":2,"Managers":2}}"#),
            "/nodes" => ok(&nodes),
            "/networks" => ok(&networks),
            "/images/json" => ok(r#"[{"Id":"i","RepoTags":["a:1"]},{"Id":"i","RepoTags":["a:1"]}]"#),
            "/services" | "/secrets" => ok("[]"),
            "/swarm" => {
                ok(r#"{"Spec":{"EncryptionConfig":{"AutoLockManagers":false}},"JoinTokens":{"Worker":"SWMTKN-x"}}"#)
            }
            _ if path.starts_with("/containers/0") => {
                let mut told = inspection(&path[12..76]);
                told["Name"] = json!(format!("/node2{}", told["Name"].as_str().unwrap()));
                told["Node"] = json!({"Name": "node2"});
                Some((200, told.to_string()))
            }
            _ => None,
        }
    })
}

#[test]
fn ucp_speaks_for_all_of_its_nodes() {
    let fake = ucp(200);
    let engine = gather(&target(&fake.uri()));
    assert_eq!(engine.reach, Reach::Cluster);
    let there = containers(&engine);
    assert_eq!(there.read().len(), 3);
    assert_eq!(there.read()[0].name, "web-0");
    assert_eq!(there.read()[0].node.as_deref(), Some("node2"));
    assert_eq!(engine.networks.read().unwrap().value.list[1].name, "node2/bridge");
    assert_eq!(engine.images.read().unwrap().value.list.len(), 1);
    let Roster::Nodes(nodes) = &engine.nodes.read().unwrap().value else {
        panic!("no nodes");
    };
    assert_eq!(nodes.len(), 2);
    assert!(!serde_json::to_string(&engine).unwrap().contains("SWMTKN"));
}

#[test]
fn what_an_ordinary_account_of_ucp_sees_is_not_taken_for_all() {
    for status in [401, 403, 404, 500] {
        let fake = ucp(status);
        let engine = gather(&target(&fake.uri()));
        for (need, fact) in engine.each() {
            assert!(fact.absent().is_some(), "{status}: {need}");
        }
    }
}

#[test]
fn nodes_that_are_missing_from_their_list_are_noticed() {
    let info = |state: &str, manager: bool, nodes: u32| json!({"Name": "a", "Swarm": {"NodeID": "n1", "LocalNodeState": state, "ControlAvailable": manager, "Nodes": nodes}});
    let node = |id: &str| json!({"ID": id, "Spec": {"Role": "worker", "Availability": "active"}, "Status": {"State": "ready"}});
    let roster = |info: Value, nodes: Value| {
        let fake = FakeEngine::start(0, move |path| match path {
            "/info" => Some((200, info.to_string())),
            "/nodes" => Some((200, nodes.to_string())),
            "/networks" => Some((200, "[]".into())),
            _ => None,
        });
        gather(&target(&fake.uri()))
    };
    let of = |engine: Engine| engine.nodes.read().map(|read| read.value.clone());
    assert!(of(roster(info("active", true, 2), json!([node("n1"), node("n2")]))).is_ok());
    for (nodes, list) in [
        (2, json!([node("n1")])),
        (1, json!([node("n2")])),
        (2, json!([node("n1"), node("n1")])),
        (0, json!([])),
        (1, json!(null)),
    ] {
        assert!(of(roster(info("active", true, nodes), list.clone())).is_err(), "{list}");
    }
    let worker = roster(info("active", false, 0), json!([node("n1")]));
    assert!(worker.networks.read().is_err() && worker.swarm.read().is_err());
    assert_eq!(of(worker), Ok(Roster::Worker));
    for state in ["locked", "pending", "error", "new"] {
        let engine = roster(info(state, false, 0), json!([node("n1")]));
        assert!(engine.networks.read().is_err(), "{state}");
        for absent in [engine.networks.read().err(), engine.swarm.read().err(), engine.nodes.read().err()] {
            let told = absent.unwrap().to_string();
            assert_eq!(told.contains("`docker swarm unlock`"), state == "locked", "{state}: {told}");
        }
        assert!(of(engine).is_err(), "{state}");
    }
}
