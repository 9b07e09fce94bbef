//! The configuration file: what to scan and how. It holds no secrets, only where they lie.

use std::path::PathBuf;

use serde::Deserialize;

use super::asset::Asset;
use super::pin::Pin;

/// `stigprobe.toml`. Everything in it can be said on the command line as well, which wins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case", expecting = "a table")]
pub struct Config {
    /// A benchmark file, or the name of a shipped one.
    pub benchmark: Option<String>,
    /// A profile of the benchmark.
    pub profile: Option<String>,
    /// The policy file.
    pub policy: Option<PathBuf>,
    /// PEM file with roots that connections trust, besides the system's.
    pub ca_file: Option<PathBuf>,
    /// PEM certificate whose key must have signed every run, bundle and package that is read.
    pub cert: Option<PathBuf>,
    /// Where results go.
    pub output: Option<PathBuf>,
    /// Formats, by name.
    pub format: Vec<String>,
    /// The UCP or MKE to scan.
    pub ucp: Ucp,
    /// The DTR or MSR to scan.
    pub dtr: Dtr,
    /// The hosts to read.
    pub host: Host,
    /// The API server of Kubernetes.
    pub kubernetes: Kubernetes,
    /// The engines to scan, one `[[engine]]` each.
    pub engine: Vec<Engine>,
    /// Labels of containers whose values are kept in evidence, besides the product's.
    pub labels: Vec<String>,
    /// What the results are filed under.
    pub asset: Asset,
    /// What the results of single nodes are filed under, one `[[node]]` each: `name` is the node's.
    pub node: Vec<Asset>,
    /// How results are made.
    pub results: Results,
    /// How long and how hard to try.
    pub limits: Limits,
}

/// `[ucp]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case", expecting = "a table")]
pub struct Ucp {
    /// `https://ucp.example.mil`.
    pub url: Option<String>,
    /// The account.
    pub username: Option<String>,
    /// A file that holds the password.
    pub password_file: Option<PathBuf>,
    /// An unpacked client bundle, instead of a password.
    pub client_bundle: Option<PathBuf>,
    /// The certificate that it is known by, in place of its chain and its names.
    pub pin: Option<Pin>,
}

/// `[dtr]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case", expecting = "a table")]
pub struct Dtr {
    /// `https://dtr.example.mil`.
    pub url: Option<String>,
    /// The account; UCP's where not said.
    pub username: Option<String>,
    /// A file that holds the password.
    pub password_file: Option<PathBuf>,
    /// The certificate that it is known by, in place of its chain and its names.
    pub pin: Option<Pin>,
}

/// `[host]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case", expecting = "a table")]
pub struct Host {
    /// The root of each: `/` for this machine, or the directory of a copy.
    pub roots: Vec<PathBuf>,
    /// Files to look at besides those that rules and the engine's settings name: what `[host]` of a policy
    /// names outside of `/etc/docker`.
    pub files: Vec<String>,
}

/// `[kubernetes]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case", expecting = "a table")]
pub struct Kubernetes {
    /// `https://ucp.example.mil:6443`, where the client bundle's kube.yml does not say.
    pub url: Option<String>,
}

/// `[[engine]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case", expecting = "a table")]
pub struct Engine {
    /// `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host`.
    pub uri: String,
    /// A directory with `ca.pem`, `cert.pem` and `key.pem`, for `tcp://`.
    pub cert_path: Option<PathBuf>,
}

/// `[results]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case", expecting = "a table")]
pub struct Results {
    /// One asset for the cluster, or one for each node besides.
    pub assets: Assets,
}

/// What gets results of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Assets {
    /// The cluster: one asset, with the worst result of any node
    #[default]
    Cluster,
    /// Each node, and the cluster for what is decided once for all of it
    PerNode,
}

/// `[limits]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case", expecting = "a table")]
pub struct Limits {
    /// The longest one request may take, in seconds.
    pub request_seconds: u64,
    /// The longest all collecting may take, in seconds.
    pub scan_seconds: u64,
    /// How many repositories, or containers of an engine, are read at a time.
    pub concurrency: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { request_seconds: 20, scan_seconds: 4 * 3600, concurrency: 8 }
    }
}
