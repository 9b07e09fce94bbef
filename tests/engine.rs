//! A real engine, on every way to reach one: what is collected is what it says.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::collecting::{gather, target, target_with};
use common::docker::{Docker, MADE, Net, by_api};
use serde_json::{Value, json};
use stigprobe::facts::container::{Container, NOT_KEPT};
use stigprobe::facts::field::Field;
use stigprobe::facts::swarm::Roster;
use stigprobe::facts::{Engine, Reach};

/// The facts of the furnished engine, and the engine.
fn furnished() -> Option<(&'static Docker, Engine)> {
    let docker = Docker::furnished()?;
    Some((docker, gather(&target(&docker.uri()))))
}

/// Where each field of a container stands in its inspection.
const FIELDS: &[(&str, &str)] = &[
    ("status", "/State/Status"),
    ("health", "/State/Health/Status"),
    ("user", "/Config/User"),
    ("app_armor_profile", "/AppArmorProfile"),
    ("cap_add", "/HostConfig/CapAdd"),
    ("cap_drop", "/HostConfig/CapDrop"),
    ("privileged", "/HostConfig/Privileged"),
    ("pid_mode", "/HostConfig/PidMode"),
    ("ipc_mode", "/HostConfig/IpcMode"),
    ("uts_mode", "/HostConfig/UTSMode"),
    ("userns_mode", "/HostConfig/UsernsMode"),
    ("network_mode", "/HostConfig/NetworkMode"),
    ("cgroup_parent", "/HostConfig/CgroupParent"),
    ("memory", "/HostConfig/Memory"),
    ("cpu_shares", "/HostConfig/CpuShares"),
    ("pids_limit", "/HostConfig/PidsLimit"),
    ("read_only_root", "/HostConfig/ReadonlyRootfs"),
    ("device_cgroup_rules", "/HostConfig/DeviceCgroupRules"),
    ("restart", "/HostConfig/RestartPolicy/Name"),
    ("restart_retries", "/HostConfig/RestartPolicy/MaximumRetryCount"),
    ("log_driver", "/HostConfig/LogConfig/Type"),
    ("devices", "/HostConfig/Devices"),
    ("ulimits", "/HostConfig/Ulimits"),
    ("mounts", "/Mounts"),
    ("ports", "/NetworkSettings/Ports"),
    ("port_bindings", "/HostConfig/PortBindings"),
    ("security_opt", "/HostConfig/SecurityOpt"),
];

/// What evidence has to hold of a value of an inspection: its keys in our spelling, and of objects in
/// lists only those that are kept.
fn kept(field: &str, value: &Value) -> Value {
    const KEPT: &[(&str, &str)] = &[
        ("PathOnHost", "path_on_host"),
        ("PathInContainer", "path_in_container"),
        ("CgroupPermissions", "cgroup_permissions"),
        ("Type", "kind"),
        ("Name", "name"),
        ("Soft", "soft"),
        ("Hard", "hard"),
        ("Source", "source"),
        ("Destination", "destination"),
        ("RW", "rw"),
        ("Propagation", "propagation"),
        ("HostIp", "host_ip"),
        ("HostPort", "host_port"),
    ];
    match value {
        Value::Array(list) => list.iter().map(|v| kept(field, v)).collect(),
        Value::Object(object) if field.contains("port") && object.keys().any(|k| k.contains('/')) => {
            object.iter().map(|(port, published)| (port.clone(), kept(field, published))).collect()
        }
        Value::Object(object) => {
            let known =
                KEPT.iter().filter_map(|(theirs, ours)| Some(((*ours).to_owned(), object.get(*theirs)?.clone())));
            known.collect()
        }
        Value::String(text) if text.starts_with("seccomp={") => json!("seccomp={…}"),
        other => other.clone(),
    }
}

/// A field of evidence, with what is left out of an object because it is empty put in.
fn told(field: &str, container: &Value) -> Option<Value> {
    let value = container.get(field)?;
    Some(match value.get("is") {
        Some(value) => value.clone(),
        None => Value::Null,
    })
}

