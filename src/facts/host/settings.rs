//! The engine's settings, from dockerd's arguments or from its daemon.json.
//!
//! Arguments and file may hold passwords (proxies, log collectors, labels): what is not a field of
//! [`Settings`] is kept by its name only.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::facts::field::Field;

/// Log options whose values cannot be credentials. Of all others only the name is kept
/// (`splunk-token`, `logentries-token`, `env`, …).
const SHOWN_LOG_OPTIONS: &[&str] = &[
    "max-size",
    "max-file",
    "max-buffer-size",
    "compress",
    "mode",
    "syslog-address",
    "syslog-facility",
    "syslog-format",
    "splunk-url",
    "splunk-insecureskipverify",
    "awslogs-region",
    "awslogs-group",
    "awslogs-endpoint",
    "gcp-project",
    "fluentd-address",
    "gelf-address",
    "logentries-line-only",
];

/// A log option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogOption {
    /// Its value, without the user that a URL may name.
    Is(String),
    /// A number. The engine takes strings only.
    Number(String),
    /// It is set; what to is not kept.
    Hidden,
    /// It is of this type.
    Odd(String),
}

impl LogOption {
    fn of(name: &str, value: &Value) -> Self {
        match value {
            _ if !SHOWN_LOG_OPTIONS.contains(&name) => LogOption::Hidden,
            Value::String(text) => LogOption::Is(without_user(text)),
            Value::Number(number) => LogOption::Number(number.to_string()),
            other => LogOption::Odd(kind(other).into()),
        }
    }
}

