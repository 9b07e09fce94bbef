//! A real Docker Engine (Debian: `docker.io`) for the tests of one binary: with networks, mounts and
//! processes of its own, so that nothing on the machine meets it, and gone when the tests are, however
//! they end.
//!
//! Nothing can be pulled: images are made of busybox alone.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::tools::missing;

/// The image that most containers are made of.
pub(crate) const IMAGE: &str = "busybox:test";
/// What the engine and its helpers are looked for in.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the engine until the pipe to it closes, and takes everything away then. `$1` is where it lives,
/// what follows are its own arguments.
const KEEPER: &str = r#"
busybox ip link set lo up 2>/dev/null
home=$1; shift
dockerd --data-root "$home/data" --exec-root "$home/exec" --pidfile "$home/pid" \
  --host "unix://$home/docker.sock" --shutdown-timeout 1 "$@" >"$home/log" 2>&1 &
engine=$!
cat >/dev/null
docker --host "unix://$home/docker.sock" ps --quiet | xargs --no-run-if-empty docker --host "unix://$home/docker.sock" kill >/dev/null 2>&1
kill -TERM $engine
wait $engine
"#;

/// Its own networks, or the machine's, where something has to reach it over TCP.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Net {
    Own,
    Machines,
}

/// An engine that is running.
pub(crate) struct Docker {
    home: PathBuf,
    child: Child,
    /// While this is open the engine runs.
    _alive: ChildStdin,
}

/// One container of [`Docker::furnished`].
pub(crate) struct Made {
    pub(crate) name: &'static str,
    /// Options of `docker create`.
    options: &'static [&'static str],
    image: &'static str,
    command: &'static [&'static str],
    started: bool,
}