/// Both without the keys that are empty in ours and missing in theirs.
fn trimmed(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(trimmed).collect(),
        Value::Object(object) => object.into_iter().filter(|(_, v)| v != "").map(|(k, v)| (k, trimmed(v))).collect(),
        other => other,
    }
}

#[test]
fn every_container_is_collected_as_docker_inspect_shows_it() {
    let Some((docker, engine)) = furnished() else {
        return;
    };
    let containers = engine.containers.read().unwrap();
    assert!(containers.value.unread().is_empty(), "{:?}", containers.value.unread());
    let ours: BTreeMap<&str, &Container> = containers.value.read().iter().map(|c| (c.id.as_str(), c)).collect();
    let inspections = docker.inspections();
    assert!(inspections.len() > MADE.len() + by_api().len(), "{}", inspections.len());
    assert_eq!(ours.len(), inspections.len());
    for inspection in &inspections {
        let container = ours[inspection["Id"].as_str().unwrap()];
        assert_eq!(format!("/{}", container.name), inspection["Name"].as_str().unwrap());
        assert_eq!(container.image, inspection["Config"]["Image"].as_str().unwrap());
        let json = serde_json::to_value(container).unwrap();
        for (field, pointer) in FIELDS {
            if *field == "health" && container.name.starts_with("health") {
                continue; // It changes while one looks.
            }
            let theirs = inspection.pointer(pointer).map(|v| trimmed(kept(field, v)));
            let told = told(field, &json).map(trimmed);
            assert_eq!(told, theirs, "{} of {}", pointer, container.name);
        }
    }
}

#[test]
fn the_words_are_those_of_the_row_that_docker_ps_prints() {
    let Some((docker, engine)) = furnished() else {
        return;
    };
    let rows = docker.cli(&["ps", "--all"]);
    let containers = engine.containers.read().unwrap();
    let mut with_words = 0;
    for container in containers.value.read() {
        let row = rows.lines().find(|row| row.starts_with(&container.id[..12]));
        let row = row.unwrap().to_lowercase();
        let row_has = ["ucp", "kube", "kubelet", "dtr"].map(|word| row.contains(word));
        let ours = container.row;
        assert_eq!([ours.ucp, ours.kube, ours.kubelet, ours.dtr], row_has, "{row}");
        with_words += u32::from(row_has.contains(&true));
    }
    assert!(with_words > 8, "{with_words}");
}

#[test]
fn programs_are_seen_in_the_containers_that_run() {
    let Some((docker, engine)) = furnished() else {
        return;
    };
    let processes = &engine.processes.read().unwrap().value;
    assert!(processes.unread.is_empty(), "{:?}", processes.unread);
    let running = docker.cli(&["ps", "--quiet", "--no-trunc"]);
    assert_eq!(processes.running.len(), running.lines().count());
    let with_sshd: Vec<&str> =
        processes.running.iter().filter(|r| r.programs.iter().any(|p| p == "sshd")).map(|r| r.id.as_str()).collect();
    let id = docker.cli(&["inspect", "--format", "{{.Id}}", "sshd-runs"]);
    assert_eq!(with_sshd, [id]);
}

