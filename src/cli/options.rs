//! Options that several commands share. Their doc comments are what `--help` prints, as it stands.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::outcome::Interpretation;
use crate::target::config::Assets;
use crate::xccdf::model::Schema;

// Which benchmark, and which of its rules.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What to decide")]
pub(super) struct Rules {
    /// An XCCDF file, DISA's zip that holds it, or the name of a shipped benchmark (docker-enterprise, mirantis-mke)
    #[arg(long, value_name = "FILE|NAME")]
    pub benchmark: Option<String>,
    /// A profile of the benchmark or the tailoring, by its id or what only its id ends in
    #[arg(long, value_name = "ID")]
    pub profile: Option<String>,
    /// A tailoring: a file, or the id of a component of the benchmark's data stream
    #[arg(long, value_name = "FILE|ID")]
    pub tailoring: Option<String>,
    /// Of a SCAP data stream collection: the data stream
    #[arg(long, value_name = "ID")]
    pub datastream: Option<String>,
    /// Of a SCAP data stream: the benchmark, by its id, its component's, or the reference's to it
    #[arg(long, value_name = "ID")]
    pub component: Option<String>,
    /// Only this rule: Rule, Group or STIG-ID (may be given several times)
    #[arg(long, value_name = "ID")]
    pub rule: Vec<String>,
}

// What to ask.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What to ask")]
pub(super) struct Sources {
    /// The UCP (MKE) to scan, https://host[:port]
    #[arg(long, value_name = "URL")]
    pub ucp: Option<String>,
    /// The DTR (MSR) to scan, https://host[:port]
    #[arg(long, value_name = "URL")]
    pub dtr: Option<String>,
    /// Read the file system of a host: / where no directory is given, or a copy of one (may be given several
    /// times, one for each node). Hosts are read only if this or [host] in the configuration asks for it
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "/")]
    pub host_root: Vec<PathBuf>,
    /// The API server of Kubernetes, https://host[:port]; else what the client bundle's kube.yml names, else port 6443 of UCP
    #[arg(long, value_name = "URL")]
    pub kubernetes: Option<String>,
    /// An engine to scan: unix:///var/run/docker.sock, tcp://host:2376 (TLS) or ssh://user@host (may be given several times)
    #[arg(long, value_name = "URI")]
    pub engine: Vec<String>,
    /// Certificates for tcp:// engines: a directory with ca.pem, cert.pem and key.pem; else DOCKER_CERT_PATH, else ~/.docker
    #[arg(long, value_name = "DIR")]
    pub engine_cert_path: Option<PathBuf>,
    /// PEM file with roots that connections trust, besides the system's
    #[arg(long, value_name = "PEM")]
    pub ca_file: Option<PathBuf>,
    /// The SHA-256 of UCP's own certificate, in hexadecimal: connect to that certificate alone, whatever its chain,
    /// names and dates are
    #[arg(long, value_name = "SHA256")]
    pub ucp_pin: Option<String>,
    /// The same of DTR's own certificate
    #[arg(long, value_name = "SHA256")]
    pub dtr_pin: Option<String>,
    /// The account for UCP
    #[arg(long, value_name = "NAME", env = "STIGPROBE_UCP_USERNAME", hide_env_values = true)]
    pub ucp_username: Option<String>,
    /// A file that holds its password; else STIGPROBE_UCP_PASSWORD, else a prompt
    #[arg(long, value_name = "FILE")]
    pub ucp_password_file: Option<PathBuf>,
    /// An unpacked client bundle of an administrator, instead of a password
    #[arg(long, value_name = "DIR")]
    pub ucp_client_bundle: Option<PathBuf>,
    /// The account for DTR; UCP's where not given
    #[arg(long, value_name = "NAME", env = "STIGPROBE_DTR_USERNAME", hide_env_values = true)]
    pub dtr_username: Option<String>,
    /// A file that holds its password (else STIGPROBE_DTR_PASSWORD, else UCP's)
    #[arg(long, value_name = "FILE")]
    pub dtr_password_file: Option<PathBuf>,
    /// Scan a simulated UCP and DTR inside this program: the way to try it
    #[arg(long, conflicts_with_all = ["ucp", "dtr", "kubernetes", "engine", "host_root", "ca_file", "ucp_pin", "dtr_pin", "ucp_client_bundle", "ucp_password_file", "dtr_password_file"])]
    pub lab: bool,
    /// What the simulated system is like: hardened or default, and faults ('stigprobe lab --list')
    #[arg(long, value_name = "NAME[,FAULT…]", default_value = "default")]
    pub lab_scenario: String,
    /// What the evidence is filed under; else name under [asset] in the configuration, else the host of UCP or DTR, else
    /// what an engine or a host says its name is
    #[arg(long, value_name = "NAME")]
    pub asset: Option<String>,
    /// Configuration file; stigprobe.toml where it exists
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

