//! `stigprobe init`.

use std::path::{Path, PathBuf};

use super::CLEAN;
use super::explain::page::attest;
use super::output::{self, Failed};
use super::wrap::wrap;
use crate::evidence::store;
use crate::policy::{CON_EXEMPT, PARAMETERS, Parameter};
use crate::registry;

// Options of `init`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to write them
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    store::create_dirs(&args.dir).map_err(|e| format!("{}: {e}", args.dir.display()))?;
    let files = [("stigprobe.toml", CONFIG.to_owned()), ("policy.toml", policy())];
    for (name, _) in &files {
        let path = args.dir.join(name);
        if path.symlink_metadata().is_ok() {
            return Err(format!("{} exists already; nothing was written", path.display()).into());
        }
    }
    for (name, text) in &files {
        write(&args.dir.join(name), text)?;
    }
    output::print("Edit both, then run: stigprobe scan\n")?;
    Ok(CLEAN)
}

fn write(path: &Path, text: &str) -> Result<(), Failed> {
    store::write(path, text.as_bytes()).map_err(|e| format!("{}: {e}", path.display()))?;
    output::print(&format!("wrote {}\n", path.display()))
}

/// The policy file, with every value and the rules it decides.
fn policy() -> String {
    let mut text = String::from(
        "# What the organisation decided, as its system security plan (SSP) states it.\n\
         # A value that is not set leaves the rules it decides 'notchecked'. There are no defaults.\n",
    );
    let mut table = "";
    for parameter in PARAMETERS {
        if parameter.table != table {
            table = parameter.table;
            text += &format!("\n[{table}]\n");
        }
        for line in wrap(&format!("{}: {}", parameter.key, parameter.meaning), 96) {
            text += &format!("# {line}\n");
        }
        for line in wrap(&format!("Decides: {}", decides(parameter)), 96) {
            text += &format!("# {line}\n");
        }
        text += &format!("# {} = {}\n", parameter.key, parameter.example);
    }
    text + &people()
}

/// The answers that people have to give, and how an exception is written.
fn people() -> String {
    let mut text = String::from(
        "\n# What people answered. An answer is pass, fail or notapplicable; it counts from its day to its last day, for the\n\
         # check text of this digest only, and never against what a probe has seen. 'evidence' may name a file beside this one.\n",
    );
    for binding in registry::bindings() {
        let Some(question) = binding.question() else {
            continue;
        };
        text.push('\n');
        for line in wrap(&format!("{}: {}", binding.stig_id, question.asks), 96) {
            text += &format!("# {line}\n");
        }
        text += &commented(&attest(binding));
    }
    text += "\n# What somebody with the authority has excepted. The result that was found stays beside it; 'covers' names the\n\
             # results that it is for (fail where nothing is written).\n";
    text + &commented(WAIVER)
}

fn commented(text: &str) -> String {
    format!("# {}\n", text.trim_end().replace('\n', "\n# "))
}

