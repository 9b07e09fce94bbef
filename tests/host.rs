//! Hosts: roots made here with real owners and modes, this machine's own root, and the commands of the
//! check texts beside them.
//!
//! Only root can give files away; without it these tests say so and pass.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use std::fmt::Write as _;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{files, result, rule, skipped, stigprobe};
use serde_json::Value;
use tempfile::TempDir;

const SERVICE: &str = "usr/lib/systemd/system/docker.service";
const SOCKET: &str = "usr/lib/systemd/system/docker.socket";
const UNIT: &str = "[Service]\nEnvironmentFile=-/etc/default/docker\nEnvironment=HTTP_PROXY=http://u:hunter2@proxy\nExecStart=/usr/bin/dockerd -H fd:// \\\n  --containerd=/run/containerd/containerd.sock $DOCKER_OPTS\n";
const JSON: &str = r#"{
  "userland-proxy": false,
  "log-opts": {"max-size": "10m", "max-file": "3", "splunk-token": "hunter2"},
  "proxies": {"http-proxy": "http://u:hunter2@proxy"},
  "tlscacert": "/etc/docker/ca.pem", "tlscert": "/etc/docker/cert.pem", "tlskey": "/etc/docker/key.pem"
}"#;
const POLICY: &str = "[log]\nmax_size = '10m'\nmax_file = 3\n[host]\ndocker_group = ['alice']\n";
const TCP: &str = "  sl  local_address rem_address   st tx_queue\n   0: 0500000A:0949 00000000:0000 0A 0:0\n   1: 00000000:0016 00000000:0000 0A 0:0\n";
const TCP6: &str = "  sl  local_address                         remote_address                        st\n";
const RULES: &str = "-D\n-w /usr/bin/docker -k docker\n-w /var/lib/docker -k docker\n-w /etc/docker -k docker\n-w /etc/default/docker -k docker\n-w /usr/lib/systemd/system/docker.service -k docker\n-w /usr/lib/systemd/system/docker.socket -k docker\n";

/// A copy of a node, in a directory of its own, with another beside it to work in.
struct Node {
    dir: TempDir,
    work: TempDir,
}