#[test]
fn the_engine_and_its_swarm_are_collected_as_docker_shows_them() {
    let Some((docker, engine)) = furnished() else {
        return;
    };
    let ask = |args: &[&str]| -> Value {
        serde_json::from_str(&docker.cli(&[args, &["--format", "{{json .}}"]].concat())).unwrap()
    };
    assert_eq!(engine.reach, Reach::Node);
    let (info, theirs) = (&engine.info.read().unwrap().value, ask(&["info"]));
    assert_eq!(info.name, theirs["Name"]);
    assert_eq!(info.server_version, theirs["ServerVersion"]);
    assert_eq!(json!(info.storage_driver.get()), theirs["Driver"]);
    assert_eq!(json!(info.logging_driver.get()), theirs["LoggingDriver"]);
    assert_eq!(json!(info.security_options.get()), theirs["SecurityOptions"]);
    assert_eq!(json!(info.insecure_cidrs.get()), theirs["RegistryConfig"]["InsecureRegistryCIDRs"]);
    assert_eq!(info.insecure_registries, Field::Is(Vec::new()));
    assert_eq!(info.swarm.node_id, theirs["Swarm"]["NodeID"]);
    assert_eq!(info.swarm.manager, Field::Is(true));
    assert_eq!(info.swarm.managers, Field::Is(1));

    let (version, theirs) = (&engine.version.read().unwrap().value, ask(&["version"]));
    assert_eq!(version.version, theirs["Server"]["Version"]);
    assert_eq!(version.component_experimental, Field::Is("false".into()));

    let images = &engine.images.read().unwrap().value.list;
    let mut tags: Vec<&str> = images.iter().flat_map(|i| &i.tags).map(String::as_str).collect();
    tags.sort_unstable();
    let theirs = docker.cli(&["images", "--format", "{{.Repository}}:{{.Tag}}"]);
    let mut theirs: Vec<&str> = theirs.lines().collect();
    theirs.sort_unstable();
    assert_eq!(tags, theirs);

    let networks = &engine.networks.read().unwrap().value.list;
    let ids = docker.cli(&["network", "ls", "--quiet", "--no-trunc"]);
    assert_eq!(networks.len(), ids.lines().count());
    let encrypted = |name: &str| {
        let network = networks.iter().find(|n| n.name == name).unwrap();
        network.options.get("encrypted").map(String::as_str)
    };
    assert_eq!(encrypted("open"), None);
    assert_eq!(encrypted("sealed"), Some(""));
    assert_eq!(encrypted("sealed-false"), Some("false"));
    assert!(networks.iter().any(|n| n.ingress && n.driver == "overlay" && n.scope == "swarm"));

    let swarm = &engine.swarm.read().unwrap().value;
    assert_eq!(swarm.autolock, Field::Is(true));
    assert_eq!(swarm.node_cert_expiry, Field::Is(7_776_000_000_000_000));
    let Roster::Nodes(nodes) = &engine.nodes.read().unwrap().value else {
        panic!("no nodes");
    };
    assert_eq!(nodes.len(), 1);
    assert_eq!((nodes[0].id.as_str(), nodes[0].leader), (info.swarm.node_id.as_str(), true));
    assert_eq!((nodes[0].role.as_str(), nodes[0].state.as_str()), ("manager", "ready"));
    let services = &engine.services.read().unwrap().value.list;
    assert_eq!(
        (services[0].name.as_str(), services[0].secrets.as_slice()),
        ("shop", &["shop-database".to_owned()][..])
    );
    assert_eq!(services[0].ports[0].published_port, 9090);
    assert_eq!(engine.secrets.read().unwrap().value.names, ["shop-database", "shop-tls"]);
}

#[test]
fn no_secret_comes_into_evidence() {
    let Some((docker, engine)) = furnished() else {
        return;
    };
    let evidence = serde_json::to_string(&engine).unwrap();
    for secret in ["hunter2", "SWMTKN", "SWMKEY", "SCMP_ACT", "PASSWORD"] {
        assert!(!evidence.contains(secret), "{secret}");
    }
    let containers = engine.containers.read().unwrap();
    let labelled = containers.value.read().iter().find(|c| c.name == "secret").unwrap();
    assert_eq!(labelled.labels["com.example.token"], NOT_KEPT);

    let mut targets = target(&docker.uri());
    targets.labels = ["com.example.token".to_owned()].into();
    let engine = gather(&targets);
    let containers = engine.containers.read().unwrap();
    let labelled = containers.value.read().iter().find(|c| c.name == "secret").unwrap();
    assert_eq!(labelled.labels["com.example.token"], "hunter2-label");
}