const WAIVER: &str = "\
[[waiver]]
rule = \"DKER-EE-005060\"
result = \"notapplicable\"
by = \"NAME, AUTHORISING OFFICIAL\"
on = 2000-01-01
expires = 2000-12-31
why = \"WHY THE FINDING IS ACCEPTED\"
covers = [\"fail\"]
";

fn decides(parameter: &Parameter) -> String {
    if *parameter == CON_EXEMPT {
        return "every rule about containers".into();
    }
    let deciding = registry::bindings().filter(|b| b.parameters().contains(parameter));
    let rules: Vec<&str> = deciding.map(|b| b.stig_id).collect();
    if rules.is_empty() { "no rule yet".into() } else { rules.join(", ") }
}

const CONFIG: &str = "\
# What to scan and how. Paths are relative to this file. Passwords do not stand here: they come from
# STIGPROBE_UCP_PASSWORD, STIGPROBE_DTR_PASSWORD, a password file, or a prompt.

# The official file (Manual-xccdf.xml or DISA's zip), or the name of a shipped benchmark.
benchmark = \"docker-enterprise\"
# profile = \"MAC-1_Classified\"

policy = \"policy.toml\"
output = \"results\"
# format = [\"xccdf\", \"arf\", \"ckl\", \"cklb\", \"json\"]

# Roots that connections trust, besides the system's. What certificates are judged by is [ca] in the
# policy.
# ca-file = \"ca.pem\"

# Whose signature every run, bundle and package must have that is read: a PEM certificate.
# cert = \"signer.pem\"

# Engines. Rules about all nodes need the engine of every node, or UCP where that shows the same. Over
# TCP an engine is spoken to with TLS and the client certificates of a directory only; ssh://user@host
# goes through ssh.
# engine = [{ uri = \"unix:///var/run/docker.sock\" }, { uri = \"tcp://node1:2376\", cert-path = \"node1-tls\" }]

# Labels of containers whose values are kept in evidence besides those of Docker and Kubernetes, so
# that selectors of a policy can go by them. A scan adds those that its policy names.
# labels = [\"com.example.tier\"]

[ucp]
# url = \"https://ucp.example.mil\"
# username = \"auditor\"
# password-file = \"ucp.password\"
# client-bundle = \"ucp-bundle-auditor\"    # instead of a password
# pin = \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\" # of its certificate: SHA-256

[dtr]
# url = \"https://dtr.example.mil\"
# username = \"auditor\"                    # UCP's where not said
# password-file = \"dtr.password\"

# The file systems of hosts: \"/\" is this machine, anything else a copy of a node's. Run as root.
[host]
# roots = [\"/\"]
# files = [\"/etc/pki/docker/ca.pem\"]      # what the policy's [host] names outside of /etc/docker

# What the results are filed under in STIG Viewer, STIG Manager and eMASS. Taken from the URL of UCP
# where not said.
[asset]
# name = \"ucp01\"
# fqdn = \"ucp01.example.mil\"
# ip = [\"10.0.0.5\"]
# mac = \"02:42:AC:11:00:02\"
# asset-type = \"Computing\"                # or Non-Computing
# role = \"None\"                           # Workstation, Member Server, Domain Controller
# tech-area = \"\"
# marking = \"CUI\"                         # --marking wins
# comment = \"\"
# web-db-site = \"UCP\"                     # of a service on that host: which one, and which of several
# web-db-instance = \"443\"

# What gets results of its own: the cluster as one asset, or each node besides (\"per-node\").
[results]
# assets = \"cluster\"

# What results of single nodes are filed under, where more is to be said than is known.
# [[node]]
# name = \"worker-1\"                       # as the swarm calls it
# fqdn = \"worker-1.example.mil\"
# ip = [\"10.0.0.7\"]
# role = \"None\"

[limits]
# request-seconds = 20
# scan-seconds = 14400
# concurrency = 8
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::target::config::Config;
    use crate::toml_file::parse;

    /// Takes the comment signs off the lines that show a value.
    fn uncommented(text: &str) -> String {
        let shows_value = |line: &str| line.split_once(" = ").is_some_and(|(key, _)| !key.contains([' ', ':']));
        text.lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(value) if shows_value(value) || value.starts_with("[[") => {
                    format!("{value}\n")
                }
                _ => format!("{line}\n"),
            })
            .collect()
    }

    #[test]
    fn what_is_written_is_read_again_with_and_without_its_comments() {
        for text in [CONFIG.to_owned(), uncommented(CONFIG)] {
            parse::<Config>("stigprobe.toml", &text).expect("a configuration");
        }
        let config: Config = parse("stigprobe.toml", &uncommented(CONFIG)).expect("a configuration");
        assert_eq!(config.asset.name, "ucp01");
        assert_eq!(config.engine.len(), 2);
        assert_eq!(config.node.len(), 1);
        assert_eq!(config.asset.key(), "ucp01-UCP-443");
        assert_eq!(config.limits, crate::target::config::Limits::default());
        let root = rcgen::generate_simple_self_signed(Vec::new()).expect("a certificate");
        let open = |_: &Path| Ok(root.cert.pem().into_bytes());
        let nothing = Policy::parse(Path::new("policy.toml"), &policy(), open).expect("a policy");
        assert!(nothing.attestations.is_empty() && nothing.trust_signers.is_none());
        let text = uncommented(&policy());
        let full = Policy::parse(Path::new("policy.toml"), &text, open).expect("a policy");
        let asked = registry::bindings().filter(|b| b.question().is_some());
        assert_eq!(full.attestations.len(), asked.count());
        assert_eq!((full.waivers.len(), full.con_exempt.len()), (1, 1));
        for parameter in PARAMETERS {
            let line = format!("\n{} = {}\n", parameter.key, parameter.example);
            assert!(text.contains(&line), "{line}");
        }
    }
}
