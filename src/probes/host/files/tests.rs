//! Every rule against a host that is in order, and against one thing that is not.

use super::rules::ALL;
use super::*;
use crate::facts::Fact;
use crate::facts::host::{CONFIG, DEFAULT_CA, DEFAULT_CERTIFICATE, DEFAULT_KEY, File, Kind as FileKind, Link, Running};
use crate::probes::cases::{Case, Kind, broken};
use crate::probes::host::model::{change_fact, change_files, file, host, started, with_daemon};
use crate::xccdf::Verdict;

/// The file that the rule is about in the model.
fn subject(rule: &FileRule) -> &'static str {
    match rule.which {
        Which::Service => "/usr/lib/systemd/system/docker.service",
        Which::SocketUnit => "/usr/lib/systemd/system/docker.socket",
        Which::Directory => "/etc/docker",
        Which::RegistryCertificates => "/etc/docker/certs.d/r/ca.crt",
        Which::Tls(Tls::Ca) => "/etc/docker/ca.pem",
        Which::Tls(Tls::Certificate) => "/etc/docker/cert.pem",
        Which::Tls(Tls::Key) => "/etc/docker/key.pem",
        Which::Socket => "/var/run/docker.sock",
        Which::DaemonJson => "/etc/docker/daemon.json",
        Which::Defaults => "/etc/default/docker",
    }
}

fn with(rule: &FileRule, change: impl FnOnce(&mut File)) -> Facts {
    let mut facts = host();
    change_files(&mut facts, |files| {
        let file = files.list.iter_mut().find(|file| file.path == subject(rule));
        change(file.expect("a file"));
    });
    facts
}

fn entry(rule: &FileRule, change: impl FnOnce(&mut Entry)) -> Facts {
    with(rule, |file| {
        if let Looked::Is(entry) = &mut file.at {
            change(entry);
        }
    })
}

/// See [`crate::probes::cases`].
pub(crate) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for rule in ALL.iter().copied() {
        let mut add = |kind, what: &str, facts, verdict| {
            all.push(Case::new(rule, kind, what, facts, verdict));
        };
        add(Kind::Passes, "in order", host(), Verdict::Pass);
        match rule.wants {
            Wants::Root | Wants::RootDocker => {
                for (uid, gid) in [(1000, 0), (0, 1000), (1000, 1000)] {
                    let facts = entry(rule, |entry| (entry.uid, entry.gid) = (uid, gid));
                    add(Kind::Fails, "another owner", facts, Verdict::Fail);
                }
                let renamed = entry(rule, |entry| {
                    (entry.uid, entry.user) = (7, Some("root".into()));
                });
                add(Kind::Fails, "a name is no number", renamed, Verdict::Fail);
            }
            Wants::AtMost(most) => {
                for bit in [0o001, 0o002, 0o1000, 0o2000, 0o4000].into_iter().filter(|bit| bit & most == 0) {
                    let facts = entry(rule, |entry| entry.mode |= bit);
                    add(Kind::Fails, "a bit more", facts, Verdict::Fail);
                }
                let fewer = entry(rule, |entry| entry.mode = 0);
                add(Kind::Passes, "no bits at all", fewer, Verdict::Pass);
            }
            Wants::Exactly(_) => {
                for mode in [0o600, 0o440, 0o000] {
                    let facts = entry(rule, |entry| entry.mode = mode);
                    add(Kind::Fails, "another mode", facts, Verdict::Fail);
                }
            }
        }
        let denied = with(rule, |file| {
            file.at = Looked::Unseen("permission denied".into());
        });
        add(Kind::Absent, "permission denied", denied, Verdict::Error);
        let missing = with(rule, |file| file.at = Looked::Missing);
        let verdict = match (rule.which, rule.wants) {
            (Which::Directory, _) | (Which::DaemonJson, Wants::Root) => Verdict::Fail,
            (Which::DaemonJson | Which::Defaults, _) => Verdict::NotApplicable,
            // The unit is known, and its file is gone: nothing to find.
            (Which::Service | Which::SocketUnit, _) => Verdict::Pass,
            _ => Verdict::Error,
        };
        add(Kind::Absent, "not there", missing.clone(), verdict);
        let mut bare = missing;
        change_files(&mut bare, |files| files.signs.clear());
        add(Kind::Absent, "not there, and no sign of an engine", bare, Verdict::Error);
        let mut lost = host();
        lost.hosts[0].files = broken();
        add(Kind::Broken, "no answer", lost, Verdict::Error);
    }
    all
}