// How to judge.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "How to judge")]
pub(super) struct Judging {
    /// What the organisation decided: the values of the security plan
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// An earlier checklist (CKL, CKLB), XCCDF results or run of the same asset: what people wrote on it is
    /// carried over by STIG-ID where the check is the same (may be given several times, one for each asset)
    #[arg(long, value_name = "FILE|DIR")]
    pub previous: Vec<PathBuf>,
    /// PEM certificate whose key must have signed every run or bundle that is read [default: `cert` of stigprobe.toml]
    #[arg(long, value_name = "PEM")]
    pub cert: Option<PathBuf>,
    /// Take --previous although it is filed under another asset
    #[arg(long, requires = "previous")]
    pub previous_any_asset: bool,
    /// A scan by Nessus (.nessus) of the same asset, with DISA's audit: it fills in what nobody decided, and what
    /// it contradicts is open (may be given several times)
    #[arg(long, value_name = "FILE")]
    pub nessus: Vec<PathBuf>,
    /// Join --nessus although none of its hosts has a name or an address of the asset
    #[arg(long, requires = "nessus")]
    pub nessus_force: bool,
    /// Where Tenable's control ids are kept that were learned from --nessus [default: tenable-control-ids.json in the
    /// directory of results]
    #[arg(long, value_name = "FILE")]
    pub tenable_ids: Option<PathBuf>,
    /// Which reading decides where a check's commands and its requirement part
    #[arg(long, value_enum, default_value_t = Interpretation::Intent)]
    pub interpretation: Interpretation,
}

// What to write, and what to say of it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What to write")]
pub(super) struct Writing {
    /// Formats: xccdf, arf, ckl, cklb, json, or a group: stig-viewer, stig-manager, all
    #[arg(long, value_name = "LIST")]
    pub format: Option<String>,
    /// The edition of XCCDF results: 1.2, or 1.1 with DISA's own ids for programs that know no others
    #[arg(
        long,
        value_enum,
        value_name = "EDITION",
        default_value_t = XccdfVersion::V1_2
    )]
    pub xccdf_version: XccdfVersion,
    /// The columns of the POA&M (xlsx): emass, emass-older, mccast, or a workbook of yours that is filled
    #[arg(long, value_name = "NAME|FILE", default_value = "emass")]
    pub poam_template: String,
    /// Where results go, in a directory for each asset and run [default: results]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// What gets results of its own [default: cluster]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub assets: Option<Assets>,
    /// The marking of all results (CUI): it wins over the configuration's, and must not be lower than that
    /// of the evidence
    #[arg(long, value_name = "TEXT")]
    pub marking: Option<String>,
    /// PEM key that signs the manifest: ECDSA on P-256, or RSA (checked with 'stigprobe verify --cert')
    #[arg(long, value_name = "KEY")]
    pub sign: Option<PathBuf>,
    /// What makes the exit code 2 or 3
    #[arg(long, value_enum, value_delimiter = ',', value_name = "LIST", default_values_t = [FailOn::Open, FailOn::Undecided])]
    pub fail_on: Vec<FailOn>,
    /// No summary and no progress
    #[arg(long, short)]
    pub quiet: bool,
    /// Print the results as JSON instead of a summary
    #[arg(long)]
    pub json: bool,
}

/// The edition that XCCDF results are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum XccdfVersion {
    /// XCCDF 1.1.4
    #[value(name = "1.1")]
    V1_1,
    /// XCCDF 1.2
    #[value(name = "1.2")]
    V1_2,
}

impl From<XccdfVersion> for Schema {
    fn from(version: XccdfVersion) -> Self {
        match version {
            XccdfVersion::V1_1 => Schema::V1_1,
            XccdfVersion::V1_2 => Schema::V1_2,
        }
    }
}

/// What makes a run end with another exit code than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// An open rule of any severity
    Open,
    /// An open rule of CAT I, or without a category
    Cat1,
    /// An open rule of CAT II, or without a category
    Cat2,
    /// An open rule of CAT III, or without a category
    Cat3,
    /// A rule that could not be decided
    Undecided,
    /// With the others: what is waived counts as what was found
    Waived,
    /// Nothing
    None,
}
