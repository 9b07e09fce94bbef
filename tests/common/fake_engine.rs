//! A made-up engine on a socket, that answers as a test wants it to, and counts what it is asked.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

type Answer = Arc<dyn Fn(&str) -> Option<(u16, String)> + Send + Sync>;

/// An engine that is answering. It ends with this.
pub(crate) struct FakeEngine {
    dir: tempfile::TempDir,
    asked: Arc<Mutex<BTreeMap<String, u32>>>,
    _runtime: tokio::runtime::Runtime,
}

impl FakeEngine {
    /// An engine with so many containers, which are all alike. What `answer` gives for a path without
    /// its version, in place of the usual answer, counts.
    pub(crate) fn start(
        containers: usize,
        answer: impl Fn(&str) -> Option<(u16, String)> + Send + Sync + 'static,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let asked = Arc::new(Mutex::new(BTreeMap::new()));
        let (count, answer) = (Arc::clone(&asked), Arc::new(answer) as Answer);
        let app = Router::new().fallback(move |request: Request<Body>| {
            let (count, answer) = (Arc::clone(&count), Arc::clone(&answer));
            async move {
                let path = request.uri().path_and_query().unwrap().as_str();
                let method = request.method();
                *count.lock().unwrap().entry(format!("{method} {}", kind(path))).or_default() += 1;
                respond(path, containers, &answer)
            }
        });
        let listener = {
            let _inside = runtime.enter();
            tokio::net::UnixListener::bind(dir.path().join("docker.sock")).unwrap()
        };
        runtime.spawn(async move { axum::serve(listener, app).await });
        FakeEngine { dir, asked, _runtime: runtime }
    }

    pub(crate) fn uri(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    pub(crate) fn socket(&self) -> std::path::PathBuf {
        Path::new(self.dir.path()).join("docker.sock")
    }

    /// How often each kind of request came, ids and versions left out.
    pub(crate) fn asked(&self) -> BTreeMap<String, u32> {
        self.asked.lock().unwrap().clone()
    }
}

/// The id of a container by its number.
pub(crate) fn id(number: usize) -> String {
    format!("{number:064x}")
}

/// A path without version and ids.
fn kind(path: &str) -> String {
    let is_version = |part: &str| part.starts_with('v') && part[1..].starts_with(|c: char| c.is_ascii_digit());
    let parts = path.split('/').filter(|part| !is_version(part));
    let parts = parts.map(|part| if part.len() == 64 { "{id}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn respond(full: &str, containers: usize, answer: &Answer) -> Response {
    let path = full.strip_prefix("/v1.41").unwrap_or(full);
    let (status, body) = answer(path).unwrap_or_else(|| usual(path, containers));
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("content-type", "application/json")], body).into_response()
}

/// What an ordinary engine, that is in no swarm, says.
fn usual(path: &str, containers: usize) -> (u16, String) {
    let ok = |value: Value| (200, value.to_string());
    let no_manager = || {
        let message = "This node is not a swarm manager. Use \"docker swarm init\" …";
        (503, json!({ "message": message }).to_string())
    };
    let parts: Vec<&str> = path.split(['/', '?']).skip(1).collect();
    match parts.as_slice() {
        ["version"] => ok(json!({"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12"})),
        ["info"] => ok(json!({"Name": "fake", "ServerVersion": "20.10.24", "Driver": "overlay2",
            "SecurityOptions": ["name=seccomp,profile=default"], "Containers": containers, "OSType": "linux",
            "MemoryLimit": true, "SwapLimit": true, "CpuCfsPeriod": true, "CpuCfsQuota": true, "CPUShares": true,
            "CPUSet": true, "PidsLimit": true, "CgroupDriver": "systemd", "CgroupVersion": "2",
            "Swarm": {"NodeID": "", "LocalNodeState": "inactive", "ControlAvailable": false}})),
        ["containers", "json", ..] => ok((0..containers).map(listed).collect()),
        ["containers", id, "json"] => ok(inspection(id)),
        ["containers", _, "top", ..] => {
            ok(json!({"Titles": ["PID", "COMMAND", "COMMAND"], "Processes": [["1", "sleep", "sleep 1000"]]}))
        }
        ["images", "json", ..] => ok(json!([{"Id": "sha256:1", "RepoTags": ["busybox:1"], "RepoDigests": null}])),
        ["networks", name] => (404, json!({"message": format!("network {name} not found")}).to_string()),
        ["networks"] => ok(json!([{"Id": "n1", "Name": "bridge", "Driver": "bridge", "Scope": "local"}])),
        ["volumes", ..] => ok(json!({"Volumes": [{"Name": "data", "Driver": "local", "Options": null,
            "Mountpoint": "/var/lib/docker/volumes/data/_data", "Scope": "local"}], "Warnings": null})),
        ["swarm" | "nodes" | "services" | "secrets"] => no_manager(),
        _ => (404, json!({"message": "page not found"}).to_string()),
    }
}

/// An entry of the list, with all that a real one has.
pub(crate) fn listed(number: usize) -> Value {
    json!({"Id": id(number), "Names": [format!("/web-{number}")], "Image": "registry.example.mil/shop/web:3",
        "ImageID": "sha256:4dec2e0b0b8208171860f5fd771eff9ae8ef1a6d18248378cd3a6201417d57cc",
        "Command": "/bin/web --listen 8080", "Created": 1_600_000_000, "Ports": [], "Labels": {}, "State": "exited",
        "Status": "Exited (0) 2 hours ago", "HostConfig": {"NetworkMode": "default"},
        "NetworkSettings": {"Networks": {"bridge": {"NetworkID": "", "IPAddress": ""}}}, "Mounts": []})
}

/// An inspection as long as a real one: what nobody reads is there too.
pub(crate) fn inspection(id: &str) -> Value {
    let number = usize::from_str_radix(id, 16).unwrap_or_default();
    let filler = vec!["/proc/asound"; 40];
    json!({"Id": id, "Name": format!("/web-{number}"), "Created": "2020-01-01T00:00:00Z", "Path": "/bin/web",
        "Args": ["--listen", "8080"], "State": {"Status": "exited", "Running": false, "Pid": 0, "ExitCode": 0},
        "AppArmorProfile": "docker-default", "MaskedPaths": filler,
        "HostConfig": {"Binds": null, "LogConfig": {"Type": "json-file", "Config": {}}, "NetworkMode": "default",
            "PortBindings": {"8080/tcp": [{"HostIp": "", "HostPort": "8080"}]},
            "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5}, "CapAdd": null, "CapDrop": ["CAP_MKNOD"],
            "IpcMode": "private", "PidMode": "", "UTSMode": "", "UsernsMode": "", "Privileged": false,
            "ReadonlyRootfs": true, "SecurityOpt": ["no-new-privileges"], "CpuShares": 512, "Memory": 67_108_864,
            "CgroupParent": "", "Devices": [], "DeviceCgroupRules": null, "DeviceRequests": null, "PidsLimit": 100,
            "Ulimits": null, "Runtime": "runc", "MaskedPaths": filler, "ReadonlyPaths": filler},
        "Mounts": [{"Type": "volume", "Name": "data", "Source": "/var/lib/docker/volumes/data/_data",
            "Destination": "/data", "Driver": "local", "Mode": "z", "RW": true, "Propagation": ""}],
        "Config": {"User": "1000", "Image": "registry.example.mil/shop/web:3", "Labels": {},
            "Env": ["PASSWORD=hunter2-env", "PATH=/usr/sbin:/usr/bin"]},
        "NetworkSettings": {"Ports": {}, "SandboxID": "", "Networks": {"bridge": {"IPAddress": ""}}}})
}
