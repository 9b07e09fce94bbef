//! What is read on hosts: daemon.json, arguments, units, audit rules, the audit log, the kernel's tables.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stigprobe::collect::audit_log;
use stigprobe::facts::host::{AuditRules, Environment, Os, Settings, Start, listeners};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(settings) = Settings::from_json(bytes) {
        kept(&settings);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    kept(&Settings::from_arguments(&words));
    let mut rules = AuditRules::default();
    rules.add(&text);
    kept(&rules);
    let log = audit_log(bytes);
    assert!(log.execs <= log.events);
    assert!(log.privileged <= log.execs && log.user <= log.execs);
    kept(&log);
    let _ = listeners(&text);
    let _ = Os::parse(&text);
    let mut environment = Environment::default();
    environment.read(&text);
    let _ = Start::of(&format!("/usr/bin/dockerd {text}"), &environment);
});

/// What is kept reads back as it was.
fn kept<T>(value: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let json = serde_json::to_vec(value).expect("facts have string keys");
    let read: T = serde_json::from_slice(&json).expect("what was written");
    assert_eq!(&read, value);
}