impl Docker {
    /// An engine with the containers of [`MADE`] and those of [`by_api`], a swarm with autolock,
    /// networks, secrets and a service, which all tests of the binary share. None, said aloud, where it
    /// cannot be had.
    pub(crate) fn furnished() -> Option<&'static Docker> {
        static SHARED: OnceLock<Option<Docker>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| {
            let docker = Docker::start(Net::Own, &[])?;
            docker.furnish();
            Some(docker)
        });
        shared.as_ref()
    }

    /// An engine with nothing in it but the image; `options` are dockerd's.
    pub(crate) fn start(net: Net, options: &[&str]) -> Option<Docker> {
        if let Some(what) = lacking() {
            missing(what);
            return None;
        }
        let home = tempfile::tempdir().unwrap().keep();
        let mut keeper = Command::new("setsid");
        // The outer shell waits, out of the way of the inner one's mounts and processes, to clear up.
        let outer = r#"home=$1; shift; "$@"; rm -rf "$home""#;
        keeper.args(["sh", "-c", outer, "outer"]).arg(&home);
        keeper.args(["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL"]);
        keeper.arg("--mount-proc");
        if net == Net::Own {
            keeper.arg("--net");
        }
        keeper.args(["sh", "-c", KEEPER, "keeper"]).arg(&home);
        if net == Net::Machines {
            keeper.args(["--bridge=none", "--iptables=false", "--ip-forward=false"]);
        }
        let mut child = keeper
            .args(options)
            .env("PATH", PATH)
            .env_remove("DOCKER_HOST")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let alive = child.stdin.take().unwrap();
        let docker = Docker { home, child, _alive: alive };
        docker.wait();
        docker.import();
        Some(docker)
    }

    fn wait(&self) {
        let began = Instant::now();
        while !self.try_cli(&["version"]).status.success() {
            let log = std::fs::read_to_string(self.home.join("log")).unwrap_or_default();
            assert!(began.elapsed() < PATIENCE, "dockerd does not start: {log}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The image: busybox, and a program named like a server for SSH that does nothing.
    fn import(&self) {
        let script = r#"
            root=$1; mkdir -p "$root/bin" "$root/etc" "$root/usr/sbin" "$root/tmp"
            cp "$(command -v busybox)" "$root/bin/busybox"
            for name in sh sleep ps ls cat grep true; do ln -s busybox "$root/bin/$name"; done
            printf 'root:x:0:0::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n' > "$root/etc/passwd"
            printf '#!/bin/sh\nwhile :; do sleep 1000; done\n' > "$root/usr/sbin/sshd"
            chmod 755 "$root/usr/sbin/sshd"
            tar -C "$root" -c . | docker import - "$2"
        "#;
        let root = self.home.join("root");
        let mut shell = self.command("sh");
        shell.args(["-c", script, "import"]).arg(&root).arg(IMAGE);
        let done = shell.output().unwrap();
        assert!(done.status.success(), "docker import: {}", shown(&done));
        for tag in TAGS {
            self.cli(&["tag", IMAGE, tag]);
        }
    }

    fn furnish(&self) {
        self.cli(&["swarm", "init", "--autolock", "--advertise-addr", "127.0.0.1"]);
        let overlay = ["network", "create", "--driver", "overlay"];
        for (name, options) in NETWORKS {
            self.cli(&[&overlay[..], options, &[name]].concat());
        }
        self.sh("printf x | docker secret create shop-database -; printf y | docker secret create shop-tls -");
        self.cli(&["network", "create", "local-bridge"]);
        self.cli(&["volume", "create", "data"]);
        // A profile of seccomp that lets everything pass, as one gives it by a file.
        let profile = self.home.join("seccomp.json");
        std::fs::write(&profile, r#"{"defaultAction":"SCMP_ACT_ALLOW"}"#).unwrap();
        for made in MADE {
            let mut args = vec!["create", "--name", made.name];
            args.extend(made.options);
            args.push(made.image);
            args.extend(made.command);
            self.cli(&args);
            if made.started {
                self.cli(&["start", made.name]);
            }
        }
        let profile = format!("seccomp={}", profile.display());
        self.cli(&["create", "--name", "seccomp-profile", "--security-opt", &profile, IMAGE, "sleep", "1"]);
        for (name, body) in by_api() {
            let (status, answer) = self.api("POST", &format!("/containers/create?name={name}"), &body);
            assert_eq!(status, 201, "{name}: {answer}");
        }
        self.cli(&[
            "service",
            "create",
            "--detach",
            "--name",
            "shop",
            "--secret",
            "shop-database",
            "--publish",
            "9090:80",
            "--network",
            "sealed",
            "--no-resolve-image",
            IMAGE,
            "sleep",
            "100000",
        ]);
        let began = Instant::now();
        while self.cli(&["ps", "--quiet", "--filter", "label=com.docker.swarm.service.name=shop"]).is_empty() {
            assert!(began.elapsed() < PATIENCE, "{}", self.cli(&["service", "ps", "--no-trunc", "shop"]));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The directory that it lives in.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Its socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.home.join("docker.sock")
    }

    /// What `--engine` is given.
    pub(crate) fn uri(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// A program in whose environment this is the engine.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", PATH)
            .env("HOME", &self.home)
            .env("LC_ALL", "C.UTF-8")
            .env("DOCKER_HOST", self.uri())
            .stdin(Stdio::null());
        command
    }

    /// `docker ARGS…`, which has to succeed: what it printed.
    pub(crate) fn cli(&self, args: &[&str]) -> String {
        let output = self.try_cli(args);
        assert!(output.status.success(), "docker {args:?}: {}", shown(&output));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// `docker ARGS…`, however it ends.
    pub(crate) fn try_cli(&self, args: &[&str]) -> Output {
        self.command("docker").args(args).output().unwrap()
    }

    /// A script of the shell, as an assessor would type it: what it printed, on both ways, and how it
    /// ended.
    pub(crate) fn sh(&self, script: &str) -> Output {
        self.command("bash").args(["-c", script]).output().unwrap()
    }

    /// A script of the shell on the node itself, where the processes are those that the engine sees: what
    /// it printed.
    pub(crate) fn among_its_processes(&self, script: &str) -> String {
        let home = self.home.to_string_lossy().into_owned();
        let is_engine = |pid: &u32| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            line.starts_with("dockerd\0") && line.contains(&format!("{home}/data"))
        };
        let all = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let mut pids = all.filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok());
        let engine = pids.find(is_engine).unwrap().to_string();
        let inside = ["--target", &engine, "--mount", "--pid", "bash", "-c", script];
        let output = self.command("nsenter").args(inside).output().unwrap();
        assert!(!output.stdout.is_empty(), "nothing: {}", shown(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A request to the engine's own interface: status and answer.
    pub(crate) fn api(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let mut stream = UnixStream::connect(self.socket()).unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut request = format!("{method} {path} HTTP/1.0\r\nHost: docker\r\n");
        let _ = write!(request, "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// `docker inspect` of every container there is.
    pub(crate) fn inspections(&self) -> Vec<Value> {
        let ids = self.cli(&["ps", "--all", "--quiet", "--no-trunc"]);
        let mut args = vec!["inspect"];
        args.extend(ids.lines());
        serde_json::from_str(&self.cli(&args)).unwrap()
    }
}

impl Drop for Docker {
    fn drop(&mut self) {
        // The pipe closes after this, and the keeper clears up by itself. The shared engine is never
        // dropped: its pipe closes with the process.
        let _ = self.child.try_wait();
    }
}

/// What an engine of our own needs and the machine has not.
fn lacking() -> Option<&'static str> {
    let found = |name: &str| PATH.split(':').any(|dir| Path::new(dir).join(name).exists());
    let is_root =
        std::fs::read_to_string("/proc/self/status").is_ok_and(|s| s.lines().any(|l| l.starts_with("Uid:\t0\t0\t")));
    match () {
        () if !found("dockerd") || !found("docker") => Some("dockerd (docker.io)"),
        () if !found("busybox") => Some("busybox (busybox-static)"),
        () if !is_root => Some("the right to run an engine (root)"),
        () => None,
    }
}

fn shown(output: &Output) -> String {
    let all = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&all).into_owned()
}

/// Further names of the image: of the product's own images, and of those that only look like them.
const TAGS: &[&str] = &[
    "docker/ucp-agent:3.2.4",
    "docker/ucp-controller:3.2.4",
    "docker/ucp-hyperkube:3.2.4",
    "docker/dtr-nginx:2.7.4",
    "mirantis/ucp-proxy:3.4.1",
    "docker/compose:1.29.2",
    "docker/registry:2.7",
    "dtr.example.mil/shop/web:3",
    "registry.example.mil/ucp-tools/run:1",
];

/// The overlay networks, with what they are made with.
const NETWORKS: &[(&str, &[&str])] = &[
    ("open", &[]),
    ("sealed", &["--opt", "encrypted"]),
    ("sealed-true", &["--opt", "encrypted=true"]),
    ("sealed-false", &["--opt", "encrypted=false"]),
    ("attachable", &["--attachable", "--opt", "encrypted"]),
    ("dtr-ol", &[]),
];

const SLEEP: &[&str] = &["sleep", "100000"];

const fn made(name: &'static str, options: &'static [&'static str]) -> Made {
    Made { name, options, image: IMAGE, command: SLEEP, started: false }
}

const fn running(name: &'static str, options: &'static [&'static str]) -> Made {
    Made { started: true, ..made(name, options) }
}

const fn of(name: &'static str, image: &'static str, options: &'static [&'static str]) -> Made {
    Made { image, ..made(name, options) }
}

const fn runs(name: &'static str, command: &'static [&'static str]) -> Made {
    Made { command, ..made(name, &[]) }
}

const LABEL: &str = "com.docker.ucp.version=3.2.4";

/// The containers: each differs from `plain` in one setting.
pub(crate) const MADE: &[Made] = &[
    running("plain", &[]),
    // Namespaces.
    made("pid-host", &["--pid", "host"]),
    made("pid-container", &["--pid", "container:plain"]),
    made("ipc-host", &["--ipc", "host"]),
    made("ipc-shareable", &["--ipc", "shareable"]),
    made("ipc-private", &["--ipc", "private"]),
    made("ipc-none", &["--ipc", "none"]),
    made("uts-host", &["--uts", "host"]),
    made("userns-host", &["--userns", "host"]),
    running("net-host", &["--network", "host"]),
    made("net-none", &["--network", "none"]),
    made("net-container", &["--network", "container:plain"]),
    made("net-container-of-host", &["--network", "container:net-host"]),
    made("net-bridge", &["--network", "local-bridge"]),
    running("net-overlay", &["--network", "attachable"]),
    made("cgroup-parent", &["--cgroup-parent", "/special"]),
    // Privileges.
    made("privileged", &["--privileged"]),
    made("cap-add", &["--cap-add", "NET_ADMIN"]),
    made("cap-add-lower", &["--cap-add", "sys_time"]),
    made("cap-add-all", &["--cap-add", "ALL"]),
    made("cap-drop", &["--cap-drop", "MKNOD"]),
    made("cap-drop-all", &["--cap-drop", "ALL", "--cap-add", "CHOWN"]),
    made("seccomp-unconfined", &["--security-opt", "seccomp=unconfined"]),
    made("seccomp-colon", &["--security-opt", "seccomp:unconfined"]),
    made("apparmor-unconfined", &["--security-opt", "apparmor=unconfined"]),
    made("apparmor-custom", &["--security-opt", "apparmor=special"]),
    made("label-disable", &["--security-opt", "label=disable"]),
    made("label-type", &["--security-opt", "label=type:svirt_apache_t"]),
    made("label-and-more", &["--security-opt", "label=disable", "--security-opt", "no-new-privileges"]),
    made("nnp", &["--security-opt", "no-new-privileges"]),
    made("nnp-true", &["--security-opt", "no-new-privileges:true"]),
    made("nnp-false", &["--security-opt", "no-new-privileges=false"]),
    made("systempaths", &["--security-opt", "systempaths=unconfined"]),
    made("user-app", &["--user", "app"]),
    made("user-number", &["--user", "1000:1000"]),
    made("user-root", &["--user", "root"]),
    made("user-zero", &["--user", "0:0"]),
    made("user-group-zero", &["--user", "1000:0"]),
    // Resources.
    made("memory", &["--memory", "64m"]),
    made("cpu-shares", &["--cpu-shares", "512"]),
    made("cpu-shares-default", &["--cpu-shares", "1024"]),
    running("pids-limit", &["--pids-limit", "100"]),
    made("pids-limit-zero", &["--pids-limit", "0"]),
    made("pids-limit-minus", &["--pids-limit", "-1"]),
    made("ulimit", &["--ulimit", "nofile=1024:2048"]),
    made("ulimit-two", &["--ulimit", "nofile=1024:2048", "--ulimit", "nproc=64"]),
    made("read-only", &["--read-only"]),
    made("restart-no", &["--restart", "no"]),
    made("restart-always", &["--restart", "always"]),
    made("restart-unless-stopped", &["--restart", "unless-stopped"]),
    made("restart-on-failure", &["--restart", "on-failure"]),
    made("restart-on-failure-5", &["--restart", "on-failure:5"]),
    made("restart-on-failure-9", &["--restart", "on-failure:9"]),
    running("health", &["--health-cmd", "true", "--health-interval", "1s"]),
    running("health-bad", &["--health-cmd", "exit 1", "--health-interval", "1s", "--health-retries", "1"]),
    made("health-never", &["--health-cmd", "true"]),
    made("health-off", &["--no-healthcheck"]),
    // Devices and mounts.
    made("device", &["--device", "/dev/zero:/dev/nothing:rwm"]),
    made("device-read", &["--device", "/dev/null:/dev/null:r"]),
    made("device-rule", &["--device-cgroup-rule", "c 42:* rmw"]),
    running("mount-etc", &["--volume", "/etc:/host/etc:ro"]),
    made("mount-root", &["--volume", "/:/host"]),
    made("mount-socket", &["--volume", "/var/run/docker.sock:/var/run/docker.sock"]),
    made("mount-run", &["--volume", "/var/run:/host/run"]),
    made("mount-ucp-data", &["--mount", "type=bind,source=/usr,target=/srv/ucp-data"]),
    made("mount-shared", &["--mount", "type=bind,source=/tmp,target=/t,bind-propagation=rshared"]),
    made("mount-slave", &["--mount", "type=bind,source=/tmp,target=/t,bind-propagation=rslave"]),
    made("mount-volume", &["--volume", "data:/data"]),
    made("mount-tmpfs", &["--tmpfs", "/run", "--mount", "type=tmpfs,target=/cache"]),
    // Ports.
    running("port-high", &["--publish", "8080:80"]),
    running("port-low", &["--publish", "127.0.0.1:443:443", "--publish", "53:53/udp"]),
    running("port-any", &["--publish", "80"]),
    running("port-exposed", &["--expose", "9999"]),
    made("port-stopped", &["--publish", "22:22"]),
    made("port-range", &["--publish", "9000-9003:9000-9003"]),
    made("port-six", &["--publish", "[::1]:9090:90"]),
    // Logging.
    made("log-none", &["--log-driver", "none"]),
    made("log-local", &["--log-driver", "local"]),
    // What the checks' grep takes for the product's own, and what is.
    of("shop-web", "dtr.example.mil/shop/web:3", &["--cap-add", "SYS_ADMIN"]),
    of("tools", "registry.example.mil/ucp-tools/run:1", &[]),
    made("my-kube-tool", &[]),
    runs("command-kubectl", &["sh", "-c", "kubectl get pods"]),
    runs("command-long", &["sh", "-c", "echo a long text, and kubelet after it"]),
    made("labelled-only", &["--label", LABEL]),
    of("image-only", "docker/ucp-agent:3.2.4", &[]),
    of("ucp-agent", "docker/ucp-agent:3.2.4", &["--label", LABEL, "--privileged"]),
    of("ucp-controller", "docker/ucp-controller:3.2.4", &["--label", LABEL]),
    of("ucp-proxy", "mirantis/ucp-proxy:3.4.1", &["--label", LABEL, "--network", "host"]),
    of("ucp-kubelet", "docker/ucp-hyperkube:3.2.4", &["--label", LABEL, "--pid", "host"]),
    of("dtr-nginx-0123456789ab", "docker/dtr-nginx:2.7.4", &["--label", "com.docker.dtr.version=2.7.4"]),
    // Programs.
    Made { command: &["/usr/sbin/sshd", "-D"], ..running("sshd-runs", &[]) },
    runs("sshd-stopped", &["/usr/sbin/sshd", "-D"]),
    Made { command: &["/bin/true"], ..running("finished", &[]) },
    // What must not come into evidence.
    made("secret", &["--env", "PASSWORD=hunter2-env", "--label", "com.example.token=hunter2-label"]),
    runs("secret-argument", &["sh", "-c", "sleep 1 # --password=hunter2-argument"]),
];

/// Containers that only programs make: the command line gives every setting a value.
pub(crate) fn by_api() -> Vec<(&'static str, Value)> {
    let with = |host: Value| serde_json::json!({"Image": IMAGE, "Cmd": SLEEP, "HostConfig": host});
    vec![
        ("api-bare", with(serde_json::json!({}))),
        ("api-null", serde_json::json!({"Image": IMAGE, "Cmd": SLEEP})),
        (
            "api-devices",
            with(serde_json::json!({"DeviceRequests": [{"Driver": "", "Count": -1, "Capabilities": [["gpu"]]}]})),
        ),
        ("api-restart", with(serde_json::json!({"RestartPolicy": {"Name": "", "MaximumRetryCount": 0}}))),
        ("api-label-colon", with(serde_json::json!({"SecurityOpt": ["label:disable"]}))),
        ("api-ulimits", with(serde_json::json!({"Ulimits": null, "Devices": null}))),
        (
            "api-port",
            with(serde_json::json!({"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": ""}], "81/tcp": null}})),
        ),
    ]
}