/// A port of this machine that nothing listens on.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Certificates as the guide to docker's TLS makes them: a CA, a server for 127.0.0.1, and a client.
/// A second client is of another CA.
fn certificates(dir: &Path) {
    let script = r#"
        set -e; cd "$1"
        ca() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -keyout "$1-key.pem" -out "$1.pem"; }
        leaf() { # name, CA, extension
          openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1-key.pem" -out "$1.csr"
          printf '%s\n' "$3" > "$1.cnf"
          openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2-key.pem" -CAcreateserial -days 2 -extfile "$1.cnf" -out "$1.pem"
        }
        bundle() { mkdir "$1"; cp "$2.pem" "$1/ca.pem"; cp "$3.pem" "$1/cert.pem"; cp "$3-key.pem" "$1/key.pem"; }
        ca one; ca two
        leaf server one 'subjectAltName=IP:127.0.0.1'
        leaf client one 'extendedKeyUsage=clientAuth'
        leaf stranger two 'extendedKeyUsage=clientAuth'
        bundle good one client; bundle unknown one stranger; bundle elsewhere two client
    "#;
    let mut shell = Command::new("sh");
    let made = shell.args(["-c", script, "certificates"]).arg(dir).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn an_engine_is_reached_over_tcp_with_certificates_and_not_without() {
    let dir = tempfile::tempdir().unwrap();
    certificates(dir.path());
    let file = |name: &str| dir.path().join(name).display().to_string();
    let host = format!("127.0.0.1:{}", free_port());
    let options = [
        "--tlsverify".to_owned(),
        format!("--tlscacert={}", file("one.pem")),
        format!("--tlscert={}", file("server.pem")),
        format!("--tlskey={}", file("server-key.pem")),
        format!("--host=tcp://{host}"),
    ];
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let Some(docker) = Docker::start(Net::Machines, &options) else {
        return;
    };
    docker.cli(&["create", "--name", "only", common::docker::IMAGE, "sleep", "1"]);
    let uri = format!("tcp://{host}");

    let engine = gather(&target_with(&uri, &dir.path().join("good")));
    assert_eq!(engine.address, uri);
    let containers = engine.containers.read().unwrap();
    assert_eq!(containers.value.read()[0].name, "only");
    assert_eq!(engine.nodes.read().unwrap().value, Roster::NoSwarm);
    assert!(engine.swarm.read().is_err() && engine.networks.read().is_ok());

    for (bundle, words) in [("unknown", "certificate"), ("elsewhere", "certificate of this server")] {
        let engine = gather(&target_with(&uri, &dir.path().join(bundle)));
        let reason = engine.containers.read().unwrap_err().to_string().to_lowercase();
        assert!(reason.contains(words), "{bundle}: {reason}");
    }
}

/// A server for ssh on this machine, which knows one key.
struct Sshd {
    dir: tempfile::TempDir,
    child: std::process::Child,
    port: u16,
}

