//! The audit log, record by record.

use std::fmt::Write as _;

use super::root::Root;
use super::{audit, audit_log};
use crate::facts::host::{AuditLog, Looked, RuleSource};

fn tree(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Root) {
    let dir = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
        std::fs::write(path, text).expect("a file");
    }
    let root = Root::new(dir.path());
    (dir, root)
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02X}");
        out
    })
}

/// The records of one program that was run under a key.
fn run(serial: u32, key: &str, words: &[&str]) -> String {
    let stamp = format!("msg=audit(1500000{serial:03}.123:{serial}):");
    let mut text = format!(
        "type=SYSCALL {stamp} arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid={serial} auid=1000 uid=0 comm=\"docker\" exe=\"/usr/bin/docker\" key={key}\u{1d}ARCH=x86_64 SYSCALL=execve AUID=\"user\"\n"
    );
    let _ = write!(text, "type=EXECVE {stamp} argc={}", words.len());
    for (n, word) in words.iter().enumerate() {
        let plain = word.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
        let value = if plain { format!("\"{word}\"") } else { hex(word) };
        let _ = write!(text, " a{n}={value}");
    }
    let title = hex(&words.join("\0"));
    let _ = write!(text, "\ntype=CWD {stamp} cwd=\"/root\"\ntype=PROCTITLE {stamp} proctitle={title}\n");
    text
}

fn read(files: &[(&str, &[u8])]) -> AuditLog {
    let (_dir, root) = tree(files);
    audit_log::read(&root).expect("a log").1
}

const LOG: &str = "var/log/audit/audit.log";

#[test]
fn executions_are_found_whatever_way_they_are_written() {
    let privileged = ["docker", "exec", "--privileged", "web", "sh"];
    let mut text = run(1, "\"docker\"", &privileged);
    text += &run(2, &hex("other\u{1}docker"), &["docker", "exec", "-u", "root", "web", "echo a b"]);
    text += &run(3, "(null)", &privileged);
    text += &run(4, "\"other\"", &privileged);
    text += &run(5, "\"docker\"", &["docker", "exec", "web", "cat", "/home/user/privileged"]);
    text += &run(6, "\"docker\"", &["docker", "ps"]);
    // Only the title is left of this one, and of that one a word is torn.
    let only_title = run(7, "\"docker\"", &privileged);
    text += &only_title.lines().filter(|l| !l.contains("EXECVE")).map(|l| format!("{l}\n")).collect::<String>();
    text += &run(8, "\"docker\"", &["docker", "x y"]).replace("a1=7820", "a1=zz20");
    text += "node=n1 type=CONFIG_CHANGE msg=audit(1500000009.000:9): op=add_rule key=\"docker\" list=4 res=1\n";
    let log = read(&[(LOG, text.as_bytes())]);
    assert_eq!((log.privileged, log.user, log.execs), (4, 1, 6), "{log:?}");
    assert_eq!(log.other_keys.known(), Some(&2), "whatever the key, or without one");
    assert_eq!(log.unclear, 1);
    assert_eq!(log.events, 6);
    assert_eq!(log.uses[0].container, "web");
    assert_eq!(log.uses[0].auid, "1000");
    assert_eq!(log.span, Some((1_500_000_001, 1_500_000_009)));
    assert_eq!(log.lines_privileged, 2, "grep sees plain text alone: {log:?}");
    assert_eq!(log.lines_user, 1, "and finds the word in a path");
    let kept = serde_json::to_string(&log).expect("JSON");
    assert!(!kept.contains("echo"), "{kept}");
}

#[test]
fn what_a_client_does_after_its_start_is_not_counted_once_more() {
    let start = run(1, "\"exec\"", &["docker", "exec", "--privileged", "web", "sh"]);
    let title = start.lines().find(|line| line.contains("PROCTITLE")).expect("a record");
    let later = |pid: u32| {
        let stamp = "msg=audit(1500000050.000:50)";
        let syscall =
            format!("type=SYSCALL {stamp}: syscall=257 pid={pid} auid=1000 exe=\"/usr/bin/docker\" key=\"x\"\n");
        syscall + &title.replace("msg=audit(1500000001.123:1)", stamp) + "\n"
    };
    let privileged = |text: String| read(&[(LOG, text.as_bytes())]).privileged;
    assert_eq!(privileged(start.clone() + &later(1)), 1);
    assert_eq!(privileged(start.clone() + &later(2)), 2, "another process");
    assert_eq!(privileged(later(1)), 1, "its start was not recorded");
}

#[test]
fn a_torn_record_of_another_program_says_nothing_of_docker() {
    let torn = run(1, "\"exec\"", &["ls", "x y"]).replace("a1=7820", "a1=zz20");
    let of = |exe: &str| {
        let text = torn.replace("/usr/bin/docker", exe);
        read(&[(LOG, text.as_bytes())]).unclear
    };
    assert_eq!(of("/usr/bin/ls"), 0);
    assert_eq!(of("/usr/local/bin/docker"), 1);
}

