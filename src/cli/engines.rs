//! From options and configuration file to the engines that are asked, with their certificates.

use std::path::{Path, PathBuf};

use super::options::Sources;
use super::output::Failed;
use super::secrets;
use crate::collect::{EngineTarget, EngineTls};
use crate::target::EngineUri;
use crate::target::config::Config;

/// The engines, each once. Those of the command line stand in place of those of the configuration.
pub(super) fn targets(sources: &Sources, config: &Config) -> Result<Vec<EngineTarget>, Failed> {
    let named: Vec<(&str, &str, Option<&Path>)> = if sources.engine.is_empty() {
        let configured = config.engine.iter();
        configured.map(|e| ("[[engine]] uri", e.uri.as_str(), e.cert_path.as_deref())).collect()
    } else {
        let given = sources.engine.iter();
        given.map(|uri| ("--engine", uri.as_str(), None)).collect()
    };
    let mut targets: Vec<EngineTarget> = Vec::new();
    for (option, text, own) in named {
        let uri: EngineUri = text.parse().map_err(|e| format!("{option}: {e}"))?;
        if targets.iter().any(|t| t.uri == uri) {
            continue;
        }
        let tls = match &uri {
            EngineUri::Tcp { .. } => {
                let directory = sources
                    .engine_cert_path
                    .clone()
                    .or_else(|| own.map(PathBuf::from))
                    .or_else(docker_certificates)
                    .ok_or_else(|| without_certificates(&uri))?;
                Some(certificates(&uri, &directory)?)
            }
            EngineUri::Unix(_) | EngineUri::Ssh(_) => None,
        };
        targets.push(EngineTarget { uri, tls });
    }
    Ok(targets)
}

/// Where docker itself finds its certificates: the directory of the environment, else its own if it
/// has them all.
fn docker_certificates() -> Option<PathBuf> {
    let named = |variable: &str| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(directory) = named("DOCKER_CERT_PATH") {
        return Some(directory);
    }
    let own = named("DOCKER_CONFIG").or_else(|| Some(named("HOME")?.join(".docker")))?;
    let is_there = |name: &str| own.join(name).exists();
    ["ca.pem", "cert.pem", "key.pem"].into_iter().all(is_there).then_some(own)
}

fn without_certificates(uri: &EngineUri) -> String {
    format!(
        "{uri} needs a directory with ca.pem, cert.pem and key.pem: --engine-cert-path DIR, cert-path under [[engine]] in \
         stigprobe.toml, or DOCKER_CERT_PATH. Plain TCP is not spoken, not even on this machine: whoever answers on a \
         port, or sits in between, could make up the evidence, and a port without TLS is itself open to every account \
         of the machine (DKER-EE-001050). Where the engine listens on a socket as well, name that: \
         unix:///var/run/docker.sock, or ssh://user@host from afar"
    )
}

fn certificates(uri: &EngineUri, directory: &Path) -> Result<EngineTls, Failed> {
    let what = format!("the certificates for {uri}");
    let (identity, roots) = secrets::client_bundle(&what, directory)?;
    if roots.is_empty() {
        return Err(format!(
            "the certificates for {uri}: {} holds no ca.pem: without it nobody knows which engine answers",
            directory.display()
        )
        .into());
    }
    Ok(EngineTls { roots, identity })
}