impl Node {
    /// An Ubuntu node, a manager of a swarm, on which nothing is to be found but what the rules
    /// contradict each other in.
    fn new() -> Option<Self> {
        let (dir, work) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let uid = Command::new("id").arg("-u").output().unwrap();
        if uid.stdout != b"0\n" {
            skipped("hosts: files cannot be given to others without root");
            return None;
        }
        let node = Node { dir, work };
        std::fs::set_permissions(node.dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
        std::fs::write(node.work.path().join("policy.toml"), POLICY).unwrap();
        node.write("etc/passwd", "root:x:0:0::/:\nalice:x:1000:1000::/:\nbob:x:1001:1001::/:\n");
        node.write("etc/group", "root:x:0:\ndocker:x:998:alice\nusers:x:1000:\n");
        node.write("etc/os-release", "ID=ubuntu\nPRETTY_NAME=\"Ubuntu 18.04.6 LTS\"\n");
        node.write("etc/hostname", "node1\n");
        node.write("etc/docker/daemon.json", JSON);
        node.write("etc/default/docker", "DOCKER_OPTS=\"--label=hunter2\"\n");
        for path in ["ca.pem", "cert.pem", "key.pem", "certs.d/dtr.example.mil/ca.crt"] {
            node.write(&format!("etc/docker/{path}"), "x");
            node.mode(&format!("etc/docker/{path}"), 0o444);
        }
        node.mode("etc/docker/key.pem", 0o400);
        node.write(SERVICE, UNIT);
        node.write(SOCKET, "[Socket]\nListenStream=/run/docker.sock\n");
        node.write("usr/bin/docker", "x");
        node.write("usr/sbin/auditd", "x");
        node.write("etc/audit/rules.d/docker.rules", RULES);
        node.log(&[&["docker", "exec", "-e", "PASSWORD=hunter2", "web", "id"]]);
        node.write("proc/net/tcp", TCP);
        node.write("proc/net/tcp6", TCP6);
        node.write("var/lib/docker/swarm/raft/x", "");
        let state = r#"{"ListenAddr": "10.0.0.5:2377", "JoinToken": "hunter2"}"#;
        node.write("var/lib/docker/swarm/docker-state.json", state);
        // As on real nodes, where the link is absolute.
        symlink("/run", node.at("var/run")).unwrap();
        std::fs::create_dir(node.at("run")).unwrap();
        drop(UnixListener::bind(node.at("run/docker.sock")).unwrap());
        node.mode("run/docker.sock", 0o660);
        node.own("run/docker.sock", 0, 998);
        Some(node)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    }

    fn mode(&self, path: &str, mode: u32) {
        std::fs::set_permissions(self.at(path), PermissionsExt::from_mode(mode)).unwrap();
    }

    fn own(&self, path: &str, uid: u32, gid: u32) {
        chown(self.at(path), Some(uid), Some(gid)).unwrap();
    }

    fn remove(&self, path: &str) {
        let path = self.at(path);
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }

    /// An audit log with these commands, under the key docker.
    fn log(&self, commands: &[&[&str]]) {
        let mut text = String::new();
        for (n, words) in commands.iter().enumerate() {
            let stamp = format!("msg=audit(1500000000.000:{n}):");
            let _ = writeln!(text, "type=SYSCALL {stamp} syscall=59 auid=1000 exe=\"/usr/bin/docker\" key=\"docker\"");
            let _ = write!(text, "type=EXECVE {stamp} argc={}", words.len());
            for (n, word) in words.iter().enumerate() {
                let _ = write!(text, " a{n}=\"{word}\"");
            }
            text.push('\n');
        }
        self.write("var/log/audit/audit.log", text);
    }

    fn scan(&self) -> Value {
        self.scan_with(&[])
    }

    fn scan_with(&self, more: &[&str]) -> Value {
        let mut command = stigprobe(self.work.path());
        command.args(["scan", "--policy", "policy.toml", "--format", "json", "--json"]);
        let output = command.arg("--host-root").arg(self.dir.path()).args(more).output().unwrap();
        json(&output)
    }
}

fn json(output: &std::process::Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}\n{}", String::from_utf8_lossy(&output.stderr)))
}

/// What the letter says: its own reading where there is one, else the same.
fn literal<'a>(results: &'a Value, stig_id: &str) -> &'a str {
    let rule = rule(results, stig_id);
    let other = rule["other_reading"]["verdict"].as_str();
    other.unwrap_or_else(|| rule["result"].as_str().unwrap())
}

fn id(number: &str) -> String {
    format!("DKER-EE-{number}")
}

#[test]
fn a_node_in_order_has_no_findings_but_what_the_rules_contradict_each_other_in() {
    let Some(node) = Node::new() else { return };
    let results = node.scan();
    for (number, expected) in [
        ("001050", "pass"),
        ("001090", "pass"),
        ("001370", "pass"),
        ("003310", "pass"),
        // These want a driver that refuses the options that those two want.
        ("001590", "fail"),
        ("003230", "fail"),
        ("003320", "fail"),
        ("001800", "pass"),
        ("001830", "pass"),
        ("002080", "pass"),
        ("002090", "pass"),
        ("005170", "pass"),
        ("005180", "pass"),
        ("005190", "pass"),
        ("005200", "pass"),
        ("005210", "pass"),
        ("005220", "pass"),
        ("005230", "pass"),
        ("005240", "pass"),
        ("005250", "pass"),
        ("005260", "pass"),
        ("005270", "pass"),
        ("005280", "pass"),
        ("005290", "pass"),
        ("005300", "pass"),
        ("005310", "pass"),
        ("005320", "pass"),
        ("005330", "pass"),
        ("005340", "pass"),
        ("005350", "pass"),
        ("005360", "pass"),
        ("006270", "pass"),
    ] {
        let rule = rule(&results, &id(number));
        assert_eq!(rule["result"], expected, "{number}: {rule}");
    }
    let mke = node.scan_with(&["--benchmark", "mirantis-mke"]);
    assert_eq!(result(&mke, "CNTR-MK-000110"), "pass", "{}", rule(&mke, "CNTR-MK-000110"));
    assert_eq!(result(&mke, "CNTR-MK-000310"), "fail");
    assert_eq!(result(&mke, "CNTR-MK-001180"), "pass");
}