/// A URL without user and password, and without what may stand behind a question mark.
fn without_user(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    // What is before the last at sign cannot be the address: a password may hold slashes.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, address)| address);
    format!("{scheme}://{rest}")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Declares the settings that are kept: each with its key in daemon.json and its flag.
macro_rules! settings {
    ($($(#[$meta:meta])* $field:ident: $ty:ty = $key:literal, $flag:literal, $how:ident;)*) => {
        /// The settings that rules read; where one is absent nobody has set it here.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
        pub struct Settings {
            $($(#[$meta])*
            #[serde(skip_serializing_if = "Field::is_absent")]
            pub $field: Field<$ty>,)*
            /// `log-opts`, `--log-opt`.
            pub log_opts: BTreeMap<String, LogOption>,
            /// The names of the other settings.
            pub others: BTreeSet<String>,
        }

        impl Settings {
            /// From the top-level object of a daemon.json.
            fn take(&mut self, key: &str, value: &Value) -> bool {
                match key {
                    $($key => self.$field = Field::at(value, ""),)*
                    _ => return false,
                }
                true
            }

            /// From one flag. `value` is none where the flag stands without one.
            fn flag(&mut self, name: &str, value: Option<&str>) -> bool {
                match name {
                    $($flag => $how(&mut self.$field, value),)*
                    _ => return false,
                }
                true
            }

            /// Flags that take no value unless it is tied to them with `=`.
            fn is_boolean(name: &str) -> bool {
                const OTHERS: &[&str] = &[
                    "debug", "help", "version", "validate", "bridge-accept-fwmark", "ip-forward",
                    "ip-masq", "iptables", "ip6tables", "ipv6", "fixed-cidr-v6-only", "init", "raw-logs",
                    "selinux-enabled", "rootless", "allow-nondistributable-artifacts-all",
                    "disable-legacy-registry", "cri-containerd", "allow-direct-routing",
                ];
                OTHERS.contains(&name)
                    || [$(($flag, stringify!($how))),*].contains(&(name, "boolean"))
            }
        }
    };
}

settings! {
    /// `hosts`, `-H`: where the API is served.
    hosts: Vec<String> = "hosts", "host", list;
    /// `insecure-registries`.
    insecure_registries: Vec<String> = "insecure-registries", "insecure-registry", list;
    /// `userland-proxy`; on where it is not set.
    userland_proxy: bool = "userland-proxy", "userland-proxy", boolean;
    /// `log-driver`.
    log_driver: String = "log-driver", "log-driver", text;
    /// `tls`.
    tls: bool = "tls", "tls", boolean;
    /// `tlsverify`.
    tls_verify: bool = "tlsverify", "tlsverify", boolean;
    /// `tlscacert`.
    tls_ca: String = "tlscacert", "tlscacert", quoted;
    /// `tlscert`.
    tls_cert: String = "tlscert", "tlscert", quoted;
    /// `tlskey`.
    tls_key: String = "tlskey", "tlskey", quoted;
    /// `experimental`.
    experimental: bool = "experimental", "experimental", boolean;
    /// `storage-driver`.
    storage_driver: String = "storage-driver", "storage-driver", text;
    /// `icc`: whether containers of the default bridge reach each other.
    icc: bool = "icc", "icc", boolean;
    /// `live-restore`.
    live_restore: bool = "live-restore", "live-restore", boolean;
    /// `no-new-privileges`.
    no_new_privileges: bool = "no-new-privileges", "no-new-privileges", boolean;
    /// `userns-remap`.
    userns_remap: String = "userns-remap", "userns-remap", text;
    /// `group`: who owns the socket besides root.
    group: String = "group", "group", text;
    /// `data-root`.
    data_root: String = "data-root", "data-root", text;
    /// `graph`: what `data-root` was called before 17.05.
    graph: String = "graph", "graph", text;
    /// `--config-file`: another daemon.json.
    config_file: String = "config-file", "config-file", text;
}

fn list(field: &mut Field<Vec<String>>, value: Option<&str>) {
    let value = value.unwrap_or_default().to_owned();
    match field {
        Field::Is(values) => values.push(value),
        _ => *field = Field::Is(vec![value]),
    }
}

fn text(field: &mut Field<String>, value: Option<&str>) {
    *field = Field::Is(value.unwrap_or_default().to_owned());
}

/// The TLS flags may be quoted once more than the shell takes off.
fn quoted(field: &mut Field<String>, value: Option<&str>) {
    let value = value.unwrap_or_default();
    let bare = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(value);
    *field = Field::Is(bare.to_owned());
}

/// The words that Go's `ParseBool` takes.
fn boolean(field: &mut Field<bool>, value: Option<&str>) {
    *field = match value {
        None | Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Field::Is(true),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Field::Is(false),
        Some(_) => Field::Odd("neither true nor false".into()),
    };
}

impl Settings {
    /// From a daemon.json. The error never shows the text.
    pub fn from_json(text: &[u8]) -> Result<Self, String> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let mut settings = Settings::default();
        if text.trim_ascii().is_empty() {
            return Ok(settings);
        }
        let parsed: Value = serde_json::from_slice(text).map_err(|e| {
            format!("it is not JSON (line {}, column {}): an engine does not start with it", e.line(), e.column())
        })?;
        let Value::Object(object) = parsed else {
            return Err(format!("it is JSON, but {} and no object", kind(&parsed)));
        };
        for (key, value) in &object {
            if key == "log-opts" {
                let Value::Object(options) = value else {
                    return Err(format!("its log-opts are {} and no object", kind(value)));
                };
                let options = options.iter();
                settings.log_opts = options.map(|(name, value)| (name.clone(), LogOption::of(name, value))).collect();
            } else if key == "config-file" || !settings.take(key, value) {
                settings.others.insert(key.clone());
            }
        }
        settings.hide_users();
        Ok(settings)
    }

    /// From the arguments of dockerd, without the name of the program.
    #[must_use]
    pub fn from_arguments<S: AsRef<str>>(arguments: &[S]) -> Self {
        let mut settings = Settings::default();
        let mut rest = arguments.iter().map(AsRef::as_ref).peekable();
        while let Some(word) = rest.next() {
            if word == "--" {
                break;
            }
            if let Some(long) = word.strip_prefix("--") {
                let (name, mut value) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (long, None),
                };
                // dockerd takes no words but flags: what follows one and is none belongs to it.
                if value.is_none() && !Settings::is_boolean(name) {
                    value = rest.next_if(|next| !next.starts_with('-') || takes_value(name));
                }
                settings.long(name, value);
            } else if let Some(short) = word.strip_prefix('-') {
                settings.short(short, &mut rest);
            }
        }
        settings.hide_users();
        settings
    }

    fn long(&mut self, name: &str, value: Option<&str>) {
        if name == "log-opt" {
            let (key, text) = value.unwrap_or_default().split_once('=').unwrap_or_default();
            let option = LogOption::of(key, &Value::from(text));
            self.log_opts.insert(key.to_owned(), option);
        } else if !self.flag(name, value) {
            self.others.insert(name.to_owned());
        }
    }

    /// `-H tcp://…`, `-Htcp://…`, `-DH tcp://…`.
    fn short<'a>(&mut self, cluster: &'a str, rest: &mut impl Iterator<Item = &'a str>) {
        for (at, letter) in cluster.char_indices() {
            let name = match letter {
                'H' => "host",
                's' => "storage-driver",
                'G' => "group",
                'g' => "graph",
                'l' => "log-level",
                'p' => "pidfile",
                'b' => "bridge",
                'D' => {
                    self.others.insert("debug".into());
                    continue;
                }
                other => {
                    self.others.insert(format!("-{other}"));
                    return;
                }
            };
            let tied = &cluster[at + letter.len_utf8()..];
            let tied = tied.strip_prefix('=').unwrap_or(tied);
            let value = if tied.is_empty() { rest.next() } else { Some(tied) };
            self.long(name, value);
            return;
        }
    }

    /// Addresses of registries and of the API may name a user.
    fn hide_users(&mut self) {
        for field in [&mut self.hosts, &mut self.insecure_registries] {
            if let Field::Is(values) = field {
                for value in values {
                    *value = without_user(value);
                }
            }
        }
    }

    /// Where the engine keeps its data.
    #[must_use]
    pub fn data(&self) -> Option<&str> {
        self.data_root.get().or(self.graph.get()).map(String::as_str)
    }
}

/// Known flags that always take the next word, whatever it looks like.
fn takes_value(name: &str) -> bool {
    const OURS: &[&str] = &[
        "host",
        "insecure-registry",
        "log-driver",
        "log-opt",
        "tlscacert",
        "tlscert",
        "tlskey",
        "storage-driver",
        "userns-remap",
        "group",
        "data-root",
        "graph",
        "config-file",
    ];
    OURS.contains(&name)
}

/// Whether a program is the engine: `dockerd`, and `dockerd-ce`, `dockerd-ee`, `dockerd-current` as
/// packages have called it.
#[must_use]
pub fn is_engine(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or_default();
    let name = name.strip_suffix(" (deleted)").unwrap_or(name);
    name == "dockerd"
        || name.strip_prefix("dockerd-").is_some_and(|rest| ["ce", "ee", "current", "latest", "dev"].contains(&rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Settings {
        Settings::from_arguments(&line.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn flags_are_read_as_dockerd_reads_them() {
        for line in [
            "-H tcp://0.0.0.0:2375",
            "-Htcp://0.0.0.0:2375",
            "-H=tcp://0.0.0.0:2375",
            "--host tcp://0.0.0.0:2375",
            "--host=tcp://0.0.0.0:2375",
            "-DH tcp://0.0.0.0:2375",
            "--debug --host tcp://0.0.0.0:2375",
            "--dns 8.8.8.8 -H tcp://0.0.0.0:2375",
            "--unknown -H tcp://0.0.0.0:2375",
            "--tlsverify -H tcp://0.0.0.0:2375",
        ] {
            let hosts = vec!["tcp://0.0.0.0:2375".to_owned()];
            assert_eq!(arguments(line).hosts, Field::Is(hosts), "{line}");
        }
        let two = arguments("-H fd:// --containerd=/run/c.sock -H unix:///x");
        assert_eq!(two.hosts.get().map(Vec::len), Some(2));
        assert!(two.others.contains("containerd"));
        assert_eq!(arguments("--userland-proxy=false").userland_proxy, Field::Is(false));
        assert_eq!(arguments("--userland-proxy").userland_proxy, Field::Is(true));
        assert!(arguments("--userland-proxy=no").userland_proxy.is_odd());
        let tls = arguments("--tlscacert=\"/etc/docker/ca.pem\" --tlskey '/k'");
        assert_eq!(tls.tls_ca, Field::Is("/etc/docker/ca.pem".into()));
        assert_eq!(tls.tls_key, Field::Is("/k".into()));
        assert_eq!(
            arguments("--log-opt max-size=10m --log-driver json-file").log_opts["max-size"],
            LogOption::Is("10m".into())
        );
    }

    #[test]
    fn nothing_that_could_be_a_password_is_kept() {
        let file = br#"{
            "http-proxy": "http://bob:hunter2@proxy", "proxies": {"http-proxy": "hunter2"},
            "labels": ["x=hunter2"], "insecure-registries": ["http://u:hunter2@r:5000/"],
            "log-opts": {"splunk-token": "hunter2", "splunk-url": "https://u:hunter/2@splunk:8088/?t=hunter2", "env": "hunter2"}
        }"#;
        let settings = Settings::from_json(file).expect("settings");
        let shown = serde_json::to_string(&settings).expect("JSON");
        assert!(!shown.contains("hunter"), "{shown}");
        assert_eq!(settings.log_opts["splunk-url"], LogOption::Is("https://splunk:8088/".into()));
        assert_eq!(settings.log_opts["splunk-token"], LogOption::Hidden);
        let flags = arguments("--http-proxy http://u:hunter2@p --log-opt splunk-token=hunter2 --label hunter2");
        let shown = serde_json::to_string(&flags).expect("JSON");
        assert!(!shown.contains("hunter"), "{shown}");
        for broken in ["{\"a\": hunter2", "[\"hunter2\"]", "\"hunter2\"", "{\"log-opts\": \"hunter2\"}"] {
            let error = Settings::from_json(broken.as_bytes()).expect_err(broken);
            assert!(!error.contains("hunter"), "{error}");
        }
    }

    #[test]
    fn odd_values_are_not_taken_for_what_they_look_like() {
        let json = |text: &str| Settings::from_json(text.as_bytes()).expect("settings");
        assert!(json(r#"{"userland-proxy": "false"}"#).userland_proxy.is_odd());
        assert_eq!(json(r#"{"log-opts": {"max-file": 3}}"#).log_opts["max-file"], LogOption::Number("3".into()));
        assert_eq!(json("\u{feff}{\"log-driver\": \"syslog\"}\r\n").log_driver, Field::Is("syslog".into()));
        assert_eq!(json("  \n"), Settings::default());
    }

    #[test]
    fn the_engine_is_known_by_its_name() {
        for name in ["dockerd", "/usr/bin/dockerd", "/usr/bin/dockerd-ce", "/usr/bin/dockerd (deleted)"] {
            assert!(is_engine(name), "{name}");
        }
        for name in ["docker", "dockerd-rootless.sh", "/opt/dockerd/x", "mydockerd", ""] {
            assert!(!is_engine(name), "{name}");
        }
    }
}