fn decide(rule: &FileRule, facts: &Facts) -> Finding {
    decide_with(rule, facts, &Policy::default())
}

fn decide_with(rule: &FileRule, facts: &Facts, policy: &Policy) -> Finding {
    rule.decide(facts, policy).unwrap_or_else(Finding::from)
}

fn literal(finding: &Finding) -> Option<Verdict> {
    finding.literal().map(|literal| literal.verdict)
}

#[test]
fn the_letter_wants_an_exact_mode_where_it_says_so() {
    for (rule, stricter, differs) in [
        (&SERVICE_MODE, 0o600, false),
        (&SOCKET_UNIT_MODE, 0o600, false),
        (&DIRECTORY_MODE, 0o700, true),
        (&REGISTRY_CERTIFICATES_MODE, 0o400, true),
        (&TLS_CA_MODE, 0o400, true),
        (&TLS_CERTIFICATE_MODE, 0o400, true),
        (&SOCKET_MODE, 0o600, true),
        (&DAEMON_JSON_MODE, 0o600, true),
        (&DEFAULTS_MODE, 0o600, true),
    ] {
        let finding = decide(rule, &entry(rule, |entry| entry.mode = stricter));
        assert_eq!(finding.verdict(), Verdict::Pass, "{}", rule.card.name);
        let expected = differs.then_some(Verdict::Fail);
        assert_eq!(literal(&finding), expected, "{}", rule.card.name);
    }
    for rule in ALL {
        assert_eq!(literal(&decide(rule, &host())), None, "{}", rule.card.name);
    }
}

#[test]
fn names_deceive_the_letter_and_not_the_requirement() {
    let other = entry(&SERVICE_OWNER, |entry| {
        (entry.uid, entry.user) = (7, Some("root".into()));
    });
    assert_eq!(literal(&decide(&SERVICE_OWNER, &other)), Some(Verdict::Pass));
    // grep -v hides every line with the words in it.
    let longer = entry(&SERVICE_OWNER, |entry| {
        (entry.uid, entry.user) = (7, Some("notroot".into()));
    });
    assert_eq!(literal(&decide(&SERVICE_OWNER, &longer)), Some(Verdict::Pass));
    let renamed = entry(&SERVICE_OWNER, |entry| entry.user = Some("toor".into()));
    let finding = decide(&SERVICE_OWNER, &renamed);
    assert_eq!(finding.verdict(), Verdict::Pass);
    assert_eq!(literal(&finding), Some(Verdict::Fail));
    let nameless = entry(&SERVICE_OWNER, |entry| entry.user = None);
    assert_eq!(literal(&decide(&SERVICE_OWNER, &nameless)), None);
}

#[test]
fn every_rule_says_what_its_check_makes_of_a_link() {
    for rule in ALL {
        assert!(rule.parts.contains("link"), "{}: {}", rule.card.name, rule.parts);
    }
}

#[test]
fn something_of_another_kind_is_not_what_the_rule_asks_about() {
    let with = |path: &str, kind: FileKind| {
        let mut facts = host();
        change_files(&mut facts, |files| {
            let one = files.list.iter_mut().find(|file| file.path == path).expect("a file");
            let Looked::Is(entry) = &mut one.at else { panic!("{path} is there") };
            entry.kind = kind;
        });
        facts
    };
    for (rule, path, kind, verdict) in [
        (&DAEMON_JSON_OWNER, CONFIG, FileKind::Directory, Verdict::Fail),
        (&DAEMON_JSON_MODE, CONFIG, FileKind::Directory, Verdict::Fail),
        (&DIRECTORY_OWNER, "/etc/docker", FileKind::File, Verdict::Fail),
        (&SOCKET_OWNER, "/var/run/docker.sock", FileKind::File, Verdict::Error),
        (&SOCKET_MODE, "/var/run/docker.sock", FileKind::Directory, Verdict::Error),
        (&TLS_KEY_MODE, "/etc/docker/key.pem", FileKind::Fifo, Verdict::Error),
        (&SERVICE_OWNER, "/usr/lib/systemd/system/docker.service", FileKind::Directory, Verdict::Error),
    ] {
        let finding = decide(rule, &with(path, kind));
        assert_eq!(finding.verdict(), verdict, "{path}: {:?}", finding.observations());
    }
}

