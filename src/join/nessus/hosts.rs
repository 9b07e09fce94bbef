//! Which hosts of a scan are the asset.
//!
//! By names and addresses that both sides state. A short name is no domain name, and a loopback address is
//! everybody's: neither tells one host from another.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::rules::HostWord;
use super::table::Speaker;
use super::{JoinError, Scanned};
use crate::import::nessus::NessusHost;
use crate::join::Population;
use crate::outcome::{Outcome, SIMULATED};

/// The most hosts that an error names.
const NAMED: usize = 10;

/// The hosts whose words count for this asset; all of them where that is forced.
pub(super) fn speakers<'a>(
    outcome: &Outcome,
    scans: &'a [Scanned],
    population: &Population,
    force: bool,
) -> Result<(Vec<Speaker<'a>>, Vec<String>), JoinError> {
    let known = names(outcome, population);
    let (mut speakers, mut remarks, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for scanned in scans {
        let before = speakers.len();
        for host in &scanned.scan.hosts {
            let is_asset = host.names().any(|name| known.contains(&plain(name)));
            if is_asset || force {
                speakers.push(Speaker { scanned, host, is_asset });
            }
            if !is_asset {
                others.push(host);
            }
        }
        if speakers.len() == before {
            remarks.push(format!(
                "{}: none of its hosts is the asset {}: it is not joined",
                scanned.file, outcome.asset.name
            ));
        }
    }
    if speakers.is_empty() {
        let files: Vec<&str> = scans.iter().map(|s| s.file.as_str()).collect();
        return Err(JoinError::OtherHosts {
            files: files.join(", "),
            asset: outcome.asset.name.clone(),
            known: known.into_iter().collect::<Vec<_>>().join(", "),
            hosts: listed(&others),
        });
    }
    let forced: Vec<&NessusHost> = speakers.iter().filter(|s| !s.is_asset).map(|s| s.host).collect();
    if !forced.is_empty() {
        remarks.push(format!(
            "joined by force, as nothing shows that they are the asset {}: {}",
            outcome.asset.name,
            listed(&forced)
        ));
    }
    Ok((speakers, remarks))
}

/// The reason why the hosts that speak of a rule are not every node that it is about.
pub(super) fn uncovered(population: &Population, said: &[HostWord<'_>], speaking: &[Speaker<'_>]) -> Option<String> {
    let hosts = said.iter().map(|word| speaking[word.speaker].host);
    let visited: BTreeSet<String> = hosts.flat_map(NessusHost::names).map(plain).collect();
    population.uncovered(|names| names.iter().any(|name| visited.contains(&plain(name))))
}

/// Every name and address of the asset by which a host can be known.
fn names(outcome: &Outcome, population: &Population) -> BTreeSet<String> {
    let asset = &outcome.asset;
    let own = [asset.name.as_str(), &asset.fqdn];
    let all = own
        .into_iter()
        .chain(asset.ip.iter().map(String::as_str))
        .chain(population.names())
        .chain(outcome.endpoints.iter().filter_map(|e| host_of(&e.url)));
    let mut names: BTreeSet<String> = all.map(plain).collect();
    let marked = format!("{}-", SIMULATED.to_ascii_lowercase());
    let unmarked: Vec<String> = names.iter().filter_map(|name| name.strip_prefix(&marked).map(String::from)).collect();
    names.extend(unmarked);
    let simulated = outcome.simulated.is_some();
    names.retain(|name| !name.is_empty() && (simulated || !is_everybody(name)));
    names
}

/// The host of a URL, without port and brackets.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => host.split(':').next(),
    }
}

/// A name as it is compared: in lower case, without a domain of Windows before it or a dot after it, an
/// address in its one form.
fn plain(name: &str) -> String {
    let name = name.trim().rsplit('\\').next().unwrap_or("");
    match name.parse::<IpAddr>() {
        Ok(ip) => ip.to_canonical().to_string(),
        Err(_) => name.trim_end_matches('.').to_ascii_lowercase(),
    }
}

fn is_everybody(name: &str) -> bool {
    let ip = name.parse::<IpAddr>();
    ip.is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified()) || name == "localhost" || name.starts_with("localhost.")
}

fn listed(hosts: &[&NessusHost]) -> String {
    if hosts.is_empty() {
        return "none".into();
    }
    let mut names: Vec<String> = hosts
        .iter()
        .take(NAMED)
        .map(|host| {
            let all: BTreeSet<&str> = host.names().collect();
            all.into_iter().collect::<Vec<_>>().join("/")
        })
        .collect();
    if hosts.len() > NAMED {
        names.push(format!("and {} more", hosts.len() - NAMED));
    }
    names.join(", ")
}