#[test]
fn records_of_two_events_mix_and_files_follow_each_other() {
    let one = run(1, "\"docker\"", &["docker", "exec", "--privileged", "a"]);
    let two = run(2, "\"docker\"", &["docker", "exec", "--user", "x", "b"]);
    let mixed: String = one.lines().zip(two.lines()).map(|(a, b)| format!("{a}\n{b}\n")).collect();
    let cut = mixed.find("type=EXECVE").expect("a record");
    let log = read(&[("var/log/audit/audit.log.1", &mixed.as_bytes()[..cut]), (LOG, &mixed.as_bytes()[cut..])]);
    assert_eq!((log.privileged, log.user), (1, 1));
    assert_eq!(log.files.len(), 2);
}

#[test]
fn what_was_not_read_is_told() {
    let text = run(1, "\"docker\"", &["docker", "ps"]);
    let with = |name: &str, bytes: &[u8]| read(&[(LOG, text.as_bytes()), (name, bytes)]).unread.len();
    assert_eq!(with("var/log/audit/audit.log.2.gz", b"x"), 1);
    assert_eq!(with("var/log/audit/audit.log.2", b"no record\n"), 1);
    assert_eq!(with("var/log/audit/audit.log.2", &vec![b'x'; 200_000]), 1);
    assert_eq!(with("var/log/audit/other", b"x"), 0);
    let (_dir, root) = tree(&[("etc/x", b"")]);
    assert!(audit_log::read(&root).is_err());
    let (_dir, root) = tree(&[("var/log/audit/audit.log.1", text.as_bytes())]);
    assert!(audit_log::read(&root).is_err(), "the newest is missing");
    let conf = b"log_file = /srv/a.log\n";
    let moved = read(&[("etc/audit/auditd.conf", conf), ("srv/a.log", text.as_bytes())]);
    assert_eq!(moved.events, 1);
}

#[test]
fn rules_in_files_say_that_they_are_rules_in_files() {
    let (_dir, root) = tree(&[
        ("etc/audit/rules.d/docker.rules", b"-w /usr/bin/docker -k docker\r\n"),
        ("etc/audit/rules.d/notes.txt", b"-w /x -k docker\n"),
        ("usr/sbin/x", b""),
    ]);
    let (_, rules) = audit::rules(&root).expect("rules");
    assert_eq!(rules.source, RuleSource::Files(vec!["/etc/audit/rules.d/docker.rules".into()]));
    assert_eq!(rules.watches.len(), 1);
    assert_eq!(rules.auditd, Looked::Missing);
}

#[test]
fn rules_are_those_that_augenrules_loads() {
    const WATCH: &[u8] = b"-w /usr/bin/docker -p wa -k docker\n";

    let rules = |files: &[(&str, &[u8])]| {
        let (_dir, root) = tree(files);
        audit::rules(&root).expect("rules").1
    };
    let never = rules(&[
        ("etc/audit/rules.d/10-none.rules", b"-a task,never\n"),
        ("etc/audit/rules.d/50-docker.rules", b"-D\n-w /usr/bin/docker -k docker\n"),
    ]);
    assert_eq!(never.silencing, ["-a task,never"], "-D goes to the top");
    let stale = rules(&[("etc/audit/audit.rules", WATCH), ("etc/audit/rules.d/a.rules", b"-b 8192\n")]);
    assert!(stale.watches.is_empty());
    assert_eq!(stale.all().expect("sets").len(), 2);
    let made =
        b"## This file is automatically generated from /etc/audit/rules.d\n-w  /usr/bin/docker -p wa -k docker\n\n";
    let same = rules(&[("etc/audit/audit.rules", made), ("etc/audit/rules.d/a.rules", WATCH)]);
    assert_eq!((same.watches.len(), same.all().expect("sets").len()), (1, 1));
    let alone = rules(&[("etc/audit/audit.rules", WATCH)]);
    assert_eq!(alone.watches.len(), 1);
    let order =
        rules(&[("etc/audit/rules.d/10-b.rules", b"-W /usr/bin/docker\n"), ("etc/audit/rules.d/9-a.rules", WATCH)]);
    assert!(order.watches.is_empty(), "9 stands before 10");
}

proptest::proptest! {
    #[test]
    fn no_log_and_no_rules_make_the_readers_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), words in "type=(SYSCALL|EXECVE|PROCTITLE) msg=audit\\([0-9]{1,3}\\.[0-9]:[0-9]\\):( [a-z0-9\\[\\]_=\"]{0,12}){0,9}") {
        let _ = audit_log::of_text(&bytes);
        let _ = audit_log::of_text(words.as_bytes());
        let text = String::from_utf8_lossy(&bytes);
        let mut rules = crate::facts::host::AuditRules::default();
        rules.add(&text);
        let _ = crate::facts::host::listeners(&text);
        let _ = crate::facts::host::Os::parse(&text);
        let _ = crate::facts::host::Settings::from_json(&bytes);
        let split: Vec<&str> = text.split(' ').collect();
        let _ = crate::facts::host::Settings::from_arguments(&split);
        let mut environment = crate::facts::host::Environment::default();
        environment.read(&text);
        let _ = crate::facts::host::Start::of(&format!("dockerd {text}"), &environment);
    }
}