#[test]
fn a_link_is_judged_at_its_end_and_by_its_owner() {
    let link = |rule: &FileRule, to: Looked<Entry>, own: u32| {
        let facts = entry(rule, |entry| {
            let target = to.map(Box::new);
            *entry = Entry {
                kind: FileKind::Link,
                mode: 0o777,
                uid: own,
                user: (own == 0).then(|| "root".into()),
                group: Some("root".into()),
                link: Some(Link { target: "/elsewhere".into(), to: target }),
                ..Entry::default()
            };
        });
        decide(rule, &facts)
    };
    let good = || Looked::Is(Entry { mode: 0o400, ..Entry::default() });
    for rule in [&SERVICE_MODE, &TLS_KEY_MODE, &REGISTRY_CERTIFICATES_MODE] {
        let finding = link(rule, good(), 0);
        assert_eq!(finding.verdict(), Verdict::Pass, "{}", rule.card.name);
        assert_eq!(literal(&finding), Some(Verdict::Fail), "{}", rule.card.name);
    }
    assert_eq!(link(&SERVICE_OWNER, good(), 0).verdict(), Verdict::Pass);
    assert_eq!(link(&SERVICE_OWNER, good(), 7).verdict(), Verdict::Fail);
    let other = Looked::Is(Entry { uid: 7, ..Entry::default() });
    assert_eq!(link(&SERVICE_OWNER, other, 0).verdict(), Verdict::Fail);
    assert_eq!(link(&SERVICE_OWNER, Looked::Missing, 0).verdict(), Verdict::Error);
    assert_eq!(link(&SERVICE_OWNER, Looked::Unseen("no".into()), 0).verdict(), Verdict::Error);
}