#[test]
fn nothing_secret_leaves_a_host() {
    let Some(node) = Node::new() else { return };
    node.write(SERVICE, UNIT.replace("-H fd://", "-H fd:// --http-proxy=http://u:hunter2@p"));
    node.scan();
    let written = files(&node.work.path().join("results"));
    assert!(!written.is_empty());
    for file in written {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains("hunter2"), "{}", file.display());
    }
}

/// The files of the mode rules: the file, what the requirement allows, what the check's `stat -c %a`
/// must print, `≤` where anything less will do.
const MODES: &[(&str, &str, &str, &str)] = &[
    ("005180", SERVICE, "≤644", "≤644"),
    ("005200", SOCKET, "≤644", "≤644"),
    ("005220", "etc/docker", "≤755", "755"),
    ("005240", "etc/docker/certs.d/dtr.example.mil/ca.crt", "≤444", "444"),
    ("005260", "etc/docker/ca.pem", "≤444", "444"),
    ("005280", "etc/docker/cert.pem", "≤444", "444"),
    ("005300", "etc/docker/key.pem", "400", "400"),
    ("005320", "run/docker.sock", "≤660", "660"),
    ("005340", "etc/docker/daemon.json", "≤644", "644"),
    ("005360", "etc/default/docker", "≤644", "644"),
];

/// Whether a printed mode is as wanted, digit by digit.
fn is_as(printed: &str, wanted: &str) -> bool {
    let Some(most) = wanted.strip_prefix('≤') else {
        return printed == wanted;
    };
    let digits = |text: &str| -> Vec<u32> { format!("{text:0>4}").chars().map(|c| c.to_digit(8).unwrap()).collect() };
    digits(printed).iter().zip(digits(most)).all(|(is, may)| is & !may == 0)
}

fn stat(format: &str, path: &Path) -> String {
    let output = Command::new("stat").args(["-c", format]).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", path.display());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn modes_are_judged_as_the_requirement_says_and_as_stat_would() {
    let Some(node) = Node::new() else { return };
    for mode in [
        0o000, 0o400, 0o440, 0o444, 0o600, 0o640, 0o644, 0o645, 0o660, 0o666, 0o700, 0o711, 0o750, 0o755, 0o775, 0o777,
        0o1644, 0o2644, 0o4644, 0o1755, 0o2755,
    ] {
        for (_, path, ..) in MODES {
            node.mode(path, mode);
        }
        let results = node.scan();
        for (number, path, requirement, letter) in MODES {
            let printed = stat("%a", &node.at(path));
            let verdict = |wanted| {
                if is_as(&printed, wanted) { "pass" } else { "fail" }
            };
            let number = id(number);
            assert_eq!(result(&results, &number), verdict(requirement), "{number} {printed}");
            assert_eq!(literal(&results, &number), verdict(letter), "{number} {printed}");
        }
    }
}

