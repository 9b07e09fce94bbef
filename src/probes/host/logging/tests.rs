use super::limits::same_size;
use super::*;
use crate::facts::host::Looked;
use crate::finding::Finding;
use crate::policy::Policy;
use crate::probes::Probe;
use crate::probes::cases::{Case, Kind, broken};
use crate::probes::host::model::{started, with_daemon};
use crate::xccdf::Verdict;

const BOTH: &str = r#"{"log-opts": {"max-size": "10m", "max-file": "3"}}"#;
const SYSLOG: &str = r#"{"log-driver": "syslog", "log-opts": {"syslog-address": "tcp+tls://siem.example.mil:6514"}}"#;

fn ssp() -> Policy {
    Policy {
        log_max_size: Some("10m".into()),
        log_max_file: Some(3),
        log_plugins: Some(vec!["example/shipper".into()]),
        ..Policy::default()
    }
}

/// Settings with that driver alone, which is written as JSON.
fn driven_by(driver: &str) -> String {
    format!(r#"{{"log-driver": {driver}}}"#)
}

/// See [`crate::probes::cases`].
pub(crate) fn cases() -> Vec<Case> {
    let host = |json: &str| with_daemon(&started("-H fd://", json));
    let mut all = Vec::new();
    let mut add = |probe: &'static dyn Probe, kind, json: &str, verdict| {
        all.push(Case::new(probe, kind, json, host(json), verdict).with(ssp()));
    };
    add(&LogLimits, Kind::Passes, BOTH, Verdict::Pass);
    let plugin = r#"{"log-driver": "example/shipper", "log-opts": {"max-size": "10240k", "max-file": "3"}}"#;
    add(&LogLimits, Kind::Passes, plugin, Verdict::Pass);
    for json in [
        r#"{"log-opts": {"max-size": "11m", "max-file": "3"}}"#,
        r#"{"log-opts": {"max-size": "-1", "max-file": "3"}}"#,
        r#"{"log-opts": {"max-size": "10m", "max-file": 3}}"#,
        r#"{"log-opts": {"max-size": "10m"}}"#,
        r#"{"log-driver": "syslog", "log-opts": {"max-size": "10m", "max-file": "3"}}"#,
    ] {
        add(&LogLimits, Kind::Fails, json, Verdict::Fail);
    }
    add(&LogLimits, Kind::Absent, "{}", Verdict::Fail);
    for probe in [&LOG_DRIVER, &LOG_REMOTE, &LOG_DRIVER_MKE] {
        add(probe, Kind::Passes, SYSLOG, Verdict::Pass);
        for (kind, driver, verdict) in [
            (Kind::Passes, r#""example/shipper:latest""#, Verdict::Pass),
            (Kind::Fails, r#""json-file""#, Verdict::Fail),
            (Kind::Fails, r#""other/plugin""#, Verdict::Fail),
            (Kind::Absent, r#"["syslog"]"#, Verdict::Fail),
        ] {
            add(probe, kind, &driven_by(driver), verdict);
        }
        add(probe, Kind::Absent, "{}", Verdict::Fail);
    }
    for (probe, kind, driver, verdict) in [
        (&LOG_DRIVER, Kind::Fails, r#""journald""#, Verdict::Fail),
        (&LOG_DRIVER_MKE, Kind::Passes, r#""journald""#, Verdict::Pass),
        (&LOG_DRIVER_MKE, Kind::Fails, r#""splunk""#, Verdict::Fail),
    ] {
        add(probe, kind, &driven_by(driver), verdict);
    }
    add(&LOG_REMOTE, Kind::Absent, r#"{"log-driver": "syslog"}"#, Verdict::Error);
    let own = r#"{"log-driver": "syslog", "log-opts": {"syslog-address": "udp://127.0.0.1:514"}}"#;
    add(&LOG_REMOTE, Kind::Absent, own, Verdict::Error);
    add(&LOG_REMOTE, Kind::Fails, r#"{"log-driver": "splunk"}"#, Verdict::Fail);
    for probe in [&LogLimits as &'static dyn Probe, &LOG_DRIVER, &LOG_REMOTE, &LOG_DRIVER_MKE] {
        let mut lost = host("{}");
        lost.hosts[0].daemon = broken();
        all.push(Case::new(probe, Kind::Broken, "no answer", lost, Verdict::Error).with(ssp()));
        let mut odd = started("", "{}");
        odd.configs[0].settings = Looked::Unseen("it is not JSON".into());
        let odd = with_daemon(&odd);
        all.push(Case::new(probe, Kind::Absent, "no JSON", odd, Verdict::Error).with(ssp()));
    }
    all
}

fn finding(probe: &dyn Probe, arguments: &str, json: &str, policy: &Policy) -> Finding {
    let facts = with_daemon(&started(arguments, json));
    probe.decide(&facts, policy).unwrap_or_else(Finding::from)
}

#[test]
fn the_two_groups_of_rules_are_never_in_order_together() {
    for driver in OTHERS.iter().chain(FILES) {
        let json = format!(
            r#"{{"log-driver": "{driver}", "log-opts": {{"max-size": "10m", "max-file": "3", "syslog-address": "tcp://10.0.0.9:514", "splunk-url": "https://s:8088"}}}}"#
        );
        let limits = finding(&LogLimits, "", &json, &ssp());
        for rule in [&LOG_DRIVER, &LOG_REMOTE] {
            let sent = finding(rule, "", &json, &ssp());
            let both = limits.verdict() == Verdict::Pass && sent.verdict() == Verdict::Pass;
            assert!(!both, "{driver}");
            if sent.verdict() == Verdict::Pass {
                assert!(sent.summary().contains("exception"), "{driver}");
            }
        }
    }
}

#[test]
fn the_letter_reads_the_usual_file_alone() {
    let flag = finding(&LOG_DRIVER, "--log-driver syslog", "{}", &ssp());
    assert_eq!(flag.verdict(), Verdict::Pass);
    assert_eq!(flag.literal().map(|l| l.verdict), Some(Verdict::Fail));
    let plugin = finding(&LOG_DRIVER, "", r#"{"log-driver": "other/plugin"}"#, &ssp());
    assert_eq!(plugin.literal().map(|l| l.verdict), Some(Verdict::Pass));
    let refused = r#"{"log-driver": "syslog", "log-opts": {"max-size": "10m", "max-file": "3"}}"#;
    let limits = finding(&LogLimits, "", refused, &ssp());
    assert_eq!(limits.literal().map(|l| l.verdict), Some(Verdict::Pass));
    let flags = finding(&LogLimits, "--log-opt max-size=10m --log-opt max-file=3", "{}", &ssp());
    assert_eq!(flags.verdict(), Verdict::Fail, "the rules want both in the file");
}

#[test]
fn what_is_open_in_the_file_is_open_whatever_the_arguments_are() {
    let hidden = |json: &str, probe: &dyn Probe| {
        let mut daemon = started("", json);
        daemon.running = crate::facts::host::Running::Hidden("hidepid".into());
        let decided = probe.decide(&with_daemon(&daemon), &ssp());
        decided.unwrap_or_else(Finding::from).verdict()
    };
    assert_eq!(hidden("{}", &LogLimits), Verdict::Fail);
    assert_eq!(hidden(BOTH, &LogLimits), Verdict::Error);
    assert_eq!(hidden(r#"{"log-driver": "local"}"#, &LOG_DRIVER), Verdict::Fail);
    assert_eq!(hidden("{}", &LOG_DRIVER), Verdict::Error);
    assert_eq!(hidden(SYSLOG, &LOG_DRIVER), Verdict::Error);
}

#[test]
fn a_plugin_needs_the_policy() {
    let plugin = |policy: &Policy| finding(&LOG_DRIVER, "", r#"{"log-driver": "x/y"}"#, policy).verdict();
    assert_eq!(plugin(&Policy::default()), Verdict::NotChecked);
    assert_eq!(plugin(&ssp()), Verdict::Fail);
}

#[test]
fn sizes_are_compared_as_engines_read_them() {
    for (a, b, same) in [
        ("10m", "10M", true),
        ("10m", "10MB", true),
        ("10m", "10240k", true),
        ("0.5g", "512m", true),
        ("10m", "10", false),
        ("-1", "-1", false),
        ("0", "0", false),
        ("x", "x", false),
    ] {
        assert_eq!(same_size(a, b), same, "{a} {b}");
    }
}