#[test]
fn where_the_engine_uses_no_tls_the_rules_are_not_about_it() {
    let tls = [&TLS_CA_OWNER, &TLS_CERTIFICATE_MODE, &TLS_KEY_MODE];
    for rule in tls {
        let plain = with_daemon(&started("-H fd://", "{}"));
        assert_eq!(decide(rule, &plain).verdict(), Verdict::NotApplicable);
        // It asks for TLS and names no file, and there is one where it looks then.
        let mut default = with_daemon(&started("--tlsverify", "{}"));
        assert_eq!(decide(rule, &default).verdict(), Verdict::NotApplicable);
        change_files(&mut default, |files| {
            for file in &mut files.list {
                if [DEFAULT_CA, DEFAULT_CERTIFICATE, DEFAULT_KEY].contains(&file.path.as_str()) {
                    file.at = Looked::Is(Entry { mode: 0o666, uid: 7, ..Entry::default() });
                }
            }
        });
        assert_eq!(decide(rule, &default).verdict(), Verdict::Fail);
        // What starts the engine is not known: then nor is whether it uses TLS.
        let mut hidden = started("", "{}");
        hidden.running = Running::Hidden("hidepid".into());
        assert_eq!(decide(rule, &with_daemon(&hidden)).verdict(), Verdict::Error);
        let odd = with_daemon(&started("", r#"{"tlscacert": 1, "tlscert": 1, "tlskey": 1}"#));
        assert_eq!(decide(rule, &odd).verdict(), Verdict::Error);
    }
    let named = Policy { host_tls_ca: Some("/etc/docker/ca.pem".into()), ..Policy::default() };
    let plain = with_daemon(&started("-H fd://", "{}"));
    assert_eq!(decide_with(&TLS_CA_OWNER, &plain, &named).verdict(), Verdict::Pass);
    let elsewhere = Policy { host_tls_ca: Some("/opt/ca.pem".into()), ..Policy::default() };
    let finding = decide_with(&TLS_CA_OWNER, &plain, &elsewhere);
    assert_eq!(finding.verdict(), Verdict::Error, "it was not looked at");
}

#[test]
fn certificates_are_all_that_is_there() {
    let mut many = host();
    change_files(&mut many, |files| {
        for n in 0..1000 {
            let path = format!("/etc/docker/certs.d/r/{n}.crt");
            files.list.push(file(&path, FileKind::File, 0o444, (0, 0)));
        }
        files.list.sort_by(|a, b| a.path.cmp(&b.path));
    });
    let finding = decide(&REGISTRY_CERTIFICATES_MODE, &many);
    assert_eq!(finding.verdict(), Verdict::Pass);
    assert_eq!(finding.observations().len(), 1);
    change_files(&mut many, |files| {
        let file = files.list.iter_mut().find(|file| file.path.ends_with("/77.crt"));
        if let Some(Looked::Is(entry)) = file.map(|file| &mut file.at) {
            (entry.uid, entry.mode) = (7, 0o644);
        }
    });
    let finding = decide(&REGISTRY_CERTIFICATES_MODE, &many);
    assert_eq!(finding.verdict(), Verdict::Fail);
    assert_eq!(finding.observations().len(), 2);
    // stat on certs.d/* sees the directory of the registry, not the certificates.
    let finding = decide(&REGISTRY_CERTIFICATES_OWNER, &many);
    assert_eq!(literal(&finding), Some(Verdict::Pass));

    let mut none = host();
    change_files(&mut none, |files| {
        files.list.retain(|file| !file.path.starts_with("/etc/docker/certs.d/"));
    });
    assert_eq!(decide(&REGISTRY_CERTIFICATES_MODE, &none).verdict(), Verdict::Pass);
    change_files(&mut none, |files| {
        files.list.push(File { path: "/etc/docker/certs.d/*".into(), at: Looked::Unseen("permission denied".into()) });
        files.list.sort_by(|a, b| a.path.cmp(&b.path));
    });
    assert_eq!(decide(&REGISTRY_CERTIFICATES_MODE, &none).verdict(), Verdict::Error);
}

#[test]
fn ubuntu_is_told_by_the_system_alone() {
    let on = |id: &str| {
        let mut facts = host();
        change_fact(Need::HostOs, &mut facts.hosts[0].os, |os| os.id = id.into());
        facts
    };
    for rule in [&DEFAULTS_OWNER, &DEFAULTS_MODE] {
        assert_eq!(decide(rule, &on("rhel")).verdict(), Verdict::NotApplicable);
        let mut unknown = host();
        unknown.hosts[0].os = Fact::default();
        assert_eq!(decide(rule, &unknown).verdict(), Verdict::NotChecked);
    }
    // On Ubuntu the letter looks at one file, the requirement at both.
    let mut bad = entry(&DIRECTORY_OWNER, |entry| {
        (entry.uid, entry.user) = (7, Some("bob".into()));
    });
    assert_eq!(literal(&decide(&DIRECTORY_OWNER, &bad)), Some(Verdict::Pass));
    change_fact(Need::HostOs, &mut bad.hosts[0].os, |os| {
        os.id = "centos".into();
    });
    assert_eq!(literal(&decide(&DIRECTORY_OWNER, &bad)), None);
}

#[test]
fn who_an_access_control_list_lets_in_does_not_show_in_the_mode() {
    let facts = entry(&SOCKET_MODE, |entry| entry.acl.push("user:1000:rw-".into()));
    let finding = decide(&SOCKET_MODE, &facts);
    assert_eq!(finding.verdict(), Verdict::Fail);
    assert_eq!(literal(&finding), Some(Verdict::Pass));
}

#[test]
fn a_node_without_a_host_leaves_a_rule_undecided() {
    use crate::facts::swarm::{Node, Roster};
    use crate::probes::cases::read;
    let nodes = ["node1", "node2"].map(|name| Node { hostname: name.into(), ..Node::default() });
    let mut facts = host();
    facts.engines[0].nodes = read(Need::EngineNodes, Roster::Nodes(nodes.to_vec()));
    let finding = decide(&SERVICE_OWNER, &facts);
    assert_eq!(finding.verdict(), Verdict::Error);
    assert!(finding.summary().contains("node2"), "{}", finding.summary());
    facts.engines[0].nodes = read(Need::EngineNodes, Roster::Worker);
    assert_eq!(decide(&SERVICE_OWNER, &facts).verdict(), Verdict::Error);
    // Two engines that stand alone, and the files of one of them.
    facts.engines[0].nodes = read(Need::EngineNodes, Roster::NoSwarm);
    facts.engines.push(facts.engines[0].clone());
    facts.engines[1].info = broken();
    assert_eq!(decide(&SERVICE_OWNER, &facts).verdict(), Verdict::Error);
}
