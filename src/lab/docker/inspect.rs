//! What the Docker API shows of a container: its entry in the list, its inspection, its processes.

use serde_json::{Map, Value, json};

use super::nodes::{id64, logging};
use super::{CREATED, containers::Container};
use crate::lab::scenario::Scenario;

/// Its name: through UCP with the node before it.
fn name(container: &Container, through_ucp: bool) -> String {
    if through_ucp { format!("/{}/{}", container.node().name, container.name) } else { format!("/{}", container.name) }
}

fn labels(container: &Container) -> Value {
    let labels = container.labels.iter();
    let labels: Map<String, Value> = labels.map(|(key, value)| ((*key).to_owned(), value.clone().into())).collect();
    labels.into()
}

fn status(container: &Container) -> &'static str {
    match container.state {
        "running" => "Up 3 weeks",
        _ => "Exited (0) 3 weeks ago",
    }
}

/// Its entry in `/containers/json`.
pub(super) fn entry(container: &Container, through_ucp: bool) -> Value {
    json!({
        "Id": container.id, "Names": [name(container, through_ucp)], "Image": container.image,
        "ImageID": image_id(&container.image), "Command": container.command,
        "Created": 1_572_858_764, "Ports": [], "Labels": labels(container),
        "State": container.state, "Status": status(container),
        "HostConfig": {"NetworkMode": "default"}, "NetworkSettings": {"Networks": {}}, "Mounts": [],
    })
}

/// The id of an image, from its name.
pub(super) fn image_id(image: &str) -> String {
    let number = image.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
    format!("sha256:{}", id64(700, number))
}

/// `HostConfig` of a container that was started with nothing but its image.
fn host_config(scenario: &Scenario) -> Value {
    json!({
        "Binds": null, "ContainerIDFile": "",
        "LogConfig": {"Type": logging(scenario), "Config": {}},
        "NetworkMode": "default", "PortBindings": {},
        "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}, "AutoRemove": false,
        "VolumeDriver": "", "VolumesFrom": null, "CapAdd": null, "CapDrop": null,
        "GroupAdd": null, "IpcMode": "private", "Cgroup": "", "PidMode": "",
        "Privileged": false, "PublishAllPorts": false, "ReadonlyRootfs": false,
        "SecurityOpt": null, "UTSMode": "", "UsernsMode": "", "ShmSize": 67_108_864,
        "Runtime": "runc", "CpuShares": 0, "Memory": 0, "NanoCpus": 0, "CgroupParent": "",
        "Devices": [], "DeviceCgroupRules": null, "DeviceRequests": null,
        "MemorySwap": 0, "OomKillDisable": false, "PidsLimit": null, "Ulimits": null,
    })
}

/// `/containers/{id}/json`.
pub(super) fn inspection(scenario: &Scenario, container: &Container, through_ucp: bool) -> Value {
    let running = container.is_running();
    let mut told = json!({
        "Id": container.id, "Created": CREATED, "Path": "/bin/app", "Args": [],
        "State": {
            "Status": container.state, "Running": running, "Paused": false, "Restarting": false,
            "OOMKilled": false, "Dead": false, "Pid": if running { 4_711 } else { 0 }, "ExitCode": 0,
            "Error": "", "StartedAt": CREATED, "FinishedAt": "0001-01-01T00:00:00Z",
        },
        "Image": image_id(&container.image), "Name": name(container, through_ucp), "RestartCount": 0,
        "Driver": "overlay2", "Platform": "linux", "MountLabel": "", "ProcessLabel": "",
        "AppArmorProfile": "", "ExecIDs": null,
        "HostConfig": host_config(scenario),
        "Mounts": [],
        "Config": {
            "Hostname": &container.id[..12], "User": "", "Env": null, "Cmd": ["serve"],
            "Image": container.image, "Volumes": null, "WorkingDir": "", "Entrypoint": null,
            "Labels": labels(container),
        },
        "NetworkSettings": {"Bridge": "", "Ports": {}, "Networks": {}},
    });
    if through_ucp {
        let node = container.node();
        told["Node"] = json!({
            "ID": node.id(), "IP": node.address, "Addr": node.engine(), "Name": node.name,
            "Cpus": 4, "Memory": 8_363_319_296_u64, "Labels": {"ostype": "linux"},
        });
    }
    for (pointer, value) in &container.settings {
        if *pointer == "/NetworkSettings/Ports" && !running {
            continue;
        }
        set(&mut told, pointer, value);
    }
    told
}

/// Puts a value where a pointer says, if there is such a place.
fn set(told: &mut Value, pointer: &str, value: &Value) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(Value::Object(parent)) = told.pointer_mut(parent) {
        parent.insert(key.to_owned(), value.clone());
    }
}

/// `/containers/{id}/top`, as `ps -eo pid,ppid,uid,comm,args` shows it.
pub(super) fn top(container: &Container, also: Option<&str>) -> Value {
    let programs = [Some(container.program), also].into_iter().flatten();
    let rows = programs.zip(4_711..).map(|(program, pid)| {
        json!([
            pid.to_string(),
            // The first is the container's own, and the parent of the others.
            if pid == 4_711 { "4700" } else { "4711" },
            container.user(),
            program,
            format!("/usr/sbin/{program} --serve")
        ])
    });
    let rows: Vec<Value> = rows.collect();
    json!({"Titles": ["PID", "PPID", "UID", "COMMAND", "COMMAND"], "Processes": rows})
}