#[test]
fn owners_are_judged_by_numbers_and_by_the_node_s_own_names() {
    const OWNED: &[(&str, &str)] = &[
        ("005170", SERVICE),
        ("005190", SOCKET),
        ("005210", "etc/docker"),
        ("005230", "etc/docker/certs.d/dtr.example.mil"),
        ("005250", "etc/docker/ca.pem"),
        ("005270", "etc/docker/cert.pem"),
        ("005290", "etc/docker/key.pem"),
        ("005310", "run/docker.sock"),
        ("005330", "etc/docker/daemon.json"),
        ("005350", "etc/default/docker"),
    ];
    let Some(node) = Node::new() else { return };
    for (uid, gid) in [(0, 0), (0, 998), (1000, 0), (1000, 998), (4242, 4242)] {
        for (_, path) in OWNED {
            node.own(path, uid, gid);
        }
        let results = node.scan();
        for (number, path) in OWNED {
            let wanted = if *number == "005310" { "0:998" } else { "0:0" };
            let expected = if stat("%u:%g", &node.at(path)) == wanted { "pass" } else { "fail" };
            let number = id(number);
            assert_eq!(result(&results, &number), expected, "{number} {uid}:{gid}");
            assert_eq!(literal(&results, &number), expected, "{number} {uid}:{gid}");
        }
    }
    // A root of another name, and another of the name root.
    for (_, path) in OWNED {
        node.own(path, 0, if path.ends_with("docker.sock") { 998 } else { 0 });
    }
    node.write("etc/passwd", "toor:x:0:0::/:\nroot:x:1001:0::/:\n");
    let results = node.scan();
    assert_eq!(result(&results, "DKER-EE-005170"), "pass");
    assert_eq!(literal(&results, "DKER-EE-005170"), "fail");
    node.own(SERVICE, 1001, 0);
    let results = node.scan();
    assert_eq!(result(&results, "DKER-EE-005170"), "fail");
    assert_eq!(literal(&results, "DKER-EE-005170"), "pass");
}

