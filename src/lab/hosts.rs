//! What the hosts of the nodes say: recorded, as there is no file system to read (`scripts/record-lab-hosts`).

use serde_json::{Value, json};

use super::{fault::Fault, scenario::Scenario};

const HARDENED: &str = include_str!("hosts/hardened.json");
const DEFAULT: &str = include_str!("hosts/default.json");

/// Each host as JSON: its name, and for each fact what it `is`, or why it `failed`.
pub(super) fn recorded(scenario: &Scenario) -> Vec<Value> {
    let text = if scenario.is_hardened() { HARDENED } else { DEFAULT };
    // A test sees that both can be read.
    let mut hosts: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
    if scenario.has(Fault::HostMissing) {
        hosts.pop();
    }
    if let Some(last) = hosts.last_mut() {
        befall(scenario, last);
    }
    hosts
}

/// What is wrong with the last host.
fn befall(scenario: &Scenario, host: &mut Value) {
    if scenario.has(Fault::HostSocketOpen)
        && let Some(socket) = file(host, "/var/run/docker.sock")
    {
        socket["at"]["is"]["mode"] = 0o666.into();
    }
    if scenario.has(Fault::HostFilesUnread) {
        host["files"] = json!({"failed": "permission denied"});
    }
}

fn file<'a>(host: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    let files = host.pointer_mut("/files/is/list")?.as_array_mut()?;
    files.iter_mut().find(|file| file["path"] == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_record_of_every_node() {
        for scenario in ["hardened", "default"] {
            let hosts = recorded(&scenario.parse().expect("a scenario"));
            let names: Vec<_> = hosts.iter().map(|host| host["name"].clone()).collect();
            assert_eq!(names, ["manager-1", "worker-1", "worker-2"], "{scenario}");
        }
        let scenario: Scenario = "host-socket-open".parse().expect("a scenario");
        let mut hosts = recorded(&scenario);
        let last = hosts.last_mut().expect("a host");
        assert_eq!(file(last, "/var/run/docker.sock").expect("a socket")["at"]["is"]["mode"], 0o666);
    }
}