impl Sshd {
    fn start(environment: &str) -> Option<Self> {
        const SSHD: &str = "/usr/sbin/sshd";
        for program in [SSHD, "/usr/bin/ssh"] {
            if !Path::new(program).exists() {
                common::tools::missing(program);
                return None;
            }
        }
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str| dir.path().join(name).display().to_string();
        for key in ["host", "known", "unknown"] {
            let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &file(key)]).status();
            assert!(made.unwrap().success());
        }
        std::fs::copy(file("known.pub"), file("authorized")).unwrap();
        // Where it goes to before anybody has logged in; Debian makes it when the service starts.
        std::fs::create_dir_all("/run/sshd").unwrap();
        let port = free_port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\nPidFile none\n\
             MaxStartups 100\nSetEnv {environment}\n",
            file("host"),
            file("authorized")
        );
        std::fs::write(file("sshd_config"), config).unwrap();
        let public = std::fs::read_to_string(file("host.pub")).unwrap();
        std::fs::write(file("known_hosts"), format!("[127.0.0.1]:{port} {public}")).unwrap();
        std::fs::write(file("no_hosts"), "").unwrap();
        let child = Command::new(SSHD)
            .args(["-D", "-e", "-f", &file("sshd_config")])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let began = std::time::Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed().as_secs() < 20, "sshd does not start");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        Some(Sshd { dir, child, port })
    }

    /// A directory with an `ssh` that is the system's, with a configuration of this test's.
    fn client(&self, key: &str, hosts: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let bin = self.dir.path().join(format!("bin-{key}-{hosts}"));
        std::fs::create_dir(&bin).unwrap();
        let file = |name: &str| self.dir.path().join(name).display().to_string();
        let config = format!(
            "Host *\n IdentitiesOnly yes\n IdentityAgent none\n IdentityFile {}\n UserKnownHostsFile {}\n GlobalKnownHostsFile none\n",
            file(key),
            file(hosts)
        );
        let config_file = bin.join("config");
        std::fs::write(&config_file, config).unwrap();
        let script = format!("#!/bin/sh\nexec /usr/bin/ssh -F {} \"$@\"\n", config_file.display());
        std::fs::write(bin.join("ssh"), script).unwrap();
        std::fs::set_permissions(bin.join("ssh"), std::fs::Permissions::from_mode(0o755)).unwrap();
        bin
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_engine_is_reached_through_ssh() {
    let Some(docker) = Docker::furnished() else {
        return;
    };
    let Some(sshd) = Sshd::start(&format!("DOCKER_HOST={}", docker.uri())) else {
        return;
    };
    let uri = format!("ssh://root@127.0.0.1:{}", sshd.port);
    let through = |bin: &Path| collect_through_ssh(bin, &uri);

    let told = through(&sshd.client("known", "known_hosts"));
    assert!(told["containers"].as_u64().unwrap() > 90, "{told}");
    assert_eq!(told["address"], uri.as_str());
    for (key, hosts, words) in
        [("known", "no_hosts", "does not know this host's key"), ("unknown", "known_hosts", "was not let in")]
    {
        let told = through(&sshd.client(key, hosts));
        assert!(told["absent"].as_str().unwrap().contains(words), "{told}");
    }
    let told = collect_through_ssh(Path::new("/nonexistent"), &uri);
    assert!(told["absent"].as_str().unwrap().contains("ssh cannot be run"), "{told}");
}

/// An account that may log in and run nothing: what ssh printed is told, not what HTTP makes of it.
#[test]
fn what_ssh_prints_in_place_of_an_answer_is_told() {
    use std::os::unix::fs::PermissionsExt as _;

    let bin = tempfile::tempdir().unwrap();
    let ssh = bin.path().join("ssh");
    for then in ["exit 1", "exit 0", "while read -r line; do :; done"] {
        std::fs::write(&ssh, format!("#!/bin/sh\necho 'This account is currently not available.'\n{then}\n")).unwrap();
        std::fs::set_permissions(&ssh, std::fs::Permissions::from_mode(0o755)).unwrap();
        let told = collect_through_ssh(bin.path(), "ssh://nobody@127.0.0.1");
        let reason = told["absent"].as_str().unwrap();
        assert!(reason.contains("it printed \"This account is currently not available.\""), "{then}: {told}");
        assert!(!reason.contains("HTTP version"), "{then}: {told}");
    }
}

/// Collects in a process of its own, which has another PATH: this very program, with one test of it.
fn collect_through_ssh(bin: &Path, uri: &str) -> Value {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "collects_what_the_environment_names", "--nocapture"])
        .env("PATH", bin.display().to_string())
        .env("STIGPROBE_TEST_ENGINE", uri)
        .env_remove("SSH_AUTH_SOCK")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|l| Some(l.split_once("COLLECTED ")?.1));
    serde_json::from_str(line.unwrap_or_else(|| panic!("{text}"))).unwrap()
}

#[test]
#[allow(clippy::print_stdout, reason = "that is how it tells")]
fn collects_what_the_environment_names() {
    let Ok(uri) = std::env::var("STIGPROBE_TEST_ENGINE") else {
        return;
    };
    let engine = gather(&target(&uri));
    let told = match engine.containers.read() {
        Ok(read) => json!({"address": engine.address, "containers": read.value.read().len()}),
        Err(absent) => json!({"absent": absent.to_string()}),
    };
    println!("COLLECTED {told}");
}