/// One thing that is changed on the node, a rule, and what it says then.
type Change = (&'static str, fn(&Node), &'static str, &'static str);

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn one_thing_changed_is_found() {
    const CHANGES: &[Change] = &[
        (
            "tcp in the file",
            |n| {
                n.write("etc/docker/daemon.json", r#"{"hosts": ["tcp://0.0.0.0:2375"]}"#);
            },
            "001050",
            "fail",
        ),
        (
            "tcp in a variable",
            |n| {
                n.write("etc/default/docker", "DOCKER_OPTS='-H tcp://0.0.0.0:2375'\n");
            },
            "001050",
            "fail",
        ),
        (
            "tcp in a drop-in",
            |n| {
                n.write(
                    "etc/systemd/system/docker.service.d/x.conf",
                    "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H 0.0.0.0:2375\n",
                );
            },
            "001050",
            "fail",
        ),
        (
            "tcp by systemd",
            |n| {
                n.write("etc/systemd/system/docker.socket.d/x.conf", "[Socket]\nListenStream=2375\n");
            },
            "001050",
            "fail",
        ),
        (
            "tcp by another socket",
            |n| {
                n.write(
                    "etc/systemd/system/docker-tcp.socket",
                    "[Socket]\nListenStream=2375\nService=docker.service\n",
                );
            },
            "001050",
            "fail",
        ),
        (
            "a process that was recorded",
            |n| {
                n.write("proc/7/cmdline", "/usr/bin/dockerd\0-H\0tcp://0.0.0.0:2375\0");
            },
            "001050",
            "fail",
        ),
        (
            "the unit starts a script",
            |n| n.write(SERVICE, "[Service]\nExecStart=/bin/sh -c dockerd\n"),
            "001050",
            "error",
        ),
        ("a file that is no JSON", |n| n.write("etc/docker/daemon.json", "{\"hosts\": hunter2}"), "001050", "error"),
        ("a file that is too large", |n| n.write("etc/docker/daemon.json", vec![b' '; 2 << 20]), "001050", "error"),
        (
            "another file",
            |n| {
                n.write(SERVICE, UNIT.replace("-H fd://", "--config-file /srv/d.json"));
                n.write("srv/d.json", r#"{"hosts": ["tcp://[::]:1"]}"#);
            },
            "001050",
            "fail",
        ),
        (
            "a byte order mark and CRLF",
            |n| {
                n.write("etc/docker/daemon.json", format!("\u{feff}{}", JSON.replace('\n', "\r\n")));
            },
            "001370",
            "pass",
        ),
        ("another size", |n| n.write("etc/docker/daemon.json", JSON.replace("10m", "11m")), "001370", "fail"),
        ("no file", |n| n.remove("etc/docker/daemon.json"), "003310", "fail"),
        (
            "a driver that refuses the options",
            |n| {
                n.write(
                    "etc/docker/daemon.json",
                    r#"{"log-driver": "syslog", "log-opts": {"max-size": "10m", "max-file": "3"}}"#,
                );
            },
            "001370",
            "fail",
        ),
        ("syslog", |n| n.write("etc/docker/daemon.json", r#"{"log-driver": "syslog"}"#), "003230", "pass"),
        (
            "syslog, for a person",
            |n| n.write("etc/docker/daemon.json", r#"{"log-driver": "syslog"}"#),
            "001590",
            "notchecked",
        ),
        (
            "syslog without an address",
            |n| n.write("etc/docker/daemon.json", r#"{"log-driver": "syslog"}"#),
            "003320",
            "error",
        ),
        (
            "an insecure registry",
            |n| {
                n.write("etc/docker/daemon.json", r#"{"insecure-registries": ["r:5000"]}"#);
            },
            "001800",
            "fail",
        ),
        ("the proxy", |n| n.write("etc/docker/daemon.json", "{}"), "001830", "fail"),
        ("a node of UCP's", |n| n.write("var/lib/docker/volumes/ucp-node-certs/x", ""), "001830", "notapplicable"),
        ("no audit rules", |n| n.remove("etc/audit"), "001090", "fail"),
        ("no auditd", |n| n.remove("usr/sbin/auditd"), "001090", "fail"),
        ("one path more", |n| n.write("usr/bin/containerd", ""), "001090", "fail"),
        (
            "one path less",
            |n| {
                n.write("etc/audit/rules.d/docker.rules", RULES.replace("-w /etc/default/docker -k docker\n", ""));
            },
            "001090",
            "fail",
        ),
        ("privileged", |n| n.log(&[&["docker", "exec", "--privileged", "web", "sh"]]), "002080", "fail"),
        ("user", |n| n.log(&[&["docker", "exec", "-uroot", "web", "sh"]]), "002090", "fail"),
        ("no log", |n| n.remove("var/log/audit/audit.log"), "002080", "error"),
        (
            "no key",
            |n| {
                n.write("etc/audit/rules.d/docker.rules", RULES.replace(" -k docker", ""));
            },
            "002090",
            "pass",
        ),
        ("stale rules", |n| n.write("etc/audit/audit.rules", "-b 8192\n"), "001090", "error"),
        (
            "rules that nobody has loaded yet",
            |n| {
                n.write("etc/audit/audit.rules", RULES);
                n.write("etc/audit/rules.d/docker.rules", "-b 8192\n");
            },
            "002080",
            "error",
        ),
        (
            "daemon.json as a directory",
            |n| {
                n.remove("etc/docker/daemon.json");
                std::fs::create_dir(n.at("etc/docker/daemon.json")).unwrap();
            },
            "005330",
            "fail",
        ),
        (
            "docker.sock as a regular file",
            |n| {
                n.remove("run/docker.sock");
                n.write("run/docker.sock", "x");
            },
            "005320",
            "error",
        ),
        ("no unit", |n| n.remove(SERVICE), "005170", "pass"),
        ("no units at all", |n| n.remove("usr/lib"), "005180", "error"),
        (
            "masked",
            |n| {
                symlink("/dev/null", {
                    std::fs::create_dir_all(n.at("etc/systemd/system")).unwrap();
                    n.at("etc/systemd/system/docker.socket")
                })
                .unwrap();
            },
            "005190",
            "pass",
        ),
        (
            "a unit of one's own",
            |n| {
                n.write("etc/systemd/system/docker.service", UNIT);
                n.own("etc/systemd/system/docker.service", 1000, 0);
            },
            "005170",
            "fail",
        ),
        (
            "a link out of the root",
            |n| {
                n.remove(SOCKET);
                symlink("../../../../../../../../../../etc/hosts", n.at(SOCKET)).unwrap();
            },
            "005190",
            "pass",
        ),
        (
            "a link to a file of others",
            |n| {
                n.remove("etc/docker/daemon.json");
                n.write("srv/d.json", JSON);
                n.own("srv/d.json", 1000, 1000);
                symlink("/srv/d.json", n.at("etc/docker/daemon.json")).unwrap();
            },
            "005330",
            "fail",
        ),
        (
            "a link to nothing here",
            |n| {
                n.remove("etc/docker/daemon.json");
                symlink("/etc/machine-id", n.at("etc/docker/daemon.json")).unwrap();
            },
            "005330",
            "error",
        ),
        (
            "a loop",
            |n| {
                n.remove("etc/docker/ca.pem");
                symlink("ca.pem", n.at("etc/docker/ca.pem")).unwrap();
            },
            "005250",
            "error",
        ),
        ("no directory", |n| n.remove("etc/docker"), "005220", "fail"),
        (
            "a certificate of others, deep",
            |n| {
                n.write("etc/docker/certs.d/r/deep/er/x.crt", "");
                n.own("etc/docker/certs.d/r/deep/er/x.crt", 1000, 0);
            },
            "005230",
            "fail",
        ),
        ("no certificates", |n| n.remove("etc/docker/certs.d"), "005240", "pass"),
        ("no TLS", |n| n.write("etc/docker/daemon.json", "{}"), "005300", "notapplicable"),
        ("a key that is not there", |n| n.remove("etc/docker/key.pem"), "005300", "error"),
        ("no socket", |n| n.remove("run/docker.sock"), "005310", "error"),
        ("no daemon.json", |n| n.remove("etc/docker/daemon.json"), "005330", "fail"),
        ("no daemon.json, no mode", |n| n.remove("etc/docker/daemon.json"), "005340", "notapplicable"),
        ("not Ubuntu", |n| n.write("etc/os-release", "ID=\"rhel\"\n"), "005350", "notapplicable"),
        ("no os-release", |n| n.remove("etc/os-release"), "005350", "error"),
        ("no such file on Ubuntu", |n| n.remove("etc/default/docker"), "005360", "notapplicable"),
        (
            "every address",
            |n| {
                n.write(
                    "proc/net/tcp6",
                    format!(
                        "{TCP6}   0: 00000000000000000000000000000000:0949 00000000000000000000000000000000:0000 0A\n"
                    ),
                );
            },
            "006270",
            "fail",
        ),
        ("no table of IPv6", |n| n.remove("proc/net/tcp6"), "006270", "error"),
        (
            "a worker",
            |n| {
                n.remove("var/lib/docker/swarm/raft");
                n.write("proc/net/tcp", TCP.replace("0949", "0016"));
            },
            "006270",
            "notapplicable",
        ),
        ("not a system", |n| n.remove("etc"), "005170", "error"),
    ];
    for (what, change, number, expected) in CHANGES {
        let Some(node) = Node::new() else { return };
        change(&node);
        // One that is no system has no name of its own.
        let results = node.scan_with(&["--asset", "node1"]);
        let rule = rule(&results, &id(number));
        assert_eq!(rule["result"], *expected, "{what}, {number}: {rule}");
    }
}

#[test]
fn a_fifo_is_not_waited_for() {
    let Some(node) = Node::new() else { return };
    for path in ["etc/docker/daemon.json", "etc/default/docker", "etc/audit/audit.rules"] {
        let _ = std::fs::remove_file(node.at(path));
        assert!(Command::new("mkfifo").arg(node.at(path)).status().unwrap().success());
    }
    let results = node.scan();
    for number in ["001050", "001090", "001370", "003230"] {
        assert_eq!(result(&results, &id(number)), "error", "{number}");
    }
}

#[test]
fn what_may_not_be_read_is_not_taken_for_missing() {
    let Some(node) = Node::new() else { return };
    node.mode("etc/docker", 0o700);
    node.mode("var/log/audit", 0o700);
    node.mode("etc/audit/rules.d", 0o750);
    std::fs::set_permissions(node.work.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let program = node.work.path().join("stigprobe");
    std::fs::copy(env!("CARGO_BIN_EXE_stigprobe"), &program).unwrap();
    let output = Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(&program)
        .args(["scan", "--policy", "policy.toml", "--format", "json", "--json", "--host-root"])
        .arg(node.dir.path())
        .current_dir(node.work.path())
        .output();
    let Ok(output) = output else {
        skipped("hosts: there is no setpriv to read as another user with");
        return;
    };
    let results = json(&output);
    for number in [
        "001050", "001090", "001370", "001800", "001830", "002080", "003230", "005230", "005240", "005250", "005300",
        "005330", "005340",
    ] {
        let rule = rule(&results, &id(number));
        assert_eq!(rule["result"], "error", "{number}: {rule}");
    }
    // Owner and mode of the directory itself anybody can see.
    assert_eq!(result(&results, "DKER-EE-005210"), "pass");
    assert_eq!(result(&results, "DKER-EE-005220"), "pass");
}

#[test]
fn every_host_counts_and_is_named() {
    let (Some(good), Some(bad)) = (Node::new(), Node::new()) else {
        return;
    };
    bad.write("etc/hostname", "node2\n");
    bad.own(SERVICE, 1000, 0);
    let bad_dir = bad.dir.path().to_str().unwrap();
    let results = good.scan_with(&["--host-root", bad_dir]);
    let rule = rule(&results, "DKER-EE-005170");
    assert_eq!(rule["result"], "fail");
    assert!(rule.to_string().contains("node2: /usr/lib"), "{rule}");
    let none = tempfile::tempdir().unwrap();
    let results = good.scan_with(&["--host-root", none.path().to_str().unwrap()]);
    assert_eq!(result(&results, "DKER-EE-005170"), "error");

    let config = format!("policy = 'policy.toml'\n[host]\nroots = [{bad_dir:?}]\n");
    std::fs::write(good.work.path().join("stigprobe.toml"), config).unwrap();
    let mut command = stigprobe(good.work.path());
    let output = command.args(["scan", "--format", "json", "--json"]).output().unwrap();
    assert_eq!(result(&json(&output), "DKER-EE-005170"), "fail");
}

#[test]
fn this_machine_s_own_root_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let output = stigprobe(dir.path()).args(["scan", "--host-root", "--format", "json", "--json"]).output().unwrap();
    let results = json(&output);
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    assert!(results["target"].to_string().contains(name.trim()), "{}", results["target"]);
    for (number, path) in [("005220", "/etc/docker"), ("005340", "/etc/docker/daemon.json")] {
        if Path::new(path).exists() {
            let wanted = if number == "005220" { "≤755" } else { "≤644" };
            let expected = if is_as(&stat("%a", Path::new(path)), wanted) { "pass" } else { "fail" };
            assert_eq!(result(&results, &id(number)), expected, "{number}");
        } else {
            skipped(&format!("hosts: this machine has no {path}"));
        }
    }
    // What is not there was not found in order by chance.
    let fragment = Command::new("systemctl").args(["show", "-p", "FragmentPath", "--value", "docker.service"]).output();
    let fragment = fragment.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    match fragment {
        Ok(path) if !path.is_empty() => {
            let root = stat("%u:%g", Path::new(&path)) == "0:0";
            assert_eq!(result(&results, "DKER-EE-005170"), if root { "pass" } else { "fail" });
        }
        _ => skipped("hosts: systemd does not run here, or has no docker.service"),
    }
}
